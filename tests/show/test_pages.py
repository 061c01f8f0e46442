from __future__ import annotations

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from perantara.methods.context import select_district
from perantara.show.concept import judge_concept, state_findings
from perantara.show.concept_scope import reach_of_scope, reach_of_targets, score_options
from perantara.show.pages import (
    describe_decision,
    name_columns,
    next_steps,
    show_first_page,
    show_gate,
    show_guide_figures,
    show_sources,
)
from perantara.stage.gate import Gate, NextStep
from perantara.text import Sentence

DECISION = {
    "computed_result": "conditional",
    "decided_result": "proceed",
    "reason": "Pembeli menunggu",
    "deciding_body": "Tim Kerja",
    "position": "Ketua",
    "decision_date": "2026-07-15",
    "document": "Berita Acara 4/2026",
    "agrees_with_data": True,
}


def judged(stage):
    """Judge the concept of a stage as its notebook does."""
    own = select_district(stage.table("district_context"), stage.district.code_kemendagri)
    said = list(stage.statements)
    state_findings(stage, own)
    stage.statements = said or stage.statements
    reach = reach_of_scope(stage, own)
    return judge_concept(stage, reach, score_options(stage), reach_of_targets(stage), own)


def soup(display) -> BeautifulSoup:
    return BeautifulSoup(display.bundle["text/html"], "html.parser")


@pytest.fixture
def own(stage):
    return stage.table("district_context").query("region_code_kemendagri == '00.00'")


def test_the_first_page_answers_four_questions_with_one_next_steps(stage, own):
    state_findings(stage, own)
    page = soup(show_first_page(stage, judged(stage)))
    terms = [term.get_text() for term in page.select("dt")]
    assert terms == ["Temuan", "Seberapa yakin", "Yang belum diketahui", "Langkah berikutnya"]
    assert len(page.select("dt")[-1].find_next_siblings("dd")) == 1
    assert page.select_one(".gate-proceed").get_text() == "Dapat dilanjutkan"
    assert "rekaan untuk latihan" in page.get_text()


def test_a_decision_stands_on_the_first_page_of_its_cycle(open_stage):
    stage = open_stage(cycle="2025")
    stage.state("Ada temuan.")
    page = soup(show_first_page(stage, judged(stage)))
    assert "Keputusan" in [term.get_text() for term in page.select("dt")]


def test_a_decision_names_body_position_day_and_document():
    assert describe_decision(DECISION) == (
        'Diputuskan "Dapat dilanjutkan" oleh Tim Kerja (Ketua) pada 15 Juli 2026, Berita Acara 4/2026.'
    )


def test_data_that_disagree_with_a_decision_are_told_and_move_nothing():
    said = describe_decision({**DECISION, "agrees_with_data": False})
    assert said.endswith("keputusan tetap berlaku sampai ada keputusan baru.")
    assert '"Dapat dilanjutkan"' in said


def test_missing_tables_are_named_with_who_has_them(open_stage):
    stage = open_stage("anyaman")
    stage.state("Ada temuan.")
    text = soup(show_first_page(stage, judged(stage))).get_text(" ")
    assert "Keadaan awal lingkungan hidup — tanyakan kepada: Dinas Lingkungan Hidup" in text
    assert "belum lengkap: 2 dari 5 desa sasaran" in text


