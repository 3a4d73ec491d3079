"""Reading ahead: what a run of events will touch is read side by side, before the first of them happens.

An event touches a dozen columns at one row, each in a place of memory of its own, and what it does with one value
decides what it reads next; so it waits for memory again and again. A few dozen rows read in a loop without branches
are waited for once. `seen` (AHEAD,) takes what was read, for a compiler leaves out what nobody needs; nobody reads it.

Each function here is called for every position k of a list, and reads at every AHEAD-th: rows[k : k + AHEAD]. Where the
next events cannot begin before the last have ended, another thread reads for the one that works (`read_households`):
the memory nearest to all cores is shared.
"""

from __future__ import annotations

from numba import uint64

from urbsim.compute.compiled import inlined, njit

_NEAR = 4  # members of a household read by another thread: most have no more
AHEAD = 64  # rows read at a time: some thousand lines of memory, which stay near until they are needed


@inlined
def read_family(rows, k, people, seen):
    """Reads who belongs to the rows: spouse, and the next member of the household as a child."""
    if k % AHEAD:
        return
    risk, lives, birth_month = people.risk, people.lives, people.birth_month
    spouse, parent, ring = people.spouse, people.parent, people.ring
    last = min(k + AHEAD, rows.size)
    for j in range(k, last):
        row = uint64(rows[j])
        seen[j - k] = ring[row] ^ spouse[row] ^ risk[row] ^ lives[row] ^ birth_month[row]
    for j in range(k, last):
        member = uint64(ring[uint64(rows[j])])
        seen[j - k] ^= ring[member] ^ parent[member] ^ birth_month[member]


@inlined
def read_children(rows, k, people, seen):
    """Reads the next members of the households of the rows, as far as it matters for children."""
    if k % AHEAD:
        return
    ring, spouse, parent, birth_month = people.ring, people.spouse, people.parent, people.birth_month
    risk, lives, home = people.risk, people.lives, people.home
    schooling, enrolled = people.schooling, people.enrolled
    for j in range(k, min(k + AHEAD, rows.size)):
        row = uint64(rows[j])
        member = uint64(ring[row])
        child = ring[member] ^ parent[member] ^ birth_month[member] ^ risk[member]
        where = lives[member] ^ home[member] ^ schooling[member] ^ enrolled[member]
        seen[j - k] = spouse[row] ^ child ^ where


@inlined
def read_person(rows, k, people, seen):
    """Reads what the hazards of the rows depend on: age, sex, union, part."""
    if k % AHEAD:
        return
    risk, lives, birth_month, sex, spouse = (
        people.risk,
        people.lives,
        people.birth_month,
        people.sex,
        people.spouse,
    )
    for j in range(k, min(k + AHEAD, rows.size)):
        row = uint64(rows[j])
        seen[j - k] = risk[row] ^ lives[row] ^ birth_month[row] ^ sex[row] ^ spouse[row]


@inlined
def read_prospects(rows, k, people, seen):
    """Reads what else a decision of the rows to move depends on."""
    if k % AHEAD:
        return
    home, schooling, enrolled, holdings = people.home, people.schooling, people.enrolled, people.holdings
    left_home, ring = people.left_home, people.ring
    for j in range(k, min(k + AHEAD, rows.size)):
        row = uint64(rows[j])
        tie = home[row] ^ left_home[row] ^ ring[row]
        seen[j - k] = tie ^ schooling[row] ^ enrolled[row] ^ holdings[row]


@inlined
def read_residence(rows, k, people, seen):
    """Reads where the rows are registered and count, since when, and in which stocks they are."""
    if k % AHEAD:
        return
    risk, lives, home, counted = people.risk, people.lives, people.home, people.counted
    left_home, other_township = people.left_home, people.other_township
    collective, holdings, pending_bits, birth_month = (
        people.collective,
        people.holdings,
        people.pending,
        people.birth_month,
    )
    for j in range(k, min(k + AHEAD, rows.size)):
        row = uint64(rows[j])
        where = risk[row] ^ lives[row] ^ home[row] ^ counted[row] ^ left_home[row] ^ other_township[row]
        seen[j - k] = where ^ collective[row] ^ holdings[row] ^ pending_bits[row] ^ birth_month[row]


@inlined
def read_mother(rows, k, people, seen):
    """Reads what a birth takes from the mothers in the rows beside where they live."""
    if k % AHEAD:
        return
    births, cell, ring = people.births, people.cell, people.ring
    for j in range(k, min(k + AHEAD, rows.size)):
        row = uint64(rows[j])
        seen[j - k] = births[row] ^ cell[row] ^ ring[row]


@inlined
def read_dwelling(rows, k, people, seen):
    """Reads what a walk round the households of the rows will read."""
    if k % AHEAD:
        return
    ring, lives, collective, holdings = people.ring, people.lives, people.collective, people.holdings
    for j in range(k, min(k + AHEAD, rows.size)):
        row = uint64(rows[j])
        seen[j - k] = ring[row] ^ lives[row] ^ collective[row] ^ holdings[row]


@inlined
def read_work(rows, k, people, seen):
    """Reads what decides whether the work of the rows is in line."""
    if k % AHEAD:
        return
    lives, work_county, enrolled, sex = people.lives, people.work_county, people.enrolled, people.sex
    for j in range(k, min(k + AHEAD, rows.size)):
        row = uint64(rows[j])
        seen[j - k] = lives[row] ^ work_county[row] ^ enrolled[row] ^ sex[row]


@njit(nogil=True, cache=True, _nrt=False)
def read_households(rows, people):
    """Reads what events in these rows may touch: they themselves and those next to them in the household.

    Nothing follows from what is returned; what is read may change meanwhile.
    """
    risk, lives, home, counted = people.risk, people.lives, people.home, people.counted
    left_home, other_township, collective = people.left_home, people.other_township, people.collective
    holdings, pending_bits, birth_month = people.holdings, people.pending, people.birth_month
    spouse, parent, ring = people.spouse, people.parent, people.ring
    seen = 0
    for k in range(rows.size):
        row = uint64(rows[k])
        seen ^= risk[row] ^ lives[row] ^ home[row] ^ counted[row] ^ left_home[row] ^ other_township[row]
        seen ^= collective[row] ^ holdings[row] ^ pending_bits[row]
        member = row
        for _ in range(_NEAR):
            seen ^= birth_month[member] ^ spouse[member] ^ parent[member]
            member = uint64(ring[member])
            seen ^= risk[member] ^ lives[member]
            if member == row:
                break
    return seen
