from __future__ import annotations

import json
import os
import re
import time

import nbformat
import psutil
import pytest

from perantara.errors import ResultError
from perantara.run.apart import can_fork
from perantara.stage.results import failed_folder, read_manifest, result_folder
from perantara.tables.addresses import find_places

needs_fork = pytest.mark.skipif(not can_fork(), reason="processes cannot be forked on this system")


def statuses(outcomes) -> list[str]:
    return [outcome.status for outcome in outcomes]


def folder_of(toy, stage, cycle="2026"):
    (place,) = find_places(toy.roots, f"uji/kopi/{cycle}")
    return result_folder(toy.roots, place, stage)


def failed_of(toy, stage):
    (place,) = find_places(toy.roots, "uji/kopi/2026")
    return failed_folder(toy.roots, place, stage)


def test_a_run_leaves_a_complete_result_and_nothing_else(toy):
    toy.add_stage("90_first")
    assert statuses(toy.run("90")) == ["done"]
    folder = folder_of(toy, "90_first")
    assert set(read_manifest(folder)["files"]) == {"90_first.ipynb", "findings.json", "index.html"}
    findings = json.loads((folder / "findings.json").read_text())
    assert findings["gate"]["status"] == "proceed"
    assert list((toy.roots.reports / "_scratch").iterdir()) == []


def test_what_is_fresh_is_not_run_again_and_force_runs_it(toy):
    toy.add_stage("90_first")
    toy.run("90")
    made = (folder_of(toy, "90_first") / "manifest.json").stat().st_mtime_ns
    assert statuses(toy.run("90")) == ["fresh"]
    assert (folder_of(toy, "90_first") / "manifest.json").stat().st_mtime_ns == made
    assert statuses(toy.run("90", force=True)) == ["done"]


def test_a_changed_table_runs_its_readers_and_says_why(toy):
    toy.add_stage("90_first")
    toy.run("90")
    toy.write_actors(2)
    (outcome,) = toy.run("90")
    assert (outcome.status, outcome.message) == ("done", "tabel berubah: actors")


def test_a_changed_layout_of_a_file_runs_nothing(toy):
    toy.add_stage("90_first")
    toy.run("90")
    path = toy.place / "actors.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b",,,,,,,,,\r\n")
    assert statuses(toy.run("90")) == ["fresh"]


def test_a_dependant_runs_again_only_if_what_it_reads_says_something_else(toy):
    toy.add_stage("90_first")
    toy.add_stage("91_second", upstream="90_first")
    assert statuses(toy.run("90", "91")) == ["done", "done"]
    notebook = toy.root / "notebooks" / "90_first.ipynb"
    notebook.write_text(notebook.read_text().replace("stage.state(", "stage.state( "))
    assert statuses(toy.run("90", "91")) == ["done", "fresh"]
    notebook.write_text(notebook.read_text().replace("Tercatat %(count)s", "Ada %(count)s"))
    outcomes = toy.run("90", "91")
    assert statuses(outcomes) == ["done", "done"]
    assert outcomes[1].message == "hasil tahap lain berubah: stages/90_first"


def test_a_failed_cell_keeps_its_notebook_and_stops_only_its_dependants(toy):
    toy.add_stage("90_first", 'raise ValueError("harga tidak masuk akal")')
    toy.add_stage("91_second", upstream="90_first")
    toy.add_stage("92_third")
    outcomes = toy.run("90", "91", "92")
    by_stage = {outcome.job.stage.name: outcome for outcome in outcomes}
    assert by_stage["90_first"].message == "sel 4 — ValueError: harga tidak masuk akal"
    assert by_stage["91_second"].status == "not_run"
    assert "90_first" in by_stage["91_second"].message
    assert by_stage["92_third"].status == "done"
    assert not folder_of(toy, "90_first").exists()
    kept = nbformat.read(failed_of(toy, "90_first") / "90_first.ipynb", as_version=4)
    assert "harga tidak masuk akal" in str(kept)


def test_a_mended_stage_takes_its_failure_away(toy):
    toy.add_stage("90_first", "1 / 0")
    toy.run("90")
    assert failed_of(toy, "90_first").exists()
    toy.add_stage("90_first")
    assert statuses(toy.run("90")) == ["done"]
    assert not failed_of(toy, "90_first").exists()


def test_a_failure_leaves_the_earlier_result_as_it_was(toy):
    toy.add_stage("90_first")
    toy.run("90")
    before = read_manifest(folder_of(toy, "90_first"))
    toy.add_stage("90_first", "1 / 0")
    assert statuses(toy.run("90")) == ["failed"]
    assert read_manifest(folder_of(toy, "90_first")) == before


ENGINES = ["nbclient", pytest.param("perantara", marks=needs_fork)]


