"""THE ORDER OF A MONTH: a numbered list of calls. Moving a line is a modelling decision and goes into the changelog.

1  conditions     levers and outside conditions set places, prospects, rules
2  demography     ageing, school years, leaving for college, births, unions and separations, deaths
3  stocks         labour demand, school places; dwellings come last
4  migration      who reconsiders, where they go, who returns, which children follow, who comes from outside
5  matching       jobs, school places, public dwellings: all can run out; in September some pupils are sent home
6  residence      the six-month rule; permits and settlement
7  recoding       each October: moves inside a part, and places that turn urban where they stand
8  observation    stocks and flows read from the ledger, accounts checked (urbsim.simulation.model)
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from urbsim.calendar import calendar_month
from urbsim.compute.lists import merged
from urbsim.compute.profiling import step_of_month
from urbsim.compute.randomness import draw64_array, one_threshold, probability_threshold, stream_key
from urbsim.compute.read_ahead import read_households
from urbsim.compute.rounding import released
from urbsim.compute.threads import added_up, columns_of, end_to_end
from urbsim.levers import attribution as touched
from urbsim.levers.apply import apply_levers
from urbsim.levers.settlement import permit_terms_in_force
from urbsim.processes.conditions.equations import climate_of
from urbsim.processes.demography import equations as demography
from urbsim.processes.demography.unions import marriage_markets, pair_seekers
from urbsim.processes.employment import equations as employment
from urbsim.processes.employment.training import trainees
from urbsim.processes.housing.steps import house
from urbsim.processes.migration import equations as migration
from urbsim.processes.migration.equations import Climate, TownTerms, Utilities
from urbsim.processes.migration.networks import by_origin_and_alternative, network_shares
from urbsim.processes.reclassification.equations import CODES_REVISED_IN, cells_to_turn
from urbsim.processes.registration.equations import PermitTerms, access_gain
from urbsim.processes.schooling import equations as schooling
from urbsim.simulation.world import World
from urbsim.state import risk
from urbsim.state.codes import DEAD, NO_PLACE
from urbsim.state.columns import Ledger, empty_ledger
from urbsim.state.holdings import TRAINED

Review = Callable[[], list[tuple[np.ndarray, np.ndarray, np.ndarray]]]
DEATH, BIRTH, UNION, ACTIVATION, RETURN = range(5)
_PROCESSES = ("death", "birth", "union", "activation", "return")
_OLDEST_SEEKER = 60 * 12
_FIRST_SCHOOL_AGE = 6


@dataclass(frozen=True)
class Tables:
    """Thresholds and utilities of one month."""

    climate: Climate
    death: np.ndarray
    birth: np.ndarray
    union: np.ndarray
    separation: np.ndarray
    activation: np.ndarray
    response: np.ndarray
    holds: np.ndarray
    papers: PermitTerms
    utilities: Utilities


def step(world: World) -> None:
    """One month, in order."""
    world.month += 1
    world.ledger.clear()
    world.logs.clear()
    world.housing.begin_month()
    apply_levers(world)  # 1
    tables = set_conditions(world)
    age(world)  # 2
    candidates = screen(world, tables)
    graduates = school_year(world)
    give_birth(world, tables, candidates[BIRTH])
    form_unions(world, tables, candidates[UNION])
    die(world, tables, candidates[DEATH])
    decide_and_move(world, tables, candidates[ACTIVATION], graduates)  # 4
    give_up_and_return(world, tables, candidates[RETURN])
    receive_newcomers(world)
    pupils = work(world, tables)  # 3, 5
    attend_school(world, tables, pupils)
    count_residents(world)  # 6
    register(world, tables)
    change_township(world)
    recode_places(world)  # 7
    house(world, tables.climate.border_moves)  # 3, 5: last, for recoded villages bring their dwellings


@step_of_month
def set_conditions(world: World) -> Tables:
    """What the month's hazards and utilities are (ODD equations D1-D6, M1-M5, N1)."""
    p = world.parameters
    climate = climate_of(world.conditions, p, world.month, world.base_month)
    stocks = world.ledger.stocks
    share = network_shares(
        world.totals.stock, world.base_stock, by_origin_and_alternative(stocks.persons), world.weight
    )
    utilities = migration.utilities(p, world.worth, climate, share, town_terms(world))
    return Tables(
        climate=climate,
        death=demography.death_thresholds(world.rates, p, climate.years),
        birth=demography.birth_thresholds(
            world.rates,
            p,
            climate.years,
            demography.women_by_age(stocks.women, world.month),
            None if climate.births_per_resident is None else climate.births_per_resident * world.residents,
        ),
        union=world.union,
        separation=world.separation,
        activation=migration.activation_thresholds(
            migration.activation_per_year(p, climate.calendar_years), climate.mobility
        ),
        response=migration.return_response(p, utilities.gain, climate.mobility),
        holds=world.holds,
        papers=permit_terms_in_force(world),
        utilities=utilities,
    )


