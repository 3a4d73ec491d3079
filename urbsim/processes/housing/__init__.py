"""Dwellings, rents, public rental units, subsidies and their queue (ODD equations H0-H6).

`equations` has tables and thresholds, `kernels` the loops over persons, `plain` the same loops in plain NumPy, and
`steps` the calls that `urbsim.month` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from urbsim.state.columns import Columns

Array = np.ndarray


class Loops(Protocol):
    """What the compiled loops of `kernels` and their plain twins in `plain` both offer."""

    def eligible(
        self, lo: int, hi: int, month: int, people: Columns, city: Array, renting: Array, low_income: np.uint64,
        needs_permit: int, residence: int, applied: np.uint64, tenure_key: np.uint64, income_key: np.uint64,
        application_key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def residence_months(self, rows: Array, month: int, people: Columns) -> Array: ...

    def still_waiting(
        self, rows: Array, counties: Array, people: Columns, moved: bool, served: Array,
    ) -> tuple[Array, Array, Array]: ...  # fmt: skip

    def ranks_in_queue(
        self, rows: Array, counties: Array, month: int, people: Columns, counted: int, key: np.uint64,
    ) -> Array: ...  # fmt: skip

    def front_of_queue(
        self, rows: Array, counties: Array, free: Array, month: int, people: Columns, counted: int, key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def give_back(self, bearers: Array, people: Columns) -> None: ...

    def renew(
        self, tenants: Array, counties: Array, mark: int, month: int, people: Columns,
    ) -> tuple[Array, Array, Array]: ...  # fmt: skip

    def followers(
        self, tenants: Array, month: int, people: Columns, share: np.uint64, border_open: bool,
        key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def supported(self, lo: int, hi: int, people: Columns) -> Array: ...
