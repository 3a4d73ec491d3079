"""What urbsim raises when it refuses: bad input (exit code 2) and runs that fail (exit code 1).

Bad input is reported all at once. Each reader gathers a list of `Problem` and raises one `InputError`
that carries the list, so that a user mends a file in one go.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from urbsim.streams import as_typed

_SHOWN = 60  # characters of a user's text repeated in a message


def quoted(value: object) -> str:
    """`value` as a message shows it: in quotes if text, shortened, control characters escaped."""
    text = repr(as_typed(value)) if isinstance(value, str) else str(value)
    text = text if text.isprintable() else ascii(text)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def nearest(name: object, choices: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The one of `choices` that `name` most resembles, letter case aside; None when none is near."""
    by_folded = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(
        as_typed(str(name))[:200].casefold(), list(by_folded), n=1, cutoff=cutoff
    )
    return by_folded[found[0]] if found else None


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input, in the user's words.

    message: what is wrong; file, line, column: where (lines and columns count from 1);
    key: the path to the value, such as `conditions.epidemic[0].from`; allowed: what would be right;
    nearest: the valid name that was probably meant.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None
    allowed: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        """`file:line:column: key: message (allowed: ...; did you mean 'x'?)`, absent parts left out."""
        place = self._cell() or ":".join(
            str(part) for part in (self.file, self.line, self.column) if part is not None
        )
        hints = [f"allowed: {self.allowed}"] if self.allowed else []
        if self.nearest:
            hints.append(f"did you mean {self.nearest!r}?")
        body = ": ".join(part for part in (place, self.key, self.message) if part)
        return f"{body} ({'; '.join(hints)})" if hints else body

    def _cell(self) -> str:
        """`file: cell E7` in a workbook, whose lines are rows; empty elsewhere."""
        if not (self.file or "").endswith(".xlsx") or self.line is None or self.column is None:
            return ""
        letters, left = "", self.column
        while left:
            left, letter = divmod(left - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{self.file}: cell {letters}{self.line}"


class InputError(Exception):
    """The input is wrong; nothing was run and nothing written (exit code 2)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        """One line per problem."""
        return "\n".join(str(problem) for problem in self.problems)


class RunError(Exception):
    """A run failed, or a check of its results did not hold (exit code 1)."""
