"""Stage 04: a sound budget has no fault, each planted one is listed, and mending it removes exactly it."""

from __future__ import annotations

import pandas as pd
import pytest

from perantara.errors import ParameterError
from perantara.methods import budget_calendar
from perantara.methods.funding import NOTES
from perantara.show.budget import show_eligibility
from perantara.show.tables import show_table
from perantara.stage.declaration import load_stage
from perantara.tables.places import Roots


def set_line(line_id: str, **values: str):
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        is_line = (frame["line_id"] == line_id) & (frame["cycle"] == "2026")
        assert is_line.sum() == 1
        return frame.assign(**{k: frame[k].mask(is_line, v) for k, v in values.items()})

    return ("kopi/budget_lines", change)


def drop_allocation(line_id: str):
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        is_line = (frame["initiative"] == "kopi") & (frame["cycle"] == "2026") & (frame["line_id"] == line_id)
        assert is_line.any()
        return frame[~is_line]

    return ("allocations", change)


def overrun_by_the_other_initiative(frame: pd.DataFrame) -> pd.DataFrame:
    # anyaman takes the whole ceiling of APBD-2026 (Rp420 million) on its first line
    is_other = (frame["initiative"] == "anyaman") & (frame["line_id"] == "B001")
    assert is_other.sum() == 1
    return frame.assign(amount_idr=frame["amount_idr"].mask(is_other, "420000000"))


FAULTS = {
    "Butir B009: sumbernya di luar daftar panduan, perlu dasar hukum.": set_line(
        "B009", cost_need="pemasaran"
    ),
    "Butir B017: sumbernya di luar daftar panduan, perlu dasar hukum.": set_line(
        "B017", cost_need="logistik"
    ),
    "Butir B020: sumbernya di luar daftar panduan, perlu dasar hukum.": set_line(
        "B020", cost_need="pelatihan"
    ),
    "Kode 3.30.05.2.01.01 perlu diperbaiki.": set_line("B049", code="3.30.05.2.01.01"),
    "Kode 3.26.03.2.01.01 perlu diperbaiki.": set_line("B059", code="3.26.03.2.01.01"),
    "Kode 5.5.02.2.01.11 perlu diperbaiki.": set_line("B068", code="5.5.02.2.01.11"),
    "Bulan 12 (2026): kebutuhan belum tertutup.": drop_allocation("B084"),
    "Sumber APBD-2026 (2026): alokasi seluruh inisiatif melampaui pagu.": (
        "allocations",
        overrun_by_the_other_initiative,
    ),
}


def alarms_of(scope: dict) -> set[str]:
    from perantara.text import Sentence

    return {str(Sentence.from_json(alarm)) for alarm in scope["findings"]["alarms"]}


def status_of(scope: dict, criterion: str) -> str:
    return {c["id"]: c["status"] for c in scope["findings"]["gate"]["criteria"]}[criterion]


def test_the_sound_budget_raises_no_alarm(run_cells):
    scope = run_cells("04_budget")
    assert alarms_of(scope) == set()
    musts = {c["id"]: c["status"] for c in scope["findings"]["gate"]["criteria"] if c["severity"] == "must"}
    assert set(musts.values()) == {"met"}


def test_all_planted_faults_are_listed_and_nothing_else(run_cells, edit_table):
    for table, change in FAULTS.values():
        edit_table(table, change)
    scope = run_cells("04_budget")
    assert alarms_of(scope) == set(FAULTS)
    assert scope["findings"]["gate"]["status"] == "repeat"


@pytest.mark.parametrize("mended", FAULTS)
def test_mending_one_fault_takes_exactly_it_away(run_cells, edit_table, mended):
    for fault, (table, change) in FAULTS.items():
        if fault != mended:
            edit_table(table, change)
    assert alarms_of(run_cells("04_budget")) == set(FAULTS) - {mended}


@pytest.mark.parametrize(
    ("criterion", "table", "change"),
    [
        ("codes_valid", *set_line("B049", code="3.30.05.2.01.01")),
        ("within_list", *set_line("B009", cost_need="pemasaran")),
        ("no_free_capital", *set_line("B026", capital_kind="hibah modal")),
        ("ceilings_kept", "allocations", overrun_by_the_other_initiative),
        ("village_head_in_team", "funding_sources", lambda f: f.assign(has_village_head_in_team="")),
        ("gap_small", "allocations", lambda f: f[f["source_id"] != "MITRA-2026"]),
        ("sources_allowed", "funding_sources",
         lambda f: f.assign(mechanism=f["mechanism"].mask(f["source_id"] == "MITRA-2026", "swakelola tipe 3"))),
        ("codes_known", *set_line("B049", code="2.17.08.2.01.9999")),
    ],
)  # fmt: skip
def test_one_changed_input_flips_its_criterion(run_cells, edit_table, criterion, table, change):
    assert status_of(run_cells("04_budget"), criterion) == "met"
    edit_table(table, change)
    assert status_of(run_cells("04_budget"), criterion) == "failed"


