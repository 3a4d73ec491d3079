"""What the files people write may hold: one model per kind of file, one docstring and unit per field.

These models are the only truth about keys: the checks of `urbsim.scenario.reader`, the JSON schemas that editors
use and the tables of `scenarios/README.md` all come from them (`python -m urbsim.scenario.schema --write`).

Objects are frozen, unknown keys are refused, numbers are finite. A lever is added by writing one field into the group
of its mechanism: the type says what people may write, the annotation says all else that is to be known of a lever, and
`urbsim.scenario.catalogue` is the list of them. A group is added by one class and one field of `Levers`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PrivateAttr,
    Strict,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from urbsim.calendar import BASE_MONTH, MONTH_PATTERN, month_number, month_text
from urbsim.errors import Problem, quoted
from urbsim.limits import MAX_DRAWS, MAX_SEED, MIN_SCALE
from urbsim.scenario.lever import DWELLINGS, HOUSEHOLDS, PERSON_TIMES, PLACES, POSTS, Lever
from urbsim.scenario.plan import read_plan

NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"
PLACE_PATTERN = "^45[0-9]{4}$"
DIGEST_PATTERN = "^[0-9a-f]{64}$"

LAST_MONTH = {"census_2020": "2030-12", "census_2010": "2020-10"}
"""The last month a run may reach: a hindcast ends where the next census stands."""

PLAN = read_plan()
"""What is left out takes the months of the plan."""

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

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Month = Annotated[str, Field(pattern=MONTH_PATTERN, json_schema_extra={"unit": "month"})]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


def _code_as_text(value: Any) -> Any:
    """A place code written without quotes is a number to YAML."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


PlaceCode = Annotated[
    str,
    Field(pattern=PLACE_PATTERN, json_schema_extra={"unit": "code of 2021"}),
    BeforeValidator(
        _code_as_text,
        json_schema_input_type=Annotated[str, Field(pattern=PLACE_PATTERN)]
        | Annotated[int, Field(ge=450000, le=459999)],
    ),
]


class Frozen(BaseModel):
    """The policy for every model: no unknown key, no change later, no infinity, no silent conversion."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class Bilingual(Frozen):
    """A text in both languages of the report."""

    en: Text
    """English text."""
    zh: Text
    """Chinese text."""


class JobProspect(Frozen):
    """The outside's job prospects from one month on, until the next entry."""

    from_: Month = Field(alias="from")
    """First month of the level; before the first entry the level is 1."""
    value: float = Field(ge=0.2, le=3, json_schema_extra={"unit": "multiplier, 1 = base"})
    """Multiplier on the job prospects outside Guangxi."""


class Epidemic(Frozen):
    """A spell in which fewer people think of moving."""

    from_: Month = Field(alias="from")
    """First month of the spell."""
    to: Month
    """Last month of the spell."""
    mobility: float = Field(ge=0, le=1, json_schema_extra={"unit": "share of the usual rate"})
    """Rate at which people reconsider where they live, as a share of the usual."""

    @model_validator(mode="after")
    def _ordered(self) -> Epidemic:
        first_to_last(self.from_, self.to)
        return self


class Conditions(Frozen):
    """What no government of Guangxi decides: the growth around it, wages outside, epidemics."""

    growth_per_year: float | None = Field(
        default=None, ge=-0.2, le=0.3, json_schema_extra={"unit": "share per year"}
    )
    """Real growth of urban labour demand in Guangxi, which carries incomes and chances of work with it.
    Left out or null: the parameter `growth_per_year`, with its spread over draws."""
    outside_wage_per_year: float | None = Field(
        default=None, ge=-0.2, le=0.3, json_schema_extra={"unit": "share per year"}
    )
    """Growth of the real wage outside Guangxi relative to the cities of Guangxi.
    Left out or null: the parameter `outside_wage_per_year`, with its spread over draws."""
    outside_jobs: Annotated[tuple[JobProspect, ...], Strict(False)] = ()
    """Path of the job prospects outside Guangxi, in order of months; empty: level 1 throughout."""
    epidemic: Annotated[tuple[Epidemic, ...], Strict(False)] = ()
    """Spells of reduced mobility, in order of months and not overlapping; empty: none."""
    drivers: Literal["foreseen", "observed"] = "foreseen"
    """Growth and births: as foreseen from census night (parameters, with their spread), or of each year as published.
    `observed` needs `base: census_2010`."""
    reclassification: Literal["base", "frozen"] = "base"
    """Whether places turn urban where they stand at the base rate of the decade before, or not at all."""
    border_moves: Literal["on", "off"] = "on"
    """Moves over the border of the province; `off` only to check the accounts of a closed province."""

    @field_validator("outside_jobs")
    @classmethod
    def _levels_in_order(cls, levels: tuple[JobProspect, ...]) -> tuple[JobProspect, ...]:
        return rising(levels)

    @field_validator("epidemic")
    @classmethod
    def _spells_in_order(cls, spells: tuple[Epidemic, ...]) -> tuple[Epidemic, ...]:
        for before, after in pairwise(spells):
            if after.from_ <= before.to:
                raise complaint("order", f"the spell from {after.from_} begins before the last ends")
        return spells


