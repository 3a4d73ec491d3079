"""What is declared of a lever: once, as an annotation of its key in `urbsim.scenario.schema.levers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Spread = Literal[
    "town dwellers",
    "dwellers of county towns",
    "people away from home",
    "people in villages",
    "registered villagers",
    "seekers",
    "children without a place",
    "children without a place, and in need",
    "households in the queue",
    "migrants",
    "residents of towns",
    "residents of villages",
    "villages without infrastructure",
    "county towns of the plan",
    "small towns",
    "border towns",
    "border villages",
    "pilot zone",
    "villages near growing towns",
    "poor villages",
    "dwellings",
    "old communities",
]
"""A rule by which units go over the counties where a dose names no places; `urbsim.levers` works them out."""


class Unit(NamedTuple):
    """What a dose counts: in English a plural, in Chinese the measure word."""

    en: str
    zh: str


PLACES = Unit("places", "个")
POSTS = Unit("posts", "个")
PERSON_TIMES = Unit("person-times", "人次")
DWELLINGS = Unit("dwellings", "套")
HOUSEHOLDS = Unit("households", "户")
BEDS = Unit("beds", "张")
FACILITIES = Unit("facilities", "个")
VILLAGES = Unit("villages", "个")
PACKAGES = Unit("packages", "套")
PERSONS = Unit("persons", "人")
COMMUNITIES = Unit("communities", "个")
ROUTES = Unit("routes", "条")
KILOMETRES = Unit("kilometres", "公里")
HECTARES = Unit("hectares", "公顷")
_SAYS_NOTHING = "个"  # the measure word of anything


class Cost(NamedTuple):
    """Names of the parameters (`calibration/parameters/costs.yaml`) of what a unit costs, in yuan; None for nothing.

    capital: building, once a unit; once: current spending, once a unit; running: current spending a unit and year.
    """

    capital: str | None = None
    once: str | None = None
    running: str | None = None


class NotPriced(NamedTuple):
    """Why a lever, or a unit of it, has no price.

    guide: parameter of a price by which to reckon outside of the ledger, None where there is none.
    """

    en: str
    zh: str
    guide: str | None = None


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One lever.

    en, zh: its name; measures: of the plan, as in scenarios/measures.csv; unit: None for what is not counted;
    stocks: what units join, as `urbsim.levers` names it: of several each gets its share; spread: see there;
    area: of the plan, named in calibration/observations/plan_areas.csv: a dose without places stays in its counties;
    ends: units leave their stock again when the dose has ended;
    gives: what a person gets whom it reaches (`urbsim.state.outcomes`), None where nobody in person holds a unit;
    code: number of the lever in the digest of who was reached, given once and for ever to a lever that gives something;
    land: parameter (`calibration/parameters/land.yaml`) of the hectares of land that a unit takes, None for none;
    cost: what a unit costs, or why it, or a lever without units, has no price: every lever has the one or the other;
    items: of a lever written as a mapping, whose entries are of measures of their own: entry -> measure.
    The catalogue adds key: `group.field`; kind: the model that is written for it,
    dose, rule, office and so on, or months; meaning: the docstring of the field.
    """

    en: str
    zh: str
    measures: tuple[str, ...]
    unit: Unit | None = None
    stocks: tuple[str, ...] = ()
    spread: Spread | None = None
    area: str | None = None
    ends: bool = False
    gives: str | None = None
    code: int | None = None
    land: str | None = None
    cost: Cost | NotPriced | None = None
    items: Callable[[], Mapping[str, str]] | None = None
    key: str = ""
    kind: str = ""
    meaning: str = ""

    @property
    def goes_by(self) -> str:
        """By what units go over the counties, and of which area of the plan; empty for what is no dose."""
        return " in ".join(part for part in (self.spread, self.area) if part)

    def measures_of(self, item: str | None = None) -> frozenset[str]:
        """Measures that the lever, or one entry of it, is of."""
        known = self.items() if self.items else {}
        return frozenset(self.measures if item is None or item not in known else [known[item]])

    def name(self, lang: str) -> str:
        """Its name in a language."""
        return self.zh if lang == "zh" else self.en

    def name_and_unit(self, lang: str) -> str:
        """Its name, and the unit where the name does not say it."""
        if self.unit is None:
            return self.name(lang)
        if lang == "zh":
            return self.zh if self.unit.zh == _SAYS_NOTHING else f"{self.zh}（{self.unit.zh}）"
        return self.en if self.unit.en in self.en.lower() else f"{self.en}, {self.unit.en}"
