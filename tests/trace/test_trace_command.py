"""`urbsim trace` on the smallest worlds: the run is the same with and without the probe, and the prose says it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from urbsim.calendar import month_number
from urbsim.cli import app
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.foreground import run_scenario
from urbsim.simulation.runner import RunSpec
from urbsim.trace.command import traced
from urbsim.trace.life import Life
from urbsim.trace.prose import _Teller, lines_of

SHORT = "name: short\nextends: baseline\nuntil: 2021-12\n"
SCALE = 0.001


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trace") / "short.yaml"
    path.write_text(SHORT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def moved(scenario: Path) -> Life:
    spec = RunSpec(load_scenario(scenario), SCALE, 1, 0, 1)
    return traced(spec, ("moved", "took_job"), lambda fraction, text: None)


def test_the_run_is_the_same_to_the_byte(scenario: Path, moved: Life):
    run = run_scenario(load_scenario(scenario), scale=SCALE, seed=1, draw=0, threads=1)
    assert moved.fingerprint == run.summary["fingerprint"]


def test_what_is_told_hangs_together(moved: Life):
    assert moved.base is not None
    kinds = {note.kind for note in moved.notes}
    assert {"lives", "work"} <= kinds
    for note in moved.notes:
        if (
            "chance" in note.data
            and note.kind != "leaves junior school"
            and note.kind != "leaves senior school"
        ):
            assert note.data["draw"] < note.data["chance"], note
    # A move by own choice goes where the alternative was worth most.
    for one, other in zip(moved.notes, moved.notes[1:], strict=False):
        if one.kind == "weighs" and other.kind == "lives" and other.data["cause"] == "apply_moves":
            assert other.data["now"] == one.data["alternatives"][0]["part"]
    lives = moved.base.lives
    for note in moved.notes:
        if note.kind == "lives":
            assert note.data["before"] == lives
            lives = note.data["now"]
    assert moved.end is None or moved.end.lives == lives


def test_both_languages_tell_the_same_months(moved: Life):
    english, chinese = lines_of(moved, "en"), lines_of(moved, "zh")
    assert len(english) == len(chinese) > 3
    assert str(moved.person) in english[0] and str(moved.person) in chinese[0]
    assert "Moves from" in "".join(english) and "迁往" in "".join(chinese)
    for line in (*english, *chinese):
        assert "{" not in line and "None" not in line
    plain = json.loads(json.dumps(moved.as_dict()))
    assert plain["notes"] and plain["base"]["lives"][:2] in ("45", "ou")


def test_the_same_person_is_found_again_by_id(scenario: Path, moved: Life):
    done = CliRunner().invoke(
        app,
        ["trace", str(scenario), "--person", str(moved.person), "--scale", str(SCALE), "--language", "zh"],
    )
    assert done.exit_code == 0, done.stderr
    assert done.stdout.split("\n\n") == [*lines_of(moved, "zh")[:-1], lines_of(moved, "zh")[-1] + "\n"]
    assert moved.fingerprint in done.stderr


def invoke(*options: Any) -> Any:
    return CliRunner().invoke(app, ["trace", *map(str, options)])


def test_all_that_is_wrong_is_said_at_once():
    done = invoke(
        "baselin", "--person", "x", "--who", "move", "--scale", "7", "--language", "fr", "--draw", "-1"
    )
    assert done.exit_code == 2
    for words in ("baseline", "--person", "moved", "--scale", "--language", "--draw", "one of the two"):
        assert words in done.stderr, words


def test_a_person_whom_the_sample_does_not_hold_is_refused(scenario: Path, moved: Life):
    done = invoke(scenario, "--person", moved.person + 1, "--scale", 0.00002)
    assert done.exit_code == 2
    assert "--scale" in done.stderr and "did you mean" in done.stderr


def test_months_are_called_as_each_language_does():
    tell = _Teller.month
    assert tell(SimpleNamespace(lang="en"), month_number("2021-01")) == "January 2021"  # type: ignore[arg-type]
    assert tell(SimpleNamespace(lang="zh"), month_number("2021-12")) == "2021年12月"  # type: ignore[arg-type]
