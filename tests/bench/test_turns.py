"""Two programs in turns: what counts, what is refused, and what the exit code says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import turns
from bench.processes import CommandFailed, Cost, timed_command


def costs(*seconds: float) -> list[Cost]:
    """Runs that took so long by the clock, and twice that of core time."""
    return [Cost(wall, 2 * wall, 0, None) for wall in seconds]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> dict[Path, list[tuple[Cost, str]]]:
    """What runs of this checkout and of an older one cost, in their order, with the fingerprint they leave."""
    older = Path("older").resolve()
    found = {
        turns.ROOT: [(cost, "aa") for cost in costs(9, 3, 2)],
        older: [(cost, "aa") for cost in costs(1, 4, 5)],
    }
    monkeypatch.setattr(turns, "_run", lambda root, *_: found[root].pop(0))
    return found


def test_the_first_round_does_not_count(measured, capsys: pytest.CaptureFixture[str]) -> None:
    assert turns.main(["--before", "older", "--rounds", "2"]) == 0
    assert "by the clock: urbsim 2.00 s, the older code 4.00 s: 0.50 times" in capsys.readouterr().out


@pytest.mark.parametrize(("limit", "code"), [("0.5", 0), ("0.49", 1)])
def test_a_ratio_above_the_limit_ends_with_one(measured, limit: str, code: int) -> None:
    assert turns.main(["--before", "older", "--rounds", "2", "--limit", limit]) == code


def test_old_code_that_leaves_other_numbers_is_named(measured, capsys: pytest.CaptureFixture[str]) -> None:
    measured[turns.ROOT][1] = (measured[turns.ROOT][1][0], "bb")
    assert turns.main(["--before", "older", "--rounds", "2"]) == 1
    assert "different fingerprints: aa, bb" in capsys.readouterr().err


def test_a_program_that_fails_is_told(measured, capsys: pytest.CaptureFixture[str]) -> None:
    command = f"{sys.executable} -c 'raise SystemExit(\"no such place\")'"
    assert turns.main(["--command", command]) == 2
    assert "no such place" in capsys.readouterr().err


def test_a_program_is_run_where_it_is_meant_to_be(tmp_path: Path) -> None:
    _, said, _ = timed_command([sys.executable, "-c", "import os; print(os.getcwd())"], tmp_path)
    assert said.strip() == str(tmp_path.resolve())


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="no-such-program"):
        timed_command(["no-such-program"], tmp_path)


def test_no_rounds_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        turns.main(["--before", "older", "--rounds", "0"])
    assert "is below 1" in capsys.readouterr().err
