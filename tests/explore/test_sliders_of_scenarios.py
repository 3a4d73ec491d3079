"""Sliders and settings: the ends are the scenarios people know, and the design is the same every time."""

from __future__ import annotations

import pytest

from urbsim.batch.members import plan_of_scenario
from urbsim.emulator.answer import Setting
from urbsim.errors import InputError
from urbsim.explore import design
from urbsim.explore.plan import training_of
from urbsim.explore.sliders import Sliders, sliders_of
from urbsim.scenario.catalogue import setting
from urbsim.scenario.reader import load_scenario


@pytest.fixture(scope="module")
def sliders() -> Sliders:
    return sliders_of(load_scenario("baseline"))


def at(sliders: Sliders, dose: float, **conditions: float) -> Setting:
    values = tuple(conditions.get(each.key) for each in sliders.conditions)
    return Setting((dose,) * len(sliders.levers), values)


def test_no_dose_is_no_plan_and_every_dose_at_one_is_the_plan(sliders: Sliders):
    assert sliders.world(sliders.nothing).digest == load_scenario("no_plan").digest()
    assert sliders.world(at(sliders, 1.0)).digest == load_scenario("baseline").digest()


def test_conditions_are_those_that_a_scenario_file_could_set(sliders: Sliders):
    changed = sliders.world(
        at(sliders, 1.0, growth_per_year=0.05, outside_jobs=0.8, epidemic_hiring=0.5, reclassification=1.0)
    ).scenario.conditions
    assert changed.growth_per_year == 0.05 and changed.outside_wage_per_year is None
    assert [(level.from_, level.value) for level in changed.outside_jobs] == [("2021-01", 0.8)]
    (spell,) = changed.epidemic
    assert (spell.from_, spell.to, spell.mobility, spell.hiring) == ("2022-01", "2022-12", 1.0, 0.5)
    assert changed.reclassification == "frozen"
    # What is as ever is not written: a file that says it would be refused.
    as_ever = sliders.world(at(sliders, 1.0, outside_jobs=1.0, epidemic_mobility=1.0)).digest
    assert as_ever == load_scenario("baseline").digest()


def test_what_the_scenario_says_itself_has_no_slider():
    assert [each.key for each in sliders_of(load_scenario("baseline_frozen")).conditions] == [
        "growth_per_year", "outside_wage_per_year", "outside_jobs", "epidemic_mobility", "epidemic_hiring",
    ]  # fmt: skip
    (growth, *_) = sliders_of(load_scenario("baseline_conditional")).condition_models((0, 1))
    assert growth.values == (0.0495, 0.0495)


def test_a_scenario_without_levers_has_nothing_to_move():
    with pytest.raises(InputError, match="adds no lever"):
        sliders_of(load_scenario("no_plan"))


def test_every_lever_stands_under_one_programme_with_its_units(sliders: Sliders):
    found = sliders.lever_models()
    assert [lever.key for lever in found] == list(sliders.levers)
    by_key = {lever.key: lever for lever in found}
    rental = by_key["housing.public_rental_units"]
    assert rental.total == 15_000 and rental.unit and sliders.programmes[rental.programme] == "C"
    assert by_key["settlement.office"].total is None
    dose = setting(sliders.world(at(sliders, 1.5)).scenario.levers, "housing.public_rental_units")
    assert dose.total == 22_500


def test_the_design_is_the_same_every_time_and_grows_by_points(sliders: Sliders):
    few, more = design.settings(sliders, 20), design.settings(sliders, 40)
    assert more[:20] == few and len(set(more)) == 40
    doses = [dose for each in more for dose in each.doses]
    assert min(doses) < 0.1 and max(doses) > 1.9 and 0.9 < sum(doses) / len(doses) < 1.1
    is_set = [value is not None for each in more for value in each.conditions]
    assert 0.2 < sum(is_set) / len(is_set) < 0.5
    for each in more:
        for condition, value in zip(sliders.conditions, each.conditions, strict=True):
            assert value is None or condition.low <= value <= condition.high
    whole = design.checked(sliders, 5)
    assert [each.doses[0] for each in whole[:3]] == list(design.CHECKED_DOSES)
    assert not set(whole) & set(more)


def test_runs_that_were_made_count_when_more_points_are_wanted(sliders: Sliders):
    batch = plan_of_scenario(sliders.scenario, "0.001", "1", "1:20", (), [])
    assert batch
    plan, larger = (training_of(sliders, batch, points, 3) for points in (4, 6))
    assert plan.draws == (0, *range(1, 21)) and len(plan) == 21 * (1 + 3 + 4)
    for key, settings in plan.of_run.items():
        assert larger.of_run[key][:4] == settings
        assert plan.variations_of(*key)[0].digest == load_scenario("no_plan").digest()
