"""How far each row and a run may be apart, given error of the figure and discrepancy of the model.

Luck and the climate of the years are part of a run, so there is no third term.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from urbsim.fit import errors_of_observation as errors
from urbsim.fit.protocol import Protocol
from urbsim.update.kinds import in_unit
from urbsim.update.rows import Row


def observed(rows: Sequence[Row], protocol: Protocol) -> np.ndarray:
    """(K,) the rows in the units of the protocol."""
    return np.array([in_unit(row.value, protocol.observables[row.observable].unit) for row in rows])


def covariance(rows: Sequence[Row], protocol: Protocol) -> np.ndarray:
    """(K, K) of published figure less the figure of the run that the world followed, in the units of the protocol.

    Errors and discrepancies hang together within an observable, as the fit has them: those of one place by years
    between their ends, those of several places by their common part.
    """
    whole = np.zeros((len(rows), len(rows)))
    for name in dict.fromkeys(row.observable for row in rows):
        which = [k for k, row in enumerate(rows) if row.observable == name]
        at = [rows[k].at for k in which]
        years = np.array([rows[k].months[1] / 12 for k in which])
        terms = (errors.covariance_of_error, errors.covariance_of_discrepancy)
        whole[np.ix_(which, which)] = sum(term(protocol.observables[name], at, years) for term in terms)
    return whole


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
