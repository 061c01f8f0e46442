"""What the report of stage 01 shows: who was there, how far they agree, what is committed."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods import agreement
from perantara.methods.census import count_owners
from perantara.methods.disclosure import MINIMUM_CELL, suppress_small_cells
from perantara.show.alignment_figures import draw_map, draw_ranks, draw_scores
from perantara.show.census import name_traits
from perantara.show.display import Display
from perantara.show.figures import show_figure
from perantara.show.tables import show_gap, show_missing, show_table, show_text
from perantara.text import _, format_number

if TYPE_CHECKING:
    from perantara.stage import Stage

ELEMENTS = [
    "Bappeda", "dinas koperasi dan UKM", "badan atau dinas PMD", "pemerintah desa", "pelaku usaha", "UMK",
]  # fmt: skip
DECISION, BUDGET = "keputusan penerapan", "b anggaran"
POINTS = [DECISION, "a peraturan kepala daerah", BUDGET, "c peran para pihak", "d koordinasi"]
AUDIENCES = {
    "TAPD": "tapd", "pimpinan perangkat daerah": "agency_heads", "camat": "subdistrict_heads",
    "pemerintah desa/kelurahan": "village_governments", "pelaku usaha": "businesses",
}  # fmt: skip
STATUSES = ["belum", "lisan", "tertulis"]
UNRECORDED = "belum tercatat"
BALLOTS = {"tujuan": "Urutan tujuan", "intervensi": "Urutan intervensi"}
EVERYONE, BETWEEN, KINDS_ALL = "semua peserta", "antarjenis", "semua jenis"
FEW, LEAST_RATERS = "terlalu sedikit suara: tidak dihitung", 3
KINDS = {"stakeholder_type": "jenis pemangku kepentingan", "sex": "jenis kelamin"}
VOTES = ("stakeholder_ranks", "stakeholders")
SCORES = ("statement_scores", "alignment_statements", "stakeholders")
SPLIT, SCATTERED = 0.0, 0.3  # of A: below the first voices are split, below the second scattered


# what is computed ----------------------------------------------------------------------


def find_present(stage: Stage) -> pd.DataFrame:
    """Return the people invited, each with whether they have ever been present."""
    people, attendance = stage.table("stakeholders"), stage.table("meeting_attendance")
    came = attendance.loc[attendance["is_present"].astype(bool), "stakeholder_id"]
    return people.assign(present=people["stakeholder_id"].isin(came))


def cover_elements(stage: Stage) -> pd.DataFrame:
    """Return which of the six elements of the guide has been there; not of how many, for one or two are a name."""
    came = find_present(stage).query("present")["element"]
    return pd.DataFrame({"element": ELEMENTS, "is_present": pd.Index(ELEMENTS).isin(came)})


def take_ballot(stage: Stage, ballot: str) -> pd.DataFrame:
    """Return the complete ballots, shape (voters, items); of who left something out, nothing is taken."""
    votes = stage.table("stakeholder_ranks").query("ballot == @ballot")
    return votes.pivot(index="stakeholder_id", columns="item", values="rank").dropna()


def rank_ballots(stage: Stage) -> pd.DataFrame:
    """Return the common order of goals and interventions, with and without the weight of numbers."""
    kinds = stage.table("stakeholders").set_index("stakeholder_id")["stakeholder_type"]
    ballots, least = {name: take_ballot(stage, name) for name in BALLOTS}, stage.parameters["voters_minimum"]
    found = [
        agreement.rank_items(votes, kinds, seed=stage.parameters["seed"], smallest=least)
        .rename_axis("item").reset_index().assign(ballot=name)
        for name, votes in ballots.items() if len(votes) >= least
    ]  # fmt: skip
    columns = stage.store.declaration("item_ranking").field_names
    return pd.concat(found)[columns] if found else pd.DataFrame(columns=columns)


def summarise_agreement(stage: Stage) -> pd.DataFrame:
    """Return how far everyone and each group agrees: on each ballot by W, on each statement by A.

    Of groups below ``voters_minimum`` nothing is computed, and in the agreement between kinds they do not weigh.
    """
    people, rows = stage.table("stakeholders").set_index("stakeholder_id"), []
    least = stage.parameters["voters_minimum"]
    for ballot, subject in BALLOTS.items():
        votes = take_ballot(stage, ballot)
        parts = [*_parts(votes, people)]
        if len(votes.columns) > 1 and len(votes):
            between = agreement.group_ranks(votes, people["stakeholder_type"], least)
            parts += [(BETWEEN, KINDS_ALL, between)] if len(between) >= LEAST_RATERS else []
        rows += [
            {"subject": subject, "group_kind": kind, "group": group} | _concordance(stage, part)
            if len(part) >= least or kind == BETWEEN
            else {
                "subject": subject,
                "group_kind": kind,
                "group": group,
                "voters": len(part),
                "in_words": FEW,
            }
            for kind, group, part in parts
            if len(part) and len(part.columns) > 1 and part.nunique(axis="columns").max() > 1
        ]
    scores = stage.table("statement_scores").set_index("stakeholder_id")
    for asked in stage.table("alignment_statements").itertuples():
        given = scores.loc[scores["statement_id"] == asked.statement_id, ["score"]]
        about = {"subject": f"{asked.statement_id}. {asked.statement}", "is_priority": asked.is_priority}
        rows += [
            about | {"group_kind": kind, "group": group, "voters": len(part), "in_words": FEW}
            | (_scored(part["score"]) if len(part) >= least else {})
            for kind, group, part in _parts(given, people) if len(part)
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=stage.store.declaration("agreement_summary").field_names)


def _parts(votes: pd.DataFrame, people: pd.DataFrame) -> Iterable[tuple[str, str, pd.DataFrame]]:
    yield EVERYONE, EVERYONE, votes
    for column, kind in KINDS.items():
        for group, part in votes.groupby(people[column].reindex(votes.index).to_numpy()):
            yield kind, group, part


def _concordance(stage: Stage, votes: pd.DataFrame) -> dict:
    """Return the measures of one group's ballots, with what they say in words."""
    found, least = agreement.kendall_w(votes), stage.parameters["w_minimum"]
    p = agreement.permutation_p(votes, stage.parameters["seed"], stage.parameters["permutation_draws"])
    words = "belum dapat dibedakan dari kebetulan"
    if p < stage.parameters["p_maximum"]:
        levels = {max(0.7, least): "sangat sepakat", least: "cukup sepakat", 0.3: "baru sebagian sepakat"}
        words = next((said for level, said in levels.items() if found.w >= level), "belum sepakat")
    return {
        "voters": len(votes), "in_words": words, "kendall_w": min(found.w, 1.0), "chi2": found.chi2, "df": found.df,
        "p_value": found.p_value, "permutation_p": p, "mean_rho": found.mean_rho,
    }  # fmt: skip