def test_a_kernel_of_papermills_own_that_dies_is_reported(toy):
    toy.add_stage("90_first", "import os", "os._exit(3)")
    (outcome,) = toy.run("90", engine="nbclient")
    assert outcome.status == "failed"
    assert "kernel mati" in outcome.message


# what a cell does, and what is said of the process that ended by it; cell 1 is the parameters,
# 2 what papermill injects, 3 opens the stage
DEATHS = [
    ("import os; os._exit(3)", r"sel 4 — proses perhitungan berhenti mendadak \(kode keluar 3\)"),
    ("import ctypes; ctypes.string_at(0)", r"sel 4 — proses perhitungan berhenti mendadak \(SIGSEGV\)"),
    (
        "import os; os.kill(os.getpid(), 9)",
        "sel 4 — proses perhitungan dihentikan oleh sistem, .*memori habis",
    ),
    (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29)); b = bytearray(2**30)",
        "sel 4 — MemoryError",
    ),
]


@needs_fork
@pytest.mark.parametrize(("cell", "words"), DEATHS)
def test_a_process_that_dies_is_reported_with_its_cell_and_its_neighbour_runs_on(toy, cell, words):
    toy.add_stage("90_first", cell)
    toy.add_stage("91_second")
    first, second = toy.run("90", "91", workers=2)
    assert (first.status, second.status) == ("failed", "done")
    assert re.search(words, first.message)
    assert cell in str(nbformat.read(failed_of(toy, "90_first") / "90_first.ipynb", as_version=4))


