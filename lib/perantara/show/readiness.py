"""What the report of stage 00 shows and says beside the parts that every stage has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from perantara.errors import ParameterError
from perantara.methods import readiness
from perantara.methods.budget_calendar import READINGS, next_deadlines
from perantara.methods.readiness import LATER_PHASES, UNDATED, count_ready
from perantara.show.display import Display
from perantara.show.figures import plot_bars, show_figure
from perantara.show.tables import show_table, show_text
from perantara.stage.gate import Measure
from perantara.text import Sentence, _, format_date, lazy

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

CORE = ("Bappeda", "dinas koperasi dan UMKM")
LOCAL = ("kecamatan", "pemerintah desa/kelurahan", "tugas kecamatan dan desa/kelurahan")
FORMS = ("pelatihan", "magang", "kunjungan belajar", "perbaikan teknik")
THERE = ("ada", "tidak perlu")
EVIDENCE = ("head_commitment", "core_team", "budget_certainty", "capacity_support", "interventions")
_ROUTES = {
    "": lazy(
        "Pilihan pelaksanaan belum ditetapkan: program mandiri atau bagian dari program yang sudah ada. "
        "Daftar di bawah ini hanya memuat butir yang berlaku bagi keduanya."
    ),
    "mandiri": lazy(
        "Pilihan pelaksanaan: program mandiri. Tim Kerja memerlukan peraturan atau keputusan kepala daerah tersendiri."
    ),
    "terintegrasi": lazy(
        "Pilihan pelaksanaan: bagian dari program yang sudah ada (%(parent)s). Tim Kerja boleh memakai "
        "struktur program induk; karena itu daftar ditambah: %(items)s."
    ),
}
GROUPS = {
    "has_women_target": lazy("perempuan"),
    "has_disability_target": lazy("penyandang disabilitas"),
    "has_older_target": lazy("lanjut usia"),
    "has_poor_target": lazy("rumah tangga miskin atau rentan"),
}
TOPICS = ("regulasi", "koordinasi", "anggaran")  # of initiative_facts, for the components
NAMED = 3  # items that a sentence names before it counts them


def assess_readiness(stage: Stage) -> pd.DataFrame:
    """Return each item of the guide with its state and the evidence for it."""
    initiative, items = stage.initiative, stage.table("readiness_items")
    evidence = readiness.gather_evidence(
        items, *map(stage.table, EVIDENCE), route=initiative.route, initiator=initiative.initiator
    )
    return readiness.assess_items(items, evidence, _today(stage), initiative.route)


def find_breaches(stage: Stage, assessed: pd.DataFrame) -> pd.DataFrame:
    """Return the money that does not follow the guide's rules, by the chosen reading."""
    reading = stage.parameters["year_reading"]
    if reading not in READINGS:
        words = {"chosen": reading, "readings": ", ".join(READINGS)}
        raise ParameterError(_("year_reading = %(chosen)s: pilihan: %(readings)s") % words)
    is_set = (_of(assessed, "tim", [LOCAL[1]])["state"] == "ada").any()
    has_head = bool(is_set) or not stage.has("core_team")  # what nobody recorded is no breach
    return readiness.check_funding_rules(stage.table("budget_certainty"), has_head, reading)


def show_route(stage: Stage, assessed: pd.DataFrame) -> Display:
    """Say which way of delivery was chosen, and what it adds to the list."""
    words = {"parent": stage.initiative.parent_programme or _("belum disebut")}
    words["items"] = ", ".join(_own_items(stage, assessed)["item"])
    return show_text(_(str(_ROUTES[stage.initiative.route])) % words)


def show_overview(stage: Stage, assessed: pd.DataFrame) -> Display:
    """Draw how many items of each component are there and how many are not."""
    is_there = assessed["state"].isin(THERE).groupby(assessed["component"], sort=False)
    counts = pd.DataFrame({_("Ada"): is_there.sum(), _("Belum lengkap"): is_there.size() - is_there.sum()})
    listed = "; ".join(" ".join(map(str, row)) for row in counts.reset_index().to_numpy())
    words = {"there": int(counts.iloc[:, 0].sum()), "every": len(assessed), "listed": listed}
    return show_figure(
        stage, plot_bars(counts, axis_label=_("Jumlah butir")), counts, "readiness_components", access="publik",
        title=_("%(there)s dari %(every)s butir kesiapan sudah ada buktinya") % words,
        alt=_("Batang jumlah butir menurut komponen (ada, belum lengkap): %(listed)s.") % words,
    )  # fmt: skip


