"""One run as a Mesa model: places are its agents, persons are columns that it holds and releases.

The model makes its own world from the arguments of its constructor, so that Mesa's tools work on it: its DataCollector,
and batch loops over constructor arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import mesa
import numpy as np

from urbsim import month
from urbsim.calendar import month_number, month_text
from urbsim.compute.profiling import measured
from urbsim.compute.row_lists import begins
from urbsim.compute.threads import added_up
from urbsim.results.observation import no_flows, observe_flows, observe_stocks
from urbsim.results.observer import Observer
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.simulation import accounts
from urbsim.simulation.build import build_world
from urbsim.simulation.processes import PROCESSES
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
        return self.model.latest("resident_population", self.code)

    @property
    def urbanisation_rate(self) -> float:
        """Urban residents over residents at the end of the last observed month."""
        return self.model.latest("urbanisation_rate", self.code)


def _province(indicator: str) -> Callable[[UrbanisationModel], float]:
    """A Mesa model reporter of an indicator of the province."""
    return lambda model: model.latest(indicator, PROVINCE)


_REPORTED = (
    "resident_population",
    "urban_population",
    "urbanisation_rate",
    "new_urban_jobs",
    "urban_employed",
)


class UrbanisationModel(mesa.Model):
    """Steps a world month by month and observes it; `running` turns false after the last month of the scenario.

    scenario: a name, a path or a loaded scenario; scale: share of households, (0, 1]; seed: which sample, and all luck;
    draw: row of parameters; threads: None for all cores; strict: check every account of every month and raise
    AccountError; world: a world on census night that is there already, in place of one made from the arguments above.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "baseline",
        scale: float = 0.01,
        seed: int = 1,
        draw: int = 0,
        threads: int | None = None,
        strict: bool = False,
        *,
        world: World | None = None,
        until: str | None = None,
    ):
        if world is None:
            spec = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
            world, until = build_world(spec, scale, seed, draw, threads), until or spec.until
        # Mesa's generator is never drawn from: all luck is keyed (urbsim.compute.randomness).
        super().__init__(rng=world.seed)
        self.world: World | None = world
        self.strict = strict
        self.last_month = None if until is None else month_number(until)
        self.observer = Observer(world.places, world.weight)
        self.movers: list[np.ndarray] = []
        self.registered_elsewhere: dict[
            int, np.ndarray
        ] = {}  # on census night and each year after it: (3, 111)
        for index, (code, name) in enumerate(zip(world.places.code, world.places.name_en, strict=True)):
            County(self, index, code, name)
        self.datacollector = mesa.DataCollector(
            model_reporters={indicator: _province(indicator) for indicator in _REPORTED}
        )
        self._observe(world)

    def latest(self, indicator: str, place: str) -> float:
        """An indicator of a place, by its code, at the end of the last observed month, at full scale."""
        return self.observer.read(indicator, place, self.observer.months[-1]) or 0.0

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
                accounts.check(world, before)
        with measured(world.profile, "  observe"):
            self.movers.append(movers_of_month(world))
            self._observe(world)
        self.running = world.month != self.last_month

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

    def _observe(self, world: World) -> None:
        chunks, counting = world.chunks, world.engine.counting
        if (world.month - world.base_month) % 12 == 0:
            elsewhere = chunks.map(
                lambda lo, hi: counting.registered_elsewhere(lo, hi, world.people), world.n
            )
            self.registered_elsewhere[world.month] = added_up(elsewhere)
        children = chunks.map(lambda lo, hi: counting.children(lo, hi, world.month, world.people), world.n)
        stocks = observe_stocks(world.counted, world.ledger.stocks.persons, added_up(children))
        seen = no_flows() | stocks | observe_flows(world.ledger)
        for process in PROCESSES:
            seen |= process.observe(world)
        self.observer.observe(world.month, seen)
        self.datacollector.collect(self)


def movers_of_month(world: World) -> np.ndarray:
    """Changes of the counted part this month, counted by kind: (n, 7) int32
    `month, origin part, destination part, five-year age group, sex, schooling, count`.
    """
    if not world.moving.logs:
        return np.zeros((0, 7), np.int32)
    log, kernel = np.concatenate(world.moving.logs), world.engine.counting.kinds_of_moves
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
