from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from perantara.methods.disclosure import suppress_against, suppress_small_cells


def frame(*rows: list[int]) -> pd.DataFrame:
    columns = [f"k{i}" for i in range(len(rows[0]))]
    return pd.DataFrame(list(rows), columns=columns, index=[f"b{i}" for i in range(len(rows))])


def blanks(counts: pd.DataFrame) -> list[list[int]]:
    return suppress_small_cells(counts).isna().astype(int).to_numpy().tolist()


def determined_by_equations(counts: pd.DataFrame, shown: pd.DataFrame) -> list[int]:
    """Hidden cells whose value the totals of rows and columns fix: no kernel vector moves them."""
    hidden = np.argwhere(shown.isna().to_numpy())
    rows, columns = counts.shape
    equations = np.zeros((rows + columns, len(hidden)))
    for number, (row, column) in enumerate(hidden):
        equations[row, number] = equations[rows + column, number] = 1
    rank = np.linalg.matrix_rank(equations)
    units = np.eye(len(hidden))
    return [i for i, unit in enumerate(units) if np.linalg.matrix_rank(np.vstack([equations, unit])) == rank]


def possible_values(counts: pd.DataFrame, shown: pd.DataFrame) -> list[set[int]]:
    """Every value that each hidden cell has in some table of counts with the same totals."""
    values, is_hidden = counts.to_numpy(), shown.isna().to_numpy()
    hidden = [tuple(cell) for cell in np.argwhere(is_hidden)]
    rest = values * is_hidden
    left_in_row, left_in_column = rest.sum(axis=1), rest.sum(axis=0)
    found: list[set[int]] = [set() for _ in hidden]

    def fill(number: int, chosen: list[int]) -> None:
        if number == len(hidden):
            if not left_in_row.any() and not left_in_column.any():
                for seen, value in zip(found, chosen, strict=True):
                    seen.add(value)
            return
        row, column = hidden[number]
        is_last = number + 1 == len(hidden) or hidden[number + 1][0] != row
        most = min(left_in_row[row], left_in_column[column])
        for value in (
            [left_in_row[row]] if is_last and left_in_row[row] <= most else range(0 if is_last else most + 1)
        ):
            left_in_row[row] -= value
            left_in_column[column] -= value
            fill(number + 1, [*chosen, value])
            left_in_row[row] += value
            left_in_column[column] += value

    fill(0, [])
    return found


def test_a_worked_example():
    # 3 is small and the totals of its row and column tell it; 8, its smallest neighbour, goes too.
    # Now 3 follows from its column and 8 from its own: 12 is the smallest beside them. 9 lies where
    # the row of 12 meets the column of 8 and closes the circle of four. The third row stays whole.
    counts = frame([12, 9], [3, 8], [20, 30])
    assert blanks(counts) == [[1, 1], [1, 1], [0, 0]]


def test_a_table_without_small_cells_stays_as_it_is():
    counts = frame([5, 60], [7, 8])
    pd.testing.assert_frame_equal(suppress_small_cells(counts), counts.astype("Int64"))


@pytest.mark.parametrize(("count", "is_hidden"), [(0, 0), (1, 1), (4, 1), (5, 0)])
def test_small_is_one_to_four_and_zero_is_no_person(count, is_hidden):
    assert blanks(frame([count, 10, 10], [10, 10, 10], [10, 10, 10]))[0][0] == is_hidden


def test_another_minimum_may_be_asked_for():
    assert suppress_small_cells(frame([9, 20], [20, 20]), minimum=10).isna().all(axis=None)


def test_the_smallest_neighbours_are_hidden_and_the_rest_stays():
    # 2 in the corner; the cheapest circle through it is 2, 10, 12, 11
    counts = frame([2, 10, 50], [11, 12, 60], [70, 80, 90])
    assert blanks(counts) == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_two_circles_joined_by_one_blank_do_not_give_it_away():
    # every row and column has two blanks or more, yet 4 in the middle joins two separate circles:
    # the total of the first block less the totals of its other parts is that cell
    counts = frame([1, 2, 90, 90], [3, 2, 4, 90], [90, 90, 1, 3], [90, 90, 2, 2])
    shown = suppress_small_cells(counts)
    assert shown.isna().to_numpy()[1, 2]
    assert shown.isna().sum(axis=None) > 9  # nine small ones and at least one that guards them
    assert determined_by_equations(counts, shown) == []


