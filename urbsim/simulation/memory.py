"""How much memory a run needs and how much there is, asked before any work starts."""

from __future__ import annotations

import math

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.compute.free_memory import RUN, address_limit, available_bytes, gigabytes
from urbsim.errors import Problem
from urbsim.facts.censuses import census_of
from urbsim.population.cache import is_built, open_population
from urbsim.population.start import ARRIVALS_PER_YEAR
from urbsim.scenario.schema import Scenario

# Rounded up from the peaks of runs at scales 0.2, 0.5 and 1, less mapped pages of the cache, which can be dropped.
_PASSING = 14  # bytes a person that loading, and the month, hold for a while
_ROW = 34  # bytes of a row of the columns
_SHARING = 0.3e9  # bytes for worlds that a process holds beside the one it runs
_MOST_WORLDS = 12  # beyond these, what runs share is a small part of each
_SYNTHESIS = 36  # bytes a person of the full population while it is made


def memory_problem(scenario: Scenario, scale: float) -> Problem | None:
    """A Problem if a run of `scenario` at `scale` needs more memory than there is; None too where that is unknown."""
    left = _left()
    if left is None:
        return None
    free, where = left
    persons = _persons(scenario.base)
    years = (month_number(scenario.until) - BASE_MONTH[scenario.base]) / 12
    needed = bytes_needed(scale, persons, years, is_built(scenario.base))
    if needed <= free:
        return None
    fits = scale_that_fits(free, persons, years, is_built(scenario.base))
    return Problem(
        f"a run at scale {scale:g} needs about {gigabytes(needed)} of memory and {gigabytes(free)} are {where}",
        key="--scale",
        allowed=f"at most {fits:g} with this memory" if fits else "none with this memory",
    )


def runs_that_fit(scenario: Scenario, scale: float) -> int | None:
    """How many runs of `scenario` at `scale`, each in a process of its own, there is memory for; None if unknown."""
    left = _left()
    if left is None:
        return None
    years = (month_number(scenario.until) - BASE_MONTH[scenario.base]) / 12
    beside = (worlds_at_once(scenario, scale) - 1) * _bytes_of_world(scenario, scale)
    return int(left[0] // (bytes_needed(scale, _persons(scenario.base), years, True) + beside))


def worlds_at_once(scenario: Scenario, scale: float) -> int:
    """How many worlds of runs that share their past a process may hold: several small ones, or a single large one."""
    return min(1 + int(_SHARING // _bytes_of_world(scenario, scale)), _MOST_WORLDS)


def _bytes_of_world(scenario: Scenario, scale: float) -> float:
    years = (month_number(scenario.until) - BASE_MONTH[scenario.base]) / 12
    return _persons(scenario.base) * scale * _ROW * (1 + ARRIVALS_PER_YEAR * (years + 1))


def _left() -> tuple[float, str] | None:
    """Bytes that are left for the program and the run, and what leaves no more; None where that is unknown."""
    free, limit = available_bytes(), address_limit()
    known = [] if free is None else [(float(free), "free")]
    if limit is not None:
        known.append((limit - RUN.addresses + RUN.memory, "left by `ulimit -v`"))
    return min(known, default=None)


def bytes_needed(scale: float, persons: int, years: float, built: bool) -> float:
    """Bytes that a run takes at its peak.

    scale: share of households; persons: of the full population; years: length of the run; built: whether the
    population is in the cache, or has to be made first.
    """
    run = persons * scale * (_PASSING + _ROW * (1 + ARRIVALS_PER_YEAR * (years + 1)))
    return RUN.memory + max(run, 0 if built else persons * _SYNTHESIS)


def scale_that_fits(free: float, persons: int, years: float, built: bool) -> float:
    """The largest scale of two digits whose run fits into `free` bytes; 0 if there is none."""
    if bytes_needed(0.0, persons, years, built) > free:
        return 0.0
    a_whole = bytes_needed(1.0, persons, years, True) - RUN.memory
    share = min((free - RUN.memory) / a_whole, 1.0)
    if share <= 0:
        return 0.0
    digit = 10.0 ** (math.floor(math.log10(share)) - 1)
    return round(math.floor(share / digit + 1e-9) * digit, 12)


def _persons(base: str) -> int:
    """Everybody registered in Guangxi or living there on the base night."""
    if is_built(base):
        return len(open_population(base).words)
    census = census_of(base)
    return int(census.registered.sum() + census.class_total[:, 3].sum())
