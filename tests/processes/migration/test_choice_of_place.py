"""Utilities by hand (ODD M3), and choices whose shares follow the nested logit (ODD M2, M4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import gammaln
from worlds import DELTA, FAR_TOWN, NOW, REST, TOWN, VILLAGE, alike, households

from urbsim.calendar import BASE_MONTH
from urbsim.compute.randomness import stream_key
from urbsim.processes import implementation
from urbsim.processes.implementation import Implementation
from urbsim.processes.migration.equations import (
    Climate,
    TownTerms,
    base_terms,
    one_side,
    ties,
    utilities,
)
from urbsim.processes.migration.networks import by_origin_and_alternative, network_shares
from urbsim.processes.migration.tastes import gumbel_tables, on_grid
from urbsim.processes.migration.worth import lasting_worth
from urbsim.state.geography import city_of_county, load_places
from urbsim.state.parts import alternative_of, origin_of

PLACES = load_places(12.0, 0.5, 1.0)
P: Any = {
    "income_urban_at_base": 36000.0,
    "income_rural_at_base": 15000.0,
    "income_by_wage_class": 0.5,
    "income_gap_delta": 0.25,
    "income_gap_rest": 0.2,
    "outside_size": 20.0,
    "rest_size": 50.0,
    "asc_county_town": 0.3,
    "asc_city": -0.1,
    "asc_outside": -0.85,
    "beta_w": 1.5,
    "beta_citysize": 0.4,
    "skill_premium_senior": 0.1,
    "skill_premium_college": 0.35,
    "outside_young": 0.45,
    "beta_t": -0.8,
    "beta_net": 3.0,
    "own_city": 1.5,
    "own_county": 2.0,
    "beta_rent": -0.5,
    "beta_q": 0.3,
    "beta_renewed_homes": 0.3,
    "beta_school": 0.4,
    "outside_school_coverage": 0.9,
}
CLIMATE = Climate(
    years=2.0,
    calendar_years=7.0,
    growth=0.12,
    village_catch_up=0.01,
    births_per_resident=None,
    outside_wage=0.02,
    outside_jobs=0.9,
    mobility=1.0,
    hiring=1.0,
    border_moves=True,
)
NIGHT = BASE_MONTH["census_2020"]
LASTING = lasting_worth(P, PLACES, NIGHT, PLACES.hours_in(NIGHT))
NOTHING_NEW = base_terms(np.zeros(111), np.zeros(111))
NO_TIE = np.zeros((2, 4), np.int64)
NO_VILLAGE = np.zeros((24, 111), np.int64)


def test_utility_of_a_county_town_and_of_the_outside():
    share = np.zeros((113, 113))
    share[7, 40] = 0.25
    u = utilities(P, LASTING, CLIMATE, share, NOTHING_NEW)
    wage = np.log(PLACES.wage_in(NIGHT))
    mean = np.sum(wage * PLACES.urban_residents) / np.sum(PLACES.urban_residents)
    # Town 40: ln income = ln 36000 + 0.5 x (its ln minimum wage - the towns' mean); x beta_w; ln size, by people from
    # elsewhere; the constant of its nest.
    income = np.log(36000) + 0.5 * (wage[40] - mean)
    millions = PLACES.urban_residents.sum() / 1e6 * PLACES.from_elsewhere[40] / PLACES.from_elsewhere.sum()
    size = 0.4 * np.log(millions)
    constant = -0.1 if PLACES.is_city[40] else 0.3
    base = 1.5 * income + size + constant
    # Type 0: junior secondary, 16-24. Type 6: senior secondary, 35-49. Type 9: college, 25-34.
    for kind, premium in ((0, 0.0), (6, 0.1), (9, 0.35)):
        assert u.destination[kind, 40] == round((base + 1.5 * premium) * 65536)
    # The delta: ln income = ln 36000 + 0.25, and what wages and jobs have gained: 0.02 + ln 0.9; size 20 million.
    delta = 1.5 * (np.log(36000) + 0.25 + 0.02 + np.log(0.9)) + 0.4 * np.log(20) - 0.85
    assert u.destination[5, 111] == round((delta + 1.5 * 0.1) * 65536)  # 25-34, senior secondary
    assert u.destination[4, 111] == round((delta + 1.5 * 0.1 + 0.45) * 65536)  # 16-24: drawn out more
    # The rest of China: ln income = ln 36000 + 0.2 and what wages and jobs have gained; size 50 million.
    rest = 1.5 * (np.log(36000) + 0.2 + 0.02 + np.log(0.9)) + 0.4 * np.log(50) - 0.85
    assert u.destination[5, 112] == round((rest + 1.5 * 0.1) * 65536)
    # Pairs: -0.8 ln(1 + hours) + 3 x network share; another district of the own city 1.5 more.
    assert u.pair[7, 40] == round((-0.8 * np.log1p(PLACES.hours_in(NIGHT)[7, 40]) + 3 * 0.25) * 65536)
    city = city_of_county(PLACES)
    one, other = map(int, next(np.flatnonzero(city == c)[:2] for c in city if np.sum(city == c) > 1))
    assert u.pair[one, other] == round((-0.8 * np.log1p(PLACES.hours_in(NIGHT)[one, other]) + 1.5) * 65536)
    # The own county's town: 2 in the place of its size.
    size_of_own = 0.4 * np.log(
        PLACES.urban_residents.sum() / 1e6 * PLACES.from_elsewhere[7] / PLACES.from_elsewhere.sum()
    )
    assert u.pair[7, 7] == round((-0.8 * np.log1p(0.5) + 2.0 - size_of_own) * 65536)
    assert u.pair[7, 112] == round(-0.8 * np.log1p(12.5) * 65536)  # 12 hours and 0.5 at both ends
    # The village: 1.5 (ln 15000 + 0.01). What a place has gained over it: 1.5 x (its moved income - 0.01).
    assert u.village[3, 7] == round(1.5 * (np.log(15000) + 0.01) * 65536)
    assert np.array_equal(u.village, u.staying)
    assert u.gain[40] == pytest.approx(-0.015)
    assert u.gain[111] == pytest.approx(1.5 * (0.02 + np.log(0.9) - 0.01))
    assert u.gain[113] == 0


def test_what_the_markets_of_a_town_offer():
    """ODD M3: income, rent against income, access, renewed homes and, for parents, school places raise a town, and no other."""
    offer = np.zeros((6, 111))
    # ln income, ln rent, school coverage, access from elsewhere and from the own city, renewed homes
    offer[:, 40] = (0.06, 0.1, 0.5, 0.2, 0.25, 0.1)
    plain, more = (
        utilities(P, LASTING, CLIMATE, np.zeros((113, 113)), terms)
        for terms in (NOTHING_NEW, TownTerms(offer[0], offer[1], offer[2], offer[3], offer[4], offer[5]))
    )
    # 1.5 x 0.06 - 0.5 x (0.1 - 0.06) + 0.3 x 0.2 = 0.09 - 0.02 + 0.06 = 0.13, and 0.3 x 0.1 for homes; with a child at school
    # 0.4 x 0.5 more.
    assert more.gain[40] - plain.gain[40] == pytest.approx(0.10)  # who lives there has access or has not
    rise = more.destination - plain.destination
    assert np.all(np.abs(rise[:12, 40] - 0.16 * 65536) <= 1)
    assert np.all(np.abs(rise[12:, 40] - 0.36 * 65536) <= 1)
    rise[:, 40] = 0
    assert not rise.any()
    assert np.array_equal(plain.village, more.village)
    # To people of the same city another 0.25 of the services are open in the place of 0.2: 0.3 x 0.05 more.
    pair = more.pair - plain.pair
    same_city = np.flatnonzero(city_of_county(PLACES) == city_of_county(PLACES)[40])
    assert 40 in same_city and np.all(np.abs(pair[same_city, 40] - 0.015 * 65536) <= 1)
    pair[same_city, 40] = 0
    assert not pair.any()


def test_school_places_are_counted_everywhere():
    """ODD M3: a pupil finds a place in the village for certain, in a town by its coverage, outside by that of there."""
    nothing = np.zeros(111)
    terms = TownTerms(nothing, nothing, np.full(111, 0.8), nothing, nothing, nothing)
    u = utilities(P, LASTING, CLIMATE, np.zeros((113, 113)), terms)
    with_child = slice(12, None)
    for worth, place in ((u.destination[:, 40], 0.8), (u.destination[:, 111], 0.9), (u.village[:, 7], 1.0)):
        assert np.all(np.abs(worth[with_child] - worth[:12] - 0.4 * place * 65536) <= 1)
    # Coverage of one everywhere would be worth nothing: no town has a gift that the village has not.
    terms = TownTerms(nothing, nothing, np.ones(111), nothing, nothing, nothing)
    u = utilities(P | {"outside_school_coverage": 1.0}, LASTING, CLIMATE, np.zeros((113, 113)), terms)
    over = u.destination[:, :111] - u.village
    assert np.all(np.abs(over[with_child] - over[:12]) <= 1)


def test_parents_of_pupils_choose_by_their_own_column(engine: Implementation):
    """Types 12-23 are people with a child aged 3 to 14, wherever it lives: 2 too young, 3 and 14 in, 15 too old."""
    nothing = np.zeros(1 << 16, np.int64)
    place = np.zeros((24, 113), np.int64)
    place[12:, 30] = 1
    for months, drawn in ((35, False), (36, True), (179, True), (180, False)):
        child = {"months_old": months, "parent": 0, "home": VILLAGE, "lives": DELTA}
        people, _, _ = households([{"age": 33}, child])
        chosen = engine.migration.destinations(
            0, 1, np.array([0], np.int32), NOW, people, place, np.zeros((113, 113), np.int64), 0,
            NO_VILLAGE, NO_VILLAGE, NO_TIE, 0, True, np.zeros(113, np.int64), nothing, nothing,
            stream_key(3, "taste"), stream_key(3, "nest"),
        )  # fmt: skip
        assert chosen.tolist() == [61 if drawn else VILLAGE]


def test_a_closed_border_leaves_one_side_to_choose_from(engine: Implementation):
    """Whoever lives inside finds no place outside worth anything and the other way round, wherever registered."""
    u = utilities(P, LASTING, CLIMATE, np.zeros((113, 113)), NOTHING_NEW)
    taste, nest_taste = gumbel_tables(0.56)
    for lives, home, outside in (
        (TOWN, VILLAGE, False),
        (TOWN, DELTA, False),
        (DELTA, VILLAGE, True),
        (DELTA, REST, True),
    ):
        side = one_side(u, outside)
        people = alike(3000, YOUNG | {"home": home, "lives": lives}, 7)
        far = side.village - (1 << 40)  # the village is not what is asked about
        chosen = engine.migration.destinations(
            0, 3000, np.arange(3000, dtype=np.int32), NOW, people, side.destination, side.pair, 0, far, far, NO_TIE,
            0, True, np.zeros(113, np.int64), nest_taste, taste, stream_key(3, "taste"), stream_key(3, "nest"),
        )  # fmt: skip
        assert np.all((chosen >= DELTA) == outside)


def test_origins_and_places_of_parts():
    """Both parts of a county are one origin, all villages one place; the two regions outside are both."""
    persons = np.random.default_rng(1).integers(0, 100, (224, 224))
    found = by_origin_and_alternative(persons)
    expected = np.zeros((113, 114), np.int64)
    for home in range(224):
        for lives in range(224):
            expected[origin_of(home), alternative_of(lives)] += persons[home, lives]
    assert np.array_equal(found, expected)


def test_network_shares():
    # Of origin 3's people 300 live in place 5, 100 outside in 111, 600 in their own town, 9000 in villages: 400
    # migrants, shares 0.75 and 0.25. Then 10 sampled persons (weight 10) move from 5 to 111: 200 and 200.
    base, start, now = (np.zeros((113, 114)) for _ in range(3))
    base[3, [5, 111, 3, 113]] = [300, 100, 600, 9000]
    start[3, [5, 111]] = [31, 9]
    now[3, [5, 111]] = [21, 19]
    assert network_shares(base, start, start, 10.0)[3, [5, 111, 3]].tolist() == [0.75, 0.25, 0.0]
    assert network_shares(base, start, now, 10.0)[3, [5, 111, 3]].tolist() == [0.5, 0.5, 0.0]
    assert network_shares(base, start, now, 10.0)[4].tolist() == [0.0] * 113
    # A sample that loses more than the base has leaves nobody, not fewer than nobody.
    now[3, 5] = -100
    assert network_shares(base, start, now, 10.0)[3, [5, 111]].tolist() == [0.0, 1.0]


N = 200_000
STAY, HOME_TIE, TOWN_TIE = 0.8, -0.5, 0.4
YOUNG = {"age": 30, "schooling": 2}


def nested_logit(value: np.ndarray, nest: np.ndarray, dissimilarity: float) -> np.ndarray:
    """P(j) = P(j | nest) P(nest); inclusive value of a nest: dissimilarity x ln of the sum of exp(V / dissimilarity)."""
    weight = np.exp(value / dissimilarity)
    inclusive = np.array([np.sum(weight[nest == m]) for m in range(nest.max() + 1)])
    return weight / inclusive[nest] * (inclusive**dissimilarity / np.sum(inclusive**dissimilarity))[nest]


def choices(
    dissimilarity: float,
    value: np.ndarray,
    village: float,
    nest: np.ndarray,
    engine: Implementation,
    home_open: bool = True,
    **person: int,
) -> np.ndarray:
    """Parts chosen by N persons alike, from utilities of the 113 places and of their village."""
    taste, nest_taste = gumbel_tables(dissimilarity)
    people = alike(N, YOUNG | person, 7)
    of_village = np.full((24, 111), on_grid(village))
    return engine.migration.destinations(
        0, N, np.arange(N, dtype=np.int32), NOW, people,
        np.tile(on_grid(value), (24, 1)), np.zeros((113, 113), np.int64), int(on_grid(STAY)),
        of_village, of_village, np.tile(on_grid(np.array([[HOME_TIE], [TOWN_TIE]])), 4), 0, home_open, nest, nest_taste, taste,
        stream_key(3, "taste"), stream_key(3, "nest"),
    )  # fmt: skip


def chi_square(counts: np.ndarray, share: np.ndarray) -> float:
    return float(np.sum((counts - N * share) ** 2 / (N * share)))


def shares_from_the_village(seed: int):
    """Utilities of places and the village, the nests, and the nested-logit shares of (113 places, village)."""
    rng = np.random.default_rng(seed)
    value, nest = rng.normal(0, 1, 113), rng.permutation(np.arange(113) % 3)
    # The village is a nest of its own; staying saves the move, and home is home.
    all_values = np.append(value, 1.5 + STAY + HOME_TIE)
    return value, nest, lambda dissimilarity: nested_logit(all_values, np.append(nest, 3), dissimilarity)


@pytest.mark.parametrize("dissimilarity", [0.3, 0.56, 0.85])
def test_choices_from_the_village_follow_the_nested_logit(dissimilarity: float):
    """113 degrees of freedom: mean 113, sd 15. Below 113 + 4 sd = 173 for the right formula, far above for another."""
    value, nest, share = shares_from_the_village(11)
    chosen = choices(dissimilarity, value, 1.5, nest, implementation.compiled())
    alternative = np.where(chosen == VILLAGE, 113, np.where(chosen >= DELTA, chosen - 111, chosen // 2))
    counts = np.bincount(alternative, minlength=114)
    assert chi_square(counts, share(dissimilarity)) < 173
    # The same counts refute a dissimilarity that is a little off, so the test would see a wrong table.
    assert chi_square(counts, share(dissimilarity + 0.04)) > 400
    # Nest by nest within four standard deviations.
    whole = share(dissimilarity)
    for m in range(4):
        inside = np.append(nest, 3) == m
        p = np.sum(whole[inside])
        assert abs(np.sum(counts[inside]) - N * p) < 4 * np.sqrt(N * p * (1 - p))


def alternatives(chosen: np.ndarray) -> np.ndarray:
    """(114,) how many chose each destination, and the village."""
    return np.bincount(
        np.where(chosen == VILLAGE, 113, np.where(chosen >= DELTA, chosen - 111, chosen // 2)), minlength=114
    )


def test_those_away_weigh_home_too():
    """Away in a town, from a village: the village with its tie, the present town saves the move; 113 degrees."""
    value, nest, _ = shares_from_the_village(12)
    counts = alternatives(choices(0.56, value, 1.5, nest, implementation.compiled(), lives=FAR_TOWN))
    worth = np.append(value, 1.5 + HOME_TIE)
    worth[FAR_TOWN // 2] += STAY
    assert chi_square(counts, nested_logit(worth, np.append(nest, 3), 0.56)) < 173
    # Registered in a town: that town has the tie, and there is no village; 112 degrees of freedom.
    counts = alternatives(
        choices(0.56, value, 1.5, nest, implementation.compiled(), home=TOWN, lives=FAR_TOWN)
    )
    worth = value.copy()
    worth[FAR_TOWN // 2] += STAY
    worth[TOWN // 2] += TOWN_TIE
    assert counts[113] == 0
    assert chi_square(counts[:113], nested_logit(worth, nest, 0.56)) < 172


def test_home_is_no_alternative_where_return_is_a_hazard():
    value, nest, _ = shares_from_the_village(12)
    engine = implementation.compiled()
    counts = alternatives(choices(0.56, value, 1.5, nest, engine, home_open=False, home=TOWN, lives=FAR_TOWN))
    worth = value.copy()
    worth[FAR_TOWN // 2] += STAY
    open_to = np.arange(114) != TOWN // 2
    open_to[113] = False
    assert counts[TOWN // 2] == 0 and counts[113] == 0
    share = nested_logit(worth[open_to[:113]], nest[open_to[:113]], 0.56)
    assert chi_square(counts[open_to], share) < 171  # 111 degrees of freedom: 111 + 4 x 14.9
    villagers = choices(0.56, value, 9.0, nest, engine, home_open=False, lives=FAR_TOWN)
    assert not np.any(villagers == VILLAGE)


def test_tastes_add_up_to_a_gumbel():
    """Cardell's term plus the scaled Gumbel is a standard Gumbel: mean 0.5772, variance pi^2 / 6 = 1.6449."""
    for dissimilarity in (0.3, 0.56, 0.9):
        taste, nest_taste = (table / 65536 for table in gumbel_tables(dissimilarity))
        # The two are independent, so their means and variances add up.
        assert np.mean(taste) + np.mean(nest_taste) == pytest.approx(0.57722, abs=2e-4)
        assert np.var(taste) + np.var(nest_taste) == pytest.approx(np.pi**2 / 6, abs=1e-3)
        assert np.all(np.diff(taste) >= 0) and np.all(np.diff(nest_taste) >= 0)
        # Upper tail of alpha ln S: P(> x) tends to exp(-x) / Gamma(1 - alpha), so at 1 - 10^-4 stands
        # ln(10^4) - ln Gamma(1 - alpha).
        tail = np.interp(1 - 1e-4, (np.arange(65536) + 0.5) / 65536, nest_taste)
        assert tail == pytest.approx(np.log(1e4) - gammaln(1 - dissimilarity), abs=0.02)


