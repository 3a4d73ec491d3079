"""A strict reader for the YAML files people write: scenarios, targets, batches, parameters.

PyYAML only splits the text into events; values are built here. So every key and value knows its line and
column, and the traps of YAML 1.1 are gone:

- `no` and `on` are text, `12:30` is text, `2021-11` and `2021-11-08` are text, `0450100` keeps its zero
  (text), `1e5` is a number; only `true`, `false`, `null` and decimal numbers are more than text;
- keys are always text (`450100:` gives `"450100"`), and writing one twice is an error;
- anchors, aliases, tags, merge keys and directives are refused: `extends` does their work in the open;
- size and depth are capped, so no file can exhaust memory or the stack.
"""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from urbsim.errors import InputError, Problem, quoted
from urbsim.files.yaml_syntax import full_width_hint, syntax_problem

MAX_BYTES = 512 * 1024
MAX_DEPTH = 32  # mappings and lists inside one another
MAX_DIGITS = 18  # whole numbers stay inside int64

Steps = tuple[str | int, ...]  # the way to a value: keys of mappings, positions in lists

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_SEPARATED = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(?![0-9])")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Mark:
    """A spot in a file; lines and columns count from 1, and are None in what came from a program."""

    file: str
    line: int | None
    column: int | None


@dataclass(frozen=True)
class Origin:
    """Where a value stands, and where the key before it stands (the value itself for items of a list)."""

    key: Mark
    value: Mark


@dataclass(frozen=True)
class Document:
    """The plain values of a file (or of files merged by `extends`) and the origin of each.

    value: mapping of text to None, bool, int, float, str, list or mapping; origins: one entry for each
    path in `value`, the empty path included.
    """

    value: dict[str, Any]
    origins: dict[Steps, Origin] = field(repr=False)

    def problem(
        self,
        path: Steps,
        message: str,
        *,
        at_key: bool = False,
        allowed: str | None = None,
        nearest: str | None = None,
    ) -> Problem:
        """A Problem about the value at `path`, or about its key; the nearest known ancestor if unknown."""
        known = path
        while known and known not in self.origins:
            known = known[:-1]
        origin = self.origins.get(known)
        mark = None if origin is None else origin.key if at_key else origin.value
        return Problem(
            message,
            file=mark.file if mark else None,
            line=mark.line if mark else None,
            column=mark.column if mark else None,
            key=dotted(path) or None,
            allowed=allowed,
            nearest=nearest,
        )

    def written_by(self, file: str, path: Steps) -> bool:
        """Whether `file` wrote the value at `path` or something inside it."""
        return any(
            origin.value.file == file for at, origin in self.origins.items() if at[: len(path)] == path
        )


