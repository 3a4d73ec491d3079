"""Every test of an event runs on the kernels and on their plain twins."""

from __future__ import annotations

from types import ModuleType

import pytest

from urbsim.processes.housing import kernels
from urbsim.processes.housing import plain as twins


@pytest.fixture(params=["compiled", "plain"])
def engine(request: pytest.FixtureRequest) -> ModuleType:
    return kernels if request.param == "compiled" else twins
