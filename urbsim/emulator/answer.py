"""What an emulator says of a setting of its sliders (ODD equation W10). `emulator.js` says the same, step by step.

Plain loops over floats, in one order, so that both come to the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from urbsim.emulator.model import Condition, Emulator, Goal, Outcome

_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True)
class Setting:
    """Where the sliders stand. doses: multiples of the plan's; conditions: None for as the scenario has it."""

    doses: tuple[float, ...]
    conditions: tuple[float | None, ...]


@dataclass(frozen=True)
class Answer:
    """What is said of one outcome.

    median, low, high: over draws, the middle and the middle nine tenths; added: by doses and conditions, on average
    over draws; central, central_added: of the central draw; probability: by goal, the share of draws that meet it.
    """

    median: float
    low: float
    high: float
    added: float
    central: float
    central_added: float
    probability: Mapping[str, float]


def answer(emulator: Emulator, setting: Setting) -> dict[str, Answer]:
    """The answer of each outcome, by its id."""
    return {outcome.id: _of(emulator, outcome, setting) for outcome in emulator.outcomes}


def _of(emulator: Emulator, outcome: Outcome, setting: Setting) -> Answer:
    added = added_by_draw(emulator, outcome, setting)
    values = [base + more for base, more in zip(outcome.base, added, strict=True)]
    over = values[1:]
    ordered = sorted(over)
    return Answer(
        quantile(ordered, 0.5),
        quantile(ordered, _LOW),
        quantile(ordered, _HIGH),
        mean(added[1:]),
        values[0],
        added[0],
        {goal.id: share_met(goal, over) for goal in outcome.goals},
    )


def added_by_draw(emulator: Emulator, outcome: Outcome, setting: Setting) -> list[float]:
    """What doses and conditions add in each draw, the central one first."""
    of_programmes = [0.0] * len(emulator.programmes)
    total, number = [0.0] * len(emulator.programmes), [0] * len(emulator.programmes)
    for lever, slopes, dose in zip(emulator.levers, outcome.levers, setting.doses, strict=True):
        of_programmes[lever.programme] += slopes.first * dose + slopes.bend * max(dose - 1.0, 0.0)
        total[lever.programme] += dose
        number[lever.programme] += 1
    means = [t / n if n else 0.0 for t, n in zip(total, number, strict=True)]
    together, k = 0.0, 0
    for i in range(len(means)):
        for j in range(i, len(means)):
            together += outcome.together[k] * means[i] * means[j]
            k += 1
    added = []
    for draw, factors in enumerate(outcome.factors):
        of_draw = together
        for factor, part in zip(factors, of_programmes, strict=False):
            of_draw += factor * part
        for c, condition in enumerate(emulator.conditions):
            value = setting.conditions[c]
            if value is not None:
                first, square = moved(condition, value, draw)
                slopes = outcome.conditions[c]
                of_draw += factors[len(of_programmes) + c] * (slopes.first * first + slopes.bend * square)
        added.append(of_draw)
    return added


def moved(condition: Condition, value: float, draw: int) -> tuple[float, float]:
    """How far a condition is moved from what a draw has, and how far its square is; the range counts from -1 to 1."""
    middle, half = (condition.low + condition.high) / 2.0, (condition.high - condition.low) / 2.0
    now, before = (value - middle) / half, (condition.values[draw] - middle) / half
    return now - before, now * now - before * before


def share_met(goal: Goal, values: Sequence[float]) -> float:
    """The share of values that meet a goal."""
    met = 0
    for value in values:
        met += goal.sign * (value - goal.level) >= 0
    return met / len(values)


def mean(values: Sequence[float]) -> float:
    """The mean, summed in order."""
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile of values in order, straight between two of them."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
