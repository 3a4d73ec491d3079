"""Plain twin of `urbsim.processes.housing.kernels`."""

from __future__ import annotations

import numpy as np

from urbsim.compute.plain.luck import high_bits, luck_of
from urbsim.compute.words import BYTE, BYTE_VALUES
from urbsim.state.codes import COLLEGE, DEAD, FIRST_OUTSIDE, N_COUNTIES
from urbsim.state.columns import Columns
from urbsim.state.holdings import (
    DORMITORY,
    GUARANTEED_RENTAL,
    OWN_HOME,
    PERMIT,
    PUBLIC_RENTAL,
    RENT_SUBSIDY,
    SUPPORTED,
)
from urbsim.state.plain.households import COMING_OF_AGE, others
from urbsim.state.plain.persons import alive, months_old

_LUCK_BITS, _COUNTY_FROM = 47, 57


def _in_a_town(rows: np.ndarray, people: Columns) -> np.ndarray:
    lives = people.lives[rows]
    return alive(rows, people) & (lives < FIRST_OUTSIDE) & (lives % 2 == 1)


def _household(row: int, part: int, people: Columns) -> list[int]:
    """Members of the ring of `row` who dwell in the part and not in a dormitory, in the order of the ring."""
    ring = [row, *others(row, people)]
    return [
        m
        for m in ring
        if people.lives[m] == part and not people.holdings[m] & DORMITORY and people.risk[m] != DEAD
    ]


def _adult(row: int, month: int, people: Columns) -> bool:
    return month - int(people.birth_month[row]) >= COMING_OF_AGE


def _head(row: int, part: int, month: int, people: Columns) -> int:
    """Lowest row among the adults of the household; -1 for none."""
    return min((m for m in _household(row, part, people) if _adult(m, month, people)), default=-1)


