"""The check by distinct texts finds what ``frictionless`` finds row by row, and words only what is shown."""

from __future__ import annotations

import pytest
from frictionless import Resource, Schema, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from perantara.errors import TableError
from perantara.tables import checking
from perantara.tables.checking import Setting, check_rows
from perantara.tables.declaration import Field, TableDeclaration
from perantara.tables.reading import Dialect, RawTable

FIELDS = [
    (Field("name", "string", "N", constraints={"required": True, "pattern": "[a-c]+|x"}), ["", "ab", "x", "xx", "ab9", "q"]),
    (Field("kind", "string", "K", constraints={"enum": ["satu", "dua"]}), ["", "satu", "dua", "tiga", "Satu"]),
    (Field("number", "number", "B", constraints={"minimum": 0, "maximum": 10.5}), ["", "0", "-0.5", "10.5", "10.6", "a"]),
    (Field("whole", "integer", "U", constraints={"enum": [1, 2], "unique": True}), ["", "1", "2", "3", "1.5", "b"]),
    (Field("year", "year", "T", constraints={"required": True, "minimum": 2000}), ["", "1999", "2026", "26", "dua"]),
    (Field("flag", "boolean", "Y", constraints={"required": True}), ["", "ya", "tidak", "entah"]),
    (Field("day", "date", "H", constraints={"maximum": "2026-12-31"}), ["", "2026-02-28", "2026-02-30", "2027-01-01"]),
    (Field("code", "string", "S", constraints={"unique": True}), ["", "k1", "k2", "k3", "k4"]),
]  # fmt: skip

TABLE = TableDeclaration("coba", "Coba", "initiative", tuple(field for field, _texts in FIELDS))
WORDS = {  # what our words for a broken constraint begin with
    "required": "wajib diisi",
    "pattern": "tidak sesuai pola",
    "enum": "harus salah satu dari",
    "minimum": "tidak boleh kurang dari",
    "maximum": "tidak boleh lebih dari",
}


def reference(rows):
    """Every faulty cell and the first of its notes, as ``frictionless`` finds them in the whole table."""
    data = [TABLE.field_names, *map(list, rows)]
    report = validate(
        Resource(data=data, schema=Schema.from_descriptor(TABLE.table_schema())), limit_errors=10_000
    )
    found = {}
    for error in report.tasks[0].errors:
        found.setdefault((error.row_number, error.field_name), error)
    return found


def check(rows):
    numbered = [(line, list(cells)) for line, cells in enumerate(rows, start=2)]
    return check_rows(RawTable(TABLE.field_names, numbered), TABLE, Dialect(), Setting())


@given(st.lists(st.tuples(*(st.sampled_from(texts) for _field, texts in FIELDS)).filter(any), max_size=12))
@settings(max_examples=150, deadline=None)
def test_the_same_cells_are_wrong_for_the_same_reason_as_frictionless_finds_row_by_row(rows):
    clean, faults = check(rows)
    expected = reference(rows)
    assert {(fault.row, fault.column): fault.found for fault in faults} == {
        place: "" if error.cell == "None" else error.cell for place, error in expected.items()
    }
    for fault in faults:
        error = expected[fault.row, fault.column]
        if error.type == "constraint-error":
            assert fault.problem.startswith(WORDS[error.note.split('"')[1]])
        if error.type == "unique-error":
            assert fault.problem == "tidak boleh sama dengan baris lain"
    assert [list(row.values()) for row in clean] == ([] if expected else [list(row) for row in rows])


def test_faults_are_in_the_order_of_the_sheet_and_worded_only_when_they_are_shown(monkeypatch):
    asked = []
    monkeypatch.setattr(checking, "near_hint", lambda text, known: asked.append(text) or "")
    rows = [("ab", f"tiga{n}", "-1", "", "2026", "ya", "", "") for n in range(3_000)]
    faults = check(rows)[1]
    assert len(faults) == 6_000
    assert asked == []
    placed = checking.Faults(faults.kinds, {name: n for n, name in enumerate(TABLE.field_names, start=1)})
    words = str(TableError("coba", "coba.csv", placed, "Perbaiki."))
    assert len(asked) == 10  # twenty are shown, every other of them of the list
    assert 'baris 2, kolom B (kind): "tiga0"' in words.splitlines()[1]
    assert 'baris 2, kolom C (number): "-1"' in words.splitlines()[2]
    assert "… dan 5980 kesalahan lain" in words
    assert placed[-1].row == 3_001 and placed[5_999] == placed[-1]
    with pytest.raises(IndexError):
        placed[6_000]
