"""How much luck there is in a run, by scale: `python -m bench.precision --write`.

Standard deviations over seeds of T1, T2, of paired differences between scenarios, and of a county's urban share; how
many seeds a given standard error needs, and what that costs. `--write` renews the tables of docs/precision.md.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import ceil
from multiprocessing import get_context

import numpy as np

import urbsim
from bench.processes import ROOT
from urbsim.facts import gazetteer
from urbsim.limits import LEAST_SEEDS

PAGE = ROOT / "docs" / "precision.md"
REFERENCE, SMALL_CHANGE, LARGE_CHANGE = "no_plan", "baseline", "pearl_river_boom"
SEEDS = {0.001: 100, 0.003: 100, 0.01: 50, 0.03: 20}
"""Scale -> seeds 1 to this number."""
T1_ASKED, T2_ASKED, DIFFERENCE_ASKED = (0.05, 0.02, 0.01), (5000, 2000), (0.01, 0.005, 0.002)
"""Standard errors of the second table: T1 in points, T2 in jobs, differences of T1 in points."""


@dataclass(frozen=True)
class Run:
    """What one run gives. t1, counties: urban shares in per cent; t2: jobs; seconds: core time."""

    t1: float
    t2: float
    counties: np.ndarray
    seconds: float


@dataclass(frozen=True)
class Spread:
    """Standard deviations over the seeds of one scale, in points and jobs.

    small, large: of paired differences, T1 and T2; counties: middle and worst county; seconds: core time of a run.
    """

    seeds: int
    t1: float
    t2: float
    small: tuple[float, float]
    large: tuple[float, float]
    counties: tuple[float, float]
    seconds: float


def run(scenario: str, scale: float, seed: int) -> Run:
    """One run on one thread."""
    began = time.process_time()
    result = urbsim.run(scenario, scale=scale, seed=seed, threads=1)
    seconds = time.process_time() - began
    t1, t2 = (float(target["value"]) for target in result.summary["targets"])
    frame = result.indicators
    last = frame[(frame["indicator"] == "urbanisation_rate") & (frame["month"] == frame["month"].max())]
    shares = dict(zip(last["place"].astype(str), last["value"], strict=True))
    counties = np.array([100 * shares[county.code] for county in gazetteer.counties()])
    return Run(100 * t1, t2, counties, seconds)


def spread(reference: Sequence[Run], small: Sequence[Run], large: Sequence[Run]) -> Spread:
    """Of the runs of three scenarios with the same seeds, in their order."""

    def deviation(values: Sequence[float]) -> float:
        return float(np.std(values, ddof=1))

    def of_difference(others: Sequence[Run]) -> tuple[float, float]:
        pairs = list(zip(reference, others, strict=True))
        return deviation([b.t1 - a.t1 for a, b in pairs]), deviation([b.t2 - a.t2 for a, b in pairs])

    by_county = np.std([one.counties for one in reference], axis=0, ddof=1)
    everyone = [*reference, *small, *large]
    return Spread(
        len(reference),
        deviation([one.t1 for one in reference]),
        deviation([one.t2 for one in reference]),
        of_difference(small),
        of_difference(large),
        (float(np.median(by_county)), float(by_county.max())),
        float(np.median([one.seconds for one in everyone])),
    )


def seeds_for(deviation: float, asked: float) -> int:
    """Seeds whose mean has this standard error, or a smaller one; never fewer than a batch begins with."""
    return max(ceil((deviation / asked) ** 2), LEAST_SEEDS)


def spread_table(found: dict[float, Spread]) -> str:
    """A row a scale."""
    heads = (
        "scale", "seeds", "T1, points", "T2, jobs", f"`{SMALL_CHANGE}` less `{REFERENCE}`: T1", "T2",
        f"`{LARGE_CHANGE}` less `{REFERENCE}`: T1", "T2", "share of a county: middle", "worst", "core time of a run",
    )  # fmt: skip
    rows = [
        (
            f"{scale:g}", str(one.seeds), f"{one.t1:.3f}", _jobs(one.t2), f"{one.small[0]:.3f}", _jobs(one.small[1]),
            f"{one.large[0]:.3f}", _jobs(one.large[1]), *(f"{points:.1f}" for points in one.counties),
            f"{one.seconds:.2f} s",
        )
        for scale, one in found.items()
    ]  # fmt: skip
    return _table(heads, rows)


def seeds_table(found: dict[float, Spread]) -> str:
    """A row for each standard error that might be asked for: seeds, and core seconds in brackets, by scale."""
    lines: list[tuple[str, Callable[[Spread], float], Sequence[float], str]] = [
        ("T1", lambda one: one.t1, T1_ASKED, "points"),
        ("T2", lambda one: one.t2, T2_ASKED, "jobs"),
        (f"T1, `{SMALL_CHANGE}` less `{REFERENCE}`", lambda one: one.small[0], DIFFERENCE_ASKED, "points"),
        (f"T1, `{LARGE_CHANGE}` less `{REFERENCE}`", lambda one: one.large[0], DIFFERENCE_ASKED, "points"),
    ]
    rows = []
    for what, deviation_of, precisions, unit in lines:
        for asked in precisions:
            cells = []
            for one in found.values():
                seeds = seeds_for(deviation_of(one), asked)
                cells.append(f"{seeds} ({max(round(seeds * one.seconds), 1)} s)")
            rows.append((what, f"{asked:g} {unit}", *cells))
    return _table(("mean of", "standard error", *(f"scale {scale:g}" for scale in found)), rows)


def _jobs(number: float) -> str:
    return f"{round(number, -2):,.0f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ("---", *["---:"] * (len(heads) - 1)), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def filled(text: str, tables: dict[str, str]) -> str:
    """The page with these tables between their marks. Raises ValueError where one has no place."""
    for name, table in tables.items():
        marks = re.compile(rf"(<!-- {name}: measured -->\n).*?(<!-- end -->)", re.DOTALL)
        text, places = marks.subn(lambda found, table=table: found[1] + table + found[2], text)
        if places != 1:
            raise ValueError(f"{places} places of the table {name}")
    return text


def main(arguments: list[str] | None = None) -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.precision", description=__doc__)
    parser.add_argument("--scales", type=float, nargs="+", default=list(SEEDS))
    parser.add_argument("--seeds", type=int, help="of every scale; left out: fewer for larger ones")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="runs at a time")
    parser.add_argument("--write", action="store_true", help="renew the tables of docs/precision.md")
    options = parser.parse_args(arguments)
    if options.seeds is not None and options.seeds < 2:
        parser.error("a standard deviation needs two seeds or more")
    found = {}
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
        for scale in sorted(options.scales):
            seeds = range(1, (options.seeds or SEEDS.get(scale, 8)) + 1)
            asked = list(product((REFERENCE, SMALL_CHANGE, LARGE_CHANGE), [scale], seeds))
            runs = list(pool.map(partial(_apply, run), asked))
            found[scale] = spread(*(runs[k * len(seeds) : (k + 1) * len(seeds)] for k in range(3)))
    tables = {"spread": spread_table(found), "seeds": seeds_table(found)}
    print("\n".join(tables.values()))
    if options.write:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8", newline="\n")


def _apply(function: Callable[..., Run], arguments: Sequence[object]) -> Run:
    return function(*arguments)


if __name__ == "__main__":
    main()
