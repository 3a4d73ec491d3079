"""Forecasts and replays of the model, read from the folder of a finished batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbsim.batch.results import ASKED, VERDICTS
from urbsim.calendar import BASE_MONTH, calendar_month, calendar_year
from urbsim.errors import InputError, Problem, quoted
from urbsim.facts import gazetteer
from urbsim.files.strict_yaml import load
from urbsim.fit.later_years import end_of_year
from urbsim.report.joined_runs import read_runs
from urbsim.results.loading import StoredRun
from urbsim.tables.rows import monthly
from urbsim.tables.selection import Selection
from urbsim.tables.summary import exchangeable

Array = NDArray[np.float64]
PRIORS = "priors"
"""What verdicts.json says of draws that no fit has touched."""
_SHARE = "urbanisation_rate"
_YEAR = 12  # months


@dataclass(frozen=True)
class Ensemble:
    """Urban shares of one scenario under many draws, from 0 to 1.

    places: codes; years: whose December the runs hold; night, end: (runs, places) on the night of the base and in the
    last month; ends: shares at year ends, (runs, places, years); last_month: since 1900-01.
    """

    scenario: str
    places: tuple[str, ...]
    years: tuple[int, ...]
    night: Array
    ends: Array
    end: Array
    last_month: int

    def __len__(self) -> int:
        return len(self.night)

    def change_since_base(self, place: str, year: int) -> Array:
        """(runs,) change of the share from the night of the base to the end of a year."""
        at = self.places.index(place)
        return self.ends[:, at, self.years.index(year)] - self.night[:, at]

    def change_to_end(self, place: str) -> Array:
        """(runs,) change of the share from the night of the base to the last month."""
        at = self.places.index(place)
        return self.end[:, at] - self.night[:, at]

    def path(self, place: str) -> dict[int, Array]:
        """Year -> (runs,) share at its end. In a last year cut short the missing months gain as those a year before."""
        at = self.places.index(place)
        found = {year: self.ends[:, at, k] for k, year in enumerate(self.years)}
        months = calendar_month(self.last_month)
        last = calendar_year(self.last_month)
        if last not in found and last - 1 in found:
            earlier = found[last - 2] if last - 2 in found else self.night[:, at]
            found[last] = end_of_year(self.end[:, at], found[last - 1] - earlier, months)
        return found


@dataclass(frozen=True)
class StoredBatch:
    """What a batch folder holds for scoring.

    record: batch.yaml; draws_from: what the draws were taken from, as verdicts.json has it; ensembles: by scenario;
    runs: how many; mixed: names of digests of which the runs have several.
    """

    record: Mapping[str, Any]
    draws_from: str
    ensembles: Mapping[str, Ensemble]
    runs: int
    mixed: tuple[str, ...]

    @property
    def protocol(self) -> Mapping[str, Any] | None:
        """Name, version and digest of the protocol in force when its runs were made, or None."""
        return self.record.get("protocol")


def read_batch(folder: Path, scenarios: Sequence[str], needed: Sequence[str]) -> StoredBatch:
    """The ensembles of these scenarios. needed: those that must be there.

    Raises InputError with everything that is missing, unfinished or damaged.
    """
    absent = [name for name in (ASKED, VERDICTS) if not (folder / name).is_file()]
    if absent:
        message = f"is no folder of a finished batch: {', '.join(absent)} missing"
        raise InputError([Problem(message, file=str(folder), allowed="what `urbsim batch` wrote")])
    record, drawn = load(folder / ASKED).value, load(folder / VERDICTS).value.get("draws_from", PRIORS)
    runs = read_runs([folder])
    problems = []
    if len(runs) < (expected := int(record.get("runs", 0))):
        message = f"has {len(runs)} of {expected} runs; the same `urbsim batch` goes on"
        problems.append(Problem(message, file=str(folder)))
    by_scenario: dict[str, list[StoredRun]] = {}
    for run in exchangeable(runs):
        by_scenario.setdefault(run.key[0], []).append(run)
    for name in needed:
        if name not in by_scenario:
            message, allowed = f"holds no run of {quoted(name)}", ", ".join(by_scenario)
            problems.append(Problem(message, file=str(folder), allowed=allowed))
    if problems:
        raise InputError(problems)
    ensembles = {
        name: _ensemble(name, sorted(by_scenario[name], key=lambda run: run.key))
        for name in scenarios
        if name in by_scenario
    }
    mixed = [name for name in ("code", "facts", "libraries") if len({run.digests[name] for run in runs}) > 1]
    return StoredBatch(record, str(drawn), ensembles, len(runs), tuple(mixed))


def _ensemble(name: str, runs: Sequence[StoredRun]) -> Ensemble:
    places = tuple(gazetteer.places())
    selection = Selection((_SHARE,), places, ("draw", "seed", "month"))
    tables = []
    months: list[int] = []
    for run in runs:
        frame = monthly(run, selection)
        table = frame.pivot(index="place", columns="number", values="value").loc[list(places)]
        if months and list(table.columns) != months:
            message = "covers other months than the other runs of its scenario"
            raise InputError([Problem(message, file=str(run.folder))])
        months = [int(month) for month in table.columns]
        tables.append(table.to_numpy(dtype=np.float64))
    shares = np.stack(tables)
    base = BASE_MONTH[runs[0].base]
    decembers = [k for k, month in enumerate(months) if calendar_month(month) == _YEAR and month > base]
    return Ensemble(
        scenario=name,
        places=places,
        years=tuple(calendar_year(months[k]) for k in decembers),
        night=shares[:, :, months.index(base)],
        ends=shares[:, :, decembers],
        end=shares[:, :, -1],
        last_month=months[-1],
    )
