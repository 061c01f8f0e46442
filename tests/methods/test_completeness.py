from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods.completeness import completeness

FRAME = pd.DataFrame({"sex": ["P", None, "L", "P"], "age": pd.array([0, None, None, 41], dtype="Int64")})


def test_completeness_is_the_share_of_filled_cells_and_zero_is_filled():
    # sex: 3 of 4; age: 2 of 4, one of them a zero
    assert completeness(FRAME, ["sex", "age"]).to_dict() == {"sex": 75.0, "age": 50.0}


def test_columns_come_in_the_order_asked_for():
    assert list(completeness(FRAME, ["age", "sex"]).index) == ["age", "sex"]


def test_a_frame_without_rows_has_no_completeness():
    assert completeness(FRAME.head(0), ["sex"]).isna().all()


def test_every_lacking_column_is_named():
    with pytest.raises(ValueError, match="columns not in the frame: grade, capacity"):
        completeness(FRAME, ["sex", "grade", "capacity"])


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=1))
def test_filled_and_empty_add_up_to_all(values):
    column = pd.Series(values, dtype="Int64")
    filled = completeness(column.to_frame("x"), ["x"])["x"]
    assert 0 <= filled <= 100
    assert filled + column.isna().mean() * 100 == pytest.approx(100)
