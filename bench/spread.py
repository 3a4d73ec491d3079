"""How T1 spreads over seeds, parameter draws and single parameters: `python -m bench.spread`.

Prints the tables of docs/limitations.md. Runs `no_plan` at scale 0.01 about a hundred times (some minutes).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import numpy as np

from urbsim import runner
from urbsim.parameters import Parameters, load_parameters
from urbsim.scenario import load_scenario

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


def run(seed: int = 1, draw: int = 0) -> tuple[float, np.ndarray]:
    """T1 in per cent, and the urban share of every county at the end."""
    result = runner.run_scenario(load_scenario("no_plan"), scale=SCALE, seed=seed, draw=draw)
    observer = result.observer
    last = observer.months[-1]
    shares = [observer.read("urbanisation_rate", code, last) for code in observer.places.code]
    return 100 * result.summary["targets"][0]["value"], 100 * np.array(shares, dtype=float)


def main() -> None:
    """Prints the three tables."""
    seeds = [run(seed=seed) for seed in SEEDS]
    t1 = np.array([value for value, _ in seeds])
    by_county = np.std([shares for _, shares in seeds], axis=0, ddof=1)
    print(f"seeds {SEEDS[0]}-{SEEDS[-1]}: mean {t1.mean():.2f}, sd {t1.std(ddof=1):.3f} points")
    print(f"counties over seeds: median sd {np.median(by_county):.2f}, largest {by_county.max():.2f} points")
    drawn = np.array([run(draw=draw)[0] for draw in DRAWS])
    low, high = drawn.min(), drawn.max()
    print(f"draws {DRAWS[0]}-{DRAWS[-1]}: sd {drawn.std(ddof=1):.2f} points, {low:.1f} to {high:.1f}", flush=True)
    base = t1[0]
    parameters = load_parameters(0)
    changes = {}
    for name, information in parameters.info.items():
        if information.process == "population" or information.prior is None:
            continue
        effects = []
        for end in information.interval:
            runner.load_parameters = lambda draw, n=name, v=end: Changed(load_parameters(draw), n, v)  # type: ignore[assignment]
            effects.append(run()[0] - base)
        changes[name] = effects
        print(".", end="", file=sys.stderr, flush=True)
    runner.load_parameters = load_parameters
    print("\n| parameter | low end | high end |\n|---|---|---|")
    for name, (low, high) in sorted(changes.items(), key=lambda item: -max(map(abs, item[1]))):
        print(f"| `{name}` | {low:+.1f} | {high:+.1f} |" if max(abs(low), abs(high)) > 0.15 else f"{name}: small")


if __name__ == "__main__":
    main()
