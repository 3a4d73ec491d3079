"""Moves carried out, families with them, newcomers, the six-month rule (ODD equations M6-M9, M11, M14, C1-C3).

`equations` has tables and thresholds, `kernels` the loops over persons, `plain` the same loops in plain NumPy, and
`steps` the calls that `urbsim.month` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from urbsim.state.columns import Columns
    from urbsim.state.ledger import Ledger

Array = np.ndarray


class Loops(Protocol):
    """What the compiled loops of `kernels` and their plain twins in `plain` both offer."""

    def apply_moves(
        self, rows: Array, to: Array, come_along: Array, month: int, people: Columns, ledger: Ledger,
        key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def children_who_join(
        self, rows: Array, month: int, people: Columns, threshold: Array, key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def spouses_who_join(
        self, rows: Array, people: Columns, threshold: np.uint64, key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def apply_children(
        self, children: Array, to: Array, month: int, people: Columns, ledger: Ledger,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def change_township(
        self, lo: int, hi: int, month: int, people: Columns, thresholds: Array, key: np.uint64,
    ) -> None: ...  # fmt: skip

    def move_to_sites(
        self, rows: Array, places: Array, month: int, people: Columns, ledger: Ledger,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def six_months(self, rows: Array, month: int, people: Columns, ledger: Ledger) -> Array: ...

    def apply_newcomers(
        self, donors: Array, homes: Array, to: Array, ids: Array, n_people: int, months: int, month: int,
        people: Columns, ledger: Ledger,
    ) -> int: ...  # fmt: skip
