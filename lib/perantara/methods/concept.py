"""The concept of an initiative: reach of its scope, its first market chain, route, timeline and targets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

PLACE = ["subdistrict_code_kemendagri", "village_code_kemendagri"]
STATUS_SCORES = {"ada": 1.0, "sebagian": 0.5, "belum ada": 0.0}
ROUTE_CRITERIA = ("legal", "budget", "team", "time")


@dataclass(frozen=True)
class PovertyReach:
    """Poor households in the places of a trial and outside; ``None`` where not known.

    ``is_rest`` tells whether outside is all the rest of the district, or just the places that
    were weighed and left; ``conflicts`` names places that are given with two different numbers.
    """

    places: int
    known: int
    poor_inside: float | None
    rate_inside_pct: float | None
    poor_outside: float | None
    rate_outside_pct: float | None
    share_of_district_pct: float | None
    is_rest: bool
    conflicts: tuple[str, ...]


def poverty_reach(
    scope: pd.DataFrame,
    district_poor: float | None = None,
    district_households: float | None = None,
    chosen: tuple[str, ...] = ("ditetapkan",),
) -> PovertyReach:
    """Count the poor households that live where the trial is, and elsewhere.

    A place counts once, however many groups or commodities it is named for; a village inside a
    chosen subdistrict is part of it. A sum over places of which one is not known is not given.

    Parameters
    ----------
    scope : DataFrame, shape (rows, columns)
        With ``subdistrict_code_kemendagri``, ``village_code_kemendagri``, ``place_name``,
        ``status``, ``households`` and ``poor_households``.
    district_poor, district_households : float or missing
        Of the whole district, by the same source.
    chosen : tuple of str
        The statuses that make a place one of the trial.

    Returns
    -------
    PovertyReach

    Examples
    --------
    >>> scope = pd.DataFrame({"subdistrict_code_kemendagri": ["s"] * 2, "village_code_kemendagri": ["a", "b"],
    ...     "place_name": ["A", "B"], "status": ["ditetapkan", "tidak dipilih"], "households": [100, 200],
    ...     "poor_households": [40, 50]})
    >>> found = poverty_reach(scope, 390, 1100)
    >>> found.rate_inside_pct, found.rate_outside_pct, found.poor_outside
    (40.0, 35.0, 350.0)
    """
    counts = ["households", "poor_households"]
    scope = scope.assign(key=scope[PLACE[1]].fillna(scope[PLACE[0]]), is_in=scope["status"].isin(chosen))
    grouped = scope.dropna(subset="key").groupby("key", sort=False)
    places = grouped[["place_name", *counts]].first().assign(is_in=grouped["is_in"].any())
    differ = (grouped[counts].nunique() > 1).any(axis="columns")
    whole = [key for key in places.index[places["is_in"]] if key.count(".") == 2]
    within = places.index.map(lambda key: any(key.startswith(f"{part}.") for part in whole)).astype(bool)
    inside, outside = places[places["is_in"] & ~within], places[~places["is_in"] & ~within]
    households, poor = (_sum_complete(inside[column]) for column in counts)
    rest = [None if pd.isna(total) or known is None else total - known
            for total, known in ((district_households, households), (district_poor, poor))]  # fmt: skip
    is_rest = None not in rest
    beyond = rest if is_rest else [_sum_complete(outside[column]) for column in counts]
    return PovertyReach(
        len(inside), int(inside["poor_households"].notna().sum()), poor, _pct(poor, households), beyond[1],
        _pct(*beyond[::-1]), _pct(poor, district_poor), is_rest, tuple(places["place_name"][differ]),
    )  # fmt: skip


def _sum_complete(values: pd.Series) -> float | None:
    return None if values.empty or values.isna().any() else float(values.sum())


def _pct(part: float | None, whole: float | None) -> float | None:
    return None if part is None or whole is None or pd.isna(whole) or whole <= 0 else part / whole * 100


def price_steps(links: pd.DataFrame) -> pd.DataFrame:
    """Tell what each seller of a market chain paid for what it sells, and its gross margin.

    Parameters
    ----------
    links : DataFrame, shape (links, columns)
        With ``from_actor_id``, ``to_actor_id``, ``product``, ``unit``, ``volume``, ``period``,
        ``price_idr_per_unit`` and ``status``. Prices are compared within a product and its unit.

    Returns
    -------
    DataFrame, shape (links, columns + 3)
        With ``bought_idr_per_unit`` (mean over those who sell to it now, by volume where every
        volume is known and of one period), ``margin_idr_per_unit``, and ``margin_pct`` in percent
        of the selling price; missing for who buys nothing of that form. Costs are not taken off.

    Examples
    --------
    >>> links = pd.DataFrame({"from_actor_id": ["tani", "desa"], "to_actor_id": ["desa", "pt"], "product": "kopi",
    ...     "unit": "kg", "volume": 10.0, "period": "bulan", "price_idr_per_unit": [80.0, 100.0], "status": "berjalan"})
    >>> price_steps(links)["margin_pct"].to_list()
    [nan, 20.0]
    """
    key = ["from_actor_id", "product", "unit"]
    priced = links[links["status"] == "berjalan"].dropna(subset="price_idr_per_unit")
    buyer = [priced["to_actor_id"], priced["product"], priced["unit"]]
    is_weighed = priced["volume"].gt(0).groupby(buyer).transform("all")
    is_weighed &= priced["period"].fillna("").groupby(buyer).transform("nunique") == 1
    weight = priced["volume"].where(is_weighed, 1.0)
    paid = (priced["price_idr_per_unit"] * weight).groupby(buyer).sum() / weight.groupby(buyer).sum()
    paid = paid.rename("bought_idr_per_unit").rename_axis(key).reset_index()
    steps = links.merge(paid, on=key, how="left")
    steps["margin_idr_per_unit"] = steps["price_idr_per_unit"] - steps["bought_idr_per_unit"]
    price = steps["price_idr_per_unit"].where(steps["price_idr_per_unit"] > 0)
    return steps.assign(margin_pct=steps["margin_idr_per_unit"] / price * 100)


def score_routes(options: pd.DataFrame, weights: Mapping[str, float], longest_months: float) -> pd.DataFrame:
    """Score the routes of a programme by a weighted checklist, and tell how far weights decide.

    Parameters
    ----------
    options : DataFrame, shape (options, columns)
        With ``legal_status``, ``budget_status``, ``team_status`` (ada 1, sebagian 0.5, belum ada 0)
        and ``lead_time_months`` (0 months 1, ``longest_months`` and more 0).
    weights : mapping
        Of ``legal``, ``budget``, ``team`` and ``time``; not all zero, only their ratio counts.
    longest_months : float
        The time at which a route scores nothing for it.

    Returns
    -------
    DataFrame, shape (options, 6)
        ``legal_score``, ``budget_score``, ``team_score`` and ``time_score`` (0 to 1),
        ``score_pct``, and ``best_pct``: in how many percent of all weights (steps of a tenth)
        the option is best or as good; missing where a part is missing.

    Raises
    ------
    ValueError
        If a weight is negative or all are zero, or ``longest_months`` is not above zero.

    Examples
    --------
    >>> options = pd.DataFrame({"legal_status": ["ada", "belum ada"], "budget_status": ["ada", "ada"],
    ...     "team_status": ["ada", "sebagian"], "lead_time_months": [6, 12]})
    >>> score_routes(options, dict.fromkeys(ROUTE_CRITERIA, 25), 24)[["score_pct", "best_pct"]].round(1).to_numpy().tolist()
    [[93.8, 100.0], [50.0, 0.3]]
    """
    given = np.array([weights[name] for name in ROUTE_CRITERIA], dtype=float)
    if (given < 0).any() or given.sum() <= 0 or longest_months <= 0:
        raise ValueError("weights must not be negative, one and the longest time must be above zero")
    scores = pd.DataFrame(
        {f"{name}_score": options[f"{name}_status"].map(STATUS_SCORES) for name in ROUTE_CRITERIA[:3]}
    )
    months = pd.to_numeric(options["lead_time_months"]).astype("float64")
    scores["time_score"] = (1 - months / longest_months).clip(0, 1)
    scores = scores.astype(float)
    total = pd.Series(scores.to_numpy() @ (given / given.sum() * 100), index=scores.index)
    complete = scores.dropna()
    shares = pd.Series(np.nan, index=scores.index)
    if len(complete) > 1:
        reached = complete.to_numpy() @ _weight_sets(len(ROUTE_CRITERIA)).T
        shares[complete.index] = (reached >= reached.max(axis=0) - 1e-9).mean(axis=1) * 100
    return scores.assign(score_pct=total, best_pct=shares)


def _weight_sets(count: int, steps: int = 10) -> np.ndarray:
    """Return every way to divide one into ``count`` weights by tenths."""
    bars = np.array(list(combinations(range(steps + count - 1), count - 1)))
    edges = np.pad(bars, ((0, 0), (1, 1)), constant_values=((0, 0), (-1, steps + count - 1)))
    return (np.diff(edges) - 1) / steps


def check_timeline(timeline: pd.DataFrame) -> pd.DataFrame:
    """Tell of each activity when it is needed, when it must begin, and what runs beside it.

    Stages may overlap (guide, Bab 3); only what depends on another must wait for its end.

    Parameters
    ----------
    timeline : DataFrame, shape (activities, columns)
        With ``activity_id``, ``guide_stage``, ``start_date``, ``finish_date``, ``depends_on`` (ids
        between blanks) and ``lead_time_days`` (missing: as long as planned).

    Returns
    -------
    DataFrame, shape (activities, columns + 4)
        With ``needed_date`` (the first start of what depends on it), ``latest_start_date``,
        ``slack_days`` (below zero: begins or ends too late) and ``overlaps_with``, the other
        stages that run at the same time; dates missing where nothing depends on it.

    Examples
    --------
    >>> timeline = pd.DataFrame({"activity_id": ["r", "t"], "guide_stage": ["3.3", "3.5"], "depends_on": [None, "r"],
    ...     "start_date": pd.to_datetime(["2026-03-01", "2026-05-01"]), "lead_time_days": [90, None],
    ...     "finish_date": pd.to_datetime(["2026-04-30", "2026-06-30"])})
    >>> check_timeline(timeline)["slack_days"].to_list()
    [-29, <NA>]
    """
    start, finish = timeline["start_date"], timeline["finish_date"]
    wanted = timeline["depends_on"].fillna("").str.split().explode().dropna()
    needed = start.reindex(wanted.index).groupby(wanted.to_numpy()).min()
    needed_date = needed.reindex(timeline["activity_id"]).set_axis(timeline.index)
    planned = (finish - start).dt.days + 1
    lead = pd.to_numeric(timeline["lead_time_days"]).astype("float64").fillna(planned)
    latest = needed_date - pd.to_timedelta(lead, unit="D")
    slack = pd.concat([(latest - start).dt.days, (needed_date - finish).dt.days], axis="columns").min(
        axis="columns"
    )
    meets = (start.to_numpy()[:, None] <= finish.to_numpy()) & (
        finish.to_numpy()[:, None] >= start.to_numpy()
    )
    stages = timeline["guide_stage"].to_numpy()
    beside = [
        ", ".join(sorted(set(stages[row]) - {own})) or None for row, own in zip(meets, stages, strict=True)
    ]
    return timeline.assign(
        needed_date=needed_date,
        latest_start_date=latest,
        slack_days=slack.astype("Int64"),
        overlaps_with=beside,
    )


def find_timeline_faults(timeline: pd.DataFrame) -> dict[str, list[str]]:
    """Find what makes a timeline unsound: ids of activities by kind of fault.

    Returns
    -------
    dict
        ``unknown`` (depended on, but not there), ``circle`` (wait for one another) and
        ``reversed`` (end before they begin); lists of ids, empty where all is well.
    """
    import networkx as nx

    wanted = timeline.set_index("activity_id")["depends_on"].fillna("").str.split().explode().dropna()
    graph = nx.DiGraph(list(zip(wanted, wanted.index, strict=True)))
    rings = [part for part in nx.strongly_connected_components(graph) if len(part) > 1]
    circle = set().union(*rings) | {one for one, _same in nx.selfloop_edges(graph)}
    late = timeline.loc[timeline["finish_date"] < timeline["start_date"], "activity_id"]
    unknown = set(wanted) - set(timeline["activity_id"])
    return {"unknown": sorted(unknown), "circle": sorted(circle), "reversed": sorted(late)}


def target_range(
    targets: pd.DataFrame, enterprises: float | None, poor_share_pct: float | None
) -> pd.DataFrame:
    """Compute what is reached at the low, middle and high assumptions; nothing of it is typed.

    Enterprises x uptake = enterprises reached; x households per enterprise = households; x share
    of the poor = poor households; income x (1 + growth) = income aimed at.

    Parameters
    ----------
    targets : DataFrame
        With ``kind``, ``low``, ``middle`` and ``high``; one row of a kind, else it is not used.
    enterprises, poor_share_pct : float or missing
        As recorded; missing leaves missing what rests on them.

    Returns
    -------
    DataFrame, shape (4, 3)
        Rows ``enterprises``, ``households``, ``poor_households`` and ``income_idr_per_month``.

    Examples
    --------
    >>> targets = pd.DataFrame({"kind": ["keikutsertaan", "rumah tangga per UMK"], "low": [40.0, 1.0],
    ...                         "middle": [60.0, 1.1], "high": [80.0, 1.2]})
    >>> target_range(targets, 200, 50.0).loc["poor_households"].round(1).to_list()
    [40.0, 66.0, 96.0]
    """
    levels = ["low", "middle", "high"]
    single = targets[~targets["kind"].duplicated(keep=False)].set_index("kind")[levels]
    names = ("keikutsertaan", "rumah tangga per UMK", "pendapatan awal", "kenaikan pendapatan")
    uptake, per_umk, income, growth = (single.reindex([name]).iloc[0].astype(float) for name in names)
    count, poor = (math.nan if pd.isna(value) else float(value) for value in (enterprises, poor_share_pct))
    reached = count * uptake / 100
    rows = {
        "enterprises": reached, "households": reached * per_umk, "poor_households": reached * per_umk * poor / 100,
        "income_idr_per_month": income * (1 + growth / 100),
    }  # fmt: skip
    return pd.DataFrame(rows).T[levels]
