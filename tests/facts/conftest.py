"""A copy of the calibration folder that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from urbsim.facts.register import Row, read_rows, write_rows
from urbsim.paths import calibration_dir

Edit = Callable[[str, Callable[[list[Row]], None]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The facts, without parameters and tables of parameters, which are tested apart."""
    copy = tmp_path / "calibration"
    shutil.copytree(calibration_dir(), copy, ignore=shutil.ignore_patterns("parameters", "tables", "fitted"))
    (copy / "parameters").mkdir()
    return copy


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Change the rows of one file of the copy in place: `edit("sources.csv", change)`."""

    def apply(file: str, change: Callable[[list[Row]], None]) -> None:
        rows = read_rows(folder / file)
        change(rows)
        write_rows(folder / file, rows)

    return apply
