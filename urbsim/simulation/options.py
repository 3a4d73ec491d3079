"""The settings of one run and what they may be; the command and the Python door share these checks."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path

from urbsim.errors import Problem, quoted
from urbsim.limits import MAX_SEED, MIN_SCALE

MAX_THREADS = 4096
SCALE = f"a number from {MIN_SCALE:.5f} to 1"
SEED = f"a whole number from 0 to {MAX_SEED}"
DRAW = "a whole number from 0"
THREADS = "a whole number from 1"


def all_cores() -> int:
    """The number of processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def decimal(text: str) -> float | None:
    """The number `text` writes, or None: no infinity, no underscores."""
    if not re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", text.strip()):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def whole(text: str) -> int | None:
    """The whole number `text` writes, or None."""
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,30}", text.strip()) else None


def scale_problem(scale: float | None, given: object) -> Problem | None:
    """A Problem unless `scale` is a share of the population from `MIN_SCALE` to 1."""
    fine = scale is not None and MIN_SCALE <= scale <= 1
    return None if fine else Problem(f"{quoted(given)} is refused", key="--scale", allowed=SCALE)


def whole_problem(
    option: str, number: int | None, given: object, low: int, high: int, allowed: str
) -> Problem | None:
    """A Problem unless `number` lies from `low` to `high`."""
    fine = number is not None and low <= number <= high
    return None if fine else Problem(f"{quoted(given)} is refused", key=option, allowed=allowed)


def out_problem(out: Path) -> Problem | None:
    """A Problem unless folders can be made in `out`; nothing is created to find out."""
    message = None
    try:
        if out.exists() and not out.is_dir():
            message = f"{str(out)!r} is a file"
        else:
            nearest_there = next((place for place in (out, *out.absolute().parents) if place.exists()), None)
            if nearest_there is None or not nearest_there.is_dir():
                message = f"{str(out)!r} lies below a file"
            elif not os.access(nearest_there, os.W_OK | os.X_OK):
                message = f"{str(nearest_there)!r} cannot be written to"
    except (OSError, ValueError) as error:
        message = f"{str(out)!r} cannot be used: {error}"
    return Problem(message, key="--out", allowed="a folder that can be written to") if message else None


def file_problem(out: Path) -> Problem | None:
    """A Problem unless `out` can be written as a file, in a folder that is there or can be made; nothing is created."""
    if out.is_dir():
        return Problem("is a folder", key="--out", file=str(out), allowed="a file")
    return out_problem(out.parent)
