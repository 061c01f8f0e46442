"""The one object a notebook talks to."""

from __future__ import annotations

import csv
import datetime as dt
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.errors import StageError
from perantara.stage import provenance, results
from perantara.stage.decisions import newest_decision
from perantara.stage.declaration import TRIAL, StageDeclaration, load_stage
from perantara.stage.findings import assemble_findings, findings_text
from perantara.stage.gate import OPERATORS, Criterion, Gate, Measure, NextStep, weakest_basis, worded
from perantara.stage.parameters import (
    given_in,
    lasting_values,
    place_parameters,
    resolve,
    stated_defaults,
    with_lasting_values,
)
from perantara.tables.addresses import find_place
from perantara.tables.declaration import ACCESS_LEVELS, TableDeclaration
from perantara.tables.places import Place, Roots
from perantara.tables.store import TableReading, TableStore, canonical_csv, from_frame, to_frame
from perantara.text import Sentence, _, current_language, format_date, is_missing, lazy, set_language

if TYPE_CHECKING:
    import pandas as pd

_NOT_RUN = lazy("Tahap ini belum dijalankan; hasilnya dipakai di sini.")
_RUNS_IT = lazy("Pengelola buku kerja daerah, dengan perantara run")
_AGED = lazy(
    "%(table)s: %(old)s dari %(all)s indikator yang dipakai berumur lebih dari %(limit)s tahun "
    "(%(listed)s); cari terbitan yang lebih baru."
)
_PERSONAL = {
    "id_number": lazy("nomor NIK atau KK"),
    "email": lazy("alamat surel"),
    "phone": lazy("nomor telepon"),
    "name": lazy("nama orang dari kolom rahasia"),
}
_PLAIN_ENCODINGS = ("utf-8", "utf8", "utf-8-sig", "ascii")


