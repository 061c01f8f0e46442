"""Whether an approach lasts: each formula against another implementation or arithmetic worked out by hand."""

from __future__ import annotations

import datetime as dt
import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods import institution

ACTIONS = pd.DataFrame({"action_id": ["A4.1", "A4.2", "A4.3"], "action": ["a", "b", "c"]})
NO_CHANGES = pd.DataFrame({"code": ["x"], "successor": [None]})


def evidence(*rows):
    columns = ["action_id", "document_kind", "document", "evidence", "score", "valid_until_year"]
    return pd.DataFrame(rows, columns=columns)


def budgets(*rows):
    frame = pd.DataFrame(rows, columns=["fiscal_year", "code", "planned_idr", "realised_idr"])
    return frame.assign(name="n", source_fund="APBD")


def cycles(*rows):
    return pd.DataFrame(rows, columns=["end_date", "evaluation_date", "evaluated_on"])


def test_an_action_has_the_best_score_that_a_document_in_force_backs():
    found = institution.score_actions(
        ACTIONS,
        evidence(
            ("A4.1", "RKPD", "RKPD 2026", "hlm. 1", 1, 2026),
            ("A4.1", "RPJMD", "RPJMD", "hlm. 2", 2, None),
            ("A4.1", "RKPD", "RKPD 2025", "hlm. 3", 3, 2025),  # ended
            ("A4.2", "lainnya", None, "kata orang", 3, None),  # no document
            ("A4.2", "RKPD", None, None, None, 2026),  # looked through in vain: claims nothing
            ("A4.3", "RKPD", "RKPD 2026", "hlm. 4", 0, 2026),
        ),
        "2026-07-01",
    ).set_index("action_id")
    assert found["score"].fillna(-1).to_list() == [2, -1, 0]  # unscored is missing, a recorded zero is zero
    assert found.loc["A4.1", "kinds"] == "RKPD, RPJMD"
    assert found[["backed", "unbacked", "ended"]].to_numpy().tolist() == [[2, 0, 1], [0, 1, 0], [1, 0, 0]]


def test_a_score_beyond_the_anchors_is_refused():
    with pytest.raises(ValueError, match="between 0 and 3"):
        institution.score_actions(ACTIONS, evidence(("A4.1", "RKPD", "d", "e", 4, None)), "2026-07-01")


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=8))
def test_the_index_is_the_share_of_what_the_scored_actions_could_have(scores):
    found = institution.action_index(pd.DataFrame({"score": pd.array(scores, "Int64")}))
    known = [score for score in scores if score is not None]
    assert (found.scored, found.actions) == (len(known), len(scores))
    assert found.index_pct == (pytest.approx(sum(known) / (3 * len(known)) * 100) if known else None)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=25))
def test_a_profile_has_the_median_of_the_standard_library_and_quartiles_of_numpy(scores):
    audit = pd.DataFrame({"contrast_no": 7, "score": scores, "evidence": None})
    (row,) = institution.audit_profile(audit).to_dict("records")
    assert row["median"] == statistics.median(scores)
    assert [row["lower"], row["upper"]] == np.quantile(scores, [0.25, 0.75]).tolist()
    assert row["assessors"] == row["unbacked"] == len(scores)
    assert row["balance"] == pytest.approx(statistics.mean(scores) - 1)  # (n2 - n0) / n = mean - 1 on 0, 1, 2


def test_who_could_not_judge_a_contrast_is_not_counted_as_zero():
    audit = pd.DataFrame({"contrast_no": [1, 1, 2], "score": [2, None, None], "evidence": ["a", None, None]})
    found = institution.audit_profile(audit)
    assert found[["contrast_no", "assessors", "median", "unbacked"]].to_numpy().tolist() == [[1, 1, 2.0, 0]]


def test_groups_add_up_to_everyone_and_a_split_row_has_the_least_agreement():
    audit = pd.DataFrame(
        {"contrast_no": 1, "score": [0, 0, 2, 2], "evidence": "e", "assessor_group": ["a", "b", "a", "b"]}
    )
    groups = institution.audit_profile(audit, ["assessor_group"])
    assert groups["assessors"].sum() == 4 and groups["assessor_group"].to_list() == ["a", "b"]
    assert institution.audit_profile(audit)["agreement_a"].to_list() == [-1.0]  # half at either end


def test_a_score_of_a_contrast_beyond_the_scale_is_refused():
    with pytest.raises(ValueError, match="0, 1 or 2"):
        institution.audit_profile(pd.DataFrame({"contrast_no": [1], "score": [3], "evidence": ["a"]}))


def test_renumbered_codes_are_followed_to_the_end_and_a_circle_is_refused():
    changes = pd.DataFrame({"code": ["a", "b", "w"], "successor": ["b", "c", None]})
    assert institution.join_codes(pd.Series(["a", "b", "w", "z"]), changes).to_list() == ["c", "c", "w", "z"]
    with pytest.raises(ValueError, match="circle"):
        institution.join_codes(pd.Series(["a"]), pd.DataFrame({"code": ["a", "b"], "successor": ["b", "a"]}))


