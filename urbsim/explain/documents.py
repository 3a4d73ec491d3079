"""Equations of docs/odd.md and terms of docs/glossary.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from urbsim.explain.answer import Explanation, Kind, by_alias
from urbsim.paths import docs_dir

_HEADING = re.compile(r"^(#{1,4}) (.+?) *$", re.MULTILINE)
_EQUATION = re.compile(r"([A-Z]\d{1,2}) (.+)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_FUNCTIONS = re.compile(r"(\[\w+\]\([^)\s]+\)(,\s+|\s+and\s+)?)+\.\s+")  # at the head of an entry
_TERM_COLUMNS = 4  # English, Chinese, in code, meaning


@dataclass(frozen=True)
class _Equation:
    """An entry of the model's description: where it stands, under which heading, and its text."""

    title: str
    section: str
    line: int
    body: str


@dataclass(frozen=True)
class _Term:
    """A row of the glossary."""

    english: str
    chinese: str
    code: str
    meaning: str
    section: str
    line: int


@cache
def _equations() -> dict[str, _Equation]:
    text = (docs_dir() / "odd.md").read_text(encoding="utf-8")
    found, section = {}, ""
    marks = [*_HEADING.finditer(text)]
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        if entry := _EQUATION.fullmatch(mark[2]):
            end = following.start() if following else len(text)
            line = text.count("\n", 0, mark.start()) + 1
            found[entry[1]] = _Equation(entry[2], section, line, text[mark.end() : end].strip())
        else:
            section = mark[2]
    return found


def _equation(name: str) -> Explanation:
    found = _equations()[name]
    links = dict.fromkeys(target.removeprefix("../") for _, target in _LINK.findall(found.body))
    said = _LINK.sub(r"\1", _FUNCTIONS.sub("", found.body, count=1))
    body = [line for line in said.splitlines() if not line.startswith("```")]
    return Explanation(
        name=name,
        kind="equation",
        meaning=found.title,
        note=f"section {found.section}",
        text="\n".join(body),
        used_in=(f"docs/odd.md:{found.line}", *(link for link in links if link.startswith("urbsim/"))),
    )


@cache
def _terms() -> dict[str, _Term]:
    """Term by its English name; the generated table of indicators is not read, they are a kind of their own."""
    found, section = {}, ""
    lines = (docs_dir() / "glossary.md").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if line.startswith("## "):
            section = line.removeprefix("## ")
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and len(cells) == _TERM_COLUMNS and cells[0] != "English":
            found[cells[0]] = _Term(cells[0], cells[1], cells[2], cells[3], section, number)
    return found


def _term(name: str) -> Explanation:
    found = _terms()[name]
    return Explanation(
        name=name,
        kind="term",
        meaning=found.meaning,
        called=(found.chinese,),
        note=f"in code: {found.code.replace('`', '')}",
        used_in=(f"docs/glossary.md:{found.line}",),
    )


def _names_of(term: _Term) -> Iterator[str]:
    """What somebody may type who means the term: each of its words, with and without what stands in brackets."""
    for text, comma in ((term.english, ", "), (term.chinese, "、")):
        yield text
        bare = re.sub(r" ?[(（][^)）]*[)）]", "", text)
        yield bare
        yield from bare.split(comma)
        for bracket in re.findall(r"[(（]([^)）]*)[)）]", text):
            yield bracket
            yield from bracket.split(comma)
    yield from re.findall(r"`([^`]+)`", term.code)


EQUATION = Kind(
    "equation", "equations", "entries of the model's description, docs/odd.md, by id",
    _equations, lambda name: _equations()[name].title, _equation,
    lambda: by_alias((found.title, name) for name, found in _equations().items()),
)  # fmt: skip
TERM = Kind(
    "term", "terms", "words of the field in English and Chinese, docs/glossary.md",
    _terms, lambda name: f"{_terms()[name].chinese}: {_terms()[name].meaning}", _term,
    lambda: by_alias((alias, name) for name, term in _terms().items() for alias in _names_of(term)),
)  # fmt: skip
