"""Stage 01: every criterion turns on its own input, every missing table is its own gap, nobody is given away."""

from __future__ import annotations

import json
import re

import pytest

from stage_tools import sentences, set_where, statuses, text_of

FAST = {"permutation_draws": 200}
TABLES = {
    "preparation_team": {"team_appointed"},
    "stakeholders": {"elements_present", "kinds_agree", "women_heard"},
    "alignment_meetings": {"agenda_complete"},
    "meeting_attendance": {"elements_present"},
    "stakeholder_ranks": {
        "goals_agreed",
        "interventions_agreed",
        "beyond_chance",
        "kinds_agree",
        "women_heard",
    },
    "alignment_statements": {"statements_whole"},
    "statement_scores": {"statements_whole"},
    "commitments": {"commitments_declared", "budget_written"},
}


def is_odd(frame):
    return frame["stakeholder_id"].str[1:].astype(int) % 2 == 1


def turned(frame):
    return (6 - frame["rank"].astype(int)).astype(str)


SMALL_KINDS = range(
    12, 24
)  # two offices, two of the kecamatan, village governments and businesses of the made-up list
FLIPS = {
    "elements_present": set_where("stakeholders", lambda f: f["element"] == "UMK", element="unsur lain"),
    "goals_agreed": set_where("stakeholder_ranks", lambda f: (f["ballot"] == "tujuan") & is_odd(f), rank=turned),
    "interventions_agreed": set_where(
        "stakeholder_ranks", lambda f: (f["ballot"] == "intervensi") & is_odd(f), rank=turned
    ),
    "beyond_chance": set_where("stakeholder_ranks", is_odd, rank=turned),
    "statements_whole": set_where(
        "statement_scores", lambda f: f["statement_id"] == "S5", score=lambda f: is_odd(f).map({True: "1", False: "5"})
    ),
    "commitments_declared": set_where("commitments", lambda f: f["point"] == "c peran para pihak", status="belum"),
    "budget_written": set_where(
        "commitments", lambda f: (f["point"] == "b anggaran") & (f["committed_by"] == "kepala daerah"), status="lisan"
    ),
    "agenda_complete": set_where("alignment_meetings", lambda f: f["meeting_id"] == "R2", is_discussed="tidak"),
    "team_appointed": set_where("preparation_team", lambda f: f["cycle"] == "2026", document=""),
    "kinds_agree": set_where(
        "stakeholder_ranks", lambda f: f["stakeholder_id"].isin([f"P{n:02d}" for n in SMALL_KINDS]), rank=turned
    ),
    "women_heard": set_where("stakeholders", lambda f: f["sex"] == "perempuan", sex="laki-laki"),
}  # fmt: skip


def test_the_second_year_meets_every_criterion_and_need_not_meet_again(run_cells):
    scope = run_cells("01_alignment", **FAST)
    assert set(statuses(scope).values()) == {"met"}
    assert scope["findings"]["gate"]["status"] == "proceed"
    assert sentences(scope, "alarms") == []
    assert sentences(scope)[0] == "Pertemuan tidak perlu diulang."
    assert "Suara terbelah tentang: S8. Modal gratis sebaiknya dihindari." in sentences(scope)


@pytest.mark.parametrize("criterion", FLIPS)
def test_one_changed_input_flips_its_criterion(run_cells, edit_table, criterion):
    edit_table(*FLIPS[criterion])
    scope = run_cells("01_alignment", **FAST)
    assert statuses(scope)[criterion] == "failed"
    is_must = {c["id"]: c["severity"] for c in scope["findings"]["gate"]["criteria"]}[criterion] == "must"
    assert scope["findings"]["gate"]["status"] in (("repeat",) if is_must else ("repeat", "conditional"))
    if criterion in ("elements_present", "statements_whole", "commitments_declared", "budget_written"):
        assert {c for c, status in statuses(scope).items() if status != "met"} == {criterion}


def test_the_first_year_has_to_meet_again_and_says_about_what(run_cells):
    scope = run_cells("01_alignment", cycle="2025", **FAST)
    assert scope["findings"]["gate"]["status"] == "repeat"
    assert sentences(scope)[0] == "Pertemuan perlu diulang untuk pokok yang belum memenuhi kriteria."
    assert any(said.startswith("Suara terbelah tentang: S5. Pinjaman UMK") for said in sentences(scope))


@pytest.mark.parametrize("table", TABLES)
def test_a_table_taken_away_is_its_own_gap_and_judges_nothing_that_rests_on_it(
    run_cells, as_other_district, table
):
    (as_other_district / "kopi" / f"{table}.csv").unlink()
    scope = run_cells("01_alignment", district="uji", initiative="kopi", **FAST)
    assert {gap["table"] for gap in scope["findings"]["gaps"]} == {table}
    assert {c for c, status in statuses(scope).items() if status == "unknown"} == TABLES[table]
    assert "failed" not in statuses(scope).values()
    is_should = table in ("preparation_team", "alignment_meetings")
    assert scope["findings"]["gate"]["status"] == ("conditional" if is_should else "insufficient")


