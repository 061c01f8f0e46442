"""What a spreadsheet makes of a code: a date, a number with an exponent, a plain number."""

from __future__ import annotations

import re

_DAMAGES = {
    "date": r"\d{1,2}[-/ ](\d{1,2}|[A-Za-z]{3,9})([-/ ]\d{2,4})?|\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?"
    r"|\d{1,2}:\d\d(:\d\d)?",
    "exponent": r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+",
    "number": r"\d+([.,]\d+)?",
}


def damage_of(text: str) -> str:
    """Name what a spreadsheet seems to have made of a code, by its form alone.

    Parameters
    ----------
    text : str
        The code as written.

    Returns
    -------
    {"date", "exponent", "number", ""}
        "" where it looks like none of them. A number may still be a code of two parts.

    Examples
    --------
    >>> damage_of("05/05/2002"), damage_of("2,17E+11"), damage_of("33.1"), damage_of("2.17.08")
    ('date', 'exponent', 'number', '')
    """
    return next((kind for kind, form in _DAMAGES.items() if re.fullmatch(form, text, re.ASCII)), "")