def town_terms(world: World) -> TownTerms:
    """What the markets of the towns offer this month."""
    return TownTerms(
        income=employment.income_gain(world.labour, world.parameters),
        rent=world.housing.rent,
        school=world.schools.coverage,
        access=access_gain(world.parameters, world.registration),
    )


@step_of_month
def age(world: World) -> None:
    """Each January everybody's risk class follows their age (ODD: Ageing)."""
    if calendar_month(world.month) == 1:
        q = world.people
        reclassify = world.engine.demography.reclassify
        world.chunks.map(
            lambda lo, hi: reclassify(
                lo, hi, world.month, q.risk, q.birth_month, q.sex, q.spouse, q.home, q.lives
            ),
            world.n,
        )


def _bounds(world: World, tables: Tables) -> np.ndarray:
    """(processes, 256) bounds on 2^-32 by risk class: no exact threshold exceeds them."""
    shape = (risk.AGE_LIMIT + 1, 2, 2, 2)  # age, sex, in a union, away
    by_age = np.zeros((len(_PROCESSES), *shape), dtype=np.uint64)
    by_age[DEATH] = tables.death.max(axis=2)[:, :, None, None]
    by_age[BIRTH, :, 1, 1, :] = tables.birth.max(axis=1)[:, None]
    by_age[UNION, :, :, 0, :] = tables.union.max(axis=2)[:, :, None]
    by_age[UNION, :, 1, 1, :] = tables.separation[:, None]
    most = np.maximum(tables.holds.max(), np.uint64(1 << 16))  # what somebody holds may raise a hazard, too
    activation = tables.activation[..., 1].max(axis=2) * most >> np.uint64(16)  # age, sex, situation
    activation = np.minimum(activation, np.uint64(1 << 32))
    by_age[ACTIVATION, :, :, :, 0] = activation[..., :2].max(axis=2)[:, :, None]
    by_age[ACTIVATION, :, :, :, 1] = activation[..., 2][:, :, None]
    highest = world.most_return * tables.response.max() >> np.uint64(16)
    highest = np.minimum(highest, np.uint64(1 << 32)) * most >> np.uint64(16)
    by_age[RETURN, :, :, :, 1] = np.minimum(highest, np.uint64(1 << 32))[:, :, None]
    return risk.class_bounds(by_age)


@step_of_month
def screen(world: World, tables: Tables) -> list[np.ndarray]:
    """Rows that might meet each event this month (ODD equation R3)."""
    bounds = _bounds(world, tables)
    looks = risk.first_looks(bounds)
    keys, fine = (np.array([world.key(process + end) for process in _PROCESSES]) for end in ("", ":fine"))
    q = world.people
    candidates = world.engine.screening.candidates
    found = world.chunks.map(
        lambda lo, hi: candidates(lo, hi, q.risk, q.identity_rows, q.ids, bounds, looks, keys, fine), world.n
    )
    return [
        end_to_end([rows[starts[k] : starts[k + 1]] for rows, starts in found], np.int32)
        for k in range(len(_PROCESSES))
    ]


