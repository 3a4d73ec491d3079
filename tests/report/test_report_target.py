"""Where the page is to be is looked at before work, as `urbsim run` does."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.report import page as pages


@pytest.fixture
def report(small: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], str]:
    """Runs `urbsim report --out` and returns what it refuses, once all counting and drawing is forbidden."""
    run = small("plan", until=dt.date(2020, 11, 30))
    monkeypatch.setattr(pages.findings, "find", lambda *given: pytest.fail("work began"))

    def refused(out: Path) -> str:
        before = sorted(run.parent.parent.parent.rglob("*"))
        result = CliRunner().invoke(app, ["report", str(run), "--out", str(out)])
        assert result.exit_code == 2 and isinstance(result.exception, SystemExit), result.exception
        assert sorted(run.parent.parent.parent.rglob("*")) == before
        (line,) = result.stderr.splitlines()
        assert line.startswith("--out: ")
        return line

    return refused


def test_a_folder_where_the_page_should_be(report: Callable[[Path], str], tmp_path: Path):
    (tmp_path / "page.html").mkdir()
    assert "is a folder" in report(tmp_path / "page.html")


def test_a_file_where_charts_and_tables_should_be(report: Callable[[Path], str], tmp_path: Path):
    (tmp_path / "page_files").write_text("mine")
    assert "page_files' is a file" in report(tmp_path / "page.html")


def test_a_page_below_a_file(report: Callable[[Path], str], tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert "file' is a file" in report(tmp_path / "file")
    assert "lies below a file" in report(tmp_path / "file" / "deep" / "page.html")


def test_a_name_that_no_file_system_takes(report: Callable[[Path], str], tmp_path: Path):
    assert "cannot be used" in report(tmp_path / f"{'x' * 249}.html")
    assert "cannot be used" in report(tmp_path / f"{'x' * 237}.html")  # as it is written, its name is longer
    (problem,) = pages._unfit(tmp_path / "a\0b.html", tmp_path / "a\0b_files")
    assert "no null character" in problem.message


@pytest.mark.skipif(sys.platform == "win32", reason="rights differ")
def test_a_folder_that_cannot_be_written_to(
    report: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK | os.X_OK and real(path, mode))
    assert "cannot be written to" in report(tmp_path / "page.html")
