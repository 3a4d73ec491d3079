"""How the probability of a target rises with the dose, and the dose that a probability takes (ODD equation W7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np

NINETY = 1.6448536269514722  # standard errors on each side of an interval of 90%
_FLAT = 0.1  # of the whole gain: a doubling that surely adds less moves nothing
_NEAR = 1.05  # ratio of two doses that are near enough
_LEAST = 0.02  # a dose below which no smaller one is tried
STEPS = 7  # doses tried between two of the ladder, at most
_INSIDE = 0.15  # of a gap: no nearer to its ends is the next dose tried


class Share(NamedTuple):
    """A share of draws with its interval of 90%."""

    value: float
    low: float
    high: float


def share_of(met: np.ndarray) -> Share:
    """Share of draws that meet a target, with Wilson's interval. met: (draws, seeds) of truth values."""
    n, share = len(met), float(met.mean())
    z = NINETY**2 / n
    middle = (share + z / 2) / (1 + z)
    half = NINETY * sqrt(share * (1 - share) / n + z / (4 * n)) / (1 + z)
    return Share(share, max(middle - half, 0.0), min(middle + half, 1.0))


def never_falling(values: Sequence[float]) -> list[float]:
    """The nearest values that never fall from one to the next (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [((a * m + b * n) / (m + n), m + n)]
    return [value for value, number in blocks for _ in range(number)]


def first_reach(doses: Sequence[float], values: Sequence[float], wanted: float) -> float | None:
    """The least dose at which values, straight between doses and never falling, reach what is wanted."""
    rising = never_falling(values)
    if rising[0] >= wanted:
        return doses[0]
    for k in range(1, len(doses)):
        if rising[k] >= wanted:
            part = (wanted - rising[k - 1]) / (rising[k] - rising[k - 1])
            return doses[k - 1] + part * (doses[k] - doses[k - 1])
    return None


class Gain(NamedTuple):
    """What a dose adds to the margin of a target: the mean over pairs of runs, and its standard error."""

    value: float
    error: float

    @property
    def is_sure(self) -> bool:
        """Whether it is more than two standard errors away from nothing."""
        return abs(self.value) > 2 * self.error


@dataclass(frozen=True)
class Curve:
    """What runs at several doses say of one goal.

    doses: from 0, rising; margins: (doses, draws, seeds) by how much each run meets the goal, below 0 where it misses.
    """

    doses: tuple[float, ...]
    margins: np.ndarray

    @property
    def shares(self) -> list[Share]:
        """Share of draws that meet the goal at each dose."""
        return [share_of(each >= 0) for each in self.margins]

    def gain(self, a: int, b: int) -> Gain:
        """What dose b adds to dose a, by their positions."""
        pairs = (self.margins[b] - self.margins[a]).mean(axis=1)  # seeds of a draw are not independent
        return Gain(float(pairs.mean()), float(pairs.std(ddof=1)) / sqrt(len(pairs)))

    @property
    def whole(self) -> Gain:
        """What the largest dose adds."""
        return self.gain(0, len(self.doses) - 1)

    def flat_from(self) -> float | None:
        """The least dose above which all larger ones surely add next to nothing; None where the last still adds."""
        last, whole, found = len(self.doses) - 1, self.whole, None
        if not whole.is_sure or whole.value <= 0:
            return None
        for k in range(last - 1, 0, -1):
            if self.doses[last] < 2 * self.doses[k] * (1 - 1e-9):
                continue  # too near to the largest to tell
            more = self.gain(k, last)
            if more.value + 2 * more.error >= _FLAT * whole.value:
                break
            found = self.doses[k]
        return found

    def reached(self, probability: float) -> int | None:
        """Position of the least dose that was run and meets the goal with that probability."""
        rising = never_falling([share.value for share in self.shares])
        return next((k for k, value in enumerate(rising) if value >= probability - 1e-12), None)

    def interval(self, probability: float) -> tuple[float | None, float | None]:
        """Doses between which the sought one lies, as far as so few draws can tell; None for no end."""
        shares = self.shares
        low = first_reach(self.doses, [share.high for share in shares], probability)
        return low, first_reach(self.doses, [share.low for share in shares], probability)

    def next_dose(self, probability: float, tried: int) -> float | None:
        """A dose between the last that misses and the first that meets; None where they are near enough.

        tried: doses between those of the ladder that were run for this already.
        """
        k = self.reached(probability)
        if k is None or k == 0 or tried >= STEPS:
            return None
        low, high = self.doses[k - 1], self.doses[k]
        if high <= max(_NEAR * low, _LEAST):
            return None
        rising = never_falling([share.value for share in self.shares])
        part = (probability - rising[k - 1]) / (rising[k] - rising[k - 1])
        part = 0.5 if tried % 2 else min(max(part, _INSIDE), 1 - _INSIDE)  # every other step halves the gap
        dose = rounded(low + part * (high - low))
        return dose if low < dose < high else None


def rounded(dose: float) -> float:
    """A dose with three figures: fine enough, and found again by the next call."""
    return float(f"{dose:.3g}")
