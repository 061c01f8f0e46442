"""Readiness: what counts as evidence, when it ends, what is unknown, and which risks are managed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from perantara.methods.readiness import (
    STATES,
    assess_items,
    assess_risks,
    check_funding_rules,
    count_ready,
    gather_evidence,
)

TODAY = date(2026, 7, 1)
AUDIENCES = ["TAPD", "pimpinan perangkat daerah", "camat", "pemerintah desa/kelurahan", "pelaku usaha"]
TASKS = ("tim", "tugas kecamatan dan desa/kelurahan")
OWN = [("tim", "kebijakan turunan perangkat daerah"), ("tim", "tim fasilitator")]
ITEMS = pd.DataFrame(
    [("K", "pernyataan", item, "", None) for item in AUDIENCES]
    + [("K", "arahan", item, "", None) for item in ("regulasi", "dana", "peran", "koordinasi")]
    + [("K", "tim", item, "", None) for item in ("Bappeda", "pelaku usaha", "penetapan Tim Kerja", TASKS[1])]
    + [("K", *item, "", "terintegrasi") for item in OWN]
    + [("K", "anggaran", item, "", None) for item in ("persiapan", "riset", "sumber di luar APBD", "pemrakarsa")]
    + [("K", "kapasitas", item, "", None) for item in ("pelatihan", "magang", "standar pembeli")],
    columns=["component", "part", "item", "requirement", "route"],
)  # fmt: skip
PROOF = ["document", "evidence_date", "valid_until", "basis", "source"]
COLUMNS = {
    "commitment": ["item", "status", "content", *PROOF],
    "team": ["element", "business_scale", "role", "has_mapping_role", "has_socialisation_role",
             "has_coordination_role", "status", "legal_form", *PROOF],
    "budget": ["phase", "source_kind", "fiscal_year", "status", "proposal_date", *PROOF],
    "support": ["form", "is_needed", "intervention_id", "buyer_standard", "basis", "source"],
    "interventions": ["intervention_id", "description", "status"],
}  # fmt: skip
SET = {"status": "ditetapkan", "role": "anggota", "legal_form": "keputusan kepala daerah"}


def assess(route="mandiri", initiator="", **rows):
    """States by part and item, from rows of the tables; a table not given has none."""
    frames = {name: pd.DataFrame(rows.get(name, []), columns=columns) for name, columns in COLUMNS.items()}
    evidence = gather_evidence(ITEMS, **frames, route=route, initiator=initiator)
    return assess_items(ITEMS, evidence, TODAY, route).set_index(["part", "item"])["state"]


def declared(item="camat", **values):
    return {"item": item, "status": "lisan", "content": "keputusan dan kepastian"} | values


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "ada"),
        ({"status": "tertulis"}, "ada"),
        ({"content": "niat"}, "sebagian"),
        ({"content": "keputusan"}, "sebagian"),
        ({"content": None}, "sebagian"),
        ({"status": "belum", "content": None}, "belum"),
        ({"evidence_date": "2026-07-02"}, "belum"),
        ({"evidence_date": "2026-07-01"}, "ada"),
        ({"valid_until": "2026-06-30"}, "berakhir"),
        ({"valid_until": "2026-07-01"}, "ada"),
    ],
)
def test_a_declaration_counts_with_its_decision_and_certainty_and_while_it_holds(values, state):
    assert assess(commitment=[declared(**values)])["pernyataan", "camat"] == state


def test_a_declaration_to_firms_says_nothing_of_firms_in_the_team():
    states = assess(commitment=[declared("pelaku usaha")])
    assert states["pernyataan", "pelaku usaha"] == "ada"
    assert states["tim", "pelaku usaha"] == "belum tercatat"


def test_direction_needs_no_content_and_is_apart_from_the_declarations():
    states = assess(commitment=[{"item": "dana", "status": "lisan"}])
    assert states["arahan", "dana"] == "ada"
    assert set(states["pernyataan"]) == {"belum tercatat"}


def test_without_any_table_every_item_is_unknown_and_none_is_lacking():
    assert set(assess()) == {"belum tercatat"}


@pytest.mark.parametrize(
    ("scale", "state"), [("besar", "ada"), ("menengah", "ada"), ("kecil", "sebagian"), (None, "sebagian")]
)
def test_a_firm_counts_where_it_is_medium_or_large(scale, state):
    team = [SET | {"element": "pelaku usaha", "business_scale": scale}]
    assert assess(team=team)["tim", "pelaku usaha"] == state


@pytest.mark.parametrize(
    ("route", "legal_form", "state"),
    [
        ("mandiri", "keputusan kepala daerah", "ada"),
        ("mandiri", "regulasi program induk", "belum"),
        ("terintegrasi", "regulasi program induk", "ada"),
        ("", "regulasi program induk", "belum"),
        ("terintegrasi", None, "belum"),
    ],
)
def test_the_route_decides_which_legal_form_sets_the_team(route, legal_form, state):
    team = [SET | {"element": "Bappeda", "legal_form": legal_form}]
    assert assess(route, team=team)["tim", "penetapan Tim Kerja"] == state


def test_a_team_with_one_element_without_a_role_is_partly_set():
    team = [SET | {"element": "Bappeda"}, SET | {"element": "kecamatan", "role": None}]
    assert assess(team=team)["tim", "penetapan Tim Kerja"] == "sebagian"


def test_the_tasks_of_subdistrict_and_village_add_up():
    village = SET | {"element": "pemerintah desa/kelurahan", "has_mapping_role": True}
    subdistrict = SET | {"element": "kecamatan", "has_coordination_role": True}
    assert assess(team=[village, subdistrict])[TASKS] == "sebagian"
    assert assess(team=[village | {"has_socialisation_role": True}, subdistrict])[TASKS] == "ada"
    assert assess(team=[SET | {"element": "Bappeda", "has_mapping_role": True}])[TASKS] == "belum tercatat"


def test_the_integrated_route_asks_for_policy_and_facilitators_and_others_do_not():
    assert not set(OWN) & set(assess("mandiri").index)
    assert not set(OWN) & set(assess("").index)
    team = [
        SET | {"element": "Bappeda", "legal_form": "kebijakan turunan perangkat daerah"},
        SET | {"element": "tim fasilitator"},
    ]
    assert assess("terintegrasi", team=team)[OWN].to_list() == ["ada", "ada"]
    assert assess("terintegrasi", team=team[1:])[OWN].to_list() == ["belum", "ada"]


def money(**values):
    return {"phase": "riset", "source_kind": "APBD", "fiscal_year": 2026, "status": "ditetapkan"} | values


def test_money_proposed_is_partial_and_the_best_source_of_a_phase_counts():
    assert assess(budget=[money(status="diusulkan")])["anggaran", "riset"] == "sebagian"
    both = [money(status="diusulkan"), money(source_kind="APBDes")]
    assert assess(budget=both)["anggaran", "riset"] == "ada"


def test_money_beside_the_district_budget_is_its_own_item():
    other = ("anggaran", "sumber di luar APBD")
    assert assess(budget=[money()])[other] == "belum tercatat"
    assert assess(budget=[money(source_kind="mitra swasta", status="diusulkan")])[other] == "sebagian"


def test_a_district_that_initiates_is_preferred_to_a_village():
    states = [assess(initiator=who)["anggaran", "pemrakarsa"] for who in ("kabupaten", "desa", "")]
    assert states == ["ada", "sebagian", "belum tercatat"]


@pytest.mark.parametrize(
    ("support", "status", "state"),
    [
        ({"intervention_id": "I1"}, "rencana", "ada"),
        ({"intervention_id": "I1"}, "tidak diketahui", "disebut"),
        ({"intervention_id": "I9"}, "rencana", "belum tercatat"),
        ({"is_needed": True}, "rencana", "belum"),
        ({"is_needed": False}, "rencana", "tidak perlu"),
        ({}, "rencana", "belum tercatat"),
    ],
)
def test_a_form_of_support_has_the_state_of_its_activity(support, status, state):
    activity = [{"intervention_id": "I1", "description": "d", "status": status}]
    states = assess(support=[{"form": "magang"} | support], interventions=activity)
    assert states["kapasitas", "magang"] == state


def test_a_buyers_standard_is_known_once_one_support_names_it_and_whole_when_all_do():
    activity = [{"intervention_id": "I1", "description": "d", "status": "rencana"}]
    plain = {"form": "magang", "intervention_id": "I1", "buyer_standard": None}
    named = plain | {"form": "pelatihan", "buyer_standard": "mutu A"}
    rows = [([plain], "belum tercatat"), ([plain, named], "sebagian"), ([named], "ada")]
    for support, state in rows:
        assert assess(support=support, interventions=activity)["kapasitas", "standar pembeli"] == state


def test_an_unknown_route_or_status_is_refused():
    with pytest.raises(ValueError, match="route not known: campuran"):
        assess("campuran")
    with pytest.raises(ValueError, match="statuses not known: kira-kira"):
        assess(commitment=[{"item": "dana", "status": "kira-kira"}])


# 3 there and 1 unknown of 5: four may be reached, five may not
@pytest.mark.parametrize(("threshold", "count"), [(3, 3), (4, None), (5, 3)])
def test_a_count_is_unknown_only_where_the_unknown_could_decide(threshold, count):
    states = pd.DataFrame({"state": ["ada", "ada", "ada", "belum tercatat", "belum"]})
    assert count_ready(states, threshold) == count


def test_every_state_is_either_counted_unknown_or_lacking():
    for state in STATES:
        expected = {"ada": 1, "disebut": None, "belum tercatat": None}.get(state, 0)
        assert count_ready(pd.DataFrame({"state": [state]}), 1) == expected


def breaches(reading="bagian 2.3", has_village_head=True, **values):
    row = pd.DataFrame([money(**values)], columns=COLUMNS["budget"])
    found = check_funding_rules(row, has_village_head, reading)
    return list(zip(found["finding"], found["is_breach"], strict=True))


def test_research_is_proposed_in_a_year_before_it_is_paid_unless_the_other_reading_is_chosen():
    late = [("diajukan pada tahun anggarannya sendiri", True)]
    assert breaches(proposal_date="2025-12-31") == []
    assert breaches(proposal_date="2026-01-01") == late
    assert breaches("bagian 3.4", proposal_date="2026-01-01") == [(late[0][0], False)]
    assert breaches(proposal_date=None) == [("tanggal pengajuan belum tercatat", False)]
    assert breaches(phase="persiapan", proposal_date="2026-01-01") == []


def test_village_money_needs_the_village_head_in_the_team():
    assert breaches(source_kind="APBDes") == []
    assert breaches(source_kind="APBDes", has_village_head=False) == [
        ("APBDes tanpa kepala desa/lurah dalam Tim Kerja", True)
    ]


def test_a_partner_that_pays_before_implementation_is_a_remark():
    assert breaches(source_kind="mitra swasta") == [("mitra ikut membiayai sebelum implementasi", False)]
    assert breaches(source_kind="mitra swasta", phase="implementasi") == []


def test_a_misspelt_reading_is_refused():
    with pytest.raises(ValueError, match=r"reading of the rule of years not known: 2\.3"):
        breaches("2.3")


GUIDE = pd.DataFrame(
    {"risk_id": ["R1", "R2"], "risk": ["biaya", "waktu"], "basis": "keterangan", "source": "p"}
)
REGISTER = ["risk_id", "risk", "owner", "trigger", "response", "status", "review_date", "basis", "source"]


def risks(*rows):
    register = pd.DataFrame(rows, columns=REGISTER)
    return assess_risks(GUIDE, register, TODAY).set_index("risk_id")


@pytest.mark.parametrize(
    ("values", "management"),
    [
        ({}, "dikelola"),
        ({"owner": None}, "belum dikelola"),
        ({"trigger": None}, "belum dikelola"),
        ({"response": None}, "dikelola"),
        ({"review_date": "2026-06-30"}, "perlu ditinjau"),
        ({"review_date": "2026-07-01"}, "dikelola"),
        ({"review_date": "2026-06-30", "owner": None}, "belum dikelola"),
        ({"status": "selesai", "owner": None}, "selesai"),
    ],
)
def test_a_risk_is_managed_with_owner_and_trigger(values, management):
    row = {"risk_id": "R1", "owner": "Bappeda", "trigger": "tanda", "response": "r", "status": "dipantau"}
    assert risks(row | values).loc["R1", "management"] == management


def test_the_guides_risks_stand_in_the_register_from_the_start_and_own_ones_join_in_order():
    found = risks(
        {"risk_id": "R10", "risk": "hujan", "status": "dipantau"}, {"risk_id": "R2", "status": "dipantau"}
    )
    assert found.index.to_list() == ["R1", "R2", "R10"]
    assert found["origin"].to_list() == ["panduan", "panduan", "daerah"]
    assert found["risk"].to_list() == ["biaya", "waktu", "hujan"]
    assert set(found["management"]) == {"belum dikelola"}


def test_an_own_risk_without_words_is_refused():
    with pytest.raises(ValueError, match="risks without words: R9"):
        risks({"risk_id": "R9", "status": "dipantau"})
