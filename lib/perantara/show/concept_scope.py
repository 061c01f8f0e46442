"""What the report of stage 02 shows of area, scope, route, timeline and targets."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.concept import (
    PLACE,
    ROUTE_CRITERIA,
    PovertyReach,
    check_timeline,
    find_timeline_faults,
    poverty_reach,
    score_routes,
    target_range,
)
from perantara.methods.context import compare_regions, valid_priorities, value_of
from perantara.methods.disclosure import MINIMUM_CELL, may_be_told, suppress_in_turn
from perantara.methods.notes import N_
from perantara.show.census import find_doubtful, rows_found, take_cycles
from perantara.show.display import Display
from perantara.show.figures import show_figure
from perantara.show.style import ACCENT, INK, MUTED, STYLE
from perantara.show.tables import show_gap, show_missing, show_table, show_text
from perantara.text import Sentence, _, format_date, format_number, lazy

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage

COMPARED = (
    "poverty_rate_pct", "human_development_index", "adjusted_expenditure_per_capita_idr_thousand",
    "open_unemployment_rate_pct", "mean_years_schooling_years", "grdp_per_capita_constant_2010_idr_thousand",
    "village_development_index", "village_economic_resilience_index",
)  # fmt: skip
CONTEXT_TABLES = ("regional_facts", "district_context")
LONGEST_LEAD_MONTHS = 24  # guide, 3.4: a budget of its own takes one to two years


def compare_area(stage: Stage, facts: pd.DataFrame) -> Display:
    """Show rates and indices of the district beside those of other districts, where both are known."""
    districts = facts.loc[facts["level"] == "kabupaten/kota", "region_code_kemendagri"].dropna().unique()
    table = compare_regions(facts, stage.district.code_kemendagri, list(districts), COMPARED)
    if table.empty:
        return show_text(_("Belum ada angka yang dapat dibandingkan dengan daerah lain."))
    key = ["indicator", "period"]
    used = facts.merge(table[key].drop_duplicates())
    is_own = used["region_code_kemendagri"] == stage.district.code_kemendagri
    told = used.loc[is_own, [*key, "source", "basis"]].drop_duplicates(key)
    others = used[used["region_code_kemendagri"].isin(set(districts)) & ~is_own]
    titles = {
        "year": _("Periode"), "value": stage.district.title, "others_median": _("Median yang lain"),
        "others_lowest": _("Terendah yang lain"),
        "others_highest": _("Tertinggi yang lain"), "place": _("Urutan dari yang tertinggi"),
    }  # fmt: skip
    table["place"] = [_("%(rank)s dari %(all)s") % {"rank": rank, "all": compared + 1}
                      for rank, compared in zip(table["rank"], table["compared"], strict=True)]  # fmt: skip
    own = facts[facts["region_code_kemendagri"] == stage.district.code_kemendagri]
    place, strange = stage.district.title, others[~others["source"].isin(told["source"])]
    if len(strange):
        words = {
            "district": place,
            "source": stage.source_note(*CONTEXT_TABLES, rows=_at_newest(strange, facts)),
        }
        place = _("%(district)s; sumber angka pembanding: %(source)s") % words
    return show_table(
        stage, _at_newest(table.merge(told, on=key).assign(year=table["period"]), own), *CONTEXT_TABLES, titles=titles,
        columns=["indicator_title", "unit", *titles, "basis"], scope=place,
        caption=_("Angka daerah di samping kabupaten lain yang angkanya dimuat, periode terakhir yang sama"),
    )  # fmt: skip


def _at_newest(rows: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Give each row the newest period of its indicator: an older one held against others is not the age of the facts."""
    return rows.assign(period=rows["indicator"].map(facts.groupby("indicator")["period"].max()))


def compare_places(stage: Stage, facts: pd.DataFrame, own: pd.DataFrame) -> Display:
    """Show indicators of the subdistricts and villages of the initiative beside the district's own."""
    stated = [*stage.initiative.content.get("subdistricts", []), *stage.initiative.target_villages]
    parts = facts[facts["region_code_kemendagri"].isin([str(place["code"]) for place in stated])]
    key = ["indicator", "period"]
    whole = own[own["indicator"].isin(COMPARED)].drop_duplicates(key).set_index(key)["value"]
    rows = parts.join(whole.rename("of_district"), on=key, how="inner")
    if rows.empty:
        said = _("Belum ada angka kecamatan atau %(village)s sasaran untuk dibandingkan.")
        return show_text(said % stage.terms)
    titles = {"of_district": stage.district.title, "difference": _("Selisih")}
    return show_table(
        stage, rows.assign(difference=rows["value"] - rows["of_district"]), *CONTEXT_TABLES, titles=titles,
        columns=["region_name", "indicator_title", "period", "value", *titles], scope=stage.district.title,
        caption=_("Wilayah sasaran dibandingkan dengan seluruh daerah"),
    )  # fmt: skip


