"""The shipped Chinese typeface: for matplotlib, and cut down to one page's characters for the browser.

urbsim Sans SC is the GB 2312 subset of Noto Sans CJK SC Regular (SIL OFL 1.1; see fonts/OFL.txt), so that
Chinese shows on machines that have no Chinese font.
"""

from __future__ import annotations

import base64
import functools
import io
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager

FAMILY = "urbsim Sans SC"
FALLBACK = "DejaVu Sans"  # comes with matplotlib
FONT_FILE = Path(__file__).parent / "fonts" / "urbsim-sans-sc.otf"
SUBSTITUTE = "〓"  # the printers' mark for a character that is not in the case


@functools.cache
def register() -> tuple[str, str]:
    """Makes the typeface known to matplotlib; returns the families in order of preference."""
    font_manager.fontManager.addfont(str(FONT_FILE))
    return FAMILY, FALLBACK


@functools.cache
def _characters(file: str) -> frozenset[str]:
    with TTFont(file, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap() or ()))


def covered() -> frozenset[str]:
    """Characters the shipped typeface can draw."""
    return _characters(str(FONT_FILE))


def drawable(text: str) -> str:
    """The text on one line, with characters that neither typeface has replaced by a mark.

    matplotlib would warn about each and draw a box.
    """
    fallback = _characters(font_manager.findfont(FALLBACK))
    one_line = " ".join(text.split())
    return "".join(c if c in covered() or c in fallback else SUBSTITUTE for c in one_line)


def embedded(characters: set[str]) -> str:
    """A `data:` address of the typeface holding only `characters`, as WOFF.

    WOFF and not WOFF2: the latter needs a compressor that is no dependency of the project.
    """
    options = subset.Options()
    options.layout_features = ["kern"]
    options.name_IDs = [0, 1, 2, 13, 14]
    options.drop_tables += ["GSUB"]  # other forms of a letter, which no page asks for
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(map(ord, characters & covered())))
    out = io.BytesIO()
    with TTFont(str(FONT_FILE), recalcTimestamp=False, recalcBBoxes=False, lazy=True) as font:
        # No letter of the shipped file is made of others or of shared parts, so none needs to be taken apart.
        letters: Any = font["CFF "]
        letters.closure_glyphs = letters.remove_unused_subroutines = lambda *_: None
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(out)
    return "data:font/woff;base64," + base64.b64encode(out.getvalue()).decode("ascii")
