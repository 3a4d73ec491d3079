"""Tables of the report as CSV files, with codes and plain numbers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from urbsim.facts import gazetteer
from urbsim.report import accounts, because, money, sample
from urbsim.report.findings import Findings, Group
from urbsim.results.digests import Digests


class File(NamedTuple):
    name: str
    content: bytes


_OF_FIGURES = {
    "path": "path.csv", "components": "components.csv", "because": "because_urban.csv",
    "moves_kinds": "moves_kinds.csv",
    "moves_prefectures": "moves_prefectures.csv", "movers_age": "movers_age.csv",
    "movers_schooling": "movers_schooling.csv",
    **dict.fromkeys(("jobs_years", "jobs", *accounts.SERVICES), "indicators.csv"),
}  # fmt: skip
"""The file behind each figure; maps have counties.csv, differences in a target differences.csv."""


def behind(findings: Findings) -> dict[str, File]:
    """The numbers behind each figure, by its name: of the scenarios drawn, in the form of the files beside the page."""
    files = _of_groups(findings, findings.spoken) | _apart(findings)
    maps = ("counties_share", f"counties_difference_{file_name(findings.lead.name)}")
    targets = (f"differences_{target['id'].lower()}" for target in findings.run.summary["targets"])
    names = _OF_FIGURES | dict.fromkeys(maps, "counties.csv") | dict.fromkeys(targets, "differences.csv")
    return {figure: File(name, files[name]) for figure, name in names.items() if name in files}


def file_name(scenario: str) -> str:
    """A scenario's name as part of a file name: swept scenarios hold signs that file systems refuse."""
    return "".join(c if c.isalnum() or c in "_-.=@" else "_" for c in scenario)


def contents(findings: Findings) -> dict[str, bytes]:
    """All tables as CSV: file name -> content. Shares are 0-1, counts persons at full scale; NaN is empty.

    Of several runs of a scenario the median, but where a column names the pair or the run.
    """
    scenarios = findings.comparison.scenarios
    each = _each(findings.ordered)
    files = {
        "spending.csv": written(
            ["scenario", "lever", "capital_yuan", "running_yuan", "committed_yuan", "additional_yuan"],
            ([name, one.lever, *one.kinds, *one.parts] for name, g in each for one in money.spent(g.run)),
        ),
        "price.csv": written(["scenario", "gain", "pair", "more_yuan", "gained"], money.priced_rows(findings)),
        "price_intervals.csv": written(list(money.INTERVALS), money.interval_rows(findings)),
        "settings.csv": written(
            ["setting", *(scenario.name for scenario in scenarios)],
            (
                [path, *(v if isinstance(v, str) else "" if v is None else json.dumps(v) for v in values)]
                for path, values in accounts.differing_settings(scenarios).items()
            ),
        ),
        "runs.csv": written(
            ["scenario", "scale", "draw", "seed", "fingerprint", "input_digest",
             *(f"{name}_digest" for name in Digests.__annotations__)],
            (
                [s.name, r.scale, *r.key, r.fingerprint, r.summary["input_digest"],
                 *(r.digests[name] for name in Digests.__annotations__)]
                for s in scenarios
                for r in s.runs
            ),
        ),
        "verdicts.csv": written(
            ["scenario", "draw", "seed", "target", "indicator", "place", "from", "to", "threshold",
             "tolerance", "value", "met", "met_strict"],
            (
                [s.name, *r.key, t["id"], *(t[key] for key in (
                    "indicator", "place", "from", "to", "threshold", "tolerance", "value",
                    "met", "met_strict"))]
                for s in scenarios
                for r in s.runs
                for t in r.summary["targets"]
            ),
        ),
    }  # fmt: skip
    files |= _of_groups(findings, findings.ordered) | _apart(findings)
    changed = [(name, group.because) for name, group in each if group.because is not None]
    if changed:
        files["because.csv"] = written(
            ["scenario", "gives", "lever", "pair", *because.FIELDS],
            (
                [name, line.thing, line.lever or "all", pair, *map(_cell, values)]
                for name, found in changed
                for line in found.lines
                for pair, values in enumerate(line.values, start=1)
            ),
        )
    return files


def _each(groups: Iterable[Group]) -> list[tuple[str, Group]]:
    return [(scenario.name, group) for group in groups for scenario in group.scenarios]


def _cell(value: float) -> object:
    return round(float(value), 9) if np.isfinite(value) else ""


