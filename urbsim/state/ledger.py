"""Where events are taken down: the flows of a month, and the stocks that are carried from month to month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from urbsim.compute.compiled import taken_by_address
from urbsim.state.codes import N_PARTS, N_SETTINGS


@taken_by_address
class Stocks(NamedTuple):
    """Who is where: counted on census night, from then on changed at the events; int64.

    Women stand by month of birth, so that birthdays change nothing; nobody alive in a base was born before 1900.
    """

    persons: np.ndarray  # (224, 224) the living by part registered in and part lived in
    holders: np.ndarray  # (224,) of those in towns registered elsewhere, who hold a permit; by part lived in
    sleepers: np.ndarray  # (224,) the living who sleep in dormitories; by part lived in
    women: (
        np.ndarray
    )  # (1680, 3, 2) living women by month of birth, setting (village, town, outside), single or not

    def add(self, changes: Stocks) -> None:
        """Adds changes of the stocks."""
        for stock, change in zip(self, changes, strict=True):
            stock += change


@taken_by_address
class Ledger(NamedTuple):
    """Flows of one month, counted at the events, and the stocks that the events change; int64."""

    births: np.ndarray  # (224,) by counted part
    deaths: np.ndarray  # (224,) by counted part
    counted_moves: np.ndarray  # (224, 224) changes of the part counted in, from, to
    moves: np.ndarray  # (224, 224) physical changes of the part lived in, from, to
    births_present: np.ndarray  # (224,) by the part where the mother lives
    deaths_present: np.ndarray  # (224,) by the part lived in
    reclassified: np.ndarray  # (224,) persons whose counted rural part turned urban under them
    reclassified_present: np.ndarray  # (224,) the same for the part lived in
    returned: np.ndarray  # (224,) persons who came back to their registered part
    entered: np.ndarray  # (224,) newcomers who enter the world at their registered part outside
    stocks: Stocks  # kept, not reset

    def clear(self) -> None:
        """Sets every flow to zero and leaves the stocks as they are."""
        for flow in self:
            if not isinstance(flow, Stocks):
                flow[:] = 0

    def add(self, other: Ledger) -> None:
        """Adds the flows and the changes of stocks that another ledger took down."""
        for flow, more in zip(self[:-1], other[:-1], strict=True):
            flow += more
        self.stocks.add(other.stocks)

    def hand_over(self, to: Ledger) -> None:
        """Adds to another ledger all that was taken down here, and is empty then."""
        to.add(self)
        self.clear()
        for stock in self.stocks:
            stock[:] = 0


N_BIRTH_MONTHS = 12 * 140  # to the end of 2039, beyond the last month that a run can reach


def empty_stocks() -> Stocks:
    """Stocks of nobody."""
    shapes = ((N_PARTS, N_PARTS), N_PARTS, N_PARTS, (N_BIRTH_MONTHS, N_SETTINGS, 2))
    return Stocks(*(np.zeros(shape, dtype=np.int64) for shape in shapes))


def sum_of_stocks(pieces: Iterable[Stocks]) -> Stocks:
    """Stocks, or changes of them, of all pieces of the rows together."""
    return Stocks(*(np.sum(arrays, axis=0) for arrays in zip(*pieces, strict=True)))


def empty_ledger() -> Ledger:
    """A ledger of zeros."""
    flow = (N_PARTS, N_PARTS)
    shapes = [N_PARTS, N_PARTS, flow, flow, *[N_PARTS] * 6]
    return Ledger(*(np.zeros(shape, dtype=np.int64) for shape in shapes), stocks=empty_stocks())
