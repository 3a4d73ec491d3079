"""Runs that share their past are the runs they are alone, to the last byte, and one that fails spares the others."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from urbsim.calendar import month_number
from urbsim.population.start import kept
from urbsim.results import reached
from urbsim.scenario.past import first_month_apart, readings
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.simulation import family, fork
from urbsim.simulation.family import Family
from urbsim.simulation.runner import RunResult, RunSpec, run

SCALE, UNTIL = 0.001, "2021-11"
MONTHS = ("2020-11", "2020-12", "2021-03", "2021-06", "2021-09", "2021-11")
DOSES = {
    "schooling": {"primary_places": 400_000, "purchased_places": 300_000},
    "employment": {
        "manufacturing_posts": 300_000, "construction_posts": 400_000, "services_posts": 300_000,
        "training": 2_000_000,
    },
    "housing": {
        "public_rental_units": 150_000, "rent_subsidy_households": 90_000, "guaranteed_rental_units": 400_000,
    },
}  # fmt: skip
"""Much more than anybody plans: at this scale a unit stands for a thousand."""


LINES = ("nanning_yulin", "fangchenggang_dongxing")


def thrown(number: int, dice: random.Random) -> Scenario:
    """A scenario with anything in it that begins in some month of a run."""
    content: dict[str, Any] = {"name": f"s{number}", "extends": "no_plan", "until": UNTIL, "targets": []}
    for part in ("committed", "levers"):
        groups: dict[str, Any] = {}
        for group, doses in DOSES.items():
            for lever, most in doses.items():
                if dice.random() < 0.25:
                    first, last = sorted(dice.choices(MONTHS, k=2))
                    dose = {"total": dice.choice([most // 2, most]), "from": first, "to": last}
                    groups.setdefault(group, {})[lever] = dose
        settlement: dict[str, Any] = {}
        if dice.random() < 0.4:
            months = sorted(dice.sample(MONTHS, 2))
            names = dice.sample(["nanning_2012", "same_city_2015", "open_2019"], 2)
            settlement["rules"] = [
                {"name": name, "from": month} for name, month in zip(names, months, strict=True)
            ]
        if dice.random() < 0.4:
            settlement["office"] = {
                "awareness": 0.95, "processing_months": dice.choice([1, 2]), "from": dice.choice(MONTHS),
            }  # fmt: skip
        if dice.random() < 0.3:
            line, month = dice.choice(LINES), dice.choice([*MONTHS, "never"])
            groups["transport"] = {"openings": {line: month}}
        if dice.random() < 0.3:
            first, last = sorted(dice.choices(MONTHS, k=2))
            circle = {"share": dice.choice([0.5, 1.0]), "from": first, "to": last}
            groups.setdefault("transport", {})["circles"] = {"nanning_metropolitan": circle}
        content[part] = groups | ({"settlement": settlement} if settlement else {})
    conditions: dict[str, Any] = {}
    if dice.random() < 0.3:
        conditions["growth_per_year"] = dice.choice([-0.1, 0.2])
    if dice.random() < 0.3:
        conditions["outside_jobs"] = [{"from": dice.choice(MONTHS), "value": dice.choice([0.4, 1.8])}]
    if dice.random() < 0.3:
        first, last = sorted(dice.choices(MONTHS, k=2))
        conditions["epidemic"] = [{"from": first, "to": last, "mobility": 0.2, "hiring": 0.3}]
    content["conditions"] = conditions
    # Not by the door of files, which refuses input that others take the place of.
    document = load_scenario("no_plan").resolved() | {
        key: content[key] for key in ("name", "until", "targets")
    }
    return Scenario.model_validate(
        document | {key: content[key] for key in ("committed", "levers", "conditions")}
    )


def scenarios() -> list[Scenario]:
    dice = random.Random(4)
    found = [thrown(number, dice) for number in range(9)]
    twin = found[0].model_copy(update={"name": "twin"})
    closed = Scenario.model_validate(
        found[1].resolved() | {"name": "closed", "conditions": {"border_moves": "off"}}
    )
    return [*found, twin, closed]


def specs(draw: int = 2) -> list[RunSpec]:
    return [RunSpec(scenario, SCALE, seed=3, draw=draw, threads=1, strict=True) for scenario in scenarios()]


@pytest.fixture(scope="module")
def alone() -> list[RunResult]:
    return [run(spec) for spec in specs()]


def told(result: RunResult) -> dict[str, Any]:
    """All that a run leaves but times."""
    summary = {
        key: value for key, value in result.summary.items() if key not in ("wall_seconds", "peak_bytes")
    }
    return summary | {
        "tables": reached.digest(result.movers, result.touched),
        "deliveries": [
            (each.lever, each.part, each.stock, each.month, each.units.tolist()) for each in result.deliveries
        ],
        "elsewhere": {month: counts.tolist() for month, counts in result.registered_elsewhere.items()},
        "population": result.population,
        "digests": dict(result.digests),
    }


def test_a_family_leaves_the_bytes_of_runs_that_are_made_alone(alone: list[RunResult]):
    assert len({result.summary["fingerprint"] for result in alone}) > 7, "they should differ to be told apart"
    for persons in (None, kept("census_2020", UNTIL, SCALE, 3, 1)):
        ended = dict(Family(specs(), persons).run())
        assert sorted(ended) == list(range(len(alone)))
        for k, result in ended.items():
            assert isinstance(result, RunResult), result
            assert told(result) == told(alone[k])
            assert result.scenario.name == specs()[k].scenario.name
            np.testing.assert_array_equal(result.table["value"], alone[k].table["value"])


def test_runs_differ_in_no_month_that_they_are_said_to_share(alone: list[RunResult]):
    """The rule itself, held against runs that shared nothing."""
    read = [readings(spec.scenario) for spec in specs()]
    shared = 0
    for j, one in enumerate(alone):
        for k, other in enumerate(alone[:j]):
            apart = first_month_apart([read[j], read[k]]) or month_number(UNTIL) + 1
            for month, mine, theirs in zip(
                one.observer.months, one.observer.counts, other.observer.counts, strict=True
            ):
                if month < apart:
                    np.testing.assert_array_equal(mine, theirs)
                    shared += 1
    assert shared > 40


def test_months_that_are_shared_are_simulated_once(monkeypatch: pytest.MonkeyPatch):
    plan = ("no_plan", "baseline", "housing_only")
    until = {"until": "2021-12"}
    given = [RunSpec(load_scenario(name).model_copy(update=until), SCALE, draw=1, threads=1) for name in plan]
    stepped = list[int]()
    step = family.UrbanisationModel.run_months
    monkeypatch.setattr(
        family.UrbanisationModel, "run_months", lambda model, n: (stepped.append(n), step(model, n))
    )
    results = [result for _, result in Family(given).run()]
    assert stepped == [12, 2, 2, 2]
    seconds = [result.summary["wall_seconds"] for result in results if isinstance(result, RunResult)]
    assert len(seconds) == 3 and min(seconds) > 0.1 * max(seconds)


def test_what_happens_to_a_copy_does_not_touch_the_other():
    """Each array that a month may write to is one of its own."""
    [spec] = specs()[:1]
    from urbsim.simulation.build import build_world

    model = family.UrbanisationModel(world=build_world(spec.scenario, SCALE, 1, 0, 1))
    model.run_months(2)
    other = fork.forked(model)
    assert model.world is not None and other.world is not None
    for mine, theirs in zip(model.world.people[1:], other.world.people[1:], strict=True):
        assert not np.shares_memory(mine, theirs)
        rows = slice(0, min(model.world.n, len(mine)))
        np.testing.assert_array_equal(mine[rows], theirs[rows])
    mine, theirs = arrays_of(model.world), arrays_of(other.world)
    assert len(mine) == len(theirs) > 60
    own = {id(array) for array in mine}
    assert not [array.shape for array in theirs if id(array) in own]
    before = model.world.people.lives.copy(), model.world.ledger.stocks.persons.copy(), model.world.month
    other.run_months(3)
    assert (model.world.people.lives == before[0]).all()
    assert (model.world.ledger.stocks.persons == before[1]).all() and model.world.month == before[2]


GIVEN = ("parameters", "places", "totals", "journeys", "engine", "people", "chunks", "profile")


def arrays_of(thing: Any, seen: set[int] | None = None) -> list[np.ndarray]:
    """Every array in the state of a world, but of what was given to it and never changes."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return []
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return [thing]
    if isinstance(thing, dict):
        parts = list(thing.values())
    elif isinstance(thing, (list, tuple, set)) or type(thing).__name__ == "deque":
        parts = list(thing)
    elif hasattr(thing, "__dict__"):
        parts = [part for name, part in vars(thing).items() if name not in GIVEN]
    else:
        parts = []
    return [array for part in parts for array in arrays_of(part, seen)]


def test_a_run_that_fails_spares_the_others(monkeypatch: pytest.MonkeyPatch, alone: list[RunResult]):
    result_of = family.result_of

    def failing(model: Any, spec: RunSpec, *more: Any) -> RunResult:
        if spec.scenario.name == "s2":
            raise ZeroDivisionError("by nothing")
        return result_of(model, spec, *more)

    monkeypatch.setattr(family, "result_of", failing)
    ended = dict(Family(specs()).run())
    assert isinstance(ended.pop(2), ZeroDivisionError)
    for k, result in ended.items():
        assert isinstance(result, RunResult) and told(result) == told(alone[k])


def test_without_memory_for_a_copy_only_those_that_needed_it_end(monkeypatch: pytest.MonkeyPatch):
    def no_room(model: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(family, "forked", no_room)
    ended = dict(Family(specs()).run())
    failed = [k for k, result in ended.items() if isinstance(result, MemoryError)]
    assert sorted(ended) == list(range(len(specs()))) and 0 < len(failed) < len(ended)


def test_a_model_whose_run_is_over_cannot_be_copied():
    model = family.UrbanisationModel(specs()[0].scenario, SCALE, threads=1)
    model.release()
    with pytest.raises(RuntimeError, match="over"):
        fork.forked(model)
