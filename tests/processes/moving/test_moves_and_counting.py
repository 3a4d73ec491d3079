"""Stories of single households: who moves with whom, and from when they count where (ODD C1-C3, M6-M8)."""

from __future__ import annotations

import numpy as np
from worlds import (
    ALWAYS,
    DELTA,
    FAR_TOWN,
    FAR_VILLAGE,
    NEVER,
    NOW,
    TOWN,
    VILLAGE,
    holding,
    households,
    members,
    parts,
    rows,
)

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation
from urbsim.processes.moving.steps import one_of_each_couple
from urbsim.state.absences import Absences
from urbsim.state.columns import Columns
from urbsim.state.holdings import OTHER_TOWNSHIP
from urbsim.state.ledger import Ledger

KEY = stream_key(1, "test", NOW)
EVERYBODY = np.full((3, 224, 2), ALWAYS)
JOINS, STAYS = np.full((2, 224, 2), ALWAYS), np.full((2, 224, 2), NEVER)


def story(person: dict):
    people, _, ledger = households([person])

    class Story:
        """One person through the months: moves as decided, and the six-month rule at each month's end."""

        absences = Absences()

        def month(self, engine: Implementation, month: int, to: int | None = None) -> int:
            if to is not None:
                log, leavers = engine.moving.apply_moves(
                    rows(0), parts(to), EVERYBODY, month, people, ledger, KEY
                )
                self.absences.leave(leavers, month)
            engine.moving.six_months(self.absences.arrive(month), month, people, ledger)
            return int(people.counted[0])

    return Story(), people, ledger


def test_a_first_time_leaver_counts_in_month_six(engine: Implementation):
    life, people, ledger = story({"home": VILLAGE})
    # Leaves in NOW: months 0 to 5 away count at home, the sixth month after counts in town.
    where = [life.month(engine, NOW, FAR_TOWN)] + [life.month(engine, NOW + k) for k in range(1, 8)]
    assert where == [VILLAGE] * 6 + [FAR_TOWN] * 2
    assert ledger.moves[VILLAGE, FAR_TOWN] == 1 and ledger.moves.sum() == 1
    assert ledger.counted_moves[VILLAGE, FAR_TOWN] == 1 and ledger.counted_moves.sum() == 1
    assert not life.absences.cohorts


def test_an_onward_mover_counted_away_changes_at_once(engine: Implementation):
    person = {"home": VILLAGE, "lives": FAR_TOWN, "counted": FAR_TOWN, "left_home": NOW - 6}
    life, people, ledger = story(person)
    assert life.month(engine, NOW, DELTA) == DELTA
    assert ledger.counted_moves[FAR_TOWN, DELTA] == 1
    assert people.left_home[0] == NOW - 6  # the clock runs from leaving home


def test_an_onward_mover_under_way_still_counts_at_home(engine: Implementation):
    life, people, ledger = story({"home": VILLAGE})
    life.month(engine, NOW, FAR_TOWN)
    # Moves on in month 4: six months are counted from leaving home, not from the last move.
    where = [life.month(engine, NOW + k, DELTA if k == 4 else None) for k in range(1, 7)]
    assert where == [VILLAGE] * 5 + [DELTA]
    assert ledger.counted_moves[VILLAGE, DELTA] == 1 and ledger.counted_moves.sum() == 1


def test_a_returner_counts_at_home_at_once(engine: Implementation):
    person = {"home": VILLAGE, "lives": DELTA, "counted": DELTA, "left_home": NOW - 40}
    life, people, ledger = story(person)
    assert life.month(engine, NOW, VILLAGE) == VILLAGE
    assert ledger.returned[VILLAGE] == 1
    assert ledger.counted_moves[DELTA, VILLAGE] == 1
    assert people.left_home[0] == NOW
    assert people.risk[0] & 1 == 0


def test_who_returns_before_month_six_never_counted_elsewhere(engine: Implementation):
    life, people, ledger = story({"home": VILLAGE})
    life.month(engine, NOW, FAR_TOWN)
    assert [life.month(engine, NOW + k, VILLAGE if k == 3 else None) for k in range(1, 9)] == [VILLAGE] * 8
    assert ledger.counted_moves.sum() == 0 and ledger.moves.sum() == 2
    # Leaves again: the clock starts anew.
    assert life.month(engine, NOW + 9, DELTA) == VILLAGE
    assert life.month(engine, NOW + 14) == VILLAGE
    assert life.month(engine, NOW + 15) == DELTA