def test_a_line_that_is_paid_is_within_reach_and_an_unpaid_one_is_not_after_its_deadline(
    run_cells, edit_table
):
    late = {"as_of": "2027-02-01", "year_reading": "bagian 2.3"}
    assert status_of(run_cells("04_budget", **late), "years_feasible") == "met"
    edit_table(*drop_allocation("B084"))
    assert status_of(run_cells("04_budget", **late), "years_feasible") == "failed"


def test_an_unknown_ceiling_leaves_the_ceilings_unjudged(run_cells, edit_table):
    is_bank = lambda f: f["source_id"] == "BANK-2026"  # noqa: E731
    edit_table("funding_sources", lambda f: f.assign(ceiling_idr=f["ceiling_idr"].mask(is_bank(f), "")))
    scope = run_cells("04_budget")
    assert status_of(scope, "ceilings_kept") == "unknown"
    assert scope["findings"]["gate"]["status"] == "insufficient"


def test_a_code_that_is_also_stated_is_checked_for_the_year_of_its_line(run_cells, edit_table, workspace):
    folder = workspace / "districts" / "contoh" / "kopi"
    stated = pd.read_csv(folder / "budget_codes_used.csv", dtype=str, keep_default_na=False)
    lines = pd.read_csv(folder / "budget_lines.csv", dtype=str, keep_default_na=False)
    code, *_rest = sorted(set(stated["code_as_printed"]) & set(lines.query("cycle == '2026'")["code"]) - {""})
    edit_table("kopi/budget_codes_used", lambda f: f.assign(fiscal_year=""))
    edit_table(
        "kopi/budget_lines", lambda f: f.assign(fiscal_year=f["fiscal_year"].mask(f["code"] == code, "2050"))
    )
    audit = run_cells("04_budget")["audit"].set_index("code")
    assert audit.index.is_unique
    assert audit.loc[code, "name_used"] == stated.set_index("code_as_printed").loc[code, "name_used"]
    assert "bukan 2050" in audit.loc[code, "note"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"year_reading": "bagian 2"}, 'nilai "bagian 2" tidak dikenal; mungkin maksudnya "bagian 2.3"'),
        ({"bill_rule": "60_day"}, 'mungkin maksudnya "60_days"; pilihan: 60_days, 60_working_days'),
    ],
)
def test_a_misspelt_reading_is_refused(run_cells, wrong, words):
    with pytest.raises(ParameterError, match=words):
        run_cells("04_budget", **wrong)


def test_the_declared_choices_are_those_that_the_methods_know():
    declared = load_stage(Roots.find(), "04_budget").parameters
    assert declared["year_reading"]["allowed"] == list(budget_calendar.READINGS)
    assert declared["bill_rule"]["allowed"] == list(budget_calendar.BILL_RULES)


def test_what_cannot_be_judged_never_asks_for_the_remedy_of_a_fault(run_cells):
    scope = run_cells("04_budget", district="trenggalek", initiative="biofarmaka")
    steps = [step["message"] for step in scope["findings"]["gate"]["next_steps"]]
    assert not [
        step for step in steps if step.startswith(("Ganti sumber", "Kurangi", "Masukkan kepala desa"))
    ]


@pytest.mark.parametrize("table", ["budget_lines", "funding_sources", "allocations"])
def test_a_table_taken_away_leaves_a_gap_and_judges_nothing_that_rests_on_it(
    run_cells, workspace, table, monkeypatch
):
    folder = workspace / "districts" / "contoh"
    moved = workspace / "districts" / "uji"
    folder.rename(moved)  # the shipped copy would show through otherwise
    stated = (moved / "district.yml").read_text(encoding="utf-8")
    (moved / "district.yml").write_text(stated.replace('"00.00"', '"00.01"').replace("Contoh", "Uji"))
    for path in moved.rglob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("00.00", "00.01"), encoding="utf-8")
    for path in moved.rglob("initiative.yml"):
        path.write_text(path.read_text(encoding="utf-8").replace("00.00", "00.01"), encoding="utf-8")
    next(moved.rglob(f"{table}.csv")).unlink()
    for path in (moved / "kopi" / f"{table}.csv", moved / f"{table}.csv"):
        path.unlink(missing_ok=True)
    scope = run_cells("04_budget", district="uji", initiative="kopi")
    assert table in {gap["table"] for gap in scope["findings"]["gaps"]}
    assert scope["findings"]["gate"]["status"] == "insufficient"
    # what is there is never shown as missing
    assert {table} <= scope["stage"].shown_gaps <= {gap["table"] for gap in scope["findings"]["gaps"]}


