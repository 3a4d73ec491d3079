"""What differs between the runs of a finished batch, as columns of numbers, and what they say of each target."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import yaml

from urbsim.batch.results import RUNS, VERDICTS
from urbsim.calendar import BASE_MONTH, month_number
from urbsim.errors import InputError, Problem
from urbsim.facts.parameters import Parameters, load_parameters
from urbsim.processes.conditions.equations import climate_of_year
from urbsim.results.seal import RECORD
from urbsim.results.store import run_folder

LEVERS, CLIMATE, VARIANT = "levers", "climate of the years", "variant of behaviour"
CONDITIONS = "conditions"
FITTED = "fitted"
GROUPS = ("sourced", FITTED, "assumed", LEVERS, CONDITIONS, VARIANT, CLIMATE)
"""Where spread can come from: parameters by status, and what else differs between runs."""
_OF_SETTING = {"conditions": CONDITIONS, "behaviour": VARIANT}
_OF_BASE = "population"  # process whose numbers are the same in every draw: the base is built once
_LIMITED = frozenset({"costs", "land"})  # processes whose numbers move nobody unless money or land is short
_FEWEST = 20

Row = dict[str, Any]
"""A run, as a row of runs.parquet."""


@dataclass(frozen=True)
class Input:
    """One thing that differs. process: of a parameter; choices: how many, where they have no order; 0 for a number."""

    name: str
    group: str
    process: str = ""
    choices: int = 0


@dataclass(frozen=True)
class Sample:
    """Runs of a batch, seeds of one draw and scenario taken together: n rows.

    inputs: K of them; u: (n, K) where each row stands in the order of values of an input, inside 0 to 1; draws: (n,);
    targets: id -> (n,) mean over seeds; luck: id -> share of its variance that seeds make, where there are several;
    about: what the page says of the batch.
    """

    inputs: tuple[Input, ...]
    u: np.ndarray
    draws: np.ndarray
    targets: dict[str, np.ndarray]
    luck: dict[str, float]
    about: dict[str, Any]


def load(batch: Path) -> Sample:
    """The sample of a finished batch. Raises InputError where it is not finished, too small, or of other parameters."""
    runs = _runs(batch)
    first: dict[int, Row] = {}
    for run in runs:
        first.setdefault(run["draw"], run)
    scenarios = {run["scenario"]: run for run in runs}
    columns = _of_draws(batch, first, scenarios)
    settings = _settings(scenarios)
    by: dict[tuple[str, int], list[Row]] = {}
    for run in runs:
        by.setdefault((run["scenario"], run["draw"]), []).append(run)
    values = {each: [of_draw[draw] for _, draw in by] for each, of_draw in columns.items()}
    values |= {each: [of_scenario[name] for name, _ in by] for each, of_scenario in settings.items()}
    kept = {each: np.array(column) for each, column in values.items() if len(set(column)) > 1}
    inputs = tuple(sorted(kept, key=lambda each: GROUPS.index(each.group)))
    u = np.column_stack([_places(kept[each], each.choices) for each in inputs])
    targets, luck = _targets(list(by.values()))
    return Sample(inputs, u, np.array([draw for _, draw in by]), targets, luck, _about(batch, runs))


def _of_draws(batch: Path, first: dict[int, Row], scenarios: dict[str, Row]) -> dict[Input, dict[int, float]]:
    """Parameters, climate and variant by draw; first: a run of each draw; scenarios: one of each scenario."""
    problems: list[Problem] = []
    found: dict[Input, dict[int, float]] = {}
    limits = [_delivery(_record(batch, run)) for run in scenarios.values()]
    short = any(of.get("envelope") or of.get("land_quota") for of in limits)
    variants: dict[int, str] = {}
    for draw, run in first.items():
        record = _record(batch, run)
        base, fit = record["scenario"]["base"], record.get("fit") or {}
        parameters = load_parameters(draw, base=base)
        if parameters.digest != run["parameters_digest"]:
            problems.append(Problem(f"parameters of draw {draw} have changed since", file=str(batch / RUNS)))
        for name, spec in parameters.info.items():
            if spec.prior is None or spec.process == _OF_BASE or (spec.process in _LIMITED and not short):
                continue
            found.setdefault(Input(name, spec.status, spec.process), {})[draw] = parameters[name]
        prior_draw = draw if fit.get("prior_draw") is None else fit["prior_draw"]
        climate = _climate(parameters, prior_draw, base, record["scenario"]["until"])
        found.setdefault(Input(CLIMATE, CLIMATE), {})[draw] = climate
        variants[draw] = fit.get("variant") or ""
    if problems:
        raise InputError([*problems[:3], Problem("run the batch again", file=str(batch))])
    names = sorted(set(variants.values()))
    found[Input(VARIANT, VARIANT, choices=len(names))] = {
        draw: float(names.index(variant)) for draw, variant in variants.items()
    }
    return found


def _delivery(record: Row) -> Row:
    """What a scenario says of the delivery of its doses."""
    return (record["scenario"].get("levers") or {}).get("delivery") or {}


def _settings(scenarios: dict[str, Row]) -> dict[Input, dict[str, float]]:
    """Scenarios as written, and what was swept on top of them, by name; scenarios: a run of each."""
    origins = sorted({run["origin"] for run in scenarios.values()})
    found = {
        Input("scenario", LEVERS, choices=len(origins)): {
            name: float(origins.index(run["origin"])) for name, run in scenarios.items()
        }
    }
    chosen = {name: json.loads(run["settings"]) for name, run in scenarios.items()}
    for path in dict.fromkeys(key for each in chosen.values() for key in each):
        group = _OF_SETTING.get(path.split(".")[0], LEVERS)
        of_path = {name: each[path] for name, each in chosen.items()}
        if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in of_path.values()):
            found[Input(path, group)] = {name: float(value) for name, value in of_path.items()}
        else:
            texts = sorted(set(map(str, of_path.values())))
            places = {name: float(texts.index(str(value))) for name, value in of_path.items()}
            found[Input(path, group, choices=len(texts))] = places
    return found


def _targets(by: list[list[Row]]) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Mean of each target over the seeds of a row, and how much of its variance seeds make."""
    targets, luck = {}, {}
    for name in (head.removesuffix("_met") for head in by[0][0] if head.endswith("_met")):
        values = [[run[name] for run in runs] for runs in by]
        if any(value is None for of_row in values for value in of_row):
            continue
        targets[name] = np.array([np.mean(of_row) for of_row in values])
        if all(len(of_row) > 1 for of_row in values):
            of_means = [np.var(of_row, ddof=1) / len(of_row) for of_row in values]
            luck[name] = float(np.mean(of_means) / targets[name].var(ddof=1))
    return targets, luck


