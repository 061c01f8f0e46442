"""Declarations of stages: what a notebook asks, reads, writes, and takes as parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perantara.errors import StageError, nearest
from perantara.tables.places import Roots
from perantara.tables.stated import check_shape, read_yaml
from perantara.text import _

READ_SCOPES = ("reference", "district", "initiative", "stages", "last_cycle")
SCOPES = ("initiative", "region")
PARAMETER_TYPES = ("number", "integer", "text", "boolean", "date", "cycle")
SETTERS = ("panduan", "peraturan", "ketetapan daerah", "usulan perantara")
PLACE_PARAMETERS = {
    "district": {"type": "text", "title": "Daerah"},
    "initiative": {"type": "text", "title": "Inisiatif"},
    "cycle": {"type": "cycle", "title": "Siklus"},
    "as_of": {"type": "date", "title": "Tanggal acuan"},
}
_SHAPE = {
    "title": str, "question": str, "guide": str, "scope": str, "covers": list, "reads": dict,
    "needs": dict, "writes": list, "parameters": dict,
    "cell_limit_seconds": int, "notebook_limit_seconds": int,
}  # fmt: skip
_PARAMETER_SHAPE = {
    "type": str, "unit": str, "minimum": object, "maximum": object, "title": str, "set_by": str,
    "default": object,
}  # fmt: skip


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
    cell_limit_seconds: int = 300
    notebook_limit_seconds: int = 900

    @property
    def notebook(self) -> Path:
        """The notebook beside the declaration."""
        return self.path.with_suffix(".ipynb")

    @property
    def tables(self) -> list[str]:
        """Every table read, of the reference, the district and the initiative."""
        return [t for scope in READ_SCOPES[:3] for t in self.reads.get(scope, [])]

    @property
    def upstream(self) -> list[str]:
        """Stages of the same cycle that this one reads."""
        return list(self.reads.get("stages", []))

    @property
    def sha256(self) -> str:
        """Hash of the declaration's file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def load_stages(roots: Roots) -> dict[str, StageDeclaration]:
    """Read every stage in reading order; a workspace's notebook comes before the shipped one."""
    paths = {p.stem: p for folder in reversed(roots.notebooks) for p in folder.glob("[0-9][0-9]_*.yml")}
    stages = {name: _load(name, path) for name, path in sorted(paths.items())}
    for stage in stages.values():
        for other in [*stage.upstream, *stage.reads.get("last_cycle", [])]:
            if other not in stages:
                raise _fault(stage.path, _("tahap %(other)s tidak ada") % {"other": other})
    return stages


def load_stage(roots: Roots, name: str) -> StageDeclaration:
    """Read one stage; an unknown name is answered with the nearest."""
    stages = load_stages(roots)
    if name not in stages:
        raise StageError(
            _('Tahap "%(name)s" tidak dikenal; mungkin "%(near)s"?')
            % {"name": name, "near": nearest(name, stages) or ", ".join(stages)}
        )
    return stages[name]


def _fault(path: Path, problem: str) -> StageError:
    return StageError(f"notebooks/{path.name}: {problem}")


def _load(name: str, path: Path) -> StageDeclaration:
    shown = f"notebooks/{path.name}"
    content = read_yaml(path, shown, StageError)
    check_shape(content, _SHAPE, {"title"}, shown, StageError)
    content = {key: value for key, value in content.items() if value is not None}
    content |= {key: tuple(content.get(key, ())) for key in ("covers", "writes")}
    stage = StageDeclaration(name=name, path=path, **content)
    check_shape(stage.reads, dict.fromkeys(READ_SCOPES, list), set(), f"{shown}, reads", StageError)
    if stage.scope not in SCOPES:
        raise _fault(path, _("scope salah satu dari %(scopes)s") % {"scopes": ", ".join(SCOPES)})
    for other in set(stage.upstream) & set(stage.reads.get("last_cycle", [])):
        raise _fault(path, _("tahap %(other)s tidak boleh dibaca dari dua siklus") % {"other": other})
    for table in set(stage.needs) - set(stage.tables):
        raise _fault(path, _("needs.%(table)s tidak tercantum di bawah reads") % {"table": table})
    for parameter, form in stage.parameters.items():
        _check_parameter(path, parameter, form)
    return stage


def _check_parameter(path: Path, name: str, form: Mapping[str, Any]) -> None:
    where = {"name": name}
    if name in PLACE_PARAMETERS:
        raise _fault(path, _("parameter %(name)s sudah ada di setiap buku") % where)
    shown = _("notebooks/%(file)s, parameter %(name)s") % {"file": path.name, **where}
    check_shape(form, _PARAMETER_SHAPE, {"type", "set_by"}, shown, StageError)
    if form["type"] not in PARAMETER_TYPES or form["set_by"] not in SETTERS:
        raise _fault(
            path,
            _("parameter %(name)s: type salah satu dari %(types)s, set_by salah satu dari %(setters)s")
            % {**where, "types": ", ".join(PARAMETER_TYPES), "setters": ", ".join(SETTERS)},
        )
    if {"minimum", "maximum"} & set(form) and form["type"] not in ("number", "integer"):
        raise _fault(path, _("parameter %(name)s: hanya bilangan yang punya minimum atau maximum") % where)
