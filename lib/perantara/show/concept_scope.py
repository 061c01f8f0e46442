"""What the report of stage 02 shows of area, scope, route, timeline and targets."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.concept import (
    ROUTE_CRITERIA,
    PovertyReach,
    check_timeline,
    find_timeline_faults,
    poverty_reach,
    score_routes,
    target_range,
)
from perantara.methods.context import compare_regions, value_of
from perantara.methods.disclosure import MINIMUM_CELL
from perantara.show.display import Display
from perantara.show.figures import show_figure
from perantara.show.tables import show_gap, show_table, show_text
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
LEVELS = ["low", "middle", "high"]


def compare_area(stage: Stage, facts: pd.DataFrame) -> Display:
    """Show rates and indices of the district beside those of other districts, where both are known."""
    districts = facts.loc[facts["level"] == "kabupaten/kota", "region_code_kemendagri"].dropna().unique()
    table = compare_regions(facts, stage.district.code_kemendagri, list(districts), COMPARED)
    if table.empty:
        return show_text(_("Belum ada angka yang dapat dibandingkan dengan daerah lain."))
    told = facts[["indicator", "period", "source", "basis"]].drop_duplicates(["indicator", "period"])
    table = table.merge(told, on=["indicator", "period"])
    columns = [column for column in table if column not in ("indicator", "breakdown", "source", "basis")]
    titles = {
        "value": stage.district.title, "others_median": _("Median yang lain"), "others_lowest": _("Terendah"),
        "others_highest": _("Tertinggi"), "rank": _("Urutan dari yang tertinggi"),
        "compared": _("Daerah pembanding"),
    }  # fmt: skip
    caption = _("Angka daerah di samping kabupaten lain yang angkanya dimuat, periode terakhir yang sama")
    return show_table(
        stage, table, *CONTEXT_TABLES, columns=columns, caption=caption, titles=titles,
        scope=stage.district.title,
    )  # fmt: skip


def compare_places(stage: Stage, facts: pd.DataFrame, own: pd.DataFrame) -> Display:
    """Show indicators of the subdistricts and villages of the initiative beside the district's own."""
    stated = [*stage.initiative.content.get("subdistricts", []), *stage.initiative.target_villages]
    parts = facts[facts["region_code_kemendagri"].isin([str(place["code"]) for place in stated])]
    key = ["indicator", "period"]
    whole = own[own["indicator"].isin(COMPARED)].drop_duplicates(key).set_index(key)["value"]
    rows = parts.join(whole.rename("of_district"), on=key, how="inner")
    if rows.empty:
        return show_text(
            _("Belum ada angka kecamatan atau %(village)s sasaran untuk dibandingkan.") % stage.terms
        )
    rows = rows.assign(difference=rows["value"] - rows["of_district"])
    columns = ["region_name", "indicator_title", "period", "value", "of_district", "difference"]
    titles = {"of_district": stage.district.title, "difference": _("Selisih")}
    caption = _("Wilayah sasaran dibandingkan dengan seluruh daerah")
    return show_table(
        stage,
        rows,
        *CONTEXT_TABLES,
        columns=columns,
        caption=caption,
        titles=titles,
        scope=stage.district.title,
    )


def reach_of_scope(stage: Stage, own: pd.DataFrame) -> PovertyReach:
    """Return the poor households in the places that were decided on, and elsewhere in the district."""
    totals = [value_of(own, f"{name}_count") for name in ("poor_household", "household")]
    return poverty_reach(stage.table("trial_scope"), *totals)


def show_scope(stage: Stage) -> Display:
    """Show what was weighed for the trial, by which criterion, or the gap."""
    if not stage.has("trial_scope"):
        return show_gap(stage, "trial_scope")
    scope = stage.table("trial_scope")
    poor = scope["poor_households"]
    scope = scope.assign(poor_households=poor.mask((poor > 0) & (poor < MINIMUM_CELL)))
    columns = [
        "commodity",
        "place_name",
        "group",
        "criterion",
        "status",
        "poor_households",
        "reason",
        "basis",
    ]
    caption = _("Yang ditimbang untuk uji coba: komoditas, tempat, kelompok, kriteria daerah, dan alasannya")
    return show_table(stage, scope, "trial_scope", columns=columns, caption=caption)


