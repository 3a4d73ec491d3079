"""Posts in another labour market within reach, by hand and in runs with exact accounts (ODD J7)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from urbsim.calendar import month_number
from urbsim.facts.parameters import load_parameters
from urbsim.levers.transport import journeys_under
from urbsim.processes import implementation
from urbsim.processes.employment import commuting, equations, steps
from urbsim.results.store import fingerprint
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.codes import FIRST_JOB
from urbsim.state.geography import load_places

P = load_parameters(0)
PLACES = load_places(12.0, 0.5, 1.0)
LIUZHOU, LUZHAI, LIUCHENG, FAR = (
    PLACES.name_en.index(n) for n in ("Liubei District", "Luzhai County", "Liucheng County", "Napo County")
)


def market(reach: dict[tuple[int, int], float]) -> equations.LabourMarket:
    """A market of the towns with journeys to work between some counties, both ways, and no vacancies."""
    labour = equations.labour_market(P, PLACES)
    labour.efficiency = 0.5
    open_to = np.zeros((111, 111))
    for (one, other), how_far in reach.items():
        open_to[one, other] = open_to[other, one] = how_far
    equations.let_commute(labour, open_to)
    return labour


def left_over(labour: equations.LabourMarket, seekers: dict[int, int], vacant: dict[int, int]) -> np.ndarray:
    left = np.zeros(labour.n_markets, np.int64)
    for county, n in seekers.items():
        left[labour.market[county]] = n
    labour.vacancies = np.zeros((111, 5), np.int64)
    for county, n in vacant.items():
        labour.vacancies[county, 1] = n
    return left


def test_seekers_left_over_meet_vacancies_left_over_within_reach():
    """400 look in Luzhai, 100 posts are open in Liuzhou: half the reach, and the efficiency of commuting."""
    labour = market({(LIUZHOU, LUZHAI): 0.5})
    left = left_over(labour, {LUZHAI: 400, FAR: 400}, {LIUZHOU: 100})
    found = commuting.commuters_by_market(labour, P, left, 1.0)
    a, there, here = P["match_alpha_u"], labour.market[LIUZHOU], labour.market[LUZHAI]
    by_hand = 0.5 * P["commuting_match"] * 0.5 * 400**a * 100 ** (1 - a)
    assert found.sum() == found[here, there] == int(by_hand)
    assert labour.carry_between is not None
    assert labour.carry_between[here, there] == pytest.approx(by_hand - int(by_hand))


def test_posts_and_people_are_shared_and_never_more_than_there_are():
    labour = market({(LIUZHOU, LUZHAI): 1.0, (LIUZHOU, LIUCHENG): 1.0})
    labour.efficiency = 50.0
    left = left_over(labour, {LUZHAI: 30, LIUCHENG: 10}, {LIUZHOU: 20})
    found = commuting.commuters_by_market(labour, P, left, 1.0)
    there = labour.market[LIUZHOU]
    assert found[labour.market[LUZHAI], there] == 15 and found[labour.market[LIUCHENG], there] == 5
    assert found.sum() == 20


def test_nobody_commutes_without_a_circle_or_without_the_will():
    labour = equations.labour_market(P, PLACES)
    equations.let_commute(labour, None)
    assert labour.reach is None and set(np.unique(labour.together)) == {0, 1}
    willing = market({(LIUZHOU, LUZHAI): 1.0})
    left = left_over(willing, {LUZHAI: 400}, {LIUZHOU: 100})
    unwilling = P.with_values({"commuting_match": 0.0})
    assert commuting.commuters_by_market(willing, unwilling, left, 1.0).sum() == 0
    assert willing.together[LIUZHOU, LUZHAI] == 2 and willing.together[LIUZHOU, FAR] == 0


def test_a_city_is_within_reach_with_all_its_districts():
    """Markets are matched: whoever a market hires keeps the post, in whichever of its districts they live."""
    labour = market({(LIUZHOU, LUZHAI): 0.5})
    districts = np.flatnonzero(labour.market == labour.market[LIUZHOU])
    assert districts.size > 1
    assert (labour.together[districts, LUZHAI] == 2).all() and (labour.together[LUZHAI, districts] == 2).all()
    assert (labour.together[np.ix_(districts, districts)] == 1).all()
    assert labour.reach is not None and np.count_nonzero(labour.reach) == 2 and labour.reach.max() == 0.5


def test_the_luckiest_of_those_left_commute_and_the_best_schooled_get_the_better_posts():
    labour = market({(LIUZHOU, LUZHAI): 1.0})
    left_over(labour, {}, {LIUZHOU: 1})
    labour.vacancies[LIUZHOU, 4] = 1  # a public post
    numbers = np.zeros((labour.n_markets,) * 2, np.int64)
    numbers[labour.market[LUZHAI], labour.market[LIUZHOU]] = 2
    home = np.full(5, labour.market[LUZHAI])
    home[4] = labour.n_markets  # the fifth was hired at home
    luck, skill = np.array([1, 9, 2, 3, 0], np.uint64), np.array([2, 2, 2, 8, 2], np.uint8)
    found = commuting.choose_commuters(labour, numbers, home, skill.__getitem__, luck)
    assert sorted(found.at.tolist()) == [0, 2]
    assert found.counties.tolist() == [LIUZHOU] * 2 and set(found.market.tolist()) == {labour.market[LIUZHOU]}
    assert sorted(found.sectors.tolist()) == [1, 4] and labour.vacancies.sum() == 0


def test_a_commuter_counts_where_they_live_for_the_search_and_where_the_post_is_for_work():
    class People:
        lives = np.array([2 * LUZHAI + 1, 2 * LUZHAI + 1], np.uint8)
        work = np.array([FIRST_JOB - 3, FIRST_JOB - 2], np.uint8)  # unemployed, and in odd jobs
        work_county = np.array([0, LUZHAI], np.uint8)

    people: Any = People()
    taken, left, came = commuting.begin_elsewhere(
        np.array([0, 1]), np.array([1, 3]), np.array([LIUZHOU] * 2), people
    )
    assert taken[LIUZHOU].tolist() == [0, 1, 0, 1, 0] and taken.sum() == 2
    assert left[LUZHAI, 2:4].tolist() == [1, 1] and came[LIUZHOU, 2:4].tolist() == [1, 1]
    assert people.work.tolist() == [FIRST_JOB + 1, FIRST_JOB + 3]
    assert people.lives[0] == 2 * LUZHAI + 1 and people.work_county.tolist() == [LIUZHOU] * 2


def test_chances_are_those_of_people_who_live_there_and_wages_follow_the_posts_there():
    labour = market({(LIUZHOU, LUZHAI): 1.0})
    labour.finding, labour.wage = np.zeros(labour.n_markets), np.zeros(labour.n_markets)
    here, there = labour.market[LUZHAI], labour.market[LIUZHOU]
    seekers = np.zeros(labour.n_markets, np.int64)
    seekers[[here, there]] = 1_000
    left_over(labour, {}, {})
    numbers = np.zeros((labour.n_markets,) * 2, np.int64)
    numbers[here, there] = 900
    equations.learn(labour, P, seekers, np.zeros(labour.n_markets, np.int64), 1e5, numbers)
    assert labour.finding[here] > 0 and labour.finding[there] == 0
    assert labour.wage[there] > labour.wage[here]


def test_journeys_to_work_open_with_the_circle_inside_its_hours():
    levers = Levers.model_validate(
        {
            "transport": {
                "circles": {
                    "nanning_metropolitan": {"from": "2022-01", "to": "2022-04"},
                    "beiqinfang_main": {},
                }
            }
        }
    )
    journeys = journeys_under(P, PLACES, Levers(), levers)
    assert journeys.commuting_in(month_number("2021-12")) is None
    nanning, fusui, hengzhou = (PLACES.code.index(c) for c in ("450102", "451421", "450181"))
    first, last = (journeys.commuting_in(month_number(m)) for m in ("2022-01", "2022-04"))
    assert first is not None and last is not None
    assert first[nanning, fusui] == first[fusui, nanning] == 0.25 and last[nanning, fusui] == 1
    assert first[nanning, hengzhou] == 0 and last[nanning, hengzhou] == 1  # within the hour in the end alone
    assert last[PLACES.code.index("450502"), PLACES.code.index("450702")] == 0  # no circle to travel to work


@cache
def run(circles: tuple[str, ...], engine: str = "compiled", threads: int = 1) -> tuple[str, int]:
    """A year of a run with exact accounts: fingerprint, and how many hold a post of another market."""
    shape = {"from": "2020-11", "to": "2020-12"}
    content = {"name": "x", "extends": "no_plan", "until": "2021-10", "targets": []}
    if circles:
        content["levers"] = {"transport": {"circles": {name: shape for name in circles}}}
    loops = implementation.plain() if engine == "plain" else implementation.compiled()
    world = build_world(
        load_scenario(content), 0.002, threads=threads, chunk=None if threads == 1 else 777, engine=loops
    )
    model = UrbanisationModel(world=world, strict=True)
    model.run_months(12)
    rows = world.engine.employment.commuters(np.arange(world.n), world.people, world.employment.market)[0]
    model.release()
    return fingerprint(model.observer.fingerprint_lines()), rows.size


@pytest.mark.parametrize(
    "loops", [implementation.compiled(), implementation.plain()], ids=["compiled", "plain"]
)
def test_no_commuter_is_missed(monkeypatch: pytest.MonkeyPatch, loops: implementation.Implementation):
    """Those whose journey is known are all who make one, in every month and in January."""
    seen = []
    look = steps._living_less_working

    def also_at_everybody(world: World):
        found = look(world)
        everybody = np.arange(world.n, dtype=np.int32)
        rows, (living, working) = loops.employment.commuters(everybody, world.people, world.employment.market)
        assert np.array_equal(world.employment.commuters, rows)
        assert np.array_equal(found, living - working)
        seen.append(rows.size)
        return found

    monkeypatch.setattr(steps, "_living_less_working", also_at_everybody)
    circle = {"nanning_metropolitan": {"from": "2020-11", "to": "2020-12"}}
    content = {"name": "x", "extends": "no_plan", "until": "2022-02", "targets": []}
    content["levers"] = {"transport": {"circles": circle}}
    world = build_world(load_scenario(content), 0.004, threads=1, chunk=9_999, engine=loops)
    UrbanisationModel(world=world).run_months(15)
    assert min(seen[3:]) > 5


def test_people_commute_under_a_circle_alone_and_accounts_stay_exact():
    assert run(())[1] == 0
    assert run(("beiqinfang_main",))[1] == 0  # no circle to travel to work
    assert run(("nanning_metropolitan",))[1] > 5


def test_commuters_are_the_same_for_any_number_of_threads_and_in_plain_numpy():
    assert run(("liuzhou_suburban",), threads=2) == run(("liuzhou_suburban",))
    assert run(("liuzhou_suburban",), engine="plain") == run(("liuzhou_suburban",))
