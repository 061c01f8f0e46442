from __future__ import annotations

import copy
import hashlib
import json

import pandas as pd
import pytest

from perantara.errors import StageError
from perantara.stage.findings import findings_text
from perantara.stage.results import read_findings
from perantara.text import Sentence, messages, using_language

KEYS = [
    "schema_version", "stage", "district", "initiative", "cycle", "as_of", "language", "gate", "decision",
    "statements", "figures", "gaps", "alarms", "tables", "provenance",
]  # fmt: skip


@pytest.fixture
def findings(bench):
    """Complete findings: a statement, a figure, a gap, an alarm, a criterion, a decision, a table."""
    bench.decide("2026,91_harvest,proceed,proceed,,2026-07-01")
    bench.rows("harvest", (bench.root / "districts/uji/madu/harvest.csv").read_text().replace(",A,", ",,"))
    stage = bench.open(as_of="2028-01-01")
    stage.figure("harvest_kg", 32.5, "kg", "harvest")
    return bench.close(stage, 5.0)


def test_findings_hold_every_part_in_order(findings):
    assert list(findings) == KEYS
    assert all(findings[key] for key in KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_part_is_required(findings, key):
    del findings[key]
    with pytest.raises(StageError, match=f"tidak sesuai skema: .*{key}"):
        findings_text(findings)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("gate", "status"), "maybe", "gate.status"),
        (("gate", "criteria", 0, "set_by"), "", "set_by"),
        (("gate", "criteria", 0, "value"), "banyak", "value"),
        (("gate", "next_steps", 0), "Data panen.", "next_steps"),
        (("decision", "agrees_with_data"), "ya", "agrees_with_data"),
        (("statements",), [], "statements"),
        (("statements", 0), {"message": "", "arguments": {}}, "message"),
        (("figures", 0, "basis"), "tebakan", "basis"),
        (("figures", 0, "access"), "umum", "access"),
        (("gaps", 0, "columns"), "grade", "columns"),
        (("alarms", 0), "sudah lama", "alarms"),
        (("tables", 0, "sha256"), "abc", "sha256"),
        (("cycle",), 2026, "cycle"),
        (("as_of",), "hari ini", "as_of"),
        (("language",), "jv", "language"),
        (("extra",), 1, "additional|extra"),
    ],
)
def test_a_planted_fault_is_refused_and_named(findings, path, value, words):
    spoilt = copy.deepcopy(findings)
    part = spoilt
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    findings_text(findings)  # it is the fault that is refused
    with pytest.raises(StageError, match=words):
        findings_text(spoilt)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_number_that_json_does_not_know_is_refused(findings, value):
    findings["statements"][0]["arguments"]["weight"] = value
    with pytest.raises(StageError, match="tidak sesuai skema"):
        findings_text(findings)


def test_a_sentence_is_kept_so_that_either_language_can_say_it(findings, monkeypatch):
    said = Sentence.from_json(findings["statements"][0])
    catalogue = {"Panen %(weight)s kg.": "Harvest %(weight)s kg."}
    monkeypatch.setattr(messages, "_catalogue", lambda language: catalogue if language == "en" else {})
    assert str(said) == "Panen 32,5 kg."
    with using_language("en"):
        assert str(said) == "Harvest 32.5 kg."


def test_what_is_kept_of_a_table_is_the_hash_of_what_is_written(bench, findings):
    folder = bench.roots.reports / "_draft/uji/madu/2026/91_harvest"
    text = (folder / "tables/harvest_summary.csv").read_bytes()
    assert text.decode() == "village,weight_kg\nSatu,12.5\nDua,20\n"
    assert findings["tables"] == [{"name": "harvest_summary", "sha256": hashlib.sha256(text).hexdigest()}]


def test_nothing_found_to_say_is_refused_and_nothing_is_written(bench):
    stage = bench.open()
    with pytest.raises(StageError, match="statements"):
        stage.close(bench.gate(stage), {"harvest_summary": bench.summary()})
    assert not (bench.roots.reports / "_draft").exists()
    assert not (bench.roots.reports / "_scratch").exists()


@pytest.mark.parametrize("tables", [{}, {"harvest": pd.DataFrame()}])
def test_tables_other_than_those_declared_are_refused(bench, tables):
    stage = bench.open()
    with pytest.raises(
        StageError, match=r"91_harvest menutup dengan tabel .* dideklarasikan harvest_summary"
    ):
        stage.close(bench.gate(stage), tables)


def test_a_table_with_other_columns_is_refused(bench):
    stage = bench.open()
    frame = bench.summary().rename(columns={"weight_kg": "weight"})
    with pytest.raises(StageError, match="kolom village, weight, padahal dideklarasikan village, weight_kg"):
        stage.close(bench.gate(stage), {"harvest_summary": frame})


def test_a_lone_notebook_writes_a_complete_draft_and_never_the_official_folder(bench):
    stage = bench.open()
    bench.close(stage)
    reports = bench.roots.reports
    assert read_findings(reports / "_draft/uji/madu/2026/91_harvest")["stage"] == "91_harvest"
    assert not (reports / "uji").exists()
    assert not any((reports / "_scratch").iterdir())


def test_a_draft_is_read_by_no_other_stage(bench):
    bench.close(bench.open())
    assert bench.open("92_market").findings("91_harvest") is None


def test_a_second_draft_takes_the_place_of_the_first(bench):
    bench.close(bench.open())
    assert bench.close(bench.open(), 5.0)["gate"]["status"] == "repeat"


def test_the_output_of_the_runner_is_obeyed_and_left_without_a_manifest(bench, monkeypatch, tmp_path):
    # the runner adds the page and only then the manifest that makes the result complete
    output = tmp_path / "keluaran"
    monkeypatch.setenv("PERANTARA_OUTPUT", str(output))
    stage = bench.open()
    stage.state("Ada.")
    stage.close(bench.gate(stage), {"harvest_summary": bench.summary()})
    written = {p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_file()}
    assert written == {"findings.json", "tables/harvest_summary.csv"}
    assert not (bench.roots.reports / "_draft").exists()
    assert json.loads((output / "findings.json").read_text(encoding="utf-8"))["stage"] == "91_harvest"
