"""What the report of stage 02 shows of the census: enterprises, owners, faults, and what is reached."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.business import SIZE_CLASSES, size_classes
from perantara.methods.census import (
    count_owners,
    count_safely,
    find_outliers,
    find_repeats,
    poor_share,
    summarise_products,
    summarise_villages,
)
from perantara.methods.completeness import completeness
from perantara.methods.disclosure import MINIMUM_CELL, may_be_told, suppress_in_turn
from perantara.methods.notes import N_
from perantara.show.display import Display
from perantara.show.figures import plot_bars
from perantara.show.tables import show_missing, show_table, show_text
from perantara.show.widgets import explore
from perantara.text import _, format_number, lazy, lower_first

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage

_SIZES = dict(
    zip(SIZE_CLASSES, map(lazy, ("Usaha mikro", "Usaha kecil", "Usaha menengah", "Usaha besar")), strict=True)
)


def take_cycles(stage: Stage) -> list[pd.DataFrame]:
    """Return the census of every cycle, this one last; product and unit filled in with the initiative's."""
    own = stage.initiative
    filled = {
        "product": own.commodity or _("tidak disebut"), "product_unit": own.product_unit or _("satuan tidak disebut")
    }  # fmt: skip
    return [census.fillna(filled) for census in (*stage.earlier("umk_census"), stage.table("umk_census"))]


def _show(stage: Stage, rows: pd.DataFrame, caption: str, access: str = "publik", **titles: str) -> Display:
    scope = stage.reading("umk_census").describe_coverage()
    return show_missing(stage, "umk_census") or show_table(
        stage, rows, "umk_census", caption=caption, scope=scope, titles=titles, access=access
    )


def show_villages(stage: Stage) -> Display:
    """Show enterprises, capacity and production by village, or the gap of the census."""
    *earlier, census = take_cycles(stage)
    summary, units = summarise_villages(census, earlier), census["product_unit"].unique()
    if len(census[["product", "product_unit"]].drop_duplicates()) == 1:
        summary = summary.drop(columns=["product", "product_unit"])
    unit = units[0] if len(units) == 1 else _("satuan produk")
    caption = _(
        "UMK, kapasitas, dan produksi menurut %(village)s; disembunyikan (–) yang di bawah 5 UMK, yang jumlahnya berubah "
        "kurang dari 5 sejak siklus terdahulu, dan yang diperlukan agar keduanya tidak dapat dihitung"
    )
    return _show(
        stage, summary.round(1), caption % stage.terms,
        village_name=stage.terms["village"].capitalize(), enterprises=_("UMK terdata"), measured=_("Yang dijumlahkan (UMK)"),
        capacity_per_month=_("Kapasitas (%(unit)s/bulan)") % {"unit": unit},
        production_per_month=_("Produksi (%(unit)s/bulan)") % {"unit": unit},
        utilisation_pct=_("Pemakaian kapasitas (%)"),
    )  # fmt: skip


def show_products(stage: Stage) -> Display:
    """Show enterprises and use of capacity by product and unit, or the gap of the census."""
    *earlier, census = take_cycles(stage)
    caption = _("UMK dan pemakaian kapasitas menurut produk; satuan yang berbeda tidak dijumlahkan")
    return _show(
        stage, summarise_products(census, earlier).round(1), caption, enterprises=_("UMK terdata"),
        measured=_("Kapasitas dan produksinya terisi (UMK)"), utilisation_pct=_("Pemakaian kapasitas (%)"),
        median_utilisation_pct=_("Median tiap UMK (%)"),
    )  # fmt: skip


def show_kinds(stage: Stage, by: str) -> Display:
    """Show how many enterprises make which grade or have which size, small counts hidden."""
    caption, title = {
        "size": (_("UMK menurut ukuran usaha (PP 7/2021 Pasal 35); – berarti disembunyikan"), _("Ukuran")),
        "grade": (_("UMK menurut mutu yang tercatat (– berarti disembunyikan)"), _("Mutu")),
    }[by]
    cycles = [pd.DataFrame({"kind": _kinds(census, by)}) for census in take_cycles(stage)]
    rows = count_safely(cycles, ["kind"]).rename("enterprises").reset_index()
    return _show(stage, rows, caption, kind=title, enterprises=_("UMK"))


def _kinds(census: pd.DataFrame, by: str) -> pd.Series:
    if by == "grade":
        return census.drop_duplicates(["umk_id", "product"])["quality_grade"]
    census = census.drop_duplicates("umk_id")
    sizes = size_classes(census["capital_idr"], census["annual_sales_idr"])
    return sizes.map({name: str(title) for name, title in _SIZES.items()}).fillna(_("belum diketahui"))


