"""The fiscal ledger: worked by hand, balanced to the yuan, and without a price for no lever unless it says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from strict_runs import in_county

from urbsim.calendar import month_number
from urbsim.facts.parameters import load_parameters
from urbsim.levers import spending as ledger
from urbsim.levers.delivery import Delivery, Part
from urbsim.levers.kept_up import AIR_ROUTES, OFFICE, KeptUp
from urbsim.levers.spending import Spending, by_month, spending, totals
from urbsim.results.spending import arrow
from urbsim.scenario.catalogue import CATALOGUE, DOSES
from urbsim.scenario.lever import Cost, NotPriced
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.simulation.runner import RunResult, RunSpec, run
from urbsim.state.geography import load_places

SCALE = 0.002
FIRST = month_number("2020-11")
NO_LEVERS: dict[Part, Levers] = {"committed": Levers(), "additional": Levers()}


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_lever_has_a_price_or_says_why_not(key: str):
    """A new lever: see the head of calibration/parameters/costs.yaml."""
    cost, known = CATALOGUE[key].cost, load_parameters(0).info
    assert cost is not None, f"{key} has neither cost=Cost(...) nor cost=NotPriced(en=..., zh=...)"
    if isinstance(cost, NotPriced):
        assert cost.en and cost.zh and (cost.guide is None or known[cost.guide].process == "costs")
        return
    kind = CATALOGUE[key].kind
    assert kind in ("dose", "office", "airroutes"), "only what is delivered or kept up is priced"
    assert kind == "dose" or (cost.running and not cost.capital and not cost.once), (
        "kept up, and not delivered"
    )
    assert any(cost)
    for kind, name in cost._asdict().items():
        if name is not None:
            spec = known[name]
            assert spec.process == "costs", f"{name} stands outside costs.yaml"
            assert spec.unit.startswith("yuan per ") and spec.unit.endswith("and year") == (kind == "running")
            assert spec.prior is not None and spec.prior.low >= 0, f"{name} has no range"


def test_every_price_is_of_a_lever():
    used = {name for lever in CATALOGUE.values() if isinstance(lever.cost, Cost) for name in lever.cost}
    used |= {lever.cost.guide for lever in CATALOGUE.values() if isinstance(lever.cost, NotPriced)}
    assert {name for name, spec in load_parameters(0).info.items() if spec.process == "costs"} <= used


def test_the_ledger_by_hand():
    """Three places in the second month and one in the fourth, ten full units each; 4,300 yuan once, 125 a year."""
    brought = [
        Delivery("schooling.primary_places", "additional", "x", 101, in_county(7, 3)),
        Delivery("schooling.primary_places", "additional", "x", 103, in_county(7, 1)),
        Delivery("employment.construction_posts", "additional", "x", 101, in_county(7, 9)),
    ]
    prices = {"primary_places_capital": 4300.0, "primary_places_running": 125.0}
    entries = spending(brought, NO_LEVERS, prices, 10.0, range(100, 105))
    assert [(one.lever, one.part, one.kind) for one in entries] == [
        ("schooling.primary_places", "additional", "capital"),
        ("schooling.primary_places", "additional", "running"),
    ]
    assert entries[0].yuan[:, 7].tolist() == [0, 129_000, 0, 43_000, 0]
    # 30 places at 125/12 are 312.5, rounded up; 40 are 416.67.
    assert entries[1].yuan[:, 7].tolist() == [0, 313, 313, 417, 417]
    assert all(one.yuan.sum() == one.yuan[:, 7].sum() for one in entries)
    assert totals(entries) == {
        "all": 173_460, "capital": 172_000, "running": 1_460, "committed": 0, "additional": 173_460,
    }  # fmt: skip


def test_offices_and_air_routes_cost_as_long_as_they_are_kept_up():
    """240 migrants more know for one month and 480 for the next, 30 yuan a year; a route and a half, 1,200 a year."""
    told, flown = np.zeros((3, 111)), np.zeros((3, 111))
    told[1:, 7], flown[:, 4] = [240, 480], [0, 1, 1.5]
    kept = [KeptUp(OFFICE, "additional", told), KeptUp(AIR_ROUTES, "committed", flown)]
    prices = {"office_running": 30.0, "air_routes_running": 1200.0}
    office, routes = spending([], NO_LEVERS, prices, 100.0, range(100, 103), kept)
    assert (office.lever, office.part, office.kind) == (OFFICE, "additional", "running")
    assert office.yuan[:, 7].tolist() == [0, 600, 1200] and office.yuan.sum() == 1800
    assert (routes.part, routes.yuan[:, 4].tolist()) == ("committed", [0, 100, 150])


def test_in_a_run_they_cost_what_was_kept_up(plan: RunResult):
    parameters, last = plan.parameters, month_number("2023-12")
    (office,), (routes,) = ([e for e in plan.spending if e.lever == key] for key in (OFFICE, AIR_ROUTES))
    dose = plan.scenario.levers.transport.air_routes
    assert dose is not None
    due = sum(dose.due(month) for month in range(FIRST, last + 1))
    assert routes.yuan.sum() == pytest.approx(due * parameters["air_routes_running"] / 12, abs=111 * 38)
    assert office.part == "additional" and not office.yuan[:12].any() and office.yuan[12:].sum(axis=1).all()
    per_month = office.yuan[-1].sum() / (parameters["office_running"] / 12)
    more = 0.85 - parameters["awareness_before"]
    assert 5e6 * more < per_month < 14e6 * more  # migrants in towns: some nine million


def test_running_cost_ends_with_units_that_end(monkeypatch: pytest.MonkeyPatch):
    """Of a lever whose units leave after its dose, here in the third month of the run."""
    key = "employment.construction_posts"
    priced = replace(CATALOGUE[key], cost=Cost(once="a", running="b"))
    monkeypatch.setitem(ledger.CATALOGUE, key, priced)
    levers = Levers.model_validate(
        {"employment": {"construction_posts": {"total": 5, "from": "2020-11", "to": "2021-01"}}}
    )
    brought = [Delivery(key, "committed", "x", FIRST + 1, in_county(0, 5))]
    months = range(FIRST, FIRST + 6)
    (entry,) = spending(
        brought, {"committed": levers, "additional": Levers()}, {"a": 7.0, "b": 24.0}, 1.0, months
    )
    assert (entry.kind, entry.yuan[:, 0].tolist()) == ("running", [0, 35 + 10, 10, 0, 0, 0])


@pytest.fixture(scope="module")
def plan() -> RunResult:
    return run(RunSpec(load_scenario("baseline"), scale=SCALE, seed=1, threads=2))


def test_the_ledger_balances_to_the_yuan(plan: RunResult):
    entries = plan.spending
    by_lever = {(one.lever, one.part, one.kind): int(one.yuan.sum()) for one in entries}
    assert len(by_lever) == len(entries) and all(one.yuan.dtype == np.int64 for one in entries)
    monthly = by_month(entries, 38, 111)
    whole = plan.summary["fiscal_cost_yuan"]
    assert whole["all"] == sum(by_lever.values()) == int(monthly.sum())
    assert whole["capital"] + whole["running"] == whole["committed"] + whole["additional"] == whole["all"] > 0
    rows = arrow(entries, load_places(12.0, 0.5, 1.0), FIRST).to_pydict()
    assert sum(rows["yuan"]) == whole["all"] and min(rows["yuan"]) > 0


def test_the_ledger_balances_with_every_lever_on():
    """Ten thousand units of each dose, an office, routes and circles, late, in part, with little land and money."""
    groups: dict[str, dict[str, Any]] = {}
    for lever in DOSES:
        group, _, name = lever.key.partition(".")
        groups.setdefault(group, {})[name] = {"total": 10_000}
    groups["settlement"] |= {"office": {"awareness": 0.9, "processing_months": 6}}
    groups["transport"] = {"air_routes": {"total": 20}, "circles": {"nanning_metropolitan": {"share": 1}}}
    groups["delivery"] = {
        "rate": {"share": 0.9, "delay_months": 1},
        "land_quota": {"hectares_per_year": 1_000},
        "envelope": {"yuan_per_year": 50e9},
    }
    result = run(
        RunSpec(load_scenario({"name": "x", "extends": "no_plan", "levers": groups}), scale=SCALE, threads=2)
    )
    spent = {one.lever for one in result.spending if one.part == "additional" and one.yuan.any()}
    priced = {key for key, lever in CATALOGUE.items() if isinstance(lever.cost, Cost)}
    assert spent == priced
    whole = result.summary["fiscal_cost_yuan"]
    assert whole["all"] == sum(int(one.yuan.sum()) for one in result.spending)
    assert whole["all"] == whole["capital"] + whole["running"] == whole["committed"] + whole["additional"]
    months = result.observer.months
    for places in (["450000"], result.observer.places.code):
        read = sum(
            float(result.observer.read("fiscal_cost_yuan", c, m) or 0.0) for c in places for m in months
        )
        assert read == whole["all"]


def test_the_indicator_is_the_sum_of_the_ledger_and_the_fingerprint_knows_no_money(plan: RunResult):
    months = plan.observer.months
    read = [plan.observer.read("fiscal_cost_yuan", "450000", month) for month in months]
    assert read[0] == 0 and sum(map(float, read[1:])) == plan.summary["fiscal_cost_yuan"]["all"]  # type: ignore[arg-type]
    frame = plan.table
    frame = frame.loc[frame["indicator"] == "fiscal_cost_yuan"]
    of = frame["place"].astype(str)
    whole = plan.summary["fiscal_cost_yuan"]["all"]
    assert frame.loc[of == "450000", "value"].sum() == whole
    assert frame.loc[of.str.endswith("00") & (of != "450000"), "value"].sum() == whole
    assert not any(b"fiscal" in lines for lines in plan.observer.fingerprint_lines())


def test_prices_touch_nobody(monkeypatch: pytest.MonkeyPatch, plan: RunResult):
    monkeypatch.setattr(
        ledger, "whole_yuan", lambda units, price: np.floor(units * price * 10).astype(np.int64)
    )
    dear = run(RunSpec(load_scenario("baseline"), scale=SCALE, seed=1, threads=2))
    assert dear.summary["fiscal_cost_yuan"]["all"] > 9 * plan.summary["fiscal_cost_yuan"]["all"]
    assert dear.summary["fingerprint"] == plan.summary["fingerprint"]


def test_what_is_committed_costs_the_same_without_the_plan(plan: RunResult):
    none = run(RunSpec(load_scenario("no_plan"), scale=SCALE, seed=1, threads=2))
    of_none, of_plan = none.summary["fiscal_cost_yuan"], plan.summary["fiscal_cost_yuan"]
    assert of_none["additional"] == 0 and of_none["all"] == of_none["committed"]
    # As many units, though some go to other counties: less than a yuan for each cell that is rounded.
    cells = sum(np.count_nonzero(one.yuan) for one in (*none.spending, *plan.spending))
    assert abs(of_none["committed"] - of_plan["committed"]) < cells


def test_a_ledger_without_entries_has_the_same_columns():
    places = load_places(12.0, 0.5, 1.0)
    empty, full = (
        arrow(entries, places, FIRST)
        for entries in ((), (Spending("a", "committed", "capital", np.ones((2, 111), np.int64)),))
    )
    assert empty.schema == full.schema and empty.num_rows == 0
