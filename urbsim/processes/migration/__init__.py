"""Who reconsiders, where they go, who returns (ODD equations M1-M5, M10, N1).

`hazards` says who reconsiders, `equations` what places are worth, `tastes` how tastes differ, `balance` how many leave,
`choosers` what of a person matters, `reconsidering`, `choosing` and `kernels` the loops over persons, `hopeful` which
places are worth a closer look, `plain` the same loops in plain NumPy, and `steps` the calls that `urbsim.month` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from urbsim.state.columns import Columns

Array = np.ndarray


class Loops(Protocol):
    """What the compiled loops of `kernels` and their plain twins in `plain` both offer."""

    def activated(
        self, rows: Array, month: int, people: Columns, at_home: Array, away: Array, holds: Array,
        key: np.uint64, fine_key: np.uint64,
    ) -> Array: ...  # fmt: skip

    def villagers_by_type(self, rows: Array, month: int, people: Columns, per_year: Array) -> Array: ...

    def small_children_by_type(self, rows: Array, everybody: bool, month: int, people: Columns) -> Array: ...

    def destinations(
        self, lo: int, hi: int, rows: Array, month: int, people: Columns, destination_utility: Array,
        pair_utility: Array, stay_utility: int, village: Array, staying: Array, home_ties: Array,
        family_tie: int, home_open: bool, nest_of: Array, nest_taste: Array, taste: Array,
        taste_key: np.uint64, nest_key: np.uint64,
    ) -> Array: ...  # fmt: skip

    def returning(
        self, rows: Array, month: int, people: Columns, base: Array, response: Array, holds: Array,
        to_town: np.uint64, key: np.uint64, fine_key: np.uint64, where_key: np.uint64,
    ) -> tuple[Array, Array]: ...  # fmt: skip
