"""The compiler of the kernels, with a cache that notices every change.

numba looks only at a kernel's own file when it decides whether cached machine code is still good, while kernels here
inline functions of other files. So the cache lives in a folder named by the checksum of every file that compiles
anything: an edit anywhere starts a new folder, and the old ones are removed.
"""

from __future__ import annotations

import hashlib
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import numba

from urbsim.paths import cache_dir

_KEPT = 3  # folders of earlier code left on disk


def _folder() -> Path:
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256(f"{numba.__version__}\0{package}".encode())
    for path in sorted(package.rglob("*.py")):
        source = path.read_bytes()
        if b"njit" in source:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + source + b"\0")
    return cache_dir() / "kernels" / digest.hexdigest()[:16]


def _use(folder: Path) -> None:
    """Points numba at the folder and forgets the oldest of the others."""
    folder.mkdir(parents=True, exist_ok=True)
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    others = [other for other in folder.parent.iterdir() if other != folder]
    others.sort(key=lambda other: other.stat().st_mtime, reverse=True)
    for old in others[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


_use(_folder())
njit = numba.njit

# A piece of a kernel that allocates nothing. Without the counting of references to its arrays, and compiled into the
# kernel that calls it, it costs no more than the same lines written there; a plain call with a dozen columns costs more
# than most pieces do.
part: Any = partial(numba.njit, _nrt=False, forceinline=True)  # type: ignore[call-overload]
