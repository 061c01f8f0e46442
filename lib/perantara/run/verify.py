"""Whether a report reproduces: strict nbval in scratch, and the hashes of findings and tables."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from perantara.run.jobs import Job
from perantara.run.runner import only_run
from perantara.stage.provenance import content_sha256
from perantara.stage.results import read_manifest
from perantara.tables.store import TableStore
from perantara.text import _


def verify(job: Job) -> list[str]:
    """Execute a result again and name each place where it differs; empty where it reproduces."""
    if read_manifest(job.folder) is None:
        if job.folder.exists():
            return [_("berkas hasil berubah atau hilang sesudah dibuat; jalankan lagi dengan --force")]
        return [_("belum ada hasil yang lengkap untuk diperiksa")]
    differences = [
        _("masukan berubah sejak laporan dibuat — %(reason)s") % {"reason": reason}
        for reason in job.why_stale(TableStore(job.roots))
    ]
    scratch = job.roots.reports / "_scratch" / f"verify-{os.getpid()}"
    with only_run(job.roots):
        try:
            differences += _compare_cells(job, scratch)
            differences += _compare_content(job, scratch / "output")
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return differences


def _compare_cells(job: Job, scratch: Path) -> list[str]:
    scratch.mkdir(parents=True)
    notebook = scratch / f"{job.stage.name}.ipynb"
    shutil.copy(job.folder / notebook.name, notebook)
    (scratch / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    environment = {
        **os.environ, **job.roots.environment(),
        "PERANTARA_OUTPUT": str(scratch / "output"), "PERANTARA_LANGUAGE": job.language,
        "PYTEST_ADDOPTS": "",  # options of somebody's own test run are none of ours
    }  # fmt: skip
    command = [
        sys.executable, "-m", "pytest", "-q", "-c", "pytest.ini", "-p", "no:cacheprovider",
        "--nbval", "--nbval-kernel-name", "python3", "--junitxml", "cells.xml",
        "--nbval-cell-timeout", str(job.stage.cell_limit_seconds), notebook.name,
    ]  # fmt: skip
    try:
        run = subprocess.run(
            command, cwd=scratch, env=environment, capture_output=True, text=True,
            timeout=job.stage.notebook_limit_seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [_("melewati batas waktu pemeriksaan")]
    if not (scratch / "cells.xml").exists():
        return [_("pemeriksaan tidak dapat dijalankan: %(error)s") % {"error": run.stderr[-300:]}]
    return _failed_cells(scratch / "cells.xml", notebook)


def _failed_cells(report: Path, notebook: Path) -> list[str]:
    """Name the cells that nbval found different; it counts code cells, we count all."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    places = [place for place, cell in enumerate(cells, start=1) if cell["cell_type"] == "code"]
    failed = []
    for case in ElementTree.parse(report).iter("testcase"):
        number = re.search(r"\d+$", case.get("name", ""))
        if case.find("failure") is not None or case.find("error") is not None:
            cell = places[int(number.group())] if number else "?"
            failed.append(_("sel %(cell)s memberi keluaran lain") % {"cell": cell})
    return failed


def _compare_content(job: Job, output: Path) -> list[str]:
    if not (output / "findings.json").exists():
        return [_("pelaksanaan ulang tidak sampai selesai")]
    again = json.loads((output / "findings.json").read_text(encoding="utf-8"))
    recorded = job.findings or {}
    differences = []
    if content_sha256(again) != content_sha256(recorded):
        parts = [k for k in again if k not in ("provenance", "tables") and again[k] != recorded[k]]
        differences += [_("temuan berbeda: %(parts)s") % {"parts": ", ".join(parts)}] if parts else []
    hashes = [{(t["name"], t["sha256"]) for t in found["tables"]} for found in (recorded, again)]
    changed = sorted({name for name, _sha256 in hashes[0] ^ hashes[1]})
    return differences + [_("tabel berbeda: %(table)s") % {"table": name} for name in changed]
