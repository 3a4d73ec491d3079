"""Housing on census night and month by month: stocks, rents, tenancies, the queue (ODD equations H0-H6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import calendar_month
from urbsim.compute.profiling import step_of_month
from urbsim.compute.randomness import monthly_probability, one_threshold, probability_threshold, stream_key
from urbsim.compute.row_lists import without
from urbsim.compute.threads import columns_of
from urbsim.compute.words import BYTE_VALUES
from urbsim.population.urban_homes import load_urban_homes
from urbsim.processes.housing import equations as housing
from urbsim.processes.housing.equations import HousingMarket, Tenancies
from urbsim.processes.housing.renewal import Renewal, finish_sites, pull_down
from urbsim.processes.moving.steps import move_children
from urbsim.processes.process import Process
from urbsim.state.codes import N_COUNTIES, N_INSIDE
from urbsim.state.holdings import GUARANTEED_RENTAL, OWN_HOME, PUBLIC_RENTAL, RENT_SUBSIDY
from urbsim.state.ledger import Stocks

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_NOBODY = np.uint64(0)  # threshold
_LOOKED_AT = 100.0  # numerical: so many times those due are looked at, lest a county has too few of them


def prepare(world: World) -> None:
    """The market before any dwelling stands in it."""
    world.housing = HousingMarket()
    world.renewal = Renewal()


def open_housing(world: World) -> None:
    """Dwellings, tenancies and the queue on census night (ODD equations H0, H4)."""
    market, p, kernels = world.housing, world.parameters, world.engine.housing
    homes = load_urban_homes(world.chunks.threads, world.base)
    shares = housing.renting_shares(world.places, homes, p["migrants_rent_ratio"], p["most_renters"])
    lives = world.ledger.stocks.persons.sum(axis=0)
    people = world.people
    world.renewal.old = homes.households * (p["homes_in_old_communities"] / world.weight)
    market.count_beds(world.ledger)
    housing.open_stock(market, p, homes, shares, lives[1:N_INSIDE:2], world.weight)

    rows, migrant = _eligible(world, one_threshold(1.0), np.uint64(0))
    luck = world.luck_of(rows, stream_key(0, "public rental"))
    counties = people.lives[rows] >> 1
    ranks = housing.rank_of(counties, luck)
    reserved = housing.migrant_units(market, p, homes, world.weight)
    chosen = np.zeros(rows.size, dtype=bool)
    for group, units in ((migrant == 1, reserved), (migrant == 0, market.public.capacity)):
        among = np.flatnonzero(group & ~chosen)
        free = np.minimum(units, market.public.capacity - np.bincount(counties[chosen], minlength=N_COUNTIES))
        chosen[among[housing.serve(ranks[among], free)]] = True
    left = np.flatnonzero(~chosen)
    free = market.public.capacity - np.bincount(counties[chosen], minlength=N_COUNTIES)
    chosen[left[housing.serve(ranks[left], free)]] = True
    _move_in(world, market.public, rows[chosen], counties[chosen], PUBLIC_RENTAL)

    rest = ~chosen
    rows, counties, luck = rows[rest], counties[rest], luck[rest]
    drawing = housing.serve(housing.rank_of(counties, luck), market.subsidies.capacity)
    _move_in(world, market.subsidies, rows[drawing], counties[drawing], RENT_SUBSIDY)
    # Whoever has been entitled for years has probably applied by now.
    years = kernels.residence_months(rows, world.month, people) / 12
    applied = probability_threshold(monthly_probability(p["public_rental_applications_per_year"] * years))
    bits = world.luck_of(rows, stream_key(0, "housing application")) >> np.uint64(32)
    waits = (bits < applied) & ((people.holdings[rows] & (PUBLIC_RENTAL | RENT_SUBSIDY)) == 0)
    market.waiting, market.waiting_counties = rows[waits], counties[waits]


@step_of_month
def house(world: World) -> None:
    """The month's tenancies, dwellings and rents (ODD equations H1-H6)."""
    market, p, people = world.housing, world.parameters, world.people
    kernels = world.engine.housing
    held = (
        (market.public, PUBLIC_RENTAL),
        (market.subsidies, RENT_SUBSIDY),
        (market.guaranteed, GUARANTEED_RENTAL),
        (market.bought, OWN_HOME),
    )
    held = [(tenancies, mark) for tenancies, mark in held if tenancies.capacity.any()]
    for tenancies, _ in held:
        give_back(world, tenancies)
    for tenancies, mark in held:
        renew(world, tenancies, mark)
    market.bought.capacity = market.bought.held()  # a home that its owner left is sold
    if calendar_month(world.month) % p["migrants_apply_every"] == 0:
        let_guaranteed(world)
        lend(world)
    if calendar_month(world.month) == p["applications_month"]:
        apply_for_housing(world)
    _clear_queue(world)
    housed = _allot(world, market.public, PUBLIC_RENTAL)
    _allot(world, market.subsidies, RENT_SUBSIDY)
    share = one_threshold(p["family_follows_housing"])
    family, to = kernels.followers(
        housed, world.month, people, share, world.climate.border_moves, world.key("reunion")
    )
    move_children(world, family, to)
    world.attribution.family_followed(world, family, to)

    market.count_beds(world.ledger)
    recoded = housing.follow_people(market, world.ledger)
    renew_sites(world)
    housing.build(market, p, recoded)
    if market.on_land.any():
        market.on_land_by_month[world.month] = market.on_land
    housing.price(market, p, recoded)


