"""How complete a table is where it matters."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def completeness(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """Return the share of filled cells of each column, in percent; missing for a frame without rows.

    Missing cells are missing values; zero is a value. ValueError: a column is not in the frame.

    Examples
    --------
    >>> completeness(pd.DataFrame({"sex": ["P", None], "age": [41, 0]}), ["sex", "age"]).to_dict()
    {'sex': 50.0, 'age': 100.0}
    """
    lacking = [column for column in columns if column not in frame.columns]
    if lacking:
        raise ValueError(f"columns not in the frame: {', '.join(lacking)}")
    return frame[list(columns)].notna().mean() * 100
