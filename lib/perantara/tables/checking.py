"""Checks rows of text against their declaration and words each fault for a district analyst."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from perantara.errors import Fault, nearest
from perantara.tables.codes import explain_code_fault
from perantara.tables.declaration import BASES, Field, TableDeclaration
from perantara.tables.reading import Dialect, RawTable
from perantara.text import _, format_number


@dataclass(frozen=True)
class Setting:
    """What a table must agree with: the district it lies under and the codes that exist."""

    district_code: str = ""
    is_rekaan: bool = False
    region_names: Mapping[str, str] | None = None


def check_rows(
    raw: RawTable, declaration: TableDeclaration, dialect: Dialect, setting: Setting
) -> tuple[list[dict[str, str]], list[Fault]]:
    """Return the rows in canonical text, in declared order, and every fault found.

    Numbers leave with a decimal point, so that ``frictionless`` reads them as they were meant.
    """
    faults: list[Fault] = []
    canonical: list[dict[str, str]] = []
    for line, cells in raw.rows:
        faults += _check_width(line, cells, raw.header)
        found = dict(zip(raw.header, cells, strict=False))
        row = {}
        for field in declaration.fields:
            text = found.get(field.name, "")
            row[field.name], problem = _canonical(text, field, dialect, setting)
            if problem:
                faults.append(Fault(line, field.name, text, problem))
        faults += _check_reason(line, row, declaration)
        canonical.append(row)
    lines = [line for line, _cells in raw.rows]
    faults += _check_with_frictionless(canonical, lines, declaration, {(f.row, f.column) for f in faults})
    return canonical, faults


def _check_width(line: int, cells: list[str], header: list[str]) -> Iterable[Fault]:
    if (len(cells) != len(header) and any(cells[len(header) :])) or len(cells) < len(header):
        yield Fault(
            line,
            "",
            "",
            _("baris ini berisi %(found)s sel, padahal judulnya %(expected)s kolom")
            % {"found": len(cells), "expected": len(header)},
        )


def _canonical(text: str, field: Field, dialect: Dialect, setting: Setting) -> tuple[str, str]:
    """Return the canonical text of a cell and, where it has one, its fault."""
    if text == "":
        return "", ""
    if field.type in ("integer", "number", "year"):
        return _canonical_number(text, field, dialect)
    if field.code:
        return text, explain_code_fault(text, field.code) or _explain_region(text, field, setting)
    if field.type == "boolean":
        return text.lower(), "" if text.lower() in ("ya", "tidak") else _('harus "ya" atau "tidak"')
    if field.name == "basis":
        return text, _explain_basis(text, setting)
    return text, ""


def _canonical_number(text: str, field: Field, dialect: Dialect) -> tuple[str, str]:
    if field.type == "year":
        form = _("harus tahun empat angka, misalnya 2026")
        return text, "" if re.fullmatch(r"\d{4}", text) else form
    if not dialect.number_pattern().fullmatch(text):
        return text, _("bukan bilangan yang sah; tulis angka saja, dengan %(marks)s") % {
            "marks": _describe_marks(dialect)
        }
    number = dialect.canonical_number(text)
    if field.type == "integer" and "." in number:
        return text, _("harus bilangan bulat")
    return number, ""


def _describe_marks(dialect: Dialect) -> str:
    if dialect.thousands:
        return _('"%(decimal)s" untuk desimal dan "%(thousands)s" untuk ribuan') % vars(dialect)
    return _('"%(decimal)s" untuk desimal dan tanpa pemisah ribuan') % vars(dialect)


def _explain_region(text: str, field: Field, setting: Setting) -> str:
    """Say why a well-formed region code does not belong here."""
    own = setting.district_code
    names = setting.region_names or {}
    if not field.code.startswith("kemendagri") or len(text) < 5:
        return ""
    district = text[:5]
    if own and district != own:
        other = names.get(district)
        return _("kode daerah lain%(name)s; tabel ini milik %(own)s") % {
            "name": f" ({other})" if other else "",
            "own": own,
        }
    if names and not own and district not in names:
        return _("kode kabupaten/kota %(code)s tidak ada dalam daftar wilayah") % {"code": district}
    return ""


def _explain_basis(text: str, setting: Setting) -> str:
    if text not in BASES:
        near = nearest(text, BASES)
        hint = _('; mungkin maksudnya "%(near)s"') % {"near": near} if near else ""
        return _("dasar angka harus salah satu dari: %(bases)s") % {"bases": ", ".join(BASES)} + hint
    if text == "rekaan" and not setting.is_rekaan:
        return _("data rekaan hanya boleh ada di daerah latihan, tidak di bawah nama daerah nyata")
    return ""


def _check_reason(line: int, row: dict[str, str], declaration: TableDeclaration) -> Iterable[Fault]:
    for column, (first, second) in (declaration.require_when_different or {}).items():
        if row[first] != row[second] and not row[column]:
            problem = _("wajib diisi karena %(first)s dan %(second)s berbeda") % {
                "first": first,
                "second": second,
            }
            yield Fault(line, column, "", problem)


def _check_with_frictionless(
    rows: list[dict[str, str]], lines: list[int], declaration: TableDeclaration, known: set[tuple[int, str]]
) -> list[Fault]:
    """Check types, constraints and the key; cells with a fault already are not named twice."""
    from frictionless import Resource, Schema, validate

    names = declaration.field_names
    data = [names, *([row[name] for name in names] for row in rows)]
    schema = Schema.from_descriptor(declaration.table_schema())
    report = validate(Resource(data=data, schema=schema), limit_errors=len(data) * len(names) + 1)
    faults = []
    for error in report.tasks[0].errors:
        line = lines[error.row_number - 2]  # its row 1 is the header
        column = error.field_name
        if (line, column) not in known:
            faults.append(Fault(line, column, error.cell, _explain(error, declaration)))
            known.add((line, column))
    return faults + _check_key(rows, lines, declaration)


def _check_key(
    rows: list[dict[str, str]], lines: list[int], declaration: TableDeclaration
) -> Iterable[Fault]:
    """Name rows that repeat a key; parts of a key may be empty (``frictionless`` refuses that)."""
    first_line: dict[tuple[str, ...], int] = {}
    faults = []
    for line, row in zip(lines, rows, strict=True):
        key = tuple(row[name] for name in declaration.primary_key)
        if key and first_line.setdefault(key, line) != line:
            problem = _("kunci ganda: sama dengan baris %(line)s") % {"line": first_line[key]}
            columns = ", ".join(declaration.primary_key)
            faults.append(Fault(line, columns, " · ".join(key), problem))
    return faults


def _explain(error: Any, declaration: TableDeclaration) -> str:
    """Word one error of ``frictionless`` in Indonesian."""
    field = declaration.field(error.field_name)
    constraints = field.constraints or {}
    if error.type == "type-error":
        return _TYPE_WORDS.get(field.type, _TYPE_WORDS["string"])()
    name = error.note.split('"')[1]
    limit = constraints.get(name)
    if name == "required":
        return _("wajib diisi")
    if name == "enum":
        near = nearest(error.cell, map(str, limit))
        hint = _('; mungkin maksudnya "%(near)s"') % {"near": near} if near else ""
        return _("harus salah satu dari: %(allowed)s") % {"allowed": ", ".join(limit)} + hint
    if name == "minimum":
        return _("tidak boleh kurang dari %(limit)s") % {"limit": _limit(limit)}
    if name == "maximum":
        return _("tidak boleh lebih dari %(limit)s") % {"limit": _limit(limit)}
    if name == "unique":
        return _("tidak boleh sama dengan baris lain")
    return _("tidak sesuai pola %(pattern)s%(example)s") % {
        "pattern": limit,
        "example": _(', misalnya "%(example)s"') % vars(field) if field.example else "",
    }


def _limit(limit: Any) -> str:
    return format_number(limit) if isinstance(limit, int | float) else str(limit)


_TYPE_WORDS = {
    "date": lambda: _("harus tanggal yang ada, ditulis tahun-bulan-hari, misalnya 2026-08-14"),
    "boolean": lambda: _('harus "ya" atau "tidak"'),
    "integer": lambda: _("harus bilangan bulat"),
    "number": lambda: _("harus bilangan"),
    "year": lambda: _("harus tahun empat angka, misalnya 2026"),
    "string": lambda: _("harus teks"),
}
