"""How figures follow from parameters near the posterior: a regression on the runs of members that keep all else.

A member keeps its seed and its draw of all that is not fitted through all rounds. Its runs among themselves tell
sensitivities without the luck of a sample; members beside each other tell them over a wider range. Arrays in, arrays
out.
"""

from __future__ import annotations

import numpy as np

_RIDGE = 0.02  # numerical: of the number of runs, keeps sensitivities of few runs finite
_LEAST_FREE = 20  # runs beyond coefficients, from which residuals tell the noise


def sensitivities(z: np.ndarray, y: np.ndarray, groups: np.ndarray, members: np.ndarray) -> np.ndarray:
    """(K, P) how figures move with parameters (ODD equation U8).

    z: (N, P) runs; y: (N, K); groups: (N,) variants, between which nothing is compared; members: (N,) whose run it is.
    Random effects of members (Swamy and Arora, 1972): from each run the share `taken` of its member's mean is taken
    off, more where members differ much in what is not fitted. Each slope is damped by what chance shows with so many
    runs.
    """
    taken = _share_taken_off(z, y, groups, members)
    x, off = (_less_means(values, members, taken) for values in (z, y))
    return _slopes(_within(x, groups), _within(off, groups), np.unique(groups).size)


def _share_taken_off(z: np.ndarray, y: np.ndarray, groups: np.ndarray, members: np.ndarray) -> float:
    """The middle figure's share of a member's mean; 0 where runs are too few to tell, or each member has one run."""
    number = np.unique(members).size
    rounds = len(z) / number
    free_within = len(z) - number - z.shape[1]
    free_between = number - np.unique(groups).size - z.shape[1]
    if min(free_within, free_between) < _LEAST_FREE:
        return 0.0
    first = np.unique(members, return_index=True)[1]
    means_z, means_y = (_means(values, members)[first] for values in (z, y))
    within = _residual(_less_means(z, members, 1.0), _less_means(y, members, 1.0)) / free_within
    between = (
        rounds * _residual(_within(means_z, groups[first]), _within(means_y, groups[first])) / free_between
    )
    return float(
        np.median(1 - np.sqrt(np.minimum(within / np.maximum(between, 1e-12), 1.0)))
    )  # guard: no noise


def _residual(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(K,) sums of squares that a regression leaves."""
    return ((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum(axis=0)


def _slopes(x: np.ndarray, y: np.ndarray, lost: int) -> np.ndarray:
    """(K, P), damped. lost: means that were taken off."""
    size = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    x = x / size
    inverse = np.linalg.inv(x.T @ x + _RIDGE * len(x) * np.eye(x.shape[1]))
    slopes = (inverse @ x.T @ y).T
    free = len(y) - lost - x.shape[1]
    if free >= _LEAST_FREE:
        of_chance = np.diag(inverse) * (((y - x @ slopes.T) ** 2).sum(axis=0) / free)[:, None]
        slopes = slopes * _beyond(slopes, of_chance)
    return slopes / size


def _beyond(slopes: np.ndarray, of_chance: np.ndarray) -> np.ndarray:
    """Factors from 0 to 1: the share of each squared slope that is more than its variance."""
    most = np.maximum(slopes**2, of_chance)
    return 1 - np.divide(of_chance, most, out=np.ones_like(most), where=most > 0)


def _means(x: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Of each row, the mean of its cell."""
    _, at = np.unique(cells, return_inverse=True)
    sums = np.zeros((at.max() + 1, x.shape[1]))
    np.add.at(sums, at, x)
    return (sums / np.bincount(at)[:, None])[at]


def _less_means(x: np.ndarray, cells: np.ndarray, share: float) -> np.ndarray:
    return x - share * _means(x, cells) if share else x.astype(np.float64)


def _within(x: np.ndarray, cells: np.ndarray) -> np.ndarray:
    return _less_means(x, cells, 1.0)
