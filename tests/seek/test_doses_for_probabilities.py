"""The dose for a probability, on responses whose answer is known by hand (ODD equation W7)."""

from __future__ import annotations

from math import isclose, sqrt

import numpy as np
import pytest
from answers import DRAWS, asked, runs

from urbsim.seek.answer import MET, MOVES_AWAY, NOTHING, OPEN, USED_UP, WITHOUT, content, rows_of
from urbsim.seek.curve import NINETY, Curve, first_reach, never_falling, share_of
from urbsim.seek.search import seek


def found(gain, yuan=lambda mix: 0.0, **question):
    known, mixes = seek(asked(**question), runs(gain, yuan))
    said = content(known, mixes, 0.01, DRAWS, 1)
    return said["doses"][0]


def test_a_straight_response_is_met_where_it_is_by_hand():
    # The 50th draw lacks 0.495, the 90th 0.895; a dose gives a fifth of itself: 2.475 and 4.475.
    entry = found(lambda mix: mix[0] / 5, lambda mix: 7 * mix[0])
    half, most = entry["answers"]
    assert (half["reads"], most["reads"]) == (MET, MET)
    for answer, dose in ((half, 2.475), (most, 4.475)):
        assert dose <= answer["multiple"] <= 1.05 * dose  # the least that was run and meets it
        assert answer["missed_at"] < dose + 1e-9
        assert answer["probability_there"] >= answer["probability"]
        assert answer["yuan_of_the_dose"]["median"] == pytest.approx(7 * answer["multiple"])
        assert answer["low"] < answer["multiple"] < answer["high"]
    assert entry["more_moves_nothing_above"] is None
    assert entry["whole_effect"] == pytest.approx(entry["tried"][-1]["multiple"] / 5)


def test_what_is_met_without_any_dose_needs_none():
    entry = found(lambda mix: 0.95 + mix[0] / 100)
    assert [answer["reads"] for answer in entry["answers"]] == [WITHOUT, WITHOUT]
    assert [answer["multiple"] for answer in entry["answers"]] == [0.0, 0.0]
    assert [tried["multiple"] for tried in entry["tried"]] == [0, 0.5, 1, 2, 4]  # and no more is run


def test_a_stock_that_is_used_up_is_said_and_no_larger_dose_is_tried():
    # The stock is gone at twice the dose: 0.4 at most, so 40 of 100 draws.
    entry = found(lambda mix: min(mix[0], 2) / 5)
    assert [answer["reads"] for answer in entry["answers"]] == [USED_UP, USED_UP]
    assert entry["more_moves_nothing_above"] == 2
    assert entry["tried"][-1]["multiple"] == 4
    assert entry["answers"][0]["probability_there"] == 0.4 and entry["answers"][0]["multiple"] is None
    rows = [row for row in rows_of({"doses": [entry], "mixes": []}) if row["kind"] == "dose"]
    assert rows[0]["reads"] == USED_UP and rows[0]["multiple"] is None and rows[0]["probability_there"] == 0.4


def test_a_response_that_still_rises_at_the_largest_dose_is_open():
    made: list = []
    known, _ = seek(asked(most=10), runs(lambda mix: mix[0] / 100, lambda mix: 0, made))
    entry = content(known, [], 0.01, DRAWS, 1)["doses"][0]
    assert [mix[0] for mix in made] == [0, 0.5, 1, 2, 4, 8, 10]
    assert [answer["reads"] for answer in entry["answers"]] == [OPEN, OPEN]


def test_a_dose_that_harms_or_does_nothing_is_said():
    assert found(lambda mix: -mix[0] / 10)["answers"][0]["reads"] == MOVES_AWAY
    entry = found(lambda mix: 0.0)
    assert entry["answers"][0]["reads"] == NOTHING and entry["tried"][-1]["multiple"] == 4


def test_answers_are_the_same_for_a_target_that_must_not_be_passed():
    question = asked()
    goal = question.goals[0]
    below = goal.target.model_copy(update={"operator": "<="})
    turned = type(goal)(below, False)
    assert (goal.sign, turned.sign) == (1, -1) and goal.level == turned.level == 900_000


def test_wilsons_interval_by_hand():
    # 18 of 20 draws: middle (0.9 + z/2)/(1 + z) with z = 1.645^2 / 20.
    z = NINETY**2 / 20
    share = share_of(np.arange(20)[:, None] < 18)
    half = NINETY * sqrt(0.9 * 0.1 / 20 + z / 80) / (1 + z)
    assert isclose(share.low, (0.9 + z / 2) / (1 + z) - half) and isclose(share.value, 0.9)
    assert 0.73 < share.low < 0.75 and 0.96 < share.high < 0.98
    sure = share_of(np.ones((20, 1), bool))
    assert sure.value == sure.high == 1 and sure.low < 0.9


def test_what_falls_by_luck_is_pooled():
    assert never_falling([0.1, 0.3, 0.2, 0.4]) == pytest.approx([0.1, 0.25, 0.25, 0.4])
    assert never_falling([3, 2, 1]) == [2, 2, 2]
    assert first_reach([0, 1, 2, 4], [0.1, 0.3, 0.2, 0.4], 0.25) == 1
    assert first_reach([0, 1, 2, 4], [0.1, 0.3, 0.3, 0.5], 0.4) == pytest.approx(3)
    assert first_reach([0, 1], [0.1, 0.3], 0.4) is None


def test_the_dose_reported_meets_the_probability_itself_though_a_larger_one_fell_by_luck():
    met = np.array([0.4, 0.7, 0.5, 0.9])
    margins = np.where(np.arange(10) < 10 * met[:, None], 1.0, -1.0)[:, :, None]
    curve = Curve((0.0, 1.0, 2.0, 4.0), margins)
    k = curve.reached(0.6)
    assert k == 1 and curve.shares[k].value == 0.7


def test_seeds_of_a_draw_do_not_pass_for_draws():
    rng = np.random.default_rng(1)
    of_draws = rng.normal(size=(2, 30, 1))
    once, often = Curve((0.0, 1.0), of_draws), Curve((0.0, 1.0), np.repeat(of_draws, 4, axis=2))
    assert once.whole == pytest.approx(often.whole)
    assert once.shares[1] == pytest.approx(often.shares[1])
