"""Who moved because of it: two runs with the same people and the same luck, person by person (ODD equation W4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from urbsim.errors import InputError, Problem
from urbsim.report import accounts, sample
from urbsim.report.folders import Run, Scenario
from urbsim.results import stored_table
from urbsim.results.seal import TOUCHED
from urbsim.state.outcomes import BIT, GIVES, LEVERS, OTHERS, sampled

Array = NDArray[np.float64]
Ids = NDArray[np.uint64]

FIELDS = ("reached", "because", "anyway", "others", "displaced", "net", "urban")
"""Of a measure: people reached; of these, who got the thing because of it and who would have anyway; others who got it
only in this run; who got it only in the other one; all who got it less all who got it there; of those reached, urban
residents at the end only in this run."""
URBAN_FIELDS = ("reached", "reached_gained", "others_gained", "reached_lost", "others_lost", "reached_anyway")
"""People reached by any measure; urban residents at the end in this run alone, in the other alone, and in both."""


@dataclass(frozen=True)
class Record:
    """What a run says of persons. person: (n,) ids of the sample that have any outcome, rising; outcome: their bits;
    reached: ids by lever, those outside the sample too."""

    person: Ids
    outcome: NDArray[np.int16]
    reached: dict[str, Ids]
    one_in: int
    scale: float


@dataclass(frozen=True)
class Line:
    """One measure, or all that give one thing (lever None). values: (pairs, FIELDS), persons at full scale.

    What others got or lost cannot be told apart by measure; it is NaN where several give the same thing.
    """

    thing: str
    lever: str | None
    values: Array


@dataclass(frozen=True)
class Effect:
    """A scenario against the comparison. pairs: pairs of runs; alone: runs without a counterpart; weight: persons that
    one compared person stands for; lines: by measure; silent: measures that reach nobody in person; urban: (pairs,
    URBAN_FIELDS)."""

    pairs: int
    alone: int
    weight: float
    lines: tuple[Line, ...]
    silent: tuple[str, ...]
    urban: Array

    @property
    def levers(self) -> int:
        """Measures that the scenario sets."""
        return len(self.silent) + sum(line.lever is not None for line in self.lines)


def find(scenario: Scenario, baseline: Scenario) -> Effect | None:
    """Compares every run with the one of the same draw and seed; None where there is no such pair (ODD equation W4)."""
    return find_all([scenario], baseline)[scenario.name]


def find_all(scenarios: Sequence[Scenario], baseline: Scenario) -> dict[str, Effect | None]:
    """`find` for several scenarios, by their names; the record of each run of the comparison is read once."""
    pairs: dict[str, list[_Pair]] = {scenario.name: [] for scenario in scenarios}
    weights = dict.fromkeys(pairs, 0.0)
    runs = {scenario.name: {run.key: run for run in sample.runs_of(scenario)} for scenario in scenarios}
    for other in sample.runs_of(baseline):
        without = None
        for scenario in scenarios:
            run = runs[scenario.name].get(other.key)
            with_it = read(run.folder) if run else None
            if run is None or with_it is None:
                continue
            without = without or read(other.folder)
            if without is not None and with_it.one_in == without.one_in:
                weights[scenario.name] = with_it.one_in / with_it.scale
                pairs[scenario.name].append(_compare(with_it, without, levers_of(run)))
    return {each.name: _effect(each, pairs[each.name], weights[each.name]) for each in scenarios}


_Pair = tuple[dict[tuple[str, str | None], Array], Array]
"""Counts of one pair of runs: FIELDS by thing and lever, and URBAN_FIELDS."""


def _effect(scenario: Scenario, pairs: list[_Pair], weight: float) -> Effect | None:
    if not pairs:
        return None
    first = pairs[0][0]
    lines = tuple(
        Line(thing, lever, np.stack([found[thing, lever] for found, _ in pairs])) for thing, lever in first
    )
    silent = tuple(lever for lever in levers_of(scenario.shown) if lever not in GIVES)
    urban = np.stack([urban for _, urban in pairs])
    alone = len(sample.runs_of(scenario)) - len(pairs)
    return Effect(len(pairs), alone, weight, lines, silent, urban)


def levers_of(run: Run) -> list[str]:
    """The scenario's own levers, as `employment.training`."""
    one = Scenario(run.scenario, (run,), run)
    return [path.removeprefix("levers.") for path in accounts.settings(one) if path.startswith("levers.")]


def read(folder: Path) -> Record | None:
    """A run's touched.parquet; None where it has none. Raises InputError that names what is wrong with the file."""
    file = folder / TOUCHED
    if not file.is_file():
        return None
    table = stored_table.read(file, {"person": "id", "lever": "text", "outcome": "bits"}, ["lever"])
    stored_table.check_words(file, table, "lever", [*LEVERS, OTHERS])
    one_in, remainder, scale = _sample(file, table.schema.metadata or {})
    person, outcome = table["person"].to_numpy(), table["outcome"].to_numpy()
    coded = table["lever"].combine_chunks()
    names, code = coded.dictionary.to_pylist(), np.asarray(coded.indices)
    by_lever = np.flatnonzero(code != names.index(OTHERS)) if OTHERS in names else np.arange(code.size)
    who, of = person[by_lever], code[by_lever]
    reached = {name: who[of == k] for k, name in enumerate(names) if name != OTHERS}
    if one_in > 1:
        kept = sampled(person, one_in, remainder)
        person, outcome = person[kept], outcome[kept]
    return Record(*_once(person, outcome), reached, one_in, scale)


