"""A district's context out of the long table of regional facts."""

from __future__ import annotations

import pandas as pd


def select_district(facts: pd.DataFrame, district_code_kemendagri: str) -> pd.DataFrame:
    """Return the facts of a district as a whole, the newest period of each indicator.

    Parameters
    ----------
    facts : DataFrame
        Rows of ``regional_facts`` and ``district_context``, one a region, indicator, breakdown
        and period.
    district_code_kemendagri : str
        Such as "35.03".

    Returns
    -------
    DataFrame
        The same columns, in the order of the facts.

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
    """Return the year of the newest period of each indicator.

    Parameters
    ----------
    facts : DataFrame
        With ``indicator`` and ``period`` ("2021" or "2018-12"), both text.

    Returns
    -------
    Series of int
        Years, the indicator as index. How old a fact is follows from its period, not from the
        day on which it was read.

    Examples
    --------
    >>> newest_years(pd.DataFrame({"indicator": ["p", "p"], "period": ["2018-12", "2021"]}))["p"]
    2021
    """
    return facts.groupby("indicator")["period"].max().str[:4].astype(int)


def valid_priorities(priorities: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Return the local priorities whose plan has not ended.

    Parameters
    ----------
    priorities : DataFrame
        With ``valid_until_year``, the last year of the plan. A missing one is a plan whose end
        is not known: it stays, for missing is not ended.
    as_of : str
        ISO date; a plan holds through the whole of its last year.

    Returns
    -------
    DataFrame
        The same columns and labels.

    Examples
    --------
    >>> plans = pd.DataFrame({"document": ["RPJMD 2018-2023", "RKPD"], "valid_until_year": [2023, None]})
    >>> valid_priorities(plans, "2026-11-24")["document"].to_list()
    ['RKPD']
    """
    end = pd.to_numeric(priorities["valid_until_year"])
    return priorities[end.isna() | (end >= int(as_of[:4]))]


def value_of(facts: pd.DataFrame, indicator: str) -> float | None:
    """Return the one value of an indicator without breakdown, ``None`` where there is none."""
    found = facts[(facts["indicator"] == indicator) & facts["breakdown"].isna()]
    values = found["value"].dropna()
    return None if values.empty else float(values.iloc[-1])
