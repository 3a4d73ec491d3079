"""The door to the simulator: what it refuses, and that its figures depend on nothing but what it is given."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.errors import InputError
from urbsim.fit import door
from urbsim.fit.errors_of_observation import of_role
from urbsim.fit.protocol import load_protocol
from urbsim.scenario.reader import load_scenario

SCALE = 0.0003
REPLAY = "hindcast_2010_2020"


@pytest.fixture(scope="module")
def central() -> dict[str, float]:
    return door.simulate({}, REPLAY, SCALE, 1)


def test_every_figure_of_the_protocol_is_measured(central: dict[str, float]):
    protocol = load_protocol()
    night = door.base_night(protocol.forecast, SCALE)
    wanted = [key for role in ("target", "check") for key in of_role(protocol, night, role).keys]
    assert set(wanted) == set(central)
    assert 40 < central["urban_share[2011-12]"] < central["urban_share[2020-10]"] < 60


def test_kinds_of_places_make_up_the_province(central: dict[str, float]):
    of = [np.exp(central[f"kind_residents[{kind}]"]) / 1e6 for kind in ("district", "county_city", "county")]
    assert sum(of) == pytest.approx(central["residents[2020-10]"])
    shares = [central[f"kind_shares[{kind}]"] for kind in ("district", "county_city", "county")]
    assert np.average(shares, weights=of) == pytest.approx(central["urban_share[2020-10]"])


def test_the_same_arguments_give_the_same_figures_and_others_do_not(central: dict[str, float]):
    values = {"activation_level": 1.1}
    moved = door.simulate(values, REPLAY, SCALE, 1)
    assert door.simulate(values, REPLAY, SCALE, 1, threads=2) == moved
    assert moved["urban_share[2020-10]"] > central["urban_share[2020-10]"]  # more leave
    other = door.simulate({}, REPLAY, SCALE, 1, prior_draw=3)
    assert other["new_jobs[2012-01..2012-12]"] != central["new_jobs[2012-01..2012-12]"]


def test_every_parameter_that_is_refused_is_named():
    given = {
        "activation_lvel": 1.0,
        "activation_level": -1.0,
        "beta_t": float("nan"),
        "urban_propensity_by_age": 0.5,
        "under_way_per_stock": 0.5,
    }
    with pytest.raises(InputError) as refused:
        door.simulate(given, REPLAY, SCALE, 1)
    text = str(refused.value)
    assert len(refused.value.problems) == len(given)
    assert "did you mean 'activation_level'?" in text
    assert "activation_level: -1.0 is refused (allowed: 0 to inf)" in text
    assert "beta_t: nan is refused (allowed: -1.8 to -0.2)" in text


def test_a_scenario_that_is_no_replay_is_refused():
    with pytest.raises(InputError, match="no_plan is no replay of the decade"):
        door.simulate({}, "no_plan", SCALE, 1)
    short = load_scenario("no_plan").model_copy(update={"until": "2021-03"})
    with pytest.raises(InputError, match="no forecast of a year or more"):
        door.simulate({}, REPLAY, SCALE, 1, forecast=short)
