"""What moves what: rank correlations of every observable with every parameter over a sample of the priors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from urbsim.facts.parameter_files import Specification
from urbsim.facts.parameters import BASE_PROCESS
from urbsim.fit import transform
from urbsim.fit.runs import Case

_BEYOND_CHANCE = (
    3.0  # standard errors of a rank correlation of numbers that have nothing to do with each other
)


def uncertain(info: Mapping[str, Specification]) -> list[str]:
    """Parameters that differ between draws."""
    return [name for name, spec in info.items() if spec.prior is not None and spec.process != BASE_PROCESS]


def screen(
    info: Mapping[str, Specification],
    free: Sequence[str],
    scores: np.ndarray,
    cases: Sequence[Case],
    y: np.ndarray,
    keys: Sequence[str],
) -> pd.DataFrame:
    """Rows `observable, parameter, correlation, free`, the strongest first, beyond what chance gives.

    scores: (M, P) of the free parameters; cases: whose draws all others are from; y: (M, K). The draws are independent,
    so that a rank correlation is the coefficient of a regression on ranks.
    """
    others = [name for name in uncertain(info) if name not in free]
    beside = np.array([transform.scores_of_draw(others, case.prior_draw) for case in cases])
    names = [*free, *others]
    x = _standard_ranks(np.concatenate([scores, beside.reshape(len(cases), len(others))], axis=1))
    correlations = x.T @ _standard_ranks(y) / len(cases)
    least = _BEYOND_CHANCE / np.sqrt(max(len(cases) - 1, 1))
    rows = [
        (keys[k], names[p], float(correlations[p, k]), names[p] in free)
        for p, k in zip(*np.nonzero(np.abs(correlations) > least), strict=True)
    ]
    rows.sort(key=lambda row: -abs(row[2]))
    return pd.DataFrame(rows, columns=["observable", "parameter", "correlation", "free"])


def _standard_ranks(x: np.ndarray) -> np.ndarray:
    """Ranks of each column with mean 0 and variance 1; zeros where all are equal."""
    ranks = rankdata(x, axis=0)
    centred = ranks - ranks.mean(axis=0)
    spread = centred.std(axis=0)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
