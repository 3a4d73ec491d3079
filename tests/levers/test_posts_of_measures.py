"""Posts of the measures of the plan: where they open, that each is its own, and that people take them (ODD G1, G2)."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from urbsim.facts.register import observations
from urbsim.levers.apply import SPREADS, STOCKS, deliver
from urbsim.levers.areas import counties_by_area, inside
from urbsim.levers.attribution import Attribution
from urbsim.levers.delivery import Deliveries
from urbsim.levers.employment import posts
from urbsim.scenario.catalogue import CATALOGUE, DOSES, filling, setting
from urbsim.scenario.lever import POSTS
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Dose, EmploymentLevers, IndustryLevers, Levers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.state.codes import N_COUNTIES, N_PARTS, N_SECTORS, SECTORS
from urbsim.state.geography import load_places

PLACES = load_places(12.0, 0.5, 1.0)
CODES = np.array(PLACES.code)
NO_PLAN, PLAN = load_scenario("no_plan"), load_scenario("baseline")
NAMED = [lever for lever in DOSES if lever.area is not None]
OF_POSTS = [lever for lever in NAMED if lever.unit == POSTS]
STOCK = STOCKS["posts: services"]
LAST = 1487  # December 2023


def dose(total: float, **rest: Any) -> Dose:
    return Dose(total=total, **rest)


def test_no_lever_has_posts_in_two_sectors():
    """Those of each sector are handed out by a thread of their own, beside the others."""
    levers = [lever for sector in SECTORS for lever in filling(posts(sector))]
    assert len(levers) > 10 and len(levers) == len(set(levers))


def world_at(month: int) -> Any:
    """All that a delivery of posts reads, with a person away from each of the first two counties."""
    persons = np.zeros((N_PARTS, N_PARTS), np.int64)
    persons[0, 3] = persons[2, 222] = 1
    persons[0, 1] = persons[3, 2] = 50  # inside the county: not away
    employment = SimpleNamespace(project_posts=np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    return SimpleNamespace(
        places=PLACES, month=month, weight=1.0, employment=employment, deliveries=Deliveries(), attribution=Attribution(),
        ledger=SimpleNamespace(stocks=SimpleNamespace(persons=persons)),
    )  # fmt: skip


def posts_of(group: str, name: str, units: Dose) -> np.ndarray:
    """(111,) posts that are open when the dose ends."""
    part = {"industry": IndustryLevers, "employment": EmploymentLevers}[group]
    world = world_at(1462)
    for month in range(1462, LAST + 1):
        world.month = month
        deliver(world, "additional", Levers(**{group: part(**{name: units})}))
    return world.employment.project_posts.sum(axis=1)


def test_every_area_has_counties_and_every_area_named_is_known():
    areas = counties_by_area()
    assert {lever.area for lever in NAMED} == set(areas)
    for codes in areas.values():
        assert codes <= set(PLACES.code)
    assert {name for name in observations("plan_areas")["flag"]} <= set(observations("county_flags")["flag"])
    assert areas["border"] == {
        "451081",
        "450681",
        "451481",
        "451423",
    }  # Jingxi, Dongxing, Pingxiang, Longzhou
    assert inside(None, PLACES.code).all()
    with pytest.raises(KeyError):
        inside("atlantis", PLACES.code)


@pytest.mark.parametrize("lever", OF_POSTS, ids=lambda lever: lever.key)
def test_posts_open_inside_their_area_and_nowhere_else(lever: Any):
    group, _, name = lever.key.partition(".")
    units = posts_of(group, name, dose(20_000))
    assert units.sum() == 20_000
    assert set(CODES[units > 0]) <= counties_by_area()[lever.area]


def test_places_of_a_dose_take_the_place_of_the_area():
    units = posts_of("industry", "border_posts", dose(50_000, places={"450200": 50_000}))
    assert units.sum() == 50_000 and {code[:4] for code in CODES[units > 0]} == {"4502"}
    # By town dwellers, as everywhere: no county of the prefecture is left out for not being of the border.
    towns = PLACES.urban_residents * (np.char.startswith(CODES, "4502"))
    assert np.allclose(units, 50_000 * towns / towns.sum(), atol=26)  # a unit a month


def test_parks_for_returnees_go_where_people_are_away_from():
    world = world_at(1470)
    away = SPREADS["people away from home"](world, STOCK)
    assert away.tolist() == [2.0, 2.0, *[1.0] * (N_COUNTIES - 2)]


def test_posts_in_county_towns_leave_the_districts_of_cities_out():
    weights = SPREADS["dwellers of county towns"](world_at(1470), STOCK)
    assert np.array_equal(weights > 0, PLACES.city_in(1470) == 0)


def test_all_posts_of_the_plan_are_those_assumed():
    """150,000 in all: 60,000 in manufacturing, 40,000 on building sites, 50,000 in services."""
    by_stock: dict[str, float] = {}
    for lever in DOSES:
        dose = setting(PLAN.levers, lever.key)
        if dose is not None and lever.stocks[0].startswith("posts: "):
            by_stock[lever.stocks[0]] = by_stock.get(lever.stocks[0], 0) + dose.total
    assert by_stock == {
        "posts: manufacturing": 60_000,
        "posts: construction": 40_000,
        "posts: services": 50_000,
    }
    of_measures = {id_ for key in CATALOGUE if key.startswith("industry.") for id_ in CATALOGUE[key].measures}
    assert of_measures == {"A1", "A2", "A3", "A4", "A5", "A8", "B2"}


@cache
def held(total: float) -> tuple[int, int]:
    """Posts held at the end of 2022 in the transfer zone and elsewhere, full scale / 500, and vacancies filled."""
    levers = Levers(industry=IndustryLevers(transfer_zone_posts=dose(total, to="2022-06")))
    world = build_world(NO_PLAN.model_copy(update={"levers": levers}), scale=0.002, threads=1)
    model = UrbanisationModel(world=world, strict=True)
    model.run_months(26)
    filled, zone = world.employment.filled.sum(axis=1), inside("transfer_zone", PLACES.code) > 0
    model.release()
    return int(filled[zone].sum()), int(filled[~zone].sum())


def test_more_posts_in_the_zone_are_taken_there_until_people_run_out():
    """Doubling a dose raises the posts held in its area, by no more than the posts that opened."""
    here = np.array([held(total)[0] for total in (0.0, 100_000.0, 200_000.0)])
    gained = np.diff(here)
    assert np.all(gained > 0) and np.all(gained <= 200)  # 100,000 posts are 200 of the sample
    far_too_many = held(5_000_000.0)[0] - here[0]
    assert far_too_many < 0.5 * 10_000  # people run out long before posts do