def _scored(scores: pd.Series) -> dict:
    counts = scores.value_counts().reindex(range(1, 6), fill_value=0)
    agreed, median = agreement.agreement_a(counts), float(scores.median())
    words = "sepakat menerima" if median >= 4 else "sepakat menolak" if median <= 2 else "sama-sama ragu"
    if agreed < SCATTERED:
        words = "suara terbelah" if agreed < SPLIT else "suara menyebar"
    return {"voters": len(scores), "in_words": words, "agreement_a": agreed, "median_score": median}


def build_commitments(stage: Stage) -> pd.DataFrame:
    """Return what the head of the district has declared to whom, and how strongly at most."""
    said = stage.table("commitments").query("committed_by == 'kepala daerah'")
    strength = said.assign(strength=said["status"].map(STATUSES.index).astype("Int64"))
    best = strength.pivot_table(index="point", columns="audience", values="strength", aggfunc="max")
    best = best.reindex(index=POINTS, columns=list(AUDIENCES)).astype("Float64")
    words = dict(enumerate(STATUSES))
    named = best.apply(lambda column: column.map(words, na_action="ignore")).rename(columns=AUDIENCES)
    strongest = best.max(axis="columns").map(words, na_action="ignore").fillna(UNRECORDED)
    return named.assign(strongest=strongest).rename_axis(columns=None).rename_axis("point").reset_index()


