"""What the tests of updates share: a batch, and the invented protocol in the place of the installed one."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_batch import PROTOCOL, SHARES, make_batch

from urbsim.fit.protocol import InForce, load_protocol
from urbsim.update import command


@pytest.fixture(scope="session")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 draws of two scenarios; shares of `plan` at the end of 2021 are 52.0 to 54.9 per cent, of `other` one less."""
    return make_batch(tmp_path_factory.mktemp("forecasts") / "invented", SHARES)


@pytest.fixture(autouse=True)
def _invented_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "protocol.yaml"
    path.write_text(PROTOCOL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "load_protocol", lambda: load_protocol(path))
    monkeypatch.setattr(command, "protocol_in_force", lambda: InForce("invented", 1, "0" * 64))
