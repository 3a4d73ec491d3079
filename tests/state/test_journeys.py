"""Hours between places with the railway lines that a scenario opens, by hand (ODD J1)."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.parameters import load_parameters
from urbsim.facts.register import observations
from urbsim.levers.transport import journeys_under
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.state import travel
from urbsim.state.geography import load_places

PLACES = load_places(12.0, 0.5, 1.0)
P = load_parameters(0)
NIGHT, END = BASE_MONTH["census_2020"], month_number("2023-12")
SPEED = travel.road_km_per_hour()


def county(name: str) -> int:
    return PLACES.name_en.index(name)


def opening(**lines: str) -> Levers:
    return Levers.model_validate({"transport": {"openings": lines}})


def hours(month: str, added: Levers, committed: Levers | None = None) -> np.ndarray:
    return journeys_under(P, PLACES, committed or Levers(), added).hours_in(month_number(month))


def road_to_the_seat(name: str, prefecture: str) -> float:
    geography = observations("prefectures_geography").set_index("name_en").loc[[prefecture]]
    seat = travel.radians(geography, "seat_lat", "seat_lon")
    return travel.great_circle_km(PLACES.seats[[county(name)]], seat)[0, 0] / SPEED


def test_without_lines_hours_are_those_of_the_census_whatever_the_data_know():
    for month in (NIGHT, END, month_number("2030-12")):
        assert np.array_equal(
            journeys_under(P, PLACES, Levers(), Levers()).hours_in(month), PLACES.hours_in(NIGHT)
        )


def test_a_line_shortens_journeys_from_its_month_on():
    one, other = county("Yuzhou District"), county("Xingning District")  # of Yulin, of Nanning
    before, after = (
        hours(month, opening(nanning_yulin="2023-06"))[one, other] for month in ("2023-05", "2023-06")
    )
    assert before == PLACES.hours_in(NIGHT)[one, other]
    by_train = road_to_the_seat("Yuzhou District", "Yulin") + 48 / 60 + 1.0
    by_train += road_to_the_seat("Xingning District", "Nanning") + 0.5
    assert after == pytest.approx(by_train) and after < before - 0.5


def test_a_county_with_a_station_of_its_own_takes_the_train_within_its_prefecture():
    """73 minutes from Nanning, 19 from Fangchenggang: the road is quicker than the latter with its hour at stations."""
    dongxing, port = county("Dongxing City"), county("Gangkou District")
    nanning = county("Xingning District")
    before, after = PLACES.hours_in(NIGHT), hours("2023-12", opening(fangchenggang_dongxing="2023-12"))
    by_train = 73 / 60 + 1.0 + road_to_the_seat("Xingning District", "Nanning") + 0.5
    assert after[dongxing, nanning] == pytest.approx(min(by_train, before[dongxing, nanning]))
    assert after[dongxing, port] == before[dongxing, port] < 19 / 60 + 1.0 + 0.5
    guilin = county("Xiufeng District")
    assert after[dongxing, guilin] < before[dongxing, guilin] - 0.2
    assert np.allclose(after, after.T)


def test_a_faster_train_brings_the_delta_nearer():
    guilin = county("Xiufeng District")
    before, after = PLACES.hours_in(NIGHT), hours("2023-10", opening(guilin_guangzhou_300="2023-10"))
    assert before[guilin, 111] - after[guilin, 111] == pytest.approx(23 / 60)


def test_lines_never_make_a_journey_longer():
    lines = {str(line): "2022-01" for line in observations("rail_legs")["line"].dropna()}
    assert len(lines) == 6
    assert np.all(hours("2022-01", opening(**lines)) <= PLACES.hours_in(NIGHT))


def test_what_is_added_takes_the_place_of_what_was_committed_line_by_line():
    committed = opening(nanning_chongzuo="2022-12", nanning_yulin="2023-01")
    found = journeys_under(P, PLACES, committed, opening(nanning_chongzuo="never", guiyang_nanning="2022-02"))
    assert found.lines == {
        "nanning_yulin": month_number("2023-01"),
        "guiyang_nanning": month_number("2022-02"),
    }
    assert {month_number("2023-01"), month_number("2022-02")} <= found.changes
    assert found.changes - PLACES.changes == set(found.lines.values())


def test_no_plan_opens_what_opened_before_its_end_and_the_replay_nothing():
    legs = observations("rail_legs").dropna(subset=["line"])
    dated = dict(zip(legs["line"], legs["opening_date"], strict=True))
    in_time = {line: month for line, month in dated.items() if str(month) <= "2023-12"}
    no_plan = load_scenario("no_plan")
    assert no_plan.committed.transport.openings == in_time and len(in_time) == 4
    assert not no_plan.levers.transport.openings
    replay = load_scenario("hindcast_2010_2020")
    assert not journeys_under(P, PLACES, replay.committed, replay.levers).lines


def test_journeys_are_the_same_in_whatever_order_months_are_asked_for():
    """Months between which nothing changes share one answer; nobody can write into what is kept."""
    plan = load_scenario("baseline")
    months = [*range(NIGHT, END + 1, 3), *range(END, NIGHT, -5), END, END]
    kept = journeys_under(P, PLACES, plan.committed, plan.levers)
    for month in months:
        alone = journeys_under(P, PLACES, plan.committed, plan.levers)
        assert np.array_equal(kept.hours_in(month), alone.hours_in(month))
        ours, theirs = kept.commuting_in(month), alone._commuting_since(month)
        assert (ours is None) == (theirs is None)
        if ours is not None and theirs is not None:
            assert np.array_equal(ours, theirs)
    assert kept.commuting_in(END) is kept.commuting_in(END + 6)
    with pytest.raises(ValueError, match="read-only"):
        kept.hours_in(END)[0, 0] = 1.0
