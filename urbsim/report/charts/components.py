"""Components of the change of urban residents, one stacked bar per scenario."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from urbsim.report import wording
from urbsim.report.accounts import Change
from urbsim.report.charts import style
from urbsim.report.texts import say

TINTS = {
    "natural": "#56B4E9",
    "rural_urban": "#0072B2",
    "between_towns": "#CC79A7",
    "border": "#E69F00",
    "reclassified": "#9aa5ae",
}


def shown_components(changes: Sequence[Change]) -> list[str]:
    """Names of components that are not zero everywhere, as in TINTS (moves between towns cancel over the province)."""
    return [name for name in TINTS if any(change.components[name] for change in changes)]


def draw(labels: Sequence[str], changes: Sequence[Change], lang: str) -> Figure:
    """Additions to the right of zero, losses to the left, a mark under the total.

    labels: of the scenarios; changes: one for each label, persons at full scale; lang: zh or en. Raises ValueError if
    there are more labels than changes or the reverse.
    """
    names = shown_components(changes)
    lines = -(-len(names) // 2)
    height = 0.75 + 0.19 * lines + 0.62 * len(labels)
    figure = Figure(figsize=(style.NARROW, height))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.02, right=0.98, top=1 - (0.1 + 0.19 * lines) / height, bottom=0.45 / height)
    unit, places = wording.chart_unit(lang), 1 if lang == "zh" else 0
    widest = max((sum(abs(v) for v in change.components.values()) for change in changes), default=1.0) / unit
    for row, (label, change) in enumerate(zip(labels, changes, strict=True)):
        right = left = 0.0
        for name in names:
            amount = change.components[name] / unit
            start = right if amount >= 0 else left
            axes.barh(
                row, amount, left=start, height=0.42, color=TINTS[name], edgecolor="white",
                lw=0.8,
            )  # fmt: skip
            if abs(amount) > 0.1 * widest:
                axes.text(
                    start + amount / 2, row, wording.rounded(amount, places), ha="center",
                    va="center", color="white" if name == "rural_urban" else style.INK, fontsize=8.5,
                )  # fmt: skip
            right, left = (right + amount, left) if amount >= 0 else (right, left + amount)
        total = change.total / unit
        axes.plot(total, row + 0.3, marker="^", ms=7, color=style.INK, clip_on=False)
        side = axes.get_yaxis_transform()
        axes.text(
            0.0, row - 0.27, style.shortened(label, lang, 48), transform=side, va="bottom", color=style.INK,
            bbox=style.PAPER, zorder=3,
        )  # fmt: skip
        text = say("components_total", lang, value=wording.signed(wording.rounded(total, places)))
        axes.text(
            1.0,
            row - 0.27,
            text,
            transform=side,
            ha="right",
            va="bottom",
            color=style.INK,
            bbox=style.PAPER,
            zorder=3,
        )
    axes.set_ylim(len(labels) - 0.55, -0.72)
    axes.axvline(0, color=style.SOFT, lw=0.8, zorder=2)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(lambda value, _: wording.rounded(value, 0))
    axes.set_xlabel(say("axis_people", lang), loc="right", labelpad=1)
    axes.grid(axis="x", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
    figure.legend(
        handles=[Patch(facecolor=TINTS[n], edgecolor="white", label=say(n, lang)) for n in names],
        loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, handlelength=1.2, columnspacing=1.2,
        handletextpad=0.5, borderpad=0.1, labelspacing=0.3, fontsize=8.5,
    )  # fmt: skip
    return figure
