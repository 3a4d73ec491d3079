"""`urbsim compare`: which runs are set against each other, what differs, in which order, and the exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from invented_runs import make_run, seal_again, with_money
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.compare.inputs import Difference
from urbsim.compare.outcomes import Change
from urbsim.facts.parameters import load_parameters

SCALE = 0.0005


def scenario(**conditions: Any) -> dict[str, Any]:
    """The part of a record that says what the world of a scenario is."""
    return {
        "base": "census_2020", "until": "2023-12", "conditions": conditions, "committed": {}, "levers": {},
    }  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenarios with two seeds each."""
    out = tmp_path_factory.mktemp("stored")
    for seed in (1, 2):
        make_run(out, "no_plan", scale=SCALE, seed=seed, spec=scenario(growth_per_year=0.02))
        other = scenario(growth_per_year=0.03, reclassification="frozen")
        make_run(out, "plan", scale=SCALE, seed=seed, push=1.5, spec=other)
    return out


def run_of(out: Path, name: str, seed: int = 1) -> Path:
    return out / name / f"scale{SCALE}-draw0-seed{seed}"


@pytest.fixture
def copy(stored: Path, tmp_path: Path) -> Path:
    """A copy of the first run of no_plan."""
    out = tmp_path / "no_plan" / run_of(stored, "no_plan").name
    return Path(shutil.copytree(run_of(stored, "no_plan"), out))


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["compare", *map(str, arguments)])


def compared(*arguments: object, code: int = 1) -> dict[str, Any]:
    done = invoke(*arguments, "--json")
    assert done.exit_code == code, (done.stdout, done.stderr)
    return json.loads(done.stdout)


def province(run: Path) -> dict[tuple[str, str], float]:
    frame = pd.read_parquet(run / "indicators.parquet")
    frame["month"] = pd.to_datetime(frame["month"]).dt.strftime("%Y-%m")
    rows = pd.DataFrame(frame[frame["place"] == "450000"]).to_dict("records")
    return {(row["indicator"], row["month"]): row["value"] for row in rows}


def summary_of(run: Path) -> dict[str, Any]:
    return json.loads((run / "summary.json").read_text(encoding="utf-8"))


def test_the_same_run_is_the_same(stored: Path, copy: Path):
    done = invoke(run_of(stored, "no_plan"), copy)
    assert done.exit_code == 0 and done.stdout.splitlines()[2:] == ["Results: the same bytes"]
    everything = invoke(stored, stored)
    assert everything.exit_code == 0 and "the same bytes in all 4 pairs of runs" in everything.stdout
    found = compared(stored, stored, code=0)
    assert found["same"] and (found["pairs"], found["same_pairs"]) == (4, 4)
    assert not any(found[key] for key in ("settings", "digests", "versions", "results", "first_difference"))


def test_another_version_with_the_same_results_is_the_same(tmp_path: Path):
    for name in ("a", "b"):
        make_run(tmp_path / name, "no_plan", scale=SCALE, digests={"code": name})
    found = compared(tmp_path / "a", tmp_path / "b", code=0)
    assert [one["what"] for one in found["digests"]] == ["code"]
    assert "Digests that differ: code" in invoke(tmp_path / "a", tmp_path / "b").stdout


def test_two_runs(stored: Path):
    a, b = run_of(stored, "no_plan"), run_of(stored, "plan")
    found = compared(a, b)
    assert [(one["what"], one["a"], one["b"]) for one in found["settings"]] == [
        ("conditions.reclassification", None, "frozen"),
        ("conditions.growth_per_year", 0.02, 0.03),
    ]
    assert [one["what"] for one in found["digests"]] == ["scenario"]
    (result,) = found["results"]
    values = province(a), province(b)
    for change in result["indicators"]:
        name, period = change["name"], change["period"]
        if ".." in period:
            assert period == "2020-11..2023-12"
            sides = [
                sum(v for (indicator, month), v in side.items() if indicator == name and month > "2020-10")
                for side in values
            ]
        else:
            sides = [side[name, "2023-12"] for side in values]
        assert [change["a"], change["b"]] == pytest.approx(sides)
        assert change["difference"] == pytest.approx(sides[1] - sides[0])
        if sides[0]:
            assert change["relative"] == pytest.approx((sides[1] - sides[0]) / sides[0])
        assert change["error"] is None
    sizes = [abs(change["relative"] or 0) for change in result["indicators"]]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 0.1
    targets = {change["name"]: change for change in result["targets"]}
    for name, change in targets.items():
        mine = [next(t for t in summary_of(run)["targets"] if t["id"] == name) for run in (a, b)]
        assert [change["a"], change["b"]] == [target["value"] for target in mine]
        assert change["met"] == [int(target["met"]) for target in mine]
    assert set(targets) == {"T1", "T2"}


