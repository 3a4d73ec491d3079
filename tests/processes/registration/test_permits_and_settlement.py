"""PermitTerms by hand: rules in force, who gets a permit, who settles and who with them (ODD P0-P5)."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from worlds import (
    ALWAYS,
    CITY_OF_PART,
    DELTA,
    FAR_TOWN,
    FAR_VILLAGE,
    NEVER,
    NEXT_TOWN,
    NOW,
    TOWN,
    VILLAGE,
    alike,
    households,
    parts,
    rows,
)

from urbsim.calendar import month_number
from urbsim.compute.eights import NO_EIGHTS
from urbsim.compute.randomness import stream_key
from urbsim.facts.register import observations
from urbsim.processes.implementation import Implementation
from urbsim.processes.registration import equations as registration
from urbsim.processes.registration.coverage import unmoved_wishes
from urbsim.processes.registration.equations import (
    Asked,
    Registration,
    access_gain,
    access_in_own_city,
    months_of_opening,
    permit_terms,
    settlement_rules,
    still_willing,
)
from urbsim.scenario.schema import Office, Rule
from urbsim.state.codes import FIRST_JOB, UNEMPLOYED
from urbsim.state.geography import load_places
from urbsim.state.holdings import PERMIT, TRAINED

PLACES = load_places(12.0, 0.5, 1.0)
NANNING = PLACES.prefecture_index == 0
CITY = PLACES.is_city == 1
COUNTY = FAR_TOWN // 2
KEY, FINE = stream_key(1, "papers"), stream_key(1, "papers:fine")
TRAITS = np.array([stream_key(1, name) for name in ("knows", "wants", "insured", "tenure")])
NOBODY_BEFORE = np.full((111, 2), NOW)  # months from which towns are open: none has been
P: Any = {
    "awareness_before": 0.6,
    "processing_months_before": 20.0,
    "settlement_per_year": 0.12,
    "willing_to_settle": 0.3,
    "strictness_elsewhere": 0.5,
    "insured_migrants": 0.25,
    "kin_settlement_per_year": 0.24,
    "one_window_waiting": 0.5,
    "told_by_register": 0.25,
    "belonging_wish": np.log(1.5),
    "village_shares_wish": np.log(0.5),
    "permit_services_before": 10.0,
    "access_with_permit": 0.8,
    "access_without": 0.5,
    "access_same_county": 0.9,
}
MIGRANT = {"age": 30, "home": VILLAGE, "lives": FAR_TOWN, "left_home": NOW - 30}
VILLAGER_IN_SEAT = MIGRANT | {"home": FAR_VILLAGE}
FACTORY = FIRST_JOB + 1


def rule(name: Any, from_: str = "2022-01") -> Rule:
    return Rule(name=name, **{"from": from_})


@pytest.mark.parametrize(
    ("name", "capital", "other_cities"),
    [("open_2019", 0, 0), ("same_city_2015", 12, 6), ("nanning_2012", 48, 24)],
)
def test_waiting_times_of_the_rules(name: str, capital: int, other_cities: int):
    """P2: full in Nanning's districts, by half (here) in the districts of the other cities, none in county towns."""
    papers = permit_terms(P, PLACES, [rule(name)], None, month_number("2022-01"))
    assert set(papers.work_months[CITY & NANNING]) == {capital}
    assert set(papers.work_months[CITY & ~NANNING]) == {other_cities}
    assert set(papers.work_months[~CITY]) == {0}
    # A quarter of 2^32, or everybody; held by half, a rule turns away half of the other three quarters: 1 - 0.5 x 0.75.
    in_capital, in_others = (2**30, 5 * 2**29) if capital else (2**32, 2**32)
    assert set(papers.insured[CITY & NANNING]) == {in_capital}
    assert set(papers.insured[CITY & ~NANNING]) == {in_others}
    assert set(papers.insured[~CITY]) == {ALWAYS}


def test_every_rule_that_scenarios_may_name_is_a_row_of_the_facts():
    rules = settlement_rules()
    assert set(rules) == set(get_args(Rule.model_fields["name"].annotation))
    table = observations("settlement_rules").set_index("rule")
    for name in rules:
        assert name.endswith(table.loc[name, "date"][:4]), name


