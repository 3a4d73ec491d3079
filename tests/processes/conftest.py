"""Every test of an event runs on the kernels and on their plain twins."""

from __future__ import annotations

import pytest

from urbsim import engine as engines
from urbsim.engine import Engine


@pytest.fixture(params=["compiled", "plain"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return engines.compiled() if request.param == "compiled" else engines.reference()
