"""Tests of what happens to persons run on the kernels and on their plain twins; households come from tests/processes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from urbsim import engine as engines
from urbsim.engine import Engine

sys.path.append(str(Path(__file__).parents[1] / "processes"))


@pytest.fixture(params=["compiled", "plain"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return engines.compiled() if request.param == "compiled" else engines.reference()
