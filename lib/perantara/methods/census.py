"""The census of micro and small enterprises (UMK): by village and by who owns them."""

from __future__ import annotations

import pandas as pd

from perantara.methods.disclosure import MINIMUM_CELL


def summarise_villages(census: pd.DataFrame, minimum: int = MINIMUM_CELL) -> pd.DataFrame:
    """Sum enterprises, capacity and production by village.

    Parameters
    ----------
    census : DataFrame, shape (enterprises, columns)
        With ``village_code_kemendagri``, ``village_name`` and, in the product unit of the
        initiative, ``capacity_per_month`` and ``production_per_month``. Enterprises that lack
        one of the two are counted, not summed.
    minimum : int
        Villages with fewer enterprises keep their count and quantities to themselves.

    Returns
    -------
    DataFrame, shape (villages, 5)
        ``village_name``, ``enterprises``, ``capacity_per_month``, ``production_per_month`` and
        ``utilisation_pct`` (production in percent of capacity), in the order of the codes; small
        villages missing, and so many more counts that the number of all enterprises does not
        give them away. No total: it would.

    Examples
    --------
    >>> census = pd.DataFrame({"village_code_kemendagri": ["00.00.01.2001"] * 5, "village_name": ["A"] * 5,
    ...                        "capacity_per_month": [10.0] * 5, "production_per_month": [8.0] * 5})
    >>> summarise_villages(census).iloc[0].map(str).to_list()
    ['A', '5', '50.0', '40.0', '80.0']
    """
    code, quantities = "village_code_kemendagri", ["capacity_per_month", "production_per_month"]
    measured = census.dropna(subset=quantities).groupby(code)[quantities]
    sums = measured.sum()[measured.size() >= minimum]
    capacity = sums["capacity_per_month"].where(sums["capacity_per_month"] > 0)
    sums["utilisation_pct"] = sums["production_per_month"] / capacity * 100
    villages = census.groupby(code)
    counts = _hide_small_counts(villages.size().astype("Int64"), minimum)
    summary = villages["village_name"].first().to_frame().assign(enterprises=counts)
    return summary.join(sums).reset_index(drop=True)


def _hide_small_counts(counts: pd.Series, minimum: int) -> pd.Series:
    """Blank small counts, and the next smallest while the total still tells what a blank holds."""
    hidden = counts < minimum
    while hidden.any() and not hidden.all() and (hidden.sum() == 1 or (counts[hidden] == 1).all()):
        hidden[counts[~hidden].idxmin()] = True
    return counts.mask(hidden)


def count_owners(census: pd.DataFrame) -> pd.DataFrame:
    """Count enterprises by sex of the owner, and within it by disability, age and poverty.

    Parameters
    ----------
    census : DataFrame, shape (enterprises, columns)
        With ``owner_sex``, ``owner_has_disability``, ``owner_age_years`` and ``is_poor``.

    Returns
    -------
    DataFrame, shape (traits, sexes)
        Persons whose sex and trait are known; rows "disability", "older" (60 and over) and
        "poor", each with those who have the trait ("yes") and those without ("no"). How many
        are not known is not counted, so that nothing can be taken from a total.

    References
    ----------
    UU 13/1998: lanjut usia is 60 years and over.
    """
    traits = {
        "disability": census["owner_has_disability"],
        "older": (census["owner_age_years"] >= 60).mask(census["owner_age_years"].isna()),
        "poor": census["is_poor"],
    }
    answers, sexes = ["yes", "no"], ["perempuan", "laki-laki"]
    blocks = {
        name: pd.crosstab(values.map({True: "yes", False: "no"}), census["owner_sex"])
        .reindex(index=answers, columns=sexes, fill_value=0)
        .rename_axis(index="answer", columns=None)
        for name, values in traits.items()
    }
    return pd.concat(blocks, names=["trait"])
