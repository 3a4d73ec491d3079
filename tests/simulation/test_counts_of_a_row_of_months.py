"""Children of one month are counted while the next begins: the same counts as of months one by one."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_months_in_a_row_count_what_single_months_count(threads: int):
    row, single = (
        UrbanisationModel(
            world=build_world(load_scenario("no_plan"), scale=0.002, threads=threads, chunk=4096)
        )
        for _ in range(2)
    )
    row.run_months(11)  # over a September, in which pupils move before anybody else does
    for _ in range(11):
        single.step()
    assert np.array_equal(row.observer.counts, single.observer.counts)
    for model in (row, single):
        children = [model.latest(name, "450000") for name in ("migrant_children", "left_behind_children")]
        assert min(children) > 0
        model.release()