@needs_fork
def test_a_cell_that_takes_no_notice_of_its_limit_ends_with_its_notebook(toy, monkeypatch):
    stubborn = (
        "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    )
    toy.add_stage("90_first", stubborn, limits="cell_limit_seconds: 8\nnotebook_limit_seconds: 12\n")
    monkeypatch.setattr("perantara.run.hands.GRACE_SECONDS", 1)
    (outcome,) = toy.run("90")
    assert re.search("sel 4 — melewati batas waktu", outcome.message)


@needs_fork
def test_what_a_notebook_started_ends_with_it(toy):
    toy.add_stage("90_first", "import subprocess", "print(subprocess.Popen(['sleep', '600']).pid)")
    toy.run("90")
    page = json.loads((folder_of(toy, "90_first") / "90_first.ipynb").read_text())
    (text,) = [o["text"] for c in page["cells"] for o in c.get("outputs", ()) if "text" in o]
    process = int("".join(text))
    assert not psutil.pid_exists(process) or psutil.Process(process).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cell_beyond_its_limit_is_stopped(toy, engine):
    toy.add_stage("90_first", "import time", "time.sleep(60)", limits="cell_limit_seconds: 2\n")
    (outcome,) = toy.run("90", engine=engine)
    assert outcome.status == "failed"
    assert "melewati batas waktu" in outcome.message


@pytest.mark.parametrize("engine", ENGINES)
def test_stages_run_side_by_side_and_each_after_what_it_reads(toy, engine):
    for name in ("90_first", "91_second"):
        toy.add_stage(name, "import time; time.sleep(3)")
    toy.add_stage("92_third", upstream="90_first, 91_second")
    began = time.monotonic()
    outcomes = toy.run("90", "91", "92", engine=engine, workers=2)
    assert statuses(outcomes) == ["done", "done", "done"]
    assert time.monotonic() - began < sum(outcome.seconds for outcome in outcomes)


def test_a_stage_that_reads_the_last_cycle_waits_for_it(toy):
    toy.add_stage("90_first", "import time; time.sleep(1)")
    toy.add_stage(
        "91_second", "assert stage.cycle == '2025' or stage.findings('90_first')", last_cycle="90_first"
    )
    outcomes = toy.run("90", "91", address="uji/kopi", workers=4)
    assert statuses(outcomes) == ["done"] * 4


def test_a_notebook_beyond_its_limit_is_stopped(toy):
    cells = ["import time", *["time.sleep(2)"] * 6]
    toy.add_stage("90_first", *cells, limits="notebook_limit_seconds: 4\n")
    (outcome,) = toy.run("90")
    assert outcome.status == "failed"
    assert "melewati batas waktu" in outcome.message


def test_a_notebook_that_is_not_closed_is_no_result(toy):
    toy.add_stage("90_first", close="1 + 1")
    (outcome,) = toy.run("90")
    assert "tanpa stage.close" in outcome.message
    assert not folder_of(toy, "90_first").exists()


def test_a_wrong_table_fails_the_stage_with_every_fault_and_no_kernel(toy, monkeypatch):
    toy.add_stage("90_first")
    path = toy.place / "actors.csv"
    path.write_text(path.read_text().replace("mitra swasta", "swasta").replace("2026-01-05", "5 Januari"))
    monkeypatch.setattr("perantara.run.hands.Hands.produce", lambda *_: pytest.fail("a kernel was started"))
    (outcome,) = toy.run("90")
    assert outcome.status == "failed"
    assert "2 kesalahan" in outcome.message


def test_a_closed_cycle_with_a_result_is_never_overwritten(toy):
    toy.add_stage("90_first")
    assert statuses(toy.run("90", address="uji/kopi/2025")) == ["done"]
    before = read_manifest(folder_of(toy, "90_first", "2025"))
    toy.write_actors(3)
    assert statuses(toy.run("90", address="uji/kopi/2025", force=True)) == ["closed"]
    assert read_manifest(folder_of(toy, "90_first", "2025")) == before


def test_an_earlier_cycle_is_not_touched_by_a_later_one(toy):
    toy.add_stage("90_first")
    assert [o.job.place.cycle for o in toy.run("90", address="uji")] == ["2025", "2026"]
    assert folder_of(toy, "90_first", "2025") != folder_of(toy, "90_first", "2026")


def test_a_dry_run_says_what_would_run_and_writes_no_result(toy):
    toy.add_stage("90_first")
    toy.add_stage("91_second", upstream="90_first")
    outcomes = toy.run("90", "91", dry_run=True)
    assert statuses(outcomes) == ["would_run", "would_run"]
    assert not folder_of(toy, "90_first").exists()


def test_a_result_stays_fresh_with_its_own_day_and_a_new_run_takes_the_day_of_the_run(toy):
    toy.add_stage("90_first")
    toy.run("90", overrides={"as_of": "2026-03-01"})
    (outcome,) = toy.run("90")
    assert outcome.status == "fresh"
    assert outcome.job.parameters(as_before=True)["as_of"] == "2026-03-01"
    toy.write_actors(2)
    toy.run("90")
    assert toy.jobs("90")[0].findings["as_of"] > "2026-03-01"


def test_only_the_page_is_made_anew_where_only_the_pages_look_changed(toy, monkeypatch):
    toy.add_stage("90_first")
    toy.run("90")
    toy.renderer.sha256 = "b" * 64
    monkeypatch.setattr("perantara.run.hands.Hands.produce", lambda *_: pytest.fail("a kernel was started"))
    assert statuses(toy.run("90")) == ["fresh"]
    assert read_manifest(folder_of(toy, "90_first"))["renderer"] == "b" * 64


def test_an_altered_file_makes_the_result_incomplete_and_it_is_made_again(toy):
    toy.add_stage("90_first")
    toy.run("90")
    (folder_of(toy, "90_first") / "findings.json").write_text("{}")
    (outcome,) = toy.run("90")
    assert (outcome.status, outcome.message) == ("done", "belum ada hasil yang lengkap")


def test_a_second_run_into_the_same_reports_waits_its_turn(toy):
    toy.add_stage("90_first")
    lock = toy.roots.reports / "_scratch" / "run.lock"
    lock.parent.mkdir(parents=True)
    parent = psutil.Process(os.getppid())
    lock.write_text(json.dumps({"pid": parent.pid, "started": parent.create_time()}))
    with pytest.raises(ResultError, match="perantara lain sedang menulis"):
        toy.run("90")
    lock.write_text(json.dumps({"pid": parent.pid, "started": 1.0}))  # its number, another process
    assert statuses(toy.run("90")) == ["done"]


DECISION = """\
cycle,stage,computed_result,decided_result,reason,deciding_body,position,decision_date,document,provenance_sha256,basis,source
2025,90_first,proceed,conditional,Menunggu pembeli,Tim,Ketua,2026-01-15,BA 1,,rekaan,Data rekaan
"""


def test_a_decision_on_a_closed_cycle_reaches_the_next_one_without_a_new_run_of_it(toy):
    toy.add_stage("90_first")
    toy.add_stage(
        "91_second", "found = stage.findings('90_first')", "print(found['result'])", last_cycle="90_first"
    )
    assert statuses(toy.run("90", address="uji/kopi/2025")) == ["done"]
    assert statuses(toy.run("91")) == ["done"]
    (toy.place / "decisions.csv").write_text(DECISION)
    assert statuses(toy.run("90", address="uji/kopi/2025")) == ["closed"]
    (outcome,) = toy.run("91")
    assert outcome.message == "hasil tahap lain berubah: last_cycle/90_first"
    executed = nbformat.read(folder_of(toy, "91_second") / "91_second.ipynb", as_version=4)
    assert "conditional" in str([cell.outputs for cell in executed.cells])


def test_a_copied_notebook_that_opens_another_stage_is_refused(toy):
    toy.add_stage("90_first")
    toy.add_stage("91_second")
    notebook = toy.root / "notebooks" / "91_second.ipynb"
    notebook.write_text(notebook.read_text().replace('Stage.open(\\"91_second', 'Stage.open(\\"90_first'))
    (outcome,) = toy.run("91")
    assert 'buku membuka tahap "90_first", padahal namanya 91_second' in outcome.message
