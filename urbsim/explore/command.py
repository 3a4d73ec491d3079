"""What `urbsim explore` does besides serving its page: it reads the question, and trains the emulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbsim.batch import call, estimate
from urbsim.batch.members import Plan, parameters_digest, plan_of_scenario
from urbsim.batch.table import failures_text
from urbsim.emulator import model
from urbsim.emulator.origin import outdated
from urbsim.errors import InputError, Problem, RunError
from urbsim.explore.plan import Training, full_size_of, training_of
from urbsim.explore.sliders import Sliders, sliders_of
from urbsim.explore.training import YUAN, at_full_size, outcomes_of, seen, trained
from urbsim.facts.indicators import INDICATORS
from urbsim.results import store
from urbsim.scenario.schema import Scenario
from urbsim.seek.command import draws_problems
from urbsim.simulation import options
from urbsim.simulation.memory import memory_problem


@dataclass(frozen=True)
class Asked:
    """What is to be trained. batch: scale, draws and seeds of its runs; full: settings that are run at full size."""

    sliders: Sliders
    batch: Plan
    points: int
    kept_out: int
    full: int

    @property
    def training(self) -> Training:
        """The runs that are learnt from. Raises InputError."""
        return training_of(self.sliders, self.batch, self.points, self.kept_out)


def question(
    scenario: Scenario | None,
    points: str,
    kept_out: str,
    full: str,
    scale: str,
    draws: str,
    seeds: str,
    problems: list[Problem],
) -> Asked | None:
    """What is to be trained, or None with everything wrong added to `problems`.

    Texts are as on the command line; scenario: None where it is wrong itself.
    """
    number = _whole("--points", points, 4, 1000, problems)
    judged_by = _whole("--kept-out", kept_out, 1, 100, problems)
    whole = _whole("--full", full, 0, judged_by, problems)
    try:
        batch = plan_of_scenario(scenario, scale, seeds, draws, (), problems)
        if batch and scenario:
            for draw in batch.draws:
                parameters_digest(draw, scenario.base)  # a fit has so many draws and no more
            problems += draws_problems(batch)
        sliders = sliders_of(scenario) if scenario else None
    except InputError as error:
        problems += error.problems
        return None
    if scenario is not None and len(outcomes_of(scenario)) < 2:
        message = f"{scenario.name} ends in {scenario.until} and reaches none of its targets"
        problems.append(Problem(message, key="SCENARIO"))
    if problems or batch is None or sliders is None:
        return None
    return Asked(sliders, batch, number, judged_by, whole)


def _whole(option: str, text: str, low: int, high: int, problems: list[Problem]) -> int:
    number = options.whole(text)
    found = options.whole_problem(option, number, text, low, high, f"a whole number from {low} to {high}")
    problems += [found] if found else []
    return low if found or number is None else number


def folder_of(scenario: Scenario, out: Path) -> Path:
    """The folder of a scenario's emulator and of the runs it was trained on."""
    return out / f"{scenario.name}_explore"


def dry_run(asked: Asked, out: Path, workers: int | None) -> dict[str, Any]:
    """What a training would run, and how long that takes; nothing is written."""
    plan, folder = asked.training, folder_of(asked.sliders.scenario, out)
    said = call.dry_run(plan, folder, workers)
    left = ("batch", "scenarios", "most_runs", "folder")
    return {
        "scenario": asked.sliders.scenario.name,
        "levers": len(asked.sliders.levers),
        "conditions": [condition.key for condition in asked.sliders.conditions],
        "settings": len(plan.worlds),
        **{name: each for name, each in said.items() if name not in left},
        "full_size_runs": asked.full + 1 if asked.full else 0,
        "folder": str(folder),
    }


def dry_run_text(said: dict[str, Any]) -> str:
    """The same for people."""
    takes = f"about {estimate.in_words(said['seconds'])}" if said["to_run"] else "nothing to do"
    full = said["full_size_runs"]
    return "\n".join(
        [
            f"{said['scenario']}: {said['levers']} levers, {len(said['conditions'])} conditions",
            f"{said['settings']} settings, {said['draws']} draws x {said['seeds']} seeds: {said['runs']} runs at scale "
            f"{store.scale_text(said['scale'])}, in {said['folder']}",
            f"done {said['done']}, missing {said['missing']}, stale {said['stale']}, damaged {said['damaged']}",
            f"to run: {said['to_run']} with {said['workers']} workers, {takes}"
            + (f"; then {full} runs at full size" if full else ""),
        ]
    )


