"""Looking only at those of whom there is news finds what looking at everybody finds, month after month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from urbsim.columns import Columns
from urbsim.kernels import labour, school_places
from urbsim.runner import run_scenario
from urbsim.scenario import load_scenario

MONTHS_UNTIL = "2022-02"


def twice(kernel: Any, columns: tuple[str, ...], seen: list[int], need: list[np.ndarray]):
    """The kernel, which looks at everybody as well, on a copy, and fails if that makes a difference."""

    def looks_twice(lo: int, hi: int, month: int, people: Columns, *rest: Any) -> Any:
        copy = Columns(people.identity_rows, *(column.copy() for column in people[1:]))
        found = kernel(lo, hi, month, people, *rest)
        of_all = kernel(lo, hi, month, copy, *rest[:-1], True)
        np.testing.assert_array_equal(np.sort(found[0]), np.sort(of_all[0]))
        np.testing.assert_array_equal(found[1], of_all[1])
        if kernel is school_places_review:
            need[0] = found[2] + (0 if rest[-1] else need[0])
            np.testing.assert_array_equal(need[0], of_all[2])
        else:
            np.testing.assert_array_equal(found[2], of_all[2])
        alive = people.risk[lo:hi] != 255
        for name in columns:
            ours, theirs = getattr(people, name)[lo:hi], getattr(copy, name)[lo:hi]
            np.testing.assert_array_equal(ours[alive], theirs[alive], err_msg=name)
        seen.append(0 if rest[-1] else found[0].size)
        return found

    return looks_twice


school_places_review = school_places.review


@pytest.mark.parametrize("scenario", ["baseline"])
def test_nobody_is_missed(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: list[int] = []
    at_school: list[int] = []
    need = [np.zeros((111, 3, 2), np.int64)]
    monkeypatch.setattr(labour, "update", twice(labour.update, ("work",), at_work, need))
    monkeypatch.setattr(school_places, "review", twice(school_places.review, ("school",), at_school, need))
    spec = load_scenario(scenario).model_copy(update={"until": MONTHS_UNTIL})
    run_scenario(spec, scale=0.004, threads=1)
    assert sum(n > 0 for n in at_work) >= 13 and sum(n > 0 for n in at_school) >= 12
