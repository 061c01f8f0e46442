"""Folders and what district.yml and initiative.yml say of themselves."""

from __future__ import annotations

import pytest

from perantara.errors import PlaceError
from perantara.tables.addresses import find_place, find_places
from perantara.tables.places import PROGRAMME, Roots, _explain_initiative, load_district

DISTRICT = """\
name: Uji
kind: kabupaten
district_code_kemendagri: "01.01"
rekaan: true
"""
INITIATIVE = """\
title: Kopi uji
target_villages:
  - {code: "01.01.01.2001", name: Satu}
cycles:
  - {cycle: "2025", status: closed}
  - {cycle: "2026", status: open}
"""
CYCLES = INITIATIVE[INITIATIVE.index("cycles") :]


@pytest.fixture
def uji(workspace):
    folder = workspace / "districts" / "uji" / "kopi"
    folder.mkdir(parents=True)
    (folder.parent / "district.yml").write_text(DISTRICT)
    (folder / "initiative.yml").write_text(INITIATIVE)
    return folder.parent


def test_a_workspace_lies_above_the_shipped_data_and_takes_the_reports(tmp_path, monkeypatch):
    monkeypatch.delenv("PERANTARA_REPORTS", raising=False)
    monkeypatch.setenv("PERANTARA_DATA", str(tmp_path))
    roots = Roots.find()
    assert roots.layers == (tmp_path, PROGRAMME / "data")
    assert roots.reports == tmp_path / "reports"


def test_an_argument_goes_before_the_environment(tmp_path, workspace):
    other = tmp_path / "lain"
    other.mkdir()
    assert Roots.find(other, tmp_path / "hasil").layers[0] == other
    assert Roots.find(other, tmp_path / "hasil").reports == tmp_path / "hasil"


def test_without_a_workspace_there_is_one_layer_and_never_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("PERANTARA_DATA", raising=False)
    monkeypatch.delenv("PERANTARA_REPORTS", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Roots.find() == Roots((PROGRAMME / "data",), PROGRAMME / "reports")
    assert Roots.find(PROGRAMME / "data").layers == (PROGRAMME / "data",)


def test_a_workspace_that_is_not_there_is_told(tmp_path):
    with pytest.raises(PlaceError, match=r"Folder data tidak ada: .*hilang"):
        Roots.find(tmp_path / "hilang")


def test_the_environment_makes_another_process_find_the_same_folders(workspace, monkeypatch):
    roots = Roots.find()
    for name, value in roots.environment().items():
        monkeypatch.setenv(name, value)
    assert Roots.find() == roots


def test_a_path_is_shown_without_the_folders_above_the_layer(workspace):
    assert Roots.find().shown(workspace / "districts" / "x.csv") == "kerja/districts/x.csv"
    assert Roots.find().shown(PROGRAMME / "README.md") == "README.md"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"01.01"', "35.03", "district_code_kemendagri harus teks dalam tanda kutip, bukan 35.03"),
        ('"01.01"', "3503", "district_code_kemendagri harus teks dalam tanda kutip, bukan 3503"),
        ('"01.01"', '"3503"', "bentuk kode BPS"),
        ('"01.01"', '"35.03"', "kode 35.03 tidak cocok dengan rekaan: True"),
        ("rekaan: true", "rekaan: false", "daerah rekaan berawalan 00-10, daerah nyata mulai 11"),
        ("rekaan: true", 'rekaan: "tidak"', "rekaan harus true atau false"),
        ("rekaan: true\n", "", 'kunci "rekaan" belum diisi'),
        ("kind: kabupaten", "kind: kab", 'kind "kab" tidak dikenal; pilihan: kabupaten, kota'),
        ("rekaan:", "district_code_bps: 3503\nrekaan:", "district_code_bps harus teks dalam tanda kutip"),
        ("rekaan:", "expected: {villages: banyak}\nrekaan:", "expected: villages harus bilangan bulat, bukan banyak"),
        ("rekaan:", "inisiatif: kopi\nrekaan:", 'kunci "inisiatif" tidak dikenal'),
        ("rekaan:", "files: {actors: csv}\nrekaan:", "files: actors harus pasangan kunci dan nilai"),
        ("rekaan:", "files: {actors: {delimeter: x}}\nrekaan:", 'files.actors: kunci "delimeter" tidak dikenal'),
        ("rekaan:", "files: {a.csv: {q: x}}\nrekaan:", 'files.a.csv: kunci "q" tidak dikenal'),
        ("rekaan:", 'files: {a: {decimal: ",", thousands: ","}}\nrekaan:', "files.a: tanda desimal dan tanda ribuan"),
        ("name: Uji", "name: [", "tidak dapat dibaca sebagai YAML UTF-8"),
    ],
)  # fmt: skip
def test_a_district_that_cannot_be_meant_is_refused(uji, old, new, words):
    (uji / "district.yml").write_text(DISTRICT.replace(old, new, 1))
    with pytest.raises(PlaceError) as caught:
        find_places(Roots.find(), "uji")
    assert "districts/uji/district.yml" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("change", [("kabupaten", "kota"), ("35.03", "35.99")])