# what is shown -------------------------------------------------------------------------


def show_guide(stage: Stage, *topics: str, caption: str) -> Display:
    """Show what the guide says on ``topics``, for the meeting to read together."""
    said = stage.table("guide_statements").query("topic in @topics").dropna(axis="columns", how="all")
    columns = [c for c in ("topic", "actor", "statement", "treatment") if c in said]
    scope = _("Panduan, 2021")
    return show_table(stage, said, "guide_statements", caption=caption, columns=columns, scope=scope)


def show_absent(stage: Stage) -> Display:
    """Show of which elements somebody was invited and never came: internal, and nobody by number."""
    rows = find_present(stage).query("not present").drop_duplicates(["element", "stakeholder_type"])
    if gap := show_missing(stage, "meeting_attendance", "stakeholders"):
        return gap
    if rows.empty:
        return show_text(_("Semua yang diundang pernah hadir."), access="internal")
    columns = ["element", "stakeholder_type"]
    caption = _("Unsur yang seorang wakilnya, atau lebih, diundang tetapi belum pernah hadir")
    return show_table(stage, rows, "stakeholders", "meeting_attendance", caption=caption, columns=columns)


def show_inclusion(stage: Stage, table: str = "stakeholders", caption: str = "") -> Display:
    """Show who has been invited (or is in ``table``) by sex, disability and age, small cells hidden."""
    people = stage.table(table).assign(is_poor=pd.NA)
    if people.empty:
        return show_gap(stage, table)
    names = {"sex": "owner_sex", "has_disability": "owner_has_disability", "age_years": "owner_age_years"}
    counts = count_owners(people.rename(columns=names)).drop("poor", level="trait")
    blocks = [suppress_small_cells(block) for _trait, block in counts.groupby("trait", sort=False)]
    rows, titles = name_traits(pd.concat(blocks))
    caption = caption or _(
        "Yang diundang menurut jenis kelamin; sel kecil disembunyikan (–), juga dari selisihnya"
    )
    return show_table(stage, rows, table, caption=caption, titles=titles, access="publik")


