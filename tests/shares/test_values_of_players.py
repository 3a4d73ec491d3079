"""Shapley values, worked by hand and by what defines them."""

from __future__ import annotations

from fractions import Fraction

import hypothesis.strategies as st
from games import THREE, drawn, worth_of
from hypothesis import given

from urbsim.shares.values import added, chain, coalitions, interactions, shapley

NUMBERS = st.lists(st.integers(-1000, 1000), min_size=16, max_size=16)


def test_three_players_worked_by_hand():
    # Orders abc, acb, bac, bca, cab, cba: a adds 10, 10, 20, 26, 10, 26; b adds 30, 36, 20, 20, 36, 20; c 6, 0, 6, 0, 0, 0.
    assert shapley("abc", worth_of(THREE)) == {"a": 17, "b": 27, "c": 2}
    # ab alone 40 - 10 - 20 = 10, beside c 46 - 10 - 20 + 0 = 16; ac and bc nothing, and 6 where the third is there.
    assert interactions("abc", worth_of(THREE)) == {("a", "b"): 13, ("a", "c"): 3, ("b", "c"): 3}


def test_an_order_worked_by_hand():
    assert chain("bca") == [frozenset(), frozenset("b"), frozenset("bc"), frozenset("abc")]
    assert added("bca", worth_of(THREE)) == {"b": 20, "c": 0, "a": 26}


def test_two_that_do_the_same_work_cover_for_each_other():
    worth = worth_of({"": 0, "a": 8, "b": 8, "ab": 8})
    assert shapley("ab", worth) == {"a": 4, "b": 4} and interactions("ab", worth) == {("a", "b"): -8}


def test_coalitions_are_all_there_once():
    found = list(coalitions("abcd"))
    assert len(set(found)) == len(found) == 16 and found[0] == frozenset() and found[-1] == frozenset("abcd")


@given(NUMBERS)
def test_shares_add_up_to_what_all_are_worth(numbers: list[int]):
    worth = drawn("abcd", numbers)
    assert sum(shapley("abcd", worth).values()) == worth(frozenset("abcd"))
    assert sum(added("dbca", worth).values()) == worth(frozenset("abcd"))


@given(NUMBERS)
def test_players_who_add_alike_have_alike(numbers: list[int]):
    worth = drawn("abcd", numbers)

    def alike(coalition: frozenset[str]) -> Fraction:
        turned = frozenset({"a": "b", "b": "a"}.get(player, player) for player in coalition)
        return worth(coalition) + worth(turned)

    found = shapley("abcd", alike)
    assert found["a"] == found["b"]


@given(NUMBERS)
def test_who_adds_nothing_has_nothing(numbers: list[int]):
    worth = drawn("abcd", numbers)
    found = shapley("abcd", lambda coalition: worth(coalition - {"d"}))
    assert found["d"] == 0
    assert all(
        each == 0 for pair, each in interactions("abcd", lambda c: worth(c - {"d"})).items() if "d" in pair
    )


@given(NUMBERS, NUMBERS)
def test_shares_of_two_games_together_are_sums(one: list[int], two: list[int]):
    first, second = drawn("abcd", one), drawn("abcd", two)
    apart = shapley("abcd", first), shapley("abcd", second)
    together = shapley("abcd", lambda coalition: first(coalition) + second(coalition))
    assert together == {player: apart[0][player] + apart[1][player] for player in "abcd"}
