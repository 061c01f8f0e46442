"""From the bytes of a file to rows of text: decoding, splitting, and the form of numbers."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from perantara.errors import Fault, nearest
from perantara.tables.declaration import TableDeclaration
from perantara.text import _

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


@dataclass(frozen=True)
class Dialect:
    """How an office writes a file: stated in district.yml or initiative.yml where it differs."""

    path: str = ""
    encoding: str = ""
    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""

    def number_pattern(self) -> re.Pattern[str]:
        """Pattern that a number must match whole under this dialect."""
        whole = r"\d+"
        if self.thousands:
            whole = rf"(\d{{1,3}}({re.escape(self.thousands)}\d{{3}})+|\d+)"
        return re.compile(rf"-?{whole}({re.escape(self.decimal)}\d+)?")

    def canonical_number(self, text: str) -> str:
        """Write a number that matches the pattern with a decimal point and no other mark."""
        bare = text.replace(self.thousands, "") if self.thousands else text
        return bare.replace(self.decimal, ".")


@dataclass(frozen=True)
class RawTable:
    """A file split into rows: header, and each row with its line as a spreadsheet shows it."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str


def decode(content: bytes, encoding: str = "") -> tuple[str, str] | Fault:
    """Decode a file: the stated encoding, or strict UTF-8, then strict Windows-1252.

    Returns the text and the encoding used, or the fault of a broken file.
    """
    broken = _(
        "pengodean berkas rusak atau bukan teks; simpan ulang sebagai CSV UTF-8, "
        "atau nyatakan pengodeannya di district.yml atau initiative.yml"
    )
    if b"\x00" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Fault(0, "", "", broken)
    for candidate in [encoding] if encoding else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
        if not _CONTROL.search(text):
            return text, "utf-8" if candidate == "utf-8-sig" else candidate
    return Fault(0, "", "", broken)


def split(content: bytes, dialect: Dialect) -> RawTable | Fault:
    """Decode and split a file; blank rows are dropped, the others keep their line number."""
    decoded = decode(content, dialect.encoding)
    if isinstance(decoded, Fault):
        return decoded
    text, encoding = decoded
    if not text.strip():
        return Fault(0, "", "", _("berkas kosong; isi judul kolom dan barisnya, atau hapus berkas"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, strict=True)
    try:
        records = [[cell.strip() for cell in record] for record in reader]
    except csv.Error as error:
        found = _("tanda kutip tidak ditutup atau salah letak (%(error)s)") % {"error": error}
        return Fault(reader.line_num, "", "", found)
    numbered = [(line, record) for line, record in enumerate(records, start=1) if any(record)]
    return RawTable(header=numbered[0][1], rows=numbered[1:], encoding=encoding)


def check_header(raw: RawTable, declaration: TableDeclaration, dialect: Dialect) -> list[Fault]:
    """List missing, unknown and repeated columns, and what the delimiter has to do with it."""
    names = declaration.field_names
    other = next((mark for mark in ";\t,|" if mark in raw.header[0]), "")
    if len(raw.header) == 1 and other and other != dialect.delimiter:
        problem = _(
            'kolom dipisahkan "%(found)s", padahal seharusnya "%(stated)s"; nyatakan '
            "`delimiter` berkas ini di district.yml atau initiative.yml"
        ) % {"found": other, "stated": dialect.delimiter}
        return [Fault(1, "", raw.header[0], problem)]
    faults = []
    for name in names:
        if name not in raw.header:
            faults.append(Fault(1, name, "", _("kolom ini tidak ada; tambahkan")))
    for position, name in enumerate(raw.header, start=1):
        if name not in names:
            near = nearest(name, names)
            hint = _('; mungkin maksudnya "%(near)s"') % {"near": near} if near else ""
            column = name or _("ke-%(position)s") % {"position": position}
            faults.append(Fault(1, column, "", _("kolom ini tidak dikenal; hapus") + hint))
        elif name in raw.header[: position - 1]:
            faults.append(Fault(1, name, "", _("judul kolom ini ada lebih dari satu kali")))
    if not faults and not raw.rows:
        problem = _("berkas hanya berisi judul kolom; isi barisnya, atau hapus berkas")
        faults.append(Fault(0, "", "", problem))
    return faults
