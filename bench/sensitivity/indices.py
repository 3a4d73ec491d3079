"""Sobol indices on an emulator, by input and by group, and a rank regression on the runs themselves beside them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from SALib.analyze import sobol
from SALib.sample import sobol as sobol_points
from scipy.stats import rankdata

from bench.sensitivity import emulators
from bench.sensitivity.emulators import Trained
from bench.sensitivity.inputs import FITTED, GROUPS, Sample

LEAST_R2 = 0.6
"""Held-out R2 below which an emulator is no base for indices."""
POINTS = 1024
ENDS = (0.05, 0.95)
"""Of the order of an input: between them the swing of a target is taken."""
_ROWS_PER_INPUT = 2  # of draws, before ranks are regressed on all inputs at once


@dataclass(frozen=True)
class Index:
    """Share of the emulator's variance. alone: first order; in_all: with interactions; error: 95% half-width of it."""

    alone: float
    in_all: float
    error: float


@dataclass(frozen=True)
class Result:
    """What one target says. by_input, by_group are empty where the emulator is too poor; ranks: squared coefficients.

    luck: share of the variance of single runs that seeds make, None with one seed; at_once: whether the ranks were
    regressed on all inputs at once; correlated: largest correlation between inputs, in size; swings: what the emulator
    expects of the target at the low and at the high end of each input, the others as in the runs.
    """

    target: str
    trained: Trained
    by_input: dict[str, Index]
    by_group: dict[str, Index]
    ranks: dict[str, float]
    at_once: bool
    correlated: float
    luck: float | None
    swings: dict[str, tuple[float, float]]

    @property
    def refused(self) -> bool:
        """Whether the emulator is too poor."""
        return self.trained.r2 < LEAST_R2


def analyse(sample: Sample, target: str) -> Result:
    """Everything of one target."""
    y = sample.targets[target]
    trained = emulators.best(emulators.design(sample.u, sample.inputs), y, sample.draws)
    by_input, by_group, swings = {}, {}, {}
    if trained.r2 >= LEAST_R2:
        swings = _swings(sample, trained)
        by_input = _sobol(sample, trained, together=False)
        by_group = _sobol(sample, trained, together=True)
    ranks, at_once = rank_regression(sample, y)
    correlation = np.corrcoef(sample.u.T) - np.eye(len(sample.inputs))
    return Result(
        target,
        trained,
        by_input,
        by_group,
        ranks,
        at_once,
        float(np.abs(correlation).max()),
        sample.luck.get(target),
        swings,
    )


def _swings(sample: Sample, trained: Trained) -> dict[str, tuple[float, float]]:
    """Mean of the target over the runs with an input at its 5% and at its 95%, or at its first and last choice."""
    found = {}
    for k, each in enumerate(sample.inputs):
        ends = []
        for end in (0.0, 1 - 1e-9) if each.choices else ENDS:
            u = sample.u.copy()
            u[:, k] = end
            ends.append(float(trained.model.predict(emulators.design(u, sample.inputs)).mean()))
        found[each.name] = (ends[0], ends[1])
    return found


def _sobol(sample: Sample, trained: Trained, together: bool) -> dict[str, Index]:
    """Indices by input, or by group with `together`.

    Inputs are taken one by one as independent. In groups, fitted parameters are taken as the fit left them: a draw at
    a time, for they were learnt together.
    """
    inputs = sample.inputs
    joint = [k for k, each in enumerate(inputs) if together and each.group == FITTED]
    free = [k for k in range(len(inputs)) if k not in joint]
    names = [inputs[k].name for k in free] + ([FITTED] if joint else [])
    groups = [inputs[k].group for k in free] + ([FITTED] if joint else [])
    problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if together:
        problem["groups"] = groups
    points = sobol_points.sample(problem, POINTS, calc_second_order=False, seed=1)
    u = np.empty((len(points), len(inputs)))
    u[:, free] = points[:, : len(free)]
    if joint:
        each_once = sample.u[np.unique(sample.draws, return_index=True)[1]]
        at = np.minimum((points[:, -1] * len(each_once)).astype(int), len(each_once) - 1)
        u[:, joint] = each_once[at][:, joint]
    y = trained.model.predict(emulators.design(u, inputs))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # inputs that the emulator does not use divide nothing by nothing
        found = sobol.analyze(problem, (y - y.mean()) / y.std(), calc_second_order=False, seed=1)
    heads = list(dict.fromkeys(groups)) if together else names
    return {
        name: Index(*map(float, np.nan_to_num(row)))
        for name, row in zip(
            heads, np.column_stack([found["S1"], found["ST"], found["ST_conf"]]), strict=True
        )
    }


def shares(result: Result) -> dict[str, float]:
    """Where the variance of the target comes from, over the runs: groups alone, several together, and the rest.

    Adds up to 1. An emulator that predicts a share R2 of the variance can only divide that.
    """
    r2 = result.trained.r2
    alone = {name: r2 * max(result.by_group[name].alone, 0.0) for name in GROUPS if name in result.by_group}
    over = max(sum(alone.values()) / r2, 1.0)  # first orders of a finite sample may add up to a little more
    alone = {name: share / over for name, share in alone.items()}
    return alone | {
        "several together": max(r2 - sum(alone.values()), 0.0),
        "luck, and what was not emulated": 1 - r2,
    }


def rank_regression(sample: Sample, y: np.ndarray) -> tuple[dict[str, float], bool]:
    """Squared standardised coefficients of ranks, straight from the runs, and whether all inputs went in at once.

    With few draws the inputs go in one at a time, which says the same of independent inputs but for chance.
    """
    z = np.column_stack([rankdata(column) for column in sample.u.T])
    z, ranks = (z - z.mean(axis=0)) / z.std(axis=0), rankdata(y)
    ranks = (ranks - ranks.mean()) / ranks.std()
    at_once = len(np.unique(sample.draws)) >= _ROWS_PER_INPUT * len(sample.inputs)
    found = np.linalg.lstsq(z, ranks, rcond=None)[0] if at_once else z.T @ ranks / len(y)
    names = [each.name for each in sample.inputs]
    return dict(zip(names, (found**2).tolist(), strict=True)), at_once
