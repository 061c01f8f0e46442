"""Networks of tasks: the critical path, three-point durations, and the chance to be done by a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import networkx as nx

DISTRIBUTIONS = ("beta-pert", "triangular")
THREE_POINTS = ["optimistic_days", "likely_days", "pessimistic_days"]
_TINY = 1e-9  # sums of fractions that ought to be equal


def critical_path(tasks: pd.DataFrame) -> pd.DataFrame:
    """Compute by the critical path method when each task can and must begin and end.

    Parameters
    ----------
    tasks : DataFrame
        ``task`` (a name of its own), ``duration_days`` (>= 0; calendar days, or any one unit) and
        ``predecessors``: a list of tasks, or text parted by commas, semicolons or blanks; empty for none.

    Returns
    -------
    DataFrame, shape (tasks, 6)
        By ``task``, in their order: ``earliest_start``, ``earliest_finish``, ``latest_start``,
        ``latest_finish`` and ``slack_days`` in days from the beginning, and ``is_critical`` (no slack).

    Raises
    ------
    ValueError
        A column is missing, a task stands twice or is unnamed, a predecessor is not among the tasks, a
        duration is missing or negative, or tasks wait for one another in a circle; they are named.

    References
    ----------
    Kelley, J. E. and Walker, M. R. (1959). Critical-path planning and scheduling. Eastern Joint Computer
    Conference, 160-173.

    Examples
    --------
    >>> tasks = pd.DataFrame({"task": ["draft", "hearing", "signing"], "duration_days": [30, 10, 5],
    ...                       "predecessors": ["", "draft", "draft, hearing"]})
    >>> critical_path(tasks)["latest_finish"].to_dict()
    {'draft': 30.0, 'hearing': 40.0, 'signing': 45.0}
    """
    graph = build_network(tasks)
    days = _check_days(tasks, ["duration_days"]).to_numpy().T
    start, finish, latest = _walk(graph, days, np.zeros_like(days), np.zeros(len(graph), bool))
    slack = np.where(np.abs(latest - finish) < _TINY, 0.0, latest - finish)
    found = {"earliest_start": start, "earliest_finish": finish, "latest_start": latest - days}
    found |= {"latest_finish": latest, "slack_days": slack, "is_critical": slack == 0}
    columns = {name: values[0] for name, values in found.items()}
    return pd.DataFrame(columns, index=pd.Index(list(graph), name="task"))


def build_network(tasks: pd.DataFrame) -> nx.DiGraph:
    """Return the tasks, in their order, as a graph from predecessor to task; errors as in ``critical_path``."""
    import networkx as nx

    if absent := {"task", "predecessors"} - set(tasks.columns):
        raise ValueError(f"tasks lack the columns {', '.join(sorted(absent))}")
    names = tasks["task"].tolist()
    if tasks["task"].isna().any():
        raise ValueError("a task has no name")
    if twice := tasks.loc[tasks["task"].duplicated(), "task"].map(str).unique().tolist():
        raise ValueError(f"tasks that stand twice: {', '.join(twice)}")
    known, graph = {str(name): name for name in names}, nx.DiGraph()
    graph.add_nodes_from(names)
    for name, stated in zip(names, tasks["predecessors"], strict=True):
        for before in _split(stated, known):
            if before not in known:
                raise ValueError(f"{name} waits for {before}, which is not among the tasks")
            graph.add_edge(known[before], name)
    if not nx.is_directed_acyclic_graph(graph):
        ring = [str(one) for one, _next in nx.find_cycle(graph)]
        raise ValueError(f"tasks wait for one another in a circle: {' -> '.join([*ring, ring[0]])}")
    return graph


def _split(stated: Any, known: Iterable[str]) -> list[str]:
    """Return predecessors as text; a name that holds a blank is one name where a task bears it."""
    if isinstance(stated, list | tuple | set | frozenset | np.ndarray):
        return [str(one) for one in stated]
    if stated is None or pd.isna(stated):
        return []
    parts = [part.strip() for part in re.split("[,;]", str(stated))]
    return [name for part in parts for name in ([part] if part in known else part.split())]


def _check_days(tasks: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    if absent := set(columns) - set(tasks.columns):
        raise ValueError(f"tasks lack the columns {', '.join(sorted(absent))}")
    days = tasks[columns].apply(pd.to_numeric, errors="coerce").astype("float64")
    wrong = ~(days.ge(0) & np.isfinite(days)).all(axis="columns")
    wrong |= days.diff(axis="columns").lt(0).any(axis="columns")
    if wrong.any():
        named = ", ".join(map(str, tasks.loc[wrong, "task"]))
        rule = "not falling from optimistic to pessimistic" if len(columns) > 1 else "not missing or negative"
        raise ValueError(f"durations must be days, {rule}: {named}")
    return days


def _walk(
    graph: nx.DiGraph, days: np.ndarray, floor: np.ndarray, is_begun: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return start, finish and latest finish, a row a draw and a column a task.

    ``floor`` is the day before which a task does not start, or on which it did where it ``is_begun``:
    then it waits for nothing more.
    """
    import networkx as nx

    place = {task: number for number, task in enumerate(graph)}
    order, start, finish = list(nx.topological_sort(graph)), floor.copy(), floor + days
    for task in order:
        here, before = place[task], [place[p] for p in graph.pred[task]]
        if before and not is_begun[here]:
            start[:, here] = np.maximum(floor[:, here], finish[:, before].max(axis=1))
            finish[:, here] = start[:, here] + days[:, here]
    latest = np.broadcast_to(finish.max(axis=1, keepdims=True, initial=0.0), finish.shape).copy()
    for task in reversed(order):
        after = [place[s] for s in graph.succ[task] if not is_begun[place[s]]]
        if after:
            latest[:, place[task]] = (latest[:, after] - days[:, after]).min(axis=1)
    return start, finish, latest


