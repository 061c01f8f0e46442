"""The gate of stage 04: what is judged, and every fault named one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.funding import concentration, cost_of, private_share
from perantara.show.budget import CHECKED, FAULTY_CODES, take_allocations
from perantara.text import Sentence

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Criterion, Gate


@dataclass(frozen=True)
class BudgetFaults:
    """What is wrong or needs a reason, by kind; ``None`` where it cannot be judged."""

    not_allowed: list[str] | None
    outside: list[str] | None
    capital: list[str] | None
    village_head: list[str] | None
    codes: list[str] | None
    unchecked: list[str] | None
    months: list[str] | None
    overrun: list[str] | None
    gap_pct: float | None
    feasible_pct: float | None


def find_faults(
    stage: Stage, audit: pd.DataFrame, eligibility: pd.DataFrame, gap: pd.DataFrame, calendar: pd.DataFrame
) -> BudgetFaults:
    """Gather the faults of a budget from its result tables."""
    can_fit = stage.has("budget_lines") and stage.has("allocations") and stage.has("funding_sources")
    by_source, by_month = gap[gap["dimension"] == "sumber"], gap[gap["dimension"] == "bulan"]
    overall = gap[gap["dimension"] == "keseluruhan"]
    feasible = _feasible_lines(stage, calendar, eligibility)
    unlimited = by_source[(by_source["allocated_idr"] > 0) & by_source["ceiling_idr"].isna()]
    need = overall["need_idr"].sum()
    return BudgetFaults(
        not_allowed=_lines(eligibility, "status", "tidak diperbolehkan") if can_fit else None,
        outside=_lines(eligibility, "status", "di luar daftar panduan") if can_fit else None,
        capital=_lines(eligibility, "is_capital_flagged", True) if can_fit else None,
        village_head=_lines(eligibility, "is_village_head_missing", True) if can_fit else None,
        codes=_named(audit, FAULTY_CODES) if len(audit) else None,
        unchecked=_named(audit, ("belum dapat diperiksa",)) if len(audit) else None,
        months=_items(by_month[by_month["uncovered_idr"] > 0.5]) if can_fit else None,
        overrun=_items(by_source[by_source["overrun_idr"] > 0.5]) if can_fit and unlimited.empty else None,
        gap_pct=float(overall["uncovered_idr"].sum() / need * 100) if can_fit and need else None,
        feasible_pct=float(feasible.astype(float).mean() * 100) if len(feasible) else None,
    )


def _feasible_lines(stage: Stage, calendar: pd.DataFrame, eligibility: pd.DataFrame) -> pd.Series:
    """Tell for each line whether its year can be met: paid in full already, or still to be proposed."""
    chosen = stage.parameters["year_reading"]
    reading = calendar[calendar["reading"] == chosen].dropna(subset="is_feasible")
    by_line = reading.groupby("line_id")["is_feasible"].all().astype(bool)
    lines = stage.table("budget_lines").set_index("line_id")
    paid = eligibility.groupby("line_id")["amount_idr"].sum()
    is_paid = (paid.reindex(by_line.index).fillna(0) >= cost_of(lines).reindex(by_line.index) - 0.5).astype(
        bool
    )
    return by_line | is_paid


def _lines(frame: pd.DataFrame, column: str, value: object) -> list[str]:
    return sorted(set(frame.loc[frame[column] == value, "line_id"]))


def _named(audit: pd.DataFrame, statuses: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(audit.loc[audit["status"].isin(statuses), "code"]))


def _items(rows: pd.DataFrame) -> list[str]:
    return [f"{item} ({year})" for item, year in zip(rows["item"], rows["fiscal_year"], strict=True)]


_ALARMS = {
    "not_allowed": "Butir %(item)s: sumber atau mekanismenya tidak diperbolehkan.",
    "outside": "Butir %(item)s: sumbernya di luar daftar panduan, perlu dasar hukum.",
    "capital": "Butir %(item)s: modal yang menurut panduan sebaiknya dihindari.",
    "village_head": "Butir %(item)s: dibayar APBDes, padahal kepala desa belum tercatat dalam Tim Kerja.",
    "codes": "Kode %(item)s perlu diperbaiki.",
    "months": "Bulan %(item)s: kebutuhan belum tertutup.",
    "overrun": "Sumber %(item)s: alokasi seluruh inisiatif melampaui pagu.",
}


def raise_alarms(stage: Stage, faults: BudgetFaults) -> None:
    """Add one alarm for each fault, so that mending one takes exactly it away."""
    for kind, message in _ALARMS.items():
        for item in getattr(faults, kind) or []:
            sentence = Sentence(message, {"item": item})
            if sentence not in stage.alarms:
                stage.alarms.append(sentence)


def state_budget(stage: Stage, faults: BudgetFaults, gap: pd.DataFrame, audit: pd.DataFrame) -> None:
    """State what was found, without amounts: those are internal."""
    if faults.gap_pct is None:
        stage.state("Kebutuhan biaya dan alokasinya belum tercatat, jadi kecukupannya belum diketahui.")
    else:
        stage.state(
            "%(covered)s %% kebutuhan sudah tertutup alokasi.", covered=round(100 - faults.gap_pct, 1)
        )
        own = gap[gap["dimension"] == "sumber"].groupby("item")["allocated_idr"].sum()
        _every, own_rows = take_allocations(stage)
        shared = private_share(stage.table("funding_sources"), own_rows)
        stage.state("%(share)s %% alokasi berasal dari pihak swasta.", share=round(shared * 100, 1))
        stage.figure("source_concentration_hhi", concentration(own), "indeks 0-1", "allocations")
        stage.figure("private_share_pct", shared * 100, "%", "allocations")
    stage.figure("gap_pct", faults.gap_pct, "%", "budget_lines", "allocations")
    if len(audit):
        good, unknown = (int(audit["status"].isin(s).sum()) for s in (CHECKED, ("belum dapat diperiksa",)))
        stage.state(
            "Dari %(all)s kode anggaran, %(good)s sesuai bentuk dan daftarnya, %(faulty)s perlu diperbaiki atau diganti, "
            "dan %(unknown)s belum dapat diperiksa.",
            all=len(audit), good=good, faulty=len(audit) - good - unknown, unknown=unknown,
        )  # fmt: skip
    else:
        stage.state("Belum ada kode anggaran yang tercatat.")


def judge_budget(stage: Stage, faults: BudgetFaults) -> Gate:
    """Hold the budget against the criteria of stage 04."""
    count = _count_criterion
    lines = ("budget_lines", "allocations", "funding_sources")
    codes = ("budget_codes_used", "budget_lines")
    return stage.gate(
        count(stage, "sources_allowed", "Tidak ada sumber atau mekanisme yang tidak diperbolehkan", faults.not_allowed,
              lines, "panduan", "Ganti sumber atau mekanisme butir yang tidak diperbolehkan, atau periksa peraturannya."),
        count(stage, "codes_valid", "Tidak ada kode yang salah bentuk, dicabut, atau tidak berlaku", faults.codes,
              codes, "peraturan", "Perbaiki kode yang ditandai; lihat usulannya."),
        count(stage, "ceilings_kept", "Alokasi semua inisiatif tidak melampaui pagu", faults.overrun,
              lines, "peraturan", "Kurangi alokasi pada sumber yang melampaui pagu, atau mintakan tambahan pagu."),
        stage.criterion(
            "gap_small", "Kebutuhan tertutup alokasi", faults.gap_pct, "<=", "gap_maximum_pct", *lines,
            evidence=Sentence("Belum tertutup %(gap)s %%.", {"gap": round(faults.gap_pct, 1)})
            if faults.gap_pct is not None else Sentence("Kebutuhan atau alokasi belum tercatat."),
            next_step=Sentence("Rinci kebutuhan, sumber, dan alokasinya; tutup bulan yang belum tertutup."),
        ),
        count(stage, "within_list", "Sumber tercantum dalam daftar panduan", faults.outside, lines, "panduan",
              "Sebutkan dasar hukum atau alasan bagi sumber di luar daftar panduan.", "should"),
        count(stage, "no_free_capital", "Tidak ada modal gratis, modal awal, atau dana bergulir", faults.capital, lines,
              "panduan", "Bahas kembali butir modal; panduan menyarankan menghindarinya.", "should"),
        count(stage, "village_head_in_team", "APBDes hanya dipakai bila kepala desa ada dalam Tim Kerja",
              faults.village_head, lines, "panduan", "Masukkan kepala desa ke dalam Tim Kerja.", "should"),
        count(stage, "codes_known", "Semua kode dapat diperiksa", faults.unchecked, codes, "usulan perantara",
              "Muat daftar kode yang berlaku: perantara codes import.", "should"),
        stage.criterion(
            "years_feasible", "Tahun anggaran yang direncanakan masih terkejar", faults.feasible_pct, ">=",
            "feasible_minimum_pct", "budget_lines", severity="should",
            evidence=Sentence("Terkejar %(share)s %% butir biaya.", {"share": round(faults.feasible_pct, 1)})
            if faults.feasible_pct is not None else Sentence("Tahun anggaran butir biaya belum tercatat."),
            next_step=Sentence("Usulkan butir yang belum dibayar untuk tahun pertama yang masih terkejar; lihat kalender.")
            if faults.feasible_pct is not None else Sentence("Catat rincian kebutuhan biaya beserta tahun anggarannya."),
        ),
    )  # fmt: skip


def _count_criterion(
    stage: Stage, name: str, title: str, found: list[str] | None, tables: tuple[str, ...], set_by: str,
    next_step: str, severity: str = "must",
) -> Criterion:  # fmt: skip
    """Build a criterion that allows no fault of a kind."""
    evidence, asked = Sentence("Data belum ada."), Sentence(next_step)
    if found is None and "budget_codes_used" in tables:
        asked = Sentence("Catat kode anggaran yang dipakai atau direncanakan.")
    elif found is None:
        asked = Sentence("Catat rincian kebutuhan biaya, sumber pembiayaan beserta pagunya, dan alokasinya.")
    if found is not None:
        named = {"count": len(found), "items": ", ".join(found[:8])}
        evidence = (
            Sentence("%(count)s ditemukan: %(items)s.", named) if found else Sentence("Tidak ditemukan.")
        )
    return stage.criterion(
        name, title, None if found is None else len(found), "<=", 0, *tables, unit="temuan", set_by=set_by,
        severity=severity, evidence=evidence, next_step=asked,
    )  # fmt: skip
