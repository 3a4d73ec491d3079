"""What verdicts.json says of the price of one more: scenarios against the baseline, pair by pair."""

from __future__ import annotations

from typing import Any

import pytest

from urbsim.batch import members
from urbsim.batch.prices import prices
from urbsim.batch.table import price_lines
from urbsim.scenario.batches import load_batch


def plan(**content: Any) -> members.Plan:
    scenarios = ["baseline", "no_plan"]
    return members.plan_of(
        load_batch({"name": "b", "scenarios": scenarios, "baseline": "no_plan", **content})
    )


def summary(yuan: int, urban: float, jobs: float) -> dict[str, Any]:
    return {
        "fiscal_cost_yuan": {"all": yuan},
        "priced": {"urban_population": urban, "new_urban_jobs": jobs},
    }


def draws(yuan: int, urban: float, jobs: float) -> dict[tuple[int, int], dict[str, Any]]:
    """Twenty draws that differ alike in both scenarios."""
    return {(draw, 1): summary(yuan + draw, urban + draw, jobs + draw) for draw in range(1, 21)}


def test_each_scenario_is_priced_against_the_baseline():
    """1,000 yuan more for 10 more residents and 5 jobs fewer: 100 yuan each, and no job is gained."""
    runs = {"baseline": draws(3000, 510.0, 95.0), "no_plan": draws(2000, 500.0, 100.0)}
    residents, jobs = prices(plan(draws=20), runs)
    assert residents["scenario"] == "baseline" and residents["against"] == "no_plan"
    assert residents["gain"] == "urban_population" and residents["status"] == "interval"
    assert residents["yuan_each"] == pytest.approx(
        {"ratio_of_means": 100, "low": 100, "median": 100, "high": 100}
    )
    assert jobs["status"] == "no_gain" and jobs["gained"]["mean"] == -5
    lines = price_lines({"baseline": "no_plan", "prices": [residents, jobs]})
    assert (
        lines[1].endswith("baseline, urban resident 城镇常住人口: 100 yuan (100 to 100)") and len(lines) == 3
    )


def test_only_pairs_that_are_both_done_count():
    mine, other = draws(3000, 510.0, 95.0), draws(2000, 500.0, 100.0)
    del mine[1, 1], other[2, 1]
    residents, _ = prices(plan(draws=20), {"baseline": mine, "no_plan": other})
    assert (residents["pairs"], residents["draws"], residents["status"]) == (18, 18, "few_draws")


def test_a_swept_scenario_is_priced_against_the_baseline_swept_alike():
    asked = plan(draws=20, sweep={"conditions.growth_per_year": [0.01, 0.02]})
    names = [variation.scenario.name for variation in asked.variations]
    runs = {name: draws(1000 * k, 100.0 * k, 10.0 * k) for k, name in enumerate(names)}
    found = [entry for entry in prices(asked, runs) if entry["gain"] == "urban_population"]
    assert [entry["settings"] for entry in found] == [{"conditions.growth_per_year": v} for v in (0.01, 0.02)]
    apart = [names.index(f"no_plan@conditions.growth_per_year={v}") for v in (0.01, 0.02)]
    assert [entry["gained"]["mean"] for entry in found] == [
        100.0 * (names.index(entry["scenario"]) - k) for entry, k in zip(found, apart, strict=True)
    ]


def test_variants_of_behaviour_are_priced_together_too():
    asked = plan(draws=20, sweep={"behaviour.networks": ["none", "growing"]})
    runs = {variation.scenario.name: draws(0, 0.0, 0.0) for variation in asked.variations}
    with_plan = [name for name in runs if name.startswith("baseline")]
    for gained, name in zip((10.0, 20.0), with_plan, strict=True):
        runs[name] = draws(100, gained, 0.0)
    together = next(entry for entry in prices(asked, runs) if entry["variants"])
    assert together["variants"] == with_plan and together["pairs"] == 40
    assert (together["yuan_each"]["low"], together["yuan_each"]["high"]) == (5, 10)


def test_without_a_baseline_or_a_ledger_nothing_is_priced():
    runs = {"baseline": draws(3000, 510.0, 95.0), "no_plan": draws(2000, 500.0, 100.0)}
    assert prices(plan(draws=20, baseline=None), runs) == []
    assert price_lines({"baseline": None, "prices": []}) == []
    old = {name: {key: {} for key in mine} for name, mine in runs.items()}
    assert {entry["status"] for entry in prices(plan(draws=20), old)} == {"no_ledger"}
