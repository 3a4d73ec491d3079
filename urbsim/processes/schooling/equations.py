"""School places in towns: capacity, the September intake, what families learn from it (ODD equations E1-E6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from urbsim.compute.randomness import probability_threshold
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.threads import Chunks
from urbsim.facts.parameters import Parameters
from urbsim.state.codes import (
    FIRST_OUTSIDE,
    N_COUNTIES,
    N_DESTINATIONS,
    N_INSIDE,
    N_PARTS,
    N_PLACE_KINDS,
    NO_PLACE,
    PUBLIC_PLACE,
    PURCHASED_PLACE,
)
from urbsim.state.definitions import FIRST_COMPULSORY
from urbsim.state.stages import N_STAGES, STAGES

LOCAL, NEWCOMER = 0, 1  # registered in the county of the town, or elsewhere
_COMPULSORY = slice(FIRST_COMPULSORY, N_STAGES)
PARAMETERS_OF_STAGE = {
    "kindergarten": ("kindergarten_attendance", "kindergarten_public_share", "kindergarten_inclusive_share"),
    "primary": ("public_school_share_primary", "purchased_place_share_primary"),
    "junior": ("public_school_share_junior", "purchased_place_share_junior"),
}
"""Of a stage that is not compulsory: share who attend, of these in a public place, in a public or a subsidised one. Of
a compulsory one: share of newcomers in a public place, and in a purchased one."""
_SHAPE = (N_COUNTIES, N_STAGES, 2)


def _none() -> np.ndarray:
    return np.zeros(_SHAPE, np.int64)


@dataclass
class SchoolMarket:
    """Places of the towns by county, stage and kind; `_SHAPE` is (111, 3 stages, 2 kinds or 2 registrations).

    share: (3, 2 registrations, 2 kinds) of children in need who hold a place of the kind on census night, slack
    included; attending: share of children in need, by stage (3,); children: (111, 15 school ages, 2 registrations) in
    towns on census night, full population; error: the same in the sample less its due share of the full one;
    weight: full persons per sampled person; year: school years begun since census night; astray: `error` of those at
    each stage this school year, (111, 3, 2).
    places, held: places and those filled, sampled units; added: by levers; taken_over: with villages turned urban.
    waiting: rising rows of children in need who were given no place this month, int32.
    need: children in need of a place this month, by registration. coverage: (111,) chance of a newcomer's child to find
    a place, all stages, smoothed; compulsory: (111, 2 registrations) that of pupils; reference: (2,) its mean on
    census night; memory: months over which news of places spreads; college: of `college_places`; childcare: (111,)
    rise over census night of the share of children below school age with a place in childcare.
    """

    share: np.ndarray
    attending: np.ndarray
    children: np.ndarray
    error: np.ndarray
    weight: float
    memory: float
    college: np.ndarray = field(init=False)
    year: int = 0
    astray: np.ndarray = field(default_factory=lambda: np.zeros(_SHAPE))
    places: np.ndarray = field(default_factory=_none)
    held: np.ndarray = field(default_factory=_none)
    added: np.ndarray = field(default_factory=_none)
    taken_over: np.ndarray = field(default_factory=_none)
    waiting: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    need: np.ndarray = field(default_factory=_none)
    coverage: np.ndarray = field(default_factory=lambda: np.ones(N_COUNTIES))
    compulsory: np.ndarray = field(default_factory=lambda: np.ones((N_COUNTIES, 2)))
    base_coverage: np.ndarray = field(default_factory=lambda: np.ones(N_COUNTIES))
    reference: np.ndarray = field(default_factory=lambda: np.ones(2))
    childcare: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))

    @cached_property
    def base_need(self) -> np.ndarray:
        """Children in need on census night, `_SHAPE`, full population."""
        return _by_stage(self, self.children, 0)

    @cached_property
    def base_places(self) -> np.ndarray:
        """Places of census night, (111, 3), full population."""
        return np.einsum("csr,srk->cs", self.base_need, self.share)

    @property
    def vacant(self) -> np.ndarray:
        """Places nobody holds, (111, 3, 2)."""
        return self.places - self.held

    def lacking(self, stage: int) -> np.ndarray:
        """Children in need of a stage who hold no place, (111,) sampled persons: where new places are wanted."""
        # Pupils of a village that turned urban this month hold places but are counted in need from the next.
        of_kinds = self.need[:, stage] - self.held[:, stage]
        return np.maximum(of_kinds[:, 0] + of_kinds[:, 1], 0)

    def add_places(self, counties: np.ndarray, stage: int, kind: int) -> None:
        """More places from this month on, built (kind 0, public) or bought in private schools (kind 1).

        counties: (111,) sampled units, as levers release them. Raises ValueError for negative units: places are
        not taken away.
        """
        counties = np.asarray(counties, dtype=np.int64)
        if np.any(counties < 0):
            raise ValueError("school places can be added, not taken away")
        self.places[:, stage, kind] += counties
        self.added[:, stage, kind] += counties

    def take_over(self, pupils: np.ndarray) -> None:
        """Public places of villages that turned urban, all of them filled; pupils: (111, 3)."""
        for array in (self.places, self.held, self.taken_over):
            array[:, :, 0] += pupils


def college_places(parameters: Parameters, students: np.ndarray, border_open: bool) -> np.ndarray:
    """(113,) uint64 cumulative thresholds of where new students go: as students of the base, some outside (S3).

    students: (113,) in college on census night, by place of living.
    """
    outside = parameters["college_outside_share"] if border_open else 0.0
    inside = students[:N_COUNTIES]
    share = np.zeros(N_DESTINATIONS)
    share[:N_COUNTIES] = inside / inside.sum() * (1 - outside)
    delta = parameters["college_outside_delta_share"]
    share[N_COUNTIES:] = outside * delta, outside * (1 - delta)
    cumulative = probability_threshold(np.minimum(np.cumsum(share), 1.0))
    cumulative[-1] = np.uint64(1) << np.uint64(32)
    return cumulative


def attendance(parameters: Parameters) -> np.ndarray:
    """(stages,) share of children of the age who are sent to school: all where it is compulsory (ODD equation E1)."""
    return np.array(
        [1.0 if stage.compulsory else parameters[PARAMETERS_OF_STAGE[stage.name][0]] for stage in STAGES]
    )


def school_place_shares(parameters: Parameters) -> np.ndarray:
    """(3 stages, 2 registrations, 2 kinds) share of children in need with a place on census night (ODD equation E1).

    Compulsory schools take all children registered in the county; the shares of newcomers' children are those of the
    national survey. Kindergartens are not bound to registration: one share for all, the queue does the rest.
    """
    share = np.zeros((N_STAGES, 2, N_PLACE_KINDS))
    for stage, of_stage in zip(STAGES, share, strict=True):
        shares = [parameters[name] for name in PARAMETERS_OF_STAGE[stage.name]]
        if stage.compulsory:
            of_stage[LOCAL], of_stage[NEWCOMER] = (1.0, 0.0), shares
        else:
            _, public, either = shares
            of_stage[:] = public, either - public
    return share * (1 + parameters["school_slack"])


def school_market(
    parameters: Parameters, children: np.ndarray, sampled: np.ndarray, weight: float
) -> SchoolMarket:
    """The market on census night, before anybody is admitted (ODD equations E1, E5).

    children, sampled: (111, 15, 2) children in towns by school age and registration, full population and sample.
    """
    schools = SchoolMarket(
        share=school_place_shares(parameters),
        attending=attendance(parameters),
        children=children.astype(np.float64),
        error=sampled - children / weight,
        weight=weight,
        memory=max(parameters["school_coverage_memory"], 1.0),  # guard: nobody hears more than all the news
    )
    set_school_places(schools)
    need = schools.base_need
    everybody, pupils = _coverage(need, _full_places(schools))
    schools.coverage, schools.base_coverage, schools.compulsory = everybody, everybody.copy(), pupils
    covered = np.minimum(need, _open_to(need, _full_places(schools)))[:, _COMPULSORY].sum(axis=(0, 1))
    schools.reference = covered / np.maximum(need[:, _COMPULSORY].sum(axis=(0, 1)), 1.0)
    return schools


def _by_stage(schools: SchoolMarket, cohorts: np.ndarray, year: int) -> np.ndarray:
    """Children in need by stage, `_SHAPE`, when the cohorts (111, 15, 2) of census night are `year` years older."""
    out = np.zeros(_SHAPE)
    for stage, (_, first, end, _) in enumerate(STAGES):
        young, old = max(first - year, 0), max(end - year, 0)
        out[:, stage] = schools.attending[stage] * cohorts[:, young:old].sum(axis=1)
    return out


def _full_places(schools: SchoolMarket) -> np.ndarray:
    """Places at full scale, (111, 3): those of census night and what came since."""
    return schools.base_places + (schools.added + schools.taken_over).sum(axis=2) * schools.weight


def set_school_places(schools: SchoolMarket) -> None:
    """Places of the school year in sampled units (ODD equation E1).

    The stock of census night is that of the full population. What the sample has too many or too few of the cohorts
    now at school is made up for, so that a small sample makes no shortage of its own; at scale 1 there is nothing to
    make up for. Nobody who holds a place loses it.
    """
    schools.astray = _by_stage(schools, schools.error, schools.year)
    base = schools.base_need / schools.weight + schools.astray
    stock = np.maximum(np.einsum("csr,srk->csk", base, schools.share), 0.0)
    due = whole_units(stock) + schools.added + schools.taken_over
    schools.places = np.maximum(due, schools.held)


def whole_units(stock: np.ndarray) -> np.ndarray:
    """Whole places by county from fractions, the largest remainders first; totals over counties hold to half a unit.

    stock: (111, ...) not negative. Returns int64 of the same shape.
    """
    flat = stock.reshape(stock.shape[0], -1)
    out = np.floor(flat).astype(np.int64)
    for column in range(flat.shape[1]):
        more = int(np.floor(flat[:, column].sum() + 0.5)) - int(out[:, column].sum())
        if more > 0:
            out[np.argsort(out[:, column] - flat[:, column], kind="stable")[:more], column] += 1
    return out.reshape(stock.shape)


def admit(cell: np.ndarray, rank: np.ndarray, vacant: np.ndarray, chunks: Chunks) -> np.ndarray:
    """Who gets which kind of school place: exact rationing in each county and stage (ODD equation E3).

    cell: (n,) stages x county + stage of each waiting child; rank: (n,) uint64 in the queue, lowest first, of equals
    the first; vacant: (111, 3, 2 kinds). First the public places are given, then the purchased ones; who
    has a place and who of these a public one is found at once.
    Returns (n,) uint8 kinds. Complexity: linear.
    """
    room = np.maximum(vacant.reshape(-1, 2), 0)
    kinds = np.full(cell.size, NO_PLACE, np.uint8)
    served, in_public = chunks.at_once(
        [partial(lowest_luck, cell, rank, places) for places in (room.sum(axis=1), room[:, 0])], cell.size
    )
    kinds[served] = PURCHASED_PLACE
    kinds[in_public] = PUBLIC_PLACE  # they stand before all others served
    return kinds


def _open_to(need: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Places open to each registration, `_SHAPE`: to newcomers what children registered in the county leave."""
    return np.stack([places, np.maximum(places - need[:, :, LOCAL], 0.0)], axis=2)


