"""`urbsim export --form hubverse`: the columns that hubs ask for, samples that are runs, quantiles of twenty and more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from invented_runs import make_run
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.tables import hubverse

COLUMNS = [
    "origin_date", "scenario_id", "target", "location", "horizon", "target_end_date", "output_type",
    "output_type_id", "value",
]  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenarios, the central draw and two others."""
    out = tmp_path_factory.mktemp("stored")
    for draw in (0, 1, 2):
        make_run(out, "no_plan", scale=0.0005, draw=draw)
        make_run(out, "plan", scale=0.0005, draw=draw, push=1.5)
    return out


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["export", *map(str, arguments), "--form", "hubverse"])


def test_samples_are_runs_by_month(stored: Path, tmp_path: Path):
    asked = ("--indicator", "urbanisation_rate", "--indicator", "births", "--place", "450100")
    for name in ("2020-10-31-urbsim.parquet", "2020-10-31-urbsim.csv"):
        done = invoke(stored, *asked, "--out", tmp_path / name)
        assert done.exit_code == 0, done.stderr
    found = pd.read_parquet(tmp_path / "2020-10-31-urbsim.parquet")
    assert list(found.columns) == COLUMNS and set(found["output_type"]) == {"sample"}
    assert set(found["output_type_id"]) == {"draw1-seed1", "draw2-seed1"}
    assert "draw 0 is left out" in done.stderr
    assert "no quantiles for no_plan, plan: they need 20 runs" in done.stderr
    assert len(found) == 2 * 2 * (39 + 38)  # the flow has no base night
    raw = pd.read_parquet(stored / "plan" / "scale0.0005-draw2-seed1" / "indicators.parquet")
    mine = found[(found["scenario_id"] == "plan") & (found["output_type_id"] == "draw2-seed1")]
    for row in pd.DataFrame(mine).to_dict("records"):
        right = raw[
            (raw["indicator"] == row["target"])
            & (raw["place"] == row["location"])
            & (raw["month"] == row["target_end_date"])
        ]
        assert [row["value"]] == list(right["value"])
        months = (row["target_end_date"].year - 2020) * 12 + row["target_end_date"].month - 10
        assert row["horizon"] == months and str(row["origin_date"]) == "2020-10-31"
    csv = pd.read_csv(tmp_path / "2020-10-31-urbsim.csv", dtype={"location": str, "output_type_id": str})
    assert list(csv.columns) == COLUMNS and list(csv["value"]) == list(found["value"])


def test_the_central_draw_alone_is_a_sample(stored: Path):
    done = invoke(stored / "plan" / "scale0.0005-draw0-seed1", "--indicator", "urbanisation_rate", "--json")
    rows = json.loads(done.stdout)
    assert len(rows) == 39 and rows[0]["target_end_date"] == "2020-10-31" and rows[0]["horizon"] == 0
    assert {row["output_type_id"] for row in rows} == {"draw0-seed1"}
    assert "all runs are of draw 0" in done.stderr


def test_quantiles_of_twenty_runs(monkeypatch: pytest.MonkeyPatch):
    class Run:
        def __init__(self, draw: int) -> None:
            self.draw, self.key = draw, ("plan", draw, 1)

    def sample(run: Run, selection: object) -> pd.DataFrame:
        task = {name: ["same", "same"] for name in hubverse.TASK} | {"target": ["a", "b"]}
        ids = {"output_type": "sample", "output_type_id": str(run.draw)}
        return pd.DataFrame(task | ids | {"value": [float(run.draw), 100.0 * run.draw]})

    monkeypatch.setattr(hubverse, "samples", sample)
    runs: Any = [Run(draw) for draw in range(21)]  # draw 0 is none of the twenty
    *each, last = hubverse.frames(runs, None)  # type: ignore[arg-type]
    assert len(each) == 20 and list(last.columns) == COLUMNS
    assert list(last["output_type_id"][:7]) == ["0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95"]
    expected = np.quantile(np.arange(1.0, 21.0), hubverse.LEVELS)
    assert list(last["value"]) == pytest.approx([*expected, *(100 * expected)])
    assert all(frame["output_type"].eq("sample").all() for frame in hubverse.frames(runs[:20], None))  # type: ignore[arg-type]


def test_what_does_not_go_with_it(stored: Path, tmp_path: Path):
    done = invoke(stored, "--place", "nowhere")
    assert done.exit_code == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["--place", "--out"]
    done = invoke(stored, "--out", tmp_path / "t.xlsx")
    assert done.exit_code == 2 and "--out: this form is not written as .xlsx" in done.stderr
    done = CliRunner().invoke(app, ["export", str(stored), "--form", "hubvers", "--json"])
    assert done.exit_code == 2 and "did you mean 'hubverse'?" in done.stderr
    done = invoke(stored, "--indicator", "births", "--to", "2020-10", "--json")  # the base night has no flows
    assert done.exit_code == 2 and "hold no such indicator" in done.stderr
