"""Stage 09: every criterion turns on its own input, every missing table is its own gap, lessons have a condition."""

from __future__ import annotations

import pytest

from stage_tools import drop_where, sentences, set_where, statuses, text_of

NAME = "09_institutionalisation"
TABLES = {
    "institutional_evidence": {"actions_backed", "in_district_plan", "in_village_plan"},
    "contrast_audit": {"audit_complete", "women_heard"},
    "budget_persistence": {"budget_lasts"},
    "production_cycles": {"evaluation_set"},
    "learning_log": {"learning_logged"},
    "lessons": set(),
}


def everything(frame):
    return frame["cycle"] == "2026"


FLIPS = {
    "actions_backed": set_where("institutional_evidence", lambda f: f["action_id"] == "A4.4", score="1"),
    "in_district_plan": set_where(
        "institutional_evidence", lambda f: f["document_kind"].isin(["RPJMD", "RKPD"]), valid_until_year="2025"
    ),
    "budget_lasts": drop_where("budget_persistence", lambda f: f["fiscal_year"].isin(["2025", "2027"])),
    "evaluation_set": set_where(
        "production_cycles", lambda f: f["production_cycle_id"] == "Panen 2026", evaluation_date="2026-06-01"
    ),
    "in_village_plan": set_where("institutional_evidence", lambda f: f["document_kind"] == "RKP Desa", document=""),
    "learning_logged": set_where("learning_log", everything, evidence=""),
    "audit_complete": set_where("contrast_audit", lambda f: f["contrast_no"] == "8", score=""),
    "women_heard": set_where("contrast_audit", lambda f: ~f["assessor_id"].isin(["N01", "N02"]), assessor_sex="laki-laki"),
}  # fmt: skip


def test_the_second_year_is_institutionalised_and_no_record_contradicts_another(run_cells):
    scope = run_cells(NAME)
    assert set(statuses(scope).values()) == {"met"}
    assert scope["findings"]["gate"]["status"] == "proceed"
    assert sentences(scope, "alarms") == []
    assert sentences(scope)[0] == "Pendekatan ini sudah ada dalam rencana, anggaran, dan jadwal evaluasi."


@pytest.mark.parametrize("criterion", FLIPS)
def test_one_changed_input_flips_its_criterion_and_no_other(run_cells, edit_table, criterion):
    edit_table(*FLIPS[criterion])
    scope = run_cells(NAME)
    assert {c for c, status in statuses(scope).items() if status != "met"} == {criterion}
    assert statuses(scope)[criterion] == "failed"
    is_must = {c["id"]: c["severity"] for c in scope["findings"]["gate"]["criteria"]}[criterion] == "must"
    assert scope["findings"]["gate"]["status"] == ("repeat" if is_must else "conditional")


def test_the_first_year_is_not_yet_institutionalised(run_cells):
    scope = run_cells(NAME, cycle="2025", as_of="2025-12-31")
    assert scope["findings"]["gate"]["status"] == "repeat"
    assert statuses(scope)["actions_backed"] == statuses(scope)["in_village_plan"] == "failed"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_taken_away_is_its_own_gap_and_judges_nothing_that_rests_on_it(
    run_cells, as_other_district, table
):
    (as_other_district / "kopi" / f"{table}.csv").unlink()
    scope = run_cells(NAME, district="uji", initiative="kopi")
    assert {gap["table"] for gap in scope["findings"]["gaps"]} == {table}
    assert {c for c, status in statuses(scope).items() if status == "unknown"} == TABLES[table]
    assert "failed" not in statuses(scope).values()


def test_an_action_nobody_scored_leaves_the_criterion_open_until_it_cannot_be_met(run_cells, edit_table):
    edit_table(*set_where("institutional_evidence", lambda f: f["action_id"] == "A4.5", score=""))
    assert statuses(run_cells(NAME))["actions_backed"] == "unknown"
    edit_table(*set_where("institutional_evidence", lambda f: f["action_id"] == "A4.4", score="0"))
    assert statuses(run_cells(NAME))["actions_backed"] == "failed"
    edit_table(*set_where("institutional_evidence", lambda f: f["action_id"] == "A4.4", score="3"))
    assert statuses(run_cells(NAME, actions_minimum=4))["actions_backed"] == "met"


def test_a_plan_that_nobody_looked_into_is_unknown(run_cells, edit_table):
    edit_table(*drop_where("institutional_evidence", lambda f: f["document_kind"].isin(["RPJMD", "RKPD"])))
    assert statuses(run_cells(NAME))["in_district_plan"] == "unknown"


def test_a_line_planned_for_next_year_or_two_years_old_lasts(run_cells, edit_table):
    edit_table(*drop_where("budget_persistence", lambda f: f["fiscal_year"] == "2027"))
    assert statuses(run_cells(NAME))["budget_lasts"] == "met"  # 2025 and 2026
    assert statuses(run_cells(NAME, budget_years_minimum=3))["budget_lasts"] == "failed"


def test_a_renumbered_code_is_one_line(run_cells):
    old, new, scope = "2.13.04.2.01.08", "2.13.04.2.01.0008", run_cells(NAME)
    years = scope["years"].query("line == @new").set_index("fiscal_year")
    assert years["codes"].dropna().to_dict() == {2023: old, 2024: old, 2026: new}
    assert old not in set(scope["runs"].index)