def _over_rows(world: World, rows: np.ndarray, kernel) -> list:
    """kernel(piece of rows) for consecutive pieces, in order, in threads."""
    return world.chunks.map(lambda lo, hi: kernel(rows[lo:hi]), rows.size, listed=True)


def _read_ahead(world: World, *lists: np.ndarray) -> AbstractContextManager[None]:
    """While events happen to these rows, in turn, another thread reads their households; lists: of one length."""
    return world.chunks.reading_ahead(
        lambda lo, hi: [read_households(rows[lo:hi], world.people) for rows in lists], lists[0].size
    )


@step_of_month
def school_year(world: World) -> np.ndarray:
    """September: intake and progression, students leave for college. June: graduates are free to choose.

    Returns the rows of graduates, who reconsider this month (ODD equations S1-S3).
    """
    month = calendar_month(world.month)
    schooling = world.engine.schooling
    if month == 9:
        p = world.parameters
        senior = probability_threshold(np.array([p["senior_share_rural"], p["senior_share_urban"]]))
        college = probability_threshold(np.array([p["college_share_rural"], p["college_share_urban"]]))
        bachelor = one_threshold(p["bachelor_share"])
        key = world.key("school")
        leaving = np.concatenate(
            world.chunks.map(
                lambda lo, hi: schooling.september(
                    lo, hi, world.month, world.people, senior, college, bachelor, key
                ),
                world.n,
            )
        )
        if world.conditions.border_moves != "on":
            leaving = leaving[
                world.people.lives[leaving] < 222
            ]  # all colleges are inside; who is outside stays
        bedded = world.housing.bedded
        world.housing.bedded = merged(bedded[world.people.collective[bedded] > 0], leaving)
        with _read_ahead(world, leaving):
            moved = schooling.apply_college(
                leaving, world.month, world.people, world.ledger, world.college, world.key("college")
            )
        world.note(moved)
    if month == 6:
        return np.concatenate(
            world.chunks.map(lambda lo, hi: schooling.june(lo, hi, world.month, world.people), world.n)
        )
    return np.empty(0, np.int32)


@step_of_month
def give_birth(world: World, tables: Tables, rows: np.ndarray) -> None:
    """Births to women in a union (ODD equations D2, D3)."""
    vital, key, fine = world.engine.demography, world.key("birth"), world.key("birth:fine")
    found = _over_rows(
        world, rows, lambda r: vital.mothers(r, world.month, world.people, tables.birth, key, fine)
    )
    mothers = end_to_end(found, np.int32)
    _need_room(world, mothers.size)
    boys = one_threshold(world.parameters["boys_at_birth"])
    sex = world.key("sex")

    def bear(lo: int, hi: int) -> tuple[Ledger, np.ndarray]:
        ledger = empty_ledger() if lo else world.ledger  # the first piece can write where all belongs
        _, newborns = vital.apply_births(
            mothers[lo:hi], world.n + lo, world.month, world.people, ledger, boys, sex
        )
        return ledger, newborns

    for ledger, newborns in world.chunks.map(bear, mothers.size, listed=True):
        if ledger is not world.ledger:
            world.ledger.add(ledger)
        world.absences.leave_since(newborns, world.people.left_home[newborns])
    world.n += mothers.size


def _need_room(world: World, more: int) -> None:
    if world.n + more > world.people.risk.size:
        raise MemoryError("more births and newcomers than the columns have room for")


