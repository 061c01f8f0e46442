"""The figures of stage 01: power and interest, mean places, and how scores are spread."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from perantara.show.style import ACCENT, INK, MUTED, STYLE
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
    import matplotlib.pyplot as plt

    corners = {
        (1.05, 4.92): _("puaskan"), (4.95, 4.92): _("kelola dekat"), (1.05, 1.08): _("pantau"),
        (4.95, 1.08): _("beri informasi"),
    }  # fmt: skip
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
        axes.axhline(midpoint, color=MUTED)
        axes.axvline(midpoint, color=MUTED)
        axes.scatter(data["interest"], data["power"], color=ACCENT, zorder=3)
        for label, row in data.iterrows():
            is_right = row["interest"] > midpoint
            axes.annotate(label, (row["interest"], row["power"]), xytext=(-7 if is_right else 7, 0), fontsize=8,
                          textcoords="offset points", va="center", ha="right" if is_right else "left")  # fmt: skip
        for (x, y), name in corners.items():
            axes.text(
                x, y, name, color=INK, style="italic", va="center", ha="left" if x < midpoint else "right"
            )
        axes.set(xlim=(1, 5), ylim=(1, 5), xticks=range(1, 6), yticks=range(1, 6))
        axes.set(xlabel=_("Kepentingan (skala 1-5)"), ylabel=_("Kekuatan (skala 1-5)"))
    plt.close(figure)
    return figure


def draw_ranks(rows: pd.DataFrame) -> Figure:
    """Draw the mean place of each item with its interval; the best on top, further left is better."""
    import matplotlib.pyplot as plt

    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 1.2 + 0.55 * len(rows)), layout="constrained")
        places = range(len(rows))[::-1]
        axes.hlines(places, rows["lower"], rows["upper"], color=MUTED, linewidth=5)
        axes.plot(rows["mean_rank"], places, "o", color=ACCENT, label=_("semua peserta sama bobotnya"))
        axes.plot(rows["mean_rank_by_group"], places, "D", color=INK, markerfacecolor="none",
                  label=_("tiap jenis pemangku kepentingan sama bobotnya"))  # fmt: skip
        for place, mean in zip(places, rows["mean_rank"], strict=True):
            axes.annotate(
                format_number(mean, 1), (mean, place), xytext=(0, 7), textcoords="offset points", ha="center"
            )
        axes.set_yticks(places, [textwrap.fill(item, 38) for item in rows["item"]])
        axes.set(xlim=(0.8, len(rows) + 0.2), xticks=range(1, len(rows) + 1), ylim=(-0.6, len(rows) - 0.3))
        axes.set_xlabel(_("Rata-rata urutan, 1 paling penting; garis: selang 95 persen"))
        figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    plt.close(figure)
    return figure


def draw_scores(data: pd.DataFrame) -> Figure:
    """Draw the counts of each score as one stacked bar a statement."""
    import matplotlib.pyplot as plt

    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 1.3 + 0.5 * len(data)), layout="constrained")
        start = data.iloc[::-1].sum(axis="columns") * 0
        for colour, (score, counts) in zip(SCALE, data.iloc[::-1].items(), strict=True):
            bars = axes.barh(
                counts.index, counts, left=start, color=colour, label=str(score), edgecolor="white"
            )
            ink = "white" if colour in (SCALE[0], SCALE[-1]) else INK
            axes.bar_label(
                bars, [format_number(c) if c else "" for c in counts], label_type="center", color=ink
            )
            start = start + counts
        axes.tick_params(axis="y", labelsize=8)
        axes.set_xlabel(_("Peserta menurut skor: 1 sangat tidak setuju, 5 sangat setuju"))
        figure.legend(loc="outside upper center", ncols=5)
    plt.close(figure)
    return figure
