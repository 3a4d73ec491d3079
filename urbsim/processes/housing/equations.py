"""Dwellings, land and rents of the towns, public rental units, subsidies, their queue (ODD equations H0-H6, H9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from urbsim.compute.lists import merged_by_group
from urbsim.compute.randomness import probability_threshold
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.rounding import largest_remainder, released
from urbsim.compute.sums import numbers_of
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations
from urbsim.population.urban_homes import UrbanHomes
from urbsim.processes.housing.kernels import COUNTY_BITS, LUCK_BITS, MONTH_BITS
from urbsim.state.codes import N_COUNTIES, N_INSIDE
from urbsim.state.columns import Columns
from urbsim.state.geography import Places
from urbsim.state.holdings import GUARANTEED_RENTAL, OWN_HOME, PUBLIC_RENTAL, RENT_SUBSIDY, SUPPORTED
from urbsim.state.ledger import Ledger

_TENURES = ("rent", "self_built", "purchased", "inherited", "other")
_URBAN = slice(1, N_INSIDE, 2)


def _counts() -> np.ndarray:
    return np.zeros(N_COUNTIES, dtype=np.int64)


def _floats() -> np.ndarray:
    return np.zeros(N_COUNTIES)


def _rows() -> np.ndarray:
    return np.empty(0, np.int32)


@dataclass
class Tenancies:
    """Households that hold something: rows of who answers for each, their counties, capacity by county.

    They stand by county, in each the older ones first.
    bearers: lists of rows of all who live in such a household, each once, and marked in the column `holdings`.
    """

    rows: np.ndarray = field(default_factory=_rows)
    counties: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint8))
    bearers: list[np.ndarray] = field(default_factory=list)
    capacity: np.ndarray = field(default_factory=_counts)

    def begin(self, rows: np.ndarray, counties: np.ndarray, bearers: np.ndarray) -> None:
        """Tenancies begin, each behind the older ones of its county; bearers: who lives in these households."""
        self.rows, self.counties = merged_by_group(
            self.rows, self.counties, rows.astype(np.int32), counties.astype(np.uint8), N_COUNTIES
        )
        self.bearers.append(bearers)

    def held(self) -> np.ndarray:
        """(111,) tenancies by county."""
        return numbers_of(self.counties, N_COUNTIES)

    def free(self) -> np.ndarray:
        """(111,) units without a tenant; never negative, for tenants are not turned out."""
        return np.maximum(self.capacity - self.held(), 0)


@dataclass
class HousingMarket:
    """Dwellings, rents and housing support of the towns, by county; units are sampled units.

    households, persons: (111,) on census night, households from the full population, persons of the sample;
    present: (111,) int64 physically in the town; in_beds: of these, in dormitories; beds: (111,) int64 there are;
    crowd: (111,) persons in family dwellings, smoothed; settled_path: (111,) dwellings that do not answer to rents;
    answer: (111,) dwellings that do; dwellings: (111,) int64 whole dwellings that stand, vacant ones included;
    into_use: (111,) of these, brought into use by the renewal of old communities; land: (111,) released for so many
    dwellings and not yet built on; on_land: (111,) dwellings built on released land, on_land_by_month: the same at the
    end of each month since there was any;
    base_dwellings: (111,) on census night; rent: (111,) ln rent over the one on census night.
    Public and guaranteed rental units are among the dwellings. bought: homes bought with a loan for migrants, of
    those who live in them; loans: (111,) int64 on offer to so many households. waiting: rows of those in the queue.
    """

    households: np.ndarray = field(default_factory=_floats)
    persons: np.ndarray = field(default_factory=_floats)
    base_dwellings: np.ndarray = field(default_factory=_floats)
    settled_path: np.ndarray = field(default_factory=_floats)
    answer: np.ndarray = field(default_factory=_floats)
    into_use: np.ndarray = field(default_factory=_floats)
    land: np.ndarray = field(default_factory=_floats)
    on_land: np.ndarray = field(default_factory=_floats)
    on_land_by_month: dict[int, np.ndarray] = field(default_factory=dict)
    crowd: np.ndarray = field(default_factory=_floats)
    rent: np.ndarray = field(default_factory=_floats)
    present: np.ndarray = field(default_factory=_counts)
    in_beds: np.ndarray = field(default_factory=_counts)
    beds: np.ndarray = field(default_factory=_counts)
    dwellings: np.ndarray = field(default_factory=_counts)
    flows: dict[str, np.ndarray] = field(default_factory=dict)
    renting: np.ndarray = field(default_factory=lambda: np.zeros((N_COUNTIES, 2), np.uint64))
    public: Tenancies = field(default_factory=Tenancies)
    subsidies: Tenancies = field(default_factory=Tenancies)
    guaranteed: Tenancies = field(default_factory=Tenancies)
    bought: Tenancies = field(default_factory=Tenancies)
    loans: np.ndarray = field(default_factory=_counts)
    waiting: np.ndarray = field(default_factory=_rows)
    waiting_counties: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint8))

    def add_public_units(self, counties: np.ndarray) -> None:
        """Public rental units finished, (111,) int64: they are dwellings too."""
        self.public.capacity = self.public.capacity + counties
        self.add_dwellings(counties)

    def add_guaranteed_units(self, counties: np.ndarray) -> None:
        """Guaranteed rental dwellings finished, (111,) int64: they are dwellings too."""
        self.guaranteed.capacity = self.guaranteed.capacity + counties
        self.add_dwellings(counties)

    def add_loans(self, counties: np.ndarray) -> None:
        """Households more that may buy a home with a loan, (111,) int64."""
        self.loans = self.loans + counties

    def for_sale(self) -> np.ndarray:
        """(111,) int64 dwellings that stand empty, less those that buyers left behind: they are let again (H10)."""
        return np.maximum(self.vacant() - self.bought.held(), 0)

    def add_subsidies(self, counties: np.ndarray) -> None:
        """Households more that may draw a rent subsidy from now on, (111,) int64."""
        self.subsidies.capacity = self.subsidies.capacity + counties

    def add_dwellings(self, counties: np.ndarray) -> None:
        """Dwellings finished beyond normal building, (111,) int64."""
        self.settled_path = self.settled_path + counties
        self.dwellings = self.dwellings + counties
        self.book("added", counties)

    def release_land(self, counties: np.ndarray) -> None:
        """Land for so many dwellings is released, (111,) int64; builders need not use it."""
        self.land = self.land + counties

    def demolish(self, counties: np.ndarray) -> np.ndarray:
        """Pulls down dwellings that stand, none of public or guaranteed rental. Returns what went, (111,)."""
        spared = self.public.capacity + self.guaranteed.capacity
        gone = np.clip(counties, 0, np.maximum(self.dwellings - spared, 0))
        self.settled_path = self.settled_path - gone
        self.dwellings = self.dwellings - gone
        self.book("demolished", gone)
        return gone

    def begin_month(self) -> None:
        """Forgets the flows of the month before and takes down the stocks from which this one starts."""
        self.flows = {"dwellings": self.dwellings.copy(), "queue": self.queue()}

    def book(self, flow: str, counties: np.ndarray) -> None:
        """Adds to a flow of the month: finished, added, demolished, applied, left_queue; (111,) int64."""
        self.flows[flow] = self.flows.get(flow, _counts()) + counties

    def count_beds(self, ledger: Ledger) -> None:
        """Takes down how many sleep in the dormitories of each town now."""
        self.in_beds = ledger.stocks.sleepers[_URBAN].copy()

    def queue(self) -> np.ndarray:
        """(111,) int64 households that wait for a public rental unit or a subsidy."""
        return numbers_of(self.waiting_counties, N_COUNTIES)

    def homes(self) -> np.ndarray:
        """(111,) int64 family households in the town now: persons present over the size on census night (H1)."""
        family = self.present - self.in_beds
        homes = self.households * family / np.maximum(self.persons, 1.0)
        return np.floor(homes + 0.5).astype(np.int64)

    def occupied(self) -> np.ndarray:
        """(111,) int64 dwellings lived in."""
        return np.minimum(self.homes(), self.dwellings)

    def vacant(self) -> np.ndarray:
        """(111,) int64 dwellings that stand empty."""
        return np.maximum(self.dwellings - self.homes(), 0)

    def doubling_up(self) -> np.ndarray:
        """(111,) int64 households without a dwelling of their own, who share one."""
        return np.maximum(self.homes() - self.dwellings, 0)


@lru_cache(maxsize=4)
def _share_of_renters(codes: tuple[str, ...]) -> np.ndarray:
    """Share of the households of each county that rent, by the long form of the census."""
    profile = observations("county_census2020_profile").copy()
    profile["adcode"] = profile["adcode"].astype(str)
    profile = profile.set_index("adcode").loc[list(codes)]
    tenure = profile[[f"lf_tenure_{name}" for name in _TENURES]].to_numpy(float)
    return tenure[:, 0] / tenure.sum(axis=1)


def renting_shares(places: Places, homes: UrbanHomes, ratio: float, most: float) -> np.ndarray:
    """(111, 2) share of households without a home of their own: registered in the town, migrants (ODD equation H0).

    All renters of a county, by the long form of the census, are put into its town; migrants rent `ratio` times as
    often as the others. most: share of a group at which it stops.
    """
    renters = _share_of_renters(places.code) * places.households
    migrants = homes.migrants / np.maximum(homes.households, 1)
    share = renters / np.maximum(homes.households, 1)
    local = share / (1 - migrants + ratio * migrants)
    return np.minimum(np.stack([local, ratio * local], axis=1), most)


def open_stock(
    market: HousingMarket,
    parameters: Parameters,
    homes: UrbanHomes,
    shares: np.ndarray,
    present: np.ndarray,
    weight: float,
) -> None:
    """Dwellings, beds and people on census night (ODD equation H0).

    shares: (111, 2) of `renting_shares`; present: (111,) sampled persons in each town, `market.in_beds` of them in
    dormitories; weight: full units per sampled unit.
    """
    p = parameters
    market.renting = probability_threshold(shares)
    market.households = homes.households / weight
    market.present = present.astype(np.int64)
    family = (market.present - market.in_beds).astype(float)
    market.persons = family
    market.crowd = family.copy()
    stand = homes.households * (1 + p["vacant_dwellings_at_base"]) / weight
    market.base_dwellings = stand
    market.settled_path = stand.copy()
    market.dwellings = largest_remainder(stand, int(np.floor(stand.sum() + 0.5)))
    beds = market.in_beds * (1 + p["dormitory_spare_at_base"])
    market.beds = np.floor(beds + 0.5).astype(np.int64)
    # Public tenants rent, and nine in ten of them are registered in the town: units are where such renters are.
    local_renters = (homes.households - homes.migrants) * shares[:, 0]
    renters = local_renters + homes.migrants * shares[:, 1]
    for tenancies, name, spread in (
        (market.public, "public_rental_units_at_base", local_renters),
        (market.subsidies, "rent_subsidies_at_base", renters),
    ):
        tenancies.capacity = largest_remainder(spread, int(np.floor(p[name] / weight + 0.5)))


def migrant_units(
    market: HousingMarket, parameters: Parameters, homes: UrbanHomes, weight: float
) -> np.ndarray:
    """(111,) int64 public rental units held by migrant households on census night (ODD equation H0)."""
    total = int(np.floor(parameters["public_rental_migrant_share"] * homes.migrants.sum() / weight + 0.5))
    return largest_remainder(homes.migrants.astype(float), total, market.public.capacity)


def rank_of(counties: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Ranks in a queue by county, then by luck alone; uint64."""
    return (counties.astype(np.uint64) << np.uint64(MONTH_BITS + LUCK_BITS)) | (
        luck >> np.uint64(64 - LUCK_BITS)
    )