def eligible(
    lo: int,
    hi: int,
    month: int,
    people: Columns,
    city: np.ndarray,
    renting: np.ndarray,
    low_income: np.uint64,
    needs_permit: int,
    residence: int,
    applied: np.uint64,
    tenure_key: np.uint64,
    income_key: np.uint64,
    application_key: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    """Household heads who are eligible and apply, and whether they are migrants (ODD equation H4)."""
    rows = np.arange(lo, hi)
    rows = rows[_in_a_town(rows, people) & (people.holdings[rows] & DORMITORY == 0)]
    rows = rows[(people.holdings[rows] & SUPPORTED == 0) & (months_old(rows, month, people) >= COMING_OF_AGE)]
    migrant = people.home[rows] != people.lives[rows]
    without_home = (
        high_bits(luck_of(rows, people, tenure_key)) < renting[people.lives[rows] // 2, migrant.astype(int)]
    )
    poor = high_bits(luck_of(rows, people, income_key)) < low_income
    from_here = city[people.home[rows]] == city[people.lives[rows]]
    entitled = (people.holdings[rows] & PERMIT > 0) | from_here | (not needs_permit)
    entitled &= month - people.left_home[rows].astype(np.int64) >= residence
    able = without_home & np.where(migrant, entitled, poor)
    able &= high_bits(luck_of(rows, people, application_key)) < applied
    rows, migrant = rows[able], migrant[able]
    heads = [_head(row, int(people.lives[row]), month, people) == row for row in rows.tolist()]
    heads = np.array(heads, dtype=bool)
    return rows[heads].astype(np.int32), migrant[heads].astype(np.uint8)


def residence_months(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """Months since leaving home or coming back to it, else since birth."""
    left = people.left_home[rows].astype(np.int64)
    since = np.where(left > 0, left, people.birth_month[rows])
    return np.maximum(month - since, 0)


def still_waiting(
    rows: np.ndarray, counties: np.ndarray, people: Columns, moved: bool, served: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who still waits, where, and how many of each county do not; unless moved, all are there (ODD equation H5)."""
    waits = people.holdings[rows] & SUPPORTED == 0
    if not moved:
        waits |= ~np.isin(rows, served)
    else:
        there = alive(rows, people) & (people.lives[rows] == 2 * counties.astype(np.int64) + 1)
        waits &= there & (people.holdings[rows] & DORMITORY == 0)
    return rows[waits], counties[waits], np.bincount(counties[~waits], minlength=BYTE_VALUES)


def ranks_in_queue(
    rows: np.ndarray, counties: np.ndarray, month: int, people: Columns, counted: int, key: np.uint64
) -> np.ndarray:
    """Ranks in the queue by county, residence and luck (ODD equation H5)."""
    behind = counted - np.minimum(residence_months(rows, month, people), counted)
    ranks = counties.astype(np.uint64) * np.uint64(2**_COUNTY_FROM)
    ranks += behind.astype(np.uint64) * np.uint64(2**_LUCK_BITS)
    return ranks + (luck_of(rows, people, key) >> np.uint64(64 - _LUCK_BITS))


def front_of_queue(
    rows: np.ndarray,
    counties: np.ndarray,
    free: np.ndarray,
    month: int,
    people: Columns,
    counted: int,
    key: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    """Everybody in the queue of a county in which units are free: positions and ranks (ODD equation H5).

    The kernel leaves out of them who cannot be among the first, as many as there are units.
    """
    at = np.flatnonzero(free[counties] > 0)
    return at, ranks_in_queue(rows[at], counties[at], month, people, counted, key)


def give_back(bearers: np.ndarray, people: Columns) -> None:
    """Takes the marks of housing support from all who bear one."""
    people.holdings[bearers] &= np.uint8(BYTE - SUPPORTED)


def renew(
    tenants: np.ndarray, counties: np.ndarray, mark: int, month: int, people: Columns
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which tenancies go on, under whom, and who lives in them (ODD equation H6)."""
    kept: list[tuple[int, int]] = []
    bearers: list[int] = []
    for tenant, county in zip(tenants.tolist(), counties.tolist(), strict=True):
        part = 2 * county + 1
        if tenant not in _household(tenant, part, people):
            tenant = _head(tenant, part, month, people)
        if tenant < 0 or people.holdings[tenant] & SUPPORTED:
            continue
        kept.append((tenant, county))
        members = [m for m in _household(tenant, part, people) if not people.holdings[m] & SUPPORTED]
        people.holdings[members] |= np.uint8(mark)
        bearers += members
    rows, where = (np.array([pair[k] for pair in kept], dtype) for k, dtype in ((0, np.int32), (1, np.uint8)))
    return rows, where, np.array(bearers, np.int32)


def followers(
    tenants: np.ndarray, month: int, people: Columns, share: np.uint64, border_open: bool, key: np.uint64
) -> tuple[np.ndarray, np.ndarray]:
    """Spouses and minor children who join a household that was given a dwelling (ODD equation H6)."""
    moves: list[tuple[int, int]] = []
    for tenant in tenants.tolist():
        part = int(people.lives[tenant])

        def here(row: int, part: int = part) -> bool:
            in_dormitory = people.holdings[row] & DORMITORY
            return bool(people.lives[row] == part and not in_dormitory and people.risk[row] != DEAD)

        def follows(row: int, part: int = part) -> bool:
            lives = int(people.lives[row])
            student = people.enrolled[row] and people.schooling[row] >= COLLEGE
            bound = (
                student or people.holdings[row] & SUPPORTED or (lives >= FIRST_OUTSIDE and not border_open)
            )
            if people.risk[row] == DEAD or lives == part or bound:
                return False
            return bool(high_bits(luck_of(np.array([row]), people, key))[0] < share)

        for member in [tenant, *others(tenant, people)]:
            if here(member) or people.risk[member] == DEAD:
                continue
            spouse, parent = int(people.spouse[member]), int(people.parent[member])
            if spouse >= 0 and here(spouse):
                comes = follows(member)
            elif parent >= 0 and not _adult(member, month, people):
                parents = [p for p in (parent, int(people.spouse[parent])) if p >= 0]
                with_child = [
                    p for p in parents if people.risk[p] != DEAD and people.lives[p] == people.lives[member]
                ]
                comes = any(map(here, parents)) and all(map(follows, with_child)) and follows(member)
            else:
                comes = False
            if comes:
                moves.append((member, part))
    return np.array([m for m, _ in moves], np.int32), np.array([p for _, p in moves], np.uint8)


def supported(lo: int, hi: int, people: Columns) -> np.ndarray:
    """Recount of persons by county, (5, 111): public rental, subsidy, dormitory, guaranteed rental, bought home."""
    rows = np.arange(lo, hi)
    rows = rows[_in_a_town(rows, people)]
    holdings = people.holdings[rows]
    groups = (
        holdings & PUBLIC_RENTAL > 0,
        holdings & RENT_SUBSIDY > 0,
        holdings & DORMITORY > 0,
        holdings & GUARANTEED_RENTAL > 0,
        holdings & OWN_HOME > 0,
    )
    return np.stack([np.bincount(people.lives[rows[g]] // 2, minlength=N_COUNTIES) for g in groups])