def _places(values: np.ndarray, choices: int) -> np.ndarray:
    """(n,) inside 0 to 1: the middle of the rank of a number among its different values, or of a choice."""
    if choices:
        return (values + 0.5) / choices
    different, place = np.unique(values, return_inverse=True)
    return (place + 0.5) / len(different)


def _climate(parameters: Parameters, draw: int, base: str, until: str) -> float:
    """Mean over the years of the run of ln of the factor on reconsidering."""
    first, last = BASE_MONTH[base], month_number(f"{until[:4]}-12")
    months = range(first + 12, last + 1, 12)
    return float(np.mean([np.log(climate_of_year(parameters, draw, month)) for month in months]))


def _record(batch: Path, run: Row) -> dict[str, Any]:
    folder = run_folder(batch, run["scenario"], run["scale"], run["draw"], run["seed"])
    text = (folder / RECORD).read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _runs(batch: Path) -> list[Row]:
    """Rows of runs.parquet, draw 0 left out."""
    path = batch / RUNS
    if not path.is_file():
        raise InputError([Problem("is no finished batch", file=str(batch), allowed=f"a folder with {RUNS}")])
    with path.open("rb") as stream:
        runs = pq.read_table(stream).to_pylist()
    undone = sum(run["status"] != "done" for run in runs)
    if undone:
        raise InputError([Problem(f"{undone} of {len(runs)} runs are not done", file=str(path))])
    runs = [run for run in runs if run["draw"] > 0]
    if len({run["draw"] for run in runs}) < _FEWEST:
        raise InputError([Problem("has too few draws", file=str(path), allowed=f"{_FEWEST} or more")])
    return runs


def _about(batch: Path, runs: list[Row]) -> dict[str, Any]:
    said = json.loads((batch / VERDICTS).read_text(encoding="utf-8"))
    return {
        "batch": said["batch"],
        "scale": said["scale"],
        "draws_from": said["draws_from"],
        "draws": len({run["draw"] for run in runs}),
        "seeds": len({run["seed"] for run in runs}),
        "scenarios": list(dict.fromkeys(run["scenario"] for run in runs)),
        "indicators": {each["target"]["id"]: each["target"]["indicator"] for each in said["verdicts"]},
    }
