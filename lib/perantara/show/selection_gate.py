"""The gate of the selection in stage 06: which commodity, how sure, why, and what would settle it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from perantara.methods.notes import N_
from perantara.methods.selection import opinion_share
from perantara.methods.selection_checks import check_output, check_scores
from perantara.show.selection import (
    SCORES,
    WEIGHTS,
    Selection,
    first_datum,
    is_from_data,
    rank_commodities,
    table_weights,
    weights_date,
)
from perantara.show.selection_ranking import rank_by_nearness
from perantara.stage.gate import Measure
from perantara.text import Sentence, _, format_date, format_number, lower_first

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Gate

INTEREST, REACH = "minat mitra swasta", "jangkauan rumah tangga miskin"


def measure_selection(stage: Stage, study: Selection) -> dict[str, Any]:
    """Return the measures of the selection for ``Stage.judge``, by the criteria that the stage declares."""
    choice, judged = study.choice, study.judged
    share = 100 * float(choice.first[choice.winner]) if choice else None
    agreed, seen = weights_date(stage)
    days = None if agreed is None or seen is None or not study.is_weighed else (seen - agreed).days
    measures = {
        "acceptability": Measure(share, name=choice.winner if choice else ""),
        "opinion_share": 100 * opinion_share(study.ranked, judged.agreed) if choice and study.is_weighed else None,
        "partner_interest": _interest(study),
        "poverty_reach": _reach(study),
        "consistency": None if judged.joint is None else round(judged.joint.cr, 4),
        "parties_judge": Measure(
            study.parties.nunique() if study.is_weighed else None, parties=", ".join(dict.fromkeys(study.parties))
        ),
        "weights_first": Measure(
            days, agreed=format_date(agreed and agreed.date()), seen=format_date(seen and seen.date())
        ),
        "own_harmless": Measure(
            int(study.winner_without == choice.winner) if choice and len(study.parties) else None,
            name=study.winner_without,
        ),
    }  # fmt: skip
    return {"data_sufficient": _sufficient(stage, study, measures)} | measures


def _interest(study: Selection) -> float | None:
    """Return how far up its scale the interest in the winner lies (%), unless it is only an opinion."""
    found = _purpose(study, INTEREST)
    if found is None or not is_from_data(study, study.choice.winner, found):
        return None
    return 100 * float(study.choice.utilities.loc[study.choice.winner, found])


def _reach(study: Selection) -> Measure:
    """Return by how much the winner reaches more of the poor than the candidates on average."""
    found = _purpose(study, REACH)
    if found is None or study.cells.loc[(study.choice.winner, found), "evidence"] == "kosong":
        return Measure(None)
    known = study.cells.xs(found, level="criterion").query("evidence != 'kosong'")["value"]
    own, mean = known[study.choice.winner], known.mean()
    unit = study.criteria.loc[found, "unit"]
    return Measure(round(own - mean, 1), own=float(round(own, 1)), mean=float(round(mean, 1)), unit=unit)


def _purpose(study: Selection, purpose: str) -> str | None:
    named = study.criteria.index[study.criteria["purpose"] == purpose] if study.choice else []
    return named[0] if len(named) else None


_LACKING = {
    "acceptability": (N_("kemungkinan teratas"), "acceptability_minimum_pct", 1),
    "opinion_share": (N_("bobot yang bertumpu pada data"), "opinion_maximum_pct", -1),
    "partner_interest": (N_("minat mitra swasta"), "interest_minimum_pct", 1),
    "poverty_reach": (N_("jangkauan rumah tangga miskin"), 0, 1),
    "consistency": (N_("keselarasan pertimbangan"), "consistency_maximum", -1),
}


def _sufficient(stage: Stage, study: Selection, measures: dict[str, Any]) -> Measure:
    """Return 1 where all that the choice needs is there, else nothing, with what is lacking and what comes first."""
    lacking = []
    for name, (title, limit, sign) in _LACKING.items():
        measured = measures[name]
        value = measured.value if isinstance(measured, Measure) else measured
        bound = stage.parameters[limit] if isinstance(limit, str) else limit
        is_optional = name == "consistency" and value is None
        if not is_optional and (value is None or sign * value < sign * bound):
            lacking.append(_(title))
    return Measure(None if lacking else 1, lacking=", ".join(lacking), first=say_first(stage, study))


def say_first(stage: Stage, study: Selection) -> str:
    """Say what to collect first: the value that would settle most, else the table that is lacking."""
    if found := first_datum(study):
        return _("nilai %(criterion)s untuk %(commodity)s") % {"commodity": found[0], "criterion": found[1]}
    for table in ("selection_criteria", "commodity_scores", "criteria_judgements"):
        if not stage.has(table):
            return lower_first(_(stage.reading(table).declaration.title))
    interest = _purpose(study, INTEREST)
    if study.choice and interest and not is_from_data(study, study.choice.winner, interest):
        words = {"criterion": interest, "commodity": study.choice.winner}
        return _("bukti tertulis tentang %(criterion)s untuk %(commodity)s") % words
    weak = table_weights(stage, study).assign(rest=lambda f: f["weight_pct"] * f["opinion_pct"].fillna(0))
    if len(weak) and weak["rest"].max() > 0:
        name = weak.loc[weak["rest"].astype(float).idxmax(), "criterion"]
        return _("data %(criterion)s bagi semua calon") % {"criterion": name}
    return _("keputusan tentang bobot kriteria")


def name_faults(stage: Stage, study: Selection) -> None:
    """Name what may be wrongly entered, and sheets that were left out."""
    found = check_output(stage.table("regional_output"))
    if not study.criteria.empty:
        found += check_scores(study.scores, study.criteria, stage.table("criteria_presets"), study.parties)
    said = N_("Lembar bobot yang tidak lengkap atau bertentangan dengan dirinya; tidak dihitung: %(item)s.")
    found += [(said, study.parties.get(judge, _("pihak tidak tercatat"))) for judge in study.judged.left_out]
    said = N_("Ada penilai yang menilai komoditas usahanya sendiri: %(item)s.")
    found += [(said, commodity) for commodity in study.scores.loc[study.own, "commodity"]]
    stage.faults += [Sentence(message, {"item": item}) for message, item in dict.fromkeys(found)]


def state_selection(stage: Stage, study: Selection, gate: Gate) -> None:
    """State which commodity comes first, how sure that is, why, and what would settle it."""
    decided = _decided(stage)
    named = stage.initiative.content.get("commodity", "")
    if not study.choice:
        if named and not decided:
            said = N_(
                "Komoditas yang tercantum pada inisiatif ini: %(name)s. Pemilihannya belum dapat diperiksa."
            )
            stage.state(said, name=named)
        elif not decided:
            stage.state("Komoditas inisiatif ini belum diketahui; sumber yang ada tidak menyebutnya.")
        stage.state(
            "Untuk memilih satu komoditas, yang pertama diperlukan: %(first)s.", first=say_first(stage, study)
        )
    else:
        _state_choice(stage, study)
    if (days := _value(gate, "weights_first")) is not None and days < 0:
        stage.state(
            "Bobot disepakati sesudah nilai calon dilihat; mungkin bobot mengikuti hasil yang diharapkan."
        )
    if decided:
        _state_decision(stage, study, decided)
    stage.figure("first_rank_acceptability", _value(gate, "acceptability"), "%", *SCORES, access="publik")
    stage.figure("opinion_share", _value(gate, "opinion_share"), "%", *SCORES, access="publik")
    stage.figure("consistency_ratio", _value(gate, "consistency"), "", *WEIGHTS, access="publik")


def _value(gate: Gate, name: str) -> float | None:
    return next(c.value for c in gate.criteria if c.id == name)


def _state_choice(stage: Stage, study: Selection) -> None:
    choice = study.choice
    words = {
        "name": choice.winner,
        "count": len(choice.table),
        "share": round(100 * float(choice.first[choice.winner])),
    }
    said = N_(
        "Teratas di antara %(count)s calon: %(name)s, pada %(share)s %% dari bobot dan nilai yang mungkin."
    )
    if not study.is_weighed:
        said = N_(
            "Teratas di antara %(count)s calon: %(name)s, tetapi belum seorang pun menimbang kriterianya; dengan "
            "bobot sembarang ia teratas pada %(share)s %% kemungkinan."
        )
    stage.state(said, **words)
    runner = choice.table.index[1]
    lead = choice.weight * (choice.utilities.loc[choice.winner] - choice.utilities.loc[runner])
    said = N_("Alasannya dibandingkan %(runner)s: lebih unggul pada %(most)s; lebih lemah pada %(least)s.")
    if lead.min() >= 0:
        said = N_(
            "Alasannya dibandingkan %(runner)s: lebih unggul pada %(most)s, dan tidak lebih lemah pada apa pun."
        )
    best = ", ".join(lower_first(name) for name in lead.nlargest(2).index)
    stage.state(said, runner=runner, most=best, least=lower_first(lead.idxmin()))
    nearest = choice.tipping.loc[rank_by_nearness(choice.tipping)[0]]
    if pd.notna(nearest["upper"]) or pd.notna(nearest["lower"]):
        below, above = nearest["weight"] - nearest["lower"], nearest["upper"] - nearest["weight"]
        end = "lower" if pd.isna(above) or below < above else "upper"
        said = N_(
            "Titik balik terdekat: bila bobot %(criterion)s dari %(now)s %% menjadi %(level)s %%, %(name)s teratas."
        )
        stage.state(
            said, criterion=lower_first(str(nearest.name)), now=format_number(100 * nearest["weight"], 1),
            level=format_number(100 * nearest[end], 1), name=nearest[f"{end}_winner"],
        )  # fmt: skip
    if found := first_datum(study):
        said = N_("Data yang paling menentukan: %(criterion)s untuk %(name)s.")
        stage.state(said, criterion=lower_first(found[1]), name=found[0])
    else:
        stage.state(
            "Tidak ada satu nilai pun yang, bila diketahui pasti, akan mengubah pilihan ini dengan sendirinya."
        )
    others = [name for name in choice.reversals["winner"] if name != choice.winner]
    if others:
        said = N_("%(count)s dari 4 metode menempatkan calon lain teratas: %(names)s.")
        stage.state(said, count=len(others), names=", ".join(dict.fromkeys(others)))
    else:
        stage.state("Keempat metode peringkat menempatkan calon yang sama teratas.")


def _decided(stage: Stage) -> dict[str, Any] | None:
    """Return the newest decision on the commodity that was taken by the day of the report."""
    rows = stage.table("commodity_decision")
    rows = rows[rows["decision_date"] <= stage.as_of].sort_values("decision_date")
    return None if rows.empty else rows.iloc[-1].to_dict()


def _state_decision(stage: Stage, study: Selection, decided: dict[str, Any]) -> None:
    words = {"name": decided["commodity"], "body": decided["deciding_body"]}
    words |= {"date": format_date(decided["decision_date"].date()), "document": decided["document"]}
    stage.state("Yang ditetapkan daerah: %(name)s, oleh %(body)s pada %(date)s (%(document)s).", **words)
    if study.choice and study.choice.winner != decided["commodity"]:
        said = N_(
            "Hitungan memberi hasil lain, yaitu %(computed)s. Penetapan tetap berlaku; alasannya: %(reason)s."
        )
        reason = decided["reason"] if isinstance(decided["reason"], str) else _("belum tercatat")
        stage.state(said, computed=study.choice.winner, reason=reason.rstrip("."))


def hand_over(stage: Stage, study: Selection, gate: Gate) -> dict[str, pd.DataFrame]:
    """Return the tables of the selection that later stages read."""
    places = pd.DataFrame(columns=["commodity", "place", "acceptability_pct"])
    if study.choice:
        shares = 100 * study.choice.acceptability.rank_acceptability
        places = (
            shares.rename_axis("commodity")
            .reset_index()
            .melt("commodity", var_name="place", value_name="acceptability_pct")
        )
    return {
        "commodity_ranking": rank_commodities(stage, study), "rank_acceptability": places,
        "criteria_weights": table_weights(stage, study), "selected_commodity": select_commodity(stage, study, gate),
    }  # fmt: skip


def select_commodity(stage: Stage, study: Selection, gate: Gate) -> pd.DataFrame:
    """Return the one commodity that goes on: the decided one, else the computed, else the one that is named."""
    decided, computed = _decided(stage), study.choice.winner if study.choice else None
    named = stage.initiative.content.get("commodity", "")
    ways = {"keputusan": decided and decided["commodity"], "hitungan": computed, "disebut": named}
    way = next((way for way, name in ways.items() if name), "")
    first = 100 * study.choice.first if study.choice else pd.Series(dtype=float)
    row = {
        "commodity": ways.get(way), "chosen_by": way, "computed_commodity": computed,
        "acceptability_pct": first.get(ways.get(way)), "gate_status": gate.status,
    }  # fmt: skip
    return pd.DataFrame([row] if way else [], columns=[*row])
