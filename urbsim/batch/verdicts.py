"""What the runs of a batch say of each target together: how likely it is met, and how far off it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from urbsim.results.targets import PROBABILITY_NEEDS

_OF_TARGET = ("id", "indicator", "place", "from", "to", "aggregate", "operator", "threshold", "tolerance")


def verdict(target: dict[str, Any], judged: Sequence[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    """The entry of verdicts.json for one scenario and target.

    target: its entry in the summary of one run; judged: draw and the same entry of every run that is done.
    Draws 1 and on are alike; draw 0 is the central one, and speaks only where there is no other.
    """
    alike = [(draw, entry) for draw, entry in judged if draw > 0] or list(judged)
    known = [(draw, entry) for draw, entry in alike if entry["value"] is not None]
    values = np.array([entry["value"] for _, entry in known], dtype=np.float64)
    draws = len({draw for draw, _ in known if draw > 0})
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
        "probability": None if why else float(np.mean([bool(entry["met"]) for _, entry in known])),
        "probability_strict": None
        if why
        else float(np.mean([bool(entry["met_strict"]) for _, entry in known])),
        "no_probability_because": why,
        "median": median,
        "low": low,
        "high": high,
        "shortfall": None if median is None else sign * (target["threshold"] - median),
    }
