"""What the report of stage 02 shows of the census: enterprises, owners, faults, and what is reached."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.business import SIZE_CLASSES, size_classes
from perantara.methods.census import (
    count_owners,
    find_outliers,
    find_repeats,
    poor_share,
    summarise_products,
    summarise_villages,
)
from perantara.methods.completeness import completeness
from perantara.methods.disclosure import MINIMUM_CELL, suppress_small_cells, suppress_small_counts
from perantara.show.display import Display
from perantara.show.figures import plot_bars
from perantara.show.tables import show_gap, show_table, show_text
from perantara.show.widgets import explore
from perantara.text import _, format_number, lazy

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage

_SIZES = dict(
    zip(SIZE_CLASSES, map(lazy, ("Usaha mikro", "Usaha kecil", "Usaha menengah", "Usaha besar")), strict=True)
)


def take_census(stage: Stage) -> pd.DataFrame:
    """Return the census, its product and unit filled in with those of the initiative."""
    own, census = stage.initiative, stage.table("umk_census")
    return census.assign(
        product=census["product"].fillna(own.commodity or _("tidak disebut")),
        product_unit=census["product_unit"].fillna(own.product_unit or _("satuan tidak disebut")),
    )


def _show(stage: Stage, rows: pd.DataFrame, caption: str, access: str = "publik", **titles: str) -> Display:
    scope = stage.reading("umk_census").describe_coverage()
    return show_table(stage, rows, "umk_census", caption=caption, scope=scope, titles=titles, access=access)


def show_villages(stage: Stage) -> Display:
    """Show enterprises, capacity and production by village, or the gap of the census."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    summary = summarise_villages(take_census(stage))
    units = summary["product_unit"].unique()
    if len(summary["product"].unique()) == 1 and len(units) == 1:
        summary = summary.drop(columns=["product", "product_unit"])
    unit = units[0] if len(units) == 1 else _("satuan produk")
    caption = _("UMK, kapasitas, dan produksi menurut %(village)s; di bawah 5 UMK disembunyikan (–)")
    return _show(
        stage, summary.round(1), caption % stage.terms,
        village_name=stage.terms["village"].capitalize(), enterprises=_("UMK terdata"),
        capacity_per_month=_("Kapasitas (%(unit)s/bulan)") % {"unit": unit},
        production_per_month=_("Produksi (%(unit)s/bulan)") % {"unit": unit},
        utilisation_pct=_("Pemakaian kapasitas (%)"),
    )  # fmt: skip


def show_products(stage: Stage) -> Display:
    """Show enterprises and use of capacity by product and unit, or the gap of the census."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    caption = _("UMK dan pemakaian kapasitas menurut produk; satuan yang berbeda tidak dijumlahkan")
    return _show(
        stage, summarise_products(take_census(stage)).round(1), caption, enterprises=_("UMK terdata"),
        measured=_("Kapasitas dan produksinya terisi (UMK)"), utilisation_pct=_("Pemakaian kapasitas (%)"),
        median_utilisation_pct=_("Median tiap UMK (%)"),
    )  # fmt: skip


def show_kinds(stage: Stage, by: str) -> Display:
    """Show how many enterprises make which grade or have which size, small counts hidden."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    census = take_census(stage).drop_duplicates("umk_id" if by == "size" else ["umk_id", "product"])
    if by == "size":
        kinds = size_classes(census["capital_idr"], census["annual_sales_idr"]).map(_SIZES).map(str)
        kinds = kinds.mask(kinds == "nan", _("belum diketahui"))
        caption = _("UMK menurut ukuran usaha (PP 7/2021 Pasal 35); – berarti disembunyikan")
        titles = {"kind": _("Ukuran"), "enterprises": _("UMK")}
    else:
        kinds = census["quality_grade"].dropna()
        caption = _("UMK menurut mutu yang tercatat (– berarti disembunyikan)")
        titles = {"kind": _("Mutu"), "enterprises": _("UMK")}
    counts = suppress_small_counts(kinds.value_counts().sort_index())
    return _show(stage, counts.rename("enterprises").rename_axis("kind").reset_index(), caption, **titles)


