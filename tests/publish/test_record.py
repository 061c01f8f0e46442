"""The decision record: filled where data can fill it, blank elsewhere, and readable by Word."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner

from perantara.cli.main import main
from perantara.publish.pages import TEMPLATES
from perantara.stage.results import result_folder, write_manifest
from perantara.tables.addresses import find_places
from perantara.tables.places import PROGRAMME, Roots
from tools import find_libreoffice

HASH = "0f" * 32
DECISIONS = (
    "cycle,stage,computed_result,decided_result,reason,deciding_body,position,decision_date,document,"
    "provenance_sha256,basis,source\n"
)


def sentence(message: str, **arguments: Any) -> dict[str, Any]:
    return {"message": message, "arguments": arguments}


def findings_of(stage: str, **changes: Any) -> dict[str, Any]:
    criterion = {
        "id": "gap_small", "title": "Kebutuhan tertutup alokasi", "value": 1234.5, "operator": "<=", "threshold": 5.0,
        "unit": "%", "set_by": "usulan perantara", "severity": "must", "basis": "rencana", "status": "failed",
        "evidence": sentence("Belum tertutup %(gap)s %%.", gap=1234.5),
    }  # fmt: skip
    unknown = criterion | {
        "id": "other",
        "title": "Kode berlaku",
        "value": None,
        "status": "unknown",
        "basis": "",
    }
    step = sentence("Rinci kebutuhan.") | {"who": "TAPD", "due": "2026-12-01"}
    gap = {
        "table": "environment",
        "columns": ["topic"],
        "why": "Menjadi pembanding.",
        "holder": "Dinas Lingkungan Hidup",
    }
    return {
        "stage": stage, "as_of": "2026-11-24", "provenance": {"sha256": HASH}, "gaps": [gap], "alarms": [],
        "statements": [sentence("Terdata %(umk)s UMK.", umk=1350)], "decision": None,
        "gate": {"status": "repeat", "criteria": [criterion, unknown],
                 "next_steps": [step, step, sentence("Catat kode.") | {"who": "", "due": ""}]},
    } | changes  # fmt: skip


@pytest.fixture
def put_result(copy_contoh) -> Callable[..., Path]:
    """Lay a complete result of a stage for a place, as a run would."""
    copy_contoh()

    def put(address: str, stage: str = "02_concept", **changes: Any) -> Path:
        roots = Roots.find()
        (place,) = find_places(roots, address)
        folder = result_folder(roots, place, stage)
        folder.mkdir(parents=True)
        text = json.dumps(findings_of(stage, **changes), ensure_ascii=True)
        (folder / "findings.json").write_text(text, encoding="utf-8")
        write_manifest(folder)
        return folder

    return put


def record(*arguments: Any) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["record", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def read(path: Path) -> str:
    """All text of a document: paragraphs, cells by row, heads and feet."""
    document = docx.Document(path)
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [" | ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    lines += [p.text for s in document.sections for part in (s.header, s.footer) for p in part.paragraphs]
    return "\n".join(lines)


@pytest.fixture
def written(put_result, tmp_path) -> Callable[..., str]:
    """Write the record of one result and return its text."""

    def write(address: str = "contoh/anyaman/2026", stage: str = "02_concept", **changes: Any) -> str:
        put_result(address, stage, **changes)
        path = tmp_path / "berita.docx"
        code, output = record(address, "--stage", stage[:2], "--output", path)
        assert (code, output) == (0, f"Berita acara: {path}\n")
        return read(path)

    return write


def test_a_record_says_what_was_computed_in_the_form_of_the_language(written):
    text = written(stage="04_budget")
    assert "PEMBAHASAN HASIL TAHAP PENYIAPAN PENGANGGARAN" in text
    assert "tahap 04 (Penyiapan penganggaran, panduan bagian 3.4)" in text
    assert "Keadaan per | 24 November 2026" in text
    assert "Penilaian: Perlu diulang." in text
    assert (
        "Kebutuhan tertutup alokasi (wajib) | 1.234,5 % | ≤ 5 % (usulan perantara) | belum terpenuhi | "
        "Belum tertutup 1.234,5 %. (dasar: rencana)"
    ) in text
    assert "Kode berlaku (wajib) | – | ≤ 5 % (usulan perantara) | belum dapat dinilai" in text
    assert "– Terdata 1.350 UMK." in text
    assert (
        "Keadaan awal lingkungan hidup (kolom topic) | Menjadi pembanding. | Dinas Lingkungan Hidup" in text
    )


def test_a_next_step_stands_once_and_is_blank_where_nobody_is_proposed(written):
    text = written()
    assert text.count("Rinci kebutuhan. | TAPD | 1 Desember 2026") == 1
    assert re.search(r"Catat kode\. \| \.{10,} \| \.{10,}", text)


def test_what_data_cannot_fill_is_blank(written):
    text = written()
    assert re.search(r"Nomor: \.{10,}", text)
    assert re.search(r"Pada hari \.{10,}, tanggal \.{10,}, bertempat di \.{10,}", text)
    assert re.search(r"Badan yang memutuskan: \.{10,}", text)
    assert re.search(r"Alasan, bila berbeda dari hasil hitungan: \.{10,}", text)
    assert text.count("☐") == 4 and "☒" not in text
    for element in ("Bappeda", "Pelaku usaha", "UMK"):
        assert f"\n{element} |  |  | \n" in text


def test_how_to_record_the_decision_names_every_column_and_the_hash(written):
    text = written()
    assert "districts/contoh/anyaman/decisions.csv" in text
    header = DECISIONS.strip().split(",")
    rows = dict(re.findall(r"^(\w+) \| [^|]+ \| (.+)$", text, re.M))
    assert [name for name in rows if name in header] == header
    assert rows["stage"] == "02_concept" and rows["computed_result"] == "repeat"
    assert rows["provenance_sha256"] == HASH and rows["basis"] == "rekaan"
    assert f"Sidik asal-usul hasil: {HASH}" in text


@pytest.mark.parametrize("reason", ["", "Mitra menunggu; tenggat & syarat <dicatat>"])
def test_a_decision_that_was_taken_is_filled_in_with_its_reason(written, workspace, reason):
    decided = "conditional" if reason else "repeat"
    row = f"2026,02_concept,repeat,{decided},{reason},Tim Kerja,Ketua,2026-11-20,BA 7/2026,{HASH},rekaan,Rekaan\n"
    path = workspace / "districts" / "contoh" / "anyaman" / "decisions.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    (workspace / "tunda.csv").write_text(DECISIONS + row, encoding="utf-8")
    (workspace / "tunda.csv").rename(path)
    text = written()
    label = "Dapat dilanjutkan dengan syarat" if reason else "Perlu diulang"
    assert f"☒ {label}" in text and text.count("☐") == 3
    assert "Badan yang memutuskan: Tim Kerja" in text and "Tanggal keputusan: 20 November 2026" in text
    assert f"Alasan, bila berbeda dari hasil hitungan: {reason or '–'}" in text
    assert "Keputusan sudah tercatat" in text and "Tambahkan satu baris" not in text
    assert "Sidik yang dicatat" not in text and "ketika hasil hitungan masih" not in text


def test_a_decision_on_another_result_says_so(written, workspace):
    other = "a" * 64
    path = workspace / "districts" / "contoh" / "anyaman" / "decisions.csv"
    row = (
        f"2026,02_concept,insufficient,repeat,Data menyusul,Tim,Ketua,2026-11-20,BA 7,{other},rekaan,Rekaan\n"
    )
    path.write_text(DECISIONS + row, encoding="utf-8")
    text = written()
    assert "Keputusan diambil ketika hasil hitungan masih: Data belum memadai." in text
    assert "Sidik yang dicatat pada keputusan itu berbeda dari sidik hasil ini." in text


def test_odd_characters_stand_as_they_are_and_those_that_word_cannot_hold_are_left_out(written):
    odd = "A & B <b>tebal</b> {{ district }} {% if %} \u201cÉ\u201d 茶 \x07\x0b\ud800\n\tselesai"
    text = written(statements=[sentence(odd.replace("%", "%%"))])
    assert "– A & B <b>tebal</b> {{ district }} {% if %} \u201cÉ\u201d 茶 selesai" in " ".join(text.split())


def test_a_made_up_place_is_marked_on_every_page_and_a_real_one_is_not(put_result, tmp_path):
    put_result("contoh/anyaman/2026")
    put_result("aceh-barat/eceng-gondok/2026")
    for address, mark in (("contoh/anyaman", True), ("aceh-barat", False)):
        path = tmp_path / f"{address[:4]}.docx"
        assert record(address, "--stage", "02", "--output", path)[0] == 0
        header = docx.Document(path).sections[0].header.paragraphs[0].text
        assert "Edisi internal" in header
        assert ("Data rekaan untuk latihan" in header) == mark
        assert ("disusun dari sumber publik" in read(path)) != mark


def test_a_district_is_named_in_its_own_terms(written):
    text = written("aceh-barat/eceng-gondok/2026")
    assert "Peraturan Bupati, Keputusan Bupati, atau Qanun" in text
    assert "\nPemerintah gampong | " in text and "Bupati Aceh Barat" in text


def test_the_newest_result_of_each_initiative_is_taken_and_laid_beside_it(put_result):
    folders = [put_result(f"contoh/{where}") for where in ("kopi/2025", "kopi/2026", "anyaman/2026")]
    code, output = record("contoh", "--stage", "02_concept")
    assert code == 0
    paths = [Path(line.removeprefix("Berita acara: ")) for line in output.splitlines()]
    assert paths == [folders[i].parent / "berita-acara-02_concept.docx" for i in (2, 1)]
    assert "Siklus | 2026" in read(paths[1])


def test_a_record_is_never_written_over(written, tmp_path):
    written()
    before = (tmp_path / "berita.docx").read_bytes()
    code, output = record("contoh/anyaman", "--stage", "02", "--output", tmp_path / "berita.docx")
    assert code == 1 and "sudah ada dan mungkin sudah diisi" in output
    assert (tmp_path / "berita.docx").read_bytes() == before


def test_without_a_result_the_command_to_run_is_named(workspace):
    code, output = record("trenggalek", "--stage", "02")
    assert code == 1
    assert "Tahap 02_concept belum punya hasil di sini" in output
    assert "perantara run trenggalek --stage 02" in output


def test_one_file_cannot_hold_two_initiatives(put_result, tmp_path):
    put_result("contoh/kopi/2026"), put_result("contoh/anyaman/2026")
    code, output = record("contoh", "--stage", "02", "--output", tmp_path / "satu.docx")
    assert code == 1 and "contoh/anyaman, contoh/kopi" in output
    assert not (tmp_path / "satu.docx").exists()


def test_without_the_package_for_word_the_extra_is_named(put_result, monkeypatch):
    put_result("contoh/anyaman/2026")
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    code, output = record("contoh/anyaman", "--stage", "02")
    assert code == 1 and 'pip install -e ".[word]"' in output


def own_template(workspace: Path, paragraph: str) -> None:
    document = docx.Document()
    document.add_paragraph(paragraph)
    (workspace / "templates").mkdir()
    document.save(workspace / "templates" / "decision_record.docx")


def test_a_district_may_have_its_own_template(written, workspace):
    own_template(workspace, "Kop surat: {{ district }}, {{ computed }}")
    assert written() == "Kop surat: Kabupaten Contoh, Perlu diulang\n\n"


@pytest.mark.parametrize("paragraph", ["{{ distrik }}", "{% for x in %}"])
def test_a_template_that_cannot_be_filled_is_named(put_result, workspace, tmp_path, paragraph):
    put_result("contoh/anyaman/2026")
    own_template(workspace, paragraph)
    code, output = record("contoh/anyaman", "--stage", "02", "--output", tmp_path / "a.docx")
    assert code == 1 and "templates/decision_record.docx tidak dapat diisi" in output
    assert not (tmp_path / "a.docx").exists()


def test_the_shipped_template_is_what_its_script_writes():
    path = PROGRAMME / "docs" / "reference" / "decision_record_template.py"
    spec = importlib.util.spec_from_file_location("decision_record_template", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    shipped, made = TEMPLATES / "decision_record.docx", io.BytesIO(script.build())
    with zipfile.ZipFile(shipped) as one, zipfile.ZipFile(made) as other:
        assert one.namelist() == other.namelist()
        for name in one.namelist():
            assert one.read(name) == other.read(name), f"{name}: run python docs/reference/{path.name}"


def test_the_shipped_template_is_f4_in_bookman_and_tells_of_nobody():
    document = docx.Document(TEMPLATES / "decision_record.docx")
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (215, 330)
    assert document.styles["Normal"].font.name == "Bookman Old Style"
    assert document.styles["Normal"].font.size.pt == 12
    properties = document.core_properties
    assert not properties.author and not properties.last_modified_by and not properties.comments


def test_the_record_opens_in_an_office_suite_on_f4(written, tmp_path):
    soffice = find_libreoffice()
    written()
    command = [soffice, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "berita.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pdf = (tmp_path / "berita.pdf").read_bytes()
    width, height = map(float, re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf).groups())
    assert width == pytest.approx(215 / 25.4 * 72, abs=1) and height == pytest.approx(330 / 25.4 * 72, abs=1)
