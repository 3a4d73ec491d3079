"""Tables of the report as CSV files, with codes and plain numbers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

import numpy as np

from urbsim.facts import gazetteer
from urbsim.report import accounts, because, money
from urbsim.report.findings import Findings, Group
from urbsim.results.digests import Digests


def contents(findings: Findings) -> dict[str, bytes]:
    """All tables as CSV: file name -> content. Shares are 0-1, counts persons at full scale; NaN is empty."""
    run, place = findings.run, findings.place.code
    scenarios = findings.comparison.scenarios
    codes = [place.code for place in gazetteer.prefectures()] + list(accounts.REGIONS)

    def cell(value: float) -> object:
        return round(float(value), 9) if np.isfinite(value) else ""

    each = [(scenario.name, group) for group in findings.groups for scenario in group.scenarios]
    files = {
        "path.csv": _csv(
            ["scenario", "place", "month", "share_urban"],
            ([name, place, m, cell(v)] for name, g in each for m, v in zip(run.months, g.share, strict=True)),
        ),
        "components.csv": _csv(
            ["scenario", "place", "component", "persons"],
            (
                [name, place, part, cell(amount)]
                for name, g in each
                for part, amount in (
                    *g.change.components.items(), ("total_change", g.change.total),
                    ("residual_sampled_persons", float(g.change.residual)),
                )
            ),
        ),
        "counties.csv": _csv(
            ["scenario", "county", "name_zh", "name_en", "prefecture", "residents", "share_urban_base",
             "share_urban"],
            (
                [name, c.code, c.name["zh"], c.name["en"], c.prefecture,
                 cell(g.run.values("resident_population", c.code)[-1]), *map(cell, g.shares[i])]
                for name, g in each
                for i, c in enumerate(gazetteer.counties())
            ),
        ),
        "spending.csv": _csv(
            ["scenario", "lever", "capital_yuan", "running_yuan", "committed_yuan", "additional_yuan"],
            ([name, one.lever, *one.kinds, *one.parts] for name, g in each for one in money.spent(g.run)),
        ),
        "price.csv": _csv(["scenario", "gain", "pair", "more_yuan", "gained"], money.priced_rows(findings)),
        "price_intervals.csv": _csv(list(money.INTERVALS), money.interval_rows(findings)),
        "moves_kinds.csv": _csv(
            ["scenario", "origin", "destination", "moves"],
            (
                [name, a, b, cell(g.moves.kinds[i, j])]
                for name, g in each
                for i, a in enumerate(accounts.KINDS)
                for j, b in enumerate(accounts.KINDS)
            ),
        ),
        "moves_prefectures.csv": _csv(
            ["scenario", "origin", "destination", "moves"],
            (
                [name, a, b, cell(g.moves.pairs[i, j])]
                for name, g in each
                for i, a in enumerate(codes)
                for j, b in enumerate(codes)
            ),
        ),
        "movers_age.csv": _csv(
            ["scenario", "age_group", "male", "female"],
            (
                [name, age, *map(cell, counts)]
                for name, g in each
                for age, counts in zip(g.moves.ages, g.moves.to_urban, strict=True)
            ),
        ),
        "indicators.csv": _csv(
            ["scenario", "place", "indicator", "kind", "period", "value"],
            (row for name, g in each for row in _indicator_rows(name, g, place, cell)),
        ),
        "settings.csv": _csv(
            ["setting", *(scenario.name for scenario in scenarios)],
            (
                [path, *(v if isinstance(v, str) else "" if v is None else json.dumps(v) for v in values)]
                for path, values in accounts.differing_settings(scenarios).items()
            ),
        ),
        "runs.csv": _csv(
            ["scenario", "scale", "draw", "seed", "fingerprint", "input_digest",
             *(f"{name}_digest" for name in Digests.__annotations__)],
            (
                [s.name, r.scale, *r.key, r.fingerprint, r.summary["input_digest"],
                 *(r.digests[name] for name in Digests.__annotations__)]
                for s in scenarios
                for r in s.runs
            ),
        ),
        "verdicts.csv": _csv(
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
    moved = [(name, group.because) for name, group in each if group.because is not None]
    if moved:
        files["because.csv"] = _csv(
            ["scenario", "gives", "lever", "pair", *because.FIELDS],
            (
                [name, line.thing, line.lever or "all", pair, *map(cell, values)]
                for name, found in moved
                for line in found.lines
                for pair, values in enumerate(line.values, start=1)
            ),
        )
        files["because_urban.csv"] = _csv(
            ["scenario", "pair", *because.URBAN_FIELDS],
            (
                [name, pair, *map(cell, values)]
                for name, found in moved
                for pair, values in enumerate(found.urban, start=1)
            ),
        )
    return files


def _indicator_rows(name: str, group: Group, place: str, cell) -> Iterable[list[object]]:
    run = group.run
    ends = accounts.year_ends(run.months)
    for indicator in accounts.listed(stocks=True):
        for i in [0, *ends]:
            yield [name, place, indicator, "stock", run.months[i], cell(run.values(indicator, place)[i])]
    for indicator in accounts.listed(stocks=False):
        for end in ends:
            value = accounts.year_sum(run, indicator, place, end)
            yield [name, place, indicator, "flow", run.months[end].year, cell(value)]


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
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
