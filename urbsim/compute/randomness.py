"""Counter-based random numbers: a draw is a hash of who, what and when, never a position in a stream.

A draw is addressed by (seed, process, month, person). The same address gives the same number on any number of
threads, in any chunk and in every scenario, so two runs differ only where people meet different worlds.

The hash is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, *Fast splittable pseudorandom number
generators*), applied to `id * PHI + key`. Each function exists for scalars inside kernels (numba) and for arrays
(NumPy, in the plain twins); both are the same integer arithmetic.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numba import uint64

from urbsim.compute.compiled import njit
from urbsim.compute.words import BYTE

PHI = np.uint64(0x9E3779B97F4A7C15)
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_WORD = (1 << 64) - 1


@njit(inline="always")
def mix64(x):
    """SplitMix64 finaliser of one uint64 (ODD equation R1)."""
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


def mix64_array(x: np.ndarray) -> np.ndarray:
    """SplitMix64 finaliser of an array of uint64 (ODD equation R1); the plain twin of `mix64`."""
    x = np.asarray(x, dtype=np.uint64)
    x = (x ^ (x >> np.uint64(30))) * _M1
    x = (x ^ (x >> np.uint64(27))) * _M2
    return x ^ (x >> np.uint64(31))


def _mix64_whole(x: int) -> int:
    """SplitMix64 finaliser of one Python integer (ODD equation R1): keys are made one by one, arrays would be slow."""
    x &= _WORD
    x = ((x ^ (x >> 30)) * _M1) & _WORD
    x = ((x ^ (x >> 27)) * _M2) & _WORD
    return x ^ (x >> 31)


@njit(inline="always")
def draw64(person, key):
    """64 random bits of one person under a stream key (ODD equation R2)."""
    return mix64(uint64(person) * uint64(0x9E3779B97F4A7C15) + key)


def draw64_array(person: np.ndarray, key: np.uint64) -> np.ndarray:
    """64 random bits of each person under a stream key (ODD equation R2); the plain twin of `draw64`."""
    return mix64_array(np.asarray(person, dtype=np.uint64) * PHI + key)


@njit(inline="always")
def leading_byte(person, key):
    """First of the random bytes that decide an event: one hash serves the eight ids of a block (ODD equation R3).

    Most events are rare. A byte that is not below the class's bound settles that nothing happens, so that seven of
    eight hashes, and nearly all exact hazards, need never be computed.
    """
    person = uint64(person)
    word = mix64((person >> uint64(3)) * uint64(0x9E3779B97F4A7C15) + key)
    return (word >> (uint64(8) * (person & uint64(7)))) & uint64(BYTE)


def leading_byte_array(person: np.ndarray, key: np.uint64) -> np.ndarray:
    """Array twin of `leading_byte` (ODD equation R3)."""
    person = np.asarray(person, dtype=np.uint64)
    word = mix64_array((person >> np.uint64(3)) * PHI + key)
    return (word >> (np.uint64(8) * (person & np.uint64(7)))) & np.uint64(BYTE)


@njit(inline="always")
def uniform32(person, byte, fine_key):
    """Integer uniform on [0, 2^32): the leading byte followed by 24 bits of a second hash (ODD equation R4)."""
    return (byte << uint64(24)) | (draw64(person, fine_key) >> uint64(40))


def uniform32_array(person: np.ndarray, byte: np.ndarray, fine_key: np.uint64) -> np.ndarray:
    """Array twin of `uniform32` (ODD equation R4)."""
    return (byte << np.uint64(24)) | (draw64_array(person, fine_key) >> np.uint64(40))


@lru_cache(maxsize=1024)
def process_code(process: str) -> int:
    """A number for a process by its name, so that adding a process shifts nobody else's draws."""
    return int.from_bytes(hashlib.sha256(process.encode()).digest()[:8], "little")


@lru_cache(maxsize=1 << 14)  # those of a few runs: runs of one seed have the same
def stream_key(seed: int, process: str, month: int = 0) -> np.uint64:
    """Key of the stream (seed, process, month); add it to a person's id by `draw64` (ODD equation R2)."""
    return np.uint64(_with_word(_key_of_all_months(seed, process), month & 0xFFFFFFFF))


@lru_cache(maxsize=1024)
def _key_of_all_months(seed: int, process: str) -> int:
    """What the keys of a process have in common."""
    return _with_word(_with_word(0, seed), process_code(process))


def _with_word(key: int, word: int) -> int:
    """A key made longer by a word."""
    return _mix64_whole(key * int(PHI) + word + 1)


@njit(inline="always")
def newborn_id(mother, birth_order):
    """Stable id of a newborn from its mother's id and the birth's order; the top bit keeps it off base ids (R5)."""
    bits = mix64(mix64(uint64(mother) + uint64(0x9E3779B97F4A7C15)) + uint64(birth_order))
    return bits | uint64(0x8000000000000000)


def probability_threshold(p: np.ndarray) -> np.ndarray:
    """Probabilities as integers on the grid of 2^-32, to be compared with `uniform32` (ODD equation R6).

    p: any shape, values in [0, 1]. Returns uint64 of the same shape, 2^32 standing for certainty.
    Rounded to 2^-30 first, so that a last-bit difference in a float library does not move the threshold.
    """
    p = np.asarray(p, dtype=np.float64)
    thresholds, are_probabilities = _thresholds(p.ravel())
    if not are_probabilities:
        raise ValueError("a probability must lie in [0, 1]")
    return thresholds.reshape(p.shape)


@njit(cache=True)
def _thresholds(p):
    """`probability_threshold` of (n,) numbers, and whether all are probabilities; not a number is none."""
    out, are_probabilities = np.empty(p.size, np.uint64), True
    for k in range(p.size):
        are_probabilities &= (p[k] >= 0) & (p[k] <= 1)
        out[k] = uint64(np.rint(p[k] * 2.0**30)) << uint64(2)
    return out, are_probabilities


def one_threshold(p: float) -> np.uint64:
    """`probability_threshold` of one probability (ODD equation R6): without arrays, which are slow one by one."""
    if not 0 <= p <= 1:
        raise ValueError("a probability must lie in [0, 1]")
    return np.uint64(round(p * 2.0**30) << 2)


def monthly_probability(hazard_per_month: np.ndarray) -> np.ndarray:
    """Probability of an event within a month from a hazard per month: p = 1 - exp(-h) (ODD equation R7)."""
    return -np.expm1(-np.asarray(hazard_per_month, dtype=np.float64))
