"""Figures: title = finding, axis = measure and unit, foot = source; never without an alt text."""

from __future__ import annotations

import base64
import hashlib
import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from perantara.errors import StageError
from perantara.show.display import Display
from perantara.show.style import ACCENT, INK, MADE_UP, MUTED, STYLE
from perantara.stage import Stage
from perantara.text import _, format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@contextmanager
def canvas(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Open a figure of the house's style and width, to draw in; it is shown only by ``show_figure``."""
    import matplotlib.pyplot as plt

    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(7.2, height), layout="constrained")
        yield figure, axes
    plt.close(figure)


def date_axis(axes: Axes, form: str = "%d-%m-%Y") -> None:
    """Write days below an axis of dates: three to five of them, so that they do not touch."""
    from matplotlib import dates

    axes.xaxis.set_major_locator(dates.AutoDateLocator(minticks=3, maxticks=5))
    axes.xaxis.set_major_formatter(dates.DateFormatter(form))


def plot_bars(values: pd.DataFrame, *, axis_label: str, decimals: int = 0, accent: str = "") -> Figure:
    """Draw a frame as horizontal bars: a group for each row, a bar for each column (a series).

    A missing value draws no bar. ``axis_label`` names measure and unit, ``decimals`` are the digits of
    the bar labels, ``accent`` is the group in the accent colour where there is one series.
    """
    from matplotlib.ticker import MaxNLocator

    with canvas(1.1 + 0.34 * len(values) * max(1, 0.7 * values.shape[1])) as (figure, axes):
        thickness = 0.8 / values.shape[1]
        for number, (series, column) in enumerate(values.iloc[::-1].items()):
            places = [i - 0.4 + thickness * (values.shape[1] - number - 0.5) for i in range(len(column))]
            colours = (ACCENT, MUTED, "#e3e8ea")[min(number, 2)]
            if values.shape[1] == 1 and accent:
                colours = [ACCENT if label == accent else MUTED for label in column.index]
            bars = axes.barh(
                places, column.fillna(0), height=thickness, color=colours, label=series,
                hatch=("", "//", "")[min(number, 2)], edgecolor="white",
            )  # fmt: skip
            axes.bar_label(bars, [format_number(v, decimals) for v in column], padding=3, color=INK)
        axes.set_yticks(range(len(values)), values.index[::-1])
        axes.set_xlabel(axis_label)
        axes.margins(x=0.12)
        axes.xaxis.set_major_locator(MaxNLocator(integer=decimals == 0))
        axes.xaxis.set_major_formatter(lambda value, _position: format_number(value))
        if values.shape[1] > 1:
            axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=values.shape[1])
    return figure


def show_figure(
    stage: Stage, figure: Figure, data: pd.DataFrame, *tables: str, title: str, alt: str,
    access: str = "", rows: pd.DataFrame | None = None,
) -> Display:  # fmt: skip
    """Show a figure under its finding (neither title nor alt text empty), with source and a hash of its data."""
    if not title.strip() or not alt.strip():
        raise StageError(_("Gambar memerlukan judul dan teks alternatif"))
    source = _("Sumber: %(source)s") % {"source": stage.source_note(*tables, rows=rows)}
    drawn = draw(figure, stage)
    framed = _write_around(drawn, title, source)  # for who copies the picture out of JupyterLab
    bundle = {"image/png": _encode(framed), "text/plain": describe_data(title, data)}
    display = Display.of(stage, "figure", title, bundle, *tables, access=access, source=source, image_alt=alt)
    display.metadata["perantara"]["bare"] = _encode(drawn)  # for a page that writes title and source itself
    return display


def _write_around(drawn: np.ndarray, title: str, source: str) -> np.ndarray:
    """Return a picture with its title above and its source below; what was drawn is not drawn again."""
    head = textwrap.fill(title, 75)
    foot = textwrap.fill(source, 95, max_lines=2, placeholder=" …")
    width = drawn.shape[1]
    strips = _strip(head, width, fontsize=10.5, fontweight="bold"), drawn, _strip(foot, width, fontsize=7)
    return np.vstack(strips)


def _strip(text: str, width: int, **font: Any) -> np.ndarray:
    from matplotlib.figure import Figure

    size = ((width + 1) / STYLE["figure.dpi"], 0.12 + 0.0175 * font["fontsize"] * (text.count("\n") + 1))
    figure = Figure(figsize=size, dpi=STYLE["figure.dpi"])
    figure.text(0.01, 0.5, text, va="center", color=INK, family=STYLE["font.family"], **font)
    return _pixels(figure)[:, :width]


def describe_data(title: str, data: pd.DataFrame) -> str:
    """Name a figure and the hash of its data: pictures are not compared, this is."""
    text = data.to_csv(float_format="%.12g", lineterminator="\n")
    return f"{title} [data sha256:{hashlib.sha256(text.encode()).hexdigest()}]"


def draw(figure: Figure, stage: Stage) -> np.ndarray:
    """Return the picture as pixels, with the mark of a made-up district."""
    mark = _("Data rekaan untuk latihan")
    if stage.district.is_rekaan and all(text.get_text() != mark for text in figure.texts):
        strip = 0.16 / figure.get_figheight()  # a line of its own, below all that is drawn
        if engine := figure.get_layout_engine():
            engine.set(rect=(0, strip, 1, 1 - strip))
        figure.text(0.995, 0.005, mark, ha="right", va="bottom", fontsize=7, color=MADE_UP)
    return _pixels(figure)


def _pixels(figure: Figure) -> np.ndarray:
    """Draw once: ``savefig`` would do so twice, to find a size that is known here."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    drawing = FigureCanvasAgg(figure)
    drawing.draw()
    return np.asarray(drawing.buffer_rgba())[:, :, :3]


def _encode(pixels: np.ndarray) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", dpi=(STYLE["figure.dpi"],) * 2)
    return base64.b64encode(buffer.getvalue()).decode()


def to_png(figure: Figure, stage: Stage) -> str:
    """Return the picture as base64, without the version of a library, and with the mark of a made-up district."""
    return _encode(draw(figure, stage))