def let_guaranteed(world: World) -> None:
    """Guaranteed rental dwellings go by lot to migrant households who rent and apply (ODD equation H10)."""
    market, p = world.housing, world.parameters
    free = market.guaranteed.free()
    if free.any():
        rows = _applicants(world, p["guaranteed_rental_applications_per_year"], 0, "guaranteed rental", free)
        _give_by_lot(world, market.guaranteed, GUARANTEED_RENTAL, rows, free, "guaranteed rental")


def lend(world: World) -> None:
    """Migrant households who rent and apply buy a home with a loan, where one is for sale (ODD equation H11)."""
    market, p = world.housing, world.parameters
    on_offer = np.minimum(market.loans, market.for_sale())
    if not on_offer.any():
        return
    months = int(p["home_loan_months_of_residence"])
    rows = _applicants(world, p["home_loan_applications_per_year"], months, "home loan", on_offer)
    before = market.bought.held()
    market.bought.capacity = before + on_offer
    _give_by_lot(world, market.bought, OWN_HOME, rows, on_offer, "home loan")
    market.bought.capacity = market.bought.held()
    market.loans = market.loans - (market.bought.capacity - before)


def _applicants(world: World, per_year: float, residence: int, what: str, free: np.ndarray) -> np.ndarray:
    """Heads of migrant households who rent, have no support and apply in this round, in order of rows, int32.

    free: (111,) units; nobody is looked for where there is none.
    """
    hazard = per_year * world.parameters["migrants_apply_every"] / 12
    share = one_threshold(float(monthly_probability(np.array(hazard))))
    return migrant_tenants(world, share, world.key(f"{what} application"), residence, free > 0)


def _give_by_lot(
    world: World, tenancies: Tenancies, mark: int, rows: np.ndarray, free: np.ndarray, what: str
) -> None:
    """Begins tenancies with some of these households, at most `free`, (111,), in each county."""
    counties = world.people.lives[rows] >> 1
    ranks = housing.rank_of(counties, world.luck_of(rows, world.key(what)))
    first = housing.serve(ranks, free)
    new = _move_in(world, tenancies, rows[first], counties[first], mark)
    world.attribution.homes_let(world, new, free, mark)


def renew_sites(world: World) -> None:
    """Old dwellings are pulled down, rebuilt ones handed over; tenants lose their home (ODD equation H7)."""
    sites, market, p = world.renewal, world.housing, world.parameters
    sites.displaced = np.empty(0, np.int32)
    finish_sites(sites, market, world.month)
    if sites.condemned.any() and calendar_month(world.month) % p["sites_cleared_every"] == 0:
        due = pull_down(sites, market, p, world.month)
        sites.displaced = _give_notice(world, due)


