"""What the report of stage 05 shows: who is in the team, who does what, how it hangs together, who may help it."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from perantara.errors import StageError
from perantara.methods.actors import TEAM_ELEMENTS, draft_team, map_actors
from perantara.methods.team import (
    DIMENSIONS,
    AssessorAgreement,
    SkillCover,
    cover_skills,
    map_contacts,
    weigh_load,
)
from perantara.show.display import Display
from perantara.show.figures import canvas, plot_bars, show_figure
from perantara.show.style import ACCENT, MADE_UP, MUTED
from perantara.show.tables import show_missing, show_table, show_text
from perantara.text import _, format_number, in_terms, lower_first

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage

ROLES = [
    "peran 1 (regulasi, perencanaan, dan anggaran)", "peran 2 (riset dan perencanaan intervensi)",
    "peran 3 (partisipasi pelaku usaha, lembaga keuangan, dan UMK)", "peran 4 (pengawasan, koordinasi, dan evaluasi)",
]  # fmt: skip
DIVISION = ("team_members", "team_tasks", "team_raci")
SPECIAL_STAGES = ["riset komoditas", "perencanaan intervensi"]  # guide 3.5 b names these two
EVERY_STAGE = "semua tahap"


# what is computed ----------------------------------------------------------------------


def name_members(stage: Stage) -> pd.Series:
    """Return what stands for each member: the office or element and the position, never a name or number."""
    members = stage.table("team_members").set_index("member_id")
    named = members["office"].fillna(members["element"]).astype("str")
    named = named.map(lambda text: in_terms(_(text), stage.district.kind, stage.terms))
    leads = members["team_position"] != "anggota"
    named = named.mask(leads, named + ", " + members["team_position"].astype("str"))
    place = named.groupby(named).cumcount() + 1
    return named.mask(named.duplicated(keep=False), named + " (" + place.astype(str) + ")")


def find_skills(stage: Stage, results: pd.DataFrame) -> SkillCover:
    """Return what skills the team lacks, and the fewest candidates who pass and bring them."""
    passed = results.loc[results["result"] == "lolos", "candidate_id"]
    candidates = stage.table("facilitator_candidates")
    offered = candidates[candidates["candidate_id"].isin(passed)]
    return cover_skills(stage.table("team_tasks"), stage.table("team_members"), offered)


def build_coverage(stage: Stage, checked: pd.DataFrame, skills: SkillCover) -> pd.DataFrame:
    """Return elements, roles and skills with whether the team has them; a role has one A for each of its tasks."""
    links = pd.DataFrame(columns=["from_actor_id", "to_actor_id"])
    planned = draft_team(map_actors(stage.table("actors"), links)).set_index("team_element")["status"]
    there = set(stage.table("team_members")["element"]) if stage.has("team_members") else None
    held = (checked["accountable"] == 1).astype(bool).groupby(checked["team_role"]).all()
    knows_roles = stage.has("team_tasks") and stage.has("team_raci")
    known = {"unsur": there, "peran": held[held].index if knows_roles else None}
    rows = [
        (kind, name, planned.get(name), None if known[kind] is None else name in known[kind], None)
        for kind, names in {"unsur": TEAM_ELEMENTS, "peran": ROLES}.items()
        for name in names
    ]
    filled = dict.fromkeys(skills.needed, "anggota") | dict.fromkeys(skills.missing, "calon fasilitator")
    filled |= dict.fromkeys(skills.uncovered, "belum ada")
    rows += [
        ("keahlian", skill, None, by == "anggota", by) for skill, by in filled.items() if there is not None
    ]
    found = pd.DataFrame(rows, columns=stage.store.declaration("team_coverage").field_names)
    return found.astype({"is_covered": "boolean"})


def build_load(stage: Stage) -> pd.DataFrame:
    """Return load and ties of each member; unknown where tasks, their division or contacts are not recorded."""
    members, contacts = stage.table("team_members"), stage.table("team_contacts")
    load = weigh_load(members, stage.table("team_tasks"), stage.table("team_raci"))
    ties = map_contacts(members["member_id"], contacts)
    ties = ties.astype({"is_bridge": "boolean", "is_cut_off": "boolean"})
    if not (stage.has("team_tasks") and stage.has("team_raci")):
        load[["tasks", "hours_assigned", "load_pct"]] = float("nan")
    ties = ties if stage.has("team_contacts") else ties.mask(ties.notna())
    found = load.join(ties).assign(label=name_members(stage)).reset_index()
    return found[stage.store.declaration("team_load").field_names]


def read_weights(stage: Stage) -> dict[str, float]:
    """Return the weights of the six dimensions; StageError where they are not six numbers, some above zero."""
    parts = stage.parameters["dimension_weights"].split()
    if len(parts) != len(DIMENSIONS) or not all(part.replace(".", "", 1).isdigit() for part in parts):
        problem = _('dimension_weights = "%(found)s": tulis enam bobot dengan spasi, misalnya "1 1 0 2 2 1"')
        raise StageError(problem % {"found": stage.parameters["dimension_weights"]})
    return dict(zip(DIMENSIONS, map(float, parts), strict=True))


# what is shown -------------------------------------------------------------------------


def show_coverage(stage: Stage, coverage: pd.DataFrame, kind: str, *columns: str, caption: str) -> Display:
    """Show which elements, roles or skills the team has, in the district's own words, or the gap."""
    if gap := show_missing(stage, *(("team_members",) if kind == "unsur" else DIVISION)):
        return gap
    rows = coverage[coverage["item_kind"] == kind]
    own = rows["item"].map(lambda text: in_terms(_(text), stage.district.kind, stage.terms))
    shown = {"caption": caption, "columns": ["item", *columns], "access": "publik"}
    return show_table(stage, rows.assign(item=own), "team_coverage", **shown)


