"""The official indicators: what each means, and how it follows from a month's stocks and flows.

Definitions follow the National Bureau of Statistics: residents by the six-month rule (census of 2020, article on
resident population), urban by the statistical coding of the place (Regulations on the statistical division of
urban and rural areas, 2008). Every count is an integer of sampled persons per county; prefectures and the province
are sums; rates are recomputed from sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Indicator:
    """One official figure.

    kind: stock (read at month end), flow (of the month), rate (a share from 0 to 1) or ratio; basis: residence,
    registration, presence, workplace, spending or delivery; ages: whom it counts; definition: in one sentence; of: for a
    rate or ratio, its numerator and denominator; per: units of the denominator in that of a ratio.
    """

    name: str
    zh: str
    unit: str
    kind: Literal["stock", "flow", "rate", "ratio"]
    basis: Literal["residence", "registration", "presence", "workplace", "spending", "delivery"]
    definition: str
    ages: str = "all"
    of: tuple[str, str] | None = None
    per: int = 1
    fractions: int = 1  # of a person that the integer counts: 1000 for thousandths
    in_fingerprint: bool = True  # not of what came later and follows from the rest: earlier fingerprints stay


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
    _flow("births", "出生人口", "residence", "Births, counted where the newborn is: with its mother, or at home if its mother lives outside Guangxi and it does not."),
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
    _stock("living_outside", "户籍在广西、常住区外人口", "registration", "Persons registered in the place who live outside Guangxi."),
    _flow("returned", "返回户籍地人口", "registration", "Persons who moved back to the part where they are registered."),
    _flow("urban_entries", "进入城镇岗位就业人数", "residence", "Persons who take an urban post, whatever they did before.", "16+"),
    _flow("entries_from_school", "毕业后初次就业人数", "residence", "Persons who take an urban post, the first after school.", "16+"),
    _flow("entries_reemployed", "失业人员再就业人数", "residence", "Persons who lost an urban post, and take one again, after odd jobs or not.", "16+"),
    _flow(
        "entries_others", "其他进入城镇岗位人数", "residence",
        "Persons who take an urban post and held none before, from a village, outside, the home or odd jobs.", "16+",
    ),
    Indicator(
        "counted_entries", "登记新增就业人数", _PERSON, "flow", "residence",
        "Entries into urban posts that the register of new urban jobs counts.", ages="16+", fractions=1000,
    ),
    Indicator(
        "new_urban_jobs", "城镇新增就业", _PERSON, "flow", "residence",
        "The reported administrative flow: entries that the register counts, less retirements and deaths of those it counted.",
        ages="16+", fractions=1000,
    ),
    _flow("urban_attrition", "城镇岗位自然减员", "residence", "Retirements and deaths of persons who hold an urban post.", "16+"),
    Indicator(
        "registered_attrition", "登记就业人员自然减员", _PERSON, "flow", "residence",
        "Retirements and deaths of persons whose entry into a post the register counted.", ages="16+", fractions=1000,
    ),
    _flow("trained", "补贴性职业技能培训人次", "residence", "Person-times of subsidised training.", "16+"),
    _stock("permit_holders", "居住证持有人", "residence", "Migrants in towns who hold a residence permit of the place."),
    Indicator(
        "known_to_registers", "登记掌握的城镇居住人口", _PERSON, "stock", "presence",
        "Persons living in towns whom a register names: registered in the city or county, holding a permit, or on joined records.",
        in_fingerprint=False,
    ),
    Indicator(
        "register_coverage", "城镇居住人口登记覆盖率", "share", "rate", "presence",
        "Persons living in towns whom a register names, over all who live there.",
        of=("known_to_registers", "physically_present_urban"),
    ),
    Indicator(
        "public_rental_occupied", "公共租赁住房入住套数", "dwelling", "stock", "residence",
        "Public rental dwellings with a tenant.",
    ),
    Indicator(
        "rent_subsidies_paid", "住房租赁补贴发放户次", "household", "flow", "residence",
        "Households paid a rent subsidy in the month; over several months, household-months.",
    ),
    _flow("settled", "当年落户人数", "registration", "Persons whose registration moved to the town they live in."),
    _stock("urban_employed", "城镇就业人员", "residence", "Persons living in a town who hold a post there or do odd jobs.", "16+"),
    _stock("odd_jobs", "城镇零工与自谋职业人员", "residence", "Persons living in a town who work without a post.", "16+"),
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
    Indicator(
        "fiscal_cost_yuan", "政策工具财政支出", "yuan", "flow", "spending",
        "Public spending on what the levers deliver, committed and additional, where it is delivered.",
    ),
    Indicator(
        "public_rental_delivered", "公共租赁住房交付套数", "dwelling", "flow", "delivery",
        "Public rental dwellings that open, committed and additional.",
    ),
    Indicator(
        "shantytown_rebuilding_begun", "棚户区改造启动套数", "dwelling", "flow", "delivery",
        "Dwellings of shantytowns whose sites are opened, committed and additional.",
    ),
    Indicator(
        "old_homes_renewed", "城镇老旧小区改造完成户数", "home", "flow", "delivery",
        "Households of old communities whose works are finished, committed and additional.",
    ),
    Indicator(
        "homes_on_released_land", "利用新增住宅用地建成套数", "dwelling", "flow", "delivery",
        "Dwellings that builders finish on land that levers released, in the part of a town's housing that follows rents.",
    ),
    Indicator(
        "primary_care_beds", "基层医疗卫生机构床位", "bed", "stock", "delivery",
        "Beds of primary care in towns and villages: those that follow the residents, and those delivered.",
    ),
    Indicator(
        "nursing_beds", "城镇养老机构护理型床位", "bed", "stock", "delivery",
        "Nursing beds of care homes in towns: those that follow the residents, and those delivered.",
    ),
    Indicator(
        "childcare_places", "城镇3岁以下婴幼儿托位", "place", "stock", "delivery",
        "Places in childcare in towns: those that follow the residents, and those delivered.",
    ),
    Indicator(
        "primary_care_beds_per_thousand", "每千常住人口基层医疗卫生机构床位", "per 1,000 residents", "ratio", "delivery",
        "Beds of primary care for 1,000 residents.", of=("primary_care_beds", "resident_population"), per=1000,
    ),
    Indicator(
        "childcare_places_per_thousand", "每千城镇常住人口托位", "per 1,000 residents", "ratio", "delivery",
        "Places in childcare in towns for 1,000 residents of towns.",
        of=("childcare_places", "urban_population"), per=1000,
    ),
)  # fmt: skip

INDICATORS: dict[str, Indicator] = {indicator.name: indicator for indicator in _ALL}

PRICED = {"urban_population": "last", "new_urban_jobs": "sum"}
"""Of what one more is priced (ODD equation F5): residents of towns at the end, new urban jobs over the run."""

RATIOS = tuple(name for name, indicator in INDICATORS.items() if indicator.kind == "ratio")
LATER = tuple(
    name
    for name, indicator in INDICATORS.items()
    if indicator.basis in ("spending", "delivery") and name not in RATIOS
)
"""What is worked out at full scale when the months are over, from what was delivered: no part of the fingerprint."""

COUNTS = tuple(
    name
    for name, indicator in INDICATORS.items()
    if indicator.kind not in ("rate", "ratio") and name not in LATER
)
STOCKS = tuple(name for name, indicator in INDICATORS.items() if indicator.kind == "stock")
RATES = tuple(name for name, indicator in INDICATORS.items() if indicator.kind == "rate")

IDENTITY = (
    ("births_urban", 1), ("deaths_urban", -1), ("moved_to_urban", 1), ("moved_to_rural", -1), ("moved_in_urban", 1),
    ("moved_out_urban", -1), ("moved_in_outside_urban", 1), ("moved_out_outside_urban", -1), ("reclassified", 1),
)  # fmt: skip
"""Change of urban_population, term by term (ODD equation I3)."""


def decimals(name: str) -> int:
    """Decimals with which people read a value that is no share: two of a ratio, none of a count."""
    return 2 if name in RATIOS else 0
