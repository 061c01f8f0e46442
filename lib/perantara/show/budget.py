"""What the report of stage 04 shows and says beside the parts that every stage has."""

from __future__ import annotations

import datetime as dt
import textwrap
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.budget_calendar import next_deadlines
from perantara.methods.budget_scenarios import cut_source, delay_source, price_scenario, uncovered_by_month
from perantara.methods.funding import cost_of, summarise_costs
from perantara.show.display import Display
from perantara.show.figures import plot_bars, show_figure
from perantara.show.tables import show_gap, show_table, show_text
from perantara.show.widgets import explore
from perantara.text import Sentence, _, format_date, format_number, lazy

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage

IDR_MN = 1_000_000
GROUPINGS = ("block", "cost_need", "activity_package", "month")
FAULTY_CODES = ("bentuk salah", "kurang nol", "dicabut", "bernomor baru", "tidak berlaku pada tahun itu")
CHECKED = ("sesuai", "nama berbeda")


def show_costs(stage: Stage, lines: pd.DataFrame, by: str) -> Display:
    """Show need by block, cost need, activity package or month, or the gap of the lines."""
    if lines.empty:
        return show_gap(stage, "budget_lines")
    titles = {"need_idr": _("Kebutuhan (Rp)"), "share": _("Bagian dari seluruhnya (0–1)")}
    field = stage.store.declaration("budget_lines").field(by)
    caption = _("Kebutuhan biaya menurut %(grouping)s") % {"grouping": _(field.title).lower()}
    return show_table(stage, summarise_costs(lines, by), "budget_lines", caption=caption, titles=titles)


def show_unit_costs(stage: Stage, lines: pd.DataFrame) -> Display:
    """Show the need per recorded enterprise and per poor one, as far as stage 02 knows them."""
    if lines.empty:
        return show_gap(stage, "budget_lines")
    known = {f["id"]: f["value"] for f in (stage.findings("02_concept") or {"figures": []})["figures"]}
    count, poor_pct = known.get("umk_recorded"), known.get("umk_poor_share_pct")
    if not count:
        return show_text(
            _("Jumlah UMK belum diketahui dari tahap 02, jadi biaya per UMK belum dapat dihitung.")
        )
    poor = count * poor_pct / 100 if poor_pct else None
    need = cost_of(lines).sum()
    rows = pd.DataFrame(
        {
            "unit": [_("Per UMK terdata"), _("Per UMK yang dijalankan rumah tangga miskin atau rentan")],
            "count": [count, round(poor) if poor else None],
            "per_unit": [need / count, need / poor if poor else None],
        }
    ).round(0)
    titles = {"unit": _("Ukuran"), "count": _("Jumlah UMK"), "per_unit": _("Biaya per UMK (Rp)")}
    caption = _("Biaya per UMK; bukan manfaat per UMK")
    return show_table(stage, rows, "budget_lines", caption=caption, titles=titles)


def show_matrix(stage: Stage) -> Display:
    """Show the guide's funding matrix: which sources it lists for which cost need."""
    matrix = stage.table("funding_matrix")
    source = matrix["source_kind"] + matrix["mechanism"].map(lambda m: f" ({m})", na_action="ignore").fillna(
        ""
    )
    rows = (
        matrix.assign(listed=source)
        .groupby(["scope", "cost_need"], sort=False)["listed"].agg(", ".join).reset_index()
    )  # fmt: skip
    caption = _("Matriks pembiayaan panduan: kemungkinan sumber, bukan daftar tertutup")
    titles = {"listed": _("Sumber yang disebut panduan")}
    return show_table(stage, rows, "funding_matrix", caption=caption, titles=titles, scope=_("Panduan 3.4"))


