"""Records that kernels take by address: read and written as in Python, refused where that cannot be."""

from __future__ import annotations

import pickle
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import typeof, types

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.records import RecordType, taken_by_address


@taken_by_address
class Inner(NamedTuple):
    cube: np.ndarray
    short: np.ndarray


@taken_by_address
class Outer(NamedTuple):
    number: int
    share: float
    table: np.ndarray
    inner: Inner
    bytes_: np.ndarray


@inlined
def _one(record, i, j):
    return record.table[i, j] + record.inner.cube[i, j, -1]


@njit
def read_and_write(record, i, j):
    """Values by index from either end, shapes, slices; writes one to each array."""
    record.bytes_[i] = 7
    record.inner.short[-1] += np.int16(record.number)
    record.table[i, j] *= record.share
    row = record.table[i]
    apart = record.inner.cube[i, :, 0].sum() + record.bytes_[i:j].size
    return _one(record, i, j), record.inner.cube.shape, record.bytes_.size, row.sum(), apart


def outer(rows: int, columns: int, depth: int) -> Outer:
    table = np.arange(rows * columns, dtype=np.float64).reshape(rows, columns)
    cube = np.arange(rows * columns * depth, dtype=np.int64).reshape(rows, columns, depth)
    return Outer(3, 0.5, table, Inner(cube, np.ones(rows, np.int16)), np.zeros(rows + 5, np.uint8))


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4), st.data())
def test_a_kernel_reads_and_writes_what_python_does(rows: int, columns: int, depth: int, data: st.DataObject):
    """Shapes are those of the moment: the same machine code serves them all."""
    i, j = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    by_kernel, by_python = outer(rows, columns, depth), outer(rows, columns, depth)
    inner = by_python.inner
    by_python.bytes_[i] = 7
    inner.short[-1] += 3
    by_python.table[i, j] *= 0.5
    expected = (
        by_python.table[i, j] + inner.cube[i, j, -1],
        inner.cube.shape,
        rows + 5,
        by_python.table[i].sum(),
        inner.cube[i, :, 0].sum() + max(j - i, 0),
    )
    assert read_and_write(by_kernel, i, j) == expected
    assert np.array_equal(by_kernel.table, by_python.table) and np.array_equal(
        by_kernel.bytes_, by_python.bytes_
    )
    assert all(np.array_equal(one, other) for one, other in zip(by_kernel.inner, inner, strict=True))
    assert len(read_and_write.signatures) == 1


def test_the_owner_of_an_array_is_left_alone():
    """A column may be a piece of a longer array, which lives as long as Python holds it."""
    whole = np.arange(20, dtype=np.uint8)
    record = outer(2, 2, 1)._replace(bytes_=whole[8:])
    before = [array.base is not None for array in (whole, record.bytes_)]
    assert read_and_write(record, 1, 1)[2] == 12 and whole[9] == 7
    assert [array.base is not None for array in (whole, record.bytes_)] == before


def test_arrays_whose_values_lie_apart_are_refused():
    with pytest.raises((TypeError, ValueError), match="bytes_"):
        read_and_write(outer(2, 2, 1)._replace(bytes_=np.zeros(20, np.uint8)[::2]), 0, 0)


def test_a_record_is_one_type_that_can_be_kept():
    kind = typeof(outer(2, 3, 1))
    assert isinstance(kind, RecordType) and kind == typeof(outer(5, 4, 2))
    assert kind != typeof(outer(2, 3, 1)._replace(table=np.zeros((2, 3), np.float32)))
    assert dict(kind.fields)["table"] == types.Array(types.float64, 2, "C")
    assert pickle.loads(pickle.dumps(kind)) == kind
