"""The players of a scenario, and the world of every coalition of them (ODD equation W5).

A player is a programme, a measure or a lever. A setting of the scenario stands in the world of a coalition when any of
its owners is in it; else the setting of the comparison stands there. So the empty coalition is the comparison, and all
players together are the scenario.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from urbsim.batch.members import Variation, world_of
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.files.strict_yaml import Steps
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.measures import PROGRAMMES, measures
from urbsim.scenario.schema import Bilingual, Scenario

By = Literal["programme", "measure", "lever"]
Coalition = frozenset[str]
_SUPPORT = "S"
_APART = ("base", "until", "committed", "conditions", "behaviour")
NONE = {"en": "none", "zh": "无"}

RULE = {
    "en": "A lever of several measures is present when any of them is in the coalition. Support (S) counts only for "
    "levers that are of no other programme.",
    "zh": "一项政策工具若属于多项措施，只要其中任一措施在组合中即视为实施。保障措施（S）仅在工具不属于其他行动时计入。",
}


@dataclass(frozen=True)
class Game:
    """Who plays for what.

    players: in the order of the plan; blocks: the players that stand together in every order, such as the measures of
    one programme; owners: path of each setting in which scenario and comparison differ -> players that bring it.
    """

    scenario: Scenario
    baseline: Scenario
    by: By
    within: str | None
    players: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]
    owners: Mapping[Steps, frozenset[str]]

    def levers_of(self, player: str) -> list[str]:
        """Keys of the levers that a player brings, alone or with others."""
        return list(
            dict.fromkeys(f"{path[0]}.{path[1]}" for path, who in self.owners.items() if player in who)
        )

    def levers_of_both(self, a: str, b: str) -> list[str]:
        """Keys of the levers that either of two players brings."""
        return list(
            dict.fromkeys(f"{path[0]}.{path[1]}" for path, who in self.owners.items() if {a, b} <= who)
        )

    def in_words(self, coalition: Iterable[str]) -> str:
        """A coalition as its members."""
        inside = set(coalition)
        return ", ".join(player for player in self.players if player in inside) or NONE["en"]

    def world(self, coalition: Coalition) -> Variation:
        """The scenario in which these players are. It is named after what its runs follow from.

        Two coalitions that bring the same settings are one world. Raises pydantic's ValidationError.
        """
        whole, base = self.scenario.resolved(), self.baseline.resolved()["levers"]
        levers = copy.deepcopy(whole["levers"])
        for path, who in self.owners.items():
            if not who & coalition:
                _put_back(levers, base, path)
        said = self.in_words(coalition)
        words = Bilingual(en=f"coalition: {said}", zh=f"组合：{said if coalition else NONE['zh']}")
        return world_of(self.scenario, {**whole, "levers": levers}, words)


def player_name(player: str) -> dict[str, str]:
    """The names of a player in both languages: of a programme, a measure or a lever."""
    if player in PROGRAMMES:
        return PROGRAMMES[player]
    if player in measures():
        return measures()[player].heading
    return {lang: CATALOGUE[player].name(lang) for lang in ("en", "zh")}


def game_of(
    scenario: Scenario | None, baseline: Scenario | None, by: str, within: str | None, problems: list[Problem]
) -> Game | None:
    """Who plays, or None with everything wrong with the question added to `problems`.

    by: programme, measure or lever; within: the letter of a programme, whose measures or levers play beside the other
    programmes as wholes.
    """
    if by not in get_args(By):
        allowed = ", ".join(get_args(By))
        message, near = f"{quoted(by)} is refused", nearest(by, get_args(By))
        problems.append(Problem(message, key="--by", allowed=allowed, nearest=near))
    elif within is not None and by == "programme":
        message = "is of the measures or levers of a programme"
        problems.append(Problem(message, key="--within", allowed="--by measure or --by lever"))
    if within is not None and within not in PROGRAMMES:
        near = nearest(within, PROGRAMMES)
        message = f"{quoted(within)} is no programme"
        problems.append(Problem(message, key="--within", allowed=", ".join(PROGRAMMES), nearest=near))
    if scenario is None or baseline is None:
        return None
    for part in _APART:
        if getattr(scenario, part) != getattr(baseline, part):
            message = f"{scenario.name} and {baseline.name} differ in `{part}`: that is no lever's doing"
            allowed = "a comparison that differs in `levers` alone"
            problems.append(Problem(message, key="--baseline", allowed=allowed))
    differing = list(_differing(scenario, baseline))
    if not differing:
        message = f"{scenario.name} has the same levers as {baseline.name}: there is nothing to share out"
        problems.append(Problem(message, key="--baseline"))
    letters = {path: programmes_of(path) for path in differing}
    there = [letter for letter in PROGRAMMES if any(letter in each for each in letters.values())]
    if within in PROGRAMMES and differing and within not in there:
        message = f"{scenario.name} has no lever of programme {within} that {baseline.name} has not"
        problems.append(Problem(message, key="--within", allowed=", ".join(there)))
    if problems:
        return None
    owners = {path: _owners(path, by, within) for path in differing}
    order = [*PROGRAMMES, *measures(), *CATALOGUE]
    players = tuple(name for name in order if any(name in each for each in owners.values()))
    return Game(scenario, baseline, by, within, players, _blocks(players, by, within), owners)  # type: ignore[arg-type]


def _owners(path: Steps, by: str, within: str | None) -> frozenset[str]:
    letters, key = programmes_of(path), f"{path[0]}.{path[1]}"
    mine = letters if within is None else letters & {within}
    others = letters - mine
    if by == "programme":
        return mine
    if by == "lever":
        return others | ({key} if mine else frozenset())
    return others | {id_ for id_ in measures_of(path) if id_[0] in mine}


def _blocks(players: tuple[str, ...], by: str, within: str | None) -> tuple[tuple[str, ...], ...]:
    """Measures stand with those of their programme; levers, who may have several, only where one is looked into."""
    if by == "programme" or (by == "lever" and within is None):
        return tuple((player,) for player in players)
    together: dict[str, list[str]] = {}
    for player in players:
        of_lever = by == "lever" and player in CATALOGUE
        together.setdefault(str(within) if of_lever else player[0], []).append(player)
    return tuple(map(tuple, together.values()))


def measures_of(path: Steps) -> frozenset[str]:
    lever = CATALOGUE[f"{path[0]}.{path[1]}"]
    return lever.measures_of(str(path[2]) if len(path) > 2 else None)


def programmes_of(path: Steps) -> frozenset[str]:
    """The programmes of a setting; support only where there is no other."""
    letters = frozenset(id_[0] for id_ in measures_of(path))
    return letters - {_SUPPORT} or letters


def _differing(scenario: Scenario, baseline: Scenario) -> Iterator[Steps]:
    """Paths of the levers, or of entries whose measures are their own, that are not the same in both."""
    mine, theirs = (dict(settings_in(each.resolved()["levers"])) for each in (scenario, baseline))
    for path in dict.fromkeys((*mine, *theirs)):
        if mine.get(path) != theirs.get(path):
            yield path


def settings_in(levers: dict[str, Any]) -> Iterator[tuple[Steps, Any]]:
    """What is added, by path. A dose of nothing adds nothing."""
    for group, inner in levers.items():
        for name, value in inner.items():
            if CATALOGUE[f"{group}.{name}"].items:
                yield from (((group, name, entry), one) for entry, one in (value or {}).items())
            elif value and not (isinstance(value, dict) and value.get("total") == 0):
                yield (group, name), value


def _put_back(levers: dict[str, Any], base: dict[str, Any], path: Steps) -> None:
    """The setting of the comparison in the place of the scenario's."""
    group, name, *entry = map(str, path)
    if not entry:
        levers[group][name] = base[group][name]
        return
    inner = dict(levers[group][name] or {})
    before = (base[group][name] or {}).get(entry[0])
    inner.pop(entry[0], None)
    levers[group][name] = inner if before is None else inner | {entry[0]: before}


def refused(error: Exception, game: Game, coalition: Coalition) -> InputError:
    """That the settings of a coalition do not go together."""
    message = f"without the other players, {game.in_words(coalition)} cannot stand: {error}"
    return InputError([Problem(message, key=game.scenario.name)])
