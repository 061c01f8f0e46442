"""What the report of stage 02 shows and says beside the parts that every stage has."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.census import count_owners, summarise_villages
from perantara.methods.completeness import completeness
from perantara.methods.context import value_of
from perantara.methods.disclosure import MINIMUM_CELL, suppress_small_cells
from perantara.show.display import Display
from perantara.show.figures import plot_bars, show_figure
from perantara.show.tables import show_gap, show_table, show_text
from perantara.show.widgets import explore
from perantara.text import Sentence, _, format_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.stage import Stage
    from perantara.stage.gate import Gate
    from perantara.tables.store import TableReading

GOVERNMENT = ("perangkat daerah", "pemerintah desa")
CONTACTED = ("calon", "berminat", "sepakat")
CONTEXT_TABLES = ("regional_facts", "district_context")


def show_village_status(stage: Stage, own: pd.DataFrame) -> Display:
    """Draw how many villages have each status of the village index, or show the gap."""
    found = own[own["indicator"] == "villages_by_development_status_count"]
    if found.empty:
        return show_gap(stage, "district_context")
    counts = found.set_index("breakdown")[["value"]].set_axis([_("Desa")], axis="columns")
    values = counts.iloc[:, 0]
    largest = str(values.idxmax())
    words = {
        "village": stage.terms["village"], "district": stage.district.title, "status": largest,
        "count": format_number(values.max()), "total": format_number(values.sum()),
        "year": str(found["period"].iloc[0]),
    }  # fmt: skip
    title = _("%(count)s dari %(total)s %(village)s di %(district)s berstatus %(status)s (IDM %(year)s)")
    listed = "; ".join(f"{name} {format_number(count)}" for name, count in values.items())
    return show_figure(
        stage, plot_bars(counts, axis_label=_("Jumlah %(village)s") % words, accent=largest), counts,
        *CONTEXT_TABLES, title=title % words, access="publik", rows=found,
        alt=_("Batang mendatar menurut status desa: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def show_villages(stage: Stage) -> Display:
    """Show enterprises, capacity and production by village, or the gap of the census."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    summary = summarise_villages(stage.table("umk_census"))
    unit = stage.initiative.product_unit
    titles = {
        "village_name": stage.terms["village"].capitalize(),
        "enterprises": _("UMK terdata"),
        "capacity_per_month": _("Kapasitas (%(unit)s/bulan)") % {"unit": unit},
        "production_per_month": _("Produksi (%(unit)s/bulan)") % {"unit": unit},
        "utilisation_pct": _("Pemakaian kapasitas (%)"),
    }
    caption = _("UMK, kapasitas, dan produksi menurut %(village)s; di bawah 5 UMK disembunyikan (–)")
    return show_table(
        stage, summary.round(1), "umk_census", caption=caption % {"village": stage.terms["village"]},
        scope=stage.reading("umk_census").describe_coverage(), titles=titles, access="publik",
    )  # fmt: skip


def show_quality(stage: Stage) -> Display:
    """Show how many enterprises make which grade, small counts hidden, or the gap."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    grades = stage.table("umk_census")["quality_grade"].dropna().value_counts().sort_index()
    rows = suppress_small_cells(grades.rename("enterprises").to_frame()).reset_index(names="quality_grade")
    return show_table(
        stage, rows, "umk_census", caption=_("UMK menurut mutu yang tercatat (– berarti disembunyikan)"),
        scope=stage.reading("umk_census").describe_coverage(), access="publik",
        titles={"enterprises": _("UMK")},
    )  # fmt: skip


def show_owners(stage: Stage) -> Display:
    """Show who owns the enterprises by sex, disability, age and poverty, or the gap."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    counts = count_owners(stage.table("umk_census"))
    every = stage.table("umk_census")["owner_sex"].value_counts().reindex(counts.columns, fill_value=0)
    totals = suppress_small_cells(every.to_frame(("all", "")).T)
    totals.index = pd.MultiIndex.from_tuples([("all", "")], names=counts.index.names)
    shown = pd.concat(
        [totals] + [suppress_small_cells(block) for _trait, block in counts.groupby("trait", sort=False)]
    )
    traits = {
        "disability": _("Penyandang disabilitas"), "older": _("Lanjut usia (60+)"),
        "poor": _("Miskin atau rentan"),
    }  # fmt: skip
    frame = shown.reset_index().replace(
        {"trait": traits, "answer": {"yes": _("ya"), "no": _("tidak"), "": ""}}
    )
    titles = {"trait": _("Ciri"), "answer": _("Keterangan")}
    return show_table(
        stage, frame, "umk_census",
        caption=_("Pemilik UMK yang cirinya terisi; sel kecil disembunyikan (–), juga bila dapat dihitung dari selisih"),
        scope=stage.reading("umk_census").describe_coverage(), access="publik",
        titles=titles | {"perempuan": _("Perempuan"), "laki-laki": _("Laki-laki")},
    )  # fmt: skip


