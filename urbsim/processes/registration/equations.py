"""Permits and settlement: rules in force, offices, what papers open (ODD equations P1-P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from urbsim.calendar import month_number
from urbsim.compute.randomness import monthly_probability, one_threshold, probability_threshold
from urbsim.facts.parameters import Parameters
from urbsim.scenario.schema import Office, Rule
from urbsim.state.codes import N_COUNTIES, N_INSIDE
from urbsim.state.columns import Stocks
from urbsim.state.geography import Places

CERTAIN = np.uint64(1) << np.uint64(32)
WAITING = {"open_2019": 0, "same_city_2015": 12, "nanning_2012": 48}
"""Months of work that each settlement rule asks for: rules of December 2019, August 2015 and December 2012."""


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
    months = WAITING[in_force[-1]] if in_force else 0
    if months:
        city = places.is_city == 1
        capital = city & (places.prefecture_index == 0)
        waiting[city] = round(months * p["strictness_elsewhere"])
        waiting[capital] = months
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