def show_reach(stage: Stage, reach: PovertyReach) -> Display:
    """Show poor households inside and outside the trial, as far as they are known."""
    if not stage.has("trial_scope"):
        return show_gap(stage, "trial_scope")
    outside = (
        _("Di luarnya, di seluruh daerah")
        if reach.is_rest
        else _("Di tempat yang ditimbang lalu tidak dipilih")
    )
    sources = ", ".join(sorted(stage.table("trial_scope")["poverty_source"].dropna().unique()))
    rows = pd.DataFrame(
        {
            "where": [_("Di dalam lingkup uji coba"), outside],
            "poor": [reach.poor_inside, reach.poor_outside],
            "rate": [reach.rate_inside_pct, reach.rate_outside_pct],
            "share": [reach.share_of_district_pct, None],
        }
    ).round(1)
    rows["poor"] = rows["poor"].where(rows["poor"] >= MINIMUM_CELL)
    titles = {
        "where": _("Tempat"), "poor": _("Rumah tangga miskin"), "rate": _("Bagian yang miskin (%)"),
        "share": _("Bagian dari rumah tangga miskin seluruh daerah (%)"),
    }  # fmt: skip
    words = {"known": reach.known, "places": reach.places, "sources": sources or _("sumber tidak disebut")}
    caption = _(
        "Rumah tangga miskin di dalam dan di luar lingkup; %(known)s dari %(places)s tempat diketahui (%(sources)s)"
    )
    return show_table(stage, rows, "trial_scope", *CONTEXT_TABLES[1:], caption=caption % words, titles=titles)


_ROUTE_TITLES = dict(zip(ROUTE_CRITERIA, map(lazy, ("Dasar hukum", "Anggaran", "Tim", "Waktu")), strict=True))


def score_options(stage: Stage) -> pd.DataFrame:
    """Return the options of route with their scores, at the weights of the notebook's parameters."""
    options, given = stage.table("program_options"), stage.parameters
    weights = {name: given[f"weight_{name}"] for name in ROUTE_CRITERIA}
    return options.join(score_routes(options, weights, LONGEST_LEAD_MONTHS))


def show_routes(stage: Stage, scored: pd.DataFrame) -> Display:
    """Show the weighted checklist of the options of route, or the gap."""
    if scored.empty:
        return show_gap(stage, "program_options")
    weights = ", ".join(
        f"{title} {format_number(stage.parameters[f'weight_{name}'])}"
        for name, title in _ROUTE_TITLES.items()
    )
    titles = {
        f"{name}_score": _("%(criterion)s (0–1)") % {"criterion": title}
        for name, title in _ROUTE_TITLES.items()
    }
    titles |= {"score_pct": _("Nilai (0–100)"), "best_pct": _("Terbaik pada … % pembagian bobot")}
    caption = _("Daftar periksa berbobot jalur program (bobot: %(weights)s); keputusan ada pada daerah")
    columns = [
        "programme",
        "route",
        *(f"{name}_score" for name in ROUTE_CRITERIA),
        "score_pct",
        "best_pct",
        "is_chosen",
    ]
    return show_table(
        stage,
        scored.round(
            dict.fromkeys([c for c in columns if c.endswith("score")], 2) | {"score_pct": 1, "best_pct": 0}
        ),
        "program_options",
        columns=columns,
        titles=titles,
        caption=caption % {"weights": weights},
    )


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

    from perantara.show.style import ACCENT, INK, MUTED, STYLE

    rows = checked.sort_values(["start_date", "activity_id"], ascending=False).reset_index(drop=True)
    is_late = (rows["slack_days"] < 0).fillna(False).to_numpy(bool)
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 1.2 + 0.42 * len(rows)), layout="constrained")
        days = (rows["finish_date"] - rows["start_date"]).dt.days + 1
        bars = axes.barh(rows.index, days, left=dates.date2num(rows["start_date"]), height=0.5, color=MUTED)
        for bar, late in zip(bars, is_late, strict=True):
            bar.set(color=ACCENT if late else MUTED, hatch="//" if late else "")
        latest = rows["latest_start_date"].dropna()
        axes.plot(dates.date2num(latest), latest.index, "|", color=INK, markersize=11, markeredgewidth=1.6)
        axes.axvline(dates.date2num(pd.Timestamp(as_of)), color=INK, linewidth=0.8, linestyle=":")
        labels = [
            textwrap.fill(f"{s} {a}", 34) for s, a in zip(rows["guide_stage"], rows["activity"], strict=True)
        ]
        axes.set_yticks(rows.index, labels, fontsize=7.5)
        legend = _(
            "Garis tegak: paling lambat mulai. Bergaris miring: terlambat. Titik-titik: tanggal acuan."
        )
        axes.set_xlabel(textwrap.fill(legend, 60), fontsize=8, loc="left")
        axes.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=6))
        axes.xaxis.set_major_formatter(dates.DateFormatter("%m-%Y"))
    plt.close(figure)
    return figure