def explore_reach(stage: Stage, shares_pct: tuple[int, ...] = (20, 40, 60, 80, 100)) -> Display:
    """Let a reader see how many enterprises are reached at a given uptake, or show the gap."""
    if not stage.has("umk_census"):
        return show_gap(stage, "umk_census")
    counts = _count_poor(stage.table("umk_census"))
    if counts.min() < MINIMUM_CELL:
        return show_text(_("Terlalu sedikit UMK menurut penanda kemiskinan untuk ditampilkan."))
    return explore(
        stage, partial(draw_reach, counts), shares_pct, "umk_census",
        label=_("Tingkat keikutsertaan"), unit="%", start=60, access="publik",
        title=_("UMK yang terjangkau menurut tingkat keikutsertaan (andaian, bukan ramalan)"),
        alt=_("Batang jumlah UMK terjangkau, yang miskin atau rentan dan yang bukan"),
    )  # fmt: skip


def _count_poor(census: pd.DataFrame) -> pd.Series:
    """Count the enterprises marked as poor and those marked as not; the share of few is not told."""
    is_poor = census["is_poor"].dropna().astype(bool)
    return pd.Series({_("Miskin atau rentan"): int(is_poor.sum()), _("Bukan"): int((~is_poor).sum())})


def draw_reach(counts: pd.Series, share_pct: float) -> tuple[Figure, pd.DataFrame]:
    """Return the figure and data of the enterprises reached at an uptake of ``share_pct``."""
    reached = (counts * share_pct / 100).round().rename(_("UMK")).to_frame()
    return plot_bars(reached, axis_label=_("UMK terjangkau"), accent=counts.index[0]), reached


def take_inventory(stage: Stage) -> pd.DataFrame:
    """Return what is known and what is missing, a row a table of initiative and district."""
    rows = []
    for table in stage.declaration.tables:
        reading = stage.reading(table)
        if reading.declaration.scope == "reference":
            continue
        status = "tidak ada" if reading.is_missing else "lama" if reading.is_old(stage.as_of) else "ada"
        rows.append(
            {
                "item": reading.declaration.title,
                "status": "sebagian" if reading.is_partial else status,
                "row_count": _countable(reading),
                "coverage": reading.describe_coverage() or None,
                "newest_data_date": reading.data_date or None,
                "holder": reading.declaration.holder,
            }
        )
    frame = pd.DataFrame(rows)
    return frame.assign(
        row_count=frame["row_count"].astype("Int64"),
        newest_data_date=pd.to_datetime(frame["newest_data_date"]),
    )


def _countable(reading: TableReading) -> int | None:
    """Return how many rows a table has; not where they are so few persons or firms to tell."""
    count = len(reading.rows or ())
    is_of_persons = bool(reading.declaration.confidential_columns)
    return None if is_of_persons and 0 < count < MINIMUM_CELL else count


