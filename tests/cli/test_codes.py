"""``perantara codes``: a list comes in, and a budget workbook comes back with its codes explained."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from perantara.cli.code_marks import RESULT_SHEET
from perantara.cli.main import main
from perantara.tables.places import PROGRAMME, Roots
from perantara.tables.store import TableStore

REAL = PROGRAMME.parent / "shared" / "data"  # real lists, beside a checkout where there are any
pytestmark = pytest.mark.usefixtures("workspace")
SIPD = "Daftar SIPD TA 2027"
UMKM = "Pembinaan dan Fasilitasi Kemitraan dan Rantai Pasok Pengembangan UMKM"
MICRO = "Pengembangan Usaha Mikro dengan Orientasi Peningkatan Skala Usaha Menjadi Usaha Kecil"


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["codes", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def import_list(path: Path, decree: str = SIPD, *options: str) -> tuple[int, str]:
    return run("import", path, "--decree", decree, "--year", "2027", *options)


def imported() -> dict[str, dict[str, str]]:
    return {
        row["code"]: dict(row) for row in TableStore(Roots.find()).read("imported_budget_codes").rows or ()
    }


def save(path: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def results(path: Path) -> list[dict[str, object]]:
    """Rows of the first sheet below its headings."""
    rows = list(load_workbook(path)[RESULT_SHEET].iter_rows(values_only=True))
    top = next(i for i, row in enumerate(rows) if row[0] == "Lembar")
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def checked(path: Path, *options: str) -> dict[str, tuple[object, object]]:
    """Check a file; return what was found by cell: code and status."""
    code, output = run("check", path, *options)
    assert code == 0, output
    made = path.with_name(f"{path.stem}-diperiksa.xlsx")
    return {str(row["Sel"]): (row["Kode"], row["Hasil pemeriksaan"]) for row in results(made)}


@pytest.fixture
def rka(tmp_path: Path) -> Path:
    """A workbook like an RKA: merged titles, a header block, accounts, split codes, a list with damage."""
    book = Workbook()
    sheet = book.active
    sheet.title = "RKA 2.2"
    sheet.merge_cells("A1:F1")
    sheet["A1"] = "RENCANA KERJA DAN ANGGARAN"
    sheet["A2"] = "Pemerintah Kabupaten Contoh Tahun Anggaran 2027"
    block = [
        ("Organisasi", "2.17.3.30.0.00.01.0000 DINAS KOPERASI"), ("Program", "2.17.08 PROGRAM PENGEMBANGAN UMKM"),
        ("Kegiatan", f"2.17.08.2.01 {MICRO}"), ("Sub Kegiatan", f"2.17.08.2.01.0018 {UMKM}"),
        ("Tanggal", dt.datetime(2026, 8, 14)), ("Pagu", 125000000), ("Pagu tahun lalu", "1.250.000"),
    ]  # fmt: skip
    for line, (label, value) in enumerate(block, start=4):
        sheet.cell(line, 1, label)
        sheet.cell(line, 2, ":")
        sheet.cell(line, 3, value)
    for row in (["Kode Rekening", "Uraian", "Volume", "Harga", "Total"], [1, 2, 3, 4, 5],
                ["5.1", "BELANJA OPERASI"], ["5.1.02.01.01.0024", "Alat tulis", 2.5, 150000, "=C14*D14"]):  # fmt: skip
        sheet.append(row)
    sheet["C7"].comment = Comment("Tolong cek lagi", "Bendahara")
    split = book.create_sheet("SIPD")
    for row in (["Kode", None, None, None, None, "Uraian", "Pagu"], [1, 2, 3, 4, 5, 6, 7],
                ["2", "17", None, None, None, "URUSAN PEMERINTAHAN BIDANG KOPERASI, USAHA KECIL, DAN MENENGAH", 9],
                ["2", "17", "08", "2.01", None, MICRO, 9], ["2", "17", "08", "2.01", "0018", UMKM, 9],
                [2, 17, 8, 2.01, 18, UMKM, 9]):  # fmt: skip
        split.append(row)
    listed = book.create_sheet("Daftar")
    for row in (["No", "Kode", "Nama"], [1, "3.26.03.2.01.01", "Penguatan Promosi"], [2, "5.5.02", "Penelitian"],
                [3, dt.datetime(2026, 2, 3), "Program Peningkatan Daya Tarik"], [4, 3.3, "Perdagangan"],
                [5, "1.05.01.2.01.0001", "Penyusunan Dokumen"], [6, "2,17E+11", "UMKM"]):  # fmt: skip
        listed.append(row)
    book.save(tmp_path / "RKA Dinas.xlsx")
    return tmp_path / "RKA Dinas.xlsx"


def test_a_newcomer_gets_the_codes_of_an_rka_back_marked_without_any_district(rka, monkeypatch):
    monkeypatch.delenv("PERANTARA_DATA", raising=False)
    before = hashlib.sha256(rka.read_bytes()).hexdigest()
    code, output = run("check", rka)
    assert code == 0
    assert output.startswith(
        "13 kode diperiksa: 6 sesuai, 2 kurang nol, 3 bentuk salah, 1 dicabut, 1 belum dapat diperiksa."
    )
    assert "2 kode rekening tidak diperiksa." in output
    assert "Tahun anggaran: 2027." in output  # as the title says
    assert hashlib.sha256(rka.read_bytes()).hexdigest() == before
    found = {(r["Lembar"], r["Sel"]): r for r in results(rka.with_name("RKA Dinas-diperiksa.xlsx"))}
    assert {place: (row["Kode"], row["Hasil pemeriksaan"]) for place, row in found.items()} == {
        ("RKA 2.2", "C5"): ("2.17.08", "sesuai"),
        ("RKA 2.2", "C6"): ("2.17.08.2.01", "sesuai"),
        ("RKA 2.2", "C7"): ("2.17.08.2.01.0018", "sesuai"),
        ("RKA 2.2", "A13"): ("5.1", "kode rekening, tidak diperiksa"),
        ("RKA 2.2", "A14"): ("5.1.02.01.01.0024", "kode rekening, tidak diperiksa"),
        ("SIPD", "A3"): ("2.17", "sesuai"),
        ("SIPD", "A4"): ("2.17.08.2.01", "sesuai"),
        ("SIPD", "A5"): ("2.17.08.2.01.0018", "sesuai"),
        ("SIPD", "A6"): ("2.17.8.2.01.18", "kurang nol"),
        ("Daftar", "B2"): ("3.26.03.2.01.01", "dicabut"),
        ("Daftar", "B3"): ("5.5.02", "kurang nol"),
        ("Daftar", "B4"): ("2026-02-03", "bentuk salah"),
        ("Daftar", "B5"): ("3.3", "bentuk salah"),
        ("Daftar", "B6"): ("1.05.01.2.01.0001", "belum dapat diperiksa"),
        ("Daftar", "B7"): ("2,17E+11", "bentuk salah"),
    }
    assert found["SIPD", "A6"]["Usulan kode"] == "2.17.08.2.01.0018"
    assert found["RKA 2.2", "C7"]["Nama di sebelahnya"] == found["SIPD", "A5"]["Nama resmi"] == UMKM


def test_the_copy_is_marked_by_fill_and_comment_and_keeps_formulas_and_comments(rka):
    run("check", rka)
    book = load_workbook(rka.with_name("RKA Dinas-diperiksa.xlsx"))
    assert book.sheetnames == [RESULT_SHEET, "RKA 2.2", "SIPD", "Daftar"]
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [RESULT_SHEET]
    assert book["RKA 2.2"]["E14"].value == "=C14*D14"
    assert book["RKA 2.2"]["C7"].comment.text.startswith(
        "Tolong cek lagi\nPemeriksaan kode: sesuai\nNama resmi: Pem"
    )
    assert [str(area) for area in book["RKA 2.2"].merged_cells.ranges] == ["A1:F1"]
    retired, unknown = book["Daftar"]["B2"], book["Daftar"]["B6"]
    assert "dicabut" in retired.comment.text
    assert retired.fill.fgColor.rgb != unknown.fill.fgColor.rgb
    assert [book["SIPD"].cell(5, column).fill.fill_type for column in (1, 5, 6)] == ["solid", "solid", None]
    assert book["RKA 2.2"]["A14"].comment is None  # an account is listed, not marked
    listed = next(row for row in book[RESULT_SHEET].iter_rows() if row[2].value == "2.17.08.2.01.0018")
    assert (listed[2].data_type, listed[2].number_format) == ("s", "@")
    assert listed[1].hyperlink.location == "'RKA 2.2'!C7"


def test_a_copy_checked_again_has_one_result_sheet_and_one_comment(rka):
    run("check", rka)
    copy = rka.with_name("RKA Dinas-diperiksa.xlsx")
    run("check", copy)
    book = load_workbook(rka.with_name("RKA Dinas-diperiksa-diperiksa.xlsx"))
    assert book.sheetnames.count(RESULT_SHEET) == 1
    assert book["RKA 2.2"]["C7"].comment.text.count("Pemeriksaan kode:") == 1
    assert len(results(rka.with_name("RKA Dinas-diperiksa-diperiksa.xlsx"))) == len(results(copy))


def test_an_earlier_copy_is_not_written_over_unless_it_is_named(rka):
    run("check", rka)
    earlier = rka.with_name("RKA Dinas-diperiksa.xlsx")
    before = earlier.read_bytes()
    assert "RKA Dinas-diperiksa-2.xlsx" in run("check", rka)[1]
    assert earlier.read_bytes() == before
    assert run("check", rka, "--out", rka.with_name("hasil.xlsx"))[0] == 0
    assert results(rka.with_name("hasil.xlsx"))
    for out, words in ((rka, "berkas asli"), (rka.with_name("hasil.pdf"), "berakhiran .xlsx")):
        code, output = run("check", rka, "--out", out)
        assert (code, words in output) == (1, True)
    assert sorted(path.suffix for path in rka.parent.iterdir() if path.name.startswith(".")) == []


def test_a_csv_comes_back_as_a_workbook_whose_cells_stay_text(tmp_path):
    path = tmp_path / "dpa.csv"
    path.write_bytes('kode;uraian\n3.26.03;"Program Promosi, Andr\xe9"\n=1+1;catatan\n'.encode("cp1252"))
    assert checked(path) == {"A2": ("3.26.03", "nama berbeda")}
    cell = load_workbook(tmp_path / "dpa-diperiksa.xlsx")["dpa"]["A3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_workbook_without_codes_says_so(tmp_path):
    path = save(tmp_path / "rapat.xlsx", Notulen=[["Rapat 12.05.2026", 2.17], ["1.250.000", "Ruang 2"]])
    code, output = run("check", path)
    assert code == 0
    assert output.startswith("Tidak ada kode anggaran yang ditemukan dalam 1 lembar.")
    assert "Tahun anggaran tidak disebut" in output


def test_the_stated_year_outranks_that_of_the_sheet(tmp_path):
    path = save(tmp_path / "rka.xlsx", A=[["Tahun Anggaran", 2027], ["2.17.08.2.01.0018", UMKM]])
    assert checked(path)["A2"][1] == "sesuai"
    assert "Tahun anggaran: 2028." in run("check", path, "--year", "2028")[1]
    assert (
        results(tmp_path / "rka-diperiksa-2.xlsx")[0]["Hasil pemeriksaan"] == "tidak berlaku pada tahun itu"
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsm", b"PK\x03\x04", "memuat makro. Di Excel pilih Simpan Sebagai"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "berbentuk .xls lama atau dilindungi sandi"),
        ("a.ods", b"PK", "bukan .xlsx atau .csv"),
        ("a.xlsx", b"PK\x03\x04rusak", "a.xlsx rusak"),
        ("a.csv", b"\x00\x01", "pengodean berkas rusak"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_to_do(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    code, output = run("check", tmp_path / name)
    assert code == 1
    assert words in output
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]


def test_a_file_that_is_not_there_is_named(tmp_path):
    code, output = run("check", tmp_path / "tiada.xlsx")
    assert code == 1
    assert "tiada.xlsx tidak dapat dibaca" in output


def test_a_list_comes_in_past_titles_with_repairs_and_what_was_skipped_stated(workspace, tmp_path):
    path = tmp_path / "daftar.csv"
    path.write_text(
        "DAFTAR NOMENKLATUR;;\n;;\nKODE;SUB KEGIATAN;PAGU\n2.17;URUSAN, KOPERASI;1.250.000\n"
        "2.17.08.02.01;Pengembangan;2.000.000\n2.17.08.02.01.0018;Kemitraan;3.000.000\n2.17.8;Program;4\n"
        "2.17;Urusan, koperasi;5\n2.17.08.2;Terpotong;6\n5.1.02.01;Belanja;7\n;JUMLAH;8\n",
        encoding="utf-8",
    )
    code, output = import_list(path)
    assert code == 0
    assert output.splitlines()[0] == (
        "4 kode masuk dari daftar sebagai Daftar SIPD TA 2027: 1 bidang urusan, 1 program, 1 kegiatan, 1 sub kegiatan."
    )
    for words in ("Diperbaiki  2: Nomor kewenangan", "Diperbaiki  1: Ada bagian kode yang kurang nol",
                  "Dilewati  1: kode ganda", "Dilewati  1: Kode ini terpotong", "Dilewati  1: Ini kode rekening",
                  "Dilewati  1: tanpa kode"):  # fmt: skip
        assert words in output
    rows = imported()
    assert list(rows) == ["2.17", "2.17.08.2.01", "2.17.08.2.01.0018", "2.17.08"]
    assert rows["2.17"]["official_name"] == "URUSAN, KOPERASI"
    assert rows["2.17.08"] | {"data_date": ""} == {
        "code": "2.17.08", "level": "program", "official_name": "Program", "decree": SIPD, "fiscal_year_from": "",
        "fiscal_year_to": "2027", "basis": "keterangan", "source": f"{SIPD}, berkas daftar.csv", "data_date": "",
    }  # fmt: skip


def test_another_decree_is_added_and_the_same_replaced_after_saying_so(workspace, tmp_path):
    for name, code in (("a.csv", "2.17.08"), ("b.csv", "2.17.07")):
        (tmp_path / name).write_text(f"kode,nama\n{code},Program\n")
    import_list(tmp_path / "a.csv", "A")
    import_list(tmp_path / "a.csv", "B")
    assert "Diganti  1 kode dari pemuatan B yang lalu" in import_list(tmp_path / "b.csv", "B")[1]
    rows = TableStore(Roots.find()).read("imported_budget_codes").rows
    assert [(row["code"], row["decree"]) for row in rows] == [("2.17.08", "A"), ("2.17.07", "B")]


def test_codes_saved_as_numbers_or_dates_are_refused_with_their_cells_and_nothing_is_lost(
    workspace, tmp_path
):
    good = save(tmp_path / "baik.xlsx", A=[["Kode", "Nama"], [2, "URUSAN"], ["2.17.08", "Program"]])
    assert import_list(good)[0] == 0
    rows = [["Kode", "Nama"], [2.17, "URUSAN"], ["2.17.08", "Program"], [dt.datetime(2026, 2, 3), "Program"]]
    code, output = import_list(save(tmp_path / "rusak.xlsx", A=rows))
    assert code == 1
    assert 'baris 2, kolom A (kode): "2.17" — kode tersimpan sebagai angka' in output
    assert 'baris 4, kolom A (kode): "2026-02-03" — kode tersimpan sebagai tanggal' in output
    assert list(imported()) == ["2", "2.17.08"]


def test_code_and_name_in_one_cell_and_several_levels_side_by_side_come_in(workspace, tmp_path):
    path = save(
        tmp_path / "sipd.xlsx",
        Sampul=[["Ekspor SIPD"]],
        Data=[["No", "PROGRAM", "KODE SUB KEGIATAN", "NAMA SUB KEGIATAN"],
              [1, "2.17.08 PROGRAM PENGEMBANGAN UMKM", "2.17.08.2.01.0018", "Kemitraan"],
              [2, "2.17.08 PROGRAM PENGEMBANGAN UMKM", "2.17.08.2.01.0022", "Pembiayaan"]],
    )  # fmt: skip
    assert import_list(path)[1].startswith("3 kode masuk dari Data")
    assert {code: row["official_name"] for code, row in imported().items()} == {
        "2.17.08": "PROGRAM PENGEMBANGAN UMKM", "2.17.08.2.01.0018": "Kemitraan", "2.17.08.2.01.0022": "Pembiayaan",
    }  # fmt: skip
    assert "Dilewati  2: tingkat lain" in import_list(path, "B", "--level", "sub kegiatan")[1]
    code, output = import_list(path, "C", "--sheet", "Dta")
    assert code == 1
    assert 'Lembar "Dta" tidak ada dalam sipd.xlsx; yang ada: Sampul, Data' in output


def test_without_a_workspace_or_without_codes_nothing_is_imported(tmp_path, workspace, monkeypatch):
    path = save(tmp_path / "rapat.xlsx", A=[["Nama", "Umur"], ["Budi", 31]])
    code, output = import_list(path)
    assert (code, "Tidak ada kolom kode anggaran dalam rapat.xlsx" in output) == (1, True)
    monkeypatch.delenv("PERANTARA_DATA")
    code, output = import_list(path)
    assert (code, "Tentukan folder kerja dengan --data" in output) == (1, True)
    assert list(workspace.iterdir()) == []


def test_an_imported_list_changes_what_a_check_says(workspace, tmp_path, rka):
    (tmp_path / "a.csv").write_text("kode,nama\n1.05.01.2.01.0001,Penyusunan Dokumen\n")
    assert checked(rka)["B6"] == ("1.05.01.2.01.0001", "belum dapat diperiksa")
    import_list(tmp_path / "a.csv")
    shutil.move(rka.with_name("RKA Dinas-diperiksa.xlsx"), tmp_path / "lama.xlsx")
    assert checked(rka)["B6"] == ("1.05.01.2.01.0001", "sesuai")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real lists are not on this machine")
def test_the_real_lists_come_in_whole_and_change_the_audit(tmp_path, rka):
    before = checked(rka)["B6"]
    rka.with_name("RKA Dinas-diperiksa.xlsx").unlink()
    city, decree = REAL / "nomenklatur_900_kota_2548.csv", REAL / "nomenklatur_permendagri90_2019_89.csv"
    output = import_list(city)[1]
    assert output.startswith("2.548 kode masuk")
    assert "Diperbaiki" not in output  # its column kode_norm is well formed
    assert import_list(decree, "Kutipan")[1].startswith("89 kode masuk")
    with city.open(encoding="utf-8", newline="") as handle:
        names = {row["kode_norm"]: row["nomenklatur"] for row in csv.DictReader(handle)}
    rows = TableStore(Roots.find()).read("imported_budget_codes").rows
    assert {row["code"]: row["official_name"] for row in rows if row["decree"] == SIPD} == names
    assert (before[1], checked(rka)["B6"][1]) == ("belum dapat diperiksa", "nama berbeda")
    retired = next(
        r for r in results(rka.with_name("RKA Dinas-diperiksa.xlsx")) if r["Kode"] == "3.26.03.2.01.01"
    )
    assert retired["Usulan kode"] == "3.26.03.2.01.0007"  # the same name under its later number


@pytest.mark.skipif(not REAL.is_dir(), reason="the real lists are not on this machine")
def test_the_habit_of_two_digits_in_a_real_list_is_repaired_as_a_stated_change(tmp_path):
    text = (REAL / "nomenklatur_900_kota_2548.csv").read_text(encoding="utf-8")
    rows = [row[:3] for row in csv.reader(text.splitlines())]
    with (tmp_path / "tanpa_norm.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter=";").writerows(rows)
    # 483 kegiatan and the 1,798 of 1,881 sub kegiatan that are written with .02.
    assert (
        "Diperbaiki  2.281: Nomor kewenangan ditulis dua angka" in import_list(tmp_path / "tanpa_norm.csv")[1]
    )