def test_a_real_district_must_be_in_the_list_of_regions(uji, change):
    text = DISTRICT.replace("01.01", "35.03").replace("rekaan: true", "rekaan: false").replace(*change)
    (uji / "district.yml").write_text(text)
    with pytest.raises(
        PlaceError, match=r"tidak ada (kota|kabupaten) berkode 35\...? ?.*dalam daftar wilayah"
    ):
        load_district(Roots.find(), "uji")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: Kopi uji\n", "", 'kunci "title" belum diisi'),
        (CYCLES, "cycles: 2026\n", "cycles harus daftar, bukan 2026"),
        (CYCLES, "cycles: []\n", "cycles belum diisi dengan benar, misalnya [{cycle: "),
        (CYCLES, "cycles: [2026]\n", "cycles: 1 harus pasangan kunci dan nilai, bukan 2026, misalnya"),
        ("status: open", "status: buka", 'cycles.2: status "buka" tidak dikenal; pilihan: open, closed'),
        ('"2025"', "2025.0", "siklus harus tahun empat angka, bukan 2025.0, 2026"),
        ('"2025"', '"2026"', "siklus disebut dua kali"),
        ('"01.01.01.2001"', "01.01", "target_villages.Satu: code harus teks dalam tanda kutip, bukan 1.01"),
        ('"01.01.01.2001"', '"01.02.01.2001"', "kode daerah lain; inisiatif ini milik 01.01"),
        ("name: Satu}", "nama: Satu}", 'target_villages.1: kunci "nama" tidak dikenal; mungkin maksudnya "name"'),
        ("title:", 'subdistricts: [{code: "01.01.1", name: A}]\ntitle:', "subdistricts.A: code 01.01.1: harus tiga pasang"),
        ("cycles:", '  - {code: "01.01.01.2001", name: Dua}\ncycles:', "menyebut kode yang sama dua kali"),
    ],
)  # fmt: skip
def test_an_initiative_that_cannot_be_meant_is_refused(uji, old, new, words):
    (uji / "kopi" / "initiative.yml").write_text(INITIATIVE.replace(old, new, 1))
    with pytest.raises(PlaceError) as caught:
        find_places(Roots.find(), "uji")
    assert "districts/uji/kopi/initiative.yml" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("status", "day", "words"),
    [
        ("closed", "2025-02-30", "as_of 2025-02-30: harus tanggal yang ada"),
        ("closed", "31-12-2025", "as_of 31-12-2025: harus tanggal yang ada"),
    ],
)
def test_a_day_that_no_closed_cycle_can_be_seen_from_is_refused(uji, status, day, words):
    stated = f'status: {status}, as_of: "{day}"'
    (uji / "kopi" / "initiative.yml").write_text(INITIATIVE.replace("status: closed", stated))
    with pytest.raises(PlaceError, match=words):
        find_places(Roots.find(), "uji")


@pytest.mark.parametrize(
    ("code", "words"), [("35.03", "siklus 2026 masih berjalan; as_of hanya"), ("00.00", "")]
)
def test_only_a_made_up_district_sees_an_open_cycle_from_a_day_of_its_own(code, words):
    stated = {"cycles": [{"cycle": "2026", "status": "open", "as_of": "2026-07-01"}]}
    assert _explain_initiative(code, stated)[: len(words) or None] == words


def test_a_closed_cycle_knows_the_day_that_it_is_seen_from(uji):
    stated = INITIATIVE.replace("status: closed", "status: closed, as_of: 2025-12-31")
    (uji / "kopi" / "initiative.yml").write_text(stated)
    assert [place.as_of for place in find_places(Roots.find(), "uji")] == ["2025-12-31", ""]


def test_a_cycle_written_as_a_number_is_the_same_cycle(uji):
    (uji / "kopi" / "initiative.yml").write_text(INITIATIVE.replace('"', ""))
    assert [place.cycle for place in find_places(Roots.find(), "uji")] == ["2025", "2026"]


def test_a_place_knows_its_address_its_closing_and_the_cycle_before(uji):
    first, second = find_places(Roots.find(), "uji")
    assert (first.address, first.is_closed, first.previous_cycle) == ("uji/kopi/2025", True, "")
    assert (second.address, second.is_closed, second.previous_cycle) == ("uji/kopi/2026", False, "2025")


def test_a_workspace_shadows_a_shipped_district_file_by_file(workspace):
    shipped = PROGRAMME / "data" / "districts" / "trenggalek" / "district.yml"
    folder = workspace / "districts" / "trenggalek"
    folder.mkdir(parents=True)
    own = shipped.read_text(encoding="utf-8").replace("villages: 152", "villages: 150")
    (folder / "district.yml").write_text(own, encoding="utf-8")
    place = find_place(Roots.find(), "trenggalek")
    assert place.district.expected["villages"] == 150
    assert place.initiative.slug == "biofarmaka"  # still the shipped one


def test_local_terms_lie_over_those_of_the_kind(uji):
    (uji / "district.yml").write_text(DISTRICT + "terms: {village: gampong}\n")
    terms = load_district(Roots.find(), "uji").terms
    assert (terms["village"], terms["head"]) == ("gampong", "Bupati")
