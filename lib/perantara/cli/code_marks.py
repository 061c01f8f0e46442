"""A copy of a workbook with its budget codes marked, and a first sheet that explains each."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from perantara.cli.code_cells import FoundCode, Grid, find_codes, find_year, read_sheets
from perantara.errors import ResultError
from perantara.methods.budget_codes import audit_codes
from perantara.methods.code_grammar import parse_code
from perantara.tables.store import TableStore, write_beside
from perantara.text import _, format_number, lazy, say_again

RESULT_SHEET = "Hasil pemeriksaan kode"
_ACCOUNT = lazy("kode rekening, tidak diperiksa")
_MARK = lazy("Pemeriksaan kode:")
_COLOURS = {
    "sesuai": "C6EFCE", "nama berbeda": "FFEB9C", "kurang nol": "FFD0A6", "bentuk salah": "FFB3B3",
    "dicabut": "FFB3B3", "bernomor baru": "FFD0A6", "tidak berlaku pada tahun itu": "FFB3B3",
    "belum dapat diperiksa": "D9D9D9",
}  # fmt: skip
_HEADINGS = (
    (lazy("Lembar"), 18), (lazy("Sel"), 7), (lazy("Kode"), 21), (lazy("Nama di sebelahnya"), 38),
    (lazy("Hasil pemeriksaan"), 19), (lazy("Nama resmi"), 38), (lazy("Kemiripan nama (0–1)"), 11),
    (lazy("Usulan kode"), 21), (lazy("Catatan"), 60),
)  # fmt: skip
_BORDER = Border(*[Side(style="thin", color="BFBFBF")] * 4)


def check_workbook(
    store: TableStore, file: Path, year: int | None = None, out: Path | None = None
) -> tuple[list[str], Path]:
    """Mark every budget code of ``file`` in a copy; return what was found, in sentences, and the copy's place.

    ``file``, an .xlsx or CSV, is never written; without ``out`` the copy goes beside it, under a name
    that is still free. Without ``year`` the one counts that a sheet states beside "Tahun Anggaran".
    """
    target = _target(file, out)
    sheets = {name: grid for name, grid in read_sheets(file).items() if name != RESULT_SHEET}
    year = year or find_year(sheets.values())
    official = pd.concat([store.read(name).frame() for name in ("budget_codes", "imported_budget_codes")])
    known = frozenset(official["code"])
    found = [(sheet, code) for sheet, grid in sheets.items() for code in find_codes(grid, known)]
    rows = _audit(found, official, store.read("budget_code_changes").frame(), year)
    sentences = [*_summarise(rows, len(sheets)), *_describe_lists(official, year, file)]
    book = _open_copy(file, sheets)
    for row in rows:
        _mark(book, row)
    _add_result_sheet(book, rows, sentences)
    book.save(copy := io.BytesIO())
    write_beside(target, copy.getvalue())
    return sentences, target


def _target(file: Path, out: Path | None) -> Path:
    if out is None:
        names = (f"{file.stem}-diperiksa{f'-{n}' if n > 1 else ''}.xlsx" for n in count(1))
        return next(path for name in names if not (path := file.with_name(name)).exists())
    if out.suffix.lower() != ".xlsx":
        raise ResultError(_("%(path)s: berkas hasil harus berakhiran .xlsx") % {"path": out})
    if out.resolve() == file.resolve() or (out.exists() and file.exists() and out.samefile(file)):
        raise ResultError(_("%(path)s adalah berkas asli; pilih nama lain untuk hasilnya") % {"path": out})
    return out


def _audit(
    found: Iterable[tuple[str, FoundCode]], official: pd.DataFrame, changes: pd.DataFrame, year: int | None
) -> list[dict[str, Any]]:
    """Return a row for each code found: its place, and what the audit says of it ("" where nothing)."""
    used = [(code.text, code.name or None, year) for _sheet, code in found if not code.is_account]
    audit = audit_codes(pd.DataFrame(used, columns=["code", "name_used", "fiscal_year"]), official, changes)
    judged = audit.astype(object).where(audit.notna(), "").to_dict("records")
    by_code = {(row["code"], row["name_used"]): row for row in judged}
    rows = []
    for sheet, code in found:
        row = {**dict.fromkeys(audit.columns, ""), "sheet": sheet, "found": code}
        row["cell"] = f"{get_column_letter(code.columns[0])}{code.row}"
        if code.is_account:
            row["status"] = str(_ACCOUNT)
        elif code.is_number:  # 3.3 may have been 3.30
            row |= {"status": "bentuk salah", "note": parse_code("330").fault}
        else:
            row |= by_code[code.text.strip(), code.name]
        rows.append({**row, "note": say_again(row["note"])})
    return rows


def _summarise(rows: list[dict[str, Any]], sheets: int) -> list[str]:
    counts = Counter(row["status"] for row in rows if not row["found"].is_account)
    parts = [
        _("%(count)s %(status)s") % {"count": format_number(counts[status]), "status": _(status)}
        for status in _COLOURS if counts[status]
    ]  # fmt: skip
    words = {"count": format_number(counts.total() or sheets), "parts": ", ".join(parts)}
    none = _("Tidak ada kode anggaran yang ditemukan dalam %(count)s lembar.")
    lines = [(_("%(count)s kode diperiksa: %(parts)s.") if parts else none) % words]
    if accounts := len(rows) - counts.total():
        lines.append(_("%(count)s kode rekening tidak diperiksa.") % {"count": format_number(accounts)})
    if counts["belum dapat diperiksa"]:
        lines.append(
            _('Kode yang "belum dapat diperiksa" tidak berarti salah: daftar yang memuatnya belum ada. Muat daftar '
              'tahun itu: perantara --data FOLDER codes import BERKAS --decree "…" --year TAHUN')
        )  # fmt: skip
    return lines


def _describe_lists(official: pd.DataFrame, year: int | None, file: Path) -> list[str]:
    lists = [
        _("%(decree)s (%(count)s kode)") % {"decree": decree, "count": format_number(count)}
        for decree, count in official["decree"].value_counts(sort=False).items()
    ]
    no_year = _(
        "Tahun anggaran tidak disebut, jadi masa berlaku kode tidak diperiksa; tambahkan --year TAHUN."
    )
    lines = [_("Daftar pembanding: %(lists)s.") % {"lists": "; ".join(lists)}]
    lines.append(_("Tahun anggaran: %(year)s.") % {"year": year} if year else no_year)
    parts = zipfile.ZipFile(file).namelist() if file.suffix.lower() == ".xlsx" else []
    if any("xl/charts/" in part for part in parts):
        lines.append(_("Grafik tidak ikut disalin; lihat berkas asli."))
    return lines


def _open_copy(file: Path, sheets: dict[str, Grid]) -> Workbook:
    if file.suffix.lower() == ".xlsx":
        book = load_workbook(file)
        if RESULT_SHEET in book.sheetnames:  # a copy that is checked again
            del book[RESULT_SHEET]
        return book
    book = Workbook()
    book.remove(book.active)
    for name, grid in sheets.items():
        sheet = book.create_sheet(name)
        for row, cells in grid.items():
            for column, cell in cells.items():
                _write_text(sheet.cell(row, column), cell.text)
    return book


def _write_text(cell: Any, text: str) -> None:
    """Write text that stays text: a code never becomes a date, nor "=…" a formula."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.number_format = "@"


