"""Orders in which players come: keyed, in pairs, blocks together, and right on average."""

from __future__ import annotations

from collections import Counter

import pytest
from games import THREE, worth_of

from urbsim.shares.errors_of_means import error_of_orders, mean_of
from urbsim.shares.orders import orders
from urbsim.shares.values import added, shapley

BLOCKS = (("A",), ("C1", "C2", "C3"), ("B",))


def test_the_second_of_a_pair_is_the_first_turned_round():
    found = orders(BLOCKS, draw=3, seed=1, number=6)
    assert len(found) == 6
    for first, second in zip(found[::2], found[1::2], strict=True):
        assert second == first[::-1] and sorted(first) == ["A", "B", "C1", "C2", "C3"]


def test_players_of_a_block_stand_together():
    for order in orders(BLOCKS, draw=1, seed=1, number=200):
        places = sorted(order.index(player) for player in ("C1", "C2", "C3"))
        assert places == list(range(places[0], places[0] + 3))


def test_orders_follow_from_draw_and_seed_alone():
    once = orders(BLOCKS, draw=3, seed=1, number=20)
    assert once == orders(BLOCKS, draw=3, seed=1, number=20)
    assert orders(BLOCKS, draw=3, seed=1, number=40)[:20] == once
    assert orders(BLOCKS[::-1], draw=3, seed=1, number=20) == once  # whoever is named first
    assert orders(BLOCKS, draw=4, seed=1, number=20) != once != orders(BLOCKS, draw=3, seed=2, number=20)


def test_every_order_has_its_chance():
    counted = Counter(orders((("a",), ("b",), ("c",)), draw=0, seed=1, number=6000))
    assert len(counted) == 6
    assert all(abs(number - 1000) < 4 * 41 for number in counted.values())  # pairs: sd of 2 x 500 is 41


def test_drawn_orders_agree_with_all_coalitions_within_their_error():
    worth = worth_of(THREE)
    exact = shapley("abc", worth)
    for player in "abc":
        of_run, pairs = {}, []
        for draw in range(1, 201):
            two = [added(order, worth) for order in orders((("a",), ("b",), ("c",)), draw, 1, 4)]
            each = [float(two[k][player] + two[k + 1][player]) / 2 for k in (0, 2)]
            pairs.append(each)
            of_run[draw, 1] = sum(each) / 2
        mean, error = mean_of(of_run), error_of_orders(pairs)
        assert mean.error is not None and error is not None
        assert abs(mean.value - float(exact[player])) < 4 * mean.error
        assert error == pytest.approx(mean.error, rel=0.2)  # here nothing but orders differs between runs


def test_the_error_of_a_mean_worked_by_hand():
    assert mean_of({(1, 1): 5.0}) == (5.0, None)
    # Four draws: 1, 3, 5, 7 have the variance 20 / 3, their mean a quarter of it.
    alone = mean_of({(draw, 1): value for draw, value in enumerate((1.0, 3.0, 5.0, 7.0))})
    assert alone.value == 4 and alone.error == pytest.approx((20 / 3 / 4) ** 0.5)
    # Draw effect -1, 1 and seed effect -2, 2 and nothing else: variance 2 / 2 of draws, 8 / 2 of seeds.
    both = mean_of({(1, 1): -3.0, (1, 2): 1.0, (2, 1): -1.0, (2, 2): 3.0})
    assert both.value == 0 and both.error == pytest.approx(5**0.5) and not both.is_sure


def test_the_error_of_orders_worked_by_hand():
    assert error_of_orders([[1.0], [2.0]]) is None
    # Variances of the two pairs 2 and 8, of their means 1 and 4, of the mean over two runs 5 / 4.
    assert error_of_orders([[1.0, 3.0], [0.0, 4.0]]) == pytest.approx(5**0.5 / 2)
