"""Every test of an event runs on the kernels and on their plain twins; no test fails because the machine is busy."""

from __future__ import annotations

import hypothesis
import pytest

from urbsim.processes import implementation
from urbsim.processes.implementation import Implementation

# Both would refuse an example for the time it took.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(params=["compiled", "plain"])
def engine(request: pytest.FixtureRequest) -> Implementation:
    return implementation.compiled() if request.param == "compiled" else implementation.plain()
