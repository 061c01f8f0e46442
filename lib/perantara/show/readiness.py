"""What the report of stage 00 shows and says beside the parts that every stage has."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods import readiness
from perantara.methods.budget_calendar import next_deadlines
from perantara.methods.notes import N_
from perantara.methods.readiness import LATER_PHASES, UNDATED, count_ready
from perantara.show.display import Display
from perantara.show.figures import plot_bars, show_figure
from perantara.show.tables import show_table, show_text
from perantara.stage.gate import Measure
from perantara.text import NO_VALUE, Sentence, _, format_date, in_terms, lazy

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

LOCAL = ("kecamatan", "pemerintah desa/kelurahan", "tugas kecamatan dan desa/kelurahan")
FORMS = ("pelatihan", "magang", "kunjungan belajar", "perbaikan teknik")
THERE, PROPOSED = ("ada", "tidak perlu"), ("ada", "sebagian")
COUNTED = {  # by criterion: the part and its items that are counted, and the states that count
    "core_agencies": ("tim", ("Bappeda", "dinas koperasi dan UMKM"), ("ada",)),
    "team_set": ("tim", ("penetapan Tim Kerja",), ("ada",)),
    "private_in_team": ("tim", ("pelaku usaha",), ("ada",)),
    "preparation_funded": ("anggaran", ("persiapan",), ("ada",)),
    "support_planned": ("kapasitas", FORMS, ("ada",)),
    "local_government": ("tim", LOCAL, ("ada",)),
    "other_sources": ("anggaran", ("sumber di luar APBD",), PROPOSED),
    "needs_met": ("kapasitas", FORMS, THERE),
    "standard_named": ("kapasitas", ("standar pembeli",), ("ada",)),
}
EVIDENCE = ("head_commitment", "core_team", "budget_certainty", "capacity_support", "interventions")
_ROUTES = {
    "": N_(
        "Pilihan pelaksanaan belum ditetapkan: program mandiri atau bagian dari program yang sudah ada. "
        "Daftar di bawah ini hanya memuat butir yang berlaku bagi keduanya."
    ),
    "mandiri": N_(
        "Pilihan pelaksanaan: program mandiri. Tim Kerja memerlukan peraturan atau keputusan kepala daerah tersendiri."
    ),
    "terintegrasi": N_(
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
    own = evidence["source"] == "initiative.yml"
    evidence["basis"] = evidence["basis"].mask(own, "rekaan" if stage.district.is_rekaan else "keterangan")
    return readiness.assess_items(items, evidence, stage.as_of, initiative.route)


def find_breaches(stage: Stage, assessed: pd.DataFrame) -> pd.DataFrame:
    """Return the money that does not follow the guide's rules, by the chosen reading."""
    village = assessed[(assessed["part"] == "tim") & (assessed["item"] == LOCAL[1])]
    has_head = (village["state"] == "ada").any() or not stage.has("core_team")  # not recorded is no breach
    budget = stage.table("budget_certainty")
    return readiness.check_funding_rules(budget, bool(has_head), stage.parameters["year_reading"])


def show_route(stage: Stage, assessed: pd.DataFrame) -> Display:
    """Say which way of delivery was chosen, and what it adds to the list."""
    words = {"parent": stage.initiative.parent_programme or _("belum disebut")}
    words["items"] = ", ".join(assessed.loc[assessed["route"].notna(), "item"])
    said = [_(_ROUTES[stage.initiative.route]) % words]
    ended = assessed[(assessed["item"] == "regulasi") & (assessed["state"] == "berakhir")]["valid_until"]
    if stage.initiative.route == "terintegrasi" and len(ended):
        text = _("Dasar hukum yang tercatat berakhir pada %(date)s; pilihan itu perlu ditetapkan kembali.")
        said.append(text % {"date": format_date(str(ended.iloc[0])[:10])})
    return show_text(*said)


