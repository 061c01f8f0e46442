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


def value_of(facts: pd.DataFrame, indicator: str) -> float | None:
    """Return the one value of an indicator without breakdown, ``None`` where there is none."""
    found = facts[(facts["indicator"] == indicator) & facts["breakdown"].isna()]
    values = found["value"].dropna()
    return None if values.empty else float(values.iloc[-1])
