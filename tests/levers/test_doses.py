"""Units of a dose: whole, on time, where they are wanted, and neither more nor fewer than the total (ODD G1, G2)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from released_doses import units_released, whole_units_released

from urbsim.levers.apply import deliver
from urbsim.levers.attribution import Attribution
from urbsim.levers.delivery import Deliveries
from urbsim.levers.dose import numbers_released, whole_number_due
from urbsim.scenario.schema import Dose, EmploymentLevers, Levers
from urbsim.state.codes import SECTORS
from urbsim.state.geography import load_places

PLACES = load_places(12.0, 0.5, 1.0)
FIRST, LAST = 1462, 1487  # 2021-11 to 2023-12, the months of a dose unless it says otherwise
TOWNS = PLACES.urban_residents.astype(float)


def dose(total: float, **rest: Any) -> Dose:
    return Dose(total=total, **rest)


def released_by(end: int, one: Dose, weight: float) -> np.ndarray:
    months = range(FIRST - 3, end + 1)
    return np.sum([units_released(one, PLACES, TOWNS, month, weight) for month in months], axis=0)


@given(st.floats(0, 2_000_000), st.floats(1, 2000))
@settings(max_examples=60)
def test_units_add_up_at_any_scale(total: float, weight: float):
    """To half a sampled unit over the whole time, to half a unit at every month's end; none before, none after."""
    one = dose(total)
    assert abs(released_by(LAST + 5, one, weight).sum() - total / weight) <= 0.5 + 1e-9
    middle = (FIRST + LAST) // 2
    due = total / weight * (middle - FIRST + 1) / (LAST - FIRST + 1)
    assert abs(released_by(middle, one, weight).sum() - due) <= 0.5 + 1e-9
    assert not units_released(one, PLACES, TOWNS, FIRST - 1, weight).any()
    assert not units_released(one, PLACES, TOWNS, LAST + 1, weight).any()


@given(
    st.dictionaries(st.sampled_from(["450000", *PLACES.prefectures, *PLACES.code]), st.floats(0, 50_000), min_size=1,
                    max_size=5),
    st.floats(1, 500),
)  # fmt: skip
@settings(max_examples=60)
def test_units_add_up_with_named_places(places: dict[str, float], weight: float):
    total = sum(places.values())
    one = dose(total, places=places)
    units = released_by(LAST, one, weight)
    assert np.all(units >= 0) and abs(units.sum() - total / weight) <= 0.5 + 1e-9
    if "450000" not in places:
        inside = [
            any(code == name or (name in PLACES.prefectures and PLACES.prefectures[p] == name)
                for name, given in places.items() if given > 0)
            for code, p in zip(PLACES.code, PLACES.prefecture_index, strict=True)
        ]  # fmt: skip
        assert not units[~np.array(inside)].any()


def test_named_places_get_their_share():
    county, prefecture = PLACES.code[5], PLACES.prefectures[3]
    one = dose(4000.0, places={county: 1000.0, prefecture: 3000.0})
    units = released_by(LAST, one, 1.0)
    # Each of 26 months rounds by less than one unit a county.
    assert abs(units[5] - 1000) <= 26
    assert units[PLACES.prefecture_index == 3].sum() == 4000 - units[5]


def test_left_to_themselves_units_go_by_need():
    units = released_by(LAST, dose(1_000_000.0), 1.0)
    due = 1_000_000 * TOWNS / TOWNS.sum()
    assert np.all(np.abs(units - due) <= 26)


@pytest.mark.parametrize(("kind", "stays"), [("manufacturing_posts", True), ("construction_posts", False)])
def test_building_sites_close_and_factories_stay(kind: str, stays: bool):
    posts = np.zeros((111, len(SECTORS)), np.int64)
    world: Any = SimpleNamespace(
        places=PLACES, weight=10.0, month=0, employment=SimpleNamespace(project_posts=posts), deliveries=Deliveries(),
        attribution=Attribution(),
    )  # fmt: skip
    levers = Levers(employment=EmploymentLevers(**{kind: dose(26_000.0)}))
    standing = []
    for month in range(FIRST, LAST + 4):
        world.month = month
        deliver(world, "additional", levers)
        standing.append(int(posts.sum()))
    assert standing[: LAST - FIRST + 1] == [100 * k for k in range(1, 27)]
    assert standing[LAST - FIRST + 1 :] == [2600 if stays else 0] * 3
    # Whose posts they are follows: those of a site that has closed are nobody's.
    assert world.attribution.units[f"employment.{kind}"].number.sum() == (2600 if stays else 0)


def test_a_building_site_that_closes_leaves_the_others():
    """Committed sites are finished a year before those of the scenario: half of the posts close, and then the rest."""
    posts = np.zeros((111, len(SECTORS)), np.int64)
    world: Any = SimpleNamespace(
        places=PLACES, weight=10.0, month=0, employment=SimpleNamespace(project_posts=posts), deliveries=Deliveries(),
        attribution=Attribution(),
    )  # fmt: skip
    committed, added = (
        Levers(
            employment=EmploymentLevers(construction_posts=dose(1_000.0, **{"from": "2021-11", "to": last}))
        )
        for last in ("2021-11", "2021-12")
    )
    standing = []
    for month in range(FIRST, FIRST + 4):
        world.month = month
        deliver(world, "committed", committed)
        deliver(world, "additional", added)
        standing.append(int(posts.sum()))
        assert np.all(posts >= 0)
    assert standing == [150, 100, 0, 0]


@given(st.floats(0, 200_000), st.floats(1, 2000), st.integers(FIRST - 1, LAST + 1))
@settings(max_examples=60)
def test_the_number_is_known_before_anybody_asks_where_units_go(total: float, weight: float, month: int):
    one = dose(total)
    assert (
        numbers_released(one, range(month, month + 1), weight, 0.5)[0]
        == units_released(one, PLACES, TOWNS, month, weight, 0.5).sum()
    )
    before = whole_units_released(one, PLACES, TOWNS, month - 1, np.zeros(len(TOWNS), np.int64))
    units = whole_units_released(one, PLACES, TOWNS, month, before)
    assert whole_number_due(one, month) - before.sum() == units.sum()
