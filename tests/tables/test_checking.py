"""Bad input gets a clear answer in Indonesian: which row and column, what was found, what to do."""

from __future__ import annotations

import pytest

from perantara.tables.places import Roots
from perantara.tables.store import TableStore


def test_a_fault_says_file_line_column_what_was_found_what_is_allowed_and_what_to_do(desk):
    words = desk.complaint({}, {"owner_sex": "wanita"})
    assert words.splitlines() == [
        "Tabel umk_census belum benar: 1 kesalahan dalam kerja/districts/contoh/kopi/umk_census.csv",
        '  baris 3, kolom G (owner_sex): "wanita" — harus salah satu dari: perempuan, laki-laki',
        "Perbaiki berkasnya, lalu jalankan lagi: perantara check",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"capacity_per_month": "empat puluh"}, 'kolom N (capacity_per_month): "empat puluh" — bukan bilangan yang sah'),
        ({"capacity_per_month": "-1"}, '"-1" — tidak boleh kurang dari 0'),
        ({"owner_age_years": "empat puluh"}, "kolom I (owner_age_years): bukan bilangan yang sah"),
        ({"owner_age_years": "40.5"}, "(owner_age_years): harus bilangan bulat"),
        ({"owner_age_years": "9"}, "(owner_age_years): tidak boleh kurang dari 10"),
        ({"owner_age_years": "111"}, "(owner_age_years): tidak boleh lebih dari 110"),
        ({"owner_has_disability": "mungkin"}, '"mungkin" — harus "ya" atau "tidak"'),
        ({"cycle": "26"}, '"26" — harus tahun empat angka, misalnya 2026'),
        ({"data_date": "14/08/2026"}, '"14/08/2026" — harus tanggal yang ada, ditulis tahun-bulan-hari'),
        ({"data_date": "2026-02-30"}, '"2026-02-30" — harus tanggal yang ada'),
        ({"data_date": "2026-8-4"}, '"2026-8-4" — harus tanggal yang ada'),
        ({"village_name": ""}, "kolom F (village_name): wajib diisi"),
        ({"owner_sex": "perempuanx"}, 'mungkin maksudnya "perempuan"'),
    ],
)  # fmt: skip
def test_a_wrong_type_or_value_is_named_with_what_is_allowed(desk, change, words):
    assert words in desk.complaint(change)


@pytest.mark.parametrize(
    "text", ["1_000", "INF", "inf", "nan", "1e3", "0x10", "+5", "−5", "1 000", ".5", "5.", "١٢", "1,5"]
)
def test_only_plain_digits_and_a_point_are_a_number_where_nothing_else_is_stated(desk, text):
    words = desk.complaint({"production_per_month": text})
    assert f'"{text}" — bukan bilangan yang sah' in words
    assert 'dengan "." untuk desimal dan tanpa pemisah ribuan' in words


def test_a_point_decimal_is_refused_under_a_comma_format(desk):
    desk.state('files: {umk_census: {decimal: ",", thousands: "."}}')
    words = desk.complaint({"production_per_month": "1234.5"})
    assert '"1234.5" — bukan bilangan yang sah' in words
    assert 'dengan "," untuk desimal dan "." untuk ribuan' in words


def test_a_comma_decimal_is_refused_under_a_point_format(desk):
    assert '"1.234,5" — bukan bilangan yang sah' in desk.complaint({"production_per_month": "1.234,5"})


def test_a_number_of_more_digits_than_a_spreadsheet_keeps_is_refused(desk):
    words = desk.complaint({"annual_sales_idr": "3503123456789012"})  # 16 digits, such as a NIK
    assert "lebih dari 15 angka; periksa apakah ini memang bilangan" in words


@pytest.mark.parametrize(
    "change",
    [
        {"annual_sales_idr": "1.350"},
        {"annual_sales_idr": "Rp 81350"},
        {"annual_sales_idr": "-81350"},
        {"owner_age_years": "81350"},
        {"umk_id": ""},
    ],
)
def test_what_a_confidential_column_holds_is_not_quoted(desk, change):
    words = desk.complaint(change | {"owner_name": "Siti Rahmawati"})
    assert next(iter(change)) in words
    assert not any(secret in words for secret in ("1.350", "1350", "81350", "Siti"))


