from __future__ import annotations

import os
import subprocess
import sys

import pandas as pd
import pytest

from perantara.errors import PlaceError, StageError, TableError
from perantara.methods.context import select_district
from perantara.stage import Stage
from perantara.stage.gate import Measure
from perantara.stage.parameters import read_defaults
from perantara.tables.places import PROGRAMME
from perantara.text import Sentence, current_language

HEAD = "cycle,village_code_kemendagri,weight_kg,grade,basis,source,data_date\n"
ROW = "2026,00.07.01.2001,12.5,A,rekaan,Catatan panen,2026-06-01\n"
OTHER = "2026,00.07.01.2002,20,A,rekaan,Catatan koperasi,2026-06-03\n"


def messages(sentences: list[Sentence]) -> list[str]:
    return [str(sentence) for sentence in sentences]


# opening -------------------------------------------------------------------------------


def test_a_stage_knows_its_place(bench):
    stage = bench.open()
    assert (stage.district.title, stage.initiative.title) == (
        "Kabupaten Uji", "Keperantaraan pasar madu Kabupaten Uji",
    )  # fmt: skip
    assert (stage.cycle, stage.as_of) == ("2026", "2026-11-24")
    assert stage.terms["head"] == "Bupati"


def test_an_unknown_district_is_refused(bench):
    with pytest.raises(PlaceError, match=r'Daerah "ujj" tidak dikenal\. Mungkin maksudnya "uji"'):
        bench.open(district="ujj")


def test_an_unknown_cycle_is_refused(bench):
    with pytest.raises(PlaceError, match="Siklus 2031 tidak ada di uji/madu"):
        bench.open(cycle="2031")


def test_the_folder_in_which_one_stands_does_not_matter(bench, monkeypatch, tmp_path):
    (tmp_path / "kosong").mkdir()
    monkeypatch.chdir(tmp_path / "kosong")
    bench.close(bench.open())
    assert not any((tmp_path / "kosong").iterdir())


def test_without_any_environment_the_root_is_that_of_the_package(tmp_path):
    # a bare kernel in an empty folder still finds the shipped district
    given = read_defaults(PROGRAMME / "notebooks" / "02_concept.ipynb") | {"initiative": "kopi"}
    program = (
        "from perantara.stage import Stage\n"
        f"stage = Stage.open('02_concept', {given!r})\n"
        "print(stage.place.address)"
    )
    bare = {k: v for k, v in os.environ.items() if not k.startswith("PERANTARA_")}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
    )
    assert run.stdout.split() == ["contoh/kopi/2026"], run.stderr
    assert not any(tmp_path.iterdir())


def test_the_language_is_set_when_a_stage_opens(bench, monkeypatch):
    monkeypatch.setenv("PERANTARA_LANGUAGE", "en")
    bench.open()
    assert current_language() == "en"
    monkeypatch.delenv("PERANTARA_LANGUAGE")
    bench.open()
    assert current_language() == "id"


def test_a_wrong_table_stops_the_stage_with_every_fault(bench):
    bench.rows("harvest", HEAD + ROW.replace("12.5", "banyak") + OTHER.replace("2026-06-03", "kemarin"))
    with pytest.raises(TableError, match="2 kesalahan"):
        bench.open()


# reading -------------------------------------------------------------------------------


def test_only_rows_of_the_cycle_are_read(bench):
    assert bench.open().table("harvest")["weight_kg"].to_list() == [12.5, 20.0]
    assert bench.open(cycle="2025").table("harvest")["weight_kg"].to_list() == [5.0]


@pytest.mark.parametrize("ask", ["table", "reading", "has", "basis_of", "source_note"])
def test_a_table_that_the_stage_does_not_declare_is_refused(bench, ask):
    with pytest.raises(StageError, match='Tabel "actors" tidak tercantum di bawah reads dalam 91_harvest'):
        getattr(bench.open(), ask)("actors")


def test_a_stage_that_is_not_declared_is_refused(bench):
    with pytest.raises(StageError, match='Tahap "02_concept" tidak tercantum di bawah reads dalam 92_market'):
        bench.open("92_market").findings("02_concept")


def test_complete_data_have_no_gaps_and_no_alarms(bench):
    stage = bench.open()
    assert (stage.gaps, stage.alarms) == ([], [])


def test_a_missing_table_is_a_gap_with_why_and_holder(bench):
    (bench.root / "districts/uji/madu/offers.csv").unlink()
    stage = bench.open()
    assert stage.gaps == [
        {"table": "offers", "columns": [], "why": "Tawaran menentukan harga.", "holder": "Dinas Perdagangan"}
    ]
    assert stage.table("offers").empty
    assert not stage.has("offers")
    assert stage.has("harvest")


