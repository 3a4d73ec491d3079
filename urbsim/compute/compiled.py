"""The compiler of the kernels, with a cache that notices every change.

numba looks only at a kernel's own file when it decides whether cached machine code is still good, while kernels here
inline functions of other files. So machine code lies in a folder named by the checksum of the kernel's file and of
every file of the package that it imports, directly or not: an edit starts new folders for what it can have changed, and
the oldest are removed.
"""

from __future__ import annotations

import gc
import hashlib
import re
import shutil
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numba
from numba.core import event
from numba.extending import register_jitable

from urbsim.paths import cache_dir

_MACHINE_CODE = cache_dir() / "kernels"
_KEPT = 3  # folders of earlier code of a file left on disk
_PACKAGE = Path(__file__).resolve().parents[1]
_IMPORT = re.compile(r"^from (urbsim[.\w]*) import ([\w, ]*)", re.MULTILINE)


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    """Files of the package that the file imports, or imports from, when it is itself imported."""
    modules = set()
    for module, names in _IMPORT.findall(path.read_text(encoding="utf-8")):
        modules |= {module, *(f"{module}.{name.strip()}" for name in names.split(","))}
    files = (_PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py") for module in modules)
    return tuple(file for file in files if file.exists())


def _digest(path: Path) -> str:
    """Checksum over a file and all that it rests on."""
    found, new = {path}, [path]
    while new:
        more = {file for file in _imported(new.pop()) if file not in found}
        found |= more
        new += more
    digest = hashlib.sha256(f"{numba.__version__}\0{_PACKAGE}".encode())
    for file in sorted(found):
        source = file.read_bytes()
        digest.update(file.relative_to(_PACKAGE.parent).as_posix().encode() + b"\0" + source + b"\0")
    return digest.hexdigest()[:16]


@cache
def machine_code_of(path: Path) -> Path:
    """Folder of the machine code of this file as it is; the oldest of its other folders are forgotten."""
    folder = _MACHINE_CODE / ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts) / _digest(path)
    folder.mkdir(parents=True, exist_ok=True)
    others = [other for other in folder.parent.iterdir() if other != folder]
    others.sort(key=lambda other: other.stat().st_mtime, reverse=True)
    for old in others[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def njit(function: Callable | None = None, **options: Any) -> Any:
    """numba.njit, with the machine code in the folder of the function's file.

    Without the entry for programs in C, which nobody uses and which takes as long to compile as many a kernel. A kernel
    that allocates nothing may say `_nrt=False`: without the counting of references it compiles in three quarters of the
    time.
    """
    if function is None:
        return partial(njit, **options)
    if options.get("cache"):
        numba.config.CACHE_DIR = str(machine_code_of(Path(function.__code__.co_filename).resolve()))  # type: ignore[attr-defined]
    options["no_cfunc_wrapper"] = True
    return numba.njit(**options)(function)


def inlined(function: Callable | None = None, **options: Any) -> Any:
    """A piece of a kernel that allocates nothing (or says `_nrt=True`).

    Without the counting of references to its arrays, and compiled into the kernel that calls it, it costs no more than
    the same lines written there; a plain call with a dozen columns costs more than most pieces do. It has no entry from
    Python, where to take a dozen columns over is more code than most pieces: called there, it is plain Python. A large
    piece that is called seldom, or from several places, is better a function of its own (`forceinline=False`): what is
    compiled into a kernel is compiled again with it.
    """
    if function is None:
        return partial(inlined, **options)
    alone: dict[str, Any] = {"_nrt": False, "forceinline": True, "no_cfunc_wrapper": True}
    return register_jitable(**(alone | options))(function)  # type: ignore[arg-type]


class _NoSearchForGarbage(event.Listener):
    """While a kernel is compiled, nobody looks for garbage.

    The compiler makes some million objects that last, and to look through them again and again took a fifth of its
    time. Only one thread compiles at a time, but a kernel begins others, those that it calls.
    """

    def __init__(self) -> None:
        self._begun = 0
        self._was_on = False

    def on_start(self, event: event.Event) -> None:
        if self._begun == 0:
            self._was_on = gc.isenabled()
            gc.disable()
        self._begun += 1

    def on_end(self, event: event.Event) -> None:
        self._begun -= 1
        if self._begun == 0 and self._was_on:
            gc.enable()


event.register("numba:compile", _NoSearchForGarbage())
