"""The concept of an initiative: reach of its scope, its first market chain, route, timeline and targets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

PLACE = ["subdistrict_code_kemendagri", "village_code_kemendagri"]
STATUS_SCORES = {"ada": 1.0, "sebagian": 0.5, "belum ada": 0.0}
ROUTE_CRITERIA = ("legal", "budget", "team", "time")


@dataclass(frozen=True)
class PovertyReach:
    """Poor households in the places of a trial and outside (``is_rest``: all the rest of the district,
    else just the places weighed and left); ``conflicts`` names places given with two different numbers."""

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
    scope: pd.DataFrame, district_poor: float | None = None, district_households: float | None = None
) -> PovertyReach:
    """Count the poor households that live where the trial is, and elsewhere.

    A place counts once, however many groups or commodities ``scope`` (rows of ``trial_scope``) names it
    for; a village inside a chosen subdistrict is part of it. A sum over places of which one is not
    known is not given. The district's totals are by the same source as the places.

    Examples
    --------
    >>> scope = pd.DataFrame({"village_code_kemendagri": ["00.00.01.2001", "00.00.01.2002"],
    ...     "subdistrict_code_kemendagri": "00.00.01", "place_name": ["A", "B"],
    ...     "status": ["ditetapkan", "tidak dipilih"], "households": [100, 200], "poor_households": [40, 50]})
    >>> found = poverty_reach(scope, 390, 1100)
    >>> found.rate_inside_pct, found.rate_outside_pct, found.poor_outside
    (40.0, 35.0, 350.0)
    """
    counts = ["households", "poor_households"]
    key, is_in = scope[PLACE[1]].fillna(scope[PLACE[0]]), scope["status"] == "ditetapkan"
    grouped = scope.assign(key=key, is_in=is_in).groupby("key", sort=False)
    places, is_in = grouped[["place_name", *counts]].first(), grouped["is_in"].any()
    is_within = places.index.str.rsplit(".", n=1).str[0].isin(places.index[is_in])
    inside, outside = places[is_in & ~is_within], places[~is_in & ~is_within]
    households, poor = (_sum_complete(inside[column]) for column in counts)
    rest = [None if pd.isna(total) or known is None else total - known
            for total, known in ((district_households, households), (district_poor, poor))]  # fmt: skip
    is_rest = None not in rest
    beyond = rest if is_rest else [_sum_complete(outside[column]) for column in counts]
    differ = (grouped[counts].nunique() > 1).any(axis="columns")
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

    To rows of ``market_chain_links`` are added ``bought_idr_per_unit`` (mean over those who sell to it
    now, of the same product and unit, by volume where every volume is known and of one period),
    ``margin_idr_per_unit``, and ``margin_pct`` in percent of the selling price; missing for who buys
    nothing of that form. Costs are not taken off.

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

    Rows of ``program_options`` give ``legal_score``, ``budget_score``, ``team_score`` (ada 1, sebagian
    0.5, belum ada 0) and ``time_score`` (0 months 1, ``longest_months`` and more 0); ``score_pct`` at
    the ``weights`` of legal, budget, team and time, of which only the ratio counts; and ``best_pct``: in
    how many percent of all weights (steps of a tenth) the option is best or as good. Missing where a
    part is missing. ValueError: a weight is negative, all are zero, or ``longest_months`` is not above zero.

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
    scores["time_score"] = (1 - options["lead_time_months"] / longest_months).clip(0, 1)
    scores = scores.astype("float64")
    complete, shares = scores.dropna(), pd.Series(np.nan, index=scores.index)
    if len(complete) > 1:
        tenths = np.indices((11,) * len(given)).reshape(len(given), -1)
        reached = complete.to_numpy() @ tenths[:, tenths.sum(axis=0) == 10]
        shares[complete.index] = (reached >= reached.max(axis=0) - 1e-9).mean(axis=1) * 100
    return scores.assign(score_pct=scores @ (given / given.sum() * 100), best_pct=shares)


def check_timeline(timeline: pd.DataFrame) -> pd.DataFrame:
    """Tell of each activity when it is needed, when it must begin, and what runs beside it.

    Stages may overlap (guide, Bab 3); only what depends on another must wait for its end. To rows of
    ``timeline`` (ids in ``depends_on`` between blanks; no ``lead_time_days``: as long as planned) are
    added ``needed_date`` (the first start of what depends on it), ``latest_start_date``, ``slack_days``
    (below zero: begins or ends too late), missing where nothing depends on it, and ``overlaps_with``,
    the other stages that run at the same time.

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
    needed = needed.reindex(timeline["activity_id"]).set_axis(timeline.index)
    lead = timeline["lead_time_days"].astype("float64").fillna((finish - start).dt.days + 1)
    latest = needed - pd.to_timedelta(lead, unit="D")
    left = pd.concat([(latest - start).dt.days, (needed - finish).dt.days], axis="columns")
    begins, ends, stages = (timeline[c].to_numpy() for c in ("start_date", "finish_date", "guide_stage"))
    meets = (begins[:, None] <= ends) & (ends[:, None] >= begins)
    beside = [
        ", ".join(sorted({*stages[row]} - {own})) or None for row, own in zip(meets, stages, strict=True)
    ]
    return timeline.assign(
        needed_date=needed, latest_start_date=latest,
        slack_days=left.min(axis="columns").astype("Int64"), overlaps_with=beside,
    )  # fmt: skip


def find_timeline_faults(timeline: pd.DataFrame) -> dict[str, list[str]]:
    """Find what makes a timeline unsound: lists of ids of activities, empty where all is well.

    ``unknown`` (depended on, but not there), ``circle`` (wait for one another) and ``reversed`` (end
    before they begin).
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

    Enterprises x uptake = ``enterprises`` reached; x households per enterprise = ``households``; x share
    of the poor = ``poor_households``; income x (1 + growth) = ``income_idr_per_month`` aimed at: four
    rows. ``targets`` are rows of that table; of a kind that stands twice none is used. What is missing
    leaves missing what rests on it.

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
    households, aim = reached * per_umk, income * (1 + growth / 100)
    rows = {"enterprises": reached, "households": households, "poor_households": households * poor / 100}
    return pd.DataFrame(rows | {"income_idr_per_month": aim}).T
