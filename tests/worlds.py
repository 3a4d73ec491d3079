"""Households written by hand, for tests that work an equation out on paper."""

from __future__ import annotations

import numpy as np

from urbsim.state.columns import Columns, Ledger, empty_ledger
from urbsim.state.risk import risk_class_array

NOW = 1469  # June 2022
VILLAGE, TOWN = 2 * 7, 2 * 7 + 1  # the two parts of county 7
FAR_TOWN, FAR_VILLAGE = 2 * 40 + 1, 2 * 40
DELTA, REST = 222, 223
ALWAYS, NEVER = np.uint64(1 << 32), np.uint64(0)


def households(*families: list[dict], room: int = 50) -> tuple[Columns, int, Ledger]:
    """Columns of families, the rows in use, and an empty ledger.

    A person is a dict with `age` in years and any column; `home` is VILLAGE unless given, `lives` and `counted` are
    `home` unless given; `spouse` and `parent` are positions in the family.
    """
    persons = [person for family in families for person in family]
    n = len(persons)
    ring, spouse, parent = (np.full(n + room, -1, np.int32) for _ in range(3))
    first = 0
    for family in families:
        for k, person in enumerate(family):
            ring[first + k] = first + (k + 1) % len(family)
            spouse[first + k] = first + person["spouse"] if "spouse" in person else -1
            parent[first + k] = first + person["parent"] if "parent" in person else -1
        first += len(family)

    def column(name: str, dtype: type, default: int = 0) -> np.ndarray:
        out = np.zeros(n + room, dtype)
        out[:n] = [person.get(name, default) for person in persons]
        return out

    home = column("home", np.uint8, VILLAGE)
    lives, counted = home.copy(), home.copy()
    lives[:n] = [person.get("lives", home[k]) for k, person in enumerate(persons)]
    counted[:n] = [person.get("counted", lives[k]) for k, person in enumerate(persons)]
    age = np.array([person.get("age", 40) for person in persons])
    sex = column("sex", np.uint8)
    risk = np.full(n + room, 255, np.uint8)
    risk[:n] = risk_class_array(age, sex[:n], spouse[:n] >= 0, home[:n] != lives[:n])
    birth_month = column("birth_month", np.int16)
    birth_month[:n] = [person.get("birth_month", NOW - 12 * person.get("age", 40)) for person in persons]
    people = Columns(
        identity_rows=0,
        ids=np.arange(1000, 1000 + n + room, dtype=np.uint64),
        risk=risk,
        birth_month=birth_month,
        sex=sex,
        schooling=column("schooling", np.uint8),
        enrolled=column("enrolled", np.uint8),
        home=home,
        lives=lives,
        counted=counted,
        other_township=column("other_township", np.uint8),
        left_home=column("left_home", np.int16),
        collective=column("collective", np.uint8),
        cell=column("cell", np.uint8),
        ring=ring,
        spouse=spouse,
        parent=parent,
        work=column("work", np.uint8),
        work_county=column("work_county", np.uint8),
        holdings=column("holdings", np.uint8),
        school=column("school", np.uint8),
        births=column("births", np.uint8),
        pending=column("pending", np.uint8),
    )
    return people, n, empty_ledger()


UNMOVED = np.full(256, 1 << 16, np.uint64)  # nothing that people hold changes a hazard


def members(row: int, people: Columns) -> set[int]:
    """Rows of the household of `row`; fails if its ring does not close."""
    found = [row]
    while (after := int(people.ring[found[-1]])) != row:
        assert after not in found, "the ring does not close"
        found.append(after)
    return set(found)


def rows(*numbers: int) -> np.ndarray:
    """Rows as kernels take them."""
    return np.array(numbers, dtype=np.int32)


def parts(*numbers: int) -> np.ndarray:
    """Parts as kernels take them."""
    return np.array(numbers, dtype=np.uint8)
