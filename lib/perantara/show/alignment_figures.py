"""The figures of stage 01: power and interest, mean places, and how scores are spread."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from perantara.show.figures import canvas
from perantara.show.style import ACCENT, INK, MUTED
from perantara.text import _, format_number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SCALE = (
    "#b4532a",
    "#dfa083",
    "#d5dadd",
    "#7fb5b5",
    ACCENT,
)  # from disagreement to agreement, also by lightness


def draw_map(data: pd.DataFrame, midpoint: float = 3.0) -> Figure:
    """Draw each element by interest and power, the quadrants named in their corners."""
    corners = {
        (1.05, 4.92): _("puaskan"), (4.95, 4.92): _("kelola dekat"), (1.05, 1.08): _("pantau"),
        (4.95, 1.08): _("beri informasi"),
    }  # fmt: skip
    with canvas(4.6) as (figure, axes):
        axes.axhline(midpoint, color=MUTED)
        axes.axvline(midpoint, color=MUTED)
        axes.scatter(data["interest"], data["power"], color=ACCENT, zorder=3)
        for label, row in data.iterrows():
            is_right = row["interest"] > midpoint
            axes.annotate(label, (row["interest"], row["power"]), xytext=(-7 if is_right else 7, 0), fontsize=8,
                          textcoords="offset points", va="center", ha="right" if is_right else "left")  # fmt: skip
        for (x, y), name in corners.items():
            side = "left" if x < midpoint else "right"
            axes.text(x, y, name, color=INK, style="italic", va="center", ha=side)
        axes.set(xlim=(1, 5), ylim=(1, 5), xticks=range(1, 6), yticks=range(1, 6))
        axes.set(xlabel=_("Kepentingan (skala 1-5)"), ylabel=_("Kekuatan (skala 1-5)"))
    return figure


def draw_ranks(rows: pd.DataFrame) -> Figure:
    """Draw the mean place of each item with its interval; the best on top, further left is better."""
    places = range(len(rows))[::-1]
    with canvas(1.2 + 0.55 * len(rows)) as (figure, axes):
        axes.hlines(places, rows["lower"], rows["upper"], color=MUTED, linewidth=5)
        axes.plot(rows["mean_rank"], places, "o", color=ACCENT, label=_("semua peserta sama bobotnya"))
        axes.plot(rows["mean_rank_by_group"], places, "D", color=INK, markerfacecolor="none",
                  label=_("tiap jenis pemangku kepentingan sama bobotnya"))  # fmt: skip
        for place, mean in zip(places, rows["mean_rank"], strict=True):
            at = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center"}
            axes.annotate(format_number(mean, 1), (mean, place), **at)
        axes.set_yticks(places, [textwrap.fill(item, 38) for item in rows["item"]])
        axes.set(xlim=(0.8, len(rows) + 0.2), xticks=range(1, len(rows) + 1), ylim=(-0.6, len(rows) - 0.3))
        axes.set_xlabel(_("Rata-rata urutan, 1 paling penting; garis: selang 95 persen"))
        figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    return figure


def draw_scores(data: pd.DataFrame) -> Figure:
    """Draw the counts of each score as one stacked bar a statement."""
    with canvas(1.3 + 0.5 * len(data)) as (figure, axes):
        data.iloc[::-1].plot.barh(
            stacked=True, ax=axes, color=SCALE, edgecolor="white", width=0.8, legend=False
        )
        for bars, colour in zip(axes.containers, SCALE, strict=True):
            ink = "white" if colour in (SCALE[0], SCALE[-1]) else INK
            axes.bar_label(bars, fmt=lambda n: format_number(n) if n else "", label_type="center", color=ink)
        axes.tick_params(axis="y", labelsize=8)
        axes.grid(visible=False, axis="y")
        axes.set(xlabel=_("Peserta menurut skor: 1 sangat tidak setuju, 5 sangat setuju"), ylabel="")
        figure.legend(loc="outside upper center", ncols=5)
    return figure
