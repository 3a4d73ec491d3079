"""Ridge regression on what settings add to the comparison (ODD equation W10).

No constant: no dose adds nothing. What a programme or a condition does is the same in all draws but for a factor of the
draw, for draws differ in how strongly people answer. Weights and factors are found in turn, each given the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from urbsim.emulator.answer import Setting, moved
from urbsim.emulator.model import Condition, Lever

SLOPE, BEND, TOGETHER = 0, 1, 2
"""Groups of columns, each held back as much: bends and products more than slopes, where that foretells better."""
COMMON = -1
"""The part of columns that are the same in every draw."""
_HELD = (1e-4, 1e-2, 0.1, 1.0)  # ridge of a group, over the mean square of its columns
_HELD_FACTORS = (0.03, 0.1, 0.3, 1.0, 10.0, 1e9)  # of factors towards 1, as so many runs would
_TURNS, _TURNS_TO_CHOOSE = 20, 6
_FOLDS, _ROUNDS = 5, 3
_LEAST = 1e-12


@dataclass(frozen=True)
class Columns:
    """What answers are made of. levers, conditions: the sliders; programmes: how many."""

    levers: Sequence[Lever]
    conditions: Sequence[Condition]
    programmes: int

    @property
    def groups(self) -> np.ndarray:
        """The group of each column."""
        return np.array(
            [SLOPE, BEND] * (len(self.levers) + len(self.conditions)) + [TOGETHER] * len(self._pairs)
        )

    @property
    def parts(self) -> np.ndarray:
        """The part of each column that has a factor: its programme, then conditions, or `COMMON`."""
        found = [lever.programme for lever in self.levers for _ in range(2)]
        found += [self.programmes + c for c in range(len(self.conditions)) for _ in range(2)]
        return np.array(found + [COMMON] * len(self._pairs))

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        return [(i, j) for i in range(self.programmes) for j in range(i, self.programmes)]

    def of(self, at: Setting, draw: int) -> list[float]:
        """The columns of a setting with a draw, by its position. A lever that is there or not has no bend."""
        row: list[float] = []
        for lever, dose in zip(self.levers, at.doses, strict=True):
            row += [dose, 0.0 if lever.toggle else max(dose - 1, 0.0)]
        for condition, value in zip(self.conditions, at.conditions, strict=True):
            first, square = (0.0, 0.0) if value is None else moved(condition, value, draw)
            row += [first, 0.0 if condition.toggle else square]
        means = self._mean_doses(at.doses)
        return row + [means[i] * means[j] for i, j in self._pairs]

    def _mean_doses(self, doses: Sequence[float]) -> list[float]:
        of_programme: list[list[float]] = [[] for _ in range(self.programmes)]
        for lever, dose in zip(self.levers, doses, strict=True):
            of_programme[lever.programme].append(dose)
        return [float(np.mean(each)) if each else 0.0 for each in of_programme]


@dataclass(frozen=True)
class Fitted:
    """weights: of the columns; factors: (draws, parts); left_out: (runs,) errors of runs that were left out."""

    weights: np.ndarray
    factors: np.ndarray
    left_out: np.ndarray


def fitted(
    columns: np.ndarray, groups: np.ndarray, parts: np.ndarray, values: np.ndarray, draws: np.ndarray
) -> Fitted:
    """The regression of (runs,) values on (runs, columns). groups, parts: of columns; draws: position of each run's.

    How much is held back is what foretells best a fifth of the runs, left out in turn: some of every draw.
    """
    problem = _Problem(columns, groups, parts, values, draws)
    everything = np.ones(len(values), dtype=bool)
    held = problem.best_held()
    weights, factors = problem.solved(everything, held)
    return Fitted(weights, factors, problem.left_out(held))


@dataclass(frozen=True)
class _Held:
    groups: tuple[float, ...]
    factors: float


class _Problem:
    def __init__(
        self,
        columns: np.ndarray,
        groups: np.ndarray,
        parts: np.ndarray,
        values: np.ndarray,
        draws: np.ndarray,
    ) -> None:
        self.size = np.sqrt(np.mean(columns**2, axis=0))
        self.used = self.size > _LEAST
        self.scaled = columns[:, self.used] / self.size[self.used]
        self.groups, self.parts = groups[self.used], parts[self.used]
        self.values, self.draws = values, draws
        self.shape = int(draws.max()) + 1, int(parts.max()) + 1

    def best_held(self) -> _Held:
        """How much is held back: the best of a few to start from, then one after the other while the rest stays."""
        starts = [
            _Held((slope, more, more), 0.1) for slope, more in ((1e-4, 1e-4), (1e-2, 1e-2), (1e-2, 1.0))
        ]
        tried = {held: self._error(held) for held in starts}
        best = min(tried, key=tried.__getitem__)
        for _ in range(_ROUNDS):
            for other in self._others(best):
                if other not in tried:
                    tried[other] = self._error(other)
            best = min(tried, key=tried.__getitem__)
        return best

    def _others(self, held: _Held) -> Iterator[_Held]:
        yield from (_Held(held.groups, factors) for factors in _HELD_FACTORS)
        for group in range(len(held.groups)):
            for each in _HELD:
                yield _Held((*held.groups[:group], each, *held.groups[group + 1 :]), held.factors)

    def _error(self, held: _Held) -> float:
        return float(np.mean(self.left_out(held, _TURNS_TO_CHOOSE) ** 2))

    def left_out(self, held: _Held, turns: int = _TURNS) -> np.ndarray:
        """(runs,) errors of runs that the others foretell."""
        off = np.empty_like(self.values)
        for fold in range(_FOLDS):
            out = np.arange(len(off)) % _FOLDS == fold
            weights, factors = self.solved(~out, held, turns)
            scaled = weights[self.used] * self.size[self.used]
            off[out] = self.values[out] - (self.scaled[out] * self._by_run(factors)[out]) @ scaled
        return off

    def _by_run(self, factors: np.ndarray) -> np.ndarray:
        """(runs, columns) the factor of each column in the draw of each run."""
        found = np.ones_like(self.scaled)
        own = self.parts != COMMON
        found[:, own] = factors[self.draws][:, self.parts[own]]
        return found

    def solved(self, known: np.ndarray, held: _Held, turns: int = _TURNS) -> tuple[np.ndarray, np.ndarray]:
        """Weights and factors from the runs that are known."""
        ridge = np.array(held.groups)[self.groups] * known.sum()
        factors = np.ones(self.shape)
        scaled = np.zeros(self.scaled.shape[1])
        for turn in range(turns):
            moved_by = (self.scaled * self._by_run(factors))[known]
            scaled = np.linalg.solve(moved_by.T @ moved_by + np.diag(ridge), moved_by.T @ self.values[known])
            if turn < turns - 1:
                factors = self._factors(scaled, known, held.factors)
        weights = np.zeros(len(self.size))
        weights[self.used] = scaled / self.size[self.used]
        return weights, factors

    def _factors(self, scaled: np.ndarray, known: np.ndarray, held: float) -> np.ndarray:
        """(draws, parts) by how much each draw answers more than usual: least squares, held towards 1."""
        share = self.scaled * scaled
        of_parts = np.stack(
            [share[:, self.parts == part].sum(axis=1) for part in range(self.shape[1])], axis=1
        )
        rest = self.values - share.sum(axis=1)
        noise = max(float(np.mean(rest[known] ** 2)), _LEAST**2)
        usual = np.mean(of_parts[known] ** 2, axis=0)
        found = np.ones(self.shape)
        for draw in range(self.shape[0]):
            mine = known & (self.draws == draw)
            if mine.any():
                here = of_parts[mine]
                gram = here.T @ here + held * np.diag(np.maximum(usual, noise * 1e-6))
                found[draw] += np.linalg.solve(gram, here.T @ rest[mine])
        return found
