"""`python -m urbsim.population`: builds the base population where needed and prints how well it meets its
controls.
"""

from __future__ import annotations

import argparse
import os
import sys

from urbsim.facts.censuses import BASES
from urbsim.population.checks import describe, fit_table, link_faults, summary
from urbsim.population.packed import load_base


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 where every exact control holds (judged at scale 1 only) and no link is impossible, else
    1.
    """
    parser = argparse.ArgumentParser(prog="python -m urbsim.population", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of households (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="which systematic sample")
    parser.add_argument("--base", choices=sorted(BASES), default="census_2020", help="which census night")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", help="write the whole table of fit to this CSV file")
    options = parser.parse_args(arguments)

    def progress(fraction: float, text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{fraction:4.0%} {text:<45}", end="", file=sys.stderr, flush=True)

    population = load_base(options.scale, options.seed, options.threads, progress, options.base)
    table = fit_table(population)
    if options.out:
        table.to_csv(options.out, index=False)
    print(summary(table).to_string(index=False, float_format=lambda x: f"{x:,.4f}"))
    off = table["difference"].abs().to_numpy() >= 1.0
    exact = table["exact"].to_numpy(bool)
    missed, fitted = int((off & exact).sum()), int((off & ~exact).sum())
    print(f"\nexact controls missed by one or more: {missed} of {int(exact.sum())}")
    print(f"fitted controls missed by one or more: {fitted} of {int((~exact).sum())}\n")
    for name, value in describe(population).items():
        print(f"{name:<55}{value:>18,.4f}" if value < 1 else f"{name:<55}{value:>18,.0f}")
    faults = link_faults(population)
    for name, count in faults.items():
        print(f"{name:<55}{count:>18,}")
    return int(any(faults.values()) or (options.scale == 1.0 and missed > 0))


if __name__ == "__main__":
    sys.exit(main())
