"""The gate of stage 03: what is measured, what is to be mended, and what the first page says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from perantara.methods.notes import N_
from perantara.methods.regulation import AHEAD, ASPECTS, ENDED, IN_FORCE, REVOKED
from perantara.show.regulation import INSTRUMENTS, TASKS, name_kinds, name_path
from perantara.stage.gate import Measure
from perantara.text import Sentence, _, format_date, lower_first

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

INTEGRATED = "terintegrasi"
FAULTS = {
    "heavy": N_("%(item)s: jenis ini perlu persetujuan DPRD; catat mengapa yang lebih ringan tidak cukup."),
    "no money": N_("%(item)s: tidak memuat pembiayaan kegiatan."),
    "ended": N_("%(item)s: masa berlakunya berakhir atau dicabut; periksa penggantinya."),
    "unread": N_("%(item)s: isinya belum diperiksa terhadap tiga aspek panduan."),
    "after budget": N_("Tahapan buku 02, %(item)s: rencananya selesai sesudah tenggat RAPBD."),
}
FASTER = N_(
    "Percepat tugas di jalur kritis, atau tampung kepastian anggaran dalam dokumen yang lebih ringan."
)
TOO_LATE = N_(
    "Selesaikan proses hukumnya; periksa dasar hukum mana yang sudah berlaku bagi kegiatan tahun depan."
)
RULE_DIFFERS = N_("Buku 04 memakai bacaan tenggat RAPBD yang lain (%(rule)s); samakan parameternya.")


def find_regulation_faults(stage: Stage, coverage: pd.DataFrame, due: dt.date) -> list[Sentence]:
    """Return one sentence for each thing to mend in instruments and the timeline."""
    rows = coverage.merge(stage.table(INSTRUMENTS)[["instrument_id", "reason"]], on="instrument_id")
    live, own = rows["state"].isin([IN_FORCE, AHEAD]), ~rows["is_parent"].fillna(False).astype(bool)
    cases = {
        "heavy": (rows["kind"] == "Perda") & (rows["state"] == AHEAD) & rows["reason"].isna(),
        "no money": live & own & rows["kind"].isin(["Perda", "Perkada"]) & rows["covers_budget"].eq(False).fillna(False),
        "ended": rows["state"].isin([ENDED, REVOKED]),
        "unread": live & rows[ASPECTS].isna().all(axis="columns"),
    }  # fmt: skip
    number = (" (" + rows["number_year"] + ")").fillna("")
    said = rows["instrument"] + _(" tentang ") + rows["title"] + number
    items = [(case, item) for case, holds in cases.items() for item in said[holds]]
    planned = stage.table("timeline")
    late = (planned["guide_stage"] == "3.3") & (planned["finish_date"] > pd.Timestamp(due))
    items += [("after budget", item) for item in planned.loc[late, "activity"]]
    return [Sentence(FAULTS[case], {"item": item}) for case, item in items]


def compare_rules(stage: Stage) -> None:
    """Raise an alarm where stage 04 read the deadline of the budget otherwise."""
    found = (stage.findings("04_budget") or {}).get("provenance", {}).get("parameters", {}).get("bill_rule")
    if found and found != stage.parameters["bill_rule"]:
        stage.alarms.append(Sentence(RULE_DIFFERS, {"rule": found}))


def is_integrated(stage: Stage) -> bool | None:
    """Whether the initiative is part of an existing programme; ``None`` where its route is not known."""
    options = stage.table("program_options")
    chosen = options.loc[options["is_chosen"].fillna(False).astype(bool), "route"]
    route = chosen.iloc[0] if len(chosen) else stage.initiative.route
    return route == INTEGRATED if route else None


def _find_absent(stage: Stage, instruments: pd.DataFrame) -> list[str] | None:
    """Name what an initiative within a programme lacks; nothing where it stands alone, ``None`` if not known."""
    integrated = is_integrated(stage)
    if integrated is None or (integrated and instruments.empty):
        return None
    live = instruments[instruments["state"].isin([IN_FORCE, AHEAD])]
    there = {
        _("regulasi program induk yang masih berlaku"): live["is_parent"].fillna(False).any(),
        _("kebijakan turunan tentang Tim Kerja dan pembiayaan"): live["derived_from"].notna().any(),
    }
    return [name for name, is_there in there.items() if integrated and not is_there]


def measure_aspects(coverage: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Tell of each aspect whether an instrument in force or in process covers it, and whether one may, unread."""
    live = coverage[coverage["state"].isin([IN_FORCE, AHEAD])]
    covered = live[ASPECTS].fillna(False).astype(bool).any()
    return covered, ~covered & (live[ASPECTS].isna().any() | live.empty)


