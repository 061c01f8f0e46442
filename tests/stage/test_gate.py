from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.errors import StageError
from perantara.stage.gate import GATE_LABELS, Criterion, Gate, weakest_basis
from perantara.tables.declaration import BASES
from perantara.text import Sentence, lazy

VALUES = {"met": 2.0, "failed": 0.0, "unknown": None}
CASES = [(severity, status) for severity in ("must", "should") for status in VALUES]


def criterion(severity: str = "must", status: str = "met", **changes: object) -> Criterion:
    said = Sentence("%(n)s ada.", {"n": f"{severity} {status}"})
    stated = {
        "id": f"{severity}_{status}", "title": "Ada", "value": VALUES[status], "operator": ">=",
        "threshold": 1.0, "unit": "", "set_by": "panduan", "severity": severity, "basis": "resmi",
        "evidence": said, "next_step": said,
    }  # fmt: skip
    return Criterion(**(stated | changes))


def gate(*cases: tuple[str, str]) -> Gate:
    return Gate(tuple(criterion(*case) for case in cases))


# severity, status of one criterion -> the gate (design: an unknown must is insufficient, a failed must repeats)
ALONE = {
    ("must", "met"): "proceed",
    ("must", "failed"): "repeat",
    ("must", "unknown"): "insufficient",
    ("should", "met"): "proceed",
    ("should", "failed"): "conditional",
    ("should", "unknown"): "conditional",
}
ORDER = ["proceed", "conditional", "repeat", "insufficient"]  # the later wins


@pytest.mark.parametrize("case", CASES)
def test_one_criterion_gives_its_gate(case):
    assert gate(case).status == ALONE[case]


@pytest.mark.parametrize(("first", "second"), list(permutations(CASES, 2)))
def test_of_two_criteria_the_worse_one_decides(first, second):
    assert gate(first, second).status == max(ALONE[first], ALONE[second], key=ORDER.index)


@given(st.lists(st.sampled_from(CASES), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_status_depends_only_on_the_set_of_criteria(cases, random):
    shuffled = [*cases, random.choice(cases)]
    random.shuffle(shuffled)
    assert gate(*shuffled).status == gate(*set(cases)).status


def test_a_gate_without_criteria_says_nothing():
    assert gate().status == "insufficient"


@pytest.mark.parametrize("value", [None, float("nan")])
def test_a_value_that_is_missing_is_unknown_not_zero(value):
    found = criterion(value=value)
    assert found.status == "unknown"
    assert found.as_json()["value"] is None


@pytest.mark.parametrize(
    ("operator", "statuses"),
    [
        (">=", ["failed", "met", "met"]),
        ("<=", ["met", "met", "failed"]),
        (">", ["failed", "failed", "met"]),
        ("<", ["met", "failed", "failed"]),
        ("==", ["failed", "met", "failed"]),
    ],
)
def test_each_operator_holds_the_value_against_the_threshold(operator, statuses):
    assert [criterion(operator=operator, value=value).status for value in (0, 1, 2)] == statuses


@pytest.mark.parametrize(
    "fault", [{"operator": "=>"}, {"set_by": ""}, {"severity": "may"}, {"basis": "tebakan"}]
)
def test_a_criterion_outside_its_vocabulary_is_refused(fault):
    (word,) = fault.values()
    with pytest.raises(StageError, match=f'Kriteria .*: "{word}" tidak dikenal'):
        criterion(**fault)


def test_next_steps_name_what_is_not_met_the_musts_first_in_the_order_of_the_stage():
    steps = gate(*CASES).next_steps
    assert [str(step) for step in steps] == [
        "must failed ada.", "must unknown ada.", "should failed ada.", "should unknown ada.",
    ]  # fmt: skip


def test_a_lazy_title_is_kept_as_message():
    assert criterion(title=lazy("Panen cukup")).as_json()["title"] == "Panen cukup"


def test_every_status_has_words():
    assert set(GATE_LABELS) == set(ORDER)


def test_the_weakest_basis_is_the_last_of_the_declared_order():
    for position, basis in enumerate(BASES):
        assert weakest_basis(BASES[: position + 1]) == basis
    assert weakest_basis([]) == ""


@given(st.lists(st.sampled_from(BASES), min_size=1), st.sampled_from(BASES))
def test_another_input_never_strengthens_a_derived_figure(bases, other):
    assert BASES.index(weakest_basis([*bases, other])) >= BASES.index(weakest_basis(bases))
