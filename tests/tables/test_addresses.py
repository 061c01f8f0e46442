"""What a user types, and the place that is meant; unknown and ambiguous ones get a clear answer."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from perantara.errors import PlaceError
from perantara.tables.addresses import all_places, find_district, find_place, find_places
from perantara.tables.places import PROGRAMME, Roots

SHIPPED = Roots((PROGRAMME / "data",), PROGRAMME / "reports")


def refusal(*parts: str) -> str:
    with pytest.raises(PlaceError) as caught:
        find_place(SHIPPED, *parts)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["trenggalek", "Trenggalek", "TRENGGALEK", " trenggalek ", "Kabupaten Trenggalek", "kab. trenggalek",
     "Kab  Trenggalek", "35.03"],
)  # fmt: skip
def test_a_district_is_found_by_slug_name_and_kemendagri_code(text):
    assert find_district(SHIPPED, text) == "trenggalek"


@pytest.mark.parametrize("text", ["contoh", "CONTOH", "Kabupaten Contoh", "00.00"])
def test_a_made_up_district_is_found_the_same_ways(text):
    assert find_district(SHIPPED, text) == "contoh"


@pytest.mark.parametrize("text", ["Lombok Utara", "lombok-utara", "LOMBOK UTARA", "Lombok-Utara"])
def test_a_name_of_two_words_is_found_with_a_space_or_a_hyphen(text):
    assert find_district(SHIPPED, text) == "lombok-utara"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("trengalek", "trenggalek"),
        ("Kabupaten Bantaengg", "bantaeng"),
        ("Pacitann", "pacitan"),
        ("Banyuwngi", "Banyuwangi"),
    ],
)
def test_an_unknown_district_is_answered_with_the_nearest(text, near):
    assert refusal(text) == f'Daerah "{text}" tidak dikenal. Mungkin maksudnya "{near}"?'


@pytest.mark.parametrize("text", ["", "xyzzy", "35", "99.99"])
def test_where_nothing_is_near_the_existing_districts_are_listed(text):
    assert "tidak dikenal. Yang ada: aceh-barat, bantaeng, contoh" in refusal(text)


def test_an_ambiguous_name_lists_what_it_may_mean():
    assert refusal("Pekalongan") == (
        '"Pekalongan" bisa berarti Kabupaten Pekalongan (33.26) atau Kota Pekalongan (33.75). '
        "Sebutkan jenisnya atau kodenya."
    )


def test_an_ambiguous_name_is_clear_with_its_kind_its_code_or_its_folder():
    assert {find_district(SHIPPED, text) for text in ("Kab. Pekalongan", "33.26", "pekalongan")} == {
        "pekalongan"
    }


def test_a_known_district_without_a_folder_is_told_from_an_unknown_one():
    assert "Kota Pekalongan (33.75) dikenal, tetapi belum punya folder data" in refusal("Kota Pekalongan")


def test_a_code_without_its_dot_is_answered_with_both_readings():
    assert refusal("1105") == (
        'Kode "1105" tidak menyebut penerbitnya: bisa berarti Kabupaten Aceh Timur (BPS 1105) atau '
        'Kabupaten Aceh Barat (Kemendagri 11.05). Tulis kode Kemendagri dengan titik, misalnya "11.05".'
    )


@pytest.mark.parametrize(
    "text", ["..", "../contoh", "contoh/../trenggalek", "a/b", "a\\b", "~contoh", "a\x00"]
)
def test_a_slug_with_dots_or_a_slash_is_refused(text):
    assert f'Nama "{text}" tidak sah sebagai nama folder.' == refusal(text)
    assert f'Nama "{text}" tidak sah sebagai nama folder.' == refusal("contoh", text)


@pytest.mark.parametrize(
    "address", ["", "/", "/etc", "contoh//kopi", "contoh/kopi/2026/x", "contoh/..", "../x"]
)
def test_a_malformed_address_is_answered_with_the_form(address):
    with pytest.raises(
        PlaceError, match=r"tidak sah. Tulis daerah, daerah/inisiatif, atau daerah/inisiatif/siklus"
    ):
        find_places(SHIPPED, address)


def test_several_initiatives_and_none_named_is_refused_with_their_list():
    assert refusal("bantaeng") == (
        "Kabupaten Bantaeng punya beberapa inisiatif; sebutkan satu: kopi, rumput-laut."
    )


def test_the_only_initiative_and_the_newest_cycle_need_not_be_named():
    assert find_place(SHIPPED, "trenggalek").address == "trenggalek/biofarmaka/2026"
    assert find_place(SHIPPED, "contoh", "kopi").address == "contoh/kopi/2026"
    assert find_place(SHIPPED, "contoh", "kopi", " 2025 ").address == "contoh/kopi/2025"


def test_the_place_of_a_bare_run_is_the_default_initiative_of_contoh():
    assert find_place(SHIPPED, "contoh").address == "contoh/kopi/2026"


def test_a_real_district_has_no_default_initiative(workspace):
    folder = workspace / "districts" / "bantaeng"
    folder.mkdir(parents=True)
    shipped = (PROGRAMME / "data/districts/bantaeng/district.yml").read_text(encoding="utf-8")
    (folder / "district.yml").write_text(shipped + "default_initiative: kopi\n", encoding="utf-8")
    with pytest.raises(PlaceError, match="punya beberapa inisiatif"):
        find_place(Roots.find(), "bantaeng")


def test_an_unknown_initiative_is_answered_with_the_nearest_and_the_list():
    assert refusal("bantaeng", "kopii") == (
        'Inisiatif "kopii" tidak ada di Kabupaten Bantaeng. Yang ada: kopi, rumput-laut; mungkin maksudnya "kopi".'
    )


def test_an_unknown_cycle_is_answered_with_the_list():
    assert refusal("contoh", "kopi", "2024") == "Siklus 2024 tidak ada di contoh/kopi. Yang ada: 2025, 2026."


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("bantaeng", ["bantaeng/kopi/2026", "bantaeng/rumput-laut/2026"]),
        ("contoh/kopi", ["contoh/kopi/2025", "contoh/kopi/2026"]),
        ("contoh/kopi/2025", ["contoh/kopi/2025"]),
        (" Contoh/KOPI/2025/ ", ["contoh/kopi/2025"]),
        ("trenggalek/", ["trenggalek/biofarmaka/2026"]),
    ],
)
def test_an_address_names_all_that_it_leaves_open(address, found):
    assert [place.address for place in find_places(SHIPPED, address)] == found


def test_a_district_without_an_initiative_is_told_and_does_not_stop_the_others(workspace):
    folder = workspace / "districts" / "uji"
    folder.mkdir(parents=True)
    (folder / "district.yml").write_text(
        'name: Uji\nkind: kota\ndistrict_code_kemendagri: "01.71"\nrekaan: true\n'
    )
    with pytest.raises(PlaceError, match="Kota Uji belum punya inisiatif"):
        find_places(Roots.find(), "uji")
    assert "uji" not in {place.district.slug for place in all_places(Roots.find())}
    assert len(all_places(Roots.find())) == len(all_places(SHIPPED))


def test_two_folders_with_the_same_code_are_refused(workspace):
    shutil.copytree(PROGRAMME / "data/districts/trenggalek", workspace / "districts/trenggalek-baru")
    words = "Kode 35.03 dipakai dua folder daerah, trenggalek dan trenggalek-baru; satukan."
    for find in (all_places, lambda roots: find_places(roots, "35.03")):
        with pytest.raises(PlaceError, match=words):
            find(Roots.find())


def test_an_unreadable_list_of_regions_is_told(workspace):
    (workspace / "reference").mkdir()
    (workspace / "reference" / "regions.csv").write_text("kode;nama\n11;Aceh\n")
    with pytest.raises(PlaceError, match=r"Daftar wilayah kerja/reference/regions.csv tidak terbaca"):
        find_place(Roots.find(), "trenggalek")


@given(st.text(), st.text(), st.text())
@example("../../lib", "", "")
@example("contoh", "../../trenggalek/biofarmaka", "")
@example("contoh", "kopi", "../2025")
@example("contoh/", ".", "")
def test_no_text_ever_leads_out_of_the_folder_of_districts(district, initiative, cycle):
    try:
        place = find_place(SHIPPED, district, initiative, cycle)
    except PlaceError:
        return
    base = (PROGRAMME / "data" / "districts").resolve()
    for scope in ("district", "initiative"):
        folder = (PROGRAMME / "data" / place.folder(scope)).resolve()
        assert folder.is_relative_to(base) and folder != base
        assert folder.is_dir()


@given(st.text(alphabet=st.sampled_from("contoh/.kpi2056\\~ "), max_size=24))
def test_no_address_ever_leads_out_of_the_folder_of_districts(address):
    try:
        places = find_places(SHIPPED, address)
    except PlaceError:
        return
    assert {place.district.slug for place in places} <= set(SHIPPED.district_slugs)
