"""A flow by year: what was reported in past years, and what scenarios give, with their interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from urbsim.report import wording
from urbsim.report.charts import style
from urbsim.report.texts import say

Array = NDArray[np.float64]

GOAL = "#8a6d1b"
MARKS = ("o", "s", "^", "v", "P", "X")


@dataclass(frozen=True)
class Series:
    """label: of the scenario; values, low, high: (years,) in the chart's unit."""

    label: str
    values: Array
    low: Array
    high: Array


def draw(
    years: Sequence[int], series: Sequence[Series], observed: Sequence[tuple[int, float]], goal: float | None, lang: str
) -> Figure:  # fmt: skip
    """Dots with intervals by year, reported values as rings.

    years: simulated ones; series: one a scenario; observed: years and reported values in the chart's unit; goal: what
    each year would have to give, if one is drawn; lang: zh or en.
    """
    every = sorted({*years, *(year for year, _ in observed)})
    at = {year: k for k, year in enumerate(every)}
    handles = [
        Line2D(
            [], [], color=style.colour(i), marker=MARKS[i % len(MARKS)], ms=6, lw=2,
            label=style.shortened(one.label, lang),
        )
        for i, one in enumerate(series)
    ]  # fmt: skip
    if observed:
        ring = Line2D(
            [], [], color=style.INK, marker="D", mfc="white", ms=6, lw=0, label=say("yearly_observed", lang)
        )
        handles.append(ring)
    rows = -(-len(handles) // 2)
    height = 2.5 + 0.19 * rows
    figure = Figure(figsize=(style.NARROW, height))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.1, right=0.97, top=1 - (0.19 * rows + 0.12) / height, bottom=0.3 / height)
    if goal is not None:
        axes.axhline(goal, color=GOAL, lw=1, ls=(0, (4, 2)), zorder=1)
        text = say("yearly_goal", lang, value=wording.rounded(goal, 0))
        axes.annotate(
            text, (-0.45, goal), (0, 3), textcoords="offset points", color=GOAL, va="bottom", fontsize=8.5
        )
    for i, one in enumerate(series):
        spots = np.array([at[year] for year in years]) + (i - (len(series) - 1) / 2) * 0.2
        axes.vlines(spots, one.low, one.high, color=style.colour(i), lw=2.2, zorder=2)
        axes.plot(spots, one.values, MARKS[i % len(MARKS)], ms=6, color=style.colour(i), zorder=3)
    for year, value in observed:
        axes.plot(at[year], value, "D", ms=6, mfc="white", mec=style.INK, mew=1.3, zorder=4)
    axes.set_xlim(-0.5, len(every) - 0.5)
    highest = max(
        [*(float(one.high.max()) for one in series), *(value for _, value in observed), goal or 0.0]
    )
    axes.set_ylim(0, 1.08 * highest)
    label = "{}" if lang == "en" else "{}年"
    axes.set_xticks(range(len(every)), [label.format(year) for year in every])
    axes.yaxis.set_major_formatter(lambda value, _: wording.rounded(value, 0))
    axes.locator_params(axis="y", nbins=5)
    axes.grid(axis="y", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, handlelength=1.6,
        columnspacing=1.2, borderpad=0.1, handletextpad=0.5, labelspacing=0.3, fontsize=8.5,
    )  # fmt: skip
    return figure
