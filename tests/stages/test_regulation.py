"""Stage 03: one changed input flips one criterion, each missing table leaves its gap, words are the district's."""

from __future__ import annotations

import pytest

from perantara.errors import StageError
from perantara.methods.schedule import DISTRIBUTIONS
from perantara.stage.declaration import load_stage
from perantara.tables.places import Roots
from stage_tools import sentences, setting, statuses

INSTRUMENTS, TASKS = "kopi/regulation_instruments", "kopi/legal_tasks"
NAME = "03_regulation"


def said(scope: dict, key: str) -> str:
    return " ".join(sentences(scope, key))


def test_the_sound_initiative_proceeds_and_the_books_agree(run_cells):
    scope = run_cells(NAME)
    assert set(statuses(scope).values()) == {"met"}
    assert scope["findings"]["gate"]["status"] == "proceed"
    assert sentences(scope, "alarms") == []
    page = said(scope, "statements")
    assert "RAPBD 2027 disampaikan paling lambat 1 Oktober 2026, 92 hari lagi." in page
    assert "1 dicakup dokumen yang berlaku, dan 3 bila yang dalam proses dihitung" in page


@pytest.mark.parametrize(
    ("criterion", "table", "change"),
    [
        ("team_in_force", INSTRUMENTS, setting("instrument_id == 'R03'", in_force_date="2026-10-02")),
        ("aspects_covered", INSTRUMENTS, setting("instrument_id == 'R04'", covers_budget="tidak")),
        ("chance_in_time", TASKS, setting("task_id == 'H16'", pessimistic_days="150", likely_days="90")),
        ("no_task_overdue", TASKS, setting("task_id == 'H12'", planned_start_date="2026-05-05", optimistic_days="10",
                                           likely_days="20", pessimistic_days="60")),
        ("parent_and_derived", "kopi/program_options",
         lambda f: f.assign(is_chosen=["tidak", "ya", "tidak"])),
        ("none_ended", INSTRUMENTS, setting("instrument_id == 'R05'", valid_until="2026-06-30")),
        ("inclusion_named", INSTRUMENTS, setting("cycle == '2026'", has_inclusion_clause="tidak")),
        ("needs_identified", "kopi/concept_outputs",
         setting("output == 'regulasi yang diperlukan'", status="belum ada")),
    ],
)  # fmt: skip
def test_one_changed_input_flips_its_criterion(run_cells, edit_table, criterion, table, change):
    edit_table(table, change)
    found = statuses(run_cells(NAME))
    assert found[criterion] == "failed"
    # without all aspects there is no chance to speak of; a budget clause is one of them
    also = {"chance_in_time"} if criterion == "aspects_covered" else set()
    assert {name for name, status in found.items() if status != "met"} == {criterion} | also


@pytest.mark.parametrize(
    ("table", "unknown"),
    [
        ("regulation_instruments", {"team_in_force", "aspects_covered", "chance_in_time", "no_task_overdue",
                                    "none_ended", "inclusion_named"}),
        ("legal_tasks", {"no_task_overdue"}),
        ("concept_outputs", {"needs_identified"}),
        ("timeline", set()), ("program_options", set()), ("environment", set()), ("local_priorities", set()),
    ],
)  # fmt: skip
def test_a_table_taken_away_leaves_its_own_gap_and_judges_nothing_of_it(
    run_cells, as_other_district, table, unknown
):
    folder = as_other_district / "kopi"
    (folder / f"{table}.csv").unlink()
    if table == "regulation_instruments":  # its tasks would name instruments that are not listed
        (folder / "legal_tasks.csv").unlink()
    scope = run_cells(NAME, district="uji", initiative="kopi")
    missing = [gap["table"] for gap in scope["findings"]["gaps"] if not gap["table"][:2].isdigit()]
    assert missing == [table] + ["legal_tasks"] * (table == "regulation_instruments")
    assert {name for name, status in statuses(scope).items() if status == "unknown"} == unknown
    assert "failed" not in statuses(scope).values() or table == "legal_tasks"


FAULTS = {
    "perlu persetujuan DPRD": setting("instrument_id == 'R04'", kind="Perda", reason=""),
    "tidak memuat pembiayaan": setting("instrument_id == 'R04'", covers_budget="tidak"),
    "berakhir atau dicabut": setting("instrument_id == 'R03'", status="dicabut"),
    "belum diperiksa terhadap tiga aspek": setting(
        "instrument_id == 'R04'", covers_budget="", covers_program_status="", covers_working_team=""
    ),
}


