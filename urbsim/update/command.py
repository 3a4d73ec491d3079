"""What `urbsim update` does: reads rows and runs, weighs the draws, judges again, and writes a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from urbsim.errors import InputError, Problem
from urbsim.facts.register import sha256_of
from urbsim.fit import smoother
from urbsim.fit.protocol import InForce, Protocol, load_protocol, protocol_in_force
from urbsim.results import store
from urbsim.simulation.options import out_problem
from urbsim.update import forecasts, likelihood, rows
from urbsim.update.forecasts import Key
from urbsim.update.judgement import Standing, standings, verdicts, why_silent
from urbsim.update.kinds import in_unit

UPDATE, VERDICTS, DRAWS = "update.json", "verdicts.csv", "draws.csv"
_OF_VERDICT = ("probability", "probability_strict", "median", "low", "high")


@dataclass(frozen=True)
class Update:
    """An update that was worked out. scenario: that the rows are taken to come from; silent: why it says nothing."""

    observations: Path
    batch: Path
    scenario: str
    protocol: InForce
    standings: list[Standing]
    of_keys: dict[Key, float]
    log_likelihoods: dict[Key, float]
    draws: int
    effective: float
    silent: str | None
    verdicts: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """What update.json holds."""
        return {
            "observations": {"file": self.observations.name, "sha256": sha256_of(self.observations)},
            "batch": self.batch.name,
            "batch_sha256": sha256_of(self.batch / forecasts.RUNS),
            "scenario": self.scenario,
            "protocol": self.protocol._asdict(),
            "rows": [_row(standing) for standing in self.standings],
            "draws": self.draws,
            "effective_draws": self.effective,
            "says_nothing_because": self.silent,
            "verdicts": self.verdicts,
        }

    def write(self, out: Path) -> None:
        """Writes the folder of the update, whole or not at all. Raises OSError."""
        with store.whole_folder(out) as temporary:
            store.write_json(self.as_dict(), temporary / UPDATE)
            store.write_csv(list(self._lines()), temporary / VERDICTS)
            lines = [
                key._asdict() | {"log_likelihood": self.log_likelihoods[key], "weight": weight}
                for key, weight in self.of_keys.items()
            ]
            store.write_csv(lines, temporary / DRAWS)

    def _lines(self):
        for entry in self.verdicts:
            for when in ("before", "after"):
                said = {name: entry[when][name] for name in _OF_VERDICT}
                yield {"scenario": entry["scenario"], "target": entry["target"], "when": when} | said


def update(
    observations: Path,
    folder: Path,
    scenario: str | None,
    out: Path | None,
    progress: Callable[[float, str], None] = lambda fraction, text: None,
) -> Update:
    """The update of a batch by the rows of a file, written to `out` if that is given.

    scenario: that the rows come from. Raises InputError with everything wrong with the rows, the batch and `out`, and
    OSError.
    """
    problems: list[Problem] = []
    read = _tried(problems, lambda: rows.read(observations)) or []
    protocol = _tried(problems, load_protocol)
    batch = _tried(problems, lambda: forecasts.find(folder))
    if out is not None:
        problems += _out_problems(out, batch)
    if problems or protocol is None or batch is None:
        raise InputError(problems)
    progress(0.0, "reading the batch")
    found = forecasts.load(batch)
    followed = found.followed(scenario)
    runs = found.runs[followed]
    problems += forecasts.date_problems(
        read, next(iter(runs.values())), protocol.last_year, str(observations)
    )
    problems += _not_in(protocol, read, str(observations))
    if problems:
        raise InputError(problems)
    made = _weighed(read, protocol, found, followed, progress)
    result = Update(observations, batch, followed, protocol_in_force(), **made)
    if out is not None:
        result.write(out)
    return result


def _weighed(
    read: list[rows.Row],
    protocol: Protocol,
    found: forecasts.Forecasts,
    followed: str,
    progress: Callable[[float, str], None],
) -> dict[str, Any]:
    """The fields of an `Update` that follow from rows and runs."""
    runs = found.runs[followed]
    values = forecasts.figures(list(runs.values()), read, progress)
    units = [protocol.observables[row.observable].unit for row in read]
    in_units = np.array(
        [[in_unit(value, unit) for value, unit in zip(of, units, strict=True)] for of in values]
    )
    of_rows, errors = likelihood.observed(read, protocol), likelihood.covariance(read, protocol)
    logs = smoother.log_likelihood(in_units, of_rows, errors)
    of_keys = dict(zip(runs, smoother.in_ratio(logs).tolist(), strict=True))
    of_draws = likelihood.by_draw([key.draw for key in of_keys], list(of_keys.values()))
    effective = smoother.effective(of_draws)
    silent = why_silent(len(of_draws), effective)
    return {
        "standings": standings(read, values, in_units, of_rows, errors),
        "of_keys": of_keys,
        "log_likelihoods": dict(zip(runs, logs.tolist(), strict=True)),
        "draws": len(of_draws),
        "effective": effective,
        "silent": silent,
        "verdicts": verdicts(found.runs, of_keys, silent),
    }


def _tried(problems: list[Problem], read: Callable[[], Any]) -> Any:
    """What `read` returns, or None with its problems added."""
    try:
        return read()
    except InputError as error:
        problems += error.problems
        return None


def _out_problems(out: Path, batch: Path | None) -> list[Problem]:
    problem = out_problem(out)
    if problem is not None:
        return [problem]
    if batch is not None and (
        out.resolve().is_relative_to(batch.resolve()) or batch.resolve().is_relative_to(out.resolve())
    ):
        return [
            Problem(
                "is the batch, which stays as it is", file=str(out), key="--out", allowed="another folder"
            )
        ]
    if out.is_dir() and any(out.iterdir()) and not (out / UPDATE).is_file():
        allowed = "a new folder, or one of an earlier update"
        return [Problem("holds other things", file=str(out), key="--out", allowed=allowed)]
    return []


def _not_in(protocol: Protocol, read: list[rows.Row], file: str) -> list[Problem]:
    """Rows of observables that the protocol does not have."""
    return [
        Problem(f"the protocol has no {row.observable}", file=file, line=row.line)
        for row in read
        if row.observable not in protocol.observables
    ]


def _row(standing: Standing) -> dict[str, Any]:
    row = standing.row
    said = {"line": row.line, "kind": row.kind.name, "place": row.place, "at": row.at, "value": row.value}
    beside = {name: value for name, value in asdict(standing).items() if name != "row"}
    return said | beside | {"far": standing.far}
