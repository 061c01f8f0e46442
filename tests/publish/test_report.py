import base64
import dataclasses
import itertools
import re
from html import escape as html_escape

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from perantara.errors import StageError
from perantara.publish.report import ReportContext, render_report, settle_headings
from perantara.text import using_language

CONTEXT = ReportContext(
    stage="02_concept",
    stage_title="Perumusan konsep kegiatan",
    question="Apakah konsep kegiatan lengkap?",
    guide_section="3.2",
    place_name="Kabupaten Contoh",
    initiative_title="Kopi arabika",
    cycle="2026",
    as_of="2026-08-14",
    gate_status="conditional",
    is_rekaan=False,
    is_compiled=False,
    provenance="a1b2c3d4e5f60718293a4b5c6d7e8f90",
    version="0.1.0",
    home_href="../index.html",
    district_href="index.html",
    files=[("findings.json", "Temuan", 35_400)],
)
PICTURE = base64.b64encode(b"not really a picture").decode()


def html_output(html, **about):
    return new_output("display_data", {"text/html": html}, metadata={"perantara": about})


def picture_output(alt, mime_type="image/png", data=PICTURE, **about):
    return new_output(
        "display_data", {mime_type: data}, metadata={mime_type: {"alt": alt}, "perantara": about}
    )


def stdout(text):
    return new_output("stream", name="stdout", text=text)


def code(*outputs, source="show()", tags=()):
    return new_code_cell(source=source, outputs=list(outputs), metadata={"tags": list(tags)})


def page_of(*cells, edition="internal", metadata=None, **changes):
    notebook = new_notebook(cells=list(cells), metadata=metadata or {})
    context = dataclasses.replace(CONTEXT, **changes)
    return BeautifulSoup(render_report(notebook, context, edition=edition), "html.parser")


def words(page):
    return " ".join(page.main.get_text(" ").split())


def test_the_first_page_of_the_last_cell_opens_the_report():
    page = page_of(
        new_markdown_cell("# Buku 02\n\nPembukaan."),
        code(html_output("<p>isi tabel</p>", access="publik")),
        code(html_output("<p>temuan utama</p>", access="publik"), tags=["first-page"]),
    )
    text = words(page)
    assert text.index("temuan utama") < text.index("Pembukaan.") < text.index("isi tabel")
    assert text.count("temuan utama") == 1


def test_one_switch_shows_all_code_and_its_output_is_always_there():
    page = page_of(
        code(stdout("60 baris"), source="count_rows()", tags=["parameters"]), code(source="show_rows()")
    )
    switch = page.select_one("input#kode")
    assert page.select_one("label[for=kode]").text == "Tampilkan kode" and not switch.has_attr("checked")
    blocks = switch.find_parent().select("#kode ~ .columns .code")  # as the style reaches them
    assert [block.get_text().strip() for block in blocks] == ["count_rows()", "show_rows()"]
    assert "60 baris" in words(page) and not any("60 baris" in block.get_text() for block in blocks)
    assert str(page).count("Tampilkan kode") == 1


GUIDE = "KOMPAK (Desember 2021), Panduan Fasilitasi Replikasi & Pelembagaan, hlm. 19"
SOURCES = new_output(
    "display_data",
    {"text/html": "<p>daftar</p>", "text/plain": f"Sumber data\nPelaku | {GUIDE} | keterangan\n"},
    metadata={"perantara": {"kind": "sources", "access": "publik"}},
)


@pytest.mark.parametrize("form", ["table", "figure"])
def test_a_long_citation_is_short_below_what_it_is_of_and_full_on_demand(form):
    note = f"{GUIDE} (data s.d. 2 Juni 2026)"
    about = {"access": "publik", "kind": form, "caption": "Hasil", "source": note}
    html = f'<p class="source">Sumber: {html_escape(note)}</p>'
    output = picture_output("Batang", **about) if form == "figure" else html_output(html, **about)
    source = page_of(code(output), code(SOURCES)).select_one(".source")
    assert source.select_one(".cite-short").text == "KOMPAK 2021 (data s.d. 2 Juni 2026)"
    assert source.select_one(".cite-full").text.replace("\u00a0", " ") == note


def test_a_citation_that_is_not_in_the_list_of_sources_stays_as_it_is():
    output = html_output(f"<p class='source'>{html_escape(GUIDE)}</p>", access="publik", source=GUIDE)
    source = page_of(code(output)).select_one(".source")
    assert source.text.replace("\u00a0", " ") == GUIDE and not source.select("span")


