"""Costs and who pays them: fit to the guide's matrix, gap, concentration, best allocation, what-if.

Lines, sources and allocations are frames of ``budget_lines``, ``funding_sources`` and ``allocations``.
``lines`` and ``allocations`` are those of one initiative and cycle, ``all_allocations`` those of the
whole district: initiatives share the ceilings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

BLOCKS = ["persiapan", "riset", "perencanaan", "implementasi", "tim_kerja"]
PRIVATE_KINDS = ["mitra swasta", "lembaga pembiayaan", "CSR"]
CAPITAL_TO_AVOID = ["hibah modal", "modal awal", "dana bergulir"]

FIT = "sesuai daftar panduan"
OUTSIDE_LIST = "di luar daftar panduan"
NOT_DETAILED = "tidak dirinci panduan"
NOT_ALLOWED = "tidak diperbolehkan"

# Sentences of the column `note`: each is a message of the catalogue, several are parted by a blank.
NOTES = {
    OUTSIDE_LIST: "Panduan tidak menyebut sumber ini untuk kebutuhan ini; perlu dasar hukum.",
    NOT_DETAILED: "Panduan tidak merinci sumber untuk tahap persiapan.",
    NOT_ALLOWED: "Swakelola tipe 3 hanya cara melaksanakan APBD untuk konsultan atau tenaga ahli.",
    "capital": "Bentuk modal ini sebaiknya dihindari menurut panduan.",
    "village head": "APBDes dipakai setelah kepala desa duduk dalam Tim Kerja; keanggotaan itu tidak tercatat.",
    "time": "Sumber ini tidak tersedia pada bulan atau tahun anggaran butir biaya ini.",
}

_RUPIAH = 0.5  # less than half a rupiah is rounding
_SUMS = ["need_idr", "allocated_idr", "uncovered_idr"]
_LINE = ["line_id", "block", "cost_need", "capital_kind", "month", "fiscal_year"]
_SOURCE = ["source_id", "source_kind", "mechanism", "ceiling_idr", "month_from", "month_to", "fiscal_year"]
_SOURCE += ["has_village_head_in_team"]
_ELIGIBILITY = ["line_id", "block", "cost_need", "source_id", "source_kind", "mechanism", "capital_kind"]
_ELIGIBILITY += ["amount_idr", "status", "is_capital_flagged", "is_village_head_missing", "note"]
_GAP = ["fiscal_year", "dimension", "item", "need_idr", "ceiling_idr", "allocated_idr"]
_GAP += ["allocated_elsewhere_idr", "uncovered_idr", "overrun_idr", "cumulative_uncovered_idr"]
_GAP += ["allocated_share"]
_ALLOCATION = ["line_id", "fiscal_year", "month", "source_id", "source_kind", "allocated_idr", "possible_idr"]
_ALLOCATION += ["difference_idr", "binding_limit"]
_MONTHS = ["fiscal_year", "month", *_SUMS, "cumulative_uncovered_idr"]


def cost_of(lines: pd.DataFrame) -> pd.Series:
    """Return the cost of each budget line, quantity times unit price.

    Parameters
    ----------
    lines : DataFrame, shape (lines, columns)
        With ``quantity`` and ``unit_price_idr``; zero is a value.

    Returns
    -------
    Series, shape (lines,)
        ``need_idr``, rupiah, on the index of ``lines``.

    Examples
    --------
    >>> cost_of(pd.DataFrame({"quantity": [25.0], "unit_price_idr": [45_000.0]})).to_list()
    [1125000.0]
    """
    return (lines["quantity"] * lines["unit_price_idr"]).rename("need_idr")


def summarise_costs(lines: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sum costs by one column of the budget lines.

    Parameters
    ----------
    lines : DataFrame, shape (lines, columns)
        Budget lines.
    by : {"block", "cost_need", "activity_package", "month"}
        What to sum by.

    Returns
    -------
    DataFrame, shape (groups, 3)
        ``by``, ``need_idr`` and ``share`` (0-1 of all costs, missing where they are zero). Blocks in
        the order of the guide, months in their own, the others by size, largest first.

    Raises
    ------
    ValueError
        If ``by`` is not one of the four columns.

    Examples
    --------
    >>> lines = pd.DataFrame({"month": [2, 1], "quantity": [1.0, 3.0], "unit_price_idr": [50.0, 50.0]})
    >>> summarise_costs(lines, "month").values.tolist()
    [[1.0, 150.0, 0.75], [2.0, 50.0, 0.25]]
    """
    if by not in ("block", "cost_need", "activity_package", "month"):
        raise ValueError(f"costs cannot be summed by {by}")
    sums = cost_of(lines).groupby(lines[by]).sum()
    if by == "block":
        sums = sums.reindex([block for block in BLOCKS if block in sums.index])
    elif by != "month":
        sums = sums.sort_values(ascending=False, kind="stable")
    return sums.to_frame().assign(share=sums / sums.sum()).reset_index()


