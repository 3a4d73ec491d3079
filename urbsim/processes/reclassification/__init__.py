"""Villages that turn urban where they stand (ODD equations K1, K2).

`equations` has tables and thresholds, `kernels` the loops over persons, `plain` the same loops in plain NumPy, and
`steps` the calls that `urbsim.month` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from urbsim.state.columns import Columns
    from urbsim.state.ledger import Stocks

Array = np.ndarray


class Loops(Protocol):
    """What the compiled loops of `kernels` and their plain twins in `plain` both offer."""

    def turn_urban(
        self, lo: int, hi: int, people: Columns, turned: Array, cells: Array,
    ) -> tuple[Array, Array, Stocks]: ...  # fmt: skip
