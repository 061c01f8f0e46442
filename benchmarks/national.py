"""A national run: simulated districts with tables of contoh's size, the shipped notebooks unmodified.

    python benchmarks/national.py make FOLDER --districts 514
    python benchmarks/national.py run FOLDER -j 2 [--minutes 20] [--kill-after 300]

``make`` writes a workspace of made-up districts (province prefixes 00-10, which no real one has).
``run`` calls ``perantara run --all`` on it and appends a line a minute to FOLDER/log.csv: results
complete, rate, memory (PSS) of the process tree. It may be stopped and started again; with
``--kill-after`` it kills the run with signal 9 once and takes it up again.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

SOURCE = Path(__file__).resolve().parents[1] / "data" / "districts" / "contoh"
CODE = re.compile(r"(?<![\d.])00\.00(?![\d])")


def make(folder: Path, districts: int) -> None:
    """Write the simulated districts, each with its own code."""
    for number in range(1, districts + 1):
        code = f"{number // 90:02d}.{number % 90 + 10:02d}"
        target = folder / "kerja" / "districts" / f"simulasi-{number:03d}"
        for path in sorted(SOURCE.rglob("*")):
            if (
                path.suffix not in (".csv", ".yml")
                or path.name.endswith("texts.yml")
                or "anyaman" in path.parts
            ):
                continue
            text = CODE.sub(code, path.read_text(encoding="utf-8"))
            if path.name == "district.yml":
                text = re.sub(r"^name: .*$", f"name: Simulasi {number}", text, flags=re.M)
            copy = target / path.relative_to(SOURCE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")


def complete(reports: Path) -> int:
    """Count the complete results."""
    return sum(1 for _path in reports.glob("simulasi-*/*/*/*/manifest.json"))


def memory(process: subprocess.Popen[bytes]) -> float:
    total = 0.0
    try:
        parent = psutil.Process(process.pid)
        for one in [parent, *parent.children(recursive=True)]:
            total += one.memory_full_info().pss / 2**20
    except psutil.Error:
        return total
    return total


def run(folder: Path, workers: int, minutes: float, kill_after: float) -> None:
    """Run, log a line a minute, kill once where asked, and take it up again."""
    reports, log = folder / "laporan", folder / "log.csv"
    command = [sys.executable, "-m", "perantara.cli.main", "--data", str(folder / "kerja")]
    addresses = sorted(path.name for path in (folder / "kerja" / "districts").iterdir())
    command += ["--reports", str(reports), "run", *addresses, "-j", str(workers), "-p", "as_of", "2026-11-24"]
    ends = time.monotonic() + minutes * 60
    while time.monotonic() < ends:
        began, before = time.monotonic(), complete(reports)
        process = subprocess.Popen(
            command, stdout=(folder / "keluaran.txt").open("ab"), start_new_session=True
        )
        told = began
        while process.poll() is None:
            time.sleep(1)
            now = time.monotonic()
            if now - told >= 60:
                told = now
                write(log, now - began, complete(reports), before, memory(process))
            if kill_after and now - began >= kill_after:
                kill_after = 0
                process.send_signal(signal.SIGKILL)
                write(log, now - began, complete(reports), before, 0, "dihentikan dengan sinyal 9")
            if now >= ends:
                os.killpg(process.pid, signal.SIGINT)
                ends = now
        write(
            log,
            time.monotonic() - began,
            complete(reports),
            before,
            0,
            f"berakhir, kode {process.returncode}",
        )
        if process.returncode == 0:
            return


def write(log: Path, seconds: float, done: int, before: int, pss: float, note: str = "") -> None:
    is_new = not log.exists()
    with log.open("a", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        if is_new:
            writer.writerow(["seconds", "results", "results_per_minute", "pss_mb", "note"])
        rate = (done - before) / seconds * 60 if seconds else 0
        writer.writerow([f"{seconds:.0f}", done, f"{rate:.1f}", f"{pss:.0f}", note])
    print(f"{seconds:.0f} s, {done} hasil, {rate:.1f} per menit, {pss:.0f} MB {note}", flush=True)


def main() -> None:
    """Make or run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["make", "run"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--districts", type=int, default=514)
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--kill-after", type=float, default=0)
    given = parser.parse_args()
    if given.action == "make":
        shutil.rmtree(given.folder, ignore_errors=True)
        make(given.folder, given.districts)
    else:
        run(given.folder, given.j, given.minutes, given.kill_after)


if __name__ == "__main__":
    main()
