"""Urban labour markets: posts, seekers, matching, wages (ODD equations L0-L6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from urbsim.compute.queueing import in_order
from urbsim.compute.randomness import monthly_probability, probability_threshold
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.rounding import largest_remainder, shared_by_rows
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations
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
FLOWS = ("entries", "retired", "died", "ended", "trained")
_LOCAL = np.array([0.0, 0.0, 0.0, 1.0, 1.0])  # sectors that serve the people of the town


@dataclass
class LabourMarket:
    """Posts and wages of the towns.

    market: (111,) index of the labour market of each county; n_markets; posts: (111, 5) posts on census night;
    people: (111,) seekers and jobholders on census night; efficiency: of matching, from the balance on census night;
    finding: (n_markets,) monthly chance of a seeker to find work, smoothed; wage: (n_markets,) ln wage over the base;
    carry: (n_markets,) fractions of hires not yet made; filled: (111, 5) jobs held; seekers: (111,);
    project_posts: (111, 5) posts of projects that levers brought. held_before: (111, 5) jobs held when the month began;
    offered: (111, 5) posts of this month, held or open, before anybody was hired; training_offered: (111,) person-times
    of training on offer this month; flows: entries, retired, died, ended, trained: (111,) each of this month.
    by_schooling: (5,) sectors in the order in which the best schooled take their posts.
    """

    market: np.ndarray
    n_markets: int
    participation: np.ndarray
    retirement: np.ndarray
    loss: np.ndarray
    loss_rate: float
    by_schooling: np.ndarray
    posts: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    people: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))
    efficiency: float = 0.0
    finding: np.ndarray = field(default_factory=lambda: np.zeros(0))
    base_finding: np.ndarray = field(default_factory=lambda: np.zeros(0))
    tightness: np.ndarray = field(default_factory=lambda: np.zeros(0))
    wage: np.ndarray = field(default_factory=lambda: np.zeros(0))
    carry: np.ndarray = field(default_factory=lambda: np.zeros(0))
    filled: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    vacancies: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    seekers: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    project_posts: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    held_before: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    offered: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, N_SECTORS), np.int64))
    training_offered: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
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


def labour_market(parameters: Parameters, places: Places) -> LabourMarket:
    """The market before anybody works in it."""
    p = parameters
    market, n = market_of_county(places)
    participation = probability_threshold(
        np.stack([np.full(65, p["participation_men"]), np.full(65, p["participation_women"])])
    )
    rate = p.array("separations_by_sector") * p["separations_per_month"]
    return LabourMarket(
        market=market,
        n_markets=n,
        participation=participation,
        retirement=np.array(
            [round(p["retirement_age_men"]), round(p["retirement_age_women"])], dtype=np.int64
        ),
        loss=probability_threshold(monthly_probability(rate)),
        loss_rate=p["separations_per_month"],
        by_schooling=p.array("sectors_by_schooling").astype(np.int64),
        wage=np.zeros(n),
        carry=np.zeros(n),
    )


def by_market(labour: LabourMarket, counties: np.ndarray) -> np.ndarray:
    """Sums of whole numbers over the counties of each market; counties: (111, ...)."""
    order, first = labour.in_order
    return np.add.reduceat(counties[order], first, axis=0)


def open_markets(
    labour: LabourMarket, parameters: Parameters, filled: np.ndarray, seekers: np.ndarray
) -> None:
    """Posts on census night: the jobs held and the vacant ones; and the efficiency that keeps the balance (L3)."""
    labour.filled, labour.seekers = filled, seekers
    vacant = int(np.floor(filled.sum() * parameters["vacant_at_base"] + 0.5))
    labour.vacancies = largest_remainder(filled.ravel().astype(float), vacant).reshape(filled.shape)
    labour.posts = filled + labour.vacancies
    labour.people = (filled.sum(axis=1) + seekers).astype(float)
    # A sample may be too small to hold a seeker or a vacancy; without one there is no balance to keep.
    u, v = max(float(seekers.sum()), 1.0), max(float(vacant), 1.0)
    hires = (
        labour.loss_rate * filled.sum()
        + parameters["jobs_per_growth"] * parameters["growth_trend_per_year"] / 12 * filled.sum()
    )
    alpha = parameters["match_alpha_u"]
    labour.efficiency = hires / (u**alpha * v ** (1 - alpha))
    labour.finding = np.full(labour.n_markets, hires / u)
    labour.base_finding = labour.finding.copy()
    labour.tightness = np.full(labour.n_markets, np.log(v / u))


def post_vacancies(labour: LabourMarket, parameters: Parameters, growth: float, working: np.ndarray) -> None:
    """Vacancies: posts that the growth path and the people of the town call for, less those filled (L4).

    growth: real growth since census night under the scenario, ln; working: (111,) seekers and jobholders.
    """
    p = parameters
    path = np.exp(p["jobs_per_growth"] * growth)
    followers = (
        by_market(labour, working.astype(float)) / np.maximum(by_market(labour, labour.people), 1.0)
    )[labour.market]
    follow = np.maximum(followers, p["services_follow_floor"]) ** p["services_follow_people"]
    wanted = labour.posts * path * np.where(_LOCAL > 0, follow[:, None], 1.0) + labour.project_posts
    labour.vacancies = np.maximum(np.floor(wanted + 0.5).astype(np.int64) - labour.filled, 0)
    labour.offered = labour.filled + labour.vacancies


def hires_by_market(
    labour: LabourMarket, parameters: Parameters, seekers: np.ndarray, trained: np.ndarray
) -> np.ndarray:
    """Matches of the month, (n_markets,) int64: Cobb-Douglas, never more than seekers or vacancies (L5).

    seekers, trained: (n_markets,) seekers, and those of them who took part in training: they raise efficiency by
    `training_match_gain` in proportion. Fractions are carried to the next month, so that small markets lose none.
    """
    u = seekers.astype(float)
    v = by_market(labour, labour.vacancies.sum(axis=1)).astype(float)
    alpha = parameters["match_alpha_u"]
    gain = 1 + parameters["training_match_gain"] * trained / np.maximum(u, 1.0)
    matches = labour.efficiency * gain * u**alpha * v ** (1 - alpha)
    labour.carry += np.minimum(matches, np.minimum(u, v))
    hires = np.minimum(np.floor(labour.carry), np.minimum(u, v)).astype(np.int64)
    labour.carry = np.minimum(labour.carry - hires, 1.0)  # guard: fractions alone wait for the next month
    return hires


_SKILLS = 16  # more than there are


def choose_hired(
    labour: LabourMarket, hires: np.ndarray, market: np.ndarray, skill: np.ndarray, luck: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Who is hired and into which sector: exact rationing by lowest luck, posts to the best schooled first (L5).

    Public posts and services ask for schooling; fields and building sites take whoever is left (`by_schooling`).
    market, skill, luck: (n,) of the seekers. Returns (positions of the hired, their sectors 0..4) and takes the
    vacancies. Complexity: linear.
    """
    hired = lowest_luck(market, luck, hires)
    # By market, the best schooled first, the lowest luck first among equals.
    standing = market[hired] * _SKILLS + (_SKILLS - 1 - skill[hired])
    hired = hired[in_order(standing, luck[hired], labour.n_markets * _SKILLS)]
    counties = labour.counties
    vacant = np.append(labour.vacancies, np.zeros((1, N_SECTORS), np.int64), axis=0)[counties]
    per_sector = shared_by_rows(vacant.sum(axis=1), hires)
    taken = shared_by_rows(
        vacant.transpose(0, 2, 1).reshape(-1, counties.shape[1]), per_sector.ravel()
    ).reshape(labour.n_markets, N_SECTORS, -1)
    there = counties < N_COUNTIES
    labour.vacancies[counties[there]] -= taken.transpose(0, 2, 1)[there]
    sectors = np.broadcast_to(labour.by_schooling, per_sector.shape).ravel()
    sectors = np.repeat(sectors, per_sector[:, labour.by_schooling].ravel())
    return hired, sectors


