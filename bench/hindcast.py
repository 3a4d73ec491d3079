"""The decade 2010-2020 against what was counted: `python -m bench.hindcast`.

Prints the tables of docs/validation.md, and with `--write` puts them there: the province by year, people registered
elsewhere, the counties against the rival "every county gains the province's logit change", what urban growth was made
of (here), what happened year by year (`validation_flows`), and who is where at the end (`validation_people`). Some
minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from bench import places, validation_page
from bench.validation_flows import increments, new_jobs, seam, settlement, two_nights
from bench.validation_people import ages, couples, first_and_last_night, outside
from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.census_2010 import REDRAWN, read_census_2010
from urbsim.facts.censuses import census_of
from urbsim.facts.indicators import COUNTS, IDENTITY
from urbsim.facts.register import observations
from urbsim.scenario.reader import load_scenario
from urbsim.simulation import foreground
from urbsim.simulation.runner import RunResult
from urbsim.state.geography import PROVINCE

SCENARIO = "hindcast_2010_2020"
FORECAST = "no_plan"
_COARSER = 0.25  # of the scale: runs over draws, whose spread is far wider than that of samples
_HELD_WITHIN = (0.005, 0.995)  # urban shares, before their logits are taken
_REVISED = "nbs_revised_after_2020_census"


def run(scale: float, seed: int, frozen: bool = False, draw: int = 0) -> RunResult:
    """One replay of the decade; frozen: without places that turn urban where they stand."""
    scenario = load_scenario(SCENARIO)
    if frozen:
        conditions = scenario.conditions.model_copy(update={"reclassification": "frozen"})
        scenario = scenario.model_copy(update={"conditions": conditions})
    return foreground.run_scenario(scenario, scale=scale, seed=seed, draw=draw)


def value(result: RunResult, indicator: str, place: str, month: int) -> float:
    """One indicator at full scale; 0 where nobody is."""
    return result.observer.read(indicator, place, month) or 0.0


def province_by_year(results: list[RunResult]) -> pd.DataFrame:
    """Urban share in per cent and residents in millions, model (mean of seeds) and published, by year."""
    published = observations("guangxi_annual_revised")
    published = published[(published["geography"] == "Guangxi") & (published["series"] == _REVISED)]
    published = published.pivot_table(index="year", columns="variable", values="value")
    census = census_of("census_2020")
    rows = []
    for year in range(2011, 2021):
        month = month_number("2020-10" if year == 2020 else f"{year}-12")
        share = np.mean([value(r, "urbanisation_rate", PROVINCE, month) for r in results])
        people = np.mean([value(r, "resident_population", PROVINCE, month) for r in results])
        if year == 2020:
            true = 100 * census.part_total[:, 1].sum() / census.total.sum(), census.total.sum() / 1e6
        else:
            true = published.loc[year, "urbanisation_rate"], published.loc[year, "resident_pop"] / 100
        rows.append((year, 100 * share, true[0], 100 * share - true[0], people / 1e6, true[1]))
    return pd.DataFrame(
        rows, columns=["year", "model %", "published %", "points off", "model m", "published m"]
    )


def registered_elsewhere(results: list[RunResult]) -> pd.DataFrame:
    """Residents registered elsewhere, millions: census of 2010, model and census of 2020."""
    weight = results[0].observer.weight
    end = BASE_MONTH["census_2020"]
    model = np.mean([r.registered_elsewhere[end].sum(axis=1) for r in results], axis=0) * weight
    return pd.DataFrame(
        {
            "registered in": ["another township of the county", "another county", "another province"],
            "2010": census_of("census_2010").class_total[:, 1:].sum(axis=0) / 1e6,
            "model 2020": model / 1e6,
            "census 2020": census_of("census_2020").class_total[:, 1:].sum(axis=0) / 1e6,
        }
    )


@dataclass(frozen=True)
class Counties:
    """Urban shares of the 102 unchanged counties and three groups of redrawn ones, (105,)."""

    label: list[str]
    residents: np.ndarray
    earlier: np.ndarray
    counted: np.ndarray
    model: np.ndarray
    rival: np.ndarray


def counties(results: list[RunResult]) -> Counties:
    """The model and its rival against the census of 2020."""
    before, after = read_census_2010(), census_of("census_2020")  # as counted
    codes = [int(code) for code in after.adcode]
    group_of = {code: group[0] for group in REDRAWN for code in group}
    label = np.array([group_of.get(code, code) for code in codes])
    units = np.unique(label)

    def share(urban: np.ndarray, total: np.ndarray) -> np.ndarray:
        at = np.searchsorted(units, label)
        return np.bincount(at, urban) / np.bincount(at, total)

    end = BASE_MONTH["census_2020"]
    urban, total = (
        np.mean([[value(r, name, str(code), end) for code in codes] for r in results], axis=0)
        for name in ("urban_population", "resident_population")
    )
    earlier = share(before.part_total[:, 1], before.total)
    province = [c.part_total[:, 1].sum() / c.total.sum() for c in (before, after)]
    rival = expit(logit(np.clip(earlier, *_HELD_WITHIN)) + logit(province[1]) - logit(province[0]))
    names = {code: name for code, name in zip(codes, results[0].observer.places.name_en, strict=True)}
    return Counties(
        label=[names[int(unit)] for unit in units],
        residents=np.bincount(np.searchsorted(units, label), after.total),
        earlier=earlier,
        counted=share(after.part_total[:, 1], after.total),
        model=share(urban, total),
        rival=rival,
    )


def scores(c: Counties) -> pd.DataFrame:
    """Mean absolute error of urban shares in points, unweighted and weighted by residents of 2020."""
    rows = []
    for name, guess in (("model", c.model), ("rival: the province's logit change", c.rival)):
        error = 100 * np.abs(guess - c.counted)
        rows.append((name, error.mean(), np.average(error, weights=c.residents)))
    return pd.DataFrame(rows, columns=["", "unweighted", "weighted"])


def growth(results: list[RunResult]) -> pd.DataFrame:
    """What the change of urban residents was made of, millions over the decade."""
    weight = results[0].observer.weight
    rows = []
    for name, sign in IDENTITY:
        total = np.mean([np.sum([c[COUNTS.index(name)] for c in r.observer.counts[1:]]) for r in results])
        rows.append((name, sign * total * weight / 1e6))
    table = pd.DataFrame(rows, columns=["term", "millions"])
    return pd.concat([table, pd.DataFrame([("sum", table["millions"].sum())], columns=table.columns)])


def show(table: pd.DataFrame) -> None:
    """Prints a table."""
    print(table.to_string(index=False, na_rep="", float_format=lambda x: f"{x:,.2f}"), end="\n\n")


def tables(scale: float, seeds: range, draws: range) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of docs/validation.md by its name there."""
    results = [run(scale, seed) for seed in seeds]
    by_year = province_by_year(results)
    yield "province", by_year
    yield "increments", increments(by_year)
    yield "registered elsewhere", registered_elsewhere(results)
    yield "counties", scores(counties(results))
    yield "county residents", places.residents(results)
    yield "prefectures", places.prefectures(results)
    yield "growth", growth(results)
    yield "settlement", settlement(results)
    drawn = [run(scale * _COARSER, 1, draw=draw) for draw in draws]
    yield "new jobs", new_jobs(results, drawn)
    forecast = [foreground.run_scenario(load_scenario(FORECAST), scale=scale, seed=seed) for seed in seeds]
    yield "two nights", two_nights(results, forecast)
    yield "seam", seam(results, forecast)
    yield "outside", outside(results, forecast)
    decade = BASE_MONTH["census_2020"] - BASE_MONTH["census_2010"]
    first, last = first_and_last_night(SCENARIO, scale, seeds[0], decade)
    yield "couples", couples(first, last, first_and_last_night(FORECAST, scale, seeds[0], 0)[0])
    yield "ages", ages(last)
    yield "frozen", province_by_year([run(scale, seed, frozen=True) for seed in seeds]).tail(1)


def main(arguments: list[str] | None = None) -> None:
    """Runs the decade and prints the tables; with `--write` they replace those of the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.hindcast", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seeds", type=int, default=3, help="runs, seeds 1 to this number")
    parser.add_argument(
        "--draws", type=int, default=24, help="runs with drawn parameters, for the spread of new jobs"
    )
    parser.add_argument("--write", action="store_true", help="replace the tables of docs/validation.md")
    options = parser.parse_args(arguments)
    found = {}
    for name, table in tables(options.scale, range(1, options.seeds + 1), range(1, options.draws + 1)):
        print(name)
        show(table)
        found[name] = table
    if options.write:
        validation_page.write(found)


if __name__ == "__main__":
    main()
