"""The path of the urban share: scenarios, official estimates up to 2021, the target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from numpy.typing import NDArray

from urbsim.report import wording
from urbsim.report.charts import style
from urbsim.report.texts import say

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One scenario's path.

    label: beside the line; shares: (months,) urban shares from 0 to 1; band: low and high shares over several runs,
    (months,) each, or None.
    """

    label: str
    shares: Array
    band: tuple[Array, Array] | None = None


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
    """Percent of residents over time; labels stand at the lines.

    months: month ends, from the census night; lines: one a scenario; lang: zh or en; observed: years and official
    shares at their ends, from 0 to 1, none or at least two; seen: the same for the one year known when the model was
    made; goal: the target, if one is drawn.
    """
    figure = Figure(figsize=(style.WIDTH, 4.3))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.055, right=0.76, top=0.95, bottom=0.075)
    time = np.array(date2num(list(months)), dtype=float)
    end = float(time[-1])
    ends = [(100 * float(line.shares[-1]), line.label, style.colour(i)) for i, line in enumerate(lines)]
    if goal:
        when = float(date2num(goal.month))
        axes.axhspan(100 * goal.limit, 100 * goal.threshold, color="#f3e6c4", lw=0, zorder=0)
        axes.axhline(100 * goal.threshold, color="#8a6d1b", lw=1, ls=(0, (4, 2)), zorder=1)
        axes.plot(when, 100 * goal.threshold, marker="D", ms=5, color="#8a6d1b", clip_on=False, zorder=4)
        value = wording.threshold_percent(goal.threshold)
        ends.append((100 * goal.threshold, say("path_target", lang, value=value), "#8a6d1b"))
    if observed:
        dots = [float(date2num(dt.date(year, 12, 31))) for year, _ in observed]
        axes.plot(
            dots, [100 * share for _, share in observed], "o-", color=style.SOFT, ms=4.5, lw=0.8, zorder=2
        )
        axes.annotate(
            say("path_observed", lang), (dots[1], 100 * observed[1][1]), (8, -11), textcoords="offset points",
            color=style.SOFT, va="top",
        )  # fmt: skip
    if seen:
        spot = (float(date2num(dt.date(seen[0], 12, 31))), 100 * seen[1])
        axes.plot(*spot, "o", mfc="white", mec=style.SOFT, mew=1.3, ms=6, zorder=5)
        axes.annotate(
            say("path_seen", lang), spot, (7, -9), textcoords="offset points", color=style.SOFT, va="top"
        )
    for i, line in enumerate(lines):
        if line.band:
            low, high = line.band
            axes.fill_between(time, 100 * low, 100 * high, color=style.colour(i), alpha=0.15, lw=0)
        axes.plot(time, 100 * line.shares, color=style.colour(i), lw=2, ls=style.dash(i), zorder=3)
        axes.plot(end, 100 * line.shares[-1], "o", ms=4, color=style.colour(i), clip_on=False, zorder=4)
    axes.set_xlim(min(float(date2num(dt.date(observed[0][0], 7, 1))), time[0]) if observed else time[0], end)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.02 * (high - low))
    _end_labels(axes, end, ends)
    years = [
        dt.date(y, 12, 31) for y in range(observed[0][0] if observed else months[0].year, months[-1].year + 1)
    ]
    years = [day for day in years if axes.get_xlim()[0] <= date2num(day) <= end + 1]
    years = years[:: max(1, len(years) // 8)]
    label = "{}" if lang == "en" else "{}年末"
    prefix = "end " if lang == "en" else ""
    axes.set_xticks(
        [float(date2num(day)) for day in years], [prefix + label.format(day.year) for day in years]
    )
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.grid(axis="y", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
    return figure


def _end_labels(axes, end: float, labels: list[tuple[float, str, str]]) -> None:
    """Labels right of the lines' ends, apart from each other, with a thin leader where moved."""
    low, high = axes.get_ylim()
    wrapped = [_wrapped(text) for _, text, _ in labels]
    tallest = max(text.count("\n") + 1 for text in wrapped)
    gap = (0.05 + 0.045 * (tallest - 1)) * (high - low)
    heights = style.spread([height for height, _, _ in labels], gap)
    if max(heights) + gap / 2 > high:  # many lines end near the top: the axis makes room for their labels
        axes.set_ylim(low, max(heights) + gap / 2)
    span = axes.get_xlim()[1] - axes.get_xlim()[0]
    for (height, _, tint), text, moved in zip(labels, wrapped, heights, strict=True):
        axes.plot(
            [end, end + 0.012 * span],
            [height, moved],
            color=tint,
            lw=0.6,
            clip_on=False,
            solid_capstyle="butt",
        )
        axes.text(end + 0.017 * span, moved, text, color=tint, va="center", linespacing=1.15)


def _wrapped(text: str, width: int = 26) -> str:
    """Text broken so that no line is wider than `width` Latin letters; a Chinese character counts for two."""
    lines, used = [""], 0
    for word in text.split(" ") if " " in text else list(text):
        size = sum(2 if ord(c) > 0x2E80 else 1 for c in word)
        glue = " " if " " in text and lines[-1] else ""
        if used and used + size + len(glue) > width:
            lines.append(word)
            used = size
        else:
            lines[-1] += glue + word
            used += size + len(glue)
    if len(lines) > 3:
        lines = [*lines[:2], lines[2][: width - 1] + "…"]
    return "\n".join(lines)
