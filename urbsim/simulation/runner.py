"""From a scenario to a run folder: build the world, step it, judge it, write it."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbsim import month
from urbsim.calendar import BASE_MONTH, month_end, month_number
from urbsim.compute.interruption import heed, kept_until_heeded
from urbsim.compute.profiling import Profile, measured, peak_bytes
from urbsim.compute.randomness import one_threshold, probability_threshold, stream_key
from urbsim.compute.threads import Chunks
from urbsim.facts.parameters import Parameters, load_parameters
from urbsim.levers import attribution as touched
from urbsim.population.cache import is_built, open_population
from urbsim.population.start import Loading, begin_loading
from urbsim.population.totals import BaseTotals, load_totals
from urbsim.processes import implementation
from urbsim.processes.demography import equations as demography
from urbsim.processes.employment import equations as employment
from urbsim.processes.housing.steps import open_housing
from urbsim.processes.implementation import Implementation
from urbsim.processes.migration import equations as migration
from urbsim.processes.migration.networks import by_origin_and_alternative
from urbsim.processes.migration.retention import retention
from urbsim.processes.registration.equations import Registration
from urbsim.processes.schooling import equations as schooling
from urbsim.results import store
from urbsim.results.observer import Observer
from urbsim.results.targets import Judgement, judge
from urbsim.scenario.schema import Scenario
from urbsim.simulation.first_run import compiling_beside
from urbsim.simulation.world import World
from urbsim.state.absences import Absences
from urbsim.state.codes import FIRST_OUTSIDE, N_ALTERNATIVES, N_ORIGINS
from urbsim.state.columns import Columns
from urbsim.state.counting import cohorts
from urbsim.state.definitions import RESIDENT_AFTER
from urbsim.state.geography import Places, load_places

if TYPE_CHECKING:
    import pandas as pd


Progress = Callable[[float, str], None]
_SEX = ("male", "female")
_SCHOOLING = ("none", "primary", "junior secondary", "senior secondary", "college", "bachelor or above")
version = lru_cache(maxsize=None)(metadata.version)  # read from disk once, not in every run of a batch
_SHARE_OF_PROGRESS = 0.4  # of the bar, for building the population when it is not cached


@dataclass
class RunResult:
    """What one run gives: summary (the contract's summary.json), indicators, judgements, and its folder if written.

    registered_elsewhere: by month, on census night and each year after it, (3, 111) sampled residents registered in
    another township of the county, in another county, in another province.
    """

    summary: dict[str, Any]
    targets: list[Judgement]
    observer: Observer
    scenario: Scenario
    draw: int
    seed: int
    movers: np.ndarray
    registered_elsewhere: dict[int, np.ndarray]
    touched: touched.Table
    folder: Path | None = None

    @property
    def indicators(self) -> pd.DataFrame:
        """The long table of indicators at full scale."""
        return self.observer.frame(self.scenario.name, self.draw, self.seed)


def build_world(
    scenario: Scenario,
    scale: float = 0.01,
    seed: int = 1,
    draw: int = 0,
    threads: int | None = None,
    chunk: int | None = None,
    engine: Implementation | None = None,
    progress: Progress | None = None,
    profile: Profile | None = None,
    persons: Loading | None = None,
) -> World:
    """The world on census night.

    scale: share of households, (0, 1]; seed: which sample, and all luck; draw: row of parameters; threads: None for
    all cores; chunk: rows in a piece of work (never changes a result); engine: None for the kernels; profile: to
    measure with; persons: the same of `begin_loading`, where it was begun already.
    """
    parameters = load_parameters(draw, base=scenario.base)
    if int(parameters["resident_after"]) != RESIDENT_AFTER:
        raise ValueError(
            "parameter resident_after differs from the official definition in urbsim.processes.moving.kernels"
        )
    places = load_places(parameters["hours_rest_of_china"], parameters["local_road_hours"], scenario.base)
    threads = threads or os.cpu_count() or 1
    base_month = BASE_MONTH[scenario.base]
    open_population(scenario.base, threads, progress)
    with measured(profile, "  totals of the full base"):
        totals = load_totals(threads, scenario.base, progress)
    with measured(profile, "  persons of census night"):
        persons = persons or begin_loading(scenario, scale, seed, threads)
        assert persons is not None  # the population has just been opened
        tables = _tables(scenario, parameters, places, totals)
        people, n, leavers = persons.take()
    chunks = Chunks(threads, chunk)
    donors = _donors(people, n, base_month, chunks)
    world = World(
        people=people,
        n=n,
        base_month=base_month,
        month=base_month,
        seed=seed,
        weight=1.0 / scale,
        parameters=parameters,
        places=places,
        totals=totals,
        conditions=scenario.conditions,
        engine=engine or implementation.compiled(),
        chunks=chunks,
        base_rows=n,
        base_stock=np.zeros((N_ORIGINS, N_ALTERNATIVES), dtype=np.int64),
        absences=Absences(),
        donors=donors,
        donor_home=people.home[donors],
        schools=schooling.school_market(
            parameters, totals.children, _children_in_towns(people, n, base_month, chunks), 1.0 / scale
        ),
        registration=Registration(),
        committed=scenario.committed,
        levers=scenario.levers,
        profile=profile,
        **tables,
    )
    world.absences.leave_since(leavers, people.left_home[leavers])
    with measured(profile, "  markets and papers"):
        open_labour_markets(world)
        open_registration(world)
        month.open_schools(world)
        open_housing(world, threads, scenario.base)
    return world


def _tables(scenario: Scenario, parameters: Parameters, places: Places, totals: BaseTotals) -> dict[str, Any]:
    """Fields of the world that no sampled person has a part in."""
    rates = demography.vital_rates(parameters, totals.residents)
    years = (BASE_MONTH[scenario.base] - migration.MIDDLE_OF_DECADE) / 12
    return {
        "rates": rates,
        "union": demography.union_thresholds(rates),
        "separation": demography.separation_thresholds(parameters),
        "cells": np.clip(places.rural_cells, 1, 255).astype(np.int64),
        "nests": migration.nest_of_destination(places),
        "worth": migration.lasting_worth(parameters, places),
        "tastes": migration.gumbel_tables(parameters["lambda_nest"]),
        "margins": migration.stay_margins(),
        "return_base": migration.return_thresholds(parameters),
        "seasoned": migration.seasoned_thresholds(migration.activation_per_year(parameters, years)),
        "holds": retention(parameters),
        "college": _college_places(parameters, totals.students, scenario.conditions.border_moves == "on"),
        "labour": employment.labour_market(parameters, places),
    }


def _donors(people: Columns, n: int, base_month: int, chunks: Chunks) -> np.ndarray:
    """Rows, int32, of those from other provinces, 16 to 49 years old: newcomers are as they are (ODD equation M9)."""

    def among(lo: int, hi: int) -> np.ndarray:
        rows = (
            np.flatnonzero((people.home[lo:hi] >= FIRST_OUTSIDE) & (people.lives[lo:hi] < FIRST_OUTSIDE)) + lo
        )
        months_old = base_month - people.birth_month[rows]
        return rows[(months_old >= 16 * 12) & (months_old < 50 * 12)].astype(np.int32)

    return np.concatenate(chunks.map(among, n))


def _children_in_towns(people: Columns, n: int, base_month: int, chunks: Chunks) -> np.ndarray:
    """(111, 15, 2) of the sample, as `BaseTotals.children` of the full population."""
    q = people
    return np.sum(
        chunks.map(lambda lo, hi: cohorts(lo, hi, base_month, q.birth_month, q.home, q.lives), n),
        axis=0,
    )


def open_labour_markets(world: World) -> None:
    """Gives everybody their work on census night and opens the markets (ODD equations L0, L3)."""
    labour, p, kernels = world.labour, world.parameters, world.engine.employment
    sectors = employment.sector_thresholds(world.places.code)
    seeking = one_threshold(p["unemployed_at_base"])
    trait, key = stream_key(0, "participation"), stream_key(0, "work")
    given = world.chunks.map(
        lambda lo, hi: kernels.employ_at_base(
            lo,
            hi,
            world.month,
            world.people,
            labour.retirement,
            labour.participation,
            seeking,
            sectors,
            trait,
            key,
        ),
        world.n,
    )
    jobs, seekers = (np.sum(counts, axis=0) for counts in zip(*given, strict=True))
    employment.open_markets(labour, p, jobs, seekers)


def _college_places(parameters: Parameters, students: np.ndarray, border_open: bool) -> np.ndarray:
    """(113,) uint64 cumulative thresholds of where new students go: as students of the base, some outside."""
    outside = parameters["college_outside_share"] if border_open else 0.0
    share = np.zeros(113)
    share[:111] = students[:111] / students[:111].sum() * (1 - outside)
    share[111:] = outside / 2
    cumulative = probability_threshold(np.minimum(np.cumsum(share), 1.0))
    cumulative[-1] = np.uint64(1) << np.uint64(32)
    return cumulative


def open_registration(world: World) -> None:
    """Who holds a residence permit on census night (ODD equation P0)."""
    share = one_threshold(world.parameters["permit_share_at_base"])
    kernels = world.engine.registration
    key = world.lasting_key("knows")  # those who know of the permit best hold it: nobody unaware does
    world.chunks.map(
        lambda lo, hi: kernels.permits_at_base(lo, hi, world.month, world.people, share, key), world.n
    )
    open_ledger(world)
    registration = world.registration
    registration.take_down(world.ledger.stocks)
    registration.base_share = registration.holders / np.maximum(registration.migrants, 1)


def open_ledger(world: World) -> None:
    """Counts everybody on census night: what the ledger carries from then on."""
    world.counted, stocks = world.recount()
    world.ledger = world.ledger._replace(stocks=stocks)
    world.base_stock[:] = by_origin_and_alternative(stocks.persons)


def input_digest(scenario: Scenario, parameters: Parameters, scale: float, seed: int) -> str:
    """sha256 over all that results follow from: scenario, parameters, facts, scale, seed, code, numpy and Mesa."""
    series = [".".join(version(name).split(".")[:2]) for name in ("numpy", "mesa")]
    parts = [
        scenario.digest(),
        parameters.digest,
        store.facts_digest(),
        repr(float(scale)),
        str(seed),
        store.code_digest(),
    ]
    return hashlib.sha256("\n".join(parts + series).encode()).hexdigest()


def run_scenario(
    scenario: Scenario,
    scale: float = 0.01,
    seed: int = 1,
    draw: int = 0,
    threads: int | None = None,
    out: Path | None = None,
    strict: bool = False,
    profile: bool = False,
    progress: Progress | None = None,
    chunk: int | None = None,
    reference: bool = False,
    persons: Loading | None = None,
) -> RunResult:
    """Runs one scenario and, with `out`, writes its folder. Arguments as of `build_world`.

    Raises AccountError in strict mode when an account does not close; OSError when the folder cannot be written.
    """
    started = time.perf_counter()
    show, done = progress or (lambda fraction, text: None), 0.0

    def tell(fraction: float, text: str) -> None:
        nonlocal done
        heed()
        done = fraction
        show(fraction, text)

    first = 0.0 if is_built(scenario.base) else _SHARE_OF_PROGRESS
    costs = Profile() if profile else None
    engine = implementation.plain() if reference else None
    threads = threads or os.cpu_count() or 1
    keeping = kept_until_heeded(lambda: show(done, "stopping; Ctrl-C again stops at once"))
    with keeping, compiling_beside(scenario.base, threads):
        with measured(costs, "census night"):
            persons = persons or begin_loading(scenario, scale, seed, threads)
            # Late: Mesa takes its time, and persons are loaded meanwhile.
            from urbsim.simulation.model import UrbanisationModel

            world = build_world(
                scenario, scale, seed, draw, threads, chunk, engine,
                lambda fraction, text: tell(fraction * first, text), costs, persons,
            )  # fmt: skip
        number, parameters, places = world.n, world.parameters, world.places
        if costs is not None:
            costs.held[f"columns of {number} persons"] = sum(column.nbytes for column in world.people[1:])
        model = UrbanisationModel(world, strict)
        months = month_number(scenario.until) - world.base_month
        try:
            with measured(costs, "months"):
                model.run_months(months, lambda fraction, text: tell(first + fraction * (1 - first), text))
            none = np.empty(0, np.int32)  # these are read no more: room for the tables
            world.people = world.people._replace(ring=none, spouse=none, parent=none)
            with measured(costs, "who was reached"):
                became = touched.table(world)
        finally:
            del world
            model.release()
    observer = model.observer
    with measured(costs, "fingerprint and verdicts"):
        judgements = [judge(target, observer.read) for target in scenario.judged_by]
        fingerprint = store.fingerprint(observer.fingerprint_lines())
    summary = {
        "scenario": scenario.name,
        "draw": draw,
        "seed": seed,
        "scale": scale,
        "persons": number,
        "months": months,
        "wall_seconds": round(time.perf_counter() - started, 3),
        "peak_bytes": peak_bytes(),
        "fingerprint": fingerprint,
        "input_digest": input_digest(scenario, parameters, scale, seed),
        "targets": [judgement.as_dict() for judgement in judgements],
    }
    movers = np.concatenate([*model.movers, np.zeros((0, 7), np.int32)])
    result = RunResult(
        summary, judgements, observer, scenario, draw, seed, movers, model.registered_elsewhere, became
    )
    if out is not None:
        with measured(costs, "files"):
            result.folder = _write(result, parameters, places, Path(out))
    if costs is not None:
        print(costs.table(), file=sys.stderr)
    return result


def _write(result: RunResult, parameters: Parameters, places: Places, out: Path) -> Path:
    scenario, summary = result.scenario, result.summary
    folder = store.run_folder(out, scenario.name, summary["scale"], result.draw, result.seed)
    record = {
        "scenario": scenario.resolved(),
        "draw": result.draw,
        "seed": result.seed,
        "scale": summary["scale"],
        "weight": result.observer.weight,
        "versions": {
            "urbsim": version("urbsim"),
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "numba", "scipy", "pandas", "mesa", "pyarrow")},
        },
        "wall_seconds": summary["wall_seconds"],
        "peak_bytes": summary["peak_bytes"],
        "input_digest": summary["input_digest"],
        "fingerprint": summary["fingerprint"],
        "parameters_by_status": parameters.by_status(),
        "t2_coverage": coverage_believed(parameters),
        "conditions": "unconditional",
    }
    with store.whole_folder(folder) as temporary, ThreadPoolExecutor(1) as beside:
        levers = beside.submit(touched.write, result.touched, summary["scale"], temporary / "touched.parquet")
        digest = beside.submit(touched.digest, result.movers, result.touched)
        store.write_table(result.indicators, temporary / "indicators.parquet")
        store.write_table(
            movers_frame(result.movers, places, result.observer.weight), temporary / "movers.parquet"
        )
        store.write_json(summary, temporary / "summary.json")
        levers.result()
        store.write_yaml(record | {"tables_digest": digest.result()}, temporary / "run.yaml")
    return folder


def coverage_believed(parameters: Parameters) -> dict[str, float]:
    """Coverage of the count of new urban jobs: what the run used, and 5, 50 and 95% of what is believed.

    Shares of entries into urban work (ODD equation L7). Without a prior all four are the value used.
    """
    used, known = parameters["new_jobs_coverage"], parameters.info["new_jobs_coverage"]
    if known.prior is None or known.interval is None:
        return {"used": used, "low": used, "central": used, "high": used}
    low, high = known.interval
    central = min(max(known.prior.quantile(0.5), low), high)
    return {"used": used, "low": low, "central": central, "high": high}


def movers_frame(movers: np.ndarray, places: Places, weight: float) -> pd.DataFrame:
    """movers.parquet: changes of the counted part by month, origin, destination, age, sex and schooling."""
    import pandas as pd

    parts = [places.part_name(part) for part in range(224)]
    ages = [f"{5 * g}-{5 * g + 4}" for g in range(17)] + ["85+"]
    months = np.unique(movers[:, 0])
    return pd.DataFrame(
        {
            "month": pd.Categorical.from_codes(
                np.searchsorted(months, movers[:, 0]), [month_end(int(m)) for m in months]
            ),
            "origin": pd.Categorical.from_codes(movers[:, 1], parts),
            "destination": pd.Categorical.from_codes(movers[:, 2], parts),
            "age_group": pd.Categorical.from_codes(movers[:, 3], ages),
            "sex": pd.Categorical.from_codes(movers[:, 4], _SEX),
            "schooling": pd.Categorical.from_codes(movers[:, 5], _SCHOOLING),
            "count": movers[:, 6] * weight,
        }
    )
