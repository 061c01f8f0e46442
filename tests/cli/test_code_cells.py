"""Which cells of a sheet hold budget codes, and which only look like it."""

import pytest

from perantara.cli.code_cells import Cell, find_codes, find_year, split_code

KNOWN = frozenset({"2.17.08", "2.17.08.2.01"})


def grid(*rows):
    """Cells of rows: text as it is, numbers as numbers; None leaves a cell empty."""
    return {
        number: {
            column: Cell(str(value), "text" if isinstance(value, str) else "number")
            for column, value in enumerate(row, start=1)
            if value is not None
        }
        for number, row in enumerate(rows, start=1)
    }


def codes_of(*rows):
    return [(found.text, found.name) for found in find_codes(grid(*rows), KNOWN)]


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("2.17.08.2.01.0018", "2.17.08.2.01.0018", ""),
        ("2.17.08.2.01.0018\nPembinaan  UMKM", "2.17.08.2.01.0018", "Pembinaan UMKM"),
        ("Kegiatan: 2.17.08.2.01 – Pengembangan", "2.17.08.2.01", "Pengembangan"),
        ("2.17.08.2.01.", "2.17.08.2.01.", ""),
        ("2.17.08.2.01.0018.5.1.02.01.01.0024 Alat tulis", "2.17.08.2.01.0018", "Alat tulis"),
        ("2.17.08, 2.17.07", "2.17.08", ""),
        ("2.17.3.30.0.00.01.0000 DINAS KOPERASI", "", ""),  # a code of an office
        ("1.250.000", "", ""),
        ("1.250.000,50", "", ""),
        ("2.5.2027", "", ""),
        ("12.05.02 WIB", "", ""),
        ("2,17E+11", "", ""),
        ("192.168.1.10", "", ""),
    ],
)
def test_a_text_is_split_into_code_and_name_only_where_it_begins_with_a_code(text, code, name):
    assert split_code(text) == (code, name)


def test_short_codes_count_only_where_something_says_that_they_are_codes():
    assert codes_of(["1.02.03", "Latar belakang"], ["2.50 kg", "beras"], [2.17, 3.26]) == []
    assert codes_of(["2.17.08", "UMKM"]) == [("2.17.08", "UMKM")]  # a known one
    assert codes_of(["3.27.03 PROGRAM PRASARANA"]) == [("3.27.03", "PROGRAM PRASARANA")]
    under = codes_of(["Kode"], ["3.27", "Pertanian"], ["3.27.03", "Prasarana"])
    assert under == [("3.27", "Pertanian"), ("3.27.03", "Prasarana")]
    beside = codes_of(["3.27.03", "Prasarana"], ["3.27.03.2.01", "Jalan usaha tani"])
    assert beside == [("3.27.03", "Prasarana"), ("3.27.03.2.01", "Jalan usaha tani")]


def test_an_outline_numbering_and_the_numbering_of_columns_are_no_codes():
    assert codes_of(["1.1.1.1.1", "Rincian"], [1, 2, 3, 4, 5, 6]) == []
    assert codes_of(["Kode", "Uraian"], [1, 2]) == []


def test_the_name_beside_a_code_is_words_and_no_other_code():
    assert codes_of(["2.17.08", ":", None, 7, "Program UMKM"]) == [("2.17.08", "Program UMKM")]
    assert codes_of(["2.17.08", "2.17.08.2.01"]) == [("2.17.08", ""), ("2.17.08.2.01", "")]


def test_a_code_spread_over_columns_is_one_and_its_shorter_rows_are_found_by_it():
    rows = [["2", "17", None, None, None, "KOPERASI"], ["2", "17", "08", "2.01", "0018", "Kemitraan"]]
    assert codes_of(*rows) == [("2.17", "KOPERASI"), ("2.17.08.2.01.0018", "Kemitraan")]
    (found,) = find_codes(grid(rows[1]), KNOWN)
    assert (found.row, found.columns) == (1, (1, 2, 3, 4, 5))
    assert codes_of(rows[0]) == []  # nothing says that these are columns of codes


def test_numbers_in_a_row_are_a_spread_code_only_where_its_kegiatan_is_known():
    assert codes_of([2, 17, 8, 2.01, 18, "Kemitraan"]) == [("2.17.8.2.01.18", "Kemitraan")]
    assert codes_of([1, 12, 10, 2.5, "liter"]) == []
    # the number 2.1 was 2.10 before its zero was lost
    assert codes_of(["2", "17", "08", 2.1, "Kegiatan"])[0][0] == "2.17.08.2.10"


def test_the_year_stands_in_the_title_or_beside_it():
    assert find_year([grid(["RKA TAHUN ANGGARAN: 2027"])]) == 2027
    assert find_year([grid(["Nama", "x"]), grid(["Tahun Anggaran", ":", 2026])]) == 2026
    assert find_year([grid(["Tahun 2027"], ["Pagu 2027"])]) is None
