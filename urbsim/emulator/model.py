"""What an emulator's file holds. It comes from a folder that anybody may have filled, so every value is checked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from urbsim.errors import InputError, Problem

NAME = "emulator.json"
FORM = 1
"""Of the file: a change that old readers would misread has another number."""

Number = Annotated[float, Field(allow_inf_nan=False, strict=False)]
Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Named(_Part):
    en: str
    zh: str


class Lever(_Part):
    """A slider of a lever.

    programme: position in `programmes`; toggle: there or not, whatever the dose; total: units at the plan's dose, None
    for what is not counted; unit: of these.
    """

    key: str
    name: Named
    programme: Count
    toggle: bool
    total: Number | None
    unit: Named | None


class Condition(_Part):
    """A slider of what no government of Guangxi decides; left alone it is as the scenario has it.

    values: that of each draw where it is left alone, the central one first; digits: after the point, as people read it
    (in percent where `percent`); off_the_fit: whether setting it takes the place of a fitted number; toggle: 0 or 1.
    """

    key: str
    name: Named
    low: Number
    high: Number
    values: tuple[Number, ...]
    percent: bool
    toggle: bool
    off_the_fit: bool


class Goal(_Part):
    """A target to be reached. level: the value that meets it; sign: 1 where more is better, else -1."""

    id: str
    title: Named
    strict: bool
    level: Number
    sign: Annotated[int, Field(ge=-1, le=1)]


class Slopes(_Part):
    """What a slider adds: first * x + bend * max(x - 1, 0) of a lever, first * z + bend * z * z of a condition."""

    first: Number
    bend: Number


class Errors(_Part):
    """How far emulated answers were from exact ones, in the unit of the outcome.

    run: root mean square over single runs that were left out in turn; worlds: how many settings were kept out of the
    training and run with every draw; mean, largest: root mean square and largest error of what they add on average
    over draws; probability: largest error of a probability, by goal.
    """

    run: Number
    worlds: Count
    mean: Number
    largest: Number
    probability: dict[str, Number]


class FullSize(_Part):
    """Full-size runs of the central draw beside the comparison: how many settings, and by outcome how far what they add
    was from the emulated, as root mean square and at most."""

    settings: Count
    mean: dict[str, Number]
    largest: dict[str, Number]


class Outcome(_Part):
    """A figure that is emulated: its value is that of the comparison with so much added.

    base: of the comparison, by draw, the central one first; levers, conditions: in the order of the sliders; together:
    of each pair of programmes, on the product of their mean doses; factors: of each draw, by how much programmes, then
    conditions, do more in it than usual; errors: see there.
    """

    id: str
    indicator: str
    name: Named
    base: tuple[Number, ...]
    levers: tuple[Slopes, ...]
    conditions: tuple[Slopes, ...]
    together: tuple[Number, ...]
    factors: tuple[tuple[Number, ...], ...]
    goals: tuple[Goal, ...]
    errors: Errors


class Origin(_Part):
    """What it was trained on. digests: first digits of those of `urbsim.results.digests`; parameters: of each draw."""

    urbsim: str
    digests: dict[str, str]
    parameters: tuple[str, ...]
    scale: Number
    seeds: tuple[int, ...]
    runs: Count
    draws_from: str


class Emulator(_Part):
    """A stand-in for runs of one scenario at other doses and under other conditions.

    until: its last month; largest: dose that a slider goes to; draws: the central one first, then those over which
    probabilities are told; full: small runs beside those at full size, where that was measured.
    """

    form: Annotated[int, Field(ge=FORM, le=FORM)]
    scenario: str
    title: Named
    until: str
    largest: Number
    programmes: tuple[Named, ...]
    levers: tuple[Lever, ...]
    conditions: tuple[Condition, ...]
    draws: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    full: FullSize | None
    origin: Origin

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return self.model_dump(mode="json")

    def in_step(self) -> bool:
        """Whether its lists are as long as one another, so that an answer can be worked out."""
        number = len(self.programmes)
        pairs = number * (number + 1) // 2
        return (
            len(self.draws) > 1
            and len(self.origin.parameters) == len(self.draws)
            and all(each.low < each.high for each in self.conditions)
            and all(lever.programme < number for lever in self.levers)
            and all(len(each.values) == len(self.draws) for each in self.conditions)
            and all(
                (len(each.base), len(each.levers), len(each.conditions), len(each.together))
                == (len(self.draws), len(self.levers), len(self.conditions), pairs)
                and len(each.factors) == len(self.draws)
                and {len(of_draw) for of_draw in each.factors} == {number + len(self.conditions)}
                for each in self.outcomes
            )
        )


def read(file: Path) -> Emulator:
    """The emulator of a file. Raises InputError."""
    try:
        found = Emulator.model_validate(json.loads(file.read_text(encoding="utf-8")), strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, first["loc"]))
        message = "was written by another version, or changed: this value has not the form expected"
        raise InputError([Problem(message, file=str(file), key=key)]) from None
    except FileNotFoundError:
        raise InputError([Problem("there is no such file", file=str(file))]) from None
    except (OSError, ValueError, RecursionError):
        raise InputError([Problem("is damaged and cannot be read", file=str(file))]) from None
    if not found.in_step():
        raise InputError([Problem("is damaged: its lists are not as long as one another", file=str(file))])
    return found


def beside(given: Iterable[Path]) -> list[Path]:
    """Files of emulators in folders of runs, and in the folders in them."""
    files: dict[Path, None] = {}
    for folder in given:
        if folder.is_dir():
            files |= dict.fromkeys(sorted([*folder.glob(NAME), *folder.glob(f"*/{NAME}")]))
    return list(files)