def test_zeros_do_not_pretend_to_hide_a_person():
    # with [0, 0] as the only company the column totals would still tell 3 and 4
    counts = frame([3, 4, 9], [0, 0, 9], [6, 6, 9])
    shown = suppress_small_cells(counts)
    assert all(len(values) > 1 for values in possible_values(counts, shown))


def test_labels_may_repeat_and_may_be_pairs():
    index = pd.MultiIndex.from_tuples([("disability", "yes"), ("disability", "yes")])
    counts = pd.DataFrame([[3, 8], [12, 9]], index=index, columns=["x", "x"])
    assert suppress_small_cells(counts).isna().all(axis=None)


def test_the_counts_given_are_not_changed():
    counts = frame([3, 8], [12, 9])
    suppress_small_cells(counts)
    assert counts.loc["b0", "k0"] == 3


def test_fractions_of_persons_are_refused():
    with pytest.raises(TypeError, match="float64 to int64"):
        suppress_small_cells(pd.DataFrame({"x": [1.5, 2.0]}))


def tables(largest: int, rows: int, columns: int) -> st.SearchStrategy[pd.DataFrame]:
    shapes = st.tuples(st.integers(2, rows), st.integers(2, columns))
    return shapes.flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(0, largest), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        ).map(lambda rows_: frame(*rows_))
    )


@settings(max_examples=150, deadline=None)
@given(tables(15, 6, 5))
@example(frame([1, 2, 90, 90], [3, 2, 4, 90], [90, 90, 1, 3], [90, 90, 2, 2]))
def test_no_hidden_cell_follows_from_shown_cells_and_totals(counts):
    shown = suppress_small_cells(counts)
    assert determined_by_equations(counts, shown) == []
    small = (counts > 0) & (counts < 5)
    assert shown.isna().where(small, True).all(axis=None)  # every small one is hidden
    assert (shown.isna() | (shown == counts)).all(axis=None)  # what is shown is true


@settings(max_examples=80, deadline=None)
@given(tables(6, 2, 3))
def test_no_hidden_cell_follows_even_for_who_knows_that_no_count_is_negative(counts):
    shown = suppress_small_cells(counts)
    if not shown.isna().all(axis=None):  # else nothing further can be hidden: the totals are small
        assert all(len(values) > 1 for values in possible_values(counts, shown))


def test_the_test_itself_sees_a_cell_that_is_given_away():
    counts = frame([3, 8], [12, 9])
    assert determined_by_equations(counts, counts.astype("Int64").mask(counts < 5)) == [0]
    shown = frame([3, 4], [0, 0]).astype("Int64").mask(frame([1, 1], [1, 1]) == 1)
    assert [len(values) for values in possible_values(frame([3, 4], [0, 0]), shown)] == [1] * 4


@pytest.mark.parametrize(("rows", "columns"), list(product([1, 2], [0, 1])))
def test_a_table_of_one_line_hides_its_small_cells(rows, columns):
    counts = pd.DataFrame([[3] * columns] * rows)
    assert suppress_small_cells(counts).isna().all(axis=None)


def test_a_change_of_few_persons_is_hidden_with_those_that_guard_it():
    # 22 less 20 tells of two persons; 25 beside it, and the cells under both, close the circle
    earlier = frame([20, 25, 60], [30, 35, 70], [40, 45, 80])
    now = frame([22, 25, 60], [30, 35, 70], [40, 45, 80])
    assert suppress_against(earlier, now).isna().astype(int).to_numpy().tolist() == [
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 0],
    ]


