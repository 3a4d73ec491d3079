"""Chooses a person by what happens to them in a run, with a keyed draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from urbsim.compute.plain.luck import ids_of
from urbsim.compute.randomness import draw64_array, stream_key
from urbsim.errors import Problem, nearest, quoted
from urbsim.state.codes import DEAD, FIRST_JOB, FIRST_OUTSIDE, NO_PLACE, UNEMPLOYED
from urbsim.state.holdings import OWN_HOME, PERMIT, PUBLIC_RENTAL, RENT_SUBSIDY, TRAINED

if TYPE_CHECKING:
    from urbsim.simulation.world import World
    from urbsim.state.columns import Columns

Before = dict[str, np.ndarray]
_COLUMNS = ("lives", "home", "work", "holdings", "school", "spouse", "risk", "births")


def _gets(mark: int) -> Callable[[Before, Columns, int], np.ndarray]:
    return lambda was, people, n: (people.holdings[:n] & mark > 0) & (was["holdings"] & mark == 0)


def _moves(was: Before, people: Columns, n: int) -> np.ndarray:
    """Lives elsewhere; a village whose code turned urban moves nobody, though home and part lived in have changed."""
    elsewhere = (people.lives[:n] != was["lives"]) & (people.home[:n] == was["home"])
    return _lives_on(was, people, n) & elsewhere


def _lives_on(was: Before, people: Columns, n: int) -> np.ndarray:
    return people.risk[:n] != DEAD


CONDITIONS: dict[str, Callable[[Before, Columns, int], np.ndarray]] = {
    "moved": lambda was, people, n: _lives_on(was, people, n) & (people.lives[:n] != was["lives"]),
    "returned": lambda was, people, n: (
        _lives_on(was, people, n) & (people.lives[:n] != was["lives"]) & (people.lives[:n] == people.home[:n])
    ),
    "left_guangxi": lambda was, people, n: (
        _lives_on(was, people, n) & (people.lives[:n] >= FIRST_OUTSIDE) & (was["lives"] < FIRST_OUTSIDE)
    ),
    "settled": lambda was, people, n: (
        _lives_on(was, people, n) & (people.home[:n] != was["home"]) & (people.home[:n] == was["lives"])
    ),
    "got_permit": _gets(PERMIT),
    "took_job": lambda was, people, n: (people.work[:n] >= FIRST_JOB) & (was["work"] < FIRST_JOB),
    "lost_job": lambda was, people, n: (people.work[:n] == UNEMPLOYED) & (was["work"] >= FIRST_JOB),
    "trained": _gets(TRAINED),
    "got_school_place": lambda was, people, n: (people.school[:n] != NO_PLACE) & (was["school"] == NO_PLACE),
    "got_public_rental": _gets(PUBLIC_RENTAL),
    "got_rent_subsidy": _gets(RENT_SUBSIDY),
    "bought_home": _gets(OWN_HOME),
    "married": lambda was, people, n: (people.spouse[:n] >= 0) & (was["spouse"] < 0),
    "gave_birth": lambda was, people, n: people.births[:n] > was["births"],
    "died": lambda was, people, n: (people.risk[:n] == DEAD) & (was["risk"] != DEAD),
}
"""What can happen to somebody in a month; was: columns when it began, of the rows there were then."""


class Watch:
    """Marks who meets each condition in any month. conditions: keys of `CONDITIONS`."""

    def __init__(self, conditions: Sequence[str]) -> None:
        self._conditions, self._was, self._met = tuple(conditions), {}, None

    def month_begins(self, world: World) -> None:
        """Takes down the columns as they are."""
        people, n = world.people, world.n
        self._was = {name: getattr(people, name)[:n].copy() for name in _COLUMNS}

    def month_ends(self, world: World) -> None:
        """Compares them with what they have become."""
        n = self._was["lives"].size
        if self._met is None:
            self._met = np.zeros((len(self._conditions), world.base_rows), bool)
        for k, name in enumerate(self._conditions):
            self._met[k] |= CONDITIONS[name](self._was, world.people, n)[: world.base_rows]

    def chosen(self, world: World) -> int | None:
        """The id of one of those of census night who meet all conditions; None where nobody does."""
        if self._met is None:
            return None
        ids = ids_of(np.flatnonzero(self._met.all(axis=0)), world.people)
        luck = draw64_array(ids, stream_key(world.seed, "traced person"))
        return int(ids[luck.argmin()]) if ids.size else None


def conditions_in(text: str | None, problems: list[Problem]) -> tuple[str, ...]:
    """The conditions of `--who`, such as `moved,settled`; what is wrong goes to `problems`."""
    names = tuple(dict.fromkeys(name.strip() for name in (text or "moved").split(",")))
    for name in names:
        if name not in CONDITIONS:
            near, allowed = nearest(name, CONDITIONS), ", ".join(CONDITIONS)
            problems.append(Problem(f"{quoted(name)} is refused", key="--who", allowed=allowed, nearest=near))
    return names
