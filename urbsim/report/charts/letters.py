"""A way for matplotlib to write SVG with all letters twice, as text and as outlines: one drawing for both files.

`Figure.savefig(backend=BACKEND)` uses it; `apart` makes the two files.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG

BACKEND = f"module://{__name__}"
_KINDS = {"text": "none", "outlines": "path"}  # and what matplotlib calls them
_LETTERS = {kind: re.compile(rf' *<letters as="{kind}">\n(.*?) *</letters>\n', re.DOTALL) for kind in _KINDS}


class _Twofold(RendererSVG):
    """Writes every text in both ways, each inside an element of its own."""

    def draw_text(self, *args: Any, **kwargs: Any) -> None:
        for kind, fonttype in _KINDS.items():
            self.writer.start("letters", {"as": kind})
            mpl.rcParams["svg.fonttype"] = fonttype
            super().draw_text(*args, **kwargs)
            self.writer.end("letters")


class FigureCanvas(FigureCanvasSVG):
    """The canvas that matplotlib looks for under this name."""

    def print_svg(
        self, filename: Any, *, bbox_inches_restore: Any = None, metadata: Any = None, **_: Any
    ) -> None:
        """Writes to an open file of bytes; what else savefig hands over is settled before."""
        dpi, self.figure.dpi = self.figure.dpi, 72
        width, height = (72 * inches for inches in self.figure.get_size_inches())
        with mpl.rc_context():
            into = codecs.getwriter("utf-8")(filename)
            both = _Twofold(width, height, into, image_dpi=round(dpi), metadata=metadata)
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