def show_eligibility(stage: Stage, eligibility: pd.DataFrame) -> Display:
    """Show the allocations that need a reason, or say that there are none."""
    if not stage.has("allocations") or eligibility.empty:
        return show_gap(stage, "allocations")
    flagged = eligibility[needs_reason(eligibility)]
    if flagged.empty:
        return show_text(
            _("Semua alokasi tercantum dalam daftar panduan atau menyangkut persiapan, tanpa tanda lain.")
        )
    columns = ["line_id", "block", "cost_need", "source_kind", "amount_idr", "status", "note"]
    caption = _("Alokasi yang memerlukan dasar hukum, alasan, atau perbaikan")
    return show_table(stage, flagged, "eligibility", caption=caption, columns=columns)


def take_allocations(stage: Stage) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the allocations of all initiatives and of this one; what names nothing known is told.

    Without lines or sources there is nothing to hold an allocation against, so that none is taken.
    """
    every = stage.table("allocations")
    is_own = every["initiative"] == stage.initiative.slug
    has_source = every["source_id"].isin(stage.table("funding_sources")["source_id"])
    has_line = every["line_id"].isin(stage.table("budget_lines")["line_id"]) | ~is_own
    if stage.has("budget_lines") and stage.has("funding_sources"):
        for row in every[is_own & ~(has_source & has_line)].itertuples():
            named = {"line": row.line_id, "source": row.source_id}
            told = Sentence("Alokasi butir %(line)s dari %(source)s menyebut yang tidak ada.", named)
            stage.alarms += [told] * (told not in stage.alarms)
    known = every[has_source & has_line]
    return known, known[known["initiative"] == stage.initiative.slug]


def needs_reason(eligibility: pd.DataFrame) -> pd.Series:
    """Tell which allocations are outside the list, not allowed, or flagged."""
    status = eligibility["status"].isin(["di luar daftar panduan", "tidak diperbolehkan"])
    flags = eligibility[["is_capital_flagged", "is_village_head_missing"]].fillna(False).astype(bool)
    return status | flags.any(axis="columns")


def gather_codes(stage: Stage) -> pd.DataFrame:
    """Return the codes that the initiative uses: as stated, and those of its budget lines."""
    stated = stage.table("budget_codes_used").rename(columns={"code_as_printed": "code"})
    lines = stage.table("budget_lines").dropna(subset="code")
    unnamed = lines[~lines["code"].isin(stated["code"])]
    columns = ["code", "name_used", "decree", "fiscal_year"]
    frames = [stated[columns], unnamed.reindex(columns=columns)]
    return pd.concat([f for f in frames if not f.empty] or [stated[columns]]).drop_duplicates(
        ignore_index=True
    )


def show_codes(stage: Stage, audit: pd.DataFrame) -> Display:
    """Show the audit of every code, or the gap where no code is known."""
    if audit.empty:
        return show_gap(stage, "budget_codes_used")
    caption = _("Kode anggaran diperiksa terhadap daftar yang dimuat; usulan tidak dipakai diam-diam")
    columns = ["code", "name_used", "decree", "status", "official_name", "likeness", "proposal", "note"]
    return show_table(stage, audit.round({"likeness": 2}), "code_audit", caption=caption, columns=columns)


def show_village_uses(stage: Stage) -> Display:
    """Show the village budgets that the guide names for this district, with the tension in them."""
    uses = stage.table("apbdes_uses")
    own = uses[uses["district_code_kemendagri"] == stage.district.code_kemendagri]
    if own.empty:
        return show_text(_("Panduan tidak menyebut penggunaan APBDes di daerah ini."))
    caption = _("Penggunaan APBDes yang disebut panduan; nilai rupiahnya tidak disebut")
    columns = ["village", "use", "capital_kind", "note"]
    return show_table(stage, own, "apbdes_uses", caption=caption, columns=columns, scope=stage.district.title)


def show_gap_by_month(stage: Stage, gap: pd.DataFrame) -> Display:
    """Draw need and allocation by month, or show the gap of the lines."""
    months = gap[gap["dimension"] == "bulan"]
    if months.empty:
        return show_gap(stage, "budget_lines")
    labels = months["item"].astype(str)
    if months["fiscal_year"].nunique() > 1:
        labels += "/" + months["fiscal_year"].astype(str)
    data = (months.set_index(labels)[["need_idr", "allocated_idr"]] / IDR_MN).round(3)
    data.columns = [_("Kebutuhan"), _("Alokasi")]
    short = months[months["uncovered_idr"] > 0]
    title = _("Semua bulan tertutup alokasi")
    if not short.empty:
        title = _("Kebutuhan belum tertutup pada bulan %(months)s") % {
            "months": ", ".join(short["item"].astype(str))
        }
    listed = "; ".join(f"{m}: {format_number(n)} / {format_number(a)}" for m, n, a in data.itertuples())
    alt = _("Batang kebutuhan dan alokasi tiap bulan, juta rupiah: %(listed)s.") % {"listed": listed}
    figure = plot_bars(data, axis_label=_("Rp juta"), decimals=1)
    return show_figure(stage, figure, data, "budget_lines", "allocations", title=title, alt=alt)


def show_gap_table(stage: Stage, gap: pd.DataFrame, dimension: str) -> Display:
    """Show the gap overall, by block or by source, or the gap of the lines."""
    rows = gap[gap["dimension"] == dimension].dropna(axis="columns", how="all")
    if rows.empty:
        return show_gap(stage, "funding_sources" if dimension == "sumber" else "budget_lines")
    columns = [c for c in rows.columns if c not in ("dimension", "cumulative_uncovered_idr")]
    caption = _("Kebutuhan, alokasi, dan kekurangan: %(dimension)s") % {"dimension": _(dimension)}
    return show_table(stage, rows.round({"allocated_share": 3}), "gap", caption=caption, columns=columns)


def show_plan(stage: Stage, plan: object) -> Display:
    """Show where the possible allocation differs from the district's, and what binds."""
    if not stage.has("budget_lines"):
        return show_gap(stage, "budget_lines")
    moved = plan.allocation[plan.allocation["difference_idr"].abs() >= 1]
    said = Sentence(
        "Dengan pagu, bulan, dan daftar panduan yang ada, kebutuhan yang tetap belum tertutup paling sedikit Rp%(rest)s.",
        {"rest": round(plan.uncovered_idr)},
    )
    if moved.empty:
        return show_text(said, _("Alokasi daerah sudah mencapainya."), access="internal")
    caption = str(said)
    columns = [
        "line_id",
        "month",
        "source_kind",
        "allocated_idr",
        "possible_idr",
        "difference_idr",
        "binding_limit",
    ]
    return show_table(stage, moved, "allocation", caption=caption, columns=columns)


