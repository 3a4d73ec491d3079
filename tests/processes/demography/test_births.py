"""Births, mother by mother (ODD D2, D3)."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import ALWAYS, DELTA, FAR_TOWN, FAR_VILLAGE, NEVER, NOW, TOWN, VILLAGE, households, rows

from urbsim.compute.randomness import stream_key
from urbsim.processes.implementation import Implementation
from urbsim.state.risk import AGE_LIMIT

KEY = stream_key(1, "birth", NOW)
CERTAIN = np.full((AGE_LIMIT + 1, 3), ALWAYS)
HE, SHE = {"sex": 0, "age": 28, "spouse": 1}, {"sex": 1, "age": 26, "spouse": 0}


@pytest.mark.parametrize(("months", "bears"), [(0, False), (19, False), (20, True), (60, True)])
def test_children_are_spaced(engine: Implementation, months: int, bears: bool):
    """No birth before the youngest child is twenty months old; an older one and a niece change nothing."""
    children = [{"months_old": months, "parent": 1}, {"age": 7, "parent": 1}, {"months_old": 1, "parent": 0}]
    people, _, _ = households([HE, SHE, *children])
    mothers = engine.demography.mothers(rows(1), NOW, people, CERTAIN, 20, KEY, KEY)
    assert mothers.tolist() == ([1] if bears else [])


@pytest.mark.parametrize(
    ("her_place", "carer", "luck", "lives"),
    [
        (DELTA, {"age": 60, "lives": FAR_VILLAGE}, ALWAYS, FAR_VILLAGE),  # with the father's parents
        (DELTA, {"age": 60}, ALWAYS, VILLAGE),  # left with a grandparent
        (DELTA, {"age": 60}, NEVER, DELTA),
        (DELTA, {"age": 17}, ALWAYS, DELTA),  # nobody of age at home
        (DELTA, {"age": 60, "dead": True}, ALWAYS, DELTA),
        (DELTA, {"age": 60, "lives": FAR_TOWN}, ALWAYS, DELTA),  # the grandparent is not at home
        (TOWN, {"age": 60}, ALWAYS, TOWN),  # within Guangxi it stays with its mother
    ],
)
def test_newborns_of_mothers_outside_come_home(
    engine: Implementation, her_place: int, carer: dict, luck: np.uint64, lives: int
):
    away = {"lives": her_place, "left_home": NOW - 30}
    people, n, ledger = households([HE | away | {"home": FAR_VILLAGE}, SHE | away, carer])
    n, absences = engine.demography.apply_births(rows(1), n, NOW, people, ledger, ALWAYS, luck, KEY)
    home = FAR_VILLAGE if lives == FAR_VILLAGE else VILLAGE
    assert (people.home[3], people.lives[3], people.counted[3]) == (home, lives, lives)
    assert n == 4 and not absences.size and people.parent[3] == 1
    assert people.left_home[3] == (NOW if lives == home else NOW - 30)
    assert ledger.births[lives] == ledger.births_present[lives] == ledger.births.sum() == 1
