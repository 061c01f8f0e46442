"""Stage 00: one changed input flips its criterion, a table taken away leaves its own gap, the route counts."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from perantara.errors import ParameterError
from perantara.tables.places import PROGRAMME
from perantara.text import Sentence
from stage_tools import sentences, statuses

EVIDENCE = ["head_commitment", "core_team", "budget_certainty", "capacity_support", "risk_register"]
READ = [*EVIDENCE, "interventions", "initiative_facts", "local_priorities", "environment"]


def put(table, column, value, **where):
    """Change a column of the rows of the newest cycle that fit."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        fits = frame["cycle"] == "2026"
        for key, wanted in where.items():
            fits &= frame[key] == wanted
        assert fits.any()
        return frame.assign(**{column: frame[column].mask(fits, value)})

    return (f"kopi/{table}", change)


def test_contoh_is_ready_in_all_four_components_and_says_so(run_cells):
    scope = run_cells("00_readiness")
    assert scope["findings"]["gate"]["status"] == "proceed"
    assert scope["assessed"]["component"].nunique() == 4
    assert scope["findings"]["alarms"] == []


FLIPS = [
    ("declared", put("head_commitment", "content", "niat", item="camat")),
    ("declared", put("head_commitment", "status", "belum", item="pelaku usaha")),
    ("directed", put("head_commitment", "status", "belum", item="dana")),
    ("declared_in_writing", put("head_commitment", "status", "lisan", item="TAPD")),
    ("declared_in_writing", put("head_commitment", "document", "", item="TAPD")),
    ("core_agencies", put("core_team", "status", "diusulkan", element="Bappeda")),
    ("team_set", put("core_team", "role", "", element="kecamatan")),
    ("team_set", put("core_team", "legal_form", "regulasi program induk", element="perwakilan UMK")),
    ("private_in_team", put("core_team", "business_scale", "kecil", element="pelaku usaha")),
    ("local_government", put("core_team", "has_mapping_role", "tidak", element="pemerintah desa/kelurahan")),
    ("preparation_funded", put("budget_certainty", "status", "diusulkan", phase="persiapan")),
    ("later_proposed", put("budget_certainty", "status", "belum ada", phase="riset")),
    ("later_set", put("budget_certainty", "status", "diusulkan", phase="perencanaan")),
    ("rules_kept", put("budget_certainty", "proposal_date", "2026-01-02", phase="riset")),
    ("rules_kept", put("core_team", "status", "diusulkan", element="pemerintah desa/kelurahan")),
    ("needs_met", put("capacity_support", "is_needed", "ya", form="kunjungan belajar")),
    ("standard_named", put("capacity_support", "buyer_standard", "", form="magang")),
    ("inclusive", put("capacity_support", "has_disability_target", "tidak", form="pelatihan")),
    ("risks_managed", put("risk_register", "owner", "", risk_id="R3")),
    ("risks_managed", put("risk_register", "trigger", "", risk_id="R5")),
]


@pytest.mark.parametrize(
    ("criterion", "edit"), FLIPS, ids=[f"{name}-{n}" for n, (name, _e) in enumerate(FLIPS)]
)
def test_one_changed_input_flips_its_criterion(run_cells, edit_table, criterion, edit):
    edit_table(*edit)
    assert statuses(run_cells("00_readiness"))[criterion] == "failed"


def test_without_a_source_beside_the_district_budget_that_criterion_is_open(run_cells, edit_table):
    edit_table("kopi/budget_certainty", lambda f: f[(f["source_kind"] == "APBD") | (f["cycle"] != "2026")])
    scope = run_cells("00_readiness")
    assert statuses(scope)["other_sources"] == "unknown"
    assert statuses(scope)["later_set"] == "met"


def test_no_planned_form_of_support_fails_the_support(run_cells, edit_table):
    edit_table("kopi/capacity_support", lambda f: f.assign(intervention_id="", is_needed="ya"))
    assert statuses(run_cells("00_readiness"))["support_planned"] == "failed"


def test_declaration_and_supervision_are_judged_apart(run_cells, edit_table):
    audiences = ["TAPD", "pimpinan perangkat daerah", "camat", "pemerintah desa/kelurahan", "pelaku usaha"]
    edit_table(
        "kopi/head_commitment",
        lambda f: f.assign(status=f["status"].mask(f["item"].isin(audiences), "belum")),
    )
    found = statuses(run_cells("00_readiness"))
    assert (found["declared"], found["directed"]) == ("failed", "met")


def test_the_year_reading_is_a_choice_and_a_misspelt_one_is_refused(run_cells, edit_table):
    edit_table(*put("budget_certainty", "proposal_date", "2026-01-02", phase="riset"))
    assert statuses(run_cells("00_readiness", year_reading="bagian 3.4"))["rules_kept"] == "met"
    with pytest.raises(ParameterError, match=r'nilai "2\.3" tidak dikenal.*bagian 2\.3'):
        run_cells("00_readiness", year_reading="2.3")


