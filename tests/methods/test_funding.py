from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from perantara.methods import _funding, allocation, budget_scenarios, funding
from perantara.tables.places import PROGRAMME

RESEARCH = {"block": "riset", "cost_need": "konsultan"}
MEETING = {"block": "tim_kerja", "cost_need": "rapat koordinasi"}
SWAKELOLA = {"mechanism": "swakelola tipe 3"}
MATRIX = pd.read_csv(PROGRAMME / "data" / "reference" / "funding_matrix.csv", dtype="str")


def make_lines(*rows: dict) -> pd.DataFrame:
    """Training of one unit in March 2026 that costs 100 rupiah, unless a row says otherwise."""
    usual = {
        **{"block": "implementasi", "cost_need": "pelatihan", "activity_package": "Mutu"},
        **{"quantity": 1.0, "unit_price_idr": 100.0, "month": 3, "fiscal_year": 2026, "capital_kind": None},
    }
    frame = pd.DataFrame([{**usual, **row} for row in rows], columns=["line_id", *usual])
    types = {"month": "Int64", "fiscal_year": "Int64", "line_id": "str", "capital_kind": "str"}
    return frame.astype({**types, "quantity": "float64", "unit_price_idr": "float64"})


def make_sources(*rows: dict) -> pd.DataFrame:
    """APBD of 2026, all year, with 100 rupiah, unless a row says otherwise."""
    usual = {
        **{"source_kind": "APBD", "mechanism": None, "ceiling_idr": 100.0, "month_from": 1, "month_to": 12},
        **{"fiscal_year": 2026, "has_village_head_in_team": None},
    }
    frame = pd.DataFrame([{**usual, **row} for row in rows], columns=["source_id", *usual])
    months = {"month_from": "Int64", "month_to": "Int64", "fiscal_year": "Int64", "ceiling_idr": "float64"}
    return frame.astype(
        {**months, "source_id": "str", "mechanism": "str", "has_village_head_in_team": "boolean"}
    )


def make_paid(*rows: tuple, initiative: str = "kopi") -> pd.DataFrame:
    paid = pd.DataFrame(rows, columns=["line_id", "source_id", "amount_idr"])
    paid = paid.astype({"line_id": "str", "source_id": "str", "amount_idr": "float64"})
    return paid.assign(initiative=initiative, cycle=2026)


def judge(line: dict, source: dict) -> pd.Series:
    lines, sources = make_lines({"line_id": "B1", **line}), make_sources({"source_id": "S", **source})
    return funding.judge_eligibility(lines, sources, make_paid(("B1", "S", 100)), MATRIX).iloc[0]


def plan_for(lines, sources, own=None, others=None):
    own = make_paid() if own is None else own
    everybody = own if others is None else pd.concat([own, others])
    return allocation.best_allocation(lines, sources, own, everybody, MATRIX)


def possible(plan: allocation.AllocationPlan) -> dict:
    rows = plan.allocation[plan.allocation["possible_idr"] > 0]
    return {(r.line_id, r.source_id): r.possible_idr for r in rows.itertuples()}


def test_costs_keep_the_index_of_their_lines():
    lines = make_lines({"line_id": "B1", "quantity": 25, "unit_price_idr": 45_000.0}).set_axis([7])
    assert funding.cost_of(lines).to_dict() == {7: 1_125_000.0}


def test_blocks_stand_in_the_order_of_the_guide_and_needs_by_size():
    lines = make_lines({"line_id": "B1", **MEETING}, {"line_id": "B2", **RESEARCH, "unit_price_idr": 300.0})
    by_block = funding.summarise_costs(lines, "block")
    assert by_block.values.tolist() == [["riset", 300.0, 0.75], ["tim_kerja", 100.0, 0.25]]
    by_need = funding.summarise_costs(lines, "cost_need")
    assert by_need["cost_need"].to_list() == ["konsultan", "rapat koordinasi"]


def test_costs_are_summed_only_by_columns_that_mean_something():
    with pytest.raises(ValueError, match="unit_price_idr"):
        funding.summarise_costs(make_lines(), "unit_price_idr")


