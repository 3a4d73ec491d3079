"""A command in a process of its own, and what it took: seconds, seconds of all cores, memory, and who disturbed it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class CommandFailed(Exception):
    """A measured command ended in an error; the text is what it said."""


@dataclass(frozen=True)
class Cost:
    """wall: seconds by the clock; cpu: seconds of all cores; peak: bytes at most held by one of its processes.

    others: share of the cores that other programs took meanwhile; None where the system does not say.
    """

    wall: float
    cpu: float
    peak: int
    others: float | None


def timed(
    arguments: list[str], cache: Path | None = None, root: Path = ROOT, **environment: str
) -> tuple[Cost, str, str]:
    """Runs `python arguments` from the root of a checkout, by its code; returns its cost, stdout and stderr.

    cache: URBSIM_CACHE, None for the usual one. Raises CommandFailed.
    """
    env = {"PYTHONPATH": str(root), "STARSIM_INSTALL_FONTS": "0", **environment}
    if cache is not None:
        env["URBSIM_CACHE"] = str(cache)
    return timed_command([sys.executable, *arguments], root, **env)


def timed_command(command: list[str], folder: Path, **environment: str) -> tuple[Cost, str, str]:
    """Runs a command in a folder; returns its cost, stdout and stderr.

    To be called from a process smaller than what it measures: on Linux the peak of a new process begins at the memory
    of the one that starts it. Raises CommandFailed.
    """
    env = {**os.environ, **environment}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program keeps its byte code
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        busy, started = _busy(), time.perf_counter()
        try:
            process = subprocess.Popen(
                command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=error
            )
        except OSError as failure:
            raise CommandFailed(f"{command[0]}: {failure.strerror}") from failure
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        busy = None if busy is None else (_busy() or 0.0) - busy
        out.seek(0)
        error.seek(0)
        said, complained = out.read().decode(), error.read().decode()
    if process.returncode != 0:
        raise CommandFailed(complained.strip() or f"exit code {process.returncode}")
    cpu = used.ru_utime + used.ru_stime
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    others = None if busy is None else max(0.0, busy - cpu) / (wall * (os.cpu_count() or 1))
    return Cost(wall, cpu, peak, others), said, complained


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _busy() -> float | None:
    """Seconds for which cores of this machine have worked since it started (Linux)."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(number) for number in file.readline().split()[1:9]]
    except OSError:
        return None
    return (sum(ticks) - ticks[3] - ticks[4] - ticks[7]) / os.sysconf("SC_CLK_TCK")
