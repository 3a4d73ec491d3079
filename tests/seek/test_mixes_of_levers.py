"""The cheapest mix of levers, on surfaces whose answer is known by hand (ODD equation W8)."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from answers import C7_A5, DRAWS, asked, runs

from urbsim.seek.answer import CANNOT, CHEAPEST, TOO_DEAR, content, rows_of
from urbsim.seek.search import seek
from urbsim.seek.surface import Surface, best_within, between, cheapest, grid, reach


def found(gain, yuan, players=C7_A5, probability=0.5, **question):
    known, mixes = seek(asked(players, (probability,), **question), runs(gain, yuan))
    said = content(known, mixes, 0.01, DRAWS, 1)
    return said["mixes"][0], said


def test_the_cheaper_lever_goes_first_until_its_stock_is_used_up():
    # C7 gives 0.2 a dose for 1 yuan and is used up at 2; A5 gives 0.2 for 3: the 50th draw needs 0.495.
    mix, said = found(lambda m: 0.2 * min(m[0], 2) + 0.2 * m[1], lambda m: m[0] + 3 * m[1])
    assert mix["reads"] == CHEAPEST and mix["multiples"] == {"C7": 2.0, "A5": 0.5}
    assert mix["yuan"]["median"] == 3.5 and mix["probability_there"] == 0.5
    (trial,) = mix["trials"]
    assert trial["predicted_probability"] == trial["confirmed_probability"] == 0.5
    assert trial["predicted_yuan"] == pytest.approx(trial["confirmed_yuan"])
    parts = [row for row in rows_of(said) if row["kind"] == "mix"]
    assert [(row["player"], row["multiple"]) for row in parts] == [("C7", 2.0), ("A5", 0.5)]


def test_a_lever_that_has_no_price_is_taken_before_money_is_spent():
    mix, _ = found(lambda m: 0.1 * m[0] + 0.3 * m[1], lambda m: m[1], probability=0.3, most=4)
    assert mix["multiples"] == {"C7": 3.0, "A5": 0.0} and mix["yuan"]["median"] == 0


def test_levers_that_cover_for_each_other_are_found_out_by_real_runs():
    # Alone each gives 0.3; together the sum less a quarter of the smaller: the surface is too hopeful, and mended.
    def gain(m):
        a, b = 0.3 * min(m[0], 1), 0.3 * min(m[1], 1)
        return a + b - 0.25 * min(a, b)

    mix, _ = found(gain, lambda m: m[0] + m[1], most=2)
    first, *_, last = mix["trials"]
    assert first["predicted_probability"] >= 0.5 > first["confirmed_probability"]
    assert mix["reads"] == CHEAPEST and mix["probability_there"] >= 0.5
    assert last["predicted_value"] == pytest.approx(last["confirmed_value"], abs=0.03)
    assert gain(tuple(mix["multiples"].values())) >= 0.495


def test_an_envelope_that_is_too_small_gives_the_best_for_the_money():
    # 0.5 needs 3.5 yuan; for 2 yuan there is 0.4.
    def gain(m):
        return 0.2 * min(m[0], 2) + 0.2 * m[1]

    mix, _ = found(gain, lambda m: m[0] + 3 * m[1], envelope=2.0)
    assert mix["reads"] == TOO_DEAR and mix["multiples"] == {"C7": 2.0, "A5": 0.0}
    assert mix["probability_there"] == 0.4 and mix["yuan"]["median"] == 2
    mix, _ = found(gain, lambda m: m[0] + 3 * m[1], envelope=3.5)
    assert mix["reads"] == CHEAPEST


def test_what_no_mix_reaches_is_said_with_the_best_there_is():
    mix, _ = found(lambda m: 0.1 * min(m[0], 1) + 0.1 * min(m[1], 2), lambda m: m[0] + m[1])
    assert mix["reads"] == CANNOT and mix["probability_there"] == pytest.approx(0.3)
    assert mix["multiples"] == {"C7": 1.0, "A5": 2.0}  # more would cost and add nothing


def test_a_lever_that_harms_is_left_out():
    mix, _ = found(lambda m: -0.1 * m[0] + 0.25 * m[1], lambda m: m[0] + m[1])
    assert mix["multiples"] == {"C7": 0.0, "A5": 2.0}


def test_exchange_finds_what_trying_all_mixes_finds():
    rng = np.random.default_rng(7)
    for _ in range(20):
        levels = [np.array([0.0, 0.5, 1.0, 2.0, 4.0])] * 3
        rising = [
            np.cumsum(rng.uniform(0, 1, (5, 1)) * rng.uniform(0.5, 1.5, (1, 20)), axis=0) for _ in range(3)
        ]
        gains = [each - each[0] for each in rising]
        costs = [np.concatenate([[0], np.cumsum(rng.uniform(0.1, 1, 4))]) for _ in range(3)]
        surface = Surface(-rng.uniform(1, 5, 20), 0.0, levels, gains, costs)
        every = list(product(range(5), repeat=3))
        fine = [at for at in every if reach(surface.margins(at), 0.9) >= 0]
        chosen = cheapest(surface, 0.9)
        if not fine:
            assert chosen is None
            continue
        assert chosen is not None
        assert surface.cost(chosen) == pytest.approx(min(surface.cost(at) for at in fine))
        money = 0.7 * surface.cost(chosen)
        best = best_within(surface, 0.9, money)
        most = max(reach(surface.margins(at), 0.9) for at in every if surface.cost(at) <= money)
        assert surface.cost(best) <= money and reach(surface.margins(best), 0.9) == pytest.approx(most)


def test_grid_and_straight_lines_between_doses():
    assert grid(1.0).tolist() == [k / 16 for k in range(17)]
    assert grid(3.0).tolist()[-5:] == [2.0, 2.25, 2.5, 2.75, 3.0] and grid(0.3)[-1] == 0.3
    values = np.array([[0.0, 0.0], [1.0, 2.0], [1.0, 4.0]])
    at = between([0.0, 1.0, 3.0], values, np.array([0.0, 0.5, 1.0, 2.0, 3.0]))
    assert at.tolist() == [[0, 0], [0.5, 1], [1, 2], [1, 3], [1, 4]]


def test_the_margin_that_so_many_runs_have():
    margins = np.arange(10.0)[::-1]
    assert reach(margins, 0.9) == 1 and reach(margins, 0.5) == 5 and reach(margins, 0.01) == 9
