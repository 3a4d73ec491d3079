"""What a place is in a month: county or district, and the minimum wage that goes with it (ODD M3)."""

from __future__ import annotations

import numpy as np

from urbsim.calendar import month_number
from urbsim.facts.censuses import census_of
from urbsim.state import travel
from urbsim.state.geography import load_places

EARLIER, LATER = (load_places(12.0, 0.5, 1.0, base) for base in ("census_2010", "census_2020"))
WUMING = EARLIER.name_en.index("Wuming District")


def test_counties_become_districts_in_their_month():
    before, after = (EARLIER.city_in(month_number(m)) for m in ("2015-06", "2015-07"))
    assert np.flatnonzero(before != after).tolist() == [WUMING] and after[WUMING] == 1
    assert EARLIER.city_in(month_number("2010-10")).sum() == EARLIER.is_city.sum() - 7
    assert np.array_equal(LATER.city_in(month_number("2020-10")), LATER.is_city)


def test_the_wage_follows_the_kind_of_place_and_the_night():
    # 2018: 1680 in Nanning's districts, 1300 in counties; Dongxing belongs to the first class whole.
    assert EARLIER.wage_in(month_number("2015-06"))[WUMING] == 1300
    assert EARLIER.wage_in(month_number("2015-07"))[WUMING] == 1680
    assert EARLIER.wage_in(month_number("2015-07"))[EARLIER.name_en.index("Dongxing City")] == 1680
    # In force on the night of 2020, since March: 1810, 1580, 1430.
    assert set(LATER.wage_in(month_number("2020-10")).tolist()) == {1810.0, 1580.0, 1430.0}


def test_people_from_elsewhere_on_the_night_and_months_of_change():
    assert np.array_equal(EARLIER.from_elsewhere, census_of("census_2010").class_total[:, 2:].sum(axis=1))
    assert set(travel.openings()) | {month_number("2015-07")} <= EARLIER.changes