def _mark(book: Workbook, row: dict[str, Any]) -> None:
    """Fill the cells of a code and comment the first; an earlier comment of a person stays."""
    found = row["found"]
    if found.is_account:
        return
    cells = [book[row["sheet"]].cell(found.row, column) for column in found.columns]
    for cell in cells:
        cell.fill = _fill(_COLOURS[row["status"]])
    first, official, proposal = cells[0], row["official_name"], row["proposal"]
    earlier = first.comment.text.split(str(_MARK))[0].strip() if first.comment else ""
    name = _("Nama resmi: %(name)s") % {"name": official} if official else ""
    proposal = _("Usulan: %(code)s") % {"code": proposal} if proposal else ""
    lines = [earlier, f"{_MARK} {_(row['status'])}", name, proposal, row["note"]]
    words = "\n".join(filter(None, lines))
    height = 40 + 18 * (len(words) // 45 + words.count("\n"))
    first.comment = Comment(words, "perantara", width=380, height=height)


def _add_result_sheet(book: Workbook, rows: list[dict[str, Any]], sentences: list[str]) -> None:
    sheet = book.create_sheet(RESULT_SHEET, 0)
    sheet["A1"] = _("Hasil pemeriksaan kode anggaran")
    sheet["A1"].font = Font(bold=True, size=14)
    widths, top = [width for _heading, width in _HEADINGS], len(sentences) + 3
    for line, sentence in enumerate(sentences, start=2):
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(widths))
        _fill_row(sheet, line, [sentence], [sum(widths)])
    _fill_row(sheet, top, [str(heading) for heading, _width in _HEADINGS], widths, _BORDER)
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(top, column).font, sheet.cell(top, column).fill = Font(bold=True), _fill("DDEBF7")
    for line, row in enumerate(rows, start=top + 1):
        found = row["found"]
        texts = [row["sheet"], row["cell"], found.text, found.name, _(row["status"]), row["official_name"], "",
                 row["proposal"], row["note"]]  # fmt: skip
        _fill_row(sheet, line, texts, widths, _BORDER)
        if row["likeness"] != "":
            sheet.cell(line, 7, round(row["likeness"], 2)).number_format = "0.00"
        if colour := _COLOURS.get(row["status"]):
            sheet.cell(line, 5).fill = _fill(colour)
        location = "'{}'!{}".format(row["sheet"].replace("'", "''"), row["cell"])
        place = sheet.cell(line, 2)
        place.hyperlink = Hyperlink(place.coordinate, location=location)
        place.font = Font(color="0563C1", underline="single")
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(_HEADINGS))}{top + max(len(rows), 1)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, each as wide as the table
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"
    for other in book.worksheets:  # two selected sheets would be edited together
        other.sheet_view.tabSelected = other is sheet
    book.active = 0


def _fill_row(
    sheet: Any, line: int, texts: list[str], widths: list[int], border: Border | None = None
) -> None:
    """Write texts that wrap, in a row as high as the longest needs."""
    for column, text in enumerate(texts, start=1):
        cell = sheet.cell(line, column)
        cell.alignment, cell.border = Alignment(wrap_text=True, vertical="top"), border or Border()
        if text:
            _write_text(cell, text)
    lines = max(-(-len(text) // width) for text, width in zip(texts, widths, strict=True))
    sheet.row_dimensions[line].height = 15 * max(1, lines)


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)
