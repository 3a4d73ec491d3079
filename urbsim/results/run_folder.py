"""A run folder from a finished run: record, tables, summary (contract: files)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from urbsim.errors import InputError
from urbsim.facts.parameters import Parameters
from urbsim.files import strict_yaml
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
)
from urbsim.results.digests import Digests
from urbsim.scenario.schema import Conditions

if TYPE_CHECKING:
    import pyarrow as pa

    from urbsim.simulation.runner import RunResult

_WRITERS = 2  # threads that write tables; two tables take longer than all others together


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
    replaced = _replaced(folder, summary["input_digest"], result.digests)
    with store.whole_folder(folder) as temporary:
        # The longest first, so that both end at about the same time.
        with ThreadPoolExecutor(_WRITERS) as writers:
            levers = writers.submit(reached.write, result.touched, summary["scale"], temporary / seal.TOUCHED)
            tables = [
                writers.submit(lambda name, made: store.write_columns(made(), temporary / name), name, made)
                for name, made in _tables(result).items()
            ]
            digest = writers.submit(reached.digest, result.movers, result.touched)
        for written in (levers, *tables):
            written.result()
        store.write_yaml(
            record | {"tables_digest": digest.result()}, temporary / seal.RECORD, again="scenario"
        )
        sealed = seal.seal(temporary, summary)
    result.summary, result.folder, result.replaced = sealed, folder, replaced


def _tables(result: RunResult) -> dict[str, Callable[[], pa.Table]]:
    """What makes each table of a folder but that of people, by the name of its file."""
    observer, first = result.observer, result.observer.months[0] + 1
    places, weight = observer.places, observer.weight
    made: dict[str, Callable[[], pa.Table]] = {
        seal.MOVERS: lambda: movers.arrow(result.movers, places, weight),
        seal.INDICATORS: lambda: observer.arrow(result.scenario.name, result.draw, result.seed),
        seal.DELIVERIES: lambda: deliveries.arrow(result.deliveries, places, weight),
        seal.SPENDING: lambda: spending.arrow(result.spending, places, first),
        seal.SERVICES: lambda: services.arrow(result.services, places),
    }
    if result.fulfilment:
        made[seal.FULFILMENT] = lambda: fulfilment.arrow(result.fulfilment, first)
    if result.land:
        made[seal.LAND] = lambda: land.arrow(result.land)
    return made


def _replaced(folder: Path, input_digest: str, digests: Digests) -> str | None:
    """What there is to say when a run takes the place of the one in `folder`; None if that had the same settings.

    input_digest, digests: of the run that comes.
    """
    if not folder.is_dir():
        return None
    try:
        before = strict_yaml.load(folder / seal.RECORD).value
    except InputError:
        before = {}
    if before.get("input_digest") == input_digest:
        return None
    theirs = before.get("digests")
    known = theirs if isinstance(theirs, dict) else {}
    other = [name for name, digest in digests.items() if name in known and known[name] != digest]
    return "a run of other settings was replaced" + (f" (other {', '.join(other)})" if other else "")


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
