"""Forecasts from census night 2020, scored on every later figure that the register holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from urbsim.facts.gazetteer import PROVINCE
from urbsim.skill.forecasts import Ensemble
from urbsim.skill.observed import BASE_YEAR, Observation
from urbsim.skill.rules import ScoringRules
from urbsim.skill.score_rows import AFTER, Score, scored
from urbsim.skill.scores import Forecast, ensemble, point
from urbsim.skill.spreads import Errors, Rival, spread

SEEN, UNSEEN = "seen", "unseen"

PlaceRivals = Callable[[Observation], Mapping[str, tuple[float, float]]]
"""Rivals of a prefecture or county: name -> share forecast for the year of the observation, and its spread."""


def scores_of(
    observations: Sequence[Observation],
    models: Mapping[str, Ensemble],
    rivals: Mapping[str, Rival],
    errors: Mapping[str, Errors],
    place_rivals: PlaceRivals,
    rules: ScoringRules,
) -> list[Score]:
    """Scores of the model's scenarios and the rivals, with the error of publication added to every forecast.

    The model: the share at the end of 2020 in the same series, plus the change of each draw since census night. The
    official share of the end of 2020 is that of the census, so both nights are taken as one.
    """
    rows = []
    for seen in observations:
        if rules.conflict_of(seen.place, seen.year):
            continue
        wide = rules.publication_share(seen.place)
        known = SEEN if seen.year <= rules.seen_until else UNSEEN
        key = (AFTER, known, seen.place, BASE_YEAR, seen.year)
        for name, model in models.items():
            if seen.year in model.years:
                points = seen.base + model.change_since_base(seen.place, seen.year)
                rows.append(scored(*key, name, ensemble(points, wide), seen.share, len(model)))
        given = _of_province(seen, rivals, errors) if seen.place == PROVINCE else place_rivals(seen)
        for name, (share, spread_of) in given.items():
            rows.append(scored(*key, name, _published(share, spread_of, wide), seen.share))
    return rows


def _of_province(
    seen: Observation, rivals: Mapping[str, Rival], errors: Mapping[str, Errors]
) -> dict[str, tuple[float, float]]:
    ahead, found = seen.year - BASE_YEAR, {}
    for name, rival in rivals.items():
        path, wide = rival(BASE_YEAR, ahead), spread(errors[name], ahead)
        if path is not None and wide is not None:
            found[name] = (float(path[-1]), wide)
    return found


def _published(share: float, spread_of: float, publication: float) -> Forecast:
    return point(share, (spread_of**2 + publication**2) ** 0.5)
