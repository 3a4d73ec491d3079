"""How T1 and T2 spread over seeds, parameter draws and single parameters: `python -m bench.spread`.

Prints the tables of docs/limitations.md. Runs `no_plan` at scale 0.01 about a hundred times (some minutes).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import numpy as np

from urbsim.facts.parameters import Parameters, load_parameters
from urbsim.scenario.reader import load_scenario
from urbsim.simulation import build, foreground

SCALE = 0.01
SEEDS = range(1, 9)
DRAWS = range(1, 25)


class Changed(Mapping[str, float]):
    """Parameters with one of them changed."""

    def __init__(self, parameters: Parameters, name: str, value: float):
        self._parameters, self._name, self._value = parameters, name, value

    def __getitem__(self, name: str) -> float:
        return self._value if name == self._name else self._parameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __getattr__(self, attribute: str) -> object:
        return getattr(self._parameters, attribute)


def run(seed: int = 1, draw: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """T1 in per cent and T2 in persons, (2,), and the urban share of every county at the end, per cent."""
    result = foreground.run_scenario(load_scenario("no_plan"), scale=SCALE, seed=seed, draw=draw)
    observer = result.observer
    last = observer.months[-1]
    shares = [observer.read("urbanisation_rate", code, last) for code in observer.places.code]
    t1, t2 = (target["value"] for target in result.summary["targets"])
    return np.array([100 * t1, t2]), 100 * np.array(shares, dtype=float)


def main() -> None:
    """Prints the three tables."""
    seeds = [run(seed=seed) for seed in SEEDS]
    targets = np.array([values for values, _ in seeds])
    by_county = np.std([shares for _, shares in seeds], axis=0, ddof=1)
    (t1, t2), (sd1, sd2) = targets.mean(axis=0), targets.std(axis=0, ddof=1)
    print(f"seeds {SEEDS[0]}-{SEEDS[-1]}: T1 {t1:.2f}, sd {sd1:.3f} points; T2 {t2:,.0f}, sd {sd2:,.0f}")
    print(f"counties over seeds: median sd {np.median(by_county):.2f}, largest {by_county.max():.2f} points")
    drawn = np.array([run(draw=draw)[0] for draw in DRAWS])
    (low1, low2), (high1, high2) = drawn.min(axis=0), drawn.max(axis=0)
    print(
        f"draws {DRAWS[0]}-{DRAWS[-1]}: T1 sd {drawn[:, 0].std(ddof=1):.2f} points, {low1:.1f} to {high1:.1f}; "
        f"T2 {low2:,.0f} to {high2:,.0f}",
        flush=True,
    )
    show_changes(one_at_a_time(targets[0]))


def one_at_a_time(base: np.ndarray) -> dict[str, list[np.ndarray]]:
    """Change of (T1, T2) when one parameter goes to the low and to the high end of its range."""
    changes = {}
    for name, information in load_parameters(0).info.items():
        if information.process == "population" or information.prior is None:
            continue
        effects = []
        for end in information.interval or ():

            def changed(draw: int, base: str, name: str = name, end: float = end) -> Changed:
                return Changed(load_parameters(draw, base=base), name, end)

            build.load_parameters = changed  # type: ignore[assignment]
            effects.append(run()[0] - base)
        changes[name] = effects
        print(".", end="", file=sys.stderr, flush=True)
    build.load_parameters = load_parameters
    return changes


def show_changes(changes: dict[str, list[np.ndarray]]) -> None:
    """Prints those that move T1 by 0.2 points or T2 by 50,000, and the names of the others."""
    print("\n| parameter | T1 low end | T1 high end | T2 low end | T2 high end |\n|---|---|---|---|---|")
    small = []
    for name, (low, high) in sorted(
        changes.items(), key=lambda item: -max(abs(item[1][0][0]), abs(item[1][1][0]))
    ):
        if max(abs(low[0]), abs(high[0])) >= 0.2 or max(abs(low[1]), abs(high[1])) >= 50_000:
            jobs = " | ".join(f"{round(value, -4):+,.0f}" for value in (low[1], high[1]))
            print(f"| `{name}` | {low[0]:+.1f} | {high[0]:+.1f} | {jobs} |")
        else:
            small.append(f"`{name}`")
    print("smaller: " + ", ".join(sorted(small)))


if __name__ == "__main__":
    main()
