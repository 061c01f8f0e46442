"""Stage 06, its analysis: each criterion is flipped by one changed input, each table taken away leaves its own gap."""

from __future__ import annotations

import pytest

from perantara.show.root_causes import name_chain_faults
from perantara.text import Sentence
from stage_tools import sentences, setting, statuses

STAGE = "06_commodity_research"
TABLES = [
    "actors", "market_chain_links", "chain_nodes", "chain_prices", "enterprise_costs", "buyer_specification",
    "chain_diagnosis", "partner_checks", "problems", "problem_links", "intervention_areas", "environment",
    "local_priorities", "umk_census", "initiative_facts", "interventions",
]  # fmt: skip


FLIPS = {
    "specification_measured": (
        "kopi/buyer_specification",
        setting("dimension == 'kontinuitas'", delivered=""),
    ),
    "roots_evidenced": ("kopi/problems", setting("problem_id == 'M09'", evidence_kinds="wawancara")),
    "area_fixable": ("kopi/actors", setting("actor_id in ['K04', 'K05']", commitment="disebut")),
    "area_on_root": ("kopi/intervention_areas", setting("area_id == 'A02'", problem_id="M08")),
    "balance_explained": ("kopi/chain_nodes", setting("actor_id == 'K05' and cycle == '2026'", lost="0")),
    "prices_comparable": ("kopi/chain_prices", setting("seller == 'Kelompok tani'", final_units_per_unit="")),
    "partners_checked": ("kopi/partner_checks", setting("item == 'skala usaha'", met="belum diketahui")),
    "environment_known": ("kopi/environment", lambda f: f[f["aspect"] != "air"]),
    "priority_linked": ("kopi/local_priorities", lambda f: f.assign(valid_until_year="2024")),
}


def faults(scope: dict) -> set[str]:
    """What the analysis alone names; the selection has tests of its own."""
    stage = scope["stage"]
    stage.faults = []
    name_chain_faults(stage, scope["found"])
    return {str(fault) for fault in stage.faults}


def gaps(scope: dict) -> list[str]:
    """The tables that are lacking; the concept stage was not run here."""
    return [gap["table"] for gap in scope["findings"]["gaps"] if gap["table"] != "02_concept"]


@pytest.mark.parametrize("cycle", ["2025", "2026"])
def test_both_cycles_of_the_complete_initiative_meet_every_criterion_of_the_analysis(run_cells, cycle):
    scope = run_cells(STAGE, cycle=cycle)
    found = statuses(scope)
    assert {found[name] for name in FLIPS} == {"met"}
    assert faults(scope) == set()
    assert not {gap["table"] for gap in scope["findings"]["gaps"]} & set(TABLES)


@pytest.mark.parametrize("criterion", FLIPS)
def test_one_changed_input_flips_its_criterion(run_cells, edit_table, criterion):
    edit_table(*FLIPS[criterion])
    assert statuses(run_cells(STAGE))[criterion] == "failed"


