"""The result tables of a stage as an Excel workbook for a meeting."""

from __future__ import annotations

import csv
import datetime as dt
import io
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.stage.gate import GATE_LABELS, NextStep
from perantara.tables.declaration import Field, TableDeclaration
from perantara.text import NO_VALUE, Sentence, _, format_date, label_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FOLIO = 14  # Excel's number of the paper nearest to F4 (8.5 x 13 in)
HEAD = 3  # rows above the data
WIDEST = 44  # characters of a column
SHARE = "bagian dari 1"  # the unit of a share, shown as percent


def write_workbook(
    path: Path, title: str, findings: Mapping[str, Any], declarations: Mapping[str, TableDeclaration]
) -> None:
    """Write the findings and tables of the result in the folder of ``path``, set for F4 paper.

    The first sheet says what was found and what is to do. Confidential tables have no sheet. Codes and other text
    are text (never a formula), numbers are numbers; columns declared as computed are formulas that carry their value.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "created": dt.datetime.fromisoformat(findings["as_of"])})
        _write_summary(book, title, findings)
        tables = [t for t in findings["tables"] if declarations[t["name"]].access != "rahasia"]
        tables.sort(key=lambda t: not declarations[t["name"]].is_summed)
        for table in tables:  # what a meeting goes through line by line comes first
            text = (path.parent / "tables" / f"{table['name']}.csv").read_text(encoding="utf-8")
            if rows := list(csv.DictReader(io.StringIO(text, newline=""))):
                _write_table(book, declarations[table["name"]], rows, findings)


def _write_summary(book: Workbook, title: str, findings: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(_("Ringkasan"))
    _set_page(sheet, findings)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26, wrapped)
    sheet.set_column(1, 1, 90, wrapped)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    parts = [
        (_("Tempat"), [f"{findings['district']['name']} — {findings['initiative']['title']}"]),
        (_("Siklus"), [findings["cycle"]]),
        (_("Keadaan per"), [format_date(findings["as_of"])]),
        (_("Penilaian"), [str(GATE_LABELS[findings["gate"]["status"]])]),
        (_("Temuan"), _said(findings["statements"])),
        (_("Yang perlu diperbaiki"), _said(findings["alarms"])),
        (_("Langkah berikutnya"), [str(NextStep.from_json(step)) for step in findings["gate"]["next_steps"]]
         or [_("Bahas hasil ini dan catat keputusannya; tahap berikutnya dapat dimulai.")]),
    ]  # fmt: skip
    if findings["district"]["is_rekaan"]:
        parts.insert(0, (_("Data rekaan untuk latihan"), [_("Tidak menggambarkan daerah mana pun.")]))
    lines = [
        (heading if n == 0 else "", text)
        for heading, texts in parts
        for n, text in enumerate(texts or [NO_VALUE])
    ]
    for row, (heading, text) in enumerate(lines, start=2):
        sheet.write_string(row, 0, heading)
        sheet.write_string(row, 1, text)


def _said(sentences: list[Mapping[str, Any]]) -> list[str]:
    return [str(Sentence.from_json(sentence)) for sentence in sentences]


def _write_table(
    book: Workbook, declaration: TableDeclaration, rows: list[dict[str, str]], findings: Mapping[str, Any]
) -> None:
    title = _(declaration.title).replace("/", "-")
    sheet = book.add_worksheet(textwrap.shorten(title, 31, placeholder=""))
    _set_page(sheet, findings)
    style = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E3E8EA"}
    head, bold = book.add_format(style), book.add_format({"bold": True, "font_size": 13})
    sheet.write_string(0, 0, _(declaration.title), bold)
    sheet.write_string(1, 0, " — ".join(_mark(findings)))
    formats = _formats(book)
    for column, field in enumerate(declaration.fields):
        unit = "%" if field.unit == SHARE else _(field.unit)
        sheet.write_string(2, column, _(field.title) + (f" ({unit})" if unit else ""), head)
        longest = max((len(row[field.name]) for row in rows), default=0)
        sheet.set_column(column, column, min(max(longest + 4, 10), WIDEST))
        for line, row in enumerate(rows, start=HEAD):
            formula = _formula(declaration, field.formula, line) if row[field.name] else ""
            _write_cell(sheet, line, column, field, row[field.name], formats, formula)
    sheet.set_row(HEAD - 1, 32)
    for line, row in enumerate(rows, start=HEAD):  # viewers do not all grow a row by its text
        sheet.set_row(line, 15 * max(1, *(-(-len(text) // (WIDEST - 4)) for text in row.values())))
    _write_sums(sheet, declaration, rows, book)
    sheet.freeze_panes(HEAD, 1)
    sheet.repeat_rows(HEAD - 1)
    if rows:
        sheet.autofilter(HEAD - 1, 0, HEAD - 1 + len(rows), len(declaration.fields) - 1)


def _formula(declaration: TableDeclaration, formula: str, line: int) -> str:
    """Return a declared formula with the cells of a line in the place of the names of columns."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    cells = {name: xl_rowcol_to_cell(line, n) for n, name in enumerate(declaration.field_names)}
    return "=" + formula.format(**cells) if formula else ""