def dotted(path: Steps) -> str:
    """`("conditions", "epidemic", 0, "from")` as `conditions.epidemic[0].from`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            shown = step if step.isprintable() and len(step) <= 60 else quoted(step)
            text += f".{shown}" if text else shown
    return text


def load(path: str | Path) -> Document:
    """Read and parse the file at `path`. Raises InputError with every problem found."""
    found = _parsed(read_text(path), str(path))
    return Document(deepcopy(found.value), dict(found.origins))


@lru_cache(maxsize=16)
def _parsed(text: str, file: str) -> Document:
    """`parse` of what runs of one process read again and again; nobody else may have it, for it would be changed."""
    return parse(text, file)


def read_text(path: str | Path) -> str:
    """The text of a UTF-8 file, byte-order mark removed. Raises InputError, never OSError."""
    name, path = str(path), Path(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            kind = "is a folder" if path.is_dir() else "is not an ordinary file"
            raise InputError([Problem(f"{kind}; a YAML file is needed", file=name)])
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError([Problem("no such file", file=name)]) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError([Problem(f"cannot be read: {reason}", file=name)]) from None
    if len(raw) > MAX_BYTES:
        raise InputError([Problem(f"is larger than {MAX_BYTES // 1024} KiB", file=name)])
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError([Problem("is saved as UTF-16; save it as UTF-8", file=name, line=1, column=1)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = f"is not UTF-8 text (byte 0x{raw[error.start]:02x}); save it as UTF-8"
        raise InputError([Problem(message, file=name, line=line, column=column)]) from None


def parse(text: str, file: str) -> Document:
    """Parse YAML `text` whose top level is a mapping; `file` names it in messages.

    Raises InputError with every problem found; after a break of YAML's own syntax nothing more can be read.
    """
    if found := control_character(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        message = f"holds a control character (0x{ord(found[0]):02x})"
        raise InputError([Problem(message, file=file, line=line, column=column)])
    builder = _Builder(file, text)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _Stop:
        pass
    except yaml.YAMLError as error:
        builder.problems.append(syntax_problem(error, text, file))
    if not builder.problems:
        if not builder.started:
            builder.problems.append(Problem("the file is empty", file=file, line=1, column=1))
        elif not isinstance(builder.root, dict):
            hint = full_width_hint(text, 1, len(text.splitlines()))
            message = f"the top level must be a mapping of keys to values{hint}"
            builder.problems.append(Problem(message, file=file, line=1, column=1))
    if builder.problems:
        raise InputError(builder.problems)
    return Document(builder.root, builder.origins)


def control_character(text: str) -> re.Match[str] | None:
    """The first character of a text that no file may hold: a control character, or half of a pair of surrogates."""
    return _CONTROL.search(text)


def merge(base: Document, over: Document) -> Document:
    """`over` laid on `base`: mappings merge key by key, everything else is replaced. Origins go along."""
    origins = dict(base.origins)
    for path in list(origins):
        if not _kept(path, base.value, over.value):
            del origins[path]
    origins.update(over.origins)
    return Document(_merged(base.value, over.value), origins)


def walk(value: Any, path: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every (path, value) inside `value`, itself first."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from walk(item, (*path, position))


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def _kept(path: Steps, base: Any, over: Any) -> bool:
    """Whether the base's value at `path` is still there once `over` is laid on it."""
    for step in path:
        if not (isinstance(base, dict) and isinstance(over, dict)):
            return False
        if step not in over:
            return True
        base, over = base[step], over[step]
    return isinstance(base, dict) and isinstance(over, dict)


class _Stop(Exception):
    """Nothing after this point can be trusted."""


@dataclass
class _Open:
    """A mapping or list still being filled.

    skip: the current key was refused, its value is read but not kept; detached: so was a key further up.
    """

    value: dict[str, Any] | list[Any]
    path: Steps
    key: str | None = None
    key_mark: Mark | None = None
    skip: bool = False
    detached: bool = False