def show_calendar(stage: Stage, calendar: pd.DataFrame) -> Display:
    """Show, by block and route, which fiscal year can first pay and what is due next."""
    if calendar.empty:
        return show_gap(stage, "budget_lines")
    rows = (
        calendar.groupby(["block", "route", "reading", "stated_fiscal_year"], sort=False, dropna=False)
        .agg(
            lines=("line_id", "size"), first_fiscal_year=("first_fiscal_year", "max"),
            next_deadline_date=("next_deadline_date", "min"), days_left=("days_left", "min"),
        )
        .reset_index()
    )  # fmt: skip
    caption = _("Tahun anggaran pertama yang dapat membayar, menurut jalur dan kedua bacaan panduan")
    titles = {"lines": _("Butir biaya")}
    return show_table(stage, rows, "calendar", caption=caption, titles=titles)


def show_deadlines(stage: Stage) -> Display:
    """Draw the coming deadlines of the district's and the villages' budget as lanes."""
    calendar = stage.table("planning_calendar")
    today, rule = dt.date.fromisoformat(stage.as_of), stage.parameters["bill_rule"]
    due = pd.concat([next_deadlines(calendar, today, route, rule) for route in ("kabupaten", "desa")])
    due = due.sort_values("deadline_date", kind="stable")
    first = due.iloc[0]
    words = {"step": first["step"], "date": format_date(str(first["deadline_date"])[:10])}
    title = _("Tenggat terdekat: %(step)s, %(date)s") % words
    listed = "; ".join(
        f"{s} {format_date(str(d)[:10])}" for s, d in zip(due["step"], due["deadline_date"], strict=True)
    )
    data = due[["step", "route", "fiscal_year", "deadline_date"]].reset_index(drop=True)
    return show_figure(
        stage, draw_lanes(due, stage.as_of), data, "planning_calendar", title=title,
        alt=_("Garis waktu tenggat menurut jalur: %(listed)s.") % {"listed": listed}, access="publik",
    )  # fmt: skip


