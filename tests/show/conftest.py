"""Stages of the made-up district, open for what a report shows of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from perantara.stage import Stage
from perantara.stage.parameters import read_defaults
from perantara.tables.places import PROGRAMME

SHIPPED = PROGRAMME / "data" / "districts" / "contoh"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a copy of the made-up district that a test may change."""
    root = tmp_path / "kerja"
    shutil.copytree(SHIPPED, root / "districts" / "contoh")
    monkeypatch.setenv("PERANTARA_DATA", str(root))
    monkeypatch.setenv("PERANTARA_REPORTS", str(tmp_path / "laporan"))
    monkeypatch.delenv("PERANTARA_OUTPUT", raising=False)
    return root


@pytest.fixture
def open_stage(workspace: Path):
    """Open stage 02 of an initiative of the made-up district."""
    defaults = read_defaults(PROGRAMME / "notebooks" / "02_concept.ipynb")

    def open_(initiative: str = "kopi", cycle: str = "2026", **given) -> Stage:
        place = {"initiative": initiative, "cycle": cycle, "as_of": "2026-11-24"}
        return Stage.open("02_concept", {**defaults, **place, **given})

    return open_


@pytest.fixture
def stage(open_stage) -> Stage:
    return open_stage()
