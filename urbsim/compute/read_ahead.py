"""Reading ahead: what a run of events will touch is asked for some rows before it is needed.

An event touches a dozen columns at one row, each in a place of memory of its own, and what it does with one value
decides what it reads next; so it waits for memory again and again. Lines that were asked for come meanwhile.

Each function here is called for every position k of a list, in order, and asks for what the row AHEAD positions later
will touch; at the first position for all rows up to there.
"""

from __future__ import annotations

from numba import uint64

from urbsim.compute.compiled import inlined, njit
from urbsim.compute.prefetch import prefetch

AHEAD = 16  # rows: so many that their lines have come, so few that they are still near


@njit(inline="always")
def _first(k, distance):
    """First of the positions to ask for at position k."""
    return k + distance if k else 0


@inlined
def read_family(rows, k, people):
    """Reads who belongs to the rows: spouse, and the next member of the household as a child."""
    for j in range(_first(k, 2 * AHEAD), min(k + 2 * AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.ring, row)
        prefetch(people.spouse, row)
        prefetch(people.risk, row)
        prefetch(people.lives, row)
        prefetch(people.birth_month, row)
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        member = uint64(people.ring[uint64(rows[j])])
        prefetch(people.ring, member)
        prefetch(people.parent, member)
        prefetch(people.birth_month, member)
        prefetch(people.risk, member)
        prefetch(people.lives, member)


@inlined
def read_children(rows, k, people):
    """Reads the next members of the households of the rows, as far as it matters for children."""
    for j in range(_first(k, 2 * AHEAD), min(k + 2 * AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.ring, row)
        prefetch(people.spouse, row)
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        member = uint64(people.ring[uint64(rows[j])])
        prefetch(people.ring, member)
        prefetch(people.parent, member)
        prefetch(people.birth_month, member)
        prefetch(people.risk, member)
        prefetch(people.lives, member)
        prefetch(people.home, member)
        prefetch(people.schooling, member)
        prefetch(people.enrolled, member)


@inlined
def read_household(rows, k, people):
    """Reads who are children of the rows, and how old, among the next members of their households."""
    for j in range(_first(k, 2 * AHEAD), min(k + 2 * AHEAD + 1, rows.size)):
        prefetch(people.ring, uint64(rows[j]))
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        member = uint64(people.ring[uint64(rows[j])])
        prefetch(people.ring, member)
        prefetch(people.parent, member)
        prefetch(people.birth_month, member)


@inlined
def read_single(rows, k, people):
    """Reads what a union changes of the rows beside their households, and where they live."""
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.spouse, row)
        prefetch(people.risk, row)
        prefetch(people.lives, row)


@inlined
def read_vitals(rows, k, people):
    """Reads age and part of the rows, and the class, which says sex and union."""
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.risk, row)
        prefetch(people.lives, row)
        prefetch(people.birth_month, row)


@inlined
def read_prospects(rows, k, people):
    """Reads what else a decision of the rows to move depends on."""
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.home, row)
        prefetch(people.left_home, row)
        prefetch(people.schooling, row)
        prefetch(people.enrolled, row)
        prefetch(people.holdings, row)
        prefetch(people.ring, row)


@inlined
def read_counting(rows, k, people):
    """Reads where the rows live, are registered and count, and since when."""
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.risk, row)
        prefetch(people.lives, row)
        prefetch(people.home, row)
        prefetch(people.counted, row)
        prefetch(people.left_home, row)


@inlined
def read_residence(rows, k, people):
    """Reads what `read_counting` does, and in which stocks the rows are."""
    read_counting(rows, k, people)
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.holdings, row)
        prefetch(people.pending, row)
        prefetch(people.birth_month, row)


@inlined
def read_mother(rows, k, people):
    """Reads what a birth takes from the mothers in the rows."""
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.home, row)
        prefetch(people.lives, row)
        prefetch(people.counted, row)
        prefetch(people.left_home, row)
        prefetch(people.holdings, row)
        prefetch(people.cell, row)
        prefetch(people.births, row)
        prefetch(people.ring, row)


@inlined
def read_dwelling(rows, k, people):
    """Reads what a walk round the households of the rows will read."""
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.ring, row)
        prefetch(people.lives, row)
        prefetch(people.holdings, row)


@inlined
def read_work(rows, k, people):
    """Reads what decides whether the work of the rows is in line."""
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.lives, row)
        prefetch(people.work_county, row)
        prefetch(people.enrolled, row)


@inlined
def read_pupil(rows, k, people):
    """Reads what the standing of children depends on; their parents mostly stand in the rows beside them."""
    for j in range(_first(k, AHEAD), min(k + AHEAD + 1, rows.size)):
        row = uint64(rows[j])
        prefetch(people.lives, row)
        prefetch(people.home, row)
        prefetch(people.birth_month, row)
        prefetch(people.parent, row)
        prefetch(people.spouse, row)
        prefetch(people.holdings, row)
        prefetch(people.left_home, row)
