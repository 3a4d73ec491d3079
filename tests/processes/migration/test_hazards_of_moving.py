"""Hazards of reconsidering and of return, worked by hand (ODD M1, M5)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import ALWAYS, DELTA, FAR_TOWN, NEVER, NOW, TOWN, UNMOVED, VILLAGE, households, rows

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation
from urbsim.processes.migration import hazards

KEY, FINE = stream_key(1, "event", NOW), stream_key(1, "event:fine", NOW)
FULL = 2**32
ACTIVATION: dict[str, float] = {
    "activation_level": 2.0,
    "moves_if_reconsidering": 0.25,
    "activation_trend_per_year": -0.02,
    "activation_senior": 1.2,
    "activation_college": 1.8,
    "activation_town": 0.25,
    "activation_school_stage": 1.5,
}


def test_hazard_of_reconsidering_at_home(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hazards, "transfer_profile", lambda: np.full((111, 2), 0.032))
    parameters: Any = ACTIVATION
    per_year = hazards.reconsidering_at_home(parameters, 0.002, 8.0)
    # (0.032 - 0.002) x 2.0 / 0.25 = 0.24 at the middle of the decade; eight years later, at -2% a
    # year: 0.98^8 = 0.850763; so 0.2041831 for a young woman of a village with junior secondary schooling.
    assert per_year[30, 1, 0, 0, 0] == pytest.approx(0.2041831, rel=1e-5)
    # College, in her own town, child about to change school: x 1.8 x 0.25 x 1.5 = 0.675.
    assert per_year[30, 1, 2, 1, 1] == pytest.approx(0.2041831 * 0.675, rel=1e-5)
    assert np.all(per_year[:16] == 0)
    # A month with half the usual mobility: 1 - exp(-0.2041831 / 24).
    threshold = hazards.thresholds(per_year, 0.5)[30, 1, 0, 0, 0]
    assert threshold == pytest.approx((1 - np.exp(-0.2041831 / 24)) * FULL, rel=1e-5)


AWAY: dict[str, float] = {
    "reconsider_away_per_year": 0.1,
    "return_per_year": 0.04,
    "return_duration": -0.4,
    "return_age": 0.5,
    "return_female": 0.2,
    "return_primary_child": -0.15,
    "return_response": 1.0,
    "return_response_least": 0.05,
    "return_response_most": 20,
    "return_age_from": 45,
}


def test_hazards_of_those_away():
    parameters: Any = AWAY
    table = hazards.reconsidering_away(parameters)
    # Away four to five years: d = 4.5. A man of 40: 0.1 x (5.5 / 6)^-0.4 = 0.1035417.
    assert table[4, 40, 0, 0] == pytest.approx(0.1035417, abs=1e-7)
    # A woman of 65 with a pupil at home, away in the first year: d = 0.5:
    #   0.1 x (1.5 / 6)^-0.4 x exp(0.5 x 2 + 0.2 - 0.15) = 0.1 x 1.7411011 x 2.8576511 = 0.4975460.
    assert table[0, 65, 1, 1] == pytest.approx(0.4975460, abs=1e-6)
    assert np.all(table[:, :16] == 0)
    # By a hazard of return of its own: 0.04 / 0.1 of it; monthly 1 - exp(-0.4 x 0.4975460 / 12) = 0.0164480.
    assert hazards.return_thresholds(parameters)[0, 65, 1, 1] / FULL == pytest.approx(0.0164480, abs=2e-7)


def test_return_falls_where_the_present_place_has_gained():
    parameters: Any = AWAY
    response = hazards.return_response(parameters, np.array([0.0, np.log(2), -np.log(4), 99.0, -99.0]), 0.5)
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
    """One certain cell at a time: out of school, of the right age, sex, skill, setting and stage."""
    people, n, _ = households(
        [{"age": 30, "sex": 1, "schooling": 3}, {"age": 5, "parent": 0}],  # a child about to turn 6
        [{"age": 30, "sex": 1, "schooling": 3}, {"age": 7, "parent": 0}],
        [{"age": 30, "sex": 1, "schooling": 3, "home": TOWN}],
        [{"age": 30, "sex": 1, "schooling": 3, "enrolled": 1}],
        [{"age": 30, "sex": 1, "schooling": 2}, {"age": 11, "parent": 0}],
    )  # fmt: skip
    everybody = np.arange(n, dtype=np.int32)
    nobody = np.zeros((41, 111, 2, 2), np.uint64)

    def who(*cell: int, stage: int) -> list[int]:
        """Certain for the cell with a child at a school threshold (stage 1), or with and without (stage 0)."""
        table = np.zeros((111, 2, 3, 2, 2), np.uint64)
        table[cell][stage:] = ALWAYS
        return engine.migration.activated(everybody, NOW, people, table, nobody, UNMOVED, KEY, FINE).tolist()

    assert who(30, 1, 1, 0, stage=1) == [0]
    assert who(30, 1, 1, 0, stage=0) == [0, 2]
    assert who(30, 1, 1, 1, stage=0) == [4]
    assert who(30, 1, 0, 0, stage=1) == [6]
    assert who(31, 1, 1, 0, stage=0) == []


def test_activated_reads_how_long_somebody_is_away_and_a_pupil_left(engine: Implementation):
    away = {"age": 30, "sex": 1, "lives": DELTA, "left_home": NOW - 54}  # 4 whole years away
    pupil = {"age": 8, "parent": 0, "schooling": 1, "enrolled": 1}
    people, n, _ = households(
        [away, pupil], [away], [away | {"left_home": NOW - 80}], [{"age": 30, "sex": 1}]
    )
    everybody = np.arange(n, dtype=np.int32)
    nobody = np.zeros((111, 2, 3, 2, 2), np.uint64)

    def who(years: int, pupil_left: int) -> list[int]:
        table = np.zeros((41, 111, 2, 2), np.uint64)
        table[years, 30, 1, pupil_left] = ALWAYS
        return engine.migration.activated(everybody, NOW, people, nobody, table, UNMOVED, KEY, FINE).tolist()

    assert who(4, 1) == [0]
    assert who(4, 0) == [2]
    assert who(6, 0) == [3]
    assert who(5, 0) == []
