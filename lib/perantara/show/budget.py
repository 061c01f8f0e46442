"""What the report of stage 04 shows and says beside the parts that every stage has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.budget_scenarios import cut_source, delay_source, price_scenario, uncovered_by_month
from perantara.methods.disclosure import MINIMUM_CELL
from perantara.methods.funding import (
    LENDER,
    NOT_ALLOWED,
    OUTSIDE_LIST,
    PRIVATE_KINDS,
    concentration,
    cost_of,
    summarise_costs,
)  # fmt: skip
from perantara.show.display import Display
from perantara.show.figures import plot_bars, show_figure
from perantara.show.tables import find_missing, show_gap, show_missing, show_table, show_text
from perantara.show.widgets import explore
from perantara.text import Sentence, _, format_number, in_terms, lazy, lower_first, say_again

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from perantara.methods.allocation import AllocationPlan
    from perantara.stage import Stage

IDR_MN = 1_000_000
_PAID = ("budget_lines", "funding_sources", "allocations")
RESTS_ON = {  # what each result is computed from
    "code_audit": ("budget_codes_used", "budget_codes", "imported_budget_codes", "budget_code_changes"),
    "eligibility": (*_PAID, "funding_matrix"), "allocation": (*_PAID, "funding_matrix"), "gap": _PAID,
    "calendar": ("budget_lines", "allocations", "planning_calendar"),
}  # fmt: skip
FAULTY_CODES = ("bentuk salah", "kurang nol", "dicabut", "bernomor baru", "tidak berlaku pada tahun itu")
CHECKED = ("sesuai", "nama berbeda")


def show_result(
    stage: Stage, rows: pd.DataFrame, table: str, caption: str, columns: list[str],
    titles: dict[str, str] | None = None, missing: str = "budget_lines",
) -> Display:  # fmt: skip
    """Show rows of a result table with what they rest on, or the gap of the table without which there are none."""
    if rows.empty:
        return show_gap(stage, missing)
    return show_table(
        stage, rows, table, *RESTS_ON[table], caption=caption, columns=columns, titles=titles,
        access=stage.access_of(table),
    )  # fmt: skip


def list_costs(stage: Stage, lines: pd.DataFrame, eligibility: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with need, the money that is there in their month and year, and what is uncovered."""
    available = eligibility[~eligibility["is_outside_availability"].astype(bool)]
    paid = lines["line_id"].map(available.groupby("line_id")["amount_idr"].sum()).astype(float).fillna(0.0)
    need = cost_of(lines).round(2)
    costs = lines.assign(need_idr=need, allocated_idr=paid, uncovered_idr=(need - paid).clip(lower=0))
    return costs[stage.store.declaration("cost_lines").field_names]


def show_costs(stage: Stage, lines: pd.DataFrame, *groupings: str) -> Display:
    """Show need by block, cost need, activity package, month or target group, or the gap of the lines.

    Each table is an output of its own: it carries its access level and the mark of a made-up district.
    """
    from IPython.display import display

    if lines.empty:
        return show_gap(stage, "budget_lines")
    *before, last = (_show_grouped(stage, lines, by) for by in groupings)
    for shown in before:
        display(shown)
    return last


def _show_grouped(stage: Stage, lines: pd.DataFrame, by: str) -> Display:
    if lines[by].isna().all():
        return show_text(_("Rincian biaya belum menyebut kelompok sasarannya; isi kolom itu."))
    rows = summarise_costs(lines.fillna({"target_group": _("belum ditetapkan")}), by)
    rows["share"] = (rows["share"] * 100).round(1)
    field = stage.store.declaration("budget_lines").field(by)
    caption = _("Biaya menurut %(grouping)s") % {"grouping": lower_first(_(field.title))}
    titles = {"need_idr": _("Biaya (Rp)"), "share": _("Bagian (%)")}
    return show_table(stage, rows, "budget_lines", caption=caption, titles=titles)


