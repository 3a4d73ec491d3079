"""One run as a Mesa model: places are its agents, persons are columns that it holds and releases."""

from __future__ import annotations

from collections.abc import Callable

import mesa
import numpy as np

from urbsim import month
from urbsim.calendar import month_text
from urbsim.compute.profiling import measured
from urbsim.compute.row_lists import begins
from urbsim.compute.threads import added_up
from urbsim.processes.employment import equations as employment
from urbsim.processes.schooling import equations as schooling
from urbsim.results.indicators import no_flows, observe_flows, observe_stocks, observe_work
from urbsim.results.observer import Observer
from urbsim.simulation import accounts
from urbsim.simulation.world import World
from urbsim.state.counting import KINDS_OF_MOVES
from urbsim.state.geography import PROVINCE

Progress = Callable[[float, str], None]


class County(mesa.Agent):
    """A county-level unit: reads its own residents from the model's last observation."""

    def __init__(self, model: UrbanisationModel, index: int, code: str, name: str):
        super().__init__(model)
        self.model: UrbanisationModel = model
        self.index = index
        self.code = code
        self.name = name

    @property
    def resident_population(self) -> float:
        """Residents at the end of the last observed month, persons."""
        return self._read("resident_population")

    @property
    def urbanisation_rate(self) -> float:
        """Urban residents over residents at the end of the last observed month."""
        return self._read("urbanisation_rate")

    def _read(self, indicator: str) -> float:
        observer = self.model.observer
        return observer.read(indicator, self.code, observer.months[-1]) or 0.0


def province_urbanisation_rate(model: UrbanisationModel) -> float:
    """Urban residents over residents of the province (a Mesa model reporter)."""
    return model.observer.read("urbanisation_rate", PROVINCE, model.observer.months[-1]) or 0.0


def province_residents(model: UrbanisationModel) -> float:
    """Residents of the province, persons (a Mesa model reporter)."""
    return model.observer.read("resident_population", PROVINCE, model.observer.months[-1]) or 0.0


