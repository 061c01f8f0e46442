from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perantara.methods.census import count_owners, summarise_villages


def village(code: int, name: str, size: int, capacity: float | None = 10.0, production: float | None = 8.0):
    rows = {"village_code_kemendagri": f"00.00.01.{code}", "village_name": name}
    return pd.DataFrame([rows | {"capacity_per_month": capacity, "production_per_month": production}] * size)


def census(*villages: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(villages, ignore_index=True)


def test_villages_are_summed_by_hand():
    # A: 5 x 10 = 50 and 5 x 8 = 40, so 80 %; B: 6 x 20 = 120 and 6 x 5 = 30, so 25 %
    summary = summarise_villages(census(village(2001, "A", 5), village(2002, "B", 6, 20.0, 5.0)))
    assert summary.columns.to_list() == [
        "village_name", "enterprises", "capacity_per_month", "production_per_month", "utilisation_pct",
    ]  # fmt: skip
    assert summary.to_numpy().tolist() == [["A", 5, 50.0, 40.0, 80.0], ["B", 6, 120.0, 30.0, 25.0]]


def test_an_enterprise_without_both_quantities_is_counted_but_not_summed():
    rows = census(village(2001, "A", 5), village(2001, "A", 2, None, 8.0), village(2001, "A", 1, 10.0, None))
    (row,) = summarise_villages(rows).to_numpy().tolist()
    assert row == ["A", 8, 50.0, 40.0, 80.0]


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
    assert summary["capacity_per_month"].isna().to_list() == [True, False, False]


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
