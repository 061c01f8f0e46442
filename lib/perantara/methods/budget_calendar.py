"""When a cost can first be paid: the planning calendar against a day, by route and reading of the guide."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from perantara.methods._funding import cost_of
from perantara.methods.notes import N_, join_notes

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
    "paid": N_("Seluruh biayanya sudah dibiayai pada tahun anggaran yang direncanakan."),
}

_TYPES = {"fiscal_year": "Int64", "stated_fiscal_year": "Int64", "first_fiscal_year": "Int64"}
_TYPES |= {"is_feasible": "boolean", "is_paid": "boolean", "days_left": "Int64"}
_TYPES |= dict.fromkeys(("deadline_date", "next_deadline_date"), "datetime64[ns]")
_DEADLINES = ["step_id", "step", "route", "document", "fiscal_year", "deadline_date", "days_left"]
_DEADLINES += ["certainty"]
_CALENDAR = ["line_id", "block", "route", "reading", "stated_fiscal_year", "first_fiscal_year"]
_CALENDAR += [
    "is_feasible",
    "is_paid",
    "next_step_id",
    "next_deadline_date",
    "days_left",
    "certainty",
    "note",
]


def deadline(step: Any, fiscal_year: int) -> date:
    """Return the last day of a step (a row of ``planning_calendar``) for the year that is budgeted.

    It is the last day of the month where the month is shorter than ``day``.

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
    route : {"kabupaten", "desa", "musrenbang"}
        Money outside government budgets has no steps.
    bill_rule : {"60_days", "60_working_days"}, optional
        Reading of the day of the budget bill (another raises a ``ValueError``); without it both are listed.

    Returns
    -------
    DataFrame, shape (steps, 8)
        ``step_id``, ``step``, ``route``, ``document``, ``fiscal_year`` (that the step is for),
        ``deadline_date``, ``days_left`` and ``certainty``, in the order of days.

    Examples
    --------
    >>> calendar = pd.DataFrame({"step_id": ["rkpd"], "step": ["RKPD ditetapkan"], "route": ["kabupaten"],
    ...     "document": ["RKPD"], "year_offset": [-1], "month": [6], "day": [30], "certainty": ["ingatan"]})
    >>> next_deadlines(calendar, date(2026, 7, 1), "kabupaten")[["fiscal_year", "days_left"]].values.tolist()
    [[2028, 364]]
    """
    steps = _select_bill(calendar, bill_rule)
    steps = steps[steps["route"] == route]
    year = as_of.year - steps["year_offset"]
    year += _days_of(steps, year) < pd.Timestamp(as_of)
    day = _days_of(steps, year)
    found = steps.assign(fiscal_year=year, deadline_date=day, days_left=(day - pd.Timestamp(as_of)).dt.days)
    return _typed(found, _DEADLINES).sort_values("deadline_date", kind="stable", ignore_index=True)


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
    lines, calendar : DataFrame
        Rows of ``budget_lines`` and ``planning_calendar``.
    sources_of_line : DataFrame
        ``line_id`` and ``source_kind`` of what pays or shall pay the lines. A line without source is
        on the kabupaten route, whose APBD the guide lists for every need.
    as_of : date
        The day of the question.
    bill_rule : {"60_days", "60_working_days"}
        Reading of the day on which the budget bill is due.
    readings : sequence of str
        Of ``READINGS``.

    Returns
    -------
    DataFrame, shape (lines by routes by readings, 13)
        The columns of the table ``calendar``; none without lines or calendar. The next step is that of
        the stated year, or of the first one if later; the running year has only its revised budget left.

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
        return _typed(pd.DataFrame(), _CALENDAR)
    rows = _list_routes(lines, sources_of_line).merge(pd.DataFrame({"reading": list(readings)}), how="cross")
    rows["first_fiscal_year"] = _first_years(rows, steps, as_of, BILL_RULES[bill_rule])
    rows["is_feasible"] = rows["stated_fiscal_year"] >= rows["first_fiscal_year"]
    rows["fiscal_year"] = rows[["stated_fiscal_year", "first_fiscal_year"]].max(axis="columns").astype(int)
    rows["is_paid"] = False
    rows["note"] = join_notes(_find_cases(rows, steps, as_of), NOTES)
    return _typed(_add_next_step(rows, steps, as_of), _CALENDAR)


def mark_paid(calendar: pd.DataFrame, lines: pd.DataFrame, eligibility: pd.DataFrame) -> pd.DataFrame:
    """Mark in the calendar the lines whose cost is paid in full in their own month and year.

    Such a line can be met whatever the next deadline is, and has no step left. ``eligibility`` is what
    ``methods.funding.judge_eligibility`` returns.

    Examples
    --------
    >>> calendar = pd.DataFrame({"line_id": ["B1"], "is_feasible": [False], "next_step_id": ["rkpd"]})
    >>> lines = pd.DataFrame({"line_id": ["B1"], "quantity": [1.0], "unit_price_idr": [50.0]})
    >>> paid = pd.DataFrame({"line_id": ["B1"], "amount_idr": [50.0], "is_outside_availability": [False]})
    >>> mark_paid(calendar, lines, paid)[["is_feasible", "is_paid"]].values.tolist()
    [[True, True]]
    """
    in_time = eligibility[~eligibility["is_outside_availability"].astype(bool)]
    need = cost_of(lines.set_index("line_id"))
    rest = need.sub(in_time.groupby("line_id")["amount_idr"].sum().reindex(need.index, fill_value=0.0))
    is_paid = calendar["line_id"].isin(rest.index[rest < 0.5])  # less than half a rupiah is rounding
    marked = calendar.assign(is_paid=is_paid, is_feasible=calendar["is_feasible"] | is_paid)
    steps = [
        name for name in ("next_step_id", "next_deadline_date", "days_left", "certainty") if name in marked
    ]
    marked.loc[is_paid, steps], marked.loc[is_paid, "note"] = None, NOTES["paid"]
    return _typed(marked, _CALENDAR)


def _first_years(rows: pd.DataFrame, steps: pd.DataFrame, as_of: date, bill: str) -> pd.Series:
    first = pd.Series(as_of.year, rows.index)
    is_for_later = rows["reading"].eq("bagian 2.3") & rows["block"].ne("persiapan")
    for route, closing in ((KABUPATEN, bill), (DESA, VILLAGE_PLAN)):
        waits = is_for_later & rows["route"].eq(route)
        first[waits] += 2 - _is_open(steps, closing, first[waits] + 1, as_of)
    return first


def _is_open(steps: pd.DataFrame, step_id: str, fiscal_years: pd.Series, as_of: date) -> pd.Series:
    step = steps[steps["step_id"] == step_id]
    if step.empty and len(fiscal_years):
        raise ValueError(f"the calendar lacks the step {step_id}")
    return fiscal_years.map(lambda year: deadline(step.iloc[0], year) >= as_of).astype(bool)


def _find_cases(rows: pd.DataFrame, steps: pd.DataFrame, as_of: date) -> dict[str, pd.Series]:
    """Tell in which rows each of ``NOTES`` holds."""
    running, year = as_of.year, rows["fiscal_year"]
    is_outside, is_kabupaten = rows["route"].eq(OUTSIDE), rows["route"].eq(KABUPATEN)
    is_of_2_3, is_preparation = rows["reading"].eq("bagian 2.3"), rows["block"].eq("persiapan")
    is_planned = _is_open(steps, PLAN, year[is_kabupaten & (year > running)], as_of)
    revision = steps[steps["step_id"] == REVISION].itertuples()
    return {
        "no source": ~rows["has_source"],
        "outside": is_outside,
        "co-sharing": is_outside & is_of_2_3 & rows["block"].ne("implementasi"),
        "preparation": ~is_outside & is_of_2_3 & is_preparation,
        "next year": ~is_outside & is_of_2_3 & ~is_preparation,
        "running year": ~is_outside & ~is_of_2_3,
        "closed": rows["first_fiscal_year"] > running + 1,
        "plan passed": ~is_planned.reindex(rows.index, fill_value=True),
        "revision": is_kabupaten & any(deadline(step, running) >= as_of for step in revision),
    }


def _add_next_step(rows: pd.DataFrame, steps: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Add the first step of the route that is still open for the fiscal year."""
    keys = ["route", "fiscal_year"]
    ahead = rows[keys].drop_duplicates().merge(steps.rename(columns={"step_id": "next_step_id"}), on="route")
    ahead["next_deadline_date"] = _days_of(ahead, ahead["fiscal_year"])
    ahead["days_left"] = (ahead["next_deadline_date"] - pd.Timestamp(as_of)).dt.days
    ahead = ahead[ahead["days_left"] >= 0].sort_values("next_deadline_date", kind="stable")
    shown = [*keys, "next_step_id", "next_deadline_date", "days_left", "certainty"]
    return rows.merge(ahead.drop_duplicates(keys)[shown], how="left", on=keys)


def _days_of(steps: pd.DataFrame, fiscal_years: pd.Series) -> pd.Series:
    days = map(deadline, steps.itertuples(), fiscal_years)
    return pd.Series(list(days), steps.index, dtype="datetime64[ns]")


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
    stated = lines[["line_id", "block", "fiscal_year"]].rename(columns={"fiscal_year": "stated_fiscal_year"})
    joined = stated.merge(routes.drop_duplicates(), how="left", on="line_id")
    return joined.assign(has_source=joined["route"].notna(), route=joined["route"].fillna(KABUPATEN))


def _typed(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.reindex(columns=columns).astype({name: _TYPES.get(name, "str") for name in columns})
