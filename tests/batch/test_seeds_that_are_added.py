"""`precision` in a batch: how sure means over seeds are, which seeds are added, and that a kill changes none of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import urbsim
from urbsim.batch import members
from urbsim.batch.precision import reached, seeds_to_add
from urbsim.batch.table import precision_lines
from urbsim.batch.verdicts import Judged
from urbsim.cli import app
from urbsim.errors import InputError
from urbsim.limits import MAX_SEED
from urbsim.scenario.batches import load_batch

REPOSITORY = Path(urbsim.__file__).resolve().parent.parent


def plan(**content: Any) -> members.Plan:
    asked = {"name": "b", "scenarios": ["no_plan", "baseline"], "baseline": "no_plan", **content}
    return members.plan_of(load_batch(asked))


def runs(target: str, *by_seed: float | None, draws: tuple[int, ...] = (0,)) -> dict[str, list[Judged]]:
    """Seeds 1 and on with these values, the same for every draw but for half a unit between draws."""
    indicator = {"T1": "urbanisation_rate", "T2": "new_urban_jobs"}[target]
    return {
        target: [
            Judged(draw, seed, {"indicator": indicator, "value": None if value is None else value + draw / 2})
            for seed, value in enumerate(by_seed, 1)
            for draw in draws
        ]
    }


def content(asked: members.Plan, judged: Any, done: bool = True) -> dict[str, Any]:
    said = reached(asked, judged, done)
    return {"precision": said, "runs": len(asked), "done": len(asked) - (not done)}


def test_standard_errors_by_hand():
    asked = plan(seeds=[1, 2, 3, 4, 5], precision={"T1": 0.08, "T2": 1})
    shares = (0.570, 0.571, 0.572, 0.573, 0.574)  # sd 0.1581 points, and 0.0707 over the root of 5
    judged = {
        "no_plan": runs("T1", *shares) | runs("T2", 1, 2, 3, 4, 5),
        "baseline": runs("T1", *(share + 0.001 for share in shares)) | runs("T2", 5, 4, 3, 2, 1),
    }
    said = reached(asked, judged, whole=True)
    assert said is not None and not said["reached"] and "100 seeds at most" in said["not_reached_because"]
    errors = {(row["scenario"], row["less"], row["target"]): row["standard_error"] for row in said["means"]}
    assert errors == {
        ("no_plan", None, "T1"): pytest.approx(0.0707107, rel=1e-5),
        ("no_plan", None, "T2"): pytest.approx(0.707107, rel=1e-5),
        ("baseline", None, "T1"): pytest.approx(0.0707107, rel=1e-5),
        ("baseline", "no_plan", "T1"): pytest.approx(0, abs=1e-12),  # the same luck: seed by seed
        ("baseline", None, "T2"): pytest.approx(0.707107, rel=1e-5),
        ("baseline", "no_plan", "T2"): pytest.approx(1.414214, rel=1e-5),
    }
    assert [row["reached"] for row in said["means"]] == [True, True, True, True, True, False]
    assert said["means"][3]["mean"] == pytest.approx(0.1) and said["means"][0]["mean"] == pytest.approx(57.2)
    assert precision_lines(said)[-1] == "  baseline less no_plan: T2 +0.0 ± 1.4 person, asked ± 1"
    assert len(precision_lines(said)) == 7 and len(precision_lines(said | {"reached": True})) == 3
    assert [row["unit"] for row in said["means"][:2]] == ["percentage points", "person"]
    assert seeds_to_add(asked, content(asked, judged)) == 5  # 5 x 1.414^2 = 10 seeds


def test_of_several_draws_a_seed_counts_with_the_mean_of_all_of_them():
    asked = plan(scenarios=["no_plan"], draws=2, seeds=[1, 2, 3, 4, 5], precision={"T2": 1})
    judged = {"no_plan": runs("T2", 1, 2, 3, 4, 5, draws=(1, 2))}
    said = reached(asked, judged, whole=True)
    assert said is not None and said["reached"] and said["means"][0]["seeds"] == 5
    judged["no_plan"]["T2"].pop()
    said = reached(asked, judged, whole=False)
    assert said is not None and said["means"][0]["seeds"] == 4 and not said["reached"]
    assert said["not_reached_because"] == "runs are missing"
    assert seeds_to_add(asked, content(asked, judged, done=False)) == 0


def test_few_seeds_are_not_believed_and_many_are_not_passed():
    one = plan(scenarios=["no_plan"], precision={"T2": 1})
    assert seeds_to_add(one, content(one, {"no_plan": runs("T2", 1)})) == 4
    two = plan(scenarios=["no_plan"], seeds=[1, 2], precision={"T2": 1})
    judged = {"no_plan": runs("T2", 1, 1)}
    said = content(two, judged)
    assert said["precision"]["means"][0]["standard_error"] == 0 and not said["precision"]["reached"]
    assert seeds_to_add(two, said) == 3
    five = plan(scenarios=["no_plan"], seeds=[1, 2, 3, 4, 5], precision={"T2": 0.001}, most_seeds=7)
    assert seeds_to_add(five, content(five, {"no_plan": runs("T2", 1, 2, 3, 4, 5)})) == 2
    seven = five.with_more_seeds(2)
    assert seeds_to_add(seven, content(seven, {"no_plan": runs("T2", 1, 2, 3, 4, 5, 6, 7)})) == 0
    near = plan(scenarios=["no_plan"], seeds=[1, 2, 3, 4, 5], precision={"T2": 0.7})
    assert seeds_to_add(near, content(near, {"no_plan": runs("T2", 1, 2, 3, 4, 5)})) == 1


def test_seeds_follow_those_that_are_there():
    assert plan(seeds=[7, 3]).with_more_seeds(3).seeds == (7, 3, 8, 9, 10)
    assert plan(seeds=[MAX_SEED, 1]).with_more_seeds(2).seeds == (MAX_SEED, 1, 0, 2)
    small, grown = plan(seeds=[1]), plan(seeds=[1]).with_more_seeds(2)
    digests = [member.input_digest for member in grown.members()]
    assert digests[: len(small)] == [member.input_digest for member in small.members()]
    assert "precision" not in small.asked and plan(precision={"T1": 0.1}).asked["most_seeds"] == 100


def test_a_baseline_is_that_of_the_same_swept_settings():
    asked = plan(seeds=[1, 2], precision={"T2": 1}, sweep={"conditions.growth_per_year": [0.01, 0.02]})
    names = [variation.scenario.name for variation in asked.variations]
    said = reached(asked, {name: runs("T2", 1, 2) for name in names}, whole=True)
    assert said is not None
    pairs = {(row["scenario"], row["less"]) for row in said["means"] if row["less"]}
    growth = "@conditions.growth_per_year="
    assert pairs == {(f"baseline{growth}{value}", f"no_plan{growth}{value}") for value in (0.01, 0.02)}


@pytest.mark.parametrize(
    "content, key, message",
    [
        ({"precision": {"T3": 1}}, "precision.T3", "is no target of these scenarios (allowed: T1, T2"),
        ({"precision": {"t1": 1}}, "precision.t1", "did you mean 'T1'?"),
        ({"precision": {"T1": 0}}, "precision.T1", "is out of range (allowed: number above 0"),
        ({"precision": {"T1": "high"}}, "precision.T1", "number"),
        ({"most_seeds": 20}, "most_seeds", "has no effect without `precision`"),
        ({"precision": {"T1": 1}, "seeds": list(range(9)), "most_seeds": 8}, "most_seeds", "at least the 9 of `seeds`"),
        ({"precision": {"T1": 1}, "most_seeds": 2}, "most_seeds", "from 5"),
        ({"precision": {"T1": 1}, "scenarios": ["hindcast_2010_2020"]}, "precision.T1", "is no target"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for(content: dict[str, Any], key: str, message: str):
    with pytest.raises(InputError) as caught:
        load_batch({"name": "b", "scenarios": ["no_plan"], **content})
    (problem,) = caught.value.problems
    assert problem.key == key and message in str(problem), problem


def test_a_target_that_no_run_reaches_cannot_be_asked_for(tmp_path: Path):
    (tmp_path / "short.yaml").write_text("name: short\nextends: no_plan\nuntil: 2021-01\n")
    asked = {"name": "b", "scenarios": [str(tmp_path / "short.yaml")], "precision": {"T1": 1}}
    with pytest.raises(InputError, match=r"precision\.T1: is never reached: T1 is read until 2023-12"):
        load_batch(asked)
    load_batch(asked | {"scenarios": [*asked["scenarios"], "no_plan"]})  # one of them reaches it


# --- a whole batch, and a kill in the middle

SHORT = """
name: short_run
extends: no_plan
until: 2020-12
targets: [soon]
"""
SOON = """
targets:
  - id: soon
    title: {en: Soon, zh: 不久}
    indicator: urbanisation_rate
    place: 450000
    from: 2020-12
    to: 2020-12
    aggregate: last
    operator: ">="
    threshold: 0.5
    document: invented
    clause: invented
