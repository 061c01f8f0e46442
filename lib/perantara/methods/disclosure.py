"""Disclosure control: counts of people that are too small to show, also by difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

MINIMUM_CELL = 5
Counts = TypeVar("Counts", pd.Series, pd.DataFrame)


def may_be_told(
    counts: Sequence[float], earlier: Sequence[Sequence[float]] = (), minimum: int = MINIMUM_CELL
) -> bool:
    """Whether counts that stand in sentences tell of few persons, by themselves or by their change.

    ``counts`` that are stated together, such as the poor, the others and their total, and the same ones
    of each ``earlier`` release, in the same order. None of them, and none of their changes, may be of
    1 to ``minimum`` - 1 persons: what follows from one of several is not to be told either.

    Examples
    --------
    >>> may_be_told([183, 65]), may_be_told([183, 65], [[180, 60]]), may_be_told([183, 3])
    (True, False, False)
    """
    changes = [now - was for before in earlier for now, was in zip(counts, before, strict=True)]
    return not any(0 < abs(number) < minimum for number in (*counts, *changes))


def suppress_small_cells(counts: Counts, minimum: int = MINIMUM_CELL) -> Counts:
    """Blank counts that are small, and those that would give them away.

    Whole numbers of persons or enterprises without totals; rows and columns (or a list) add up to totals
    that are shown or known elsewhere. A cell of 1 to ``minimum`` - 1 persons is blanked. Then, as long
    as the shown cells and the totals leave some blank just one possible value, a further cell beside
    such a blank is blanked: one that closes a circle of blanks, or else the smallest. A zero is no
    person and stays, unless it must hide another. In a list the next smallest is blanked as long as its
    total tells a blank, or that all blanks together are fewer than ``minimum``. Where a total is itself
    small, or a table has only one row or column, all may be blank: then its totals must not be shown.
    (Hundepool et al. 2012, Statistical Disclosure Control, ch. 4, Wiley.)

    Examples
    --------
    >>> counts = pd.DataFrame({"perempuan": [12, 3], "laki-laki": [9, 8]}, index=["Desa A", "Desa B"])
    >>> suppress_small_cells(counts)
            perempuan  laki-laki
    Desa A       <NA>       <NA>
    Desa B       <NA>       <NA>
    >>> suppress_small_cells(pd.Series({"A": 12, "B": 3, "C": 8})).to_list()
    [12, <NA>, <NA>]
    """
    values = counts.astype("Int64").to_numpy(dtype="int64")
    return counts.astype("Int64").mask(_guarded(values, (values > 0) & (values < minimum), minimum))


def suppress_against(earlier: Counts, counts: Counts, minimum: int = MINIMUM_CELL) -> Counts:
    """Blank small cells, and those whose change since an earlier release tells of few persons.

    Beside the cells of ``suppress_small_cells`` those are blanked that differ from the earlier release,
    as it was shown, by 1 to ``minimum`` - 1 persons, and those that were blank in it: where little else
    has changed, the new number would tell the old one. Further cells then guard all of these, so that
    neither a blank nor a difference follows from what is shown and the totals. Tables are aligned by
    label; what the earlier one lacks is held against nothing. Totals that are to be shown are a table of
    their own, to be held against the earlier totals. ValueError: a label stands twice.

    Examples
    --------
    >>> earlier = pd.DataFrame({"perempuan": [20, 30, 40], "laki-laki": [25, 35, 45]}, index=["A", "B", "C"])
    >>> suppress_against(earlier, earlier.assign(perempuan=[22, 39, 40]))
       perempuan  laki-laki
    A       <NA>       <NA>
    B       <NA>       <NA>
    C         40         45
    """
    if not all(labels.is_unique for table in (earlier, counts) for labels in table.axes):
        raise ValueError("a label stands twice: the tables cannot be held against each other")
    values = counts.astype("Int64").to_numpy(dtype="int64")
    before, is_blank = earlier.align(counts, join="right")[0], earlier.isna()
    was_blank = is_blank.align(counts, join="right", fill_value=False)[0].to_numpy(dtype=bool)
    change = np.abs(values - before.to_numpy(dtype=float, na_value=np.nan))  # a blank has no change
    is_small = ((values > 0) & (values < minimum)) | ((change > 0) & (change < minimum))
    return counts.astype("Int64").mask(_guarded(values, is_small | was_blank, minimum))


def suppress_in_turn(releases: Sequence[Counts]) -> Counts:
    """Return the newest of several releases, oldest first, blanked beside every earlier one as that was shown.

    Examples
    --------
    >>> suppress_in_turn([pd.Series({"A": 20, "B": 30, "C": 40}), pd.Series({"A": 22, "B": 31, "C": 50})]).to_list()
    [<NA>, <NA>, 50]
    """
    shown: list[Counts] = []
    for counts in releases:
        safe = suppress_small_cells(counts)
        for earlier in shown:
            safe = safe.mask(suppress_against(earlier, counts).isna())
        shown.append(safe)
    return shown[-1]


def _guarded(values: np.ndarray, hidden: np.ndarray, minimum: int) -> np.ndarray:
    """Return the cells to blank: the ``hidden`` ones and those that would give them away."""
    hidden = hidden.copy()
    if values.ndim == 1:
        while hidden.any() and not hidden.all() and _is_told(values[hidden], minimum):
            hidden[min(np.flatnonzero(~hidden), key=lambda place: (values[place] == 0, values[place]))] = True
    else:
        while not hidden.all() and (given_away := _given_away(values, hidden)).any():
            hidden[_next_to_hide(values, hidden, given_away)] = True
    return hidden


def _is_told(blanks: np.ndarray, minimum: int) -> bool:
    """Whether the sum of the blanks of a list tells one of them, or of too few persons."""
    return len(blanks) == 1 or blanks.sum() <= max(len(blanks), minimum - 1)


def _given_away(values: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Find blanks that can have only one value, where totals are known and no count is negative.

    A blank alone in its row or column is one; where there is such, only these are looked for.
    Another value is possible exactly where counts can be shifted around a circle of blanks,
    alternately one more along a row and one less along a column; one less only from above zero.
    """
    import networkx as nx

    in_row, in_column = hidden.sum(axis=1, keepdims=True), hidden.sum(axis=0, keepdims=True)
    found = hidden & ((in_row == 1) | (in_column == 1))
    if found.any():
        return found
    cells = [(int(row), ~int(column)) for row, column in np.argwhere(hidden)]  # columns are below zero
    more = nx.DiGraph(cells)
    more.add_edges_from((column, row) for row, column in cells if values[row, ~column])
    for row, column in cells:
        others = nx.restricted_view(more, [], [(row, column), (column, row)])
        can_be_less = more.has_edge(column, row) and nx.has_path(others, row, column)
        found[row, ~column] = not (can_be_less or nx.has_path(others, column, row))
    return found


def _next_to_hide(values: np.ndarray, hidden: np.ndarray, given_away: np.ndarray) -> tuple[int, int]:
    """Return the shown cell that best guards those given away; a zero only where nothing else can."""
    in_row, in_column = given_away.any(axis=1, keepdims=True), given_away.any(axis=0, keepdims=True)
    beside = ~hidden & (in_row | in_column)
    closes = in_row & in_column
    cells = [(int(row), int(column)) for row, column in np.argwhere(beside if beside.any() else ~hidden)]
    return min(cells, key=lambda cell: (values[cell] == 0, not closes[cell], values[cell]))
