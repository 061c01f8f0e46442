"""Codes of regions and budgets: their form, their issuer, and what a spreadsheet does to them."""

from __future__ import annotations

import re
from typing import NamedTuple

from perantara.methods.spreadsheet import damage_of
from perantara.text import _, lazy


class CodeKind(NamedTuple):
    """The form of one kind of code."""

    pattern: str
    form: lazy
    example: str

    def matches(self, text: str) -> bool:
        """Tell whether ``text`` has the form of this kind."""
        return re.fullmatch(self.pattern, text, re.ASCII) is not None


CODE_KINDS = {
    "kemendagri_province": CodeKind(r"\d{2}", lazy("dua angka"), "35"),
    "kemendagri_district": CodeKind(r"\d{2}\.\d{2}", lazy("dua angka, titik, dua angka"), "33.11"),
    "kemendagri_subdistrict": CodeKind(
        r"\d{2}\.\d{2}\.\d{2}", lazy("tiga pasang angka dengan titik"), "35.03.03"
    ),
    "kemendagri_village": CodeKind(
        r"\d{2}\.\d{2}\.\d{2}\.\d{4}", lazy("kode kecamatan, titik, empat angka"), "35.03.03.2005"
    ),
    "kemendagri_region": CodeKind(
        r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?",
        lazy("kode Kemendagri dengan titik: provinsi, kabupaten/kota, kecamatan, atau desa"),
        "35.03",
    ),
    "bps_district": CodeKind(r"\d{4}", lazy("empat angka tanpa titik"), "3503"),
    "budget": CodeKind(
        r"\d(\.\d{2}(\.\d{2}(\.\d(\.\d{2}(\.\d{2,4})?)?)?)?)?",
        lazy("kode bertingkat dengan titik menurut keputusan nomenklatur"),
        "2.17.08.2.01.0018",
    ),
}


def explain_code_fault(text: str, kind: str) -> str:
    """Say what is wrong with ``text`` as a code of ``kind``; "" where its form is right.

    A date, an exponent or a plain number in place of a code is what a spreadsheet makes of it.

    >>> explain_code_fault("05/05/2002", "budget")  # doctest: +ELLIPSIS
    'kode ini telah diubah aplikasi lembar kerja menjadi tanggal; ketik ulang sebagai teks, ...'
    >>> explain_code_fault("35.03", "kemendagri_district")
    ''
    """
    expected = CODE_KINDS[kind]
    if expected.matches(text):
        return ""
    form = _('harus %(form)s, misalnya "%(example)s"') % expected._asdict()
    retype = _('; ketik ulang sebagai teks, misalnya "%(example)s"') % expected._asdict()
    damage = damage_of(text)
    if damage == "date":
        return _("kode ini telah diubah aplikasi lembar kerja menjadi tanggal") + retype
    if damage == "exponent":
        return _("kode ini telah diubah aplikasi lembar kerja menjadi bilangan berpangkat (E)") + retype
    if kind.startswith("kemendagri") and re.fullmatch(r"[0-9]{4}", text):
        return form + _(
            "; empat angka tanpa titik adalah bentuk kode BPS, dan %(text)s BPS belum tentu daerah "
            "yang sama dengan %(dotted)s Kemendagri"
        ) % {"text": text, "dotted": f"{text[:2]}.{text[2:]}"}
    if damage == "number":
        return _("kode ini tersimpan sebagai angka, sehingga titik atau nol di dalamnya hilang") + retype
    return form
