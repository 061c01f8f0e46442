"""Numbers, money, sizes and dates as the reader's language writes them."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from perantara.text.messages import _, current_language

LOCALES = {"id": "id_ID", "en": "en_GB"}
NO_VALUE = "–"


def is_missing(value: Any) -> bool:
    """Tell whether a value is none at all: ``None``, NaN, or a missing value of a frame.

    >>> is_missing(None), is_missing(float("nan")), is_missing(0), is_missing("nan")
    (True, True, False, False)
    """
    return value is None or (not isinstance(value, str) and str(value) in {"nan", "<NA>", "NaT"})


def format_number(value: Any, decimals: int | None = None) -> str:
    """Write a number in the locale's form; a missing one as a dash.

    Without ``decimals`` (digits after the mark) whole numbers have none, others at most two, and those
    below one at most four, so that an index keeps what tells its classes apart.

    >>> format_number(1234567.891), format_number(0.5, decimals=2), format_number(None)
    ('1.234.567,89', '0,50', '–')
    """
    if is_missing(value):
        return NO_VALUE
    if math.isinf(value):
        return _("tak terhingga")
    from babel.numbers import format_decimal

    most = decimals if decimals is not None else 4 if abs(value) < 1 else 2
    digits = "0" * decimals if decimals is not None else "#" * most
    # a minus of a value that rounds to nothing would read as a loss
    shown = 0.0 if round(float(value), most) == 0 else value
    form = "#,##0." + digits if digits else "#,##0"
    return format_decimal(shown, format=form, locale=LOCALES[current_language()])


def format_size(size_bytes: int) -> str:
    """Write a file size.

    >>> format_size(35_400)
    '35,4 kB'
    """
    size, unit = (size_bytes / 1_000_000, "MB") if size_bytes >= 1_000_000 else (size_bytes / 1_000, "kB")
    return f"{format_number(size, decimals=1)} {unit}"


def format_date(value: Any) -> str:
    """Write a day in words.

    >>> format_date("2026-08-14")
    '14 Agustus 2026'
    """
    if is_missing(value) or value == "":
        return NO_VALUE
    from babel.dates import format_date as babel_date

    day = dt.date.fromisoformat(str(value)[:10])
    return babel_date(day, format="d MMMM y", locale=LOCALES[current_language()])
