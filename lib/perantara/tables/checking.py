"""Checks rows of text against their declaration and words each fault for a district analyst."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perantara.errors import FaultKind, Faults, near_hint
from perantara.tables.codes import explain_code_fault
from perantara.tables.declaration import BASES, Field, TableDeclaration
from perantara.tables.reading import Dialect, RawTable
from perantara.tables.stated import DAY_WORDS, is_day
from perantara.text import _, format_number, lazy

if TYPE_CHECKING:
    import numpy as np

MOST_DIGITS = 15  # a spreadsheet keeps no more


@dataclass(frozen=True)
class Setting:
    """What a table must agree with: the district it lies under and the codes that exist."""

    district_code: str = ""
    is_rekaan: bool = False
    region_names: Mapping[str, str] | None = None


def check_rows(
    raw: RawTable, declaration: TableDeclaration, dialect: Dialect, setting: Setting
) -> tuple[list[dict[str, str]], Faults]:
    """Return the rows in canonical text (numbers with a decimal point), none where there is a fault.

    Each distinct text of a column is checked once; faults are kept as rows and worded when asked for. The
    cells of a ragged row may stand in the wrong columns; only its width is named.
    """
    import numpy as np
    from frictionless import Schema

    width = len(raw.header)
    ragged = [row for row in raw.rows if len(row[1]) < width or any(row[1][width:])]
    strange = {line for line, _cells in ragged}
    whole = [row for row in raw.rows if row[0] not in strange] if ragged else raw.rows
    lines = np.array([line for line, _cells in whole], dtype=int)
    written = dict(zip(raw.header, zip(*(cells for _line, cells in whole), strict=False), strict=False))
    readers = [f.create_cell_reader() for f in Schema.from_descriptor(declaration.table_schema()).fields]
    columns = {
        field.name: _Column(field, read, written.get(field.name, ()), dialect, setting)
        for field, read in zip(declaration.fields, readers, strict=True)
    }
    uneven = _("baris ini berisi %(found)s sel, padahal judulnya %(expected)s kolom")
    widths = [{"found": len(cells), "expected": width} for _line, cells in ragged]
    kinds = [FaultKind("", [line for line, _cells in ragged], lambda n: ("", uneven % widths[n]))]
    for name, (first, second) in declaration.require_when_different.items():
        column = columns[name]
        lacking = (columns[first].texts != columns[second].texts) & (column.texts == "")
        column.is_wrong &= ~lacking
        problem = _("wajib diisi karena %(first)s dan %(second)s berbeda") % {
            "first": first,
            "second": second,
        }
        kinds.append(FaultKind(name, lines[lacking], lambda _n, problem=problem: ("", problem)))
    for name, column in columns.items():
        wrong = np.flatnonzero(column.is_wrong)
        kinds.append(FaultKind(name, lines[wrong], lambda n, c=column, w=wrong: c.explain(w[n])))
    kinds.append(_repeated_keys(lines, columns, declaration.primary_key))
    if faults := Faults(kinds):
        return [], faults
    names, texts = list(columns), (column.texts for column in columns.values())
    return [dict(zip(names, row, strict=True)) for row in zip(*texts, strict=True)], faults


class _Column:
    """The cells of one column: canonical texts, and which are wrong."""

    def __init__(self, field: Field, read: Callable[[str], Any], written: Sequence[str], *how: Any) -> None:
        import numpy as np

        self.field, self._read, self._how = field, read, how  # dialect and setting
        distinct: dict[str, int] = {}
        self._codes = np.array([distinct.setdefault(text, len(distinct)) for text in written], dtype=int)
        self._written = list(distinct)
        judged = [self._judge(text) for text in distinct]
        self.texts = np.array([text for text, *_rest in judged], dtype=object)[self._codes]
        self.is_wrong = np.array([is_wrong for _text, is_wrong, _value in judged], dtype=bool)[self._codes]
        if field.constraints.get("unique"):
            repeats = _repeats(judged[code][2] for code in self._codes)
            self.is_wrong[list(repeats)] = True

    def _judge(self, written: str) -> tuple[str, bool, Any]:
        """Return the canonical text of a cell, whether it has a fault, and its value."""
        text, problem = _canonical(written, self.field, *self._how)
        value, broken = self._read(text)
        return text, bool(problem or broken), value

    def explain(self, row: int) -> tuple[str, str]:
        """Return what was found in a wrong row, and what is wrong with it."""
        text, problem = _canonical(self._written[self._codes[row]], self.field, *self._how)
        return text, problem or _explain(text, next(iter(self._read(text)[1] or ["unique"])), self.field)


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


def _repeats(keys: Iterable[Any]) -> dict[int, int]:
    """Return each place where a key stands again, with its first; ``None`` is no key."""
    first: dict[Any, int] = {}
    return {n: first[key] for n, key in enumerate(keys) if key is not None and first.setdefault(key, n) != n}


def _repeated_keys(lines: np.ndarray, columns: Mapping[str, _Column], names: Sequence[str]) -> FaultKind:
    """Find rows that repeat a key; parts of a key may be empty (``frictionless`` refuses that)."""
    keys = zip(*(columns[name].texts for name in names), strict=True)
    same = _repeats(key if any(key) else None for key in keys)
    rows = list(same)

    def explain(n: int) -> tuple[str, str]:
        problem = _("kunci ganda: sama dengan baris %(line)s") % {"line": lines[same[rows[n]]]}
        return " · ".join(columns[name].texts[rows[n]] for name in names), problem

    return FaultKind(", ".join(names), lines[rows], explain)


def _explain(text: str, name: str, field: Field) -> str:
    """Word in Indonesian that a cell breaks the constraint ``name``."""
    limit = field.table_schema()["constraints"][name]
    is_amount = field.type in ("integer", "number") and not isinstance(limit, bool | list)
    words = format_number(limit) if is_amount else ", ".join(map(str, limit if name == "enum" else [limit]))
    problem = str(_CONSTRAINT_WORDS[name]) % {"limit": words}
    if name == "pattern" and field.example:
        return problem + _(', misalnya "%(example)s"') % vars(field)
    return problem + (near_hint(text, map(str, limit)) if name == "enum" else "")


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
