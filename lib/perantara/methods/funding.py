"""Costs and who pays them: fit to the guide's matrix, gap, concentration of sources.

``lines``, ``sources``, ``allocations`` and ``matrix`` are frames of the tables ``budget_lines``,
``funding_sources``, ``allocations`` and ``funding_matrix``. Lines and allocations are those of one
initiative and cycle, ``all_allocations`` those of the whole district: initiatives share the ceilings.
An allocation to an unknown line or source raises a ``ValueError`` that names it. Guide: KOMPAK (2021),
Panduan Fasilitasi Replikasi dan Pelembagaan Keperantaraan Pasar, 2.3 and 3.4.
"""

from __future__ import annotations

import pandas as pd

from perantara.methods import _funding as shared
from perantara.methods._funding import NOT_ALLOWED, NOT_DETAILED, OUTSIDE_LIST, cost_of
from perantara.methods.notes import N_, join_notes

BLOCKS = ["persiapan", "riset", "perencanaan", "implementasi", "tim_kerja"]
PRIVATE_KINDS = ["mitra swasta", "CSR"]  # a lender is neither: its money may be a loan
LENDER = "lembaga pembiayaan"
CAPITAL_TO_AVOID = ["hibah modal", "modal awal", "dana bergulir"]

# Sentences of the column `note`; several are parted by a blank.
NOTES = {
    OUTSIDE_LIST: N_("Panduan tidak menyebut sumber ini untuk kebutuhan ini; perlu dasar hukum."),
    NOT_DETAILED: N_("Panduan tidak merinci sumber untuk tahap persiapan."),
    NOT_ALLOWED: N_("Swakelola tipe 3 hanya cara melaksanakan APBD untuk konsultan atau tenaga ahli."),
    "capital": N_("Bentuk modal ini sebaiknya dihindari menurut panduan."),
    "village head": N_(
        "Anggaran desa (APBDes) dipakai setelah kepala desa duduk dalam Tim Kerja; keanggotaan itu tidak tercatat."
    ),
    "year": N_("Sumber ini untuk tahun anggaran lain, jadi belum menutup butir ini."),
    "month": N_("Sumber ini tidak tersedia pada bulan butir biaya ini, jadi belum menutupnya."),
}

_ELIGIBILITY = ["line_id", "block", "cost_need", "source_id", "source_kind", "mechanism", "capital_kind"]
_ELIGIBILITY += ["amount_idr", "status", "is_capital_flagged", "is_village_head_missing"]
_ELIGIBILITY += ["is_outside_availability", "note"]
_GAP = ["fiscal_year", "dimension", "item", "need_idr", "ceiling_idr", "allocated_idr"]
_GAP += ["allocated_elsewhere_idr", "uncovered_idr", "overrun_idr", "cumulative_uncovered_idr"]
_GAP += ["allocated_share"]


