"""What people meet of services, by hand (ODD V1, V2, V4), and where it enters the choice (M3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from urbsim.processes.schooling.equations import SchoolMarket, by_childcare
from urbsim.processes.services.equations import (
    INDEX,
    SERVICES,
    Services,
    border_gain,
    childcare_rise,
    per_thousand,
    rise,
    service_terms,
    worth_of_childcare,
)

P: Any = {
    "care_beds_base": 1.0,
    "nursing_beds_base": 2.0,
    "childcare_base": 2.0,
    "facilities_base": 0.1,
    "village_facilities_base": 0.5,
    "villages_served_base": 0.5,
    "village_teachers_base": 5.0,
    "pipes_base": 4.0,
    "beta_care_beds": 0.1,
    "beta_nursing_beds": 0.2,
    "beta_childcare": 2.0,
    "beta_childcare_place": 0.4,
    "beta_facilities": 0.3,
    "beta_village_infrastructure": 0.4,
    "beta_village_teachers": 0.5,
    "beta_pipes": 0.2,
    "access_same_county": 0.8,
    "beta_w": 1.5,
    "border_subsidy_yuan": 1500.0,
    "income_rural_at_base": 15000.0,
}
HERE = 40
RESIDENTS = np.tile([200_000.0, 100_000.0], (111, 1))  # villagers, townspeople


def services(**added: float) -> Services:
    """100 villages a county; of everybody below school age half are below three, who are 3% of a town."""
    found = Services(np.full(111, 100.0), small=0.5, under_three=0.03)
    for name, units in added.items():
        (key,) = [each for each in INDEX if each.replace(" ", "_").replace(":", "").replace("-", "_") == name]
        found.added[INDEX[key], HERE] = units
    return found


def terms(found: Services, open_to_newcomers: float = 0.5):
    return service_terms(P, found, RESIDENTS, np.full(111, open_to_newcomers))


def test_without_a_lever_services_stay_with_the_residents():
    """V1: twice the residents, twice the beds: nothing that anybody meets has changed."""
    none = services()
    assert none.none_added
    for residents in (RESIDENTS, 2 * RESIDENTS):
        assert not rise(P, none, residents).any()
        assert per_thousand(P, none, residents)[INDEX["primary-care beds: towns"], HERE] == pytest.approx(1.0)
    for array in vars(terms(none)).values():
        assert not array.any()


def test_what_comes_is_shared_by_the_residents():
    """V1: 100 beds for 100,000 and 1 for 1,000 there: twice as many, ln 2; with twice the residents ln 1.5."""
    more = services(primary_care_beds_towns=100.0)
    k = INDEX["primary-care beds: towns"]
    assert rise(P, more, RESIDENTS)[k, HERE] == pytest.approx(np.log(2))
    assert rise(P, more, 2 * RESIDENTS)[k, HERE] == pytest.approx(np.log(1.5))
    assert per_thousand(P, more, RESIDENTS)[k, HERE] == pytest.approx(2.0)
    found = terms(more)
    # 0.1 x ln 2; half of it is open to newcomers, 0.8 to people of the county.
    assert found.town[HERE] == pytest.approx(0.05 * np.log(2))
    assert found.own_city[HERE] == pytest.approx(0.03 * np.log(2))
    assert not found.village.any() and not found.town_old.any()
    assert not np.delete(found.town, HERE).any()


def test_pipes_are_met_by_everybody_in_the_town():
    """V1: 400 km for 100,000 and 4 for 1,000 there: twice as many; half of 0.2 ln 2 for newcomers, none in villages."""
    found = terms(services(pipes_towns=400.0))
    assert found.town[HERE] == pytest.approx(0.1 * np.log(2))
    assert not found.village.any() and not found.town_old.any()


def test_who_meets_what():
    """V1: nursing beds count from fifty on, teachers for parents, infrastructure for all villagers of the county."""
    found = terms(services(nursing_beds_towns=200.0, teachers_villages=1000.0))
    assert found.town_old[HERE] == pytest.approx(0.2 * np.log(2)) and not found.town.any()
    assert found.village_pupil[HERE] == pytest.approx(0.5 * np.log(2)) and not found.village.any()
    found = terms(services(villages_with_full_infrastructure=25.0, community_facilities_villages=100.0))
    assert found.village[HERE] == pytest.approx(0.4 * np.log(1.5) + 0.3 * np.log(2))


def test_nobody_lives_there():
    """No residents: nothing to share, and no number that is none."""
    residents = np.zeros_like(RESIDENTS)
    more = services(primary_care_beds_towns=100.0, childcare_places_towns=10.0)
    assert not rise(P, more, residents)[INDEX["primary-care beds: towns"]].any()
    assert not childcare_rise(P, more, residents[:, 1]).any()
    assert np.isfinite(per_thousand(P, more, residents)).all()


def test_places_in_childcare_are_for_small_children_and_run_out():
    """V2: 3,000 children below three and 200 places; 300 more are a tenth of them, 10,000 more all that lack one."""
    town = RESIDENTS[:, 1]
    assert childcare_rise(P, services(childcare_places_towns=300.0), town)[HERE] == pytest.approx(0.1)
    most = childcare_rise(P, services(childcare_places_towns=10_000.0), town)[HERE]
    assert most == pytest.approx(1 - 2 / 30)
    assert not any(array.any() for array in vars(terms(services(childcare_places_towns=300.0))).values())


def test_a_type_weighs_childcare_by_the_parents_in_it():
    """V2: a quarter of a type has a small child, one place more for each tenth: 0.4 x 0.25 x 0.1, and nothing elsewhere."""
    found = services(childcare_places_towns=300.0)
    found.with_small_child = np.zeros(24)
    found.with_small_child[5] = 0.25
    risen = childcare_rise(P, found, RESIDENTS[:, 1])
    worth = worth_of_childcare(P, found, risen)
    assert worth.shape == (24, 111) and worth[5, HERE] == pytest.approx(0.01)
    assert np.count_nonzero(worth) == 1
    assert found.childcare_added and not services(nursing_beds_towns=5.0).childcare_added


def test_children_come_along_where_there_is_childcare():
    """V2: at a share of a half, 2 x 0.1 in the log-odds; without new places the share itself."""
    schools: Any = SchoolMarket.__new__(SchoolMarket)
    schools.childcare = np.zeros(111)
    assert by_childcare(0.5, 2.0, schools) == 0.5
    schools.childcare[HERE] = 0.1
    found = np.asarray(by_childcare(0.5, 2.0, schools))
    assert found[HERE, 0] == pytest.approx(1 / (1 + np.exp(-0.2)))
    assert np.delete(found[:, 0], HERE) == pytest.approx(np.full(110, 0.5))


def test_the_border_subsidy_lifts_the_income_of_those_who_draw_it():
    """V4: 50,000 of 200,000 villagers draw a tenth of the income: 0.25 ln 1.1; no more than everybody draws it."""
    found = services()
    found.subsidised[HERE] = 50_000
    assert border_gain(P, found, RESIDENTS[:, 0])[HERE] == pytest.approx(0.25 * np.log(1.1))
    assert terms(found).village[HERE] == pytest.approx(1.5 * 0.25 * np.log(1.1))
    found.subsidised[HERE] = 900_000
    assert border_gain(P, found, RESIDENTS[:, 0])[HERE] == pytest.approx(np.log(1.1))


def test_every_service_has_a_name_of_its_own():
    assert len(INDEX) == len(SERVICES)