def test_what_looks_like_personal_data_is_not_quoted_from_any_column(desk):
    words = desk.complaint({"production_per_month": "3503011505800001", "quality_grade": "0812 3456 7890"})
    assert '"[NIK/KK disamarkan]" — lebih dari 15 angka' in words
    assert '"[telepon disamarkan]" — harus salah satu dari: A, B, C, ditolak' in words


def test_a_file_without_a_header_is_named_without_quoting_its_first_person(desk):
    desk.path.parent.mkdir(parents=True)
    desk.path.write_text("2026,UMK-001,Siti Rahmawati,00.00,3503011505800001\n", encoding="utf-8")
    words = str(desk.error())
    assert "baris pertama bukan judul kolom tabel ini; tulis judulnya: cycle, umk_id" in words
    assert "Siti" not in words and "3503011505800001" not in words
    desk.path.write_text("2026;UMK-001;Siti Rahmawati\n", encoding="utf-8")
    assert "Siti" not in str(desk.error())


def test_a_duplicate_key_names_the_row_that_it_repeats(desk):
    words = desk.complaint({}, {"umk_id": "UMK-007"}, {"umk_id": "UMK-007"})
    assert "baris 4, kolom cycle, umk_id, product: kunci ganda: sama dengan baris 3" in words


def test_the_same_number_in_another_cycle_is_no_duplicate(desk):
    desk.write_census({"umk_id": "UMK-007"}, {"umk_id": "UMK-007", "cycle": "2025"})
    assert len(desk.read().rows) == 2


def test_a_code_of_another_district_is_refused_with_its_name(desk):
    words = desk.complaint(
        {"district_code_kemendagri": "35.01", "village_code_kemendagri": "35.01.01.2001"},
        place="trenggalek/biofarmaka",
    )
    assert 'kolom D (district_code_kemendagri): "35.01" — kode daerah lain (Pacitan)' in words
    assert 'kolom E (village_code_kemendagri): "35.01.01.2001" — kode daerah lain (Pacitan)' in words
    assert "tabel ini milik 35.03" in words


def test_a_bps_code_is_refused_where_kemendagri_is_meant(desk):
    words = desk.complaint({"district_code_kemendagri": "1105"})
    assert '"1105" — harus dua angka, titik, dua angka, misalnya "33.11"' in words
    assert "1105 BPS belum tentu daerah yang sama dengan 11.05 Kemendagri" in words


def test_an_unknown_basis_is_answered_with_the_bases_and_the_nearest(desk):
    words = desk.complaint({"basis": "lapang"})
    assert "harus salah satu dari: resmi, lapangan, keterangan, perkiraan, rencana, rekaan" in words
    assert 'mungkin maksudnya "lapangan"' in words


def test_made_up_rows_are_refused_under_a_real_district(desk):
    words = desk.complaint({"basis": "rekaan"}, place="trenggalek/biofarmaka")
    assert '"rekaan" — data rekaan hanya boleh ada di daerah latihan' in words


def test_only_made_up_rows_stand_under_a_made_up_district(desk):
    assert '"lapangan" — semua data daerah latihan rekaan; tulis "rekaan"' in desk.complaint(
        {"basis": "lapangan"}
    )


def test_the_reference_keeps_its_bases_beside_a_made_up_district(desk):
    bases = TableStore(Roots.find()).read("regional_facts", desk.place("contoh/kopi")).bases
    assert "resmi" in bases


def test_the_reason_is_required_where_the_decision_differs_from_the_result(desk):
    header = (
        "cycle,stage,computed_result,decided_result,reason,deciding_body,position,decision_date,"
        "document,provenance_sha256,basis,source\n"
    )
    rest = "Tim,Ketua,2026-08-14,Berita Acara,,rekaan,Data rekaan\n"
    desk.write(
        "districts/contoh/kopi/decisions.csv",
        f"{header}2026,02_concept,repeat,proceed,,{rest}2026,04_budget,repeat,repeat,,{rest}",
    )
    error = desk.error(table="decisions")
    assert [str(fault) for fault in error.faults] == [
        "baris 2, kolom E (reason): wajib diisi karena computed_result dan decided_result berbeda"
    ]


def test_a_ragged_row_is_named_by_its_width_and_not_by_its_shifted_cells(desk):
    lines = desk.census({}, {}, {}).splitlines()
    lines[2] = lines[2].replace(",Pemilik,", ",Pemilik,Kedua,")  # one cell too many
    lines[3] = lines[3].rpartition(",")[0]  # one too few
    desk.write("districts/contoh/kopi/umk_census.csv", "\n".join(lines))
    assert [str(fault) for fault in desk.error().faults] == [
        "baris 3: baris ini berisi 22 sel, padahal judulnya 21 kolom",
        "baris 4: baris ini berisi 20 sel, padahal judulnya 21 kolom",
    ]


