"""What the models refuse beyond the types of their keys, in words that are ours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from pydantic_core import PydanticCustomError

from urbsim.errors import quoted


class Dated(Protocol):
    """An entry that holds from a month on."""

    @property
    def from_(self) -> str:
        """Its first month."""
        ...


Entry = TypeVar("Entry", bound=Dated)


def complaint(kind: str, message: str, **context: Any) -> PydanticCustomError:
    """An error for pydantic; braces in `message` stay as they are."""
    return PydanticCustomError(kind, "{message}", {"message": message, **context})  # type: ignore[arg-type]


def first_to_last(first: str, last: str) -> None:
    """Months `from` and `to`: refused where the last lies before the first."""
    if last < first:
        raise complaint("order", f"`to` ({last}) lies before `from` ({first})")


def rising(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Entries that hold from a month until the next: refused unless each begins after the one before."""
    for before, after in pairwise(entries):
        if after.from_ <= before.from_:
            raise complaint("order", f"{after.from_} must come after {before.from_}")
    return entries


def once(items: Sequence[Any]) -> Any:
    """Items of a list: refused where one is listed twice."""
    seen = set()
    for item in items:
        if item in seen:
            raise complaint("twice", f"{quoted(item)} is listed twice")
        seen.add(item)
    return items