def test_a_number_is_not_parted_from_its_unit_at_the_end_of_a_line():
    page = page_of(new_markdown_cell("Naik 12,5 % menjadi Rp 41.000 untuk 3 kg (hlm. 12), 2 haluan."))
    sentence = page.select_one(".prose p").text
    assert "12,5\u00a0% " in sentence and "Rp\u00a041.000 " in sentence and "3\u00a0kg" in sentence
    assert "hlm.\u00a012" in sentence and "2 haluan" in sentence


def test_exercises_and_answers_are_left_out():
    page = page_of(
        new_markdown_cell("Soal pertama", metadata={"tags": ["exercise"]}),
        code(stdout("jawabannya 2,5"), tags=["answer"]),
    )
    assert "Soal pertama" not in words(page)
    assert "jawabannya" not in words(page)


ACCESS_CASES = [
    # access, edition, is it shown
    ("publik", "public", True),
    ("publik", "internal", True),
    ("internal", "public", False),
    ("internal", "internal", True),
    ("rahasia", "public", False),
    ("rahasia", "internal", False),
    ("Publik", "public", False),  # a misspelt access is taken for the strictest
    ("Publik", "internal", False),
]


@pytest.mark.parametrize(("access", "edition", "is_shown"), ACCESS_CASES)
def test_an_output_is_shown_only_where_its_access_allows(access, edition, is_shown):
    output = html_output("<p>harga 41.000</p>", access=access, kind="table", caption="Harga kopi")
    page = page_of(code(output), edition=edition)
    assert ("41.000" in str(page)) == is_shown
    assert bool(page.select(".withheld")) != is_shown


def test_the_notice_names_what_the_public_edition_withholds():
    output = html_output("<p>x</p>", access="internal", kind="table", caption="Harga <kopi>")
    notice = page_of(code(output), edition="public").select_one(".withheld").text
    assert "Harga <kopi>" in notice
    assert "pemerintah daerah" in notice


def test_the_caption_of_a_secret_output_is_not_shown():
    output = html_output("<p>x</p>", access="rahasia", kind="table", caption="Pak Amin berutang")
    page = page_of(code(output))
    assert "Amin" not in str(page)
    assert "rahasia" in page.select_one(".withheld").text


def test_outputs_without_access_are_internal():
    plain = new_output("execute_result", {"text/plain": "RAHASIA 1"}, execution_count=1)
    cell = code(stdout("nama petani"), plain)
    assert "nama petani" in words(page_of(cell))
    public = page_of(cell, edition="public")
    assert "nama petani" not in str(public) and "RAHASIA 1" not in str(public)
    assert len(public.select(".withheld")) == 1  # two alike notices in one cell are one


def test_warnings_on_stderr_are_never_shown():
    assert "peringatan" not in str(page_of(code(new_output("stream", name="stderr", text="peringatan"))))


def test_each_edition_says_what_it_is():
    assert "Edisi internal — bukan untuk disebarluaskan" in words(page_of())
    public = page_of(edition="public")
    assert "Edisi publik" in words(public)
    assert "bukan untuk disebarluaskan" not in str(public)


def test_an_unknown_edition_is_refused():
    with pytest.raises(ValueError, match="Edisi tidak dikenal: umum"):
        page_of(edition="umum")


def test_a_figure_carries_its_alternative_text_caption_and_source():
    output = picture_output(
        'Batang: "Pule" tertinggi', access="publik", kind="figure", caption="Hasil", source="BPS"
    )
    figure = page_of(code(output)).select_one("figure.chart")
    assert figure.img["alt"] == 'Batang: "Pule" tertinggi'
    assert figure.img["src"] == "data:image/png;base64," + PICTURE
    assert figure.figcaption.text == "Hasil"
    assert figure.select_one(".source").text == "BPS"


def test_a_page_shows_the_picture_without_the_title_that_it_writes_itself():
    output = picture_output("Batang", access="publik", kind="figure", caption="Hasil", bare="QkFSRQ==")
    figure = page_of(code(output)).select_one("figure.chart")
    assert figure.img["src"] == "data:image/png;base64,QkFSRQ=="
    assert output.metadata.perantara.bare  # the notebook keeps what it has


def test_a_drawing_is_shown_as_a_picture_in_which_nothing_runs():
    output = picture_output("Peta", "image/svg+xml", "<svg><script>alert(1)</script></svg>")
    page = page_of(code(output))
    assert page.select_one("figure img")["src"].startswith("data:image/svg+xml;base64,")
    assert not page.select("svg, script")


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_figure_without_alternative_text_is_refused(alt):
    with pytest.raises(StageError, match=r"02_concept.*“Hasil panen” tidak memiliki teks pengganti"):
        page_of(code(picture_output(alt, kind="figure", caption="Hasil panen")))


