"""What it costs to execute the notebooks of a district, by every road, in one interleaved run.

    python benchmarks/execution.py --rounds 3

Each road executes the same notebooks of contoh/kopi; the roads take turns within a round, so that
what else the machine does falls on all of them. Printed is the median over the rounds, per
notebook: CPU seconds of the whole process tree, seconds on the clock, and the highest memory (PSS)
of the tree. ``--python`` runs the roads in another environment, for example one without JupyterLab.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PROGRAMME = Path(__file__).resolve().parents[1]
PLACE = {"district": "contoh", "initiative": "kopi", "cycle": "2026", "as_of": "2026-11-24"}
CLI = ["-m", "papermill", "-k", "python3", "-l", "python", "--no-progress-bar"]
IN_PROCESS = """
import sys, os, papermill
place, out, *notebooks = sys.argv[1:]
for notebook in notebooks:
    name = os.path.basename(notebook)
    os.environ["PERANTARA_OUTPUT"] = f"{out}/{name}.d"
    papermill.execute_notebook(notebook, f"{out}/{name}", eval(place), kernel_name="python3", progress_bar=False)
"""
WARM = """
import sys
from pathlib import Path
from perantara.run import apart
from perantara.run.jobs import choose_stages, make_jobs
from perantara.run.runner import run_jobs
from perantara.tables.addresses import find_places
from perantara.tables.places import Roots

class Silent:
    sha256 = "a" * 64
    def report(self, folder, job): return ""
    def failed(self, folder, job): return ""

if __name__ == "__main__":
    workers, times, out = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    for n in range(times):
        roots = Roots.find(reports=out / str(n))
        jobs = make_jobs(roots, find_places(roots, "contoh/kopi/2026"), choose_stages(roots, []), {"as_of": "2026-11-24"})
        outcomes = run_jobs(roots, jobs, Silent(), workers=workers, engine="perantara", force=True)
        assert all(outcome.status == "done" for outcome in outcomes), outcomes
"""
FLOOR = """
import sys, json, os, time, resource
from perantara.run import preload
from IPython.core.interactiveshell import InteractiveShell
for notebook in sys.argv[3:]:
    os.environ["PERANTARA_OUTPUT"] = f"{sys.argv[2]}/{os.path.basename(notebook)}.d"
    cells = [c for c in json.load(open(notebook))["cells"] if c["cell_type"] == "code"]
    scope, place = {"__name__": "__main__"}, eval(sys.argv[1])
    for cell in cells:
        exec("".join(cell["source"]), scope)
        if "parameters" in cell["metadata"].get("tags", []):
            scope.update(place)
    for name in [n for n in sys.modules if n.split(".")[0] == "perantara"]:
        del sys.modules[name]
"""


def roads(python: str, notebooks: list[str], out: Path) -> dict[str, list[list[str]]]:
    """Return for each road the commands that are started together."""
    place = repr(PLACE)
    half = len(notebooks) // 2
    parameters = [part for name, value in PLACE.items() for part in ("-r", name, value)]
    loop = " && ".join(
        " ".join([python, *CLI, *parameters, notebook, f"{out}/{Path(notebook).name}"])
        for notebook in notebooks
    )
    convert = [
        python,
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--output-dir",
        str(out),
        *notebooks,
    ]
    warm, times = [python, str(out / "warm.py")], str(len(notebooks) // len(stages()))
    (out / "warm.py").write_text(WARM)
    return {
        "papermill, baris perintah, berulang": [["sh", "-c", loop]],
        "jupyter nbconvert --execute": [convert],
        "papermill.execute_notebook, satu proses": [[python, "-c", IN_PROCESS, place, str(out), *notebooks]],
        "papermill.execute_notebook, dua proses": [
            [python, "-c", IN_PROCESS, place, str(out), *part]
            for part in (notebooks[:half], notebooks[half:])
        ],
        "perantara, satu pekerja": [[*warm, "1", times, str(out)]],
        "perantara, dua pekerja": [[*warm, "2", times, str(out)]],
        "lantai: sel dalam satu proses hangat": [[python, "-c", FLOOR, place, str(out), *notebooks]],
    }


def stages() -> list[Path]:
    """The notebooks of the programme."""
    return sorted((PROGRAMME / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def prepared(folder: Path, times: int) -> list[str]:
    """Copy the notebooks ``times`` over, so that starting up weighs as it does in a real run."""
    found = []
    for number in range(times):
        for source in stages():
            path = folder / f"{source.stem}-{number}.ipynb"
            shutil.copy(source, path)
            found.append(str(path))
    return found


def measure(commands: list[list[str]]) -> tuple[float, float, float]:
    """Run commands side by side; return CPU seconds, seconds and the peak PSS in MB of their tree."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=watch, args=(peak, done))
    watcher.start()
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as on anyone's machine
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(command, env=environment, **quiet) for command in commands]
    for process in processes:
        _out, error = process.communicate()
        if process.returncode:
            raise SystemExit(error.decode()[-2000:])
    seconds = time.monotonic() - began
    done.set()
    watcher.join()
    reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, seconds, peak[0]


def watch(peak: list[float], done: threading.Event) -> None:
    import psutil

    me = psutil.Process()
    while not done.wait(0.25):
        total = 0.0
        for process in me.children(recursive=True):
            try:
                total += process.memory_full_info().pss / 2**20
            except (psutil.Error, OSError):
                continue
        peak[0] = max(peak[0], total)


def reap() -> None:
    """Wait for processes that a command left, a server say, so that their time is counted."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=1, help="copies of each notebook in a round")
    parser.add_argument("--python", default=sys.executable)
    given = parser.parse_args()
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: what a command leaves comes to us
    found: dict[str, list[tuple[float, float, float]]] = {}
    for _round in range(given.rounds):
        with tempfile.TemporaryDirectory() as folder:
            notebooks = prepared(Path(folder), given.times)
            (Path(folder) / "out").mkdir()
            os.environ.update(PERANTARA_REPORTS=f"{folder}/reports", PERANTARA_OUTPUT="")
            for road, commands in roads(given.python, notebooks, Path(folder) / "out").items():
                found.setdefault(road, []).append(measure(commands))
    count = len(notebooks)
    medians = {
        road: [statistics.median(column) for column in zip(*rows, strict=True)]
        for road, rows in found.items()
    }
    first = next(iter(medians.values()))
    print("| Cara | CPU s/buku | lama s/buku | PSS MB | CPU: kali lebih hemat | lama: kali lebih cepat |")
    print("| --- | --- | --- | --- | --- | --- |")
    for road, (cpu, seconds, pss) in medians.items():
        print(
            f"| {road} | {cpu / count:.2f} | {seconds / count:.2f} | {pss:.0f} "
            f"| {first[0] / cpu:.1f} | {first[1] / seconds:.1f} |"
        )
    print(json.dumps({"buku": count, "putaran": given.rounds, "python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
