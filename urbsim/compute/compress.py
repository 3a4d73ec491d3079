"""Positions of marks, and marked bytes, 64 at a time, by one instruction of processors that have it."""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils, config, types
from numba.extending import intrinsic

WIDTH = 64  # marks in a register
_SOON = 16  # positions written without a look at how many there are
_FIRST_LLVM = 19  # that knows the operation
_BYTE, _LANE, _WORD = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_BYTES = ir.VectorType(_BYTE, WIDTH)


def is_quick() -> bool:
    """Whether kernels are compiled for a processor that packs the marked bytes of a register in one instruction."""
    for_this_processor = all(getattr(config, name) is None for name in ("CPU_NAME", "CPU_FEATURES"))
    known = llvm.llvm_version_info[0] >= _FIRST_LLVM
    return known and for_this_processor and bool(llvm.get_host_cpu_features().get("avx512vbmi2", False))


def _spread(builder: Any, value: Any, lanes: ir.VectorType) -> Any:
    """A vector that has the value in every lane."""
    one = builder.insert_element(ir.Constant(lanes, ir.Undefined), value, ir.Constant(_LANE, 0))
    nowhere = ir.Constant(ir.VectorType(_LANE, lanes.count), [0] * lanes.count)
    return builder.shuffle_vector(one, ir.Constant(lanes, ir.Undefined), nowhere)


def _packed(builder: Any, values: Any, marked: Any) -> Any:
    """The marked bytes of a vector, one after another; whatever follows them is not told."""
    pack = cgutils.get_or_insert_function(
        builder.module,
        ir.FunctionType(_BYTES, [_BYTES, marked.type, _BYTES]),
        f"llvm.experimental.vector.compress.v{WIDTH}i8",
    )
    return builder.call(pack, [values, marked, ir.Constant(_BYTES, ir.Undefined)])


def _write_marked(typing: Any, marks: Any, at: Any, first: Any, rows: Any, found: Any) -> Any:
    """Writes first + j to rows[found:] for each of marks[at + j] that is not 0, j below WIDTH; returns how many.

    marks, rows: one-dimensional, without gaps, of bytes and of whole numbers of four or eight bytes; up to WIDTH
    entries of `rows` from `found` on are written over, whatever is marked. Positions are not checked.
    """

    def write(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte_array = context.make_array(signature.args[0])(context, builder, arguments[0])
        row_array = context.make_array(signature.args[3])(context, builder, arguments[3])
        kind = context.get_value_type(signature.args[3].dtype)
        look = builder.load(
            builder.bitcast(builder.gep(byte_array.data, [arguments[1]]), _BYTES.as_pointer())
        )
        look.align = 1
        marked = builder.icmp_unsigned("!=", look, ir.Constant(_BYTES, [0] * WIDTH))
        undefined = ir.Constant(_BYTES, ir.Undefined)
        packed = _packed(builder, ir.Constant(_BYTES, list(range(WIDTH))), marked)
        number = builder.ctpop(builder.bitcast(marked, _WORD))
        start = builder.gep(row_array.data, [arguments[4]])
        base = arguments[2] if kind.width == _WORD.width else builder.trunc(arguments[2], kind)

        def put(low: int, high: int) -> None:
            lanes = ir.VectorType(kind, high - low)
            chosen = ir.Constant(ir.VectorType(_LANE, high - low), list(range(low, high)))
            positions = builder.zext(builder.shuffle_vector(packed, undefined, chosen), lanes)
            place = builder.bitcast(builder.gep(start, [ir.Constant(_WORD, low)]), lanes.as_pointer())
            builder.store(builder.add(positions, _spread(builder, base, lanes)), place).align = (
                kind.width // 8
            )

        put(0, _SOON)
        with builder.if_then(builder.icmp_unsigned(">", number, ir.Constant(_WORD, _SOON))):
            put(_SOON, WIDTH)
        return number

    return types.int64(marks, types.int64, types.int64, rows, types.int64), write


write_marked: Any = intrinsic(_write_marked)


def _move_together(typing: Any, values: Any, at: Any, marked: Any, found: Any) -> Any:
    """Writes to values[found:] those of values[at : at + WIDTH] whose bit of `marked` is set; returns how many.

    values: one-dimensional, without gaps, of bytes; WIDTH entries from `found` on are written over, whatever is marked,
    so `found` is no more than `at`. Positions are not checked.
    """

    def move(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte_array = context.make_array(signature.args[0])(context, builder, arguments[0])
        ends = [builder.gep(byte_array.data, [arguments[k]]) for k in (1, 3)]
        source, target = (builder.bitcast(end, _BYTES.as_pointer()) for end in ends)
        look = builder.load(source)
        look.align = 1
        mask = builder.bitcast(arguments[2], ir.VectorType(ir.IntType(1), WIDTH))
        builder.store(_packed(builder, look, mask), target).align = 1
        return builder.ctpop(arguments[2])

    return types.int64(values, types.int64, types.uint64, types.int64), move


move_together: Any = intrinsic(_move_together)