def test_where_two_runs_begin_to_differ(stored: Path, copy: Path):
    frame = pd.read_parquet(copy / "indicators.parquet")
    months = pd.to_datetime(frame["month"]).dt.strftime("%Y-%m")
    late = (
        (months >= "2022-05") & (frame["indicator"] == "births") & frame["place"].isin(["450102", "450100"])
    )
    frame.loc[late, "value"] += 2000.0
    frame.to_parquet(copy / "indicators.parquet")
    fingerprint = summary_of(copy)["fingerprint"]
    for name in ("run.yaml", "summary.json"):
        text = (copy / name).read_text(encoding="utf-8")
        (copy / name).write_text(text.replace(fingerprint, fingerprint[::-1]), encoding="utf-8")
    seal_again(copy)
    first = compared(run_of(stored, "no_plan"), copy)["first_difference"]
    assert (first["month"], first["indicator"], first["place"]) == ("2022-05", "births", "450102")
    assert first["b"] - first["a"] == 2000 and first["figures"] == 2
    done = invoke(run_of(stored, "no_plan"), copy)
    assert "First difference: 2022-05, births of 450102 " in done.stdout
    assert "2 figures differ in that month" in done.stdout


def test_folders_of_two_scenarios_are_set_against_each_other_by_seed(stored: Path):
    found = compared(stored / "no_plan", stored / "plan")
    (result,) = found["results"]
    assert (found["pairs"], result["pairs"]) == (2, 2)
    assert (result["scenario_a"], result["scenario_b"]) == ("no_plan", "plan")
    each = [
        province(run_of(stored, "plan", seed))["urban_population", "2023-12"]
        - province(run_of(stored, "no_plan", seed))["urban_population", "2023-12"]
        for seed in (1, 2)
    ]
    change = next(one for one in result["indicators"] if one["name"] == "urban_population")
    assert change["difference"] == pytest.approx(sum(each) / 2)
    assert change["error"] == pytest.approx(abs(each[0] - each[1]) / 2)
    assert all(one["pairs"] == 2 for one in found["settings"])
    assert found["first_difference"] is None
    text = invoke(stored / "no_plan", stored / "plan").stdout
    assert "different in 2 of 2 pairs" in text and "means of 2 pairs of runs" in text and "s.e." in text
    assert "2 of 2 -> 2 of 2" in text


def test_what_one_more_costs_in_the_second_scenario(stored: Path, tmp_path: Path):
    """6,000 yuan more, over as many more residents of towns. Of one scenario in two versions, or without a ledger: none."""
    runs = [
        make_run(tmp_path, name, scale=SCALE, push=push) for name, push in (("no_plan", 1.0), ("plan", 1.5))
    ]
    for run, yuan in zip(runs, (1000.0, 7000.0), strict=True):
        with_money(run, yuan, 0.0)
    urban = [province(run)["urban_population", "2023-12"] for run in runs]
    (found,) = compared(*runs)["results"]
    price = found["prices"]["urban_population"]
    assert (price["more_yuan"]["mean"], price["gained"]["mean"]) == (6000, pytest.approx(urban[1] - urban[0]))
    assert price["yuan_each"]["ratio_of_means"] == pytest.approx(6000 / (urban[1] - urban[0]))
    assert "Price of one more in plan\n  urban_population 城镇常住人口  " in invoke(*runs).stdout
    (without,) = compared(stored / "no_plan", stored / "plan")["results"]
    assert {each["status"] for each in without["prices"].values()} == {"no_ledger"}
    assert "Price of one more" not in invoke(stored / "no_plan", stored / "plan").stdout


