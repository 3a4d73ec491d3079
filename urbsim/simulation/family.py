"""Runs of one draw and seed under several scenarios: what they share of the past is simulated once.

Results are the bytes of runs that are made one by one: the world that goes on under one scenario is a copy, and which
months are shared follows from the scenarios alone (`urbsim.scenario.past`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.population.record import population_record
from urbsim.population.start import Kept
from urbsim.scenario.past import first_month_apart, parted, readings
from urbsim.simulation.build import build_world
from urbsim.simulation.fork import forked, go_on_under
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.runner import RunResult, RunSpec, result_of

Ended = tuple[int, RunResult | Exception]
"""The position of a run, and its result or what it ended with."""

_OfNight = tuple[int, dict[str, str]]
"""How many persons there were on census night, and the record of the population."""


class Family:
    """Runs of the same base, scale, seed, draw and threads, for how long ever.

    specs: of the runs; persons: kept of another run of the same sample, if there was one.
    """

    def __init__(self, specs: Sequence[RunSpec], persons: Kept | None = None) -> None:
        self._specs, self._persons = specs, persons
        self._readings = [readings(spec.scenario) for spec in specs]
        self._night = max((BASE_MONTH[spec.scenario.base] for spec in specs), default=0)
        self._seconds = [0.0] * len(specs)
        self._clock = 0.0

    def run(self) -> Iterator[Ended]:
        """Every run as it ends, in an order that holds few worlds at once.

        An exception ends the runs that shared what it came up in, and no others.
        """
        for group in parted(self._readings, self._night):
            self._clock = time.perf_counter()
            spec = self._specs[group[0]]
            try:
                world = build_world(
                    spec.scenario, spec.scale, spec.seed, spec.draw, spec.threads, persons=self._persons
                )
                model = UrbanisationModel(world=world, strict=spec.strict)
                of_night = world.n, population_record(spec.scenario.base)
                del world
            except Exception as error:
                yield from ((k, error) for k in group)
            else:
                yield from self._go_on(model, group, of_night)

    def _branch(self, model: UrbanisationModel, group: list[int], of_night: _OfNight) -> Iterator[Ended]:
        """Runs a group from where a model stands, which stays there."""
        try:
            other = forked(model)
        except Exception as error:
            yield from ((k, error) for k in group)
        else:
            yield from self._go_on(other, group, of_night)

    def _go_on(self, model: UrbanisationModel, group: list[int], of_night: _OfNight) -> Iterator[Ended]:
        """Runs a group from where its model stands, which is released."""
        left = group
        try:
            while (apart := first_month_apart([self._readings[k] for k in left])) is not None:
                self._step(model, left, apart - 1)
                parts = parted([self._readings[k] for k in left], apart)
                *others, left = [[left[k] for k in part] for part in parts]
                for part in others:
                    yield from self._branch(model, part, of_night)
            self._step(model, left, month_number(self._specs[left[0]].scenario.until))
            while left:  # several, where scenarios differ in their names alone
                of_one, k = forked(model) if left[1:] else model, left[0]
                result = result_of(of_one, self._specs[k], *of_night, self._seconds[k])
                left = left[1:]
                yield k, result
                self._clock = time.perf_counter()
        except Exception as error:
            yield from ((k, error) for k in left)
        finally:
            model.release()

    def _step(self, model: UrbanisationModel, group: list[int], month: int) -> None:
        """Steps to the end of a month, of which every run of the group takes its share of the time."""
        world = model.world
        assert world is not None
        go_on_under(world, self._specs[group[0]].scenario)
        model.run_months(month - world.month)
        now = time.perf_counter()
        for k in group:
            self._seconds[k] += (now - self._clock) / len(group)
        self._clock = now
