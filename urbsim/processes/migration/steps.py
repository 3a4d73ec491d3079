"""Who reconsiders, where they go, who returns in a month (ODD equations M1-M5, M10, N1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import BASE_MONTH
from urbsim.compute.lists import merged
from urbsim.compute.profiling import step_of_month
from urbsim.compute.randomness import one_threshold
from urbsim.compute.threads import columns_of, end_to_end
from urbsim.processes.conditions.equations import MIDDLE_OF_DECADE, base_climate
from urbsim.processes.employment.equations import income_gain
from urbsim.processes.employment.support import gain_by_insurance, gain_by_news
from urbsim.processes.housing.renewal import share_renewed
from urbsim.processes.migration import balance, equations, hazards
from urbsim.processes.migration.equations import Migration, TownTerms, Utilities
from urbsim.processes.migration.networks import by_origin_and_alternative, network_shares
from urbsim.processes.migration.retention import retention
from urbsim.processes.migration.tastes import gumbel_tables, on_grid
from urbsim.processes.migration.worth import lasting_worth
from urbsim.processes.moving.steps import join_families, move
from urbsim.processes.process import Process
from urbsim.processes.reclassification.equations import recoding_rate
from urbsim.processes.registration.coverage import covered
from urbsim.processes.registration.equations import access_gain, access_in_own_city
from urbsim.processes.registration.steps import settle_outside
from urbsim.processes.schooling import equations as schooling
from urbsim.state.codes import AWAY, DEAD, FIRST_OUTSIDE

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_LOOKED_AT = 100_000  # numerical: persons from whom the balance of census night is found


def prepare(world: World) -> None:
    """Tastes, lasting worth of places and hazards that no month changes (ODD equations M3-M5, H6)."""
    p = world.parameters
    world.migration = Migration(
        worth=lasting_worth(p, world.places, world.month, world.journeys.hours_in(world.month), p.prior_draw),
        tastes=gumbel_tables(p["lambda_nest"]),
        return_base=hazards.return_thresholds(p),
        holds=retention(p),
    )


def open_migration(world: World) -> None:
    """Networks of the sample on census night, and the tie to home that balances it (ODD equations N1, M10).

    The balance is found from an even choice of persons of the sample.
    """
    migration, p = world.migration, world.parameters
    migration.base_stock = by_origin_and_alternative(world.ledger.stocks.persons)
    years = (BASE_MONTH[world.base] - MIDDLE_OF_DECADE) / 12
    rows = np.arange(0, world.n, max(world.n // _LOOKED_AT, 1), dtype=np.int32)
    per_year = np.ascontiguousarray(_reconsidering_at_home(world, years)[:, :, :, 0, 0])
    migration.leavers = world.engine.migration.villagers_by_type(rows, world.month, world.people, per_year)
    at_home = access_in_own_city(p, world.registration)
    terms = equations.base_terms(world.schooling.base_coverage, at_home)
    then = equations.utilities(p, migration.worth, base_climate(True), shares_of_networks(world), terms)
    migration.base_utilities = then
    migration.home_tie = balance.balanced_home_tie(p, migration, then, years)


def _reconsidering_at_home(world: World, years: float) -> np.ndarray:
    recoded = recoding_rate(world.parameters, world.behaviour.recoding)
    return hazards.reconsidering_at_home(world.parameters, recoded, years)


def shares_of_networks(world: World) -> np.ndarray:
    """(113 origins, 113 destinations) where people from an origin live now, as shares; zeros without networks."""
    migration = world.migration
    now = by_origin_and_alternative(world.ledger.stocks.persons)
    share = network_shares(world.totals.stock, migration.base_stock, now, world.weight)
    return share if world.behaviour.networks == "growing" else np.zeros_like(share)


@step_of_month
def weigh_places(world: World) -> None:
    """What places are worth this month, and how likely people are to reconsider and return (M1, M3, M5, N1)."""
    migration, p, climate = world.migration, world.parameters, world.climate
    if world.month in world.journeys.changes:
        migration.worth = lasting_worth(
            p, world.places, world.month, world.journeys.hours_in(world.month), p.prior_draw
        )
    share = shares_of_networks(world)
    found = equations.utilities(p, migration.worth, climate, share, town_terms(world))
    if world.behaviour.leaving == "elastic":
        found = balance.elastic_staying(p, migration, found)
    migration.utilities = found
    at_home = _reconsidering_at_home(world, climate.calendar_years)
    migration.at_home = hazards.thresholds(at_home, climate.mobility)
    if climate.mobility != migration.away_at:  # changes with the year, and with an epidemic
        migration.away = hazards.thresholds(hazards.reconsidering_away(p), climate.mobility)
        migration.most_away, migration.away_at = migration.away.max(axis=(0, 3)), climate.mobility
    migration.response = hazards.return_response(p, found.gain, climate.mobility)


def town_terms(world: World) -> TownTerms:
    """What the markets of the towns offer this month."""
    labour, p, registration = world.employment, world.parameters, world.registration
    insured = covered(labour.insured, registration.migrants)
    return TownTerms(
        income=income_gain(labour, p) + gain_by_insurance(labour, p, insured),
        rent=world.housing.rent,
        school=world.schooling.coverage,
        access=access_gain(world.parameters, world.registration),
        access_in_own_city=access_in_own_city(world.parameters, world.registration),
        renewed=share_renewed(world.renewal, world.housing),
        services=world.services.terms,
        news=news_of_vacancies(world) if labour.news.any() else None,
        village_shares=registration.share_of_villagers()
        if registration.brought.village_shares.any()
        else None,
    )


def news_of_vacancies(world: World) -> np.ndarray:
    """(111 origins, 111 towns) ln expected income that news at home adds to towns of the own prefecture (ODD L9)."""
    told = covered(world.employment.news, world.registration.in_villages)
    prefecture = world.places.prefecture_index
    near = prefecture[:, None] == prefecture
    return told[:, None] * near * gain_by_news(world.employment, world.parameters)


@step_of_month
def decide_and_move(world: World, rows: np.ndarray, graduates: np.ndarray) -> None:
    """Who reconsiders, where they go or go back to, families with them (ODD equations M1-M4, M6-M8)."""
    people, month, migration = world.people, world.month, world.migration
    loops = world.engine.migration
    key, fine = world.key("activation"), world.key("activation:fine")
    deciders = world.over_rows(
        rows,
        lambda r: loops.activated(
            r, month, people, migration.at_home, migration.away, migration.holds, key, fine
        ),
    )
    deciders = merged(end_to_end(deciders, np.int32), graduates[people.risk[graduates] != DEAD])
    displaced = world.renewal.displaced  # whoever lost their home looks for another, here or elsewhere
    if displaced.size:
        deciders = merged(deciders, displaced[people.risk[displaced] != DEAD])
    to = choose_destinations(world, migration.utilities, deciders)
    come_along = schooling.coming_along(world.parameters, world.schooling)

    def leavers_and_stayers(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        who, where = deciders[lo:hi], to[lo:hi]
        leaves = where != people.lives[who]
        return who[leaves], where[leaves], who[~leaves]

    pieces = world.chunks.map(leavers_and_stayers, deciders.size, listed=True)
    leaving, where, staying = columns_of(pieces, np.int32, np.uint8, np.int32)
    move(world, leaving, where, come_along, world.key("along"))
    # The families of some have gone meanwhile, and they with them.
    away = end_to_end(world.over_rows(staying, lambda r: r[(people.risk[r] & AWAY) != 0]), np.int32)
    join_families(world, away, come_along)
    settle_outside(world, away)


def choose_destinations(world: World, utilities: Utilities, deciders: np.ndarray) -> np.ndarray:
    """The part each decider lives in from now on, uint8 (ODD equations M2-M4)."""
    if world.conditions.border_moves == "on":
        return _best_of_all(world, utilities, deciders)
    chosen = np.empty(deciders.size, np.uint8)
    outside = world.people.lives[deciders] >= FIRST_OUTSIDE
    for side in (False, True):
        here = outside == side
        closed = equations.one_side(utilities, side)
        chosen[here] = _best_of_all(world, closed, deciders[here])
    crossing = (chosen >= FIRST_OUTSIDE) != outside  # a village beyond the border
    chosen[crossing] = world.people.lives[deciders[crossing]]
    return chosen


def _best_of_all(world: World, utilities: Utilities, deciders: np.ndarray) -> np.ndarray:
    p, people, month, migration = world.parameters, world.people, world.month, world.migration
    taste, nest_taste = migration.tastes
    stay, family = (int(on_grid(p[name])) for name in ("stay_utility", "beta_family"))
    ties = on_grid(equations.ties(p, migration.home_tie))
    home_open = world.behaviour.returning == "choice"
    taste_key, nest_key = world.key("taste"), world.key("nest")
    destinations = world.engine.migration.destinations
    chosen = world.chunks.map(
        lambda lo, hi: destinations(
            lo, hi, deciders, month, people, utilities.destination, utilities.pair, stay, utilities.village,
            utilities.staying, ties, family, home_open, utilities.nests, nest_taste, taste, taste_key, nest_key,
        ),
        deciders.size,
        listed=True,
    )  # fmt: skip
    return end_to_end(chosen, np.uint8)


@step_of_month
def give_up_and_return(world: World, rows: np.ndarray) -> None:
    """Who comes back by a hazard, where returning is no choice (ODD equation M5)."""
    if world.behaviour.returning == "choice":
        return
    people, month, p, migration = world.people, world.month, world.parameters, world.migration
    loops, key, fine = world.engine.migration, world.key("return"), world.key("return:fine")
    where, to_town = world.key("where"), one_threshold(p["share_return_to_town"])
    if not world.climate.border_moves:
        lives, home = people.lives[rows], people.home[rows]
        rows = rows[(lives >= FIRST_OUTSIDE) == (home >= FIRST_OUTSIDE)]
    found = world.over_rows(
        rows,
        lambda r: loops.returning(
            r, month, people, migration.return_base, migration.response, migration.holds, to_town, key, fine, where
        ),
    )  # fmt: skip
    returners, to = columns_of(found, np.int32, np.uint8)
    come_along = schooling.coming_along(p, world.schooling)
    move(world, returners, to, come_along, world.key("return:along"))


PROCESS = Process("migration", prepare=prepare, open=open_migration)
