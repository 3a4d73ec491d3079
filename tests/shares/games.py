"""Games of invented numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from urbsim.shares.values import Coalition, Worth

THREE = {"": 0, "a": 10, "b": 20, "c": 0, "ab": 40, "ac": 10, "bc": 20, "abc": 46}
"""a and b help each other by 10; c adds 6, but only where both are there."""


def worth_of(table: Mapping[str, int]) -> Worth:
    """What coalitions of one-letter players are worth, by their letters in order."""
    return lambda coalition: Fraction(table["".join(sorted(coalition))])


def drawn(players: str, numbers: list[int]) -> Worth:
    """A game that is worth any numbers; nothing without players."""
    known: dict[Coalition, Fraction] = {frozenset(): Fraction(0)}

    def worth(coalition: Coalition) -> Fraction:
        place = sum(1 << players.index(player) for player in coalition)
        return known.setdefault(frozenset(coalition), Fraction(numbers[place % len(numbers)]))

    return worth
