"""The workers of a run: how a job's result is made, one or several at a time."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from perantara.errors import StageError
from perantara.run import apart
from perantara.run.execute import NBCLIENT, WARM, execute
from perantara.run.jobs import Job
from perantara.stage.results import write_manifest
from perantara.text import _

GRACE_SECONDS = 30  # beside the limit of its notebook, a process may render its page


class Renderer(Protocol):
    """What makes the page of a result; it stands above this room, so it is handed in."""

    sha256: str

    def report(self, folder: Path, job: Job) -> str:
        """Return the page of the complete result in ``folder``."""

    def failed(self, folder: Path, job: Job) -> str:
        """Return the page of the failed run in ``folder``."""


def render(job: Job, folder: Path, renderer: Renderer) -> None:
    """Write the page of a result beside its notebook, then the manifest that makes it complete."""
    page = renderer.report(folder, job)
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")
    write_manifest(folder, renderer=renderer.sha256)


def produce(job: Job, scratch: Path, parameters: dict[str, Any], engine: str, renderer: Renderer) -> None:
    """Execute a job and render its page in ``scratch``."""
    execute(job, scratch, parameters, engine)
    render(job, scratch, renderer)


class Hands:
    """Workers that make results side by side.

    With our engine each result is made in a process forked for it. With papermill's own, one
    worker is this process itself; several are processes that stay and are used again. With the
    address of a Dask scheduler the same is done by its workers, over a folder that all of them see.
    """

    def __init__(self, workers: int, engine: str, renderer: Renderer, scheduler: str = "") -> None:
        self.engine = engine or (WARM if apart.can_fork() else NBCLIENT)
        self.workers, self.renderer, self.scheduler = workers, renderer, scheduler
        self._threads: Executor | None = None
        self._processes: Executor | None = None
        self._cluster: Any = None

    def __enter__(self) -> Hands:
        if self.scheduler:
            self._cluster = _connect(self.scheduler)
            self.workers = max(8, 2 * sum(self._cluster.nthreads().values()))  # jobs on their way
        elif self.engine == WARM:
            apart.start_server([__name__, type(self.renderer).__module__])
        elif self.workers > 1:
            context = multiprocessing.get_context("spawn")
            self._processes = ProcessPoolExecutor(self.workers, mp_context=context)
        if self._cluster or self.engine == WARM or self.workers > 1:
            self._threads = ThreadPoolExecutor(self.workers)
        return self

    def __exit__(self, kind: type | None, *_error: object) -> None:
        if kind is not None:
            apart.end_all()
        if self._cluster is not None:
            self._cluster.close()
        for pool in (self._processes, self._threads):
            if pool is not None:
                pool.shutdown(cancel_futures=True)

    def submit(self, function: Callable[..., Any], *given: Any) -> Future[Any]:
        """Have ``function`` called by the next free worker."""
        if self._threads is not None:
            return self._threads.submit(function, *given)
        future: Future[Any] = Future()
        try:
            future.set_result(function(*given))
        except Exception as error:
            future.set_exception(error)
        return future

    def produce(self, job: Job, scratch: Path) -> None:
        """Make the result of ``job`` in ``scratch``, contained in its own process where possible.

        Raises
        ------
        ExecutionFailed, ProcessEnded
            If the notebook stopped, or its process died or passed its limit.
        """
        work = replace(job), scratch, job.parameters(), self.engine, self.renderer
        if self._cluster is not None:
            _produce_on(self._cluster, work)
        elif self.engine == WARM:
            produce_apart(*work)
        elif self._processes is not None:
            self._processes.submit(produce, *work).result()
        else:
            produce(*work)


def produce_apart(job: Job, scratch: Path, *work: Any) -> None:
    """Make a result in a process forked for it, where nothing of an earlier attempt is left."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    # where the executed notebook will come: a process that dies leaves this one
    shutil.copy(job.stage.notebook, scratch / f"{job.stage.name}.ipynb")
    if multiprocessing.current_process().daemon:
        raise StageError(
            _(
                "Pekerja Dask harus boleh membuat proses: jalankan dengan DASK_DISTRIBUTED__WORKER__DAEMON=False"
            )
        )
    apart.run(produce, job, scratch, *work, limit_seconds=job.stage.notebook_limit_seconds + GRACE_SECONDS)


def _connect(scheduler: str) -> Any:
    """Return a client of the scheduler at an address."""
    try:
        from distributed import Client
    except ImportError:
        problem = _('Paket klaster belum terpasang: pip install -c requirements-dev.txt -e ".[cluster]"')
        raise StageError(problem) from None
    try:
        return Client(scheduler, timeout=30)
    except (OSError, ValueError) as error:
        words = {"address": scheduler, "error": error}
        raise StageError(_("Penjadwal %(address)s tidak menjawab: %(error)s") % words) from None


def _produce_on(cluster: Any, work: tuple[Any, ...]) -> None:
    """Have a worker make a result; one that is lost is replaced, until it has been lost too often."""
    from distributed import KilledWorker

    function = produce_apart if work[3] == WARM else produce
    try:
        cluster.submit(function, *work, pure=False).result()
    except KilledWorker as error:
        problem = _("buku ini berkali-kali menjatuhkan pekerja klaster dan tidak dicoba lagi (%(error)s)")
        raise StageError(problem % {"error": str(error)[:200]}) from None
