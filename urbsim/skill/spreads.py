"""How far a rival may be off: by its own errors at the origins where the outcome is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rival = Callable[[int, int], Array | None]
"""(year of the origin, years ahead) -> shares of the next years, or None with too short a past."""
Errors = Mapping[int, Mapping[int, float]]
"""Years ahead -> origin -> forecast less observation."""

_LEAST = 2  # errors that a spread is told from


def errors_of(rival: Rival, series: Mapping[int, float], origins: Iterable[int], horizons: int) -> Errors:
    """Errors of a rival at every origin, where the outcome is known."""
    found: dict[int, dict[int, float]] = {h: {} for h in range(1, horizons + 1)}
    for origin in origins:
        path = rival(origin, horizons)
        if path is None:
            continue
        for h in found:
            if origin + h in series:
                found[h][origin] = float(path[h - 1]) - series[origin + h]
    return found


def spread(errors: Errors, ahead: int, without: int | None = None) -> float | None:
    """Root mean square of the errors so many years ahead, but for those of one origin; None if fewer than two are left.

    Beyond the longest horizon known it grows in proportion to the years.
    """
    known = min(ahead, max(errors))
    left = [error for origin, error in errors[known].items() if origin != without]
    if len(left) < _LEAST:
        return None
    return float(np.sqrt(np.mean(np.square(left)))) * ahead / known
