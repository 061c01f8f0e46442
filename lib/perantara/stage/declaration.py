"""Declarations of stages: what a notebook asks, reads, writes, and takes as parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perantara.errors import StageError, unknown
from perantara.tables.places import Roots
from perantara.tables.stated import check_shape, read_yaml
from perantara.tables.store import files_sha256
from perantara.text import _

SCHEMA = Path(__file__).with_name("declaration.schema.json")
TABLE_SCOPES = ("reference", "district", "initiative")
SETTERS = ("panduan", "peraturan", "ketetapan daerah", "usulan perantara")
TRIAL = "uji coba"  # who set a threshold that somebody changed for one run
PLACE_PARAMETERS = {
    "district": {"type": "text", "title": "Daerah"},
    "initiative": {"type": "text", "title": "Inisiatif"},
    "cycle": {"type": "cycle", "title": "Siklus"},
    "as_of": {"type": "date", "title": "Tanggal acuan"},
}


@dataclass(frozen=True)
class StageDeclaration:
    """A stage as its two files state it: the notebook and the declaration beside it."""

    name: str
    path: Path
    title: str
    question: str = ""
    guide: str = ""
    scope: str = "initiative"
    covers: tuple[str, ...] = ()
    reads: Mapping[str, list[str]] = field(default_factory=dict)
    needs: Mapping[str, list[str]] = field(default_factory=dict)
    writes: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    criteria: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cell_limit_seconds: int = 300
    notebook_limit_seconds: int = 900

    notebook = property(
        lambda self: self.path.with_suffix(".ipynb"), doc="The notebook beside the declaration."
    )
    tables = property(
        lambda self: [table for scope in TABLE_SCOPES for table in self.reads.get(scope, [])],
        doc="Every table read, of the reference, the district and the initiative.",
    )
    upstream = property(
        lambda self: self.reads.get("stages", []), doc="Stages of the same cycle that are read."
    )
    previous = property(
        lambda self: self.reads.get("last_cycle", []), doc="Stages of the last cycle that are read."
    )
    sha256 = property(lambda self: files_sha256(self.path), doc="Hash of the file of the declaration.")


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook as they are stored."""
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def load_stages(roots: Roots) -> dict[str, StageDeclaration]:
    """Read every stage in reading order; a workspace's notebook comes before the shipped one."""
    paths = {p.stem: p for folder in reversed(roots.notebooks) for p in folder.glob("[0-9][0-9]_*.yml")}
    stages = {name: _load(name, path) for name, path in sorted(paths.items())}
    for stage in stages.values():
        for other in [*stage.upstream, *stage.previous]:
            if other not in stages:
                raise _fault(stage.path, _("tahap %(other)s tidak ada"), other=other)
    return stages


def load_stage(roots: Roots, name: str) -> StageDeclaration:
    """Read one stage; an unknown name is answered with the nearest."""
    stages = load_stages(roots)
    if name not in stages:
        raise StageError(unknown(_("Tahap"), name, stages))
    return stages[name]


def _fault(path: Path, problem: str, **words: str) -> StageError:
    return StageError(f"notebooks/{path.name}: {problem % words}")


def _load(name: str, path: Path) -> StageDeclaration:
    shown = f"notebooks/{path.name}"
    content = read_yaml(path, shown, StageError)
    check_shape(content, "stage", shown, StageError, SCHEMA)
    names = {key: tuple(content.get(key, ())) for key in ("covers", "writes")}
    stage = StageDeclaration(name=name, path=path, **content | names)
    for other in set(stage.upstream) & set(stage.previous):
        raise _fault(path, _("tahap %(other)s tidak boleh dibaca dari dua siklus"), other=other)
    for table in set(stage.needs) - set(stage.tables):
        raise _fault(path, _("needs.%(table)s tidak tercantum di bawah reads"), table=table)
    for parameter, form in stage.parameters.items():
        if parameter in PLACE_PARAMETERS:
            raise _fault(path, _("parameter %(name)s sudah ada di setiap buku"), name=parameter)
        if {"minimum", "maximum"} & set(form) and form["type"] not in ("number", "integer"):
            problem = _("parameter %(name)s: hanya bilangan yang punya minimum atau maximum")
            raise _fault(path, problem, name=parameter)
        if "allowed" in form and form["type"] != "text":
            raise _fault(path, _("parameter %(name)s: hanya teks yang punya allowed"), name=parameter)
    _check_criteria(stage)
    return stage


def _check_criteria(stage: StageDeclaration) -> None:
    """Refuse a criterion on a table that is not read, or on a threshold that nothing states."""
    for name, form in stage.criteria.items():
        threshold = form["threshold"]
        if "scenario" in form["tables"]:
            problem = _("criteria.%(name)s: skenario tidak boleh menjadi bukti penilaian")
            raise _fault(stage.path, problem, name=name)
        for table in set(form["tables"]) - {*stage.tables}:
            problem = _("criteria.%(name)s: tabel %(table)s tidak tercantum di bawah reads")
            raise _fault(stage.path, problem, name=name, table=table)
        if isinstance(threshold, str) and threshold not in stage.parameters:
            problem = _("criteria.%(name)s: parameter %(threshold)s tidak ada")
            raise _fault(stage.path, problem, name=name, threshold=threshold)
        if not isinstance(threshold, str) and "set_by" not in form:
            raise _fault(
                stage.path, _("criteria.%(name)s: ambang yang tetap harus menyebut set_by"), name=name
            )
