from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.errors import StageError
from perantara.stage import provenance
from perantara.stage.declaration import load_stage
from perantara.stage.parameters import place_parameters
from perantara.stage.provenance import content_sha256, loaded_modules, record, sha256_of
from perantara.tables.addresses import find_place
from perantara.tables.store import TableStore

MODULES = ("perantara.stage.gate", "perantara.methods.census")


def record_of(bench, name: str = "91_harvest", language: str = "id", modules=MODULES, **parameters):
    """The record of a stage at ``uji/madu/2026`` as it would be now."""
    place = find_place(bench.roots, "uji")
    given = place_parameters(place, "2026-11-24") | {"weight_minimum_kg": 10.0} | parameters
    return record(TableStore(bench.roots), place, load_stage(bench.roots, name), given, modules, language)


def changed_parts(before, after) -> set[str]:
    return {part for part in before if before[part] != after[part]} - {"sha256"}


def assert_only(part: str, before, after) -> None:
    assert changed_parts(before, after) == {part}
    assert before["sha256"] != after["sha256"]


def test_nothing_changed_gives_the_same_record(bench):
    assert record_of(bench) == record_of(bench)


def test_another_source_of_a_cell_is_another_notebook(bench):
    before = record_of(bench)
    notebook = bench.root / "notebooks/91_harvest.ipynb"
    notebook.write_text(notebook.read_text().replace("x = 1", "x = 2"))
    assert_only("notebook", before, record_of(bench))


def test_outputs_and_execution_counts_are_not_the_notebook(bench):
    before = record_of(bench)
    notebook = bench.root / "notebooks/91_harvest.ipynb"
    content = json.loads(notebook.read_text())
    content["cells"][2] |= {
        "execution_count": 7,
        "outputs": [{"output_type": "stream", "text": ["1"]}],
        "id": "a",
    }
    content["metadata"] = {"kernelspec": {"name": "python3"}}
    notebook.write_text(json.dumps(content, indent=4))
    assert record_of(bench) == before


def test_the_declaration_counts(bench):
    before = record_of(bench)
    path = bench.root / "notebooks/91_harvest.yml"
    path.write_text(path.read_text().replace("Berapa panen madu?", "Berapa banyak?"))
    assert_only("declaration", before, record_of(bench))


def test_a_parameter_counts(bench):
    assert_only("parameters", record_of(bench), record_of(bench, weight_minimum_kg=11.0))


def test_the_code_of_a_loaded_module_counts_and_that_of_another_does_not(bench, monkeypatch, tmp_path):
    programme = tmp_path / "programme"
    for module in ("stage/gate", "methods/census", "show/tables"):
        path = programme / "lib/perantara" / f"{module}.py"
        path.parent.mkdir(parents=True)
        path.write_text("A = 1\n")
    monkeypatch.setattr(provenance, "PROGRAMME", programme)
    before = record_of(bench)
    (programme / "lib/perantara/show/tables.py").write_text("A = 2\n")
    assert record_of(bench) == before
    (programme / "lib/perantara/methods/census.py").write_text("A = 2\n")
    after = record_of(bench)
    assert_only("code", before, after)
    assert before["code"]["perantara.stage.gate"] == after["code"]["perantara.stage.gate"]
    (programme / "lib/perantara/stage/form.json").write_text(
        "{}"
    )  # a schema belongs to the modules beside it
    assert after["code"]["perantara.stage.gate"] != record_of(bench)["code"]["perantara.stage.gate"]


def test_the_lock_counts(bench, monkeypatch, tmp_path):
    monkeypatch.setattr(provenance, "PROGRAMME", tmp_path)
    assert record_of(bench)["lock"] == ""
    (tmp_path / "requirements.txt").write_text("pandas==2.3.0\n")
    before = record_of(bench)
    (tmp_path / "requirements.txt").write_text("pandas==2.3.1\n")
    assert_only("lock", before, record_of(bench))


def test_a_row_of_this_cycle_counts(bench):
    before = record_of(bench)
    path = bench.root / "districts/uji/madu/harvest.csv"
    path.write_text(path.read_text().replace("12.5", "12.6"))
    after = record_of(bench)
    assert_only("tables", before, after)
    assert before["tables"]["offers"] == after["tables"]["offers"]


def test_a_row_of_another_cycle_does_not_count(bench):
    before = record_of(bench)
    path = bench.root / "districts/uji/madu/harvest.csv"
    path.write_text(path.read_text().replace("2025,00.07.01.2001,5,", "2025,00.07.01.2001,6,"))
    assert record_of(bench) == before


def test_the_layout_of_a_file_does_not_count(bench):
    before = record_of(bench)
    path = bench.root / "districts/uji/madu/harvest.csv"
    lines = path.read_text().splitlines()
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in lines]
    path.write_bytes(b"\xef\xbb\xbf" + ("\r\n".join(quoted) + "\r\n,,,,,,\r\n").encode())
    assert record_of(bench) == before


def test_a_table_that_goes_missing_counts(bench):
    before = record_of(bench)
    (bench.root / "districts/uji/madu/offers.csv").unlink()
    after = record_of(bench)
    assert_only("tables", before, after)
    assert after["tables"]["offers"] == ""


def test_a_decision_on_this_stage_counts_also_one_after_the_day_of_reference(bench):
    before = record_of(bench)
    bench.decide("2026,91_harvest,proceed,proceed,,2027-01-01")
    assert_only("decisions", before, record_of(bench))


