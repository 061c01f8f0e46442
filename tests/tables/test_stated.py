"""What people state in YAML is checked for its shape before anything uses it."""

from __future__ import annotations

import json

import pytest

from perantara.errors import PlaceError
from perantara.tables.codes import CODE_KINDS
from perantara.tables.declaration import ACCESS_LEVELS
from perantara.tables.stated import SCHEMA as SHIPPED
from perantara.tables.stated import check_shape, read_yaml

SCHEMA = {
    "definitions": {
        "uji": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "count": {"type": "integer"},
                "rekaan": {"type": "boolean"},
                "notes": {"type": "array", "items": {"type": "object", "required": ["code"]}},
                "files": {"type": "object", "examples": ["{a: b}"]},
                "kind": {"enum": ["kabupaten", "kota"]},
                "code": {"type": "string", "format": "kemendagri_district"},
                "started": {},
            },
        }
    }
}


@pytest.fixture
def schema(tmp_path):
    path = tmp_path / "uji.schema.json"
    path.write_text(json.dumps(SCHEMA))
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"nama": "x"}, 'uji.yml: kunci "nama" tidak dikenal; mungkin maksudnya "name"'),
        ({"name": 35.03}, "uji.yml: name harus teks dalam tanda kutip, bukan 35.03"),
        ({"name": "x", "count": "tiga"}, "count harus bilangan bulat, bukan tiga"),
        ({"name": "x", "count": True}, "count harus bilangan bulat, bukan True"),
        ({"name": "x", "rekaan": "ya"}, "rekaan harus true atau false, bukan ya"),
        ({"name": "x", "notes": "satu"}, "notes harus daftar, bukan satu"),
        ({"name": "x", "notes": [{}]}, 'uji.yml, notes.1: kunci "code" belum diisi'),
        ({"name": "x", "notes": [{"name": "Satu"}]}, 'uji.yml, notes.Satu: kunci "code" belum diisi'),
        ({"name": "x", "files": ["a"]}, "files harus pasangan kunci dan nilai, bukan ['a'], misalnya {a: b}"),
        (
            {"name": "x", "kind": "kotta"},
            'kind "kotta" tidak dikenal; mungkin maksudnya "kota"; pilihan: kabu',
        ),
        ({"name": "x", "code": "3503"}, "code 3503: harus dua angka, titik, dua angka"),
        ({"count": 1}, 'kunci "name" belum diisi'),
        ({"name": ""}, 'kunci "name" belum diisi'),
        (["name"], "harus pasangan kunci dan nilai, bukan"),
    ],
)
def test_what_does_not_fit_the_shape_is_named(content, words, schema):
    with pytest.raises(PlaceError) as caught:
        check_shape(content, "uji", "uji.yml", PlaceError, schema)
    assert words in str(caught.value)


def test_what_fits_passes_and_an_empty_value_counts_as_not_stated(tmp_path, schema):
    path = tmp_path / "uji.yml"
    path.write_text("name: x\ncount:\nnotes: [{code: A, name: }]\nstarted: 2025\n")
    content = read_yaml(path, "uji.yml", PlaceError)
    assert content == {"name": "x", "notes": [{"code": "A"}], "started": 2025}
    check_shape(content, "uji", "uji.yml", PlaceError, schema)


def test_the_schema_names_the_kinds_of_code_and_the_levels_of_access_that_the_programme_knows():
    definitions = json.loads(SHIPPED.read_text(encoding="utf-8"))["definitions"]
    assert definitions["field"]["properties"]["code"]["enum"] == list(CODE_KINDS)
    assert definitions["access"]["enum"] == list(ACCESS_LEVELS)


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
