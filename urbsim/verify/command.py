"""What `urbsim verify` does: reruns a recorded run and compares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.simulation.foreground import run_scenario
from urbsim.verify import comparison, record, snapshot
from urbsim.verify.comparison import Verification
from urbsim.verify.counts import Counts
from urbsim.verify.manifest import Run
from urbsim.verify.record import DETAILED

Progress = Callable[[float, str], None]


def verify(
    scenario: str = DETAILED,
    folder: Path | None = None,
    inputs_only: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """Reruns a recorded run and compares it with the record.

    scenario: by the name that is recorded; folder: of the records, None for that of the repository; inputs_only:
    compares what would be read, and runs nothing. Raises InputError where there is no record, none of this scenario, or
    one that was changed by hand.
    """
    kept = record.read(record.find(folder))
    run = kept.run(scenario)
    spec = load_scenario(scenario)
    now = before(spec, run)
    found = None
    if not inputs_only:
        counts = rerun(spec, run, now, progress)
        found = comparison.outcome(kept.content, now, run, kept.counts(run), counts)
    return Verification(
        record=str(kept.folder),
        run=run,
        inputs=comparison.inputs(kept.content, now, run),
        versions=_other(kept.content, now, "versions"),
        machine=_other(kept.content, now, "machine"),
        outcome=found,
    )


def _other(recorded: dict[str, Any], now: dict[str, Any], key: str) -> list[comparison.Difference]:
    return list(comparison.between(recorded[key], now[key]))


def before(spec: Scenario, run: Run) -> dict[str, Any]:
    """A content with what is known before the run."""
    about, parameters = snapshot.inputs_of(spec, run)
    return {
        **snapshot.program(),
        "bases": {spec.base: {"parameters": parameters, "population": {}}},
        "runs": {run.name: about},
    }


def rerun(spec: Scenario, run: Run, content: dict[str, Any], progress: Progress | None) -> Counts:
    """Runs, adds to the content what came out, and returns every count."""
    result = run_scenario(spec, run.scale, run.seed, run.draw, progress=progress)
    content["bases"][spec.base]["population"] = dict(result.population)
    content["runs"][run.name] |= snapshot.results_of(result)
    return Counts.of(result.observer)
