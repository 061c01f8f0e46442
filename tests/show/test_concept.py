"""What stage 02 shows of people stays safe, and what it says fits what is there."""

from __future__ import annotations

import io
import re
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from perantara.methods.context import select_district
from perantara.show.census import (
    count_poor,
    draw_reach,
    explore_reach,
    show_census_checks,
    show_kinds,
    show_owners,
    show_villages,
)
from perantara.show.concept import state_concept, state_findings, take_inventory
from perantara.show.concept_chain import show_chain, show_prices
from perantara.show.concept_scope import (
    compare_area,
    reach_of_scope,
    reach_of_targets,
    score_options,
    show_reach,
    take_scope,
)
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
    assert any(re.fullmatch(r"Pendataan UMK mencakup 6 dari 6 desa sasaran, s\.d\. .*\.", s) for s in said)
    assert any(s.startswith("Terdata 183 UMK; ") for s in said)  # 180 before
    first = open_stage(cycle="2025")
    state_findings(first, own)
    said = [str(sentence) for sentence in first.statements]
    assert any(re.fullmatch(r"Terdata 180 UMK \(6 dari 6 desa sasaran, s\.d\. .*\)\.", s) for s in said)
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

    edit(kopi(workspace, "umk_census"), lambda frame: four_left(frame).query("cycle == '2026'"))
    shown = BeautifulSoup(show_villages(open_stage()).bundle["text/html"], "html.parser")
    rows = {
        row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in shown.select("tbody tr")
    }
    # the total is printed elsewhere, so that one blank alone would be its difference
    assert [cells for cells in rows.values() if cells[0] == "–"] == [["–"] * 5] * 2
    assert rows["Sukacontoh"] == ["–"] * 5


def test_contradictions_are_those_of_the_stage_and_the_district(stage):
    text = show_contradictions(stage).bundle["text/plain"]
    assert "Arti UMK" in text
    assert "Trenggalek" not in text


def test_reach_is_the_share_of_each_group():
    _figure, data = draw_reach(pd.Series({"miskin": 11, "bukan": 40}), 50)
    assert data["UMK"].to_dict() == {"miskin": 6, "bukan": 20}  # 5.5 is 6, as on paper


def test_the_picture_of_reach_counts_every_enterprise_recorded(open_stage):
    census = open_stage().table("umk_census")
    counts = count_poor(census)
    assert list(counts.index) == ["Miskin atau rentan", "Bukan", "Belum tercatat"]
    assert counts.sum() == census["umk_id"].nunique()


def test_a_whole_census_gives_bounds_from_the_unknown_and_a_part_holds_for_its_villages_only(open_stage):
    said = {}
    for name in ("kopi", "anyaman"):
        stage = open_stage(name)
        state_findings(stage, stage.table("district_context"))
        (said[name],) = [str(s) for s in stage.statements if "miskin atau rentan" in str(s)]
        known = {f["id"]: f["value"] for f in stage.figures}
        assert (known["umk_poor_share_low_pct"] is None) == (name == "anyaman")
    assert "sebab selebihnya belum tercatat" in said["kopi"]
    assert said["anyaman"].endswith("berlaku bagi desa yang didata saja.")
    assert not [text for text in said.values() if "selang" in text]


def test_a_comparison_with_a_made_up_district_bears_its_mark_and_names_both_sources(stage):
    facts = pd.concat([stage.table(name) for name in ("regional_facts", "district_context")])
    shown = compare_area(stage, facts).bundle["text/html"]
    assert "basis-rekaan" in shown
    assert "Data rekaan untuk latihan" in shown and "BPS" in shown


def test_nothing_is_said_to_be_left_out_before_a_place_is_decided_on(open_stage):
    stage = open_stage("anyaman")
    own = select_district(stage.table("district_context"), "00.00")
    shown = show_reach(stage, reach_of_scope(stage, own), own).bundle["text/plain"]
    assert "belum ditetapkan" in shown and "tidak dipilih" not in shown


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