def show_overview(stage: Stage, assessed: pd.DataFrame) -> Display:
    """Draw how many items of each component are there and how many are not."""
    component, titles = assessed["component"], (_("Ada"), _("Belum lengkap"), _("Tidak diperlukan"))
    answered = assessed["state"].map({"ada": titles[0], "tidak perlu": titles[2]}).fillna(titles[1])
    counts = (
        pd.crosstab(component, answered).reindex(component.unique()).reindex(columns=titles, fill_value=0)
    )
    counts = counts.loc[:, counts.any() | (counts.columns != titles[2])].rename_axis(index=None, columns=None)
    listed = "; ".join(" ".join(map(str, row)) for row in counts.reset_index().to_numpy())
    words = {"there": int(counts.iloc[:, 0].sum()), "every": len(assessed), "listed": listed}
    words["series"] = ", ".join(counts).lower()
    return show_figure(
        stage, plot_bars(counts, axis_label=_("Jumlah butir")), counts, "readiness_components", access="publik",
        title=_("%(there)s dari %(every)s butir kesiapan sudah ada buktinya") % words,
        alt=_("Batang jumlah butir menurut komponen (%(series)s): %(listed)s.") % words,
    )  # fmt: skip


def show_component(stage: Stage, assessed: pd.DataFrame, place: int) -> Display:
    """Show what is there of a component and what is not, item by item; the first has ``place`` 0."""
    component = assessed["component"].unique()[place]
    rows = assessed[assessed["component"] == component]
    caption = _("%(component)s: %(there)s") % {"component": component, "there": _tally(rows)}
    columns = ["item", "requirement", "state", "evidence", "basis"]
    named = _own_words(stage, rows[columns])
    return show_table(
        stage, named.assign(source=rows["source"]), "readiness_components", caption=caption, columns=columns
    )


def _tally(rows: pd.DataFrame) -> str:
    """Say how many items are there, and how many nobody needs."""
    state = rows["state"]
    words = {
        "there": int((state == "ada").sum()),
        "every": len(rows),
        "spared": int((state == "tidak perlu").sum()),
    }
    said = _("%(there)s dari %(every)s butir ada, %(spared)s tidak diperlukan")
    return (said if words["spared"] else _("%(there)s dari %(every)s butir ada")) % words


