"""The door to the simulator: parameters in, observables out, in this process and without a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.errors import InputError, Problem, nearest
from urbsim.facts.parameters import prior_parameters
from urbsim.fit import observables
from urbsim.fit.observed import NIGHT, figures
from urbsim.fit.protocol import Protocol, load_protocol
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Behaviour, Scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel

SEAM_UNTIL = "2021-10"
"""Last month of the first year of a forecast, which has to go on from the replay."""

OF_BASE = ("couples_apart", "household_size")
"""Observables whose observation is that of the synthetic population of census night 2020."""

_START, _END = "census_2010", "census_2020"


def simulate(
    parameters: Mapping[str, float],
    scenario: str | Scenario,
    scale: float = 0.01,
    seed: int = 1,
    *,
    prior_draw: int = 0,
    behaviour: Behaviour | None = None,
    forecast: str | Scenario | None = None,
    threads: int = 1,
) -> dict[str, float]:
    """One replay of the decade, and the first year of a forecast: every figure of the protocol by its key.

    parameters: numbers in place of those of the draw, by name, `climate_2015` for the normal score of the climate of
    a year; scenario: a replay from census night 2010 to that of
    2020; scale: share of households; seed: sample and luck; prior_draw: draw from the priors that all other parameters
    and the climate are taken from; behaviour: None for the scenario's own; forecast: None for that of the protocol.
    Raises InputError with every name, range or month that is refused.
    """
    protocol = load_protocol()
    replay, after = prepared(scenario, behaviour), prepared(forecast or protocol.forecast, behaviour)
    refused = _problems(replay, after)
    if refused:
        raise InputError(refused)
    after = after.model_copy(update={"until": SEAM_UNTIL})
    first, second = _model(after, parameters, prior_draw, scale, seed, threads), None
    try:
        beyond = observables.stepped(first, month_number(SEAM_UNTIL) - BASE_MONTH[_END])
        first.release()
        second = _model(replay, parameters, prior_draw, scale, seed, threads)
        seen = observables.stepped(second, BASE_MONTH[_END] - BASE_MONTH[_START])
        assert second.world is not None
        return observables.of_replay(seen, second.world, beyond, wanted(protocol))
    finally:
        for model in filter(None, (first, second)):
            model.release()


def _model(
    scenario: Scenario,
    parameters: Mapping[str, float],
    prior_draw: int,
    scale: float,
    seed: int,
    threads: int,
) -> UrbanisationModel:
    used = prior_parameters(prior_draw, scenario.base).with_values(parameters)
    return UrbanisationModel(world=build_world(scenario, scale, seed, threads=threads, parameters=used))


@cache
def base_night(forecast: str, scale: float) -> dict[str, float]:
    """What the synthetic population of census night 2020 has, and no table states in the model's terms.

    The share of couples apart, points; the natural logarithm of persons per family household.
    """
    scenario = load_scenario(forecast)
    used = prior_parameters(0, scenario.base)
    model = UrbanisationModel(world=build_world(scenario, scale, threads=1, parameters=used))
    try:
        assert model.world is not None
        night = observables.of_night(model.world)
        return {name: night[name][NIGHT] for name in OF_BASE}
    finally:
        model.release()


def wanted(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    """What the figures of each observable are of. Raises InputError where the protocol names one that is not known."""
    known = {
        name: tuple(figure.at for figure in items) for name, items in figures(protocol.last_year).items()
    }
    known |= {**dict.fromkeys(OF_BASE, (NIGHT,)), "seam": observables.SEAM}
    found, problems = {}, []
    for name in protocol.observables:
        if name in known:
            found[name] = known[name]
        else:
            near = nearest(name, known)
            problems.append(Problem("is not measured", key=f"observables.{name}", nearest=near))
    if problems:
        raise InputError(problems)
    return found


def prepared(scenario: str | Scenario, behaviour: Behaviour | None) -> Scenario:
    """A scenario with an account of behaviour. Raises InputError."""
    found = load_scenario(scenario) if isinstance(scenario, str) else scenario
    return found if behaviour is None else found.model_copy(update={"behaviour": behaviour})


def _problems(replay: Scenario, after: Scenario) -> list[Problem]:
    """What keeps a pair of scenarios from being replay and forecast."""
    found = []
    if replay.base != _START or month_number(replay.until) != BASE_MONTH[_END]:
        message = f"{replay.name} is no replay of the decade"
        found.append(Problem(message, key="scenario", allowed=f"base {_START}, until {NIGHT}"))
    if after.base != _END or month_number(after.until) < month_number(SEAM_UNTIL):
        message = f"{after.name} is no forecast of a year or more"
        found.append(Problem(message, key="forecast", allowed=f"base {_END}, until {SEAM_UNTIL} or later"))
    return found
