"""Which coalitions are run with which draw and seed: a batch whose runs are not the same for every draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from urbsim.batch.members import Member, Plan, Variation
from urbsim.errors import Problem
from urbsim.shares.game import Coalition, Game, refused
from urbsim.shares.orders import Order, orders
from urbsim.shares.values import chain, coalitions
from urbsim.simulation import options

EXACT_UP_TO = 5
"""Players of whom every coalition is run."""
ORDERS, MOST_ORDERS = 4, 1000
RunKey = tuple[int, int]
"""Draw and seed."""


@dataclass(frozen=True)
class Coalitions(Plan):
    """The runs that shares follow from.

    of_run: coalitions by draw and seed; worlds: of each; orders: by draw and seed, None where all coalitions are run.
    """

    of_run: Mapping[RunKey, tuple[Coalition, ...]] = field(default_factory=dict)
    worlds: Mapping[Coalition, Variation] = field(default_factory=dict)
    orders: Mapping[RunKey, list[Order]] | None = None

    def variations_of(self, draw: int, seed: int) -> tuple[Variation, ...]:
        """The worlds that are run with a draw and seed, each once."""
        found = (self.worlds[coalition] for coalition in self.of_run[draw, seed])
        return tuple({variation.digest: variation for variation in found}.values())

    @property
    def most_runs(self) -> int:
        """Its runs: none are added."""
        return len(self)

    def __len__(self) -> int:
        return sum(len(self.variations_of(*key)) for key in self.of_run)

    def member(self, coalition: Coalition, draw: int, seed: int) -> tuple[str, int, int]:
        """Name of the world, draw and seed: what names the run of a coalition."""
        return self.worlds[coalition].scenario.name, draw, seed


def key_of(member: Member) -> tuple[str, int, int]:
    """Name of the world, draw and seed of a run."""
    return member.scenario.name, member.draw, member.seed


def orders_in(text: str | None, by: str, problems: list[Problem]) -> int:
    """How many orders each draw and seed has."""
    if text is None:
        return ORDERS
    if by == "programme":
        message = "has no effect: programmes are shared out over all their coalitions"
        problems.append(Problem(message, key="--orders", allowed="--by measure or --by lever"))
        return ORDERS
    number = options.whole(text)
    allowed = f"an even number from 2 to {MOST_ORDERS}"
    found = options.whole_problem("--orders", number, text, 2, MOST_ORDERS, allowed)
    if not found and number is not None and number % 2:
        found = Problem(f"{number} is refused: orders come in pairs", key="--orders", allowed=allowed)
    problems += [found] if found else []
    return number or ORDERS


def coalitions_of(game: Game, batch: Plan, number: int) -> Coalitions:
    """The runs of a game. batch: scale, draws and seeds; number: of orders with each draw and seed.

    Raises InputError where settings of a coalition do not go together.
    """
    keys = [(draw, seed) for seed in batch.seeds for draw in batch.draws]
    exact = game.by == "programme" and len(game.players) <= EXACT_UP_TO
    drawn = None
    if exact:
        every = tuple(coalitions(game.players))
        of_run = dict.fromkeys(keys, every)
    else:
        drawn = {key: orders(game.blocks, *key, number) for key in keys}
        of_run = {
            key: tuple(dict.fromkeys(each for order in found for each in chain(order)))
            for key, found in drawn.items()
        }
    worlds: dict[Coalition, Variation] = {}
    for coalition in dict.fromkeys(each for found in of_run.values() for each in found):
        try:
            worlds[coalition] = game.world(coalition)
        except ValidationError as error:
            raise refused(error, game, coalition) from None
    variations = tuple({variation.digest: variation for variation in worlds.values()}.values())
    asked = {
        "name": f"{game.scenario.name}_shares",
        "scale": batch.scale,
        "scenarios": [variation.scenario.name for variation in variations],
        "draws": list(batch.draws),
        "seeds": list(batch.seeds),
        "baseline": worlds[frozenset()].scenario.name,
        "attribution": {
            "scenario": game.scenario.name,
            "baseline": game.baseline.name,
            "by": game.by,
            "within": game.within,
            "orders": None if exact else number,
        },
    }
    return Coalitions(
        asked["name"], batch.scale, variations, batch.draws, batch.seeds, asked["baseline"], asked,
        of_run=of_run, worlds=worlds, orders=drawn,
    )  # fmt: skip