class UrbanisationModel(mesa.Model):
    """Steps a world month by month and observes it.

    world: the world on census night; strict: check every account of every month and raise AccountError.
    """

    def __init__(self, world: World, strict: bool = False):
        # Mesa's generator is never drawn from: all luck is keyed (urbsim.compute.randomness).
        super().__init__(rng=world.seed)
        self.world: World | None = world
        self.strict = strict
        self.observer = Observer(world.places, world.weight)
        self.movers: list[np.ndarray] = []
        self.registered_elsewhere: dict[
            int, np.ndarray
        ] = {}  # on census night and each year after it: (3, 111)
        for index, (code, name) in enumerate(zip(world.places.code, world.places.name_en, strict=True)):
            County(self, index, code, name)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "urbanisation_rate": province_urbanisation_rate,
                "resident_population": province_residents,
            }
        )
        self._observe(world, no_flows())
        self.datacollector.collect(self)

    def step(self) -> None:
        """One month: the order is in `urbsim.month`; then, in strict mode, accounts are checked."""
        world = self.world
        if world is None:
            raise RuntimeError("the run is over: its world has been released")
        before = accounts.by_part(world.counted, world.ledger.stocks) if self.strict else None
        month.step(world)
        world.counted = accounts.counted_after(world.counted, world.ledger)
        if before is not None:
            with measured(world.profile, "  check accounts"):
                self._check(world, before)
        with measured(world.profile, "  observe"):
            self._observe(world, observe_flows(world.ledger))
            self.movers.append(movers_of_month(world))
            self.datacollector.collect(self)

    def _check(self, world: World, before: np.ndarray) -> None:
        """Raises AccountError if an account of the month does not close; before: `by_part` when it began."""
        counted, stocks = world.recount()
        after = accounts.by_part(counted, stocks)
        accounts.check(before, after, world.ledger, stocks, month_text(world.month))
        accounts.refuse(
            schooling.residuals(world.schools, self._recount_places(world)), month_text(world.month)
        )
        accounts.refuse(
            employment.residuals(world.labour, world.work_flows, *self._recount_work(world)),
            month_text(world.month),
        )
        accounts.check_housing(
            world.housing, world.people, self._supported(world), after[1], month_text(world.month)
        )

    def run_months(self, months: int, progress: Progress | None = None) -> None:
        """Steps `months` times."""
        for k in range(months):
            self.step()
            if progress and self.world is not None:
                progress((k + 1) / months, month_text(self.world.month))

    def release(self) -> None:
        """Lets go of the persons and of Mesa's references, so that many runs in one process do not pile up."""
        if self.world is not None:
            self.world.chunks.close()
        self.world = None
        self.remove_all_agents()
        # Mesa before 3.4 keeps every model alive as a key of its table of agent ids.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def _recount_elsewhere(self, world: World) -> np.ndarray:
        kernel = world.engine.counting.registered_elsewhere
        return added_up(world.chunks.map(lambda lo, hi: kernel(lo, hi, world.people), world.n))

    def _recount_places(self, world: World) -> np.ndarray:
        kernel = world.engine.schooling.held_school_places
        return np.sum(
            world.chunks.map(lambda lo, hi: kernel(lo, hi, world.month, world.people), world.n), axis=0
        )

    def _recount_work(self, world: World) -> tuple[np.ndarray, int]:
        kernel = world.engine.employment.recount
        pieces = world.chunks.map(lambda lo, hi: kernel(lo, hi, world.people), world.n)
        jobs, seekers = zip(*pieces, strict=True)
        return np.sum(jobs, axis=0), int(np.sum(seekers))

    def _supported(self, world: World) -> np.ndarray:
        pieces = world.chunks.map(
            lambda lo, hi: world.engine.housing.supported(lo, hi, world.people), world.n
        )
        return np.sum(pieces, axis=0)

    def _observe(self, world: World, flows: dict[str, np.ndarray]) -> None:
        if (world.month - world.base_month) % 12 == 0:
            self.registered_elsewhere[world.month] = self._recount_elsewhere(world)
        counting = world.engine.counting
        pieces = world.chunks.map(
            lambda lo, hi: counting.children(lo, hi, world.month, world.people), world.n
        )
        children = added_up(pieces)
        stocks = observe_stocks(world.counted, world.ledger.stocks.persons, children)
        stocks["school_places"] = world.schools.places.sum(axis=(1, 2))
        labour = world.labour
        if world.work_flows:
            coverage = world.parameters["new_jobs_coverage"]
            work_stocks, work_flows = observe_work(
                labour.filled, labour.vacancies, labour.seekers, world.work_flows, coverage
            )
            flows = flows | work_flows | {"settled": world.registration.settled[1:222:2]}
        else:
            nothing = {name: np.zeros(111, np.int64) for name in ("entries", "retired", "died", "trained")}
            work_stocks, _ = observe_work(labour.filled, labour.vacancies, labour.seekers, nothing, 0.0)
        papers = {"permit_holders": world.registration.holders}
        homes = {"public_rental_occupied": world.housing.public.held()}
        if world.month > world.base_month:
            flows = flows | {"rent_subsidies_paid": world.housing.subsidies.held()}
        self.observer.observe(world.month, stocks | work_stocks | papers | homes, flows)


def movers_of_month(world: World) -> np.ndarray:
    """Changes of the counted part this month, counted by kind: (n, 7) int32
    `month, origin part, destination part, five-year age group, sex, schooling, count`.
    """
    if not world.logs:
        return np.zeros((0, 7), np.int32)
    log, kernel = np.concatenate(world.logs), world.engine.counting.kinds_of_moves
    pieces = world.chunks.map(
        lambda lo, hi: kernel(log[lo:hi], world.month, world.people), len(log), listed=True
    )
    kinds = np.sort(np.concatenate(pieces))
    first = np.flatnonzero(begins(kinds))
    out = np.empty((first.size, 7), np.int32)
    out[:, 0] = world.month
    out.T[1:6] = np.unravel_index(kinds[first], KINDS_OF_MOVES)
    out[:, 6] = np.append(first[1:], kinds.size) - first
    return out
