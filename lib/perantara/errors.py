"""Errors that a user sees: what, where, found, allowed, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from perantara.text.messages import _

SHOWN_FAULTS = 20


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

    ``row`` counts lines from 1 (the header); 0 stands for the file as a whole.
    """

    row: int
    column: str
    found: str
    problem: str

    def __str__(self) -> str:
        places = []
        if self.row:
            places.append(_("baris %(row)s") % {"row": self.row})
        if self.column:
            places.append(_("kolom %(column)s") % {"column": self.column})
        place = ", ".join(places) or _("berkas")
        found = f'"{_shortened(self.found)}" — ' if self.found != "" else ""
        return f"{place}: {found}{self.problem}"


def _shortened(text: str, length: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


class TableError(PerantaraError):
    """A table that is wrong: every fault, the first twenty of them in words."""

    def __init__(self, table: str, path: str, faults: Sequence[Fault], remedy: str) -> None:
        self.table = table
        self.path = path
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.row, fault.column)))
        self.remedy = remedy
        super().__init__(self._words())

    def _words(self) -> str:
        total = len(self.faults)
        lines = [
            _("Tabel %(table)s belum benar: %(total)s kesalahan dalam %(path)s")
            % {"table": self.table, "total": total, "path": self.path}
        ]
        lines += [f"  {fault}" for fault in self.faults[:SHOWN_FAULTS]]
        if total > SHOWN_FAULTS:
            lines.append("  " + _("… dan %(rest)s kesalahan lain") % {"rest": total - SHOWN_FAULTS})
        return "\n".join([*lines, self.remedy])


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like ``name``, or "" where none is near.

    Examples
    --------
    >>> nearest("trengalek", ["trenggalek", "bantaeng"])
    'trenggalek'
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""
