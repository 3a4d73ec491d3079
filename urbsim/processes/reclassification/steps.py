"""Places that turn urban where they stand, once a year (ODD equations K1-K4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import calendar_month
from urbsim.compute.profiling import step_of_month
from urbsim.processes.process import Process
from urbsim.processes.reclassification.equations import (
    Reclassification,
    cells_by_county,
    cells_to_turn,
    chances,
    connected_to_turn,
    recoding_rate,
    room_to_connect,
)
from urbsim.processes.schooling.steps import take_over_village_schools
from urbsim.state.codes import FIRST_OUTSIDE, NO_CELL
from urbsim.state.definitions import CODES_REVISED_IN

if TYPE_CHECKING:
    from urbsim.simulation.world import World


def prepare(world: World) -> None:
    """The village cells of census night (ODD equation K1)."""
    cells = np.clip(world.places.rural_cells, 1, NO_CELL).astype(np.int64)
    world.reclassification = Reclassification(cells)


def open_reclassification(world: World) -> None:
    """Residents of the towns on census night (ODD equation K1)."""
    world.reclassification.base_town = residents_of_towns(world.counted)


def residents_of_towns(counted: np.ndarray) -> np.ndarray:
    """(111,) persons counted in the urban parts, from (224,) by part."""
    return counted[1:FIRST_OUTSIDE:2].copy()


def chances_of_counties(world: World) -> np.ndarray:
    """(111,) how likely a village cell of each county turns urban against others this month (ODD equation K1)."""
    since, p = world.places.district_since, world.parameters
    lately = (since <= world.month) & (world.month < since + 12 * p["new_district_years"])
    return chances(p, world.reclassification, residents_of_towns(world.counted), lately)


def connectable(world: World) -> np.ndarray:
    """(111,) int64 village cells that can still be connected to their town (ODD equation K3)."""
    return room_to_connect(world.parameters, world.reclassification, residents_of_towns(world.counted))


@step_of_month
def recode_places(world: World) -> None:
    """Each October some village cells turn urban with everybody in them (ODD equations K1, K2, K4)."""
    if calendar_month(world.month) != CODES_REVISED_IN or world.conditions.reclassification == "frozen":
        return
    villages, p = world.reclassification, world.parameters
    year = -(-(world.month - world.base_month) // 12)
    rate, chance = recoding_rate(p, world.behaviour.recoding), chances_of_counties(world)
    many, villages.due = cells_by_county(rate, year, villages, chance)
    connected = connected_to_turn(p, villages, many)
    villages.connected_turned += connected
    turned = cells_to_turn(many + connected, villages.cells, villages.gone, world.lasting_key("recoding"))
    villages.gone |= turned
    take_over_village_schools(world, turned)
    turn_urban = world.engine.reclassification.turn_urban
    pieces = world.chunks.map(
        lambda lo, hi: turn_urban(lo, hi, world.people, turned, villages.cells), world.n
    )
    for counted, present, changes in pieces:
        world.ledger.reclassified[:] += counted
        world.ledger.reclassified_present[:] += present
        world.ledger.stocks.add(changes)
        villages.recoded += counted[:FIRST_OUTSIDE:2]


PROCESS = Process("reclassification", prepare=prepare, open=open_reclassification)
