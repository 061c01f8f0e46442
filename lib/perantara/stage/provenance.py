"""What an output rests on, as hashes: the cache, the audit trail, and why a number changed."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from perantara.stage.decisions import decisions_on
from perantara.stage.declaration import StageDeclaration, read_cells
from perantara.stage.results import read_findings, result_folder
from perantara.stage.scenarios import SCENARIO
from perantara.tables.places import PROGRAMME, Place
from perantara.tables.store import TableReading, TableStore, files_sha256
from perantara.text.messages import CATALOGUES

PACKAGES = ("pandas", "numpy", "matplotlib", "frictionless", "babel", "ipykernel", "papermill")
# what the record holds by itself: values in "parameters", files by their clean rows, cycles by findings
_HELD_ELSEWHERE = {"parameters", "files", "cycles"}


def loaded_modules() -> list[str]:
    """Names of the modules of ``perantara`` that this process really loaded."""
    return sorted(n for n, m in sys.modules.items() if n.split(".")[0] == "perantara" and m.__file__)


def sha256_of(content: Any) -> str:
    """Hash JSON-like content, blind to the order of keys, floats at 12 significant digits."""
    text = json.dumps(_rounded(content), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _rounded(content: Any) -> Any:
    if isinstance(content, float):
        return float(f"{content:.12g}")
    if isinstance(content, Mapping):
        return {key: _rounded(value) for key, value in content.items()}
    return [_rounded(v) for v in content] if isinstance(content, list | tuple) else content


def notebook_sha256(path: Path) -> str:
    """Hash the cells of a notebook: type, tags and source, blind to outputs and counts."""
    cells = read_cells(path)
    return sha256_of([[c["cell_type"], c["metadata"].get("tags", []), "".join(c["source"])] for c in cells])


@cache
def packages() -> dict[str, str]:
    """Return the versions that a result rests on."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def _module_sha256(module: str) -> str:
    """Hash a module with the data files beside it (a schema, a style)."""
    base = PROGRAMME / "lib" / Path(*module.split("."))
    path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    resources = (p for p in path.parent.glob("*") if p.suffix in (".json", ".mplstyle"))
    return files_sha256(path, *sorted(resources)) if path.exists() else ""


def record(
    store: TableStore, place: Place, stage: StageDeclaration, parameters: Mapping[str, Any],
    modules: Iterable[str], language: str,
) -> dict[str, Any]:  # fmt: skip
    """Return the provenance of a run of ``stage`` at ``place``, as it would be now.

    ``modules`` are those that the kernel loaded itself, or that the earlier run loaded which the runner
    compares with.
    """
    content = {
        "notebook": notebook_sha256(stage.notebook),
        "declaration": stage.sha256,
        "code": {module: _module_sha256(module) for module in sorted(modules)},
        "lock": files_sha256(PROGRAMME / "requirements.txt"),
        "packages": packages(),
        "parameters": dict(parameters),
        "tables": {table: read_for(store, table, place, stage).sha256 for table in stage.tables}
        | {
            f"{cycle}/{table}": reading.sha256
            for table in stage.reads.get("earlier_cycles", [])
            for cycle, reading in read_earlier(store, table, place, stage).items()
        },
        "decisions": decisions_on(store, place, stage.name).sha256,
        "place": {
            name: sha256_of({k: v for k, v in part.content.items() if k not in _HELD_ELSEWHERE})
            for name, part in (("district", place.district), ("initiative", place.initiative))
        },
        "findings": _findings_hashes(store, place, stage, language),
        "language": {language: files_sha256(CATALOGUES / language / "LC_MESSAGES" / "perantara.po")},
    }
    return {"sha256": sha256_of(content), **content}


def read_for(store: TableStore, table: str, place: Place, stage: StageDeclaration) -> TableReading:
    """Read a table as ``stage`` sees it at ``place``: the rows of the cycle, of its own scenarios.

    A cycle closed with an ``as_of`` is not told of what became known later.
    """
    if table in stage.reads.get("reference", []):
        return store.read(table)
    reading = store.read(table, place).for_cycle(place.cycle).known_by(place.as_of if place.is_closed else "")
    return reading.keep("stage", stage.name) if table == SCENARIO else reading


def read_earlier(
    store: TableStore, table: str, place: Place, stage: StageDeclaration
) -> dict[str, TableReading]:
    """Read a table as ``stage`` saw it in each cycle before that of ``place``, oldest first."""
    cycles = (cycle for cycle in place.initiative.cycles if cycle < place.cycle)
    return {cycle: read_for(store, table, replace(place, cycle=cycle), stage) for cycle in cycles}


def _findings_hashes(
    store: TableStore, place: Place, stage: StageDeclaration, language: str
) -> dict[str, str]:
    """Hash the findings that ``stage`` reads and the decisions on them; "" where there are none."""
    hashes = {}
    for scope, cycle in (("stages", place.cycle), ("last_cycle", place.previous_cycle)):
        for name in stage.reads.get(scope, []):
            folder = result_folder(store.roots, place, name, language, cycle=cycle)
            found = read_findings(folder) if cycle else None
            decided = decisions_on(store, replace(place, cycle=cycle), name).sha256 if found else ""
            hashes[f"{scope}/{name}"] = sha256_of([content_sha256(found), decided]) if found else ""
    return hashes


def content_sha256(findings: Mapping[str, Any]) -> str:
    """Hash what findings say, without when and from what they were made."""
    return sha256_of({k: v for k, v in findings.items() if k not in ("provenance", "as_of")})
