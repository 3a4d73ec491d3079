"""Every kernel and its plain twin do the same to random small worlds, to the last bit, however they are cut up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from worlds import CITY_OF_PART, SmallWorld, random_world

from urbsim.compute.compress import is_quick
from urbsim.compute.eights import Eights, eights_of
from urbsim.compute.randomness import draw64_array, stream_key
from urbsim.compute.threads import added_up
from urbsim.processes import implementation
from urbsim.processes.implementation import Implementation
from urbsim.processes.migration.tastes import gumbel_tables, on_grid
from urbsim.simulation.accounts import counted_after
from urbsim.state.holdings import DORMITORY, TRAINED
from urbsim.state.ledger import sum_of_stocks
from urbsim.state.pending import WORK
from urbsim.state.risk import AGE_LIMIT, N_CLASSES, first_looks

MONTH = 1470  # July 2022
KERNELS, TWINS = implementation.compiled(), implementation.plain()
BASE_MONTH = MONTH - 21
PIECES = {
    "whole": lambda n: [(0, n)],
    "even": lambda n: [(lo, min(lo + 512, n)) for lo in range(0, n, 512)],
    "odd": lambda n: [(lo, min(lo + 333, n)) for lo in range(0, n, 333)],
}
Pieces = list[tuple[int, int]]
Case = Callable[[Implementation, SmallWorld, Pieces], Any]


def key(name: str) -> np.uint64:
    return stream_key(5, name, MONTH)


def thresholds(name: str, *shape: int, most: float = 0.5) -> np.ndarray:
    """Probabilities up to `most`, as thresholds on 2^-32, the same in every call."""
    rng = np.random.default_rng(len(name) + sum(shape))
    return (rng.random(shape) * most * 2**32).astype(np.uint64)


def certain(share: float) -> np.uint64:
    return np.uint64(int(share * 2**32))


def eights(world: SmallWorld) -> Eights:
    return eights_of(world.people.ids[: world.n - world.people.identity_rows])


def some_rows(world: SmallWorld, name: str, share: float = 0.6) -> np.ndarray:
    """A fixed choice of rows in rising order, the dead among them."""
    luck = draw64_array(np.arange(world.n), stream_key(9, name)) / 2.0**64
    return np.flatnonzero(luck < share).astype(np.int32)


def living_rows(world: SmallWorld, name: str, share: float = 0.6) -> np.ndarray:
    rows = some_rows(world, name, share)
    return rows[world.people.risk[rows] != 255]


def gate(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    bounds = np.random.default_rng(1).integers(0, 1 << 32, (8, 256)).astype(np.uint64)
    bounds[2] >>= np.uint64(6)  # rare events: at most four of 256
    bounds[3] = 3 << 24  # a bound that is a whole byte
    bounds[4] = 1 << 32
    classes = np.arange(256)
    bounds[5, (classes & 5 != 4) | (classes < 30) | (classes > 90)] = 0  # women of some ages at home
    bounds[6, (classes & 1 == 0) | (classes == 255)] = 0  # everybody away
    bounds[7] = 0
    bounds[:, N_CLASSES:] = 0  # the dead
    keys, fine = (np.array([key(name) for name in names]) for names in ("abcdefgh", "ijklmnop"))
    q, rules = w.people, (bounds, first_looks(bounds, np.ones(256)), keys, fine)
    found = [
        e.screening.candidates(lo, hi, q.risk, q.identity_rows, q.ids, eights(w), *rules) for lo, hi in pieces
    ]
    return [np.concatenate([rows[starts[k] : starts[k + 1]] for rows, starts in found]) for k in range(7)]


def luck(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rows = some_rows(w, "luck")
    own_ids = rows[rows < w.people.identity_rows]
    return np.concatenate([e.luck.luck_of(some, w.people, key("luck")) for some in (rows, own_ids)])


def ageing(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    q = w.people
    for lo, hi in pieces:
        e.demography.reclassify(lo, hi, MONTH + 40, q.risk, q.birth_month)


def deaths(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rows = living_rows(w, "deaths")
    dead = e.demography.deaths(
        rows, MONTH, w.people, thresholds("d", AGE_LIMIT + 1, 2, 2), key("death"), key("fine")
    )
    e.demography.apply_deaths(dead, w.people, w.ledger)
    return dead


def births_of_late(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    parents, rows = w.people.parent, some_rows(w, "of fathers")
    fathers = w.people.spouse[parents[rows]]
    parents[rows] = np.where((parents[rows] >= 0) & (fathers >= 0), fathers, parents[rows])
    found = added_up([e.demography.births_since(lo, hi, MONTH - 200, MONTH, w.people) for lo, hi in pieces])
    assert found.sum() > 100
    return found


def births(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rows, table = some_rows(w, "births"), thresholds("b", AGE_LIMIT + 1, 3, most=1.0)
    mothers = e.demography.mothers(rows, MONTH, w.people, table, 20, key("birth"), key("fine"))
    boys, home = certain(0.522), certain(0.8)
    n, absences = e.demography.apply_births(mothers, w.n, MONTH, w.people, w.ledger, boys, home, key("sex"))
    again = e.demography.apply_births(mothers, n, MONTH + 1, w.people, w.ledger, boys, home, key("sex"))
    return mothers, n, absences, *again


def unions(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rows = some_rows(w, "unions", 0.9)
    formation, dissolution = (
        thresholds("u", AGE_LIMIT + 1, 2, 2, most=1.0),
        thresholds("s", AGE_LIMIT + 1, most=1.0),
    )
    seekers, leavers = e.demography.unions(
        rows, MONTH, w.people, formation, dissolution, key("union"), key("fine")
    )
    e.demography.apply_separations(leavers, MONTH, w.people, w.ledger, certain(0.5), key("separation"))
    free = e.demography.free_seekers(rows, MONTH - 12 * 40, np.arange(224) // 9, w.people, key("partner"))
    women, men = (seekers[w.people.sex[seekers] == s] for s in (1, 0))
    pairs = min(women.size, men.size)
    order = np.random.default_rng(2).permutation(pairs)
    women, men = women[:pairs], men[:pairs][order]
    log, absences = e.demography.apply_unions(
        women, men, MONTH, w.people, w.ledger, certain(0.7), certain(0.5), key("household")
    )
    return seekers, leavers, free, log, absences


def holds() -> np.ndarray:
    """(256,) factors on 2^-16 by what somebody holds, below and above one."""
    return np.random.default_rng(8).integers(1 << 14, 1 << 17, 256).astype(np.uint64)


def activated(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    table, away = thresholds("m", AGE_LIMIT + 1, 2, 3, 2, 2), thresholds("n", 41, AGE_LIMIT + 1, 2, 2)
    table[..., 1] = table[..., 0] * np.uint64(2)
    return e.migration.activated(
        some_rows(w, "a", 0.9), MONTH, w.people, table, away, holds(), key("activation"), key("fine")
    )


def villagers(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    per_year = np.random.default_rng(2).integers(0, 5, (AGE_LIMIT + 1, 2, 3)) / 64  # sums of these are exact
    return e.migration.villagers_by_type(some_rows(w, "v", 0.9), MONTH, w.people, per_year)


def parents_of_small_children(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    everybody, count = np.arange(w.n, dtype=np.int32), e.migration.small_children_by_type
    asked = count(everybody, False, MONTH, w.people), count(everybody[::2].copy(), False, MONTH, w.people)
    return np.stack([count(everybody, True, MONTH, w.people), *asked])


def destinations(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rng = np.random.default_rng(3)
    place, pair, village, staying = (
        rng.integers(-1 << 17, 1 << 17, shape) for shape in ((24, 113), (113, 113), (24, 111), (24, 111))
    )
    nests, ties = rng.integers(0, 3, 113), rng.integers(-1 << 17, 1 << 17, (2, 4))
    taste, nest_taste = gumbel_tables(0.56)
    rows, closed = living_rows(w, "x", 0.9), place.copy()
    closed[:, -2:] = on_grid(-1e6)  # also for those who live there
    return [
        np.concatenate([
            e.migration.destinations(
                lo, hi, rows, MONTH, w.people, values, pair, 90_000, village, staying, ties, 150_000, home_open, nests,
                nest_taste, taste, key("taste"), key("nest"),
            )
            for lo, hi in pieces if lo < rows.size for hi in [min(hi, rows.size)]
        ])
        for home_open in (True, False)
        for values in (place, closed)
    ]  # fmt: skip


def spouses(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    return e.moving.spouses_who_join(living_rows(w, "sp", 0.9), w.people, certain(0.4), key("spouse"))


def returning(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    base = thresholds("r", 41, AGE_LIMIT + 1, 2, 2, most=1.0)
    response = np.random.default_rng(4).integers(3000, 20 * 65536, 114).astype(np.uint64)
    keys = [key(name) for name in ("return", "fine", "where")]
    return e.migration.returning(
        some_rows(w, "r", 0.9), MONTH, w.people, base, response, holds(), certain(0.3), *keys
    )


def moves(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rows = some_rows(w, "m", 0.5)
    to = np.random.default_rng(5).integers(0, 224, rows.size).astype(np.uint8)
    home = np.arange(rows.size) % 4 == 0
    to[home] = w.people.home[rows[home]]
    living = w.people.risk[rows] != 255
    come_along = thresholds("come along", 3, 224, 2, most=1.0)
    first = e.moving.apply_moves(
        rows[living], to[living], come_along, MONTH, w.people, w.ledger, key("along")
    )
    join = thresholds("join", 2, 224, 2, most=1.0)
    children, places = e.moving.children_who_join(rows, MONTH, w.people, join, key("join"))
    second = e.moving.apply_children(children, places, MONTH, w.people, w.ledger)
    leavers = np.concatenate([some_rows(w, "way", 0.2), first[1], second[1], first[1][:5]])
    third = e.moving.six_months(leavers, MONTH + 3, w.people, w.ledger)
    return *first, children, places, *second, third


def school(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    shares = np.array([certain(0.8), certain(0.9)]), np.array([certain(0.5), certain(0.65)]), certain(0.45)
    family = (w.people.holdings[: w.n] & DORMITORY == 0) & (w.people.risk[: w.n] != 255)
    w.people.holdings[: w.n] |= np.uint8(DORMITORY)  # everybody boards: by chance few do
    np.add.at(w.ledger.stocks.sleepers, w.people.lives[: w.n][family], 1)
    found = [
        e.schooling.september(lo, hi, MONTH, w.people, *shares, certain(0.6), key("school"))
        for lo, hi in pieces
    ]
    leaving, boarders, freed = (np.concatenate(lists) for lists in zip(*found, strict=True))
    boarding, under_way = e.schooling.apply_boarding(boarders, MONTH, w.people, w.ledger)
    going, under_way_home = e.schooling.apply_going_home(freed, MONTH, w.people, w.ledger)
    assert not under_way.size and not under_way_home.size
    cumulative = np.sort(thresholds("c", 113, most=1.0))
    cumulative[-1] = certain(1.0)
    moved = e.schooling.apply_college(leaving, MONTH, w.people, w.ledger, cumulative, key("college"))
    done = zip(*(e.schooling.june(lo, hi, MONTH + 9, w.people) for lo, hi in pieces), strict=True)
    graduates, beds = (np.concatenate(lists) for lists in done)
    w.ledger.stocks.sleepers[:] -= beds.reshape(-1, 224).sum(axis=0)
    return leaving, boarders, freed, boarding, going, *moved, graduates


def recoding(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    cells = np.random.default_rng(6).integers(1, 256, 111)
    turned = np.zeros((111, 256), np.uint8)
    for county, n in enumerate(cells):
        turned[county, :n] = np.random.default_rng(county).random(n) < 0.4
    parts = [e.reclassification.turn_urban(lo, hi, w.people, turned, cells) for lo, hi in pieces]
    for _, _, changes in parts:
        for stock, change in zip(w.ledger.stocks, changes, strict=True):
            stock[:] += change
    return [np.sum([part[k] for part in parts], axis=0) for k in range(2)]


def relocation(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rows, q = some_rows(w, "relocated", 0.5), w.people
    at_home = (q.home[rows] == q.lives[rows]) & (q.home[rows] < 222) & (q.risk[rows] != 255)
    places = np.random.default_rng(8).random(111) * 20
    return *e.moving.move_to_sites(rows[at_home], places, MONTH, q, w.ledger), places


def newcomers(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    donors = some_rows(w, "n", 0.2)  # the dead among them: a newcomer is as the donor was in the base
    rng = np.random.default_rng(7)
    homes, to = (
        rng.integers(low, high, donors.size).astype(np.uint8) for low, high in ((222, 224), (0, 222))
    )
    ids = draw64_array(donors, key("new"))
    return e.moving.apply_newcomers(donors, homes, to, ids, w.n, 21, MONTH, w.people, w.ledger)


def work_rules(w: SmallWorld) -> tuple[np.ndarray, np.ndarray]:
    """Retirement ages by sex, and thresholds of taking part by sex and age."""
    return np.array([60, 52]), thresholds("participation", 2, 65, most=1.0)


def first_jobs(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    sectors = np.sort(thresholds("sectors", 111, 5, most=1.0), axis=1)
    sectors[:, -1] = certain(1.0)
    shares = np.array([certain(0.1), certain(0.3)])
    rules: Any = (*work_rules(w), shares, certain(0.4), sectors, key("trait"), key("work"))
    given = [e.employment.employ_at_base(lo, hi, MONTH, w.people, *rules) for lo, hi in pieces]
    return [np.sum(counts, axis=0) for counts in zip(*given, strict=True)]


def work(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    market = np.arange(111) // 3
    loss = thresholds("loss", 111, 5, most=0.4)
    retirement, participation = work_rules(w)
    together = np.where(market[:, None] == market, 1, 2 * (np.add.outer(market, market) % 2)).astype(np.uint8)
    rules = (MONTH, w.people, together, retirement, participation, key("trait"))
    luck = (loss, certain(0.3), retirement, key("job"), key("fine"))
    some = [e.employment.update(lo, hi, *rules, True) for lo, hi in pieces]
    w.people.pending[: w.n] |= np.uint8(WORK)
    found = [e.employment.update(lo, hi, *rules, False) for lo, hi in pieces]
    by_luck = [e.employment.turn_over(lo, hi, MONTH, w.people, eights(w), *luck) for lo, hi in pieces]
    looking, lost, with_odd_jobs = zip(*by_luck, strict=True)
    seekers = np.sort(np.concatenate([*(piece[0] for piece in found), *looking]))
    seekers = seekers[w.people.lives[seekers] < 222]  # in a random world infants may have odd jobs anywhere
    w.people.holdings[seekers[::2]] |= np.uint8(TRAINED)
    kinds = np.uint8, np.int16, np.bool_, np.uint64, np.uint64
    asking = [np.empty(seekers.size, kind) for kind in kinds]
    number = e.employment.applicants(seekers, w.people, key("hiring"), key("training"), market, *asking)
    skills = e.employment.skills(seekers, w.people)
    hired = seekers[::3]
    sectors = np.random.default_rng(9).integers(0, 5, hired.size)
    taken = e.employment.take_jobs(hired, sectors, w.people)
    turned = e.employment.fall_back(seekers, asking[3], certain(0.4), w.people)
    change, ended = (np.sum([piece[k] for piece in found], axis=0) for k in (1, 2))
    before = np.sort(np.concatenate([piece[0] for piece in some]))
    first = [np.sum([piece[k] for piece in some], axis=0) for k in (1, 2)]
    lost = np.concatenate(looking), np.sum(lost, axis=0), np.sum(with_odd_jobs, axis=0)
    elsewhere = np.sort(np.concatenate([piece[3] for piece in (*some, *found)]))
    away = e.employment.commuters(elsewhere, w.people, market)
    return before, first, seekers, change, ended, lost, number, asking, skills, taken, turned, elsewhere, away


def first_permits(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    for lo, hi in pieces:
        e.registration.permits_at_base(lo, hi, MONTH, w.people, CITY_OF_PART, certain(0.6), key("permit"))


def registration(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rng = np.random.default_rng(10)
    rules = (
        CITY_OF_PART, thresholds("permit", 111, most=1.0), certain(0.8), certain(0.5), thresholds("aware", 111, most=1.0),
        thresholds("willing", 25, most=1.0), certain(0.3), MONTH - 6, MONTH - rng.integers(0, 90, (111, 2)),
        rng.choice([0, 12, 48], 111), thresholds("insured", 111, most=1.0), thresholds("renting", 111, most=1.0),
        rng.integers(0, 1 << 17, (2, 112), dtype=np.uint64),
    )  # fmt: skip
    luck = (key("papers"), key("fine"), np.array([key(name) for name in "abcd"]))
    found = [
        e.registration.permits_and_settlement(lo, hi, MONTH, w.people, eights(w), *rules, *luck)
        for lo, hi in pieces
    ]
    new, settlers, need_post = (np.concatenate(rows) for rows in zip(*found, strict=True))
    new_holders = e.registration.apply_permits(new, w.people)
    w.ledger.stocks.holders[:] += new_holders
    settled, who = e.registration.apply_settlement(settlers, MONTH, w.people, w.ledger)
    everybody = np.arange(pieces[-1][1], dtype=np.int32)
    outside = e.registration.settlers_outside(everybody, MONTH, w.people, certain(0.9), 3, key("outside"))
    admits = np.arange(111, dtype=np.uint8) % 3 > 0
    asked = [
        e.registration.newcomers_in_villages(
            lo, hi, MONTH, w.people, admits.astype(np.uint8), certain(0.9), key("village")
        )
        for lo, hi in pieces
    ]
    return new, settlers, need_post, settled, np.sort(who), new_holders, outside, np.concatenate(asked)


def township(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    for lo, hi in pieces:
        e.moving.change_township(
            lo, hi, MONTH, w.people, thresholds("township", 2, most=1.0), key("township")
        )


def counting(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    counted, stocks = zip(*(e.counting.stocks(lo, hi, w.people) for lo, hi in pieces), strict=True)
    counts: list[Callable[[int, int], Any]] = [
        lambda lo, hi: e.counting.children(lo, hi, MONTH, w.people),
        lambda lo, hi: e.counting.registered_elsewhere(lo, hi, w.people),
        lambda lo, hi: e.employment.recount(lo, hi, w.people)[0],
        lambda lo, hi: e.employment.recount(lo, hi, w.people)[1],
    ]
    others = [np.sum([count(lo, hi) for lo, hi in pieces], axis=0) for count in counts]
    return np.sum(counted, axis=0), sum_of_stocks(stocks), others


def kinds_of_moves(e: Implementation, w: SmallWorld, pieces: Pieces) -> Any:
    rows = living_rows(w, "log", 0.9)
    log = np.stack([rows, w.people.home[rows], rows % 224], axis=1).astype(np.int32)
    kinds = e.counting.kinds_of_moves(log, MONTH, w.people)
    many_of_a_kind = np.sort(kinds // 1000)
    return kinds, *(e.counting.moves_by_kind(one, MONTH) for one in (np.sort(kinds), many_of_a_kind))


CASES = [gate, luck, ageing, deaths, births_of_late, births, unions, activated, villagers, parents_of_small_children, destinations, spouses, returning, moves, school, recoding,
         relocation, newcomers, counting, kinds_of_moves, first_jobs, work, first_permits, registration, township]  # fmt: skip
CUT_UP = [gate, ageing, births_of_late, destinations, school, recoding, counting, first_jobs, work, first_permits,
          township]  # fmt: skip
CHANGE_STOCKS = [deaths, births, unions, moves, school, recoding, relocation, newcomers, registration]


def flat(value: Any) -> list[np.ndarray]:
    """All arrays of nested tuples and lists."""
    if isinstance(value, tuple | list):
        return [array for part in value for array in flat(part)]
    return [] if value is None else [np.asarray(value)]


def run(case: Case, engine: Implementation, world: SmallWorld, pieces: Pieces) -> list[np.ndarray]:
    """What the case returns, and every column and account it leaves behind."""
    world = world.copy()
    returned = flat(case(engine, world, pieces))
    return [*returned, *world.people[1:], *flat(world.ledger)]


def assert_same(one: list[np.ndarray], other: list[np.ndarray]) -> None:
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.parametrize(("seed", "identity_share"), [(1, 0.0), (2, 0.55), (3, 1.0)])
def test_twin_does_what_the_kernel_does(case: Case, seed: int, identity_share: float):
    world = random_world(seed, month=MONTH, identity_share=identity_share)
    for cut in PIECES.values() if case in CUT_UP else [PIECES["whole"]]:
        pieces = cut(world.n)
        assert_same(run(case, KERNELS, world, pieces), run(case, TWINS, world, pieces))


@pytest.mark.parametrize("case", [gate, work, registration], ids=lambda case: case.__name__)
def test_twin_does_what_the_kernel_does_where_eights_are_known(case: Case):
    world = random_world(6, families=2500, month=MONTH)
    assert eights(world).first.size > 2 or not is_quick()
    pieces = PIECES["whole"](world.n)
    assert_same(run(case, KERNELS, world, pieces), run(case, TWINS, world, pieces))


@pytest.mark.parametrize("case", CUT_UP, ids=lambda case: case.__name__)
@pytest.mark.parametrize("cut", ["even", "odd"])
def test_pieces_change_nothing(case: Case, cut: str):
    world = random_world(4, month=MONTH, identity_share=0.4)
    whole = run(case, KERNELS, world, PIECES["whole"](world.n))
    assert_same(whole, run(case, KERNELS, world, PIECES[cut](world.n)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_small_worlds_are_eventful(case: Case):
    """A comparison proves something only where something happens: a case returns rows, or changes columns."""
    world = random_world(1, month=MONTH)
    before = [*world.people[1:], *flat(world.ledger)]
    result = run(case, KERNELS, world, PIECES["whole"](world.n))
    returned = result[: len(result) - len(before)]
    changed = sum(not np.array_equal(a, b) for a, b in zip(before, result[len(returned) :], strict=True))
    assert changed or returned
    empty = [array for array in returned if array.ndim and array.size < 4]
    assert len(empty) <= (case is school)  # no new student is under way: they count at their college at once


@pytest.mark.parametrize("engine", [KERNELS, TWINS], ids=["kernels", "twins"])
@pytest.mark.parametrize("case", [*CHANGE_STOCKS, ageing, township], ids=lambda case: case.__name__)
def test_carried_stocks_are_what_a_recount_finds(case: Case, engine: Implementation):
    """Every event changes the stocks as it changes the persons; ageing and moves within a part change none."""
    world = random_world(5, month=MONTH)
    people, room = world.people, world.people.risk.size
    people.risk[world.n :] = 255  # rows for newborns and newcomers: nobody yet
    counted, before = engine.counting.stocks(0, room, people)
    case(engine, world, PIECES["whole"](world.n))
    counted_now, after = engine.counting.stocks(0, room, people)
    for name, one, other, change in zip(before._fields, before, after, world.ledger.stocks, strict=True):
        np.testing.assert_array_equal(other - one, change, err_msg=name)
    if case is not recoding:  # what it returns is put into the ledger by the month
        np.testing.assert_array_equal(counted_now, counted_after(counted, world.ledger))
    assert any(change.any() for change in world.ledger.stocks) == (case in CHANGE_STOCKS)


def test_engines_offer_the_same_functions():
    """Whatever the month calls on one engine it finds on the other."""
    for module in vars(KERNELS):
        kernel, twin = getattr(KERNELS, module), getattr(TWINS, module)
        compiled = {name for name, value in vars(kernel).items()
                    if getattr(value, "targetoptions", {}).get("nogil") and value.__module__ == kernel.__name__}  # fmt: skip
        assert compiled
        assert not compiled - set(vars(twin)), module
