"""Parameter files read strictly: every mistake of every file at once, each with its line and column.

The form of an entry is described in `urbsim.facts.parameters`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from urbsim.errors import Problem, nearest, quoted
from urbsim.facts.priors import DISTRIBUTIONS, Prior, PriorError, keyed_uniform
from urbsim.facts.register import Register, ids
from urbsim.files.strict_yaml import Document, walk

STATUSES = ("sourced", "fitted", "assumed")
UNBOUNDED = (-math.inf, math.inf)
_NEEDED = ("meaning", "unit", "status", "source")
_SWITCHES = {"set_by_hand": False, "acts_in_replay": True}  # as they are where an entry is silent
_ENTRY_KEYS = (*_NEEDED, "value", "start", "prior", "table", "note", "bounds", *_SWITCHES)
_PRIOR_KEYS = ("distribution", "low", "high", "mode")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TABLE_NAME = re.compile(r"[a-z0-9_]+\.csv")
_PRIORS_TABLE = "behaviour_priors"


@dataclass(frozen=True)
class Learnt:
    """What a fit says of a parameter.

    low, high: 5% and 95% points of the posterior; shrinkage: 1 - spread of the posterior over that of the prior, both
    as normal scores of the prior; status: `learnt` or `not learnt`.
    """

    low: float
    high: float
    shrinkage: float
    status: str


@dataclass(frozen=True)
class Specification:
    """One parameter as its file states it.

    start: value in draw 0, None for an array or table; prior: belief about it, None for a constant;
    array: the numbers of a list, else None; table: file of `calibration/tables/`, else None;
    bounds: draws are clipped to them; learnt: what a fit says of it, whose median is then `start`; acts_in_replay:
    false of a number that no replay of the decade depends on, so that no fit can know it.
    """

    name: str
    process: str
    meaning: str
    unit: str
    status: str
    source: tuple[str, ...]
    start: float | int | None = None
    prior: Prior | None = None
    array: np.ndarray | None = field(default=None, compare=False)
    table: str | None = None
    note: str = ""
    bounds: tuple[float, float] = UNBOUNDED
    set_by_hand: bool = False
    acts_in_replay: bool = True
    learnt: Learnt | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """5% and 95% points of the posterior, else of the prior inside the bounds; None where there is no prior."""
        if self.learnt is not None:
            return self.learnt.low, self.learnt.high
        if self.prior is None:
            return None
        return self.prior_interval

    @property
    def prior_interval(self) -> tuple[float, float] | None:
        """5% and 95% points of the prior inside the bounds, whatever was fitted; None where there is none."""
        if self.prior is None:
            return None
        return self._clipped(self.prior.quantile(0.05)), self._clipped(self.prior.quantile(0.95))

    @property
    def median(self) -> float | int | None:
        """The middle of what is believed: of the posterior, else of the prior; the value where there is neither."""
        if self.learnt is not None or self.prior is None:
            return self.start
        return self._clipped(self.prior.quantile(0.5))

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest number that it can take: the support of the prior, inside the bounds."""
        low, high = UNBOUNDED if self.prior is None else self.prior.support
        return max(low, self.bounds[0]), min(high, self.bounds[1])

    def value(self, draw: int) -> float | int | None:
        """The value in a draw; None for an array or a table."""
        if draw == 0 or self.prior is None:
            return self.start
        return self._clipped(self.prior.quantile(keyed_uniform(self.name, draw)))

    def _clipped(self, number: float) -> float:
        return min(max(number, self.bounds[0]), self.bounds[1])


