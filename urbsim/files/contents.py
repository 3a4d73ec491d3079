"""The content of a file handed over by a program, as a mapping: read as strictly as the file itself would be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from urbsim.errors import InputError, Problem, quoted
from urbsim.files.plain_values import PLAIN, plain
from urbsim.files.strict_yaml import (
    MAX_DEPTH,
    MAX_DIGITS,
    Document,
    Mark,
    Origin,
    Steps,
    control_character,
    dotted,
)


def document_of(content: Mapping[Any, Any], file: str) -> Document:
    """The document that a mapping describes; `file` names it in messages, without line and column.

    Scalars of NumPy and pandas, Decimal and Fraction become Python's own, tuples and arrays become lists, whole
    numbers that are keys (place codes) become text. Raises InputError with every problem.
    """
    reader = _Reader(file)
    value = reader.value(content, ())
    if reader.problems:
        raise InputError(reader.problems)
    return Document(value, reader.origins)


class _Reader:
    """Copies values into plain ones, and gathers problems."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self.origins: dict[Steps, Origin] = {}
        mark = Mark(file, None, None)
        self._origin = Origin(mark, mark)

    def value(self, given: object, path: Steps) -> Any:
        if len(path) > MAX_DEPTH:
            return self._refuse(path, f"is nested deeper than {MAX_DEPTH} levels")
        self.origins[path] = self._origin
        if isinstance(given, Mapping):
            return self._mapping(given, path)
        scalar = plain(given)
        if type(scalar) in PLAIN:
            return self._scalar(scalar, path)
        items = scalar.tolist() if hasattr(scalar, "tolist") else scalar
        if isinstance(items, (list, tuple)):
            return [self.value(item, (*path, k)) for k, item in enumerate(items)]
        allowed = "text, a number, True, False, None, a list or a mapping"
        return self._refuse(path, f"is of the type {type(given).__name__}", allowed)

    def _mapping(self, given: Mapping[Any, Any], path: Steps) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        for key, item in given.items():
            name = plain(key)
            if isinstance(name, int) and not isinstance(name, bool):
                name = str(name)
            if not isinstance(name, str) or not name or control_character(name):
                self._refuse(path, f"the key {quoted(key)} is refused", "text, or the code of a place")
            elif name in copy:
                self._refuse((*path, name), "is written twice")
            else:
                copy[name] = self.value(item, (*path, name))
        return copy

    def _scalar(self, scalar: Any, path: Steps) -> Any:
        if isinstance(scalar, float) and not math.isfinite(scalar):
            return self._refuse(path, f"{scalar} is no number")
        if isinstance(scalar, int) and abs(scalar) >= 10**MAX_DIGITS:
            return self._refuse(path, "is too large a number")
        if isinstance(scalar, str) and (found := control_character(scalar)):
            return self._refuse(path, f"holds a control character (0x{ord(found[0]):02x})")
        return scalar

    def _refuse(self, path: Steps, message: str, allowed: str | None = None) -> None:
        file = self._origin.value.file
        self.problems.append(Problem(message, file=file, key=dotted(path) or None, allowed=allowed))
