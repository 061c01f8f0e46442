"""One notebook, executed by papermill into a scratch folder, within its limits of time."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from perantara.errors import StageError
from perantara.run.jobs import Job
from perantara.text import _
from perantara.text.extraction import translate_notebook

# The programme's own process never checks formats of addresses, and building the grammar for it
# on import costs two seconds of every command in an environment with JupyterLab.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


NBCLIENT = "nbclient"  # papermill's own engine: a kernel process for each notebook
WARM = "perantara"  # ours: a process forked from a warm server


class ExecutionFailed(StageError):
    """A notebook that stopped: which cell and why, in one line."""


def execute(job: Job, scratch: Path, parameters: Mapping[str, Any], engine: str = NBCLIENT) -> None:
    """Execute the notebook of ``job`` so that notebook, findings and tables stand in ``scratch``.

    Raises
    ------
    ExecutionFailed
        If a cell fails, a limit passes, the kernel dies, or the stage was not closed. The
        executed notebook stays in ``scratch``.
    """
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    scratch.mkdir(parents=True, exist_ok=True)
    prepared = scratch / f".{job.stage.name}.ipynb"
    given = {"PERANTARA_OUTPUT": str(scratch), "PERANTARA_LANGUAGE": job.language}
    try:
        source = nbformat.read(job.stage.notebook, as_version=4)
        nbformat.write(translate_notebook(source, job.language), prepared)
        with _environment(job.roots.environment() | given):
            _papermill(job, prepared, scratch / f"{job.stage.name}.ipynb", parameters, engine)
    except papermill.PapermillExecutionError as error:
        told = {"cell": error.cell_index + 1, "name": error.ename, "message": _first_line(error.evalue)}
        raise ExecutionFailed(_("sel %(cell)s — %(name)s: %(message)s") % told) from error
    except CellTimeoutError as error:
        raise ExecutionFailed(_("melewati batas waktu; naikkan batasnya dalam deklarasi tahap")) from error
    except DeadKernelError as error:
        raise ExecutionFailed(_("proses perhitungan berhenti mendadak (kernel mati)")) from error
    except (ValueError, OSError, RuntimeError, nbformat.ValidationError) as error:
        told = {"name": type(error).__name__, "message": _first_line(str(error))}
        raise ExecutionFailed(_("buku tidak dapat dijalankan — %(name)s: %(message)s") % told) from error
    finally:
        prepared.unlink(missing_ok=True)
    if (scratch / "findings.json").exists():
        found = json.loads((scratch / "findings.json").read_text(encoding="utf-8"))["stage"]
        if found != job.stage.name:
            raise ExecutionFailed(
                _('buku membuka tahap "%(found)s", padahal namanya %(name)s; ubah Stage.open')
                % {"found": found, "name": job.stage.name}
            )
    else:
        raise ExecutionFailed(_("buku selesai tanpa stage.close, jadi tidak ada hasil"))


def _papermill(job: Job, source: Path, output: Path, parameters: Mapping[str, Any], engine: str) -> None:
    import papermill

    ends = time.monotonic() + job.stage.notebook_limit_seconds

    def limit(_cell: Any) -> int:
        return max(1, min(job.stage.cell_limit_seconds, int(ends - time.monotonic())))

    papermill.execute_notebook(
        source, output, parameters=dict(parameters), kernel_name="python3", language="python",
        engine_name=engine, progress_bar=False, request_save_on_cell_execute=False, autosave_cell_every=0,
        timeout_func=limit, extra_arguments=["--IPKernelApp.log_level=50"],
    )  # fmt: skip


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the kernel that starts inside the block."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name)
        os.environ.update(before)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
