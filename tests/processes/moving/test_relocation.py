"""Households of poor villages move to relocation sites in the town of their county (ODD equation M14)."""

from __future__ import annotations

import numpy as np
from worlds import DELTA, FAR_TOWN, FAR_VILLAGE, NOW, TOWN, VILLAGE, holding, households, rows

from urbsim.processes.implementation import Implementation
from urbsim.state.codes import AWAY
from urbsim.state.holdings import OTHER_TOWNSHIP
from urbsim.state.pending import ALL


def places(number: float) -> np.ndarray:
    free = np.zeros(111)
    free[VILLAGE // 2] = number
    return free


def test_a_household_moves_whole_and_is_registered_at_the_site(engine: Implementation):
    family = [
        {},
        {"age": 70},
        {"age": 5},
        {"lives": DELTA},  # works outside, and has no village to come back to
        {"lives": DELTA, "counted": VILLAGE},  # left lately
        {"lives": TOWN},  # works in the town already
        {"home": FAR_VILLAGE, "lives": VILLAGE},  # married in, registered elsewhere
        {"home": FAR_TOWN},  # moved out for good
        {"dead": True},
    ]
    people, _, ledger = households(family)
    free = places(8)
    log, homes = engine.moving.move_to_sites(rows(0), free, NOW, people, ledger)
    assert people.home[:8].tolist() == [TOWN] * 6 + [FAR_VILLAGE, FAR_TOWN]
    assert people.lives[:8].tolist() == [TOWN] * 3 + [DELTA, DELTA, TOWN, TOWN, FAR_TOWN]
    assert people.counted[:8].tolist() == [TOWN] * 3 + [DELTA, TOWN, TOWN, TOWN, FAR_TOWN]
    assert holding(OTHER_TOWNSHIP, people, 8) == [1, 1, 1, 0, 0, 1, 0, 0]
    assert (people.risk[:8] & AWAY).tolist() == [0, 0, 0, 1, 1, 0, 1, 0]
    assert (people.pending[:7] == ALL).all() and not people.pending[7]
    assert ledger.moves[VILLAGE, TOWN] == ledger.moves.sum() == 4
    assert ledger.counted_moves[VILLAGE, TOWN] == ledger.counted_moves.sum() == 5
    assert sorted(log.tolist()) == [[row, VILLAGE, TOWN] for row in (0, 1, 2, 4, 6)]
    assert homes[VILLAGE // 2] == homes.sum() == 1
    assert free[VILLAGE // 2] == 1  # seven of eight places: who is dead or moved out takes none


def test_who_is_called_first_goes_first_and_a_household_is_never_torn_apart(engine: Implementation):
    people, _, ledger = households([{}, {}], [{}, {}, {}], [{}])
    free = places(4.5)
    _, homes = engine.moving.move_to_sites(rows(0, 1, 2, 3, 5), free, NOW, people, ledger)
    # The second family needs three of the 2.5 places that are left: it waits, and nobody behind it is let past.
    assert people.lives[:6].tolist() == [TOWN] * 2 + [VILLAGE] * 4
    assert homes.sum() == 1 and free[VILLAGE // 2] == 2.5
    free[VILLAGE // 2] += 2
    _, homes = engine.moving.move_to_sites(rows(2, 3, 5), free, NOW, people, ledger)
    assert people.lives[:6].tolist() == [TOWN] * 6
    assert homes.sum() == 2 and free[VILLAGE // 2] == 0.5


def test_counties_do_not_wait_for_each_other(engine: Implementation):
    people, _, ledger = households([{}, {}], [{"home": FAR_VILLAGE}])
    free = places(1)
    free[FAR_VILLAGE // 2] = 1
    engine.moving.move_to_sites(rows(0, 2), free, NOW, people, ledger)
    assert people.lives[:3].tolist() == [VILLAGE, VILLAGE, FAR_TOWN]
