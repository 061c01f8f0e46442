"""Which stages of which places are to run, in which order, with which parameters, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from perantara.errors import ParameterError, StageError, near_hint, unknown
from perantara.stage import provenance
from perantara.stage.declaration import StageDeclaration, load_stages
from perantara.stage.parameters import (
    check_lasting_values,
    lasting_values,
    place_parameters,
    read_defaults,
    resolve,
)
from perantara.stage.results import failed_folder, read_findings, result_folder
from perantara.tables.places import Place, Roots
from perantara.tables.store import TableStore
from perantara.text import _, lazy

_PLACE_NAMES = ("district", "initiative", "cycle")
_PARTS = {
    "tables": lazy("tabel berubah"),
    "decisions": lazy("keputusan berubah"),
    "parameters": lazy("parameter berubah"),
    "findings": lazy("hasil tahap lain berubah"),
    "place": lazy("keterangan tempat berubah"),
    "notebook": lazy("buku berubah"),
    "declaration": lazy("deklarasi tahap berubah"),
    "code": lazy("pustaka berubah"),
    "packages": lazy("versi paket berubah"),
    "lock": lazy("daftar paket berubah"),
    "language": lazy("bahasa berubah"),
}


@dataclass(frozen=True)
class Job:
    """One stage of one place."""

    roots: Roots
    place: Place
    stage: StageDeclaration
    overrides: dict[str, Any]
    language: str

    @property
    def address(self) -> str:
        """Place and stage as a path."""
        return f"{self.place.address}/{self.stage.name}"

    @property
    def folder(self) -> Path:
        """Where the official result lies."""
        return result_folder(self.roots, self.place, self.stage.name, self.language)

    @property
    def failed_folder(self) -> Path:
        """Where the notebook of a failed run lies."""
        return failed_folder(self.roots, self.place, self.stage.name, self.language)

    @cached_property
    def findings(self) -> dict[str, Any] | None:
        """The findings of the complete result, if there is one."""
        return read_findings(self.folder)

    def parameters(self, *, as_before: bool = False) -> dict[str, Any]:
        """Return every parameter of a run, checked; an ``as_of`` that nobody gives is today.

        With ``as_before`` it is the earlier run's, so that a result does not age by itself.

        Raises
        ------
        ParameterError
            If a value is of the wrong type or out of range.
        """
        given = read_defaults(self.stage.notebook) | lasting_values(self.place, self.stage) | self.overrides
        known = resolve(self.stage, given | dict.fromkeys(_PLACE_NAMES, ""))
        earlier = self.findings["as_of"] if as_before and self.findings else ""
        return known | place_parameters(self.place, known["as_of"] or self.place.as_of or earlier)

    def why_stale(self, store: TableStore) -> list[str]:
        """Say what differs from what a run would record now; empty where the result is fresh.

        Raises
        ------
        TableError
            If a table that the stage reads is wrong: no kernel need start to find that out.
        """
        store.read("decisions", self.place)
        for table in self.stage.tables:
            provenance.read_for(store, table, self.place, self.stage)
        if self.findings is None:
            return [_("belum ada hasil yang lengkap")]
        recorded = self.findings["provenance"]
        parameters = self.parameters(as_before=True)
        now = provenance.record(store, self.place, self.stage, parameters, recorded["code"], self.language)
        return describe_differences(recorded, now)


def describe_differences(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Name what differs between two provenance records."""
    if recorded["sha256"] == now["sha256"]:
        return []
    parts = []
    for part, title in _PARTS.items():
        before, after = recorded.get(part), now.get(part)
        if before == after:
            continue
        changed = ""
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            names = sorted(k for k in {*before, *after} if before.get(k) != after.get(k))
            changed = f": {', '.join(names)}"
        parts.append(f"{title}{changed}")
    return parts or [_("asal-usul berubah")]


def choose_stages(roots: Roots, wanted: Sequence[str]) -> list[StageDeclaration]:
    """Return the stages wanted ("2", "02", "concept", "02_concept"; all where none is), upstream first.

    Raises
    ------
    StageError
        If a stage is unknown or could be several, or the stages form a circle.
    """
    stages = load_stages(roots)
    graph = {name: set(stage.upstream) for name, stage in stages.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise StageError(_("Tahap saling menunggu: %(circle)s") % {"circle": circle}) from None
    named = {_named(text, stages) for text in wanted}
    chosen = [name for name in order if not wanted or name in named]
    depths: dict[str, int] = {}
    for name in order:
        depths[name] = 1 + max((depths[other] for other in graph[name]), default=0)
    ready = sorted(chosen, key=lambda name: (depths[name], name))
    return [stages[name] for name in ready if stages[name].scope == "initiative"]


def _named(text: str, stages: Mapping[str, StageDeclaration]) -> str:
    wanted = text.strip().lower()
    found = [name for name in stages if wanted in (name, name[:2], str(int(name[:2])), name[3:])]
    if len(found) == 1:
        return found[0]
    problem = _('Tahap "%(text)s" bisa berarti beberapa') if found else _('Tahap "%(text)s" tidak dikenal')
    hint = "" if found else near_hint(wanted, stages)
    listed = "".join(f"\n  {name[:2]}  {_(stages[name].title)} ({name})" for name in found or stages)
    known = _("Pilihan:%(listed)s") % {"listed": listed}
    raise StageError(f"{problem % {'text': text}}{hint}. {known}")


def make_jobs(
    roots: Roots,
    places: Iterable[Place],
    stages: Sequence[StageDeclaration],
    overrides: Mapping[str, Any],
    language: str = "id",
) -> list[Job]:
    """Return the jobs in running order, every parameter checked before anything runs.

    An override goes to the stages that know it.

    Raises
    ------
    ParameterError
        If no stage knows an override, or a value does not fit.
    """
    known = {name for stage in stages for name in stage.parameters} | {"as_of"}
    for name in overrides:
        if name in _PLACE_NAMES:
            problem = _('Parameter "%(name)s" ditentukan oleh alamat, misalnya bantaeng/kopi/2026')
            raise ParameterError(problem % {"name": name})
        if name not in known:
            raise ParameterError(unknown(_("Parameter"), name, known))
    every = load_stages(roots)
    for place in places:
        check_lasting_values(place, every)
    jobs = []
    for place in places:
        for stage in stages:
            own = {k: v for k, v in overrides.items() if k in stage.parameters or k == "as_of"}
            jobs.append(Job(roots, place, stage, own, language))
            jobs[-1].parameters()  # checked now
    return jobs
