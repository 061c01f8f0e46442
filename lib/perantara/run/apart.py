"""Runs a function in a process of its own, forked from a server that has the libraries loaded."""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.connection import Connection, wait
from typing import Any

from perantara.errors import PerantaraError, StageError
from perantara.text import _

_WARM = "perantara.run.preload"
_KILL_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_telling: Connection | None = None  # in a child: where it tells how far it is
_running: set[int] = set()  # process ids of the children that run now


class ProcessEnded(StageError):
    """A process that ended, or was ended, before its function returned."""


def can_fork() -> bool:
    """Whether processes can be forked from a warm server: not on Windows, not safely on macOS."""
    return sys.platform == "linux"


def is_child() -> bool:
    """Whether this process was forked for one function."""
    return _telling is not None


def tell(cell_index: int) -> None:
    """Tell the parent which cell is about to run, so that it can name the one that killed us."""
    if _telling is not None:
        _telling.send(("cell", cell_index))


def start_server(modules: Iterable[str] = ()) -> None:
    """Name what the server loads beside the libraries; it starts with the first process."""
    _server().set_forkserver_preload([_WARM, *modules])


@cache
def _server() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_WARM])
    return context


def run(function: Callable[..., Any], *given: Any, limit_seconds: float | None = None) -> Any:
    """Return what ``function(*given)`` returns in a process forked for it, or raise what it raised.

    ``function`` and ``given`` are pickled. Several threads may call this at the same time.

    Raises
    ------
    ProcessEnded
        If the process died, or was killed because ``limit_seconds`` passed.
    """
    context = _server()
    ours, theirs = context.Pipe(duplex=False)
    surroundings = (dict(os.environ), os.getcwd())
    process = context.Process(target=_child, args=(theirs, surroundings, function, given))
    process.start()
    theirs.close()
    _running.add(process.pid)
    try:
        return _await(process, ours, limit_seconds)
    finally:
        _running.discard(process.pid)
        _end(process.pid)
        process.join()
        process.close()
        ours.close()


def _end(process_id: int) -> None:
    """End a child and whatever it started: each child leads a group of its own, once it runs."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(process_id, signal.SIGKILL)


def end_all() -> None:
    """End every child that runs; the threads that wait for them go on with ``ProcessEnded``."""
    for process_id in list(_running):
        _end(process_id)


def _await(process: Any, told: Connection, limit_seconds: float | None) -> Any:
    ends, cell = math.inf, None
    while True:
        left = None if ends == math.inf else max(0, ends - time.monotonic())
        ready = wait([told, process.sentinel], left)
        if not ready:
            raise ProcessEnded(
                _where(cell) + _("melewati batas waktu; naikkan batasnya dalam deklarasi tahap")
            )
        try:
            if told not in ready and not told.poll():
                raise EOFError
            kind, value = told.recv()
        except EOFError:
            process.join()
            raise ProcessEnded(_where(cell) + _how(process.exitcode)) from None
        if kind == "began":  # the server may have had to start first
            ends = time.monotonic() + (limit_seconds or math.inf)
        elif kind == "cell":
            cell = value
        elif kind == "error":
            raise value
        else:
            return value


def _where(cell: int | None) -> str:
    return "" if cell is None else _("sel %(cell)s — ") % {"cell": cell + 1}


def _how(exit_code: int) -> str:
    if exit_code == -signal.SIGKILL:
        return _("proses perhitungan dihentikan oleh sistem, mungkin karena memori habis")
    if exit_code < 0:
        name = signal.Signals(-exit_code).name
        return _("proses perhitungan berhenti mendadak (%(signal)s)") % {"signal": name}
    return _("proses perhitungan berhenti mendadak (kode keluar %(code)s)") % {"code": exit_code}


def _child(
    telling: Connection, surroundings: tuple[dict[str, str], str], function: Callable[..., Any],
    given: tuple[Any, ...],
) -> None:  # fmt: skip
    """Run in the forked process: take the parent's surroundings, run, tell what came out."""
    global _telling
    import numpy as np

    os.setsid()  # Ctrl-C goes to the parent, which ends this process and what it started
    _die_with_parent()
    _telling = telling
    environment, folder = surroundings
    kept = {name: os.environ[name] for name in os.environ if name.endswith("_NUM_THREADS")}
    os.environ.clear()
    os.environ.update(environment | kept | {"MPLBACKEND": os.environ.get("MPLBACKEND", "")})
    os.chdir(folder)
    np.random.seed()  # otherwise every fork would draw the same
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    telling.send(("began", None))
    try:
        answer = ("result", function(*given))
    except Exception as error:
        answer = ("error", _portable(error))
    telling.send(answer)
    telling.close()


def _die_with_parent() -> None:
    """Let the system kill this process when the server goes, and first when memory runs out.

    The server goes when nobody but the parent held its pipe; each child is handed it as well.
    """
    import ctypes
    from multiprocessing import forkserver

    with suppress(AttributeError, OSError, TypeError):
        os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    ctypes.CDLL(None).prctl(_KILL_WITH_PARENT, signal.SIGKILL)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as handle:
        handle.write("1000")


def _portable(error: Exception) -> Exception:
    """Return an error that comes through a pipe: itself, or one with its words."""
    try:
        return pickle.loads(pickle.dumps(error))
    except Exception:
        told = str(error) if isinstance(error, PerantaraError) else f"{type(error).__name__}: {error}"
        return StageError(told)


@contextmanager
def only_own_modules() -> Iterator[None]:
    """Set aside the modules of perantara that are loaded: a notebook loads its own.

    A result records the modules that its notebook loaded; those of the runner are none of them.
    """

    def take() -> dict[str, Any]:
        return {n: sys.modules.pop(n) for n in list(sys.modules) if n.split(".")[0] == "perantara"}

    before = take()
    try:
        yield
    finally:
        take()
        sys.modules.update(before)
