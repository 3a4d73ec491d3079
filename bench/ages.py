"""Ages at the end of the replayed decade against those of census night 2020: `python -m bench.ages`.

Prints residents by five-year group against the census, those who live outside against the base population of 2020,
the share of young people who live in towns, and who was outside in 2010 as the censuses imply. Some minutes.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from bench.hindcast import SCENARIO, show
from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.censuses import BASES, census_of
from urbsim.facts.parameters import load_parameters
from urbsim.fit.age_groups import GROUPS, N_GROUPS, by_group, counted_in_2020, fives
from urbsim.population.synthesis.build import assumptions_of
from urbsim.population.synthesis.tables import OTHER_COUNTY, OTHER_PROVINCE, residents_by_class
from urbsim.processes.demography.equations import death_pattern
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.codes import DEAD, FIRST_OUTSIDE, N_INSIDE

FORECAST = "no_plan"
_TEENS = (16, 20)
_WIDTHS = np.array([5] * (N_GROUPS - 1) + [15])  # years, the last taken to end at 100
_BANDS = {"0-14": slice(0, 3), "15-64": slice(3, 13), "50+": slice(10, N_GROUPS)}


def end_of_decade(scale: float, seed: int) -> World:
    """The world on census night 2020 after the replay from census night 2010."""
    scenario = load_scenario(SCENARIO)
    world = build_world(scenario, scale=scale, seed=seed)
    model = UrbanisationModel(world=world)
    model.run_months(month_number(scenario.until) - BASE_MONTH[scenario.base])
    return world


def ages_of(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Completed years, registered part and counted part of everybody alive, (n,) each."""
    alive = np.flatnonzero(world.people.risk[: world.n] != DEAD)
    years = (world.month - world.people.birth_month[alive].astype(np.int64)) // 12
    return years, world.people.home[alive], world.people.counted[alive]


def residents(world: World) -> np.ndarray:
    """Residents of Guangxi by five-year group, (18,), at full scale."""
    years, _, counted = ages_of(world)
    return by_group(years[counted < FIRST_OUTSIDE]) * world.weight


def outside(world: World) -> np.ndarray:
    """Registered in Guangxi and counted outside, by five-year group, (18,), at full scale."""
    years, home, counted = ages_of(world)
    return by_group(years[(home < N_INSIDE) & (counted >= FIRST_OUTSIDE)]) * world.weight


def teens_in_towns(world: World) -> float:
    """Share of the residents of 16 to 19 who live in towns, per cent."""
    years, _, counted = ages_of(world)
    teens = counted[(years >= _TEENS[0]) & (years < _TEENS[1]) & (counted < FIRST_OUTSIDE)]
    return float(100 * np.mean(teens % 2 == 1))


def implied_outside_in_2010() -> pd.DataFrame:
    """Who was outside in 2010, by sex and age, thousands: what closes each cohort between the censuses.

    Residents of 2020 registered in Guangxi and those whom its base puts outside, brought back ten years by mortality
    at the crude rate of the base of 2010, less residents of 2010 registered in Guangxi, with `children_missed`. That
    parameter and the outside ages of 2010 are set so that both agree.
    """
    assumed = {base: assumptions_of(base) for base in BASES}
    here = {
        base: fives(
            residents_by_class(census_of(base), assumed[base])[:, :, :OTHER_PROVINCE].sum(axis=(0, 1, 2))
        )
        for base in BASES
    }
    c, later = census_of("census_2020"), assumed["census_2020"]
    ages = np.stack([later["outside_age_male"], later["outside_age_female"]])
    away = c.away.sum() - c.class_total[:, OTHER_COUNTY].sum()
    cohort = here["census_2020"] + fives(ages / ages.sum() * away)
    p = load_parameters(base="census_2010")
    pattern = death_pattern(p["open_age_group_years"])[:100].T  # (2 sex, 100)
    counted = census_of("census_2010").residents.sum(axis=0)
    by_age = np.repeat(fives(counted) / _WIDTHS, _WIDTHS, axis=1)
    pattern = pattern * p["crude_death_rate_at_base"] * by_age.sum() / (pattern * by_age).sum()
    risk = np.array([pattern[:, age : age + 10].sum(axis=1) for age in range(90)]).T
    survive = np.exp(-risk[:, :75]).reshape(2, 15, 5).mean(axis=2)
    missing = cohort[:, 2:17] / survive - here["census_2010"][:, :15]
    return pd.DataFrame({"age": GROUPS[:15], "men": missing[0] / 1000, "women": missing[1] / 1000})


def compare(model: np.ndarray, true: np.ndarray, name: str) -> pd.DataFrame:
    """A row for each five-year group, some bands and all: model and truth, thousands, and the per cent between."""
    rows = [(group, model[g], true[g]) for g, group in enumerate(GROUPS)]
    rows += [(band, model[at].sum(), true[at].sum()) for band, at in _BANDS.items()]
    rows.append(("all", model.sum(), true.sum()))
    table = pd.DataFrame(rows, columns=["age", "model", name])
    table[["model", name]] /= 1000
    return table.assign(off=100 * (table["model"] / table[name] - 1)).rename(columns={"off": "% off"})


def main(arguments: list[str] | None = None) -> None:
    """Runs the decade and prints the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.ages", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seeds", type=int, default=1, help="runs, seeds 1 to this number")
    options = parser.parse_args(arguments)
    base = build_world(load_scenario(FORECAST), scale=options.scale)
    ends = [end_of_decade(options.scale, seed) for seed in range(1, options.seeds + 1)]
    print("residents, thousands")
    show(compare(np.mean([residents(world) for world in ends], axis=0), counted_in_2020(), "census 2020"))
    print("registered in Guangxi and living outside, thousands")
    show(compare(np.mean([outside(world) for world in ends], axis=0), outside(base), "base 2020"))
    young = np.mean([teens_in_towns(world) for world in ends])
    print("outside in 2010, as the censuses imply, thousands")
    show(implied_outside_in_2010())
    print(f"16-19 in towns, per cent: model {young:.1f}, base 2020 {teens_in_towns(base):.1f}")


if __name__ == "__main__":
    main()
