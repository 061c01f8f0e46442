"""The allocation that leaves the least need uncovered, and the limits that bind it.

The frames, and what is refused, are those of ``methods.funding``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from perantara.methods import _funding as shared

_RUPIAH = 0.5  # less than half a rupiah is rounding
_ALLOCATION = ["line_id", "fiscal_year", "month", "source_id", "source_kind", "allocated_idr", "possible_idr"]
_ALLOCATION += ["difference_idr", "binding_limit"]


@dataclass(frozen=True)
class AllocationPlan:
    """The allocation that leaves the least uncovered, beside the district's own.

    Attributes
    ----------
    allocation : DataFrame
        The columns of the table ``allocation``: pairs that the district or the plan pays, and every
        pair of a line that stays uncovered with what limits it.
    uncovered_idr : float
        Need that no allocation within the limits can cover, rupiah.
    binding : DataFrame
        ``limit`` ("pagu" or "kebutuhan"), ``item`` (number of source or line) and ``marginal``:
        how many rupiah more were covered if this limit were one rupiah higher.
    unknown_ceilings : tuple of str
        Sources of the years of the lines that give nothing, since their ceiling is unknown.
    """

    allocation: pd.DataFrame
    uncovered_idr: float
    binding: pd.DataFrame
    unknown_ceilings: tuple[str, ...]


def best_allocation(
    lines: pd.DataFrame,
    sources: pd.DataFrame,
    allocations: pd.DataFrame,
    all_allocations: pd.DataFrame,
    matrix: pd.DataFrame,
) -> AllocationPlan:
    """Find the allocation that leaves the least need uncovered and moves the least money.

    A source pays a line only where the guide lists the pair or does not detail it, in its fiscal year
    and months, and within its ceiling less what other initiatives take. Among plans that cover as
    much, the one nearest to the district's own is taken (least sum of changes); among those, earlier
    lines come first. An allocation of the district outside these limits is not kept. Amounts are whole
    rupiah; the order of the rows does not matter.

    References
    ----------
    Ahuja, R. K., Magnanti, T. L., Orlin, J. B. (1993). Network Flows, ch. 6, 9. Prentice Hall.
    Huangfu, Q., Hall, J. A. J. (2018). Parallelizing the dual revised simplex method. Mathematical
    Programming Computation 10(1).

    Examples
    --------
    >>> lines = pd.DataFrame({"line_id": ["B1"], "block": ["riset"], "cost_need": ["konsultan"],
    ...     "capital_kind": [None], "month": [3], "fiscal_year": [2026], "quantity": [2.0],
    ...     "unit_price_idr": [50.0]})
    >>> sources = pd.DataFrame({"source_id": ["S"], "source_kind": ["APBD"], "mechanism": [None],
    ...     "ceiling_idr": [90.0], "month_from": [1], "month_to": [12], "fiscal_year": [2026],
    ...     "has_village_head_in_team": [None]})
    >>> matrix = pd.DataFrame({"scope": ["riset"], "cost_need": ["konsultan"], "source_kind": ["APBD"],
    ...     "mechanism": [None]})
    >>> paid = pd.DataFrame({"initiative": ["kopi"], "cycle": [2026], "line_id": ["B1"],
    ...     "source_id": ["S"], "amount_idr": [60.0]})
    >>> plan = best_allocation(lines, sources, paid, paid, matrix)
    >>> plan.uncovered_idr, plan.allocation["possible_idr"].to_list(), plan.binding["item"].to_list()
    (10.0, [90.0], ['S'])
    """
    pairs = _list_pairs(lines, sources, allocations, matrix)
    need = shared.cost_of(lines).set_axis(lines["line_id"])
    room = shared.room_of(sources, allocations, all_allocations)
    usable = pairs[pairs["obstacle"].isna()]
    limits, matrix_of_limits = _state_limits(usable, need, room)
    paid = _solve_nearest(usable, limits.to_numpy(), matrix_of_limits)
    pairs["possible_idr"] = paid.reindex(pairs.index, fill_value=0.0)
    uncovered = need - pairs.groupby("line_id")["possible_idr"].sum().reindex(need.index, fill_value=0.0)
    unknown = sources["ceiling_idr"].isna() & sources["fiscal_year"].isin(lines["fiscal_year"])
    return AllocationPlan(
        _show_plan(pairs, uncovered, room),
        float(uncovered.clip(lower=0).sum()),
        _find_binding(limits, matrix_of_limits),
        tuple(sorted(sources.loc[unknown, "source_id"])),
    )


def _list_pairs(
    lines: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame, matrix: pd.DataFrame
) -> pd.DataFrame:
    """Pair lines with the sources of their year or allocation, with what keeps a pair from use."""
    own = shared.join_payers(lines, sources, allocations).set_index(["line_id", "source_id"])["amount_idr"]
    pairs = lines[shared.LINE].merge(shared.payers_of(sources), how="cross")
    keys = pd.MultiIndex.from_frame(pairs[["line_id", "source_id"]])
    pairs["allocated_idr"] = own.reindex(keys, fill_value=0.0).to_numpy("float64")
    pairs = pairs[pairs["source_year"].eq(pairs["fiscal_year"]) | pairs["allocated_idr"].gt(0)]
    pairs = pairs.sort_values(["fiscal_year", "month", "line_id", "source_id"], ignore_index=True)
    obstacles = {
        "daftar panduan": ~shared.judge_pairs(pairs, matrix).isin([shared.FIT, shared.NOT_DETAILED]),
        "bulan": ~shared.is_in_time(pairs),
        "pagu": pairs["ceiling_idr"].isna(),
    }
    found = np.select(list(obstacles.values()), list(obstacles), "")
    return pairs.assign(obstacle=pd.Series(found, pairs.index, dtype="str").replace("", None))


def _state_limits(pairs: pd.DataFrame, need: pd.Series, room: pd.Series) -> tuple[pd.Series, csr_array]:
    """Return the limits (needs, then ceilings) and which pair counts against which of them."""
    rows, limits = [], {}
    for column, limit, amounts in (("line_id", "kebutuhan", need), ("source_id", "pagu", room)):
        numbers, items = pd.factorize(pairs[column])
        entries = (np.ones(len(pairs)), (numbers, np.arange(len(pairs))))
        rows.append(csr_array(entries, shape=(len(items), len(pairs))))
        limits[limit] = amounts.reindex(items)
    return pd.concat(limits), vstack(rows, format="csr")


def _solve_nearest(pairs: pd.DataFrame, limits: np.ndarray, counts: csr_array) -> pd.Series:
    """Cover the most; with it change the district's allocation least; then pay earlier lines first.

    One linear programme in the rises and falls from the district's own amounts. It is a flow from
    sources to lines: along a path or circle of it, which touches each source at most once, changes
    sum to less than ``longest``. So the weights rank the three aims strictly.
    """
    if pairs.empty:
        return pd.Series(dtype="float64")
    line = pd.factorize(pairs["line_id"])[0] + 1
    source = pd.factorize(pairs["source_id"], sort=True)[0] + 1
    longest = 2 * min(line.max(), source.max()) + 3
    order = line * source / (line.max() * source.max()) / longest
    own = pairs["allocated_idr"].to_numpy()
    solved = linprog(
        np.concatenate([1 + order - longest, 1 - order + longest]),
        A_ub=hstack([counts, -counts], format="csr"),
        b_ub=limits - counts @ own,
        bounds=[(0, None)] * len(own) + [(0, amount) for amount in own],
        method="highs",
    )
    rise, fall = np.split(solved.x, 2)
    return pd.Series((own + rise - fall).round(2).clip(min=0), pairs.index)


def _find_binding(limits: pd.Series, counts: csr_array) -> pd.DataFrame:
    """Return the limits that a rupiah more would move, by the marginals of the most that can be covered."""
    columns = ["limit", "item", "marginal"]
    if limits.empty:
        return shared.typed(pd.DataFrame(), columns)
    # where need and ceiling are used up together, a higher ceiling brings nothing: less than a rupiah
    # more of every ceiling makes the marginals say so
    is_ceiling = limits.index.get_level_values(0) == "pagu"
    relaxed = limits.to_numpy() + is_ceiling * (0.5 / is_ceiling.sum())
    solved = linprog(-np.ones(counts.shape[1]), A_ub=counts, b_ub=relaxed, method="highs")
    marginal = pd.Series(
        -solved.ineqlin.marginals, limits.index.set_names(["limit", "item"]), name="marginal"
    )
    return shared.typed(marginal[marginal > 0].sort_index(ascending=[False, True]).reset_index(), columns)


def _show_plan(pairs: pd.DataFrame, uncovered: pd.Series, room: pd.Series) -> pd.DataFrame:
    """Lay the plan beside the district's own allocation and say what limits each pair."""
    rest = pairs["source_id"].map(room) - pairs.groupby("source_id")["possible_idr"].transform("sum")
    is_used_up, is_short = rest < _RUPIAH, pairs["line_id"].map(uncovered) >= _RUPIAH
    is_lower = pairs["possible_idr"] < pairs["allocated_idr"]
    by_ceiling = is_short | (is_lower & is_used_up)
    limit = pairs["obstacle"].fillna(by_ceiling.map({True: "pagu", False: "kebutuhan"}))
    is_shown = is_short | pairs["allocated_idr"].gt(0) | pairs["possible_idr"].gt(0)
    shown = pairs.assign(difference_idr=pairs["possible_idr"] - pairs["allocated_idr"], binding_limit=limit)
    return shared.typed(shown[is_shown], _ALLOCATION)
