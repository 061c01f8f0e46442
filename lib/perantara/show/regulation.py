"""What the report of stage 03 shows: instruments, their aspects, and the legal process against the budget."""

from __future__ import annotations

import datetime as dt
import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from perantara.errors import StageError
from perantara.methods.budget_calendar import BILL_RULES, deadline, next_deadlines
from perantara.methods.regulation import AHEAD, IN_FORCE, days_in_force, judge_states, plan_tasks
from perantara.methods.schedule import (
    SimulatedSchedule,
    build_network,
    expected_schedule,
    pert_moments,
    simulate_schedule,
)
from perantara.show.budget_calendar import CERTAINTY
from perantara.show.display import Display
from perantara.show.figures import canvas, date_axis, plot_bars, show_figure
from perantara.show.style import ACCENT, INK, MUTED
from perantara.show.tables import show_gap, show_table, show_text
from perantara.show.widgets import explore
from perantara.text import _, format_date, in_terms, lazy, lower_first

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage

INSTRUMENTS, TASKS, STEPS = "regulation_instruments", "legal_tasks", "legal_process_steps"
_PLAIN = {"perkiraan": lazy("taksiran penyusun")}
_DELAYS = (0, 30, 60, 120, 180, 240, 300)  # days


def name_kinds(stage: Stage) -> dict[str, str]:
    """Return what the district calls each kind of instrument; a kota has no villages that make rules."""
    kinds = {
        "Perda": stage.terms["local_regulation"], "Perkada": stage.terms["head_regulation"],
        "Keputusan": _("Keputusan %(head)s") % stage.terms,
        "PerDes": _("Peraturan %(village)s") % {"village": stage.terms["village"].capitalize()},
        "perjanjian": _("Perjanjian kerja sama"),
    }  # fmt: skip
    return {k: v for k, v in kinds.items() if k != "PerDes" or stage.terms["village"] != "kelurahan"}


def take_reference(stage: Stage, table: str) -> pd.DataFrame:
    """Return the rows of a reference table on the kinds that there are, in the district's own words.

    ``legal_basis`` says also the rule and how certain it is.
    """
    names, rows = name_kinds(stage), stage.table(table)
    rows = rows[rows["kind"].isin(list(names))]
    words = lambda text: in_terms(text, stage.district.kind, stage.terms)  # noqa: E731
    said = [c for c in ("step", "actor", "use_when", "caution", "rule") if c in rows]
    rows = rows.assign(**{c: rows[c].map(words, na_action="ignore") for c in said})
    sure = rows["certainty"].map({k: str(v) for k, v in (CERTAINTY | _PLAIN).items()})
    basis = (rows.get("rule", "") + "; ").fillna("") if "rule" in rows else ""
    if "day_kind" in rows:
        basis = basis + rows["day_kind"].map({"hari kerja": _("dalam hari kerja; ")}).fillna("")
    basis = basis + (rows["legal_basis"] + "; ").fillna("") + sure
    return rows.assign(instrument=rows["kind"].map(names), legal_basis=basis)


def take_instruments(stage: Stage) -> pd.DataFrame:
    """Return the instruments with their state on ``as_of`` and their kind in the district's words."""
    rows = stage.table(INSTRUMENTS)
    return rows.assign(state=judge_states(rows, _today(stage)), instrument=rows["kind"].map(
        {**dict.fromkeys(rows["kind"], _("Peraturan desa")), **name_kinds(stage)}))  # fmt: skip


def _today(stage: Stage) -> dt.date:
    return dt.date.fromisoformat(stage.as_of)


def find_deadline(stage: Stage) -> dt.date:
    """Return the day on which the budget of the year after the cycle is handed in."""
    rows = stage.table("planning_calendar").set_index("step_id")
    return deadline(rows.loc[BILL_RULES[stage.parameters["bill_rule"]]], int(stage.cycle) + 1)


