"""Watches one person while a world runs, and writes nothing of the world (ODD equation W9).

The loops of a run are handed to it by name (`urbsim.processes.implementation`). The probe stands before each of them:
it calls the loop as it was called, then looks which of the person's columns the loop changed. Before loops that decide
something it asks the plain twins, for this one row, what the decision rests on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from urbsim.compute.plain.luck import ids_of
from urbsim.processes.implementation import NAMES, Implementation, compiled
from urbsim.state.codes import DEAD
from urbsim.state.holdings import DORMITORY, OTHER_TOWNSHIP, SUPPORTED
from urbsim.state.plain.households import others
from urbsim.trace import decisions

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_COLUMNS = (
    "lives", "counted", "home", "work", "holdings", "school", "enrolled", "schooling", "spouse", "births",
)  # fmt: skip
"""Columns whose changes are noted."""
_OF_THEIR_OWN = {"collective": DORMITORY, "other_township": OTHER_TOWNSHIP}
"""Bits of `holdings` that are told apart from what the person holds."""
STEP = "step"
"""What changes a column that no loop changed: the steps of a process themselves."""
_QUIET = ("counting",)  # loops that only count


@dataclass(frozen=True)
class Note:
    """One thing that happened. month: since 1900-01; kind: a name that `urbsim.trace.prose` has words for."""

    month: int
    kind: str
    data: dict[str, Any]


@dataclass
class Probe:
    """person: stable id; notes: what was seen of them, in order; row: theirs, None before they are there."""

    person: int
    notes: list[Note] = field(default_factory=list)
    row: int | None = None
    _world: World | None = None
    _before: dict[str, int] = field(default_factory=dict)
    _household: tuple[int, ...] = ()
    _lines: dict[str, list[Any]] = field(default_factory=dict)
    _gone: bool = False
    _support: int = 0
    _place: dict[str, int] | None = None

    def engine(self, loops: Implementation | None = None) -> Implementation:
        """The loops of a run, the compiled ones if none are given, each with the probe before it."""
        inner = loops or compiled()
        watched = {name: _Watched(getattr(inner, name), name, self) for name in NAMES if name not in _QUIET}
        return Implementation(**{name: watched.get(name, getattr(inner, name)) for name in NAMES})  # type: ignore[arg-type]

    def attach(self, world: World) -> None:
        """Begins to watch, on census night."""
        self._world = world
        self._look_for()
        if self.row is not None:
            self._begin()
            self._support = int(world.people.holdings[self.row]) & SUPPORTED
            self._place = decisions.queue_position(self)

    def detach(self) -> None:
        """Watches no more."""
        self._world = None

    @property
    def world(self) -> World:
        """The world that is watched."""
        assert self._world is not None
        return self._world

    def note(self, kind: str, **data: Any) -> None:
        """Takes down what happened in the present month."""
        self.notes.append(Note(self.world.month, kind, data))

    def note_before(self, later: str, kind: str, **data: Any) -> None:
        """As `note`, but before a note of that kind if it is the last one of this month: it is known later."""
        self.note(kind, **data)
        if len(self.notes) > 1 and self.notes[-2].kind == later and self.notes[-2].month == self.world.month:
            self.notes[-2:] = self.notes[:-3:-1]

    def month_ends(self) -> None:
        """Notes what is settled only when the month is over: housing support, and the queue for it."""
        if self.row is None or self._gone:
            return
        self._compare(STEP)
        held = int(self.world.people.holdings[self.row]) & SUPPORTED
        if held != self._support:
            self.note("support", before=self._support, now=held)
            self._support = held
        place = decisions.queue_position(self)
        if (place is None) != (self._place is None):
            self.note("housing queue", **(place or {"place": 0, "of": 0}))
        self._place = place

    def call(self, process: str, name: str, loop: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Calls a loop, and looks at the person before and after it."""
        if self._world is None or self._gone:
            return loop(*arguments)
        if self.row is None:
            result = loop(*arguments)
            self._look_for()
            if self.row is not None:
                self._begin()
                self.note("appears", cause=name, **self._before)
            return result
        self._compare(STEP)
        asked = decisions.BEFORE.get((process, name))
        if asked is not None:
            asked(self, *arguments)
        result = loop(*arguments)
        told = decisions.AFTER.get((process, name))
        if told is not None:
            told(self, result, *arguments)
        self._compare(name)
        return result

    def is_of(self, rows: np.ndarray) -> bool:
        """Whether the person is among rows."""
        return bool((rows == self.row).any())

    def keep(self, line: str, item: Any) -> None:
        """Keeps a piece of a queue until it is served."""
        self._lines.setdefault(line, []).append(item)

    def kept(self, line: str) -> list[Any]:
        """The pieces of a queue, which are let go of."""
        return self._lines.pop(line, [])

    def member(self, row: int) -> int:
        """The stable id of a row; -1 for none."""
        return -1 if row < 0 else int(ids_of(np.array([row]), self.world.people)[0])

    def _look_for(self) -> None:
        people, n = self.world.people, self.world.n
        if self.person < people.identity_rows:
            self.row = self.person
            return
        room = people.ids[: people.risk.size - people.identity_rows]
        known = (
            room[: max(n - people.identity_rows, 0)] if self.world.month == self.world.base_month else room
        )
        found = np.flatnonzero(known == np.uint64(self.person))
        alive = [
            int(row) + people.identity_rows
            for row in found
            if people.risk[row + people.identity_rows] != DEAD
        ]
        self.row = alive[0] if alive else None

    def _begin(self) -> None:
        self._before, self._household = self._columns(), self._members()

    def _columns(self) -> dict[str, int]:
        people = self.world.people
        found = {name: int(getattr(people, name)[self.row]) for name in _COLUMNS}
        bits = found["holdings"]
        found["holdings"] &= ~(
            SUPPORTED | DORMITORY | OTHER_TOWNSHIP
        )  # support is taken and given each month
        found |= {name: int(bits & bit > 0) for name, bit in _OF_THEIR_OWN.items()}
        return found

    def _members(self) -> tuple[int, ...]:
        assert self.row is not None
        people = self.world.people
        living = (row for row in others(self.row, people) if people.risk[row] != DEAD)
        return tuple(sorted(map(self.member, living)))

    def _compare(self, cause: str) -> None:
        """Notes what has changed since the last look."""
        people, row = self.world.people, self.row
        if people.risk[row] == DEAD:
            self._gone = True
            self.note("dies", cause=cause, age=decisions.age(self))
            return
        now = self._columns()
        if now != self._before:
            for name, value in now.items():
                if value != self._before[name]:
                    self.note(
                        name,
                        cause=cause,
                        before=self._before[name],
                        now=value,
                        **decisions.beside(self, name),
                    )
            self._before = now
        if cause in decisions.CHANGES_HOUSEHOLDS and (members := self._members()) != self._household:
            came = [each for each in members if each not in self._household]
            left = [each for each in self._household if each not in members]
            self.note("household", cause=cause, came=came, left=left, size=len(members) + 1)
            self._household = members


class _Watched:
    """The loops of a process, each with a probe before it."""

    def __init__(self, inner: Any, process: str, probe: Probe) -> None:
        self._inner, self._process, self._probe = inner, process, probe

    def __getattr__(self, name: str) -> Any:
        loop = getattr(self._inner, name)
        if not callable(loop):
            return loop
        return lambda *arguments: self._probe.call(self._process, name, loop, arguments)