def test_a_widget_is_shown_by_its_static_twin_only():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "abc123"}}
    twin = new_output("display_data", {**view, "text/html": "<p>bingkai</p>", "text/plain": "W()"})
    alone = new_output("display_data", {**view, "text/plain": "IntSlider(value=3)"})
    page = page_of(code(twin, alone))
    assert "bingkai" in words(page)
    assert "abc123" not in str(page) and "IntSlider" not in str(page)


def test_raw_html_in_text_is_shown_and_does_not_run():
    page = page_of(
        new_markdown_cell(
            'Awal <script>alert(1)</script> <img src=x onerror="alert(2)">\n\n'
            "[tautan](javascript:alert(3))\n\n```mermaid\n<script>alert(4)</script>\n```"
        )
    )
    assert not page.select("script, [onerror], main img")
    assert "<script>alert(1)</script>" in words(page)
    assert not [link for link in page.select("a") if "javascript" in link.get("href", "")]


def test_a_context_with_markup_is_escaped():
    page = page_of(place_name='Kabupaten </style><script>alert("x")</script>', is_rekaan=True)
    assert not page.select("script")
    assert "alert" in page.h1.find_next("p").text


def test_nothing_is_loaded_from_outside():
    page = page_of(
        new_markdown_cell("![peta](https://example.org/peta.png) dan https://example.org/teks"),
        code(picture_output("alt"), html_output("<p>isi</p>")),
    )
    assert not page.select("script, link, iframe, object, embed, base")
    for element in page.select("[src]"):
        assert element["src"].startswith("data:")
    assert not re.search(r"url\(|@import", page.style.text)
    assert "default-src 'none'" in page.find("meta", {"http-equiv": True})["content"]
    outside = [link["href"] for link in page.select("[href]") if "//" in link["href"]]
    assert {link.name for link in page.select("[href]")} == {"a"}
    assert "https://example.org/teks" in outside  # a plain link in the text stays


def test_a_picture_attached_to_text_is_inlined_and_needs_its_words():
    cell = new_markdown_cell("![Skema rantai](attachment:skema.png)")
    cell["attachments"] = {"skema.png": {"image/png": PICTURE}}
    assert page_of(cell).select_one("main img")["alt"] == "Skema rantai"
    cell.source = "![](attachment:skema.png)"
    with pytest.raises(StageError, match=r"skema\.png dalam teks tidak memiliki teks pengganti"):
        page_of(cell)


def test_a_formula_is_shown_as_text_and_amounts_in_dollars_stay_prose():
    page = page_of(new_markdown_cell("Rumus $a < b$. Biaya US$ 5 juta dan US$ 7 juta."))
    assert [found.text for found in page.select("code.math")] == ["a < b"]
    assert "US$ 5 juta dan US$ 7 juta" in words(page)


def test_headings_do_not_skip_and_one_is_the_title():
    page = page_of(
        new_markdown_cell("# Buku 02 — Perumusan"),
        new_markdown_cell("## Data\n\n#### Asal\n\n#### Mutu\n\n# Metode\n\n### Rumus"),
        code(html_output("<section class='gap'><h6>Harga</h6></section>", access="publik")),
        code(html_output("<h1>Temuan</h1><h2>Rincian</h2>"), tags=["first-page"]),
    )
    levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    in_body = [(found.name, found.text) for found in page.select(".prose [id], .output .gap [id]")]
    assert in_body == [
        ("h2", "Data"),
        ("h3", "Asal"),
        ("h3", "Mutu"),
        ("h2", "Metode"),
        ("h3", "Rumus"),
        ("h4", "Harga"),
    ]


def test_the_contents_lead_to_the_sections():
    page = page_of(new_markdown_cell("## Data\n\n## Inklusi & *lingkungan*\n\n## Data\n\n### Bukan bagian"))
    links = [(link["href"], link.text) for link in page.select(".contents a")]
    assert links == [
        ("#data", "Data"),
        ("#inklusi-lingkungan", "Inklusi & lingkungan"),
        ("#data-2", "Data"),
        ("#berkas-hasil", "Berkas"),
    ]
    for target, _words in links:
        assert len(page.select(target)) == 1


def test_anchors_never_repeat_on_a_page():
    page = page_of(
        new_markdown_cell("## Berkas hasil\n\n## Isi\n\n## Halaman pertama\n\n## Daftar isi"),
        code(html_output("<h3>Isi</h3>"), tags=["first-page"]),
    )
    anchors = [element["id"] for element in page.select("[id]")]
    assert len(anchors) == len(set(anchors))


def test_headings_are_settled_below_the_asked_level():
    html, contents = settle_headings("<h2>A</h2><h5>B</h5><h2>C</h2>", top=3, taken={"c"})
    assert re.findall("<h(.)", html) == ["3", "4", "3"]
    assert contents == [("a", "A"), ("c-2", "C")]


