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
from urbsim.processes.migration import equations
from urbsim.processes.migration.equations import Migration, TownTerms, Utilities
from urbsim.processes.migration.networks import by_origin_and_alternative, network_shares
from urbsim.processes.migration.retention import retention
from urbsim.processes.moving.steps import move, move_children
from urbsim.processes.process import Process
from urbsim.processes.registration.equations import access_gain, access_in_own_city
from urbsim.processes.schooling import equations as schooling
from urbsim.state.codes import DEAD, FIRST_OUTSIDE

if TYPE_CHECKING:
    from urbsim.simulation.world import World


def prepare(world: World) -> None:
    """Tastes, lasting worth of places and hazards that no month changes (ODD equations M3-M5, M10, H6)."""
    p = world.parameters
    years = (BASE_MONTH[world.base] - MIDDLE_OF_DECADE) / 12
    world.migration = Migration(
        nests=equations.nest_of_destination(world.places),
        worth=equations.lasting_worth(p, world.places),
        tastes=equations.gumbel_tables(p["lambda_nest"]),
        margins=equations.stay_margins(),
        return_base=equations.return_thresholds(p),
        seasoned=equations.seasoned_thresholds(
            equations.activation_per_year(p, years), int(p["life_stage_years"])
        ),
        holds=retention(p),
    )


def open_migration(world: World) -> None:
    """Networks of the sample on census night (ODD equation N1)."""
    world.migration.base_stock = by_origin_and_alternative(world.ledger.stocks.persons)


@step_of_month
def weigh_places(world: World) -> None:
    """What places are worth this month, and how likely people are to reconsider and return (M1, M3, M5, N1)."""
    migration, p, climate = world.migration, world.parameters, world.climate
    now = by_origin_and_alternative(world.ledger.stocks.persons)
    share = network_shares(world.totals.stock, migration.base_stock, now, world.weight)
    migration.utilities = equations.utilities(p, migration.worth, climate, share, town_terms(world))
    per_year = equations.activation_per_year(p, climate.calendar_years)
    migration.activation = equations.activation_thresholds(per_year, climate.mobility)
    migration.response = equations.return_response(p, migration.utilities.gain, climate.mobility)


def town_terms(world: World) -> TownTerms:
    """What the markets of the towns offer this month."""
    return TownTerms(
        income=income_gain(world.employment, world.parameters),
        rent=world.housing.rent,
        school=world.schooling.coverage,
        access=access_gain(world.parameters, world.registration),
        access_in_own_city=access_in_own_city(world.parameters, world.registration),
    )


@step_of_month
def decide_and_move(world: World, rows: np.ndarray, graduates: np.ndarray) -> None:
    """Who reconsiders, where they go, families with them (ODD equations M1-M4, M6-M8)."""
    people, month, migration = world.people, world.month, world.migration
    loops, moving = world.engine.migration, world.engine.moving
    key, fine = world.key("activation"), world.key("activation:fine")
    deciders = world.over_rows(
        rows, lambda r: loops.activated(r, month, people, migration.activation, migration.holds, key, fine)
    )
    deciders = merged(end_to_end(deciders, np.int32), graduates[people.risk[graduates] != DEAD])
    to = choose_destinations(world, migration.utilities, deciders)
    come_along = schooling.coming_along(world.parameters, world.schooling)
    leaving = to != people.lives[deciders]
    move(world, deciders[leaving], to[leaving], come_along, world.key("along"))
    joins = schooling.joining(world.parameters, world.schooling)
    join = world.key("join")
    joining = world.over_rows(
        deciders[~leaving], lambda r: moving.children_who_join(r, month, people, joins, join)
    )
    children, parents_place = columns_of(joining, np.int32, np.uint8)
    if not world.climate.border_moves:
        same_side = (people.lives[children] >= FIRST_OUTSIDE) == (parents_place >= FIRST_OUTSIDE)
        children, parents_place = children[same_side], parents_place[same_side]
    move_children(world, children, parents_place)


