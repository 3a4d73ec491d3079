"""Households written by hand or by dice in a few towns, with every column that housing reads."""

from __future__ import annotations

import numpy as np

from urbsim.state.columns import Columns
from urbsim.state.risk import risk_class_array

NOW = 1469  # June 2022
COUNTY = 7
VILLAGE, TOWN = 2 * COUNTY, 2 * COUNTY + 1
FAR_VILLAGE, FAR_TOWN = 80, 81
ALWAYS, NEVER = np.uint64(1 << 32), np.uint64(0)
_TYPES = {
    "birth_month": np.int16, "left_home": np.int16, "ring": np.int32, "spouse": np.int32, "parent": np.int32,
}  # fmt: skip


def columns(persons: list[dict], ring: list[int], room: int = 20) -> Columns:
    """Columns of persons: dicts of `age` in years and any column; `home` is TOWN, `lives` is `home` unless given."""
    n = len(persons)
    values = {name: np.zeros(n + room, _TYPES.get(name, np.uint8)) for name in Columns._fields[2:]}
    values["spouse"][:] = values["parent"][:] = -1
    values["ring"][:n] = ring
    for row, person in enumerate(persons):
        person = {"home": TOWN, **person}
        person = {"lives": person["home"], **person}
        person = {"counted": person["lives"], "birth_month": NOW - 12 * person.get("age", 40), **person}
        for name, value in person.items():
            if name in values:
                values[name][row] = value
    age = (NOW - values["birth_month"][:n].astype(np.int64)) // 12
    values["risk"][:] = 255
    away = values["home"][:n] != values["lives"][:n]
    values["risk"][:n] = risk_class_array(age, values["sex"][:n], values["spouse"][:n] >= 0, away)
    for row, person in enumerate(persons):
        if person.get("dead"):
            for name in ("risk", "home", "lives", "counted"):
                values[name][row] = 255
    return Columns(0, np.arange(1000, 1000 + n + room, dtype=np.uint64), **values)


def families(*groups: list[dict]) -> Columns:
    """Columns of families; `spouse` and `parent` of a person are positions in the family."""
    persons, ring, first = [], [], 0
    for group in groups:
        for k, person in enumerate(group):
            links = {name: first + person[name] for name in ("spouse", "parent") if name in person}
            persons.append({**person, **links})
            ring.append(first + (k + 1) % len(group))
        first += len(group)
    return columns(persons, ring)


def dice(seed: int, households: int = 700) -> tuple[Columns, int]:
    """Random but valid families in eight parts and outside, some divided, some dead; and the rows in use."""
    rng = np.random.default_rng(seed)
    parts = np.array([0, 1, 2, 3, 14, 15, 80, 81, 222])
    groups = []
    for _ in range(households):
        home, lives = rng.choice(parts, 2)
        couple = rng.random() < 0.6
        group: list[dict] = [{"age": int(rng.integers(16, 80))}]
        if couple:
            group[0]["spouse"] = 1
            group.append({"age": int(rng.integers(18, 80)), "spouse": 0, "sex": 1})
        for _ in range(int(rng.integers(0, 4))):
            group.append({"age": int(rng.integers(0, 24)), "parent": int(rng.integers(0, 1 + couple))})
        for person in group:
            elsewhere = rng.random() < 0.25
            person["home"] = home
            person["lives"] = rng.choice(parts) if elsewhere else lives
            person["left_home"] = NOW - int(rng.integers(0, 200)) if person["home"] != person["lives"] else 0
            person["collective"] = int(rng.random() < 0.1)
            person["holdings"] = int(rng.choice([0, 0, 0, 1, 1, 2, 3, 4, 8]))
            person["enrolled"], person["schooling"] = int(rng.random() < 0.2), int(rng.integers(0, 6))
            person["dead"] = rng.random() < 0.04
        rng.shuffle(order := list(range(len(group))))
        back = {old: new for new, old in enumerate(order)}
        moved = [dict(group[old]) for old in order]
        for person in moved:
            for name in ("spouse", "parent"):
                if name in person:
                    person[name] = back[person[name]]
        groups.append(moved)
    people = families(*groups)
    n = sum(map(len, groups))
    dead = people.risk[:n] == 255
    people.spouse[:n][dead] = -1
    widowed = people.spouse[:n] >= 0
    widowed[widowed] = dead[people.spouse[:n][widowed]]
    people.spouse[:n][widowed] = -1
    return people, n


def copy(people: Columns) -> Columns:
    """Columns of their own with the same contents."""
    return Columns(people.identity_rows, *(column.copy() for column in people[1:]))
