"""Look of all charts, and their files: the same figure gives the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from urbsim.report import typeface

WIDTH = 8.2  # inches; the page shows a chart about 860 pixels wide
INK, SOFT, FAINT = "#1d2733", "#5d6975", "#d9dee3"
SERIES = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
)  # Okabe and Ito: safe for colour-blind
DASHES = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))

_GEOMETRY = re.compile(r'\s(d|x|y|points|transform)="[^"]*"')
_DIGITS = re.compile(r"(\.\d\d)\d+")  # a hundredth of a point is finer than any screen


@contextmanager
def drawing(salt: str) -> Iterator[None]:
    """Settings of matplotlib for drawing and saving inside the block.

    salt: keeps the ids of one SVG apart from those of others.
    """
    settings: dict[Any, Any] = {
        "font.family": list(typeface.register()),
        "font.size": 9,
        "text.parse_math": False,  # a dollar sign in a title is a dollar sign
        "axes.unicode_minus": True,
        "text.color": INK,
        "axes.edgecolor": SOFT,
        "axes.labelcolor": SOFT,
        "axes.linewidth": 0.6,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "svg.hashsalt": salt,
    }
    with mpl.rc_context(settings):
        yield


def colour(index: int) -> str:
    """Colour of the series with that position, from 0; the seventh has that of the first."""
    return SERIES[index % len(SERIES)]


def dash(index: int) -> object:
    """Line style of the series with that position, from 0: series stay apart in black and white too."""
    return DASHES[index % len(DASHES)]


def bare(axes: Axes, *kept: str) -> None:
    """Removes the frame but for the sides in `kept`: left, right, top, bottom."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in kept)


def spread(heights: list[float], least: float) -> list[float]:
    """Heights moved as little as needed to lie `least` apart, their order kept; all in one unit."""
    order = np.argsort(heights, kind="stable")
    moved = np.array(heights, dtype=float)[order]
    for _ in range(200):
        gap = np.diff(moved)
        short = np.maximum(least - gap, 0)
        if short.max(initial=0) < 1e-9:
            break
        moved[:-1] -= short / 2
        moved[1:] += short / 2
    out = np.empty_like(moved)
    out[order] = moved
    return out.tolist()


def _saved(figure: Figure, kind: str, fonttype: str) -> bytes:
    out = io.BytesIO()
    nothing = (
        {"Date": None, "Creator": None, "Format": None, "Type": None} if kind == "svg" else {"Software": None}
    )
    with mpl.rc_context({"svg.fonttype": fonttype}):
        figure.savefig(out, format=kind, dpi=150, metadata=nothing, facecolor="white")
    return out.getvalue()


def png(figure: Figure) -> bytes:
    """The figure as PNG, 150 dots per inch."""
    return _saved(figure, "png", "path")


def svg(figure: Figure) -> bytes:
    """The figure as SVG with letters as outlines: looks the same anywhere."""
    return _saved(figure, "svg", "path")


def inline_svg(figure: Figure, prefix: str, label: str) -> str:
    """The figure as an SVG element for an HTML page, letters as text.

    prefix: of all ids, so that many figures can stand on one page; label: plain text that is read aloud instead of the
    figure. Nothing refers outside.
    """
    text = _saved(figure, "svg", "none").decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    text = re.sub(r'\sid="([^"]*)"', rf' id="{prefix}-\1"', text)
    text = re.sub(r"url\(#", f"url(#{prefix}-", text)
    text = re.sub(r'xlink:href="#', f'href="#{prefix}-', text)
    text = re.sub(r'(<svg[^>]*?)\swidth="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?)\sheight="[^"]*"', r"\1", text, count=1)
    text = _GEOMETRY.sub(lambda found: _DIGITS.sub(r"\1", found[0]), text)
    text = re.sub(r"\n\s*", "\n", text)
    quoted = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("<svg", f'<svg role="img" aria-label="{quoted}"', 1)
