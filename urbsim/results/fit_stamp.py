"""Whether a run goes by the fit: its stamp in run.yaml, and why it is off the fit where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from urbsim.scenario.schema import Scenario
from urbsim.scenario.schema.behaviour import Behaviour

if TYPE_CHECKING:
    from urbsim.facts.parameters import Parameters

PRIORS, FITTED, OFF_THE_FIT = "priors", "fitted", "off the fit"
REASONS = {
    "parameter": "parameter {name} has other numbers than when the fit was made",
    "condition": "conditions.{name} takes the place of a fitted number",
    "behaviour": "behaviour.{name} is {value}, which is not that of the draw",
}
"""What puts a run off the fit, as run.yaml says it; `urbsim.report.standing` says the same in Chinese."""
_OF_CONDITIONS = ("growth_per_year", "outside_wage_per_year")  # parameters that a scenario can set


def fit_stamp(scenario: Scenario, parameters: Parameters) -> dict[str, Any]:
    """status: `priors` where nothing was fitted, `fitted`, or `off the fit`; protocol, variant and why beside it."""
    fit = parameters.fit
    if fit is None:
        return {"status": PRIORS}
    why = [*_by_hand(parameters), *_by_scenario(scenario, parameters)]
    return {
        "status": OFF_THE_FIT if why else FITTED,
        "protocol": dict(fit.protocol),
        "variant": fit.variant,
        "prior_draw": fit.prior_draw,
        "why": why,
    }


def _by_hand(parameters: Parameters) -> Iterator[str]:
    assert parameters.fit is not None
    for name in parameters.fit.changed:
        yield REASONS["parameter"].format(name=name)


def _by_scenario(scenario: Scenario, parameters: Parameters) -> Iterator[str]:
    for name in _OF_CONDITIONS:
        if parameters.info[name].learnt is not None and getattr(scenario.conditions, name) is not None:
            yield REASONS["condition"].format(name=name)
    first, taken = Behaviour(), scenario.behaviour.by_default(parameters.variant)
    for name in Behaviour.model_fields:
        if getattr(taken, name) != parameters.variant.get(name, getattr(first, name)):
            yield REASONS["behaviour"].format(name=name, value=getattr(taken, name))
