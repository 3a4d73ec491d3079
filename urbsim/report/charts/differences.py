"""What scenarios differ by from the comparison: a dot and its interval each, with the number beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from urbsim.report.charts import style

CLEAR, NOISE = "#0072B2", "#8d98a3"


@dataclass(frozen=True)
class Row:
    """label: of the scenario; middle, low, high: the difference and its interval in the chart's unit; clear: whether it
    stands above the noise; text: the number as written."""

    label: str
    middle: float
    low: float
    high: float
    clear: bool
    text: str


def draw(rows: Sequence[Row], unit: str, lang: str) -> Figure:
    """One row a scenario, its name above its interval; grey where the interval holds zero.

    rows: at least one; unit: of the axis; lang: zh or en.
    """
    height = 0.55 + 0.36 * len(rows)
    figure = Figure(figsize=(style.NARROW, height))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.02, right=0.98, top=1 - 0.04 / height, bottom=0.45 / height)
    low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    room = (high - low) or 1.0
    axes.set_xlim(low - 0.04 * room, high + 0.04 * room)
    axes.set_ylim(len(rows) - 0.35, -0.75)
    axes.axvline(0, color=style.INK, lw=0.8, zorder=1)
    side = axes.get_yaxis_transform()
    for at, row in enumerate(rows):
        tint = CLEAR if row.clear else NOISE
        axes.plot([row.low, row.high], [at, at], color=tint, lw=2.2, solid_capstyle="butt", zorder=2)
        axes.plot(
            row.middle, at, "o", ms=6, color=tint, mfc=tint if row.clear else "white", mew=1.5, zorder=3
        )
        axes.text(
            0.0, at - 0.24, style.shortened(row.label, lang, 50), transform=side, va="bottom", fontsize=8.5,
            color=style.INK if row.clear else style.SOFT, bbox=style.PAPER, zorder=2.5,
        )  # fmt: skip
        axes.text(
            1.0, at - 0.24, row.text, transform=side, ha="right", va="bottom", fontsize=8.5, bbox=style.PAPER,
            color=style.INK if row.clear else style.SOFT, zorder=2.5,
        )  # fmt: skip
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(style.signed_ticks)
    axes.set_xlabel(unit, loc="right", labelpad=1)
    axes.grid(axis="x", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
    return figure
