"""Scenario files: names and paths, inheritance, frozen results, shipped files, generated files."""

from __future__ import annotations

import copy
import csv
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from urbsim.errors import InputError
from urbsim.facts.indicators import INDICATORS
from urbsim.facts.register import Register
from urbsim.files.strict_yaml import load
from urbsim.paths import calibration_dir, scenarios_dir
from urbsim.scenario import generated as schema_files
from urbsim.scenario.batches import load_batch, sweep_steps, with_setting
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.reader import available, find, known_indicators, load_scenario, load_targets
from urbsim.scenario.schema import Batch, Levers, Scenario, TargetFile

ONE_GROUP = (
    "settlement_only",
    "housing_only",
    "schools_only",
    "jobs_only",
    "towns_only",
    "services_only",
    "transport_only",
)
SHIPPED = (
    "baseline", "baseline_conditional", "baseline_frozen", "no_plan", "no_plan_frozen", "pearl_river_boom", "pearl_river_slump", "rules_of_2012", *ONE_GROUP
)  # fmt: skip
HINDCAST = "hindcast_2010_2020"
LIBRARY = (
    "no_plan_no_commitments", "half_delivery", "half_the_money", "half_the_land", "half_the_land_by_place", "a_year_late", "county_towns_first", "nanning_first",
    "job_shock", "housing_slump",
)  # fmt: skip
"""Beside these, measures and programmes alone and left out (`test_library`)."""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: str | Path) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    return str(caught.value)


# --- shipped files


