"""How indicators of persons follow from a month's stocks and flows, county by county."""

from __future__ import annotations

from functools import cache

import numpy as np

from urbsim.compute.sums import by_setting
from urbsim.facts.indicators import COUNTS, INDICATORS
from urbsim.state.codes import FIRST_OUTSIDE, IN_REGION, N_COUNTIES, N_INSIDE
from urbsim.state.ledger import Ledger

_RURAL = slice(0, N_INSIDE, 2)
_URBAN = slice(1, N_INSIDE, 2)


def observe_stocks(counted: np.ndarray, persons: np.ndarray) -> dict[str, np.ndarray]:
    """Stocks of each county but for children, int64 (111,).

    counted: (224,) persons by part counted in; persons: (224, 224) by part registered in and lived in.
    """
    registered, living = by_setting(persons, FIRST_OUTSIDE)
    home, lives, outside = living.sum(axis=0), registered.sum(axis=0), living[IN_REGION]
    return {
        "resident_population": counted[_RURAL] + counted[_URBAN],
        "urban_population": counted[_URBAN].copy(),
        "physically_present": lives[_RURAL] + lives[_URBAN],
        "physically_present_urban": lives[_URBAN].copy(),
        "registered_population": home[_RURAL] + home[_URBAN],
        "registered_urban": home[_URBAN].copy(),
        "living_outside": outside[_RURAL] + outside[_URBAN],
    }


def observe_children(children: np.ndarray) -> dict[str, np.ndarray]:
    """Children of migration of each county, int64 (111,); children: (3, 256) by counted part."""
    return {
        "migrant_children": children[0, _URBAN].copy(),
        "migrant_children_in_public_school": children[2, _URBAN].copy(),
        "left_behind_children": children[1, _RURAL] + children[1, _URBAN],
    }


def observe_flows(ledger: Ledger) -> dict[str, np.ndarray]:
    """Flows of each county in the month, int64 (111,), from the events counted in the ledger."""
    flow = ledger.counted_moves
    (from_rural, from_urban, from_outside), (to_rural, to_urban, to_outside) = by_setting(flow, FIRST_OUTSIDE)
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


@cache
def no_flows() -> dict[str, np.ndarray]:
    """The flows of the base night: none. All of them are one array, which nobody may write to."""
    none = np.zeros(N_COUNTIES, dtype=np.int64)
    none.flags.writeable = False
    return dict.fromkeys((name for name in COUNTS if INDICATORS[name].kind == "flow"), none)
