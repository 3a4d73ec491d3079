"""Made-up responses: what a mix comes to by a formula, in the place of runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.seek.figures import Figures
from urbsim.seek.question import Goal, Mix, Question, owners_of
from urbsim.seek.search import Run

DRAWS = 100
LUCK = (np.arange(DRAWS)[:, None] + 0.5) / DRAWS
"""(100, 1) what each draw lacks at dose 0: 0.005 to 0.995. So a gain of 0.4 meets the target in 40 draws."""
C7_A5 = ("C7", "A5")


def asked(
    players: Sequence[str] = ("C7",),
    probabilities: Sequence[float] = (0.5, 0.9),
    most: float = 16.0,
    envelope: float | None = None,
    scenario: Scenario | None = None,
) -> Question:
    """A question about T2, whose level `figures` sets at 0 by taking values from it."""
    world = scenario or load_scenario("baseline")
    goal = Goal(next(target for target in world.judged_by if target.id == "T2"), False)
    owners = owners_of(world, players)
    return Question(world, tuple(players), owners, False, (goal,), tuple(probabilities), most, envelope)


def runs(gain: Callable[[Mix], float], yuan: Callable[[Mix], float], made: list[Mix] | None = None) -> Run:
    """Draws lack `LUCK` of T2; a mix gives all of them the same gain, for so many yuan."""

    def run(mixes: Sequence[Mix]) -> list[Figures]:
        if made is not None:
            made.extend(mixes)
        return [
            Figures({"T2": 900_000 + gain(mix) - LUCK}, np.full(LUCK.shape, float(yuan(mix))), {})
            for mix in mixes
        ]

    return run
