"""Budget codes (nomenklatur) against the official lists: the likeness of names, the audit of codes used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import pandas as pd

from perantara.methods.code_grammar import BudgetCode, parse_code
from perantara.methods.notes import N_

AUDIT_COLUMNS = [
    "code", "level", "name_used", "decree", "status", "official_name", "likeness", "proposal", "note",
    "name_compared",
]  # fmt: skip
_LIMITS = ["fiscal_year_from", "fiscal_year_to"]

_LITTLE_WORDS = re.compile(r"dan|atau|serta|di|ke|dari|dalam|pada|yang|untuk|bagi|oleh|dengan|terhadap")
_ABBREVIATIONS = {
    "kab": "kabupaten", "kec": "kecamatan", "prov": "provinsi", "sarpras": "sarana prasarana",
}  # fmt: skip

# Sentences of the column `note`; several are parted by a blank.
_NOTES = {
    "province": N_(
        "Angka 1 di bagian keempat berarti kegiatan milik provinsi; kabupaten/kota memakai angka 2."
    ),
    "unknown": N_("Kode ini tidak ada dalam daftar yang dimuat; itu tidak berarti salah."),
    "parent": N_("Induknya dikenal: %(code)s %(name)s."),
    "twin": N_("Kode bernomor urut sama ada dalam %(decree)s: %(code)s %(name)s; bandingkan namanya."),
    "other_list": N_("Kode ini tidak ada dalam %(used)s; dibandingkan dengan %(decree)s."),
    "successor": N_("Kode penggantinya %(code)s %(name)s."),
    "nearest": N_("Nama yang terdekat dalam %(decree)s: %(code)s %(name)s (kemiripan %(likeness)s)."),
    "from": N_("Menurut %(decree)s kode ini berlaku mulai tahun anggaran %(limit)s, bukan %(year)s."),
    "to": N_(
        "Menurut %(decree)s kode ini berlaku sampai tahun anggaran %(limit)s, bukan %(year)s; "
        "muat daftar tahun itu."
    ),
    "other_year": N_("%(decree)s ialah daftar tahun anggaran %(limit)s; kode ini dipakai untuk %(year)s."),
    "2019": N_("Blok terakhir dua angka lazimnya untuk anggaran 2021 sampai 2023; periksa untuk %(year)s."),
    "2023": N_(
        "Blok terakhir empat angka lazimnya untuk anggaran 2024 dan sesudahnya; periksa untuk %(year)s."
    ),
    "no_official_name": N_(
        "Kodenya ada dalam daftar, tetapi nama resminya belum dibaca; namanya belum dibandingkan."
    ),
    "no_name": N_("Nama yang dipakai tidak disebut, jadi belum dibandingkan."),
    "almost": N_("Nama hampir sama; tulis persis seperti nama resmi."),
    "different": N_("Nama berbeda dari nama resmi; periksa apakah kode atau namanya yang keliru."),
}


def likeness(first: str, second: str) -> float:
    """Measure how alike two names are, from 0 (nothing shared) to 1 (the same name), in either order.

    It is 2 M / T: twice the letters in matching blocks (``difflib.SequenceMatcher``) over all letters of
    both, 0 where a name has none, after taking away what offices write differently: case, punctuation,
    spaces ("kerja sama" is "kerjasama"), "&" for "dan", the abbreviations Kab., Kec., Prov. and Sarpras,
    and little words (dan, di, dalam, pada, yang, …), wherever they stand. It knows no synonyms.

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
    return SequenceMatcher(None, letters, other, autojunk=False).ratio() if letters else 0.0


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
    6. ``daftar tahun lain``: the list is that of one later year; an earlier year of use was not checked.
    7. ``sesuai``; a name that is not quite the same, or was not compared, is noted.

    Several lists may hold a code. That of the stated decree is taken, else one that is valid in the
    year of use, else one that has a name, else the later. Where a list states no years, the number
    of digits is compared with the year, which is customary only: a note, never a status.

    Parameters
    ----------
    used : DataFrame
        ``code`` (text, as written); ``name_used``, ``decree`` and ``fiscal_year`` may be absent or
        missing.
    official : DataFrame
        Rows of ``budget_codes`` and of imported lists.
    changes : DataFrame
        Rows of ``budget_code_changes``.
    likeness_minimum : float
        Between 0 and 1; the least likeness at which two names count as the same.

    Returns
    -------
    DataFrame, shape (distinct codes, names and decrees, 10)
        ``AUDIT_COLUMNS``, in the order of ``used``. ``decree`` is the stated one, else that of the list
        compared with. ``proposal`` is a code for a person to confirm. ``note`` holds Indonesian
        sentences. ``name_compared`` is false where no name was used or none is known.

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
    columns = {
        "used": (used, ["code"]), "changes": (changes, ["code", "status", "successor", "note"]),
        "official": (official, ["code", "level", "official_name", "decree", *_LIMITS]),
    }  # fmt: skip
    for what, (frame, names) in columns.items():
        if lacking := [name for name in names if name not in frame]:
            raise ValueError(f"{what} lacks the columns {', '.join(lacking)}")
    if not 0 <= likeness_minimum <= 1:
        raise ValueError("likeness_minimum must lie between 0 and 1")
    if used["code"].isna().any():
        raise ValueError("a row of used has no code")
    years: dict[tuple[str, str, str], list[int]] = {}
    for row in _records(used):
        found = years.setdefault((row["code"].strip(), row.get("name_used", ""), row.get("decree", "")), [])
        found += [int(row["fiscal_year"])] if row.get("fiscal_year") else []
    lists = _Lists(official, changes, likeness_minimum)
    audit = pd.DataFrame([lists.audit(*key, found) for key, found in years.items()], columns=AUDIT_COLUMNS)
    types = {**dict.fromkeys(AUDIT_COLUMNS, "str"), "likeness": "float64", "name_compared": "boolean"}
    audit = audit.replace("", None).astype(types)
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
        """Return a row of ``AUDIT_COLUMNS``."""
        code = parse_code(text)
        found, proposal = self.row_of(code.canonical, decree, years), code.proposal
        if code.fault and not found and (twin := self._twin(code.canonical)):
            found, proposal = twin, twin["code"]
        official_name = found.get("official_name", "")
        alike = likeness(name, official_name) if name and official_name else None
        status, further, other = self._judge(code, found, name or official_name, alike, years)
        notes = [code.fault]
        if found and decree not in ("", found["decree"]):
            notes.append(_NOTES["other_list"] % {"used": decree, "decree": found["decree"]})
        notes += further
        if found and alike is None:
            notes.append(_NOTES["no_name" if official_name else "no_official_name"])
        elif found and alike < 1:
            notes.append(_NOTES["almost" if alike >= self.minimum else "different"])
        if code.generation and not (found.get("fiscal_year_from") or found.get("fiscal_year_to")):
            odd = [year for year in years if (year >= 2024) != (code.generation == "2023")]
            notes += [_NOTES[code.generation] % {"year": year} for year in odd[:1]]
        return [
            text, code.level, name, decree or found.get("decree", ""), status, official_name, alike,
            proposal or other, " ".join(filter(None, notes)), alike is not None,
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
        if alike is not None and alike < self.minimum:
            return "nama berbeda", [], ""
        limit = 0 if found.get("fiscal_year_from") else found.get("fiscal_year_to", 0)
        if early := [year for year in years if year < limit]:
            words = {"decree": found["decree"], "limit": limit, "year": early[0]}
            return "daftar tahun lain", [_NOTES["other_year"] % words], ""
        return "sesuai", [], ""

    def _replaced(
        self, code: BudgetCode, change: Mapping[str, Any], found: Mapping[str, Any], name: str
    ) -> tuple[list[str], str]:
        """Say what became of a changed code: its successor, or the nearest name of other lists."""
        if successor := change.get("successor"):
            named = {"code": successor, **self.row_of(successor)}
            return [change.get("note", ""), _said("successor", named)], successor
        wanted = found.get("official_name") or name
        near, other = self._nearest(code, wanted, besides=found.get("decree", ""))
        return [change.get("note", ""), *near], other

    def _unknown(self, code: BudgetCode, name: str) -> tuple[list[str], str]:
        """Say what is near a code that no list has: its twin, else its parent and the nearest name."""
        if twin := self._twin(code.canonical):
            same = bool(name) and likeness(name, twin.get("official_name", "")) >= self.minimum
            is_later = len(twin["code"]) > len(code.canonical)
            return [_NOTES["unknown"], _said("twin", twin)], twin["code"] if same and is_later else ""
        parent = self.row_of(re.sub(r"(\.\d)?\.\d+$", "", code.canonical))  # J.KK is one number
        near, other = self._nearest(code, name)
        parents = [_said("parent", parent)] if parent.get("official_name") else []
        return [_NOTES["unknown"], *parents, *near], other

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
        alike, place = max(
            ((likeness(name, r["official_name"]), i) for i, r in enumerate(rows)), default=(0, 0)
        )
        if alike < 0.6:  # below that, names share little but their common words
            return [], ""
        shown = {**rows[place], "likeness": f"{alike:.2f}".replace(".", ",")}
        return [_said("nearest", shown)], rows[place]["code"] if alike >= self.minimum else ""


def _said(note: str, row: Mapping[str, Any]) -> str:
    words = _NOTES[note] % {**row, "name": row.get("official_name", "")}
    return re.sub(r" (?=[.;]( |$))", "", words)  # where the name is not known


def _outside(row: Mapping[str, Any], years: Iterable[int]) -> str:
    """Say which year lies outside the years that a list states; "" where none does."""
    first, last = row.get("fiscal_year_from", 0), row.get("fiscal_year_to", 9999)
    for year in years:
        if not first <= year <= last:
            key, limit = ("from", first) if year < first else ("to", last)
            return _NOTES[key] % {"decree": row["decree"], "limit": limit, "year": year}
    return ""


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows without their missing values."""
    rows = frame.astype(object).to_dict("records")
    return [{k: v for k, v in row.items() if not pd.isna(v)} for row in rows]