def summarise_costs(lines: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sum costs by one column of the budget lines.

    Parameters
    ----------
    by : {"block", "cost_need", "activity_package", "month", "target_group"}
        What to sum by; another raises a ``ValueError``.

    Returns
    -------
    DataFrame, shape (groups, 3)
        ``by``, ``need_idr`` and ``share`` (0-1 of all costs, missing where they are zero). Blocks in
        the order of the guide, months in their own, the others by size, largest first.

    Examples
    --------
    >>> lines = pd.DataFrame({"month": [2, 1], "quantity": [1.0, 3.0], "unit_price_idr": [50.0, 50.0]})
    >>> summarise_costs(lines, "month").values.tolist()
    [[1.0, 150.0, 0.75], [2.0, 50.0, 0.25]]
    """
    if by not in ("block", "cost_need", "activity_package", "month", "target_group"):
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
    else it is not allowed. Free or revolving capital, village money without a village head in the
    work team, and money outside the months or the year of its source are flagged, not refused.

    Returns
    -------
    DataFrame, shape (allocations, 13)
        The columns of the table ``eligibility``, in the order of the allocations.

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
    pairs = shared.join_payers(lines, sources, allocations)
    status = shared.judge_pairs(pairs, matrix)
    in_team = pairs["has_village_head_in_team"].astype("boolean").fillna(False)
    in_year, in_time = pairs["source_year"].eq(pairs["fiscal_year"]), shared.is_in_time(pairs)
    flags = {
        "capital": pairs["capital_kind"].isin(CAPITAL_TO_AVOID),
        "village head": pairs["source_kind"].eq("APBDes") & ~in_team,
        "year": ~in_year,
        "month": in_year & ~in_time,
    }
    cases = {kind: status.eq(kind) for kind in (OUTSIDE_LIST, NOT_DETAILED, NOT_ALLOWED)} | flags
    judged = pairs.assign(
        status=status,
        is_capital_flagged=flags["capital"],
        is_village_head_missing=flags["village head"],
        is_outside_availability=~in_time,
        note=join_notes(cases, NOTES),
    )
    return shared.typed(judged, _ELIGIBILITY)


def measure_gap(
    lines: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame, all_allocations: pd.DataFrame
) -> pd.DataFrame:
    """Measure need, allocation and what is uncovered: overall, by month, block and source.

    What a line has too much does not cover another line, and money outside the months or the year of
    its source covers nothing, so ``uncovered_idr`` may exceed need less allocation. Otherwise
    allocations count as they are stated, whatever the ceiling: ``overrun_idr`` says by how much all
    initiatives together exceed it.

    Returns
    -------
    DataFrame
        The columns of the table ``gap``. Each fiscal year of the lines has all twelve months; sources
        are those of these years or with an allocation of their own, under their own fiscal year. An
        unknown ceiling leaves ceiling and overrun missing.

    Examples
    --------
    >>> lines = pd.DataFrame({"line_id": ["B1"], "block": ["riset"], "month": [3], "fiscal_year": [2026],
    ...     "quantity": [2.0], "unit_price_idr": [50.0]})
    >>> sources = pd.DataFrame({"source_id": ["S"], "ceiling_idr": [90.0], "fiscal_year": [2026],
    ...     "month_from": [1], "month_to": [12]})
    >>> paid = pd.DataFrame({"initiative": ["kopi"], "cycle": [2026], "line_id": ["B1"],
    ...     "source_id": ["S"], "amount_idr": [60.0]})
    >>> measure_gap(lines, sources, paid, paid).loc[0, ["need_idr", "allocated_idr", "uncovered_idr"]].to_list()
    [100.0, 60.0, 40.0]
    """
    shared.require_known(all_allocations["source_id"], sources["source_id"], "sources")
    pairs = shared.join_payers(lines, sources, allocations)
    covered = shared.cover_lines(lines, allocations, pairs[shared.is_in_time(pairs)])
    whole = covered.groupby("fiscal_year")[shared.SUMS].sum().assign(dimension="keseluruhan").reset_index()
    months = shared.sum_months(covered).rename(columns={"month": "item"}).assign(dimension="bulan")
    in_order = covered.assign(item=pd.Categorical(covered["block"], BLOCKS))
    blocks = in_order.groupby(["fiscal_year", "item"], observed=True)[shared.SUMS].sum().reset_index()
    blocks = blocks.astype({"item": "str"}).assign(dimension="kelompok biaya")
    needs = pd.concat([part.astype({"fiscal_year": "int64"}) for part in (whole, months, blocks)])
    needs["allocated_share"] = needs["allocated_idr"] / needs["need_idr"]
    payers = _sum_sources(covered, sources, allocations, all_allocations)
    return shared.typed(pd.concat([needs, payers]).sort_values("fiscal_year", kind="stable"), _GAP)


def concentration(allocated_by_source: pd.Series) -> float:
    """Return how far the money rests on few sources, the Herfindahl-Hirschman index.

    Parameters
    ----------
    allocated_by_source : Series, shape (sources,)
        Rupiah, zero or more.

    Returns
    -------
    float
        Sum of squared shares: 1 is one source for all, 1/n is n equal ones; NaN without allocations.

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


def shares_of(sources: pd.DataFrame, allocations: pd.DataFrame, by: str, *values: str) -> float:
    """Return the share (0-1) of all allocations whose source has one of ``values`` in ``by``; NaN without any.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_id": ["A", "C"], "certainty": ["penetapan", "janji"]})
    >>> paid = pd.DataFrame({"source_id": ["A", "C"], "amount_idr": [75.0, 25.0]})
    >>> shares_of(sources, paid, "certainty", "janji")
    0.25
    """
    shared.require_known(allocations["source_id"], sources["source_id"], "sources")
    is_asked = allocations["source_id"].map(sources.set_index("source_id")[by].isin(values)).astype(bool)
    total = allocations["amount_idr"].sum()
    return float(allocations.loc[is_asked, "amount_idr"].sum() / total) if total > 0 else float("nan")


def _sum_sources(
    covered: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame, all_allocations: pd.DataFrame
) -> pd.DataFrame:
    """Compare ceilings with what this initiative and the others allocate."""
    own = allocations.groupby("source_id")["amount_idr"].sum()
    is_ours = sources["fiscal_year"].isin(covered["fiscal_year"]) | sources["source_id"].isin(own.index)
    ours = sources.loc[is_ours, ["fiscal_year", "source_id", "ceiling_idr"]]
    ours = ours.astype({"fiscal_year": "int64", "ceiling_idr": "float64"})
    allocated = ours["source_id"].map(own).astype("float64").fillna(0.0)
    taken = shared.taken_elsewhere(allocations, all_allocations)
    elsewhere = ours["source_id"].map(taken).astype("float64").fillna(0.0)
    return ours.rename(columns={"source_id": "item"}).assign(
        dimension="sumber",
        allocated_idr=allocated,
        allocated_elsewhere_idr=elsewhere,
        overrun_idr=(allocated + elsewhere - ours["ceiling_idr"]).clip(lower=0),
        allocated_share=allocated / allocated.groupby(ours["fiscal_year"]).transform("sum"),
    )
