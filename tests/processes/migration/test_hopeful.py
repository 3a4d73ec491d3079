"""The bound of ODD equations M2-M4 misses no place that is worth more than the bar."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.compute.compiled import njit
from urbsim.processes.migration.hopeful import (
    PUPIL,
    WIDTH,
    bar_in_steps,
    coarseness,
    in_steps,
    mark_hopeful,
    tell_in_steps,
)
from urbsim.processes.migration.tastes import gumbel_tables
from urbsim.state.codes import N_ALTERNATIVES, N_DESTINATIONS, N_ORIGINS


@njit
def marked(by_type, by_origin, nest_of, highest, of_nests, luck, bar, most):
    """Whether each destination is marked for the first type and origin, and by how many bits steps are coarse."""
    shift = coarseness(most)
    of_type, of_origin = np.zeros((PUPIL, WIDTH), np.int16), np.zeros((N_ORIGINS, WIDTH), np.int16)
    city, outside, tops = np.zeros(WIDTH, np.int16), np.zeros(WIDTH, np.int16), np.empty(6, np.int16)
    tell_in_steps(by_type, by_origin, nest_of, highest, shift, of_type, of_origin, city, outside, tops)
    town = in_steps(of_nests[0], shift)
    others = [np.int16(in_steps(of_nests[k], shift) - town) for k in (1, 2)]
    marks = np.empty(WIDTH, np.uint8)
    mark_hopeful(
        of_type[0], of_origin[0], town, others[0], others[1], city, outside, luck, tops, bar_in_steps(bar, shift),
        marks,
    )  # fmt: skip
    return marks[:N_DESTINATIONS], shift


@pytest.mark.parametrize("logits", [0.01, 3, 40, 5000])
def test_no_place_above_the_bar_is_missed(logits: float):
    """Utilities of any size, closed places among them; steps are finer than a hundredth of the spread."""
    rng = np.random.default_rng(8)
    taste, nest_taste = gumbel_tables(0.56)
    highest = taste.reshape(256, 256).max(axis=1).astype(np.int64)
    spread, missed, needless = int(logits * 65536), 0, 0
    for _ in range(200):
        by_type, by_origin = (
            np.zeros((24, N_ALTERNATIVES), np.int64),
            np.zeros((113, N_ALTERNATIVES), np.int64),
        )
        by_type[0, :113], by_origin[0, :113] = rng.integers(-spread, spread, (2, 113))
        by_type[0, rng.integers(0, 113, 9)] = -(1 << 40)
        by_origin[0, 5] = np.iinfo(np.int64).min  # no road at all, but of no effect on the sum below
        nest_of, of_nests = rng.integers(0, 3, 113), nest_taste[rng.integers(0, 65536, 3)]
        luck = rng.integers(0, 256, WIDTH).astype(np.uint8)
        most = max(by_type.max(), by_origin.max(), taste[-1], nest_taste[-1])
        known = by_type[0, :113] + np.maximum(by_origin[0, :113], -(1 << 40)) + of_nests[nest_of]
        bar = int(np.sort(known)[rng.integers(90, 113)])
        marks, shift = marked(by_type, by_origin, nest_of, highest, of_nests, luck, bar, most)
        missed += np.sum((known + highest[luck[:113]] > bar) & (marks == 0))
        coarse = 5 << shift  # four are rounded up, the bar down
        needless += np.sum((known + taste[-1] + coarse <= bar) & (marks == 1))
        assert most >> shift < 1 << 13
    assert missed == 0 and needless == 0
