"""Who a lever reached, and what became of them: the record behind "because of it" (ODD equations W1-W3).

Nothing here changes a run. A month notes rows of persons where something is handed out, never a pass over everybody;
the state at the end is read once. Two runs with the same scale, draw and seed hold the same persons by id, so that a
report can compare what became of each of them (`urbsim.report.because`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_number
from urbsim.compute.members import households
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.row_lists import among, begins
from urbsim.processes.employment.equations import by_market
from urbsim.state.codes import DEAD, FIRST_JOB, FIRST_OUTSIDE, NO_PLACE, PUBLIC_PLACE, PURCHASED_PLACE
from urbsim.state.holdings import PUBLIC_RENTAL, RENT_SUBSIDY
from urbsim.state.outcomes import LEVERS

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_POSTS = {1: "manufacturing_posts", 2: "construction_posts", 3: "services_posts"}
_PLACES = {
    "kindergarten_places": PUBLIC_PLACE,
    "primary_places": PUBLIC_PLACE,
    "junior_places": PUBLIC_PLACE,
    "purchased_places": PURCHASED_PLACE,
}
_LETTINGS = {PUBLIC_RENTAL: "public_rental", RENT_SUBSIDY: "rent_subsidy"}
_LEVER_OF = {PUBLIC_RENTAL: "housing.public_rental_units", RENT_SUBSIDY: "housing.rent_subsidy_households"}
_STAGES = 3


@dataclass
class Units:
    """A lever's own units in the cells of a pool, and who holds them.

    number: (cells,) int64 units that have come; rows, cells, unit: (n,) holders, with several rows to a unit where a
    household holds it.
    """

    number: np.ndarray
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    cells: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    unit: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    given: int = 0

    def keep(self, held: np.ndarray, cells: int) -> np.ndarray:
        """Lets go of holders who hold it no more; held: (n,) bool. Returns (cells,) units that are held."""
        self.rows, self.cells, self.unit = self.rows[held], self.cells[held], self.unit[held]
        # Units stand together, in the order they were given.
        return np.bincount(self.cells[begins(self.unit)], minlength=cells)

    def give(self, rows: np.ndarray, cells: np.ndarray, group: np.ndarray) -> None:
        """More holders; group: (n,) number from 0 of the new unit that a row shares."""
        order = np.argsort(group, kind="stable")
        self.rows = np.concatenate([self.rows, rows[order]])
        self.cells = np.concatenate([self.cells, cells[order]])
        self.unit = np.concatenate([self.unit, self.given + group[order]])
        self.given += int(group.max(initial=-1)) + 1


def own_units(cells: np.ndarray, own: np.ndarray, vacant: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Which of those served from a pool are served with a lever's own units (ODD equation W1).

    cells: (n,) cell each was served in; own, vacant: (cells,) int64 free units of the lever, and of the pool, before
    anybody was served; luck: (n,) uint64. Returns (n,) bool: each with chance own / vacant, at most `own` in a cell,
    the lowest luck first. The same persons in any order.
    """
    own = np.minimum(np.maximum(own, 0), vacant)
    free, room = own.astype(np.uint64)[cells], vacant.astype(np.uint64)[cells]
    chosen = np.flatnonzero((luck >> np.uint64(32)) * room < free << np.uint64(32))
    out = np.zeros(cells.size, dtype=bool)
    out[chosen[lowest_luck(cells[chosen], luck[chosen], own)]] = True
    return out


def _luck(world: World, lever: str, rows: np.ndarray) -> np.ndarray:
    """Luck of the month of rows for being served with a lever's own units, uint64."""
    return world.engine.luck.luck_of(rows, world.people, world.key(f"reached by {lever}"))