@dataclass
class ParameterReader:
    """Turns documents into specifications, gathering problems.

    register: where sources and tables are looked up; known: the only names allowed, or None for any; found:
    parameters read so far, by name; problems: what is wrong, in the order of the files.
    """

    register: Register
    known: frozenset[str] | None = None
    found: dict[str, Specification] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)

    def take_file(self, process: str, document: Document) -> None:
        """Read the parameters of one process."""
        for name, entry in document.value.items():
            origin = document.origins[(name,)].key
            where = f"{Path(origin.file).name}:{origin.line}"
            if not _NAME.fullmatch(name):
                self._refuse(document, (name,), "a name has small letters, digits and _ only", at_key=True)
            elif self.known is not None and name not in self.known:
                near = nearest(name, self.known)
                self._refuse(document, (name,), "is no parameter of the folder above", at_key=True, near=near)
            elif name in self._places:
                message = f"is a parameter already ({self._places[name]})"
                self._refuse(document, (name,), message, at_key=True)
            elif not isinstance(entry, dict):
                self._refuse(
                    document, (name,), "must be a mapping of keys to values", allowed=", ".join(_NEEDED)
                )
            else:
                self._places[name] = where
                before = len(self.problems)
                spec = self._specification(process, name, entry, document)
                if len(self.problems) == before:
                    self.found[name] = spec

    def _specification(
        self, process: str, name: str, entry: dict[str, Any], document: Document
    ) -> Specification:
        self._known_keys(document, (name,), entry, _ENTRY_KEYS)
        for key in _NEEDED:
            if key not in entry:
                self._refuse(document, (name,), f"has no {key}", at_key=True)
        status = self._one_of(document, (name,), entry, "status", STATUSES)
        bounds = self._bounds(document, name, entry)
        content = self._content(document, name, entry, bounds, status)
        source = self._sources(document, name, entry, status)
        note = self._text(document, (name,), entry, "note")
        if "assumption" in source and not note:
            self._refuse(document, (name,), "is an assumption and needs a note that says why", at_key=True)
        switches = {key: entry.get(key, silent) for key, silent in _SWITCHES.items()}
        for key, given in switches.items():
            if not isinstance(given, bool):
                self._refuse(document, (name, key), "must be true or false")
        if status == "fitted" and switches["acts_in_replay"] is False:
            self._refuse(document, (name, "acts_in_replay"), "is fitted, and so acts in the replay")
        return Specification(
            name=name,
            process=process,
            meaning=self._text(document, (name,), entry, "meaning"),
            unit=self._text(document, (name,), entry, "unit"),
            status=status,
            source=source,
            note=note,
            bounds=bounds,
            set_by_hand=switches["set_by_hand"] is True,
            acts_in_replay=switches["acts_in_replay"] is not False,
            **content,
        )

    def _content(
        self, document: Document, name: str, entry: dict[str, Any], bounds: tuple[float, float], status: str
    ) -> dict[str, Any]:
        """What an entry holds, as fields of a Specification: a constant, array, start and prior, or table."""
        forms = [key for key in ("value", "start", "table") if key in entry]
        if len(forms) != 1:
            said = f"has {' and '.join(forms)}" if forms else "has none"
            allowed = "one of: value; start with prior; table"
            self._refuse(
                document, (name,), f"needs one kind of content and {said}", at_key=True, allowed=allowed
            )
            return {}
        form = forms[0]
        given, path = entry[form], (name, form)
        if (form == "start") != ("prior" in entry):
            message = (
                "needs a prior beside start" if form == "start" else f"cannot have a prior beside {form}"
            )
            self._refuse(document, (name,), message, at_key=True)
        if status == "fitted" and form == "value":
            self._refuse(document, path, "is fitted and needs start and prior", at_key=True)
        if form == "table":
            return {"table": self._table(document, name, given)}
        if form == "value" and isinstance(given, list):
            return {"array": self._array(document, path, given, bounds)}
        start = self._number(document, path, given)
        if start is not None and not bounds[0] <= start <= bounds[1]:
            self._refuse(document, path, f"{start} is outside the bounds", allowed=_span(bounds))
        prior = self._prior(document, name, entry["prior"], start) if "prior" in entry else None
        return {"start": start, "prior": prior}

    def _array(
        self, document: Document, path: tuple[str, ...], given: list[Any], bounds: tuple[float, float]
    ) -> np.ndarray | None:
        numbers = [value for _, value in walk(given) if not isinstance(value, list)]
        try:
            array = np.array(given, dtype=np.float64) if all(map(_is_number, numbers)) else None
        except ValueError:
            array = None
        if array is None or not array.size:
            self._refuse(document, path, "must hold numbers only, in rows of one length")
            return None
        if array.min() < bounds[0] or array.max() > bounds[1]:
            self._refuse(document, path, "holds a number outside the bounds", allowed=_span(bounds))
        array.flags.writeable = False
        return array

    def _prior(self, document: Document, name: str, entry: Any, start: float | int | None) -> Prior | None:
        path = (name, "prior")
        if not isinstance(entry, dict):
            self._refuse(document, path, "must be a mapping", allowed=", ".join(_PRIOR_KEYS))
            return None
        self._known_keys(document, path, entry, _PRIOR_KEYS)
        for key in _PRIOR_KEYS[:3]:
            if key not in entry:
                self._refuse(document, path, f"has no {key}", at_key=True)
        kind = self._one_of(document, path, entry, "distribution", DISTRIBUTIONS)
        low, high, mode = (
            self._number(document, (*path, key), entry[key]) if key in entry else None
            for key in _PRIOR_KEYS[1:]
        )
        if mode is not None and kind != "triangular":
            self._refuse(document, (*path, "mode"), "only a triangular prior has a mode", at_key=True)
        if not kind or low is None or high is None:
            return None
        try:
            prior = Prior.believed(kind, float(low), float(high), start if mode is None else mode)
        except PriorError as error:
            self._refuse(document, (*path, error.key), error.message)
            return None
        if start is not None and not prior.support[0] <= start <= prior.support[1]:
            self._refuse(
                document, (name, "start"), f"{start} is outside the prior", allowed=_span(prior.support)
            )
        return prior

    def _sources(self, document: Document, name: str, entry: dict[str, Any], status: str) -> tuple[str, ...]:
        if "source" not in entry:
            return ()
        given, path = entry["source"], (name, "source")
        cited = [*given] if isinstance(given, list) else ids(given) if isinstance(given, str) else []
        if not cited or not all(isinstance(source, str) for source in cited):
            self._refuse(document, path, "must name a source or a list of sources")
            return ()
        for source in cited:
            if source == "assumption":
                if status != "assumed":
                    self._refuse(document, path, f"an assumption cannot be {status or 'anything else'}")
            elif source.startswith(_PRIORS_TABLE + "."):
                known = {row["parameter"] for row in self.register.rows(_PRIORS_TABLE)}
                row = source.removeprefix(_PRIORS_TABLE + ".")
                if row not in known:
                    message = f"no row {row!r} in {_PRIORS_TABLE}"
                    self._refuse(document, path, message, near=nearest(row, known))
            elif source not in self.register.sources:
                near = nearest(source, self.register.sources)
                self._refuse(document, path, f"no source {source!r} in sources.csv", near=near)
        return tuple(cited)

    def _table(self, document: Document, name: str, given: Any) -> str:
        path, folder = (name, "table"), self.register.folder / "tables"
        if not isinstance(given, str) or not _TABLE_NAME.fullmatch(given):
            self._refuse(document, path, f"{quoted(given)} is not the name of a table", allowed="NAME.csv")
            return ""
        if not (folder / given).is_file():
            near = nearest(given, [file.name for file in folder.glob("*.csv")])
            self._refuse(document, path, f"there is no calibration/tables/{given}", near=near)
        return given

    def _bounds(self, document: Document, name: str, entry: dict[str, Any]) -> tuple[float, float]:
        if "bounds" in entry:
            given = entry["bounds"]
            numbers = isinstance(given, list) and len(given) == 2 and all(_is_number(item) for item in given)
            if numbers and given[0] < given[1]:
                return float(given[0]), float(given[1])
            self._refuse(document, (name, "bounds"), "must be [lowest, highest], in that order")
        return UNBOUNDED

    def _number(self, document: Document, path: tuple[str, ...], given: Any) -> float | int | None:
        if _is_number(given):
            return given
        self._refuse(document, path, f"must be a number, not {quoted(given)}")
        return None

    def _text(self, document: Document, path: tuple[str, ...], entry: dict[str, Any], key: str) -> str:
        given = entry.get(key, "")
        if isinstance(given, str) and (given.strip() or key not in entry):
            return " ".join(given.split())
        self._refuse(document, (*path, key), "must be words")
        return ""

    def _one_of(
        self,
        document: Document,
        path: tuple[str, ...],
        entry: dict[str, Any],
        key: str,
        choices: tuple[str, ...],
    ) -> str:
        given = entry.get(key)
        if key in entry and given not in choices:
            near, allowed = nearest(given, choices), ", ".join(choices)
            self._refuse(document, (*path, key), f"{quoted(given)} is not known", allowed=allowed, near=near)
        return given if given in choices else ""

    def _known_keys(
        self, document: Document, path: tuple[str, ...], entry: dict[str, Any], known: tuple[str, ...]
    ) -> None:
        for key in entry:
            if key not in known:
                near, allowed = nearest(key, known), ", ".join(known)
                self._refuse(document, (*path, key), "unknown key", at_key=True, allowed=allowed, near=near)

    def _refuse(
        self,
        document: Document,
        path: tuple[str, ...],
        message: str,
        *,
        at_key: bool = False,
        allowed: str | None = None,
        near: str | None = None,
    ) -> None:
        self.problems.append(document.problem(path, message, at_key=at_key, allowed=allowed, nearest=near))


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def _span(pair: tuple[float, float]) -> str:
    return f"{pair[0]:g} to {pair[1]:g}"
