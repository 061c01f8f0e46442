"""A district's context out of the long table of regional facts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def select_district(facts: pd.DataFrame, district_code_kemendagri: str) -> pd.DataFrame:
    """Return the facts of a district (such as "35.03") as a whole, the newest period of each indicator.

    Rows of ``regional_facts`` and ``district_context``, in their order.

    Examples
    --------
    >>> facts = pd.DataFrame({"region_code_kemendagri": ["35.03", "35.03", "35.01"],
    ...     "indicator": ["p", "p", "p"], "breakdown": [None] * 3, "period": ["2019", "2021", "2021"]})
    >>> select_district(facts, "35.03")["period"].to_list()
    ['2021']
    """
    own = facts[facts["region_code_kemendagri"] == district_code_kemendagri]
    # a breakdown is of one period as a whole: its parts of different years do not add up
    newest = own.groupby(["indicator", own["breakdown"].isna()])["period"].transform("max")
    return own[own["period"] == newest]


def newest_years(facts: pd.DataFrame) -> pd.Series:
    """Return the year of the newest period ("2021" or "2018-12") of each indicator.

    How old a fact is follows from its period, not from the day on which it was read.

    Examples
    --------
    >>> int(newest_years(pd.DataFrame({"indicator": ["p", "p"], "period": ["2018-12", "2021"]}))["p"])
    2021
    """
    return facts.groupby("indicator")["period"].max().str[:4].astype(int)


def valid_priorities(priorities: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Return the local priorities whose plan has not ended on the day ``as_of`` (ISO date).

    A plan holds through the whole of its last year, ``valid_until_year``. A missing one is a plan whose
    end is not known: it stays, for missing is not ended.

    Examples
    --------
    >>> plans = pd.DataFrame({"document": ["RPJMD 2018-2023", "RKPD"], "valid_until_year": [2023, None]})
    >>> valid_priorities(plans, "2026-11-24")["document"].to_list()
    ['RKPD']
    """
    end = pd.to_numeric(priorities["valid_until_year"])
    return priorities[end.isna() | (end >= int(as_of[:4]))]


def compare_regions(
    facts: pd.DataFrame, code: str, codes: Sequence[str], indicators: Sequence[str]
) -> pd.DataFrame:
    """Hold a region against others, each indicator and breakdown in the newest period that both have.

    Of rows of ``regional_facts`` and ``district_context`` the ``indicators`` are compared that are rates
    and indices, for sizes say nothing. Gives ``indicator``, ``breakdown`` ("" for none),
    ``indicator_title``, ``unit``, ``period``, ``value``, ``others_median``, ``others_lowest``,
    ``others_highest``, ``rank`` (1 for the highest of all, the region with the others) and ``compared``
    (how many others have a figure).

    Examples
    --------
    >>> facts = pd.DataFrame({"region_code_kemendagri": ["a", "b", "c"], "indicator": "p",
    ...     "indicator_title": "P", "breakdown": None, "period": "2021", "value": [12.0, 9.0, 27.0], "unit": "%"})
    >>> compare_regions(facts, "a", ["b", "c"], ["p"])[["value", "others_median", "rank"]].iloc[0].to_list()
    [12.0, 18.0, 2.0]
    """
    whole = facts[facts["indicator"].isin(indicators)].dropna(subset="value").fillna({"breakdown": ""})
    own = whole[whole["region_code_kemendagri"] == code]
    others = whole[whole["region_code_kemendagri"].isin(set(codes) - {code})]
    pairs = own.merge(others, on=["indicator", "breakdown", "period"], suffixes=("", "_other"))
    pairs = pairs[pairs["period"] == pairs.groupby("indicator")["period"].transform("max")]
    pairs = pairs.assign(is_higher=pairs["value_other"] > pairs["value"])
    table = pairs.groupby(["indicator", "breakdown", "indicator_title", "unit", "period", "value"], sort=False).agg(
        others_median=("value_other", "median"), others_lowest=("value_other", "min"),
        others_highest=("value_other", "max"), rank=("is_higher", "sum"), compared=("value_other", "size"),
    )  # fmt: skip
    return table.assign(rank=table["rank"] + 1).reset_index()


def value_of(facts: pd.DataFrame, indicator: str) -> float | None:
    """Return the one value of an indicator without breakdown, ``None`` where there is none."""
    found = facts[(facts["indicator"] == indicator) & facts["breakdown"].isna()]
    values = found["value"].dropna()
    return None if values.empty else float(values.iloc[-1])