def judge_eligibility(
    lines: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame, matrix: pd.DataFrame
) -> pd.DataFrame:
    """Compare each allocation with the guide's funding matrix.

    The matrix names possible sources, not a closed list: what it does not name needs a legal basis.
    Swakelola tipe 3 is a way to carry out APBD for the needs that the matrix names it for; anywhere
    else it is not allowed. Free or revolving capital and village money without a village head in the
    work team are flagged, not refused.

    Parameters
    ----------
    lines, sources, allocations : DataFrame
        As the module says.
    matrix : DataFrame
        Rows of ``funding_matrix``.

    Returns
    -------
    DataFrame, shape (allocations, 12)
        The columns of the table ``eligibility``, in the order of the allocations.

    Raises
    ------
    ValueError
        If an allocation names an unknown line or source; it is named.

    References
    ----------
    KOMPAK (2021). Panduan Fasilitasi Replikasi dan Pelembagaan Keperantaraan Pasar, 2.3 and 3.4.

    Examples
    --------
    >>> lines = pd.DataFrame({"line_id": ["B1"], "block": ["riset"], "cost_need": ["konsultan"],
    ...     "capital_kind": [None], "month": [3], "fiscal_year": [2026]})
    >>> sources = pd.DataFrame({"source_id": ["CSR"], "source_kind": ["CSR"], "mechanism": [None],
    ...     "ceiling_idr": [9.0], "month_from": [1], "month_to": [12], "fiscal_year": [2026],
    ...     "has_village_head_in_team": [None]})
    >>> matrix = pd.DataFrame({"scope": ["riset"], "cost_need": ["konsultan"], "source_kind": ["APBD"],
    ...     "mechanism": [None]})
    >>> paid = pd.DataFrame({"line_id": ["B1"], "source_id": ["CSR"], "amount_idr": [9.0]})
    >>> judge_eligibility(lines, sources, paid, matrix)["status"].to_list()
    ['di luar daftar panduan']
    """
    pairs = _join(lines, sources, allocations)
    status = _judge_pairs(pairs, matrix)
    in_team = pairs["has_village_head_in_team"].astype("boolean").fillna(False)
    flags = {
        "capital": pairs["capital_kind"].isin(CAPITAL_TO_AVOID),
        "village head": pairs["source_kind"].eq("APBDes") & ~in_team,
        "time": ~_is_in_time(pairs),
    }
    cases = {kind: status.eq(kind) for kind in (OUTSIDE_LIST, NOT_DETAILED, NOT_ALLOWED)} | flags
    judged = pairs.assign(
        status=status,
        is_capital_flagged=flags["capital"],
        is_village_head_missing=flags["village head"],
        note=_write_notes(cases),
    )
    return _typed(judged, _ELIGIBILITY)


