"""Sums of numbers, and of a table of parts by parts by setting of the one end; how often numbers occur."""

from __future__ import annotations

import numpy as np
from numba import int64

from urbsim.compute.compiled import njit


@njit(nogil=True)
def sum_of_few(values):
    """Sum of (n,) float64, n up to 128, added in the order in which NumPy adds them: the same to the last bit."""
    n = values.size
    whole = n - n % 8 if n >= 8 else 0
    total = 0.0
    if whole:
        a, b, c, d, e, f, g, h = (
            values[0],
            values[1],
            values[2],
            values[3],
            values[4],
            values[5],
            values[6],
            values[7],
        )
        for k in range(8, whole, 8):  # every eighth apart
            a, b, c, d = a + values[k], b + values[k + 1], c + values[k + 2], d + values[k + 3]
            e, f, g, h = e + values[k + 4], f + values[k + 5], g + values[k + 6], h + values[k + 7]
        total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for k in range(whole, n):
        total += values[k]
    return total


@njit(nogil=True, cache=True)
def by_setting(table, inside):
    """Sums of a square table over the villages, the towns and the outside at its one end, and at its other.

    table: (n, n) int64; parts below `inside` are villages and towns in turn, those from there on lie outside. Returns
    (from_, to), (3, n) each: sums over the rows of a setting by column, and over the columns of a setting by row.
    Whole numbers add up to the same in any order, so that one pass over the table does.
    """
    n, pairs = table.shape[0], inside // 2
    from_, to = np.zeros((3, n), np.int64), np.zeros((3, n), np.int64)
    for i in range(n):
        row, of_setting = table[i], from_[i & 1 if i < inside else 2]
        for j in range(n):
            of_setting[j] += row[j]
        villages, towns, outside = int64(0), int64(0), int64(0)
        for k in range(pairs):  # pair by pair: steps of two would not be made wide
            villages += row[2 * k]
            towns += row[2 * k + 1]
        for j in range(inside, n):
            outside += row[j]
        to[0, i], to[1, i], to[2, i] = villages, towns, outside
    return from_, to


@njit(nogil=True, cache=True)
def of_counties(table, group, inside):
    """Sums of a square table by county, in one pass: over the columns of its town and its villages, over their row.

    table: (n, n) int64; parts below `inside` are villages and towns in turn, county by county; group: (n,) of each.
    Returns (5, inside // 2) int64: of the column of the town all, those of other parts, and those of parts of other
    groups; the column of the villages; their row.
    """
    out = np.zeros((5, inside // 2), np.int64)
    towns, others, of_other_groups, to_villages, of_villages = out
    for i in range(table.shape[0]):
        for c in range(inside // 2):
            number, town = table[i, 2 * c + 1], 2 * c + 1
            towns[c] += number
            others[c] += number * (i != town)
            of_other_groups[c] += number * (group[i] != group[town])
            to_villages[c] += table[i, 2 * c]
    for c in range(inside // 2):
        for j in range(table.shape[0]):
            of_villages[c] += table[2 * c, j]
    return out


@njit(nogil=True, cache=True)
def numbers_of(values, kinds):
    """How often each whole number below `kinds` is among the values, (kinds,) int64; values: (n,) of such numbers.

    Each is counted in four places: where neighbours are alike, a single one would wait for its own last change.
    """
    number = np.zeros((4, kinds), np.int64)
    for k in range(values.size):
        number[k & 3, values[k]] += 1
    out = np.empty(kinds, np.int64)
    for kind in range(kinds):
        out[kind] = number[0, kind] + number[1, kind] + number[2, kind] + number[3, kind]
    return out
