"""What services offer this month (ODD equations V1, V2, V4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from urbsim.compute.profiling import step_of_month
from urbsim.compute.threads import added_up
from urbsim.processes.process import Process
from urbsim.processes.registration.equations import open_to_newcomers
from urbsim.processes.services import equations
from urbsim.state.codes import FIRST_OUTSIDE, IN_TOWN
from urbsim.state.definitions import KINDERGARTEN_AGE, PRIMARY_AGE

_LOOKED_AT = 500_000  # numerical: persons from whom the shares with a small child are found

if TYPE_CHECKING:
    from urbsim.simulation.world import World


def services_of(world: World) -> equations.Services:
    """Services before any lever has brought any (ODD equations V1, V2)."""
    by_age = world.totals.residents[:, :, 1].sum(axis=1)
    below_three = by_age[:KINDERGARTEN_AGE].sum()
    return equations.Services(
        villages=world.places.rural_cells.astype(float),
        small=float(below_three / by_age[:PRIMARY_AGE].sum()),
        under_three=float(below_three / by_age.sum()),
    )


def prepare(world: World) -> None:
    """Services of census night (ODD equations V1, V2)."""
    world.services = services_of(world)


def residents_by_setting(world: World) -> np.ndarray:
    """(111, 2) residents of the villages and of the town of each county when the month began, full scale."""
    return world.counted[:FIRST_OUTSIDE].reshape(-1, 2) * world.weight


@step_of_month
def offer_services(world: World) -> None:
    """What services are worth, and how many small children have a place (ODD equations V1, V2, V4)."""
    services, p = world.services, world.parameters
    if services.none_added:
        services.terms = equations.NOTHING_NEW  # what there was has ended
        return
    residents = residents_by_setting(world)
    access = open_to_newcomers(p, world.registration)
    services.terms = equations.service_terms(p, services, residents, access)
    risen = equations.childcare_rise(p, services, residents[:, IN_TOWN])
    world.schooling.childcare = services.small * risen
    if services.childcare_added:
        if services.with_small_child is None:
            services.with_small_child = _with_small_child(world)
        cared_for = equations.worth_of_childcare(p, services, risen)
        services.terms = replace(services.terms, town_small_child=cared_for)


def _with_small_child(world: World) -> np.ndarray:
    """(24,) share of each type of chooser with a child below three (ODD equation V2)."""
    one_in, kernel = max(world.n // _LOOKED_AT, 1), world.engine.migration.small_children_by_type
    rows = np.arange(0, world.n, one_in, dtype=np.int32)

    def count(lo: int, hi: int) -> np.ndarray:
        return kernel(rows[lo:hi], one_in == 1, world.month, world.people)

    pieces = [count(0, rows.size)] if one_in == 1 else world.chunks.map(count, rows.size, listed=True)
    every, small = added_up(pieces).T
    return small / np.maximum(every, 1)


PROCESS = Process("services", prepare=prepare)
