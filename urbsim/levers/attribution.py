"""Who a lever reached, and what became of them: the record behind "because of it" (ODD equations W1-W3).

Nothing here changes a run. A month notes rows of persons where something is handed out, never a pass over everybody;
the state at the end is read once. Two runs with the same scale, draw and seed hold the same persons by id, so that a
report can compare what became of each of them (`urbsim.report.because`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from urbsim.calendar import month_number
from urbsim.compute.members import households
from urbsim.compute.row_lists import among
from urbsim.levers import holders
from urbsim.levers.employment import COURSES, posts
from urbsim.levers.housing import GUARANTEED_DWELLINGS, LOANS, PUBLIC_DWELLINGS, SUBSIDIES
from urbsim.levers.schooling import school_places
from urbsim.processes.employment.equations import by_market
from urbsim.scenario.catalogue import filling, setting
from urbsim.state.codes import (
    DEAD,
    FIRST_JOB,
    FIRST_OUTSIDE,
    NO_PLACE,
    PUBLIC_PLACE,
    SCHOOL_PLACE_KINDS,
    SECTORS,
)
from urbsim.state.holdings import GUARANTEED_RENTAL, OWN_HOME, PUBLIC_RENTAL, RENT_SUBSIDY
from urbsim.state.outcomes import GIVES
from urbsim.state.stages import N_STAGES, STAGES

if TYPE_CHECKING:
    from urbsim.simulation.world import World

# Whose units are in a pool.
_POSTS = tuple(filling(posts(sector)) for sector in SECTORS)
_PLACES = tuple(
    tuple(dict.fromkeys(lever for stage in STAGES for lever in filling(school_places(stage.name, kind))))
    for kind in SCHOOL_PLACE_KINDS
)
_HOMES = {
    PUBLIC_RENTAL: filling(PUBLIC_DWELLINGS),
    RENT_SUBSIDY: filling(SUBSIDIES),
    GUARANTEED_RENTAL: filling(GUARANTEED_DWELLINGS),
    OWN_HOME: filling(LOANS),
}
_LETTINGS = {
    PUBLIC_RENTAL: "public_rental",
    RENT_SUBSIDY: "rent_subsidy",
    GUARANTEED_RENTAL: "guaranteed_rental",
    OWN_HOME: "own_home",
}


@dataclass
class Units:
    """A lever's own units in the cells of a pool, and who holds them.

    number: (cells,) int64 sampled units that have come; rows, cells, unit: (n,) int64 for each holder the row of the
    person, the cell and the number of the unit. Several rows share a unit that a household holds. given: units that
    were ever handed out.
    """

    number: np.ndarray
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    cells: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    unit: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    given: int = 0

    def keep(self, held: np.ndarray, cells: int) -> np.ndarray:
        """Lets go of holders who hold their unit no more.

        held: (n,) bool, whether each holder still has the unit; cells: how many cells there are. Returns (cells,) int64
        units that are held.
        """
        self.rows, self.cells, self.unit, number = holders.keep(held, self.rows, self.cells, self.unit, cells)
        return number

    def held(self, cells: int) -> np.ndarray:
        """(cells,) int64 units that are held, where each holder has one alone."""
        return np.bincount(self.cells, minlength=cells)

    def give(self, rows: np.ndarray, cells: np.ndarray, group: np.ndarray) -> None:
        """Adds holders.

        rows, cells: (n,) whole numbers, row and cell of each new holder; group: (n,) number of the new unit that the
        row shares, from 0 without gaps.
        """
        order = np.argsort(group, kind="stable")
        self.rows = np.concatenate([self.rows, rows[order]])
        self.cells = np.concatenate([self.cells, cells[order]])
        self.unit = np.concatenate([self.unit, self.given + group[order]])
        self.given += int(group.max(initial=-1)) + 1

    def give_each(self, rows: np.ndarray, cells: np.ndarray) -> None:
        """Adds holders who have a unit each; rows, cells: (n,) whole numbers."""
        self.rows = np.concatenate([self.rows, rows])
        self.cells = np.concatenate([self.cells, cells])
        self.unit = np.concatenate([self.unit, np.arange(self.given, self.given + rows.size)])
        self.given += rows.size


def _held_by_nobody(units: Units) -> np.ndarray:
    """For units that lapse with their month."""
    return np.zeros(units.rows.size, dtype=bool)


def _used_up(units: Units) -> np.ndarray:
    """For units that nobody can have after somebody had them."""
    return np.ones(units.rows.size, dtype=bool)


def _as_they_are(number: np.ndarray) -> np.ndarray:
    return number


class Pool(NamedTuple):
    """Units alike, of levers and of others, from which people are served without a look at whose unit it is.

    levers: keys of those that have units in it; vacant: (cells,) int64 units free before anybody was served;
    still_held: called with the units of a lever, returns (holders,) bool, who still holds theirs; None where nobody can
    have lost one since they were last asked, and each has one alone; by_cell: makes (cells,) units from a lever's units
    as they are delivered.
    """

    levers: Sequence[str]
    vacant: np.ndarray
    still_held: Callable[[Units], np.ndarray] | None
    by_cell: Callable[[np.ndarray], np.ndarray] = _as_they_are


def _first_month(change: Any) -> int:
    """The month from which an office, or the first of some rules, is in force."""
    first = change[0] if isinstance(change, tuple) else change
    return month_number(first.from_)


@dataclass
class Attribution:
    """The notes of one run.

    units: by lever; got: by outcome, (n,) int32 rows of persons for each time it was noted; reached: by lever, a month
    (counted from 1900-01) and (n,) int32 rows for each time it was noted; housed: by lever, rows of everybody whose
    household was given one of its public dwellings this month.
    """

    units: dict[str, Units] = field(default_factory=dict)
    got: dict[str, list[np.ndarray]] = field(default_factory=dict)
    reached: dict[str, list[tuple[int, np.ndarray]]] = field(default_factory=dict)
    housed: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def deliver(self, lever: str, units: np.ndarray, stage: int | None) -> None:
        """Notes units that a lever of the scenario's own brings this month, or takes back.

        lever: its key; units: (111,) int64 sampled units by county; stage: of school, or None for a stock without
        stages. Units of places at school stand by county and stage, the stage running faster. A lever that gives
        nothing to persons is not noted.
        """
        if lever in GIVES:
            stages = 1 if stage is None else N_STAGES
            if lever not in self.units:
                self.units[lever] = Units(np.zeros(units.size * stages, np.int64))
            self.units[lever].number[stage or 0 :: stages] += units

    def note(self, outcome: str, rows: np.ndarray) -> None:
        """Notes that these persons got this. outcome: a name of `state.outcomes`; rows: (n,) whole numbers."""
        if rows.size:
            self.got.setdefault(outcome, []).append(rows.astype(np.int32))

    def reach(self, lever: str, month: int, rows: np.ndarray) -> None:
        """Notes that the lever reached these persons. month: counted from 1900-01; rows: (n,) whole numbers."""
        if rows.size:
            self.reached.setdefault(lever, []).append((month, rows.astype(np.int32)))

    def _served(
        self, world: World, pool: Pool, rows: np.ndarray, cells: np.ndarray
    ) -> list[tuple[str, np.ndarray]]:
        """Levers, and which of those served from a pool are served with the units of each (ODD equation W1).

        rows, cells: (n,) who was served, and where. Returns positions in `rows` by lever, in the order of the pool.
        """
        levers = [lever for lever in pool.levers if lever in self.units]
        if not levers:
            return []
        own = np.empty((len(levers), pool.vacant.size), np.int64)
        for lever, free in zip(levers, own, strict=True):
            units = self.units[lever]
            free[:] = pool.by_cell(units.number)
            if pool.still_held is None:
                free -= units.held(free.size)
            elif units.rows.size:
                free -= units.keep(pool.still_held(units), free.size)
        most = own.max(axis=1, initial=0).tolist()  # mostly 0: whoever was served got no unit of the lever
        keys = [
            world.key(f"reached by {lever}") if any_free else 0
            for lever, any_free in zip(levers, most, strict=True)
        ]
        rows, cells = np.ascontiguousarray(rows, np.int32), np.ascontiguousarray(cells, np.int16)
        vacant = np.ascontiguousarray(pool.vacant, np.int64)
        identity_rows, ids = world.people.identity_rows, world.people.ids
        at, starts = holders.serve(rows, cells, own, vacant, np.array(keys, np.uint64), identity_rows, ids)
        return [(lever, at[lo:hi]) for lever, (lo, hi) in zip(levers, pairwise(starts.tolist()), strict=True)]

    def hand_out(self, world: World, pool: Pool, rows: np.ndarray, cells: np.ndarray) -> None:
        """Hands the levers' own units to some of those served from a pool, one unit a person (ODD equations W1, W2).

        rows, cells: (n,) whole numbers, who was served, and in which cell of the pool.
        """
        for lever, at in self._served(world, pool, rows, cells):
            if at.size:
                theirs = rows[at]
                self.units[lever].give_each(theirs, cells[at])
                self.reach(lever, world.month, theirs)

    def posts_filled(
        self, world: World, rows: np.ndarray, market: np.ndarray, sectors: np.ndarray, again: bool = False
    ) -> None:
        """Notes seekers who were hired, and which of them hold a post of a lever (ODD equations W1, W2).

        rows, market, sectors: (n,) whole numbers, row, labour market and sector of each of the hired. Called when the
        vacancies of the markets are already less by them and none of them has begun to work. again: for the second time
        this month, when those noted before have begun; nobody has lost a post since.
        """
        people, labour = world.people, world.employment
        self.note("took_job", rows)
        if self.units.keys().isdisjoint(lever for levers in _POSTS for lever in levers):
            return
        vacant = by_market(labour, labour.vacancies)
        vacant += np.bincount(market * vacant.shape[1] + sectors, minlength=vacant.size).reshape(vacant.shape)

        def hand_out_posts(sector: int) -> None:
            def works_there(units: Units) -> np.ndarray:
                columns = people.work, people.work_county, people.risk
                return holders.work_there(
                    units.rows, units.cells, FIRST_JOB + sector, labour.market, *columns
                )

            still_held = None if again else works_there
            pool = Pool(_POSTS[sector], vacant[:, sector], still_held, partial(by_market, labour))
            here = sectors == sector
            self.hand_out(world, pool, rows[here], market[here])

        # No lever has posts in two sectors.
        jobs = [
            partial(hand_out_posts, sector)
            for sector, levers in enumerate(_POSTS)
            if not self.units.keys().isdisjoint(levers)
        ]
        world.chunks.at_once(jobs, rows.size)

    def courses_taken(self, world: World, rows: np.ndarray, county: np.ndarray) -> None:
        """Notes who was trained this month, and by whose courses (ODD equations W1, W2).

        rows, county: (n,) whole numbers, row of each and county of the course. Courses that nobody takes lapse.
        """
        self.note("trained", rows)
        pool = Pool(filling(COURSES), world.employment.training_offered, _held_by_nobody)
        for lever, at in self._served(world, pool, rows, county):
            self.reach(lever, world.month, rows[at])
            self.units[lever].number[:] = 0

    def places_given(self, world: World, rows: np.ndarray, cell: np.ndarray, kinds: np.ndarray) -> None:
        """Notes children who were given a place at school, and whose place is a lever's (ODD equations W1, W2).

        rows, cell, kinds: (n,) whole numbers of those who waited, as in `schooling.equations.admit`. Called before the
        places are booked as held. On census night nothing is noted.
        """
        if world.month == world.base_month:
            return
        people = world.people
        self.note("school_place", rows[kinds != NO_PLACE])
        for kind, levers in enumerate(_PLACES, start=PUBLIC_PLACE):
            if self.units.keys().isdisjoint(levers):
                continue

            def still_there(units: Units, kind: int = kind) -> np.ndarray:
                there = people.work_county[units.rows] == units.cells // N_STAGES
                return there & (people.school[units.rows] == kind)

            pool = Pool(levers, world.schooling.vacant[:, :, kind - PUBLIC_PLACE].ravel(), still_there)
            here = kinds == kind
            self.hand_out(world, pool, rows[here], cell[here])

    def homes_let(self, world: World, tenants: np.ndarray, free: np.ndarray, mark: int) -> None:
        """Notes households that were given a dwelling or a subsidy, and whose unit is a lever's (ODD equations W1, W2).

        tenants: (n,) rows of those who answer for the new tenancies; free: (111,) int64 sampled units by county before
        they were given; mark: bit of `holdings`, of `SUPPORTED`. The lever reaches everybody whose
        household holds a unit of its own and who lives there. Raises KeyError for another mark.
        """
        people = world.people
        members, group = households(tenants, people.ring)
        part = people.lives[tenants][group]
        inside = (people.holdings[members] & mark > 0) & (people.lives[members] == part)
        members, group = members[inside], group[inside]
        self.note(_LETTINGS[mark], members)

        def lives_there(units: Units) -> np.ndarray:
            held = (people.holdings[units.rows] & mark > 0) & (people.risk[units.rows] != DEAD)
            return held & (people.lives[units.rows] == 2 * units.cells + 1)

        still_held = _used_up if mark == OWN_HOME else lives_there
        county = people.lives[tenants].astype(np.int64) >> 1
        for lever, at in self._served(world, Pool(_HOMES[mark], free, still_held), tenants, county):
            if at.size == 0:
                continue
            unit = np.full(tenants.size, -1)
            unit[at] = np.arange(at.size)
            theirs = unit[group] >= 0
            self.units[lever].give(members[theirs], county[group[theirs]], unit[group[theirs]])
            self.reach(lever, world.month, members[theirs])
            if mark == PUBLIC_RENTAL:
                self.housed.setdefault(lever, []).append(members[theirs])

    def family_followed(self, world: World, family: np.ndarray, to: np.ndarray) -> None:
        """Notes family who joined new public tenants; a lever reached those who joined its own (ODD equation W2).

        family, to: (n,) whole numbers, rows and parts as `followers` returns them. Called after they moved. The tenants
        of the month are forgotten then.
        """
        people = world.people
        family = family[people.lives[family] == to]
        parent = people.parent[family]
        other = np.where(parent >= 0, people.spouse[parent], -1)
        self.note("public_rental", family)
        for lever, tenants in self.housed.items():
            joined = among(np.stack([people.spouse[family], parent, other]), np.concatenate(tenants))
            self.reach(lever, world.month, family[joined.any(axis=0)])
        self.housed.clear()

    def permits_given(self, world: World, permits: np.ndarray, settled: np.ndarray) -> None:
        """Notes who was given a permit and who settled (ODD equation W2).

        permits, settled: (n,) and (m,) rows of persons. An office or a rule of the scenario's own reaches them from its
        first month. Whoever registers in a village has not settled.
        """
        home = world.people.home[settled]
        settled = settled[
            (home < FIRST_OUTSIDE) & (home & 1 == 1)
        ]  # kin also register in villages; that is no settling
        for outcome, rows in (("permit", permits), ("settled", settled)):
            self.note(outcome, rows)
            for lever in (lever for lever, gives in GIVES.items() if gives == outcome):
                change = setting(world.levers, lever)
                if change is not None and world.month >= _first_month(change):
                    self.reach(lever, world.month, rows)
