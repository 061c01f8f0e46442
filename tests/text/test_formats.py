"""Numbers, money, sizes and dates as the reader's language writes them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from perantara.text import format_date, format_number, format_size, is_missing, using_language


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567.891, None, "1.234.567,89"),
        (12, None, "12"),
        (12.5, 0, "12"),  # babel rounds a half to even
        (0.5, 2, "0,50"),
        (-3.456, 1, "-3,5"),
        (-0.001, 2, "0,00"),  # no minus before nothing
        (None, None, "–"),
        (float("nan"), 2, "–"),
        (pd.NA, None, "–"),
        (float("inf"), None, "tak terhingga"),
    ],
)
def test_a_number_has_the_indonesian_form(value, decimals, text):
    assert format_number(value, decimals) == text


def test_a_number_has_the_english_form_in_english():
    with using_language("en"):
        assert format_number(1234.5) == "1,234.5"


@pytest.mark.parametrize(("size", "text"), [(0, "0,0 kB"), (999_000, "999,0 kB"), (1_000_000, "1,0 MB")])
def test_a_size_is_in_kilobytes_or_megabytes(size, text):
    assert format_size(size) == text


@pytest.mark.parametrize(
    "value", ["2026-08-14", dt.date(2026, 8, 14), dt.datetime(2026, 8, 14, 9), pd.Timestamp("2026-08-14")]
)
def test_a_date_is_written_in_words(value):
    assert format_date(value) == "14 Agustus 2026"
    with using_language("en"):
        assert format_date(value) == "14 August 2026"


@pytest.mark.parametrize("value", ["", None, pd.NaT])
def test_a_date_that_is_none_is_a_dash(value):
    assert format_date(value) == "–"


def test_a_word_that_looks_like_nan_is_a_word():
    assert [is_missing(value) for value in ("nan", "<NA>", "NaT", "")] == [False] * 4
    assert [is_missing(value) for value in (None, float("nan"), pd.NA, pd.NaT)] == [True] * 4