@pytest.mark.parametrize(
    ("line", "source", "status"),
    [
        ({}, {}, _funding.FIT),
        ({}, {"source_kind": "CSR"}, _funding.FIT),
        (RESEARCH, {}, _funding.FIT),  # APBD without mechanism
        (RESEARCH, SWAKELOLA, _funding.FIT),
        ({"block": "tim_kerja", "cost_need": "gaji konsultan"}, SWAKELOLA, _funding.FIT),
        (RESEARCH, {"source_kind": "CSR"}, _funding.OUTSIDE_LIST),
        (MEETING, {"source_kind": "APBDes"}, _funding.OUTSIDE_LIST),
        ({"cost_need": "modal usaha"}, {}, _funding.OUTSIDE_LIST),
        ({"cost_need": "konsultan"}, SWAKELOLA, _funding.OUTSIDE_LIST),
        ({"block": "persiapan", "cost_need": "sosialisasi"}, {"source_kind": "CSR"}, _funding.NOT_DETAILED),
        ({}, SWAKELOLA, _funding.NOT_ALLOWED),  # training is no consultant
        (RESEARCH, {**SWAKELOLA, "source_kind": "APBDes"}, _funding.NOT_ALLOWED),
    ],
)
def test_each_use_has_the_status_that_the_guide_gives_it(line, source, status):
    found = judge(line, source)
    assert found["status"] == status
    assert (
        pd.isna(found["note"]) if status == _funding.FIT else found["note"].startswith(funding.NOTES[status])
    )


@pytest.mark.parametrize("capital", ["hibah modal", "modal awal", "dana bergulir"])
def test_free_capital_is_flagged_and_not_refused(capital):
    found = judge({"capital_kind": capital}, {})
    assert found["is_capital_flagged"] and found["status"] == _funding.FIT


@pytest.mark.parametrize("capital", ["pinjaman", "modal kerja pembeli", "penyertaan modal desa", None])
def test_a_loan_or_working_capital_is_not_flagged(capital):
    assert not judge({"capital_kind": capital}, {})["is_capital_flagged"]


@pytest.mark.parametrize(("answer", "is_missing"), [(True, False), (False, True), (None, True)])
def test_village_money_asks_for_a_village_head_in_the_team(answer, is_missing):
    of_village = judge({}, {"source_kind": "APBDes", "has_village_head_in_team": answer})
    assert of_village["is_village_head_missing"] == is_missing
    assert not judge({}, {"has_village_head_in_team": answer})["is_village_head_missing"]


def test_several_notes_stand_one_after_the_other():
    found = judge({"cost_need": "modal usaha", "capital_kind": "hibah modal"}, {"month_from": 4})
    notes = funding.NOTES
    assert found["note"] == " ".join([notes[_funding.OUTSIDE_LIST], notes["capital"], notes["month"]])


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ({"month_from": 4}, "month"),  # the line is of March 2026
        ({"month_to": 2}, "month"),
        ({"fiscal_year": 2027}, "year"),
        ({"fiscal_year": 2027, "month_from": 4}, "year"),  # one reason is enough
    ],
)
def test_money_outside_the_months_or_year_of_its_source_is_flagged_and_covers_nothing(source, note):
    lines = make_lines({"line_id": "B1"}, {"line_id": "B2"}, {"line_id": "B3", "month": 5})
    late = {"source_id": "L", **source}
    kept = {"source_id": "L", "month_from": None, "month_to": 3}  # from the beginning of the year on
    paid = make_paid(("B1", "A", 100), ("B2", "L", 100), ("B3", "A", 100))
    for mended, uncovered in ((kept, 0.0), (late, 100.0)):
        sources = make_sources({"source_id": "A"}, mended)
        found = funding.judge_eligibility(lines, sources, paid, MATRIX)
        flagged = found[found["is_outside_availability"]]
        assert flagged["line_id"].to_list() == (["B2"] if mended is late else [])
        assert flagged["note"].to_list() == ([funding.NOTES[note]] if mended is late else [])
        gap = funding.measure_gap(lines, sources, paid, paid)
        assert gap.loc[0, ["allocated_idr", "uncovered_idr"]].to_list() == [300.0, uncovered]
        assert budget_scenarios.uncovered_by_month(lines, sources, paid, paid)["uncovered_idr"].sum() == (
            uncovered + 100  # and the ceiling of A bears one line alone
        )


