"""Urban labour markets: posts, seekers, matching, wages, the register of new jobs (ODD equations L0-L7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from urbsim.compute.queueing import in_order
from urbsim.compute.randomness import monthly_probability, one_threshold, probability_threshold
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.rounding import largest_remainder
from urbsim.compute.threads import Chunks
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations
from urbsim.processes.employment.posts import take_posts
from urbsim.state.codes import N_COUNTIES, N_SECTORS, SECTORS
from urbsim.state.geography import Places, city_of_county

_INDUSTRIES = {
    "agriculture": ("agriculture",),
    "manufacturing": ("mining", "manufacturing", "utilities"),
    "construction": ("construction",),
    "services": (
        "trade", "transport", "hotel_catering", "it", "finance", "real_estate", "business_services", "science",
        "resident_services", "culture",
    ),
    "public": ("environment", "education", "health", "public_admin"),
}  # fmt: skip
WAYS = ("from_school", "from_elsewhere", "unemployed", "from_odd_jobs", "from_odd_jobs_since")
"""By which people come to a post, in the order of their codes from ENTRANT on (`urbsim.state.codes`)."""
FLOWS = (*WAYS, "retired", "died", "ended", "trained")
_LOCAL = np.array([0.0, 0.0, 0.0, 1.0, 1.0])  # sectors that serve the people of the town


@dataclass
class LabourMarket:
    """Posts and wages of the towns.

    market: (111,) index of the labour market of each county; n_markets; participation: (2, ages) thresholds by sex and
    age; retirement: (2,) years by sex; hazard: (5,) of losing a post, per month; loss: (111, 5) monthly thresholds of
    it, dismissals included; looks, falls_back: thresholds that who does odd jobs looks for a post, and that who finds
    none turns to odd jobs; coverage: (5,) of the register of new jobs, by `WAYS`, to be multiplied by
    coverage_of_month; by_schooling: (5,) sectors in the order in which the best schooled take their posts.

    posts: (111, 5) posts on census night; people: (111,) who worked or looked for a post on census night; efficiency:
    of matching, from the balance on census night; finding: (n_markets,) monthly chance to find a post, smoothed; wage:
    (n_markets,) ln wage over the base; carry: (n_markets,) fractions of hires not yet made; together: of `links`;
    reach: (n_markets, n_markets) how open posts of another market are to those who live in one, 0..1, None where there
    are no commuters; carry_between: fractions of their hires; commuting: what reach and together were made from;
    commuters: int32 rows, rising, of all who may hold a post of another market than they live in;
    filled: (111, 5) posts held; odd_jobs: (111, 2) who does odd jobs, and who does since losing a post; seekers: (111,)
    who looks for a post and does nothing else; project_posts: (111, 5) posts of projects that levers brought;
    held_before: (111, 5) posts held when the month began; offered: (111, 5) posts of this month, held or open, before
    anybody was hired; training_offered: (111,) person-times of training on offer this month; news: (111,) villagers
    whom levers gave a service that tells of vacancies; insured: (111,) migrant workers whom levers insured; registered:
    (n_markets,) jobholders whom the register counted and has not lost; registered_share: (n_markets,) of the posts
    held, theirs, when the month began; flows: from_school, from_elsewhere, unemployed, from_odd_jobs,
    from_odd_jobs_since, retired, died, ended, trained: (111,) each of this month.
    """

    market: np.ndarray
    n_markets: int
    participation: np.ndarray
    retirement: np.ndarray
    hazard: np.ndarray
    looks: np.uint64
    falls_back: np.uint64
    coverage: np.ndarray
    by_schooling: np.ndarray
    coverage_of_month: float = 1.0
    loss: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.uint64))
    posts: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    people: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))
    efficiency: float = 0.0
    finding: np.ndarray = field(default_factory=lambda: np.zeros(0))
    base_finding: np.ndarray = field(default_factory=lambda: np.zeros(0))
    tightness: float = 0.0
    wage: np.ndarray = field(default_factory=lambda: np.zeros(0))
    carry: np.ndarray = field(default_factory=lambda: np.zeros(0))
    together: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_COUNTIES), np.uint8))
    reach: np.ndarray | None = None
    carry_between: np.ndarray | None = None
    commuting: np.ndarray | None = None
    commuters: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    filled: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    odd_jobs: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, 2), np.int64))
    vacancies: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    seekers: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    project_posts: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    held_before: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    offered: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    training_offered: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    news: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    insured: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    registered: np.ndarray = field(default_factory=lambda: np.zeros(0))
    registered_share: np.ndarray = field(default_factory=lambda: np.zeros(0))
    flows: dict[str, np.ndarray] = field(
        default_factory=lambda: {name: np.zeros(N_COUNTIES, np.int64) for name in FLOWS}
    )

    def begin_month(self) -> None:
        """Courses that nobody took last month have lapsed."""
        self.training_offered[:] = 0

    @cached_property
    def in_order(self) -> tuple[np.ndarray, np.ndarray]:
        """(111,) counties market by market, and (n_markets,) where those of each begin."""
        order = np.argsort(self.market, kind="stable")
        return order, np.searchsorted(self.market[order], np.arange(self.n_markets))

    @cached_property
    def counties(self) -> np.ndarray:
        """(n_markets, most counties of one) counties of each market in their order, 111 where there are fewer."""
        order, first = self.in_order
        many = np.bincount(self.market, minlength=self.n_markets)
        rank = np.arange(order.size) - first[self.market[order]]
        out = np.full((self.n_markets, many.max()), N_COUNTIES)
        out[self.market[order], rank] = order
        return out


def market_of_county(places: Places) -> tuple[np.ndarray, int]:
    """Labour market of each county, (111,): one for the districts of a prefecture, one for every other seat."""
    return city_of_county(places), len(places.prefectures) + int(np.sum(places.is_city == 0))


@lru_cache(maxsize=4)
def sector_thresholds(codes: tuple[str, ...], farm_share: float) -> np.ndarray:
    """(111, 5) uint64 rising thresholds of the sector of an urban job, from the industries of the county's employed.

    The long form counts town and village together; farm work is taken out but for the part that town dwellers do.
    codes: of the counties; farm_share: of the county's farm work, that part.
    """
    profile = observations("county_census2020_profile").copy()
    profile["adcode"] = profile["adcode"].astype(str)
    profile = profile.set_index("adcode").loc[list(codes)]
    share = np.stack(
        [profile[[f"lf_ind_{name}" for name in _INDUSTRIES[s]]].to_numpy(float).sum(axis=1) for s in SECTORS],
        axis=1,
    )
    share[:, 0] *= farm_share
    share /= share.sum(axis=1, keepdims=True)
    thresholds = probability_threshold(np.minimum(np.cumsum(share, axis=1), 1.0))
    thresholds[:, -1] = np.uint64(1) << np.uint64(32)
    return thresholds


def participation_by_age(parameters: Parameters) -> np.ndarray:
    """(2, 86) share of men and women in towns, out of school, who work or want to, by age (ODD equation L1).

    The share below fifty times the part of it that still takes part at 50, 55 ... 80, straight lines between;
    `work_past_retirement` scales what lies beyond the statutory age of each sex.
    """
    p, age = parameters, np.arange(86)
    out = []
    for below_fifty, from_fifty, statutory in (
        ("participation_men", "participation_from_50_men", "retirement_age_men"),
        ("participation_women", "participation_from_50_women", "retirement_age_women"),
    ):
        still = np.interp(age, np.arange(50, 81, 5), p.array(from_fifty))
        late = age >= round(p[statutory])
        out.append(p[below_fifty] * still * np.where(late, p["work_past_retirement"], 1.0))
    return np.minimum(np.stack(out), 1.0)


def coverage_by_way(parameters: Parameters, one_coverage: bool = False) -> np.ndarray:
    """(5,) share of the posts taken that the register of new jobs counts, by `WAYS` (ODD equation L7).

    one_coverage: one share of all, in place of one by the way by which people come.
    """
    p = parameters
    if one_coverage:
        return np.full(len(WAYS), p["one_coverage_of_new_jobs"])
    others, again = p["counted_others"], p["counted_reemployed"]
    return p["new_jobs_coverage"] * np.array([1.0, others, again, others, again])


def coverage_of_month(parameters: Parameters, before_base: float) -> float:
    """Factor on what the register of new jobs counts, 1 on census night of 2020 and after it (ODD equation L7).

    before_base: years that the month lies before that night, or less than none.
    """
    return float(np.exp(-parameters["coverage_change_per_year"] * max(before_base, 0.0)))


def labour_market(parameters: Parameters, places: Places, one_coverage: bool = False) -> LabourMarket:
    """The market before anybody works in it; one_coverage: of `coverage_by_way`."""
    p = parameters
    market, n = market_of_county(places)
    hazard = p.array("separations_by_sector") * p["separations_per_month"]
    loss = probability_threshold(monthly_probability(hazard))
    return LabourMarket(
        market=market,
        n_markets=n,
        participation=probability_threshold(participation_by_age(p)),
        retirement=np.array(
            [round(p["retirement_age_men"]), round(p["retirement_age_women"])], dtype=np.int64
        ),
        hazard=hazard,
        looks=one_threshold(p["odd_jobs_look"]),
        falls_back=one_threshold(p["odd_jobs_fall_back"]),
        coverage=coverage_by_way(p, one_coverage),
        by_schooling=p.array("sectors_by_schooling").astype(np.int64),
        loss=np.repeat(loss[None, :], N_COUNTIES, axis=0),
        wage=np.zeros(n),
        carry=np.zeros(n),
        together=links(market, None),
    )


def links(market: np.ndarray, reach: np.ndarray | None) -> np.ndarray:
    """(111, 111) uint8: where somebody who lives in one county may hold a post of another (ODD equations L2, J7).

    1 in the same labour market, 2 where people may commute, else 0. Markets are matched, not counties: whoever is hired
    may keep the post, wherever in their market they live. market: (111,); reach: (n_markets, n_markets) of
    `reach_between`, None for nowhere.
    """
    same = (market[:, None] == market).astype(np.uint8)
    if reach is None:
        return same
    return np.where((reach > 0)[market][:, market], np.uint8(2), same)


def reach_between(market: np.ndarray, commuting: np.ndarray) -> np.ndarray:
    """(n_markets, n_markets) how far journeys to work have come: that of their nearest counties, 0 within a market.

    market: (111,); commuting: (111, 111), from 0 to 1.
    """
    n = int(market.max()) + 1
    reach = np.zeros((n, n))
    ones, others = np.nonzero(commuting)  # few: circles are small
    np.maximum.at(reach, (market[ones], market[others]), commuting[ones, others])
    np.fill_diagonal(reach, 0.0)
    return reach


def let_commute(labour: LabourMarket, commuting: np.ndarray | None) -> None:
    """Opens the posts of other markets to people within reach (ODD equation J7); commuting: as of `reach_between`."""
    if commuting is None or commuting is labour.commuting:
        return
    labour.commuting = commuting
    labour.reach = reach = reach_between(labour.market, commuting)
    labour.together = links(labour.market, reach)
    if labour.carry_between is None:
        labour.carry_between = np.zeros_like(reach)


def by_market(labour: LabourMarket, counties: np.ndarray) -> np.ndarray:
    """Sums of whole numbers over the counties of each market; counties: (111, ...)."""
    order, first = labour.in_order
    return np.add.reduceat(counties[order], first, axis=0)


def open_markets(
    labour: LabourMarket, parameters: Parameters, held: np.ndarray, seekers: np.ndarray, reserve: np.ndarray
) -> None:
    """Posts on census night: those held and the vacant ones; and the efficiency that keeps the balance (L3).

    held: (111, 7) odd jobs of two kinds and posts by sector; seekers: (111,); reserve: (111,) of those doing odd jobs
    who are below retirement, of whom some look for a post each month.
    """
    p = parameters
    labour.odd_jobs, labour.filled, labour.seekers = held[:, :2], held[:, 2:].copy(), seekers
    filled = labour.filled
    vacant = int(np.floor(filled.sum() * p["vacant_at_base"] + 0.5))
    labour.vacancies = largest_remainder(filled.ravel().astype(float), vacant).reshape(filled.shape)
    labour.posts = filled + labour.vacancies
    labour.people = (held.sum(axis=1) + seekers).astype(float)
    hires = float(filled.sum(axis=0) @ labour.hazard) + p["other_hires_at_base"] * filled.sum()
    # In a month as many posts fall free, and as many people begin to look for one, as are hired. A sample may be too
    # small to hold a seeker or a vacancy; without one there is no balance to keep.
    u = max(seekers.sum() + p["odd_jobs_look"] * reserve.sum() + hires, 1.0)
    v = max(vacant + hires, 1.0)
    alpha = p["match_alpha_u"]
    labour.efficiency = hires / (u**alpha * v ** (1 - alpha))
    labour.finding = np.full(labour.n_markets, hires / u)
    labour.base_finding = labour.finding.copy()
    labour.tightness = float(np.log(v / u))
    labour.registered = p["registered_at_base"] * by_market(labour, filled.sum(axis=1))
    labour.registered_share = np.full(labour.n_markets, p["registered_at_base"])


def post_vacancies(
    labour: LabourMarket, parameters: Parameters, growth: float, years: float, working: np.ndarray
) -> None:
    """Vacancies: posts that the growth path and the people of the town call for, less those filled (L4).

    growth, years: real growth since census night under the scenario, ln, and how long ago that is; working: (111,) who
    works or looks for a post. Where more posts are held than are wanted, some of the holders are dismissed in the month
    after.
    """
    p = parameters
    path = np.exp(p["jobs_per_growth"] * (growth - p["jobless_growth_per_year"] * years))
    followers = (
        by_market(labour, working.astype(float)) / np.maximum(by_market(labour, labour.people), 1.0)
    )[labour.market]
    follow = np.maximum(followers, p["services_follow_floor"]) ** p["services_follow_people"]
    wanted = labour.posts * path * np.where(_LOCAL > 0, follow[:, None], 1.0) + labour.project_posts
    beyond = labour.filled - np.floor(wanted + 0.5).astype(np.int64)
    labour.vacancies = np.maximum(-beyond, 0)
    labour.offered = labour.filled + labour.vacancies
    labour.loss = probability_threshold(
        monthly_probability(labour.hazard + dismissals(labour, parameters, beyond))
    )


def dismissals(labour: LabourMarket, parameters: Parameters, beyond: np.ndarray) -> np.ndarray:
    """(111, 5) hazard per month that the holder of a post is dismissed (ODD equation L2).

    beyond: (111, 5) posts held beyond those wanted; of these `dismissed_per_month` are given up, at most
    `most_dismissed_per_month` of all posts held.
    """
    share = np.maximum(beyond, 0) / np.maximum(labour.filled, 1)
    return np.minimum(parameters["dismissed_per_month"] * share, parameters["most_dismissed_per_month"])


def hires_by_market(
    labour: LabourMarket, parameters: Parameters, seekers: np.ndarray, trained: np.ndarray, hiring: float
) -> np.ndarray:
    """Matches of the month, (n_markets,) int64: Cobb-Douglas, never more than seekers or vacancies (L5).

    seekers, trained: (n_markets,) who looks for a post, and those of them who took part in training: they raise
    efficiency by `training_match_gain` in proportion; hiring: factor of the month on efficiency. Fractions are carried
    to the next month, so that small markets lose none.
    """
    u = seekers.astype(float)
    v = by_market(labour, labour.vacancies.sum(axis=1)).astype(float)
    alpha = parameters["match_alpha_u"]
    gain = 1 + parameters["training_match_gain"] * trained / np.maximum(u, 1.0)
    matches = labour.efficiency * hiring * gain * u**alpha * v ** (1 - alpha)
    labour.carry += np.minimum(matches, np.minimum(u, v))
    hires = np.minimum(np.floor(labour.carry), np.minimum(u, v)).astype(np.int64)
    labour.carry = np.minimum(labour.carry - hires, 1.0)  # guard: fractions alone wait for the next month
    return hires


_SKILLS = 16  # more than there are


def choose_hired(
    labour: LabourMarket,
    hires: np.ndarray,
    market: np.ndarray,
    skills: Callable[[np.ndarray], np.ndarray],
    luck: np.ndarray,
    chunks: Chunks | None = None,
    counts: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Who is hired and into which sector: exact rationing by lowest luck, posts to the best schooled first (L5).

    Public posts and services ask for schooling; fields and building sites take whoever is left (`by_schooling`).
    market, luck: (n,) of the seekers; skills: called with positions, says how schooled those seekers are; chunks:
    threads; counts: of `lowest_luck`. Returns (positions of the hired, rising, their sectors 0..4) and takes the
    vacancies. Complexity: linear.
    """
    hired = lowest_luck(market, luck, hires, chunks, counts)
    order, by_rank, _ = choose_posts(labour, hires, market[hired], skills(hired), luck[hired])
    sectors = np.empty_like(by_rank)
    sectors[order] = by_rank
    return hired, sectors


