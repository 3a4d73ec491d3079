"""School years, college, and places at school in the towns (ODD equations S1-S3, E1-E6).

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

    def review(
        self, lo: int, hi: int, month: int, people: Columns, waited: Array, attending: Array, traits: Array,
        everybody: bool,
    ) -> tuple[Array, Array, Array]: ...  # fmt: skip

    def standing(
        self, rows: Array, month: int, people: Columns, city: Array, key: np.uint64, cell: Array, rank: Array,
    ) -> None: ...  # fmt: skip

    def take_school_places(self, rows: Array, cell: Array, kinds: Array, people: Columns) -> Array: ...

    def turn_with_village(
        self, lo: int, hi: int, month: int, people: Columns, turned: Array, cells: Array,
        attending: Array, traits: Array,
    ) -> Array: ...  # fmt: skip

    def held_school_places(self, lo: int, hi: int, month: int, people: Columns) -> Array: ...

    def september(
        self, lo: int, hi: int, month: int, people: Columns, senior: Array, college: Array,
        bachelor: np.uint64, boards: np.uint64, key: np.uint64,
    ) -> tuple[Array, Array, Array]: ...  # fmt: skip

    def june(self, lo: int, hi: int, month: int, people: Columns) -> tuple[Array, Array]: ...

    def apply_boarding(
        self, rows: Array, month: int, people: Columns, ledger: Ledger,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def apply_going_home(
        self, rows: Array, month: int, people: Columns, ledger: Ledger,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def apply_college(
        self, rows: Array, month: int, people: Columns, ledger: Ledger, cumulative: Array, key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip
