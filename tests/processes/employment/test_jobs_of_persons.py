"""Working lives by hand: who has, keeps, loses and leaves a job (ODD L0-L2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import ALWAYS, COUNTY, DELTA, FAR_COUNTY, FAR_TOWN, NEVER, NOW, TOWN, VILLAGE, households, rows

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation

IDLE, SEEKING, FARM, AWAY, HOME = range(5)
FACTORY, OFFICE = 6, 9  # urban jobs in manufacturing and in the public sector
TRAIT, KEY, FINE = (stream_key(1, name) for name in ("participation", "job", "job:fine"))
RETIREMENT = np.array([60, 53])
ALL, NONE = np.full((2, 65), ALWAYS), np.full((2, 65), NEVER)
SAFE, LOST = np.full(5, NEVER), np.full(5, ALWAYS)
APART = np.arange(111)  # every county a market of its own


def month_of_work(
    engine: Implementation, people: Any, n: int, market: np.ndarray, share: np.ndarray, loss: np.ndarray
):
    """(seekers, jobs held, jobs ended) of a month as `urbsim.month` puts them together, everybody's luck tried."""
    before, at_work = np.zeros((111, 5), np.int64), np.flatnonzero(people.work[:n] >= 5)
    np.add.at(before, (people.work_county[at_work], people.work[at_work] - 5), 1)
    seekers, change, ended = engine.employment.update(
        0, n, NOW, people, market, RETIREMENT, share, TRAIT, True
    )
    losers, lost = engine.employment.lose_jobs(0, n, people, loss, KEY, FINE)
    ended[2] += lost.sum(axis=1)
    return np.sort(np.concatenate([seekers, losers])), before + change - lost, ended


def updated(
    engine: Implementation,
    *persons: dict,
    participation=ALL,
    loss=SAFE,
    market=APART,
    dead: tuple[int, ...] = (),
):
    """Works after the month, counties of work, (seekers, filled, ended)."""
    people, n, _ = households(*([{"home": TOWN} | person] for person in persons))
    people.risk[list(dead)] = 255
    found = month_of_work(engine, people, n, market, participation, loss)
    return people.work[:n].tolist(), people.work_county[:n].tolist(), found


@pytest.mark.parametrize(
    ("person", "work"),
    [
        ({"age": 15}, IDLE),
        ({"age": 16}, SEEKING),
        ({"age": 20, "enrolled": 1}, IDLE),
        ({"age": 59}, SEEKING),
        ({"age": 60}, IDLE),
        ({"age": 52, "sex": 1}, SEEKING),
        ({"age": 53, "sex": 1}, IDLE),
        ({"age": 30, "home": VILLAGE}, FARM),
        ({"age": 30, "lives": DELTA}, AWAY),
        ({"age": 30, "home": VILLAGE, "lives": FAR_TOWN}, SEEKING),
        ({"age": 61, "home": VILLAGE}, IDLE),
    ],
)
def test_without_a_job(engine: Implementation, person: dict, work: int):
    """L1, from scratch: age, school, place and bent say what somebody without a job does."""
    assert updated(engine, person)[0] == [work]
    stays_out = HOME if work == SEEKING else work
    assert updated(engine, person, participation=NONE)[0] == [stays_out]


def test_who_seeks_goes_on_seeking_and_who_moves_is_asked_again(engine: Implementation):
    """The bent is lasting: below 50 a seeker in a town is not asked again, out of a village one is."""
    works, _, (seekers, _, _) = updated(
        engine,
        {"age": 30, "work": SEEKING},
        {"age": 30, "work": HOME},
        {"age": 30, "work": FARM},
        {"age": 30, "work": SEEKING, "enrolled": 1},
        {"age": 55, "work": SEEKING},
        participation=NONE,
    )
    assert works == [SEEKING, HOME, HOME, IDLE, HOME]
    assert seekers.tolist() == [0]


@pytest.mark.parametrize(
    ("years", "work", "before"), [(52, HOME, SEEKING), (57, HOME, SEEKING), (57, SEEKING, HOME)]
)
def test_at_fifty_and_over_the_bent_is_asked_for_at_birthdays(
    engine: Implementation, years: int, work: int, before: int
):
    """Of persons of whom there is no news, one for each month of the year before the birthday and of that after it."""
    ages = np.arange(12 * years - 11, 12 * years + 12)
    people, n, _ = households([{"home": TOWN, "age": years, "work": before} for _ in ages])
    people.birth_month[:n], people.pending[:n] = NOW - ages, 0
    share = NONE if work == HOME else ALL
    seekers, _, _ = engine.employment.update(0, n, NOW, people, APART, RETIREMENT, share, TRAIT, False)
    expected = np.where(ages % 12 == 0, work, before)
    assert people.work[:n].tolist() == expected.tolist()
    assert np.sort(seekers).tolist() == np.flatnonzero(expected == SEEKING).tolist()


def test_a_job_is_kept_or_lost_by_luck(engine: Implementation):
    person = {"age": 40, "work": OFFICE, "work_county": COUNTY}
    works, _, (seekers, filled, ended) = updated(engine, person)
    assert works == [OFFICE] and seekers.size == 0 and not ended.any()
    assert filled[COUNTY].tolist() == [0, 0, 0, 0, 1] and filled.sum() == 1
    works, _, (seekers, filled, ended) = updated(engine, person, loss=LOST)
    assert works == [SEEKING] and seekers.tolist() == [0] and not filled.any()
    assert ended[2, COUNTY] == 1 and ended.sum() == 1
    only_factories = np.where(np.arange(5) == 1, ALWAYS, NEVER)
    works, _, _ = updated(engine, person, person | {"work": FACTORY}, loss=only_factories)
    assert works == [OFFICE, SEEKING]