def test_each_planted_fault_is_named_and_nothing_else(run_cells, edit_table):
    edit_table(*set_where("institutional_evidence", lambda f: f["evidence_id"] == "I13", document=""))
    edit_table(
        *set_where("institutional_evidence", lambda f: f["evidence_id"] == "I10", valid_until_year="2025")
    )
    edit_table(*set_where("lessons", lambda f: f["lesson_id"] == "P03", condition=""))
    edit_table(*set_where("learning_log", lambda f: f["entry_id"] == "L05", risk_id="R9"))
    edit_table(*drop_where("budget_persistence", lambda f: f["code"] == "2.17.08.2.01.0022"))
    action = "Internalisasi ke dalam perencanaan dan penganggaran"
    assert sentences(run_cells(NAME), "alarms") == [
        f"Tindakan {action}: ada catatan tanpa dokumen atau tanpa bukti; catatan itu tidak dihitung.",
        f"Tindakan {action}: ada dokumen yang masa berlakunya sudah berakhir.",
        "Pelajaran P03 belum dibagikan: sasaran, syarat, atau buktinya belum ditulis.",
        "Catatan pembelajaran L05 menyebut risiko yang tidak terdaftar.",
        "Kode 2.17.08.2.01.0022 tercatat di buku 04, tetapi belum ada dalam riwayat baris anggaran.",
    ]


def test_only_lessons_with_condition_and_evidence_that_may_be_shared_are_shared(run_cells, edit_table, shown):
    edit_table(*set_where("lessons", lambda f: f["lesson_id"] == "P03", condition=""))
    results = run_cells(NAME)["results"]
    assert set(results["lessons_shared"]["lesson_id"]) == {"P02", "P04"}
    public = text_of(d for d in shown if d.metadata["perantara"]["access"] == "publik")
    assert "Catat mutu di tempat penampungan" in public and "Kesepakatan harga perlu dibahas" not in public


def test_nothing_handed_out_tells_of_few_assessors_also_not_by_difference(run_cells, edit_table, shown):
    edit_table(
        *set_where("contrast_audit", lambda f: f["assessor_id"] == "N02", assessor_group="lembaga keuangan")
    )
    profile = run_cells(NAME)["results"]["contrast_profile"]
    assert not profile["assessors"].between(1, 4).any()
    sizes = profile.query("contrast_no == 1").set_index("assessor_group")["assessors"]
    left = sizes["semua penilai"] - sizes.drop("semua penilai").sum()
    assert "lembaga keuangan" not in sizes and left >= 5
    assert "N02" not in text_of(shown)


def test_few_assessors_are_shown_only_internally(run_cells, edit_table, shown):
    edit_table(*drop_where("contrast_audit", lambda f: f["assessor_id"] > "N04"))
    scope = run_cells(NAME)
    assert scope["results"]["contrast_profile"].empty
    assert not any(said.startswith("Penilaian diri") for said in sentences(scope))


def test_shares_and_counts_of_few_assessors_are_never_public(run_cells, shown):
    run_cells(NAME)
    own = [d.metadata["perantara"] for d in shown if "Penilaian diri" in d.metadata["perantara"]["subject"]]
    kinds = {about["kind"]: about["access"] for about in own}
    assert kinds["figure"] == "internal"
    (public,) = [about for about in own if about["access"] == "publik"]
    assert "Tanpa bukti" not in text_of(d for d in shown if d.metadata["perantara"] is public)


def test_trenggalek_tells_the_plan_that_ended_and_scores_nothing(run_cells):
    scope = run_cells(NAME, district="trenggalek", initiative="biofarmaka")
    assert scope["findings"]["gate"]["status"] == "insufficient"
    assert set(statuses(scope).values()) == {"unknown"}
    assert any(
        said.startswith("Dokumen yang sudah berakhir: SK Bupati Trenggalek Nomor 7 Tahun 2019")
        for said in sentences(scope)
    )
    assert scope["scored"]["score"].isna().all()


def test_pacitan_has_gaps_with_holders_and_nothing_made_up(run_cells):
    scope = run_cells(NAME, district="pacitan", initiative="awal")
    gaps = {gap["table"]: gap["holder"] for gap in scope["findings"]["gaps"]}
    assert set(TABLES) <= set(gaps) and all(gaps.values())
    assert set(statuses(scope).values()) == {"unknown"}


def test_the_reference_holds_both_poles_of_ten_contrasts_and_four_anchors_of_five_actions(run_cells):
    stage = run_cells(NAME)["stage"]
    contrasts = stage.table("guide_contrasts")
    # Lampiran 3: two rows in Riset Komoditas, five in Perencanaan Intervensi, three in Implementasi
    assert contrasts["phase"].value_counts(sort=False).to_list() == [2, 5, 3]
    assert list(contrasts["contrast_no"]) == list(range(1, 11))
    assert contrasts[["conventional", "systemic"]].notna().all(axis=None)
    assert list(stage.table("institutional_actions")["action_id"]) == [f"A4.{n}" for n in range(1, 6)]
