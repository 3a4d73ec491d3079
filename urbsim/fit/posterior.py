"""The posterior on disk: draws, what each parameter learnt, what the fit misses, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from urbsim.calendar import BASE_MONTH
from urbsim.facts.fitted import (
    DRAWS,
    PARAMETERS,
    RECORD,
    SPECIFICATIONS,
    specification_digest,
)
from urbsim.facts.parameters import read_specifications
from urbsim.facts.priors import keyed_uniform
from urbsim.facts.register import sha256_of
from urbsim.fit import door, transform
from urbsim.fit.ensemble import Posterior, runs_of
from urbsim.fit.errors_of_observation import of_role
from urbsim.fit.plan import vectors
from urbsim.fit.screening import screen
from urbsim.fit.smoother import effective, systematic
from urbsim.paths import calibration_dir
from urbsim.results import store
from urbsim.results.digests import code_digest, facts_digest, libraries_digest

CORRELATIONS, MISSES, SCREENING, MISFIT = "correlations.csv", "misses.csv", "screening.csv", "misfit.csv"
LEARNT, NOT_LEARNT = "learnt", "not learnt"
_POINTS = (0.05, 0.5, 0.95)
_DIGITS = 10  # significant, of numbers that are read again
_SHOWN = 6  # significant, of numbers that are only looked at


def quantiles(values: np.ndarray, weights: np.ndarray, points: Sequence[float] = _POINTS) -> np.ndarray:
    """Weighted quantiles of (M,) or of each column of (M, K): (points,) or (points, K)."""
    if values.ndim == 2:
        return np.stack([quantiles(column, weights, points) for column in values.T], axis=1)
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(points, middle, values[order])


def spread(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(P,) weighted standard deviation of normal scores, of which a prior has 1."""
    mean = weights @ scores
    return np.sqrt(weights @ (scores - mean) ** 2)


def write(posterior: Posterior, folder: Path, recipe: str) -> dict[str, Any]:
    """Writes the folder, whole or not at all, and returns its record. recipe: sha256 of its file. Raises OSError."""
    learnt = parameters_table(posterior)
    with store.whole_folder(folder) as place:
        store.write_csv(draws_table(posterior), place / DRAWS)
        store.write_csv(learnt, place / PARAMETERS)
        store.write_csv(correlations_table(posterior), place / CORRELATIONS)
        store.write_csv(misses_table(posterior), place / MISSES)
        store.write_csv(screening_table(posterior), place / SCREENING)
        store.write_csv(misfit_table(posterior), place / MISFIT)
        store.write_csv(specifications_table(), place / SPECIFICATIONS)
        record = _record(posterior, recipe, learnt)
        record["files"] = {path.name: sha256_of(path) for path in sorted(place.iterdir())}
        store.write_yaml(record, place / RECORD)
    return record


def draws_table(posterior: Posterior) -> list[dict[str, Any]]:
    """Row 0: the centre, in the likeliest variant; then a systematic sample by weight, well mixed."""
    plan, weights = posterior.plan, posterior.weights
    central = transform.values(plan.info, plan.names, posterior.centre.scores) | dict(plan.recipe.set)
    rows = [_row(0, plan.variants[posterior.likeliest], 0, central)]
    taken = systematic(weights, plan.size.draws, keyed_uniform("sample of the posterior", 0))
    mixed = sorted(range(taken.size), key=lambda k: keyed_uniform("order of draws", k))
    for number, k in enumerate(mixed, start=1):
        member = int(taken[k])
        case = posterior.matched.cases[member]
        rows.append(_row(number, plan.variants[posterior.groups[member]], case.prior_draw, dict(case.values)))
    return rows


def _row(number: int, variant: str, prior_draw: int, values: Mapping[str, float]) -> dict[str, Any]:
    numbers = {name: _rounded(value, _DIGITS) for name, value in values.items()}
    return {"draw": number, "variant": variant, "prior_draw": prior_draw, **numbers}


def parameters_table(posterior: Posterior) -> list[dict[str, Any]]:
    """A row a free parameter: start, prior, posterior, shrinkage and whether it was learnt."""
    plan = posterior.plan
    points = quantiles(posterior.matched.scores, posterior.weights)
    after = spread(posterior.matched.scores, posterior.weights)
    # A spread that so few members show is known to within its standard error, of which two have to be passed.
    chance = 2 / np.sqrt(2 * effective(posterior.weights))
    least = max(plan.recipe.learnt_from, chance)
    rows = []
    for p, name in enumerate(plan.names):
        prior = [transform.values(plan.info, [name], ndtri([u]))[name] for u in _POINTS]
        fitted = [
            transform.values(plan.info, [name], points[q : q + 1, p])[name] for q in range(len(_POINTS))
        ]
        shrinkage = 1 - float(after[p])
        row: dict[str, Any] = {"parameter": name, "start": plan.start(name)}
        for what, numbers in (("prior", prior), ("posterior", fitted)):
            row |= {
                f"{what}_{suffix}": _rounded(number, _SHOWN)
                for suffix, number in zip(("05", "50", "95"), numbers, strict=True)
            }
        row["shift"] = _rounded(float(points[1, p]), 3)
        row["shrinkage"] = round(shrinkage, 3)
        row["status"] = LEARNT if shrinkage >= least else NOT_LEARNT
        rows.append(row)
    return rows


