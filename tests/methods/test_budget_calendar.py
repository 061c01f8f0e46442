from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from perantara.methods import budget_calendar
from perantara.methods.budget_calendar import NOTES, deadline, first_payable_year, mark_paid, next_deadlines
from perantara.tables.places import PROGRAMME

CALENDAR = pd.read_csv(PROGRAMME / "data" / "reference" / "planning_calendar.csv")


def make_lines(block: str, fiscal_year: int) -> pd.DataFrame:
    return pd.DataFrame({"line_id": ["B1"], "block": [block], "fiscal_year": [fiscal_year]})


def find(
    block: str, kind: str | None, as_of: date, *, stated: int = 2027, reading: str = "bagian 2.3", **rule: str
) -> pd.Series:
    """Ask for one line that is stated for 2027 and paid by one kind of source."""
    paid = pd.DataFrame({"line_id": ["B1"], "source_kind": [kind]}).dropna()
    found = first_payable_year(make_lines(block, stated), paid, CALENDAR, as_of, readings=[reading], **rule)
    assert len(found) == 1
    return found.iloc[0]


def step(step_id: str) -> pd.Series:
    return CALENDAR.set_index("step_id").loc[step_id]


@pytest.mark.parametrize(
    ("step_id", "day"),
    [
        ("rkpd", date(2026, 6, 30)),  # end of June of the year before
        ("budget_bill_60_days", date(2026, 10, 1)),
        ("budget_bill_60_working_days", date(2026, 9, 7)),
        ("revised_kua_ppas", date(2027, 8, 31)),  # P-APBD: in the year itself
    ],
)
def test_deadlines_of_the_budget_of_2027(step_id, day):
    assert deadline(step(step_id), 2027) == day


def test_a_day_that_a_month_lacks_is_its_last():
    row = pd.Series({"year_offset": 0, "month": 2, "day": 30})
    assert deadline(row, 2027) == date(2027, 2, 28)
    assert deadline(row, 2028) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("as_of", "fiscal_year", "days_left"),
    [
        (date(2026, 2, 27), 2027, 1),
        (date(2026, 2, 28), 2027, 0),  # open on its own day
        (date(2028, 2, 29), 2030, 365),  # the leap day comes after 28 February; 28 February 2029 is next
    ],
)
def test_the_next_subdistrict_meeting(as_of, fiscal_year, days_left):
    steps = next_deadlines(CALENDAR, as_of, "musrenbang").set_index("step_id")
    found = steps.loc["subdistrict_musrenbang", ["fiscal_year", "days_left"]]
    assert found.to_list() == [fiscal_year, days_left]


def test_every_step_of_a_route_is_listed_in_the_order_of_days():
    steps = next_deadlines(CALENDAR, date(2026, 9, 1), "desa")
    assert steps[["step_id", "fiscal_year"]].values.tolist() == [
        ["village_plan", 2027], ["village_budget", 2027], ["village_plan_draft", 2028],
    ]  # fmt: skip
    assert steps["certainty"].to_list() == ["dibaca", "ingatan", "dibaca"]


def test_one_reading_of_the_budget_bill_or_both():
    def bills(**rule):
        steps = next_deadlines(CALENDAR, date(2026, 1, 1), "kabupaten", **rule)
        return steps.loc[steps["document"] == "RAPBD", "step_id"].to_list()

    assert bills() == ["budget_bill_60_working_days", "budget_bill_60_days"]
    assert bills(bill_rule="60_days") == ["budget_bill_60_days"]


def test_research_goes_into_the_budget_of_the_next_year():
    found = find("riset", "APBD", date(2026, 2, 15))
    assert found[["route", "first_fiscal_year", "is_feasible"]].to_list() == ["kabupaten", 2027, True]
    assert found[["next_step_id", "days_left", "certainty"]].to_list() == [
        "district_musrenbang", 44, "ingatan",  # 13 days of February and 31 of March
    ]  # fmt: skip
    assert found["next_deadline_date"] == pd.Timestamp(2026, 3, 31)


