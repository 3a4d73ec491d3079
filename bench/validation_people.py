"""Who is where at the end of the replayed decade: couples apart, ages of the young, people who live outside Guangxi."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.validation_flows import NIGHT, level
from urbsim.facts.censuses import census_of
from urbsim.facts.register import observations
from urbsim.fit.age_groups import GROUPS, by_group, counted_in_2020
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.runner import RunResult
from urbsim.simulation.world import World
from urbsim.state.codes import DEAD, FIRST_OUTSIDE


@dataclass(frozen=True)
class Night:
    """Persons of one night, at full scale.

    married, apart: people in a union, and those of them who live in another part than their spouse; residents:
    (18,) residents of Guangxi by five-year age group, 0-4 first.
    """

    married: float
    apart: float
    residents: np.ndarray


def night_of(world: World) -> Night:
    """What the world shows now."""
    people = world.people
    alive = np.flatnonzero(people.risk[: world.n] != DEAD)
    married = alive[people.spouse[alive] >= 0]
    apart = people.lives[married] != people.lives[people.spouse[married]]
    here = alive[people.counted[alive] < FIRST_OUTSIDE]
    years = (world.month - people.birth_month[here].astype(np.int64)) // 12
    return Night(
        married=married.size * world.weight,
        apart=float(apart.sum()) * world.weight,
        residents=by_group(years) * world.weight,
    )


def first_and_last_night(scenario: str, scale: float, seed: int, months: int) -> tuple[Night, Night]:
    """Census night of a scenario, and the night so many months later."""
    world = build_world(load_scenario(scenario), scale=scale, seed=seed)
    first = night_of(world)
    model = UrbanisationModel(world=world)
    model.run_months(months)
    last = night_of(world)
    model.release()
    return first, last


def couples(first: Night, last: Night, base: Night) -> pd.DataFrame:
    """Share of married people who live apart from their spouse; base: census night 2020 of the forecast."""
    rows = [
        (name, 100 * night.apart / night.married, night.married / 1e6)
        for name, night in (("2010, base", first), ("2020, end of the replay", last), ("2020, base", base))
    ]
    return pd.DataFrame(rows, columns=["census night", "spouse lives elsewhere %", "married m"])


def ages(last: Night) -> pd.DataFrame:
    """Residents by five-year age group at the end of the replay against the census of 2020."""
    table = pd.DataFrame(
        {
            "age": GROUPS,
            "model 2020 m": last.residents / 1e6,
            "census 2020 m": counted_in_2020() / 1e6,
        }
    )
    table["off %"] = 100 * (table["model 2020 m"] / table["census 2020 m"] - 1)
    return table


def outside(results: list[RunResult], forecast: list[RunResult]) -> pd.DataFrame:
    """People registered in Guangxi who live outside it, millions: replay, what registers imply, base of the forecast.

    In 2016 only the difference of registered and resident people is known: those outside less those who came in.
    """
    known = observations("outside_stock")
    known = known[known["geography"] == "Guangxi"].set_index(["year", "variable"])["value"]
    now = census_of("census_2020")
    in_2010 = known[2010, "registered_in_guangxi_resident_outside_implied"]
    in_2016 = known[2016, "registered_minus_resident_revised"]
    in_2020 = float(now.registered.sum() - now.total.sum() + now.class_total[:, 3].sum())
    net = level(results, "registered_population", "2016-12") - level(
        results, "resident_population", "2016-12"
    )
    base = level(forecast, "living_outside", NIGHT)
    rows = [
        ("living outside, census night 2010", level(results, "living_outside", "2010-10"), in_2010, np.nan),
        ("registered less residents, end of 2016", net, in_2016, np.nan),
        ("living outside, census night 2020", level(results, "living_outside", NIGHT), in_2020, base),
    ]
    table = pd.DataFrame(rows, columns=["millions", "model", "implied by registers", "base of the forecast"])
    table.iloc[:, 1:] /= 1e6
    return table
