"""Residence permits and settlement (ODD equations P0-P14).

`equations` has tables and thresholds, `coverage` what levers bring, `kernels` the loops over persons, `plain` the same
loops in plain NumPy, and `steps` the calls that `urbsim.month` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from urbsim.compute.eights import Eights
    from urbsim.state.columns import Columns
    from urbsim.state.ledger import Ledger

Array = np.ndarray


class Loops(Protocol):
    """What the compiled loops of `kernels` and their plain twins in `plain` both offer."""

    def permits_at_base(
        self, lo: int, hi: int, month: int, people: Columns, city: Array, share: np.uint64, key: np.uint64,
    ) -> None: ...  # fmt: skip

    def permits_and_settlement(
        self, lo: int, hi: int, month: int, people: Columns, eights: Eights, city: Array, permit: Array,
        settle: np.uint64, kin: np.uint64, aware: Array, willing: Array, knew: np.uint64, base_month: int,
        open_since: Array, work_months: Array, insured: Array, renting: Array, wishing: Array, key: np.uint64,
        fine_key: np.uint64, traits: Array,
    ) -> tuple[Array, Array, Array]: ...  # fmt: skip

    def settlers_outside(
        self, rows: Array, month: int, people: Columns, share: np.uint64, after: int, key: np.uint64
    ) -> Array: ...
    def newcomers_in_villages(
        self, lo: int, hi: int, month: int, people: Columns, admits: Array, share: np.uint64, key: np.uint64
    ) -> Array: ...
    def apply_permits(self, rows: Array, people: Columns) -> Array: ...

    def apply_settlement(
        self, rows: Array, month: int, people: Columns, ledger: Ledger,
    ) -> tuple[Array, Array]: ...  # fmt: skip
