"""Errors that a user sees: where the fault lies, all of them counted, the first twenty in words."""

from __future__ import annotations

import pytest

from perantara.errors import Fault, PerantaraError, PlaceError, TableError, nearest


@pytest.mark.parametrize(
    ("position", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (703, "AAA")]
)
def test_a_column_has_the_letters_of_a_spreadsheet(position, letters):
    assert f"kolom {letters} (x): salah" in str(Fault(2, "x", "", "salah", position))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(0, "", "", "kosong"), "berkas: kosong"),
        (Fault(3, "", "", "terlalu panjang"), "baris 3: terlalu panjang"),
        (Fault(3, "is_poor", "entah", "salah"), 'baris 3, kolom is_poor: "entah" — salah'),
        (Fault(3, "a", "dua\n  baris", "salah"), 'baris 3, kolom a: "dua baris" — salah'),
        (Fault(3, "a", "x" * 61, "salah"), f'baris 3, kolom a: "{"x" * 59}…" — salah'),
    ],
)
def test_a_fault_names_its_place_what_was_found_and_the_problem(fault, words):
    assert str(fault) == words


def test_faults_are_in_the_order_of_the_sheet_and_the_rest_is_counted():
    faults = [Fault(row, "b", str(row), "salah", 2) for row in range(25, 1, -1)]
    error = TableError("coba", "kerja/coba.csv", [*faults, Fault(2, "a", "x", "salah", 1)], "Perbaiki.")
    lines = str(error).splitlines()
    assert lines[0] == "Tabel coba belum benar: 25 kesalahan dalam kerja/coba.csv"
    assert lines[1] == '  baris 2, kolom A (a): "x" — salah'
    assert len(lines) == 1 + 20 + 1 + 1
    assert lines[-2:] == ["  … dan 5 kesalahan lain", "Perbaiki."]
    assert len(error.faults) == 25


def test_exactly_twenty_faults_leave_no_rest():
    error = TableError("coba", "c.csv", [Fault(row, "", "", "salah") for row in range(20)], "Perbaiki.")
    assert "kesalahan lain" not in str(error)


def test_every_error_of_ours_is_caught_by_one_name():
    assert issubclass(PlaceError, PerantaraError)
    assert issubclass(TableError, PerantaraError)


def test_the_nearest_name_is_given_only_where_one_is_near():
    assert nearest("bantang", ["bantaeng", "pacitan"]) == "bantaeng"
    assert nearest("xyz", ["bantaeng", "pacitan"]) == ""
    assert nearest("", []) == ""
