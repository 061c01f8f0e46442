from __future__ import annotations

import pytest

from perantara.errors import ParameterError, StageError
from perantara.run.jobs import choose_stages, describe_differences


def test_stages_come_after_those_they_read(toy):
    toy.add_stage("90_first", upstream="91_second")
    toy.add_stage("91_second")
    names = [stage.name for stage in choose_stages(toy.roots, ["90", "91_second"])]
    assert names == ["91_second", "90_first"]


def test_stages_that_wait_for_each_other_are_refused_by_name(toy):
    toy.add_stage("90_first", upstream="91_second")
    toy.add_stage("91_second", upstream="90_first")
    with pytest.raises(StageError, match=r"saling menunggu: .*90_first"):
        choose_stages(toy.roots, [])


def test_an_unknown_stage_is_answered_with_the_nearest(toy):
    toy.add_stage("90_first")
    with pytest.raises(StageError, match='"90_frist" tidak dikenal; mungkin maksudnya "90_first"'):
        choose_stages(toy.roots, ["90_frist"])


@pytest.mark.parametrize("text", ["2", "02", "concept", "02_concept", " 02_CONCEPT "])
def test_a_stage_is_known_by_number_name_or_both(toy, text):
    assert [stage.name for stage in choose_stages(toy.roots, [text])] == ["02_concept"]


def test_a_text_that_names_two_stages_is_answered_with_both(toy):
    toy.add_stage("02_second")
    with pytest.raises(StageError, match=r'"2" bisa berarti beberapa') as caught:
        choose_stages(toy.roots, ["2"])
    assert "02_concept" in str(caught.value) and "02_second" in str(caught.value)
    assert "04_budget" not in str(caught.value)


def test_an_unknown_stage_is_answered_with_the_titles_of_all(toy):
    toy.add_stage("90_first")
    with pytest.raises(StageError) as caught:
        choose_stages(toy.roots, ["99"])
    assert "\n  90  Tahap 90_first (90_first)" in str(caught.value)


def test_a_closed_cycle_is_run_as_of_its_own_day(toy):
    toy.add_stage("90_first")
    path = toy.place / "initiative.yml"
    path.write_text(path.read_text().replace("status: closed", "status: closed, as_of: 2025-12-31"))
    (job,) = toy.jobs("90", address="uji/kopi/2025")
    assert job.parameters()["as_of"] == "2025-12-31"
    (job,) = toy.jobs("90", address="uji/kopi/2025", as_of="2025-06-30")
    assert job.parameters()["as_of"] == "2025-06-30"


def test_a_misspelt_parameter_is_refused_before_any_kernel_starts(toy):
    toy.add_stage("90_first")
    with pytest.raises(ParameterError, match='"minimun" tidak dikenal; mungkin maksudnya "minimum"'):
        toy.jobs("90", minimun="2")


def test_a_parameter_out_of_range_is_refused_before_any_kernel_starts(toy):
    toy.add_stage("90_first")
    with pytest.raises(ParameterError, match="minimum = '12': tidak boleh lebih dari 9"):
        toy.jobs("90", minimum="12")


def test_a_parameter_of_place_belongs_into_the_address(toy):
    toy.add_stage("90_first")
    with pytest.raises(ParameterError, match='"cycle" ditentukan oleh alamat'):
        toy.jobs("90", cycle="2026")


def test_text_of_the_command_line_becomes_the_declared_type(toy):
    toy.add_stage("90_first")
    (job,) = toy.jobs("90", minimum="2", as_of="2026-05-01")
    assert job.parameters()["minimum"] == 2
    assert job.parameters()["as_of"] == "2026-05-01"


def test_lasting_values_of_the_district_lie_under_the_command_line(toy):
    toy.add_stage("90_first")
    path = toy.place / "initiative.yml"
    path.write_text(path.read_text() + "parameters: {90_first: {minimum: 3}}\n")
    assert toy.jobs("90")[0].parameters()["minimum"] == 3
    assert toy.jobs("90", minimum="1")[0].parameters()["minimum"] == 1


def test_differences_name_the_table_and_the_module_that_changed():
    before = {"sha256": "1", "tables": {"actors": "a", "umk": "b"}, "code": {"m": "x"}, "lock": "k"}
    now = {"sha256": "2", "tables": {"actors": "A", "umk": "b"}, "code": {"m": "y"}, "lock": "k"}
    assert describe_differences(before, now) == ["tabel berubah: actors", "pustaka berubah: m"]
    assert describe_differences(before, before) == []


def test_a_misspelt_stage_among_the_lasting_values_is_refused(toy):
    toy.add_stage("90_first")
    path = toy.place / "initiative.yml"
    path.write_text(path.read_text() + "parameters: {90_frist: {minimum: 3}}\n")
    with pytest.raises(
        ParameterError, match='tahap "90_frist" yang tidak dikenal; mungkin maksudnya "90_first"'
    ):
        toy.jobs("90")
