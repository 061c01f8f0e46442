"""What the report of stage 09 shows: actions, contrasts, budget lines over years, evaluation, learning, lessons."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods import institution
from perantara.methods.disclosure import MINIMUM_CELL, suppress_small_cells
from perantara.methods.notes import N_
from perantara.show import institution_figures as figures
from perantara.show.display import Display
from perantara.show.figures import show_figure
from perantara.show.tables import show_missing, show_table, show_text
from perantara.text import Sentence, _, format_date, format_number

if TYPE_CHECKING:
    from perantara.methods.institution import NextEvaluation
    from perantara.stage import Stage

EVERYONE = "semua penilai"
PROFILE = [
    "contrast_no", "aspect", "assessor_group", "assessors", "median", "lower", "upper", "agreement_a", "unbacked",
]  # fmt: skip
SHARED = ["audience", "condition", "evidence"]
_EVALUATION = {
    "terjadwal": N_("Evaluasi berikutnya dijadwalkan %(planned)s, %(days)s hari lagi."),
    "melewati batas": N_(
        "Evaluasi berikutnya dijadwalkan %(planned)s, sesudah batas menurut siklus produksi (%(due)s)."
    ),
    "belum dijadwalkan": N_(
        "Evaluasi berikutnya belum dijadwalkan; batasnya menurut siklus produksi %(due)s, %(days)s hari lagi."
    ),
    "terlambat": N_(
        "Evaluasi berikutnya sudah terlambat %(late)s hari (rencana %(planned)s; batas menurut siklus produksi %(due)s)."
    ),
    "belum diketahui": N_("Jadwal evaluasi berikutnya belum dapat dihitung: siklus produksi belum tercatat."),
}


def score_actions(stage: Stage) -> pd.DataFrame:
    """Return the five actions with score, what it means in the words of the anchors, and their evidence."""
    actions = stage.table("institutional_actions")
    table = institution.score_actions(actions, stage.table("institutional_evidence"), stage.as_of)
    anchors = actions.set_index("action_id")[[f"anchor_{n}" for n in range(institution.ACTION_MAXIMUM + 1)]]
    for column, step in (("reached", 0), ("next_level", 1)):
        level = table.set_index("action_id")["score"] + step
        said = [None if pd.isna(n) else anchors.loc[i].get(f"anchor_{n}") for i, n in level.items()]
        table[column] = pd.Series(said, table.index, dtype="str")
    order = ["action_id", "action", "score", "reached", "next_level", "kinds", "backed", "unbacked", "ended"]
    return table[order]


def show_actions(stage: Stage, scored: pd.DataFrame) -> Display:
    """Show the five actions; the index stands only in their caption, with how many are scored."""
    index = institution.action_index(scored)
    words = {"index": format_number(index.index_pct, 0), "scored": index.scored, "actions": index.actions}
    caption = _(
        "Lima tindakan panduan: %(scored)s dari %(actions)s berskor; indeks %(index)s %% dari yang berskor"
    )
    if index.index_pct is None:
        caption = _("Lima tindakan panduan: belum satu pun berskor, jadi tidak ada indeks")
    columns = ["action", "score", "reached", "next_level", "backed", "unbacked", "ended"]
    return show_missing(stage, "institutional_evidence") or show_table(
        stage,
        scored,
        "institution_actions",
        "institutional_evidence",
        caption=caption % words,
        columns=columns,
    )


def profile_audit(stage: Stage) -> pd.DataFrame:
    """Return the profile of everyone and of each group, by contrast."""
    audit = stage.table("contrast_audit")
    parts = [institution.audit_profile(audit).assign(assessor_group=EVERYONE)]
    parts.append(institution.audit_profile(audit, ["assessor_group"]))
    profile = pd.concat(parts, ignore_index=True)
    aspects = stage.table("guide_contrasts").set_index("contrast_no")["aspect"]
    return profile.assign(aspect=profile["contrast_no"].map(aspects))


def keep_safe(profile: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that tell of no few assessors, also not by difference, in the columns declared."""
    safe = []
    for _number, rows in profile.groupby("contrast_no"):
        is_all = rows["assessor_group"] == EVERYONE
        groups = suppress_small_cells(rows.loc[~is_all, "assessors"])
        safe += [*rows.index[is_all & (rows["assessors"] >= MINIMUM_CELL)], *groups.dropna().index]
    return profile.loc[sorted(safe), PROFILE]


def show_profile(stage: Stage, profile: pd.DataFrame) -> Display:
    """Draw the ten contrasts between both poles, or show the gap of the self-audit."""
    if gap := show_missing(stage, "contrast_audit"):
        return gap
    rows = profile[profile["assessor_group"] == EVERYONE].set_index("contrast_no")
    is_far = rows["median"] == institution.CONTRAST_MAXIMUM
    words = {"far": int(is_far.sum()), "scored": len(rows)}
    listed = "; ".join(f"{n} {r['aspect']} {format_number(r['median'], 1)}" for n, r in rows.iterrows())
    return show_figure(
        stage, figures.draw_contrasts(rows), rows[["score_0", "score_1", "score_2"]], "contrast_audit",
        title=_("%(far)s dari %(scored)s pokok bernilai tengah 2, seperti pendekatan sistem pasar") % words,
        alt=_("Batang bercabang, skor tengah 0 (konvensional) sampai 2 (sistem pasar): %(listed)s.") % {"listed": listed},
    )  # fmt: skip  # internal: a share of few assessors tells how many they are


