"""What the runs of a scenario say of each target: a middle, an interval and a probability where draws allow them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbsim.calendar import month_number
from urbsim.limits import PROBABILITY_NEEDS
from urbsim.report.sentences import chance_of
from urbsim.results.loading import StoredRun
from urbsim.results.run_record import Judged
from urbsim.results.targets import value_of
from urbsim.tables.rows import monthly
from urbsim.tables.selection import Selection
from urbsim.tables.summary import exchangeable


@dataclass(frozen=True)
class Outcome:
    """A target over the runs of a scenario, in the unit of its indicator.

    value: the median, of one run its own, None where the runs lack the months; low, high: 5% and 95%; chance,
    chance_strict: shares of draws that meet it with and without the tolerance; all None with fewer draws than
    `PROBABILITY_NEEDS`; year_before: the median a year before the target's last month, None where there is none.
    """

    target: Judged
    value: float | None
    low: float | None
    high: float | None
    chance: float | None
    chance_strict: float | None
    year_before: float | None


@dataclass(frozen=True)
class Counted:
    """How many runs, draws (without the central one) and seeds stand behind an outcome."""

    runs: int
    draws: int
    seeds: int

    @property
    def enough(self) -> bool:
        """Whether there are draws enough for an interval and a probability."""
        return self.draws >= PROBABILITY_NEEDS


def counted(runs: Sequence[StoredRun]) -> Counted:
    """Of those runs that are used: draw 0 is left out where there are others."""
    used = exchangeable(runs)
    draws = {run.draw for run in used if run.draw > 0}
    return Counted(len(used), len(draws), len({run.key[2] for run in used}))


def outcomes(runs: Sequence[StoredRun]) -> dict[str, Outcome]:
    """By id of the target, in the order of the runs. runs: of one scenario, at least one."""
    used = exchangeable(runs)
    judged = [{target["id"]: target for target in run.summary["targets"]} for run in used]
    targets = {name: Judged.model_validate(entry) for name, entry in judged[0].items()}
    before = _year_before(used, list(targets.values()))
    enough = counted(runs).enough
    return {
        name: _outcome(target, used, [of.get(name, {}) for of in judged], before[name], enough)
        for name, target in targets.items()
    }


def _outcome(
    target: Judged,
    runs: Sequence[StoredRun],
    entries: Sequence[dict[str, Any]],
    before: float | None,
    enough: bool,
) -> Outcome:
    pairs = [(run, entry) for run, entry in zip(runs, entries, strict=True) if entry.get("value") is not None]
    values = np.array([entry["value"] for _, entry in pairs], dtype=np.float64)
    if not values.size:
        return Outcome(target, None, None, None, None, None, None)
    low, high = np.quantile(values, (0.05, 0.95)).tolist() if enough else (None, None)
    chance, strict = (
        chance_of({(run.draw, run.key[2]): bool(entry[reading]) for run, entry in pairs})
        for reading in ("met", "met_strict")
    )
    return Outcome(target, float(np.median(values)), low, high, chance, strict, before)


def _year_before(runs: Sequence[StoredRun], targets: Sequence[Judged]) -> dict[str, float | None]:
    """The median of each target as it would have been read a year earlier."""
    if not targets:
        return {}
    indicators = tuple(dict.fromkeys(target.indicator for target in targets))
    places = tuple(dict.fromkeys(target.place for target in targets))
    found: dict[str, list[float]] = {target.id: [] for target in targets}
    for run in runs:
        frame = monthly(run, Selection(indicators, places, ()))
        keys = zip(frame["indicator"], frame["place"], frame["number"], strict=True)
        known: dict[tuple[str, str, int], float] = dict(zip(keys, frame["value"], strict=True))

        def read(indicator: str, place: str, month: int, known: dict = known) -> float | None:
            return known.get((indicator, place, month))

        for target in targets:
            earlier = _earlier(target)
            value = value_of(earlier, read) if earlier else None
            if value is not None:
                found[target.id].append(value)
    return {name: float(np.median(values)) if values else None for name, values in found.items()}


def _earlier(target: Judged) -> Judged | None:
    """The target read a year earlier; None for a sum that would have no months then."""
    year, month = target.to.split("-")
    to = f"{int(year) - 1}-{month}"
    if target.aggregate == "sum" and month_number(to) < month_number(target.from_):
        return None
    return target.model_copy(update={"to": to, "from_": to if target.aggregate == "last" else target.from_})
