"""Where a run's time and memory went, step by step: measured only when asked for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from urbsim.simulation.world import World

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass
class Cost:
    """What a step took in all: calls, seconds by the clock and of all cores, bytes by which it raised the peak."""

    calls: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0


@dataclass(repr=False)
class Profile:
    """Costs by step, in the order in which steps first ended, and bytes of what is held all the while.

    An indented step is part of the next one that is not.
    """

    held: dict[str, int] = field(default_factory=dict)
    costs: dict[str, Cost] = field(default_factory=dict)

    def __repr__(self) -> str:
        """How many steps were measured; `table` has what they took."""
        return f"Profile({len(self.costs)} steps)"

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measures the block and adds it to the step `name`."""
        wall, cpu, peak = time.perf_counter(), time.process_time(), peak_bytes()
        try:
            yield
        finally:
            cost = self.costs.setdefault(name, Cost())
            cost.calls += 1
            cost.wall += time.perf_counter() - wall
            cost.cpu += time.process_time() - cpu
            cost.peak += peak_bytes() - peak

    def table(self) -> str:
        """The costs as lines of text."""
        rows = [f"{'step':28s} {'calls':>6s} {'seconds':>9s} {'core s':>9s} {'peak +MB':>9s}"]
        rows += [
            f"{name:28s} {cost.calls:6d} {cost.wall:9.3f} {cost.cpu:9.3f} {cost.peak / 1e6:9.1f}"
            for name, cost in self.costs.items()
        ]
        rows += [f"held: {name}, {size / 1e6:.1f} MB" for name, size in self.held.items()]
        return "\n".join(rows)


def measured(profile: Profile | None, name: str) -> AbstractContextManager[None]:
    """Measures a block if there is a profile."""
    return nullcontext() if profile is None else profile.step(name)


def step_of_month(
    function: Callable[Concatenate[World, Given], Result],
) -> Callable[Concatenate[World, Given], Result]:
    """A step of the month under its own name, measured if the world has a profile."""
    name = "  " + function.__name__.replace("_", " ")

    @wraps(function)
    def measured_step(world: World, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        if world.profile is None:
            return function(world, *args, **kwargs)
        with world.profile.step(name):
            return function(world, *args, **kwargs)

    return measured_step


def peak_bytes() -> int:
    """The most memory this process has held so far, bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
