"""The world of one run: columns of persons, accounts, tables and luck. Held by the model, released at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from urbsim.compute.profiling import Profile
from urbsim.compute.randomness import stream_key
from urbsim.compute.threads import Chunks
from urbsim.facts.parameters import Parameters
from urbsim.levers.attribution import Touched
from urbsim.population.totals import BaseTotals
from urbsim.processes.demography.equations import VitalRates
from urbsim.processes.employment.equations import LabourMarket
from urbsim.processes.housing.equations import HousingMarket
from urbsim.processes.implementation import Implementation
from urbsim.processes.migration.equations import LastingWorth, Utilities
from urbsim.processes.registration.equations import Registration
from urbsim.processes.schooling.equations import SchoolMarket
from urbsim.scenario.schema import Conditions, Levers
from urbsim.state.absences import Absences
from urbsim.state.codes import N_COUNTIES, N_PARTS
from urbsim.state.columns import Columns, Ledger, Stocks, empty_ledger, sum_of_stocks
from urbsim.state.geography import Places


@dataclass
class World:
    """Everything a month reads and writes.

    n: rows in use; base_month, month: months since 1900-01; weight: full persons per sampled person;
    absences: who is away less than six months; seekers: rows of those looking for a partner;
    logs: changes of the counted part this month, each (n, 3) int32 `row, from, to`;
    base_rows: rows of the base population; seasoned: thresholds of `seasoned_thresholds` of migration;
    worth: of places, as far as no month changes it;
    union, separation, holds: thresholds and factors that no month changes, as `urbsim.month.Tables` has them;
    base_utilities: utilities on census night, set in the first month;
    labour: posts and chances of the towns; schools: school places of the towns; registration: permits and settlement;
    committed, levers: what government does; training_offered: (111,) this month;
    housing: dwellings, rents, public rental units, subsidies;
    touched: who the levers reached, and what people got;
    counted: (224,) persons by the part counted in when the month began;
    work_flows: entries into and ends of urban work this month, by county;
    gone: (111, 256) uint8 village cells that turned urban; base_stock: (113, 114) of the sample on census night.
    """

    people: Columns
    n: int
    base_month: int
    month: int
    seed: int
    weight: float
    parameters: Parameters
    places: Places
    totals: BaseTotals
    conditions: Conditions
    engine: Implementation
    chunks: Chunks
    rates: VitalRates
    cells: np.ndarray
    nests: np.ndarray
    worth: LastingWorth
    tastes: tuple[np.ndarray, np.ndarray]
    margins: np.ndarray
    return_base: np.ndarray
    college: np.ndarray
    base_stock: np.ndarray
    base_rows: int
    seasoned: np.ndarray
    union: np.ndarray
    separation: np.ndarray
    holds: np.ndarray
    absences: Absences
    donors: np.ndarray
    donor_home: np.ndarray
    labour: LabourMarket
    schools: SchoolMarket
    registration: Registration
    committed: Levers
    levers: Levers
    housing: HousingMarket = field(default_factory=HousingMarket)
    ledger: Ledger = field(default_factory=empty_ledger)
    seekers: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    training_offered: np.ndarray = field(default_factory=lambda: np.zeros(111, np.int64))
    gone: np.ndarray = field(default_factory=lambda: np.zeros((111, 256), np.uint8))
    logs: list[np.ndarray] = field(default_factory=list)
    work_flows: dict[str, np.ndarray] = field(default_factory=dict)
    touched: Touched = field(default_factory=Touched)
    base_utilities: Utilities | None = None
    profile: Profile | None = None
    counted: np.ndarray = field(default_factory=lambda: np.zeros(N_PARTS, np.int64))

    @cached_property
    def most_return(self) -> np.ndarray:
        """(ages, 2 sex) highest threshold of return of that age, however long away, with or without a child left."""
        return self.return_base.max(axis=(0, 3))

    @property
    def residents(self) -> int:
        """Persons counted in Guangxi when the month began."""
        return int(self.counted[: 2 * N_COUNTIES].sum())

    def recount(self) -> tuple[np.ndarray, Stocks]:
        """(224,) persons by part counted in, and the stocks: counted from the columns of everybody."""
        count = self.engine.counting.stocks
        counted, stocks = zip(
            *self.chunks.map(lambda lo, hi: count(lo, hi, self.people), self.n), strict=True
        )
        return np.sum(counted, axis=0), sum_of_stocks(stocks)

    def key(self, process: str) -> np.uint64:
        """Stream key of a process in this month."""
        return stream_key(self.seed, process, self.month)

    def lasting_key(self, trait: str) -> np.uint64:
        """Stream key of a trait that stays the same over months (tastes)."""
        return stream_key(self.seed, trait)

    def note(self, log_and_absences: tuple[np.ndarray, np.ndarray]) -> None:
        """Takes up what a moving kernel returns: changes of counting, and first-time leavers."""
        log, leavers = log_and_absences
        if log.size:
            self.logs.append(log)
        self.absences.leave(leavers, self.month)