def learn(
    labour: LabourMarket, parameters: Parameters, seekers: np.ndarray, hires: np.ndarray, full: float
) -> None:
    """What people and wages take from the month: chances smoothed over months, wages by tightness (L6).

    seekers, hires: (n_markets,); full: full persons per sampled person, so that a sample learns as the whole would.
    Where few look for work a month tells little.
    """
    found = np.divide(hires, seekers, out=labour.finding.copy(), where=seekers > 0)
    p = parameters
    weight = seekers * full / (seekers * full + p["seekers_for_half_news"]) / p["months_to_learn_chances"]
    labour.finding += weight * (found - labour.finding)
    v = by_market(labour, labour.vacancies.sum(axis=1)).astype(float)
    # Guard: half a post or a seeker where there is none, so that the logarithm is finite.
    tight = np.log(np.maximum(v + hires, 0.5) / np.maximum(seekers, 0.5)) - labour.tightness
    most = p["most_tightness"]
    labour.wage += p["wage_response"] * weight * np.clip(tight, -most, most)


def income_gain(labour: LabourMarket, parameters: Parameters) -> np.ndarray:
    """(111,) ln expected income in the town of each county over the one on census night (ODD equation L6, M2).

    Expected income is p w + (1 - p) b (Harris and Todaro 1970), with p the chance that a newcomer finds work within
    `search_months` at the town's present chances.
    """
    b, months = parameters["informal_income"], parameters["search_months"]

    def expected(finding: np.ndarray) -> np.ndarray:
        p = 1 - (1 - np.minimum(finding, 1.0)) ** months
        return np.log(p + (1 - p) * b)

    gain = expected(labour.finding) - expected(labour.base_finding) + labour.wage
    return gain[labour.market]