def test_registered_in_another_township_moves_on_at_once(engine: Implementation):
    """Counted in a part where one is not registered in one's own township means away six months already."""
    life, people, ledger = story({"home": TOWN, "holdings": OTHER_TOWNSHIP})
    assert life.month(engine, NOW, FAR_TOWN) == FAR_TOWN
    assert not people.holdings[0] & OTHER_TOWNSHIP
    assert not life.absences.cohorts


def test_a_birth_to_a_mother_under_way_counts_at_home(engine: Implementation):
    mother = {"age": 25, "sex": 1, "spouse": 1, "lives": FAR_TOWN, "counted": VILLAGE, "left_home": NOW - 2}
    people, n, ledger = households([mother, {"age": 26, "spouse": 0}])
    n, absences = engine.demography.apply_births(rows(0), n, NOW, people, ledger, ALWAYS, NEVER, KEY)
    child = n - 1
    assert n == 3 and list(absences) == [child]
    assert (people.home[child], people.lives[child], people.counted[child]) == (VILLAGE, FAR_TOWN, VILLAGE)
    assert ledger.births[VILLAGE] == 1 and ledger.births.sum() == 1
    assert ledger.births_present[FAR_TOWN] == 1 and ledger.births_present.sum() == 1
    assert people.parent[child] == 0 and members(child, people) == {0, 1, 2}
    assert people.sex[child] == 0  # a boy for certain
    # Mother and child count in town in the same month.
    for month, expected in ((NOW + 3, VILLAGE), (NOW + 4, FAR_TOWN)):
        engine.moving.six_months(rows(0, child), month, people, ledger)
        assert people.counted[0] == people.counted[child] == expected


def test_a_birth_to_a_mother_counted_away_counts_there(engine: Implementation):
    mother = {"age": 25, "sex": 1, "spouse": 1, "lives": FAR_TOWN, "left_home": NOW - 6}
    people, n, ledger = households(
        [mother, {"age": 26, "spouse": 0, "lives": FAR_TOWN, "left_home": NOW - 60}]
    )
    n, absences = engine.demography.apply_births(rows(0), n, NOW, people, ledger, NEVER, NEVER, KEY)
    assert people.counted[n - 1] == FAR_TOWN and absences.size == 0 and people.sex[n - 1] == 1


FAMILY = [
    {"age": 35, "sex": 1, "spouse": 1},
    {"age": 36, "sex": 0, "spouse": 0},
    {"age": 4, "parent": 0},
    {"age": 10, "parent": 0, "schooling": 1, "enrolled": 1},
    {"age": 19, "parent": 0},
    {"age": 64, "sex": 1},
]


def after_the_father_moves(
    engine: Implementation, spouse: np.uint64, young: np.uint64, pupil: np.uint64
) -> list[bool]:
    """Who of FAMILY is in the far town after row 1 moves there."""
    people, n, ledger = households(FAMILY)
    luck = np.broadcast_to(np.array([spouse, young, pupil])[:, None, None], (3, 224, 2))
    log, absences = engine.moving.apply_moves(rows(1), parts(FAR_TOWN), luck, NOW, people, ledger, KEY)
    moved = [bool(place == FAR_TOWN) for place in people.lives[:n]]
    assert sorted(absences) == [row for row in range(n) if moved[row]]
    assert ledger.moves[VILLAGE, FAR_TOWN] == sum(moved)
    # Mover by mover leaves the village where they are registered for the far town.
    persons = ledger.stocks.persons
    assert persons[VILLAGE, VILLAGE] == -sum(moved) and persons[VILLAGE, FAR_TOWN] == sum(moved)
    return moved


def test_the_spouse_and_minor_children_come_along(engine: Implementation):
    # The adult child and the grandmother decide for themselves.
    assert after_the_father_moves(engine, ALWAYS, ALWAYS, ALWAYS) == [True, True, True, True, False, False]


def test_children_stay_with_the_parent_who_stays(engine: Implementation):
    assert after_the_father_moves(engine, NEVER, ALWAYS, ALWAYS) == [False, True, False, False, False, False]


