"""Permits and settlement: rules in force, offices, what permits open (ODD equations P1-P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from urbsim.calendar import month_number
from urbsim.compute.randomness import monthly_probability, one_threshold, probability_threshold
from urbsim.compute.sums import of_counties
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations
from urbsim.processes.registration.coverage import (
    Brought,
    aware_with_records,
    covered,
    waiting_hazard,
    wishes,
)
from urbsim.scenario.schema import Office, Rule
from urbsim.state.codes import N_COUNTIES, N_INSIDE, N_PARTS
from urbsim.state.geography import PROVINCE, Places, city_of_part
from urbsim.state.ledger import Stocks

CERTAIN = np.uint64(1) << np.uint64(32)
_OPEN = "open_2019"
_LONGEST_ENTITLED = 600  # months, guard: the table of `still_willing` ends here
_TOWNS = slice(1, N_INSIDE, 2)  # parts


@dataclass(frozen=True)
class PermitTerms:
    """Thresholds of one month for `urbsim.processes.registration.kernels.permits_and_settlement`."""

    permit: np.ndarray
    settle: np.uint64
    kin: np.uint64
    aware: np.ndarray
    work_months: np.ndarray
    insured: np.ndarray
    share_aware: np.ndarray
    services: float
    wishing: np.ndarray


@dataclass
class Registration:
    """The office counter of the towns.

    city: (224,) city or county of each part; willing: (months,) of `still_willing`; knew: threshold of knowing the
    rules before census night; open_since: (111, 2) of `months_of_opening`;
    holders: (111,) permit holders when the last permits were issued; migrants: (111,) all who are registered elsewhere
    then, from_other_cities: (111,) those of them who need a permit; settled: (224,) this month; base_share: (111,)
    holders among them on census night; terms: under which the offices work this month, as the levers set them;
    brought: by levers; town_dwellers, in_villages: (111,) who lives there, villagers: (111,) who is registered in
    villages, each at the end of the month before; told: month -> (111,) migrants whom an office of a lever told of the
    rules, beyond those who knew before it; village_places: (111,) registrations that villages may still give.
    """

    city: np.ndarray
    willing: np.ndarray = field(default_factory=lambda: np.zeros(_LONGEST_ENTITLED + 1, np.uint64))
    knew: np.uint64 = CERTAIN
    open_since: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, 2), np.int64))
    holders: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    migrants: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    from_other_cities: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    settled: np.ndarray = field(default_factory=lambda: np.zeros(N_PARTS, np.int64))
    base_share: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))
    terms: PermitTerms | None = None
    brought: Brought = field(default_factory=Brought)
    town_dwellers: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    villagers: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    in_villages: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    told: dict[int, np.ndarray] = field(default_factory=dict)
    village_places: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))

    def take_down(self, stocks: Stocks) -> None:
        """Permit holders and migrants of each town now."""
        self.holders = stocks.holders[_TOWNS].copy()
        sums = of_counties(stocks.persons, self.city, N_INSIDE)
        self.town_dwellers, self.migrants, self.from_other_cities, self.in_villages, self.villagers = sums

    def open_counter(self) -> None:
        """Takes the share of holders of census night, which later ones are compared with."""
        self.base_share = self.share_of_holders()

    def share_of_holders(self) -> np.ndarray:
        """(111,) permit holders among the migrants from other cities, 0 where there are none."""
        return self.holders / np.maximum(self.from_other_cities, 1)

    def share_of_villagers(self) -> np.ndarray:
        """(111,) registered villagers with certified shares in what their village owns (ODD equation P10)."""
        return covered(self.brought.village_shares, self.villagers)

    def known_to_registers(self) -> np.ndarray:
        """(111,) whom the registers of the town name among those who live there (ODD equation P9).

        Those registered in the city, those with a permit, and of the others those whom records of other offices name.
        """
        others = np.maximum(self.from_other_cities - self.holders, 0)
        recorded = covered(self.brought.records, self.migrants)
        return self.town_dwellers - others + np.rint(others * recorded).astype(np.int64)


def registration_of(parameters: Parameters, places: Places) -> Registration:
    """Offices before anybody has applied."""
    return Registration(
        city=city_of_part(places),
        willing=still_willing(parameters),
        knew=np.uint64(one_threshold(parameters["awareness_before"])),
        open_since=months_of_opening(places),
    )


@dataclass(frozen=True)
class Asked:
    """Months of work and of social insurance in the place that a settlement rule asks for."""

    work_months: int
    insurance_months: int


@lru_cache(maxsize=1)
def settlement_rules() -> dict[str, Asked]:
    """What each settlement rule asks for, by the name that scenarios give to it (ODD equation P3)."""
    table = observations("settlement_rules").dropna(subset="rule")
    columns = (table[name] for name in ("rule", "work_months", "insurance_months"))
    return {rule: Asked(int(work), int(insurance)) for rule, work, insurance in zip(*columns, strict=True)}


def months_of_opening(places: Places) -> np.ndarray:
    """(111, 2) month from which a town took in everybody, and month from which those with a home or registered in the
    same city (ODD equation P2).

    The second, and county towns for everybody: the first instrument of the province in `settlement_rules`; districts
    of cities for everybody: the open rule.
    """
    towns, cities = _first_instruments()
    return np.stack([np.where(places.is_city == 1, cities, towns), np.full(N_COUNTIES, towns)], axis=1)


@lru_cache(maxsize=1)
def _first_instruments() -> tuple[int, int]:
    """Month of the first instrument of the province, and month of the open rule."""
    table = observations("settlement_rules")
    first = table.loc[table["area_code"].astype(str) == PROVINCE, "date"].min()
    return month_number(first[:7]), month_number(table.set_index("rule").loc[_OPEN, "date"][:7])


def still_willing(parameters: Parameters) -> np.ndarray:
    """(months,) uint64 threshold of wanting to settle, by months of knowing and being entitled on census night (P2).

    Of a share w willing and a share a who know, a * w * exp(-h m) are left after m months and the others all are.
    """
    p = parameters
    left = np.exp(-p["settlement_per_year"] / 12 * np.arange(_LONGEST_ENTITLED + 1))
    willing, aware = p["willing_to_settle"], p["awareness_before"]
    return probability_threshold(willing * left / (1 - aware * willing * (1 - left)))


def permit_terms(
    parameters: Parameters,
    places: Places,
    rules: Sequence[Rule],
    office: Office | None,
    month: int,
    registration: Registration | None = None,
    insured_more: np.ndarray | float = 0.0,
) -> PermitTerms:
    """What the rule in force, the offices and the services make of this month (ODD equations P1-P3, P8-P11).

    registration: with what levers brought, None for nothing; insured_more: (111,) share of migrants whom levers
    insured. The strict rules were Nanning's; in other cities they held in part (parameter strictness_elsewhere,
    assumed), and county towns were open throughout.
    """
    p = parameters
    share_aware, processing = p["awareness_before"], p["processing_months_before"]
    services = p["permit_services_before"]
    if office is not None and month >= month_number(office.from_):
        share_aware, processing = office.awareness, office.processing_months
        services = services if office.permit_services is None else float(office.permit_services)
    state = Registration(np.zeros(N_PARTS, np.int64)) if registration is None else registration
    brought = state.brought
    known = aware_with_records(p, share_aware, covered(brought.records, state.migrants))
    waiting = np.zeros(N_COUNTIES, dtype=np.int64)
    insured = np.full(N_COUNTIES, CERTAIN, dtype=np.uint64)
    in_force = [rule.name for rule in rules if month_number(rule.from_) <= month]
    if in_force:
        asked = settlement_rules()[in_force[-1]]
        city = places.city_in(month) == 1
        capital = city & (places.prefecture_index == 0)
        strictness = np.where(capital, 1.0, p["strictness_elsewhere"])
        waiting[city] = np.rint(asked.work_months * strictness[city]).astype(np.int64)
        if asked.insurance_months:
            insured_share = np.minimum(p["insured_migrants"] + insured_more, 1.0)
            meet_it = probability_threshold(1 - strictness * (1 - insured_share))
            insured[city] = meet_it[city]

    served = covered(brought.one_window, state.migrants)
    permit = probability_threshold(monthly_probability(waiting_hazard(p, processing, served)))
    hazards = np.array([p["settlement_per_year"] / 12, p["kin_settlement_per_year"] / 12])
    settle, kin = probability_threshold(monthly_probability(hazards))
    belonging = covered(brought.communities, state.town_dwellers)
    return PermitTerms(
        permit=permit,
        settle=settle,
        kin=kin,
        aware=probability_threshold(known),
        work_months=waiting,
        insured=insured,
        share_aware=known,
        services=services,
        wishing=wishes(p, belonging, state.share_of_villagers()),
    )


def access_gain(parameters: Parameters, registration: Registration) -> np.ndarray:
    """(111,) rise over census night of the share of services open to a newcomer from another city (ODD equation P5).

    A newcomer expects to hold a permit as often as the migrants from other cities do.
    """
    gain = parameters["access_with_permit"] - parameters["access_without"]
    held = registration.share_of_holders()
    return gain * (held - registration.base_share) + opened_since(parameters, registration) * held


def opened_since(parameters: Parameters, registration: Registration) -> float:
    """Share of a town's services that a permit opens beyond those of before the plan (ODD equation P11)."""
    if registration.terms is None:
        return 0.0
    p = parameters
    opens, before = p["access_with_permit"], p["permit_services_before"]
    more = (opens - p["access_without"]) * (registration.terms.services - before) / before
    return min(opens + more, 1.0) - opens


def open_to_newcomers(parameters: Parameters, registration: Registration) -> np.ndarray:
    """(111,) share of the services of a town that is open to a newcomer from another city (ODD equation P5)."""
    gain = parameters["access_with_permit"] - parameters["access_without"]
    return parameters["access_without"] + gain * registration.share_of_holders()


def access_in_own_city(parameters: Parameters, registration: Registration) -> np.ndarray:
    """(111,) share of services open to a newcomer registered in the same city or county, over what was open to one from
    another city on census night (ODD equation P5)."""
    p = parameters
    gain = p["access_with_permit"] - p["access_without"]
    return p["access_same_county"] - p["access_without"] - gain * registration.base_share
