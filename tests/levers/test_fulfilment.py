"""S1: a rate, a land quota and an envelope cut what a scenario adds, before it joins a stock; else nothing changes."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from urbsim.calendar import month_number
from urbsim.errors import InputError
from urbsim.facts.parameters import load_parameters
from urbsim.levers.fulfilment import (
    CutDose,
    Taking,
    carried_out,
    cut_by,
    doses_on_land,
    fulfilment,
    priced_doses,
)
from urbsim.results.run_folder import write_run
from urbsim.scenario.catalogue import DOSES, setting
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Allowance, Dose, Envelope, LandQuota, Levers, Scenario
from urbsim.simulation.runner import RunResult, RunSpec, run

SCALE, LAST = 0.002, month_number("2023-12")
PLAN = load_scenario("baseline")
PRICES = load_parameters(0)


def dose(total: float, first: str, last: str) -> Dose:
    return Dose.model_validate({"total": total, "from": first, "to": last})


def money(**given: Any) -> Allowance:
    return Envelope.model_validate(given).allowance


def under(**delivery: Any) -> Scenario:
    content = {"name": "x", "extends": "baseline", "targets": [], "levers": {"delivery": delivery}}
    return load_scenario(content)


def simulated(scenario: Scenario, draw: int = 0) -> RunResult:
    return run(RunSpec(scenario, scale=SCALE, seed=1, draw=draw, threads=2))


# --- by hand


def test_all_are_cut_alike_by_the_money_of_the_month():
    """12 units a year for 10 yuan and 24 for 5, 20 yuan due a month; 10 come in: half of each."""
    doses = {
        "a": Taking(dose(12, "2022-01", "2022-12"), 10.0, 0.0, False),
        "b": Taking(dose(24, "2022-01", "2022-12"), 5.0, 0.0, False),
    }
    cuts = cut_by(money(yuan_per_year=120), doses, month_number("2022-12"))
    assert cuts["a"] == pytest.approx(np.full(12, 0.5)) and cuts["b"] == pytest.approx(np.full(12, 1.0))


def test_some_levers_may_be_served_first():
    doses = {
        "a": Taking(dose(12, "2022-01", "2022-12"), 10.0, 0.0, False),
        "b": Taking(dose(24, "2022-01", "2022-12"), 5.0, 0.0, False),
    }
    cuts = cut_by(money(yuan_per_year=180, first=("b",)), doses, month_number("2022-12"))
    # 15 a month: 10 for b, 5 left for a.
    assert not cuts["b"].any() and cuts["a"] == pytest.approx(np.full(12, 0.5))


def test_what_stands_is_kept_up_before_anything_new_comes():
    """One unit a month, 4 yuan at once and 1 a month; 6 yuan a month in all, unspent money stays."""
    doses = {"a": Taking(dose(4, "2022-01", "2022-04"), 4.0, 1.0, False)}
    cuts = cut_by(money(yuan_in_all=24), doses, month_number("2022-04"))
    # Month 1: 6, spent 5, left 1. Month 2: 7 less 1 is 6, spent 5, left 1. Month 3: 7 less 2 is 5, all spent.
    # Month 4: 6 less 3 is 3 of 5.
    assert cuts["a"] == pytest.approx([0, 0, 0, 0.4])


def test_money_of_a_year_lapses_and_money_in_all_stays():
    doses = {"a": Taking(dose(1, "2022-12", "2022-12"), 12.0, 0.0, False)}
    later = {"b": Taking(dose(1, "2023-01", "2023-01"), 12.0, 0.0, False)}
    early = Taking(dose(0, "2022-01", "2022-12"), 1.0, 0.0, False)
    last = month_number("2023-12")
    assert cut_by(money(yuan_per_year=12), {"x": early} | doses, last)["a"].sum() == 0
    assert cut_by(money(yuan_per_year=12), {"x": early} | later, last)["b"].sum() == pytest.approx(11 / 12)
    assert cut_by(money(yuan_in_all=24), {"x": early} | later, last)["b"].sum() == 0


def test_units_that_end_cost_nothing_afterwards_and_units_without_a_price_are_not_cut():
    doses = {
        "a": Taking(dose(2, "2022-01", "2022-02"), 0.0, 10.0, True),
        "b": Taking(dose(1, "2022-03", "2022-03"), 10.0, 0.0, False),
        "c": Taking(dose(5, "2022-03", "2022-03"), 0.0, 0.0, False),
    }
    cuts = cut_by(money(yuan_in_all=40), doses, month_number("2022-03"))
    # 13.3 a month. Month 1: 10 of 10. Month 2: 16.7 less 10 leave 6.7 for 10. Month 3: 13.3 for 10.
    assert cuts["a"] == pytest.approx([0, 1 / 3, 0]) and not cuts["b"].any() and not cuts["c"].any()


def test_a_land_quota_cuts_by_hectares_and_money_pays_for_what_has_land():
    """24 places on 2 hectares each and 12 posts on 4: 8 hectares due a month of 12, and 6 are there."""
    quota = LandQuota.model_validate({"hectares_per_year": 72}).allowance
    doses = {
        "a": Taking(dose(24, "2022-01", "2022-12"), 2.0, 0.0, False),
        "b": Taking(dose(12, "2022-01", "2022-12"), 4.0, 0.0, False),
    }
    cuts = cut_by(quota, doses, month_number("2022-12"))
    assert cuts["a"] == pytest.approx(np.full(12, 0.5)) and cuts["b"] == pytest.approx(np.full(12, 0.25))
    given = Levers.model_validate(
        {
            "delivery": {
                "land_quota": {"hectares_in_all": 12},
                "envelope": {"yuan_in_all": 1200},
            },
            "schooling": {"primary_places": {"total": 24, "from": "2023-01"}},
            "employment": {"training": {"total": 12, "from": "2023-01"}},
        }
    )
    numbers = {
        "land_per_school_place": 1.0, "primary_places_capital": 100.0, "primary_places_running": 0.0,
        "training_once": 100.0,
    }  # fmt: skip
    out = carried_out(given, numbers, LAST)
    # Land for one place a month of two; 100 yuan a month for one place and one course: half of each.
    for group, name, units in (("schooling", "primary_places", 6), ("employment", "training", 6)):
        assert getattr(getattr(out, group), name).due(LAST) == pytest.approx(units)
    places, courses = fulfilment(given, out, range(LAST - 11, LAST + 1))
    assert [
        float(part.sum()) for part in (places.planned, places.due, places.on_land, places.delivered)
    ] == pytest.approx([24, 24, 12, 6])
    assert [
        float(part.sum()) for part in (courses.planned, courses.due, courses.on_land, courses.delivered)
    ] == pytest.approx([12, 12, 12, 6])


def test_collective_land_is_used_after_the_quota_and_does_not_lapse():
    """F8: 12 hectares a year and 24 beside them from 2022 on, of which a quarter is for homes; two places a month."""
    given = Levers.model_validate(
        {
            "delivery": {"land_quota": {"hectares_per_year": 12}},
            "schooling": {"primary_places": {"total": 48, "from": "2022-01"}},
            "land": {"collective_land": {"total": 24, "from": "2022-01", "to": "2022-12"}},
        }
    )
    numbers = {"land_per_school_place": 1.0, "collective_land_for_homes": 0.25}
    out = carried_out(given, numbers, LAST)
    places = setting(out, "schooling.primary_places")
    # 1.5 a month come beside the quota of 1 in 2022: one of them is used, and half of one is kept for 2023.
    assert places.due(month_number("2022-12")) == pytest.approx(24)
    assert places.due(month_number("2023-06")) == pytest.approx(36)
    assert places.due(LAST) == pytest.approx(24 + 12 + 6)
    assert setting(out, "land.collective_land") is given.land.collective_land


def test_land_of_named_years_comes_in_them_alone():
    """12 hectares in 2022 and 24 in 2024; a place takes one, two are due a month."""
    quota = LandQuota.model_validate({"hectares_by_year": {2022: 12, "2024": 24}}).allowance
    doses = {"a": Taking(dose(72, "2022-01", "2024-12"), 1.0, 0.0, False)}
    cuts = cut_by(quota, doses, month_number("2024-12"))["a"]
    assert cuts.reshape(3, 12) == pytest.approx(np.array([[1.0], [2.0], [0.0]]).repeat(12, axis=1))


def test_a_rate_takes_a_share_and_comes_later():
    given = Levers.model_validate(
        {
            "delivery": {"rate": {"share": 0.5, "delay_months": 12}},
            "housing": {"public_rental_units": {"total": 100, "from": "2021-11", "to": "2022-04", "places": {"450100": 100}}},
            "settlement": {"office": {"awareness": 0.8, "processing_months": 3, "from": "2021-11"}},
            "transport": {"openings": {"nanning_yulin": "2023-01"}},
        }
    )  # fmt: skip
    out = carried_out(given, PRICES, LAST)
    half = out.housing.public_rental_units
    assert half is not None and (half.total, half.from_, half.to, half.places) == (
        50,
        "2022-11",
        "2023-04",
        {"450100": 50},
    )
    assert out.settlement.office is not None and out.settlement.office.from_ == "2022-11"
    assert out.transport == given.transport


def test_nothing_changes_without_them_nor_with_all_and_enough():
    assert carried_out(PLAN.levers, PRICES, LAST) is PLAN.levers
    assert fulfilment(PLAN.levers, PLAN.levers, range(LAST - 5, LAST + 1)) == ()
    for enough in (under(rate={"share": 1}), under(envelope={"yuan_in_all": 1e12})):
        levers = carried_out(enough.levers, PRICES, LAST)
        assert all(setting(levers, lever.key) == setting(PLAN.levers, lever.key) for lever in DOSES)


# --- in runs


@pytest.fixture(scope="module")
def whole() -> RunResult:
    return simulated(PLAN)


def test_half_of_what_is_added_comes(whole: RunResult):
    half = simulated(under(rate={"share": 0.5}))
    for key in ("schooling.primary_places", "housing.guaranteed_rental_units", "employment.training"):
        found = [
            sum(
                int(one.units.sum())
                for one in result.deliveries
                if (one.lever, one.part) == (key, "additional")
            )
            for result in (whole, half)
        ]
        assert found[1] == pytest.approx(found[0] / 2, abs=2)
    committed, of_whole = half.summary["fiscal_cost_yuan"], whole.summary["fiscal_cost_yuan"]
    assert committed["additional"] == pytest.approx(of_whole["additional"] / 2, rel=0.01)
    assert committed["committed"] == pytest.approx(of_whole["committed"], rel=1e-6)
    assert half.summary["not_delivered"]["housing.public_rental_units"] == pytest.approx(7500)
    assert any("additional doses were carried out in part" in note for note in half.notes)


def test_a_rate_of_nothing_is_no_plan_to_the_byte():
    """The office of the plan is no dose, and is left out here."""
    content = {
        "name": "x",
        "extends": "baseline",
        "targets": [],
        "levers": {"delivery": {"rate": {"share": 0}}},
    }
    none = load_scenario(content)
    settlement = none.levers.settlement.model_copy(update={"office": None})
    rest = {"settlement": settlement, "transport": type(none.levers.transport)()}
    none = none.model_copy(update={"levers": none.levers.model_copy(update=rest)})
    plain = load_scenario("no_plan")
    assert simulated(none).summary["fingerprint"] == simulated(plain).summary["fingerprint"]


def test_an_envelope_is_kept_to(whole: RunResult, tmp_path: Path):
    most = 3e9
    result = simulated(under(envelope={"yuan_in_all": most, "first": ["housing.public_rental_units"]}))
    spent = result.summary["fiscal_cost_yuan"]["additional"]
    wanted = whole.summary["fiscal_cost_yuan"]["additional"]
    # Half a sampled unit may come too much of every dose.
    slack = sum(0.5 / SCALE * one.at_once for one in priced_doses(PLAN.levers, PRICES).values())
    assert wanted > 2 * most and 0.9 * most < spent < most + slack
    missing = result.summary["not_delivered"]
    assert missing["housing.public_rental_units"] == 0 < missing["schooling.primary_places"]
    write_run(result, tmp_path)
    assert result.folder is not None
    rows = pq.read_table(result.folder / "fulfilment.parquet").to_pydict()
    assert sum(rows["planned"]) - sum(rows["delivered"]) == pytest.approx(sum(missing.values()))
    for planned, due, delivered in zip(rows["planned"], rows["due"], rows["delivered"], strict=True):
        assert delivered <= due + 1e-9 and due == pytest.approx(planned)


def test_a_land_quota_is_kept_to_and_people_and_papers_need_none(tmp_path: Path):
    """A tenth of the land that the plan takes: school places are short of it, courses and subsidies are not."""
    takes = {key: one.dose.total * one.at_once for key, one in doses_on_land(PLAN.levers, PRICES).items()}
    most = sum(takes.values()) / 10
    result = simulated(under(land_quota={"hectares_in_all": most, "first": ["housing.public_rental_units"]}))
    came = {one.lever: float(one.delivered.sum()) for one in result.fulfilment}
    on = doses_on_land(PLAN.levers, PRICES)
    beside = 600 * (1 - PRICES["collective_land_for_homes"])  # hectares that villages bring to market
    assert sum(came[key] * one.at_once for key, one in on.items()) == pytest.approx(most + beside)
    missing = result.summary["not_delivered"]
    assert missing["housing.public_rental_units"] == 0 < missing["schooling.primary_places"]
    assert missing["employment.training"] == missing["employment.construction_posts"] == 0
    assert any(f"{len(on) - 1} for want of land" in note for note in result.notes)
    write_run(result, tmp_path)
    assert result.folder is not None
    rows = pq.read_table(result.folder / "fulfilment.parquet").to_pydict()
    assert sum(rows["due"]) - sum(rows["on_land"]) == pytest.approx(sum(missing.values()))
    assert rows["on_land"] == pytest.approx(rows["delivered"])


def test_cut_doses_can_be_sent_to_another_process():
    levers = carried_out(under(envelope={"yuan_in_all": 1e9}).levers, PRICES, LAST)
    cut = levers.schooling.primary_places
    again = pickle.loads(pickle.dumps(cut))
    assert isinstance(cut, CutDose) and again.due(LAST) == cut.due(LAST) < cut.total


# --- what is refused


@pytest.mark.parametrize(
    ("levers", "complaint"),
    [
        ({"delivery": {"envelope": {}}}, "needs one of `yuan_per_year` and `yuan_in_all`"),
        ({"delivery": {"envelope": {"yuan_per_year": 1, "yuan_in_all": 1}}}, "needs one of"),
        (
            {"delivery": {"envelope": {"yuan_in_all": 1, "first": ["housing.public_rental_unit"]}}},
            "no lever with a price is named 'housing.public_rental_unit'",
        ),
        ({"delivery": {"rate": {"share": 1.5}}}, "share"),
        (
            {"delivery": {"land_quota": {}}},
            "needs one of `hectares_per_year`, `hectares_by_year` and `hectares_in_all`",
        ),
        (
            {"delivery": {"land_quota": {"hectares_in_all": 1, "first": ["employment.training"]}}},
            "no lever that takes land is named 'employment.training'",
        ),
    ],
)
def test_bad_delivery_is_refused(levers: dict[str, Any], complaint: str):
    with pytest.raises(InputError, match=complaint):
        load_scenario({"name": "x", "extends": "baseline", "targets": [], "levers": levers})


def test_delivery_without_doses_is_refused_and_committed_delivery_too():
    rate = {"delivery": {"rate": {"share": 0.5}}}
    with pytest.raises(InputError, match="has no effect: the scenario adds no units"):
        load_scenario({"name": "x", "extends": "no_plan", "targets": [], "levers": rate})
    no_land = {"employment": {"training": {"total": 9}}, "delivery": {"land_quota": {"hectares_in_all": 1}}}
    with pytest.raises(InputError, match="nothing that the scenario adds takes land"):
        load_scenario({"name": "x", "extends": "no_plan", "targets": [], "levers": no_land})
    idle = {"land_quota": {"hectares_by_year": {"2022": 500, "2031": 500}}}
    with pytest.raises(InputError, match=r"2031.*has no effect: the year lies outside the run"):
        under(**idle)
    with pytest.raises(InputError, match="`delivery` is of `levers`"):
        load_scenario({"name": "x", "targets": [], "committed": rate})


def test_units_that_come_after_the_run_are_noted():
    late = under(rate={"delay_months": 12})
    assert any("come after the run" in str(note) for note in late.notes)