def test_a_table_without_rows_of_the_cycle_is_a_gap(bench):
    bench.rows("harvest", HEAD + ROW.replace("2026,", "2025,"))
    (gap,) = bench.open().gaps
    assert (gap["table"], gap["columns"]) == ("harvest", [])


def test_a_needed_column_that_is_wholly_empty_is_a_gap(bench):
    bench.rows("harvest", HEAD + ROW.replace(",A,", ",,") + OTHER.replace(",A,", ",,"))
    (gap,) = bench.open().gaps
    assert (gap["table"], gap["columns"], gap["holder"]) == ("harvest", ["grade"], "Dinas Perkebunan")


def test_a_needed_column_with_one_value_is_no_gap_and_zero_is_a_value(bench):
    bench.rows("harvest", HEAD + ROW.replace("12.5", "0") + OTHER.replace("20,A", ","))
    assert bench.open().gaps == []


def test_a_stage_that_was_not_run_is_a_gap(bench, monkeypatch):
    (gap,) = bench.open("92_market").gaps
    assert gap["table"] == "91_harvest"
    assert "belum dijalankan" in gap["why"]
    bench.publish(monkeypatch)
    assert bench.open("92_market").gaps == []


def test_an_incomplete_result_counts_as_not_run(bench, monkeypatch):
    folder = bench.publish(monkeypatch)
    (folder / "tables/harvest_summary.csv").unlink()
    assert len(bench.open("92_market").gaps) == 1


def test_findings_of_the_last_cycle_are_read_from_there(bench, monkeypatch):
    assert [gap["table"] for gap in bench.open("93_next").gaps] == ["91_harvest"]
    bench.publish(monkeypatch, cycle="2025", weight=1.0)
    stage = bench.open("93_next")
    assert stage.gaps == []
    assert (stage.findings("91_harvest")["cycle"], stage.findings("91_harvest")["result"]) == (
        "2025",
        "repeat",
    )


def test_a_table_that_another_stage_wrote_is_read_with_its_types(bench, monkeypatch):
    assert bench.open("92_market").result("91_harvest", "harvest_summary").empty
    bench.publish(monkeypatch)
    stage = bench.open("92_market")
    read = stage.result("91_harvest", "harvest_summary")
    assert read["weight_kg"].tolist() == bench.summary()["weight_kg"].tolist()
    with pytest.raises(StageError, match='Tahap "91_harvest" tidak menulis tabel "offers"'):
        stage.result("91_harvest", "offers")


def test_the_first_cycle_has_no_last_one_and_no_gap_for_it(bench):
    stage = bench.open("93_next", cycle="2025")
    assert stage.findings("91_harvest") is None
    assert stage.gaps == []


def test_a_partial_table_raises_an_alarm_with_its_coverage(bench):
    bench.rows("harvest", HEAD + ROW)
    assert messages(bench.open().alarms) == [
        "Panen madu belum lengkap: 1 dari 2 desa sasaran, s.d. 1 Juni 2026."
    ]


@pytest.mark.parametrize(("as_of", "count"), [("2027-06-03", 0), ("2027-06-04", 1)])
def test_a_table_older_than_it_may_be_raises_an_alarm(bench, as_of, count):
    # the newest row is of 3 June 2026 and may be 365 days old
    alarms = messages(bench.open(as_of=as_of).alarms)
    assert alarms == ["Panen madu: data terakhir bertanggal 3 Juni 2026; mutakhirkan."] * count


def test_rows_dated_after_the_day_of_the_stage_raise_an_alarm(bench):
    alarms = messages(bench.open(as_of="2026-06-02").alarms)
    assert alarms == ["Panen madu memuat data bertanggal 3 Juni 2026, sesudah tanggal acuan."]


def test_a_cycle_closed_with_a_day_is_seen_from_that_day(bench):
    path = bench.root / "districts/uji/madu/initiative.yml"
    path.write_text(path.read_text().replace("status: closed", "status: closed, as_of: 2025-12-31"))
    later = ROW.replace("2026,", "2025,", 1).replace("2001", "2002")  # dated 2026, of the closed cycle
    bench.rows("harvest", HEAD + ROW.replace("2026", "2025") + later)
    stage = bench.open(cycle="2025", as_of="")
    assert stage.as_of == "2025-12-31"
    assert list(stage.table("harvest")["village_code_kemendagri"]) == ["00.07.01.2001"]
    assert not any("sesudah tanggal acuan" in str(alarm) for alarm in stage.alarms)
    assert bench.open(cycle="2025", as_of="2025-06-30").as_of == "2025-06-30"  # a given day goes first


