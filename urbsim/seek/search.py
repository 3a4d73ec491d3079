"""The search itself: which mixes are run, one round after the other, until every goal has its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from urbsim.seek.curve import Curve
from urbsim.seek.figures import Figures
from urbsim.seek.question import Goal, Mix, Question
from urbsim.seek.surface import Levels, Surface, best_within, between, cheapest, grid, reach

LADDER = (0.5, 1.0, 2.0, 4.0)
"""Multiples that are run at first; larger ones double the last."""
CONFIRMED = 3  # rounds in which a mix is run, and the surface mended, at most

Says = Literal["will do", "too dear", "cannot be"]
"""Of a mix: that it meets the goal, or that it is the best for the money, or the best there is."""
Run = Callable[[Sequence[Mix]], Sequence[Figures]]
"""Runs mixes with every draw and seed."""


@dataclass
class Known:
    """What was run. run: makes more."""

    question: Question
    run: Run
    figures: dict[Mix, Figures] = field(default_factory=dict)

    def make(self, mixes: Iterable[Mix]) -> None:
        """Runs those mixes that were not run."""
        wanted = [mix for mix in dict.fromkeys(mixes) if mix not in self.figures]
        if wanted:
            self.figures |= dict(zip(wanted, self.run(wanted), strict=True))

    def doses(self, player: int) -> list[float]:
        """Multiples of a player that were run without the others, and none of it."""
        alone = (mix for mix in self.figures if not any(mix[:player] + mix[player + 1 :]))
        return sorted(mix[player] for mix in alone)

    def of(self, player: int) -> list[Figures]:
        """What they came to, in the order of `doses`."""
        return [self.figures[self.question.one(player, dose)] for dose in self.doses(player)]

    def curve(self, player: int, goal: Goal) -> Curve:
        """How a goal fares with the dose of a player alone."""
        margins = np.stack([each.margins(goal) for each in self.of(player)])
        return Curve(tuple(self.doses(player)), margins)


@dataclass(frozen=True)
class Trial:
    """A mix that the surface named, and what real runs made of it.

    says: what the surface says of it; predicted: (runs,) margins; met: whether the runs meet the goal, for the money.
    """

    mix: Mix
    says: Says
    predicted: np.ndarray
    predicted_yuan: float
    figures: Figures
    met: bool


@dataclass(frozen=True)
class MixFound:
    """The answer to one goal and probability: mixes that were tried for it."""

    goal: Goal
    probability: float
    trials: list[Trial]

    @property
    def answer(self) -> Trial:
        """The cheapest trial that meets the goal, else the last."""
        met = [trial for trial in self.trials if trial.met]
        return min(met, key=lambda trial: trial.figures.yuan.mean()) if met else self.trials[-1]


def seek(question: Question, run: Run) -> tuple[Known, list[MixFound]]:
    """Runs what is needed. Returns all that was run, and the cheapest mixes where several players are there."""
    known = Known(question, run)
    climb(known)
    if len(question.players) == 1:
        narrow(known)
        return known, []
    return known, mixes(known)


def ladder(question: Question, player: int) -> list[float]:
    """Multiples of a player that are run at first: nothing, those of the ladder, and no more than its largest."""
    largest = question.largest(question.players[player])
    return [0.0, *(dose for dose in LADDER if dose < largest), min(largest, LADDER[-1])]


def doublings(question: Question) -> int:
    """How many doses above the ladder may be tried at most, of all players together."""
    number = 0
    for player in question.players:
        last, largest = LADDER[-1], question.largest(player)
        while last < largest:
            last, number = min(2 * last, largest), number + 1
    return number


def climb(known: Known) -> None:
    """Runs the ladder of each player; then doubles doses as long as a goal is out of reach and more still helps."""
    question = known.question
    players = range(len(question.players))
    doses = {k: ladder(question, k) for k in players}
    while doses:
        known.make(question.one(k, dose) for k in players for dose in doses.get(k, ()))
        out_of_reach = [goal for goal in question.goals if not _is_reached(known, goal)]
        doses = {}
        for k in players:
            last, largest = known.doses(k)[-1], question.largest(question.players[k])
            if last < largest and any(_rises(known.curve(k, goal)) for goal in out_of_reach):
                doses[k] = [min(2 * last, largest)]


def _rises(curve: Curve) -> bool:
    """Whether the dose surely helps, and its last doubling still did."""
    return curve.whole.value > 0 and curve.whole.is_sure and curve.flat_from() is None


def _is_reached(known: Known, goal: Goal) -> bool:
    """Whether every probability is reached: by the one player, or by several as the surface has it."""
    if len(known.question.players) == 1:
        curve = known.curve(0, goal)
        return all(curve.reached(p) is not None for p in known.question.probabilities)
    of_all = surface(known, goal)
    return all(cheapest(of_all, p) is not None for p in known.question.probabilities)


def narrow(known: Known) -> None:
    """Runs doses between those that miss and those that meet a goal, until they are near enough."""
    question = known.question
    tried = {(goal.id, p): 0 for goal in question.goals for p in question.probabilities}
    while True:
        wanted = []
        for goal in question.goals:
            curve = known.curve(0, goal)
            for p in question.probabilities:
                dose = curve.next_dose(p, tried[goal.id, p])
                if dose is not None:
                    tried[goal.id, p] += 1
                    wanted.append(question.one(0, dose))
        if not wanted:
            return
        known.make(wanted)


def surface(known: Known, goal: Goal) -> Surface:
    """What each player did alone, added up."""
    question, base = known.question, known.figures[known.question.nothing]
    levels, gains, costs = [], [], []
    for k in range(len(question.players)):
        doses, found = known.doses(k), known.of(k)
        multiples = grid(doses[-1])
        margins = np.stack([(each.margins(goal) - base.margins(goal)).ravel() for each in found])
        yuan = np.array([(each.yuan - base.yuan).mean() for each in found])
        levels.append(multiples)
        gains.append(between(doses, margins, multiples))
        costs.append(between(doses, yuan, multiples))
    return Surface(base.margins(goal).ravel(), float(base.yuan.mean()), levels, gains, costs)


def mixes(known: Known) -> list[MixFound]:
    """The cheapest mix for each goal and probability: named by the surface, run, and named anew if wrong."""
    question = known.question
    found = [MixFound(goal, p, []) for goal in question.goals for p in question.probabilities]
    surfaces = [surface(known, one.goal) for one in found]
    left = list(range(len(found)))
    for _ in range(CONFIRMED):
        named = {k: _named(surfaces[k], found[k].probability, question.envelope) for k in left}
        known.make(surfaces[k].multiples(at) for k, (at, _) in named.items())
        for k, (at, says) in named.items():
            mix, predicted, yuan = surfaces[k].multiples(at), surfaces[k].margins(at), surfaces[k].cost(at)
            seen = known.figures[mix]
            met = _meets(seen, found[k], question.envelope)
            found[k].trials.append(Trial(mix, says, predicted, yuan, seen, met))
            if met == (says == "will do"):  # the surface was right
                left.remove(k)
            off = seen.margins(found[k].goal).ravel() - predicted
            surfaces[k] = surfaces[k].moved(off, float(seen.yuan.mean()) - yuan)
    return found


def _named(surface: Surface, probability: float, envelope: float | None) -> tuple[Levels, Says]:
    """The mix to be run, and what the surface says of it."""
    found, money = cheapest(surface, probability), float("inf") if envelope is None else envelope
    if found is not None and surface.cost(found) <= money:
        return found, "will do"
    return best_within(surface, probability, money), "cannot be" if found is None else "too dear"


def _meets(figures: Figures, found: MixFound, envelope: float | None) -> bool:
    enough = reach(figures.margins(found.goal).ravel(), found.probability) >= 0
    return bool(enough) and (envelope is None or float(figures.yuan.mean()) <= envelope)
