"""What the comparison page costs: `python -m bench.report --batch results/NAME`.

Writes pages of a finished batch in processes of their own, of more and more of its draws, and prints the core time of
each, what one more run adds, and what 1,000 runs would take. Core time counts the work of all threads; a busy
machine makes it longer all the same. Ends with 1 where a page of 50 runs takes more than 5 s, or one of 1,000 more than
30 s.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.processes import timed
from urbsim.errors import InputError
from urbsim.report import folders

LIMITS = {50: 5.0, 1000: 30.0}  # runs, core seconds
REPEATS = 3


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints; returns the exit code."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m bench.report", None, __doc__, formatter_class=formatter)
    parser.add_argument("--batch", type=Path, required=True, metavar="DIR", help="a finished batch")
    options = parser.parse_args(arguments)
    try:
        found = folders.find([options.batch])
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    few = _first_draws(found, min(LIMITS))
    costs = {}
    for runs in (few, found):
        costs[len(runs)] = min(_core_seconds(runs) for _ in range(REPEATS))
        print(f"{len(runs):5} runs: {costs[len(runs)]:5.1f} core seconds", flush=True)
    (least, of_least), (most, of_most) = costs.items() if len(costs) > 1 else 2 * list(costs.items())
    each = (of_most - of_least) / max(most - least, 1)
    print(f"one more run: {1000 * each:.0f} ms")
    said = {runs: of_least + each * (runs - least) for runs in LIMITS}
    for runs, seconds in said.items():
        print(f"{runs:5} runs: {seconds:5.1f} core seconds, allowed {LIMITS[runs]:g}")
    return int(any(said[runs] > limit for runs, limit in LIMITS.items()))


def _first_draws(runs: list[Path], number: int) -> list[Path]:
    """So many runs, the same draws of two scenarios; fewer where there are no more."""
    of: dict[Path, list[Path]] = {}
    for run in runs:
        of.setdefault(run.parent, []).append(run)
    return [run for some in list(of.values())[:2] for run in some[: number // 2]]


def _core_seconds(runs: list[Path]) -> float:
    with tempfile.TemporaryDirectory(prefix="urbsim-bench-") as out:
        cost, _, _ = timed(["-m", "urbsim", "report", *map(str, runs), "--out", out])
    return cost.cpu


if __name__ == "__main__":
    sys.exit(main())
