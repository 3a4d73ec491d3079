"""Random but valid small worlds: closed households, married couples, children, people away, a few dead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from urbsim.state.columns import Columns, Ledger, Stocks, empty_ledger
from urbsim.state.risk import risk_class_array

MONTH = 1470  # a month of 2022


@dataclass
class SmallWorld:
    """Columns with room for more rows, the rows in use, and an empty ledger."""

    people: Columns
    n: int
    ledger: Ledger

    def copy(self) -> SmallWorld:
        """A world of its own with the same contents."""
        people = Columns(self.people.identity_rows, *(column.copy() for column in self.people[1:]))
        flows = {name: array.copy() for name, array in self.ledger._asdict().items() if name != "stocks"}
        stocks = Stocks(*(stock.copy() for stock in self.ledger.stocks))
        return SmallWorld(people, self.n, Ledger(**flows, stocks=stocks))


def random_world(seed: int, households: int = 900, identity_share: float = 0.0) -> SmallWorld:
    """A world of some 3,000 persons. identity_share: share of rows whose id is the row, as at scale 1."""
    rng = np.random.default_rng(seed)
    members, spouse, parent, sex, age = [], [], [], [], []
    for _ in range(households):
        first = len(sex)
        couple = rng.random() < 0.7
        adults = 2 if couple else 1
        sexes = [1, 0] if couple else [int(rng.random() < 0.5)]
        ages = list(rng.integers(18, 75, adults) * 12 + rng.integers(0, 12, adults))
        for k in range(adults):
            sex.append(sexes[k])
            age.append(ages[k])
            spouse.append(first + 1 - k if couple else -1)
            parent.append(-1)
        for _ in range(rng.integers(0, 5)):  # the mother comes first, else the only adult
            sex.append(int(rng.random() < 0.5))
            age.append(int(rng.integers(0, 26 * 12)))
            spouse.append(-1)
            parent.append(first)
        if rng.random() < 0.3:  # an old parent of the first adult
            parent[first] = len(sex)
            sex.append(int(rng.random() < 0.5))
            age.append(int(rng.integers(60 * 12, 112 * 12)))
            spouse.append(-1)
            parent.append(-1)
        members.append(np.arange(first, len(sex)))
    n = len(sex)
    capacity = n + 2000
    identity = int(n * identity_share)

    ring = np.full(capacity, -7, np.int32)
    for rows in members:
        order = rng.permutation(rows)
        ring[order] = np.roll(order, -1)

    def column(values: object, dtype: type) -> np.ndarray:
        out = np.full(capacity, 77, dtype)
        out[:n] = values
        return out

    months_old = np.array(age)
    years = months_old // 12
    schooling = np.select(
        [years < 6, years < 12, years < 15, years < 18], [0, 1, 2, 3], rng.choice([1, 2, 2, 3, 4, 5], n)
    )
    household = np.repeat(np.arange(households), [rows.size for rows in members])
    home = rng.integers(0, 224, households)[household]
    stranger = rng.random(n) < 0.2
    home[stranger] = rng.integers(0, 224, stranger.sum())
    # Most live at home, some together elsewhere, some alone elsewhere.
    where = rng.random(households)[household]
    lives = np.where(where < 0.5, home, rng.integers(0, 224, households)[household])
    alone = rng.random(n) < 0.15
    lives[alone] = rng.integers(0, 224, alone.sum())
    away = home != lives
    months_away = rng.choice([0, 1, 3, 5, 6, 7, 30, 200, 700], n)
    left_home = np.where(away, MONTH - months_away, np.where(rng.random(n) < 0.2, MONTH - months_away, 0))
    counted = np.where(away & (months_away < 6), home, lives)
    risk = risk_class_array(years, np.array(sex), np.array(spouse) >= 0, away)

    dead = rng.random(n) < 0.03
    spouse = np.array(spouse)
    widowed = spouse[dead & (spouse >= 0)]
    spouse[widowed] = -1
    spouse[dead] = -1
    risk[widowed] &= 0xFD
    for values in (risk, home, lives, counted):
        values[dead] = 255

    # Most work where they live; some have lost touch with their job, as after a move of this month.
    in_town = (lives < 222) & (lives % 2 == 1) & (years >= 16) & (years < 65)
    work = np.where(
        in_town, rng.choice([1, 4, 5, 6, 7, 8, 9], n), rng.choice([0, 2, 3, 8], n, p=[0.4, 0.3, 0.2, 0.1])
    )
    work_county = np.where(in_town & (rng.random(n) < 0.8), lives // 2, rng.integers(0, 111, n))

    ids = rng.integers(0, 1 << 63, capacity - identity, dtype=np.uint64)
    people = Columns(
        identity_rows=identity,
        ids=ids,
        risk=column(risk, np.uint8),
        birth_month=column(MONTH - months_old, np.int16),
        sex=column(sex, np.uint8),
        schooling=column(schooling, np.uint8),
        enrolled=column((years >= 6) & (years < 23) & (rng.random(n) < 0.8), np.uint8),
        home=column(home, np.uint8),
        lives=column(lives, np.uint8),
        counted=column(counted, np.uint8),
        other_township=column(~away & (rng.random(n) < 0.2), np.uint8),
        left_home=column(left_home, np.int16),
        collective=column(rng.random(n) < 0.05, np.uint8),
        cell=column(rng.integers(0, 256, n), np.uint8),
        ring=ring,
        spouse=column(spouse, np.int32),
        parent=column(parent, np.int32),
        work=column(work, np.uint8),
        work_county=column(work_county, np.uint8),
        holdings=column(rng.integers(0, 16, n), np.uint8),
        school=column(rng.integers(0, 3, n), np.uint8),
        births=column(0, np.uint8),
        pending=column(rng.integers(0, 4, n), np.uint8),
    )
    return SmallWorld(people, n, empty_ledger())