def test_runs_without_a_counterpart_are_named(stored: Path):
    done = invoke(stored / "plan", stored)
    assert done.exit_code == 1 and "the same bytes in all 2 pairs" in done.stdout
    assert "Only in B: no_plan (scale 0.0005, draw 0, seed 1), no_plan (scale" in done.stdout
    found = compared(stored, stored / "plan")
    assert not found["same"] and found["same_pairs"] == found["pairs"] == 2
    assert [key["scenario"] for key in found["only_a"]] == ["no_plan", "no_plan"] and found["only_b"] == []


def test_two_records(stored: Path):
    a, b = (run_of(stored, name) / "run.yaml" for name in ("no_plan", "plan"))
    found = compared(a, b)
    assert len(found["settings"]) == 2 and found["results"] == [] and found["first_difference"] is None
    assert compared(a, a, code=0)["same"]
    assert compared(a, run_of(stored, "no_plan"), code=0)["same"]  # a record and the run it records


def test_targets_that_ask_something_else(stored: Path, copy: Path):
    summary = summary_of(copy)
    summary["targets"][0]["tolerance"] = 0.006
    (copy / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    seal_again(copy)
    found = compared(run_of(stored, "no_plan"), copy, code=0)
    (other,) = found["settings"]
    assert (other["what"], other["a"], other["b"]) == ("targets.T1.tolerance", 0.005, 0.006)


def test_parameters_are_named_where_they_are_known(tmp_path: Path):
    runs = []
    for draw in (0, 3):
        run = make_run(tmp_path, "no_plan", scale=SCALE, draw=draw)
        record = yaml.safe_load((run / "run.yaml").read_text(encoding="utf-8"))
        record["digests"]["parameters"] = load_parameters(draw).digest
        (run / "run.yaml").write_text(yaml.safe_dump(record), encoding="utf-8")
        seal_again(run)
        runs.append(run)
    found = compared(*runs)
    values = [load_parameters(draw) for draw in (0, 3)]
    other = {name for name in values[0] if values[0][name] != values[1][name]}
    assert {one["what"] for one in found["parameters"]} == other
    assert all(one["a"] == values[0][one["what"]] for one in found["parameters"])
    assert f"Parameters that differ (20 of {len(other)})" in invoke(*runs).stdout
    unknown = make_run(tmp_path / "other", "no_plan", scale=SCALE, draw=4)
    assert compared(runs[0], unknown)["parameters"] is None
    assert "Which parameters differ is not known" in invoke(runs[0], unknown).stdout


def test_ranks():
    ranked = [
        Difference("text", "a", "b"),
        Difference("sign", -1, 1),
        Difference("half", 1, 2),
        Difference("tenth", 10, 9),
    ]
    assert [one.size for one in ranked] == [float("inf"), 2.0, 0.5, 0.1]
    assert Difference("truth", False, True).size == float("inf")
    new, less, none = (
        Change("x", "births", "2023-12", a, b, b - a, None) for a, b in ((0.0, 5.0), (-4.0, -5.0), (0.0, 0.0))
    )
    assert (new.relative, new.size) == (None, float("inf"))
    assert (less.relative, less.size) == (-0.25, 0.25)
    assert none.size == 0.0


def test_bad_input_is_said_of_both_sides(stored: Path, tmp_path: Path):
    (tmp_path / "x.yaml").write_text("name: x\n", encoding="utf-8")
    done = invoke(tmp_path / "nowhere", tmp_path / "x.yaml")
    assert done.exit_code == 2 and done.stdout == ""
    assert "there is no such folder" in done.stderr and "is no record of a run" in done.stderr
    make_run(tmp_path / "other", "else", scale=SCALE, seed=7)
    done = invoke(stored, tmp_path / "other")
    assert done.exit_code == 2 and "no scenario, draw, seed and scale in common" in done.stderr
    assert "and 1 more; B: else (scale 0.0005, draw 0, seed 7)" in done.stderr