@step_of_month
def form_unions(world: World, tables: Tables, rows: np.ndarray) -> None:
    """Seekers pair off within their prefecture; some unions end (ODD equations D4-D6)."""
    vital, people = world.engine.demography, world.people
    key, fine = world.key("union"), world.key("union:fine")
    found = _over_rows(
        world,
        rows,
        lambda r: vital.unions(r, world.month, people, tables.union, tables.separation, key, fine),
    )
    new, separating = columns_of(found, np.int32, np.int32)
    p = world.parameters
    with_mother = one_threshold(p["children_with_mother"])
    vital.apply_separations(
        separating, world.month, people, world.ledger, with_mother, world.key("separation")
    )
    looking = merged(world.seekers, new)
    pools = marriage_markets(world.places)
    free = _over_rows(
        world,
        looking,
        lambda r: vital.free_seekers(r, world.month - _OLDEST_SEEKER, pools, people, world.key("partner")),
    )
    seekers, *deciding = columns_of(free, np.int32, np.int64, np.uint8, np.int16, np.uint64, np.int32)
    women, men = pair_seekers(*deciding)
    to_him = one_threshold(p["bride_moves_to_him"])
    own = one_threshold(p["own_household_at_union"])
    brides, grooms = seekers[women], seekers[men]
    with _read_ahead(world, brides, grooms):
        union = vital.apply_unions(
            brides, grooms, world.month, people, world.ledger, to_him, own, world.key("household")
        )
    world.note(union)
    alone = np.ones(seekers.size, dtype=bool)
    alone[women] = alone[men] = False
    world.seekers = seekers[alone]


def luck_of(world: World, rows: np.ndarray, key: np.uint64) -> np.ndarray:
    """64 random bits of each row under a key, uint64 (ODD equation R2)."""
    kernel = world.engine.luck.luck_of
    pieces = _over_rows(world, rows, lambda r: kernel(r, world.people, key))
    return end_to_end(pieces, np.uint64)


@step_of_month
def die(world: World, tables: Tables, rows: np.ndarray) -> None:
    """Deaths by age, sex and place (ODD equation D1)."""
    vital, key, fine = world.engine.demography, world.key("death"), world.key("death:fine")
    dead = _over_rows(
        world, rows, lambda r: vital.deaths(r, world.month, world.people, tables.death, key, fine)
    )
    rows = end_to_end(dead, np.int32)
    with _read_ahead(world, rows):
        vital.apply_deaths(rows, world.people, world.ledger)


@step_of_month
def decide_and_move(world: World, tables: Tables, rows: np.ndarray, graduates: np.ndarray) -> None:
    """Who reconsiders, where they go, families with them (ODD equations M1-M4, M6-M8)."""
    people, month = world.people, world.month
    kernels, moving = world.engine.migration, world.engine.moving
    key, fine = world.key("activation"), world.key("activation:fine")
    deciders = _over_rows(
        world, rows, lambda r: kernels.activated(r, month, people, tables.activation, tables.holds, key, fine)
    )
    deciders = merged(end_to_end(deciders, np.int32), graduates[people.risk[graduates] != DEAD])
    to = choose_destinations(world, tables.utilities, deciders)
    come_along = schooling.coming_along(world.parameters, world.schools)
    leaving = to != people.lives[deciders]
    _move(world, deciders[leaving], to[leaving], come_along, world.key("along"))
    joins = schooling.joining(world.parameters, world.schools)
    join = world.key("join")
    joining = _over_rows(
        world, deciders[~leaving], lambda r: moving.children_who_join(r, month, people, joins, join)
    )
    children, parents_place = columns_of(joining, np.int32, np.uint8)
    if not tables.climate.border_moves:
        same_side = (people.lives[children] >= 222) == (parents_place >= 222)
        children, parents_place = children[same_side], parents_place[same_side]
    world.note(moving.apply_children(children, parents_place, month, people, world.ledger))


def _move(world: World, rows: np.ndarray, to: np.ndarray, come_along: np.ndarray, key: np.uint64) -> None:
    """Carries out moves that were decided, families with them (ODD equations M6, M7)."""
    with _read_ahead(world, rows):
        moved = world.engine.moving.apply_moves(
            rows, to, come_along, world.month, world.people, world.ledger, key
        )
    world.note(moved)


