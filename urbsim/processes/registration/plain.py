"""Plain twin of `urbsim.processes.registration.kernels`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from urbsim.compute.eights import Eights
from urbsim.compute.plain.luck import event_luck, high_bits, luck_of
from urbsim.compute.words import BYTE
from urbsim.state import pending
from urbsim.state.codes import AWAY, DEAD, FIRST_JOB, FIRST_OUTSIDE, N_PARTS
from urbsim.state.columns import Columns
from urbsim.state.definitions import ADULT, RESIDENT_AFTER
from urbsim.state.holdings import OTHER_TOWNSHIP, OWN_HOME, PERMIT
from urbsim.state.ledger import Ledger
from urbsim.state.plain.households import COMING_OF_AGE, children_of, others
from urbsim.state.plain.persons import alive, months_old
from urbsim.state.plain.stocks import count_persons


def _registered_elsewhere(rows: np.ndarray, people: Columns) -> np.ndarray:
    """True for the living in a town of Guangxi who are registered in another part."""
    lives = people.lives[rows]
    town = (lives < FIRST_OUTSIDE) & (lives % 2 == 1)
    return alive(rows, people) & town & (people.home[rows] != lives)


def _months_here(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    return month - people.left_home[rows].astype(np.int64)


def _migrants(rows: np.ndarray, month: int, people: Columns) -> np.ndarray:
    """True for those of them who have been away from home for six months."""
    return _registered_elsewhere(rows, people) & (_months_here(rows, month, people) >= RESIDENT_AFTER)


def permits_at_base(
    lo: int, hi: int, month: int, people: Columns, city: np.ndarray, share: np.uint64, key: np.uint64
) -> None:
    """Gives a share of the migrants from other cities their permit on census night (ODD equation P0)."""
    rows = np.arange(lo, hi)
    rows = rows[_migrants(rows, month, people)]
    rows = rows[city[people.home[rows]] != city[people.lives[rows]]]
    chosen = high_bits(luck_of(rows, people, key)) < share
    people.holdings[rows[chosen]] |= np.uint8(PERMIT)


class Papers(NamedTuple):
    """What decides over permit and settlement of migrants in a month, (n,) each (ODD equations P1-P3, P6, P8-P10).

    Thresholds and luck are uint64 on 2^-32. rows: away from home for six months or more; joins: the spouse is
    registered here, and luck is below that of joining kin; luck: of the month; permit, settle: thresholds of a permit,
    and of settling; knows, aware: a trait, and its threshold; wants, wish: the same of the wish to settle; has_paper:
    holds a permit or needs none; adult; meets_the_rule: of settlement, but for a post; needs_post: the rule asks for
    one, and nothing else will do; has_post.
    """

    rows: np.ndarray
    joins: np.ndarray
    in_town: np.ndarray
    luck: np.ndarray
    permit: np.ndarray
    settle: np.ndarray
    knows: np.ndarray
    aware: np.ndarray
    wants: np.ndarray
    wish: np.ndarray
    has_paper: np.ndarray
    adult: np.ndarray
    meets_the_rule: np.ndarray
    needs_post: np.ndarray
    has_post: np.ndarray

    @property
    def receives(self) -> np.ndarray:
        """True for who receives a permit."""
        able = self.in_town & ~self.joins & (self.knows < self.aware) & ~self.has_paper
        return able & (self.luck < self.permit)

    @property
    def settles(self) -> np.ndarray:
        """True for who settles, not counting those who join kin."""
        return self.may_settle & (self.has_post | ~self.needs_post)

    @property
    def may_settle(self) -> np.ndarray:
        """True for who settles, not counting those who join kin, if they have a post where one is asked for."""
        able = self.in_town & ~self.joins & (self.knows < self.aware) & self.has_paper & self.adult
        return able & (self.luck < self.settle) & (self.wants < self.wish) & self.meets_the_rule


def permits_and_settlement(
    lo: int, hi: int, month: int, people: Columns, eights: Eights, city: np.ndarray, permit: np.ndarray,
    settle: np.uint64, kin: np.uint64, aware: np.ndarray, willing: np.ndarray, knew: np.uint64, base_month: int,
    open_since: np.ndarray, work_months: np.ndarray, insured: np.ndarray, renting: np.ndarray, wishing: np.ndarray,
    key: np.uint64, fine_key: np.uint64, traits: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Who receives a permit and who settles this month (ODD equations P1-P3, P6, P8-P10).

    Returns (new permits, settlers, who of these settle only if they have a post).
    """
    found = papers(
        lo, hi, month, people, eights, city, permit, settle, kin, aware, willing, knew, base_month, open_since,
        work_months, insured, renting, wishing, key, fine_key, traits,
    )  # fmt: skip
    settles = found.joins | found.may_settle
    return found.rows[found.receives], found.rows[settles], (found.needs_post & ~found.joins)[settles]


