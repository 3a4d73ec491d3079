"""A way for matplotlib to draw once for three files: SVG with letters as text, SVG with letters as outlines, PNG.

`Figure.savefig(backend=BACKEND, painting=Painting(...))` uses it; the painting takes up all three.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.transforms import Affine2D, Bbox, TransformedPath

from urbsim.report.charts import png
from urbsim.report.charts.svg_pages import Pages
from urbsim.report.charts.texts_laid_out import LaidOutOnce, PaintedOnce

BACKEND = f"module://{__name__}"
TEXT, OUTLINES = "text", "outlines"  # kinds of letters in an SVG file
_KINDS = {TEXT: "none", OUTLINES: "path"}  # and what matplotlib calls them


class Painting:
    """What a figure is drawn as: SVG with each kind of letters, and pixels beside the outlines. dpi: dots per inch."""

    def __init__(self, dpi: int, kinds: tuple[str, ...] = (TEXT, OUTLINES)) -> None:
        self.dpi = dpi
        self.svg = Pages(kinds)
        self.renderer: Any = None

    def begin(self, width: float, height: float) -> None:
        """width, height: inches."""
        if OUTLINES in self.svg.kinds:
            self.renderer = PaintedOnce(int(width * self.dpi), int(height * self.dpi), self.dpi)

    def png(self, about: Mapping[str, str]) -> bytes:
        """The file. about: what it says of itself, in ASCII."""
        return png.png(np.asarray(self.renderer.buffer_rgba()), self.dpi, about)


class _Manifold(RendererSVG):
    """Writes every text in each way, and paints everything beside it.

    The figure is laid out for SVG, 72 dots an inch; what is painted is that, enlarged. Charts hold no pictures.
    """

    def __init__(self, width: float, height: float, painting: Painting, **about: Any) -> None:
        self._pages = painting.svg
        super().__init__(width, height, self._pages, **about)
        self._text2path = LaidOutOnce()
        self._agg: Any = painting.renderer
        self._times = painting.dpi / 72
        self._larger = Affine2D().scale(self._times)

    @property
    def writer(self) -> Pages:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What writes the files, in place of matplotlib's own, which knows one file."""
        return self._pages

    @writer.setter
    def writer(self, _own: object) -> None:
        """matplotlib's own is not used."""

    @contextmanager
    def _painted(self, gc: Any) -> Iterator[GraphicsContextBase]:
        """The same settings for the enlarged figure; what matplotlib draws in parts is painted as a whole."""
        large: Any = self._agg.new_gc()
        large.copy_properties(gc)
        box, (path, transform) = gc.get_clip_rectangle(), gc.get_clip_path()
        large.set_clip_rectangle(Bbox(box.extents.reshape(2, 2) * self._times) if box is not None else None)
        large.set_clip_path(TransformedPath(path, transform + self._larger) if path is not None else None)
        agg, self._agg = self._agg, None
        try:
            yield large
        finally:
            self._agg = agg

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        agg = self._agg
        if agg is None:
            return super().draw_path(gc, path, transform, rgbFace)
        with self._painted(gc) as large:
            super().draw_path(gc, path, transform, rgbFace)
            agg.draw_path(large, path, transform + self._larger, rgbFace)

    def draw_markers(
        self, gc: Any, marker_path: Any, marker_trans: Any, path: Any, trans: Any, rgbFace: Any = None
    ) -> None:
        agg = self._agg
        if agg is None:
            return super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
        with self._painted(gc) as large:
            super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
            marker, spots = marker_trans + self._larger, trans + self._larger
            agg.draw_markers(large, marker_path, marker, path, spots, rgbFace)

    def draw_path_collection(
        self, gc: Any, master_transform: Any, paths: Any, all_transforms: Any, offsets: Any, offset_trans: Any,
        *args: Any, **kwargs: Any,
    ) -> None:  # fmt: skip
        agg = self._agg
        shapes = (paths, all_transforms, offsets)
        if agg is None:
            return super().draw_path_collection(gc, master_transform, *shapes, offset_trans, *args, **kwargs)
        with self._painted(gc) as large:
            super().draw_path_collection(gc, master_transform, *shapes, offset_trans, *args, **kwargs)
            master, spots = master_transform + self._larger, offset_trans + self._larger
            agg.draw_path_collection(large, master, *shapes, spots, *args, **kwargs)

    def draw_image(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("a chart with a picture in it")

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        agg = self._agg
        for kind in self._pages.kinds:
            mpl.rcParams["svg.fonttype"] = _KINDS[kind]
            with self._pages.of_one(kind):
                super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        if agg is not None:
            with self._painted(gc) as large:
                agg.draw_text(large, x * self._times, y * self._times, s, prop, angle, ismath, mtext)


class FigureCanvas(FigureCanvasSVG):
    """The canvas that matplotlib looks for under this name."""

    def print_svg(
        self, _filename: Any, *, bbox_inches_restore: Any = None, metadata: Any = None, painting: Painting, **_: Any
    ) -> None:  # fmt: skip
        """Draws into the painting; what else savefig hands over is settled before."""
        dpi, self.figure.dpi = self.figure.dpi, 72
        width, height = (72 * inches for inches in self.figure.get_size_inches())
        painting.begin(width / 72, height / 72)
        with mpl.rc_context():
            all_ways = _Manifold(width, height, painting, image_dpi=round(dpi), metadata=metadata)
            renderer: Any = MixedModeRenderer(
                self.figure, width, height, dpi, all_ways, bbox_inches_restore=bbox_inches_restore
            )
            self.figure.draw(renderer)
            renderer.finalize()
