"""Levers in whole runs: zero doses change nothing, more units make larger stocks, nobody holds what is not there."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from strict_runs import NO_PLAN, SCALE, run

from urbsim.facts.parameters import load_parameters
from urbsim.scenario.catalogue import CATALOGUE, filling, setting
from urbsim.scenario.lever import PERSONS
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import (
    Dose,
    EmploymentLevers,
    HousingLevers,
    IndustryLevers,
    LandLevers,
    Levers,
    Office,
    RenewalLevers,
    Rule,
    SchoolingLevers,
    SettlementLevers,
)
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.holdings import PUBLIC_RENTAL, RENT_SUBSIDY, TRAINED

SHORT, LONG = 15, 38  # months: to January 2022, two months of every dose; to December 2023
PLAN = load_scenario("baseline")
GROUPS: dict[str, Any] = {
    "schooling": SchoolingLevers,
    "employment": EmploymentLevers,
    "industry": IndustryLevers,
    "housing": HousingLevers,
    "land": LandLevers,
    "renewal": RenewalLevers,
    "settlement": SettlementLevers,
}
DOSES_OF = {
    group: [name for name in part.model_fields if CATALOGUE[f"{group}.{name}"].kind == "dose"]
    for group, part in GROUPS.items()
}
FACTORS = (0.0, 0.5, 1.0, 2.0)


@pytest.fixture(scope="module")
def short_no_plan() -> str:
    return run(Levers(), SHORT)[0]


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group, names in DOSES_OF.items() for name in names]
)
def test_a_dose_of_zero_is_no_plan_and_a_large_one_is_not(group: str, name: str, short_no_plan: str):
    (none, as_without, _), (much, changed, _) = (
        run(Levers(**{group: GROUPS[group](**{name: Dose.model_validate({"total": total})})}), SHORT)
        for total in (0.0, 60_000_000.0 if CATALOGUE[f"{group}.{name}"].unit == PERSONS else 2_000_000.0)
    )
    assert none == short_no_plan
    # In two months of so small a sample a lever may change what places and papers are worth, and nobody who acts on it.
    bought = changed.housing.bought.held().any()  # since December; nobody has yet stayed for it
    assert much != none or bought or weighed(changed) != weighed(as_without)


def weighed(world: World) -> list[bytes]:
    """What people weigh in the last month: rents, utilities, wishes to settle."""
    terms, found = world.registration.terms, world.migration.utilities
    assert terms is not None
    columns = world.housing.rent, found.destination, found.pair, found.village, terms.wishing
    return [column.tobytes() for column in columns]


def test_offices_and_rules_as_before_are_no_plan(short_no_plan: str):
    p = load_parameters(0)
    office = {"awareness": p["awareness_before"], "processing_months": p["processing_months_before"]}
    as_before = Office.model_validate(office)
    open_rule = Rule.model_validate({"name": "open_2019", "from": "2020-11"})
    same = SettlementLevers(office=as_before, rules=(open_rule,))
    assert run(Levers(settlement=same), SHORT)[0] == short_no_plan
    stricter = Rule(name="nanning_2012", **{"from": "2020-11"})
    assert run(Levers(settlement=SettlementLevers(rules=(stricter,))), SHORT)[0] != short_no_plan


def times(factor: float) -> Levers:
    """All doses of the plan times a factor; without the office, which is no dose."""
    groups = {}
    for group, part in GROUPS.items():
        doses = {name: getattr(getattr(PLAN.levers, group), name) for name in DOSES_OF[group]}
        groups[group] = part(
            **{
                name: dose.model_copy(update={"total": dose.total * factor})
                for name, dose in doses.items()
                if dose is not None
            }
        )
    return Levers(**groups)


@pytest.fixture(scope="module")
def responses() -> list[tuple[str, World, UrbanisationModel]]:
    """Runs to the end of 2023 at 0, half, the plan's and double doses: same people, same luck."""
    return [run(times(factor), LONG) for factor in FACTORS]


