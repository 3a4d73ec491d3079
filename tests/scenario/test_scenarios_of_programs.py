"""Scenarios that a program hands over as mappings are those that a file of the same content holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import urbsim
from urbsim.errors import InputError

CONTENT: dict[str, Any] = {
    "name": "more_homes",
    "extends": "no_plan",
    "until": "2022-06",
    "levers": {"housing": {"public_rental_units": {"total": 6000, "places": {450100: 4000, 450200: 2000}}}},
}


def problems_of(content: dict[Any, Any]) -> list[str]:
    with pytest.raises(InputError) as refused:
        urbsim.load_scenario(content)
    return [str(problem) for problem in refused.value.problems]


def test_a_mapping_is_a_file_of_its_content(tmp_path: Path):
    file = tmp_path / "more_homes.yaml"
    file.write_text(yaml.safe_dump(CONTENT), encoding="utf-8")
    of_file, of_mapping = urbsim.load_scenario(file), urbsim.load_scenario(CONTENT)
    assert of_mapping.resolved() == of_file.resolved() and of_mapping.digest() == of_file.digest()
    assert [path.name for path in of_mapping.files] == ["no_plan.yaml"]
    assert of_mapping.judged_by == of_file.judged_by != ()


def test_numbers_of_numpy_are_numbers():
    dose = {"total": np.float32(6000), "places": {np.int64(450100): np.int64(6000)}}
    scenario = urbsim.load_scenario({"name": "x", "levers": {"housing": {"public_rental_units": dose}}})
    found = scenario.levers.housing.public_rental_units
    assert found is not None and found.places == {"450100": 6000.0}


def test_the_content_that_was_handed_over_stays_as_it_is():
    before = yaml.safe_dump(CONTENT)
    urbsim.load_scenario(CONTENT)
    assert yaml.safe_dump(CONTENT) == before


def test_mistakes_are_named_by_their_keys_all_at_once():
    content = CONTENT | {
        "untill": "2022-06",
        "conditions": {"growth_per_year": True},
        "targets": ["plan_2021"],
    }
    content["levers"] = {"housing": {"public_rental_units": {"total": 1, "places": {450199: 1}}}}
    found = problems_of(content)
    assert sorted(line.split(": ")[:2] for line in found) == [
        ["<more_homes>", "conditions.growth_per_year"],
        ["<more_homes>", "levers.housing.public_rental_units.places.450199"],
        ["<more_homes>", "targets[0]"],
        ["<more_homes>", "untill"],
    ]
    assert any("did you mean 'until'?" in line for line in found)


def test_a_name_is_asked_for_in_plain_words():
    """pydantic adds a sentence of its own where a default follows from the value that is missing."""
    (line,) = problems_of({"extends": "no_plan"})
    assert line.startswith("<dict>: name: is missing (allowed: 1 to 60 letters")


@pytest.mark.parametrize("parent", ["no_pln", "./nowhere.yaml"])
def test_a_parent_that_is_not_there_is_named(parent: str):
    (line,) = problems_of({"name": "x", "extends": parent})
    assert line.startswith("<x>: extends: ")


def test_an_inherited_mistake_names_its_own_file(tmp_path: Path):
    (tmp_path / "parent.yaml").write_text("until: 2022-06\nlever: {}\n", encoding="utf-8")
    (line,) = problems_of({"name": "x", "extends": str(tmp_path / "parent.yaml")})
    assert line.startswith(f"{tmp_path / 'parent.yaml'}:2:1: lever: ")


def test_targets_are_found_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = {
        "id": "T9", "title": {"en": "x", "zh": "甲"}, "indicator": "births", "place": "450000", "from": "2021-01",
        "to": "2021-12", "aggregate": "sum", "operator": ">=", "threshold": 1.0, "document": "x", "clause": "x",
    }  # fmt: skip
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({"targets": [target]}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    scenario = urbsim.load_scenario({"name": "x", "targets": ["./mine.yaml"]})
    assert [target.id for target in scenario.judged_by] == ["T9"]


@pytest.mark.parametrize("given", [None, 3, True, b"no_plan", ["no_plan"], "", " "])
def test_what_is_no_scenario_is_refused(given: Any):
    with pytest.raises(InputError) as refused:
        urbsim.load_scenario(given)
    (problem,) = refused.value.problems
    assert problem.key == "scenario" and problem.allowed is not None
