"""The world of one run: columns of persons, the ledger, and the state of each process. Held by the model, released."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from urbsim.calendar import month_text
from urbsim.compute.eights import NO_EIGHTS, Eights, eights_of
from urbsim.compute.members import first_members, pairs_that_meet
from urbsim.compute.profiling import Profile
from urbsim.compute.randomness import stream_key
from urbsim.compute.threads import Chunks, end_to_end
from urbsim.facts.parameters import Parameters
from urbsim.levers.attribution import Attribution
from urbsim.levers.delivery import Deliveries
from urbsim.levers.planned import Planned
from urbsim.population.totals import BaseTotals
from urbsim.processes.conditions.equations import Climate
from urbsim.processes.demography.equations import Demography
from urbsim.processes.employment.equations import LabourMarket
from urbsim.processes.housing.equations import HousingMarket
from urbsim.processes.housing.renewal import Renewal
from urbsim.processes.implementation import Implementation
from urbsim.processes.migration.equations import Migration
from urbsim.processes.moving.equations import Moving
from urbsim.processes.reclassification.equations import Reclassification
from urbsim.processes.registration.equations import Registration
from urbsim.processes.schooling.equations import SchoolMarket
from urbsim.processes.services.equations import Services
from urbsim.scenario.schema import Behaviour, Conditions, Levers
from urbsim.state.codes import FIRST_OUTSIDE, N_PARTS
from urbsim.state.columns import Columns
from urbsim.state.geography import Places
from urbsim.state.journeys import Journeys
from urbsim.state.ledger import Ledger, Stocks, empty_ledger, sum_of_stocks

_WORTH_SHARING = 1 << 12  # events worth a thread: fewer than rows of a list, for each touches many lines
_STRETCHES = 16  # of the rows, for each thread: neighbours share pages of memory, and places differ in events


@dataclass(repr=False)
class World:
    """Everything a month reads and writes.

    Given: base: name of the census; base_month, month: months since 1900-01; weight: full persons per sampled person;
    conditions, behaviour, committed, levers: of the scenario; journeys: hours between places under it; engine: the
    loops.
    Of everybody: people; n: rows in use; base_rows: rows of the base population; eights: of their listed ids; ledger;
    counted: (224,) persons by the part counted in when the month began; deliveries: what the levers brought since
    census night; attribution: whom they reached, and what people got; planned: where what takes land is to go, under a
    land quota of places.
    Of each process its state, made by its `prepare` or `open`; climate: outside conditions of the month.
    reading: ends what other threads still read of the last month; until it is called nothing but classes may change.
    """

    base: str
    base_month: int
    month: int
    seed: int
    weight: float
    parameters: Parameters
    places: Places
    totals: BaseTotals
    conditions: Conditions
    behaviour: Behaviour
    committed: Levers
    levers: Levers
    journeys: Journeys
    engine: Implementation
    chunks: Chunks
    profile: Profile | None = None
    planned: Planned | None = field(init=False, default=None)
    people: Columns = field(init=False)
    n: int = field(init=False, default=0)
    base_rows: int = field(init=False, default=0)
    eights: Eights = field(init=False, default=NO_EIGHTS)
    ledger: Ledger = field(init=False, default_factory=empty_ledger)
    counted: np.ndarray = field(init=False, default_factory=lambda: np.zeros(N_PARTS, np.int64))
    deliveries: Deliveries = field(init=False, default_factory=Deliveries)
    attribution: Attribution = field(init=False, default_factory=Attribution)
    climate: Climate = field(init=False)
    demography: Demography = field(init=False)
    schooling: SchoolMarket = field(init=False)
    migration: Migration = field(init=False)
    moving: Moving = field(init=False)
    employment: LabourMarket = field(init=False)
    housing: HousingMarket = field(init=False)
    renewal: Renewal = field(init=False)
    registration: Registration = field(init=False)
    reclassification: Reclassification = field(init=False)
    services: Services = field(init=False)
    reading: Callable[[], None] | None = field(init=False, default=None)
    # Empty but while threads take down events: fresh memory for each list of events would take longer than the sums.
    _beside: list[Ledger] = field(init=False, default_factory=list)

    def __repr__(self) -> str:
        """The month and how many persons there are."""
        return f"World({month_text(self.month)}, {self.n} persons, weight {self.weight:g})"

    @property
    def residents(self) -> int:
        """Persons counted in Guangxi when the month began."""
        return int(self.counted[:FIRST_OUTSIDE].sum())

    def take_in(self, people: Columns, n: int, leavers: np.ndarray) -> None:
        """The persons of census night; leavers: rows of those away for less than six months."""
        self.people, self.n, self.base_rows = people, n, n
        self.eights = eights_of(people.ids[: n - people.identity_rows])
        self.moving.absences.leave_since(leavers, people.left_home[leavers])

    def begin_month(self) -> None:
        """The next month begins: its flows are zero."""
        self.month += 1
        self.ledger.clear()
        self.moving.begin_month()
        self.housing.begin_month()
        self.employment.begin_month()

    def end_reading(self) -> None:
        """Ends what other threads still read of the last month, because now persons change."""
        reading, self.reading = self.reading, None
        if reading is not None:
            reading()

    def recount(self) -> tuple[np.ndarray, Stocks]:
        """(224,) persons by part counted in, and the stocks: counted from the columns of everybody."""
        count = self.engine.counting.stocks
        counted, stocks = zip(
            *self.chunks.map(lambda lo, hi: count(lo, hi, self.people), self.n), strict=True
        )
        return np.sum(counted, axis=0), sum_of_stocks(stocks)

    def open_ledger(self) -> None:
        """Counts everybody on census night: what the ledger carries from then on."""
        self.counted, stocks = self.recount()
        self.ledger = self.ledger._replace(stocks=stocks)

    def need_room(self, more: int) -> None:
        """Raises MemoryError if so many rows more do not fit into the columns."""
        if self.n + more > self.people.risk.size:
            raise MemoryError("more births and newcomers than the columns have room for")

    def key(self, process: str) -> np.uint64:
        """Stream key of a process in this month."""
        return stream_key(self.seed, process, self.month)

    def lasting_key(self, trait: str) -> np.uint64:
        """Stream key of a trait that stays the same over months (tastes)."""
        return stream_key(self.seed, trait)

    def luck_of(self, rows: np.ndarray, key: np.uint64) -> np.ndarray:
        """64 random bits of each row under a key, uint64 (ODD equation R2)."""
        kernel = self.engine.luck.luck_of
        return end_to_end(self.over_rows(rows, lambda r: kernel(r, self.people, key)), np.uint64)

    def over_households(
        self, rows: np.ndarray, kernel: Callable[[np.ndarray | slice, Ledger], Any]
    ) -> list[Any]:
        """kernel(positions in `rows`, ledger) for events that touch nobody outside the household of each row.

        Households are dealt out to the threads by stretches of rows, so events of one household keep the order of
        `rows`. Any number of threads leaves the same persons and accounts, but returns lists in an order of its own.
        """
        parts = self._parts(rows)
        if parts == 1:
            return [kernel(slice(None), self.ledger)]
        stretch = self.n // (_STRETCHES * parts) + 1
        part = self._first_members(rows) // stretch % parts
        return self._at_once([np.flatnonzero(part == one) for one in range(parts)], kernel)

    def over_pairs(
        self, one: np.ndarray, other: np.ndarray, kernel: Callable[[np.ndarray | slice, Ledger], Any]
    ) -> list[Any]:
        """As `over_households`, for events that touch nobody outside the households of two rows.

        Pairs with whose households no other pair has to do are carried out at once, in threads; the few others then, in
        their order.
        """
        parts = self._parts(one)
        if parts == 1:
            return [kernel(slice(None), self.ledger)]
        households = self._first_members(np.concatenate([one, other]))
        meet = pairs_that_meet(households[: one.size], households[one.size :])
        apart = np.flatnonzero(~meet)
        done = self._at_once([apart[part::parts] for part in range(parts)], kernel)
        return [*done, kernel(np.flatnonzero(meet), self.ledger)]

    def _parts(self, rows: np.ndarray) -> int:
        """Into how many parts events at these rows are shared out."""
        return max(min(self.chunks.threads, rows.size // (self.chunks.chunk or _WORTH_SHARING)), 1)

    def _first_members(self, rows: np.ndarray) -> np.ndarray:
        """The lowest row of each row's household; (n,) int32."""
        return end_to_end(self.over_rows(rows, lambda r: first_members(r, self.people.ring)), np.int32)

    def _at_once(self, lists: list[np.ndarray], kernel: Callable[[np.ndarray, Ledger], Any]) -> list[Any]:
        """kernel(positions, ledger) for each list in a thread of its own, each with accounts of its own."""
        while len(self._beside) < len(lists) - 1:
            self._beside.append(empty_ledger())
        ledgers = [self.ledger, *self._beside[: len(lists) - 1]]
        done = self.chunks.at_once(
            [partial(kernel, at, ledger) for at, ledger in zip(lists, ledgers, strict=True)]
        )
        for ledger in ledgers[1:]:
            ledger.hand_over(self.ledger)
        return done

    def over_rows(self, rows: np.ndarray, kernel: Callable[[np.ndarray], Any]) -> list[Any]:
        """kernel(piece of rows) for consecutive pieces, in order, in threads."""
        return self.chunks.map(lambda lo, hi: kernel(rows[lo:hi]), rows.size, listed=True)
