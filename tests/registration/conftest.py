"""Tests of what happens to persons run on the kernels and on their plain twins; households come from tests/processes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from urbsim.processes import implementation
from urbsim.processes.implementation import Implementation

sys.path.append(str(Path(__file__).parents[1] / "processes"))


@pytest.fixture(params=["compiled", "plain"])
def engine(request: pytest.FixtureRequest) -> Implementation:
    return implementation.compiled() if request.param == "compiled" else implementation.plain()
