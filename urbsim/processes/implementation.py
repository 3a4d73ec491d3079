"""Which implementation a run uses: the compiled kernels, or their plain NumPy twins.

Every field is a typed protocol, so that calling a loop that does not exist, or with other arguments, is a type error.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Protocol

import numpy as np

from urbsim.processes import (
    demography,
    employment,
    housing,
    migration,
    moving,
    reclassification,
    registration,
    schooling,
)

if TYPE_CHECKING:
    from urbsim.compute.eights import Eights
    from urbsim.state.columns import Columns
    from urbsim.state.ledger import Stocks


class Luck(Protocol):
    """Luck of a list of rows: `urbsim.compute.luck` and its twin."""

    def luck_of(self, rows: np.ndarray, people: Columns, key: np.uint64) -> np.ndarray: ...


class Screening(Protocol):
    """Who might meet an event this month: `urbsim.compute.screening` and its twin."""

    def candidates(
        self, lo: int, hi: int, risk: np.ndarray, identity_rows: int, ids: np.ndarray, eights: Eights,
        bounds: np.ndarray, looks: np.ndarray, keys: np.ndarray, fine_keys: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]: ...  # fmt: skip


class Counting(Protocol):
    """Counts of everybody: `urbsim.state.counting` and its twin."""

    def stocks(self, lo: int, hi: int, people: Columns) -> tuple[np.ndarray, Stocks]: ...

    def children(self, lo: int, hi: int, month: int, people: Columns) -> np.ndarray: ...

    def registered_elsewhere(self, lo: int, hi: int, people: Columns) -> np.ndarray: ...

    def kinds_of_moves(self, log: np.ndarray, month: int, people: Columns) -> np.ndarray: ...

    def moves_by_kind(self, kinds: np.ndarray, month: int) -> np.ndarray: ...

    def cohorts(
        self, lo: int, hi: int, month: int, birth_month: np.ndarray, home: np.ndarray, lives: np.ndarray
    ) -> np.ndarray: ...


@dataclass(frozen=True)
class Implementation:
    """The loops of every process, compiled or plain; both have the same functions with the same arguments."""

    screening: Screening
    luck: Luck
    counting: Counting
    demography: demography.Loops
    schooling: schooling.Loops
    migration: migration.Loops
    moving: moving.Loops
    employment: employment.Loops
    housing: housing.Loops
    registration: registration.Loops
    reclassification: reclassification.Loops


NAMES = tuple(field.name for field in fields(Implementation))


def compiled() -> Implementation:
    """The kernels."""
    from urbsim.compute import luck, screening
    from urbsim.processes.demography import kernels as demography
    from urbsim.processes.employment import kernels as employment
    from urbsim.processes.housing import kernels as housing
    from urbsim.processes.migration import kernels as migration
    from urbsim.processes.moving import kernels as moving
    from urbsim.processes.reclassification import kernels as reclassification
    from urbsim.processes.registration import kernels as registration
    from urbsim.processes.schooling import kernels as schooling
    from urbsim.state import counting

    return Implementation(
        screening, luck, counting, demography, schooling, migration, moving, employment, housing, registration,
        reclassification,
    )  # fmt: skip


def plain() -> Implementation:
    """The plain NumPy twins: slow, easy to read, and the same results to the last bit."""
    from urbsim.compute.plain import luck, screening
    from urbsim.processes.demography import plain as demography
    from urbsim.processes.employment import plain as employment
    from urbsim.processes.housing import plain as housing
    from urbsim.processes.migration import plain as migration
    from urbsim.processes.moving import plain as moving
    from urbsim.processes.reclassification import plain as reclassification
    from urbsim.processes.registration import plain as registration
    from urbsim.processes.schooling import plain as schooling
    from urbsim.state.plain import counting

    return Implementation(
        screening, luck, counting, demography, schooling, migration, moving, employment, housing, registration,
        reclassification,
    )  # fmt: skip


def partly_compiled(names: Container[str]) -> Implementation:
    """The kernels of the processes named, and the twins of the others."""
    kernels, twins = compiled(), plain()
    return Implementation(**{name: getattr(kernels if name in names else twins, name) for name in NAMES})
