"""What ``perantara check`` prints: each table of a place, and every fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import click

from perantara.errors import TableError, nearest
from perantara.tables.places import Place, Roots
from perantara.tables.store import TableReading, TableStore
from perantara.text import _, format_date, format_number


def check_places(roots: Roots, places: Iterable[Place]) -> int:
    """Check the reference and every table of ``places``; return how many tables are wrong."""
    store = TableStore(roots)
    by_scope = {
        scope: [d for d in store.declarations.values() if d.scope == scope]
        for scope in ("reference", "district", "initiative")
    }
    faulty = sum(not _check(store, d.name, None, quiet=True) for d in by_scope["reference"])
    seen: set[str] = set()
    for place in places:
        initiative = f"{place.district.slug}/{place.initiative.slug}"
        if place.district.slug not in seen:
            seen.add(place.district.slug)
            click.echo(f"{place.district.title} ({place.district.code_kemendagri})")
            faulty += sum(not _check(store, d.name, place) for d in by_scope["district"])
            _name_strangers(store, roots, place.folder("district"), place, "district")
        if initiative not in seen:
            seen.add(initiative)
            click.echo(f"{initiative} — {place.initiative.title}")
            faulty += sum(not _check(store, d.name, place) for d in by_scope["initiative"])
            _name_strangers(store, roots, place.folder("initiative"), place, "initiative")
    return faulty


def _check(store: TableStore, table: str, place: Place | None, quiet: bool = False) -> bool:
    try:
        reading = store.read(table, place)
    except TableError as error:
        click.echo(f"  {_('SALAH')}  {table}")
        click.echo("    " + str(error).replace("\n", "\n    "))
        return False
    if not quiet:
        click.echo(f"  {_state(reading):<9} {table:<20} {_describe(reading, place)}".rstrip())
    return True


def _state(reading: TableReading) -> str:
    if reading.is_missing:
        return _("tidak ada")
    if reading.is_partial:
        return _("sebagian")
    return _("lama") if reading.is_old(dt.date.today().isoformat()) else _("ada")


def _describe(reading: TableReading, place: Place | None) -> str:
    if reading.is_missing:
        return _("tanyakan kepada: %(holder)s") % {"holder": reading.declaration.holder}
    parts = [_("%(rows)s baris") % {"rows": format_number(len(reading.rows or ()))}]
    if place and "cycle" in reading.declaration.field_names:
        this = reading.for_cycle(place.initiative.cycles and max(place.initiative.cycles))
        parts.append(_("siklus terbaru: %(rows)s baris") % {"rows": format_number(len(this.rows or ()))})
    if reading.expected is not None:
        parts.append(reading.describe_coverage())
    elif reading.data_date:
        parts.append(_("s.d. %(date)s") % {"date": format_date(reading.data_date)})
    if reading.encoding != "utf-8":
        parts.append(_("pengodean %(encoding)s") % {"encoding": reading.encoding})
    return ", ".join(parts)


def _name_strangers(store: TableStore, roots: Roots, folder: str, place: Place, scope: str) -> None:
    """Name files that no table takes up; lock files of Excel (``~$``) are passed over."""
    known = {d.name for d in store.declarations.values() if d.scope == scope}
    stated = {place.dialect(name, scope).path for name in known}
    for path in sorted(p for layer in roots.layers for p in (layer / folder).glob("*") if p.is_file()):
        is_data = path.suffix.lower() in (".csv", ".xlsx", ".xls", ".tsv", ".txt")
        if path.name.startswith(("~$", ".")) or not is_data or path.name in stated:
            continue
        if path.suffix == ".csv" and path.stem in known:
            continue
        near = nearest(path.stem, known)
        hint = _("; mungkin maksudnya %(near)s.csv") % {"near": near} if near else ""
        click.echo(
            "  " + _("dilewati  %(file)s: bukan tabel yang dikenal") % {"file": Path(path).name} + hint
        )
