"""What one more urban resident or new urban job costs against a comparison, and whether that can be told (F5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from urbsim.limits import PROBABILITY_NEEDS

LOW, HIGH = 0.05, 0.95
SURE = 0.95
"""Share of draws in which something has to be gained for a price to have an upper end."""
_NOTHING = 1e-6
"""Persons or jobs: less than that is a rounding of means, and gains nothing."""

Status = Literal["interval", "at_least", "no_gain", "no_more_cost", "few_draws", "no_ledger"]


class Apart(NamedTuple):
    """A run less that of the comparison with the same draw and seed: more yuan, and more of what is gained.

    variant: how both take behaviour, if several do; each counts like draws of its own.
    """

    draw: int
    more_yuan: float
    gained: float
    variant: str = ""


@dataclass(frozen=True)
class Spread:
    """Mean over the draws, and the points below which 5% and 95% of them lie; None where that is not known."""

    mean: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Each:
    """Yuan for one more: mean over mean, and over the draws; None where that cannot be told."""

    ratio_of_means: float | None = None
    low: float | None = None
    median: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Price:
    """A scenario less the comparison.

    status: `interval`, yuan for one more lie between low and high; `at_least`, they have no upper end, for in too many
    draws nothing is gained; `no_gain`, in nearly all draws nothing is gained; `no_more_cost`, not in every draw is more
    spent; `few_draws`, mean over mean alone, if each draw gains; `no_ledger`, runs without prices.
    gained_in: share of the draws in which something is gained.
    """

    status: Status
    pairs: int
    draws: int
    more_yuan: Spread = Spread()
    gained: Spread = Spread()
    gained_in: float | None = None
    yuan_each: Each = Each()

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Price:
        """As it was before `as_dict`; other keys of the entry are left aside."""
        parts = {"more_yuan": Spread, "gained": Spread, "yuan_each": Each}
        plain = {name: entry[name] for name in ("status", "pairs", "draws", "gained_in")}
        return cls(**plain, **{name: part(**entry[name]) for name, part in parts.items()})

    def flat(self) -> dict[str, Any]:
        """As a row of a table has it."""
        parts = ("more_yuan", "gained", "yuan_each")
        row: dict[str, Any] = {name: value for name, value in vars(self).items() if name not in parts}
        for part in parts:
            row |= {f"{part}_{name}": value for name, value in vars(getattr(self, part)).items()}
        return row


def price(pairs: Iterable[Apart]) -> Price:
    """What one more costs (ODD equation F5). Seeds of a draw are averaged; draw 0 speaks only where there is no other.

    The ratio of two uncertain numbers has no interval where the one below may be zero. So quantiles are taken of what a
    yuan gains, and turned over only where that is above zero.
    """
    given = list(pairs)
    kept = [pair for pair in given if pair.draw > 0] or given
    draws = {pair.draw for pair in kept}
    seeds: dict[tuple[str, int], list[Apart]] = {}
    for pair in kept:
        seeds.setdefault((pair.variant, pair.draw), []).append(pair)
    yuan = np.array([np.mean([pair.more_yuan for pair in each]) for each in seeds.values()])
    gained = np.array([np.mean([pair.gained for pair in each]) for each in seeds.values()])
    gained[np.abs(gained) < _NOTHING] = 0.0
    if not draws or not np.isfinite(yuan).all() or not np.isfinite(gained).all():
        return Price("no_ledger", len(kept), len(draws))
    many = 0 not in draws and len(draws) >= PROBABILITY_NEEDS
    dearer, gains = bool(np.all(yuan > 0)), bool(np.all(gained > 0))
    mean = float(yuan.mean() / gained.mean()) if dearer and (gains or many) and gained.mean() > 0 else None
    status: Status = "few_draws"
    each = Each(mean)
    if not dearer:
        status = "no_more_cost"
    elif many:
        status, each = _between(gained / yuan, mean)
    return Price(
        status,
        len(kept),
        len(draws),
        _spread(yuan, many),
        _spread(gained, many),
        float(np.mean(gained > 0)),
        each,
    )


def _between(of_a_yuan: np.ndarray, mean: float | None) -> tuple[Status, Each]:
    """What quantiles over the draws say; of_a_yuan: (draws,) what a yuan gains."""
    low, median, high = np.quantile(of_a_yuan, (LOW, 0.5, HIGH)).tolist()
    if high <= 0:
        return "no_gain", Each()
    if low > 0 and np.mean(of_a_yuan > 0) >= SURE:
        return "interval", Each(mean, 1 / high, 1 / median, 1 / low)
    return "at_least", Each(None, 1 / high)


def _spread(values: np.ndarray, many: bool) -> Spread:
    low, high = np.quantile(values, (LOW, HIGH)).tolist() if many else (None, None)
    return Spread(float(values.mean()), low, high)


def in_words(found: Price) -> str:
    """One line for a terminal: yuan for one more, or why that cannot be told."""
    each = found.yuan_each
    if found.status == "interval":
        return f"{_yuan(each.median)} yuan ({_yuan(each.low)} to {_yuan(each.high)})"
    if found.status == "at_least":
        return f"at least {_yuan(each.low)} yuan; more cannot be told: {_gained_in(found)}"
    if found.status == "no_gain":
        return f"nothing is gained: {_gained_in(found)}"
    if found.status == "no_more_cost":
        return "no price: not in every draw is more spent"
    if found.status == "no_ledger":
        return "no price: the runs have no ledger"
    if each.ratio_of_means is None:
        return f"cannot be told: {_gained_in(found)}"
    return f"{_yuan(each.ratio_of_means)} yuan, mean over mean; {PROBABILITY_NEEDS} draws tell the interval"


def _gained_in(found: Price) -> str:
    return f"{found.gained_in:.0%} of {found.draws} draws gain"


def _yuan(value: float | None) -> str:
    """To two figures: its interval is wide, and the costs are mostly assumed."""
    return "-" if value is None else f"{float(f'{value:.2g}'):,.0f}"