def papers(
    lo: int, hi: int, month: int, people: Columns, eights: Eights, city: np.ndarray, permit: np.ndarray,
    settle: np.uint64, kin: np.uint64, aware: np.ndarray, willing: np.ndarray, knew: np.uint64, base_month: int,
    open_since: np.ndarray, work_months: np.ndarray, insured: np.ndarray, renting: np.ndarray, wishing: np.ndarray,
    key: np.uint64, fine_key: np.uint64, traits: np.ndarray,
) -> Papers:  # fmt: skip
    """What decides over permits and settlement, of those away from home in Guangxi for six months or more."""
    rows = np.arange(lo, hi, dtype=np.int32)
    away = (
        alive(rows, people) & (people.lives[rows] < FIRST_OUTSIDE) & (people.home[rows] != people.lives[rows])
    )
    rows = rows[away & (_months_here(rows, month, people) >= RESIDENT_AFTER)]
    spouse = people.spouse[rows]
    together_there = (people.home[spouse] == people.lives[rows]) & (
        people.lives[spouse] == people.lives[rows]
    )
    u = event_luck(rows, people, key, fine_key)
    county = people.lives[rows].astype(np.int64) // 2
    knows, wants, has_insurance, tenure = (high_bits(luck_of(rows, people, trait)) for trait in traits)
    of_the_city = city[people.home[rows]] == city[people.lives[rows]]

    asked = work_months[county]
    long_enough = _months_here(rows, month, people) >= asked
    stable = of_the_city | (people.holdings[rows] & OWN_HOME > 0) | (tenure >= renting[county])
    since = np.maximum(people.left_home[rows], open_since[county, stable.astype(int)])
    entitled = np.where(knows < knew, np.clip(base_month - since, 0, willing.size - 1), 0)
    wish = (willing[entitled] * wishing[0][county]) >> np.uint64(16)
    return Papers(
        rows=rows,
        joins=(spouse >= 0) & together_there & (u < kin),
        in_town=_registered_elsewhere(rows, people),
        luck=u,
        permit=permit[county],
        settle=np.full(rows.size, settle, np.uint64),
        knows=knows,
        aware=aware[county],
        wants=wants,
        wish=(wish * wishing[1][people.home[rows].astype(np.int64) // 2]) >> np.uint64(16),
        has_paper=of_the_city | ((people.holdings[rows] & PERMIT) != 0),
        adult=months_old(rows, month, people) >= COMING_OF_AGE,
        meets_the_rule=stable | (long_enough & (has_insurance < insured[county])),
        needs_post=~stable & (asked > 0),
        has_post=people.work[rows] >= FIRST_JOB,
    )


def settlers_outside(
    rows: np.ndarray, month: int, people: Columns, share: np.uint64, after: int, key: np.uint64
) -> np.ndarray:
    """Who of the rows registers where they live outside Guangxi (ODD equation P7)."""
    away = (people.lives[rows] >= FIRST_OUTSIDE) & (people.home[rows] < FIRST_OUTSIDE)
    may = (months_old(rows, month, people) >= 12 * ADULT) & (_months_here(rows, month, people) >= after)
    return rows[away & may & (high_bits(luck_of(rows, people, key)) < share)]


def newcomers_in_villages(
    lo: int, hi: int, month: int, people: Columns, admits: np.ndarray, share: np.uint64, key: np.uint64
) -> np.ndarray:
    """Who lives in a village, is registered in a town or outside, and asks to be registered there (ODD P14)."""
    rows = np.arange(lo, hi, dtype=np.int32)
    lives, home = people.lives[rows], people.home[rows]
    rows = rows[alive(rows, people) & (lives < FIRST_OUTSIDE) & (lives % 2 == 0) & (home != lives)]
    home = people.home[rows]
    rows = rows[(home >= FIRST_OUTSIDE) | (home % 2 == 1)]
    may = (admits[people.lives[rows] // 2] == 1) & (_months_here(rows, month, people) >= RESIDENT_AFTER)
    rows = rows[may & (months_old(rows, month, people) >= COMING_OF_AGE)]
    return rows[high_bits(luck_of(rows, people, key)) < share]


def apply_permits(rows: np.ndarray, people: Columns) -> np.ndarray:
    """Hands out the permits. Returns (224,) new holders by part lived in."""
    people.holdings[rows] |= np.uint8(PERMIT)
    return np.bincount(people.lives[rows], minlength=N_PARTS).astype(np.int64)


def _settle(row: int, people: Columns, ledger: Ledger) -> None:
    count_persons([row], -1, people, ledger.stocks)
    people.home[row] = people.lives[row]
    people.pending[row] |= np.uint8(pending.ALL)
    people.left_home[row] = 0
    people.holdings[row] &= ~np.uint8(PERMIT | OTHER_TOWNSHIP)
    people.risk[row] &= np.uint8(BYTE - AWAY)
    count_persons([row], 1, people, ledger.stocks)


def apply_settlement(
    rows: np.ndarray, month: int, people: Columns, ledger: Ledger
) -> tuple[np.ndarray, np.ndarray]:
    """Registers settlers, and the spouse and minor children with them, where they live (ODD equation P4).

    Returns (224,) persons settled by part, and their rows.
    """
    settled, who = np.zeros(N_PARTS, np.int64), []
    for row in rows.tolist():
        here = int(people.lives[row])
        if people.home[row] == here:
            continue  # came along with the spouse this very month
        family = [
            member
            for member in others(row, people)
            if member == people.spouse[row]
            or (
                member in set(children_of(row, people))
                and month - int(people.birth_month[member]) < COMING_OF_AGE
            )
        ]
        together = [
            member
            for member in family
            if people.risk[member] != DEAD
            and people.lives[member] == people.counted[member] == here
            and people.home[member] != here
        ]
        for person in (row, *together):
            _settle(person, people, ledger)
            settled[here] += 1
            who.append(person)
    return settled, np.array(who, np.int32)
