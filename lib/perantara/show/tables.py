"""Tables with caption, scope, units and source; labels come from the declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from perantara.errors import StageError
from perantara.show.display import Display, basis_badge, html_note
from perantara.text import _, format_date, format_number, is_missing

if TYPE_CHECKING:
    import pandas as pd

    from perantara.stage import Stage


def show_table(
    stage: Stage,
    frame: pd.DataFrame,
    *tables: str,
    caption: str,
    scope: str = "",
    titles: Mapping[str, str] | None = None,
    access: str = "",
    decimals: int | None = None,
) -> Display:
    """Show a frame as a table of the report.

    Parameters
    ----------
    stage : Stage
    frame : DataFrame
        What is shown, one column a column; the index is not shown.
    tables : str
        The declared tables it comes from: they give titles, units, source and access level.
    caption, scope : str
        What the table says, and for which place and time (default: the initiative and cycle).
    titles : mapping, optional
        Titles of columns that no declared table has, as "Title (unit)".
    access : str, optional
        Only for counts that were made safe to show; by default the strictest of ``tables``.
    decimals : int, optional
        Digits after the mark for every number.

    Raises
    ------
    StageError
        If a column is confidential in one of the tables, or has no title.
    """
    declared = _declared_fields(stage, tables)
    headings = []
    for column in frame.columns:
        field = declared.get(column)
        if field is not None and field.access == "rahasia" and column not in (titles or {}):
            raise StageError(
                _('Kolom "%(column)s" bersifat rahasia dan tidak boleh ditampilkan')
                % {"column": column}
            )
        title = (titles or {}).get(column) or (_(field.title) if field else "")
        if not title:
            raise StageError(_('Kolom "%(column)s" belum punya judul') % {"column": column})
        unit = "" if (titles or {}).get(column) or field is None else field.unit
        headings.append((title, unit))
    place = scope or _("%(initiative)s, siklus %(cycle)s") % {
        "initiative": stage.initiative.title,
        "cycle": stage.cycle,
    }
    source = stage.source_note(*tables)
    html = _html(frame, headings, caption, place, decimals) + _source_line(source)
    return Display(
        {"text/html": html, "text/plain": f"{caption}\n{frame.to_csv(index=False, lineterminator=chr(10))}"},
        kind="table", access=access or stage.access_of(*tables), caption=caption, source=source,
        is_rekaan=stage.district.is_rekaan,
    )  # fmt: skip


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
    return Display(
        {"text/html": body, "text/plain": plain}, kind="gaps", access="publik", caption=caption
    )


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


def _declared_fields(stage: Stage, tables: Sequence[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for table in reversed(tables):
        declaration = stage.store.declaration(table)
        fields |= {field.name: field for field in declaration.fields}
    return fields


def _html(
    frame: pd.DataFrame,
    headings: Sequence[tuple[str, str]],
    caption: str,
    scope: str,
    decimals: int | None,
) -> str:
    numeric = [_is_numeric(frame[column]) for column in frame.columns]
    head = "".join(
        f'<th scope="col"{_number_class(is_number)}>{escape(title)}'
        + (f' <span class="unit">{escape(unit)}</span>' if unit else "")
        + "</th>"
        for (title, unit), is_number in zip(headings, numeric, strict=True)
    )
    rows = []
    for record in frame.itertuples(index=False):
        cells = [
            _cell(value, name, position, is_number, decimals)
            for position, (name, value, is_number) in enumerate(
                zip(frame.columns, record, numeric, strict=True)
            )
        ]
        rows.append("<tr>" + "".join(cells) + "</tr>")
    return (
        '<div class="table-wrap" tabindex="0"><table class="data">'
        f'<caption>{escape(caption)} <span class="scope">{escape(scope)}</span></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _is_numeric(column: pd.Series) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return (
        is_numeric_dtype(column)
        and not is_bool_dtype(column)
        and column.name not in ("year", "cycle")
    )


def _number_class(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _cell(value: Any, name: str, position: int, is_number: bool, decimals: int | None) -> str:
    text = _cell_html(value, name, is_number, decimals)
    if position == 0:
        return f'<th scope="row"{_number_class(is_number)}>{text}</th>'
    return f"<td{_number_class(is_number)}>{text}</td>"


def _cell_html(value: Any, name: str, is_number: bool, decimals: int | None) -> str:
    if is_missing(value) or value == "":
        return "–"
    if name == "basis":
        return basis_badge(str(value))
    if hasattr(value, "isoformat"):
        return format_date(
            value.date().isoformat() if hasattr(value, "date") else value.isoformat()
        )
    if isinstance(value, bool) or str(value) in ("True", "False"):
        return _("ya") if str(value) == "True" else _("tidak")
    return format_number(value, decimals) if is_number else escape(str(value))


def _source_line(source: str) -> str:
    return (
        f'<p class="source">{escape(_("Sumber: %(source)s") % {"source": source})}</p>'
        if source
        else ""
    )


def show_declared(
    stage: Stage, table: str, columns: Sequence[str], *, caption: str, sort_by: str = ""
) -> Display:
    """Show chosen columns of a declared table, or its gap where it is missing."""
    if not stage.has(table):
        return show_gap(stage, table)
    frame = stage.table(table)
    if sort_by:
        frame = frame.sort_values(sort_by, kind="stable")
    return show_table(
        stage,
        frame[list(columns)],
        table,
        caption=caption,
        scope=stage.reading(table).describe_coverage(),
    )
