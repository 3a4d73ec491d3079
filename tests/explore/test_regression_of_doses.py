"""The regression finds a response that is known: slopes that saturate, products, and draws that answer more or less."""

from __future__ import annotations

import numpy as np
import pytest
from invented_emulators import emulator

from urbsim.emulator.answer import Setting
from urbsim.explore.regression import Columns, fitted

DRAWS, RUNS = 12, 30
ONE = emulator()


def columns() -> Columns:
    values = tuple(0.05 + 0.002 * draw for draw in range(DRAWS))
    conditions = tuple(each.model_copy(update={"values": values}) for each in ONE.conditions)
    frozen = conditions[1].model_copy(update={"values": (0.0,) * DRAWS})
    return Columns(ONE.levers, (conditions[0], frozen), len(ONE.programmes))


def test_columns_are_those_of_the_answer():
    row = columns().of(Setting((1.5, 0.5, 1.0), (0.1, None)), 0)
    # Slope and bend of each lever, a lever that is there or not without a bend; growth from 0 to 1 on its slider.
    assert row[:6] == [1.5, 0.5, 0.5, 0.0, 1.0, 0.0]
    assert row[6:10] == pytest.approx([1.0, 1.0, 0.0, 0.0])
    assert row[10:] == pytest.approx([1.5**2, 1.5 * 0.75, 0.75**2])
    assert len(columns().groups) == len(columns().parts) == len(row)


def test_a_saturating_response_is_recovered():
    made = columns()
    dice = np.random.default_rng(7)
    weights = np.array([4.0, -3.0, 1.0, 0.0, 2.0, 0.0, 5.0, 1.0, -3.0, 0.0, 0.0, -0.5, 0.0])
    factors = 1 + 0.4 * dice.standard_normal((DRAWS, 4))
    rows, draws, settings = [], [], []
    for draw in range(DRAWS):
        for _ in range(RUNS):
            doses = (*dice.uniform(0, 2, 2), float(dice.random() < 0.5))
            conditions = tuple(None if dice.random() < 0.5 else x for x in (dice.uniform(0, 0.1), 1.0))
            settings.append(Setting(doses, conditions))
            rows.append(made.of(settings[-1], draw))
            draws.append(draw)
    x, at = np.array(rows), np.array(draws)
    by_run = np.ones_like(x)
    by_run[:, :10] = factors[at][:, made.parts[:10]]
    noise = 0.05
    values = (x * by_run) @ weights + noise * dice.standard_normal(len(x))
    found = fitted(x, made.groups, made.parts, values, at)
    assert np.sqrt(np.mean(found.left_out**2)) < 3 * noise < values.std() / 10
    # Weights and factors are known up to what they share: a slope is its weight times the usual factor.
    usual, true = found.factors.mean(axis=0)[0], factors.mean(axis=0)[0]
    assert found.weights[0] * usual == pytest.approx(4.0 * true, rel=0.05)
    assert found.weights[1] * usual == pytest.approx(-3.0 * true, rel=0.1)
    # The dose that was straight is seen to be straight.
    assert abs(found.weights[3]) < 0.15


def test_what_nobody_moved_has_no_weight():
    made = columns()
    rows = np.array(
        [
            made.of(Setting((dose, 0.0, 0.0), (None, None)), draw)
            for draw in range(DRAWS)
            for dose in (0.5, 1.0, 2.0)
        ]
    )
    values = rows[:, 0] * 3
    found = fitted(rows, made.groups, made.parts, values, np.repeat(np.arange(DRAWS), 3))
    assert not found.weights[2:10].any() and np.isfinite(found.factors).all()
    assert rows @ found.weights == pytest.approx(values, rel=0.05)
