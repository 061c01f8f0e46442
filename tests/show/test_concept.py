"""What stage 02 shows of people stays safe, and what it says fits what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup

from perantara.show.census import (
    draw_reach,
    explore_reach,
    show_census_checks,
    show_kinds,
    show_owners,
    show_villages,
)
from perantara.show.concept import state_findings, take_inventory
from perantara.show.concept_chain import show_chain, show_prices
from perantara.show.pages import show_contradictions


def edit(path: Path, change) -> None:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(frame).to_csv(path, index=False, lineterminator="\n")


def kopi(workspace: Path, table: str) -> Path:
    return workspace / "districts/contoh/kopi" / f"{table}.csv"


def test_what_is_stated_fits_a_complete_and_an_empty_initiative(open_stage):
    full, begun = open_stage(), open_stage("anyaman")
    for stage in (full, begun):
        own = stage.table("district_context").query("region_code_kemendagri == '00.00'")
        state_findings(stage, own)
    said = [str(sentence) for sentence in full.statements]
    assert any(re.fullmatch(r"Terdata 183 UMK \(6 dari 6 desa sasaran, s\.d\. .*\)\.", s) for s in said)
    assert any("belum ada mitra swasta" in str(sentence) for sentence in begun.statements)


def test_counts_of_owners_hide_small_cells(stage):
    shown = BeautifulSoup(show_owners(stage).bundle["text/html"], "html.parser")
    numbers = [int(cell.get_text()) for cell in shown.select("td.number") if cell.get_text().isdigit()]
    assert numbers
    assert not [n for n in numbers if 0 < n < 5]


def test_a_village_with_few_enterprises_keeps_its_quantities(workspace, open_stage):
    def four_left(frame):
        first = frame["village_name"].iloc[0]
        keep = frame[(frame["village_name"] == first) & (frame["cycle"] == "2026")].index[:4]
        return frame[(frame["village_name"] != first) | frame.index.isin(keep)]

    edit(kopi(workspace, "umk_census"), four_left)
    shown = BeautifulSoup(show_villages(open_stage()).bundle["text/html"], "html.parser")
    rows = {
        row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in shown.select("tbody tr")
    }
    assert [cells for cells in rows.values() if cells == ["–"] * 4] == [["–"] * 4]
    # the total is printed elsewhere, so that one blank alone would be its difference
    assert sum(cells[0] == "–" for cells in rows.values()) == 2


def test_contradictions_are_those_of_the_stage_and_the_district(stage):
    text = show_contradictions(stage).bundle["text/plain"]
    assert "Arti UMK" in text
    assert "Trenggalek" not in text


def test_reach_is_the_share_of_each_group():
    _figure, data = draw_reach(pd.Series({"miskin": 10, "bukan": 40}), 50)
    assert data["UMK"].to_dict() == {"miskin": 5, "bukan": 20}


def test_the_inventory_has_a_row_for_each_table_of_place(open_stage):
    inventory = take_inventory(open_stage("anyaman")).set_index("item")["status"]
    assert inventory["Pendataan UMK"] == "sebagian"
    assert inventory["Keadaan awal lingkungan hidup"] == "tidak ada"
    assert inventory["Lima hasil perumusan konsep"] == "ada"


def test_a_share_of_the_poor_that_would_tell_of_few_is_withheld(workspace, open_stage):
    def four_poor(frame):
        poor = frame["is_poor"].mask(frame["is_poor"] == "ya", "tidak")
        return frame.assign(is_poor=poor.mask(frame.groupby("cycle").cumcount() < 4, "ya"))

    edit(kopi(workspace, "umk_census"), four_poor)
    stage = open_stage()
    state_findings(stage, stage.table("district_context").query("region_code_kemendagri == '00.00'"))
    assert not [s for s in stage.statements if "miskin atau rentan" in str(s)]
    assert {f["id"]: f["value"] for f in stage.figures}["umk_poor_share_pct"] is None
    assert "Terlalu sedikit" in explore_reach(stage).bundle["text/plain"]


def test_a_size_of_few_is_hidden_with_another_that_would_tell_it(workspace, open_stage):
    def two_small(frame):
        rows = frame.index[frame["cycle"] == "2026"]
        frame.loc[rows[:2], "annual_sales_idr"] = "3000000000"
        frame.loc[rows[2:40], "annual_sales_idr"] = "20000000000"
        return frame

    edit(kopi(workspace, "umk_census"), two_small)
    shown = BeautifulSoup(show_kinds(open_stage(), "size").bundle["text/html"], "html.parser")
    cells = {row.th.get_text(): row.td.get_text() for row in shown.select("tbody tr")}
    assert cells == {"Usaha kecil": "–", "Usaha menengah": "–", "Usaha mikro": "143"}


def test_few_rows_to_look_at_are_not_counted_out(workspace, open_stage):
    def four_over(frame):
        frame.loc[frame.index[frame["cycle"] == "2026"][:4], "production_per_month"] = "5000"
        return frame

    edit(kopi(workspace, "umk_census"), four_over)
    text = show_census_checks(open_stage()).bundle["text/plain"]
    assert "Produksi melebihi kapasitas,kurang dari 5 baris" in text


def test_prices_and_volumes_of_named_buyers_stay_internal(stage):
    for display in (show_chain(stage), show_prices(stage)):
        assert display.metadata["perantara"]["access"] == "internal"
