"""Codes of regions and budgets, and what a spreadsheet does to them."""

from __future__ import annotations

import pytest

from perantara.tables.codes import CODE_KINDS, explain_code_fault

BUDGET = """\
name: budget_codes
title: Kode uji
scope: initiative
fields:
  - {name: code, type: string, title: Kode, code: budget, constraints: {required: true}}
"""


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ("05/05/2002", "diubah aplikasi lembar kerja menjadi tanggal; ketik ulang sebagai teks"),
        ("5-May-02", "menjadi tanggal"),
        ("02 Mei 2005", "menjadi tanggal"),
        ("2002-05-05 00:00:00", "menjadi tanggal"),
        ("5:05:02", "menjadi tanggal"),
        ("2,17E+08", "menjadi bilangan berpangkat (E)"),
        ("2.17e8", "menjadi bilangan berpangkat (E)"),
        ("50502", "tersimpan sebagai angka, sehingga titik atau nol di dalamnya hilang"),
        ("5,05", "tersimpan sebagai angka"),
        ("5.5.02", "harus kode bertingkat dengan titik"),
    ],
)
def test_what_a_spreadsheet_makes_of_a_budget_code_is_named(desk, found, words):
    desk.write("tables/budget_codes.yml", BUDGET)
    desk.write("districts/contoh/kopi/budget_codes.csv", f'code\n5.05.02\n"{found}"\n')
    complaint = str(desk.error(table="budget_codes"))
    assert f'baris 3, kolom A (code): "{found}" — ' in complaint
    assert words in complaint
    assert '"2.17.08.2.01.0018"' in complaint  # the form by an example


@pytest.mark.parametrize(
    "code", ["2", "2.17", "5.05.02", "5.05.02.2", "2.17.07.2.01.01", "2.17.08.2.01.0018"]
)
def test_budget_codes_of_every_level_and_of_either_decree_pass(code):
    assert explain_code_fault(code, "budget") == ""


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        ("kemendagri_district", "11.5", "tersimpan sebagai angka"),  # 11.50 without its zero
        ("kemendagri_district", "3503", "bentuk kode BPS"),
        ("kemendagri_region", "1105", "1105 BPS belum tentu daerah yang sama dengan 11.05 Kemendagri"),
        ("kemendagri_village", "3503032005", "tersimpan sebagai angka"),
        ("kemendagri_village", "3.50E+09", "berpangkat"),
        ("kemendagri_subdistrict", "35.03", "tersimpan sebagai angka"),
        ("kemendagri_subdistrict", "03/03/2035", "menjadi tanggal"),
        ("kemendagri_province", "Jawa Timur", "harus dua angka"),
        ("bps_district", "35.03", "tersimpan sebagai angka"),
        ("kemendagri_district", "٣٥.٠٣", "harus dua angka, titik, dua angka"),
    ],
)
def test_a_region_code_of_the_wrong_form_is_named(kind, wrong, words):
    assert words in explain_code_fault(wrong, kind)


def test_the_example_of_every_kind_has_the_form_of_its_kind():
    assert [kind for kind, form in CODE_KINDS.items() if not form.matches(form.example)] == []
