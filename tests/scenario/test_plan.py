"""When the plan runs: one table that the schema, the scenarios and the facts agree with."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import urbsim
from urbsim.calendar import month_number
from urbsim.errors import InputError
from urbsim.facts.register import Register, observations
from urbsim.paths import calibration_dir, scenarios_dir
from urbsim.scenario.plan import Plan, read_plan
from urbsim.scenario.reader import load_targets
from urbsim.scenario.schema import Dose, Office, Scenario


def rows() -> list[dict[str, str]]:
    with (scenarios_dir() / "plan.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def table(folder: Path, **facts: str) -> Path:
    lines = [f"{fact},{value},month,assumed,E000,-" for fact, value in facts.items()]
    (folder / "plan.csv").write_text("fact,value,unit,status,source,note\n" + "\n".join(lines) + "\n")
    return folder


def test_each_fact_has_a_unit_a_status_and_a_source() -> None:
    for row in rows():
        assert row["unit"] == "month" and row["note"], row
        assert row["status"] in ("sourced", "assumed"), row
        assert row["source"] in Register(calibration_dir()).sources, row


def test_what_a_scenario_leaves_out_takes_the_months_of_the_plan() -> None:
    plan = read_plan()
    dose = Dose.model_validate({"total": 1.0})
    assert (dose.from_, dose.to) == (plan.first_month, plan.last_month)
    office = Office.model_validate({"awareness": 0.5, "processing_months": 6.0})
    assert office.from_ == plan.first_month
    assert Scenario.model_validate({"name": "x"}).until == plan.last_month


def test_no_month_of_the_plan_is_written_in_the_code() -> None:
    package = Path(urbsim.__file__).parent
    plan = read_plan()
    quoted = re.compile(rf"""["']({plan.first_month}|{plan.last_month})["']""")
    found = [path.name for path in package.rglob("*.py") if quoted.search(path.read_text(encoding="utf-8"))]
    assert not found, found


def test_deliveries_begin_in_the_month_after_the_plan_was_issued() -> None:
    rules = observations("settlement_rules")
    issued = rules.loc[rules["instrument"] == "three-year action plan", "date"].item()
    assert month_number(read_plan().first_month) == month_number(issued[:7]) + 1


def test_the_plan_ends_with_its_targets() -> None:
    assert {target.to for target in load_targets("plan_2021_2023")} == {read_plan().last_month}


def test_a_changed_month_is_read(tmp_path: Path) -> None:
    assert read_plan(table(tmp_path, first_month="2022-02", last_month="2024-06")) == Plan(
        "2022-02", "2024-06"
    )


@pytest.mark.parametrize(
    ("facts", "complaints"),
    [
        ({}, ["first_month: is missing", "last_month: is missing"]),
        ({"first_month": "2021-13", "last_month": "soon"}, ["2: first_month: '2021-13'", "3: last_month: 'soon'"]),
        ({"first_month": "2023-01", "last_month": "2022-12"}, ["3: last_month: 2022-12 lies before"]),
    ],
)  # fmt: skip
def test_mistakes_are_refused_all_at_once(
    tmp_path: Path, facts: dict[str, str], complaints: list[str]
) -> None:
    with pytest.raises(InputError) as refused:
        read_plan(table(tmp_path, **facts))
    lines = str(refused.value).splitlines()
    assert len(lines) == len(complaints)
    for line, complaint in zip(lines, complaints, strict=True):
        assert "plan.csv" in line and complaint in line
