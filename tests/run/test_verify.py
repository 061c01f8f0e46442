from __future__ import annotations

import json

from perantara.run.verify import verify
from perantara.stage.results import read_manifest, write_manifest


def test_a_result_that_reproduces_has_no_difference(toy):
    toy.add_stage("90_first")
    toy.run("90", overrides={"as_of": "2026-02-01"})
    assert verify(toy.jobs("90")[0]) == []


def test_a_cell_that_gives_something_else_each_time_is_named(toy):
    toy.add_stage("90_first", "import uuid\n\nuuid.uuid4().hex")
    toy.run("90")
    assert verify(toy.jobs("90")[0]) == ["sel 4 memberi keluaran lain"]


def test_findings_altered_by_hand_are_found_even_with_a_manifest_to_match(toy):
    toy.add_stage("90_first")
    toy.run("90")
    (job,) = toy.jobs("90")
    path = job.folder / "findings.json"
    findings = json.loads(path.read_text())
    findings["gate"]["status"] = "repeat"
    path.write_text(json.dumps(findings))
    write_manifest(job.folder)
    assert verify(toy.jobs("90")[0]) == ["temuan berbeda: gate"]


def test_an_input_that_changed_since_is_named(toy):
    toy.add_stage("90_first")
    toy.run("90")
    toy.write_actors(4)
    differences = verify(toy.jobs("90")[0])
    assert differences[0] == "masukan berubah sejak laporan dibuat — tabel berubah: actors"
    assert any(difference.startswith("temuan berbeda: ") for difference in differences)


def test_without_a_result_there_is_nothing_to_verify(toy):
    toy.add_stage("90_first")
    assert verify(toy.jobs("90")[0]) == ["belum ada hasil yang lengkap untuk diperiksa"]


def test_verifying_touches_no_official_result(toy):
    toy.add_stage("90_first")
    toy.run("90")
    (job,) = toy.jobs("90")
    before = read_manifest(job.folder)
    verify(job)
    assert read_manifest(job.folder) == before
    assert list((toy.roots.reports / "_scratch").iterdir()) == []