def test_a_decision_on_another_stage_or_cycle_does_not_count(bench):
    before = record_of(bench)
    bench.decide("2026,92_market,proceed,proceed,,2026-07-01", "2025,91_harvest,proceed,proceed,,2026-07-01")
    assert record_of(bench) == before


def test_what_is_known_of_the_place_counts(bench):
    before = record_of(bench)
    path = bench.root / "districts/uji/madu/initiative.yml"
    path.write_text(path.read_text().replace("commodity: madu", "commodity: madu hutan"))
    assert_only("place", before, record_of(bench))


@pytest.mark.parametrize(
    "text",
    [
        "parameters: {92_market: {x: 1}}\n",  # of another stage; this stage's reach "parameters"
        "files: {harvest: {encoding: utf-8}}\n",  # how a file is written; its clean rows are hashed
        '  - {cycle: "2027", status: open}\n',  # another cycle
    ],
)
def test_what_the_place_states_for_others_does_not_count(bench, text):
    before = record_of(bench, cycle="2026")
    path = bench.root / "districts/uji/madu/initiative.yml"
    path.write_text(path.read_text() + text)
    place = find_place(bench.roots, "uji", cycle="2026")
    stage = load_stage(bench.roots, "91_harvest")
    after = record(TableStore(bench.roots), place, stage, before["parameters"], MODULES, "id")
    assert after == before


def test_a_date_in_initiative_yml_is_no_obstacle(bench):
    path = bench.root / "districts/uji/madu/initiative.yml"
    before = record_of(bench)
    path.write_text(path.read_text().replace("commodity: madu", "commodity: madu\nsources: [2026-01-05]"))
    assert_only("place", before, record_of(bench))


def test_the_language_and_its_catalogue_count(bench, monkeypatch, tmp_path):
    monkeypatch.setattr(provenance, "CATALOGUES", tmp_path)
    assert_only("language", record_of(bench), record_of(bench, language="en"))
    indonesian, english = record_of(bench), record_of(bench, language="en")
    catalogue = tmp_path / "en/LC_MESSAGES/perantara.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid "Panen"\nmsgstr "Harvest"\n')
    assert record_of(bench) == indonesian
    assert_only("language", english, record_of(bench, language="en"))


def test_the_content_of_upstream_findings_counts(bench, monkeypatch):
    none = record_of(bench, "92_market")
    bench.publish(monkeypatch)
    before = record_of(bench, "92_market")
    assert_only("findings", none, before)
    bench.publish(monkeypatch, weight=21.0)
    assert_only("findings", before, record_of(bench, "92_market"))


def test_upstream_findings_of_another_day_with_the_same_content_do_not_count(bench, monkeypatch):
    bench.publish(monkeypatch)
    before = record_of(bench, "92_market")
    bench.publish(monkeypatch, as_of="2026-11-25")
    assert record_of(bench, "92_market") == before


def test_findings_of_the_last_cycle_count_where_the_stage_reads_them(bench, monkeypatch):
    before = record_of(bench, "93_next")
    bench.publish(monkeypatch, cycle="2026")
    assert record_of(bench, "93_next") == before
    bench.publish(monkeypatch, cycle="2025")
    assert_only("findings", before, record_of(bench, "93_next"))


def test_rows_of_an_earlier_cycle_count_where_the_stage_reads_them_as_they_were_known_then(bench):
    rows = bench.root / "districts/uji/madu/harvest.csv"
    stage = bench.root / "notebooks/91_harvest.yml"
    before = record_of(bench)
    rows.write_text(rows.read_text().replace("2025,00.07.01.2001,5", "2025,00.07.01.2001,6"))
    assert record_of(bench) == before
    stage.write_text(stage.read_text().replace("needs:", "  earlier_cycles: [harvest]\nneeds:"))
    (earlier,) = bench.open().earlier("harvest")
    assert earlier["weight_kg"].to_list() == [6.0]
    assert bench.open(cycle="2025").earlier("harvest") == []
    before = record_of(bench)
    rows.write_text(rows.read_text().replace("2025,00.07.01.2001,6", "2025,00.07.01.2001,7"))
    assert_only("tables", before, record_of(bench))


def test_earlier_cycles_of_a_table_not_declared_for_it_are_refused(bench):
    with pytest.raises(StageError, match='"harvest" tidak tercantum di bawah reads'):
        bench.open().earlier("harvest")


def test_content_is_blind_to_time_and_provenance_and_to_nothing_else(bench):
    found = bench.close(bench.open())
    same = found | {"as_of": "2031-01-01", "provenance": {}}
    assert content_sha256(same) == content_sha256(found)
    for key in set(found) - {"as_of", "provenance"}:
        assert content_sha256(found | {key: "lain"}) != content_sha256(found), key


def test_floats_are_hashed_at_twelve_digits():
    assert sha256_of({"x": [0.1 + 0.2]}) == sha256_of({"x": [0.3]})
    assert sha256_of({"x": [0.300000000001]}) != sha256_of({"x": [0.3]})


@given(
    st.dictionaries(st.text(), st.one_of(st.integers(), st.floats(allow_nan=False), st.text())), st.randoms()
)
def test_the_order_of_keys_does_not_count(content, random):
    keys = list(content)
    random.shuffle(keys)
    assert sha256_of({key: content[key] for key in keys}) == sha256_of(content)


def test_the_modules_recorded_are_ours_and_really_loaded():
    modules = loaded_modules()
    assert "perantara.stage.provenance" in modules
    assert all(name.split(".")[0] == "perantara" for name in modules)