def reach_of_scope(stage: Stage, own: pd.DataFrame) -> PovertyReach:
    """Return the poor households in the places that were decided on, and elsewhere in the district."""
    return poverty_reach(stage.table("trial_scope"), *_district_totals(own))


def _district_totals(own: pd.DataFrame) -> list[float | None]:
    return [value_of(own, f"{name}_count") for name in ("poor_household", "household")]


def take_scope(stage: Stage) -> pd.DataFrame:
    """Return what was weighed for the trial, without numbers that tell of few, also as a difference from the sum."""
    scope = stage.table("trial_scope")
    *past, (keys, counts) = (_count_places(rows) for rows in (*stage.earlier("trial_scope"), scope))
    shown = [counts_then["poor_households"] for _keys, counts_then in past]
    is_safe = (
        counts.groupby("is_in")["poor_households"]
        .transform(lambda part: suppress_in_turn([*shown, part]))
        .notna()
    )
    return scope.assign(poor_households=scope["poor_households"].where(keys.isin(is_safe.index[is_safe])))


def _count_places(scope: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Return the key of the place of each row, and by it the poor households where they are known."""
    keys = scope[PLACE[1]].fillna(scope[PLACE[0]]).fillna(scope["place_name"])
    is_in = (scope["status"] == "ditetapkan").groupby(keys).transform("any")
    places = scope.assign(is_in=is_in, key=keys).dropna(subset="poor_households")
    return keys, places.drop_duplicates("key").set_index("key")[["is_in", "poor_households"]]


def reach_is_told(stage: Stage, reach: PovertyReach, own: pd.DataFrame) -> bool:
    """Whether the poor households inside and outside may be told, beside those of the earlier cycles."""
    totals = _district_totals(own)
    pairs = [
        [found.poor_inside or 0, found.poor_outside or 0]
        for found in (reach, *(poverty_reach(rows, *totals) for rows in stage.earlier("trial_scope")))
    ]
    return may_be_told(pairs[0], pairs[1:])


def show_reach(stage: Stage, reach: PovertyReach, own: pd.DataFrame) -> Display:
    """Show poor households inside and outside the trial, as far as they are known."""
    if reach.places == 0 and stage.has("trial_scope"):
        return show_text(
            _(
                "Lingkup uji coba belum ditetapkan; rumah tangga miskin di dalam dan di luarnya belum dibandingkan."
            )
        )
    left = _("Di tempat lain yang ditimbang, belum atau tidak dipilih")
    if set(stage.table("trial_scope")["status"]) <= {"ditetapkan", "tidak dipilih"}:
        left = _("Di tempat yang ditimbang lalu tidak dipilih")
    rows = pd.DataFrame({
        "where": [_("Di dalam lingkup uji coba"), _("Di luarnya, di seluruh daerah") if reach.is_rest else left],
        "poor": [reach.poor_inside, reach.poor_outside],
        "rate": [reach.rate_inside_pct, reach.rate_outside_pct],
        "share": [reach.share_of_district_pct, None],
    }).round(1)  # fmt: skip
    titles = {
        "where": _("Tempat"), "poor": _("Rumah tangga miskin"), "rate": _("Bagian yang miskin (%)"),
        "share": _("Bagian dari rumah tangga miskin seluruh daerah (%)"),
    }  # fmt: skip
    sources = ", ".join(sorted(stage.table("trial_scope")["poverty_source"].dropna().unique()))
    words = {"known": reach.known, "places": reach.places, "sources": sources or _("sumber tidak disebut")}
    caption = _(
        "Rumah tangga miskin di dalam dan di luar lingkup; %(known)s dari %(places)s tempat diketahui (%(sources)s)"
    )
    if not reach_is_told(stage, reach, own):  # one of them and the district's total would tell the other
        rows[list(titles)[1:]] = None
    return show_missing(stage, "trial_scope") or show_table(
        stage, rows, "trial_scope", "district_context", caption=caption % words, titles=titles
    )


_ROUTE_TITLES = dict(zip(ROUTE_CRITERIA, map(lazy, ("Dasar hukum", "Anggaran", "Tim", "Waktu")), strict=True))


def score_options(stage: Stage) -> pd.DataFrame:
    """Return the options of route with their scores, at the weights of the notebook's parameters."""
    options, given = stage.table("program_options"), stage.parameters
    is_valid = options.index.isin(valid_priorities(options, stage.as_of).index)
    options = options.assign(legal_status=options["legal_status"].where(is_valid, "belum ada"))
    weights = {name: given[f"weight_{name}"] for name in ROUTE_CRITERIA}
    return options.join(score_routes(options, weights, LONGEST_LEAD_MONTHS))


def show_routes(stage: Stage, scored: pd.DataFrame) -> Display:
    """Show the weighted checklist of the options of route, or the gap."""
    named = _ROUTE_TITLES.items()
    given = stage.parameters
    weights = ", ".join(f"{title} {format_number(given[f'weight_{name}'])}" for name, title in named)
    titles = {f"{name}_score": _("%(criterion)s (0–1)") % {"criterion": title} for name, title in named}
    decimals = dict.fromkeys(titles, 2) | {"score_pct": 1, "best_pct": 0}
    titles |= {"score_pct": _("Nilai (0–100)"), "best_pct": _("Terbaik pada … % pembagian bobot")}
    caption = _("Daftar periksa berbobot jalur program (bobot: %(weights)s); keputusan ada pada daerah")
    return show_table(
        stage, scored.round(decimals), "program_options", columns=["programme", "route", *titles, "is_chosen"],
        titles=titles, caption=caption % {"weights": weights},
    )  # fmt: skip


def show_timeline(stage: Stage, checked: pd.DataFrame) -> Display:
    """Draw the activities as overlapping bars with the day each must have begun, or show the gap."""
    if checked.empty:
        return show_gap(stage, "timeline")
    late = checked[checked["slack_days"] < 0]
    title = _("Semua kegiatan yang diperlukan kegiatan lain dimulai dan selesai tepat waktu")
    if len(late):
        title = _("Mulai atau selesai terlalu lambat: %(late)s") % {"late": "; ".join(late["activity"])}
    listed = "; ".join(f"{a} {format_date(str(s)[:10])} – {format_date(str(f)[:10])}" for a, s, f in
                       checked[["activity", "start_date", "finish_date"]].itertuples(index=False))  # fmt: skip
    data = checked[["activity_id", "guide_stage", "start_date", "finish_date", "latest_start_date"]]
    return show_figure(
        stage, draw_timeline(checked, stage.as_of), data, "timeline", title=title, access="publik",
        alt=_("Bagan batang kegiatan menurut waktu: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def draw_timeline(checked: pd.DataFrame, as_of: str) -> Figure:
    """Draw one bar an activity, accented where it is late; a stroke marks the latest start."""
    import matplotlib.pyplot as plt
    from matplotlib import dates

    rows = checked.sort_values(["start_date", "activity_id"], ascending=False).reset_index(drop=True)
    is_late = (rows["slack_days"] < 0).fillna(False).to_numpy(bool)
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 1.2 + 0.42 * len(rows)), layout="constrained")
        days = (rows["finish_date"] - rows["start_date"]).dt.days + 1
        axes.barh(
            rows.index, days, left=dates.date2num(rows["start_date"]), height=0.5,
            color=[ACCENT if late else MUTED for late in is_late], hatch=["//" if late else "" for late in is_late],
        )  # fmt: skip
        latest = rows["latest_start_date"].dropna()
        axes.plot(dates.date2num(latest), latest.index, "|", color=INK, markersize=11, markeredgewidth=1.6)
        axes.axvline(dates.date2num(pd.Timestamp(as_of)), color=INK, linewidth=0.8, linestyle=":")
        labels = (rows["guide_stage"] + " " + rows["activity"]).map(lambda label: textwrap.fill(label, 34))
        axes.set_yticks(rows.index, labels, fontsize=7.5)
        legend = _("Garis tegak: paling lambat mulai. Bergaris miring: terlambat. Titik-titik: tanggal acuan.")  # fmt: skip
        axes.set_xlabel(textwrap.fill(legend, 60), fontsize=8, loc="left")
        axes.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=6))
        axes.xaxis.set_major_formatter(dates.DateFormatter("%m-%Y"))
    plt.close(figure)
    return figure


