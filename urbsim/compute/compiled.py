"""The compiler of the kernels, and of what they take."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import Any

import numba
from numba.core import event
from numba.extending import register_jitable

from urbsim.compute.machine_code import keep_machine_code

# Machine code of a kernel is known by the files that it imports; all of them import this one, and so this as well.
from urbsim.compute.records import taken_by_address as taken_by_address


def njit(function: Callable | None = None, **options: Any) -> Any:
    """numba.njit, as a decorator with or without options.

    function: the kernel, or None where options are given; options: of numba.njit. With `cache=True` the machine code is
    kept as `urbsim.compute.machine_code` does. There is no entry for programs in C: nobody uses it, and it takes as
    long to compile as many a kernel. A kernel that allocates nothing may say `_nrt=False`. It then counts no references
    and compiles in three quarters of the time.
    Returns the compiled function, or a decorator. The first call for new types compiles. It raises
    numba.core.errors.NumbaError for code that numba cannot compile.
    """
    if function is None:
        return partial(njit, **options)
    cached = options.pop("cache", False)
    options["no_cfunc_wrapper"] = True
    kernel = numba.njit(**options)(function)
    if cached:
        keep_machine_code(kernel, function)
    return kernel


def inlined(function: Callable | None = None, **options: Any) -> Any:
    """A piece of a kernel that allocates nothing, as a decorator with or without options.

    function: the piece, or None where options are given; options: of numba.njit, such as `_nrt=True` for a piece that
    allocates. The piece counts no references to its arrays and is compiled into the kernel that calls it. So it costs
    no more than the same lines written there; a plain call with a dozen columns costs more than most pieces do.
    It has no entry from Python: to take over a dozen columns is more code than most pieces are. Called from Python, it
    is plain Python. A piece is compiled again with every kernel that calls it. So a large one with few calls, or with
    several callers, is better a function of its own (`forceinline=False`).
    Returns the function itself, known to numba, or a decorator.
    """
    if function is None:
        return partial(inlined, **options)
    alone: dict[str, Any] = {"_nrt": False, "forceinline": True, "no_cfunc_wrapper": True}
    return register_jitable(**(alone | options))(function)  # type: ignore[arg-type]


class _NoSearchForGarbage(event.Listener):
    """While a kernel is compiled, nobody looks for garbage.

    The compiler makes some million objects that last. To look through them again and again took a fifth of its time.
    Only one thread compiles at a time, but a kernel begins the compilation of those that it calls.
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
