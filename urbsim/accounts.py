"""Strict accounts: stocks recounted from the columns against flows counted at the events, to the person."""

from __future__ import annotations

import numpy as np

from urbsim.columns import Ledger
from urbsim.errors import RunError


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
