"""Who moves by schooling: men and women side by side, the children of families above."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from urbsim.report import wording
from urbsim.report.charts import style
from urbsim.report.charts.ages import TINTS
from urbsim.report.texts import say

Array = NDArray[np.float64]


def draw(names: Sequence[str], counts: Array, lang: str) -> Figure:
    """Two bars a group, with its number of moves.

    names: of the groups; counts: (groups, 2) moves at full scale, of men and women; lang: zh or en.
    """
    height = 0.85 + 0.46 * len(names)
    figure = Figure(figsize=(style.NARROW, height))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.02, right=0.98, top=1 - 0.32 / height, bottom=0.45 / height)
    unit = wording.chart_unit(lang)
    side = axes.get_yaxis_transform()
    rows = np.arange(len(names))
    for column, (sex, tint) in enumerate(TINTS.items()):
        axes.barh(
            rows + 0.2 * column, counts[:, column] / unit, height=0.19, color=tint, label=say(sex, lang), zorder=2,
            hatch="////" if column else "", ec="white", lw=0,
        )  # fmt: skip
    for row, name in enumerate(names):
        axes.text(
            0.0, row - 0.14, name, transform=side, va="bottom", fontsize=8.5, color=style.INK, bbox=style.PAPER,
            zorder=2.5,
        )  # fmt: skip
        total = wording.rounded(float(counts[row].sum()) / unit, 1)
        axes.text(
            1.0, row - 0.14, total, transform=side, va="bottom", ha="right", fontsize=8.5, color=style.INK,
            bbox=style.PAPER, zorder=2.5,
        )  # fmt: skip
    axes.set_xlim(0, 1.05 * max(float(counts.max(initial=0.0)) / unit, 0.001))
    axes.set_ylim(len(names) - 0.4, -0.75)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel(say("schooling_axis", lang), loc="right", labelpad=1)
    axes.grid(axis="x", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
    figure.legend(
        loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, handlelength=1.2, columnspacing=1.2,
        borderpad=0.1, handletextpad=0.5, fontsize=8.5,
    )  # fmt: skip
    return figure
