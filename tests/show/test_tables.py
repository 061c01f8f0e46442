from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from perantara.errors import StageError
from perantara.methods.budget_codes import _NOTES, audit_codes
from perantara.methods.code_grammar import _FAULTS
from perantara.show.tables import html_table, show_declared, show_gap, show_table
from perantara.text import messages, using_language


def soup(display) -> BeautifulSoup:
    return BeautifulSoup(display.bundle["text/html"], "html.parser")


def test_a_confidential_column_is_refused_by_name(stage):
    census = stage.table("umk_census")
    with pytest.raises(StageError, match='"owner_name" bersifat rahasia'):
        show_table(stage, census[["owner_name"]], "umk_census", caption="Pemilik")


def test_a_column_without_a_title_is_refused_by_name(stage):
    with pytest.raises(StageError, match='"laba" belum punya judul'):
        show_table(stage, pd.DataFrame({"laba": [1]}), "actors", caption="Laba")


def test_titles_and_units_come_from_the_declaration(stage):
    census = stage.table("umk_census").head(1)
    shown = soup(show_table(stage, census, "umk_census", columns=["capacity_per_month"], caption="X"))
    assert shown.th.get_text() == "Kapasitas produksi per bulan satuan produk/bulan"


def test_numbers_dates_and_truth_are_written_in_indonesian(stage):
    frame = pd.DataFrame(
        {
            "name": ["Koperasi"],
            "value": [1234.5],
            "data_date": pd.to_datetime(["2026-08-14"]),
            "is_poor": pd.array([True], dtype="boolean"),
        }
    )
    titles = {"value": "Nilai", "is_poor": "Miskin"}
    shown = soup(show_table(stage, frame, "actors", caption="X", titles=titles))
    cells = [cell.get_text() for cell in shown.tbody.find_all(["th", "td"])]
    assert cells == ["Koperasi", "1.234,5", "14 Agustus 2026", "ya"]


def test_a_note_and_a_status_that_a_method_wrote_are_said_in_the_language_of_the_report(stage, monkeypatch):
    # a pseudo-translation: every message of these methods in brackets
    official = pd.DataFrame({"code": ["3.26.03"], "level": ["program"], "official_name": ["PROGRAM PEMASARAN"],
                             "decree": ["Kab. X"], "fiscal_year_from": [2026], "fiscal_year_to": [2027]})  # fmt: skip
    changes = pd.DataFrame(columns=["code", "status", "successor", "note"])
    used = pd.DataFrame(
        {"code": ["3.26.3", "3.26.03"], "name_used": [None, "PROGRAM"], "fiscal_year": [None, 2025]}
    )
    audit = audit_codes(used, official, changes)
    english = {message: f"[{message[:-1]}]." for message in [*_FAULTS.values(), *_NOTES.values()]}
    english |= {"kurang nol": "[kurang nol]"}
    monkeypatch.setattr(messages, "_catalogue", lambda language: english if language == "en" else {})
    titles = {"code": "Code", "status": "Status", "note": "Note"}
    with using_language("en"):
        display = show_table(stage, audit[list(titles)], "actors", caption="X", titles=titles)
    rows = soup(display).tbody.find_all("tr")
    cells = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]
    assert cells[0] == [
        "3.26.3", "[kurang nol]", "[Ada bagian kode yang kurang nol]. [Nama yang dipakai tidak disebut, jadi belum "
        "dibandingkan].",
    ]  # fmt: skip
    assert cells[1][2].startswith(
        "[Menurut Kab. X kode ini berlaku mulai tahun anggaran 2026, bukan 2025]. [Nama berbeda"
    )


def test_missing_values_are_a_dash_and_zero_is_zero(stage):
    frame = pd.DataFrame({"name": ["A", None], "value": [0.0, float("nan")]})
    shown = soup(show_table(stage, frame, "actors", caption="X", titles={"value": "Nilai"}))
    assert [c.get_text() for c in shown.tbody.find_all(["th", "td"])] == ["A", "0", "–", "–"]


def test_text_of_a_district_is_shown_as_text_and_not_run(stage):
    frame = pd.DataFrame({"name": ['<script>alert("x")</script>'], "role": ["{{ 1 + 1 }}"]})
    display = show_table(stage, frame, "actors", caption="<b>X</b>")
    assert not soup(display).select("script, b")
    assert "alert" in soup(display).get_text()


def test_access_is_the_strictest_of_the_tables_unless_made_safe(stage):
    frame = pd.DataFrame({"n": [7]})
    shown = show_table(stage, frame, "actors", "umk_census", caption="X", titles={"n": "Jumlah"})
    assert shown.metadata["perantara"]["access"] == "internal"
    safe = show_table(stage, frame, "umk_census", caption="X", titles={"n": "Jumlah"}, access="publik")
    assert safe.metadata["perantara"]["access"] == "publik"


def test_an_unknown_access_level_is_refused(stage):
    frame = pd.DataFrame({"name": ["A"]})
    with pytest.raises(StageError, match='"umum" tidak dikenal; pilihan: publik, internal, rahasia'):
        show_table(stage, frame, "actors", caption="X", access="umum")


def test_only_the_sources_of_the_rows_shown_are_named(open_stage):
    stage = open_stage()
    facts = stage.table("regional_facts")
    rows = facts[(facts["region_name"] == "Kabupaten Pacitan") & (facts["indicator"] == "poverty_rate_pct")]
    display = show_table(stage, rows, "regional_facts", columns=["region_name", "value"], caption="X")
    assert display.metadata["perantara"]["source"] == rows["source"].iloc[0]
    assert stage.used_sources == {("Angka acuan wilayah", rows["source"].iloc[0], "resmi")}


def test_a_missing_table_is_shown_as_a_gap_with_its_holder(open_stage):
    stage = open_stage("anyaman")
    display = show_declared(stage, "environment", ["aspect", "condition"], caption="X")
    text = soup(display).get_text(" ")
    assert "Belum ada data: Keadaan awal lingkungan hidup" in text
    assert "Dinas Lingkungan Hidup" in text
    again = show_gap(stage, "environment").bundle["text/plain"]
    assert again == "Belum dapat ditunjukkan: keadaan awal lingkungan hidup belum ada."


def test_a_frame_without_rows_of_a_missing_table_is_shown_as_its_gap(open_stage):
    stage = open_stage("anyaman")
    display = show_table(stage, stage.table("environment"), "environment", caption="X")
    assert display.metadata["perantara"]["kind"] == "gaps"
    none = stage.table("actors").head(0)
    assert show_table(stage, none, "actors", caption="X").metadata["perantara"]["kind"] == "table"


def test_coverage_stands_in_the_caption_of_a_partial_table(open_stage):
    display = show_declared(open_stage("anyaman"), "umk_census", ["village_name"], caption="X")
    assert "2 dari 5 desa sasaran" in soup(display).caption.get_text()


def test_the_first_cell_heads_its_row_and_numbers_align():
    html = html_table("Judul", "", [("Nama", "", False), ("Nilai", "kg", True)], [["A", "1"]])
    shown = BeautifulSoup(html, "html.parser")
    assert shown.tbody.th["scope"] == "row"
    assert shown.td["class"] == ["number"]
    assert shown.select_one(".unit").get_text() == "kg"