def test_a_heading_keeps_its_own_anchor_and_class():
    html, contents = settle_headings('<h3 class="x" id="harga">Harga pasar</h3>', 2, set())
    assert html == '<h2 id="harga" class="x">Harga pasar</h2>'
    assert contents == [("harga", "Harga pasar")]


def test_a_failed_notebook_says_where_it_stopped_and_keeps_the_rest():
    error = new_output(
        "error",
        ename="TableError",
        evalue="Tabel <harga> belum benar",
        traceback=["\x1b[31mTraceback\x1b[0m", "baris terakhir"],
    )
    cells = [
        new_markdown_cell("galat papermill", metadata={"tags": ["papermill-error-cell-tag"]}),
        code(html_output("<p>hasil awal</p>", access="publik")),
        new_markdown_cell("## Metode\n\n### Harga pasar"),
        code(error),
    ]
    page = page_of(*cells, gate_status="")
    banner = page.select_one(".failure").get_text(" ")
    assert "sel kode ke-2, bagian “Harga pasar”" in banner
    assert "TableError: Tabel <harga> belum benar" in banner
    assert "hasil awal" in words(page)
    assert "galat papermill" not in words(page)
    assert page.select_one("details.traceback pre").text == "Traceback\nbaris terakhir"
    public = page_of(*cells, edition="public")
    assert "sel kode ke-2" in public.select_one(".failure").text
    assert "TableError" not in str(public) and "baris terakhir" not in str(public)


def test_a_notebook_that_never_finished_is_not_taken_for_complete():
    pending = new_code_cell("next()", metadata={"papermill": {"status": "pending"}})
    assert "sel kode ke-1" in page_of(pending).select_one(".failure").text
    stopped = page_of(metadata={"papermill": {"exception": True}})
    assert "berhenti sebelum selesai" in stopped.select_one(".failure").text
    assert not page_of(code()).select(".failure")


def test_made_up_data_are_marked_on_the_page_each_sheet_and_each_display():
    table = html_output("<table class='data'></table>", access="publik", kind="table")
    words_of_prose = html_output("<p>catatan</p>", access="publik", kind="text")
    page = page_of(code(table, words_of_prose), is_rekaan=True)
    assert "Data rekaan untuk latihan" in page.select_one(".rekaan-banner").text
    assert '@top-left { content: "Data rekaan untuk latihan"; }' in page.style.text
    assert len(page.select(".output .rekaan-label")) == 1


def test_a_made_up_display_is_marked_also_in_a_real_district():
    picture = picture_output("alt", kind="figure", rekaan=True)
    page = page_of(code(picture, picture_output("alt", kind="figure")))
    assert len(page.select(".rekaan-label")) == 1
    assert not page.select(".rekaan-banner")


def test_a_page_from_public_sources_says_who_compiled_it():
    sentence = "Disusun dari sumber publik oleh perantara, bukan oleh pemerintah daerah"
    assert sentence in words(page_of(is_compiled=True))
    assert sentence not in words(page_of())


def test_the_page_names_its_stage_place_cycle_day_and_origin():
    page = page_of()
    assert page.html["lang"] == "id"
    assert page.title.text == "Perumusan konsep kegiatan — Kabupaten Contoh, siklus 2026"
    assert "14 Agustus 2026" in words(page)
    assert "Dapat dilanjutkan dengan syarat" in page.select_one(".facts").text
    assert "a1b2c3d4e5f6" in page.footer.text
    assert "CC-BY 4.0" not in page.footer.text  # an internal page is not for passing on
    assert page.select_one(".files li").get_text(" ", strip=True) == "Temuan 35,4 kB"
    assert [link["href"] for link in page.select(".breadcrumbs a")] == ["../index.html", "index.html"]


def test_the_english_edition_declares_its_language():
    with using_language("en"):
        assert page_of().html["lang"] == "en"
    assert page_of().html["lang"] == "id"


def test_rendering_does_not_change_the_notebook():
    notebook = new_notebook(cells=[code(stdout("a"), tags=["first-page"])])
    before = str(notebook)
    assert render_report(notebook, CONTEXT) == render_report(notebook, CONTEXT)
    assert str(notebook) == before


def test_the_public_edition_shows_what_an_internal_output_brings_for_it():
    output = html_output("<p>Rp580.061.500</p>", access="internal", public="<p>Rp[hanya edisi internal]</p>")
    assert "Rp580.061.500" in words(page_of(code(output)))
    public = page_of(code(output), edition="public")
    assert "Rp[hanya edisi internal]" in words(public)
    assert "580" not in str(public.main)


def test_what_is_brought_for_the_public_never_opens_a_secret_output():
    output = html_output("<p>Pemilik 001</p>", access="rahasia", public="<p>lain</p>")
    assert "Tidak ditampilkan" in words(page_of(code(output), edition="public"))