@dataclass(eq=False, repr=False)
class Stage:
    """A stage of a place, open: its tables, parameters, gaps, and what it finds.

    ``parameters`` are typed, ``as_of`` resolved. ``gaps`` say what is missing (table, columns, why it
    matters, who has it), ``alarms`` what is old, partial or oddly written, ``faults`` what the stage
    found to be mended: one sentence with ``item`` for each, folded on its first page.
    """

    declaration: StageDeclaration
    place: Place
    parameters: dict[str, Any]
    store: TableStore
    alarms: list[Sentence] = field(default_factory=list)
    faults: list[Sentence] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    statements: list[Sentence] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    used_sources: set[tuple[str, str, str]] = field(default_factory=set)
    shown_gaps: set[str] = field(default_factory=set)
    _readings: dict[str, TableReading] = field(default_factory=dict)
    _earlier: dict[str, dict[str, TableReading]] = field(default_factory=dict)
    _years: dict[str, dict[str, int]] = field(default_factory=dict)

    district = property(lambda self: self.place.district, doc="The district: name, title, codes, terms.")
    initiative = property(
        lambda self: self.place.initiative, doc="The initiative: title, product unit, route."
    )
    cycle = property(lambda self: self.place.cycle, doc="The cycle, a year as text.")
    as_of = property(lambda self: self.parameters["as_of"], doc="The ISO date that stands for today.")
    terms = property(lambda self: self.place.district.terms, doc="What the district calls its institutions.")

    def __post_init__(self) -> None:
        for table in self.declaration.tables:
            self._read(table)
        previous = self.declaration.previous if self.place.previous_cycle else []
        for stage in [*self.declaration.upstream, *previous]:
            if self.findings(stage) is None:
                self._gap(stage, [], _NOT_RUN.message, _RUNS_IT.message)

    @classmethod
    def open(cls, name: str, scope: Mapping[str, Any]) -> Stage:
        """Open stage ``name`` with the parameters in ``scope`` (a notebook's ``globals()``).

        A ParameterError, PlaceError or TableError says what is wrong with the parameters, the address
        or a table that the stage reads; a missing table is a gap.
        """
        set_language(os.environ.get("PERANTARA_LANGUAGE", "id"))
        roots = Roots.find()
        declaration = load_stage(roots, name)
        parameters = resolve(declaration, given_in(scope, declaration))
        place = find_place(roots, parameters["district"], parameters["initiative"], parameters["cycle"])
        if not _given_output():  # the runner has laid them in already
            parameters = with_lasting_values(parameters, place, declaration)
        parameters |= place_parameters(place, parameters["as_of"])
        return cls(declaration, place, parameters, TableStore(roots))

    # what a notebook reads -------------------------------------------------------------

    def reading(self, table: str) -> TableReading:
        """Return a declared table with what is known about it (coverage, age, sources)."""
        if table not in self._readings:
            self._refuse_undeclared(_("Tabel"), table)
        return self._readings[table]

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of this cycle; a missing table is an empty frame (and a gap)."""
        return self.reading(name).frame()

    def earlier(self, table: str) -> list[pd.DataFrame]:
        """Return the rows of each earlier cycle, oldest first, of a table declared under ``earlier_cycles``."""
        if table not in self.declaration.reads.get("earlier_cycles", []):
            self._refuse_undeclared(_("Tabel"), table)
        if table not in self._earlier:
            self._earlier[table] = provenance.read_earlier(self.store, table, self.place, self.declaration)
        return [reading.frame() for reading in self._earlier[table].values()]

    def has(self, name: str) -> bool:
        """Whether a declared table has rows for this cycle."""
        return not self.reading(name).is_missing

    def findings(self, stage: str) -> dict[str, Any] | None:
        """Return the findings of another stage that this one declares to read, or ``None``.

        ``result`` in it is what later stages follow: the decision where there is one, otherwise
        the gate.
        """
        is_previous = stage in self.declaration.previous
        if not is_previous and stage not in self.declaration.upstream:
            self._refuse_undeclared(_("Tahap"), stage)
        cycle = self.place.previous_cycle if is_previous else self.cycle
        found = results.read_findings(self._folder_of(stage)) if cycle else None
        if found:  # its decision is that of now: one may follow a closed run
            place, computed = replace(self.place, cycle=cycle), found["gate"]["status"]
            decision = newest_decision(self.store, place, stage, self.as_of, computed)
            found |= {"decision": decision, "result": decision["decided_result"] if decision else computed}
        return found

    def result(self, stage: str, table: str) -> pd.DataFrame:
        """Return a table that another stage wrote; empty where that stage has not run (which is a gap)."""
        declaration, found = self.store.declaration(table), self.findings(stage)
        if found and table not in [written["name"] for written in found["tables"]]:
            words = {"stage": stage, "table": table}
            raise StageError(_('Tahap "%(stage)s" tidak menulis tabel "%(table)s"') % words)
        path = self._folder_of(stage) / "tables" / f"{table}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if found else []
        return to_frame(declaration, csv.DictReader(lines))

    def _folder_of(self, stage: str) -> Path:
        cycle = self.place.previous_cycle if stage in self.declaration.previous else self.cycle
        return results.result_folder(self.store.roots, self.place, stage, current_language(), cycle=cycle)

    def _refuse_undeclared(self, kind: str, name: str) -> None:
        words = {"kind": kind, "name": name, "stage": self.declaration.name}
        raise StageError(_('%(kind)s "%(name)s" tidak tercantum di bawah reads dalam %(stage)s.yml') % words)

    def _read(self, table: str) -> None:
        reading = provenance.read_for(self.store, table, self.place, self.declaration)
        self._readings[table] = reading
        about = reading.declaration
        needed = self.declaration.needs.get(table, [])
        empty = [c for c in needed if not any(row[c] for row in reading.rows or ())]
        if (reading.is_missing and not about.is_optional) or (empty and not reading.is_missing):
            self._gap(table, [] if reading.is_missing else empty, about.why, about.holder)
        self.alarms += self._alarms(reading)

    def _gap(self, table: str, columns: list[str], why: str, holder: str) -> None:
        self.gaps.append({"table": table, "columns": columns, "why": why, "holder": holder})

    def _alarms(self, reading: TableReading) -> Iterator[Sentence]:
        said, day = {"table": reading.declaration.title}, format_date(reading.data_date)
        if reading.is_partial:
            coverage = reading.describe_coverage()
            yield Sentence("%(table)s belum lengkap: %(coverage)s.", said | {"coverage": coverage})
        if reading.is_old(self.as_of):
            yield Sentence("%(table)s: data terakhir bertanggal %(date)s; mutakhirkan.", said | {"date": day})
        if reading.declaration.scope != "reference" and reading.data_date > self.as_of:
            yield Sentence(
                "%(table)s memuat data bertanggal %(date)s, sesudah tanggal acuan.", said | {"date": day}
            )
        for column, kind in reading.masked:
            found = {"column": column, "kind": _PERSONAL[kind].message}
            yield Sentence(
                "%(table)s, kolom %(column)s memuat %(kind)s; disamarkan di sini, hapus dari berkasnya.",
                said | found,
            )
        if reading.encoding.lower().replace("_", "-") not in _PLAIN_ENCODINGS:
            written = {"encoding": reading.encoding}
            yield Sentence("%(table)s dibaca dengan pengodean %(encoding)s, bukan UTF-8.", said | written)

    # what a notebook says --------------------------------------------------------------

    def state(self, message: str, access: str = "publik", **arguments: Any) -> Sentence:
        """Add a sentence to what the stage found, for its first page; an internal one says amounts."""
        sentence = Sentence(message, arguments, access)
        if sentence not in self.statements:  # a cell may be run again
            self.statements.append(sentence)
        return sentence

    def figure(
        self, name: str, value: Any, unit: str, *tables: str,
        access: str = "", rows: pd.DataFrame | None = None,
    ) -> None:  # fmt: skip
        """Record a number that others may use, with the tables (or just the rows) it comes from."""
        number = None if is_missing(value) else value
        figure = {
            "id": name,
            "value": number if isinstance(number, str | None) else float(number),
            "unit": unit,
            "basis": self.basis_of(*tables) if rows is None else weakest_basis(rows["basis"]),
            "access": access or self.access_of(*tables),
            "source": self.source_note(*tables, rows=rows),
        }
        self.figures = [*(known for known in self.figures if known["id"] != name), figure]

    def basis_of(self, *tables: str) -> str:
        """Return the weakest basis that the rows of ``tables`` rest on, "" where there are none."""
        return weakest_basis(b for table in tables for b in self.reading(table).bases)

    def access_of(self, *tables: str) -> str:
        """Return the strictest access level of ``tables``."""
        levels = [self.store.declaration(table).access for table in tables]
        return max(levels or ["internal"], key=ACCESS_LEVELS.index)

    def source_note(self, *tables: str, rows: pd.DataFrame | None = None) -> str:
        """Name the sources of what is shown and note them for the list at the end.

        With ``rows``, a frame that still has the columns ``source``, ``basis`` and ``data_date``,
        only the sources of those rows; otherwise all sources of ``tables``.
        """
        notes: list[str] = []
        own = None if rows is None else set(rows[["source", "basis"]].itertuples(index=False, name=None))
        readings = [self.reading(table) for table in tables if table not in self.declaration.writes]
        for reading in readings:
            used = [pair for pair in reading.sources if own is None or pair in own]
            self.used_sources |= {(_(reading.declaration.title), *pair) for pair in used}
            named = sorted({source for source, _basis in used})
            if rows is not None and reading.declaration.max_age_years:
                self._note_age(reading.declaration, rows[rows["source"].isin(named)])
            notes += named
        if len(readings) < len(tables):
            notes.append(_("disusun buku ini dari tabel yang dibacanya"))
        if not notes:
            return _("tidak ada data")
        dates = [reading.data_date for reading in readings]
        if rows is not None:  # a row with a period says its time; its date is when it was read
            dates = [] if "period" in rows else [d for d in rows.get("data_date", []) if not is_missing(d)]
        newest = max((str(day)[:10] for day in dates), default="")
        dated = _(" (data s.d. %(date)s)") % {"date": format_date(newest)} if newest else ""
        return "; ".join(dict.fromkeys(notes)) + dated

    def _note_age(self, about: TableDeclaration, rows: pd.DataFrame) -> None:
        """Raise the one alarm of a table whose indicators are of years long past."""
        from perantara.methods.context import newest_years  # a run with nothing to do loads no pandas

        years = self._years.setdefault(about.name, {})
        named = rows.assign(indicator=rows["indicator_title"])
        years |= newest_years(named).to_dict()
        old = {name: year for name, year in years.items() if int(self.as_of[:4]) - year > about.max_age_years}
        told = (_AGED.message, about.title)
        self.alarms = [a for a in self.alarms if (a.message, a.arguments.get("table")) != told]
        if old:
            said = {"old": len(old), "all": len(years), "limit": about.max_age_years}
            listed = [
                f"{name}, {year}" for name, year in sorted(old.items(), key=lambda one: (one[1], one[0]))
            ]
            more = _(" dan %(count)s lainnya") % {"count": len(listed) - 5} if len(listed) > 5 else ""
            said |= {"table": about.title, "listed": "; ".join(listed[:5]) + more}
            self.alarms.append(Sentence(_AGED.message, said))

    # the gate and the end --------------------------------------------------------------

    def judge(self, **measures: Any) -> Gate:
        """Return the gate: what was measured, held against the criteria that the stage declares.

        A measure is a number, ``None`` where it cannot be evaluated, or a ``Measure`` where the
        declared sentences need more. A StageError where the measures are not those declared, or a
        sentence names what none of them gives.
        """
        declared = self.declaration.criteria
        problem = _("%(stage)s menilai %(found)s, padahal dideklarasikan %(expected)s")
        self._refuse_other(problem, measures, declared)
        defaults = stated_defaults(self.declaration)
        return Gate(tuple(self._judged(name, declared[name], measures[name], defaults) for name in declared))

    def _judged(
        self, name: str, form: Mapping[str, Any], measured: Any, defaults: Mapping[str, Any]
    ) -> Criterion:
        measure = measured if isinstance(measured, Measure) else Measure(measured)
        value, threshold = measure.value, form["threshold"]
        stated = self.declaration.parameters.get(str(threshold), {})
        limit = self.parameters[threshold] if stated else threshold
        setter = form.get("set_by") or stated["set_by"]
        if stated and "set_by" not in form and limit != defaults[threshold]:
            is_lasting = lasting_values(self.place, self.declaration).get(threshold) == limit
            setter = "ketetapan daerah" if is_lasting else TRIAL
        evidence, step = form["evidence"], form["next_step"]
        if is_missing(value):
            evidence, step = form["unknown"], form.get("ask", step)
        elif OPERATORS[form["operator"]](value, limit):
            evidence = form.get("evidence_met", evidence)
        said = {"value": value, "threshold": limit, **self.terms, **measure.arguments}
        days = dt.timedelta(days=form.get("within_days", 30))
        due = measure.due or (dt.date.fromisoformat(self.as_of) + days).isoformat()
        return Criterion(
            name, _(form["title"]) % self.terms, value, form["operator"], limit,
            form.get("unit") or stated.get("unit", ""), setter, form.get("severity", "must"),
            self.basis_of(*form["tables"]), worded(evidence, said),
            NextStep(worded(step, said), _(form["who"]) % self.terms, due),
        )  # fmt: skip

    def _refuse_other(self, problem: str, found: Iterable[str], expected: Iterable[str]) -> None:
        if set(found) != set(expected):
            names = {"found": ", ".join(sorted(found)) or "-", "expected": ", ".join(sorted(expected)) or "-"}
            raise StageError(problem % (names | {"stage": self.declaration.name}))

    def decision(self, gate: Gate) -> dict[str, Any] | None:
        """Return the newest decision on this stage, and whether the data still agree with it."""
        name = self.declaration.name
        return newest_decision(self.store, self.place, name, self.as_of, gate.status)

    def close(self, gate: Gate, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write findings and tables, complete or not at all; StageError at other tables than declared."""
        problem = _("%(stage)s menutup dengan tabel %(found)s, padahal dideklarasikan %(expected)s")
        self._refuse_other(problem, tables, self.declaration.writes)
        files = {name: self._table_text(name, frame) for name, frame in tables.items()}
        self._write(findings_text(assemble_findings(self, gate, files)), files)

    def _table_text(self, name: str, frame: pd.DataFrame) -> str:
        declaration = self.store.declaration(name)
        rows = from_frame(declaration, frame)
        self._refuse_few(declaration, rows)
        to_frame(declaration, rows)  # what is written must come back
        return canonical_csv(declaration.field_names, rows)

    def _refuse_few(self, about: TableDeclaration, rows: Iterable[Mapping[str, str]]) -> None:
        """Refuse a public table that counts one to four persons, households or enterprises."""
        counted = [f for f in about.fields if f.counts_people and about.access == f.access == "publik"]
        problem = _(
            'Tabel publik "%(table)s", kolom "%(column)s" memuat %(value)s %(unit)s. Jumlah 1 sampai 4 tidak boleh terbuka: '
            "kosongkan sel itu dan yang dapat membukanya (perantara.methods.disclosure)."
        )
        for column, row in ((f, row) for f in counted for row in rows if row[f.name] in ("1", "2", "3", "4")):
            words = {"table": _(about.title), "column": _(column.title), "unit": _(column.unit)}
            raise StageError(problem % (words | {"value": row[column.name]}))

    def _write(self, findings: str, files: Mapping[str, str]) -> None:
        """Write where the runner said, or replace the draft of a lone notebook."""
        roots, given = self.store.roots, _given_output()
        folder = Path(given or roots.reports / "_scratch" / f"draft-{uuid.uuid4().hex[:12]}")
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        texts = {"findings.json": findings} | {f"tables/{name}.csv": text for name, text in files.items()}
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        if not given:
            results.write_manifest(folder)
            results.move_into_place(folder, results.draft_folder(roots, self.place, self.declaration.name))


def _given_output() -> str:
    """Return where the runner wants the result, "" for a notebook that runs alone."""
    return os.environ.get("PERANTARA_OUTPUT", "")
