"""Runs of a fit: each is known by the digest of all that it follows from, and stored once under it."""

from __future__ import annotations

import errno
import hashlib
import json
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from urbsim.batch.job import Outcome
from urbsim.batch.work import Kind
from urbsim.compute.free_memory import OUT_OF_MEMORY, out_of_memory
from urbsim.facts.parameters import prior_parameters
from urbsim.fit import door
from urbsim.results import store
from urbsim.results.digests import code_digest, facts_digest, libraries_digest
from urbsim.scenario.schema import Behaviour

FOLDER, FILE = "runs", "observables.json"
_MEASURES = ("age_groups", "door", "observables", "observed")  # files that decide what a run says
_NO_ROOM = (errno.ENOSPC, errno.EROFS, errno.EDQUOT)


@dataclass(frozen=True)
class Case:
    """One run of a fit.

    values: fitted parameters by name, in order; prior_draw: draw of all others and of the climate, 0 for starts and no
    climate; behaviour: the variant; replay, forecast: names of scenarios.
    """

    values: tuple[tuple[str, float], ...]
    prior_draw: int
    seed: int
    scale: float
    behaviour: Behaviour
    replay: str
    forecast: str

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"run {self.input_digest[:8]} (draw {self.prior_draw}, seed {self.seed})"

    @property
    def input_digest(self) -> str:
        """sha256 of all that its observables follow from."""
        return _digest_of(self)

    def folder(self, out: Path) -> Path:
        """Its folder below that of the fit."""
        return out / FOLDER / self.input_digest[:2] / self.input_digest

    def stored(self, out: Path) -> dict[str, float] | None:
        """Its observables, if they are there and whole."""
        try:
            found = json.loads((self.folder(out) / FILE).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None


@lru_cache(maxsize=10_000)
def _digest_of(case: Case) -> str:
    lines = [measures_digest(), code_digest(), facts_digest(), libraries_digest()]
    for name in (case.replay, case.forecast):
        scenario = door.prepared(name, case.behaviour)
        lines.append(scenario.digest())
        lines.append(prior_parameters(case.prior_draw, scenario.base).with_values(dict(case.values)).digest)
    lines += [str(case.prior_draw), repr(float(case.scale)), str(case.seed)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@lru_cache(maxsize=1)
def measures_digest() -> str:
    """sha256 of the code that measures a run."""
    digest = hashlib.sha256()
    for name in _MEASURES:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


def run_cases(cases: Sequence[Case], out: Path, threads: int) -> list[Outcome | None]:
    """Runs cases one after the other. Raises nothing but requests to end."""
    return [_run(case, out, threads) for case in cases]


def _is_stored(case: Case, out: Path) -> bool:
    return case.stored(out) is not None


def _one_by_one(cases: Iterable[Case], worlds: int, places: int) -> list[tuple[Case, ...]]:
    return [(case,) for case in cases]


CASES = Kind(run_cases, _is_stored, _one_by_one)
"""What a batch's way of working is told of runs of a fit."""


def _run(case: Case, out: Path, threads: int) -> Outcome:
    """Runs a case and writes its observables below `out`. Raises nothing but requests to end."""
    try:
        found = door.simulate(
            dict(case.values),
            case.replay,
            case.scale,
            case.seed,
            prior_draw=case.prior_draw,
            behaviour=case.behaviour,
            forecast=case.forecast,
            threads=threads,
        )
        with store.whole_folder(case.folder(out)) as temporary:
            store.write_json(found, temporary / FILE)
    except Exception as error:
        reason = OUT_OF_MEMORY if out_of_memory(error) else f"{type(error).__name__}: {error}"
        return Outcome(reason, traceback.format_exc(), getattr(error, "errno", None) in _NO_ROOM)
    return Outcome()