def choose_destinations(world: World, utilities: Utilities, deciders: np.ndarray) -> np.ndarray:
    """The part each decider lives in from now on, uint8; tastes are frozen (ODD equations M2-M4, M10).

    Who had made up their mind before census night although another place seemed better had a reason to stay worth
    at least that much, and an exponential margin more (what a Gumbel maximum exceeds its rivals by). They move only
    where the best place now beats it. Raising one place can so move people to that place alone.
    """
    people = world.people
    family = int(migration.on_grid(world.parameters["beta_family"]))
    chosen, worth = _best_places(world, utilities, deciders, family)
    leaving = np.flatnonzero(chosen != people.lives[deciders])
    kernel, key = world.engine.migration.seasoned, world.lasting_key("seasoned")
    made_up = _over_rows(
        world,
        deciders[leaving],
        lambda rows: kernel(
            rows, world.base_month, world.base_rows, world.month, people, world.seasoned, key
        ),
    )
    known = leaving[end_to_end(made_up, np.uint8) == 1]
    before, worth_before = _best_places(world, _base_utilities(world), deciders[known], 0)
    margin = world.margins[margin_bits(world, deciders[known])]
    held = (before != people.lives[deciders[known]]) & (worth[known] <= worth_before + margin)
    chosen[known[held]] = people.lives[deciders[known[held]]]
    return chosen


def margin_bits(world: World, rows: np.ndarray) -> np.ndarray:
    """16 lasting random bits of each row: how much better than best the reason to stay was."""
    return (luck_of(world, rows, world.lasting_key("margin")) >> np.uint64(48)).astype(np.int64)


def _best_places(
    world: World, utilities: Utilities, deciders: np.ndarray, family: int
) -> tuple[np.ndarray, np.ndarray]:
    if world.conditions.border_moves == "on":
        return _best_of_all(world, utilities, deciders, family)
    chosen, worth = np.empty(deciders.size, np.uint8), np.empty(deciders.size, np.int64)
    outside = world.people.lives[deciders] >= 222
    for side in (False, True):
        here = outside == side
        closed = migration.one_side(utilities, side)
        chosen[here], worth[here] = _best_of_all(world, closed, deciders[here], family)
    return chosen, worth


def _best_of_all(
    world: World, utilities: Utilities, deciders: np.ndarray, family: int
) -> tuple[np.ndarray, np.ndarray]:
    p, people, month = world.parameters, world.people, world.month
    taste, nest_taste = world.tastes
    stay, home = (int(migration.on_grid(p[name])) for name in ("stay_utility", "home_tie"))
    taste_key, nest_key = world.lasting_key("taste"), world.lasting_key("nest")
    destinations = world.engine.migration.destinations
    chosen = world.chunks.map(
        lambda lo, hi: destinations(
            lo, hi, deciders, month, people, utilities.destination, utilities.pair, stay, utilities.rural, home, family,
            world.nests, nest_taste, taste, taste_key, nest_key,
        ),
        deciders.size,
        listed=True,
    )  # fmt: skip
    parts, worth = columns_of(chosen, np.uint8, np.int64)
    return parts, worth


def _base_utilities(world: World) -> Utilities:
    """Utilities on census night, computed once, by the scenario's border alone."""
    if world.base_utilities is None:
        share = network_shares(world.totals.stock, world.base_stock, world.base_stock, world.weight)
        climate = migration.base_climate(world.conditions.border_moves == "on")
        world.base_utilities = migration.utilities(
            world.parameters, world.worth, climate, share, migration.base_terms(world.schools.base_coverage)
        )
    return world.base_utilities


@step_of_month
def give_up_and_return(world: World, tables: Tables, rows: np.ndarray) -> None:
    """Who comes back to the village or the county seat (ODD equation M5)."""
    people, month, p = world.people, world.month, world.parameters
    kernels, key, fine, where = (
        world.engine.migration,
        world.key("return"),
        world.key("return:fine"),
        world.key("where"),
    )
    to_town = one_threshold(p["share_return_to_town"])
    if not tables.climate.border_moves:
        lives, home = people.lives[rows], people.home[rows]
        rows = rows[(lives >= 222) == (home >= 222)]
    found = _over_rows(
        world,
        rows,
        lambda r: kernels.returning(
            r, month, people, world.return_base, tables.response, tables.holds, to_town, key, fine, where
        ),
    )
    returners, to = columns_of(found, np.int32, np.uint8)
    come_along = schooling.coming_back_along(p["spouse_comes"])
    _move(world, returners, to, come_along, world.key("return:along"))


