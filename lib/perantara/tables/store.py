"""Opens tables: finds the file, checks it once, keeps the clean rows, tells what is lacking."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.errors import Fault, Faults, PlaceError, ResultError, StageError, TableError, near_hint
from perantara.methods.privacy import KnownNames, index_names
from perantara.tables import masking
from perantara.tables.checking import Setting, check_rows
from perantara.tables.declaration import TableDeclaration, load_declarations
from perantara.tables.places import Place, Roots
from perantara.tables.reading import Dialect, RawTable, check_header, decode, split
from perantara.text import _, format_date, format_number, is_missing

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
    targets: frozenset[str] = frozenset()
    terms: Mapping[str, str] | None = None

    @property
    def is_missing(self) -> bool:
        """Whether there is no file, or no row for the cycle."""
        return not self.rows

    @property
    def sha256(self) -> str:
        """Hash of the clean rows and the declaration; "" where the table is missing."""
        if not self.rows:
            return ""
        text = canonical_csv(self.declaration.field_names, self.rows)
        return hashlib.sha256((self.declaration.sha256 + text).encode()).hexdigest()

    @property
    def data_date(self) -> str:
        """The newest ``data_date`` among the rows, "" where the table has none."""
        return max((row.get("data_date", "") for row in self.rows or ()), default="")

    @property
    def covered(self) -> int:
        """How many distinct units of the declared coverage (of the target ones) have a row."""
        by = self.declaration.coverage.get("by")
        found = {row[by] for row in self.rows or ()} - {""} if by else set()
        return len(found & self.targets if self.targets else found)

    @property
    def is_partial(self) -> bool:
        """Whether rows are there, for fewer units than the table declares to expect."""
        return not self.is_missing and self.expected is not None and self.covered < self.expected

    def describe_coverage(self) -> str:
        """Say how much of what is expected is there, such as "60 dari 152 desa, s.d. …"."""
        if self.expected is None:
            return ""
        noun = _(self.declaration.coverage["noun"]) % (self.terms or {})
        words = {
            "covered": format_number(self.covered),
            "expected": format_number(self.expected),
            "noun": noun,
        }
        dated = _(", s.d. %(date)s") % {"date": format_date(self.data_date)} if self.data_date else ""
        return _("%(covered)s dari %(expected)s %(noun)s") % words + dated

    def is_old(self, as_of: str) -> bool:
        """Whether the newest row is older at ``as_of`` (ISO date) than the table may be."""
        limit = self.declaration.max_age_days
        if not limit or not self.data_date:
            return False
        return (dt.date.fromisoformat(as_of) - dt.date.fromisoformat(self.data_date)).days > limit

    @cached_property
    def bases(self) -> list[str]:
        """The bases that the rows rest on."""
        return sorted({row["basis"] for row in self.rows or () if row.get("basis")})

    @cached_property
    def sources(self) -> list[tuple[str, str]]:
        """Distinct pairs of source and basis of the rows."""
        return sorted({(row["source"], row.get("basis", "")) for row in self.rows or () if row.get("source")})

    @cached_property
    def masked(self) -> list[tuple[str, str]]:
        """Columns whose free text held personal data, with its kind: it is masked in the rows."""
        return masking.masks_in(self.declaration, self.rows or ())

    def for_cycle(self, cycle: str) -> TableReading:
        """Keep the rows of ``cycle`` and those that name no cycle."""
        return self._where(lambda row: row.get("cycle", "") in ("", cycle))

    def known_by(self, day: str) -> TableReading:
        """Keep the rows dated no later than ``day`` (ISO date; all where it is empty)."""
        return self._where(lambda row: not day or row.get("data_date", "") <= day)

    def keep(self, column: str, value: str) -> TableReading:
        """Keep the rows with ``value`` in ``column``."""
        return self._where(lambda row: row[column] == value)

    def _where(self, holds: Callable[[Mapping[str, str]], bool]) -> TableReading:
        return self if self.rows is None else replace(self, rows=tuple(filter(holds, self.rows)))

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame of declared types: text, Int64, float, boolean, dates."""
        return self._frame.copy()

    @cached_property
    def _frame(self) -> pd.DataFrame:
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

    frame = pd.DataFrame(list(rows), columns=declaration.field_names, dtype="str").replace("", None)
    for field in declaration.fields:
        column = frame[field.name]
        if field.type in ("integer", "year", "number"):
            frame[field.name] = pd.to_numeric(column).astype("float64" if field.type == "number" else "Int64")
        elif field.type == "date":
            frame[field.name] = pd.to_datetime(column, format="%Y-%m-%d")
        elif field.type == "boolean":
            frame[field.name] = column.map({"ya": True, "tidak": False}).astype("boolean")
    return frame


