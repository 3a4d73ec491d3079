"""Does a 1% sample stand for the whole? `python -m bench.means`.

Prints T1 and T2 of `baseline`: their means over many seeds at a small scale, with standard errors, against one run
of the whole province. Claimed: T1 within 0.03 points, T2 within 1%. A run at scale 1 needs memory and minutes:
`python -m bench.means --seeds 5 --large 0.1` tries the same with less.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np

import urbsim

CLAIMED = (0.03, 1.0)  # T1 in points, T2 in per cent


@dataclass(frozen=True)
class Mean:
    """A mean, its standard error, and the standard deviation of one run."""

    value: float
    error: float
    deviation: float


def targets(seed: int, scenario: str, scale: float, threads: int) -> tuple[float, float]:
    """T1 in per cent and T2 in jobs of one run."""
    run = urbsim.run(scenario, scale=scale, seed=seed, threads=threads)
    t1, t2 = (float(target["value"]) for target in run.summary["targets"])
    return 100 * t1, t2


def mean(values: Iterable[float]) -> Mean:
    """Mean of two or more independent values."""
    found = np.array(list(values))
    deviation = float(found.std(ddof=1))
    return Mean(float(found.mean()), deviation / float(np.sqrt(found.size)), deviation)


def table(small: list[tuple[float, float]], large: list[tuple[float, float]], names: tuple[str, str]) -> str:
    """Means of the small runs against the large ones; names: of the two scales.

    The error is that of the small mean alone. A large run has luck of its own, at scale 1 about a tenth of that of a
    run at 0.01 if luck falls with the root of the number of persons.
    """
    heads = (
        "",
        f"mean at {names[0]}",
        "standard error",
        "one run's sd",
        f"at {names[1]}",
        "difference",
        "claimed",
    )
    lines = [heads, ("---", *["---:"] * 6)]
    for k, (name, form, unit) in enumerate((("T1, %", ".3f", "points"), ("T2", ",.0f", "%"))):
        found, whole = mean(row[k] for row in small), float(np.mean([row[k] for row in large]))
        share = 1.0 if k == 0 else 100 / whole
        difference, error = (found.value - whole) * share, found.error * share
        numbers = (f"{number:{form}}" for number in (found.value, found.error, found.deviation, whole))
        holds = "holds" if abs(difference) <= CLAIMED[k] else "does not hold"
        cells = (
            name,
            *numbers,
            f"{difference:+.3f} ± {error:.3f} {unit}",
            f"{CLAIMED[k]:g} {unit}: {holds}",
        )
        lines.append(cells)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(arguments: list[str] | None = None) -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.means", description=__doc__)
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--seeds", type=int, default=50, help="small runs, seeds 1 to this number")
    parser.add_argument("--small", type=float, default=0.01, help="their scale")
    parser.add_argument("--large", type=float, default=1.0, help="scale of the large runs")
    parser.add_argument("--large-seeds", type=int, default=1, help="large runs, seeds 1 to this number")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="small runs at a time")
    options = parser.parse_args(arguments)
    if options.seeds < 2:
        parser.error("a standard error needs two seeds or more")
    one = partial(targets, scenario=options.scenario, scale=options.small, threads=1)
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
        small = list(pool.map(one, range(1, options.seeds + 1)))
    large = [
        targets(seed, options.scenario, options.large, os.cpu_count() or 1)
        for seed in range(1, options.large_seeds + 1)
    ]
    name = "scale {:g}, {} run{}".format
    names = (
        name(options.small, options.seeds, "s"),
        name(options.large, options.large_seeds, "s" * (options.large_seeds > 1)),
    )
    print(table(small, large, names))


if __name__ == "__main__":
    main()
