"""Short strict runs of `no_plan` with some levers, and units of one county: what tests of levers share."""

from __future__ import annotations

import numpy as np

from urbsim.results import store
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World

SCALE = 0.002
NO_PLAN = load_scenario("no_plan")


def run(levers: Levers, months: int) -> tuple[str, World, UrbanisationModel]:
    """A strict run: fingerprint, the world at the end, the model with what was observed."""
    world = build_world(NO_PLAN.model_copy(update={"levers": levers}), scale=SCALE, threads=2)
    model = UrbanisationModel(world=world, strict=True)
    model.run_months(months)
    fingerprint = store.fingerprint(model.observer.fingerprint_lines())
    model.release()
    return fingerprint, world, model


def in_county(county: int, units: int) -> np.ndarray:
    """(111,) so many units in one county."""
    out = np.zeros(111, np.int64)
    out[county] = units
    return out
