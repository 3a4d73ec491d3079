"""Strict accounts: stocks recounted from the columns against flows counted at the events, to the person."""

from __future__ import annotations

import numpy as np

from urbsim.columns import Columns, Ledger
from urbsim.errors import RunError
from urbsim.processes.housing import HousingMarket, Tenancies
from urbsim.support import PUBLIC_RENTAL, RENT_SUBSIDY


class AccountError(RunError):
    """An account does not close: the model lost or invented somebody."""


def _residual(before: np.ndarray, after: np.ndarray, gains: np.ndarray, flow: np.ndarray) -> np.ndarray:
    return (after - before) - (gains + flow.sum(axis=0) - flow.sum(axis=1))


def _recoded(by_part: np.ndarray) -> np.ndarray:
    """Net change of each part by recoding: what leaves rural part p arrives in urban part p + 1."""
    change = -by_part.copy()
    change[1:] += by_part[:-1]
    return change


def residuals(before: np.ndarray, after: np.ndarray, ledger: Ledger, stock: np.ndarray) -> dict[str, int]:
    """Largest absolute residual of each account of a month, in persons; zero when it closes (ODD equations A1-A3).

    before, after: (3, 256) persons by part counted in, lived in and registered in; stock: (113, 114) recount of who
    lives where.
    """
    n = ledger.births.size
    counted = _residual(
        before[0, :n],
        after[0, :n],
        ledger.births - ledger.deaths + ledger.entered + _recoded(ledger.reclassified),
        ledger.counted_moves,
    )
    present = _residual(
        before[1, :n],
        after[1, :n],
        ledger.births_present
        - ledger.deaths_present
        + ledger.entered
        + _recoded(ledger.reclassified_present),
        ledger.moves,
    )
    registered = (
        after[2, :n].sum()
        - before[2, :n].sum()
        - (ledger.births.sum() - ledger.deaths.sum() + ledger.entered.sum())
    )
    return {
        "counted": int(np.abs(counted).max()),
        "present": int(np.abs(present).max()),
        "registered": int(abs(registered)),
        "networks": int(np.abs(stock - ledger.stock).max()),
    }


def check(before: np.ndarray, after: np.ndarray, ledger: Ledger, stock: np.ndarray, month: str) -> None:
    """Raises AccountError if any account of the month has a residual."""
    refuse(residuals(before, after, ledger, stock), month)


def refuse(residuals_of_month: dict[str, int], month: str) -> None:
    """Raises AccountError if any account has a residual."""
    broken = {name: size for name, size in residuals_of_month.items() if size}
    if broken:
        raise AccountError(f"{month}: accounts do not close, largest residuals in units: {broken}")


def housing_residuals(
    market: HousingMarket, people: Columns, supported: np.ndarray, present: np.ndarray
) -> dict[str, int]:
    """Largest absolute residual of each account of housing; zero when it closes (ODD equation A4).

    supported: (3, 111) recount of persons in public rental, with a subsidy and in dormitories, by county; present:
    (256,) recount of persons by part lived in.
    """
    zero = np.zeros(supported.shape[1], np.int64)
    flows = {
        name: market.flows.get(name, zero)
        for name in ("finished", "added", "demolished", "applied", "left_queue")
    }
    stood, queued = market.flows.get("dwellings", market.dwellings), market.flows.get("queue", market.queue())
    housed = market.occupied() + market.doubling_up()
    return {
        "dwellings": _largest(
            market.dwellings - stood - flows["finished"] - flows["added"] + flows["demolished"]
        ),
        "occupied and vacant": _largest(market.occupied() + market.vacant() - market.dwellings),
        "households": _largest(housed - market.homes()),
        "people in towns": _largest(market.present - present[1 : 2 * zero.size : 2]),
        "dormitories": _largest(market.in_beds - supported[2]),
        "public rental": _unsound(market.public, people, PUBLIC_RENTAL, supported[0]),
        "rent subsidies": _unsound(market.subsidies, people, RENT_SUBSIDY, supported[1]),
        "queue": _largest(market.queue() - queued - flows["applied"] + flows["left_queue"]),
        "served who wait": int((people.support[market.waiting] & (PUBLIC_RENTAL | RENT_SUBSIDY) > 0).sum()),
    }


def _largest(residual: np.ndarray) -> int:
    return int(np.abs(residual).max(initial=0))


def _unsound(tenancies: Tenancies, people: Columns, mark: int, supported: np.ndarray) -> int:
    """Units that are not held by exactly one household that lives there, and marked persons without a unit."""
    held = tenancies.held()
    beyond = np.maximum(held - tenancies.capacity, 0).sum()
    vacant = tenancies.free().sum() + held.sum() - tenancies.capacity.sum() - beyond
    part = 2 * tenancies.counties.astype(np.int64) + 1
    elsewhere = (people.lives[tenancies.rows] != part).sum()
    unmarked = (people.support[tenancies.rows] & mark == 0).sum()
    twice = tenancies.rows.size - np.unique(tenancies.rows).size
    there = np.bincount(people.lives[tenancies.bearers] >> 1, minlength=supported.size)[: supported.size]
    return int(beyond + abs(vacant) + elsewhere + unmarked + twice + np.abs(there - supported).sum())


def check_housing(
    market: HousingMarket, people: Columns, supported: np.ndarray, present: np.ndarray, month: str
) -> None:
    """Raises AccountError if any account of housing has a residual."""
    refuse(housing_residuals(market, people, supported, present), month)
