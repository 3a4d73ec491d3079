"""What is wrong with a file that is no YAML, in our words: the reader's own sentences are for programmers."""

from __future__ import annotations

import re

import yaml

from urbsim.errors import Problem, quoted

_INDENTATION = "the indentation does not fit the lines above, or something follows a closed quote or bracket"

# What PyYAML and libyaml say (a part of it is enough) -> what that means to somebody who writes a file by hand.
_MEANINGS = (
    (
        "mapping values are not allowed",
        "a colon stands where none may: check the indentation, or put text that holds ': ' in quotes",
    ),
    ("could not find expected ':'", "a key lacks its colon and the space after it"),
    ("',' or ']'", "a list in brackets [ ] is not closed, or lacks a comma"),
    ("',' or '}'", "a mapping in braces { } is not closed, or lacks a comma"),
    ("expected <block end>", _INDENTATION),
    ("did not find expected key", _INDENTATION),
    ("did not find expected '-' indicator", "a line between the items of a list does not fit: each begins with '- '"),
    ("sequence entries are not allowed", "the '- ' of a list stands where none may"),
    ("mapping keys are not allowed", "a '?' stands where none may: put the text in quotes"),
    ("node content", "a value is missing"),
    ("found unexpected end of stream", "a quotation mark is not closed"),
    ("found unexpected document", "a quotation mark is not closed"),
    ("unknown escape character", "a \\ in double quotes begins an escape that is not known: use single quotes"),
    ("hexdecimal", "a \\ in double quotes begins an escape that is not complete: use single quotes"),
    ("hexadecimal", "a \\ in double quotes begins an escape that is not complete: use single quotes"),
    ("Unicode character escape", "a \\ in double quotes stands for no character: use single quotes"),
    ("violates indentation", "a tab stands where spaces must indent"),
    ("indentation space", "a tab stands where spaces must indent"),
    ("indentation indicator", "after | or > stands a number from 1 to 9, if any"),
    ("comment or line break", "the line must end after |, > or a % directive"),
    ("alphabetic or numeric character", "& and * begin anchors, which are refused: put the text in quotes"),
    ("undefined tag handle", "! begins a tag, which is refused: put the text in quotes"),
    ("tag", "! begins a tag, which is refused: put the text in quotes"),
    ("expected '!'", "! begins a tag, which is refused: put the text in quotes"),
    ("URI", "! begins a tag, which is refused: put the text in quotes"),
    ("directive", "a % at the start of a line is not used here: put the text in quotes"),
    ("incompatible YAML", "a % at the start of a line is not used here: remove the line"),
    ("version number", "a % at the start of a line is not used here: remove the line"),
    ("<document start>", "what follows the end of the document does not belong there"),
)  # fmt: skip


def syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """The YAML reader's complaint about `text` as a Problem, with a hint for the slips seen most."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = " ".join(
        str(part) for part in (getattr(error, key, None) for key in ("problem", "context")) if part
    )
    if mark is None:
        return Problem(f"is not valid YAML{_meaning(said, '')}", file=file, line=1, column=1)
    lines = text.splitlines()
    line = min(mark.line, max(len(lines) - 1, 0))
    at = lines[line][mark.column : mark.column + 1] if lines else ""
    hint = full_width_hint(text, max(line, 1), line + 1)
    if lines and "\t" in lines[line][: max(mark.column, 0) + 1]:
        hint += "; indent with spaces, not tabs"
    message = f"is not valid YAML{_meaning(said, at)}{hint}"
    return Problem(message, file=file, line=mark.line + 1, column=mark.column + 1)


def full_width_hint(text: str, first: int, last: int) -> str:
    """A hint when lines first..last (from 1) hold a Chinese full-width colon."""
    if any("：" in line for line in text.splitlines()[first - 1 : last]):
        return "; a full-width colon ： stands where ': ' (colon, space) is needed"
    return ""


def _meaning(said: str, character: str) -> str:
    if re.search("cannot start any token", said) and character.strip():
        return f": {quoted(character)} cannot begin a value: put the text in quotes"
    return next((f": {meaning}" for part, meaning in _MEANINGS if part in said), "")
