from __future__ import annotations

import pandas as pd
import pytest

from perantara.methods.context import newest_years, select_district, valid_priorities, value_of

FACTS = pd.DataFrame(
    [
        ("35.03", "poverty", None, "2021", 12.0),
        ("35.03", "poverty", None, "2024", 10.5),
        ("35.01", "poverty", None, "2025", 13.0),
        ("35.03", "villages_by_status", "mandiri", "2023", 20.0),
        ("35.03", "villages_by_status", "tertinggal", "2021", 4.0),
        ("35.03", "villages_by_status", "mandiri", "2021", 9.0),
        ("35.03", "ginger", None, "2020", float("nan")),
        ("35", "poverty", None, "2025", 9.9),
    ],
    columns=["region_code_kemendagri", "indicator", "breakdown", "period", "value"],
)


def test_only_the_newest_period_of_the_district_itself_is_kept():
    own = select_district(FACTS, "35.03")
    assert own[["indicator", "period"]].values.tolist() == [
        ["poverty", "2024"], ["villages_by_status", "2023"], ["ginger", "2020"],
    ]  # fmt: skip


def test_parts_of_different_years_are_not_put_together():
    # in 2023 no village is "tertinggal" any more: the four of 2021 must not stand beside the twenty of 2023
    own = select_district(FACTS, "35.03")
    assert own.loc[own["indicator"] == "villages_by_status", "value"].sum() == 20.0


def test_a_whole_and_its_parts_may_be_of_different_years():
    facts = pd.concat([FACTS, FACTS.iloc[[3]].assign(breakdown=None, period="2025", value=30.0)])
    own = select_district(facts, "35.03")
    found = own[own["indicator"] == "villages_by_status"]
    assert found["period"].to_list() == ["2023", "2025"]


def test_a_district_without_facts_has_none():
    assert select_district(FACTS, "00.00").empty


def test_the_value_of_an_indicator_is_a_number_or_none():
    own = select_district(FACTS, "35.03")
    assert value_of(own, "poverty") == 10.5
    assert value_of(own, "unknown") is None
    assert value_of(own, "ginger") is None  # a row without value
    assert value_of(own, "villages_by_status") is None  # only parts, no whole


def test_the_age_of_an_indicator_is_that_of_its_newest_period():
    assert newest_years(FACTS).to_dict() == {"poverty": 2025, "villages_by_status": 2023, "ginger": 2020}
    assert newest_years(FACTS.head(0)).empty


@pytest.mark.parametrize(("as_of", "valid"), [("2024-12-31", ["a", "b"]), ("2025-01-01", ["b"])])
def test_a_plan_holds_through_its_last_year_and_one_without_an_end_is_not_ended(as_of, valid):
    plans = pd.DataFrame({"document": ["a", "b"], "valid_until_year": [2024, None]})
    for typed in (plans, plans.astype({"valid_until_year": "Int64"})):
        assert valid_priorities(typed, as_of)["document"].to_list() == valid
