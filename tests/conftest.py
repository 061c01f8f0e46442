"""Fixtures that several rooms share: a workspace on top of the shipped data, and contoh in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from perantara.tables.places import PROGRAMME

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data layer that lies above the shipped one; reports go beside it."""
    root = tmp_path / "kerja"
    root.mkdir()
    monkeypatch.setenv("PERANTARA_DATA", str(root))
    monkeypatch.setenv("PERANTARA_REPORTS", str(tmp_path / "laporan"))
    monkeypatch.delenv("PERANTARA_OUTPUT", raising=False)
    monkeypatch.delenv("PERANTARA_LANGUAGE", raising=False)
    return root


@pytest.fixture
def copy_contoh(workspace: Path) -> Callable[[], Path]:
    """Copy the made-up district into the workspace, so that a test can damage a file of it."""

    def copy() -> Path:
        target = workspace / "districts" / "contoh"
        shutil.copytree(PROGRAMME / "data" / "districts" / "contoh", target)
        return target

    return copy
