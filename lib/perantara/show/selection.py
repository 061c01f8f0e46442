"""What stage 06 computes and shows of the selection of one commodity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods import selection
from perantara.methods.disclosure import MINIMUM_CELL
from perantara.methods.ranking import weighted_sum
from perantara.methods.selection import GRADES, Choice, JudgedWeights
from perantara.methods.weights import entropy_weights, inconsistent_judgements
from perantara.show.display import Display
from perantara.show.tables import find_missing, show_gap, show_table, show_text
from perantara.text import _, format_number

if TYPE_CHECKING:
    from perantara.stage import Stage

SIGNS = {"manfaat": 1, "biaya": -1}
SCORES = ("commodity_scores", "selection_criteria")
WEIGHTS = ("criteria_judgements", "pairwise_judgements", "selection_judges")
PARTIES = ["pemerintah daerah", "mitra swasta", "UMK"]
LONG, SHORT, TOP = "daftar panjang", "daftar pendek", "teratas"
SPREADS = {"primer": 0.03, "sekunder": 0.08, "pendapat": 0.15}  # of the scale, where none is stated
COVERAGE, SHORT_LIST = 0.6, 5  # the weight that must have a score to be ranked; how long the short list is
DRAWS, SEED = 4000, 2026
LEAST_GAIN = 0.005  # what raises the acceptability by less is within the noise of the simulation


@dataclass(frozen=True)
class Selection:
    """Everything that the selection rests on, computed once.

    ``own`` marks the scores that judges gave to their own commodity and ``winner_without`` who comes first without
    them. ``known`` is by commodity the share of the weight that has a score; those with enough are in ``choice``
    (``None`` where fewer than two are).
    """

    criteria: pd.DataFrame
    scores: pd.DataFrame
    parties: pd.Series
    own: pd.Series
    judged: JudgedWeights
    cells: pd.DataFrame
    known: pd.Series
    choice: Choice | None
    winner_without: str

    ranked = property(
        lambda self: self.cells.loc[list(self.choice.table.index)], doc="Cells of who is ranked."
    )
    is_weighed = property(lambda self: not self.judged.by_judge.empty, doc="Whether anybody has weighed.")


def take_criteria(stage: Stage) -> pd.DataFrame:
    """Return the criteria by name, with the ends of their scales and directions as signs."""
    agreed = stage.table("selection_criteria").set_index("criterion")
    agreed["direction"] = agreed["direction"].map(SIGNS).astype(int)
    return agreed.rename(columns={"scale_low": "low", "scale_high": "high"})


def study_selection(stage: Stage) -> Selection:
    """Weigh the criteria, join the scores and rank the commodities, as far as there are data."""
    criteria, scores = take_criteria(stage), stage.table("commodity_scores")
    judges = stage.table("selection_judges").set_index("judge_id")
    judged = selection.weigh_criteria(
        stage.table("criteria_judgements"), stage.table("pairwise_judgements"), judges["party"], criteria.index,
        stage.parameters["ahp_method"],
    )  # fmt: skip
    own = scores["given_by"].map(judges["own_commodity"]).eq(scores["commodity"])
    cells = selection.join_scores(scores, criteria, SPREADS) if len(criteria) else pd.DataFrame()
    known, choice, without = pd.Series(dtype=float), None, ""
    if len(cells):
        is_known = cells["evidence"].ne("kosong").unstack().reindex(columns=criteria.index)
        known = (is_known * judged.agreed).sum(axis=1)
        ranked = [name for name in cells.index.unique(0) if known[name] >= COVERAGE]
        if len(ranked) > 1:
            choice = selection.choose(cells.loc[ranked], criteria, judged, DRAWS, SEED)
            others = selection.join_scores(scores[~own], criteria, SPREADS)["value"].unstack()
            values = others.reindex(index=ranked, columns=criteria.index).fillna(
                criteria[["low", "high"]].mean(axis=1)
            )
            ends = (judged.agreed, criteria["direction"], criteria[["low", "high"]])
            without = str(weighted_sum(values, *ends).idxmax())
    return Selection(criteria, scores, judges["party"], own, judged, cells, known, choice, without)


def rank_commodities(stage: Stage, study: Selection) -> pd.DataFrame:
    """Return the long list with how far each came: candidates of stage 02 and whoever has a score."""
    rows = study.choice.table.assign(first_pct=100 * study.choice.first) if study.choice else pd.DataFrame()
    weighed = stage.result("02_concept", "candidate_commodities")["commodity"]
    names = dict.fromkeys([*rows.index, *study.known.index, *weighed])
    columns = stage.store.declaration("commodity_ranking").field_names
    found = rows.reindex(list(names)).rename_axis("commodity").reset_index().reindex(columns=columns)
    found["known_weight_pct"] = 100 * found["commodity"].map(study.known).astype(float)
    found["place"] = found["place"].astype("Int64")
    is_short = found["place"].le(SHORT_LIST).fillna(False).astype(bool)
    found["list_stage"] = is_short.map({True: SHORT, False: LONG})
    found.loc[found["place"].eq(1).fillna(False).astype(bool), "list_stage"] = TOP
    return found.astype({"commodity": "str"})


def table_weights(stage: Stage, study: Selection) -> pd.DataFrame:
    """Return the weight of each criterion with its spread, what it rests on, and where it would turn."""
    columns = stage.store.declaration("criteria_weights").field_names
    if study.criteria.empty or not study.is_weighed:
        return pd.DataFrame(columns=columns)
    found = pd.DataFrame({"weight_pct": 100 * study.judged.agreed, "spread_pct": 100 * study.judged.spread})
    found = found.replace(float("inf"), float("nan"))
    if study.choice:
        weak = study.ranked["evidence"].isin(["pendapat", "kosong"])
        tipping = study.choice.tipping
        found["entropy_pct"] = 100 * _entropy(study)
        found["opinion_pct"] = 100 * weak.groupby("criterion").mean()
        found = found.assign(
            lower_pct=100 * tipping["lower"], lower_winner=tipping["lower_winner"],
            upper_pct=100 * tipping["upper"], upper_winner=tipping["upper_winner"],
        )  # fmt: skip
    return found.rename_axis("criterion").reset_index().reindex(columns=columns)


def _entropy(study: Selection) -> pd.Series:
    useful = study.choice.utilities.loc[:, study.choice.utilities.nunique() > 1]
    return entropy_weights(useful) if len(useful.columns) else pd.Series(dtype=float)


def first_datum(study: Selection) -> tuple[str, str, float] | None:
    """Return the cell whose knowing would raise the acceptability most, and by how much (0 to 1)."""
    gains = study.choice.information.stack() if study.choice else pd.Series(dtype=float)
    if gains.empty or gains.max() < LEAST_GAIN:
        return None
    commodity, criterion = gains.idxmax()
    return commodity, criterion, float(gains.max())


# what is shown -------------------------------------------------------------------------


def show_known(stage: Stage) -> Display:
    """Show what sources say of the output of commodities in the district and its province."""
    facts, code = stage.table("regional_facts"), stage.district.code_kemendagri
    areas = facts["region_code_kemendagri"].isin([code, code[:2]])
    rows = facts[areas & facts["indicator"].str.contains("_production_|_area_ha")]
    own = rows.loc[rows["region_code_kemendagri"] == code, "indicator"]
    rows = rows[rows["indicator"].isin(own)]
    if rows.empty:
        return show_text(_("Belum ada angka produksi komoditas daerah ini dalam bahan acuan."))
    columns = ["region_name", "indicator_title", "period", "value", "unit", "basis"]
    caption = _("Angka produksi yang dimuat; bukan daftar lengkap komoditas daerah")
    return show_table(
        stage, rows, "regional_facts", columns=columns, caption=caption, scope=stage.district.title
    )


def show_presets(stage: Stage) -> Display:
    """Show the sets of criteria that a district can choose, mix and change."""
    columns = ["preset", "criterion", "direction", "unit", "low_anchor", "high_anchor", "basis"]
    rows = stage.table("criteria_presets")
    caption = _("Kumpulan kriteria yang dapat dipilih, dicampur, dan diubah")
    return show_table(
        stage, rows, "criteria_presets", columns=columns, caption=caption, scope=_("bahan acuan")
    )


def show_weights(stage: Stage, study: Selection) -> Display:
    """Show the agreed weights beside their spread, entropy and what they rest on."""
    rows = table_weights(stage, study)
    if rows.empty:
        return show_gap(stage, find_missing(stage, "selection_criteria", "criteria_judgements") or WEIGHTS[0])
    columns = ["criterion", "weight_pct", "spread_pct", "entropy_pct", "opinion_pct"]
    caption = _("Bobot gabungan ketiga pihak, simpangan antarpenilai, dan bobot entropi sebagai pembanding")
    return show_table(
        stage, rows.round(1), "criteria_weights", *WEIGHTS, columns=columns, caption=caption, access="publik"
    )


def show_parties(stage: Stage, study: Selection) -> Display:
    """Show the weights by party and by way of asking: internal, for a party may be one person."""
    if not study.is_weighed:
        return show_gap(stage, "selection_judges")
    parties = [party for party in PARTIES if party in study.judged.by_party.index]
    rows = (100 * study.judged.by_party.T)[parties].round(1).rename_axis("criterion").reset_index()
    titles = {party: _("%(party)s (%%)") % {"party": _(party)} for party in parties}
    caption = _("Bobot menurut pihak; setiap pihak sama bobotnya dalam gabungan")
    return show_table(stage, rows, *WEIGHTS, "selection_criteria", caption=caption, titles=titles)


def show_consistency(stage: Stage, study: Selection, most: int = 3) -> Display:
    """Show the comparisons that make judges inconsistent: internal, and nobody by number."""
    judged = study.judged
    if judged.joint is None:
        return show_gap(stage, "pairwise_judgements")
    points = inconsistent_judgements(judged.matrix, stage.parameters["ahp_method"]).head(most).round(3)
    titles = {
        "row": _("Kriteria"), "column": _("Dibandingkan dengan"), "judged": _("Pertimbangan gabungan (kali)"),
        "implied": _("Menurut bobotnya (kali)"), "cr_after": _("CR bila disesuaikan"),
    }  # fmt: skip
    words = {"cr": format_number(judged.joint.cr, 3), "worst": format_number(judged.consistency.max(), 3)}
    caption = _(
        "Pertimbangan yang paling tidak selaras; CR gabungan %(cr)s, tertinggi seorang penilai %(worst)s"
    )
    rows = points[[*titles]]
    return show_table(stage, rows, *WEIGHTS, caption=caption % words, titles=titles)


def show_scores(stage: Stage, study: Selection) -> Display:
    """Show the value of each commodity on each criterion, with the grade of its evidence."""
    if missing := find_missing(stage, *SCORES):
        return show_gap(stage, missing)
    marks = {"primer": "", "sekunder": " ²", "pendapat": " °"}
    cells = study.cells
    said = cells["value"].map(lambda v: format_number(round(v, 1))) + cells["evidence"].map(marks)
    rows = said.unstack("commodity").reindex(index=study.criteria.index, columns=cells.index.unique(0))
    rows.insert(0, "unit", study.criteria["unit"])
    caption = _(
        "Nilai calon komoditas; tanpa tanda: data sendiri, ²: statistik atau laporan, °: pendapat, –: kosong"
    )
    rows = rows.rename_axis(columns=None).rename_axis("criterion").reset_index()
    titles = {name: name for name in cells.index.unique(0)}
    return show_table(stage, rows, *SCORES, caption=caption, titles=titles, access="publik")


def show_judging(stage: Stage, study: Selection) -> Display:
    """Say which parties judged, when weights were agreed, and whether a judge judges an own commodity."""
    if missing := find_missing(stage, "selection_judges"):
        return show_gap(stage, missing)
    parties = ", ".join(_(party) for party in dict.fromkeys(study.parties))
    sentences = [_("Pihak yang menilai: %(parties)s.") % {"parties": parties}]
    if study.own.any() and study.choice:
        said = _("Tanpa penilaian atas komoditas usaha sendiri (%(names)s), yang teratas ialah %(winner)s.")
        names = ", ".join(dict.fromkeys(study.scores.loc[study.own, "commodity"]))
        sentences.append(said % {"names": names, "winner": study.winner_without})
    is_small = len(study.parties) < MINIMUM_CELL
    return show_text(*sentences, access="internal" if is_small else "publik")


def weights_date(stage: Stage) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Return when the weights were last agreed or judged, and when the first score was known."""
    dates = [stage.table("selection_criteria")["agreed_date"]]
    dates += [stage.table(table)["judged_date"] for table in WEIGHTS[:2]]
    agreed, seen = pd.concat(dates).max(), stage.table("commodity_scores")["seen_date"].min()
    return (None if pd.isna(agreed) else agreed), (None if pd.isna(seen) else seen)


def is_from_data(study: Selection, commodity: str, criterion: str) -> bool:
    """Whether a cell rests on data rather than on opinions."""
    return study.cells.loc[(commodity, criterion), "evidence"] in GRADES[:2]
