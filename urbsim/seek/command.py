"""What `urbsim seek` does: reads the question, runs what is needed round by round, and writes the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from urbsim.batch import call, estimate
from urbsim.batch.members import Plan, parameters_digest, plan_of_scenario
from urbsim.batch.table import failures_text
from urbsim.errors import InputError, Problem, RunError, quoted
from urbsim.limits import PROBABILITY_NEEDS
from urbsim.results import store
from urbsim.scenario.schema import Scenario
from urbsim.seek.answer import COLUMNS, content, rows_of
from urbsim.seek.cases import cases, first_mixes
from urbsim.seek.curve import STEPS
from urbsim.seek.figures import Figures, read
from urbsim.seek.question import ALL, Mix, Question, goals_in, owners_of, players_in
from urbsim.seek.search import CONFIRMED, LADDER, doublings, seek
from urbsim.simulation import options

PROBABILITIES = (0.5, 0.9)
LARGEST = 16.0
_NAME = 120  # characters of a file's name


def question(
    scenario: Scenario | None,
    of: Sequence[str],
    targets: Sequence[str],
    probabilities: Sequence[str],
    alone: bool,
    envelope: str | None,
    largest: str | None,
    scale: str,
    draws: str,
    seeds: str,
    problems: list[Problem],
) -> tuple[Question, Plan] | None:
    """What is sought, and the draws and seeds of its runs, or None with everything wrong added to `problems`.

    Texts are as on the command line; scenario: None where it is wrong itself.
    """
    found: list[Problem] = []
    players = players_in(of, scenario, found)
    goals = goals_in(targets, scenario, found)
    chances = _probabilities(probabilities, found)
    most = _number("--largest", largest, LARGEST, LADDER[1], 1000, found)
    money = None if envelope is None else _number("--envelope", envelope, 0.0, 0, 1e15, found)
    if money is not None and len(players) < 2:
        found.append(Problem("is of a mix of several", key="--envelope", allowed="--of named twice or more"))
    batch = None
    try:
        batch = plan_of_scenario(scenario, scale, seeds, draws, (), found)
        if batch and scenario:
            for draw in batch.draws:
                parameters_digest(draw, scenario.base)  # a fit has so many draws and no more
            found += draws_problems(batch)
    except InputError as error:
        found += error.problems
    problems += found
    if problems or scenario is None or batch is None:
        return None
    owners = owners_of(scenario, players)
    asked = Question(scenario, players, owners, alone, goals, chances, most, money)
    try:
        cases(asked, batch, first_mixes(asked))
    except InputError as error:
        problems += error.problems
        return None
    return asked, batch


def draws_problems(batch: Plan) -> list[Problem]:
    allowed = f"{PROBABILITY_NEEDS} draws or more from 1, such as 1:50"
    if 0 in batch.draws:
        message = "draw 0 is the central one, and takes no part in a probability"
        return [Problem(message, key="--draws", allowed=allowed)]
    if len(batch.draws) < PROBABILITY_NEEDS:
        message = f"{len(batch.draws)} draws; a probability needs {PROBABILITY_NEEDS}"
        return [Problem(message, key="--draws", allowed=allowed)]
    return []


def _probabilities(given: Sequence[str], problems: list[Problem]) -> tuple[float, ...]:
    found = []
    for text in given:
        number = options.decimal(text)
        if number is None or not 0 < number < 1:
            allowed = "a share above 0 and below 1, such as 0.9"
            problems.append(Problem(f"{quoted(text)} is refused", key="--probability", allowed=allowed))
        else:
            found.append(number)
    return tuple(sorted(set(found))) or PROBABILITIES


def _number(
    option: str, text: str | None, default: float, low: float, high: float, problems: list[Problem]
) -> float:
    number = default if text is None else options.decimal(text)
    if number is None or not low <= number <= high:
        allowed = f"a number from {low:g} to {high:g}"
        problems.append(Problem(f"{quoted(text)} is refused", key=option, allowed=allowed))
        return default
    return number


def dry_run(asked: Question, batch: Plan, out: Path, workers: int | None) -> dict[str, Any]:
    """What a call would do first, and at most; nothing is written."""
    first = cases(asked, batch, first_mixes(asked))
    said = call.dry_run(first, out, workers)
    of_mix = len(batch.draws) * len(batch.seeds)
    answers = len(asked.goals) * len(asked.probabilities)
    several = len(asked.players) > 1
    later = doublings(asked) + answers * (CONFIRMED if several else STEPS)
    of_plan = {name: said[name] for name in said if name not in ("batch", "scenarios", "most_runs")}
    return {
        "scenario": asked.scenario.name,
        "players": list(asked.players),
        "goals": [goal.id for goal in asked.goals],
        "probabilities": list(asked.probabilities),
        "worlds": len(first.variations),
        **of_plan,
        "at_most_runs": (len(first.variations) + later) * of_mix,
    }


def dry_run_text(said: dict[str, Any]) -> str:
    """The same for people."""
    takes = f"about {estimate.in_words(said['seconds'])}" if said["to_run"] else "nothing to do"
    chances = ", ".join(f"{100 * p:g}%" for p in said["probabilities"])
    return "\n".join(
        [
            f"{said['scenario']}: doses of {', '.join(said['players'])} for {', '.join(said['goals'])} with {chances}",
            f"at first {said['worlds']} worlds x {said['draws']} draws x {said['seeds']} seeds = {said['runs']} runs "
            f"at scale {store.scale_text(said['scale'])}, in {said['folder']}",
            f"done {said['done']}, missing {said['missing']}, stale {said['stale']}, damaged {said['damaged']}",
            f"to run at first: {said['to_run']} with {said['workers']} workers, {takes}; "
            f"then more doses near the answers, at most {said['at_most_runs']} runs in all",
        ]
    )


def answer(
    asked: Question,
    batch: Plan,
    out: Path,
    workers: int | None,
    say: Callable[[str], None],
    protocol: dict[str, Any] | None,
) -> tuple[dict[str, Any], Path]:
    """Runs what is needed, and writes seek.json and seek.csv. Returns what the JSON holds, and its file.

    Raises RunError where a run failed, OSError, and requests to end; what was run is found by the next call.
    """
    rounds = count(1)

    def run(mixes: Sequence[Mix]) -> list[Figures]:
        plan = cases(asked, batch, mixes)
        say(f"round {next(rounds)}: {'; '.join(asked.in_words(mix) for mix in mixes)}")
        verdicts, tally = call.call(plan, out, workers, say, None, protocol)
        if verdicts["done"] < verdicts["runs"]:
            said = failures_text(verdicts, tally, call.folder_of(plan, out))
            raise RunError(said.removeprefix("failed: "))
        found = read(plan, call.folder_of(plan, out))
        return [found[asked.world(mix).scenario.name] for mix in mixes]

    known, mixes = seek(asked, run)
    whole = cases(asked, batch, list(known.figures))
    verdicts, _ = call.call(
        whole, out, workers, lambda text: None, None, protocol
    )  # its files speak of all runs
    said = content(known, mixes, batch.scale, len(batch.draws), len(batch.seeds))
    said["draws_from"] = verdicts["draws_from"]
    folder = call.folder_of(whole, out)
    written = folder / file_name(asked, ".json")
    with store.whole_file(written) as temporary:
        store.write_json(said, temporary)
    with store.whole_file(folder / file_name(asked, ".csv")) as temporary:
        store.write_csv(rows_of(said), temporary, COLUMNS)
    return said, written


def file_name(asked: Question, ending: str) -> str:
    """`seek.json` of all levers together; others are named after whose doses were sought."""
    words = [] if asked.players == (ALL,) else [player.replace(".", "-") for player in asked.players]
    name = "_".join(["seek", *words, *(["alone"] if asked.alone else [])])
    if len(name) > _NAME:
        digest = hashlib.sha256(name.encode()).hexdigest()[:12]
        name = f"seek_{len(words)}_players_{digest}"
    return name + ending
