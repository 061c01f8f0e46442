"""Checks rows of text against their declaration and words each fault for a district analyst."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from perantara.errors import Fault, near_hint
from perantara.tables.codes import explain_code_fault
from perantara.tables.declaration import BASES, Field, TableDeclaration
from perantara.tables.reading import Dialect, RawTable
from perantara.tables.stated import DAY_WORDS, is_day
from perantara.text import _, format_number, lazy

MOST_DIGITS = 15  # a spreadsheet keeps no more


@dataclass(frozen=True)
class Setting:
    """What a table must agree with: the district it lies under and the codes that exist."""

    district_code: str = ""
    is_rekaan: bool = False
    region_names: Mapping[str, str] | None = None


def check_rows(
    raw: RawTable, declaration: TableDeclaration, dialect: Dialect, setting: Setting
) -> tuple[list[dict[str, str]], list[Fault]]:
    """Return the rows in canonical text (numbers with a decimal point), and every fault found.

    The cells of a ragged row may stand in the wrong columns; only its width is named.
    """
    faults: list[Fault] = []
    canonical: dict[int, dict[str, str]] = {}
    for line, cells in raw.rows:
        if len(cells) < len(raw.header) or any(cells[len(raw.header) :]):
            problem = _("baris ini berisi %(found)s sel, padahal judulnya %(expected)s kolom")
            faults.append(Fault(line, "", "", problem % {"found": len(cells), "expected": len(raw.header)}))
            continue
        found = dict(zip(raw.header, cells, strict=False))
        row = canonical[line] = {}
        for field in declaration.fields:
            text = found[field.name]
            row[field.name], problem = _canonical(text, field, dialect, setting)
            if problem:
                faults.append(Fault(line, field.name, text, problem))
        for column, (first, second) in declaration.require_when_different.items():
            if row[first] != row[second] and not row[column]:
                problem = _("wajib diisi karena %(first)s dan %(second)s berbeda")
                faults.append(Fault(line, column, "", problem % {"first": first, "second": second}))
    faults += _check_with_frictionless(canonical, declaration, {(f.row, f.column) for f in faults})
    faults += _check_key(canonical, declaration)
    return list(canonical.values()), faults


def _canonical(text: str, field: Field, dialect: Dialect, setting: Setting) -> tuple[str, str]:
    """Return the canonical text of a cell and, where it has one, its fault."""
    if text == "":
        return "", ""
    if field.type in ("integer", "number"):
        return _canonical_number(text, field, dialect, is_of_place=bool(setting.district_code))
    if field.type in _FORMS:
        text = text.lower()
        return text, "" if re.fullmatch(_FORMS[field.type], text) else str(_TYPE_WORDS[field.type])
    if field.type == "date":
        return text, "" if is_day(text) else str(DAY_WORDS)
    if field.code:
        return text, explain_code_fault(text, field.code) or _explain_region(text, field, setting)
    if field.name == "basis" and text == "rekaan" and not setting.is_rekaan:
        return text, _("data rekaan hanya boleh ada di daerah latihan, tidak di bawah nama daerah nyata")
    if field.name == "basis" and setting.is_rekaan and text in BASES[:-1]:
        return text, _('semua data daerah latihan rekaan; tulis "rekaan"')
    return text, ""


def _canonical_number(text: str, field: Field, dialect: Dialect, is_of_place: bool) -> tuple[str, str]:
    if not dialect.is_number(text):
        marks = _('"%(decimal)s" untuk desimal dan tanpa pemisah ribuan') % vars(dialect)
        if dialect.thousands:
            marks = _('"%(decimal)s" untuk desimal dan "%(thousands)s" untuk ribuan') % vars(dialect)
        return text, _("bukan bilangan yang sah; tulis angka saja, dengan %(marks)s") % {"marks": marks}
    if is_of_place and dialect == Dialect() and re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text):
        if field.access == "rahasia":  # its value is not to be quoted
            return text, _("meragukan: titiknya bisa berarti ribuan atau desimal; tulis tanpa titik")
        doubt = _(
            'meragukan: bisa berarti %(whole)s atau %(rest)s; tulis "%(whole)s", atau "%(text)s0" untuk desimal'
        )
        rest = text.rstrip("0").rstrip(".").replace(".", ",")
        return text, doubt % {"whole": text.replace(".", ""), "rest": rest, "text": text}
    number = dialect.canonical_number(text)
    if field.type == "integer" and "." in number:
        return text, str(_TYPE_WORDS["integer"])
    if len(number.partition(".")[0].lstrip("-")) > MOST_DIGITS:
        problem = _("lebih dari %(most)s angka; periksa apakah ini memang bilangan")
        return text, problem % {"most": MOST_DIGITS}
    return number, ""


def _explain_region(text: str, field: Field, setting: Setting) -> str:
    """Say why a well-formed region code does not belong here."""
    own = setting.district_code
    names = setting.region_names or {}
    if not field.code.startswith("kemendagri") or len(text) < 5:
        return ""
    district = text[:5]
    if own and district != own:
        other = f" ({names[district]})" if district in names else ""
        return _("kode daerah lain%(name)s; tabel ini milik %(own)s") % {"name": other, "own": own}
    if names and not own and district not in names:
        return _("kode kabupaten/kota %(code)s tidak ada dalam daftar wilayah") % {"code": district}
    return ""


def _check_with_frictionless(
    rows: Mapping[int, dict[str, str]], declaration: TableDeclaration, known: set[tuple[int, str]]
) -> list[Fault]:
    """Check types and constraints; cells with a fault already are not named twice."""
    from frictionless import Resource, Schema, validate

    names, lines = declaration.field_names, list(rows)
    data = [names, *([row[name] for name in names] for row in rows.values())]
    schema = Schema.from_descriptor(declaration.table_schema())
    report = validate(Resource(data=data, schema=schema), limit_errors=len(data) * len(names) + 1)
    faults = {}
    for error in report.tasks[0].errors:
        place = (lines[error.row_number - 2], error.field_name)  # its row 1 is the header
        if place not in known:
            faults.setdefault(place, Fault(*place, error.cell, _explain(error, declaration.field(place[1]))))
    return list(faults.values())


def _check_key(rows: Mapping[int, dict[str, str]], declaration: TableDeclaration) -> Iterable[Fault]:
    """Name rows that repeat a key; parts of a key may be empty (``frictionless`` refuses that)."""
    first_line: dict[tuple[str, ...], int] = {}
    for line, row in rows.items():
        key = tuple(row[name] for name in declaration.primary_key)
        if any(key) and first_line.setdefault(key, line) != line:
            problem = _("kunci ganda: sama dengan baris %(line)s") % {"line": first_line[key]}
            yield Fault(line, ", ".join(declaration.primary_key), " · ".join(key), problem)


def _explain(error: Any, field: Field) -> str:
    """Word one error of ``frictionless`` in Indonesian."""
    name = "unique" if error.type == "unique-error" else error.note.split('"')[1]
    limit = field.table_schema()["constraints"][name]
    is_amount = field.type in ("integer", "number") and not isinstance(limit, bool | list)
    words = format_number(limit) if is_amount else ", ".join(map(str, limit if name == "enum" else [limit]))
    problem = str(_CONSTRAINT_WORDS[name]) % {"limit": words}
    if name == "pattern" and field.example:
        return problem + _(', misalnya "%(example)s"') % vars(field)
    return problem + (near_hint(error.cell, map(str, limit)) if name == "enum" else "")


_FORMS = {"year": "[0-9]{4}", "boolean": "ya|tidak"}
_TYPE_WORDS = {
    "boolean": lazy('harus "ya" atau "tidak"'),
    "integer": lazy("harus bilangan bulat"),
    "year": lazy("harus tahun empat angka, misalnya 2026"),
}
_CONSTRAINT_WORDS = {
    "required": lazy("wajib diisi"),
    "unique": lazy("tidak boleh sama dengan baris lain"),
    "enum": lazy("harus salah satu dari: %(limit)s"),
    "minimum": lazy("tidak boleh kurang dari %(limit)s"),
    "maximum": lazy("tidak boleh lebih dari %(limit)s"),
    "pattern": lazy("tidak sesuai pola %(limit)s"),
}
