"""The offices of a month: permits are issued, some people settle, villages register a few (ODD P0-P7, P14)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import calendar_month
from urbsim.compute.profiling import step_of_month
from urbsim.compute.randomness import monthly_probability, one_threshold, stream_key
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.threads import added_up, columns_of, end_to_end
from urbsim.processes.process import Process
from urbsim.processes.registration.equations import registration_of
from urbsim.state.codes import FIRST_JOB, FIRST_OUTSIDE, N_COUNTIES
from urbsim.state.definitions import SCHOOL_YEAR_BEGINS

if TYPE_CHECKING:
    from urbsim.simulation.world import World

Papers = Callable[[], list[tuple[np.ndarray, np.ndarray, np.ndarray]]]
"""Ends a look through the papers that was begun: (receivers, settlers, need_post) of each piece of the rows."""


def prepare(world: World) -> None:
    """Offices before anybody has applied."""
    world.registration = registration_of(world.parameters, world.places)


def open_registration(world: World) -> None:
    """Who holds a residence permit on census night (ODD equation P0). Then everybody is counted for the ledger."""
    share = one_threshold(world.parameters["permit_share_at_base"])
    kernels, registration = world.engine.registration, world.registration
    key = world.lasting_key("knows")  # those who know of the permit best hold it: nobody unaware does
    world.chunks.map(
        lambda lo, hi: kernels.permits_at_base(
            lo, hi, world.month, world.people, registration.city, share, key
        ),
        world.n,
    )
    world.open_ledger()
    registration.take_down(world.ledger.stocks)
    registration.open_counter()


def look_through_papers(world: World) -> Papers:
    """Begins to look who receives a permit and who settles (ODD equations P1-P3).

    Posts and places at school can be given out meanwhile: the office reads nothing of that but whether settlers have a
    post where a rule asks for one, and then `register` looks. In September pupils may be sent home before it begins.
    """
    kernels, people, state = world.engine.registration, world.people, world.registration
    terms = state.terms
    assert terms is not None  # the levers of the month have set them
    lasting = [world.lasting_key(name) for name in ("knows", "settler", "insured")]
    traits = np.array([*lasting, stream_key(0, "tenure")])  # the lot of H0: who has no home of one's own
    key, fine = world.key("papers"), world.key("papers:fine")  # names of streams stay: luck hangs on them

    def look(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return kernels.permits_and_settlement(
            lo, hi, world.month, people, world.eights, state.city, terms.permit, terms.settle, terms.kin, terms.aware,
            state.willing, state.knew, world.base_month, state.open_since, terms.work_months, terms.insured,
            world.housing.renting[:, 1], terms.wishing, key, fine, traits,
        )  # fmt: skip

    if calendar_month(world.month) == SCHOOL_YEAR_BEGINS:
        return partial(world.chunks.map, look, world.n)
    return world.chunks.begin(look, world.n)


@step_of_month
def register(world: World, papers: Papers) -> None:
    """Residence permits are issued, some people settle; both are counted (ODD equations P1-P4)."""
    kernels, people, state = world.engine.registration, world.people, world.registration
    receivers, settlers, need_post = columns_of(papers(), np.int32, np.int32, np.bool_)
    settlers = settlers[~need_post | (people.work[settlers] >= FIRST_JOB)]
    for new_holders in world.over_rows(receivers, lambda r: kernels.apply_permits(r, people)):
        world.ledger.stocks.holders[:] += new_holders
    state.settled, settled = settle(world, settlers)
    world.attribution.permits_given(world, receivers, settled)
    if state.village_places.any():
        admit_to_villages(world)
    world.registration.take_down(world.ledger.stocks)


def settle(world: World, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Registers settlers where they live, families with them: (224,) persons by part, and their rows (ODD P4)."""
    kernel, month, people = world.engine.registration.apply_settlement, world.month, world.people
    settled, who = zip(
        *world.over_households(rows, lambda at, ledger: kernel(rows[at], month, people, ledger)), strict=True
    )
    return added_up(settled), end_to_end(who, np.int32)


def admit_to_villages(world: World) -> None:
    """Some of the newcomers who ask are registered in the village they live in, with family, by lot where places are
    short (ODD equation P14).
    """
    p, people, state, kernels = world.parameters, world.people, world.registration, world.engine.registration
    every = int(p["villages_admit_every"])
    if calendar_month(world.month) % every != 0:
        return
    asks = monthly_probability(np.array(p["village_registration_per_year"] * every / 12))
    share, key = one_threshold(float(asks)), world.key("village registration")
    admits = (state.village_places > 0).astype(np.uint8)
    found = world.chunks.map(
        lambda lo, hi: kernels.newcomers_in_villages(lo, hi, world.month, people, admits, share, key),
        world.n,
    )
    rows = end_to_end(found, np.int32)
    county = people.lives[rows] >> 1
    lots = world.luck_of(rows, world.key("village registration by lot"))
    served = lowest_luck(county, lots, state.village_places)
    settle(world, rows[served])
    state.village_places -= np.bincount(county[served], minlength=N_COUNTIES)


def settle_outside(world: World, rows: np.ndarray) -> None:
    """Who has decided to stay where they live outside Guangxi and registers there, with family (ODD equation P7)."""
    kernels, p, people = world.engine.registration, world.parameters, world.people
    share, after = one_threshold(p["settles_outside"]), round(p["settle_outside_after"])
    key = world.key("settle outside")
    found = world.over_rows(
        rows, lambda r: kernels.settlers_outside(r, world.month, people, share, after, key)
    )
    settle(world, end_to_end(found, np.int32))


def observe(world: World) -> dict[str, np.ndarray]:
    """Permit holders, who settled in a town this month, and whom the registers of the towns know."""
    registration = world.registration
    return {
        "permit_holders": registration.holders,
        "settled": registration.settled[1:FIRST_OUTSIDE:2],
        "known_to_registers": registration.known_to_registers(),
    }


PROCESS = Process("registration", prepare=prepare, open=open_registration, observe=observe)
