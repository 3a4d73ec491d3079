"""What each measure of the plan adds at half, all and twice its dose: `python -m bench.dose_response`.

Prints the tables of docs/effects.md, and writes them there with `--write`. Every run is paired with `no_plan` of the
same draw and seed. A row is a measure, with all its levers as `baseline` has them, or a lever alone. Ten minutes on two
cores; `--scale 0.002 --seeds 2 --draws 0` is quick and rough.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from bench.validation_page import markdown, write
from urbsim.calendar import month_number
from urbsim.facts.indicators import INDICATORS
from urbsim.levers.fulfilment import each_changed
from urbsim.scenario.catalogue import CATALOGUE, setting
from urbsim.scenario.choice import kept
from urbsim.scenario.measures import measures
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.seek.multiples import at_multiple
from urbsim.simulation.foreground import run_scenario
from urbsim.simulation.runner import RunResult
from urbsim.state.geography import PROVINCE

FACTORS = (0.5, 1.0, 2.0)
PAGE = Path(__file__).parent.parent / "docs" / "effects.md"
T1, T2, COST = "urbanisation_rate", "new_urban_jobs", "fiscal_cost_yuan"
_WHOLE_PLAN = "S1"  # the measure that carries out all others


@dataclass(frozen=True)
class Row:
    """One line of a table: levers at each factor, and the indicator that is to move first."""

    name: str
    at: Callable[[float], Levers]
    indicator: str


def at_factor(plan: Levers, factor: float) -> Levers:
    """Levers with every setting at a factor (ODD equation W7)."""
    return each_changed(plan, lambda value: at_multiple(value, factor))


def alone(plan: Levers, key: str) -> Levers:
    """One lever, all others left out."""
    group, _, name = key.partition(".")
    part = type(getattr(plan, group))().model_copy(update={name: setting(plan, key)})
    return Levers().model_copy(update={group: part})


def rows_of_measures(plan: Levers) -> Iterator[Row]:
    """Every measure; that which carries out all others stands for the whole plan."""
    for measure in measures().values():
        levers = plan if measure.id == _WHOLE_PLAN else kept(plan, {measure.id})
        yield Row(measure.id, partial(at_factor, levers), measure.moves_first[0])


def rows_of_levers(plan: Levers) -> Iterator[Row]:
    """Every lever that the plan sets."""
    for key, lever in CATALOGUE.items():
        if setting(plan, key):
            first = measures()[lever.measures[0]].moves_first[0]
            yield Row(key, partial(at_factor, alone(plan, key)), first)


def figure(run: RunResult, name: str) -> float:
    """An indicator of the province: the last of a stock or rate, the sum of a flow over 2021 and after."""
    months = [month for month in run.observer.months if month >= month_number("2021-01")]
    wanted = months if INDICATORS[name].kind == "flow" else months[-1:]
    return float(sum(run.observer.read(name, PROVINCE, month) or 0.0 for month in wanted))


Task = tuple[Levers, str, int, int]


def figures(scale: float, task: Task) -> tuple[float, float, float, float]:
    """The row's indicator, T1 in points, T2 in persons, and cost in yuan of one run of `no_plan` with these levers."""
    levers, indicator, draw, seed = task
    scenario = load_scenario("no_plan").model_copy(update={"levers": levers})
    run = run_scenario(scenario, scale=scale, seed=seed, draw=draw, threads=1)
    share = 100 * figure(run, T1)
    return figure(run, indicator), share, figure(run, T2), figure(run, COST)


def differences(
    rows: Sequence[Row], scale: float, factors: Sequence[float], luck: Sequence[tuple[int, int]]
) -> np.ndarray:
    """(rows, factors, lucks, 4) what each row adds to the figures of `no_plan`; luck: (draw, seed) of each pair."""
    indicators = sorted({row.indicator for row in rows})
    without: list[Task] = [(Levers(), name, *one) for name in indicators for one in luck]
    withs: list[Task] = [(row.at(f), row.indicator, *one) for row in rows for f in factors for one in luck]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = np.array(list(pool.map(partial(figures, scale), without + withs, chunksize=8)))
    base = found[: len(without)].reshape(len(indicators), len(luck), 4)
    more = found[len(without) :].reshape(len(rows), len(factors), len(luck), 4)
    return more - base[[indicators.index(row.indicator) for row in rows]][:, None]


