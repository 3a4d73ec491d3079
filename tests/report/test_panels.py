"""Small charts below each other: their titles do not run into each other."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from urbsim.report.charts.panels import Panel, draw

LONG = "Urbanisation rate of the registered population of all counties (%)"


def _left_title(axes: Axes) -> Text:
    """The title as drawn: matplotlib keeps one for each side."""
    return next(text for text in axes.findobj(Text) if text.get_text().startswith("Urbanisation"))


def test_long_titles_stay_apart_and_on_the_page():
    dates = tuple(dt.date(2020 + k, 12, 31) for k in range(4))
    panels = [Panel(LONG, dates, [np.arange(4.0)]) for _ in range(3)]
    figure = draw(panels, ["one"], "en")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = [_left_title(axes).get_window_extent(canvas.get_renderer()) for axes in figure.axes]
    for upper, lower in pairwise(boxes):
        assert lower.y1 < upper.y0
    assert all(box.y1 < figure.bbox.y1 and box.x1 < figure.bbox.x1 for box in boxes)
