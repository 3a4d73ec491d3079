"""Invented batches, shared by the tests of the command, and facts that a test may add to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from invented_batches import Batches, make_batches

from urbsim.paths import calibration_dir


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Batches:
    """To be read only; `batches` is a copy."""
    return make_batches(tmp_path_factory.mktemp("batches"))


@pytest.fixture
def batches(made: Batches, tmp_path: Path) -> Batches:
    """A copy that a test may spoil."""
    copy = tmp_path / "runs"
    shutil.copytree(made.forecasts.parent, copy)
    return Batches(copy / made.forecasts.name, copy / made.replays.name)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A copy of the calibration folder that a test may add figures to, or freeze another protocol in: without a fit."""
    without = shutil.ignore_patterns("fitted", "left_out", "origins")
    shutil.copytree(calibration_dir(), tmp_path / "facts", ignore=without)
    return tmp_path / "facts"