def show_unit_costs(stage: Stage, lines: pd.DataFrame) -> Display:
    """Show the need per recorded enterprise and per poor household, as far as stage 02 knows them."""
    if lines.empty:
        return show_gap(stage, "budget_lines")
    known = {f["id"]: f["value"] for f in (stage.findings("02_concept") or {"figures": []})["figures"]}
    count, told = known.get("umk_recorded"), known.get("umk_poor_share_pct") is not None
    is_poor = stage.table("umk_census").drop_duplicates("umk_id")["is_poor"].dropna().astype(bool)
    if not count:
        return show_text(
            _("Jumlah UMK belum diketahui dari tahap 02, jadi biaya per UMK belum dapat dihitung.")
        )
    units = {
        _("UMK terdata"): count,
        _("UMK rumah tangga miskin atau rentan, dari %(known)s yang statusnya tercatat")
        % {"known": len(is_poor)}: is_poor.sum() if told else None,
        _("Rumah tangga miskin yang dilayani"): known.get("poor_households"),
    }
    counts = pd.Series(units, name="count", dtype=float).round()
    rows = counts.where(counts >= MINIMUM_CELL).rename_axis("unit").reset_index()
    rows["per_unit"] = (cost_of(lines).sum() / rows["count"]).round(0)
    titles = {"unit": _("Ukuran"), "count": _("Jumlah"), "per_unit": _("Biaya tiap satuan (Rp)")}
    caption = _("Biaya per UMK dan per rumah tangga miskin; bukan manfaatnya")
    if rows["count"].isna().iloc[-1]:
        caption = _(
            "Biaya per UMK; bukan manfaatnya. Jumlah rumah tangga miskin yang dilayani belum tercatat: satu rumah "
            "tangga dapat memiliki lebih dari satu UMK. Tanyakan kepada Dinas Sosial (DTSEN)."
        )
    return show_table(stage, rows, "budget_lines", caption=caption, titles=titles)


def show_matrix(stage: Stage) -> Display:
    """Show the guide's funding matrix: which sources it lists for which cost need."""
    matrix = stage.table("funding_matrix")
    mechanism = (" (" + matrix["mechanism"] + ")").fillna("")
    groups = matrix.assign(listed=matrix["source_kind"] + mechanism).groupby(
        ["scope", "cost_need"], sort=False
    )
    rows = groups["listed"].agg(", ".join).reset_index()
    caption = _("Matriks pembiayaan panduan: kemungkinan sumber, bukan daftar tertutup")
    titles = {"listed": _("Sumber yang disebut panduan")}
    return show_table(stage, rows, "funding_matrix", caption=caption, titles=titles, scope=_("Panduan 3.4"))


def show_eligibility(stage: Stage, eligibility: pd.DataFrame) -> Display:
    """Show the allocations that need a reason, or say that there are none."""
    is_unlisted = eligibility["status"].isin([OUTSIDE_LIST, NOT_ALLOWED])
    flagged = eligibility[is_unlisted | eligibility.filter(regex="^is_").astype(bool).any(axis="columns")]
    if len(eligibility) and flagged.empty:
        return show_text(
            _("Semua alokasi tercantum dalam daftar panduan atau menyangkut persiapan, tanpa tanda lain.")
        )
    notes = [in_terms(say_again(n), stage.district.kind, stage.terms) for n in flagged["note"].fillna("")]
    flagged = flagged.assign(note=notes)
    columns = ["line_id", "block", "cost_need", "source_kind", "amount_idr", "status", "note"]
    caption = _("Alokasi yang memerlukan dasar hukum, alasan, atau perbaikan")
    missing = find_missing(stage, *_PAID[::-1]) or "allocations"
    return show_result(stage, flagged, "eligibility", caption, columns, missing=missing)


def show_partner_timing(eligibility: pd.DataFrame) -> Display:
    """Say what the two readings of the guide on the time of private money mean for the allocations."""
    is_private = eligibility["source_kind"].isin([*PRIVATE_KINDS, LENDER])
    early = eligibility[is_private & eligibility["block"].ne("implementasi")]
    readings = _(
        "Menurut matriks panduan, mitra swasta dapat ikut membiayai sejak riset; menurut bagian 2.3, mitra dan lembaga "
        "pembiayaan ikut setelah pelaksanaan dan kerja sama berjalan."
    )
    said = Sentence(
        "%(count)s alokasi mitra, CSR, atau lembaga pembiayaan di luar implementasi (Rp%(amount)s) sesuai dengan bacaan "
        "pertama, tetapi tidak dengan bacaan kedua: bahas dengan mitra.",
        {"count": len(early), "amount": early["amount_idr"].sum()},
    )
    none = _("Belum ada alokasi mitra, CSR, atau lembaga pembiayaan yang terkena perbedaan itu.")
    return show_text(readings, none if early.empty else said, access="internal" if len(early) else "publik")


