"""Runs jobs, each when what it reads is there: only a complete result appears, the rest goes on."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from pathlib import Path

from perantara.errors import PerantaraError, ResultError
from perantara.run.hands import Hands, Renderer, render
from perantara.run.jobs import Job
from perantara.run.stamps import Stamps
from perantara.stage.results import mend, move_into_place, read_manifest
from perantara.tables.places import Roots
from perantara.tables.store import TableStore
from perantara.text import _


@dataclass(frozen=True)
class Outcome:
    """What became of a job: ``done``, ``fresh``, ``closed``, ``failed``, ``not_run`` or ``would_run``."""

    job: Job
    status: str
    message: str = ""
    seconds: float = 0.0
    was_known: bool = False  # by the stamp of its district: nothing of it was looked at


def run_jobs(
    roots: Roots,
    jobs: Sequence[Job],
    renderer: Renderer,
    *,
    force: bool = False,
    dry_run: bool = False,
    workers: int = 1,
    engine: str = "",
    scheduler: str = "",
    report: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Run what is not fresh, each job as soon as what it reads is there.

    ``workers`` jobs run side by side. ``engine`` is ours where processes can be forked, else
    papermill's own. ``scheduler`` is the address of a Dask cluster that makes the results instead
    of this machine. ``report`` is told each outcome as it comes.

    Raises
    ------
    ResultError
        If another run is writing into the same reports.
    """
    by_address = {job.address: job for job in jobs}
    graph = TopologicalSorter({address: _waits_for(job, by_address) for address, job in by_address.items()})
    graph.prepare()
    store, outcomes, running = TableStore(roots), {}, {}

    def finish(outcome: Outcome) -> None:
        outcomes[outcome.job.address] = outcome
        graph.done(outcome.job.address)
        report(outcome)

    with only_run(roots), Hands(workers, engine, renderer, scheduler) as hands:
        stamps = Stamps(roots, jobs, renderer.sha256)
        known = set() if force else stamps.fresh
        while graph.is_active():
            for address in graph.get_ready():
                job = by_address[address]
                if job.place.district.slug in known:
                    finish(Outcome(job, "closed" if job.place.is_closed else "fresh", was_known=True))
                    continue
                outcome, reasons = _decide(job, store, outcomes, renderer, force=force, dry_run=dry_run)
                if outcome is not None:
                    finish(outcome)
                else:
                    running[hands.submit(_execute_and_publish, job, renderer, hands)] = (
                        job,
                        "; ".join(reasons),
                    )
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                finish(_outcome(*running.pop(future), future))
        if not dry_run:
            stamps.keep(_all_fresh(outcomes.values()))
    return [outcomes[job.address] for job in jobs]


def _all_fresh(outcomes: Iterable[Outcome]) -> set[str]:
    """Name the districts that lack nothing: every job is done, fresh or closed."""
    lacking = {o.job.place.district.slug for o in outcomes if o.status not in ("done", "fresh", "closed")}
    return {outcome.job.place.district.slug for outcome in outcomes} - lacking


def _waits_for(job: Job, by_address: Mapping[str, Job]) -> list[str]:
    """Name the jobs of this run whose results a job reads: of its cycle, and of the last one."""
    names = [f"{job.place.address}/{stage}" for stage in job.stage.upstream]
    if job.place.previous_cycle:
        last = replace(job.place, cycle=job.place.previous_cycle)
        names += [f"{last.address}/{stage}" for stage in job.stage.previous]
    return [name for name in names if name in by_address]


def _outcome(job: Job, reasons: str, future: Future[float]) -> Outcome:
    try:
        return Outcome(job, "done", reasons, future.result())
    except PerantaraError as error:
        return Outcome(job, "failed", str(error))


