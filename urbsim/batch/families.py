"""Which runs of a batch are handed out together: those of one draw and seed, for they can share their past."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from urbsim.batch.members import Member

Together = tuple[Member, ...]


def families(members: Iterable[Member], worlds: int, places: int) -> list[Together]:
    """The members in their order, those of one seed, draw and base together.

    worlds: most that a process may hold at once; places: how many families are run at once: each has something to do.
    """
    alike: dict[tuple[int, int, str], list[Member]] = {}
    number = 0
    for member in members:
        alike.setdefault((member.seed, member.draw, member.scenario.base), []).append(member)
        number += 1
    largest = max(min(worlds, -(-number // max(places, 1))), 1)
    return [part for group in alike.values() for part in _even(group, largest)]


def _even(group: list[Member], largest: int) -> list[Together]:
    """The group in as few parts as may be, none larger than that, all about as large."""
    parts = -(-len(group) // largest)
    ends = [len(group) * k // parts for k in range(parts + 1)]
    return [tuple(group[low:high]) for low, high in pairwise(ends)]
