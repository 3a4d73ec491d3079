"""Small worlds of families with children, for tests of school places."""

from __future__ import annotations

import numpy as np

from urbsim.state.columns import Columns, empty_ledger
from urbsim.state.risk import risk_class_array

SEPTEMBER = 1460  # September 2021
TOWN, VILLAGE = 2 * 7 + 1, 2 * 7  # county 7
FAR_VILLAGE, OTHER_TOWN = 2 * 40, 2 * 30 + 1
ALWAYS, NEVER = np.uint64(1 << 32), np.uint64(0)


def world(persons: list[dict]) -> Columns:
    """Columns of one row per person; `age` in months at SEPTEMBER; `lives` is `home` unless given; no household rings."""
    n = len(persons)

    def column(name: str, dtype: type, default: int = 0) -> np.ndarray:
        return np.array([person.get(name, default) for person in persons], dtype)

    home = column("home", np.uint8, VILLAGE)
    lives = np.array([person.get("lives", home[k]) for k, person in enumerate(persons)], np.uint8)
    age = column("age", np.int64, 480)
    spouse = column("spouse", np.int32, -1)
    risk = risk_class_array(np.maximum(age, 0) // 12, np.zeros(n, int), spouse >= 0, home != lives)
    counted = lives.copy()
    for where in (risk, home, lives, counted):
        where[column("dead", bool)] = 255
    zero = {name: np.zeros(n, np.uint8) for name in Columns._fields}
    return Columns(
        **{
            **zero,
            "identity_rows": 0,
            "ids": np.arange(500, 500 + n, dtype=np.uint64),
            "risk": risk,
            "birth_month": (SEPTEMBER - age).astype(np.int16),
            "sex": column("sex", np.uint8),
            "home": home,
            "lives": lives,
            "counted": counted,
            "left_home": column("left_home", np.int16),
            "cell": column("cell", np.uint8),
            "ring": np.arange(n, dtype=np.int32),
            "spouse": spouse,
            "parent": column("parent", np.int32, -1),
            "holdings": column("holdings", np.uint8),
            "school": column("school", np.uint8),
            "work_county": column("work_county", np.uint8),
        }
    )


def random_families(seed: int, families: int = 700) -> Columns:
    """Families of two parents and up to four children up to 20 years old; some away, some dead, some with a place."""
    rng = np.random.default_rng(seed)
    persons: list[dict] = []
    rings: list[np.ndarray] = []
    for _ in range(families):
        first = len(persons)
        home, lives = rng.integers(0, 224, 2)
        for k in range(2):
            persons.append(
                {
                    "age": rng.integers(240, 600),
                    "sex": 1 - k,
                    "spouse": first + 1 - k,
                    "home": rng.choice([home, lives, rng.integers(0, 224)]),
                    "lives": rng.choice([lives, home]),
                    "holdings": rng.integers(0, 4),
                    "left_home": SEPTEMBER - rng.integers(0, 300),
                }
            )
        for _ in range(rng.integers(0, 5)):
            where = int(rng.choice([lives, lives, home, rng.integers(0, 224)]))
            child = {
                "age": rng.integers(0, 240),
                "parent": first,
                "home": home,
                "lives": where,
                "cell": rng.integers(0, 256),
                "dead": rng.random() < 0.05,
            }
            if 36 <= child["age"] - 11 and child["age"] < 180 and rng.random() < 0.5:
                child["school"] = rng.integers(1, 3)
                child["work_county"] = min(where, 221) >> 1 if rng.random() < 0.8 else rng.integers(0, 111)
            persons.append(child)
        rings.append(np.arange(first, len(persons)))
    people = world(persons)
    for rows in rings:
        people.ring[rows] = np.roll(rows, -1)
    return people


def copy(people: Columns) -> Columns:
    """The same columns, for another implementation to write on."""
    return Columns(people.identity_rows, *(column.copy() for column in people[1:]))


def same(one: Columns, other: Columns) -> bool:
    """True if all columns agree."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


LEDGER = empty_ledger
