"""Opening tables: layers, cache, what is missing, partial and old, and frames."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perantara.errors import PlaceError, ResultError, StageError, TableError
from perantara.tables import store as store_module
from perantara.tables.declaration import Field, TableDeclaration
from perantara.tables.places import PROGRAMME, Roots
from perantara.tables.store import TableStore, canonical_csv, from_frame, to_frame, write_beside

# layers ------------------------------------------------------------------------------------


def test_a_file_of_the_workspace_shadows_the_shipped_one_which_is_never_written(desk):
    shipped = PROGRAMME / "data" / "districts" / "contoh" / "kopi" / "umk_census.csv"
    before = hashlib.sha256(shipped.read_bytes()).hexdigest()
    assert desk.read().path == "data/districts/contoh/kopi/umk_census.csv"
    desk.write_census({})
    assert desk.read().path == "kerja/districts/contoh/kopi/umk_census.csv"
    assert len(desk.read().rows) == 1
    assert hashlib.sha256(shipped.read_bytes()).hexdigest() == before


def test_a_workspace_may_declare_a_table_of_its_own(desk):
    desk.write(
        "tables/coba.yml",
        "name: coba\ntitle: C\nscope: initiative\nfields: [{name: a, type: string, title: A}]",
    )
    desk.write("districts/contoh/kopi/coba.csv", "a\nx\n")
    assert desk.read(table="coba").rows == ({"a": "x"},)


def test_an_unknown_table_is_answered_with_the_nearest(desk):
    with pytest.raises(StageError, match=r'"umk_censu" tidak dideklarasikan; mungkin maksudnya "umk_census"'):
        desk.read(table="umk_censu")


def test_a_table_of_a_place_is_not_read_without_one(workspace):
    with pytest.raises(StageError, match='Tabel "actors" milik suatu tempat; sebutkan tempatnya'):
        TableStore(Roots.find()).read("actors")


def test_a_file_stated_for_an_unknown_table_is_refused_and_not_passed_over(desk):
    desk.state("files: {umk_censu: {delimiter: ';'}}")
    with pytest.raises(PlaceError, match=r'files menyebut "umk_censu".*mungkin maksudnya "umk_census"'):
        desk.read()


# cache -------------------------------------------------------------------------------------


@pytest.fixture
def checks(monkeypatch):
    """The tables that were really checked, in order."""
    checked: list[str] = []
    check = store_module._check

    def counted(file, text):
        checked.append(file.declaration.name)
        return check(file, text)

    monkeypatch.setattr(store_module, "_check", counted)
    return checked


def test_a_second_read_does_not_check_again(desk, checks):
    desk.write_census({"owner_name": 'Ibu "Sri"\n, dkk.'}, {})
    first, second = desk.read(), desk.read()
    assert checks == ["umk_census"]
    assert (second.rows, second.sha256, second.encoding) == (first.rows, first.sha256, first.encoding)


def test_reading_a_table_of_a_place_checks_no_other_though_those_with_names_are_looked_into(desk, checks):
    desk.write_census({"is_poor": "entah"})
    desk.read(table="actors")
    assert checks == ["actors"]


def test_clean_tables_are_kept_outside_the_reports_for_their_owner_only(desk, tmp_path, workspace):
    desk.write_census({"owner_name": "Pemilik 001"})
    desk.read()
    kept = [
        p for p in tmp_path.rglob("*.csv") if p.parent.name == "tables" and p.parent.parent.name == "cache"
    ]
    assert any("Pemilik 001" in path.read_text(encoding="utf-8") for path in kept)
    assert all(path.is_relative_to(workspace / ".perantara" / "cache") for path in kept)
    assert (workspace / ".perantara" / "cache").stat().st_mode & 0o777 == 0o700
    assert not list((tmp_path / "laporan").rglob("*"))


def test_a_workspace_that_nothing_can_be_written_into_is_read_all_the_same(desk, workspace, checks):
    desk.write_census({})
    (workspace / ".perantara").write_text("not a folder", encoding="utf-8")
    assert desk.read().rows == desk.read().rows
    assert checks == ["umk_census"] * 2


def test_the_encoding_is_still_said_from_the_cache(desk, checks):
    desk.write("districts/contoh/kopi/umk_census.csv", desk.census({"owner_name": "André"}).encode("cp1252"))
    assert [desk.read().encoding, desk.read().encoding] == ["cp1252", "cp1252"]
    assert len(checks) == 1


def test_changed_bytes_are_checked_anew(desk, checks):
    desk.write_census({})
    desk.read()
    desk.write_census({"owner_name": "Lain"})
    assert desk.read().rows[0]["owner_name"] == "Lain"
    assert len(checks) == 2


def test_a_changed_declaration_is_checked_anew(desk, checks):
    desk.write_census({"owner_age_years": "40"})
    desk.read()
    declared = (PROGRAMME / "data/tables/umk_census.yml").read_text(encoding="utf-8")
    desk.write("tables/umk_census.yml", declared.replace("minimum: 10, maximum: 110", "minimum: 50"))
    assert "tidak boleh kurang dari 50" in str(desk.error())
    assert len(checks) == 2


def test_a_changed_dialect_is_checked_anew(desk, checks):
    desk.write_census({"production_per_month": "1500.25"})
    desk.read()
    desk.state('files: {umk_census: {decimal: ","}}')
    assert '"1500.25" — bukan bilangan' in str(desk.error())
    assert len(checks) == 2


def test_the_same_bytes_under_another_district_are_checked_anew(desk, checks):
    path = desk.write_census({})
    desk.read()
    desk.write("districts/trenggalek/biofarmaka/umk_census.csv", path.read_bytes())
    assert "kode daerah lain" in str(desk.error("trenggalek/biofarmaka"))
    assert len(checks) == 2


def test_a_changed_list_of_regions_is_checked_anew(desk, checks):
    desk.read("contoh/kopi", "regional_facts")
    regions = (PROGRAMME / "data/reference/regions.csv").read_text(encoding="utf-8")
    without = "".join(line for line in regions.splitlines(keepends=True) if not line.startswith("35.03,"))
    desk.write("reference/regions.csv", without)
    store = TableStore(Roots.find())
    with pytest.raises(TableError, match=r"35\.03 tidak ada dalam daftar wilayah"):
        store.read("regional_facts")
    assert len(checks) == 2


def test_a_faulty_file_is_never_kept(desk, checks, workspace):
    desk.write_census({"is_poor": "entah"})
    desk.error()
    desk.error()
    assert len(checks) == 2
    assert not (workspace / ".perantara").exists()


def test_a_locked_file_is_told_with_what_to_close(desk, monkeypatch):
    desk.write_census({})

    def locked(path):
        raise PermissionError(13, "locked")

    monkeypatch.setattr(Path, "read_bytes", locked)
    words = str(desk.error())
    assert "berkas terkunci atau tidak boleh dibaca" in words
    assert "Tutup berkas itu di Excel atau aplikasi lain" in words


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "laporan").write_text("a file where the folder of reports should be")
    with pytest.raises(ResultError, match=r"(?s)tidak dapat ditulis \(.*Periksa izin folder.*--reports"):
        write_beside(tmp_path / "laporan" / "a.csv", "a")


def test_a_failed_write_leaves_neither_half_a_file_nor_the_old_one_changed(tmp_path, monkeypatch):
    target = tmp_path / "a.csv"
    target.write_text("lama")

    def locked(source, destination):
        raise PermissionError(13, "open in Excel")

    monkeypatch.setattr(store_module.os, "replace", locked)
    with pytest.raises(ResultError, match=r"a\.csv tidak dapat ditulis \(open in Excel\)"):
        write_beside(target, "baru")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert target.read_text() == "lama"


# missing, partial, old -----------------------------------------------------------------------

SURVEY = """\
name: village_survey
title: Pendataan desa
scope: district
max_age_days: 365
coverage: {by: village_code_kemendagri, expected: villages, noun: desa}
fields:
  - {name: village_code_kemendagri, type: string, title: Kode, code: kemendagri_village}
  - {name: data_date, type: date, title: Tanggal}
