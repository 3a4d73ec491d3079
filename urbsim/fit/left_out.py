"""Prefectures left out of the fit: some are not looked at, the rest is fitted, and their shares are forecast.

Prefectures are dealt into folds. Each fold has a fit of its own that does not see their urban shares of census night
2020: rounds of the smoother, the posterior by regression (ODD equation U8), and runs at a sample of it.
`validate-model` scores what these runs say of the prefectures that were left out.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from urbsim.errors import InputError, Problem
from urbsim.facts.register import sha256_of
from urbsim.files.strict_yaml import load
from urbsim.fit import transform
from urbsim.fit.door import base_night
from urbsim.fit.ensemble import measured_noise, near_of, regressed, smoothed
from urbsim.fit.errors_of_observation import of_role
from urbsim.fit.observed import key
from urbsim.fit.plan import Plan, vectors
from urbsim.fit.recipe import Folds
from urbsim.fit.regression import sample
from urbsim.fit.workshop import Workshop
from urbsim.results import store
from urbsim.results.digests import code_digest, facts_digest

FOLDER, FORECASTS, RECORD = "left_out", "forecasts.csv", "record.yaml"
OBSERVABLE = "prefecture_shares"
Stored = tuple[Mapping[str, Any], Mapping[str, np.ndarray]]
"""The record, and prefecture -> (M,) shares from 0 to 1."""
_ROUNDS = 10_000  # of the first fold, apart from those of the fit and of its check by ranks
_DIGITS = 4  # of per cent


@dataclass(frozen=True)
class LeftOut:
    """folds: prefectures of each; shares: prefecture -> (M,) urban shares on census night 2020, per cent."""

    folds: Sequence[tuple[str, ...]]
    shares: Mapping[str, np.ndarray]


def folds_of(places: Sequence[str], number: int) -> list[tuple[str, ...]]:
    """Places dealt out in the order of their codes, so that neighbours by code are not left out together."""
    return [tuple(places[k::number]) for k in range(number)]


def runs_of(plan: Plan) -> int:
    """How many runs the check makes: the first round serves all folds."""
    size = _size(plan)
    return 2 * size.noise_runs + size.members + size.folds * size.members * size.assimilations


def check(plan: Plan, workshop: Workshop) -> LeftOut:
    """Fits every fold and runs its posterior. Raises RunError where a run fails."""
    size = _size(plan)
    targets = of_role(plan.protocol, base_night(plan.protocol.forecast, size.scale))
    noise = measured_noise(plan, targets, workshop.observe)
    places = [at.partition("[")[2].rstrip("]") for at in targets.keys if at.startswith(f"{OBSERVABLE}[")]
    folds, shares = folds_of(places, size.folds), {}
    for k, fold in enumerate(folds):
        hidden = {key(OBSERVABLE, place) for place in fold}
        seen = np.array([at not in hidden for at in targets.keys])
        known, luck = targets.only(seen), noise.only(seen)
        called, part = f"without fold {k + 1}", _ROUNDS + k * (size.assimilations + 1)
        rounds, scores = smoothed(
            plan, known, luck, known.values, workshop.observe, plan.prior_scores(), called, part
        )
        posterior = regressed(plan, known, luck, near_of(rounds), curved=False).posterior(
            known.values, known.beyond_simulator
        )
        normals = transform.keyed_normals(f"posterior {called}", *scores.shape)
        scores, _ = sample(*posterior, plan.groups, normals)
        runs = plan.round(part + size.assimilations, scores, plan.groups)
        found = vectors(
            workshop.observe(runs, f"{called}, forecasts"), [key(OBSERVABLE, place) for place in fold]
        )
        shares |= dict(zip(fold, found.T, strict=True))
    return LeftOut(folds, {place: shares[place] for place in places})


def _size(plan: Plan) -> Folds:
    assert isinstance(plan.size, Folds)
    return plan.size


def write(found: LeftOut, plan: Plan, folder: Path) -> dict[str, Any]:
    """Writes the folder of the check, whole or not at all, and returns its record. Raises OSError."""
    record: dict[str, Any] = {
        "protocol": plan.in_force._asdict(),
        "recipe": plan.recipe.name,
        **_size(plan).model_dump(),
        "left_out": [list(fold) for fold in found.folds],
        "digests": {"code": code_digest(), "facts": facts_digest()},
    }
    with store.whole_folder(folder) as place:
        with (place / FORECASTS).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(("run", *found.shares))
            columns = np.stack(list(found.shares.values()), axis=1)
            writer.writerows(
                [k + 1, *(f"{share:.{_DIGITS}f}" for share in row)] for k, row in enumerate(columns)
            )
        record["files"] = {FORECASTS: sha256_of(place / FORECASTS)}
        store.write_yaml(record, place / RECORD)
    return record


def read(folder: Path) -> Stored | None:
    """The record and prefecture -> (M,) shares from 0 to 1; None where there is no such folder.

    Raises InputError where the forecasts are not those that the record names.
    """
    if not (folder / RECORD).is_file():
        return None
    record = load(folder / RECORD).value
    path = folder / FORECASTS
    if not path.is_file() or record.get("files", {}).get(FORECASTS) != sha256_of(path):
        remedy = "a whole folder as `urbsim fit --check prefectures` writes it, or none"
        raise InputError([Problem("is missing or was changed", file=str(path), allowed=remedy)])
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    numbers = np.array([[float(text) for text in row[1:]] for row in rows]) / 100
    return record, dict(zip(head[1:], numbers.T, strict=True))
