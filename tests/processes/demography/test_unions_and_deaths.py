"""Households that merge, split and lose members keep closed rings and mutual spouses (ODD D1, D4-D6)."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ALWAYS, FAR_TOWN, NEVER, NOW, VILLAGE, households, members, rows

from urbsim.compute.randomness import stream_key
from urbsim.processes import implementation
from urbsim.processes.implementation import Implementation
from urbsim.state.columns import Columns

KEY = stream_key(1, "test", NOW)
HERS = [{"age": 30, "sex": 1}, {"age": 5, "parent": 0}, {"age": 19, "parent": 0}, {"age": 55, "sex": 1}]
HIS = [{"age": 60}, {"age": 31, "sex": 0, "home": FAR_TOWN}]
SHE, HER_CHILD, HER_ADULT_CHILD, HER_MOTHER, HIS_FATHER, HE = range(6)


def valid(people: Columns, n: int) -> None:
    """Rings are a permutation of the rows; spouses are mutual and marked in the risk class."""
    assert sorted(people.ring[:n]) == list(range(n))
    for row in range(n):
        spouse = people.spouse[row]
        assert spouse < 0 or people.spouse[spouse] == row
        assert people.risk[row] == 255 or bool(people.risk[row] & 2) == (spouse >= 0)


def wed(engine: Implementation, to_him: np.uint64, own: np.uint64):
    people, n, ledger = households(HERS, HIS)
    log, absences = engine.demography.apply_unions(rows(SHE), rows(HE), NOW, people, ledger, to_him, own, KEY)
    valid(people, n)
    assert people.spouse[SHE] == HE
    return people, ledger, absences


def test_she_joins_his_household_with_her_minor_child(engine: Implementation):
    people, ledger, absences = wed(engine, ALWAYS, NEVER)
    assert members(SHE, people) == {SHE, HER_CHILD, HE, HIS_FATHER}
    assert members(HER_MOTHER, people) == {HER_MOTHER, HER_ADULT_CHILD}
    assert people.lives[SHE] == FAR_TOWN and people.counted[SHE] == VILLAGE and list(absences) == [SHE]
    assert ledger.moves[VILLAGE, FAR_TOWN] == 1


def test_he_moves_to_her(engine: Implementation):
    people, ledger, absences = wed(engine, NEVER, NEVER)
    assert people.lives[HE] == VILLAGE and people.lives[SHE] == VILLAGE and list(absences) == [HE]


def test_a_household_of_their_own(engine: Implementation):
    people, _, _ = wed(engine, ALWAYS, ALWAYS)
    assert members(SHE, people) == {SHE, HER_CHILD, HE}
    assert members(HIS_FATHER, people) == {HIS_FATHER}


def test_away_from_home_a_couple_stays_with_his_family(engine: Implementation):
    """Whoever lives away has no roof to leave: his father at home stays of the household."""
    his = [{"age": 25, "spouse": -1, "lives": FAR_TOWN, "left_home": NOW - 30}, {"age": 55}]
    hers = [{"age": 23, "sex": 1, "spouse": -1, "lives": FAR_TOWN, "left_home": NOW - 30}, {"age": 50}]
    people, n, ledger = households(his, hers)
    engine.demography.apply_unions(rows(2), rows(0), NOW, people, ledger, ALWAYS, ALWAYS, KEY)
    valid(people, n)
    assert members(2, people) == {0, 1, 2} and members(3, people) == {3}


def separate(engine: Implementation, with_mother: np.uint64) -> Columns:
    people, n, ledger = households(
        [{"age": 30, "sex": 1, "spouse": 1}, {"age": 31, "spouse": 0}, {"age": 5, "parent": 0}, {"age": 60}]
    )
    engine.demography.apply_separations(rows(0), NOW, people, ledger, with_mother, KEY)
    valid(people, n)
    assert people.spouse[0] == people.spouse[1] == -1
    return people


def test_separation_with_and_without_the_children(engine: Implementation):
    assert members(0, separate(engine, ALWAYS)) == {0, 2}
    assert members(0, separate(engine, NEVER)) == {0}
    assert members(1, separate(engine, NEVER)) == {1, 2, 3}


def test_death_widows_and_leaves_the_accounts(engine: Implementation):
    people, n, ledger = households(
        [{"age": 80, "sex": 1, "spouse": 1}, {"age": 81, "spouse": 0, "lives": FAR_TOWN, "counted": VILLAGE}]
    )
    engine.demography.apply_deaths(rows(1), people, ledger)
    valid(people, n)
    assert (
        people.spouse[0] == -1
        and people.risk[1] == people.lives[1] == people.counted[1] == people.home[1] == 255
    )
    assert ledger.deaths[VILLAGE] == 1 and ledger.deaths_present[FAR_TOWN] == 1
    assert ledger.stocks.persons[VILLAGE, FAR_TOWN] == -1
    wife = ledger.stocks.women[NOW - 12 * 80, 0]
    assert wife.tolist() == [1, -1]  # single now, in a union no more
    assert [np.abs(stock).sum() for stock in ledger.stocks] == [1, 0, 0, 2]


def test_unions_look_at_singles_and_separations_at_wives(engine: Implementation):
    """Certain hazards: every single seeks, every wife separates; no husband is asked twice, no dead person at all."""
    people, n, _ = households(
        [{"age": 30, "sex": 1, "spouse": 1}, {"age": 31, "spouse": 0}],
        [{"age": 40}],
        [{"age": 41}],
        [{"age": 17}],
    )
    people.risk[3] = 255
    formation = np.zeros((111, 2, 2), np.uint64)
    formation[18:] = ALWAYS
    seekers, leavers = engine.demography.unions(
        rows(0, 1, 2, 3, 4), NOW, people, formation, np.full(111, ALWAYS), KEY, KEY
    )
    assert list(seekers) == [2] and list(leavers) == [0]


@given(st.data())
@settings(max_examples=60)
def test_rings_stay_closed_through_any_history(data: st.DataObject):
    """Any order of unions, separations and deaths in a few families leaves closed rings and mutual spouses."""
    engine = data.draw(st.sampled_from([implementation.compiled(), implementation.plain()]))
    families = [
        [{"age": 30, "sex": 1, "spouse": 1}, {"age": 31, "spouse": 0}, {"age": 3, "parent": 0}, {"age": 17, "parent": 0}],
        [{"age": 28, "sex": 1}, {"age": 2, "parent": 0}, {"age": 1, "parent": 0}],
        [{"age": 50}, {"age": 25}],
        [{"age": 45, "sex": 1}],
    ]  # fmt: skip
    people, n, ledger = households(*families)
    for _ in range(data.draw(st.integers(1, 12))):
        event = data.draw(st.sampled_from(["union", "separation", "death"]))
        alive = people.risk[:n] != 255
        adult = alive & (NOW - people.birth_month[:n].astype(int) >= 18 * 12)
        single, female = people.spouse[:n] < 0, people.sex[:n] == 1
        if event == "union":
            women, men = (np.flatnonzero(adult & single & (female == s)) for s in (True, False))
            if women.size and men.size:
                she, he = (data.draw(st.sampled_from(w.tolist())) for w in (women, men))
                own = data.draw(st.sampled_from([ALWAYS, NEVER]))
                engine.demography.apply_unions(rows(she), rows(he), NOW, people, ledger, ALWAYS, own, KEY)
        elif event == "separation":
            wives = np.flatnonzero(alive & ~single & female)
            if wives.size:
                with_mother = data.draw(st.sampled_from([ALWAYS, NEVER]))
                she = rows(data.draw(st.sampled_from(wives.tolist())))
                engine.demography.apply_separations(she, NOW, people, ledger, with_mother, KEY)
        elif alive.any():
            engine.demography.apply_deaths(
                rows(data.draw(st.sampled_from(np.flatnonzero(alive).tolist()))), people, ledger
            )
        valid(people, n)
