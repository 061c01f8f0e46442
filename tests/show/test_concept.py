"""Each criterion of stage 02 is flipped by one changed input."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from perantara.show.concept import (
    draw_reach,
    explore_reach,
    judge_concept,
    show_owners,
    show_villages,
    state_findings,
    take_inventory,
)
from perantara.show.pages import show_contradictions


def edit(path: Path, change) -> None:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(frame).to_csv(path, index=False, lineterminator="\n")


def statuses(stage) -> dict[str, str]:
    return {criterion.id: criterion.status for criterion in judge_concept(stage).criteria}


def kopi(workspace: Path, table: str) -> Path:
    return workspace / "districts/contoh/kopi" / f"{table}.csv"


def test_the_complete_initiative_meets_every_criterion(stage):
    assert set(statuses(stage).values()) == {"met"}


def test_an_output_that_is_not_there_flips_the_first_criterion(workspace, open_stage):
    is_plan = "rancangan biaya"
    edit(
        kopi(workspace, "concept_outputs"),
        lambda f: f.assign(
            status=f["status"].mask((f["output"] == is_plan) & (f["cycle"] == "2026"), "belum ada")
        ),
    )
    assert statuses(open_stage())["outputs_present"] == "failed"
    assert statuses(open_stage(cycle="2025"))["outputs_present"] == "met"


def test_buyers_who_are_merely_named_are_no_candidates(workspace, open_stage):
    edit(
        kopi(workspace, "actors"),
        lambda f: f.assign(commitment=f["commitment"].mask(f["actor_type"] == "mitra swasta", "disebut")),
    )
    gate = judge_concept(open_stage())
    assert {c.id: c.status for c in gate.criteria}["buyers_contacted"] == "failed"
    assert str(gate.next_steps[0]).startswith("Hubungi calon mitra swasta")


def test_empty_cells_flip_completeness(workspace, open_stage):
    edit(kopi(workspace, "umk_census"), lambda f: f.assign(quality_grade="", is_poor=""))
    # two of seven columns empty, the others about full: 5/7 = 71 %
    assert statuses(open_stage())["census_complete"] == "failed"


def test_a_village_without_rows_flips_coverage(workspace, open_stage):
    edit(
        kopi(workspace, "umk_census"),
        lambda f: f[f["village_code_kemendagri"] != f["village_code_kemendagri"].iloc[0]],
    )
    stage = open_stage()
    assert statuses(stage)["villages_covered"] == "failed"
    assert judge_concept(stage).status == "conditional"


@pytest.mark.parametrize(
    ("table", "criterion", "status"),
    [
        ("concept_outputs", "outputs_present", "insufficient"),
        ("actors", "buyers_contacted", "insufficient"),
        ("umk_census", "census_complete", "insufficient"),
        ("local_priorities", "priority_linked", "conditional"),
    ],
)
def test_a_table_taken_away_leaves_its_criterion_unknown_and_its_gap(
    workspace, open_stage, table, criterion, status
):
    kopi(workspace, table).unlink()
    # the shipped copy lies beneath the workspace, so the district moves to a name of its own
    moved = workspace / "districts" / "uji"
    (workspace / "districts" / "contoh").rename(moved)
    (moved / "district.yml").write_text((moved / "district.yml").read_text().replace("Contoh", "Uji"))
    stage = open_stage(district="uji")
    gate = judge_concept(stage)
    assert {c.id: c.status for c in gate.criteria}[criterion] == "unknown"
    assert gate.status == status
    assert [gap["table"] for gap in stage.gaps] == [table]


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