def _write_sums(
    sheet: Worksheet, declaration: TableDeclaration, rows: list[dict[str, str]], book: Workbook
) -> None:
    """Write sums that follow the filter, with their values for who only looks."""
    from xlsxwriter.utility import xl_range

    if not rows or not declaration.is_summed:
        return
    style, last = {"bold": True, "top": 1}, HEAD + len(rows)
    sheet.write_string(last, 0, _("Jumlah"), book.add_format(style))
    for column, field in enumerate(declaration.fields):
        if field.is_summed:
            total = sum(float(row[field.name] or 0) for row in rows)
            cells = xl_range(HEAD, column, last - 1, column)
            money = book.add_format(style | {"num_format": "#,##0"})
            sheet.write_formula(last, column, f"=SUBTOTAL(9,{cells})", money, total)


def _formats(book: Workbook) -> dict[str, Any]:
    """Return the looks of cells, one object each in a workbook."""
    looks = {"money": "#,##0", "share": "0.0%", "whole": "0", "plain": "#,##0.##"}
    found = {kind: book.add_format({"num_format": look, "valign": "top"}) for kind, look in looks.items()}
    return found | {"text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})}


def _write_cell(
    sheet: Worksheet, line: int, column: int, field: Field, value: str, formats: dict[str, Any], formula: str
) -> None:
    if value == "" or field.type not in ("number", "integer"):
        said = format_date(value) if value and field.type == "date" else label_of(value)
        sheet.write_string(line, column, said, formats["text"])
        return
    number = float(value)  # money and shares look so by their unit, whole numbers have no mark
    look = "money" if "idr" in field.name else "share" if field.unit == SHARE else "plain"
    look = formats["whole" if look == "plain" and number == int(number) else look]
    if formula:
        sheet.write_formula(line, column, formula, look, number)
    else:
        sheet.write_number(line, column, number, look)


def _set_page(sheet: Worksheet, findings: Mapping[str, Any]) -> None:
    sheet.set_paper(FOLIO)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    place, edition = (text.replace("&", "&&") for text in _mark(findings))
    sheet.set_header(f"&L{place}&R{edition}")
    sheet.set_footer("&R&P/&N")


def _mark(findings: Mapping[str, Any]) -> tuple[str, str]:
    """Return the place and the edition, with the mark of made-up data, for the cells and the print."""
    made_up = _("Data rekaan untuk latihan — ") if findings["district"]["is_rekaan"] else ""
    place = f"{findings['district']['name']}, {findings['initiative']['title']}, {findings['cycle']}"
    return place, made_up + _("Edisi internal")
