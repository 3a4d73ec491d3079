"""What all four share: the tables, the persons of the first month, what is compared at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MONTHS = 12
PLACES = 112
HOME, EMPLOYED, SEEKING = 1, 2, 3

# By five-year age group, a month.
DEATH = np.array([4, 1, 1, 2, 2, 3, 3, 4, 6, 9, 13, 18, 25, 35, 50, 80, 120, 200]) / 1e4
LEAVE = np.array([0.006, 0.010, 0.014, 0.008])  # by schooling, a month, of those at home
LEAVES_FROM, LEAVES_TO = 16 * 12, 60 * 12  # months of age
BIRTH = 0.006  # a month
BEARS_FROM, BEARS_TO = 20 * 12, 40 * 12
LOSE, RETURN, FIND_AT_MOST = 0.02, 0.012, 0.35  # a month
VACANCIES = 0.00009  # a month and place, per person of the first month

_weights = np.random.default_rng(5).gamma(0.5, size=(PLACES, PLACES)) + 1e-3
# (origin, place): cumulative probabilities of the places that leavers choose.
CHOICE = np.cumsum(_weights / _weights.sum(axis=1, keepdims=True), axis=1)
CHOICE[:, -1] = 1.0


@dataclass(frozen=True)
class Start:
    """Persons of the first month, (N,) each; age in months."""

    age: np.ndarray
    sex: np.ndarray
    schooling: np.ndarray
    origin: np.ndarray
    place: np.ndarray
    status: np.ndarray


def start(n: int) -> Start:
    """The same n persons for everybody."""
    random = np.random.default_rng(1)
    age = random.integers(0, 1000, n, dtype=np.int16)
    sex = random.integers(0, 2, n, dtype=np.uint8)
    schooling = random.integers(0, 4, n, dtype=np.uint8)
    origin = random.integers(0, PLACES, n, dtype=np.uint8)
    works_away = (random.random(n, dtype=np.float32) < 0.2) & (age >= LEAVES_FROM) & (age < LEAVES_TO)
    status = np.where(works_away, EMPLOYED, HOME).astype(np.uint8)
    place = np.where(works_away, random.integers(0, PLACES, n, dtype=np.uint8), origin)
    return Start(age, sex, schooling, origin, place, status)


def chance_of_a_job(seekers: np.ndarray, n: int) -> np.ndarray:
    """(112,) probability that a seeker finds a job this month. seekers: (112,); n: persons of the first month."""
    return np.minimum(FIND_AT_MOST, VACANCIES * n / np.maximum(seekers, 1))


COMPARED = ("died", "born", "employed", "seeking")


@dataclass(frozen=True)
class Outcome:
    """What came of a year: who died and was born in it, who works away and who seeks at its end; what it took."""

    died: int
    born: int
    employed: int
    seeking: int
    wall: float
    cpu: float


def outcome(n: int, born: int, status: np.ndarray, wall: float, cpu: float) -> Outcome:
    """n: persons of the first month; status: of all persons at the end, the dead may be among them as zeros."""
    employed, seeking = int(np.sum(status == EMPLOYED)), int(np.sum(status == SEEKING))
    alive = int(np.sum(status == HOME)) + employed + seeking
    return Outcome(n + born - alive, born, employed, seeking, wall, cpu)


def disagreement(one: Outcome, other: Outcome, n: int) -> str:
    """What two outcomes of n persons differ in by more than luck allows, "" for nothing."""
    found = []
    for name in COMPARED:
        a, b = getattr(one, name), getattr(other, name)
        allowed = tolerance((a + b) / 2 / n, n) * n
        if abs(a - b) > allowed:
            found.append(f"{name} {a} and {b}, allowed {allowed:.0f}")
    return "; ".join(found)


def tolerance(share: float, n: int) -> float:
    """How far two shares of n persons may lie apart: four standard deviations of the difference of two binomial shares.

    An upper bound of luck: persons live independently but for the job markets, and all years start from the same
    persons, many of whom are nearly certain to stay what they are.
    """
    return 4 * float(np.sqrt(2 * share * (1 - share) / n))
