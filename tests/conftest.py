"""Every test of an event runs on the kernels and on their plain twins."""

from __future__ import annotations

import pytest

from urbsim.processes import implementation
from urbsim.processes.implementation import Implementation


@pytest.fixture(params=["compiled", "plain"])
def engine(request: pytest.FixtureRequest) -> Implementation:
    return implementation.compiled() if request.param == "compiled" else implementation.plain()
