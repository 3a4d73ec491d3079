"""One run: built, stepped, judged. Nothing is printed or written, and no signal is handled here."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbsim.calendar import calendar_month, month_number
from urbsim.compute.profiling import Profile, measured, peak_bytes
from urbsim.facts.indicators import COUNTS, PRICED
from urbsim.facts.parameters import Parameters
from urbsim.levers import land_of_places
from urbsim.levers.delivered import ON_LAND, homes_on_land, stocks_by_month, units_by_month
from urbsim.levers.delivery import Delivery, Part
from urbsim.levers.fulfilment import Fulfilment, fulfilment, in_words
from urbsim.levers.kept_up import kept_up
from urbsim.levers.land_of_places import LandOfPlace
from urbsim.levers.services import Levels, levels
from urbsim.levers.spending import Spending, by_month, spending, totals
from urbsim.population.cache import is_built
from urbsim.population.record import population_record
from urbsim.population.start import Kept, Loading, begin_loading
from urbsim.processes import implementation
from urbsim.processes.services.steps import services_of
from urbsim.results import reached, store, tidy
from urbsim.results.digests import Digests, digests_of, input_digest
from urbsim.results.fit_stamp import fit_stamp
from urbsim.results.observer import Observer
from urbsim.results.targets import Judgement, judge
from urbsim.scenario.schema import Levers, Scenario
from urbsim.simulation.options import all_cores

if TYPE_CHECKING:
    import pandas as pd

    from urbsim.simulation.model import UrbanisationModel

Progress = Callable[[float, str], None]
_SHARE_OF_PROGRESS = 0.4  # of the bar, for building the population when it is not cached


@dataclass(frozen=True)
class RunSpec:
    """What one run is: everything that decides its results, and how it is worked out.

    scenario: loaded and checked; scale: share of households, (0, 1]; seed: which sample, and all luck; draw: row of
    parameters; threads: None for all cores; strict: check every account of every month; profile: measure every step;
    chunk: rows in a piece of work; plain: by the plain twins. The last five never change a result.
    """

    scenario: Scenario
    scale: float = 0.01
    seed: int = 1
    draw: int = 0
    threads: int | None = None
    strict: bool = False
    profile: bool = False
    chunk: int | None = None
    plain: bool = False


@dataclass(repr=False)
class RunResult:
    """What one run gives; it can be pickled.

    summary: the contract's summary.json; targets: its judgements; observer: the indicators; digests: of what it follows
    from; population: sha256 of every array and table of the base population that was used, by name; movers: of
    `movers_of_month`, one of each month;
    registered_elsewhere: by month, on census night and each year after it, (3, 111) sampled residents registered in
    another township of the county, in another county, in another province; touched: who was reached; deliveries: what
    the levers brought, in the order in which it came; spending: what that cost; fulfilment: of the
    additional doses, empty where all was carried out in time; services: of `levels`, on census night, each December and
    at the end; land: what a land quota of places gave and cut, empty where it cut nothing; costs: where time and memory
    went, if measured; folder: where it was written, if it was; replaced: what there is to say of a run of other
    settings that was in the folder.
    """

    summary: dict[str, Any]
    targets: list[Judgement]
    observer: Observer
    scenario: Scenario
    parameters: Parameters
    draw: int
    seed: int
    digests: Digests
    population: dict[str, str]
    movers: list[np.ndarray]
    registered_elsewhere: dict[int, np.ndarray]
    touched: reached.Table
    deliveries: tuple[Delivery, ...]
    spending: tuple[Spending, ...]
    fulfilment: tuple[Fulfilment, ...]
    services: Levels
    land: tuple[LandOfPlace, ...] = ()
    costs: Profile | None = None
    folder: Path | None = None
    replaced: str | None = None

    @property
    def fit(self) -> dict[str, Any]:
        """Whether the run goes by the fit, as run.yaml says it (`urbsim.results.fit_stamp`)."""
        return fit_stamp(self.scenario, self.parameters)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to know of the scenario's input, each once, as `urbsim run` prints it after "note: ".

        Such as units that arrive outside the run, or a target that is not judged, or what was not carried out. Empty
        where all input has its effect.
        """
        carried_out = [in_words(self.fulfilment)] if self.fulfilment else []
        carried_out += [land_of_places.in_words(self.land)] if self.land else []
        return tuple(dict.fromkeys([*map(str, self.scenario.notes), *carried_out]))

    @property
    def table(self) -> pd.DataFrame:
        """The long table of indicators at full scale, as indicators.parquet has it."""
        return self.observer.frame(self.scenario.name, self.draw, self.seed)

    @property
    def indicators(self) -> pd.DataFrame:
        """The same, tidy: months as datetime64, names of places in both languages beside their codes."""
        return tidy.named(tidy.dated(self.table))

    def __repr__(self) -> str:
        """Which run it is, and its verdicts, in one line."""
        settings = f"scale {self.summary['scale']:g}, draw {self.draw}, seed {self.seed}"
        verdicts = ", ".join(map(str, self.targets)) or "no target"
        return f"RunResult({self.scenario.name}, {settings}: {verdicts})"


