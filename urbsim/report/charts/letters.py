"""A way for matplotlib to draw once for three files: SVG with letters as text, SVG with letters as outlines, PNG.

`Figure.savefig(backend=BACKEND)` uses it; `apart` makes the two SVG files, and a `Painting` takes up the pixels.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.transforms import Affine2D, Bbox, TransformedPath
from PIL import Image, PngImagePlugin

BACKEND = f"module://{__name__}"
_KINDS = {"text": "none", "outlines": "path"}  # and what matplotlib calls them
_LETTERS = {kind: re.compile(rf' *<letters as="{kind}">\n(.*?) *</letters>\n', re.DOTALL) for kind in _KINDS}


class Painting:
    """The pixels of a figure, taken up while it is written as SVG. dpi: dots per inch."""

    def __init__(self, dpi: int) -> None:
        self.dpi = dpi
        self.renderer: Any = None

    def begin(self, width: float, height: float) -> None:
        """width, height: inches."""
        self.renderer = RendererAgg(int(width * self.dpi), int(height * self.dpi), self.dpi)

    def png(self, about: Mapping[str, str], compression: int) -> bytes:
        """The file. about: what it says of itself, in ASCII; compression: from 0 to 9."""
        texts = PngImagePlugin.PngInfo()
        for key, text in about.items():
            texts.add_text(key, text)
        pixels, out = np.asarray(self.renderer.buffer_rgba())[..., :3], io.BytesIO()
        Image.fromarray(np.ascontiguousarray(pixels)).save(
            out, format="png", pnginfo=texts, compress_level=compression, dpi=(self.dpi, self.dpi)
        )
        return out.getvalue()


class _Twofold(RendererSVG):
    """Writes every text in both ways, each inside an element of its own, and paints everything beside it.

    The figure is laid out for SVG, 72 dots an inch; what is painted is that, enlarged. Charts hold no pictures.
    """

    def __init__(self, *args: Any, painting: Painting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._agg: Any = painting.renderer if painting else None
        self._times = painting.dpi / 72 if painting else 1.0
        self._larger = Affine2D().scale(self._times)

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
        for kind, fonttype in _KINDS.items():
            self.writer.start("letters", {"as": kind})
            mpl.rcParams["svg.fonttype"] = fonttype
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            self.writer.end("letters")
        if agg is not None:
            with self._painted(gc) as large:
                agg.draw_text(large, x * self._times, y * self._times, s, prop, angle, ismath, mtext)


class FigureCanvas(FigureCanvasSVG):
    """The canvas that matplotlib looks for under this name."""

    def print_svg(
        self, filename: Any, *, bbox_inches_restore: Any = None, metadata: Any = None,
        painting: Painting | None = None, **_: Any,
    ) -> None:  # fmt: skip
        """Writes to an open file of bytes, and paints; what else savefig hands over is settled before."""
        dpi, self.figure.dpi = self.figure.dpi, 72
        width, height = (72 * inches for inches in self.figure.get_size_inches())
        if painting is not None:
            painting.begin(width / 72, height / 72)
        with mpl.rc_context():
            into = codecs.getwriter("utf-8")(filename)
            both = _Twofold(width, height, into, image_dpi=round(dpi), metadata=metadata, painting=painting)
            renderer: Any = MixedModeRenderer(
                self.figure, width, height, dpi, both, bbox_inches_restore=bbox_inches_restore
            )
            self.figure.draw(renderer)
            renderer.finalize()


def apart(both: str) -> tuple[str, str]:
    """The SVG with outlines alone, and the one with text alone. No text holds a `<`: matplotlib escapes it."""
    outlines = _LETTERS["outlines"].sub(r"\1", _LETTERS["text"].sub("", both))
    text = _LETTERS["text"].sub(r"\1", _LETTERS["outlines"].sub("", both))
    return outlines, text
