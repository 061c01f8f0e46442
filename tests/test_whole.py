"""The main job on real input: every shipped district, from tables to pages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from perantara.stage.results import read_manifest
from tools import find_chromium

PLACES = [
    "aceh-barat/eceng-gondok/2026",
    "bantaeng/kopi/2026",
    "bantaeng/rumput-laut/2026",
    "contoh/anyaman/2026",
    "contoh/kopi/2025",
    "contoh/kopi/2026",
    "lombok-utara/desa-wisata/2026",
    "pacitan/awal/2026",
    "pekalongan/awal/2026",
    "pemalang/nanas-madu/2026",
    "trenggalek/biofarmaka/2026",
]
each_place = pytest.mark.parametrize("place", PLACES)


def perantara(reports: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PERANTARA_")}
    command = [sys.executable, "-m", "perantara.cli.main", "--reports", str(reports), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laporan")
    done = perantara(folder, "run", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Laporan: {folder / 'index.html'}" in done.stdout
    return folder


def page_of(reports: Path, place: str) -> BeautifulSoup:
    return BeautifulSoup((reports / place / "02_concept" / "index.html").read_text(), "html.parser")


def findings_of(reports: Path, place: str) -> dict:
    return json.loads((reports / place / "02_concept" / "findings.json").read_text())


@each_place
def test_every_place_has_a_complete_result(reports, place):
    manifest = read_manifest(reports / place / "02_concept")
    assert {"02_concept.ipynb", "findings.json", "index.html", "tables/concept_inventory.csv"} <= set(
        manifest["files"]
    )


@each_place
def test_every_place_has_its_budget_judged_and_a_workbook_for_the_meeting(reports, place):
    manifest = read_manifest(reports / place / "04_budget")
    assert {"04_budget.xlsx", "index.html", "tables/code_audit.csv", "tables/gap.csv"} <= set(
        manifest["files"]
    )
    page = BeautifulSoup((reports / place / "04_budget" / "index.html").read_text(), "html.parser")
    assert page.select_one("section.first-page dt").get_text() == "Temuan"
    assert not page.select("script[src], link[href^=http], img[src^=http], iframe")
    assert all(len(image.get("alt", "")) > 20 for image in page.select("img"))


def test_the_workbook_keeps_codes_as_text_and_money_as_numbers(reports):
    import openpyxl

    book = openpyxl.load_workbook(reports / "contoh/kopi/2026/04_budget/04_budget.xlsx")
    assert book.sheetnames[0] == "Ringkasan"
    codes = book["Pemeriksaan kode anggaran"]
    assert codes["A4"].value.count(".") == 5 and codes["A4"].data_type == "s"
    gap = book["Kebutuhan, alokasi, dan"]
    assert {cell.data_type for cell in gap["D"][3:6]} == {"n"}
    assert gap.page_setup.paperSize == "14" or gap.page_setup.paperSize == 14
    assert "Data rekaan" in str(gap.oddHeader.right.text)


@each_place
def test_a_page_opens_with_what_a_decision_needs(reports, place):
    first = page_of(reports, place).select_one("section.first-page")
    headings = [term.get_text() for term in first.select("dt")]
    assert headings[:3] == ["Temuan", "Seberapa yakin", "Yang belum diketahui"]
    if place == "contoh/kopi/2025":  # closed, and decided
        assert headings[3:] == ["Keputusan"]
        return
    assert headings[-1] == "Langkah berikutnya"
    after_last = first.select("dt")[-1].find_next_siblings("dd")
    assert len(after_last) == 1  # one next step


@each_place
def test_a_page_names_the_two_national_targets_and_the_guides_figures_with_their_source(reports, place):
    text = page_of(reports, place).get_text(" ").replace("\xa0", " ")  # a number keeps to its unit
    assert "pengentasan kemiskinan" in text
    assert "penguatan kewirausahaan, UMKM, dan koperasi" in text
    assert re.search(r"99 % \(KOMPAK \(Desember 2021\)", text)


@each_place
def test_a_page_asks_nothing_of_the_network(reports, place):
    page = page_of(reports, place)
    assert not page.select("script[src], link[href^=http], img[src^=http], iframe")
    assert "url(http" not in str(page)


def test_every_table_of_costs_carries_the_mark_of_made_up_data(reports):
    html = (reports / "contoh/kopi/2026/04_budget/index.html").read_text(encoding="utf-8")
    outputs = [o for o in BeautifulSoup(html, "html.parser").select(".output") if "Biaya menurut" in o.text]
    assert len(outputs) == 5  # block, cost need, package, month, target group: each an output of its own
    assert all(len(o.select("caption")) == 1 and o.select(".rekaan-label") for o in outputs)


@each_place
def test_every_picture_says_what_it_shows_and_every_table_what_it_holds(reports, place):
    page = page_of(reports, place)
    assert all(len(image.get("alt", "")) > 20 for image in page.select("img"))
    assert all(table.caption.get_text(strip=True) for table in page.select("table.data"))


@each_place
def test_made_up_and_compiled_places_say_so_and_others_do_not(reports, place):
    text = page_of(reports, place).get_text(" ")
    is_made_up = place.startswith("contoh")
    assert ("Data rekaan untuk latihan" in text) == is_made_up
    assert ("Disusun dari sumber publik" in text) != is_made_up


@each_place
def test_every_missing_table_is_shown_with_its_holder(reports, place):
    text = page_of(reports, place).get_text(" ")
    gaps = findings_of(reports, place)["gaps"]
    assert all(gap["holder"] in text for gap in gaps)
    assert bool(gaps) == (not place.startswith("contoh/kopi"))


def test_gates_tell_apart_what_is_ready_begun_and_unknown(reports):
    status = {place: findings_of(reports, place)["gate"]["status"] for place in PLACES}
    assert status["contoh/kopi/2026"] == "proceed"
    assert status["contoh/anyaman/2026"] == "insufficient"  # begun: no partner is recorded yet
    assert {s for place, s in status.items() if not place.startswith("contoh")} == {"insufficient"}


def test_trenggalek_shows_its_published_poverty_rate(reports):
    figures = {f["id"]: f for f in findings_of(reports, "trenggalek/biofarmaka/2026")["figures"]}
    # BPS, persentase penduduk miskin menurut kabupaten/kota, 2021
    assert figures["poverty_rate_pct"]["value"] == 12.14
    assert figures["poverty_rate_pct"]["basis"] == "resmi"
    text = page_of(reports, "trenggalek/biofarmaka/2026").get_text().replace("\xa0", " ")
    assert "12,14 % penduduk Kabupaten Trenggalek" in text


def test_local_terms_come_from_the_district(reports):
    assert "gampong di Kabupaten Aceh Barat" in page_of(reports, "aceh-barat/eceng-gondok/2026").get_text()


def test_both_coordinators_that_the_guide_names_are_shown(reports):
    text = page_of(reports, "trenggalek/biofarmaka/2026").get_text(" ")
    assert "Bappeda Kabupaten Trenggalek" in text
    assert "Dinas Koperasi dan Industri" in text


def test_no_name_or_number_of_a_person_reaches_any_output(reports):
    census = (Path(__file__).parents[1] / "data/districts/contoh/kopi/umk_census.csv").read_text()
    names = {line.split(",")[2] for line in census.splitlines()[1:]} - {""}
    numbers = {line.split(",")[1] for line in census.splitlines()[1:]}
    for path in (reports / "contoh").rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not any(name in text for name in names), path
            assert not any(f"{number}" in text for number in numbers), path


def test_a_partial_census_never_stands_as_the_whole(reports):
    text = page_of(reports, "contoh/anyaman/2026").get_text(" ")
    assert "2 dari 5 desa sasaran" in text


def test_the_indexes_lead_to_every_report(reports):
    home = BeautifulSoup((reports / "index.html").read_text(), "html.parser")
    for place in PLACES:
        slug = place.split("/")[0]
        assert home.select(f'a[href="{slug}/index.html"]')
        index = BeautifulSoup((reports / slug / "index.html").read_text(), "html.parser")
        links = [a["href"] for a in index.select("a[href]")]
        assert f"{place.partition('/')[2]}/02_concept/index.html" in links
        assert all((reports / slug / link).exists() for link in links if not link.startswith(("http", "#")))


def test_nothing_is_run_twice(reports):
    done = perantara(reports, "run", "trenggalek", "contoh")
    assert [line.split()[0] for line in done.stdout.splitlines() if "/02_concept" in line] == [
        "tetap", "tetap", "ditutup", "tetap",
    ]  # fmt: skip


def test_a_report_reproduces_strictly(reports):
    done = perantara(reports, "verify", "contoh/kopi/2026", "trenggalek")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "contoh/kopi/2026/02_concept: sama" in done.stdout


def test_the_english_edition_lies_apart_and_says_its_language(reports):
    done = perantara(reports, "run", "trenggalek", "--lang", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    page = reports / "en/trenggalek/biofarmaka/2026/02_concept/index.html"
    soup = BeautifulSoup(page.read_text(), "html.parser")
    assert soup.html["lang"] == "en"
    assert "12.14 %" in soup.get_text().replace("\xa0", " ")  # a number keeps to its unit


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_open_from_the_disk_without_a_request_or_a_sideways_scroll(reports, width):
    from playwright.sync_api import sync_playwright

    pages = [reports / "index.html", *(reports / slug / "index.html" for slug in ("contoh", "bantaeng"))]
    pages += [
        reports / place / stage / "index.html"
        for place in PLACES
        for stage in ("00_readiness", "02_concept", "04_budget")
    ]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": 900})
        requested, complaints = [], []
        tab.on("request", lambda request: requested.append(request.url))
        tab.on("console", lambda message: complaints.append(message.text))
        for page in pages:
            tab.goto(page.as_uri())
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, page
        browser.close()
    assert not [url for url in requested if not url.startswith(("file:", "data:"))]
    assert complaints == []


def test_the_public_edition_of_the_alignment_tells_nobody_apart(reports):
    import nbformat

    from perantara.publish.notebook import cells_as_html

    notebook = nbformat.read(reports / "contoh/kopi/2026/01_alignment/01_alignment.ipynb", as_version=4)
    numbered = re.compile(r"\bP\d\d\b")
    texts = {}
    for edition in ("internal", "public"):
        html = "".join(cells_as_html(notebook, edition, True))
        texts[edition] = BeautifulSoup(html, "html.parser").get_text(" ")
        assert not re.search(r"Peserta \d|Lembaga rekaan", texts[edition])
        assert not numbered.search(texts[edition])  # nobody by number, in neither edition
    small = "Kesepakatan kelompok kecil"  # what groups of few said is for the Tim Persiapan
    assert small in texts["internal"] and small not in texts["public"]
    assert "cukup sepakat" in texts["public"]
