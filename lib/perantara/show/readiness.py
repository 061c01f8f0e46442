"""What the report of stage 00 shows and says beside the parts that every stage has."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.budget_calendar import READINGS, next_deadlines
from perantara.methods.readiness import (
    LATER_PHASES,
    assess_items,
    budget_evidence,
    capacity_evidence,
    check_funding_rules,
    commitment_evidence,
    count_ready,
    team_evidence,
)
from perantara.errors import ParameterError
from perantara.show.display import Display
from perantara.show.figures import plot_bars, show_figure
from perantara.show.tables import show_gap, show_table, show_text
from perantara.stage.gate import Measure
from perantara.text import Sentence, _, format_date, lazy

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

CORE = ("Bappeda", "dinas koperasi dan UMKM")
LOCAL = ("kecamatan", "pemerintah desa/kelurahan", "tugas kecamatan dan desa/kelurahan")
FORMS = ("pelatihan", "magang", "kunjungan belajar", "perbaikan teknik")
LACKING = ("sebagian", "berakhir", "belum", "belum tercatat")
GROUPS = {
    "has_women_target": lazy("perempuan"),
    "has_disability_target": lazy("penyandang disabilitas"),
    "has_older_target": lazy("lanjut usia"),
    "has_poor_target": lazy("rumah tangga miskin atau rentan"),
}
# The topics of initiative_facts that say something on a component.
TOPICS = ("regulasi", "koordinasi", "anggaran")
NAMED = 4


def assess_readiness(stage: Stage) -> pd.DataFrame:
    """Return each item of the guide with its state and the evidence for it."""
    items, today = stage.table("readiness_items"), dt.date.fromisoformat(stage.as_of)
    evidence = [
        commitment_evidence(stage.table("head_commitment"), items),
        team_evidence(stage.table("core_team"), stage.initiative.route),
        budget_evidence(stage.table("budget_certainty"), stage.initiative.content.get("initiator", "")),
        capacity_evidence(stage.table("capacity_support"), stage.table("interventions")),
    ]
    every = pd.concat([frame.astype(object) for frame in evidence], ignore_index=True)
    return assess_items(items, every, today, stage.initiative.route)


def find_breaches(stage: Stage, assessed: pd.DataFrame) -> pd.DataFrame:
    """Return the money that does not follow the guide's rules, by the chosen reading."""
    reading = stage.parameters["year_reading"]
    if reading not in READINGS:
        words = {"chosen": reading, "readings": ", ".join(READINGS)}
        raise ParameterError(_("year_reading = %(chosen)s: pilihan: %(readings)s") % words)
    heads = assessed[(assessed["part"] == "tim") & (assessed["item"] == LOCAL[1])]
    return check_funding_rules(
        stage.table("budget_certainty"), bool((heads["state"] == "ada").any()), reading
    )


def show_aims(stage: Stage) -> Display:
    """Show the guide's aims and achievements, and that the national plan they name has changed."""
    period = stage.parameters["rpjmn_period"]
    caption = _(
        "Tujuan dan capaian menurut panduan; acuan panduan RPJMN 2020–2024, yang berlaku RPJMN %(period)s"
    )
    columns = ["kind", "aim", "strategy", "basis"]
    rows = stage.table("guide_aims")
    return show_table(stage, rows, "guide_aims", caption=caption % {"period": period}, columns=columns, scope=_("Panduan 1.4 dan 1.5"))  # fmt: skip


def show_route(stage: Stage) -> Display:
    """Say which way of delivery was chosen, and what it adds to the list."""
    items, route = stage.table("readiness_items"), stage.initiative.route
    if not route:
        return show_text(
            _("Pilihan pelaksanaan belum ditetapkan di initiative.yml: program mandiri atau bagian dari program yang sudah ada. Daftar di bawah ini memuat butir yang berlaku bagi keduanya.")
        )  # fmt: skip
    added = ", ".join(items.loc[items["route"] == route, "item"])
    if not added:
        return show_text(
            _("Pilihan pelaksanaan: program mandiri. Tim Kerja ditetapkan dengan peraturan atau keputusan kepala daerah tersendiri.")
        )  # fmt: skip
    words = {"parent": stage.initiative.content.get("parent_programme") or _("belum disebut"), "added": added}
    return show_text(
        _("Pilihan pelaksanaan: terintegrasi dengan program yang sudah ada (%(parent)s). Karena itu daftar di bawah ini ditambah: %(added)s.") % words
    )  # fmt: skip


