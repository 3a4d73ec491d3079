"""Asking for memory before it is needed."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1  # of llvm.prefetch: to be read, kept in all caches, no machine code


def _prefetch(typing: Any, column: Any, row: Any) -> Any:
    """Asks for the line of memory that holds column[row]; nobody waits for it, and no value comes back.

    column: one-dimensional, without gaps; row: of the column, not checked. A loop that looks up, branches and computes
    waits for each line in turn; asked for some rows ahead, the lines come meanwhile.
    """
    whole_number = ir.IntType(32)

    def ask(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = builder.bitcast(builder.gep(array.data, [arguments[1]]), ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [at.type, whole_number, whole_number, whole_number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [at, *(whole_number(flag) for flag in (_READ, _KEEP, _DATA))])
        return context.get_dummy_value()

    return types.void(column, row), ask


prefetch: Any = intrinsic(_prefetch)
