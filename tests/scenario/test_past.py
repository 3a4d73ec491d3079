"""Which months two scenarios share: by what a run reads of each, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from urbsim.calendar import BASE_MONTH, month_number
from urbsim.scenario import past
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.past import first_month_apart, parted, readings
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Office, Rule, Scenario

NIGHT = BASE_MONTH["census_2020"]
STRICT, OPEN = {"name": "nanning_2012", "from": "2021-05"}, {"name": "open_2019", "from": "2022-02"}
OFFICE = {"awareness": 0.8, "processing_months": 6, "from": "2021-08"}


def scenario(**content: Any) -> Scenario:
    return Scenario.model_validate({"name": "x", "until": "2023-12", **content})


def levers(part: str = "levers", **groups: Mapping[str, Any]) -> dict[str, Any]:
    return {part: groups}


def apart(one: Scenario, other: Scenario) -> int | None:
    return first_month_apart([readings(one), readings(other)])


HOMES = {"total": 500, "from": "2021-11"}
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str | None]] = [
    ("a dose and none", levers(housing={"public_rental_units": HOMES}), {}, "2021-11"),
    ("a dose of nothing and none", levers(housing={"public_rental_units": HOMES | {"total": 0}}), {}, None),
    (
        "two totals",
        levers(housing={"public_rental_units": HOMES}),
        levers(housing={"public_rental_units": HOMES | {"total": 501}}),
        "2021-11",
    ),
    (
        "half delivered",
        levers(housing={"public_rental_units": HOMES}, delivery={"rate": {"share": 0.5}}),
        levers(housing={"public_rental_units": HOMES}),
        "2021-11",
    ),
    (
        "two last months",
        levers(housing={"public_rental_units": HOMES}),
        levers(housing={"public_rental_units": HOMES | {"to": "2022-12"}}),
        "2021-11",
    ),
    (
        "two first months",
        levers(housing={"public_rental_units": HOMES}),
        levers(housing={"public_rental_units": HOMES | {"from": "2021-03"}}),
        "2021-03",
    ),
    (
        "the same units committed and added",
        levers("committed", housing={"public_rental_units": HOMES}),
        levers(housing={"public_rental_units": HOMES}),
        "2021-11",
    ),
    (
        "a later rule more",
        levers(settlement={"rules": [STRICT]}),
        levers(settlement={"rules": [STRICT, OPEN]}),
        "2022-02",
    ),
    ("rules and none", levers(settlement={"rules": [STRICT, OPEN]}), {}, "2021-05"),
    (
        "a rule in the place of an earlier one that was committed",
        levers("committed", settlement={"rules": [STRICT]}),
        levers("committed", settlement={"rules": [STRICT]}) | levers(settlement={"rules": [OPEN]}),
        "2021-05",
    ),
    (
        "an office in the place of an earlier one that was committed",
        levers("committed", settlement={"office": OFFICE | {"from": "2021-01"}}),
        levers("committed", settlement={"office": OFFICE | {"from": "2021-01"}})
        | levers(settlement={"office": OFFICE}),
        "2021-01",
    ),
    ("an office and none", levers(settlement={"office": OFFICE}), {}, "2021-08"),
    (
        "a level of jobs outside",
        {"conditions": {"outside_jobs": [{"from": "2021-07", "value": 1.4}]}},
        {},
        "2021-07",
    ),
    (
        "a spell that ends otherwise",
        {"conditions": {"epidemic": [{"from": "2022-02", "to": "2022-04", "mobility": 0.3}]}},
        {"conditions": {"epidemic": [{"from": "2022-02", "to": "2022-05", "mobility": 0.3}]}},
        "2022-02",
    ),
    ("growth", {"conditions": {"growth_per_year": 0.02}}, {}, "2020-11"),
    (
        "what began before the run",
        levers(settlement={"rules": [STRICT | {"from": "2019-01"}]}),
        {},
        "2020-10",
    ),
    ("the border", {"conditions": {"border_moves": "off"}}, {}, "2020-10"),
    ("a variant of behaviour", {"behaviour": {"returning": "hazard"}}, {}, "2020-10"),
    ("the length", {"until": "2022-12"}, {}, "2020-10"),
    ("names alone", {"name": "y", "question": {"en": "?", "zh": "?"}, "targets": ()}, {}, None),
]


@pytest.mark.parametrize("one, other, month", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_first_month_apart(one: dict[str, Any], other: dict[str, Any], month: str | None):
    expected = None if month is None else month_number(month)
    assert apart(scenario(**one), scenario(**other)) == expected
    assert apart(scenario(**other), scenario(**one)) == expected


def test_the_first_month_apart_of_several_is_the_first_of_any_two():
    several = [scenario(**content) for case in CASES for content in case[1:3] if "until" not in content][:14]
    read = [readings(each) for each in several]
    pairs = {first_month_apart([a, b]) for a in read for b in read} - {None}
    assert first_month_apart(read) == min(month for month in pairs if month is not None)


def test_land_of_places_is_planned_on_census_night():
    """A dose of 2023 may use up the land for which all others are bound to their places."""
    quota = {"land_quota": {"hectares_in_all": 3, "by": "prefecture"}}
    late, more = HOMES | {"from": "2023-01"}, HOMES | {"from": "2023-01", "total": 900}
    one, other = (
        scenario(**levers(housing={"public_rental_units": homes}, delivery=quota)) for homes in (late, more)
    )
    assert apart(one, other) == NIGHT
    whole = {"land_quota": {"hectares_in_all": 3}}
    one, other = (
        scenario(**levers(housing={"public_rental_units": homes}, delivery=whole)) for homes in (late, more)
    )
    assert apart(one, other) == month_number("2023-01")


def test_groups_part_and_never_join_again():
    read = [readings(scenario(**content)) for case in CASES for content in case[1:3]]
    before = parted(read, NIGHT - 1)
    assert before == [list(range(len(read)))]
    for month in range(NIGHT, month_number("2023-12") + 1):
        groups = parted(read, month)
        assert sorted(k for group in groups for k in group) == list(range(len(read)))
        assert all(any(set(group) <= set(earlier) for earlier in before) for group in groups)
        for group in groups:
            found = first_month_apart([read[k] for k in group])
            assert found is None or found > month
        before = groups


def test_the_shipped_scenarios_share_what_is_before_the_plan():
    names = ("no_plan", "baseline", "settlement_only", "schools_only", "jobs_only", "housing_only")
    assert first_month_apart([readings(load_scenario(name)) for name in names]) == month_number("2021-11")
    assert apart(load_scenario("baseline"), load_scenario("baseline")) is None


def test_a_kind_of_lever_of_which_nothing_is_known_parts_on_census_night(monkeypatch: pytest.MonkeyPatch):
    """So that a new key, such as the month in which a rule is announced, cannot be passed over."""
    office, none = scenario(**levers(settlement={"office": OFFICE})), scenario()
    known = dict(past._BEGINNING)
    monkeypatch.setattr(past, "_BEGINNING", known | {Office: known[Office] | {"announced"}})
    assert apart(office, none) == NIGHT
    monkeypatch.setattr(past, "_BEGINNING", {Rule: known[Rule]})
    assert apart(office, none) == NIGHT


def test_every_lever_is_of_a_kind_that_is_known():
    assert {lever.kind for lever in CATALOGUE.values()} == {
        "dose", "rule", "office", "months", "circle", "airroutes", "rate", "envelope", "landquota",
    }  # fmt: skip
    for kind, keys in past._BEGINNING.items():
        assert set(kind.model_fields) == keys, f"{kind.__name__}: say when its new keys are first read"
