"""Which settings are run to learn from: points that fill the space of the sliders evenly, as people would move them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from scipy.stats import qmc

from urbsim.emulator.answer import Setting
from urbsim.explore.sliders import LARGEST, Sliders

_SET = 1 / 3  # of the points that set a condition
_APART = 0.2  # of the levers that do not go with the others of their point
_STEP = 0.01  # doses and shares of a range are whole multiples of it
_KINDS = 3
_SEED = 20211116  # of the scrambling: the same points on every machine
CHECKED_DOSES = (1.0, 0.5, 2.0)
"""Doses of all levers together that are among the worlds kept out of the training."""


def settings(sliders: Sliders, number: int) -> list[Setting]:
    """So many settings, the same for each call. More of them begin with those of fewer.

    In a third of them each lever has a dose of its own, in a third each programme has, and in a third all have the same
    but for a fifth of them.
    """
    return [_setting(sliders, row) for row in _points(_dimensions(sliders), number)]


def checked(sliders: Sliders, number: int) -> list[Setting]:
    """Settings that are kept out of the training: all levers at three doses, then others of the same kinds."""
    count = len(sliders.levers), len(sliders.conditions)
    fixed = [Setting((dose,) * count[0], (None,) * count[1]) for dose in CHECKED_DOSES[:number]]
    rows = _points(_dimensions(sliders), number - len(fixed), _SEED + 1)
    return fixed + [_setting(sliders, row) for row in rows]


def _dimensions(sliders: Sliders) -> int:
    """Of a point: its kind, a dose for all, one for each programme, two numbers for each lever and condition."""
    return 2 + len(sliders.programmes) + 2 * len(sliders.levers) + 2 * len(sliders.conditions)


@cache
def _points(dimensions: int, number: int, seed: int = _SEED) -> np.ndarray:
    """(number, dimensions) points between 0 and 1."""
    whole = 1 << max(number - 1, 0).bit_length()
    sampler = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    return sampler.random(whole)[:number]


def _setting(sliders: Sliders, point: np.ndarray) -> Setting:
    shares: Iterator[float] = iter(point.tolist())
    kind, of_all = int(_KINDS * next(shares)), next(shares)
    of_programme = {letter: next(shares) for letter in sliders.programmes}
    doses = []
    for key in sliders.levers:
        own, apart = next(shares), next(shares)
        together = of_programme[sliders.programme_of(key)] if kind == 1 else of_all
        share = own if kind == 0 or (kind == 2 and apart < _APART) else together
        doses.append(float(share >= 0.5) if sliders.is_toggle(key) else _rounded(LARGEST * share))
    conditions: list[float | None] = []
    for condition in sliders.conditions:
        own, is_set = next(shares), next(shares)
        share = float(own >= 0.5) if condition.toggle else _rounded(own)
        value = condition.low + share * (condition.high - condition.low)
        conditions.append(float(f"{value:.6g}") if is_set < _SET else None)
    return Setting(tuple(doses), tuple(conditions))


def _rounded(share: float) -> float:
    return round(round(share / _STEP) * _STEP, 4)
