"""The districts that ship: real ones with what is known, and contoh, which is made up."""

from __future__ import annotations

import csv
import filecmp
import shutil
import subprocess
import sys

import pytest

from perantara.tables.addresses import all_places, find_place
from perantara.tables.places import PROGRAMME, Roots, load_district
from perantara.tables.store import TableStore

DATA = PROGRAMME / "data"
ROOTS = Roots((DATA,), PROGRAMME / "reports")
PLACES = {f"{place.district.slug}/{place.initiative.slug}": place for place in all_places(ROOTS)}
SEVEN = {  # facts.md, section 1: slug, Kemendagri code, BPS code, province
    "aceh-barat": ("11.05", "1107", "Aceh"),
    "trenggalek": ("35.03", "3503", "Jawa Timur"),
    "bantaeng": ("73.03", "7303", "Sulawesi Selatan"),
    "lombok-utara": ("52.08", "5208", "Nusa Tenggara Barat"),
    "pemalang": ("33.27", "3327", "Jawa Tengah"),
    "pekalongan": ("33.26", "3326", "Jawa Tengah"),
    "pacitan": ("35.01", "3501", "Jawa Timur"),
}


@pytest.fixture
def store(workspace):
    return TableStore(Roots.find())


def tables_of(store, *scopes):
    return [name for name, declaration in store.declarations.items() if declaration.scope in scopes]


def test_the_initiatives_of_the_guide_ship():
    assert set(PLACES) == {
        "aceh-barat/eceng-gondok", "trenggalek/biofarmaka", "bantaeng/kopi", "bantaeng/rumput-laut",
        "lombok-utara/desa-wisata", "pemalang/nanas-madu", "pekalongan/awal", "pacitan/awal",
        "contoh/kopi", "contoh/anyaman",
    }  # fmt: skip


@pytest.mark.parametrize("address", PLACES)
def test_every_shipped_table_passes_its_check_and_its_rows_rest_on_what_they_may(store, address):
    place = PLACES[address]
    for table in tables_of(store, "district", "initiative"):
        rows = store.read(table, place).rows or ()
        made_up = {row["basis"] == "rekaan" for row in rows}
        assert made_up <= {place.district.is_rekaan}, table


def test_every_reference_table_is_there_passes_and_is_not_made_up(store):
    for table in tables_of(store, "reference"):
        if store.declaration(table).is_optional:
            continue
        reading = store.read(table)
        assert not reading.is_missing, table
        assert "rekaan" not in reading.bases, table


def test_every_csv_that_ships_belongs_to_a_declared_table(store):
    by_folder = {"reference": ("reference",), "districts": ("district", "initiative")}
    for path in DATA.rglob("*.csv"):
        scopes = by_folder[path.relative_to(DATA).parts[0]]
        assert path.stem in tables_of(store, *scopes), path


@pytest.mark.parametrize("slug", SEVEN)
def test_a_district_of_the_guide_has_the_codes_and_the_name_of_the_regions(slug):
    code, bps, province = SEVEN[slug]
    district = load_district(ROOTS, slug)
    region = ROOTS.regions[code]
    assert (district.code_kemendagri, district.content["district_code_bps"]) == (code, bps)
    assert (district.name, district.kind, bps) == (region["name"], region["level"], region["region_code_bps"])
    assert district.province == province == ROOTS.regions[region["province_code_kemendagri"]]["name"]
    assert district.is_compiled and not district.is_rekaan


@pytest.mark.parametrize("slug", SEVEN)
def test_what_a_district_expects_is_what_the_reference_counts(store, slug):
    district = load_district(ROOTS, slug)
    names = {
        "subdistricts": "subdistrict_count",
        "villages": "village_count",
        "urban_villages": "urban_village_count",
    }
    counts = {
        row["indicator"]: int(row["value"])
        for row in store.read("regional_facts").rows
        if row["region_code_kemendagri"] == district.code_kemendagri and row["indicator"] in names.values()
    }
    assert {key: counts[indicator] for key, indicator in names.items()} == district.expected


def test_what_contoh_expects_is_what_its_context_counts(store):
    place = find_place(ROOTS, "contoh")
    rows = [row for row in store.read("district_context", place).rows if row["level"] == "kabupaten/kota"]
    counts = {
        row["indicator"]: int(row["value"]) for row in rows if row["indicator"].endswith("village_count")
    }
    assert counts == {"village_count": 24, "urban_village_count": 2}
    assert place.district.expected == {"subdistricts": 4, "villages": 24, "urban_villages": 2}


def test_target_villages_that_the_reference_knows_have_its_name(store):
    known = {
        row["region_code_kemendagri"]: row["region_name"].split(" ", 1)[1]
        for row in store.read("regional_facts").rows
        if row["level"] == "desa"
    }
    stated = {
        str(village["code"]): village["name"]
        for place in PLACES.values()
        for village in place.initiative.target_villages
    }
    assert known.keys() <= stated.keys()
    assert {code: stated[code] for code in known} == known


def test_contoh_is_made_up_and_says_where_a_bare_run_goes():
    contoh = load_district(ROOTS, "contoh")
    assert contoh.is_rekaan
    assert contoh.code_kemendagri == "00.00"
    assert contoh.content["default_initiative"] == "kopi"
    assert find_place(ROOTS, "contoh").address == "contoh/kopi/2026"


def test_every_row_of_contoh_is_marked_as_made_up():
    paths = sorted((DATA / "districts" / "contoh").rglob("*.csv"))
    assert len(paths) > 5
    for path in paths:
        with path.open(encoding="utf-8", newline="") as handle:
            assert {row["basis"] for row in csv.DictReader(handle)} == {"rekaan"}, path


def test_the_script_of_contoh_writes_the_same_bytes_again(tmp_path):
    shutil.copytree(DATA / "tables", tmp_path / "tables")
    copy = tmp_path / "districts" / "contoh"
    shutil.copytree(DATA / "districts" / "contoh", copy)
    names = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*.csv"))
    for name in names:
        (copy / name).unlink()
    for script in (
        "generate.py",
        "generate_budget.py",
        "generate_alignment.py",
        "generate_readiness.py",
        "generate_concept.py",
        "generate_chain.py",
        "generate_selection.py",
        "generate_regulation.py",
        "generate_team.py",
        "generate_institution.py",
    ):
        subprocess.run([sys.executable, str(copy / script)], check=True, capture_output=True)
    assert sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*.csv")) == names
    _same, different, missing = filecmp.cmpfiles(DATA / "districts" / "contoh", copy, names, shallow=False)
    assert (different, missing) == ([], [])
