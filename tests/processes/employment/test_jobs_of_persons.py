"""Working lives by hand: who has, keeps, loses and leaves work (ODD L0-L2, L5)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import ALWAYS, COUNTY, DELTA, FAR_COUNTY, FAR_TOWN, NEVER, NOW, TOWN, VILLAGE, households, rows

from urbsim.compute.eights import NO_EIGHTS
from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation
from urbsim.state.codes import (
    ARRIVED,
    ENTRANT,
    FARMING,
    FIRST_JOB,
    IDLE,
    KEEPING_HOUSE,
    ODD_JOBS,
    ODD_JOBS_SINCE,
    UNEMPLOYED,
    WORKING_OUTSIDE,
)
from urbsim.state.holdings import TRAINED
from urbsim.state.pending import WORK

FACTORY, OFFICE = FIRST_JOB + 1, FIRST_JOB + 4  # posts in manufacturing and in the public sector
TRAIT, KEY, FINE = (stream_key(1, name) for name in ("participation", "job", "job:fine"))
RETIREMENT = np.array([60, 53])
ALL, NONE = np.full((2, 86), ALWAYS), np.full((2, 86), NEVER)
TO_RETIREMENT = np.where(np.arange(86) < RETIREMENT[:, None], ALWAYS, NEVER)
SAFE, LOST = np.full((111, 5), NEVER), np.full((111, 5), ALWAYS)
APART = np.eye(111, dtype=np.uint8)  # every county a market of its own


def month_of_work(
    engine: Implementation,
    people: Any,
    n: int,
    market: np.ndarray,
    share: np.ndarray,
    loss: np.ndarray,
    looks: np.uint64 = NEVER,
):
    """(who looks for a post, urban work, posts ended) of a month as `urbsim.month` has them, everybody's luck tried."""
    before, _ = engine.employment.recount(0, n, people)
    at_work = (people.risk[:n] == 255) & (people.work[:n] >= ODD_JOBS)  # the dead have yet to leave
    np.add.at(before, (people.work_county[:n][at_work], people.work[:n][at_work] - ODD_JOBS), 1)
    people.pending[:n] |= WORK
    seekers, change, ended, _ = engine.employment.update(
        0, n, NOW, people, market, RETIREMENT, share, TRAIT, False
    )
    looking, lost, _ = engine.employment.turn_over(
        0, n, NOW, people, NO_EIGHTS, loss, looks, RETIREMENT, KEY, FINE
    )
    ended[2] += lost.sum(axis=1)
    change[:, 2:] -= lost
    held = before + change
    assert np.array_equal(held, engine.employment.recount(0, n, people)[0])
    return np.sort(np.concatenate([seekers, looking])), held, ended


def updated(
    engine: Implementation,
    *persons: dict,
    participation=ALL,
    loss=SAFE,
    looks=NEVER,
    market=APART,
    dead: tuple[int, ...] = (),
):
    """Works after the month, counties of work, (who looks for a post, urban work, posts ended)."""
    people, n, _ = households(*([{"home": TOWN} | person] for person in persons))
    people.risk[list(dead)] = 255
    found = month_of_work(engine, people, n, market, participation, loss, looks)
    return people.work[:n].tolist(), people.work_county[:n].tolist(), found


@pytest.mark.parametrize(
    ("person", "work"),
    [
        ({"age": 15}, IDLE),
        ({"age": 16}, ENTRANT),
        ({"age": 24}, ENTRANT),
        ({"age": 25}, ARRIVED),
        ({"age": 20, "work": FARMING}, ARRIVED),
        ({"age": 20, "work": WORKING_OUTSIDE}, ARRIVED),
        ({"age": 20, "enrolled": 1}, IDLE),
        ({"age": 59}, ARRIVED),
        ({"age": 60}, IDLE),
        ({"age": 52, "sex": 1}, ARRIVED),
        ({"age": 53, "sex": 1}, IDLE),
        ({"age": 30, "home": VILLAGE}, FARMING),
        ({"age": 30, "lives": DELTA}, WORKING_OUTSIDE),
        ({"age": 30, "home": VILLAGE, "lives": FAR_TOWN, "work": FARMING}, ARRIVED),
        ({"age": 61, "home": VILLAGE}, IDLE),
    ],
)
def test_without_a_post(engine: Implementation, person: dict, work: int):
    """L1, from scratch: age, school, place, bent and what came before say what somebody without a post does."""
    assert updated(engine, person)[0] == [work]
    stays_out = KEEPING_HOUSE if work in (ENTRANT, ARRIVED) else work
    assert updated(engine, person, participation=NONE)[0] == [stays_out]


