"""Ageing, births, unions and deaths of a month (ODD equations D1-D7)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import calendar_month
from urbsim.compute.lists import merged
from urbsim.compute.profiling import step_of_month
from urbsim.compute.randomness import one_threshold
from urbsim.compute.threads import added_up, columns_of, end_to_end
from urbsim.processes.demography import equations
from urbsim.processes.demography.equations import Demography
from urbsim.processes.demography.unions import marriage_markets, pair_seekers
from urbsim.processes.process import Process
from urbsim.state.ledger import Ledger, empty_ledger

if TYPE_CHECKING:
    from urbsim.simulation.world import World


def prepare(world: World) -> None:
    """Rates of census night, and the hazards that no month changes (ODD equations D1, D2, D4, D6)."""
    rates = equations.vital_rates(world.parameters, world.totals.residents)
    world.demography = Demography(
        rates=rates,
        union=equations.union_thresholds(rates),
        separation=equations.separation_thresholds(world.parameters),
    )


def open_births(world: World) -> None:
    """Finds who gave birth shortly before census night (ODD equation D2)."""
    loops, people, base = world.engine.demography, world.people, world.base_month
    spacing = int(world.parameters["birth_spacing"])
    first = base + 2 - spacing  # later births still count in the first month of the run
    found = world.chunks.map(lambda lo, hi: loops.births_since(lo, hi, first, base, people), world.n)
    world.demography.lately = deque(added_up(found)[..., None], spacing - 1)


@step_of_month
def set_hazards(world: World) -> None:
    """Hazards of death and birth of the month (ODD equations D1, D2, D7)."""
    demography, p, climate = world.demography, world.parameters, world.climate
    women = equations.women_by_age(world.ledger.stocks.women, world.month)
    resting = equations.resting(demography.lately, world.month)
    births = None if climate.births_per_resident is None else climate.births_per_resident * world.residents
    demography.death = equations.death_thresholds(demography.rates, p, climate.years)
    demography.birth = equations.birth_thresholds(demography.rates, p, climate.years, women, resting, births)


@step_of_month
def age(world: World) -> None:
    """Each January everybody's risk class follows their age (ODD: Ageing)."""
    if calendar_month(world.month) == 1:
        q, reclassify = world.people, world.engine.demography.reclassify
        world.chunks.map(lambda lo, hi: reclassify(lo, hi, world.month, q.risk, q.birth_month), world.n)


@step_of_month
def give_birth(world: World, rows: np.ndarray) -> None:
    """Births to women in a union (ODD equations D2, D3)."""
    loops, people, p = world.engine.demography, world.people, world.parameters
    birth, key, fine = world.demography.birth, world.key("birth"), world.key("birth:fine")
    spacing = int(p["birth_spacing"])
    found = world.over_rows(rows, lambda r: loops.mothers(r, world.month, people, birth, spacing, key, fine))
    mothers = end_to_end(found, np.int32)
    world.demography.lately.append(
        equations.mothers_by_birth(people.birth_month[mothers], people.lives[mothers])
    )
    world.need_room(mothers.size)
    boys = one_threshold(p["boys_at_birth"])
    # A newborn does not cross a border that is closed.
    brought = one_threshold(p["newborns_brought_home"] if world.climate.border_moves else 0.0)
    sex = world.key("sex")

    def bear(lo: int, hi: int) -> tuple[Ledger, np.ndarray]:
        ledger = empty_ledger() if lo else world.ledger  # the first piece can write where all belongs
        _, newborns = loops.apply_births(
            mothers[lo:hi], world.n + lo, world.month, people, ledger, boys, brought, sex
        )
        return ledger, newborns

    for ledger, newborns in world.chunks.map(bear, mothers.size, listed=True):
        if ledger is not world.ledger:
            world.ledger.add(ledger)
        world.moving.absences.leave_since(newborns, people.left_home[newborns])
    world.n += mothers.size


@step_of_month
def form_unions(world: World, rows: np.ndarray) -> None:
    """Seekers pair off within their prefecture; some unions end (ODD equations D4-D6)."""
    loops, people, state = world.engine.demography, world.people, world.demography
    key, fine = world.key("union"), world.key("union:fine")
    found = world.over_rows(
        rows, lambda r: loops.unions(r, world.month, people, state.union, state.separation, key, fine)
    )
    new, separating = columns_of(found, np.int32, np.int32)
    p = world.parameters
    with_mother = one_threshold(p["children_with_mother"])
    loops.apply_separations(
        separating, world.month, people, world.ledger, with_mother, world.key("separation")
    )
    looking = merged(state.seekers, new)
    pools = marriage_markets(world.places)
    born_after, partner = world.month - 12 * int(p["oldest_partner_seeker"]), world.key("partner")
    free = world.over_rows(looking, lambda r: loops.free_seekers(r, born_after, pools, people, partner))
    seekers, *deciding = columns_of(free, np.int32, np.int64, np.uint8, np.int16, np.uint64)
    women, men = pair_seekers(world.chunks, seekers, people.parent, *deciding)
    to_him = one_threshold(p["bride_moves_to_him"])
    own = one_threshold(p["own_household_at_union"])
    brides, grooms = seekers[women], seekers[men]
    household = world.key("household")
    for moved in world.over_pairs(
        brides,
        grooms,
        lambda at, ledger: loops.apply_unions(
            brides[at], grooms[at], world.month, people, ledger, to_him, own, household
        ),
    ):
        world.moving.note(world.month, moved)
    alone = np.ones(seekers.size, dtype=bool)
    alone[women] = alone[men] = False
    state.seekers = seekers[alone]


@step_of_month
def die(world: World, rows: np.ndarray) -> None:
    """Deaths by age, sex and place (ODD equation D1)."""
    loops, key, fine = world.engine.demography, world.key("death"), world.key("death:fine")
    death = world.demography.death
    dead = world.over_rows(rows, lambda r: loops.deaths(r, world.month, world.people, death, key, fine))
    rows = end_to_end(dead, np.int32)
    world.over_households(rows, lambda at, ledger: loops.apply_deaths(rows[at], world.people, ledger))


PROCESS = Process("demography", prepare=prepare, open=open_births)
