"""Instruments: their state, their network, and when each aspect is covered."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from perantara.methods.regulation import days_covered, days_in_force, judge_states, plan_tasks
from perantara.methods.schedule import build_network, simulate_schedule

TODAY = date(2026, 7, 1)
DATES = ["in_force_date", "valid_until", "planned_start_date"]


def instruments(*rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame(rows).reindex(columns=["instrument_id", "kind", "status", "state", *DATES])
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in DATES})


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"status": "ditetapkan", "in_force_date": "2026-07-01"}, "berlaku"),
        ({"status": "ditetapkan", "in_force_date": "2026-07-02"}, "dalam proses"),
        ({"status": "ditetapkan", "valid_until": "2026-07-01"}, "berlaku"),
        ({"status": "ditetapkan", "valid_until": "2026-06-30"}, "berakhir"),
        ({"status": "dicabut", "valid_until": "2030-01-01"}, "dicabut"),
        ({"status": "tidak diketahui"}, "tidak diketahui"),
        ({"status": "direncanakan"}, "dalam proses"),
        ({"status": "dibahas"}, "dalam proses"),
    ],
)
def test_a_state_is_that_of_the_day(row, state):
    assert judge_states(instruments(row), TODAY).to_list() == [state]


STEPS = pd.DataFrame({
    "kind": "Keputusan", "step_id": ["k1", "k2"], "step": ["Rancangan", "Tanda tangan"], "guide_step": "a penyusunan",
    "actor": "Bagian hukum", "predecessors": [None, "k1"], "optimistic_days": 5.0, "likely_days": 5.0,
    "pessimistic_days": 5.0, "day_kind": ["hari kalender", "hari kerja"],
})  # fmt: skip
OWN = STEPS.rename(columns={"step_id": "task_id", "step": "title"}).assign(
    instrument_id="R1", planned_start_date=pd.NaT, actual_start_date=pd.NaT, actual_finish_date=pd.NaT
)
AHEAD = {"kind": "Keputusan", "status": "direncanakan", "state": "dalam proses"}


def test_an_instrument_without_tasks_takes_the_network_of_its_kind_from_its_planned_day():
    rows = instruments(
        {"instrument_id": "R1", **AHEAD}, {"instrument_id": "R2", **AHEAD, "planned_start_date": "2026-08-01"}
    )
    tasks = plan_tasks(rows, OWN.head(0), STEPS).set_index("task")
    assert list(build_network(tasks.reset_index()).edges) == [("R1-k1", "R1-k2"), ("R2-k1", "R2-k2")]
    assert tasks["is_reference"].all()
    assert tasks["planned_start_date"].dropna().to_dict() == {"R2-k1": pd.Timestamp("2026-08-01")}
    # five working days are a week
    assert tasks["likely_days"].to_list() == [5, 7, 5, 7]


def test_own_tasks_come_before_the_reference_and_end_with_their_instrument():
    rows = instruments({"instrument_id": "R1", **AHEAD, "state": "berlaku", "in_force_date": "2026-05-04"})
    tasks = plan_tasks(rows, OWN, STEPS)
    assert tasks["task"].to_list() == ["k1", "k2"] and not tasks["is_reference"].any()
    assert set(tasks["actual_finish_date"]) == {pd.Timestamp("2026-05-04")}
    with pytest.raises(ValueError, match="not listed: R1"):
        plan_tasks(rows.assign(instrument_id="R9"), OWN, STEPS)


def test_days_until_in_force_follow_state_date_network_and_validity():
    rows = instruments(
        {"instrument_id": "old", **AHEAD, "state": "berakhir"},
        {"instrument_id": "set", **AHEAD, "state": "berlaku", "in_force_date": "2026-06-21"},
        {"instrument_id": "undated", **AHEAD, "state": "berlaku"},
        {"instrument_id": "short", **AHEAD, "state": "berlaku", "in_force_date": "2026-01-01", "valid_until": "2026-09-30"},
        {"instrument_id": "coming", **AHEAD, "in_force_date": "2026-07-11"},
        {"instrument_id": "drafted", **AHEAD},
        {"instrument_id": "unplanned", **AHEAD, "kind": "Perda"},
    )  # fmt: skip
    tasks = plan_tasks(rows, OWN.head(0), STEPS)
    found = days_in_force(rows, tasks, simulate_schedule(tasks, TODAY, draws=2), date(2026, 10, 1))
    # a deadline of 1 October: what ends the day before does not count; 5 days and 5 working days make 12
    expected = {"old": np.inf, "set": -10, "undated": -np.inf, "short": np.inf, "coming": 10, "drafted": 12,
                "unplanned": np.inf}  # fmt: skip
    assert found.iloc[0].to_dict() == expected


def test_an_aspect_is_covered_by_the_first_instrument_that_holds_it():
    covers = pd.DataFrame({
        "instrument_id": ["a", "b"], "covers_program_status": [True, True], "covers_budget": [None, True],
        "covers_working_team": [False, None],
    })  # fmt: skip
    found = days_covered(covers, pd.DataFrame({"a": [3.0, 9.0], "b": [7.0, 2.0]}))
    assert found.to_numpy().tolist() == [[3, 7, np.inf], [2, 2, np.inf]]


def test_nothing_recorded_covers_nothing():
    none = instruments().assign(covers_program_status=None, covers_budget=None, covers_working_team=None)
    tasks = plan_tasks(none, OWN.head(0), STEPS)
    drawn = simulate_schedule(tasks, TODAY, draws=4)
    found = days_covered(none, days_in_force(none, tasks, drawn, TODAY))
    assert found.shape == (4, 3) and np.isposinf(found).all(axis=None)
