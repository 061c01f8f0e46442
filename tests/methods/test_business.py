"""Size classes by PP 7/2021 article 35, at and beside every bound."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods.business import size_class, size_classes

BILLION = 1_000_000_000
AMOUNTS = st.one_of(st.none(), st.floats(0, 1e12))


@pytest.mark.parametrize(
    ("sales", "expected"),
    [(0, "micro"), (2 * BILLION, "micro"), (2 * BILLION + 1, "small"), (15 * BILLION, "small"),
     (15 * BILLION + 1, "medium"), (50 * BILLION, "medium"), (50 * BILLION + 1, "large")],
)  # fmt: skip
def test_an_upper_bound_of_sales_belongs_to_its_class(sales, expected):
    assert size_class(None, sales) == expected


@pytest.mark.parametrize(
    ("capital", "expected"),
    [(BILLION, "micro"), (BILLION + 1, "small"), (5 * BILLION, "small"), (5 * BILLION + 1, "medium"),
     (10 * BILLION, "medium"), (10 * BILLION + 1, "large")],
)  # fmt: skip
def test_capital_decides_where_sales_are_not_known(capital, expected):
    assert size_class(capital, None) == size_class(capital, float("nan")) == expected


def test_sales_decide_for_an_enterprise_that_runs():
    assert size_class(capital_idr=20 * BILLION, sales_idr=BILLION) == "micro"


def test_nothing_known_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="capital and sales are both missing"):
        size_class(None, float("nan"))


@pytest.mark.parametrize(
    ("capital", "sales", "named"), [(-1, None, "capital"), (5, -2, "sales"), (-1, 7, "capital")]
)
def test_a_negative_amount_is_named(capital, sales, named):
    with pytest.raises(ValueError, match=f"{named} is negative"):
        size_class(capital, sales)


def test_frames_of_other_enterprises_are_refused():
    with pytest.raises(ValueError, match="indexes differ"):
        size_classes(pd.Series([1.0], index=["a"]), pd.Series([1.0], index=["b"]))


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=20))
def test_many_at_once_are_classed_as_one_by_one(pairs):
    frame = pd.DataFrame(pairs, columns=["capital", "sales"], dtype="float64")
    found = size_classes(frame["capital"], frame["sales"])
    for (capital, sales), one in zip(pairs, found, strict=True):
        if capital is None and sales is None:
            assert pd.isna(one)
        else:
            assert one == size_class(capital, sales)


def test_the_classes_agree_with_a_cut_of_another_library():
    sales = pd.Series(np.random.default_rng(1).uniform(0, 80 * BILLION, 500))
    cut = pd.cut(
        sales,
        [-1, 2 * BILLION, 15 * BILLION, 50 * BILLION, np.inf],
        labels=["micro", "small", "medium", "large"],
    )
    assert size_classes(sales * np.nan, sales).to_list() == cut.to_list()
