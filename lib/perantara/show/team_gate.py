"""The gate of stage 05: whether the team can work, and what was found, in words first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.disclosure import MINIMUM_CELL
from perantara.methods.notes import N_
from perantara.methods.team import AssessorAgreement, SkillCover
from perantara.show.team import DIVISION, EVERY_STAGE, SPECIAL_STAGES, list_lacking
from perantara.stage.gate import Measure
from perantara.text import Sentence, _

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

BUYER_TYPES = ["mitra swasta", "mitra lokal", "pembeli lokal"]
USUAL_OFFICES = ["Sekretariat Daerah", "Bappeda", "dinas koperasi dan UMKM"]  # guide 3.5 a, "misalnya"
VILLAGE_ENTERPRISE = (
    r"\bBUM(?!N\b|D\b)"  # BUM Desa, BUMDes, BUMDesma, BUMG; not those of the state or district
)
CORE_ELEMENTS = {
    "Bappeda": "perangkat daerah", "dinas koperasi dan UMKM": "perangkat daerah", "kecamatan": "pemerintah kecamatan",
    "perangkat daerah lain": "perangkat daerah", "pemerintah desa/kelurahan": "pemerintah desa/kelurahan",
    "pelaku usaha": "pelaku usaha", "perwakilan UMK": "perwakilan UMK",
}  # fmt: skip


def find_buyers(stage: Stage) -> list[str]:
    """Return the members who stand for a buyer in the list of actors."""
    actors, members = stage.table("actors"), stage.table("team_members")
    buyers = actors.loc[actors["actor_type"].isin(BUYER_TYPES), "actor_id"]
    return members.loc[members["actor_id"].isin(buyers), "member_id"].to_list()


def judge_team(
    stage: Stage, coverage: pd.DataFrame, checked: pd.DataFrame, load: pd.DataFrame, results: pd.DataFrame,
    skills: SkillCover, conflicts: pd.DataFrame, agreed: AssessorAgreement,
) -> Gate:  # fmt: skip
    """Hold the team against the criteria of stage 05."""
    members, is_divided = stage.table("team_members"), all(map(stage.has, DIVISION))
    can_list, offices = stage.has("team_members"), _responsible(members)
    covered = coverage.groupby("item_kind")["is_covered"].sum()
    faulty = checked.loc[~checked["is_valid"], "task"]
    knows_skills = members["skills"].notna().any() and bool(skills.needed)
    clashes, work = conflicts.drop_duplicates(["kind", "task_id"]), set(_passed(results, "fasilitator"))
    helped = [name for name in SPECIAL_STAGES if {name, EVERY_STAGE} & work]
    is_open = results.empty or (results["result"] == "belum dapat dinilai").any()
    return stage.judge(
        elements_covered=Measure(covered["unsur"] if can_list else None, lacking=list_lacking(stage, coverage, "unsur")),
        roles_accountable=Measure(covered["peran"] if is_divided else None, lacking=list_lacking(stage, coverage, "peran")),
        office_responsible=Measure(len(offices) if can_list else None, offices=", ".join(offices) or _("tidak ada")),
        private_present=_private(members) if can_list else None,
        raci_valid=Measure(len(faulty) if is_divided else None, tasks="; ".join(faulty)),
        conflict_free=Measure(
            len(clashes) if is_divided and stage.has("actors") else None,
            kinds=", ".join(map(_, dict.fromkeys(clashes["kind"]))),
        ),
        facilitator_passes=_any_passes(results) if stage.has("facilitator_candidates") else None,
        facilitator_team=_lacks_facilitators(stage),
        village_office=_lacks_village_office(stage),
        load_within=_within(load, stage.parameters["load_maximum_pct"], is_divided),
        skills_covered=Measure(
            None if not knows_skills or (skills.uncovered and is_open) else len(skills.uncovered),
            uncovered=", ".join(skills.uncovered),
            brought=", ".join(s for s in skills.missing if s not in skills.uncovered) or _("tidak ada"),
        ),
        connected=_connected(stage, load),
        assessors_agree=agreed.alpha,
        stages_helped=Measure(
            None if len(helped) < len(SPECIAL_STAGES) and is_open else len(helped),
            lacking=", ".join(_(name) for name in SPECIAL_STAGES if name not in helped),
        ),
        women_share=_women(members, stage.parameters["women_minimum_pct"]),
        appointed=int((members["status"].eq("ditetapkan") & members["document"].notna()).all()) if can_list else None,
    )  # fmt: skip


def _responsible(members: pd.DataFrame) -> list[str]:
    lead = members[members["team_position"] == "penanggung jawab"]
    return sorted(set(lead["office"].fillna(lead["element"])))


def _private(members: pd.DataFrame) -> int | None:
    """Whether a business of medium or large scale is in the team; unknown where scales are not told."""
    scales = members.loc[members["element"] == "pelaku usaha", "business_scale"]
    is_there = scales.isin(["menengah", "besar"]).any()
    return None if scales.isna().any() and not is_there else int(is_there)


def _passed(results: pd.DataFrame, position: str) -> pd.Series:
    return results.loc[(results["result"] == "lolos") & (results["position"] == position), "work_stage"]


def _any_passes(results: pd.DataFrame) -> int | None:
    if len(_passed(results, "fasilitator")):
        return 1
    own = results[results["position"] == "fasilitator"]
    return None if (own["result"] == "belum dapat dinilai").any() else 0


def _lacks_facilitators(stage: Stage) -> Measure:
    """Whether a Tim Fasilitator is there where it is asked for: only the integrated route does."""
    if stage.initiative.route == "mandiri":
        return Measure(1, said=_("Jalurnya mandiri: tim khusus boleh dibentuk, tetapi tidak diwajibkan."))
    candidates = stage.table("facilitator_candidates")
    is_set = candidates.query("position == 'fasilitator'")["status"].eq("ditetapkan").any()
    said = _("Jalurnya terintegrasi, dan Tim Fasilitator sudah ditetapkan.")
    is_known = stage.initiative.route == "terintegrasi" and stage.has("facilitator_candidates")
    return Measure(int(is_set) if is_known else None, said=said)


def _lacks_village_office(stage: Stage) -> Measure:
    """Whether the office for villages is in the team where a village enterprise takes part."""
    named = stage.table("actors")["name"].str.contains(VILLAGE_ENTERPRISE, case=False, regex=True)
    is_there = stage.table("team_members")["office"].eq("badan atau dinas PMD").any()
    can_tell = stage.has("actors") and (stage.has("team_members") or not named.any())
    said = (
        _("Badan atau dinas PMD ada dalam tim.")
        if named.any()
        else _("Tidak ada badan usaha milik desa yang tercatat.")
    )
    return Measure(int(is_there or not named.any()) if can_tell else None, said=said)


def _within(load: pd.DataFrame, limit: float, is_divided: bool) -> Measure:
    """Whether nobody's load is above the limit; whose it is, and how high, is told of no one."""
    known = load["load_pct"].dropna()
    is_above = (known > limit).any()
    is_known = is_divided and (is_above or (len(known) > 0 and len(known) == len(load)))
    return Measure(int(not is_above) if is_known else None, limit=limit)


