"""How people answer when a cause moves by a tenth: `python -m bench.responses`.

Prints the table of docs/responses.md, and writes it there with `--write`. Each row compares two runs of `no_plan` that
share all luck; in one of them a cause is changed on census night, in all towns or in one, and stays so. Some minutes.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from urbsim import month
from urbsim.processes.employment import equations as employment
from urbsim.processes.migration import steps
from urbsim.processes.migration.equations import TownTerms
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.world import World
from urbsim.state.codes import FIRST_OUTSIDE, N_COUNTIES, N_INSIDE, N_REGIONS

HORIZONS = (1, 12, 38)  # months
TENTH = float(np.log(1.1))
PAGE = Path(__file__).parent.parent / "docs" / "responses.md"
_VILLAGES, _TOWNS = slice(0, N_INSIDE, 2), slice(1, N_INSIDE, 2)


@dataclass(frozen=True)
class Flows:
    """Moves decided up to each horizon, families with them, and the urban share then; students are not among them.

    leaving: (3,) persons who leave a village; arrivals: (3, 224) who comes to live in a part; urban_share: (3,);
    rent: (3, 111) ln over census night; residents: (3, 111) of the towns.
    """

    leaving: np.ndarray
    arrivals: np.ndarray
    urban_share: np.ndarray
    rent: np.ndarray
    residents: np.ndarray


@dataclass(frozen=True)
class Cause:
    """A cause moved by a tenth; low, high: bounds of the response of leaving after a year, per cent, all towns.

    change: alters the terms of the towns each month, given the world, the terms and a mask of the towns concerned;
    open: alters the world on census night.
    """

    name: str
    change: Callable[[World, TownTerms, np.ndarray], TownTerms]
    evidence: str
    low: float
    high: float
    open: Callable[[World, np.ndarray], None] = lambda world, where: None


def _income(world: World, terms: TownTerms, where: np.ndarray) -> TownTerms:
    return replace(terms, income=terms.income + TENTH * where)


def _chances(world: World, terms: TownTerms, where: np.ndarray) -> TownTerms:
    """The chance of a month to find work is a tenth higher than the market's."""
    labour, p = world.employment, world.parameters
    before = employment.income_gain(labour, p)
    higher = replace(labour, finding=labour.finding * 1.1)
    return replace(terms, income=terms.income + (employment.income_gain(higher, p) - before) * where)


def _rent(world: World, terms: TownTerms, where: np.ndarray) -> TownTerms:
    return replace(terms, rent=terms.rent + TENTH * where)


def _school(world: World, terms: TownTerms, where: np.ndarray) -> TownTerms:
    return replace(terms, school=np.minimum(terms.school + 0.1 * where, 1.0))


def _nothing(world: World, terms: TownTerms, where: np.ndarray) -> TownTerms:
    return terms


def _shorter(world: World, where: np.ndarray) -> None:
    """Journeys to the towns concerned take a tenth less time."""
    worth, hours = world.migration.worth, world.journeys.hours_in(world.month).copy()
    hours[:, :N_COUNTIES] *= 1 - 0.1 * where
    journey = -np.abs(world.parameters["beta_t"]) * np.log1p(hours)
    world.migration.worth = replace(worth, journey=journey)


def _richer_outside(world: World, where: np.ndarray) -> None:
    """Incomes outside are a tenth higher, too, where all towns are concerned."""
    worth, income = world.migration.worth, world.migration.worth.income.copy()
    income[N_COUNTIES:] += TENTH * where.min()
    world.migration.worth = replace(worth, income=income)


CAUSES = (
    Cause("income +10%, outside too", _income, "B02: 1.3 to 2.2 points at a base of 20", 6.0, 11.0, _richer_outside),
    Cause("income +10%", _income, "as above, for part of the destinations", 2.0, 11.0),
    Cause("chance to find work in a month +10%", _chances, "beta_u 0.3-2.0 per ln of the chance", 0.5, 8.0),
    Cause("rent +10%", _rent, "beta_rent -0.8 to 0.2", -6.5, 1.6),
    Cause("school coverage +10 points", _school, "beta_school 0-3, parents of pupils only", 0.0, 12.0),
    Cause("travel time -10%", _nothing, "B04: 0.15 to 0.6 per ln of distance", 0.0, 6.0, _shorter),
)  # fmt: skip


@contextmanager
def changed(cause: Cause | None, where: np.ndarray) -> Iterator[None]:
    """Within it, towns offer what the cause makes of their terms; `where`: (111,) 1 for the towns concerned, else 0."""
    terms = steps.town_terms
    if cause is None:
        yield
        return
    with patch.object(steps, "town_terms", lambda world: cause.change(world, terms(world), where)):
        yield


