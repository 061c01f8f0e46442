from __future__ import annotations

import json
from pathlib import Path

import pytest

from perantara.errors import ParameterError, StageError
from perantara.stage import Stage
from perantara.stage.declaration import PLACE_PARAMETERS, load_stages
from perantara.stage.gate import Measure
from perantara.stage.parameters import lasting_values, read_defaults, resolve
from perantara.tables.places import PROGRAMME, Roots

CELL = (
    'district = "uji"\ninitiative = ""\ncycle = ""\nas_of = ""\nweight_minimum_kg = 10.0\nbuyers_minimum = 1'
)


def notebook_with(path: Path, *sources: str) -> Path:
    """Write a notebook whose every cell is tagged ``parameters``."""
    cells = [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": s} for s in sources]
    path.write_text(json.dumps({"cells": cells}))
    return path


@pytest.mark.parametrize(
    ("name", "given", "typed"),
    [
        ("weight_minimum_kg", "0.8", 0.8),
        ("weight_minimum_kg", 3, 3.0),
        ("buyers_minimum", "3", 3),
        ("cycle", 2026, "2026"),
        ("cycle", "2025", "2025"),
    ],
)
def test_what_the_command_line_made_of_a_value_is_coerced(bench, name, given, typed):
    value = bench.open(**{name: given}).parameters[name]
    assert value == typed
    assert type(value) is type(typed)


@pytest.mark.parametrize("text", ["ya", "true", "True", True])
def test_a_yes_may_be_written_in_either_language(bench, text):
    form = "parameters: {is_dry: {type: boolean, set_by: panduan}}"
    bench.stage("94_dry", f"title: Kering\n{form}\n", ["is_dry = False"])
    stage = load_stages(bench.roots)["94_dry"]
    assert resolve(stage, bench.scope("94_dry", is_dry=text))["is_dry"] is True


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("district", 11.05, r"district = 11\.05: harus teks; .* pakai -r, bukan -p"),
        ("cycle", 26, "harus tahun empat angka"),
        ("cycle", True, "harus tahun empat angka"),
        ("as_of", "24-11-2026", "harus tanggal tahun-bulan-hari"),
        ("as_of", "2026-02-30", "harus tanggal tahun-bulan-hari"),
        ("weight_minimum_kg", "0,8", "harus bilangan dengan titik desimal"),
        ("weight_minimum_kg", float("nan"), "harus bilangan dengan titik desimal"),
        ("weight_minimum_kg", True, "harus bilangan dengan titik desimal"),
        ("weight_minimum_kg", -0.5, "tidak boleh kurang dari 0"),
        ("weight_minimum_kg", "1000.5", r"tidak boleh lebih dari 1\.000"),
        ("buyers_minimum", 2.0, "harus bilangan bulat"),
        ("buyers_minimum", "", "harus bilangan bulat"),
        ("buyers_minimum", None, "harus bilangan bulat"),
    ],
)
def test_a_value_of_another_type_or_range_is_refused_with_advice(bench, name, value, words):
    with pytest.raises(ParameterError, match=words):
        bench.open(**{name: value})


def test_a_text_that_is_not_among_the_allowed_is_answered_with_the_nearest(bench):
    form = "parameters: {way: {type: text, set_by: panduan, allowed: [darat, laut]}}"
    bench.stage("94_way", f"title: Jalan\n{form}\n", ['way = "darat"'])
    stage = load_stages(bench.roots)["94_way"]
    assert resolve(stage, bench.scope("94_way", way="laut"))["way"] == "laut"
    with pytest.raises(
        ParameterError, match=r'way = .lut.: nilai "lut" tidak dikenal; .*"laut"; pilihan: darat'
    ):
        resolve(stage, bench.scope("94_way", way="lut"))


def test_an_unknown_parameter_is_answered_with_the_nearest(bench):
    with pytest.raises(
        ParameterError, match='"buyers_minimun" tidak dikenal; mungkin maksudnya "buyers_minimum"'
    ):
        bench.open(buyers_minimun=2)


def test_all_faults_are_told_at_once(bench):
    scope = bench.scope(district=11.05, weight_minimum_kg=-1, zzz=1)
    del scope["buyers_minimum"]
    with pytest.raises(ParameterError) as caught:
        Stage.open("91_harvest", scope)
    heading, *faults = str(caught.value).splitlines()
    assert heading == "Parameter tahap 91_harvest belum benar:"
    assert len(faults) == 4  # unknown, mistyped, out of range, missing
    assert '"buyers_minimum" tidak diberikan' in str(caught.value)


def test_the_users_own_variables_are_no_parameters(bench):
    scope = bench.notebook(CELL, "my_note = 'apa saja'\nlimit = 5", "frame = [1]")
    assert Stage.open("91_harvest", scope).parameters["buyers_minimum"] == 1


def test_a_misspelt_name_in_the_parameters_cell_is_caught(bench):
    scope = bench.notebook(CELL + "\nbuyers_minimun = 3")
    with pytest.raises(ParameterError, match="buyers_minimun"):
        Stage.open("91_harvest", scope)


def test_a_misspelt_name_of_papermill_is_caught(bench):
    scope = bench.notebook(CELL, "# Parameters\nbuyer_minimum = 3\n")
    with pytest.raises(ParameterError, match="buyer_minimum"):
        Stage.open("91_harvest", scope)


