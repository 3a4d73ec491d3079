"""The runs that a page speaks of, their middle, and what two scenarios differ by: one centre for every figure.

The centre is the median. Intervals hold nine tenths of twenty or more runs, and all of fewer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbsim.report.folders import Run, Scenario

Array = NDArray[np.float64]

INTERVAL_NEEDS = 20
"""Runs from which 5% and 95% are said; of fewer the lowest and the highest."""
NOISE_NEEDS = 5
"""Pairs of runs without which nothing can be said of luck."""


def runs_of(scenario: Scenario) -> tuple[Run, ...]:
    """The runs that are a sample: all draws but the central one, where there are others."""
    return scenario.sample


def pairs_of(scenario: Scenario, baseline: Scenario) -> list[tuple[Run, Run]]:
    """Runs of both that have one draw and seed, and so the same luck."""
    others = {run.key: run for run in runs_of(baseline)}
    return [(run, others[run.key]) for run in runs_of(scenario) if run.key in others]


def middle(scenario: Scenario, read: Callable[[Run], float | Array]) -> Array:
    """The median over the runs of what is read of each, element by element; NaN where a run has none."""
    return np.median(np.array([read(run) for run in runs_of(scenario)], dtype=float), axis=0)


def edges(values: Array) -> tuple[Array, Array]:
    """5% and 95% of the runs, along the first axis; of few the lowest and the highest."""
    ends = (0.05, 0.95) if len(values) >= INTERVAL_NEEDS else (0.0, 1.0)
    low, high = np.quantile(values, ends, axis=0)
    return low, high


@dataclass(frozen=True)
class Apart:
    """What a scenario has more than another, pair by pair. pairs: of runs; the rest NaN where there are none."""

    middle: float
    low: float
    high: float
    pairs: int

    @property
    def is_clear(self) -> bool:
        """Whether it stands above the noise: nine tenths of the pairs lie on one side of zero."""
        return self.pairs >= NOISE_NEEDS and (self.low > 0 or self.high < 0)


def apart(scenario: Scenario, baseline: Scenario, read: Callable[[Run], float]) -> Apart:
    """The differences of what is read of the runs of every pair."""
    return spread(np.array([read(a) - read(b) for a, b in pairs_of(scenario, baseline)], dtype=float))


def spread(differences: Array) -> Apart:
    """Differences of pairs, those without a value left out."""
    known = differences[np.isfinite(differences)]
    if not known.size:
        return Apart(np.nan, np.nan, np.nan, 0)
    low, high = edges(known)
    return Apart(float(np.median(known)), float(low), float(high), int(known.size))
