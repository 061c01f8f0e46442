"""What ``perantara check`` prints: each table of a place, and every fault."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

import click

from perantara.errors import Fault, TableError, near_hint
from perantara.stage.declaration import load_stages
from perantara.stage.parameters import check_lasting_values
from perantara.stage.scenarios import SCENARIO
from perantara.tables.places import Place, Roots
from perantara.tables.store import TableReading, TableStore
from perantara.text import _, format_date, format_number, lazy

_STATES = {
    "present": lazy("ada"),
    "partial": lazy("sebagian"),
    "old": lazy("lama"),
    "missing": lazy("belum ada"),
    "wrong": lazy("SALAH"),
}
_DATA_FILES = (".csv", ".xlsx", ".xls", ".tsv", ".txt")
_ON_STAGES = ("decisions", SCENARIO)


def check_places(roots: Roots, places: Iterable[Place], as_of: str = "") -> int:
    """Check the reference and every table of ``places``; return how many tables are wrong.

    A table is judged by the rows of the newest of the named cycles, its age at ``as_of`` (ISO
    date; where it is empty, that of a closed cycle, else today).
    """
    store, places, stages = TableStore(roots), list(places), load_stages(roots)
    for place in places:
        check_lasting_values(place, stages)
    counts = Counter(_check(store, table, None) for table in _tables(store, "reference"))
    named: set[str] = set()
    for place in {(p.district.slug, p.initiative.slug): p for p in places}.values():
        district, initiative = place.district, place.initiative
        day = as_of or place.as_of or dt.date.today().isoformat()
        if district.slug not in named:
            named.add(district.slug)
            click.echo(f"{district.title} ({district.code_kemendagri})")
            for note in district.notes:
                click.echo("  " + _("Catatan: %(note)s") % {"note": note})
            counts.update(_check(store, table, place, day) for table in _tables(store, "district"))
            _name_strangers(store, place, "district")
        click.echo(f"{district.slug}/{initiative.slug} — {initiative.title}")
        counts.update(_check(store, table, place, day, stages) for table in _tables(store, "initiative"))
        _name_strangers(store, place, "initiative")
    _name_stray_folders(roots)
    summary = [f"{counts[state]} {word}" for state, word in _STATES.items()]
    click.echo(_("Tabel: %(summary)s") % {"summary": ", ".join(summary)})
    return counts["wrong"]


def _tables(store: TableStore, scope: str) -> list[str]:
    return [name for name, declaration in store.declarations.items() if declaration.scope == scope]


def _check(
    store: TableStore, table: str, place: Place | None, day: str = "", stages: Collection[str] = ()
) -> str:
    """Print the line of a table (of the reference only what is wrong); return its state, "" if passed over."""
    try:
        reading = store.read(table, place)
        if table in _ON_STAGES:
            _refuse_unknown_stages(reading, stages)
    except TableError as error:
        click.echo(f"  {_STATES['wrong']}  {table}")
        click.echo("    " + str(error).replace("\n", "\n    "))
        return "wrong"
    if place is None:
        return ""
    current, about = reading.for_cycle(place.cycle), reading.declaration
    incomplete = "missing" if current.is_missing else "partial" if current.is_partial else ""
    state = incomplete or ("old" if current.is_old(day) else "present")
    state = "" if state == "missing" and about.is_optional else state
    if state:
        line = f"{_(about.title)} ({Path(reading.path).name})"
        click.echo(f"  {_STATES[state]!s:<9}  {line} — {_describe(reading, current, place, state)}")
    if about.scope == "initiative":
        _warn_of_cycles(reading, place)
    return state


def _refuse_unknown_stages(reading: TableReading, stages: Collection[str]) -> None:
    """Refuse rows on a stage that is none: nobody would ever read them."""
    strange = sorted({row["stage"] for row in reading.rows or ()} - set(stages))
    if strange:
        told = _("bukan nama tahap")
        faults = [Fault(0, "stage", name, told + near_hint(name, stages)) for name in strange]
        remedy = _("Perbaiki berkasnya, lalu jalankan lagi: perantara check")
        raise TableError(reading.declaration.name, reading.path, faults, remedy)


def _warn_of_cycles(reading: TableReading, place: Place) -> None:
    found = Counter(row.get("cycle", "") for row in reading.rows or ())
    for cycle in sorted(set(found) - {"", *place.initiative.cycles}):
        problem = _(
            "Perhatian: %(rows)s baris siklus %(cycle)s tidak dibaca; siklus itu tidak ada di initiative.yml"
        )
        click.echo(" " * 13 + problem % {"rows": format_number(found[cycle]), "cycle": cycle})


def _describe(reading: TableReading, current: TableReading, place: Place, state: str) -> str:
    rows, every = len(current.rows or ()), len(reading.rows or ())
    words = {"rows": format_number(rows), "cycle": place.cycle, "all": format_number(every)}
    count = (
        _("%(rows)s baris")
        if every == rows
        else _("%(rows)s baris untuk siklus %(cycle)s, dari %(all)s baris")
    )
    parts = [count % words] if every else []
    if current.expected is not None and rows:
        parts.append(current.describe_coverage())
    elif current.data_date:
        parts.append(_("s.d. %(date)s") % {"date": format_date(current.data_date)})
    if current.masked:
        columns = ", ".join(dict.fromkeys(column for column, _kind in current.masked))
        parts.append(_("memuat data pribadi di kolom %(columns)s; hapus dari sana") % {"columns": columns})
    if reading.encoding not in ("utf-8", "ascii"):
        parts.append(_("pengodean %(encoding)s") % {"encoding": reading.encoding})
    if state in ("missing", "old"):
        parts.append(_("tanyakan kepada: %(holder)s") % {"holder": _(reading.declaration.holder)})
    return ", ".join(parts)


def _name_strangers(store: TableStore, place: Place, scope: str) -> None:
    """Name files that no table takes up; lock files of Excel (``~$``) are passed over."""
    taken = {place.dialect(table, scope).path or f"{table}.csv" for table in _tables(store, scope)}
    for path in sorted(p for layer in store.roots.layers for p in (layer / place.folder(scope)).glob("*")):
        is_data = path.suffix.lower() in _DATA_FILES and not path.name.startswith(("~$", "."))
        if is_data and path.is_file() and path.name not in taken:
            why = _("bukan tabel yang dikenal") + near_hint(f"{path.stem.lower()}.csv", sorted(taken))
            _pass_over(store.roots.shown(path), why)


def _name_stray_folders(roots: Roots) -> None:
    """Name folders with data that no district.yml or initiative.yml makes known."""
    for layer in roots.layers:
        for pattern, statement in (("*", "district.yml"), ("*/*", "initiative.yml")):
            for folder in sorted((layer / "districts").glob(pattern)):
                relative = folder.relative_to(layer).as_posix()
                has_data = any(path.suffix.lower() in _DATA_FILES for path in folder.glob("*"))
                if has_data and not roots.find_file(f"{relative}/{statement}"):
                    _pass_over(
                        roots.shown(folder), _("folder ini belum punya %(file)s") % {"file": statement}
                    )


def _pass_over(what: str, why: str) -> None:
    click.echo("  " + _("dilewati  %(what)s: %(why)s") % {"what": what, "why": why})
