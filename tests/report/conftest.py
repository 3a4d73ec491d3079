"""Invented runs and one page made of them, shared by the tests of the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invented_runs import HOSTILE, make_run

from urbsim.report.page import write_report


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three scenarios: baseline and no_plan with equal results, and another with a hostile title."""
    out = tmp_path_factory.mktemp("runs")
    titles = {
        "baseline": {"en": "The plan", "zh": "行动计划情景"},
        "no_plan": {"en": "No plan", "zh": "无计划情景"},
    }
    for name, title in titles.items():
        make_run(out, name, title=title, luck=5)
    spec = {
        "base": "census_2020",
        "until": "2023-12",
        "conditions": {"reclassification": "frozen", "outside_jobs": [{"from": "2021-07", "value": 0.5}]},
        "levers": {},
    }
    make_run(out, "other", title={"en": HOSTILE, "zh": HOSTILE}, luck=5, push=1.3, spec=spec)
    return out


@pytest.fixture(scope="session")
def page(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of all three in both languages."""
    return write_report([runs], tmp_path_factory.mktemp("page") / "report.html", None, "both")


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """Makes a small run quickly; arguments as for make_run."""

    def make(scenario: str = "baseline", **settings: Any) -> Path:
        return make_run(tmp_path / "small", scenario, **{"scale": 0.0005, **settings})

    return make
