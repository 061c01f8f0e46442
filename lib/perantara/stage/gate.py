"""The gate at the end of a stage: it advises, people decide."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from perantara.errors import StageError, unknown
from perantara.stage.declaration import SETTERS, TRIAL
from perantara.tables.declaration import BASES
from perantara.text import Sentence, _, is_missing, lazy

OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq}
GATE_LABELS = {
    "proceed": lazy("Dapat dilanjutkan"),
    "conditional": lazy("Dapat dilanjutkan dengan syarat"),
    "repeat": lazy("Perlu diulang"),
    "insufficient": lazy("Data belum memadai"),
}


@dataclass(frozen=True)
class Criterion:
    """One criterion of a gate: a value held against a threshold.

    ``value`` is ``None`` where it cannot be evaluated. ``set_by`` says who set the threshold,
    ``next_step`` what to do where the criterion is not met.
    """

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
    next_step: Sentence

    def __post_init__(self) -> None:
        severities, bases = ("must", "should"), ("", *BASES)
        chosen = (self.operator, self.set_by, self.severity, self.basis)
        for value, allowed in zip(chosen, (OPERATORS, (*SETTERS, TRIAL), severities, bases), strict=True):
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
        """The advice: ``insufficient``, ``repeat``, ``conditional`` or ``proceed``.

        A must that cannot be evaluated gives ``insufficient``, a failed must ``repeat``; a
        should that failed, or cannot be evaluated, gives ``conditional``.
        """
        found = {(c.severity, c.status) for c in self.criteria}
        if not found or ("must", "unknown") in found:
            return "insufficient"
        if ("must", "failed") in found:
            return "repeat"
        return "conditional" if found - {("must", "met"), ("should", "met")} else "proceed"

    @property
    def next_steps(self) -> list[Sentence]:
        """What to do about each criterion not met: the musts first, each in the order of the stage."""
        order = sorted(self.criteria, key=lambda c: c.severity != "must")
        return [c.next_step for c in order if c.status != "met"]

    def as_json(self) -> dict[str, Any]:
        """Return the gate as the findings keep it."""
        return {
            "status": self.status,
            "criteria": [criterion.as_json() for criterion in self.criteria],
            "next_steps": [sentence.as_json() for sentence in self.next_steps],
        }


def weakest_basis(bases: Iterable[str]) -> str:
    """Return the weakest of several bases, the basis of what is derived from them.

    Examples
    --------
    >>> weakest_basis(["resmi", "perkiraan", "lapangan"])
    'perkiraan'
    """
    return max(bases, key=BASES.index, default="")
