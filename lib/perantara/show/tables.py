"""Tables with caption, scope, units and source; labels come from the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from perantara.errors import StageError
from perantara.show.display import Display, basis_badge, html_note
from perantara.text import NO_VALUE, _, format_date, format_number, is_missing

if TYPE_CHECKING:
    import pandas as pd

    from perantara.stage import Stage


def show_table(
    stage: Stage,
    rows: pd.DataFrame,
    *tables: str,
    caption: str,
    columns: Sequence[str] = (),
    scope: str = "",
    titles: Mapping[str, str] | None = None,
    access: str = "",
) -> Display:
    """Show a frame as a table of the report.

    Parameters
    ----------
    stage : Stage
    rows : DataFrame
        What is shown; the index is not. Where it still has the column ``source``, only the
        sources of these rows are named.
    tables : str
        The declared tables it comes from: they give titles, units, sources and access level.
    caption, scope : str
        What the table says, and for which place and time (default: the initiative and cycle).
    columns : sequence of str, optional
        The columns to show, in this order; all by default.
    titles : mapping, optional
        Titles of columns that no declared table has, as "Title (unit)".
    access : str, optional
        Only for counts that were made safe to show; by default the strictest of ``tables``.

    Raises
    ------
    StageError
        If a column is confidential in one of the tables, or has no title.
    """
    frame = rows[list(columns)] if columns else rows
    headings = _headings(stage, frame, tables, titles or {})
    place = scope or _("%(initiative)s, siklus %(cycle)s") % {
        "initiative": stage.initiative.title,
        "cycle": stage.cycle,
    }
    source = stage.source_note(*tables, rows=rows if "source" in rows else None)
    text = frame.to_csv(index=False, lineterminator="\n")
    return Display(
        {
            "text/html": html_table(caption, place, headings, _cells(frame)) + _source_line(source),
            "text/plain": f"{caption}\n{text}",
        },
        kind="table", access=access or stage.access_of(*tables), caption=caption,
        subject=_subject(stage, tables), source=source, is_rekaan=rests_on_made_up(stage, tables),
    )  # fmt: skip


def rests_on_made_up(stage: Stage, tables: Sequence[str]) -> bool:
    """Whether what is shown rests on the tables of a made-up district, not on the reference alone."""
    scopes = {stage.store.declaration(table).scope for table in tables}
    return stage.district.is_rekaan and scopes != {"reference"}


def html_table(
    caption: str,
    scope: str,
    headings: Sequence[tuple[str, str, bool]],
    cells: Iterable[Sequence[Any]],
    style: str = "",
) -> str:
    """Return a table as HTML.

    Parameters
    ----------
    headings : sequence of (title, unit, is_number)
    cells : iterable of rows
        Text is escaped; ``Markup`` stands as it is. The first cell of a row heads it.
    style : str
        A further class of the table.
    """
    from markupsafe import escape

    kinds = [' class="number"' if is_number else "" for _title, _unit, is_number in headings]
    head = "".join(
        f'<th scope="col"{kind}>{escape(title)}'
        + (f' <span class="unit">{escape(unit)}</span></th>' if unit else "</th>")
        for (title, unit, _number), kind in zip(headings, kinds, strict=True)
    )
    body = "".join(
        f'<tr><th scope="row"{kinds[0]}>{escape(row[0])}</th>'
        + "".join(f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(row[1:], kinds[1:], strict=True))
        + "</tr>"
        for row in cells
    )
    shown_scope = f' <span class="scope">{escape(scope)}</span>' if scope else ""
    return (
        f'<div class="table-wrap" tabindex="0"><table class="data{" " + style if style else ""}">'
        f"<caption>{escape(caption)}{shown_scope}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def show_gap(stage: Stage, table: str) -> Display:
    """Show what a missing table would tell and who has it, in place of what it would show."""
    declaration = stage.reading(table).declaration
    body = (
        f'<section class="gap"><h3>{escape(_("Belum ada data: %(title)s") % {"title": _(declaration.title)})}</h3>'
        f"<p>{escape(_(declaration.why))}</p>"
        f"<p>{escape(_('Yang memiliki data: %(holder)s.') % {'holder': _(declaration.holder)})}</p></section>"
    )
    caption = _("Belum ada data: %(title)s") % {"title": _(declaration.title)}
    plain = f"{caption} — {_(declaration.why)} ({_(declaration.holder)})"
    return Display({"text/html": body, "text/plain": plain}, kind="gaps", access="publik", caption=caption)


def show_text(*sentences: Any, access: str = "publik") -> Display:
    """Show computed sentences as a paragraph."""
    text = " ".join(str(sentence) for sentence in sentences)
    return Display(
        {"text/html": f"<p>{escape(text)}</p>", "text/plain": text},
        kind="text", access=access, caption=text[:80],
    )  # fmt: skip


def show_notes(notes: Sequence[Any]) -> Display:
    """Show remarks that a reader must not miss, each in a box of its own."""
    texts = [str(note) for note in notes]
    return Display(
        {"text/html": "".join(html_note(text) for text in texts), "text/plain": "\n".join(texts)},
        kind="text", access="publik", caption=_("Catatan"),
    )  # fmt: skip


def show_declared(
    stage: Stage, table: str, columns: Sequence[str], *, caption: str, sort_by: str = ""
) -> Display:
    """Show chosen columns of a declared table, or its gap where it is missing."""
    if not stage.has(table):
        return show_gap(stage, table)
    frame = stage.table(table)
    if sort_by:
        frame = frame.sort_values(sort_by, kind="stable")
    scope = stage.reading(table).describe_coverage()
    return show_table(stage, frame, table, caption=caption, columns=columns, scope=scope)


def _subject(stage: Stage, tables: Sequence[str]) -> str:
    return ", ".join(_(stage.store.declaration(table).title) for table in tables)


def _headings(
    stage: Stage, frame: pd.DataFrame, tables: Sequence[str], titles: Mapping[str, str]
) -> list[tuple[str, str, bool]]:
    """Return title, unit and kind of each column; refuse what may not or cannot be titled."""
    declared = {f.name: f for t in reversed(tables) for f in stage.store.declaration(t).fields}
    headings = []
    for column in frame.columns:
        field = declared.get(column)
        if field is not None and field.access == "rahasia" and column not in titles:
            raise StageError(
                _('Kolom "%(column)s" bersifat rahasia dan tidak boleh ditampilkan') % {"column": column}
            )
        title = titles.get(column) or (_(field.title) if field else "")
        if not title:
            raise StageError(_('Kolom "%(column)s" belum punya judul') % {"column": column})
        unit = field.unit if field and column not in titles else ""
        headings.append((title, unit, _is_numeric(frame[column])))
    return headings


def _cells(frame: pd.DataFrame) -> Iterable[list[Any]]:
    numeric = [_is_numeric(frame[column]) for column in frame.columns]
    for record in frame.itertuples(index=False):
        yield [
            _cell(value, name, is_number)
            for name, value, is_number in zip(frame.columns, record, numeric, strict=True)
        ]


def _is_numeric(column: pd.Series) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return is_numeric_dtype(column) and not is_bool_dtype(column) and column.name not in ("year", "cycle")


def _cell(value: Any, name: str, is_number: bool) -> Any:
    if is_missing(value) or value == "":
        return NO_VALUE
    if name == "basis":
        return basis_badge(str(value))
    if hasattr(value, "isoformat"):
        return format_date(value.isoformat())
    if str(value) in ("True", "False"):
        return _("ya") if str(value) == "True" else _("tidak")
    return format_number(value) if is_number else str(value)


def _source_line(source: str) -> str:
    return f'<p class="source">{escape(_("Sumber: %(source)s") % {"source": source})}</p>'