class Dose(Frozen):
    """A physical quantity that arrives evenly from one month to another."""

    total: float = Field(ge=0, le=10_000_000, json_schema_extra={"unit": "units"})
    """Dwellings, places, posts, households or person-times in all, over the whole time; 0 switches the lever off."""
    from_: Month = Field(PLAN.first_month, alias="from")
    """First month in which units arrive. Left out: the month after the plan was issued."""
    to: Month = PLAN.last_month
    """Last month in which units arrive. Left out: the last of the plan."""
    places: dict[PlaceCode, Annotated[float, Field(ge=0, json_schema_extra={"unit": "units"})]] | None = (
        Field(None, json_schema_extra={"propertyNames": {"pattern": PLACE_PATTERN}})
    )
    """Units by county, prefecture or province, adding up to the total. Left out: spread by need over the towns."""

    def due(self, month: int, share: float = 1) -> float:
        """Units of a share of the dose due by the end of a month (number since 1900): evenly over its months."""
        first, last = month_number(self.from_), month_number(self.to)
        done = min(max(month - first + 1, 0), last - first + 1)
        return self.total * share * done / (last - first + 1)

    @model_validator(mode="after")
    def _adds_up(self) -> Dose:
        first_to_last(self.from_, self.to)
        given = None if self.places is None else math.fsum(self.places.values())
        if given is not None and abs(given - self.total) > 0.5:
            raise complaint("sum", f"`places` add up to {given:.15g} and not to `total`, {self.total:.15g}")
        return self


class Rule(Frozen):
    """A rule of settlement from a month on."""

    name: Literal["open_2019", "same_city_2015", "nanning_2012"]
    """`open_2019`: lawful stable residence or work, no waiting (in force since December 2019). `same_city_2015`: a
    year of work and insurance. `nanning_2012`: four years of work and three of insurance, or a home of one's own."""
    from_: Month = Field(alias="from")
    """First month of the rule."""


class Office(Frozen):
    """How well the offices that issue residence permits and settle people do their work, from a month on."""

    awareness: float = Field(ge=0, le=1, json_schema_extra={"unit": "share of migrants"})
    """Share of migrants in towns who know what they may apply for."""
    processing_months: float = Field(gt=0, le=24, json_schema_extra={"unit": "months"})
    """Mean time from being entitled to a paper to holding it, for those who know."""
    from_: Month = Field(PLAN.first_month, alias="from")
    """First month of the new service. Left out: the month after the plan was issued."""


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
        ),
    ] = None
    """Guaranteed rental dwellings for new citizens, finished."""


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


