"""Scenarios that a reader keeps: rows of one long table, never a gate's evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from perantara.text import _

if TYPE_CHECKING:
    from perantara.stage.stage import Stage

SCENARIO = "scenario"


def keep_scenario(stage: Stage, name: str, values: Mapping[str, tuple[float, str]], reason: str) -> None:
    """Add a scenario of this stage and cycle to the workspace; earlier rows stay as they are.

    Parameters
    ----------
    name : str
        What the scenario is called; a name is used once a stage and cycle.
    values : mapping
        What is changed, each with its value and unit: ``{"uptake_pct": (60, "%")}``.
    reason : str
        Why somebody would look at it.

    TableError: if the name is taken, or a value does not fit the table.
    PlaceError: if there is no workspace folder to write into.
    """
    rows = [
        {
            "cycle": stage.cycle, "stage": stage.declaration.name, "name": name, "key": key,
            "value": f"{value:.12g}", "unit": unit, "reason": reason, "as_of": stage.as_of,
            "basis": "rekaan" if stage.district.is_rekaan else "perkiraan",
            "source": _("Andaian pemakai buku"),
        }
        for key, (value, unit) in values.items()
    ]  # fmt: skip
    stage.store.append(SCENARIO, stage.place, rows)