def choose_destinations(world: World, utilities: Utilities, deciders: np.ndarray) -> np.ndarray:
    """The part each decider lives in from now on, uint8; tastes are frozen (ODD equations M2-M4, M10).

    Who had made up their mind before census night although another place seemed better had a reason to stay worth
    at least that much, and an exponential margin more (what a Gumbel maximum exceeds its rivals by). They move only
    where the best place now beats it. Raising one place can so move people to that place alone.
    """
    people = world.people
    family = int(equations.on_grid(world.parameters["beta_family"]))
    chosen, worth = _best_places(world, utilities, deciders, family)
    leaving = np.flatnonzero(chosen != people.lives[deciders])
    kernel, key, thresholds = (
        world.engine.migration.seasoned,
        world.lasting_key("seasoned"),
        world.migration.seasoned,
    )
    made_up = world.over_rows(
        deciders[leaving],
        lambda rows: kernel(rows, world.base_month, world.base_rows, world.month, people, thresholds, key),
    )
    known = leaving[end_to_end(made_up, np.uint8) == 1]
    before, worth_before = _best_places(world, base_utilities(world), deciders[known], 0)
    margin = world.migration.margins[margin_bits(world, deciders[known])]
    held = (before != people.lives[deciders[known]]) & (worth[known] <= worth_before + margin)
    chosen[known[held]] = people.lives[deciders[known[held]]]
    return chosen


def margin_bits(world: World, rows: np.ndarray) -> np.ndarray:
    """16 lasting random bits of each row: how much better than best the reason to stay was."""
    return (world.luck_of(rows, world.lasting_key("margin")) >> np.uint64(48)).astype(np.int64)


def _best_places(
    world: World, utilities: Utilities, deciders: np.ndarray, family: int
) -> tuple[np.ndarray, np.ndarray]:
    if world.conditions.border_moves == "on":
        return _best_of_all(world, utilities, deciders, family)
    chosen, worth = np.empty(deciders.size, np.uint8), np.empty(deciders.size, np.int64)
    outside = world.people.lives[deciders] >= FIRST_OUTSIDE
    for side in (False, True):
        here = outside == side
        closed = equations.one_side(utilities, side)
        chosen[here], worth[here] = _best_of_all(world, closed, deciders[here], family)
    return chosen, worth


def _best_of_all(
    world: World, utilities: Utilities, deciders: np.ndarray, family: int
) -> tuple[np.ndarray, np.ndarray]:
    p, people, month, migration = world.parameters, world.people, world.month, world.migration
    taste, nest_taste = migration.tastes
    stay, home = (int(equations.on_grid(p[name])) for name in ("stay_utility", "home_tie"))
    taste_key, nest_key = world.lasting_key("taste"), world.lasting_key("nest")
    life_stage = int(p["life_stage_years"])
    destinations = world.engine.migration.destinations
    chosen = world.chunks.map(
        lambda lo, hi: destinations(
            lo, hi, deciders, month, people, utilities.destination, utilities.pair, stay, utilities.rural, home, family,
            migration.nests, nest_taste, taste, taste_key, nest_key, life_stage,
        ),
        deciders.size,
        listed=True,
    )  # fmt: skip
    parts, worth = columns_of(chosen, np.uint8, np.int64)
    return parts, worth


def base_utilities(world: World) -> Utilities:
    """Utilities on census night, computed once, by the scenario's border alone."""
    migration = world.migration
    if migration.base_utilities is None:
        base = migration.base_stock
        share = network_shares(world.totals.stock, base, base, world.weight)
        climate = base_climate(world.conditions.border_moves == "on")
        at_home = access_in_own_city(world.parameters, world.registration)
        terms = equations.base_terms(world.schooling.base_coverage, at_home)
        migration.base_utilities = equations.utilities(
            world.parameters, migration.worth, climate, share, terms
        )
    return migration.base_utilities


@step_of_month
def give_up_and_return(world: World, rows: np.ndarray) -> None:
    """Who comes back to the village or the county seat (ODD equation M5)."""
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
    come_along = schooling.coming_back_along(p["spouse_comes"], p["child_comes_back"])
    move(world, returners, to, come_along, world.key("return:along"))


PROCESS = Process("migration", prepare=prepare, open=open_migration)
