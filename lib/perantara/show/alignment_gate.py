"""The gate of stage 01: whether to meet again, and what was found, in words first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perantara.methods.disclosure import MINIMUM_CELL
from perantara.methods.notes import N_
from perantara.show import alignment
from perantara.show.alignment import EVERYONE, STATUSES, UNRECORDED, of_everyone, take_ballot
from perantara.stage.gate import Measure
from perantara.text import Sentence, lower_first

if TYPE_CHECKING:
    import pandas as pd

    from perantara.stage import Stage
    from perantara.stage.gate import Gate

AGENDA = ["konsep", "prinsip", "tujuan", "alternatif intervensi"]
_DIRECTED = dict(zip(alignment.POINTS[1:], ("regulasi", "dana", "peran", "koordinasi"), strict=True))
_FIGURES = [  # what other stages and the region may use: its criterion, unit, and tables
    ("w_goals", "goals_agreed", "W Kendall", *alignment.VOTES),
    ("w_interventions", "interventions_agreed", "W Kendall", *alignment.VOTES),
    ("elements_present", "elements_present", "unsur", "meeting_attendance"),
    ("statements_split", "statements_whole", "pernyataan", *alignment.SCORES),
    ("commitments_declared", "commitments_declared", "pokok", "commitments"),
]


def judge_alignment(
    stage: Stage, coverage: pd.DataFrame, summary: pd.DataFrame, matrix: pd.DataFrame
) -> Gate:
    """Hold the meeting against the criteria of stage 01: whether to meet again."""
    has, strongest = stage.has, matrix.set_index("point")["strongest"]
    everyone = of_everyone(summary, stage.parameters["voters_minimum"]).set_index("subject")
    w, p = everyone["kendall_w"], [everyone["permutation_p"].get(s) for s in alignment.BALLOTS.values()]
    between = summary[summary["group_kind"] == alignment.BETWEEN]["kendall_w"]
    priority = everyone[everyone["is_priority"].eq(True)]
    split = priority.index[priority["agreement_a"] < alignment.SPLIT]
    points, budget = strongest.drop(alignment.DECISION), strongest[alignment.BUDGET]
    is_silent, is_unknown = points.isin(["belum", UNRECORDED]), (points == UNRECORDED).any()
    agenda = set(stage.table("alignment_meetings").query("is_discussed")["agenda_item"])
    people, voters = stage.table("stakeholders"), take_ballot(stage, "tujuan").index
    women = (people["stakeholder_id"].isin(voters) & (people["sex"] == "perempuan")).sum()
    can_attend = has("stakeholders") and has("meeting_attendance")
    return stage.judge(
        elements_present=Measure(
            coverage["is_present"].sum() if can_attend else None, absent=_absent(coverage)
        ),
        goals_agreed=w.get("Urutan tujuan"),
        interventions_agreed=w.get("Urutan intervensi"),
        beyond_chance=None if None in p else max(p),
        statements_whole=Measure(len(split) if len(priority) else None, split=" ".join(split)),
        commitments_declared=Measure(
            None if is_unknown and not (points == "belum").any() else (~is_silent).sum(),
            missing=", ".join(map(_lettered, points[is_silent].items())),
        ),
        budget_written=None if budget == UNRECORDED else int(budget == "tertulis"),
        agenda_complete=Measure(
            len(agenda) if has("alignment_meetings") else None,
            missing=", ".join(item for item in AGENDA if item not in agenda),
        ),
        team_appointed=int(stage.table("preparation_team")["document"].notna().any())
        if has("preparation_team") else None,
        kinds_agree=between.min() if len(between) == len(alignment.BALLOTS) and None not in p else None,
        women_heard=int(women >= MINIMUM_CELL) if len(voters) and has("stakeholders") else None,
    )  # fmt: skip


def _absent(coverage: pd.DataFrame) -> str:
    return ", ".join(coverage.loc[~coverage["is_present"], "element"])


def _lettered(point: tuple[str, str]) -> str:
    letter, name = point[0].split(" ", 1)
    return f"({letter}) {name}" + ("" if point[1] == "belum" else f" ({point[1]})")


_AGAIN = {
    "proceed": N_("Pertemuan tidak perlu diulang."),
    "conditional": N_("Pertemuan tidak perlu diulang; syarat di bawah ini dipenuhi sambil berjalan."),
    "repeat": N_("Pertemuan perlu diulang untuk pokok yang belum memenuhi kriteria."),
    "insufficient": N_("Belum dapat dikatakan apakah pertemuan perlu diulang."),
}


def state_alignment(
    stage: Stage, gate: Gate, coverage: pd.DataFrame, summary: pd.DataFrame, ranking: pd.DataFrame, matrix: pd.DataFrame
) -> None:  # fmt: skip
    """State what was found in words; nothing of it tells of a person or of few people."""
    stage.state(_AGAIN[gate.status])
    value = {criterion.id: criterion.value for criterion in gate.criteria}
    if value["elements_present"] is not None:
        said = N_("Keenam unsur yang disebut panduan hadir.")
        if absent := _absent(coverage):
            said = N_("Unsur yang belum hadir: %(absent)s.")
        stage.state(said, absent=absent)
    shown = summary[summary["voters"] >= max(MINIMUM_CELL, stage.parameters["voters_minimum"])]
    everyone = of_everyone(shown, MINIMUM_CELL).set_index("subject")
    for ballot, subject in alignment.BALLOTS.items():
        if subject in everyone.index and ballot in set(ranking["ballot"]):
            _state_ballot(stage, shown[shown["subject"] == subject], ranking[ranking["ballot"] == ballot])
    split = everyone.index[everyone["agreement_a"] < alignment.SPLIT]
    if len(split):
        stage.state("Suara terbelah tentang: %(statements)s", statements=" ".join(split))
    elif everyone["agreement_a"].notna().any():
        stage.state("Tidak ada pernyataan yang membelah suara.")
    if value["commitments_declared"] is not None:
        stage.state(
            "%(declared)s dari 4 pokok komitmen sudah dinyatakan %(head)s; komitmen anggaran: %(budget)s.",
            declared=int(value["commitments_declared"]), head=stage.terms["head"],
            budget=matrix.set_index("point")["strongest"][alignment.BUDGET],
        )  # fmt: skip
    facts = stage.table("initiative_facts").query("topic == 'koordinasi'")["statement"]
    if gate.status == "insufficient" and len(facts):
        stage.state("Yang diketahui tentang koordinasi: %(facts)s", facts=" ".join(facts))
    if (matrix["strongest"] == UNRECORDED).any():  # what is not recorded is not counted as none
        value["commitments_declared"] = None
    for name, criterion, unit, *used in _FIGURES:
        of_votes = used[0] in (alignment.VOTES[0], alignment.SCORES[0])  # of few voters only internally
        access = "internal" if of_votes and everyone.empty else "publik"
        stage.figure(name, value[criterion], unit, *used, access=access)


def name_faults(stage: Stage, summary: pd.DataFrame) -> None:
    """Name what the agreement hides: a refusal, ballots not counted, voters not listed, other records."""
    everyone = of_everyone(summary, MINIMUM_CELL)
    is_refused = everyone["is_priority"].eq(True) & (everyone["in_words"] == "sepakat menolak")
    votes, listed = stage.table("stakeholder_ranks"), stage.table("stakeholders")["stakeholder_id"]
    cast = votes.groupby("ballot")["stakeholder_id"].nunique()
    named = {
        N_("Peserta sepakat menolak pernyataan prioritas: %(item)s"): everyone.loc[is_refused, "subject"],
        N_("Ada lembar suara %(item)s yang tidak lengkap; lembar itu tidak dihitung."): [
            ballot for ballot, count in cast.items() if len(take_ballot(stage, ballot)) < count
        ],
        N_("Ada suara dari nomor yang tidak tercantum dalam daftar pemangku kepentingan: %(item)s."): [
            lower_first(stage.reading(table).declaration.title) for table in (alignment.VOTES[0], alignment.SCORES[0])
            if len(listed) and not stage.table(table)["stakeholder_id"].isin(listed).all()
        ],
        N_("Buku 00 dan 01 mencatat komitmen kepala daerah secara berbeda: %(item)s."): _differing(stage),
    }  # fmt: skip
    stage.faults = [Sentence(said, {"item": item}) for said, items in named.items() for item in items]


def _differing(stage: Stage) -> list[str]:
    """Return what the records of stage 00 and of this stage both tell, each in another strength."""
    kept = stage.table("head_commitment").set_index("item")["status"].map(STATUSES.index)
    said = stage.table("commitments").query("committed_by == 'kepala daerah'")
    item = said["point"].map(_DIRECTED).fillna(said["audience"])
    best = said["status"].map(STATUSES.index).groupby(item).max()
    both = kept.groupby(level=0).max().to_frame("kept").join(best.rename("said"), how="inner")
    return [
        f"{name} ({STATUSES[k]}, {STATUSES[s]})"
        for name, k, s in both[both["kept"] != both["said"]].itertuples()
    ]


def _state_ballot(stage: Stage, summary: pd.DataFrame, ranking: pd.DataFrame) -> None:
    """State how far all agree on a ballot, what is on top, and where women and men differ."""
    words, top = summary.set_index("group")["in_words"], ranking.iloc[0]
    about = {"ballot": top["ballot"]}
    said = N_("Tentang urutan %(ballot)s, peserta %(words)s; paling atas: %(item)s.")
    stage.state(said, words=words[EVERYONE], item=top["item"], **about)
    fair = ranking.loc[ranking["mean_rank_by_group"].fillna(ranking["mean_rank"]).idxmin(), "item"]
    if fair != top["item"]:
        said = N_("Bila tiap jenis pemangku kepentingan sama bobotnya, yang paling atas: %(item)s.")
        stage.state(said, item=fair)
    women, men = (words.get(sex) for sex in ("perempuan", "laki-laki"))
    if women and men and women != men:
        said = N_("Tentang urutan %(ballot)s, perempuan %(women)s, sedangkan laki-laki %(men)s.")
        stage.state(said, women=women, men=men, **about)
