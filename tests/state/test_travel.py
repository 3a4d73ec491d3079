"""Hours between places by month, by hand (ODD M3): roads always, fast trains from their opening on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.register import observations
from urbsim.state import travel
from urbsim.state.geography import load_places

PLACES = load_places(12.0, 0.5, 1.0, "census_2010")
NUMBER = {name: k for k, name in enumerate(observations("prefectures_geography")["name_en"])}
NIGHT = BASE_MONTH["census_2020"]


def county(name: str) -> int:
    return PLACES.name_en.index(name)


def test_no_train_runs_on_the_night_of_2010_and_of_itself_none_opens_after_that_of_2020():
    between = travel.rail_hours(BASE_MONTH["census_2010"])
    assert np.all(np.isinf(between[~np.eye(len(between), dtype=bool)]))
    assert min(travel.openings()) == month_number("2013-12") and max(travel.openings()) <= NIGHT


def test_trains_by_the_timetable_and_by_way_of_other_stations():
    nanning, wuzhou, fangchenggang = (NUMBER[n] for n in ("Nanning", "Wuzhou", "Fangchenggang"))
    before, after = (travel.rail_hours(month_number(m)) for m in ("2014-03", "2014-04"))
    assert np.isinf(before[nanning, wuzhou]) and after[nanning, wuzhou] == 2.5
    assert after[fangchenggang, wuzhou] == pytest.approx(1.05 + 2.5)  # by way of Nanning
    guangzhou = len(NUMBER)  # the first city of the Delta follows the prefectures
    assert travel.rail_hours(NIGHT)[nanning, guangzhou] == pytest.approx(199 / 60)


def test_a_leg_without_a_time_runs_at_the_speed_of_those_with_one():
    legs, at = travel.rail_legs(), travel.stations().at
    km = travel.great_circle_km(at, at)[legs.ends[:, 0], legs.ends[:, 1]]
    published = observations("rail_legs")["minutes"].notna().to_numpy()
    usual = published & (
        np.array(legs.line) == ""
    )  # trains of later lines say nothing about those before them
    assert (usual.sum(), published.sum()) == (5, 11)
    speed = km[usual].sum() / legs.hours[usual].sum()
    assert km[~published] / legs.hours[~published] == pytest.approx(np.full(9, speed))


def test_the_shorter_of_road_and_train():
    one, other = county("Wuming District"), county("Changzhou District")  # of Nanning, of Wuzhou
    speed = travel.road_km_per_hour()
    seats = PLACES.seats[[one, other]]
    road = travel.great_circle_km(seats, seats)[0, 1] / speed
    assert PLACES.hours_in(BASE_MONTH["census_2010"])[one, other] == pytest.approx(road + 0.5)
    # By train: by road to the seat of Nanning, 2.5 hours to Wuzhou, by road from its seat; an hour at stations.
    geography = observations("prefectures_geography").set_index("name_en").loc[["Nanning", "Wuzhou"]]
    stations = travel.radians(geography, "seat_lat", "seat_lon")
    access = np.diag(travel.great_circle_km(seats, stations)) / speed
    train = access.sum() + 2.5 + 1.0
    assert train < road
    assert PLACES.hours_in(NIGHT)[one, other] == pytest.approx(train + 0.5)


def test_hours_only_fall_and_roads_within_a_prefecture_stay():
    hours = [PLACES.hours_in(month) for month in (BASE_MONTH["census_2010"], *travel.openings(), NIGHT)]
    assert all(np.all(later <= earlier) for earlier, later in pairwise(hours))
    same = PLACES.prefecture_index[:, None] == PLACES.prefecture_index
    assert np.array_equal(hours[0][:111, :111][same], hours[-1][:111, :111][same])
    assert np.all(hours[-1][112] == 12.5) and np.all(np.diag(hours[-1])[:111] == 0.5)
    assert hours[-1][:111, 111].sum() < hours[0][:111, 111].sum()
    assert all(np.allclose(table, table.T) for table in hours)


LINES = sorted(set(travel.rail_legs().line) - {""})


@given(
    st.lists(
        st.tuples(
            st.integers(BASE_MONTH["census_2010"], NIGHT + 38),
            st.dictionaries(st.sampled_from(LINES), st.integers(NIGHT, NIGHT + 38), max_size=3),
        ),
        min_size=2,
        max_size=5,
    )
)
@settings(max_examples=15)
def test_hours_that_are_kept_are_those_worked_out_anew(asked: list[tuple[int, dict[str, int]]]):
    """Whatever was asked for before, and though somebody wrote into what they were given."""
    for month, lines in asked:
        given_out = travel.rail_hours(month, lines)
        travel._hours_on.cache_clear()
        assert np.array_equal(given_out, travel.rail_hours(month, lines))
        given_out[:] = 0.0


def test_hours_by_road_follow_the_seats():
    moved = PLACES.seats[::-1].copy()
    for seats in (PLACES.seats, moved, PLACES.seats):
        hours = travel.hours_between(
            seats, PLACES.prefecture_index, BASE_MONTH["census_2010"], 12.0, 0.5, 1.0
        )
        km = travel.great_circle_km(seats, seats)
        assert np.array_equal(hours[:111, :111], km / travel.road_km_per_hour() + 0.5)
