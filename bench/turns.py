"""The whole province in turns with another program, or with older code: `python -m bench.turns --command "..."`.

How long a run takes depends on the machine and on what else it does. So the two are run in turns, in the same minutes,
and what counts is the ratio of the fastest of each, by the clock and by core time. The first round warms the caches
and does not count. With `--before` the older checkout must leave the same fingerprint. Ends with 1 where the ratio by
the clock is above `--limit`.

examples:
  python -m bench.turns --command "python final.py 50.1e6 2 38" --folder ../prototype --limit 1.8
  python -m bench.turns --before ../older --scenario no_plan --scale 0.1 --rounds 5
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.processes import ROOT, CommandFailed, Cost, timed, timed_command


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints; returns the exit code."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m bench.turns", None, __doc__, formatter_class=formatter)
    other = parser.add_mutually_exclusive_group(required=True)
    other.add_argument("--command", metavar="TEXT", help="another program, with its arguments")
    other.add_argument("--before", type=Path, metavar="CHECKOUT", help="older code of this project")
    parser.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where the program is run")
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--scale", default="1", help="share of the households (default: 1, everybody)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each that count (default: 3)")
    parser.add_argument(
        "--limit", type=float, default=None, metavar="RATIO", help="of times by the clock, at most"
    )
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"argument --rounds: {options.rounds} is below 1")
    marks: set[str] = set()

    def run(root: Path) -> Cost:
        cost, mark = _run(root, options.scenario, options.scale)
        marks.add(mark)
        return cost

    def program() -> Cost:
        return timed_command(shlex.split(options.command), options.folder.resolve())[0]

    def older() -> Cost:
        return run(options.before.resolve())

    try:
        ours, theirs = _in_turns(lambda: run(ROOT), program if options.command else older, options.rounds)
    except CommandFailed as failure:
        print(failure, file=sys.stderr)
        return 2
    if len(marks) > 1:
        print(f"old and new code left different fingerprints: {', '.join(sorted(marks))}", file=sys.stderr)
        return 1
    name = "the program" if options.command else "the older code"
    wall = _said("by the clock", name, [cost.wall for cost in ours], [cost.wall for cost in theirs])
    _said("core time", name, [cost.cpu for cost in ours], [cost.cpu for cost in theirs])
    return int(options.limit is not None and wall > options.limit)


def _run(root: Path, scenario: str, scale: str) -> tuple[Cost, str]:
    """One run in a fresh process by the code of a checkout, results written: its cost and its fingerprint."""
    with tempfile.TemporaryDirectory(prefix="urbsim-bench-") as out:
        command = ["-m", "urbsim", "run", scenario, "--scale", scale, "--out", out, "--json"]
        cost, said, _ = timed(command, root=root)
    return cost, str(json.loads(said)["fingerprint"])


def _in_turns(
    ours: Callable[[], Cost], theirs: Callable[[], Cost], rounds: int
) -> tuple[list[Cost], list[Cost]]:
    """Costs of both, a run of each a round, but for the first round."""
    costs: tuple[list[Cost], list[Cost]] = [], []
    for turn in range(rounds + 1):
        for kept, measure in zip(costs, (ours, theirs), strict=True):
            cost = measure()
            busy = (
                "" if cost.others is None else f", other programs took {100 * cost.others:.0f}% of the cores"
            )
            who = "urbsim" if kept is costs[0] else "the other"
            print(f"round {turn}, {who}: {cost.wall:.2f} s, {cost.cpu:.2f} core s{busy}", file=sys.stderr)
            if turn:
                kept.append(cost)
    return costs


def _said(what: str, name: str, ours: list[float], theirs: list[float]) -> float:
    """Prints the fastest of each and their ratio, and returns it."""
    ratio = min(ours) / min(theirs)
    print(f"{what}: urbsim {min(ours):.2f} s, {name} {min(theirs):.2f} s: {ratio:.2f} times")
    return ratio


if __name__ == "__main__":
    sys.exit(main())
