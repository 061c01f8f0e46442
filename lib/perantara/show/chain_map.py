"""What stage 06 shows of a market chain: balances, margins, costs, what buyers require, and partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods import market
from perantara.methods.chain import concentration
from perantara.show.display import Display
from perantara.show.figures import canvas, show_figure
from perantara.show.style import ACCENT, INK, MUTED
from perantara.show.tables import show_gap, show_missing, show_table, show_text
from perantara.text import _, format_number, lazy, lower_first

if TYPE_CHECKING:
    from perantara.stage import Stage

GOODS_ONLY = ("chain_nodes",)  # has no meaning for a service
SHORT = {"shortfall": lazy("Selisih yang kurang"), "is_met": lazy("Terpenuhi")}
SPECIFICATION = ["dimension", "requirement", "actor_id", "direction", "required", "delivered", "unit", *SHORT]
_SHADES = (ACCENT, MUTED, "#c3ccd1", "#e3e8ea")


def analyse_chain(stage: Stage) -> dict[str, pd.DataFrame]:
    """Return the tables of margins and of the balance; a service has no gap where a table is only for goods."""
    if stage.initiative.is_service:
        stage.gaps = [gap for gap in stage.gaps if gap["table"] not in GOODS_ONLY]
    columns = [field.name for field in stage.store.declaration("chain_margins").fields]
    links, nodes = stage.table("market_chain_links"), stage.table("chain_nodes")
    return {
        "chain_margins": market.compare_channels(stage.table("chain_prices"))[columns],
        "chain_balance": market.balance_nodes(links, nodes if len(links) else nodes.head(0)),
    }


def name_actors(stage: Stage, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return ``frame`` with names of actors in the place of their numbers."""
    names = stage.table("actors").set_index("actor_id")["name"].to_dict()
    return frame.assign(**{column: frame[column].replace(names) for column in columns})


def show_balance(stage: Stage, balance: pd.DataFrame) -> Display:
    """Show what comes in, goes out and is lost at each node; "tidak berlaku" for a service, or the gap."""
    if stage.initiative.is_service:
        return show_text(
            _("Neraca bahan tidak berlaku: kunjungan atau layanan tidak disimpan dan tidak susut.")
        )
    caption = _("Neraca bahan: yang masuk dikali faktor konversi, dikurangi yang dijual, hilang, dan dipakai")
    rows = name_actors(stage, balance, "actor_id").round(1)
    return show_missing(stage, "chain_nodes", "market_chain_links") or show_table(
        stage, rows, "chain_balance", "chain_nodes", "market_chain_links", caption=caption
    )


def show_margins(stage: Stage, margins: pd.DataFrame) -> Display:
    """Draw what each seller keeps of the consumer's price in each channel, or show the gap."""
    if missing := show_missing(stage, "chain_prices"):
        return missing
    known = margins.dropna(subset="share_of_final_price_pct")
    if known.empty:
        return show_text(
            _("Harga tidak dapat dibandingkan: bentuk produknya berbeda dan faktor konversinya belum ada.")
        )
    parts = known.assign(kept=known["margin_idr_per_final_unit"].fillna(known["price_idr_per_final_unit"]))
    ends = parts.groupby("channel").agg(
        share=("share_of_final_price_pct", "first"), product=("product", "last")
    )
    highest = parts["price_idr_per_final_unit"].max()
    with canvas(1.3 + 0.9 * len(ends)) as (figure, axes):
        for place, (_name, rows) in enumerate(parts.groupby("channel")):
            starts = (rows["kept"].cumsum() - rows["kept"]).tolist()
            for step, row in enumerate(rows.itertuples()):
                axes.barh(
                    place,
                    row.kept,
                    left=starts[step],
                    color=_SHADES[min(step, 3)],
                    edgecolor="white",
                    height=0.4,
                )
                beside = (
                    0 if abs(row.kept) > 0.16 * highest else 0.36 * (-1) ** step
                )  # above or below a narrow bar
                axes.text(
                    starts[step] + row.kept / 2, place + beside, f"{row.seller}\n{format_number(row.kept)}",
                    fontsize=6.5, ha="center", va="center", color=INK if step else "white",
                )  # fmt: skip
        axes.set_yticks(range(len(ends)), ends.index)
        axes.set_ylim(-0.6, len(ends) - 0.4)
        axes.set_xlabel(_("Rp per satuan %(product)s") % {"product": ends["product"].iloc[0]})
        axes.xaxis.set_major_formatter(lambda value, _position: format_number(value))
    shares = (f"{lower_first(name)} {format_number(end.share, 1)} %" for name, end in ends.iterrows())
    words = {"shares": "; ".join(shares)}
    return show_figure(
        stage, figure, parts, "chain_prices", title=_("Bagian produsen dari harga konsumen: %(shares)s") % words,
        alt=_("Batang bertumpuk menurut saluran: harga produsen dan margin tiap penjual. %(shares)s.") % words,
    )  # fmt: skip