def show_map(stage: Stage) -> Display:
    """Draw power and interest of each kind of at least five people, as their mean: internal."""
    people = stage.table("stakeholders").dropna(subset=["power", "interest"])
    if people.empty:
        return show_gap(stage, "stakeholders")
    kinds = people.astype({"power": float, "interest": float}).groupby("stakeholder_type")
    data = kinds[["power", "interest"]].mean()[kinds.size() >= MINIMUM_CELL]
    if data.empty:
        return show_text(_("Belum ada jenis pemangku kepentingan dengan lima orang atau lebih."))
    data = data.assign(quadrant=agreement.place_quadrant(data["power"], data["interest"]))
    close = ", ".join(data.index[data["quadrant"] == "kelola dekat"]) or _("belum ada")
    listed = "; ".join(
        f"{e} {format_number(p, 1)} / {format_number(i, 1)}" for e, p, i, _q in data.itertuples()
    )
    return show_figure(
        stage, draw_map(data), data, "stakeholders", title=_("Dikelola dekat: %(elements)s") % {"elements": close},
        alt=_("Kekuatan dan kepentingan tiap jenis peserta, skala 1 sampai 5: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def show_quadrants(stage: Stage) -> Display:
    """Show how many people stand in each quadrant of power and interest, small cells hidden."""
    people = stage.table("stakeholders").dropna(subset=["power", "interest"])
    if people.empty:
        return show_gap(stage, "stakeholders")
    placed = agreement.place_quadrant(people["power"], people["interest"]).value_counts()
    placed = placed.reindex(["kelola dekat", "puaskan", "beri informasi", "pantau"], fill_value=0)
    rows = suppress_small_cells(pd.DataFrame(placed.to_numpy().reshape(2, 2), columns=["high", "low"]))
    rows.insert(
        0, "power", [_("tinggi: kelola dekat, atau puaskan"), _("rendah: beri informasi, atau pantau")]
    )
    titles = {
        "power": _("Kekuatan"), "high": _("Kepentingan tinggi (orang)"), "low": _("Kepentingan rendah (orang)"),
    }  # fmt: skip
    caption = _("Orang menurut kekuatan dan kepentingan; sel kecil disembunyikan (–), juga dari selisihnya")
    return show_table(stage, rows, "stakeholders", caption=caption, titles=titles, access="publik")


def of_everyone(summary: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return how far all participants agree, where at least so many voted."""
    return summary[(summary["group_kind"] == EVERYONE) & (summary["voters"] >= least)]


def keep_safe(summary: pd.DataFrame, ranking: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what may be handed out: nothing of fewer than five voters, also not by difference."""
    counts = summary.groupby(["subject", "group_kind"])["voters"].transform(suppress_small_cells)
    safe = summary[counts.notna() | (summary["group_kind"] == BETWEEN)]
    whole = safe.loc[safe["group_kind"] == EVERYONE, "subject"]
    return {"agreement_summary": safe, "item_ranking": ranking[ranking["ballot"].map(BALLOTS).isin(whole)]}


def _say_p(stage: Stage, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with p in words, for no draw can tell it lower than one in all of them."""
    least = math.ceil(max(1, 1000 / (stage.parameters["permutation_draws"] + 1))) / 1000
    said = rows["permutation_p"].map(
        lambda p: f"≤ {format_number(least, 3)}" if p <= least else format_number(p, 3), na_action="ignore"
    )
    return rows.round(2).assign(permutation_p=said)


def show_agreement(
    stage: Stage, summary: pd.DataFrame, *columns: str, of: Sequence[str] = (), caption: str
) -> Display:
    """Show how far all participants agree, or what is missing; ``of`` names measures that a row must have."""
    rows = of_everyone(summary, stage.parameters["voters_minimum"]).dropna(subset=[*of])
    if rows.empty:
        return show_gap(stage, "statement_scores" if "agreement_a" in of else "stakeholder_ranks")
    access = "publik" if (rows["voters"] >= MINIMUM_CELL).all() else "internal"
    rows = _say_p(stage, rows)
    return show_table(stage, rows, "agreement_summary", caption=caption, columns=columns, access=access)


def show_groups(stage: Stage, summary: pd.DataFrame, *, is_public: bool) -> Display:
    """Show how far each kind and each sex agrees within itself; what ``keep_safe`` drops only internally."""
    rows = summary[summary["subject"].isin(BALLOTS.values()) & (summary["group_kind"] != EVERYONE)]
    if rows.empty:
        return show_gap(stage, "stakeholder_ranks")
    safe = keep_safe(summary, summary.assign(ballot="")[:0])["agreement_summary"]
    rows = _say_p(stage, rows[rows.index.isin(safe.index) == is_public])
    caption, access = _("Kesepakatan kelompok kecil (edisi internal)"), "internal"
    if is_public:
        caption, access = _("Kesepakatan menurut kelompok"), "publik"
    columns = ["subject", "group_kind", "group", "voters", "in_words", "kendall_w", "permutation_p"]
    return show_table(stage, rows, "agreement_summary", caption=caption, columns=columns, access=access)


def show_camps(stage: Stage, summary: pd.DataFrame) -> Display:
    """Show which kinds of people stand where on what splits or scatters the meeting: internal."""
    everyone = of_everyone(summary, 0)
    if everyone["agreement_a"].isna().all():
        return show_gap(stage, "statement_scores")
    touched = everyone.loc[everyone["agreement_a"] < SCATTERED, "subject"]
    rows = summary[summary["subject"].isin(touched) & (summary["group_kind"] == KINDS["stakeholder_type"])]
    if rows.empty:
        return show_text(_("Tidak ada pernyataan yang suaranya terbelah atau menyebar."), access="internal")
    columns = ["subject", "group", "voters", "median_score", "agreement_a", "in_words"]
    caption = _("Pernyataan yang belum disepakati menurut jenis pemangku kepentingan")
    return show_table(stage, rows.round(2), "agreement_summary", caption=caption, columns=columns)


def show_ranking(stage: Stage, ranking: pd.DataFrame, ballot: str) -> Display:
    """Draw the mean place of each item with its interval, or show the gap of the ballots."""
    rows = ranking[ranking["ballot"] == ballot]
    if rows.empty:
        return show_gap(stage, "stakeholder_ranks")
    best = rows.iloc[0]
    title = _("Paling atas dalam urutan %(ballot)s: %(item)s") % {"ballot": _(ballot), "item": best["item"]}
    listed = "; ".join(f"{r.item} {format_number(r.mean_rank, 1)}" for r in rows.itertuples())
    alt = _("Rata-rata urutan dengan selang 95 persen, 1 paling penting: %(listed)s.") % {"listed": listed}
    access = "publik" if len(take_ballot(stage, ballot)) >= MINIMUM_CELL else "internal"
    return show_figure(stage, draw_ranks(rows), rows, *VOTES, title=title, alt=alt, access=access)


def show_scores(stage: Stage) -> Display:
    """Draw how the scores of each statement are spread: internal, for most bars are of few."""
    if gap := show_missing(stage, "statement_scores", "alignment_statements"):
        return gap
    texts = stage.table("alignment_statements").set_index("statement_id")["statement"]
    scores = stage.table("statement_scores")
    counts = pd.crosstab(scores["statement_id"], scores["score"])
    data = counts.reindex(index=texts.index, columns=range(1, 6), fill_value=0)
    data.index = [textwrap.fill(f"{number}. {text}", 46) for number, text in texts.items()]
    title = _("Sebaran skor tiap pernyataan, dari sangat tidak setuju sampai sangat setuju")
    listed = "; ".join(
        f"{n} {', '.join(map(str, row))}" for n, row in zip(texts.index, data.to_numpy(), strict=True)
    )
    alt = _("Batang bertumpuk jumlah peserta menurut skor 1 sampai 5: %(listed)s.") % {"listed": listed}
    return show_figure(stage, draw_scores(data), data, *SCORES, title=title, alt=alt)


def show_dissent(stage: Stage, most: int = 3) -> Display:
    """Show where the ballots stand that are farthest from the others: internal, and nobody by number.

    Kinds of fewer than five voters are not named: one or two of them would be a name.
    """
    kinds = stage.table("stakeholders").set_index("stakeholder_id")["stakeholder_type"]
    found = []
    for ballot, subject in BALLOTS.items():
        votes = take_ballot(stage, ballot)
        if len(votes) >= max(3, stage.parameters["voters_minimum"]):
            own = kinds.reindex(votes.index)
            own = own.where(
                own.map(own.value_counts()) >= MINIMUM_CELL, _("jenis dengan kurang dari lima suara")
            )
            gains = agreement.leave_one_out(votes).nlargest(most).round(2)
            found.append(
                pd.DataFrame({"ballot": subject, "stakeholder_type": own, "gain": gains}).loc[gains.index]
            )
    if not found:
        return show_gap(stage, "stakeholder_ranks")
    titles = {"gain": _("W naik bila tidak dihitung")}
    caption = _("Suara yang paling berbeda; dengarkan alasannya, jangan dikeluarkan")
    return show_table(stage, pd.concat(found), *VOTES[::-1], caption=caption, titles=titles)
