"""Strict accounts: stocks recounted from the columns against what was counted at the events, to the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_text
from urbsim.errors import RunError
from urbsim.simulation.processes import PROCESSES
from urbsim.state.ledger import Ledger, Stocks

if TYPE_CHECKING:
    from urbsim.simulation.world import World


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
    persons, holders, sleepers, women = (
        _largest(recount - carried) for recount, carried in zip(stocks, ledger.stocks, strict=True)
    )
    return {
        "counted": _largest(after[0] - counted_after(before[0], ledger)),
        "present": _largest(after[1] - _present_after(before[1], ledger)),
        "registered": _largest(after[2].sum() - registered),
        "networks": persons,
        "permit holders": holders,
        "sleepers": sleepers,
        "women": women,
    }


def check(world: World, before: np.ndarray) -> None:
    """Recounts everybody and raises AccountError if any account of the month has a residual.

    before: `by_part` when the month began.
    """
    counted, stocks = world.recount()
    found = residuals(before, by_part(counted, stocks), world.ledger, stocks)
    for process in PROCESSES:
        found |= process.residuals(world, stocks)
    refuse(found, month_text(world.month))


def refuse(residuals_of_month: dict[str, int], month: str) -> None:
    """Raises AccountError if any account has a residual."""
    broken = {name: size for name, size in residuals_of_month.items() if size}
    if broken:
        raise AccountError(f"{month}: accounts do not close, largest residuals in units: {broken}")


def _largest(residual: np.ndarray) -> int:
    return int(np.abs(residual).max(initial=0))
