"""Urban work of a month: jobs end, posts are offered, seekers are matched (ODD equations L0-L8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import BASE_MONTH, calendar_month
from urbsim.compute.lists import merged
from urbsim.compute.profiling import step_of_month
from urbsim.compute.randomness import one_threshold, probability_threshold, stream_key
from urbsim.compute.rationing import BINS
from urbsim.compute.threads import added_up, end_to_end
from urbsim.processes.employment import commuting, equations
from urbsim.processes.employment.training import trainees
from urbsim.processes.process import End, Process
from urbsim.processes.registration.steps import Papers, look_through_papers
from urbsim.processes.schooling.steps import Review, review_pupils
from urbsim.state.codes import N_COUNTIES, N_SECTORS
from urbsim.state.holdings import TRAINED
from urbsim.state.ledger import Stocks

if TYPE_CHECKING:
    from urbsim.simulation.world import World


def prepare(world: World) -> None:
    """The market before anybody works in it (ODD equation L0)."""
    one_coverage = world.behaviour.new_jobs == "one_coverage"
    world.employment = equations.labour_market(world.parameters, world.places, one_coverage)


def open_employment(world: World) -> End:
    """Begins to give everybody their work on census night; returns what ends that and opens the markets (L0, L3).

    Other processes open meanwhile, for much of what they do one thread does alone. Of work they read nothing.
    """
    labour, p, kernels = world.employment, world.parameters, world.engine.employment
    sectors = equations.sector_thresholds(world.places.code, p["town_farm_share"])
    shares = probability_threshold(np.cumsum([p["unemployed_at_base"], p["odd_jobs_at_base"]]))
    since = one_threshold(p["odd_jobs_since_at_base"])
    trait, key = stream_key(0, "participation"), stream_key(0, "work")
    rules = labour.retirement, labour.participation, shares, since, sectors, trait, key
    given = world.chunks.begin(
        lambda lo, hi: kernels.employ_at_base(lo, hi, world.month, world.people, *rules), world.n
    )

    def open_markets() -> None:
        equations.open_markets(labour, p, *(np.sum(counts, axis=0) for counts in zip(*given(), strict=True)))

    return open_markets


def work_status(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Everybody's work in line with the month's events (ODD equations L1, L2).

    Returns (rows of all who look for a post, (111,) those of them who do odd jobs, (111, 7) urban work held, (3, 111)
    posts ended).
    """
    labour, kernels, people = world.employment, world.engine.employment, world.people
    trait, key, fine = stream_key(0, "participation"), world.key("job"), world.key("job:fine")
    new_year = calendar_month(world.month) == 1

    def follow(lo: int, hi: int) -> tuple[np.ndarray, ...]:
        seekers, change, ended, elsewhere = kernels.update(
            lo, hi, world.month, people, labour.together, labour.retirement, labour.participation, trait, new_year
        )  # fmt: skip
        looking, lost, with_odd_jobs = kernels.turn_over(
            lo, hi, world.month, people, world.eights, labour.loss, labour.looks, labour.retirement, key, fine
        )
        ended[2] += lost.sum(axis=1)
        change[:, 2:] -= lost
        return merged(seekers, looking), with_odd_jobs, change, ended, elsewhere

    looking, with_odd_jobs, changes, ended, elsewhere = zip(*world.chunks.map(follow, world.n), strict=True)
    labour.commuters = merged(labour.commuters, end_to_end(elsewhere, np.int32))
    held = np.column_stack([labour.odd_jobs, labour.filled]) + added_up(changes)
    return end_to_end(looking, np.int32), added_up(with_odd_jobs), held, added_up(ended)


