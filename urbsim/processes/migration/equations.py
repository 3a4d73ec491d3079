"""What places are worth: the utility of every alternative, by chooser and by origin (ODD equation M3)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from urbsim.facts.parameters import Parameters
from urbsim.processes.conditions.equations import Climate
from urbsim.processes.migration.tastes import on_grid
from urbsim.processes.migration.worth import N_TYPES, LastingWorth
from urbsim.processes.services.equations import NOTHING_NEW, ServiceTerms
from urbsim.state.codes import (
    N_ALTERNATIVES,
    N_COUNTIES,
    N_DESTINATIONS,
    N_ORIGINS,
)

N_BANDS = 4  # of age: 16-24, 25-34, 35-49, 50 and over
_WITH_CHILD, _YOUNG = slice(12, None), slice(None, None, N_BANDS)  # of the types
_OLD = slice(N_BANDS - 1, None, N_BANDS)
_CLOSED = -1e6  # guard: utility of a destination that cannot be chosen


@dataclass(frozen=True)
class TownTerms:
    """What the markets of each town offer this month, (111,) each, against census night where it says so.

    income: ln expected income over the base; rent: ln rent over the base; school: share of newcomers' children who find
    a public or purchased school place, 0..1; access: share of services open to a newcomer from another city, 0..1, less
    that of the base; access_in_own_city: of those open to one registered in the same city, less that of the base to the
    other; renewed: share of households in homes renewed since; services: what services are worth over the base; news:
    (111 origins, 111 towns) ln expected income that villagers of an origin add for what they hear of vacancies;
    village_shares: share of the registered villagers with certified shares in what their village owns.
    """

    income: np.ndarray
    rent: np.ndarray
    school: np.ndarray
    access: np.ndarray
    access_in_own_city: np.ndarray
    renewed: np.ndarray
    services: ServiceTerms = NOTHING_NEW
    news: np.ndarray | None = None
    village_shares: np.ndarray | None = None


def base_terms(school: np.ndarray, access_in_own_city: np.ndarray) -> TownTerms:
    """The terms of census night; school: (111,) coverage then."""
    nothing = np.zeros(N_COUNTIES)
    return TownTerms(nothing, nothing, school, nothing, access_in_own_city, nothing)


@dataclass(frozen=True)
class Utilities:
    """Utilities on the grid of one month (int64) and what each alternative has gained since census night (float).

    destination: (24 types, 113); pair: (113 origins, 113); village: (24 types, 111 counties) of those registered there
    or elsewhere; staying: the same of those who live there and may stay; gain: (114,) over the village; nests: (113,)
    kind of each destination.
    """

    destination: np.ndarray
    pair: np.ndarray
    village: np.ndarray
    staying: np.ndarray
    gain: np.ndarray
    nests: np.ndarray


@dataclass
class Migration:
    """The state of migration.

    worth: of places, as far as it lasts, made anew where hours or districts change. What no month changes: tastes: of
    `gumbel_tables`; return_base: of `return_thresholds`; holds: (256,) of `retention`; base_stock: (113, 114) persons
    of the sample by origin and place on census night; home_tie: utility of being where one is registered, found on
    census night; leavers: (24 types, 111 counties) villagers who reconsider then, per year.
    Of the month: utilities; at_home, away: monthly thresholds of reconsidering, most_away: (ages, 2 sex) the highest of
    those away, away_at: the mobility that these are of; response: of `return_response`.
    """

    worth: LastingWorth
    tastes: tuple[np.ndarray, np.ndarray]
    return_base: np.ndarray
    holds: np.ndarray
    base_stock: np.ndarray = field(default_factory=lambda: np.zeros((N_ORIGINS, N_ALTERNATIVES), np.int64))
    home_tie: float = 0.0
    leavers: np.ndarray = field(default_factory=lambda: np.zeros((N_TYPES, N_COUNTIES)))
    base_utilities: Utilities = field(init=False)
    utilities: Utilities = field(init=False)
    at_home: np.ndarray = field(init=False)
    away: np.ndarray = field(init=False)
    most_away: np.ndarray = field(init=False)
    away_at: float | None = None
    response: np.ndarray = field(init=False)

    @cached_property
    def most_return(self) -> np.ndarray:
        """(ages, 2 sex) highest threshold of return of that age, however long away, with or without a child left."""
        return self.return_base.max(axis=(0, 3))


def ties(parameters: Parameters, home_tie: float) -> np.ndarray:
    """(2 settings, 4 age bands) utility of being where one is registered, in a village or not (ODD equation M2).

    home_tie: of villagers; it rises from fifty on. Townspeople and people from outside have their own.
    """
    by_setting = np.array([home_tie, parameters["home_tie_of_towns"]])
    return by_setting[:, None] + np.array([0.0, 0.0, 0.0, parameters["home_tie_from_fifty"]])


def utilities(
    parameters: Parameters, lasting: LastingWorth, climate: Climate, share: np.ndarray, terms: TownTerms
) -> Utilities:
    """What each alternative is worth, by type of chooser and by origin (ODD equations M3, P12).

    share: (113 origins, 113 destinations) share of the origin's migrants who live there; terms: what the
    markets of the towns offer.
    """
    p = parameters
    moved = np.zeros(N_DESTINATIONS)
    moved[:N_COUNTIES] = terms.income
    # Outside wages grow relative to Guangxi's towns as usual; Guangxi's own surprises do not lift them.
    moved[N_COUNTIES:] = climate.outside_wage + np.log(climate.outside_jobs)
    housing = p["beta_rent"] * (terms.rent - terms.income) + p["beta_renewed_homes"] * terms.renewed
    value = p["beta_w"] * (lasting.income + moved) + lasting.size + lasting.constant
    services = terms.services
    value[:N_COUNTIES] += housing + p["beta_q"] * terms.access + services.town
    destination = value + lasting.skill[:, None]
    # Villages take every pupil who lives there; towns and the outside have places for a part of them.
    destination[_WITH_CHILD, :N_COUNTIES] += p["beta_school"] * terms.school
    destination[_WITH_CHILD, N_COUNTIES:] += p["beta_school"] * p["outside_school_coverage"]
    destination[_YOUNG, N_COUNTIES:] += p["outside_young"]
    destination[_OLD, :N_COUNTIES] += services.town_old
    destination[:, :N_COUNTIES] += services.town_small_child
    pair = lasting.journey + p["beta_net"] * share
    # Kin and land are within reach, and services open, in the own county or any district of the own city.
    in_own_city = p["own_city"] + p["beta_q"] * (terms.access_in_own_city - terms.access) + services.own_city
    pair[:N_COUNTIES, :N_COUNTIES] += lasting.same_city * in_own_city
    own = np.arange(N_COUNTIES)
    # Size says how open a place is to strangers; people of the county have kin there however small it is.
    pair[own, own] += p["own_county"] - p["own_city"] - lasting.size[:N_COUNTIES]
    income = np.log(p["income_rural_at_base"]) + climate.village_catch_up
    village = np.full((N_TYPES, N_COUNTIES), p["beta_w"] * income)
    village += services.village
    village[_WITH_CHILD] += p["beta_school"] + services.village_pupil
    if terms.news is not None:
        pair[:N_COUNTIES, :N_COUNTIES] += p["beta_w"] * terms.news
    if terms.village_shares is not None:
        village = village - p["beta_land_rights"] * terms.village_shares
    gain = np.concatenate([p["beta_w"] * (moved - climate.village_catch_up), [0.0]])
    # Who lives there knows whether they hold a permit (H6); services of villages differ by county, and are left out.
    gain[:N_COUNTIES] += housing + services.town
    on_the_grid = on_grid(village)
    return Utilities(on_grid(destination), on_grid(pair), on_the_grid, on_the_grid, gain, lasting.nests)


def one_side(utilities: Utilities, outside: bool) -> Utilities:
    """The same utilities for those on one side of a closed border: no destination on the other can be chosen."""
    destination = utilities.destination.copy()
    destination[:, slice(None, N_COUNTIES) if outside else slice(N_COUNTIES, None)] = on_grid(_CLOSED)
    return replace(utilities, destination=destination)
