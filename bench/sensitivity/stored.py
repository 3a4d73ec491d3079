"""What was found as sensitivity.json: the page of the batch's scenarios shows it (`urbsim report --with`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.sensitivity.indices import Result, shares
from bench.sensitivity.inputs import Sample
from urbsim.results import store

NAME = "sensitivity.json"
SHOWN = 12
"""Inputs of a target that are kept: those that the tables of docs/sensitivity.md name."""


def write(sample: Sample, results: list[Result], folder: Path) -> None:
    """Writes the file into a folder."""
    with store.whole_file(folder / NAME) as temporary:
        store.write_json(content(sample, results), temporary)


def content(sample: Sample, results: list[Result]) -> dict[str, Any]:
    """What stands in the file; targets whose emulator was too poor are left out."""
    about = {
        key: sample.about[key] for key in ("batch", "scenarios", "scale", "draws", "seeds", "draws_from")
    }
    found = [_target(sample, result) for result in results if not result.refused]
    return json.loads(json.dumps(about | {"inputs_that_differ": len(sample.inputs), "targets": found}))


def _target(sample: Sample, result: Result) -> dict[str, Any]:
    by_name = {each.name: each for each in sample.inputs}
    first = sorted(result.by_input.items(), key=lambda item: -item[1].in_all)[:SHOWN]
    inputs = [
        {
            "input": name,
            "group": by_name[name].group,
            "process": by_name[name].process,
            "alone": round(index.alone, 4),
            "in_all": round(index.in_all, 4),
            "error": round(index.error, 4),
            "ranks": round(result.ranks[name], 4),
            "low": result.swings[name][0],
            "high": result.swings[name][1],
        }
        for name, index in first
    ]
    return {
        "target": result.target,
        "indicator": sample.about["indicators"][result.target],
        "emulator": result.trained.kind,
        "r2": round(result.trained.r2, 4),
        "error": round(result.trained.error, 4),
        "middle": float(sample.targets[result.target].mean()),
        "groups": [{"group": name, "share": round(share, 4)} for name, share in shares(result).items()],
        "inputs": inputs,
    }
