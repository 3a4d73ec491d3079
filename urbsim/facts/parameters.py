"""Parameters: what each number means, where it comes from, how far it is believed, and its value in a draw.

Files `calibration/parameters/*.yaml`, one per process, map a name to an entry:

- `meaning`, `unit`, `status` (sourced, fitted or assumed) and `source` always;
- then one of: `value` (a constant, or a list of them, nested for two dimensions); `start` and `prior` (an
  uncertain number); `table` (a file of `calibration/tables/`);
- `source`: one id or a list of ids of sources.csv, `behaviour_priors.NAME` for a row of that table, or the
  word `assumption` if the status is assumed, which needs a `note` that says why;
- optional: `note`, `bounds: [lowest, highest]`, `set_by_hand: true`, `acts_in_replay: false`.

Files `calibration/parameters/BASE/*.yaml` hold entries of the same form for a run that starts at another census night
than that of 2020: facts and assumptions of that night in the place of those of the same name.

Draw 0 is `value` or `start`. Draw N takes each prior at a uniform number that is a hash of the parameter's
name and N alone, so adding parameters or extending the draws changes no number already drawn. Where a fit stands in
`calibration/fitted/`, fitted parameters and the structural variant come from its row N (row 0 holds posterior medians);
all others take their prior at the draw that the row names, which is the one it was fitted with.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts.fitted import read_fit
from urbsim.facts.parameter_files import STATUSES, ParameterReader, Specification
from urbsim.facts.register import Register, sha256_of
from urbsim.files.strict_yaml import load
from urbsim.paths import calibration_dir

if TYPE_CHECKING:
    import pandas as pd

BASE_PROCESS = "population"
"""File of the parameters that the base population is made with: no draw changes them."""

_CLIMATE = re.compile(r"climate_(20[0-9]{2})")


def climate_year(name: str) -> int | None:
    """The year of a name such as `climate_2015`; None for other names."""
    match = _CLIMATE.fullmatch(name)
    return int(match[1]) if match else None


def climate_name(year: int) -> str:
    """The name of the climate of a year: its innovation as a normal score (ODD equation M12)."""
    return f"climate_{year}"


@dataclass(frozen=True)
class FitOfDraw:
    """The part of a draw that a fit decides besides numbers.

    variant, behaviour: its name and switches; prior_draw: of all that is not fitted; protocol: name, version, digest;
    changed: parameters whose files say other numbers than when the fit was made.
    """

    variant: str
    behaviour: Mapping[str, str]
    prior_draw: int
    protocol: Mapping[str, Any]
    changed: tuple[str, ...]


class Parameters(Mapping[str, float]):
    """The numbers of one draw by name, with what is known of each in `info`; cannot be changed.

    draw: which draw; climate: year -> normal score of its innovation, where it is given and not drawn; fit: None for
    draws from the priors; digest: SHA-256 of every number and of the content of every table.
    """

    def __init__(
        self,
        specifications: Mapping[str, Specification],
        draw: int,
        folder: Path,
        given: Mapping[str, float] | None = None,
        fit: FitOfDraw | None = None,
    ) -> None:
        self.draw = draw
        self.info: Mapping[str, Specification] = MappingProxyType(dict(specifications))
        self.fit = fit
        self._folder = folder
        values = {name: spec.value(self.prior_draw) for name, spec in specifications.items()}
        given = given or {}
        values |= {name: value for name, value in given.items() if climate_year(name) is None}
        self.climate: Mapping[int, float] = MappingProxyType(
            {year: value for name, value in given.items() if (year := climate_year(name)) is not None}
        )
        self._values = {name: value for name, value in values.items() if value is not None}
        self.digest = self._digest()

    @property
    def prior_draw(self) -> int:
        """The draw from the priors that what is not fitted, and the climate of the years, is taken from."""
        return self.draw if self.fit is None else self.fit.prior_draw

    @property
    def variant(self) -> Mapping[str, str]:
        """Switches of behaviour that the draw goes by where a scenario leaves them alone."""
        return {} if self.fit is None else self.fit.behaviour

    def __repr__(self) -> str:
        """The draw and how many parameters there are of each status, in one line."""
        counts = ", ".join(f"{count} {status}" for status, count in self.by_status().items())
        return f"Parameters(draw {self.draw}: {counts})"

    def __getstate__(self) -> dict[str, Any]:
        # A view of a mapping cannot be pickled.
        return self.__dict__ | {"info": dict(self.info), "climate": dict(self.climate)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        views = {name: MappingProxyType(state[name]) for name in ("info", "climate")}
        self.__dict__.update(state | views)

    def __getitem__(self, name: str) -> float:
        try:
            return self._values[name]
        except KeyError:
            raise KeyError(_unknown(name, self._values)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def table(self, name: str) -> pd.DataFrame:
        """The table behind a table parameter. Raises KeyError if `name` is not one."""
        import pandas as pd

        tables = {key: spec.table for key, spec in self.info.items() if spec.table}
        if name not in tables:
            raise KeyError(_unknown(name, tables))
        return pd.read_csv(self._folder / "tables" / str(tables[name]), encoding="utf-8")

    def array(self, name: str) -> np.ndarray:
        """The numbers of a list parameter, float64, read-only. Raises KeyError if `name` is not one."""
        found = self.info[name].array if name in self.info else None
        if found is None:
            arrays = {key for key, spec in self.info.items() if spec.array is not None}
            raise KeyError(_unknown(name, dict.fromkeys(sorted(arrays))))
        return found

    def with_values(self, given: Mapping[str, float]) -> Parameters:
        """The same draw with some numbers given by name, climates of a year (`climate_2015`) among them.

        Raises InputError with every name or number refused.
        """
        problems = [problem for name, number in given.items() if (problem := self._refused(name, number))]
        if problems:
            raise InputError(problems)
        values = self._values | {climate_name(year): score for year, score in self.climate.items()}
        values |= {name: float(number) for name, number in given.items()}
        return Parameters(self.info, self.draw, self._folder, values, self.fit)

    def _refused(self, name: str, number: float) -> Problem | None:
        """What is wrong with a number given for a parameter."""
        if climate_year(name) is not None:
            fine = isinstance(number, (int, float)) and math.isfinite(number)
            return (
                None if fine else Problem(f"{quoted(number)} is refused", key=name, allowed="a normal score")
            )
        if name not in self.info:
            return Problem("is no parameter", key=name, nearest=nearest(name, self._values))
        spec = self.info[name]
        if spec.start is None:
            return Problem("is a list or table, and cannot be given as a number", key=name)
        if spec.process == BASE_PROCESS:
            return Problem("belongs to the base population, which is the same for all draws", key=name)
        low, high = spec.range
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not low <= number <= high:
            return Problem(f"{quoted(number)} is refused", key=name, allowed=f"{low:g} to {high:g}")
        return None

    def by_status(self) -> dict[str, int]:
        """How many parameters are sourced, fitted and assumed."""
        counts = Counter(spec.status for spec in self.info.values())
        return {status: counts[status] for status in STATUSES}

    def _digest(self) -> str:
        lines = [f"{name}={float(value).hex()}" for name, value in sorted(self._values.items())]
        for name, spec in sorted(self.info.items()):
            if spec.array is not None:
                numbers = [number.hex() for number in spec.array.ravel().tolist()]
                lines.append(f"{name}={spec.array.shape}{numbers}")
            if spec.table:
                lines.append(f"{name}={sha256_of(self._folder / 'tables' / spec.table)}")
        lines += [f"{climate_name(year)}={score.hex()}" for year, score in sorted(self.climate.items())]
        if self.fit is not None:
            lines += [f"prior draw={self.fit.prior_draw}", f"variant={sorted(self.fit.behaviour.items())}"]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def load_parameters(draw: int = 0, folder: Path | None = None, base: str = "census_2020") -> Parameters:
    """All parameters in one draw, of the fit where there is one. folder: a calibration folder other than the installed
    one; base: census night.

    Raises InputError with every problem of every file, for a fit that is not whole or has no such draw, and ValueError
    for a negative draw.
    """
    folder = folder or calibration_dir()
    fit = read_fit(folder)
    if fit is None:
        return prior_parameters(draw, base, folder)
    _from_zero(draw)
    row, before = fit.draw(draw), read_specifications(folder, base)
    changed = _changed(folder, base)
    # A number that somebody changed by hand since the fit is theirs; the run says so.
    values = {
        name: value
        for name, value in row.values.items()
        if climate_year(name) is not None or (name in before and name not in changed)
    }
    medians = fit.draws[0].values
    specifications = {
        name: replace(spec, start=medians[name], status="fitted", learnt=fit.learnt[name], set_by_hand=False)
        if name in values and name in fit.learnt
        else spec
        for name, spec in before.items()
    }
    of_draw = FitOfDraw(row.variant, row.behaviour, row.prior_draw, fit.record["protocol"], changed)
    return Parameters(specifications, draw, folder, values, of_draw)


@lru_cache(maxsize=4)
def _changed(folder: Path, base: str) -> tuple[str, ...]:
    """Parameters whose files say other numbers than when the fit was made."""
    fit = read_fit(folder)
    return () if fit is None else tuple(fit.changed(base, read_specifications(folder, base), folder))


def _from_zero(draw: int) -> None:
    if draw < 0:
        raise ValueError(f"draws count from 0, not {draw}")


def prior_parameters(draw: int = 0, base: str = "census_2020", folder: Path | None = None) -> Parameters:
    """As `load_parameters`, from starts and priors alone, whatever was fitted."""
    _from_zero(draw)
    folder = folder or calibration_dir()
    return Parameters(read_specifications(folder, base), draw, folder)


@lru_cache(maxsize=4)
def read_specifications(folder: Path, base: str = "census_2020") -> Mapping[str, Specification]:
    """Every parameter of a calibration folder for a base, sorted by name. Raises InputError with all problems."""
    general = _read_files(folder, folder / "parameters")
    special = _read_files(folder, folder / "parameters" / base, general)
    return MappingProxyType(dict(sorted((general | special).items())))


def _read_files(
    folder: Path, place: Path, known: Mapping[str, Specification] | None = None
) -> dict[str, Specification]:
    """The parameters of the files in `place`; with `known`, only names among those are allowed."""
    reader = ParameterReader(Register(folder), None if known is None else frozenset(known))
    for path in sorted(place.glob("*.yaml")):
        try:
            document = load(path)
        except InputError as error:
            reader.problems += error.problems
            continue
        reader.take_file(path.stem, document)
    if reader.problems:
        raise InputError(reader.problems)
    return reader.found


def _unknown(name: str, known: Mapping[str, object]) -> str:
    near = nearest(name, known)
    return f"no parameter {name!r}" + (f"; did you mean {near!r}?" if near else "")
