"""A market chain: published examples (also one whose arithmetic fails), and what must always hold."""

from __future__ import annotations

from itertools import pairwise
from math import inf, isnan

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perantara.methods.chain import (
    break_even,
    concentration,
    hayami,
    marketing_margins,
    mass_balance,
    problem_tree,
)

calm = settings(deadline=None, max_examples=50)  # nothing here is timed
money = st.integers(1, 1_000_000).map(float)


def test_margins_and_farmers_share_of_tomatoes_are_those_published():
    # Yusuf, M. N. (2022). Saluran Pemasaran Tomat di Kabupaten Pangandaran. Universitas Galuh (abstract): margins of
    # collector, wholesaler and retailer 1,000, 800 and 800 rupiah a kg, together 2,600; farmer's share 43.48 %
    prices = pd.Series({"petani": 2_000, "pengumpul": 3_000, "pedagang besar": 3_800, "pengecer": 4_600})
    found = marketing_margins(prices)
    assert found.margins.to_dict() == {"pengumpul": 1_000, "pedagang besar": 800, "pengecer": 800}
    assert found.margins.sum() == 2_600
    assert round(100 * found.producer_share, 2) == 43.48


@calm
@given(st.lists(money, min_size=2, max_size=6))
def test_margins_and_the_producers_price_add_up_to_the_last_price(prices):
    found = marketing_margins(pd.Series(prices))
    assert prices[0] + found.margins.sum() == pytest.approx(prices[-1])
    assert found.producer_share == pytest.approx(1 - found.margins.sum() / prices[-1])


@pytest.mark.parametrize("prices", [[5_000], [5_000, None], [-1, 5_000], [5_000, 0]])
def test_prices_that_make_no_chain_are_refused(prices):
    with pytest.raises(ValueError, match="two or more prices of at least 0 are needed, the last above 0"):
        marketing_margins(pd.Series(prices))


def test_value_added_of_tofu_is_that_published():
    # Table 14, "Perhitungan Nilai Tambah Metode Hayami pada Industri Kecil Tahu di Kabupaten Tegal"
    # (text-id.123dok.com/document/dy49p030z). It cuts off what it prints (value added 5,599, really 5,599.8)
    found = hayami(108.4, 66, 3.95, 9_000, 28_257, 7_334, 1_848)
    assert round(found.conversion_factor, 2) == 1.64
    assert round(found.labour_coefficient, 2) == 0.06
    assert round(found.output_value) == 14_782
    assert found.value_added == pytest.approx(5_599, abs=1)
    assert round(100 * found.value_added_ratio, 2) == 37.88
    assert round(found.labour_income, 2) == 1_691.14
    assert 100 * found.labour_share == pytest.approx(30.20, abs=0.01)
    assert found.profit == pytest.approx(3_908.16, abs=1)
    assert round(100 * found.profit_share_of_value_added, 2) == pytest.approx(69.80)
    assert found.margin == pytest.approx(7_447, abs=1)
    assert 100 * found.profit / found.margin == pytest.approx(52.48, abs=0.01)


def test_profit_over_output_is_told_apart_from_profit_over_value_added():
    # the same source names 69.80 % "tingkat keuntungan" over value added; Hayami's table has it over output value:
    # 3,908.68 / 14,781.82 = 26.44 %
    found = hayami(108.4, 66, 3.95, 9_000, 28_257, 7_334, 1_848)
    assert round(100 * found.profit_share_of_output, 2) == 26.44


def test_value_added_of_rice_flour_is_that_published():
    # "Perhitungan Nilai Tambah Produk Pangan" (id.scribd.com/doc/250382089), hypothetical figures: output value
    # 6,666.67, value added 2,816.67 (42.25 %), labour income 1.25
    found = hayami(40e6, 60e6, 15_000, 10_000, 5_000, 3_800, 50)
    assert found.output_value == pytest.approx(6_666.666667)
    assert found.value_added == pytest.approx(2_816.666667)
    assert 100 * found.value_added_ratio == pytest.approx(42.25)
    assert found.labour_income == pytest.approx(1.25)
    assert found.labour_coefficient == pytest.approx(0.00025)