def test_the_gate_shows_threshold_who_set_it_evidence_and_status(stage):
    gate = judged(stage)
    rows = {
        row.th.get_text(): [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in soup(show_gate(stage, gate)).select("tbody tr")
    }
    cells = rows["Lima hasil perumusan konsep ada, paling tidak sebagai rancangan"]
    assert cells[:4] == ["5 hasil", "≥ 5 hasil", "panduan", "wajib"]
    assert cells[-1] == "terpenuhi"
    assert "5 dari 5 hasil sudah ada." in cells[4]
    assert next(iter(rows)).startswith("Ada calon mitra swasta")  # the market comes first


def test_the_next_step_follows_the_decision_where_there_is_one(stage):
    gate = judged(stage)
    assert next_steps(gate)[0].startswith("Bahas hasil ini dan catat keputusannya")
    assert next_steps(gate, DECISION)[0].startswith("Jalankan keputusan itu")
    assert next_steps(gate, {**DECISION, "agrees_with_data": False})[0].startswith("Bahas kembali")


def test_sources_list_what_was_shown_and_nothing_else(stage):
    stage.source_note("actors")
    text = soup(show_sources(stage)).get_text(" ")
    assert "Pelaku rantai pasar dan calon mitra" in text
    assert "Pendataan UMK" not in text


def test_the_guides_figures_carry_value_source_and_the_other_reading(stage):
    text = soup(show_guide_figures(stage)).get_text(" ")
    assert "99 % (KOMPAK (Desember 2021)" in text
    assert "Angka lain yang beredar: 99,99 persen" in text


def test_an_internal_amount_stands_on_the_first_page_and_is_only_named_in_the_public_one(stage):
    stage.state("Biaya seluruhnya Rp%(need)s.", access="internal", need=580061500)
    about = show_first_page(stage, judged(stage))
    assert "Biaya seluruhnya Rp580.061.500." in about.bundle["text/html"]
    assert about.metadata["perantara"]["access"] == "internal"
    public = about.metadata["perantara"]["public"]
    assert "Biaya seluruhnya Rp[hanya edisi internal]." in public
    assert "580" not in public


def test_faults_of_one_kind_are_folded_and_do_not_count_as_doubt(stage):
    stage.state("Ada temuan.")
    stage.faults = [Sentence("Kode %(item)s perlu diperbaiki.", {"item": f"5.0{n}"}) for n in range(10)]
    page = soup(show_first_page(stage, judged(stage)))
    answers = {term.get_text(): term.find_next_sibling("dd").get_text() for term in page.select("dt")}
    assert answers["Yang perlu diperbaiki"].startswith("10 temuan. Kode 5.00, 5.01,")
    assert "5.07 dan 2 lainnya perlu diperbaiki." in answers["Yang perlu diperbaiki"]
    assert "5.00" not in answers["Seberapa yakin"]


def answers_of(display) -> dict[str, str]:
    """Each heading of a first page with all that it says."""
    found: dict[str, str] = {}
    for part in soup(display).select("dt, dd"):
        if part.name == "dt":
            heading = part.get_text()
        found[heading] = found.get(heading, "") + (part.get_text() + " ") * (part.name == "dd")
    return found


def test_alarms_that_differ_only_in_their_table_are_one_sentence(stage):
    stage.state("Ada temuan.")
    old = "%(table)s: data terakhir bertanggal %(date)s; mutakhirkan."
    stage.alarms = [Sentence(old, {"table": t, "date": "1 Desember 2021"}) for t in ("Pelaku", "Harga")]
    stage.alarms.append(Sentence(old, {"table": "Tim", "date": "2 Mei 2020"}))
    sure = answers_of(show_first_page(stage, judged(stage)))["Seberapa yakin"]
    assert "Pelaku, Harga: data terakhir bertanggal 1 Desember 2021; mutakhirkan." in sure
    assert "Tim: data terakhir bertanggal 2 Mei 2020; mutakhirkan." in sure


def test_needed_columns_that_some_rows_have_not_filled_are_not_known_either(stage):
    stage.state("Ada temuan.")
    empty = sum(not row["is_poor"] for row in stage.reading("umk_census").rows)
    missing = answers_of(show_first_page(stage, judged(stage)))["Yang belum diketahui"]
    title = stage.reading("umk_census").declaration.field("is_poor").title
    assert empty > 0 and f"{title[0].lower()}{title[1:]}" in missing
    assert not re.search(rf"\b({empty}|183)\b", missing)  # a number of persons, and of all of them


def test_columns_are_named_by_their_titles(open_stage):
    stage = open_stage("anyaman")
    assert name_columns(stage.store, "umk_census", ["is_poor"]) != " (kolom is_poor)"
    assert name_columns(stage.store, "umk_census", ["unheard_of"]) == " (kolom unheard_of)"
    assert name_columns(stage.store, "umk_census", []) == ""


def test_a_closed_cycle_names_what_was_left_over_and_sets_no_day_for_it(open_stage, monkeypatch):
    stage = open_stage(cycle="2025")
    stage.state("Ada temuan.")
    monkeypatch.setattr(type(stage), "decision", lambda self, gate: None)
    left = Sentence("Catat pelaku.")
    criterion = replace(
        judged(stage).criteria[0], value=None, next_step=NextStep(left, "Bappeda", "2026-01-30")
    )
    answers = answers_of(show_first_page(stage, Gate((criterion,))))
    assert answers["Yang tersisa saat ditutup"] == "Catat pelaku. " and "Langkah berikutnya" not in answers