def show_component(stage: Stage, assessed: pd.DataFrame, place: int) -> Display:
    """Show what is there of a component and what is not, item by item; the first has ``place`` 0."""
    component = assessed["component"].unique()[place]
    rows = assessed[assessed["component"] == component]
    words = {"component": component, "there": int(rows["state"].isin(THERE).sum()), "every": len(rows)}
    caption = _("%(component)s: %(there)s dari %(every)s butir ada") % words
    columns = ["item", "requirement", "state", "evidence", "basis"]
    return show_table(stage, rows[columns], "readiness_components", caption=caption)


def raise_alarms(stage: Stage, assessed: pd.DataFrame, risks: pd.DataFrame) -> None:
    """Tell each piece of evidence that has ended, each overdue review, each risk that came true."""
    ended = assessed[assessed["state"] == "berakhir"].itertuples()
    told = [
        Sentence("Bukti untuk %(item)s sudah berakhir pada %(date)s: %(document)s.",
                 {"item": row.item, "date": format_date(str(row.valid_until)[:10]), "document": row.document})
        for row in ended
    ]  # fmt: skip
    late = risks.loc[risks["management"] == "perlu ditinjau", "risk_id"]
    bare = risks.loc[(risks["status"] == "terjadi") & risks["response"].isna(), "risk_id"]
    told += [Sentence("Risiko %(risk)s sudah lewat tanggal tinjauannya.", {"risk": risk}) for risk in late]
    told += [Sentence("Risiko %(risk)s terjadi dan belum ditanggapi.", {"risk": risk}) for risk in bare]
    stage.alarms += [sentence for sentence in told if sentence not in stage.alarms]


def state_readiness(stage: Stage, assessed: pd.DataFrame, risks: pd.DataFrame) -> None:
    """State for each component what is there and what is not, and which risks nobody manages."""
    for number, (component, rows) in enumerate(assessed.groupby("component", sort=False), start=1):
        lacking = rows[~rows["state"].isin(THERE)]
        words = {"component": component, "there": len(rows) - len(lacking), "every": len(rows)}
        if lacking.empty:
            stage.state("%(component)s: semua %(every)s butir ada.", **words)
        elif (rows["state"] == "belum tercatat").all():
            stage.state("%(component)s: belum ada satu pun dari %(every)s butir yang tercatat.", **words)
        else:
            words["lacking"] = _brief(lacking)
            stage.state("%(component)s: %(there)s dari %(every)s butir ada; kurang: %(lacking)s.", **words)
        stage.figure(f"component_{number}_items_there", words["there"], "butir", "readiness_items")
    words = {"every": len(risks), "count": len(_loose(risks)), "named": ", ".join(_loose(risks))}
    if words["named"]:
        stage.state(
            "Risiko: %(count)s dari %(every)s belum punya penanggung jawab atau tanda peringatan (%(named)s).",
            **words,
        )
    else:
        stage.state("Risiko: semua (%(every)s) punya penanggung jawab dan tanda peringatan.", **words)


