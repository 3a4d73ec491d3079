"""What the runs say of each target before and after the rows, and of each row before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbsim.batch.verdicts import Judged, verdict
from urbsim.limits import PROBABILITY_NEEDS
from urbsim.results.loading import StoredRun
from urbsim.update.forecasts import Key
from urbsim.update.likelihood import quantiles
from urbsim.update.rows import Row

LEVELS = (0.05, 0.5, 0.95)
_FAR = 2.0  # standard deviations of the expected gap, beyond which a row is called far off


@dataclass(frozen=True)
class Standing:
    """A row beside the runs before it counts, in the unit of the indicator.

    low, median, high: 5%, 50% and 95% of the runs; outside: whether no run goes as far; gap: row less mean of the runs,
    over the standard deviation to be expected of it (runs, error and discrepancy together), in the protocol's unit.
    """

    row: Row
    low: float
    median: float
    high: float
    outside: bool
    gap: float

    @property
    def far(self) -> bool:
        """Whether the runs did not expect it."""
        return self.outside or abs(self.gap) > _FAR


def standings(
    rows: Sequence[Row], values: np.ndarray, in_units: np.ndarray, of_rows: np.ndarray, errors: np.ndarray
) -> list[Standing]:
    """values, in_units: (n, K) of the runs, in the units of indicator and protocol; of_rows: (K,) in the latter."""
    expected = np.sqrt(in_units.var(axis=0, ddof=1) + np.diag(errors)) if len(in_units) > 1 else np.ones(1)
    gaps = (of_rows - in_units.mean(axis=0)) / expected
    found = []
    for k, row in enumerate(rows):
        low, median, high = np.quantile(values[:, k], LEVELS).tolist()
        outside = not values[:, k].min() <= row.value <= values[:, k].max()
        found.append(Standing(row, low, median, high, outside, float(gaps[k])))
    return found


def why_silent(draws: int, effective: float) -> str | None:
    """Why nothing can be said after the rows; None where something can."""
    if effective >= PROBABILITY_NEEDS:
        return None
    return f"{effective:.1f} effective draws of {draws} are too few to say anything; {PROBABILITY_NEEDS} are needed"


def verdicts(
    runs: Mapping[str, Mapping[Key, StoredRun]], of_keys: Mapping[Key, float], silent: str | None
) -> list[dict[str, Any]]:
    """Scenario, target, `before` as in verdicts.json, and `after`, an entry for each scenario and target.

    of_keys: weight of each key, the same in all scenarios; silent: why nothing can be said after the rows.
    """
    found = []
    for scenario, by_key in runs.items():
        entries: dict[str, list[tuple[Key, dict[str, Any]]]] = {}
        for key, run in by_key.items():
            for target in run.summary["targets"]:
                entries.setdefault(target["id"], []).append((key, target))
        for name, of_target in entries.items():
            before = verdict([Judged(key.draw, key.seed, target, key.variant) for key, target in of_target])
            known = [(of_keys[key], target) for key, target in of_target if target["value"] is not None]
            after = _after(before, known, silent or before["no_probability_because"])
            found.append({"scenario": scenario, "target": name, "before": before, "after": after})
    return found


def _after(
    before: Mapping[str, Any], known: Sequence[tuple[float, dict[str, Any]]], silent: str | None
) -> dict[str, Any]:
    """The entry of a target after the rows; nothing but the reason where there is nothing to say."""
    said = dict.fromkeys(("probability", "probability_strict", "median", "low", "high", "shortfall"))
    if silent is None:
        weights = np.array([weight for weight, _ in known])
        weights = weights / weights.sum()
        values = np.array([target["value"] for _, target in known], dtype=np.float64)
        low, median, high = quantiles(values, weights, LEVELS)
        sign = 1.0 if before["operator"] == ">=" else -1.0
        said |= {
            "probability": float(weights @ [bool(target["met"]) for _, target in known]),
            "probability_strict": float(weights @ [bool(target["met_strict"]) for _, target in known]),
            "median": median,
            "low": low,
            "high": high,
            "shortfall": sign * (before["threshold"] - median),
        }
    return {**said, "no_probability_because": silent}