@pytest.mark.parametrize(
    ("as_of", "rule", "first"),
    [
        (date(2026, 9, 7), "60_working_days", 2027),  # on the very day
        (date(2026, 9, 8), "60_working_days", 2028),
        (date(2026, 9, 8), "60_days", 2027),
        (date(2026, 10, 1), "60_days", 2027),
        (date(2026, 10, 2), "60_days", 2028),
        (date(2026, 12, 31), "60_days", 2028),  # after all deadlines of the year
        (date(2028, 2, 29), "60_days", 2029),
    ],
)
def test_the_budget_bill_closes_the_next_year(as_of, rule, first):
    found = find("implementasi", "DAK APBN", as_of, bill_rule=rule)
    assert found["first_fiscal_year"] == first
    assert found["is_feasible"] == (first <= 2027)


def test_a_year_that_closed_is_said_and_the_next_step_is_that_of_the_year_after():
    found = find("tim_kerja", "APBD", date(2026, 10, 2))
    assert found["next_step_id"] == "district_musrenbang"  # March 2027 for the budget of 2028
    assert found["note"] == " ".join([NOTES["next year"], NOTES["closed"]])


def test_between_plan_and_bill_a_new_proposal_needs_the_plan_to_be_changed():
    on_the_day, after = (find("riset", "APBD", date(2026, *day)) for day in ((6, 30), (7, 1)))
    assert on_the_day["next_step_id"] == "rkpd" and on_the_day["days_left"] == 0
    assert NOTES["plan passed"] not in on_the_day["note"]
    assert NOTES["plan passed"] in after["note"] and after["first_fiscal_year"] == 2027


@pytest.mark.parametrize(
    ("amount", "late", "is_paid"), [(100.0, False, True), (99.0, False, False), (100.0, True, False)]
)
def test_only_a_line_paid_in_full_in_its_time_needs_no_further_step(amount, late, is_paid):
    lines = make_lines("riset", 2026).assign(quantity=2.0, unit_price_idr=50.0)
    paid = pd.DataFrame({"line_id": ["B1"], "source_kind": ["APBD"]})
    calendar = first_payable_year(lines, paid, CALENDAR, date(2026, 10, 2), readings=["bagian 2.3"])
    money = pd.DataFrame({"line_id": ["B1"], "amount_idr": [amount], "is_outside_availability": [late]})
    marked = mark_paid(calendar, lines, money).iloc[0]
    assert not calendar["is_feasible"].any()  # 2026 is no later year: without the money it is out of reach
    assert marked[["is_paid", "is_feasible"]].to_list() == [is_paid, is_paid]
    assert (marked["note"] == NOTES["paid"]) == pd.isna(marked["next_step_id"]) == is_paid


def test_a_line_planned_for_later_meets_the_steps_of_its_own_year():
    found = find("riset", "APBD", date(2026, 10, 2), stated=2029)
    assert found["is_feasible"] and found["next_deadline_date"] == pd.Timestamp(2028, 3, 31)


@pytest.mark.parametrize(
    ("as_of", "step_id", "is_noted"),
    [
        (date(2026, 8, 31), "revised_kua_ppas", True),
        (date(2026, 9, 1), "revised_budget_approval", False),
        (date(2026, 10, 1), None, False),
    ],
)
def test_preparation_uses_the_running_year_and_its_revised_budget_while_that_is_open(
    as_of, step_id, is_noted
):
    found = find("persiapan", "APBD", as_of, stated=2026)
    assert found["first_fiscal_year"] == 2026 and found["is_feasible"]
    assert found["next_step_id"] == step_id if step_id else pd.isna(found["next_step_id"])
    assert (NOTES["revision"] in found["note"]) == is_noted


def test_by_section_3_4_only_the_running_year_pays():
    found = find("implementasi", "APBD", date(2026, 10, 2), stated=2026, reading="bagian 3.4")
    assert found["first_fiscal_year"] == 2026 and found["is_feasible"]
    assert found["note"] == NOTES["running year"]


