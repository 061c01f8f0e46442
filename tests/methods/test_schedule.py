"""Networks of tasks: held against published examples, a linear programme, and what must always be true."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import norm

from perantara.methods.schedule import critical_path, expected_schedule, pert_moments, simulate_schedule

TODAY = date(2026, 7, 1)
FOUND = ["earliest_start", "earliest_finish", "latest_start", "latest_finish", "slack_days"]


def network(**tasks: tuple) -> pd.DataFrame:
    rows = [
        {"task": name, "duration_days": days, "predecessors": before}
        for name, (days, before) in tasks.items()
    ]
    return pd.DataFrame(rows)


# Heizer, J. and Render, B. (2011), Operations Management, 10th ed., ch. 3, Milwaukee Paper Manufacturing:
# activities, predecessors and weeks (Tables 3.1 and 3.2), schedule and slack (Table 3.3).
MILWAUKEE = network(
    A=(2, ""), B=(3, ""), C=(2, "A"), D=(4, "A, B"), E=(4, "C"), F=(3, "C"), G=(5, "D, E"), H=(2, "F, G")
)  # fmt: skip
MILWAUKEE_SCHEDULE = {
    "A": (0, 2, 0, 2, 0), "B": (0, 3, 1, 4, 1), "C": (2, 4, 2, 4, 0), "D": (3, 7, 4, 8, 1),
    "E": (4, 8, 4, 8, 0), "F": (4, 7, 10, 13, 6), "G": (8, 13, 8, 13, 0), "H": (13, 15, 13, 15, 0),
}  # fmt: skip
# the same, Table 3.4: optimistic, most likely and pessimistic weeks
MILWAUKEE_POINTS = {
    "A": (1, 2, 3), "B": (2, 3, 4), "C": (1, 2, 3), "D": (2, 4, 6), "E": (1, 4, 7), "F": (1, 2, 9), "G": (3, 4, 11),
    "H": (1, 2, 3),
}  # fmt: skip
# Taylor, B. W., Introduction to Management Science, ch. 8, solution of problem 5 (activities on arcs).
TAYLOR = network(
    a12=(7, []), a13=(10, []), a24=(6, ["a12"]), a34=(5, ["a13"]), a35=(4, ["a13"]), a45=(3, ["a24", "a34"]),
    a56=(2, ["a35", "a45"]),
)  # fmt: skip
TAYLOR_SCHEDULE = {
    "a12": (0, 7, 2, 9, 2), "a13": (0, 10, 0, 10, 0), "a24": (7, 13, 9, 15, 2), "a34": (10, 15, 10, 15, 0),
    "a35": (10, 14, 14, 18, 4), "a45": (15, 18, 15, 18, 0), "a56": (18, 20, 18, 20, 0),
}  # fmt: skip


def with_points(tasks: pd.DataFrame, points: dict[str, tuple[float, ...]]) -> pd.DataFrame:
    columns = ["optimistic_days", "likely_days", "pessimistic_days"]
    return tasks.join(pd.DataFrame.from_dict(points, orient="index", columns=columns), on="task")


def certain(tasks: pd.DataFrame) -> pd.DataFrame:
    return with_points(tasks, {row.task: (row.duration_days,) * 3 for row in tasks.itertuples()})


@pytest.mark.parametrize(("tasks", "published"), [(MILWAUKEE, MILWAUKEE_SCHEDULE), (TAYLOR, TAYLOR_SCHEDULE)])
def test_the_published_networks_have_their_published_schedules(tasks, published):
    found = critical_path(tasks)
    assert found.index.name == "task"
    assert {task: tuple(row) for task, row in found[FOUND].iterrows()} == published
    assert found["is_critical"].to_dict() == {task: row[-1] == 0 for task, row in published.items()}


def test_moments_and_chance_match_the_published_example():
    tasks = with_points(MILWAUKEE, MILWAUKEE_POINTS)
    moments = pert_moments(tasks).set_axis(tasks["task"])
    assert moments["mean_days"].to_dict() == dict(
        zip(MILWAUKEE["task"], MILWAUKEE["duration_days"], strict=True)
    )
    # Heizer and Render, pp. 78-80: the variance of A-C-E-G-H is 3.11, and Z = (16 - 15) / 1.76 = 0.57 gives 0.7157
    variance = moments.loc[list("ACEGH"), "sd_days"].pow(2).sum()
    assert variance == pytest.approx(3.11, abs=0.005)
    assert norm.cdf(round(1 / variance**0.5, 2)) == pytest.approx(0.7157, abs=1e-4)


@st.composite
def networks(draw) -> pd.DataFrame:
    size = draw(st.integers(1, 7))
    days = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    before = [sorted(draw(st.sets(st.integers(0, i - 1)))) if i else [] for i in range(size)]
    tasks = network(**{f"t{i}": (days[i], " ".join(f"t{j}" for j in before[i])) for i in range(size)})
    return tasks.sample(frac=1, random_state=draw(st.integers(0, 9)))


def solve(tasks: pd.DataFrame, end: float | None = None) -> np.ndarray:
    """Earliest starts by a linear programme, or the latest ones that still end on ``end``."""
    place = {task: i for i, task in enumerate(tasks["task"])}
    pairs = [
        (place[p], place[r.task], days_of(tasks, p))
        for r in tasks.itertuples()
        for p in r.predecessors.split()
    ]
    rows, bounds = np.zeros((len(pairs), len(place))), []
    for number, (first, second, _days) in enumerate(pairs):
        rows[number, first], rows[number, second] = 1, -1
    for days in tasks["duration_days"]:
        bounds.append((0, None if end is None else end - days))
    limits = [-days for _first, _second, days in pairs]
    sign = 1 if end is None else -1
    return linprog([sign] * len(place), rows if pairs else None, limits if pairs else None, bounds=bounds).x


def days_of(tasks: pd.DataFrame, task: str) -> float:
    return float(tasks.loc[tasks["task"] == task, "duration_days"].iloc[0])


@settings(max_examples=40, deadline=None)
@given(networks())
def test_starts_are_those_of_a_linear_programme_and_slack_is_never_negative(tasks):
    found = critical_path(tasks)
    assert list(found.index) == list(tasks["task"])
    np.testing.assert_allclose(found["earliest_start"], solve(tasks), atol=1e-6)
    np.testing.assert_allclose(found["latest_start"], solve(tasks, found["earliest_finish"].max()), atol=1e-6)
    assert (found["slack_days"] >= 0).all() and found["is_critical"].any()


@settings(max_examples=25, deadline=None)
@given(networks())
def test_certain_durations_make_every_draw_the_critical_path(tasks):
    found, drawn = critical_path(tasks), simulate_schedule(certain(tasks), TODAY, draws=3)
    for _draw, row in drawn.finish_days.iterrows():
        np.testing.assert_allclose(row, found["earliest_finish"], atol=1e-9)
    assert (drawn.criticality_pct.eq(100) == found["is_critical"]).all()


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        (
            network(a=(1, "c"), b=(1, "a"), c=(1, "b"), d=(1, "")),
            r"circle: .*a.*b.*c|circle: .*b.*c.*a|circle: .*c.*a.*b",
        ),
        (network(a=(1, "a")), "circle: a -> a"),
        (network(a=(1, "z")), "a waits for z, which is not among the tasks"),
        (pd.concat([network(a=(1, "")), network(a=(2, ""))]), "stand twice: a"),
        (network(a=(-1, "")), "missing or negative: a"),
        (network(a=(None, ""), b=(1, "")), "missing or negative: a$"),
        (network(a=(float("inf"), "")), "missing or negative: a"),
        (network(a=(1, "")).drop(columns="predecessors"), "lack the columns predecessors"),
        (network(a=(1, "")).drop(columns="duration_days"), "lack the columns duration_days"),
        (network(a=(1, "")).assign(task=None), "has no name"),
    ],
)
def test_what_is_wrong_with_a_network_is_named(tasks, words):
    with pytest.raises(ValueError, match=words):
        critical_path(tasks)


@pytest.mark.parametrize("stated", [["a", "b"], ("a", "b"), "a,b", "a; b", "a b", " a ,b "])
def test_predecessors_may_be_written_in_several_ways(stated):
    assert (
        critical_path(network(a=(2, None), b=(3, float("nan")), c=(1, stated))).loc["c", "earliest_start"]
        == 3
    )


def test_names_with_blanks_and_numbers_are_names():
    tasks = pd.DataFrame(
        {"task": ["rapat satu", 2], "duration_days": [2, 1], "predecessors": [None, "rapat satu"]}
    )
    assert critical_path(tasks).loc[2, "earliest_start"] == 2


def test_no_task_is_no_schedule():
    assert critical_path(network(a=(1, "")).head(0)).empty


ONE = with_points(network(a=(0, "")), {"a": (10, 20, 60)})


@pytest.mark.parametrize(
    ("distribution", "mean", "variance"),
    [
        ("beta-pert", 25.0, (25 - 10) * (60 - 25) / 7),  # Beta with shapes summing to 6: (mean-o)(p-mean)/7
        ("triangular", 30.0, (100 + 400 + 3600 - 200 - 600 - 1200) / 18),  # (o²+m²+p²-om-op-mp)/18
    ],
)
def test_draws_have_the_moments_of_the_named_distribution(distribution, mean, variance):
    days = simulate_schedule(ONE, TODAY, draws=40_000, distribution=distribution).days_until()
    # four standard errors of the mean of 40 000 draws
    assert days.mean() == pytest.approx(mean, abs=4 * (variance / 40_000) ** 0.5)
    assert days.var() == pytest.approx(variance, rel=0.05)
    assert days.between(10, 60).all()


def test_a_seed_gives_the_same_draws_and_another_one_others():
    first, again, other = (simulate_schedule(ONE, TODAY, draws=50, seed=s).finish_days for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_the_chance_never_falls_with_a_later_deadline_and_is_all_or_nothing_at_the_ends():
    drawn = simulate_schedule(ONE, TODAY, draws=500)
    chances = [drawn.chance_pct(date(2026, month, 15)) for month in (7, 8, 9)]
    assert chances == sorted(chances) and drawn.chance_pct(TODAY) == 0 and chances[-1] == 100


def test_tasks_that_are_done_begun_or_planned_are_taken_as_they_are():
    points = {"a": (5, 5, 5), "b": (10, 10, 10), "c": (3, 3, 3), "d": (1, 1, 1)}
    tasks = with_points(network(a=(0, ""), b=(0, "a"), c=(0, "b"), d=(0, "")), points).assign(
        planned_start_date=pd.to_datetime([None, None, "2026-07-20", None]),
        actual_start_date=pd.to_datetime(["2026-06-01", "2026-06-25", None, "2026-07-09"]),
        actual_finish_date=pd.to_datetime(["2026-06-20", None, None, None]),
    )
    drawn = simulate_schedule(tasks, TODAY, draws=2)
    # a ended on 20 June (11 days ago); b began on 25 June and takes 10 days; c waits for its planned day and
    # takes 3; what d does on 9 July is not known yet: it begins today
    assert drawn.finish_days.iloc[0].to_dict() == {"a": -11, "b": 4, "c": 22, "d": 1}
    assert np.isnan(drawn.criticality_pct["a"]) and drawn.criticality_pct["c"] == 100
    ahead = expected_schedule(tasks, TODAY)
    assert [str(day.date()) for day in ahead["finish_date"]] == [
        "2026-06-20",
        "2026-07-05",
        "2026-07-23",
        "2026-07-02",
    ]
    assert str(ahead.loc["a", "start_date"].date()) == "2026-06-01" and np.isnan(ahead.loc["a", "slack_days"])


def test_a_task_that_is_begun_takes_at_least_what_it_has_taken_so_far():
    begun = ONE.assign(actual_start_date=pd.Timestamp("2026-06-01"))  # 30 days ago, of 10 to 60
    days = simulate_schedule(begun, TODAY, draws=20_000).days_until()
    assert days.min() >= 0 and days.max() <= 30
    # the draws are those of the unconditional ones that exceed 30 days, counted from today
    free = simulate_schedule(ONE, TODAY, draws=200_000, seed=7).days_until()
    assert days.mean() == pytest.approx((free[free > 30] - 30).mean(), rel=0.05)
    overrun = ONE.assign(actual_start_date=pd.Timestamp("2026-04-01"))
    assert (simulate_schedule(overrun, TODAY, draws=5).days_until() == 0).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tasks": ONE, "distribution": "normal"}, "normal is not known: beta-pert, triangular"),
        ({"tasks": ONE, "draws": 0}, "at least one draw"),
        ({"tasks": ONE.assign(likely_days=70)}, "not falling from optimistic to pessimistic: a"),
        ({"tasks": ONE.assign(likely_days=None)}, "not falling from optimistic to pessimistic: a"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        simulate_schedule(**{"as_of": TODAY, **change})