def measure_gap(
    lines: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame, all_allocations: pd.DataFrame
) -> pd.DataFrame:
    """Measure need, allocation and what is uncovered: overall, by month, block and source.

    What a line has too much does not cover another line, so ``uncovered_idr`` may exceed need less
    allocation. Allocations count as they are stated, whatever the ceiling: ``overrun_idr`` says
    by how much all initiatives together exceed it.

    Parameters
    ----------
    lines, sources, allocations, all_allocations : DataFrame
        As the module says.

    Returns
    -------
    DataFrame
        The columns of the table ``gap``. Each fiscal year of the lines has all twelve months; sources
        are those of these years or with an allocation of their own, under their own fiscal year. An
        unknown ceiling leaves ceiling and overrun missing.

    Raises
    ------
    ValueError
        If an allocation names an unknown line or source; it is named.

    Examples
    --------
    >>> lines = pd.DataFrame({"line_id": ["B1"], "block": ["riset"], "month": [3], "fiscal_year": [2026],
    ...     "quantity": [2.0], "unit_price_idr": [50.0]})
    >>> sources = pd.DataFrame({"source_id": ["S"], "ceiling_idr": [90.0], "fiscal_year": [2026]})
    >>> paid = pd.DataFrame({"initiative": ["kopi"], "cycle": [2026], "line_id": ["B1"],
    ...     "source_id": ["S"], "amount_idr": [60.0]})
    >>> measure_gap(lines, sources, paid, paid).loc[0, ["need_idr", "allocated_idr", "uncovered_idr"]].to_list()
    [100.0, 60.0, 40.0]
    """
    _require_known(allocations["line_id"], lines["line_id"], "lines")
    _require_known(all_allocations["source_id"], sources["source_id"], "sources")
    covered = _cover(lines, allocations)
    whole = covered.groupby("fiscal_year")[_SUMS].sum().assign(dimension="keseluruhan").reset_index()
    months = _sum_months(covered).rename(columns={"month": "item"}).assign(dimension="bulan")
    in_order = covered.assign(item=pd.Categorical(covered["block"], BLOCKS))
    blocks = in_order.groupby(["fiscal_year", "item"], observed=True)[_SUMS].sum().reset_index()
    blocks = blocks.astype({"item": "str"}).assign(dimension="kelompok biaya")
    needs = pd.concat([part.astype({"fiscal_year": "int64"}) for part in (whole, months, blocks)])
    needs["allocated_share"] = needs["allocated_idr"] / needs["need_idr"]
    payers = _sum_sources(covered, sources, allocations, all_allocations)
    return _typed(pd.concat([needs, payers]).sort_values("fiscal_year", kind="stable"), _GAP)


def concentration(allocated_by_source: pd.Series) -> float:
    """Return how far the money rests on few sources, the Herfindahl-Hirschman index.

    Parameters
    ----------
    allocated_by_source : Series, shape (sources,)
        Rupiah, zero or more.

    Returns
    -------
    float
        Sum of squared shares: 1 is one source for all, 1/n is n equal sources; NaN where nothing
        is allocated.

    References
    ----------
    Hirschman, A. O. (1964). The Paternity of an Index. American Economic Review 54(5).

    Examples
    --------
    >>> concentration(pd.Series({"APBD": 75.0, "CSR": 25.0}))
    0.625
    """
    total = allocated_by_source.sum()
    return float(((allocated_by_source / total) ** 2).sum()) if total > 0 else float("nan")


def private_share(sources: pd.DataFrame, allocations: pd.DataFrame) -> float:
    """Return the share (0-1) of all allocations that partners, lenders and CSR pay.

    Parameters
    ----------
    sources, allocations : DataFrame
        As the module says.

    Returns
    -------
    float
        NaN where nothing is allocated.

    Raises
    ------
    ValueError
        If an allocation names an unknown source.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_id": ["A", "C"], "source_kind": ["APBD", "CSR"]})
    >>> private_share(sources, pd.DataFrame({"source_id": ["A", "C"], "amount_idr": [75.0, 25.0]}))
    0.25
    """
    _require_known(allocations["source_id"], sources["source_id"], "sources")
    private = sources.loc[sources["source_kind"].isin(PRIVATE_KINDS), "source_id"]
    total = allocations["amount_idr"].sum()
    paid = allocations.loc[allocations["source_id"].isin(private), "amount_idr"].sum()
    return float(paid / total) if total > 0 else float("nan")


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
    lines come first. An allocation of the district outside these limits is not kept.

    Parameters
    ----------
    lines, sources, allocations, all_allocations : DataFrame
        As the module says; amounts in whole rupiah.
    matrix : DataFrame
        Rows of ``funding_matrix``.

    Returns
    -------
    AllocationPlan
        It does not depend on the order of the rows.

    Raises
    ------
    ValueError
        If an allocation names an unknown line or source; it is named.

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
    need = cost_of(lines).set_axis(lines["line_id"])
    room = _room(sources, allocations, all_allocations)
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