def show_concentration(stage: Stage) -> Display:
    """Show how few buyers hold what the enterprises sell now, by product and unit, or the gap."""
    if missing := show_missing(stage, "market_chain_links", "actors"):
        return missing
    sellers = stage.table("actors").query("actor_type == 'umk'")["actor_id"]
    sold = market.buyers_of(stage.table("market_chain_links"), sellers)
    rows = []
    for (product, unit, period), one in sold.groupby(["product", "unit", "period"]):
        cr4, hhi = concentration(one["volume"])
        largest = one["volume"].max() / one["volume"].sum()
        rows.append([product, f"{unit}/{period}", len(one), largest * 100, cr4 * 100, hhi])
    if not rows:
        return show_text(
            _("Jumlah yang dibeli tiap pembeli dari UMK belum diketahui, jadi pemusatannya belum dihitung.")
        )
    titles = [
        _("Produk"), _("Satuan"), _("Pembeli"), _("Pembeli terbesar (%)"), _("Empat terbesar, CR4 (%)"),
        _("Indeks Herfindahl-Hirschman (0-10.000)"),
    ]  # fmt: skip
    names = ["product", "unit", "buyers", "largest", "cr4", "hhi"]
    return show_table(
        stage, pd.DataFrame(rows, columns=names).round(0), "market_chain_links",
        titles=dict(zip(names, titles, strict=True)), caption=_("Pemusatan pembeli hasil UMK, menurut jumlah yang dibeli"),
    )  # fmt: skip


def show_enterprises(stage: Stage) -> Display:
    """Show value added and what covers the cost of each enterprise, every ratio with its denominator, or the gap."""
    costs = stage.table("enterprise_costs")
    rows = [
        [name, *row]
        for name, one in costs.groupby("enterprise")
        for row in _measures(market.assess_enterprise(one), one)
    ]
    titles = [_("Usaha contoh"), _("Ukuran"), _("Nilai"), _("Satuan"), _("Pembagi atau dasarnya")]
    names = ["enterprise", "measure", "figure", "value_unit", "denominator"]
    return show_missing(stage, "enterprise_costs") or show_table(
        stage, pd.DataFrame(rows, columns=names).round(2), "enterprise_costs", titles=dict(zip(names, titles, strict=True)),
        caption=_("Nilai tambah dan kelayakan satu proses produksi"),
    )  # fmt: skip


