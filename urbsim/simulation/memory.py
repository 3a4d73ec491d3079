"""How much memory a run needs and how much there is, asked before any work starts."""

from __future__ import annotations

import math
import os
from pathlib import Path

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.errors import Problem
from urbsim.facts.censuses import census_of
from urbsim.population.cache import is_built, open_population
from urbsim.population.start import ARRIVALS_PER_YEAR
from urbsim.scenario.schema import Scenario

# Rounded up from the peaks of runs at scales 0.2, 0.5 and 1, less mapped pages of the cache, which can be dropped.
_PROGRAM = 500e6  # bytes of the interpreter, the libraries, the machine code and the tables
_PASSING = 14  # bytes a person that loading, and the month, hold for a while
_ROW = 34  # bytes of a row of the columns
_SYNTHESIS = 36  # bytes a person of the full population while it is made
_ROOT = Path("/sys/fs/cgroup")


def memory_problem(scenario: Scenario, scale: float) -> Problem | None:
    """A Problem if a run of `scenario` at `scale` needs more memory than there is; None too where that is unknown."""
    free = available_bytes()
    if free is None:
        return None
    persons = _persons(scenario.base)
    years = (month_number(scenario.until) - BASE_MONTH[scenario.base]) / 12
    needed = bytes_needed(scale, persons, years, is_built(scenario.base))
    if needed <= free:
        return None
    fits = scale_that_fits(free, persons, years, is_built(scenario.base))
    return Problem(
        f"a run at scale {scale:g} needs about {_gigabytes(needed)} of memory and {_gigabytes(free)} are free",
        key="--scale",
        allowed=f"at most {fits:g} with this memory" if fits else "none with this memory",
    )


def bytes_needed(scale: float, persons: int, years: float, built: bool) -> float:
    """Bytes that a run takes at its peak.

    scale: share of households; persons: of the full population; years: length of the run; built: whether the
    population is in the cache, or has to be made first.
    """
    run = persons * scale * (_PASSING + _ROW * (1 + ARRIVALS_PER_YEAR * (years + 1)))
    return _PROGRAM + max(run, 0 if built else persons * _SYNTHESIS)


def scale_that_fits(free: float, persons: int, years: float, built: bool) -> float:
    """The largest scale of two digits whose run fits into `free` bytes; 0 if there is none."""
    if bytes_needed(0.0, persons, years, built) > free:
        return 0.0
    a_whole = bytes_needed(1.0, persons, years, True) - _PROGRAM
    share = min((free - _PROGRAM) / a_whole, 1.0)
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


def _gigabytes(number: float) -> str:
    return f"{number / 1e9:.1f} GB"


def available_bytes() -> int | None:
    """Bytes this process may still take, of the machine and of every control group it is in; None where unknown."""
    known = [_free_of_machine(), *_free_of_groups()]
    free = [number for number in known if number is not None]
    return min(free) if free else None


def _free_of_machine() -> int | None:
    """What Linux can give without swapping; elsewhere all memory there is."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _free_of_groups(own: Path = Path("/proc/self/cgroup"), root: Path = _ROOT) -> list[int]:
    """What each limited control group of this process, and each above it, has left (Linux; both versions)."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    left = []
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            files, top = ("memory.max", "memory.current", "inactive_file"), root
        elif "memory" in controllers.split(","):
            files, top = (
                ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
                root / "memory",
            )
        else:
            continue
        # Inside a container the path may be that of the host: then the group is the one at the top.
        place = top / path.lstrip("/")
        while True:
            if (free := _free_of_group(place, *files)) is not None:
                left.append(free)
            if place == top or top not in place.parents:
                break
            place = place.parent
    return left


def _free_of_group(place: Path, limit: str, used: str, droppable: str) -> int | None:
    """What one group has left: its limit less what it uses, save pages of files that it can drop."""
    try:
        most = (place / limit).read_text(encoding="ascii").strip()
        if most == "max":
            return None
        statistics = dict(
            line.split() for line in (place / "memory.stat").read_text(encoding="ascii").splitlines()
        )
        taken = int((place / used).read_text(encoding="ascii")) - int(statistics.get(droppable, 0))
        return max(int(most) - taken, 0)
    except (OSError, ValueError):
        return None
