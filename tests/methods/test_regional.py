"""Regional economics: a published example, independent computations, and what must always hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perantara.methods.regional import (
    dynamic_location_quotient,
    growth_and_volatility,
    klassen,
    location_quotient,
    shift_share,
)

calm = settings(deadline=None, max_examples=50)  # nothing here is timed
SECTORS = list("abcd")
# Krumme, G. "Shift & Share Table with Excel Explanations", University of Washington, Geography 350
# (faculty.washington.edu/krumme/350/ssexcel.html): workers of "Holukuluku" by industry I to IV, 1985 and 1995; of the
# nation it gives shares (10, 20, 40, 30 %) and growth (10, 20, 30, 40 %; together 29 %), here of 1,000 workers
REGION = [pd.Series(row, ["I", "II", "III", "IV"]) for row in ([500, 100, 200, 200], [1000, 100, 250, 280])]
NATION = [pd.Series(row, ["I", "II", "III", "IV"]) for row in ([100, 200, 400, 300], [110, 240, 520, 420])]
amounts = st.lists(st.floats(1, 1e6), min_size=4, max_size=4).map(lambda row: pd.Series(row, SECTORS))


def test_location_quotients_are_those_published():
    # column "Loc Quot": 5, 0.5, 0.5, .667
    found = location_quotient(REGION[0], NATION[0])
    assert found.round(3).to_dict() == {"I": 5, "II": 0.5, "III": 0.5, "IV": 0.667}


def test_the_parts_of_a_change_are_those_published():
    # national growth effect 290; net composition effect 80 below (by industry 95, 9, 2, 22: the stored page has lost
    # the minus signs of the first two); net differential effect 420 (450, -20, -10, 0); together the change, 630
    found = shift_share(*REGION, *NATION)
    assert found["national"].tolist() == pytest.approx([145, 29, 58, 58])
    assert found["mix"].tolist() == pytest.approx([-95, -9, 2, 22])
    assert found["competitive"].tolist() == pytest.approx([450, -20, -10, 0])
    assert found.sum().tolist() == pytest.approx([290, -80, 420])


@calm
@given(amounts, amounts)
def test_quotients_weighted_by_the_shares_of_the_reference_are_one(output, reference):
    found = location_quotient(output, reference)
    assert (found * reference / reference.sum()).sum() == pytest.approx(1)


@calm
@given(amounts, amounts)
def test_the_quotient_can_also_be_read_across(output, reference):
    # share of the district in the sector over share of the district in the whole
    across = (output / reference) / (output.sum() / reference.sum())
    assert location_quotient(output, reference).to_numpy() == pytest.approx(across.to_numpy())


def test_a_sector_that_the_reference_lacks_has_no_quotient_and_one_that_the_district_lacks_has_zero():
    found = location_quotient(pd.Series({"a": 1, "b": 1, "c": 0}), pd.Series({"a": 2, "b": 0, "c": 2}))
    assert found.isna().tolist() == [False, True, False]
    assert found["c"] == 0


@calm
@given(amounts, amounts, amounts, amounts, st.integers(1, 10))
def test_the_dynamic_quotient_is_the_ratio_of_the_ratios_of_growth(
    start, end, reference_start, reference_end, years
):
    # (1 + g_i) / (1 + g) over (1 + G_i) / (1 + G), each at its mean growth a year
    def grown(one: pd.Series | float, other: pd.Series | float) -> pd.Series | float:
        return (other / one) ** (1 / years)

    own = grown(start, end) / grown(start.sum(), end.sum())
    whole = grown(reference_start, reference_end) / grown(reference_start.sum(), reference_end.sum())
    found = dynamic_location_quotient(start, end, reference_start, reference_end, years)
    assert found.to_numpy() == pytest.approx((own / whole).to_numpy())


@calm
@given(amounts, amounts, amounts, amounts)
def test_the_parts_sum_to_the_change_and_each_is_what_its_definition_says(
    start, end, reference_start, reference_end
):
    found = shift_share(start, end, reference_start, reference_end)
    scale = (start + end + start * reference_end.sum() / reference_start.sum()).max()
    assert found.sum(axis=1).to_numpy() == pytest.approx((end - start).to_numpy(), abs=1e-9 * scale)
    for name in SECTORS:
        overall = reference_end.sum() / reference_start.sum() - 1
        sector, own = reference_end[name] / reference_start[name] - 1, end[name] / start[name] - 1
        by_definition = [
            start[name] * overall,
            start[name] * (sector - overall),
            start[name] * (own - sector),
        ]
        largest = start[name] * (2 + abs(overall) + abs(sector) + abs(own))
        assert found.loc[name].tolist() == pytest.approx(by_definition, abs=1e-9 * largest)


@calm
@given(amounts, amounts)
def test_a_district_that_is_its_own_reference_has_no_lead(start, end):
    found = shift_share(start, end, start, end)
    assert found["competitive"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-6)
    assert found["mix"].sum() == pytest.approx(0, abs=1e-6 * (start + end).sum())


def test_sectors_are_aligned_by_name():
    turned = [one[::-1] for one in NATION]
    pd.testing.assert_frame_equal(shift_share(*REGION, *turned), shift_share(*REGION, *NATION))
    pd.testing.assert_frame_equal(klassen(*REGION, *turned, 10), klassen(*REGION, *NATION, 10))
    pd.testing.assert_series_equal(
        location_quotient(REGION[0], turned[0]), location_quotient(REGION[0], NATION[0])
    )


def test_the_industries_of_the_published_example_fall_where_their_share_and_growth_put_them():
    # by hand: I 50 % against 10 % and 100 % against 10 %: large, quick. II 10 against 20, 0 against 20. III 20 against
    # 40, 25 against 30. IV 20 against 30, 40 against 40 (as quick counts as quick)
    found = klassen(*REGION, *NATION, 10)
    assert found["quadrant"].to_dict() == {
        "I": "maju dan tumbuh pesat", "II": "relatif tertinggal", "III": "relatif tertinggal", "IV": "berkembang cepat",
    }  # fmt: skip
    # mean share of I: (50 + 1000 / 16.3) / 2; growth a year: 2^(1/10) - 1
    assert found.loc["I", "share_pct"] == pytest.approx((50 + 1000 / 16.3) / 2)
    assert found.loc["I", "growth_pct_per_year"] == pytest.approx(7.177, abs=0.001)


def test_a_large_sector_that_grows_slower_than_its_reference_is_pressed():
    found = klassen(*(pd.Series(row, ["a", "b"]) for row in ((60, 40), (63, 60), (300, 700), (330, 770))), 1)
    assert found["quadrant"].to_dict() == {"a": "maju tapi tertekan", "b": "berkembang cepat"}


def test_the_quadrant_is_missing_where_growth_is_not_known():
    found = klassen(*(pd.Series(row, ["a", "b"]) for row in ((0, 40), (63, 60), (300, 700), (330, 770))), 1)
    assert pd.isna(found.loc["a", "quadrant"])
    assert found.loc["b", "quadrant"] == "maju dan tumbuh pesat"


@calm
@given(amounts, amounts)
def test_mean_shares_sum_to_a_hundred(start, end):
    found = klassen(start, end, end, start, 3)
    assert found["share_pct"].sum() == pytest.approx(100)
    assert found["reference_share_pct"].sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ({"a": 1, "c": 1}, "must name the same sectors"),
        ({"a": 1, "b": None}, "at least 0, none missing"),
        ({"a": 1, "b": -1}, "at least 0, none missing"),
        ({"a": 0, "b": 0}, "not all 0"),
    ],
)
def test_values_that_do_not_fit_the_reference_are_refused(output, words):
    with pytest.raises(ValueError, match=words):
        location_quotient(pd.Series(output, dtype=float), pd.Series({"a": 1, "b": 1}))


def test_a_sector_named_twice_is_refused():
    with pytest.raises(ValueError, match="each once"):
        location_quotient(pd.Series([1, 1], ["a", "a"]), pd.Series([1], ["a"]))


def test_a_sector_that_the_reference_began_without_is_named():
    one = pd.Series({"a": 1, "b": 1})
    with pytest.raises(ValueError, match="0 in the reference at the start: b"):
        shift_share(one, one, pd.Series({"a": 1, "b": 0}), one)


@pytest.mark.parametrize("method", [dynamic_location_quotient, klassen])
@pytest.mark.parametrize("years", [0, -2])
def test_no_years_are_refused(method, years):
    with pytest.raises(ValueError, match="number of years must be above 0"):
        method(*REGION, *NATION, years)


def test_growth_is_geometric_and_volatility_that_of_the_sample():
    # 100 to 121 in two years is 10 % a year; the mean of 100, 130, 121 is 117, its deviations 17, 13 and 4:
    # (289 + 169 + 16) / 2 = 237, and 15.39 / 117 = 13.16 %
    growth, volatility = growth_and_volatility(pd.Series({2020: 100, 2021: 130, 2022: 121}))
    assert growth == pytest.approx(10)
    assert volatility == pytest.approx(100 * 237**0.5 / 117)


def test_growth_counts_the_years_and_not_the_values():
    growth, _ = growth_and_volatility(pd.Series({2022: 121, 2021: None, 2020: 100}))
    assert growth == pytest.approx(10)


@pytest.mark.parametrize("values", [{2020: 1}, {2020: 1, 2021: None}, {2020: 1, 2021: 0}])
def test_a_series_without_growth_is_refused(values):
    with pytest.raises(ValueError, match="at least two values above 0"):
        growth_and_volatility(pd.Series(values, dtype=float))
