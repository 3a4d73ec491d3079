"""A verification, or a renewal, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from urbsim.compare.inputs import Difference
from urbsim.compare.text import amount, change, shown, table
from urbsim.tables.layout import both_names
from urbsim.verify.comparison import GROUPS, Outcome, Verification
from urbsim.verify.record import DETAILED
from urbsim.verify.renewal import Renewal

_SHOWN = 6  # pieces of a group that are named
_CHANGES = 10  # indicators that a renewal lists
_HEAD = ["", "period", "before", "now", "change", "relative"]
_NAMES = {"fitted": "fitted draws", "versions": "versions of libraries", "machine": "the machine"}
_BY_CHECKSUM = ("facts", "fitted", "code", "population")


def lines(found: Verification) -> Iterator[str]:
    """What was compared, a line each; what differs, by name; and what that may come from."""
    yield f"{found.run} against {found.record}"
    rows = [(_name(group), _said(found.inputs[group], group)) for group in GROUPS]
    rows += _results(found.outcome) if found.outcome else [("results", "not compared: nothing was run")]
    rows += [(_name(group), _said(getattr(found, group), group)) for group in ("versions", "machine")]
    yield from table(rows)
    yield from _conclusion(found)


def _results(outcome: Outcome) -> list[tuple[str, str]]:
    counted = f" ({outcome.counted})" if outcome.counted else ""
    rows = [
        ("population", _said(outcome.population, "population")),
        ("indicators", f"the same{counted}" if outcome.indicators else _first(outcome)),
    ]
    if outcome.one_sided:
        rows.append(("", f"only one side has {_listed(outcome.one_sided)}"))
    movers, reached = outcome.movers, outcome.reached
    if not (outcome.tables or movers or reached):
        rows.append(("", "movers and reached differ in the order of their rows"))
    rows += [
        ("movers", f"differ first in {movers[0]}, in {len(movers)} months" if movers else "the same"),
        ("reached", f"differ for {_listed(reached)}" if reached else "the same"),
        ("verdicts", _verdicts(outcome)),
    ]
    return rows


def _verdicts(outcome: Outcome) -> str:
    sides = []
    for k in (0, 1):
        judged = [
            f"{one.name} {amount((one.a, one.b)[k], one.indicator)} {'met' if one.met and one.met[k] else 'missed'}"
            for one in outcome.verdicts
        ]
        sides.append(", ".join(judged) or "no target")
    return f"the same ({sides[1]})" if outcome.judged else f"{sides[0]} recorded; {sides[1]} now"


def _first(outcome: Outcome) -> str:
    first = outcome.first
    if outcome.counted is None:
        return f"differ; where is not known, for every count is recorded of {DETAILED} alone"
    if first is None:
        return "differ in what only one side has"
    return (
        f"differ first in {first.month}, {first.indicator} of {both_names(first.place)}: "
        f"{amount(first.a, first.indicator)} recorded, {amount(first.b, first.indicator)} now; "
        f"{first.figures:,} figures differ in that month"
    )


def _conclusion(found: Verification) -> Iterator[str]:
    changed = " and ".join(_name(name) for name in found.suspects)
    if found.same:
        other = f"; other than then: {changed}" if found.suspects else ""
        yield ("As recorded" if found.outcome else "Inputs as recorded") + f"{other}."
    elif found.outcome is None or found.outcome.same:
        same = ", though results are the same" if found.outcome else ""
        yield f"Not as recorded{same}. What changed: {changed}."
    elif found.suspects:
        yield f"Not as recorded: results differ. What changed: {changed}."
    else:
        yield (
            "Not as recorded, though nothing changed that a run reads, nor versions, nor machine: empty the cache and "
            "run again; if it stays, it is a fault of urbsim."
        )
    if found.changed:
        yield "If that was meant: `urbsim verify --renew` shows what moves and records it."


def _said(differences: Sequence[Difference], group: str) -> str:
    if not differences:
        return "the same"
    if group in _BY_CHECKSUM:
        return "changed: " + _listed([one.what + _existence(one) for one in differences])
    return "changed: " + _listed([f"{one.what} {shown(one.a)} -> {shown(one.b)}" for one in differences])


def _existence(one: Difference) -> str:
    return " (new)" if one.a is None else " (gone)" if one.b is None else ""


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def _name(group: str) -> str:
    return _NAMES.get(group, group)


def renewal_lines(found: Renewal) -> Iterator[str]:
    """What was recorded, and what moved against the record before: inputs, verdicts, counts."""
    yield f"Recorded {len(found.runs)} runs in {found.folder} ({found.size / 1000:,.0f} kB)"
    for folder in found.removed:
        yield f"Removed {folder}: it was of other inputs"
    if found.before is None:
        yield f"What moved is not known: {found.why}"
        return
    if found.before != found.folder:
        yield f"Set against {found.before}: these libraries had no record"
    yield f"Results are the same in {len(found.same)} of {len(found.runs)} runs"
    yield ""
    yield "Inputs"
    yield from table([(_name(group), _said(pieces, group)) for group, pieces in found.inputs.items()])
    yield ""
    yield "Verdicts"
    verdicts = [[run, *change(one)] for run, changes in found.verdicts.items() for one in changes]
    yield from table([["run", *_HEAD, "met"], *verdicts], right=3)
    for run, moved in found.counts.items():
        yield ""
        if not moved:
            yield f"Counts of the province, {run}: all the same"
            continue
        more = f" ({_CHANGES} of {len(moved)})" if len(moved) > _CHANGES else ""
        yield f"Counts of the province, {run}, the largest change first{more}"
        yield from table([_HEAD, *(change(one) for one in moved[:_CHANGES])], right=2)