def take_allocations(stage: Stage) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the allocations of all initiatives and of this one; what names nothing known is told.

    Without lines or sources there is nothing to hold an allocation against, so that none is taken.
    """
    every = stage.table("allocations")
    is_own = every["initiative"] == stage.initiative.slug
    has_source = every["source_id"].isin(stage.table("funding_sources")["source_id"])
    has_line = every["line_id"].isin(stage.table("budget_lines")["line_id"]) | ~is_own
    if stage.has("budget_lines") and stage.has("funding_sources"):
        for row in every[is_own & ~(has_source & has_line)].itertuples():
            named = {"line": row.line_id, "source": row.source_id}
            told = Sentence("Alokasi butir %(line)s dari %(source)s menyebut yang tidak ada.", named)
            stage.alarms += [told] * (told not in stage.alarms)
    known = every[has_source & has_line]
    return known, known[known["initiative"] == stage.initiative.slug]


def gather_codes(stage: Stage) -> pd.DataFrame:
    """Return the codes that the initiative uses: as stated, and those of its budget lines."""
    stated = stage.table("budget_codes_used").rename(columns={"code_as_printed": "code"})
    columns = ["code", "name_used", "decree", "fiscal_year"]
    lines = stage.table("budget_lines").dropna(subset="code")[["code", "fiscal_year"]]
    of_lines = lines.merge(stated[columns[:3]], how="left", on="code")[columns]  # under their stated names
    return pd.concat([stated[columns], of_lines]).drop_duplicates(ignore_index=True)


def list_examples(stage: Stage) -> set[str]:
    """Return the codes that only the guide of 2021 gives as examples: nobody plans to use them."""
    stated = stage.table("budget_codes_used")
    is_example = stated["fiscal_year"].isna() & stated["basis"].eq("keterangan")
    return set(stated.loc[is_example, "code_as_printed"]) - set(stage.table("budget_lines")["code"])


def show_codes(stage: Stage, audit: pd.DataFrame) -> Display:
    """Show the audit of every code, or the gap where no code is known."""
    caption = _("Kode anggaran diperiksa terhadap daftar yang dimuat; usulan tidak dipakai diam-diam")
    if examples := list_examples(stage):
        said = _("%(caption)s. %(count)s kode ialah contoh panduan (2021), bukan kode anggaran daerah.")
        caption = said % {"caption": caption, "count": len(examples)}
    said = _(" (kemiripan %.0f %%)")
    likeness = [said % pct if pct < 99.5 else "" for pct in audit["likeness"] * 100]
    rows = audit.assign(status=audit["status"] + likeness)
    columns = ["code", "name_used", "decree", "status", "official_name", "proposal", "note"]
    return show_result(stage, rows, "code_audit", caption, columns, missing="budget_codes_used")


def list_village_uses(stage: Stage) -> pd.DataFrame:
    """Return the village budgets that the guide names for this district."""
    uses = stage.table("apbdes_uses")
    return uses[uses["district_code_kemendagri"] == stage.district.code_kemendagri]


def show_village_uses(stage: Stage) -> Display:
    """Show the village budgets that the guide names for this district."""
    own = list_village_uses(stage)
    if own.empty:
        return show_text(_("Panduan tidak menyebut penggunaan APBDes di daerah ini."))
    caption = _("Penggunaan APBDes yang disebut panduan; nilai rupiahnya tidak disebut")
    columns = ["village", "use", "capital_kind", "note"]
    return show_table(stage, own, "apbdes_uses", caption=caption, columns=columns, scope=stage.district.title)


def show_certainty(stage: Stage, gap: pd.DataFrame) -> Display:
    """Show how certain the allocated money is: set in a budget, agreed in writing, or only promised."""
    if gap.empty or find_missing(stage, *_PAID):
        return show_gap(stage, find_missing(stage, *_PAID) or "budget_lines")
    sources = stage.table("funding_sources").set_index("source_id")["certainty"].fillna(_("belum diketahui"))
    paid = take_allocations(stage)[1]
    sums = paid.groupby(paid["source_id"].map(sources))["amount_idr"].sum().rename_axis("certainty")
    rows = sums.reset_index().assign(share=(sums / sums.sum() * 100).round(1).to_numpy())
    titles = {"amount_idr": _("Alokasi (Rp)"), "share": _("Bagian (%)")}
    caption = _("Kepastian dana yang dialokasikan; janji belum boleh dihitung sebagai uang")
    return show_table(
        stage, rows, "funding_sources", "allocations", caption=caption, titles=titles, access="internal"
    )


def show_gap_by_month(stage: Stage, gap: pd.DataFrame) -> Display:
    """Draw need and allocation by month, or show the gap of the lines."""
    months = gap[gap["dimension"] == "bulan"]
    if months.empty:
        return show_gap(stage, "budget_lines")
    labels = months["item"].astype(str)
    if months["fiscal_year"].nunique() > 1:
        labels += "/" + months["fiscal_year"].astype(str)
    data = (months.set_index(labels)[["need_idr", "allocated_idr"]] / IDR_MN).round(3)
    data.columns = [_("Kebutuhan"), _("Alokasi")]
    short = ", ".join(months.loc[months["uncovered_idr"] > 0, "item"])
    title = (
        _("Kebutuhan belum tertutup pada bulan %(months)s") if short else _("Semua bulan tertutup alokasi")
    )
    listed = "; ".join(f"{m}: {format_number(n)} / {format_number(a)}" for m, n, a in data.itertuples())
    alt = _("Batang kebutuhan dan alokasi tiap bulan, juta rupiah: %(listed)s.") % {"listed": listed}
    figure = plot_bars(data, axis_label=_("Rp juta"), decimals=1)
    return show_figure(
        stage, figure, data, "budget_lines", "allocations", title=title % {"months": short}, alt=alt
    )


def show_gap_table(stage: Stage, gap: pd.DataFrame, dimension: str) -> Display:
    """Show the gap overall, by block or by source, or the gap of the lines."""
    rows = gap[gap["dimension"] == dimension]
    if rows.empty:
        own = ["funding_sources"] if dimension == "sumber" else []
        return show_gap(stage, find_missing(stage, *own, "budget_lines") or "funding_sources")
    rows = name_sources(stage, rows)
    rows = rows.assign(allocated_share=(rows["allocated_share"] * 100).round(1))
    rows = rows.drop(columns=["dimension", "cumulative_uncovered_idr"]).dropna(axis="columns", how="all")
    caption = _("Kebutuhan, alokasi, dan kekurangan: %(dimension)s") % {"dimension": _(dimension)}
    titles = {"allocated_share": _("Bagian alokasi (%)")}
    return show_result(stage, rows, "gap", caption, list(rows), titles)


def show_concentration(stage: Stage, gap: pd.DataFrame) -> Display:
    """Say on how few sources the money rests."""
    own = gap[gap["dimension"] == "sumber"].groupby("item")["allocated_idr"].sum()
    if not own.sum():
        return show_text(_("Belum ada alokasi, jadi sebaran sumbernya belum dapat dinilai."))
    largest = own.idxmax()
    said = Sentence(
        "Sumber terbesar, %(name)s, membayar %(share)s %% alokasi. Sebarannya setara dengan %(equal)s sumber yang sama "
        "besar (indeks Herfindahl-Hirschman %(index)s).",
        {"name": _source_names(stage)[largest], "share": round(own[largest] / own.sum() * 100, 1),
         "equal": round(1 / concentration(own), 1), "index": round(concentration(own), 2)},
    )  # fmt: skip
    return show_text(said, access="internal")


def name_sources(stage: Stage, gap: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the gap with the names of the sources for their numbers."""
    named = gap["item"].map(_source_names(stage))
    return gap.assign(item=gap["item"].mask(gap["dimension"].eq("sumber") & named.notna(), named))


