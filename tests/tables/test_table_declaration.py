"""Declarations of tables: what they may say, and what is refused before a table is read."""

from __future__ import annotations

import pytest

from perantara.errors import StageError
from perantara.tables.declaration import BASES, load_declarations
from perantara.tables.places import PROGRAMME

GOOD = """\
name: coba
title: Coba
scope: initiative
fields:
  - {name: a, type: string, title: A, constraints: {required: true}}
  - {name: b, type: number, title: B, unit: kg, access: rahasia}
primaryKey: [a]
"""


def declare(tmp_path, text, name="coba"):
    (tmp_path / f"{name}.yml").write_text(text)
    return load_declarations([tmp_path])[name]


def test_a_declaration_gives_columns_key_access_and_confidential_columns(tmp_path):
    coba = declare(tmp_path, GOOD)
    assert coba.field_names == ["a", "b"]
    assert coba.primary_key == ("a",)
    assert coba.access == "internal"  # the default
    assert coba.field("b").unit == "kg"
    assert coba.confidential_columns == ["b"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: Coba", "titel: Coba", 'tables/coba.yml: kunci "titel" tidak dikenal; mungkin maksudnya "title"'),
        ("title: Coba\n", "", 'kunci "title" belum diisi'),
        ("name: coba", "name: lain", 'name "lain" tidak dikenal; pilihan: coba'),
        ("scope: initiative", "scope: inisiatif", '"inisiatif" tidak dikenal; mungkin maksudnya "initiative"; pilihan: '),
        ("scope:", "access: umum\nscope:", 'access "umum" tidak dikenal; pilihan: publik, internal, rahasia'),
        ("type: number", "type: float", 'coba.yml, fields.b: type "float" tidak dikenal; pilihan: string, integer'),
        ("access: rahasia", "access: secret", 'access "secret" tidak dikenal'),
        ("unit: kg", "code: kemendagri", 'code "kemendagri" tidak dikenal; mungkin maksudnya "kemendagri_'),
        ("unit: kg", "satuan: kg", 'kunci "satuan" tidak dikenal'),
        ("required: true", "requried: true", 'kunci "requried" tidak dikenal; mungkin maksudnya "required"'),
        ("primaryKey: [a]", "primaryKey: [c]", 'kolom "c" tidak dikenal; pilihan: a, b'),
        ("primaryKey", "coverage: {by: c, expected: villages, noun: desa}\nprimaryKey", 'kolom "c" tidak dikenal'),
        ("primaryKey", "coverage: {by: a, expected: villages, noun: '%(vilage)s'}\nprimaryKey",
         'istilah "vilage" tidak dikenal; mungkin maksudnya "village"'),
        ("primaryKey", "max_age_years: 3\nprimaryKey", 'kolom "indicator" tidak dikenal'),
        ("primaryKey", "requireWhenDifferent: {a: [b, c]}\nprimaryKey", 'kolom "c" tidak dikenal'),
        ("fields:", "fields_of: tiada\nfields:", "fields atau fields_of belum diisi dengan benar"),
        (GOOD, "- satu\n", "harus pasangan kunci dan nilai"),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_meant_is_refused(tmp_path, old, new, words):
    with pytest.raises(StageError) as caught:
        declare(tmp_path, GOOD.replace(old, new, 1))
    assert words in str(caught.value)


def test_a_declaration_of_an_upper_layer_wins(tmp_path):
    for layer, title in (("atas", "Milik daerah"), ("bawah", "Coba")):
        (tmp_path / layer).mkdir()
        (tmp_path / layer / "coba.yml").write_text(GOOD.replace("title: Coba", f"title: {title}"))
    assert load_declarations([tmp_path / "atas", tmp_path / "bawah"])["coba"].title == "Milik daerah"


def test_fields_of_takes_the_columns_and_key_of_another_table(tmp_path):
    (tmp_path / "lain.yml").write_text("name: lain\ntitle: Lain\nscope: district\nfields_of: coba\n")
    declare(tmp_path, GOOD)
    lain = load_declarations([tmp_path])["lain"]
    assert (lain.field_names, lain.primary_key, lain.scope) == (["a", "b"], ("a",), "district")


def test_the_hash_follows_the_content_and_not_the_layout(tmp_path):
    first = declare(tmp_path, GOOD).sha256
    assert declare(tmp_path, GOOD.replace("[a]", "\n  - a")).sha256 == first
    assert declare(tmp_path, GOOD.replace("unit: kg", "unit: ton")).sha256 != first


def test_the_basis_column_knows_its_six_values(tmp_path):
    coba = declare(tmp_path, GOOD.replace("name: a", "name: basis").replace("[a]", "[basis]"))
    assert coba.table_schema()["fields"][0]["constraints"]["enum"] == list(BASES)
    assert BASES == ("resmi", "lapangan", "keterangan", "perkiraan", "rencana", "rekaan")


# the shipped declarations ----------------------------------------------------------------

SHIPPED = load_declarations([PROGRAMME / "data" / "tables"])


def test_every_shipped_input_says_why_it_matters_and_who_has_it():
    inputs = [table for table in SHIPPED.values() if table.scope != "result"]
    assert [table.name for table in inputs if not (table.why and table.holder and table.grain)] == []


def test_every_shipped_input_has_a_required_source_and_basis_in_each_row():
    for table in SHIPPED.values():
        if table.scope != "result":
            assert (table.field("basis").constraints or {}).get("required"), table.name
            assert (table.field("source").constraints or {}).get("required"), table.name


def test_persons_single_firms_and_their_sales_are_confidential():
    confidential = set(SHIPPED["umk_census"].confidential_columns)
    assert confidential == {"umk_id", "owner_name", "owner_age_years", "annual_sales_idr", "capital_idr"}


def test_every_shipped_table_has_a_key():
    assert [name for name, table in SHIPPED.items() if not table.primary_key] == []


def test_codes_are_keyed_by_their_issuer():
    """A column of codes names Kemendagri or BPS and is checked as such."""
    for table in SHIPPED.values():
        for field in table.fields:
            if "_code_" in field.name:
                assert field.code.partition("_")[0] == field.name.rpartition("_")[2], field.name


def test_every_dated_table_of_a_place_says_how_old_it_may_be():
    declarations = load_declarations([PROGRAMME / "data" / "tables"]).values()
    dated = [
        d for d in declarations if d.scope in ("district", "initiative") and "data_date" in d.field_names
    ]
    assert len(dated) > 5
    assert [d.name for d in dated if not d.max_age_days] == []