def test_all_faults_are_counted_and_the_first_twenty_are_printed(desk):
    words = desk.complaint(*[{"is_poor": "entah", "owner_sex": "entah"}] * 15)
    assert "30 kesalahan dalam" in words
    assert words.count('"entah"') == 20
    assert "  … dan 10 kesalahan lain" in words
    assert len(desk.error().faults) == 30


def test_two_constraints_that_one_cell_breaks_are_one_fault(desk):
    # "bukan-cocok" is neither in the list nor of the pattern of the declaration below
    desk.write(
        "tables/coba.yml",
        "name: coba\ntitle: Coba\nscope: initiative\nfields:\n"
        "  - {name: a, type: string, title: A, constraints: {enum: [x], pattern: 'x'}}\n",
    )
    desk.write("districts/contoh/kopi/coba.csv", "a\nbukan-cocok\n")
    assert len(desk.error(table="coba").faults) == 1


def test_every_reference_code_must_be_in_the_list_of_regions(desk):
    desk.write(
        "reference/regional_facts.csv",
        "level,region_code_kemendagri,region_name,indicator,indicator_title,breakdown,period,value,unit,"
        "basis,source,data_date,note\n"
        "kabupaten/kota,35.99,Kabupaten Tiada,x,X,,2025,1,jiwa,resmi,Uji,2026-11-24,\n",
    )
    assert "kode kabupaten/kota 35.99 tidak ada dalam daftar wilayah" in str(
        desk.error(table="regional_facts")
    )


def test_the_check_itself_is_frictionless_so_that_the_standard_constraints_hold(desk):
    """A constraint that only ``frictionless`` evaluates (unique) is answered in Indonesian."""
    desk.write(
        "tables/coba.yml",
        "name: coba\ntitle: Coba\nscope: initiative\nfields:\n"
        "  - {name: a, type: string, title: A, constraints: {unique: true}}\n",
    )
    desk.write("districts/contoh/kopi/coba.csv", "a\nx\nx\n")
    assert str(desk.error(table="coba").faults[0]) == (
        'baris 3, kolom A (a): "x" — tidak boleh sama dengan baris lain'
    )


@pytest.mark.parametrize(
    ("field", "cell", "words"),
    [
        ("type: year, constraints: {minimum: 2000}", "1999", "tidak boleh kurang dari 2000"),
        ("type: number, constraints: {maximum: 1500.5}", "1501", "tidak boleh lebih dari 1.500,5"),
        ("type: integer, constraints: {enum: [1, 2]}", "3", "harus salah satu dari: 1, 2"),
        (
            "type: date, constraints: {maximum: '2026-12-31'}",
            "2027-01-01",
            "tidak boleh lebih dari 2026-12-31",
        ),
        (
            "type: string, constraints: {pattern: 'K[0-9]'}, example: K1",
            "X",
            'tidak sesuai pola K[0-9], misalnya "K1"',
        ),
    ],
)
def test_a_limit_is_said_in_the_form_of_its_column(desk, field, cell, words):
    desk.write(
        "tables/coba.yml",
        f"name: coba\ntitle: C\nscope: initiative\nfields:\n  - {{name: a, title: A, {field}}}\n",
    )
    desk.write("districts/contoh/kopi/coba.csv", f"a\n{cell}\n")
    assert str(desk.error(table="coba").faults[0]) == f'baris 2, kolom A (a): "{cell}" — {words}'


@pytest.mark.parametrize("text", ["1.350", "12.500", "-3.000"])
def test_a_number_that_may_be_thousands_or_decimals_is_refused_for_a_place(desk, text):
    words = desk.complaint({"capacity_per_month": text.lstrip("-")})
    assert "meragukan: bisa berarti" in words
    assert f'tulis "{text.lstrip("-").replace(".", "")}"' in words


@pytest.mark.parametrize("text", ["0.125", "1.35", "1.3500", "1350"])
def test_numbers_that_mean_one_thing_pass(desk, text):
    desk.write_census({"capacity_per_month": text, "production_per_month": "0"})
    assert desk.read().rows
