"""The gate at the end of a stage: it advises, people decide."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from perantara.errors import StageError, unknown
from perantara.stage.declaration import SETTERS, TRIAL
from perantara.tables.declaration import BASES
from perantara.text import Sentence, _, format_date, is_missing, lazy

OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq}
GATE_LABELS = {
    "proceed": lazy("Dapat dilanjutkan"),
    "conditional": lazy("Dapat dilanjutkan dengan syarat"),
    "repeat": lazy("Perlu diulang"),
    "insufficient": lazy("Data belum memadai"),
}


class Measure:
    """What a notebook measured for a declared criterion: ``None`` where it cannot be evaluated.

    ``due`` is an own date for the next step; ``arguments`` are what the declared sentences name beside
    ``value``, ``threshold`` and the terms of the district.
    """

    def __init__(self, value: Any, due: str = "", **arguments: Any) -> None:
        self.value, self.due, self.arguments = value, due, arguments


@dataclass(frozen=True)
class NextStep:
    """What to do about a criterion that is not met, who does it, and by when (a proposal)."""

    sentence: Sentence
    who: str = ""
    due: str = ""

    def __str__(self) -> str:
        if not self.who:
            return str(self.sentence)
        words = {"step": str(self.sentence), "who": _(self.who), "date": format_date(self.due)}
        return _("%(step)s Pelaksana: %(who)s; tenggat yang diusulkan %(date)s.") % words

    def as_json(self) -> dict[str, Any]:
        """Return the step as the findings keep it."""
        return self.sentence.as_json() | {"who": self.who, "due": self.due}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> NextStep:
        """Return the step that ``as_json`` kept."""
        return cls(Sentence.from_json(kept), kept.get("who", ""), kept.get("due", ""))


@dataclass(frozen=True)
class Criterion:
    """A value (``None``: not to be evaluated) held against a threshold, and what to do where it is not met."""

    id: str
    title: str | lazy
    value: float | None
    operator: str
    threshold: float
    unit: str
    set_by: str
    severity: str
    basis: str
    evidence: Sentence
    next_step: NextStep

    def __post_init__(self) -> None:
        for value, allowed in (
            (self.operator, OPERATORS), (self.set_by, (*SETTERS, TRIAL)),
            (self.severity, ("must", "should")), (self.basis, ("", *BASES)),
        ):  # fmt: skip
            if value not in allowed:
                raise StageError(unknown(_("Kriteria %(id)s:") % {"id": self.id}, value, allowed))

    @property
    def status(self) -> str:
        """``met``, ``failed``, or ``unknown`` where the value is missing."""
        if is_missing(self.value):
            return "unknown"
        return "met" if OPERATORS[self.operator](self.value, self.threshold) else "failed"

    def as_json(self) -> dict[str, Any]:
        """Return the criterion as the findings keep it."""
        kept = {name: value for name, value in vars(self).items() if name != "next_step"}
        return kept | {
            "title": getattr(self.title, "message", self.title),
            "value": None if self.status == "unknown" else float(self.value),
            "threshold": float(self.threshold),
            "status": self.status,
            "evidence": self.evidence.as_json(),
        }


@dataclass(frozen=True)
class Gate:
    """Criteria and what they amount to."""

    criteria: tuple[Criterion, ...]

    @property
    def status(self) -> str:
        """The advice: a must not to be evaluated outranks a failed one, and that a should not met."""
        found = {(c.severity, c.status) for c in self.criteria}
        if not found or ("must", "unknown") in found:
            return "insufficient"
        if ("must", "failed") in found:
            return "repeat"
        return "conditional" if found - {("must", "met"), ("should", "met")} else "proceed"

    @property
    def next_steps(self) -> list[NextStep]:
        """What to do about each criterion not met: the musts first, each in the order of the stage."""
        order = sorted(self.criteria, key=lambda c: c.severity != "must")
        return [c.next_step for c in order if c.status != "met"]

    def as_json(self) -> dict[str, Any]:
        """Return the gate as the findings keep it."""
        return {
            "status": self.status,
            "criteria": [criterion.as_json() for criterion in self.criteria],
            "next_steps": [step.as_json() for step in self.next_steps],
        }


def worded(message: str, said: Mapping[str, Any]) -> Sentence:
    """Return a declared message with those of ``said`` that it names; StageError where one is not said."""
    named = dict.fromkeys(re.findall(r"(?<!%)%\((\w+)\)s", message))
    for name in set(named) - set(said):
        raise StageError(unknown(_('Kalimat "%(message)s":') % {"message": message}, name, said))
    # long fractions are cut
    return Sentence(message, {n: round(said[n], 1) if isinstance(said[n], float) else said[n] for n in named})


def weakest_basis(bases: Iterable[str]) -> str:
    """Return the weakest of several bases, the basis of what is derived from them.

    >>> weakest_basis(["resmi", "perkiraan", "lapangan"])
    'perkiraan'
    """
    return max(bases, key=BASES.index, default="")
