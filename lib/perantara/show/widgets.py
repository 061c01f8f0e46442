"""The one way to a widget: controls, a function that draws, and frames for who has no kernel."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from perantara.show.display import Display
from perantara.show.figures import describe_data, to_png
from perantara.show.tables import rests_on_made_up
from perantara.text import _, format_number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from perantara.stage import Stage


def explore(
    stage: Stage,
    draw: Callable[[float], tuple[Figure, pd.DataFrame]],
    values: Sequence[float],
    *tables: str,
    label: str,
    unit: str,
    start: float,
    title: str,
    alt: str,
    access: str = "",
) -> Display:
    """Show a slider that redraws a figure; the report holds one frame a value.

    Parameters
    ----------
    draw : callable
        Takes a value of ``values``, returns the figure and the data that it plots.
    values : sequence of float
        The steps of the slider, each drawn once as a frame.
    label, unit : str
        What the slider changes.
    start : float
        The value shown first, and on paper.
    """
    import ipywidgets
    import pandas as pd

    drawn = {value: draw(value) for value in values}
    pictures = {value: to_png(figure) for value, (figure, _data) in drawn.items()}
    slider = ipywidgets.SelectionSlider(
        options=[(f"{format_number(v)} {unit}", v) for v in values], value=start,
        description=label, style={"description_width": "initial"},
    )  # fmt: skip
    image = ipywidgets.Image(value=base64.b64decode(pictures[start]), format="png")
    slider.observe(lambda change: setattr(image, "value", base64.b64decode(pictures[change["new"]])), "value")
    box = ipywidgets.VBox([slider, image])
    source = _("Sumber: %(source)s") % {"source": stage.source_note(*tables)}
    plotted = pd.concat({value: data for value, (_figure, data) in drawn.items()})
    return Display(
        {
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2, "version_minor": 0, "model_id": box.model_id,
            },
            "text/html": _frames(pictures, label, unit, start, title, alt, source),
            "image/png": pictures[start],
            "text/plain": describe_data(title, plotted),
        },
        kind="figure", access=access or stage.access_of(*tables), caption=title,
        subject=", ".join(_(stage.store.declaration(t).title) for t in tables), source=source,
        is_rekaan=rests_on_made_up(stage, tables), image_alt=alt,
    )  # fmt: skip


def _frames(
    pictures: dict[float, str], label: str, unit: str, start: float, title: str, alt: str, source: str
) -> str:
    """Return every frame; the one at ``start`` is open, the others unfold without a script."""
    frames = []
    for value, picture in pictures.items():
        shown = f"{label}: {format_number(value)} {unit}"
        is_open = " open" if value == start else ""
        frames.append(
            f'<details class="frame" name="{escape(title)}"{is_open}><summary>{escape(shown)}</summary>'
            f'<img alt="{escape(alt)} — {escape(shown)}" src="data:image/png;base64,{picture}"></details>'
        )
    return (
        f'<figure class="chart frames">{"".join(frames)}'
        f'<figcaption>{escape(title)}</figcaption><p class="source">{escape(source)}</p></figure>'
    )