def test_the_public_edition_names_nobody_and_tells_not_who_dissents(run_cells, shown):
    scope = run_cells("01_alignment", **FAST)
    number = re.compile(r"\b[PT]\d\d\b|Peserta \d|Anggota \d|Lembaga rekaan")
    public = [d for d in shown if d.metadata["perantara"]["access"] == "publik"]
    internal = [d for d in shown if d.metadata["perantara"]["access"] == "internal"]
    assert len(public) > 15
    assert not number.search(text_of(public))
    assert not number.search(json.dumps(scope["findings"]))
    assert {d.metadata["perantara"]["access"] for d in shown} == {"publik", "internal"}
    assert re.search(r"Urutan tujuan,(UMK|pe|jenis dengan kurang)", text_of(internal))  # where dissent stands
    assert not re.search(r"\b[PT]\d\d\b|Peserta \d|Anggota \d|Lembaga rekaan", text_of(internal))


def test_groups_of_fewer_than_five_appear_only_internally(run_cells, edit_table, shown):
    women = ["P01", "P04", "P05", "P07"]  # four of the women stay so
    edit_table(*set_where("stakeholders", lambda f: ~f["stakeholder_id"].isin(women), sex="laki-laki"))
    scope = run_cells("01_alignment", **FAST)
    groups = [
        d for d in shown if d.metadata["perantara"]["caption"].startswith("Kesepakatan menurut kelompok")
    ]
    # the men alone would tell how many women voted
    assert "jenis kelamin" not in text_of(groups) and "jenis pemangku kepentingan" in text_of(groups)
    small = [d for d in shown if d.metadata["perantara"]["caption"].startswith("Kesepakatan kelompok kecil")]
    assert "perempuan" in text_of(small) and small[0].metadata["perantara"]["access"] == "internal"
    assert not any("perempuan" in said for said in sentences(scope))
    of_women = scope["summary"].query("group == 'perempuan'")
    assert len(of_women) and of_women[["kendall_w", "agreement_a", "median_score"]].isna().all(axis=None)
    assert statuses(scope)["women_heard"] == "failed"


@pytest.mark.parametrize("cycle", ["2025", "2026"])
def test_nothing_handed_out_tells_of_fewer_than_five_voters_also_not_by_difference(run_cells, cycle):
    results = run_cells("01_alignment", cycle=cycle, **FAST)["results"]
    voted = results["agreement_summary"].query("group_kind != 'antarjenis'")
    assert not voted["voters"].between(1, 4).any()
    everyone = voted[voted["group_kind"] == "semua peserta"].set_index("subject")["voters"]
    left = everyone - voted.groupby(["group_kind", "subject"])["voters"].sum()["jenis pemangku kepentingan"]
    assert (left > 0).all() and len(left) == len(
        everyone
    )  # some kinds are small, and more than one is hidden
    kinds = voted[voted["group_kind"] == "jenis pemangku kepentingan"]
    assert not set(kinds["group"]) & {"kecamatan", "lembaga keuangan"}
    assert list(results["attendance_coverage"]) == ["element", "is_present"]


def test_kinds_with_too_few_voters_neither_agree_nor_weigh(run_cells):
    scope = run_cells("01_alignment", **FAST)
    summary = scope["summary"]
    few = summary[(summary["group"] == "kecamatan") & summary["subject"].str.startswith("Urutan")]
    assert few["in_words"].eq("terlalu sedikit suara: tidak dihitung").all() and few["kendall_w"].isna().all()
    between = summary[summary["group_kind"] == "antarjenis"]
    assert set(between["voters"]) == {4}  # offices, villages, businesses and UMK; not kecamatan and lenders


def test_a_commitment_that_nobody_recorded_is_not_one_refused(run_cells, edit_table):
    scope = run_cells("01_alignment", initiative="anyaman", **FAST)
    assert statuses(scope)["commitments_declared"] == "failed"  # the first point is recorded as not declared
    assert scope["matrix"]["strongest"].to_list() == ["lisan", "belum", *["belum tercatat"] * 3]
    edit_table("anyaman/commitments", lambda f: f[f["point"] == "keputusan penerapan"])
    scope = run_cells("01_alignment", initiative="anyaman", **FAST)
    found = statuses(scope)
    assert (found["commitments_declared"], found["budget_written"]) == ("unknown", "unknown")
    (figure,) = [f for f in scope["findings"]["figures"] if f["id"] == "commitments_declared"]
    assert figure["value"] is None