"""


def survey(desk, count, day="2026-08-14"):
    rows = "".join(f"35.03.01.{2000 + n},{day}\n" for n in range(count))
    desk.write("tables/village_survey.yml", SURVEY)
    desk.write("districts/trenggalek/village_survey.csv", "village_code_kemendagri,data_date\n" + rows)
    return desk.read("trenggalek/biofarmaka", "village_survey")


def test_a_partial_table_says_its_coverage_and_its_date(desk):
    reading = survey(desk, 60)
    assert reading.describe_coverage() == "60 dari 152 desa, s.d. 14 Agustus 2026"
    assert reading.is_partial
    assert not reading.is_missing


def test_a_table_of_all_that_is_expected_is_not_partial(desk):
    reading = survey(desk, 152)
    assert reading.describe_coverage().startswith("152 dari 152 desa")
    assert not reading.is_partial


def test_a_missing_table_is_neither_wrong_nor_partial(desk):
    reading = desk.read("trenggalek/biofarmaka")
    assert (reading.is_missing, reading.is_partial, reading.rows, reading.sha256) == (True, False, None, "")
    assert reading.expected == 3  # target villages of initiative.yml
    assert reading.frame().empty
    assert list(reading.frame().columns) == reading.declaration.field_names


def test_only_the_target_villages_count_for_the_coverage(desk):
    villages = ("35.03.03.2005", "35.03.03.2005", "35.03.03.2001")  # the last is no target
    desk.write_census(
        *[{"village_code_kemendagri": code} for code in villages], place="trenggalek/biofarmaka"
    )
    reading = desk.read("trenggalek/biofarmaka")
    assert reading.describe_coverage().startswith("1 dari 3 desa sasaran")
    assert reading.is_partial


@pytest.mark.parametrize(("own", "noun"), [("", "desa"), ("{village: gampong}", "gampong")])
def test_the_coverage_speaks_of_villages_as_the_district_does(desk, own, noun):
    statement = Roots.find().find_file("districts/trenggalek/district.yml").read_text(encoding="utf-8")
    desk.write("districts/trenggalek/district.yml", statement.replace("terms: {}", f"terms: {own or '{}'}"))
    desk.write_census(place="trenggalek/biofarmaka")
    words = desk.read("trenggalek/biofarmaka").describe_coverage()
    assert words.startswith(f"1 dari 3 {noun} sasaran")


@pytest.mark.parametrize(("as_of", "old"), [("2027-08-14", False), ("2027-08-15", True)])
def test_a_table_is_old_the_day_after_it_may_be(desk, as_of, old):
    assert survey(desk, 60).is_old(as_of) is old  # 2026-08-14 and 365 days


def test_a_table_without_a_limit_or_a_date_is_never_old(desk):
    assert not desk.read(table="decisions").is_old("2999-01-01")
    assert not desk.read("trenggalek/biofarmaka").is_old("2999-01-01")


def test_the_rows_of_a_cycle_are_its_own_and_those_of_no_cycle(desk):
    header = "actor_id,cycle,name,actor_type,role,location,commitment,basis,source,data_date\n"
    rows = "".join(
        f"{number},{cycle},N,umk,R,,calon,rekaan,Data rekaan,{year}-01-01\n"
        for number, cycle, year in [("A", "", 2024), ("B", "2025", 2025), ("C", "2026", 2026)]
    )
    desk.write("districts/contoh/kopi/actors.csv", header + rows)
    reading = desk.read(table="actors")
    assert [row["actor_id"] for row in reading.for_cycle("2025").rows] == ["A", "B"]
    assert reading.for_cycle("2025").data_date == "2025-01-01"
    assert reading.for_cycle("2024").sha256 != reading.sha256
    assert not reading.for_cycle("2024").is_missing  # A holds for every cycle


def test_bases_and_sources_are_those_of_the_rows(desk):
    desk.write_census({}, {"source": "Buku desa"}, {})
    reading = desk.read()
    assert reading.bases == ["rekaan"]
    assert reading.sources == [("Buku desa", "rekaan"), ("Data rekaan", "rekaan")]


# frames --------------------------------------------------------------------------------------

TYPES = ["string", "integer", "number", "year", "date", "boolean"]
WIDE = TableDeclaration("wide", "Wide", "result", tuple(Field(name, name, name) for name in TYPES))
_numbers = st.integers(-(10**12) + 1, 10**12 - 1).map(lambda n: f"{n / 1000:.12g}")
_rows = st.fixed_dictionaries(
    {
        "string": st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=9),
        "integer": st.integers(-(10**15), 10**15).map(str) | st.just(""),
        "number": _numbers | st.just(""),
        "year": st.integers(1900, 2100).map(str) | st.just(""),
        "date": st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)).map(str) | st.just(""),
        "boolean": st.sampled_from(["ya", "tidak", ""]),
    }
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.lists(_rows, max_size=6))
def test_canonical_rows_become_a_frame_and_the_same_rows_again(rows):
    frame = to_frame(WIDE, rows)
    assert from_frame(WIDE, frame) == rows
    assert canonical_csv(TYPES, from_frame(WIDE, frame)) == canonical_csv(TYPES, rows)


def test_a_frame_has_the_declared_types_and_aligns_missing_values():
    rows = [
        dict(zip(TYPES, ("x", "3", "1.5", "2026", "2026-08-14", "ya"), strict=True)),
        dict.fromkeys(TYPES, ""),
    ]
    frame = to_frame(WIDE, rows)
    assert [str(frame[name].dtype) for name in ("integer", "number", "year", "boolean")] == [
        "Int64",
        "float64",
        "Int64",
        "boolean",
    ]
    assert frame["date"][0] == pd.Timestamp("2026-08-14")
    assert frame.loc[1].isna().all()


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e15, "1000000000000000"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (2.0, "2"), (float("nan"), "")],
)
def test_a_float_is_written_at_twelve_digits_and_never_with_an_exponent(value, text):
    frame = to_frame(WIDE, [dict.fromkeys(TYPES, "")])
    frame["number"] = [value]
    assert from_frame(WIDE, frame)[0]["number"] == text


def test_a_frame_with_other_columns_is_refused():
    with pytest.raises(StageError, match="Tabel wide: kolom lain, padahal dideklarasikan string, integer"):
        from_frame(WIDE, pd.DataFrame({"lain": [1]}))
