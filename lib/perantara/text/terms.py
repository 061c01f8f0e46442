"""What a district calls its institutions: a kabupaten or a kota, in Aceh or in Java."""

from __future__ import annotations

import re

from perantara.text.messages import _, lazy

# values of tables that are keys, as a reader sees them
_LABELS = {"tim_kerja": lazy("Tim Kerja"), "ingatan": lazy("menurut ingatan")}
_KABUPATEN = {
    "head": "Bupati", "head_regulation": "Peraturan Bupati", "council": "DPRD", "local_regulation": "Perda",
    "subdistrict": "kecamatan", "village": "desa", "village_head": "kepala desa",
}  # fmt: skip
_KOTA = {
    "head": "Wali Kota", "head_regulation": "Peraturan Wali Kota", "village": "kelurahan", "village_head": "lurah",
}  # fmt: skip


def terms_of(kind: str, own_terms: dict[str, str]) -> dict[str, str]:
    """Return the terms of a district of ``kind`` ("kabupaten" or "kota"), its own ones on top.

    >>> terms_of("kabupaten", {"village": "gampong"})["village"], terms_of("kota", {})["head"]
    ('gampong', 'Wali Kota')
    """
    return _KABUPATEN | {"kabupaten": {}, "kota": _KOTA}[kind] | own_terms


def in_terms(text: str, kind: str, terms: dict[str, str]) -> str:
    """Return a text of the country's rules in the words of a district that has its own.

    >>> in_terms("RKP Desa, kepada DPRD", "kabupaten", terms_of("kabupaten", {"village": "gampong", "council": "DPRK"}))
    'RKP Gampong, kepada DPRK'
    >>> in_terms("pemerintah desa/kelurahan", "kabupaten", terms_of("kabupaten", {"village": "gampong"}))
    'pemerintah gampong'
    """
    usual = terms_of(kind, {})
    own = {usual[key].lower(): word for key, word in terms.items() if usual[key] != word}
    # a district with a word of its own for villages has no need of both
    pairs = {"desa": "desa/kelurahan", "kepala desa": "kepala desa/lurah"}
    own |= {both: own[one] for one, both in pairs.items() if one in own}
    words = "|".join(sorted(map(re.escape, own), key=len, reverse=True))

    def say(found: re.Match[str]) -> str:
        word = own[found[0].lower()]
        return word[0].upper() + word[1:] if found[0][0].isupper() else word

    return re.sub(rf"\b({words})\b", say, text, flags=re.IGNORECASE) if own else text


def lower_first(title: str) -> str:
    """Return a title as it stands within a sentence: abbreviations keep their capitals.

    >>> lower_first("Pendataan UMK"), lower_first("APBD tahun ini"), lower_first("W Kendall")
    ('pendataan UMK', 'APBD tahun ini', 'W Kendall')
    """
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def label_of(value: str) -> str:
    """Return a value of a table as a reader sees it, in the language in force.

    >>> label_of("tim_kerja"), label_of("riset")
    ('Tim Kerja', 'riset')
    """
    return str(_LABELS[value]) if value in _LABELS else _(value)