def correlations_table(posterior: Posterior) -> list[dict[str, Any]]:
    """Correlations of the posterior, as normal scores, of each two free parameters, the strongest first."""
    scores, weights, names = posterior.matched.scores, posterior.weights, posterior.plan.names
    off = (scores - weights @ scores) / np.maximum(spread(scores, weights), 1e-12)  # guard: no spread left
    matrix = (off * weights[:, None]).T @ off
    rows = [
        {"a": names[i], "b": names[j], "correlation": round(float(matrix[i, j]), 3)}
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return sorted(rows, key=lambda row: -abs(row["correlation"]))


def misses_table(posterior: Posterior) -> list[dict[str, Any]]:
    """A row a figure, checks as well: observed, prior and posterior predictive, how far off in standard deviations."""
    plan, weights = posterior.plan, posterior.weights
    night = door.base_night(plan.protocol.forecast, plan.size.scale)
    rows = []
    for role in ("target", "check"):
        known = of_role(plan.protocol, night, role)
        if not known.keys:
            continue
        before = vectors(posterior.rounds[0].found, known.keys)
        after = vectors(posterior.matched.found, known.keys)
        low, middle, high = quantiles(after, weights)
        first = np.median(before, axis=0)
        own = weights @ (after - weights @ after) ** 2
        total = np.sqrt(own + np.diag(known.beyond_simulator))
        for k, name in enumerate(known.keys):
            off = float((middle[k] - known.values[k]) / total[k])
            rows.append(
                {
                    "figure": name,
                    "role": role,
                    "unit": plan.protocol.observables[name.partition("[")[0]].unit,
                    "observed": _rounded(known.values[k], _SHOWN),
                    "prior_50": _rounded(first[k], _SHOWN),
                    "posterior_05": _rounded(low[k], _SHOWN),
                    "posterior_50": _rounded(middle[k], _SHOWN),
                    "posterior_95": _rounded(high[k], _SHOWN),
                    "off": round(off, 2),
                    "inside_90": "yes" if abs(off) <= float(ndtri(0.95)) else "no",
                }
            )
    return rows


def screening_table(posterior: Posterior) -> list[dict[str, Any]]:
    """Of `screening.screen`, on the first round."""
    first, plan = posterior.rounds[0], posterior.plan
    keys = posterior.targets.keys
    table = screen(plan.info, plan.names, first.scores, first.cases, vectors(first.found, keys), keys)
    rows = table.to_dict("records")
    columns = {str(key): "" for key in table.columns}
    return [
        {**{str(k): v for k, v in row.items()}, "correlation": round(float(row["correlation"]), 3)}
        for row in rows
    ] or [columns]


def misfit_table(posterior: Posterior) -> list[dict[str, Any]]:
    """Round by round: mean squared distance from the targets in units of all that they may be off."""
    rounds = posterior.plan.size.assimilations
    names = [
        f"round {k + 1}" if k < rounds else f"matching {k + 1 - rounds}" for k in range(len(posterior.rounds))
    ]
    return [
        {"round": name, "misfit": _rounded(made.misfit, 4)}
        for name, made in zip([*names, "matched"], [*posterior.rounds, posterior.matched], strict=True)
    ]


def specifications_table() -> list[dict[str, Any]]:
    """Digest of the numbers of every parameter of every base, as the files have them now."""
    folder = calibration_dir()
    return [
        {"base": base, "parameter": name, "digest": specification_digest(spec, folder)}
        for base in sorted(BASE_MONTH)
        for name, spec in read_specifications(folder, base).items()
    ]


def _record(posterior: Posterior, recipe: str, learnt: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    plan = posterior.plan
    shares = np.bincount(posterior.groups, posterior.weights, len(plan.variants))
    return {
        "protocol": plan.in_force._asdict(),
        "recipe": {"name": plan.recipe.name, "digest": recipe, **plan.size.model_dump()},
        "runs": runs_of(plan),
        "variants": {
            name: {
                "behaviour": plan.protocol.variants[name].behaviour.model_dump(exclude_defaults=True),
                "prior": weight,
                "posterior": round(float(share), 4),
            }
            for name, weight, share in zip(plan.variants, plan.weights, shares, strict=True)
        },
        "misfit": {row["round"]: row["misfit"] for row in misfit_table(posterior)},
        "misfit_of_centre": {
            "starts": _rounded(posterior.centre.of_starts, 4),
            "draw 0": _rounded(posterior.centre.misfit, 4),
        },
        "effective_sample": {
            "plain": round(posterior.effective, 1),
            "of": int(posterior.weights.size),
            "flattened_by": round(posterior.power, 4),
        },
        "foretold": {
            "median": round(float(np.median(posterior.foretold)), 3),
            **{
                name: round(float(value), 3)
                for name, value in zip(posterior.targets.keys, posterior.foretold, strict=True)
                if name.startswith("urban_share")
            },
        },
        "learnt": [row["parameter"] for row in learnt if row["status"] == LEARNT],
        "not_learnt": [row["parameter"] for row in learnt if row["status"] == NOT_LEARNT],
        "digests": {"code": code_digest(), "facts": facts_digest(), "libraries": libraries_digest()},
    }


def _rounded(number: float, digits: int) -> float:
    return float(f"{float(number):.{digits}g}")
