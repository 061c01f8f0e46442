"""Budget codes (nomenklatur): their grammar, the likeness of names, and the audit of codes used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import pandas as pd

AUDIT_COLUMNS = [
    "code", "level", "name_used", "decree", "status", "official_name", "likeness", "proposal", "note",
]  # fmt: skip

_GRAMMAR = re.compile(r"[1-9](\.\d\d(\.\d\d(\.[12]\.\d\d(\.\d\d(\d\d)?)?)?)?)?", re.ASCII)
_LEVELS = {1: "urusan", 2: "bidang urusan", 3: "program", 5: "kegiatan", 6: "sub kegiatan"}
_AUTHORITIES = {"1": "provinsi", "2": "kabupaten/kota"}
_ACCOUNT = re.compile(r"(4\.[1-3]|5\.[1-4]|6\.[12])(\.\d\d(\.\d\d(\.\d\d(\.\d{4,5})?)?)?)?", re.ASCII)
_DATE = re.compile(
    r"\d{1,2}[-/ ](\d{1,2}|[A-Za-z]{3,9})([-/ ]\d{2,4})?|\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?"
    r"|\d{1,2}:\d\d(:\d\d)?",
    re.ASCII,
)
_EXPONENT = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+", re.ASCII)

_LITTLE_WORDS = re.compile(r"dan|atau|serta|di|ke|dari|dalam|pada|yang|untuk|bagi|oleh|dengan|terhadap")
_ABBREVIATIONS = {
    "kab": "kabupaten", "kec": "kecamatan", "prov": "provinsi", "sarpras": "sarana prasarana",
}  # fmt: skip

_RETYPE = "; ketik ulang sebagai teks, misalnya 2.17.08.2.01.0018."
_FAULTS = {
    "account": "Ini kode rekening (akun belanja, pendapatan, atau pembiayaan), bukan kode kegiatan.",
    "date": "Kode ini telah diubah aplikasi lembar kerja menjadi tanggal" + _RETYPE,
    "exponent": "Kode ini telah diubah aplikasi lembar kerja menjadi bilangan berpangkat (E)" + _RETYPE,
    "number": "Kode ini tersimpan sebagai angka, sehingga titik atau nol di dalamnya hilang" + _RETYPE,
    "letter": "Kode ini masih memuat huruf X; ganti dengan nomor urusan dan bidang perangkat daerah.",
    "half": "Kode ini terpotong: 2.01 adalah satu nomor kegiatan.",
    "form": "Bentuk kode ini tidak dikenal; yang benar misalnya 2.17.08.2.01.0018.",
    "zero": "Ada bagian kode yang kurang nol.",
    "authority": "Nomor kewenangan ditulis dua angka (.02.); menurut nomenklatur cukup satu angka (.2.).",
    "separator": "Bagian kode dipisahkan titik, tanpa spasi, koma, atau titik di ujung.",
}
_NOTES = {
    "province": "Angka 1 di bagian keempat berarti kegiatan milik provinsi; kabupaten/kota memakai angka 2.",
    "unknown": "Kode ini tidak ada dalam daftar yang dimuat; itu tidak berarti salah.",
    "parent": "Induknya dikenal: %(code)s %(name)s.",
    "twin": "Kode bernomor urut sama ada dalam %(decree)s: %(code)s %(name)s; bandingkan namanya.",
    "other_list": "Kode ini tidak ada dalam %(used)s; dibandingkan dengan %(decree)s.",
    "successor": "Kode penggantinya %(code)s %(name)s.",
    "nearest": "Nama yang terdekat dalam %(decree)s: %(code)s %(name)s (kemiripan %(likeness)s).",
    "from": "Menurut %(decree)s kode ini berlaku mulai tahun anggaran %(limit)s, bukan %(year)s.",
    "to": "Menurut %(decree)s kode ini berlaku sampai tahun anggaran %(limit)s, bukan %(year)s; "
    "muat daftar tahun itu.",
    "2019": "Blok terakhir dua angka lazimnya untuk anggaran 2021 sampai 2023; periksa untuk %(year)s.",
    "2023": "Blok terakhir empat angka lazimnya untuk anggaran 2024 dan sesudahnya; periksa untuk %(year)s.",
    "no_official_name": "Kodenya ada dalam daftar, tetapi nama resminya belum dibaca; namanya belum dibandingkan.",
    "no_name": "Nama yang dipakai tidak disebut, jadi belum dibandingkan.",
    "almost": "Nama hampir sama; tulis persis seperti nama resmi.",
    "different": "Nama berbeda dari nama resmi; periksa apakah kode atau namanya yang keliru.",
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
    other separators.

    Parameters
    ----------
    text : str
        The code as written. A date, an exponent or a number without dots is what a spreadsheet
        made of a code, and is named so.

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
    repaired = _repair(bare)
    if not repaired:
        return BudgetCode(text, fault=_FAULTS["form"])
    reading = _described(text, repaired, proposal=repaired)
    kind = "separator" if bare != text else "zero" if reading.lacks_only_zeros else "authority"
    return _described(text, repaired, proposal=repaired, fault=_FAULTS[kind])


def _described(text: str, canonical: str, **kept: str) -> BudgetCode:
    parts = canonical.split(".")
    generation = {2: "2019", 4: "2023"}[len(parts[5])] if len(parts) == 6 else ""
    authority = _AUTHORITIES[parts[3]] if len(parts) > 3 else ""
    return BudgetCode(text, canonical, _LEVELS[len(parts)], authority, generation, **kept)


def _damage_of(text: str, bare: str) -> str:
    """Name what makes a text no code at all; "" where it may be one that needs a repair."""
    if _DATE.fullmatch(text):
        return "date"
    if _EXPONENT.fullmatch(text):
        return "exponent"
    if bare.isdecimal():
        return "number"
    if is_account_code(bare):
        return "account"
    if re.fullmatch(r"[Xx](\.[Xx\d]+)*", bare):
        return "letter"
    return "half" if _GRAMMAR.fullmatch(re.sub(r"\.0?[12]$", "", bare)) and bare.count(".") == 3 else ""


def _repair(bare: str) -> str:
    parts = bare.split(".")
    if len(parts) not in _LEVELS or not all(part.isdecimal() for part in parts):
        return ""
    whole = [part.lstrip("0") if place in (0, 3) else part.zfill(2) for place, part in enumerate(parts)]
    if len(whole) == 6 and len(whole[5]) == 3:
        whole[5] = whole[5].zfill(4)
    repaired = ".".join(whole)
    return repaired if _GRAMMAR.fullmatch(repaired) else ""


def likeness(first: str, second: str) -> float:
    """Measure how alike two names are, from 0 (nothing shared) to 1 (the same name).

    The measure is the ratio of ``difflib.SequenceMatcher`` on the letters of both names, after
    taking away what offices write differently: case, punctuation, spaces ("kerja sama" is
    "kerjasama"), "&" for "dan", the abbreviations Kab., Kec., Prov. and Sarpras, and little words
    (dan, di, dalam, pada, yang, …), wherever they stand. It knows no synonyms.

    Parameters
    ----------
    first, second : str
        Names, in either order.

    Returns
    -------
    float
        2 M / T: twice the letters in matching blocks over all letters of both; 0 where a name has
        no letter.

    References
    ----------
    Ratcliff, J. W. and Metzener, D. (1988). Pattern Matching: The Gestalt Approach. Dr. Dobb's
    Journal 13(7).

    Examples
    --------
    >>> likeness("Pengelolaan Sarpras Kab./Kota", "PENGELOLAAN SARANA DAN PRASARANA KABUPATEN/KOTA")
    1.0
    >>> round(likeness("Program Pemasaran Pariwisata", "Program Pengembangan Ekspor"), 2)
    0.55
    """
    letters, other = sorted((_letters(first), _letters(second)))
    if not letters:
        return 0.0
    return SequenceMatcher(None, letters, other, autojunk=False).ratio()


@cache
def _letters(name: str) -> str:
    words = re.findall(r"[^\W_]+", name.casefold())
    return "".join(_ABBREVIATIONS.get(w, w).replace(" ", "") for w in words if not _LITTLE_WORDS.fullmatch(w))


def audit_codes(
    used: pd.DataFrame, official: pd.DataFrame, changes: pd.DataFrame, likeness_minimum: float = 0.85
) -> pd.DataFrame:
    """Compare the codes that a budget uses with the official lists at hand.

    Each code gets the first status that holds, in this order:

    1. ``kurang nol`` or ``bentuk salah``: not in the grammar; repaired as a proposal where possible.
       A code of a provinsi (fourth part 1) is ``bentuk salah`` for a kabupaten/kota.
    2. ``dicabut`` or ``bernomor baru``: in ``changes``.
    3. ``belum dapat diperiksa``: in no list; that is not wrong.
    4. ``tidak berlaku pada tahun itu``: the list states years, and a year of use lies outside.
    5. ``nama berbeda``: likeness to the official name below ``likeness_minimum``.
    6. ``sesuai``; a name that is not quite the same, or was not compared, is noted.

    Several lists may hold a code. That of the stated decree is taken, else one that is valid in the
    year of use, else one that has a name, else the later. Where a list states no years, the number
    of digits is compared with the year, which is customary only: a note, never a status.

    Parameters
    ----------
    used : DataFrame
        ``code`` (text, as written); ``name_used``, ``decree`` and ``fiscal_year`` may be absent or
        missing.
    official : DataFrame
        Rows of ``budget_codes`` and of imported lists: ``code``, ``level``, ``official_name``,
        ``decree``, ``fiscal_year_from``, ``fiscal_year_to``.
    changes : DataFrame
        Rows of ``budget_code_changes``: ``code``, ``status``, ``successor``, ``note``.
    likeness_minimum : float
        Between 0 and 1; the least likeness at which two names count as the same.

    Returns
    -------
    DataFrame
        Columns ``code, level, name_used, decree, status, official_name, likeness, proposal, note``,
        one row per distinct code, name and decree, in the order of ``used``. ``decree`` is the
        stated one, else that of the list compared with. ``proposal`` is a code for a person to
        confirm. ``note`` holds Indonesian sentences.

    Raises
    ------
    ValueError
        If a column is lacking, a code is missing, or ``likeness_minimum`` is not between 0 and 1.

    Examples
    --------
    >>> official = pd.DataFrame({"code": ["3.26.03"], "level": ["program"], "fiscal_year_from": [pd.NA],
    ...     "official_name": ["PROGRAM PEMASARAN PARIWISATA"], "decree": ["Permendagri 90/2019"],
    ...     "fiscal_year_to": [pd.NA]})
    >>> changes = pd.DataFrame(columns=["code", "status", "successor", "note"])
    >>> used = pd.DataFrame({"code": ["3.26.3", "3.26.03"],
    ...     "name_used": ["Pemasaran", "Program Pemasaran Pariwisata"]})
    >>> audit_codes(used, official, changes)[["code", "status", "proposal"]].fillna("–")
          code      status proposal
    0   3.26.3  kurang nol  3.26.03
    1  3.26.03      sesuai        –
    """
    _require_columns(used, ["code"], "used")
    _require_columns(official, ["code", "level", "official_name", "decree", "fiscal_year_from",
                                "fiscal_year_to"], "official")  # fmt: skip
    _require_columns(changes, ["code", "status", "successor", "note"], "changes")
    if not 0 <= likeness_minimum <= 1:
        raise ValueError("likeness_minimum must lie between 0 and 1")
    if used["code"].isna().any():
        raise ValueError("a row of used has no code")
    lists = _Lists(official, changes, likeness_minimum)
    years: dict[tuple[str, str, str], list[int]] = {}
    for row in _records(used):
        key = (str(row["code"]).strip(), row.get("name_used") or "", row.get("decree") or "")
        years.setdefault(key, [])
        if row.get("fiscal_year"):
            years[key].append(int(row["fiscal_year"]))
    rows = [lists.audit(*key, found) for key, found in years.items()]
    audit = pd.DataFrame(rows, columns=AUDIT_COLUMNS).astype({"likeness": "float64"})
    texts = [column for column in AUDIT_COLUMNS if column != "likeness"]
    audit[texts] = audit[texts].replace("", None).astype("str")
    return audit.drop_duplicates(["code", "name_used", "decree"], ignore_index=True)


class _Lists:
    """The official rows by code and by kindred, with the changes."""

    def __init__(self, official: pd.DataFrame, changes: pd.DataFrame, minimum: float) -> None:
        self.minimum = minimum
        self.changes = {row["code"]: row for row in _records(changes)}
        self.by_code: dict[str, list[dict[str, Any]]] = {}
        self.kindred: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in _records(official):
            self.by_code.setdefault(row["code"], []).append(row)
            self.kindred.setdefault((row["level"], row["code"][:4]), []).append(row)

    def audit(self, text: str, name: str, decree: str, years: list[int]) -> list[Any]:
        code = parse_code(text)
        found = self.row_of(code.canonical, decree, years)
        proposal, notes = code.proposal, [code.fault]
        if code.fault and not found and (twin := self._twin(code.canonical)):
            found, proposal = twin, twin["code"]
        official_name = found.get("official_name", "")
        alike = likeness(name, official_name) if name and official_name else None
        status, further, other = self._judge(code, found, name or official_name, alike, years)
        if found and decree and found["decree"] != decree:
            notes.append(_NOTES["other_list"] % {"used": decree, "decree": found["decree"]})
        notes += [*further, *self._names_apart(found, name, alike), *_customary(code, found, years)]
        return [
            text, code.level, name, decree or found.get("decree", ""), status, official_name, alike,
            proposal or other, " ".join(filter(None, notes)),
        ]  # fmt: skip

    def row_of(self, code: str, decree: str = "", years: Iterable[int] = ()) -> dict[str, Any]:
        """Return the row to compare a code with, empty where no list has it."""
        rows = self.by_code.get(code, [])
        return max(
            enumerate(rows), default=(0, {}),
            key=lambda r: (r[1]["decree"] == decree, not _outside(r[1], years),
                           bool(r[1].get("official_name")), r[1].get("fiscal_year_to") or 0, r[0]),
        )[1]  # fmt: skip

    def _judge(
        self, code: BudgetCode, found: Mapping[str, Any], name: str, alike: float | None, years: list[int]
    ) -> tuple[str, list[str], str]:
        """Return status, notes and a proposed other code, by the order that ``audit_codes`` states."""
        change = self.changes.get(code.canonical)
        further, other = self._replaced(code, change, found, name) if change else ([], "")
        if code.authority == "provinsi":
            return "bentuk salah", [_NOTES["province"]], ""
        if code.fault:
            return "kurang nol" if code.lacks_only_zeros else "bentuk salah", further, ""
        if change:
            return change["status"], further, other
        if not found:
            return "belum dapat diperiksa", *self._unknown(code, name)
        if outside := _outside(found, years):
            return "tidak berlaku pada tahun itu", [outside], ""
        return "nama berbeda" if alike is not None and alike < self.minimum else "sesuai", [], ""

    def _names_apart(self, found: Mapping[str, Any], name: str, alike: float | None) -> list[str]:
        if not found or alike == 1:
            return []
        if alike is None:
            return [_NOTES["no_name" if found.get("official_name") else "no_official_name"]]
        return [_NOTES["almost" if alike >= self.minimum else "different"]]

    def _replaced(
        self, code: BudgetCode, change: Mapping[str, Any], found: Mapping[str, Any], name: str
    ) -> tuple[list[str], str]:
        """Say what became of a changed code: its successor, or the nearest name of other lists."""
        notes = [change.get("note") or ""]
        if successor := change.get("successor"):
            named = {"code": successor, "name": self.row_of(successor).get("official_name", "")}
            return [*notes, _said("successor", named)], successor
        wanted = found.get("official_name") or name
        near, other = self._nearest(code, wanted, besides=found.get("decree", ""))
        return [*notes, *near], other

    def _unknown(self, code: BudgetCode, name: str) -> tuple[list[str], str]:
        notes = [_NOTES["unknown"]]
        if twin := self._twin(code.canonical):
            same = bool(name) and likeness(name, twin.get("official_name") or "") >= self.minimum
            later = len(twin["code"]) > len(code.canonical)
            return [*notes, _said("twin", twin)], twin["code"] if same and later else ""
        parent = self.row_of(_parent(code.canonical))
        if parent.get("official_name"):
            notes.append(_said("parent", parent))
        near, other = self._nearest(code, name)
        return notes + near, other

    def _twin(self, code: str) -> dict[str, Any]:
        """Return the row of the same running number with two digits for four, or the reverse."""
        head, _dot, last = code.rpartition(".")
        other = last.zfill(4) if len(last) == 2 else last.removeprefix("00")
        return self.row_of(f"{head}.{other}") if code.count(".") == 5 and other != last else {}

    def _nearest(self, code: BudgetCode, name: str, besides: str = "") -> tuple[list[str], str]:
        """Note the most alike name of the same level and bidang, never of older digits; propose it if alike."""
        rows = [
            row for row in self.kindred.get((code.level, code.canonical[:4]), [])
            if row.get("official_name") and row["decree"] != besides and row["code"] not in self.changes
            and len(row["code"]) >= len(code.canonical)
        ]  # fmt: skip
        if not name or not rows:
            return [], ""
        alike, place = max((likeness(name, row["official_name"]), i) for i, row in enumerate(rows))
        if alike < 0.6:  # below that, names share little but their common words
            return [], ""
        shown = {**rows[place], "likeness": f"{alike:.2f}".replace(".", ",")}
        return [_said("nearest", shown)], rows[place]["code"] if alike >= self.minimum else ""


def _said(note: str, row: Mapping[str, Any]) -> str:
    words = _NOTES[note] % {**row, "name": row.get("name") or row.get("official_name") or ""}
    return re.sub(r" (?=[.;]( |$))", "", words)  # where the name is not known


def _outside(row: Mapping[str, Any], years: Iterable[int]) -> str:
    """Say which year lies outside the years that a list states; "" where none does."""
    first, last = row.get("fiscal_year_from") or 0, row.get("fiscal_year_to") or 9999
    for year in years:
        if not first <= year <= last:
            key, limit = ("from", first) if year < first else ("to", last)
            return _NOTES[key] % {"decree": row["decree"], "limit": limit, "year": year}
    return ""


def _customary(code: BudgetCode, found: Mapping[str, Any], years: list[int]) -> list[str]:
    """Note digits that are not customary for a year, where the list itself states no years."""
    if not code.generation or found.get("fiscal_year_from") or found.get("fiscal_year_to"):
        return []
    odd = [year for year in years if (year >= 2024) != (code.generation == "2023")]
    return [_NOTES[code.generation] % {"year": odd[0]}] if odd else []


def _parent(code: str) -> str:
    parts = code.split(".")
    return ".".join(parts[: -2 if len(parts) == 5 else -1])


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows without their missing values."""
    rows = frame.astype(object).to_dict("records")
    return [{k: v for k, v in row.items() if not pd.isna(v)} for row in rows]


def _require_columns(frame: pd.DataFrame, names: list[str], what: str) -> None:
    lacking = [name for name in names if name not in frame.columns]
    if lacking:
        raise ValueError(f"{what} lacks the columns {', '.join(lacking)}")
