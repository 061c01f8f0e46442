"""Personal data in free text: what is found, what is not taken for it, and that masking is complete."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods.privacy import MASKS, find_identifiers, index_names, mask_identifiers
from tools import count_calls

NAMES = index_names(["Siti Rahmawati", "H. Muhammad Nur'aini", "Melati", "Li"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NIK 3503011505800001", "id_number"),
        ("KK:3503011505800002.", "id_number"),
        ("ktp_3503011505800001.pdf", "id_number"),
        ("3503 0115 0580 0001", "id_number"),
        ("350301-150580-0001", "id_number"),
        ("1901 0115 0580 0001", "id_number"),  # Kabupaten Bangka
        ("WA 081234567890", "phone"),
        ("HP/0812-3456-7890", "phone"),
        ("0812 345 6789", "phone"),
        ("(0812) 3456 7890", "phone"),
        ("No.0857.1234.5678", "phone"),
        ("+62 812-3456-7890", "phone"),
        ("6281234567890", "phone"),
        ("+62 (355) 791-234", "phone"),
        ("tulis ke siti.rahma+umk@desa-pakel.go.id", "email"),
    ],
)
def test_an_identifier_is_found_in_the_ways_that_it_is_written(text, kind):
    assert find_identifiers(text) == (kind,)
    masked = mask_identifiers(text)
    assert MASKS[kind] in masked and find_identifiers(masked) == ()
    assert sum(letter.isdigit() for letter in masked) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Kode 7.01.06.2.01.0010 dan 5.05.02.2.01.0011, rekening 5.1.02.01.01.0024",
        "SK Bupati 188.45/0812/2026 tanggal 14-08-2026",
        "siklus 2023 2024 2025 2026",
        "1998-1999-2000-2001",
        "Rp81.234.567.890 atau 1234567890",
        "desa 00.00.01.2001",
        "0f0f3503011505800001ab",  # part of a hash
        "35030115058000011",  # 17 digits
        "harga @ Rp5.000 per kg",
        "",
    ],
)
def test_codes_dates_years_and_amounts_are_no_identifiers(text):
    assert find_identifiers(text) == ()
    assert mask_identifiers(text, NAMES) == text


def test_a_text_with_several_kinds_names_and_masks_them_all():
    text = "3503011505800001 (081234567890, a@b.id), 3503011505800002"
    assert find_identifiers(text) == ("id_number", "email", "phone")
    assert mask_identifiers(text) == (
        "[NIK/KK disamarkan] ([telepon disamarkan], [surel disamarkan]), [NIK/KK disamarkan]"
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("SITI RAHMAWATI", "[nama disamarkan]"),
        ("Ibu siti  rahmawati (Pakel)", "Ibu [nama disamarkan] (Pakel)"),
        ("SK_Siti_Rahmawati-2026.pdf", "SK_[nama disamarkan]-2026.pdf"),
        ("oleh H Muhammad Nur'aini.", "oleh [nama disamarkan]."),
        ("Siti Rahmawati, Siti Rahmawati", "[nama disamarkan], [nama disamarkan]"),
        ("Siti Rahmawatini", "Siti Rahmawatini"),
        ("Siti dan Rahmawati", "Siti dan Rahmawati"),
        ("Desa Melati", "Desa Melati"),  # a word of the name alone may be a place
        ("honor Bu Melati dan a.n. Melati", "honor Bu [nama disamarkan] dan a.n. [nama disamarkan]"),
        ("Pak Li", "Pak Li"),  # two letters name nobody
    ],
)
def test_known_names_are_masked_as_whole_words_however_they_are_written(text, masked):
    assert mask_identifiers(text, NAMES) == masked


def test_the_longest_of_two_names_that_begin_alike_is_taken():
    names = index_names(["Siti Aminah", "Siti Aminah Zahra"])
    assert mask_identifiers("Siti Aminah Zahra; Siti Aminah", names) == "[nama disamarkan]; [nama disamarkan]"


@given(
    st.text(), st.sampled_from(["3503011505800001", "081234567890", "x@y.id", "Siti Rahmawati"]), st.text()
)
def test_nothing_beside_what_is_masked_changes_and_nothing_stays(before, secret, after):
    text = f"{before} ; {secret} ; {after}"
    masked = mask_identifiers(text, NAMES)
    assert secret not in masked.replace(before, "").replace(after, "")
    assert mask_identifiers(masked, NAMES) == masked
    if (
        mask_identifiers(f"{before} ;", NAMES) == f"{before} ;"
        and mask_identifiers(f"; {after}", NAMES) == f"; {after}"
    ):
        assert masked.startswith(f"{before} ; [") and masked.endswith(f"] ; {after}")


def test_how_many_names_are_known_costs_a_text_without_them_nothing():
    def look(known: int) -> int:
        names = index_names(f"Pemilik Usaha {number}" for number in range(known))
        mask_identifiers("Catatan", names)  # what is worked out once
        return count_calls(
            lambda: [mask_identifiers(f"Catatan ke-{n} tentang kebun", names) for n in range(50)]
        )

    assert look(10) == look(10_000)
