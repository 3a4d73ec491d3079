"""Stages of school are data: another one costs a line of a table and its parameters, and no kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_a_fourth_stage_needs_no_change_of_a_kernel(tmp_path: Path) -> None:
    """Machine code is kept by the text of the files, so that a table changed in memory needs a cache of its own."""
    script = Path(__file__).with_name("four_stages.py")
    environment = {**os.environ, "URBSIM_CACHE": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)], env=environment, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr[-3000:]
