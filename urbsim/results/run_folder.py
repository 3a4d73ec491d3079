"""A run folder from a finished run: record, tables, summary (contract: files)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from urbsim.facts.parameters import Parameters
from urbsim.results import (
    deliveries,
    fulfilment,
    land,
    movers,
    reached,
    seal,
    services,
    spending,
    store,
    stored_run,
)
from urbsim.scenario.schema import Conditions

if TYPE_CHECKING:
    from urbsim.simulation.runner import RunResult


def write_run(result: RunResult, out: Path) -> None:
    """Writes the folder of a run below `out`, whole or not at all; `result` takes down where, and what it replaced.

    Raises OSError.
    """
    scenario, summary, parameters = result.scenario, result.summary, result.parameters
    folder = store.run_folder(out, scenario.name, summary["scale"], result.draw, result.seed)
    record = {
        "scenario": scenario.resolved(),
        "draw": result.draw,
        "seed": result.seed,
        "scale": summary["scale"],
        "weight": result.observer.weight,
        "versions": store.versions(),
        "wall_seconds": summary["wall_seconds"],
        "peak_bytes": summary["peak_bytes"],
        "input_digest": summary["input_digest"],
        "fingerprint": summary["fingerprint"],
        "digests": dict(result.digests),
        "population": result.population,
        "parameters_by_status": parameters.by_status(),
        "fit": result.fit,
        "t2_coverage": coverage_believed(parameters),
        "conditions": "unconditional" if scenario.conditions == Conditions() else "conditional",
    }
    replaced = stored_run.replaced(folder, summary["input_digest"], result.digests)
    with store.whole_folder(folder) as temporary, ThreadPoolExecutor(1) as beside:
        levers = beside.submit(reached.write, result.touched, summary["scale"], temporary / seal.TOUCHED)
        digest = beside.submit(reached.digest, result.movers, result.touched)
        table = result.observer.arrow(scenario.name, result.draw, result.seed)
        store.write_columns(table, temporary / seal.INDICATORS)
        moved = movers.arrow(result.movers, result.observer.places, result.observer.weight)
        store.write_columns(moved, temporary / seal.MOVERS)
        brought = deliveries.arrow(result.deliveries, result.observer.places, result.observer.weight)
        store.write_columns(brought, temporary / seal.DELIVERIES)
        first = result.observer.months[0] + 1
        spent = spending.arrow(result.spending, result.observer.places, first)
        store.write_columns(spent, temporary / seal.SPENDING)
        if result.fulfilment:
            store.write_columns(fulfilment.arrow(result.fulfilment, first), temporary / seal.FULFILMENT)
        if result.land:
            store.write_columns(land.arrow(result.land), temporary / seal.LAND)
        served = services.arrow(result.services, result.observer.places)
        store.write_columns(served, temporary / seal.SERVICES)
        levers.result()
        store.write_yaml(
            record | {"tables_digest": digest.result()}, temporary / seal.RECORD, again="scenario"
        )
        sealed = seal.seal(temporary, summary)
    result.summary, result.folder, result.replaced = sealed, folder, replaced


def coverage_believed(parameters: Parameters) -> dict[str, float]:
    """Coverage of the count of new urban jobs: what the run used, and 5, 50 and 95% of what is believed.

    Shares of first posts after school (ODD equation L7). Without a prior all four are the value used.
    """
    used, known = parameters["new_jobs_coverage"], parameters.info["new_jobs_coverage"]
    if known.prior is None or known.interval is None:
        return {"used": used, "low": used, "central": used, "high": used}
    low, high = known.interval
    central = min(max(known.median or 0.0, low), high)
    return {"used": used, "low": low, "central": central, "high": high}
