"""The rules of the house: rooms import only from below, and no prose stands in an f-string."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from perantara.tables.places import PROGRAMME

LIBRARY = PROGRAMME / "lib" / "perantara"
ROOMS = ["text", "errors", "methods", "tables", "stage", "show", "run", "publish", "cli"]
FLOORS = {room: max(0, floor - 1) for floor, room in enumerate(ROOMS)}  # text and errors share one
MODULES = sorted(LIBRARY.rglob("*.py"))
_MARKUP = re.compile(r"<[^<>]*>?|[\w-]+=|&\w+;")
_DEVELOPERS = {"ValueError", "TypeError", "KeyError"}  # in English, for who calls a function wrongly


def sources() -> Iterator[tuple[str, str]]:
    """Every piece of code that a user may meet, with where it stands."""
    for path in MODULES:
        yield path.relative_to(PROGRAMME).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted((PROGRAMME / "notebooks").glob("*.ipynb")):
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
            if cell["cell_type"] == "code":
                yield f"{path.name}, cell {number}", "".join(cell["source"])


def prose_of(code: str) -> list[str]:
    """Literal parts of f-strings with two words or more outside of markup tags."""
    tree = ast.parse(code)
    spared = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and getattr(getattr(node.exc, "func", None), "id", "") in _DEVELOPERS
        for inner in ast.walk(node)
    }
    return [
        part.value
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and node not in spared
        for part in node.values
        if isinstance(part, ast.Constant) and _is_prose(part.value)
    ]


def _is_prose(text: str) -> bool:
    tokens = (token.strip(string.punctuation) for token in _MARKUP.sub(" ", text).split())
    return sum(token.isalpha() and len(token) > 1 for token in tokens) > 1


def room_of(module: str) -> str:
    return module.split(".")[1] if module.count(".") else ""


def imports_of(code: str) -> set[str]:
    """Modules of ours that code imports, at its head or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole module"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found |= {name for name in names if name.split(".")[0] == "perantara"}
    return found


@pytest.mark.parametrize(
    ("code", "prose"),
    [
        ("f'Terdata {n} desa sasaran.'", [" desa sasaran."]),
        ("f'<div class=\"gap box\">{n}</div>'", []),
        ("f'{n} desa'", []),
        ("f'/{slug}/index.html'", []),
        ("raise ValueError(f'columns not known: {n}')", []),
        ("raise StageError(f'kolom tidak dikenal: {n}')", ["kolom tidak dikenal: "]),
        ("_('Terdata %(n)s desa sasaran.') % {'n': 1}", []),
    ],
)
def test_the_finder_of_prose_knows_prose_from_markup(code, prose):
    assert prose_of(code) == prose


def test_no_prose_stands_in_an_f_string():
    found = {place: prose for place, code in sources() if (prose := prose_of(code))}
    assert found == {}


def test_every_room_is_known():
    rooms = {
        path.stem for path in LIBRARY.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__"} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_a_room_imports_only_from_rooms_below(path: Path):
    room = path.relative_to(LIBRARY).parts[0].removesuffix(".py")
    if room == "__init__":
        return
    wrong = {
        module
        for module in imports_of(path.read_text(encoding="utf-8"))
        if (other := room_of(module)) in FLOORS and FLOORS[other] > FLOORS[room]
    }
    assert wrong == set()


@pytest.mark.parametrize("path", sorted((LIBRARY / "methods").glob("*.py")), ids=lambda path: path.name)
def test_methods_import_nothing_of_ours_but_errors_and_methods(path: Path):
    assert {room_of(module) for module in imports_of(path.read_text(encoding="utf-8"))} <= {
        "errors",
        "methods",
    }


def test_nothing_in_the_library_imports_a_notebook_or_a_test():
    for path in MODULES:
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) (notebooks|tests)\b", code, re.MULTILINE), path
