"""Mesa's own tools work on the model: its batch loop over constructor arguments, its DataCollector, its agents."""

from __future__ import annotations

import gc
import inspect
import weakref
from typing import Any, ClassVar

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa.batchrunner import batch_run

import urbsim
from urbsim.errors import InputError
from urbsim.scenario.schema import Scenario
from urbsim.simulation.model import County, UrbanisationModel
from urbsim.simulation.world import World

SCALE = 0.0005
REPORTED = (
    "resident_population",
    "urban_population",
    "urbanisation_rate",
    "new_urban_jobs",
    "urban_employed",
)


def short(name: str, until: str = "2021-02") -> Scenario:
    return urbsim.load_scenario({"name": f"short_{name}", "extends": name, "until": until})


def batch(parameters: dict[str, Any], seeds: list[int], **options: Any) -> pd.DataFrame:
    """Mesa's batch loop: newer ones give every model a seed by themselves, for older ones seeds are parameters."""
    if "rng" in inspect.signature(batch_run).parameters:
        options["rng"] = seeds
    else:
        parameters = parameters | {"seed": seeds}
    return pd.DataFrame(batch_run(Remembered, parameters, display_progress=False, **options))


class Remembered(UrbanisationModel):
    """Keeps weak references to every model and world of a batch loop."""

    models: ClassVar[list[weakref.ref[UrbanisationModel]]] = []
    worlds: ClassVar[list[weakref.ref[World]]] = []

    def __init__(self, scenario: Scenario, scale: float, seed: int = 1, threads: int | None = None) -> None:
        assert all(world() is None for world in self.worlds), "an earlier world is still there"
        super().__init__(scenario, scale, seed, threads=threads)
        assert self.world is not None
        self.models.append(weakref.ref(self))
        self.worlds.append(weakref.ref(self.world))


def test_a_batch_loop_gives_our_indicators_and_leaves_nothing_behind():
    gc.disable()  # the persons of a run go with its last month, not when somebody looks for garbage
    try:
        found = batch(
            {"scenario": [short("no_plan"), short("baseline", "2021-01")], "scale": SCALE, "threads": 1},
            seeds=[1, 2],
            data_collection_period=1,
        )
    finally:
        gc.enable()
    assert len(Remembered.models) == 4
    assert all(world() is None for world in Remembered.worlds)
    gc.collect()
    assert all(model() is None for model in Remembered.models)
    found["name"] = [scenario.name for scenario in found["scenario"]]
    months = {"short_no_plan": ["2020-11", "2020-12", "2021-01", "2021-02"]}
    months["short_baseline"] = months["short_no_plan"][:-1]
    for key, rows in found.groupby(["name", "seed"]):
        name, seed = rows["name"].iloc[0], rows["seed"].iloc[0]
        assert key == (name, seed) and list(rows["month"]) == months[name]  # the run ends with the scenario
        ours = urbsim.run(rows["scenario"].iloc[0], scale=SCALE, seed=seed).indicators
        province = ours[ours["place"] == "450000"].pivot(index="month", columns="indicator", values="value")
        for indicator in REPORTED:
            assert list(rows[indicator]) == list(province[indicator])[1:], indicator


def test_a_batch_loop_reads_the_last_month_unless_told_otherwise():
    found = batch({"scenario": [short("no_plan")], "scale": SCALE}, seeds=[1])
    assert list(found["month"]) == ["2021-02"]


def test_results_can_be_read_when_the_run_is_over():
    model = UrbanisationModel(short("no_plan"), SCALE)
    model.run_model()
    assert not model.running and model.world is None and model.steps == 4
    assert len(model.datacollector.get_model_vars_dataframe()) == 4
    assert len(model.movers) == 4 and len(model.observer.months) == 5
    residents = [agent.resident_population for agent in model.agents if isinstance(agent, County)]
    assert np.sum(residents) == pytest.approx(model.latest("resident_population", "450000"))
    with pytest.raises(RuntimeError, match="the run is over"):
        model.step()


def test_a_run_given_up_is_let_go():
    model = UrbanisationModel(short("no_plan"), SCALE)
    model.step()
    held = weakref.ref(model)
    del model
    gc.collect()
    assert held() is None


def test_agents_of_ones_own_have_numbers_of_their_own():
    model = UrbanisationModel(short("no_plan"), SCALE)
    for _ in range(2):
        mesa.Agent(model)
    assert [agent.unique_id for agent in model.agents] == list(range(1, 114))


def test_a_model_refuses_what_the_door_refuses():
    with pytest.raises(InputError) as refused:
        UrbanisationModel("no_plan", scale=2, seed=None, draw=True)  # type: ignore[arg-type]
    assert [problem.key for problem in refused.value.problems] == ["scale", "seed", "draw"]
    assert "batch_run" in str(
        refused.value.problems[1]
    )  # which sets it to None if seeds are among the parameters


def test_numbers_of_numpy_are_taken():
    model = UrbanisationModel(short("no_plan"), np.float64(SCALE), seed=np.int64(3))  # type: ignore[arg-type]
    assert model.world is not None and type(model.world.seed) is int
    model.release()