def show_overview(stage: Stage, assessed: pd.DataFrame) -> Display:
    """Draw how many items of each component are there, partly there, or not."""
    groups = {_("Ada"): ["ada", "tidak perlu"], _("Sebagian atau berakhir"): ["sebagian", "berakhir"], _("Belum ada atau belum tercatat"): ["belum", "belum tercatat"]}  # fmt: skip
    by_component = assessed.groupby("component", sort=False)["state"]
    counts = pd.DataFrame(
        {title: by_component.agg(lambda s, g=g: s.isin(g).sum()) for title, g in groups.items()}
    )
    there, every = int(counts.iloc[:, 0].sum()), len(assessed)
    told = "; ".join(
        f"{name}: {' / '.join(map(str, row))}"
        for name, row in zip(counts.index, counts.to_numpy(), strict=True)
    )
    return show_figure(
        stage, plot_bars(counts, axis_label=_("Jumlah butir")), counts, "readiness_components",
        title=_("%(there)s dari %(every)s butir kesiapan sudah ada buktinya") % {"there": there, "every": every},
        alt=_("Batang jumlah butir menurut komponen (ada / sebagian / belum): %(told)s.") % {"told": told}, access="publik",
    )  # fmt: skip


def show_component(stage: Stage, assessed: pd.DataFrame, component: str) -> Display:
    """Show what is there of a component and what is not, item by item."""
    rows = assessed[assessed["component"] == component]
    words = {
        "component": component,
        "there": int(rows["state"].isin(["ada", "tidak perlu"]).sum()),
        "every": len(rows),
    }
    caption = _("%(component)s: %(there)s dari %(every)s butir ada") % words
    columns = ["item", "requirement", "state", "evidence", "document", "basis"]
    return show_table(stage, rows[columns], "readiness_components", caption=caption)


def show_known(stage: Stage) -> Display:
    """Show what is already stated on regulation, coordination and budget, though it is no evidence yet."""
    facts = stage.table("initiative_facts")
    facts = facts[facts["topic"].isin(TOPICS)]
    if facts.empty:
        return show_text(
            _("Belum ada keterangan lain tentang regulasi, koordinasi, dan anggaran inisiatif ini.")
        )
    caption = _(
        "Keterangan yang sudah ada tentang regulasi, koordinasi, dan anggaran; belum dihitung sebagai bukti"
    )
    return show_table(
        stage, facts, "initiative_facts", caption=caption, columns=["topic", "statement", "year", "basis"]
    )


def show_breaches(stage: Stage, breaches: pd.DataFrame) -> Display:
    """Show the money that does not follow the rules of time and partnership."""
    if not stage.has("budget_certainty"):
        return show_gap(stage, "budget_certainty")
    if breaches.empty:
        return show_text(_("Semua dana yang tercatat mengikuti aturan waktu dan kemitraan bagian 2.3."))
    titles = {"finding": _("Catatan"), "is_breach": _("Tidak sesuai bacaan yang dipilih")}
    words = {"reading": stage.parameters["year_reading"]}
    caption = _("Dana yang perlu dibahas, menurut %(reading)s") % words
    return show_table(stage, breaches, "budget_certainty", caption=caption, titles=titles)


def show_support(stage: Stage) -> Display:
    """Show the forms of capacity support with their activity, provider and the buyer's standard."""
    if not stage.has("capacity_support"):
        return show_gap(stage, "capacity_support")
    activities = stage.table("interventions")[["intervention_id", "description", "provider", "status"]]
    rows = stage.table("capacity_support").merge(activities, on="intervention_id", how="left")
    columns = ["form", "is_needed", "description", "provider", "status", "buyer_standard", "basis"]
    caption = _("Dukungan penguatan kapasitas dan standar pembeli yang dituju")
    return show_table(stage, rows[columns], "capacity_support", "interventions", caption=caption)


