"""Tables of the report: for the page (in words) and as CSV (with codes and plain numbers)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from urbsim.facts import gazetteer
from urbsim.report import accounts, because, wording
from urbsim.report.findings import Findings, Group
from urbsim.report.texts import indicator_name, measure_name, say, setting_name, setting_value
from urbsim.results.digests import Digests


@dataclass(frozen=True)
class Table:
    """head: column headings; rows: cells, the first heads its row; a row of one cell is a heading between.

    words: positions of columns that hold words and are set flush left.
    """

    caption: str
    head: list[str]
    rows: list[list[str]]
    words: frozenset[int] = field(default=frozenset({0}))


def _difference(value: float, lang: str, indicator: str) -> str:
    if not np.isfinite(value):
        return say("unset", lang)
    text = wording.points(value, 2) if indicator.endswith("_rate") else wording.people(value, lang)
    return wording.signed(text)


def _value(value: float, lang: str, indicator: str) -> str:
    if not np.isfinite(value):
        return say("unset", lang)
    return wording.percent(value, 2) if indicator.endswith("_rate") else wording.people(value, lang)


def indicators(findings: Findings, group: Group, lang: str) -> Table:
    """Key indicators on the base night and in the years after; the last year less the comparison's."""
    place, run, base = findings.place.code, group.run, findings.run
    ends = accounts.year_ends(run.months)
    years = [run.months[end].year for end in ends]
    compared = group is not findings.groups[0] and bool(ends)
    head = [say("indicator", lang), say("column_base", lang)]
    head += [say("column_year", lang, year=year) for year in years]
    if compared:
        head.append(say("column_less", lang, year=years[-1]))
    rows = [[say("stocks", lang)]]
    for name in accounts.STOCKS:
        values = run.values(name, place)
        row = [_value(float(values[i]), lang, name) for i in [0, *ends]]
        if compared:
            difference = values[ends[-1]] - base.values(name, place)[ends[-1]]
            row.append(_difference(float(difference), lang, name))
        rows.append([indicator_name(name, lang), *row])
    rows.append([say("flows_of_year", lang)])
    for name in accounts.FLOWS:
        row = [_value(accounts.year_sum(run, name, place, end), lang, name) for end in ends]
        if compared:
            difference = accounts.year_sum(run, name, place, ends[-1]) - accounts.year_sum(
                base, name, place, ends[-1]
            )
            row.append(_difference(difference, lang, name))
        rows.append([indicator_name(name, lang), "", *row])
    return Table(findings.label(group, lang), head, rows)


def effects(findings: Findings, lang: str) -> Table | None:
    """Each target with what every scenario adds to the comparison; None where there is nothing to subtract."""
    baseline, scenarios = findings.comparison.baseline, findings.comparison.scenarios
    targets = [target for target in baseline.shown.summary["targets"] if target["value"] is not None]
    if len(scenarios) < 2 or not targets:
        return None
    head = [say("scenario", lang)]
    for target in targets:
        name = indicator_name(target["indicator"], lang)
        head += [
            say("effects_head_value", lang, target=target["id"], name=name),
            say(
                "effects_head_points" if target["indicator"].endswith("_rate") else "effects_head_difference",
                lang,
                target=target["id"],
            ),
        ]
    rows = []
    for scenario in (baseline, *(s for s in scenarios if s is not baseline)):
        row = [findings.title(scenario, lang)]
        for target in targets:
            pairs = accounts.paired(scenario, baseline, target["id"])
            value = float(np.mean([value for value, _ in pairs])) if pairs else np.nan
            row.append(_value(value, lang, target["indicator"]))
            apart = [difference for _, difference in pairs]
            row.append(
                say("unset", lang)
                if scenario is baseline or not apart
                else _apart(apart, findings, target, lang)
            )
        rows.append(row)
    return Table(say("effects", lang), head, rows)


def _apart(apart: list[float], findings: Findings, target: dict[str, Any], lang: str) -> str:
    """A difference in words: its mean over pairs, and the smallest and largest where there are several."""
    share = target["indicator"].endswith("_rate")

    def said(value: float) -> str:
        return wording.signed(wording.points(value, 2)) if share else _people_apart(value, lang)

    mean = float(np.mean(apart))
    text = said(mean)
    months = [f"{month:%Y-%m}" for month in findings.run.months]
    if share and target["to"] in months:
        residents = findings.run.values("resident_population", target["place"])[months.index(target["to"])]
        text = say("effects_persons", lang, points=text, people=_people_apart(mean * float(residents), lang))
    if len(apart) > 1:
        text = say("effects_range", lang, mean=text, low=said(min(apart)), high=said(max(apart)))
    return text


def _people_apart(value: float, lang: str) -> str:
    sign = "+" if value > 0 else wording.MINUS if value < 0 else ""
    return sign + wording.about_people(value, lang, max(wording.two_figures(value), 1))


