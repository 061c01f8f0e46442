"""Scope, chain, route, timeline and targets of a concept, each against arithmetic or another way to it."""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods.actors import draft_team, list_candidates, map_actors
from perantara.methods.concept import (
    ROUTE_CRITERIA,
    check_timeline,
    find_timeline_faults,
    poverty_reach,
    price_steps,
    score_routes,
    target_range,
)
from perantara.methods.context import compare_regions

EVEN = dict.fromkeys(ROUTE_CRITERIA, 25.0)


def scope_of(*rows: tuple) -> pd.DataFrame:
    columns = [
        "subdistrict_code_kemendagri",
        "village_code_kemendagri",
        "place_name",
        "status",
        "households",
        "poor_households",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"households": "Int64", "poor_households": "Int64"})


TWO = (
    ("00.00.01", "00.00.01.2001", "A", "ditetapkan", 100, 40),
    ("00.00.01", "00.00.01.2002", "B", "tidak dipilih", 200, 50),
)


def test_poor_households_inside_and_in_the_rest_of_the_district():
    # inside 40 of 100; the rest of 390 poor in 1100 households: 350 of 1000
    found = poverty_reach(scope_of(*TWO), 390, 1100)
    assert (found.poor_inside, found.rate_inside_pct) == (40, 40)
    assert (found.poor_outside, found.rate_outside_pct, found.is_rest) == (350, 35, True)
    assert found.share_of_district_pct == pytest.approx(40 / 390 * 100)


def test_without_totals_outside_is_what_was_weighed_and_left():
    found = poverty_reach(scope_of(*TWO))
    assert (found.poor_outside, found.rate_outside_pct, found.is_rest) == (50, 25, False)
    assert found.share_of_district_pct is None


def test_a_place_named_for_two_groups_counts_once_and_other_numbers_are_a_conflict():
    again = ("00.00.01", "00.00.01.2001", "A", "ditetapkan", 100, 40)
    assert poverty_reach(scope_of(*TWO, again)).poor_inside == 40
    assert poverty_reach(scope_of(*TWO, (*again[:4], 100, 41))).conflicts == ("A",)


def test_a_village_within_a_chosen_subdistrict_is_not_added_to_it():
    whole = ("00.00.01", None, "Kecamatan", "ditetapkan", 900, 300)
    found = poverty_reach(scope_of(whole, *TWO))
    assert (found.places, found.poor_inside) == (1, 300)


def test_a_sum_with_an_unknown_part_is_not_given_as_a_sum():
    unknown = ("00.00.02", "00.00.02.2001", "C", "ditetapkan", 100, None)
    found = poverty_reach(scope_of(*TWO, unknown), 390, 1100)
    assert (found.places, found.known, found.poor_inside, found.rate_inside_pct) == (2, 1, None, None)


def test_a_place_that_a_source_merely_names_is_not_decided():
    assert poverty_reach(scope_of(("00.00.01", None, "K", "disebut", None, None))).places == 0


def links_of(*rows: tuple) -> pd.DataFrame:
    columns = [
        "from_actor_id",
        "to_actor_id",
        "product",
        "unit",
        "volume",
        "period",
        "price_idr_per_unit",
        "status",
    ]
    return pd.DataFrame(rows, columns=columns)


def test_the_price_paid_is_weighed_by_volume_within_product_and_unit():
    links = links_of(
        ("u1", "m", "kopi", "kg", 100.0, "bulan", 80.0, "berjalan"),
        ("u2", "m", "kopi", "kg", 300.0, "bulan", 90.0, "berjalan"),
        ("u3", "m", "kopi", "karung", 5.0, "bulan", 4000.0, "berjalan"),
        ("m", "pt", "kopi", "kg", 400.0, "bulan", 100.0, "berjalan"),
    )  # fmt: skip
    last = price_steps(links).iloc[-1]
    paid = np.average([80, 90], weights=[100, 300])  # 87.5
    assert last["bought_idr_per_unit"] == pytest.approx(paid)
    assert last["margin_idr_per_unit"] == pytest.approx(12.5)
    assert last["margin_pct"] == pytest.approx(12.5)