@step_of_month
def receive_newcomers(world: World) -> None:
    """People from other provinces, by the places where such people lived in 2020 (ODD equation M9)."""
    p = world.parameters
    if world.conditions.border_moves != "on" or world.donors.size == 0:
        return
    months = world.month - world.base_month
    per_month = p["newcomers_per_year"] * p["newcomers_gross_ratio"] / 12 / world.weight
    number = released(per_month * (months - 1), per_month * months)
    _need_room(world, number)
    which = np.arange(number)
    ids = draw64_array(which, world.key("newcomer")) | np.uint64(1 << 63)
    donor = (draw64_array(which, world.key("donor")) % np.uint64(world.donors.size)).astype(np.int64)
    cumulative = np.cumsum(world.totals.from_other_provinces)
    luck = draw64_array(which, world.key("newcomer:place")) % np.uint64(cumulative[-1])
    parts = np.searchsorted(cumulative, luck.astype(np.int64), side="right").astype(np.uint8)
    world.n = world.engine.moving.apply_newcomers(
        world.donors[donor],
        world.donor_home[donor],
        parts,
        ids,
        world.n,
        months,
        world.month,
        world.people,
        world.ledger,
    )


def work_status(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Everybody's work in line with the month's events (ODD equations L1, L2).

    Returns (seekers, (111, 5) jobs held, (3, 111) jobs ended).
    """
    labour, kernels, people = world.labour, world.engine.employment, world.people
    trait, key, fine = stream_key(0, "participation"), world.key("job"), world.key("job:fine")
    everybody = calendar_month(world.month) == 1

    def follow(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        seekers, change, ended = kernels.update(
            lo,
            hi,
            world.month,
            people,
            labour.market,
            labour.retirement,
            labour.participation,
            trait,
            everybody,
        )
        losers, lost = kernels.lose_jobs(lo, hi, people, labour.loss, key, fine)
        ended[2] += lost.sum(axis=1)
        return merged(seekers, losers), change - lost, ended

    seekers, changes, ended = zip(*world.chunks.map(follow, world.n), strict=True)
    return end_to_end(seekers, np.int32), labour.filled + added_up(changes), added_up(ended)


@step_of_month
def work(world: World, tables: Tables) -> Review:
    """Jobs end, posts are offered, seekers are matched (ODD equations L1-L6).

    Seekers are matched by one thread; others begin to review the pupils meanwhile.
    """
    labour, p, people = world.labour, world.parameters, world.people
    labour.held_before = labour.filled
    seekers, labour.filled, ended = work_status(world)
    n, read = seekers.size, world.engine.employment.applicants
    keys = world.key("hiring"), world.key("training")
    county, skill = np.empty(n, np.uint8), np.empty(n, np.uint8)
    luck, training_luck = np.empty(n, np.uint64), np.empty(n, np.uint64)
    columns = county, skill, luck, training_luck
    numbers = world.chunks.map(
        lambda lo, hi: read(seekers[lo:hi], people, *keys, *(column[lo:hi] for column in columns)),
        n,
        listed=True,
    )
    pupils = review_pupils(world)
    waiting, trained = sum(numbers, np.zeros((111, 2), np.int64)).T
    waiting = waiting + trained
    employment.post_vacancies(labour, p, tables.climate.growth, waiting + labour.filled.sum(axis=1))
    in_market = employment.by_market(labour, waiting)
    taught = seekers[:0]
    if world.training_offered.any():
        chosen = trainees(county, training_luck, world.training_offered)
        trained = trained + np.bincount(county[chosen[skill[chosen] & 1 == 0]], minlength=111)
        taught, skill[chosen] = seekers[chosen], skill[chosen] | 1
    people.holdings[taught] |= TRAINED
    taught_in = people.lives[taught].astype(np.int64) >> 1
    touched.courses_taken(world, taught, taught_in)
    hires = employment.hires_by_market(labour, p, in_market, employment.by_market(labour, trained))
    hired, sectors = employment.choose_hired(labour, hires, labour.market[county], skill, luck)
    touched.posts_filled(world, seekers[hired], labour.market[county[hired]], sectors)
    pieces = world.chunks.map(
        lambda lo, hi: world.engine.employment.take_jobs(seekers[hired[lo:hi]], sectors[lo:hi], people),
        hired.size,
    )
    taken = sum(pieces, np.zeros_like(labour.filled))
    entries, labour.filled = taken.sum(axis=1), labour.filled + taken
    labour.seekers = waiting - entries
    employment.learn(labour, p, in_market, hires, world.weight)
    world.work_flows = {"entries": entries, "retired": ended[0], "died": ended[1], "ended": ended[2]}
    world.work_flows["trained"] = np.bincount(taught_in, minlength=111)
    return pupils


@step_of_month
def register(world: World, tables: Tables) -> None:
    """Residence permits are issued, some people settle; both are counted (ODD equations P1-P4)."""
    kernels, people, papers = world.engine.registration, world.people, tables.papers
    traits = np.array([world.lasting_key(name) for name in ("knows", "settler", "insured")])
    key, fine = world.key("papers"), world.key("papers:fine")
    found = world.chunks.map(
        lambda lo, hi: kernels.permits_and_settlement(
            lo, hi, world.month, people, papers.permit, papers.settle, papers.kin, papers.aware, papers.willing,
            papers.work_months, papers.insured, key, fine, traits,
        ),
        world.n,
    )  # fmt: skip
    receivers, settlers = columns_of(found, np.int32, np.int32)
    for new_holders in _over_rows(world, receivers, lambda r: kernels.apply_permits(r, people)):
        world.ledger.stocks.holders[:] += new_holders
    with _read_ahead(world, settlers):
        world.registration.settled, settled = kernels.apply_settlement(
            settlers, world.month, people, world.ledger
        )
    touched.permits_given(world, receivers, settled)
    world.registration.take_down(world.ledger.stocks)


def open_schools(world: World) -> None:
    """Gives every child in a town its place on census night, the same for every seed (ODD equations E1, E3)."""
    intake(world, review_pupils(world), stream_key(0, "school place"))


def _school_year_begins(world: World) -> bool:
    return world.month == world.base_month or calendar_month(world.month) == 9


def review_pupils(world: World) -> Review:
    """Begins to look who gives up a place, and who waits for one (ODD equations E1, E2).

    Jobs can be matched meanwhile: nobody is both a pupil of these schools and of working age.
    """
    review, month, people = world.engine.schooling.review, world.month, world.people
    attending, trait = one_threshold(world.schools.attending[0]), stream_key(0, "kindergarten")
    everybody = _school_year_begins(world)
    return world.chunks.begin(
        lambda lo, hi: review(lo, hi, month, people, attending, trait, everybody), world.n
    )


def intake(world: World, pupils: Review, key: np.uint64) -> np.ndarray:
    """Places are given up, and filled from the queue (ODD equations E1-E3). Returns the rows left without one."""
    schools, kernels = world.schools, world.engine.schooling
    waiting, left, need = zip(*pupils(), strict=True)
    waiting = end_to_end(waiting, np.int32)
    schools.held = schools.held - added_up(left).sum(axis=0)
    schools.need = added_up(need) + (0 if _school_year_begins(world) else schools.need)
    if calendar_month(world.month) == 9:
        schools.year += 1
        schooling.set_school_places(schools)
    cell, kinds = _admit(world, waiting, key)
    touched.places_given(world, waiting, cell, kinds)
    taken = world.chunks.map(
        lambda lo, hi: kernels.take_school_places(waiting[lo:hi], cell[lo:hi], kinds[lo:hi], world.people),
        waiting.size,
    )
    schools.held += sum(taken)
    return waiting[kinds == NO_PLACE]


def _admit(world: World, waiting: np.ndarray, key: np.uint64) -> tuple[np.ndarray, np.ndarray]:
    """Where those who wait apply, and which kind of place each is given, if any (ODD equation E3)."""
    standing = world.engine.schooling.standing
    # Narrow: on census night the list is of everybody of school age in a town.
    cell, place = np.empty(waiting.size, np.int16), np.empty(waiting.size, np.uint64)
    world.chunks.map(
        lambda lo, hi: standing(waiting[lo:hi], world.month, world.people, key, cell[lo:hi], place[lo:hi]),
        waiting.size,
        listed=True,
    )
    return cell, schooling.admit(cell, place, world.schools.vacant)


@step_of_month
def attend_school(world: World, tables: Tables, pupils: Review) -> None:
    """Each month vacant places go to who waits; in September pupils turned down may be sent home (E3, E4, E6)."""
    without = intake(world, pupils, world.key("school place"))
    schooling.learn(world.schools)
    if calendar_month(world.month) != 9:
        return
    people = world.people
    lives, home = people.lives[without], people.home[without]
    pupil = world.month - people.birth_month[without] >= 12 * _FIRST_SCHOOL_AGE
    able = pupil & (lives != home) & (tables.climate.border_moves | (home < 222))
    without, lives, home = without[able], lives[able] >> 1, home[able]
    luck = luck_of(world, without, world.key("sent home")) >> np.uint64(32)
    registered_elsewhere = ((home >> 1) != lives).astype(np.int64)
    goes = luck < schooling.going_back(world.parameters, world.schools)[lives, registered_elsewhere]
    world.note(
        world.engine.moving.apply_children(without[goes], home[goes], world.month, people, world.ledger)
    )


def _take_over_village_schools(world: World, turned: np.ndarray) -> None:
    schools = world.schools
    attending = one_threshold(schools.attending[0])
    trait = stream_key(0, "kindergarten")
    kernel = world.engine.schooling.turn_with_village
    pieces = world.chunks.map(
        lambda lo, hi: kernel(lo, hi, world.month, world.people, turned, world.cells, attending, trait),
        world.n,
    )
    schools.take_over(added_up(pieces))


@step_of_month
def count_residents(world: World) -> None:
    """Those away six months count where they live (ODD equation C2)."""
    away = world.absences.arrive(world.month)
    log = world.engine.moving.six_months(away, world.month, world.people, world.ledger)
    if log.size:
        world.logs.append(log)


@step_of_month
def change_township(world: World) -> None:
    """Once a year, who moves house within the part: registered in another township from then on (ODD equation M11)."""
    if (world.month - world.base_month) % 12:
        return
    thresholds = probability_threshold(world.parameters.array("changes_township_per_year"))
    kernel, key = world.engine.moving.change_township, world.key("township")
    world.chunks.map(lambda lo, hi: kernel(lo, hi, world.month, world.people, thresholds, key), world.n)


@step_of_month
def recode_places(world: World) -> None:
    """Each October some village cells turn urban with everybody in them (ODD equations K1, K2)."""
    if calendar_month(world.month) != CODES_REVISED_IN or world.conditions.reclassification == "frozen":
        return
    year = -(-(world.month - world.base_month) // 12)
    rate = world.parameters["reclassified_per_year"]
    turned = cells_to_turn(rate, year, world.cells, world.gone, world.lasting_key("recoding"))
    world.gone |= turned
    _take_over_village_schools(world, turned)
    turn_urban = world.engine.reclassification.turn_urban
    pieces = world.chunks.map(lambda lo, hi: turn_urban(lo, hi, world.people, turned, world.cells), world.n)
    for counted, present, changes in pieces:
        world.ledger.reclassified[:] += counted
        world.ledger.reclassified_present[:] += present
        world.ledger.stocks.add(changes)
