"""How well each run agrees with the rows, given error of the figure and discrepancy of the model.

Luck and the climate of the years are part of a run, so there is no third term.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from urbsim.fit.protocol import Protocol
from urbsim.update.kinds import in_unit
from urbsim.update.rows import Row


def observed(rows: Sequence[Row], protocol: Protocol) -> np.ndarray:
    """(K,) the rows in the units of the protocol."""
    return np.array([in_unit(row.value, protocol.observables[row.observable].unit) for row in rows])


def covariance(rows: Sequence[Row], protocol: Protocol) -> np.ndarray:
    """(K, K) of published figure less the figure of the run that the world followed, in the units of the protocol.

    Errors of figures are independent. Discrepancies hang together within an observable: those of one place by years
    between their ends, those of several places by their common part.
    """
    whole = np.zeros((len(rows), len(rows)))
    for i, one in enumerate(rows):
        of = protocol.observables[one.observable]
        whole[i, i] = of.error_of.get(one.at, of.error) ** 2
        for j, other in enumerate(rows):
            if one.observable == other.observable:
                spread = [of.discrepancy_of.get(row.at, of.discrepancy) for row in (one, other)]
                whole[i, j] += _correlation(one, other, of.fades_over, of.common) * spread[0] * spread[1]
    return whole


def _correlation(one: Row, other: Row, fades_over: float | None, common: float | None) -> float:
    if one is other:
        return 1.0
    if fades_over is not None:
        return float(np.exp(-abs(one.months[1] - other.months[1]) / 12 / fades_over))
    return common or 0.0


def log_likelihood(values: np.ndarray, of_rows: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """(n,) of runs whose figures are `values` (n, K), up to a constant; of_rows: (K,); errors: (K, K) covariance.

    Raises numpy.linalg.LinAlgError where `errors` leaves a figure no error at all.
    """
    gaps = (values - of_rows).T
    return -0.5 * np.einsum("kn,kn->n", gaps, cho_solve(cho_factor(errors), gaps))


def weights(log_likelihoods: np.ndarray) -> np.ndarray:
    """(n,) weights that add up to 1, in the ratio of the likelihoods."""
    relative = np.exp(log_likelihoods - log_likelihoods.max())
    return relative / relative.sum()


def by_draw(draws: Sequence[int], of_runs: Sequence[float]) -> np.ndarray:
    """Weights of draws: those of their runs together, of all seeds and variants. draws, of_runs: (n,)."""
    _, place = np.unique(draws, return_inverse=True)
    return np.bincount(place, of_runs)


def quantiles(values: np.ndarray, of_values: np.ndarray, levels: Sequence[float]) -> list[float]:
    """Quantiles of weighted values, between neighbours in proportion; of equal weights those of numpy.quantile."""
    order = np.argsort(values, kind="stable")
    share = of_values[order] / of_values.sum()
    middle = np.cumsum(share) - share / 2
    span = middle[-1] - middle[0]
    place = (middle - middle[0]) / span if span > 0 else np.zeros_like(middle)
    return np.interp(levels, place, values[order]).tolist()