def _measures(found: market.Enterprise | None, costs: pd.DataFrame) -> list[list]:
    if found is None:
        return [[_("Belum dapat dihitung: ada jumlah atau harga yang belum diketahui"), None, "", ""]]
    unit, raw = (
        costs.loc[costs["cost_group"] == group, "unit"].head(1).sum() for group in ("hasil", "bahan baku")
    )
    added, total, of_all = (
        found.value_added,
        found.total,
        _("biaya seluruhnya %(x)s, yang milik sendiri dinilai"),
    )
    of_all = of_all % {"x": _rupiah(found.total_cost_idr)}
    of_cash = _("hanya biaya tunai %(x)s") % {"x": _rupiah(found.cash_cost_idr)}
    rows = [
        [_("R/C (penerimaan atas biaya)"), total.rc_ratio, _("kali"), of_all],
        [_("R/C atas biaya tunai"), found.cash.rc_ratio if found.cash else None, _("kali"), of_cash],
        [_("B/C (keuntungan atas biaya)"), total.bc_ratio, _("kali"), of_all],
        [_("Titik impas jumlah"), total.quantity_break_even, unit, _("biaya tetap dibagi selisih harga dan biaya variabel")],
        [_("Titik impas harga"), total.price_covering_total_cost, f"Rp/{unit}", _("biaya seluruhnya dibagi jumlah hasil")],
    ]  # fmt: skip
    if added is None:
        return [*rows, [_("Nilai tambah Hayami"), None, "", _("tidak berlaku: tidak ada bahan baku")]]
    of_value = _("nilai hasil %(x)s") % {"x": _rupiah(added.output_value)}
    of_added = _("nilai tambah %(x)s") % {"x": _rupiah(added.value_added)}
    per_raw, of_raw = f"Rp/{raw}", _("satu satuan bahan baku")
    return [
        *rows,
        [_("Faktor konversi"), added.conversion_factor, f"{unit}/{raw}", of_raw],
        [_("Nilai tambah (Hayami)"), added.value_added, per_raw, of_raw],
        [_("Rasio nilai tambah"), added.value_added_ratio * 100, "%", of_value],
        [_("Bagian tenaga kerja"), added.labour_share * 100, "%", of_added],
        [_("Keuntungan pengolah"), added.profit, per_raw, of_raw],
        [_("Tingkat keuntungan"), added.profit_share_of_output * 100, "%", of_value],
    ]  # fmt: skip


def _rupiah(amount: float) -> str:
    return f"Rp{format_number(amount)}"


def show_partners(stage: Stage) -> Display:
    """Show how each candidate partner meets the guide's definition, or the gap."""
    if not stage.has("actors"):
        return show_gap(stage, "actors")
    rows = market.check_partners(stage.table("actors"), stage.table("partner_checks"))
    if rows.empty:
        return show_text(
            _("Belum ada mitra lokal atau mitra swasta yang tercatat, jadi belum ada yang diperiksa.")
        )
    return show_table(
        stage, rows.drop(columns="actor_id"), "partner_checks", "actors",
        titles={"item": _("Unsur definisi"), "met": _("Terpenuhi"), "evidence": _("Bukti")},
        caption=_("Calon mitra menurut unsur definisi mitra lokal dan mitra swasta (panduan 1.3)"),
    )  # fmt: skip


def show_models(stage: Stage) -> Display:
    """Show which actors and flows of the guide's three models this chain has, or the gap."""
    if not stage.has("actors"):
        return show_gap(stage, "actors")
    flows = stage.table("linkage_model_flows")
    rows = market.match_models(flows, stage.table("actors"), stage.table("market_chain_links")).reset_index()
    rows["absent"] = rows["absent"].map(", ".join)
    if not stage.has("market_chain_links"):
        rows[["running", "planned"]] = None
    titles = {
        "model": _("Model"), "absent": _("Pelaku yang belum ada"), "flows": _("Aliran produk dan uang"),
        "running": _("Sudah berjalan"), "planned": _("Dijajaki, disebut, atau tanpa harga"),
        "unrecorded": _("Jasa, investasi, kredit: ditanyakan"),
    }  # fmt: skip
    return show_table(
        stage, rows[list(titles)], "linkage_model_flows", "actors", "market_chain_links", titles=titles,
        caption=_("Rantai ini dibandingkan dengan model konvensional, A, dan B (Gambar 1-3)"),
    )  # fmt: skip
