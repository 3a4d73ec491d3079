"""What is sought: whose doses, in which world, for which targets, with which probabilities (ODD equation W7)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from urbsim.batch.members import Variation, world_of
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.files.strict_yaml import Steps
from urbsim.scenario.catalogue import CATALOGUE, setting
from urbsim.scenario.lever import NotPriced
from urbsim.scenario.measures import PROGRAMMES, measures
from urbsim.scenario.schema import Bilingual, Dose, Levers, Scenario, Target
from urbsim.seek.multiples import at_multiple, largest_multiple
from urbsim.shares.game import measures_of, player_name, programmes_of, settings_in

ALL = "all"
"""All levers of the scenario together."""
_ALL_NAME = {"en": "All levers together", "zh": "全部新增政策工具"}
_DELIVERY = "delivery"  # how much is carried out: no lever with a dose

Mix = tuple[float, ...]
"""A multiple of what the scenario sets, for each player."""


@dataclass(frozen=True)
class Goal:
    """A target as its words have it ("about" allows the tolerance), or strictly."""

    target: Target
    strict: bool

    @property
    def id(self) -> str:
        """`T1`, or `T1 strict` of a target that allows a tolerance."""
        return f"{self.target.id} strict" if self.strict and self.target.tolerance else self.target.id

    @property
    def level(self) -> float:
        """The value that meets it."""
        off = 0.0 if self.strict else self.target.tolerance
        return self.target.threshold - self.sign * off

    @property
    def sign(self) -> int:
        """1 where a larger value is better, else -1."""
        return 1 if self.target.operator == ">=" else -1


@dataclass(frozen=True)
class Question:
    """Whose doses are sought, and for what.

    players: `all`, programmes, measures or levers; owners: path of each setting of the scenario -> players that bring
    it; alone: whether levers of nobody are left out; most: the largest multiple tried; envelope: yuan that a mix may
    cost, None for any.
    """

    scenario: Scenario
    players: tuple[str, ...]
    owners: Mapping[Steps, frozenset[str]]
    alone: bool
    goals: tuple[Goal, ...]
    probabilities: tuple[float, ...]
    most: float
    envelope: float | None = None

    @property
    def nothing(self) -> Mix:
        """The mix without any of the players."""
        return (0.0,) * len(self.players)

    def one(self, player: int, multiple: float) -> Mix:
        """The mix of one player alone."""
        return tuple(multiple if k == player else 0.0 for k in range(len(self.players)))

    def paths_of(self, player: str) -> list[Steps]:
        """Settings that a player brings, alone or with others."""
        return [path for path, who in self.owners.items() if player in who]

    def levers_of(self, player: str) -> list[str]:
        """Keys of the levers that a player brings."""
        return list(dict.fromkeys(f"{path[0]}.{path[1]}" for path in self.paths_of(player)))

    def largest(self, player: str) -> float:
        """The largest multiple that is tried: `most`, or that at which the last of its settings can grow no more."""
        ends = [largest_multiple(self.value(path)) for path in self.paths_of(player)]
        return min(self.most, max(ends))

    def at_their_end(self, player: str, multiple: float) -> list[str]:
        """Keys of its levers that have a size and cannot be larger than at this multiple."""
        found = []
        for path in self.paths_of(player):
            end = largest_multiple(self.value(path))
            if self.has_size(path) and multiple >= end:
                found.append(f"{path[0]}.{path[1]}")
        return list(dict.fromkeys(found))

    def without_size(self, player: str) -> list[str]:
        """Keys of its levers that are there or not, and are never larger: rules and openings."""
        paths = self.paths_of(player)
        return list(dict.fromkeys(f"{path[0]}.{path[1]}" for path in paths if not self.has_size(path)))

    def has_size(self, path: Steps) -> bool:
        """Whether a setting can be more or less."""
        value = self.value(path)
        return at_multiple(value, 0.5) != value

    def unpriced(self, player: str) -> list[str]:
        """Keys of its levers that have no price."""
        return [key for key in self.levers_of(player) if isinstance(CATALOGUE[key].cost, NotPriced)]

    def units(self, player: str, multiple: float) -> dict[str, float]:
        """Units in all of each dose of a player at a multiple, by lever."""
        found: dict[str, float] = {}
        for path in self.paths_of(player):
            value = self.value(path)
            if isinstance(value, Dose):
                found[f"{path[0]}.{path[1]}"] = at_multiple(value, multiple).total if multiple > 0 else 0.0
        return found

    def value(self, path: Steps) -> Any:
        """What the scenario sets there."""
        found = setting(self.scenario.levers, f"{path[0]}.{path[1]}")
        return found[path[2]] if len(path) > 2 else found

    def levers_at(self, mix: Mix) -> dict[str, Any]:
        """The levers with these multiples, as plain values.

        A setting of several players is there at the largest of their multiples.
        """
        by_player = dict(zip(self.players, mix, strict=True))
        empty = Levers().model_dump(mode="json", by_alias=True)
        levers = copy.deepcopy(self.scenario.resolved()["levers"])
        for path, who in self.owners.items():
            multiple = max((by_player[player] for player in who), default=0.0 if self.alone else 1.0)
            if multiple > 0:
                scaled = at_multiple(self.value(path), multiple)
                if isinstance(scaled, BaseModel):  # what has no size stays as it is
                    _put(levers, path, scaled.model_dump(mode="json", by_alias=True))
            else:
                _take_out(levers, empty, path)
        return levers

    def world(self, mix: Mix) -> Variation:
        """The scenario with these multiples. It is named after what its runs follow from.

        Raises InputError where settings do not go together.
        """
        content = {**self.scenario.resolved(), "levers": self.levers_at(mix)}
        said = self.in_words(mix)
        try:
            return world_of(self.scenario, content, Bilingual(en=said, zh=said))
        except ValidationError as error:
            message = f"{said} cannot stand: {error}"
            raise InputError([Problem(message, key=self.scenario.name)]) from None

    def in_words(self, mix: Mix) -> str:
        """A mix as `C7 x 1.5, A x 2`."""
        return ", ".join(
            f"{player} x {multiple:g}" for player, multiple in zip(self.players, mix, strict=True)
        )


def name_of(player: str) -> dict[str, str]:
    """The names of a player in both languages."""
    return _ALL_NAME if player == ALL else player_name(player)


def _put(levers: dict[str, Any], path: Steps, value: Any) -> None:
    group, name, *entry = map(str, path)
    levers[group][name] = {**levers[group][name], entry[0]: value} if entry else value


def _take_out(levers: dict[str, Any], empty: dict[str, Any], path: Steps) -> None:
    group, name, *entry = map(str, path)
    if entry:
        levers[group][name] = {key: each for key, each in levers[group][name].items() if key != entry[0]}
    else:
        levers[group][name] = empty[group][name]


def owners_of(scenario: Scenario, players: Sequence[str]) -> dict[Steps, frozenset[str]]:
    """Path of each setting that the scenario adds -> which of the players bring it. Delivery has no dose."""
    return {
        path: frozenset(player for player in players if _brings(player, path))
        for path, _ in settings_in(scenario.resolved()["levers"])
        if path[0] != _DELIVERY
    }


def _brings(player: str, path: Steps) -> bool:
    if player in PROGRAMMES:
        return player in programmes_of(path)
    return player in (ALL, f"{path[0]}.{path[1]}") or player in measures_of(path)


def players_in(given: Sequence[str], scenario: Scenario | None, problems: list[Problem]) -> tuple[str, ...]:
    """Whose doses are sought: those named, or all levers together; what is wrong goes to `problems`."""
    known = [ALL, *PROGRAMMES, *measures(), *CATALOGUE]
    players = tuple(given) or (ALL,)
    for player in dict.fromkeys(players):
        if player not in known:
            near = nearest(player, known)
            allowed = "a lever (`urbsim list levers`), a measure such as C7, a programme such as C, or all"
            problems.append(
                Problem(f"nothing is named {quoted(player)}", None, None, None, "--of", allowed, near)
            )
        elif player.startswith(f"{_DELIVERY}."):
            message = f"{player} has no dose: it says how much of the others is carried out"
            problems.append(Problem(message, key="--of"))
        elif players.count(player) > 1:
            problems.append(Problem(f"{player} is named twice", key="--of"))
        elif player == ALL and len(players) > 1:
            problems.append(
                Problem("all of them leave nobody for a mix", key="--of", allowed="all, or others")
            )
        elif scenario is not None and not any(owners_of(scenario, [player]).values()):
            there = [other for other in known[1:] if any(owners_of(scenario, [other]).values())]
            message = f"{scenario.name} adds nothing of {player}: there is no dose to take a multiple of"
            allowed = "a scenario that has it, such as baseline" if not there else ", ".join(there)
            problems.append(Problem(message, key="--of", allowed=allowed))
    return players


def goals_in(given: Sequence[str], scenario: Scenario | None, problems: list[Problem]) -> tuple[Goal, ...]:
    """The targets asked for, or all that the run reaches; "about" and strict where the two differ."""
    if scenario is None:
        return ()
    reached = {target.id: target for target in scenario.judged_by if target.to <= scenario.until}
    if not reached:
        message = f"{scenario.name} ends in {scenario.until} and reaches none of its targets"
        problems.append(Problem(message, key="SCENARIO"))
    for name in dict.fromkeys(given) if reached else ():
        if name not in reached:
            near, allowed = nearest(name, reached), ", ".join(reached)
            late = " before its run ends" if any(name == target.id for target in scenario.judged_by) else ""
            message = f"{scenario.name} reaches no target {quoted(name)}{late}"
            problems.append(Problem(message, key="--target", allowed=allowed, nearest=near))
    wanted: Iterable[Target] = (target for name, target in reached.items() if not given or name in given)
    return tuple(goal for target in wanted for goal in _both(target))


def _both(target: Target) -> Iterator[Goal]:
    yield Goal(target, False)
    if target.tolerance:
        yield Goal(target, True)
