"""The same jobs on a real Dask cluster: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from tests.run.test_runner import statuses

from perantara.errors import StageError
from perantara.run.apart import can_fork
from perantara.tables.places import PROGRAMME

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(not can_fork(), reason="processes cannot be forked on this system")


class Cluster:
    def __init__(self, folder) -> None:
        self.folder, self.processes = folder, []
        self.start(
            "scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            "alamat.json",
        )
        until(lambda: (folder / "alamat.json").exists())
        self.address = json.loads((folder / "alamat.json").read_text())["address"]
        self.workers = [self.start_worker() for _ in range(2)]

    def start(self, kind: str, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments]
        environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
        environment["PYTHONPATH"] = os.pathsep.join([str(PROGRAMME), *sys.path])  # the toy's renderer
        with (self.folder / f"{kind}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        return process

    def start_worker(self) -> subprocess.Popen:
        return self.start(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", "--death-timeout", "60"
        )

    def stop(self) -> None:
        for process in reversed(self.processes):
            end(process)


def end(process: subprocess.Popen) -> None:
    """End a process, a worker with its nanny say, and everything that it started."""
    try:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    process.wait()


def until(condition, seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path)
    yield made
    made.stop()


def test_jobs_go_on_where_a_worker_is_killed_midway(toy, cluster):
    names = [f"9{number}_tahap" for number in range(6)]
    for name in names:
        toy.add_stage(name, "import time; time.sleep(3)")

    def kill() -> None:
        until(lambda: list((toy.roots.reports / "_scratch").glob("run-*/*/*/*/*/*.ipynb")))
        end(cluster.workers[0])

    killer = threading.Thread(target=kill)
    killer.start()
    outcomes = toy.run(*[name[:2] for name in names], scheduler=cluster.address)
    killer.join()
    assert statuses(outcomes) == ["done"] * 6
    assert cluster.workers[0].poll() is not None


def test_a_notebook_that_brings_its_workers_down_is_not_tried_for_ever(toy, cluster):
    poison = "import os, psutil; psutil.Process(os.getppid()).parent().kill(); import time; time.sleep(60)"
    toy.add_stage("90_first", poison)
    toy.add_stage("91_second")
    first, second = toy.run("90", "91", scheduler=cluster.address)
    assert (first.status, second.status) == ("failed", "done")
    assert "berkali-kali menjatuhkan pekerja klaster" in first.message


def test_a_scheduler_that_does_not_answer_is_named(toy, monkeypatch):
    toy.add_stage("90_first")
    with pytest.raises(StageError, match=r"Penjadwal bukan-alamat tidak menjawab"):
        toy.run("90", scheduler="bukan-alamat")