def price_scenario(lines: pd.DataFrame, inflation_pct: float) -> pd.DataFrame:
    """Return the lines with unit prices ``inflation_pct`` percent higher (lower if negative).

    Parameters
    ----------
    lines : DataFrame
        Budget lines; left as they are.
    inflation_pct : float
        Percent, -100 or more.

    Returns
    -------
    DataFrame
        The same lines, other ``unit_price_idr``.

    Raises
    ------
    ValueError
        If prices would fall below zero.

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

    Parameters
    ----------
    sources : DataFrame
        Funding sources; left as they are. An unknown ceiling stays unknown.
    source_kind : str
        Such as "APBD".
    cut_pct : float
        Percent, 0 to 100.

    Returns
    -------
    DataFrame
        The same sources, other ``ceiling_idr``.

    Raises
    ------
    ValueError
        If the cut is not between 0 and 100.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_kind": ["APBD", "CSR"], "ceiling_idr": [200.0, 200.0]})
    >>> cut_source(sources, "APBD", 25)["ceiling_idr"].to_list()
    [150.0, 200.0]
    """
    if not 0 <= cut_pct <= 100:
        raise ValueError(f"a cut lies between 0 and 100 percent, not {cut_pct}")
    kept = sources["ceiling_idr"].where(
        sources["source_kind"] != source_kind, sources["ceiling_idr"] * (1 - cut_pct / 100)
    )
    return sources.assign(ceiling_idr=kept)


def delay_source(sources: pd.DataFrame, source_kind: str, months: int) -> pd.DataFrame:
    """Return the sources with those of one kind available ``months`` months later.

    Parameters
    ----------
    sources : DataFrame
        Funding sources; left as they are. No first month means January.
    source_kind : str
        Such as "mitra swasta".
    months : int
        Zero or more. A first month after ``month_to`` means that the source pays nothing.

    Returns
    -------
    DataFrame
        The same sources, other ``month_from``.

    Raises
    ------
    ValueError
        If ``months`` is negative.

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

    Parameters
    ----------
    lines, sources, allocations, all_allocations : DataFrame
        As the module says, changed by a scenario or not.

    Returns
    -------
    DataFrame, shape (12 a fiscal year, 6)
        ``fiscal_year``, ``month``, ``need_idr``, ``allocated_idr`` (what is really paid),
        ``uncovered_idr`` and ``cumulative_uncovered_idr``, rupiah.

    Raises
    ------
    ValueError
        If an allocation names an unknown line or source; it is named.

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
    pairs = _join(lines, sources, allocations)
    pairs = pairs[_is_in_time(pairs)].sort_values(["month", "line_id"], kind="stable")
    room = pairs["source_id"].map(_room(sources, allocations, all_allocations)).fillna(np.inf)
    spent_before = pairs.groupby("source_id")["amount_idr"].cumsum() - pairs["amount_idr"]
    pairs["amount_idr"] = pairs["amount_idr"].clip(upper=(room - spent_before).clip(lower=0))
    return _typed(_sum_months(_cover(lines, pairs)), _MONTHS)


def _typed(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the columns in their order, typed by their names, also of an empty frame."""
    kinds = {"fiscal_year": "Int64", "month": "Int64"}
    kinds |= {name: "float64" for name in columns if name.endswith(("_idr", "_share", "marginal"))}
    kinds |= {name: "boolean" for name in columns if name.startswith("is_")}
    types = {name: kinds.get(name, "str") for name in columns}
    return frame.reindex(columns=columns).astype(types).reset_index(drop=True)


def _require_known(named: pd.Series, known: pd.Series, what: str) -> None:
    unknown = sorted(set(named) - set(known))
    if unknown:
        raise ValueError(f"allocations to {what} that are not there: {', '.join(map(str, unknown))}")


