"""What a run says of each observation: the same figures as `observed`, measured on the model.

A run is one replay of the decade and, for what lies beyond census night, the first year of a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.indicators import COUNTS, INDICATORS
from urbsim.fit.age_groups import GROUPS, by_group
from urbsim.fit.observed import BANDS, CLASSES, NIGHT, key, kinds, log, months_of
from urbsim.processes.employment.equations import WAYS
from urbsim.results.observer import Observer
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.codes import DEAD, FIRST_OUTSIDE
from urbsim.state.geography import PROVINCE
from urbsim.state.holdings import DORMITORY

_AGAIN = [WAYS.index("unemployed"), WAYS.index("from_odd_jobs_since")]
_NIGHT_2020 = BASE_MONTH["census_2020"]
_LAST_YEARS = 3  # of the replay, whose mean the first year of a forecast is compared with
_LARGEST_HOUSEHOLD = 64  # guard: rings are followed no further
SEAM = ("villages", "outside")


@dataclass
class Seen:
    """What is kept of a run while it is stepped.

    reemployed, relocated: by month, counted re-employed and persons brought from villages to towns, full scale.
    """

    observer: Observer
    reemployed: dict[int, float] = field(default_factory=dict)
    relocated: dict[int, float] = field(default_factory=dict)
    registered_elsewhere: dict[int, np.ndarray] = field(default_factory=dict)

    def flow(self, indicator: str, months: range) -> float:
        """A flow of the province over those of the months that were run, persons."""
        at, per_unit = COUNTS.index(indicator), INDICATORS[indicator].fractions
        counted = sum(
            int(counts[at].sum())
            for month, counts in zip(self.observer.months, self.observer.counts, strict=True)
            if month in months and month > self.observer.months[0]
        )
        return counted * self.observer.weight / per_unit

    def level(self, indicator: str, month: str, place: str = PROVINCE) -> float:
        """A stock or rate at the end of a month; 0 where nobody is."""
        return self.observer.read(indicator, place, month_number(month)) or 0.0

    def reemployed_in(self, months: range) -> float:
        """Re-employed whom the register of new jobs counts, persons."""
        return sum(value for month, value in self.reemployed.items() if month in months)


def stepped(model: UrbanisationModel, months: int) -> Seen:
    """Steps the model, and keeps what the indicators do not hold."""
    seen = Seen(model.observer)
    for _ in range(months):
        model.step()
        world = model.world
        assert world is not None
        labour = world.employment
        covered = np.minimum(labour.coverage * labour.coverage_of_month, 1.0)  # as L7 counts all entries
        counted = sum(covered[way] * labour.flows[WAYS[way]].sum() for way in _AGAIN)
        seen.reemployed[world.month] = float(counted) * world.weight
        seen.relocated[world.month] = world.moving.relocated * world.weight
    seen.registered_elsewhere = model.registered_elsewhere
    return seen


def of_replay(
    seen: Seen, last: World, forecast: Seen, wanted: dict[str, tuple[str, ...]]
) -> dict[str, float]:
    """Every figure that is wanted, by its key, in the unit of the protocol.

    seen, last: the replay and its last night; forecast: a first year after that night; wanted: what the figures of an
    observable are of.
    """
    measured = {
        "urban_share": lambda at: 100 * seen.level("urbanisation_rate", at),
        "residents": lambda at: seen.level("resident_population", at) / 1e6,
        "outside": lambda at: _outside(seen, at) / 1e6,
        "new_jobs": lambda at: log(_over_both(seen, forecast, "new_urban_jobs", at)),
        "reemployed": lambda at: log(
            seen.reemployed_in(months_of(at)) + forecast.reemployed_in(months_of(at))
        ),
        "settled": lambda at: log(seen.flow("settled", months_of(at)) * 12 / len(months_of(at))),
        "registered_urban_share": lambda at: 100 * seen.level("hukou_urbanisation_rate", at),
        "prefecture_shares": lambda at: 100 * seen.level("urbanisation_rate", NIGHT, at),
        "county_shares": lambda at: 100 * seen.level("urbanisation_rate", NIGHT, at),
        "kind_shares": lambda at: (
            100 * _of_kind(seen, "urban_population", at) / _of_kind(seen, "resident_population", at)
        ),
        "kind_residents": lambda at: log(_of_kind(seen, "resident_population", at)),
        "registered_elsewhere": _registered_elsewhere(seen).__getitem__,
        "seam": seam(seen, forecast).__getitem__,
    } | {name: values.__getitem__ for name, values in of_night(last).items()}
    return {key(name, at): float(measured[name](at)) for name, items in wanted.items() for at in items}


def _of_kind(seen: Seen, indicator: str, kind: str) -> float:
    """A stock of census night over the county-level units of a kind."""
    return sum(seen.level(indicator, NIGHT, code) for code, of in kinds().items() if of == kind)


def of_night(world: World) -> dict[str, dict[str, float]]:
    """Ages, people outside by age, couples and households of the world as it stands."""
    people, weight = world.people, world.weight
    alive = np.flatnonzero(people.risk[: world.n] != DEAD)
    age = (world.month - people.birth_month[alive].astype(np.int64)) // 12
    here = people.counted[alive] < FIRST_OUTSIDE
    away = ~here & (people.home[alive] < FIRST_OUTSIDE)
    groups = by_group(age[here]) * weight
    bands = {
        name: float(np.sum(away & (age >= first) & (age < last))) * weight
        for name, (first, last) in BANDS.items()
    }
    married = alive[people.spouse[alive] >= 0]
    apart = people.lives[married] != people.lives[people.spouse[married]]
    return {
        "ages": {group: log(count) for group, count in zip(GROUPS, groups.tolist(), strict=True)},
        "outside_ages": {name: log(count) for name, count in bands.items()},
        "couples_apart": {NIGHT: 100 * float(apart.mean()) if apart.size else 0.0},
        "household_size": {NIGHT: log(household_size(world))},
    }


def household_size(world: World) -> float:
    """Persons per family household among those who live in Guangxi; 1 where there are none.

    Members of a household who live outside do not count; those under way do, where they live.
    """
    people, n = world.people, world.n
    in_it = (
        (people.risk[:n] != DEAD)
        & (people.holdings[:n] & DORMITORY == 0)
        & (people.lives[:n] < FIRST_OUTSIDE)
    ).astype(np.int64)
    rows = np.flatnonzero(in_it)
    size, left, at = np.ones(rows.size, np.int64), np.arange(rows.size), people.ring[rows]
    for _ in range(_LARGEST_HOUSEHOLD):
        on = at != rows[left]
        left, at = left[on], at[on]
        size[left] += in_it[at]
        at = people.ring[at]
    return float(rows.size / np.sum(1 / size)) if rows.size else 1.0


def seam(seen: Seen, forecast: Seen) -> dict[str, float]:
    """Net moves to towns in the year after census night less the mean of the last years before it, thousands.

    Whom the programme of relocation brought is left out: they did not decide for themselves, and it has ended.
    """
    before = range(_NIGHT_2020 - 12 * _LAST_YEARS + 1, _NIGHT_2020 + 1)
    after = range(_NIGHT_2020 + 1, _NIGHT_2020 + 13)
    found = (_net_by_origin(forecast, after), _net_by_origin(seen, before))
    return {name: (found[0][name] - found[1][name] / _LAST_YEARS) / 1e3 for name in SEAM}


def _net_by_origin(seen: Seen, months: range) -> dict[str, float]:
    """Net moves to towns of Guangxi, persons: from villages by their own decision, and from outside."""
    brought = sum(value for month, value in seen.relocated.items() if month in months)
    villages = seen.flow("moved_to_urban", months) - seen.flow("moved_to_rural", months) - brought
    outside = seen.flow("moved_in_outside_urban", months) - seen.flow("moved_out_outside_urban", months)
    return dict(zip(SEAM, (villages, outside), strict=True))


def _outside(seen: Seen, at: str) -> float:
    """Living outside on census night; before, what is known is registered less resident people."""
    if at == NIGHT:
        return seen.level("living_outside", at)
    return seen.level("registered_population", at) - seen.level("resident_population", at)


def _over_both(seen: Seen, forecast: Seen, indicator: str, at: str) -> float:
    """A flow over months of which the last may lie after census night."""
    return seen.flow(indicator, months_of(at)) + forecast.flow(indicator, months_of(at))


def _registered_elsewhere(seen: Seen) -> dict[str, float]:
    counts = seen.registered_elsewhere[_NIGHT_2020].sum(axis=1) * seen.observer.weight
    return {name: log(count) for name, count in zip(CLASSES, counts.tolist(), strict=True)}
