"""How far each target may be off: error of the figure, what the model leaves out, and simulator noise, each apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag

from urbsim.errors import InputError, Problem, nearest
from urbsim.fit.observed import NIGHT, Figure, figures, key, years
from urbsim.fit.protocol import Observable, Protocol

SEAM = "seam"


@dataclass(frozen=True)
class Targets:
    """Observations as vectors of K figures.

    keys: K names; dated: K last months; values: (K,) in the units of the protocol; error: (K, K) covariance of the
    published figures; discrepancy: (K, K) of what the model leaves out.
    """

    keys: tuple[str, ...]
    dated: tuple[str, ...]
    values: np.ndarray
    error: np.ndarray
    discrepancy: np.ndarray

    @property
    def beyond_simulator(self) -> np.ndarray:
        """(K, K) covariance of figure and model together, without simulator noise."""
        return self.error + self.discrepancy

    def only(self, which: np.ndarray) -> Targets:
        """Those of the figures that (K,) `which` names."""
        keys, dated = (
            tuple(at for at, taken in zip(of_all, which, strict=True) if taken)
            for of_all in (self.keys, self.dated)
        )
        both = np.ix_(which, which)
        return Targets(keys, dated, self.values[which], self.error[both], self.discrepancy[both])


def of_role(protocol: Protocol, base_night: Mapping[str, float], role: str = "target") -> Targets:
    """The observations of a role. base_night: of `door.base_night`. Raises InputError with every figure not known."""
    keys: list[str] = []
    dated: list[str] = []
    values: list[float] = []
    errors, discrepancies = [], []
    problems: list[Problem] = []
    known = all_figures(protocol, base_night)
    for name, observable in protocol.observables.items():
        items = known[name]
        at = [figure.at for figure in items]
        position = np.array([figure.position for figure in items])
        for field in ("error_of", "discrepancy_of"):
            for other in getattr(observable, field):
                if other not in at:
                    where = f"observables.{name}.{field}.{other}"
                    problems.append(Problem("is no figure of it", key=where, nearest=nearest(other, at)))
        if observable.role != role:
            continue
        keys += [key(name, figure.at) for figure in items]
        dated += [figure.dated for figure in items]
        values += [figure.value for figure in items]
        errors.append(covariance_of_error(observable, at, position))
        discrepancies.append(covariance_of_discrepancy(observable, at, position))
    if problems:
        raise InputError(problems)
    error, discrepancy = (np.asarray(block_diag(*blocks)) for blocks in (errors, discrepancies))
    return Targets(tuple(keys), tuple(dated), np.array(values), error, discrepancy)


def all_figures(protocol: Protocol, base_night: Mapping[str, float]) -> dict[str, tuple[Figure, ...]]:
    """Published figures, those of the base of census night 2020, and the seam, at which nothing should change."""
    known = dict(figures(protocol.last_year))
    for name, value in base_night.items():
        known[name] = (Figure(NIGHT, value, NIGHT, years(NIGHT), ("synthetic population",)),)
    known[SEAM] = tuple(Figure(at, 0.0, NIGHT, k, ()) for k, at in enumerate(("villages", "outside")))
    return known


def fading(at: np.ndarray, over: float | None) -> np.ndarray:
    """(k, k) correlation of what stands at (k,) positions; each alone where nothing says over what it fades."""
    apart = np.abs(at[:, None] - at)
    return np.exp(-apart / over) if over is not None else np.eye(at.size)


def covariance_of_error(observable: Observable, at: Sequence[str], position: np.ndarray) -> np.ndarray:
    """(k, k) covariance of the errors of published figures of one observable, in its unit squared.

    at: k names that `error_of` may have; position: (k,) where they stand, in the measure of `error_fades_over`.
    """
    spread = np.array([observable.error_of.get(name, observable.error) for name in at])
    return fading(position, observable.error_fades_over) * spread[:, None] * spread


def covariance_of_discrepancy(observable: Observable, at: Sequence[str], position: np.ndarray) -> np.ndarray:
    """(k, k) covariance of what the model leaves out of figures of one observable, in its unit squared.

    at: k names that `discrepancy_of` may have; position: (k,) where they stand, in the measure of `fades_over`.
    """
    spread = np.array([observable.discrepancy_of.get(name, observable.discrepancy) for name in at])
    correlation = fading(position, observable.fades_over)
    if observable.fades_over is None:
        correlation = np.full((position.size, position.size), observable.common or 0.0)
        np.fill_diagonal(correlation, 1.0)
    return correlation * spread[:, None] * spread


def covariance_of_noise(runs: np.ndarray) -> np.ndarray:
    """(K, K) covariance of runs (n, K) that differ in nothing that is fitted.

    With few runs most correlations are chance; they are shrunk towards none by the share that Schäfer and Strimmer
    (2005) derive: the variance of the correlations over their squares.
    """
    n = len(runs)
    centred = runs - runs.mean(axis=0)
    spread = centred.std(axis=0, ddof=1)
    safe = np.where(spread > 0, spread, 1.0)
    standard = centred / safe
    correlation = standard.T @ standard / (n - 1)
    squared = (standard**2).T @ (standard**2) / n - (standard.T @ standard / n) ** 2
    variance = squared * n**2 / (n - 1) ** 3
    off = ~np.eye(len(spread), dtype=bool)
    total = float((correlation[off] ** 2).sum())
    share = min(float(variance[off].sum()) / total, 1.0) if total > 0 else 1.0
    correlation = np.where(off, correlation * (1 - share), 1.0)
    return correlation * spread[:, None] * spread