def show_inclusion(stage: Stage) -> Display:
    """Show whom each form of support is meant for."""
    if not stage.has("capacity_support"):
        return show_gap(stage, "capacity_support")
    caption = _("Kelompok yang disasar setiap bentuk dukungan (– berarti belum tercatat)")
    columns = ["form", *GROUPS, "basis"]
    return show_table(
        stage, stage.table("capacity_support"), "capacity_support", caption=caption, columns=columns
    )


def show_risks(stage: Stage, risks: pd.DataFrame) -> Display:
    """Show the register of risks: the guide's four and the initiative's own."""
    caption = _("Risiko, penanggung jawab, dan tanda peringatannya; tanpa keduanya risiko belum dikelola")
    columns = ["risk_id", "risk", "owner", "trigger", "response", "review_date", "management", "basis"]
    return show_table(stage, risks[columns], "risk_status", caption=caption)


def raise_alarms(stage: Stage, assessed: pd.DataFrame, risks: pd.DataFrame) -> None:
    """Tell each piece of evidence that has ended, each overdue review, and each risk that came true."""
    told = [
        Sentence("Bukti untuk %(item)s sudah berakhir pada %(date)s: %(document)s.",
                 {"item": r.item, "date": format_date(str(r.valid_until)[:10]), "document": r.document})
        for r in assessed[assessed["state"] == "berakhir"].itertuples()
    ]  # fmt: skip
    late = risks[risks["management"] == "perlu ditinjau"]
    told += [Sentence("Risiko %(risk)s lewat tanggal tinjauannya.", {"risk": r}) for r in late["risk_id"]]
    bare = risks[(risks["status"] == "terjadi") & risks["response"].isna()]
    told += [Sentence("Risiko %(risk)s terjadi dan belum ditanggapi.", {"risk": r}) for r in bare["risk_id"]]
    stage.alarms += [sentence for sentence in told if sentence not in stage.alarms]


def state_readiness(stage: Stage, assessed: pd.DataFrame, risks: pd.DataFrame) -> None:
    """State for each component what is there and what is not, and which risks nobody manages."""
    for number, (component, rows) in enumerate(assessed.groupby("component", sort=False), start=1):
        lacking = rows[rows["state"].isin(LACKING)]
        words = {"component": component, "there": len(rows) - len(lacking), "every": len(rows)}
        if lacking.empty:
            stage.state("%(component)s: semua %(every)s butir ada.", **words)
        elif (rows["state"] == "belum tercatat").all():
            stage.state("%(component)s: belum ada satu pun dari %(every)s butir yang tercatat.", **words)
        else:
            stage.state("%(component)s: %(there)s dari %(every)s butir ada; kurang: %(lacking)s.", **words, lacking=_named(lacking))  # fmt: skip
        stage.figure(f"component_{number}_items_there", words["there"], "butir", "readiness_items")
    loose = risks.loc[risks["management"] == "belum dikelola", "risk_id"]
    if loose.empty:
        stage.state(
            "Semua %(every)s risiko sudah punya penanggung jawab dan tanda peringatan.", every=len(risks)
        )
    else:
        stage.state("Risiko yang belum dikelola: %(named)s (dari %(every)s).", named=", ".join(loose), every=len(risks))  # fmt: skip


def _named(rows: pd.DataFrame) -> str:
    """Name the first few items with their state, and how many more there are."""
    named = [f"{item} ({state})" for item, state in zip(rows["item"], rows["state"], strict=True)]
    more = _("dan %(count)s butir lain") % {"count": len(named) - NAMED}
    return ", ".join(named[:NAMED] + [more] * (len(named) > NAMED))


