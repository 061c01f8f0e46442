"""Present value, rates of return and repayment, against published examples and other ways to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from perantara.methods.cash_flow import (
    annuity,
    benefit_cost_ratio,
    irr,
    modified_irr,
    npv,
    payback,
    repay_from_sales,
)

MONEY = st.floats(-1e9, 1e9).map(lambda value: round(value, 2))


def test_the_first_flow_is_not_discounted():
    # Microsoft's page on NPV, example 2: 8 %, -40.000 now, then 8.000 … 12.000 = 1.922,06
    assert npv(0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500]) == pytest.approx(1922.06, abs=0.005)


def test_without_a_rate_the_present_value_is_the_sum():
    assert npv(0, [-100, 60, 70]) == 30


@pytest.mark.parametrize(
    ("flows", "rate"),
    [  # Microsoft's page on IRR: 8,7 % after five years, -2,1 % after four, -44,4 % after two
        ([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], 0.0866),
        ([-70_000, 12_000, 15_000, 18_000, 21_000], -0.0212),
        ([-70_000, 12_000, 15_000], -0.4435),
    ],
)
def test_one_change_of_sign_has_one_rate(flows, rate):
    (found,) = irr(flows).roots
    assert found == pytest.approx(rate, abs=5e-5)
    assert found == pytest.approx(brentq(lambda r: npv(r, flows), -0.9, 10), abs=1e-9)


def test_several_rates_are_all_named():
    # Lorie and Savage (1955), the oil pump: 25 % and 400 %
    assert irr([-1600, 10_000, -10_000]).roots == pytest.approx((0.25, 4.0))
    # worked out: -1 + 3.6x - 4.31x² + 1.716x³ is 0 at x = 1/1,1, 1/1,2, 1/1,3
    assert irr([-1, 3.6, -4.31, 1.716]).roots == pytest.approx((0.1, 0.2, 0.3))


@pytest.mark.parametrize("flows", [[100, 50], [-100, -50], [0, 0], [5], [10, -15, 10]])
def test_where_there_is_no_rate_none_is_invented(flows):
    assert irr(flows).roots == ()  # 10 - 15x + 10x² has no real root: 225 < 400


def test_a_rate_that_the_flows_only_touch_is_named_once():
    assert irr([100, -220, 121]).roots == pytest.approx((0.1,), abs=1e-6)  # 100 (1 - 1,1x)²


def test_a_delay_before_the_first_flow_changes_no_rate():
    assert irr([0, 0, -100, 121]).roots == pytest.approx(irr([-100, 121]).roots)


@given(st.floats(-0.5, 3), st.integers(1, 60), st.floats(1, 1e6))
def test_a_loan_repaid_by_annuity_costs_its_rate(rate, periods, principal):
    rate = round(rate, 4)
    payment = annuity(principal, rate, periods)
    assert npv(rate, [-principal] + [payment] * periods) == pytest.approx(0, abs=1e-6 * principal)
    assert any(one == pytest.approx(rate, abs=1e-6) for one in irr([-principal] + [payment] * periods).roots)


@given(st.lists(MONEY, min_size=2, max_size=12))
def test_at_every_named_rate_the_present_value_is_nothing(flows):
    for rate in irr(flows).roots:
        size = np.abs(np.array(flows) / (1 + rate) ** np.arange(len(flows))).sum()
        assert abs(npv(rate, flows)) <= 1e-6 * size


def test_the_currency_unit_changes_no_rate():
    flows = np.array([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000])
    assert irr(flows / 1e6).roots == pytest.approx(irr(flows * 1e6).roots)


def test_the_annuity_is_that_of_the_published_example():
    # Microsoft's page on PMT: 8 % a year, 10 months, 10.000: 1.037,03 a month
    assert annuity(10_000, 0.08 / 12, 10) == pytest.approx(1037.03, abs=0.005)


def test_the_modified_rate_is_that_of_the_published_example():
    # Microsoft's page on MIRR: 12,61 % with 10 % and 12 %; 13,48 % with 14 %
    flows = [-120_000, 39_000, 30_000, 21_000, 37_000, 46_000]
    assert modified_irr(flows, 0.10, 0.12) == pytest.approx(0.1261, abs=5e-5)
    assert modified_irr(flows, 0.10, 0.14) == pytest.approx(0.1348, abs=5e-5)


def test_payback_counts_the_last_time_that_the_money_is_out():
    assert payback([-100, 150, -100, 100]) == 2.5  # out again in period 2, back in the middle of period 3
    assert payback([-100, 60, 60], rate=0.10) == pytest.approx(1 + (100 - 60 / 1.1) / (60 / 1.21))
    assert payback([50, -10]) == 0


def test_benefits_over_costs_are_one_where_the_present_value_is_nothing():
    assert benefit_cost_ratio([0, 60, 60], [100, 4.5, 0], 0.10) == pytest.approx(
        (60 / 1.1 + 60 / 1.21) / (100 + 4.5 / 1.1)
    )
    assert np.isnan(benefit_cost_ratio([1, 1], [0, 0], 0.10))


def test_arrears_are_taken_when_sales_allow():
    # instalment 50; the first season allows 30, so 20 are carried; the second takes 70 and ends the loan
    found = repay_from_sales(100, 0, pd.Series([100, 300, 300], [2026, 2027, 2028]), 0.3, 50)
    assert found.to_dict("list") == {
        "due": [50, 70, 0], "deducted": [30, 70, 0], "arrears": [20, 0, 0],
        "outstanding": [70, 0, 0], "cash_left": [70, 230, 300],
    }  # fmt: skip
    assert found.index.tolist() == [2026, 2027, 2028]


def test_with_ample_sales_the_annuity_repays_the_loan_exactly():
    payment = annuity(1_000_000, 0.015, 12)
    found = repay_from_sales(1_000_000, 0.015, [1e7] * 12, 0.5, payment)
    assert found["outstanding"].iloc[-1] == pytest.approx(0, abs=1e-6)
    assert found["deducted"].tolist() == pytest.approx([payment] * 12)


SALES = st.lists(st.floats(0, 1e8), min_size=1, max_size=24)


@given(st.floats(0, 1e8), st.floats(0, 0.2), SALES, st.floats(0, 1), st.floats(0, 1e7))
def test_balances_close_and_a_deduction_is_never_below_nothing_nor_above_its_share(
    principal, rate, sales, share, instalment
):
    found = repay_from_sales(principal, rate, sales, share, instalment)
    assert (found["deducted"] >= 0).all()
    assert (found["deducted"] <= share * np.array(sales) * (1 + 1e-12)).all()
    before = found["outstanding"].shift(fill_value=principal)
    assert np.allclose(found["outstanding"], before * (1 + rate) - found["deducted"])
    assert np.allclose(found["cash_left"] + found["deducted"], sales)
    assert np.allclose(found["due"] - found["deducted"], found["arrears"])
    assert (found["outstanding"] >= -1e-6).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"share": 1.1}, "a share within 0-1"),
        ({"sales": [100, -1]}, "sales and instalments must be at least 0"),
        ({"sales": [100, np.nan]}, "none missing"),
        ({"instalment": np.nan}, "none missing"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        repay_from_sales(
            **{"principal": 1, "rate": 0, "sales": [1, 1], "share": 0.5, "instalment": 1} | change
        )


def test_a_rate_of_minus_one_or_flows_that_lack_one_are_refused():
    with pytest.raises(ValueError, match="above -1"):
        npv(-1, [1, 2])
    with pytest.raises(ValueError, match="none missing"):
        npv(0.1, [1, np.nan])
    with pytest.raises(ValueError, match="whole periods"):
        annuity(100, 0.1, 0)
