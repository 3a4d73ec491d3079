"""The widest registers a processor has, for loops that compute much on what is near."""

from __future__ import annotations

from typing import Any

from numba.core import types
from numba.extending import intrinsic

_WIDEST = '"prefer-vector-width"="512"'  # bits; without effect where no register is so wide


def _in_widest_registers(typing: Any) -> Any:
    """Lets the compiler take the widest registers for the loops of the kernel that calls this.

    It takes those of half the width by itself, because loops that wait for memory gain nothing from more.
    """

    def note(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        # Not by the set's own `add`, which knows the names of other attributes alone.
        set.add(builder.function.attributes, _WIDEST)
        return context.get_dummy_value()

    return types.void(), note


in_widest_registers: Any = intrinsic(_in_widest_registers)