@step_of_month
def work(world: World) -> tuple[Review, Papers]:
    """Posts end, posts are offered, who looks for one is matched (ODD equations L1-L7).

    Seekers are matched by one thread; others begin to review the pupils meanwhile, and to look through papers.
    """
    labour, p, people = world.employment, world.parameters, world.people
    labour.held_before = labour.filled
    equations.let_commute(labour, world.journeys.commuting_in(world.month))
    before_base = (BASE_MONTH["census_2020"] - world.month) / 12
    labour.coverage_of_month = equations.coverage_of_month(p, before_base)
    seekers, with_odd_jobs, held, ended = work_status(world)
    labour.odd_jobs, labour.filled = held[:, :2], held[:, 2:]
    n, kernels = seekers.size, world.engine.employment
    keys = world.key("hiring"), world.key("training")
    county, market, has_course = np.empty(n, np.uint8), np.empty(n, np.int16), np.empty(n, np.bool_)
    luck, training_luck = np.empty(n, np.uint64), np.empty(n, np.uint64)
    columns = county, market, has_course, luck, training_luck

    def read(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray]:
        return kernels.applicants(
            seekers[lo:hi], people, *keys, labour.market, *(column[lo:hi] for column in columns)
        )

    def skills(at: np.ndarray) -> np.ndarray:
        pieces = world.chunks.map(
            lambda lo, hi: kernels.skills(seekers[at[lo:hi]], people), at.size, listed=True
        )
        return end_to_end(pieces, np.uint8)

    numbers = world.chunks.map(read, n, listed=True)
    pupils, papers = review_pupils(world), look_through_papers(world)
    by_luck = sum((one for one, _ in numbers), np.zeros((N_COUNTIES, BINS), np.int64))
    trained = sum((one for _, one in numbers), np.zeros(N_COUNTIES, np.int64))
    waiting = by_luck.sum(axis=1)
    without_work = waiting - with_odd_jobs
    climate = world.climate
    working = without_work + held.sum(axis=1) + _living_less_working(world)
    equations.post_vacancies(labour, p, climate.growth, climate.years, working)
    in_market = equations.by_market(labour, waiting)
    taught = seekers[:0]
    if labour.training_offered.any():
        again = p["training_again"]
        chosen = trainees(county, training_luck, labour.training_offered, has_course, again, waiting)
        trained = trained + np.bincount(county[chosen[~has_course[chosen]]], minlength=N_COUNTIES)
        taught = seekers[chosen]
    people.holdings[taught] |= TRAINED
    taught_in = people.lives[taught].astype(np.int64) >> 1
    world.attribution.courses_taken(world, taught, taught_in)
    hires = equations.hires_by_market(
        labour, p, in_market, equations.by_market(labour, trained), climate.hiring
    )
    hired, sectors = equations.choose_hired(
        labour, hires, market, skills, luck, world.chunks, equations.by_market(labour, by_luck)
    )
    beginning = seekers[hired]
    world.attribution.posts_filled(world, beginning, market[hired], sectors)
    pieces = world.chunks.map(
        lambda lo, hi: kernels.take_jobs(beginning[lo:hi], sectors[lo:hi], people), hired.size, listed=True
    )
    taken = sum((one for one, _ in pieces), np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    came = sum((way for _, way in pieces), np.zeros((N_COUNTIES, len(equations.WAYS)), np.int64))
    between = None
    if labour.reach is not None:
        market[hired] = labour.n_markets  # one that hires nobody
        between = _commute(world, seekers, market, skills, luck, in_market - hires)
    turned = sum(
        world.chunks.map(
            lambda lo, hi: kernels.fall_back(seekers[lo:hi], luck[lo:hi], labour.falls_back, people), n, listed=True
        ),
        np.zeros_like(labour.odd_jobs),
    )  # fmt: skip
    left, numbers = came, None
    if between is not None:
        numbers, (taken_there, left_here, came_there) = between
        taken, left, came = taken + taken_there, came + left_here, came + came_there
    labour.filled = labour.filled + taken
    labour.odd_jobs = labour.odd_jobs + turned - left[:, 3:]
    labour.seekers = without_work - turned.sum(axis=1) - left[:, :3].sum(axis=1)
    equations.learn(labour, p, in_market, hires, world.weight, numbers)
    labour.flows = dict(zip(equations.WAYS, came.T, strict=True)) | {
        "retired": ended[0],
        "died": ended[1],
        "ended": ended[2],
        "trained": np.bincount(taught_in, minlength=N_COUNTIES),
    }
    equations.keep_register(labour)
    return pupils, papers


def _living_less_working(world: World) -> np.ndarray | int:
    """(111,) commuters who live in each county less those who have a post there; 0 where nobody may commute (J7)."""
    labour = world.employment
    if labour.reach is None:
        return 0
    kernel, rows = world.engine.employment.commuters, labour.commuters
    pieces = world.chunks.map(
        lambda lo, hi: kernel(rows[lo:hi], world.people, labour.market), rows.size, listed=True
    )
    labour.commuters = end_to_end([still for still, _ in pieces], np.int32)
    living, working = sum((number for _, number in pieces), np.zeros((2, N_COUNTIES), np.int64))
    return living - working


def _commute(
    world: World,
    seekers: np.ndarray,
    market: np.ndarray,
    skills: Callable[[np.ndarray], np.ndarray],
    luck: np.ndarray,
    left: np.ndarray,
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Seekers left over take posts left over within reach: numbers between markets, and what `begin_elsewhere` counts.

    market: (n,) of each seeker, n_markets for those hired in their own; skills: as of `choose_hired`. Called when these
    have begun (ODD equation J7).
    """
    labour = world.employment
    numbers = commuting.commuters_by_market(labour, world.parameters, left, world.climate.hiring)
    found = commuting.choose_commuters(labour, numbers, market, skills, luck, world.chunks)
    rows = seekers[found.at]
    world.attribution.posts_filled(world, rows, found.market, found.sectors, again=True)
    labour.commuters = merged(labour.commuters, np.sort(rows))
    return numbers, commuting.begin_elsewhere(rows, found.sectors, found.counties, world.people)


def residuals(world: World, recounted: Stocks) -> dict[str, int]:
    """Residuals of the accounts of urban work (ODD equation A5)."""
    kernel = world.engine.employment.recount
    pieces = world.chunks.map(lambda lo, hi: kernel(lo, hi, world.people), world.n)
    held, seekers = zip(*pieces, strict=True)
    return equations.residuals(world.employment, np.sum(held, axis=0), int(np.sum(seekers)))


def observe(world: World) -> dict[str, np.ndarray]:
    """Stocks and flows of urban work by county (ODD equation L7)."""
    return equations.observe(world.employment)


PROCESS = Process("employment", prepare=prepare, open=open_employment, residuals=residuals, observe=observe)
