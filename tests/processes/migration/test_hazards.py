"""Hazards of vital events, of reconsidering and of return, worked by hand (ODD D1, D2, M1, M5, R6, R7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import ALWAYS, DELTA, FAR_TOWN, NEVER, NOW, TOWN, UNMOVED, VILLAGE, households, rows

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.compute import screening as gate
from urbsim.compute.randomness import (
    leading_byte_array,
    monthly_probability,
    one_threshold,
    probability_threshold,
    stream_key,
    uniform32_array,
)
from urbsim.processes.demography import equations as demography
from urbsim.processes.demography.equations import VitalRates
from urbsim.processes.implementation import Implementation
from urbsim.processes.migration import equations as migration
from urbsim.scenario.schema import LAST_MONTH
from urbsim.state.columns import N_BIRTH_MONTHS
from urbsim.state.risk import N_CLASSES, class_bounds, first_looks, risk_class_array

KEY, FINE = stream_key(1, "event", NOW), stream_key(1, "event:fine", NOW)
FULL = 2**32


def test_monthly_probability_and_threshold():
    # A yearly rate of 0.012 is 0.001 a month: p = 1 - exp(-0.001) = 0.0009995001666; in units of 2^-30 that is
    # 0.0009995001666 x 1073741824 = 1073205.132, rounded 1073205; on the grid of 2^-32 four times that, 4292820.
    assert monthly_probability(np.array(0.012 / 12)) == pytest.approx(0.0009995001666, abs=1e-13)
    assert probability_threshold(monthly_probability(np.array([0.012 / 12])))[0] == 4292820
    assert list(probability_threshold(np.array([0.0, 0.5, 1.0]))) == [0, 2**31, 2**32]


@pytest.mark.parametrize("p", [-1e-9, 1.1, np.nan, np.inf])
def test_what_is_no_probability_is_refused(p: float):
    with pytest.raises(ValueError, match="probability"):
        probability_threshold(np.array([p]))
    with pytest.raises(ValueError, match="probability"):
        one_threshold(p)


@given(st.floats(0, 1))
def test_one_threshold_is_that_of_an_array(p: float):
    assert one_threshold(p) == probability_threshold(np.array([p]))[0]


def rates(death: float = 0.0, birth: float = 0.0) -> VitalRates:
    shape = (111, 2, 2)
    return VitalRates(np.full(shape, death), np.full((111, 2), birth), np.zeros(shape))


NO_CHANGE: Any = {"mortality_change_per_year": 0.0}


def test_death_threshold_from_a_rate():
    # A rate of 0.6 a year: h = 0.05 a month, p = 1 - exp(-0.05) = 0.04877057550.
    assert demography.death_thresholds(rates(death=0.6), NO_CHANGE, 3.0)[50, 1, 0] == pytest.approx(
        0.0487705755 * FULL, rel=1e-7
    )
    # Two years on, falling 10% a year: 0.6 x 0.81 = 0.486; p = 1 - exp(-0.0405) = 0.0396908355.
    falling: Any = {"mortality_change_per_year": -0.1}
    assert demography.death_thresholds(rates(death=0.6), falling, 2.0)[50, 1, 0] == pytest.approx(
        0.0396908355 * FULL, rel=1e-7
    )


@pytest.mark.parametrize("month", [1330, NOW])
def test_ages_of_women_follow_from_months_of_birth(month: int):
    """Every month a twelfth of each age has a birthday; below 15 and from 50 nobody is asked about."""
    rng = np.random.default_rng(month)
    born = rng.integers(0, 50, (N_BIRTH_MONTHS, 3, 2))
    expected = np.zeros((111, 3, 2), np.int64)
    for birth_month in range(month + 1):
        age = (month - birth_month) // 12
        if 15 <= age < 50:
            single, in_union = born[birth_month].T
            expected[age] += np.stack([single + in_union, in_union], axis=1)
    assert np.array_equal(demography.women_by_age(born, month), expected)


def test_months_of_birth_reach_beyond_every_run():
    assert max(month_number(month) for month in LAST_MONTH.values()) < N_BIRTH_MONTHS
    assert min(BASE_MONTH.values()) > 12 * 105  # the oldest of a base are below 105


def test_birth_threshold_from_a_rate():
    # Women of 25-29 have 0.096 births a year and 0.8 of them are in a union: 0.12 per woman in one, and all births are
    # hers. Two years on, falling 5% a year: 0.12 x 0.95^2 = 0.1083; a month: 1 - exp(-0.009025) = 0.0089843969.
    women = np.zeros((111, 3, 2), np.int64)
    women[..., 0], women[..., 1] = 1000, 500
    women[25:30, 1, 1] = 800
    parameters: Any = {"fertility_change_per_year": -0.05}
    table = demography.birth_thresholds(rates(birth=0.096), parameters, 2.0, women)
    assert table[27, 1] == pytest.approx(0.0089843969 * FULL, rel=1e-7)
    # Of villagers half are in a union: 0.192 x 0.9025 / 12 = 0.01444 a month.
    assert table[27, 0] == pytest.approx((1 - np.exp(-0.01444)) * FULL, rel=1e-7)


ACTIVATION: dict[str, float] = {
    "reclassified_per_year": 0.002,
    "activation_level": 2.0,
    "activation_trend_per_year": -0.02,
    "activation_senior": 1.2,
    "activation_college": 1.8,
    "activation_town": 0.25,
    "activation_away": 0.1,
    "activation_school_stage": 1.5,
}


def test_activation_hazard(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(migration, "transfer_profile", lambda: np.full((111, 2), 0.032))
    parameters: Any = ACTIVATION
    per_year = migration.activation_per_year(parameters, 8.0)
    # (0.032 - 0.002) x 2.0 = 0.06 at the middle of the decade; eight years later, at -2% a
    # year: 0.98^8 = 0.850763; so 0.0510458 for a young woman of a village with junior secondary schooling.
    assert per_year[30, 1, 0, 0, 0] == pytest.approx(0.0510458, rel=1e-5)
    # College, in her own town, child about to change school: x 1.8 x 0.25 x 1.5 = 0.675.
    assert per_year[30, 1, 2, 1, 1] == pytest.approx(0.0510458 * 0.675, rel=1e-5)
    # Senior secondary, away: x 1.2 x 0.1.
    assert per_year[30, 0, 1, 2, 0] == pytest.approx(0.0510458 * 0.12, rel=1e-5)
    assert np.all(per_year[:16] == 0)
    # A month with half the usual mobility: 1 - exp(-0.0510458 / 24).
    threshold = migration.activation_thresholds(per_year, 0.5)[30, 1, 0, 0, 0]
    assert threshold == pytest.approx((1 - np.exp(-0.0510458 / 24)) * FULL, rel=1e-5)


RETURN: dict[str, float] = {
    "return_per_year": 0.04,
    "return_duration": -0.4,
    "return_age": 0.5,
    "return_female": 0.2,
    "return_primary_child": -0.15,
    "return_response": 1.0,
}


def test_return_logit():
    parameters: Any = RETURN
    table = migration.return_thresholds(parameters)
    # Away four to five years: d = 4.5. A man of 40: logit = ln(0.04/0.96) - 0.4 (ln 5.5 - ln 6)
    #   = -3.1780538 - 0.4 x (-0.0870114) = -3.1432493; yearly 1/(1+e^3.1432493) = 0.0413581;
    #   monthly 1 - (1 - 0.0413581)^(1/12) = 0.0035136.
    assert table[4, 40, 0, 0] / FULL == pytest.approx(0.0035136, abs=2e-7)
    # A woman of 65 with a pupil at home, away in the first year: d = 0.5, ln 1.5 - ln 6 = -1.3862944:
    #   -3.1780538 + 0.5545177 + 0.5 x 2 + 0.2 - 0.15 = -1.5735361; yearly 0.1717129; monthly 0.0155770.
    assert table[0, 65, 1, 1] / FULL == pytest.approx(0.0155770, abs=2e-7)
    assert np.all(table[:, :16] == 0)


def test_return_falls_where_the_present_place_has_gained():
    parameters: Any = RETURN
    response = migration.return_response(parameters, np.array([0.0, np.log(2), -np.log(4), 99.0, -99.0]), 0.5)
    # exp(-gain) x mobility on the grid of 2^-16, the factor kept between 1/20 and 20.
    assert list(response) == [32768, 16384, 131072, round(0.05 * 32768), 20 * 32768]


def test_returning_reads_duration_place_and_child(engine: Implementation):
    """The threshold of one cell alone is certain: only the person of that cell returns, to the village or the seat."""
    away = {"age": 40, "lives": DELTA, "left_home": NOW - 54}  # 4 whole years away
    family = [away | {"sex": 1}, {"age": 8, "parent": 0, "schooling": 1, "enrolled": 1}]
    people, n, _ = households(family, [away | {"sex": 1}], [away | {"sex": 0}], [{"age": 40}])
    base = np.zeros((41, 111, 2, 2), np.uint64)
    base[4, 40, 1, 1] = ALWAYS
    response = np.zeros(114, np.uint64)
    response[111] = 1 << 16  # at the delta the usual rate, nobody returns from elsewhere
    everybody = rows(0, 1, 2, 3, 4)

    def who(to_town: np.uint64) -> tuple[list[int], list[int]]:
        found, to = engine.migration.returning(
            everybody, NOW, people, base, response, UNMOVED, to_town, KEY, FINE, KEY
        )
        return found.tolist(), to.tolist()

    assert who(NEVER) == ([0], [VILLAGE])
    assert who(ALWAYS) == ([0], [TOWN])
    people.lives[0] = FAR_TOWN
    assert who(NEVER) == ([], [])
    people.lives[0] = DELTA
    people.lives[1] = DELTA  # the child is with her: no child at home
    assert who(NEVER) == ([], [])
    people.lives[1] = VILLAGE
    people.enrolled[0] = 1
    assert who(NEVER) == ([], [])


def test_activated_reads_situation_skill_and_school_stage(engine: Implementation):
    """One certain cell at a time: out of school, of the right age, sex, skill, situation and stage."""
    people, n, _ = households(
        [{"age": 30, "sex": 1, "schooling": 3}, {"age": 5, "parent": 0}],  # a child about to turn 6
        [{"age": 30, "sex": 1, "schooling": 3}, {"age": 7, "parent": 0}],
        [{"age": 30, "sex": 1, "schooling": 3, "home": TOWN}],
        [{"age": 30, "sex": 1, "schooling": 3, "lives": DELTA}],
        [{"age": 30, "sex": 1, "schooling": 3, "enrolled": 1}],
        [{"age": 30, "sex": 1, "schooling": 2}, {"age": 11, "parent": 0}],
    )  # fmt: skip
    everybody = np.arange(n, dtype=np.int32)

    def who(*cell: int, stage: int) -> list[int]:
        """Certain for the cell with a child at a school threshold (stage 1), or with and without (stage 0)."""
        table = np.zeros((111, 2, 3, 3, 2), np.uint64)
        table[cell][stage:] = ALWAYS
        return engine.migration.activated(everybody, NOW, people, table, UNMOVED, KEY, FINE).tolist()

    assert who(30, 1, 1, 0, stage=1) == [0]
    assert who(30, 1, 1, 0, stage=0) == [0, 2]
    assert who(30, 1, 1, 1, stage=0) == [4]
    assert who(30, 1, 1, 2, stage=0) == [5]
    assert who(30, 1, 0, 0, stage=1) == [7]
    assert who(31, 1, 1, 0, stage=0) == []


def test_events_happen_as_often_as_their_probability():
    """Gate and fine draw together: of 400,000 persons p die; a bound on the byte loses nobody."""
    rng = np.random.default_rng(1)
    n, p = 400_000, 0.0031
    ids = rng.integers(0, 1 << 63, n, dtype=np.uint64)
    threshold = probability_threshold(np.array(p))
    byte = leading_byte_array(ids, KEY)
    happens = uniform32_array(ids, byte, FINE) < threshold
    # Binomial: sd = sqrt(400000 x 0.0031 x 0.9969) = 35.2; five of them.
    assert abs(happens.sum() - n * p) < 176
    table = np.zeros((111, 2, 2, 2), np.uint64)
    table[:] = threshold
    bounds = class_bounds(table[None])[0]
    assert bounds[0] == threshold and bounds[255] == 0
    everybody = np.zeros(n, np.uint8)
    rules = (bounds[None], first_looks(bounds[None]), np.array([KEY]), np.array([FINE]))
    found, _ = gate.candidates(0, n, everybody, 0, ids, *rules)
    assert np.array_equal(found, np.flatnonzero(happens))


def test_the_gate_has_room_for_everybody():
    """Two processes meet everybody and one nobody: the lists outgrow the room they begin with, and lose no row."""
    n = 100_000
    bounds = np.zeros((3, 256), np.uint64)
    bounds[:2, :N_CLASSES] = FULL
    keys, ids = np.array([KEY, FINE, KEY]), np.arange(n, dtype=np.uint64)
    found, starts = gate.candidates(
        0, n, np.zeros(n, np.uint8), 0, ids, bounds, first_looks(bounds), keys, keys
    )
    assert starts.tolist() == [0, n, 2 * n, 2 * n]
    assert np.array_equal(found.reshape(2, n), [np.arange(n)] * 2)


CLASSES = np.arange(N_CLASSES)
BOUNDED = {
    "old age": 11 * (CLASSES // 8 + 1) ** 3,
    "women in a union, of some ages": np.where(
        (CLASSES & 6 == 6) & (CLASSES > 20) & (CLASSES < 90), 9000 - CLASSES, 0
    ),
    "mostly the single": np.where(CLASSES & 2 == 0, 50_000, 300),
    "one class": np.where(CLASSES == 77, 12_345, 0),
    "everybody, certainly": np.full(N_CLASSES, 1 << 16),
    "nobody": np.zeros(N_CLASSES),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_the_first_look_passes_over_nobody(name: str):
    """Whoever's byte of luck can lie below the bound of the class is marked; the cut spares many of the others."""
    bounds = np.zeros((1, 256), np.uint64)
    bounds[0, :N_CLASSES] = BOUNDED[name].astype(np.uint64) << np.uint64(16)
    first, last, state, value, mask, cut, lower, upper = first_looks(bounds)[0].astype(np.int64)
    byte = np.arange(256)[:, None]
    highest = np.where((CLASSES & mask) >= cut, upper, lower)
    marked = (CLASSES >= first) & (CLASSES <= last) & ((CLASSES & state) == value) & (byte <= highest)
    bound = bounds[0, :N_CLASSES].astype(np.int64)
    needed = (byte << 24) < bound
    assert not np.any(needed & ~marked)
    without_cut = np.where(bound > 0, (bound.max() - 1 >> 24) + 1, 0).sum()
    assert (marked & (bound > 0)).sum() <= without_cut
    assert marked.any() == needed.any()
    if name in ("old age", "mostly the single"):
        assert marked.sum() < 0.6 * without_cut


def test_bounds_hold_for_ages_that_a_class_grows_into():
    """A class is set in January; its oldest members reach the next group before the year ends."""
    table = np.zeros((111, 2, 2, 2), np.uint64)
    table[20] = FULL // 4
    bounds = class_bounds(table[None])[0]
    for age in (15, 19):
        assert (
            bounds[risk_class_array(np.array([age]), np.array([0]), np.array([0]), np.array([0]))[0]]
            == FULL // 4
        )
    assert bounds[risk_class_array(np.array([25]), np.array([0]), np.array([0]), np.array([0]))[0]] == 0