def test_identities_reveal_the_wrong_cells_of_a_published_table():
    # Table 32, "Nilai Tambah Pengolahan Ubi Kayu menjadi Opak Koin per Produksi", 2015
    # (text-id.123dok.com/document/oz1dd2vz9): output 117 kg, input 390 kg, 0.925 days, 5,458 rupiah a kg of output,
    # 97,132 a day, raw material 1,179, other inputs 149.01
    found = hayami(117, 390, 0.925, 5_458, 97_132, 1_179, 149.01)
    # agrees: conversion 0.3, output value 1,637.4, margin 458.4
    assert (found.conversion_factor, found.output_value) == pytest.approx((0.3, 1_637.4))
    assert found.margin == pytest.approx(458.4)
    # wrong: value added 309.1 (row 11a). Output value less raw material and other inputs is 1,637.4 - 1,179 - 149.01
    assert found.value_added == pytest.approx(309.39)
    assert abs(found.value_added - 309.1) > 0.2
    # wrong: labour coefficient 0.002383 (row 5; its own text has 0.00237) = 0.925 / 390, and so labour income 231.47
    # (row 12a), profit 77.63 (row 13a) and other inputs' share of the margin 32.57 % (row 14b) which is 32.51 %
    assert found.labour_coefficient == pytest.approx(0.0023718, abs=1e-7)
    assert found.labour_income == pytest.approx(230.377, abs=1e-3)
    assert found.profit == pytest.approx(79.013, abs=1e-3)
    assert round(100 * 149.01 / found.margin, 2) == 32.51
    # how it shows: the printed parts fall short of the printed margin, ours add up
    assert sum([231.47, 149.01, 77.63]) == pytest.approx(458.11)  # 0.29 less
    assert found.labour_income + 149.01 + found.profit == pytest.approx(found.margin)


@calm
@given(money, money, st.floats(0, 1_000), money, money, money, money)
def test_value_added_is_what_labour_and_owner_get_and_the_margin_adds_other_inputs(
    output, raw, days, price, wage, raw_price, other
):
    found = hayami(output, raw, days, price, wage, raw_price, other)
    exact = {"rel": 1e-9, "abs": 1e-9 * (found.output_value + found.labour_income + raw_price + other)}
    assert found.labour_income + found.profit == pytest.approx(found.value_added, **exact)
    assert found.value_added + other == pytest.approx(found.margin, **exact)
    assert found.margin + raw_price == pytest.approx(found.output_value, **exact)
    # the whole run, not the kg: what is sold less all that is paid
    run = output * price - raw * (raw_price + other) - days * wage
    assert found.profit * raw == pytest.approx(run, rel=1e-9, abs=1e-6 * (output * price + days * wage + raw))
    if found.value_added:
        assert found.labour_share + found.profit_share_of_value_added == pytest.approx(1, abs=1e-6)


def test_shares_of_nothing_are_missing():
    found = hayami(0, 100, 1, 5_000, 50_000, 0, 0)
    assert isnan(found.value_added_ratio)
    assert isnan(found.labour_share)


@pytest.mark.parametrize("which", range(7))
def test_value_added_refuses_a_missing_or_negative_figure(which):
    figures = [50.0, 100.0, 10.0, 20_000.0, 50_000.0, 4_000.0, 1_000.0]
    for wrong in (float("nan"), -1.0):
        with pytest.raises(ValueError, match="raw material must be above 0 and every other value at least 0"):
            hayami(*figures[:which], wrong, *figures[which + 1 :])


def test_break_even_of_maize_is_that_published_but_for_one_cell():
    # "Analisis BEP dan Kelayakan Petani Jagung" (id.scribd.com/document/502461665): 495 kg at 3,000 rupiah, fixed
    # cost 215,000, variable cost 1,022,250 (2,065 a kg), total 1,237,250; BEP 229.95 kg and 2,499.49 rupiah, R/C 1.20
    found = break_even(1_237_250, 3_000, 495, 215_000, 2_065)
    assert found.quantity_break_even == pytest.approx(229.95, abs=0.005)
    assert found.price_covering_total_cost == pytest.approx(2_499.49, abs=0.01)
    assert round(found.rc_ratio, 2) == 1.20
    # wrong there: profit over cost 247,750 / 1,237,250, printed 18.53 %. With R/C = 1.20 it must be 20 %
    assert round(100 * found.bc_ratio, 2) == 20.02
    assert found.bc_ratio == pytest.approx(247_750 / 1_237_250)


