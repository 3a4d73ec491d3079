"""School years, college, and the places at school of a month (ODD equations S1-S3, E1-E6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import calendar_month
from urbsim.compute.profiling import step_of_month
from urbsim.compute.randomness import one_threshold, probability_threshold, stream_key
from urbsim.compute.threads import added_up, columns_of, end_to_end
from urbsim.processes.moving.steps import move_children
from urbsim.processes.process import Process
from urbsim.processes.schooling import equations
from urbsim.state.codes import FIRST_OUTSIDE, NO_PLACE
from urbsim.state.definitions import DEGREES_IN, PRIMARY_AGE, SCHOOL_YEAR_BEGINS
from urbsim.state.ledger import Ledger, Stocks
from urbsim.state.stages import STAGES

if TYPE_CHECKING:
    from urbsim.simulation.world import World

Review = Callable[[], list[tuple[np.ndarray, np.ndarray, np.ndarray]]]
"""Ends a review that was begun: (waiting, left, need) of each piece of the rows."""


def open_schools(world: World) -> None:
    """Gives every child in a town its place on census night, the same for every seed (ODD equations E1, E3, S3)."""
    q, kernel = world.people, world.engine.counting.cohorts
    sampled = world.chunks.map(
        lambda lo, hi: kernel(lo, hi, world.base_month, q.birth_month, q.home, q.lives), world.n
    )
    world.schooling = equations.school_market(
        world.parameters, world.totals.children, np.sum(sampled, axis=0), world.weight
    )
    border_open = world.conditions.border_moves == "on"
    world.schooling.college = equations.college_places(world.parameters, world.totals.students, border_open)
    intake(world, review_pupils(world), stream_key(0, "school place"))


@step_of_month
def school_year(world: World) -> np.ndarray:
    """September: intake and progression, students leave for college and pupils to board. June: graduates are free.

    Returns the rows of graduates, in September of senior secondary schools, who reconsider this month (ODD equations
    S1-S3).
    """
    kernels, people = world.engine.schooling, world.people
    if calendar_month(world.month) == SCHOOL_YEAR_BEGINS:
        p = world.parameters
        senior = probability_threshold(np.array([p["senior_share_rural"], p["senior_share_urban"]]))
        college = probability_threshold(np.array([p["college_share_rural"], p["college_share_urban"]]))
        bachelor = one_threshold(p["bachelor_share"])
        boards, key = one_threshold(p["boards_in_town"]), world.key("school")
        found = world.chunks.map(
            lambda lo, hi: kernels.september(
                lo, hi, world.month, people, senior, college, bachelor, boards, key
            ),
            world.n,
        )
        leaving, boarders, freed = columns_of(found, np.int32, np.int32, np.int32)
        if world.conditions.border_moves != "on":
            leaving = leaving[people.lives[leaving] < FIRST_OUTSIDE]  # all colleges are inside; others stay
        month, colleges, luck = world.month, world.schooling.college, world.key("college")
        _send(
            world, leaving, lambda r, ledger: kernels.apply_college(r, month, people, ledger, colleges, luck)
        )
        _send(world, boarders, lambda r, ledger: kernels.apply_boarding(r, month, people, ledger))
        _send(world, freed, lambda r, ledger: kernels.apply_going_home(r, month, people, ledger))
        return freed
    if calendar_month(world.month) == DEGREES_IN:
        graduates, beds = zip(
            *world.chunks.map(lambda lo, hi: kernels.june(lo, hi, world.month, people), world.n), strict=True
        )
        world.ledger.stocks.sleepers[:] -= added_up(beds)
        return end_to_end(graduates, np.int32)
    return np.empty(0, np.int32)


def _send(
    world: World, rows: np.ndarray, kernel: Callable[[np.ndarray, Ledger], tuple[np.ndarray, np.ndarray]]
) -> None:
    """Students and pupils go where they study, or home again: nobody of their households goes with them."""
    for moved in world.over_households(rows, lambda at, ledger: kernel(rows[at], ledger)):
        world.moving.note(world.month, moved)


def _school_year_begins(world: World) -> bool:
    return world.month == world.base_month or calendar_month(world.month) == SCHOOL_YEAR_BEGINS


def review_pupils(world: World) -> Review:
    """Begins to look who gives up a place, and who waits for one (ODD equations E1, E2).

    Jobs can be matched meanwhile: nobody is both a pupil of these schools and of working age, and who takes a job is no
    news.
    """
    review, month, people = world.engine.schooling.review, world.month, world.people
    attending, traits = _attending(world)
    everybody, waited = _school_year_begins(world), world.schooling.waiting

    def review_piece(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        first, last = np.searchsorted(waited, (lo, hi))
        return review(lo, hi, month, people, waited[first:last], attending, traits, everybody)

    return world.chunks.begin(review_piece, world.n)


def _attending(world: World) -> tuple[np.ndarray, np.ndarray]:
    """(stages,) thresholds that a child is sent to school, and keys of that trait (ODD equation E1)."""
    traits = np.array([stream_key(0, stage.name) for stage in STAGES])
    return probability_threshold(world.schooling.attending), traits


def intake(world: World, pupils: Review, key: np.uint64) -> None:
    """Places are given up, and filled from the queue (ODD equations E1-E3)."""
    schools, kernels = world.schooling, world.engine.schooling
    waiting, left, need = zip(*pupils(), strict=True)
    waiting = end_to_end(waiting, np.int32)
    schools.held = schools.held - added_up(left).sum(axis=0)
    schools.need = added_up(need) + (0 if _school_year_begins(world) else schools.need)
    if calendar_month(world.month) == SCHOOL_YEAR_BEGINS:
        schools.year += 1
        equations.set_school_places(schools)
    cell, kinds = _admit(world, waiting, key)
    world.attribution.places_given(world, waiting, cell, kinds)
    taken = world.chunks.map(
        lambda lo, hi: kernels.take_school_places(waiting[lo:hi], cell[lo:hi], kinds[lo:hi], world.people),
        waiting.size,
    )
    schools.held += sum(taken)
    schools.waiting = waiting[kinds == NO_PLACE]


def _admit(world: World, waiting: np.ndarray, key: np.uint64) -> tuple[np.ndarray, np.ndarray]:
    """Where those who wait apply, and which kind of place each is given, if any (ODD equation E3)."""
    standing, city = world.engine.schooling.standing, world.registration.city
    # Narrow: on census night the list is of everybody of school age in a town.
    cell, place = np.empty(waiting.size, np.int16), np.empty(waiting.size, np.uint64)
    world.chunks.map(
        lambda lo, hi: standing(
            waiting[lo:hi], world.month, world.people, city, key, cell[lo:hi], place[lo:hi]
        ),
        waiting.size,
        listed=True,
    )
    return cell, equations.admit(cell, place, world.schooling.vacant, world.chunks)


@step_of_month
def attend_school(world: World, pupils: Review) -> None:
    """Each month vacant places go to who waits; in September pupils turned down may be sent home (E3, E4, E6)."""
    intake(world, pupils, world.key("school place"))
    equations.learn(world.schooling)
    if calendar_month(world.month) != SCHOOL_YEAR_BEGINS:
        return
    people, without = world.people, world.schooling.waiting
    lives, home = people.lives[without], people.home[without]
    pupil = world.month - people.birth_month[without] >= 12 * PRIMARY_AGE
    able = pupil & (lives != home) & (world.climate.border_moves | (home < FIRST_OUTSIDE))
    without, lives, home = without[able], lives[able] >> 1, home[able]
    luck = world.luck_of(without, world.key("sent home")) >> np.uint64(32)
    registered_elsewhere = ((home >> 1) != lives).astype(np.int64)
    goes = luck < equations.going_back(world.parameters, world.schooling)[lives, registered_elsewhere]
    move_children(world, without[goes], home[goes])


def take_over_village_schools(world: World, turned: np.ndarray) -> None:
    """Schools of villages whose code turned urban become schools of the town, pupils with them (ODD equation E1).

    turned: (111, 256) uint8 marks of the village cells.
    """
    schools = world.schooling
    attending, traits = _attending(world)
    kernel, cells = world.engine.schooling.turn_with_village, world.reclassification.cells
    pieces = world.chunks.map(
        lambda lo, hi: kernel(lo, hi, world.month, world.people, turned, cells, attending, traits), world.n
    )
    schools.take_over(added_up(pieces))


def residuals(world: World, recounted: Stocks) -> dict[str, int]:
    """Residual of the account of places at school (ODD equation A4)."""
    kernel = world.engine.schooling.held_school_places
    held = world.chunks.map(lambda lo, hi: kernel(lo, hi, world.month, world.people), world.n)
    return equations.residuals(world.schooling, np.sum(held, axis=0))


def observe(world: World) -> dict[str, np.ndarray]:
    """Places at school of the towns."""
    return {"school_places": world.schooling.places.sum(axis=(1, 2))}


PROCESS = Process("schooling", open=open_schools, residuals=residuals, observe=observe)