def serve(ranks: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Positions of those served: in each county as many as units are free, from the front (ODD equation H5).

    ranks: (n,) uint64 that sort by county first; free: (111,) int64. Exact: min(free, waiting) of every county.
    """
    county = (ranks >> np.uint64(MONTH_BITS + LUCK_BITS)).astype(np.int16)
    return lowest_luck(county, ranks << np.uint64(COUNTY_BITS), free)


def follow_people(market: HousingMarket, ledger: Ledger) -> np.ndarray:
    """Takes over the month's flows of people into and out of the towns; returns those recoded, (111,) (H1)."""
    recoded = ledger.reclassified_present[:N_INSIDE:2]
    change = ledger.births_present - ledger.deaths_present + ledger.entered
    change = change + ledger.moves.sum(axis=0) - ledger.moves.sum(axis=1)
    market.present = market.present + change[_URBAN] + recoded
    return recoded


def build(market: HousingMarket, parameters: Parameters, recoded: np.ndarray) -> None:
    """Dwellings of the month: normal building, those of recoded villages, the answer to rents (ODD equation H2).

    Whole dwellings follow the paths by cumulative rounding over the province and largest remainder over counties.
    """
    p = parameters
    base = market.base_dwellings
    with_people = recoded * base / np.maximum(market.persons, 1.0)
    market.settled_path = market.settled_path + base * (p["dwellings_growth_per_year"] / 12) + with_people
    wanted = market.settled_path * np.expm1(p["eta_housing_supply_stock"] * market.rent)
    market.answer = market.answer + np.maximum(wanted - market.answer, 0.0) / p["building_months"]
    if market.land.any():
        build_on_land(market, parameters)
    path = market.settled_path + market.answer + market.on_land
    number = max(released(float(market.dwellings.sum()), float(path.sum())), 0)
    missing = np.maximum(path - market.dwellings, 0.0)
    done = largest_remainder(missing, number) if number else _counts()
    market.dwellings = market.dwellings + done
    market.book("finished", done)


def build_on_land(market: HousingMarket, parameters: Parameters) -> None:
    """Builders use some of the land that was released, more where rents rose, until it is gone (ODD equation H9)."""
    p = parameters
    wanted = market.settled_path * np.expm1(p["eta_housing_supply_land"] * market.rent)
    answer = np.maximum(wanted - market.on_land, 0.0) / p["building_months"]
    step = np.minimum(answer + market.land * (p["land_used_per_year"] / 12), market.land)
    market.on_land, market.land = market.on_land + step, market.land - step


def price(market: HousingMarket, parameters: Parameters, recoded: np.ndarray) -> None:
    """Rents follow households and dwellings (ODD equations H3, H8, H9).

    The villages that turn urban bring their dwellings with them, so they count at once and move no rent.
    """
    p = parameters
    family = (market.present - market.in_beds).astype(float)
    crowd = market.crowd + recoded
    market.crowd = crowd + (family - crowd) / p["rent_adjustment_months"]
    to_let = market.settled_path + market.on_land + market.into_use
    market.rent = log_rent(
        np.maximum(market.crowd, 0.5) / np.maximum(market.persons, 0.5),
        np.maximum(to_let, 0.5) / np.maximum(market.base_dwellings, 0.5),
        p["eta_housing_supply_stock"],
        p["eta_housing_demand_price"],
    )


def log_rent(households: np.ndarray, dwellings: np.ndarray, supply: float, demand: float) -> np.ndarray:
    """ln rent over its base: (ln D/D0 - ln K/K0) / (eta_s + |eta_d|) (ODD equation H3, BEHAVIOUR 8).

    households, dwellings: over those of the base. K is the stock before its own answer to rents, which eta_s holds.
    """
    return (np.log(households) - np.log(dwellings)) / (supply + abs(demand))


def residuals(
    market: HousingMarket, people: Columns, supported: np.ndarray, present: np.ndarray
) -> dict[str, int]:
    """Largest absolute residual of each account of housing; zero when it closes (ODD equation A4).

    supported: (5, 111) recount of persons as `kernels.supported` counts them, by county; present:
    (224,) recount of persons by part lived in.
    """
    zero = np.zeros(supported.shape[1], np.int64)
    flows = {
        name: market.flows.get(name, zero)
        for name in ("finished", "added", "demolished", "applied", "left_queue")
    }
    stood, queued = market.flows.get("dwellings", market.dwellings), market.flows.get("queue", market.queue())
    housed = market.occupied() + market.doubling_up()
    return {
        "dwellings": _largest(
            market.dwellings - stood - flows["finished"] - flows["added"] + flows["demolished"]
        ),
        "occupied and vacant": _largest(market.occupied() + market.vacant() - market.dwellings),
        "households": _largest(housed - market.homes()),
        "people in towns": _largest(market.present - present[1 : 2 * zero.size : 2]),
        "dormitories": _largest(market.in_beds - supported[2]),
        "public rental": _unsound(market.public, people, PUBLIC_RENTAL, supported[0]),
        "rent subsidies": _unsound(market.subsidies, people, RENT_SUBSIDY, supported[1]),
        "guaranteed rental": _unsound(market.guaranteed, people, GUARANTEED_RENTAL, supported[3]),
        "homes bought": _unsound(market.bought, people, OWN_HOME, supported[4]),
        "queue": _largest(market.queue() - queued - flows["applied"] + flows["left_queue"]),
        "served who wait": int((people.holdings[market.waiting] & SUPPORTED > 0).sum()),
    }


def _largest(residual: np.ndarray) -> int:
    return int(np.abs(residual).max(initial=0))


def _unsound(tenancies: Tenancies, people: Columns, mark: int, supported: np.ndarray) -> int:
    """Units that are not held by exactly one household that lives there, and marked persons without a unit."""
    held = tenancies.held()
    beyond = np.maximum(held - tenancies.capacity, 0).sum()
    vacant = tenancies.free().sum() + held.sum() - tenancies.capacity.sum() - beyond
    part = 2 * tenancies.counties.astype(np.int64) + 1
    elsewhere = (people.lives[tenancies.rows] != part).sum()
    unmarked = (people.holdings[tenancies.rows] & mark == 0).sum()
    twice = tenancies.rows.size - np.unique(tenancies.rows).size
    bearers = np.concatenate([_rows(), *tenancies.bearers])
    there = np.bincount(people.lives[bearers] >> 1, minlength=supported.size)[: supported.size]
    return int(beyond + abs(vacant) + elsewhere + unmarked + twice + np.abs(there - supported).sum())