def test_a_misspelling_that_was_mended_is_forgotten_without_a_new_kernel(bench):
    scope = bench.notebook(CELL + "\nbuyers_minimun = 3", CELL)
    assert Stage.open("91_harvest", scope).parameters["buyers_minimum"] == 1


def test_what_papermill_injects_wins_over_the_parameters_cell(bench):
    scope = bench.notebook(CELL, '# Parameters\ncycle = "2025"\nbuyers_minimum = 4\n')
    stage = Stage.open("91_harvest", scope)
    assert (stage.cycle, stage.parameters["buyers_minimum"]) == ("2025", 4)


def test_every_parameter_is_recorded_with_its_place_resolved(bench):
    findings = bench.close(bench.open(weight_minimum_kg="12"))
    assert findings["provenance"]["parameters"] == {
        "district": "uji", "initiative": "madu", "cycle": "2026", "as_of": "2026-11-24",
        "weight_minimum_kg": 12.0, "buyers_minimum": 1,
    }  # fmt: skip


@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_cell_is_tagged(tmp_path, count):
    path = notebook_with(tmp_path / "02_x.ipynb", *["a = 1"] * count)
    with pytest.raises(StageError, match=f"tepat satu sel .* ditemukan {count}"):
        read_defaults(path)


@pytest.mark.parametrize(
    "source",
    ["a = 1 + b", "import os", "a = b = 1", "a: int = 1", "a += 1", "a, b = 1, 2", "print(1)", "a ="],
)
def test_the_parameters_cell_holds_literals_only(tmp_path, source):
    path = notebook_with(tmp_path / "02_x.ipynb", source)
    with pytest.raises(StageError, match="hanya boleh berisi literal"):
        read_defaults(path)


def test_source_may_be_one_text_or_a_list_of_lines(tmp_path):
    path = notebook_with(tmp_path / "02_x.ipynb", "# satu\na = -1.5")
    lines = json.loads(path.read_text())
    lines["cells"][0]["source"] = ["# satu\n", "a = -1.5"]
    other = tmp_path / "03_x.ipynb"
    other.write_text(json.dumps(lines))
    assert read_defaults(path) == read_defaults(other) == {"a": -1.5}


def state_lasting(bench, where: str, value: object) -> None:
    path = bench.root / where
    path.write_text(path.read_text() + f"parameters: {{91_harvest: {{buyers_minimum: {value}}}}}\n")


def buyers_criterion(stage):
    return stage.judge(weight=20, buyers=Measure(5, named="Satu")).criteria[1]


def test_a_lasting_value_of_the_district_applies_where_the_cell_keeps_its_default(bench):
    state_lasting(bench, "districts/uji/district.yml", 2)
    stage = bench.open()
    assert stage.parameters["buyers_minimum"] == 2
    assert buyers_criterion(stage).set_by == "ketetapan daerah"


def test_a_lasting_value_gives_way_to_a_changed_one(bench):
    state_lasting(bench, "districts/uji/district.yml", 2)
    assert bench.open(buyers_minimum=3).parameters["buyers_minimum"] == 3


def test_the_initiative_goes_before_the_district(bench):
    state_lasting(bench, "districts/uji/district.yml", 2)
    state_lasting(bench, "districts/uji/madu/initiative.yml", 4)
    stage = bench.open()
    assert stage.parameters["buyers_minimum"] == 4
    assert lasting_values(stage.place, stage.declaration) == {"buyers_minimum": 4}


def test_without_a_lasting_value_the_setter_is_the_declared_one(bench):
    assert buyers_criterion(bench.open()).set_by == "panduan"


def test_a_lasting_value_is_checked_like_any_other(bench):
    state_lasting(bench, "districts/uji/district.yml", 11)
    with pytest.raises(ParameterError, match="buyers_minimum = 11: tidak boleh lebih dari 10"):
        bench.open()


def test_what_the_runner_gives_is_not_laid_under_again(bench, monkeypatch, tmp_path):
    # an override equal to the default must stay: the runner has weighed it already
    state_lasting(bench, "districts/uji/district.yml", 2)
    monkeypatch.setenv("PERANTARA_OUTPUT", str(tmp_path / "keluaran"))
    assert bench.open(buyers_minimum=1).parameters["buyers_minimum"] == 1


def test_a_default_of_the_declaration_outlives_the_saving_of_an_edited_cell(bench):
    # JupyterLab saves the cell: the notebook then says 3, the declaration still 1
    stated = (
        (bench.root / "notebooks/91_harvest.yml")
        .read_text()
        .replace("maximum: 10,", "maximum: 10, default: 1,")
    )
    cell = CELL.replace("buyers_minimum = 1", "buyers_minimum = 3").splitlines()
    bench.stage("91_harvest", stated, cell)
    state_lasting(bench, "districts/uji/district.yml", 2)
    stage = bench.open(buyers_minimum=3)
    assert stage.parameters["buyers_minimum"] == 3
    assert buyers_criterion(stage).set_by == "uji coba"


SHIPPED = load_stages(Roots((PROGRAMME / "data",), PROGRAMME / "reports"))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_parameters_cell_of_a_shipped_notebook_equals_its_declaration(name):
    stage = SHIPPED[name]
    defaults = read_defaults(stage.notebook)
    assert list(defaults) == [*PLACE_PARAMETERS, *stage.parameters]
    typed = resolve(stage, defaults)
    for parameter, form in stage.parameters.items():
        assert type(defaults[parameter]) is type(typed[parameter]), parameter
        assert form.get("default", defaults[parameter]) == defaults[parameter], parameter
        assert form.get("title"), parameter
