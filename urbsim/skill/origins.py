"""Forecasts from the ends of years inside the decade 2010-2020, one to three years ahead, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from urbsim.facts.gazetteer import PROVINCE
from urbsim.fit.protocol import Observable
from urbsim.fit.smoother import effective
from urbsim.skill.forecasts import Ensemble
from urbsim.skill.rules import ScoringRules
from urbsim.skill.score_rows import MODEL, ROLLING, UNWEIGHTED, Score, scored
from urbsim.skill.scores import ensemble, point
from urbsim.skill.spreads import Errors, Rival, errors_of, spread
from urbsim.skill.weights import covariance, error_of_change, weights

FITTED = "fitted"
"""Of figures up to 2020: the start values, or the posterior, were made on them."""


def rolling(
    replay: Ensemble,
    rivals: Mapping[str, Rival],
    series: Mapping[int, float],
    rules: ScoringRules,
    observable: Observable,
) -> list[Score]:
    """Scores of the model and its rivals at every origin and horizon whose outcome is known.

    The model: the observed share at the origin, plus the change of each draw of the replay from there on; draws are
    weighted by the observations up to the origin, and once more with all draws alike. A rival's spread is that of its
    errors at the other origins, which it could not have known: the comparison leans to the rivals.
    """
    path = replay.path(PROVINCE)
    errors = {name: errors_of(rival, series, rules.origins, rules.horizons) for name, rival in rivals.items()}
    rows = []
    for origin in rules.origins:
        given, alike = weights_at(origin, replay, series, observable), np.full(len(replay), 1 / len(replay))
        forecasts = {name: rival(origin, rules.horizons) for name, rival in rivals.items()}
        for year in range(origin + 1, origin + rules.horizons + 1):
            if year not in series or year not in path:
                continue
            key = (ROLLING, FITTED, PROVINCE, origin, year)
            points = series[origin] + path[year] - path[origin]
            for name, each in ((MODEL, given), (UNWEIGHTED, alike)):
                mine = ensemble(points, error_of_change(observable, origin, year), each)
                rows.append(scored(*key, name, mine, series[year], effective(each)))
            rows += _of_rivals(key, forecasts, errors, series[year])
    return rows


def weights_at(
    origin: int, replay: Ensemble, series: Mapping[int, float], observable: Observable
) -> np.ndarray:
    """(runs,) weights of the replays by the published shares up to the origin; the year of the base says nothing."""
    path = replay.path(PROVINCE)
    years = [year for year in replay.years if year <= origin and year in series][1:]
    observed = {year: series[year] for year in years}
    return weights(path, observed, covariance(observable, years))


def _of_rivals(
    key: tuple[str, str, str, int, int],
    forecasts: Mapping[str, np.ndarray | None],
    errors: Mapping[str, Errors],
    observed: float,
) -> list[Score]:
    origin, year = key[3], key[4]
    rows = []
    for name, path in forecasts.items():
        wide = spread(errors[name], year - origin, without=origin)
        if path is not None and wide is not None:
            rows.append(scored(*key, name, point(float(path[year - origin - 1]), wide), observed))
    return rows
