"""Later years left out of the fit: forecasts from origins inside the decade that know nothing dated after them.

For each origin members of the fit begin anew from their first runs and are matched to what is dated up to the end of
that year. Climates of later years stay those of their priors. `validate-model` scores the path of the share after it.
What cannot be left out is told there: the starts and the priors were chosen by people who had seen the decade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from urbsim.calendar import calendar_month, month_number
from urbsim.fit import check_folder
from urbsim.fit.ensemble import Posterior
from urbsim.fit.left_out import rematched
from urbsim.fit.observed import NIGHT, key
from urbsim.fit.plan import Plan, vectors
from urbsim.fit.recipe import Check, Origins
from urbsim.fit.workshop import Workshop

CHECK, FOLDER, FORECASTS = "origins", "origins", "forecasts.csv"
OBSERVABLE = "urban_share"
Stored = tuple[Mapping[str, Any], Mapping[int, Mapping[int, np.ndarray]]]
"""The record, and origin -> year -> (M,) urban shares at its end, from 0 to 1."""
_DIGITS = 4  # of per cent
_YEAR = 12  # months


@dataclass(frozen=True)
class LaterYears:
    """paths: origin -> (M, years) urban shares at the ends of years, per cent; years: of them; misfits: of each origin,
    as the fit's, on the figures up to it."""

    paths: Mapping[int, np.ndarray]
    years: tuple[int, ...]
    misfits: Sequence[float]


def runs_of(plan: Plan, size: Check) -> int:
    """How many runs the check makes beside those of the fit, of which it has the first round."""
    return len(_size(size).years) * plan.some(size.members).size * (size.matchings - 1)


def check(found: Posterior, size: Check, workshop: Workshop) -> LaterYears:
    """Matches members to what is dated up to each origin. Raises RunError where a run fails."""
    keys = [
        at for at in found.targets.keys if at.startswith(f"{OBSERVABLE}[") and at != key(OBSERVABLE, NIGHT)
    ]
    years = [int(at.partition("[")[2][:4]) for at in keys]
    dated = np.array([int(month[:4]) for month in found.targets.dated])
    paths, misfits = {}, []
    for origin in _size(size).years:
        runs = rematched(found, size, dated <= origin, workshop, f"up to {origin}")
        ends, night = vectors(runs.found, keys), vectors(runs.found, [key(OBSERVABLE, NIGHT)])[:, 0]
        paths[origin] = np.column_stack(
            [ends, end_of_year(night, ends[:, -1] - ends[:, -2], calendar_month(month_number(NIGHT)))]
        )
        misfits.append(runs.misfit)
    return LaterYears(paths, (*years, years[-1] + 1), misfits)


def end_of_year(share: np.ndarray, gain: np.ndarray, months: int) -> np.ndarray:
    """(M,) shares at the end of a year that a run cuts short: missing months gain as those of the year before.

    share: (M,) where the run ends, `months` into the year; gain: (M,) of the year before.
    """
    return share + gain / _YEAR * (_YEAR - months)


def _size(size: Check) -> Origins:
    assert isinstance(size, Origins)
    return size


def write(found: LaterYears, plan: Plan, size: Check, folder: Path) -> dict[str, Any]:
    """Writes the folder of the check, whole or not at all, and returns its record. Raises OSError."""
    rows = (
        [origin, k + 1, *(f"{share:.{_DIGITS}f}" for share in row)]
        for origin, path in found.paths.items()
        for k, row in enumerate(path)
    )
    head = ("origin", "run", *map(str, found.years))
    said = {"misfit": [round(misfit, 3) for misfit in found.misfits]}
    return check_folder.write(folder, plan, size, FORECASTS, head, rows, said)


def read(folder: Path) -> Stored | None:
    """The record and the forecasts; None where there is no such folder.

    Raises InputError where the forecasts are not those that the record names.
    """
    stored = check_folder.read(folder, FORECASTS, CHECK)
    if stored is None:
        return None
    record, head, numbers = stored
    years = [int(name) for name in head[2:]]
    found = {}
    for origin in np.unique(numbers[:, 0]).astype(int):
        rows = numbers[numbers[:, 0] == origin, 2:] / 100
        found[int(origin)] = dict(zip(years, rows.T, strict=True))
    return record, found