def because_of(findings: Findings, group: Group, lang: str) -> Table | None:
    """Each measure of a scenario: whom it reached, because of it, anyway, others, displaced; None without measures."""
    found = group.because
    if found is None or not found.lines:
        return None
    head = [
        say("because_measure", lang),
        *(say("because_net_column" if name == "net" else f"because_{name}", lang) for name in because.FIELDS),
    ]
    rows: list[list[str]] = []
    thing = None
    for line in found.lines:
        if line.thing != thing:
            thing = line.thing
            rows.append([say(f"thing_{thing}", lang)])
        name = say("because_all", lang) if line.lever is None else measure_name(line.lever, lang)
        net = because.FIELDS.index("net")
        rows.append(
            [name, *(_spread(line.values[:, k], lang, signed=k == net) for k in range(len(because.FIELDS)))]
        )
    return Table(say("because_caption", lang, name=findings.label(group, lang)), head, rows)


def because_urban(findings: Findings, lang: str) -> Table:
    """Urban residents at the end in one run of a pair and not in the other, by scenario."""
    head = [say("scenario", lang), *(say(f"because_{name}", lang) for name in because.URBAN_FIELDS)]
    rows = [
        [
            findings.label(group, lang),
            *(_spread(group.because.urban[:, k], lang) for k in range(len(because.URBAN_FIELDS))),
        ]
        for group in findings.groups
        if group.because is not None
    ]
    return Table(say("because_chart", lang), head, rows)


def _spread(values: np.ndarray, lang: str, signed: bool = False) -> str:
    """Persons: one value, or the mean of several and the smallest and largest."""
    if not np.isfinite(values).all():
        return ""
    said = [wording.people(float(v), lang) for v in (values.mean(), values.min(), values.max())]
    mean, low, high = map(wording.signed, said) if signed else said
    return mean if len(values) == 1 else say("because_range", lang, mean=mean, low=low, high=high)


def pairs_behind(findings: Findings) -> int:
    """How many pairs of runs stand behind each difference: the least of all scenarios."""
    baseline = findings.comparison.baseline
    keys = {run.key for run in baseline.runs}
    return min(
        (sum(run.key in keys for run in s.runs) for s in findings.comparison.scenarios if s is not baseline),
        default=0,
    )


def by_year(findings: Findings, shown: Iterable[tuple[str, str]], title: str, lang: str) -> Table | None:
    """Indicators on the base night and by year, one row a scenario; None where no run has any of them.

    shown: indicator, and `stock` for the value at year ends or anything else for the sum of the year.
    """
    place, base = findings.place.code, findings.run
    ends = accounts.year_ends(base.months)
    years = [base.months[end].year for end in ends]
    head = [
        say("scenario", lang),
        say("column_base", lang),
        *(say("column_year", lang, year=y) for y in years),
    ]
    compared = len(findings.groups) > 1 and bool(ends)
    if compared:
        head.append(say("column_less", lang, year=years[-1]))
    rows = []
    for name, how in shown:
        read = accounts.at_end if how == "stock" else accounts.year_sum
        block = []
        for group in findings.groups:
            values = [read(group.run, name, place, end) for end in ends]
            first = float(group.run.values(name, place)[0]) if how == "stock" else None
            row = [findings.label(group, lang), "" if first is None else _value(first, lang, name)]
            row += [_value(value, lang, name) for value in values]
            if compared:
                same = group.run is base
                less = np.subtract(values, [read(base, name, place, end) for end in ends])
                row.append("" if same else _difference(float(less[-1]), lang, name))
            block.append((row, bool(np.isfinite([*values, np.nan if first is None else first]).any())))
        if any(known for _, known in block):
            rows.append([named_in_unit(name, lang)])
            rows += [row for row, _ in block]
    return Table(say("by_year", lang, title=title), head, rows) if rows else None


def named_in_unit(name: str, lang: str, thousands: bool = False) -> str:
    """An indicator's name with the unit its numbers stand in: persons in English tables, 万人 in Chinese ones."""
    unit = say(f"unit_{accounts.unit_of(name)}", lang)
    if accounts.unit_of(name) != "share" and (thousands or lang == "zh"):
        unit = say("thousand", lang, unit=unit)
    return say("in_unit", lang, name=indicator_name(name, lang), unit=unit)


def coverage(findings: Findings, lang: str) -> Table | None:
    """New urban jobs of each scenario at several coverages of the count; None where runs do not say."""
    believed = accounts.coverage(findings.run)
    target = accounts.jobs_target(findings.run)
    if believed is None or target is None:
        return None
    head = [say("scenario", lang)]
    ends = ("low", "used", "central", "high")
    head += [say(f"coverage_{end}", lang, value=wording.percent(believed[end])) for end in ends]
    rows = [
        [
            findings.label(group, lang),
            *(wording.people(accounts.jobs_at(group.run, target, believed[end]), lang) for end in ends),
        ]
        for group in findings.groups
    ]
    when = wording.period(target["from"], target["to"], target["aggregate"], lang)
    return Table(say("coverage_table", lang, when=when), head, rows)


