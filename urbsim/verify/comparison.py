"""A run set against its record: inputs group by group, then results, then what may have caused a difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from urbsim.compare.inputs import Difference, between
from urbsim.compare.outcomes import Change, First
from urbsim.verify import counts
from urbsim.verify.counts import Counts
from urbsim.verify.manifest import Run

GROUPS = ("scenario", "parameters", "facts", "fitted", "code", "libraries")
"""Inputs that a run follows from. Any difference in them is one from the record, whatever comes out, except that other
libraries may give the same results."""


@dataclass(frozen=True)
class Outcome:
    """What came out against the record. A difference names a piece: a is what is recorded, b what was found.

    population: arrays of census night; indicators: whether every count is the same; first: where they begin to differ,
    None if they do not or the record has no counts of this run; one_sided: what only one side counts; tables: whether
    movers and who was reached are the same; movers: months, reached: levers, whose rows differ; judged: whether all
    verdicts are the same; verdicts: of every target that both sides judge.
    """

    population: list[Difference]
    indicators: bool
    counted: str | None
    first: First | None
    one_sided: list[str]
    tables: bool
    movers: list[str]
    reached: list[str]
    judged: bool
    verdicts: list[Change]

    @property
    def same(self) -> bool:
        return self.indicators and self.tables and self.judged and not self.population


@dataclass(frozen=True)
class Verification:
    """One run against its record. inputs: by group, empty where the same; outcome: None if nothing was run."""

    record: str
    run: Run
    inputs: dict[str, list[Difference]]
    versions: list[Difference]
    machine: list[Difference]
    outcome: Outcome | None

    @property
    def same(self) -> bool:
        """Whether inputs and results are those of the record; versions and machine may be others."""
        return not self.changed and (self.outcome is None or self.outcome.same)

    @property
    def changed(self) -> list[str]:
        """The groups of inputs that differ, but for libraries."""
        return [group for group in GROUPS if self.inputs[group] and group != "libraries"]

    @property
    def suspects(self) -> list[str]:
        """What a difference in results can come from, the likeliest alone; empty if nothing is known."""
        below = {"libraries": self.inputs["libraries"], "versions": self.versions, "machine": self.machine}
        return self.changed or [name for name, differences in below.items() if differences][:1]

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        found = asdict(self) | {"run": self.run._asdict(), "same": self.same, "suspects": self.suspects}
        if self.outcome is not None:
            found["outcome"]["same"] = self.outcome.same
        return found


def inputs(recorded: Mapping[str, Any], now: Mapping[str, Any], run: Run) -> dict[str, list[Difference]]:
    """The pieces of each group of inputs that differ. recorded, now: contents of records, with this run in both."""
    mine, other = recorded["runs"][run.name], now["runs"][run.name]
    found = {
        "scenario": [
            *between(mine["resolved"], other["resolved"]),
            *between(mine["asked"], other["asked"], "targets."),
        ],
        "parameters": _pieces(*(_base(side, run)["parameters"] for side in (recorded, now))),
    }
    for group in ("facts", "fitted", "code", "libraries"):
        found[group] = _pieces(recorded["inputs"][group], now["inputs"][group])
    for group, digest in other["digests"].items():
        if (
            digest != mine["digests"][group] and not found[group]
        ):  # in the order of pieces, or past their checksums
            found[group] = [Difference(group, mine["digests"][group], digest)]
    return found


def outcome(
    recorded: Mapping[str, Any], now: Mapping[str, Any], run: Run, kept: Counts | None, found: Counts
) -> Outcome:
    """What came out against the record. kept: every count, if the record has them; found: of the rerun."""
    mine, other = recorded["runs"][run.name], now["runs"][run.name]
    indicators = mine["fingerprint"] == other["fingerprint"]
    look = None if indicators else kept  # where they are the same there is nothing to find
    return Outcome(
        population=_pieces(*(_base(side, run)["population"] for side in (recorded, now))),
        indicators=indicators,
        counted=None if kept is None else str(found),
        first=None if look is None else counts.first_difference(look, found),
        one_sided=[] if look is None else counts.one_sided(look, found),
        tables=mine["tables_digest"] == other["tables_digest"],
        movers=[one.what for one in _pieces(mine["movers"], other["movers"])],
        reached=[one.what for one in _pieces(mine["reached"], other["reached"])],
        judged=mine["verdicts"] == other["verdicts"],
        verdicts=verdicts(recorded, now, run),
    )


def verdicts(recorded: Mapping[str, Any], now: Mapping[str, Any], run: Run) -> list[Change]:
    """Every target that both sides judge, in its order; a is what is recorded."""
    mine, other = (side["runs"][run.name] for side in (recorded, now))
    found = []
    for name, asked in other["asked"].items():
        a, b = (side["verdicts"].get(name, {"value": None}) for side in (mine, other))
        if a["value"] is not None and b["value"] is not None:
            period = asked["to"] if asked["aggregate"] == "last" else f"{asked['from']}..{asked['to']}"
            met, difference = (int(a["met"]), int(b["met"])), b["value"] - a["value"]
            found.append(
                Change(name, asked["indicator"], period, a["value"], b["value"], difference, None, met)
            )
    return found


def _base(side: Mapping[str, Any], run: Run) -> Mapping[str, Any]:
    """What stands of the base of a run: parameters by name, arrays of its population."""
    return side["bases"][side["runs"][run.name]["resolved"]["base"]]


def _pieces(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Difference]:
    return sorted(between(a, b), key=lambda one: one.what)
