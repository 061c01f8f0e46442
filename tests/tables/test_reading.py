"""From bytes to rows: encodings, delimiters, blank and ragged lines, marks of numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.errors import Fault, PlaceError
from perantara.tables.reading import Dialect, decode, split
from perantara.tables.stated import check_shape


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf8_is_read_with_and_without_its_mark(desk, mark):
    desk.path.parent.mkdir(parents=True)
    desk.path.write_bytes(mark + desk.census({"owner_name": "Añjani"}).encode())
    reading = desk.read()
    assert reading.rows[0]["owner_name"] == "Añjani"
    assert reading.encoding == "utf-8"


def test_windows_1252_is_read_and_said(desk):
    desk.write("districts/contoh/kopi/umk_census.csv", desk.census({"owner_name": "André"}).encode("cp1252"))
    reading = desk.read()
    assert reading.rows[0]["owner_name"] == "André"
    assert reading.encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_utf16_and_utf32_are_a_broken_encoding(desk, encoding):
    desk.write("districts/contoh/kopi/umk_census.csv", desk.census().encode(encoding))
    words = str(desk.error())
    assert "berkas: pengodean berkas rusak atau bukan teks; simpan ulang sebagai CSV UTF-8" in words


def test_a_nul_byte_is_a_broken_encoding(desk):
    desk.write("districts/contoh/kopi/umk_census.csv", desk.census().replace("Pemilik", "Pem\x00ilik"))
    assert "pengodean berkas rusak" in str(desk.error())


def test_a_character_lost_earlier_is_shown_where_it_stands(desk):
    # U+FFFD is valid UTF-8, and its bytes are valid Windows-1252 too ("ï¿½"): neither may pass
    desk.write("districts/contoh/kopi/umk_census.csv", desk.census({}, {"owner_name": "Andr\ufffd"}))
    words = str(desk.error())
    assert "baris 3: " in words
    assert "Andr\ufffd" in words
    assert "pengodean berkas rusak" in words


def test_a_marked_utf8_file_that_is_broken_is_not_taken_for_windows_1252():
    assert isinstance(decode(b"\xef\xbb\xbfa,\xe9\n"), Fault)


def test_bytes_that_windows_1252_does_not_know_are_a_broken_encoding():
    assert "pengodean berkas rusak" in str(decode(b"a,\x81\n"))


def test_a_stated_encoding_is_used_and_no_other(desk):
    desk.state("files: {umk_census: {encoding: latin-1}}")
    desk.write("districts/contoh/kopi/umk_census.csv", desk.census({"owner_name": "André"}).encode("latin-1"))
    assert desk.read().encoding == "iso8859-1"
    assert isinstance(decode("é".encode("cp1252"), "utf-8"), Fault)


def test_a_workbook_under_the_name_of_a_csv_is_told(desk):
    desk.write("districts/contoh/kopi/umk_census.csv", b"PK\x03\x04" + b"\x00" * 40)
    assert "berkas ini buku kerja Excel, bukan CSV; di Excel pilih Simpan Sebagai" in str(desk.error())


@pytest.mark.parametrize("content", ["", "\n\n", " \n", ",,,\n,,,\n", "\ufeff"])
def test_an_empty_file_is_told(desk, content):
    desk.write("districts/contoh/kopi/umk_census.csv", content)
    assert "berkas kosong; isi judul kolom dan barisnya, atau hapus berkas" in str(desk.error())


def test_a_file_with_only_its_header_is_told(desk):
    desk.write("districts/contoh/kopi/umk_census.csv", desk.census().splitlines()[0] + "\n")
    assert "berkas hanya berisi judul kolom; isi barisnya, atau hapus berkas" in str(desk.error())


def test_missing_extra_and_repeated_columns_are_named_at_once(desk):
    text = desk.census()
    header = text.splitlines()[0]
    wrong = header.replace("owner_sex", "owner_sexx").replace("is_poor", "cycle") + ",catatan"
    desk.write("districts/contoh/kopi/umk_census.csv", text.replace(header, wrong))
    assert {str(fault) for fault in desk.error().faults} == {
        "baris 1, kolom owner_sex: kolom ini tidak ada; tambahkan",
        "baris 1, kolom is_poor: kolom ini tidak ada; tambahkan",
        'baris 1, kolom G (owner_sexx): kolom ini tidak dikenal; hapus; mungkin maksudnya "owner_sex"',
        "baris 1, kolom J (cycle): judul kolom ini ada lebih dari satu kali",
        "baris 1, kolom V (catatan): kolom ini tidak dikenal; hapus",
    }


def test_a_column_without_a_title_is_named_by_its_letter(desk):
    text = desk.census().replace("owner_name", "")
    desk.write("districts/contoh/kopi/umk_census.csv", text)
    assert "kolom C (tanpa judul): kolom ini tidak dikenal" in str(desk.error())


def test_a_header_with_semicolons_is_named_as_a_problem_of_the_delimiter(desk):
    desk.write_census({}, delimiter=";")
    words = str(desk.error())
    assert words.startswith("Tabel umk_census belum benar: 1 kesalahan")
    assert 'kolom dipisahkan ";", padahal seharusnya ","' in words
    assert 'files: {umk_census: {delimiter: ";"}}' in words


def test_the_dialect_that_initiative_yml_states_is_used(desk):
    desk.state('files: {umk_census: {delimiter: ";", decimal: ",", thousands: "."}}')
    desk.write_census({"production_per_month": "1.234,50", "capacity_per_month": "1500"}, delimiter=";")
    row = desk.read().rows[0]
    assert (row["production_per_month"], row["capacity_per_month"]) == ("1234.5", "1500")


def test_a_file_may_have_the_name_that_the_office_gives_it(desk):
    desk.state("files: {umk_census: {path: unggahan/pendataan.csv}}")
    desk.write("districts/contoh/kopi/unggahan/pendataan.csv", desk.census())
    assert desk.read().path == "kerja/districts/contoh/kopi/unggahan/pendataan.csv"


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (
            {"delimeter": ";"},
            '"delimeter" tidak dikenal; mungkin maksudnya "delimiter"; pilihan: path, encoding,',
        ),
        ({"delimiter": "::"}, 'delimiter "::" tidak dikenal; pilihan: ,'),
        ({"decimal": 5}, 'decimal "5" tidak dikenal; pilihan: ., ,'),
        ({"encoding": "utf-9"}, "encoding utf-9: pengodean ini tidak dikenal"),
        ({"encoding": "utf-16"}, "encoding utf-16: pengodean ini tidak dikenal atau tidak didukung"),
        ({"encoding": "base64"}, "encoding base64: pengodean ini tidak dikenal"),
        ({"path": "../../lain/umk.csv"}, "harus berkas di dalam folder ini"),
        ({"path": "/lain/umk.csv"}, "harus berkas di dalam folder ini"),
        ({"path": "C:/lain/umk.csv"}, "harus berkas di dalam folder ini"),
        ({"path": "..\\umk.csv"}, "harus berkas di dalam folder ini"),
    ],
)
def test_a_dialect_that_cannot_be_meant_is_refused(stated, words):
    with pytest.raises(PlaceError) as caught:
        check_shape(stated, "file", "uji.yml", PlaceError)
    assert words in str(caught.value)


def test_blank_rows_are_dropped_but_the_line_stays_that_of_the_spreadsheet(desk):
    first, second = desk.census({}, {"is_poor": "entah"}).splitlines()[1:]
    header = desk.census().splitlines()[0]
    blank = "," * header.count(",")
    lines = ["", header, first, blank, "", second]
    desk.write("districts/contoh/kopi/umk_census.csv", "\r\n".join(lines))
    assert [fault.row for fault in desk.error().faults] == [6]


def test_a_quoted_line_break_is_one_row_of_the_spreadsheet(desk):
    words = desk.complaint({"owner_name": "Ibu\nSri"}, {"is_poor": "entah"})
    assert 'baris 3, kolom J (is_poor): "entah"' in words


def test_a_quoted_line_break_is_kept_through_the_cache(desk):
    desk.write_census({"owner_name": 'Ibu\n"Sri", dkk.'})
    assert desk.read().rows == desk.read().rows
    assert desk.read().rows[0]["owner_name"] == 'Ibu\n"Sri", dkk.'


def test_a_quote_that_is_not_closed_is_named_at_its_row(desk):
    text = desk.census({"owner_name": "Ibu\nSri"}, {}, {}).replace("UMK-002,Pemilik", 'UMK-002,"Pemilik')
    desk.write("districts/contoh/kopi/umk_census.csv", text)
    assert "baris 3: tanda kutip di baris ini tidak ditutup atau salah letak" in str(desk.error())


def test_delimiters_after_the_last_column_are_passed_over(desk):
    text = "".join(line + ",,\n" for line in desk.census({}, {}).splitlines())
    desk.write("districts/contoh/kopi/umk_census.csv", text)
    assert len(desk.read().rows) == 2


def test_spaces_around_cells_are_dropped():
    raw = split(" a , b\n 1 ,\u00a02\u00a0\n", Dialect())
    assert (raw.header, raw.rows) == (["a", "b"], [(2, ["1", "2"])])


_dialects = st.sampled_from(
    [
        Dialect(decimal=decimal, thousands=thousands)
        for decimal in ".,"
        for thousands in ["", ".", ",", " ", "'"]
        if thousands != decimal
    ]
)
_canonical = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1).map(str),
    st.decimals(-(10**9), 10**9, places=4).filter(bool).map(lambda number: f"{number.normalize():f}"),
)


@given(_canonical, _dialects)
def test_a_canonical_number_survives_being_written_in_any_dialect(number, dialect):
    whole, point, fraction = number.lstrip("-").partition(".")
    grouped = f"{int(whole):,}".replace(",", dialect.thousands)
    written = "-" * number.startswith("-") + grouped + dialect.decimal * bool(point) + fraction
    assert dialect.is_number(written)
    assert dialect.canonical_number(written) == number


@pytest.mark.parametrize(
    ("text", "canonical"), [("007", "7"), ("1.50", "1.5"), ("-0", "0"), ("100", "100"), ("0.0", "0")]
)
def test_a_number_is_written_without_needless_zeros(text, canonical):
    assert Dialect().canonical_number(text) == canonical


@given(st.text())
def test_text_that_is_no_number_never_passes_for_one(text):
    if Dialect().is_number(text):
        assert float(text) - float(text) == 0  # finite, and Python's own reading agrees
        assert set(text) <= set("-.0123456789")