def from_frame(declaration: TableDeclaration, frame: pd.DataFrame) -> list[dict[str, str]]:
    """Turn a frame into canonical rows of text, floats at 12 digits; StageError at other columns."""
    if list(frame.columns) != declaration.field_names:
        problem = _("Tabel %(table)s: kolom %(found)s, padahal dideklarasikan %(expected)s")
        found, expected = (", ".join(map(str, names)) for names in (frame.columns, declaration.field_names))
        raise StageError(problem % {"table": declaration.name, "found": found, "expected": expected})
    records = frame.astype(object).to_dict("records")
    return [{name: _text_of(value) for name, value in record.items()} for record in records]


def _text_of(value: Any) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.12g}'):f}"  # never with an exponent
    return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)


class TableStore:
    """Reads declared tables through the layers, checking each file once."""

    def __init__(self, roots: Roots) -> None:
        self.roots = roots
        self._names: dict[str, KnownNames] = {}

    @cached_property
    def declarations(self) -> dict[str, TableDeclaration]:
        """Every declared table by name."""
        return load_declarations([layer / "tables" for layer in self.roots.layers])

    def declaration(self, table: str) -> TableDeclaration:
        """Return a declaration; an unknown table is answered with the nearest one."""
        if table not in self.declarations:
            undeclared = _('Tabel "%(table)s" tidak dideklarasikan') % {"table": table}
            raise StageError(undeclared + near_hint(table, self.declarations))
        return self.declarations[table]

    def read(self, table: str, place: Place | None = None) -> TableReading:
        """Read a table for a place (``None`` for a reference table), checked and clean.

        Personal data in free text are masked, names as far as a confidential column knows them.
        A TableError names every fault, if the file does not fit its declaration.
        """
        reading = self._read(table, place)
        if place is None or not reading.rows or reading.declaration.scope not in masking.OF_PLACE:
            return reading
        rows = masking.mask_rows(reading.declaration, reading.rows, self._names_at(place))
        return replace(reading, rows=rows)

    def _names_at(self, place: Place) -> KnownNames:
        """Return the names of persons that the files of a place hold, looked up once and not checked."""
        folder, names = place.folder("initiative"), set()
        if folder not in self._names:
            for declaration in filter(masking.may_name_persons, self.declarations.values()):
                file = self._file(declaration, place)
                path = self.roots.find_file(file.relative)
                with suppress(OSError):  # who reads that table is told what is wrong with it
                    decoded = decode(path.read_bytes(), file.dialect.encoding) if path else None
                    if isinstance(decoded, tuple):
                        names |= masking.confidential_names(declaration, split(decoded[0], file.dialect))
            self._names[folder] = index_names(names)
        return self._names[folder]

    def _read(self, table: str, place: Place | None) -> TableReading:
        declaration = self.declaration(table)
        if declaration.scope == "reference":
            place = None
        elif place is None:
            raise StageError(_('Tabel "%(table)s" milik suatu tempat; sebutkan tempatnya') % {"table": table})
        else:
            self._refuse_unknown_files(place, declaration.scope)
        file = self._file(declaration, place)
        expected, targets = _expectation(declaration, place)
        terms = place.district.terms if place else None
        missing = TableReading(declaration, None, file.relative, "utf-8", expected, targets, terms)
        path = self.roots.find_file(file.relative)
        if path is None:
            return missing
        file = replace(file, shown=self.roots.shown(path))
        rows, encoding = self._clean(file, _read_bytes(path, file))
        return replace(missing, rows=rows, path=file.shown, encoding=encoding)

    def append(self, table: str, place: Place, rows: Sequence[Mapping[str, str]]) -> None:
        """Add rows to the workspace's own copy of a table; earlier rows are never changed.

        A PlaceError where there is no workspace above the shipped data. A TableError, and nothing
        written, where the table with the new rows would not pass its check.
        """
        if len(self.roots.layers) == 1:
            raise PlaceError(
                _("Tentukan folder kerja dengan --data atau PERANTARA_DATA untuk menyimpan baris")
            )
        everything = [*(self._read(table, place).rows or ()), *rows]  # as they are, not as they are shown
        file = self._file(self.declaration(table), place)
        path = self.roots.layers[0] / file.relative
        text = canonical_csv(file.declaration.field_names, everything)
        _check(replace(file, shown=self.roots.shown(path), dialect=Dialect()), text)
        if file.dialect != Dialect():
            problem = _("%(path)s ditulis dengan bentuk lain; tambahkan barisnya di sana")
            raise PlaceError(problem % {"path": file.relative})
        write_beside(path, text)

    def _file(self, declaration: TableDeclaration, place: Place | None) -> _File:
        names = {} if declaration.name == "regions" else self._region_names
        if place is None:
            return _File(
                declaration, f"reference/{declaration.name}.csv", Dialect(), Setting(region_names=names)
            )
        dialect = place.dialect(declaration.name, declaration.scope)
        relative = f"{place.folder(declaration.scope)}/{dialect.path or declaration.name + '.csv'}"
        setting = Setting(place.district.code_kemendagri, place.district.is_rekaan, names)
        return _File(declaration, relative, dialect, setting)

    def _refuse_unknown_files(self, place: Place, scope: str) -> None:
        known = {name for name, declared in self.declarations.items() if declared.scope == scope}
        for table in sorted(set(place.stated_files(scope)) - known):
            problem = _('%(folder)s: files menyebut "%(table)s", tabel yang tidak dikenal di sini')
            words = {"folder": place.folder(scope), "table": table}
            raise PlaceError(problem % words + near_hint(table, known))

    @cached_property
    def _region_names(self) -> dict[str, str]:
        return {code: row["name"] for code, row in self.roots.regions.items()}

    def _clean(self, file: _File, content: bytes) -> tuple[tuple[dict[str, str], ...], str]:
        """Return the clean rows of a file, from the cache where the same bytes were checked."""
        decoded = decode(content, file.dialect.encoding)
        if isinstance(decoded, Fault):
            raise file.error([decoded])
        text, encoding = decoded
        kept = self.roots.cache / "tables" / f"{file.key(content)}.csv"
        if kept.exists() and isinstance(raw := split(kept.read_bytes().decode(), Dialect()), RawTable):
            return tuple(dict(zip(raw.header, cells, strict=True)) for _line, cells in raw.rows), encoding
        rows = _check(file, text)
        keep_in_cache(self.roots, kept, canonical_csv(file.declaration.field_names, rows))
        return tuple(rows), encoding


