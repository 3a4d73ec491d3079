"""The path of the urban share: the fan of one scenario, the middle of others, official estimates, the target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from urbsim.report import wording
from urbsim.report.charts import style
from urbsim.report.texts import say

Array = NDArray[np.float64]

GOAL = "#8a6d1b"


@dataclass(frozen=True)
class Line:
    """One scenario's path.

    label: in the legend; shares: (months,) urban shares from 0 to 1; band, half: low and high shares over several runs,
    nine tenths and half of them, (months,) each, or None. The fan is drawn of the first line alone.
    """

    label: str
    shares: Array
    band: tuple[Array, Array] | None = None
    half: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Goal:
    """A target. threshold, limit: shares that meet it strictly and as "about"; month: date on which it is judged."""

    threshold: float
    limit: float
    month: dt.date


def draw(
    months: Sequence[dt.date],
    lines: Sequence[Line],
    lang: str,
    observed: Sequence[tuple[int, float]] = (),
    seen: tuple[int, float] | None = None,
    goal: Goal | None = None,
) -> Figure:
    """Percent of residents over time; what each stroke is stands above.

    months: month ends, from the census night; lines: one a scenario; lang: zh or en; observed: years and official
    shares at their ends, from 0 to 1, none or at least two; seen: the same for the one year known when the model was
    made; goal: the target, if one is drawn.
    """
    time = np.array(date2num(list(months)), dtype=float)
    end = float(time[-1])
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=style.colour(i), ls=style.dash(i), lw=2, label=style.shortened(line.label, lang))  # pyright: ignore[reportArgumentType]
        for i, line in enumerate(lines)
    ]
    first = lines[0]
    if first.half:
        handles.append(Patch(fc=style.colour(0), alpha=0.42, lw=0, label=say("path_half", lang)))
    if first.band:
        handles.append(
            Patch(
                fc=style.colour(0),
                alpha=0.17,
                lw=0,
                label=say("path_ninety" if first.half else "path_all", lang),
            )
        )
    if observed:
        dots = Line2D([], [], color=style.SOFT, marker="o", ms=4.5, lw=0.8, label=say("path_observed", lang))
        handles.append(dots)
    if seen:
        ring = Line2D(
            [], [], color=style.SOFT, marker="o", mfc="white", ms=6, lw=0, label=say("path_seen", lang)
        )
        handles.append(ring)
    rows = -(-len(handles) // 2)
    height = 2.9 + 0.19 * rows
    figure = Figure(figsize=(style.NARROW, height))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.115, right=0.93, top=1 - (0.19 * rows + 0.12) / height, bottom=0.3 / height)
    if goal:
        axes.axhspan(100 * goal.limit, 100 * goal.threshold, color="#f3e6c4", lw=0, zorder=0)
        axes.axhline(100 * goal.threshold, color=GOAL, lw=1, ls=(0, (4, 2)), zorder=1)
        when = float(date2num(goal.month))
        axes.plot(when, 100 * goal.threshold, marker="D", ms=5, color=GOAL, clip_on=False, zorder=4)
    if observed:
        spots = [float(date2num(dt.date(year, 12, 31))) for year, _ in observed]
        axes.plot(
            spots, [100 * share for _, share in observed], "o-", color=style.SOFT, ms=4.5, lw=0.8, zorder=2
        )
    if seen:
        spot = (float(date2num(dt.date(seen[0], 12, 31))), 100 * seen[1])
        axes.plot(*spot, "o", mfc="white", mec=style.SOFT, mew=1.3, ms=6, zorder=5)
    for edges, strength in ((first.band, 0.17), (first.half, 0.3)):
        if edges:
            low, high = edges
            axes.fill_between(time, 100 * low, 100 * high, color=style.colour(0), alpha=strength, lw=0)
    for i, line in enumerate(lines):
        axes.plot(time, 100 * line.shares, color=style.colour(i), lw=1.8, ls=style.dash(i), zorder=3)
    axes.set_xlim(min(float(date2num(dt.date(observed[0][0], 7, 1))), time[0]) if observed else time[0], end)
    if goal:
        left = axes.get_xlim()[0]
        text = say("path_target", lang, value=wording.threshold_percent(goal.threshold))
        axes.annotate(
            text, (left, 100 * goal.threshold), (3, 3), textcoords="offset points", color=GOAL, va="bottom"
        )
    first_year = observed[0][0] if observed else months[0].year
    years = [dt.date(year, 12, 31) for year in range(first_year, months[-1].year + 1)]
    years = [day for day in years if axes.get_xlim()[0] <= date2num(day) <= end + 1]
    years = years[:: -max(1, -(-len(years) // 4))]
    style.year_ends(axes, years, lang)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.grid(axis="y", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, handlelength=2.2,
        columnspacing=1.2, borderpad=0.1, handletextpad=0.5, labelspacing=0.3, fontsize=8.5,
    )  # fmt: skip
    return figure