def _source_names(stage: Stage) -> pd.Series:
    return stage.table("funding_sources").set_index("source_id")["name"]


def show_plan(stage: Stage, plan: AllocationPlan) -> Display:
    """Show where the possible allocation differs from the district's, and what binds."""
    if gap := show_missing(stage, "budget_lines", "funding_sources"):
        return gap
    moved = plan.allocation[plan.allocation["difference_idr"].abs() >= 1]
    least = Sentence(
        "Dengan pagu, bulan, dan daftar panduan yang ada, kebutuhan yang tetap belum tertutup paling sedikit Rp%(rest)s.",
        {"rest": round(plan.uncovered_idr)},
    )
    said = [least, *describe_limits(stage, plan)]
    if moved.empty:
        return show_text(*said, _("Alokasi daerah sudah mencapainya."), access="internal")
    columns = ["line_id", "month", "source_kind", "allocated_idr", "possible_idr", "difference_idr"]
    caption = " ".join(map(str, said))
    return show_result(stage, moved, "allocation", caption, [*columns, "binding_limit"])


def describe_limits(stage: Stage, plan: AllocationPlan) -> list[Sentence]:
    """Say what keeps the need from being covered, and which ceilings are unknown; nothing without lines."""
    if find_missing(stage, "budget_lines", "funding_sources"):
        return []
    names = _source_names(stage)
    ceilings = plan.binding.loc[plan.binding["limit"] == "pagu", "item"].map(names)
    obstacles = plan.allocation.loc[plan.allocation["binding_limit"] != "kebutuhan", "binding_limit"].unique()
    if plan.uncovered_idr < 1:
        said = Sentence(
            "Pagu sumber yang ada cukup bagi semua kebutuhan; kekurangan, bila ada, hanya belum dialokasikan."
        )
    elif len(ceilings):
        said = Sentence("Yang membatasi: pagu %(items)s.", {"items": "; ".join(ceilings)})
    elif len(obstacles):
        said = Sentence("Yang membatasi, selain besarnya pagu: %(items)s.", {"items": ", ".join(obstacles)})
    else:
        said = Sentence("Tidak ada sumber yang dapat membayar sisanya.")
    unknown = "; ".join(names[list(plan.unknown_ceilings)])
    told = Sentence("Pagu %(items)s belum diketahui, jadi dihitung tidak membayar.", {"items": unknown})
    return [said, told] if unknown else [said]