@pytest.mark.parametrize(
    "change", [{"volume": [100.0, np.nan]}, {"period": ["bulan", "tahun"]}, {"period": [None, "bulan"]}]
)
def test_volumes_that_cannot_be_weighed_give_a_plain_mean(change):
    links = links_of(
        ("u1", "m", "kopi", "kg", 100.0, "bulan", 80.0, "berjalan"),
        ("u2", "m", "kopi", "kg", 300.0, "bulan", 90.0, "berjalan")
    )  # fmt: skip
    sale = links_of(("m", "pt", "kopi", "kg", 1.0, "bulan", 100.0, "rencana"))
    steps = price_steps(pd.concat([links.assign(**change), sale], ignore_index=True))
    assert steps["bought_idr_per_unit"].iloc[-1] == pytest.approx(85)


def test_a_price_that_is_only_planned_or_unknown_is_no_price_paid():
    links = links_of(
        ("u1", "m", "kopi", "kg", 1.0, "bulan", 80.0, "rencana"),
        ("u2", "m", "kopi", "kg", 1.0, "bulan", np.nan, "berjalan"),
        ("m", "pt", "kopi", "kg", 1.0, "bulan", 100.0, "berjalan"),
    )  # fmt: skip
    assert price_steps(links)["margin_pct"].isna().all()


def options_of(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["legal_status", "budget_status", "team_status", "lead_time_months"])


def test_the_score_is_the_weighted_mean_of_the_four_parts():
    # legal 0.5, budget 1, team 0, time 1 - 6/24 = 0.75; weights 40, 30, 20, 10
    weights = dict(zip(ROUTE_CRITERIA, (40, 30, 20, 10), strict=True))
    found = score_routes(options_of(("sebagian", "ada", "belum ada", 6)), weights, 24)
    assert found["score_pct"].iloc[0] == pytest.approx(
        np.average([0.5, 1, 0, 0.75], weights=[40, 30, 20, 10]) * 100
    )
    assert pd.isna(found["best_pct"].iloc[0])  # alone it is compared with nothing


def test_robustness_counts_every_division_of_weights_by_tenths():
    options = options_of(("ada", "belum ada", "belum ada", 24), ("belum ada", "ada", "ada", 0))
    grid = [w for w in product(range(11), repeat=4) if sum(w) == 10]
    first = np.array([1, 0, 0, 0]) @ np.array(grid).T
    second = np.array([0, 1, 1, 1]) @ np.array(grid).T
    found = score_routes(options, EVEN, 24)["best_pct"]
    assert found.to_list() == pytest.approx([(first >= second).mean() * 100, (second >= first).mean() * 100])


def test_a_missing_part_leaves_the_score_missing_not_zero():
    found = score_routes(options_of(("ada", None, "ada", 6), ("ada", "ada", "ada", 6)), EVEN, 24)
    assert pd.isna(found["score_pct"].iloc[0])
    assert found["score_pct"].iloc[1] == pytest.approx(93.75)


@pytest.mark.parametrize("weights", [dict.fromkeys(ROUTE_CRITERIA, 0), EVEN | {"team": -1}])
def test_weights_that_weigh_nothing_or_less_are_refused(weights):
    with pytest.raises(ValueError, match="weights must not be negative"):
        score_routes(options_of(("ada", "ada", "ada", 6)), weights, 24)


