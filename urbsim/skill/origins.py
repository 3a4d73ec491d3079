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

FITTED, HIDDEN = "fitted", "hidden"
"""Of figures up to 2020: the start values, or the posterior, were made on them; the fit that forecast them did not see
them."""
Hidden = Mapping[int, Mapping[int, np.ndarray]]
"""Origin -> year -> (runs,) shares of members that saw nothing dated after the origin."""


def rolling(
    replay: Ensemble,
    rivals: Mapping[str, Rival],
    series: Mapping[int, float],
    rules: ScoringRules,
    observable: Observable,
    hidden: Hidden | None = None,
) -> list[Score]:
    """Scores of the model and its rivals at every origin and horizon whose outcome is known.

    The model: the observed share at the origin, plus the change of each run from there on. Runs are those that saw
    nothing later; without such, draws of the replay, weighted by the observations up to the origin. Draws of the
    replay are scored once more, all alike. A rival's spread is that of its errors at the other origins, which it could
    not have known: the comparison leans to the rivals.
    """
    path = replay.path(PROVINCE)
    errors = {name: errors_of(rival, series, rules.origins, rules.horizons) for name, rival in rivals.items()}
    rows = []
    for origin in rules.origins:
        of_replay = {UNWEIGHTED: alike_weights(len(replay))}
        blind = None if hidden is None else hidden.get(origin, {})
        if blind is None:
            of_replay[MODEL] = weights_at(origin, replay, series, observable)
        forecasts = {name: rival(origin, rules.horizons) for name, rival in rivals.items()}
        for year in range(origin + 1, origin + rules.horizons + 1):
            if year not in series or year not in path:
                continue
            key = (ROLLING, FITTED, PROVINCE, origin, year)
            error = error_of_change(observable, origin, year)
            if blind and year in blind:
                points = series[origin] + blind[year] - blind[origin]
                mine = ensemble(points, error, alike_weights(len(points)))
                rows.append(scored(ROLLING, HIDDEN, *key[2:], MODEL, mine, series[year], float(len(points))))
            for name, each in sorted(of_replay.items()):
                mine = ensemble(series[origin] + path[year] - path[origin], error, each)
                rows.append(scored(*key, name, mine, series[year], effective(each)))
            rows += _of_rivals(key, forecasts, errors, series[year])
    return rows


def alike_weights(number: int) -> np.ndarray:
    """(number,) weights of runs that count alike."""
    return np.full(number, 1 / number)


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
