"""Ageing, births, deaths, unions and separations (ODD equations D1-D7).

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

    def deaths(
        self, rows: Array, month: int, people: Columns, threshold: Array, key: np.uint64,
        fine_key: np.uint64,
    ) -> Array: ...  # fmt: skip

    def apply_deaths(self, rows: Array, people: Columns, ledger: Ledger) -> None: ...

    def mothers(
        self, rows: Array, month: int, people: Columns, threshold: Array, spacing: int, key: np.uint64,
        fine_key: np.uint64,
    ) -> Array: ...  # fmt: skip

    def births_since(self, lo: int, hi: int, first: int, last: int, people: Columns) -> Array: ...

    def apply_births(
        self, rows: Array, n_people: int, month: int, people: Columns, ledger: Ledger, boys: np.uint64,
        brought_home: np.uint64, key: np.uint64,
    ) -> tuple[int, Array]: ...  # fmt: skip

    def unions(
        self, rows: Array, month: int, people: Columns, formation: Array, dissolution: Array,
        key: np.uint64, fine_key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def free_seekers(
        self, rows: Array, born_after: int, pools: Array, people: Columns, key: np.uint64,
    ) -> tuple[Array, ...]: ...  # fmt: skip

    def apply_unions(
        self, women: Array, men: Array, month: int, people: Columns, ledger: Ledger, to_him: np.uint64,
        own_household: np.uint64, key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def apply_separations(
        self, women: Array, month: int, people: Columns, ledger: Ledger, with_mother: np.uint64,
        key: np.uint64,
    ) -> None: ...  # fmt: skip

    def reclassify(self, lo: int, hi: int, month: int, risk: Array, birth_month: Array) -> None: ...
