"""The posterior on disk, `calibration/fitted/`: what a fit learnt of the parameters, and its draws.

`record.yaml` says by which protocol and recipe it was made and has the SHA-256 of every other file. A folder that does
not match it is refused. `draws.csv` has a row a draw: variant, the draw of the priors that all other parameters and
the climate are taken from, fitted numbers. `parameters.csv` has interval and shrinkage of each, `specifications.csv`
what the parameter files said when it was made.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from urbsim.errors import InputError, Problem
from urbsim.facts.parameter_files import Learnt, Specification
from urbsim.facts.register import sha256_of
from urbsim.files.strict_yaml import load

FOLDER, RECORD = "fitted", "record.yaml"
DRAWS, PARAMETERS, SPECIFICATIONS = "draws.csv", "parameters.csv", "specifications.csv"
_BESIDE_NUMBERS = ("draw", "variant", "prior_draw")


@dataclass(frozen=True)
class FittedDraw:
    """One row: name and switches of the variant; prior_draw: of all that is not fitted; values: of what is."""

    variant: str
    behaviour: Mapping[str, str]
    prior_draw: int
    values: Mapping[str, float]


@dataclass(frozen=True)
class Fit:
    """A whole fit. draws: by number, 0 the posterior median; specifications: (base, parameter) -> digest."""

    folder: Path
    record: Mapping[str, Any]
    draws: tuple[FittedDraw, ...]
    learnt: Mapping[str, Learnt]
    specifications: Mapping[tuple[str, str], str]

    def draw(self, number: int) -> FittedDraw:
        """One of the draws. Raises InputError where the fit has fewer."""
        if number < len(self.draws):
            return self.draws[number]
        message = f"the fit in {self.folder} has no draw {number}"
        raise InputError([Problem(message, key="draw", allowed=f"0 to {len(self.draws) - 1}")])

    def changed(self, base: str, specifications: Mapping[str, Specification], folder: Path) -> list[str]:
        """Parameters whose file says other numbers than when the fit was made; added and removed ones included.

        Not those that act in no replay: the posterior of such a number is its prior, whatever else was fitted.
        """
        free = {name for name, spec in specifications.items() if not spec.acts_in_replay}
        now = {
            name: specification_digest(spec, folder)
            for name, spec in specifications.items()
            if name not in free
        }
        then = {
            name: digest
            for (of, name), digest in self.specifications.items()
            if of == base and name not in free
        }
        return sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))


def specification_digest(spec: Specification, folder: Path) -> str:
    """sha256 of the numbers of a parameter: value, prior, bounds, list or table; words aside."""
    parts = [repr(spec.start), repr(spec.prior), repr(spec.bounds)]
    if spec.array is not None:
        parts.append(f"{spec.array.shape}{[number.hex() for number in spec.array.ravel().tolist()]}")
    if spec.table:
        parts.append(sha256_of(folder / "tables" / spec.table))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@lru_cache(maxsize=4)
def read_fit(folder: Path) -> Fit | None:
    """The fit of a calibration folder, None where there is none. Raises InputError where it is not whole."""
    place = folder / FOLDER
    if not (place / RECORD).is_file():
        return None
    record = load(place / RECORD).value
    problems = _damage(place, record)
    if problems:
        raise InputError(problems)
    try:
        variants = {name: dict(of["behaviour"] or {}) for name, of in record["variants"].items()}
        draws = [_draw(row, variants) for row in _rows(place / DRAWS)]
        learnt = {
            row["parameter"]: Learnt(
                float(row["posterior_05"]), float(row["posterior_95"]), float(row["shrinkage"]), row["status"]
            )
            for row in _rows(place / PARAMETERS)
        }
        specifications = {
            (row["base"], row["parameter"]): row["digest"] for row in _rows(place / SPECIFICATIONS)
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"is no fit that this version reads: {type(error).__name__} {error}"
        raise InputError([Problem(message, file=str(place / RECORD), allowed=_REMEDY)]) from None
    return Fit(place, record, tuple(draws), learnt, specifications)


_REMEDY = "a whole folder as `urbsim fit` writes it, or none"


def _damage(place: Path, record: Mapping[str, Any]) -> list[Problem]:
    files = record.get("files")
    if not isinstance(files, dict) or not {DRAWS, PARAMETERS, SPECIFICATIONS} <= files.keys():
        return [Problem("names no files", file=str(place / RECORD), allowed=_REMEDY)]
    found = []
    for name, digest in files.items():
        path = place / name
        if not path.is_file():
            found.append(Problem("is missing", file=str(path), allowed=_REMEDY))
        elif sha256_of(path) != digest:
            found.append(Problem("was changed after the fit", file=str(path), allowed=_REMEDY))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _draw(row: Mapping[str, str], variants: Mapping[str, Mapping[str, str]]) -> FittedDraw:
    values = {name: float(text) for name, text in row.items() if name not in _BESIDE_NUMBERS}
    if not all(map(math.isfinite, values.values())):
        raise ValueError(f"draw {row['draw']} holds no number")
    return FittedDraw(row["variant"], variants[row["variant"]], int(row["prior_draw"]), values)
