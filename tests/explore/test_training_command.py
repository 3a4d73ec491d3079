"""`urbsim explore --train` from file to file, on the smallest worlds."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from invented_emulators import emulator
from short_scenarios import write_short
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.emulator import model
from urbsim.emulator.answer import Setting, answer
from urbsim.explore.asked import Size
from urbsim.explore.exact import Job
from urbsim.explore.sliders import sliders_of
from urbsim.scenario.reader import load_scenario


@pytest.fixture(autouse=True)
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_short(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*options: object) -> Any:
    small = (
        "with.yaml",
        "--scale",
        "0.001",
        "--workers",
        "1",
        "--draws",
        "1:20",
        "--kept-out",
        "2",
        "--full",
        "0",
    )
    return CliRunner().invoke(app, ["explore", *small, "--points", "4", *map(str, options)])


def exactly(emulator: model.Emulator, dose: float) -> dict[str, Any]:
    """T2 as real runs beside the emulator have it, with every draw."""
    at = Setting((dose, dose), (None,) * len(emulator.conditions))
    sliders = sliders_of(load_scenario("with.yaml"))
    job = Job(sliders, emulator, at, Size(full=False), Path("results/with_explore/exact"))
    end = time.monotonic() + 300
    while job.is_running and time.monotonic() < end:
        time.sleep(0.2)
    state = job.state()
    assert state["state"] == "done" and state["done"] == state["of"] == 21, state
    return state["answer"]["T2"]


def served_until_ctrl_c() -> int:
    """Starts the page as people do, asks it once, and ends it with Ctrl-C. Returns the exit code."""
    command = [sys.executable, "-m", "urbsim", "explore", "with.yaml"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = next((line for line in process.stdout if line.startswith("http")), "").split()[0]
        with urllib.request.urlopen(address) as page:
            assert page.status == 200 and b"explorer" in page.read()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert said.splitlines()[-1].startswith("ended") and "Traceback" not in said, said
    return process.returncode


def test_an_exact_run_that_is_stopped_leaves_nothing_half_done():
    sliders = sliders_of(load_scenario("with.yaml"))
    made_up = emulator()
    one = made_up.model_copy(
        update={"levers": sliders.lever_models(), "conditions": (), "draws": tuple(range(21))}
    )
    job = Job(sliders, one, sliders.nothing, Size(full=False), Path("exact"))
    assert job.state()["state"] == "running"
    job.stop()
    assert not job.is_running and job.state()["state"] == "stopped"
    assert not [*Path("exact").rglob(".*")], [*Path("exact").rglob(".*")]


def test_an_emulator_is_trained_and_found_again_without_a_run(monkeypatch: pytest.MonkeyPatch):
    said = json.loads(invoke("--dry-run", "--json").stdout)
    assert said["levers"] == 2 and said["runs"] == said["to_run"] == 21 * 7 and not Path("results").exists()
    done = invoke("--train", "--json")
    assert done.exit_code == 0, done.stderr
    file = Path("results/with_explore") / model.NAME
    found = model.read(file)
    assert found.plain() == json.loads(done.stdout) and found.draws == (0, *range(1, 21))
    assert [outcome.id for outcome in found.outcomes] == ["T2", "fiscal_cost_yuan"]
    jobs, yuan = found.outcomes
    assert [goal.level for goal in jobs.goals] == [25_000, 26_000]
    # Posts make jobs, a dose costs its price, and no dose is the comparison itself.
    open_ = (None,) * len(found.conditions)
    at = [answer(found, Setting((dose, dose), open_)) for dose in (0.0, 1.0, 2.0)]
    assert at[0]["T2"].added == 0 and at[0]["T2"].central == pytest.approx(jobs.base[0])
    assert 0 < at[1]["T2"].added < at[2]["T2"].added
    assert 0 < jobs.errors.mean <= jobs.errors.largest < at[2]["T2"].added and jobs.errors.worlds == 2
    assert at[2]["fiscal_cost_yuan"].added > 0 and yuan.errors.mean < 0.2 * at[2]["fiscal_cost_yuan"].added

    made: list[int] = []
    monkeypatch.setattr("urbsim.batch.call.work", lambda members, *_: made.append(len(list(members))))
    again = invoke("--train")
    assert again.exit_code == 0 and not made, again.stderr
    assert "kept out" in again.stdout and model.read(file) == found

    nothing = exactly(found, 0.0)
    assert nothing["added"] == 0 and nothing["central"] == pytest.approx(jobs.base[0])
    more = exactly(found, 2.0)
    emulated = at[2]["T2"]
    assert more["added"] == pytest.approx(emulated.added, abs=5 * jobs.errors.run)
    assert more["low"] < more["median"] < more["high"] and not more["one_run"]

    assert served_until_ctrl_c() == 0

    content = found.plain()
    content["origin"]["digests"]["code"] = "another"
    file.write_text(json.dumps(content), encoding="utf-8")
    refused = invoke()
    assert refused.exit_code == 2 and "other code" in refused.stderr and "--train" in refused.stderr


def test_without_an_emulator_the_command_says_how_to_get_one():
    refused = invoke()
    assert refused.exit_code == 2 and "urbsim explore with --train" in refused.stderr
    assert not Path("results").exists()


def test_everything_wrong_with_a_training_is_said_at_once():
    wrong = ("--points", "2", "--kept-out", "x", "--draws", "1:5", "--workers", "0")
    refused = CliRunner().invoke(app, ["explore", "no_plan", "--train", *wrong])
    assert refused.exit_code == 2
    for key in ("--points", "--kept-out", "--draws", "--workers", "adds no lever"):
        assert key in refused.stderr, refused.stderr
