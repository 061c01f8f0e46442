"""What if: prices rise, a source is cut or comes late, and what that leaves uncovered by month.

The frames, and what is refused, are those of ``methods.funding``; what is changed is a copy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from perantara.methods._funding import cover_lines, is_in_time, join_payers, room_of, sum_months, typed

_MONTHS = ["fiscal_year", "month", "need_idr", "allocated_idr", "uncovered_idr", "cumulative_uncovered_idr"]


def price_scenario(lines: pd.DataFrame, inflation_pct: float) -> pd.DataFrame:
    """Return the lines with unit prices ``inflation_pct`` percent higher (lower if negative).

    A fall of more than 100 percent raises a ``ValueError``.

    Examples
    --------
    >>> price_scenario(pd.DataFrame({"unit_price_idr": [200.0]}), 10)["unit_price_idr"].round(2).to_list()
    [220.0]
    """
    if inflation_pct < -100:
        raise ValueError(f"inflation of {inflation_pct} percent makes prices negative")
    return lines.assign(unit_price_idr=lines["unit_price_idr"] * (1 + inflation_pct / 100))


def cut_source(sources: pd.DataFrame, source_kind: str, cut_pct: float) -> pd.DataFrame:
    """Return the sources with the ceilings of one kind cut by ``cut_pct`` percent.

    An unknown ceiling stays unknown; a cut below 0 or above 100 raises a ``ValueError``.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_kind": ["APBD", "CSR"], "ceiling_idr": [200.0, 200.0]})
    >>> cut_source(sources, "APBD", 25)["ceiling_idr"].to_list()
    [150.0, 200.0]
    """
    if not 0 <= cut_pct <= 100:
        raise ValueError(f"a cut lies between 0 and 100 percent, not {cut_pct}")
    is_cut = sources["source_kind"] == source_kind
    return sources.assign(ceiling_idr=sources["ceiling_idr"] * (1 - is_cut * cut_pct / 100))


def delay_source(sources: pd.DataFrame, source_kind: str, months: int) -> pd.DataFrame:
    """Return the sources with those of one kind available ``months`` months later.

    No first month means January; one after ``month_to`` means that the source pays nothing. A
    negative delay raises a ``ValueError``.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_kind": ["APBD", "CSR"], "month_from": [1, 3]})
    >>> delay_source(sources, "CSR", 2)["month_from"].to_list()
    [1, 5]
    """
    if months < 0:
        raise ValueError(f"a delay is zero months or more, not {months}")
    start = sources["month_from"].astype("Int64")
    delayed = start.where(sources["source_kind"] != source_kind, start.fillna(1) + months)
    return sources.assign(month_from=delayed)


def uncovered_by_month(
    lines: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame, all_allocations: pd.DataFrame
) -> pd.DataFrame:
    """Measure what is uncovered by month if sources pay no more than they can.

    Each source pays the allocations of its fiscal year and months in their order until its ceiling,
    less what other initiatives take, is used up. An unknown ceiling sets no limit.

    Returns
    -------
    DataFrame, shape (12 a fiscal year, 6)
        ``fiscal_year``, ``month``, ``need_idr``, ``allocated_idr`` (what is really paid),
        ``uncovered_idr`` and ``cumulative_uncovered_idr``, rupiah.

    Examples
    --------
    >>> lines = pd.DataFrame({"line_id": ["B1", "B2"], "block": "riset", "cost_need": "konsultan",
    ...     "capital_kind": None, "month": [3, 4], "fiscal_year": 2026, "quantity": 1.0,
    ...     "unit_price_idr": 50.0})
    >>> sources = pd.DataFrame({"source_id": ["S"], "source_kind": ["APBD"], "mechanism": [None],
    ...     "ceiling_idr": [70.0], "month_from": [1], "month_to": [12], "fiscal_year": [2026],
    ...     "has_village_head_in_team": [None]})
    >>> paid = pd.DataFrame({"initiative": "kopi", "cycle": 2026, "line_id": ["B1", "B2"],
    ...     "source_id": "S", "amount_idr": 50.0})
    >>> uncovered_by_month(lines, sources, paid, paid)["uncovered_idr"].to_list()[2:4]
    [0.0, 30.0]
    """
    pairs = join_payers(lines, sources, allocations)
    pairs = pairs[is_in_time(pairs)].sort_values(["month", "line_id"], kind="stable")
    room = pairs["source_id"].map(room_of(sources, allocations, all_allocations)).fillna(np.inf)
    spent_before = pairs.groupby("source_id")["amount_idr"].cumsum() - pairs["amount_idr"]
    pairs["amount_idr"] = pairs["amount_idr"].clip(upper=(room - spent_before).clip(lower=0))
    return typed(sum_months(cover_lines(lines, pairs, pairs)), _MONTHS)