def path(findings: Findings, lang: str) -> Table:
    """Urban share on the base night and at year ends."""
    months = findings.run.months
    shown = [0, *(i for i, month in enumerate(months) if i and month.month == 12)]
    if shown[-1] != len(months) - 1:
        shown.append(len(months) - 1)
    head = [say("scenario", lang), *(wording.day(months[i], lang) for i in shown)]
    rows = [
        [
            findings.label(group, lang),
            *(_value(float(group.share[i]), lang, "urbanisation_rate") for i in shown),
        ]
        for group in findings.groups
    ]
    return Table(say("s_path", lang), head, rows)


def components(findings: Findings, lang: str) -> Table:
    """Components of urban change, the total, and what is left over in sampled persons."""
    names = [
        name
        for name in accounts.COMPONENTS
        if any(group.change.components[name] for group in findings.groups)
    ]
    head = [say(key, lang) for key in ("scenario", *names, "total_change", "residual")]
    rows = []
    for group in findings.groups:
        change = group.change
        amounts = [change.components[name] for name in names] + [change.total]
        rows.append(
            [
                findings.label(group, lang),
                *(wording.signed(wording.people(amount, lang)) for amount in amounts),
                str(change.residual).replace("-", wording.MINUS),
            ]
        )
    return Table(say("s_components", lang), head, rows)


def counties(findings: Findings, lang: str) -> Table:
    """Every county: residents and urban share at the end, change since the base, difference by scenario."""
    first, others = findings.groups[0], findings.groups[1:]
    by_code = gazetteer.places()
    head = [
        say(key, lang)
        for key in ("county", "prefecture", "column_residents", "column_share", "column_change")
    ]
    head += [say("column_difference", lang, name=findings.label(group, lang)) for group in others]
    rows = []
    for i, county in enumerate(gazetteer.counties()):
        start, end = first.shares[i]
        residents = float(first.run.values("resident_population", county.code)[-1])
        rows.append(
            [
                county.name[lang],
                by_code[county.prefecture].name[lang],
                _value(residents, lang, ""),
                _value(float(end), lang, "urbanisation_rate"),
                _difference(float(end - start), lang, "urbanisation_rate"),
                *(
                    _difference(float(group.shares[i, 1] - end), lang, "urbanisation_rate")
                    for group in others
                ),
            ]
        )
    return Table(say("s_map", lang), head, rows, frozenset({0, 1}))


def kinds(findings: Findings, lang: str) -> Table:
    """Moves between villages, towns and the outside: one row a stream, one column a scenario."""
    head = [say("from", lang), say("to", lang), *(findings.label(group, lang) for group in findings.groups)]
    rows = []
    for i, origin in enumerate(accounts.KINDS):
        for j, destination in enumerate(accounts.KINDS):
            amounts = [float(group.moves.kinds[i, j]) for group in findings.groups]
            if any(amounts):
                rows.append(
                    [say(origin, lang), say(destination, lang), *(wording.people(a, lang) for a in amounts)]
                )
    return Table(say("s_flows", lang), head, rows, frozenset({0, 1}))


def ages(findings: Findings, lang: str) -> Table:
    """Moves from villages to towns by age group: men and women of each scenario."""
    head = [say("age", lang)]
    for group in findings.groups:
        prefix = "" if len(findings.groups) == 1 else findings.label(group, lang) + ": "
        head += [prefix + say(sex, lang) for sex in ("male", "female")]
    every = [dict(zip(group.moves.ages, group.moves.to_urban, strict=True)) for group in findings.groups]
    rows = [
        [
            age.replace("-", "–"),
            *(wording.people(float(count), lang) for found in every for count in found.get(age, (0.0, 0.0))),
        ]
        for age in every[0]
    ]
    return Table(say("s_ages", lang), head, rows)


def settings(findings: Findings, lang: str) -> Table | None:
    """Settings that are not the same in all scenarios; None when there are none."""
    scenarios = findings.comparison.scenarios
    differing = accounts.differing_settings(scenarios)
    if not differing:
        return None
    head = [say("setting", lang), *(findings.title(scenario, lang) for scenario in scenarios)]
    rows = [
        [setting_name(path, lang), *(setting_value(path, value, lang) for value in values)]
        for path, values in differing.items()
    ]
    return Table(say("s_settings", lang), head, rows, frozenset(range(len(head))))


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


def csv_files(findings: Findings) -> dict[str, bytes]:
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