def _own_words(stage: Stage, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the guide's items in the words of the district."""
    words = lambda text: in_terms(text, stage.district.kind, stage.terms)  # noqa: E731
    named = ["item", "requirement"]  # never the evidence: it names documents
    return rows.assign(
        **{column: rows[column].map(words, na_action="ignore") for column in named if column in rows}
    )


def name_faults(stage: Stage, assessed: pd.DataFrame, risks: pd.DataFrame) -> None:
    """Name each piece of evidence that has ended, each overdue review, each risk that came true unanswered."""
    ended = assessed[assessed["state"] == "berakhir"]
    days = ended["valid_until"].map(lambda day: format_date(str(day)[:10]))
    is_late, is_true = risks["management"] == "perlu ditinjau", risks["status"] == "terjadi"
    named = {
        N_("Bukti sudah berakhir untuk %(item)s."): (
            ended["item"] + " (" + days + "): " + ended["document"].fillna(NO_VALUE)
        ),
        N_("Risiko %(item)s sudah lewat tanggal tinjauannya."): risks.loc[is_late, "risk_id"],
        N_("Risiko %(item)s terjadi dan belum ditanggapi."): risks.loc[
            is_true & risks["response"].isna(), "risk_id"
        ],
    }
    stage.faults = [Sentence(said, {"item": item}) for said, items in named.items() for item in items]


def state_readiness(stage: Stage, assessed: pd.DataFrame, risks: pd.DataFrame) -> None:
    """State for each component what is there and what is not, and which risks nobody manages."""
    for number, (component, rows) in enumerate(assessed.groupby("component", sort=False), start=1):
        lacking = rows[~rows["state"].isin(THERE)]
        words = {"component": component, "tally": _tally(rows), "every": len(rows)}
        if lacking.empty:
            stage.state("%(component)s: %(tally)s.", **words)
        elif (rows["state"] == "belum tercatat").all():
            stage.state("%(component)s: belum ada satu pun dari %(every)s butir yang tercatat.", **words)
        else:
            stage.state("%(component)s: %(tally)s; kurang: %(lacking)s.", lacking=_brief(lacking), **words)
        there = int((rows["state"] == "ada").sum())
        stage.figure(f"component_{number}_items_there", there, "butir", "readiness_items")
    loose = _loose(risks)
    said = N_("Risiko: semua (%(every)s) punya penanggung jawab dan tanda peringatan.")
    if loose:
        said = N_(
            "Risiko: %(count)s dari %(every)s belum punya penanggung jawab atau tanda peringatan (%(named)s)."
        )
    stage.state(said, every=len(risks), count=len(loose), named=", ".join(loose))


def judge_readiness(
    stage: Stage, assessed: pd.DataFrame, breaches: pd.DataFrame, risks: pd.DataFrame
) -> Gate:
    """Hold the readiness against the criteria of stage 00."""
    part, own = assessed["part"], assessed[assessed["route"].notna()]
    told, later = assessed[part == "pernyataan"], assessed[assessed["item"].isin(LATER_PHASES)]
    is_written = (told["status"] == "tertulis") & told["document"].notna() | (told["state"] != "ada")
    written = told.assign(state=told["state"].where(is_written, "belum"))
    followed = count_ready(own, len(own)) if stage.initiative.route else None
    breached, loose = breaches.loc[breaches["is_breach"], "finding"], _loose(risks)
    is_open = breaches["finding"].eq(UNDATED).any() or not stage.has("core_team")
    is_open |= not stage.table("budget_certainty")["status"].ne("tidak diketahui").any()  # or no money at all
    can_tell = len(breached) or not is_open
    today = dt.date.fromisoformat(stage.as_of)
    due = next_deadlines(stage.table("planning_calendar"), today, "kabupaten").set_index("step_id")
    submission = str(due["deadline_date"].get("kua_ppas_submission", ""))[:10]
    return stage.judge(
        **{
            name: _count(stage, name, assessed[(part == of) & assessed["item"].isin(items)], states)
            for name, (of, items, states) in COUNTED.items()
        },
        declared=_count(stage, "declared", told),
        directed=_count(stage, "directed", assessed[part == "arahan"]),
        declared_in_writing=_count(stage, "declared_in_writing", written),
        later_proposed=_count(stage, "later_proposed", later, PROPOSED, submission),
        later_set=_count(stage, "later_set", later, due=submission),
        route_followed=Measure(
            None if followed is None else len(own) - followed,
            every=len(own), lacking=_named(own[own["state"] != "ada"]),
        ),
        rules_kept=Measure(len(breached) if can_tell else None, lacking="; ".join(breached.unique())),
        inclusive=_count(stage, "inclusive", _groups(stage.table("capacity_support"))),
        risks_managed=Measure(len(loose) if stage.has("risk_register") else None, lacking=", ".join(loose)),
    )  # fmt: skip


def _count(
    stage: Stage, criterion: str, rows: pd.DataFrame, states: tuple[str, ...] = ("ada",), due: str = ""
) -> Measure:
    """Count the items that are there, as far as the threshold asks, and name what is lacking."""
    threshold = stage.declaration.criteria[criterion]["threshold"]
    count = count_ready(rows, stage.parameters.get(threshold, threshold), states)
    lacking = _own_words(stage, rows[~rows["state"].isin(states)])
    asked = ", ".join(lacking["item"])
    return Measure(count, due, every=len(rows), lacking=_named(lacking), asked=asked)


def _loose(risks: pd.DataFrame) -> list[str]:
    return risks.loc[risks["management"] == "belum dikelola", "risk_id"].to_list()


def _named(rows: pd.DataFrame) -> str:
    """Name the items, with the state of those that are partly there."""
    pairs = zip(rows["item"], rows["state"], strict=True)
    return ", ".join(i if s.startswith("belum") else f"{i} ({s})" for i, s in pairs)


def _brief(rows: pd.DataFrame) -> str:
    """Name a few items; of many only those partly there, and count the others."""
    is_out = rows["state"].str.startswith("belum") & (len(rows) > NAMED)
    counts = rows.loc[is_out, "state"].value_counts()
    told = [_("%(count)s butir %(state)s") % {"count": n, "state": s} for s, n in counts.items()]
    return ", ".join(filter(None, [_named(rows[~is_out]), *told]))


def _groups(support: pd.DataFrame) -> pd.DataFrame:
    """Return for each group whether some support is meant for it, as items with a state."""
    reached = support.loc[support["intervention_id"].notna(), list(GROUPS)].astype("boolean")
    best = reached.astype("Int64").mul(2).fillna(1).max().fillna(1)  # no 0, unknown 1, yes 2
    states = best.map({0: "belum", 1: "belum tercatat", 2: "ada"}).to_list()
    return pd.DataFrame({"item": map(str, GROUPS.values()), "state": states})