def show_groups(stage: Stage, profile: pd.DataFrame) -> Display:
    """Show where the groups that may be shown see a contrast differently, the widest first: internal."""
    safe = keep_safe(profile)
    groups, own = safe.query("assessor_group != @EVERYONE"), safe.query("assessor_group == @EVERYONE")
    if groups.empty:
        return show_text(_("Tidak ada kelompok dengan paling tidak lima penilai untuk dibandingkan."))
    table = groups.pivot(index="contrast_no", columns="assessor_group", values="median")
    gap = table.max(axis=1) - table.min(axis=1)
    about = own.set_index("contrast_no")[["aspect", "agreement_a", "unbacked"]].round(2)
    titles = {name: _("%(group)s (skor tengah)") % {"group": name} for name in table}
    return show_table(
        stage, table.join(about).assign(gap=gap).sort_values("gap", ascending=False, kind="stable"),
        "contrast_audit", "contrast_profile", columns=["aspect", *table, "gap", "agreement_a", "unbacked"],
        titles=titles | {"gap": _("Selisih terbesar")},
        caption=_("Skor tengah menurut kelompok penilai, kesepakatan, dan skor tanpa bukti; selisih terbesar di atas"),
    )  # fmt: skip


def follow_lines(stage: Stage) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the budget lines by year, and how long each has lasted."""
    year = int(stage.as_of[:4])
    years = institution.line_years(
        stage.table("budget_persistence"), stage.table("budget_code_changes"), year
    )
    return years, institution.line_runs(years, year)


def show_lines(stage: Stage, years: pd.DataFrame, runs: pd.DataFrame) -> Display:
    """Draw in which years each budget line was there."""
    if gap := show_missing(stage, "budget_persistence"):
        return gap
    words = {
        "longest": int(runs["longest_run"].max()),
        "planned": int(runs["is_planned"].sum()),
        "lines": len(runs),
    }
    title = _("Baris yang paling lama bertahan: %(longest)s tahun berturut-turut; %(planned)s dari %(lines)s "
              "baris direncanakan untuk tahun depan")  # fmt: skip
    listed = "; ".join(f"{r.name} {r.fiscal_year} {r.state}" for r in years.ffill().itertuples(index=False))
    return show_figure(
        stage, figures.draw_lines(years, runs), years[["line", "fiscal_year", "state"]], "budget_persistence",
        title=title % words, alt=_("Garis waktu baris anggaran: %(listed)s.") % {"listed": listed}, access="publik",
    )  # fmt: skip


def show_runs(stage: Stage, runs: pd.DataFrame) -> Display:
    """Show how long each line has lasted; amounts of different years are not added."""
    titles = {
        "present_years": _("Tahun ada"), "gap_years": _("Tidak dianggarkan"), "unrecorded_years": _("Tidak tercatat"),
        "longest_run": _("Terlama berturut-turut"), "current_run": _("Berturut-turut sampai tahun ini"),
        "is_planned": _("Tahun depan"), "realised_pct": _("Rata-rata realisasi (%)"),
    }  # fmt: skip
    caption = _("Lama bertahan setiap baris anggaran, dalam tahun")
    told = {"columns": ["name", *titles], "titles": titles, "access": "publik"}
    return show_table(stage, runs.round(1), "budget_persistence", caption=caption, **told)


def find_evaluation(stage: Stage) -> NextEvaluation:
    """Return when the next evaluation is, by the production cycles and the parameters of the stage."""
    asked, today = stage.parameters, dt.date.fromisoformat(stage.as_of)
    every, grace = asked["evaluation_every_cycles"], asked["evaluation_grace_days"]
    return institution.next_evaluation(stage.table("production_cycles"), today, every, grace)


def say_evaluation(found: NextEvaluation) -> Sentence:
    """Say when the next evaluation is and how that stands."""
    days = found.days_left or 0
    words = {
        "planned": format_date(found.planned),
        "due": format_date(found.due),
        "days": days,
        "late": -days,
    }
    return Sentence(_EVALUATION[found.status], words)


def summarise_learning(stage: Stage) -> pd.DataFrame:
    """Return how many changes were recorded by stage and by risk of the guide, also where there are none."""
    log = stage.table("learning_log")
    names = stage.reading("learning_log").declaration.field("stage").constraints["enum"]
    risks = (
        stage.table("guide_risks")
        .set_index("risk_id", drop=False)[["risk_id", "risk"]]
        .agg(": ".join, axis=1)
    )
    by = {"tahap": ("stage", pd.Series(names, index=names)), "risiko": ("risk_id", risks)}
    parts = [institution.count_learning(log, *of).assign(dimension=name) for name, of in by.items()]
    return pd.concat(parts, ignore_index=True)[["dimension", "item", "entries", "backed", "last_date"]]


def show_learning(stage: Stage) -> Display:
    """Show the changes by date, with their evidence and who decided them."""
    log = stage.table("learning_log").sort_values("entry_date", kind="stable")
    words = {"all": len(log), "backed": int(log["evidence"].notna().sum())}
    columns = ["entry_date", "stage", "change", "evidence", "decided_by", "risk_id", "effect", "basis"]
    caption = _("%(all)s perubahan tercatat dalam siklus ini, %(backed)s dengan bukti") % words
    return show_table(stage, log, "learning_log", columns=columns, caption=caption)


def share_lessons(stage: Stage) -> pd.DataFrame:
    """Return the lessons that may be shared and say for whom, when they hold, and why we know."""
    lessons = stage.table("lessons")
    shared = lessons[(lessons["sharing"] == "publik") & lessons[SHARED].notna().all(axis=1)]
    return shared[["lesson_id", "lesson", *SHARED, "basis", "source"]]