def test_revenue_over_cost_of_peas_and_eggs_is_that_published():
    # "Analisis Rata-rata RC Usahatani Kacang Kapri", table 13 (text-id.123dok.com/document/6zkw2rdez): 1.59
    assert round(break_even(6_322_254.43, 10_051_613.64, 1).rc_ratio, 2) == 1.59
    # Ardiyansyah, F. Analisis Nilai Tambah Telur Itik Menjadi Telur Asin (abstract): cost 20,578,303, revenue
    # 26,250,000, profit 5,671,697, R/C 1.28
    eggs = break_even(20_578_303, 26_250_000, 1)
    assert round(eggs.rc_ratio, 2) == 1.28
    assert eggs.bc_ratio * 20_578_303 == pytest.approx(5_671_697)


@calm
@given(money, money, money, money, money)
def test_at_every_break_even_revenue_is_the_cost(total, price, quantity, fixed, variable):
    found = break_even(total, price, quantity, fixed, variable)
    assert found.bc_ratio == pytest.approx(found.rc_ratio - 1, abs=1e-9)
    assert found.quantity_covering_total_cost * price == pytest.approx(total)
    assert found.price_covering_total_cost * quantity == pytest.approx(total)
    if price > variable:
        needed = found.quantity_break_even
        assert needed * price == pytest.approx(fixed + needed * variable)
    else:
        assert found.quantity_break_even == inf


def test_without_the_kinds_of_cost_the_break_even_is_not_known_and_without_cost_it_is_none_at_all():
    assert break_even(100, 10, 20).quantity_break_even is None
    assert break_even(100, 10, 20, fixed_cost_idr=50).quantity_break_even is None
    assert break_even(100, 10, 20, 0, 10).quantity_break_even == 0


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((0, 10, 20), "total cost, price and quantity must be above 0"),
        ((100, 10, float("nan")), "total cost, price and quantity must be above 0"),
        ((100, float("nan"), 20), "total cost, price and quantity must be above 0"),
        ((100, 10, 20, -1, 5), "fixed and variable cost must be at least 0"),
        ((100, 10, 20, 5, float("nan")), "fixed and variable cost must be at least 0"),
    ],
)
def test_break_even_refuses_what_is_missing_or_below_zero(figures, words):
    with pytest.raises(ValueError, match=words):
        break_even(*figures)


def test_the_concentration_of_eight_firms_is_that_published():
    # investopedia.com, "Herfindahl-Hirschman Index (HHI)" (video): 1,296; the four largest by hand 16 + 15 + 15 + 12
    shares = pd.Series([10, 9, 12, 15, 12, 11, 15, 16])
    assert concentration(shares) == pytest.approx((0.58, 1_296.0))


@calm
@given(st.lists(money, min_size=1, max_size=12))
def test_concentration_lies_between_equal_shares_and_one_buyer(quantities):
    four, index = concentration(pd.Series(quantities))
    assert 10_000 / len(quantities) - 1e-6 <= index <= 10_000 + 1e-6
    assert min(4, len(quantities)) / len(quantities) - 1e-9 <= four <= 1 + 1e-9


@pytest.mark.parametrize("quantities", [[], [0, 0], [-1, 2], [None]])
def test_concentration_of_no_quantities_is_refused(quantities):
    with pytest.raises(ValueError, match="at least 0 are needed, not all 0"):
        concentration(pd.Series(quantities, dtype=float))


FLOWS = pd.DataFrame(
    [("petani", "pengepul", 800.0), ("petani", "pasar", 150.0), ("pengepul", "pengolah", 700.0),
     ("pengolah", "eksportir", 140.0)],
    columns=["giver", "taker", "quantity"],
)  # fmt: skip
NODES = pd.DataFrame(
    {
        "produced": [1_000.0, None, None], "lost": [20.0, 60.0, 3.0], "used": [30.0, None, None],
        "conversion_factor": [None, None, 0.21],
    },
    ["petani", "pengepul", "pengolah"],
)  # fmt: skip


def test_goods_without_a_place_are_found_by_hand():
    # farmers: 1000 made, 950 sold, 20 lost, 30 eaten: 0. Collector: 800 in, 700 out, 60 lost: 40 (5 %).
    # Processor: 700 cherries x 0.21 = 147, 140 sold, 3 lost: 4 of 147 (2.72 %)
    found = mass_balance(FLOWS, NODES)
    assert found["unexplained"][["petani", "pengepul", "pengolah"]].tolist() == pytest.approx([0, 40, 4])
    assert found.loc["pengolah", "unexplained_pct"] == pytest.approx(100 * 4 / 147)
    assert found.loc["pengepul", "unexplained_pct"] == pytest.approx(5)
    assert found["unexplained"][["pasar", "eksportir"]].isna().all()


