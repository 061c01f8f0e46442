"""Declarations of stages: what a notebook asks, reads, writes, and takes as parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from perantara.errors import StageError, nearest
from perantara.tables.places import PROGRAMME, Roots
from perantara.text import _

READ_SCOPES = ("reference", "district", "initiative", "stages", "last_cycle")
PARAMETER_TYPES = ("number", "integer", "text", "boolean", "date", "cycle")
SETTERS = ("panduan", "peraturan", "ketetapan daerah", "usulan perantara")
PLACE_PARAMETERS = {
    "district": {"type": "text", "title": "Daerah"},
    "initiative": {"type": "text", "title": "Inisiatif"},
    "cycle": {"type": "cycle", "title": "Siklus"},
    "as_of": {"type": "date", "title": "Tanggal acuan"},
}
_KEYS = {
    "title", "question", "guide", "scope", "covers", "reads", "needs", "writes", "parameters",
    "cell_limit_seconds", "notebook_limit_seconds",
}  # fmt: skip
_PARAMETER_KEYS = {"type", "unit", "minimum", "maximum", "choices", "title", "set_by"}


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

    @property
    def is_modified(self) -> bool:
        """Whether a workspace's own notebook stands in for the shipped one."""
        return not self.path.is_relative_to(PROGRAMME / "notebooks")


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
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in set(content) - _KEYS:
        raise _fault(path, _('kunci "%(key)s" tidak dikenal') % {"key": key})
    for scope in set(content.get("reads") or {}) - set(READ_SCOPES):
        raise _fault(path, _("reads.%(scope)s tidak dikenal") % {"scope": scope})
    for parameter, stated in (content.get("parameters") or {}).items():
        _check_parameter(path, parameter, stated)
    content["covers"] = tuple(content.get("covers") or ())
    content["writes"] = tuple(content.get("writes") or ())
    return StageDeclaration(name=name, path=path, **content)


def _check_parameter(path: Path, name: str, stated: Mapping[str, Any]) -> None:
    where = {"name": name}
    if name in PLACE_PARAMETERS:
        raise _fault(path, _("parameter %(name)s sudah ada di setiap buku") % where)
    for key in set(stated) - _PARAMETER_KEYS:
        raise _fault(path, _('parameter %(name)s: kunci "%(key)s" tidak dikenal') % {**where, "key": key})
    if stated.get("type") not in PARAMETER_TYPES or stated.get("set_by") not in SETTERS:
        raise _fault(
            path,
            _("parameter %(name)s: type salah satu dari %(types)s, set_by salah satu dari %(setters)s")
            % {**where, "types": ", ".join(PARAMETER_TYPES), "setters": ", ".join(SETTERS)},
        )