def _decide(
    job: Job, store: TableStore, earlier: Mapping[str, Outcome], renderer: Renderer,
    *, force: bool, dry_run: bool,
) -> tuple[Outcome | None, list[str]]:  # fmt: skip
    """Return what became of a job that need not run, or why it must."""
    if job.place.is_closed and job.findings is not None:
        return Outcome(job, "closed", _("siklus ditutup; hasilnya tetap")), []
    upstream = [earlier[name] for name in _waits_for(job, {o: e.job for o, e in earlier.items()})]
    lacking = [o.job.stage.name for o in upstream if o.status in ("failed", "not_run")]
    if lacking:
        return Outcome(job, "not_run", _("menunggu %(stages)s") % {"stages": ", ".join(lacking)}), []
    try:
        reasons = job.why_stale(store)
        if not reasons and force:
            reasons = [_("diminta dijalankan ulang")]
        if not reasons and any(o.status == "would_run" for o in upstream):
            reasons = [_("hasil tahap sebelumnya akan berubah")]
        if dry_run:
            return Outcome(job, "would_run" if reasons else "fresh", "; ".join(reasons)), []
        if not reasons:
            _render_anew(job, renderer)
            return Outcome(job, "fresh"), []
    except PerantaraError as error:
        return Outcome(job, "failed", str(error)), []
    return None, reasons


def _scratch(roots: Roots) -> Path:
    return roots.reports / "_scratch" / f"run-{os.getpid()}"


def _execute_and_publish(job: Job, renderer: Renderer, hands: Hands) -> float:
    """Make a job's result and move it into its place; return the seconds that it took."""
    scratch, started = _scratch(job.roots) / job.address, time.monotonic()
    try:
        hands.produce(job, scratch)
        move_into_place(scratch, job.folder)
        shutil.rmtree(job.failed_folder, ignore_errors=True)
        job.__dict__.pop("findings", None)
    except PerantaraError as error:
        _keep_failed(job, scratch, error, renderer)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return time.monotonic() - started


def _render_anew(job: Job, renderer: Renderer) -> None:
    """Make the page of a fresh result anew where only the look of pages changed."""
    manifest = read_manifest(job.folder) or {}
    if manifest.get("renderer") == renderer.sha256:
        return
    scratch = _scratch(job.roots) / job.address
    shutil.copytree(job.folder, scratch)
    render(job, scratch, renderer)
    move_into_place(scratch, job.folder)


def _keep_failed(job: Job, scratch: Path, error: PerantaraError, renderer: Renderer) -> None:
    """Keep the notebook of a failed run, with its error, apart from the official results."""
    if not scratch.exists() or isinstance(error, ResultError):
        return
    if (scratch / f"{job.stage.name}.ipynb").exists():
        page = renderer.failed(scratch, job)
        (scratch / "index.html").write_text(page, encoding="utf-8", newline="\n")
    (scratch / "message.txt").write_text(str(error), encoding="utf-8", newline="\n")
    move_into_place(scratch, job.failed_folder)


@contextmanager
def only_run(roots: Roots) -> Iterator[None]:
    """Hold the reports for this run, and mend what a killed one left."""
    lock = roots.reports / "_scratch" / "run.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    _take(lock)
    try:
        _clear(lock.parent)
        mend(roots.reports)
        yield
    finally:
        shutil.rmtree(_scratch(roots), ignore_errors=True)
        lock.unlink(missing_ok=True)


def _take(lock: Path) -> None:
    import psutil

    me = psutil.Process()
    mine = json.dumps({"pid": me.pid, "started": me.create_time()})
    for _attempt in range(2):
        try:
            with lock.open("x", encoding="utf-8") as handle:
                handle.write(mine)
            return
        except FileExistsError:
            if _is_alive(lock):
                raise ResultError(
                    _("Proses perantara lain sedang menulis ke folder laporan ini; tunggu sampai selesai.")
                ) from None
            lock.unlink(missing_ok=True)
    raise ResultError(_("Kunci folder laporan tidak dapat diambil; jalankan lagi."))


def _is_alive(lock: Path) -> bool:
    import psutil

    try:
        holder = json.loads(lock.read_text(encoding="utf-8"))
        return abs(psutil.Process(holder["pid"]).create_time() - holder["started"]) < 1
    except (ValueError, KeyError, OSError, psutil.Error):
        return False


def _clear(scratch: Path) -> None:
    """Remove what killed runs left, and drafts that were given up an hour ago."""
    for folder in scratch.iterdir():
        is_old_draft = folder.name.startswith("draft-") and time.time() - folder.stat().st_mtime > 3600
        if folder.name.startswith(("run-", "verify-")) or is_old_draft:
            shutil.rmtree(folder, ignore_errors=True)
