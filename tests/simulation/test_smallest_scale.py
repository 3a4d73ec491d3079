"""The smallest scale that is allowed works: every scenario that comes with urbsim, every account in every month."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.limits import MIN_SCALE
from urbsim.scenario.reader import available, load_scenario
from urbsim.simulation import foreground


@pytest.mark.parametrize("name", available())
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_scenario_runs_at_the_smallest_scale_with_strict_accounts(name: str, seed: int):
    result = foreground.run_scenario(
        load_scenario(name), MIN_SCALE, seed, draw=seed - 1, threads=1, strict=True
    )
    assert np.isfinite(result.indicators["value"]).all() and result.summary["persons"] > 300


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_tenth_of_it_only_means_less(seed: int):
    """Nothing fails where a sample holds no seeker, no vacancy, no pupil or nobody in a town."""
    for name in ("baseline", "hindcast_2010_2020"):
        foreground.run_scenario(load_scenario(name), MIN_SCALE / 10, seed, threads=1, strict=True)
