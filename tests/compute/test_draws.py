"""Draws are uniform, and neighbours, months, processes and seeds know nothing of one another (ODD R1-R7)."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy.stats import chi2

from urbsim.compute import randomness as draws
from urbsim.compute.randomness import (
    draw64_array,
    leading_byte_array,
    mix64_array,
    process_code,
    stream_key,
    uniform32_array,
)

N = 1 << 18
IDS = np.arange(N, dtype=np.uint64)
STREAMS = {"plain": IDS, "newborns": mix64_array(IDS) | np.uint64(1 << 63)}
PAIRS = {
    "neighbours": (("death", 1450, 1), ("death", 1450, 1)),
    "months": (("death", 1450, 1), ("death", 1451, 1)),
    "processes": (("death", 1450, 1), ("birth", 1450, 1)),
    "coarse and fine": (("death", 1450, 1), ("death:fine", 1450, 1)),
    "seeds": (("death", 1450, 1), ("death", 1450, 2)),
}


def uniform(bits: np.ndarray) -> np.ndarray:
    return (bits >> np.uint64(11)).astype(np.float64) / 2.0**53


@pytest.mark.parametrize("ids", STREAMS.values(), ids=STREAMS)
def test_every_byte_of_a_draw_is_uniform(ids: np.ndarray):
    """Chi-square of 256 values, 255 degrees of freedom; the bound is passed by chance once in 10^6."""
    words = draw64_array(ids, stream_key(1, "death", 1450))
    bound = chi2.isf(1e-6, 255)
    for byte in range(8):
        counts = np.bincount(((words >> np.uint64(8 * byte)) & np.uint64(255)).astype(int), minlength=256)
        assert np.sum((counts - N / 256) ** 2) / (N / 256) < bound


@pytest.mark.parametrize("ids", STREAMS.values(), ids=STREAMS)
def test_the_gate_byte_and_what_follows_are_uniform(ids: np.ndarray):
    byte = leading_byte_array(ids, stream_key(1, "death", 1450))
    u = uniform32_array(ids, byte, stream_key(1, "death:fine", 1450))
    assert np.array_equal(u >> np.uint64(24), byte)
    counts = np.bincount((u >> np.uint64(20)).astype(int), minlength=4096)
    assert np.sum((counts - N / 4096) ** 2) / (N / 4096) < chi2.isf(1e-6, 4095)
    # Given the lowest byte the finer bits are uniform too: rare events rest on them.
    fine = (u[byte == 0] & np.uint64(0xFFFFFF)) >> np.uint64(19)
    counts = np.bincount(fine.astype(int), minlength=32)
    assert np.sum((counts - counts.mean()) ** 2) / counts.mean() < chi2.isf(1e-6, 31)


@pytest.mark.parametrize("name", PAIRS)
def test_streams_are_uncorrelated(name: str):
    """A correlation of N independent pairs has a standard deviation of 1 / sqrt(N); four and a half of them."""
    one, other = (draw64_array(IDS, stream_key(seed, process, month)) for process, month, seed in PAIRS[name])
    if name == "neighbours":
        other = np.roll(one, 1)
    u, v = uniform(one), uniform(other)
    for f in (lambda x: x, lambda x: (x - 0.5) ** 2, lambda x: x < 0.004):
        assert abs(np.corrcoef(f(u), f(v))[0, 1]) < 4.5 / np.sqrt(N)
    # Bit by bit: half of the bits differ, and no bit follows a bit.
    different = np.unpackbits((one ^ other).view(np.uint8).reshape(N, 8), axis=1).mean(axis=0)
    assert np.all(np.abs(different - 0.5) < 5 * 0.5 / np.sqrt(N))


@pytest.mark.parametrize("lag", [1, 2, 7, 8, 64])
def test_gate_bytes_of_neighbours_are_uncorrelated(lag: int):
    """Eight ids share one hash, a byte each."""
    byte = leading_byte_array(IDS, stream_key(1, "activation", 1450)).astype(float)
    assert abs(np.corrcoef(byte[lag:], byte[:-lag])[0, 1]) < 4.5 / np.sqrt(N)


LIVES = {
    "months": [("death", month, 1) for month in range(1450, 1930)],
    "seeds": [("death", 1450, seed) for seed in range(480)],
    "processes": [(f"process {number}", 1450, 1) for number in range(480)],
}


@pytest.mark.parametrize("name", LIVES)
@pytest.mark.parametrize("ids", STREAMS.values(), ids=STREAMS)
def test_nobody_is_lucky_for_life(ids: np.ndarray, name: str):
    """How often a person's byte is below 16 in 480 draws varies as often as chance would have it.

    The sum over persons of (count - mp)^2 / mp(1-p) has the mean n; its standard deviation follows from the fourth
    moment of the binomial. Five of them, and the same for the count over all persons.
    """
    n, m, p = 1 << 14, len(LIVES[name]), 1 / 16
    counts = np.zeros(n)
    for process, month, seed in LIVES[name]:
        counts += leading_byte_array(ids[:n], stream_key(seed, process, month)) < 16
    variance = m * p * (1 - p)
    of_square = 2 + (1 - 6 * p * (1 - p)) / variance  # variance of one person's term
    assert abs(np.sum((counts - m * p) ** 2 / variance) - n) < 5 * np.sqrt(n * of_square)
    assert abs(counts.sum() - n * m * p) < 5 * np.sqrt(n * variance)


def test_children_do_not_share_their_mothers_luck():
    @numba.njit
    def first_borns(mothers):
        return np.array([draws.newborn_id(mother, 1) for mother in mothers])

    key = stream_key(1, "death", 1450)
    mother, child = uniform(draw64_array(IDS, key)), uniform(draw64_array(first_borns(IDS), key))
    for f in (lambda x: x, lambda x: (x - 0.5) ** 2, lambda x: x < 0.004):
        assert abs(np.corrcoef(f(mother), f(child))[0, 1]) < 4.5 / np.sqrt(N)


def test_scalar_and_array_versions_agree():
    key, fine = stream_key(3, "union", 1460), stream_key(3, "union:fine", 1460)
    ids = STREAMS["newborns"][:5000]

    @numba.njit
    def scalars(ids, key, fine):
        out = np.empty((4, ids.size), np.uint64)
        for k in range(ids.size):
            out[0, k] = draws.mix64(ids[k])
            out[1, k] = draws.draw64(ids[k], key)
            out[2, k] = draws.leading_byte(ids[k], key)
            out[3, k] = draws.uniform32(ids[k], out[2, k], fine)
        return out

    byte = leading_byte_array(ids, key)
    arrays = [mix64_array(ids), draw64_array(ids, key), byte, uniform32_array(ids, byte, fine)]
    np.testing.assert_array_equal(scalars(ids, key, fine), np.stack(arrays))


def test_mix64_is_the_published_finaliser():
    """First outputs of SplitMix64 from seed 1234567, as printed with its reference code."""
    states = np.uint64(1234567) + np.arange(1, 4, dtype=np.uint64) * draws.PHI
    assert mix64_array(states).tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_keys_are_the_chained_hash_of_their_parts():
    for seed, process, month in ((0, "taste", 0), (2**32 - 1, "death:fine", 1486)):
        key = np.zeros(1, dtype=np.uint64)
        for word in np.array([seed, process_code(process), month], dtype=np.uint64):
            key = mix64_array(key * draws.PHI + word + np.uint64(1))
        assert stream_key(seed, process, month) == key[0]


def test_streams_have_keys_of_their_own():
    keys = [
        int(stream_key(seed, process, month))
        for seed in (0, 1, 2)
        for process in ("death", "death:fine", "birth", "union", "activation", "return", "taste", "nest", "")
        for month in range(1449, 1500)
    ]
    assert len(set(keys)) == len(keys)
    assert process_code("death") != process_code("birth")


def test_children_of_one_mother_and_of_others_have_ids_of_their_own():
    @numba.njit
    def newborns(mothers, orders):
        out = np.empty((mothers.size, orders), np.uint64)
        for k in range(mothers.size):
            for order in range(orders):
                out[k, order] = draws.newborn_id(mothers[k], order + 1)
        return out

    ids = newborns(IDS[:50_000], 6)
    assert np.unique(ids).size == ids.size
    assert np.all(ids >> np.uint64(63) == 1)
