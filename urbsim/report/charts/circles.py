"""The circles of the counties, coloured by a value; prefectures as soft shapes behind them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection, LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import NDArray

from urbsim.facts import gazetteer
from urbsim.report import cartogram, wording
from urbsim.report.charts import style
from urbsim.report.texts import say

Array = NDArray[np.float64]

SEQUENTIAL = ("#f3eccb", "#cfe0a8", "#8cc3a0", "#47a0a8", "#2a6f9e", "#233b78")
DIVERGING = ("#8c4a06", "#d28a2d", "#f2cf95", "#efefef", "#c5bede", "#8377b5", "#4b2a80")
SHARE_BREAKS = (0.3, 0.4, 0.5, 0.6, 0.7)
MISSING = "white"  # of a circle without a value
ROOM = 0.006  # of the map's width, around each circle inside the prefecture's shape
POINT = 1 / 500  # size of a typographic point in widths of the map, at the figure's size
NAME_SIZE = {"zh": 10.0, "en": 9.0}  # of a prefecture's name, points
_FAR = 0.02  # of the map's width: circles further than that from a name do not crowd it
SIZES = (200_000, 1_000_000)  # residents of the circles in the legend


@dataclass(frozen=True)
class Classes:
    """Classes of values, each with a colour.

    breaks: (k,) shares from 0 to 1, or differences of them, rising; a value on a break is in the class above. colours:
    (k + 1,) from the lowest class; signed: whether values are differences.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    signed: bool = False

    def colour(self, value: float) -> str:
        """Colour of the class that holds the value; white where the value is missing."""
        return (
            self.colours[int(np.searchsorted(self.breaks, value, side="right"))]
            if np.isfinite(value)
            else MISSING
        )


def share_classes() -> Classes:
    """Classes for an urban share, the same for all pages."""
    return Classes(SHARE_BREAKS, SEQUENTIAL)


def sided_classes(values: Array) -> Classes:
    """Six classes, three on each side of zero, in round steps: every value shows its side.

    values: differences of shares, of any shape; NaN is left out.
    """
    step = _round_step(float(np.nanmax(np.abs(values), initial=0.0)) / 4)
    sides = (*DIVERGING[:3], *DIVERGING[4:])
    return Classes((-2 * step, -step, 0.0, step, 2 * step), sides, signed=True)


def _round_step(least: float) -> float:
    """The smallest of 1, 1.5, 2, 3, 4, 5 times a power of ten not below `least`; 0.001 points or more."""
    steps = [float(f"{m}e{e}") for e in range(-5, 1) for m in (1, 1.5, 2, 3, 4, 5)]
    return next((step for step in steps if step >= least), steps[-1])


def class_labels(classes: Classes, lang: str) -> list[str]:
    """What each class holds, in percent or, where signed, in points; one label a class, from the lowest."""
    span = round(100 * float(np.diff(classes.breaks).min()), 9)
    decimals = next((d for d in range(4) if abs(span * 10**d - round(span * 10**d)) < 1e-6), 3)
    texts = [wording.points(edge, decimals) for edge in classes.breaks]
    texts = [wording.signed(text) if classes.signed else text for text in texts]
    unit = "" if classes.signed else "%"
    between = [
        say("range", lang, low=low, high=high) if classes.signed else f"{low}–{high}{unit}"
        for low, high in itertools.pairwise(texts)
    ]
    return [say("under", lang, value=texts[0] + unit), *between, say("or_more", lang, value=texts[-1] + unit)]


