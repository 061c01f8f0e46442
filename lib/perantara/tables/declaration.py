"""Declarations of tables: Table Schema with our own keys beside the standard's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from perantara.errors import StageError, nearest
from perantara.tables.codes import CODE_KINDS
from perantara.text import _

BASES = ("resmi", "lapangan", "keterangan", "perkiraan", "rencana", "rekaan")
ACCESS_LEVELS = ("publik", "internal", "rahasia")
SCOPES = ("reference", "district", "initiative", "result")
TYPES = ("string", "integer", "number", "year", "date", "boolean")

_TABLE_KEYS = {
    "name", "title", "scope", "grain", "description", "access", "why", "holder", "max_age_days",
    "coverage", "fields", "fields_of", "primaryKey", "requireWhenDifferent",
}  # fmt: skip
_FIELD_KEYS = {
    "name", "type", "title", "description", "unit", "access", "code", "constraints", "example",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column of a declared table."""

    name: str
    type: str
    title: str
    description: str = ""
    unit: str = ""
    access: str = "publik"
    code: str = ""
    example: str = ""
    constraints: Mapping[str, Any] | None = None

    @property
    def is_required(self) -> bool:
        """Whether an empty cell is a fault."""
        return bool((self.constraints or {}).get("required"))

    def table_schema(self) -> dict[str, Any]:
        """Return the field as Table Schema knows it."""
        schema: dict[str, Any] = {"name": self.name, "type": self.type, "title": self.title}
        constraints = dict(self.constraints or {})
        if self.name == "basis":
            constraints["enum"] = list(BASES)
        if self.type == "boolean":
            schema |= {"trueValues": ["ya"], "falseValues": ["tidak"]}
        return schema | ({"constraints": constraints} if constraints else {})


@dataclass(frozen=True)
class TableDeclaration:
    """A table as declared once for checking, labels, source notes and the data dictionary."""

    name: str
    title: str
    scope: str
    fields: tuple[Field, ...]
    grain: str = ""
    access: str = "internal"
    why: str = ""
    holder: str = ""
    max_age_days: int | None = None
    coverage: Mapping[str, str] | None = None
    primary_key: tuple[str, ...] = ()
    require_when_different: Mapping[str, list[str]] | None = None

    def field(self, name: str) -> Field:
        """Return the field called ``name``."""
        return next(field for field in self.fields if field.name == name)

    @property
    def field_names(self) -> list[str]:
        """Names of the columns, in their order."""
        return [field.name for field in self.fields]

    @property
    def confidential_columns(self) -> list[str]:
        """Columns that never appear in a report."""
        return [field.name for field in self.fields if field.access == "rahasia"]

    def table_schema(self) -> dict[str, Any]:
        """Return the descriptor that ``frictionless`` checks with."""
        return {"fields": [field.table_schema() for field in self.fields], "missingValues": [""]}

    @cached_property
    def sha256(self) -> str:
        """Hash of the declaration's content, blind to its layout."""
        content = {**vars(self), "fields": [vars(field) for field in self.fields]}
        content.pop("sha256", None)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _refuse_unknown(keys: Mapping[str, Any], known: set[str], place: str) -> None:
    for key in set(keys) - known:
        raise StageError(
            _('%(place)s: kunci "%(key)s" tidak dikenal; mungkin "%(nearest)s"?')
            % {"place": place, "key": key, "nearest": nearest(key, known) or sorted(known)[0]}
        )


def _field(descriptor: Mapping[str, Any], place: str) -> Field:
    _refuse_unknown(descriptor, _FIELD_KEYS, place)
    field = Field(**descriptor)
    for value, allowed in (
        (field.type, TYPES),
        (field.access, ACCESS_LEVELS),
        (field.code, ("", *CODE_KINDS)),
    ):
        if value not in allowed:
            raise StageError(
                _('%(place)s, kolom %(name)s: "%(value)s" tidak dikenal; pilihan: %(allowed)s')
                % {"place": place, "name": field.name, "value": value, "allowed": ", ".join(allowed)}
            )
    return field


def _read_yaml(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def load_declarations(folders: list[Path]) -> dict[str, TableDeclaration]:
    """Read every declaration of ``folders``; an earlier folder's declaration wins.

    Raises
    ------
    StageError
        If a declaration has an unknown key, type, access level, scope or kind of code.
    """
    paths = {path.stem: path for folder in reversed(folders) for path in folder.glob("*.yml")}
    raw = {name: _read_yaml(path) for name, path in sorted(paths.items())}
    return {name: _declaration(name, raw) for name in raw}


def _declaration(name: str, raw: Mapping[str, dict[str, Any]]) -> TableDeclaration:
    place = f"tables/{name}.yml"
    content = raw[name]
    _refuse_unknown(content, _TABLE_KEYS, place)
    model = raw[content["fields_of"]] if "fields_of" in content else content
    if content["scope"] not in SCOPES or content.get("access", "internal") not in ACCESS_LEVELS:
        raise StageError(
            _("%(place)s: scope harus salah satu dari %(scopes)s dan access dari %(levels)s")
            % {"place": place, "scopes": ", ".join(SCOPES), "levels": ", ".join(ACCESS_LEVELS)}
        )
    return TableDeclaration(
        name=name,
        title=content["title"],
        scope=content["scope"],
        fields=tuple(_field(descriptor, place) for descriptor in model["fields"]),
        grain=content.get("grain", ""),
        access=content.get("access", "internal"),
        why=content.get("why", ""),
        holder=content.get("holder", ""),
        max_age_days=content.get("max_age_days"),
        coverage=content.get("coverage"),
        primary_key=tuple(model.get("primaryKey", ())),
        require_when_different=content.get("requireWhenDifferent"),
    )