def _share(covered: np.ndarray, need: np.ndarray) -> np.ndarray:
    return np.divide(covered, need, out=np.ones_like(need), where=need > 0)


def _coverage(need: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of children for whom there is a place: (111,) of newcomers, all stages; (111, 2) of pupils (E4)."""
    covered = np.minimum(need, _open_to(need, places))
    everybody = _share(covered[:, :, NEWCOMER].sum(axis=1), need[:, :, NEWCOMER].sum(axis=1))
    pupils = _share(covered[:, _COMPULSORY].sum(axis=1), need[:, _COMPULSORY].sum(axis=1))
    return everybody, pupils


def learn(schools: SchoolMarket) -> None:
    """What families know of places, smoothed (ODD equation E4); the full population carries the level."""
    need = np.maximum((schools.need - schools.astray) * schools.weight, 0.0)
    everybody, pupils = _coverage(need, _full_places(schools))
    schools.coverage = schools.coverage + (everybody - schools.coverage) / schools.memory
    schools.compulsory = schools.compulsory + (pupils - schools.compulsory) / schools.memory


def by_coverage(share: float, weight: float, schools: SchoolMarket) -> np.ndarray:
    """(111, 2 registrations) probability that answers to coverage (ODD equation E5).

    share: its value at the mean coverage of census night; weight: logit per unit of coverage.
    """
    logit = np.log(share / (1 - share)) + weight * (schools.compulsory - schools.reference)
    return 1 / (1 + np.exp(-logit))


def by_childcare(share: float, weight: float, schools: SchoolMarket) -> np.ndarray | float:
    """(111, 1) probability that answers to places in childcare; the share alone where there are no new ones (V2).

    share: its value on census night; weight: logit per unit of coverage.
    """
    if not schools.childcare.any():
        return share
    logit = np.log(share / (1 - share)) + weight * schools.childcare
    return (1 / (1 + np.exp(-logit)))[:, None]


def coming_along(parameters: Parameters, schools: SchoolMarket) -> np.ndarray:
    """(3, 224 parts, 2 registrations) uint64 thresholds of who comes along to a part (ODD equations M6, M7, E5).

    First index: spouse, child below school age, pupil; pupils answer to the places at school of the town they go to,
    small children to those in childcare (V2). To a village people only go back; outside Guangxi fewer children come
    along.
    """
    p = parameters
    share = np.empty((3, N_PARTS, 2))
    share[0], share[1], share[2] = p["spouse_comes"], p["young_child_comes"], p["pupil_comes"]
    share[1, _TOWNS] = by_childcare(p["young_child_comes"], p["beta_childcare"], schools)
    share[2, _TOWNS] = by_coverage(p["pupil_comes"], p["beta_school_accompany"], schools)
    share[1:, _VILLAGES] = p["child_comes_back"]
    share[1:, FIRST_OUTSIDE:] *= p["outside_children"]
    return probability_threshold(share)


def joining(parameters: Parameters, schools: SchoolMarket) -> np.ndarray:
    """(2, 224 parts, 2 registrations) uint64 thresholds that a child left at home joins its parents (M8, E5).

    First index: below school age, of school age.
    """
    p = parameters
    share = np.full((2, N_PARTS, 2), p["left_child_joins"])
    share[0, _TOWNS] = by_childcare(p["left_child_joins"], p["beta_childcare"], schools)
    share[1, _TOWNS] = by_coverage(p["left_child_joins"], p["beta_school_accompany"], schools)
    share[:, FIRST_OUTSIDE:] *= p["outside_children"]
    return probability_threshold(share)


_VILLAGES, _TOWNS = slice(0, N_INSIDE, 2), slice(1, N_INSIDE, 2)


def going_back(parameters: Parameters, schools: SchoolMarket) -> np.ndarray:
    """(111, 2 registrations) uint64 thresholds that a pupil turned down in September is sent home (E6)."""
    p = parameters
    return probability_threshold(
        by_coverage(p["unplaced_pupil_goes_back"], -p["beta_school_accompany"], schools)
    )


def residuals(schools: SchoolMarket, recount: np.ndarray) -> dict[str, int]:
    """Largest residual of the account of places, zero when it closes: filled + vacant = places (ODD equation A4).

    recount: (111, 1 + 3, 2) places held, counted from the columns by stage, the first slot those at no stage.
    """
    astray = int(recount[:, 0].sum())
    overfull = int(np.maximum(-schools.vacant, 0).max())
    return {"school places": max(int(np.abs(recount[:, 1:] - schools.held).max()), astray, overfull)}
