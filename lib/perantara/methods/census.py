"""The census of micro and small enterprises (UMK): by village and by who owns them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from perantara.methods.disclosure import MINIMUM_CELL, suppress_small_counts

PRODUCT = ["product", "product_unit"]


def summarise_villages(census: pd.DataFrame, minimum: int = MINIMUM_CELL) -> pd.DataFrame:
    """Sum enterprises, capacity and production by village, never over products or units.

    Parameters
    ----------
    census : DataFrame, shape (rows, columns)
        With ``village_code_kemendagri``, ``village_name``, ``capacity_per_month`` and
        ``production_per_month``; where it has ``product`` and ``product_unit``, each of these has
        rows of its own. Enterprises that lack one of the two quantities are counted, not summed.
    minimum : int
        Villages with fewer enterprises keep their count and quantities to themselves.

    Returns
    -------
    DataFrame, shape (villages and products, columns)
        ``village_name``, ``product`` and ``product_unit`` where given, ``enterprises``,
        ``capacity_per_month``, ``production_per_month`` and ``utilisation_pct`` (production in
        percent of capacity), in the order of the codes; small villages missing, and so many more
        counts that the number of all enterprises does not give them away. No total: it would.

    Examples
    --------
    >>> census = pd.DataFrame({"village_code_kemendagri": ["00.00.01.2001"] * 5, "village_name": ["A"] * 5,
    ...                        "capacity_per_month": [10.0] * 5, "production_per_month": [8.0] * 5})
    >>> summarise_villages(census).iloc[0].map(str).to_list()
    ['A', '5', '50.0', '40.0', '80.0']
    """
    keys, quantities = _keys(census), ["capacity_per_month", "production_per_month"]
    by = ["village_code_kemendagri", *keys]
    measured = census.dropna(subset=quantities).groupby(by, dropna=False)[quantities]
    sums = measured.sum()[measured.size() >= minimum]
    sums["utilisation_pct"] = _utilisation_pct(sums)
    villages = census.groupby(by, dropna=False)
    counts = villages.size().astype("Int64")
    if keys:
        counts = counts.groupby(level=keys, dropna=False, group_keys=False).apply(
            suppress_small_counts, minimum
        )
    else:
        counts = suppress_small_counts(counts, minimum)
    summary = villages["village_name"].first().to_frame().assign(enterprises=counts).join(sums)
    return summary.reset_index(keys).reset_index(drop=True)[
        ["village_name", *keys, "enterprises", *sums.columns]
    ]


def _keys(census: pd.DataFrame) -> list[str]:
    return [column for column in PRODUCT if column in census]


def _utilisation_pct(sums: pd.DataFrame) -> pd.Series:
    capacity = sums["capacity_per_month"].where(sums["capacity_per_month"] > 0)
    return sums["production_per_month"] / capacity * 100


def summarise_products(census: pd.DataFrame, minimum: int = MINIMUM_CELL) -> pd.DataFrame:
    """Tell for each product and unit how many make it and how far their capacity is used.

    Parameters
    ----------
    census : DataFrame, shape (rows, columns)
        With ``product``, ``product_unit``, ``capacity_per_month`` and ``production_per_month``.
    minimum : int
        Products of fewer enterprises keep their figures to themselves.

    Returns
    -------
    DataFrame, shape (products, 6)
        ``product``, ``product_unit``, ``enterprises``, ``measured`` (with both quantities),
        ``utilisation_pct`` of all measured and ``median_utilisation_pct`` of one enterprise.
        No quantity: with those of the villages it would give a small one away.
    """
    filled = census.dropna(subset=["capacity_per_month", "production_per_month"])
    filled = filled.assign(each=_utilisation_pct(filled))
    grouped = filled.groupby(PRODUCT, dropna=False)
    summary = census.groupby(PRODUCT, dropna=False).size().to_frame("enterprises")
    summary["measured"] = grouped.size().reindex(summary.index, fill_value=0)
    summary["utilisation_pct"] = _utilisation_pct(
        grouped[["capacity_per_month", "production_per_month"]].sum()
    )
    summary["median_utilisation_pct"] = grouped["each"].median()
    few, few_measured = summary["enterprises"] < minimum, summary["measured"] < minimum
    summary = summary.astype({"enterprises": "Int64", "measured": "Int64"})
    summary.loc[few_measured, summary.columns[1:]] = pd.NA
    summary.loc[few, "enterprises"] = pd.NA
    return summary.reset_index()


def find_repeats(census: pd.DataFrame) -> pd.DataFrame:
    """Find rows that may be of one person: the same name in the same village.

    Parameters
    ----------
    census : DataFrame, shape (rows, columns)
        With ``umk_id``, ``owner_name``, ``village_code_kemendagri`` and ``product``.

    Returns
    -------
    DataFrame of bool, shape (rows, 2)
        ``is_duplicate`` (another number, same product) and ``is_same_person`` (another number,
        only other products); case and spaces of names do not count. Rows without a name are
        never either. What is found is to be looked at: two persons may share a name.

    Examples
    --------
    >>> census = pd.DataFrame({"umk_id": ["1", "2", "3"], "owner_name": ["Siti A", "siti  a", "Siti A"],
    ...                        "village_code_kemendagri": ["v"] * 3, "product": ["kopi", "kopi", "madu"]})
    >>> find_repeats(census).to_numpy().tolist()
    [[True, False], [True, False], [False, True]]
    """
    name = census["owner_name"].astype("string").str.casefold().str.split().str.join(" ")
    person = [name, census["village_code_kemendagri"]]
    ids = census["umk_id"].where(name.notna())
    in_product = ids.groupby([*person, census["product"].fillna("")]).transform("nunique") > 1
    overall = ids.groupby(person).transform("nunique") > 1
    found = {"is_duplicate": in_product, "is_same_person": overall & ~in_product}
    return pd.DataFrame({key: flags.fillna(False).astype(bool) for key, flags in found.items()})


def modified_z(values: pd.Series, groups: list[pd.Series]) -> pd.Series:
    """Return how far each value lies from the median of its group, in robust deviations.

    Parameters
    ----------
    values : Series, shape (rows,)
        Missing values stay missing and do not count.
    groups : list of Series
        What must be alike for values to be compared: product and unit.

    Returns
    -------
    Series, shape (rows,)
        0.6745 (x - median) / MAD; missing where the MAD is zero, for then nothing can be said.

    References
    ----------
    Iglewicz, B. and Hoaglin, D. (1993). How to Detect and Handle Outliers. ASQC: beyond 3.5.

    Examples
    --------
    >>> modified_z(pd.Series([1.0, 2, 3, 100]), [pd.Series(["kg"] * 4)]).round(2).to_list()
    [-1.01, -0.34, 0.34, 65.76]
    """
    distance = values - values.groupby(groups, dropna=False).transform("median")
    deviation = distance.abs().groupby(groups, dropna=False).transform("median")
    return 0.6745 * distance / deviation.where(deviation > 0)


def find_outliers(census: pd.DataFrame, threshold: float = 3.5) -> pd.DataFrame:
    """Find quantities far from those of others who make the same, and production above capacity.

    Parameters
    ----------
    census : DataFrame, shape (rows, columns)
        With ``product``, ``product_unit``, ``capacity_per_month``, ``production_per_month`` and
        ``annual_sales_idr``.
    threshold : float
        Absolute modified z beyond which a value is to be looked at.

    Returns
    -------
    DataFrame of bool, shape (rows, 4)
        One column a quantity, and ``is_over_capacity``.
    """
    groups = [census[column] for column in PRODUCT]
    columns = ["capacity_per_month", "production_per_month", "annual_sales_idr"]
    far = {column: modified_z(census[column], groups).abs() > threshold for column in columns}
    over = census["production_per_month"] > census["capacity_per_month"]
    return pd.DataFrame({**far, "is_over_capacity": over})


@dataclass(frozen=True)
class PoorShare:
    """How many of those whose status is known are poor, with a Wilson interval, in percent."""

    poor: int
    known: int
    share_pct: float
    low_pct: float
    high_pct: float


def poor_share(is_poor: pd.Series, confidence: float = 0.95) -> PoorShare | None:
    """Return the share of the poor among those whose status is known.

    Parameters
    ----------
    is_poor : Series of bool, shape (enterprises,)
        Missing where not known; those do not count.
    confidence : float
        Of the interval, which treats those known as a random part of all.

    Returns
    -------
    PoorShare or None
        ``None`` where no status is known.

    References
    ----------
    Wilson, E. B. (1927). Probable inference. JASA 22, 209-212.

    Examples
    --------
    >>> found = poor_share(pd.Series([True, True, False, None]))
    >>> found.poor, found.known, round(found.low_pct, 1), round(found.high_pct, 1)
    (2, 3, 20.8, 93.9)
    """
    from scipy.stats import binomtest

    known = is_poor.dropna().astype(bool)
    if known.empty:
        return None
    test = binomtest(int(known.sum()), len(known))
    bounds = test.proportion_ci(confidence, method="wilson")
    return PoorShare(test.k, test.n, test.k / test.n * 100, float(bounds.low * 100), float(bounds.high * 100))


def count_owners(census: pd.DataFrame) -> pd.DataFrame:
    """Count enterprises by sex of the owner, and within it by disability, age and poverty.

    Parameters
    ----------
    census : DataFrame, shape (enterprises, columns)
        With ``owner_sex``, ``owner_has_disability``, ``owner_age_years`` and ``is_poor``; where it
        has ``umk_id``, an enterprise of several products counts once.

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
    census = census.drop_duplicates("umk_id") if "umk_id" in census else census
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
