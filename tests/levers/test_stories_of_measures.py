"""Each measure of the plan as a story: a dose moves first what the register says, and a larger dose moves it further.

Doses are twice and eight times those of the plan, so that a small sample tells them apart from its luck; every run
shares draw, seed and luck with the run without. What saturates, saturates at its stock: windows at the migrants, circles
at the hours aimed at, connected villages at those of a year.
"""

from __future__ import annotations

from functools import cache, partial

import pytest

from urbsim.calendar import month_number
from urbsim.facts.indicators import INDICATORS
from urbsim.levers.fulfilment import each_changed
from urbsim.scenario.choice import kept
from urbsim.scenario.measures import Measure, measures
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.seek.multiples import at_multiple
from urbsim.simulation.runner import RunResult, RunSpec, run
from urbsim.state.geography import PROVINCE

PLAN = load_scenario("baseline")
SUPPORT = "S1"  # carries out all others, and has no dose of its own


def simulated(levers: Levers) -> RunResult:
    """The world without the plan, with these levers."""
    scenario = load_scenario("no_plan").model_copy(update={"levers": levers, "targets": ()})
    return run(RunSpec(scenario, scale=0.002, seed=1, threads=2))


def figure(result: RunResult, name: str) -> float:
    """The province's stock at the end, or flow since 2021."""
    months = [month for month in result.observer.months if month >= month_number("2021-01")]
    wanted = months if INDICATORS[name].kind == "flow" else months[-1:]
    return sum(float(result.observer.read(name, PROVINCE, month) or 0.0) for month in wanted)


@cache
def without() -> RunResult:
    return simulated(Levers())


def moved(measure: Measure, multiple: float) -> float:
    """What the measure adds to the indicator that it moves first, at a multiple of its doses."""
    doses = each_changed(kept(PLAN.levers, {measure.id}), partial(at_multiple, multiple=multiple))
    name = measure.moves_first[0]
    return figure(simulated(doses), name) - figure(without(), name)


@pytest.mark.parametrize(
    "measure", [row for row in measures().values() if row.id != SUPPORT], ids=lambda row: row.id
)
def test_a_dose_moves_first_what_the_register_says_and_a_larger_one_moves_it_further(measure: Measure):
    some, much = moved(measure, 2), moved(measure, 8)
    assert some, f"{measure.id} does not move {measure.moves_first[0]}"
    if measure.sign != "open":
        assert (some > 0) == (measure.sign == "+")
    assert much / some > 1, (
        f"{measure.moves_first[0]}: {some:+,.5g} at twice the dose, {much:+,.5g} at eight times"
    )


def test_half_of_the_rate_is_half_of_what_the_plan_costs():
    """S1 moves first what is spent, down: half of every dose costs half, up to the office, which stays."""
    halved = load_scenario({"name": "x", "extends": "half_delivery", "targets": []})
    whole, half = (run(RunSpec(one, scale=0.002, seed=1, threads=2)) for one in (PLAN, halved))
    spent = [one.summary["fiscal_cost_yuan"]["additional"] for one in (whole, half)]
    assert spent[1] == pytest.approx(spent[0] / 2, rel=0.02)


def test_nothing_of_every_lever_is_no_plan_to_the_byte():
    """Nought of every unit, circle and route of the plan; the office has no size of nought and is left out."""
    nothing = each_changed(PLAN.levers, partial(at_multiple, multiple=0.0))
    settlement = nothing.settlement.model_copy(update={"office": None})
    result = simulated(nothing.model_copy(update={"settlement": settlement}))
    assert result.summary["fingerprint"] == without().summary["fingerprint"]
    assert result.summary["fiscal_cost_yuan"]["additional"] == 0
