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
Bits = NDArray[np.int16]

FIELDS = ("reached", "because", "anyway", "others", "displaced", "net", "urban")
"""Of a measure: people reached; of these, who got the thing because of it and who would have anyway; others who got it
only in this run; who got it only in the other one; all who got it less all who got it there; of those reached, urban
residents at the end only in this run."""
URBAN_FIELDS = ("reached", "reached_gained", "others_gained", "reached_lost", "others_lost", "reached_anyway")
"""People reached by any measure; urban residents at the end in this run alone, in the other alone, and in both."""


_NEAR = 1 << 47
"""Ids from here on, those of children born in a run, leave no room for an outcome beside them."""
_SHIFT = np.uint64(16)
_BITS = np.uint64((1 << 15) - 1)


@dataclass(frozen=True)
class Known:
    """Persons of the sample and their outcomes. near: (n,) words of an id, its outcome and a bit for the run, rising,
    each person once; far: ids for which a word has no room, rising; far_outcome: theirs."""

    near: Ids
    far: Ids
    far_outcome: Bits

    @property
    def outcome(self) -> Bits:
        """Outcomes of all of them."""
        return np.concatenate([_outcome(self.near), self.far_outcome])


@dataclass(frozen=True)
class Record:
    """What a run says of persons. others: those whom no lever reached; touched: those whom one did; reached: ids by
    lever, those outside the sample too; became: their outcomes, 0 outside the sample."""

    others: Known
    touched: Known
    reached: dict[str, Ids]
    became: dict[str, Bits]
    one_in: int
    scale: float

    @property
    def outcome(self) -> Bits:
        """Outcomes of all persons of the sample that have any."""
        return np.concatenate([self.others.outcome, self.touched.outcome])


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
    levers = {scenario.name: levers_of(scenario.shown) for scenario in scenarios}
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
                pairs[scenario.name].append(_compare(with_it, without, levers[scenario.name]))
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
    person, outcome = stored_table.numbers(table["person"]), stored_table.numbers(table["outcome"])
    kept = None if one_in == 1 else sampled(person, one_in, remainder)
    code, names = stored_table.coded(table["lever"])
    others = code == (names.index(OTHERS) if OTHERS in names else -1)
    rows = np.flatnonzero(~others)
    who, of = person[rows], code[rows]
    became = outcome[rows] if kept is None else np.where(kept[rows], outcome[rows], np.int16(0))
    lists = {name: np.flatnonzero(of == k) for k, name in enumerate(names) if name != OTHERS}
    strangers = np.flatnonzero(others if kept is None else others & kept)
    of_sample = _once(who) if kept is None else _once(who[kept[rows]])
    mine = (who, became) if kept is None else (who[kept[rows]], became[kept[rows]])
    return Record(
        _known(person[strangers], outcome[strangers]),
        _known(*(column[of_sample] for column in mine)),
        {name: who[each] for name, each in lists.items()},
        {name: became[each] for name, each in lists.items()},
        one_in,
        scale,
    )


def _known(person: Ids, outcome: Bits) -> Known:
    """person: rising, each once."""
    end = int(np.searchsorted(person, np.uint64(_NEAR)))
    return Known(_words(person[:end], outcome[:end]), person[end:], outcome[end:])


def _words(person: Ids, outcome: Bits) -> Ids:
    """One word a person that sorts by id first, and by outcome then; the last bit is left to tell two runs apart."""
    words = person << _SHIFT
    words |= outcome.view(np.uint16) << np.uint16(1)
    return words


def _outcome(words: Ids) -> Bits:
    return (words >> np.uint64(1) & _BITS).astype(np.int16)


