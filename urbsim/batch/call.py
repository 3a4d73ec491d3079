"""One call of `urbsim batch`: what is missing or stale is run, then the files of the batch are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbsim.batch import estimate, precision, progress, results, turn
from urbsim.batch.engine import Engine, LocalProcesses
from urbsim.batch.members import Member, Plan
from urbsim.batch.status import standing, stored_summary
from urbsim.batch.work import Tally, work
from urbsim.compute.interruption import ending_in_order, kept_until_heeded
from urbsim.errors import Problem
from urbsim.files import leftovers
from urbsim.population.cache import is_built
from urbsim.results import store
from urbsim.simulation.first_run import any_machine_code
from urbsim.simulation.memory import memory_problem, runs_that_fit, worlds_at_once
from urbsim.simulation.options import all_cores, out_problem

Say = Callable[[str], None]


@dataclass(frozen=True)
class Survey:
    """What of a batch is there.

    states: how many runs are in each; stale: state and reason of stored runs that do not count -> how many; to_do: what
    has to be run; measured: wall seconds of stored runs.
    """

    states: Counter[str]
    stale: Counter[str]
    to_do: list[Member]
    measured: list[float]

    def lines(self) -> list[str]:
        """What is to be known before work begins."""
        return [
            f"stored runs that are {state}, to be run again: {count}"
            for state, count in sorted(self.stale.items())
        ]


def survey(plan: Plan, out: Path) -> Survey:
    """Looks at every run folder of the batch, and writes nothing."""
    found = Survey(Counter(), Counter(), [], [])
    for member in plan.members():
        seen = standing(member, out)
        found.states[seen.state] += 1
        summary = seen.summary or stored_summary(member.folder(out)) or {}
        seconds = summary.get("wall_seconds")
        if isinstance(seconds, (int, float)) and summary.get("scale") == plan.scale:
            found.measured.append(float(seconds))
        if seen.state != "done":
            found.to_do.append(member)
        if seen.why:
            found.stale[f"{seen.state} ({seen.why})"] += 1
    return found


def folder_of(plan: Plan, out: Path) -> Path:
    """The folder of a batch below the folder of results."""
    return out / plan.name


def problems_of(plan: Plan | None, out: Path, workers: int | None, here: bool = True) -> list[Problem]:
    """What keeps a batch from being run: its folder, or memory.

    plan: None where it is wrong itself; workers: None for as many as fit; here: whether this machine makes the runs.
    """
    if plan is None:
        refused = out_problem(out)
        return [refused] if refused else []
    folder = folder_of(plan, out)
    found = [out_problem(folder)]
    if folder.is_dir() and any(folder.glob("scale*-draw*-seed*")):
        message = f"{folder} holds runs of a scenario of that name"
        found.append(Problem(message, key="name", allowed="another name of the batch"))
    if not here:
        return [problem for problem in found if problem is not None]
    longest = _largest(plan)
    too_large = memory_problem(longest, plan.scale)
    found.append(too_large)
    fit = runs_that_fit(longest, plan.scale)
    if workers is not None and not too_large and fit is not None and workers > max(fit, 1):
        message = f"there is no memory for {workers} runs at scale {plan.scale:g} at once"
        found.append(Problem(message, key="--workers", allowed=f"at most {fit}"))
    return [problem for problem in found if problem is not None]


def workers_of(plan: Plan, wanted: int | None, runs: int) -> int:
    """How many processes work: those wanted, else one a core, as far as there is memory and work for them."""
    fit = runs_that_fit(_largest(plan), plan.scale)
    number = wanted or min(all_cores(), all_cores() if fit is None else max(fit, 1))
    return max(min(number, runs), 1)


def _largest(plan: Plan) -> Any:
    """The scenario whose runs take most memory: the one that runs longest."""
    scenarios = [variation.scenario for variation in plan.variations]
    return max(scenarios, key=lambda scenario: (scenario.base == "census_2010", scenario.until))


def dry_run(plan: Plan, out: Path, workers: int | None) -> dict[str, Any]:
    """What a call would do, and how long that will take; nothing is written. workers: None for one a core."""
    folder = folder_of(plan, out)
    found = survey(plan, folder)
    while plan.precision and not found.to_do:  # which seeds were added, and whether more will be
        more = precision.seeds_to_add(plan, results.gathered(plan, folder)[0])
        if not more:
            break
        plan = plan.with_more_seeds(more)
        found = survey(plan, folder)
    number = workers_of(plan, workers, len(found.to_do))
    return {
        "batch": plan.name,
        "folder": str(folder),
        "scale": plan.scale,
        "scenarios": [variation.scenario.name for variation in plan.variations],
        "draws": len(plan.draws),
        "seeds": len(plan.seeds),
        "runs": len(plan),
        "most_runs": plan.most_runs if plan.precision else None,
        "to_run": len(found.to_do),
        **{state: found.states[state] for state in ("done", "missing", "stale", "damaged")},
        "why": dict(found.stale),
        "workers": number,
        "seconds": round(estimate.seconds(plan, len(found.to_do), number, found.measured), 1),
        "measured_runs": len(found.measured),
    }


def dry_run_text(said: dict[str, Any]) -> str:
    """The same for people."""
    lines = [
        f"{said['batch']}: {len(said['scenarios'])} scenarios x {said['draws']} draws x {said['seeds']} seeds"
        f" = {said['runs']} runs at scale {store.scale_text(said['scale'])}, in {said['folder']}",
        *(f"  {name}" for name in said["scenarios"]),
        f"done {said['done']}, missing {said['missing']}, stale {said['stale']}, damaged {said['damaged']}",
        *(f"  {why}: {count}" for why, count in said["why"].items()),
    ]
    by = (
        f"by the median of {said['measured_runs']} stored runs"
        if said["measured_runs"]
        else "a first guess: no run of this batch is stored"
    )
    takes = f"about {estimate.in_words(said['seconds'])} ({by})" if said["to_run"] else "nothing to do"
    lines.append(f"to run: {said['to_run']} with {said['workers']} workers, {takes}")
    if said["most_runs"]:
        lines.append(f"then seeds are added until the precision is reached: at most {said['most_runs']} runs")
    return "\n".join(lines)


@ending_in_order()
def call(
    plan: Plan,
    out: Path,
    workers: int | None,
    say: Say,
    engine: Engine | None = None,
    protocol: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], Tally]:
    """Brings a batch up to date. Returns what verdicts.json holds, and how the work went.

    engine: None for processes of this machine; protocol: of calibration, in force now.
    Raises OSError; KeyboardInterrupt and Ended with nothing half-written.
    """
    folder = folder_of(plan, out)
    with (
        kept_until_heeded(lambda: say("stopping; runs in hand are given up")),
        turn.my_turn(folder, say),
    ):
        for variation in plan.variations:
            leftovers.put_right_for_readers(folder / variation.scenario.name)
        with _stopped_at_the_end(engine) as begun:
            while True:
                found = survey(plan, folder)
                for line in found.lines():
                    say(line)
                content, tally = _bring_up_to_date(plan, found, folder, workers, say, engine, begun, protocol)
                more = precision.seeds_to_add(plan, content)
                if not more:
                    return content, tally
                plan = plan.with_more_seeds(more)
                say(f"the precision asked for needs more seeds: {more} are added, to {len(plan.seeds)}")


def _bring_up_to_date(
    plan: Plan,
    found: Survey,
    folder: Path,
    workers: int | None,
    say: Say,
    engine: Engine | None,
    begun: list[Engine],
    protocol: Mapping[str, Any] | None,
) -> tuple[dict[str, Any], Tally]:
    """Runs what is to be run of a plan, and writes its files. begun: the engine in use, if one is there already."""
    tally = Tally(len(found.to_do))
    to_come = len(found.to_do) + plan.most_runs - len(plan)
    number = engine.places if engine else workers_of(plan, workers, to_come)
    by_whom = f" with {number} workers" if found.to_do else ""
    say(f"{len(plan)} runs: {found.states['done']} done, {len(found.to_do)} to run{by_whom}")
    results.write_asked(plan, folder, protocol, found.states["done"])
    try:
        if found.to_do:
            threads = 1 if engine else max(all_cores() // number, 1)
            ready = any_machine_code() and all(is_built(v.scenario.base) for v in plan.variations)
            cold = engine is None and not ready
            if not begun:
                begun.append(LocalProcesses(number))
            with progress.shown() as tell:
                worlds = worlds_at_once(_largest(plan), plan.scale)
                work(found.to_do, begun[0], folder, threads, tally, tell, cold, worlds)
    finally:
        content = results.write_results(plan, folder)
    return content, tally


@contextmanager
def _stopped_at_the_end(engine: Engine | None) -> Iterator[list[Engine]]:
    """A place for the engine in use, which is stopped at the end, however that comes."""
    begun = [engine] if engine else []
    try:
        yield begun
    finally:
        for each in begun:
            each.stop()
