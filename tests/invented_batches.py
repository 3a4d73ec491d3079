"""Finished batches of invented runs, as `urbsim validate-model` reads them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invented_runs import make_run

from urbsim.fit.protocol import protocol_in_force
from urbsim.results import store

DRAWS = (1, 2, 3)
_SCALE = 0.0005
_REPLAY = {"base": "census_2010", "until": "2020-10", "conditions": {}, "committed": {}, "levers": {}}


@dataclass(frozen=True)
class Batches:
    """Folders of the two batches."""

    forecasts: Path
    replays: Path

    def options(self) -> list[str]:
        """As the command takes them."""
        return ["--forecasts", str(self.forecasts), "--replays", str(self.replays)]


def record(folder: Path, runs: int, protocol: dict[str, Any] | None) -> None:
    """batch.yaml and verdicts.json as `urbsim batch` writes them, as far as they are read."""
    content = {"name": folder.name, "scale": _SCALE, "runs": runs, "urbsim": "0.0.0", "protocol": protocol}
    store.write_yaml(content, folder / "batch.yaml")
    (folder / "verdicts.json").write_text(json.dumps({"draws_from": "priors"}), encoding="utf-8")


def make_batches(out: Path) -> Batches:
    """Two scenarios of forecasts, and the replay, three draws each."""
    forecasts, replays = out / "forecast_2020", out / "replay_2010"
    base, until = dt.date(2010, 10, 31), dt.date(2020, 10, 31)
    for draw in DRAWS:
        push = 1.0 + 0.1 * draw
        for name in ("no_plan", "baseline_conditional"):
            make_run(forecasts, name, scale=_SCALE, draw=draw, push=push)
        make_run(
            replays,
            "hindcast_2010_2020",
            scale=_SCALE,
            draw=draw,
            push=push,
            base=base,
            until=until,
            spec=_REPLAY,
        )
    protocol = protocol_in_force()._asdict()
    record(forecasts, 2 * len(DRAWS), protocol)
    record(replays, len(DRAWS), protocol)
    return Batches(forecasts, replays)