def test_children_are_left_behind_by_age(engine: Implementation):
    assert after_the_father_moves(engine, ALWAYS, ALWAYS, NEVER) == [True, True, True, False, False, False]
    assert after_the_father_moves(engine, ALWAYS, NEVER, ALWAYS) == [True, True, False, True, False, False]


def test_a_spouse_who_lives_elsewhere_does_not_move_along(engine: Implementation):
    family = [dict(person) for person in FAMILY]
    family[0] |= {"lives": DELTA, "left_home": NOW - 20}
    people, n, ledger = households(family)
    engine.moving.apply_moves(rows(1), parts(FAR_TOWN), EVERYBODY, NOW, people, ledger, KEY)
    assert list(people.lives[:4]) == [DELTA, FAR_TOWN, FAR_TOWN, FAR_TOWN]


def test_a_left_behind_child_joins(engine: Implementation):
    parents_away = [dict(person) for person in FAMILY]
    for parent in parents_away[:2]:
        parent |= {"lives": FAR_TOWN, "left_home": NOW - 20}
    people, n, ledger = households(parents_away)
    children, to = engine.moving.children_who_join(rows(1), NOW, people, JOINS, KEY)
    assert sorted(children) == [2, 3] and list(to) == [FAR_TOWN] * 2
    none, _ = engine.moving.children_who_join(rows(1), NOW, people, STAYS, KEY)
    assert none.size == 0
    _, absences = engine.moving.apply_children(children, to, NOW, people, ledger)
    assert list(people.lives[2:5]) == [FAR_TOWN, FAR_TOWN, VILLAGE]
    assert sorted(absences) == [2, 3]
    again, _ = engine.moving.children_who_join(rows(1), NOW, people, JOINS, KEY)
    assert again.size == 0


def test_a_child_with_one_parent_at_home_does_not_join(engine: Implementation):
    family = [dict(person) for person in FAMILY]
    family[1] |= {"lives": FAR_TOWN, "left_home": NOW - 20}
    people, _, _ = households(family)
    assert engine.moving.children_who_join(rows(1), NOW, people, JOINS, KEY)[0].size == 0


def couple(at: int, spouse_at: int, **spouse: int) -> tuple[Columns, int, Ledger]:
    """A husband at one place and his wife at another, both registered in the village, with a child of 5 who lives with her."""
    away = {"left_home": NOW - 20}
    return households(
        [
            {"age": 35, "spouse": 1, "lives": at} | away,
            {"age": 33, "sex": 1, "spouse": 0, "lives": spouse_at} | away | spouse,
            {"age": 5, "parent": 0, "lives": spouse_at} | away,
        ]
    )


def test_a_spouse_who_lives_elsewhere_joins(engine: Implementation):
    """M6: whoever stays away is joined by the spouse, from home or from a third place."""
    for wife_at in (VILLAGE, DELTA):
        people, _, ledger = couple(FAR_TOWN, wife_at)
        spouses, to = engine.moving.spouses_who_join(rows(0), people, ALWAYS, KEY)
        assert (spouses.tolist(), to.tolist()) == ([1], [FAR_TOWN])
        assert engine.moving.spouses_who_join(rows(0), people, NEVER, KEY)[0].size == 0
        # She brings the child that lives with her: nobody stays behind with it.
        _, absences = engine.moving.apply_moves(spouses, to, EVERYBODY, NOW, people, ledger, KEY)
        assert people.lives[:3].tolist() == [FAR_TOWN] * 3
        assert ledger.moves[wife_at, FAR_TOWN] == ledger.moves.sum() == 2
        assert sorted(absences) == ([1, 2] if wife_at == VILLAGE else [])
        assert engine.moving.spouses_who_join(rows(0), people, ALWAYS, KEY)[0].size == 0  # together now


def test_who_is_not_joined_by_a_spouse(engine: Implementation):
    """M6: who lives at home, who is dead, who is alone; and a spouse at school stays there."""
    for at, wife in ((VILLAGE, {}), (FAR_TOWN, {"enrolled": 1})):
        people, _, _ = couple(at, DELTA, **wife)
        assert engine.moving.spouses_who_join(rows(0), people, ALWAYS, KEY)[0].size == 0
    people, _, ledger = couple(FAR_TOWN, VILLAGE)
    engine.demography.apply_deaths(rows(0), people, ledger)
    assert engine.moving.spouses_who_join(rows(0, 1, 2), people, ALWAYS, KEY)[0].size == 0


