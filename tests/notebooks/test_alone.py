"""A notebook runs by itself, and what it writes then is never official."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from perantara.tables.places import PROGRAMME

NOTEBOOK = PROGRAMME / "notebooks" / "02_concept.ipynb"


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PERANTARA_REPORTS", str(tmp_path / "laporan"))
    monkeypatch.delenv("PERANTARA_DATA", raising=False)
    monkeypatch.delenv("PERANTARA_OUTPUT", raising=False)
    monkeypatch.chdir(tmp_path)  # nothing may depend on the current folder
    return tmp_path / "laporan"


def call(*arguments: str | Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", *map(str, arguments)]
    environment = {**os.environ, "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def files_below(folder: Path) -> set[str]:
    return {p.relative_to(folder).parts[0] for p in folder.rglob("*") if p.is_file()}


def test_bare_papermill_with_one_raw_parameter_writes_a_draft(reports, tmp_path):
    done = call("papermill", NOTEBOOK, tmp_path / "out.ipynb", "-r", "district", "trenggalek")
    assert done.returncode == 0, done.stderr[-2000:]
    assert (reports / "_draft/trenggalek/biofarmaka/2026/02_concept/findings.json").exists()
    assert files_below(reports) == {"_draft"}


def test_bare_papermill_takes_the_initiative_named(reports, tmp_path):
    arguments = ["-r", "district", "bantaeng", "-r", "initiative", "kopi"]
    done = call("papermill", NOTEBOOK, tmp_path / "out.ipynb", *arguments)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (reports / "_draft/bantaeng/kopi/2026/02_concept/manifest.json").exists()


def test_several_initiatives_and_none_named_are_refused_with_their_list(reports, tmp_path):
    done = call("papermill", NOTEBOOK, tmp_path / "out.ipynb", "-r", "district", "bantaeng")
    assert done.returncode != 0
    assert "beberapa inisiatif; sebutkan satu: kopi, rumput-laut" in done.stderr


def test_a_misspelt_parameter_that_papermill_only_warns_about_stops_the_notebook(reports, tmp_path):
    done = call("papermill", NOTEBOOK, tmp_path / "out.ipynb", "-r", "distrik", "bantaeng")
    assert done.returncode != 0
    assert 'parameter "distrik" tidak dikenal; mungkin maksudnya "district"' in done.stderr


def test_a_code_that_papermill_turned_into_a_number_is_refused(reports, tmp_path):
    done = call("papermill", NOTEBOOK, tmp_path / "out.ipynb", "-p", "district", "11.05")
    assert done.returncode != 0
    assert "harus teks; pada baris perintah papermill pakai -r" in done.stderr


def test_the_defaults_run_and_the_executed_notebook_passes_strict_nbval(reports, tmp_path):
    executed = tmp_path / "02_concept.ipynb"
    arguments = ["nbconvert", "--to", "notebook", "--execute", "--output", executed, NOTEBOOK]
    done = call("jupyter", *arguments)
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(nbformat.read(executed, as_version=4).cells) > 20
    checked = call("pytest", "-q", "-p", "no:cacheprovider", "--nbval", executed)
    assert checked.returncode == 0, checked.stdout[-3000:]
    assert files_below(reports) == {"_draft"}
