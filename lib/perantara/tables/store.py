"""Opens tables: finds the file, checks it once, keeps the clean rows, tells what is lacking."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.errors import Fault, StageError, TableError, nearest
from perantara.tables.checking import Setting, check_rows
from perantara.tables.declaration import TableDeclaration, load_declarations
from perantara.tables.places import Place, Roots
from perantara.tables.reading import Dialect, check_header, split
from perantara.text import _, format_date, is_missing

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TableReading:
    """A table as it lies there for a place: its clean rows, or the fact that it is missing."""

    declaration: TableDeclaration
    rows: tuple[Mapping[str, str], ...] | None
    path: str
    encoding: str = "utf-8"
    expected: int | None = None

    @property
    def is_missing(self) -> bool:
        """Whether there is no file, or no row for the cycle."""
        return not self.rows

    @property
    def sha256(self) -> str:
        """Hash of the clean rows and the declaration; "" where the table is missing."""
        if self.is_missing:
            return ""
        text = canonical_csv(self.declaration.field_names, self.rows or ())
        return hashlib.sha256((self.declaration.sha256 + text).encode()).hexdigest()

    @property
    def data_date(self) -> str:
        """The newest ``data_date`` among the rows, "" where the table has none."""
        return max((row.get("data_date", "") for row in self.rows or ()), default="")

    @property
    def covered(self) -> int:
        """How many distinct units of the declared coverage have a row."""
        by = (self.declaration.coverage or {}).get("by")
        return len({row[by] for row in self.rows or ()} - {""}) if by else 0

    @property
    def is_partial(self) -> bool:
        """Whether rows are there, for fewer units than the table declares to expect."""
        return not self.is_missing and self.expected is not None and self.covered < self.expected

    def describe_coverage(self) -> str:
        """Say how much of what is expected is there, such as "60 dari 152 desa, s.d. …"."""
        if self.expected is None:
            return ""
        words = _("%(covered)s dari %(expected)s %(noun)s") % {
            "covered": self.covered,
            "expected": self.expected,
            "noun": _((self.declaration.coverage or {})["noun"]),
        }
        return words + (
            _(", s.d. %(date)s") % {"date": format_date(self.data_date)} if self.data_date else ""
        )

    def is_old(self, as_of: str) -> bool:
        """Whether the newest row is older at ``as_of`` (ISO date) than the table may be."""
        limit = self.declaration.max_age_days
        if not limit or not self.data_date:
            return False
        age = dt.date.fromisoformat(as_of) - dt.date.fromisoformat(self.data_date)
        return age.days > limit

    @cached_property
    def bases(self) -> list[str]:
        """The bases that the rows rest on."""
        return sorted({row["basis"] for row in self.rows or () if row.get("basis")})

    @cached_property
    def sources(self) -> list[tuple[str, str]]:
        """Distinct pairs of source and basis of the rows."""
        pairs = {(row["source"], row.get("basis", "")) for row in self.rows or () if row.get("source")}
        return sorted(pairs)

    def for_cycle(self, cycle: str) -> TableReading:
        """Keep the rows of ``cycle`` and those that name no cycle."""
        if self.rows is None or "cycle" not in self.declaration.field_names:
            return self
        return replace(self, rows=tuple(r for r in self.rows if r["cycle"] in ("", cycle)))

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame of declared types: text, Int64, float, boolean, dates."""
        return to_frame(self.declaration, self.rows or ())


def canonical_csv(names: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Write rows of text as the canonical CSV that hashes and the cache use."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(names), lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def to_frame(declaration: TableDeclaration, rows: Iterable[Mapping[str, str]]) -> pd.DataFrame:
    """Turn canonical rows into a frame with the declared types."""
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=declaration.field_names, dtype="str")
    frame = frame.replace("", None)
    for field in declaration.fields:
        column = frame[field.name]
        if field.type in ("integer", "year"):
            frame[field.name] = pd.to_numeric(column).astype("Int64")
        elif field.type == "number":
            frame[field.name] = pd.to_numeric(column).astype("float64")
        elif field.type == "date":
            frame[field.name] = pd.to_datetime(column, format="%Y-%m-%d")
        elif field.type == "boolean":
            frame[field.name] = column.map({"ya": True, "tidak": False}).astype("boolean")
    return frame


def from_frame(declaration: TableDeclaration, frame: pd.DataFrame) -> list[dict[str, str]]:
    """Turn a frame into canonical rows of text; floats at 12 significant digits.

    Raises
    ------
    StageError
        If the columns are not the declared ones.
    """
    if list(frame.columns) != declaration.field_names:
        raise StageError(
            _("Tabel %(table)s: kolom %(found)s, padahal dideklarasikan %(expected)s")
            % {
                "table": declaration.name,
                "found": ", ".join(map(str, frame.columns)),
                "expected": ", ".join(declaration.field_names),
            }
        )
    records = frame.astype(object).to_dict("records")
    return [{name: _text_of(value) for name, value in record.items()} for record in records]