def show_owners(stage: Stage) -> Display:
    """Show who owns the enterprises by sex, disability, age and poverty, or the gap."""
    cycles = [census.drop_duplicates("umk_id") for census in take_cycles(stage)]
    counts = [count_owners(census) for census in cycles]
    every = [c["owner_sex"].value_counts().reindex(counts[0].columns, fill_value=0) for c in cycles]
    totals = pd.concat({("all", ""): suppress_in_turn(every)}, axis="columns", names=counts[0].index.names).T
    blocks = [
        suppress_in_turn([count.loc[[trait]] for count in counts])
        for trait in ("disability", "older", "poor")
    ]
    rows, titles = name_traits(pd.concat([totals, *blocks]))
    sources = ", ".join(sorted(cycles[-1]["poverty_source"].dropna().unique())) or _("tidak disebut")
    caption = _(
        "Pemilik UMK yang cirinya terisi (penanda kemiskinan: %(sources)s); disembunyikan (–) sel kecil dan perubahan "
        "kecil sejak siklus terdahulu, juga bila dapat dihitung dari selisih"
    )
    return _show(stage, rows, caption % {"sources": sources}, **titles)


def name_traits(counts: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return counts of persons by trait and sex in a reader's words, and the titles of the columns."""
    traits = {
        "all": _("Semua"), "disability": _("Penyandang disabilitas"), "older": _("Lanjut usia (60+)"),
        "poor": _("Miskin atau rentan"),
    }  # fmt: skip
    titles = {
        "trait": _("Ciri"), "answer": _("Keterangan"), "perempuan": _("Perempuan"), "laki-laki": _("Laki-laki"),
    }  # fmt: skip
    words = {"trait": traits, "answer": {"yes": _("ya"), "no": _("tidak")}}
    return counts.reset_index().replace(words), titles


def find_doubtful(stage: Stage) -> dict[str, int]:
    """Return by kind of fault how many rows of the census are to be looked at again."""
    census, field = take_cycles(stage)[-1], stage.reading("umk_census").declaration.field
    repeats, outliers = find_repeats(census), find_outliers(census)
    far = {_("jauh dari yang lain: %(field)s") % {"field": lower_first(_(field(column).title))}: outliers[column]
           for column in outliers.columns[:-1]}  # fmt: skip
    flags = {
        _("nama dan tempat sama, nomor berbeda"): repeats["is_duplicate"],
        _("orang yang mungkin sama, produk berbeda"): repeats["is_same_person"],
        _("produksi melebihi kapasitas"): outliers["is_over_capacity"],
    }
    return {name: int(rows.sum()) for name, rows in (flags | far).items()}


def rows_found(count: int) -> str:
    """Say how many rows were found, of few no more than that."""
    is_few = 0 < count < MINIMUM_CELL
    return _("kurang dari 5 baris") if is_few else _("%(n)s baris") % {"n": format_number(count)}


def show_census_checks(stage: Stage) -> Display:
    """Show how complete the census is, and how many rows are to be looked at again, or the gap."""
    filled = completeness(stage.table("umk_census"), stage.declaration.needs["umk_census"])
    field = stage.reading("umk_census").declaration.field
    rows = [(_("terisi: %(field)s") % {"field": lower_first(_(field(name).title))}, f"{format_number(round(share, 1))} %")
            for name, share in filled.items()]  # fmt: skip
    rows += [(name, rows_found(count)) for name, count in find_doubtful(stage).items()]
    frame = pd.DataFrame(
        [(f"{name[:1].upper()}{name[1:]}", found) for name, found in rows], columns=["check", "found"]
    )
    caption = _("Pemeriksaan pendataan; baris yang ditandai perlu dilihat kembali, belum tentu salah")
    return _show(stage, frame, caption, "internal", check=_("Pemeriksaan"), found=_("Hasil"))


def duplicate_pct(stage: Stage) -> float | None:
    """Return the share of rows that may be double, in percent; fewer than five count as four."""
    census = take_cycles(stage)[-1]
    found = int(find_repeats(census)["is_duplicate"].sum())
    return (max(found, MINIMUM_CELL - 1) if found else 0) / len(census) * 100 if len(census) else None


def explore_reach(stage: Stage) -> Display:
    """Let a reader see how many enterprises are reached at a given uptake, or show the gap."""
    counts = count_poor(stage.table("umk_census"))
    if counts.iloc[:2].min() < MINIMUM_CELL:
        few = _("Terlalu sedikit UMK menurut penanda kemiskinan untuk ditampilkan.")
        return show_missing(stage, "umk_census") or show_text(few)
    listed = "; ".join(f"{name} {format_number(count)}" for name, count in counts.items())
    return explore(
        stage, partial(draw_reach, counts), (20, 40, 60, 80, 100), "umk_census",
        label=_("Tingkat keikutsertaan"), unit="%", start=60, access=census_access(stage, "is_poor"),
        title=_("UMK yang terjangkau menurut tingkat keikutsertaan (andaian, bukan ramalan)"),
        alt=_("Batang UMK terjangkau menurut status kemiskinan; bila semua ikut: %(listed)s") % {"listed": listed},
    )  # fmt: skip


def count_poor(census: pd.DataFrame) -> pd.Series:
    """Count the enterprises marked as poor, those marked as not and, where any, those without a mark."""
    is_poor = census.drop_duplicates("umk_id")["is_poor"]
    names = {True: _("Miskin atau rentan"), False: _("Bukan"), None: _("Belum tercatat")}
    counts = {
        name: int((is_poor.isna() if key is None else is_poor.eq(key)).sum()) for key, name in names.items()
    }
    return pd.Series(counts if is_poor.isna().any() else dict(list(counts.items())[:2]), dtype=int)


def draw_reach(counts: pd.Series, share_pct: float) -> tuple[Figure, pd.DataFrame]:
    """Return the figure and data of the enterprises reached at an uptake of ``share_pct``."""
    reached = (counts * share_pct / 100 + 0.5).floordiv(1).rename(_("UMK")).to_frame()  # half up
    return plot_bars(reached, axis_label=_("UMK terjangkau"), accent=counts.index[0]), reached


def census_access(stage: Stage, *marks: str) -> str:
    """Return the access of sentences on the number of enterprises, and on those with each of ``marks``.

    They are ``internal`` where few or a change of few since an earlier cycle would be told: of all, of
    those with a mark, without it or not known, or of whose mark is known.
    """
    cycles = []
    for census in (rows.drop_duplicates("umk_id") for rows in take_cycles(stage)):
        parts = [
            [census[m].eq(True).sum(), census[m].eq(False).sum(), census[m].notna().sum()] for m in marks
        ]
        cycles.append([len(census), *chain(*parts), *(len(census) - known for _yes, _no, known in parts)])
    return "publik" if may_be_told(cycles[-1], cycles[:-1]) else "internal"


def state_census(stage: Stage) -> None:
    """State how many enterprises are recorded and how many of them are poor, and record both."""
    census, reading = stage.table("umk_census").drop_duplicates("umk_id"), stage.reading("umk_census")
    is_few, access = len(census) < MINIMUM_CELL, census_access(stage)
    stage.figure("umk_recorded", None if is_few else len(census), "UMK", "umk_census", access=access)
    if census.empty:
        stage.state("Jumlah, kapasitas, dan mutu produksi UMK belum didata.")
        return
    place = reading.describe_coverage() or _("cakupan tidak diketahui")
    if is_few or access == "publik":
        said = N_("Terdata %(umk)s UMK (%(place)s).")
        stage.state(said, umk=_("kurang dari lima") if is_few else len(census), place=place)
    else:
        stage.state("Pendataan UMK mencakup %(place)s.", place=place)
        stage.state(
            "Terdata %(umk)s UMK; jumlahnya berubah kurang dari lima sejak siklus terdahulu.",
            access,
            umk=len(census),
        )
    access = census_access(stage, "is_poor")
    found = poor_share(census["is_poor"]) if count_poor(census).iloc[:2].min() >= MINIMUM_CELL else None
    is_whole = reading.expected is not None and not reading.is_partial
    for name, part in (("share", "share"), ("share_low", "low"), ("share_high", "high")):
        value = getattr(found, f"{part}_pct", None) if is_whole or part == "share" else None
        stage.figure(f"umk_poor_{name}_pct", value, "%", "umk_census", access=access)
    if found is None:
        return
    said = N_(
        "Dari %(known)s UMK yang status kemiskinannya tercatat, %(share)s %% dijalankan rumah tangga miskin atau rentan."
    )
    words = {"known": found.known, "share": round(found.share_pct, 1)}
    if not is_whole:
        said = N_("Dari %(known)s UMK yang status kemiskinannya tercatat, %(share)s %% dijalankan rumah tangga miskin atau "
                  "rentan; berlaku bagi %(village)s yang didata saja.")  # fmt: skip
        words["village"] = stage.terms["village"]
    elif found.known < len(census):
        said = N_("Dari %(known)s UMK yang status kemiskinannya tercatat, %(share)s %% dijalankan rumah tangga miskin atau "
                  "rentan; dari semua UMK antara %(low)s dan %(high)s %%, sebab selebihnya belum tercatat.")  # fmt: skip
        words |= {"low": round(found.low_pct, 1), "high": round(found.high_pct, 1)}
    stage.state(said, access, **words)
