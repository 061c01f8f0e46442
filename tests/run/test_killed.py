"""A run killed at any moment leaves nothing that looks good and is not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from perantara.stage.results import read_manifest

KILLS = 20


def _start(toy) -> subprocess.Popen:
    command = [sys.executable, "-m", "perantara.cli.main", "--data", str(toy.root), "run", "uji/kopi/2026"]
    command += ["--stage", "90", "--stage", "91"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _official(toy) -> list[Path]:
    cycle = toy.roots.reports / "uji" / "kopi" / "2026"
    return [p for p in cycle.glob("*") if not p.name.startswith(".")] if cycle.exists() else []


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal of POSIX systems")
def test_twenty_kills_leave_only_complete_results_and_the_next_run_completes(toy):
    toy.add_stage("90_first")
    toy.add_stage("91_second", upstream="90_first")
    began = time.monotonic()
    assert _start(toy).wait() == 0
    whole = time.monotonic() - began
    moments = random.Random(20261124)
    for kill in range(KILLS):
        toy.write_actors(2 + kill)  # there is something to do each time
        process = _start(toy)
        try:
            process.wait(timeout=moments.uniform(0.0, whole))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()
        for folder in _official(toy):
            assert read_manifest(folder) is not None, f"{folder} looks complete and is not"
    process = _start(toy)
    output, _error = process.communicate()
    assert process.returncode == 0, output
    assert {p.name for p in _official(toy)} == {"90_first", "91_second"}
    assert all(read_manifest(folder) for folder in _official(toy))
    assert list((toy.roots.reports / "_scratch").iterdir()) == []
    assert list((toy.roots.reports / "uji" / "kopi" / "2026").glob(".*")) == []