@pytest.mark.parametrize("months_since_january", [0, 11])
def test_of_odd_jobs_those_below_retirement_look_for_a_post(
    engine: Implementation, months_since_january: int
):
    """L2: by months, whatever the age in the risk class, which is that of last January."""
    people, n, _ = households(
        *(
            [{"home": TOWN, "months_old": 12 * age + 11, "sex": sex, "work": ODD_JOBS} for sex in (0, 1)]
            for age in range(16, 100)
        )
    )
    people.birth_month[:n] -= months_since_january  # nobody's class is told
    people.work_county[:n] = COUNTY
    luck = SAFE, ALWAYS, RETIREMENT, KEY, FINE
    looking, _, with_odd_jobs = engine.employment.turn_over(0, n, NOW, people, NO_EIGHTS, *luck)
    ages = (NOW - people.birth_month[:n]) // 12
    assert looking.tolist() == np.flatnonzero(ages < RETIREMENT[people.sex[:n]]).tolist()
    assert with_odd_jobs[COUNTY] == with_odd_jobs.sum() == looking.size


def test_who_seeks_goes_on_seeking_and_who_moves_is_asked_again(engine: Implementation):
    """The bent is lasting: below 50 a seeker in a town is not asked again, out of a village one is."""
    works, _, (seekers, _, _) = updated(
        engine,
        {"age": 30, "work": UNEMPLOYED},
        {"age": 30, "work": KEEPING_HOUSE},
        {"age": 30, "work": FARMING},
        {"age": 30, "work": ENTRANT, "enrolled": 1},
        {"age": 55, "work": ARRIVED},
        participation=NONE,
    )
    assert works == [UNEMPLOYED, KEEPING_HOUSE, KEEPING_HOUSE, IDLE, KEEPING_HOUSE]
    assert seekers.tolist() == [0]


@pytest.mark.parametrize("before", [ENTRANT, ARRIVED, UNEMPLOYED])
def test_who_looks_for_a_post_stays_of_the_kind(engine: Implementation, before: int):
    """Below fifty and beyond, and in another town."""
    person = {"age": 30, "work": before}
    works, _, (seekers, _, _) = updated(engine, person, person | {"age": 55}, person | {"lives": FAR_TOWN})
    assert works == [before] * 3 and seekers.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("years", "work", "before"),
    [(52, KEEPING_HOUSE, UNEMPLOYED), (57, KEEPING_HOUSE, ODD_JOBS), (57, ARRIVED, KEEPING_HOUSE)],
)
def test_at_fifty_and_over_the_bent_is_asked_for_at_birthdays(
    engine: Implementation, years: int, work: int, before: int
):
    """Of persons of whom there is no news, one for each month of the year before the birthday and of that after it."""
    ages = np.arange(12 * years - 11, 12 * years + 12)
    people, n, _ = households(
        [{"home": TOWN, "age": years, "work": before, "work_county": COUNTY} for _ in ages]
    )
    people.birth_month[:n], people.pending[:n] = NOW - ages, 0
    share = NONE if work == KEEPING_HOUSE else ALL
    seekers, *_ = engine.employment.update(0, n, NOW, people, APART, RETIREMENT, share, TRAIT, False)
    expected = np.where(ages % 12 == 0, work, before)
    assert people.work[:n].tolist() == expected.tolist()
    looking = np.isin(expected, (ENTRANT, ARRIVED, UNEMPLOYED))
    assert np.sort(seekers).tolist() == np.flatnonzero(looking).tolist()


