"""The gate of stage 09: whether the approach lasts, and what the first page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perantara.methods.context import valid_priorities
from perantara.methods.disclosure import MINIMUM_CELL
from perantara.methods.institution import action_index, join_codes
from perantara.methods.notes import N_
from perantara.show.institution import EVERYONE, SHARED, say_evaluation
from perantara.stage.gate import Measure
from perantara.text import Sentence, lower_first

if TYPE_CHECKING:
    import pandas as pd

    from perantara.methods.institution import NextEvaluation
    from perantara.stage import Stage
    from perantara.stage.gate import Gate


def judge_institution(
    stage: Stage, scored: pd.DataFrame, runs: pd.DataFrame, found: NextEvaluation, profile: pd.DataFrame
) -> Gate:
    """Hold the five actions, plans, budget, evaluation, learning and self-audit against the criteria."""
    asked, is_below = stage.parameters, scored["score"] < stage.parameters["action_score_minimum"]
    is_unknown = scored["score"].isna()
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
            None if found.status == "belum diketahui" else int(found.status == "terjadwal"), said=say_evaluation(found)
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


def state_institution(
    stage: Stage, scored: pd.DataFrame, runs: pd.DataFrame, found: NextEvaluation, profile: pd.DataFrame, learnt: pd.DataFrame
) -> None:  # fmt: skip
    """State what was found in words, and record the numbers that the region may use."""
    index, own = action_index(scored), profile[profile["assessor_group"] == EVERYONE]
    if index.scored:
        stage.state(
            "%(scored)s dari %(actions)s tindakan pelembagaan berskor dengan bukti yang berlaku; yang paling rendah: %(lowest)s.",
            scored=index.scored, actions=index.actions,
            lowest=lower_first(scored.loc[scored["score"].astype("float64").idxmin(), "action"]),
        )  # fmt: skip
    else:
        stage.state("Belum satu pun dari lima tindakan pelembagaan dapat dinilai dari bukti yang berlaku.")
    if len(runs):
        stage.state(
            "%(lines)s baris anggaran tercatat; yang paling lama bertahan ada %(longest)s tahun berturut-turut, dan %(planned)s "
            "baris direncanakan untuk tahun depan. Bertahan di satu daerah belum membuktikan pendekatan ini bertahan di tempat lain.",
            lines=len(runs), longest=int(runs["longest_run"].max()), planned=int(runs["is_planned"].sum()),
        )  # fmt: skip
    stage.state(say_evaluation(found))
    if len(own) and (own["assessors"] >= MINIMUM_CELL).all():
        low = own.sort_values("median", kind="stable").iloc[0]
        said = N_(
            "Penilaian diri mengisi %(rows)s dari 10 beda; yang paling dekat dengan cara konvensional: %(aspect)s."
        )
        stage.state(said, rows=len(own), aspect=lower_first(low["aspect"]))
    by_stage = learnt[learnt["dimension"] == "tahap"]
    if by_stage["entries"].any():
        said = N_(
            "%(entries)s perubahan tercatat, %(backed)s dengan bukti; %(none)s dari %(all)s tahap tanpa catatan."
        )
        stage.state(
            said, entries=int(by_stage["entries"].sum()), backed=int(by_stage["backed"].sum()),
            none=int((by_stage["entries"] == 0).sum()), all=len(by_stage),
        )  # fmt: skip
    has_lines, has_log = stage.has("budget_persistence"), stage.has("learning_log")
    stage.figure("institution_index_pct", index.index_pct, "%", "institutional_evidence")
    stage.figure(
        "actions_scored",
        index.scored if stage.has("institutional_evidence") else None,
        "tindakan",
        "institutional_evidence",
    )
    stage.figure(
        "budget_run_years",
        runs["current_run"].max() if has_lines else None,
        "tahun",
        "budget_persistence",
        access="publik",
    )
    stage.figure("changes_backed", by_stage["backed"].sum() if has_log else None, "perubahan", "learning_log")


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
        N_("Kode %(item)s tercatat di buku 04, tetapi belum ada dalam baris anggaran dari tahun ke tahun."): _unfollowed(stage),
    }  # fmt: skip
    stage.faults = [Sentence(said, {"item": item}) for said, items in named.items() for item in items]


def _unfollowed(stage: Stage) -> list[str]:
    """Return the codes with a year of stage 04 that the budgets by year do not have."""
    used, changes = (
        stage.table("budget_codes_used").dropna(subset="fiscal_year"),
        stage.table("budget_code_changes"),
    )
    codes, followed = used["code_as_printed"], stage.table("budget_persistence")["code"]
    if followed.empty:
        return []
    return list(codes[~join_codes(codes, changes).isin(join_codes(followed, changes))].unique())