def pert_moments(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return ``mean_days`` (o + 4m + p) / 6 and ``sd_days`` (p - o) / 6 of three-point durations.

    ``tasks`` holds ``optimistic_days`` <= ``likely_days`` <= ``pessimistic_days``; a ValueError names the
    tasks where they are missing, negative or out of order.

    References
    ----------
    Malcolm, D. G. et al. (1959). Application of a technique for research and development program
    evaluation. Operations Research 7(5), 646-669.

    Examples
    --------
    >>> pert_moments(pd.DataFrame({"task": ["G"], "optimistic_days": [3], "likely_days": [4],
    ...                            "pessimistic_days": [11]})).round(2).values.tolist()
    [[5.0, 1.33]]
    """
    low, likely, high = (column for _name, column in _check_days(tasks, THREE_POINTS).items())
    return pd.DataFrame({"mean_days": (low + 4 * likely + high) / 6, "sd_days": (high - low) / 6})


@dataclass(frozen=True)
class SimulatedSchedule:
    """What many draws of the durations give.

    ``finish_days`` has a row a draw and a column a task: days from ``as_of`` to its end (before it:
    negative). ``criticality_pct`` is in how many draws a task held up the end; missing where it is done.
    """

    as_of: date
    finish_days: pd.DataFrame
    criticality_pct: pd.Series

    def days_until(self, tasks: Iterable[Any] = ()) -> pd.Series:
        """Return by draw the days from ``as_of`` until ``tasks`` (all by default) are done."""
        return self.finish_days[list(tasks) or list(self.finish_days)].max(axis="columns")

    def chance_pct(self, deadline: date, tasks: Iterable[Any] = ()) -> float:
        """Return in how many of a hundred draws ``tasks`` (all by default) are done by ``deadline``."""
        return float((self.days_until(tasks) <= (deadline - self.as_of).days).mean() * 100)


def _place(tasks: pd.DataFrame, as_of: date, usual: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return floor, days elapsed, whether begun, whether done and the days it took, by task, from ``as_of``."""
    names = ["planned_start_date", "actual_start_date", "actual_finish_date"]
    days = tasks.reindex(columns=names).apply(pd.to_datetime).sub(pd.Timestamp(as_of))
    planned, started, ended = (days[name].dt.days.to_numpy("float64") for name in names)
    started, ended = (np.where(day <= 0, day, np.nan) for day in (started, ended))  # no one knows tomorrow
    is_done = ~np.isnan(ended)
    started = np.where(is_done & ~(started <= ended), ended - usual, started)
    is_begun = ~np.isnan(started)
    floor = np.where(is_begun, started, np.fmax(planned, 0.0))
    return floor, np.where(is_begun, -floor, 0.0), is_begun, is_done, ended - started


def simulate_schedule(
    tasks: pd.DataFrame, as_of: date, *, draws: int = 5_000, seed: int = 2026, distribution: str = "beta-pert"
) -> SimulatedSchedule:
    """Draw durations many times and walk through the network as it stands on ``as_of``.

    A task that is done keeps its dates; one that is begun takes longer than it has taken so far (its
    duration is drawn on that condition; beyond its pessimistic one it ends on ``as_of`` at the
    earliest); the others start on ``as_of``, on their planned day or after their predecessors,
    whichever is last. Draws are independent between tasks.

    Parameters
    ----------
    tasks : DataFrame
        ``task``, ``predecessors``, ``optimistic_days``, ``likely_days``, ``pessimistic_days`` (calendar
        days) and, where known, ``planned_start_date``, ``actual_start_date``, ``actual_finish_date``.
        Actual dates after ``as_of`` are not known yet.
    distribution : {"beta-pert", "triangular"}
        Beta with shapes 1 + 4(m - o)/(p - o) and 1 + 4(p - m)/(p - o), whose mean is (o + 4m + p)/6, or
        the triangle over the three points.

    Raises
    ------
    ValueError
        As in ``critical_path``; an unknown distribution, or less than one draw.

    Examples
    --------
    >>> tasks = pd.DataFrame({"task": ["draft"], "predecessors": [""], "optimistic_days": [10],
    ...                       "likely_days": [20], "pessimistic_days": [30]})
    >>> found = simulate_schedule(tasks, date(2026, 7, 1), distribution="triangular")
    >>> found.chance_pct(date(2026, 7, 31)), round(found.chance_pct(date(2026, 7, 21)), -1)
    (100.0, 50.0)
    """
    from scipy.stats import beta, triang

    if distribution not in DISTRIBUTIONS:
        raise ValueError(f"distribution {distribution} is not known: {', '.join(DISTRIBUTIONS)}")
    if draws < 1:
        raise ValueError("at least one draw is needed")
    graph, points = build_network(tasks), _check_days(tasks, THREE_POINTS).to_numpy()
    low, likely, high = points.T
    floor, elapsed, is_begun, is_done, took = _place(tasks, as_of, likely)
    span = np.where(high > low, high - low, 1.0)
    mode, passed = (likely - low) / span, np.clip((elapsed - low) / span, 0, 1)
    law = triang(mode) if distribution == "triangular" else beta(1 + 4 * mode, 5 - 4 * mode)
    chance = np.random.default_rng(seed).random((draws, len(graph)))
    drawn = low + (high - low) * law.ppf(law.cdf(passed) + chance * (1 - law.cdf(passed)))
    days = np.where(is_done, took, np.maximum(drawn, elapsed))
    _start, finish, latest = _walk(graph, days, np.broadcast_to(floor, days.shape).copy(), is_begun)
    critical = (np.abs(latest - finish) < 1e-6).mean(axis=0) * 100
    names = pd.Index(list(graph), name="task")
    return SimulatedSchedule(
        as_of, pd.DataFrame(finish, columns=names), pd.Series(np.where(is_done, np.nan, critical), names)
    )


def expected_schedule(tasks: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return by task the schedule at the PERT means, as it stands on ``as_of``.

    ``tasks`` as for ``simulate_schedule``. Columns: ``start_date``, ``finish_date``, ``slack_days`` (missing
    where done) and ``is_critical``. With the means the end is earlier than the mean of many draws
    where paths meet: this names dates, the simulation judges them.

    Examples
    --------
    >>> tasks = pd.DataFrame({"task": ["draft"], "predecessors": [""], "optimistic_days": [10],
    ...     "likely_days": [10], "pessimistic_days": [10], "actual_start_date": ["2026-06-26"]})
    >>> str(expected_schedule(tasks, date(2026, 7, 1)).loc["draft", "finish_date"].date())
    '2026-07-06'
    """
    graph, mean = build_network(tasks), pert_moments(tasks)["mean_days"].to_numpy()
    floor, elapsed, is_begun, is_done, took = _place(tasks, as_of, mean)
    days = np.where(is_done, took, np.maximum(mean, elapsed))[None, :]
    start, finish, latest = (rows[0] for rows in _walk(graph, days, floor[None, :].copy(), is_begun))
    slack = np.where(is_done, np.nan, np.where(np.abs(latest - finish) < 1e-6, 0.0, latest - finish))
    dates = {"start_date": start, "finish_date": finish}
    ahead = {
        name: pd.Timestamp(as_of) + pd.to_timedelta(np.ceil(day), unit="D") for name, day in dates.items()
    }
    found = pd.DataFrame(ahead | {"slack_days": slack, "is_critical": slack == 0})
    return found.set_axis(pd.Index(list(graph), name="task"))
