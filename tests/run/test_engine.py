"""Our engine gives what papermill's own gives, for every notebook of the programme and for a hard one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from perantara.run import apart
from perantara.run.jobs import choose_stages, make_jobs
from perantara.run.runner import run_jobs
from perantara.tables.addresses import find_places
from perantara.tables.places import PROGRAMME, Roots

pytestmark = pytest.mark.skipif(not apart.can_fork(), reason="processes cannot be forked on this system")

NOTEBOOKS = sorted(path.stem for path in (PROGRAMME / "notebooks").glob("[0-9][0-9]_*.ipynb"))
HARD = [
    "import sys, warnings; print('satu'); print('dua', file=sys.stderr); warnings.warn('awas')",
    "import pandas as pd; frame = pd.DataFrame({f'kolom {n}': range(3) for n in range(30)}); frame",
    "frame.style.format(precision=1).set_uuid('a')",
    "import matplotlib.pyplot as plt; figure, axes = plt.subplots(); axes.plot([1, 2]); print(plt.get_backend())",
    "from IPython.display import display, update_display; display('lama', display_id='x')",
    "update_display('baru', display_id='x')",
    "import ipywidgets; ipywidgets.interactive(lambda n: print('nilai', n), n=(0, 10))",
    "import asyncio; await asyncio.sleep(0.01); 'ditunggu'",
    "import decimal; decimal.getcontext().prec = 5  # kept in a context variable",
    "decimal.Decimal(1) / 3",
    "%matplotlib inline\n!true\nget_ipython().__class__.__name__.startswith('ZMQ')",
    "import threading; t = threading.Thread(target=print, args=('dari utas',)); t.start(); t.join()",
    "input('tidak ada yang menjawab')",
    "print('tidak sampai di sini')",
]


def normal(notebook: Path) -> list[str]:
    """Cells and widget state as text, with what differs from run to run taken out."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell.pop("id", None)
        for name in ("papermill", "execution"):
            cell["metadata"].pop(name, None)
    parts = [*content["cells"], content["metadata"]["language_info"]]
    widgets = content["metadata"].get("widgets", {}).values()
    parts += sorted(json.dumps(model["state"]) for states in widgets for model in states["state"].values())
    # identifiers, addresses in memory, and the file that a cell was compiled as
    vague = r"[0-9a-f]{32}|0x[0-9a-f]+|ipykernel_\d+/\d+\.py|\x1b\[[0-9;]*m"
    return [re.sub(vague, "#", part if isinstance(part, str) else json.dumps(part)) for part in parts]


@pytest.mark.parametrize("stage", NOTEBOOKS)
def test_every_notebook_gives_the_same_cells_findings_and_tables_by_either_engine(stage, tmp_path):
    written = {}
    for engine in ("nbclient", "perantara"):
        roots = Roots.find(reports=tmp_path / engine)
        jobs = make_jobs(
            roots,
            find_places(roots, "contoh/kopi/2026"),
            choose_stages(roots, [stage]),
            {"as_of": "2026-11-24"},
        )
        (outcome,) = run_jobs(roots, jobs, Silent(), engine=engine)
        assert outcome.status == "done", outcome.message
        written[engine] = jobs[0].folder
    stock, ours = written.values()
    assert normal(ours / f"{stage}.ipynb") == normal(stock / f"{stage}.ipynb")
    names = sorted(p.relative_to(stock) for p in stock.rglob("*") if p.suffix in (".csv", ".json"))
    for name in [n for n in names if n.name != "manifest.json"]:
        assert (ours / name).read_text() == (stock / name).read_text()


class Silent:
    """Makes no pages: they have tests of their own."""

    sha256 = "a" * 64

    def report(self, folder, job):
        return ""

    def failed(self, folder, job):
        return ""


def hard_notebook(path: Path) -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in HARD]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


def execute_hard(source: Path, target: Path, engine: str) -> str:
    """Execute by papermill's own command and return what it says of the cell that failed.

    Papermill's own engine sometimes stalls for ever on an output widget (nbclient issue 312): it is
    given three attempts. Ours is given one.
    """
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        engine,
        "--no-progress-bar",
        str(source),
        str(target),
    ]
    for attempt in range(3 if engine == "nbclient" else 1):
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stderr
        except subprocess.TimeoutExpired:
            print(f"{engine} stalled, attempt {attempt + 1}")
    raise TimeoutError(engine)


def test_streams_warnings_widgets_awaiting_and_errors_are_those_of_papermills_own_engine(tmp_path):
    source, written = hard_notebook(tmp_path / "sumber.ipynb"), {}
    for engine in ("nbclient", "perantara"):
        written[engine] = tmp_path / f"{engine}.ipynb"
        assert "StdinNotImplementedError" in execute_hard(source, written[engine], engine)
    stock, ours = (normal(path) for path in written.values())
    assert ours == stock
    assert any("nilai 5" in part for part in ours), "the output widget kept what it showed"


def test_the_engine_is_there_for_papermills_own_command(tmp_path):
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), tmp_path / "sumber.ipynb"
    )
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "perantara",
        "--kernel",
        "python3",
        "--language",
        "python",
    ]
    subprocess.run([*command, "sumber.ipynb", "hasil.ipynb"], cwd=tmp_path, check=True, capture_output=True)
    assert "2" in str(nbformat.read(tmp_path / "hasil.ipynb", as_version=4).cells[0].outputs)
