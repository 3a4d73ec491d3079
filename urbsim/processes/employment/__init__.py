"""Urban work: posts, odd jobs, who looks for work, matching, training (ODD equations L0-L8).

`equations` has tables and thresholds, `kernels` the loops over persons, `plain` the same loops in plain NumPy, and
`steps` the calls that `urbsim.month` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from urbsim.compute.eights import Eights
    from urbsim.state.columns import Columns

Array = np.ndarray


class Loops(Protocol):
    """What the compiled loops of `kernels` and their plain twins in `plain` both offer."""

    def employ_at_base(
        self, lo: int, hi: int, month: int, people: Columns, retirement: Array, participation: Array,
        shares: Array, since: np.uint64, sectors: Array, trait_key: np.uint64, key: np.uint64,
    ) -> tuple[Array, Array, Array]: ...  # fmt: skip

    def update(
        self, lo: int, hi: int, month: int, people: Columns, together: Array, retirement: Array,
        participation: Array, trait_key: np.uint64, new_year: bool,
    ) -> tuple[Array, Array, Array, Array]: ...  # fmt: skip

    def turn_over(
        self, lo: int, hi: int, month: int, people: Columns, eights: Eights, loss: Array, looks: np.uint64,
        retirement: Array, key: np.uint64, fine_key: np.uint64,
    ) -> tuple[Array, Array, Array]: ...  # fmt: skip

    def applicants(
        self, rows: Array, people: Columns, hiring_key: np.uint64, training_key: np.uint64, markets: Array,
        county: Array, market: Array, trained: Array, hiring: Array, training: Array,
    ) -> tuple[Array, Array]: ...  # fmt: skip

    def skills(self, rows: Array, people: Columns) -> Array: ...

    def take_jobs(self, rows: Array, sectors: Array, people: Columns) -> tuple[Array, Array]: ...

    def fall_back(self, rows: Array, luck: Array, threshold: np.uint64, people: Columns) -> Array: ...

    def commuters(self, rows: Array, people: Columns, market: Array) -> tuple[Array, Array]: ...

    def recount(self, lo: int, hi: int, people: Columns) -> tuple[Array, int]: ...
