"""The workbook for a meeting: live formulas that carry their values, codes as text, pages to print."""

from __future__ import annotations

import csv

import openpyxl
import pytest

from perantara.publish.workbook import write_workbook
from perantara.tables.declaration import load_declarations
from perantara.tables.places import PROGRAMME

DECLARATIONS = load_declarations([PROGRAMME / "data" / "tables"])
TABLE = DECLARATIONS["cost_lines"]
LINES = [
    {"line_id": "B001", "block": "tim_kerja", "code": "2.17.08.2.01.0018", "quantity": "25", "unit_price_idr": "45000",
     "need_idr": "1125000", "allocated_idr": "1000000", "uncovered_idr": "125000", "month": "3"},
    {"line_id": "B002", "block": "riset", "description": "=1+1", "quantity": "0.5", "unit_price_idr": "200000",
     "need_idr": "100000", "allocated_idr": "100000", "uncovered_idr": "0", "month": "4"},
]  # fmt: skip
FINDINGS = {
    "as_of": "2026-07-01", "cycle": "2026",
    "district": {"name": "Kabupaten Uji", "is_rekaan": False}, "initiative": {"title": "Kopi & teh"},
    "gate": {"status": "repeat", "next_steps": []}, "statements": [{"message": "Ada.", "arguments": {}}],
    "alarms": [{"message": "Kode %(item)s perlu diperbaiki.", "arguments": {"item": "5.5.02"}}],
    "tables": [{"name": "cost_lines"}],
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    (tmp_path / "tables").mkdir()
    with (tmp_path / "tables" / "cost_lines.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, TABLE.field_names, restval="")
        writer.writeheader()
        writer.writerows(LINES)
    write_workbook(tmp_path / "04_budget.xlsx", "Penyiapan penganggaran", FINDINGS, DECLARATIONS)
    return tmp_path / "04_budget.xlsx"


def column(sheet, title: str) -> list:
    letter = next(cell.column_letter for cell in sheet[3] if str(cell.value).split(" (")[0] == title)
    return [cell.value for cell in sheet[letter][3:]]


def test_costs_and_sums_are_formulas(path):
    sheet = openpyxl.load_workbook(path)["Rincian biaya tiap butir"]
    assert column(sheet, "Kebutuhan")[:2] == ["=J4*L4", "=J5*L5"]
    assert column(sheet, "Kebutuhan")[2] == "=SUBTOTAL(9,M4:M5)"
    assert column(sheet, "Kekurangan")[0] == "=MAX(M4-N4,0)"


def test_who_only_looks_sees_the_values(path):
    sheet = openpyxl.load_workbook(path, data_only=True)["Rincian biaya tiap butir"]
    assert column(sheet, "Kebutuhan") == [1_125_000, 100_000, 1_225_000]  # 25 x 45.000; 0,5 x 200.000
    assert column(sheet, "Kekurangan") == [125_000, 0, 125_000]


def test_codes_and_what_looks_like_a_formula_stay_text_and_keys_are_words(path):
    sheet = openpyxl.load_workbook(path)["Rincian biaya tiap butir"]
    assert column(sheet, "Kode sub kegiatan")[0] == "2.17.08.2.01.0018"
    assert {cell.data_type for cell in sheet["E"][3:5]} == {"s"}  # "=1+1" among them
    assert column(sheet, "Kelompok biaya")[0] == "Tim Kerja"


def test_every_page_repeats_the_heading_on_folio_paper(path):
    sheet = openpyxl.load_workbook(path)["Rincian biaya tiap butir"]
    assert sheet.print_title_rows == "$3:$3"
    assert int(sheet.page_setup.paperSize) == 14
    assert sheet.page_setup.orientation == "landscape"


def test_the_first_sheet_lists_what_is_to_be_mended(path):
    summary = {
        row[0]: row[1] for row in openpyxl.load_workbook(path)["Ringkasan"].iter_rows(values_only=True)
    }
    assert summary["Yang perlu diperbaiki"] == "Kode 5.5.02 perlu diperbaiki."


def test_every_sheet_says_whose_it_is_and_that_it_is_internal(path):
    book = openpyxl.load_workbook(path)
    assert book["Rincian biaya tiap butir"]["A2"].value == "Kabupaten Uji, Kopi & teh, 2026 — Edisi internal"
    assert not [title for title in book.sheetnames if "…" in title]


def test_a_table_without_rows_has_no_sheet_and_a_sound_result_has_a_next_step(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "gap.csv").write_text("fiscal_year\n", encoding="utf-8")
    write_workbook(tmp_path / "x.xlsx", "Uji", FINDINGS | {"tables": [{"name": "gap"}]}, DECLARATIONS)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["Ringkasan"]
    said = {row[0]: row[1] for row in book["Ringkasan"].iter_rows(values_only=True)}
    assert said["Langkah berikutnya"].startswith("Bahas hasil ini")


def test_a_confidential_table_has_no_sheet(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "candidate_results.csv").write_text(
        "candidate_id,result\nF01,gugur\n", encoding="utf-8"
    )
    found = FINDINGS | {"tables": [{"name": "candidate_results"}]}
    write_workbook(tmp_path / "x.xlsx", "Uji", found, DECLARATIONS)
    assert openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames == ["Ringkasan"]


def test_a_share_is_headed_and_written_as_percent(tmp_path):
    (tmp_path / "tables").mkdir()
    names = DECLARATIONS["gap"].field_names
    with (tmp_path / "tables" / "gap.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names, restval="")
        writer.writeheader()
        writer.writerow({"fiscal_year": "2026", "dimension": "bulan", "allocated_share": "0.57"})
    write_workbook(tmp_path / "x.xlsx", "Uji", FINDINGS | {"tables": [{"name": "gap"}]}, DECLARATIONS)
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[1]
    (heading,) = [cell for cell in sheet[3] if str(cell.value).startswith("Bagian alokasi")]
    assert heading.value == "Bagian alokasi (%)"
    assert sheet.cell(4, heading.column).number_format == "0.0%"
