"""The first run of a program on a machine: other processes compile the kernels while this one makes the population.

Each of them runs a year on a few thousand made-up persons, who meet everything that can happen, with its share of the
modules compiled and plain twins for the rest, and leaves its machine code in the cache. Kernels without twins are
compiled by who first comes to them; the others wait. The run begins when all of them have ended; what they have not met
is compiled as it is called. Another process ends when its standard input does: then this one wants it no more, or is no
more.
"""

from __future__ import annotations

import _thread
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Container, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from urbsim.compute.free_memory import available_bytes
from urbsim.compute.machine_code import is_kept, share_out, signatures_kept
from urbsim.compute.words import BYTE
from urbsim.files.cache_files import CacheError, CacheFolder, Room
from urbsim.paths import cache_dir
from urbsim.population.cache import keep, open_population
from urbsim.processes.implementation import NAMES, partly_compiled
from urbsim.state.codes import FIRST_OUTSIDE, N_INSIDE, N_PARTS

if TYPE_CHECKING:
    from urbsim.population.start import Progress
    from urbsim.population.synthesis.build import FullPopulation

BASE = "census_2020"
# What it takes to compile a module, seconds of one core; all others take less than one.
_SECONDS = {
    "migration": 12, "demography": 10, "schooling": 8, "employment": 7, "moving": 7, "housing": 7, "registration": 6,
    "screening": 2, "counting": 2,
}  # fmt: skip
_MOST = 4  # processes: each compiles anew the pieces of kernels that all modules share
_HERE = 1.3e9  # bytes that this process takes at most while it makes the population
_THERE = 0.65e9  # bytes that each of the others takes at most
_MONTHS = 13
_WEIGHT = 10_000.0  # people for whom one made-up person stands, for doses and newcomers
_KERNELS = 85  # about as many are compiled, for what is told as done
_LOOK_EVERY = 0.2  # seconds between looks at whether the others have ended
_PATIENCE = 10.0  # seconds for the other process to end by itself

# Age in years, sex, schooling, attends school, where (0 at home, 1 in the next town, 2 outside, 3 under way, 4 in a
# dormitory of the next town), place of the spouse and of a parent in the family.
_FAMILIES = (
    (
        (41, 0, 2, 0, 0, 1, 4), (39, 1, 2, 0, 0, 0, -1), (14, 1, 2, 1, 0, -1, 1), (4, 0, 0, 0, 0, -1, 1),
        (68, 1, 1, 0, 0, -1, -1),
    ),
    ((33, 0, 3, 0, 1, 1, -1), (31, 1, 3, 0, 1, 0, -1), (8, 0, 1, 1, 1, -1, 1), (2, 1, 0, 0, 1, -1, 1)),
    (
        (36, 0, 2, 0, 2, 1, 4), (34, 1, 2, 0, 2, 0, -1), (10, 1, 1, 1, 0, -1, 1), (5, 0, 0, 0, 0, -1, 1),
        (61, 1, 1, 0, 0, -1, -1),
    ),
    ((28, 0, 4, 0, 3, 1, -1), (26, 1, 4, 0, 0, 0, -1), (1, 0, 0, 0, 0, -1, 1)),
    ((19, 0, 4, 1, 4, -1, -1), (17, 1, 3, 1, 0, -1, -1), (15, 0, 2, 1, 0, -1, -1), (50, 1, 2, 0, 0, -1, -1)),
    ((22, 0, 3, 0, 1, -1, -1), (23, 1, 5, 0, 1, -1, -1), (24, 0, 2, 0, 2, -1, -1), (24, 1, 2, 0, 4, -1, -1)),
)  # fmt: skip


def is_first(threads: int) -> bool:
    """Whether a run compiles, and has a thread to spare for it."""
    return threads > 1 and not any_machine_code()


def make_ready(base: str, threads: int, tell: Progress) -> None:
    """Compiles the kernels in other processes, one a thread if memory allows, and makes the population of `base`.

    tell: called with the fraction done and what is being done, again and again; what it raises ends the others.
    """
    before = signatures_kept()

    def say(text: str) -> None:
        tell(min((signatures_kept() - before) / _KERNELS, 1), text)

    with ExitStack() as others:
        try:
            room = others.enter_context(CacheFolder(cache_dir()).room())
            compiling = [
                others.enter_context(_other(room, modules)) for modules in shares(processes(threads))
            ]
        except CacheError:  # nowhere to leave machine code: the run compiles for itself, and says so
            compiling = []
        open_population(base, threads, lambda fraction, text: say(text))
        while any(process.poll() is None for process in compiling):
            say("compiling the program")
            time.sleep(_LOOK_EVERY)