def draw_lanes(due: pd.DataFrame, as_of: str) -> Figure:
    """Draw each step's next deadline, one row a step; the route by colour and by sign."""
    import matplotlib.pyplot as plt
    from matplotlib import dates

    from perantara.show.style import ACCENT, INK, STYLE

    looks = {"kabupaten": ("o", ACCENT), "desa": ("s", INK)}
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 1.2 + 0.36 * len(due)), layout="constrained")
        start, rows = pd.Timestamp(as_of), due.iloc[::-1].reset_index(drop=True)
        for place, row in rows.iterrows():
            marker, colour = looks[row["route"]]
            day = pd.Timestamp(row["deadline_date"])
            axes.hlines(place, start, day, color=colour, linewidth=1)
            axes.plot(day, place, marker, color=colour)
            axes.annotate(
                f"{day:%d-%m-%Y}", (day, place), va="center", xytext=(7, 0), textcoords="offset points"
            )
        axes.set_yticks(range(len(rows)), [textwrap.fill(step, 36) for step in rows["step"]], fontsize=8)
        axes.set_xlim(start, pd.Timestamp(rows["deadline_date"].max()) + pd.Timedelta(days=110))
        axes.set_xlabel(_("Bulatan: kabupaten/kota; kotak: desa. Garis mulai dari tanggal acuan."))
        axes.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=5))
        axes.xaxis.set_major_formatter(dates.DateFormatter("%m-%Y"))
    plt.close(figure)
    return figure


def explore_change(stage: Stage, change: str) -> Display:
    """Let a reader see the uncovered need by month under one change of price, ceiling or time."""
    if not stage.has("budget_lines") or not stage.has("funding_sources"):
        return show_gap(stage, "budget_lines")
    every, own = take_allocations(stage)
    draw = partial(
        draw_change, change, stage.table("budget_lines"), stage.table("funding_sources"), own, every
    )
    values, unit, label = _CHANGES[change]
    return explore(
        stage, draw, values, "budget_lines", "funding_sources", "allocations",
        label=str(label), unit=str(unit), start=values[2],
        title=_("Kebutuhan yang belum tertutup tiap bulan (andaian: %(label)s)") % {"label": label},
        alt=_("Batang kebutuhan yang belum tertutup tiap bulan, juta rupiah"),
    )  # fmt: skip


_CHANGES = {
    "inflation": ((0, 5, 10, 15), "%", lazy("Kenaikan harga")),
    "cut": ((0, 10, 25, 50), "%", lazy("Pemotongan APBD")),
    "delay": ((0, 1, 3, 6), lazy("bulan"), lazy("Uang mitra swasta terlambat")),
}


def draw_change(
    change: str,
    lines: pd.DataFrame,
    sources: pd.DataFrame,
    allocations: pd.DataFrame,
    every: pd.DataFrame,
    value: float,
) -> tuple[Figure, pd.DataFrame]:
    """Return figure and data of the uncovered need by month after one change."""
    if change == "inflation":
        lines = price_scenario(lines, value)
    elif change == "cut":
        sources = cut_source(sources, "APBD", value)
    else:
        sources = delay_source(sources, "mitra swasta", value)
    months = uncovered_by_month(lines, sources, allocations, every)
    data = (months.set_index("month")[["uncovered_idr"]] / IDR_MN).round(3)
    data.columns, data.index = [_("Belum tertutup")], data.index.astype(str)
    return plot_bars(data, axis_label=_("Rp juta"), decimals=1), data
