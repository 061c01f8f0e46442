"""Declarations of tables: Table Schema with our own keys beside the standard's."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from perantara.errors import StageError, unknown
from perantara.tables.stated import check_shape, read_yaml
from perantara.text import _, terms_of

BASES = ("resmi", "lapangan", "keterangan", "perkiraan", "rencana", "rekaan")
ACCESS_LEVELS = ("publik", "internal", "rahasia")
PEOPLE_UNITS = ("orang", "rumah tangga", "UMK", "usaha", "pelaku", "suara")  # few of these are not told


@dataclass(frozen=True)
class Field:
    """One column of a declared table; ``formula`` and ``is_summed`` say how a workbook computes it."""

    name: str
    type: str
    title: str
    description: str = ""
    unit: str = ""
    access: str = "publik"
    code: str = ""
    example: str = ""
    formula: str = ""
    is_summed: bool = False
    constraints: Mapping[str, Any] = field(default_factory=dict)

    counts_people = property(
        lambda self: self.type == "integer" and self.unit in PEOPLE_UNITS,
        doc="Whether the column counts persons, households or enterprises, by its unit.",
    )

    def table_schema(self) -> dict[str, Any]:
        """Return the field as Table Schema knows it."""
        schema: dict[str, Any] = {"name": self.name, "type": self.type, "title": self.title}
        constraints = dict(self.constraints)
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
    max_age_years: int | None = None  # of the newest period of an indicator
    coverage: Mapping[str, str] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    require_when_different: Mapping[str, list[str]] = field(default_factory=dict)
    is_optional: bool = False

    def field(self, name: str) -> Field:
        """Return the field called ``name``."""
        return next(field for field in self.fields if field.name == name)

    field_names = property(lambda self: [f.name for f in self.fields], doc="Names of the columns in order.")
    is_summed = property(
        lambda self: any(f.is_summed for f in self.fields), doc="Whether columns are added up."
    )
    confidential_columns = property(
        lambda self: [field.name for field in self.fields if field.access == "rahasia"],
        doc="Columns that never appear in a report.",
    )

    def table_schema(self) -> dict[str, Any]:
        """Return the descriptor that ``frictionless`` checks with."""
        return {"fields": [field.table_schema() for field in self.fields], "missingValues": [""]}

    @cached_property
    def sha256(self) -> str:
        """Hash of the declaration's content, blind to its layout."""
        content = {**vars(self), "fields": [vars(field) for field in self.fields]}
        content.pop("sha256", None)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def load_declarations(folders: list[Path]) -> dict[str, TableDeclaration]:
    """Read every declaration of ``folders``, an earlier folder before a later; StageError at a wrong one."""
    paths = {path.stem: path for folder in reversed(folders) for path in folder.glob("*.yml")}
    raw = {}
    for name, path in sorted(paths.items()):
        place = f"tables/{path.name}"
        raw[name] = read_yaml(path, place, StageError)
        check_shape(raw[name], "table", place, StageError)
    return {name: _declaration(name, raw) for name in raw}


def _declaration(name: str, raw: Mapping[str, dict[str, Any]]) -> TableDeclaration:
    place = f"tables/{name}.yml"
    content = raw[name]
    model = raw.get(content.get("fields_of") or name, {})
    if "fields" not in model:
        raise StageError(_("%(place)s: fields atau fields_of belum diisi dengan benar") % {"place": place})
    stated = content | {
        "fields": tuple(Field(**descriptor) for descriptor in model["fields"]),
        "primary_key": tuple(model.get("primaryKey", ())),
        "require_when_different": content.get("requireWhenDifferent", {}),
    }
    known = {attribute.name for attribute in fields(TableDeclaration)}
    declaration = TableDeclaration(**{key: value for key, value in stated.items() if key in known})
    _refuse_other(place, "name", content["name"], [name])
    compared = declaration.require_when_different
    covered = [declaration.coverage["by"]] if declaration.coverage else []
    aged = ["indicator", "period"] if declaration.max_age_years else []
    for column in [*declaration.primary_key, *compared, *chain(*compared.values()), *covered, *aged]:
        _refuse_other(place, _("kolom"), column, declaration.field_names)
    for term in re.findall(r"%\((\w*)\)s", declaration.coverage.get("noun", "")):
        _refuse_other(place, _("istilah"), term, list(terms_of("kabupaten", {})))
    return declaration


def _refuse_other(place: str, key: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise StageError(f"{place}: {unknown(key, value, allowed)}")
