"""What is said to act in no replay of the decade does not: the replay is the same whatever those numbers are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from urbsim.facts.parameters import Parameters, prior_parameters
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel

REPLAY = "hindcast_2010_2020"
SCALE = 0.0005
MONTHS = 26  # schools, dwellings, permits and two rounds of recoding
FREE = [name for name, spec in prior_parameters(base="census_2010").info.items() if not spec.acts_in_replay]


def seen(parameters: Parameters) -> list[bytes]:
    """All that is counted in the first months of the replay."""
    scenario = load_scenario(REPLAY)
    world = build_world(scenario, SCALE, seed=1, threads=1, parameters=parameters)
    model = UrbanisationModel(world=world)
    model.run_months(MONTHS)
    counts = [month.tobytes() for month in model.observer.counts]
    model.release()
    return counts


def at(end: Callable[[tuple[float, float]], float]) -> Parameters:
    """The parameters with all numbers that act in no replay at one end of their priors."""
    p = prior_parameters(base="census_2010")
    return p.with_values({name: end(interval) for name in FREE if (interval := p.info[name].interval)})


@pytest.fixture(scope="module")
def as_it_is() -> list[bytes]:
    """The replay with the numbers of the files."""
    return seen(prior_parameters(base="census_2010"))


@pytest.mark.parametrize("end", [min, max])
def test_the_replay_is_the_same_at_either_end_of_what_acts_in_none(
    end: Callable[..., float], as_it_is: list[bytes]
) -> None:
    assert FREE
    assert seen(at(end)) == as_it_is


def test_a_number_that_acts_in_the_replay_would_be_seen(as_it_is: list[bytes]) -> None:
    assert seen(prior_parameters(base="census_2010").with_values({"activation_level": 1.3})) != as_it_is