@pytest.mark.parametrize(
    ("district", "initiative", "codes"),
    [("trenggalek", "biofarmaka", 8), ("bantaeng", "rumput-laut", 11), ("lombok-utara", "desa-wisata", 12)],
)
def test_real_initiatives_have_their_codes_audited_and_no_rupiah_invented(
    run_cells, district, initiative, codes
):
    scope = run_cells("04_budget", district=district, initiative=initiative)
    assert len(scope["audit"]) == codes
    assert scope["gap"].empty
    assert "budget_lines" in {gap["table"] for gap in scope["findings"]["gaps"]}
    assert scope["findings"]["gate"]["status"] in ("insufficient", "repeat")


def test_lines_cover_what_the_workshops_need(run_cells):
    scope = run_cells("04_budget")
    assert len(scope["lines"]) >= 60
    assert set(scope["lines"]["month"]) == set(range(1, 13))
    assert scope["sources"].query("fiscal_year == 2026")["source_kind"].nunique() == 4


def first_page_of(scope: dict) -> str:
    from perantara.text import Sentence

    return " ".join(str(Sentence.from_json(said)) for said in scope["findings"]["statements"])


def test_the_first_page_says_cost_gap_limit_and_the_deadline_that_still_accepts_a_proposal(
    run_cells, edit_table
):
    edit_table("allocations", lambda f: f[f["source_id"] != "MITRA-2026"])
    edit_table(
        "funding_sources", lambda f: f.assign(ceiling_idr=f["ceiling_idr"].mask(f["source_id"] == "MITRA-2026", "0"))
    )  # fmt: skip
    scope = run_cells("04_budget")
    said = first_page_of(scope)
    # what MITRA-2026 paid, Rp127.006.000 of Rp580.061.500, is missing and its ceiling of nothing binds
    assert "Biaya inisiatif seluruhnya Rp580.061.500; yang belum tertutup alokasi Rp127.006.000." in said
    assert "Yang membatasi: pagu" in said and "PT Pembeli Kopi Rekaan Satu" in said
    # on 1 July 2026 the plan of the year is set; the draft of KUA-PPAS is next
    assert "Rancangan KUA-PPAS dari TAPD kepada kepala daerah, 7 Juli 2026 (6 hari lagi)" in said
    assert "kepada TAPD" in said and "untuk tahun anggaran 2027" in said
    public = [s for s in scope["findings"]["statements"] if s.get("access") != "internal"]
    assert not [s for s in public if "Rp" in s["message"]]


def test_promises_paid_lines_and_other_years_are_told_for_what_they_are(run_cells):
    scope = run_cells("04_budget")
    allocations, sources = (scope[name] for name in ("allocations", "sources"))
    promised = sources.loc[sources["certainty"] == "janji", "source_id"]
    share = (
        allocations.loc[allocations["source_id"].isin(promised), "amount_idr"].sum()
        / allocations["amount_idr"].sum()
    )
    assert f"{share * 100:.1f} % baru janji".replace(".", ",") in first_page_of(scope)
    assert status_of(scope, "money_firm") == status_of(scope, "target_named") == "failed"
    assert scope["calendar"]["is_paid"].all() and scope["calendar"]["next_step_id"].isna().all()
    assert set(scope["audit"]["status"]) == {"daftar tahun lain"}  # budget of 2026, list of 2027
    assert "0 dari 5 kode anggaran diperiksa penuh" in first_page_of(scope)


def test_codes_that_only_the_guide_gives_are_no_faults_and_words_are_those_of_the_district(run_cells):
    scope = run_cells("04_budget", district="trenggalek", initiative="biofarmaka")
    assert status_of(scope, "codes_valid") == "unknown"
    assert "contoh panduan (2021), bukan kode anggaran daerah" in first_page_of(scope)
    due = run_cells("04_budget", district="aceh-barat", initiative="")["due"]
    said = " ".join(due[["step", "proposal", "recipient", "rule"]].fillna("").agg(" ".join, axis="columns"))
    assert "DPRK" in said and "Musrenbang gampong" in said and "keuchik" in said
    assert "DPRD" not in said and "Musrenbang desa" not in said and "kepala desa" not in said


def test_months_that_have_passed_are_said_to_have_passed_and_the_step_follows_the_possible_allocation(
    run_cells, edit_table
):
    edit_table("allocations", lambda f: f[f["source_id"] != "MITRA-2026"])

    def told(**day: str) -> tuple[str, str]:
        gate = run_cells("04_budget", **day)["gate"]
        (gap,) = [c for c in gate.criteria if c.id == "gap_small"]
        return str(gap.evidence), str(gap.next_step.sentence)

    evidence, step = told(as_of="2027-02-01")
    assert evidence.endswith("(sudah lewat, belum dibiayai).") and step.startswith(
        "Catat cara bulan yang sudah lewat"
    )
    evidence, step = told(as_of="2026-07-01")
    assert (
        "; 4 (2026)" in evidence or "4 (2026), 5 (2026), 6 (2026) (sudah lewat, belum dibiayai)" in evidence
    )
    assert step.startswith("Alokasikan sumber yang pagunya masih cukup") and " 4 (2026)" not in step