def test_what_a_rule_asks_for_comes_from_the_facts(monkeypatch: pytest.MonkeyPatch):
    """P3: without insurance asked for, only the waiting time is left."""
    monkeypatch.setattr(registration, "settlement_rules", lambda: {"open_2019": Asked(10, 0)})
    terms = permit_terms(P, PLACES, [rule("open_2019")], None, month_number("2022-01"))
    assert set(terms.work_months[CITY & NANNING]) == {10}
    assert np.all(terms.insured == ALWAYS)


def test_a_rule_holds_from_its_month():
    before, after = (
        permit_terms(P, PLACES, [rule("nanning_2012")], None, month_number(month))
        for month in ("2021-12", "2022-01")
    )
    assert not before.work_months.any() and after.work_months.any()
    assert np.all(before.insured == ALWAYS)


def test_offices():
    """P1: one in 20 a month: 1 - exp(-0.05) = 0.0487706 of those who know; six months make 1 - exp(-1/6) = 0.1535183."""
    office = Office.model_validate({"awareness": 0.85, "processing_months": 6.0, "from": "2021-11"})
    before, after = (permit_terms(P, PLACES, [], office, month_number(m)) for m in ("2021-10", "2021-11"))
    assert set(before.share_aware) == {0.6} and set(after.share_aware) == {0.85}
    assert before.permit == pytest.approx(0.0487706 * 2**32, rel=1e-6)
    assert after.permit == pytest.approx(0.1535183 * 2**32, rel=1e-6)
    assert before.aware[0] == pytest.approx(0.6 * 2**32) and after.aware[0] == pytest.approx(0.85 * 2**32)
    assert before.kin == pytest.approx((1 - np.exp(-0.02)) * 2**32, rel=1e-6)
    assert before.settle == after.settle == pytest.approx((1 - np.exp(-0.01)) * 2**32, rel=1e-6)


def receive(engine: Implementation, *persons: dict, **rules: Any) -> tuple[list[int], list[int]]:
    """Who gets a permit and who settles, all of them sure to be handled unless a rule says otherwise."""
    people, n, _ = households(*([person] for person in persons))
    given = {
        "city": CITY_OF_PART,
        "permit": ALWAYS,
        "settle": ALWAYS,
        "kin": np.uint64(0),
        "aware": np.full(111, ALWAYS),
        "willing": np.array([ALWAYS]),
        "knew": ALWAYS,
        "base_month": NOW,
        "open_since": NOBODY_BEFORE,
        "work_months": np.zeros(111, np.int64),
        "insured": np.full(111, ALWAYS),
        "renting": np.full(111, ALWAYS),
        "wishing": unmoved_wishes(),
    } | rules
    given["permit"] = np.full(111, given["permit"])
    new, settlers, need_post = engine.registration.permits_and_settlement(
        0, n, NOW, people, NO_EIGHTS, **given, key=KEY, fine_key=FINE, traits=TRAITS
    )
    return new.tolist(), settlers[~need_post | (people.work[settlers] >= FIRST_JOB)].tolist()


def test_who_may_have_a_permit(engine: Implementation):
    """P1: six months in a town of Guangxi, registered elsewhere, without one yet."""
    persons = [
        MIGRANT,
        MIGRANT | {"left_home": NOW - 6},
        MIGRANT | {"left_home": NOW - 5},
        MIGRANT | {"lives": FAR_VILLAGE},
        MIGRANT | {"lives": DELTA},
        {"age": 30, "home": TOWN},
        MIGRANT | {"home": DELTA},
        MIGRANT | {"holdings": TRAINED},
        MIGRANT | {"age": 5},
        VILLAGER_IN_SEAT,
        MIGRANT | {"home": NEXT_TOWN - 1, "lives": TOWN},
        MIGRANT | {"home": NEXT_TOWN, "lives": FAR_TOWN},
    ]
    permitted = [0, 1, 6, 7, 8, 11]  # the village of the county and the next district of the city need none
    assert receive(engine, *persons, settle=NEVER) == (permitted, [])
    assert receive(engine, *persons, permit=NEVER, settle=NEVER) == ([], [])
    assert receive(engine, *persons, aware=np.full(111, NEVER)) == ([], [])
    here_alone = np.where(np.arange(111) == COUNTY, ALWAYS, NEVER)
    assert receive(engine, *persons, aware=here_alone, settle=NEVER)[0] == permitted


