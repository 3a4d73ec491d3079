"""A kernel that asks for the widest registers gets them where there are any, and the same results."""

from __future__ import annotations

import numpy as np

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.compress import is_quick
from urbsim.compute.registers import in_widest_registers


@inlined
def _with_all(n, values, out):
    in_widest_registers()
    for j in range(n):
        out[j] = values[j] * np.uint64(3) + (values[j] >> np.uint64(7))


@inlined
def _with_half(n, values, out):
    for j in range(n):
        out[j] = values[j] * np.uint64(3) + (values[j] >> np.uint64(7))


@njit
def wide(values, out):
    _with_all(values.size, values, out)


@njit
def narrow(values, out):
    _with_half(values.size, values, out)


def test_registers_are_wider_and_results_the_same():
    values = np.arange(1000, dtype=np.uint64) ** np.uint64(5)
    out, other = np.empty_like(values), np.empty_like(values)
    wide(values, out)
    narrow(values, other)
    np.testing.assert_array_equal(out, other)
    if is_quick():  # such processors have them
        (code,) = wide.inspect_asm().values()
        assert "zmm" in code


def test_the_compiler_is_told():
    @njit
    def one_more(values):
        in_widest_registers()
        for j in range(values.size):
            values[j] += np.uint8(1)

    one_more(np.zeros(3, np.uint8))
    (code,) = one_more.inspect_llvm().values()
    assert '"prefer-vector-width"="512"' in code
