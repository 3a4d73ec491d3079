"""Runs at the same time, in threads of one process or in processes, are the runs they are alone."""

from __future__ import annotations

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from urbsim.scenario.reader import load_scenario
from urbsim.simulation.foreground import run_scenario

# scenario, seed, draw, threads: neighbours differ in one of them, and the first comes twice
RUNS = [
    ("no_plan", 1, 0, 1),
    ("no_plan", 2, 0, 2),
    ("no_plan", 1, 1, 1),
    ("rules_of_2012", 1, 0, 2),
    ("no_plan", 1, 0, 2),
]


def fingerprint(run: tuple[str, int, int, int]) -> str:
    """Of ten months, the first new school year among them, of about 59,000 persons."""
    name, seed, draw, threads = run
    until = "2011-09" if name.startswith("hindcast") else "2021-09"
    scenario = load_scenario(name).model_copy(update={"until": until})
    return run_scenario(scenario, scale=0.001, seed=seed, draw=draw, threads=threads).summary["fingerprint"]


@pytest.fixture(scope="module")
def alone() -> list[str]:
    return [fingerprint(run) for run in RUNS]


def test_alone_they_differ_as_they_should(alone: list[str]):
    assert alone[0] == alone[4]
    assert len(set(alone)) == 4


@pytest.mark.parametrize(
    "pool",
    [lambda: ThreadPoolExecutor(3), lambda: ProcessPoolExecutor(2, get_context("spawn"))],
    ids=["threads", "processes"],
)
def test_side_by_side_they_are_the_same(alone: list[str], pool):
    executor: Executor
    with pool() as executor:
        assert list(executor.map(fingerprint, RUNS)) == alone
        assert list(executor.map(fingerprint, RUNS[::-1])) == alone[::-1]  # in another order, by used workers


def test_what_a_process_keeps_of_earlier_runs_changes_no_later_one():
    """Scenarios, bases and draws in turn, then in the other order: tables that are kept are those of each run."""
    runs = [
        ("baseline", 1, 3, 1),
        ("hindcast_2010_2020", 1, 3, 1),
        ("no_plan", 1, 4, 1),
        ("baseline", 2, 0, 1),
        ("hindcast_2010_2020", 1, 0, 1),
    ]
    first = [fingerprint(run) for run in runs]
    assert len(set(first)) == len(runs)
    assert [fingerprint(run) for run in reversed(runs)] == first[::-1]
