"""One run as a Mesa model: places are its agents, persons are columns that it holds and releases.

The model makes its own world from the arguments of its constructor, so that Mesa's tools work on it: its DataCollector,
and batch loops over constructor arguments. Such a loop only steps it, so it lets go of that world when the run is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from urbsim import month
from urbsim.calendar import month_number, month_text
from urbsim.compute.profiling import measured
from urbsim.compute.threads import added_up, end_to_end
from urbsim.compute.words import BYTE_VALUES
from urbsim.results.observation import no_flows, observe_children, observe_flows, observe_stocks
from urbsim.results.observer import Observer
from urbsim.scenario.schema import Scenario
from urbsim.simulation import accounts
from urbsim.simulation.arguments import run_spec
from urbsim.simulation.build import build_world
from urbsim.simulation.processes import PROCESSES
from urbsim.simulation.world import World
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


def _month(model: UrbanisationModel) -> str:
    """A Mesa model reporter of the month that a row is of, such as 2021-11."""
    return month_text(model.observer.months[-1])


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

    scenario: a name, a path, the content of a file or a loaded scenario; scale: share of households, (0, 1]; seed:
    which sample, and all luck; draw: row of parameters; threads: None for all cores; strict: check every account of
    every month and raise AccountError; world: a world on census night that is there already, in place of one made from
    the arguments above. Who gives a world says when it stops, and calls `release`. after: the model whose past the
    world shares; what that one has observed is taken over.
    Raises InputError when the arguments are wrong.
    """

    def __init__(
        self,
        scenario: str | Path | Mapping[str, Any] | Scenario = "baseline",
        scale: float = 0.01,
        seed: int = 1,
        draw: int = 0,
        threads: int | None = None,
        strict: bool = False,
        *,
        world: World | None = None,
        after: UrbanisationModel | None = None,
    ):
        last_month = None
        if world is None:
            spec, _ = run_spec(scenario, scale, seed, draw, threads, strict)
            world = build_world(spec.scenario, spec.scale, spec.seed, spec.draw, spec.threads)
            strict, last_month = spec.strict, month_number(spec.scenario.until)
        # Mesa's generator is never drawn from: all luck is keyed (urbsim.compute.randomness).
        super().__init__(rng=world.seed)
        self.world: World | None = world
        self.strict = strict
        self.last_month = last_month
        self.observer = Observer(world.places, world.weight)
        self.movers: list[np.ndarray] = []
        # By month, on census night and each year after it: (3, 111).
        self.registered_elsewhere: dict[int, np.ndarray] = {}
        self._registered = 0
        self._goes_on = False  # another month follows at once
        for index, (code, name) in enumerate(zip(world.places.code, world.places.name_en, strict=True)):
            County(self, index, code, name)
        self.datacollector = mesa.DataCollector(
            model_reporters={"month": _month} | {indicator: _province(indicator) for indicator in _REPORTED}
        )
        if after is None:
            self._observe(world)
            world.end_reading()
        else:
            self._take_over(after)

    def latest(self, indicator: str, place: str) -> float:
        """An indicator of a place, by its code, at the end of the last observed month, at full scale."""
        return self.observer.read(indicator, place, self.observer.months[-1]) or 0.0

    def step(self) -> None:
        """One month: the order is in `urbsim.month`; then, in strict mode, accounts are checked.

        Children are counted by other threads until the month that follows at once changes persons.
        """
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
            self._observe(world)
        # Months alone: batch_run of Mesa 3.3 reads the row before the last where census night is a row as well.
        self.datacollector.collect(self)
        self.running = world.month != self.last_month
        if not (self._goes_on and self.running):
            world.end_reading()
        if not self.running:
            self.release()

    def run_months(self, months: int, progress: Progress | None = None) -> None:
        """Steps `months` times. What is counted of children is there once the next month has begun, or all are over."""
        try:
            for k in range(months):
                self._goes_on = k + 1 < months
                self.step()
                if progress:
                    progress((k + 1) / months, month_text(self.observer.months[-1]))
        finally:
            self._goes_on = False

    def release(self) -> None:
        """Ends the threads and lets go of the persons. What was observed can still be read."""
        if self.world is not None:
            self.world.chunks.close()
        self.world = None

    def register_agent(self, agent: mesa.Agent) -> None:
        """Takes in an agent, and numbers it where Mesa would keep the model alive for that.

        Mesa 3.3 counts agents in a table of all models, which it never clears.
        """
        super().register_agent(agent)
        self._registered += 1
        if (models := getattr(mesa.Agent, "_ids", None)) is not None:
            agent.unique_id = self._registered
            models.pop(self, None)

    def _take_over(self, other: UrbanisationModel) -> None:
        """Takes over what another has observed; what was observed of a month never changes."""
        self.observer.months += other.observer.months
        self.observer.counts += other.observer.counts
        self.movers += other.movers
        self.registered_elsewhere |= other.registered_elsewhere
        for name, values in other.datacollector.model_vars.items():
            self.datacollector.model_vars[name] = list(values)
        self.steps = other.steps

    def _observe(self, world: World) -> None:
        """Counts what the month has left; other threads begin with the children, and `end_reading` takes them down."""
        chunks, counting = world.chunks, world.engine.counting
        if (world.month - world.base_month) % 12 == 0:
            elsewhere = chunks.map(
                lambda lo, hi: counting.registered_elsewhere(lo, hi, world.people), world.n
            )
            self.registered_elsewhere[world.month] = added_up(elsewhere)
        of_month, people = world.month, world.people
        children = chunks.begin(lambda lo, hi: counting.children(lo, hi, of_month, people), world.n)
        if world.month > world.base_month:
            self.movers.append(movers_of_month(world))
        flows, of_processes = observe_flows(world.ledger), [process.observe(world) for process in PROCESSES]
        stocks = observe_stocks(world.counted, world.ledger.stocks.persons)
        seen = no_flows() | stocks | observe_children(np.zeros((3, BYTE_VALUES), np.int64)) | flows
        for found in of_processes:
            seen |= found
        self.observer.observe(world.month, seen)

        def take_down_children() -> None:
            with measured(world.profile, "  count children"):
                self.observer.complete(observe_children(added_up(children())))

        world.reading = take_down_children


def movers_of_month(world: World) -> np.ndarray:
    """Changes of the counted part this month, counted by kind: (n, 7) int32
    `month, origin part, destination part, five-year age group, sex, schooling, count`.
    """
    if not world.moving.logs:
        return np.zeros((0, 7), np.int32)
    log, counting = np.concatenate(world.moving.logs), world.engine.counting
    pieces = world.chunks.map(
        lambda lo, hi: counting.kinds_of_moves(log[lo:hi], world.month, world.people), len(log), listed=True
    )
    return counting.moves_by_kind(np.sort(end_to_end(pieces, np.int32)), world.month)
