"""Which pairs cover for each other, and which need each other."""

from __future__ import annotations

import pytest

from urbsim.shares.attribution import COVER, NEED, reading
from urbsim.shares.errors_of_means import Mean


@pytest.mark.parametrize("interaction, a, b, says", [
    ((-3.0, 1.0), 5.0, 2.0, COVER),
    ((3.0, 1.0), -5.0, -2.0, COVER),
    ((3.0, 1.0), 5.0, 2.0, NEED),
    ((-3.0, 1.0), -5.0, -2.0, NEED),
    ((-3.0, 1.0), 5.0, -2.0, None),  # they pull apart
    ((-2.0, 1.0), 5.0, 2.0, None),  # luck
    ((-9.0, None), 5.0, 2.0, None),  # one run
])  # fmt: skip
def test_a_pair_is_read_by_signs_and_error(
    interaction: tuple[float, float | None], a: float, b: float, says: str | None
):
    assert reading(Mean(*interaction), Mean(a, 1.0), Mean(b, 1.0)) == says
