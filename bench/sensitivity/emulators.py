"""Cheap stand-ins for the model, trained on its runs; the one that predicts held-out draws best is used."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy.special import ndtri
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LassoCV, RidgeCV
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from bench.sensitivity.inputs import Input

SCREENED = 10
"""Inputs whose squares and products are looked at: those with the largest coefficients of the lasso."""
FOLDS, REPEATS, RESAMPLES = 5, 3, 500
_PENALTIES = 30  # tried by the lasso
_RIDGE = np.logspace(-1, 5, 19)  # and by the ridge
_TREES = {"n_estimators": 300, "learning_rate": 0.05, "max_depth": 3, "subsample": 0.5, "random_state": 1}
_EDGE = 1e-3  # of the order of an input: nothing is asked of an emulator further out


class Emulator(Protocol):
    """A function of the model: z (n, P) as of `design` to (n,) values."""

    def fit(self, z: np.ndarray, y: np.ndarray, draws: np.ndarray) -> Emulator:
        """Trains it; what has to be chosen is chosen by draws (n,) that are left out."""
        ...

    def predict(self, z: np.ndarray) -> np.ndarray:
        """(n,) what it expects."""
        ...


def design(u: np.ndarray, inputs: tuple[Input, ...]) -> np.ndarray:
    """(n, P) what emulators see of places (n, K): normal scores of numbers, and a column a choice but for the first."""
    columns = []
    for k, each in enumerate(inputs):
        if each.choices:
            chosen = np.minimum((u[:, k] * each.choices).astype(int), each.choices - 1)
            columns += [(chosen == choice).astype(float) for choice in range(1, each.choices)]
        else:
            columns.append(ndtri(np.clip(u[:, k], _EDGE, 1 - _EDGE)))
    return np.column_stack(columns)


class Lasso:
    """Linear in all inputs that help; the others are dropped."""

    def fit(self, z: np.ndarray, y: np.ndarray, draws: np.ndarray) -> Lasso:
        """Trains it."""
        folds = list(GroupKFold(FOLDS).split(z, y, draws))
        self._model: Any = make_pipeline(StandardScaler(), LassoCV(alphas=_PENALTIES, cv=folds)).fit(z, y)
        return self

    def predict(self, z: np.ndarray) -> np.ndarray:
        """(n,) what it expects."""
        return self._model.predict(z)

    def strongest(self) -> np.ndarray:
        """The inputs with the largest coefficients: the screening of what follows."""
        size = np.abs(self._model[-1].coef_)
        return np.sort(np.argsort(-size, kind="stable")[:SCREENED])


class Quadratic:
    """The lasso, and a ridge of squares and products that learns what it leaves over from the strongest inputs."""

    def fit(self, z: np.ndarray, y: np.ndarray, draws: np.ndarray) -> Quadratic:
        """Trains both."""
        self._lasso = Lasso().fit(z, y, draws)
        self._kept = self._lasso.strongest()
        squares = PolynomialFeatures(2, include_bias=False)
        self._ridge: Any = make_pipeline(squares, StandardScaler(), RidgeCV(_RIDGE))
        self._ridge.fit(z[:, self._kept], y - self._lasso.predict(z))
        return self

    def predict(self, z: np.ndarray) -> np.ndarray:
        """(n,) what both expect together."""
        return self._lasso.predict(z) + self._ridge.predict(z[:, self._kept])


class Trees:
    """Gradient boosting of small trees."""

    def fit(self, z: np.ndarray, y: np.ndarray, draws: np.ndarray) -> Trees:
        """Trains it."""
        self._model = GradientBoostingRegressor(**_TREES).fit(z, y)
        return self

    def predict(self, z: np.ndarray) -> np.ndarray:
        """(n,) what it expects."""
        return self._model.predict(z)


EMULATORS: dict[str, Callable[[], Emulator]] = {
    "lasso": Lasso,
    "lasso and quadratic ridge": Quadratic,
    "gradient boosting": Trees,
}


@dataclass(frozen=True)
class Trained:
    """An emulator trained on all rows. r2, error: of draws that it was not trained on; tried: r2 of every kind."""

    kind: str
    model: Emulator
    r2: float
    error: float
    tried: dict[str, float]


def best(z: np.ndarray, y: np.ndarray, draws: np.ndarray) -> Trained:
    """The kind with the highest held-out R2. draws: (n,); rows of one draw are held out together."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a poor fit shows in its R2
        return _best(z, y, draws)


def _best(z: np.ndarray, y: np.ndarray, draws: np.ndarray) -> Trained:
    found = {kind: held_out(make, z, y, draws) for kind, make in EMULATORS.items()}
    r2 = {kind: _r2(y, predicted) for kind, predicted in found.items()}
    kind = max(r2, key=lambda name: r2[name])
    error = _error(y, found[kind], draws)
    return Trained(kind, EMULATORS[kind]().fit(z, y, draws), r2[kind], error, r2)


def held_out(make: Callable[[], Emulator], z: np.ndarray, y: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """(repeats, n) what emulators say that were trained without the draw of the row."""
    found = np.empty((REPEATS, len(y)))
    for repeat in range(REPEATS):
        folds = GroupKFold(FOLDS, shuffle=True, random_state=repeat)
        for train, test in folds.split(z, y, draws):
            found[repeat, test] = make().fit(z[train], y[train], draws[train]).predict(z[test])
    return found


def _r2(y: np.ndarray, predicted: np.ndarray) -> float:
    """1 less the squared error of predictions (repeats, n) over the variance."""
    return float(1 - ((y - predicted) ** 2).mean() / y.var())


def _error(y: np.ndarray, predicted: np.ndarray, draws: np.ndarray) -> float:
    """Standard error of R2, from draws taken again and again with replacement."""
    rng = np.random.default_rng(1)
    rows = [np.flatnonzero(draws == draw) for draw in np.unique(draws)]
    found = []
    for _ in range(RESAMPLES):
        at = np.concatenate([rows[k] for k in rng.integers(len(rows), size=len(rows))])
        found.append(_r2(y[at], predicted[:, at]))
    return float(np.std(found, ddof=1))
