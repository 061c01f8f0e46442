"""The census of micro and small enterprises (UMK): by village and by who owns them."""

from __future__ import annotations

import pandas as pd

from perantara.methods.disclosure import MINIMUM_CELL


def summarise_villages(census: pd.DataFrame, minimum: int = MINIMUM_CELL) -> pd.DataFrame:
    """Sum enterprises, capacity and production by village.

    Parameters
    ----------
    census : DataFrame, shape (enterprises, columns)
        With ``village_name``, ``capacity_per_month`` and ``production_per_month`` in the product
        unit of the initiative. Enterprises that lack one of the two are counted, not summed.
    minimum : int
        Villages with fewer enterprises keep their quantities to themselves.

    Returns
    -------
    DataFrame, shape (villages, 5)
        ``village_name``, ``enterprises``, ``capacity_per_month``, ``production_per_month`` and
        ``utilisation_pct`` (production in percent of capacity); small villages missing.

    Examples
    --------
    >>> census = pd.DataFrame({"village_name": ["A"] * 5, "capacity_per_month": [10.0] * 5,
    ...                        "production_per_month": [8.0] * 5})
    >>> summarise_villages(census).loc[0].to_list()
    ['A', 5, 50.0, 40.0, 80.0]
    """
    measured = census.dropna(subset=["capacity_per_month", "production_per_month"])
    sums = measured.groupby("village_name")[["capacity_per_month", "production_per_month"]].sum()
    counted = measured.groupby("village_name").size()
    summary = census.groupby("village_name").size().rename("enterprises").to_frame()
    sums = sums.where(counted >= minimum)
    sums["utilisation_pct"] = sums["production_per_month"] / sums["capacity_per_month"] * 100
    summary["enterprises"] = summary["enterprises"].where(summary["enterprises"] >= minimum)
    return summary.astype("Int64").join(sums).reset_index()


def count_owners(census: pd.DataFrame) -> pd.DataFrame:
    """Count enterprises by sex of the owner, and within it by disability, age and poverty.

    Parameters
    ----------
    census : DataFrame, shape (enterprises, columns)
        With ``owner_sex``, ``owner_has_disability``, ``owner_age_years`` and ``is_poor``.

    Returns
    -------
    DataFrame, shape (traits, sexes)
        Persons; rows "disability", "older" (60 and over), "poor" and, of each, those without the
        trait and those not known, so that small cells can be hidden by difference too.

    References
    ----------
    UU 13/1998: lanjut usia is 60 years and over.
    """
    traits = {
        "disability": census["owner_has_disability"],
        "older": (census["owner_age_years"] >= 60).mask(census["owner_age_years"].isna()),
        "poor": census["is_poor"],
    }
    sexes = census["owner_sex"].fillna("unknown")
    blocks = {
        name: pd.crosstab(values.map({True: "yes", False: "no"}).astype(object).fillna("unknown"), sexes)
        for name, values in traits.items()
    }
    return pd.concat(blocks, names=["trait", "answer"])