def judge_readiness(
    stage: Stage, assessed: pd.DataFrame, breaches: pd.DataFrame, risks: pd.DataFrame
) -> Gate:
    """Hold the readiness against the criteria of stage 00, in the order of the guide."""
    limits, own = stage.parameters, _own_items(stage, assessed)
    phases = limits["later_phases_minimum"]
    told, team, money, support = (
        _of(assessed, part) for part in ("pernyataan", "tim", "anggaran", "kapasitas")
    )
    is_written = (told["status"] == "tertulis") & told["document"].notna() | (told["state"] != "ada")
    followed = count_ready(own, len(own)) if stage.initiative.route else None
    unfollowed = None if followed is None else len(own) - followed
    written = told.assign(state=told["state"].where(is_written, "belum"))
    later, forms = money[money["item"].isin(LATER_PHASES)], support[support["item"].isin(FORMS)]
    breached, loose = breaches.loc[breaches["is_breach"], "finding"], _loose(risks)
    is_open = breaches["finding"].eq(UNDATED).any() or not stage.has("core_team")
    can_tell = stage.has("budget_certainty") and (len(breached) or not is_open)
    due = next_deadlines(stage.table("planning_calendar"), _today(stage), "kabupaten").set_index("step_id")
    submission = str(due["deadline_date"].get("kua_ppas_submission", ""))[:10]
    return stage.judge(
        declared=_counted(told, limits["audiences_minimum"]),
        directed=_counted(_of(assessed, "arahan"), limits["directions_minimum"]),
        core_agencies=_counted(_of(team, "tim", CORE), limits["core_agencies_minimum"]),
        team_set=_counted(_of(team, "tim", ["penetapan Tim Kerja"])),
        private_in_team=_counted(_of(team, "tim", ["pelaku usaha"])),
        preparation_funded=_counted(_of(money, "anggaran", ["persiapan"])),
        later_proposed=_counted(later, phases, ("ada", "sebagian"), submission),
        support_planned=_counted(forms, limits["forms_minimum"]),
        declared_in_writing=_counted(written, limits["audiences_minimum"]),
        local_government=_counted(_of(team, "tim", LOCAL), len(LOCAL)),
        route_followed=Measure(unfollowed, every=len(own), lacking=_named(own[own["state"] != "ada"])),
        later_set=_counted(later, phases, due=submission),
        other_sources=_counted(_of(money, "anggaran", ["sumber di luar APBD"]), 1, ("ada", "sebagian")),
        rules_kept=Measure(len(breached) if can_tell else None, lacking="; ".join(breached.unique())),
        needs_met=_counted(forms, len(FORMS), THERE),
        standard_named=_counted(_of(support, "kapasitas", ["standar pembeli"])),
        inclusive=_counted(_groups(stage.table("capacity_support")), limits["groups_minimum"]),
        risks_managed=Measure(len(loose) if stage.has("risk_register") else None, lacking=", ".join(loose)),
    )  # fmt: skip


def _today(stage: Stage) -> dt.date:
    return dt.date.fromisoformat(stage.as_of)


def _own_items(stage: Stage, assessed: pd.DataFrame) -> pd.DataFrame:
    """Return the items that only the chosen way of delivery asks for."""
    items = stage.table("readiness_items")
    return assessed[assessed["item"].isin(items.loc[items["route"].notna(), "item"])]


def _loose(risks: pd.DataFrame) -> list[str]:
    return risks.loc[risks["management"] == "belum dikelola", "risk_id"].to_list()


def _of(assessed: pd.DataFrame, part: str, items: Sequence[str] = ()) -> pd.DataFrame:
    rows = assessed[assessed["part"] == part]
    return rows[rows["item"].isin(items)] if items else rows


def _counted(
    rows: pd.DataFrame, threshold: int = 1, states: Sequence[str] = ("ada",), due: str = ""
) -> Measure:
    """Count the items that are there and name what is lacking."""
    lacking = rows[~rows["state"].isin(states)]
    return Measure(count_ready(rows, threshold, states), due, every=len(rows), lacking=_named(lacking))


def _named(rows: pd.DataFrame) -> str:
    """Name the items, with the state of those that are partly there."""
    pairs = zip(rows["item"], rows["state"], strict=True)
    return ", ".join(i if s.startswith("belum") else f"{i} ({s})" for i, s in pairs)


def _brief(rows: pd.DataFrame) -> str:
    """Name a few items; of many only those partly there, and count the others."""
    is_out = rows["state"].str.startswith("belum") & (len(rows) > NAMED)
    counts = rows.loc[is_out, "state"].value_counts()
    told = [_("%(count)s butir %(state)s") % {"count": n, "state": s} for s, n in counts.items()]
    return ", ".join([name for name in [_named(rows[~is_out])] if name] + told)


def _groups(support: pd.DataFrame) -> pd.DataFrame:
    """Return for each group whether some support is meant for it, as items with a state."""
    reached = support.loc[support["intervention_id"].notna(), list(GROUPS)].astype("boolean")
    known = reached.notna().all() & bool(len(reached))
    state = known.map({True: "belum", False: "belum tercatat"}).mask(reached.fillna(False).any(), "ada")
    return pd.DataFrame({"item": [str(title) for title in GROUPS.values()], "state": state.to_list()})
