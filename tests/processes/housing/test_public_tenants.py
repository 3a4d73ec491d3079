"""Tenancies go on, pass on and end; families follow; tenants stay (ODD equation H6)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from worlds import ALWAYS, COUNTY, FAR_TOWN, FAR_VILLAGE, NEVER, NOW, TOWN, VILLAGE, townspeople

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation
from urbsim.processes.migration.retention import retention
from urbsim.state.columns import Columns
from urbsim.state.holdings import DORMITORY, GUARANTEED_RENTAL, OWN_HOME, PERMIT, PUBLIC_RENTAL, RENT_SUBSIDY

KEY = stream_key(3, "reunion")
COUPLE = [{"age": 40, "spouse": 1}, {"age": 38, "spouse": 0}, {"age": 9, "parent": 1}]


def renew(engine: Implementation, people: Columns, *tenants: int) -> tuple[list[int], list[int]]:
    rows, counties = np.array(tenants, np.int32), np.full(len(tenants), COUNTY, np.uint8)
    kept, where, bearers = engine.housing.renew(rows, counties, PUBLIC_RENTAL, NOW, people)
    assert np.all(where == COUNTY)
    assert np.all(people.holdings[bearers] & PUBLIC_RENTAL)
    return kept.tolist(), sorted(bearers.tolist())


def move(people: Columns, row: int, to: int) -> None:
    people.lives[row] = to


def test_everybody_in_the_dwelling_bears_the_mark(engine: Implementation):
    people = townspeople(COUPLE, [{}])
    assert renew(engine, people, 0) == ([0], [0, 1, 2])
    assert people.holdings[:4].tolist() == [PUBLIC_RENTAL] * 3 + [0]
    engine.housing.give_back(np.array([0, 1, 2], np.int32), people)
    assert not people.holdings[:4].any()


def test_other_things_held_stay_held(engine: Implementation):
    people = townspeople([{"holdings": PERMIT | RENT_SUBSIDY}])
    engine.housing.give_back(np.array([0], np.int32), people)
    assert people.holdings[0] == PERMIT


def test_who_stays_behind_takes_over(engine: Implementation):
    people = townspeople(COUPLE)
    move(people, 0, FAR_TOWN)
    assert renew(engine, people, 0) == ([1], [1, 2])


def test_a_dwelling_with_children_alone_is_given_up(engine: Implementation):
    people = townspeople(COUPLE)
    move(people, 0, FAR_TOWN)
    move(people, 1, VILLAGE)
    assert renew(engine, people, 0) == ([], [])


def test_death_passes_the_dwelling_on_or_frees_it(engine: Implementation):
    people = townspeople(COUPLE, [{}])
    for row in (0, 3):
        for column in (people.risk, people.home, people.lives, people.counted):
            column[row] = 255
    assert renew(engine, people, 0, 3) == ([1], [1, 2])


def test_a_move_to_a_dormitory_or_the_village_ends_it(engine: Implementation):
    people = townspeople([{"holdings": DORMITORY}], [{"lives": VILLAGE}])
    assert renew(engine, people, 0, 1) == ([], [])


def test_one_household_holds_one_dwelling(engine: Implementation):
    people = townspeople(COUPLE)
    assert renew(engine, people, 0, 1) == ([0], [0, 1, 2])


def followers(
    engine: Implementation, people: Columns, tenant: int = 0, share=ALWAYS, border: bool = True
) -> dict:
    rows, to = engine.housing.followers(np.array([tenant], np.int32), NOW, people, share, border, KEY)
    return dict(zip(rows.tolist(), to.tolist(), strict=True))


LEFT_BEHIND = [
    {"age": 40, "home": FAR_VILLAGE, "lives": TOWN, "spouse": 1},
    {"age": 38, "home": FAR_VILLAGE, "spouse": 0},
    {"age": 9, "home": FAR_VILLAGE, "parent": 1},
    {"age": 66, "home": FAR_VILLAGE},
]


def test_spouse_and_children_follow_and_grandparents_do_not(engine: Implementation):
    assert followers(engine, townspeople(LEFT_BEHIND)) == {1: TOWN, 2: TOWN}
    assert followers(engine, townspeople(LEFT_BEHIND), share=NEVER) == {}


def test_a_child_stays_with_a_parent_who_stays(engine: Implementation):
    family = [dict(person) for person in LEFT_BEHIND]
    family[1].update(enrolled=1, schooling=4)  # a student does not break off
    assert followers(engine, townspeople(family)) == {}


def test_a_child_whose_parents_are_both_there_comes(engine: Implementation):
    family = [dict(person) for person in LEFT_BEHIND]
    family[1]["lives"] = TOWN
    assert followers(engine, townspeople(family)) == {2: TOWN}


def test_a_closed_border_keeps_those_outside(engine: Implementation):
    family = [dict(person) for person in LEFT_BEHIND]
    family[1]["lives"] = 222
    assert followers(engine, townspeople(family), border=True) == {1: TOWN, 2: TOWN}
    assert followers(engine, townspeople(family), border=False) == {2: TOWN}


def test_who_has_a_public_dwelling_elsewhere_keeps_it(engine: Implementation):
    family = [dict(person) for person in LEFT_BEHIND]
    family[1].update(lives=FAR_TOWN, holdings=PUBLIC_RENTAL)
    assert 1 not in followers(engine, townspeople(family))


P: Any = {
    "permit_effect_stay": 0.15,
    "beta_public_rental": 0.4,
    "beta_rent_subsidy": 0.1,
    "beta_rent": -0.2,
    "rent_subsidy_share": 0.3,
    "beta_guaranteed_rental": 0.1,
    "guaranteed_rent_discount": 0.2,
    "beta_own_home": 0.5,
}


def test_what_is_held_lowers_a_hazard_by_its_log_odds():
    table = retention(P)
    assert table[0] == 1 << 16
    assert table[PERMIT] == round(math.exp(-0.15) * 65536)  # a residence permit
    assert table[PUBLIC_RENTAL] == round(math.exp(-0.4) * 65536)  # 43,930
    # 0.1 and the rent of 0.7: -0.2 x ln 0.7 = 0.0713
    assert table[RENT_SUBSIDY] == round(math.exp(-0.1 - 0.0713350) * 65536)
    assert table[PUBLIC_RENTAL | 8] == table[PUBLIC_RENTAL]
    # 0.1 and the rent of 0.8: -0.2 x ln 0.8 = 0.0446
    assert table[GUARANTEED_RENTAL] == round(math.exp(-0.1 - 0.0446287) * 65536)
    assert table[OWN_HOME] == round(math.exp(-0.5) * 65536)


def test_tenants_return_and_reconsider_less(engine: Implementation):
    n = 20_000
    away = {"age": 30, "home": FAR_VILLAGE, "lives": TOWN, "left_home": NOW - 50}
    people = townspeople(*[[{**away, "holdings": PUBLIC_RENTAL * (k % 2)}] for k in range(n)])
    rows, holds = np.arange(n, dtype=np.int32), retention(P)
    half = np.uint64(1 << 31)
    response = np.full(114, 1 << 16, np.uint64)
    returned, _ = engine.migration.returning(
        rows, NOW, people, np.full((41, 111, 2, 2), half), response, holds, NEVER, KEY, KEY, KEY
    )
    at_home, away_table = np.full((111, 2, 3, 2, 2), half), np.full((41, 111, 2, 2), half)
    active = engine.migration.activated(rows, NOW, people, at_home, away_table, holds, KEY, KEY)
    for found in (returned, active):
        others, tenants = (found % 2 == 0).sum() / (n / 2), (found % 2 == 1).sum() / (n / 2)
        assert others == pytest.approx(0.5, abs=0.02)
        assert tenants == pytest.approx(0.5 * math.exp(-0.4), abs=0.02)
    # The same luck: every tenant who returns would have returned without the dwelling.
    without, _ = engine.migration.returning(
        rows, NOW, people, np.full((41, 111, 2, 2), half), response, np.full(256, 1 << 16, np.uint64), NEVER, KEY,
        KEY, KEY,
    )  # fmt: skip
    assert set(returned.tolist()) < set(without.tolist())