def test_who_may_settle(engine: Implementation):
    """P2, P3: grown-up holders who want to; without a waiting time a rented room is enough. In one's own county or city
    no permit is asked for."""
    holder = MIGRANT | {"holdings": PERMIT}
    persons = [holder, MIGRANT, holder | {"age": 17}, holder | {"work": FACTORY}]
    assert receive(engine, *persons, permit=NEVER) == ([], [0, 3])
    at_home = [VILLAGER_IN_SEAT, MIGRANT | {"home": NEXT_TOWN, "lives": TOWN}, VILLAGER_IN_SEAT | {"age": 17}]
    assert receive(engine, *at_home) == ([], [0, 1])
    assert receive(engine, *at_home, aware=np.full(111, NEVER)) == ([], [])
    assert receive(engine, *persons, permit=NEVER, willing=np.array([NEVER])) == ([], [])
    assert receive(engine, *persons, permit=NEVER, settle=NEVER) == ([], [])


@pytest.mark.parametrize(
    ("months", "who"), [(0, [0, 1, 2, 3]), (12, [2, 3]), (30, [2, 3]), (31, [3]), (48, [3])]
)
def test_a_rule_that_asks_for_work(engine: Implementation, months: int, who: list[int]):
    """Thirty months here: enough for a rule of thirty and not for one of 31; without a job for none but the open rule."""
    holder = MIGRANT | {"holdings": PERMIT}
    persons = [
        holder,
        holder | {"work": UNEMPLOYED},
        holder | {"work": FACTORY},
        holder | {"work": FIRST_JOB + 4, "left_home": NOW - 48},
    ]
    asked = np.where(np.arange(111) == COUNTY, months, 0)
    assert receive(engine, *persons, work_months=asked) == ([], who)
    assert receive(engine, *persons, work_months=asked, insured=np.full(111, NEVER)) == ([], [])


def test_strict_rules_spare_home_owners_and_people_of_the_city(engine: Implementation):
    """P3: four years asked, nobody insured, and yet a home of one's own or registration in the county will do."""
    strict: Any = {"work_months": np.full(111, 48), "insured": np.full(111, NEVER)}
    holder = MIGRANT | {"holdings": PERMIT}
    assert receive(engine, holder, VILLAGER_IN_SEAT, **strict) == ([], [1])
    assert receive(engine, holder, VILLAGER_IN_SEAT, renting=np.full(111, NEVER), **strict) == ([], [0, 1])


def test_who_could_have_settled_before_census_night_wants_to_less(engine: Implementation):
    """P2: of 0.3 willing, 0.6 of whom know, exp(-0.12 x 5) are left after five years; all others are left.

    0.3 x 0.548812 / (1 - 0.18 x 0.451188) = 0.164644 / 0.918786 = 0.179197.
    """
    willing = still_willing(P)
    assert willing[0] == pytest.approx(0.3 * 2**32)
    assert willing[60] == pytest.approx(0.179197 * 2**32, rel=1e-5)
    # Renters from elsewhere were entitled for 10 months, home owners since they left, 30 months ago.
    since = np.stack([np.full(111, NOW - 10), np.full(111, NOW - 100)], axis=1)
    holder = MIGRANT | {"holdings": PERMIT}
    for months, renting, who in ((10, ALWAYS, [0]), (9, ALWAYS, []), (30, NEVER, [0]), (29, NEVER, [])):
        only = np.full(101, NEVER)
        only[months] = ALWAYS
        given = {"willing": only, "open_since": since, "renting": np.full(111, renting)}
        assert receive(engine, holder, **given)[1] == who
        after = {"base_month": NOW - 40} | given | {"willing": np.where(np.arange(101) == 0, ALWAYS, NEVER)}
        assert receive(engine, holder, **after)[1] == [0]  # came after census night
        learned = given | {"knew": NEVER, "willing": np.where(np.arange(101) == 0, ALWAYS, NEVER)}
        assert receive(engine, holder, **learned)[1] == [0]  # did not know of the rules then


