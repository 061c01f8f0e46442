"""Lists of budget codes as people have them: read, repaired as stated, and put into the workspace."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from perantara.cli.code_cells import CODE_HEADING, Cell, Grid, read_sheets, split_code
from perantara.errors import Fault, PerantaraError, PlaceError, TableError
from perantara.methods.code_grammar import LEVELS, BudgetCode, parse_code
from perantara.tables.checking import Setting, check_rows
from perantara.tables.reading import Dialect, split
from perantara.tables.store import TableStore, canonical_csv, write_beside
from perantara.text import _, format_number

TABLE = "imported_budget_codes"
_NAME_HEADING = re.compile(r"(nomenklatur|nama|uraian|(sub ?)?kegiatan|program|(bidang )?urusan)\b.*", re.I)


@dataclass(frozen=True)
class CodeList:
    """A list as read: rows of code, level and name, with what was repaired and skipped and why."""

    sheet: str
    rows: list[tuple[str, str, str]]
    repaired: Counter[str]
    skipped: Counter[str]


def import_list(
    store: TableStore, file: Path, sheet: str, levels: Iterable[str], decree: str, year: int, basis: str
) -> list[str]:
    """Put a list into the workspace, in place of an earlier one of the same decree; say what was done.

    Raises
    ------
    PerantaraError
        If there is no workspace above the shipped data, no decree is named, no codes are found, some
        were saved as numbers or dates (each is named), or the table would not pass its check; nothing
        is written then.
    """
    if len(store.roots.layers) == 1:
        raise PlaceError(
            _("Tentukan folder kerja dengan --data atau PERANTARA_DATA untuk memuat daftar kode")
        )
    found = _read_list(file, sheet, set(levels))
    if not decree:
        raise PerantaraError(_("--decree kosong; sebutkan keputusan atau daftar asal kode itu"))
    shared = {
        "decree": decree, "fiscal_year_from": "", "fiscal_year_to": str(year), "basis": basis,
        "source": _("%(decree)s, berkas %(file)s") % {"decree": decree, "file": file.name},
        "data_date": dt.date.today().isoformat(),
    }  # fmt: skip
    before = store.read(TABLE).rows or ()
    rows = [row for row in before if row["decree"] != decree]
    replaced = len(before) - len(rows)
    rows += [{**shared, "code": c, "level": level, "official_name": n} for c, level, n in found.rows]
    declaration = store.declaration(TABLE)
    text = canonical_csv(declaration.field_names, rows)
    raw = split(text, Dialect())
    faults = [raw] if isinstance(raw, Fault) else check_rows(raw, declaration, Dialect(), Setting())[1]
    if faults:
        raise TableError(TABLE, f"{TABLE}.csv", faults, _("Tidak ada yang dimuat."))
    path = store.roots.layers[0] / "reference" / f"{TABLE}.csv"
    write_beside(path, text)
    return _describe(found, decree, replaced, path.relative_to(store.roots.layers[0].parent).as_posix())


def _read_list(file: Path, sheet: str, levels: set[str]) -> CodeList:
    sheets = read_sheets(file)
    if sheet and sheet not in sheets:
        words = _('Lembar "%(sheet)s" tidak ada dalam %(file)s; yang ada: %(sheets)s')
        raise PerantaraError(words % {"sheet": sheet, "file": file.name, "sheets": ", ".join(sheets)})
    for name in [sheet] if sheet else sheets:
        if pairs := _code_columns(sheets[name]):
            return _take_rows(file, name, sheets[name], pairs, levels)
    words = _("Tidak ada kolom kode anggaran dalam %(file)s. Beri judul kolomnya: kode, nomenklatur.")
    raise PerantaraError(words % {"file": file.name})


def _code_columns(grid: Grid) -> list[tuple[int, int]]:
    """Return the columns of codes, each with that of its names (the same where both share a cell)."""
    headings = {
        column: cell.text for row in list(grid.values())[:40][::-1] for column, cell in row.items()
        if CODE_HEADING.fullmatch(cell.text) or _NAME_HEADING.fullmatch(cell.text)
    }  # fmt: skip
    columns: dict[int, list[Cell]] = {}
    for row in grid.values():
        for column, cell in row.items():
            columns.setdefault(column, []).append(cell)
    readings: dict[int, list[BudgetCode]] = {}
    for column, cells in sorted(columns.items()):
        is_headed = bool(CODE_HEADING.fullmatch(headings.get(column, "")))
        read = [(cell, parse_code(_code_and_name(cell.text)[0])) for cell in cells]
        hits = [
            (cell, code) for cell, code in read
            if (code.canonical and (cell.kind == "text" or is_headed)) or (cell.kind == "date" and is_headed)
        ]  # fmt: skip
        if 2 * len(hits) >= len(cells) - 5 and any("." in c.text or c.kind != "text" for c, _code in hits):
            readings[column] = [code for _cell, code in hits]
    # kode beside kode_norm: of columns of the same codes the best formed, and of these the first
    by_faults = sorted(readings, key=lambda place: (_count_faults(readings[place]), place), reverse=True)
    places = sorted({tuple(code.canonical for code in readings[p]): p for p in by_faults}.values())
    return [(place, _name_column(place, columns, places, headings)) for place in places]


def _code_and_name(text: str) -> tuple[str, str]:
    return split_code(text) if re.search(r"[^\d.]", text) else (text, "")


def _count_faults(codes: list[BudgetCode]) -> int:
    return sum(bool(code.fault) for code in codes)


def _name_column(
    column: int, columns: dict[int, list[Cell]], code_columns: list[int], headings: dict[int, str]
) -> int:
    joined = sum(bool(_code_and_name(cell.text)[1]) for cell in columns[column])
    if 2 * joined >= len(columns[column]):
        return column
    texts = {
        place: len({cell.text for cell in cells if re.search(r"[A-Za-z]{3}", cell.text)})
        for place, cells in columns.items() if place not in code_columns
    }  # fmt: skip
    candidates = [place for place, number in texts.items() if number]
    after = min((place for place in code_columns if place > column), default=10**6)
    between = [place for place in candidates if column < place < after]
    return max(
        between or candidates, default=0,
        key=lambda place: (bool(_NAME_HEADING.fullmatch(headings.get(place, ""))), texts[place]),
    )  # fmt: skip


def _take_rows(
    file: Path, sheet: str, grid: Grid, pairs: list[tuple[int, int]], levels: set[str]
) -> CodeList:
    taken: dict[str, tuple[str, str, str]] = {}
    repaired: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    faults: list[Fault] = []
    for line, cells in grid.items():
        for column, name_column in pairs:
            if column not in cells:
                skipped.update([_("tanpa kode")] if cells else [])
                continue
            text, name = _code_and_name(cells[column].text)
            if name_column != column:
                name = " ".join(cells[name_column].text.split()) if name_column in cells else ""
            if cells[column].kind != "text" and not re.fullmatch("[1-9]", text):
                kind = _("tanggal") if cells[column].kind == "date" else _("angka")
                problem = _(
                    "kode tersimpan sebagai %(kind)s, sehingga titik atau nol di dalamnya dapat hilang"
                )
                faults.append(Fault(line, _("kode"), cells[column].text, problem % {"kind": kind}, column))
                continue
            reading = parse_code(text)
            if why := _why_skipped(reading, name, levels, taken):
                skipped[why] += 1
                continue
            taken[reading.canonical] = (reading.canonical, reading.level, name)
            repaired.update(filter(None, [reading.fault]))
    if faults:
        remedy = _("Tidak ada yang dimuat. Ubah kolom kode menjadi teks, lalu ulangi.")
        raise TableError(TABLE, f"{file.name}, {sheet}", faults, remedy)
    return CodeList(sheet, list(taken.values()), repaired, skipped)


def _why_skipped(
    reading: BudgetCode, name: str, levels: set[str], taken: dict[str, tuple[str, str, str]]
) -> str:
    """Say why a row does not come in; "" where it does."""
    if not reading.canonical:
        return reading.fault if re.match(r"[\dX]", reading.text) else _("judul atau catatan")
    if levels and reading.level not in levels:
        return _("tingkat lain")
    if reading.canonical not in taken:
        return ""
    same = taken[reading.canonical][2].casefold() == name.casefold()
    return _("kode ganda") if same else _("kode ganda dengan nama lain; nama pertama dipakai")


def _describe(found: CodeList, decree: str, replaced: int, path: str) -> list[str]:
    levels = Counter(level for _code, level, _name in found.rows)
    parts = [f"{format_number(levels[level])} {_(level)}" for level in LEVELS.values() if levels[level]]
    lines = [
        _("%(count)s kode masuk dari %(sheet)s sebagai %(decree)s: %(levels)s.")
        % {"count": format_number(len(found.rows)), "sheet": found.sheet, "decree": decree,
           "levels": ", ".join(parts)}
    ]  # fmt: skip
    if replaced:
        words = _("  Diganti  %(count)s kode dari pemuatan %(decree)s yang lalu")
        lines.append(words % {"count": format_number(replaced), "decree": decree})
    for words, reasons in (
        (_("  Diperbaiki  %(count)s: %(reason)s"), found.repaired),
        (_("  Dilewati  %(count)s: %(reason)s"), found.skipped),
    ):
        lines += [words % {"count": format_number(n), "reason": _(why)} for why, n in reasons.most_common()]
    words = _("Tersimpan di %(path)s; dipakai oleh perantara codes check dan tahap 04.")
    return [*lines, words % {"path": path}]
