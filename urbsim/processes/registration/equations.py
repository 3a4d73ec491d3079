"""Permits and settlement: rules in force, offices, what permits open (ODD equations P1-P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from urbsim.calendar import month_number
from urbsim.compute.randomness import monthly_probability, one_threshold, probability_threshold
from urbsim.facts.parameters import Parameters
from urbsim.facts.register import observations
from urbsim.scenario.schema import Office, Rule
from urbsim.state.codes import N_COUNTIES, N_INSIDE
from urbsim.state.geography import Places
from urbsim.state.ledger import Stocks

CERTAIN = np.uint64(1) << np.uint64(32)
_TOWNS = slice(1, N_INSIDE, 2)  # parts


@dataclass(frozen=True)
class PermitTerms:
    """Thresholds of one month for `urbsim.processes.registration.kernels.permits_and_settlement`."""

    permit: np.uint64
    settle: np.uint64
    kin: np.uint64
    aware: np.ndarray
    willing: np.uint64
    work_months: np.ndarray
    insured: np.ndarray
    share_aware: float


@dataclass
class Registration:
    """The office counter of the towns.

    holders, migrants: (111,) permit holders, and all who are registered elsewhere, when the last permits were issued;
    settled: (224,) this month; terms: under which the offices work this month, as the levers set them.
    """

    holders: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    migrants: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES, np.int64))
    settled: np.ndarray = field(default_factory=lambda: np.zeros(2 * N_COUNTIES + 2, np.int64))
    base_share: np.ndarray = field(default_factory=lambda: np.zeros(N_COUNTIES))
    terms: PermitTerms | None = None

    def take_down(self, stocks: Stocks) -> None:
        """Permit holders and migrants of each town now."""
        self.holders = stocks.holders[_TOWNS].copy()
        self.migrants = (stocks.persons.sum(axis=0) - stocks.persons.diagonal())[_TOWNS]


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


def permit_terms(
    parameters: Parameters, places: Places, rules: Sequence[Rule], office: Office | None, month: int
) -> PermitTerms:
    """What the rule in force and the offices make of this month (ODD equations P1-P3).

    The strict rules were Nanning's; in other cities they held in part (parameter strictness_elsewhere, assumed), and
    county towns were open throughout.
    """
    p = parameters
    share_aware, processing = p["awareness_before"], p["processing_months_before"]
    if office is not None and month >= month_number(office.from_):
        share_aware, processing = office.awareness, office.processing_months
    waiting = np.zeros(N_COUNTIES, dtype=np.int64)
    insured = np.full(N_COUNTIES, CERTAIN, dtype=np.uint64)
    in_force = [rule.name for rule in rules if month_number(rule.from_) <= month]
    if in_force:
        asked = settlement_rules()[in_force[-1]]
        city = places.city_in(month) == 1
        capital = city & (places.prefecture_index == 0)
        waiting[city] = round(asked.work_months * p["strictness_elsewhere"])
        waiting[capital] = asked.work_months
        if asked.insurance_months:
            insured[waiting > 0] = one_threshold(p["insured_migrants"])

    hazards = np.array([1.0 / processing, p["settlement_per_year"] / 12, p["kin_settlement_per_year"] / 12])
    permit, settle, kin = probability_threshold(monthly_probability(hazards))
    return PermitTerms(
        permit=permit,
        settle=settle,
        kin=kin,
        aware=np.full(N_COUNTIES, one_threshold(share_aware), dtype=np.uint64),
        willing=one_threshold(p["willing_to_settle"]),
        work_months=waiting,
        insured=insured,
        share_aware=share_aware,
    )


def access_gain(parameters: Parameters, registration: Registration) -> np.ndarray:
    """(111,) rise of the share of services open to a newcomer over census night (ODD equation P5).

    A newcomer expects to hold a permit as often as the migrants of the town do.
    """
    now = registration.holders / np.maximum(registration.migrants, 1)
    return (parameters["access_with_permit"] - parameters["access_without"]) * (now - registration.base_share)
