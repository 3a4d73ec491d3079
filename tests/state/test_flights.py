"""Air routes, by hand: who is near an airport, what a route saves, and where it ends (ODD J5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from urbsim.calendar import month_number
from urbsim.errors import InputError
from urbsim.facts.gazetteer import airports
from urbsim.facts.parameters import load_parameters
from urbsim.levers.transport import journeys_under
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.state import travel
from urbsim.state.flights import near_airports
from urbsim.state.geography import load_places

PLACES = load_places(12, 0.5, 1.0)  # whole hours, as the file of parameters has them
P = load_parameters(0)
BAISE = "451003"  # the county of its airport


def county(code: str) -> int:
    return PLACES.code.index(code)


def to_the_rest(month: str, **routes: Any) -> np.ndarray:
    levers = Levers.model_validate({"transport": {"air_routes": routes}})
    return journeys_under(P, PLACES, Levers(), levers).hours_in(month_number(month))[:111, 112]


def test_people_within_reach_by_road_use_an_airport():
    near = near_airports(PLACES, 2.0)
    there = {PLACES.code[c] for c in np.flatnonzero(near.any(axis=0))}
    assert there == set(airports()) and len(there) == 8
    km = travel.great_circle_km(PLACES.seats, PLACES.seats)[:, county(BAISE)]
    assert np.array_equal(near[:, county(BAISE)] == 1, km / travel.road_km_per_hour() <= 2.0)


def test_routes_save_hours_near_the_airport_alone_by_months():
    """Twelve routes over two months: with six hours to be saved, the first month brings six routes."""
    routes = {"total": 12.0, "from": "2022-01", "to": "2022-02", "places": {BAISE: 12.0}}
    assert np.all(to_the_rest("2021-12", **routes) == 12.5)
    gap = 12 - P["hours_by_air"]
    for month, number in (("2022-01", 6), ("2022-02", 12), ("2023-12", 12)):
        found = to_the_rest(month, **routes)
        saved = gap * (1 - np.exp(-P["hours_per_air_route"] * number / gap))
        assert found[county(BAISE)] == pytest.approx(12.5 - saved)
        assert saved < P["hours_per_air_route"] * number
    far = near_airports(PLACES, P["airport_reach_hours"])[:, county(BAISE)] == 0
    assert np.all(found[far] == 12.5) and np.all(found[~far] < 12.5)


def test_however_many_routes_the_hours_by_air_remain():
    found = to_the_rest("2023-12", total=1_000_000.0)
    assert found.min() == pytest.approx(P["hours_by_air"] + 0.5) and np.all(found <= 12.5)


def test_without_places_airports_share_by_the_townspeople_within_reach():
    found = 12.5 - to_the_rest("2023-12", total=20.0)
    served = near_airports(PLACES, P["airport_reach_hours"]).any(axis=1)
    assert np.all(found[served] > 0) and np.all(found[~served] == 0)
    assert found[county("450103")] > found[county(BAISE)]  # Nanning has more of them than Baise


def test_nothing_else_changes():
    levers = Levers.model_validate({"transport": {"air_routes": {"total": 50.0}}})
    hours = journeys_under(P, PLACES, Levers(), levers).hours_in(month_number("2023-12"))
    assert np.array_equal(hours[:112, :112], PLACES.hours_in(month_number("2023-12"))[:112, :112])
    assert np.allclose(hours, hours.T) and hours[111, 112] == 12.5


def test_a_place_without_an_airport_is_refused_with_those_that_have_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    for place, good in (("450681", False), ("451000", True), ("450000", True)):
        text = (
            f"extends: no_plan\nlevers: {{transport: {{air_routes: {{total: 3, places: {{{place}: 3}}}}}}}}\n"
        )
        Path("a.yaml").write_text(text, encoding="utf-8")
        if good:
            assert load_scenario("a.yaml").notes == ()
            continue
        with pytest.raises(InputError, match="there is no airport in 450681") as refused:
            load_scenario("a.yaml")
        assert "451003 (Baise Bama)" in str(refused.value)
