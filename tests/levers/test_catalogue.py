"""The catalogue of levers: each is declared once and wholly, and all that speaks of levers reads it."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field, create_model

from urbsim.explain import explain, explain_text
from urbsim.scenario.catalogue import CATALOGUE, DOSES, declared, filling, setting
from urbsim.scenario.lever import POSTS, Lever
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import MECHANISMS, Dose, Levers, Office
from urbsim.state.outcomes import BIT, DURING, GIVES, LEVERS


def test_every_key_of_the_schema_is_in_the_catalogue_in_its_order():
    groups = {group: type(value) for group, value in Levers()}
    assert list(CATALOGUE) == [
        f"{group}.{name}" for group, part in groups.items() for name in part.model_fields
    ]
    assert set(groups) <= set(MECHANISMS)
    assert {lever.kind for lever in CATALOGUE.values()} == {
        "dose", "rule", "office", "months", "circle", "airroutes", "rate", "envelope", "landquota",
    }  # fmt: skip
    assert [lever.key for lever in DOSES] == [key for key, lever in CATALOGUE.items() if lever.stocks]
    counted = {key for key, lever in CATALOGUE.items() if lever.unit}
    assert counted - {lever.key for lever in DOSES} == {"transport.air_routes"}


@pytest.mark.parametrize("key", list(CATALOGUE))
def test_a_lever_has_names_a_meaning_a_measure_and_an_explanation(key: str):
    lever = CATALOGUE[key]
    assert lever.en and lever.zh and lever.meaning.endswith(".") and lever.measures
    assert (lever.gives is None) == (lever.code is None)
    found, text = explain(key), explain_text(key)
    assert found.kind == "lever"
    for part in (lever.en, lever.zh, *lever.measures, *lever.stocks, lever.spread or "", lever.gives or ""):
        assert part in text


POSTS_OF_NOBODY = Lever(
    en="Posts", zh="岗位", measures=("C4",), unit=POSTS, stocks=("posts: services",), spread="seekers"
)
OFFICE = Lever(en="Office", zh="办理", measures=("C2",))


@pytest.mark.parametrize(
    ("kind", "annotations", "complaint"),
    [
        (Dose, (), "employment.posts is annotated with 0 levers instead of one"),
        (Dose, (POSTS_OF_NOBODY, OFFICE), "employment.posts is annotated with 2 levers instead of one"),
        (Dose, (OFFICE,), "employment.posts .dose.: a dose has unit, stocks and spread"),
        (Office, (POSTS_OF_NOBODY,), "employment.posts .office.: a dose has unit, stocks and spread"),
    ],
)
def test_a_key_that_is_not_wholly_declared_is_refused(
    kind: type, annotations: tuple[Lever, ...], complaint: str
):
    field: Any = kind | None
    for annotation in annotations:
        field = Annotated[field, annotation]
    part = create_model("EmploymentLevers", posts=(field, Field(None)))
    groups = create_model("Levers", employment=(part, part()))
    with pytest.raises(TypeError, match=complaint):
        list(declared(groups))


def test_codes_are_places_in_the_digest_of_who_was_reached_and_never_change():
    codes = [CATALOGUE[key].code for key in LEVERS]
    assert codes == sorted({code for code in codes if code is not None})
    assert set(GIVES.values()) == set(DURING) < set(BIT)
    first = (
        "employment.manufacturing_posts employment.construction_posts employment.services_posts employment.training "
        "schooling.kindergarten_places schooling.primary_places schooling.junior_places schooling.purchased_places "
        "housing.public_rental_units housing.rent_subsidy_households settlement.office settlement.rules"
    )
    assert LEVERS[:12] == tuple(first.split())


def test_what_a_scenario_says_of_a_lever():
    levers = load_scenario("baseline").levers
    assert setting(levers, "housing.public_rental_units").total == 15_000
    assert setting(levers, "settlement.office").awareness == 0.85
    assert setting(levers, "settlement.rules") is None
    assert filling("public rental dwellings") == ("housing.public_rental_units",)
    assert filling("nothing") == ()
