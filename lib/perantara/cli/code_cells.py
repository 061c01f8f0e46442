"""Cells of a workbook or CSV as text, and the budget codes among them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from perantara.errors import Fault, PerantaraError
from perantara.methods.code_grammar import is_account_code, parse_code
from perantara.methods.spreadsheet import damage_of
from perantara.tables.reading import decode
from perantara.text import _

CODE_HEADING = re.compile(
    r"kode([ _/]*(norm|sub|kegiatan|program|bidang|urusan|rekening|nomenklatur|anggaran).*)?", re.I
)
_CODE_FIRST = re.compile(
    r"(?:[A-Za-z][A-Za-z /-]{0,40}:\s*)?"
    r"(?P<code>(?:X\.XX|0?[1-9])(?:(?:\s?\.\s?|,)\d{1,4}){1,5}\.?)"
    r"(?:(?=\.[456]\.\d\.\d\d)|(?![\d.]|,\d|[eE][+-]?\d))[\d.,\s:|/–—-]*(?P<name>.*)",  # an account may follow
    re.S,
)
_NOT_CODES = re.compile(
    r"\d{1,3}([.,]\d{3})+([.,]\d+)?"  # an amount with its marks of thousands
    r"|\d{1,2}\.\d{1,2}\.\d{4}"  # a day
)
_SPREAD = re.compile(r"([1-9] \d{1,2} \d{1,2} (?:[12] \d\d|[12]\.\d\d))( \d{1,4})?")
_YEAR = re.compile(r"tahun\s+anggaran\D{0,5}(20\d\d)?\D*", re.I)


@dataclass(frozen=True)
class Cell:
    """What a cell shows: its text, and whether it is text, a number or a date."""

    text: str
    kind: str = "text"


Grid = dict[int, dict[int, Cell]]  # rows and columns count from 1, as a spreadsheet shows them


@dataclass(frozen=True)
class FoundCode:
    """A budget code in a sheet: its first cell, all cells it is spread over, the name beside it."""

    row: int
    columns: tuple[int, ...]
    text: str
    name: str
    is_account: bool = False
    is_number: bool = False


def read_sheets(path: Path) -> dict[str, Grid]:
    """Read every sheet of an .xlsx, or the one of a CSV, without running anything in it.

    A file that is lacking, of another kind, with macros, or broken is refused with what to do.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        words = _("%(file)s tidak dapat dibaca (%(reason)s). Periksa namanya, atau tutup di aplikasi lain.")
        raise PerantaraError(words % {"file": path, "reason": error.strerror}) from error
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        return {path.stem[:31]: _read_csv(path, content)}
    _refuse_other_kinds(path, content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return {sheet.title: _read_sheet(sheet) for sheet in book.worksheets}
    except Exception as error:  # openpyxl meets a broken file in many ways
        words = _(
            "%(file)s rusak: Excel menyebutnya .xlsx, tetapi isinya tidak terbaca. Simpan ulang di Excel."
        )
        raise PerantaraError(words % {"file": path.name}) from error


def _refuse_other_kinds(path: Path, content: bytes) -> None:
    suffix, stream = path.suffix.lower(), io.BytesIO(content)
    names = zipfile.ZipFile(stream).namelist() if zipfile.is_zipfile(stream) else []
    if suffix == ".xlsm" or any("vbaProject" in name for name in names):
        words = _("%(file)s memuat makro. Di Excel pilih Simpan Sebagai, lalu Buku Kerja Excel (.xlsx).")
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        words = _("%(file)s berbentuk .xls lama atau dilindungi sandi. Simpan sebagai .xlsx tanpa sandi.")
    elif suffix != ".xlsx":
        words = _("%(file)s bukan .xlsx atau .csv. Simpan sebagai salah satunya, lalu ulangi.")
    else:
        return
    raise PerantaraError(words % {"file": path.name})


def _read_csv(path: Path, content: bytes) -> Grid:
    """Split by the mark that leaves the most codes: names hold commas."""
    decoded = decode(content)
    if isinstance(decoded, Fault):
        raise PerantaraError(f"{path.name}: {decoded}")
    grids: list[Grid] = [
        {
            line: {column: Cell(text.strip()) for column, text in enumerate(row, 1) if text.strip()}
            for line, row in enumerate(csv.reader(io.StringIO(decoded[0], newline=""), delimiter=mark), 1)
        }
        for mark in ",;\t|"
    ]
    return max(grids, key=_count_codes)


def _count_codes(grid: Grid) -> int:
    return sum(bool(parse_code(cell.text).canonical) for cells in grid.values() for cell in cells.values())


def _read_sheet(sheet: Any) -> Grid:
    sheet.reset_dimensions()  # some programmes state them wrongly
    grid: Grid = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and (shown := _shown(cell.value, cell.number_format)).text:
                grid.setdefault(cell.row, {})[cell.column] = shown
    return grid


def _shown(value: Any, number_format: str) -> Cell:
    if isinstance(value, dt.date | dt.time):  # also datetime
        return Cell(str(value).removesuffix(" 00:00:00"), "date")
    if not isinstance(value, int | float) or isinstance(value, bool):
        return Cell(str(value).strip())
    if value != int(value):
        return Cell(f"{value:.2f}" if number_format == "0.00" else str(value), "number")
    zeros = len(number_format) if re.fullmatch("0+", number_format) else 0  # "0000" shows 18 as 0018
    return Cell(str(int(value)).zfill(zeros), "number")


def split_code(text: str) -> tuple[str, str]:
    """Split a text that begins with a budget code into code and name; ("", "") where none does.

    Examples
    --------
    >>> split_code("Sub Kegiatan : 2.17.08.2.01.0018 - Pembinaan UMKM")
    ('2.17.08.2.01.0018', 'Pembinaan UMKM')
    >>> split_code("1.250.000,00")
    ('', '')
    """
    found = _CODE_FIRST.match(text)
    if not found or _NOT_CODES.fullmatch(found["code"].strip()):
        return "", ""
    return found["code"], " ".join(found["name"].split())


def find_year(grids: Collection[Grid]) -> int | None:
    """Return the year that a sheet states beside "Tahun Anggaran", ``None`` where none does."""
    for cells in (row for grid in grids for row in grid.values()):
        for column, cell in cells.items():
            if said := _YEAR.search(cell.text):
                beside = " ".join(c.text for place, c in cells.items() if place >= column)
                year = said[1] or next(iter(re.findall(r"\b20\d\d\b", beside)), None)
                if year:
                    return int(year)
    return None


def find_codes(grid: Grid, known: Collection[str]) -> list[FoundCode]:
    """Find the budget codes and kode rekening of a sheet, in reading order.

    Codes of five parts and more are found anywhere. Shorter ones look like other numbers, and count
    where they are ``known`` (from three parts on), are called urusan or program, or stand in a column
    of codes. Numbers and dates count only under a heading "Kode".
    """
    headed = {
        column: row for row, cells in reversed(grid.items()) for column, cell in cells.items()
        if CODE_HEADING.fullmatch(cell.text)
    }  # fmt: skip
    listed = {column for cells in grid.values() for column, cell in cells.items() if _is_surely_code(cell)}
    result = _find_spread(grid, known)
    spread = {(found.row, column) for found in result for column in found.columns}
    for row, cells in grid.items():
        for column, cell in cells.items():
            if (row, column) in spread:
                continue
            below, beside = row > headed.get(column, row), _name_beside(cells, column)
            text, name = _code_of(cell, beside, known, below, below or column in listed)
            if text:
                is_account, is_number = is_account_code(text.rstrip(".")), cell.kind == "number"
                result.append(FoundCode(row, (column,), text, name, is_account, is_number))
    return sorted(result, key=lambda found: (found.row, found.columns))


def _is_surely_code(cell: Cell) -> bool:
    """Tell whether a cell holds a code of five parts or more, and not an outline's 1.1.1.1.1."""
    code, _name = split_code(cell.text)
    is_long = code.count(".") >= 4 and re.search(r"\d\d", code)
    return cell.kind == "text" and bool(is_long and parse_code(code).canonical)


def _code_of(cell: Cell, beside: str, known: Collection[str], below: bool, listed: bool) -> tuple[str, str]:
    """Return code and name of one cell; ("", "") where it holds no code.

    ``below`` says that it stands under a heading "Kode", ``listed`` that its column is one of codes.
    """
    if cell.kind != "text":
        is_numbering = cell.text.isdecimal() and len(cell.text) < 3
        return (cell.text, beside) if below and not is_numbering else ("", "")
    code, name = split_code(cell.text)
    if not code:
        is_damaged = damage_of(cell.text) in ("date", "exponent")
        return (cell.text, beside) if below and is_damaged else ("", "")
    name, reading, parts = name or beside, parse_code(code), code.count(".") + 1
    if is_account_code(code.rstrip(".")):
        accepted = parts > 2 or re.match(r"[A-Za-z]", name)
    else:
        called = reading.canonical and re.match(r"urusan|bidang|program", name, re.I)
        accepted = called or (parts > 2 and reading.canonical in known)
    return (code, name) if listed or accepted else ("", "")


def _name_beside(cells: dict[int, Cell], column: int) -> str:
    """Return the first words to the right of a column that are no code themselves."""
    for place, cell in cells.items():
        if place > column and cell.kind == "text" and re.search(r"[A-Za-z]{2}", cell.text):
            return "" if split_code(cell.text)[0] else " ".join(cell.text.split())
    return ""


def _find_spread(grid: Grid, known: Collection[str]) -> list[FoundCode]:
    """Find codes spread over columns (2 | 17 | 08 | 2.01 | 0018), then shorter ones in the same columns."""
    whole = [found for row, cells in grid.items() for found in _spread_in(row, cells, known)]
    ladders, rows = {found.columns[:3] for found in whole}, {found.row for found in whole}
    others = [(row, cells, ladder) for row, cells in grid.items() if row not in rows for ladder in ladders]
    return whole + [short for other in others if (short := _short_spread(*other))]


def _spread_in(row: int, cells: dict[int, Cell], known: Collection[str]) -> Iterator[FoundCode]:
    places = sorted(cells)
    for start in range(len(places)):
        for length in (6, 5, 4):
            columns = tuple(places[start : start + length])
            pieces = [_piece(cells[column]) for column in columns]
            if len(pieces) == length and (spread := _SPREAD.fullmatch(" ".join(pieces))):
                kegiatan = parse_code(spread[1].replace(" ", ".")).canonical
                if kegiatan in known or any(cells[column].kind == "text" for column in columns[1:]):
                    yield FoundCode(row, columns, ".".join(pieces), _name_beside(cells, columns[-1]))
                return


def _short_spread(row: int, cells: dict[int, Cell], ladder: tuple[int, ...]) -> FoundCode | None:
    columns = tuple(column for column in ladder if column in cells)
    after = [place for place in sorted(cells) if columns and place > columns[-1]]
    code = ".".join(_piece(cells[column]) for column in columns)
    if len(columns) < 2 or columns != ladder[: len(columns)] or not parse_code(code).canonical:
        return None
    name = _name_beside(cells, columns[-1])
    is_next = bool(after) and bool(name) and " ".join(cells[after[0]].text.split()) == name
    return FoundCode(row, columns, code, name) if is_next else None


def _piece(cell: Cell) -> str:
    """Write a part of a code; the number 2.1 was 2.10 before its zero was lost."""
    return f"{cell.text}0" if cell.kind == "number" and re.fullmatch(r"[12]\.\d", cell.text) else cell.text
