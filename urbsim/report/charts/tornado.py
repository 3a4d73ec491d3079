"""A tornado: what is expected with each input low and high, around the middle, the widest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from urbsim.report.charts import style
from urbsim.report.texts import say

LOW, HIGH = "#E69F00", "#0072B2"  # of the side on which the input is


@dataclass(frozen=True)
class Row:
    """label: of the input; low, high: the target with the input at its low and at its high end, in the chart's unit."""

    label: str
    low: float
    high: float


def draw(rows: Sequence[Row], middle: float, unit: str, lang: str) -> Figure:
    """One bar an input, its name above it, from the low end to the high end.

    rows: at least one; middle: where the target lies on the whole; unit: of the axis; lang: zh or en.
    """
    height = 0.85 + 0.36 * len(rows)
    figure = Figure(figsize=(style.NARROW, height))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.02, right=0.98, top=1 - 0.32 / height, bottom=0.45 / height)
    values = [middle, *(value for row in rows for value in (row.low, row.high))]
    room = (max(values) - min(values)) or 1.0
    axes.set_xlim(min(values) - 0.05 * room, max(values) + 0.05 * room)
    axes.set_ylim(len(rows) - 0.5, -0.75)
    side = axes.get_yaxis_transform()
    for at, row in enumerate(rows):
        for end, tint, hatch in ((row.low, LOW, "////"), (row.high, HIGH, "")):
            axes.barh(
                at,
                end - middle,
                left=middle,
                height=0.28,
                color=tint,
                hatch=hatch,
                ec="white",
                lw=0,
                zorder=2,
            )
        axes.text(
            0.0, at - 0.2, style.shortened(row.label, lang, 52), transform=side, va="bottom", fontsize=8.5,
            color=style.INK, bbox=style.PAPER, zorder=2.5,
        )  # fmt: skip
    axes.axvline(middle, color=style.INK, lw=0.8, zorder=3)
    for tint, hatch, key in ((LOW, "////", "hinge_at_low"), (HIGH, "", "hinge_at_high")):
        axes.bar(0, 0, color=tint, hatch=hatch, ec="white", lw=0, label=say(key, lang))
    figure.legend(
        loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, handlelength=1.2, columnspacing=1.2,
        borderpad=0.1, handletextpad=0.5, fontsize=8.5,
    )  # fmt: skip
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    axes.set_xlabel(unit, loc="right", labelpad=1)
    axes.grid(axis="x", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
    return figure
