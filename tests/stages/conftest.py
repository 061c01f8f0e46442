"""Runs the cells of a shipped notebook in this process, on a workspace that a test may damage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest

from perantara.tables.places import PROGRAMME

AS_OF = "2026-07-01"


@pytest.fixture(autouse=True)
def _contoh(copy_contoh: Callable[[], Path]) -> None:
    copy_contoh()


@pytest.fixture
def run_cells(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Execute a notebook's code cells; return its names, with the findings it wrote."""

    # pictures and frames have tests of their own, and whole runs draw them
    monkeypatch.setattr("perantara.show.figures._pixels", lambda _figure: np.zeros((1, 1, 3), np.uint8))
    monkeypatch.setattr("perantara.show.budget.explore", lambda *_arguments, **_options: None)
    monkeypatch.setattr("perantara.show.selection_ranking.explore_many", lambda *_arguments, **_options: None)

    def run(name: str, **parameters: Any) -> dict[str, Any]:
        notebook = nbformat.read(PROGRAMME / "notebooks" / f"{name}.ipynb", as_version=4)
        scope: dict[str, Any] = {}
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            exec(compile(cell.source, name, "exec"), scope)
            if "parameters" in cell.metadata.get("tags", []):
                scope |= {"as_of": AS_OF, **parameters}
                scope.pop("__builtins__", None)
        stage = scope["stage"]
        draft = stage.store.roots.reports / "_draft" / stage.place.address / name
        scope["findings"] = json.loads((draft / "findings.json").read_text(encoding="utf-8"))
        return scope

    return run


@pytest.fixture
def edit_table(workspace: Path) -> Callable[[str, Callable[[pd.DataFrame], pd.DataFrame]], None]:
    """Change a table of the made-up district as text."""

    def edit(relative: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        path = workspace / "districts" / "contoh" / f"{relative}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        change(frame).to_csv(path, index=False, lineterminator="\n")

    return edit