def test_a_plan_for_a_year_that_is_over_cannot_be_met():
    found = find("persiapan", "APBD", date(2026, 3, 1), stated=2025)
    assert found["first_fiscal_year"] == 2026 and not found["is_feasible"]


@pytest.mark.parametrize(("as_of", "first"), [(date(2026, 9, 30), 2027), (date(2026, 10, 1), 2028)])
def test_the_village_route_closes_with_the_village_plan(as_of, first):
    found = find("implementasi", "APBDes", as_of)
    assert found[["route", "first_fiscal_year"]].to_list() == ["desa", first]
    assert NOTES["revision"] not in found["note"]


def test_money_outside_government_budgets_is_bound_by_no_calendar():
    found = find("implementasi", "mitra swasta", date(2026, 12, 31), stated=2026)
    assert found[["route", "first_fiscal_year", "is_feasible"]].to_list() == [
        "di luar anggaran pemerintah", 2026, True,
    ]  # fmt: skip
    assert found[["next_step_id", "next_deadline_date", "days_left", "certainty"]].isna().all()
    assert found["note"] == NOTES["outside"]
    before = find("riset", "CSR", date(2026, 12, 31), stated=2026)
    assert before["note"] == " ".join([NOTES["outside"], NOTES["co-sharing"]])


def test_a_line_without_source_is_on_the_kabupaten_route():
    found = find("riset", None, date(2026, 2, 15))
    assert found["route"] == "kabupaten" and found["note"].startswith(NOTES["no source"])


def test_routes_and_readings_have_a_row_each():
    paid = pd.DataFrame({"line_id": "B1", "source_kind": ["APBD", "DAK APBN", "CSR"]})
    found = first_payable_year(make_lines("riset", 2027), paid, CALENDAR, date(2026, 2, 15))
    assert found[["route", "reading"]].values.tolist() == [
        ["kabupaten", "bagian 2.3"], ["kabupaten", "bagian 3.4"],
        ["di luar anggaran pemerintah", "bagian 2.3"], ["di luar anggaran pemerintah", "bagian 3.4"],
    ]  # fmt: skip


def test_without_lines_or_calendar_the_frame_is_empty_with_its_columns():
    lines = make_lines("riset", 2027)
    paid = pd.DataFrame({"line_id": ["B1"], "source_kind": ["APBD"]})
    for found in (
        first_payable_year(lines.iloc[:0], paid.iloc[:0], CALENDAR, date(2026, 1, 1)),
        first_payable_year(lines, paid, CALENDAR.iloc[:0], date(2026, 1, 1)),
    ):
        assert found.shape == (0, 13) and found.columns[0] == "line_id"
    assert next_deadlines(CALENDAR.iloc[:0], date(2026, 1, 1), "desa").shape == (0, 8)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bill_rule": "60"}, "rule of the budget bill not known: 60"),
        ({"readings": ["bagian 9"]}, "bagian 9"),
        ({"calendar": CALENDAR[CALENDAR["step_id"] != "budget_bill_60_days"]}, "lacks the step budget_bill"),
        (
            {"sources_of_line": pd.DataFrame({"line_id": ["B1"], "source_kind": ["APBN"]})},
            "source_kind: APBN",
        ),
        ({"sources_of_line": pd.DataFrame({"line_id": ["B9"], "source_kind": ["APBD"]})}, "line_id: B9"),
    ],
)
def test_what_is_not_known_is_named(change, words):
    paid = pd.DataFrame({"line_id": ["B1"], "source_kind": ["APBD"]})
    usual = {"lines": make_lines("riset", 2027), "sources_of_line": paid, "calendar": CALENDAR}
    with pytest.raises(ValueError, match=words):
        first_payable_year(**{**usual, "as_of": date(2026, 1, 1), **change})


def test_every_kind_of_source_of_the_tables_has_a_route():
    kinds = pd.read_csv(PROGRAMME / "data" / "reference" / "funding_matrix.csv")["source_kind"]
    assert set(kinds) == set(budget_calendar.ROUTES)
