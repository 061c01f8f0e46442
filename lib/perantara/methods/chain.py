"""A market chain: margins, value added, what covers the cost, who holds the market, and where goods go."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import networkx as nx
import numpy as np
import pandas as pd


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else nan


@dataclass(frozen=True)
class Margins:
    """``margins`` (rupiah a unit, by the one who adds it) and ``producer_share`` of the last price (0-1)."""

    margins: pd.Series
    producer_share: float


def marketing_margins(prices: pd.Series) -> Margins:
    """Return what each actor of a chain adds to the price, and the producer's share of what the consumer pays.

    Parameters
    ----------
    prices : Series
        Prices from producer to consumer, of the same unit of the same product: raw material is brought to the
        product sold by its conversion factor first.

    Raises
    ------
    ValueError
        If there are fewer than two prices, one is missing or negative, or the last is 0.

    Examples
    --------
    >>> found = marketing_margins(pd.Series({"petani": 6000, "pengepul": 7500, "konsumen": 12000}))
    >>> found.margins.to_dict(), found.producer_share
    ({'pengepul': 1500.0, 'konsumen': 4500.0}, 0.5)
    """
    given = pd.Series(prices, dtype=float)
    if len(given) < 2 or given.isna().any() or (given < 0).any() or given.iloc[-1] == 0:
        raise ValueError("two or more prices of at least 0 are needed, the last above 0, none missing")
    return Margins(given.diff().iloc[1:], float(given.iloc[0] / given.iloc[-1]))


@dataclass(frozen=True)
class ValueAdded:
    """Hayami's value added, per kg of raw material; shares are 0-1, money in rupiah.

    ``value_added_ratio`` and ``profit_share_of_output`` are over ``output_value``; ``labour_share`` and
    ``profit_share_of_value_added`` over ``value_added``.
    """

    conversion_factor: float
    labour_coefficient: float
    output_value: float
    value_added: float
    value_added_ratio: float
    labour_income: float
    labour_share: float
    profit: float
    profit_share_of_output: float
    profit_share_of_value_added: float
    margin: float


def hayami(
    output_kg: float, raw_material_kg: float, labour_days: float, output_price_idr: float, wage_idr: float,
    raw_material_price_idr: float, other_inputs_idr: float,
) -> ValueAdded:  # fmt: skip
    """Return the value that processing adds to one kg of raw material.

    Parameters
    ----------
    output_kg, raw_material_kg, labour_days : float
        Of one production run.
    output_price_idr : float
        Rupiah per kg of output.
    wage_idr : float
        Rupiah per working day.
    raw_material_price_idr, other_inputs_idr : float
        Rupiah per kg of raw material.

    Raises
    ------
    ValueError
        If the raw material is not above 0 or another value is negative.

    References
    ----------
    Hayami, Y. et al. (1987). Agricultural Marketing and Processing in Upland Java. CGPRT Centre, Bogor.

    Examples
    --------
    >>> found = hayami(50, 100, 10, 20_000, 50_000, 4_000, 1_000)
    >>> found.output_value, found.value_added, found.labour_income, found.profit
    (10000.0, 5000.0, 5000.0, 0.0)
    """
    given = (output_kg, labour_days, output_price_idr, wage_idr, raw_material_price_idr, other_inputs_idr)
    if not raw_material_kg > 0 or not all(one >= 0 for one in given):
        raise ValueError("raw material must be above 0 and every other value at least 0")
    factor, labour = output_kg / raw_material_kg, labour_days / raw_material_kg
    value = factor * output_price_idr
    added, income = value - raw_material_price_idr - other_inputs_idr, labour * wage_idr
    profit = added - income
    return ValueAdded(
        factor, labour, value, added, _ratio(added, value), income, _ratio(income, added), profit,
        _ratio(profit, value), _ratio(profit, added), value - raw_material_price_idr,
    )  # fmt: skip


@dataclass(frozen=True)
class BreakEven:
    """What covers the cost.

    ``rc_ratio`` is revenue over total cost, ``bc_ratio`` profit over total cost (always ``rc_ratio - 1``). The first
    two break-evens divide total cost by price and by quantity; ``quantity_break_even`` divides fixed cost by the margin
    over variable cost (None where these are not known, infinite where no quantity is enough).
    """

    rc_ratio: float
    bc_ratio: float
    quantity_covering_total_cost: float
    price_covering_total_cost: float
    quantity_break_even: float | None = None


def break_even(
    total_cost_idr: float, price_idr: float, quantity: float, fixed_cost_idr: float | None = None,
    variable_cost_per_unit_idr: float | None = None,
) -> BreakEven:  # fmt: skip
    """Return the ratios and break-evens of one production run.

    Parameters
    ----------
    total_cost_idr : float
        Of the run, own labour valued.
    price_idr, quantity : float
        Rupiah per unit sold, and units sold.
    fixed_cost_idr, variable_cost_per_unit_idr : float, optional
        Of the run, and per unit.

    Raises
    ------
    ValueError
        If total cost, price or quantity is not above 0, or another cost is negative.

    Examples
    --------
    >>> found = break_even(6_000_000, 10_000, 1_000, 2_000_000, 4_000)
    >>> round(found.rc_ratio, 3), found.quantity_covering_total_cost, round(found.quantity_break_even, 1)
    (1.667, 600.0, 333.3)
    """
    if not all(one > 0 for one in (total_cost_idr, price_idr, quantity)):
        raise ValueError("total cost, price and quantity must be above 0")
    needed = None
    if fixed_cost_idr is not None and variable_cost_per_unit_idr is not None:
        if not (fixed_cost_idr >= 0 and variable_cost_per_unit_idr >= 0):
            raise ValueError("fixed and variable cost must be at least 0")
        left = price_idr - variable_cost_per_unit_idr
        needed = fixed_cost_idr / left if left > 0 else 0.0 if fixed_cost_idr == 0 == left else inf
    revenue = price_idr * quantity
    return BreakEven(
        revenue / total_cost_idr, (revenue - total_cost_idr) / total_cost_idr, total_cost_idr / price_idr,
        total_cost_idr / quantity, needed,
    )  # fmt: skip


def concentration(quantities: pd.Series) -> tuple[float, float]:
    """Return the share of the four largest buyers (CR4, 0-1) and the Herfindahl-Hirschman index (0-10,000).

    >>> concentration(pd.Series([50, 30, 20]))
    (1.0, 3800.0)
    """
    known = pd.Series(quantities, dtype=float).dropna()
    if known.empty or (known < 0).any() or known.sum() == 0:
        raise ValueError("quantities of at least 0 are needed, not all 0")
    shares = known / known.sum()
    return float(shares.nlargest(4).sum()), float((shares**2).sum() * 10_000)


def mass_balance(flows: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Compare at each node of a chain what comes in and is made with what goes out and is lost.

    Parameters
    ----------
    flows : DataFrame
        ``giver, taker, quantity`` in one unit and one period.
    nodes : DataFrame by node
        ``produced`` (grown or made there), ``lost``, ``used`` (kept or eaten) and ``conversion_factor`` (units that
        leave for each unit that enters or is made); missing: 0, and 1 for the factor.

    Returns
    -------
    DataFrame by node
        ``coming, going, lost, used, unexplained`` (what came, converted, less what went, was lost or used; above 0
        is goods without a place, below 0 goods from nowhere) and ``unexplained_pct`` of what came. Nodes that only take
        or only give, with nothing noted, are ends: their difference is missing.

    Examples
    --------
    >>> flows = pd.DataFrame({"giver": ["petani", "olah"], "taker": ["olah", "pasar"], "quantity": [100.0, 18.0]})
    >>> nodes = pd.DataFrame({"produced": [110.0, None], "conversion_factor": [None, 0.2]}, ["petani", "olah"])
    >>> mass_balance(flows, nodes)["unexplained"].to_dict()
    {'petani': 10.0, 'olah': 2.0, 'pasar': nan}
    """
    names = list(dict.fromkeys([*flows["giver"], *flows["taker"], *nodes.index]))
    coming, going = (
        flows.groupby(side)["quantity"].sum().reindex(names, fill_value=0.0) for side in ("taker", "giver")
    )
    noted = nodes.reindex(index=names, columns=["produced", "lost", "used", "conversion_factor"]).astype(
        float
    )
    made, lost, used = (noted[name].fillna(0.0) for name in ("produced", "lost", "used"))
    entered = (coming + made) * noted["conversion_factor"].fillna(1.0)
    left = entered - going - lost - used
    is_end = ((going == 0) | (coming + made == 0)) & noted.isna().all(axis=1)
    found = pd.DataFrame({"coming": coming + made, "going": going, "lost": lost, "used": used})
    found["unexplained"] = left.mask(is_end)
    found["unexplained_pct"] = 100 * found["unexplained"] / entered.where(entered > 0)
    return found