@dataclass
class Attribution:
    """The notes of one run. units: by lever; got: rows by outcome; reached: rows and months by lever."""

    units: dict[str, Units] = field(default_factory=dict)
    got: dict[str, list[np.ndarray]] = field(default_factory=dict)
    reached: dict[str, list[tuple[int, np.ndarray]]] = field(default_factory=dict)

    def deliver(self, units: dict[str, np.ndarray]) -> None:
        """Units that a scenario's own levers bring this month, by lever; each any shape over cells."""
        for lever, number in units.items():
            if lever in LEVERS and number.any():
                own = self.units.setdefault(lever, Units(np.zeros(number.size, np.int64)))
                own.number += number.ravel()

    def note(self, outcome: str, rows: np.ndarray) -> None:
        """These persons got this."""
        if rows.size:
            self.got.setdefault(outcome, []).append(rows.astype(np.int32))

    def reach(self, lever: str, month: int, rows: np.ndarray) -> None:
        """The lever reached these persons."""
        if rows.size:
            self.reached.setdefault(lever, []).append((month, rows.astype(np.int32)))

    def posts_filled(self, world: World, rows: np.ndarray, market: np.ndarray, sectors: np.ndarray) -> None:
        """Seekers who were hired, and which of them hold a post of a lever (ODD equations W1, W2).

        rows, market, sectors: (n,) of the hired, called when the market's vacancies are already less by them and nobody
        has begun to work.
        """
        people, labour = world.people, world.employment
        self.note("took_job", rows)
        vacant = by_market(labour, labour.vacancies)
        vacant += np.bincount(market * vacant.shape[1] + sectors, minlength=vacant.size).reshape(vacant.shape)
        for sector, name in _POSTS.items():
            lever = f"employment.{name}"
            units = self.units.get(lever)
            if units is None:
                continue
            working = (people.work[units.rows] == FIRST_JOB + sector) & (people.risk[units.rows] != DEAD)
            in_market = labour.market[np.minimum(people.work_county[units.rows], labour.market.size - 1)]
            held = units.keep(working & (in_market == units.cells), labour.n_markets)
            # Posts of a site that has closed are nobody's.
            own = by_market(labour, np.minimum(units.number, labour.project_posts[:, sector])) - held
            here = sectors == sector
            self._serve_single(world, lever, rows[here], market[here], own, vacant[:, sector])

    def _serve_single(
        self,
        world: World,
        lever: str,
        rows: np.ndarray,
        cells: np.ndarray,
        own: np.ndarray,
        vacant: np.ndarray,
    ) -> None:
        """Hands the lever's own units to some of the rows, one unit a person."""
        chosen = own_units(cells, own, vacant, _luck(world, lever, rows))
        taken = rows[chosen]
        self.units[lever].give(taken, cells[chosen], np.arange(taken.size))
        self.reach(lever, world.month, taken)

    def courses_taken(self, world: World, rows: np.ndarray, county: np.ndarray) -> None:
        """Who was trained this month, and by whose courses; what is not taken up lapses (ODD equations W1, W2)."""
        lever = "employment.training"
        self.note("trained", rows)
        units = self.units.get(lever)
        if units is not None:
            own = own_units(
                county, units.number, world.employment.training_offered, _luck(world, lever, rows)
            )
            self.reach(lever, world.month, rows[own])
            units.number[:] = 0

    def places_given(self, world: World, rows: np.ndarray, cell: np.ndarray, kinds: np.ndarray) -> None:
        """Children who were given a place at school, and whose place is a lever's (ODD equations W1, W2).

        rows, cell, kinds: (n,) of those who waited, as in `schooling.equations.admit`; called before the
        places are booked as held.
        """
        if world.month == world.base_month:
            return
        given = np.flatnonzero(kinds != NO_PLACE)
        rows, cell, kinds = rows[given], cell[given], kinds[given]
        people = world.people
        self.note("school_place", rows)
        for name, kind in _PLACES.items():
            units = self.units.get(f"schooling.{name}")
            if units is None:
                continue
            county = units.cells // _STAGES
            held = (people.school[units.rows] == kind) & (people.work_county[units.rows] == county)
            own = units.number - units.keep(held, units.number.size)
            here, vacant = kinds == kind, world.schooling.vacant[:, :, kind - 1].ravel()
            self._serve_single(world, f"schooling.{name}", rows[here], cell[here], own, vacant)

    def homes_let(self, world: World, tenants: np.ndarray, free: np.ndarray, mark: int) -> np.ndarray:
        """Households that were given a dwelling or a subsidy, and which of these are a lever's (ODD equations W1, W2).

        tenants: (n,) rows of those who answer for the new tenancies; free: (111,) units before they were given; mark:
        bit of `holdings`. Returns rows of everybody in the households that hold a unit of the lever.
        """
        people = world.people
        members, group = households(tenants, people.ring)
        part = people.lives[tenants][group]
        inside = (people.holdings[members] & mark > 0) & (people.lives[members] == part)
        members, group = members[inside], group[inside]
        self.note(_LETTINGS[mark], members)
        lever = _LEVER_OF[mark]
        units = self.units.get(lever)
        if units is None:
            return members[:0]
        held = (people.holdings[units.rows] & mark > 0) & (people.risk[units.rows] != DEAD)
        held &= people.lives[units.rows] == 2 * units.cells + 1
        own = units.number - units.keep(held, units.number.size)
        county = people.lives[tenants].astype(np.int64) >> 1
        chosen = own_units(county, own, free, _luck(world, lever, tenants))
        theirs, unit = chosen[group], np.cumsum(chosen) - 1
        units.give(members[theirs], county[group[theirs]], unit[group[theirs]])
        self.reach(lever, world.month, members[theirs])
        return members[theirs]

    def family_followed(self, world: World, family: np.ndarray, to: np.ndarray, reached: np.ndarray) -> None:
        """Family who joined new public tenants; the lever reached those who joined its own (ODD equation W2).

        family, to: (n,) rows and parts of `followers`, after they moved; reached: rows of the lever's new tenants.
        """
        people = world.people
        family = family[people.lives[family] == to]
        parent = people.parent[family]
        other = np.where(parent >= 0, people.spouse[parent], -1)
        joined = among(np.stack([people.spouse[family], parent, other]), reached).any(axis=0)
        self.note("public_rental", family)
        self.reach("housing.public_rental_units", world.month, family[joined])

    def permits_given(self, world: World, permits: np.ndarray, settled: np.ndarray) -> None:
        """Who was given a permit and who settled, under an office or a rule of the scenario's own (ODD equation W2)."""
        added = world.levers.settlement
        home = world.people.home[settled]
        settled = settled[
            (home < FIRST_OUTSIDE) & (home & 1 == 1)
        ]  # kin also register in villages; that is no settling
        rule = added.rules[0] if added.rules else None
        for outcome, rows, lever, change in (
            ("permit", permits, "settlement.office", added.office),
            ("settled", settled, "settlement.rules", rule),
        ):
            self.note(outcome, rows)
            if change is not None and world.month >= month_number(change.from_):
                self.reach(lever, world.month, rows)
