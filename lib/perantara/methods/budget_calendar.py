"""When a cost can first be paid: the planning calendar against a day, by route and reading of the guide."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from perantara.methods.notes import N_

READINGS = ("bagian 2.3", "bagian 3.4")
# Two readings of the day on which the budget bill is due: the row of the calendar that says it.
BILL_RULES = {"60_days": "budget_bill_60_days", "60_working_days": "budget_bill_60_working_days"}

KABUPATEN, DESA, OUTSIDE = "kabupaten", "desa", "di luar anggaran pemerintah"
ROUTES = {
    **{"APBD": KABUPATEN, "DAK APBN": KABUPATEN, "APBDes": DESA},
    **dict.fromkeys(["mitra swasta", "lembaga pembiayaan", "CSR"], OUTSIDE),
}
PLAN, VILLAGE_PLAN, REVISION = "rkpd", "village_plan", "revised_kua_ppas"

# Sentences of the column `note`; several are parted by a blank.
NOTES = {
    "no source": N_("Sumbernya belum ditetapkan; dihitung menurut jalur kabupaten."),
    "outside": N_(
        "Jalur ini tidak terikat kalender anggaran pemerintah; waktunya menurut kesepakatan dengan mitra."
    ),
    "co-sharing": N_("Menurut bagian 2.3, mitra ikut membiayai setelah pelaksanaan berjalan."),
    "preparation": N_("Persiapan dapat memakai anggaran tahun berjalan."),
    "next year": N_("Biaya ini diusulkan untuk tahun anggaran berikutnya."),
    "running year": N_("Hanya dana program yang sudah ada pada tahun berjalan yang dipakai."),
    "closed": N_("Tenggat usulan untuk tahun anggaran berikutnya sudah lewat."),
    "plan passed": N_(
        "Tenggat RKPD sudah lewat; usulan baru perlu perubahan RKPD sebelum RAPBD disampaikan."
    ),
    "revision": N_("Perubahan APBD tahun berjalan masih terbuka."),
}

_DEADLINES = {
    **{"step_id": "str", "step": "str", "route": "str", "document": "str", "fiscal_year": "Int64"},
    **{"deadline_date": "datetime64[ns]", "days_left": "Int64", "certainty": "str"},
}
_CALENDAR = {
    **{"line_id": "str", "block": "str", "route": "str", "reading": "str"},
    **{"stated_fiscal_year": "Int64", "first_fiscal_year": "Int64", "is_feasible": "boolean"},
    **{"next_step_id": "str", "next_deadline_date": "datetime64[ns]", "days_left": "Int64"},
    **{"certainty": "str", "note": "str"},
}


def deadline(step: Any, fiscal_year: int) -> date:
    """Return the last day of a step of the calendar for a fiscal year.

    Parameters
    ----------
    step : Series or named tuple
        A row of ``planning_calendar``: ``year_offset``, ``month`` and ``day``.
    fiscal_year : int
        The year that is budgeted, not that of the step.

    Returns
    -------
    date
        The last day of the month where the month is shorter than ``day``.

    Examples
    --------
    >>> deadline(pd.Series({"year_offset": -1, "month": 6, "day": 30}), 2027)
    datetime.date(2026, 6, 30)
    """
    year, month = int(fiscal_year + step.year_offset), int(step.month)
    return date(year, month, min(int(step.day), monthrange(year, month)[1]))


def next_deadlines(
    calendar: pd.DataFrame, as_of: date, route: str, bill_rule: str | None = None
) -> pd.DataFrame:
    """Return the next deadline of every step of a route, on ``as_of`` or after it.

    Parameters
    ----------
    calendar : DataFrame
        Rows of ``planning_calendar``.
    as_of : date
        A deadline is open on its own day.
    route : {"kabupaten", "desa"}
        Money outside government budgets has no steps.
    bill_rule : {"60_days", "60_working_days"}, optional
        Reading of the day of the budget bill; both are listed without it.

    Returns
    -------
    DataFrame, shape (steps, 8)
        ``step_id``, ``step``, ``route``, ``document``, ``fiscal_year`` (that the step is for),
        ``deadline_date``, ``days_left`` and ``certainty``, in the order of days.

    Raises
    ------
    ValueError
        If the reading is unknown.

    Examples
    --------
    >>> calendar = pd.DataFrame({"step_id": ["rkpd"], "step": ["RKPD ditetapkan"], "route": ["kabupaten"],
    ...     "document": ["RKPD"], "year_offset": [-1], "month": [6], "day": [30], "certainty": ["ingatan"]})
    >>> next_deadlines(calendar, date(2026, 7, 1), "kabupaten")[["fiscal_year", "days_left"]].values.tolist()
    [[2028, 364]]
    """
    steps = _select_bill(calendar, bill_rule)
    rows = []
    for step in steps[steps["route"] == route].itertuples():
        this_year = as_of.year - int(step.year_offset)
        year = this_year if deadline(step, this_year) >= as_of else this_year + 1
        day = deadline(step, year)
        texts = (step.step_id, step.step, step.route, step.document)
        rows.append((*texts, year, day, (day - as_of).days, step.certainty))
    return _typed(rows, _DEADLINES).sort_values("deadline_date", kind="stable", ignore_index=True)


def first_payable_year(
    lines: pd.DataFrame,
    sources_of_line: pd.DataFrame,
    calendar: pd.DataFrame,
    as_of: date,
    *,
    bill_rule: str = "60_days",
    readings: Sequence[str] = READINGS,
) -> pd.DataFrame:
    """Find the first fiscal year that can pay each line, by route and reading of the year rule.

    "bagian 2.3": preparation may use the budget of the running year (that of ``as_of``), the rest goes
    into the budget of a later year. "bagian 3.4": funds of existing programmes of the running year
    pay. A later year is open until its budget bill is due (kabupaten) or its RKP Desa is set (desa),
    on that day still; money outside government budgets is bound by no calendar. Whether a year has
    the money is not asked here.

    Parameters
    ----------
    lines : DataFrame
        Rows of ``budget_lines``.
    sources_of_line : DataFrame
        ``line_id`` and ``source_kind`` of what pays or shall pay the lines. A line without source is
        on the kabupaten route, whose APBD the guide lists for every need.
    calendar : DataFrame
        Rows of ``planning_calendar``.
    as_of : date
        The day of the question.
    bill_rule : {"60_days", "60_working_days"}
        Reading of the day on which the budget bill is due.
    readings : sequence of str
        Of ``READINGS``.

    Returns
    -------
    DataFrame, shape (lines by routes by readings, 12)
        The columns of the table ``calendar``. The next step is that of the stated year, or of the
        first one if that is later; for the running year only its revised budget is left. Empty
        without lines or calendar.

    Raises
    ------
    ValueError
        If a reading, a kind of source or a line is unknown, or the calendar lacks a step needed.

    References
    ----------
    KOMPAK (2021). Panduan Fasilitasi Replikasi dan Pelembagaan Keperantaraan Pasar, 2.3 and 3.4.

    Examples
    --------
    >>> step = {"step_id": ["rkpd", "budget_bill_60_days"], "route": "kabupaten", "year_offset": -1,
    ...     "month": [6, 10], "day": [30, 1], "certainty": ["ingatan", "dibaca"]}
    >>> lines = pd.DataFrame({"line_id": ["B1"], "block": ["riset"], "fiscal_year": [2027]})
    >>> paid = pd.DataFrame({"line_id": ["B1"], "source_kind": ["APBD"]})
    >>> found = first_payable_year(lines, paid, pd.DataFrame(step), date(2026, 10, 2), readings=["bagian 2.3"])
    >>> found[["first_fiscal_year", "is_feasible", "next_step_id"]].values.tolist()
    [[2028, False, 'rkpd']]
    """
    if unknown := set(readings) - set(READINGS):
        raise ValueError(f"readings of the year rule not known: {', '.join(sorted(unknown))}")
    steps = _select_bill(calendar, bill_rule)
    if lines.empty or calendar.empty:
        return _typed([], _CALENDAR)
    timetable = _Timetable(steps, as_of, BILL_RULES[bill_rule])
    rows = [
        (line.line_id, line.block, line.route, reading, line.fiscal_year, *timetable.place(line, reading))
        for line in _list_routes(lines, sources_of_line).itertuples()
        for reading in readings
    ]
    return _typed(rows, _CALENDAR)


class _Timetable:
    """The calendar seen from one day."""

    def __init__(self, steps: pd.DataFrame, as_of: date, bill: str) -> None:
        self.steps = {str(step.step_id): step for step in steps.itertuples()}
        self.as_of = as_of
        self.closing = {KABUPATEN: bill, DESA: VILLAGE_PLAN}

    def is_open(self, step_id: str, fiscal_year: int) -> bool:
        if step_id not in self.steps:
            raise ValueError(f"the calendar lacks the step {step_id}")
        return deadline(self.steps[step_id], fiscal_year) >= self.as_of

    def place(self, line: Any, reading: str) -> tuple[Any, ...]:
        """Return first year, feasibility, next step, its day, days left, certainty and note."""
        running, is_outside, is_kabupaten = self.as_of.year, line.route == OUTSIDE, line.route == KABUPATEN
        first, is_of_2_3 = running, reading == "bagian 2.3"
        if not is_outside and is_of_2_3 and line.block != "persiapan":
            first += 1 if self.is_open(self.closing[line.route], running + 1) else 2
        year = max(first, int(line.fiscal_year))
        cases = {
            "no source": not line.has_source,
            "outside": is_outside,
            "co-sharing": is_outside and is_of_2_3 and line.block != "implementasi",
            "preparation" if line.block == "persiapan" else "next year": not is_outside and is_of_2_3,
            "running year": not is_outside and reading == "bagian 3.4",
            "closed": first > running + 1,
            "plan passed": is_kabupaten and year > running and not self.is_open(PLAN, year),
            "revision": is_kabupaten and REVISION in self.steps and self.is_open(REVISION, running),
        }
        note = " ".join(NOTES[case] for case, holds in cases.items() if holds)
        return first, line.fiscal_year >= first, *self.next_step(line.route, year), note

    def next_step(self, route: str, fiscal_year: int) -> tuple[Any, ...]:
        days = {
            deadline(step, fiscal_year): step for step in reversed(self.steps.values())
            if step.route == route and self.is_open(step.step_id, fiscal_year)
        }  # fmt: skip
        day = min(days, default=None)
        return (days[day].step_id, day, (day - self.as_of).days, days[day].certainty) if day else (None,) * 4


def _select_bill(calendar: pd.DataFrame, bill_rule: str | None) -> pd.DataFrame:
    """Leave out the readings of the budget bill that are not asked for."""
    if bill_rule is None:
        return calendar
    if bill_rule not in BILL_RULES:
        raise ValueError(f"rule of the budget bill not known: {bill_rule}")
    return calendar[~calendar["step_id"].isin(set(BILL_RULES.values()) - {BILL_RULES[bill_rule]})]


def _list_routes(lines: pd.DataFrame, sources_of_line: pd.DataFrame) -> pd.DataFrame:
    """Return one row a line and route, in the order of the lines, and whether it has a source."""
    for column, known in (("source_kind", set(ROUTES)), ("line_id", set(lines["line_id"]))):
        if unknown := set(sources_of_line[column]) - known:
            raise ValueError(f"sources of lines with unknown {column}: {', '.join(sorted(unknown))}")
    routes = sources_of_line[["line_id"]].assign(route=sources_of_line["source_kind"].map(ROUTES))
    joined = lines[["line_id", "block", "fiscal_year"]].merge(
        routes.drop_duplicates(), how="left", on="line_id"
    )
    return joined.assign(has_source=joined["route"].notna(), route=joined["route"].fillna(KABUPATEN))


def _typed(rows: list[tuple[Any, ...]], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(types)).astype(types)
