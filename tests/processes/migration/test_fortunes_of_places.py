"""Fortunes of places (ODD equation M13): by hand, by size, and as part of what a town is worth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from urbsim.calendar import BASE_MONTH
from urbsim.compute.randomness import stream_key
from urbsim.facts.parameters import Parameters, prior_parameters
from urbsim.processes.migration.worth import fortunes, lasting_worth
from urbsim.state.geography import Places, load_places

PLACES = load_places(12.0, 0.5, 1.0)
NIGHT = BASE_MONTH["census_2020"]
HOURS = PLACES.hours_in(NIGHT)


def luck_of(draw: int, of_prefectures: float, of_counties: float, places: Places = PLACES) -> np.ndarray:
    return fortunes(sized(of_prefectures, of_counties), places, draw)


def sized(of_prefectures: float, of_counties: float) -> Parameters:
    given = {"fortune_of_prefectures": of_prefectures, "fortune_of_counties": of_counties}
    return prior_parameters().with_values(given)


def test_draw_0_has_none():
    assert not luck_of(0, 0.5, 0.5).any()


def test_one_fortune_by_hand():
    def z(name: str, code: str) -> float:
        return float(ndtri((float(int(stream_key(5, name, int(code))) >> 11) + 0.5) / 2**53))

    luck = [
        0.2 * z("fortune of a prefecture", PLACES.prefectures[k]) + 0.5 * z("fortune of a county", code)
        for k, code in zip(PLACES.prefecture_index, PLACES.code, strict=True)
    ]
    share, rural = (n / n.sum() for n in (PLACES.urban_residents, PLACES.rural_residents))
    # Taken out is a part of each pair of shares, such that both means are zero.
    out = np.linalg.solve(
        [[share @ share, share @ rural], [share @ rural, rural @ rural]], [share @ luck, rural @ luck]
    )
    zero = np.array(luck) - out[0] * share - out[1] * rural
    assert share @ zero == pytest.approx(0, abs=1e-12) and rural @ zero == pytest.approx(0, abs=1e-12)
    expected = zero - np.log(share @ np.exp(zero))
    assert luck_of(5, 0.2, 0.5) == pytest.approx(expected, rel=1e-12)


def test_sizes_and_what_hangs_together():
    """Over 400 draws: county parts of sd 0.5 alone, prefecture parts of sd 0.2 that a prefecture's counties share."""
    index = PLACES.prefecture_index
    county = np.array([luck_of(d, 0.0, 0.5) for d in range(1, 401)])
    county -= county.mean(axis=1, keepdims=True)
    assert county.std() == pytest.approx(0.5, rel=0.03)
    one, other = np.flatnonzero(index == 0)[:2]
    assert abs(np.corrcoef(county[:, one], county[:, other])[0, 1]) < 0.2
    shared = np.array([luck_of(d, 0.2, 0.0) for d in range(1, 401)])
    assert np.corrcoef(shared[:, one], shared[:, other])[0, 1] > 0.8
    assert (shared - shared.mean(axis=1, keepdims=True)).std() == pytest.approx(0.2, rel=0.1)


def test_towns_as_a_whole_are_worth_no_more():
    for draw in (1, 2, 3):
        mean = np.average(np.exp(luck_of(draw, 0.3, 0.8)), weights=PLACES.urban_residents)
        assert mean == pytest.approx(1.0)


def test_it_is_added_to_the_constant_of_towns_alone():
    with_it, without = (lasting_worth(sized(of, of), PLACES, NIGHT, HOURS, 4).constant for of in (0.4, 0.0))
    assert with_it[:111] - without[:111] == pytest.approx(luck_of(4, 0.4, 0.4))
    assert (with_it[111:] == without[111:]).all()


def test_both_census_nights_share_the_luck_of_a_draw():
    both = [
        luck_of(6, 0.2, 0.5, load_places(12.0, 0.5, 1.0, base)) for base in ("census_2010", "census_2020")
    ]
    assert np.corrcoef(both[0], both[1])[0, 1] > 0.99  # the weights of the night are all that differs