def test_money_outside_the_months_of_its_source_is_a_fault_and_a_should(run_cells, edit_table):
    late = lambda f: f.assign(month_from=f["month_from"].mask(f["source_id"] == "BANK-2026", "8"))  # noqa: E731
    edit_table("funding_sources", late)
    scope = run_cells("04_budget")
    named = [a for a in alarms_of(scope) if "tidak tersedia pada bulan atau tahun" in a]
    in_july = (
        scope["lines"]
        .query("month < 8")
        .merge(scope["allocations"].query("source_id == 'BANK-2026'"), on="line_id")
    )
    assert len(named) == len(in_july) > 0
    assert status_of(scope, "money_in_time") == "failed"
    assert alarms_of(scope) == set(named)  # the months that lack just this money are no fault of their own
    (line_id,) = in_july["line_id"].head(1)
    edit_table(*drop_allocation(line_id))
    month = f"Bulan {in_july['month'].iloc[0]} (2026): kebutuhan belum tertutup."
    late_line = f"Butir {line_id}: sumbernya tidak tersedia pada bulan atau tahun butir itu."
    assert alarms_of(run_cells("04_budget")) == set(named) - {late_line} | {month}


def test_the_uses_of_village_money_that_the_guide_names_stand_on_the_first_page(run_cells):
    said = first_page_of(run_cells("04_budget", district="trenggalek", initiative="biofarmaka"))
    assert "modal kerja BUMDesma (Pakel, Pulo, Jombok)" in said
    assert "rumah produksi BUMDesma" in said


def test_lines_in_the_workbook_add_up_to_the_gap(run_cells):
    scope = run_cells("04_budget")
    whole = scope["gap"].query("dimension == 'keseluruhan'")
    assert scope["costs"]["need_idr"].sum() == pytest.approx(whole["need_idr"].sum())
    assert scope["costs"]["uncovered_idr"].sum() == pytest.approx(whole["uncovered_idr"].sum())


def test_the_calendar_keeps_rule_legal_basis_certainty_and_the_other_reading(run_cells):
    from perantara.show.budget_calendar import find_deadlines, show_steps

    scope = run_cells("04_budget")
    shown = show_steps(scope["stage"], find_deadlines(scope["stage"])).bundle["text/plain"]
    assert "PP 12/2019 Pasal 104 ayat (1)" in shown
    assert "menurut ingatan penyusun; periksa naskahnya" in shown
    assert "Bacaan lain: Paling lambat 60 hari kerja" in shown
    assert "usulan kegiatan dan plafon sementara; kepada TAPD" in shown


def test_months_outside_the_timeline_of_the_concept_are_named_by_block(run_cells, monkeypatch):
    def timeline(first: str, last: str) -> list[str]:
        figures = [
            {"id": "timeline_first_month", "value": first},
            {"id": "timeline_last_month", "value": last},
        ]
        monkeypatch.setattr("perantara.stage.Stage.findings", lambda _self, _name: {"figures": figures})
        return [
            str(fault) for fault in run_cells("04_budget")["stage"].faults if "di luar tahapan" in str(fault)
        ]

    assert timeline("2026-01", "2027-11") == []
    told = timeline("2026-02", "2026-11")  # January and December: preparation and the team
    assert {said.split(":")[0] for said in told} == {"Kelompok biaya persiapan", "Kelompok biaya Tim Kerja"}
    assert all("(02-2026 sampai 11-2026)" in said for said in told)


def test_own_words_of_a_district_stand_in_notes_and_headings(run_cells):
    scope = run_cells("04_budget")
    stage, eligibility = scope["stage"], scope["eligibility"].head(1)
    stage.place.district.content["terms"] = {"village": "gampong", "village_head": "keuchik"}
    eligibility = eligibility.assign(is_village_head_missing=True, note=NOTES["village head"])
    shown = show_eligibility(stage, eligibility).bundle["text/html"]
    assert "Anggaran gampong (APBDes) dipakai setelah keuchik duduk" in shown and "kepala desa" not in shown
    columns = scope["results"]["eligibility"].head(1)[["line_id", "is_village_head_missing"]]
    assert (
        "APBDes tanpa keuchik" in show_table(stage, columns, "eligibility", caption="Uji").bundle["text/html"]
    )
