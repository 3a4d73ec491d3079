"""Switches of behaviour change a run and the first choices none; the climate of a year is one for all runs of a draw."""

from __future__ import annotations

import math
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from urbsim.calendar import month_number
from urbsim.facts.parameters import load_parameters, prior_parameters
from urbsim.processes.conditions.equations import climate_of, climate_of_year
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema.behaviour import Behaviour
from urbsim.scenario.schema.scenario import Scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.foreground import run_scenario
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.runner import RunResult

FIRST = {name: get_args(field.annotation)[0] for name, field in Behaviour.model_fields.items()}
OTHERS = [
    (name, choice)
    for name, field in Behaviour.model_fields.items()
    for choice in get_args(field.annotation)[1:]
]
UNTIL = "2021-11"  # one round of places that turn urban
# Accounts of leaving differ where places gain: twice the usual prospects outside.
BOOM = "conditions: {outside_jobs: [{from: 2020-11, value: 2.0}]}\n"


def variant(folder: Path, block: str) -> Scenario:
    path = folder / "variant.yaml"
    path.write_text(f"extends: no_plan\nuntil: {UNTIL}\n{block}", encoding="utf-8")
    return load_scenario(str(path))


def run(folder: Path, block: str, plain: bool = False) -> RunResult:
    return run_scenario(variant(folder, BOOM + block), scale=0.002, threads=2, plain=plain)


def residents(result: RunResult) -> list[float | None]:
    observer = result.observer
    return [observer.read("urban_population", "450000", month) for month in observer.months]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run(tmp_path_factory.mktemp("plain"), "")


def test_the_first_choices_are_a_scenario_without_the_block(tmp_path: Path, plain: RunResult):
    written = ", ".join(f"{name}: {choice}" for name, choice in FIRST.items())
    for block in (f"behaviour: {{{written}}}\n", "behaviour: {}\n"):
        assert run(tmp_path, block).summary["fingerprint"] == plain.summary["fingerprint"]


@pytest.mark.parametrize(("name", "choice"), OTHERS)
def test_every_other_choice_changes_a_run(tmp_path: Path, plain: RunResult, name: str, choice: str):
    found = run(tmp_path, f"behaviour: {{{name}: {choice}}}\n")
    assert found.summary["fingerprint"] != plain.summary["fingerprint"]
    # How new jobs are counted moves nobody; every other switch does.
    assert (residents(found) == residents(plain)) == (name == "new_jobs")
    twin = run(tmp_path, f"behaviour: {{{name}: {choice}}}\n", plain=True)
    assert twin.summary["fingerprint"] == found.summary["fingerprint"]


def climates(scenario: Scenario, draw: int, seed: int, months: int = 15) -> list[float]:
    """Factor on the usual rate of reconsidering, month by month of a run."""
    world = build_world(scenario, scale=0.0005, draw=draw, seed=seed, threads=1)
    model, found = UrbanisationModel(world=world), []
    for _ in range(months):
        model.step()
        found.append(world.climate.mobility)
    model.release()
    return found


def test_scenarios_and_seeds_of_a_draw_share_the_climate_of_a_year(tmp_path: Path):
    """M12: in November and December 2020 that of 2020, from January 2021 that of the year, from January 2022 another."""
    one = climates(load_scenario("no_plan"), draw=3, seed=1)
    assert one == climates(load_scenario("no_plan"), draw=3, seed=2)
    assert one == climates(load_scenario("pearl_river_slump"), draw=3, seed=1)
    assert one == climates(load_scenario("baseline"), draw=3, seed=2)
    assert len(set(one[:2])) == 1 and len(set(one[2:14])) == 1 and len({*one}) == 3
    parameters = load_parameters(3)
    assert one[2] == climate_of_year(parameters, parameters.prior_draw, month_number("2021-01"))
    # Another draw has another climate, draw 0 the usual one; an epidemic comes on top of the year's.
    other = climates(load_scenario("no_plan"), draw=4, seed=1)
    assert not math.isclose(other[2], one[2]) and climates(load_scenario("no_plan"), 0, 1) == [1] * 15
    spell = "conditions: {epidemic: [{from: 2021-02, to: 2021-03, mobility: 0.5}]}\n"
    ill = np.array(climates(variant(tmp_path, spell), draw=3, seed=1, months=6))
    np.testing.assert_array_equal(ill / one[:6], [1, 1, 1, 0.5, 0.5, 1])


def test_an_epidemic_may_slow_hiring_and_does_not_unless_it_says_so(tmp_path: Path):
    spell = "from: 2021-02, to: 2021-03, mobility: 0.5"
    found = []
    for words in (spell, spell + ", hiring: 0.2"):
        conditions = variant(tmp_path, f"conditions: {{epidemic: [{{{words}}}]}}\n").conditions
        night = month_number("2020-10")
        months = range(night + 3, night + 7)
        found.append([climate_of(conditions, load_parameters(0), 0, month, night).hiring for month in months])
    assert found == [[1, 1, 1, 1], [1, 0.2, 0.2, 1]]


def test_a_fit_gives_the_climate_of_years_by_hand():
    """Scores 1 and -1 after memory 0.5 and spread 0.2: logs 0.2 and 0.1 - 0.2; then the draw goes on by itself."""
    given = {"mobility_memory": 0.5, "mobility_of_year": 0.2, "climate_2021": 1.0, "climate_2022": -1.0}
    parameters = prior_parameters().with_values(given)
    found = [climate_of_year(parameters, 0, month_number(f"{year}-06")) for year in range(2020, 2024)]
    assert np.log(found) == pytest.approx([0.0, 0.2, -0.1, -0.05])
    # A forecast goes on from the climate in which the decade ended: 0.2 in 2020, half of it a year later.
    ended = prior_parameters().with_values({**given, "climate_2020": 1.0, "climate_2021": 0.0})
    assert np.log(climate_of_year(ended, 0, month_number("2021-06"))) == pytest.approx(0.1)
    drawn = prior_parameters(3)
    assert climate_of_year(drawn.with_values({"climate_2011": 0.0}), 3, month_number("2011-06")) == 1.0
    assert drawn.with_values({"climate_2021": 0.0}).digest != drawn.digest
    assert drawn.with_values({"climate_2021": 0.5}).with_values({"climate_2022": 1.0}).climate == {
        2021: 0.5,
        2022: 1.0,
    }
