"""Which places can be worth more to a decider than the best found so far: a bound, for ODD equations M2-M4.

All places are looked at at once, without a branch. Of a taste the first byte alone is known, and utilities are told in
steps so coarse that the sum of four needs no more than two bytes; both are rounded up.
"""

from __future__ import annotations

from numba import int16, int64, uint64

from urbsim.compute.compiled import inlined
from urbsim.compute.randomness import mix64
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.state.codes import CITY, N_DESTINATIONS, N_ORIGINS, OUTSIDE_REGION

PUPIL = 12  # types of choosers with a child at school come so many later
BLOCKS = 16  # words of luck, a byte a destination; the last one is of nobody
WIDTH = 8 * BLOCKS
_MOST = 1 << 13  # coarse steps: a utility is below, and told from others above minus as many
# Bytes from which a taste is bounded by the next bound.
_FROM = (5 * 32, 7 * 32, 244, 252, BYTE)


@inlined
def bits_of_taste(destination, own_key):
    """Sixteen bits of taste for a destination: a byte of one hash, then one of another."""
    block, shift = uint64(2 * (destination >> 3)), uint64(8 * (destination & 7))
    first = (mix64(own_key + block + uint64(1)) >> shift) & uint64(BYTE)
    return (first << uint64(8)) | ((mix64(own_key + block + uint64(2)) >> shift) & uint64(BYTE))


@inlined
def draw_first_bytes(own_key, words):
    """Writes the first bytes of taste for all destinations, eight in a word."""
    for block in range(BLOCKS):
        words[block] = mix64(own_key + uint64(2 * block + 1))


@inlined
def highest_of(utilities, most):
    """The highest of utilities in rows, or `most` if that is higher."""
    for k in range(len(utilities)):
        for q in range(utilities.shape[1]):
            most = max(most, utilities[k, q])
    return most


@inlined
def coarseness(most):
    """By how many bits utilities up to `most` are shifted to be coarse steps."""
    shift = 0
    while most >> shift > _MOST - 2:
        shift += 1
    return shift


@inlined
def in_steps(worth, shift):
    """Worth in coarse steps, rounded up."""
    return int16(max((int64(worth) >> shift) + 1, -_MOST))


@inlined
def bar_in_steps(worth, shift):
    """Worth in coarse steps, rounded down, for what has to be above it."""
    return int16(min(max(worth >> shift, -4 * _MOST), 4 * _MOST - 1))


@inlined
def tell_in_steps(by_type, by_origin, nest_of, highest, shift, of_type, of_origin, city, outside, tops):
    """Writes what `mark_hopeful` compares.

    by_type, by_origin: int64 utilities, a row each; highest: (256,) the highest taste by its first byte.
    """
    for q in range(N_DESTINATIONS):
        city[q], outside[q] = -(nest_of[q] == CITY), -(nest_of[q] == OUTSIDE_REGION)
        for kind in range(PUPIL):
            of_type[kind, q] = in_steps(by_type[kind, q], shift)
        for origin in range(N_ORIGINS):
            of_origin[origin, q] = in_steps(by_origin[origin, q], shift)
    for k in range(5):
        tops[k] = in_steps(highest[_FROM[k] - 1], shift)
    tops[5] = in_steps(highest[BYTE_VALUES - 1], shift)


@inlined
def mark_hopeful(of_type, of_origin, town, city_less, outside_less, city, outside, luck, tops, bar, marks):
    """Marks destinations that can be worth more than the bar, whatever the second byte of taste says; all int16.

    of_type, of_origin: (WIDTH,) utilities; town: taste for the nest of towns; city_less, outside_less: how much more
    those for the other nests are; city, outside: (WIDTH,) masks of these; tops: (6,) bounds of a taste by its first
    byte, in luck.
    """
    top, top1, top2, top3, top4, top5 = tops[0], tops[1], tops[2], tops[3], tops[4], tops[5]
    for q in range(WIDTH):
        most = top1 if luck[q] >= _FROM[0] else top
        most = top2 if luck[q] >= _FROM[1] else most
        most = top3 if luck[q] >= _FROM[2] else most
        most = top4 if luck[q] >= _FROM[3] else most
        most = top5 if luck[q] >= _FROM[4] else most
        nest = int16(town + int16((city[q] & city_less) | (outside[q] & outside_less)))
        marks[q] = int16(int16(int16(of_type[q] + of_origin[q]) + nest) + most) > bar
