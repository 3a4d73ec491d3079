"""Prefectures and counties: what the two censuses alone would say of them, and the decade's changes scored.

Only two figures of each place are known, those of the censuses. So rivals carry on the change of the decade, or the
change of the province. One that had been made in 2010 would have known neither; those scored over the decade know the
province's share of 2020, which the model does not.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from urbsim.facts.gazetteer import PROVINCE
from urbsim.fit.protocol import Observable
from urbsim.skill.forecasts import Ensemble
from urbsim.skill.observed import BASE_YEAR, Observation, census_shares, level
from urbsim.skill.origins import FITTED, HIDDEN
from urbsim.skill.score_rows import DECADE, LEFT_OUT, MODEL, Score, scored
from urbsim.skill.scores import ensemble, point
from urbsim.skill.spreads import Rival

Array = NDArray[np.float64]

START_YEAR = 2010
_DECADE = 10
_WITHIN = (0.005, 0.995)  # shares, before their logits are taken
LEVELS = ("prefecture", "county")


def _logit(share: float) -> float:
    return float(logit(np.clip(share, *_WITHIN)))


def decade_guesses(start: float, province: tuple[float, float]) -> dict[str, float]:
    """Share of a place in 2020 by its share of 2010. province: its shares of both censuses."""
    before, after = province
    return {
        "last_value": start,
        "province_change": float(np.clip(start + after - before, 0, 1)),
        "province_logit_change": float(expit(_logit(start) + _logit(after) - _logit(before))),
    }


def decade(replay: Ensemble, observables: Mapping[str, Observable]) -> list[Score]:
    """Scores of the shares of places on census night 2020, forecast from that of 2010, with all draws alike."""
    before = census_shares("census_2010")
    shares = {place: before[place][0] + replay.change_to_end(place) for place in before if place != PROVINCE}
    return [row for kind in LEVELS for row in _of_level(kind, DECADE, shares, observables)]


def left_out(shares: Mapping[str, Array], observables: Mapping[str, Observable]) -> list[Score]:
    """The same of prefectures that a fit did not see. shares: prefecture -> (runs,) of census night 2020, 0 to 1."""
    return _of_level("prefecture", LEFT_OUT, shares, observables)


def _of_level(
    kind: str, test: str, shares: Mapping[str, Array], observables: Mapping[str, Observable]
) -> list[Score]:
    """A rival's spread is the root mean square of its errors in the other places of the level."""
    before, after = census_shares("census_2010"), census_shares("census_2020")
    province = (before[PROVINCE][0], after[PROVINCE][0])
    guesses = {place: decade_guesses(before[place][0], province) for place in before if place != PROVINCE}
    rows = []
    error = observables[f"{kind}_shares"].error / 100
    places = [place for place in guesses if level(place) == kind]
    off = {
        name: np.array([guesses[place][name] - after[place][0] for place in places])
        for name in guesses[places[0]]
    }
    for at, place in enumerate(places):
        key = (test, FITTED if test == DECADE else HIDDEN, place, START_YEAR, BASE_YEAR)
        counted = after[place][0]
        rows.append(scored(*key, MODEL, ensemble(shares[place], error), counted, len(shares[place])))
        for name, errors in off.items():
            wide = float(np.sqrt(np.mean(np.delete(errors, at) ** 2)))
            rows.append(scored(*key, name, point(guesses[place][name], wide), counted))
    return rows


def place_spreads() -> dict[str, float]:
    """Level -> root mean square error of the province's logit change over the decade: how far places went astray."""
    before, after = census_shares("census_2010"), census_shares("census_2020")
    province = (before[PROVINCE][0], after[PROVINCE][0])
    found = {}
    for kind in LEVELS:
        errors = [
            decade_guesses(before[place][0], province)["province_logit_change"] - after[place][0]
            for place in before
            if level(place) == kind
        ]
        found[kind] = float(np.sqrt(np.mean(np.square(errors))))
    return found


def guesses_after(
    seen: Observation, province_path: Rival, spreads: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Rivals of a place for a year after 2020: name -> share and spread.

    province_path: the rural hazard of the province. All have the spread of the province's change over the decade, in
    proportion to the years: their own past is one figure long.
    """
    ahead = seen.year - BASE_YEAR
    start, counted = census_shares("census_2010")[seen.place][0], census_shares("census_2020")[seen.place][0]
    path = province_path(BASE_YEAR, ahead)
    assert path is not None
    province = census_shares("census_2020")[PROVINCE][0]
    years = ahead / _DECADE
    logit_change = (_logit(counted) - _logit(start)) * years
    kept = ((1 - counted) / (1 - start)) ** years if start < 1 else 1.0
    found = {
        "last_value": seen.base,
        "decade_linear": float(np.clip(seen.base + (counted - start) * years, 0, 1)),
        "decade_logistic": float(expit(_logit(seen.base) + logit_change)),
        "decade_rural_hazard": float(np.clip(1 - (1 - seen.base) * kept, 0, 1)),
        "province_logit_change": float(expit(_logit(seen.base) + _logit(float(path[-1])) - _logit(province))),
    }
    wide = spreads[level(seen.place)] * years
    return {name: (share, wide) for name, share in found.items()}
