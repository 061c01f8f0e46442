"""The census of micro and small enterprises (UMK): by village and by who owns them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from perantara.methods.disclosure import MINIMUM_CELL, suppress_in_turn

PRODUCT = ["product", "product_unit"]
QUANTITIES = ["capacity_per_month", "production_per_month"]


def summarise_villages(census: pd.DataFrame, earlier: Sequence[pd.DataFrame] = ()) -> pd.DataFrame:
    """Sum enterprises, capacity and production by village, never over products or units.

    Rows of ``umk_census``, those of the ``earlier`` cycles oldest first (their counts were shown); where
    there are ``product`` and ``product_unit``, each of these has rows of its own. Enterprises that lack
    one of the two quantities are counted, not summed. Gives ``village_name``, ``product`` and
    ``product_unit`` where given, ``enterprises``, ``measured`` (those summed),
    the two quantities and ``utilisation_pct`` (production in percent of capacity), in the order of the
    codes; missing where it would tell of fewer than five enterprises in a village, or of so small a
    change of their count since an earlier cycle, also as the difference from all. No total: it would tell.

    Examples
    --------
    >>> census = pd.DataFrame({"village_code_kemendagri": ["00.00.01.2001"] * 5, "village_name": ["A"] * 5,
    ...                        "capacity_per_month": [10.0] * 5, "production_per_month": [8.0] * 5})
    >>> summarise_villages(census).iloc[0].map(str).to_list()
    ['A', '5', '5', '50.0', '40.0', '80.0']
    """
    keys = [column for column in PRODUCT if column in census]
    by = ["village_code_kemendagri", *keys]
    census, *past = (rows.fillna(dict.fromkeys(keys, "")) for rows in (census, *earlier))
    filled = [rows.dropna(subset=QUANTITIES) for rows in (*past, census)]
    measured = count_safely(filled, by, keys)
    told = count_safely(filled[-1:], by, keys).dropna().index
    sizes = pd.DataFrame({n: rows.groupby(by).size() for n, rows in enumerate(filled)}).fillna(0)
    change = sizes.rsub(sizes.iloc[:, -1], axis="index").abs()
    told = told.difference(change.index[change.isin(range(1, MINIMUM_CELL)).any(axis="columns")])
    sums = filled[-1].groupby(by)[QUANTITIES].sum().loc[told]
    summary = census.groupby(by)["village_name"].first().to_frame()
    summary["enterprises"] = count_safely([*past, census], by, keys)
    summary["measured"] = measured
    summary = summary.join(sums.assign(utilisation_pct=_utilisation_pct(sums)))
    return summary.reset_index(keys).reset_index(drop=True)[["village_name", *keys, *summary.columns[1:]]]


def count_safely(cycles: Sequence[pd.DataFrame], by: list[str], keys: Sequence[str] = ()) -> pd.Series:
    """Count the rows of the last of several cycles by group, as :func:`suppress_in_turn` shows them.

    Groups add up to a total that is known within each value of ``keys``.
    """
    sizes = pd.concat(dict(enumerate(cycles)), names=["release"]).groupby([*by, "release"]).size()
    sizes = sizes.unstack(fill_value=0).reindex(columns=range(len(cycles)), fill_value=0)
    parts = [part for _key, part in sizes.groupby(level=list(keys))] if keys else []
    return pd.concat([suppress_in_turn([part[n] for n in part]) for part in parts or [sizes]])


def _utilisation_pct(sums: pd.DataFrame) -> pd.Series:
    capacity = sums["capacity_per_month"].where(sums["capacity_per_month"] > 0)
    return sums["production_per_month"] / capacity * 100


def summarise_products(census: pd.DataFrame, earlier: Sequence[pd.DataFrame] = ()) -> pd.DataFrame:
    """Tell for each product and unit how many make it and how far their capacity is used.

    Rows of ``umk_census``, those of the ``earlier`` cycles oldest first, give ``product``,
    ``product_unit``, ``enterprises``, ``measured`` (with both quantities), ``utilisation_pct`` of all
    measured and ``median_utilisation_pct`` of one enterprise, missing as in :func:`summarise_villages`.
    No quantity: with those of the villages it would give a small one away.
    """
    cycles = [rows.fillna(dict.fromkeys(PRODUCT, "")) for rows in (*earlier, census)]
    filled = [rows.dropna(subset=QUANTITIES) for rows in cycles]
    grouped = filled[-1].assign(each=_utilisation_pct(filled[-1])).groupby(PRODUCT)
    summary = cycles[-1].groupby(PRODUCT).size().to_frame("enterprises")
    summary["enterprises"] = count_safely(cycles, PRODUCT)
    summary["measured"] = count_safely(filled, PRODUCT)
    summary["utilisation_pct"] = _utilisation_pct(grouped[QUANTITIES].sum())
    summary["median_utilisation_pct"] = grouped["each"].median()
    summary.iloc[:, 2:] = summary.iloc[:, 2:].where(summary["measured"].notna())
    return summary.reset_index()


def find_repeats(census: pd.DataFrame) -> pd.DataFrame:
    """Find rows that may be of one person: the same name in the same village.

    Rows of ``umk_census`` give ``is_duplicate`` (another number, same product) and ``is_same_person``
    (another number, only other products); case and spaces of names do not count. Rows without a name
    are never either. What is found is to be looked at: two persons may share a name.

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

    0.6745 (x - median) / MAD, beyond 3.5 an outlier (Iglewicz and Hoaglin 1993, How to Detect and Handle
    Outliers, ASQC). ``groups`` must be alike for values to be compared: product and unit. Missing for a
    missing value, which does not count, and where the MAD is zero, for then nothing can be said.

    Examples
    --------
    >>> modified_z(pd.Series([1.0, 2, 3, 100]), [pd.Series(["kg"] * 4)]).round(2).to_list()
    [-1.01, -0.34, 0.34, 65.76]
    """
    distance = values - values.groupby(groups, dropna=False).transform("median")
    deviation = distance.abs().groupby(groups, dropna=False).transform("median")
    return 0.6745 * distance / deviation.where(deviation > 0)


def find_outliers(census: pd.DataFrame) -> pd.DataFrame:
    """Find quantities whose modified z among those of the same product and unit is beyond 3.5.

    Rows of ``umk_census`` give a column of bool each for capacity, production and annual sales, and
    ``is_over_capacity``: more is produced than the capacity.
    """
    groups, columns = [census[column] for column in PRODUCT], [*QUANTITIES, "annual_sales_idr"]
    far = pd.DataFrame({column: modified_z(census[column], groups).abs() > 3.5 for column in columns})
    return far.assign(is_over_capacity=census["production_per_month"] > census["capacity_per_month"])


@dataclass(frozen=True)
class PoorShare:
    """How many of those whose status is known are poor, and what all could be, in percent."""

    poor: int
    known: int
    share_pct: float
    low_pct: float
    high_pct: float


def poor_share(is_poor: pd.Series) -> PoorShare | None:
    """Return the share of the poor among those whose status is known, ``None`` where none is.

    A count of all has no sampling error: ``low_pct`` and ``high_pct`` are the shares of all if none, or
    each, of those whose status is missing were poor (Manski 2003, Partial Identification of Probability
    Distributions, ch. 1).

    Examples
    --------
    >>> found = poor_share(pd.Series([True, True, False, None]))
    >>> found.poor, found.known, found.low_pct, found.high_pct
    (2, 3, 50.0, 75.0)
    """
    known = is_poor.dropna().astype(bool)
    if known.empty:
        return None
    poor, missing = int(known.sum()), len(is_poor) - len(known)
    low, high = (count / len(is_poor) * 100 for count in (poor, poor + missing))
    return PoorShare(poor, len(known), poor / len(known) * 100, low, high)


def count_owners(census: pd.DataFrame) -> pd.DataFrame:
    """Count enterprises by sex of the owner, and within it by disability, age and poverty.

    Rows with ``owner_sex``, ``owner_has_disability``, ``owner_age_years`` and ``is_poor``; where there is
    ``umk_id``, an enterprise of several products counts once. Persons whose sex and trait are known, a
    row for those who have the trait ("yes") and those without ("no") of "disability", "older" (60 and
    over: UU 13/1998) and "poor". How many are not known is not counted, so that nothing can be taken
    from a total.
    """
    census = census.drop_duplicates("umk_id") if "umk_id" in census else census
    age = census["owner_age_years"]
    traits = {
        "disability": census["owner_has_disability"], "older": (age >= 60).mask(age.isna()), "poor": census["is_poor"]
    }  # fmt: skip
    blocks = {
        name: pd.crosstab(values.map({True: "yes", False: "no"}), census["owner_sex"])
        .reindex(index=["yes", "no"], columns=["perempuan", "laki-laki"], fill_value=0)
        .rename_axis(index="answer", columns=None)
        for name, values in traits.items()
    }
    return pd.concat(blocks, names=["trait"])
