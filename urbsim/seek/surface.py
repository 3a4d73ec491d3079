"""The cheapest mix of several levers, on a surface that adds up what each did alone (ODD equation W8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil

import numpy as np

_LITTLE = 1e-9
Levels = tuple[int, ...]
Key = tuple[float, ...]
"""What is least of all mixes: compared in order."""


def grid(largest: float) -> np.ndarray:
    """Multiples that a mix may have, from 0 to the largest: steps of a sixteenth, above 1 of an eighth, and so on."""
    steps = [0.0]
    step = 1 / 16
    while steps[-1] < largest:
        steps.append(steps[-1] + step)
        if steps[-1] in (1, 2, 4, 8, 16, 32):
            step *= 2
    return np.array([each for each in steps if each < largest] + [largest])


@dataclass(frozen=True)
class Surface:
    """Margins and yuan of a mix: those without any of the players, and what each adds alone.

    base: (runs,) margins of a goal; yuan: mean yuan without the players; levels: of each player, its multiples, the
    first 0; gains: of each player (levels, runs); costs: of each player (levels,) mean yuan, the first 0.
    """

    base: np.ndarray
    yuan: float
    levels: Sequence[np.ndarray]
    gains: Sequence[np.ndarray]
    costs: Sequence[np.ndarray]

    def margins(self, at: Levels) -> np.ndarray:
        """(runs,) margins of a mix, given by the positions of its multiples."""
        return self.base + sum(gain[k] for gain, k in zip(self.gains, at, strict=True))

    def cost(self, at: Levels) -> float:
        """Mean yuan of a mix, with what is there without it."""
        return self.yuan + float(sum(cost[k] for cost, k in zip(self.costs, at, strict=True)))

    def multiples(self, at: Levels) -> tuple[float, ...]:
        """The mix itself."""
        return tuple(float(levels[k]) for levels, k in zip(self.levels, at, strict=True))

    def moved(self, margins: np.ndarray, yuan: float) -> Surface:
        """The surface with so much added to every mix. margins: (runs,)."""
        return replace(self, base=self.base + margins, yuan=self.yuan + yuan)


def between(doses: Sequence[float], values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(multiples, ...) values at multiples, straight between doses that were run. values: (doses, ...)."""
    place = np.clip(np.searchsorted(doses, at, side="right") - 1, 0, len(doses) - 2)
    low, high = np.take(doses, place), np.take(doses, place + 1)
    part = ((at - low) / (high - low)).reshape(-1, *(1,) * (values.ndim - 1))
    return values[place] + part * (values[place + 1] - values[place])


def reach(margins: np.ndarray, probability: float) -> np.ndarray:
    """The margin that so large a share of runs has at least: at 0 and above the goal has that probability.

    margins: (..., runs).
    """
    runs = margins.shape[-1]
    needed = max(ceil(probability * runs - _LITTLE), 1)
    return np.partition(margins, runs - needed, axis=-1)[..., runs - needed]


def cheapest(surface: Surface, probability: float) -> Levels | None:
    """The mix that meets the goal with that probability for least yuan; None where none of them does.

    Found by exchange: from several starts, one or two players at a time get the multiples that are best for them, until
    no such change helps. Of equal costs the smaller multiples.
    """

    def key(reached: np.ndarray, yuan: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, ...]:
        short = np.minimum(reached, 0.0)
        return -short, np.where(short < 0, 0.0, yuan), size

    found = _best(surface, probability, key)
    return found if reach(surface.margins(found), probability) >= 0 else None


def best_within(surface: Surface, probability: float, envelope: float) -> Levels:
    """The mix that comes nearest to the goal, or goes farthest beyond it, for no more yuan than the envelope."""

    def key(reached: np.ndarray, yuan: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, ...]:
        return np.maximum(yuan - envelope, 0.0), -reached, yuan, size

    return _best(surface, probability, key)


def _best(
    surface: Surface,
    probability: float,
    key: Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, ...]],
) -> Levels:
    ended = [_exchanged(surface, start, probability, key) for start in _starts(surface)]
    return min(ended, key=lambda at: _of_one(surface, at, probability, key))


def _of_one(
    surface: Surface, at: Levels, probability: float, key: Callable[..., tuple[np.ndarray, ...]]
) -> Key:
    parts = key(
        reach(surface.margins(at), probability),
        np.array(surface.cost(at)),
        np.array(sum(surface.multiples(at))),
    )
    return tuple(float(part) for part in parts)


def _starts(surface: Surface) -> Iterator[Levels]:
    """Nothing, everything, and everything of each player alone."""
    largest = tuple(len(levels) - 1 for levels in surface.levels)
    yield (0,) * len(largest)
    yield largest
    if len(largest) > 1:
        for k in range(len(largest)):
            yield tuple(end if k == j else 0 for j, end in enumerate(largest))


def _exchanged(
    surface: Surface, at: Levels, probability: float, key: Callable[..., tuple[np.ndarray, ...]]
) -> Levels:
    """The mix after all changes of one or two players that make it better."""
    players = range(len(at))
    pairs = list(combinations(players, 2)) or [(0, 0)]
    now = _of_one(surface, at, probability, key)
    better = True
    while better:
        better = False
        for a, b in pairs:
            changed, then = _best_of_two(surface, at, a, b, probability, key)
            if then < now:
                at, now, better = changed, then, True
    return at


def _best_of_two(
    surface: Surface,
    at: Levels,
    a: int,
    b: int,
    probability: float,
    key: Callable[..., tuple[np.ndarray, ...]],
) -> tuple[Levels, Key]:
    """The best multiples of two players, the others as they are; of one where they are the same."""
    rest = tuple(0 if k in (a, b) else level for k, level in enumerate(at))
    others = range(len(surface.levels[b])) if a != b else (0,)
    i, j = np.array([(i, j) for i in range(len(surface.levels[a])) for j in others]).T
    reached = reach(surface.margins(rest) + surface.gains[a][i] + surface.gains[b][j], probability)
    yuan = surface.cost(rest) + surface.costs[a][i] + surface.costs[b][j]
    size = sum(surface.multiples(rest)) + surface.levels[a][i] + surface.levels[b][j]
    parts = key(reached, yuan, size)
    best = int(np.lexsort(parts[::-1])[0])
    changed = list(rest)
    changed[b] = int(j[best])
    changed[a] = int(i[best])
    return tuple(changed), tuple(float(part[best]) for part in parts)
