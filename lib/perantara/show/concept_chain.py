"""What the report of stage 02 shows of the first market chain: who sells to whom, and at what price."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.concept import price_steps
from perantara.show.display import Display
from perantara.show.figures import show_figure
from perantara.show.tables import show_gap, show_table
from perantara.text import _, format_number, lazy

if TYPE_CHECKING:
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
    data = links[
        [
            "from_actor_id",
            "to_actor_id",
            "product",
            "unit",
            "volume",
            "period",
            "price_idr_per_unit",
            "status",
        ]
    ]
    names = actors["name"].to_dict()
    listed = "; ".join(
        f"{names.get(a, a)} → {names.get(b, b)}"
        for a, b in zip(links["from_actor_id"], links["to_actor_id"], strict=True)
    )
    priced = int(links["price_idr_per_unit"].notna().sum())
    title = _("Rantai pasar awal: %(links)s hubungan tercatat, %(priced)s di antaranya dengan harga")
    return show_figure(
        stage, draw_chain(links, actors), data, "market_chain_links", "actors",
        title=title % {"links": len(links), "priced": priced},
        alt=_("Bagan rantai pasar dari penjual ke pembeli: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def draw_chain(links: pd.DataFrame, actors: pd.DataFrame) -> Figure:
    """Draw the chain from left to right by kind of actor; planned links are dashed."""
    import matplotlib.pyplot as plt

    from perantara.show.style import ACCENT, INK, MUTED, STYLE

    ids = list(dict.fromkeys([*links["from_actor_id"], *links["to_actor_id"]]))
    place = {one: str(CHAIN.get(actors["actor_type"].get(one, ""), _("lainnya"))) for one in ids}
    order = [
        name for name in dict.fromkeys([*map(str, CHAIN.values()), _("lainnya")]) if name in place.values()
    ]
    columns = [[one for one in ids if place[one] == name] for name in order]
    tallest = max(map(len, columns))
    spots = {
        one: (x, (tallest - 1) / 2 + (len(ones) - 1) / 2 - y)
        for x, ones in enumerate(columns) for y, one in enumerate(ones)
    }  # fmt: skip
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 1.1 + 0.95 * tallest), layout="constrained")
        for link in links.itertuples():
            (x0, y0), (x1, y1) = spots[link.from_actor_id], spots[link.to_actor_id]
            gap = 0.29 * ((x1 > x0) - (x1 < x0))  # half a box
            style = {
                "arrowstyle": "-|>",
                "color": MUTED,
                "linestyle": "--" if link.status == "rencana" else "-",
            }
            axes.annotate("", (x1 - gap, y1), (x0 + gap, y0), arrowprops=style | {"shrinkA": 0, "shrinkB": 0})
            x, y = (
                x0 + gap + 0.38 * (x1 - x0 - 2 * gap),
                y0 + 0.38 * (y1 - y0),
            )  # nearer to the seller: fewer meet
            paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
            axes.text(x, y, _label(link), fontsize=6.5, ha="center", va="center", bbox=paper)
        for one, (x, y) in spots.items():
            name = textwrap.fill(str(actors["name"].get(one, one)), 18)
            edge = ACCENT if place[one] == str(CHAIN["mitra swasta"]) else INK
            box = {"boxstyle": "round", "facecolor": "white", "edgecolor": edge}
            axes.text(x, y, name, ha="center", va="center", fontsize=7, bbox=box)
        axes.set_xticks(range(len(order)), [textwrap.fill(name, 14) for name in order], fontsize=8)
        axes.set(xlim=(-0.45, len(order) - 0.55), ylim=(-0.5, tallest - 0.5), yticks=[])
        axes.grid(visible=False)
        axes.set_xlabel(_("Garis putus: masih dijajaki. – berarti belum diketahui."), fontsize=8, loc="left")
    plt.close(figure)
    return figure


def _label(link: object) -> str:
    amount = f"{format_number(link.volume)} {link.unit}"
    price = f"Rp{format_number(link.price_idr_per_unit)}"
    return "\n".join(
        ["–" if pd.isna(link.volume) else amount, "–" if pd.isna(link.price_idr_per_unit) else price]
    )


def show_prices(stage: Stage) -> Display:
    """Show what each actor paid and gets for the same product, or the gap."""
    if not stage.has("market_chain_links"):
        return show_gap(stage, "market_chain_links")
    names = stage.table("actors").set_index("actor_id")["name"]
    steps = price_steps(stage.table("market_chain_links")).round({"margin_pct": 1, "bought_idr_per_unit": 0})
    for column in ("from_actor_id", "to_actor_id"):
        steps[column] = steps[column].replace(names.to_dict())
    columns = ["from_actor_id", "to_actor_id", "product", "unit", "bought_idr_per_unit",
               "price_idr_per_unit", "margin_idr_per_unit", "margin_pct", "status"]  # fmt: skip
    titles = {
        "from_actor_id": _("Penjual"), "to_actor_id": _("Pembeli"), "bought_idr_per_unit": _("Harga beli (Rp/satuan)"),
        "margin_idr_per_unit": _("Selisih (Rp/satuan)"), "margin_pct": _("Selisih terhadap harga jual (%)"),
    }  # fmt: skip
    caption = _("Selisih harga di tiap mata rantai, sebelum biaya; hanya untuk produk dan satuan yang sama")
    return show_table(stage, steps, "market_chain_links", columns=columns, caption=caption, titles=titles)
