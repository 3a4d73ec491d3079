"""Look of all charts, and their files: the same figure gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from urbsim.report import typeface
from urbsim.report.charts import letters, texts_laid_out

WIDTH = 8.2  # inches; a chart across the page
NARROW = 4.3  # inches; a chart that a phone shows whole, two of them side by side on a desk
PAPER = {"fc": "white", "ec": "none", "pad": 0.8}
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

_DOTS = 150  # an inch, of a PNG
_COMPRESSION = 3  # of 9: half the time of the default, a tenth more bytes
_GEOMETRY = re.compile(r'\s(d|x|y|points|transform)="[^"]*"')
_DIGITS = re.compile(r"(?<=\.\d\d)\d+")  # a hundredth of a point is finer than any screen


_ORIGIN: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def origin(text: str) -> Iterator[None]:
    """Files saved inside the block carry that text, plain ASCII, as their description: from what they were made."""
    token = _ORIGIN.set(text)
    try:
        yield
    finally:
        _ORIGIN.reset(token)


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
        "axes.titley": 1.0,  # else matplotlib looks for marks above every chart that a title might hide
        "svg.hashsalt": salt,
    }
    with mpl.rc_context(settings), texts_laid_out.fonts_found_once():
        yield


STROKES = len(SERIES) * len(DASHES)  # series that no two of one chart draw alike


def colour(index: int) -> str:
    """Colour of the series with that position, from 0; the seventh has that of the first, and another dash."""
    return SERIES[index % len(SERIES)]


def dash(index: int) -> object:
    """Line style of the series with that position, from 0: series stay apart in black and white too.

    The first `STROKES` series all differ in colour or dash.
    """
    return DASHES[(index + index // (len(SERIES) * 2)) % len(DASHES)]


def shortened(label: str, lang: str, width: int = 28) -> str:
    """A label no wider than `width` Latin letters; a Chinese character counts for two."""
    used = 0
    for k, letter in enumerate(label):
        used += 2 if ord(letter) > 0x2E80 else 1
        if used > width:
            return label[: max(k - 1, 0)].rstrip() + ("..." if lang == "en" else "…")
    return label


def year_ends(axes: Axes, days: Iterable[dt.date], lang: str) -> None:
    """Marks of a time axis at ends of years: `end 2021`, 2021年末."""
    label = "end {}" if lang == "en" else "{}年末"
    days = sorted(days)
    axes.set_xticks([float(date2num(day)) for day in days], [label.format(day.year) for day in days])


def signed_ticks(value: float, _: object) -> str:
    """A difference at an axis, with its sign; zero without one."""
    text = f"{value:.6g}".replace("-", "\N{MINUS SIGN}")
    return "+" + text if value > 1e-12 else "0" if abs(value) <= 1e-12 else text


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


def _saved(figure: Figure, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    about: dict[str, str | None] = (
        {"Date": None, "Creator": None, "Format": None, "Type": None} if kind == "svg" else {"Software": None}
    )
    if _ORIGIN.get():
        about["Description"] = _ORIGIN.get()
    figure.savefig(out, format=kind, dpi=_DOTS, metadata=about, facecolor="white", **how)
    return out.getvalue()


def png(figure: Figure) -> bytes:
    """The figure as PNG, for what stands in no page."""
    return _saved(figure, "png", pil_kwargs={"compress_level": _COMPRESSION})


def drawn(figure: Figure, prefix: str, label: str) -> tuple[bytes, bytes, str]:
    """The figure, drawn once: as an SVG file with letters as outlines, the same anywhere; as PNG; as `inline_svg`."""
    painting = _painted(figure, letters.TEXT, letters.OUTLINES)
    about = {"Description": _ORIGIN.get()} if _ORIGIN.get() else {}
    outlines, text = (painting.svg.file(kind) for kind in (letters.OUTLINES, letters.TEXT))
    return outlines.encode("utf-8"), painting.png(about), _inline(text, prefix, label)


def inline_svg(figure: Figure, prefix: str, label: str) -> str:
    """The figure as an SVG element for an HTML page, letters as text.

    prefix: of all ids, so that many figures can stand on one page; label: plain text that is read aloud instead of the
    figure. Nothing refers outside.
    """
    return _inline(_painted(figure, letters.TEXT).svg.file(letters.TEXT), prefix, label)


def _painted(figure: Figure, *kinds: str) -> letters.Painting:
    painting = letters.Painting(_DOTS, kinds)
    _saved(figure, "svg", backend=letters.BACKEND, painting=painting)
    return painting


def _inline(text: str, prefix: str, label: str) -> str:
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    text = text.replace(' id="', f' id="{prefix}-').replace("url(#", f"url(#{prefix}-")
    text = text.replace('xlink:href="#', f'href="#{prefix}-')
    text = re.sub(r'(<svg[^>]*?)\swidth="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?)\sheight="[^"]*"', r"\1", text, count=1)
    text = _GEOMETRY.sub(lambda found: _DIGITS.sub("", found[0]), text)
    text = re.sub(r"\n\s*", "\n", text)
    quoted = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("<svg", f'<svg role="img" aria-label="{quoted}"', 1)
