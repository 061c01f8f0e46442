"""Messages that methods write into tables: marked here for the catalogue, translated where a table is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def N_(message: str) -> str:
    """Mark a message for the catalogue, by the name that gettext and babel know; it stays as it is."""
    return message


def join_notes(cases: Mapping[str, pd.Series], notes: Mapping[str, str]) -> pd.Series:
    """Join by row the notes of the cases that hold, parted by a blank; missing where none does."""
    import numpy as np
    import pandas as pd  # here, so that the grammar of codes loads without it

    holds = pd.DataFrame(cases)
    said = holds.to_numpy(bool) @ np.array([f"{notes[case]} " for case in cases], dtype=object)
    return pd.Series(said, holds.index, dtype="str").str.strip().replace("", None)