def test_village_money_is_no_breach_while_nobody_recorded_the_team(run_cells, edit_table):
    edit_table("kopi/core_team", lambda f: f[f["cycle"] != "2026"])
    scope = run_cells("00_readiness")
    assert statuses(scope)["rules_kept"] == "unknown"
    assert not scope["breaches"]["is_breach"].any()


def test_a_date_of_proposal_that_is_not_recorded_leaves_the_rule_open(run_cells, edit_table):
    edit_table(*put("budget_certainty", "proposal_date", "", phase="riset"))
    assert statuses(run_cells("00_readiness"))["rules_kept"] == "unknown"


def test_the_integrated_route_asks_for_policy_facilitators_and_funds(run_cells, workspace):
    path = workspace / "districts" / "contoh" / "kopi" / "initiative.yml"
    stated = path.read_text(encoding="utf-8")
    path.write_text(stated.replace("route: mandiri", "route: terintegrasi"), encoding="utf-8")
    scope = run_cells("00_readiness")
    added = {"kebijakan turunan perangkat daerah", "tim fasilitator", "operasional dan kegiatan khusus"}
    assert added <= set(scope["assessed"]["item"])
    assert statuses(scope)["route_followed"] == "failed"
    path.write_text(stated.replace("route: mandiri", 'route: ""'), encoding="utf-8")
    scope = run_cells("00_readiness")
    assert not added & set(scope["assessed"]["item"])
    assert statuses(scope)["route_followed"] == "unknown"


def test_evidence_that_has_ended_and_late_reviews_are_told_one_by_one(run_cells, edit_table):
    edit_table(*put("head_commitment", "valid_until", "2026-06-30", item="dana"))
    edit_table(*put("risk_register", "review_date", "2026-06-30", risk_id="R2"))
    edit_table(*put("risk_register", "status", "terjadi", risk_id="R4"))
    edit_table(*put("risk_register", "response", "", risk_id="R4"))
    assert sentences(run_cells("00_readiness"), "alarms") == [
        "Bukti sudah berakhir untuk dana (30 Juni 2026): Disposisi Rekaan 08/2026.",
        "Risiko R2 sudah lewat tanggal tinjauannya.",
        "Risiko R4 terjadi dan belum ditanggapi.",
    ]


def test_the_next_steps_follow_the_guide_and_say_who_and_when(run_cells):
    scope = run_cells("00_readiness", district="pacitan", initiative="awal")
    steps = scope["findings"]["gate"]["next_steps"][:3]
    # of a district that nobody asked, the first question goes to Bappeda, not a date to its head
    assert [step["who"].split()[0] for step in steps] == ["Bappeda", "Bappeda", "Sekretariat"]
    assert [step["due"] for step in steps] == ["2026-07-15", "2026-07-22", "2026-07-31"]
    assert steps[0]["message"].startswith("Tanyakan apakah inisiatif masih berjalan, apa komoditasnya")
    assert not [
        s for s in scope["findings"]["gate"]["next_steps"] if s["who"].startswith(("Tim Kerja", "Bupati"))
    ]
    page = scope["pages"].show_first_page(scope["stage"], scope["gate"], steps=3)
    assert "tenggat yang diusulkan 31 Juli 2026" in str(page._repr_mimebundle_())


def test_the_money_of_research_is_due_with_the_next_draft_of_the_budget_policy(run_cells, edit_table):
    edit_table(*put("budget_certainty", "status", "belum ada", phase="riset"))
    steps = run_cells("00_readiness")["findings"]["gate"]["next_steps"]
    (step,) = [step for step in steps if "KUA-PPAS" in step["message"]]
    assert step["due"] == "2026-07-14"


@pytest.mark.parametrize("table", READ)
def test_a_table_taken_away_leaves_its_own_gap_and_no_other(run_cells, workspace, table):
    folder = workspace / "districts" / "uji"
    shutil.copytree(PROGRAMME / "data" / "districts" / "contoh", folder)
    for path in [*folder.rglob("*.csv"), *folder.rglob("*.yml")]:
        text = (
            path.read_text(encoding="utf-8")
            .replace("00.00", "00.01")
            .replace("name: Contoh\n", "name: Uji\n")
        )
        path.write_text(text, encoding="utf-8")
    (folder / "kopi" / f"{table}.csv").unlink()
    scope = run_cells("00_readiness", district="uji", initiative="kopi")
    assert {gap["table"] for gap in scope["findings"]["gaps"]} == {table}
    criteria = scope["stage"].declaration.criteria
    found = statuses(scope)
    # a stand-alone programme has no items of its own route, so that none can be lacking
    rests = {name for name, form in criteria.items() if form["tables"][0] == table} - {"route_followed"}
    assert {found[name] for name in rests} <= {"unknown"}
    assert not [
        name for name, form in criteria.items() if table not in form["tables"] and found[name] != "met"
    ]


