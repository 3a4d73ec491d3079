"""The protocol is frozen: its digest matches, a changed text is refused, and mistakes come all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbsim.errors import InputError
from urbsim.fit import protocol
from urbsim.paths import calibration_dir


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (protocol.FILE, protocol.DIGESTS):
        (tmp_path / name).write_bytes((calibration_dir() / name).read_bytes())
    return tmp_path


def change(folder: Path, before: str, after: str) -> Path:
    path = folder / protocol.FILE
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return path


def test_the_protocol_is_the_one_that_was_frozen():
    found = protocol.protocol_in_force()
    assert found.version == protocol.load_protocol().version
    assert len(found.digest) == 64


def test_one_changed_byte_is_refused(folder: Path):
    change(folder, "error: 0.12", "error: 0.13")
    with pytest.raises(InputError, match=r"differs from version \d"):
        protocol.protocol_in_force(folder)


def test_a_version_that_a_fit_went_by_cannot_be_frozen_again(folder: Path):
    change(folder, "error: 0.12", "error: 0.13")
    (folder / "fitted").mkdir()
    now = protocol.load_protocol(folder / protocol.FILE).version
    (folder / "fitted" / "record.yaml").write_text(f"protocol: {{version: {now}}}\n", encoding="utf-8")
    with pytest.raises(InputError, match="a fit went by it"):
        protocol.freeze(folder)
    change(folder, f"\nversion: {now}\n", f"\nversion: {now + 1}\n")
    with pytest.raises(InputError, match=f"versions 1 to {now + 1}"):  # the reason is missing
        protocol.freeze(folder)
    change(folder, "\nreplay:", f'\n  - {{version: {now + 1}, date: "2026-12-01", reason: again}}\nreplay:')
    assert protocol.freeze(folder).version == now + 1
    assert protocol.protocol_in_force(folder).version == now + 1
    assert len((folder / protocol.DIGESTS).read_text(encoding="utf-8").splitlines()) == now + 1


def test_mistakes_come_all_at_once_with_their_lines(folder: Path):
    change(folder, "role: target", "role: goal")
    change(folder, "weight: 0.5", "weight: 0.4")
    path = change(folder, "last_year: 2020", "last_year: 2021")
    with pytest.raises(InputError) as refused:
        protocol.load_protocol(path)
    text = str(refused.value)
    assert "last_year" in text and "urban_share.role" in text and "add up to 0.9" in text
    assert all(problem.line for problem in refused.value.problems)
