"""What the report of stage 02 shows of the first market chain: who sells to whom, and at what price."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from perantara.methods.concept import price_steps
from perantara.show.display import Display
from perantara.show.figures import show_figure
from perantara.show.style import ACCENT, INK, MUTED, STYLE
from perantara.show.tables import show_gap, show_table
from perantara.text import NO_VALUE, _, format_date, format_number, lazy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from perantara.stage import Stage

_LOCAL = lazy("pembeli atau mitra lokal")
CHAIN = {
    "penyedia input": lazy("penyedia input"), "umk": lazy("UMK"), "pembeli lokal": _LOCAL, "mitra lokal": _LOCAL,
    "lembaga keuangan": lazy("lembaga keuangan"), "mitra swasta": lazy("mitra swasta"),
}  # fmt: skip


def show_chain(stage: Stage) -> Display:
    """Draw who sells to whom, with volume and price where they are known, or show the gap."""
    if not stage.has("market_chain_links"):
        return show_gap(stage, "market_chain_links")
    links, actors = stage.table("market_chain_links"), stage.table("actors").set_index("actor_id")
    columns = [
        "from_actor_id",
        "to_actor_id",
        "product",
        "unit",
        "volume",
        "period",
        "price_idr_per_unit",
        "status",
    ]
    ends = links[columns[:2]].replace(actors["name"].to_dict())
    listed = "; ".join(ends["from_actor_id"] + " → " + ends["to_actor_id"])
    day = format_date(str(links["data_date"].max())[:10])
    words = {"links": len(links), "priced": int(links["price_idr_per_unit"].notna().sum()), "date": day}
    title = _(
        "Rantai pasar awal per %(date)s: %(links)s hubungan tercatat, %(priced)s di antaranya dengan harga"
    )
    return show_figure(
        stage, draw_chain(links, actors), links[columns], "market_chain_links", "actors", title=title % words,
        alt=_("Bagan rantai pasar dari penjual ke pembeli: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def draw_chain(links: pd.DataFrame, actors: pd.DataFrame) -> Figure:
    """Draw the chain from left to right by kind of actor; planned links are dashed."""
    import matplotlib.pyplot as plt

    ids = pd.unique(links[["from_actor_id", "to_actor_id"]].T.to_numpy().ravel())
    types = actors["actor_type"].to_dict()
    kinds = pd.Series({one: str(CHAIN.get(types.get(one), _("lainnya"))) for one in ids})
    order = [
        name for name in dict.fromkeys([*map(str, CHAIN.values()), _("lainnya")]) if (kinds == name).any()
    ]
    tallest = kinds.value_counts().max()
    heights = (tallest + kinds.groupby(kinds).transform("size")) / 2 - 1 - kinds.groupby(kinds).cumcount()
    spots = {one: (order.index(kind), heights[one]) for one, kind in kinds.items()}
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 1.1 + 0.95 * tallest), layout="constrained")
        for link in links.itertuples():
            _draw_link(axes, link, spots[link.from_actor_id], spots[link.to_actor_id])
        for one, spot in spots.items():
            name = textwrap.fill(str(actors["name"].get(one, one)), 18)
            edge = ACCENT if kinds[one] == str(CHAIN["mitra swasta"]) else INK
            box = {"boxstyle": "round", "facecolor": "white", "edgecolor": edge}
            axes.text(*spot, name, ha="center", va="center", fontsize=7, bbox=box)
        axes.set_xticks(range(len(order)), [textwrap.fill(name, 14) for name in order], fontsize=8)
        axes.set(xlim=(-0.45, len(order) - 0.55), ylim=(-0.5, tallest - 0.5), yticks=[])
        axes.grid(visible=False)
        axes.set_xlabel(_("Garis putus: masih dijajaki. – berarti belum diketahui."), fontsize=8, loc="left")
    plt.close(figure)
    return figure


def _draw_link(axes: Axes, link: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    (x0, y0), (x1, y1) = start, end
    gap = 0.29 * ((x1 > x0) - (x1 < x0))  # half a box
    line = "--" if link.status == "rencana" else "-"
    arrow = {"arrowstyle": "-|>", "color": MUTED, "linestyle": line, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (x1 - gap, y1), (x0 + gap, y0), arrowprops=arrow)
    each = "" if pd.isna(link.period) else f"/{_(link.period)}"
    volume = NO_VALUE if pd.isna(link.volume) else f"{format_number(link.volume)} {link.unit}{each}"
    price = link.price_idr_per_unit
    price = NO_VALUE if pd.isna(price) else f"Rp{format_number(price)}/{link.unit}"
    near = 0.38  # nearer to the seller, where fewer meet
    spot = (x0 + gap + near * (x1 - x0 - 2 * gap), y0 + near * (y1 - y0))
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    axes.text(*spot, f"{volume}\n{price}", fontsize=6, ha="center", va="center", bbox=paper)


def show_prices(stage: Stage) -> Display:
    """Show what each actor paid and gets for the same product, or the gap."""
    names = stage.table("actors").set_index("actor_id")["name"].to_dict()
    steps = price_steps(stage.table("market_chain_links")).round({"margin_pct": 1, "bought_idr_per_unit": 0})
    titles = {
        "from_actor_id": _("Penjual"), "to_actor_id": _("Pembeli"), "bought_idr_per_unit": _("Harga beli (Rp/satuan)"),
        "margin_idr_per_unit": _("Selisih (Rp/satuan)"), "margin_pct": _("Selisih terhadap harga jual (%)"),
    }  # fmt: skip
    return show_table(
        stage, steps.replace(dict.fromkeys(["from_actor_id", "to_actor_id"], names)), "market_chain_links", titles=titles,
        columns=["from_actor_id", "to_actor_id", "product", "unit", "bought_idr_per_unit",
                 "price_idr_per_unit", "margin_idr_per_unit", "margin_pct", "status"],
        caption=_("Selisih harga di tiap mata rantai, sebelum biaya; hanya untuk produk dan satuan yang sama"),
    )  # fmt: skip
