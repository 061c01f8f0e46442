"""The one object a notebook talks to."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.errors import StageError
from perantara.methods.context import newest_years
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
from perantara.stage.scenarios import SCENARIO
from perantara.tables.addresses import find_place
from perantara.tables.declaration import ACCESS_LEVELS, TableDeclaration
from perantara.tables.places import District, Initiative, Place, Roots
from perantara.tables.store import TableReading, TableStore, canonical_csv, from_frame, to_frame
from perantara.text import Sentence, _, current_language, format_date, is_missing, lazy, set_language

if TYPE_CHECKING:
    import pandas as pd

_NOT_RUN = lazy("Tahap ini belum dijalankan; hasilnya dipakai di sini.")
_RUNS_IT = lazy("Pengelola buku kerja daerah, dengan perantara run")
_AGED = lazy(
    "%(table)s: %(old)s dari %(all)s indikator yang dipakai berumur lebih dari %(limit)s tahun "
    "(tertua %(year)s); cari terbitan yang lebih baru."
)
_PERSONAL = {
    "id_number": lazy("nomor NIK atau KK"),
    "email": lazy("alamat surel"),
    "phone": lazy("nomor telepon"),
    "name": lazy("nama orang dari kolom rahasia"),
}
_PLAIN_ENCODINGS = ("utf-8", "utf8", "utf-8-sig", "ascii")


class Stage:
    """A stage of a place, open: its tables, parameters, gaps, and what it finds.

    Attributes
    ----------
    place : Place
        District, initiative and cycle.
    parameters : dict
        Every parameter, typed; ``as_of`` resolved.
    gaps : list of dict
        What is missing: table, columns, why it matters, who has it.
    alarms : list of Sentence
        What is old, partial or oddly written.
    faults : list of Sentence
        What the stage found to be mended: one sentence with ``item`` for each, folded on its first page.
    """

    def __init__(
        self, declaration: StageDeclaration, place: Place, parameters: dict[str, Any], roots: Roots
    ) -> None:
        self.declaration = declaration
        self.place = place
        self.parameters = parameters
        self.store = TableStore(roots)
        self.alarms: list[Sentence] = []
        self.faults: list[Sentence] = []
        self.gaps: list[dict[str, Any]] = []
        self.statements: list[Sentence] = []
        self.figures: list[dict[str, Any]] = []
        self.used_sources: set[tuple[str, str, str]] = set()
        self.shown_gaps: set[str] = set()
        self._readings: dict[str, TableReading] = {}
        self._years: dict[str, dict[str, int]] = {}
        for table in declaration.tables:
            self._read(table)
        self._note_not_run()

    @classmethod
    def open(cls, name: str, scope: Mapping[str, Any]) -> Stage:
        """Open stage ``name`` with the parameters in ``scope`` (a notebook's ``globals()``).

        Raises
        ------
        ParameterError
            If a parameter is unknown, missing, of the wrong type or out of range.
        PlaceError
            If the district, initiative or cycle is unknown or ambiguous.
        TableError
            If a table that the stage reads is wrong; a missing one is a gap.
        """
        set_language(os.environ.get("PERANTARA_LANGUAGE", "id"))
        roots = Roots.find()
        declaration = load_stage(roots, name)
        parameters = resolve(declaration, given_in(scope, declaration))
        place = find_place(roots, parameters["district"], parameters["initiative"], parameters["cycle"])
        if not _given_output():  # the runner has laid them in already
            parameters = with_lasting_values(parameters, place, declaration)
        parameters |= place_parameters(place, parameters["as_of"])
        return cls(declaration, place, parameters, roots)

    # what a notebook reads -------------------------------------------------------------

    @property
    def district(self) -> District:
        """The district: name, title, codes, terms."""
        return self.place.district

    @property
    def initiative(self) -> Initiative:
        """The initiative: title, commodity, product unit, route."""
        return self.place.initiative

    @property
    def cycle(self) -> str:
        """The cycle, a year as text."""
        return self.place.cycle

    @property
    def as_of(self) -> str:
        """The day the stage speaks of, an ISO date; nothing asks the clock after it is set."""
        return self.parameters["as_of"]

    @property
    def terms(self) -> dict[str, str]:
        """What the district calls its institutions."""
        return self.place.district.terms

    def reading(self, table: str) -> TableReading:
        """Return a declared table with what is known about it (coverage, age, sources)."""
        if table not in self._readings:
            self._refuse_undeclared(_("Tabel"), table)
        return self._readings[table]

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of this cycle; a missing table is an empty frame (and a gap)."""
        return self.reading(name).frame()

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
        folder = results.result_folder(self.store.roots, self.place, stage, current_language(), cycle=cycle)
        found = results.read_findings(folder) if cycle else None
        if found:  # its decision is that of now: one may follow a closed run
            place, computed = replace(self.place, cycle=cycle), found["gate"]["status"]
            decision = newest_decision(self.store, place, stage, self.as_of, computed)
            found |= {"decision": decision, "result": decision["decided_result"] if decision else computed}
        return found

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
        title = reading.declaration.title
        if reading.is_partial:
            said = {"table": title, "coverage": reading.describe_coverage()}
            yield Sentence("%(table)s belum lengkap: %(coverage)s.", said)
        if reading.is_old(self.as_of):
            said = {"table": title, "date": format_date(reading.data_date)}
            yield Sentence("%(table)s: data terakhir bertanggal %(date)s; mutakhirkan.", said)
        if reading.declaration.scope != "reference" and reading.data_date > self.as_of:
            said = {"table": title, "date": format_date(reading.data_date)}
            yield Sentence("%(table)s memuat data bertanggal %(date)s, sesudah tanggal acuan.", said)
        for column, kind in reading.masked:
            said = {"table": title, "column": column, "kind": _PERSONAL[kind].message}
            yield Sentence(
                "%(table)s, kolom %(column)s memuat %(kind)s; disamarkan di sini, hapus dari berkasnya.", said
            )
        if reading.encoding.lower().replace("_", "-") not in _PLAIN_ENCODINGS:
            said = {"table": title, "encoding": reading.encoding}
            yield Sentence("%(table)s dibaca dengan pengodean %(encoding)s, bukan UTF-8.", said)

    def _note_not_run(self) -> None:
        """Note stages that this one reads and that have no result, as gaps."""
        previous = self.declaration.previous if self.place.previous_cycle else []
        for stage in [*self.declaration.upstream, *previous]:
            if self.findings(stage) is None:
                self._gap(stage, [], _NOT_RUN.message, _RUNS_IT.message)

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
        notes = []
        for table in tables:
            if table in self.declaration.writes:
                notes.append(_("disusun buku ini dari tabel yang dibacanya"))
                continue
            reading = self.reading(table)
            used = reading.sources if rows is None else _sources_of(rows) & set(reading.sources)
            self.used_sources |= {(_(reading.declaration.title), *pair) for pair in used}
            if rows is not None and reading.declaration.max_age_years:
                self._note_age(reading.declaration, rows[rows["source"].isin([s for s, _basis in used])])
            notes += sorted({source for source, _basis in used})
        if not notes:
            return _("tidak ada data")
        if rows is None:
            dates = [self.reading(table).data_date for table in tables if table in self._readings]
        else:  # a row with a period says its time; its date is when it was read
            dates = [] if "period" in rows or "data_date" not in rows else rows["data_date"].dropna()
        newest = max((str(day)[:10] for day in dates), default="")
        dated = _(" (data s.d. %(date)s)") % {"date": format_date(newest)} if newest else ""
        return "; ".join(dict.fromkeys(notes)) + dated

    def _note_age(self, about: TableDeclaration, rows: pd.DataFrame) -> None:
        """Raise the one alarm of a table whose indicators are of years long past."""
        years = self._years.setdefault(about.name, {})
        years |= newest_years(rows).to_dict()
        old = [year for year in years.values() if int(self.as_of[:4]) - year > about.max_age_years]
        said = {"old": len(old), "all": len(years), "limit": about.max_age_years}
        told = (_AGED.message, about.title)
        self.alarms = [a for a in self.alarms if (a.message, a.arguments.get("table")) != told]
        if old:
            said |= {"table": about.title, "year": str(min(old))}
            self.alarms.append(Sentence(_AGED.message, said))

    # the gate and the end --------------------------------------------------------------

    def criterion(
        self, name: str, title: str, value: Any, operator: str, threshold: str | float, *tables: str,
        evidence: Sentence, next_step: Sentence, severity: str = "must", unit: str = "", set_by: str = "",
    ) -> Criterion:  # fmt: skip
        """Build a criterion; a threshold given as a parameter's name takes its unit and setter.

        A threshold that differs from the programme's own was set by the district where its
        district.yml or initiative.yml states it; otherwise it is a trial, and says so.

        Raises
        ------
        StageError
            If a scenario is given as evidence.
        """
        if SCENARIO in tables:
            problem = _("Skenario tidak boleh menjadi bukti penilaian (kriteria %(name)s)")
            raise StageError(problem % {"name": name})
        stated = self.declaration.parameters.get(str(threshold), {})
        limit = self.parameters[threshold] if isinstance(threshold, str) else threshold
        setter = set_by or self._setter(threshold)
        return Criterion(
            name, title, value, operator, limit, unit or stated.get("unit", ""), setter,
            severity, self.basis_of(*tables), evidence, NextStep(next_step),
        )  # fmt: skip

    def judge(self, **measures: Any) -> Gate:
        """Return the gate: what was measured, held against the criteria that the stage declares.

        A measure is a number, ``None`` where it cannot be evaluated, or a ``Measure`` where the
        declared sentences need more.

        Raises
        ------
        StageError
            If the measures are not those declared, or a sentence names what none of them gives.
        """
        declared = self.declaration.criteria
        if set(measures) != set(declared):
            problem = _("%(stage)s menilai %(found)s, padahal dideklarasikan %(expected)s")
            found, expected = (", ".join(sorted(names)) or "-" for names in (measures, declared))
            words = {"stage": self.declaration.name, "found": found, "expected": expected}
            raise StageError(problem % words)
        return Gate(tuple(self._judged(name, form, measures[name]) for name, form in declared.items()))

    def _judged(self, name: str, form: Mapping[str, Any], measured: Any) -> Criterion:
        """Return a declared criterion with what was measured."""
        measure = measured if isinstance(measured, Measure) else Measure(measured)
        threshold, is_unknown = form["threshold"], is_missing(measure.value)
        limit = self.parameters[threshold] if isinstance(threshold, str) else threshold
        said = {"value": measure.value, "threshold": limit, **self.terms, **measure.arguments}
        is_met = not is_unknown and OPERATORS[form["operator"]](measure.value, limit)
        evidence = form["unknown" if is_unknown else "evidence"]
        step = form.get("ask", form["next_step"]) if is_unknown else form["next_step"]
        days = dt.timedelta(days=form.get("within_days", 30))
        due = measure.due or (dt.date.fromisoformat(self.as_of) + days).isoformat()
        unit = form.get("unit") or self.declaration.parameters.get(str(threshold), {}).get("unit", "")
        return Criterion(
            name, _(form["title"]) % self.terms, measure.value, form["operator"], limit, unit,
            form.get("set_by") or self._setter(threshold), form.get("severity", "must"),
            self.basis_of(*form["tables"]),
            worded(form.get("evidence_met", evidence) if is_met else evidence, said),
            NextStep(worded(step, said), _(form["who"]) % self.terms, due),
        )  # fmt: skip

    def _setter(self, threshold: str | float) -> str:
        """Return who set a threshold: a value that somebody changed for one run is a trial."""
        stated = self.declaration.parameters.get(str(threshold), {})
        if not stated or self.parameters[threshold] == stated_defaults(self.declaration)[threshold]:
            return stated.get("set_by", "")
        lasting = lasting_values(self.place, self.declaration)
        return "ketetapan daerah" if lasting.get(threshold) == self.parameters[threshold] else TRIAL

    def gate(self, *criteria: Criterion) -> Gate:
        """Return the gate that the criteria amount to."""
        return Gate(criteria)

    def decision(self, gate: Gate) -> dict[str, Any] | None:
        """Return the newest decision on this stage, and whether the data still agree with it."""
        name = self.declaration.name
        return newest_decision(self.store, self.place, name, self.as_of, gate.status)

    def close(self, gate: Gate, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write findings and tables, complete or not at all.

        Raises
        ------
        StageError
            If the tables are not those declared under ``writes``, or nothing was found to say.
        """
        if set(tables) != set(self.declaration.writes):
            problem = _("%(stage)s menutup dengan tabel %(found)s, padahal dideklarasikan %(expected)s")
            found, expected = (", ".join(names) or "-" for names in (sorted(tables), self.declaration.writes))
            words = {"stage": self.declaration.name, "found": found, "expected": expected}
            raise StageError(problem % words)
        files = {name: self._table_text(name, frame) for name, frame in tables.items()}
        self._write(findings_text(assemble_findings(self, gate, files)), files)

    def _table_text(self, name: str, frame: pd.DataFrame) -> str:
        declaration = self.store.declaration(name)
        rows = from_frame(declaration, frame)
        to_frame(declaration, rows)  # what is written must come back
        return canonical_csv(declaration.field_names, rows)

    def _write(self, findings: str, files: Mapping[str, str]) -> None:
        """Write where the runner said, or replace the draft of a lone notebook."""
        roots = self.store.roots
        given = _given_output()
        folder = Path(given or roots.reports / "_scratch" / f"draft-{uuid.uuid4().hex[:12]}")
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        for name, text in [("findings.json", findings), *((f"tables/{n}.csv", t) for n, t in files.items())]:
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        if not given:
            results.write_manifest(folder)
            final = results.draft_folder(roots, self.place, self.declaration.name)
            results.move_into_place(folder, final)


def _given_output() -> str:
    """Return where the runner wants the result, "" for a notebook that runs alone."""
    return os.environ.get("PERANTARA_OUTPUT", "")


def _sources_of(rows: pd.DataFrame) -> set[tuple[str, str]]:
    return {(r["source"], r["basis"]) for r in rows[["source", "basis"]].to_dict("records")}
