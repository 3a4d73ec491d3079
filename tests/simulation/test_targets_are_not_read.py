"""No target reaches the world: neither its number in a run, nor its name in the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import urbsim
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.simulation.foreground import run_scenario

ROOT = Path(urbsim.__file__).parent
TOLD = (
    "results/targets.py", "scenario/reader.py", "report/", "explain/", "batch/verdicts.py", "update/", "verify/",
    "tables/indicator_table/", "seek/question.py",
)  # fmt: skip
"""Who may read a threshold: who holds finished runs against it, who checks the file of a target, who words it."""
MAKES_A_RUN = (
    "calendar.py", "compute", "errors.py", "facts", "files", "levers", "limits.py", "month.py", "paths.py", "population", "processes",
    "results", "simulation", "state", "streams.py",
)  # fmt: skip
DOORS = {
    "__init__.py",
    "__main__.py",
    "batch",
    "cli.py",
    "compare",
    "emulator",
    "explain",
    "explore",
    "fit",
    "report",
    "scenario",
    "seek",
    "shares",
    "skill",
    "tables",
    "trace",
    "update",
    "verify",
}
JUDGES = {"results/targets.py", "simulation/runner.py"}
"""Who has to do with targets once the last month is over."""


def with_threshold(scenario: Scenario, threshold: float) -> Scenario:
    changed = scenario.model_copy()
    changed._judged_by = tuple(
        target.model_copy(update={"threshold": threshold, "tolerance": 0.0, "operator": "<="})
        for target in scenario.judged_by
    )
    return changed


def test_a_run_is_the_same_whatever_its_targets_ask_for():
    scenario = load_scenario("baseline")
    runs = [run_scenario(s, scale=0.002, threads=2) for s in (
        scenario, with_threshold(scenario, 0.0), with_threshold(scenario, 1e9), scenario.model_copy(update={"targets": ()})
    )]  # fmt: skip
    assert len({run.summary["fingerprint"] for run in runs}) == 1
    # The thresholds did differ, and the verdicts with them.
    assert [t.met for t in runs[1].targets] == [False, False]
    assert [t.met for t in runs[2].targets] == [True, True]
    values = [[t.value for t in run.targets] for run in runs[:3]]
    assert values[0] == values[1] == values[2] and (values[0][1] or 0) > 0


def modules() -> dict[str, ast.Module]:
    """Every module of the package by path, parsed."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(ROOT.rglob("*.py"))
    }


def reads_a_threshold(tree: ast.Module) -> bool:
    """True where the attribute or the key `threshold` of something is read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "threshold":
            return True
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if node.slice.value == "threshold":
                return True
        if isinstance(node, ast.Call) and any(
            isinstance(argument, ast.Constant) and argument.value == "threshold" for argument in node.args
        ):
            return True
    return False


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_only_who_judges_and_reports_reads_a_threshold():
    reading = {name for name, tree in modules().items() if reads_a_threshold(tree)}
    assert {"results/targets.py", "report/sentences.py"} <= reading  # the search finds what there is
    assert all(name.startswith(TOLD) for name in reading), reading


def test_no_part_of_the_package_is_forgotten():
    assert {name.split("/")[0] for name in modules()} == {*MAKES_A_RUN, *DOORS}


@pytest.mark.parametrize("part", MAKES_A_RUN)
def test_what_makes_a_run_knows_no_target(part: str):
    """Nothing that a month calls imports who judges, reads or words targets, or asks a scenario for its own."""
    files = {name: tree for name, tree in modules().items() if name.split("/")[0] == part}
    assert files
    forbidden = ("urbsim.results.targets", "urbsim.report", "urbsim.explain", "urbsim.cli")
    for name, tree in files.items():
        if name in JUDGES:
            continue
        names = imported(tree)
        assert not [one for one in names if one.startswith(forbidden)], name
        assert not [one for one in names if one.split(".")[-1] in ("Target", "load_targets")], name
        asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not asked & {"judged_by", "targets"}, name
