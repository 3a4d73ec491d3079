"""The official indicators: what each means, and how it follows from a month's stocks and flows.

Definitions follow the National Bureau of Statistics: residents by the six-month rule (census of 2020, article on
resident population), urban by the statistical coding of the place (Regulations on the statistical division of
urban and rural areas, 2008). Every count is an integer of sampled persons per county; prefectures and the province
are sums; rates are recomputed from sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from urbsim.state.codes import FIRST_OUTSIDE, N_COUNTIES, N_INSIDE, N_PARTS
from urbsim.state.columns import Ledger


@dataclass(frozen=True)
class Indicator:
    """One official figure.

    kind: stock (read at month end), flow (of the month) or rate; basis: residence, registration, presence or
    workplace; ages: whom it counts; definition: in one sentence; of: for a rate, its numerator and denominator.
    """

    name: str
    zh: str
    unit: str
    kind: Literal["stock", "flow", "rate"]
    basis: Literal["residence", "registration", "presence", "workplace"]
    definition: str
    ages: str = "all"
    of: tuple[str, str] | None = None
    fractions: int = 1  # of a person that the integer counts: 1000 for thousandths


_PERSON = "person"


def _stock(name: str, zh: str, basis, definition: str, ages: str = "all") -> Indicator:
    return Indicator(name, zh, _PERSON, "stock", basis, definition, ages)


def _flow(name: str, zh: str, basis, definition: str, ages: str = "all") -> Indicator:
    return Indicator(name, zh, _PERSON, "flow", basis, definition, ages)


_ALL = (
    _stock("resident_population", "常住人口", "residence", "Persons counted as residents by the six-month rule."),
    _stock("urban_population", "城镇常住人口", "residence", "Residents counted in places with an urban code."),
    Indicator(
        "urbanisation_rate", "常住人口城镇化率", "share", "rate", "residence",
        "Urban residents over residents.", of=("urban_population", "resident_population"),
    ),
    _stock("physically_present", "实际居住人口", "presence", "Persons living in the place, however long they stay."),
    _stock("physically_present_urban", "城镇实际居住人口", "presence", "Persons living in places with an urban code."),
    _stock("registered_population", "户籍人口", "registration", "Persons registered (hukou) in the place, wherever they live."),
    _stock("registered_urban", "城镇户籍人口", "registration", "Persons registered in the urban part of the place."),
    Indicator(
        "hukou_urbanisation_rate", "户籍人口城镇化率", "share", "rate", "registration",
        "Persons registered in urban parts over all registered.", of=("registered_urban", "registered_population"),
    ),
    _flow("births", "出生人口", "residence", "Births, counted where the mother is counted."),
    _flow("deaths", "死亡人口", "residence", "Deaths, counted where the person was counted."),
    _flow("births_urban", "城镇出生人口", "residence", "Births counted in urban parts."),
    _flow("deaths_urban", "城镇死亡人口", "residence", "Deaths counted in urban parts."),
    _flow("moved_in", "区内跨县迁入", "residence", "Counted arrivals from another county of Guangxi."),
    _flow("moved_out", "区内跨县迁出", "residence", "Counted departures to another county of Guangxi."),
    _flow("moved_in_outside", "区外迁入", "residence", "Counted arrivals from outside Guangxi."),
    _flow("moved_out_outside", "迁往区外", "residence", "Counted departures to outside Guangxi."),
    _flow("moved_in_outside_urban", "区外迁入城镇", "residence", "Counted arrivals from outside Guangxi in the urban part."),
    _flow("moved_out_outside_urban", "城镇迁往区外", "residence", "Counted departures from the urban part to outside Guangxi."),
    _flow("moved_to_urban", "乡村迁入城镇", "residence", "Rural to urban inside Guangxi, where they arrive."),
    _flow("moved_to_rural", "城镇迁往乡村", "residence", "Urban to rural inside Guangxi, where they left."),
    _flow("moved_in_urban", "城镇间迁入", "residence", "Counted arrivals in the urban part from urban parts of other counties."),
    _flow("moved_out_urban", "城镇间迁出", "residence", "Counted departures from the urban part to urban parts of other counties."),
    _flow("reclassified", "就地转为城镇人口", "residence", "Residents whose place turned from rural to urban code under them, net."),
    _stock("living_outside", "户籍在本地的区外居住人口", "registration", "Persons registered in the place who live outside Guangxi."),
    _flow("returned", "返回户籍地人口", "registration", "Persons who moved back to the part where they are registered."),
    _flow("urban_entries", "进入城镇就业人数", "residence", "Persons who enter urban work from unemployment, school, farm or outside.", "16+"),
    Indicator(
        "new_urban_jobs", "城镇新增就业", _PERSON, "flow", "residence",
        "The reported administrative flow: coverage x entries, less retirements and deaths of those in urban work.",
        ages="16+", fractions=1000,
    ),
    _flow("urban_attrition", "城镇就业自然减员", "residence", "Retirements and deaths of persons in urban work.", "16+"),
    _flow("trained", "补贴性职业技能培训人次", "residence", "Person-times of subsidised training.", "16+"),
    _stock("permit_holders", "居住证持有人", "residence", "Migrants in towns who hold a residence permit of the place."),
    Indicator(
        "public_rental_occupied", "公共租赁住房入住套数", "dwelling", "stock", "residence",
        "Public rental dwellings with a tenant.",
    ),
    Indicator(
        "rent_subsidies_paid", "住房租赁补贴发放户次", "household", "flow", "residence",
        "Households paid a rent subsidy in the month; over several months, household-months.",
    ),
    _flow("settled", "落户人口", "registration", "Persons whose registration moved to the town they live in."),
    _stock("urban_employed", "城镇就业人员", "residence", "Persons living in a town who hold an urban job.", "16+"),
    _stock("vacancies", "空缺岗位", "workplace", "Urban posts that are not filled."),
    _stock("urban_unemployed", "城镇失业人员", "residence", "Persons in a town who look for work.", "16+"),
    _stock(
        "migrant_children", "义务教育阶段随迁子女", "residence",
        "Children counted in a town, registered in a village of another county or in another province.", "6-14",
    ),
    _stock(
        "migrant_children_in_public_school", "在公办学校就读的随迁子女", "residence",
        "Migrant children of compulsory-school age who hold a public place in a primary or junior secondary school.",
        "6-14",
    ),
    Indicator(
        "school_places", "城镇公办及政府购买学位", "place", "stock", "presence",
        "Public and purchased places of kindergartens, primary and junior secondary schools in towns.", ages="3-15",
    ),
    _stock(
        "left_behind_children", "农村留守儿童", "residence",
        "Children registered and living in a village whose known parents all live elsewhere.", "0-15",
    ),
)  # fmt: skip

INDICATORS: dict[str, Indicator] = {indicator.name: indicator for indicator in _ALL}

PLANNED = (
    "fiscal_cost_yuan",
)  # fmt: skip
"""Indicators of the contract whose processes are not in the model yet: targets on them have no value."""

COUNTS = tuple(name for name, indicator in INDICATORS.items() if indicator.kind != "rate")
STOCKS = tuple(name for name, indicator in INDICATORS.items() if indicator.kind == "stock")
RATES = tuple(name for name, indicator in INDICATORS.items() if indicator.kind == "rate")

IDENTITY = (
    ("births_urban", 1), ("deaths_urban", -1), ("moved_to_urban", 1), ("moved_to_rural", -1), ("moved_in_urban", 1),
    ("moved_out_urban", -1), ("moved_in_outside_urban", 1), ("moved_out_outside_urban", -1), ("reclassified", 1),
)  # fmt: skip
"""Change of urban_population, term by term (ODD equation I3)."""

_RURAL = slice(0, N_INSIDE, 2)
_URBAN = slice(1, N_INSIDE, 2)
_REGIONS = slice(FIRST_OUTSIDE, N_PARTS)


def observe_stocks(counted: np.ndarray, persons: np.ndarray, children: np.ndarray) -> dict[str, np.ndarray]:
    """Stocks of each county, int64 (111,).

    counted: (224,) persons by part counted in; persons: (224, 224) by part registered in and lived in;
    children: (3, 256) by counted part.
    """
    home, lives = persons.sum(axis=1), persons.sum(axis=0)
    outside = persons[:, _REGIONS].sum(axis=1)
    return {
        "resident_population": counted[_RURAL] + counted[_URBAN],
        "urban_population": counted[_URBAN].copy(),
        "physically_present": lives[_RURAL] + lives[_URBAN],
        "physically_present_urban": lives[_URBAN].copy(),
        "registered_population": home[_RURAL] + home[_URBAN],
        "registered_urban": home[_URBAN].copy(),
        "living_outside": outside[_RURAL] + outside[_URBAN],
        "migrant_children": children[0, _URBAN].copy(),
        "migrant_children_in_public_school": children[2, _URBAN].copy(),
        "left_behind_children": children[1, _RURAL] + children[1, _URBAN],
    }


def observe_flows(ledger: Ledger) -> dict[str, np.ndarray]:
    """Flows of each county in the month, int64 (111,), from the events counted in the ledger."""
    flow = ledger.counted_moves
    from_rural, from_urban, from_outside = (flow[part].sum(axis=0) for part in (_RURAL, _URBAN, _REGIONS))
    to_rural, to_urban, to_outside = (flow[:, part].sum(axis=1) for part in (_RURAL, _URBAN, _REGIONS))
    arrived, left = from_rural + from_urban, to_rural + to_urban
    in_part = flow.diagonal()
    in_town, to_town, to_village = in_part[_URBAN], flow.diagonal(1)[_RURAL], flow.diagonal(-1)[_RURAL]
    in_county = in_part[_RURAL] + in_town + to_town + to_village
    return {
        "births": ledger.births[_RURAL] + ledger.births[_URBAN],
        "deaths": ledger.deaths[_RURAL] + ledger.deaths[_URBAN],
        "births_urban": ledger.births[_URBAN].copy(),
        "deaths_urban": ledger.deaths[_URBAN].copy(),
        "moved_in": arrived[_RURAL] + arrived[_URBAN] - in_county,
        "moved_out": left[_RURAL] + left[_URBAN] - in_county,
        "moved_in_outside": from_outside[_RURAL] + from_outside[_URBAN],
        "moved_out_outside": to_outside[_RURAL] + to_outside[_URBAN],
        "moved_in_outside_urban": from_outside[_URBAN],
        "moved_out_outside_urban": to_outside[_URBAN],
        "moved_to_urban": from_rural[_URBAN],
        "moved_to_rural": to_rural[_URBAN],
        "moved_in_urban": from_urban[_URBAN] - in_town,
        "moved_out_urban": to_urban[_URBAN] - in_town,
        "reclassified": ledger.reclassified[_RURAL].copy(),
        "returned": ledger.returned[_RURAL] + ledger.returned[_URBAN],
    }


def observe_work(
    filled: np.ndarray,
    vacancies: np.ndarray,
    seekers: np.ndarray,
    flows: dict[str, np.ndarray],
    coverage: float,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Stocks and flows of urban work by county (ODD equation L7).

    `new_urban_jobs` is the administrative flow of the statistical scheme, in thousandths of a sampled person rounded
    half to even by county and month: coverage x entries - retirements - deaths. Job-to-job moves are no entries. The
    target's threshold is not an argument here or anywhere before `urbsim.results.targets`.
    """
    attrition = flows["retired"] + flows["died"]
    new = np.rint(1000 * (coverage * flows["entries"] - attrition)).astype(np.int64)
    stocks = {
        "urban_employed": filled.sum(axis=1),
        "vacancies": vacancies.sum(axis=1),
        "urban_unemployed": seekers.astype(np.int64),
    }
    return stocks, {
        "urban_entries": flows["entries"],
        "urban_attrition": attrition,
        "new_urban_jobs": new,
        "trained": flows["trained"],
    }


def no_flows() -> dict[str, np.ndarray]:
    """The flows of the base night: none."""
    return {name: np.zeros(N_COUNTIES, dtype=np.int64) for name in COUNTS if INDICATORS[name].kind == "flow"}