def _once(person: Ids, outcome: NDArray[np.int16]) -> tuple[Ids, NDArray[np.int16]]:
    """Every person once, ids rising; the file has a rising list a lever."""
    order = np.argsort(person, kind="stable")  # rising lists: merged, not sorted
    person = person[order]
    first = np.ones(person.size, bool)
    np.not_equal(person[1:], person[:-1], out=first[1:])
    at = np.flatnonzero(first)
    return person[at], outcome[order[at]]


def _sample(file: Path, about: Mapping[bytes, bytes]) -> tuple[int, int, float]:
    """Of those whom no lever reached one in so many is kept, by the remainder; and the scale of the run."""
    try:
        one_in, remainder = (int(about[b"others_kept_" + name]) for name in (b"one_in", b"remainder"))
        scale = float(about[b"scale"])
    except (KeyError, ValueError):
        one_in, remainder, scale = 0, 0, 0.0
    if not (0 <= remainder < one_in and 0 < scale <= 1):
        message = "its metadata do not say which persons are kept"
        raise InputError(
            [Problem(message, str(file), allowed="scale, others_kept_one_in, others_kept_remainder")]
        )
    return one_in, remainder, scale


def _compare(with_it: Record, without: Record, levers: list[str]) -> _Pair:
    """Counts of one pair of runs."""
    people, here, there = _side_by_side(with_it, without)
    weight = with_it.one_in / with_it.scale
    changed = np.flatnonzero(here != there)
    one, other = here[changed], there[changed]
    gained_there, lost_there = one & ~other, other & ~one

    def count(bits: NDArray[np.int16], thing: str) -> int:
        return int(np.count_nonzero(bits & BIT[thing]))

    nobody = np.empty(0, np.uint64)
    reached = {lever: with_it.reached.get(lever, nobody) for lever in levers if lever in GIVES}
    every = _distinct(nobody, *reached.values())
    anyone = _on_list(people, every)
    touched, only_here, only_there, in_both = (
        people[anyone], here[anyone] & ~there[anyone], there[anyone] & ~here[anyone], here[anyone] & there[anyone]
    )  # fmt: skip
    found: dict[tuple[str, str | None], Array] = {}
    for thing in dict.fromkeys(GIVES.values()):
        givers = [lever for lever in GIVES if GIVES[lever] == thing and lever in reached]
        if not givers:
            continue
        all_gained, all_lost = count(gained_there, thing), count(lost_there, thing)
        for lever in [*givers, None] if len(givers) > 1 else givers:
            ids = _distinct(*([reached[giver] for giver in givers] if lever is None else [reached[lever]]))
            mine = _on_list(touched, ids)
            gained = only_here[mine]
            because = count(gained, thing)
            counts = [
                because, count(in_both[mine], thing), all_gained - because, all_lost, all_gained - all_lost,
                count(gained, "urban_resident"),
            ]  # fmt: skip
            values = np.array([ids.size / with_it.scale, *(weight * float(each) for each in counts)])
            if lever is not None and len(givers) > 1:
                values[[FIELDS.index(name) for name in ("others", "displaced", "net")]] = np.nan
            found[thing, lever] = values
    urban = []
    for mine, all_of_them in ((only_here, gained_there), (only_there, lost_there)):
        of_anyone = count(mine, "urban_resident")
        urban += [of_anyone, count(all_of_them, "urban_resident") - of_anyone]
    urban.append(count(in_both, "urban_resident"))
    return found, np.array([every.size / with_it.scale, *(weight * float(each) for each in urban)])


def _on_list(people: Ids, ids: Ids) -> NDArray[np.intp]:
    """Where rising ids stand on a rising list; those that it lacks are left out."""
    if not people.size:
        return np.empty(0, np.intp)
    at = np.searchsorted(people, ids)
    # The others were reached outside the sample, or nothing became of them.
    return at[(at < people.size) & (people[np.minimum(at, people.size - 1)] == ids)]


def _side_by_side(one: Record, other: Record) -> tuple[Ids, NDArray[np.int16], NDArray[np.int16]]:
    """Ids of both records, rising, and the outcomes in each; an id of both stands twice, the second time with none."""
    ids, outcome = np.concatenate([one.person, other.person]), np.concatenate([one.outcome, other.outcome])
    order = np.argsort(ids, kind="stable")  # two rising runs: merged, not sorted
    ids, here, there = ids[order], outcome[order], np.zeros(order.size, np.int16)
    of_other = np.flatnonzero(order >= one.person.size)
    there[of_other], here[of_other] = here[of_other], 0
    second = 1 + np.flatnonzero(ids[1:] == ids[:-1])  # the row of the first record comes first
    there[second - 1], there[second] = there[second], 0
    return ids, here, there


def _distinct(*ids: Ids) -> Ids:
    """Every id once, rising (by sorting: hashing as in np.unique takes far longer on these)."""
    every = np.sort(np.concatenate(ids), kind="stable")
    return every[np.diff(every, prepend=every[:1] + np.uint64(1)) != 0]