_CHANGES = {
    "inflation": ((0, 5, 10, 15), "%", lazy("Kenaikan harga"),
                  lambda lines, sources, value: (price_scenario(lines, value), sources)),
    "cut": ((0, 10, 25, 50), "%", lazy("Pemotongan APBD"),
            lambda lines, sources, value: (lines, cut_source(sources, "APBD", value))),
    "delay": ((0, 1, 3, 6), lazy("bulan"), lazy("Uang mitra swasta terlambat"),
              lambda lines, sources, value: (lines, delay_source(sources, "mitra swasta", value))),
}  # fmt: skip


def explore_change(stage: Stage, change: str) -> Display:
    """Let a reader see the uncovered need by month under one change of price, ceiling or time."""
    if gap := show_missing(stage, "budget_lines", "funding_sources"):
        return gap
    every, own = take_allocations(stage)
    values, unit, label, apply = _CHANGES[change]

    def draw(value: float) -> tuple[Figure, pd.DataFrame]:
        lines, sources = apply(stage.table("budget_lines"), stage.table("funding_sources"), value)
        months = uncovered_by_month(lines, sources, own, every)
        data = (months.set_index("month")[["uncovered_idr"]] / IDR_MN).round(3)
        data.columns, data.index = [_("Belum tertutup")], data.index.astype(str)
        return plot_bars(data, axis_label=_("Rp juta"), decimals=1), data

    return explore(
        stage, draw, values, "budget_lines", "funding_sources", "allocations",
        label=str(label), unit=str(unit), start=values[2],
        title=_("Kebutuhan yang belum tertutup tiap bulan (andaian: %(label)s)") % {"label": label},
        alt=_("Batang kebutuhan yang belum tertutup tiap bulan, juta rupiah"),
    )  # fmt: skip
