"""What there is to say of a run so that any difference can be named: inputs piece by piece, results in checksums."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from urbsim import paths
from urbsim.calendar import month_text
from urbsim.compare.inputs import ASKED, NAMES_ONLY
from urbsim.facts.parameters import Parameters, load_parameters
from urbsim.results import reached, store
from urbsim.results.digests import code_files, digests_of, facts_files, library_series
from urbsim.scenario.schema import Scenario
from urbsim.simulation.runner import RunResult
from urbsim.state.outcomes import CODES, OTHERS
from urbsim.verify.manifest import Run

Plain = dict[str, Any]


def program() -> Plain:
    """What all runs share: inputs by group and piece, versions of the libraries, and the machine."""
    return {
        "inputs": {
            "facts": _hashes(facts_files()),
            "fitted": _hashes(_fitted_files()),
            "code": _hashes(code_files()),
            "libraries": library_series(),
        },
        "versions": store.versions(),
        "machine": machine(),
    }


def machine() -> dict[str, str]:
    """What a result could depend on below the libraries."""
    from llvmlite import binding

    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": binding.get_host_cpu_name(),  # for which the kernels were compiled
    }


def inputs_of(scenario: Scenario, run: Run) -> tuple[Plain, Plain]:
    """What one run reads besides: its entry among the runs, and the parameters of its base by name."""
    parameters = load_parameters(run.draw, base=scenario.base)
    resolved = {key: value for key, value in scenario.resolved().items() if key not in NAMES_ONLY}
    targets = [target.model_dump(mode="json", by_alias=True) for target in scenario.judged_by]
    about = {
        **run._asdict(),
        "digests": dict(digests_of(scenario, parameters)),
        "resolved": resolved,
        "asked": {target["id"]: {key: target[key] for key in ASKED} for target in targets},
    }
    return about, _values(parameters)


def results_of(result: RunResult) -> Plain:
    """What came out: checksums of all, of movers by month, of who was reached by lever; and the verdicts."""
    movers, touched = result.movers, result.touched
    names = {-1: OTHERS} | {code: lever for lever, code in CODES.items()}
    return {
        "fingerprint": result.summary["fingerprint"],
        "tables_digest": reached.digest(movers, touched),
        "persons": result.summary["persons"],
        "movers": {
            month_text(int(of_month[0, 0])): _hash(np.ascontiguousarray(of_month, "<i4"))
            for of_month in movers
            if len(of_month)
        },
        "reached": {
            names[lever]: _hash(
                *(column[touched.lever == lever].astype(column.dtype.newbyteorder("<")) for column in touched)
            )
            for lever in np.unique(touched.lever).tolist()
        },
        "verdicts": {
            judged["id"]: {key: judged[key] for key in ("value", "met", "met_strict")}
            for judged in result.summary["targets"]
        },
    }


def _values(parameters: Parameters) -> Plain:
    """Numbers by name; lists and tables by checksum."""
    found: Plain = dict(parameters)
    for name, known in parameters.info.items():
        if known.array is not None:
            found[name] = _hash(known.array.astype("<f8"))
        elif known.table:
            found[name] = _hash_of_file(paths.calibration_dir() / "tables" / known.table)
    return dict(sorted(found.items()))


def _fitted_files() -> dict[str, Path]:
    """The files of the fitted draws, by name; none before there is a fit."""
    folder = paths.calibration_dir() / "fitted"
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def _hashes(files: Mapping[str, Path]) -> dict[str, str]:
    return {name: _hash_of_file(path) for name, path in files.items()}


def _hash_of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_LENGTH]


def _hash(*arrays: np.ndarray) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:_LENGTH]


_LENGTH = 16  # digits of a checksum that names a piece; whether all is the same is told by whole ones
