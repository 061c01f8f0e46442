"""What a district calls its institutions: a kabupaten or a kota, in Aceh or in Java."""

from __future__ import annotations

from collections.abc import Mapping

_DEFAULTS = {
    "kabupaten": {
        "head": "Bupati",
        "council": "DPRD",
        "subdistrict": "kecamatan",
        "village": "desa",
        "village_head": "kepala desa",
        "local_regulation": "Perda",
        "head_regulation": "Peraturan Bupati",
    },
    "kota": {
        "head": "Wali Kota",
        "council": "DPRD",
        "subdistrict": "kecamatan",
        "village": "kelurahan",
        "village_head": "lurah",
        "local_regulation": "Perda",
        "head_regulation": "Peraturan Wali Kota",
    },
}


def terms_of(kind: str, own_terms: Mapping[str, str]) -> dict[str, str]:
    """Return the terms of a district of ``kind`` ("kabupaten" or "kota"), its own ones on top.

    Examples
    --------
    >>> terms_of("kabupaten", {"village": "gampong"})["village"], terms_of("kota", {})["head"]
    ('gampong', 'Wali Kota')
    """
    return {**_DEFAULTS[kind], **own_terms}