def _connected(stage: Stage, load: pd.DataFrame) -> int | None:
    if not (stage.has("team_members") and stage.has("team_contacts")):
        return None
    return int(not load["is_cut_off"].eq(True).any())


def _women(members: pd.DataFrame, least: float) -> Measure:
    """Whether enough of the members are women; unknown where those of unknown sex would decide it."""
    women, unknown = (members["sex"] == "perempuan").sum(), members["sex"].isna().sum()
    asked = least / 100 * len(members)
    is_open = women < asked <= women + unknown or members.empty
    return Measure(None if is_open else int(women >= asked), least=least)


_TOLD = [
    "private_present", "conflict_free", "facilitator_passes", "facilitator_team", "village_office", "load_within",
]  # fmt: skip
_CAN_WORK = {
    "proceed": N_("Tim Kerja lengkap dan dapat bekerja."),
    "conditional": N_("Tim Kerja dapat bekerja; syarat di bawah ini dipenuhi sambil berjalan."),
    "repeat": N_("Susunan atau pembagian tugas Tim Kerja perlu diperbaiki lebih dahulu."),
    "insufficient": N_("Belum dapat dikatakan apakah Tim Kerja sudah dapat bekerja."),
}


def state_team(
    stage: Stage, gate: Gate, coverage: pd.DataFrame, load: pd.DataFrame, skills: SkillCover
) -> None:
    """State what was found in words; nothing of it tells of a person."""
    stage.state(_CAN_WORK[gate.status])
    value = {criterion.id: criterion.value for criterion in gate.criteria}
    if value["elements_covered"] is not None:
        said, lacking = N_("Kelima unsur Tim Kerja ada."), list_lacking(stage, coverage, "unsur")
        said = N_("Unsur Tim Kerja yang belum ada: %(lacking)s.") if lacking else said
        stage.state(said, lacking=lacking)
    if offices := ", ".join(_responsible(stage.table("team_members"))):
        stage.state("Kantor penanggung jawab: %(offices)s.", offices=offices)
    if value["roles_accountable"] is not None:
        lacking = list_lacking(stage, coverage, "peran")
        said = N_("Setiap tugas dalam keempat peran panduan punya tepat satu penanggung jawab.")
        said = N_("Tugas tanpa penanggung jawab tunggal ada dalam peran: %(lacking)s.") if lacking else said
        stage.state(said, lacking=lacking)
    if value["skills_covered"] is not None:
        uncovered, brought = ", ".join(skills.uncovered), sorted(set(skills.missing) - set(skills.uncovered))
        if brought:
            said = N_(
                "Keahlian yang tidak dimiliki anggota tetapi dibawa calon fasilitator yang lolos: %(skills)s."
            )
            stage.state(said, skills=", ".join(brought))
        if uncovered:
            stage.state("Keahlian yang belum dimiliki siapa pun: %(skills)s.", skills=uncovered)
    for criterion in gate.criteria:
        told = criterion.status == "failed" or (
            criterion.id == "facilitator_passes" and criterion.status == "met"
        )
        if criterion.id in _TOLD and told:
            stage.state(criterion.evidence.message, **criterion.evidence.arguments)
    hours = load[["hours_assigned", "hours_per_month"]].astype("float64")
    if len(load) >= MINIMUM_CELL and hours.notna().all(axis=None) and hours["hours_per_month"].sum() > 0:
        pct = hours["hours_assigned"].sum() / hours["hours_per_month"].sum() * 100
        stage.state("Tugas memakai %(pct)s persen dari jam yang tersedia bagi seluruh tim.", pct=round(pct))
        stage.figure("team_load_pct", pct, "%", *DIVISION, access="publik")
    facts = stage.table("initiative_facts").query("topic == 'koordinasi'")["statement"]
    if gate.status == "insufficient" and len(facts):
        stage.state("Yang diketahui tentang koordinasi: %(facts)s", facts=" ".join(facts))
    for name, unit, *tables in (
        ("elements_covered", "unsur", "team_members"),
        ("roles_accountable", "peran", *DIVISION),
    ):
        stage.figure(name, value[name], unit, *tables, access="publik")


