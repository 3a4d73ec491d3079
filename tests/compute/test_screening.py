"""Screening spares most persons a draw and passes over nobody (ODD R3)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from worlds import NOW

from urbsim.compute import screening
from urbsim.compute.blocks import BLOCK
from urbsim.compute.compress import is_quick
from urbsim.compute.eights import eights_of
from urbsim.compute.plain import screening as plain
from urbsim.compute.randomness import leading_byte_array, probability_threshold, stream_key, uniform32_array
from urbsim.state.risk import N_CLASSES, class_bounds, first_looks, risk_class_array

KEY, FINE = stream_key(1, "event", NOW), stream_key(1, "event:fine", NOW)
FULL = 2**32
EQUAL = np.ones(256)  # all classes are as large


def test_events_happen_as_often_as_their_probability():
    """Screening and fine draw together: of 400,000 persons p die; a bound on the byte loses nobody."""
    rng = np.random.default_rng(1)
    n, p = 400_000, 0.0031
    ids = rng.integers(0, 1 << 63, n, dtype=np.uint64)
    threshold = probability_threshold(np.array(p))
    byte = leading_byte_array(ids, KEY)
    happens = uniform32_array(ids, byte, FINE) < threshold
    # Binomial: sd = sqrt(400000 x 0.0031 x 0.9969) = 35.2; five of them.
    assert abs(happens.sum() - n * p) < 176
    table = np.zeros((111, 2, 2, 2), np.uint64)
    table[:] = threshold
    bounds = class_bounds(table[None])[0]
    assert bounds[0] == threshold and bounds[255] == 0
    everybody = np.zeros(n, np.uint8)
    rules = (bounds[None], first_looks(bounds[None], EQUAL), np.array([KEY]), np.array([FINE]))
    found, _ = screening.candidates(0, n, everybody, 0, ids, eights_of(ids), *rules)
    assert np.array_equal(found, np.flatnonzero(happens))


def test_screening_has_room_for_everybody():
    """Two processes meet everybody and one nobody: the lists outgrow the room they begin with, and lose no row."""
    n = 100_000
    bounds = np.zeros((3, 256), np.uint64)
    bounds[:2, :N_CLASSES] = FULL
    keys, ids = np.array([KEY, FINE, KEY]), np.arange(n, dtype=np.uint64)
    found, starts = screening.candidates(
        0, n, np.zeros(n, np.uint8), 0, ids, eights_of(ids), bounds, first_looks(bounds, EQUAL), keys, keys
    )
    assert starts.tolist() == [0, n, 2 * n, 2 * n]
    assert np.array_equal(found.reshape(2, n), [np.arange(n)] * 2)


def test_eights_of_a_sample_are_looked_at_as_persons_are():
    """Ids of a sample that share a hash, or only seem to, give the rows of the twin, however they are cut up."""
    rng = np.random.default_rng(2)
    n = 3 * BLOCK + 999
    ids = np.cumsum(rng.choice([1, 1, 1, 2, 9, 400], n)).astype(np.uint64)
    ids[5000:5100] = ids[5000:5100][::-1]  # in no order
    ids[BLOCK - 2 : BLOCK + 2] = 8 * 10**12 + np.arange(4)  # one eight in two blocks
    bounds = np.zeros((2, 256), np.uint64)
    bounds[0, :N_CLASSES], bounds[1, :N_CLASSES] = FULL // 3, FULL // 50
    keys, fine = np.array([KEY, FINE]), np.array([FINE, KEY])
    rules = (bounds, first_looks(bounds, EQUAL), keys, fine)
    risk, eights = rng.integers(0, N_CLASSES, n, dtype=np.uint8), eights_of(ids)
    assert eights.first.size == 1 + (3 if is_quick() else 0)
    for cuts in ([0, n], [0, BLOCK, n], [0, 640, 9000, n]):
        for lo, hi in pairwise(cuts):
            found, starts = screening.candidates(lo, hi, risk, 0, ids, eights, *rules)
            told, ends = plain.candidates(lo, hi, risk, 0, ids, eights, *rules)
            assert np.array_equal(starts, ends) and np.array_equal(found, told)


CLASSES = np.arange(N_CLASSES)
BOUNDED = {
    "old age": 11 * (CLASSES // 8 + 1) ** 3,
    "women in a union, of some ages": np.where(
        (CLASSES & 6 == 6) & (CLASSES > 20) & (CLASSES < 90), 9000 - CLASSES, 0
    ),
    "mostly the single": np.where(CLASSES & 2 == 0, 50_000, 300),
    "the old who are away": np.where(CLASSES & 1, 60 * (CLASSES // 8) ** 2, 300 * (18 - CLASSES // 8)),
    "one class": np.where(CLASSES == 77, 12_345, 0),
    "everybody, certainly": np.full(N_CLASSES, 1 << 16),
    "nobody": np.zeros(N_CLASSES),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_the_first_look_passes_over_nobody(name: str):
    """Whoever's byte of luck can lie below the bound of the class is marked; the cut spares many of the others."""
    bounds = np.zeros((1, 256), np.uint64)
    bounds[0, :N_CLASSES] = BOUNDED[name].astype(np.uint64) << np.uint64(16)
    first, last, state, value, flag, *cuts = first_looks(bounds, EQUAL)[0].astype(np.int64)
    byte = np.arange(256)[:, None]
    sides = [np.where((CLASSES & mask) >= cut, up, low) for mask, cut, low, up in (cuts[:4], cuts[4:])]
    highest = np.where(CLASSES & flag, sides[1], sides[0])
    marked = (CLASSES >= first) & (CLASSES <= last) & ((CLASSES & state) == value) & (byte <= highest)
    bound = bounds[0, :N_CLASSES].astype(np.int64)
    needed = (byte << 24) < bound
    assert not np.any(needed & ~marked)
    without_cut = np.where(bound > 0, (bound.max() - 1 >> 24) + 1, 0).sum()
    assert (marked & (bound > 0)).sum() <= without_cut
    assert marked.any() == needed.any()
    if name in ("old age", "mostly the single", "the old who are away"):
        assert marked.sum() < 0.6 * without_cut


def test_bounds_hold_for_ages_that_a_class_grows_into():
    """A class is set in January; its oldest members reach the next group before the year ends."""
    table = np.zeros((111, 2, 2, 2), np.uint64)
    table[20] = FULL // 4
    bounds = class_bounds(table[None])[0]
    for age in (15, 19):
        assert (
            bounds[risk_class_array(np.array([age]), np.array([0]), np.array([0]), np.array([0]))[0]]
            == FULL // 4
        )
    assert bounds[risk_class_array(np.array([25]), np.array([0]), np.array([0]), np.array([0]))[0]] == 0
