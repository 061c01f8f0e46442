from __future__ import annotations

import pytest

from perantara.errors import TableError

OLD = "2026,91_harvest,proceed,proceed,,2026-07-01"
NEW = "2026,91_harvest,proceed,conditional,Panen belum dibeli,2026-09-01"


def test_the_newest_decision_counts(bench):
    bench.decide(NEW, OLD)
    stage = bench.open()
    decision = stage.decision(bench.gate(stage))
    assert (decision["decision_date"], decision["decided_result"]) == ("2026-09-01", "conditional")
    assert (decision["reason"], decision["deciding_body"]) == ("Panen belum dibeli", "Tim Uji")


def test_a_decision_after_the_day_of_reference_does_not_count(bench):
    bench.decide(OLD, NEW)
    stage = bench.open(as_of="2026-08-31")
    assert stage.decision(bench.gate(stage))["decision_date"] == "2026-07-01"
    earlier = bench.open(as_of="2026-06-30")
    assert earlier.decision(bench.gate(earlier)) is None


def test_decisions_on_other_stages_and_cycles_do_not_count(bench):
    bench.decide("2025,91_harvest,proceed,proceed,,2026-07-01", "2026,92_market,proceed,proceed,,2026-07-01")
    stage = bench.open()
    assert stage.decision(bench.gate(stage)) is None


@pytest.mark.parametrize(("weight", "agrees"), [(20.0, True), (5.0, False), (None, False)])
def test_a_decision_says_whether_the_data_still_agree_and_moves_nothing(bench, weight, agrees):
    bench.decide(OLD)
    stage = bench.open()
    decision = bench.close(stage, weight)["decision"]
    assert decision["agrees_with_data"] is agrees
    assert decision["decided_result"] == "proceed"


def test_a_decision_that_differs_needs_its_reason(bench):
    bench.decide("2026,91_harvest,repeat,proceed,,2026-07-01")
    stage = bench.open()
    with pytest.raises(TableError, match=r"baris 2, kolom .*reason.*"):
        stage.decision(bench.gate(stage))


def test_later_stages_follow_the_decision_not_the_gate(bench, monkeypatch):
    bench.decide(NEW)
    bench.publish(monkeypatch)
    found = bench.open("92_market").findings("91_harvest")
    assert (found["gate"]["status"], found["result"]) == ("proceed", "conditional")


def test_without_a_decision_later_stages_follow_the_gate(bench, monkeypatch):
    bench.publish(monkeypatch, weight=5.0)
    assert bench.open("92_market").findings("91_harvest")["result"] == "repeat"