def test_towns_opened_in_2011_and_cities_in_2019():
    """P2: for those with a home or of the same city, and in county towns for all, the opinions of February 2011."""
    since = months_of_opening(PLACES)
    assert set(since[CITY, 0]) == {month_number("2019-12")}
    assert set(since[~CITY, 0]) == set(since[:, 1]) == {month_number("2011-02")}


def test_a_rule_holds_until_the_next():
    """P3: the rules of 2012, 2015 and 2019 one after another; before the first the open rule."""
    rules = [rule("nanning_2012", "2012-12"), rule("same_city_2015", "2015-08"), rule("open_2019", "2019-12")]
    months = ("2012-11", "2012-12", "2015-07", "2015-08", "2019-11", "2019-12")
    capital = [
        permit_terms(P, PLACES, rules, None, month_number(m)).work_months[NANNING & CITY][0] for m in months
    ]
    assert capital == [0, 48, 48, 12, 12, 0]


def test_who_joins_the_registration_of_a_spouse(engine: Implementation):
    """P6: no permit asked; the spouse is registered and lives there, and both have been there long enough to count."""
    wife = MIGRANT | {"sex": 1, "spouse": 1}
    husband = {"age": 32, "home": FAR_TOWN, "lives": FAR_TOWN, "spouse": 0}
    at_village = {"age": 32, "home": FAR_VILLAGE, "lives": FAR_VILLAGE, "spouse": 0}
    bride = MIGRANT | {"sex": 1, "spouse": 1, "lives": FAR_VILLAGE}
    cases = [
        ([wife, husband], [0]),
        ([bride, at_village], [0]),  # into a village as well as into a town
        ([wife | {"left_home": NOW - 5}, husband], []),
        ([wife, husband | {"home": VILLAGE}], []),  # he is a migrant, too
        ([wife, husband | {"lives": DELTA}], []),  # he is away
    ]
    for persons, who in cases:
        people, n, _ = households(persons)
        nobody = np.full(111, NEVER)
        given = (CITY_OF_PART, nobody, NEVER, ALWAYS, nobody, np.array([NEVER]), ALWAYS, NOW, NOBODY_BEFORE)
        rule = (np.zeros(111, np.int64), nobody, nobody, unmoved_wishes())
        new, settlers, need_post = engine.registration.permits_and_settlement(
            0, n, NOW, people, NO_EIGHTS, *given, *rule, KEY, FINE, TRAITS
        )
        assert (new.tolist(), settlers.tolist(), need_post.any()) == ([], who, False), persons


def test_shares_that_know_want_and_are_insured(engine: Implementation):
    """Independent lasting traits: 0.6 x 0.5 x 0.4 of 20,000 settle: 2,400, standard deviation 46."""
    many = alike(20_000, MIGRANT | {"holdings": PERMIT, "work": FACTORY}, 5)
    know, want, insured = (np.uint64(int(share * 2**32)) for share in (0.6, 0.5, 0.4))
    given = (
        CITY_OF_PART,
        np.full(111, ALWAYS),
        ALWAYS,
        NEVER,
        np.full(111, know),
        np.array([want]),
        ALWAYS,
        NOW,
        NOBODY_BEFORE,
    )
    rules = (*given, np.ones(111, np.int64), np.full(111, insured), np.full(111, ALWAYS), unmoved_wishes())
    settlers = [
        engine.registration.permits_and_settlement(
            0, 20_000, NOW, many, NO_EIGHTS, *rules, key, FINE, TRAITS
        )[1]
        for key in (KEY, FINE)
    ]
    assert abs(settlers[0].size - 2400) < 5 * 46
    assert np.array_equal(settlers[0], settlers[1])  # in another month the same people


FAMILY = [
    MIGRANT | {"age": 35, "sex": 1, "spouse": 1, "holdings": PERMIT},
    MIGRANT | {"age": 36, "spouse": 0, "holdings": PERMIT | TRAINED},
    MIGRANT | {"age": 10, "parent": 0, "holdings": PERMIT},
    {"age": 8, "parent": 0},  # left behind
    MIGRANT | {"age": 18, "parent": 0},
    MIGRANT | {"age": 60, "sex": 1},  # a grandmother
]