def show_division(stage: Stage) -> Display:
    """Show of each task who is accountable, does it, is asked and is told, by office or element: internal."""
    if gap := show_missing(stage, *DIVISION):
        return gap
    raci = stage.table("team_raci")
    named = raci.assign(label=raci["member_id"].map(name_members(stage)).fillna(_("bukan anggota")))
    cells = named.groupby(["task_id", "duty"])["label"].agg("; ".join).unstack().reindex(columns=list("ARCI"))
    rows = (
        stage.table("team_tasks")[["task_id", "task"]]
        .merge(cells, on="task_id", how="left")
        .astype(object)
        .fillna("")
    )
    titles = {
        "A": _("Penanggung jawab (A)"), "R": _("Pelaksana (R)"), "C": _("Dimintai pendapat (C)"),
        "I": _("Diberi tahu (I)"),
    }  # fmt: skip
    caption = _("Siapa bertanggung jawab, mengerjakan, dimintai pendapat, dan diberi tahu")
    return show_table(stage, rows, *DIVISION[::-1], caption=caption, columns=["task", *titles], titles=titles)


def show_load(stage: Stage, load: pd.DataFrame) -> Display:
    """Draw the load of each member by office or element: internal."""
    if gap := show_missing(stage, *DIVISION):
        return gap
    known = load.dropna(subset=["load_pct"]).sort_values("load_pct", ascending=False, kind="stable")
    if known.empty:
        return show_text(_("Jam yang diperlukan tugas atau jam yang tersedia belum tercatat."))
    data = known.set_index("label")[["load_pct"]].astype(float)
    listed = "; ".join(f"{label} {format_number(value)}%" for label, value in data["load_pct"].items())
    top = {"label": data.index[0], "pct": format_number(data["load_pct"].iloc[0])}
    return show_figure(
        stage, plot_bars(data, axis_label=_("Beban (persen jam yang tersedia)"), accent=data.index[0]), data, *DIVISION,
        title=_("Beban tertinggi: %(label)s, %(pct)s persen jam yang tersedia") % top,
        alt=_("Beban tiap anggota: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def show_network(stage: Stage, load: pd.DataFrame) -> Display:
    """Draw who works with whom, and name who is cut off and who alone joins others: internal."""
    if gap := show_missing(stage, "team_members", "team_contacts"):
        return gap
    off, bridges = (load.loc[load[column].eq(True), "label"] for column in ("is_cut_off", "is_bridge"))
    words = {"names": "; ".join(off) or _("tidak ada"), "bridges": "; ".join(bridges) or _("tidak ada")}
    title = _("Semua anggota terhubung; satu-satunya penghubung: %(bridges)s")
    title = (_("Terputus: %(names)s") if len(off) else title) % words
    alt = _(
        "Satu-satunya penghubung bagi sebagian tim: %(bridges)s. Terputus dari bagian terbesar: %(names)s."
    )
    pairs = stage.table("team_contacts")
    ends = [pairs[f"{end}_member_id"].map(name_members(stage)) for end in ("from", "to")]
    data = pd.DataFrame({"from": ends[0], "to": ends[1], "times": pairs["contacts_per_month"]}).dropna()
    tables = ("team_contacts", "team_members")
    return show_figure(stage, _draw_network(load, data), data, *tables, title=title, alt=alt % words)


def _draw_network(load: pd.DataFrame, pairs: pd.DataFrame) -> Figure:
    import networkx as nx

    at = nx.circular_layout(load["label"].to_list())
    colours = [MADE_UP if row.is_cut_off else ACCENT if row.is_bridge else MUTED for row in load.itertuples()]
    with canvas(5.6) as (figure, axes):
        for one, other, times in pairs[pairs["times"] > 0].itertuples(index=False):
            ends = zip(at[one], at[other], strict=True)
            axes.plot(*ends, color=MUTED, linewidth=0.5 + 0.3 * times, zorder=1)
        sizes = 60 + 500 * load["betweenness"].fillna(0).astype(float)
        axes.scatter(*zip(*at.values(), strict=True), s=sizes, color=colours, zorder=2)
        for label, (x, y) in at.items():
            side = "center" if abs(x) < 0.2 else "left" if x > 0 else "right"
            axes.text(1.16 * x, 1.16 * y, textwrap.fill(label, 22), ha=side, va="center", fontsize=8)
        names = _("satu-satunya penghubung"), _("terputus"), _("lainnya")
        for colour, name in zip((ACCENT, MADE_UP, MUTED), names, strict=True):
            axes.scatter([], [], color=colour, label=name)
        axes.set(xlim=(-2.3, 2.3), ylim=(-1.4, 1.4))
        axes.axis("off")
        figure.legend(loc="outside lower center", ncols=3, fontsize=8)
    return figure


def show_profile(stage: Stage) -> Display:
    """Show the mean scores of each candidate by dimension: confidential, seen only by who runs the stage."""
    if gap := show_missing(stage, "facilitator_candidates", "facilitator_scores"):
        return gap
    scores = stage.table("facilitator_scores").dropna(subset=["score"]).astype({"score": float})
    if scores.empty:
        return show_text(_("Belum ada calon yang dinilai."))
    rows = scores.pivot_table(index="candidate_id", columns="dimension", values="score").round(1)
    title = _("Nilai rata-rata calon menurut dimensi Lampiran 2 (0–4; 3 berarti sesuai profil)")
    titles = {name: _(name) for name in rows}
    return show_table(stage, rows.reset_index(), "facilitator_scores", caption=title, titles=titles)


def show_assessors(stage: Stage, agreed: AssessorAgreement) -> Display:
    """Say how far the assessors agree; of nobody's scores."""
    if gap := show_missing(stage, "facilitator_scores"):
        return gap
    if agreed.alpha is None:
        return show_text(_("Belum ada calon yang dinilai dua penilai atau lebih dengan nilai yang berbeda."))
    least = format_number(stage.parameters["agreement_minimum"], 3)
    words = {"alpha": format_number(agreed.alpha, 2), "least": least}
    said = [_("Alfa Krippendorff %(alpha)s; batas %(least)s.") % words]
    if agreed.kappa is not None:
        said.append(_("Kappa tertimbang dua penilai: %(kappa)s.") % {"kappa": format_number(agreed.kappa, 2)})
    return show_text(*said, access="internal")


def show_conflicts(stage: Stage, conflicts: pd.DataFrame) -> Display:
    """Show which kinds of conflict were found, and in which tasks: internal, without who it is."""
    if gap := show_missing(stage, *DIVISION, "actors"):
        return gap
    if conflicts.empty:
        return show_text(_("Tidak ditemukan peran yang bertentangan."))
    rows = conflicts.merge(stage.table("team_tasks")[["task_id", "task"]], on="task_id", how="left")
    rows = rows.assign(kind=rows["kind"].map(_)).drop_duplicates(["kind", "task"])
    titles, caption = {"kind": _("Pertentangan")}, _("Peran yang bertentangan")
    return show_table(stage, rows, *DIVISION[::-1], caption=caption, columns=["kind", "task"], titles=titles)


def show_help(stage: Stage, results: pd.DataFrame) -> Display:
    """Show for which stages somebody who passes could help, without saying who or how many."""
    if gap := show_missing(stage, "facilitator_candidates"):
        return gap
    passed = results[results["result"] == "lolos"]
    titles = {
        "work_stage": _("Tahap"),
        "mentor": _("Mentor yang lolos"),
        "facilitator": _("Fasilitator yang lolos"),
    }
    rows = pd.DataFrame({"work_stage": [EVERY_STAGE, *SPECIAL_STAGES, "pelaksanaan dan pengukuran"]})
    for column, position in {"mentor": "mentor", "facilitator": "fasilitator"}.items():
        own = passed.loc[passed["position"] == position, "work_stage"]
        rows[column] = rows["work_stage"].isin(own) | (EVERY_STAGE in set(own))
    caption = _("Tahap yang dapat dibantu calon yang lolos")
    columns = {"caption": caption, "titles": titles, "access": "publik"}
    return show_table(stage, rows, "facilitator_candidates", **columns)


def list_lacking(stage: Stage, coverage: pd.DataFrame, kind: str) -> str:
    """Name the elements, roles or skills that the team lacks, "" where none is or nothing is known."""
    rows = coverage[(coverage["item_kind"] == kind) & coverage["is_covered"].eq(False)]
    named = (in_terms(_(text), stage.district.kind, stage.terms) for text in rows["item"])
    return "; ".join(re.sub(r"^peran \d \((.+)\)$", r"\1", lower_first(text)) for text in named)
