"""Markets by hand: posts, matches, who is hired, what people learn, what is reported (ODD L3-L8)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbsim.compute.plain.sharing import largest_remainders
from urbsim.compute.randomness import monthly_probability, one_threshold, probability_threshold
from urbsim.facts.parameters import load_parameters
from urbsim.processes.employment import equations as employment
from urbsim.processes.employment.equations import LabourMarket
from urbsim.processes.employment.posts import take_posts
from urbsim.processes.employment.training import trainees

P: Any = {
    "vacant_at_base": 0.03,
    "jobs_per_growth": 0.4,
    "jobless_growth_per_year": 0.025,
    "other_hires_at_base": 0.001,
    "odd_jobs_look": 0.1,
    "registered_at_base": 0.3,
    "dismissed_per_month": 0.25,
    "most_dismissed_per_month": 0.02,
    "match_alpha_u": 0.5,
    "services_follow_people": 0.5,
    "training_match_gain": 0.1,
    "informal_income": 0.4,
    "wage_response": 0.03,
    "services_follow_floor": 0.1,
    "seekers_for_half_news": 1000,
    "months_to_learn_chances": 12,
    "most_tightness": 2,
    "search_months": 6,
}
AGRICULTURE, MANUFACTURING, CONSTRUCTION, SERVICES, PUBLIC = range(5)


def market(n_markets: int = 3) -> LabourMarket:
    """County c belongs to market c while there are markets, all others to the last one."""
    return LabourMarket(
        market=np.minimum(np.arange(111), n_markets - 1),
        n_markets=n_markets,
        participation=np.zeros((2, 86), np.uint64),
        retirement=np.array([60, 53]),
        hazard=np.array([0.02, 0.01, 0.02, 0.01, 0.0]),
        looks=one_threshold(0.1),
        falls_back=one_threshold(0.05),
        coverage=np.array([0.75, 0.25, 0.125, 0.25, 0.125]),
        by_schooling=np.array([PUBLIC, SERVICES, MANUFACTURING, CONSTRUCTION, AGRICULTURE]),
        wage=np.zeros(n_markets),
        carry=np.zeros(n_markets),
    )


def counties(**values: int) -> np.ndarray:
    """(111,) int64 with values by county, c0=... and so on."""
    out = np.zeros(111, np.int64)
    for name, value in values.items():
        out[int(name[1:])] = value
    return out


def by_sector(**rows: tuple[int, int, int, int, int]) -> np.ndarray:
    """(111, 5) int64 with rows by county."""
    out = np.zeros((111, 5), np.int64)
    for name, row in rows.items():
        out[int(name[1:])] = row
    return out


def opened() -> LabourMarket:
    labour = market()
    filled = by_sector(c0=(0, 200, 100, 300, 0), c1=(50, 50, 100, 100, 100))
    odd_jobs = np.zeros((111, 2), np.int64)
    odd_jobs[:2] = (60, 40), (30, 20)
    held = np.concatenate([odd_jobs, filled], axis=1)
    employment.open_markets(labour, P, held, counties(c0=24, c1=11), counties(c0=70, c1=30))
    return labour


def test_markets_open_in_balance():
    """L3: 1,000 posts held, 35 seekers, 100 in odd jobs and below retirement, of whom a tenth looks for a post.

    3% of the posts: 30 vacant, spread as the posts are. 250 posts in manufacturing, 400 in services, by a hazard of
    0.01; 50 on the land and 200 on building sites by one of 0.02; 100 public ones are safe: 11.5 fall free a month. By
    0.001 x 1000 more hires for other reasons: 12.5 hires. Looking are 35 + 10 + 12.5 = 57.5, open 30 + 12.5 = 42.5, with
    exponents of a half.
    """
    labour = opened()
    assert labour.vacancies.sum() == 30
    assert labour.vacancies[0].tolist() == [0, 6, 3, 9, 0]
    assert np.array_equal(labour.posts, labour.filled + labour.vacancies)
    assert labour.efficiency == pytest.approx(12.5 / np.sqrt(57.5 * 42.5))
    assert labour.finding == pytest.approx(np.full(3, 12.5 / 57.5))
    assert labour.tightness == pytest.approx(np.log(42.5 / 57.5))
    assert labour.people[:2].tolist() == [724, 461]
    assert labour.registered == pytest.approx([180, 120, 0])
    assert labour.odd_jobs[:2].tolist() == [[60, 40], [30, 20]]


@pytest.mark.parametrize(
    ("filled", "seekers"),
    [
        (by_sector(), counties()),  # nobody works, nobody looks for work
        (
            by_sector(c0=(0, 4, 0, 3, 0)),
            counties(),
        ),  # nobody looks for work, and so few posts that none is vacant
        (by_sector(c0=(0, 4, 0, 3, 0)), counties(c1=1)),
        (by_sector(c0=(0, 200, 100, 300, 0)), counties()),
        (by_sector(), counties(c0=3)),
    ],
)
def test_a_sample_without_seekers_or_vacancies_hires_nobody_and_nothing_turns_into_nan(
    filled: np.ndarray, seekers: np.ndarray
):
    """At a scale of 1e-6 efficiency was infinite: infinity times no seeker is no number, and as an int64 it is -2^63."""
    labour = market()
    with np.errstate(all="raise"):
        held = np.concatenate([np.zeros((111, 2), np.int64), filled], axis=1)
        employment.open_markets(labour, P, held, seekers, counties())
        employment.post_vacancies(labour, P, 0.05, 1.0, filled.sum(axis=1) + seekers)
        hires = employment.hires_by_market(
            labour, P, employment.by_market(labour, seekers), np.zeros(3, np.int64), hiring=1.0
        )
        employment.learn(labour, P, employment.by_market(labour, seekers), hires, full=1e5)
        gain = employment.income_gain(labour, P)
    assert 0 <= hires.min() and np.all(hires <= employment.by_market(labour, seekers))
    assert np.isfinite([labour.efficiency, labour.tightness, *labour.finding, *labour.wage, *gain]).all()


def test_posts_grow_with_the_economy_and_services_with_the_people():
    """L4: growth of 5% for two years, of which 2.5% bring no posts, makes exp(0.4 x 0.025 x 2) = 1.0202 times the posts;
    a fifth more people, by a response of a half, sqrt(1.2) = 1.0954 times the posts of services and the public sector."""
    labour = opened()
    people = labour.people.copy()
    people[0] *= 1.2
    labour.project_posts[0, MANUFACTURING] = 7
    employment.post_vacancies(labour, P, growth=0.1, years=2.0, working=people)
    # Manufacturing: 206 x 1.0202 + 7 = 217.16, less 200 filled: 17. Construction: 103 x 1.0202 = 105.08: 5.
    # Services: 309 x 1.0202 x 1.0954 = 345.3: 45.
    assert labour.vacancies[0].tolist() == [0, 17, 5, 45, 0]
    # County 1 has its people: 103 x 1.0202 = 105.08 posts of the public sector and of services alike.
    assert labour.vacancies[1, [SERVICES, PUBLIC]].tolist() == [5, 5]


def test_posts_are_filled_or_vacant_and_demand_that_falls_dismisses():
    """L2, L4: 40 of 200 posts in manufacturing beyond those wanted are a fifth; a quarter of that would be 5% a month,
    of which 2% are given up. 6 of 300 in services: 0.5% a month on top of a hazard of 1%. Nobody is dismissed where posts
    stand open."""
    labour = opened()
    employment.post_vacancies(labour, P, growth=0.0, years=0.0, working=labour.people)
    assert np.array_equal(labour.filled + labour.vacancies, labour.posts)
    assert np.array_equal(labour.loss[5], probability_threshold(monthly_probability(labour.hazard)))
    labour.filled[0] += (0, 46, 0, 15, 0)  # beyond the 6 and the 9 vacant
    labour.filled[0, [MANUFACTURING, SERVICES]] -= (46, 15)
    labour.posts[0, [MANUFACTURING, SERVICES]] = 160, 294
    employment.post_vacancies(labour, P, growth=0.0, years=0.0, working=labour.people)
    assert labour.vacancies[0, [MANUFACTURING, SERVICES]].tolist() == [0, 0] and labour.filled.sum() == 1000
    hazard = labour.hazard + np.array([0.0, 0.02, 0.0, 0.005, 0.0])
    assert np.array_equal(labour.loss[0], probability_threshold(monthly_probability(hazard)))


def test_matches_by_hand():
    """L5: 64 seekers, 16 vacancies, efficiency 0.25: 0.25 x 8 x 4 = 8 matches. Were half of them trained, by a gain of
    0.1 each, 5% more: 8.4; the 0.4 wait for the next months."""
    labour = market()
    labour.efficiency = 0.25
    labour.vacancies[0, MANUFACTURING] = 16
    seekers, none = np.array([64, 0, 30]), np.zeros(3, np.int64)
    assert employment.hires_by_market(labour, P, seekers, none, hiring=1.0).tolist() == [8, 0, 0]
    trained = np.array([32, 0, 0])
    in_months = [employment.hires_by_market(labour, P, seekers, trained, hiring=1.0)[0] for _ in range(5)]
    assert in_months == [8, 8, 9, 8, 9]  # 8.4, 16.8, 25.2, 33.6, 42.0
    # In an epidemic that leaves a quarter of the usual hiring, two; posts and seekers wait.
    labour.carry[:] = 0
    assert employment.hires_by_market(labour, P, seekers, none, hiring=0.25).tolist() == [2, 0, 0]
    assert labour.vacancies[0, MANUFACTURING] == 16


@given(st.integers(0, 400), st.lists(st.integers(0, 40), min_size=15, max_size=15), st.floats(0.01, 5.0),
       st.integers(0, 2**32 - 1))  # fmt: skip
@settings(max_examples=150)
def test_rationing_is_exact(n: int, vacant: list[int], efficiency: float, seed: int):
    """Never more hires than seekers or vacancies; the posts taken are the posts filled; nobody is hired twice."""
    labour = market()
    labour.efficiency = efficiency
    labour.vacancies[:3] = np.array(vacant).reshape(3, 5)
    labour.vacancies[50] = labour.vacancies[2] // 2  # a second county in the last market
    before = labour.vacancies.copy()
    open_posts = employment.by_market(labour, before)
    rng = np.random.default_rng(seed)
    where, skill = rng.integers(0, 3, n), rng.integers(0, 10, n)
    luck = rng.integers(0, 1 << 63, n, dtype=np.uint64)
    seekers = np.bincount(where, minlength=3)
    for _ in range(3):  # what is carried over must not add up beyond either
        hires = employment.hires_by_market(labour, P, seekers, seekers // 2, hiring=1.0)
        assert np.all(hires <= seekers) and np.all(hires <= open_posts.sum(axis=1))
        assert np.all(hires >= 0) and np.all(labour.carry >= 0) and np.all(labour.carry <= 1)
    hired, sectors = employment.choose_hired(labour, hires, where, skill.__getitem__, luck)
    assert np.array_equal(np.bincount(where[hired], minlength=3), hires)
    assert np.unique(hired).size == hired.size
    assert np.all(labour.vacancies >= 0)
    taken = employment.by_market(labour, before - labour.vacancies)
    filled = np.zeros((3, 5), np.int64)
    np.add.at(filled, (where[hired], sectors), 1)
    assert np.array_equal(taken, filled)
    for m in range(3):
        # The lowest luck is hired, whatever the schooling; among the hired the better schooled get the better posts.
        inside = np.flatnonzero(where == m)
        mine = np.isin(inside, hired)
        assert luck[inside[mine]].max(initial=0) <= luck[inside[~mine]].min(initial=2**63)
        # Public posts come first, then services, factories, building sites, and the land last.
        rank = np.array([4, 2, 3, 1, 0])[sectors[where[hired] == m]]
        skills = skill[hired[where[hired] == m]]
        for better in range(4):
            worst_above = skills[rank <= better].min(initial=99)
            assert worst_above >= skills[rank > better].max(initial=0)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_posts_taken_in_one_pass_are_those_of_tables(seed: int, n_markets: int):
    """As NumPy shares them out: hires over the sectors of each market, those of a sector over its counties."""
    rng, labour = np.random.default_rng(seed), market(n_markets)
    labour.vacancies = rng.integers(0, 4, (111, 5)) * (rng.random((111, 5)) < 0.7)
    of_markets = employment.by_market(labour, labour.vacancies)
    hires = rng.integers(0, of_markets.sum(axis=1) + 1) * (rng.random(n_markets) < 0.8)

    def shared(stocks: np.ndarray, totals: np.ndarray) -> np.ndarray:
        return largest_remainders(
            totals[:, None] * stocks / np.maximum(stocks.sum(axis=1), 1)[:, None], totals
        )

    left, posts = labour.vacancies.copy(), []
    for m, by_sector in enumerate(shared(of_markets, hires)):
        counties = np.flatnonzero(labour.market == m)
        for sector in labour.by_schooling:
            taken = shared(labour.vacancies[None, counties, sector], by_sector[[sector]])[0]
            left[counties, sector] -= taken
            posts += [(sector, county) for county in np.repeat(counties, taken)]
    sectors, counties = take_posts(labour.vacancies, labour.counties, labour.by_schooling, hires)
    assert list(zip(sectors, counties, strict=True)) == posts
    assert np.array_equal(labour.vacancies, left)


def test_the_public_sector_takes_the_best_schooled():
    """Four hired of five, one post each in public, services, construction and on the land: luck decides who, schooling what."""
    labour = market()
    labour.vacancies[0] = (1, 0, 1, 1, 1)
    skill, luck = np.array([2, 8, 6, 8, 0]), np.array([3, 9, 1, 2, 0], np.uint64)
    hired, sectors = employment.choose_hired(
        labour, np.array([4, 0, 0]), np.zeros(5, np.int64), skill.__getitem__, luck
    )
    # Position 1, well schooled, has the worst luck. Position 3 goes to the public sector, 2 to services.
    assert dict(zip(hired.tolist(), sectors.tolist(), strict=True)) == {
        3: PUBLIC, 2: SERVICES, 0: CONSTRUCTION, 4: AGRICULTURE
    }  # fmt: skip
    assert not labour.vacancies.any()


def test_what_people_learn_of_a_month():
    """L6: of 3,000 seekers (full scale) 600 found work, against one in six before. A market of 3,000 weighs
    3000 / 4000 / 12 = 1/16: 1/6 + (1/5 - 1/6) / 16 = 0.16875. Posts per seeker 1200 + 600 to 3000: ln 0.6 against ln 0.5;
    wages rise by 0.03 x 1/16 x ln 1.2. A market without seekers learns nothing."""
    labour = opened()
    labour.finding[:], labour.tightness = 1 / 6, np.log(0.5)
    labour.vacancies[:] = 0
    labour.vacancies[0, SERVICES] = 1200
    employment.learn(labour, P, np.array([3000, 0, 0]), np.array([600, 0, 0]), 1.0)
    assert labour.finding == pytest.approx([0.16875, 1 / 6, 1 / 6])
    assert labour.wage == pytest.approx([0.03 / 16 * np.log(1.2), 0, 0])


def test_a_sample_learns_as_the_whole_would():
    whole, sample = opened(), opened()
    whole.vacancies[:], sample.vacancies[:] = 0, 0
    whole.vacancies[0, SERVICES], sample.vacancies[0, SERVICES] = 1200, 12
    employment.learn(whole, P, np.array([3000, 0, 0]), np.array([600, 0, 0]), 1.0)
    employment.learn(sample, P, np.array([30, 0, 0]), np.array([6, 0, 0]), 100.0)
    assert sample.finding == pytest.approx(whole.finding) and sample.wage == pytest.approx(whole.wage)


def test_expected_income():
    """L6, Harris and Todaro: with a chance of 0.2 a month, 1 - 0.8^6 = 0.737856 to find work in half a year; income
    0.737856 + 0.262144 x 0.4 = 0.8427136. Against 1/6: 1 - (5/6)^6 = 0.665102, income 0.7990612. And wages on top."""
    labour = opened()
    labour.base_finding[:] = 1 / 6
    labour.finding[:] = 0.2, 1 / 6, 1 / 6
    labour.wage[0] = 0.01
    gain = employment.income_gain(labour, P)
    assert gain[0] == pytest.approx(np.log(0.8427136 / 0.7990612) + 0.01, abs=1e-6)
    assert np.all(gain[1:] == 0)


def test_utility_answers_to_the_chance_of_a_post_as_believed():
    """L6: by the prior of `beta_u` in behaviour_priors between 0.3 and 2.0 per unit of ln chance, `beta_w` being 1.

    By the chance of a month and, more, by that of finding a post while one searches.
    """
    p = load_parameters(0)
    labour = opened()
    labour.base_finding[:] = labour.finding[:] = 0.17
    labour.finding[0] *= 1.1
    response = employment.income_gain(labour, p)[0] / np.log(1.1)
    months = p["search_months"]
    found = [1 - (1 - chance) ** months for chance in (0.17, 0.187)]
    assert 0.3 < response < response * np.log(1.1) / np.log(found[1] / found[0]) < 2.0


def test_who_takes_part_by_age():
    """L1: 0.9 of men below fifty; of these 0.8 at 55 and 0.5 at 60, so 0.65 at 57.5; beyond retirement half as many."""
    still = np.array([1.0, 0.8, 0.5, 0.2, 0.1, 0.0, 0.0])
    numbers: dict[str, Any] = {
        "participation_men": 0.9, "participation_women": 0.8, "work_past_retirement": 0.5, "retirement_age_men": 60,
        "retirement_age_women": 55, "participation_from_50_men": still, "participation_from_50_women": still,
    }  # fmt: skip

    class Numbers(dict):
        def array(self, name: str) -> np.ndarray:
            return self[name]

    men, women = employment.participation_by_age(Numbers(numbers))  # type: ignore[arg-type]
    assert men[[16, 49, 50]] == pytest.approx(0.9)
    assert men[[55, 57, 59]] == pytest.approx([0.72, 0.9 * 0.68, 0.9 * 0.56])
    assert men[[60, 65, 75, 85]] == pytest.approx([0.225, 0.09, 0, 0])
    assert women[[54, 55]] == pytest.approx([0.8 * 0.84, 0.8 * 0.4])


def test_coverage_is_by_the_way_to_a_post_or_one_for_all():
    p: Any = {
        "new_jobs_coverage": 0.8, "counted_others": 0.5, "counted_reemployed": 0.25, "one_coverage_of_new_jobs": 0.3,
    }  # fmt: skip
    assert employment.coverage_by_way(p).tolist() == [0.8, 0.4, 0.2, 0.4, 0.2]
    assert employment.coverage_by_way(p, one_coverage=True).tolist() == [0.3] * 5


def test_what_the_register_counts_falls_to_census_night_of_2020_and_no_further():
    p: Any = {"coverage_change_per_year": -0.05}
    assert employment.coverage_of_month(p, 8.0) == pytest.approx(np.exp(0.4))
    assert employment.coverage_of_month(p, 0.0) == employment.coverage_of_month(p, -3.0) == 1.0


def flows_of(**values: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values.get(name, counties()) for name in employment.FLOWS}


def test_the_register_loses_its_share_of_those_who_leave():
    """L7: 180 of 600 posts are registered, 0.3. Of 20 who retire or die and 10 who leave 9 were registered; 8 straight
    from school by 0.75 and 16 unemployed by 0.125 are new: 180 + 6 + 2 - 9. The count: 8 less 0.3 x 20."""
    labour = opened()
    labour.held_before = labour.filled
    labour.flows = flows_of(
        from_school=counties(c0=8), unemployed=counties(c0=16), retired=counties(c0=15), died=counties(c0=5),
        ended=counties(c0=10),
    )  # fmt: skip
    employment.keep_register(labour)
    assert labour.registered == pytest.approx([179, 120, 0])
    found = employment.observe(labour)
    assert found["counted_entries"][0] == 8000 and found["registered_attrition"][0] == 6000
    assert found["new_urban_jobs"][0] == 2000 and found["new_urban_jobs"].dtype == np.int64
    # With twice the coverage all of those straight from school count, and no more than all: 8 + 0.25 x 16.
    labour.coverage_of_month = 2.0
    assert employment.counted_entries(labour)[0] == 12


def test_new_urban_jobs_are_rounded_half_to_even_in_thousandths():
    """L7: 62.5 thousandths are 62, 187.5 are 188; a county that loses more than it gains counts below zero."""
    labour = market()
    labour.coverage = np.array([0.0625, 0.5, 0.0625, 0.5, 0.0625])
    labour.flows = flows_of(
        from_school=counties(c0=1),
        unemployed=counties(c1=2),
        from_odd_jobs_since=counties(c1=1),
        from_elsewhere=counties(c2=3),
        from_odd_jobs=counties(c2=1),
        retired=counties(c2=1, c3=2),
        died=counties(c2=1),
        trained=counties(c0=5),
    )
    labour.registered_share = np.full(3, 0.25)
    labour.filled, labour.vacancies = by_sector(c0=(1, 2, 3, 4, 5)), by_sector(c0=(0, 1, 0, 1, 0))
    labour.seekers, labour.odd_jobs[0] = counties(c0=9), (3, 4)
    found = employment.observe(labour)
    assert found["counted_entries"][:4].tolist() == [62, 188, 2000, 0]
    assert found["registered_attrition"][:4].tolist() == [0, 0, 500, 500]
    assert found["new_urban_jobs"][:4].tolist() == [62, 188, 1500, -500]
    assert found["urban_entries"][:4].tolist() == [1, 3, 4, 0]
    assert found["urban_attrition"][:4].tolist() == [0, 0, 2, 2]
    assert [found[f"entries_{way}"][:3].tolist() for way in ("from_school", "reemployed", "others")] == [
        [1, 0, 0], [0, 3, 0], [0, 0, 4],
    ]  # fmt: skip
    assert found["trained"][0] == 5
    names = ("urban_employed", "odd_jobs", "vacancies", "urban_unemployed")
    assert [found[name][0] for name in names] == [22, 7, 2, 9]


@given(st.lists(st.integers(0, 4), max_size=60), st.lists(st.integers(0, 20), min_size=5, max_size=5),
       st.integers(0, 2**32 - 1))  # fmt: skip
@settings(max_examples=100)
def test_training_goes_to_the_lowest_luck_and_no_further(where: list[int], offer: list[int], seed: int):
    """L8: in each county as many as are offered or seek, whoever has the lowest luck."""
    county = np.array(where, np.int64)
    luck = np.random.default_rng(seed).integers(0, 1 << 63, county.size, dtype=np.uint64)
    offered = np.zeros(111, np.int64)
    offered[:5] = offer
    seeking = np.bincount(county, minlength=111)
    taught = trainees(county, luck, offered, np.zeros(county.size, bool), 1.0, seeking)
    assert np.array_equal(np.bincount(county[taught], minlength=111), np.minimum(offered, seeking))
    assert np.unique(taught).size == taught.size
    for c in range(5):
        mine = np.isin(np.flatnonzero(county == c), taught)
        own = luck[county == c]
        assert own[mine].max(initial=0) <= own[~mine].min(initial=2**63)


def test_training_is_full_where_everybody_has_a_high_luck():
    """L8: those with a low luck alone are looked at first; of 3,000 who have none, the two lowest are trained."""
    luck = np.random.default_rng(5).integers(1 << 63, 1 << 64, 3_000, dtype=np.uint64)
    only = np.r_[1, np.zeros(110)].astype(np.int64)
    nobody = np.zeros(luck.size, bool)
    chosen = trainees(np.zeros(luck.size, np.uint8), luck, 2 * only, nobody, 1.0, luck.size * only)
    assert chosen.tolist() == sorted(np.argsort(luck)[:2])


@pytest.mark.parametrize(("again", "taught"), [(1.0, [0, 1]), (4.0, [1, 3]), (0.25, [0, 2])])
def test_who_was_trained_before_comes_again_so_many_times_as_easily(again: float, taught: list[int]):
    """L8: two courses for luck of 10, 20, 30 and 36; 20 and 36 were trained before.

    Four times as easily, their luck counts as 5 and 9, below 10. A quarter as easily, that of the others as 2.5 and 7.5.
    """
    luck = np.array([10, 20, 30, 36], np.uint64) << np.uint64(50)
    before = np.array([False, True, False, True])
    offered = np.r_[2, np.zeros(110)].astype(np.int64)
    chosen = trainees(np.zeros(4, np.int64), luck, offered, before, again, 2 * offered)
    assert chosen.tolist() == taught