Say = Callable[[str], None]


def train(
    asked: Asked, out: Path, workers: int | None, say: Say, protocol: dict[str, Any] | None
) -> tuple[model.Emulator, Path]:
    """Runs what is missing, and writes the emulator. Returns it, and its file.

    Raises RunError where a run failed, OSError, and requests to end; what was run is found by the next call.
    """
    sliders, plan = asked.sliders, asked.training
    folder = folder_of(sliders.scenario, out)
    draws_from = _run(plan, folder, workers, say, protocol)
    say("learning")
    emulator = trained(sliders, plan, seen(plan, call.folder_of(plan, folder)), draws_from)
    whole = full_size_of(sliders, asked.batch, plan.kept_out[: asked.full], (0,)) if asked.full else None
    if whole is not None and memory_problem(sliders.scenario, 1.0):
        say("there is no memory for runs at full size: the emulator is not compared with them")
    elif whole is not None:
        _run(whole, folder, 1, say, protocol)
        emulator = at_full_size(emulator, whole, seen(whole, call.folder_of(whole, folder)))
    file = folder / model.NAME
    with store.whole_file(file) as temporary:
        store.write_json(emulator.plain(), temporary)
    return emulator, file


def _run(plan: Training, folder: Path, workers: int | None, say: Say, protocol: dict[str, Any] | None) -> str:
    """Brings runs up to date; says where their draws are from. Raises RunError."""
    verdicts, tally = call.call(plan, folder, workers, say, None, protocol)
    if verdicts["done"] < verdicts["runs"]:
        said = failures_text(verdicts, tally, call.folder_of(plan, folder))
        raise RunError(said.removeprefix("failed: "))
    return verdicts["draws_from"]


def stored(scenario: Scenario, out: Path) -> model.Emulator:
    """The emulator of a scenario, as long as runs of now would be the same. Raises InputError."""
    file = folder_of(scenario, out) / model.NAME
    allowed = f"urbsim explore {scenario.name} --train"
    if not file.is_file():
        raise InputError([Problem("there is no emulator yet", file=str(file), allowed=allowed)])
    found = model.read(file)
    other = outdated(found, scenario)
    if other:
        message = f"the emulator is out of date: other {', '.join(other)}"
        raise InputError([Problem(message, file=str(file), allowed=allowed)])
    return found


def lines(emulator: model.Emulator) -> list[str]:
    """How far the emulator is off, for people."""
    said = [f"{emulator.scenario}: {len(emulator.levers)} levers, {emulator.origin.runs} runs 次模拟"]
    for outcome in emulator.outcomes:
        errors = outcome.errors
        chances = ", ".join(f"{name} {100 * each:.0f}" for name, each in errors.probability.items())
        line = (
            f"  {outcome.id} {outcome.name.zh}: {_amount(outcome, errors.mean)}, at most 最大 "
            f"{_amount(outcome, errors.largest)}; one run 单次 {_amount(outcome, errors.run)}"
        )
        if chances:
            line += f"; probability 概率 (points 百分点) {chances}"
        if emulator.full:
            line += f"; at full size 全量 {_amount(outcome, emulator.full.mean[outcome.id])}"
        said.append(line)
    kept_out = max(outcome.errors.worlds for outcome in emulator.outcomes)
    return [
        *said,
        f"Error against exact runs of {kept_out} settings kept out. 误差：与{kept_out}组未参与训练的实际模拟相比。",
    ]


def _amount(outcome: model.Outcome, value: float) -> str:
    if outcome.id == YUAN:
        return f"{value / 1e6:,.0f} million yuan 百万元"
    return (
        f"{100 * value:.3f} points 百分点"
        if INDICATORS[outcome.indicator].kind == "rate"
        else f"{value:,.0f}"
    )
