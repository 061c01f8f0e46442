"""Disclosure control: counts of people that are too small to show, also by difference."""

from __future__ import annotations

import pandas as pd

MINIMUM_CELL = 5


def suppress_small_cells(counts: pd.DataFrame, minimum: int = MINIMUM_CELL) -> pd.DataFrame:
    """Blank cells of a table of counts that are small, and those that would give them away.

    A cell of 1 to ``minimum`` - 1 persons is blanked. Where a row or a column then has exactly
    one blank, its total would reveal it, so that its next smallest cell is blanked too, until no
    row or column has a single blank. A zero is no person and stays, unless it must hide another.

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
        The counts as ``Int64``, blanked cells missing.

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
    shown = counts.astype("Int64").copy()
    hidden = (shown > 0) & (shown < minimum)
    hidden = hidden.astype(bool)
    while (additional := _next_to_hide(shown, hidden)) is not None:
        hidden.loc[additional] = True
    return shown.mask(hidden)


def _next_to_hide(counts: pd.DataFrame, hidden: pd.DataFrame) -> tuple | None:
    """Return the smallest cell that shares a row or column with a single blank, if any."""
    candidates = []
    for row in counts.index[(hidden.sum(axis="columns") == 1)]:
        candidates += [(counts.at[row, c], row, c) for c in counts.columns if not hidden.at[row, c]]
    for column in counts.columns[(hidden.sum(axis="index") == 1)]:
        candidates += [(counts.at[r, column], r, column) for r in counts.index if not hidden.at[r, column]]
    if not candidates:
        return None
    _count, row, column = min(candidates, key=lambda c: (c[0] == 0, c[0]))
    return row, column