class _Builder:
    """Turns PyYAML's events into plain values and origins, gathering problems; no recursion."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._lines = text.splitlines()
        self._split_until = (0, 0)  # where the last number that was split at its commas ends
        self.problems: list[Problem] = []
        self.origins: dict[Steps, Origin] = {}
        self.root: Any = None
        self.started = False
        self._documents = 0
        self._open: list[_Open] = []

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if event.version or event.tags:
                self._refuse(event, "a % directive is not used here; remove it")
            if self._documents > 1:
                self._refuse(event, "a file holds one document; remove the second ---")
                raise _Stop
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"alias *{event.anchor} is refused; write the value out, or use extends")
            if self._expects_key():
                raise _Stop
            self._place(None, event)
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_decoration(event)
            if self._expects_key():
                self._take_key(self._open[-1], event)
            else:
                self._place(self._scalar(event), event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_decoration(event)
            self._push(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._open.pop()

    def _mark(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, message: str, key: str | None = None, allowed: str | None = None) -> None:
        mark = self._mark(event)
        self.problems.append(Problem(message, self.file, mark.line, mark.column, key, allowed))

    def _refuse_decoration(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, f"anchor &{event.anchor} is refused; write the value out, or use extends")
        if event.tag is not None:
            self._refuse(event, f"tag {quoted(event.tag)} is refused; write the plain value")

    def _path(self) -> Steps:
        """The path of the value about to be placed."""
        if not self._open:
            return ()
        top = self._open[-1]
        return (*top.path, len(top.value) if isinstance(top.value, list) else str(top.key))

    def _take_key(self, top: _Open, event: Any) -> None:
        key = event.value
        top.key, top.key_mark, top.skip = key, self._mark(event), True
        path = dotted((*top.path, key))
        if key == "<<":
            self._refuse(event, "merge keys are refused; use extends", key=path)
        elif self._is_rest_of_a_number(top.key_mark):
            pass  # reported at the number's start
        elif key == "":
            self._refuse(event, "a key is empty", key=dotted(top.path) or None)
        elif key in top.value:
            first = self.origins[(*top.path, key)].key if (*top.path, key) in self.origins else None
            where = f" (first on line {first.line})" if first else ""
            self._refuse(event, f"is written twice{where}", key=path)
        else:
            top.skip = False

    def _refuse_separators(self, event: Any) -> None:
        """In braces and brackets YAML reads 15,000 as the number 15 and something called 000."""
        line, column = event.start_mark.line, event.start_mark.column  # from 0
        if line >= len(self._lines) or self._is_rest_of_a_number(self._mark(event)):
            return
        found = _SEPARATED.match(self._lines[line], column)
        # In a list 1,200 may be two numbers; nothing but a separator goes before 000.
        if found and (self._open[-1].key is not None or ",0" in found[0]):
            self._split_until = (line + 1, column + 1 + len(found[0]))
            message = (
                f"{found[0]} is read as {found[0].count(',') + 1} entries; write {found[0].replace(',', '')}"
            )
            self._refuse(event, message, dotted(self._path()))

    def _is_rest_of_a_number(self, mark: Mark) -> bool:
        line, column = self._split_until
        return mark.line == line and mark.column is not None and mark.column < column

    def _push(self, event: Any) -> None:
        if self._expects_key():
            above = dotted(self._open[-1].path) or None
            self._refuse(event, "a key must be one word or code, not a mapping or list", above)
            raise _Stop
        if len(self._open) >= MAX_DEPTH:
            self._refuse(event, f"is nested deeper than {MAX_DEPTH} levels")
            raise _Stop
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._path()
        kept = self._place(value, event)
        # Under a refused key the values go nowhere, but their own mistakes are still reported.
        self._open.append(_Open(value, path, detached=not kept))

    def _expects_key(self) -> bool:
        """Whether the next value of the text is a key of the innermost mapping."""
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _place(self, value: Any, event: Any) -> bool:
        """Store `value` where the parse has come to; False if a key above it was refused."""
        mark, path = self._mark(event), self._path()
        if not self._open:
            self.root, self.started = value, True
            self.origins[()] = Origin(mark, mark)
            return True
        top = self._open[-1]
        kept, key_mark = not (top.skip or top.detached), top.key_mark or mark
        if isinstance(top.value, list):
            top.value.append(value)
        elif kept:
            top.value[str(top.key)] = value
        if kept:
            self.origins[path] = Origin(key_mark, mark)
        top.key, top.key_mark, top.skip = None, None, False
        return kept

    def _scalar(self, event: Any) -> Any:
        text = event.value
        if not event.implicit[0]:  # quoted or block text
            return text
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if _INT.fullmatch(text):
            self._refuse_separators(event)
            if len(text.lstrip("+-")) <= MAX_DIGITS:
                return int(text)
        elif _FLOAT.fullmatch(text):
            number = float(text)
            if math.isfinite(number):
                return number
        else:
            return text
        self._refuse(event, f"{quoted(text)} is too large a number", dotted(self._path()))
        return None
