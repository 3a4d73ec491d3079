"""What the runs of a batch say of each target together: how likely it is met, and how far off it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from urbsim.batch.variance import variance_shares
from urbsim.limits import PROBABILITY_NEEDS

_OF_TARGET = ("id", "indicator", "place", "from", "to", "aggregate", "operator", "threshold", "tolerance")


class Judged(NamedTuple):
    """What one run says of a target. entry: of its summary; variant: how it takes behaviour, if several do."""

    draw: int
    seed: int
    entry: Mapping[str, Any]
    variant: str = ""


def alike(judged: Sequence[Judged]) -> list[Judged]:
    """Draws 1 and on are alike; draw 0 is the central one, and speaks only where there is no other."""
    return [one for one in judged if one.draw > 0] or list(judged)


def verdict(judged: Sequence[Judged]) -> dict[str, Any]:
    """What all runs of a scenario say of one target, in the form of verdicts.json. judged: at least one run."""
    target = judged[0].entry
    runs = [one for one in alike(judged) if one.entry["value"] is not None]
    known = [one.entry for one in runs]
    values = np.array([entry["value"] for entry in known], dtype=np.float64)
    draws = len({one.draw for one in runs if one.draw > 0})
    why = None
    if not known:
        why = "no run has these months and this indicator"
    elif draws < PROBABILITY_NEEDS:
        why = f"{draws} draws; a probability needs {PROBABILITY_NEEDS}"
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95)).tolist() if known else (None, None, None)
    sign = 1.0 if target["operator"] == ">=" else -1.0
    return {
        **{key: target[key] for key in _OF_TARGET},
        "n": len(known),
        "draws": draws,
        "probability": None if why else float(np.mean([bool(entry["met"]) for entry in known])),
        "probability_strict": None if why else float(np.mean([bool(entry["met_strict"]) for entry in known])),
        "no_probability_because": why,
        "median": median,
        "low": low,
        "high": high,
        "shortfall": None if median is None else sign * (target["threshold"] - median),
        "variance_shares": variance_shares(
            {(one.draw, one.seed, one.variant): one.entry["value"] for one in runs}
        ),
    }
