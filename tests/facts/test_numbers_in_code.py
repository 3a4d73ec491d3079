"""Behaviour stands in parameters: the code keeps definitions, units and guards, and says which is which."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import urbsim
from urbsim.facts.parameters import load_parameters
from urbsim.state import definitions

PACKAGE = Path(urbsim.__file__).parent
PLAIN = {0.0, 0.5, 1.0, 2.0}  # nothing, rounding and middles, everything, halves and squares
MARKS = re.compile(r"# .*\b(guard|unit: |numerical|of the table)")


def behaviour() -> list[Path]:
    """Files in which a number could change what people do."""
    folders = [path for name in ("processes", "levers") for path in (PACKAGE / name).rglob("*.py")]
    return [*folders, PACKAGE / "month.py"]


def unexplained(text: str) -> Iterator[tuple[int, float]]:
    """Lines and values of the floating-point numbers of a file that neither are plain nor say what they are."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value not in PLAIN:
            if not MARKS.search(lines[node.lineno - 1]):
                yield node.lineno, node.value


def test_an_unexplained_number_is_seen():
    assert list(unexplained("x = np.clip(y, 0.05, 20.0)\n")) == [(1, 0.05), (1, 20.0)]
    assert list(unexplained("x = 0.5 * y\nz = 1e-9  # guard: keeps a weight\n")) == []


def test_numbers_of_behaviour_are_parameters():
    found = {
        path.relative_to(PACKAGE).as_posix(): numbers
        for path in behaviour()
        if (numbers := list(unexplained(path.read_text(encoding="utf-8"))))
    }
    assert not found, f"make these parameters, or say that they are guards or units: {found}"


def test_every_parameter_is_read_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    unread = [name for name in load_parameters(0).info if f'"{name}"' not in code]
    assert not unread, unread


def test_every_definition_says_whose_it_is():
    text = Path(definitions.__file__).read_text(encoding="utf-8")
    tree = ast.parse(text).body
    for node, following in pairwise(tree):
        if isinstance(node, ast.Assign):
            assert isinstance(following, ast.Expr), f"line {node.lineno} has no words"


def test_the_months_of_residence_are_those_of_the_facts():
    assert load_parameters(0)["resident_after"] == definitions.RESIDENT_AFTER


def test_stages_of_school_follow_each_other():
    """Nine compulsory years: two thirds of them primary school, by which purchased places are shared (ODD G3)."""
    primary = definitions.JUNIOR_AGE - definitions.PRIMARY_AGE
    junior = definitions.SENIOR_AGE - definitions.JUNIOR_AGE
    assert (primary, junior) == (6, 3)
    assert definitions.KINDERGARTEN_AGE < definitions.PRIMARY_AGE
    assert definitions.SENIOR_AGE < definitions.WORKING_AGE < definitions.COLLEGE_AGE
