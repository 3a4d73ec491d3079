"""A comparison in lines for a terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len

from urbsim.compare.command import Comparison
from urbsim.compare.inputs import Difference
from urbsim.compare.outcomes import Change, Outcome
from urbsim.facts.indicators import INDICATORS, decimals
from urbsim.report import wording
from urbsim.results.price import in_words
from urbsim.tables.layout import both_names

_SHOWN = 20  # parameters, and runs without a counterpart, that are listed


def lines(found: Comparison) -> Iterator[str]:
    """Verdict, what differs in settings and digests, then results, each from the largest."""
    yield f"A {found.a}"
    yield f"B {found.b}"
    yield _verdict(found)
    for side, keys in (("A", found.found.only_a), ("B", found.found.only_b)):
        if keys:
            more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
            yield f"Only in {side}: {', '.join(map(str, keys[:_SHOWN]))}{more}"
    pairs = len(found.found.pairs)
    yield from _listed("Settings that differ", found.settings, pairs)
    if found.digests:
        yield ""
        yield "Digests that differ: " + ", ".join(one.what + _in_pairs(one, pairs) for one in found.digests)
    yield from _listed("Versions that differ", found.versions, pairs)
    yield from _parameters(found)
    for outcome in found.outcomes:
        yield from _outcome(outcome)
    if found.first is not None:
        first = found.first
        amounts = f"{amount(first.a, first.indicator)} and {amount(first.b, first.indicator)}"
        yield ""
        yield (
            f"First difference: {first.month}, {first.indicator} of {both_names(first.place)}: {amounts}; "
            f"{first.figures:,} figures differ in that month"
        )


def _verdict(found: Comparison) -> str:
    pairs = len(found.found.pairs)
    if pairs == 1:
        return "Results: " + ("the same bytes" if found.same_pairs else "different")
    if found.same_pairs == pairs:
        return f"Results: the same bytes in all {pairs} pairs of runs"
    other = pairs - found.same_pairs
    rest = f", the same bytes in {found.same_pairs}" if found.same_pairs else ""
    return f"Results: different in {other} of {pairs} pairs of runs{rest}"


def _parameters(found: Comparison) -> Iterator[str]:
    if found.parameters is not None:
        shown = found.parameters[:_SHOWN]
        more = f" ({_SHOWN} of {len(found.parameters)})" if len(found.parameters) > _SHOWN else ""
        yield from _listed(f"Parameters that differ{more}", shown, 1)
    elif len(found.found.pairs) == 1 and any(one.what == "parameters" for one in found.digests):
        yield "Which parameters differ is not known: a run was made with others than are installed now."


def _listed(head: str, differences: Sequence[Difference], pairs: int) -> Iterator[str]:
    if differences:
        yield ""
        yield f"{head}, the largest first"
        rows = [(one.what, shown(one.a), "->", shown(one.b) + _in_pairs(one, pairs)) for one in differences]
        yield from table(rows)


def _in_pairs(one: Difference, pairs: int) -> str:
    return f" (in {one.pairs} of {pairs} pairs)" if one.pairs < pairs else ""


def shown(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _outcome(outcome: Outcome) -> Iterator[str]:
    names = outcome.a if outcome.a == outcome.b else f"{outcome.a} and {outcome.b}"
    several = f", means of {outcome.pairs} pairs of runs" if outcome.pairs > 1 else ""
    head = ["", "period", "A", "B", "B - A", "relative", *(["s.e."] if outcome.pairs > 1 else [])]
    if outcome.targets:
        yield ""
        yield f"Targets of {names}{several}"
        yield from table([[*head, "met"], *(change(one, outcome.pairs) for one in outcome.targets)], right=2)
    told = [each for each in outcome.prices.items() if each[1].status != "no_ledger"]
    if told:
        yield ""
        yield f"Price of one more in {outcome.b}"
        yield from table([(f"{gain} {INDICATORS[gain].zh}", in_words(found)) for gain, found in told])
    changed = [one for one in outcome.indicators if one.size]
    yield ""
    if not changed:
        yield f"Indicators of the province, {names}: all {len(outcome.indicators)} the same"
        return
    equal = len(outcome.indicators) - len(changed)
    yield (
        f"Indicators of the province, {names}{several}, the largest change first"
        + (f"; {equal} more are equal" if equal else "")
    )
    yield from table([head, *(change(one, outcome.pairs) for one in changed)], right=2)


def change(one: Change, pairs: int = 1) -> list[str]:
    """The cells of a figure: name, period, both sides, difference, relative, standard error, verdicts."""
    share = INDICATORS[one.indicator].kind == "rate" if one.indicator in INDICATORS else False
    name = one.name if one.met is None else f"{one.name} {one.indicator}"
    zh = f" {INDICATORS[one.indicator].zh}" if one.indicator in INDICATORS else ""
    unit = " points" if share else ""
    points = wording.points if share else wording.rounded
    digits = 2 if share else decimals(one.indicator)
    relative = "new" if one.relative is None else wording.signed(wording.percent(one.relative, 2))
    row = [
        name + zh,
        one.period,
        amount(one.a, one.indicator),
        amount(one.b, one.indicator),
        wording.signed(points(one.difference, digits)) + unit,
        relative if one.difference else "0",
    ]
    if pairs > 1:
        row.append("" if one.error is None else points(one.error, digits) + unit)
    if one.met is not None:
        row.append(" -> ".join(_met(met, pairs) for met in one.met))
    return row


def _met(number: int, pairs: int) -> str:
    if pairs == 1:
        return "met" if number else "missed"
    return f"{number} of {pairs}"


def amount(value: float | None, indicator: str) -> str:
    if value is None or not math.isfinite(value):
        return "-"
    known = INDICATORS.get(indicator)
    return (
        wording.percent(value, 2)
        if known and known.kind == "rate"
        else wording.rounded(value, decimals(indicator))
    )


def table(rows: Sequence[Sequence[str]], right: int = 99) -> Iterator[str]:
    """Rows with aligned columns, indented; columns from `right` on stand to the right."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for k, (cell, width) in enumerate(zip(row, widths, strict=True)):
            pad = " " * (width - cell_len(cell))
            cells.append(pad + cell if k >= right else cell + pad)
        yield ("  " + "  ".join(cells)).rstrip()