@pytest.mark.parametrize("words", FAULTS)
def test_each_pitfall_is_named(run_cells, edit_table, words):
    before = said(run_cells(NAME), "alarms")
    edit_table(INSTRUMENTS, FAULTS[words])
    assert words not in before and words in said(run_cells(NAME), "alarms")


def test_without_own_tasks_the_reference_network_is_used_and_said_to_be_used(run_cells, edit_table):
    edit_table(TASKS, lambda f: f[f["cycle"] == "2025"])
    scope = run_cells(NAME)
    assert "menurut jaringan acuan, sebab tugas daerah belum dicatat" in said(scope, "statements")
    assert scope["schedule"]["is_reference"].all() and scope["schedule"]["task"].str.startswith("R04-p").all()
    assert scope["coverage"].set_index("instrument_id")["is_reference_network"].to_dict() == {
        "R03": False, "R04": True, "R05": False
    }  # fmt: skip


def test_a_deadline_that_has_passed_is_said_to_have_passed_and_leaves_no_chance(run_cells):
    scope = run_cells(NAME, as_of="2026-11-24")
    assert "Tenggat RAPBD 2027, 1 Oktober 2026, sudah lewat." in said(scope, "statements")
    found = statuses(scope)
    assert (found["chance_in_time"], found["team_in_force"], found["no_task_overdue"]) == (
        "failed",
        "met",
        "failed",
    )


def test_the_closed_cycle_is_seen_from_its_own_tasks(run_cells):
    scope = run_cells(NAME, cycle="2025", as_of="2025-12-31")
    assert set(scope["schedule"]["instrument_id"]) == {"R02"}
    assert scope["schedule"].set_index("task")["state"].to_dict() == {
        **dict.fromkeys(["H01", "H02", "H03", "H04", "H05"], "selesai"),
        **dict.fromkeys(["H06", "H07", "H08"], "terlambat"),
    }
    assert scope["findings"]["gate"]["status"] == "conditional"


def test_the_plan_of_trenggalek_has_ended_and_nothing_else_is_invented(run_cells):
    scope = run_cells(NAME, district="trenggalek", initiative="biofarmaka")
    (row,) = scope["coverage"].to_dict("records")
    assert (row["number_year"], row["state"]) == ("SK Bupati Nomor 7 Tahun 2019", "berakhir")
    found = statuses(scope)
    assert (found["none_ended"], found["parent_and_derived"]) == ("failed", "failed")
    assert found["team_in_force"] == found["aspects_covered"] == "unknown"
    assert scope["findings"]["gate"]["status"] == "insufficient"


def test_words_are_those_of_aceh_and_of_a_kota(run_cells, request):
    names = run_cells(NAME, district="aceh-barat", initiative="")["taken"].columns
    assert list(names) == [
        "Qanun",
        "Peraturan Bupati",
        "Keputusan Bupati",
        "Peraturan Gampong",
        "Perjanjian kerja sama",
    ]
    moved = request.getfixturevalue("as_other_district") / "district.yml"
    moved.write_text(
        moved.read_text(encoding="utf-8").replace("kind: kabupaten", "kind: kota"), encoding="utf-8"
    )
    scope = run_cells(NAME, district="uji", initiative="kopi")
    assert list(scope["taken"].columns) == [
        "Perda", "Peraturan Wali Kota", "Keputusan Wali Kota", "Perjanjian kerja sama"
    ]  # fmt: skip


def test_the_declared_choices_are_those_that_the_methods_know():
    assert load_stage(Roots.find(), NAME).parameters["distribution"]["allowed"] == list(DISTRIBUTIONS)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"predecessors": "H99"}, "H13.*H99"),
        ({"predecessors": "H14"}, "H13.*H14"),
        ({"instrument_id": "R99"}, "R99"),
        ({"optimistic_days": "900"}, "H13"),
    ],
)
def test_tasks_that_form_no_network_are_told_with_what_to_mend(run_cells, edit_table, change, found):
    edit_table(TASKS, setting("task_id == 'H13'", **change))
    with pytest.raises(StageError, match=rf"tidak membentuk jaringan.*Ditemukan: .*{found}.*Perbaiki kolom"):
        run_cells(NAME)