def show_owners(stage: Stage) -> Display:
    """Show who owns the enterprises by sex, disability, age and poverty, or the gap."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    census = stage.table("umk_census").drop_duplicates("umk_id")
    counts = count_owners(census)
    every = census["owner_sex"].value_counts().reindex(counts.columns, fill_value=0)
    totals = suppress_small_cells(every.to_frame(("all", "")).T)
    totals.index = pd.MultiIndex.from_tuples([("all", "")], names=counts.index.names)
    shown = pd.concat(
        [totals] + [suppress_small_cells(block) for _trait, block in counts.groupby("trait", sort=False)]
    )
    traits = {
        "all": _("Semua"), "disability": _("Penyandang disabilitas"), "older": _("Lanjut usia (60+)"),
        "poor": _("Miskin atau rentan"),
    }  # fmt: skip
    frame = shown.reset_index().replace(
        {"trait": traits, "answer": {"yes": _("ya"), "no": _("tidak"), "": ""}}
    )
    sources = ", ".join(sorted(census["poverty_source"].dropna().unique())) or _("tidak disebut")
    caption = _(
        "Pemilik UMK yang cirinya terisi (penanda kemiskinan: %(sources)s); sel kecil disembunyikan (–), "
        "juga bila dapat dihitung dari selisih"
    )
    titles = {"perempuan": _("Perempuan"), "laki-laki": _("Laki-laki")}
    return _show(
        stage, frame, caption % {"sources": sources}, trait=_("Ciri"), answer=_("Keterangan"), **titles
    )


def show_census_checks(stage: Stage) -> Display:
    """Show how complete the census is, and how many rows are to be looked at again, or the gap."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    census, field = take_census(stage), stage.reading("umk_census").declaration.field
    filled = completeness(census, stage.declaration.needs["umk_census"])
    repeats, outliers = find_repeats(census), find_outliers(census)
    looked = {
        _("Nama dan tempat sama, nomor berbeda"): repeats["is_duplicate"],
        _("Orang yang mungkin sama, produk berbeda"): repeats["is_same_person"],
        _("Produksi melebihi kapasitas"): outliers["is_over_capacity"],
    }
    for column in outliers.columns[:-1]:
        looked[_("Jauh dari yang lain: %(field)s") % {"field": _(field(column).title).lower()}] = outliers[
            column
        ]
    rows = [(_("Terisi: %(field)s") % {"field": _(field(name).title).lower()}, _percent(share))
            for name, share in filled.items()]  # fmt: skip
    rows += [(name, _rows_found(int(flags.sum()))) for name, flags in looked.items()]
    caption = _("Pemeriksaan pendataan; baris yang ditandai perlu dilihat kembali, belum tentu salah")
    frame = pd.DataFrame(rows, columns=["check", "found"])
    return _show(stage, frame, caption, "internal", check=_("Pemeriksaan"), found=_("Hasil"))


def _percent(share: float) -> str:
    return f"{format_number(round(share, 1))} %"


def _rows_found(count: int) -> str:
    return (
        _("kurang dari 5 baris")
        if 0 < count < MINIMUM_CELL
        else _("%(n)s baris") % {"n": format_number(count)}
    )


def duplicate_pct(census: pd.DataFrame) -> float | None:
    """Return the share of rows that may be double, in percent; fewer than five count as four."""
    if census.empty:
        return None
    found = int(find_repeats(census)["is_duplicate"].sum())
    return (max(found, MINIMUM_CELL - 1) if found else 0) / len(census) * 100


def explore_reach(stage: Stage, shares_pct: tuple[int, ...] = (20, 40, 60, 80, 100)) -> Display:
    """Let a reader see how many enterprises are reached at a given uptake, or show the gap."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    counts = count_poor(stage.table("umk_census"))
    if counts.min() < MINIMUM_CELL:
        return show_text(_("Terlalu sedikit UMK menurut penanda kemiskinan untuk ditampilkan."))
    return explore(
        stage, partial(draw_reach, counts), shares_pct, "umk_census",
        label=_("Tingkat keikutsertaan"), unit="%", start=60, access="publik",
        title=_("UMK yang terjangkau menurut tingkat keikutsertaan (andaian, bukan ramalan)"),
        alt=_("Batang jumlah UMK terjangkau, yang miskin atau rentan dan yang bukan"),
    )  # fmt: skip


def count_poor(census: pd.DataFrame) -> pd.Series:
    """Count the enterprises marked as poor and those marked as not; the share of few is not told."""
    is_poor = census.drop_duplicates("umk_id")["is_poor"].dropna().astype(bool)
    return pd.Series({_("Miskin atau rentan"): int(is_poor.sum()), _("Bukan"): int((~is_poor).sum())})


def draw_reach(counts: pd.Series, share_pct: float) -> tuple[Figure, pd.DataFrame]:
    """Return the figure and data of the enterprises reached at an uptake of ``share_pct``."""
    reached = (counts * share_pct / 100).round().rename(_("UMK")).to_frame()
    return plot_bars(reached, axis_label=_("UMK terjangkau"), accent=counts.index[0]), reached


def state_census(stage: Stage) -> None:
    """State how many enterprises are recorded and how many of them are poor, and record both."""
    census, reading = stage.table("umk_census").drop_duplicates("umk_id"), stage.reading("umk_census")
    is_few = len(census) < MINIMUM_CELL
    stage.figure("umk_recorded", None if is_few else len(census), "UMK", "umk_census", access="publik")
    if census.empty:
        stage.state("Jumlah, kapasitas, dan mutu produksi UMK belum didata.")
        return
    place = reading.describe_coverage() or _("cakupan tidak diketahui")
    stage.state(
        "Terdata %(umk)s UMK (%(place)s).", umk=_("kurang dari lima") if is_few else len(census), place=place
    )
    found = poor_share(census["is_poor"]) if count_poor(census).min() >= MINIMUM_CELL else None
    for name in ("share", "low", "high"):
        value = getattr(found, f"{name}_pct", None)
        figure = "umk_poor_share_pct" if name == "share" else f"umk_poor_share_{name}_pct"
        stage.figure(figure, value, "%", "umk_census", access="publik")
    if found:
        stage.state(
            "Dari UMK yang status kemiskinannya tercatat, %(share)s %% dijalankan rumah tangga miskin atau rentan "
            "(selang 95 %%: %(low)s sampai %(high)s %%).",
            share=round(found.share_pct, 1), low=round(found.low_pct, 1), high=round(found.high_pct, 1),
        )  # fmt: skip
