"""What a table is to hold: indicators, places, months, what stands apart and what stands in columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from urbsim.calendar import MONTH_PATTERN, month_number
from urbsim.errors import Problem, nearest, quoted
from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.streams import as_typed

RUN = ("draw", "seed")
APART = ("scenario", "run", *RUN, "month", "year")
"""What `--by` may name. Scenarios, places and indicators always stand apart."""
COLUMNS = ("scenario", *RUN, "month", "year", "place", "indicator")
"""What may stand in columns."""
EVERY = "all"


@dataclass(frozen=True)
class Selection:
    """A table that was asked for, checked.

    indicators, places: names and codes; by: of draw, seed, month and year what has rows of its own; columns: what is
    spread over columns, None to keep rows; first, last: months since 1900-01, None for those of the run.
    """

    indicators: tuple[str, ...]
    places: tuple[str, ...]
    by: tuple[str, ...]
    columns: str | None = None
    first: int | None = None
    last: int | None = None

    @property
    def summarised(self) -> bool:
        """Whether a row may stand for several runs."""
        return not set(RUN) <= set(self.by)


def select(
    indicators: Sequence[str],
    places: Sequence[str],
    by: Sequence[str],
    columns: str | None,
    first: str | None,
    last: str | None,
) -> tuple[Selection, list[Problem]]:
    """The selection that the options of the command describe, and all that is wrong with them.

    Without indicators all are taken, without places the province, without `by` each run stands apart.
    """
    problems: list[Problem] = []
    names = _chosen("--indicator", indicators or [EVERY], _indicators, _known_indicators(), problems)
    codes = _chosen("--place", places or [gazetteer.PROVINCE], _places, _known_places(), problems)
    apart = _apart(by, columns, problems)
    months = [_month(option, text, problems) for option, text in (("--from", first), ("--to", last))]
    if None not in months and months[0] > months[1]:  # type: ignore[operator]
        problems.append(Problem("`--from` is later than `--to`", key="--from"))
    return Selection(names, codes, apart, columns, *months), problems


def _chosen(
    option: str,
    given: Sequence[str],
    find: Callable[[str], Iterable[str]],
    known: Sequence[str],
    problems: list[Problem],
) -> tuple[str, ...]:
    """What the words stand for, each once and in their order."""
    found: dict[str, None] = {}
    for word in map(as_typed, given):
        meant = tuple(find(word.strip()))
        if not meant:
            what, allowed = _SAID[option]
            message = f"{quoted(word)} is no {what}"
            problems.append(Problem(message, key=option, allowed=allowed, nearest=_nearest(word, known)))
        found.update(dict.fromkeys(meant))
    return tuple(found)


_SAID = {
    "--indicator": ("indicator", "what `urbsim list indicators` shows, or all"),
    "--place": (
        "place",
        "a code or name that `urbsim list places` shows, in either language, or prefectures, counties, all",
    ),
}


def _nearest(word: str, known: Sequence[str]) -> str | None:
    return nearest(word, known) or (nearest(_folded(word), known) if _folded(word) != word else None)


def _indicators(word: str) -> Iterator[str]:
    if word == EVERY:
        yield from INDICATORS
        return
    wanted = _folded(word)
    yield from (name for name, known in INDICATORS.items() if wanted in (_folded(name), _folded(known.zh)))


def _known_indicators() -> list[str]:
    return [EVERY, *INDICATORS, *(indicator.zh for indicator in INDICATORS.values())]


def _places(word: str) -> Iterator[str]:
    groups = {
        EVERY: gazetteer.places().values(),
        "prefectures": gazetteer.prefectures(),
        "counties": gazetteer.counties(),
    }
    if word in groups:
        yield from (place.code for place in groups[word])
    elif word in gazetteer.places():
        yield word
    else:
        wanted = _folded(word)
        yield from dict.fromkeys(
            code for name, code in gazetteer.codes_by_name().items() if _folded(name) == wanted
        )


def _known_places() -> list[str]:
    return [EVERY, "prefectures", "counties", *gazetteer.codes_by_name(), *gazetteer.places()]


def _folded(text: str) -> str:
    """A name without regard to letter case, width, spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", text)).strip("_").casefold()


def _apart(by: Sequence[str], columns: str | None, problems: list[Problem]) -> tuple[str, ...]:
    """Of draw, seed, month and year those that stand apart, what stands in columns among them."""
    named: list[str] = [word for text in by for word in text.replace(",", " ").split()]
    for option, words, allowed in (
        ("--by", named, APART),
        ("--columns", [] if columns is None else [columns], COLUMNS),
    ):
        problems += [
            Problem(
                f"{quoted(word)} is refused",
                None,
                None,
                None,
                option,
                ", ".join(allowed),
                nearest(word, allowed),
            )
            for word in words
            if word not in allowed
        ]
    wanted = {*(named or ["run"]), *([] if columns is None else [columns])}
    if {"month", "year"} <= wanted:
        problems.append(Problem("month and year exclude each other", key="--by", allowed="one of them"))
    if "run" in wanted:
        wanted |= set(RUN)
    return tuple(word for word in (*RUN, "month", "year") if word in wanted)


def _month(option: str, text: str | None, problems: list[Problem]) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(MONTH_PATTERN, text):
        allowed = "YYYY-MM, such as 2021-11"
        problems.append(Problem(f"{quoted(text)} is not a month", key=option, allowed=allowed))
        return None
    return month_number(text)
