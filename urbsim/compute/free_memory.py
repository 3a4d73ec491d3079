"""How much memory this process may still take: of the machine, of its control groups, of its address space.

Nothing here needs a library that is large itself.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from urbsim.errors import Problem

try:
    import resource
except ImportError:  # Windows: no limit on addresses
    resource = None

_ROOT = Path("/sys/fs/cgroup")
_SIGNS = ("failed to map segment", "annot allocate memory", "can't start new thread")


@dataclass(frozen=True)
class Program:
    """What a command takes before it does anything, in bytes.

    memory: of libraries, machine code and tables; addresses: the same, and files that are mapped, and what the C
    library sets aside for each thread. With fewer it may end in the middle of a library, without a word.
    """

    memory: float
    addresses: float


OUT_OF_MEMORY = "out of memory; a run at a smaller --scale needs less"
SMALL = Program(100e6, 0.5e6 * 1024)
RUN = Program(500e6, 3.5e6 * 1024)
REPORT = Program(200e6, 2.2e6 * 1024)


def too_little_memory(program: Program) -> Problem | None:
    """A Problem if there is not enough to begin with."""
    limit, free = address_limit(), available_bytes()
    if limit is not None and limit < program.addresses:
        return Problem(
            f"the address space is limited to {limit // 1024} KB and {program.addresses / 1024:.0f} KB are needed",
            key="ulimit -v",
            allowed=f"{program.addresses / 1024:.0f} or more, or unlimited",
        )
    if free is not None and free < program.memory:
        return Problem(
            f"at least {gigabytes(program.memory)} of memory are needed and {gigabytes(free)} are free"
        )
    return None


def out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, comes from a want of memory: libraries say it in many ways."""
    while error is not None:
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        if any(sign in str(error) for sign in _SIGNS):
            return True
        error = error.__cause__ or error.__context__
    return False


def gigabytes(number: float) -> str:
    """Bytes as a message shows them."""
    return f"{number / 1e9:.1f} GB"


def address_limit() -> int | None:
    """Bytes of addresses this process may have; None where there is no limit."""
    if resource is None:
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


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
