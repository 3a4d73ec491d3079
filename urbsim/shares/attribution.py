"""Shares of players in each outcome, with their errors, interactions and prices (ODD equations W5, W6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from urbsim.shares.errors_of_means import Mean, error_of_orders, mean_of
from urbsim.shares.game import RULE, Game, player_name
from urbsim.shares.orders import Order
from urbsim.shares.outcomes import ONE_MORE, YUAN, Figures, Outcome
from urbsim.shares.plan import Coalitions, RunKey
from urbsim.shares.values import Coalition, added, interactions, shapley

COVER, NEED = "cover for each other", "need each other"
Pair = tuple[str, str]


def attribution(
    game: Game, plan: Coalitions, outcomes: Sequence[Outcome], figures: Figures, draws_from: str
) -> dict[str, Any]:
    """What attribution.json holds. figures: of every run; draws_from: as verdicts.json has it."""
    shares = {outcome.id: _Shares(game, plan, outcome, figures) for outcome in outcomes}
    return {
        "scenario": game.scenario.name,
        "baseline": game.baseline.name,
        "by": game.by,
        "within": game.within,
        "scale": plan.scale,
        "draws": list(plan.draws),
        "seeds": list(plan.seeds),
        "draws_from": draws_from,
        "method": "all coalitions" if plan.orders is None else "orders",
        "orders_of_each_draw_and_seed": None
        if plan.orders is None
        else len(next(iter(plan.orders.values()))),
        "coalitions": len(plan.worlds),
        "runs": len(plan),
        "errors_are_over": _sources(plan),
        "rule": RULE,
        "players": [
            {"player": player, "name": player_name(player), "levers": game.levers_of(player)}
            for player in game.players
        ],
        "outcomes": [shares[outcome.id].as_dict() for outcome in outcomes],
        "prices": [_price(player, shares) for player in game.players],
    }


def _sources(plan: Coalitions) -> list[str]:
    """What standard errors hold."""
    several = {"draws": plan.draws, "seeds": plan.seeds}
    found = [name for name, numbers in several.items() if len(numbers) > 1]
    return found if plan.orders is None else [*found, "orders"]


class _Shares:
    """Shares in one outcome."""

    def __init__(self, game: Game, plan: Coalitions, outcome: Outcome, figures: Figures) -> None:
        self.game, self.outcome = game, outcome
        everybody, nobody = frozenset(game.players), frozenset[str]()
        worth = {key: _worth(found, outcome) for key, found in figures.items()}
        self.start = mean_of({key: float(of(nobody)) for key, of in worth.items()})
        self.end = mean_of({key: float(of(everybody)) for key, of in worth.items()})
        whole = {key: of(everybody) - of(nobody) for key, of in worth.items()}
        self.effect = mean_of({key: float(value) for key, value in whole.items()})
        by_run, pairs = _by_run(game, plan, worth)
        self.gap = max(abs(sum(by_run[key].values(), Fraction(0)) - whole[key]) for key in whole)
        self.shares = {
            player: _with_orders(
                mean_of({key: float(found[player]) for key, found in by_run.items()}), errors
            )
            for player in game.players
            for errors in [_errors(pairs, player)]
        }
        self.orders_errors = {player: _errors(pairs, player) for player in game.players}
        self.interactions: dict[Pair, Mean] = {}
        if plan.orders is None:
            found = {key: interactions(game.players, of) for key, of in worth.items()}
            self.interactions = {
                pair: mean_of({key: float(each[pair]) for key, each in found.items()})
                for pair in combinations(game.players, 2)
            }

    def as_dict(self) -> dict[str, Any]:
        """Its entry in attribution.json."""
        effect = self.effect.value
        return {
            "outcome": self.outcome.id,
            "indicator": self.outcome.indicator,
            "unit": self.outcome.unit,
            "target": self.outcome.target,
            "baseline": self.start.value,
            "scenario": self.end.value,
            "effect": effect,
            "standard_error": self.effect.error,
            "shares_less_effect": float(self.gap),
            "shares": [
                {
                    "player": player,
                    "share": share.value,
                    "standard_error": share.error,
                    "error_of_orders": self.orders_errors[player],
                    "of_effect": share.value / effect if self.effect.is_sure else None,
                }
                for player, share in self.shares.items()
            ],
            "interactions": [
                {
                    "players": list(pair),
                    "interaction": mean.value,
                    "standard_error": mean.error,
                    "levers_of_both": self.game.levers_of_both(*pair),
                    "reads": reading(mean, *(self.shares[player] for player in pair)),
                }
                for pair, mean in self.interactions.items()
            ],
        }


def reading(interaction: Mean, a: Mean, b: Mean) -> str | None:
    """Whether two players cover for each other or need each other; None where neither is more than luck.

    Both have to pull in one direction, and the interaction has to be above two standard errors.
    """
    if not interaction.is_sure or a.value * b.value <= 0:
        return None
    return NEED if interaction.value * a.value > 0 else COVER


def _worth(
    found: Mapping[Coalition, Mapping[str, Fraction]], outcome: Outcome
) -> Callable[[Coalition], Fraction]:
    return lambda coalition: found[coalition][outcome.id] * outcome.factor


def _by_run(
    game: Game, plan: Coalitions, worth: Mapping[RunKey, Callable[[Coalition], Fraction]]
) -> tuple[dict[RunKey, dict[str, Fraction]], list[list[dict[str, Fraction]]]]:
    """Shares by draw and seed, and what each pair of orders says of them by itself."""
    if plan.orders is None:
        return {key: shapley(game.players, of) for key, of in worth.items()}, []
    pairs = {
        key: [
            _middle([added(order, of) for order in two], game.players)
            for two in _in_twos(plan.orders[key])
        ]
        for key, of in worth.items()
    }  # fmt: skip
    return {key: _middle(each, game.players) for key, each in pairs.items()}, list(pairs.values())


def _in_twos(orders: Sequence[Order]) -> list[Sequence[Order]]:
    return [orders[k : k + 2] for k in range(0, len(orders), 2)]


def _middle(several: Sequence[Mapping[str, Fraction]], players: Sequence[str]) -> dict[str, Fraction]:
    return {player: sum((each[player] for each in several), Fraction(0)) / len(several) for player in players}


def _errors(pairs: list[list[dict[str, Fraction]]], player: str) -> float | None:
    if not pairs:
        return None
    return error_of_orders([[float(each[player]) for each in of_run] for of_run in pairs])


def _with_orders(share: Mean, of_orders: float | None) -> Mean:
    """The share of one run has no error but that of its orders; over several runs theirs holds it."""
    return Mean(share.value, of_orders) if share.error is None else share


def _price(player: str, shares: Mapping[str, _Shares]) -> dict[str, Any]:
    """Public money of a player, and of one more by its share (ODD equation W6): nothing where it gains nothing."""
    yuan = shares[YUAN].shares[player]
    found: dict[str, Any] = {"player": player, "yuan": yuan.value, "standard_error": yuan.error}
    for name, gain in ONE_MORE.items():
        share = shares[name].shares[player]
        found[f"yuan_per_{gain}"] = yuan.value / share.value if share.value > 0 else None
        found[f"{gain}s_are_sure"] = share.is_sure
    return found


def rows_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of attribution.csv: outcome, kind, player, other, value, unit, standard_error, error_of_orders, reads."""
    rows = []
    for entry in content["outcomes"]:
        same = {"outcome": entry["outcome"], "unit": entry["unit"]}
        effect = {"value": entry["effect"], "standard_error": entry["standard_error"]}
        rows.append(same | {"kind": "effect"} | effect)
        for share in entry["shares"]:
            line = {"kind": "share", "player": share["player"], "value": share["share"]}
            beside = {name: share[name] for name in ("standard_error", "error_of_orders")}
            rows.append(same | line | beside)
        for one in entry["interactions"]:
            a, b = one["players"]
            line = {"kind": "interaction", "player": a, "other": b, "value": one["interaction"]}
            rows.append(same | line | {name: one[name] for name in ("standard_error", "reads")})
    for price in content["prices"]:
        for outcome, gain in ONE_MORE.items():
            line = {"kind": "price", "player": price["player"], "value": price[f"yuan_per_{gain}"]}
            rows.append({"outcome": outcome, "unit": "yuan for one more"} | line)
    return rows