@pytest.mark.parametrize(
    ("district", "initiative", "item", "state"),
    [
        ("trenggalek", "biofarmaka", "regulasi", "berakhir"),  # plan 2019-2024
        ("aceh-barat", "eceng-gondok", "magang", "disebut"),
        ("bantaeng", "rumput-laut", "perbaikan teknik", "disebut"),
        ("trenggalek", "biofarmaka", "Bappeda", "disebut"),
        ("trenggalek", "biofarmaka", "sumber di luar APBD", "disebut"),
        ("trenggalek", "biofarmaka", "penetapan Tim Kerja", "belum tercatat"),
        ("aceh-barat", "eceng-gondok", "dinas koperasi dan UMKM", "disebut"),
        ("bantaeng", "kopi", "perbaikan teknik", "disebut"),
        ("bantaeng", "kopi", "pelatihan", "belum tercatat"),
        ("lombok-utara", "desa-wisata", "perangkat daerah lain", "disebut"),
        ("lombok-utara", "desa-wisata", "Bappeda", "belum tercatat"),
        ("pemalang", "nanas-madu", "implementasi", "disebut"),
        ("pemalang", "nanas-madu", "riset", "belum tercatat"),
        ("pekalongan", "awal", "TAPD", "belum tercatat"),
    ],
)
def test_a_real_district_has_what_the_guide_says_and_the_rest_is_unknown(
    run_cells, district, initiative, item, state
):
    scope = run_cells("00_readiness", district=district, initiative=initiative)
    assert scope["assessed"].set_index("item")["state"][item] == state
    assert not scope["assessed"]["state"].isin(["ada", "belum"]).any()
    assert scope["findings"]["gate"]["status"] == "insufficient"
    assert "met" not in statuses(scope).values()  # a legal basis that has ended may fail one


def test_what_nobody_needs_is_told_apart_from_what_is_there(run_cells):
    scope = run_cells("00_readiness")
    # the visit for learning is marked as not needed in the made-up tables
    assert "Dukungan kapasitas UMK: 4 dari 5 butir ada, 1 tidak diperlukan." in sentences(scope, "statements")
    figures = {figure["id"]: figure["value"] for figure in scope["findings"]["figures"]}
    assert figures["component_4_items_there"] == 4
    assert scope["assessed"].set_index("item")["basis"]["pemrakarsa"] == "rekaan"


def test_an_instruction_names_items_without_their_state(run_cells):
    steps = run_cells("00_readiness", initiative="anyaman")["findings"]["gate"]["next_steps"]
    (step,) = [str(Sentence.from_json(s)) for s in steps if s["message"].startswith("Siapkan pernyataan")]
    assert "camat" in step and "(" not in step
    assert "pelaku usaha menengah atau besar" in str(steps[:5])


def test_a_district_with_own_words_for_its_villages_reads_them(run_cells):
    scope = run_cells("00_readiness", district="aceh-barat", initiative="eceng-gondok")
    criteria = {c["id"]: c for c in scope["findings"]["gate"]["criteria"]}
    assert "gampong" in criteria["local_government"]["title"]
    shown = scope["readiness"].show_component(scope["stage"], scope["assessed"], 1)
    text = str(shown.bundle)
    assert "keuchik" in text and "pemerintah gampong" in text and "desa/kelurahan" not in text


def test_a_route_whose_legal_basis_has_ended_is_told_so(run_cells):
    scope = run_cells("00_readiness", district="trenggalek", initiative="biofarmaka")
    shown = str(scope["readiness"].show_route(scope["stage"], scope["assessed"]).bundle)
    assert "berakhir pada 31 Desember 2024; pilihan itu perlu ditetapkan kembali" in shown


def test_no_firm_and_no_institution_of_the_team_is_named_in_what_is_written(run_cells):
    scope = run_cells("00_readiness")
    names = set(scope["stage"].table("core_team")["institution"]) - {"Bappeda Kabupaten Contoh"}
    text = str(scope["findings"]) + scope["assessed"].to_csv() + scope["risks"].to_csv()
    assert not [name for name in names if name.startswith(("PT", "Kelompok")) and name in text]


def test_every_chapter_of_the_four_parts_leads_to_notebooks_and_lampiran_1_has_its_five_terms(run_cells):
    scope = run_cells("00_readiness")
    chapters = scope["served"].groupby("part").size()
    # guide 1.1 to 1.5; 2.1 to 2.4 and 3.1 to 3.6, each after an opening; part 4 has no sections
    assert chapters.to_list() == [5, 5, 7, 1]
    assert set(scope["served"].explode()) == {f"{number:02d}" for number in range(11)}
    of_guide = scope["glossary"]["source"].str.contains("Panduan.*Lampiran 1")
    assert len(scope["glossary"][of_guide]) == 5
