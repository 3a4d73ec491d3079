"""Services, registers, insurance and village rights in whole runs: more of them, more of what each moves first."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from urbsim.processes.migration.steps import town_terms
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World

SCALE, MONTHS = 0.002, 20
NO_PLAN = load_scenario("no_plan")
HALF, WHOLE, TWICE = 3_000_000, 6_000_000, 12_000_000  # persons


@cache
def run(key: str, total: float) -> tuple[World, UrbanisationModel]:
    """Twenty months with one dose, delivered in the first two months of 2021, at the end."""
    group, _, name = key.partition(".")
    dose = {"total": total, "from": "2021-01", "to": "2021-02"}
    levers = Levers.model_validate({group: {name: dose}}) if total else Levers()
    world = build_world(NO_PLAN.model_copy(update={"levers": levers}), scale=SCALE, threads=2)
    model = UrbanisationModel(world=world, strict=True)
    model.run_months(MONTHS)
    return world, model


def without() -> tuple[World, UrbanisationModel]:
    return run("settlement.one_window", 0)


def last(model: UrbanisationModel, indicator: str) -> float:
    value = model.observer.read(indicator, "450000", model.observer.months[-1])
    assert value is not None
    return value


def test_one_window_brings_more_permits_until_everybody_is_served():
    holders = [
        last(run("settlement.one_window", total)[1], "permit_holders")
        if total
        else last(without()[1], "permit_holders")
        for total in (0, HALF, WHOLE, TWICE)
    ]
    assert holders[0] < holders[1] < holders[2] <= holders[3]
    assert holders[3] - holders[2] < holders[2] - holders[0]


def test_joined_records_cover_more_of_the_people_in_towns():
    covered = [
        last(run("settlement.register_records", total)[1], "register_coverage") if total
        else last(without()[1], "register_coverage")
        for total in (0, HALF, WHOLE, TWICE)
    ]  # fmt: skip
    assert 0.7 < covered[0] < covered[1] < covered[2] < covered[3] <= 1.0


def test_communities_and_shares_move_the_wish_and_nothing_else_of_the_terms():
    plain = without()[0].registration.terms
    assert plain is not None and np.all(plain.wishing == 2**16)
    for key, side in (("settlement.community_residents", 0), ("settlement.village_shares", 1)):
        world, _ = run(key, WHOLE)
        found, p = world.registration.terms, world.parameters
        assert found is not None
        effect = p["belonging_wish" if side == 0 else "village_shares_wish"]
        assert np.any(found.wishing[side, :111] > 2**16) == (effect > 0)
        assert np.all(found.wishing[1 - side] == 2**16)
        assert np.array_equal(found.aware, plain.aware) and np.array_equal(found.permit, plain.permit)


def test_village_shares_change_what_a_village_is_worth():
    world, _ = run("settlement.village_shares", WHOLE)
    p, share = world.parameters, world.registration.share_of_villagers()
    assert 0.1 < share.mean() < 0.3 and town_terms(world).village_shares is not None
    fall = (without()[0].migration.utilities.village - world.migration.utilities.village)[0] / 2**16
    assert fall == pytest.approx(p["beta_land_rights"] * share, abs=1e-3)


def test_villagers_with_a_service_value_the_towns_of_their_prefecture_more():
    """And no others: the term is of pairs inside a prefecture, and no more than everybody told."""
    some, _ = run("employment.village_services", WHOLE)
    all_, _ = run("employment.village_services", 30_000_000)
    news, most = town_terms(some).news, town_terms(all_).news
    assert news is not None and most is not None
    prefecture = some.places.prefecture_index
    near = prefecture[:, None] == prefecture
    assert np.all(news[~near] == 0) and np.all(news[near] >= 0) and news.max() > 0
    assert news.sum() < most.sum() and most.max() < np.log1p(some.parameters["news_of_vacancies"])


def test_insurance_raises_expected_income_where_migrants_are_insured():
    world, _ = run("employment.insured_migrants", WHOLE)
    assert world.employment.insured.sum() == pytest.approx(WHOLE * SCALE, abs=1)
    with_it = town_terms(world).income
    world.employment.insured[:] = 0
    gain = with_it - town_terms(world).income
    assert np.all(gain >= 0) and gain.max() < world.parameters["benefit_of_insured"]
    assert gain.max() > 0.001


def test_more_posts_in_the_county_town_bring_people_home():
    """Returnee parks: the town of the home county is the better place, so more of those away come to live in it."""

    def of_home(world: World) -> int:
        stocks = world.ledger.stocks.persons
        return int(sum(stocks[2 * c, 2 * c + 1] for c in range(111)))

    world, _ = run("employment.returnee_parks", 400_000)
    assert of_home(world) > of_home(without()[0])


def test_villages_register_newcomers_until_nobody_asks():
    """P14: more places, more who are registered in villages, fewer in towns; at last places stay, and none is below zero."""
    used, registered = [], [last(without()[1], "registered_urban")]
    for total in (20_000, 80_000, 4_000_000, 8_000_000):
        world, model = run("settlement.village_registrations", total)
        left = world.registration.village_places
        assert left.min() >= 0
        used.append(total * SCALE - left.sum())
        registered.append(last(model, "registered_urban"))
    assert 0 < used[0] < used[1] < used[2]
    assert used[3] == used[2] < 0.1 * 4_000_000 * SCALE
    assert registered[0] > registered[1] > registered[2] > registered[3] == registered[4]