def with_error(values: np.ndarray, decimals: int) -> str:
    """Mean and standard error over pairs."""
    error = values.std(ddof=1) / np.sqrt(values.size) if values.size > 1 else np.nan
    return f"{values.mean():+,.{decimals}f} ± {error:,.{decimals}f}"


def _decimals(indicator: str) -> int:
    return 4 if INDICATORS[indicator].kind == "rate" else 0


def dose_table(rows: Sequence[Row], found: np.ndarray, head: str) -> pd.DataFrame:
    """Effects at half, all and twice the dose. found: of `differences` for `FACTORS`."""
    lines = []
    for row, each in zip(rows, found, strict=True):
        half, whole, double = each
        first = " / ".join(with_error(part[:, 0], _decimals(row.indicator)) for part in each)
        lines.append(
            {
                head: f"`{row.name}`" if "." in row.name else row.name,
                "moves first": f"`{row.indicator}`",
                "half / all / twice": first,
                "T1, points: half": with_error(half[:, 1], 4),
                "T1: all": with_error(whole[:, 1], 4),
                "T1: twice": with_error(double[:, 1], 4),
                "T2: half": with_error(half[:, 2], 0),
                "T2: all": with_error(whole[:, 2], 0),
                "T2: twice": with_error(double[:, 2], 0),
                "cost, million yuan": f"{whole[:, 3].mean() / 1e6:,.0f}",
            }
        )
    return pd.DataFrame(lines)


def spread_table(rows: Sequence[Row], found: np.ndarray) -> pd.DataFrame:
    """Effects of the whole dose over draws: the middle, and where the middle nine tenths lie."""
    lines = []
    for row, each in zip(rows, found[:, 0], strict=True):
        low, middle, high = np.quantile(each, (0.05, 0.5, 0.95), axis=0)
        lines.append(
            {
                "measure": row.name,
                "T1, points": f"{middle[1]:+.3f} ({low[1]:+.3f} to {high[1]:+.3f})",
                "T2": f"{middle[2]:+,.0f} ({low[2]:+,.0f} to {high[2]:+,.0f})",
                "cost, million yuan": f"{middle[3] / 1e6:,.0f} ({low[3] / 1e6:,.0f} to {high[3] / 1e6:,.0f})",
            }
        )
    return pd.DataFrame(lines)


def main() -> None:
    """Prints the tables, and writes them with `--write`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seeds", type=int, default=6, help="pairs of draw 0, seeds 1 to so many")
    parser.add_argument(
        "--draws", type=int, default=20, help="pairs of seed 1, draws 1 to so many; 0 for none"
    )
    parser.add_argument("--only", nargs="*", default=["measures", "levers"], choices=["measures", "levers"])
    parser.add_argument("--write", action="store_true", help=f"write the tables into {PAGE.name}")
    said = parser.parse_args()
    plan = load_scenario("baseline").levers
    seeds = [(0, seed) for seed in range(1, said.seeds + 1)]
    tables: dict[str, pd.DataFrame] = {}
    if "measures" in said.only:
        rows = list(rows_of_measures(plan))
        tables["measures"] = dose_table(rows, differences(rows, said.scale, FACTORS, seeds), "measure")
        if said.draws:
            draws = [(draw, 1) for draw in range(1, said.draws + 1)]
            tables["draws"] = spread_table(rows, differences(rows, said.scale, (1.0,), draws))
    if "levers" in said.only:
        rows = list(rows_of_levers(plan))
        tables["levers"] = dose_table(rows, differences(rows, said.scale, FACTORS, seeds), "lever")
    for name, table in tables.items():
        print(f"{name}\n{markdown(table)}", flush=True)
    if said.write:
        write(tables, PAGE)


if __name__ == "__main__":
    main()