def test_settling_changes_registration_and_nothing_else(engine: Implementation):
    """P4: home follows; place of living, place of counting and what else they hold stay. Spouse and minors go along."""
    people, n, ledger = households(FAMILY)
    lives, counted = people.lives.copy(), people.counted.copy()
    settled, who = engine.registration.apply_settlement(rows(0), NOW, people, ledger)
    registered_here = people.home[:n] == FAR_TOWN
    assert registered_here.tolist() == [True, True, True, False, False, False]
    assert settled[FAR_TOWN] == 3 and settled.sum() == 3 and sorted(who.tolist()) == [0, 1, 2]
    assert np.array_equal(people.lives, lives) and np.array_equal(people.counted, counted)
    assert people.holdings[:3].tolist() == [0, TRAINED, 0]  # no permit is needed at home
    assert people.left_home[:3].tolist() == [0, 0, 0] and np.all(people.left_home[4:6] == NOW - 30)
    assert np.all(people.risk[:3] & 1 == 0) and np.all(people.risk[4:6] & 1 == 1)  # no longer away
    # Networks: three of the village fewer in the far town, three of the town more; no flow of any kind.
    persons, holders, sleepers, women = ledger.stocks
    assert (
        persons[VILLAGE, FAR_TOWN] == -3 and persons[FAR_TOWN, FAR_TOWN] == 3 and np.abs(persons).sum() == 6
    )
    assert holders[FAR_TOWN] == -3 and holders.sum() == -3 and not sleepers.any() and not women.any()
    assert not any(flow.any() for name, flow in ledger._asdict().items() if name != "stocks")
    counted, found = engine.counting.stocks(0, n, people)
    assert found.persons[FAR_TOWN].sum() == 3 and found.persons[VILLAGE].sum() == 3
    assert counted[FAR_TOWN] == found.persons[:, FAR_TOWN].sum() == 5


def test_a_couple_that_settles_in_one_month_settles_once(engine: Implementation):
    people, n, ledger = households(FAMILY)
    settled, who = engine.registration.apply_settlement(rows(0, 1), NOW, people, ledger)
    assert settled.sum() == 3 and sorted(who.tolist()) == [0, 1, 2]


@pytest.mark.parametrize(
    "change",
    [{"lives": TOWN}, {"home": FAR_TOWN}, {"counted": VILLAGE}],
    ids=["elsewhere", "already", "too new"],
)
def test_who_does_not_go_along(engine: Implementation, change: dict):
    """A spouse who lives elsewhere, is registered here already, or does not count here yet."""
    family = [dict(person) for person in FAMILY]
    family[1] |= change
    people, n, ledger = households(family)
    home = people.home[1]
    assert engine.registration.apply_settlement(rows(0), NOW, people, ledger)[0].sum() == 2
    assert people.home[1] == home


def test_the_dead_do_not_settle(engine: Implementation):
    people, n, ledger = households(FAMILY)
    people.risk[2] = 255
    assert engine.registration.apply_settlement(rows(0), NOW, people, ledger)[0].sum() == 2


def test_a_permit_is_the_towns_that_gave_it(engine: Implementation):
    """Whoever moves gives the permit back; what the person has learned stays."""
    people, n, ledger = households([MIGRANT | {"holdings": PERMIT | TRAINED}])
    along = np.full((3, 224, 2), ALWAYS)
    engine.moving.apply_moves(rows(0), parts(TOWN), along, NOW, people, ledger, KEY)
    assert people.holdings[0] == TRAINED


def test_permits_on_census_night_and_their_count(engine: Implementation):
    persons = [
        MIGRANT,
        MIGRANT | {"left_home": NOW - 3},
        {"age": 30, "home": TOWN},
        MIGRANT | {"lives": DELTA},
        VILLAGER_IN_SEAT,
    ]
    people, n, _ = households(*([person] for person in persons))
    engine.registration.permits_at_base(0, n, NOW, people, CITY_OF_PART, ALWAYS, KEY)
    assert people.holdings[:n].tolist() == [PERMIT, 0, 0, 0, 0]
    registration = Registration(CITY_OF_PART)
    registration.take_down(engine.counting.stocks(0, n, people)[1])
    holders, migrants = registration.holders, registration.migrants
    assert holders[COUNTY] == 1 and holders.sum() == 1
    assert migrants[COUNTY] == 3 and migrants.sum() == 3
    assert registration.from_other_cities[COUNTY] == registration.from_other_cities.sum() == 2
    new = engine.registration.apply_permits(rows(1), people)
    assert new[FAR_TOWN] == 1 and new.sum() == 1
    registration.take_down(engine.counting.stocks(0, n, people)[1])
    assert registration.holders[COUNTY] == 2
    people.risk[0] = 255
    registration.take_down(engine.counting.stocks(0, n, people)[1])
    assert registration.holders[COUNTY] == registration.from_other_cities[COUNTY] == 1