@dataclass(frozen=True)
class _File:
    """Where a table lies for a place, and all that its check depends on."""

    declaration: TableDeclaration
    relative: str
    dialect: Dialect
    setting: Setting
    shown: str = ""

    def key(self, content: bytes) -> str:
        """Hash of everything that the check looks at."""
        hashes = [hashlib.sha256(content).hexdigest(), self.declaration.sha256, _room_sha256()]
        described = json.dumps([*hashes, vars(self.dialect), vars(self.setting)], sort_keys=True)
        return hashlib.sha256(described.encode()).hexdigest()

    def error(self, faults: Iterable[Fault], header: Sequence[str] = ()) -> TableError:
        """Return the error of the faults, each with the place of its column, quoting nobody's data."""
        finish = partial(masking.without_personal_data, declaration=self.declaration)
        positions = {name: place for place, name in enumerate(header, start=1)}
        is_large = isinstance(faults, Faults)
        finished = Faults(faults.kinds, positions, finish) if is_large else list(map(finish, faults))
        remedy = _("Perbaiki berkasnya, lalu jalankan lagi: perantara check")
        return TableError(self.declaration.name, self.shown, finished, remedy)


def _expectation(declaration: TableDeclaration, place: Place | None) -> tuple[int | None, frozenset[str]]:
    """Return how many units a table should cover at a place, and which where they are listed."""
    what = declaration.coverage.get("expected")
    if not what or place is None:
        return None, frozenset()
    if what == "target_villages":
        targets = frozenset(str(village["code"]) for village in place.initiative.target_villages)
        return len(targets) or None, targets
    return place.district.expected.get(what), frozenset()


def _read_bytes(path: Path, file: _File) -> bytes:
    try:
        return path.read_bytes()
    except PermissionError:
        fault = Fault(0, "", "", _("berkas terkunci atau tidak boleh dibaca"))
        remedy = _("Tutup berkas itu di Excel atau aplikasi lain, atau periksa izinnya.")
        raise TableError(file.declaration.name, file.shown, [fault], remedy) from None


def _check(file: _File, text: str) -> list[dict[str, str]]:
    raw = split(text, file.dialect)
    faults = [raw] if isinstance(raw, Fault) else check_header(raw, file.declaration, file.dialect)
    if faults:
        raise file.error(faults)
    rows, faults = check_rows(raw, file.declaration, file.dialect, file.setting)
    if faults:
        raise file.error(faults, raw.header)
    return rows


@cache
def _room_sha256() -> str:
    """Hash of this room's code: a changed check must look at every file anew."""
    return files_sha256(*sorted(Path(__file__).parent.glob("*.py")))


def files_sha256(*paths: Path) -> str:
    """Hash the content of the files that exist, "" where none does."""
    contents = [path.read_bytes() for path in paths if path.exists()]
    return hashlib.sha256(b"\0".join(contents)).hexdigest() if contents else ""


def keep_in_cache(roots: Roots, path: Path, content: str) -> None:
    """Write a file of the cache, which is for its owner only; where that cannot be, do without."""
    with suppress(OSError, ResultError):
        roots.cache.mkdir(parents=True, exist_ok=True)
        roots.cache.chmod(0o700)
        write_beside(path, content)


def write_beside(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it in, so that no half file is ever read.

    A ResultError where the folder cannot be written to, or the file is open elsewhere.
    """
    beside = path.with_name(f".{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(beside, path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        problem = _(
            "%(path)s tidak dapat ditulis (%(reason)s). Periksa izin folder dan sisa ruang, tutup "
            "berkas itu bila terbuka, atau pilih tempat lain (--reports, --out)."
        )
        words = {"path": path, "reason": error.strerror or type(error).__name__}
        raise ResultError(problem % words) from error
