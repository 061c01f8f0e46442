"""The figures of stage 09: ten contrasts between two poles, and budget lines by year."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.institution import NONE, PLANNED, PRESENT, UNRECORDED
from perantara.show.figures import canvas
from perantara.show.style import ACCENT, INK, MUTED
from perantara.text import _, format_number, label_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SCORES = {"score_0": "#b4532a", "score_1": "#d5dadd", "score_2": ACCENT}
_STATES = {PRESENT: ("s", ACCENT, ACCENT), PLANNED: ("s", "white", ACCENT), NONE: ("X", INK, INK),
           UNRECORDED: ("o", "white", MUTED)}  # fmt: skip


def draw_contrasts(rows: pd.DataFrame) -> Figure:
    """Draw for each contrast the share of each score: conventional left of the middle, market system right."""
    shares = rows[list(_SCORES)].div(rows["assessors"], axis=0) * 100
    left = -shares["score_0"] - shares["score_1"] / 2
    places, titles = range(len(rows))[::-1], (_("konvensional"), _("di antaranya"), _("sistem pasar"))
    with canvas(1.4 + 0.42 * len(rows)) as (figure, axes):
        for (column, colour), title in zip(_SCORES.items(), titles, strict=True):
            bars = axes.barh(places, shares[column], left=left, color=colour, edgecolor="white", label=title)
            ink = INK if column == "score_1" else "white"
            labels = [format_number(share, 0) if share >= 8 else "" for share in shares[column]]
            axes.bar_label(bars, labels, label_type="center", color=ink, fontsize=8)
            left = left + shares[column]
        axes.axvline(0, color=INK, linewidth=0.8, zorder=0.5)
        axes.set_yticks(places, [f"{number}. {aspect}" for number, aspect in rows["aspect"].items()])
        axes.set(xlim=(-102, 102), xlabel=_("Bagian penilai (%): kiri konvensional, kanan sistem pasar"))
        axes.xaxis.set_major_formatter(lambda value, _position: format_number(abs(value)))
        figure.legend(loc="outside upper center", ncols=3)
    return figure


def draw_lines(years: pd.DataFrame, runs: pd.DataFrame) -> Figure:
    """Draw each budget line as a row of years, each with the sign of its state."""
    order = list(runs.sort_values("longest_run", kind="stable").index)
    with canvas(1.3 + 0.55 * len(order)) as (figure, axes):
        for state, (marker, face, edge) in _STATES.items():
            rows = years[years["state"] == state]
            if len(rows):
                axes.scatter(rows["fiscal_year"], rows["line"].map(order.index), marker=marker, s=90,
                             facecolor=face, edgecolor=edge, label=label_of(state), zorder=3)  # fmt: skip
        named = [
            f"{line}\n{textwrap.shorten(str(runs['name'][line]), 42, placeholder=' …')}" for line in order
        ]
        axes.set_yticks(range(len(order)), named, fontsize=8)
        span = range(int(years["fiscal_year"].min()), int(years["fiscal_year"].max()) + 1)
        axes.set(xticks=span, xlim=(span[0] - 0.5, span[-1] + 0.5), ylim=(-0.6, len(order) - 0.4))
        axes.set_xlabel(_("Tahun anggaran"))
        figure.legend(loc="outside upper center", ncols=4)
    return figure