class Scenario(Frozen):
    """One future: a starting census, conditions nobody in Guangxi decides, and what government does."""

    name: Name
    """Short name, also of the folder of its results. Left out: the file's name without `.yaml`.
    Not inherited."""
    title: Bilingual = Field(
        default_factory=lambda data: Bilingual(en=data.get("name", "-"), zh=data.get("name", "-"))
    )
    """Heading in reports. Left out: the name. Not inherited."""
    question: Bilingual | None = None
    """What the scenario asks. Not inherited."""
    extends: Text | None = None
    """The scenario it differs from: a name (its own folder is searched first) or a path."""
    base: Literal["census_2020", "census_2010"] = "census_2020"
    """The census the run starts from: `census_2020` (forecast) or `census_2010` (hindcast)."""
    until: Month = Field(default=PLAN.last_month, validate_default=True)
    """Last month simulated. Left out: the last of the plan."""
    committed: Levers = Levers()
    """What comes anyway, decided before the plan: written in `no_plan`, inherited by all."""
    conditions: Conditions = Conditions()
    """Conditions outside the government's hands."""
    levers: Levers = Levers()
    """What government adds; only what differs from the parent."""
    targets: Annotated[tuple[Text, ...], Strict(False)] = ("plan_2021_2023",)
    """Target files the run is judged by: names or paths."""

    _files: tuple[Path, ...] = PrivateAttr(default=())
    _judged_by: tuple[Target, ...] = PrivateAttr(default=())
    _notes: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What `load_scenario` found to have another effect than its numbers say, without being wrong."""
        return self._notes

    @property
    def files(self) -> tuple[Path, ...]:
        """The files the scenario was read from, its own first, then the one it extends, and so on."""
        return self._files

    @property
    def judged_by(self) -> tuple[Target, ...]:
        """The targets that the names in `targets` stand for, as `load_scenario` read them."""
        return self._judged_by

    def __repr__(self) -> str:
        """The name, the span and how many levers and targets there are, in one line."""
        levers = sum(value is not None and value != () for _, group in self.levers for _, value in group)
        return f"Scenario({self.name}: {self.base} to {self.until}, {levers} levers, {len(self._judged_by)} targets)"

    __str__ = __repr__

    def resolved(self) -> dict[str, Any]:
        """Every value with what was inherited and defaulted, in the order of the schema, as plain JSON types.

        Written as YAML it is a scenario file again, one that extends nothing and has the same digest. (It is refused
        if it inherited input that has no effect in its months: an heir may hold that, a file may not write it.)
        """
        return self.model_dump(mode="json", by_alias=True, exclude={"extends"})

    def digest(self) -> str:
        """sha256 of all that a run's results follow from: world and targets, not names, titles or files."""
        content = self.model_dump(
            mode="json", by_alias=True, include={"base", "until", "committed", "conditions", "levers"}
        )
        content["targets"] = [
            target.model_dump(mode="json", by_alias=True, exclude={"title", "note", "document", "clause"})
            for target in self._judged_by
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @field_validator("until")
    @classmethod
    def _within_reach(cls, until: str, info: ValidationInfo) -> str:
        base = info.data.get("base")
        if base and not (first := month_text(BASE_MONTH[base] + 1)) <= until <= LAST_MONTH[base]:
            span = f"{first} and {LAST_MONTH[base]}"
            raise complaint("reach", f"a run from {base} ends between {span}, not in {until}")
        return until

    @field_validator("conditions")
    @classmethod
    def _observed_in_the_past(cls, conditions: Conditions, info: ValidationInfo) -> Conditions:
        if conditions.drivers == "observed" and info.data.get("base") == "census_2020":
            raise complaint(
                "reach", "`drivers: observed` needs `base: census_2010`: a forecast knows no later year"
            )
        return conditions

    @field_validator("targets")
    @classmethod
    def _targets_once(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        return once(targets)


class Target(Frozen):
    """One line a run is measured against. It judges results and never enters the world."""

    id: Name
    """Short id, such as T1."""
    title: Bilingual
    """Name of the target in reports."""
    indicator: Text
    """The official indicator it reads."""
    place: PlaceCode
    """Place: 450000 (province), a prefecture such as 450100, or a county such as 450102."""
    from_: Month = Field(alias="from")
    """First month read."""
    to: Month
    """Last month read."""
    aggregate: Literal["last", "sum"]
    """`last`: the value at the end of `to`; `sum`: the total of the months `from` to `to`."""
    operator: Literal[">=", "<="]
    """Which side of the threshold meets the target."""
    threshold: float = Field(json_schema_extra={"unit": "unit of the indicator; rates are shares 0 to 1"})
    """The strict threshold; the shortfall is counted from it."""
    tolerance: float = Field(0.0, ge=0, json_schema_extra={"unit": "unit of the indicator"})
    """How far from the threshold still counts as met, where the document says "about"."""
    document: Text
    """The document that sets the target."""
    clause: Text
    """The words of the document."""
    note: Bilingual | None = None
    """How the words were turned into a number: the modellers' choice, in the open."""

    @model_validator(mode="after")
    def _ordered(self) -> Target:
        first_to_last(self.from_, self.to)
        return self


class TargetFile(Frozen):
    """A file of targets."""

    targets: Annotated[tuple[Target, ...], Strict(False), Field(min_length=1)]
    """The targets, in the order reports show them."""

    @field_validator("targets")
    @classmethod
    def _ids_once(cls, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        once([target.id for target in targets])
        return targets


class Interval(Frozen):
    """Values spread over an interval instead of a list."""

    from_: float = Field(alias="from")
    """Lower end, in the unit of the setting."""
    to: float
    """Upper end, in the unit of the setting."""
    samples: int = Field(ge=2, le=10_000, json_schema_extra={"unit": "runs"})
    """How many values are taken."""

    @model_validator(mode="after")
    def _ordered(self) -> Interval:
        if self.to <= self.from_:
            raise complaint("order", "`to` must be greater than `from`")
        return self


def _list_or_interval(value: Any) -> str:
    return "interval" if isinstance(value, (dict, Interval)) else "list"


def _one_to_n(value: Any) -> Any:
    """`50` as the draws 1..50; a list stays a list."""
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_DRAWS:
        return tuple(range(1, value + 1))
    raise complaint("draws", f"must be a number of draws, from 1 to {MAX_DRAWS}, or a list of them")


Sweep = Annotated[
    Annotated[
        tuple[int | float | str, ...],
        Strict(False),
        Field(min_length=1),
        AfterValidator(lambda values: once(values)),
        Tag("list"),
    ]
    | Annotated[Interval, Tag("interval")],
    Discriminator(_list_or_interval),
]
Count = Annotated[int, Field(ge=0)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]


class Batch(Frozen):
    """Scenarios x draws x seeds, run together."""

    name: Name
    """Short name, also of the folder of its results. Left out: the file's name without `.yaml`."""
    title: Bilingual | None = None
    """Heading in reports."""
    scale: float = Field(0.01, ge=MIN_SCALE, le=1, json_schema_extra={"unit": "share of the population"})
    """Share of households simulated."""
    scenarios: Annotated[tuple[Text, ...], Strict(False), Field(min_length=1)]
    """Names or paths of scenarios; a name is searched in the batch's own folder first."""
    draws: Annotated[
        tuple[Count, ...],
        Strict(False),
        Field(min_length=1),
        BeforeValidator(
            _one_to_n,
            json_schema_input_type=Annotated[int, Field(ge=1, le=MAX_DRAWS)]
            | Annotated[list[Count], Field(min_length=1)],
        ),
    ] = (0,)
    """Parameter draws: a number N for draws 1 to N, or a list; draw 0 is the central one."""
    seeds: Annotated[tuple[Seed, ...], Strict(False), Field(min_length=1)] = (1,)
    """Seeds: luck, and which households are sampled."""
    sweep: dict[str, Sweep] = {}
    """Settings varied on top of every scenario: path -> list of values, or an interval with `samples`.
    A path names a lever (`group.lever.field`) or, after `conditions.`, a condition."""
    baseline: Text | None = None
    """The scenario the others are compared with; one of `scenarios`."""

    _loaded: tuple[Scenario, ...] = PrivateAttr(default=())
    _notes: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What `load_batch` found to have another effect than it seems, without being wrong."""
        return self._notes

    @property
    def loaded(self) -> tuple[Scenario, ...]:
        """The scenarios themselves, as `load_batch` read them."""
        return self._loaded

    @field_validator("scenarios", "draws", "seeds")
    @classmethod
    def _items_once(cls, items: tuple[Any, ...]) -> tuple[Any, ...]:
        return once(items)

    @field_validator("baseline")
    @classmethod
    def _among_scenarios(cls, baseline: str | None, info: ValidationInfo) -> str | None:
        scenarios = info.data.get("scenarios")
        if baseline is not None and scenarios and baseline not in scenarios:
            message = f"{quoted(baseline)} is not one of the batch's scenarios"
            raise complaint("not_listed", message, choices=list(scenarios))
        return baseline


Dated = TypeVar("Dated", JobProspect, Rule)


def rising(entries: tuple[Dated, ...]) -> tuple[Dated, ...]:
    """Entries that hold from a month until the next: refused unless each begins after the one before."""
    for before, after in pairwise(entries):
        if after.from_ <= before.from_:
            raise complaint("order", f"{after.from_} must come after {before.from_}")
    return entries


def first_to_last(first: str, last: str) -> None:
    if last < first:
        raise complaint("order", f"`to` ({last}) lies before `from` ({first})")


def complaint(kind: str, message: str, **context: Any) -> PydanticCustomError:
    """An error for pydantic; braces in `message` stay as they are."""
    return PydanticCustomError(kind, "{message}", {"message": message, **context})  # type: ignore[arg-type]


def once(items: Sequence[Any]) -> Any:
    seen = set()
    for item in items:
        if item in seen:
            raise complaint("twice", f"{quoted(item)} is listed twice")
        seen.add(item)
    return items
