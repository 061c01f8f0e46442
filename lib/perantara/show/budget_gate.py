"""The gate of stage 04: what is measured, every fault named one by one, and what the first page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.funding import LENDER, PRIVATE_KINDS, concentration, cost_of, shares_of
from perantara.methods.notes import N_
from perantara.show.budget import (
    CHECKED,
    FAULTY_CODES,
    describe_limits,
    find_missing,
    list_examples,
    list_village_uses,
    take_allocations,
)
from perantara.show.budget_calendar import CERTAINTY, next_proposal
from perantara.stage.gate import Measure, worded
from perantara.text import Sentence, _, format_date, label_of, lower_first

if TYPE_CHECKING:
    from perantara.methods.allocation import AllocationPlan
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

FAULTS = {  # by criterion: the sentence on each fault
    "sources_allowed": N_("Butir %(item)s: sumber atau mekanismenya tidak diperbolehkan."),
    "within_list": N_("Butir %(item)s: sumbernya di luar daftar panduan, perlu dasar hukum."),
    "no_free_capital": N_("Butir %(item)s: modal yang menurut panduan sebaiknya dihindari."),
    "village_head_in_team": N_(
        "Butir %(item)s: dibayar anggaran %(village)s (APBDes), padahal %(village_head)s belum tercatat dalam Tim Kerja."
    ),
    "money_in_time": N_("Butir %(item)s: sumbernya tidak tersedia pada bulan atau tahun butir itu."),
    "codes_valid": N_("Kode %(item)s perlu diperbaiki."),
    "gap_small": N_("Bulan %(item)s: kebutuhan belum tertutup."),
    "ceilings_kept": N_("Sumber %(item)s: alokasi seluruh inisiatif melampaui pagu."),
}
FIRM = ("penetapan", "kesepakatan")  # of the certainty of money
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
    planned = audit[~audit["code"].isin(list_examples(stage))]
    found |= {
        name: list(planned.loc[planned["status"].isin(statuses), "code"].unique()) if len(planned) else None
        for name, statuses in (("codes_valid", FAULTY_CODES), ("codes_known", ["belum dapat diperiksa"]))
    }
    found["gap_small"] = _items(by_month[by_month["uncovered_idr"] > 0.5]) if can_fit else None
    overrun = _items(by_source[by_source["overrun_idr"] > 0.5])
    found["ceilings_kept"] = overrun if can_fit and is_limited else None
    told = found | {"gap_small": _leave_late(stage, eligibility, found["gap_small"] or [])}
    stage.faults = [
        worded(said, {"item": item, **stage.terms})
        for name, said in FAULTS.items()
        for item in told[name] or []
    ]
    stage.faults += _find_outside_timeline(stage)
    return found


def _find_outside_timeline(stage: Stage) -> list[Sentence]:
    """Name the blocks with a month before the first or after the last one of the timeline of stage 02."""
    known = {f["id"]: f["value"] for f in (stage.findings("02_concept") or {"figures": []})["figures"]}
    first, last = (known.get(f"timeline_{end}_month") for end in ("first", "last"))
    lines = stage.table("budget_lines")
    if not (first and last):
        return []
    month = lines["fiscal_year"].astype(str) + "-" + lines["month"].astype(str).str.zfill(2)
    said = N_("Kelompok biaya %(item)s: ada bulan di luar tahapan tahap 02 (%(first)s sampai %(last)s).")
    words = {"first": f"{first[5:]}-{first[:4]}", "last": f"{last[5:]}-{last[:4]}"}
    blocks = lines.loc[(month < first) | (month > last), "block"].unique()
    return [Sentence(said, {"item": label_of(block), **words}) for block in blocks]


def _items(rows: pd.DataFrame) -> list[str]:
    return [f"{item} ({year})" for item, year in zip(rows["item"], rows["fiscal_year"], strict=True)]


def _leave_late(stage: Stage, eligibility: pd.DataFrame, months: list[str]) -> list[str]:
    """Leave out months that lack only money outside its availability: that is a fault of its own."""
    lines = stage.table("budget_lines").rename(columns={"month": "item"})
    stated = lines["line_id"].map(eligibility.groupby("line_id")["amount_idr"].sum()).fillna(0.0)
    short = _items(lines[cost_of(lines) - stated > 0.5])
    return [month for month in months if month in short]


def measure_feasible(stage: Stage, calendar: pd.DataFrame) -> Measure:
    """Return the percentage of lines whose year can be met, how many are paid and how many still open."""
    reading = calendar[calendar["reading"] == stage.parameters["year_reading"]].dropna(subset="is_feasible")
    lines = reading.groupby("line_id")[["is_feasible", "is_paid"]].all().astype(bool)
    paid, met = int(lines["is_paid"].sum()), int(lines["is_feasible"].sum())
    value = met / len(lines) * 100 if len(lines) else None
    return Measure(value, paid=paid, open=met - paid, late=len(lines) - met)


def state_budget(
    stage: Stage, gap: pd.DataFrame, audit: pd.DataFrame, plan: AllocationPlan, due: pd.DataFrame
) -> float | None:
    """State what was found for the first page, amounts as internal; return the uncovered percentage."""
    whole = gap[gap["dimension"] == "keseluruhan"]
    need, short = whole["need_idr"].sum(), whole["uncovered_idr"].sum()
    gap_pct, targeted = None, measure_targeted(stage)
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
    if targeted is not None:
        stage.state("Kelompok sasaran disebut bagi %(share)s %% biaya.", share=round(targeted, 1))
    stage.figure("targeted_cost_pct", targeted, "%", "budget_lines")
    stage.figure("need_idr", need or None, "Rp", "budget_lines")
    stage.figure("gap_pct", gap_pct, "%", "budget_lines", "allocations")
    _state_deadline(stage, due)
    _state_codes(stage, audit)
    _state_villages(stage)
    return gap_pct


def _share(stage: Stage, by: str, *values: str) -> float:
    return shares_of(stage.table("funding_sources"), take_allocations(stage)[1], by, *values) * 100


def measure_targeted(stage: Stage) -> float | None:
    """Return the percentage of all costs whose lines name whom they serve."""
    lines = stage.table("budget_lines")
    costs = cost_of(lines)
    return float(costs[lines["target_group"].notna()].sum() / costs.sum() * 100) if len(lines) else None


def _state_cover(stage: Stage, gap: pd.DataFrame, need: float, short: float) -> None:
    own = gap[gap["dimension"] == "sumber"].groupby("item")["allocated_idr"].sum()
    kinds = {"share": ("source_kind", *PRIVATE_KINDS), "lent": ("source_kind", LENDER),
             "firm": ("certainty", *FIRM), "promised": ("certainty", "janji")}  # fmt: skip
    shared = {name: _share(stage, *asked) for name, asked in kinds.items()}
    stage.state(
        "Biaya inisiatif seluruhnya Rp%(need)s; yang belum tertutup alokasi Rp%(short)s.",
        access="internal", need=round(need), short=round(short),
    )  # fmt: skip
    stage.state(
        "%(covered)s %% kebutuhan tertutup alokasi; %(share)s %% alokasi berasal dari mitra swasta dan CSR, %(lent)s %% "
        "dari lembaga pembiayaan. Menurut kepastiannya, %(firm)s %% alokasi sudah ditetapkan atau disepakati tertulis dan "
        "%(promised)s %% baru janji.",
        covered=round(100 - short / need * 100, 1), **{name: round(pct, 1) for name, pct in shared.items()},
    )  # fmt: skip
    stage.figure("uncovered_idr", short, "Rp", "budget_lines", "allocations")
    stage.figure("source_concentration_hhi", concentration(own), "indeks 0-1", "allocations")
    stage.figure("private_share_pct", shared["share"], "%", "allocations", "funding_sources")
    stage.figure("firm_share_pct", shared["firm"], "%", "allocations", "funding_sources")


def _state_deadline(stage: Stage, due: pd.DataFrame) -> None:
    first, read = next_proposal(due), next_proposal(due[due["certainty"] == "dibaca"])
    stage.state(
        "Tenggat terdekat yang masih menerima usulan: %(step)s, %(date)s (%(days)s hari lagi), untuk tahun anggaran "
        "%(year)s. Yang diserahkan: %(proposal)s; kepada %(recipient)s. Tanggal itu %(certainty)s.",
        step=first["step"], date=format_date(str(first["deadline_date"])[:10]), days=int(first["days_left"]),
        year=str(first["fiscal_year"]), proposal=first["proposal"], recipient=first["recipient"],
        certainty=CERTAINTY[first["certainty"]].message,
    )  # fmt: skip
    if first["certainty"] != "dibaca":
        stage.state(
            "Tenggat berikutnya yang dibaca dari salinan publik: %(step)s, %(date)s, untuk tahun anggaran %(year)s.",
            step=read["step"], date=format_date(str(read["deadline_date"])[:10]), year=str(read["fiscal_year"]),
        )  # fmt: skip


def _state_codes(stage: Stage, audit: pd.DataFrame) -> None:
    if audit.empty:
        stage.state("Belum ada kode anggaran yang tercatat.")
        return
    is_example = audit["code"].isin(list_examples(stage))
    is_faulty, is_compared = (
        audit["status"].isin(FAULTY_CODES),
        audit["name_compared"].fillna(False).astype(bool),
    )
    if is_example.any():
        stage.state(
            "%(all)s kode yang tercatat ialah contoh panduan (2021), bukan kode anggaran daerah; %(old)s di antaranya tidak "
            "dapat dipakai seperti tercetak.", all=int(is_example.sum()), old=int((is_example & is_faulty).sum()),
        )  # fmt: skip
    if len(own := audit[~is_example]):
        stage.state(
            "%(full)s dari %(all)s kode anggaran diperiksa penuh; %(faulty)s perlu diperbaiki atau diganti, %(other)s hanya "
            "dibandingkan dengan daftar tahun lain, %(unknown)s belum dapat diperiksa, dan nama %(unnamed)s kode belum "
            "dapat dibandingkan.", all=len(own), full=int((own["status"].isin(CHECKED) & is_compared).sum()),
            faulty=int(own["status"].isin(FAULTY_CODES).sum()), other=int((own["status"] == "daftar tahun lain").sum()),
            unknown=int((own["status"] == "belum dapat diperiksa").sum()), unnamed=int((~is_compared[own.index]).sum()),
        )  # fmt: skip


def _state_villages(stage: Stage) -> None:
    own = list_village_uses(stage)
    if own.empty:
        return
    villages = own.groupby("use", sort=False)["village"].agg(", ".join)
    named = "; ".join(f"{lower_first(use)} ({where})" for use, where in villages.items())
    stage.state("Panduan menyebut pemakaian APBDes di daerah ini: %(uses)s.", uses=named)


def judge_budget(
    stage: Stage, faults: dict[str, list[str] | None], gap_pct: float | None, plan: AllocationPlan,
    calendar: pd.DataFrame, due: pd.DataFrame,
) -> Gate:  # fmt: skip
    """Hold the budget against the declared criteria; what must be proposed is due by the calendar."""
    measures = {
        name: Measure(None if found is None else len(found), items=", ".join((found or [])[:8]))
        for name, found in faults.items()
    }
    passed, ahead = _part_months(stage, faults["gap_small"] or [])
    words = [", ".join(ahead)] * bool(ahead)
    words += [_("%(months)s (sudah lewat, belum dibiayai)") % {"months": ", ".join(passed)}] * bool(passed)
    measures["gap_small"] = Measure(gap_pct, items="; ".join(words), remedy=_find_remedy(plan, ahead))
    measures["years_feasible"] = found = measure_feasible(stage, calendar)
    found.due = str(next_proposal(due)["deadline_date"])[:10] if found.value is not None else ""
    can_tell = gap_pct is not None and stage.table("funding_sources")["certainty"].notna().any()
    promised, firm = _share(stage, "certainty", "janji"), _share(stage, "certainty", *FIRM)
    measures["money_firm"] = Measure(firm if can_tell else None, promised=round(promised, 1))
    return stage.judge(**measures, target_named=measure_targeted(stage))


def _part_months(stage: Stage, months: list[str]) -> tuple[list[str], list[str]]:
    """Part months ("10 (2026)") into those that have passed on the day of the report and the others."""
    now = (int(stage.as_of[:4]), int(stage.as_of[5:7]))
    is_past = [(int(year.strip("()")), int(month)) < now for month, year in map(str.split, months)]
    parted = zip(months, is_past, strict=True)
    parts: tuple[list[str], list[str]] = ([], [])
    for month, past in parted:
        parts[not past].append(month)
    return parts


def _find_remedy(plan: AllocationPlan, ahead: list[str]) -> str:
    """Say by the possible allocation what closes the months ahead."""
    if not ahead:
        return _("Catat cara bulan yang sudah lewat dibiayai, atau hapus butirnya")
    if plan.uncovered_idr < 1:
        return _("Alokasikan sumber yang pagunya masih cukup bagi bulan %s") % ", ".join(ahead)
    return _("Cari sumber tambahan bagi bulan %s, atau tunda butirnya") % ", ".join(ahead)
