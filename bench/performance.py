"""How fast, how much memory, what holds it up, how it compares: `make bench`.

Measures on this machine, in processes of their own, and writes the tables of docs/performance.md and the chart beside
it. What was measured is kept in results/performance.json, so that `--only` can measure a part again and take the rest
from there. The machine should have nothing else to do; how much it had is printed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.processes import ROOT, CommandFailed, cores, timed

RECORD = ROOT / "results" / "performance.json"
SCENARIO = "baseline"
SCALES = ("0.01", "0.1", "1")
LENGTHS = {12: "2021-10", 38: "2023-12", 120: "2030-10"}  # months: where a run from census night 2020 ends
LENGTHS_SCALE = "0.1"
IN_ONE_PROCESS = 8
WAYS = ("kernels", "numpy", "starsim", "mesa")
NOT_NEEDED = ("starsim",)  # may be missing on a machine
COMPARED_AT = 200_000  # persons of the simplified year for which outcomes are compared
LARGE = {"kernels": 5_000_000, "numpy": 5_000_000, "starsim": 1_000_000}  # what a way is made for

Record = dict[str, Any]


def one_run(scenario: str, scale: str, out: Path, cache: Path | None = None, *more: str) -> Record:
    """`urbsim run` in a fresh process, results written."""
    arguments = ["-m", "urbsim", "run", scenario, "--scale", scale, "--out", str(out), "--json", *more]
    cost, said, complained = timed(arguments, cache)
    summary = json.loads(said)
    kept = {name: summary[name] for name in ("persons", "months", "wall_seconds", "fingerprint")}
    return asdict(cost) | kept | {"profile": profile_of(complained)}


def profile_of(text: str) -> list[tuple[str, float, float, float]]:
    """(step, seconds, core seconds, MB by which the peak rose) of the table that `--profile` prints."""
    rows = []
    for line in text.splitlines():
        cells = line.rsplit(maxsplit=4)
        if len(cells) == 5 and cells[1].isdigit() and not line.startswith("held:"):
            rows.append((cells[0], *map(float, cells[2:])))
    return rows


def best_run(repeats: int, scenario: str, scale: str, out: Path) -> Record:
    """The fastest of some runs, the one that warms the caches not counted; all must leave one fingerprint."""
    runs = [one_run(scenario, scale, out, None, "--profile") for _ in range(repeats)]
    if len({run["fingerprint"] for run in runs}) > 1:
        raise CommandFailed(f"runs at scale {scale} left different fingerprints")
    return min(runs, key=lambda run: run["wall"])


def measure_machine(options: argparse.Namespace) -> Record:
    """Description and rates."""
    cost, said, _ = timed(["-m", "bench.machine"])
    return json.loads(said) | {"others": cost.others}


def measure_runs(options: argparse.Namespace) -> Record:
    """Full runs by scale."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="urbsim-bench-") as folder:
        one_run(SCENARIO, "0.01", Path(folder))  # compiles and builds what is missing
        for scale in options.scales:
            repeats = options.repeats_at_1 if scale == "1" else options.repeats
            found[scale] = told(f"scale {scale}", best_run(repeats, SCENARIO, scale, Path(folder)))
    return found