def _join(lines: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Join each allocation with its line and source."""
    _require_known(allocations["line_id"], lines["line_id"], "lines")
    _require_known(allocations["source_id"], sources["source_id"], "sources")
    paid = allocations[["line_id", "source_id", "amount_idr"]]
    paid = paid.merge(lines[_LINE], how="left", on="line_id", validate="many_to_one")
    payers = sources[_SOURCE].rename(columns={"fiscal_year": "source_year"})
    return paid.merge(payers, how="left", on="source_id", validate="many_to_one")


def _judge_pairs(pairs: pd.DataFrame, matrix: pd.DataFrame) -> pd.Series:
    """Return the status of pairs of line and source."""
    has_mechanism = pairs["mechanism"].notna()
    pair = ["cost_need", "source_kind", "mechanism"]
    asked = pairs[["block", *pair]].rename(columns={"block": "scope"})
    is_misused = has_mechanism & ~_is_listed(asked[pair], matrix)
    cases = [is_misused, _is_listed(asked, matrix), pairs["block"].eq("persiapan")]
    status = np.select(cases, [NOT_ALLOWED, FIT, NOT_DETAILED], OUTSIDE_LIST)
    return pd.Series(status, pairs.index, dtype="str")


def _is_listed(asked: pd.DataFrame, matrix: pd.DataFrame) -> np.ndarray:
    listed = set(matrix[asked.columns].fillna("").itertuples(index=False, name=None))
    rows = asked.fillna("").itertuples(index=False, name=None)
    return np.fromiter((row in listed for row in rows), bool, len(asked))


def _is_in_time(pairs: pd.DataFrame) -> pd.Series:
    """Tell whether the source is there in the month and year of the line; no months mean all year."""
    start = pairs["month_from"].astype("Int64").fillna(1)
    end = pairs["month_to"].astype("Int64").fillna(12)
    in_months = pairs["month"].ge(start) & pairs["month"].le(end)
    return (in_months & pairs["source_year"].eq(pairs["fiscal_year"])).astype(bool)


def _write_notes(cases: dict[str, pd.Series]) -> list[str | None]:
    return [
        " ".join(NOTES[case] for case, holds in zip(cases, row, strict=True) if holds) or None
        for row in zip(*cases.values(), strict=True)
    ]


def _cover(lines: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Return need, allocation and uncovered need of each line, with its year, month and block."""
    need = cost_of(lines)
    paid = allocations.groupby("line_id")["amount_idr"].sum()
    allocated = lines["line_id"].map(paid).astype("float64").fillna(0.0)
    places = lines[["fiscal_year", "month", "block"]].astype({"fiscal_year": "int64", "month": "int64"})
    return places.assign(
        need_idr=need, allocated_idr=allocated, uncovered_idr=(need - allocated).clip(lower=0)
    )


def _sum_months(covered: pd.DataFrame) -> pd.DataFrame:
    """Sum by month, all twelve of each year, with the uncovered need up to each."""
    keys = ["fiscal_year", "month"]
    years = sorted(covered["fiscal_year"].unique())
    all_months = pd.MultiIndex.from_product([years, range(1, 13)], names=keys)
    sums = covered.groupby(keys)[_SUMS].sum().reindex(all_months, fill_value=0.0)
    sums["cumulative_uncovered_idr"] = sums.groupby("fiscal_year")["uncovered_idr"].cumsum()
    return sums.reset_index()


def _sum_sources(
    covered: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame, all_allocations: pd.DataFrame
) -> pd.DataFrame:
    """Compare ceilings with what this initiative and the others allocate."""
    own = allocations.groupby("source_id")["amount_idr"].sum()
    is_ours = sources["fiscal_year"].isin(covered["fiscal_year"]) | sources["source_id"].isin(own.index)
    ours = sources.loc[is_ours, ["fiscal_year", "source_id", "ceiling_idr"]]
    ours = ours.astype({"fiscal_year": "int64", "ceiling_idr": "float64"})
    allocated = ours["source_id"].map(own).astype("float64").fillna(0.0)
    taken = _taken_elsewhere(allocations, all_allocations)
    elsewhere = ours["source_id"].map(taken).astype("float64").fillna(0.0)
    return ours.rename(columns={"source_id": "item"}).assign(
        dimension="sumber",
        allocated_idr=allocated,
        allocated_elsewhere_idr=elsewhere,
        overrun_idr=(allocated + elsewhere - ours["ceiling_idr"]).clip(lower=0),
        allocated_share=allocated / allocated.groupby(ours["fiscal_year"]).transform("sum"),
    )


def _taken_elsewhere(allocations: pd.DataFrame, all_allocations: pd.DataFrame) -> pd.Series:
    """Sum by source what other initiatives and cycles than that of ``allocations`` take."""
    own = set(zip(allocations["initiative"], allocations["cycle"], strict=True))
    rows = zip(all_allocations["initiative"], all_allocations["cycle"], strict=True)
    is_other = np.fromiter((row not in own for row in rows), bool, len(all_allocations))
    return all_allocations[is_other].groupby("source_id")["amount_idr"].sum()


def _room(sources: pd.DataFrame, allocations: pd.DataFrame, all_allocations: pd.DataFrame) -> pd.Series:
    """Return by source what the others leave of its ceiling; missing where that is unknown."""
    _require_known(all_allocations["source_id"], sources["source_id"], "sources")
    ceiling = sources.set_index("source_id")["ceiling_idr"].astype("float64")
    taken = _taken_elsewhere(allocations, all_allocations).reindex(ceiling.index, fill_value=0.0)
    return (ceiling - taken).clip(lower=0)


def _list_pairs(
    lines: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame, matrix: pd.DataFrame
) -> pd.DataFrame:
    """Pair lines with the sources of their year or allocation, with what keeps a pair from use."""
    own = _join(lines, sources, allocations).set_index(["line_id", "source_id"])["amount_idr"]
    payers = sources[_SOURCE].rename(columns={"fiscal_year": "source_year"})
    pairs = lines[_LINE].merge(payers, how="cross")
    keys = pd.MultiIndex.from_frame(pairs[["line_id", "source_id"]])
    pairs["allocated_idr"] = own.reindex(keys, fill_value=0.0).to_numpy("float64")
    pairs = pairs[pairs["source_year"].eq(pairs["fiscal_year"]) | pairs["allocated_idr"].gt(0)]
    pairs = pairs.sort_values(["fiscal_year", "month", "line_id", "source_id"], ignore_index=True)
    obstacles = {
        "daftar panduan": ~_judge_pairs(pairs, matrix).isin([FIT, NOT_DETAILED]),
        "bulan": ~_is_in_time(pairs),
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
    falls = [(0, amount) for amount in own]
    solved = linprog(
        np.concatenate([1 + order - longest, 1 - order + longest]),
        A_ub=hstack([counts, -counts], format="csr"),
        b_ub=limits - counts @ own,
        bounds=[(0, None)] * len(own) + falls,
        method="highs",
    )
    rise, fall = np.split(solved.x, 2)
    return pd.Series((own + rise - fall).round(2).clip(min=0), pairs.index)


def _find_binding(limits: pd.Series, counts: csr_array) -> pd.DataFrame:
    """Return the limits that a rupiah more would move, by the marginals of the most that can be covered."""
    columns = ["limit", "item", "marginal"]
    if limits.empty:
        return _typed(pd.DataFrame(), columns)
    # where need and ceiling are used up together, a higher ceiling brings nothing: less than a rupiah
    # more of every ceiling makes the marginals say so
    is_ceiling = limits.index.get_level_values(0) == "pagu"
    relaxed = limits.to_numpy() + is_ceiling * (0.5 / is_ceiling.sum())
    solved = linprog(-np.ones(counts.shape[1]), A_ub=counts, b_ub=relaxed, method="highs")
    marginal = pd.Series(
        -solved.ineqlin.marginals, limits.index.set_names(["limit", "item"]), name="marginal"
    )
    return _typed(marginal[marginal > 0].sort_index(ascending=[False, True]).reset_index(), columns)


def _show_plan(pairs: pd.DataFrame, uncovered: pd.Series, room: pd.Series) -> pd.DataFrame:
    """Lay the plan beside the district's own allocation and say what limits each pair."""
    rest = pairs["source_id"].map(room) - pairs.groupby("source_id")["possible_idr"].transform("sum")
    is_used_up, is_short = rest < _RUPIAH, pairs["line_id"].map(uncovered) >= _RUPIAH
    is_lower = pairs["possible_idr"] < pairs["allocated_idr"]
    by_ceiling = is_short | (is_lower & is_used_up)
    limit = pairs["obstacle"].fillna(by_ceiling.map({True: "pagu", False: "kebutuhan"}))
    is_shown = is_short | pairs["allocated_idr"].gt(0) | pairs["possible_idr"].gt(0)
    shown = pairs.assign(difference_idr=pairs["possible_idr"] - pairs["allocated_idr"], binding_limit=limit)
    return _typed(shown[is_shown], _ALLOCATION)