def test_facts_of_years_long_past_raise_one_alarm_of_their_table(bench):
    cell = ['district = "uji"', 'initiative = ""', 'cycle = ""', 'as_of = ""']
    bench.stage("94_context", "title: Konteks\nreads: {reference: [regional_facts]}\n", cell)
    stage = bench.open("94_context")
    assert not stage.alarms  # nothing of it was used
    own = select_district(stage.table("regional_facts"), "35.03")
    years = {row.indicator_title: int(row.period[:4]) for row in own.itertuples()}
    # max_age_years of the declaration
    old = sorted((year, name) for name, year in years.items() if 2026 - year > 3)
    assert len(old) > 5
    listed = "; ".join(f"{name}, {year}" for year, name in old[:5])
    for _again in range(2):
        stage.source_note("regional_facts", rows=own)
        stage.source_note("regional_facts", rows=own[own["indicator"] == "poverty_rate_pct"])
    assert [str(alarm) for alarm in stage.alarms] == [
        f"Angka acuan wilayah: {len(old)} dari {len(years)} indikator yang dipakai berumur lebih dari "
        f"3 tahun ({listed} dan {len(old) - 5} lainnya); cari terbitan yang lebih baru."
    ]


def test_facts_of_late_years_raise_no_alarm_though_their_series_is_long(bench):
    cell = ['district = "uji"', 'initiative = ""', 'cycle = ""', 'as_of = ""']
    bench.stage("94_context", "title: Konteks\nreads: {reference: [regional_facts]}\n", cell)
    stage = bench.open("94_context")
    facts = stage.table("regional_facts")
    prices = facts[facts["indicator"] == "coffee_price_usd_per_kg"]  # 2018-12 to 2026-05
    stage.source_note("regional_facts", rows=prices)
    assert not stage.alarms


def test_another_encoding_raises_an_alarm(bench):
    bench.rows("harvest", (HEAD + ROW + OTHER).replace("Catatan koperasi", "Catatan Café"), "cp1252")
    assert messages(bench.open().alarms) == ["Panen madu dibaca dengan pengodean cp1252, bukan UTF-8."]


@pytest.mark.parametrize("encoding", ["UTF-8", "utf_8", "ascii"])
def test_a_stated_utf_8_raises_no_alarm_however_it_is_spelt(bench, encoding):
    path = bench.root / "districts/uji/madu/initiative.yml"
    path.write_text(path.read_text() + f"files: {{harvest: {{encoding: {encoding}}}}}\n")
    assert bench.open().alarms == []


# saying --------------------------------------------------------------------------------


def test_a_cell_that_is_run_again_says_nothing_twice(bench):
    stage = bench.open()
    for weight in (1.0, 2.0):
        stage.state("Ada %(villages)s desa.", villages=2)
        stage.figure("harvest_kg", weight, "kg", "harvest")
    assert messages(stage.statements) == ["Ada 2 desa."]
    assert [figure["value"] for figure in stage.figures] == [2.0]


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA])
def test_a_figure_that_is_not_known_is_kept_as_unknown(bench, value):
    stage = bench.open()
    stage.figure("harvest_kg", value, "kg", "harvest")
    assert stage.figures[0]["value"] is None


def test_a_figure_carries_unit_basis_access_and_source(bench):
    stage = bench.open()
    stage.figure("harvest_kg", 32.5, "kg", "harvest")
    assert stage.figures == [
        {
            "id": "harvest_kg", "value": 32.5, "unit": "kg", "basis": "rekaan", "access": "publik",
            "source": "Catatan koperasi; Catatan panen (data s.d. 3 Juni 2026)",
        }
    ]  # fmt: skip


def make_real(bench):
    """Move the district to a real code, so that other bases than ``rekaan`` may be written."""
    for name in ("district.yml", "madu/initiative.yml"):
        path = bench.root / "districts/uji" / name
        text = path.read_text().replace("00.07", "35.04").replace("rekaan: true", "rekaan: false")
        path.write_text(text)


def test_the_basis_of_a_derived_figure_is_the_weakest_of_its_inputs(bench):
    make_real(bench)
    rows = HEAD + ROW.replace("rekaan", "resmi") + OTHER.replace("rekaan", "perkiraan")
    bench.rows("harvest", rows.replace("00.07", "35.04"))
    bench.rows("offers", "price_idr,basis,source\n1,keterangan,Surat\n")
    stage = bench.open()
    assert stage.basis_of("offers") == "keterangan"
    assert stage.basis_of("harvest") == stage.basis_of("harvest", "offers") == "perkiraan"
    stage.figure("first_kg", 12.5, "kg", "harvest", rows=stage.table("harvest").head(1))
    assert stage.figures[0]["basis"] == "resmi"  # only this row was used


def test_a_missing_table_has_no_basis(bench):
    (bench.root / "districts/uji/madu/offers.csv").unlink()
    stage = bench.open()
    assert stage.basis_of("offers") == ""
    assert stage.basis_of("offers", "harvest") == "rekaan"