@pytest.mark.parametrize(("row", "words"), [(("B9", "S", 1), "lines .*B9"), (("B1", "X", 1), "sources .*X")])
def test_an_allocation_to_something_unknown_is_named(row, words):
    lines, sources, paid = make_lines({"line_id": "B1"}), make_sources({"source_id": "S"}), make_paid(row)
    for function, last in [
        (funding.measure_gap, [paid]), (budget_scenarios.uncovered_by_month, [paid]),
        (funding.judge_eligibility, [MATRIX]), (allocation.best_allocation, [paid, MATRIX]),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=words):
            function(lines, sources, paid, *last)


LINES = make_lines(
    {"line_id": "B1", "month": 2, **RESEARCH}, {"line_id": "B2", "month": 5}, {"line_id": "B3", "month": 5}
)
SOURCES = make_sources(
    {"source_id": "A", "ceiling_idr": 150.0}, {"source_id": "D", "source_kind": "CSR", "ceiling_idr": None}
)
PAID = make_paid(("B1", "A", 130), ("B2", "A", 40), ("B2", "D", 10))
OTHERS = make_paid(("B1", "A", 25), initiative="anyaman")


@pytest.fixture
def gap():
    return funding.measure_gap(LINES, SOURCES, PAID, pd.concat([PAID, OTHERS]))


def test_what_one_line_has_too_much_covers_no_other(gap):
    # needs 3 x 100; B1 has 130 (30 too much), B2 lacks 50, B3 lacks 100: 150 uncovered, not 300 - 180
    whole = gap[gap["dimension"] == "keseluruhan"].iloc[0]
    assert whole[["need_idr", "allocated_idr", "uncovered_idr"]].to_list() == [300.0, 180.0, 150.0]
    assert whole["allocated_share"] == pytest.approx(0.6) and pd.isna(whole["item"])


def test_months_are_twelve_and_add_up(gap):
    months = gap[gap["dimension"] == "bulan"].set_index("item")
    assert months.index.to_list() == [str(month) for month in range(1, 13)]
    assert months["uncovered_idr"].to_dict() | {"5": 150.0} == months["uncovered_idr"].to_dict()
    assert months["cumulative_uncovered_idr"].to_list() == [0.0] * 4 + [150.0] * 8
    assert pd.isna(months.loc["1", "allocated_share"])  # nothing is needed in January


@pytest.mark.parametrize("dimension", ["bulan", "kelompok biaya"])
def test_parts_add_up_to_the_whole(gap, dimension):
    columns = ["need_idr", "allocated_idr", "uncovered_idr"]
    parts = gap.loc[gap["dimension"] == dimension, columns].sum()
    pd.testing.assert_series_equal(parts, gap.loc[0, columns].astype("float64"), check_names=False)


def test_a_shared_ceiling_counts_what_the_others_take(gap):
    # A: own 170 and 25 of anyaman against 150: 45 too much; D has no known ceiling
    sources = gap[gap["dimension"] == "sumber"].set_index("item")
    amounts = ["ceiling_idr", "allocated_idr", "allocated_elsewhere_idr", "overrun_idr"]
    assert sources.loc["A", amounts].to_list() == [150.0, 170.0, 25.0, 45.0]
    assert sources.loc["D", ["ceiling_idr", "overrun_idr"]].isna().all()
    assert sources["allocated_share"].to_list() == pytest.approx([170 / 180, 10 / 180])


def test_each_fiscal_year_stands_for_itself():
    lines = make_lines({"line_id": "B1"}, {"line_id": "B2", "fiscal_year": 2027})
    gap = funding.measure_gap(lines, make_sources(), make_paid(), make_paid())
    assert gap.groupby("fiscal_year")["dimension"].value_counts()[2027, "bulan"] == 12
    months_of_2027 = gap[gap["fiscal_year"].eq(2027) & gap["dimension"].eq("bulan")]
    assert months_of_2027["cumulative_uncovered_idr"].max() == 100.0  # begins anew


