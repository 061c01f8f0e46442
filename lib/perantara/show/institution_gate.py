"""The gate of stage 09: whether the approach lasts, and what the first page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perantara.methods.context import valid_priorities
from perantara.methods.disclosure import MINIMUM_CELL
from perantara.methods.institution import ACTION_MAXIMUM, action_index, join_codes
from perantara.methods.notes import N_
from perantara.show.institution import EVERYONE, SHARED, find_evaluation, say_evaluation
from perantara.stage.gate import Measure
from perantara.text import Sentence, lower_first

if TYPE_CHECKING:
    import pandas as pd

    from perantara.stage import Stage
    from perantara.stage.gate import Gate


def judge_institution(stage: Stage, scored: pd.DataFrame, runs: pd.DataFrame, profile: pd.DataFrame) -> Gate:
    """Hold the five actions, plans, budget, evaluation, learning and self-audit against the criteria."""
    asked, is_below = stage.parameters, scored["score"] < stage.parameters["action_score_minimum"]
    is_unknown, found = scored["score"].isna(), find_evaluation(stage)
    met, unknown = int((~is_below.fillna(True)).sum()), int(is_unknown.sum())
    # what nobody scored is neither met nor failed: undecided as long as it could still be enough
    is_open = unknown and met < asked["actions_minimum"] <= met + unknown
    lasts = runs["is_planned"] | (runs["current_run"] >= asked["budget_years_minimum"])
    everyone = profile[profile["assessor_group"] == EVERYONE]
    return stage.judge(
        actions_backed=Measure(
            None if is_open or unknown == len(scored) else met,
            missing=", ".join(map(lower_first, scored.loc[is_below.fillna(True), "action"])), unknown=unknown,
        ),
        in_district_plan=count_documents(stage, "RPJMD", "RKPD"),
        budget_lasts=Measure(
            int(lasts.sum()) if len(runs) else None,
            longest=int(runs["current_run"].max()) if len(runs) else 0, planned=int(runs["is_planned"].sum()),
        ),
        evaluation_set=Measure(
            None if found.status == "belum diketahui" else int(found.status == "terjadwal"), said=str(say_evaluation(found))
        ),
        in_village_plan=count_documents(stage, "RKP Desa"),
        learning_logged=int(stage.table("learning_log")["evidence"].notna().sum())
        if stage.has("learning_log") else None,
        audit_complete=len(everyone) if stage.has("contrast_audit") else None,
        women_heard=_hear_women(stage),
    )  # fmt: skip


def count_documents(stage: Stage, *kinds: str) -> int | None:
    """Count the valid documents of some kinds that name the approach; ``None`` where nobody looked."""
    evidence = stage.table("institutional_evidence")
    looked = evidence[evidence["document_kind"].isin(kinds)]
    named = valid_priorities(looked, stage.as_of).dropna(subset=["document", "evidence"])["document"]
    return named.nunique() if len(looked) else None


def _hear_women(stage: Stage) -> int | None:
    assessors = stage.table("contrast_audit").drop_duplicates("assessor_id")["assessor_sex"]
    return int((assessors == "perempuan").sum() >= MINIMUM_CELL) if assessors.notna().any() else None


_LASTS = {
    "proceed": N_("Pendekatan ini sudah ada dalam rencana, anggaran, dan jadwal evaluasi."),
    "conditional": N_(
        "Pendekatan ini sudah ada dalam rencana, anggaran, dan jadwal evaluasi; syarat di bawah masih terbuka."
    ),
    "repeat": N_("Pendekatan ini belum melembaga; yang belum terpenuhi disebut di bawah."),
    "insufficient": N_("Belum dapat dikatakan apakah pendekatan ini sudah melembaga."),
}


def state_institution(
    stage: Stage, gate: Gate, scored: pd.DataFrame, runs: pd.DataFrame, profile: pd.DataFrame, learnt: pd.DataFrame
) -> None:  # fmt: skip
    """State what was found in words, and record the numbers that the region may use."""
    index, own = action_index(scored), profile[profile["assessor_group"] == EVERYONE]
    stage.state(_LASTS[gate.status])
    _state_actions(stage, scored)
    if len(runs):
        said = N_(
            "%(lines)s baris anggaran tercatat; yang terlama ada %(longest)s tahun berturut-turut, dan %(planned)s "
            "direncanakan untuk tahun depan."
        )
        longest, planned = int(runs["longest_run"].max()), int(runs["is_planned"].sum())
        stage.state(said, lines=len(runs), longest=longest, planned=planned)
    evaluation = say_evaluation(find_evaluation(stage))
    stage.state(evaluation.message, **evaluation.arguments)
    if len(own) and (own["assessors"] >= MINIMUM_CELL).all():
        said = N_(
            "Penilaian diri mengisi %(rows)s dari 10 beda; yang paling dekat dengan cara konvensional: %(aspect)s."
        )
        stage.state(said, rows=len(own), aspect=lower_first(own.loc[own["balance"].idxmin(), "aspect"]))
    by_stage = learnt[learnt["dimension"] == "tahap"]
    changes, backed = int(by_stage["entries"].sum()), int(by_stage["backed"].sum())
    if changes:
        said = N_(
            "%(changes)s perubahan tercatat, %(backed)s dengan bukti; %(none)s dari %(all)s tahap tanpa catatan."
        )
        none = int((by_stage["entries"] == 0).sum())
        stage.state(said, changes=changes, backed=backed, none=none, all=len(by_stage))
    recorded = {
        "institution_index_pct": (index.index_pct, "%", "institutional_evidence"),
        "actions_scored": (index.scored, "tindakan", "institutional_evidence"),
        "budget_run_years": (runs["current_run"].max(), "tahun", "budget_persistence"),
        "changes_backed": (backed, "perubahan", "learning_log"),
    }
    for name, (value, unit, table) in recorded.items():
        stage.figure(name, value if stage.has(table) else None, unit, table, access="publik")


def _state_actions(stage: Stage, scored: pd.DataFrame) -> None:
    """State the lowest of the scored actions, or which documents are known where none is scored."""
    known, evidence = scored.dropna(subset="score"), stage.table("institutional_evidence")
    lowest = known.loc[known["score"] == known["score"].min(), "action"].map(lower_first)
    if len(known):
        said = N_(
            "%(scored)s dari %(all)s tindakan pelembagaan berskor dengan bukti yang berlaku; terendah, skor %(score)s "
            "dari %(top)s: %(lowest)s."
        )
        words = {"score": int(known["score"].min()), "top": ACTION_MAXIMUM, "lowest": "; ".join(lowest)}
        stage.state(said, scored=len(known), all=len(scored), **words)
    elif len(documents := evidence.dropna(subset="document")):
        current = valid_priorities(documents, stage.as_of)["document"]
        for said, named in (
            (N_("Dokumen yang diketahui, belum dinilai: %(documents)s."), current),
            (N_("Dokumen yang sudah berakhir: %(documents)s."), documents["document"].drop(current.index)),
        ):
            if len(named):
                stage.state(said, documents="; ".join(named))


def name_faults(stage: Stage, scored: pd.DataFrame) -> None:
    """Name what rests on nothing, what has ended, lessons without a condition, and what other records tell."""
    lessons = stage.table("lessons").query("sharing == 'publik'")
    risks = {*stage.table("guide_risks")["risk_id"], *stage.table("risk_register")["risk_id"]}
    log = stage.table("learning_log").dropna(subset="risk_id")
    named = {
        N_("Tindakan %(item)s: ada catatan tanpa dokumen atau tanpa bukti; catatan itu tidak dihitung."): scored.loc[
            scored["unbacked"] > 0, "action"
        ],
        N_("Tindakan %(item)s: ada dokumen yang masa berlakunya sudah berakhir."): scored.loc[
            scored["ended"] > 0, "action"
        ],
        N_("Pelajaran %(item)s belum dibagikan: sasaran, syarat, atau buktinya belum ditulis."): lessons.loc[
            lessons[SHARED].isna().any(axis=1), "lesson_id"
        ],
        N_("Catatan pembelajaran %(item)s menyebut risiko yang tidak terdaftar."): log.loc[
            ~log["risk_id"].isin(risks), "entry_id"
        ],
        N_("Kode %(item)s tercatat di buku 04, tetapi belum ada dalam riwayat baris anggaran."): _unfollowed(stage),
    }  # fmt: skip
    stage.faults = [Sentence(said, {"item": item}) for said, items in named.items() for item in items]


def _unfollowed(stage: Stage) -> list[str]:
    """Return the codes with a year of stage 04 that the budgets by year do not have."""
    codes = stage.table("budget_codes_used").dropna(subset="fiscal_year")["code_as_printed"]
    followed, changes = stage.table("budget_persistence")["code"], stage.table("budget_code_changes")
    is_known = join_codes(codes, changes).isin(join_codes(followed, changes)) | followed.empty
    return list(codes[~is_known].unique())