def columns_of(display) -> list[pd.Series]:
    """Return the columns of counts of a table as it is shown, each row by what names it."""
    text = display.bundle["text/plain"].split("\n", 1)[1]
    frame = pd.read_csv(io.StringIO(text))
    names = [c for c in frame if c in ("trait", "answer", "kind", "village_name", "product", "product_unit")]
    counts = [c for c in frame if c in ("enterprises", "measured", "perempuan", "laki-laki")]
    return [frame.set_index(names)[c] for c in counts]


def known_by_difference(counts: pd.Series, total: int | None) -> pd.Series:
    """Return a list of counts as a reader has it: the only blank is the total less the others."""
    is_told = total is not None and counts.isna().sum() == 1
    return counts.fillna(total - counts.sum()) if is_told else counts


@pytest.mark.parametrize(
    "show", [show_owners, show_villages, partial(show_kinds, by="grade"), partial(show_kinds, by="size")]
)
def test_no_difference_of_few_between_two_cycles_follows_from_a_public_table(workspace, open_stage, show):
    def some_larger(frame):  # a second size, of two more in the later cycle
        rows = frame.groupby("cycle").cumcount() < frame["cycle"].map({"2025": 40, "2026": 42})
        return frame.assign(annual_sales_idr=frame["annual_sales_idr"].mask(rows, "3000000000"))

    edit(kopi(workspace, "umk_census"), some_larger)
    stages = [open_stage(cycle=cycle) for cycle in ("2025", "2026")]
    before, now = (columns_of(show(stage)) for stage in stages)
    assert any(column.isna().any() for column in now) and any(column.notna().any() for column in before)
    graded = [int(stage.table("umk_census")["quality_grade"].count()) for stage in stages]
    # owners: each block of two by two is guarded by itself: tests/methods/test_disclosure.py
    totals = [None, None] if show is show_owners else [180, 183]
    totals = graded if getattr(show, "keywords", {}) == {"by": "grade"} else totals
    for earlier, later in zip(before, now, strict=True):
        change = known_by_difference(later, totals[1]) - known_by_difference(earlier, totals[0])
        assert not change.abs().between(1, 4).any(), change


def test_without_an_earlier_cycle_nothing_but_small_counts_is_hidden(open_stage):
    enterprises, measured = columns_of(show_villages(open_stage(cycle="2025")))
    assert enterprises.sum() == 180
    assert (measured <= enterprises).all()


def test_few_poor_households_of_a_place_are_not_told_by_the_sum_of_the_chosen_places(workspace, open_stage):
    def one_small(frame):
        return frame.assign(poor_households=frame["poor_households"].mask(frame["scope_id"] == "L01", "3"))

    edit(kopi(workspace, "trial_scope"), one_small)
    stage = open_stage()
    shown = take_scope(stage)
    chosen = shown[shown["status"] == "ditetapkan"].drop_duplicates("place_name")
    assert chosen["poor_households"].isna().sum() == 2  # the smallest of the others with it
    assert shown.loc[shown["status"] != "ditetapkan", "poor_households"].notna().any()


def test_few_poor_households_of_the_whole_trial_are_told_neither_as_a_number_nor_as_a_share(
    workspace, open_stage
):
    def all_small(frame):
        is_first = frame["status"].eq("ditetapkan") & ~frame["status"].duplicated()
        chosen = frame[is_first | (frame["status"] != "ditetapkan")].copy()
        chosen.loc[chosen["status"] == "ditetapkan", "poor_households"] = "4"
        return chosen

    edit(kopi(workspace, "trial_scope"), all_small)
    stage = open_stage()
    own = select_district(stage.table("district_context"), "00.00")
    reach = reach_of_scope(stage, own)
    assert reach.poor_inside == 4
    inside = show_reach(stage, reach, own).bundle["text/plain"].splitlines()[2]
    assert inside == "Di dalam lingkup uji coba,,,"
    state_concept(stage, reach, score_options(stage), reach_of_targets(stage), own)
    assert {f["id"]: f["value"] for f in stage.figures}["poor_households_in_scope"] is None


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
