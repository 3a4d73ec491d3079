"""Urban residents at the end in one run and not in the other: reached by a measure or not, one bar a scenario."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from urbsim.report import wording
from urbsim.report.charts import style
from urbsim.report.texts import say

TINTS = {
    "reached_gained": "#0072B2",
    "others_gained": "#56B4E9",
    "reached_lost": "#D55E00",
    "others_lost": "#E69F00",
}


def draw(labels: Sequence[str], counts: Sequence[dict[str, float]], lang: str) -> Figure:
    """Who became one to the right of zero, who did not to the left, a mark under the difference.

    labels: of the scenarios; counts: one for each label, persons at full scale by the names of TINTS, and `net`;
    lang: zh or en.
    Raises ValueError if there are more labels than counts or the reverse, KeyError for a name that is missing.
    """
    height = 1.3 + 0.52 * len(labels)
    figure = Figure(figsize=(style.NARROW, height))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.02, right=0.98, top=1 - 0.85 / height, bottom=0.45 / height)
    unit = wording.chart_unit(lang)
    ends: list[float] = [0.0]
    side = axes.get_yaxis_transform()
    for row, (label, found) in enumerate(zip(labels, counts, strict=True)):
        amounts: NDArray[np.float64] = np.array([found[name] for name in TINTS]) / unit
        for name, start, amount in (
            ("reached_gained", 0.0, amounts[0]),
            ("others_gained", amounts[0], amounts[1]),
            ("reached_lost", 0.0, -amounts[2]),
            ("others_lost", -amounts[2], -amounts[3]),
        ):
            axes.barh(row, amount, left=start, height=0.38, color=TINTS[name], edgecolor="white", lw=0.8)
        net = found["net"] / unit
        axes.plot(net, row + 0.28, marker="^", ms=6, color=style.INK, clip_on=False)
        text = say("because_net", lang, value=wording.signed(wording.rounded(net, 2 if lang == "zh" else 1)))
        axes.text(
            1.0, row - 0.24, text, transform=side, ha="right", va="bottom", color=style.INK, bbox=style.PAPER,
            zorder=3, fontsize=8.5,
        )  # fmt: skip
        axes.text(
            0.0, row - 0.24, style.shortened(label, lang, 48), transform=side, va="bottom", color=style.INK,
            bbox=style.PAPER, zorder=3, fontsize=8.5,
        )  # fmt: skip
        ends += [amounts[0] + amounts[1], -amounts[2] - amounts[3]]
    low, high = min(ends), max(ends)
    room = max(high - low, 1e-9)
    axes.set_xlim(low - 0.03 * room, high + 0.03 * room)
    axes.set_ylim(len(labels) - 0.55, -0.72)
    axes.axvline(0, color=style.SOFT, lw=0.8, zorder=2)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(style.signed_ticks)
    axes.set_xlabel(say("axis_people", lang), loc="right", labelpad=1)
    axes.grid(axis="x", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
    figure.legend(
        handles=[Patch(facecolor=TINTS[n], edgecolor="white", label=say(f"because_{n}", lang)) for n in TINTS],
        loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=1, frameon=False, handlelength=1.2,
        handletextpad=0.5, borderpad=0.1, labelspacing=0.25, fontsize=8.5,
    )  # fmt: skip
    return figure
