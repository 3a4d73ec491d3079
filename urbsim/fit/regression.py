"""How figures follow from parameters near the posterior: a regression on the runs of a fit.

A run says what its parameters lead to, and the luck of its sample and of all that is not fitted besides. The
regression takes that luck out of the sensitivities, and its residuals say how large it is. Arrays in, arrays out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from urbsim.fit.errors_of_observation import covariance_of_noise

_RIDGE = 0.02  # numerical: of the number of runs, keeps sensitivities of few runs finite
_LEAST_FREE = 20  # runs beyond coefficients, from which residuals tell the noise


@dataclass(frozen=True)
class Regression:
    """figure = constant of the variant + jacobian (z - centre) + curvature ((z - centre)^2 - spread^2) + noise.

    constants: (V, K); jacobian: (K, P); curvature: (K, P), zeros of a straight one; centre, spread: (P,); noise: (K, K)
    covariance of one run about it.
    """

    constants: np.ndarray
    jacobian: np.ndarray
    curvature: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    noise: np.ndarray

    def said(self, z: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """(M, K) what runs at (M, P) parameters of (M,) variants say on average."""
        off = z - self.centre
        return self.constants[groups] + off @ self.jacobian.T + (off**2 - self.spread**2) @ self.curvature.T

    def held_out(self, z: np.ndarray, y: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """(K,) share of the variance of figures of runs that it has not seen, luck included, that it foretells."""
        off = y - self.said(z, groups)
        total = np.maximum(((y - y.mean(axis=0)) ** 2).sum(axis=0), 1e-12)  # guard: a figure that never moves
        return 1 - (off**2).sum(axis=0) / total

    def posterior(self, observed: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(V, P) means and (P, P) covariance of the parameters, a priori standard normal (ODD equation U8).

        Of the straight part. observed: (K,); errors: (K, K) covariance of the observed less the model without noise.
        """
        weighed = np.linalg.solve(errors + self.noise, self.jacobian).T
        covariance = np.linalg.inv(weighed @ self.jacobian + np.eye(self.centre.size))
        covariance = (covariance + covariance.T) / 2
        at_nothing = self.constants - self.centre @ self.jacobian.T
        return (observed - at_nothing) @ weighed.T @ covariance, covariance


def regression(
    z: np.ndarray,
    y: np.ndarray,
    groups: np.ndarray,
    rounds: np.ndarray,
    variants: int,
    noise: np.ndarray,
    curved: bool,
) -> Regression:
    """Fits it to runs (ODD equation U8).

    z: (M, P); y: (M, K); groups: (M,) variants; rounds: (M,), from 0; noise: (K, K), taken where the runs are too few
    to tell it; curved: with squares. Sensitivities are those within rounds and variants: from one round to the next
    all parameters move together. Each is damped by what chance shows with so many runs.
    """
    centre, spread = z.mean(axis=0), z.std(axis=0)
    off = z - centre
    terms = np.concatenate([off, off**2 - spread**2], axis=1) if curved else off
    cells = groups * (int(rounds.max()) + 1) + rounds
    dx, dy = _within(terms, cells), _within(y, cells)
    size = np.where(dx.std(axis=0) > 0, dx.std(axis=0), 1.0)
    x = dx / size
    normal = x.T @ x + _RIDGE * len(x) * np.eye(x.shape[1])
    inverse = np.linalg.inv(normal)
    slopes = (inverse @ x.T @ dy).T
    free = len(y) - np.unique(cells).size - terms.shape[1]
    if free >= _LEAST_FREE:
        of_chance = np.diag(inverse) * (((dy - x @ slopes.T) ** 2).sum(axis=0) / free)[:, None]
        slopes = slopes * _beyond(slopes, of_chance)
    slopes = slopes / size
    constants = _constants(y - terms @ slopes.T, groups, variants)
    residual = y - constants[groups] - terms @ slopes.T
    if free >= _LEAST_FREE:
        noise = covariance_of_noise(residual) * (len(y) - 1) / free
    places = z.shape[1]
    curvature = slopes[:, places:] if curved else np.zeros_like(slopes)
    return Regression(constants, slopes[:, :places], curvature, centre, spread, noise)


def _beyond(slopes: np.ndarray, of_chance: np.ndarray) -> np.ndarray:
    """Factors from 0 to 1: the share of each squared slope that is more than its variance."""
    most = np.maximum(slopes**2, of_chance)
    return 1 - np.divide(of_chance, most, out=np.ones_like(most), where=most > 0)


def _constants(left: np.ndarray, groups: np.ndarray, variants: int) -> np.ndarray:
    """(V, K) means by variant; of all runs where a variant has none."""
    return np.array(
        [(left[groups == v] if np.any(groups == v) else left).mean(axis=0) for v in range(variants)]
    )


def _within(x: np.ndarray, cells: np.ndarray) -> np.ndarray:
    out = np.empty_like(x, dtype=np.float64)
    for cell in np.unique(cells):
        out[cells == cell] = x[cells == cell] - x[cells == cell].mean(axis=0)
    return out


def sample(
    means: np.ndarray, covariance: np.ndarray, groups: np.ndarray, normals: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(M, P) a sample of the normal distributions of variants, and (M,) the logarithm of its density up to a constant.

    means: (V, P); normals: (M, P) standard normal.
    """
    return means[groups] + normals @ np.linalg.cholesky(covariance).T, -0.5 * (normals**2).sum(axis=1)
