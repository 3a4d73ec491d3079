"""Values that a program hands over: scalars of other libraries as Python's own, mappings as strict as files."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from urbsim.errors import InputError
from urbsim.files.contents import document_of
from urbsim.files.plain_values import finite, plain, truth, whole
from urbsim.files.strict_yaml import MAX_DEPTH


class Level(IntEnum):
    THREE = 3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.float64(0.01), 0.01),
        (np.float32(0.01), 0.01),  # and not 0.009999999776
        (np.longdouble("0.01"), 0.01),
        (np.array(0.5), 0.5),
        (np.uint8(4), 4),
        (pd.Series([3])[0], 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (Decimal("0.01"), 0.01),
        (Decimal("15000"), 15000),
        (Decimal("1e999999999"), math.inf),
        (Fraction(1, 4), 0.25),
        (Fraction(10**400), math.inf),
        (Level.THREE, 3),
        (None, None),
    ],
)
def test_scalars_become_plain(given: object, expected: object):
    assert plain(given) == expected and type(plain(given)) is type(expected)


@pytest.mark.parametrize("given", [pd.NA, pd.NaT, np.array([1]), 1j, [1], dt.date(2021, 1, 1)])
def test_what_is_no_scalar_stays(given: Any):
    assert plain(given) is given
    assert finite(given) is whole(given) is truth(given) is None


def test_numbers_are_numbers_and_nothing_else():
    assert finite(np.int64(1)) == 1.0 and whole(3.0) == 3 and whole(Decimal(3)) == 3
    for given in (True, np.bool_(True), "1", np.nan, Decimal("sNaN"), math.inf, 10**400, None):
        assert finite(given) is None
    for given in (True, "1", 1.5, np.nan, None):
        assert whole(given) is None
    assert truth(np.bool_(False)) is False and truth(0) is truth("no") is None


def test_a_mapping_becomes_a_document():
    given = {"a": (np.int64(1), {np.int64(450100): Decimal("2.5")}), "b": np.array([1.5, 2.0])}
    document = document_of(given, "<x>")
    assert document.value == {"a": [1, {"450100": 2.5}], "b": [1.5, 2.0]}
    problem = document.problem(("a", 1, "450100"), "is wrong")
    assert str(problem) == "<x>: a[1].450100: is wrong"


def test_everything_wrong_with_a_mapping_is_said_at_once():
    given = {
        "a": {1, 2},
        "b": [math.nan, 10**30],
        "c": "x\0y",
        1: 0,
        "1": 0,
        None: 0,
        "d": "\ud800",
        "e": pd.NA,
    }
    with pytest.raises(InputError) as refused:
        document_of(given, "<x>")
    problems = refused.value.problems
    assert {problem.file for problem in problems} == {"<x>"}
    keys = [problem.key for problem in problems]
    assert keys == ["a", "b[0]", "b[1]", "c", "1", None, "d", "e"]


def test_a_mapping_in_itself_ends():
    given: dict[str, Any] = {}
    given["a"] = given
    with pytest.raises(InputError, match=f"nested deeper than {MAX_DEPTH} levels"):
        document_of(given, "<x>")
