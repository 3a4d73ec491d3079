"""A look at marked people alone gives the same result as a look at everybody, month after month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import copy_of

from urbsim.processes.employment import kernels as labour
from urbsim.processes.schooling import kernels as school_places
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.foreground import run_scenario
from urbsim.state.columns import Columns

UNTIL = "2022-02"


def twice(kernel: Any, column: str, seen: list[int]) -> Any:
    """The kernel, which looks at everybody as well, on a copy, and fails if that makes a difference.

    Seekers and changes of jobs, or children who wait and places given up, are the same; and children in need, of whom
    the kernel returns a change.
    """
    need = np.zeros((111, 3, 2), np.int64)

    def looks_twice(lo: int, hi: int, month: int, people: Columns, *rest: Any) -> Any:
        copy = copy_of(people)
        found = kernel(lo, hi, month, people, *rest)
        of_all = kernel(lo, hi, month, copy, *rest[:-1], True)
        np.testing.assert_array_equal(np.sort(found[0]), np.sort(of_all[0]))
        np.testing.assert_array_equal(found[1], of_all[1])
        if column == "school":
            need[:] = found[2] + (0 if rest[-1] else need)
        np.testing.assert_array_equal(need if column == "school" else found[2], of_all[2])
        alive = people.risk[lo:hi] != 255
        ours, theirs = (getattr(q, column)[lo:hi][alive] for q in (people, copy))
        np.testing.assert_array_equal(ours, theirs)
        seen.append(0 if rest[-1] else found[0].size)
        return found

    return looks_twice


def test_nobody_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: list[int] = []
    at_school: list[int] = []
    monkeypatch.setattr(labour, "update", twice(labour.update, "work", at_work))
    monkeypatch.setattr(school_places, "review", twice(school_places.review, "school", at_school))
    spec = load_scenario("baseline").model_copy(update={"until": UNTIL})
    run_scenario(spec, scale=0.004, threads=1)
    assert sum(n > 0 for n in at_work) >= 13 and sum(n > 0 for n in at_school) >= 12