def run(spec: RunSpec, progress: Progress | None = None, persons: Loading | Kept | None = None) -> RunResult:
    """Builds the world of a run, steps it and judges it.

    progress: called with the fraction done and what is being done; persons: of `begin_loading` for the same run, where
    it was begun already.
    Raises AccountError in strict mode when an account does not close.
    """
    started = time.perf_counter()
    tell = progress or (lambda fraction, text: None)
    scenario = spec.scenario
    first = 0.0 if is_built(scenario.base) else _SHARE_OF_PROGRESS
    costs = Profile() if spec.profile else None
    engine = implementation.plain() if spec.plain else None
    threads = spec.threads or all_cores()
    with measured(costs, "census night"):
        persons = persons or begin_loading(scenario.base, scenario.until, spec.scale, spec.seed, threads)
        # Late: libraries take their time, and persons are loaded meanwhile.
        from urbsim.simulation.build import build_world

        world = build_world(
            scenario, spec.scale, spec.seed, spec.draw, threads, spec.chunk, engine,
            lambda fraction, text: tell(fraction * first, text), costs, persons,
        )  # fmt: skip
    if costs is not None:
        costs.held[f"columns of {world.n} persons"] = sum(column.nbytes for column in world.people[1:])
    from urbsim.simulation.model import UrbanisationModel  # late: Mesa is imported while the world is built

    model = UrbanisationModel(world=world, strict=spec.strict)
    number, population = world.n, population_record(scenario.base)
    months = month_number(scenario.until) - world.base_month
    del world
    try:
        with measured(costs, "months"):
            model.run_months(months, lambda fraction, text: tell(first + fraction * (1 - first), text))
        return result_of(model, spec, number, population, time.perf_counter() - started)
    finally:
        model.release()


def residents_by_month(observer: Observer) -> dict[int, np.ndarray]:
    """(111, 2 settings) residents of villages and towns at full scale, by observed month."""
    everybody, urban = COUNTS.index("resident_population"), COUNTS.index("urban_population")
    return {
        month: np.stack([counts[everybody] - counts[urban], counts[urban]], axis=1) * observer.weight
        for month, counts in zip(observer.months, observer.counts, strict=True)
    }


def year_by_year(every: Levels) -> Levels:
    """The levels of the first night, of Decembers and of the end."""
    first, *_, last = every.by_month
    kept = (month for month in every.by_month if month in (first, last) or calendar_month(month) == 12)
    return Levels(every.names, {month: every.by_month[month] for month in kept})


def result_of(
    model: UrbanisationModel, spec: RunSpec, persons: int, population: dict[str, str], seconds: float
) -> RunResult:
    """What a run gives whose months are over; its world is let go of.

    persons: how many there were on census night; population: of `population_record` then; seconds: the run took so far.
    """
    world, scenario = model.world, spec.scenario
    assert world is not None
    began, parameters, costs = time.perf_counter(), world.parameters, world.profile
    months = world.month - world.base_month
    none = np.empty(0, np.int32)  # these are read no more: room for the tables
    world.people = world.people._replace(ring=none, spouse=none, parent=none)
    with measured(costs, "who was reached"):
        became = reached.table(world)
    delivered = tuple(world.deliveries)
    with measured(costs, "fiscal ledger"):
        of_run = range(world.base_month + 1, world.month + 1)
        as_delivered: dict[Part, Levers] = {"committed": world.committed, "additional": world.levers}
        spent = spending(delivered, as_delivered, parameters, world.weight, of_run, kept_up(world, of_run))
        carried_out = fulfilment(scenario.levers, world.levers, of_run)
        land = land_of_places.land_of_places(world.levers, parameters, world.planned, world.month)
    with measured(costs, "levels of services"):
        served = levels(delivered, parameters, services_of(world), residents_by_month(model.observer))
    built = world.housing.on_land_by_month
    del world
    model.release()
    observer, digests = model.observer, digests_of(scenario, parameters)
    counties, observed = len(observer.places.code), range(of_run.start - 1, of_run.stop)
    # On census night nothing is spent.
    yuan = np.concatenate([np.zeros((1, counties), np.int64), by_month(spent, months, counties)])
    units = units_by_month(delivered, observer.weight, observed, counties)
    units[ON_LAND] = homes_on_land(built, observer.weight, observed, counties)
    observer.later = {"fiscal_cost_yuan": yuan, **units, **stocks_by_month(served)}
    with measured(costs, "fingerprint and verdicts"):
        judgements = [judge(target, observer.read) for target in scenario.judged_by]
        fingerprint = store.fingerprint(observer.fingerprint_lines())
    summary = {
        "scenario": scenario.name,
        "draw": spec.draw,
        "seed": spec.seed,
        "scale": spec.scale,
        "persons": persons,
        "months": months,
        "wall_seconds": round(seconds + time.perf_counter() - began, 3),
        "peak_bytes": peak_bytes(),
        "fingerprint": fingerprint,
        "input_digest": input_digest(digests, spec.scale, spec.seed),
        "targets": [judgement.as_dict() for judgement in judgements],
        "fiscal_cost_yuan": totals(spent),
        "priced": {name: observer.over_run(name, how) for name, how in PRICED.items()},
        "not_delivered": {one.lever: one.missing for one in carried_out},
    }
    return RunResult(
        summary=summary,
        targets=judgements,
        observer=observer,
        scenario=scenario,
        parameters=parameters,
        draw=spec.draw,
        seed=spec.seed,
        digests=digests,
        population=population,
        movers=model.movers,
        registered_elsewhere=model.registered_elsewhere,
        touched=became,
        deliveries=delivered,
        spending=spent,
        fulfilment=carried_out,
        services=year_by_year(served),
        land=land,
        costs=costs,
    )
