"""A run with nothing to do looks at nothing but stamps; whatever changes is looked at by content."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def known(toy, **options) -> list[bool]:
    return [outcome.was_known for outcome in toy.run("90", **options)]


@pytest.fixture
def done(toy):
    toy.add_stage("90_first")
    toy.run("90")
    assert known(toy) == [True]
    return toy


def test_the_first_run_knows_nothing(toy):
    toy.add_stage("90_first")
    assert known(toy) == [False]


def test_a_district_left_fresh_is_known_the_next_time(done):
    (outcome,) = done.run("90")
    assert (outcome.status, outcome.was_known) == ("fresh", True)


def test_a_changed_table_is_looked_at_and_run(done):
    done.write_actors(2)
    (outcome,) = done.run("90")
    assert (outcome.status, outcome.was_known) == ("done", False)


def test_a_file_that_only_looks_changed_is_looked_at_and_left(done):
    os.utime(done.place / "actors.csv", (1, 1))
    (outcome,) = done.run("90")
    assert (outcome.status, outcome.was_known) == ("fresh", False)


def test_a_changed_notebook_is_looked_at(done):
    done.add_stage("90_first", "1 + 1")
    (outcome,) = done.run("90")
    assert (outcome.status, outcome.was_known) == ("done", False)


def test_an_altered_result_is_looked_at_and_made_again(done):
    job = done.jobs("90")[0]
    (job.folder / "findings.json").write_text("{}")
    (outcome,) = done.run("90")
    assert (outcome.status, outcome.was_known) == ("done", False)


def test_other_parameters_are_another_question(done):
    (outcome,) = done.run("90", overrides={"minimum": "2"})
    assert (outcome.status, outcome.was_known) == ("done", False)


def test_force_and_a_failure_take_no_notice_of_stamps(done):
    assert [outcome.status for outcome in done.run("90", force=True)] == ["done"]
    done.add_stage("90_first", "1 / 0")
    assert [outcome.status for outcome in done.run("90")] == ["failed"]
    assert known(done) == [False]


def test_the_command_line_and_the_runner_load_no_pandas_before_there_is_something_to_do():
    told = (
        "import sys, perantara.cli.main, perantara.run.runner; print({'pandas', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
