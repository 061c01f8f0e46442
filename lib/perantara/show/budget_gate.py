"""The gate of stage 04: what is measured, every fault named one by one, and what the first page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.funding import concentration, cost_of, private_share
from perantara.methods.notes import N_
from perantara.show.budget import (
    CHECKED,
    FAULTY_CODES,
    describe_limits,
    find_missing,
    list_village_uses,
    take_allocations,
)
from perantara.show.budget_calendar import CERTAINTY
from perantara.stage.gate import Measure
from perantara.text import Sentence, format_date

if TYPE_CHECKING:
    from perantara.methods.allocation import AllocationPlan
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

FAULTS = {  # by criterion: the sentence on each fault
    "sources_allowed": N_("Butir %(item)s: sumber atau mekanismenya tidak diperbolehkan."),
    "within_list": N_("Butir %(item)s: sumbernya di luar daftar panduan, perlu dasar hukum."),
    "no_free_capital": N_("Butir %(item)s: modal yang menurut panduan sebaiknya dihindari."),
    "village_head_in_team": N_(
        "Butir %(item)s: dibayar APBDes, padahal kepala desa belum tercatat dalam Tim Kerja."
    ),
    "money_in_time": N_("Butir %(item)s: sumbernya tidak tersedia pada bulan atau tahun butir itu."),
    "codes_valid": N_("Kode %(item)s perlu diperbaiki."),
    "gap_small": N_("Bulan %(item)s: kebutuhan belum tertutup."),
    "ceilings_kept": N_("Sumber %(item)s: alokasi seluruh inisiatif melampaui pagu."),
}
_FLAGS = {
    "sources_allowed": ("status", "tidak diperbolehkan"), "within_list": ("status", "di luar daftar panduan"),
    "no_free_capital": ("is_capital_flagged", True), "village_head_in_team": ("is_village_head_missing", True),
    "money_in_time": ("is_outside_availability", True),
}  # fmt: skip


def find_faults(
    stage: Stage, audit: pd.DataFrame, eligibility: pd.DataFrame, gap: pd.DataFrame
) -> dict[str, list[str] | None]:
    """Gather by criterion what is wrong or needs a reason; ``None`` where it cannot be judged.

    Each fault is told once, so that mending one takes exactly it away.
    """
    can_fit = not find_missing(stage, "budget_lines", "allocations", "funding_sources")
    by_source, by_month = gap[gap["dimension"] == "sumber"], gap[gap["dimension"] == "bulan"]
    is_limited = by_source[by_source["allocated_idr"] > 0]["ceiling_idr"].notna().all()
    found: dict[str, list[str] | None] = {
        name: sorted(set(eligibility.loc[eligibility[column] == value, "line_id"])) if can_fit else None
        for name, (column, value) in _FLAGS.items()
    }
    found |= {
        name: list(audit.loc[audit["status"].isin(statuses), "code"].unique()) if len(audit) else None
        for name, statuses in (("codes_valid", FAULTY_CODES), ("codes_known", ["belum dapat diperiksa"]))
    }
    found["gap_small"] = _items(by_month[by_month["uncovered_idr"] > 0.5]) if can_fit else None
    overrun = _items(by_source[by_source["overrun_idr"] > 0.5])
    found["ceilings_kept"] = overrun if can_fit and is_limited else None
    told = found | {"gap_small": _leave_late(stage, eligibility, found["gap_small"] or [])}
    stage.faults = [
        Sentence(said, {"item": item}) for name, said in FAULTS.items() for item in told[name] or []
    ]
    return found


def _items(rows: pd.DataFrame) -> list[str]:
    return [f"{item} ({year})" for item, year in zip(rows["item"], rows["fiscal_year"], strict=True)]


def _leave_late(stage: Stage, eligibility: pd.DataFrame, months: list[str]) -> list[str]:
    """Leave out months that lack only money outside its availability: that is a fault of its own."""
    lines = stage.table("budget_lines").rename(columns={"month": "item"})
    stated = lines["line_id"].map(eligibility.groupby("line_id")["amount_idr"].sum()).fillna(0.0)
    short = _items(lines[cost_of(lines) - stated > 0.5])
    return [month for month in months if month in short]


def measure_feasible(stage: Stage, calendar: pd.DataFrame, eligibility: pd.DataFrame) -> float | None:
    """Return the percentage of lines whose year can be met: paid in full already, or still to be proposed."""
    reading = calendar[calendar["reading"] == stage.parameters["year_reading"]].dropna(subset="is_feasible")
    is_open = reading.groupby("line_id")["is_feasible"].all().astype(bool)
    paid = eligibility.groupby("line_id")["amount_idr"].sum().reindex(is_open.index, fill_value=0.0)
    need = cost_of(stage.table("budget_lines").set_index("line_id")).reindex(is_open.index)
    return float((is_open | (paid >= need - 0.5).astype(bool)).mean() * 100) if len(is_open) else None


def state_budget(
    stage: Stage, gap: pd.DataFrame, audit: pd.DataFrame, plan: AllocationPlan, due: pd.DataFrame
) -> float | None:
    """State what was found for the first page, amounts as internal; return the uncovered percentage."""
    whole = gap[gap["dimension"] == "keseluruhan"]
    need, short = whole["need_idr"].sum(), whole["uncovered_idr"].sum()
    gap_pct = None
    if not need:
        stage.state("Kebutuhan biaya belum tercatat, jadi biaya dan kekurangannya belum diketahui.")
    elif find_missing(stage, "allocations", "funding_sources"):
        stage.state("Biaya inisiatif seluruhnya Rp%(need)s.", access="internal", need=round(need))
        stage.state("Sumber atau alokasinya belum tercatat, jadi kekurangannya belum diketahui.")
    else:
        gap_pct = float(short / need * 100)
        _state_cover(stage, gap, need, short)
        for limit in describe_limits(stage, plan):
            stage.state(limit.message, access="internal", **limit.arguments)
    stage.figure("need_idr", need or None, "Rp", "budget_lines")
    stage.figure("gap_pct", gap_pct, "%", "budget_lines", "allocations")
    _state_deadline(stage, due)
    _state_codes(stage, audit)
    _state_villages(stage)
    return gap_pct


def _state_cover(stage: Stage, gap: pd.DataFrame, need: float, short: float) -> None:
    own = gap[gap["dimension"] == "sumber"].groupby("item")["allocated_idr"].sum()
    shared = private_share(stage.table("funding_sources"), take_allocations(stage)[1]) * 100
    stage.state(
        "Biaya inisiatif seluruhnya Rp%(need)s; yang belum ada dananya Rp%(short)s.",
        access="internal", need=round(need), short=round(short),
    )  # fmt: skip
    stage.state(
        "%(covered)s %% kebutuhan sudah tertutup alokasi; %(share)s %% alokasi berasal dari pihak swasta.",
        covered=round(100 - short / need * 100, 1), share=round(shared, 1),
    )  # fmt: skip
    stage.figure("uncovered_idr", short, "Rp", "budget_lines", "allocations")
    stage.figure("source_concentration_hhi", concentration(own), "indeks 0-1", "allocations")
    stage.figure("private_share_pct", shared, "%", "allocations")


def _state_deadline(stage: Stage, due: pd.DataFrame) -> None:
    first = due.dropna(subset="proposal").iloc[0]
    stage.state(
        "Tenggat terdekat yang masih menerima usulan: %(step)s, %(date)s (%(days)s hari lagi), untuk tahun anggaran "
        "%(year)s. Yang diserahkan: %(proposal)s; kepada %(recipient)s. Tanggal itu %(certainty)s.",
        step=first["step"], date=format_date(str(first["deadline_date"])[:10]), days=int(first["days_left"]),
        year=str(first["fiscal_year"]), proposal=first["proposal"], recipient=first["recipient"],
        certainty=CERTAINTY[first["certainty"]].message,
    )  # fmt: skip


def _state_codes(stage: Stage, audit: pd.DataFrame) -> None:
    if audit.empty:
        stage.state("Belum ada kode anggaran yang tercatat.")
        return
    good, unknown = (int(audit["status"].isin(s).sum()) for s in (CHECKED, ("belum dapat diperiksa",)))
    said = N_("Semua kode anggaran (%(all)s) sesuai bentuk dan daftarnya.")
    if good < len(audit):
        said = N_(
            "Dari %(all)s kode anggaran, %(good)s sesuai bentuk dan daftarnya, %(faulty)s perlu diperbaiki atau diganti, "
            "dan %(unknown)s belum dapat diperiksa."
        )
    stage.state(said, all=len(audit), good=good, faulty=len(audit) - good - unknown, unknown=unknown)
    if unnamed := int((~audit["name_compared"].fillna(False).astype(bool)).sum()):
        stage.state("Nama %(count)s kode belum dapat dibandingkan dengan nama resminya.", count=unnamed)


def _state_villages(stage: Stage) -> None:
    own = list_village_uses(stage)
    if own.empty:
        return
    villages = own.groupby("use", sort=False)["village"].agg(", ".join)
    named = "; ".join(f"{use[0].lower()}{use[1:]} ({where})" for use, where in villages.items())
    stage.state("Panduan menyebut pemakaian APBDes di daerah ini: %(uses)s.", uses=named)


def judge_budget(
    stage: Stage, faults: dict[str, list[str] | None], gap_pct: float | None, feasible_pct: float | None, due: pd.DataFrame
) -> Gate:  # fmt: skip
    """Hold the budget against the declared criteria; what must be proposed is due by the calendar."""
    measures = {
        name: Measure(None if found is None else len(found), items=", ".join((found or [])[:8]))
        for name, found in faults.items()
    }
    first = str(due.dropna(subset="proposal")["deadline_date"].iloc[0])[:10]
    measures["gap_small"] = Measure(gap_pct, items=", ".join(faults["gap_small"] or []))
    measures["years_feasible"] = Measure(feasible_pct, due=first if feasible_pct is not None else "")
    return stage.judge(**measures)