@pytest.mark.parametrize("name", [*SHIPPED, *LIBRARY])
def test_shipped_scenarios_load_and_are_judged_by_the_plan(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert [target.id for target in scenario.judged_by] == ["T1", "T2"]
    assert scenario.question is not None and scenario.question.zh and scenario.title.zh
    first = (scenarios_dir() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema.json"


def test_shipped_scenarios_are_these() -> None:
    alone = re.compile("[ABCDS][1-8]_only|programme_[a-z_]+|without_[a-z_]+")
    assert [name for name in available() if not alone.fullmatch(name)] == sorted(
        [*SHIPPED, *LIBRARY, HINDCAST]
    )


def test_the_hindcast_is_judged_by_no_target_of_the_plan() -> None:
    scenario = load_scenario(HINDCAST)
    assert (scenario.base, scenario.until, scenario.judged_by) == ("census_2010", "2020-10", ())
    assert [rule.from_ for rule in scenario.committed.settlement.rules] == ["2010-11", "2015-08", "2019-12"]


def test_the_plan_adds_levers_and_changes_nothing_else() -> None:
    baseline, without = load_scenario("baseline"), load_scenario("no_plan")
    assert without.levers == Levers() != baseline.levers
    assert (baseline.committed, baseline.conditions) == (without.committed, without.conditions)


def test_each_scenario_of_one_group_has_the_doses_of_the_plan_for_it() -> None:
    baseline = load_scenario("baseline").levers
    groups = set()
    for name in ONE_GROUP:
        levers = load_scenario(name).levers
        own = {g for g in Levers.model_fields if getattr(levers, g) != getattr(Levers(), g)}
        # Posts of measures and of anybody; dwellings, land and renewal, one market.
        assert len(own) == 1 or own in ({"employment", "industry"}, {"housing", "land", "renewal"})
        assert all(getattr(levers, group) == getattr(baseline, group) for group in own)
        groups |= own
    assert groups == {g for g in Levers.model_fields if getattr(baseline, g) != getattr(Levers(), g)}


def _doses(levers: Levers) -> dict[str, float | str]:
    """`group.lever` -> total of its dose, `group.lever.field` -> number or month of anything else."""
    found = {}
    for group, each in levers.model_dump(by_alias=True).items():
        for lever, value in each.items():
            found |= _numbers(f"{group}.{lever}", value or {})
    return found


def _numbers(key: str, fields: dict[str, Any]) -> dict[str, float | str]:
    found = {}
    for field, number in fields.items():
        if isinstance(number, dict) and field != "places":
            found |= _numbers(f"{key}.{field}", number)
        elif field not in ("from", "to", "places", "name"):
            found[key + ("" if field == "total" else f".{field}")] = number
    return found


def _listed(row: dict[str, str]) -> float | str:
    return row["total"] if row["unit"] == "month" else float(row["total"])


def test_every_dose_has_a_unit_a_status_and_a_source() -> None:
    with (scenarios_dir() / "doses.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    listed = {part: {r["lever"]: _listed(r) for r in rows if r["scenario_part"] == part}
              for part in ("committed", "additional")}  # fmt: skip
    assert listed["committed"] == _doses(load_scenario("no_plan").committed)
    assert listed["additional"] == _doses(load_scenario("baseline").levers)
    assert len(rows) == sum(map(len, listed.values()))
    sources = Register(calibration_dir()).sources
    for row in rows:
        assert row["unit"] and row["note"], row
        lever = CATALOGUE.get(row["lever"])  # None for a field of one that is no dose
        if lever is not None and lever.kind == "dose":
            assert lever.unit and row["unit"] == lever.unit.en, row
        assert row["status"] in ("sourced", "assumed"), row
        assert set(row["source"].split(";")) <= set(sources), row


def test_outside_scenarios_pull_opposite_ways() -> None:
    boom, slump = load_scenario("pearl_river_boom").conditions, load_scenario("pearl_river_slump").conditions
    assert boom.outside_jobs[0].value > 1 > slump.outside_jobs[0].value
    assert (boom.outside_wage_per_year or 0) > 0 > (slump.outside_wage_per_year or 0)


def test_the_plans_targets() -> None:
    t1, t2 = load_targets("plan_2021_2023")
    assert (t1.indicator, t1.aggregate, t1.to, t1.operator) == ("urbanisation_rate", "last", "2023-12", ">=")
    assert (t1.threshold, t1.tolerance, t1.place) == (0.57, 0.005, "450000")
    assert (t2.indicator, t2.aggregate, t2.from_, t2.to) == ("new_urban_jobs", "sum", "2021-01", "2023-12")
    assert (t2.threshold, t2.tolerance) == (900_000, 0)
    assert t1.document == t2.document == "桂政办发〔2021〕114号"
    assert "57%左右" in t1.clause and "90万人以上" in t2.clause


def test_targets_may_read_every_indicator_of_the_model_and_no_other() -> None:
    assert set(known_indicators()) == set(INDICATORS)
    assert {target.indicator for target in load_targets("plan_2021_2023")} <= set(INDICATORS)


# --- names and paths


def test_a_name_is_searched_here_then_among_the_shipped() -> None:
    assert find("baseline").resolve() == (scenarios_dir() / "baseline.yaml").resolve()
    write("scenarios/baseline.yaml", "name: mine\n")
    assert load_scenario("baseline").name == "mine"
    assert load_scenario(scenarios_dir() / "baseline.yaml").name == "baseline"


def test_a_file_in_the_folder_is_no_name() -> None:
    write("other.yaml", "until: 2022-12\n")
    assert "no scenario is named 'other'" in refusal("other")
    assert load_scenario("other.yaml").until == load_scenario("./other.yaml").until == "2022-12"


def test_extends_tries_its_own_folder_first() -> None:
    write("deep/no_plan.yaml", "until: 2021-06\n")
    write("deep/child.yaml", "extends: no_plan\n")
    child = load_scenario("deep/child.yaml")
    assert child.until == "2021-06"
    assert [file.name for file in child.files] == ["child.yaml", "no_plan.yaml"]


def test_extends_takes_paths_from_its_own_folder() -> None:
    write("a/parent.yaml", "until: 2021-06\n")
    write("b/child.yaml", "extends: ../a/parent.yaml\n")
    assert load_scenario("b/child.yaml").until == "2021-06"


# --- inheritance


def test_only_what_differs_changes() -> None:
    write(
        "p.yaml",
        "name: p\ntitle: {en: P, zh: 父}\nquestion: {en: Q, zh: 问}\nuntil: 2022-06\n"
        "conditions: {growth_per_year: 0.04, epidemic: [{from: 2021-01, to: 2021-02, mobility: 0.5}]}\n",
    )
    write("c.yaml", "extends: p\nconditions: {epidemic: [], outside_wage_per_year: 0.01}\n")
    child = load_scenario("c.yaml")
    assert (child.name, child.title.zh, child.question) == ("c", "c", None)
    assert child.until == "2022-06"
    assert child.conditions.growth_per_year == 0.04
    assert child.conditions.outside_wage_per_year == 0.01
    assert child.conditions.epidemic == ()


def test_null_brings_a_condition_back_to_its_default() -> None:
    write("p.yaml", "conditions: {growth_per_year: 0.04}\n")
    write("c.yaml", "extends: p\nconditions: {growth_per_year: null}\n")
    assert load_scenario("c.yaml").conditions.growth_per_year is None


def test_an_inherited_mistake_names_its_own_file_and_line() -> None:
    write("g.yaml", "name: g\nconditions:\n  growth_per_year: 7\n")
    write("p.yaml", "extends: g\nconditons: {}\n")
    write("c.yaml", "extends: p\nuntil: 2023\n")
    lines = refusal("c.yaml").splitlines()
    assert {line.split(": ")[0] for line in lines} == {"c.yaml:2:8", "p.yaml:2:1", "g.yaml:3:20"}


def test_a_mistake_the_child_replaces_is_not_reported() -> None:
    write("p.yaml", "conditions:\n  growth_per_year: 7\n")
    write("c.yaml", "extends: p\nconditions: {growth_per_year: 0.01}\n")
    assert load_scenario("c.yaml").conditions.growth_per_year == 0.01


def test_a_broken_parent_does_not_hide_the_childs_mistakes() -> None:
    write("p.yaml", "a: [\n")
    write("c.yaml", "extends: p\nuntl: 2021-01\n")
    text = refusal("c.yaml")
    assert "p.yaml:2:1" in text and "c.yaml:2:1: untl" in text


@pytest.mark.parametrize("length", [1, 2, 5])
def test_cycles_are_refused_and_named(length: int) -> None:
    for step in range(length):
        write(f"s{step}.yaml", f"extends: s{(step + 1) % length}\n")
    text = refusal("s0.yaml")
    assert (
        "goes round in a circle: " + " -> ".join(f"s{step % length}.yaml" for step in range(length + 1))
        in text
    )
    assert text.startswith(f"s{length - 1}.yaml:1:10: extends:")


def test_a_cycle_below_the_scenario_is_named_without_it() -> None:
    write("a.yaml", "extends: b\n")
    write("b.yaml", "extends: c\n")
    write("c.yaml", "extends: ./b.yaml\n")
    assert "goes round in a circle: b.yaml -> c.yaml -> b.yaml" in refusal("a.yaml")


def test_endless_chains_are_refused() -> None:
    for step in range(40):
        write(f"s{step}.yaml", f"extends: s{step + 1}\n")
    assert "is a chain of more than 16 files" in refusal("s0.yaml")


# --- what comes out


def test_a_scenario_is_frozen_all_the_way_down() -> None:
    scenario = load_scenario("pearl_river_boom")
    for part, field in ((scenario, "until"), (scenario.conditions, "growth_per_year")):
        with pytest.raises(ValidationError):
            setattr(part, field, None)
    assert isinstance(scenario.conditions.outside_jobs, tuple)
    hash(scenario)


@pytest.mark.parametrize("name", SHIPPED)
def test_resolved_is_a_scenario_file_with_the_same_digest(name: str) -> None:
    scenario = load_scenario(name)
    resolved = scenario.resolved()
    assert list(resolved) == [
        "name", "title", "question", "base", "until", "committed", "conditions", "behaviour", "levers",
        "targets",
    ]  # fmt: skip
    assert json.loads(json.dumps(resolved)) == resolved
    write("again.yaml", yaml.safe_dump(resolved, allow_unicode=True, sort_keys=False))
    again = load_scenario("again.yaml")
    assert again.resolved() == resolved and again.digest() == scenario.digest()


def test_the_digest_follows_the_world_and_not_the_words() -> None:
    plain = load_scenario("no_plan").digest()
    write("words.yaml", "extends: no_plan\nname: w\ntitle: {en: a, zh: b}\n# comment\n")
    assert load_scenario("words.yaml").digest() == plain
    for change in ("until: 2023-11", "conditions: {growth_per_year: 0}", "conditions: {border_moves: off}"):
        write("world.yaml", f"extends: no_plan\n{change}\n")
        assert load_scenario("world.yaml").digest() != plain
    target = (scenarios_dir() / "targets" / "plan_2021_2023.yaml").read_text(encoding="utf-8")
    write("targets/softer.yaml", target.replace("threshold: 0.57", "threshold: 0.5"))
    write("judged.yaml", "extends: no_plan\ntargets: [softer]\n")
    assert load_scenario("judged.yaml").digest() != plain


def test_digest_does_not_see_how_a_number_is_written() -> None:
    digests = set()
    for written in ("0.1", "1e-1", "0.10", "+.1"):
        write("n.yaml", f"conditions: {{growth_per_year: {written}}}\n")
        digests.add(load_scenario("n.yaml").digest())
    assert len(digests) == 1


def test_targets_are_found_from_the_file_that_names_them() -> None:
    target = (scenarios_dir() / "targets" / "plan_2021_2023.yaml").read_text(encoding="utf-8")
    write("a/targets/own.yaml", target.replace("id: T", "id: OWN"))
    write("a/parent.yaml", "targets: [own]\n")
    write("b/child.yaml", "extends: ../a/parent.yaml\n")
    assert [t.id for t in load_scenario("b/child.yaml").judged_by] == ["OWN1", "OWN2"]


def test_a_hindcast_ends_by_the_next_census() -> None:
    write("h.yaml", "base: census_2010\nuntil: 2020-10\n")
    assert load_scenario("h.yaml").base == "census_2010"
    write("h.yaml", "base: census_2010\nuntil: 2020-11\n")
    assert "h.yaml:2:8: until: a run from census_2010 ends between 2010-11 and 2020-10" in refusal("h.yaml")


# --- batches


def test_a_batch_checks_scenarios_and_sweep() -> None:
    write("slow.yaml", "extends: no_plan\nconditions: {growth_per_year: 0.02}\n")
    write("b.yaml", "name: b\nscenarios: [baseline, slow]\ndraws: 3\nseeds: [1, 2]\nbaseline: baseline\n"
          "sweep:\n  conditions.growth_per_year: [0.01, 0.02]\n"
          "  conditions.outside_wage_per_year: {from: 0, to: 0.1, samples: 5}\n")  # fmt: skip
    batch = load_batch("b.yaml")
    assert batch.draws == (1, 2, 3)
    assert [scenario.name for scenario in batch.loaded] == ["baseline", "slow"]
    swept = with_setting(batch.loaded[1], ("conditions", "growth_per_year"), 0.05)
    assert swept.conditions.growth_per_year == 0.05 and swept.judged_by == batch.loaded[1].judged_by


def test_a_batch_sweeps_levers() -> None:
    write("b.yaml", "name: b\nscenarios: [no_plan, baseline]\nsweep:\n"
          "  housing.public_rental_units.total: [0, 7500, 15000, 30000]\n"
          "  housing.rent_subsidy_households.from: ['2022-01']\n"
          "  settlement.office.awareness: [0.5]\n")  # fmt: skip
    with pytest.raises(InputError) as caught:
        load_batch("b.yaml")
    # A dose lacks nothing but its total; an office lacks its speed, a dose that starts lacks its total.
    assert sorted(str(caught.value).splitlines()) == sorted(
        [
            "b.yaml:5:42: sweep.housing.rent_subsidy_households.from[0]: "
            "levers.housing.rent_subsidy_households.total is missing in scenario no_plan "
            "(allowed: number from 0 to 60000000, unit: units)",
            *(
                "b.yaml:6:33: sweep.settlement.office.awareness[0]: levers.settlement.office.processing_months is missing "
                f"in scenario {name} (allowed: number above 0 to 24, unit: months)"
                for name in ("no_plan",)
            ),
        ]
    )
    write("b.yaml", "name: b\nscenarios: [no_plan, baseline]\nsweep:\n"
          "  housing.public_rental_units.total: {from: 0, to: 30000, samples: 4}\n")  # fmt: skip
    batch = load_batch("b.yaml")
    for scenario in batch.loaded:
        swept = with_setting(scenario, sweep_steps("housing.public_rental_units.total"), 7500)
        dose = swept.levers.housing.public_rental_units
        assert dose is not None and dose.total == 7500 and dose.from_ == "2021-11"
        assert swept.committed == scenario.committed


def test_a_swept_total_must_agree_with_the_places_of_the_scenario() -> None:
    write("placed.yaml", "levers: {housing: {public_rental_units: {total: 2, places: {450100: 2}}}}\n")
    write("b.yaml", "scenarios: [placed.yaml]\nsweep:\n  housing.public_rental_units.total: [2, 3]\n")
    with pytest.raises(
        InputError, match=r"b.yaml:3:42: .*add up to 2 and not to `total`, 3 in scenario placed"
    ):
        load_batch("b.yaml")


def test_all_mistakes_of_a_batch_come_at_once() -> None:
    write("bad.yaml", "until: 2021-13\n")
    write(
        "b.yaml",
        "scenarios: [baseline, basline, bad]\ndraws: 0\nseeds: [1, 1]\nbaseline: no_plan\nsweep:\n"
        "  conditions.growth: [1]\n"
        "  housing.public_rental_unit.total: [0]\n"
        "  conditions.growth_per_year: [0.1, 3]\n"
        "  conditions.outside_wage_per_year: {from: 0, to: 9, samples: 2}\n",
    )
    with pytest.raises(InputError) as caught:
        load_batch("b.yaml")
    text = str(caught.value)
    for said in (
        "b.yaml:1:23: scenarios[1]: no scenario is named 'basline'",
        "b.yaml:2:8: draws: must be a number of draws",
        "b.yaml:3:8: seeds: 1 is listed twice",
        "b.yaml:4:11: baseline: 'no_plan' is not one of the batch's scenarios",
        "b.yaml:6:3: sweep.conditions.growth: 'conditions.growth' is not a setting that can be swept",
        "did you mean 'conditions.growth_per_year'?",
        "b.yaml:7:3: sweep.housing.public_rental_unit.total: "
        "'housing.public_rental_unit.total' is not a setting that can be swept",
        "did you mean 'housing.public_rental_units.total'?",
        "b.yaml:8:37: sweep.conditions.growth_per_year[1]: 3 is out of range in scenario baseline",
        "b.yaml:9:51: sweep.conditions.outside_wage_per_year.to: 9 is out of range",
        "bad.yaml:1:8: until: '2021-13' is not a month",
    ):
        assert said in text


def test_an_unknown_setting_is_told_those_of_its_group_or_the_groups() -> None:
    """There are too many settings to list them all."""
    write("b.yaml", "scenarios: [baseline]\ndraws: 1\nsweep: {conditions.growth: [1], homes.total: [1]}\n")
    with pytest.raises(InputError) as caught:
        load_batch("b.yaml")
    of_group, no_group = (problem.allowed or "" for problem in caught.value.problems)
    assert {name.split(".")[0] for name in of_group.split(", ")} == {"conditions"}
    assert "conditions.growth_per_year" in of_group
    assert "conditions..., " in no_group and "housing..., " in no_group and "growth" not in no_group


# --- generated files


def test_generated_files_are_in_step() -> None:
    for path, text in schema_files.generated().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"run `python -m urbsim.scenario.schema --write` ({path.name})"
        )
    assert schema_files.main([]) == 0


def test_every_field_has_its_sentence() -> None:
    def nodes(model: Any) -> Any:
        schema = model.model_json_schema()
        return [schema, *schema.get("$defs", {}).values()]

    for model in (Scenario, TargetFile, Batch):
        for node in nodes(model):
            assert node.get("description"), node
            for name, field in node.get("properties", {}).items():
                assert field.get("description"), (model, name)
                numeric = '"type": "number"' in json.dumps(field) and "$ref" not in json.dumps(field)
                if numeric and name not in ("from", "to", "sweep"):
                    assert "unit" in json.dumps(field), (model, name)


def test_the_json_schemas_are_valid_and_accept_the_shipped_files() -> None:
    folder = scenarios_dir()
    for name in schema_files.FILES:
        jsonschema.Draft202012Validator.check_schema(json.loads((folder / name).read_text(encoding="utf-8")))
    scenario = jsonschema.Draft202012Validator(
        json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    )
    target = jsonschema.Draft202012Validator(
        json.loads((folder / "target.schema.json").read_text(encoding="utf-8"))
    )
    for file in folder.glob("*.yaml"):
        scenario.validate(load(file).value)
    for file in (folder / "targets").glob("*.yaml"):
        target.validate(load(file).value)


@pytest.mark.parametrize(
    "change",
    [
        {"untl": "2021-01"},
        {"until": "2021-13"},
        {"until": 2021},
        {"name": "a b"},
        {"title": "x"},
        {"title": {"en": "x"}},
        {"base": "census_2000"},
        {"levers": {"weather": {}}},
        {"levers": {"transport": {"openings": {"nanning_yulin": "soon"}}}},
        {"committed": {"housing": {"public_rental_unit": {"total": 1}}}},
        {"levers": {"housing": {"public_rental_units": {"total": -1}}}},
        {"levers": {"housing": {"public_rental_units": 1}}},
        {"levers": {"housing": {"public_rental_units": {"total": 1, "places": {"x": 1}}}}},
        {"levers": {"settlement": {"rule": {"name": "open_2018", "from": "2021-01"}}}},
        {"levers": {"settlement": {"office": {"awareness": 0.5}}}},
        {"levers": None},
        {"conditions": {"growth_per_year": 0.4}},
        {"conditions": {"growth_per_year": "fast"}},
        {"conditions": {"growth_per_year": True}},
        {"conditions": {"outside_jobs": [{"from": "2021-01", "value": 4}]}},
        {"conditions": {"outside_jobs": [{"value": 1}]}},
        {"conditions": {"epidemic": {"from": "2021-01"}}},
        {"conditions": {"reclassification": "off"}},
        {"conditions": {"border_moves": True}},
        {"targets": "plan_2021_2023"},
        {"targets": [1]},
    ],
)
def test_the_json_schema_rejects_what_the_program_rejects(change: dict[str, Any]) -> None:
    good = load(scenarios_dir() / "pearl_river_boom.yaml").value
    validator = jsonschema.Draft202012Validator(schema_files.json_schema(Scenario))
    validator.validate(good)
    Scenario.model_validate(good)
    bad = {**copy.deepcopy(good), **change}
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(bad)
    with pytest.raises(ValidationError):
        Scenario.model_validate(bad)
