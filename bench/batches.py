"""What each lever gives to a batch of small runs: `python -m bench.batches`, and with `--before` against older code.

Every way makes the same runs in a process of its own, warm, one thread: the scenarios of `plan_options` for some
draws, a sweep of one dose, one scenario, or the replay of a decade. `--before` takes several checkouts, each step of a
change for itself. Ways are taken in turn, so that what else the machine does falls on all; the least core
time of the turns counts. All ways have to leave the same fingerprints and the same tables.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.processes import ROOT, timed

SCALE = 0.01  # unless another is asked for
DOSE = "employment.manufacturing_posts.total"
SETS = ("plan_options", "sweep of a dose", "one scenario", "replay")
ALONE, BASE, PAST = "each run alone", "runs share the persons of a sample", "scenarios share their past"
WAYS = (ALONE, BASE, PAST)


def scenarios_of(name: str) -> list[Any]:
    """Scenarios of a set; what differs between those of the sweep begins with the plan."""
    from urbsim.scenario.batches import load_batch
    from urbsim.scenario.reader import load_scenario
    from urbsim.scenario.sweep import with_settings

    if name == SETS[0]:
        return list(load_batch(ROOT / "scenarios" / "batches" / "plan_options.yaml").loaded)
    baseline = load_scenario("baseline")
    if name == SETS[1]:
        return [with_settings(baseline, {DOSE: 5000.0 * k}) for k in range(12)]
    return [baseline if name == SETS[2] else load_scenario("hindcast_2010_2020")]


def measure(name: str, way: str, draws: list[int], scale: float = SCALE) -> dict[str, Any]:
    """Makes the runs of a set in this process; returns seconds of all, core seconds, and what the runs left."""
    from urbsim.simulation import foreground

    scenarios = scenarios_of(name)

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
        make(0, scenarios[:1], Path(folder) / "warm")
        wall, cpu = time.perf_counter(), time.process_time()
        for draw in draws:
            make(draw, scenarios, Path(folder) / "out")
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return {
            "runs": len(draws) * len(scenarios),
            "wall": wall,
            "cpu": cpu,
            "left": left_in(Path(folder) / "out"),
        }


def left_in(out: Path) -> dict[str, list[str]]:
    """Fingerprint and digest of the tables, by folder of the run."""
    found = {}
    for record in sorted(out.rglob("run.yaml")):
        lines = record.read_text(encoding="utf-8").splitlines()
        found[str(record.parent.relative_to(out))] = [
            line for line in lines if line.startswith(("fingerprint:", "tables_digest:"))
        ]
    return found


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
    parser.add_argument("--draws", type=int, default=2, help="draws of each set")
    parser.add_argument("--turns", type=int, default=3, help="of which the least core time counts")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--one", nargs=2, metavar=("SET", "WAY"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    draws = list(range(1, options.draws + 1))
    if options.one:
        name, way = options.one
        print(json.dumps(measure(name, way, draws, options.scale)))
        return 0
    named = [text.partition("=") if "=" in text else ("older code", "=", text) for text in options.before]
    older = [(Path(path).resolve(), f"{ALONE}, {called}") for called, _, path in named]
    print(
        "| set | way | core s a run | runs a minute and core | times the first |\n| --- | --- | ---: | ---: | ---: |"
    )
    for name in options.sets:
        ways = [*older, *((ROOT, way) for way in options.ways)]
        found: dict[str, list[dict[str, Any]]] = {way: [] for _, way in ways}
        for _ in range(options.turns):
            for code, way in ways:
                found[way].append(_in_a_process(code, name, way.split(",")[0], options))
        left = [one["left"] for turns in found.values() for one in turns]
        if any(one != left[0] for one in left):
            print(f"{name}: the ways left different bytes", file=sys.stderr)
            return 1
        least = {way: min(one["cpu"] / one["runs"] for one in turns) for way, turns in found.items()}
        first = next(iter(least.values()))
        for way, each in least.items():
            print(f"| {name} | {way} | {each:.3f} | {60 / each:.0f} | {first / each:.2f} |", flush=True)
    return 0


def _in_a_process(code: Path, name: str, way: str, options: argparse.Namespace) -> dict[str, Any]:
    """`measure` with the urbsim of that checkout, by the bench of this one."""
    asked = ["--one", name, way, "--draws", str(options.draws), "--scale", str(options.scale)]
    program = (
        f"import sys; sys.path[0] = {str(code)!r}; import urbsim; sys.path[0] = {str(ROOT)!r}\n"
        f"from bench.batches import main; main({asked!r})"
    )
    _, said, _ = timed(["-c", program], PYTHONPATH="")
    return json.loads(said)


if __name__ == "__main__":
    raise SystemExit(main())