UNKNOWN = {
    "actors": {"area_fixable", "partners_checked"}, "market_chain_links": {"balance_explained"},
    "chain_nodes": {"balance_explained"}, "chain_prices": {"prices_comparable"}, "partner_checks": {"partners_checked"},
    "buyer_specification": {"specification_measured"}, "problems": {"roots_evidenced", "area_fixable", "area_on_root"},
    "problem_links": {"roots_evidenced", "area_fixable", "area_on_root"}, "environment": {"environment_known"},
    "intervention_areas": {"roots_evidenced", "area_fixable", "area_on_root"}, "local_priorities": {"priority_linked"},
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_table_taken_away_leaves_its_own_gap_and_judges_nothing_of_it(run_cells, as_other_district, table):
    (as_other_district / "kopi" / f"{table}.csv").unlink()
    scope = run_cells(STAGE, district="uji", initiative="kopi")
    assert gaps(scope) == [table]
    found = statuses(scope)
    assert {name for name in FLIPS if found[name] == "unknown"} == UNKNOWN.get(table, set())
    assert "failed" not in {found[name] for name in FLIPS}
    assert faults(scope) == set()


FAULTS = {
    "masalah yang saling menyebabkan": (
        "kopi/problem_links", setting("cause == 'M02'", cause="M01", effect="M03"), "saling menyebabkan",
    ),
    "hubungan ke masalah yang tidak ada": (
        "kopi/problem_links", setting("cause == 'M10'", cause="M99"), "tidak tercatat: M99",
    ),
    "masalah tanpa bukti": ("kopi/problems", setting("problem_id == 'M10'", evidence_kinds=""), "tanpa bukti: M10"),
    "area pada gejala": (
        "kopi/intervention_areas", setting("area_id == 'A04'", problem_id="M01"), "bukan akar masalah: Catatan",
    ),
    "area tanpa mitra": ("kopi/intervention_areas", setting("area_id == 'A04'", actor_id="K99"), "tanpa mitra pasar"),
    "kehilangan tanpa penjelasan": (
        "kopi/chain_nodes", setting("actor_id == 'K04'", loss_reason=""), "tanpa penjelasan di BUM Desa",
    ),
    "selisih neraca": ("kopi/chain_nodes", setting("actor_id == 'K01'", lost="3000"), "belum terjelaskan di Kelompok"),
    "harga produsen di atas harga konsumen": (
        "kopi/chain_prices",
        setting("seller == 'Kelompok tani' and channel == 'Lewat pengepul'", price_idr_per_unit="500000"),
        "lebih tinggi daripada harga konsumen pada saluran Lewat pengepul",
    ),
    "bentuk produk berbeda": (
        "kopi/chain_prices", setting("channel == 'Lewat pengepul'", final_units_per_unit=""), "tanpa faktor konversi",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_what_must_be_mended_is_named(run_cells, edit_table, kind):
    table, change, words = FAULTS[kind]
    edit_table(table, change)
    assert any(words in fault for fault in faults(run_cells(STAGE)))


def test_a_circle_of_problems_leaves_the_roots_unknown_and_the_gate_without_data(run_cells, edit_table):
    edit_table(*FAULTS["masalah yang saling menyebabkan"][:2])
    scope = run_cells(STAGE)
    assert statuses(scope)["roots_evidenced"] == statuses(scope)["area_on_root"] == "unknown"
    assert scope["findings"]["gate"]["status"] == "insufficient"
    assert scope["found"]["root_causes"].empty


def test_the_balance_of_the_made_up_chain_holds_with_one_explained_loss(run_cells):
    balance = run_cells(STAGE, cycle="2025")["found"]["chain_balance"].set_index("actor_id")
    left = balance["coming"] - balance["going"] - balance["lost"] - balance["used"]
    assert (left - balance["unexplained"]).abs().max() < 1e-9
    assert balance["lost"].div(balance["coming"]).idxmax() == "K04"
    assert balance.loc["K04", "loss_reason"]


def test_amounts_are_told_only_in_the_internal_edition(run_cells):
    found = run_cells(STAGE)["findings"]
    shares = [one for one in found["statements"] if "harga konsumen" in one["message"]]
    assert shares and all(one["access"] == "internal" for one in shares)
    assert {f["id"]: f["access"] for f in found["figures"]}["producer_share_lowest_pct"] == "internal"


def test_a_craft_that_has_begun_has_roots_and_prices_in_pieces_but_no_area_yet(run_cells):
    scope = run_cells(STAGE, initiative="anyaman")
    assert set(scope["found"]["root_causes"].query("kind == 'akar masalah'")["problem_id"]) == {"M02", "M03"}
    assert scope["found"]["chain_margins"]["share_of_final_price_pct"].sum() == pytest.approx(100)
    assert statuses(scope)["area_fixable"] == "unknown"


def test_a_balance_does_not_apply_to_a_service(run_cells, workspace):
    path = workspace / "districts" / "contoh" / "anyaman" / "initiative.yml"
    path.write_text(path.read_text(encoding="utf-8") + "is_service: true\n", encoding="utf-8")
    scope = run_cells(STAGE, initiative="anyaman")
    assert "chain_nodes" not in {gap["table"] for gap in scope["findings"]["gaps"]}
    assert statuses(scope)["balance_explained"] == "met"
    evidence = {c["id"]: c["evidence"] for c in scope["findings"]["gate"]["criteria"]}["balance_explained"]
    assert "tidak berlaku untuk jasa" in str(Sentence.from_json(evidence))


def test_the_nine_marks_are_those_of_the_guide(run_cells):
    stage = run_cells(STAGE)["stage"]
    said_by_guide = stage.table("guide_statements").query("statement_id in ['P009', 'P010', 'P011']")[
        "statement"
    ]
    marks = [mark.lower() for text in said_by_guide for mark in text.rstrip(".").split("; ")]
    field = stage.store.declaration("chain_diagnosis").field("label")
    assert sorted(marks) == sorted(mark.lower() for mark in field.constraints["enum"])


def test_without_roots_the_first_page_tells_what_is_known_of_the_commodity(run_cells, as_other_district):
    (as_other_district / "kopi" / "problems.csv").unlink()
    words = " ".join(sentences(run_cells(STAGE, district="uji", initiative="kopi")))
    assert "Akar masalah belum dapat dikenali" in words
    assert "Luas kebun kopi arabika rakyat di dua kecamatan sasaran. (1.240 ha)" in words