def draw(values: Array, classes: Classes, lang: str, narrow: bool = False) -> Figure:
    """One circle a county, coloured by its value.

    values: (111,) shares or differences of shares, in the order of gazetteer.counties(); a circle without a value is
    white. lang: zh or en; narrow: for a phone: names of prefectures alone, the legend below.
    """
    layout = cartogram.stored()
    counties = gazetteer.counties()
    figure = Figure(figsize=(style.NARROW, 5.0) if narrow else (style.WIDTH, 7.0))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(-0.07, 1.1) if narrow else axes.set_xlim(-0.115, 1.075)
    axes.set_ylim(-0.235, 0.975) if narrow else axes.set_ylim(-0.035, 0.981)
    axes.set_aspect("equal")
    axes.set_axis_off()
    groups = np.array([county.prefecture for county in counties])
    _shapes(axes, layout, [np.flatnonzero(groups == code) for code in sorted(set(groups))])
    fills = [classes.colour(float(value)) for value in values]
    edges = ["#c3cad1" if fill == MISSING else "white" for fill in fills]
    _circles(axes, layout, layout.radius, facecolors=fills, edgecolors=edges, linewidths=0.7)
    for i, (county, fill) in enumerate(zip(counties, fills, strict=True)):
        size = 0.0 if narrow else _fitting(county.short[lang], float(layout.radius[i]))
        if size:
            ink = "white" if _luminance(fill) < 0.42 else style.INK
            axes.text(
                float(layout.x[i]), float(layout.y[i]), county.short[lang],
                ha="center", va="center_baseline", fontsize=size, color=ink,
            )  # fmt: skip
    size = NAME_SIZE[lang]
    for code, (x, y) in prefecture_spots(lang).items():
        name = gazetteer.places()[code].short[lang]
        halo = [Stroke(linewidth=2.5, foreground="white"), Normal()] if narrow else []
        axes.text(
            x, y, name, ha="center", va="center_baseline", fontsize=8.5 if narrow else size,
            color=style.INK if narrow else "#4a5561", path_effects=halo,
        )  # fmt: skip
    if narrow:
        _legend_below(axes, classes, class_labels(classes, lang))
        return figure
    _legend(axes, classes, class_labels(classes, lang), lang, layout)
    return figure


def _circles(axes: Axes, layout: cartogram.Layout, radius: Array, **look: Any) -> None:
    """One circle a county, drawn as one thing."""
    centres = np.column_stack([layout.x, layout.y])
    axes.add_artist(
        EllipseCollection(
            2 * radius, 2 * radius, np.zeros(len(radius)), units="xy", offsets=centres,
            offset_transform=axes.transData, **look,
        )
    )  # fmt: skip


def _shapes(axes: Axes, layout: cartogram.Layout, prefectures: Sequence[NDArray[np.intp]]) -> None:
    """The prefectures' shapes: circles with some room, those of one prefecture joined along the shortest tree."""
    tint = "#e4e8ec"
    _circles(axes, layout, layout.radius + ROOM, facecolors=tint, edgecolors="none")
    lines, widths = [], []
    for members in prefectures:
        x, y, radius = (values[members] for values in (layout.x, layout.y, layout.radius))
        gap = np.hypot(x[:, None] - x, y[:, None] - y) - radius[:, None] - radius
        joined, left = [0], list(range(1, len(members)))
        while left:
            _, a, b = min((gap[a, b], a, b) for a in joined for b in left)
            lines.append([(x[a], y[a]), (x[b], y[b])])
            widths.append(1.1 * float(min(radius[a], radius[b])) / POINT)
            joined.append(b)
            left.remove(b)
    axes.add_artist(LineCollection(lines, colors=tint, linewidths=widths, capstyle="butt", zorder=0.9))


def _text_width(text: str, size: float) -> float:
    """Width of a text in widths of the map."""
    return sum(1.0 if ord(c) > 0x2E80 else 0.53 for c in text) * size * POINT


def _fitting(text: str, radius: float) -> float:
    """The type size at which a name fits its circle; 0 if it would be too small to read."""
    for size in (8.0, 7.5, 7.0, 6.5, 6.0, 5.75):
        if _text_width(text, size) <= 1.86 * radius:
            return size
    return 0.0


def _luminance(colour: str) -> float:
    if not colour.startswith("#"):
        return 1.0
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


