"""The ranking of stage 06 as it is shown: regional figures, methods, how sure, and the slider of a weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods import regional, robustness
from perantara.methods.selection import change_weights, set_weight
from perantara.methods.selection_checks import TOTAL
from perantara.show.display import Display
from perantara.show.figures import canvas, plot_bars, show_figure
from perantara.show.selection import LEAST_GAIN, SCORES, Selection, rank_commodities
from perantara.show.style import ACCENT, INK, MUTED
from perantara.show.tables import find_missing, show_gap, show_table, show_text
from perantara.show.widgets import explore_many
from perantara.text import _, format_number, lower_first

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage

METHOD_TITLES = {
    "weighted_sum": "Jumlah terbobot",
    "topsis": "TOPSIS",
    "promethee": "PROMETHEE II",
    "vikor": "VIKOR",
}


def measure_region(stage: Stage) -> pd.DataFrame:
    """Return by sector the quotients, shift-share and Klassen's class, between the first and the last common year."""
    output = stage.table("regional_output")
    output = output[output["sector"] != TOTAL]
    wide = output.pivot(index="sector", columns=["area", "year"], values="output_idr_mn").dropna()
    areas = wide.columns.to_frame(index=False).groupby("area")["year"].agg(set)
    years = sorted(set.intersection(*areas)) if len(areas) == 2 else []
    if len(years) < 2 or wide.empty:
        return pd.DataFrame()
    first, last = years[0], years[-1]
    series = [wide[area, year] for area in ("daerah", "provinsi") for year in (first, last)]
    found = regional.klassen(*series, int(last) - int(first)).drop(columns=["reference_share_pct"])
    found.columns = found.columns.str.removesuffix("_pct_per_year")
    shifts = regional.shift_share(*series)
    return found.join(shifts).assign(
        lq=regional.location_quotient(series[1], series[3]),
        dlq=regional.dynamic_location_quotient(*series, int(last) - int(first)),
        years=f"{first}–{last}", change=shifts.sum(axis=1),
    ).sort_values("lq", ascending=False)  # fmt: skip


def show_quotients(stage: Stage, found: pd.DataFrame) -> Display:
    """Show the location quotient of each sector, whether it rises, and its class."""
    if found.empty:
        return show_gap(stage, "regional_output")
    columns = {
        "sector": _("Sektor atau komoditas"), "lq": _("Kuosien lokasi (LQ)"), "dlq": _("LQ dinamis (kali setahun)"),
        "growth": _("Tumbuh setahun (%)"), "reference_growth": _("Provinsi (%)"),
        "quadrant": _("Tipologi Klassen"),
    }  # fmt: skip
    caption = _("Kuosien lokasi dan tipologi Klassen, %(years)s") % {"years": found["years"].iloc[0]}
    rows = found.round(3).reset_index()[[*columns]]
    return show_table(
        stage, rows, "regional_output", caption=caption, titles=columns, scope=stage.district.title
    )


def show_quotient_beside(stage: Stage, study: Selection, found: pd.DataFrame) -> Display | None:
    """Say which candidate has the highest quotient, beside the one that comes first."""
    own = found[found.index.isin(study.known.index)] if len(found) else found
    if own.empty or not study.choice:
        return None
    words = {"lq": own.index[0], "value": format_number(own["lq"].iloc[0], 2), "name": study.choice.winner}
    said = _("LQ tertinggi di antara calon: %(lq)s (%(value)s); teratas dalam peringkat: %(name)s.")
    return show_text(said % words)


def show_shifts(stage: Stage, found: pd.DataFrame) -> Display | None:
    """Show where the growth of each sector came from."""
    if found.empty:
        return None
    columns = {
        "sector": _("Sektor atau komoditas"), "national": _("Pertumbuhan provinsi (Rp juta)"),
        "mix": _("Bauran sektor (Rp juta)"), "competitive": _("Keunggulan daerah (Rp juta)"),
        "change": _("Jumlah perubahan (Rp juta)"),
    }  # fmt: skip
    caption = _("Analisis shift-share, %(years)s") % {"years": found["years"].iloc[0]}
    rows = found.round(0).reset_index()[[*columns]]
    return show_table(
        stage, rows, "regional_output", caption=caption, titles=columns, scope=stage.district.title
    )


def show_prices(stage: Stage) -> Display:
    """Show growth and volatility of the price of each commodity."""
    prices = stage.table("commodity_prices")
    if prices.empty:
        return show_gap(stage, "commodity_prices")
    rows = []
    for name, part in prices.groupby("commodity", sort=False):
        series = part.set_index("year")["price_idr_per_unit"]
        if len(series) > 1 and series.gt(0).all():
            growth, volatility = regional.growth_and_volatility(series)
            rows.append((name, part["unit"].iloc[0], len(series), round(growth, 1), round(volatility, 1)))
    titles = {
        "commodity": _("Komoditas atau jasa"), "unit": _("Satuan"), "years": _("Banyak tahun"),
        "growth": _("Harga naik setahun (%)"), "volatility": _("Gejolak: koefisien variasi (%)"),
    }  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*titles])
    caption = _("Kenaikan dan gejolak harga")
    return show_table(
        stage, frame, "commodity_prices", caption=caption, titles=titles, scope=stage.district.title
    )