def _once(person: Ids) -> NDArray[np.intp]:
    """Where every person stands first, by rising id."""
    order = np.argsort(person, kind="stable")  # rising lists: merged, not sorted
    person = person[order]
    first = np.ones(person.size, bool)
    np.not_equal(person[1:], person[:-1], out=first[1:])
    return order[first]


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
    here, there = _unlike(with_it, without)
    weight = with_it.one_in / with_it.scale
    gained_there, lost_there = here & ~there, there & ~here

    def count(bits: Bits, thing: str) -> int:
        return int(np.count_nonzero(bits & BIT[thing]))

    lists = [lever for lever in levers if lever in GIVES]
    ids = np.concatenate([with_it.reached.get(lever, _NOBODY) for lever in lists] or [_NOBODY])
    mine = np.concatenate([with_it.became.get(lever, _NOTHING) for lever in lists] or [_NOTHING])
    theirs = _outcomes_of(ids, without)
    only_here, only_there, in_both = mine & ~theirs, theirs & ~mine, mine & theirs
    ends = np.cumsum([with_it.reached.get(lever, _NOBODY).size for lever in lists])
    rows = {
        lever: np.arange(end - with_it.reached.get(lever, _NOBODY).size, end)
        for lever, end in zip(lists, ends, strict=True)
    }

    found: dict[tuple[str, str | None], Array] = {}
    for thing in dict.fromkeys(GIVES.values()):
        givers = [lever for lever in GIVES if GIVES[lever] == thing and lever in rows]
        if not givers:
            continue
        all_gained, all_lost = count(gained_there, thing), count(lost_there, thing)
        for lever in [*givers, None] if len(givers) > 1 else givers:
            all_rows = np.concatenate([rows[giver] for giver in givers]) if lever is None else rows[lever]
            each = all_rows[_once(ids[all_rows])]
            gained = only_here[each]
            because = count(gained, thing)
            counts = [
                because, count(in_both[each], thing), all_gained - because, all_lost, all_gained - all_lost,
                count(gained, "urban_resident"),
            ]  # fmt: skip
            values = np.array([each.size / with_it.scale, *(weight * float(number) for number in counts)])
            if lever is not None and len(givers) > 1:
                values[[FIELDS.index(name) for name in ("others", "displaced", "net")]] = np.nan
            found[thing, lever] = values
    every = _once(ids)
    urban = []
    for of_reached, of_all in ((only_here, gained_there), (only_there, lost_there)):
        of_anyone = count(of_reached[every], "urban_resident")
        urban += [of_anyone, count(of_all, "urban_resident") - of_anyone]
    urban.append(count(in_both[every], "urban_resident"))
    return found, np.array([every.size / with_it.scale, *(weight * float(number) for number in urban)])


_NOBODY, _NOTHING = np.empty(0, np.uint64), np.empty(0, np.int16)


def _outcomes_of(ids: Ids, record: Record) -> Bits:
    """What became of persons in a run; 0 where it does not say."""
    found = np.zeros(ids.size, np.int16)
    near = np.flatnonzero(ids < _NEAR)
    far = np.flatnonzero(ids >= _NEAR)
    for known in (record.others, record.touched):
        for rows, asked, listed in ((near, ids[near] << _SHIFT, known.near), (far, ids[far], known.far)):
            if not listed.size or not rows.size:
                continue
            at = np.minimum(np.searchsorted(listed, asked), listed.size - 1)
            there = listed[at]
            same = (there >> _SHIFT == asked >> _SHIFT) if listed is known.near else there == asked
            found[rows[same]] = (_outcome(there) if listed is known.near else known.far_outcome[at])[same]
    return found


def _unlike(one: Record, other: Record) -> tuple[Bits, Bits]:
    """The outcomes in each record of all persons whose outcome is not the same in both; 0 where one lacks a person.

    Nearly everybody has the same in both: two words that differ in the last bit alone cancel out.
    """
    sides = ((one.others, one.touched), (other.others, other.touched))
    far = np.concatenate([known.far for side in sides for known in side])
    rank = np.unique(far, return_inverse=True)[1].astype(np.uint64) + np.uint64(_NEAR)
    lists, start = [], 0
    for side in sides:
        for known in side:
            end = start + known.far.size
            lists += [known.near, _words(rank[start:end], known.far_outcome)]
            start = end
    words = np.concatenate(lists)
    words[sum(each.size for each in lists[: 2 * len(sides[0])]) :] |= np.uint64(1)  # those of the other run
    words.sort(kind="stable")  # a few rising lists: merged, not sorted
    paired = words[1:] ^ words[:-1] == np.uint64(1)
    alone = np.ones(words.size, bool)
    np.logical_not(paired, out=alone[1:])
    np.greater(alone[:-1], paired, out=alone[:-1])  # alone, and not paired with the next
    words = words[np.flatnonzero(alone)]  # quicker than to choose by truth
    ids, bits, in_other = words >> _SHIFT, _outcome(words), (words & np.uint64(1)).astype(np.intp)
    person = np.cumsum(np.diff(ids, prepend=ids[:1]) != 0)
    table = np.zeros((2, int(person[-1]) + 1 if person.size else 0), np.int16)
    table[in_other, person] = bits
    return table[0], table[1]
