"""From the bytes of a file to rows of text: decoding, splitting, and the form of numbers."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from perantara.errors import Fault, near_hint
from perantara.tables.declaration import TableDeclaration
from perantara.text import _

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .xls
_MOST_KNOWN = 500_000  # texts to be recognised, so that a table of which none repeats costs no more
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Dialect:
    """How an office writes a file: stated in district.yml or initiative.yml where it differs."""

    path: str = ""
    encoding: str = ""
    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""

    def is_number(self, text: str) -> bool:
        """Tell whether ``text`` is a number as this dialect writes it."""
        return _number_pattern(self.decimal, self.thousands).fullmatch(text) is not None

    def canonical_number(self, text: str) -> str:
        """Write a number of this dialect with a decimal point and no needless mark or zero.

        >>> Dialect(decimal=",", thousands=".").canonical_number("1.234,50")
        '1234.5'
        """
        bare = text.replace(self.thousands, "") if self.thousands else text
        number = Decimal(bare.replace(self.decimal, "."))
        return f"{number.normalize():f}" if number else "0"


@cache
def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    whole = rf"([0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+|[0-9]+)" if thousands else "[0-9]+"
    return re.compile(rf"-?{whole}({re.escape(decimal)}[0-9]+)?")


@dataclass(frozen=True)
class RawTable:
    """A file split into rows: header, and each row with its line as a spreadsheet shows it."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    header_line: int = 1


def decode(content: bytes, encoding: str = "") -> tuple[str, str] | Fault:
    """Decode a file: the stated encoding, or strict UTF-8, then strict Windows-1252.

    Returns the text and the encoding used, or the fault of a broken file.
    """
    if content.startswith(_WORKBOOKS):
        problem = _("berkas ini buku kerja Excel, bukan CSV; di Excel pilih Simpan Sebagai, lalu CSV UTF-8")
        return Fault(0, "", "", problem)
    broken = _(
        "pengodean berkas rusak atau bukan teks; simpan ulang sebagai CSV UTF-8, "
        "atau nyatakan pengodeannya di district.yml atau initiative.yml"
    )
    if b"\x00" in content or content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Fault(0, "", "", broken)
    guesses = ["utf-8"] if content.startswith(codecs.BOM_UTF8) else ["utf-8", "cp1252"]
    for candidate in [encoding] if encoding else guesses:
        try:
            text = content.decode(candidate).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        damage = _CONTROL.search(text)
        if not damage:
            return text, codecs.lookup(candidate).name.removesuffix("-sig")
        around = text[max(0, damage.start() - 20) : damage.end() + 20]
        return Fault(text.count("\n", 0, damage.start()) + 1, "", around, broken)
    return Fault(0, "", "", broken)


def split(text: str, dialect: Dialect) -> RawTable | Fault:
    """Split a file's text; blank rows are dropped, the others keep their line number.

    Cells of the same text are one string: most of a large table is the same few.
    """
    lines = (
        found[0] for found in _LINE.finditer(text)
    )  # a StringIO would hold the text at four bytes a letter
    reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
    records: list[tuple[int, list[str]]] = []
    known: dict[str, str] = {}
    line = 0
    try:
        for line, record in enumerate(reader, start=1):
            cells = [cell.strip() for cell in record]
            if any(cells):
                records.append((line, list(map(known.setdefault, cells, cells))))
            if len(known) > _MOST_KNOWN:
                known.clear()
    except csv.Error:
        problem = _("tanda kutip di baris ini tidak ditutup atau salah letak")
        return Fault(line + 1, "", "", problem)
    if not records:
        return Fault(0, "", "", _("berkas kosong; isi judul kolom dan barisnya, atau hapus berkas"))
    header_line, header = records[0]
    while not header[-1]:  # Excel leaves delimiters after the last column
        header.pop()
    return RawTable(header, records[1:], header_line)


def check_header(raw: RawTable, declaration: TableDeclaration, dialect: Dialect) -> list[Fault]:
    """List missing, unknown and repeated columns, and what the delimiter has to do with it."""
    names, line = declaration.field_names, raw.header_line
    other = next((mark for mark in _DELIMITERS if mark in raw.header[0]), "")
    if len(raw.header) == 1 and other:
        problem = _(
            'kolom dipisahkan "%(found)s", padahal seharusnya "%(stated)s"; nyatakan di district.yml '
            'atau initiative.yml, misalnya: files: {%(table)s: {delimiter: "%(found)s"}}'
        ) % {"found": other, "stated": dialect.delimiter, "table": declaration.name}
        has_header = any(name in raw.header[0] for name in names)  # else the line may be a person's
        return [Fault(line, "", raw.header[0] if has_header else "", problem)]
    if not set(names) & set(raw.header):
        problem = _("baris pertama bukan judul kolom tabel ini; tulis judulnya: %(names)s")
        return [Fault(line, "", "", problem % {"names": ", ".join(names)})]
    faults = [
        Fault(line, name, "", _("kolom ini tidak ada; tambahkan")) for name in names if name not in raw.header
    ]
    for position, name in enumerate(raw.header, start=1):
        if name not in names:
            problem = _("kolom ini tidak dikenal; hapus") + near_hint(name, set(names) - set(raw.header))
            faults.append(Fault(line, name or _("tanpa judul"), "", problem, position))
        elif name in raw.header[: position - 1]:
            faults.append(Fault(line, name, "", _("judul kolom ini ada lebih dari satu kali"), position))
    if not faults and not raw.rows:
        problem = _("berkas hanya berisi judul kolom; isi barisnya, atau hapus berkas")
        faults.append(Fault(0, "", "", problem))
    return faults
