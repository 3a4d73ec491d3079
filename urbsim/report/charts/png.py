"""Pixels as a PNG file, without the filters of rows that make flat drawings larger and take most of the time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

_EFFORT = 1  # of 9; more takes longer and saves a twentieth
_INCH = 0.0254  # metres


def png(pixels: NDArray[np.uint8], dpi: int, about: Mapping[str, str]) -> bytes:
    """The file. pixels: shape (height, width, 3 or more), red, green and blue first; about: texts in ASCII by name."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each after a zero: as it is
    rows[:, 1:].reshape(height, width, 3)[:] = pixels[..., :3]
    across = round(dpi / _INCH)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", across, across, 1)),
            *(_chunk(b"tEXt", f"{name}\0{text}".encode("ascii")) for name, text in about.items()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), _EFFORT)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
