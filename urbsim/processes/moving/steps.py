"""Moves of a month: carried out with families, counted when six months are over (ODD equations M6-M9, M11, M14,
C2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.compute.profiling import step_of_month
from urbsim.compute.randomness import draw64_array, one_threshold, probability_threshold
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.rounding import released
from urbsim.compute.row_lists import among
from urbsim.compute.threads import columns_of
from urbsim.compute.words import BYTE_VALUES
from urbsim.processes.moving.equations import Moving
from urbsim.processes.process import Process
from urbsim.processes.schooling import equations as schooling
from urbsim.state.codes import DEAD, FIRST_OUTSIDE
from urbsim.state.definitions import ADULT

if TYPE_CHECKING:
    from urbsim.simulation.world import World
    from urbsim.state.columns import Columns


def prepare(world: World) -> None:
    """Nobody has moved yet."""
    world.moving = Moving()


def open_moving(world: World) -> None:
    """Finds those from other provinces at an age to move: newcomers are as they are (ODD equation M9)."""
    people, p = world.people, world.parameters
    youngest, oldest = 12 * int(p["youngest_newcomer"]), 12 * int(p["oldest_newcomer"]) + 11

    def of_age(lo: int, hi: int) -> np.ndarray:
        rows = np.flatnonzero(people.home[lo:hi] >= FIRST_OUTSIDE) + lo
        rows = rows[people.lives[rows] < FIRST_OUTSIDE]
        months_old = world.base_month - people.birth_month[rows]
        return rows[(months_old >= youngest) & (months_old <= oldest)].astype(np.int32)

    donors = np.concatenate(world.chunks.map(of_age, world.n))
    world.moving.donors, world.moving.donor_home = donors, people.home[donors]


def move(world: World, rows: np.ndarray, to: np.ndarray, come_along: np.ndarray, key: np.uint64) -> None:
    """Carries out moves that were decided, families with them (ODD equations M6, M7)."""
    loops, month, people = world.engine.moving, world.month, world.people
    for moved in world.over_households(
        rows,
        lambda at, ledger: loops.apply_moves(rows[at], to[at], come_along, month, people, ledger, key),
    ):
        world.moving.note(month, moved)


def move_children(world: World, children: np.ndarray, to: np.ndarray) -> None:
    """Carries out the moves of children to these parts, one each (ODD equation M8)."""
    moved = world.engine.moving.apply_children(children, to, world.month, world.people, world.ledger)
    world.moving.note(world.month, moved)


def join_families(world: World, rows: np.ndarray, come_along: np.ndarray) -> None:
    """Children left at home and spouses elsewhere join those in `rows`, who reconsidered and stay away (M6, M8)."""
    people, month, loops = world.people, world.month, world.engine.moving
    joins, join = schooling.joining(world.parameters, world.schooling), world.key("join")
    joining = world.over_rows(rows, lambda r: loops.children_who_join(r, month, people, joins, join))
    move_children(world, *_same_side(world, *columns_of(joining, np.int32, np.uint8)))
    spouses, key = one_threshold(world.parameters["spouse_joins"]), world.key("spouse joins")
    following = world.over_rows(rows, lambda r: loops.spouses_who_join(r, people, spouses, key))
    found = one_of_each_couple(people, *columns_of(following, np.int32, np.uint8))
    move(world, *_same_side(world, *found), come_along, world.key("join:along"))


def one_of_each_couple(people: Columns, spouses: np.ndarray, to: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those who join, (n,) rows and parts; of two who would join each other only the lower row (ODD equation M6)."""
    other = people.spouse[spouses]
    moves = (spouses < other) | ~among(other, spouses)
    return spouses[moves], to[moves]


def _same_side(world: World, rows: np.ndarray, to: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those of the rows that may move: all, or where the border is closed those who stay on their side."""
    if world.climate.border_moves:
        return rows, to
    stays = (world.people.lives[rows] >= FIRST_OUTSIDE) == (to >= FIRST_OUTSIDE)
    return rows[stays], to[stays]


@step_of_month
def receive_newcomers(world: World) -> None:
    """People from other provinces, by the places where such people lived in 2020 (ODD equation M9)."""
    p, donors = world.parameters, world.moving.donors
    if world.conditions.border_moves != "on" or donors.size == 0:
        return
    months = world.month - world.base_month
    per_month = p["newcomers_per_year"] * p["newcomers_gross_ratio"] / 12 / world.weight
    number = released(per_month * (months - 1), per_month * months)
    world.need_room(number)
    which = np.arange(number)
    ids = draw64_array(which, world.key("newcomer")) | np.uint64(1 << 63)
    donor = (draw64_array(which, world.key("donor")) % np.uint64(donors.size)).astype(np.int64)
    cumulative = np.cumsum(world.totals.from_other_provinces)
    luck = draw64_array(which, world.key("newcomer:place")) % np.uint64(cumulative[-1])
    parts = np.searchsorted(cumulative, luck.astype(np.int64), side="right").astype(np.uint8)
    homes = world.moving.donor_home[donor]
    world.n = world.engine.moving.apply_newcomers(
        donors[donor], homes, parts, ids, world.n, months, world.month, world.people, world.ledger
    )


@step_of_month
def relocate_villagers(world: World) -> None:
    """Households of poor villages move to the relocation sites that stand ready (ODD equation M14)."""
    places, people = world.moving.site_places, world.people
    ready = np.flatnonzero(places >= 1)
    if ready.size == 0:
        return
    villages = np.zeros(BYTE_VALUES, bool)
    villages[2 * ready] = True
    born_by = world.month - 12 * ADULT

    def adults_at_home(lo: int, hi: int) -> np.ndarray:
        home = people.home[lo:hi]
        there = villages[home] & (people.lives[lo:hi] == home) & (people.birth_month[lo:hi] <= born_by)
        return (np.flatnonzero(there & (people.risk[lo:hi] != DEAD)) + lo).astype(np.int32)

    rows = np.concatenate(world.chunks.map(adults_at_home, world.n))
    county, luck = people.home[rows] >> 1, world.luck_of(rows, world.lasting_key("relocation"))
    # A household takes at least one place, so that no more of a county need be asked than there are places.
    asked = lowest_luck(county, luck, np.floor(places).astype(np.int64))
    order = asked[np.lexsort((luck[asked], county[asked]))]
    log, households = world.engine.moving.move_to_sites(
        rows[order], places, world.month, people, world.ledger
    )
    world.moving.note(world.month, (log, np.empty(0, np.int32)))
    world.moving.relocated = len(log)
    world.housing.add_dwellings(households)  # they move into homes built for them


@step_of_month
def count_residents(world: World) -> None:
    """Those away six months count where they live (ODD equation C2)."""
    away = world.moving.absences.arrive(world.month)
    log = world.engine.moving.six_months(away, world.month, world.people, world.ledger)
    if log.size:
        world.moving.logs.append(log)


@step_of_month
def change_township(world: World) -> None:
    """Once a year, who moves house within the part: registered in another township from then on (ODD equation M11)."""
    if (world.month - world.base_month) % 12:
        return
    thresholds = probability_threshold(world.parameters.array("changes_township_per_year"))
    kernel, key = world.engine.moving.change_township, world.key("township")
    world.chunks.map(lambda lo, hi: kernel(lo, hi, world.month, world.people, thresholds, key), world.n)


PROCESS = Process("moving", prepare=prepare, open=open_moving)
