"""The analysis of a market chain from its tables, held against arithmetic done by hand and published examples."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods import market


def prices(**changed) -> pd.DataFrame:
    rows = {
        "channel": ["a"] * 3, "step_no": [1, 2, 3], "seller": ["tani", "pengepul", "sangrai"],
        "product": ["ceri", "biji kering", "sangrai"], "unit": ["kg"] * 3,
        "price_idr_per_unit": [8_000.0, 60_000.0, 100_000.0], "cost_idr_per_unit": [np.nan, 4_000.0, np.nan],
        "final_units_per_unit": [0.168, 0.8, 1.0],
    }  # fmt: skip
    return pd.DataFrame(rows | changed)


def test_prices_of_different_forms_are_brought_to_the_final_product_first():
    # a kg of cherries gives 0.21 kg of green beans (wet processing, Jember) and these 0.8 of roasted ones: 0.168.
    # 8,000 / 0.168 = 47,619.05; 60,000 / 0.8 = 75,000; margins 27,380.95 and 25,000; cost 4,000 / 0.8 = 5,000
    found = market.compare_channels(prices())
    assert found["margin_idr_per_final_unit"].tolist() == pytest.approx(
        [np.nan, 27_380.952, 25_000], nan_ok=True
    )
    assert found["net_margin_idr_per_final_unit"].tolist() == pytest.approx(
        [np.nan, 22_380.952, np.nan], nan_ok=True
    )
    assert found["share_of_final_price_pct"].tolist() == pytest.approx([47.619, 27.381, 25.0], abs=1e-3)


def test_a_channel_of_different_forms_without_a_factor_is_not_compared():
    found = market.compare_channels(prices(final_units_per_unit=[np.nan, 0.8, 1.0]))
    assert found["margin_idr_per_final_unit"].isna().all()
    assert found["price_idr_per_final_unit"].isna().all()


def test_a_channel_of_one_form_needs_no_factor_and_another_channel_is_left_alone():
    one = prices(product=["keranjang"] * 3, unit=["buah"] * 3, final_units_per_unit=[np.nan] * 3)
    found = market.compare_channels(
        pd.concat([one, prices(channel=["b"] * 3, price_idr_per_unit=[1.0, np.nan, 3.0])])
    )
    assert found.query("channel == 'a'")["share_of_final_price_pct"].tolist() == pytest.approx([8, 52, 40])
    assert found.query("channel == 'b'")["share_of_final_price_pct"].isna().all()


@given(st.lists(st.floats(1, 1e6), min_size=2, max_size=6))
def test_the_shares_of_a_channel_always_sum_to_the_whole_price(series):
    rows = pd.DataFrame({
        "channel": "a", "step_no": range(len(series)), "product": "x", "unit": "kg", "price_idr_per_unit": series,
        "cost_idr_per_unit": np.nan, "final_units_per_unit": np.nan,
    })  # fmt: skip
    assert market.compare_channels(rows)["share_of_final_price_pct"].sum() == pytest.approx(100)


LINKS = pd.DataFrame({
    "from_actor_id": ["tani", "tani", "olah", "toko"], "to_actor_id": ["olah", "toko", "pt", "pt"], "unit": ["kg"] * 4,
    "product": ["biji"] * 4, "period": ["bulan"] * 4, "volume": [100.0, 50.0, 18.0, 40.0],
    "status": ["berjalan", "berjalan", "berjalan", "rencana"], "price_idr_per_unit": [5.0, None, 40.0, None],
})  # fmt: skip
NODES = pd.DataFrame({
    "actor_id": ["tani", "olah"], "unit": ["kg"] * 2, "period": ["bulan"] * 2, "produced": [170.0, None],
    "lost": [15.0, 1.0], "used": [5.0, None], "conversion_factor": [None, 0.2], "loss_reason": ["susut", None],
})  # fmt: skip


def test_the_balance_of_a_node_is_what_comes_less_what_goes_is_lost_and_is_used():
    # tani: 170 made, 150 sold, 15 lost, 5 eaten: 0. olah: 100 x 0.2 = 20, 18 sold, 1 lost: 1 of 20 = 5 %.
    found = market.balance_nodes(LINKS, NODES).set_index("actor_id")
    assert found["unexplained"].to_dict() == {"tani": 0.0, "olah": pytest.approx(1.0)}
    assert found.loc["olah", "unexplained_pct"] == pytest.approx(5.0)
    assert list(found.index) == ["tani", "olah"]


def test_an_unknown_volume_leaves_the_difference_unknown_and_a_planned_sale_does_not_count():
    links = LINKS.assign(volume=[None, 50.0, 18.0, 40.0])
    assert market.balance_nodes(links, NODES)["unexplained"].isna().all()
    assert market.balance_nodes(LINKS.iloc[:0], NODES.iloc[:0]).empty


def test_quantities_of_another_unit_or_period_do_not_enter_a_balance():
    other = LINKS.assign(unit=["kg", "karung", "kg", "kg"])
    found = market.balance_nodes(other, NODES).set_index("actor_id")
    assert found.loc["tani", "unexplained"] == 50


COSTS = pd.DataFrame(
    [
        ("hasil", 50, "kg", 20_000, None), ("bahan baku", 100, "kg", 4_000, "tunai"),
        ("tenaga kerja", 4, "HOK", 50_000, "milik sendiri"), ("tenaga kerja", 2, "HOK", 35_000, "tunai"),
        ("masukan lain", 1, "proses", 60_000, "tunai"), ("biaya tetap", 1, "proses", 90_000, "milik sendiri"),
    ],
    columns=["cost_group", "quantity_per_run", "unit", "price_idr_per_unit", "payment"],
)  # fmt: skip


def test_costs_of_a_run_give_ratios_over_all_and_over_cash_cost():
    # revenue 1,000,000; cost 400,000 + 200,000 + 70,000 + 60,000 + 90,000 = 820,000; cash 530,000
    found = market.assess_enterprise(COSTS)
    assert (found.revenue_idr, found.total_cost_idr, found.cash_cost_idr) == (1_000_000, 820_000, 530_000)
    assert found.total.rc_ratio == pytest.approx(1_000 / 820)
    assert found.total.bc_ratio == pytest.approx(found.total.rc_ratio - 1)
    assert found.cash.rc_ratio == pytest.approx(1_000 / 530)
    # variable 730,000 / 50 = 14,600 a kg; 90,000 / (20,000 - 14,600) = 16.67 kg
    assert found.total.quantity_break_even == pytest.approx(90_000 / 5_400)


def test_value_added_leaves_fixed_cost_out_and_splits_between_labour_and_profit():
    # a kg of raw material: output 0.5 x 20,000 = 10,000; less 4,000 and 600: 5,400; labour 270,000 / 100 = 2,700
    found = market.assess_enterprise(COSTS).value_added
    assert (found.value_added, found.labour_income, found.profit) == pytest.approx((5_400, 2_700, 2_700))


def test_a_service_without_raw_material_has_no_value_added_and_unknown_amounts_give_nothing():
    service = COSTS[COSTS["cost_group"] != "bahan baku"].replace({"kg": "kunjungan"})
    assert market.assess_enterprise(service).value_added is None
    assert market.assess_enterprise(COSTS.assign(price_idr_per_unit=[None, *[1.0] * 5])) is None
    assert market.assess_enterprise(COSTS[COSTS["cost_group"] != "hasil"]) is None


def test_what_a_buyer_requires_at_most_is_met_from_below():
    wanted = pd.DataFrame({"direction": ["paling banyak"] * 2 + ["paling sedikit"], "required": [12, 12, 90.0],
                           "delivered": [12.0, 13.5, None]})  # fmt: skip
    found = market.measure_specification(wanted)
    assert found["is_met"].tolist() == [True, False, pd.NA]
    assert found["shortfall"].tolist() == pytest.approx([0, 1.5, np.nan], nan_ok=True)


ACTORS = pd.DataFrame({
    "actor_id": ["tani", "olah", "toko", "pt"], "name": ["Tani", "Olah", "Toko", "PT"],
    "actor_type": ["umk", "mitra lokal", "pembeli lokal", "mitra swasta"],
    "commitment": ["sepakat", "calon", "disebut", "disebut"],
})  # fmt: skip


def test_each_partner_is_held_against_the_definition_of_its_own_kind():
    checks = pd.DataFrame({"actor_id": ["pt", "pt"], "item": ["jejaring", "kedekatan dengan UMK"], "met": ["ya", "ya"],
                           "evidence": [None, None]})  # fmt: skip
    found = market.check_partners(ACTORS, checks).set_index(["actor_id", "item"])["met"]
    assert found["pt"].to_dict() == {
        "jangkauan wilayah": "belum diketahui", "skala usaha": "belum diketahui", "jejaring": "ya",
        "insentif komersial": "belum diketahui",
    }  # fmt: skip
    assert set(found["olah"].index) == set(market.DEFINITION["mitra lokal"])
    assert market.check_partners(ACTORS.iloc[:1], checks).empty


def test_a_model_of_the_guide_is_matched_by_who_is_there_and_what_runs():
    flows = pd.DataFrame(
        [("A", "UMK", "mitra lokal", "produk"), ("A", "mitra lokal", "UMK", "uang"),
         ("A", "mitra swasta", "mitra lokal", "jasa"), ("B", "lembaga keuangan", "UMK", "pembiayaan"),
         ("konvensional", "UMK", "pembeli lokal", "produk"), ("konvensional", "pembeli lokal", "UMK", "uang")],
        columns=["model", "from_actor", "to_actor", "flow_kind"],
    )  # fmt: skip
    found = market.match_models(flows, ACTORS, LINKS)
    assert found.loc["A", ["flows", "running", "unrecorded"]].tolist() == [2, 2, 1]
    assert found.loc["B", "absent"] == ["lembaga keuangan"]
    # tani sells to toko, but at no known price: that money runs is not known
    assert found.loc["konvensional", ["running", "planned"]].tolist() == [1, 1]


PROBLEMS = pd.DataFrame({
    "problem_id": list("abcde"), "statement": list("abcde"), "severity": [5, 4, 3, 2, 1], "feasibility": [1, 5, 4, 3, 2],
    "evidence_kinds": ["wawancara", "dokumen; wawancara", None, "dokumen; dokumen", "statistik"],
})  # fmt: skip
TREE = pd.DataFrame({"cause": ["b", "c", "d"], "effect": ["a", "b", "b"]})


def test_root_causes_come_first_by_reach_severity_and_feasibility():
    # c reaches b and a: 2 x 3 x 4 = 24; d: 2 x 2 x 3 = 12
    found = market.rank_problems(PROBLEMS, TREE).set_index("problem_id")
    assert found["kind"].to_dict() == {
        "c": "akar masalah", "d": "akar masalah", "a": "gejala", "b": "masalah antara", "e": "belum terhubung",
    }  # fmt: skip
    assert found["score"].dropna().to_dict() == {"c": 24, "d": 12}
    assert found["evidence_kinds_count"].to_dict() == {"a": 1, "b": 2, "c": 0, "d": 1, "e": 1}


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=12))
def test_a_circle_is_found_exactly_where_there_is_no_order(pairs):
    links = pd.DataFrame(pairs, columns=["cause", "effect"])
    graph = nx.DiGraph(pairs)
    found = market.find_tree_faults(PROBLEMS, links)["circle"]
    try:
        list(nx.topological_sort(graph))
    except nx.NetworkXUnfeasible:
        assert found and set(found) <= set(graph)
    else:
        assert found == []


def test_a_link_to_a_problem_that_is_not_listed_is_named():
    links = pd.DataFrame({"cause": ["x"], "effect": ["a"]})
    assert market.find_tree_faults(PROBLEMS, links)["unknown"] == ["x"]


def test_an_area_is_fixable_only_on_a_root_cause_through_a_partner_of_the_market_that_was_contacted():
    areas = pd.DataFrame({"area_id": list("1234"), "problem_id": ["c", "b", "c", "c"], "impact": [1, 5, 2, 3],
                          "actor_id": ["olah", "olah", "pt", "tani"], "feasibility": [5, 5, 5, 5]})  # fmt: skip
    found = market.judge_areas(areas, market.rank_problems(PROBLEMS, TREE), ACTORS).set_index("area_id")
    assert found["is_fixable"].to_dict() == {"1": True, "2": False, "3": False, "4": False}
    assert list(found.index) == ["2", "4", "3", "1"]
    assert market.judge_areas(areas, None, ACTORS)["is_fixable"].isna().all()


def test_shares_of_buyers_are_not_told_where_one_volume_is_unknown():
    assert market.buyers_of(LINKS, ["tani"])["volume"].tolist() == [100, 50]
    assert market.buyers_of(LINKS.assign(volume=[None, 50.0, 18.0, 40.0]), ["tani"]).empty
