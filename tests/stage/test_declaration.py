from __future__ import annotations

import json

import pytest

from perantara.errors import StageError
from perantara.stage.declaration import SCHEMA, SETTERS, load_stage, load_stages
from perantara.tables.places import PROGRAMME, Roots
from perantara.tables.store import TableStore

TITLE = "title: Panen\n"


def criterion(**changes: object) -> str:
    stated = {
        "title": "Ada", "operator": ">=", "threshold": 1, "set_by": "panduan", "tables": ["harvest"],
        "evidence": "Ada.", "unknown": "Belum ada.", "next_step": "Catat.", "who": "Dinas Uji",
    } | changes  # fmt: skip
    kept = {key: value for key, value in stated.items() if value is not None}
    return TITLE + "reads: {initiative: [harvest]}\n" + f"criteria: {{x: {json.dumps(kept)}}}\n"


@pytest.mark.parametrize(
    ("declaration", "words"),
    [
        ("question: Apa?\n", 'kunci "title" belum diisi'),
        (TITLE + "quesion: Apa?\n", 'kunci "quesion" tidak dikenal; .*"question"'),
        (TITLE + "reads: {initiatives: [harvest]}\n", 'kunci "initiatives" tidak dikenal; .*"initiative"'),
        (TITLE + "reads: {initiative: harvest}\n", "initiative harus daftar"),
        (
            TITLE + "scope: inisiatif\n",
            'scope "inisiatif" tidak dikenal; mungkin maksudnya "initiative"; pilihan: initiative, region',
        ),
        (TITLE + "needs: {harvest: [grade]}\n", "needs.harvest tidak tercantum di bawah reads"),
        (TITLE + "reads: {stages: [99_none]}\n", "tahap 99_none tidak ada"),
        (
            TITLE + "reads: {stages: [91_harvest], last_cycle: [91_harvest]}\n",
            "tahap 91_harvest tidak boleh dibaca dari dua siklus",
        ),
        (
            TITLE + "parameters: {cycle: {type: cycle, set_by: panduan}}\n",
            "parameter cycle sudah ada di setiap buku",
        ),
        (TITLE + "parameters: {x: {type: number, set_by: panduan, min: 0}}\n", 'kunci "min" tidak dikenal'),
        (
            TITLE + "parameters: {x: {type: float, set_by: panduan}}\n",
            'parameters.x: type "float" tidak dikenal; pilihan: number, integer',
        ),
        (
            TITLE + "parameters: {x: {type: number, set_by: kami}}\n",
            'parameters.x: set_by "kami" tidak dikenal; pilihan: panduan, peraturan',
        ),
        (TITLE + "parameters: {x: {type: number}}\n", 'kunci "set_by" belum diisi'),
        (TITLE + "parameters: {x: {type: text, set_by: panduan, minimum: 0}}\n", "hanya bilangan"),
        (TITLE + "parameters: {x: {type: number, set_by: panduan, allowed: ['1']}}\n", "hanya teks"),
        (TITLE + "parameters: {x: {type: text, set_by: panduan, allowed: []}}\n", "allowed"),
        (criterion(tables=["offers"]), "criteria.x: tabel offers tidak tercantum di bawah reads"),
        (criterion(tables=["scenario"]), "criteria.x: skenario tidak boleh menjadi bukti penilaian"),
        (criterion(threshold="minimum"), "criteria.x: parameter minimum tidak ada"),
        (criterion(set_by=None), "criteria.x: ambang yang tetap harus menyebut set_by"),
        (criterion(operator="=>"), 'operator "=>" tidak dikenal'),
        (criterion(who=None), 'kunci "who" belum diisi'),
    ],
)
def test_a_faulty_declaration_is_refused_with_its_file(bench, declaration, words):
    bench.stage("94_faulty", declaration, ['district = "uji"'])
    with pytest.raises(StageError, match=words) as caught:
        load_stages(bench.roots)
    assert "notebooks/94_faulty.yml" in str(caught.value)


def test_the_schema_names_the_setters_that_a_criterion_knows():
    parameter = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]["parameter"]
    assert parameter["properties"]["set_by"]["enum"] == list(SETTERS)


def test_an_unknown_stage_is_answered_with_the_nearest(bench):
    with pytest.raises(StageError, match='"91_harvst" tidak dikenal; mungkin maksudnya "91_harvest"'):
        load_stage(bench.roots, "91_harvst")


def test_a_stage_of_the_workspace_stands_beside_the_shipped_ones(bench):
    stages = load_stages(bench.roots)
    assert list(stages) == sorted(stages)
    assert {"02_concept", "91_harvest"} <= set(stages)


def test_a_stage_of_the_workspace_stands_in_for_the_shipped_one_of_its_name(bench):
    bench.stage("02_concept", TITLE, ['district = "uji"'])
    assert load_stage(bench.roots, "02_concept").notebook.is_relative_to(bench.root)


def test_an_empty_key_is_like_an_absent_one(bench):
    bench.stage("94_empty", TITLE + "reads:\nwrites:\nparameters:\nneeds:\n", ['district = "uji"'])
    stage = load_stage(bench.roots, "94_empty")
    assert (stage.tables, stage.upstream, stage.writes, stage.parameters) == ([], [], (), {})


def test_limits_of_time_have_defaults_and_may_be_stated(bench):
    bench.stage("94_slow", TITLE + "notebook_limit_seconds: 1800\n", ['district = "uji"'])
    stage = load_stage(bench.roots, "94_slow")
    assert (stage.cell_limit_seconds, stage.notebook_limit_seconds) == (300, 1800)


SHIPPED_ROOTS = Roots((PROGRAMME / "data",), PROGRAMME / "reports")


@pytest.mark.parametrize("stage", load_stages(SHIPPED_ROOTS).values(), ids=lambda stage: stage.name)
def test_a_shipped_stage_names_tables_and_columns_that_are_declared(stage):
    store = TableStore(SHIPPED_ROOTS)
    for scope in ("reference", "district", "initiative"):
        for table in stage.reads.get(scope, []):
            assert store.declaration(table).scope == scope, table
    for table in stage.writes:
        assert store.declaration(table).scope == "result", table
    for table, columns in stage.needs.items():
        assert set(columns) <= set(store.declaration(table).field_names), table