@functools.cache
def prefecture_spots(lang: str) -> dict[str, tuple[float, float]]:
    """Where each prefecture's name stands: on free ground, by its own circles rather than others'.

    lang: zh or en. Returns by code the middle of the name, x and y in widths of the map.
    """
    layout = cartogram.stored()
    groups = np.array([county.prefecture for county in gazetteer.counties()])
    spots: dict[str, tuple[float, float]] = {}
    taken: list[tuple[float, float, float]] = []
    height = 0.6 * NAME_SIZE[lang] * POINT
    for place in sorted(gazetteer.prefectures(), key=lambda p: -p.residents):
        mine = groups == place.code
        half = _text_width(place.short[lang], NAME_SIZE[lang]) / 2
        x, y = _around(layout.x[mine], layout.y[mine])
        own, others = (_room(layout, of, x, y, half, height) for of in (mine, ~mine))
        legends = (x < 0.14) & ((y > 0.70) | (y < 0.17))
        free = (np.minimum(own, others) > 0.001) & ~legends & (x - half > -0.11) & (x + half < 1.07)
        for other_x, other_y, other_half in taken:
            free &= (np.abs(x - other_x) > half + other_half + 0.01) | (np.abs(y - other_y) > 2 * height)
        middle = layout.x[mine].mean(), layout.y[mine].mean()
        cost = own + 3 * np.maximum(own - others + 0.006, 0) + 0.15 * np.hypot(x - middle[0], y - middle[1])
        best = int(np.where(free, cost, np.inf).argmin())
        spots[place.code] = (float(x[best]), float(y[best]))
        taken.append((float(x[best]), float(y[best]), half))
    return spots


def _room(
    layout: cartogram.Layout, members: NDArray[np.bool_], x: Array, y: Array, half: float, height: float
) -> Array:
    """From a name at each point to the nearest circle of some; those far from all points are left out."""
    reach = half + layout.radius + _FAR
    near = members & (layout.x > x.min() - reach) & (layout.x < x.max() + reach)
    near &= (layout.y > y.min() - reach) & (layout.y < y.max() + reach)
    nearest = np.full(x.size, np.inf)
    for k in np.flatnonzero(near):
        dx = np.maximum(np.abs(layout.x[k] - x) - half, 0)
        dy = np.maximum(np.abs(layout.y[k] - y) - height, 0)
        np.minimum(nearest, np.sqrt(dx * dx + dy * dy) - (layout.radius[k] + ROOM), out=nearest)
    return nearest


def _around(x: Array, y: Array, margin: float = 0.11, mesh: float = 0.003) -> tuple[Array, Array]:
    """Points of a mesh over circles centred at x, y and somewhat beyond, inside the map."""
    across = np.arange(max(x.min() - margin, -0.08), min(x.max() + margin, 1.06), mesh)
    upwards = np.arange(max(y.min() - margin, -0.02), min(y.max() + margin, 0.97), mesh)
    mesh_x, mesh_y = np.meshgrid(across, upwards)
    return mesh_x.ravel(), mesh_y.ravel()


def _legend_below(axes: Axes, classes: Classes, labels: Sequence[str]) -> None:
    """Colour tiles in two columns under the map."""
    side = 0.04
    half = -(-len(labels) // 2)
    for k, (tint, label) in enumerate(zip(reversed(classes.colours), reversed(labels), strict=True)):
        x, y = -0.05 + 0.5 * (k // half), -0.05 - (side + 0.008) * (k % half)
        axes.add_artist(Rectangle((x, y - side), side, side, fc=tint, ec="#b8c0c8", lw=0.4))
        axes.text(x + side + 0.015, y - side / 2, label, va="center_baseline", fontsize=8.5, color=style.INK)


def _legend(axes: Axes, classes: Classes, labels: Sequence[str], lang: str, layout: cartogram.Layout) -> None:
    """Colour tiles at the upper left, circle sizes at the lower left."""
    side, top, left = 0.026, 0.955, -0.1
    for row, (tint, label) in enumerate(zip(reversed(classes.colours), reversed(labels), strict=True)):
        y = top - row * (side + 0.004)
        axes.add_artist(Rectangle((left, y - side), side, side, fc=tint, ec="#b8c0c8", lw=0.4))
        axes.text(
            left + side + 0.01, y - side / 2, label, va="center_baseline", fontsize=8.5, color=style.INK
        )
    residents = np.array([county.residents for county in gazetteer.counties()], dtype=float)
    per_root = float(layout.radius[residents.argmax()] / np.sqrt(residents.max()))
    x = left
    for count in SIZES:
        radius = per_root * np.sqrt(count)
        axes.add_artist(Circle((x + radius, 0.03 + radius), radius, fc="none", ec=style.SOFT, lw=0.8))
        text = f"{count // 10_000}万人" if lang == "zh" else f"{count:,}"
        axes.text(x + radius, 0.018, text, ha="center", va="top", fontsize=8, color=style.SOFT)
        x += 2 * radius + 0.05
    axes.text(left, 0.145, say("map_size", lang), fontsize=8.5, color=style.SOFT)