def show_assumptions(stage: Stage) -> Display:
    """Show the assumptions and targets at their three levels, or the gap."""
    if not stage.has("targets"):
        return show_gap(stage, "targets")
    caption = _("Andaian dan target capaian: rendah, tengah, tinggi")
    columns = ["indicator", "kind", *LEVELS, "unit", "assumption", "basis"]
    return show_table(stage, stage.table("targets"), "targets", columns=columns, caption=caption)


def show_targets(stage: Stage, reached: pd.DataFrame) -> Display:
    """Show what the assumptions amount to, each with its formula, or the gap."""
    if not stage.has("targets"):
        return show_gap(stage, "targets")
    words = {
        "enterprises": (_("UMK terjangkau"), _("UMK terdata × keikutsertaan"), _("UMK")),
        "households": (_("Rumah tangga terjangkau"), _("UMK terjangkau × rumah tangga per UMK"), _("rumah tangga")),
        "poor_households": (
            _("Di antaranya miskin atau rentan"), _("rumah tangga terjangkau × bagian UMK miskin"), _("rumah tangga"),
        ),
        "income_idr_per_month": (_("Pendapatan yang dituju"), _("pendapatan awal × (1 + kenaikan)"), _("Rp/bulan")),
    }  # fmt: skip
    named = pd.DataFrame([words[name] for name in reached.index], columns=["what", "formula", "unit"])
    rows = pd.concat([named, reached.round(0).reset_index(drop=True)], axis="columns")
    titles = {"what": _("Yang dihitung"), "formula": _("Rumus"), "unit": _("Satuan")}
    titles |= dict(zip(LEVELS, (_("Rendah"), _("Tengah"), _("Tinggi")), strict=True))
    caption = _("Yang dicapai menurut andaian itu; kolom rendah memakai semua andaian rendah")
    return show_table(stage, rows, "targets", "umk_census", caption=caption, titles=titles)


def reach_of_targets(stage: Stage) -> pd.DataFrame:
    """Return what the assumptions amount to for the recorded enterprises; few are not told."""
    known = {figure["id"]: figure["value"] for figure in stage.figures}
    table = target_range(stage.table("targets"), known.get("umk_recorded"), known.get("umk_poor_share_pct"))
    counts = table.index != "income_idr_per_month"
    return table.mask(counts[:, None] & (table < MINIMUM_CELL))


def raise_concept_alarms(stage: Stage) -> None:
    """Name what in scope, chain, timeline and targets does not fit, one alarm each."""
    scope, links, targets = (stage.table(t) for t in ("trial_scope", "market_chain_links", "targets"))
    villages = {str(village["code"]) for village in stage.initiative.target_villages}
    decided = scope[(scope["status"] == "ditetapkan") & scope["village_code_kemendagri"].notna()]
    strange = decided[~decided["village_code_kemendagri"].isin(villages)]["place_name"].unique()
    ids = {*links["from_actor_id"], *links["to_actor_id"]} - set(stage.table("actors")["actor_id"])
    ordered = targets["low"].le(targets["middle"]) & targets["middle"].le(targets["high"])
    census = stage.table("umk_census").fillna({"product": "", "product_unit": ""})
    units = census.groupby("product")["product_unit"].nunique()
    faults = find_timeline_faults(stage.table("timeline"))
    found = {
        "Lingkup: jumlah rumah tangga di %(item)s tercatat berbeda-beda.": poverty_reach(scope).conflicts,
        "Lingkup: %(item)s ditetapkan, tetapi bukan desa sasaran dalam initiative.yml.": strange if villages else [],
        "Rantai pasar menyebut pelaku %(item)s yang tidak ada dalam daftar pelaku.": sorted(ids) * stage.has("actors"),
        "Tahapan menyebut kegiatan %(item)s yang tidak ada.": faults["unknown"],
        "Kegiatan %(item)s saling menunggu.": faults["circle"],
        "Kegiatan %(item)s selesai sebelum mulai.": faults["reversed"],
        "Target %(item)s: rendah, tengah, dan tinggi tidak berurutan.": targets.loc[~ordered, "indicator"],
        "Produk %(item)s didata dalam satuan yang berbeda; jumlahnya dipisah.": units[units > 1].index,
    }  # fmt: skip
    for message, items in found.items():
        for item in items:
            alarm = Sentence(message, {"item": str(item) or stage.initiative.commodity})
            stage.alarms += [alarm] * (alarm not in stage.alarms)


def take_timeline(stage: Stage) -> pd.DataFrame:
    """Return the checked timeline of the cycle, in the order of its beginning."""
    return check_timeline(
        stage.table("timeline").sort_values(["start_date", "activity_id"], ignore_index=True)
    )