def show_ranking(stage: Stage, study: Selection) -> Display:
    """Show how far each commodity came, and how often it comes first."""
    rows = rank_commodities(stage, study)
    if rows.empty:
        return show_gap(stage, "commodity_scores")
    columns = ["place", "commodity", "list_stage", "known_weight_pct", "weighted_sum", "first_pct", "better"]
    if not study.choice:
        columns = ["commodity", "list_stage", "known_weight_pct"]
    caption = _("Dari daftar panjang ke satu komoditas")
    rows = rows.round({"known_weight_pct": 0, "weighted_sum": 3, "first_pct": 1})[
        ["commodity", *(c for c in columns if c != "commodity")]
    ]
    return show_table(stage, rows, "commodity_ranking", *SCORES, caption=caption, access="publik")


def _needs_choice(stage: Stage, study: Selection) -> Display:
    missing = find_missing(stage, "selection_criteria", "commodity_scores")
    if missing:
        return show_gap(stage, missing)
    return show_text(_("Belum ada dua calon yang nilainya cukup lengkap untuk dibandingkan."))


def show_acceptability(stage: Stage, study: Selection) -> Display:
    """Draw how often each commodity comes first, over all weights and values that are possible."""
    if not study.choice:
        return _needs_choice(stage, study)
    chances = (100 * study.choice.first).sort_values(ascending=False)
    data = chances.rename(_("Teratas")).to_frame()
    words = {"name": study.choice.winner, "share": format_number(chances[study.choice.winner], 0)}
    listed = "; ".join(f"{name} {format_number(share, 1)} %" for name, share in chances.items())
    return show_figure(
        stage, plot_bars(data, axis_label=_("Kemungkinan teratas (%)"), decimals=1, accent=study.choice.winner),
        data, *SCORES, "criteria_weights", access="publik",
        title=_("Teratas: %(name)s, pada %(share)s %% dari bobot dan nilai yang mungkin") % words,
        alt=_("Batang kemungkinan teratas tiap calon: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def show_methods(stage: Stage, study: Selection) -> Display:
    """Show the places by each method and Borda over them."""
    if not study.choice:
        return _needs_choice(stage, study)
    columns = ["commodity", *METHOD_TITLES, "borda"]
    rows = study.choice.table.round(3).rename_axis("commodity").reset_index()[columns]
    caption = _("Hasil keempat metode dan gabungannya menurut Borda")
    return show_table(stage, rows, "commodity_ranking", *SCORES, caption=caption, access="publik")


def show_methods_agree(stage: Stage, study: Selection) -> Display | None:
    """Show the winner of each method, how alike their orders are, and whether leaving one out turns it."""
    if not study.choice:
        return None
    rows = study.choice.reversals.join(study.choice.agreement.round(2)).rename(index=METHOD_TITLES)
    rows["reversed_without"] = rows["reversed_without"].fillna(_("tidak ada"))
    titles = {
        "method": _("Metode"), "winner": _("Teratas"), "reversed_without": _("Berubah bila calon ini dikeluarkan"),
    } | {name: f"τ {title}" for name, title in METHOD_TITLES.items()}  # fmt: skip
    caption = _("Kesamaan urutan antarmetode (τ Kendall, 1 bila sama) dan pembalikan peringkat")
    rows = rows.rename_axis("method").reset_index()
    return show_table(stage, rows, "selection_criteria", caption=caption, titles=titles)


def show_tipping(stage: Stage, study: Selection) -> Display:
    """Show for each criterion the weights past which another commodity comes first, and what leaving it out does."""
    if not study.choice:
        return _needs_choice(stage, study)
    points, left = study.choice.tipping, study.choice.left_out
    rows = points.assign(**{name: (100 * points[name]).round(1) for name in ("weight", "lower", "upper")})
    rows = rows.assign(without=left["winner"]).rename_axis("criterion").reset_index()
    titles = {
        "criterion": _("Kriteria"), "weight": _("Bobot (%)"), "lower": _("Titik balik bawah (%)"),
        "lower_winner": _("Di bawahnya teratas"), "upper": _("Titik balik atas (%)"),
        "upper_winner": _("Di atasnya teratas"), "without": _("Teratas tanpa kriteria ini"),
    }  # fmt: skip
    caption = _("Titik balik: bobot yang mengubah komoditas teratas, bobot lain tetap sebanding")
    return show_table(
        stage, rows, "selection_criteria", *SCORES[:1], caption=caption, titles=titles, access="publik"
    )


def show_nearest(stage: Stage, study: Selection) -> Display | None:
    """Say the smallest change of all weights with which another commodity draws level."""
    if not study.choice:
        return None
    changes = study.choice.changes["moved_share"].dropna()
    if changes.empty:
        return show_text(_("Tidak ada pembagian bobot yang membuat calon lain teratas."))
    name = changes.index[0]
    moved = study.choice.changes.loc[name].drop("moved_share") - study.choice.weight
    words = {
        "name": name, "share": format_number(100 * changes.iloc[0], 1), "to": lower_first(moved.idxmax()),
        "from": lower_first(moved.idxmin()),
    }  # fmt: skip
    said = _(
        "Pesaing terdekat ialah %(name)s: ia menyamai bila %(share)s poin persen bobot dipindahkan, terutama dari "
        "%(from)s ke %(to)s."
    )
    return show_text(said % words)


def show_information(stage: Stage, study: Selection, most: int = 5) -> Display:
    """Show the values whose knowing would raise the acceptability of the best choice most."""
    if not study.choice:
        return _needs_choice(stage, study)
    gains = study.choice.information.stack()
    gains = gains[gains >= LEAST_GAIN].nlargest(most)
    if gains.empty:
        return show_text(
            _(
                "Tidak ada satu nilai pun yang, bila diketahui pasti, akan mengubah pilihan ini dengan sendirinya."
            )
        )
    grade = study.cells["evidence"].reindex(gains.index)
    rows = pd.DataFrame({"gain": (100 * gains).round(1), "evidence": grade}).reset_index(
        names=["commodity", "criterion"]
    )
    titles = {
        "commodity": _("Komoditas atau jasa"), "criterion": _("Kriteria"), "evidence": _("Bukti sekarang"),
        "gain": _("Kepastian naik (poin persen)"),
    }  # fmt: skip
    caption = _("Data yang paling menentukan bila dikumpulkan")
    return show_table(stage, rows[[*titles]], *SCORES, caption=caption, titles=titles, access="publik")


# the slider of a weight ------------------------------------------------------------------


def _distances(tipping: pd.DataFrame) -> pd.Series:
    """Return how far the weight of each criterion is from its nearer tipping point."""
    return tipping[["lower", "upper"]].astype(float).sub(tipping["weight"], axis=0).abs().min(axis=1)


def rank_by_nearness(tipping: pd.DataFrame) -> list[str]:
    """Return the criteria by how near their tipping point is, the nearest first; those without one last."""
    return list(_distances(tipping).sort_values(na_position="last", kind="stable").index)


def explore_weights(stage: Stage, study: Selection, most: int = 4) -> Display:
    """Show a slider for each weight; the report holds the weights just before and past the nearest tipping points."""
    if not study.choice:
        return _needs_choice(stage, study)
    choice, starts = study.choice, (100 * study.choice.weight).round(1).to_dict()

    def draw(values: Mapping[str, float]) -> tuple[Figure, pd.DataFrame]:
        given = pd.Series(values) if any(values.values()) else choice.weight
        found = 100 * change_weights(choice, given)
        chances = found[["first"]].round(1).set_axis([_("kemungkinan teratas, %")], axis="columns")
        return _draw_change(found, robustness.tipping_points(choice.utilities, given / given.sum())), chances

    frames = {_("Bobot yang disepakati"): starts}
    for criterion in rank_by_nearness(choice.tipping)[:most]:
        point = choice.tipping.loc[criterion]
        for level in 100 * point[["lower", "upper"]].dropna().astype(float):
            for share in (level - 0.5, level + 0.5):
                moved = 100 * set_weight(choice.weight, criterion, min(max(share, 0), 100) / 100)
                words = {"criterion": lower_first(criterion), "share": format_number(share, 1)}
                words["name"] = (choice.utilities @ moved).idxmax()
                frames[_("Bobot %(criterion)s %(share)s %%: teratas %(name)s") % words] = moved.to_dict()
    return explore_many(
        stage, draw, starts, frames, *SCORES, unit="%", maximum=100, access="publik",
        title=_("Andaian: apa yang terjadi bila bobot diubah"),
        alt=_("Nilai gabungan dan kemungkinan teratas tiap calon"),
    )  # fmt: skip


def _draw_change(found: pd.DataFrame, tipping: pd.DataFrame) -> Figure:
    """Draw the weighted sums and how often each comes first, the best on top, with the nearest tipping point."""
    rows, name = found.iloc[::-1], rank_by_nearness(tipping)[0]
    distance = 100 * _distances(tipping)[name]
    with canvas(1.3 + 0.36 * len(rows)) as (figure, axes):
        colours = [ACCENT if name == found.index[0] else MUTED for name in rows.index]
        bars = axes.barh(rows.index, rows["weighted_sum"], color=colours, height=0.6)
        labels = [
            _("%(sum)s · teratas %(first)s %%") % {"sum": format_number(s, 1), "first": format_number(f, 0)}
            for s, f in rows.itertuples(index=False)
        ]
        axes.bar_label(bars, labels, padding=3, color=INK)
        axes.set(xlim=(0, 118), xlabel=_("Jumlah terbobot (0-100) dan kemungkinan teratas"))
        said = _("Teratas: %(name)s; titik balik terdekat %(points)s poin persen (%(criterion)s)")
        if pd.isna(distance):
            said = _("Teratas: %(name)s; tidak ada titik balik")
        words = {"name": found.index[0], "points": format_number(distance, 1), "criterion": lower_first(name)}
        axes.set_title(said % words, fontsize=9.5, loc="left")
    return figure
