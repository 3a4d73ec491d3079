"""Reading ahead: what a run of events will touch is read side by side, before the first of them happens.

An event touches a dozen columns at one row, each in a place of memory of its own, and what it does with one value
decides what it reads next; so it waits for memory again and again. A few dozen rows read in a loop without branches
are waited for once. `seen` takes what was read, for a compiler leaves out what nobody needs; nobody reads it.
"""

from __future__ import annotations

from numba import uint64

from urbsim.compiled import part

AHEAD = 64  # rows read at a time: some thousand lines of memory, which stay near until they are needed


@part
def read_family(rows, first, people, seen):
    """Reads who belongs to rows[first : first + AHEAD]: spouse, and the next member of the household as a child."""
    risk, lives, birth_month = people.risk, people.lives, people.birth_month
    spouse, parent, ring = people.spouse, people.parent, people.ring
    last = min(first + AHEAD, rows.size)
    for k in range(first, last):
        row = uint64(rows[k])
        seen[k - first] = ring[row] ^ spouse[row] ^ risk[row] ^ lives[row] ^ birth_month[row]
    for k in range(first, last):
        member = uint64(ring[uint64(rows[k])])
        seen[k - first] ^= ring[member] ^ parent[member] ^ birth_month[member]


@part
def read_person(rows, first, people, seen):
    """Reads what the hazards of rows[first : first + AHEAD] depend on: age, sex, union, place."""
    risk, lives, birth_month, sex, spouse = (
        people.risk,
        people.lives,
        people.birth_month,
        people.sex,
        people.spouse,
    )
    for k in range(first, min(first + AHEAD, rows.size)):
        row = uint64(rows[k])
        seen[k - first] = risk[row] ^ lives[row] ^ birth_month[row] ^ sex[row] ^ spouse[row]


@part
def read_prospects(rows, first, people, seen):
    """Reads what else a decision of rows[first : first + AHEAD] to move depends on."""
    home, schooling, enrolled, support = people.home, people.schooling, people.enrolled, people.support
    left_home, ring = people.left_home, people.ring
    for k in range(first, min(first + AHEAD, rows.size)):
        row = uint64(rows[k])
        tie = home[row] ^ left_home[row] ^ ring[row]
        seen[k - first] = tie ^ schooling[row] ^ enrolled[row] ^ support[row]


@part
def read_residence(rows, first, people, seen):
    """Reads where rows[first : first + AHEAD] are registered and count, since when, and in which stocks they are."""
    risk, lives, home, counted = people.risk, people.lives, people.home, people.counted
    left_home, other_township = people.left_home, people.other_township
    collective, support, changed, birth_month = (
        people.collective,
        people.support,
        people.changed,
        people.birth_month,
    )
    for k in range(first, min(first + AHEAD, rows.size)):
        row = uint64(rows[k])
        where = risk[row] ^ lives[row] ^ home[row] ^ counted[row] ^ left_home[row] ^ other_township[row]
        seen[k - first] = where ^ collective[row] ^ support[row] ^ changed[row] ^ birth_month[row]
