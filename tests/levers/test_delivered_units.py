"""What was delivered, as indicators: worked by hand, and the same as in the records of a run (ODD equation G6)."""

from __future__ import annotations

import numpy as np
import pytest
from strict_runs import in_county

from urbsim.facts.gazetteer import PROVINCE
from urbsim.facts.indicators import COUNTS, INDICATORS, LATER, RATES, RATIOS
from urbsim.levers.delivered import (
    BROUGHT_BY,
    ON_LAND,
    SERVED_BY,
    homes_on_land,
    stocks_by_month,
    units_by_month,
)
from urbsim.levers.delivery import Delivery
from urbsim.levers.services import Levels
from urbsim.processes.services.equations import INDEX
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.runner import RunResult, RunSpec, run

HOMES = "housing.public_rental_units"


def test_units_by_hand():
    """Ten full units each: three in the second month, of both parts; two elsewhere in the third; whole ones as they are."""
    brought = [
        Delivery(HOMES, "committed", "x", 101, in_county(7, 1)),
        Delivery(HOMES, "additional", "x", 101, in_county(7, 2)),
        Delivery(HOMES, "additional", "x", 102, in_county(8, 2)),
        Delivery("renewal.old_community_households", "additional", "x", 102, in_county(8, 5), whole=True),
        Delivery("schooling.primary_places", "additional", "x", 102, in_county(8, 9)),
    ]
    found = units_by_month(brought, 10.0, range(100, 103), 111)
    homes = found["public_rental_delivered"]
    assert homes.sum() == 50 and (homes[1, 7], homes[2, 8]) == (30, 20)
    assert found["old_homes_renewed"][2, 8] == found["old_homes_renewed"].sum() == 5
    assert not found["shantytown_rebuilding_begun"].any()


def test_homes_on_released_land_by_hand():
    """Two sampled dwellings stand in the second month and three in the third, ten full ones each."""
    found = homes_on_land({101: in_county(7, 2), 102: in_county(7, 3)}, 10.0, range(100, 103), 111)
    assert found[:, 7].tolist() == [0, 20, 10] and found.sum() == 30


def test_stocks_by_hand():
    units = np.zeros((len(INDEX), 111))
    units[INDEX["primary-care beds: towns"], 3] = 4
    units[INDEX["primary-care beds: villages"], 3] = 5
    units[INDEX["childcare places: towns"], 2] = 6
    levels = Levels(tuple(INDEX), {100: (units, units), 101: (2 * units, units)})
    found = stocks_by_month(levels)
    assert found["primary_care_beds"][:, 3].tolist() == [9, 18]
    assert found["childcare_places"].sum(axis=1).tolist() == [6, 12]
    assert not found["nursing_beds"].any()


def test_they_are_of_levers_and_services_that_there_are_and_outside_the_fingerprint():
    assert set(BROUGHT_BY.values()) <= set(CATALOGUE)
    assert {service for services in SERVED_BY.values() for service in services} <= set(INDEX)
    assert {*BROUGHT_BY, *SERVED_BY, ON_LAND, "fiscal_cost_yuan"} == set(LATER)
    assert {*COUNTS, *LATER, *RATES, *RATIOS} == set(INDICATORS)
    assert len(COUNTS) + len(LATER) + len(RATES) + len(RATIOS) == len(INDICATORS)


@pytest.fixture(scope="module")
def result() -> RunResult:
    short = load_scenario("baseline").model_copy(update={"until": "2021-12"})
    return run(RunSpec(short, scale=0.002, threads=2))


def test_the_indicators_of_a_run_are_its_records(result: RunResult):
    seen = result.observer
    for name, lever in BROUGHT_BY.items():
        by_month = [seen.read(name, PROVINCE, month) or 0.0 for month in seen.months]
        record = sum(one.full_units(seen.weight).sum() for one in result.deliveries if one.lever == lever)
        assert sum(by_month) == pytest.approx(record) and by_month[0] == 0
    last = seen.months[-1]
    there = result.services.by_month[last][0]
    for name, services in SERVED_BY.items():
        expected = sum(there[INDEX[service]].sum() for service in services)
        assert seen.read(name, PROVINCE, last) == pytest.approx(expected)


def test_ratios_are_of_sums_at_every_level(result: RunResult):
    table = result.table.astype({"place": str, "indicator": str, "month": str})
    wide = table[table["month"] == "2021-12-31"].pivot(index="place", columns="indicator", values="value")
    for name in RATIOS:
        above, below = INDICATORS[name].of or ("", "")
        expected = 1000 * wide[above] / wide[below].where(wide[below] > 0)
        assert np.allclose(wide[name], expected.fillna(0))
        for place in (PROVINCE, "450100", "450102"):
            assert result.observer.read(name, place, result.observer.months[-1]) == pytest.approx(
                wide.loc[place, name]
            )


def test_a_run_that_is_not_over_has_none(result: RunResult):
    fresh = type(result.observer)(result.observer.places, 1.0, result.observer.months, result.observer.counts)
    assert fresh.read("public_rental_delivered", PROVINCE, fresh.months[-1]) is None
    assert fresh.read("primary_care_beds_per_thousand", PROVINCE, fresh.months[-1]) is None
    values = fresh.frame("x", 0, 1)
    assert np.isnan(values.loc[values["indicator"].isin(LATER), "value"].to_numpy()).all()
