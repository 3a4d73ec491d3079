"""Prefectures left out of the fit: some are not looked at, members are matched to the rest, and their shares are
forecast.

Prefectures are dealt into folds. In each fold members of the fit begin anew from their first runs and do not see the
urban shares of its prefectures on census night 2020. `validate-model` scores what their runs say of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from urbsim.fit import check_folder
from urbsim.fit.ensemble import Posterior, Round, goals_of, match
from urbsim.fit.observed import key
from urbsim.fit.plan import Plan, vectors
from urbsim.fit.recipe import Check, Folds
from urbsim.fit.workshop import Workshop

CHECK, FOLDER, FORECASTS = "prefectures", "left_out", "forecasts.csv"
OBSERVABLE = "prefecture_shares"
Stored = tuple[Mapping[str, Any], Mapping[str, np.ndarray]]
"""The record, and prefecture -> (M,) shares from 0 to 1."""
_DIGITS = 4  # of per cent


@dataclass(frozen=True)
class LeftOut:
    """folds: prefectures of each; shares: prefecture -> (M,) urban shares on census night 2020, per cent; misfits: of
    each fold, as the fit's, on the figures that it saw."""

    folds: Sequence[tuple[str, ...]]
    shares: Mapping[str, np.ndarray]
    misfits: Sequence[float]


def folds_of(places: Sequence[str], number: int) -> list[tuple[str, ...]]:
    """Places dealt out in the order of their codes, so that neighbours by code are not left out together."""
    return [tuple(places[k::number]) for k in range(number)]


def runs_of(plan: Plan, size: Check) -> int:
    """How many runs the check makes beside those of the fit, of which it has the first round."""
    return _size(size).folds * plan.some(size.members).size * (size.matchings - 1)


def check(found: Posterior, size: Check, workshop: Workshop) -> LeftOut:
    """Matches the members of every fold. Raises RunError where a run fails."""
    targets = found.targets
    places = [at.partition("[")[2].rstrip("]") for at in targets.keys if at.startswith(f"{OBSERVABLE}[")]
    folds, shares, misfits = folds_of(places, _size(size).folds), {}, []
    for k, fold in enumerate(folds):
        hidden = {key(OBSERVABLE, place) for place in fold}
        seen = np.array([at not in hidden for at in targets.keys])
        runs = rematched(found, size, seen, workshop, f"without fold {k + 1}")
        own = vectors(runs.found, [key(OBSERVABLE, place) for place in fold])
        shares |= dict(zip(fold, own.T, strict=True))
        misfits.append(runs.misfit)
    return LeftOut(folds, {place: shares[place] for place in places}, misfits)


def rematched(found: Posterior, size: Check, seen: np.ndarray, workshop: Workshop, called: str) -> Round:
    """Members of a fit once they are matched to some of its figures alone. seen: (K,) which."""
    plan, known, luck = found.plan, found.targets.only(seen), found.noise.only(seen)
    members = plan.some(size.members)
    goals = goals_of(plan, known, luck, called, members)
    _, best, _ = match(
        plan,
        known,
        luck,
        goals,
        plan.prior_scores()[members],
        members,
        size.matchings,
        workshop.observe,
        called,
        lambda _: found.jacobian[seen],
    )
    return best


def _size(size: Check) -> Folds:
    assert isinstance(size, Folds)
    return size


def write(found: LeftOut, plan: Plan, size: Check, folder: Path) -> dict[str, Any]:
    """Writes the folder of the check, whole or not at all, and returns its record. Raises OSError."""
    columns = np.stack(list(found.shares.values()), axis=1)
    rows = ([k + 1, *(f"{share:.{_DIGITS}f}" for share in row)] for k, row in enumerate(columns))
    said = {
        "left_out": [list(fold) for fold in found.folds],
        "misfit": [round(misfit, 3) for misfit in found.misfits],
    }
    return check_folder.write(folder, plan, size, FORECASTS, ("run", *found.shares), rows, said)


def read(folder: Path) -> Stored | None:
    """The record and prefecture -> (M,) shares from 0 to 1; None where there is no such folder.

    Raises InputError where the forecasts are not those that the record names.
    """
    stored = check_folder.read(folder, FORECASTS, CHECK)
    if stored is None:
        return None
    record, head, numbers = stored
    return record, dict(zip(head[1:], numbers[:, 1:].T / 100, strict=True))
