"""Services and rights by hand: one window, joined records, communities, village shares, what a permit opens (P8-P12)."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from test_permits_and_settlement import MIGRANT, PLACES, P, receive
from worlds import ALWAYS, CITY_OF_PART, COUNTY, DELTA, FAR_COUNTY, FAR_TOWN, NEVER, VILLAGE

from urbsim.calendar import month_number
from urbsim.processes.implementation import Implementation
from urbsim.processes.registration.coverage import (
    aware_with_records,
    covered,
    unmoved_wishes,
    waiting_hazard,
    wishes,
)
from urbsim.processes.registration.equations import (
    PermitTerms,
    Registration,
    access_gain,
    opened_since,
    permit_terms,
)
from urbsim.scenario.schema import Office, Rule
from urbsim.state.holdings import PERMIT

NOW = month_number("2022-01")
HALF = 2**31


def office() -> Registration:
    """A town (3) with 1,000 people, of whom 400 are migrants, and 200 villagers registered in its county."""
    state = Registration(CITY_OF_PART)
    state.migrants[3], state.town_dwellers[3], state.villagers[3] = 400, 1000, 200
    return state


def office_of(**rest: Any) -> Office:
    return Office(awareness=0.6, processing_months=20, **rest)


def terms(state: Registration) -> PermitTerms:
    return permit_terms(P, PLACES, [], None, NOW, state)


def test_units_cover_everybody_at_most():
    """A quarter, everybody where there are more units than people, nobody where nobody is."""
    units, people = np.array([25, 300, 5, 0]), np.array([100, 200, 0, 100])
    assert covered(units, people).tolist() == [0.25, 1.0, 1.0, 0.0]


def test_a_quarter_served_at_one_window_by_hand():
    """P8: 20 months, half of it at one window: 0.75/20 + 0.25/10 = 0.0625 a month."""
    assert waiting_hazard(P, 20.0, np.array([0.0, 0.25, 1.0])) == pytest.approx([0.05, 0.0625, 0.1])
    state = office()
    state.brought.one_window[3] = 100
    found = terms(state).permit
    assert found[3] == pytest.approx((1 - np.exp(-0.0625)) * 2**32, rel=1e-6)
    assert set(found[np.arange(111) != 3]) == set(terms(office()).permit)


def test_records_tell_some_of_those_who_do_not_know():
    """P9: of the 40% who do not know, half on record, a quarter of these are told: 0.6 + 0.4 x 0.5 x 0.25 = 0.65."""
    assert aware_with_records(P, 0.6, np.array([0.0, 0.5])) == pytest.approx([0.6, 0.65])
    state = office()
    state.brought.records[3] = 200
    assert terms(state).share_aware[3] == pytest.approx(0.65) and terms(state).share_aware[4] == 0.6
    assert terms(state).aware[3] == pytest.approx(0.65 * 2**32)


def test_registers_know_the_registered_the_holders_and_those_on_record():
    """P9: of 1,000 people 300 come from other cities, 100 with a permit: 800 known; half of the other 200 on record."""
    state = office()
    state.from_other_cities[3], state.holders[3] = 300, 100
    assert state.known_to_registers()[3] == 800
    state.brought.records[3] = 200  # of 400 migrants
    assert state.known_to_registers()[3] == 900
    state.brought.records[3] = 10_000
    assert state.known_to_registers()[3] == 1000 == state.town_dwellers[3]


def test_belonging_and_shares_move_the_wish():
    """P10: everybody in communities with services makes ln 1.5 more, every villager with shares ln 0.5 less."""
    found = wishes(P, np.array([0.0, 1.0, *[0.5] * 109]), np.array([1.0, *[0.0] * 110]))
    assert found[0, :2].tolist() == [2**16, round(1.5 * 2**16)]
    assert found[0, 2] == round(1.5**0.5 * 2**16)
    assert found[1, :2].tolist() == [2**15, 2**16] and found[1, 111] == 2**16
    assert np.array_equal(wishes(P, np.zeros(111), np.zeros(111)), unmoved_wishes())


def test_who_settles_under_other_wishes(engine: Implementation):
    """P10: a wish half as strong by origin, doubled by the town, is the wish of before; from outside only the town counts."""
    holder = MIGRANT | {"holdings": PERMIT}
    persons = [holder, holder | {"home": DELTA}]

    def settle(here: int, origin: int, willing: int = HALF, luck: int = 0) -> list[int]:
        wishing = unmoved_wishes()
        wishing[0, FAR_COUNTY], wishing[1, COUNTY] = here, origin
        return receive(
            engine, *persons, permit=NEVER, willing=np.array([willing], np.uint64), wishing=wishing
        )[1]

    assert MIGRANT["home"] == VILLAGE and MIGRANT["lives"] == FAR_TOWN
    certain = int(ALWAYS)
    assert settle(2**16, 2**16, certain) == [0, 1]
    assert settle(0, 2**16, certain) == []
    assert settle(2**16, 0, certain) == [1]  # nobody outside has shares in a village here
    assert settle(2**17, 2**15) == settle(2**16, 2**16)


def test_what_more_services_of_a_permit_open():
    """P11: ten services open 0.3; fifteen open 0.45, so 0.95 are open. Of 40 migrants 30 hold a permit: 0.15 x 0.75 more."""
    state = office()
    state.holders[3], state.from_other_cities[3], state.base_share[3] = 30, 40, 0.75
    assert opened_since(P, state) == 0.0 and access_gain(P, state)[3] == 0.0
    fifteen = office_of(permit_services=15, **{"from": "2022-01"})
    state.terms = permit_terms(P, PLACES, [], fifteen, NOW)
    assert opened_since(P, state) == pytest.approx(0.15)
    assert access_gain(P, state)[3] == pytest.approx(0.1125)
    state.terms = dataclasses.replace(state.terms, services=30.0)
    assert opened_since(P, state) == pytest.approx(0.2)  # all services and no more
    state.terms = permit_terms(P, PLACES, [], office_of(), NOW)
    assert opened_since(P, state) == 0.0  # an office that says nothing of services


def test_insurance_counts_where_a_rule_asks_for_it():
    """P3: a quarter insured and a quarter more: in Nanning's districts a half, under a rule that asks for insurance."""
    rule = Rule(name="nanning_2012", **{"from": "2022-01"})
    capital = (PLACES.city_in(NOW) == 1) & (PLACES.prefecture_index == 0)
    more = permit_terms(P, PLACES, [rule], None, NOW, office(), np.full(111, 0.25))
    assert set(more.insured[capital]) == {HALF}
    everybody = permit_terms(P, PLACES, [rule], None, NOW, office(), np.full(111, 0.9))
    assert set(everybody.insured[capital]) == {int(ALWAYS)}
