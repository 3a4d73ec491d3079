"""Texts of charts, each laid out once: the charts of a page say much the same, in several figures and files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import font_manager, ft2font
from matplotlib.backends.backend_agg import RendererAgg, get_hinting_flag
from matplotlib.textpath import TextToPath

_EXTENTS: dict[Any, tuple[float, float, float]] = {}
_LINES: dict[Any, list[tuple[str, float, float, float]]] = {}
_OUTLINES: dict[Any, dict[str, Any]] = {}
"""By font: outlines of letters by their names."""
_PAINTED: dict[Any, list[tuple[Any, Any, float, float]]] = {}


class LaidOutOnce(TextToPath):
    """matplotlib's layout of texts for SVG, remembered. It knows one size, to which all are scaled."""

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Extent of a text in points."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        key = (s, *_face(prop))
        if key not in _EXTENTS:
            large = prop.copy()
            large.set_size(self.FONT_SCALE)
            _EXTENTS[key] = super().get_text_width_height_descent(s, large, ismath)
        scale = prop.get_size_in_points() / self.FONT_SCALE
        width, height, descent = _EXTENTS[key]
        return width * scale, height * scale, descent * scale

    def get_glyphs_with_font(
        self, font: Any, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False, **how: Any
    ) -> tuple[list[tuple[str, float, float, float]], dict[str, Any], list[Any]]:  # fmt: skip
        """Names and places of a text's letters, and outlines of those that `glyph_map` lacks, or of all."""
        if not return_new_glyphs_only or glyph_map is None or any(how.values()):
            return super().get_glyphs_with_font(font, s, glyph_map, return_new_glyphs_only, **how)
        outlines = _OUTLINES.setdefault(font, {})
        if (s, font) not in _LINES:
            _LINES[s, font] = super().get_glyphs_with_font(font, s, outlines, **how)[0]
        line = _LINES[s, font]
        return line, {name: outlines[name] for name, *_ in line if name not in glyph_map}, []


_NORMAL = getattr(getattr(ft2font, "RenderMode", None), "NORMAL", None)
"""How letters are painted; None of earlier versions of matplotlib, which paint a text as a whole."""


class PaintedOnce(RendererAgg):
    """matplotlib's painter of texts, which remembers where their letters stand and turns them all at once."""

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:  # fmt: skip
        """Paints a text. x, y: dots from the upper left."""
        special = mtext is not None and (mtext.get_fontfeatures() or mtext.get_language())
        if ismath or special or _NORMAL is None or not gc.get_antialiased():
            return super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        font, size, flags = self._prepare_font(prop), prop.get_size_in_points(), get_hinting_flag()
        key = (s, font, size, self.dpi)
        if key not in _PAINTED:
            _PAINTED[key] = [
                (item.ft_object, item.glyph_index, item.x, item.y) for item in font._layout(s, flags=flags)
            ]
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        turn = (0x10000 * np.array([[cos, -sin], [sin, cos]])).round().astype(int)
        up = self.height - y
        for letters, letter, across, upwards in _PAINTED[key]:
            letters.set_size(size, self.dpi)
            spot = x + across * cos - upwards * sin, up + across * sin + upwards * cos
            letters._set_transform(turn, [round(0x40 * each) for each in spot])
            shape = letters._render_glyph(letter, flags, _NORMAL)
            dots = shape.buffer
            below = int(self.height) - shape.top + dots.shape[0]
            self._renderer.draw_text_image(dots, shape.left, below, 0, gc)


def _face(prop: Any) -> tuple[object, ...]:
    """What chooses the font files of a text, but for its size."""
    return (
        tuple(prop.get_family()), prop.get_weight(), prop.get_style(), prop.get_stretch(), prop.get_variant(),
        prop.get_file(),
    )  # fmt: skip


@contextmanager
def fonts_found_once() -> Iterator[None]:
    """Inside the block matplotlib looks for the fonts of a face once, not for every text; settings must not change."""
    manager: Any = font_manager.fontManager
    find = getattr(manager, "_find_fonts_by_props", None)
    if find is None:
        yield
        return
    found: dict[Any, Any] = {}

    def remembered(prop: Any, *how: Any, **named: Any) -> Any:
        key = (_face(prop), how, tuple(named.items()))
        if key not in found:
            found[key] = find(prop, *how, **named)
        return found[key]

    manager._find_fonts_by_props = remembered
    try:
        yield
    finally:
        del manager._find_fonts_by_props