def _text_of(value: Any) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float):
        return f"{value:.12g}"
    return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)


class TableStore:
    """Reads declared tables through the layers, checking each file once."""

    def __init__(self, roots: Roots) -> None:
        self.roots = roots

    @cached_property
    def declarations(self) -> dict[str, TableDeclaration]:
        """Every declared table by name."""
        return load_declarations([layer / "tables" for layer in self.roots.layers])

    def declaration(self, table: str) -> TableDeclaration:
        """Return a declaration; an unknown table is answered with the nearest one."""
        if table not in self.declarations:
            near = nearest(table, self.declarations)
            raise StageError(
                _('Tabel "%(table)s" tidak dideklarasikan; mungkin "%(near)s"?')
                % {"table": table, "near": near or ", ".join(self.declarations)}
            )
        return self.declarations[table]

    def read(self, table: str, place: Place | None = None) -> TableReading:
        """Read a table for a place (``None`` for a reference table), checked and clean.

        Raises
        ------
        TableError
            With every fault, if the file does not fit its declaration.
        """
        declaration = self.declaration(table)
        relative, dialect, setting = self._situation(declaration, place)
        path = self.roots.find_file(relative)
        expected = self._expected(declaration, place)
        if path is None:
            return TableReading(declaration, None, relative, expected=expected)
        rows, encoding = self._clean(path, declaration, dialect, setting)
        return TableReading(declaration, rows, self.roots.shown(path), encoding, expected)

    def _situation(self, declaration: TableDeclaration, place: Place | None) -> tuple[str, Dialect, Setting]:
        if place is None or declaration.scope == "reference":
            names = {} if declaration.name == "regions" else self._region_names
            return f"reference/{declaration.name}.csv", Dialect(), Setting(region_names=names)
        dialect = place.dialect(declaration.name, declaration.scope)
        folder = place.folder(declaration.scope)
        setting = Setting(place.district.code_kemendagri, place.district.is_rekaan, self._region_names)
        return f"{folder}/{dialect.path or declaration.name + '.csv'}", dialect, setting

    @cached_property
    def _region_names(self) -> dict[str, str]:
        return {code: row["name"] for code, row in self.roots.regions.items()}

    def _expected(self, declaration: TableDeclaration, place: Place | None) -> int | None:
        what = (declaration.coverage or {}).get("expected")
        if not what or place is None:
            return None
        if what == "target_villages":
            return len(place.initiative.target_villages) or None
        return place.district.expected.get(what)

    def _clean(
        self, path: Path, declaration: TableDeclaration, dialect: Dialect, setting: Setting
    ) -> tuple[tuple[dict[str, str], ...], str]:
        """Return the clean rows of a file, from the cache where the same bytes were checked."""
        content = _read_bytes(path, declaration.name, self.roots.shown(path))
        described = [
            hashlib.sha256(content).hexdigest(), declaration.sha256, _room_sha256(),
            vars(dialect), setting.district_code, setting.is_rekaan,
        ]  # fmt: skip
        key = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
        kept = self.roots.reports / "_cache" / "tables" / f"{key}.csv"
        note = kept.with_suffix(".json")
        if kept.exists() and note.exists():
            with kept.open(encoding="utf-8", newline="") as handle:
                return tuple(csv.DictReader(handle)), json.loads(note.read_text())["encoding"]
        rows, encoding = _check(content, declaration, dialect, setting, self.roots.shown(path))
        write_beside(note, json.dumps({"encoding": encoding}))
        write_beside(kept, canonical_csv(declaration.field_names, rows))
        return tuple(rows), encoding


def _read_bytes(path: Path, table: str, shown: str) -> bytes:
    try:
        return path.read_bytes()
    except PermissionError:
        problem = _("berkas sedang terkunci; tutup dahulu di Excel atau aplikasi lain")
        raise TableError(table, shown, [Fault(0, "", "", problem)], "") from None


def _check(
    content: bytes, declaration: TableDeclaration, dialect: Dialect, setting: Setting, shown: str
) -> tuple[list[dict[str, str]], str]:
    raw = split(content, dialect)
    faults = [raw] if isinstance(raw, Fault) else check_header(raw, declaration, dialect)
    rows: list[dict[str, str]] = []
    if not faults:
        rows, faults = check_rows(raw, declaration, dialect, setting)
    if faults:
        remedy = _("Perbaiki berkasnya, lalu jalankan lagi: perantara check")
        raise TableError(declaration.name, shown, faults, remedy)
    return rows, raw.encoding


def _room_sha256() -> str:
    """Hash of this room's code: a changed check must look at every file anew."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write_beside(path: Path, text: str) -> None:
    """Write a file beside its place and move it in, so that no half file is ever read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(beside, path)
