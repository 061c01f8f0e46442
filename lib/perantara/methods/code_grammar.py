"""The grammar of budget codes (nomenklatur): what a text says as a code, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from perantara.methods.notes import N_
from perantara.methods.spreadsheet import damage_of

_GRAMMAR = re.compile(r"[1-9](\.\d\d(\.\d\d(\.[12]\.\d\d(\.\d\d(\d\d)?)?)?)?)?", re.ASCII)
LEVELS = {1: "urusan", 2: "bidang urusan", 3: "program", 5: "kegiatan", 6: "sub kegiatan"}
_AUTHORITIES = {"1": "provinsi", "2": "kabupaten/kota"}
_ACCOUNT = re.compile(r"(4\.[1-3]|5\.[1-4]|6\.[12])(\.\d\d(\.\d\d(\.\d\d(\.\d{4,5})?)?)?)?", re.ASCII)

_FAULTS = {
    "account": N_("Ini kode rekening (akun belanja, pendapatan, atau pembiayaan), bukan kode kegiatan."),
    "date": N_(
        "Kode ini telah diubah aplikasi lembar kerja menjadi tanggal; "
        "ketik ulang sebagai teks, misalnya 2.17.08.2.01.0018."
    ),
    "exponent": N_(
        "Kode ini telah diubah aplikasi lembar kerja menjadi bilangan berpangkat (E); "
        "ketik ulang sebagai teks, misalnya 2.17.08.2.01.0018."
    ),
    "number": N_(
        "Kode ini tersimpan sebagai angka, sehingga titik atau nol di dalamnya hilang; "
        "ketik ulang sebagai teks, misalnya 2.17.08.2.01.0018."
    ),
    "letter": N_("Kode ini masih memuat huruf X; ganti dengan nomor urusan dan bidang perangkat daerah."),
    "half": N_("Kode ini terpotong: 2.01 adalah satu nomor kegiatan."),
    "form": N_("Bentuk kode ini tidak dikenal; yang benar misalnya 2.17.08.2.01.0018."),
    "zero": N_("Ada bagian kode yang kurang nol."),
    "authority": N_("Nomor kewenangan ditulis dua angka (.02.); menurut nomenklatur cukup satu angka (.2.)."),
    "separator": N_("Bagian kode dipisahkan titik, tanpa spasi, koma, atau titik di ujung."),
}


@dataclass(frozen=True)
class BudgetCode:
    """A budget code as read: its well-formed reading, what that says, and what was wrong."""

    text: str
    canonical: str = ""
    level: str = ""
    authority: str = ""
    generation: str = ""
    fault: str = ""
    proposal: str = ""

    @property
    def lacks_only_zeros(self) -> bool:
        """Whether the proposal differs from the text by leading zeros alone."""
        found, repaired = self.text.split("."), self.proposal.split(".")
        return bool(self.proposal) and repaired == [
            part.zfill(len(whole)) for part, whole in zip(found, repaired, strict=False)
        ]


def is_account_code(text: str) -> bool:
    """Tell whether ``text`` is a kode rekening (an account of revenue, expenditure or financing).

    Its second part has one digit (5.1.02.01.01.0024), that of a budget code has two (5.01.02).

    Examples
    --------
    >>> is_account_code("5.1.02.01.01.0024"), is_account_code("5.5.02"), is_account_code("5.05.02")
    (True, False, False)
    """
    return _ACCOUNT.fullmatch(text.strip()) is not None


def parse_code(text: str) -> BudgetCode:
    """Read a budget code by its grammar U.BB.PP.J.KK.SS, without a list of codes.

    "J.KK" (2.01) is one kegiatan number: J is 2 for kabupaten/kota and 1 for provinsi. SS has two
    digits in the lists of 2019 to 2021, four since 2023. What is not well formed is repaired where
    only one reading is possible, as a proposal: missing zeros (5.5.02), ``.02.01`` for ``.2.01``,
    other separators. A date, an exponent or a number without dots is what a spreadsheet made of a
    code, and is named so.

    Returns
    -------
    BudgetCode
        ``canonical`` is the text itself where its form is right, else the proposal, else "";
        ``level``, ``authority`` and ``generation`` are those of ``canonical``, "" where it has
        none. ``fault`` is an Indonesian sentence, "" where the form is right.

    References
    ----------
    Permendagri 90/2019; Kepmendagri 900.1.15.5-1317/2023.

    Examples
    --------
    >>> parse_code("2.17.08.2.01.0018").level, parse_code("2.17.08.2.01.0018").generation
    ('sub kegiatan', '2023')
    >>> parse_code("5.5.02").proposal, parse_code("1.01.02.02.01").proposal
    ('5.05.02', '1.01.02.2.01')
    >>> parse_code("05/05/2002").fault
    'Kode ini telah diubah aplikasi lembar kerja menjadi tanggal; ketik ulang sebagai teks, misalnya ...'
    """
    text = text.strip()
    if _GRAMMAR.fullmatch(text):
        return _described(text, text)
    bare = re.sub(r"\s*[.,]\s*", ".", text).strip(". ")
    if damage := _damage_of(text, bare):
        return BudgetCode(text, fault=_FAULTS[damage])
    if not (repaired := _repair(bare)):
        return BudgetCode(text, fault=_FAULTS["form"])
    reading = _described(text, repaired, proposal=repaired)
    kind = "separator" if bare != text else "zero" if reading.lacks_only_zeros else "authority"
    return replace(reading, fault=_FAULTS[kind])


def _described(text: str, canonical: str, **kept: str) -> BudgetCode:
    parts = canonical.split(".")
    generation = {2: "2019", 4: "2023"}[len(parts[5])] if len(parts) == 6 else ""
    authority = _AUTHORITIES[parts[3]] if len(parts) > 3 else ""
    return BudgetCode(text, canonical, LEVELS[len(parts)], authority, generation, **kept)


def _damage_of(text: str, bare: str) -> str:
    """Name what makes a text no code at all; "" where it may be one that needs a repair."""
    if bare.isdecimal():
        return "number"
    if (damage := damage_of(text)) in ("date", "exponent"):
        return damage
    if is_account_code(bare):
        return "account"
    if re.fullmatch(r"[Xx](\.[Xx\d]+)*", bare):
        return "letter"
    return "half" if _GRAMMAR.fullmatch(re.sub(r"\.0?[12]$", "", bare)) and bare.count(".") == 3 else ""


def _repair(bare: str) -> str:
    parts = bare.split(".")
    if len(parts) not in LEVELS or not all(part.isdecimal() for part in parts):
        return ""
    whole = [part.lstrip("0") if place in (0, 3) else part.zfill(2) for place, part in enumerate(parts)]
    if len(whole) == 6 and len(whole[5]) == 3:
        whole[5] = whole[5].zfill(4)
    repaired = ".".join(whole)
    return repaired if _GRAMMAR.fullmatch(repaired) else ""
