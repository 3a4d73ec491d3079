"""A finished batch of invented runs whose urban shares are chosen, and a protocol with round errors, for the tests."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from invented_runs import jobs_target, make_run, seal_again, urban_target

from urbsim.results import store

SCALE = 0.0005
LATER = 0.03
"""The share at the end of 2023 less that at the end of 2021, in every run."""
PROVINCE = "450000"
SHARES = {
    "plan": [0.520 + 0.001 * k for k in range(30)],
    "other": [0.510 + 0.001 * k for k in range(30)],
}
"""Urban shares at the end of 2021 of the draws of two scenarios."""

PROTOCOL = """\
name: invented
version: 1
date: "2026-01-01"
changes:
  - {version: 1, date: "2026-01-01", reason: "invented for a test"}
replay: hindcast_2010_2020
forecast: no_plan
last_year: 2020
structural_inputs: {}
observables:
  urban_share:
    {meaning: invented, unit: points, role: target, error: 0.6, discrepancy: 0.8, fades_over: 4}
  residents:
    {meaning: invented, unit: million, role: target, error: 0.3, discrepancy: 0.4}
  new_jobs:
    {meaning: invented, unit: log, role: target, error: 0.05, discrepancy: 0.15, fades_over: 2}
  prefecture_shares:
    {meaning: invented, unit: points, role: target, error: 0.1, discrepancy: 4.0, common: 0.5}
priors: calibration/parameters
variants:
  main: {weight: 1.0, behaviour: {}}
method: invented
budget: {runs: 1, scale: 0.01, minutes: 1, cores: 1}
scores: {}
rivals: {}
"""


def make_batch(
    folder: Path,
    shares: dict[str, list[float]],
    *,
    seeds: int = 1,
    status: str = "done",
    central: bool = False,
) -> Path:
    """A batch with draws 1, 2, ...; shares: scenario -> urban share of the province at the end of 2021 by draw."""
    rows = []
    for scenario, of_draws in shares.items():
        template = make_run(folder / "templates", scenario, scale=SCALE, luck=7)
        frame = pd.read_parquet(template / "indicators.parquet")
        draws = list(enumerate(of_draws, start=1)) + ([(0, 0.9)] if central else [])
        for draw, share in draws:
            for seed in range(1, seeds + 1):
                place = _copy(folder, template, frame, scenario, draw, seed, share)
                summary = json.loads((place / "summary.json").read_text(encoding="utf-8"))
                rows.append(
                    {"scenario": scenario, "origin": scenario.split("@")[0], "settings": _settings(scenario)}
                    | {"draw": draw, "seed": seed, "scale": SCALE, "status": status}
                    | {"fingerprint": summary["fingerprint"]}
                )
        shutil.rmtree(folder / "templates")
    store.write_yaml({"name": folder.name}, folder / "batch.yaml")
    store.write_table(pd.DataFrame(rows), folder / "runs.parquet")
    return folder


def _settings(scenario: str) -> str:
    return json.dumps(dict(part.split("=") for part in scenario.split("@")[1:]))


def _copy(
    folder: Path, template: Path, frame: pd.DataFrame, scenario: str, draw: int, seed: int, share: float
) -> Path:
    """The template as the run of another draw and seed, with its share at the end of 2021 and LATER more after."""
    place = store.run_folder(folder, scenario, SCALE, draw, seed)
    shutil.copytree(template, place)
    frame = frame.assign(draw=draw, seed=seed)
    mine = (frame["indicator"] == "urbanisation_rate") & (frame["place"] == PROVINCE)
    for month, value in ((dt.date(2021, 12, 31), share), (dt.date(2023, 12, 31), share + LATER)):
        frame.loc[mine & (frame["month"] == month), "value"] = value
    store.write_table(frame, place / "indicators.parquet")
    jobs = frame[(frame["indicator"] == "new_urban_jobs") & (frame["place"] == PROVINCE)]
    total = float(np.asarray(jobs["value"])[2 + 1 :].sum())
    summary = json.loads((place / "summary.json").read_text(encoding="utf-8"))
    summary |= {"draw": draw, "seed": seed, "targets": [urban_target(share + LATER), jobs_target(total)]}
    store.write_json(summary, place / "summary.json")
    record = (place / "run.yaml").read_text(encoding="utf-8")
    record = record.replace("\ndraw: 0\n", f"\ndraw: {draw}\n").replace("\nseed: 1\n", f"\nseed: {seed}\n")
    (place / "run.yaml").write_text(record, encoding="utf-8")
    seal_again(place)
    return place
