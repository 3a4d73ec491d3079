"""From a scenario to the world on census night."""

from __future__ import annotations

from collections.abc import Callable

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.compute.importing import import_beside
from urbsim.compute.profiling import Profile, measured
from urbsim.compute.threads import Chunks
from urbsim.facts.parameters import Parameters, load_parameters
from urbsim.levers.apply import SPREADS, STOCKS
from urbsim.levers.fulfilment import carried_out, is_of_places
from urbsim.levers.planned import planned_on_census_night
from urbsim.levers.transport import journeys_under
from urbsim.population.cache import open_population
from urbsim.population.start import Kept, Loading, begin_loading
from urbsim.population.totals import load_totals
from urbsim.processes import implementation
from urbsim.processes.implementation import Implementation
from urbsim.scenario.schema import Scenario
from urbsim.simulation.options import all_cores
from urbsim.simulation.processes import PROCESSES
from urbsim.simulation.world import World
from urbsim.state.definitions import RESIDENT_AFTER
from urbsim.state.geography import load_places

Progress = Callable[[float, str], None]


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
    persons: Loading | Kept | None = None,
    parameters: Parameters | None = None,
) -> World:
    """The world on census night.

    scale: share of households, (0, 1]; seed: which sample, and all luck; draw: row of parameters; threads: None for
    all cores; chunk: rows in a piece of work (never changes a result); engine: None for the kernels; profile: to
    measure with; persons: the same of `begin_loading`, where it was begun already, or kept of another run;
    parameters: None for those of the draw, which they take the place of.
    """
    parameters = parameters or load_parameters(draw, base=scenario.base)
    if int(parameters["resident_after"]) != RESIDENT_AFTER:
        raise ValueError(
            "parameter resident_after differs from the official definition in urbsim.state.definitions"
        )
    threads = threads or all_cores()
    open_population(scenario.base, threads, progress)
    with measured(profile, "  totals of the full base"):
        totals = load_totals(threads, scenario.base, progress)
    with measured(profile, "  persons of census night"):
        persons = persons or begin_loading(scenario.base, scenario.until, scale, seed, threads)
        assert persons is not None  # the population has just been opened
        places = load_places(
            parameters["hours_rest_of_china"],
            parameters["local_road_hours"],
            parameters["station_hours"],
            scenario.base,
        )
        added = carried_out(scenario.levers, parameters, month_number(scenario.until))
        world = World(
            base=scenario.base,
            base_month=BASE_MONTH[scenario.base],
            month=BASE_MONTH[scenario.base],
            seed=seed,
            weight=1.0 / scale,
            parameters=parameters,
            places=places,
            totals=totals,
            conditions=scenario.conditions,
            behaviour=scenario.behaviour.by_default(parameters.variant),
            committed=scenario.committed,
            levers=added,
            journeys=journeys_under(parameters, places, scenario.committed, added),
            engine=engine or implementation.compiled(),
            chunks=Chunks(threads, chunk),
            profile=profile,
        )
        for process in PROCESSES:
            process.prepare(world)
        world.take_in(*persons.take())
    import_beside("mesa")  # who steps the world needs it: kernels leave the interpreter to others
    with measured(profile, "  processes open"):
        ends = [process.open(world) for process in PROCESSES]
        for end in filter(None, ends):
            end()
    if is_of_places(scenario.levers):
        world.planned = planned_on_census_night(world, SPREADS, STOCKS)
        world.levers = carried_out(scenario.levers, parameters, month_number(scenario.until), world.planned)
    return world
