"""What government can do: the one place where levers are declared, a group for each mechanism.

A lever is added by writing one field into the group of its mechanism: the type says what people may write, the
annotation says all else that is to be known of a lever, and `urbsim.scenario.catalogue` is the list of them. A group is
added by one class and one field of `Levers`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict, field_validator

from urbsim.facts import gazetteer
from urbsim.scenario.lever import (
    BEDS,
    COMMUNITIES,
    DWELLINGS,
    FACILITIES,
    HECTARES,
    HOUSEHOLDS,
    KILOMETRES,
    PACKAGES,
    PERSON_TIMES,
    PERSONS,
    PLACES,
    POSTS,
    ROUTES,
    VILLAGES,
    Cost,
    Lever,
    NotPriced,
    Spread,
)
from urbsim.scenario.schema.base import NAME_PATTERN, Frozen
from urbsim.scenario.schema.complaints import rising
from urbsim.scenario.schema.delivery import Envelope, LandQuota, Rate
from urbsim.scenario.schema.dose import Dose
from urbsim.scenario.schema.settlement import Office, Rule
from urbsim.scenario.schema.transport import AirRoutes, Circles, Openings

MECHANISMS = (
    "settlement",
    "schooling",
    "employment",
    "industry",
    "housing",
    "transport",
    "towns",
    "services",
    "land",
    "renewal",
    "delivery",
)
"""The groups by which levers are ordered, here and in `scenarios/measures.csv`."""


_PRICES_OF_POSTS = {
    "manufacturing": Cost(capital="public_money_per_manufacturing_post"),
    "construction": NotPriced(
        en="what is built on the sites is paid for under the lever that builds it",
        zh="工地建设的支出计入相应的建设类政策工具",
    ),
    "services": Cost(capital="public_money_per_services_post"),
}
_LAND_OF_POSTS = {
    "manufacturing": "land_per_manufacturing_post",
    "construction": None,  # what is built on the sites takes its land under the lever that builds it
    "services": "land_per_services_post",
}


def _posts(
    en: str,
    zh: str,
    measure: str,
    sector: Literal["manufacturing", "construction", "services"],
    code: int,
    area: str | None = None,
    spread: Spread = "town dwellers",
) -> Lever:
    """A lever that opens posts of one sector; those on building sites end with its dose."""
    return Lever(
        en=en,
        zh=zh,
        measures=(measure,),
        unit=POSTS,
        stocks=(f"posts: {sector}",),
        spread=spread,
        area=area,
        ends=sector == "construction",
        gives="took_job",
        code=code,
        cost=_PRICES_OF_POSTS[sector],
        land=_LAND_OF_POSTS[sector],
    )


class SettlementLevers(Frozen):
    """B1, B4, C1, C2, D1, D2, S2: settling, permits, whether people know of them, the wish to settle, and villages."""

    rules: Annotated[
        tuple[Rule, ...],
        Strict(False),
        Lever(
            en="Settlement rules",
            zh="落户条件",
            measures=("C2",),
            gives="settled",
            code=11,
            cost=NotPriced(
                en="a rule has no units; what settled people draw on is priced where places and dwellings are built",
                zh="规则没有交付单位；落户人口使用的学位、住房等支出计入相应政策工具",
                guide="guide_price_of_a_settled_person",
            ),
        ),
    ] = ()
    """Settlement rules in order of months, each in force until the next. Empty, and before the first: `open_2019`."""
    office: Annotated[
        Office | None,
        Lever(
            en="Publicity and offices",
            zh="政策宣传与办理",
            measures=("C2", "S2"),
            gives="permit",
            code=10,
            cost=Cost(running="office_running"),
        ),
    ] = None
    """Awareness of the rules, speed of the offices, services that a permit opens. Left out: as before the plan."""
    one_window: Annotated[
        Dose | None,
        Lever(
            en="One-window and online services",
            zh="政务服务一网通办覆盖流动人口",
            measures=("B1",),
            unit=PERSONS,
            stocks=("migrants served at one window",),
            spread="migrants",
            cost=Cost(capital="one_window_capital"),
        ),
    ] = None
    """Migrants whom a one-window or online service serves: they wait less for a permit."""
    register_records: Annotated[
        Dose | None,
        Lever(
            en="Records joined in one population register",
            zh="人口统计管理平台归集流动人口",
            measures=("C1",),
            unit=PERSONS,
            stocks=("migrants on record",),
            spread="migrants",
            cost=Cost(capital="register_records_capital"),
        ),
    ] = None
    """Migrants whom records of work, school, insurance and housing name in one register; offices can tell them."""
    community_residents: Annotated[
        Dose | None,
        Lever(
            en="Residents of communities with services",
            zh="社区服务平台覆盖居民",
            measures=("B4",),
            unit=PERSONS,
            stocks=("town dwellers in communities with services",),
            spread="town dwellers",
            cost=Cost(running="community_residents_running"),
        ),
    ] = None
    """Residents of communities with grid management and a platform of services: newcomers may feel they belong."""
    village_shares: Annotated[
        Dose | None,
        Lever(
            en="Villagers with certified shares in what the village owns",
            zh="农村集体经营性资产量化到人",
            measures=("D1",),
            unit=PERSONS,
            stocks=("villagers with certified shares",),
            spread="registered villagers",
            cost=Cost(capital="village_shares_capital"),
        ),
    ] = None
    """Registered villagers whose shares in land and assets are certified, to be kept on settling in a town."""
    village_registrations: Annotated[
        Dose | None,
        Lever(
            en="Registrations in villages for returnees and talent",
            zh="返乡入乡就业创业人员村屯落户名额",
            measures=("D2",),
            unit=PERSONS,
            stocks=("registrations that villages may give",),
            spread="people in villages",
            cost=NotPriced(
                en="to register somebody costs no more than the office that is there",
                zh="办理登记由现有户籍窗口承担，不增加支出",
            ),
        ),
    ] = None
    """People from towns or from outside who live in a village and may be registered there, family besides."""

    @field_validator("rules")
    @classmethod
    def _rules_in_order(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return rising(rules)


class SchoolingLevers(Frozen):
    """C3, D4: places at school in the towns, and teachers."""

    kindergarten_places: Annotated[
        Dose | None,
        Lever(
            en="Kindergarten places",
            zh="公办幼儿园学位",
            measures=("C3", "D4"),
            unit=PLACES,
            stocks=("school places: kindergarten, public",),
            spread="children without a place, and in need",
            gives="school_place",
            code=4,
            cost=Cost(capital="kindergarten_places_capital", running="kindergarten_places_running"),
            land="land_per_kindergarten_place",
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
            land="land_per_school_place",
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
            land="land_per_school_place",
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
    town_teachers: Annotated[
        Dose | None,
        Lever(
            en="Posts of teachers in towns",
            zh="城镇学校教职工编制",
            measures=("D4",),
            unit=POSTS,
            stocks=("teachers in towns: primary", "teachers in towns: junior"),
            spread="children without a place, and in need",
            cost=Cost(running="teachers_running"),
        ),
    ] = None
    """New posts of teachers in public schools of towns, primary and junior: existing rooms take in more pupils."""
    village_teachers: Annotated[
        Dose | None,
        Lever(
            en="Posts of teachers in villages",
            zh="乡村学校教职工编制",
            measures=("D4",),
            unit=POSTS,
            stocks=("teachers: villages",),
            spread="residents of villages",
            cost=Cost(running="teachers_running"),
        ),
    ] = None
    """New posts of teachers in village schools."""


class EmploymentLevers(Frozen):
    """C4, D2: posts and training. The target of 900,000 is an outcome and no lever.

    Posts of places that the plan names are levers of `industry`; the first three here are for posts anywhere.
    """

    manufacturing_posts: Annotated[
        Dose | None, _posts("Posts in manufacturing", "制造业岗位", "C4", "manufacturing", 0)
    ] = None
    """Posts in factories moved in or built."""
    construction_posts: Annotated[
        Dose | None, _posts("Posts in construction", "建筑业岗位", "C4", "construction", 1)
    ] = None
    """Posts on building sites; they end with the dose."""
    services_posts: Annotated[Dose | None, _posts("Posts in services", "服务业岗位", "C4", "services", 2)] = (
        None
    )
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
    returnee_parks: Annotated[
        Dose | None,
        _posts(
            "Posts in parks for returnees",
            "农民工创业园岗位",
            "C4",
            "manufacturing",
            53,
            spread="people away from home",
        ),
    ] = None
    """Posts in parks for returned migrant workers, in the counties from which many are away."""
    countryside_posts: Annotated[
        Dose | None,
        _posts(
            "Posts for talent going to the countryside",
            "人才入乡岗位",
            "D2",
            "services",
            54,
            spread="dwellers of county towns",
        ),
    ] = None
    """Posts of people who set up in county towns, in services."""
    village_services: Annotated[
        Dose | None,
        Lever(
            en="Villagers with an employment service in the village",
            zh="村级就业服务平台覆盖村民",
            measures=("C4",),
            unit=PERSONS,
            stocks=("villagers told of vacancies",),
            spread="people in villages",
            cost=Cost(running="village_services_running"),
        ),
    ] = None
    """People in villages who hear at home of vacancies in the towns of their prefecture."""
    insured_migrants: Annotated[
        Dose | None,
        Lever(
            en="Insured migrant workers",
            zh="新增参保农民工",
            measures=("C6",),
            unit=PERSONS,
            stocks=("insured migrant workers",),
            spread="migrants",
            cost=Cost(running="insured_migrants_running"),
        ),
    ] = None
    """Migrant workers insured against losing work and injury, who keep their claims when they move on."""


class IndustryLevers(Frozen):
    """A1-A5, A8, B2: posts of the projects and places that the plan names, each measure by itself, by sector."""

    gulf_cluster_posts: Annotated[
        Dose | None,
        _posts(
            "Posts in the Beibu Gulf cluster", "北部湾城市群服务业岗位", "A1", "services", 40, "gulf_cluster"
        ),
    ] = None
    """Posts at ports and airports, in incubators and platforms shared with the Greater Bay Area."""
    gulf_cluster_sites: Annotated[
        Dose | None,
        _posts(
            "Building sites of the Beibu Gulf cluster",
            "北部湾城市群建设工程岗位",
            "A1",
            "construction",
            41,
            "gulf_cluster",
        ),
    ] = None
    """Posts on sites of railways, ports and airports; they end with the dose."""
    nanning_parks: Annotated[
        Dose | None,
        _posts(
            "Posts in co-built and enclave parks",
            "南宁都市圈合作共建与飞地园区岗位",
            "A2",
            "manufacturing",
            42,
            "nanning_area",
        ),
    ] = None
    """Posts in parks that places of the Nanning metropolitan area build together or in each other."""
    nanning_sites: Annotated[
        Dose | None,
        _posts(
            "Building sites of the Nanning area",
            "南宁都市圈建设工程岗位",
            "A2",
            "construction",
            43,
            "nanning_area",
        ),
    ] = None
    """Posts on sites of railways and roads; they end with the dose."""
    liuzhou_posts: Annotated[
        Dose | None,
        _posts(
            "Posts in manufacturing in and around Liuzhou",
            "柳州现代制造城岗位",
            "A3",
            "manufacturing",
            44,
            "liuzhou",
        ),
    ] = None
    """Posts in factories of Liuzhou, and of the prefectures that the plan ties to it."""
    guilin_posts: Annotated[
        Dose | None,
        _posts("Posts in tourism in Guilin", "桂林世界级旅游城市岗位", "A3", "services", 45, "guilin"),
    ] = None
    """Posts in tourism, culture and health care."""
    port_posts: Annotated[
        Dose | None,
        _posts("Posts in port industry", "北钦防临港产业岗位", "A4", "manufacturing", 46, "gulf_coast"),
    ] = None
    """Posts in industry at the ports of Beihai, Qinzhou and Fangchenggang."""
    port_sites: Annotated[
        Dose | None,
        _posts(
            "Building sites on the Gulf coast", "北钦防建设工程岗位", "A4", "construction", 47, "gulf_coast"
        ),
    ] = None
    """Posts on sites of the new districts and roads of the coast; they end with the dose."""
    transfer_zone_posts: Annotated[
        Dose | None,
        _posts(
            "Posts moved in from the Pearl River Delta",
            "桂东承接产业转移示范区岗位",
            "A5",
            "manufacturing",
            48,
            "transfer_zone",
        ),
    ] = None
    """Posts in factories moved into Wuzhou, Guigang, Yulin and Hezhou."""
    baise_posts: Annotated[
        Dose | None,
        _posts("Posts in the regional hub of Baise", "百色区域中心岗位", "A5", "services", 49, "baise"),
    ] = None
    """Posts in logistics, trade and tourism."""
    border_posts: Annotated[
        Dose | None,
        _posts("Posts in border towns", "边境重点城镇岗位", "A8", "services", 50, "border"),
    ] = None
    """Posts in border trade and services in the four towns that the plan names."""
    demonstration_zone_posts: Annotated[
        Dose | None,
        _posts("Posts in industry-city zones", "产城融合发展示范区岗位", "B2", "services", 51),
    ] = None
    """Posts in services near the parks of industry-city demonstration zones; the plan names none of them."""
    consumption_centre_posts: Annotated[
        Dose | None,
        _posts(
            "Posts in consumption centres",
            "区域性国际消费中心城市岗位",
            "B2",
            "services",
            52,
            "consumption_centres",
        ),
    ] = None
    """Posts in shopping districts, duty-free shops and renewed walking streets."""


class HousingLevers(Frozen):
    """C7, A4: public and guaranteed rental dwellings, rent subsidies, loans, dwellings of new districts."""

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
            land="land_per_public_rental_unit",
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
            stocks=("guaranteed rental dwellings",),
            spread="migrants",
            gives="guaranteed_rental",
            code=21,
            cost=Cost(capital="guaranteed_rental_units_capital"),
            land="land_per_guaranteed_rental_unit",
        ),
    ] = None
    """Guaranteed rental dwellings for new citizens, finished; let to migrant households below the market rent."""
    finance_households: Annotated[
        Dose | None,
        Lever(
            en="Home loans for migrant households",
            zh="农业转移人口购房贷款（含公积金）",
            measures=("C7",),
            unit=HOUSEHOLDS,
            stocks=("home loans",),
            spread="migrants",
            gives="own_home",
            code=20,
            cost=Cost(once="finance_households_once"),
        ),
    ] = None
    """Migrant households who can have a loan or the provident fund for a home; they buy what stands empty."""
    new_district_dwellings: Annotated[
        Dose | None,
        Lever(
            en="Dwellings in new districts on the coast",
            zh="北钦防滨海新区住房",
            measures=("A4",),
            unit=DWELLINGS,
            stocks=("dwellings",),
            spread="town dwellers",
            area="gulf_coast",
            cost=NotPriced(
                en="developers build and sell them",
                zh="由开发企业建设和销售",
            ),
            land="land_per_dwelling",
        ),
    ] = None
    """Dwellings finished in new districts of Beihai, Qinzhou and Fangchenggang, beyond normal building."""


class TransportLevers(Frozen):
    """A1, A2, A4, A5, A8: how long people travel."""

    openings: Annotated[
        Openings,
        Lever(
            en="Openings of railway lines",
            zh="铁路开通",
            measures=("A1", "A2", "A4", "A5", "A8"),
            cost=NotPriced(
                en="a month of opening has no units; building a line is left out of the ledger, whoever pays for it",
                zh="开通月份没有交付单位；铁路建设支出无论由谁承担，均不计入本账",
                guide="guide_price_of_a_railway",
            ),
        ),
    ] = Field(
        default={}, validate_default=True, json_schema_extra={"propertyNames": {"pattern": NAME_PATTERN}}
    )
    """Month in which trains begin to run, by line of `rail_legs.csv`; `never` for a line that does not open. A line
    that is not named stays closed."""
    circles: Annotated[
        Circles,
        Lever(
            en="Travel circles",
            zh="通勤圈和交通圈",
            measures=("A1", "A2", "A3", "A4"),
            items=gazetteer.travel_circles,
            cost=NotPriced(
                en="hours are set, and not the roads and services that save them, so nothing is there to be priced",
                zh="直接设定通行时间，未列出所需的道路和班次，因此没有可计价的内容",
                guide="guide_price_of_a_road",
            ),
        ),
    ] = Field(
        default={}, validate_default=True, json_schema_extra={"propertyNames": {"pattern": NAME_PATTERN}}
    )
    """How far journeys inside circles of `travel_circles.csv` come towards the hours aimed at, by circle."""
    air_routes: Annotated[
        AirRoutes | None,
        Lever(
            en="Air routes",
            zh="航线",
            measures=("A1", "A5"),
            unit=ROUTES,
            cost=Cost(running="air_routes_running"),
        ),
    ] = None
    """Scheduled air routes to the rest of China that begin, by the airports of `airports.csv`."""


class TownsLevers(Frozen):
    """A6, A7, A8: services of towns as packages, villages connected to a town, relocation from poor villages."""

    county_town_packages: Annotated[
        Dose | None,
        Lever(
            en="Packages of services for county towns",
            zh="县城公共服务设施",
            measures=("A6",),
            unit=PACKAGES,
            stocks=("packages of services: towns",),
            spread="county towns of the plan",
            cost=Cost(capital="town_package_capital", running="town_package_running"),
            land="land_per_town_package",
        ),
    ] = None
    """Packages of services in the towns of the growth and demonstration counties, each for 1,000 residents."""
    small_town_packages: Annotated[
        Dose | None,
        Lever(
            en="Packages of services for small towns",
            zh="小城镇公共服务设施",
            measures=("A7",),
            unit=PACKAGES,
            stocks=("packages of services: towns",),
            spread="small towns",
            cost=Cost(capital="town_package_capital", running="town_package_running"),
            land="land_per_town_package",
        ),
    ] = None
    """Packages of services in small towns, each for 1,000 residents; they join the town of their county."""
    border_town_packages: Annotated[
        Dose | None,
        Lever(
            en="Packages of services for border towns",
            zh="边境城镇公共服务设施",
            measures=("A8",),
            unit=PACKAGES,
            stocks=("packages of services: towns",),
            spread="border towns",
            cost=Cost(capital="town_package_capital", running="town_package_running"),
            land="land_per_town_package",
        ),
    ] = None
    """Packages of services in the towns of the four border counties of the plan, each for 1,000 residents."""
    connected_villages: Annotated[
        Dose | None,
        Lever(
            en="Village communities connected to a town",
            zh="纳入城镇连片建设的行政村",
            measures=("A6", "A7", "D3"),
            unit=COMMUNITIES,
            stocks=("connected villages",),
            spread="villages near growing towns",
            cost=Cost(capital="connected_villages_capital", running="connected_villages_running"),
            land="land_per_connected_village",
        ),
    ] = None
    """Communities joined to the built-up area by road, pipes and gas; the code of a part of them turns urban."""
    relocated_persons: Annotated[
        Dose | None,
        Lever(
            en="Persons relocated from poor villages",
            zh="易地扶贫搬迁人口",
            measures=("A6",),
            unit=PERSONS,
            stocks=("places at relocation sites",),
            spread="poor villages",
            cost=NotPriced(
                en="the programme ended before the plan, and what it cost a person was not looked for",
                zh="该项目在行动计划之前已完成，未收集人均搬迁成本",
            ),
        ),
    ] = None
    """Persons of poor villages, by their registers, for whom dwellings at relocation sites are finished. Whole
    households move; those whose site is in a town become its residents and are registered there."""
    border_subsidy: Annotated[
        Dose | None,
        Lever(
            en="Subsidy to villagers near the border",
            zh="边民补助",
            measures=("A8",),
            unit=PERSONS,
            stocks=("border subsidies",),
            spread="border villages",
            ends=True,
            cost=Cost(running="border_subsidy_running"),
        ),
    ] = None
    """Villagers who draw a subsidy to stay near the border, in the four border counties; it ends with the dose."""


class ServicesLevers(Frozen):
    """B1, B3, C5, C6, D3, D4, D5: beds, childcare, community facilities, pipes, infrastructure of villages."""

    primary_care_beds: Annotated[
        Dose | None,
        Lever(
            en="Primary-care beds in towns",
            zh="城镇基层医疗卫生机构床位",
            measures=("C5",),
            unit=BEDS,
            stocks=("primary-care beds: towns",),
            spread="residents of towns",
            cost=Cost(capital="care_beds_capital", running="care_beds_running"),
            land="land_per_care_bed",
        ),
    ] = None
    """New beds of community health centres and health centres in towns."""
    township_hospital_beds: Annotated[
        Dose | None,
        Lever(
            en="Township hospital beds",
            zh="乡镇卫生院床位",
            measures=("C5",),
            unit=BEDS,
            stocks=("primary-care beds: villages",),
            spread="residents of villages",
            cost=Cost(capital="care_beds_capital", running="care_beds_running"),
            land="land_per_care_bed",
        ),
    ] = None
    """New beds of township hospitals that villagers use."""
    nursing_beds: Annotated[
        Dose | None,
        Lever(
            en="Nursing beds",
            zh="养老机构护理型床位",
            measures=("C6",),
            unit=BEDS,
            stocks=("nursing beds: towns",),
            spread="residents of towns",
            cost=Cost(capital="nursing_beds_capital", running="nursing_beds_running"),
            land="land_per_nursing_bed",
        ),
    ] = None
    """New nursing beds of care homes in towns."""
    community_facilities: Annotated[
        Dose | None,
        Lever(
            en="Community facilities in towns",
            zh="城镇社区综合服务设施",
            measures=("B1", "D4"),
            unit=FACILITIES,
            stocks=("community facilities: towns",),
            spread="residents of towns",
            cost=Cost(capital="community_facilities_capital", running="community_facilities_running"),
            land="land_per_town_facility",
        ),
    ] = None
    """Community centres, cultural halls, sports grounds, parks and flood works by neighbourhood in towns."""
    childcare_places: Annotated[
        Dose | None,
        Lever(
            en="Childcare places",
            zh="3岁以下婴幼儿托位",
            measures=("D4",),
            unit=PLACES,
            stocks=("childcare places: towns",),
            spread="residents of towns",
            cost=Cost(capital="childcare_places_capital"),
            land="land_per_childcare_place",
        ),
    ] = None
    """New places in childcare for children below three, in towns."""
    village_facilities: Annotated[
        Dose | None,
        Lever(
            en="Community facilities in villages",
            zh="村级公共服务中心",
            measures=("D4",),
            unit=FACILITIES,
            stocks=("community facilities: villages",),
            spread="residents of villages",
            cost=Cost(capital="village_facilities_capital", running="village_facilities_running"),
            land="land_per_village_facility",
        ),
    ] = None
    """Service centres, culture rooms and clinics in villages."""
    village_infrastructure: Annotated[
        Dose | None,
        Lever(
            en="Villages with full infrastructure",
            zh="基础设施完善的行政村",
            measures=("D3",),
            unit=VILLAGES,
            stocks=("villages with full infrastructure",),
            spread="villages without infrastructure",
            cost=Cost(capital="village_infrastructure_capital", running="village_infrastructure_running"),
            land="land_per_village_infrastructure",
        ),
    ] = None
    """Villages given roads, piped water, gas, waste collection and a delivery station: no more than lack them."""
    pipe_kilometres: Annotated[
        Dose | None,
        Lever(
            en="Pipes and sewers in towns",
            zh="城镇地下管网（供水、排水、燃气）",
            measures=("B3",),
            unit=KILOMETRES,
            stocks=("pipes: towns",),
            spread="residents of towns",
            cost=Cost(capital="pipe_kilometres_capital", running="pipe_kilometres_running"),
        ),
    ] = None
    """Kilometres of water, sewage and gas pipes laid or renewed in towns; those of connected villages are apart."""
    pilot_zone_packages: Annotated[
        Dose | None,
        Lever(
            en="Packages of services for the pilot zone",
            zh="城乡融合发展试验区公共服务设施",
            measures=("D5",),
            unit=PACKAGES,
            stocks=("packages of services: pilot zone",),
            spread="pilot zone",
            cost=Cost(capital="pilot_package_capital", running="pilot_package_running"),
            land="land_per_pilot_package",
        ),
    ] = None
    """Packages of services of towns and villages in the pilot zone of integration, each for 1,000 residents."""


class LandLevers(Frozen):
    """B5, D1: land for housing, and land of villages that comes to market."""

    housing_land: Annotated[
        Dose | None,
        Lever(
            en="Housing land, for so many dwellings",
            zh="新增住宅用地可建住房",
            measures=("B5",),
            unit=DWELLINGS,
            stocks=("housing land",),
            spread="dwellings",
            cost=Cost(capital="housing_land_capital"),
            land="land_per_dwelling",
        ),
    ] = None
    """Land released for so many dwellings beyond the usual supply; builders use it where rents have risen."""
    collective_land: Annotated[
        Dose | None,
        Lever(
            en="Collective building land brought to market",
            zh="农村集体经营性建设用地入市",
            measures=("D1",),
            unit=HECTARES,
            stocks=("collective land on the market",),
            spread="dwellers of county towns",
            cost=Cost(capital="collective_land_capital"),
        ),
    ] = None
    """Hectares of building land that villages sell or let at county towns, for rental homes and beside a land quota."""


class RenewalLevers(Frozen):
    """B3, C7: shantytowns are rebuilt, old communities renewed."""

    shantytown_units: Annotated[
        Dose | None,
        Lever(
            en="Shantytown dwellings rebuilt",
            zh="棚户区改造住房",
            measures=("C7", "B3"),
            unit=DWELLINGS,
            stocks=("condemned dwellings",),
            spread="dwellings",
            cost=Cost(capital="shantytown_units_capital"),
        ),
    ] = None
    """Dwellings of shantytowns that are pulled down and, years later, rebuilt."""
    old_community_households: Annotated[
        Dose | None,
        Lever(
            en="Old communities renewed",
            zh="城镇老旧小区改造惠及户数",
            measures=("B3",),
            unit=HOUSEHOLDS,
            stocks=("renewed homes",),
            spread="old communities",
            cost=Cost(capital="old_community_households_capital"),
        ),
    ] = None
    """Households of old communities whose homes and surroundings are renewed, works finished."""


class DeliveryLevers(Frozen):
    """S1: how much of what a scenario adds is carried out, how late, with what money and land. Only under `levers`."""

    rate: Annotated[
        Rate | None,
        Lever(
            en="Rate of delivery",
            zh="落实率",
            measures=("S1",),
            cost=NotPriced(
                en="it delivers nothing itself; it cuts and delays what other levers cost",
                zh="本身不交付任何内容，只削减或推迟其他政策工具的支出",
            ),
        ),
    ] = None
    """Share of every additional dose that is delivered, and the delay of all that is added. Left out: all, in time."""
    envelope: Annotated[
        Envelope | None,
        Lever(
            en="Fiscal envelope",
            zh="财政资金额度",
            measures=("S1",),
            cost=NotPriced(
                en="it is the money itself; what it pays for is priced under the other levers",
                zh="即资金本身，所支付的内容计入其他政策工具",
            ),
        ),
    ] = None
    """Public money for the additional doses that have a price. Left out: as much as they cost."""
    land_quota: Annotated[
        LandQuota | None,
        Lever(
            en="Land quota",
            zh="建设用地指标",
            measures=("S1",),
            cost=NotPriced(
                en="it is a limit of land; what is built on it is priced under the other levers",
                zh="即用地限额，地上建设内容计入其他政策工具",
            ),
        ),
    ] = None
    """Hectares of building land for the additional doses that take land. Left out: as much as they take."""


class Levers(Frozen):
    """What government does, one group per mechanism."""

    settlement: SettlementLevers = SettlementLevers()
    """Settlement rule and residence permit."""
    schooling: SchoolingLevers = SchoolingLevers()
    """School places and teachers."""
    employment: EmploymentLevers = EmploymentLevers()
    """Posts and training."""
    industry: IndustryLevers = IndustryLevers()
    """Posts of the projects and places that the plan names."""
    housing: HousingLevers = HousingLevers()
    """Public and guaranteed rental dwellings, subsidies."""
    transport: TransportLevers = TransportLevers()
    """Railway lines, travel circles and air routes."""
    towns: TownsLevers = TownsLevers()
    """Services of county towns, small towns and border towns."""
    services: ServicesLevers = ServicesLevers()
    """Beds, childcare, community facilities, pipes, infrastructure of villages."""
    land: LandLevers = LandLevers()
    """Land for housing, and land of villages that comes to market."""
    renewal: RenewalLevers = RenewalLevers()
    """Shantytowns and old communities."""
    delivery: DeliveryLevers = DeliveryLevers()
    """Rate of delivery, fiscal envelope and land quota."""
