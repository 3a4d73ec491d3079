"""Small charts below each other: one panel a figure, one line or bar a scenario."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from urbsim.report import wording
from urbsim.report.charts import style

Array = NDArray[np.float64]

TITLE_LENGTH = {"en": 60, "zh": 30}  # letters in a line of a panel's title


@dataclass(frozen=True)
class Panel:
    """What one small chart shows.

    title: with the unit; dates: (n,) month ends; series: one array a scenario, (n,) values in the unit, NaN where one
    is missing; bars: whether the values are totals of years, which start at zero; percent: whether the unit is percent.
    """

    title: str
    dates: tuple[dt.date, ...]
    series: list[Array]
    bars: bool = False
    percent: bool = False


def draw(panels: Sequence[Panel], labels: Sequence[str], lang: str) -> Figure:
    """One panel below the other; the scenarios' labels above them.

    panels: at least one; labels: of the scenarios, at least one and at most `style.STROKES`, in the order of each
    panel's series; lang: zh or en.
    """
    titles = [textwrap.fill(panel.title, TITLE_LENGTH[lang]) for panel in panels]
    lines = -(-len(labels) // 2)
    more = 0.16 * max(title.count("\n") for title in titles)  # inches, for titles of several lines
    each = 1.72 + more
    height = each * len(panels) + 0.19 * lines + 0.16
    figure = Figure(figsize=(style.NARROW, height))
    grid = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
    top, bottom = 0.19 * lines + 0.36 + more, 0.28
    body = (height - top - bottom - (len(panels) - 1) * 0.58) / len(panels)
    figure.subplots_adjust(
        left=0.115, right=0.93, bottom=bottom / height, top=1 - top / height, hspace=(0.58 + more) / body
    )
    for axes, panel, title in zip(grid, panels, titles, strict=True):
        axes.set_title(title, loc="left", fontsize=9, color=style.INK)
        (_bars if panel.bars else _lines)(axes, panel, lang)
        axes.yaxis.set_major_formatter(_ticks(panel))
        axes.locator_params(axis="y", nbins=5)
        axes.grid(axis="y", color=style.FAINT, lw=0.6)
        axes.set_axisbelow(True)
        style.bare(axes, "bottom")
    figure.legend(
        handles=[
            Line2D([], [], color=style.colour(i), ls=style.dash(i), lw=2, label=style.shortened(label, lang))  # pyright: ignore[reportArgumentType]
            for i, label in enumerate(labels)
        ],
        loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, handlelength=2.4, columnspacing=1.2,
        borderpad=0.1, handletextpad=0.5, labelspacing=0.3, fontsize=8.5,
    )  # fmt: skip
    return figure


def _ticks(panel: Panel):
    """Labels of the axis with as many decimals as its steps need."""

    def label(value: float, _: object, axes_span: float = _span(panel)) -> str:
        decimals = 0 if axes_span >= 4 else 1 if axes_span >= 0.4 else 2
        return wording.rounded(value, decimals) + ("%" if panel.percent else "")

    return label


def _span(panel: Panel) -> float:
    values = np.concatenate(
        [np.zeros(1) if panel.bars else series[:1] for series in panel.series] + panel.series
    )
    return float(np.nanmax(values) - np.nanmin(values)) if np.isfinite(values).any() else 0.0


def _lines(axes: Axes, panel: Panel, lang: str) -> None:
    time = np.array(date2num(list(panel.dates)), dtype=float)
    for i, series in enumerate(panel.series):
        axes.plot(time, series, color=style.colour(i), ls=style.dash(i), lw=1.6)
    ends = [day for day in panel.dates if day.month == 12]
    ends = ends[:: -max(1, -(-len(ends) // 4))]
    if ends:
        style.year_ends(axes, ends, lang)
    else:
        axes.set_xticks([float(time[-1])], [wording.end_of(panel.dates[-1], lang)])
    if len(time) > 1:
        axes.set_xlim(time[0], time[-1])
    low, high = axes.get_ylim()
    if low > 0 and low < 0.4 * high:  # a stock that starts near zero is shown from zero
        axes.set_ylim(0, high)


def _bars(axes: Axes, panel: Panel, lang: str) -> None:
    width = 0.8 / len(panel.series)
    for i, series in enumerate(panel.series):
        at = np.arange(len(series)) + (i - (len(panel.series) - 1) / 2) * width
        axes.bar(at, series, width=0.9 * width, color=style.colour(i))
    axes.axhline(0, color=style.SOFT, lw=0.6)
    label = "{}" if lang == "en" else "{}年"
    axes.set_xticks(range(len(panel.dates)), [label.format(day.year) for day in panel.dates])
