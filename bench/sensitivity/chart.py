"""docs/sensitivity.png: where the spread of each target comes from, and the inputs that matter most."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.sensitivity.indices import Result, shares
from bench.sensitivity.inputs import GROUPS
from urbsim.report.charts import style

_SHOWN = 8
_REST = {"several together": style.SOFT, "luck, and what was not emulated": style.FAINT}
_BAR, _ROW = 0.28, 0.19  # inches: of a target's bar, and of an input


def png(results: list[Result]) -> bytes:
    """The chart as a file."""
    with style.drawing("sensitivity"):
        height = 0.95 + _BAR * len(results) + 0.35 + _ROW * _SHOWN + 0.25
        figure = Figure(figsize=(style.WIDTH, height))
        ratios = (0.95 + _BAR * len(results), 0.6 + _ROW * _SHOWN)
        top, bottom = figure.subfigures(2, 1, squeeze=False, height_ratios=ratios)[:, 0]
        axes = top.subplots()
        top.subplots_adjust(left=0.06, right=0.98, bottom=0.42, top=0.84)
        _groups(axes, results)
        of_target = bottom.subplots(1, len(results), squeeze=False)[0]
        bottom.subplots_adjust(left=0.24, right=0.98, bottom=0.1, top=0.87, wspace=0.85)
        for each, result in zip(of_target, results, strict=True):
            _inputs(each, result)
        return style.png(figure)


def _groups(axes: Axes, results: list[Result]) -> None:
    known = [result for result in results if not result.refused]
    named: set[str] = set()
    for place, result in enumerate(results):
        left = 0.0
        for name, share in shares(result).items() if result in known else ():
            colour = _REST.get(name) or style.colour(GROUPS.index(name))
            axes.barh(
                place,
                100 * share,
                left=left,
                color=colour,
                height=0.62,
                label=None if name in named else name,
            )
            named.add(name)
            left += 100 * share
        if result.refused:
            axes.text(
                1, place, f"not shown: R2 {result.trained.r2:.2f}", va="center", fontsize=7, color=style.SOFT
            )
    axes.set_yticks(range(len(results)), [result.target for result in results], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.tick_params(axis="x", labelsize=7)
    axes.set_title(
        "Where the spread of each target comes from, % of variance", loc="left", fontsize=9, color=style.INK
    )
    if named:
        axes.legend(frameon=False, fontsize=7, ncols=4, loc="upper left", bbox_to_anchor=(0, -0.28))
    style.bare(axes, "bottom")


def _inputs(axes: Axes, result: Result) -> None:
    if result.refused:
        found = sorted(result.ranks.items(), key=lambda item: -item[1])[:_SHOWN]
        title = f"{result.target}: ranks, straight from the runs"
    else:
        ordered = sorted(result.by_input.items(), key=lambda item: -item[1].in_all)[:_SHOWN]
        found = [(name, index.in_all) for name, index in ordered]
        title = f"{result.target}: Sobol index in all"
        for place, (name, _) in enumerate(ordered):
            axes.plot(result.ranks[name], place, marker="o", ms=3, ls="", color=style.INK)
    axes.barh(range(len(found)), [share for _, share in found], height=0.62, color=style.colour(0))
    axes.set_yticks(range(len(found)), [name for name, _ in found], fontsize=7)
    axes.invert_yaxis()
    axes.tick_params(axis="x", labelsize=7)
    axes.set_title(title, loc="left", fontsize=9, color=style.INK)
    axes.grid(axis="x", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