@pytest.mark.parametrize(
    ("tables", "level"),
    [
        (["harvest"], "publik"),
        (["harvest_summary"], "internal"),
        (["harvest", "harvest_summary"], "internal"),
        (["offers", "harvest"], "rahasia"),
        ([], "internal"),
    ],
)
def test_the_access_of_what_is_shown_is_the_strictest(bench, tables, level):
    assert bench.open().access_of(*tables) == level


def test_a_source_note_names_each_source_once_and_remembers_it(bench):
    stage = bench.open()
    note = stage.source_note("harvest", "harvest", "harvest_summary")
    assert note == (
        "Catatan koperasi; Catatan panen; disusun buku ini dari tabel yang dibacanya (data s.d. 3 Juni 2026)"
    )
    assert stage.used_sources == {
        ("Panen madu", "Catatan koperasi", "rekaan"), ("Panen madu", "Catatan panen", "rekaan"),
    }  # fmt: skip


def test_a_source_note_of_rows_names_only_theirs(bench):
    stage = bench.open()
    rows = stage.table("harvest").head(1)
    assert stage.source_note("harvest", rows=rows) == "Catatan panen (data s.d. 1 Juni 2026)"
    assert stage.used_sources == {("Panen madu", "Catatan panen", "rekaan")}
    assert stage.source_note("harvest", rows=rows.drop(columns="data_date")) == "Catatan panen"


def test_where_there_are_no_rows_there_is_no_source(bench):
    stage = bench.open()
    assert stage.source_note("harvest", rows=stage.table("harvest").head(0)) == "tidak ada data"
    assert stage.used_sources == set()


# the gate ------------------------------------------------------------------------------


def test_a_criterion_takes_unit_and_setter_of_its_parameter_and_the_basis_of_its_tables(bench):
    stage = bench.open()
    criterion, _buyers = bench.gate(stage).criteria
    assert (criterion.threshold, criterion.unit, criterion.set_by) == (10.0, "kg", "usulan perantara")
    assert criterion.basis == "rekaan"


def test_a_threshold_changed_for_one_run_says_that_it_is_a_trial(bench):
    criterion, _buyers = bench.gate(bench.open(weight_minimum_kg=15)).criteria
    assert (criterion.threshold, criterion.set_by) == (15.0, "uji coba")


def test_a_declared_criterion_is_worded_from_what_was_measured_and_from_the_terms(bench):
    weight, buyers = bench.gate(bench.open(), weight=20.25).criteria
    assert str(weight.evidence) == "Panen 20,2 kg dari desa."
    assert weight.evidence.arguments == {"value": 20.2, "village": "desa"}
    assert str(buyers.evidence) == "Cukup: Satu."


def test_a_next_step_names_who_does_it_and_a_proposed_date_after_the_day_of_reference(bench):
    failed, _buyers = bench.gate(bench.open(), weight=1.0).criteria
    assert (
        str(failed.next_step) == "Tambah panen. Pelaksana: Dinas Uji; tenggat yang diusulkan 4 Desember 2026."
    )
    asked, _buyers = bench.gate(bench.open(), weight=None).criteria
    assert str(asked.next_step).startswith("Data panen.")
    assert str(asked.evidence) == "Belum ada panen."


def test_a_measure_may_bring_its_own_date(bench):
    weight, _buyers = bench.open().judge(weight=Measure(1, due="2027-01-31"), buyers=0).criteria
    assert weight.next_step.as_json() == {
        "message": "Tambah panen.", "arguments": {}, "who": "Dinas Uji", "due": "2027-01-31",
    }  # fmt: skip


@pytest.mark.parametrize("measures", [{"weight": 1}, {"weight": 1, "buyers": 1, "other": 1}])
def test_exactly_the_declared_criteria_are_judged(bench, measures):
    with pytest.raises(StageError, match=r"91_harvest menilai .*, padahal dideklarasikan buyers, weight"):
        bench.open().judge(**measures)


def test_a_sentence_that_names_what_was_not_measured_is_refused(bench):
    with pytest.raises(StageError, match=r'Kalimat "Cukup: .*": "named" tidak dikenal'):
        bench.open().judge(weight=1, buyers=5)


def test_no_name_of_the_contract_goes_missing():
    names = (
        "open close table reading has findings state figure judge decision source_note basis_of access_of "
        "district initiative cycle as_of terms"
    )
    assert all(hasattr(Stage, name) for name in names.split())


def test_an_open_stage_shows_what_it_holds(bench):
    stage = bench.open()
    names = "gaps alarms statements figures parameters place declaration store used_sources"
    assert all(hasattr(stage, name) for name in names.split())