def test_commitments_recorded_otherwise_in_stage_00_are_an_alarm(run_cells, edit_table):
    edit_table(*set_where("head_commitment", lambda f: f["item"].isin(["camat", "dana"]), status="lisan"))
    assert sentences(run_cells("01_alignment", **FAST), "alarms") == [
        "Buku 00 dan 01 mencatat komitmen kepala daerah secara berbeda: camat (lisan, tertulis).",
        "Buku 00 dan 01 mencatat komitmen kepala daerah secara berbeda: dana (lisan, tertulis).",
    ]


@pytest.mark.parametrize(("initiative", "cycle"), [("kopi", "2025"), ("anyaman", "2026")])
def test_the_made_up_records_of_both_stages_agree(run_cells, initiative, cycle):
    scope = run_cells("01_alignment", initiative=initiative, cycle=cycle, **FAST)
    assert not [said for said in sentences(scope, "alarms") if said.startswith("Buku 00")]


def test_few_voters_are_not_judged(run_cells, edit_table):
    few = ["P01", "P05", "P13", "P24"]
    edit_table("kopi/stakeholder_ranks", lambda f: f[f["stakeholder_id"].isin(few)])
    scope = run_cells("01_alignment", **FAST)
    judged = ("goals_agreed", "interventions_agreed", "beyond_chance", "kinds_agree")
    assert {statuses(scope)[criterion] for criterion in judged} == {"unknown"}
    assert not any(said.startswith("Tentang urutan") for said in sentences(scope))


def test_an_incomplete_ballot_is_not_counted_and_an_unlisted_voter_is_told(run_cells, edit_table):
    edit_table("kopi/stakeholder_ranks", lambda f: f.drop(f[(f["cycle"] == "2026")].index[0]))
    edit_table(*set_where("statement_scores", lambda f: f["stakeholder_id"] == "P02", stakeholder_id="P99"))
    scope = run_cells("01_alignment", **FAST)
    assert sentences(scope, "alarms") == [
        "Ada lembar suara tujuan yang tidak lengkap; lembar itu tidak dihitung.",
        "Ada suara dari nomor yang tidak tercantum dalam daftar pemangku kepentingan: skor pernyataan menurut peserta.",
    ]
    summary = scope["summary"]
    everyone = summary[summary["group_kind"] == "semua peserta"].set_index("subject")["voters"]
    assert everyone["Urutan tujuan"] == everyone["Urutan intervensi"] - 1


def test_agreeing_to_refuse_a_priority_is_an_alarm(run_cells, edit_table):
    edit_table(*set_where("statement_scores", lambda f: f["statement_id"] == "S4", score="1"))
    alarms = sentences(run_cells("01_alignment", **FAST), "alarms")
    assert alarms == [
        "Peserta sepakat menolak pernyataan prioritas: S4. Kegiatan dimulai dari kebutuhan pembeli, bukan dari bantuan."
    ]


def test_a_begun_initiative_shows_who_was_there_and_judges_no_agreement(run_cells):
    scope = run_cells("01_alignment", initiative="anyaman", **FAST)
    found = statuses(scope)
    assert (found["elements_present"], found["goals_agreed"]) == ("failed", "unknown")
    assert "Unsur yang belum hadir: dinas koperasi dan UKM, pelaku usaha." in sentences(scope)


@pytest.mark.parametrize(("district", "initiative"), [("trenggalek", "biofarmaka"), ("pacitan", "awal")])
def test_real_districts_have_gaps_with_holders_and_nothing_made_up(run_cells, district, initiative):
    scope = run_cells("01_alignment", district=district, initiative=initiative, **FAST)
    gaps = {gap["table"]: gap["holder"] for gap in scope["findings"]["gaps"]}
    assert set(TABLES) <= set(gaps) and all(gaps.values())
    assert set(statuses(scope).values()) == {"unknown"}
    assert scope["summary"].empty and scope["ranking"].empty


def test_the_models_of_the_guide_have_their_flows_and_the_taxonomy_its_rows(run_cells):
    stage = run_cells("01_alignment", **FAST)["stage"]
    said = stage.table("guide_statements")["topic"].value_counts()
    # guide 1.2: three challenges; 1.3: three traits; 1.4: two goals; 1.5: three achievements and four risks;
    # 2.1: the declaration and points a to d
    assert said[["tantangan", "ciri", "tujuan", "capaian", "risiko", "komitmen"]].to_list() == [
        3,
        3,
        2,
        3,
        4,
        5,
    ]
    flows = stage.table("linkage_model_flows")
    actors = flows.groupby("model")["from_actor"].agg(set)
    assert {model: len(names) for model, names in actors.items()} == {"konvensional": 3, "A": 3, "B": 5}
    # figure 3 adds the lender and the input supplier; what reaches the UMK from them goes through the local partner
    indirect = flows[flows["is_via_local_partner"].eq(True)]
    assert set(indirect["from_actor"]) == {"lembaga keuangan", "penyedia input produksi"}
    assert set(indirect["to_actor"]) == {"UMK"} and set(indirect["reading"]) == {"bacaan kami"}
