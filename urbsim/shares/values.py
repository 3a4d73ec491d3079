"""What players of a game are worth: Shapley and Owen values, and interactions of pairs (ODD equations W5, W6).

Values are fractions of whole numbers, so that shares add up to the worth of all players without rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial

Coalition = frozenset[str]
Worth = Callable[[Coalition], Fraction]
"""What a coalition is worth."""


def coalitions(players: Sequence[str]) -> Iterator[Coalition]:
    """Every coalition of these players, the empty one first and all of them last."""
    for size in range(len(players) + 1):
        yield from map(frozenset, combinations(players, size))


def shapley(players: Sequence[str], worth: Worth) -> dict[str, Fraction]:
    """What each player adds, on average over all orders in which they may come (Shapley 1953; ODD equation W5)."""
    n = len(players)
    found = {}
    for player in players:
        others = [other for other in players if other != player]
        found[player] = sum(
            (
                Fraction(factorial(len(there)) * factorial(n - len(there) - 1), factorial(n))
                * (worth(there | {player}) - worth(there))
                for there in coalitions(others)
            ),
            Fraction(0),
        )
    return found


def interactions(players: Sequence[str], worth: Worth) -> dict[tuple[str, str], Fraction]:
    """How much more two players add together than each alone, on average over who else is there (ODD equation W6).

    The interaction index of Grabisch and Roubens (1999).
    """
    n = len(players)
    found = {}
    for a, b in combinations(players, 2):
        others = [other for other in players if other not in (a, b)]
        found[a, b] = sum(
            (
                Fraction(factorial(len(there)) * factorial(n - len(there) - 2), factorial(n - 1))
                * (worth(there | {a, b}) - worth(there | {a}) - worth(there | {b}) + worth(there))
                for there in coalitions(others)
            ),
            Fraction(0),
        )
    return found


def chain(order: Sequence[str]) -> list[Coalition]:
    """The coalitions through which players come in an order, from none to all."""
    return [frozenset(order[:k]) for k in range(len(order) + 1)]


def added(order: Sequence[str], worth: Worth) -> dict[str, Fraction]:
    """What each player adds when they come in this order."""
    there = chain(order)
    return {player: worth(there[k + 1]) - worth(there[k]) for k, player in enumerate(order)}