def test_retirement_and_death_free_the_post(engine: Implementation):
    """A man of 60 and a woman of 53 retire, a year earlier they do not; the dead leave the post where it was."""
    job = {"work": FACTORY, "work_county": COUNTY}
    works, _, (seekers, filled, ended) = updated(
        engine,
        job | {"age": 60},
        job | {"age": 59},
        job | {"age": 53, "sex": 1},
        job | {"age": 52, "sex": 1},
        job | {"age": 30, "work_county": FAR_COUNTY},
        dead=(4,),
    )
    assert works == [IDLE, FACTORY, IDLE, FACTORY, IDLE]
    assert filled[COUNTY, 1] == 2 and filled.sum() == 2
    assert ended[0, COUNTY] == 2 and ended[1, FAR_COUNTY] == 1 and ended.sum() == 3
    assert seekers.size == 0


def test_a_move_to_another_market_ends_the_job_and_one_within_does_not(engine: Implementation):
    moved = {"age": 30, "lives": FAR_TOWN, "work": FACTORY, "work_county": COUNTY}
    works, _, (seekers, filled, ended) = updated(engine, moved)
    assert works == [SEEKING] and seekers.tolist() == [0]
    assert ended[2, COUNTY] == 1 and ended.sum() == 1 and not filled.any()
    works, county, (_, filled, ended) = updated(engine, moved, market=np.zeros(111, np.int64))
    assert works == [FACTORY] and county == [FAR_COUNTY]
    assert filled[FAR_COUNTY, 1] == 1 and not ended.any()
    for place, then in ((DELTA, AWAY), (VILLAGE, FARM)):
        works, _, (_, _, ended) = updated(engine, moved | {"lives": place})
        assert works == [then] and ended[2, COUNTY] == 1


def test_work_on_census_night(engine: Implementation):
    """L0: everybody who takes part has a job or, with a certain chance, none; the sector is one of the county's own."""
    persons = [{"age": 30, "home": place} for place in (TOWN, FAR_TOWN, VILLAGE, DELTA)] + [
        {"age": 70, "home": TOWN}
    ]
    sectors = np.full((111, 5), ALWAYS)
    sectors[COUNTY, :2] = NEVER  # in county 7 all work on building sites, in county 40 all on the land
    for seeking, works in (
        (NEVER, [7, 5, FARM, AWAY, IDLE]),
        (ALWAYS, [SEEKING, SEEKING, FARM, AWAY, IDLE]),
    ):
        people, n, _ = households(*([person] for person in persons))
        rules = (RETIREMENT, ALL, seeking, sectors, TRAIT, KEY)
        jobs, seekers = engine.employment.employ_at_base(0, n, NOW, people, *rules)
        assert people.work[:n].tolist() == works
        recounted, searching = engine.employment.recount(0, n, people)
        assert np.array_equal(jobs, recounted) and seekers.sum() == searching
        assert seekers[[COUNTY, FAR_COUNTY]].tolist() == ([0, 0] if seeking == NEVER else [1, 1])
        if seeking == NEVER:
            assert people.work_county[:2].tolist() == [COUNTY, FAR_COUNTY]


def test_the_hired_begin_where_they_live(engine: Implementation):
    people, n, _ = households(
        [{"age": 30, "home": TOWN, "work": SEEKING}], [{"age": 30, "home": FAR_TOWN, "work": SEEKING}]
    )
    taken = engine.employment.take_jobs(rows(0, 1), np.array([1, 4]), people)
    assert people.work[:n].tolist() == [FACTORY, OFFICE]
    assert people.work_county[:n].tolist() == [COUNTY, FAR_COUNTY]
    assert taken[COUNTY, 1] == taken[FAR_COUNTY, 4] == 1 and taken.sum() == 2
    jobs, seekers = engine.employment.recount(0, n, people)
    assert jobs[COUNTY, 1] == jobs[FAR_COUNTY, 4] == 1 and jobs.sum() == 2 and seekers == 0


def test_shares_that_take_part_and_lose_work(engine: Implementation):
    """20,000 alike: a chance of 0.7 gives 14,000, standard deviation 65; five of them either way."""
    people, n, _ = households([{"age": 30, "home": TOWN}], room=0)
    columns: list[Any] = [np.repeat(column, 20_000) for column in people[1:]]
    many = type(people)(0, *columns)
    many.ids[:] = np.random.default_rng(3).integers(0, 1 << 63, 20_000, dtype=np.uint64)
    share = np.full((2, 65), np.uint64(int(0.7 * 2**32)))
    seekers, _, _ = month_of_work(engine, many, 20_000, APART, share, SAFE)
    assert abs(seekers.size - 14_000) < 5 * 65
    engine.employment.take_jobs(seekers, np.zeros(seekers.size, np.int64), many)
    loss = np.full(5, np.uint64(int(0.1 * 2**32)))  # of some 14,000: 1,400, standard deviation 36
    _, filled, ended = month_of_work(engine, many, 20_000, APART, share, loss)
    assert abs(ended[2].sum() - 0.1 * seekers.size) < 5 * 36
    assert filled.sum() + ended.sum() == seekers.size