def test_what_is_built_is_the_dose(responses: list[tuple[str, World, UrbanisationModel]]):
    """Stocks at the end beyond those without the plan: dose over weight, to half a unit in each of what adds up."""
    none, housing = responses[0][1], PLAN.levers.housing
    factories = sum(
        setting(PLAN.levers, key).total
        for key in filling("posts: manufacturing")
        if setting(PLAN.levers, key) is not None
    )
    for factor, (_, world, _) in zip(FACTORS, responses, strict=True):
        for stock, dose in (
            ("public", housing.public_rental_units),
            ("subsidies", housing.rent_subsidy_households),
        ):
            assert dose is not None
            more = getattr(world.housing, stock).capacity.sum() - getattr(none.housing, stock).capacity.sum()
            assert abs(more - factor * dose.total * SCALE) <= 0.5, stock
        bought = world.schooling.added[:, :, 1].sum()
        assert PLAN.levers.schooling.purchased_places is not None
        assert abs(bought - factor * PLAN.levers.schooling.purchased_places.total * SCALE) <= 1
        assert abs(world.employment.project_posts[:, 1].sum() - factor * factories * SCALE) <= 0.5 * 5


def test_nobody_holds_what_is_not_there(responses: list[tuple[str, World, UrbanisationModel]]):
    """Units let are at most the units, places held at most the places, the trained at most the courses."""
    committed = NO_PLAN.committed.employment.training
    assert committed is not None and PLAN.levers.employment.training is not None
    for factor, (_, world, model) in zip(FACTORS, responses, strict=True):
        for tenancies in (world.housing.public, world.housing.subsidies):
            assert np.all(tenancies.held() <= tenancies.capacity)
        assert np.all(world.schooling.held <= world.schooling.places)
        assert np.all(world.employment.vacancies >= 0)
        offered = (committed.total + factor * PLAN.levers.employment.training.total) * SCALE
        trained = (
            sum((model.observer.read("trained", "450000", m) or 0) for m in model.observer.months[1:]) * SCALE
        )
        assert 0 < trained <= offered + 1
        assert np.sum(world.people.holdings[: world.n] & TRAINED > 0) <= offered + 1


def test_more_units_reach_more_people(responses: list[tuple[str, World, UrbanisationModel]]):
    """Public units, subsidies and courses run out before the people who want them do: more of them, more reached."""

    def reached(world: World, model: UrbanisationModel) -> list[int]:
        trained = sum((model.observer.read("trained", "450000", m) or 0) for m in model.observer.months[1:])
        return [
            int(world.housing.public.held().sum()),
            int(world.housing.subsidies.held().sum()),
            round(trained * SCALE),
        ]

    counts = np.array([reached(world, model) for _, world, model in responses])
    assert np.all(np.diff(counts, axis=0) >= 0), counts
    assert np.all(counts[-1] > counts[0]), counts
    assert len({fingerprint for fingerprint, _, _ in responses}) == 4
    for fewer, more in pairwise(world for _, world, _ in responses):
        assert np.all(fewer.housing.public.capacity.sum() <= more.housing.public.capacity.sum())


def test_person_times_of_training_are_fewer_persons_where_the_same_people_come_again():
    """L8: all courses are taken whoever comes; the more easily the trained come again, the fewer persons are trained."""
    times, persons = [], []
    for again in (0.25, 1.0, 4.0):
        parameters = load_parameters(0).with_values({"training_again": again})
        world = build_world(PLAN, scale=SCALE, threads=2, parameters=parameters)
        model = UrbanisationModel(world=world)
        model.run_months(LONG)
        read, months = model.observer.read, model.observer.months[1:]
        times.append(round(sum((read("trained", "450000", month) or 0) for month in months) * SCALE))
        persons.append(int(np.sum(world.people.holdings[: world.n] & TRAINED > 0)))
        model.release()
    assert times[0] == times[1] == times[2] > persons[0] > persons[1] > persons[2]


def test_public_units_and_subsidies_are_bounded_by_arithmetic(
    responses: list[tuple[str, World, UrbanisationModel]],
):
    """15,000 units and 5,000 subsidies, some three persons each, are 0.12 points of fifty million, whatever they do.

    So many more people live in or with them at the end than without the plan, and T1 cannot gain more by them.
    """
    homes = PLAN.levers.housing
    assert homes.public_rental_units is not None and homes.rent_subsidy_households is not None
    units = homes.public_rental_units.total + homes.rent_subsidy_households.total
    residents = responses[0][2].observer.read("resident_population", "450000", 1449 + LONG) or 0
    assert units * 3.0 / residents < 0.00125

    def supported(world: World) -> int:
        return int(np.sum(world.people.holdings[: world.n] & (PUBLIC_RENTAL | RENT_SUBSIDY) > 0))

    more = supported(responses[2][1]) - supported(responses[0][1])
    assert more <= 4 * (units * SCALE + 1)
    assert more / (residents * SCALE) < 0.0016