def test_concentration_and_shares_of_kinds():
    assert funding.concentration(pd.Series([25.0] * 4)) == 0.25  # n equal sources: 1/n
    assert funding.concentration(pd.Series([80.0, 0.0])) == 1.0
    private = funding.shares_of(SOURCES, PAID, "source_kind", *funding.PRIVATE_KINDS)
    assert private == pytest.approx(10 / 180)  # only D is private
    assert np.isnan(funding.concentration(pd.Series(dtype="float64")))
    assert np.isnan(funding.shares_of(SOURCES, make_paid(), "source_kind", "CSR"))


def test_a_sufficient_allocation_is_left_as_it_is():
    lines = make_lines({"line_id": "B1"}, {"line_id": "B2"})
    sources = make_sources(
        {"source_id": "A", "ceiling_idr": 500.0}, {"source_id": "C", "source_kind": "CSR", "ceiling_idr": 500.0}
    )  # fmt: skip
    plan = plan_for(lines, sources, make_paid(("B1", "C", 30), ("B1", "A", 70), ("B2", "C", 100)))
    assert possible(plan) == {("B1", "A"): 70.0, ("B1", "C"): 30.0, ("B2", "C"): 100.0}
    assert plan.uncovered_idr == 0 and "pagu" not in set(plan.binding["limit"])


def test_money_moves_where_that_frees_a_ceiling_for_another_line():
    # only A may pay the meeting B2; B1 must go over to C for it, since A has 100
    lines = make_lines({"line_id": "B1"}, {"line_id": "B2", **MEETING})
    sources = make_sources({"source_id": "A"}, {"source_id": "C", "source_kind": "CSR"})
    plan = plan_for(lines, sources, make_paid(("B1", "A", 100)))
    assert possible(plan) == {("B1", "C"): 100.0, ("B2", "A"): 100.0}
    rows = plan.allocation.set_index(["line_id", "source_id"])
    assert rows["difference_idr"].to_dict() == {("B1", "A"): -100.0, ("B1", "C"): 100.0, ("B2", "A"): 100.0}
    assert rows.loc[("B1", "A"), "binding_limit"] == "pagu"


def test_each_uncovered_line_says_what_limits_it():
    lines = make_lines({"line_id": "B1", "month": 1}, {"line_id": "B2", "month": 5, "unit_price_idr": 140.0})
    sources = make_sources(
        {"source_id": "A"},
        {"source_id": "C", "source_kind": "CSR", "month_from": 3, "ceiling_idr": 30.0},
        {"source_id": "L", "mechanism": "swakelola tipe 3", "ceiling_idr": 900.0},
        {"source_id": "U", "source_kind": "mitra swasta", "ceiling_idr": None},
        {"source_id": "Y", "fiscal_year": 2027, "ceiling_idr": 900.0},
    )
    plan = plan_for(lines, sources)
    # A has 100, C 30 from March on: 130 of 240 can be paid, and the earlier line comes first
    assert possible(plan) == {("B1", "A"): 100.0, ("B2", "C"): 30.0} and plan.uncovered_idr == 110.0
    limits = plan.allocation.set_index(["line_id", "source_id"])["binding_limit"]
    assert limits["B2"].to_dict() == {"A": "pagu", "C": "pagu", "L": "daftar panduan", "U": "pagu"}
    assert plan.unknown_ceilings == ("U",)
    assert plan.binding.values.tolist() == [["pagu", "A", 1.0], ["pagu", "C", 1.0]]


def test_a_ceiling_that_would_help_nothing_does_not_bind():
    # A is used up exactly by B1, but nothing is left uncovered that it could pay
    plan = plan_for(make_lines({"line_id": "B1"}), make_sources({"source_id": "A"}))
    assert plan.binding[["limit", "item"]].values.tolist() == [["kebutuhan", "B1"]]


def test_what_other_initiatives_take_is_not_given_twice():
    others = make_paid(("X1", "A", 80), initiative="anyaman")
    plan = plan_for(make_lines({"line_id": "B1"}), make_sources({"source_id": "A"}), others=others)
    assert possible(plan) == {("B1", "A"): 20.0} and plan.uncovered_idr == 80.0


def test_an_allocation_outside_the_list_or_the_month_is_not_kept():
    lines = make_lines({"line_id": "B1", "cost_need": "lainnya"}, {"line_id": "B2", "month": 2})
    sources = make_sources({"source_id": "A", "month_from": 3, "ceiling_idr": 900.0})
    plan = plan_for(lines, sources, make_paid(("B1", "A", 100), ("B2", "A", 100)))
    assert plan.uncovered_idr == 200.0
    limits = plan.allocation.set_index("line_id")["binding_limit"].to_dict()
    assert limits == {"B1": "daftar panduan", "B2": "bulan"}