def measure_lengths(options: argparse.Namespace) -> Record:
    """Runs of different lengths."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="urbsim-bench-") as folder:
        for months, until in LENGTHS.items():
            scenario = Path(folder) / f"months_{months}.yaml"
            scenario.write_text(f'extends: {SCENARIO}\nuntil: "{until}"\n', encoding="utf-8")
            run = best_run(options.repeats, str(scenario), LENGTHS_SCALE, Path(folder))
            if run["months"] != months:
                raise CommandFailed(f"{run['months']} months until {until}, not {months}")
            found[str(months)] = told(f"{months} months", run)
    return found


def measure_repeated(options: argparse.Namespace) -> Record:
    """Runs one after another in one process, nothing written."""
    program = (
        "import json, time, urbsim\n"
        "seconds = []\n"
        f"for seed in range({IN_ONE_PROCESS}):\n"
        "    wall, cpu = time.perf_counter(), time.process_time()\n"
        f"    urbsim.run('{SCENARIO}', scale=0.01, seed=seed + 1)\n"
        "    seconds.append((time.perf_counter() - wall, time.process_time() - cpu))\n"
        "print(json.dumps(seconds))\n"
    )
    cost, said, _ = timed(["-c", program])
    first, *later = json.loads(said)
    middle = [statistics.median(times) for times in zip(*later, strict=True)]
    fastest = min(later)
    found = {"first": first, "median": middle, "best": fastest, "runs": IN_ONE_PROCESS}
    return told("one process", asdict(cost) | found)


def measure_first(options: argparse.Namespace) -> Record:
    """The first run on a machine: nothing compiled, no population."""
    found = {}
    for scale in ("0.01", "1") if options.first_at_1 else ("0.01",):
        with tempfile.TemporaryDirectory(prefix="urbsim-bench-") as folder:
            place = Path(folder)
            found[scale] = told(f"first run, {scale}", one_run(SCENARIO, scale, place, place / "cache"))
    return found


def measure_compared(options: argparse.Namespace) -> Record:
    """The simplified year in four ways; outcomes first, times only of those that agree."""
    from bench.simple_work.tables import Outcome, disagreement

    def once(way: str, n: int, *threads: str) -> Record:
        cost, said, _ = timed(["-m", "bench.simple_work", way, str(n), *threads])
        return json.loads(said) | {
            "n": n,
            "way": way,
            "threads": int(*threads or ("1",)),
            "others": cost.others,
        }

    def fastest(way: str, n: int, *threads: str) -> Record:
        found = [once(way, n, *threads) for _ in range(options.repeats)]
        return told(f"{way}, {n} persons", min(found, key=lambda run: run["cpu"]))

    def ended(run: Record) -> Outcome:
        return Outcome(*(run[name] for name in Outcome.__dataclass_fields__))

    small: dict[str, Record] = {}
    missing: dict[str, str] = {}
    for way in WAYS:
        try:
            small[way] = fastest(way, COMPARED_AT)
        except CommandFailed as failure:
            if way not in NOT_NEEDED:
                raise
            last = str(failure).splitlines()[-1]
            missing[way] = "not installed" if "No module named" in last else last
            continue
        if differs := disagreement(ended(small["kernels"]), ended(small[way]), COMPARED_AT):
            missing[way] = f"other outcomes ({differs})"
            del small[way]
    large = {way: fastest(way, n) for way, n in LARGE.items() if way in small}
    all_cores = fastest("kernels", LARGE["kernels"], str(cores()))
    return {"small": small, "large": large, "all_cores": all_cores, "missing": missing}


def told(name: str, found: Record) -> Record:
    """Says on stderr what was found."""
    others = found.get("others")
    disturbed = "" if others is None else f", other programs took {100 * others:.0f}% of the cores"
    print(f"{name}: {found['wall']:.2f} s, {found['cpu']:.2f} core s{disturbed}", file=sys.stderr, flush=True)
    return found


PARTS: dict[str, Callable[[argparse.Namespace], Record]] = {
    "machine": measure_machine,
    "compared": measure_compared,
    "repeated": measure_repeated,
    "runs": measure_runs,
    "lengths": measure_lengths,
    "first": measure_first,
}


def main(arguments: list[str] | None = None) -> int:
    """Measures, keeps the record, writes the page."""
    from bench import performance_page

    parser = argparse.ArgumentParser(prog="python -m bench.performance", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the fastest counts")
    parser.add_argument("--repeats-at-1", type=int, default=2, help="the same for the full province")
    parser.add_argument("--scales", nargs="+", default=list(SCALES), choices=SCALES, help="of the full runs")
    parser.add_argument("--first-at-1", action="store_true", help="also the first run of the full province")
    parser.add_argument(
        "--only", nargs="*", choices=list(PARTS), help="measure these parts, take the rest from the record"
    )
    options = parser.parse_args(arguments)
    parts = list(PARTS) if options.only is None else options.only
    record = read_record() if options.only is not None else {}
    for name in parts:
        found = PARTS[name](options)
        # Scales that were not measured this time keep what was measured before.
        record[name] = record.get(name, {}) | found if name in ("runs", "first") else found
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    missing = sorted(set(PARTS) - set(record))
    if missing:
        print(f"the page is not written: not measured yet: {', '.join(missing)}", file=sys.stderr)
        return 1
    performance_page.write(record)
    return 0


def read_record() -> Record:
    """What was measured before."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


if __name__ == "__main__":
    raise SystemExit(main())