def run(cause: Cause | None, where: np.ndarray, scale: float, seed: int, months: int = HORIZONS[-1]) -> Flows:
    """One run of `no_plan` with a cause changed from the first month on."""
    moves, found = np.zeros((N_INSIDE + N_REGIONS, N_INSIDE + N_REGIONS)), []

    def decide(world: World, rows: np.ndarray, graduates: np.ndarray) -> None:
        nonlocal moves
        before = world.ledger.moves.copy()
        steps.decide_and_move(world, rows, graduates)
        moves = moves + world.ledger.moves - before

    with changed(cause, where), patch.object(month, "decide_and_move", decide):
        world = build_world(load_scenario("no_plan"), scale=scale, seed=seed)
        if cause is not None:
            cause.open(world, where)
        for k in range(1, months + 1):
            month.step(world)
            if k in HORIZONS:
                counted, _ = world.recount()
                away = moves - np.diag(np.diag(moves))
                found.append((
                    away[_VILLAGES].sum(),
                    away.sum(axis=0),
                    counted[_TOWNS].sum() / counted[:FIRST_OUTSIDE].sum(),
                    world.housing.rent.copy(),
                    counted[_TOWNS].copy(),
                ))  # fmt: skip
    return Flows(*(np.array(column) for column in zip(*found, strict=True)))


@dataclass(frozen=True)
class Response:
    """What a cause changes at each horizon: leaving and arrivals by kind of part, per cent; T1, points."""

    leaving: np.ndarray
    arrivals: np.ndarray
    t1: np.ndarray


def response(before: list[Flows], after: list[Flows], kinds: list[np.ndarray]) -> Response:
    """Means over seeds; kinds: (224,) masks of parts whose arrivals are counted."""

    def rise(a: list[np.ndarray], b: list[np.ndarray]) -> np.ndarray:
        return 100 * (np.sum(b, axis=0) / np.maximum(np.sum(a, axis=0), 1) - 1)

    return Response(
        rise([f.leaving for f in before], [f.leaving for f in after]),
        np.array([
            rise([f.arrivals @ kind for f in before], [f.arrivals @ kind for f in after]) for kind in kinds
        ]),
        100 * np.mean([b.urban_share - a.urban_share for a, b in zip(before, after, strict=True)], axis=0),
    )  # fmt: skip


def table(scale: float, seeds: range, town: str) -> Iterator[str]:
    """The lines of the table, as runs end."""
    places = build_world(load_scenario("no_plan"), scale=0.0005).places
    everywhere = np.ones(N_COUNTIES)
    one = np.array([code == town for code in places.code], dtype=float)
    city = np.zeros(N_INSIDE + N_REGIONS)
    city[_TOWNS] = places.is_city
    county_town = np.zeros(N_INSIDE + N_REGIONS)
    county_town[_TOWNS] = 1 - places.is_city
    outside, there = np.zeros(N_INSIDE + N_REGIONS), np.zeros(N_INSIDE + N_REGIONS)
    outside[FIRST_OUTSIDE:], there[_TOWNS] = 1, one
    plain = [run(None, everywhere, scale, seed) for seed in seeds]
    answer = (0.0, 0.0)
    months = " / ".join(str(h) for h in HORIZONS)
    yield (
        f"| cause, after {months} months | leaving villages, % | to county towns, % | to cities, % | outside, % | "
        "T1, points | in one town alone: arrivals there, % | evidence, leaving after a year |"
    )
    yield "|---" * 8 + "|"
    for cause in CAUSES:
        found = [run(cause, everywhere, scale, seed) for seed in seeds]
        r = response(plain, found, [county_town, city, outside])
        alone = [run(cause, one, scale, seed) for seed in seeds]
        if cause.name == "income +10%":
            answer = rent_to_people(plain, alone, one)
        there_alone = response(plain, alone, [there])
        cells = [_three(r.leaving, 1), *(_three(row, 1) for row in r.arrivals), _three(r.t1, 2)]
        bounds = f"{cause.evidence}: {cause.low:g} to {cause.high:g}%"
        yield f"| {cause.name} | " + " | ".join([*cells, _three(there_alone.arrivals[0], 0), bounds]) + " |"
    yield ""
    yield (
        f"Rent answers to people: where income is a tenth higher in one town alone, its residents are {answer[0]:.1f}% "
        f"more after {HORIZONS[-1]} months, and its rent {answer[1]:.1f}% higher. People answer to rent: see its row."
    )


def rent_to_people(before: list[Flows], after: list[Flows], one: np.ndarray) -> tuple[float, float]:
    """Per cent by which residents and rent of one town have risen at the last horizon; one: (111,) 1 for the town."""
    people = sum(f.residents[-1] @ one for f in after) / sum(f.residents[-1] @ one for f in before) - 1
    rent = np.mean([(b.rent[-1] - a.rent[-1]) @ one for a, b in zip(before, after, strict=True)])
    return 100 * float(people), 100 * float(np.expm1(rent))


def _three(values: np.ndarray, digits: int) -> str:
    return " / ".join(f"{value:+.{digits}f}" for value in values)


def main(arguments: list[str] | None = None) -> None:
    """Prints the table, line by line as runs end."""
    parser = argparse.ArgumentParser(prog="python -m bench.responses", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--seeds", type=int, default=3, help="runs, seeds 1 to this number")
    parser.add_argument("--town", default="450981", help="code of the one town whose terms change")
    parser.add_argument("--write", action="store_true", help="put the table into docs/responses.md")
    options = parser.parse_args(arguments)
    lines = []
    for line in table(options.scale, range(1, options.seeds + 1), options.town):
        print(line, flush=True)
        lines.append(line)
    if options.write:
        marked = re.compile("(<!-- responses -->\n).*?(<!-- end -->)", re.DOTALL)
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(
            marked.sub(lambda found: found[1] + "\n".join(lines) + "\n" + found[2], text), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