def judge_readiness(
    stage: Stage, assessed: pd.DataFrame, breaches: pd.DataFrame, risks: pd.DataFrame
) -> Gate:
    """Hold the readiness against the criteria of stage 00, in the order of the guide."""
    limits, today = stage.parameters, dt.date.fromisoformat(stage.as_of)
    told = assessed[assessed["part"] == "pernyataan"]
    is_written = (told["status"] == "tertulis") & told["document"].notna()
    written = told.assign(state=told["state"].mask((told["state"] == "ada") & ~is_written, "belum"))
    due = next_deadlines(stage.table("planning_calendar"), today, "kabupaten").set_index("step_id")[
        "deadline_date"
    ]
    submission = str(due.get("kua_ppas_submission", ""))[:10]
    added = stage.table("readiness_items").query("route == @stage.initiative.route")["item"]
    own = assessed[assessed["item"].isin(added)]
    breached = breaches[breaches["is_breach"]]
    return stage.judge(
        declared=_counted(told, limits["audiences_minimum"]),
        directed=_counted(_of(assessed, "arahan"), limits["directions_minimum"]),
        core_agencies=_counted(_of(assessed, "tim", CORE), limits["core_agencies_minimum"]),
        team_set=_counted(_of(assessed, "tim", ["penetapan Tim Kerja"]), 1),
        private_in_team=_counted(_of(assessed, "tim", ["pelaku usaha"]), 1),
        preparation_funded=_counted(_of(assessed, "anggaran", ["persiapan"]), 1),
        later_proposed=_counted(_of(assessed, "anggaran", LATER_PHASES), limits["later_phases_minimum"], ("ada", "sebagian"), submission),
        support_planned=_counted(_of(assessed, "kapasitas", FORMS), limits["forms_minimum"]),
        declared_in_writing=_counted(written, limits["audiences_minimum"]),
        local_government=_counted(_of(assessed, "tim", LOCAL), len(LOCAL)),
        route_followed=_counted(own, len(own), lacking_only=True) if stage.initiative.route else None,
        later_set=_counted(_of(assessed, "anggaran", LATER_PHASES), limits["later_phases_minimum"], due=submission),
        other_sources=_counted(_of(assessed, "anggaran", ["sumber di luar APBD"]), 1, ("ada", "sebagian")),
        rules_kept=Measure(len(breached) if stage.has("budget_certainty") else None, lacking="; ".join(breached["finding"].unique())),
        needs_met=_counted(_of(assessed, "kapasitas", FORMS), len(FORMS), ("ada", "tidak perlu")),
        standard_named=_counted(_of(assessed, "kapasitas", ["standar pembeli"]), 1),
        inclusive=_counted(_groups(stage), limits["groups_minimum"]),
        risks_managed=_risks_left(stage, risks),
    )  # fmt: skip


def _of(assessed: pd.DataFrame, part: str, items: tuple[str, ...] | list[str] = ()) -> pd.DataFrame:
    rows = assessed[assessed["part"] == part]
    return rows[rows["item"].isin(items)] if items else rows


def _counted(
    rows: pd.DataFrame, threshold: float, states: tuple[str, ...] = ("ada",), due: str = "", lacking_only: bool = False
) -> Measure:  # fmt: skip
    """Count the items that are there, or those that are not, and name what is lacking."""
    count = count_ready(rows, threshold, states)
    if lacking_only and count is not None:
        count = len(rows) - count
    lacking = rows[~rows["state"].isin(states)]
    return Measure(count, due, every=len(rows), lacking=_named(lacking))


def _groups(stage: Stage) -> pd.DataFrame:
    """Return for each group whether some support is meant for it."""
    support = stage.table("capacity_support")[list(GROUPS)]
    reached = {True: "ada", False: "belum"}
    states = [
        "ada" if column.fillna(False).astype(bool).any() else "belum tercatat" if column.isna().any() or column.empty else reached[False]
        for _name, column in support.items()
    ]  # fmt: skip
    return pd.DataFrame({"item": [str(title) for title in GROUPS.values()], "state": states})


def _risks_left(stage: Stage, risks: pd.DataFrame) -> Measure:
    loose = risks.loc[risks["management"] == "belum dikelola", "risk_id"]
    return Measure(len(loose) if stage.has("risk_register") else None, lacking=", ".join(loose))
