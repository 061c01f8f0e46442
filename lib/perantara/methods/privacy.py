"""Personal data in free text: numbers, addresses and known names are found and masked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

MASKS = {
    "id_number": "[NIK/KK disamarkan]",
    "email": "[surel disamarkan]",
    "phone": "[telepon disamarkan]",
    "name": "[nama disamarkan]",
}
_PATTERNS = {  # no letter or digit before or after: a code or a hash that holds such digits is none
    "id_number": r"(?:\d{16}|(?!19[5-9]|20)\d{4}(?:[ .-]\d{4}){3}|\d{6}([ .-])\d{6}\1\d{4})",
    "email": r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    "phone": r"(?:\+62|(?:62[ .-]?|0)8\d)(?:[ .()-]{0,2}\d){7,11}",
}
_FINDERS = {k: re.compile(rf"(?<![a-z0-9])(?:{p})(?![a-z0-9])", re.IGNORECASE) for k, p in _PATTERNS.items()}
_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
_ADDRESSES = {
    "an", "bapak", "bpk", "bu", "gus", "haji", "hajah", "hj", "h", "ibu", "kak", "kang", "kyai", "mas",
    "mbak", "milik", "n", "nama", "nyai", "pak", "pemilik", "sdr", "sdri", "saudara", "saudari",
    "tuan", "tgk", "teungku", "ustaz", "ustad",
}  # fmt: skip


@dataclass(frozen=True)
class KnownNames:
    """Names of persons to look for: each as its words, small letters; see ``index_names``."""

    words: frozenset[tuple[str, ...]] = frozenset()

    @cached_property
    def longest_by_first(self) -> dict[str, int]:
        """How many words the longest name has that begins with a word."""
        return {name[0]: len(name) for name in sorted(self.words, key=len)}


def index_names(values: Iterable[str]) -> KnownNames:
    """Return the names among the values of a confidential column, ready to be looked for.

    Names of one word with fewer than three letters are left out.

    Examples
    --------
    >>> sorted(index_names(["Siti Rahmawati", "Sri", "", "-"]).words)
    [('siti', 'rahmawati'), ('sri',)]
    """
    split = {tuple(_WORD.findall(value.casefold())) for value in values}
    return KnownNames(frozenset(name for name in split if len(name) > 1 or len("".join(name)) > 2))


def find_identifiers(text: str) -> tuple[str, ...]:
    """Return the kinds of identifier that a text seems to hold: "id_number", "email" and "phone".

    Sixteen digits are a NIK or the number of a family card (Perpres 96/2018, UU 24/2013); a phone begins
    with 08, 62 8 or +62. Names cannot be told from other words: ``mask_identifiers`` finds those given.

    Examples
    --------
    >>> find_identifiers("NIK 3503011505800001, hubungi 0812-3456-7890")
    ('id_number', 'phone')
    >>> find_identifiers("Kode 5.05.02.2.01.0011, SK 188.45/0812/2026, siklus 2023 2024 2025 2026")
    ()
    """
    return tuple(kind for kind, finder in _FINDERS.items() if finder.search(text))


def mask_identifiers(text: str, names: KnownNames | None = None) -> str:
    """Return a text with each identifier, and each known name, replaced by what it was.

    Names are found blind to capitals and to what stands between the words. A name of one word counts
    only after a form of address ("Ibu", "Pak", "milik"): it may be a word or a place as well.

    Examples
    --------
    >>> names = index_names(["Siti Rahmawati", "Melati"])
    >>> mask_identifiers("SK_SITI_RAHMAWATI.pdf; Bu Melati dari Desa Melati", names)
    'SK_[nama disamarkan].pdf; Bu [nama disamarkan] dari Desa Melati'
    """
    for kind, finder in _FINDERS.items():
        text = finder.sub(MASKS[kind], text)
    return _mask_names(text, names) if names and names.words else text


def _mask_names(text: str, names: KnownNames) -> str:
    found = list(_WORD.finditer(text))
    words = [word.group().casefold() for word in found]
    parts, end, position = [], 0, 0
    while position < len(words):
        longest = names.longest_by_first.get(words[position], 0)
        lengths = range(min(longest, len(words) - position), 0, -1)
        length = next((n for n in lengths if tuple(words[position : position + n]) in names.words), 0)
        if length > 1 or (length and position and words[position - 1] in _ADDRESSES):
            parts += [text[end : found[position].start()], MASKS["name"]]
            end = found[position + length - 1].end()
        position += length or 1
    return "".join([*parts, text[end:]])
