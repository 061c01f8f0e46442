"""What the methods on budgets share: costs, allocations beside their lines and sources, what is covered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from perantara.methods.notes import N_

FIT = N_("sesuai daftar panduan")
OUTSIDE_LIST = N_("di luar daftar panduan")
NOT_DETAILED = N_("tidak dirinci panduan")
NOT_ALLOWED = N_("tidak diperbolehkan")

SUMS = ["need_idr", "allocated_idr", "uncovered_idr"]
LINE = ["line_id", "block", "cost_need", "capital_kind", "month", "fiscal_year"]
SOURCE = ["source_id", "source_kind", "mechanism", "ceiling_idr", "month_from", "month_to", "source_year"]
SOURCE += ["has_village_head_in_team"]


def cost_of(lines: pd.DataFrame) -> pd.Series:
    """Return the cost of each line in rupiah: ``quantity`` times ``unit_price_idr``, on the lines' index.

    Examples
    --------
    >>> cost_of(pd.DataFrame({"quantity": [25.0], "unit_price_idr": [45_000.0]})).to_list()
    [1125000.0]
    """
    return (lines["quantity"] * lines["unit_price_idr"]).rename("need_idr")


def typed(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the columns in their order, typed by their names, also of an empty frame."""
    kinds = {"fiscal_year": "Int64", "month": "Int64"}
    kinds |= {name: "float64" for name in columns if name.endswith(("_idr", "_share", "marginal"))}
    kinds |= {name: "boolean" for name in columns if name.startswith("is_")}
    types = {name: kinds.get(name, "str") for name in columns}
    return frame.reindex(columns=columns).astype(types).reset_index(drop=True)


def require_known(named: pd.Series, known: pd.Series, what: str) -> None:
    """Refuse allocations to lines or sources that are not there, by name."""
    if unknown := sorted(set(named) - set(known)):
        raise ValueError(f"allocations to {what} that are not there: {', '.join(map(str, unknown))}")


def payers_of(sources: pd.DataFrame) -> pd.DataFrame:
    """Return the sources as they stand beside lines; their year is ``source_year``."""
    return sources.rename(columns={"fiscal_year": "source_year"}).filter(items=SOURCE)


def join_payers(lines: pd.DataFrame, sources: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Join each allocation with its line and source."""
    require_known(allocations["line_id"], lines["line_id"], "lines")
    require_known(allocations["source_id"], sources["source_id"], "sources")
    paid = allocations[["line_id", "source_id", "amount_idr"]]
    paid = paid.merge(lines.filter(items=LINE), how="left", on="line_id", validate="many_to_one")
    return paid.merge(payers_of(sources), how="left", on="source_id", validate="many_to_one")


def judge_pairs(pairs: pd.DataFrame, matrix: pd.DataFrame) -> pd.Series:
    """Return the status of pairs of line and source."""
    use = ["cost_need", "source_kind", "mechanism"]
    asked = pairs.rename(columns={"block": "scope"})
    is_use_listed, is_listed = (
        pd.MultiIndex.from_frame(asked[names].fillna("")).isin(
            pd.MultiIndex.from_frame(matrix[names].fillna(""))
        )
        for names in (use, ["scope", *use])
    )
    cases = [pairs["mechanism"].notna() & ~is_use_listed, is_listed, pairs["block"].eq("persiapan")]
    status = np.select(cases, [NOT_ALLOWED, FIT, NOT_DETAILED], OUTSIDE_LIST)
    return pd.Series(status, pairs.index, dtype="str")


def is_in_time(pairs: pd.DataFrame) -> pd.Series:
    """Tell whether the source is there in the month and year of the line; no months mean all year."""
    start, end = (pairs[name].astype("Int64") for name in ("month_from", "month_to"))
    in_months = pairs["month"].ge(start.fillna(1)) & pairs["month"].le(end.fillna(12))
    return (in_months & pairs["source_year"].eq(pairs["fiscal_year"])).astype(bool)


def cover_lines(lines: pd.DataFrame, allocations: pd.DataFrame, available: pd.DataFrame) -> pd.DataFrame:
    """Return need, allocation and what ``available`` money leaves uncovered, with year, month and block."""
    need = cost_of(lines)
    stated, paid = (
        lines["line_id"].map(rows.groupby("line_id")["amount_idr"].sum()).astype("float64").fillna(0.0)
        for rows in (allocations, available)
    )
    places = lines[["fiscal_year", "month", "block"]].astype({"fiscal_year": "int64", "month": "int64"})
    return places.assign(need_idr=need, allocated_idr=stated, uncovered_idr=(need - paid).clip(lower=0))


def sum_months(covered: pd.DataFrame) -> pd.DataFrame:
    """Sum by month, all twelve of each year, with the uncovered need up to each."""
    keys = ["fiscal_year", "month"]
    years = sorted(covered["fiscal_year"].unique())
    all_months = pd.MultiIndex.from_product([years, range(1, 13)], names=keys)
    sums = covered.groupby(keys)[SUMS].sum().reindex(all_months, fill_value=0.0)
    sums["cumulative_uncovered_idr"] = sums.groupby("fiscal_year")["uncovered_idr"].cumsum()
    return sums.reset_index()


def taken_elsewhere(allocations: pd.DataFrame, all_allocations: pd.DataFrame) -> pd.Series:
    """Sum by source what other initiatives and cycles than that of ``allocations`` take."""
    whose = ["initiative", "cycle"]
    own = pd.MultiIndex.from_frame(allocations[whose])
    others = all_allocations[~pd.MultiIndex.from_frame(all_allocations[whose]).isin(own)]
    return others.groupby("source_id")["amount_idr"].sum()


def room_of(sources: pd.DataFrame, allocations: pd.DataFrame, all_allocations: pd.DataFrame) -> pd.Series:
    """Return by source what the others leave of its ceiling; missing where that is unknown."""
    require_known(all_allocations["source_id"], sources["source_id"], "sources")
    ceiling = sources.set_index("source_id")["ceiling_idr"].astype("float64")
    taken = taken_elsewhere(allocations, all_allocations).reindex(ceiling.index, fill_value=0.0)
    return (ceiling - taken).clip(lower=0)
