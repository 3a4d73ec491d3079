"""Where the facts, the scenarios and the caches are: a checkout first, then the copy shipped in the wheel."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def _top_level(name: str) -> Path:
    """The folder `name` beside the package (a checkout), else the copy inside the wheel.

    Raises FileNotFoundError when neither exists: the installation is broken.
    """
    for candidate in (_PACKAGE.parent / name, _PACKAGE / "_shipped" / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"urbsim was installed without its folder {name!r}: install it again")


def calibration_dir() -> Path:
    """Folder of what is known: sources, observations, controls, parameters."""
    return _top_level("calibration")


def scenarios_dir() -> Path:
    """Folder of what a government could choose: scenarios, targets, batches."""
    return _top_level("scenarios")


def cache_dir() -> Path:
    """Folder for things that can be rebuilt (the synthetic population); set URBSIM_CACHE to move it."""
    override = os.environ.get("URBSIM_CACHE")
    folder = Path(override) if override else Path(platformdirs.user_cache_dir("urbsim", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