def _name_aspects(stage: Stage, aspects: list[str]) -> str:
    return ", ".join(lower_first(_(stage.store.declaration(INSTRUMENTS).field(a).title)) for a in aspects)


def judge_regulation(
    stage: Stage, instruments: pd.DataFrame, coverage: pd.DataFrame, schedule: pd.DataFrame, days: pd.Series, due: dt.date
) -> Gate:  # fmt: skip
    """Hold the regulation against the criteria that the stage declares (guide, 3.3)."""
    covered, unread = measure_aspects(coverage)
    until, here = _days_left(stage, due), not coverage.empty
    team = coverage[coverage["covers_working_team"].eq(True).fillna(False) & (coverage["state"] == IN_FORCE)]
    in_time = int((team["chance_in_time_pct"] == 100).sum())
    soon = dt.date.fromisoformat(stage.as_of) + dt.timedelta(days=30)
    by = min(soon, due).isoformat() if until >= 0 else ""  # a step after the deadline would be none
    is_own = ~schedule["is_reference"].astype(bool)
    late = schedule.loc[_is_late(schedule), "title"]
    absent = _find_absent(stage, instruments)
    ended = coverage.loc[coverage["state"].isin([ENDED, REVOKED]), "title"]
    live = instruments["state"].isin([IN_FORCE, AHEAD]) & ~instruments["is_parent"].fillna(False).astype(bool)
    named = instruments.loc[live, "has_inclusion_clause"].dropna()
    needs = stage.table("concept_outputs").query("output == 'regulasi yang diperlukan'")["status"]
    chance = round(float((days <= until).mean() * 100), 1) if covered.all() else None
    words = {"deadline": format_date(due), "way": _(FASTER if until >= 0 else TOO_LATE)}
    lacking = _name_aspects(stage, [aspect for aspect in ASPECTS if not covered[aspect]])
    return stage.judge(
        team_in_force=Measure(None if unread["covers_working_team"] else in_time, by, **words),
        aspects_covered=Measure(None if unread.any() else int(covered.sum()), by, lacking=lacking),
        chance_in_time=Measure(chance, by, **words),
        no_task_overdue=Measure(len(late) if is_own.any() else None, items="; ".join(late)),
        parent_and_derived=Measure(None if absent is None else len(absent), absent=", ".join(absent or [])),
        none_ended=Measure(len(ended) if here else None, items="; ".join(ended)),
        inclusion_named=int(named.sum()) if len(named) else None,
        needs_identified=int(needs.isin(["rancangan", "selesai"]).sum()) if len(needs) else None,
    )


