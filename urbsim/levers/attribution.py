"""Who a lever reached, and what became of them: the record behind "because of it" (ODD equations W1-W3).

Nothing here changes a run. A month notes rows of persons where something is handed out, never a pass over everybody;
the state at the end is read once. Two runs with the same scale, draw and seed hold the same persons by id, so that a
report can compare what became of each of them (`urbsim.report.because`).
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from urbsim.calendar import month_end, month_number
from urbsim.compute.members import households
from urbsim.compute.randomness import stream_key
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.row_lists import among, begins
from urbsim.processes.employment.equations import by_market
from urbsim.state.bits import outcomes, set_bits
from urbsim.state.codes import DEAD, FIRST_JOB, FIRST_OUTSIDE, NO_PLACE, PUBLIC_PLACE, PURCHASED_PLACE
from urbsim.state.holdings import PUBLIC_RENTAL, RENT_SUBSIDY
from urbsim.state.outcomes import AT_END, BIT, LEVERS, OTHERS, sampled

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
_SAMPLED_SCALE = 0.01  # of the people: at least so many of those no lever reached are kept


class Table(NamedTuple):
    """Rows of touched.parquet, by lever and person. All shapes (n,).

    person: uint64 stable id; lever: int16 index of `LEVERS`, -1 for others; month: int32 when the lever first reached
    the person, 0 for others; outcome: int16 bits of `BIT`.
    """

    person: np.ndarray
    lever: np.ndarray
    month: np.ndarray
    outcome: np.ndarray


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


@dataclass
class Touched:
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


def posts_filled(world: World, rows: np.ndarray, market: np.ndarray, sectors: np.ndarray) -> None:
    """Seekers who were hired, and which of them hold a post of a lever (ODD equations W1, W2).

    rows, market, sectors: (n,) of the hired, called when the market's vacancies are already less by them and nobody
    has begun to work.
    """
    notes, people, labour = world.touched, world.people, world.labour
    notes.note("took_job", rows)
    vacant = by_market(labour, labour.vacancies)
    vacant += np.bincount(market * vacant.shape[1] + sectors, minlength=vacant.size).reshape(vacant.shape)
    for sector, name in _POSTS.items():
        lever = f"employment.{name}"
        units = notes.units.get(lever)
        if units is None:
            continue
        working = (people.work[units.rows] == FIRST_JOB + sector) & (people.risk[units.rows] != DEAD)
        in_market = labour.market[np.minimum(people.work_county[units.rows], labour.market.size - 1)]
        held = units.keep(working & (in_market == units.cells), labour.n_markets)
        # Posts of a site that has closed are nobody's.
        own = by_market(labour, np.minimum(units.number, labour.project_posts[:, sector])) - held
        here = sectors == sector
        _serve_single(world, lever, rows[here], market[here], own, vacant[:, sector])


def _serve_single(
    world: World, lever: str, rows: np.ndarray, cells: np.ndarray, own: np.ndarray, vacant: np.ndarray
) -> None:
    """Hands the lever's own units to some of the rows, one unit a person."""
    chosen = own_units(cells, own, vacant, _luck(world, lever, rows))
    taken = rows[chosen]
    world.touched.units[lever].give(taken, cells[chosen], np.arange(taken.size))
    world.touched.reach(lever, world.month, taken)


def _luck(world: World, lever: str, rows: np.ndarray) -> np.ndarray:
    """Luck of the month of rows for being served with a lever's own units, uint64."""
    return world.engine.luck.luck_of(rows, world.people, world.key(f"reached by {lever}"))


def courses_taken(world: World, rows: np.ndarray, county: np.ndarray) -> None:
    """Who was trained this month, and by whose courses; what is not taken up lapses (ODD equations W1, W2)."""
    notes, lever = world.touched, "employment.training"
    notes.note("trained", rows)
    units = notes.units.get(lever)
    if units is not None:
        own = own_units(county, units.number, world.training_offered, _luck(world, lever, rows))
        notes.reach(lever, world.month, rows[own])
        units.number[:] = 0


def places_given(world: World, rows: np.ndarray, cell: np.ndarray, kinds: np.ndarray) -> None:
    """Children who were given a place at school, and whose place is a lever's (ODD equations W1, W2).

    rows, cell, kinds: (n,) of those who waited, as in `schooling.equations.admit`; called before the
    places are booked as held.
    """
    if world.month == world.base_month:
        return
    given = np.flatnonzero(kinds != NO_PLACE)
    rows, cell, kinds = rows[given], cell[given], kinds[given]
    notes, people = world.touched, world.people
    notes.note("school_place", rows)
    for name, kind in _PLACES.items():
        units = notes.units.get(f"schooling.{name}")
        if units is None:
            continue
        county = units.cells // _STAGES
        held = (people.school[units.rows] == kind) & (people.work_county[units.rows] == county)
        own = units.number - units.keep(held, units.number.size)
        here, vacant = kinds == kind, world.schools.vacant[:, :, kind - 1].ravel()
        _serve_single(world, f"schooling.{name}", rows[here], cell[here], own, vacant)


