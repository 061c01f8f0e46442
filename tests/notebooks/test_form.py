"""The form of every shipped notebook: readable step by step, and fit for the runner."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from perantara.tables.places import PROGRAMME

NOTEBOOKS = sorted((PROGRAMME / "notebooks").glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def tagged(path: Path, tag: str) -> list[int]:
    return [n for n, cell in enumerate(read(path).cells) if tag in cell.metadata.get("tags", [])]


each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_are_notebooks_to_look_at():
    assert [path.stem for path in NOTEBOOKS][:2] == ["00_readiness", "01_alignment"]


@each
def test_a_declaration_stands_beside_the_notebook(path):
    assert path.with_suffix(".yml").exists()


@each
def test_no_outputs_are_committed(path):
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(path))


@each
def test_the_kernel_is_python3_and_the_notebook_is_valid(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


@each
def test_parameters_setup_first_page_and_closing_stand_in_their_order(path):
    (parameters,), (setup,) = tagged(path, "parameters"), tagged(path, "setup")
    (first_page,) = tagged(path, "first-page")
    cells = read(path).cells
    assert parameters < setup < first_page < len(cells)
    assert cells[-1].source.startswith("stage.close(gate, ")


@each
def test_code_cells_are_short_and_define_nothing(path):
    for cell in code_cells(path):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 12, cell.source
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.Try, ast.For, ast.While, ast.Lambda)
        found = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, forbidden)]
        assert not found, cell.source


@each
def test_no_cell_calls_the_shell_or_a_magic(path):
    for cell in code_cells(path):
        assert not any(line.lstrip().startswith(("!", "%")) for line in cell.source.splitlines())


@each
def test_there_is_one_title_and_text_comes_before_code(path):
    cells = read(path).cells
    titles = [c for c in cells if c.cell_type == "markdown" and c.source.startswith("# ")]
    assert len(titles) == 1
    assert cells[0].cell_type == "markdown"
    sections = [n for n, c in enumerate(cells) if c.cell_type == "markdown" and c.source.startswith("## ")]
    assert all(cells[n + 1].cell_type == "code" for n in sections)


@each
def test_every_stage_looks_at_inclusion_environment_and_local_priorities(path):
    prose = " ".join(c.source for c in read(path).cells if c.cell_type == "markdown").lower()
    assert all(word in prose for word in ("inklusi", "lingkungan", "prioritas daerah"))


@each
def test_no_paragraph_is_code(path):
    texts = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    assert not [text for text in texts if "(stage" in text or "stage." in text]