def judge_concept(stage: Stage) -> Gate:
    """Hold the concept against the criteria of stage 02 (guide, 3.2) and state what was found."""
    outputs, actors = stage.table("concept_outputs"), stage.table("actors")
    census = stage.reading("umk_census")
    there = outputs["status"].isin(["rancangan", "selesai"]).sum() if stage.has("concept_outputs") else None
    buyers = actors[actors["actor_type"] == "mitra swasta"]
    contacted = buyers["commitment"].isin(CONTACTED).sum() if stage.has("actors") else None
    filled, covered_pct = None, None
    if stage.has("umk_census"):
        filled = completeness(stage.table("umk_census"), stage.declaration.needs["umk_census"]).mean()
        covered_pct = census.covered / census.expected * 100 if census.expected else None
    return stage.gate(
        stage.criterion(
            "buyers_contacted", "Ada calon mitra swasta yang sudah dihubungi",
            contacted, ">=", "buyers_minimum", "actors",
            evidence=Sentence("Disebut %(named)s mitra swasta; %(contacted)s sudah dihubungi, berminat, atau sepakat.",
                              {"named": len(buyers), "contacted": int(contacted)})
            if contacted is not None else Sentence("Daftar pelaku rantai pasar belum ada."),
            next_step=Sentence("Hubungi calon mitra swasta dan catat kebutuhan serta kesediaannya."),
        ),
        stage.criterion(
            "census_complete", "Isian pokok pendataan UMK lengkap",
            filled, ">=", "completeness_minimum_pct", "umk_census",
            evidence=Sentence("Isian pokok terisi %(filled)s %%.", {"filled": round(filled, 1)})
            if filled is not None else Sentence("Pendataan UMK belum ada."),
            next_step=Sentence("Data UMK: jumlah, lokasi, kapasitas, mutu, dan siapa pemiliknya."),
        ),
        stage.criterion(
            "outputs_present", "Lima hasil perumusan konsep ada, paling tidak sebagai rancangan",
            there, ">=", "outputs_minimum", "concept_outputs",
            evidence=Sentence("%(there)s dari 5 hasil sudah ada.", {"there": int(there)})
            if there is not None else Sentence("Tabel hasil perumusan konsep belum ada."),
            next_step=Sentence("Catat keadaan kelima hasil perumusan konsep dan lengkapi yang belum ada."),
        ),
        stage.criterion(
            "villages_covered", "Semua desa sasaran sudah didata",
            covered_pct, ">=", "coverage_minimum_pct", "umk_census", severity="should",
            evidence=Sentence("Terdata %(coverage)s.", {"coverage": census.describe_coverage()})
            if covered_pct is not None else Sentence("Cakupan pendataan belum diketahui."),
            next_step=Sentence("Lengkapi pendataan di desa sasaran yang belum terdata."),
        ),
        stage.criterion(
            "priority_linked", "Inisiatif terkait dengan dokumen perencanaan daerah",
            len(stage.table("local_priorities")) if stage.has("local_priorities") else None,
            ">=", 1, "local_priorities", severity="should", unit="butir", set_by="panduan",
            evidence=Sentence("Tercatat %(items)s butir prioritas daerah.", {"items": len(stage.table("local_priorities"))}),
            next_step=Sentence("Catat butir RPJMD atau RKPD yang dilayani inisiatif ini."),
        ),
    )  # fmt: skip


def state_findings(stage: Stage, own: pd.DataFrame) -> None:
    """State what was found and record its figures, in words true for whatever is there."""
    poverty = value_of(own, "poverty_rate_pct")
    rows = own[own["indicator"] == "poverty_rate_pct"]
    if poverty is not None:
        year = str(rows["period"].iloc[-1])
        stage.state(
            "%(rate)s %% penduduk %(district)s tergolong miskin (%(year)s).",
            rate=poverty, district=stage.district.title, year=year,
        )  # fmt: skip
    stage.figure("poverty_rate_pct", poverty, "%", *CONTEXT_TABLES, access="publik", rows=rows)
    _state_actors(stage)
    _state_census(stage)


def _state_actors(stage: Stage) -> None:
    actors = stage.table("actors")
    buyers = int((actors["actor_type"] == "mitra swasta").sum())
    government = int(actors["actor_type"].isin(GOVERNMENT).sum())
    counts = {"actors": len(actors) - government, "government": government}
    if len(actors) == government:
        stage.state("Belum ada pelaku pasar yang tercatat, jadi kebutuhan pembeli belum diketahui.")
    elif buyers == 0:
        stage.state(
            "Tercatat %(actors)s pelaku pasar dan %(government)s unsur pemerintah; belum ada mitra swasta.",
            **counts,
        )
    else:
        stage.state(
            "Tercatat %(actors)s pelaku pasar, di antaranya %(buyers)s mitra swasta, dan %(government)s unsur pemerintah.",
            buyers=buyers, **counts,
        )  # fmt: skip
    stage.figure("private_partners_named", buyers if stage.has("actors") else None, "pelaku", "actors")


def _state_census(stage: Stage) -> None:
    census, reading = stage.table("umk_census"), stage.reading("umk_census")
    is_few = len(census) < MINIMUM_CELL
    stage.figure("umk_recorded", None if is_few else len(census), "UMK", "umk_census", access="publik")
    if census.empty:
        stage.state("Jumlah, kapasitas, dan mutu produksi UMK belum didata.")
        return
    place = reading.describe_coverage() or _("cakupan tidak diketahui")
    stage.state(
        "Terdata %(umk)s UMK (%(place)s).", umk=_("kurang dari lima") if is_few else len(census), place=place
    )
    counts = _count_poor(census)
    poor_pct = None if counts.min() < MINIMUM_CELL else float(counts.iloc[0] / counts.sum() * 100)
    stage.figure("umk_poor_share_pct", poor_pct, "%", "umk_census", access="publik")
    if poor_pct is not None:
        stage.state(
            "Dari UMK yang status kemiskinannya tercatat, %(share)s %% dijalankan rumah tangga miskin atau rentan.",
            share=round(poor_pct, 1),
        )  # fmt: skip
