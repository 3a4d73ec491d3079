"""The rival that is an account of cohorts: residents by part, sex and age, carried on at the rates of the last years.

The register has no ages by residence. So the ages of a part on a census night are those of its counties, each weighted
by its people in the part: towns come out older, and villages younger, than they are. Transfers by age come from the two
censuses; in a forecast from inside the decade this rival knows their shape, though not their level, ahead of time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from urbsim.facts.censuses import census_of
from urbsim.facts.register import Register
from urbsim.skill.observed import BASE_YEAR, province_rows, province_series

Array = NDArray[np.float64]

N_GROUPS = 18
"""Five-year age groups, the last one open from 85."""
_GROUP = 5  # years
_FERTILE = slice(3, 10)  # groups 15-19 to 45-49
_LOOKED_BACK = 3  # years whose rates go on
RURAL, URBAN = 0, 1
WOMEN = 1


@dataclass(frozen=True)
class Rates:
    """What happens in a year.

    death, transfer: (2, 18) by sex and group, shares of residents and of rural residents that die, and that turn urban
    less those who turn rural; births: per resident; boys: share of births; death_level, transfer_level: factors on the
    two; net_moves: residents gained over the border, share of all.
    """

    death: Array
    transfer: Array
    births: float
    boys: float
    death_level: float = 1.0
    transfer_level: float = 1.0
    net_moves: float = 0.0


def aged(people: Array, rates: Rates) -> Array:
    """Residents (2 parts, 2 sexes, 18 groups) after a year in which nobody moves: deaths, a fifth older, births.

    Births go to the parts by their women of 15 to 49.
    """
    left = people * (1 - rates.death_level * rates.death)
    older = left[..., :-1] / _GROUP
    after = left.copy()
    after[..., :-1] -= older
    after[..., 1:] += older
    women = people[:, WOMEN, _FERTILE].sum(axis=1)
    born = rates.births * people.sum() * women / women.sum()
    after[:, :, 0] += born[:, None] * np.array([rates.boys, 1 - rates.boys])
    return after


def moved(people: Array, rates: Rates, residents: float) -> Array:
    """The same after transfers to towns and moves over the border, which all groups and parts share alike.

    residents: of the whole before the year, from which net moves are reckoned.
    """
    turned = np.minimum(rates.transfer_level * rates.transfer, 1) * people[RURAL]
    after = np.stack([people[RURAL] - turned, people[URBAN] + turned])
    return after * (1 + rates.net_moves * residents / after.sum())


def year_on(people: Array, rates: Rates) -> Array:
    """Residents a year later."""
    return moved(aged(people, rates), rates, people.sum())


def share(people: Array) -> float:
    """Urban share."""
    return float(people[URBAN].sum() / people.sum())


def fitted(people: Array, rates: Rates, residents: float, urban: float, deaths: float) -> Rates:
    """The rates of a year that ended with so many residents, of whom a share was urban, and had so many deaths.

    deaths: per resident. The levels of deaths, transfers and moves follow one after the other, each exactly.
    """
    expected = float((people * rates.death).sum())
    dying = replace(rates, death_level=deaths * people.sum() / expected)
    after = aged(people, dying)
    natural = after.sum()
    possible = float((rates.transfer * after[RURAL]).sum())
    level = (urban * natural - after[URBAN].sum()) / possible
    return replace(dying, transfer_level=level, net_moves=(residents - natural) / people.sum())


class CohortAccount:
    """The account of the decade, year by year, and forecasts from the end of any of its years."""

    def __init__(self, register: Register) -> None:
        self._shares = province_series(register)
        self._births, self._deaths, residents = (
            province_rows(register, name) for name in ("birth_rate", "death_rate", "resident_pop")
        )
        self._residents = {year: 1e4 * count for year, count in residents.items()}
        self._base = _general_rates(register)
        self._states = {min(self._shares): on_census_night("census_2010")}
        self._rates: dict[int, Rates] = {}
        for year in range(min(self._shares) + 1, BASE_YEAR + 1):
            before = self._states[year - 1]
            rates = replace(self._base, births=self._births[year] / 1000)
            found = fitted(
                before, rates, self._residents[year], self._shares[year], self._deaths[year] / 1000
            )
            self._rates[year], self._states[year] = found, year_on(before, found)
        self._states[BASE_YEAR] = on_census_night("census_2020")

    def rates_at(self, origin: int) -> Rates | None:
        """The mean rates of the last three years up to the origin, or None with too short a past."""
        years = range(origin - _LOOKED_BACK + 1, origin + 1)
        if not all(year in self._rates for year in years):
            return None
        past = [self._rates[year] for year in years]
        names = ("births", "death_level", "transfer_level", "net_moves")
        return replace(
            self._base, **{name: float(np.mean([getattr(r, name) for r in past])) for name in names}
        )

    def forecast(self, origin: int, ahead: int) -> Array | None:
        """Shares of the next years at those rates, from the published share on; None with too short a past."""
        rates = self.rates_at(origin)
        if rates is None:
            return None
        people, found = self._states[origin], []
        for _ in range(ahead):
            people = year_on(people, rates)
            found.append(share(people))
        return np.array(found) + (self._shares[origin] - share(self._states[origin]))


def on_census_night(base: str) -> Array:
    """Residents by part, sex and five-year group, (2, 2, 18): ages of each county alike in both of its parts."""
    census = census_of(base)
    single = census.residents.astype(np.float64)  # (counties, 2, 19): 0, 1-4, 5-9, ...
    groups = np.concatenate([single[..., :1] + single[..., 1:2], single[..., 2:]], axis=2)
    within = census.part_total / census.part_total.sum(axis=1, keepdims=True)
    return np.einsum("cp,csg->psg", within, groups)


def _general_rates(register: Register) -> Rates:
    """Deaths by sex and age of China in 2015-2020, net transfers by sex and age between the censuses, boys at birth."""
    death, years = np.zeros((2, N_GROUPS)), np.zeros((2, N_GROUPS))
    sexes = ("male", "female")
    for row in register.rows("vital_rates_by_age"):
        if row["indicator"] == "death_rate_by_age" and row["period"] == "2015-2020":
            first = int(row["age_from"])
            at = (sexes.index(row["sex"]), min(first // _GROUP, N_GROUPS - 1))
            if first <= _GROUP * (N_GROUPS - 1):  # the open group takes the rate of its first five years
                width = float(row["age_width"])
                death[at] += width * float(row["value"])
                years[at] += width
    transfer = np.zeros((2, N_GROUPS))
    for row in register.rows("net_transfer_profile"):
        if row["kind"] == "age_specific_transfer_hazard" and row["level"] == "province":
            group = int(row["age_start"].rstrip("+").split("-")[0]) // _GROUP
            transfer[sexes.index(row["sex"]), group] = float(row["hazard_per_year"])
    youngest = on_census_night("census_2020")[:, :, 0].sum(axis=0)
    return Rates(death / years, transfer, births=0.0, boys=float(youngest[0] / youngest.sum()))
