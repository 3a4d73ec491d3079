"""The wrapper of a kernel is left as it is, the kernel optimised; both do what they should."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.compute import compiler_passes
from urbsim.compute.compiled import inlined, njit


@inlined
def _twice(x):
    return 2 * x


@njit
def doubled(values):
    total = 0
    for k in range(values.size):
        total += _twice(values[k])
    return total


def test_wrappers_are_left_as_they_are_and_kernels_optimised():
    assert doubled(np.arange(3)) == 6
    (compiled,) = doubled.overloads.values()
    module = compiled.library._final_module
    left = {
        function.name: any(b"optnone" in attributes for attributes in function.attributes)
        for function in module.functions
        if not function.is_declaration and "doubled" in function.name
    }
    assert left == {compiled.fndesc.llvm_func_name: False, compiled.fndesc.llvm_cpython_wrapper_name: True}
    assert compiled.fndesc.llvm_cpython_wrapper_name.startswith(compiler_passes._WRAPPER)
    assert "x i64>" in str(module)  # rows are added up side by side


def test_a_wrapper_refuses_what_the_kernel_cannot_take():
    with pytest.raises(TypeError):
        doubled(np.arange(3), 4)