def homes_let(world: World, tenants: np.ndarray, free: np.ndarray, mark: int) -> np.ndarray:
    """Households that were given a dwelling or a subsidy, and which of these are a lever's (ODD equations W1, W2).

    tenants: (n,) rows of those who answer for the new tenancies; free: (111,) units before they were given; mark: bit
    of `holdings`. Returns rows of everybody in the households that hold a unit of the lever.
    """
    notes, people = world.touched, world.people
    members, group = households(tenants, people.ring)
    part = people.lives[tenants][group]
    inside = (people.holdings[members] & mark > 0) & (people.lives[members] == part)
    members, group = members[inside], group[inside]
    notes.note(_LETTINGS[mark], members)
    lever = _LEVER_OF[mark]
    units = notes.units.get(lever)
    if units is None:
        return members[:0]
    held = (people.holdings[units.rows] & mark > 0) & (people.risk[units.rows] != DEAD)
    held &= people.lives[units.rows] == 2 * units.cells + 1
    own = units.number - units.keep(held, units.number.size)
    county = people.lives[tenants].astype(np.int64) >> 1
    chosen = own_units(county, own, free, _luck(world, lever, tenants))
    theirs, unit = chosen[group], np.cumsum(chosen) - 1
    units.give(members[theirs], county[group[theirs]], unit[group[theirs]])
    notes.reach(lever, world.month, members[theirs])
    return members[theirs]


def family_followed(world: World, family: np.ndarray, to: np.ndarray, reached: np.ndarray) -> None:
    """Family who joined new public tenants; the lever reached those who joined its own (ODD equation W2).

    family, to: (n,) rows and parts of `followers`, after they moved; reached: rows of the lever's new tenants.
    """
    people = world.people
    family = family[people.lives[family] == to]
    parent = people.parent[family]
    other = np.where(parent >= 0, people.spouse[parent], -1)
    joined = among(np.stack([people.spouse[family], parent, other]), reached).any(axis=0)
    world.touched.note("public_rental", family)
    world.touched.reach("housing.public_rental_units", world.month, family[joined])


def permits_given(world: World, permits: np.ndarray, settled: np.ndarray) -> None:
    """Who was given a permit and who settled, under an office or a rule of the scenario's own (ODD equation W2)."""
    notes, added = world.touched, world.levers.settlement
    home = world.people.home[settled]
    settled = settled[
        (home < FIRST_OUTSIDE) & (home & 1 == 1)
    ]  # kin also register in villages; that is no settling
    rule = added.rules[0] if added.rules else None
    for outcome, rows, lever, change in (
        ("permit", permits, "settlement.office", added.office),
        ("settled", settled, "settlement.rules", rule),
    ):
        notes.note(outcome, rows)
        if change is not None and world.month >= month_number(change.from_):
            notes.reach(lever, world.month, rows)


def stride(scale: float) -> int:
    """One person in so many of those no lever reached is kept: everybody up to a scale of 0.01 (ODD equation W3)."""
    return max(1, round(scale / _SAMPLED_SCALE))


def remainder(one_in: int) -> int:
    """Which ids the sample takes: a keyed number, so that it falls on nobody in particular (ODD equation W3)."""
    return int(stream_key(0, "touched") % np.uint64(one_in))


def _sampled_rows(world: World, one_in: int) -> np.ndarray:
    """Rows of the sample, int32, rising, without a look at the rows that are their own ids."""
    if one_in == 1:
        return np.arange(world.n, dtype=np.int32)
    first, ids = min(world.people.identity_rows, world.n), world.people.ids
    later = world.chunks.map(
        lambda lo, hi: first + lo + np.flatnonzero(sampled(ids[lo:hi], one_in, remainder(one_in))),
        world.n - first,
    )
    return np.concatenate([np.arange(remainder(one_in), first, one_in), *later]).astype(np.int32)


