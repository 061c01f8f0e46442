"""The one way to a widget: controls, a function that draws, and frames for who has no kernel."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from perantara.show.display import Display, source_line
from perantara.show.figures import describe_data, to_png
from perantara.show.tables import html_table
from perantara.stage import Stage
from perantara.text import _, format_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def explore(
    stage: Stage, draw: Callable[[float], tuple[Figure, pd.DataFrame]], values: Sequence[float],
    *tables: str, label: str, unit: str, start: float, title: str, alt: str, access: str = "",
) -> Display:  # fmt: skip
    """Show a slider that redraws a figure; the report holds one frame a value.

    ``draw`` takes a value of ``values`` and returns the figure and the data that it plots; ``label`` and
    ``unit`` say what the slider changes; ``start`` is shown first, and on paper.
    """
    import ipywidgets

    names = {value: f"{label}: {format_number(value)} {unit}" for value in values}
    drawn = {value: draw(value) for value in values}
    pictures = {value: to_png(figure, stage) for value, (figure, _data) in drawn.items()}
    slider = ipywidgets.SelectionSlider(
        options=[(f"{format_number(v)} {unit}", v) for v in values], value=start,
        description=label, style={"description_width": "initial"},
    )  # fmt: skip
    image = ipywidgets.Image(value=base64.b64decode(pictures[start]), format="png")
    slider.observe(lambda change: setattr(image, "value", base64.b64decode(pictures[change["new"]])), "value")
    box = ipywidgets.VBox([slider, image])
    plotted = pd.concat({value: data for value, (_figure, data) in drawn.items()})
    framed = {names[v]: pictures[v] for v in values}
    paper = {f"{format_number(v)} {unit}": data for v, (_figure, data) in drawn.items()}
    return _show(
        stage, box.model_id, framed, names[start], plotted, *tables, label=label, paper=paper, title=title, alt=alt,
        access=access,
    )  # fmt: skip


def explore_many(
    stage: Stage, draw: Callable[[Mapping[str, float]], tuple[Figure, pd.DataFrame]], starts: Mapping[str, float],
    frames: Mapping[str, Mapping[str, float]], *tables: str, unit: str, maximum: float, title: str, alt: str,
    access: str = "",
) -> Display:  # fmt: skip
    """Show a slider for each of ``starts``, which redraw one figure together; the report holds chosen ``frames``.

    ``draw`` takes the value of every slider and returns the figure and the data that it plots; ``frames`` are
    values to show by what they are called, the first of which is shown first and on paper.
    """
    import ipywidgets

    drawn = {name: draw(values) for name, values in frames.items()}
    pictures = {name: to_png(figure, stage) for name, (figure, _data) in drawn.items()}
    opened = next(iter(frames))
    wide = {"style": {"description_width": "15em"}, "layout": {"width": "34em"}, "continuous_update": False}
    sliders = {
        name: ipywidgets.FloatSlider(
            value, min=0, max=maximum, step=0.5, description=f"{name} ({unit})", **wide
        )
        for name, value in starts.items()
    }
    image = ipywidgets.Image(value=base64.b64decode(pictures[opened]), format="png")

    def redraw(_change: object) -> None:
        figure, _data = draw({name: slider.value for name, slider in sliders.items()})
        image.value = base64.b64decode(to_png(figure, stage))

    for slider in sliders.values():
        slider.observe(redraw, "value")
    box = ipywidgets.VBox([*sliders.values(), image])
    plotted = pd.concat({name: data for name, (_figure, data) in drawn.items()})
    paper = {name: data for name, (_figure, data) in drawn.items()}
    return _show(
        stage, box.model_id, pictures, opened, plotted, *tables, label=_("Andaian"), paper=paper, title=title, alt=alt,
        access=access,
    )  # fmt: skip


def _show(
    stage: Stage, model_id: str, pictures: Mapping[str, str], opened: str, plotted: pd.DataFrame, *tables: str,
    label: str, paper: Mapping[str, pd.DataFrame], title: str, alt: str, access: str,
) -> Display:  # fmt: skip
    """Show a widget together with its frames for who has no kernel, and one picture for paper."""
    source = _("Sumber: %(source)s") % {"source": stage.source_note(*tables)}
    bundle = {
        "application/vnd.jupyter.widget-view+json": {
            "version_major": 2,
            "version_minor": 0,
            "model_id": model_id,
        },
        "text/html": _frames(pictures, opened, title, alt, source) + _on_paper(title, label, paper),
        "image/png": pictures[opened],
        "text/plain": describe_data(title, plotted),
    }
    return Display.of(stage, "figure", title, bundle, *tables, access=access, source=source, image_alt=alt)


def _on_paper(title: str, label: str, drawn: Mapping[str, pd.DataFrame]) -> Markup:
    """Return what all frames show as a table: on paper only one of them is open."""
    columns = {str(c): None for data in drawn.values() for c in data.columns}
    is_one = len(columns) == 1  # a column a row of the figure, else one a series
    rows = {
        value: (data.iloc[:, 0] if is_one else data.stack()).rename(
            lambda at: at if is_one else " ".join(map(str, at))
        )
        for value, data in drawn.items()
    }
    table = pd.DataFrame(rows).T
    heads = [(label, "", False), *((str(name), "", True) for name in table.columns)]
    cells = (
        [value, *map(format_number, row)] for value, row in zip(table.index, table.to_numpy(), strict=True)
    )
    caption = f"{title} ({', '.join(columns)})" if is_one else title
    return Markup('<div class="on-paper">{}</div>').format(html_table(caption, "", heads, cells))


def _frames(pictures: Mapping[str, str], opened: str, title: str, alt: str, source: str) -> Markup:
    """Return every frame by its name; one is open, the others unfold without a script."""
    frames = Markup().join(
        Markup(
            '<details class="frame" name="{}"{}><summary>{}</summary>'
            '<img alt="{} — {}" src="data:image/png;base64,{}"></details>'
        ).format(title, Markup(" open" if name == opened else ""), name, alt, name, picture)
        for name, picture in pictures.items()
    )
    return Markup('<figure class="chart frames">{}<figcaption>{}</figcaption>{}</figure>').format(
        frames, title, source_line(source)
    )