@pytest.mark.parametrize(("new_year", "asked"), [(False, {600, 612}), (True, {*range(600, 613)})])
def test_in_january_who_turned_fifty_is_asked(engine: Implementation, new_year: bool, asked: set[int]):
    """By age in months: in other months those whose birthday it is, and women who retire at fifty lose a post then."""
    ages = np.arange(590, 615)
    rest, post = {"work": KEEPING_HOUSE}, {"work": OFFICE, "work_county": COUNTY, "sex": 1}
    people, n, _ = households(
        *([{"home": TOWN, "age": int(age) // 12} | kind for age in ages] for kind in (rest, post))
    )
    people.birth_month[:n], people.pending[:n] = NOW - np.tile(ages, 2), 0
    retirement = np.array([60, 50])
    engine.employment.update(0, n, NOW, people, APART, retirement, ALL, TRAIT, new_year)
    at_rest, at_work = people.work[:n].reshape(2, -1)
    assert set(ages[at_rest == ARRIVED]) == asked
    assert set(ages[at_work == ODD_JOBS]) == (asked - {612} if new_year else {600})


def test_a_post_is_kept_or_lost_by_luck(engine: Implementation):
    person = {"age": 40, "work": OFFICE, "work_county": COUNTY}
    works, _, (looking, held, ended) = updated(engine, person)
    assert works == [OFFICE] and looking.size == 0 and not ended.any()
    assert held[COUNTY].tolist() == [0, 0, 0, 0, 0, 0, 1] and held.sum() == 1
    works, _, (looking, held, ended) = updated(engine, person, loss=LOST)
    assert works == [UNEMPLOYED] and looking.tolist() == [0] and not held.any()
    assert ended[2, COUNTY] == 1 and ended.sum() == 1
    only_factories_here = SAFE.copy()
    only_factories_here[COUNTY, 1] = ALWAYS
    there = {"work": FACTORY, "lives": FAR_TOWN, "work_county": FAR_COUNTY}
    works, _, _ = updated(
        engine, person, person | {"work": FACTORY}, person | there, loss=only_factories_here
    )
    assert works == [OFFICE, UNEMPLOYED, FACTORY]


def test_who_loses_a_post_at_fifty_or_later_is_asked_next_month_whether_to_go_on(engine: Implementation):
    job = {"work": OFFICE, "work_county": COUNTY}
    people, n, _ = households(*([{"home": TOWN} | job | {"age": age}] for age in (49, 50)))
    people.pending[:n] = 0
    month_of_work(engine, people, n, APART, NONE, LOST)
    assert people.work[:n].tolist() == [UNEMPLOYED, UNEMPLOYED]
    engine.employment.update(0, n, NOW + 1, people, APART, RETIREMENT, NONE, TRAIT, False)
    assert people.work[:n].tolist() == [UNEMPLOYED, KEEPING_HOUSE]


def test_who_does_odd_jobs_looks_for_a_post_by_luck_until_retirement(engine: Implementation):
    """Nobody gives up odd jobs by looking."""
    odd = {"age": 40, "work": ODD_JOBS, "work_county": COUNTY}
    persons = odd, odd | {"work": ODD_JOBS_SINCE}, odd | {"age": 60}, odd | {"age": 53, "sex": 1}
    for looks, who in ((NEVER, []), (ALWAYS, [0, 1])):
        works, _, (looking, held, _) = updated(engine, *persons, looks=looks)
        assert works == [ODD_JOBS, ODD_JOBS_SINCE, ODD_JOBS, ODD_JOBS]
        assert looking.tolist() == who
        assert held[COUNTY, :2].tolist() == [3, 1] and held.sum() == 4


def test_retirement_and_death_free_the_post(engine: Implementation):
    """A man of 60 and a woman of 53 retire, a year earlier they do not; the dead leave the post where it was."""
    job = {"work": FACTORY, "work_county": COUNTY}
    persons = (
        job | {"age": 60},
        job | {"age": 59},
        job | {"age": 53, "sex": 1},
        job | {"age": 52, "sex": 1},
        job | {"age": 30, "work_county": FAR_COUNTY},
    )
    for share, then in ((TO_RETIREMENT, IDLE), (ALL, ODD_JOBS)):
        works, _, (looking, held, ended) = updated(engine, *persons, dead=(4,), participation=share)
        assert works == [then, FACTORY, then, FACTORY, IDLE]
        assert held[COUNTY, 3] == 2 and held[:, 2:].sum() == 2
        assert held[COUNTY, 0] == (2 if then == ODD_JOBS else 0)
        assert ended[0, COUNTY] == 2 and ended[1, FAR_COUNTY] == 1 and ended.sum() == 3
        assert looking.size == 0


def test_who_looked_for_a_post_may_work_on_past_retirement_and_the_retired_do_not_begin_again(
    engine: Implementation,
):
    persons = [{"age": 60, "work": before} for before in (UNEMPLOYED, KEEPING_HOUSE, FARMING, IDLE)]
    works, county, (_, held, ended) = updated(engine, *persons)
    assert works == [ODD_JOBS, IDLE, IDLE, IDLE] and county[0] == COUNTY
    assert held[COUNTY, 0] == 1 and held.sum() == 1 and not ended.any()
    assert updated(engine, *persons, participation=TO_RETIREMENT)[0] == [IDLE] * 4


def test_a_move_to_another_market_ends_the_post_and_one_within_does_not(engine: Implementation):
    moved = {"age": 30, "lives": FAR_TOWN, "work": FACTORY, "work_county": COUNTY}
    works, _, (looking, held, ended) = updated(engine, moved)
    assert works == [UNEMPLOYED] and looking.tolist() == [0]
    assert ended[2, COUNTY] == 1 and ended.sum() == 1 and not held.any()
    works, county, (_, held, ended) = updated(engine, moved, market=np.ones((111, 111), np.uint8))
    assert works == [FACTORY] and county == [FAR_COUNTY]
    assert held[FAR_COUNTY, 3] == 1 and not ended.any()
    for place, then in ((DELTA, WORKING_OUTSIDE), (VILLAGE, FARMING)):
        works, _, (_, _, ended) = updated(engine, moved | {"lives": place})
        assert works == [then] and ended[2, COUNTY] == 1


@pytest.mark.parametrize(("odd", "then"), [(ODD_JOBS, ARRIVED), (ODD_JOBS_SINCE, UNEMPLOYED)])
def test_odd_jobs_stay_in_their_market(engine: Implementation, odd: int, then: int):
    """Who moves on looks for a post there, beyond retirement for odd jobs; nobody's post ends by it."""
    person = {"age": 30, "lives": FAR_TOWN, "work": odd, "work_county": COUNTY}
    works, _, (looking, held, ended) = updated(engine, person, person | {"age": 61})
    assert works == [then, ODD_JOBS] and looking.tolist() == [0] and not ended.any()
    assert held[FAR_COUNTY].tolist() == [1, 0, 0, 0, 0, 0, 0] and held.sum() == 1
    works, county, (_, held, _) = updated(engine, person, market=np.ones((111, 111), np.uint8))
    assert works == [odd] and county == [FAR_COUNTY] and held[FAR_COUNTY].sum() == held.sum() == 1
    works, _, (_, held, _) = updated(engine, person | {"lives": TOWN, "enrolled": 1})
    assert works == [IDLE] and not held.any()


def test_work_on_census_night(engine: Implementation):
    """L0: who takes part has a post, does odd jobs or looks for a post; the sector is one of the county's own."""
    persons = [{"age": 30, "home": place} for place in (TOWN, FAR_TOWN, VILLAGE, DELTA)] + [
        {"age": 70, "home": TOWN},
        {"age": 24, "home": TOWN},
    ]
    sectors = np.full((111, 5), ALWAYS)
    sectors[COUNTY, :2] = NEVER  # in county 7 all work on building sites, in county 40 all on the land
    site, land, elsewhere = FIRST_JOB + 2, FIRST_JOB, [FARMING, WORKING_OUTSIDE]
    for shares, since, works in (
        ((NEVER, NEVER), NEVER, [site, land, *elsewhere, ODD_JOBS, site]),
        ((ALWAYS, ALWAYS), NEVER, [UNEMPLOYED, UNEMPLOYED, *elsewhere, ODD_JOBS, ENTRANT]),
        ((NEVER, ALWAYS), NEVER, [ODD_JOBS, ODD_JOBS, *elsewhere, ODD_JOBS, ODD_JOBS]),
        (
            (NEVER, ALWAYS),
            ALWAYS,
            [ODD_JOBS_SINCE, ODD_JOBS_SINCE, *elsewhere, ODD_JOBS, ODD_JOBS_SINCE],
        ),
    ):
        people, n, _ = households(*([person] for person in persons))
        rules = (RETIREMENT, ALL, np.array(shares), since, sectors, TRAIT, KEY)
        held, seekers, reserve = engine.employment.employ_at_base(0, n, NOW, people, *rules)
        assert people.work[:n].tolist() == works
        recounted, searching = engine.employment.recount(0, n, people)
        assert np.array_equal(held, recounted) and seekers.sum() == searching
        odd = shares[0] == NEVER and shares[1] == ALWAYS
        assert reserve[[COUNTY, FAR_COUNTY]].tolist() == ([2, 1] if odd else [0, 0])
        assert seekers[[COUNTY, FAR_COUNTY]].tolist() == ([2, 1] if shares[0] == ALWAYS else [0, 0])
        if shares[0] == NEVER:
            assert people.work_county[[0, 1, 4]].tolist() == [COUNTY, FAR_COUNTY, COUNTY]
    people, n, _ = households(*([person] for person in persons))
    rules = (RETIREMENT, NONE, np.array([NEVER, NEVER]), NEVER, sectors, TRAIT, KEY)
    engine.employment.employ_at_base(0, n, NOW, people, *rules)
    assert people.work[:n].tolist() == [KEEPING_HOUSE, KEEPING_HOUSE, *elsewhere, IDLE, KEEPING_HOUSE]


def test_the_hired_begin_where_they_live_and_others_fall_back(engine: Implementation):
    """What the hired did before is counted; of those who are left, the low bits of luck say who turns to odd jobs."""
    kinds = (ENTRANT, ARRIVED, UNEMPLOYED, ODD_JOBS, ODD_JOBS_SINCE)
    people, n, _ = households(
        *([{"age": 30, "home": place, "work": work}] for place in (TOWN, FAR_TOWN) for work in kinds)
    )
    taken, came = engine.employment.take_jobs(rows(0, 3, 9), np.array([1, 4, 1]), people)
    assert people.work[[0, 3, 9]].tolist() == [FACTORY, OFFICE, FACTORY]
    assert people.work_county[[0, 3, 9]].tolist() == [COUNTY, COUNTY, FAR_COUNTY]
    assert taken[COUNTY, 1] == taken[COUNTY, 4] == taken[FAR_COUNTY, 1] == 1 and taken.sum() == 3
    assert came[COUNTY].tolist() == [1, 0, 0, 1, 0] and came[FAR_COUNTY].tolist() == [0, 0, 0, 0, 1]
    luck = np.full(n, 7 << 32, np.uint64)
    luck[6:8] += np.uint64(9)  # the newcomer and the unemployed of the far town
    turned = engine.employment.fall_back(np.arange(n, dtype=np.int32), luck, np.uint64(9), people)
    then = [FACTORY, ODD_JOBS, ODD_JOBS_SINCE, OFFICE, ODD_JOBS_SINCE]
    there = [ODD_JOBS, ARRIVED, UNEMPLOYED, ODD_JOBS, FACTORY]
    assert people.work[:n].tolist() == then + there
    assert turned[COUNTY].tolist() == [1, 1] and turned[FAR_COUNTY].tolist() == [1, 0] and turned.sum() == 3
    assert people.work_county[[1, 2, 5]].tolist() == [COUNTY, COUNTY, FAR_COUNTY]


def test_applicants_are_counted(engine: Implementation):
    """By county and luck, and who took a course among them; skill is read of those who are asked for it."""
    people, n, _ = households(
        *([{"age": 30, "home": TOWN, "work": work, "schooling": 2}] for work in (ENTRANT, ODD_JOBS))
    )
    kinds = np.uint8, np.int16, np.bool_, np.uint64, np.uint64
    columns = [np.empty(n, kind) for kind in kinds]
    people.holdings[1] |= TRAINED
    rows, markets = np.arange(n, dtype=np.int32), np.arange(111) // 2
    by_luck, by_course = engine.employment.applicants(rows, people, KEY, FINE, markets, *columns)
    assert by_course[COUNTY] == by_course.sum() == 1
    assert by_luck[COUNTY].sum() == by_luck.sum() == 2
    county, market, trained, hiring, training = columns
    assert county.tolist() == [COUNTY, COUNTY] and market.tolist() == [markets[COUNTY]] * 2
    assert trained.tolist() == [False, True] and np.all(by_luck[COUNTY, hiring >> np.uint64(58)] > 0)
    assert np.all(hiring != training)
    assert engine.employment.skills(rows, people).tolist() == [4, 5]


def test_shares_that_take_part_and_lose_work(engine: Implementation):
    """20,000 alike: a chance of 0.7 gives 14,000, standard deviation 65; five of them either way."""
    people, n, _ = households([{"age": 30, "home": TOWN}], room=0)
    columns: list[Any] = [np.repeat(column, 20_000) for column in people[1:]]
    many = type(people)(0, *columns)
    many.ids[:] = np.random.default_rng(3).integers(0, 1 << 63, 20_000, dtype=np.uint64)
    share = np.full((2, 86), np.uint64(int(0.7 * 2**32)))
    seekers, _, _ = month_of_work(engine, many, 20_000, APART, share, SAFE)
    assert abs(seekers.size - 14_000) < 5 * 65
    engine.employment.take_jobs(seekers, np.zeros(seekers.size, np.int64), many)
    loss = np.full((111, 5), np.uint64(int(0.1 * 2**32)))  # of some 14,000: 1,400, standard deviation 36
    _, held, ended = month_of_work(engine, many, 20_000, APART, share, loss)
    assert abs(ended[2].sum() - 0.1 * seekers.size) < 5 * 36
    assert held.sum() + ended.sum() == seekers.size
    luck = np.random.default_rng(4).integers(0, 1 << 63, 20_000, dtype=np.uint64)
    left = np.flatnonzero(many.work == UNEMPLOYED).astype(np.int32)
    # A threshold of a half turns half of those who are left, some 700 of 1,400, standard deviation 19.
    turned = engine.employment.fall_back(left, luck[: left.size], np.uint64(1 << 31), many)
    assert abs(turned.sum() - left.size / 2) < 5 * 19
