"""A small record: two scenarios on a thousandth of the people."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from urbsim.verify import manifest, renewal
from urbsim.verify.manifest import Run

RUNS = [Run("no_plan", 0.001, 0, 1), Run("baseline", 0.001, 0, 1)]


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "runs", lambda: RUNS)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "runs", lambda: RUNS)
        renewal.renew(folder)
    return folder


@pytest.fixture
def records(made: Path, tmp_path: Path) -> Path:
    """A copy, to be damaged."""
    return Path(shutil.copytree(made, tmp_path / "records"))
