"""What LLVM does with numba's wrappers of kernels, which is little, for they have little to gain.

A wrapper is what Python enters. It takes the arguments apart, one after the other, a hundred lines for each record of
columns. To optimise it as a kernel is was a tenth of all compilation, and made a call 3 to 4% shorter. So it is tidied
alone. Kernels are optimised as numba does.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from numba.core.codegen import JITCodeLibrary
from numba.core.registry import cpu_target

_WRAPPER = "_ZN7cpython"  # what numba's names of wrappers begin with


class _Library(JITCodeLibrary):
    """The modules of one function, which numba optimises one by one, then links, and optimises together."""

    def _optimize_functions(self, ll_module: llvm.ModuleRef) -> None:
        wrappers = [f for f in ll_module.functions if f.name.startswith(_WRAPPER) and not f.is_declaration]
        if not wrappers:  # they come in modules of their own
            super()._optimize_functions(ll_module)
        for wrapper in wrappers:
            passes, builder = self._codegen._function_pass_manager(opt=0)
            passes.add_sroa_pass()
            passes.add_simplify_cfg_pass()
            passes.run(wrapper, builder)
            wrapper.add_function_attribute("noinline")
            wrapper.add_function_attribute("optnone")  # nor later, with the kernel


def leave_wrappers_tidied() -> None:
    """Lets numba compile like this from now on, in this process."""
    context: Any = cpu_target.target_context
    context.codegen()._library_class = _Library
