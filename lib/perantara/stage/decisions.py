"""Decisions on a stage: the newest one, and whether the data still agree with it."""

from __future__ import annotations

from typing import Any

from perantara.tables.places import Place
from perantara.tables.store import TableReading, TableStore

_KEPT = (
    "computed_result", "decided_result", "reason", "deciding_body", "position",
    "decision_date", "document", "provenance_sha256",
)  # fmt: skip


def decisions_on(store: TableStore, place: Place, stage: str) -> TableReading:
    """Return the table of decisions, only the rows on ``stage`` in the cycle of ``place``."""
    return store.read("decisions", place).for_cycle(place.cycle).keep("stage", stage)


def newest_decision(
    store: TableStore, place: Place, stage: str, as_of: str, computed_result: str
) -> dict[str, Any] | None:
    """Return the newest decision not after ``as_of``, with whether ``computed_result`` agrees."""
    rows = [row for row in decisions_on(store, place, stage).rows or () if row["decision_date"] <= as_of]
    if not rows:
        return None
    row = max(rows, key=lambda r: r["decision_date"])
    return {k: row[k] for k in _KEPT} | {"agrees_with_data": row["computed_result"] == computed_result}
