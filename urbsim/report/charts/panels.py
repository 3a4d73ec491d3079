"""Small charts side by side: one panel a figure, one line or bar a scenario."""

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

LABEL_LENGTH = 44  # letters of a scenario's title in the legend
TITLE_LENGTH = {1: 90, 2: 52, 3: 32}  # letters in a line of a panel's title, by panels in a row


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


def draw(panels: Sequence[Panel], labels: Sequence[str]) -> Figure:
    """Two panels in a row, or three where there are three; the scenarios' labels above them.

    panels: at least one; labels: of the scenarios, at least one, in the order of each panel's series.
    """
    columns = 3 if len(panels) == 3 else min(len(panels), 2)
    rows = -(-len(panels) // columns)
    per_line = 3 if max(map(len, labels)) <= 26 else 2
    lines = -(-len(labels) // per_line)
    titles = [textwrap.fill(panel.title, TITLE_LENGTH[columns]) for panel in panels]
    more = 0.16 * max(title.count("\n") for title in titles)  # inches, for titles of several lines
    height = (1.95 + more) * rows + 0.2 * lines + 0.2
    figure = Figure(figsize=(style.WIDTH, height))
    grid = figure.subplots(rows, columns, squeeze=False)
    figure.subplots_adjust(
        left=0.065, right=0.968, bottom=0.28 / height, top=1 - (0.2 * lines + 0.42 + more) / height,
        wspace=0.17 if columns == 2 else 0.27, hspace=0.5 + more / 2,
    )  # fmt: skip
    for axes, panel, title in zip(grid.ravel(), panels, titles, strict=False):
        axes.set_title(title, loc="left", fontsize=9, color=style.INK)
        (_bars if panel.bars else _lines)(axes, panel)
        axes.yaxis.set_major_formatter(_ticks(panel))
        axes.locator_params(axis="y", nbins=5)
        axes.grid(axis="y", color=style.FAINT, lw=0.6)
        axes.set_axisbelow(True)
        style.bare(axes, "bottom")
    for axes in grid.ravel()[len(panels) :]:
        axes.set_axis_off()
    figure.legend(
        handles=[
            Line2D([], [], color=style.colour(i), ls=style.dash(i), lw=2, label=_short(label))  # pyright: ignore[reportArgumentType]
            for i, label in enumerate(labels)
        ],
        loc="upper left", bbox_to_anchor=(0.05, 1.0), ncols=min(per_line, len(labels)), frameon=False,
        handlelength=2.6, columnspacing=1.6, borderpad=0.1,
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


def _lines(axes: Axes, panel: Panel) -> None:
    time = np.array(date2num(list(panel.dates)), dtype=float)
    for i, series in enumerate(panel.series):
        axes.plot(time, series, color=style.colour(i), ls=style.dash(i), lw=1.6)
    ends = [day for day in panel.dates if day.month == 12]
    ends = ends[:: max(1, -(-len(ends) // 4))] or [panel.dates[-1]]
    axes.set_xticks([float(date2num(day)) for day in ends], [str(day.year) for day in ends])
    if len(time) > 1:
        axes.set_xlim(time[0], time[-1])
    low, high = axes.get_ylim()
    if low > 0 and low < 0.4 * high:  # a stock that starts near zero is shown from zero
        axes.set_ylim(0, high)


def _bars(axes: Axes, panel: Panel) -> None:
    width = 0.8 / len(panel.series)
    for i, series in enumerate(panel.series):
        at = np.arange(len(series)) + (i - (len(panel.series) - 1) / 2) * width
        axes.bar(at, series, width=0.9 * width, color=style.colour(i))
    axes.axhline(0, color=style.SOFT, lw=0.6)
    axes.set_xticks(range(len(panel.dates)), [str(day.year) for day in panel.dates])


def _short(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1] + "."