def _of_groups(findings: Findings, groups: Sequence[Group]) -> dict[str, bytes]:
    """Tables of what those groups came to."""
    run, place = findings.run, findings.place.code
    codes = [place.code for place in gazetteer.prefectures()] + list(accounts.REGIONS)
    each = _each(groups)
    moved = [(name, findings.moves[group.name]) for name, group in _each(findings.spoken)]
    return {
        "path.csv": written(
            ["scenario", "place", "month", "share_urban"],
            ([name, place, m, _cell(v)] for name, g in each for m, v in zip(run.months, g.share, strict=True)),
        ),
        "components.csv": written(
            ["scenario", "place", "component", "persons"],
            (
                [name, place, part, _cell(amount)]
                for name, g in each
                for part, amount in (
                    *g.change.components.items(), ("total_change", g.change.total),
                    ("residual_sampled_persons", float(g.change.residual)),
                )
            ),
        ),
        "counties.csv": written(
            ["scenario", "county", "name_zh", "name_en", "prefecture", "residents", "share_urban_base",
             "share_urban"],
            (
                [name, c.code, c.name["zh"], c.name["en"], c.prefecture,
                 _cell(g.values("resident_population", c.code)[-1]), *map(_cell, g.shares[i])]
                for name, g in each
                for i, c in enumerate(gazetteer.counties())
            ),
        ),
        "moves_kinds.csv": written(
            ["scenario", "origin", "destination", "moves"],
            (
                [name, a, b, _cell(moves.kinds[i, j])]
                for name, moves in moved
                for i, a in enumerate(accounts.KINDS)
                for j, b in enumerate(accounts.KINDS)
            ),
        ),
        "moves_prefectures.csv": written(
            ["scenario", "origin", "destination", "moves"],
            (
                [name, a, b, _cell(moves.pairs[i, j])]
                for name, moves in moved
                for i, a in enumerate(codes)
                for j, b in enumerate(codes)
            ),
        ),
        "movers_age.csv": written(
            ["scenario", "age_group", "male", "female"],
            (
                [name, age, *map(_cell, counts)]
                for name, moves in moved
                for age, counts in zip(moves.ages, moves.to_urban, strict=True)
            ),
        ),
        "movers_schooling.csv": written(
            ["scenario", "group", "male", "female"],
            (
                [name, group, *map(_cell, counts)]
                for name, moves in moved
                for group, counts in zip(("under 15", *accounts.SCHOOLING), moves.schooling, strict=True)
            ),
        ),
        "indicators.csv": written(
            ["scenario", "place", "indicator", "kind", "period", "value"],
            (row for name, g in each for row in _indicator_rows(name, g, place)),
        ),
    }  # fmt: skip


def _apart(findings: Findings) -> dict[str, bytes]:
    """Tables of what scenarios differ by from the comparison, pair by pair; without those that have no rows."""
    baseline = findings.comparison.baseline
    rows = [
        [scenario.name, target["id"], *run.key, _cell(apart)]
        for scenario in findings.scenarios
        if scenario is not baseline
        for target in baseline.shown.summary["targets"]
        for run, other in sample.pairs_of(scenario, baseline)
        for apart in [accounts.target_value(run, target["id"]) - accounts.target_value(other, target["id"])]
    ]
    files = (
        {"differences.csv": written(["scenario", "target", "draw", "seed", "difference"], rows)}
        if rows
        else {}
    )
    changed = [(name, group.because) for name, group in _each(findings.ordered) if group.because is not None]
    if changed:
        files["because_urban.csv"] = written(
            ["scenario", "pair", *because.URBAN_FIELDS],
            (
                [name, pair, *map(_cell, values)]
                for name, found in changed
                for pair, values in enumerate(found.urban, start=1)
            ),
        )
    return files


def _indicator_rows(name: str, group: Group, place: str) -> Iterable[list[object]]:
    months = group.run.months
    ends = accounts.year_ends(months)
    for indicator in accounts.listed(stocks=True):
        values = group.values(indicator, place)
        for i in [0, *ends]:
            yield [name, place, indicator, "stock", months[i], _cell(values[i])]
    for indicator in accounts.listed(stocks=False):
        for end in ends:
            value = group.middle(lambda run, of=indicator, at=end: accounts.year_sum(run, of, place, at))
            yield [name, place, indicator, "flow", months[end].year, _cell(value)]


def written(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as CSV that no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # with a mark, so that spreadsheets read the Chinese


def _inert(cell: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay."""
    if not isinstance(cell, str) or cell[:1] not in ("=", "+", "-", "@", "\t", "\r"):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell
