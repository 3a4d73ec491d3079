"""S1: a land quota of prefectures or counties by hand and in runs: what a place lacks, no other place has for it (F9)."""

from __future__ import annotations

import pickle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from urbsim.calendar import month_number
from urbsim.errors import InputError
from urbsim.levers.dose import bound_shared_out
from urbsim.levers.fulfilment import CutDose, carried_out
from urbsim.levers.land_of_places import in_words, land_of_places
from urbsim.levers.planned import Planned
from urbsim.levers.quota_areas import areas_of
from urbsim.results.run_folder import write_run
from urbsim.scenario.catalogue import CATALOGUE, setting
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import LandQuota, Levers
from urbsim.simulation.runner import RunResult, RunSpec, run
from urbsim.state.geography import load_places

PLACES = load_places(12.0, 0.5, 1.0)
NANNING, LIUZHOU = "450100", "450200"
DWELLERS = PLACES.urban_residents.astype(float)
IN_NANNING, IN_LIUZHOU = (
    np.array([code[:4] == city[:4] for code in PLACES.code]) for city in (NANNING, LIUZHOU)
)
COUNTIES = [PLACES.code[k] for k in np.flatnonzero(IN_NANNING)[:2]]
LAST = month_number("2022-12")
SCALE = 0.002


def quota(**given: Any) -> LandQuota:
    return LandQuota.model_validate(given)


def test_a_sum_goes_to_places_by_dwellers_of_towns():
    """F9: without names, and the rest of a sum of which Nanning has 30 of 100."""
    found = areas_of(quota(hectares_in_all=100, by="prefecture"), PLACES)
    assert found.codes == PLACES.prefectures and found.share.sum() == pytest.approx(1)
    assert found.share[0] == pytest.approx(DWELLERS[IN_NANNING].sum() / DWELLERS.sum())
    named = areas_of(quota(hectares_in_all=100, by="prefecture", places={NANNING: 30}), PLACES)
    elsewhere = DWELLERS[IN_LIUZHOU].sum() / DWELLERS[~IN_NANNING].sum()
    assert named.share[0] == pytest.approx(0.3) and named.share[1] == pytest.approx(0.7 * elsewhere)
    by_year = areas_of(quota(hectares_by_year={"2022": 5, "2023": 9}, by="prefecture"), PLACES)
    assert by_year.share == pytest.approx(found.share)


def test_a_prefecture_shares_its_hectares_out_to_its_counties():
    one, other = COUNTIES
    found = areas_of(quota(hectares_per_year=100, by="county", places={one: 20, NANNING: 40}), PLACES)
    k, j = PLACES.code.index(one), PLACES.code.index(other)
    of_nanning = DWELLERS / DWELLERS[IN_NANNING].sum()
    assert found.share[k] == pytest.approx(0.2 + 0.4 * of_nanning[k])
    assert found.share[j] == pytest.approx(0.4 * of_nanning[j])
    assert found.share.sum() == pytest.approx(1) and found.share[IN_NANNING].sum() == pytest.approx(0.6)


def test_what_all_places_leave_is_nobodys():
    places = dict.fromkeys(PLACES.prefectures, 2.0)
    found = areas_of(quota(hectares_in_all=100, by="prefecture", places=places), PLACES)
    assert found.share == pytest.approx(np.full(14, 0.02))


def two_cities(**land: Any) -> tuple[Levers, Planned, dict[str, float]]:
    """24 places in 2022, a quarter to a county of Nanning and three to one of Liuzhou; one hectare each."""
    there = {COUNTIES[0]: 6.0, PLACES.code[np.flatnonzero(IN_LIUZHOU)[0]]: 18.0}
    levers = Levers.model_validate(
        {
            "delivery": {"land_quota": land},
            "schooling": {
                "primary_places": {"total": 24, "from": "2022-01", "to": "2022-12", "places": there}
            },
        }
    )
    spreads = {key: np.ones(111) for key in CATALOGUE}
    return levers, Planned(PLACES, spreads), {"land_per_school_place": 1.0}


def test_what_one_place_lacks_no_other_has_for_it():
    """F9: 12 hectares each: Nanning needs 6 and leaves 6 idle, Liuzhou lacks 6 of 18."""
    levers, planned, numbers = two_cities(
        hectares_in_all=24, by="prefecture", places={NANNING: 12, LIUZHOU: 12}
    )
    out = carried_out(levers, numbers, LAST, planned)
    places = setting(out, "schooling.primary_places")
    assert isinstance(places, CutDose) and places.due(LAST) == pytest.approx(18)
    assert places.of_counties is not None and places.places is None
    by_county = places.of_counties.until(LAST)
    assert by_county[IN_NANNING].sum() == pytest.approx(6) and by_county[IN_LIUZHOU].sum() == pytest.approx(
        12
    )
    assert places.of_counties.until(LAST - 6)[IN_LIUZHOU].sum() == pytest.approx(6)
    assert not places.of_counties.until(month_number("2021-12")).any()
    found = land_of_places(out, numbers, planned, LAST)
    assert [(one.place, one.quota, one.beside, one.due, one.on_land) for one in found] == [
        (NANNING, pytest.approx(12), 0, pytest.approx(6), pytest.approx(6)),
        (LIUZHOU, pytest.approx(12), 0, pytest.approx(18), pytest.approx(12)),
    ]
    assert in_words(found).endswith("land was short in 1 of 2 places, most in 450200 (6 hectares)")
    again = pickle.loads(pickle.dumps(places))
    assert np.array_equal(again.of_counties.on_land, places.of_counties.on_land)


def test_land_enough_in_every_place_changes_nothing():
    levers, planned, numbers = two_cities(
        hectares_in_all=24, by="prefecture", places={NANNING: 6, LIUZHOU: 18}
    )
    assert carried_out(levers, numbers, LAST, planned) is levers
    assert land_of_places(levers, numbers, planned, LAST) == ()


def test_collective_land_stays_in_its_place():
    """F8, F9: four hectares beside the quota of Liuzhou, a quarter for homes: three more places there."""
    levers, planned, numbers = two_cities(
        hectares_in_all=24, by="prefecture", places={NANNING: 12, LIUZHOU: 12}
    )
    county = PLACES.code[np.flatnonzero(IN_LIUZHOU)[0]]
    dose = {"total": 4, "from": "2022-01", "to": "2022-12", "places": {county: 4}}
    land = levers.land.model_validate({"collective_land": dose})
    numbers |= {"collective_land_for_homes": 0.25}
    out = carried_out(levers.model_copy(update={"land": land}), numbers, LAST, planned)
    assert setting(out, "schooling.primary_places").due(LAST) == pytest.approx(21)
    assert [one.beside for one in land_of_places(out, numbers, planned, LAST)] == pytest.approx([0, 3])


def test_bound_units_go_where_there_is_land_and_nowhere_else():
    """F9: 6 of 12 units on land in one county and 3 in another; 4 have come: 2 more for each of 5 left, 1 without room."""
    due, before = np.zeros(111), np.zeros(111, np.int64)
    due[[3, 5]], before[3] = (6.0, 3.0), 4
    assert bound_shared_out(due, 5, before, None)[[3, 5]].tolist() == [2, 3]
    room = np.full(111, 9)
    room[5] = 1
    assert bound_shared_out(due, 5, before, room)[[3, 5]].tolist() == [2, 1]
    assert bound_shared_out(np.zeros(111), 0, before, None).sum() == 0


# --- in runs


def under(**land: Any) -> RunResult:
    content = {
        "name": "x",
        "extends": "baseline",
        "targets": [],
        "levers": {"delivery": {"land_quota": land}},
    }
    return run(RunSpec(load_scenario(content), scale=SCALE, seed=1, threads=2))


@pytest.fixture(scope="module")
def short() -> RunResult:
    """A third of the land that the plan takes, by county, and none of it in Nanning."""
    return under(hectares_in_all=1100, by="county", places={NANNING: 0})


