"""When a cost must be proposed: the calendar of stage 04 as a table, as lanes, and by line."""

from __future__ import annotations

import datetime as dt
import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.budget_calendar import next_deadlines
from perantara.show.budget import show_result
from perantara.show.display import Display
from perantara.show.figures import show_figure
from perantara.show.tables import show_gap, show_table
from perantara.text import _, format_date, in_terms, lazy

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage

CERTAINTY = {
    "dibaca": lazy("dibaca dari salinan publik"),
    "ingatan": lazy("menurut ingatan penyusun; periksa naskahnya"),
    "contoh": lazy("dari paparan atau daerah lain; periksa naskahnya"),
}


ROUTE_LOOKS = {"kabupaten": "o", "desa": "s", "musrenbang": "^"}


def show_calendar(stage: Stage, calendar: pd.DataFrame, reading: str) -> Display:
    """Show, by block and route, which fiscal year can first pay under one reading and what is due next."""
    rows = calendar[calendar["reading"] == reading]
    if rows.empty:
        return show_gap(stage, "budget_lines")
    due = (
        rows["next_deadline_date"]
        .map(lambda day: format_date(str(day)[:10]), na_action="ignore")
        .astype("str")
    )
    paid = (_("sudah dibiayai TA %s") % year for year in rows["stated_fiscal_year"])
    rows = rows.assign(
        due=name_steps(stage, rows)["next_step_id"] + ", " + due, certainty=_say_certainty(rows),
        first_fiscal_year=rows["first_fiscal_year"].astype(str).mask(rows["is_paid"], pd.Series(paid, rows.index)),
    )  # fmt: skip
    columns = ["block", "route", "stated_fiscal_year", "first_fiscal_year", "due", "certainty", "note"]
    counted = rows.groupby(columns, sort=False, dropna=False).size().reset_index(name="lines")
    columns.insert(2, "lines")
    titles = {"lines": _("Butir biaya"), "due": _("Tenggat berikutnya")}
    caption = _("Tahun anggaran pertama yang dapat membayar menurut %(reading)s") % {"reading": reading}
    return show_result(stage, counted, "calendar", caption, columns, titles)


def name_steps(stage: Stage, calendar: pd.DataFrame) -> pd.DataFrame:
    """Return the calendar of the lines with the names of the steps for their numbers, as a reader sees them."""
    steps = _list_steps(stage).set_index("step_id")["step"]
    return calendar.assign(next_step_id=calendar["next_step_id"].map(steps))


def _list_steps(stage: Stage) -> pd.DataFrame:
    """Return the steps of the planning calendar in the district's own words."""
    rows, said = stage.table("planning_calendar"), ["step", "document", "rule", "proposal", "recipient"]
    words = lambda text: in_terms(text, stage.district.kind, stage.terms)  # noqa: E731
    return rows.assign(**{name: rows[name].map(words, na_action="ignore") for name in said})


def find_deadlines(stage: Stage) -> pd.DataFrame:
    """Return the coming deadlines of all routes with their rules, in the order of days."""
    calendar = _list_steps(stage)
    today, rule = dt.date.fromisoformat(stage.as_of), stage.parameters["bill_rule"]
    due = pd.concat([next_deadlines(calendar, today, route, rule) for route in ROUTE_LOOKS])
    rules = calendar.set_index("step_id").drop(columns=list(due.columns), errors="ignore")
    return due.join(rules, on="step_id").sort_values("deadline_date", kind="stable", ignore_index=True)


def show_steps(stage: Stage, due: pd.DataFrame) -> Display:
    """Show every coming step with date, what is handed in to whom, rule, legal basis and certainty."""
    rule = due["rule"].str.rstrip(".") + (" (" + due["legal_basis"] + ")").fillna("") + "."
    rows = due.assign(
        handed=due["proposal"] + _("; kepada ") + due["recipient"],
        rule=rule + (_(" Bacaan lain: ") + due["alternative_rule"]).fillna(""),
        certainty=_say_certainty(due),
    )
    titles = {
        "deadline_date": _("Tenggat"), "fiscal_year": _("Tahun anggaran"), "handed": _("Yang diserahkan"),
        "rule": _("Aturan, dasar hukum, dan bacaan lain"),
    }  # fmt: skip
    columns = ["step", "deadline_date", "fiscal_year", "handed", "rule", "certainty"]
    caption = _("Kalender sejak tanggal acuan; tanda – berarti tidak lagi menerima usulan baru")
    scope = _("Jalur kabupaten/kota, desa, dan musrenbang")
    return show_table(
        stage, rows, "planning_calendar", caption=caption, columns=columns, titles=titles, scope=scope
    )


def _say_certainty(rows: pd.DataFrame) -> pd.Series:
    return rows["certainty"].map({key: str(words) for key, words in CERTAINTY.items()})


def next_proposal(due: pd.DataFrame) -> pd.Series:
    """Return the next deadline at which a district office still hands in a proposal."""
    return due[due["route"] != "musrenbang"].dropna(subset="proposal").iloc[0]


def show_deadlines(stage: Stage, due: pd.DataFrame) -> Display:
    """Draw the coming deadlines of the district's and the villages' budget as lanes."""
    first = next_proposal(due)
    words = {"step": first["step"], "date": format_date(str(first["deadline_date"])[:10])}
    title = _("Tenggat terdekat yang masih menerima usulan: %(step)s, %(date)s") % words
    dates = [format_date(str(day)[:10]) for day in due["deadline_date"]]
    listed = "; ".join(f"{step} {day}" for step, day in zip(due["step"], dates, strict=True))
    data = due[["step", "route", "fiscal_year", "deadline_date"]]
    return show_figure(
        stage, draw_lanes(due, stage.as_of), data, "planning_calendar", title=title,
        alt=_("Garis waktu tenggat menurut jalur: %(listed)s.") % {"listed": listed}, access="publik",
    )  # fmt: skip


def draw_lanes(due: pd.DataFrame, as_of: str) -> Figure:
    """Draw each step's next deadline, one row a step; the route by colour and by sign."""
    import matplotlib.pyplot as plt
    from matplotlib import dates

    from perantara.show.style import ACCENT, INK, STYLE

    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 1.2 + 0.36 * len(due)), layout="constrained")
        start, rows = pd.Timestamp(as_of), due.iloc[::-1].reset_index(drop=True)
        for place, row in rows.iterrows():
            marker, colour = ROUTE_LOOKS[row["route"]], ACCENT if row["route"] == "kabupaten" else INK
            day = pd.Timestamp(row["deadline_date"])
            axes.hlines(place, start, day, color=colour, linewidth=1)
            axes.plot(day, place, marker, color=colour)
            axes.annotate(
                f"{day:%d-%m-%Y}", (day, place), va="center", xytext=(7, 0), textcoords="offset points"
            )
        axes.set_yticks(range(len(rows)), [textwrap.fill(step, 36) for step in rows["step"]], fontsize=8)
        axes.set_xlim(start, pd.Timestamp(rows["deadline_date"].max()) + pd.Timedelta(days=110))
        axes.set_xlabel(_("Bulatan: kabupaten/kota; kotak: desa; segitiga: musrenbang"), loc="left")
        axes.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=5))
        axes.xaxis.set_major_formatter(dates.DateFormatter("%m-%Y"))
    plt.close(figure)
    return figure