def state_regulation(
    stage: Stage, coverage: pd.DataFrame, schedule: pd.DataFrame, days: pd.Series, due: dt.date, taken: pd.DataFrame
) -> None:  # fmt: skip
    """State what was found, in words true for whatever is there, and record its figures."""
    covered, unread = measure_aspects(coverage)
    here, live = stage.has(INSTRUMENTS), coverage["state"].isin([IN_FORCE, AHEAD])
    in_force = coverage.loc[coverage["state"] == IN_FORCE, ASPECTS].fillna(False).astype(bool).any().sum()
    found = {"now": int(in_force), "covered": int(covered.sum())}
    if not here:
        stage.state(
            "Dokumen hukum inisiatif ini belum tercatat, jadi belum diketahui apakah ketiga aspek panduan dicakup."
        )
    elif not live.any():
        stage.state("Tidak ada dokumen hukum tercatat yang diketahui masih berlaku atau dalam proses.")
    else:
        said = N_(
            "Dari 3 aspek panduan, %(now)s dicakup dokumen yang berlaku, dan %(covered)s bila yang dalam proses dihitung."
        )
        stage.state(said, **found)
    if live.any() and unread.any():
        stage.state(
            "Belum diperiksa isinya: %(aspects)s.", aspects=_name_aspects(stage, list(unread.index[unread]))
        )
    chance = float((days <= _days_left(stage, due)).mean() * 100) if covered.all() else None
    stage.figure("chance_in_time_pct", chance, "%", INSTRUMENTS, TASKS, access="publik")
    for name, key in (("aspects_in_force", "now"), ("aspects_covered", "covered")):
        stage.figure(name, found[key] if here else None, "aspek", INSTRUMENTS, access="publik")
    _state_time(stage, days, due, chance if found["now"] < len(ASPECTS) else None)
    _state_tasks(stage, schedule)
    if not live.any():
        said = N_("Menurut taksiran penyusun, %(quick)s memakan kira-kira %(days)s hari dan %(slow)s %(more)s hari; "
                  "cocokkan dengan bagian hukum.")  # fmt: skip
        names, middle = name_kinds(stage), taken.median()
        quick, slow = names["Keputusan"], names["Perkada"]
        stage.state(said, quick=quick, days=round(middle[quick]), slow=slow, more=round(middle[slow]))


def _days_left(stage: Stage, due: dt.date) -> int:
    return (due - dt.date.fromisoformat(stage.as_of)).days


def _state_time(stage: Stage, days: pd.Series, due: dt.date, chance: float | None) -> None:
    """State the deadline, and what the simulation says of it where something is still in process."""
    until, words = _days_left(stage, due), {"year": str(int(stage.cycle) + 1), "date": format_date(due)}
    said = {
        True: N_("RAPBD %(year)s disampaikan paling lambat %(date)s, %(days)s hari lagi."),
        False: N_("Tenggat RAPBD %(year)s, %(date)s, sudah lewat."),
    }
    stage.state(said[until >= 0], days=until, **words)
    if chance is not None:
        said = {
            True: N_("Dalam %(chance)s dari 100 simulasi ketiga aspek berlaku sebelum tenggat itu; perkiraan tengahnya "
                     "%(date)s. Simulasi memakai taksiran lama tugas yang dianggap tidak saling memengaruhi."),
            False: N_("Ketiga aspek belum berlaku semuanya; perkiraan tengah menurut simulasi %(date)s."),
        }  # fmt: skip
        middle = pd.Timestamp(stage.as_of) + pd.Timedelta(days=int(np.ceil(days.median())))
        stage.state(said[until >= 0], chance=round(chance), date=format_date(middle))


def _state_tasks(stage: Stage, schedule: pd.DataFrame) -> None:
    """State which tasks decide the end, and how many are late; what waits for a late one is late with it."""
    if len(path := schedule.loc[schedule["is_critical"], "title"]):
        said = N_("Yang menentukan waktu selesai: %(path)s.")
        if schedule["is_reference"].all():
            said = N_(
                "Yang menentukan waktu selesai menurut jaringan acuan, sebab tugas daerah belum dicatat: %(path)s."
            )
        stage.state(said, path=name_path(path))
    if len(late := schedule.loc[_is_late(schedule), "title"]):
        said = N_("%(count)s tugas terlambat terhadap rencana, mulai dari: %(first)s.")
        stage.state(said, count=len(late), first=lower_first(late.iloc[0]))


def _is_late(schedule: pd.DataFrame) -> pd.Series:
    return ~schedule["is_reference"].astype(bool) & (schedule["state"] == "terlambat")
