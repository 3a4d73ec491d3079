"""Moves: ribbons between villages, towns and the outside; a heat map of prefectures."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from numpy.typing import NDArray

from urbsim.facts import gazetteer
from urbsim.report import wording
from urbsim.report.accounts import KINDS, REGIONS
from urbsim.report.charts import style
from urbsim.report.texts import say

Array = NDArray[np.float64]

TINTS = {"rural": "#009E73", "urban": "#0072B2", "outside_prd": "#E69F00", "outside_rest": "#9aa5ae"}
GAP = 0.05  # between the blocks, of all moves


def _amount(count: float, lang: str) -> str:
    value = count / wording.chart_unit(lang)
    return wording.rounded(value, 0 if abs(value) >= 100 else 1)


def ribbons(kinds: Array, lang: str) -> Figure:
    """Where moves start (left) and end (right), widths in proportion.

    kinds: (4, 4) moves at full scale, from rows to columns, as in accounts.Moves; at least one is not zero. lang: zh or
    en.
    """
    figure = Figure(figsize=(style.NARROW, 3.8))
    axes = figure.add_axes((0.0, 0.0, 1.0, 0.93))
    axes.set_xlim(0, 1)
    axes.set_ylim(-(1 + 3 * GAP) - 0.04, 0.0)
    axes.set_axis_off()
    whole = float(kinds.sum())
    left, right, thick = 0.345, 0.655, 0.03
    starts = _blocks(axes, kinds.sum(axis=1) / whole, left - thick, thick, "right", lang, kinds.sum(axis=1))
    ends = _blocks(axes, kinds.sum(axis=0) / whole, right, thick, "left", lang, kinds.sum(axis=0))
    for i, origin in enumerate(KINDS):
        for j in range(len(KINDS)):
            width = kinds[i, j] / whole
            if width:
                _ribbon(axes, left, right, starts[i], ends[j], width, TINTS[origin])
                if width > 0.028:
                    axes.text(
                        left + 0.012, starts[i] - width / 2, _amount(kinds[i, j], lang), va="center_baseline",
                        fontsize=8, color=style.INK,
                    )  # fmt: skip
            starts[i] -= width
            ends[j] -= width
    figure.text(left, 0.95, say("from", lang), ha="right", color=style.SOFT)
    figure.text(right, 0.95, say("to", lang), ha="left", color=style.SOFT)
    return figure


def _blocks(
    axes: Axes, shares: Array, x: float, thick: float, side: str, lang: str, counts: Array
) -> list[float]:
    """One block a kind, from the top; returns the top of each."""
    tops, top, spots = [], 0.0, []
    for share, kind in zip(shares, KINDS, strict=True):
        tops.append(top)
        spots.append(top - share / 2)
        axes.add_patch(Rectangle((x, top - share), thick, share, fc=TINTS[kind], ec="none"))
        top -= share + GAP
    at = x - 0.012 if side == "right" else x + thick + 0.012
    for spot, kind, count in zip(style.spread(spots, 0.055), KINDS, counts, strict=True):
        axes.text(
            at,
            spot,
            f"{say(kind, lang)}  {_amount(count, lang)}",
            ha=side,
            va="center_baseline",
            color=style.INK,
        )
    return tops


def _ribbon(axes: Axes, x0: float, x1: float, top0: float, top1: float, width: float, tint: str) -> None:
    middle = (x0 + x1) / 2
    points = [
        (x0, top0), (middle, top0), (middle, top1), (x1, top1),
        (x1, top1 - width), (middle, top1 - width), (middle, top0 - width), (x0, top0 - width), (x0, top0),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), fc=tint, alpha=0.42, ec="white", lw=0.4))


def pair_names(lang: str) -> list[str]:
    """Names of the 16 rows and columns of accounts.Moves.pairs: prefectures, then the two places outside."""
    return [place.short[lang] for place in gazetteer.prefectures()] + [say(kind, lang) for kind in REGIONS]


def heat(pairs: Array, lang: str) -> Figure:
    """Moves between prefectures and the outside; colour by size on a root scale.

    pairs: (16, 16) moves at full scale, from rows to columns, as in accounts.Moves; lang: zh or en.
    """
    names = pair_names(lang)
    figure = Figure(figsize=(style.WIDTH, 6.3))
    axes = figure.add_axes((0.145, 0.012, 0.79, 0.80) if lang == "en" else (0.12, 0.012, 0.875, 0.905))
    ramp = LinearSegmentedColormap.from_list("blues", ["#f7f9fb", "#c9dcec", "#6fa8cf", "#1f6aa5", "#0b3a66"])
    empty = np.zeros(pairs.shape, dtype=bool)
    empty[-2:, -2:] = True
    shade = np.sqrt(pairs / max(float(pairs.max()), 1.0))
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    places = [(i, j) for i in range(len(names)) for j in range(len(names)) if not empty[i, j]]
    axes.add_artist(
        PolyCollection(
            [corners + np.array([j, i]) for i, j in places], facecolors=[ramp(float(shade[at])) for at in places],
            edgecolors="white", linewidths=0.9,
        )
    )  # fmt: skip
    for i, j in places:
        value = pairs[i, j] / wording.chart_unit(lang)
        text = wording.rounded(value, 0) if value >= 9.95 else wording.rounded(value, 1)
        if value >= 0.05:
            axes.text(
                j + 0.5, i + 0.52, text, ha="center", va="center", fontsize=7.2,
                color="white" if shade[i, j] > 0.55 else style.INK,
            )  # fmt: skip
    axes.set_xlim(0, len(names))
    axes.set_ylim(len(names), 0)
    axes.xaxis.tick_top()
    middles = np.arange(len(names)) + 0.5
    if lang == "zh":
        axes.set_xticks(middles, [name if len(name) < 4 else f"{name[:2]}\n{name[2:]}" for name in names])
    else:
        axes.set_xticks(middles, names, rotation=40, ha="left", rotation_mode="anchor")
    axes.set_yticks(middles, names)
    axes.tick_params(length=0, labelcolor=style.INK, labelsize=8.5)
    axes.axhline(len(names) - 2, color=style.SOFT, lw=0.8)
    axes.axvline(len(names) - 2, color=style.SOFT, lw=0.8)
    style.bare(axes)
    return figure