def test_two_who_would_join_each_other_do_not_change_places(engine: Implementation):
    people, _, _ = households(
        [
            {"age": 35, "spouse": 1, "lives": FAR_TOWN, "left_home": NOW - 20},
            {"age": 33, "sex": 1, "spouse": 0, "lives": DELTA, "left_home": NOW - 20},
        ],
        [{"age": 35, "spouse": 1, "lives": TOWN, "left_home": NOW - 20}, {"age": 33, "sex": 1, "spouse": 0}],
    )
    found = engine.moving.spouses_who_join(rows(0, 1, 2), people, ALWAYS, KEY)
    assert [column.tolist() for column in found] == [[1, 0, 3], [FAR_TOWN, DELTA, TOWN]]
    spouses, to = one_of_each_couple(people, *found)
    assert (spouses.tolist(), to.tolist()) == ([0, 3], [DELTA, TOWN])


def test_spouses_join_by_their_own_luck(engine: Implementation):
    """Of 400 couples half join where the threshold is a half."""
    pairs = [
        [
            {"age": 35, "spouse": 1, "lives": FAR_TOWN, "left_home": NOW - 20},
            {"age": 33, "sex": 1, "spouse": 0},
        ]
        for _ in range(400)
    ]
    people, _, _ = households(*pairs)
    husbands = np.arange(0, 800, 2, dtype=np.int32)
    spouses, to = engine.moving.spouses_who_join(husbands, people, np.uint64(1 << 31), KEY)
    assert np.all(np.isin(spouses, husbands + 1)) and np.all(to == FAR_TOWN)
    assert abs(spouses.size - 200) < 5 * 10  # standard deviation of a fair coin tossed 400 times


def test_children_of_migration_are_counted(engine: Implementation):
    """I1: migrant children are 6-14, in a town, from a village elsewhere. I2: left behind: all known parents gone."""
    away = {"lives": FAR_TOWN, "left_home": NOW - 20}
    people, n, _ = households(
        [  # both parents away: of the children at home those under 16 are left behind
            {"age": 35, "sex": 1, "spouse": 1} | away,
            {"age": 36, "spouse": 0} | away,
            {"age": 15, "parent": 0},
            {"age": 16, "parent": 0},
            {"age": 14, "parent": 0} | away,  # 6-14 in a town of another county: a migrant child
            {"age": 5, "parent": 0} | away,  # too young
            {"age": 15, "parent": 0} | away,  # too old
        ],
        [  # the father is at home: not left behind
            {"age": 35, "sex": 1, "spouse": 1} | away,
            {"age": 36, "spouse": 0},
            {"age": 8, "parent": 0},
        ],
        [  # the town of their own county is not another county
            {"age": 35, "sex": 1, "lives": TOWN, "left_home": NOW - 20},
            {"age": 8, "parent": 0, "lives": TOWN, "left_home": NOW - 20},
        ],
        [{"age": 8, "home": DELTA, "lives": TOWN}],  # from another province: a migrant child
        [{"age": 8, "home": FAR_VILLAGE, "lives": VILLAGE}],  # in a village: not
    )
    found = engine.counting.children(0, n, NOW, people)
    assert found[0, FAR_TOWN] == 1 and found[0, TOWN] == 1 and found[0].sum() == 2
    assert found[1, VILLAGE] == 1 and found[1].sum() == 1


