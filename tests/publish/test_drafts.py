"""The legal drafts: filled from the tables, marked where these are silent, in the form of law."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.text.run import Run

from perantara.cli.main import main
from perantara.publish.pages import TEMPLATES
from perantara.tables.places import PROGRAMME
from tools import find_libreoffice

KINDS = ("keputusan", "perkada", "kak")
SWAKELOLA = {
    ("riset", "konsultan"),
    ("perencanaan", "konsultan"),
    ("tim_kerja", "gaji konsultan"),
}  # guide, 3.4


def draft(*arguments: Any) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["draft", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture
def written(workspace) -> Callable[..., Path]:
    """Write one draft and return where it lies."""

    def write(address: str, kind: str) -> Path:
        code, output = draft(address, "--kind", kind)
        assert code == 0, output
        return Path(output.removeprefix("Draf: ").strip())

    return write


def read(path: Path) -> str:
    """All text of the body in its order, a line a paragraph, cells of a row joined."""
    document, lines = docx.Document(path), []
    for item in document.iter_inner_content():
        if hasattr(item, "rows"):
            lines += [" | ".join(cell.text for cell in row.cells) for row in item.rows]
        else:
            lines.append(item.text)
    return "\n".join(lines)


def rows_of(path: Path, cycle: str = "2026") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if row.get("cycle", "") in ("", cycle)]


def change(path: Path, turn: Callable[[dict[str, str]], dict[str, str]]) -> None:
    with path.open(encoding="utf-8", newline="") as handle:
        changed = [turn(row) for row in csv.DictReader(handle)]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(changed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)


def rupiah(amount: float) -> str:
    return f"Rp{amount:,.0f}".replace(",", ".")


def body_runs(path: Path) -> Iterator[Run]:
    return (Run(element, None) for element in docx.Document(path).element.body.iter(qn("w:r")))


def test_all_three_lie_beside_the_results_of_the_newest_cycle(copy_contoh, tmp_path):
    copy_contoh()
    code, output = draft("contoh/kopi")
    folder = tmp_path / "laporan" / "contoh" / "kopi" / "2026"
    assert code == 0
    assert output.splitlines() == [f"Draf: {folder / f'draf-{kind}.docx'}" for kind in KINDS]
    for kind in KINDS:
        document = docx.Document(folder / f"draf-{kind}.docx")
        (section,) = document.sections
        assert section.page_width.mm == pytest.approx(215.9, abs=0.1)
        assert section.page_height.mm == pytest.approx(330.2, abs=0.1)
        normal = document.styles["Normal"].font
        assert (normal.name, normal.size.pt) == ("Bookman Old Style", 12)
        fonts = {f.get(qn("w:ascii")) for f in document.styles.element.iter(qn("w:rFonts"))}
        assert fonts - {None} == {"Bookman Old Style"}
        assert (
            section.header.paragraphs[0].text == "DRAF — internal, belum berlaku\tData rekaan untuk latihan"
        )


def test_the_decree_has_the_form_of_one_and_the_members_and_tasks_of_the_tables(copy_contoh, written):
    folder = copy_contoh() / "kopi"
    text = read(written("contoh/kopi", "keputusan"))
    head = "BUPATI CONTOH\nPROVINSI REKAAN\n\nKEPUTUSAN BUPATI CONTOH\nNOMOR [diisi: nomor] TAHUN 2026\nTENTANG\n"
    assert text.startswith(f"{head}TIM KERJA KEPERANTARAAN PASAR KOPI (REKAAN)\nBUPATI CONTOH,\n")
    parts = ["Menimbang | : | a. | bahwa ", "Mengingat | : | 1.", "MEMUTUSKAN:", "Menetapkan | : | KEPUTUSAN BUPATI",
             "KESATU | : |", "KEDUA | : |", "KEENAM | : |", "Ditetapkan di [diisi: tempat]", "LAMPIRAN I\n",
             "LAMPIRAN II\n"]  # fmt: skip
    found = [text.find(part) for part in parts]
    assert -1 not in found and found == sorted(found)
    assert "DENGAN RAHMAT" not in text
    members = rows_of(folder / "team_members.csv")
    assert len(members) == len(
        re.findall(r"\| Anggota rekaan \d+ \|.*\| (?:penanggung jawab|ketua|sekretaris|anggota)\n", text)
    )
    for member in members:
        assert (
            f"{member['member_name']} | {member['institution']} | {member['element']} | {member['team_position']}"
            in text
        )
    names = {member["member_id"]: member["member_name"] for member in members}
    accountable = {
        r["task_id"]: names[r["member_id"]] for r in rows_of(folder / "team_raci.csv") if r["duty"] == "A"
    }
    for task in rows_of(folder / "team_tasks.csv"):
        assert f"{task['task']} | {task['team_role']} | {accountable[task['task_id']]} | " in text
    lines = [row for row in rows_of(folder / "budget_lines.csv") if row["block"] == "tim_kerja"]
    cost = sum(float(row["quantity"]) * float(row["unit_price_idr"]) for row in lines)
    assert f"rencana biaya Tim Kerja sebesar {rupiah(cost)}," in text


def test_a_renewed_decree_ends_the_old_one_and_does_not_take_over_its_term(copy_contoh, written):
    copy_contoh()
    text = read(written("contoh/kopi", "keputusan"))
    assert "sampai dengan tanggal [diisi: tanggal berakhir]" in text
    assert (
        "Keputusan Rekaan 09/2026 dicabut dan dinyatakan tidak berlaku [periksa: dicabut atau diubah]" in text
    )


def test_the_regulation_has_its_chapters_its_scope_and_the_steps_still_to_be_taken(copy_contoh, written):
    folder = copy_contoh() / "kopi"
    text = read(written("contoh/kopi", "perkada"))
    assert "DENGAN RAHMAT TUHAN YANG MAHA ESA\nBUPATI CONTOH," in text
    assert re.findall(r"^BAB (\w+)$", text, re.M) == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
    articles = [int(number) for number in re.findall(r"^Pasal (\d+)$", text, re.M)]
    assert articles == list(range(1, len(articles) + 1))
    for row in rows_of(folder / "trial_scope.csv"):
        line = f"{row['commodity']} | {row['place_name']} | "
        assert (line in text) == (row["status"] != "tidak dipilih")
        assert (f"{row['poor_households']} | {row['status']} [periksa]" in text) == (
            row["status"] == "diusulkan"
        )
    for row in rows_of(folder / "local_priorities.csv"):
        assert f"{row['document']}, yaitu {row['item'][0].lower()}{row['item'][1:]}" in text
    open_tasks = [
        t
        for t in rows_of(folder / "legal_tasks.csv")
        if t["instrument_id"] == "R04" and not t["actual_finish_date"]
    ]
    assert open_tasks
    for task in open_tasks:
        assert f"Langkah hukum yang belum selesai: {task['title']} ({task['actor']})." in text


def test_the_terms_of_reference_sum_what_the_matrix_of_the_guide_lets_swakelola_pay(copy_contoh, written):
    place = copy_contoh()
    text = read(written("contoh/kopi", "kak"))
    lines = [
        r for r in rows_of(place / "kopi" / "budget_lines.csv") if (r["block"], r["cost_need"]) in SWAKELOLA
    ]
    total = sum(float(row["quantity"]) * float(row["unit_price_idr"]) for row in lines)
    assert f"Jumlah biaya: {rupiah(total)}." in text
    shown = re.findall(r"^.* \| (?:\d+\.){5}\d+ \| .* \| (Rp[\d.]+)$", text, re.M)
    assert len(shown) == len(lines)
    assert sum(int(amount[2:].replace(".", "")) for amount in shown) == total
    assert "Februari 2026 s.d. November 2026." in text
    ceiling = next(r for r in rows_of(place / "funding_sources.csv") if r["source_id"] == "APBD-2026")
    assert (
        f"{ceiling['name']} | 2026 | {rupiah(float(ceiling['ceiling_idr']))} | {ceiling['certainty']}" in text
    )
    assert "Organisasi kemasyarakatan: [diisi: nama Ormas" in text
    source = rows_of(place / "kopi" / "budget_lines.csv")[0]["source"]
    assert f"Rincian kebutuhan biaya | 86 | {source} | rekaan | 30 Juni 2026" in text


def test_a_line_without_a_code_of_the_budget_is_not_summed_and_that_is_said(copy_contoh, written):
    path = copy_contoh() / "kopi" / "budget_lines.csv"
    lines = [r for r in rows_of(path) if (r["block"], r["cost_need"]) in SWAKELOLA]
    change(path, lambda row: row | ({"code": ""} if row["line_id"] == lines[0]["line_id"] else {}))
    total = sum(float(row["quantity"]) * float(row["unit_price_idr"]) for row in lines[1:])
    text = read(written("contoh/kopi", "kak"))
    assert f"Jumlah biaya: {rupiah(total)}." in text
    assert "[periksa: 1 butir lain belum berkode APBD dan tidak dijumlahkan]" in text


@pytest.mark.parametrize(
    ("kind", "tables", "mark", "times"),
    [
        ("keputusan", ["team_members", "core_team"], "[diisi: lembaga atau usaha] | pelaku usaha | [diisi: kedudukan]", 1),
        ("keputusan", ["team_members"], "[diisi: nama] | Bappeda Kabupaten Contoh | Bappeda", 1),
        ("keputusan", ["team_tasks"], "[diisi: penanggung jawab] | [diisi: pelaksana]", 4),
        ("keputusan", ["team_raci"], "[diisi: penanggung jawab] | [diisi: pelaksana]", 12),
        ("keputusan", ["local_priorities"], "menurut [diisi: butir RPJMD atau RKPD];", 1),
        ("keputusan", ["regulation_instruments"], "Pemrakarsa: [diisi: perangkat daerah pemrakarsa]", 1),
        ("perkada", ["trial_scope"], "1 | [diisi: komoditas] | [diisi: tempat]", 1),
        ("perkada", ["targets"], "[diisi: indikator] | [diisi: awal]", 1),
        ("kak", ["budget_lines"], "Jumlah biaya: [diisi: jumlah biaya].", 1),
        ("kak", ["budget_lines"], "[diisi: bulan mulai dan selesai].", 1),
        ("kak", ["../funding_sources"], "[diisi: sumber dana APBD]", 1),
    ],
)  # fmt: skip
def test_what_a_table_taken_away_leaves_open_is_marked(copy_contoh, written, kind, tables, mark, times):
    copied = copy_contoh()  # under another name, so that no shipped table lies below
    folder = copied.rename(copied.with_name("latihan")) / "kopi"
    before = written("latihan/kopi", kind)
    assert mark not in read(before)
    before.unlink()
    for table in tables:
        (folder / f"{table}.csv").unlink()
    text = read(written("latihan/kopi", kind))
    assert text.count(mark) == times
    assert "– | – | –" not in text.partition("Data yang belum ada")[2]


@pytest.mark.parametrize("kind", KINDS)
def test_every_open_mark_is_yellow_and_nothing_else_is(written, kind):
    marks = 0
    for run in body_runs(written("aceh-barat", kind)):
        is_open = bool(re.fullmatch(r"\[(diisi|periksa)[^\]]*\]", run.text, re.IGNORECASE))
        assert is_open == ("[diisi" in run.text.lower() or "[periksa" in run.text), run.text
        assert (run.font.highlight_color == WD_COLOR_INDEX.YELLOW) == is_open, run.text
        marks += is_open
    assert marks > 10


def recalled(text: str) -> list[str]:
    """The references of "Mengingat", or of the last section of the terms of reference."""
    return re.findall(r"^(?:.*\| )?\d+\. \| ((?:.*Undang|Peraturan|Keputusan|SK ).*[;.])$", text, re.M)


@pytest.mark.parametrize("kind", KINDS)
def test_a_reference_not_read_says_so_until_somebody_has_read_it(workspace, written, kind):
    shipped = PROGRAMME / "data" / "reference" / "legal_bases.csv"
    path = written("bantaeng/kopi", kind)
    references = recalled(read(path))
    is_read = [reference for reference in references if "[periksa]" not in reference]
    assert len(references) > len(is_read) == 1
    assert "Kemudahan, Pelindungan, dan Pemberdayaan Koperasi" in is_read[0]
    own = workspace / "reference" / "legal_bases.csv"
    own.parent.mkdir()
    own.write_bytes(shipped.read_bytes())
    change(own, lambda row: row | {"certainty": "dibaca"})
    path.unlink()
    again = recalled(read(written("bantaeng/kopi", kind)))
    assert len(again) == len(references) and "[periksa]" not in " ".join(again)


@pytest.mark.parametrize("kind", ["keputusan", "perkada"])
def test_article_68_is_to_be_checked(written, kind):
    assert re.search(
        r"Pasal 68 Peraturan Pemerintah Nomor 7 Tahun 2021 \[periksa: bunyi Pasal 68\]",
        read(written("bantaeng/kopi", kind)),
    )


def test_a_programme_document_that_has_ended_is_to_be_checked(written):
    text = read(written("trenggalek", "keputusan"))
    assert "SK Bupati Nomor 7 Tahun 2019 tentang Rencana Pembangunan Kawasan Perdesaan" in text
    assert "[periksa: berlaku sampai 31 Desember 2024]" in text
    assert (
        "1 | [diisi: nama] | Bappeda Kabupaten Trenggalek | Bappeda | Koordinator menurut kotak kasus [periksa]"
        in text
    )


def test_aceh_has_its_own_law_and_its_own_words(written):
    text = read(written("aceh-barat", "perkada"))
    assert text.startswith("BUPATI ACEH BARAT\nPROVINSI ACEH\n\nPERATURAN BUPATI ACEH BARAT\n")
    assert (
        "DENGAN RAHMAT TUHAN YANG MAHA ESA\n[periksa: kalimat pembuka menurut bentuk yang dipakai di Aceh]\n"
        in text
    )
    assert "Undang-Undang Nomor 11 Tahun 2006 tentang Pemerintahan Aceh" in text
    assert "pemerintah gampong" in text and "anggaran pendapatan dan belanja gampong" in text
    assert not re.search(r"\bdesa\b", text.partition("CATATAN PERANCANG")[0])


def test_elsewhere_nothing_of_aceh_is_said(written):
    text = read(written("pekalongan", "perkada"))
    assert "Aceh" not in text
    assert text.startswith("BUPATI PEKALONGAN\nPROVINSI JAWA TENGAH\n\nPERATURAN BUPATI PEKALONGAN\n")
    assert "usaha mikro dan kecil [diisi: komoditas] di [diisi: desa sasaran]" in text


def test_a_kota_has_a_mayor_and_wards(copy_contoh, written):
    path = copy_contoh() / "district.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("kind: kabupaten", "kind: kota"), encoding="utf-8"
    )
    text = read(written("contoh/kopi", "perkada")).partition("CATATAN PERANCANG")[0]
    assert text.startswith("WALI KOTA CONTOH\n") and "PERATURAN WALI KOTA TENTANG" in text
    assert "pemerintah kelurahan" in text and "Bupati" not in text and "belanja kelurahan" not in text
    assert "Berita Daerah Kota Contoh" in text


def test_what_the_stages_found_is_noted_for_who_drafts(copy_contoh, written, monkeypatch):
    copy_contoh()
    gate = {"status": "repeat", "criteria": [
        {"status": "failed", "evidence": {"message": "Tercakup %(found)s dari 3 aspek.", "arguments": {"found": 2}}},
        {"status": "met", "evidence": {"message": "Tidak ada yang terlambat.", "arguments": {}}},
    ]}  # fmt: skip
    findings = {"as_of": "2026-11-24", "gate": gate}
    monkeypatch.setattr(
        "perantara.publish.drafts.read_findings",
        lambda folder: findings if folder.name == "03_regulation" else None,
    )
    text = read(written("contoh/kopi", "kak"))
    assert (
        "Tahap 03 (Penyiapan regulasi), keadaan per 24 November 2026: Perlu diulang. Tercakup 2 dari 3 aspek."
        in text
    )
    assert "Tidak ada yang terlambat" not in text
    assert (
        "Tahap 04 (Penyiapan penganggaran) belum dijalankan: perantara run contoh/kopi/2026 --stage 04"
        in text
    )


def test_a_draft_is_never_written_over_and_then_none_is_written(copy_contoh, tmp_path):
    copy_contoh()
    assert draft("contoh/kopi", "--kind", "kak")[0] == 0
    folder = tmp_path / "laporan" / "contoh" / "kopi" / "2026"
    before = (folder / "draf-kak.docx").read_bytes()
    code, output = draft("contoh/kopi")
    assert code == 1 and "Sudah ada dan mungkin sudah disunting" in output and "draf-kak.docx" in output
    assert [path.name for path in folder.iterdir()] == ["draf-kak.docx"]
    assert (folder / "draf-kak.docx").read_bytes() == before


def test_a_closed_cycle_is_seen_from_its_day(copy_contoh, written):
    copy_contoh()
    path = written("contoh/kopi/2025", "keputusan")
    assert path.parent.name == "2025"
    text = read(path)
    assert "per 31 Desember 2025" in text and "Tahun Anggaran 2025" in text


def test_a_district_may_have_its_own_template(workspace, written):
    own = docx.Document()
    own.add_paragraph("Kop: {{ head }}, {{ owner | isi('pemrakarsa') }}")
    (workspace / "templates").mkdir()
    own.save(workspace / "templates" / "draft_kak.docx")
    assert read(written("bantaeng/kopi", "kak")) == "Kop: Bupati Bantaeng, [diisi: pemrakarsa]"


@pytest.fixture
def script(monkeypatch):
    folder = PROGRAMME / "docs" / "reference"
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("draft_templates", folder / "draft_templates.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_template_is_what_its_script_writes(script, kind):
    name = f"draft_{kind}.docx"
    with (
        zipfile.ZipFile(TEMPLATES / name) as one,
        zipfile.ZipFile(io.BytesIO(script.BUILDERS[name]())) as other,
    ):
        assert one.namelist() == other.namelist()
        for part in one.namelist():
            assert one.read(part) == other.read(part), f"{part}: run python docs/reference/draft_templates.py"


def test_the_drafts_open_in_an_office_suite_on_f4(copy_contoh, tmp_path):
    soffice = find_libreoffice()
    copy_contoh()
    assert draft("contoh/kopi")[0] == 0
    folder = tmp_path / "laporan" / "contoh" / "kopi" / "2026"
    command = [
        soffice,
        f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    command += ["--outdir", str(tmp_path), *(str(folder / f"draf-{kind}.docx") for kind in KINDS)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for kind in KINDS:
        pdf = (tmp_path / f"draf-{kind}.pdf").read_bytes()
        width, height = map(float, re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf).groups())
        assert (width, height) == (pytest.approx(612, abs=1), pytest.approx(936, abs=1))  # 8.5 x 13 inch
