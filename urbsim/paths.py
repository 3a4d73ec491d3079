"""Where the facts, the scenarios and the caches are: a checkout first, then the copy shipped in the wheel."""

from __future__ import annotations

import getpass
import os
import tempfile
from functools import cache
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


@cache  # runs of one process ask for it hundreds of times
def _top_level(name: str, holding: str) -> Path:
    """The folder `name` beside the package (a checkout), else the copy inside the wheel.

    holding: a file in it, for another package may have left a folder of that name beside this one.
    Raises FileNotFoundError when neither exists: the installation is broken.
    """
    for candidate in (_PACKAGE.parent / name, _PACKAGE / "_shipped" / name):
        if (candidate / holding).is_file():
            return candidate
    raise FileNotFoundError(f"urbsim was installed without its folder {name!r}: install it again")


def calibration_dir() -> Path:
    """Folder of what is known: sources, observations, controls, parameters."""
    return _top_level("calibration", "sources.csv")


def scenarios_dir() -> Path:
    """Folder of what a government could choose: scenarios, targets, batches."""
    return _top_level("scenarios", "schema.json")


def docs_dir() -> Path:
    """Folder of the documents that `urbsim explain` reads: odd.md and glossary.md."""
    return _top_level("docs", "odd.md")


def records_dir() -> Path:
    """Folder of what `urbsim verify` compares with. Only a clone of the repository has it: it may not exist."""
    return _PACKAGE.parent / "codecheck" / "record"


def cache_dir() -> Path:
    """Folder of what can be built again (population, machine code); URBSIM_CACHE moves it. It may not exist yet."""
    override = os.environ.get("URBSIM_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir("urbsim", appauthor=False))


def spare_cache_dir() -> Path:
    """Folder of this user for what `cache_dir` cannot take, among temporary files. It may not exist yet.

    Raises FileNotFoundError where the system has no folder for temporary files.
    """
    user = os.getuid() if hasattr(os, "getuid") else getpass.getuser()
    return Path(tempfile.gettempdir()) / f"urbsim-cache-{user}"
