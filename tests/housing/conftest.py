"""Every test of an event runs on the kernels and on their plain twins."""

from __future__ import annotations

from types import ModuleType

import pytest

from urbsim.kernels import housing as kernels
from urbsim.reference import housing as twins


@pytest.fixture(params=["compiled", "plain"])
def engine(request: pytest.FixtureRequest) -> ModuleType:
    return kernels if request.param == "compiled" else twins
