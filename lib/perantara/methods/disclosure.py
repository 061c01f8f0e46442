"""Disclosure control: counts of people that are too small to show, also by difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

MINIMUM_CELL = 5


def suppress_small_cells(counts: pd.DataFrame, minimum: int = MINIMUM_CELL) -> pd.DataFrame:
    """Blank cells of a table of counts that are small, and those that would give them away.

    A cell of 1 to ``minimum`` - 1 persons is blanked. Then, as long as the shown cells and the
    totals of rows and columns leave some blank just one possible value, a further cell beside
    such a blank is blanked: one that closes a circle of blanks, or else the smallest. A zero is
    no person and stays, unless it must hide another.

    Parameters
    ----------
    counts : DataFrame, shape (groups, categories)
        Whole numbers of persons or enterprises, without totals; rows and columns add up to
        totals that are shown or known elsewhere.
    minimum : int
        Smallest count that may be shown.

    Returns
    -------
    DataFrame, shape (groups, categories)
        The counts as ``Int64``, blanked cells missing. Where a total is itself small, or the
        table has only one row or column, all may be blank: then its totals must not be shown.

    References
    ----------
    Hundepool, A. et al. (2012). Statistical Disclosure Control, ch. 4. Wiley.

    Examples
    --------
    >>> counts = pd.DataFrame({"perempuan": [12, 3], "laki-laki": [9, 8]}, index=["Desa A", "Desa B"])
    >>> suppress_small_cells(counts)
            perempuan  laki-laki
    Desa A       <NA>       <NA>
    Desa B       <NA>       <NA>
    """
    shown = counts.astype("Int64")
    values = shown.to_numpy(dtype="int64")
    return shown.mask(_guarded(values, (values > 0) & (values < minimum)))


def suppress_against(
    earlier: pd.DataFrame, counts: pd.DataFrame, minimum: int = MINIMUM_CELL
) -> pd.DataFrame:
    """Blank small cells, and those whose change since an earlier release tells of few persons.

    Beside the cells of ``suppress_small_cells`` those are blanked that differ from the earlier
    release by 1 to ``minimum`` - 1 persons, and those that were blank in it: where little else
    has changed, the new number would tell the old one. Further cells then guard all of these, so
    that neither a blank nor a difference follows from what is shown and the totals.

    Parameters
    ----------
    earlier : DataFrame, shape (groups, categories)
        What was published before of the same breakdown (the cycle before, or an earlier run),
        blanked cells missing; aligned to ``counts`` by label. Groups and categories that it
        lacks are held against nothing.
    counts : DataFrame, shape (groups, categories)
        Whole numbers of persons or enterprises now, without totals. Totals that are to be shown
        are a table of their own, to be held against the earlier totals.
    minimum : int
        Smallest count, and smallest change other than none, that may be shown.

    Returns
    -------
    DataFrame, shape (groups, categories)
        The counts as ``Int64``, blanked cells missing; as with ``suppress_small_cells`` all may
        be blank.

    Raises
    ------
    ValueError
        If a label stands twice in one of the tables.

    References
    ----------
    Hundepool, A. et al. (2012). Statistical Disclosure Control, ch. 4 (linked tables). Wiley.

    Examples
    --------
    >>> earlier = pd.DataFrame({"perempuan": [20, 30, 40], "laki-laki": [25, 35, 45]}, index=["A", "B", "C"])
    >>> suppress_against(earlier, earlier.assign(perempuan=[22, 39, 40]))
       perempuan  laki-laki
    A       <NA>       <NA>
    B       <NA>       <NA>
    C         40         45
    """
    for table in (earlier, counts):
        if not (table.index.is_unique and table.columns.is_unique):
            raise ValueError("a label stands twice: the tables cannot be held against each other")
    shown = counts.astype("Int64")
    values = shown.to_numpy(dtype="int64")
    before = earlier.astype("Int64").reindex(index=shown.index, columns=shown.columns)
    change = np.abs(values - before.fillna(0).to_numpy(dtype="int64"))
    was_there = np.outer(shown.index.isin(earlier.index), shown.columns.isin(earlier.columns))
    was_blank = before.isna().to_numpy()
    is_small = ((values > 0) & (values < minimum)) | (~was_blank & (change > 0) & (change < minimum))
    return shown.mask(_guarded(values, is_small | (was_there & was_blank)))


def _guarded(values: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Return the cells to blank: the ``hidden`` ones and those that would give them away."""
    hidden = hidden.copy()
    while not hidden.all() and (given_away := _given_away(values, hidden)).any():
        hidden[_next_to_hide(values, hidden, given_away)] = True
    return hidden


def suppress_small_counts(counts: pd.Series, minimum: int = MINIMUM_CELL) -> pd.Series:
    """Blank small counts of one list, and the next smallest while the total still tells what a blank holds.

    Parameters
    ----------
    counts : Series, shape (groups,)
        Whole numbers above zero that add up to a total known elsewhere.
    minimum : int
        Smallest count that may be shown.

    Returns
    -------
    Series, shape (groups,)
        The counts as ``Int64``, blanked ones missing.

    Examples
    --------
    >>> suppress_small_counts(pd.Series({"A": 12, "B": 3, "C": 8})).to_list()
    [12, <NA>, <NA>]
    """
    counts = counts.astype("Int64")
    hidden = counts < minimum
    while hidden.any() and not hidden.all() and (hidden.sum() == 1 or (counts[hidden] == 1).all()):
        hidden[counts[~hidden].idxmin()] = True
    return counts.mask(hidden)


def _given_away(values: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Find blanks that can have only one value, where totals are known and no count is negative.

    A blank alone in its row or column is one; where there is such, only these are looked for.
    Another value is possible exactly where counts can be shifted around a circle of blanks,
    alternately one more along a row and one less along a column; one less only from above zero.
    """
    in_row, in_column = hidden.sum(axis=1, keepdims=True), hidden.sum(axis=0, keepdims=True)
    found = hidden & ((in_row == 1) | (in_column == 1))
    if found.any():
        return found
    for row, column in np.argwhere(hidden):
        others = hidden.copy()
        others[row, column] = False
        nowhere_row, nowhere_column = np.zeros(len(values), bool), np.zeros(values.shape[1], bool)
        this_row, this_column = nowhere_row.copy(), nowhere_column.copy()
        this_row[row] = this_column[column] = True
        can_be_more = _spread(values, others, nowhere_row, this_column)[0][row]
        can_be_less = values[row, column] > 0 and _spread(values, others, this_row, nowhere_column)[1][column]
        found[row, column] = not (can_be_more or can_be_less)
    return found


def _spread(
    values: np.ndarray, others: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Follow one less along the ``columns`` that have one too many, one more along those rows."""
    while True:
        lacking = rows | (others & (values > 0))[:, columns].any(axis=1)
        exceeding = columns | others[lacking].any(axis=0)
        if (lacking == rows).all() and (exceeding == columns).all():
            return rows, columns
        rows, columns = lacking, exceeding


def _next_to_hide(values: np.ndarray, hidden: np.ndarray, given_away: np.ndarray) -> tuple[int, int]:
    """Return the shown cell that best guards those given away; a zero only where nothing else can."""
    in_row, in_column = given_away.any(axis=1, keepdims=True), given_away.any(axis=0, keepdims=True)
    beside = ~hidden & (in_row | in_column)
    closes = in_row & in_column
    cells = [(int(row), int(column)) for row, column in np.argwhere(beside if beside.any() else ~hidden)]
    return min(cells, key=lambda cell: (values[cell] == 0, not closes[cell], values[cell]))
