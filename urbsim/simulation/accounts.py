"""Strict accounts: stocks recounted from the columns against what was counted at the events, to the person."""

from __future__ import annotations

import numpy as np

from urbsim.errors import RunError
from urbsim.processes.housing.equations import HousingMarket, Tenancies
from urbsim.state.columns import Columns, Ledger, Stocks
from urbsim.state.holdings import PUBLIC_RENTAL, RENT_SUBSIDY


class AccountError(RunError):
    """An account does not close: the model lost or invented somebody."""


def _recoded(by_part: np.ndarray) -> np.ndarray:
    """Net change of each part by recoding: what leaves rural part p arrives in urban part p + 1."""
    change = -by_part.copy()
    change[1:] += by_part[:-1]
    return change


def by_part(counted: np.ndarray, stocks: Stocks) -> np.ndarray:
    """(3, 224) persons by part counted in, lived in and registered in."""
    return np.stack([counted, stocks.persons.sum(axis=0), stocks.persons.sum(axis=1)])


def counted_after(before: np.ndarray, ledger: Ledger) -> np.ndarray:
    """(224,) persons by part counted in when the month ends, from those when it began (ODD equation A1)."""
    gains = ledger.births - ledger.deaths + ledger.entered + _recoded(ledger.reclassified)
    return before + gains + ledger.counted_moves.sum(axis=0) - ledger.counted_moves.sum(axis=1)


def _present_after(before: np.ndarray, ledger: Ledger) -> np.ndarray:
    gains = ledger.births_present - ledger.deaths_present + ledger.entered
    gains = gains + _recoded(ledger.reclassified_present)
    return before + gains + ledger.moves.sum(axis=0) - ledger.moves.sum(axis=1)


def residuals(before: np.ndarray, after: np.ndarray, ledger: Ledger, stocks: Stocks) -> dict[str, int]:
    """Largest absolute residual of each account of a month, in persons; zero when it closes (ODD equations A1-A3, A6).

    before: (3, 224) persons by part counted in, lived in and registered in, carried to the beginning of the month;
    after, stocks: the same, and what the ledger carries, recounted at its end.
    """
    registered = before[2].sum() + ledger.births.sum() - ledger.deaths.sum() + ledger.entered.sum()
    persons, holders, women = (
        _largest(recount - carried) for recount, carried in zip(stocks, ledger.stocks, strict=True)
    )
    return {
        "counted": _largest(after[0] - counted_after(before[0], ledger)),
        "present": _largest(after[1] - _present_after(before[1], ledger)),
        "registered": _largest(after[2].sum() - registered),
        "networks": persons,
        "permit holders": holders,
        "women": women,
    }


def check(before: np.ndarray, after: np.ndarray, ledger: Ledger, stocks: Stocks, month: str) -> None:
    """Raises AccountError if any account of the month has a residual."""
    refuse(residuals(before, after, ledger, stocks), month)


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
    (224,) recount of persons by part lived in.
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
        "served who wait": int((people.holdings[market.waiting] & (PUBLIC_RENTAL | RENT_SUBSIDY) > 0).sum()),
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
    unmarked = (people.holdings[tenancies.rows] & mark == 0).sum()
    twice = tenancies.rows.size - np.unique(tenancies.rows).size
    there = np.bincount(people.lives[tenancies.bearers] >> 1, minlength=supported.size)[: supported.size]
    return int(beyond + abs(vacant) + elsewhere + unmarked + twice + np.abs(there - supported).sum())


def check_housing(
    market: HousingMarket, people: Columns, supported: np.ndarray, present: np.ndarray, month: str
) -> None:
    """Raises AccountError if any account of housing has a residual."""
    refuse(housing_residuals(market, people, supported, present), month)
