"""Tables with caption, scope, units and source; labels come from the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from perantara.errors import StageError
from perantara.show.display import Display, as_html, basis_badge, source_line
from perantara.stage.gate import weakest_basis
from perantara.text import NO_VALUE, _, format_date, format_number, is_missing, label_of, say_again

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

    StageError: if a column is confidential in one of the tables, or has no title.
    """
    frame = rows[list(columns)] if columns else rows
    headings = _headings(stage, frame, tables, titles or {})
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
    kinds = [Markup(' class="number"' if is_number else "") for _title, _unit, is_number in headings]
    head = Markup().join(
        Markup('<th scope="col"{}>{}{}</th>').format(kind, title, _span("unit", unit))
        for (title, unit, _number), kind in zip(headings, kinds, strict=True)
    )
    body = Markup().join(
        Markup('<tr><th scope="row"{}>{}</th>{}</tr>').format(
            kinds[0],
            row[0],
            Markup().join(
                Markup("<td{}>{}</td>").format(kind, cell)
                for cell, kind in zip(row[1:], kinds[1:], strict=True)
            ),
        )
        for row in cells
    )
    return Markup(
        '<div class="table-wrap" tabindex="0"><table class="{}"><caption>{}{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(f"data {style}".strip(), caption, _span("scope", scope), head, body)


def _span(kind: str, text: str) -> Markup:
    return Markup(' <span class="{}">{}</span>').format(kind, text) if text else Markup()


def show_gap(stage: Stage, table: str) -> Display:
    """Show what a missing table would tell and who has it; a second time only that it is missing."""
    declaration = stage.reading(table).declaration
    if table in stage.shown_gaps:
        return show_text(
            _("Belum dapat ditunjukkan: %(title)s belum ada.") % {"title": _(declaration.title).lower()}
        )
    stage.shown_gaps.add(table)
    caption = _("Belum ada data: %(title)s") % {"title": _(declaration.title)}
    why, holder = _(declaration.why), _(declaration.holder)
    html = Markup('<section class="gap"><h3>{}</h3><p>{}</p><p>{}</p></section>').format(
        caption, why, _("Yang memiliki data: %(holder)s.") % {"holder": holder}
    )
    bundle = as_html(html, f"{caption} — {why} ({holder})")
    return Display(bundle, kind="gaps", access="publik", caption=caption)


def show_text(*sentences: Any, access: str = "publik") -> Display:
    """Show computed sentences as a paragraph."""
    text = " ".join(str(sentence) for sentence in sentences)
    bundle = as_html(Markup("<p>{}</p>").format(text), text)
    return Display(bundle, kind="text", access=access, caption=text[:80])


def show_notes(notes: Sequence[Any]) -> Display:
    """Show remarks that a reader must not miss, each in a box of its own."""
    texts = [str(note) for note in notes]
    boxes = [Markup('<aside class="note"><p>{}</p></aside>').format(text) for text in texts]
    bundle = as_html(Markup().join(boxes), "\n".join(texts))
    return Display(bundle, kind="text", access="publik", caption=_("Catatan"))


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
        unit = _(field.unit) if field and column not in titles else ""
        headings.append((title, unit, _is_numeric(frame[column])))
    return headings


def _cells(frame: pd.DataFrame) -> Iterable[list[Any]]:
    numeric = [_is_numeric(frame[column]) for column in frame.columns]
    for record in frame.itertuples(index=False):
        yield [_cell(*cell) for cell in zip(record, frame.columns, numeric, strict=True)]


def _is_numeric(column: pd.Series) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return (
        is_numeric_dtype(column)
        and not is_bool_dtype(column)
        and not str(column.name).endswith(("year", "cycle"))
    )


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