def processes(threads: int) -> int:
    """How many processes compile: one a thread, but for which there is memory, and one at least."""
    free = available_bytes()
    fit = _MOST if free is None else int((free - _HERE) // _THERE)
    return max(min(threads, _MOST, fit), 1)


def shares(number: int) -> list[frozenset[str]]:
    """Modules that each of several processes compiles: the dearest first, to whoever has least."""
    modules = [list[str]() for _ in range(number)]
    for name in sorted(NAMES, key=_seconds, reverse=True):
        min(modules, key=lambda names: sum(map(_seconds, names))).append(name)
    return [frozenset(names) for names in modules]


def _seconds(module: str) -> int:
    return _SECONDS.get(module, 0)


@contextmanager
def _other(room: Room, modules: frozenset[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, which compiles these modules, in a room that all of them share; it ends with the block."""
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(
        [sys.executable, "-m", "urbsim.simulation.first_run", str(room.folder.absolute()), *sorted(modules)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        yield process
    finally:
        _end(process)


def any_machine_code() -> bool:
    """Whether kernels were compiled here before."""
    kernel = Path(__file__).resolve().parents[1] / "compute" / "screening.py"  # every month begins with it
    return is_kept(kernel)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process that still runs; interrupted, it takes its half-written files with it."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_standard_input() -> None:
    """Interrupts this process when its standard input ends, and ends it where that does not help."""

    def listen() -> None:
        os.read(0, 1)  # not by way of `sys.stdin`, whose lock the end of the process would wait for
        _thread.interrupt_main()
        time.sleep(_PATIENCE)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where this process inherits that
    threading.Thread(target=listen, daemon=True).start()


def made_up_population() -> FullPopulation:
    """A few families registered in each part and outside, packed as the synthesis packs them."""
    from urbsim.population.synthesis.build import FullPopulation  # late: every run passes through this module

    words, sizes, strata = [], [], []
    for home in range(N_PARTS):
        town = (home | 1) if home < FIRST_OUTSIDE else 2 * (home - FIRST_OUTSIDE) + 1
        next_town = (town + 2) % N_INSIDE
        for f, family in enumerate(_FAMILIES):
            for row, (age, sex, schooling, attends, where, spouse, parent) in enumerate(family):
                at_home = home if home < FIRST_OUTSIDE else town
                lives = (at_home, next_town, FIRST_OUTSIDE + f % 2, next_town, next_town)[where]
                word = (
                    12 * age + (home + f + row) % 12
                    | sex << 11
                    | schooling << 12
                    | attends << 15
                    | home << 16
                    | lives << 24
                )
                word |= (where == 3) << 32 | (where == 4) << 34
                for link, shift in ((spouse, 35), (parent, 43)):
                    word |= ((link - row) & BYTE if link >= 0 else 0) << shift
                words.append(word | (f % 4) << 51)
            sizes.append(len(family))
            strata.append(home if home < FIRST_OUTSIDE else town)
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)
    return FullPopulation(np.array(words, dtype=np.uint64), start, np.array(strata, dtype=np.uint8))


def main(room: str, modules: Container[str] = NAMES) -> None:
    """Compiles what a run compiles of these modules: a year on the made-up population.

    room: a throwaway folder for all processes that compile; this one has a folder of its own in it.
    """
    folder = Path(room, str(os.getpid()))
    # Machine code goes where `compiled` has pointed the compiler already.
    os.environ["URBSIM_CACHE"] = str(folder)
    share_out(folder.parent)
    from urbsim.results import reached
    from urbsim.scenario.reader import load_scenario
    from urbsim.simulation.build import build_world
    from urbsim.simulation.model import UrbanisationModel

    keep(BASE, made_up_population())
    world = build_world(load_scenario("baseline"), 1.0, threads=1, engine=partly_compiled(modules))
    world.weight = _WEIGHT
    model = UrbanisationModel(world=world)
    model.run_months(_MONTHS)
    reached.table(world)
    model.release()


if __name__ == "__main__":
    end_with_standard_input()
    gc.disable()  # the compiler leaves hardly any garbage, and this process soon ends
    main(sys.argv[1], sys.argv[2:])