def problem_tree(problems: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Rank the causes of a problem tree that have no cause themselves.

    Parameters
    ----------
    problems : DataFrame by problem
        ``severity, feasibility`` (1-5; missing ones leave the score missing).
    links : DataFrame
        ``cause, effect``, both in ``problems``.

    Returns
    -------
    DataFrame by problem
        ``is_root`` (a cause of something, with no cause of its own), ``reach`` (problems that follow from it, at any
        distance) and ``score`` = reach x severity x feasibility, for roots; the highest first.

    Raises
    ------
    ValueError
        If a link names an unknown problem, or problems cause each other in a circle (it is named).

    Examples
    --------
    >>> rows = pd.DataFrame({"severity": [4, 3, 5], "feasibility": [2, 4, 1]}, ["benih", "pupuk", "harga rendah"])
    >>> links = pd.DataFrame({"cause": ["benih", "pupuk"], "effect": ["harga rendah"] * 2})
    >>> problem_tree(rows, links)["score"].tolist()
    [12.0, 8.0, nan]
    """
    unknown = sorted({*links["cause"], *links["effect"]} - set(problems.index))
    if unknown:
        raise ValueError(f"unknown problems: {', '.join(map(str, unknown))}")
    graph = nx.DiGraph(list(links[["cause", "effect"]].itertuples(index=False, name=None)))
    graph.add_nodes_from(problems.index)
    if not nx.is_directed_acyclic_graph(graph):
        circle = [edge[0] for edge in nx.find_cycle(graph)]
        raise ValueError(f"problems that cause each other: {' → '.join(map(str, [*circle, circle[0]]))}")
    found = problems.copy()
    found["is_root"] = [graph.in_degree(name) == 0 < graph.out_degree(name) for name in problems.index]
    found["reach"] = [len(nx.descendants(graph, name)) for name in problems.index]
    score = found["reach"] * found["severity"] * found["feasibility"]
    found["score"] = score.astype(float).where(found["is_root"], np.nan)
    return found.sort_values("score", ascending=False, kind="stable")