@calm
@given(st.floats(0.1, 1_000))
def test_the_balance_does_not_depend_on_the_unit(factor):
    scaled = NODES.copy()
    scaled[["produced", "lost", "used"]] *= factor
    one = mass_balance(FLOWS, NODES)
    other = mass_balance(FLOWS.assign(quantity=FLOWS["quantity"] * factor), scaled)
    quantities = ["coming", "going", "lost", "used", "unexplained"]
    assert other[quantities].to_numpy() == pytest.approx(
        one[quantities].to_numpy() * factor, nan_ok=True, abs=1e-6
    )


def test_goods_from_nowhere_are_below_zero():
    found = mass_balance(FLOWS.assign(quantity=[800.0, 150.0, 900.0, 140.0]), NODES)
    assert found.loc["pengepul", "unexplained"] == pytest.approx(-160)


PROBLEMS = pd.DataFrame(
    {"severity": [5, 4, 3, 2, 4], "feasibility": [1, 3, 4, 5, 2]},
    ["pendapatan rendah", "mutu rendah", "pascapanen", "alat jemur", "harga rendah"],
)
LINKS = pd.DataFrame(
    [("alat jemur", "pascapanen"), ("pascapanen", "mutu rendah"), ("mutu rendah", "harga rendah"),
     ("harga rendah", "pendapatan rendah")],
    columns=["cause", "effect"],
)  # fmt: skip


def test_only_causes_without_a_cause_are_roots_scored_by_reach_severity_and_feasibility():
    found = problem_tree(PROBLEMS, LINKS)
    assert found.index[found["is_root"]].tolist() == ["alat jemur"]
    assert found.loc["alat jemur", "score"] == 4 * 2 * 5  # four problems follow
    assert found["score"].drop("alat jemur").isna().all()
    assert found.index[0] == "alat jemur"


@calm
@given(
    st.sets(
        st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), min_size=1
    )
)
def test_reach_agrees_with_the_closure_of_the_matrix(pairs):
    problems = pd.DataFrame({"severity": 1.0, "feasibility": 1.0}, range(7))
    found = problem_tree(problems, pd.DataFrame(sorted(pairs), columns=["cause", "effect"])).sort_index()
    step = np.zeros((7, 7), dtype=int)
    for cause, effect in pairs:
        step[cause, effect] = 1
    reached = sum(np.linalg.matrix_power(step, k) for k in range(1, 7)) > 0
    assert found["reach"].tolist() == reached.sum(axis=1).tolist()
    assert found["is_root"].tolist() == ((step.sum(axis=0) == 0) & (step.sum(axis=1) > 0)).tolist()


def test_a_missing_judgement_leaves_the_score_missing():
    problems = PROBLEMS.astype(float)
    problems.loc["alat jemur", "severity"] = np.nan
    assert problem_tree(problems, LINKS)["score"].isna().all()


def test_a_circle_is_named_from_its_first_problem_back_to_it():
    back = pd.DataFrame([("harga rendah", "pascapanen")], columns=["cause", "effect"])
    with pytest.raises(ValueError, match="problems that cause each other: ") as refused:
        problem_tree(PROBLEMS, pd.concat([LINKS, back], ignore_index=True))
    named = str(refused.value).split(": ")[1].split(" → ")
    assert named[0] == named[-1]
    assert set(named) == {"pascapanen", "mutu rendah", "harga rendah"}
    graph = nx.DiGraph([*LINKS.itertuples(index=False, name=None), ("harga rendah", "pascapanen")])
    assert all(graph.has_edge(*pair) for pair in pairwise(named))


def test_a_problem_that_causes_itself_is_a_circle():
    itself = pd.DataFrame([("mutu rendah", "mutu rendah")], columns=["cause", "effect"])
    with pytest.raises(ValueError, match="problems that cause each other: mutu rendah → mutu rendah"):
        problem_tree(PROBLEMS, itself)


def test_an_unknown_problem_is_named():
    with pytest.raises(ValueError, match="unknown problems: hama"):
        problem_tree(PROBLEMS, pd.DataFrame({"cause": ["hama"], "effect": ["mutu rendah"]}))