def test_access_follows_the_share_of_holders():
    """P5: 30 of 40 migrants from other cities hold a permit, a half did on census night: (0.8 - 0.5) x 0.25 = 0.075 more
    services open. To people of the county 0.9 are, 0.9 - (0.5 + 0.3 x 0.5) = 0.25 more than to others on that night.
    """
    registration = Registration(CITY_OF_PART)
    registration.base_share[:] = 0.5
    registration.holders[3], registration.migrants[3], registration.from_other_cities[3] = 30, 90, 40
    gain = access_gain(P, registration)
    assert gain[3] == pytest.approx(0.075)
    assert gain[4] == pytest.approx(-0.15)  # a town whose migrants are gone
    assert access_in_own_city(P, registration) == pytest.approx(np.full(111, 0.25))


def test_who_stays_outside_for_long_may_register_there(engine: Implementation):
    """P7: a grown-up five years away; not one who left 59 months ago, is a child, lives in Guangxi or comes from
    outside. The luck is the person's own: with a half, one in two of many."""
    away = MIGRANT | {"lives": DELTA, "left_home": NOW - 60}
    persons = [
        away, away | {"left_home": NOW - 59}, away | {"age": 17}, away | {"lives": FAR_TOWN},
        away | {"home": DELTA}, away | {"age": 18},
    ]  # fmt: skip
    people, n, ledger = households(*([person] for person in persons))
    everybody = np.arange(n, dtype=np.int32)
    found = engine.registration.settlers_outside(everybody, NOW, people, ALWAYS, 60, KEY)
    assert found.tolist() == [0, 5]
    assert engine.registration.settlers_outside(everybody, NOW, people, NEVER, 60, KEY).size == 0
    engine.registration.apply_settlement(found, NOW, people, ledger)
    assert people.home[:n].tolist() == [DELTA, VILLAGE, VILLAGE, VILLAGE, DELTA, DELTA]
    people, n, _ = households(*([away] for _ in range(400)))
    many = engine.registration.settlers_outside(
        np.arange(n, dtype=np.int32), NOW, people, np.uint64(2**31), 60, KEY
    )
    assert 150 < many.size < 250  # 200, standard deviation 10


def test_who_asks_a_village_to_register_them(engine: Implementation):
    """P14: a grown-up from a town or from outside, six months there; not one from a village, a child, or who lives
    in a town or where villages register nobody. With a half, one in two of many."""
    there = {"age": 30, "home": TOWN, "lives": FAR_VILLAGE, "left_home": NOW - 6}
    persons = [
        there, there | {"home": VILLAGE}, there | {"home": DELTA}, there | {"age": 17}, there | {"left_home": NOW - 5},
        there | {"lives": FAR_TOWN}, there | {"lives": VILLAGE}, there | {"home": FAR_TOWN}, there | {"lives": DELTA},
        there | {"home": FAR_VILLAGE},
    ]  # fmt: skip
    people, n, ledger = households(*([person] for person in persons))
    admits = np.zeros(111, np.uint8)
    admits[COUNTY] = 1
    asking = engine.registration.newcomers_in_villages
    found = asking(0, n, NOW, people, admits, ALWAYS, KEY)
    assert found.tolist() == [0, 2, 7]
    assert asking(0, n, NOW, people, admits, NEVER, KEY).size == 0
    engine.registration.apply_settlement(found, NOW, people, ledger)
    assert asking(0, n, NOW, people, admits, ALWAYS, KEY).size == 0
    assert people.home[found].tolist() == [FAR_VILLAGE] * 3
    many = asking(0, 4000, NOW, alike(4000, there, seed=3), admits, np.uint64(2**31), KEY)
    assert 1880 < many.size < 2120  # 2,000, standard deviation 32