def test_newcomers_count_at_once(engine: Implementation):
    """Like the donor was 20 months ago, on census night: as old now as the donor then, alone, a resident at once."""
    donor = {"age": 30, "sex": 1, "home": DELTA, "lives": TOWN, "left_home": 5, "schooling": 2}
    people, n, ledger = households([donor])
    homes, ids = parts(DELTA), np.array([1 << 63], dtype=np.uint64)
    engine.demography.apply_deaths(rows(0), people, ledger)  # the donor need not be alive
    new = engine.moving.apply_newcomers(rows(0), homes, parts(FAR_TOWN), ids, n, 20, NOW, people, ledger)
    assert new == n + 1
    assert (people.home[n], people.lives[n], people.counted[n], people.schooling[n]) == (
        DELTA,
        FAR_TOWN,
        FAR_TOWN,
        2,
    )
    assert NOW - people.birth_month[n] == 30 * 12 - 20
    assert members(n, people) == {n} and people.spouse[n] == people.parent[n] == -1
    assert NOW - people.left_home[n] == 6
    assert (
        ledger.entered[DELTA] == ledger.moves[DELTA, FAR_TOWN] == ledger.counted_moves[DELTA, FAR_TOWN] == 1
    )
    persons, _, _, women = ledger.stocks
    assert persons[DELTA, FAR_TOWN] == 1
    assert women[NOW - 30 * 12 + 20, 1, 0] == 1  # single, in a town


def test_who_is_registered_elsewhere(engine: Implementation):
    """I6: by county counted in: another township or part of it, another county, another province; not those outside."""
    people, n, _ = households(
        [{"age": 30}],  # at home
        [{"age": 30, "holdings": OTHER_TOWNSHIP}],
        [{"age": 30, "lives": TOWN, "left_home": NOW - 30}],  # the town of the own county
        [{"age": 30, "lives": FAR_TOWN, "left_home": NOW - 30}],
        [{"age": 30, "home": DELTA, "lives": FAR_TOWN, "left_home": NOW - 30}],
        [{"age": 30, "lives": DELTA, "left_home": NOW - 30}],
        [
            {"age": 30, "lives": FAR_TOWN, "counted": VILLAGE, "left_home": NOW - 3}
        ],  # under way: counted at home
    )
    found = engine.counting.registered_elsewhere(0, n, people)
    assert found[:, VILLAGE // 2].tolist() == [2, 0, 0]
    assert found[:, FAR_TOWN // 2].tolist() == [0, 1, 1] and found.sum() == 4


def test_who_moves_to_another_township(engine: Implementation):
    """M11: those at home move by the share of their part, families together; nobody changes part."""
    people, n, _ = households(
        [{"age": 30, "spouse": 1}, {"age": 28, "sex": 1, "spouse": 0}, {"age": 5, "parent": 1}],
        [{"age": 30, "home": TOWN, "lives": TOWN}],
        [{"age": 30, "lives": TOWN, "left_home": NOW - 30}],
    )
    before = people.lives.copy()
    engine.moving.change_township(0, n, NOW, people, np.array([ALWAYS, NEVER]), np.uint64(3))
    assert holding(OTHER_TOWNSHIP, people, n) == [1, 1, 1, 0, 0] and np.array_equal(people.lives, before)
    many, m, _ = households(
        *(
            [{"age": 30, "spouse": 1}, {"age": 28, "sex": 1, "spouse": 0}, {"age": 5, "parent": 0}]
            for _ in range(400)
        )
    )
    engine.moving.change_township(0, m, NOW, many, np.array([np.uint64(1 << 31), NEVER]), np.uint64(3))
    families = np.array(holding(OTHER_TOWNSHIP, many, m)).reshape(-1, 3)
    assert np.all(families == families[:, :1])
    assert abs(families[:, 0].sum() - 200) < 5 * 10  # standard deviation of a fair coin tossed 400 times


def test_who_leaves_twice_within_six_months_is_looked_at_after_the_later_time(engine: Implementation):
    life, people, _ = story({"home": VILLAGE})
    life.month(engine, NOW, FAR_TOWN)
    life.month(engine, NOW + 2, VILLAGE)
    life.month(engine, NOW + 3, DELTA)
    assert [life.month(engine, NOW + k) for k in range(4, 10)] == [VILLAGE] * 5 + [DELTA]
    assert not life.absences.cohorts


def test_cohorts_are_taken_out_when_their_six_months_are_over():
    absences = Absences()
    absences.leave_since(rows(7, 8, 9), np.array([NOW, NOW - 1, NOW], np.int16))
    absences.leave(rows(3), NOW)
    assert absences.arrive(NOW + 4).size == 0
    assert absences.arrive(NOW + 5).tolist() == [8]
    assert absences.arrive(NOW + 6).tolist() == [7, 9, 3]
    assert not absences.cohorts
