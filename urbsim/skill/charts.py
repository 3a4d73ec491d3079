"""The charts of the page: forecasts inside the decade, and places."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from urbsim.facts import gazetteer
from urbsim.report.charts import style
from urbsim.skill.evaluation import Evaluation
from urbsim.skill.observed import census_shares
from urbsim.skill.score_rows import AFTER, DECADE, MODEL, ROLLING, UNWEIGHTED, Score, hardest, summaries

_HEIGHT = 3.4
_RIVALS_SHOWN = 3
_APART = 0.14  # years between bars of one year


def origins(found: Evaluation) -> bytes:
    """PNG: 90% intervals from each origin beside the published share, less that share; CRPS by years ahead."""
    rows = [row for row in found.rows if row.test == ROLLING]
    with style.drawing("origins"):
        figure = Figure(figsize=(style.WIDTH, _HEIGHT))
        left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
        figure.subplots_adjust(left=0.07, right=0.985, bottom=0.14, top=0.9, wspace=0.28)
        _intervals(left, rows)
        _scores_ahead(right, rows)
        return style.png(figure)


def _intervals(axes: Axes, rows: list[Score]) -> None:
    axes.axhline(0, color=style.SOFT, lw=0.8)
    aheads = sorted({row.ahead for row in rows})
    for k, ahead in enumerate(aheads):
        mine = [row for row in rows if row.ahead == ahead and row.forecaster == MODEL]
        at = [row.year + (k - (len(aheads) - 1) / 2) * _APART for row in mine]
        low = [row.q05 - row.observed for row in mine]
        high = [row.q95 - row.observed for row in mine]
        axes.vlines(at, low, high, color=style.colour(k), lw=2)
        label = f"{ahead} year{'s' if ahead > 1 else ''} ahead"
        axes.plot(at, [row.error for row in mine], "o", ms=4, color=style.colour(k), label=label)
    axes.set_title(
        "Model less published share, points (90% interval)", loc="left", fontsize=9, color=style.INK
    )
    _room_above(axes)
    axes.legend(frameon=False, fontsize=7, loc="upper left", ncols=len(aheads))
    axes.set_xticks(sorted({row.year for row in rows}))
    axes.grid(axis="y", color=style.FAINT, lw=0.6)
    style.bare(axes, "bottom")


def _room_above(axes: Axes) -> None:
    """Makes the axis a seventh taller, for a legend above what is drawn."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + (high - low) / 7)


def _scores_ahead(axes: Axes, rows: list[Score]) -> None:
    scored = summaries(rows)
    ours = [s.forecaster for s in scored if s.forecaster in (MODEL, UNWEIGHTED)]
    shown = ours + [s.forecaster for s in scored if s.ratio is not None][:_RIVALS_SHOWN]
    aheads = sorted({row.ahead for row in rows})
    for k, name in enumerate(shown):
        means = [
            np.mean([row.crps for row in rows if row.forecaster == name and row.ahead == ahead])
            for ahead in aheads
        ]
        label = name.replace("_", " ")
        look = {"color": style.colour(k), "ls": style.dash(k), "marker": "o", "ms": 3.5, "lw": 1.4}
        axes.plot(aheads, means, label=label, **look)
    axes.set_title("CRPS by years ahead, points", loc="left", fontsize=9, color=style.INK)
    axes.set_ylim(bottom=0)
    axes.set_xticks(aheads)
    axes.legend(frameon=False, fontsize=7, loc="upper left")
    axes.grid(axis="y", color=style.FAINT, lw=0.6)
    style.bare(axes, "bottom")


def places(found: Evaluation) -> bytes:
    """PNG: changes of prefectures over the decade, forecast against counted; figures after 2020 beside forecasts."""
    with style.drawing("places"):
        figure = Figure(figsize=(style.WIDTH, _HEIGHT))
        left, right = figure.subplots(1, 2)
        figure.subplots_adjust(left=0.07, right=0.985, bottom=0.15, top=0.9, wspace=0.45)
        _changes(left, found)
        _after(right, found)
        return style.png(figure)


def _changes(axes: Axes, found: Evaluation) -> None:
    before = census_shares("census_2010")
    mine = [
        row for row in found.rows
        if row.test == DECADE and row.level == "prefecture" and row.forecaster == MODEL
    ]  # fmt: skip
    start = [100 * before[row.place][0] for row in mine]
    counted = [row.observed - at for row, at in zip(mine, start, strict=True)]
    axes.vlines(
        counted,
        [row.q05 - at for row, at in zip(mine, start, strict=True)],
        [row.q95 - at for row, at in zip(mine, start, strict=True)],
        color=style.colour(0),
        lw=1.6,
    )
    means = [row.mean - at for row, at in zip(mine, start, strict=True)]
    axes.plot(counted, means, "o", ms=4, color=style.colour(0))
    ends = (min([*counted, *means]), max([*counted, *means]))
    axes.plot(ends, ends, color=style.SOFT, lw=0.8)
    axes.set_title("Prefectures 2010-2020: change, points", loc="left", fontsize=9, color=style.INK)
    axes.set_xlabel("counted")
    axes.set_ylabel("model, mean and 90%")
    axes.grid(color=style.FAINT, lw=0.6)
    style.bare(axes, "bottom", "left")


def _after(axes: Axes, found: Evaluation) -> None:
    rows = [row for row in found.rows if row.test == AFTER]
    mine = [row for row in rows if row.forecaster == MODEL]
    rivals = {
        level: hardest(summaries([row for row in rows if row.level == level]))
        for level in dict.fromkeys(row.level for row in mine)
    }
    shown = list(dict.fromkeys(rival.forecaster for rival in rivals.values() if rival))
    names = gazetteer.places()
    axes.axvline(0, color=style.SOFT, lw=0.8)
    for k, row in enumerate(mine):
        axes.hlines(k, row.q05 - row.observed, row.q95 - row.observed, color=style.colour(0), lw=2)
    axes.plot([row.error for row in mine], range(len(mine)), "o", ms=4, color=style.colour(0), label="model")
    for n, name in enumerate(shown, start=1):
        theirs = [
            (other.error, k)
            for k, row in enumerate(mine)
            if (rival := rivals[row.level]) and rival.forecaster == name
            for other in rows
            if (other.place, other.year, other.forecaster) == (row.place, row.year, name)
        ]
        label = name.replace("_", " ")
        axes.plot(*zip(*theirs, strict=True), "D", ms=4, mfc="white", color=style.colour(n), label=label)
    axes.set_yticks(range(len(mine)), [f"{names[row.place].short['en']} {row.year}" for row in mine])
    axes.set_ylim(len(mine) - 0.5, -1.6)  # from above, with room for the legend
    axes.set_title("After 2020: forecast less published, points", loc="left", fontsize=9, color=style.INK)
    axes.legend(frameon=False, fontsize=7, loc="upper right", ncols=3, columnspacing=1, handletextpad=0.2)
    axes.grid(axis="x", color=style.FAINT, lw=0.6)
    style.bare(axes, "bottom")
