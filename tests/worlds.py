"""Small worlds: persons written by hand or thrown by dice, in the columns that the kernels and their twins read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from urbsim.state.codes import (
    FARMING,
    FIRST_JOB,
    IDLE,
    KEEPING_HOUSE,
    N_SECTORS,
    ODD_JOBS,
    WORKING_OUTSIDE,
)
from urbsim.state.columns import Columns
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP, PERMIT
from urbsim.state.ledger import Ledger, Stocks, empty_ledger
from urbsim.state.risk import risk_class_array

NOW = 1469  # June 2022
COUNTY, FAR_COUNTY = 7, 40
VILLAGE, TOWN = 2 * COUNTY, 2 * COUNTY + 1
FAR_VILLAGE, FAR_TOWN = 2 * FAR_COUNTY, 2 * FAR_COUNTY + 1
OTHER_TOWN = 2 * 30 + 1
NEXT_TOWN = TOWN + 2  # counties 7 and 8 are districts of one city here
DELTA, REST = 222, 223
CITY_OF_PART = np.concatenate([np.repeat(np.arange(111), 2), [111, 112]])
CITY_OF_PART[[NEXT_TOWN - 1, NEXT_TOWN]] = COUNTY
DEAD = 255
ALWAYS, NEVER = np.uint64(1 << 32), np.uint64(0)
UNMOVED = np.full(256, 1 << 16, np.uint64)  # nothing that people hold changes a hazard

_TYPES: dict[str, type] = {
    "birth_month": np.int16, "left_home": np.int16, "ring": np.int32, "spouse": np.int32, "parent": np.int32,
}  # fmt: skip
_EMPTY = {"ring": -1, "spouse": -1, "parent": -1, "risk": DEAD}
"""What a row holds that nobody has, and a column that nobody names; zero in all others."""


def columns(persons: Mapping[str, np.ndarray], month: int = NOW, room: int = 0) -> Columns:
    """Columns of n persons, and of `room` rows that nobody has yet.

    persons: (n,) values of any column but `ids`, and of
        months_old: age in months at `month`, in the place of `birth_month`
        dead: bool, whose risk class and places become those of the dead
    `home` is asked for; `lives` is `home` unless given, `counted` is `lives`, and the risk class follows from the rest.
    """
    n = len(persons["home"])
    values = {"lives": persons["home"], **persons}
    values = {"counted": values["lives"], **values}
    months_old, dead = values.pop("months_old", None), values.pop("dead", np.zeros(n)).astype(bool)
    if months_old is not None:
        values["birth_month"] = month - months_old
    table = {}
    for name in Columns._fields[2:]:
        table[name] = np.full(n + room, _EMPTY.get(name, 0), _TYPES.get(name, np.uint8))
        if name in values:
            table[name][:n] = values.pop(name)
    assert not values, f"no columns of persons: {sorted(values)}"
    years = np.maximum(month - table["birth_month"][:n].astype(np.int64), 0) // 12
    away = table["home"][:n] != table["lives"][:n]
    table["risk"][:n] = risk_class_array(years, table["sex"][:n], table["spouse"][:n] >= 0, away)
    for name in ("risk", "home", "lives", "counted"):
        table[name][:n][dead] = DEAD
    return Columns(identity_rows=0, ids=np.arange(1000, 1000 + n + room, dtype=np.uint64), **table)


def people_of(
    *families: Sequence[Mapping[str, Any]], home: int = VILLAGE, month: int = NOW, room: int = 50
) -> Columns:
    """Columns of families written by hand, each a household.

    A person is a dict of columns, of `age` in years or `months_old` (40 years if neither is given), and of `dead`;
    `spouse` and `parent` are positions in the family; `home` is that of the call unless given.
    """
    persons: list[dict[str, Any]] = []
    for family in families:
        first = len(persons)
        for k, person in enumerate(family):
            person = {"home": home, "months_old": 12 * person.get("age", 40), **person}
            person = {"lives": person["home"], **person, "ring": first + (k + 1) % len(family)}
            person = {"counted": person["lives"], **person}
            person |= {link: first + person[link] for link in ("spouse", "parent") if link in person}
            persons.append(person)
    names = {name for person in persons for name in person} - {"age"}
    return columns(
        {name: np.array([person.get(name, _EMPTY.get(name, 0)) for person in persons]) for name in names},
        month,
        room,
    )


townspeople = partial(people_of, home=TOWN)


def holding(bit: int, people: Columns, n: int) -> list[int]:
    """1 for each of the first n persons who has the bit of `holdings`, else 0."""
    return (people.holdings[:n] & bit > 0).astype(int).tolist()


def households(*families: Sequence[Mapping[str, Any]], room: int = 50) -> tuple[Columns, int, Ledger]:
    """Columns of families as of `people_of`, the rows in use, and an empty ledger."""
    return people_of(*families, room=room), sum(map(len, families)), empty_ledger()


def alike(n: int, person: Mapping[str, Any], seed: int) -> Columns:
    """n persons alike but for their ids, each alone."""
    one = people_of([person], room=0)
    ids = np.random.default_rng(seed).integers(0, 1 << 63, n, dtype=np.uint64)
    people = Columns(0, ids, *(np.repeat(column, n) for column in one[2:]))
    people.ring[:] = np.arange(n)
    return people


def copy_of(people: Columns) -> Columns:
    """Columns of their own with the same contents."""
    return Columns(people.identity_rows, *(column.copy() for column in people[1:]))


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


@dataclass
class SmallWorld:
    """Columns with room for more rows, the rows in use, and a ledger."""

    people: Columns
    n: int
    ledger: Ledger

    def copy(self) -> SmallWorld:
        """A world of its own with the same contents."""
        flows = {name: array.copy() for name, array in self.ledger._asdict().items() if name != "stocks"}
        stocks = Stocks(*(stock.copy() for stock in self.ledger.stocks))
        return SmallWorld(copy_of(self.people), self.n, Ledger(**flows, stocks=stocks))


def random_world(
    seed: int,
    families: int = 900,
    month: int = NOW,
    identity_share: float = 0.0,
    among: Sequence[int] = range(224),
) -> SmallWorld:
    """A random but valid world of some 3,000 persons: closed households, mutual couples, people away, a few dead.

    identity_share: share of rows whose id is the row, as at scale 1; among: the parts that people come from and live in.
    Rows that nobody has are full of nonsense, so that a kernel is found out which reads them.
    """
    rng = np.random.default_rng(seed)
    places = np.array(among)
    persons = _family_trees(rng, families)
    n, family = persons["sex"].size, persons.pop("family")

    def somewhere(size: int) -> np.ndarray:
        return places[rng.integers(0, places.size, size)]

    years = persons["months_old"] // 12
    home = somewhere(families)[family]
    stranger = rng.random(n) < 0.2
    home[stranger] = somewhere(stranger.sum())
    # Most live at home, some together elsewhere, some alone elsewhere.
    lives = np.where(rng.random(families)[family] < 0.5, home, somewhere(families)[family])
    alone = rng.random(n) < 0.15
    lives[alone] = somewhere(alone.sum())
    away = home != lives
    edges = rng.choice(
        [0, 1, 2, 3, 4, 5, 6, 7, 12, 60, 700], n
    )  # rules ask for months; the others make long queues
    months_away = np.where(rng.random(n) < 0.7, edges, rng.integers(0, 300, n))
    left_home = np.where(away | (rng.random(n) < 0.2), month - months_away, 0)

    # Most work, and hold a school place, where they live; some have lost touch with it, as after a move of this month.
    in_town = (lives < DELTA) & (lives % 2 == 1) & (years >= 16) & (years < 65)
    at_work, at_home = (
        rng.choice(np.arange(KEEPING_HOUSE, FIRST_JOB + N_SECTORS), n),
        rng.choice(
            [IDLE, FARMING, WORKING_OUTSIDE, ODD_JOBS, FIRST_JOB + 3], n, p=[0.4, 0.3, 0.2, 0.05, 0.05]
        ),
    )
    in_touch = (in_town | (years < 16)) & (lives < DELTA) & (rng.random(n) < 0.8)

    dead = rng.random(n) < 0.03
    spouse = persons["spouse"]
    spouse[dead | ((spouse >= 0) & dead[spouse])] = -1
    persons |= {
        "dead": dead,
        "home": home,
        "lives": lives,
        "counted": np.where(away & (months_away < 6), home, lives),
        "left_home": left_home,
        "schooling": np.select(
            [years < 6, years < 12, years < 15, years < 18], [0, 1, 2, 3], rng.choice([1, 2, 2, 3, 4, 5], n)
        ),
        "enrolled": (years >= 6) & (years < 23) & (rng.random(n) < 0.8),
        "cell": rng.integers(0, 256, n),
        "work": np.where(in_town, at_work, at_home),
        "work_county": np.where(in_touch, lives // 2, rng.integers(0, 111, n)),
        "holdings": rng.integers(0, 16, n)
        & (PERMIT | rng.integers(0, 16, n))  # half a permit, else a quarter
        | OTHER_TOWNSHIP * (~away & (rng.random(n) < 0.2))
        | DORMITORY * (rng.random(n) < 0.05),
        "school": rng.integers(0, 3, n),
        "pending": rng.integers(0, 4, n),
    }
    people = columns(persons, month, room=2000)
    for column in people[2:]:
        column[n:] = 77
    people.ring[n:] = -7
    identity = int(n * identity_share)
    ids = rng.integers(0, 1 << 63, people.risk.size - identity, dtype=np.uint64)
    return SmallWorld(people._replace(identity_rows=identity, ids=ids), n, empty_ledger())


def _family_trees(rng: np.random.Generator, families: int) -> dict[str, np.ndarray]:
    """Who belongs to whom: one or two adults, up to four children, sometimes an old parent; in any order of rows."""
    people: dict[str, list[int]] = {
        name: [] for name in ("family", "sex", "months_old", "spouse", "parent", "ring")
    }
    for number in range(families):
        couple = rng.random() < 0.7
        sexes = [1, 0] if couple else [int(rng.random() < 0.5)]
        ages = [int(rng.integers(18 * 12, 75 * 12)) for _ in sexes]
        spouses, parents = [1, 0] if couple else [-1], [-1] * len(sexes)
        for _ in range(rng.integers(0, 5)):
            sexes.append(int(rng.random() < 0.5))
            ages.append(int(rng.integers(0, 26 * 12)))
            spouses.append(-1)
            parents.append(0)  # the mother of a couple, else the only adult
        if rng.random() < 0.3:  # an old parent of the first adult
            parents[0] = len(sexes)
            sexes.append(int(rng.random() < 0.5))
            ages.append(int(rng.integers(60 * 12, 112 * 12)))
            spouses.append(-1)
            parents.append(-1)
        first, size = len(people["sex"]), len(sexes)
        order = rng.permutation(size) if rng.random() < 0.5 else np.arange(size)
        row = first + np.append(np.argsort(order), -1 - first)  # of a member by number; -1 of nobody
        ring = np.empty(size, int)
        around = rng.permutation(size)
        ring[around] = first + np.roll(around, -1)
        people["family"] += [number] * size
        people["sex"] += [sexes[k] for k in order]
        people["months_old"] += [ages[k] for k in order]
        people["spouse"] += row[[spouses[k] for k in order]].tolist()
        people["parent"] += row[[parents[k] for k in order]].tolist()
        people["ring"] += ring.tolist()
    return {name: np.array(values) for name, values in people.items()}
