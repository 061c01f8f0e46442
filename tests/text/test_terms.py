"""What a district calls its institutions."""

from __future__ import annotations

import pytest

from perantara.text import terms_of


def test_a_kabupaten_and_a_kota_have_their_own_words():
    assert (terms_of("kabupaten", {})["head"], terms_of("kota", {})["head"]) == ("Bupati", "Wali Kota")
    assert terms_of("kabupaten", {}).keys() == terms_of("kota", {}).keys()


def test_the_words_of_the_district_come_first():
    terms = terms_of("kabupaten", {"village": "gampong", "council": "DPRK"})
    assert (terms["village"], terms["council"], terms["subdistrict"]) == ("gampong", "DPRK", "kecamatan")


def test_another_kind_is_an_error():
    with pytest.raises(KeyError):
        terms_of("provinsi", {})
