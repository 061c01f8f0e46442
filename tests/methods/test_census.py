from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation

from perantara.methods.census import (
    count_owners,
    find_outliers,
    find_repeats,
    modified_z,
    poor_share,
    summarise_products,
    summarise_villages,
)
from tools import count_calls


def village(code: int, name: str, size: int, capacity: float | None = 10.0, production: float | None = 8.0):
    rows = {"village_code_kemendagri": f"00.00.01.{code}", "village_name": name}
    return pd.DataFrame([rows | {"capacity_per_month": capacity, "production_per_month": production}] * size)


def census(*villages: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(villages, ignore_index=True)


def test_villages_are_summed_by_hand():
    # A: 5 x 10 = 50 and 5 x 8 = 40, so 80 %; B: 6 x 20 = 120 and 6 x 5 = 30, so 25 %
    summary = summarise_villages(census(village(2001, "A", 5), village(2002, "B", 6, 20.0, 5.0)))
    assert summary.columns.to_list() == [
        "village_name", "enterprises", "measured", "capacity_per_month", "production_per_month", "utilisation_pct",
    ]  # fmt: skip
    assert summary.to_numpy().tolist() == [["A", 5, 5, 50.0, 40.0, 80.0], ["B", 6, 6, 120.0, 30.0, 25.0]]


def test_an_enterprise_without_both_quantities_is_counted_but_not_summed():
    rows = census(village(2001, "A", 5), village(2001, "A", 2, None, 8.0), village(2001, "A", 1, 10.0, None))
    (row,) = summarise_villages(rows).to_numpy().tolist()
    assert row == ["A", 8, 5, 50.0, 40.0, 80.0]


def test_a_village_keeps_its_quantities_where_too_few_enterprises_told_them():
    rows = census(village(2001, "A", 4), village(2001, "A", 6, None, None))
    (row,) = summarise_villages(rows).itertuples(index=False)
    assert row.enterprises == 10
    assert pd.isna(row.capacity_per_month)
    assert pd.isna(row.utilisation_pct)


def test_two_villages_of_one_name_stay_two():
    summary = summarise_villages(census(village(2001, "Sukamaju", 5), village(2002, "Sukamaju", 7)))
    assert summary["enterprises"].to_list() == [5, 7]


def test_a_small_village_is_not_got_by_difference_from_the_number_of_all():
    # 3 of 18 hidden alone would be 18 - 5 - 10; so the next smallest is hidden with it
    summary = summarise_villages(census(village(2001, "A", 3), village(2002, "B", 5), village(2003, "C", 10)))
    assert summary["enterprises"].isna().to_list() == [True, True, False]
    # nor are its quantities: with the use of capacity of all, those of the two others would tell them
    assert summary["capacity_per_month"].isna().to_list() == [True, True, False]


def test_two_small_villages_are_not_told_together():
    # 2 + 2 of 20: the difference from all would tell of four enterprises
    rows = census(village(2001, "A", 2), village(2002, "B", 2), village(2003, "C", 6), village(2004, "D", 10))
    summary = summarise_villages(rows)
    assert summary["production_per_month"].isna().to_list() == [True, True, True, False]
    assert summary["enterprises"].isna().to_list() == [True, True, True, False]


def test_a_village_whose_count_changed_by_few_since_an_earlier_cycle_is_hidden_with_another():
    before = census(village(2001, "A", 20), village(2002, "B", 30), village(2003, "C", 40))
    now = census(village(2001, "A", 22), village(2002, "B", 30), village(2003, "C", 45))
    assert summarise_villages(now, [before])["enterprises"].isna().to_list() == [True, True, False]
    # the cycle before the last was shown as well: 22 less 20
    between = census(village(2001, "A", 30), village(2002, "B", 30), village(2003, "C", 60))
    assert summarise_villages(now, [before, between])["enterprises"].isna().to_list() == [True, True, False]
    assert summarise_villages(now, [between])["enterprises"].notna().all()


def test_a_sum_is_not_told_where_few_joined_those_of_the_earlier_sum():
    villages = ["00.00.01.2001"] * 20 + ["00.00.01.2002"] * 30 + ["00.00.01.2003"] * 10
    before = several(village_code_kemendagri=villages)
    now = pd.concat(
        [before, before.iloc[[0, 0, *[59] * 5]]]
    )  # two more in the first village, five in the last
    assert summarise_villages(now, [before])["capacity_per_month"].fillna(0).to_list() == [0, 300, 150]


def test_products_are_held_against_earlier_cycles_also_one_alone():
    before = several(product=["kopi"] * 20 + ["madu"] * 30 + ["teh"] * 40)
    now = several(product=["kopi"] * 22 + ["madu"] * 30 + ["teh"] * 50)
    assert summarise_products(now, [before])["enterprises"].isna().to_list() == [True, True, False]
    one = summarise_products(several(product=["kopi"] * 22), [several(product=["kopi"] * 20)])
    assert one["enterprises"].isna().to_list() == [True]
    assert summarise_products(several(product=["kopi"] * 22))["enterprises"].to_list() == [22]


def test_two_villages_of_one_enterprise_each_are_not_told_by_their_sum():
    # a listed village has at least one: two hidden ones that sum to two would both be known
    rows = census(village(2001, "A", 1), village(2002, "B", 1), village(2003, "C", 6), village(2004, "D", 9))
    assert summarise_villages(rows)["enterprises"].isna().to_list() == [True, True, True, False]


def test_no_total_is_printed_beside_the_villages():
    summary = summarise_villages(census(village(2001, "A", 3), village(2002, "B", 5), village(2003, "C", 10)))
    assert summary["village_name"].to_list() == ["A", "B", "C"]


def test_without_capacity_there_is_no_utilisation():
    summary = summarise_villages(village(2001, "A", 5, 0.0, 0.0))
    assert summary["utilisation_pct"].isna().all()
    assert summary["production_per_month"].to_list() == [0.0]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_hidden_counts_have_more_than_one_solution(sizes):
    rows = census(*[village(2001 + i, f"D{i}", size) for i, size in enumerate(sizes)])
    hidden = summarise_villages(rows)["enterprises"].isna()
    counts = pd.Series(sizes)
    assert hidden[counts < 5].all()
    if hidden.any() and not hidden.all():
        # known: how many are hidden, their sum, and that each is at least one
        assert hidden.sum() > 1
        assert counts[hidden].sum() > hidden.sum()


OWNERS = pd.DataFrame(
    {
        "owner_sex": ["perempuan", "perempuan", "laki-laki", None],
        "owner_has_disability": pd.array([True, False, None, False], dtype="boolean"),
        "owner_age_years": pd.array([60, 59, None, 80], dtype="Int64"),
        "is_poor": pd.array([True, True, False, None], dtype="boolean"),
    }
)


def test_owners_are_counted_by_sex_and_trait():
    counts = count_owners(OWNERS)
    assert counts.loc[("disability", "yes"), "perempuan"] == 1
    assert counts.loc[("poor", "yes")].to_dict() == {"perempuan": 2, "laki-laki": 0}
    assert counts.loc[("poor", "no")].to_dict() == {"perempuan": 0, "laki-laki": 1}


def test_sixty_is_older():
    # UU 13/1998: lanjut usia is 60 years and over
    older = count_owners(OWNERS).loc["older"]
    assert older.loc["yes"].to_dict() == {"perempuan": 1, "laki-laki": 0}
    assert older.loc["no"].to_dict() == {"perempuan": 1, "laki-laki": 0}


# by hand: of four owners one has no sex and one no disability; one more has no age, the same man
@pytest.mark.parametrize(("trait", "known"), [("disability", 2), ("older", 2), ("poor", 3)])
def test_an_owner_whose_sex_or_trait_is_unknown_is_not_counted(trait, known):
    assert count_owners(OWNERS).loc[trait].to_numpy().sum() == known


def test_ages_read_as_floats_count_the_same():
    floats = OWNERS.assign(owner_age_years=OWNERS["owner_age_years"].astype("float64"))
    pd.testing.assert_frame_equal(count_owners(floats), count_owners(OWNERS))


def several(**columns) -> pd.DataFrame:
    count = max(len(values) for values in columns.values())
    base = {
        "umk_id": [str(n) for n in range(count)], "owner_name": [f"Nama {n}" for n in range(count)],
        "village_code_kemendagri": ["00.00.01.2001"] * count, "village_name": ["A"] * count, "product": ["kopi"] * count,
        "product_unit": ["kg"] * count, "capacity_per_month": [10.0] * count, "production_per_month": [8.0] * count,
        "annual_sales_idr": [1e6] * count,
    }  # fmt: skip
    return pd.DataFrame(base | columns)


def test_units_that_differ_are_never_summed():
    census = several(product_unit=["kg"] * 6 + ["karung"] * 5)
    found = summarise_villages(census).set_index("product_unit")
    assert found["capacity_per_month"].to_dict() == {"karung": 50.0, "kg": 60.0}
    by_product = summarise_products(census).set_index("product_unit")
    assert by_product["enterprises"].to_dict() == {"karung": 5, "kg": 6}
    assert "capacity_per_month" not in by_product


def test_a_product_of_few_keeps_its_figures_to_itself():
    found = summarise_products(several(product=["kopi"] * 6 + ["madu"] * 4 + ["teh"] * 9)).set_index(
        "product"
    )
    assert found.loc["madu"].drop("product_unit").isna().all()
    assert pd.isna(found.loc["kopi", "enterprises"])  # 19 less 6 and 9 would be four
    assert found.loc["teh", ["enterprises", "utilisation_pct"]].to_list() == [9, 80.0]


def test_utilisation_of_a_product_is_of_those_with_both_quantities():
    census = several(capacity_per_month=[10.0] * 5 + [None], production_per_month=[5.0] * 4 + [10.0, 99.0])
    row = summarise_products(census).iloc[0]
    # 4 * 5 + 10 = 30 of 50; one enterprise: 50, 50, 50, 50, 100
    assert (row["measured"], row["utilisation_pct"], row["median_utilisation_pct"]) == (5, 60.0, 50.0)


def test_names_are_the_same_whatever_their_case_and_spaces_but_not_in_another_village():
    names = ["Siti Aminah", " siti  AMINAH ", "Siti Aminah", "Siti Aminah", None, None]
    villages = ["v1", "v1", "v1", "v2", "v1", "v1"]
    found = find_repeats(
        several(
            owner_name=names,
            village_code_kemendagri=villages,
            product=["kopi", "kopi", "madu", "kopi", "x", "x"],
        )
    )
    assert found["is_duplicate"].to_list() == [True, True, False, False, False, False]
    assert found["is_same_person"].to_list() == [False, False, True, False, False, False]


def test_one_number_with_two_products_is_no_repeat_and_one_owner():
    census = several(umk_id=["1", "1"], owner_name=["Siti", "Siti"], product=["kopi", "madu"])
    assert not find_repeats(census).to_numpy().any()
    traits = {"owner_sex": "perempuan", "owner_has_disability": False, "owner_age_years": 40, "is_poor": True}
    assert count_owners(census.assign(**traits)).loc[("poor", "yes"), "perempuan"] == 1


def test_the_modified_z_agrees_with_the_deviation_of_another_library():
    values = np.random.default_rng(3).lognormal(3, 1, 200)
    groups = np.repeat(["kg", "buah"], 100)
    found = modified_z(pd.Series(values), [pd.Series(groups)])
    for unit in ("kg", "buah"):
        part = values[groups == unit]
        expected = (part - np.median(part)) / median_abs_deviation(part, scale="normal")
        # 0.6745 is the rounded 0.67449 of the normal scale
        assert found[groups == unit].to_numpy() == pytest.approx(expected, rel=1e-4)


def test_a_value_is_far_only_among_those_of_its_product_and_unit():
    capacity = [10.0, 11, 12, 13, 14, 1000, 1000, 1001, 1002, 1003, 1004, 1005]
    found = find_outliers(several(capacity_per_month=capacity, product=["kopi"] * 6 + ["madu"] * 6))
    assert found["capacity_per_month"].to_list() == [False] * 5 + [True] + [False] * 6


def test_where_all_are_alike_nothing_is_far_and_more_than_capacity_is_found():
    found = find_outliers(several(production_per_month=[8.0] * 9 + [800.0]))
    assert not found["production_per_month"].any()  # the deviation is zero: nothing can be said
    assert found["is_over_capacity"].sum() == 1


def test_the_bounds_are_what_the_unknown_leave_open():
    # 65 of 175 known, 8 unknown: 65 / 183 if none of them is poor, 73 / 183 if all are
    found = poor_share(pd.Series([True] * 65 + [False] * 110 + [None] * 8))
    assert (found.poor, found.known) == (65, 175)
    assert found.share_pct == pytest.approx(37.142857)
    assert (found.low_pct, found.high_pct) == pytest.approx((35.519126, 39.890710))


def test_a_count_of_all_has_no_interval():
    found = poor_share(pd.Series([True] * 3 + [False] * 7))
    assert found.low_pct == found.share_pct == found.high_pct == 30.0


def test_a_share_of_nobody_known_is_none():
    assert poor_share(pd.Series([None, None], dtype="boolean")) is None


def test_the_work_on_a_census_grows_no_faster_than_its_rows():
    def read(rows: int) -> None:
        rng = np.random.default_rng(5)
        census = several(
            umk_id=np.arange(rows).astype(str), owner_name=rng.integers(0, 300, rows).astype(str),
            village_code_kemendagri=rng.integers(0, 20, rows).astype(str), capacity_per_month=rng.uniform(1, 9, rows),
            production_per_month=rng.uniform(1, 9, rows),
        )  # fmt: skip
        assert find_repeats(census)["is_duplicate"].any()
        assert len(find_outliers(census)) == rows
        assert summarise_villages(census)["enterprises"].sum() == rows

    read(2_000)  # what is loaded once
    assert count_calls(lambda: read(8_000)) < 4.2 * count_calls(lambda: read(2_000))
