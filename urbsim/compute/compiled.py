"""The compiler of the kernels."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import Any

import numba
from numba.core import event
from numba.extending import register_jitable

from urbsim.compute.machine_code import keep_machine_code


def njit(function: Callable | None = None, **options: Any) -> Any:
    """numba.njit; with `cache=True` the machine code is kept as `urbsim.compute.machine_code` does.

    Without the entry for programs in C, which nobody uses and which takes as long to compile as many a kernel. A kernel
    that allocates nothing may say `_nrt=False`: without the counting of references it compiles in three quarters of the
    time.
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
