"""Keeps personal data out of what is read: free text is masked, columns declared confidential are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from perantara.errors import Fault
from perantara.methods.privacy import MASKS, KnownNames, mask_identifiers
from perantara.tables.declaration import TableDeclaration
from perantara.tables.reading import RawTable

OF_PLACE = ("initiative", "district")
Rows = Sequence[Mapping[str, str]]


def may_name_persons(declaration: TableDeclaration) -> bool:
    """Whether a table of a place has a confidential column with names."""
    return declaration.scope in OF_PLACE and bool(_name_columns(declaration))


def _name_columns(declaration: TableDeclaration) -> list[str]:
    return [name for name in declaration.confidential_columns if name.endswith("_name")]


def confidential_names(declaration: TableDeclaration, raw: RawTable | Fault) -> set[str]:
    """Return the names of persons in the confidential columns of a file (those called ``…_name``)."""
    if isinstance(raw, Fault):
        return set()
    places = [place for place, column in enumerate(raw.header) if column in _name_columns(declaration)]
    return {cells[place] for _line, cells in raw.rows for place in places if place < len(cells)}


def without_personal_data(fault: Fault, declaration: TableDeclaration) -> Fault:
    """Return a fault that quotes neither a confidential column nor what looks like personal data."""
    is_closed = set(declaration.confidential_columns) & set(fault.column.split(", "))
    found = "" if is_closed else mask_identifiers(fault.found)
    return replace(fault, found=found, column=mask_identifiers(fault.column))


def mask_rows(declaration: TableDeclaration, rows: Rows, names: KnownNames) -> Rows:
    """Return the rows with identifiers and ``names`` in their free text masked; the same where none is."""
    changes = {}
    for column in _free_text(declaration):
        texts = {row[column] for row in rows}
        changed = {text: mask for text in texts if (mask := mask_identifiers(text, names)) != text}
        if changed:
            changes[column] = changed
    if not changes:
        return rows
    return tuple({**row, **{c: known.get(row[c], row[c]) for c, known in changes.items()}} for row in rows)


def masks_in(declaration: TableDeclaration, rows: Rows) -> list[tuple[str, str]]:
    """Return each column of a table that holds a mask, with the kind of what is masked."""
    return [
        (column, kind)
        for column in _free_text(declaration)
        for texts in [{row[column] for row in rows}]
        for kind, mask in MASKS.items()
        if any(mask in text for text in texts)
    ]


def _free_text(declaration: TableDeclaration) -> Iterable[str]:
    """Yield the columns of a place's table in which anything may be written."""
    for field in declaration.fields if declaration.scope in OF_PLACE else ():
        is_bound = field.code or field.access == "rahasia" or {"enum", "pattern"} & set(field.constraints)
        if field.type == "string" and field.name != "basis" and not is_bound:
            yield field.name
