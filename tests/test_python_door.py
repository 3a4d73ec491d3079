"""The Python door: arguments, what a run gives back, what it leaves alone, and how quickly the door opens."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import urbsim
from urbsim.errors import InputError
from urbsim.facts.indicators import INDICATORS
from urbsim.simulation import runner
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.runner import RunResult, RunSpec

SCALE = 0.0005
SHORT = {"name": "short", "extends": "no_plan", "until": "2021-02"}


@pytest.fixture(scope="module")
def result() -> RunResult:
    return urbsim.run(SHORT, scale=SCALE)


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh process has loaded after this code."""
    code += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    environment = {"PYTHONPATH": str(Path(urbsim.__file__).resolve().parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_opening_the_door_loads_no_library():
    slow = {
        "numpy",
        "pandas",
        "numba",
        "scipy",
        "pyarrow",
        "matplotlib",
        "mesa",
        "pydantic",
        "yaml",
        "typer",
        "rich",
    }
    assert slow.isdisjoint(loaded_by("import urbsim"))


def test_a_scenario_is_loaded_without_what_runs_it():
    slow = {"pandas", "numba", "scipy", "pyarrow", "matplotlib", "mesa"}
    assert slow.isdisjoint(loaded_by("import urbsim; urbsim.load_scenario('baseline')"))


# --- arguments


def test_scalars_of_other_libraries_are_the_numbers_they_are(result: RunResult):
    row = pd.DataFrame({"scale": [SCALE], "seed": [1]}).iloc[0]  # both are floats in a row
    given = urbsim.run(SHORT, scale=np.float32(SCALE), seed=row["seed"], draw=Decimal(0), threads=np.int64(1))  # type: ignore[arg-type]
    assert given.summary["fingerprint"] == result.summary["fingerprint"]
    assert given.summary["input_digest"] == result.summary["input_digest"]
    kinds = {key: type(given.summary[key]) for key in ("scale", "seed", "draw")}
    assert kinds == {"scale": float, "seed": int, "draw": int}


def test_everything_wrong_is_said_at_once_and_nothing_is_written(tmp_path: Path):
    (tmp_path / "file").touch()
    wrong: dict[str, Any] = {
        "scale": "0.01",
        "seed": 1.5,
        "draw": True,
        "threads": 0,
        "out": tmp_path / "file",
    }
    with pytest.raises(InputError) as refused:
        urbsim.run("no_pln", **wrong, strict=1, profile="no", progress=3)  # type: ignore[arg-type]
    keys = ["scale", "seed", "draw", "threads", "strict", "profile", "progress", "out", None]
    assert [problem.key for problem in refused.value.problems] == keys
    assert "did you mean 'no_plan'?" in str(refused.value.problems[-1])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("scale", [0, -0.1, 1.5, float("nan"), np.bool_(True), None, pd.NA, [0.01], "a lot"])
def test_a_scale_is_a_share(scale: Any):
    with pytest.raises(InputError) as refused:
        urbsim.run(SHORT, scale=scale)
    assert [problem.key for problem in refused.value.problems] == ["scale"]


@pytest.mark.parametrize("out", [True, 3, "", b"results"])
def test_a_folder_is_a_folder(out: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refused:
        urbsim.run(SHORT, out=out)
    assert [problem.key for problem in refused.value.problems] == ["out"]
    assert list(tmp_path.iterdir()) == []


# --- what it gives back


def test_indicators_are_tidy(result: RunResult):
    frame = result.indicators
    names = ["scenario", "draw", "seed", "month", "place", "place_en", "place_zh", "indicator", "value"]
    assert list(frame.columns) == names
    assert str(frame.dtypes["month"]) == "datetime64[ns]"
    assert max(frame["month"]) == pd.Timestamp("2021-02-28")
    nanning = frame.loc[frame["place"] == "450100"]
    assert set(nanning["place_en"]) == {"Nanning"} and set(nanning["place_zh"]) == {"南宁市"}
    guangxi = frame.loc[(frame["month"] == "2021-02-28") & (frame["place"] == "450000")]
    last = dict(zip(guangxi["indicator"], guangxi["value"], strict=True))
    assert set(last) == set(INDICATORS)
    assert last["urbanisation_rate"] == last["urban_population"] / last["resident_population"]


def test_notes_on_the_scenario_are_in_the_result_and_not_printed(
    result: RunResult, capfd: pytest.CaptureFixture[str]
):
    homes = {"housing": {"public_rental_units": {"total": 400, "from": "2020-12", "to": "2021-03"}}}
    cut = urbsim.run(SHORT | {"levers": homes}, scale=SCALE)
    *inherited, own = cut.notes
    assert "300 of 400 units fall into the run, 2020-11 to 2021-02" in own
    assert inherited == list(result.notes) == [str(note) for note in result.scenario.notes]
    assert pickle.loads(pickle.dumps(cut)).notes == cut.notes
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("profile", [False, True])
def test_a_result_can_be_pickled(profile: bool):
    result = urbsim.run(SHORT, scale=SCALE, profile=profile)
    again = pickle.loads(pickle.dumps(result))
    assert again.summary == result.summary
    assert again.indicators.equals(result.indicators)
    assert again.scenario == result.scenario and again.scenario.judged_by == result.scenario.judged_by
    assert again.parameters.digest == result.parameters.digest
    assert dict(again.parameters) == dict(result.parameters)
    assert again.parameters.info.keys() == result.parameters.info.keys()
    assert all(map(np.array_equal, again.movers, result.movers))


def test_what_is_shown_of_things_is_short(result: RunResult):
    model = UrbanisationModel(SHORT, SCALE)
    assert model.world is not None
    shown = [
        repr(thing)
        for thing in (
            result,
            result.scenario,
            result.parameters,
            result.observer,
            result.observer.places,
            model.world,
        )
    ]
    assert shown[0] == "RunResult(short, scale 0.0005, draw 0, seed 1: T1 open, T2 open)"
    assert shown[1] == "Scenario(short: census_2020 to 2021-02, 0 levers, 2 targets)" == str(result.scenario)
    assert shown[2].startswith("Parameters(draw 0: ")
    assert all(len(text) < 120 and "\n" not in text for text in shown)
    model.release()


# --- what it leaves alone


def handlers() -> dict[int, Any]:
    """What happens at each signal."""
    return {number: signal.getsignal(number) for number in signal.valid_signals()}


def test_a_run_prints_nothing_and_handles_no_signal(capfd: pytest.CaptureFixture[str]):
    before, seen = handlers(), []
    spec = RunSpec(urbsim.load_scenario(SHORT), SCALE, profile=True)
    runner.run(spec, lambda fraction, text: seen.append(handlers() == before))
    assert len(seen) >= 4 and all(seen)
    assert handlers() == before
    assert capfd.readouterr() == ("", "")


def test_the_door_prints_nothing_and_gives_every_signal_back(capfd: pytest.CaptureFixture[str]):
    before = handlers()
    urbsim.run(SHORT, scale=SCALE, profile=True)
    assert handlers() == before
    assert capfd.readouterr() == ("", "")