def show_targets(stage: Stage, reached: pd.DataFrame) -> Display:
    """Show what the assumptions amount to, each with its formula, or the gap."""
    words = {
        "enterprises": [_("UMK terjangkau"), _("UMK terdata × keikutsertaan"), _("UMK")],
        "households": [_("Rumah tangga terjangkau"), _("UMK terjangkau × rumah tangga per UMK"), _("rumah tangga")],
        "poor_households":
            [_("Di antaranya miskin atau rentan"), _("rumah tangga terjangkau × bagian UMK miskin"), _("rumah tangga")],
        "income_idr_per_month": [_("Pendapatan yang dituju"), _("pendapatan awal × (1 + kenaikan)"), _("Rp/bulan")],
    }  # fmt: skip
    titles = {"what": _("Yang dihitung"), "formula": _("Rumus"), "unit": _("Satuan")}
    rows = pd.DataFrame.from_dict(words, orient="index", columns=list(titles)).join(round_half_up(reached))
    caption = _("Yang dicapai menurut andaian itu; kolom rendah memakai semua andaian rendah")
    return show_missing(stage, "targets") or show_table(
        stage, rows, "targets", "umk_census", caption=caption, titles=titles,
        scope=stage.reading("umk_census").describe_coverage(),
    )  # fmt: skip


