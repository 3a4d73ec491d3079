"""The library: measures alone, programmes alone and left out; what `measures` and `without` leave of what is inherited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from urbsim.errors import InputError
from urbsim.paths import scenarios_dir
from urbsim.scenario.catalogue import CATALOGUE, setting
from urbsim.scenario.choice import kept
from urbsim.scenario.measures import PROGRAMMES, measures
from urbsim.scenario.reader import available, load_scenario
from urbsim.scenario.schema import Levers, Scenario
from urbsim.simulation.runner import RunSpec, run

BASELINE = load_scenario("baseline")
PROGRAMME = {"A": "cities", "B": "city_quality", "C": "migrants", "D": "town_country"}


Added = dict[tuple[str, str | None], Any]
"""What a scenario adds, by lever and entry: entries stand alone where they are of measures of their own."""


def adds(scenario: Scenario) -> Added:
    found: Added = {}
    for key, lever in CATALOGUE.items():
        value = setting(scenario.levers, key)
        if lever.items and value:
            found |= {(key, entry): each for entry, each in value.items()}
        elif value:
            found[key, None] = value
    return found


def of(*ids: str) -> Added:
    found = adds(BASELINE)
    return {path: found[path] for path in found if CATALOGUE[path[0]].measures_of(path[1]) & set(ids)}


MODELLED = [id_ for id_ in measures() if of(id_)]


def made(**content: Any) -> Scenario:
    return load_scenario({"name": "x", "extends": "baseline", "targets": [], **content})


@pytest.mark.parametrize("id_", MODELLED)
def test_a_measure_alone_has_its_levers_as_the_plan_has_them(id_: str) -> None:
    alone = load_scenario(f"{id_}_only")
    assert adds(alone) == of(id_)
    assert alone.levers == kept(BASELINE.levers, {id_})
    assert (alone.committed, alone.conditions) == (BASELINE.committed, BASELINE.conditions)


def test_every_measure_that_the_plan_adds_to_has_a_scenario_and_no_other() -> None:
    shipped = {name.removesuffix("_only") for name in available()} & set(measures())
    assert shipped == set(MODELLED)


@pytest.mark.parametrize("letter", PROGRAMME)
def test_a_programme_alone_and_the_plan_without_it(letter: str) -> None:
    ids = [id_ for id_ in measures() if id_.startswith(letter)]
    alone, rest = (load_scenario(f"{kind}_{PROGRAMME[letter]}") for kind in ("programme", "without"))
    assert adds(alone) == of(*ids)
    assert adds(rest) == {
        path: value
        for path, value in adds(BASELINE).items()
        if not CATALOGUE[path[0]].measures_of(path[1]) <= set(ids)
    }
    assert adds(alone) | adds(rest) == adds(BASELINE)


def test_a_circle_goes_with_its_own_measure_alone() -> None:
    circles = {
        id_: set(load_scenario(f"{id_}_only").levers.transport.circles) for id_ in ("A1", "A2", "A3", "A4")
    }
    assert circles["A2"] == {"nanning_metropolitan"} and circles["A3"] == {"liuzhou_suburban"}
    assert not circles["A1"] & circles["A4"]
    assert set.union(*circles.values()) == set(BASELINE.levers.transport.circles)
    rest = load_scenario({"name": "x", "extends": "baseline", "targets": [], "without": ["A3"]})
    assert set(BASELINE.levers.transport.circles) - set(rest.levers.transport.circles) == circles["A3"]


def test_all_programmes_are_in_the_library() -> None:
    assert set(PROGRAMME) == set(PROGRAMMES) - {"S"}


def test_what_a_file_writes_itself_stays_and_what_is_committed_too() -> None:
    own = made(measures=["C7"], levers={"employment": {"training": {"total": 5}}})
    assert set(adds(own)) == {*of("C7"), ("employment.training", None)}
    assert own.committed == BASELINE.committed


def test_the_choice_is_not_inherited_and_changes_no_digest(tmp_path: Path) -> None:
    child = load_scenario({"name": "x", "extends": "C7_only"})
    assert (child.measures, child.without) == ((), ()) and child.digest() == load_scenario("C7_only").digest()
    resolved = made(measures=["C7"]).resolved()
    assert "measures" not in resolved and load_scenario(resolved).digest() == made(measures=["C7"]).digest()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"measures": ["C9"]}, "the plan has no measure 'C9'"),
        ({"without": ["housing"]}, "the plan has no measure 'housing'"),
        ({"measures": ["C7", "C7"]}, "listed twice"),
        ({"measures": ["C7"], "without": ["C3"]}, "cannot stand beside `measures`"),
        ({"measures": ["C7"], "extends": "no_plan"}, "has no lever of C7"),
        ({"measures": "C7"}, "measures"),
    ],
)
def test_a_choice_that_chooses_nothing_is_refused(content: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        made(**content)


def test_a_choice_needs_something_to_choose_from() -> None:
    with pytest.raises(InputError, match="needs `extends`"):
        load_scenario({"name": "x", "without": ["C7"]})


@pytest.mark.parametrize("name", available())
def test_every_scenario_asks_one_question_in_both_languages(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.question is not None
    assert scenario.question.en.endswith("?") and scenario.question.zh.endswith("？")
    text = (scenarios_dir() / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")


def test_nothing_is_committed_in_the_yardstick() -> None:
    bare = load_scenario("no_plan_no_commitments")
    assert bare.committed == Levers() == bare.levers


NEW = ["no_plan_no_commitments", "half_delivery", "a_year_late", "half_the_money", "half_the_land_by_place", "county_towns_first",
       "nanning_first", "job_shock", "housing_slump", "programme_cities", "without_migrants", "C7_only"]  # fmt: skip


@pytest.mark.parametrize("name", NEW)
def test_the_library_runs(name: str) -> None:
    short = load_scenario(name).model_copy(update={"until": "2022-02"})
    assert run(RunSpec(short, scale=0.0005, seed=1, threads=2)).summary["months"] == 16