def residuals(labour: LabourMarket, jobs: np.ndarray, seekers: int) -> dict[str, int]:
    """Largest absolute residual of each account of urban work; zero when it closes (ODD equation A5).

    jobs: (111, 5) and seekers, recounted from the persons.
    Somebody may move to another county of the same market and keep the job, so what changes in a month is held
    against the flows market by market.
    """
    flows = labour.flows
    change = labour.filled.sum(axis=1) - labour.held_before.sum(axis=1)
    gains = flows["entries"] - flows["retired"] - flows["died"] - flows["ended"]
    found = {
        "jobs": labour.filled - jobs,
        "seekers": labour.seekers.sum() - seekers,
        "jobs begun and ended": by_market(labour, change - gains),
        "posts filled and vacant": by_market(labour, labour.filled + labour.vacancies - labour.offered),
        "vacancies": np.minimum(labour.vacancies, 0),
    }
    return {name: int(np.abs(residual).max(initial=0)) for name, residual in found.items()}


def observe(labour: LabourMarket, coverage: float) -> dict[str, np.ndarray]:
    """Stocks and flows of urban work by county, (111,) int64 (ODD equation L7).

    `new_urban_jobs` is the administrative flow of the statistical scheme, in thousandths of a sampled person rounded
    half to even by county and month: coverage x entries - retirements - deaths. Job-to-job moves are no entries. The
    target's threshold is not an argument here or anywhere before `urbsim.results.targets`.
    """
    flows = labour.flows
    attrition = flows["retired"] + flows["died"]
    return {
        "urban_employed": labour.filled.sum(axis=1),
        "vacancies": labour.vacancies.sum(axis=1),
        "urban_unemployed": labour.seekers.astype(np.int64),
        "urban_entries": flows["entries"],
        "urban_attrition": attrition,
        "new_urban_jobs": np.rint(1000 * (coverage * flows["entries"] - attrition)).astype(np.int64),
        "trained": flows["trained"],
    }
