"""What government can do: the one place where levers are declared, a group for each mechanism.

A lever is added by writing one field into the group of its mechanism: the type says what people may write, the
annotation says all else that is to be known of a lever, and `urbsim.scenario.catalogue` is the list of them. A group is
added by one class and one field of `Levers`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict, field_validator

from urbsim.scenario.lever import (
    DWELLINGS,
    HOUSEHOLDS,
    PERSON_TIMES,
    PLACES,
    POSTS,
    Cost,
    Lever,
    NotPriced,
)
from urbsim.scenario.schema.base import NAME_PATTERN, Frozen
from urbsim.scenario.schema.complaints import rising
from urbsim.scenario.schema.dose import Dose
from urbsim.scenario.schema.settlement import Office, Rule
from urbsim.scenario.schema.transport import Openings

MECHANISMS = (
    "settlement",
    "schooling",
    "employment",
    "housing",
    "transport",
    "towns",
    "services",
    "land",
    "renewal",
    "delivery",
)
"""The groups by which levers are ordered, here and in `scenarios/measures.csv`."""


class SettlementLevers(Frozen):
    """C2: the settlement rule, the residence permit, and whether people know of them."""

    rules: Annotated[
        tuple[Rule, ...],
        Strict(False),
        Lever(en="Settlement rules", zh="落户条件", measures=("C2",), gives="settled", code=11),
    ] = ()
    """Settlement rules in order of months, each in force until the next. Empty, and before the first: `open_2019`."""
    office: Annotated[
        Office | None,
        Lever(en="Publicity and offices", zh="政策宣传与办理", measures=("C2",), gives="permit", code=10),
    ] = None
    """Awareness of the rules and speed of the offices. Left out: as before the plan (parameters)."""

    @field_validator("rules")
    @classmethod
    def _rules_in_order(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return rising(rules)


class SchoolingLevers(Frozen):
    """C3: places at school in the towns."""

    kindergarten_places: Annotated[
        Dose | None,
        Lever(
            en="Kindergarten places",
            zh="公办幼儿园学位",
            measures=("C3",),
            unit=PLACES,
            stocks=("school places: kindergarten, public",),
            spread="children without a place, and in need",
            gives="school_place",
            code=4,
            cost=Cost(capital="kindergarten_places_capital", running="kindergarten_places_running"),
        ),
    ] = None
    """New public kindergarten places."""
    primary_places: Annotated[
        Dose | None,
        Lever(
            en="Primary school places",
            zh="公办小学学位",
            measures=("C3",),
            unit=PLACES,
            stocks=("school places: primary, public",),
            spread="children without a place, and in need",
            gives="school_place",
            code=5,
            cost=Cost(capital="primary_places_capital", running="primary_places_running"),
        ),
    ] = None
    """New public primary school places."""
    junior_places: Annotated[
        Dose | None,
        Lever(
            en="Junior secondary places",
            zh="公办初中学位",
            measures=("C3",),
            unit=PLACES,
            stocks=("school places: junior, public",),
            spread="children without a place, and in need",
            gives="school_place",
            code=6,
            cost=Cost(capital="junior_places_capital", running="junior_places_running"),
        ),
    ] = None
    """New public junior secondary places."""
    purchased_places: Annotated[
        Dose | None,
        Lever(
            en="Places bought in private schools",
            zh="购买民办学校学位",
            measures=("C3",),
            unit=PLACES,
            stocks=("school places: primary, purchased", "school places: junior, purchased"),
            spread="children without a place",
            gives="school_place",
            code=7,
            cost=Cost(running="purchased_places_running"),
        ),
    ] = None
    """Places bought in private schools for children who find none, primary and junior, by need."""


class EmploymentLevers(Frozen):
    """C4: posts of named kinds of projects, and training. The target of 900,000 is an outcome and no lever."""

    manufacturing_posts: Annotated[
        Dose | None,
        Lever(
            en="Posts in manufacturing",
            zh="制造业岗位",
            measures=("C4",),
            unit=POSTS,
            stocks=("posts: manufacturing",),
            spread="town dwellers",
            gives="took_job",
            code=0,
            cost=Cost(capital="public_money_per_manufacturing_post"),
        ),
    ] = None
    """Posts in factories moved in or built."""
    construction_posts: Annotated[
        Dose | None,
        Lever(
            en="Posts in construction",
            zh="建筑业岗位",
            measures=("C4",),
            unit=POSTS,
            stocks=("posts: construction",),
            spread="town dwellers",
            ends=True,
            gives="took_job",
            code=1,
            cost=NotPriced(
                en="what is built on the sites is paid for under the lever that builds it",
                zh="工地建设的支出计入相应的建设类政策工具",
            ),
        ),
    ] = None
    """Posts on building sites; they end with the dose."""
    services_posts: Annotated[
        Dose | None,
        Lever(
            en="Posts in services",
            zh="服务业岗位",
            measures=("C4",),
            unit=POSTS,
            stocks=("posts: services",),
            spread="town dwellers",
            gives="took_job",
            code=2,
            cost=Cost(capital="public_money_per_services_post"),
        ),
    ] = None
    """Posts in services, tourism and trade included."""
    training: Annotated[
        Dose | None,
        Lever(
            en="Subsidised training",
            zh="补贴性职业技能培训",
            measures=("C4",),
            unit=PERSON_TIMES,
            stocks=("training courses of the month",),
            spread="seekers",
            gives="trained",
            code=3,
            cost=Cost(once="training_once"),
        ),
    ] = None
    """Person-times of subsidised training."""


class HousingLevers(Frozen):
    """C7: public rental dwellings, rent subsidies and guaranteed rental dwellings."""

    public_rental_units: Annotated[
        Dose | None,
        Lever(
            en="Public rental dwellings",
            zh="公共租赁住房",
            measures=("C7",),
            unit=DWELLINGS,
            stocks=("public rental dwellings",),
            spread="households in the queue",
            gives="public_rental",
            code=8,
            cost=Cost(capital="public_rental_units_capital", running="public_rental_units_running"),
        ),
    ] = None
    """Public rental dwellings finished."""
    rent_subsidy_households: Annotated[
        Dose | None,
        Lever(
            en="Rent subsidies",
            zh="住房租赁补贴",
            measures=("C7",),
            unit=HOUSEHOLDS,
            stocks=("rent subsidies",),
            spread="households in the queue",
            gives="rent_subsidy",
            code=9,
            cost=Cost(running="rent_subsidy_households_running"),
        ),
    ] = None
    """Households that draw a rent subsidy."""
    guaranteed_rental_units: Annotated[
        Dose | None,
        Lever(
            en="Guaranteed rental dwellings",
            zh="保障性租赁住房",
            measures=("C7",),
            unit=DWELLINGS,
            stocks=("dwellings",),
            spread="migrants",
            cost=Cost(capital="guaranteed_rental_units_capital"),
        ),
    ] = None
    """Guaranteed rental dwellings for new citizens, finished."""


class TransportLevers(Frozen):
    """A1, A2, A4, A5, A8: how long people travel."""

    openings: Annotated[
        Openings,
        Lever(en="Openings of railway lines", zh="铁路开通", measures=("A1", "A2", "A4", "A5", "A8")),
    ] = Field(
        default={}, validate_default=True, json_schema_extra={"propertyNames": {"pattern": NAME_PATTERN}}
    )
    """Month in which trains begin to run, by line of `rail_legs.csv`; `never` for a line that does not open. A line
    that is not named stays closed."""


class Levers(Frozen):
    """What government does, one group per mechanism."""

    settlement: SettlementLevers = SettlementLevers()
    """Settlement rule and residence permit."""
    schooling: SchoolingLevers = SchoolingLevers()
    """School places."""
    employment: EmploymentLevers = EmploymentLevers()
    """Posts and training."""
    housing: HousingLevers = HousingLevers()
    """Public and guaranteed rental dwellings, subsidies."""
    transport: TransportLevers = TransportLevers()
    """Railway lines."""
