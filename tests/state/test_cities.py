"""Which places are one city or county by law, and by the labour market."""

from __future__ import annotations

import numpy as np

from urbsim.processes.employment.equations import market_of_county
from urbsim.state.geography import city_of_county, city_of_part, load_places

PLACES = load_places(12.0, 0.5, 1.0)


def test_districts_of_a_prefecture_are_one_city_and_every_other_county_is_alone():
    city = city_of_county(PLACES)
    districts = PLACES.is_city == 1
    nanning = districts & (PLACES.prefecture_index == PLACES.prefecture_index[0])
    assert nanning.sum() > 1 and set(city[nanning]) == {city[0]}
    assert np.unique(city[~districts]).size == (~districts).sum()
    assert not set(city[~districts]) & set(city[districts])
    assert np.array_equal(market_of_county(PLACES)[0], city) and market_of_county(PLACES)[1] == city.max() + 1


def test_both_parts_of_a_county_are_of_one_city_and_the_outside_is_of_none():
    city = city_of_part(PLACES)
    assert city.shape == (224,)
    assert np.array_equal(city[:222:2], city_of_county(PLACES)) and np.array_equal(
        city[:222:2], city[1:222:2]
    )
    assert city[222] != city[223] and not {city[222], city[223]} & set(city[:222])
