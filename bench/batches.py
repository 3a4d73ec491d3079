"""What each lever gives to a batch of small runs: `python -m bench.batches`, and with `--before` against older code.

Every way makes the same runs in a process of its own, warm, one thread: the scenarios of `plan_options`, a sweep of one
dose, one scenario, or the replay of a decade. `--before` takes several checkouts, each step of a change for itself. The
processes stand side by side and are asked in turn, draw by draw, so that what else the machine does falls on all; each
draw compares the ways with the first. All ways of this code have to leave the same fingerprints and the same tables; of
older code it is said where it left others. Takes four minutes or so on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from bench.processes import ROOT

SCALE = 0.01  # unless another is asked for
SETS = ("plan_options", "sweep of a dose", "one scenario", "replay")
ALONE, BASE, PAST = "each run alone", "runs share the persons of a sample", "scenarios share their past"
WAYS = (ALONE, BASE, PAST)
WARM = 1  # draw of the run that no way is measured by
HEAD = (
    "| set | way | core s a run | runs a minute and core | times the first | of it months | of it files |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
)


def scenarios_of(name: str) -> list[Any]:
    """Scenarios of a set, as the code that is measured knows them; older code may lack some.

    What differs between those of the sweep begins with the plan.
    """
    from urbsim.errors import InputError
    from urbsim.scenario.reader import load_scenario

    if name == SETS[1]:
        return [load_scenario(with_dose(5000 * k)) for k in range(12)]
    if name != SETS[0]:
        return [load_scenario("baseline" if name == SETS[2] else "hindcast_2010_2020")]
    known = []
    batch = yaml.safe_load((ROOT / "scenarios" / "batches" / "plan_options.yaml").read_text(encoding="utf-8"))
    for scenario in batch["scenarios"]:
        try:
            known.append(load_scenario(scenario))
        except InputError:
            print(f"{name}: {scenario} is left out by code that does not know it", file=sys.stderr)
    return known


def with_dose(total: int) -> dict[str, Any]:
    """The baseline with so many posts of manufacturing, as the content of a scenario file."""
    text = f"{total} posts"
    dose = {"employment": {"manufacturing_posts": {"total": total}}}
    return {
        "name": f"posts_{total}",
        "extends": "baseline",
        "title": {"en": text, "zh": text},
        "question": {"en": text, "zh": text},
        "levers": dose,
    }


class Stopwatch:
    """Core seconds that this process spends inside functions."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def on(self, owner: Any, name: str) -> None:
        """Measures a function, by its name in its module or class, from now on."""
        real: Callable[..., Any] = getattr(owner, name)

        def measured(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return real(*arguments, **named)
            finally:
                self.seconds += time.process_time() - began

        setattr(owner, name, measured)


def answer(name: str, way: str, scale: float) -> None:
    """Makes the runs of a set for each draw that is asked for on stdin; says in a line what they took and left."""
    from urbsim.simulation import foreground
    from urbsim.simulation.model import UrbanisationModel

    scenarios, months, files = scenarios_of(name), Stopwatch(), Stopwatch()
    months.on(UrbanisationModel, "run_months")
    files.on(foreground, "write_run")

    def make(draw: int, chosen: list[Any], out: Path) -> None:
        if way == ALONE:
            for scenario in chosen:
                foreground.run_scenario(scenario, scale, 1, draw, 1, out)
            return
        for together in [[scenario] for scenario in chosen] if way == BASE else [chosen]:
            for _, error in foreground.run_scenarios(together, scale, 1, draw, 1, out):
                if error is not None:
                    raise error

    with tempfile.TemporaryDirectory(prefix="urbsim-bench-") as folder:
        make(WARM, scenarios[:2], Path(folder) / "warm")
        for line in sys.stdin:
            out = Path(folder) / line.strip()
            months.seconds = files.seconds = 0.0
            began = time.process_time()
            make(int(line), scenarios, out)
            took = {"cpu": time.process_time() - began, "months": months.seconds, "files": files.seconds}
            print(json.dumps(took | {"runs": len(scenarios), "left": left_in(out)}), flush=True)


def left_in(out: Path) -> dict[str, list[str]]:
    """Fingerprint and digest of the tables, by folder of the run."""
    found = {}
    for record in sorted(out.rglob("run.yaml")):
        lines = record.read_text(encoding="utf-8").splitlines()
        found[str(record.parent.relative_to(out))] = [
            line for line in lines if line.startswith(("fingerprint:", "tables_digest:"))
        ]
    return found


class Worker:
    """A process that makes the runs of a set in one way, by the urbsim of a checkout and the bench of this one."""

    def __init__(self, code: Path, name: str, way: str, scale: float) -> None:
        self.found: list[dict[str, Any]] = []
        program = (
            f"import sys; sys.path[0] = {str(code)!r}; import urbsim; sys.path[0] = {str(ROOT)!r}\n"
            f"from bench.batches import answer; answer({name!r}, {way!r}, {scale!r})"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", program], cwd=code, env={**os.environ, "PYTHONPATH": ""}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, draw: int) -> None:
        """Has the runs of a draw made, and takes down what they took. Raises EOFError where the process ended."""
        assert self._process.stdin is not None and self._process.stdout is not None
        line = ""
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{draw}\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise EOFError("a process of the bench ended; what it said stands above")
        self.found.append(json.loads(line))

    def end(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def each(self, what: str = "cpu") -> list[float]:
        """Core seconds a run, draw by draw."""
        return [one[what] / one["runs"] for one in self.found]


def main(arguments: list[str] | None = None) -> int:
    """Measures in turn and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.batches", description=__doc__)
    parser.add_argument(
        "--before",
        nargs="+",
        default=[],
        help="checkouts of older code, PATH or NAME=PATH, measured in the same turns",
    )
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--draws", type=int, default=3, help="draws of each set, of which the median counts")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    options = parser.parse_args(arguments)
    named = [text.partition("=") if "=" in text else ("older code", "=", text) for text in options.before]
    print(HEAD, flush=True)
    for name in options.sets:
        older = {
            f"{ALONE}, {called}": Worker(Path(path).resolve(), name, ALONE, options.scale)
            for called, _, path in named
        }
        ours = {way: Worker(ROOT, name, way, options.scale) for way in options.ways}
        ways = older | ours
        for draw in range(WARM + 1, WARM + 1 + options.draws):
            turn = list(ways.values())
            for worker in turn if draw % 2 else reversed(turn):
                worker.ask(draw)
        for worker in ways.values():
            worker.end()
        if not alike(list(ours.values())):
            print(f"{name}: the ways left different bytes", file=sys.stderr)
            return 1
        for row in rows(name, ways):
            print(row, flush=True)
        for way, worker in older.items():
            if ours and not alike([worker, next(iter(ours.values()))]):
                print(f"{name}: {way} left other numbers: another model did other work", file=sys.stderr)
    return 0


def alike(workers: list[Worker]) -> bool:
    """Whether all of them left the same bytes, draw by draw."""
    left = [[one["left"] for one in worker.found] for worker in workers]
    return all(one == left[0] for one in left)


def rows(name: str, ways: dict[str, Worker]) -> list[str]:
    """A line of the table for each way."""
    first = next(iter(ways.values())).each()
    lines = []
    for way, worker in ways.items():
        each = worker.each()
        times = median(one / other for one, other in zip(first, each, strict=True))
        months, files = (sum(worker.each(what)) / sum(each) for what in ("months", "files"))
        usual = median(each)
        lines.append(
            f"| {name} | {way} | {usual:.3f} | {60 / usual:.0f} | {times:.2f} | {months:.0%} | {files:.0%} |"
        )
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
