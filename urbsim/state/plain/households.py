"""Households as closed rings of rows, walked and mended in plain Python."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from urbsim.state.codes import DEAD
from urbsim.state.columns import Columns

COMING_OF_AGE = 18 * 12  # months


def others(row: int, people: Columns) -> Iterator[int]:
    """The other members of the household of `row`, in the order of the ring."""
    member = int(people.ring[row])
    while member != row:
        yield member
        member = int(people.ring[member])


def children_of(row: int, people: Columns) -> Iterator[int]:
    """Living members of the household whose known parent is `row` or the spouse of `row`."""
    couple = {row, int(people.spouse[row])} - {-1}
    for member in others(row, people):
        if people.risk[member] != DEAD and int(people.parent[member]) in couple:
            yield member


def hand_children_over(row: int, other: int, people: Columns) -> None:
    """Children of `row` in the household are known by their other parent from now on."""
    for member in others(row, people):
        if people.parent[member] == row:
            people.parent[member] = other


def leave(row: int, ring: np.ndarray) -> None:
    """`row` becomes a household of one; the others close the ring behind it."""
    before = row
    while ring[before] != row:
        before = int(ring[before])
    ring[before] = ring[row]
    ring[row] = row


def insert_after(member: int, row: int, ring: np.ndarray) -> None:
    """`row`, a household of one, enters the household of `member` as its successor."""
    ring[row] = ring[member]
    ring[member] = row


def split_off(row: int, month: int, people: Columns) -> None:
    """`row` and its own minor children leave the household and form one of their own."""
    # The children are the members of the old ring from the second on, then the first.
    old = list(others(row, people))
    leave(row, people.ring)
    for member in old[1:] + old[:1]:
        minor = month - int(people.birth_month[member]) < COMING_OF_AGE
        if people.parent[member] == row and minor:
            leave(member, people.ring)
            insert_after(row, member, people.ring)


def unite(one: int, other: int, ring: np.ndarray) -> None:
    """Makes one ring of the two rings of `one` and `other`."""
    ring[one], ring[other] = int(ring[other]), int(ring[one])
