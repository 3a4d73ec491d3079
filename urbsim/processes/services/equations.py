"""Stocks of services by place, and what people meet of them (ODD equations V1-V4).

The services of census night stay with the residents: a place that grows has its old level of them without a lever.
What levers deliver stays where it is and is shared by whoever lives there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from urbsim.facts.parameters import Parameters
from urbsim.state.codes import IN_TOWN, IN_VILLAGE, N_COUNTIES

Whom = Literal["everybody", "from fifty", "with a pupil", "with a small child"]
_THOUSAND = 1000.0  # unit: base levels are per 1,000 residents


class Service(NamedTuple):
    """One stock of services.

    name: as levers call the stock; setting: IN_VILLAGE or IN_TOWN; base: parameter of its units per 1,000 residents on
    census night; weight: parameter of its worth; whom: who meets it; unit: what is counted.
    """

    name: str
    setting: int
    base: str
    weight: str
    whom: Whom
    unit: str


SERVICES = (
    Service("primary-care beds: towns", IN_TOWN, "care_beds_base", "beta_care_beds", "everybody", "beds"),
    Service("primary-care beds: villages", IN_VILLAGE, "care_beds_base", "beta_care_beds", "everybody", "beds"),
    Service("nursing beds: towns", IN_TOWN, "nursing_beds_base", "beta_nursing_beds", "from fifty", "beds"),
    Service(
        "childcare places: towns", IN_TOWN, "childcare_base", "beta_childcare", "with a small child", "places"
    ),
    Service(
        "community facilities: towns", IN_TOWN, "facilities_base", "beta_facilities", "everybody", "facilities"
    ),
    Service(
        "community facilities: villages",
        IN_VILLAGE,
        "village_facilities_base",
        "beta_facilities",
        "everybody",
        "facilities",
    ),
    Service(
        "villages with full infrastructure",
        IN_VILLAGE,
        "villages_served_base",
        "beta_village_infrastructure",
        "everybody",
        "villages",
    ),
    Service(
        "teachers: villages", IN_VILLAGE, "village_teachers_base", "beta_village_teachers", "with a pupil", "posts"
    ),
    Service("pipes: towns", IN_TOWN, "pipes_base", "beta_pipes", "everybody", "kilometres"),
)  # fmt: skip
N_SERVICES = len(SERVICES)
INDEX = {service.name: k for k, service in enumerate(SERVICES)}
INFRASTRUCTURE = INDEX["villages with full infrastructure"]
_CHILDCARE = INDEX["childcare places: towns"]


def _nothing() -> np.ndarray:
    return np.zeros(N_COUNTIES)


@dataclass(frozen=True)
class ServiceTerms:
    """What services are worth beyond those of census night, (111,) each, as utility (ODD equations V1, V4).

    town: of the town to somebody from another city; own_city: more of it to somebody registered in the same city or
    county; town_old: more of the town from fifty years of age on; village: of the villages of the county;
    village_pupil: more of them to somebody with a child aged 3-14; town_small_child: (24 types of chooser, 111) more of
    the town to those of a type, of whom some have a child below three, or (1, 111) nothing.
    """

    town: np.ndarray = field(default_factory=_nothing)
    own_city: np.ndarray = field(default_factory=_nothing)
    town_old: np.ndarray = field(default_factory=_nothing)
    village: np.ndarray = field(default_factory=_nothing)
    village_pupil: np.ndarray = field(default_factory=_nothing)
    town_small_child: np.ndarray = field(default_factory=lambda: np.zeros((1, N_COUNTIES)))


NOTHING_NEW = ServiceTerms()


@dataclass
class Services:
    """Services: villages: (111,) communities with a rural code on census night; small: share of those below school age
    who are below three, and under_three: their share among residents of towns, both of census night.

    added: (services, 111) full units that levers brought; subsidised: (111,) villagers who draw the border subsidy;
    terms: of the month; with_small_child: (24,) share of each type of chooser with a child below three, in the month in
    which levers first bring places in childcare, None before it.
    """

    villages: np.ndarray
    small: float
    under_three: float
    added: np.ndarray = field(default_factory=lambda: np.zeros((N_SERVICES, N_COUNTIES)))
    subsidised: np.ndarray = field(default_factory=_nothing)
    terms: ServiceTerms = NOTHING_NEW
    with_small_child: np.ndarray | None = None

    @property
    def childcare_added(self) -> bool:
        """Whether levers have brought places in childcare."""
        return bool(self.added[_CHILDCARE].any())

    @property
    def none_added(self) -> bool:
        """Whether no lever has brought anything."""
        return not (self.added.any() or self.subsidised.any())


def base_stock(parameters: Parameters, services: Services, residents: np.ndarray) -> np.ndarray:
    """(services, 111) units of each place without a lever (ODD equation V1).

    residents: (111, 2 settings) persons now. Services follow the residents; villages with full infrastructure are a
    share of the communities of census night.
    """
    stock = np.array(
        [parameters[service.base] / _THOUSAND * residents[:, service.setting] for service in SERVICES]
    )
    stock[INFRASTRUCTURE] = parameters[SERVICES[INFRASTRUCTURE].base] * services.villages
    return stock


def shared_by(services: Services, residents: np.ndarray) -> np.ndarray:
    """(services, 111) who shares a stock: thousands of residents of the place; of infrastructure, its villages."""
    of = np.array([residents[:, service.setting] for service in SERVICES]) / _THOUSAND
    of[INFRASTRUCTURE] = services.villages
    return of


def per_thousand(parameters: Parameters, services: Services, residents: np.ndarray) -> np.ndarray:
    """(services, 111) units per 1,000 residents of the place; of infrastructure the share of villages that have it."""
    stock = base_stock(parameters, services, residents) + services.added
    of = shared_by(services, residents)
    return np.divide(stock, of, out=np.zeros_like(stock), where=of > 0)


def rise(parameters: Parameters, services: Services, residents: np.ndarray) -> np.ndarray:
    """(services, 111) ln of the stock over what it would be without a lever; 0 where nobody lives (ODD equation V1)."""
    base = base_stock(parameters, services, residents)
    return np.log1p(np.divide(services.added, base, out=np.zeros_like(base), where=base > 0))


def border_gain(parameters: Parameters, services: Services, villagers: np.ndarray) -> np.ndarray:
    """(111,) mean rise of ln income in the villages of a county by the border subsidy (ODD equation V4).

    villagers: (111,) persons who live there now; no more than all of them draw it.
    """
    share = np.divide(services.subsidised, villagers, out=_nothing(), where=villagers > 0)
    more = np.log1p(parameters["border_subsidy_yuan"] / parameters["income_rural_at_base"])
    return np.minimum(share, 1.0) * more


def service_terms(
    parameters: Parameters, services: Services, residents: np.ndarray, open_to_newcomers: np.ndarray
) -> ServiceTerms:
    """What services are worth this month (ODD equations V1, V4).

    residents: (111, 2 settings) persons; open_to_newcomers: (111,) share of the services of a town that is open to
    somebody from another city. Beds for the old are open to everybody who lives in the town.
    """
    p = parameters
    risen = rise(p, services, residents)
    worth = {(setting, whom): _nothing() for setting in (IN_VILLAGE, IN_TOWN) for whom in Whom.__args__}
    for service, by_county in zip(SERVICES, risen, strict=True):
        worth[service.setting, service.whom] += p[service.weight] * by_county
    town = worth[IN_TOWN, "everybody"]
    subsidy = p["beta_w"] * border_gain(p, services, residents[:, IN_VILLAGE])
    return ServiceTerms(
        town=town * open_to_newcomers,
        own_city=town * (p["access_same_county"] - open_to_newcomers),
        town_old=worth[IN_TOWN, "from fifty"],
        village=worth[IN_VILLAGE, "everybody"] + subsidy,
        village_pupil=worth[IN_VILLAGE, "with a pupil"],
    )


def worth_of_childcare(parameters: Parameters, services: Services, risen: np.ndarray) -> np.ndarray:
    """(24 types, 111) what new places in childcare add to a town for those of a type (ODD equation V2).

    risen: (111,) of `childcare_rise`. Only parents of a child below three care: a type cares as far as it has them.
    """
    assert services.with_small_child is not None
    return parameters["beta_childcare_place"] * np.outer(services.with_small_child, risen)


def childcare_rise(parameters: Parameters, services: Services, town: np.ndarray) -> np.ndarray:
    """(111,) by how much the share of children below three with a place has risen over the base (ODD equation V2).

    town: (111,) residents of the towns now. There are no more places in use than children.
    """
    children = services.under_three * town
    base = np.minimum(parameters["childcare_base"] / _THOUSAND * town, children)
    held = np.minimum(base + services.added[_CHILDCARE], children)
    return np.divide(held - base, children, out=_nothing(), where=children > 0)
