"""Age profile of those who move from villages to towns, men and women."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from urbsim.report import wording
from urbsim.report.charts import style
from urbsim.report.texts import say

Array = NDArray[np.float64]

TINTS = {"male": "#0072B2", "female": "#D55E00"}


def draw(labels: Sequence[str], ages: Sequence[str], profiles: Sequence[Array], lang: str) -> Figure:
    """One panel a scenario, all on one scale.

    labels: of the scenarios; ages: groups such as 20-24; profiles: one for each label, (ages, 2) moves at full scale,
    of men and women; lang: zh or en. Raises ValueError if there are more labels than profiles or the reverse.
    """
    figure = Figure(figsize=(style.NARROW, 2.1 * len(labels) + 0.3))
    panels = figure.subplots(len(labels), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    height = figure.get_figheight()
    figure.subplots_adjust(left=0.1, right=0.97, top=1 - 0.3 / height, bottom=0.55 / height, hspace=0.28)
    unit = wording.chart_unit(lang)
    for axes, label, profile in zip(panels, labels, profiles, strict=True):
        for column, (sex, tint) in enumerate(TINTS.items()):
            counts = profile[:, column] / unit
            axes.plot(
                counts, color=tint, lw=2, marker="o" if column else "s", ms=3.5, ls=style.dash(column),
                label=say(sex, lang),
            )  # fmt: skip
        if len(labels) > 1:
            axes.set_title(label, loc="left", fontsize=9.5, color=style.INK)
        axes.grid(axis="y", color=style.FAINT, lw=0.6)
        axes.set_axisbelow(True)
        axes.legend(frameon=False, loc="upper right", handlelength=3.2)
        style.bare(axes, "bottom")
    highest = max((float(profile.max(initial=0.0)) for profile in profiles), default=0.0)
    panels[-1].set_ylim(0, 1.08 * highest / unit)
    panels[-1].set_xticks(
        range(len(ages)), [age.replace("-", "–") if k % 4 == 0 else "" for k, age in enumerate(ages)]
    )
    panels[-1].tick_params(axis="x", labelsize=8)
    panels[-1].set_xlabel(say("age", lang), loc="right")
    return figure