def test_what_comes_to_a_place_has_land_there(short: RunResult, tmp_path: Path):
    """No lever brings to a county more than its land allows, up to what a sample rounds."""
    land = {(one.place, one.lever): one for one in short.land}
    assert {one.place for one in short.land} <= set(PLACES.code)
    came: dict[str, np.ndarray] = {}
    for one in short.deliveries:
        if one.part == "additional" and CATALOGUE[one.lever].land:
            units = one.full_units(1 / SCALE)
            came[one.lever] = came.get(one.lever, np.zeros(111)) + units
    assert len(came) > 10
    for key, units in came.items():
        per_unit = short.parameters[str(CATALOGUE[key].land)]
        slack = 1.01 if key in _WHOLE else 1.01 / SCALE
        for code, number in zip(PLACES.code, units, strict=True):
            allowed = land[code, key].on_land / per_unit if (code, key) in land else 0.0
            assert number <= allowed + slack, (key, code)
    nanning = [one for one in short.land if one.place[:4] == NANNING[:4]]
    assert nanning and all(one.quota == 0 for one in nanning)
    assert (
        sum(one.on_land for one in nanning) <= sum({one.place: one.beside for one in nanning}.values()) + 1e-6
    )
    assert any("land was short in" in note for note in short.notes)
    write_run(short, tmp_path)
    assert short.folder is not None
    table = pq.read_table(short.folder / "land.parquet").to_pydict()
    assert sum(table["due"]) == pytest.approx(sum(one.due for one in short.land))
    quotas = dict(zip(table["place"], table["quota"], strict=True))
    assert sum(quotas.values()) == pytest.approx(1100, rel=0.05)


_WHOLE = {"towns.connected_villages", "services.village_infrastructure"} | {
    key for key in CATALOGUE if key.startswith(("services.", "towns."))
}


def test_more_land_than_all_places_need_is_no_quota():
    much = under(hectares_in_all=900_000, by="prefecture")
    content = {"name": "x", "extends": "baseline", "targets": []}
    none = run(RunSpec(load_scenario(content), scale=SCALE, seed=1, threads=2))
    assert much.summary["fingerprint"] == none.summary["fingerprint"] and much.land == ()


@pytest.mark.parametrize(
    ("land", "complaint"),
    [
        ({"hectares_in_all": 9, "places": {NANNING: 3}}, "`places` need `by: prefecture` or `by: county`"),
        ({"hectares_in_all": 9, "by": "prefecture", "places": {COUNTIES[0]: 3}}, "is no prefecture"),
        ({"hectares_in_all": 9, "by": "county", "places": {"450000": 3}}, "is no county or prefecture"),
        ({"hectares_by_year": {"2022": 9}, "by": "county", "places": {NANNING: 3}}, "stand beside"),
        (
            {"hectares_in_all": 9, "by": "county", "places": {NANNING: 10}},
            "add up to 10, more than the sum, 9",
        ),
        ({"hectares_in_all": 9, "by": "town"}, "by"),
        ({"hectares_in_all": 9, "by": "county", "places": {"459999": 1}}, "459999"),
    ],
)
def test_quotas_that_say_too_little_or_too_much_are_refused(land: dict, complaint: str):
    with pytest.raises(InputError) as refused:
        under(**land)
    assert complaint in str(refused.value)


def test_areas_do_not_hang_on_the_state_of_the_world():
    """Only facts of census night enter, so that a quota of a place is the same in every scenario and draw."""
    places: Any = SimpleNamespace(
        urban_residents=np.array([30, 10, 60]),
        code=("450101", "450102", "450201"),
        prefectures=(NANNING, LIUZHOU),
        prefecture_index=np.array([0, 0, 1]),
    )
    found = areas_of(quota(hectares_in_all=50, by="county", places={"450201": 10}), places)
    assert found.share == pytest.approx([0.6, 0.2, 0.2])
