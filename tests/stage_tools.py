"""What the tests of the stages say of a run: its criteria, its sentences, and how a row of 2026 is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from perantara.show.display import Display
from perantara.text import Sentence

Change = Callable[[pd.DataFrame], pd.DataFrame]
Choice = Callable[[pd.DataFrame], pd.Series]


def statuses(scope: dict[str, Any]) -> dict[str, str]:
    return {c["id"]: c["status"] for c in scope["findings"]["gate"]["criteria"]}


def sentences(scope: dict[str, Any], key: str = "statements") -> list[str]:
    return [str(Sentence.from_json(said)) for said in scope["findings"][key]]


def text_of(displays: Iterable[Display]) -> str:
    return "\n".join(str(value) for d in displays for value in (*d.bundle.values(), d.metadata))


def _chosen(frame: pd.DataFrame, is_chosen: Choice) -> pd.Series:
    chosen = (frame["cycle"] == "2026") & is_chosen(frame)
    assert chosen.any()
    return chosen


def set_where(table: str, is_chosen: Choice, **values: Any) -> tuple[str, Change]:
    """Set columns of the rows of 2026 that are chosen; a value may be worked out from the frame."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        chosen = _chosen(frame, is_chosen)
        new = {name: value(frame) if callable(value) else value for name, value in values.items()}
        return frame.assign(**{name: frame[name].mask(chosen, value) for name, value in new.items()})

    return f"kopi/{table}", change


def setting(where: str, **values: str) -> Change:
    """Return a change that sets columns of the rows that a query of text columns finds."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        chosen = frame.index.isin(frame.query(where).index)
        assert chosen.any()
        return frame.assign(**{name: frame[name].mask(chosen, value) for name, value in values.items()})

    return change


def drop_where(table: str, is_chosen: Choice) -> tuple[str, Change]:
    """Leave out the rows of 2026 that are chosen."""
    return f"kopi/{table}", lambda frame: frame[~_chosen(frame, is_chosen)]
