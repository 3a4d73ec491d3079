"""One byte of an input in a copy of the repository: it is seen, and the file or number is named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import urbsim

REPOSITORY = Path(urbsim.__file__).resolve().parents[1]
CODE, SCENARIO = "urbsim/processes/demography/equations.py", "scenarios/baseline.yaml"
FACT, PARAMETERS = "calibration/observations/gdp.csv", "calibration/parameters/migration.yaml"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run reads, and nothing else, so that the record is the one of `made`."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("urbsim", "calibration", "scenarios"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def changed(copy: Path, records: Path) -> tuple[int, dict[str, list[str]]]:
    """Exit code in the copy, and the pieces that are said to have changed, by group."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "urbsim", "verify", "--inputs", "--json", "--record", str(records)],
        cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    groups = json.loads(done.stdout)["inputs"]
    return done.returncode, {
        group: [one["what"] for one in pieces] for group, pieces in groups.items() if pieces
    }


def test_a_copy_is_as_recorded(copy: Path, made: Path):
    assert changed(copy, made) == (0, {})


@pytest.mark.parametrize(
    ("file", "old", "new", "group", "piece"),
    [
        (FACT, b"\n", b" \n", "facts", "gdp.csv"),
        (CODE, b"\n", b" \n", "code", "processes/demography/equations.py"),
        (PARAMETERS, b"start: 0.815", b"start: 0.816", "parameters", "activation_level"),
        (SCENARIO, b"{total: 40000}", b"{total: 40001}", "scenario", "levers.schooling.primary_places.total"),
        ("scenarios/targets/plan_2021_2023.yaml", b"0.57", b"0.58", "scenario", "targets.T1.threshold"),
    ],
)
def test_one_byte_is_seen_and_named(
    copy: Path, made: Path, file: str, old: bytes, new: bytes, group: str, piece: str
):
    path = copy / file
    before = path.read_bytes()
    assert old in before
    try:
        path.write_bytes(before.replace(old, new, 1))
        code, found = changed(copy, made)
    finally:
        path.write_bytes(before)
    assert code == 1 and list(found) == [group] and piece in found[group]


def test_a_fitted_draw_that_comes_is_seen(copy: Path, made: Path):
    fitted = copy / "calibration" / "fitted"
    fitted.mkdir(exist_ok=True)
    (fitted / "one_more.csv").write_text("draw\n1\n", encoding="utf-8")
    try:
        assert changed(copy, made) == (1, {"fitted": ["one_more.csv"]})
    finally:
        (fitted / "one_more.csv").unlink()
