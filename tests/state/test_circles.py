"""Circles of the plan, by hand: between which places, how fast journeys get shorter, and never longer (ODD J3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.facts.parameters import load_parameters
from urbsim.levers.transport import journeys_under
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Circle, Levers
from urbsim.state.circles import planned_circles
from urbsim.state.geography import load_places
from urbsim.state.journeys import closed_share

PLACES = load_places(12.0, 0.5, 1.0)
P = load_parameters(0)
NIGHT, END = BASE_MONTH["census_2020"], month_number("2023-12")
TODAY = PLACES.hours_in(NIGHT)


def county(name: str) -> int:
    return PLACES.name_en.index(name)


NANNING, HENGZHOU, FUSUI = county("Xingning District"), county("Hengzhou City"), county("Fusui County")


def circle(name: str = "nanning_metropolitan", **rest: Any) -> Levers:
    return Levers.model_validate({"transport": {"circles": {name: rest}}})


def hours(month: str, added: Levers, committed: Levers | None = None) -> np.ndarray:
    return journeys_under(P, PLACES, committed or Levers(), added).hours_in(month_number(month))


def test_the_gap_closes_evenly_from_month_to_month_and_stays_closed():
    """Four months: a quarter of the gap between today and an hour, with half an hour at both ends, is closed in each."""
    levers = circle(**{"from": "2022-01", "to": "2022-04"})
    now = TODAY[NANNING, HENGZHOU]
    assert now > 1.5
    for month, closed in (
        ("2021-12", 0),
        ("2022-01", 0.25),
        ("2022-03", 0.75),
        ("2022-04", 1),
        ("2023-12", 1),
    ):
        found = hours(month, levers)
        assert found[NANNING, HENGZHOU] == pytest.approx(now - closed * (now - 1.5))
        assert found[HENGZHOU, NANNING] == found[NANNING, HENGZHOU]


def test_a_share_closes_a_part_of_the_gap_and_committed_and_added_parts_never_close_more_than_all():
    now, half = TODAY[NANNING, HENGZHOU], circle(share=0.5)
    assert hours("2023-12", half)[NANNING, HENGZHOU] == pytest.approx(now - 0.5 * (now - 1.5))
    assert hours("2023-12", half, half)[NANNING, HENGZHOU] == pytest.approx(now - 0.75 * (now - 1.5))
    assert closed_share(tuple(Circle.model_validate({"share": s}) for s in (0.5, 1.0)), END) == 1.0


def test_no_journey_gets_longer_and_those_within_the_hours_stay():
    for name in planned_circles():
        found = hours("2023-12", circle(name))
        assert np.all(found <= TODAY), name
    assert TODAY[NANNING, FUSUI] < 1.5
    assert hours("2023-12", circle())[NANNING, FUSUI] == TODAY[NANNING, FUSUI]


def test_only_journeys_between_the_two_sides_get_shorter():
    found = hours("2023-12", circle())
    changed = np.argwhere(found != TODAY)
    core = {PLACES.code.index(code) for code in ("450102", "450103", "450105", "450107", "450108", "450109")}
    assert all((a in core) != (b in core) for a, b in changed.tolist()) and len(changed) > 20
    ring = {PLACES.name_en[b] for a, b in changed.tolist() if a in core}
    assert "Hengzhou City" in ring and len(ring) <= 7


def test_where_circles_overlap_the_shorter_journey_holds_in_any_order():
    both = Levers.model_validate(
        {"transport": {"circles": {"beibu_gulf_main": {}, "beibu_gulf_adjacent": {"share": 0.5}}}}
    )
    one, other = (
        hours("2023-12", circle(n, share=s))
        for n, s in (("beibu_gulf_main", 1), ("beibu_gulf_adjacent", 0.5))
    )
    assert np.array_equal(hours("2023-12", both), np.minimum(one, other))


def test_the_delta_comes_nearer_to_the_cities_of_the_cluster_alone():
    found = hours("2023-12", circle("greater_bay_area"))
    assert found[NANNING, 111] == pytest.approx(3.5) and found[NANNING, 111] < TODAY[NANNING, 111]
    nearer = np.flatnonzero(found[:111, 111] < TODAY[:111, 111])
    assert {PLACES.prefectures[p] for p in PLACES.prefecture_index[nearer]} == {
        "450100", "450500", "450600", "450700", "450900", "451400",
    }  # fmt: skip


def test_the_plan_has_its_circles_but_the_one_without_hours_and_a_share_of_nothing_is_none():
    circles = load_scenario("baseline").levers.transport.circles
    assert set(circles) == set(planned_circles()) - {"greater_bay_area"}
    assert all(each.share == 1 for each in circles.values())
    assert not load_scenario("no_plan").committed.transport.circles
    assert not journeys_under(P, PLACES, Levers(), circle(share=0.0)).circles


def test_hours_change_in_the_months_of_a_circle():
    found = journeys_under(P, PLACES, Levers(), circle(**{"from": "2022-01", "to": "2022-03"})).changes
    assert found - PLACES.changes == {month_number(f"2022-0{m}") for m in (1, 2, 3)}
