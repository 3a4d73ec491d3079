"""Worlds at a multiple of what a scenario adds (ODD equation W7)."""

from __future__ import annotations

import pytest
from answers import asked

from urbsim.errors import Problem
from urbsim.facts.parameters import load_parameters
from urbsim.scenario.catalogue import setting
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Circle, Dose, Office
from urbsim.seek.multiples import LARGEST_DOSE, at_multiple, largest_multiple
from urbsim.seek.question import ALL, Question, owners_of, players_in

BASELINE, NO_PLAN = load_scenario("baseline"), load_scenario("no_plan")


def dose(total: float) -> Dose:
    return Dose.model_validate({"total": total})


def of(*players: str, alone: bool = False) -> Question:
    question = asked(players)
    return Question(
        question.scenario, players, owners_of(BASELINE, players), alone, question.goals, (0.5,), 16.0
    )


def test_once_is_the_scenario_and_nothing_is_the_scenario_without_it():
    assert of(ALL).world((1.0,)).digest == BASELINE.digest()
    assert of(ALL).world((0.0,)).digest == NO_PLAN.digest()
    assert of("A", "B", "C", "D", "S").world((1.0,) * 5).digest == BASELINE.digest()
    assert of("B3").world((0.0,)).digest not in (BASELINE.digest(), NO_PLAN.digest())
    assert of("C", alone=True).world((0.0,)).digest == NO_PLAN.digest()
    assert of("A5", alone=True).world((1.0,)).digest == load_scenario("A5_only").digest()


def test_twice_is_twice_the_units_and_a_circle_closes_once():
    levers = of(ALL).world((2.0,)).scenario.levers
    assert levers.industry.transfer_zone_posts is not None
    assert levers.industry.transfer_zone_posts.total == 36_000
    assert {circle.share for circle in levers.transport.circles.values()} == {1.0}
    half = of("A3").world((0.5,)).scenario.levers
    assert [
        circle.share for name, circle in half.transport.circles.items() if name == "liuzhou_suburban"
    ] == [0.5]
    assert half.industry.liuzhou_posts == dose(6000)
    assert half.industry.transfer_zone_posts == dose(18_000)  # of nobody: as it is


def test_a_setting_of_two_players_is_there_at_the_larger_multiple():
    question = of("A6", "A7")
    assert question.owners["towns", "connected_villages"] == {"A6", "A7"}
    levers = question.world((0.5, 2.0)).scenario.levers
    assert levers.towns.connected_villages == dose(120)
    assert levers.towns.county_town_packages == dose(700)


def test_a_dose_ends_where_a_scenario_may_hold_no_more():
    assert largest_multiple(dose(6_000_000)) == 10
    assert at_multiple(dose(6_000_000), 16).total == LARGEST_DOSE
    places = at_multiple(Dose.model_validate({"total": 30, "places": {"450100": 10, "450200": 20}}), 2)
    assert places.places == {"450100": 20, "450200": 40}
    assert of("settlement.one_window").largest("settlement.one_window") == 10
    assert of("settlement.one_window").at_their_end("settlement.one_window", 10.0) == [
        "settlement.one_window"
    ]
    assert (
        largest_multiple(Circle.model_validate({"share": 0.25})) == 4
        and at_multiple(Circle.model_validate({"share": 0.25}), 8).share == 1
    )


def test_offices_go_so_many_times_the_way():
    plan = setting(BASELINE.levers, "settlement.office")
    p = load_parameters(0)
    half = at_multiple(plan, 0.5)
    assert half.awareness == pytest.approx((p["awareness_before"] + plan.awareness) / 2)
    speed = (1 / p["processing_months_before"] + 1 / plan.processing_months) / 2
    assert half.processing_months == pytest.approx(1 / speed)
    assert at_multiple(plan, 100).awareness == 1
    slow = Office.model_validate({"awareness": 0.1, "processing_months": 24})
    assert at_multiple(slow, 8).awareness == 0 and at_multiple(slow, 8).processing_months <= 24


def test_what_has_no_size_or_no_price_is_known():
    assert of("C2").without_size("C2") == []
    assert of("C2").unpriced("C2") == []  # the office has a price
    assert "transport.air_routes" not in of("A1").unpriced("A1")
    assert of("C3").units("C3", 2.0)["schooling.primary_places"] == 80_000


def problems(*given: str, scenario=BASELINE) -> list[Problem]:
    found: list[Problem] = []
    players_in(given, scenario, found)
    return found


def test_who_cannot_be_asked_for_is_said():
    assert problems("C7", "A") == []
    (wrong,) = problems("housing.public_rental_unit")
    assert wrong.nearest == "housing.public_rental_units" and wrong.key == "--of"
    assert "twice" in problems("C7", "C7")[0].message
    assert "leave nobody" in problems("all", "C7")[0].message
    assert "no dose" in problems("delivery.rate")[0].message
    (absent,) = problems("renewal.shantytown_units", scenario=load_scenario("jobs_only"))
    assert "adds nothing of" in absent.message and "C4" in (absent.allowed or "")
    assert "adds nothing" in problems("all", scenario=NO_PLAN)[0].message
