"""Levers of towns and services: whole units by place, packages, who is meant, and what a run makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from released_doses import whole_units_released
from strict_runs import NO_PLAN, SCALE, run

from urbsim.calendar import month_end, month_number
from urbsim.levers import relocation
from urbsim.levers.apply import STOCKS
from urbsim.levers.services import demonstration_counties, pilot_counties, villages_left
from urbsim.processes.services.equations import INDEX, per_thousand
from urbsim.processes.services.steps import residents_by_setting
from urbsim.results.run_folder import write_run
from urbsim.scenario.catalogue import DOSES
from urbsim.scenario.schema import Dose, Levers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.runner import RunSpec
from urbsim.simulation.runner import run as run_once
from urbsim.simulation.world import World
from urbsim.state.geography import load_places, members, town_communities

PLACES = load_places(12.0, 0.5, 1.0)
OURS = [lever for lever in DOSES if all(STOCKS[stock].whole for stock in lever.stocks)]
FIRST, LAST = month_number("2021-11"), month_number("2023-12")


def levers(**doses: Any) -> Levers:
    """`group__lever` = total, or a mapping."""
    groups: dict[str, dict[str, Any]] = {}
    for key, value in doses.items():
        group, _, name = key.partition("__")
        groups.setdefault(group, {})[name] = value if isinstance(value, dict) else {"total": float(value)}
    return Levers.model_validate(groups)


# Whole units (G5)


def whole(dose: Dose, spread: np.ndarray, room: np.ndarray | None = None) -> np.ndarray:
    """(months, 111) units of every month of the plan."""
    out, before = [], np.zeros(111, np.int64)
    for month in range(FIRST, LAST + 1):
        units = whole_units_released(dose, PLACES, spread, month, before, room)
        out.append(units)
        before = before + units
        room = None if room is None else room - units
    return np.array(out)


def test_a_county_keeps_what_it_is_due_in_fractions():
    """G5: 26 units in 26 months for four counties alike are 6 or 7 for each, and never 26 for the first."""
    spread = np.zeros(111)
    spread[[3, 5, 70, 90]] = 1.0
    units = whole(Dose.model_validate({"total": 26.0}), spread)
    assert units.sum(axis=1).tolist() == [1] * 26
    assert sorted(units.sum(axis=0)[[3, 5, 70, 90]].tolist()) == [6, 6, 7, 7]


def test_units_without_room_go_elsewhere_and_then_lapse():
    spread, room = np.zeros(111), np.zeros(111, np.int64)
    spread[[3, 5]], room[[3, 5]] = 1.0, (4, 30)
    units = whole(Dose.model_validate({"total": 26.0}), spread, room).sum(axis=0)
    assert units[3] == 4 and units[5] == 22
    room[5] = 10
    assert whole(Dose.model_validate({"total": 26.0}), spread, room).sum() == 14


def test_named_places_get_their_units():
    dose = Dose.model_validate({"total": 40.0, "places": {PLACES.code[3]: 30.0, PLACES.code[9]: 10.0}})
    units = whole(dose, np.ones(111)).sum(axis=0)
    assert (units[3], units[9], units.sum()) == (30, 10, 40)


# Where they go


def test_places_that_the_plan_names():
    """13 counties to be grown, 2 of national demonstration (one of them both), 4 at the border."""
    names = {PLACES.name_en[k] for k in np.flatnonzero(members("border_key_town"))}
    assert names == {"Jingxi City", "Dongxing City", "Pingxiang City", "Longzhou County"}
    assert members("growth_county_town").sum() == 13
    assert (members("growth_county_town") | members("national_demo_county_town")).sum() == 14
    assert town_communities().shape == (111,) and town_communities().min() >= 0


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(NO_PLAN, scale=SCALE, threads=2)


def test_regional_demonstration_counties_are_drawn_and_the_same_for_a_seed(world: World):
    """V3: twelve counties that the plan does not name, by the seed."""
    found = demonstration_counties(world)
    named = members("growth_county_town") | members("national_demo_county_town")
    assert found.sum() == 14 + 12 and np.all(found[named])
    assert not np.any(world.places.is_city[found & ~named])
    other = build_world(NO_PLAN, scale=SCALE, seed=2, threads=2)
    assert np.array_equal(found, demonstration_counties(world))
    assert not np.array_equal(found, demonstration_counties(other))
    zone = pilot_counties(world)
    assert zone.any() and np.unique(world.places.prefecture_index[zone]).size == 1


# In runs


@pytest.mark.parametrize("lever", [lever.key for lever in OURS])
def test_none_of_it_is_no_plan_and_much_of_it_is_not(lever: str, without: tuple[str, World, Any]):
    key = lever.replace(".", "__")
    none = run(levers(**{key: 0}), 24)
    much = run(levers(**{key: 4_000_000}), 24)
    assert none[0] == without[0] != much[0]


@pytest.fixture(scope="module")
def without() -> tuple[str, World, UrbanisationModel]:
    return run(Levers(), 24)


def test_packages_hold_what_the_parameters_say_at_any_scale():
    """V3: 260 packages in 26 months; six months bring 60, each 1.25 beds and 3 places in childcare."""
    _, world, _ = run(levers(towns__border_town_packages=260), 18)
    added, border = world.services.added, members("border_key_town")
    assert added[INDEX["primary-care beds: towns"]].sum() == pytest.approx(1.25 * 60)
    assert added[INDEX["childcare places: towns"]].sum() == pytest.approx(3 * 60)
    assert not added[:, ~border].any() and np.all(added[INDEX["nursing beds: towns"], border] > 0)
    assert {each.whole for each in world.deliveries if each.part == "additional"} == {True}


def test_infrastructure_goes_to_villages_that_lack_it_and_to_no_more():
    _, world, _ = run(levers(services__village_infrastructure=200_000, services__pilot_zone_packages=900), 18)
    served = world.services.added[INDEX["villages with full infrastructure"]]
    lacking = (1 - world.parameters["villages_served_base"]) * world.services.villages
    assert np.all(served <= lacking + 1e-9) and served.sum() > 0.9 * lacking.sum()
    assert not villages_left(world).any()


def test_twice_the_beds_are_more_beds_for_each_resident_and_more_people():
    """The first thing that moves is the stock for 1,000 residents; then more live in the towns."""
    stocks, urban = [], []
    for factor in (0, 20_000, 40_000, 4_000_000):
        _, world, model = run(levers(services__primary_care_beds=factor), 38)
        level = per_thousand(world.parameters, world.services, residents_by_setting(world))
        stocks.append(level[INDEX["primary-care beds: towns"]].mean())
        urban.append(model.observer.read("urban_population", "450000", model.observer.months[-1]))
    assert stocks == sorted(stocks) and stocks[1] > 1.05 * stocks[0]
    assert urban[-1] > urban[0]


def test_the_border_subsidy_keeps_villagers_while_it_lasts():
    """V4: it goes to the four counties, at most everybody draws it, and ends with its months."""
    dose = {"total": 600_000, "from": "2021-11", "to": "2021-12"}
    _, short, _ = run(levers(towns__border_subsidy=dose), 13)
    border = members("border_key_town")
    assert short.services.subsidised.sum() == 300_000 and not short.services.subsidised[~border].any()
    _, over, _ = run(levers(towns__border_subsidy=dose), 15)
    assert not over.services.subsidised.any()
    assert all(not array.any() for array in vars(over.services.terms).values())


def test_what_villages_get_keeps_people_there():
    urban = []
    for factor in (0, 1_000_000):
        _, _, model = run(levers(services__village_facilities=factor), 38)
        urban.append(model.observer.read("urban_population", "450000", model.observer.months[-1]))
    assert urban[1] < urban[0]


def test_connected_villages_turn_in_october_and_run_out():
    """K3, K4: none before October 2022; twice the villages, more residents recoded; at most what a revision takes in."""
    recoded, connected = [], []
    for factor in (0, 20, 40, 50_000):
        _, world, model = run(levers(towns__connected_villages=factor), 24)
        villages, months = world.reclassification, model.observer.months
        assert (villages.connected_turned <= villages.connected).all()
        assert villages.gone.sum() <= 2 * world.parameters["recoded_most_per_year"]
        by_month = [model.observer.read("reclassified", "450000", month) or 0 for month in months]
        recoded.append(sum(by_month))
        connected.append(int(villages.connected.sum()))
        room = np.floor(world.parameters["cells_near_town"] * villages.cells)
        assert np.all(villages.connected <= room)
    assert recoded == sorted(recoded) and recoded[-1] > recoded[1] >= recoded[0]
    assert connected[:3] == [0, 9, 18] and 18 < connected[3] < 50_000 * 12 / 26


def test_relocation_brings_the_poor_to_towns():
    """M14: as many as the sites in towns hold, and most from counties where many cannot read."""
    _, _, none = run(Levers(), 14)
    for factor in (2_600_000, 5_200_000):
        _, world, model = run(levers(towns__relocated_persons=factor), 14)
        last = model.observer.months[-1]
        registered = [m.observer.read("registered_urban", "450000", last) for m in (model, none)]
        arrived = (registered[0] or 0) - (registered[1] or 0)
        dose = world.parameters["relocated_to_towns"] * factor * 2 / 26  # two of its 26 months
        waiting = world.moving.site_places.sum() * world.weight
        assert abs(arrived + waiting - dose) < 0.15 * dose + 3_000
    unlettered = relocation.unlettered(world.places.code)
    assert 0.005 < unlettered.min() and unlettered.max() < 0.25
    sent = world.deliveries.brought("towns.relocated_persons", "additional", relocation.SITES)
    assert sent is not None
    villagers = world.places.rural_residents > 0
    per_villager = sent[villagers] / world.places.rural_residents[villagers]
    assert np.corrcoef(per_villager, unlettered[villagers])[0, 1] > 0.8


def test_teachers_in_towns_open_places_that_children_wait_for():
    """V5: of 26,000 posts in 26 months 3,000 come in three; each opens so many public places."""
    _, world, _ = run(levers(schooling__town_teachers=26_000), 15)
    _, none, _ = run(Levers(), 15)
    more = (world.schooling.added - none.schooling.added).sum(axis=0)
    # 3,000 posts are six sampled ones: two thirds primary, one third junior, eight places each.
    assert more[:, 0].tolist() == [0, 4 * 8, 2 * 8] and not more[:, 1].any()
    lacking, lacking_without = (
        sum(one.schooling.lacking(k).sum() for k in range(3)) for one in (world, none)
    )
    assert lacking <= lacking_without


def test_the_table_of_services_is_what_people_met(tmp_path: Path):
    """At the end it says what the world of the run holds, and on census night the base levels."""
    added = levers(services__primary_care_beds=20_000, services__pilot_zone_packages=500)
    spec = NO_PLAN.model_copy(update={"levers": added, "until": "2022-02"})
    result = run_once(RunSpec(spec, SCALE, threads=2))
    _, world, _ = run(added, 16)
    assert list(result.services.by_month) == [
        month_number(m) for m in ("2020-10", "2020-12", "2021-12", "2022-02")
    ]
    for units, of in result.services.by_month.values():
        assert units.shape == of.shape == (len(INDEX), 111)
    p, services = world.parameters, world.services
    first, last = (
        result.services.by_month[month] for month in (month_number("2020-10"), month_number("2022-02"))
    )
    beds = INDEX["primary-care beds: towns"]
    assert first[0][beds] == pytest.approx(p["care_beds_base"] * first[1][beds])
    base = p["care_beds_base"] * last[1][beds]
    assert last[0][beds] - base == pytest.approx(services.added[beds]) and services.added[beds].sum() > 3000
    write_run(result, tmp_path)
    assert result.folder is not None
    rows = pq.read_table(result.folder / "services.parquet").to_pylist()
    assert len(rows) == 4 * len(INDEX) * 111
    here = next(r for r in rows if r["month"] == month_end(month_number("2022-02"))
                and r["service"] == "primary-care beds: towns" and r["place"] == PLACES.code[5])  # fmt: skip
    assert here["units"] == pytest.approx(last[0][beds, 5]) and here["each"] == pytest.approx(
        here["units"] / here["shared_by"]
    )