def round_half_up(values: pd.DataFrame) -> pd.DataFrame:
    """Round to whole numbers as on paper, 16.5 to 17: half to even surprises a reader."""
    return (values + 0.5).floordiv(1)


def reach_of_targets(stage: Stage) -> pd.DataFrame:
    """Return what the assumptions amount to for the recorded enterprises; few are not told."""
    known = {figure["id"]: figure["value"] for figure in stage.figures}
    table = target_range(stage.table("targets"), known.get("umk_recorded"), known.get("umk_poor_share_pct"))
    counts = table.index != "income_idr_per_month"
    return table.mask(counts[:, None] & (table < MINIMUM_CELL))


def find_concept_faults(stage: Stage) -> list[Sentence]:
    """Name what in scope, chain, census, timeline and targets does not fit, one sentence each."""
    scope, links, targets = (stage.table(t) for t in ("trial_scope", "market_chain_links", "targets"))
    villages = {str(village["code"]) for village in stage.initiative.target_villages}
    decided = scope[(scope["status"] == "ditetapkan") & scope["village_code_kemendagri"].notna()]
    strange = decided[~decided["village_code_kemendagri"].isin(villages)]["place_name"].unique()
    ids = {*links["from_actor_id"], *links["to_actor_id"]} - set(stage.table("actors")["actor_id"])
    is_ordered = targets["low"].le(targets["middle"]) & targets["middle"].le(targets["high"])
    units = take_cycles(stage)[-1].groupby("product")["product_unit"].nunique()
    doubtful = [f"{name} ({rows_found(count)})" for name, count in find_doubtful(stage).items() if count]
    faults = find_timeline_faults(stage.table("timeline"))
    found = {
        N_("Lingkup: jumlah rumah tangga di %(item)s tercatat berbeda-beda."): poverty_reach(scope).conflicts,
        N_("Lingkup: %(item)s ditetapkan, tetapi bukan sasaran menurut initiative.yml."): strange if villages else [],
        N_("Rantai pasar menyebut pelaku %(item)s yang tidak ada dalam daftar pelaku."):
            sorted(ids) if stage.has("actors") else [],
        N_("Pendataan UMK perlu dilihat kembali: %(item)s."): doubtful,
        N_("Produk %(item)s didata dalam satuan yang berbeda; jumlahnya dipisah."): units.index[units > 1],
        N_("Tahapan menyebut kegiatan %(item)s yang tidak ada."): faults["unknown"],
        N_("Kegiatan %(item)s saling menunggu."): faults["circle"],
        N_("Kegiatan %(item)s selesai sebelum mulai."): faults["reversed"],
        N_("Target %(item)s: rendah, tengah, dan tinggi tidak berurutan."): targets.loc[~is_ordered, "indicator"],
        N_("Target %(item)s lebih rendah daripada keadaan awalnya."):
            targets.loc[targets["low"] < targets["baseline"], "indicator"],
    }  # fmt: skip
    return [Sentence(said, {"item": str(item)}) for said, items in found.items() for item in items]


def take_timeline(stage: Stage) -> pd.DataFrame:
    """Return the checked timeline of the cycle, in the order of its beginning."""
    rows = stage.table("timeline").sort_values(["start_date", "activity_id"], ignore_index=True)
    return check_timeline(rows)