def name_faults(stage: Stage) -> None:
    """Name what the records hide: rows of no member, another responsible office, records of stage 00 that differ."""
    members, core = stage.table("team_members"), stage.table("core_team").query("status == 'ditetapkan'")
    ids, tasks = set(members["member_id"]), set(stage.table("team_tasks")["task_id"])
    pairs, raci = stage.table("team_contacts"), stage.table("team_raci")
    strangers = {*pairs["from_member_id"], *pairs["to_member_id"], *raci["member_id"]} - ids
    set_ = set(members.loc[members["status"] == "ditetapkan", "element"])
    told = {CORE_ELEMENTS[name] for name in core["element"] if name in CORE_ELEMENTS}
    is_own = stage.initiative.route != "terintegrasi"
    named = {
        N_("Pembagian tugas atau hubungan kerja memuat nomor yang bukan anggota (%(item)s nomor)."): [
            str(len(strangers))
        ] if ids and strangers else [],
        N_("Pembagian tugas memuat tugas yang tidak ada dalam daftar (%(item)s)."): sorted(set(raci["task_id"]) - tasks)
        if tasks else [],
        N_("Penanggung jawab %(item)s tidak termasuk yang dicontohkan panduan (Sekda, Bappeda, dinas koperasi)."): [
            office for office in _responsible(members) if is_own and office not in USUAL_OFFICES
        ],
        N_("Buku 00 mencatat unsur %(item)s sudah ditetapkan, tetapi daftar anggota tidak; samakan catatannya."):
            sorted(told - set_) if ids else [],
    }  # fmt: skip
    stage.faults = [Sentence(said, {"item": item}) for said, items in named.items() for item in items]
