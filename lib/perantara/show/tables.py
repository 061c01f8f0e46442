"""Tables with caption, scope, units and source; labels come from the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from perantara.errors import StageError
from perantara.show.display import Display, as_html, basis_badge, shown_html, source_line
from perantara.stage import Stage
from perantara.stage.gate import weakest_basis
from perantara.text import (
    NO_VALUE,
    _,
    format_date,
    format_number,
    in_terms,
    is_missing,
    label_of,
    lower_first,
    say_again,
)

Heading = tuple[str, str, bool]  # title, unit, and whether numbers stand below


def show_table(
    stage: Stage, rows: pd.DataFrame, *tables: str, caption: str, columns: Sequence[str] = (),
    scope: str = "", titles: Mapping[str, str] | None = None, access: str = "",
) -> Display:  # fmt: skip
    """Show a frame (not its index) as a table of the report.

    Parameters
    ----------
    tables : str
        The declared tables it comes from: they give titles, units, sources and access level. Where the
        rows still have the column ``source``, only the sources of these rows are named. Without rows,
        the gap of the first table if it is missing.
    caption, scope : str
        What the table says, and for which place and time (default: the initiative and cycle).
    columns : sequence of str, optional
        The columns to show, in this order; all by default.
    titles : mapping, optional
        Titles of columns that no declared table has, as "Title (unit)".
    access : str, optional
        Only for counts that were made safe to show; by default the strictest of ``tables``.

    StageError: a column is confidential in one of the tables, or has no title.
    """
    if rows.empty and tables and tables[0] in stage.declaration.tables and not stage.has(tables[0]):
        return show_gap(stage, tables[0])
    frame = rows[list(columns)] if columns else rows
    headings = list(_headings(stage, frame, tables, titles or {}))
    own_scope = {"initiative": stage.initiative.title, "cycle": stage.cycle}
    place = scope or _("%(initiative)s, siklus %(cycle)s") % own_scope
    source = stage.source_note(*tables, rows=rows if "source" in rows else None)
    read = [table for table in tables if table not in stage.declaration.writes]
    basis = weakest_basis(rows["basis"].dropna()) if "basis" in rows else stage.basis_of(*read)
    said = _("Sumber: %(source)s") % {"source": source}
    foot = source_line(Markup("{} {}").format(said, basis_badge(basis)))
    text = frame.to_csv(index=False, lineterminator="\n")
    bundle = as_html(html_table(caption, place, headings, _cells(frame)) + foot, f"{caption}\n{text}")
    return Display.of(stage, "table", caption, bundle, *tables, access=access, source=source)


def html_table(
    caption: str,
    scope: str,
    headings: Sequence[Heading | str],
    cells: Iterable[Sequence[Any]],
    style: str = "",
) -> str:
    """Return a table as HTML: text is escaped, ``Markup`` stands; the first cell of a row heads it.

    A heading is a title, or its title, unit and whether numbers stand below; ``style`` a further class.
    """
    heads = [(heading, "", False) if isinstance(heading, str) else heading for heading in headings]
    kinds = [Markup(' class="number"' if is_number else "") for _title, _unit, is_number in heads]
    head = Markup().join(
        Markup('<th scope="col"{}>{}{}</th>').format(kind, title, _span("unit", unit))
        for (title, unit, _number), kind in zip(heads, kinds, strict=True)
    )
    first = Markup('<th scope="row"{}>{{}}</th>').format(kinds[0])
    others = Markup().join(Markup("<td{}>{{}}</td>").format(kind) for kind in kinds[1:])
    body = Markup().join((Markup("<tr>") + first + others + Markup("</tr>")).format(*row) for row in cells)
    return Markup(
        '<div class="table-wrap" tabindex="0"><table class="{}"><caption>{}{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(f"data {style}".strip(), caption, _span("scope", scope), head, body)


def _span(kind: str, text: str) -> Markup:
    return Markup(' <span class="{}">{}</span>').format(kind, text) if text else Markup()


def show_gap(stage: Stage, table: str) -> Display:
    """Show what a missing table would tell and who has it; a second time only that it is missing."""
    declaration = stage.reading(table).declaration
    title, why, holder = _(declaration.title), _(declaration.why), _(declaration.holder)
    if table in stage.shown_gaps:
        return show_text(_("Belum dapat ditunjukkan: %(title)s belum ada.") % {"title": lower_first(title)})
    stage.shown_gaps.add(table)
    caption = _("Belum ada data: %(title)s") % {"title": title}
    html = Markup('<section class="gap"><h3>{}</h3><p>{}</p><p>{}</p></section>').format(
        caption, why, _("Yang memiliki data: %(holder)s.") % {"holder": holder}
    )
    return shown_html("gaps", caption, html, f"{caption} — {why} ({holder})")


def find_missing(stage: Stage, *tables: str) -> str:
    """Name the first of ``tables`` that is not there; "" where all are."""
    return next((table for table in tables if not stage.has(table)), "")


def show_missing(stage: Stage, *tables: str) -> Display | None:
    """Show the gap of the first of ``tables`` that is missing; nothing where all are there."""
    missing = find_missing(stage, *tables)
    return show_gap(stage, missing) if missing else None


def show_text(*sentences: Any, access: str = "publik") -> Display:
    """Show computed sentences as a paragraph."""
    text = " ".join(str(sentence) for sentence in sentences)
    return shown_html("text", text[:80], Markup("<p>{}</p>").format(text), text, access)


def show_notes(notes: Sequence[Any]) -> Display:
    """Show remarks that a reader must not miss, each in a box of its own."""
    texts = [str(note) for note in notes]
    boxes = Markup().join(Markup('<aside class="note"><p>{}</p></aside>').format(text) for text in texts)
    return shown_html("text", _("Catatan"), boxes, "\n".join(texts))


def show_declared(
    stage: Stage, table: str, columns: Sequence[str], *, caption: str, sort_by: str = ""
) -> Display:
    """Show chosen columns of a declared table, or its gap where it is missing."""
    frame = stage.table(table)
    if sort_by:
        frame = frame.sort_values(sort_by, kind="stable")
    scope = stage.reading(table).describe_coverage()
    return show_table(stage, frame, table, caption=caption, columns=columns, scope=scope)


def _headings(
    stage: Stage, frame: pd.DataFrame, tables: Sequence[str], titles: Mapping[str, str]
) -> Iterator[Heading]:
    """Yield title, unit and kind of each column; refuse what may not or cannot be titled."""
    declared = {f.name: f for t in reversed(tables) for f in stage.store.declaration(t).fields}
    for column in frame.columns:
        field = None if column in titles else declared.get(column)
        if field is None and column not in titles:
            raise StageError(_('Kolom "%(column)s" belum punya judul') % {"column": column})
        if field and field.access == "rahasia":
            problem = _('Kolom "%(column)s" bersifat rahasia dan tidak boleh ditampilkan')
            raise StageError(problem % {"column": column})
        own = in_terms(_(field.title), stage.district.kind, stage.terms) if field else titles[column]
        yield own, _(field.unit) if field else "", _is_numeric(frame[column])


def _cells(frame: pd.DataFrame) -> Iterable[list[Any]]:
    numeric = [_is_numeric(frame[column]) for column in frame.columns]
    for record in frame.itertuples(index=False):
        yield [_cell(*cell) for cell in zip(record, frame.columns, numeric, strict=True)]


def _is_numeric(column: pd.Series) -> bool:
    is_time = str(column.name).endswith(("year", "cycle"))
    return is_numeric_dtype(column) and not is_bool_dtype(column) and not is_time


def _cell(value: Any, name: str, is_number: bool) -> Any:
    if is_missing(value) or value == "":
        return NO_VALUE
    if name == "basis":
        return basis_badge(str(value))
    if hasattr(value, "isoformat"):
        return format_date(value.isoformat())
    if str(value) in ("True", "False"):
        return _("ya") if str(value) == "True" else _("tidak")
    if is_number:
        return format_number(value)
    return say_again(value) if name == "note" else label_of(str(value))