def test_raising_one_place_moves_people_to_that_place_alone(engine: Implementation):
    """Two worlds share the luck of a month: who chooses otherwise, chooses the place that became better."""
    value, nest, _ = shares_from_the_village(13)
    taste, nest_taste = gumbel_tables(0.56)
    people = alike(2000, YOUNG, 7)

    def chosen(worth: np.ndarray) -> np.ndarray:
        return engine.migration.destinations(
            0, 2000, np.arange(2000, dtype=np.int32), NOW, people, np.tile(on_grid(worth), (24, 1)),
            np.zeros((113, 113), np.int64), 0, NO_VILLAGE, NO_VILLAGE, NO_TIE, 0, True, nest, nest_taste, taste,
            stream_key(3, "taste"), stream_key(3, "nest"),
        )  # fmt: skip

    better = value.copy()
    better[40] += 3.0
    before, after = chosen(value), chosen(better)
    changed = before != after
    assert np.sum(changed) > 10
    assert np.all(after[changed] == 81)


def test_a_couple_apart_is_drawn_together(engine: Implementation):
    """Half of the couples: he in the delta, she in a town. With a strong family tie she goes to him, without not."""
    people, n, _ = households(
        [
            {"age": 30, "sex": 1, "spouse": 1, "home": FAR_TOWN},
            {"age": 30, "spouse": 0, "home": FAR_TOWN, "lives": DELTA},
        ]
    )
    taste, nest_taste = gumbel_tables(0.56)
    value = np.full(113, -20.0)
    value[FAR_TOWN // 2] = 0.0

    def she_chooses(family: float) -> int:
        return int(engine.migration.destinations(
            0, 1, np.array([0], np.int32), NOW, people, np.tile(on_grid(value), (24, 1)), np.zeros((113, 113), np.int64),
            0, NO_VILLAGE, NO_VILLAGE, NO_TIE, int(on_grid(family)), True, np.zeros(113, np.int64), nest_taste, taste,
            stream_key(3, "taste"), stream_key(3, "nest"),
        )[0])  # fmt: skip

    assert she_chooses(0.0) == FAR_TOWN
    assert she_chooses(60.0) == DELTA


def test_a_spouse_in_the_village_draws_home(engine: Implementation):
    people, _, _ = households(
        [{"age": 30, "sex": 1, "spouse": 1, "lives": FAR_TOWN}, {"age": 30, "spouse": 0}]
    )
    taste, nest_taste = gumbel_tables(0.56)
    value = np.full((24, 113), on_grid(0.0))

    def chooses(family: float) -> int:
        return int(engine.migration.destinations(
            0, 1, np.array([0], np.int32), NOW, people, value, np.zeros((113, 113), np.int64), int(on_grid(9.0)),
            NO_VILLAGE, NO_VILLAGE, NO_TIE, int(on_grid(family)), True, np.zeros(113, np.int64), nest_taste, taste,
            stream_key(3, "taste"), stream_key(3, "nest"),
        )[0])  # fmt: skip

    assert chooses(0.0) == FAR_TOWN
    assert chooses(60.0) == VILLAGE


def test_of_equals_the_present_place_is_chosen_and_then_the_first(engine: Implementation):
    """Without tastes all is equal but what staying saves; ties are broken by a fixed order, on every engine alike."""
    people, _, _ = households([{"age": 30}], [{"age": 30, "lives": FAR_TOWN, "home": DELTA}])
    nothing = np.zeros(1 << 16, np.int64)

    def chosen(place: np.ndarray) -> list[int]:
        return engine.migration.destinations(
            0, 2, np.array([0, 1], np.int32), NOW, people, place, np.zeros((113, 113), np.int64), 0,
            NO_VILLAGE, NO_VILLAGE, NO_TIE, 0, True, np.zeros(113, np.int64), nothing, nothing,
            stream_key(3, "taste"), stream_key(3, "nest"),
        ).tolist()  # fmt: skip

    equal = np.zeros((24, 113), np.int64)
    assert chosen(equal) == [VILLAGE, FAR_TOWN]
    equal[:, [30, 90]] = 1
    assert chosen(equal) == [61, 61]


def test_the_tie_is_stronger_from_fifty_on():
    parameters: Any = {"home_tie_from_fifty": 0.75, "home_tie_of_towns": 0.5}
    assert ties(parameters, 2.0).tolist() == [[2.0, 2.0, 2.0, 2.75], [0.5, 0.5, 0.5, 1.25]]