def table(world: World) -> Table:
    """Everybody a lever reached and the sample of others, with what became of them (ODD equation W3).

    Of the others only those with any outcome are kept: a person of the sample who is not on the list has none.
    """
    notes = world.touched
    # Shared out by rows; those that are not their own ids stay together, for they are put in order of ids.
    ends = np.linspace(0, world.people.identity_rows, world.chunks.threads + 1).astype(int)
    ends[-1] = world.n
    reached = [
        (code, notes.reached[lever], low, high)
        for code, lever in enumerate(LEVERS)
        if lever in notes.reached
        for low, high in pairwise(ends)
    ]
    with ThreadPoolExecutor(world.chunks.threads) as pool:  # sorting holds no lock
        looked_up = [pool.submit(_first_months, noted, low, high) for _, noted, low, high in reached]
        got = np.zeros(world.n, np.uint8)
        for name, lists in notes.got.items():
            for rows in lists:
                set_bits(got, rows, np.uint8(BIT[name]))
        others = _sampled_rows(world, stride(1 / world.weight))
        firsts = [found.result() for found in looked_up]
        by_any = np.zeros(world.n, dtype=bool)
        for rows, _ in firsts:
            by_any[rows] = True
        others = others[(_outcome(world, others, got) != 0) & ~by_any[others]]
        firsts = [(others, np.zeros(others.size, np.int32)), *firsts]
        levers = (-1, *(code for code, *_ in reached))
        pieces = pool.map(lambda lever, first: _piece(world, first[0], lever, first[1], got), levers, firsts)
        return Table(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))


def _first_months(notes: list[tuple[int, np.ndarray]], low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Every row in [low, high) once, rising, with the first month in which it was noted."""
    within = [(month, rows[(rows >= low) & (rows < high)]) for month, rows in notes]
    # In place, for a rule that reaches everybody with papers notes millions.
    keys = np.concatenate([rows for _, rows in within], dtype=np.int64)
    keys <<= 16
    keys |= np.repeat(np.array([month for month, _ in within], np.int32), [rows.size for _, rows in within])
    keys.sort()
    rows = (keys >> 16).astype(np.int32)
    first = begins(rows)
    return rows[first], (keys[first] & 0xFFFF).astype(np.int32)


def _outcome(world: World, rows: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Bits of `BIT` for these rows, int16; got: what they got during the run."""
    q = world.people
    at_end = (np.int16(BIT[name]) for name in AT_END)
    return outcomes(rows, got, q.risk, q.lives, q.counted, *at_end)


def _piece(world: World, rows: np.ndarray, lever: int, months: np.ndarray, got: np.ndarray) -> Table:
    """Rows of one lever in order of persons; rows: rising; months, got: as of `_first_months`, `_outcome`."""
    identity_rows = world.people.identity_rows
    person, listed = rows.astype(np.uint64), np.searchsorted(rows, identity_rows)
    person[listed:] = world.people.ids[rows[listed:] - identity_rows]
    # Ids of the base rise with the rows, and those of all later rows lie above them.
    start = np.searchsorted(rows, world.base_rows)
    order = start + np.argsort(person[start:])
    for column in (person, rows, months):
        column[start:] = column[order]
    return Table(person, np.full(rows.size, lever, np.int16), months, _outcome(world, rows, got))


def digest(movers: np.ndarray, touched: Table) -> str:
    """sha256 over both tables: movers row by row, then the columns of touched one by one, the low byte first.

    movers: int32 as `movers_of_month` of the model has them. Counts are sampled persons, months count from
    1900-01: what stands in the files before words are put to it.
    """
    found = hashlib.sha256(np.ascontiguousarray(movers, "<i4").data)
    for column, width in zip(touched, ("<u8", "<i2", "<i4", "<i2"), strict=True):
        found.update(np.ascontiguousarray(column, width).data)
    return found.hexdigest()


def write(touched: Table, scale: float, path: Path) -> None:
    """touched.parquet: person, lever, month, outcome; its metadata say what the sample is and name the bits."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    months = np.flatnonzero(np.bincount(touched.month))
    place = np.zeros(touched.month.max(initial=0) + 1, np.int16)
    place[months] = np.arange(months.size)
    ends = pa.array([month_end(int(m)) if m else None for m in months], pa.date32())
    lever = np.where(touched.lever < 0, len(LEVERS), touched.lever).astype(np.int8)
    columns = pa.table(
        {
            "person": pa.array(touched.person),
            "lever": pa.DictionaryArray.from_arrays(lever, [*LEVERS, OTHERS]),
            "month": ends.take(pa.array(place[touched.month])),
            "outcome": pa.array(touched.outcome),
        }
    )
    one_in = stride(scale)
    about = {"scale": repr(float(scale)), "outcome_bits": " ".join(BIT)}
    about |= {"others_kept_one_in": str(one_in), "others_kept_remainder": str(remainder(one_in))}
    options: dict[str, Any] = {
        "use_dictionary": ["lever", "month", "outcome"],
        "column_encoding": {"person": "DELTA_BINARY_PACKED"},  # rising ids: a tenth of their plain size
    }
    # Without Arrow's own schema in the file nobody sees that the levers came as a dictionary.
    with pq.ParquetWriter(path, columns.schema, compression="zstd", store_schema=False, **options) as file:
        file.write_table(columns)
        file.add_key_value_metadata(about)