"""
BATCH = """
name: sure
scale: 0.0005
scenarios: [short_run]
precision: {{soon: {asked}}}
most_seeds: 12
"""


def written(folder: Path, asked: float) -> Path:
    (folder / "targets").mkdir(exist_ok=True)
    (folder / "short_run.yaml").write_text(SHORT)
    (folder / "targets" / "soon.yaml").write_text(SOON)
    (folder / "sure.yaml").write_text(BATCH.format(asked=asked))
    return folder / "sure.yaml"


def call(file: Path, out: Path, *more: str) -> Any:
    return CliRunner().invoke(app, ["batch", str(file), "--out", str(out), "--workers", "1", *more])


def prints(out: Path) -> dict[str, str]:
    found = sorted((out / "sure").glob("*/scale*/summary.json"))
    return {path.parent.name: json.loads(path.read_text())["fingerprint"] for path in found}


def verdicts(out: Path) -> dict[str, Any]:
    return json.loads((out / "sure" / "verdicts.json").read_text())


def test_a_batch_adds_seeds_and_goes_on_after_a_kill_with_the_same(tmp_path: Path):
    file, out, other = written(tmp_path, 1e-6), tmp_path / "out", tmp_path / "other"
    result = call(file, out)
    assert result.exit_code == 1 and "precision not reached with 12 seeds" in result.stderr, result.output
    said = verdicts(out)["precision"]
    assert said["seeds"] == list(range(1, 13)) and said["means"][0]["seeds"] == 12
    error = said["means"][0]["standard_error"]
    assert "percentage points, asked ± 1e-06" in result.stderr and "  short_run: soon 5" in result.stderr
    assert yaml.safe_load((out / "sure" / "batch.yaml").read_text())["seeds"] == [1]
    again = call(file, out)
    assert again.exit_code == 1 and "12 runs: 12 done, 0 to run" in again.stderr

    process = subprocess.Popen(
        [sys.executable, "-m", "urbsim", "batch", str(file), "--out", str(other), "--workers", "1"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    end = time.monotonic() + 240
    while len(prints(other)) < 7:
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert 7 <= len(prints(other)) < 12
    dry = call(file, other, "--dry-run")
    assert "1 scenarios x 1 draws x 10 seeds = 10 runs" in dry.stdout and "at most 12 runs" in dry.stdout
    assert call(file, other).exit_code == 1
    assert prints(other) == prints(out) and verdicts(other) == verdicts(out)

    enough = call(
        written(tmp_path, error * 1.2), out
    )  # as sure with fewer: the runs beyond stay where they are
    assert enough.exit_code == 0 and "Precision 精度: reached with" in enough.stdout, enough.output
    assert len(verdicts(out)["precision"]["seeds"]) <= 12 and len(prints(out)) == 12
