"""Households as closed rings of rows: who is next, leaving one, joining one."""

from __future__ import annotations

from urbsim.compute.compiled import inlined

_LONGEST = 400  # members; longer means a broken ring


@inlined
def leave_ring(row, ring):
    """Takes `row` out of its household; it becomes a household of one."""
    before = row
    for _ in range(_LONGEST):
        if ring[before] == row:
            break
        before = ring[before]
    ring[before] = ring[row]
    ring[row] = row


@inlined
def join_ring(row, member, ring):
    """Puts `row`, a household of one, into the household of `member`, right after it."""
    ring[row] = ring[member]
    ring[member] = row