def plan_process(stage: Stage, instruments: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks of the legal process (see ``plan_tasks``); StageError where they form no network."""
    try:
        tasks = plan_tasks(instruments, stage.table(TASKS), take_reference(stage, STEPS))
        build_network(tasks)
        pert_moments(tasks)
    except ValueError as error:
        problem = _(
            "Tugas proses hukum (legal_tasks.csv) tidak membentuk jaringan. Setiap tugas yang ditunggu dan dokumennya "
            "harus tercatat, tugas tidak boleh saling menunggu, dan lamanya tidak boleh menurun dari paling cepat ke "
            "paling lama. Ditemukan: %(error)s. Perbaiki kolom predecessors, instrument_id, atau lamanya."
        )
        raise StageError(problem % {"error": error}) from None
    return tasks


def simulate(stage: Stage, tasks: pd.DataFrame) -> SimulatedSchedule:
    """Draw the durations of ``tasks`` as the parameters of the stage say."""
    chosen = {name: stage.parameters[name] for name in ("draws", "seed", "distribution")}
    return simulate_schedule(tasks, _today(stage), **chosen)


def build_schedule(stage: Stage, tasks: pd.DataFrame, simulated: SimulatedSchedule) -> pd.DataFrame:
    """Return the table ``legal_schedule``: each task as planned, as it stands, and how often it holds up the end."""
    today, rows = pd.Timestamp(stage.as_of), tasks.set_index("task")
    found = expected_schedule(tasks, _today(stage)).assign(criticality_pct=simulated.criticality_pct.round())
    first = tasks["planned_start_date"][~tasks["is_reference"]].min()
    plan = pd.Series(pd.NaT, rows.index, dtype="datetime64[ns]")
    if pd.notna(first):
        asked = tasks.drop(columns=["actual_start_date", "actual_finish_date"])
        plan = expected_schedule(asked, first.date())["finish_date"].mask(rows["is_reference"])
    done, begun = rows["actual_finish_date"] <= today, rows["actual_start_date"] <= today
    state = np.select([done, plan < today, begun], ["selesai", "terlambat", "berjalan"], "belum mulai")
    moments = pert_moments(tasks).set_axis(rows.index).round(1)
    rows = (
        rows.assign(planned_finish_date=plan, state=state)
        .join([moments, found.round({"slack_days": 0})])
        .reset_index()
    )
    fields = stage.store.declaration("legal_schedule").field_names
    return rows.sort_values(["instrument_id", "start_date"], kind="stable", ignore_index=True)[fields]


def build_coverage(
    stage: Stage, instruments: pd.DataFrame, tasks: pd.DataFrame, in_force: pd.DataFrame, due: dt.date
) -> pd.DataFrame:
    """Return the table ``regulation_coverage``: what each instrument covers, and whether it comes in time."""
    today = pd.Timestamp(stage.as_of)
    rows = instruments.set_index("instrument_id")
    is_live, finite = (
        rows["state"].isin([IN_FORCE, AHEAD]),
        in_force.replace([np.inf, -np.inf], np.nan).mean(),
    )
    expected = today + pd.to_timedelta(np.ceil(finite.reindex(rows.index).astype(float)), unit="D")
    chance = (in_force <= (due - today.date()).days).mean().mul(100).round(1)
    borrowed = tasks.loc[tasks["is_reference"].astype(bool), "instrument_id"]
    rows = rows.assign(
        expected_date=expected, chance_in_time_pct=chance.reindex(rows.index).where(is_live).astype(float),
        is_reference_network=rows.index.isin(borrowed),
    ).reset_index()  # fmt: skip
    return rows[stage.store.declaration("regulation_coverage").field_names]


def show_clauses(stage: Stage, instruments: pd.DataFrame) -> Display:
    """Show which instruments in force or in process name the groups, the environment and the local priority."""
    live = instruments[instruments["state"].isin([IN_FORCE, AHEAD])]
    if live.empty:
        return show_gap(stage, INSTRUMENTS) if not stage.has(INSTRUMENTS) else show_text(
            _("Tidak ada dokumen hukum yang berlaku atau dalam proses."))  # fmt: skip
    columns = ["instrument", "title", "has_inclusion_clause", "has_environment_clause", "cites_priority"]
    caption = _("Inklusi, lingkungan hidup, dan prioritas daerah dalam dokumen hukum")
    return show_table(
        stage, live, INSTRUMENTS, "regulation_coverage", columns=columns, caption=caption, access="publik"
    )


def show_steps(stage: Stage, instruments: pd.DataFrame) -> Display:
    """Show the reference network of the kinds in process; of the two usual ones where none is."""
    kinds = set(instruments.loc[instruments["state"] == AHEAD, "kind"]) or {"Perkada", "Keputusan"}
    rows = take_reference(stage, STEPS)
    columns = ["instrument", "step_id", "step", "actor", "predecessors", "optimistic_days", "likely_days"]
    return show_table(
        stage, rows[rows["kind"].isin(kinds)], STEPS, columns=[*columns, "pessimistic_days", "legal_basis"],
        caption=_("Jaringan acuan proses hukum: langkah, pelaksana, dan lamanya"),
        scope=_("Acuan umum; ganti dengan pengalaman bagian hukum daerah"),
        titles={"instrument": _("Dokumen hukum"), "legal_basis": _("Aturan, dasar hukum, dan kepastiannya")},
    )  # fmt: skip


def _rests_on(stage: Stage) -> list[str]:
    return [table for table in (TASKS, INSTRUMENTS, STEPS) if stage.has(table)][:2]


def show_network(stage: Stage, schedule: pd.DataFrame, due: dt.date) -> Display:
    """Draw the tasks as bars with the critical path, the day of the report and the deadline, or the gap."""
    if schedule.empty:
        return show_gap(stage, TASKS)
    path = schedule.loc[schedule["is_critical"], "title"]
    title = _("Jalur kritis: %(path)s") % {"path": name_path(path)}
    title = _("Semua tugas proses hukum sudah selesai") if path.empty else title
    listed = "; ".join(f"{t} {format_date(s)} – {format_date(f)}" for t, s, f in
                       schedule[["title", "start_date", "finish_date"]].itertuples(index=False))  # fmt: skip
    return show_figure(
        stage, draw_network(schedule, stage.as_of, due), schedule, *_rests_on(stage), title=title,
        alt=_("Bagan batang tugas menurut waktu: %(listed)s.") % {"listed": listed}, access="publik",
    )  # fmt: skip


def name_path(titles: pd.Series) -> str:
    """Say tasks one after another, as a part of a sentence; of many the first, how many follow, and the last."""
    if len(titles) > 3:
        words = {"first": titles.iloc[0], "count": len(titles) - 2, "last": lower_first(titles.iloc[-1])}
        return _("%(first)s, lalu %(count)s tugas lain sampai %(last)s") % words
    return _(", lalu ").join([*titles[:1], *map(lower_first, titles[1:])])


def draw_network(schedule: pd.DataFrame, as_of: str, due: dt.date) -> Figure:
    """Draw one bar a task, first on top: accented and hatched on the critical path, pale where done."""
    from matplotlib import dates

    rows = schedule.iloc[::-1].reset_index(drop=True)
    looks = np.select([rows["state"] == "selesai", rows["is_critical"]], ["#e3e8ea", ACCENT], MUTED)
    with canvas(1.3 + 0.42 * len(rows)) as (figure, axes):
        days = (rows["finish_date"] - rows["start_date"]).dt.days.clip(lower=1)
        hatch = ["//" if critical else "" for critical in rows["is_critical"]]
        left = dates.date2num(rows["start_date"])
        axes.barh(rows.index, days, left=left, height=0.5, color=looks, hatch=hatch)
        axes.axvline(dates.date2num(pd.Timestamp(as_of)), color=INK, linewidth=0.9, linestyle=":")
        axes.axvline(dates.date2num(due), color=INK, linewidth=1.2, linestyle="--")
        labels = (rows["task"] + " " + rows["title"]).map(lambda label: textwrap.fill(label, 40))
        axes.set_yticks(rows.index, labels, fontsize=7.5)
        legend = _(
            "Pucat: selesai. Bergaris miring: jalur kritis. Titik-titik: tanggal acuan. Putus-putus: tenggat RAPBD."
        )
        axes.set_xlabel(textwrap.fill(legend, 64), fontsize=8, loc="left")
        date_axis(axes, "%m-%Y")
    return figure


def show_finish(stage: Stage, days: pd.Series, due: dt.date) -> Display:
    """Draw when all three aspects are covered in the simulations against the deadline, or say why not."""
    if not stage.has(INSTRUMENTS):
        return show_gap(stage, INSTRUMENTS)
    if np.isposinf(days).any():
        return show_text(
            _("Belum dapat dihitung: masih ada aspek tanpa dokumen hukum yang berlaku atau dalam proses.")
        )
    if days.max() <= 0:
        return show_text(_("Ketiga aspek sudah dicakup dokumen hukum yang berlaku."))
    ends = pd.Timestamp(stage.as_of) + pd.to_timedelta(np.ceil(days), unit="D")
    low, high = ends.quantile([0.1, 0.9])
    words = {"low": format_date(low), "high": format_date(high), "due": format_date(due)}
    said = _(
        "Dalam 80 dari 100 simulasi ketiga aspek berlaku antara %(low)s dan %(high)s; tenggatnya %(due)s"
    )
    title = said % words
    counts = ends.dt.to_period("W").dt.start_time.value_counts().sort_index()
    return show_figure(
        stage, draw_finish(counts / len(ends) * 100, due), counts.rename_axis("week").reset_index(), *_rests_on(stage),
        title=title, alt=_("Batang tegak: berapa persen simulasi selesai tiap minggu. %(title)s.") % {"title": title},
        access="publik",
    )  # fmt: skip


def draw_finish(shares: pd.Series, due: dt.date) -> Figure:
    """Draw the share of simulations that end in each week; those after the deadline are muted."""
    from matplotlib import dates

    with canvas(2.8) as (figure, axes):
        weeks, last = dates.date2num(shares.index), dates.date2num(due)
        axes.bar(weeks, shares, width=6, align="edge", color=[ACCENT if w <= last else MUTED for w in weeks])
        axes.axvline(last, color=INK, linewidth=1.2, linestyle="--")
        legend = _("Persen simulasi menurut minggu selesai; garis putus-putus: tenggat RAPBD")
        axes.set_xlabel(legend, loc="left", fontsize=8)
        date_axis(axes)
        axes.grid(axis="x", visible=False)
    return figure


def simulate_kinds(stage: Stage) -> pd.DataFrame:
    """Return by draw (rows) how many days each kind (columns) takes by its reference network from ``as_of``."""
    names = name_kinds(stage)
    asked = pd.DataFrame({"instrument_id": list(names), "kind": list(names), "state": AHEAD})
    asked = asked.assign(in_force_date=pd.NaT, planned_start_date=pd.NaT, valid_until=pd.NaT)
    tasks = plan_tasks(asked, stage.table(TASKS).head(0), take_reference(stage, STEPS))
    return days_in_force(asked, tasks, simulate(stage, tasks), dt.date.max.replace(year=2200)).rename(
        columns=names
    )


def explore_start(stage: Stage, taken: pd.DataFrame) -> Display:
    """Let a reader see the chance of each kind before the next deadline if its process begins later."""
    rule = stage.parameters["bill_rule"]
    ahead = next_deadlines(stage.table("planning_calendar"), _today(stage), "kabupaten", rule)
    due = ahead[ahead["step_id"] == BILL_RULES[rule]].iloc[0]

    def draw(delay: float) -> tuple[Figure, pd.DataFrame]:
        chance = (taken + delay <= due["days_left"]).mean().mul(100).round(1).to_frame(_("Peluang"))
        figure = plot_bars(chance, axis_label=_("Peluang berlaku sebelum tenggat, %"))
        figure.axes[0].set(
            xlim=(0, 112), xticks=range(0, 101, 20)
        )  # alike in every frame, also where nothing is in time
        return figure, chance

    calendar = stage.table("planning_calendar")
    stage.source_note("planning_calendar", rows=calendar[calendar["step_id"] == due["step_id"]])
    title = _("Peluang berlaku sebelum RAPBD %(year)s disampaikan (%(date)s) menurut jenis dan hari mulainya")
    words = {"year": str(due["fiscal_year"]), "date": format_date(due["deadline_date"])}
    return explore(
        stage, draw, _DELAYS, STEPS, label=_("Mulai sesudah tanggal acuan"), unit=_("hari"),
        start=0, title=title % words, alt=_("Batang peluang tiap jenis dokumen hukum, persen"), access="publik",
    )  # fmt: skip
