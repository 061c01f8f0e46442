"""Errors that a user sees: what, where, found, allowed, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from perantara.text.messages import _

SHOWN_FAULTS = 20
MOST_CHOICES = 8  # more are named only where nothing is near


class PerantaraError(Exception):
    """Base of every error whose words are meant for the user."""


class PlaceError(PerantaraError):
    """A district, initiative or cycle that cannot be found or is not named clearly."""


class ParameterError(PerantaraError):
    """A parameter of a stage that is unknown, missing, or of the wrong type or range."""


class StageError(PerantaraError):
    """A stage whose declaration, notebook or use breaks its contract."""


class ResultError(PerantaraError):
    """A result that cannot be written, moved into place or read."""


@dataclass(frozen=True)
class Fault:
    """One fault of a table, placed as a spreadsheet shows it.

    ``row`` and ``position`` (of the column) count from 1; 0 stands for the file as a whole.

    >>> str(Fault(3, "is_poor", "mungkin", 'harus "ya" atau "tidak"', position=28))
    'baris 3, kolom AB (is_poor): "mungkin" — harus "ya" atau "tidak"'
    """

    row: int
    column: str
    found: str
    problem: str
    position: int = 0

    def __str__(self) -> str:
        letters = _letters(self.position)
        named = f"{letters} ({self.column})" if letters else self.column
        row = _("baris %(row)s") % {"row": self.row} if self.row else ""
        column = _("kolom %(column)s") % {"column": named} if self.column else ""
        place = ", ".join(filter(None, [row, column])) or _("berkas")
        found = f'"{_shortened(self.found)}" — ' if self.found else ""
        return f"{place}: {found}{self.problem}"


def _letters(position: int) -> str:
    """Return what a spreadsheet writes over a column: A, B, … Z, AA."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _shortened(text: str, length: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


class FaultKind(NamedTuple):
    """Faults of one column: their rows, and what was found in the n-th of them and is wrong with it."""

    column: str
    rows: Sequence[int]
    explain: Callable[[int], tuple[str, str]]


class Faults(Sequence[Fault]):
    """Every fault of a table in the order of the sheet, each worded when it is asked for: there may be millions."""

    def __init__(
        self,
        kinds: Sequence[FaultKind],
        positions: Mapping[str, int] | None = None,
        finish: Callable[[Fault], Fault] = lambda fault: fault,
    ) -> None:
        import numpy as np

        self.kinds, self._finish = [kind for kind in kinds if len(kind.rows)], finish
        self._positions = [(positions or {}).get(kind.column, 0) for kind in self.kinds]
        counts = [len(kind.rows) for kind in self.kinds]
        self._starts = np.cumsum([0, *counts])
        rows = np.concatenate([[], *(kind.rows for kind in self.kinds)])
        self._order = np.lexsort((np.repeat(self._positions, counts), rows))

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, slice):
            return [self[n] for n in range(*wanted.indices(len(self)))]
        number = self._order[wanted]
        of = int(self._starts.searchsorted(number, side="right")) - 1
        kind, n = self.kinds[of], number - self._starts[of]
        found, problem = kind.explain(n)
        return self._finish(Fault(int(kind.rows[n]), kind.column, found, problem, self._positions[of]))


class TableError(PerantaraError):
    """A table that is wrong: every fault, the first twenty of them in words."""

    def __init__(self, table: str, path: str, faults: Sequence[Fault], remedy: str) -> None:
        self.table = table
        self.path = path
        in_order = isinstance(faults, Faults)
        self.faults = faults if in_order else tuple(sorted(faults, key=lambda f: (f.row, f.position)))
        self.remedy = remedy
        super().__init__(self._words())

    def _words(self) -> str:
        total = len(self.faults)
        heading = _("Tabel %(table)s belum benar: %(total)s kesalahan dalam %(path)s")
        lines = [heading % {"table": self.table, "total": total, "path": self.path}]
        lines += [f"  {fault}" for fault in self.faults[:SHOWN_FAULTS]]
        if total > SHOWN_FAULTS:
            lines.append("  " + _("… dan %(rest)s kesalahan lain") % {"rest": total - SHOWN_FAULTS})
        return "\n".join([*lines, self.remedy])


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like ``name``, or "" where none is near.

    >>> nearest("trengalek", ["trenggalek", "bantaeng"])
    'trenggalek'
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def near_hint(name: str, known: Iterable[str]) -> str:
    """Return a clause that names what may have been meant, "" where nothing is near.

    >>> near_hint("lapang", ["resmi", "lapangan"])
    '; mungkin maksudnya "lapangan"'
    """
    near = nearest(name, known)
    return _('; mungkin maksudnya "%(near)s"') % {"near": near} if near else ""


def unknown(what: str, name: Any, known: Iterable[Any]) -> str:
    """Say that ``name`` is not known, what may have been meant, and what is known where that is short.

    >>> unknown("Tahap", "02_concep", ["02_concept", "04_budget"])
    'Tahap "02_concep" tidak dikenal; mungkin maksudnya "02_concept"; pilihan: 02_concept, 04_budget'
    """
    names = [str(one) for one in known if one != ""]
    said = _('%(what)s "%(name)s" tidak dikenal') % {"what": what, "name": name}
    hint = near_hint(str(name), names)
    choices = _("; pilihan: %(known)s") % {"known": ", ".join(names)}
    return said + hint + ("" if hint and len(names) > MOST_CHOICES else choices)
