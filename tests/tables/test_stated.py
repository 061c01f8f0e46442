"""What people state in YAML is checked for its shape before anything uses it."""

from __future__ import annotations

import pytest

from perantara.errors import PlaceError
from perantara.tables.stated import check_shape, read_yaml

SHAPE = {"name": str, "count": int, "rekaan": bool, "notes": list, "files": dict, "started": object}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"nama": "x"}, 'uji.yml: kunci "nama" tidak dikenal; mungkin maksudnya "name"'),
        ({"name": 35.03}, "uji.yml: name harus teks dalam tanda kutip, bukan 35.03"),
        ({"name": "x", "count": "tiga"}, "count harus bilangan bulat, bukan tiga"),
        ({"name": "x", "count": True}, "count harus bilangan bulat, bukan True"),
        ({"name": "x", "rekaan": "ya"}, "rekaan harus true atau false, bukan ya"),
        ({"name": "x", "notes": "satu"}, "notes harus daftar, bukan satu"),
        ({"name": "x", "files": ["a"]}, "files harus pasangan kunci dan nilai"),
        ({"count": 1}, 'kunci "name" belum diisi'),
        ({"name": ""}, 'kunci "name" belum diisi'),
        (["name"], "harus pasangan kunci dan nilai, bukan"),
    ],
)
def test_what_does_not_fit_the_shape_is_named(content, words):
    with pytest.raises(PlaceError) as caught:
        check_shape(content, SHAPE, {"name"}, "uji.yml", PlaceError)
    assert words in str(caught.value)


def test_what_fits_passes_and_an_empty_value_counts_as_not_stated():
    check_shape({"name": "x", "count": None, "started": 2025}, SHAPE, {"name"}, "uji.yml", PlaceError)


def test_a_broken_file_is_answered_with_its_line_and_without_english(tmp_path):
    path = tmp_path / "uji.yml"
    path.write_text("name: x\nfiles: {a: [1\n")
    with pytest.raises(PlaceError) as caught:
        read_yaml(path, "uji.yml", PlaceError)
    assert str(caught.value) == "uji.yml tidak dapat dibaca sebagai YAML UTF-8, di sekitar baris 3"


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "uji.yml"
    path.write_bytes("name: André\n".encode("cp1252"))
    with pytest.raises(PlaceError, match=r"tidak dapat dibaca sebagai YAML UTF-8$"):
        read_yaml(path, "uji.yml", PlaceError)


def test_an_empty_file_states_nothing_and_a_marked_one_is_read(tmp_path):
    path = tmp_path / "uji.yml"
    path.write_text("")
    assert read_yaml(path, "uji.yml", PlaceError) == {}
    path.write_bytes(b"\xef\xbb\xbfname: x\n")
    assert read_yaml(path, "uji.yml", PlaceError) == {"name": "x"}


def test_a_date_stays_text_so_that_what_is_stated_can_be_hashed(tmp_path):
    path = tmp_path / "uji.yml"
    path.write_text("started: 2025-03-01\n")
    assert read_yaml(path, "uji.yml", PlaceError) == {"started": "2025-03-01"}
