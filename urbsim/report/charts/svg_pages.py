"""Several SVG files of one figure at once: what they share is written once, as matplotlib would write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class Pages:
    """Files of several kinds that differ in a few elements. Takes the place of matplotlib's writer of XML.

    kinds: names of the files.
    """

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self._pieces: list[str | Mapping[str, str]] = []  # of all files, or of each
        self._open: list[str] = []  # elements
        self._is_started = False  # whether the start of the last of them still lacks its end

    def file(self, kind: str) -> str:
        """The whole file of that kind."""
        return "".join([piece if isinstance(piece, str) else piece.get(kind, "") for piece in self._pieces])

    @contextmanager
    def of_one(self, kind: str) -> Iterator[None]:
        """Whole elements that are written inside the block stand in that file alone."""
        self._finish_start()
        shared, mine = self._pieces, []
        self._pieces = mine
        try:
            yield
        finally:
            self._pieces = shared
            shared.append({kind: "".join(mine)})

    def write(self, text: str) -> None:
        """Puts down a text as it is."""
        self._pieces.append(text)

    def start(self, tag: str, attrib: Mapping[str, str] | None = None, **more: str) -> int:
        """Opens an element; returns a number by which `close` closes it."""
        self._finish_start()
        self._pieces.append(f"{self._indent()}<{tag}{_attributes(attrib, more)}")
        self._open.append(tag)
        self._is_started = True
        return len(self._open) - 1

    def end(self, tag: str | None = None, indent: bool = True) -> None:
        """Closes the element that was opened last."""
        last = self._open.pop()
        if self._is_started:
            self._is_started = False
            self._pieces.append("/>\n")
        else:
            self._pieces.append(f"{self._indent() if indent else ''}</{last}>\n")

    def close(self, number: int) -> None:
        """Closes an element and all inside it."""
        while len(self._open) > number:
            self.end()

    def element(
        self, tag: str, text: str | None = None, attrib: Mapping[str, str] | None = None, **more: str
    ) -> None:
        """Puts down a whole element."""
        self._finish_start()
        end = f">{_escaped(text)}</{tag}>\n" if text else "/>\n"
        self._pieces.append(f"{self._indent()}<{tag}{_attributes(attrib, more)}{end}")

    def data(self, text: str) -> None:
        """Puts down text inside the element that was opened last."""
        if self._is_started:
            self._is_started = False
            self._pieces.append(">")
        self._pieces.append(_escaped(text))

    def comment(self, text: str) -> None:
        """Puts down a remark."""
        self._finish_start()
        while "--" in text:
            text = text.replace("--", "- -")
        self._pieces.append(f"{self._indent()}<!-- {_escaped(text)} -->\n")

    def flush(self) -> None:
        """Has nothing to do: nothing is held back."""

    def _indent(self) -> str:
        return " " * len(self._open)

    def _finish_start(self) -> None:
        if self._is_started:
            self._is_started = False
            self._pieces.append(">\n")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attributes(some: Mapping[str, str] | None, more: Mapping[str, str]) -> str:
    """Those that have a value."""
    every = {**some, **more} if some else more
    return "".join([f" {name}={_quoted(value)}" for name, value in every.items() if value])


def _quoted(value: str) -> str:
    if "&" in value or "<" in value or ">" in value:
        value = _escaped(value)
    if '"' not in value:
        return f'"{value}"'
    return (
        f"'{value}'" if "'" not in value else '"' + value.replace("'", "&apos;").replace('"', "&quot;") + '"'
    )