def timeline_of(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(
        rows,
        columns=["activity_id", "guide_stage", "start_date", "finish_date", "depends_on", "lead_time_days"],
    )
    return frame.astype({"start_date": "datetime64[us]", "finish_date": "datetime64[us]"})


def test_what_is_needed_must_begin_its_lead_time_before():
    found = check_timeline(timeline_of(
        ("sk", "3.3", "2026-04-01", "2026-05-20", None, 60), ("tim", "3.5", "2026-06-01", "2026-07-01", "sk", None),
        ("uji", "3.6", "2026-05-25", "2026-07-10", "sk", None),
    )).set_index("activity_id")  # fmt: skip
    needed = dt.date(2026, 5, 25)  # the first of the two
    assert found.loc["sk", "needed_date"].date() == needed
    assert found.loc["sk", "latest_start_date"].date() == needed - dt.timedelta(days=60)
    assert found.loc["sk", "slack_days"] == (needed - dt.timedelta(days=60) - dt.date(2026, 4, 1)).days
    assert pd.isna(found.loc["uji", "slack_days"])
    assert pd.isna(found.loc["sk", "overlaps_with"])
    assert found.loc["tim", "overlaps_with"] == "3.6"


def test_what_ends_after_it_is_needed_is_late_however_early_it_began():
    found = check_timeline(timeline_of(
        ("apbd", "3.4", "2026-01-01", "2026-12-31", None, 30), ("uji", "3.6", "2026-12-01", "2027-03-01", "apbd", None)
    ))  # fmt: skip
    assert found["slack_days"].iloc[0] == (dt.date(2026, 12, 1) - dt.date(2026, 12, 31)).days


def test_an_empty_timeline_stays_empty():
    assert check_timeline(timeline_of()).empty
    assert find_timeline_faults(timeline_of()) == {"unknown": [], "circle": [], "reversed": []}


def test_faults_of_a_timeline_are_named():
    found = find_timeline_faults(timeline_of(
        ("a", "3.1", "2026-01-01", "2026-02-01", "b", None), ("b", "3.2", "2026-03-01", "2026-02-01", "a x", None)
    ))  # fmt: skip
    assert found == {"unknown": ["x"], "circle": ["a", "b"], "reversed": ["b"]}


def targets_of(**levels: list[float]) -> pd.DataFrame:
    names = {
        "uptake": "keikutsertaan",
        "per_umk": "rumah tangga per UMK",
        "income": "pendapatan awal",
        "growth": "kenaikan pendapatan",
    }
    return pd.DataFrame(
        [[names[k], *v] for k, v in levels.items()], columns=["kind", "low", "middle", "high"]
    )


def test_targets_are_enterprises_times_uptake_times_households():
    found = target_range(
        targets_of(uptake=[40, 60, 80], per_umk=[1, 1.1, 1.2], income=[100, 110, 120], growth=[10, 20, 30]),
        200,
        50.0,
    )
    assert found.loc["enterprises"].to_list() == pytest.approx([80, 120, 160])
    assert found.loc["households"].to_list() == pytest.approx([80, 132, 192])
    assert found.loc["poor_households"].to_list() == pytest.approx([40, 66, 96])
    assert found.loc["income_idr_per_month"].to_list() == pytest.approx([110, 132, 156])


def test_an_assumption_that_lacks_or_stands_twice_leaves_missing_what_rests_on_it():
    lacking = target_range(targets_of(uptake=[40, 60, 80]), 200, None)
    assert lacking.loc["enterprises"].notna().all()
    assert lacking.loc["households"].isna().all()
    twice = pd.concat([targets_of(uptake=[40, 60, 80])] * 2)
    assert target_range(twice, 200, 50.0).loc["enterprises"].isna().all()


@given(st.floats(1, 1e6), st.lists(st.floats(0, 100), min_size=3, max_size=3).map(sorted))
def test_ordered_assumptions_give_ordered_targets(count, uptake):
    found = target_range(targets_of(uptake=uptake, per_umk=[1, 1, 2]), count, 30.0)
    assert found.loc["households"].is_monotonic_increasing


def test_a_district_is_ranked_among_others_in_the_newest_common_period():
    rows = [
        ("a", "2021", 12.0),
        ("a", "2025", 10.0),
        ("b", "2021", 9.0),
        ("c", "2021", 27.0),
        ("c", "2019", 1.0),
    ]
    facts = pd.DataFrame(rows, columns=["region_code_kemendagri", "period", "value"]).assign(
        indicator="p", indicator_title="P", unit="%", breakdown=None
    )
    row = compare_regions(facts, "a", ["a", "b", "c"], ["p"]).iloc[0]
    assert (row["period"], row["value"], row["others_median"], row["rank"], row["compared"]) == (
        "2021",
        12.0,
        18.0,
        2,
        2,
    )


ACTORS = pd.DataFrame(
    [["a", "Tani", "umk", "r", "sepakat"], ["b", "PT", "mitra swasta", "r", "disebut"],
     ["c", "Camat", "pemerintah kecamatan", "r", "calon"],
     ["d", "OMS", "lainnya", "r", "calon"]],
    columns=["actor_id", "name", "actor_type", "role", "commitment"],
)  # fmt: skip


def test_actors_know_their_neighbours_and_their_element_of_the_team():
    mapped = map_actors(
        ACTORS, pd.DataFrame({"from_actor_id": ["a", "a"], "to_actor_id": ["b", "b"]})
    ).set_index("actor_id")
    assert mapped["sells_to"].to_list() == [1, 0, 0, 0]
    assert mapped["buys_from"].to_list() == [0, 1, 0, 0]
    assert pd.isna(mapped.loc["d", "team_element"])
    unknown = map_actors(ACTORS, pd.DataFrame(columns=["from_actor_id", "to_actor_id"]))
    assert unknown["sells_to"].isna().all()


def test_an_element_of_the_team_is_there_once_somebody_was_contacted():
    links = pd.DataFrame(columns=["from_actor_id", "to_actor_id"])
    status = draft_team(map_actors(ACTORS, links)).set_index("team_element")["status"]
    assert status.to_dict() == {
        "perangkat daerah": "belum ada", "pelaku usaha": "belum dihubungi", "perwakilan UMK": "ada",
        "pemerintah kecamatan": "ada", "pemerintah desa/kelurahan": "belum ada",
    }  # fmt: skip
    assert set(draft_team(map_actors(ACTORS.head(0), links))["status"]) == {"belum diketahui"}


def test_candidates_carry_their_firmest_status_and_tell_nothing_of_few():
    scope = pd.DataFrame(
        [["kopi", "tidak dipilih", "x"], ["kopi", "ditetapkan", "y"], ["madu", "diusulkan", "z"]],
        columns=["commodity", "status", "reason"],
    )
    census = pd.DataFrame(
        {
            "umk_id": list(range(36)),
            "product": ["kopi"] * 22 + ["madu"] * 4 + ["kakao"] * 10,
            "is_poor": [True] * 8 + [False] * 14 + [True] * 4 + [True, False] * 5,
        }
    )
    found = list_candidates(scope, census, "teh").set_index("commodity")
    assert list(found.index) == ["teh", "kopi", "madu", "kakao"]
    assert found.loc["kopi", ["scope_status", "reason", "enterprises"]].to_list() == ["ditetapkan", "y", 22]
    assert found.loc["kopi", "poor_share_pct"] == pytest.approx(8 / 22 * 100)
    # and kakao with it, whose figures would tell madu's as the difference from all
    assert found.loc[["madu", "kakao"], ["enterprises", "poor_share_pct"]].isna().all(axis=None)


def test_a_candidate_of_few_is_not_told_by_the_number_of_all_or_by_the_cycle_before():
    scope = pd.DataFrame(columns=["commodity", "status", "reason"])

    def made_by(**makers: int) -> pd.DataFrame:
        products = [name for name, count in makers.items() for _ in range(count)]
        return pd.DataFrame({"umk_id": range(len(products)), "product": products, "is_poor": None})

    before, now = made_by(kopi=20, madu=30, teh=40), made_by(kopi=22, madu=30, teh=50)
    found = list_candidates(scope, now, "", [before])
    assert found["enterprises"].isna().to_list() == [True, True, False]
    few = list_candidates(scope, made_by(kopi=30, madu=4, teh=9), "")
    assert few["enterprises"].isna().to_list() == [False, True, True]
