"""Input without effect: refused where a file writes it, noted where it is inherited; what is cut off is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from released_doses import units_released
from typer.testing import CliRunner

from urbsim.calendar import month_number
from urbsim.cli import app
from urbsim.errors import InputError
from urbsim.files.strict_yaml import parse
from urbsim.scenario import effect
from urbsim.scenario.batches import load_batch
from urbsim.scenario.reader import available, load_scenario
from urbsim.scenario.schema import Dose, Scenario
from urbsim.simulation.foreground import run_scenario
from urbsim.state.geography import load_places


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def notes(text: str, name: str = "a.yaml") -> list[str]:
    write(name, text)
    return [str(note) for note in load_scenario(name).notes]


def refusal(text: str) -> list[str]:
    write("a.yaml", text)
    with pytest.raises(InputError) as caught:
        load_scenario("a.yaml")
    return [str(problem) for problem in caught.value.problems]


def levers(dose: str) -> str:
    return f"levers:\n  housing:\n    public_rental_units: {dose}\n"


# --- wholly outside the run: refused, all at once, each in its place

OUTSIDE = {
    "a dose after the run": (
        levers("{total: 5, from: 2024-01, to: 2024-12}"),
        "a.yaml:3:26: levers.housing.public_rental_units: has no effect: its units arrive from 2024-01 to 2024-12, "
        "outside the run (2020-11 to 2023-12) (allowed: months that overlap with 2020-11 to 2023-12)",
    ),
    "a dose before the run": (
        levers("{total: 5, from: 2015-01, to: 2020-10}"),
        "levers.housing.public_rental_units: has no effect",
    ),
    "the months of a dose that are left out": (
        "base: census_2010\nuntil: 2020-10\ntargets: []\n" + levers("{total: 5}"),
        "a.yaml:6:26: levers.housing.public_rental_units: has no effect: its units arrive from 2021-11 to 2023-12, "
        "outside the run (2010-11 to 2020-10)",
    ),
    "a committed dose": (
        "committed: {schooling: {primary_places: {total: 5, from: 2025-01, to: 2025-01}}}\n",
        "a.yaml:1:41: committed.schooling.primary_places: has no effect",
    ),
    "a spell": (
        "conditions: {epidemic: [{from: 2020-02, to: 2020-04, mobility: 0.3}, {from: 2022-01, to: 2022-02, mobility: 1}]}\n",
        "a.yaml:1:25: conditions.epidemic[0]: has no effect: the spell lasts from 2020-02 to 2020-04, outside the run",
    ),
    "a level": (
        "conditions:\n  outside_jobs:\n    - {from: 2024-01, value: 0.5}\n",
        "a.yaml:3:7: conditions.outside_jobs[0]: has no effect: the level begins in 2024-01, after the run "
        "(2020-11 to 2023-12) (allowed: a month up to 2023-12)",
    ),
    "a level that the next replaces before the run": (
        "conditions: {outside_jobs: [{from: 2019-01, value: 0.5}, {from: 2020-11, value: 0.6}]}\n",
        "a.yaml:1:29: conditions.outside_jobs[0]: has no effect: the next level takes its place in 2020-11",
    ),
    "a rule": (
        "levers: {settlement: {rules: [{name: nanning_2012, from: 2024-01}]}}\n",
        "a.yaml:1:31: levers.settlement.rules[0]: has no effect: the rule begins in 2024-01, after the run",
    ),
    "a rule that the next replaces before the run": (
        "levers: {settlement: {rules: [{name: nanning_2012, from: 2012-12}, {name: open_2019, from: 2019-12}]}}\n",
        "a.yaml:1:31: levers.settlement.rules[0]: has no effect: the next rule takes its place in 2019-12",
    ),
    "an office": (
        "levers: {settlement: {office: {awareness: 1, processing_months: 1, from: 2024-01}}}\n",
        "a.yaml:1:31: levers.settlement.office: has no effect: the new service begins in 2024-01, after the run",
    ),
    "committed rules under the levers' own": (
        "committed: {settlement: {rules: [{name: nanning_2012, from: 2012-12}]}}\n"
        "levers: {settlement: {rules: [{name: open_2019, from: 2021-12}]}}\n",
        "a.yaml:1:33: committed.settlement.rules: has no effect: `levers.settlement.rules` takes its place",
    ),
    "prospects outside behind a closed border": (
        "conditions: {border_moves: off, outside_wage_per_year: 0.01}\n",
        "a.yaml:1:56: conditions.outside_wage_per_year: has no effect with `border_moves: off`",
    ),
    "growth where the observed one drives": (
        "base: census_2010\nuntil: 2020-10\nconditions: {drivers: observed, growth_per_year: 0.01}\n",
        "a.yaml:3:50: conditions.growth_per_year: has no effect with `drivers: observed`",
    ),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_what_has_no_effect_is_refused(case: str):
    text, said = OUTSIDE[case]
    (problem,) = refusal(text)
    assert said in problem
    assert CliRunner().invoke(app, ["run", "a.yaml"]).exit_code == 2


def test_all_of_it_at_once_and_beside_other_mistakes():
    text = levers("{total: 5, from: 2024-01, to: 2024-12}")
    text += "conditions: {epidemic: [{from: 2020-02, to: 2020-04, mobility: 0.3}]}\ntargets: [nothing]\n"
    assert [problem.split(": ")[0] for problem in refusal(text)] == [
        "a.yaml:3:26",
        "a.yaml:4:25",
        "a.yaml:5:11",
    ]


@pytest.mark.parametrize(
    "text",
    [
        levers("{total: 0, from: 2024-01, to: 2024-12}"),  # switched off
        levers("{total: 0, places: {450102: 0}}"),
        "conditions: {outside_jobs: [{from: 2015-01, value: 0.5}]}\n",  # in force when the run begins
        "conditions: {outside_jobs: [{from: 2015-01, value: 0.5}, {from: 2020-12, value: 1}]}\n",
        "levers: {settlement: {rules: [{name: nanning_2012, from: 2012-12}]}}\n",
        "levers: {settlement: {office: {awareness: 1, processing_months: 1, from: 2012-12}}}\n",
        levers("{total: 5, from: 2020-11, to: 2023-12}"),
        levers("{total: 5, from: 2023-12, to: 2023-12}"),
        "conditions: {growth_per_year: 0.05, border_moves: off}\n",
    ],
)
def test_what_has_its_whole_effect_is_not_mentioned(text: str):
    assert notes(text) == []


# --- partly outside


def test_what_is_cut_off_is_counted_by_the_doses_own_spread():
    text = levers("{total: 60000, from: 2015-11, to: 2020-12}") + "targets: []\nuntil: 2021-06\n"
    assert notes(text) == [
        "a.yaml:3:26: levers.housing.public_rental_units: 1,935 of 60,000 units fall into the run, "
        "2020-11 to 2021-06 (2 of 62 months)"
    ]
    spell = "conditions: {epidemic: [{from: 2023-11, to: 2024-02, mobility: 0.3}]}\n"
    assert notes(spell) == [
        "a.yaml:1:25: conditions.epidemic[0]: 2 of 4 months fall into the run, 2020-11 to 2023-12"
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [("2015-11", "2020-12"), ("2023-01", "2025-12"), ("2019-01", "2026-07"), ("2020-11", "2023-12")],
)
def test_what_is_said_is_what_is_delivered(first: str, last: str):
    """Month by month at full scale, as the levers do it: the sum is the number that is said, rounded."""
    dose = Dose.model_validate({"total": 60000, "from": first, "to": last})
    places, span = load_places(20, 0, 1.0), effect.Span(month_number("2020-11"), month_number("2023-12"))
    delivered = sum(
        int(units_released(dose, places, places.urban_residents, month, weight=1).sum())
        for month in range(span.first, span.last + 1)
        if month_number(dose.from_) <= month <= month_number(dose.to)
    )
    assert abs(delivered - effect.share_in_run(dose, span).units) <= 1


def test_places_without_units_are_mentioned():
    assert notes(levers("{total: 5, places: {450100: 5, 450200: 0}}")) == [
        "a.yaml:3:65: levers.housing.public_rental_units.places.450200: none of the 5 units go to 450200"
    ]


def test_targets_that_the_run_does_not_reach_are_mentioned():
    target = "title: {en: a, zh: 甲}, place: 450000, operator: '>=', threshold: 1, document: d, clause: c, to: 2023-12"
    write("t.yaml", f"targets:\n  - {{id: A, indicator: births, aggregate: sum, from: 2020-10, {target}}}\n"
          f"  - {{id: B, indicator: births, aggregate: sum, from: 2020-09, {target}}}\n"
          f"  - {{id: D, indicator: births, aggregate: last, from: 2012-01, {target}}}\n")  # fmt: skip
    assert notes("targets: [t.yaml]\n") == [
        "a.yaml:1:10: targets: B is not judged: it reads 2020-09 to 2023-12, and the run goes from 2020-11 to 2023-12",
    ]
    assert "D is not judged: it reads 2023-12, and" in str(notes("until: 2023-11\ntargets: [t.yaml]\n"))


# --- what is inherited


def test_inherited_input_without_effect_is_a_note_in_the_file_that_wrote_it():
    write(
        "parent.yaml", levers("{total: 15000}") + "conditions: {outside_jobs: [{from: 2022-07, value: 2}]}\n"
    )
    short = notes("extends: parent\nuntil: 2021-06\ntargets: []\n")
    assert short == [
        "parent.yaml:3:26: levers.housing.public_rental_units: has no effect: its units arrive from 2021-11 to "
        "2023-12, outside the run (2020-11 to 2021-06)",
        "parent.yaml:4:29: conditions.outside_jobs[0]: has no effect: the level begins in 2022-07, after the run "
        "(2020-11 to 2021-06)",
    ]
    (longer,) = notes("extends: parent\nuntil: 2022-12\ntargets: []\n")
    assert "8,077 of 15,000 units fall into the run, 2020-11 to 2022-12 (14 of 26 months)" in longer
    # To touch the dose is to write it.
    (own,) = refusal("extends: parent\nuntil: 2021-06\ntargets: []\n" + levers("{total: 7}") + "conditions: {outside_jobs: []}\n")  # fmt: skip
    assert own.startswith("a.yaml:6:26: levers.housing.public_rental_units: has no effect")
    assert notes("extends: parent\nuntil: 2021-06\ntargets: []\n" + levers("null") + "conditions: {outside_jobs: []}\n") == []  # fmt: skip


def test_a_hindcast_of_the_plan_is_valid_and_says_that_nothing_of_the_plan_arrives():
    said = notes("extends: baseline\nbase: census_2010\nuntil: 2020-10\ntargets: []\n")
    doses = sum(dose.total > 0 for _, dose in effect.doses_of(load_scenario("baseline")))
    assert sum("its units arrive" in note for note in said) == doses
    assert len(said) > doses and all("has no effect" in note for note in said)  # lines and the office as well


@pytest.mark.parametrize("name", available())
def test_all_input_of_the_shipped_scenarios_has_its_effect(name: str):
    notes = [str(note) for note in load_scenario(name).notes]
    # What comes too late is what that scenario is about.
    late = [note for note in notes if name == "a_year_late" and "doses come after the run" in note]
    assert notes == late and len(late) == (name == "a_year_late")


# --- where it is said


def test_validate_and_run_say_it_on_stderr(monkeypatch: pytest.MonkeyPatch):
    write("a.yaml", levers("{total: 60000, from: 2015-11, to: 2020-12}"))
    note = (
        "note: a.yaml:3:26: levers.housing.public_rental_units: 1,935 of 60,000 units fall into the run, "
        "2020-11 to 2023-12 (2 of 62 months)"
    )
    result = CliRunner().invoke(app, ["validate", "a.yaml"])
    assert (result.exit_code, result.stdout) == (0, "a.yaml: valid scenario (a)\n")
    assert result.stderr.splitlines() == [note]
    (said,) = json.loads(CliRunner().invoke(app, ["validate", "a.yaml", "--json"]).stdout)["notes"]
    assert (said["file"], said["line"], said["key"]) == ("a.yaml", 3, "levers.housing.public_rental_units")
    monkeypatch.setattr(
        "urbsim.simulation.memory.available_bytes", lambda: 1
    )  # as far as the run is about to begin
    result = CliRunner().invoke(app, ["run", "a.yaml"])
    assert result.exit_code == 2 and result.stderr.splitlines()[0] == note


# --- batches


def batch(text: str) -> Any:
    write("b.yaml", text)
    return load_batch("b.yaml")


def batch_refusal(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        batch(text)
    return [str(problem) for problem in caught.value.problems]


def test_scenarios_that_repeat_one_another_are_mentioned():
    write("same.yaml", "extends: baseline\n")
    write("a.yaml", levers("{total: 60000, from: 2015-11, to: 2020-12}"))
    said = [str(note) for note in batch("scenarios: [baseline, no_plan, same, a]\n").notes]
    assert said == [
        "a.yaml:3:26: levers.housing.public_rental_units: 1,935 of 60,000 units fall into the run, "
        "2020-11 to 2023-12 (2 of 62 months)",
        "b.yaml:1:32: scenarios[2]: same is the same world as baseline: their runs are equal",
    ]
    result = CliRunner().invoke(app, ["validate", "b.yaml"])
    assert result.exit_code == 0 and "note: b.yaml:1:32: scenarios[2]: same" in result.stderr


def test_swept_values_without_effect_are_refused():
    write("hindcast.yaml", "extends: hindcast_2010_2020\n")
    said = batch_refusal(
        "scenarios: [baseline, no_plan]\nsweep:\n"
        "  housing.public_rental_units.from: [2021-01, 2021-06]\n"
        "  housing.rent_subsidy_households.total: [0, 5000, 0.0]\n"
    )
    assert "levers.housing.public_rental_units.total is missing in scenario no_plan" in said[0]
    assert said[-1] == "b.yaml:4:42: sweep.housing.rent_subsidy_households.total: 0.0 is listed twice"
    said = batch_refusal("scenarios: [hindcast]\nsweep:\n  conditions.growth_per_year: [0.01, 0.02]\n"
                         "  housing.public_rental_units.total: [0, 10]\n")  # fmt: skip
    assert [problem.split(" (")[0] for problem in said] == [
        "b.yaml:3:32: sweep.conditions.growth_per_year[0]: has no effect with `drivers: observed`, in scenario hindcast",
        "b.yaml:3:38: sweep.conditions.growth_per_year[1]: has no effect with `drivers: observed`, in scenario hindcast",
        "b.yaml:4:42: sweep.housing.public_rental_units.total[1]: has no effect: its units arrive from 2021-11 to "
        "2023-12, outside the run",
    ]
    write("off.yaml", "extends: baseline\n" + levers("{total: 0}"))
    (said,) = batch_refusal("scenarios: [off]\nsweep: {housing.public_rental_units.to: [2023-01]}\n")
    assert said.endswith("has no effect: the dose has a total of 0, in scenario off")


def test_a_swept_month_that_cuts_a_dose_is_mentioned():
    said = batch("scenarios: [baseline]\nsweep: {housing.public_rental_units.to: [2023-12, 2025-12]}\n").notes
    assert [str(note) for note in said] == [
        "b.yaml:2:51: sweep.housing.public_rental_units.to[1]: 7,800 of 15,000 units fall into the run, "
        "2020-11 to 2023-12 (26 of 50 months), in scenario baseline"
    ]


def test_one_value_equal_to_the_scenarios_own_is_fine():
    assert batch("scenarios: [baseline]\nsweep: {housing.public_rental_units.total: [15000]}\n").notes == ()


# Text that is refused above -> the same without what has no effect.
WITHOUT = {
    "a dose after the run": "{}",
    "a dose before the run": "{}",
    "the months of a dose that are left out": "base: census_2010\nuntil: 2020-10\n",
    "a committed dose": "{}",
    "a spell": "conditions: {epidemic: [{from: 2022-01, to: 2022-02, mobility: 1}]}\n",
    "a level": "{}",
    "a level that the next replaces before the run": "conditions: {outside_jobs: [{from: 2020-11, value: 0.6}]}\n",
    "a rule": "{}",
    "a rule that the next replaces before the run": "{}",  # which is what is in force without any
    "an office": "{}",
    "committed rules under the levers' own": "levers: {settlement: {rules: [{name: open_2019, from: 2021-12}]}}\n",
    "prospects outside behind a closed border": "conditions: {border_moves: off}\n",
    "growth where the observed one drives": "base: census_2010\nuntil: 2020-10\nconditions: {drivers: observed}\n",
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_what_is_said_to_have_no_effect_has_none(case: str):
    """The findings held against the model: with and without it a run has the same fingerprint."""
    prints = set()
    for text in (OUTSIDE[case][0], WITHOUT[case]):
        scenario = Scenario.model_validate({"name": "a", **parse(text, "a.yaml").value})
        prints.add(run_scenario(scenario, 0.0003, threads=1).summary["fingerprint"])
    assert len(prints) == 1
