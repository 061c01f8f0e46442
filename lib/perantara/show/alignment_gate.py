"""The gate of stage 01: whether to meet again, and what was found, in words first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.disclosure import MINIMUM_CELL
from perantara.show.alignment import BALLOTS, BETWEEN, EVERYONE, POINTS, SCORES, SPLIT, VOTES, take_ballot
from perantara.stage.gate import Measure
from perantara.text import Sentence

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

AGENDA = ["konsep", "prinsip", "tujuan", "alternatif intervensi"]


def judge_alignment(
    stage: Stage, coverage: pd.DataFrame, summary: pd.DataFrame, matrix: pd.DataFrame
) -> Gate:
    """Hold the meeting against the criteria of stage 01: whether to meet again."""
    has = stage.has
    everyone = summary[summary["group_kind"] == EVERYONE].set_index("subject")
    enough = everyone[everyone["voters"] >= stage.parameters["voters_minimum"]]
    w = {s: enough["kendall_w"].get(s) for s in BALLOTS.values()}
    p = [enough["permutation_p"].get(s) for s in BALLOTS.values()]
    between = summary[summary["group_kind"] == BETWEEN]["kendall_w"]
    priority = enough[enough["is_priority"].eq(True)]
    split = priority.index[priority["agreement_a"] < SPLIT]
    declared = matrix[(matrix["point"] != POINTS[0]) & (matrix["strongest"] != "belum")]["point"]
    budget = matrix.set_index("point")["strongest"]["b anggaran"] == "tertulis"
    absent = coverage.loc[~coverage["is_present"], "element"]
    agenda = stage.table("alignment_meetings").query("is_discussed")["agenda_item"].unique()
    team = stage.table("preparation_team")
    voters = take_ballot(stage, "tujuan").index
    women = stage.table("stakeholders").query("sex == 'perempuan'")["stakeholder_id"].isin(voters).sum()
    can_attend, can_vote = (
        has("stakeholders") and has("meeting_attendance"),
        len(voters) > 0 and has("stakeholders"),
    )
    return stage.judge(
        elements_present=Measure(
            int(coverage["is_present"].sum()) if can_attend else None, absent=", ".join(absent)
        ),
        goals_agreed=w["Urutan tujuan"],
        interventions_agreed=w["Urutan intervensi"],
        beyond_chance=None if None in p else max(p),
        statements_whole=Measure(len(split) if len(priority) else None, split=" ".join(split)),
        commitments_declared=Measure(
            len(declared) if has("commitments") else None,
            missing=", ".join(point for point in POINTS[1:] if point not in set(declared)),
        ),
        budget_written=int(budget) if has("commitments") else None,
        agenda_complete=Measure(
            len(agenda) if has("alignment_meetings") else None,
            missing=", ".join(a for a in AGENDA if a not in agenda),
        ),
        team_appointed=int(team["document"].notna().any()) if has("preparation_team") else None,
        kinds_agree=between.min() if len(between) == len(BALLOTS) else None,
        women_heard=int(women >= MINIMUM_CELL) if can_vote else None,
    )


_AGAIN = {
    "proceed": "Pertemuan tidak perlu diulang.",
    "conditional": "Pertemuan tidak perlu diulang; syarat di bawah ini dipenuhi sambil berjalan.",
    "repeat": "Pertemuan perlu diulang untuk pokok yang belum memenuhi kriteria.",
    "insufficient": "Belum dapat dikatakan apakah pertemuan perlu diulang.",
}


def state_alignment(
    stage: Stage,
    gate: Gate,
    coverage: pd.DataFrame,
    summary: pd.DataFrame,
    ranking: pd.DataFrame,
    matrix: pd.DataFrame,
) -> None:
    """State what was found in words; nothing of it tells of a person or of few people."""
    stage.state(_AGAIN[gate.status])
    value = {criterion.id: criterion.value for criterion in gate.criteria}
    if value["elements_present"] is not None:
        absent = coverage.loc[~coverage["is_present"], "element"]
        said = (
            "Unsur yang belum hadir: %(absent)s."
            if len(absent)
            else "Keenam unsur yang disebut panduan hadir."
        )
        stage.state(said, **({"absent": ", ".join(absent)} if len(absent) else {}))
    shown = summary[(summary["voters"] >= max(MINIMUM_CELL, stage.parameters["voters_minimum"]))]
    everyone = shown[shown["group_kind"] == EVERYONE].set_index("subject")
    for ballot, subject in BALLOTS.items():
        rows = ranking[ranking["ballot"] == ballot]
        if subject in everyone.index and len(rows):
            _state_ballot(stage, shown, ballot, subject, rows)
    split = everyone.index[everyone["agreement_a"] < SPLIT]
    if len(split):
        stage.state("Suara terbelah tentang: %(statements)s", statements=" ".join(split))
    elif everyone["agreement_a"].notna().any():
        stage.state("Tidak ada pernyataan yang membelah suara.")
    if stage.has("commitments"):
        budget = matrix.set_index("point")["strongest"]["b anggaran"]
        stage.state(
            "%(declared)s dari 4 pokok komitmen sudah dinyatakan %(head)s; komitmen anggaran: %(budget)s.",
            declared=int(value["commitments_declared"]), head=stage.terms["head"], budget=budget,
        )  # fmt: skip
    if gate.status == "insufficient":
        facts = stage.table("initiative_facts").query("topic == 'koordinasi'")["statement"]
        if len(facts):
            stage.state("Yang diketahui tentang koordinasi: %(facts)s", facts=" ".join(facts))
    _record_figures(stage, value, everyone)


def raise_alarms(stage: Stage, summary: pd.DataFrame) -> None:
    """Warn of what the agreement hides: a refusal, ballots not counted, voters that nobody listed."""
    is_refused = summary["is_priority"].eq(True) & (summary["in_words"] == "sepakat menolak")
    is_refused &= (summary["group_kind"] == EVERYONE) & (summary["voters"] >= MINIMUM_CELL)
    refused = summary.loc[is_refused, "subject"]
    said = [
        Sentence("Peserta sepakat menolak pernyataan prioritas: %(subject)s", {"subject": s}) for s in refused
    ]
    votes, scores = stage.table("stakeholder_ranks"), stage.table("statement_scores")
    cast = votes.groupby("ballot")["stakeholder_id"].nunique()
    if any(len(take_ballot(stage, ballot)) < count for ballot, count in cast.items()):
        said.append(Sentence("Ada lembar suara yang tidak lengkap; lembar itu tidak dihitung."))
    listed = stage.table("stakeholders")["stakeholder_id"]
    if len(listed) and not {*votes["stakeholder_id"], *scores["stakeholder_id"]} <= {*listed}:
        said.append(Sentence("Ada suara dari nomor yang tidak tercantum dalam daftar pemangku kepentingan."))
    stage.alarms += [sentence for sentence in said if sentence not in stage.alarms]


def _state_ballot(stage: Stage, shown: pd.DataFrame, ballot: str, subject: str, rows: pd.DataFrame) -> None:
    """State how far all agree on a ballot, what is on top, and where women and men differ."""
    own = shown[shown["subject"] == subject].set_index("group")["in_words"]
    stage.state(
        "Tentang urutan %(ballot)s, peserta %(words)s; paling atas: %(item)s.",
        ballot=ballot, words=own[EVERYONE], item=rows.iloc[0]["item"],
    )  # fmt: skip
    fair = rows.loc[rows["mean_rank_by_group"].fillna(rows["mean_rank"]).idxmin(), "item"]
    if fair != rows.iloc[0]["item"]:
        stage.state(
            "Bila tiap jenis pemangku kepentingan sama bobotnya, yang paling atas: %(item)s.", item=fair
        )
    if {"perempuan", "laki-laki"} <= set(own.index) and own["perempuan"] != own["laki-laki"]:
        stage.state(
            "Tentang urutan %(ballot)s, perempuan %(women)s, sedangkan laki-laki %(men)s.",
            ballot=ballot, women=own["perempuan"], men=own["laki-laki"],
        )  # fmt: skip


def _record_figures(stage: Stage, value: dict, everyone: pd.DataFrame) -> None:
    """Record what other stages and the region may use; of few voters only internally."""
    access = "publik" if len(everyone) else "internal"
    for name, criterion in (("w_goals", "goals_agreed"), ("w_interventions", "interventions_agreed")):
        stage.figure(name, value[criterion], "W 0-1", *VOTES, access=access)
    stage.figure(
        "elements_present", value["elements_present"], "unsur", "meeting_attendance", access="publik"
    )
    stage.figure("statements_split", value["statements_whole"], "pernyataan", *SCORES, access=access)
    stage.figure(
        "commitments_declared", value["commitments_declared"], "pokok", "commitments", access="publik"
    )