NEEDS = ["pelatihan", "rapat koordinasi", "lainnya"]
AMOUNTS = st.integers(0, 6)


@st.composite
def cases(draw):
    """Up to four lines and three sources of APBD and CSR, with an own allocation, right or wrong."""
    kinds = draw(st.lists(st.sampled_from(["APBD", "CSR"]), min_size=1, max_size=3))
    sources = make_sources(*[
        {"source_id": f"S{n}", "source_kind": kind, "month_from": draw(st.integers(1, 3)),
         "ceiling_idr": draw(st.one_of(st.none(), AMOUNTS))}
        for n, kind in enumerate(kinds)
    ])  # fmt: skip
    needs = draw(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=4))
    lines = make_lines(*[
        {"line_id": f"B{n}", "cost_need": need, "month": draw(st.integers(1, 3)),
         "block": "tim_kerja" if need == "rapat koordinasi" else "implementasi",
         "unit_price_idr": float(draw(AMOUNTS))}
        for n, need in enumerate(needs)
    ])  # fmt: skip
    pairs = itertools.product(lines["line_id"], sources["source_id"])
    own = make_paid(*[(line, source, draw(AMOUNTS)) for line, source in pairs if draw(st.booleans())])
    others = make_paid(*[("X", source, draw(AMOUNTS)) for source in sources["source_id"]], initiative="lain")
    return lines, sources, own, pd.concat([own, others])


def may_pay(line, source) -> bool:
    """The rules of these cases, said once more and otherwise."""
    payers = {"pelatihan": {"APBD", "CSR"}, "rapat koordinasi": {"APBD"}, "lainnya": set()}
    return source.source_kind in payers[line.cost_need] and line.month >= source.month_from


def room_of(sources, everybody) -> dict:
    taken = everybody[everybody["initiative"] == "lain"].groupby("source_id")["amount_idr"].sum()
    rows = zip(sources["source_id"], sources["ceiling_idr"].fillna(0), strict=True)
    return {name: max(ceiling - taken.get(name, 0), 0) for name, ceiling in rows}


@settings(deadline=None, derandomize=True, max_examples=40)
@given(cases())
def test_the_plan_covers_what_a_maximum_flow_covers(case):
    lines, sources, own, everybody = case
    room, first_line = room_of(sources, everybody), 1 + len(sources)
    graph = np.zeros((2 + len(sources) + len(lines),) * 2, dtype="int32")
    for s, source in enumerate(sources.itertuples(), 1):
        graph[0, s] = room[source.source_id]
        for b, line in enumerate(lines.itertuples(), first_line):
            graph[s, b] = 1_000 if may_pay(line, source) else 0
            graph[b, -1] = line.unit_price_idr
    flow = maximum_flow(csr_array(graph), 0, len(graph) - 1).flow_value
    plan = allocation.best_allocation(lines, sources, own, everybody, MATRIX)
    assert plan.uncovered_idr == pytest.approx(lines["unit_price_idr"].sum() - flow)
    assert (plan.allocation["possible_idr"] >= 0).all()
    used = plan.allocation.groupby("source_id")["possible_idr"].sum()
    assert all(amount <= room[name] for name, amount in used.items())