def choose_posts(
    labour: LabourMarket, hires: np.ndarray, market: np.ndarray, skill: np.ndarray, luck: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which of the vacancies those hired get, and takes them: (order, sectors, counties), (n,) each (L5).

    hires: (n_markets,) how many there are in each market; market, skill, luck: (n,) of those hired.
    """
    # By market, the best schooled first, the lowest luck first among equals.
    standing = market * _SKILLS + (_SKILLS - 1 - skill)
    order = in_order(standing, luck, labour.n_markets * _SKILLS)
    sectors, counties = take_posts(labour.vacancies, labour.counties, labour.by_schooling, hires)
    return order, sectors, counties


def learn(
    labour: LabourMarket,
    parameters: Parameters,
    seekers: np.ndarray,
    hires: np.ndarray,
    full: float,
    commuters: np.ndarray | None = None,
) -> None:
    """What people and wages take from the month: chances smoothed over months, wages by tightness (L6).

    seekers, hires: (n_markets,) who looked for a post, who found one; full: full persons per sampled person, so that a
    sample learns as the whole would. Where few look for work a month tells little. commuters: (n_markets, n_markets) of
    `commuters_by_market`: chances are those of people who live in a market, wages follow the posts on offer there.
    """
    out, into = (0, 0) if commuters is None else (commuters.sum(axis=1), commuters.sum(axis=0))
    found = np.divide(hires + out, seekers, out=labour.finding.copy(), where=seekers > 0)
    p = parameters
    weight = seekers * full / (seekers * full + p["seekers_for_half_news"]) / p["months_to_learn_chances"]
    labour.finding += weight * (found - labour.finding)
    v = by_market(labour, labour.vacancies.sum(axis=1)).astype(float)
    # Guard: half a post or a seeker where there is none, so that the logarithm is finite.
    tight = np.log(np.maximum(v + hires + into, 0.5) / np.maximum(seekers, 0.5)) - labour.tightness
    most = p["most_tightness"]
    labour.wage += p["wage_response"] * weight * np.clip(tight, -most, most)


def chance_of_finding(finding: np.ndarray, parameters: Parameters) -> np.ndarray:
    """(n,) chance to find a post within `search_months`, from (n,) monthly chances (ODD equation L6)."""
    return 1 - (1 - np.minimum(finding, 1.0)) ** parameters["search_months"]


def income_gain(labour: LabourMarket, parameters: Parameters) -> np.ndarray:
    """(111,) ln expected income in the town of each county over the one on census night (ODD equation L6, M2).

    Expected income is p w + (1 - p) b (Harris and Todaro 1970), with p the chance that a newcomer finds work within
    `search_months` at the town's present chances.
    """
    b = parameters["informal_income"]

    def expected(finding: np.ndarray) -> np.ndarray:
        p = chance_of_finding(finding, parameters)
        return np.log(p + (1 - p) * b)

    gain = expected(labour.finding) - expected(labour.base_finding) + labour.wage
    return gain[labour.market]


def attrition(labour: LabourMarket) -> np.ndarray:
    """(111,) holders of posts who retired or died this month."""
    return labour.flows["retired"] + labour.flows["died"]


def entries(labour: LabourMarket) -> np.ndarray:
    """(111,) posts taken this month."""
    return np.sum([labour.flows[way] for way in WAYS], axis=0)


def counted_entries(labour: LabourMarket) -> np.ndarray:
    """(111,) posts taken this month that the register counts (ODD equation L7)."""
    covered = np.minimum(labour.coverage * labour.coverage_of_month, 1.0)
    return np.dot(covered, np.array([labour.flows[way] for way in WAYS], np.float64))


def keep_register(labour: LabourMarket) -> None:
    """The registered among the holders of posts, after the month's beginnings and ends (ODD equation L7).

    Posts end by retirement, death, loss and leaving; the registered have their share of each.
    """
    before = by_market(labour, labour.held_before.sum(axis=1))
    labour.registered_share = np.minimum(labour.registered / np.maximum(before, 1), 1.0)
    gone = by_market(labour, attrition(labour) + labour.flows["ended"])
    labour.registered += by_market(labour, counted_entries(labour)) - labour.registered_share * gone


def residuals(labour: LabourMarket, held: np.ndarray, seekers: int) -> dict[str, int]:
    """Largest absolute residual of each account of urban work; zero when it closes (ODD equation A5).

    held: (111, 7) urban work and seekers, recounted from the persons.
    Somebody may move to another county of the same market and keep the post, so what changes in a month is held
    against the flows market by market.
    """
    flows = labour.flows
    change = labour.filled.sum(axis=1) - labour.held_before.sum(axis=1)
    gains = entries(labour) - attrition(labour) - flows["ended"]
    found = {
        "jobs": labour.filled - held[:, 2:],
        "odd jobs": labour.odd_jobs - held[:, :2],
        "seekers": labour.seekers.sum() - seekers,
        "jobs begun and ended": by_market(labour, change - gains),
        "posts filled and vacant": by_market(labour, labour.filled + labour.vacancies - labour.offered),
        "vacancies": np.minimum(labour.vacancies, 0),
    }
    return {name: int(np.abs(residual).max(initial=0)) for name, residual in found.items()}


def _thousandths(persons: np.ndarray) -> np.ndarray:
    return np.rint(1000 * persons).astype(np.int64)


def observe(labour: LabourMarket) -> dict[str, np.ndarray]:
    """Stocks and flows of urban work by county, (111,) int64 (ODD equation L7).

    `new_urban_jobs` is the administrative flow of the statistical scheme, in thousandths of a sampled person rounded
    half to even by county and month: the posts taken that the register counts, less retirements and deaths of the
    registered. The target's threshold is not an argument here or anywhere before `urbsim.results.targets`.
    """
    flows = labour.flows
    counted = _thousandths(counted_entries(labour))
    less = _thousandths(labour.registered_share[labour.market] * attrition(labour))
    return {
        "urban_employed": labour.filled.sum(axis=1) + labour.odd_jobs.sum(axis=1),
        "odd_jobs": labour.odd_jobs.sum(axis=1),
        "vacancies": labour.vacancies.sum(axis=1),
        "urban_unemployed": labour.seekers.astype(np.int64),
        "urban_entries": entries(labour),
        "entries_from_school": flows["from_school"],
        "entries_reemployed": flows["unemployed"] + flows["from_odd_jobs_since"],
        "entries_others": flows["from_elsewhere"] + flows["from_odd_jobs"],
        "urban_attrition": attrition(labour),
        "counted_entries": counted,
        "registered_attrition": less,
        "new_urban_jobs": counted - less,
        "trained": flows["trained"],
    }