def _give_notice(world: World, due: np.ndarray) -> np.ndarray:
    """Rows, rising, of migrant tenants who lose their home: heads of households, at most `due`, (111,) (H7)."""
    market, key = world.housing, world.key("notice to leave")
    households = np.maximum(market.homes(), 1)
    if not due.any():
        return np.empty(0, np.int32)
    among = np.minimum(_LOOKED_AT * (due / households).max(), 1.0)
    rows = migrant_tenants(world, one_threshold(among), key, 0, due > 0)
    counties = world.people.lives[rows] >> 1
    ranks = housing.rank_of(counties, world.luck_of(rows, key))
    return np.sort(rows[housing.serve(ranks, due)])


def give_back(world: World, tenancies: Tenancies) -> None:
    """Takes the marks of housing support from everybody in these households."""
    kernel = world.engine.housing.give_back
    jobs = [partial(kernel, bearers, world.people) for bearers in tenancies.bearers]
    world.chunks.at_once(jobs, sum(bearers.size for bearers in tenancies.bearers))


def renew(world: World, tenancies: Tenancies, mark: int) -> None:
    """Which tenancies go on, under whom, and who lives in them (ODD equation H6).

    Whoever lives in a dwelling lives in its county, so that counties can be taken in any order, or at once. Within a
    county older tenancies come first: the second of two in one household ends.
    """
    kernel = world.engine.housing.renew
    rows, counties = tenancies.rows, tenancies.counties
    starts = np.searchsorted(counties, np.arange(N_COUNTIES + 1, dtype=counties.dtype))

    def renew_counties(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Those of the counties that begin at positions lo to hi, to their end."""
        first, last = starts[np.searchsorted(starts, (lo, hi))]
        return kernel(rows[first:last], counties[first:last], mark, world.month, world.people)

    pieces = world.chunks.map(renew_counties, rows.size, listed=True) or [renew_counties(0, 0)]
    tenancies.rows, tenancies.counties = columns_of([piece[:2] for piece in pieces], np.int32, np.uint8)
    tenancies.bearers = [bearers for _, _, bearers in pieces]


def apply_for_housing(world: World) -> None:
    """Once a year some eligible households apply; those not yet waiting join the queue (ODD equation H4)."""
    market = world.housing
    hazard = world.parameters["public_rental_applications_per_year"]
    applied = one_threshold(float(monthly_probability(np.array(hazard))))
    rows, _ = _eligible(world, applied, world.key("housing application"))
    rows = without(rows, market.waiting)
    market.waiting = np.concatenate([market.waiting, rows])
    counties = world.people.lives[rows] >> 1
    market.waiting_counties = np.concatenate([market.waiting_counties, counties])
    market.book("applied", np.bincount(counties, minlength=N_COUNTIES))


def _eligible(world: World, applied: np.uint64, key: np.uint64) -> tuple[np.ndarray, np.ndarray]:
    """Household heads who are eligible and apply, in order of rows, and whether they are migrants. Keyed by `key`."""
    p = world.parameters
    low_income = one_threshold(p["low_income_renters"])
    needs_permit = int(p["public_rental_needs_permit"])
    renting, residence = world.housing.renting, int(p["public_rental_months_of_residence"])
    return _renting(world, renting, low_income, needs_permit, residence, applied, key)


def migrant_tenants(
    world: World, share: np.uint64, key: np.uint64, residence: int, counties: np.ndarray
) -> np.ndarray:
    """Heads of migrant households who rent and have no support, in order of rows, int32 (ODD equations H4, H7).

    share: uint64 threshold on 2^-32, of them that is meant, by luck under `key`; residence: months away at least;
    counties: (111,) bool, where they are looked for.
    """
    renting = np.where(counties[:, None], world.housing.renting, _NOBODY)
    rows, _ = _renting(world, renting, _NOBODY, 0, residence, share, key)
    return rows


def _renting(
    world: World,
    renting: np.ndarray,
    low_income: np.uint64,
    needs_permit: int,
    residence: int,
    share: np.uint64,
    key: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    """Heads of households who rent, by the rules of `kernels.eligible`, and whether they are migrants."""
    kernel = world.engine.housing.eligible
    tenure, income = stream_key(0, "tenure"), stream_key(0, "low income")
    pieces = world.chunks.map(
        lambda lo, hi: kernel(
            lo, hi, world.month, world.people, world.registration.city, renting, low_income, needs_permit, residence,
            share, tenure, income, key,
        ),
        world.n,
    )  # fmt: skip
    rows, migrant = columns_of(pieces, np.int32, np.uint8)
    return rows, migrant


def _allot(world: World, tenancies: Tenancies, mark: int) -> np.ndarray:
    """Gives what is free to the queue, exactly as much as there is (ODD equation H5).

    Everybody in the queue still waits when this is called, and when it returns.
    Returns rows of new tenants.
    Two of a queue can have become one household since they applied; what the second leaves goes to the next.
    """
    market = world.housing
    housed = [np.empty(0, np.int32)]
    while True:
        free = tenancies.free()
        first = _first_in_line(world, free)
        if first.size == 0:
            return np.concatenate(housed)
        rows, counties = market.waiting[first], market.waiting_counties[first]
        housed.append(_move_in(world, tenancies, rows, counties, mark))
        world.attribution.homes_let(world, housed[-1], free, mark)
        _clear_queue(world, tenancies.bearers[-1])


def _clear_queue(world: World, served: np.ndarray | None = None) -> None:
    """Takes from the queue who no longer waits (ODD equation H5).

    served: int32 rows of all who were given something since the whole queue waited; None where somebody may also have
    moved or died.
    """
    market, kernel = world.housing, world.engine.housing.still_waiting
    rows, counties, moved = market.waiting, market.waiting_counties, served is None
    by_now = np.empty(0, np.int32) if served is None else served
    found = world.chunks.map(
        lambda lo, hi: kernel(rows[lo:hi], counties[lo:hi], world.people, moved, by_now),
        rows.size,
        listed=True,
    )
    market.waiting, market.waiting_counties = columns_of([piece[:2] for piece in found], np.int32, np.uint8)
    market.book(
        "left_queue", sum((left for _, _, left in found), np.zeros(BYTE_VALUES, np.int64))[:N_COUNTIES]
    )


def _first_in_line(world: World, free: np.ndarray) -> np.ndarray:
    """Positions in the queue, rising, of the first of each county, as many as units are free; free: (111,) int64.

    Whoever is among the first of all is among the first of any piece of the queue, so that pieces are looked at in
    threads, and then those whom they bring forward.
    """
    market, kernel = world.housing, world.engine.housing.front_of_queue
    counted, key = int(world.parameters["residence_counted_months"]), world.lasting_key("queue")
    rows, counties = market.waiting, market.waiting_counties

    def first_of_piece(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray]:
        at, ranks = kernel(rows[lo:hi], counties[lo:hi], free, world.month, world.people, counted, key)
        first = housing.serve(ranks, free)
        return lo + at[first], ranks[first]

    found = world.chunks.map(first_of_piece, rows.size, listed=True)
    positions, ranks = columns_of(found, np.int64, np.uint64)
    return positions if len(found) < 2 else positions[housing.serve(ranks, free)]


def _move_in(
    world: World, tenancies: Tenancies, rows: np.ndarray, counties: np.ndarray, mark: int
) -> np.ndarray:
    """New tenancies. Returns the rows of those that began."""
    new, where, bearers = world.engine.housing.renew(rows, counties, mark, world.month, world.people)
    tenancies.begin(new, where, bearers)
    return new


def residuals(world: World, recounted: Stocks) -> dict[str, int]:
    """Residuals of the accounts of dwellings, beds, tenancies and the queue (ODD equation A4)."""
    kernel = world.engine.housing.supported
    pieces = world.chunks.map(lambda lo, hi: kernel(lo, hi, world.people), world.n)
    present = recounted.persons.sum(axis=0)
    return housing.residuals(world.housing, world.people, np.sum(pieces, axis=0), present)


def observe(world: World) -> dict[str, np.ndarray]:
    """Public rental units that are let, and rent subsidies paid this month."""
    market = world.housing
    occupied = {"public_rental_occupied": market.public.held()}
    begun = world.month > world.base_month
    return occupied | ({"rent_subsidies_paid": market.subsidies.held()} if begun else {})


PROCESS = Process("housing", prepare=prepare, open=open_housing, residuals=residuals, observe=observe)
