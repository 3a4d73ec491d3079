"""Files as a full disk, a killed process or a failing disk leaves them."""

from __future__ import annotations

import os
import random
from pathlib import Path

DAMAGES = ("emptied", "cut", "zeros", "other bytes", "removed")


def damage(file: Path, how: str) -> None:
    """Damages a file in place, and sets the time of its last change back to what it was."""
    content, before = file.read_bytes(), file.stat()
    if how == "removed":
        file.unlink()
        return
    half = len(content) // 2
    damaged = {
        "emptied": b"",
        "cut": content[:half],
        "zeros": content[:half] + bytes(len(content) - half),
        "other bytes": random.Random(1).randbytes(len(content)),
    }[how]
    with open(file, "r+b") as opened:
        opened.write(damaged)
        opened.truncate()
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
