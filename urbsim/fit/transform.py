"""Between a parameter's value and the normal score of its prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import root_scalar
from scipy.special import ndtr, ndtri

from urbsim.facts.parameter_files import Specification
from urbsim.facts.parameters import climate_year
from urbsim.facts.priors import keyed_uniform

_FAR = 8.0  # guard: scores beyond have a probability that rounds to 0 or 1


def scores_of_draw(names: Sequence[str], draw: int) -> np.ndarray:
    """(P,) normal scores of the parameters in a draw from their priors."""
    return ndtri([keyed_uniform(name, draw) for name in names])


def values(info: Mapping[str, Specification], names: Sequence[str], scores: np.ndarray) -> dict[str, float]:
    """Values by name at (P,) normal scores (ODD equation U3); a climate of a year is its score."""
    found = {}
    for name, score in zip(names, scores, strict=True):
        if climate_year(name) is not None:
            found[name] = float(score)
            continue
        spec = info[name]
        assert spec.prior is not None
        low, high = spec.range
        number = spec.prior.quantile(float(ndtr(np.clip(score, -_FAR, _FAR))))
        found[name] = float(min(max(number, low), high))
    return found


def score(spec: Specification, value: float) -> float:
    """The normal score at which a parameter has a value; the nearest end where its prior gives no such value."""
    assert spec.prior is not None
    quantile = spec.prior.quantile

    def above(z: float) -> float:
        return quantile(float(ndtr(z))) - value

    if above(-_FAR) >= 0 or above(_FAR) <= 0:
        return -_FAR if above(-_FAR) >= 0 else _FAR
    return float(root_scalar(above, bracket=(-_FAR, _FAR), method="brentq").root)


def keyed_normals(name: str, rows: int, columns: int) -> np.ndarray:
    """(rows, columns) standard normal numbers, each a hash of name, row and column whatever their number."""
    return ndtri(
        [[keyed_uniform(f"{name} {row}", column) for column in range(columns)] for row in range(rows)]
    )