@settings(deadline=None, derandomize=True, max_examples=40)
@given(cases(), st.randoms(use_true_random=False))
def test_the_plan_is_never_worse_than_the_own_and_does_not_hang_on_the_order(case, shuffler):
    lines, sources, own, everybody = case
    line_of = {line.line_id: line for line in lines.itertuples()}
    source_of = {source.source_id: source for source in sources.itertuples()}
    lawful = [float(may_pay(line_of[row.line_id], source_of[row.source_id])) for row in own.itertuples()]
    known = sources.assign(ceiling_idr=sources["ceiling_idr"].fillna(0))
    kept = budget_scenarios.uncovered_by_month(
        lines, known, own.assign(amount_idr=own["amount_idr"] * lawful), everybody
    )
    plan = allocation.best_allocation(lines, sources, own, everybody, MATRIX)
    assert plan.uncovered_idr <= kept["uncovered_idr"].sum() + 1e-6
    mixed = [frame.iloc[shuffler.sample(range(len(frame)), len(frame))] for frame in (lines, sources, own)]
    again = allocation.best_allocation(*mixed, everybody, MATRIX)
    pd.testing.assert_frame_equal(again.allocation, plan.allocation)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_no_other_plan_that_covers_as_much_changes_less(drawn):
    needs, ceilings, own = drawn[:2], drawn[2:4], np.array(drawn[4:]).reshape(2, 2)
    plans = (np.array(p).reshape(2, 2) for p in itertools.product(range(4), repeat=4))
    allowed = [p for p in plans if (p.sum(1) <= needs).all() and (p.sum(0) <= ceilings).all()]
    most = max(p.sum() for p in allowed)
    least = min(np.abs(p - own).sum() for p in allowed if p.sum() == most)
    lines = make_lines(*[{"line_id": f"B{n}", "unit_price_idr": float(need)} for n, need in enumerate(needs)])
    sources = make_sources(*[{"source_id": f"S{n}", "ceiling_idr": c} for n, c in enumerate(ceilings)])
    paid = make_paid(*[(f"B{b}", f"S{s}", own[b, s]) for b, s in itertools.product(range(2), repeat=2)])
    plan = plan_for(lines, sources, paid)
    assert plan.allocation["possible_idr"].sum() == most
    assert plan.allocation["difference_idr"].abs().sum() == least


def test_scenarios_change_copies_and_only_what_they_name():
    sources = make_sources({"source_id": "A"}, {"source_id": "C", "source_kind": "CSR", "month_from": None})
    assert budget_scenarios.cut_source(sources, "CSR", 25)["ceiling_idr"].to_list() == [100.0, 75.0]
    assert budget_scenarios.delay_source(sources, "CSR", 3)["month_from"].to_list() == [1, 4]
    assert budget_scenarios.price_scenario(LINES, -50)["unit_price_idr"].to_list() == [50.0] * 3
    assert sources["ceiling_idr"].to_list() == [100.0, 100.0] and LINES["unit_price_idr"].eq(100).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: budget_scenarios.cut_source(SOURCES, "APBD", 101), "between 0 and 100"),
        (lambda: budget_scenarios.delay_source(SOURCES, "APBD", -1), "zero months or more"),
        (lambda: budget_scenarios.price_scenario(LINES, -101), "negative"),
    ],
)
def test_scenarios_without_sense_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        change()


def test_money_runs_out_month_by_month():
    # A has 150 less 25 of anyaman: B1 (February) takes its 130 down to 125, B2 gets none of A and 10 of D
    everybody = pd.concat([PAID, OTHERS])
    months = budget_scenarios.uncovered_by_month(LINES, SOURCES, PAID, everybody).set_index("month")
    assert months["allocated_idr"].to_dict() | {2: 125.0, 5: 10.0} == months["allocated_idr"].to_dict()
    assert months.loc[12, "cumulative_uncovered_idr"] == 190.0  # B2 90, B3 100; B1 has enough
    late = budget_scenarios.uncovered_by_month(
        LINES, budget_scenarios.delay_source(SOURCES, "APBD", 2), PAID, everybody
    )
    # from March on A cannot pay B1; it pays the 40 of B2: 100 + 50 + 100
    assert late["uncovered_idr"].sum() == 250.0


def test_empty_tables_give_empty_frames_with_their_columns():
    lines, sources, paid = make_lines(), make_sources(), make_paid()
    assert funding.judge_eligibility(lines, sources, paid, MATRIX).shape == (0, 13)
    assert funding.measure_gap(lines, sources, paid, paid).shape == (0, 11)
    assert budget_scenarios.uncovered_by_month(lines, sources, paid, paid).shape == (0, 6)
    assert funding.summarise_costs(lines, "block").columns.to_list() == ["block", "need_idr", "share"]
    plan = plan_for(lines, sources)
    assert plan.allocation.shape == (0, 9) and plan.binding.empty and plan.uncovered_idr == 0
    assert plan_for(LINES, sources).uncovered_idr == 300.0
