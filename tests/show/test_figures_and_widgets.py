from __future__ import annotations

import base64
import io
import struct

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from perantara.errors import StageError
from perantara.show.census import explore_reach
from perantara.show.figures import describe_data, plot_bars, show_figure, to_png
from perantara.show.widgets import explore

VALUES = pd.DataFrame({"Desa": [3, 11]}, index=["mandiri", "maju"])


def chunks(png: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.add(png[at + 4 : at + 8])
        at += 12 + length
    return found


def test_bars_carry_their_values_and_the_first_group_stands_on_top():
    axes = plot_bars(VALUES, axis_label="Jumlah desa").axes[0]
    heights = {bar.get_y() + bar.get_height() / 2: bar.get_width() for bar in axes.patches}
    assert heights[max(heights)] == 3
    assert [text.get_text() for text in axes.texts] == ["11", "3"]
    assert axes.get_xlabel() == "Jumlah desa"


def test_several_series_differ_by_hatching_too_not_by_colour_alone():
    values = VALUES.assign(Kelurahan=[1, 2])
    axes = plot_bars(values, axis_label="X").axes[0]
    assert {bar.get_hatch() or "" for bar in axes.patches} == {"", "//"}


def test_a_picture_names_no_version_of_a_library(stage):
    assert b"tEXt" not in chunks(base64.b64decode(to_png(plot_bars(VALUES, axis_label="X"), stage)))


def test_a_picture_of_a_made_up_district_says_so_itself(stage):
    figure = plot_bars(VALUES, axis_label="X")
    to_png(figure, stage)
    assert [text.get_text() for text in figure.texts] == ["Data rekaan untuk latihan"]


def test_the_hash_of_the_data_changes_with_the_data_only():
    assert describe_data("Judul", VALUES) == describe_data("Judul", VALUES.copy())
    assert describe_data("Judul", VALUES) != describe_data("Judul", VALUES + 1)


@pytest.mark.parametrize("lacking", ["title", "alt"])
def test_a_figure_without_title_or_alt_text_is_refused(stage, lacking):
    words = {"title": "Judul", "alt": "Batang", lacking: " "}
    with pytest.raises(StageError, match="judul dan teks alternatif"):
        show_figure(stage, plot_bars(VALUES, axis_label="X"), VALUES, "actors", **words)


def test_a_figure_carries_alt_source_and_the_training_mark(stage):
    figure = plot_bars(VALUES, axis_label="X")
    display = show_figure(stage, figure, VALUES, "actors", title="Judul", alt="Batang desa")
    _bundle, metadata = display._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == "Batang desa"
    assert metadata["perantara"]["rekaan"] is True
    assert metadata["perantara"]["source"].startswith("Sumber: Data rekaan")


def test_a_picture_copied_out_carries_title_and_source_and_the_page_gets_it_bare(stage):
    figure = plot_bars(VALUES, axis_label="X")
    display = show_figure(stage, figure, VALUES, "actors", title="Sebelas desa maju", alt="Batang desa")
    bare, framed = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(png))))
        for png in (display.metadata["perantara"]["bare"], display.bundle["image/png"])
    )
    (at,) = [n for n in range(len(framed) - len(bare) + 1) if (framed[n : n + len(bare)] == bare).all()]
    assert (framed[:at] < 128).any(), "the title stands above"
    assert (framed[at + len(bare) :] < 128).any(), "the source stands below"


def make_explorer(stage):
    def draw(share):
        data = VALUES * share / 100
        return plot_bars(data, axis_label="X"), data

    return explore(
        stage, draw, (50, 100), "actors", label="Bagian", unit="%", start=50, title="Judul", alt="Batang"
    )


def test_a_widget_has_a_frame_for_each_value_and_a_picture_for_paper(stage):
    bundle = make_explorer(stage).bundle
    assert bundle["text/html"].count("<details") == 2
    assert bundle["text/html"].count(" open>") == 1
    assert 'alt="Batang — Bagian: 100 %"' in bundle["text/html"]
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"].startswith("Judul [data sha256:")


def test_moving_the_slider_changes_the_live_picture(stage):
    from ipywidgets.widgets.widget import _instances

    display = make_explorer(stage)
    model = display.bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    slider, image = _instances[model].children
    before = image.value
    slider.value = 100
    assert image.value != before
    slider.value = 50
    assert image.value == before


def test_reach_is_a_share_of_the_enterprises_known_to_be_poor_or_not(stage):
    display = explore_reach(stage)
    assert "andaian, bukan ramalan" in display.metadata["perantara"]["caption"]
    assert display.bundle["text/html"].count("<details") == 5