@pytest.mark.parametrize(("change", "is_hidden"), [(0, 0), (1, 1), (-4, 1), (5, 0), (-5, 0)])
def test_a_change_of_one_to_four_either_way_is_small_and_none_is_no_change(change, is_hidden):
    earlier = frame([20, 40, 40], [40, 40, 40], [40, 40, 40])
    now = frame([20 + change, 40, 40], [40, 40, 40], [40, 40, 40])
    assert suppress_against(earlier, now).isna().iloc[0, 0] == bool(is_hidden)


def test_what_was_blank_stays_blank_since_an_unchanged_neighbour_would_tell_it():
    # the earlier release hid 3 and its three guards; now 30 stands in its place
    earlier = suppress_small_cells(frame([3, 10, 50], [11, 12, 60], [70, 80, 90]))
    now = suppress_against(earlier, frame([30, 10, 50], [11, 12, 60], [70, 80, 90]))
    assert now.isna().equals(earlier.isna())


def test_tables_are_held_against_each_other_by_label_and_what_is_new_against_nothing():
    earlier = frame([20, 30], [40, 50])
    now = pd.DataFrame(
        {"k1": [50, 30, 7, 60], "k2": [9, 9, 9, 9], "k0": [40, 23, 7, 60]}, index=["b1", "b0", "b9", "b8"]
    )
    shown = suppress_against(earlier, now)
    assert pd.isna(shown.loc["b0", "k0"])  # 23 less 20
    assert not shown["k2"].isna().any() and not shown.loc["b8"].isna().any()
    assert list(shown.index) == list(now.index) and list(shown.columns) == list(now.columns)


def test_without_anything_earlier_it_is_the_plain_suppression():
    counts = frame([3, 10, 50], [11, 12, 60], [70, 80, 90])
    nothing = pd.DataFrame(dtype="Int64")
    pd.testing.assert_frame_equal(suppress_against(nothing, counts), suppress_small_cells(counts))


def test_a_label_that_stands_twice_is_refused():
    twice = pd.DataFrame([[10], [20]], index=["x", "x"], columns=["k"])
    with pytest.raises(ValueError, match="a label stands twice"):
        suppress_against(twice, frame([10]))


def solved(published: pd.DataFrame, counts: pd.DataFrame) -> np.ndarray:
    """Cells of a published table that a reader has: shown, or fixed by the totals."""
    known = published.notna().to_numpy()
    for number in determined_by_equations(counts, published):
        known[tuple(np.argwhere(~published.notna().to_numpy())[number])] = True
    return known


@st.composite
def two_releases(draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    earlier = draw(tables(30, 4, 4))
    change = draw(st.lists(st.integers(-6, 6), min_size=earlier.size, max_size=earlier.size))
    changed = earlier.to_numpy() + np.array(change).reshape(earlier.shape) * draw(st.integers(0, 1))
    return earlier, pd.DataFrame(changed.clip(0), index=earlier.index, columns=earlier.columns)


@settings(max_examples=200, deadline=None)
@given(two_releases())
def test_no_small_cell_and_no_small_change_follows_from_both_releases_and_their_totals(releases):
    earlier, counts = releases
    published = suppress_small_cells(earlier)
    shown = suppress_against(published, counts)
    has_now = solved(shown, counts)
    has_change = has_now & solved(published, earlier)
    values, change = counts.to_numpy(), np.abs(counts.to_numpy() - earlier.to_numpy())
    assert not (has_now & (values > 0) & (values < 5)).any()
    assert not (has_change & (change > 0) & (change < 5)).any()
    assert (shown.isna() | (shown == counts)).all(axis=None)


@settings(max_examples=60, deadline=None)
@given(tables(7, 2, 3), st.integers(0, 3))
def test_no_blank_beside_an_earlier_release_follows_even_where_no_count_is_negative(earlier, more):
    counts = earlier + more
    shown = suppress_against(suppress_small_cells(earlier), counts)
    if not shown.isna().all(axis=None):
        assert all(len(values) > 1 for values in possible_values(counts, shown))