def test_a_line_tells_years_without_money_from_years_that_nobody_recorded():
    rows = budgets(
        (2022, "x", 10, 9),
        (2023, "x", 0, None),
        (2025, "x", 20, 5),
        (2026, "x", 20, None),
        (2027, "x", 5, None),
    )
    years = institution.line_years(rows, NO_CHANGES, 2026)
    assert years["state"].to_list() == [
        "ada",
        "tidak dianggarkan",
        "tidak tercatat",
        "ada",
        "ada",
        "direncanakan",
    ]
    assert years["realised_pct"].dropna().to_list() == [90.0, 25.0]
    (run,) = institution.line_runs(years, 2026).to_dict("records")
    assert (run["present_years"], run["gap_years"], run["unrecorded_years"]) == (3, 1, 1)
    assert (run["longest_run"], run["current_run"], run["is_planned"]) == (2, 2, True)
    assert run["realised_pct"] == 57.5  # (90 + 25) / 2, not 14 / 30: rupiah of different years are not added


def test_a_sum_of_which_a_part_is_unknown_is_unknown():
    rows = budgets((2026, "x", 10, 4), (2026, "x", None, 3))
    (row,) = institution.line_years(rows, NO_CHANGES, 2026).to_dict("records")
    assert np.isnan(row["planned_idr"]) and row["realised_idr"] == 7 and np.isnan(row["realised_pct"])
    assert row["state"] == "ada"  # the amount is unknown, the line is there


def test_a_line_that_ended_last_year_has_no_current_run():
    years = institution.line_years(budgets((2024, "x", 1, 1), (2025, "x", 1, 1)), NO_CHANGES, 2026)
    assert institution.line_runs(years, 2026)[["longest_run", "current_run"]].to_numpy().tolist() == [[2, 0]]


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_runs_are_those_that_a_string_of_years_shows(there):
    rows = budgets(*((2010 + n, "x", int(is_there), None) for n, is_there in enumerate(there)))
    year = 2010 + len(there) - 1
    runs = institution.line_runs(institution.line_years(rows, NO_CHANGES, year), year)
    marks = "".join("1" if is_there else "0" for is_there in there)
    assert runs["longest_run"].to_list() == [max(map(len, marks.split("0")))]
    assert runs["current_run"].to_list() == [len(marks) - len(marks.rstrip("1"))]


@pytest.mark.parametrize(
    ("rows", "status", "days_left"),
    [
        # the second production cycle after the last evaluation ends on 30 September 2026; 60 days later is 29 November
        ([("2025-09-30", None, "2025-03-01"), ("2026-09-30", "2026-10-01", None)], "terjadwal", 92),
        ([("2025-09-30", None, "2025-03-01"), ("2026-09-30", "2026-12-24", None)], "melewati batas", 151),
        ([("2025-09-30", None, "2025-03-01"), ("2026-09-30", None, None)], "belum dijadwalkan", 151),
        ([("2025-09-30", "2026-06-01", None)], "terlambat", -30),  # planned, not held
        ([("2024-09-30", None, None), ("2025-09-30", None, None)], "terlambat", -214),  # 29 November 2025
        ([("2026-09-30", None, None)], "belum diketahui", None),  # one cycle, evaluated every second
    ],
)  # fmt: skip
def test_the_next_evaluation_follows_the_production_cycles(rows, status, days_left):
    found = institution.next_evaluation(cycles(*rows), dt.date(2026, 7, 1), every=2, grace_days=60)
    assert (found.status, found.days_left) == (status, days_left)


def test_an_evaluation_dated_after_today_has_not_been_held():
    rows = cycles(("2025-09-30", "2026-08-01", "2026-08-01"))
    found = institution.next_evaluation(rows, dt.date(2026, 7, 1), every=1)
    assert found.last is None and found.status == "terlambat"


@pytest.mark.parametrize(("every", "grace"), [(3, 60), (1, -1)])
def test_a_cadence_that_the_guide_does_not_know_is_refused(every, grace):
    with pytest.raises(ValueError, match="1 or 2 production cycles"):
        institution.next_evaluation(cycles(), dt.date(2026, 7, 1), every, grace)


def test_stages_without_a_change_are_listed_with_none():
    log = pd.DataFrame(
        {
            "stage": ["b", "b", "z"],
            "evidence": ["e", None, "e"],
            "entry_date": ["2026-01-05", "2026-02-01", "2026-03-01"],
        }
    )
    found = institution.count_learning(log, "stage", pd.Series({"a": "A", "b": "B"}))
    assert found[["item", "entries", "backed"]].to_numpy().tolist() == [["A", 0, 0], ["B", 2, 1]]
    assert found["last_date"].iloc[1] == "2026-02-01" and pd.isna(found["last_date"].iloc[0])
