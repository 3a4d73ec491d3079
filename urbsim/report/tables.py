"""Tables of the page, in words: indicators, path, components, counties, moves, ages and settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from urbsim.facts import gazetteer
from urbsim.facts.indicators import decimals
from urbsim.report import accounts, wording
from urbsim.report.findings import Findings, Group
from urbsim.report.sentences import chance_of
from urbsim.report.texts import indicator_name, say, setting_name, setting_value


@dataclass(frozen=True)
class Table:
    """head: column headings; rows: cells, the first heads its row; a row of one cell is a heading between.

    words: positions of columns that hold words and are set flush left.
    """

    caption: str
    head: list[str]
    rows: list[list[str]]
    words: frozenset[int] = field(default=frozenset({0}))


def difference_cell(value: float, lang: str, indicator: str) -> str:
    """A difference of two values, with its sign: points of a rate, or people; a dash where it is missing."""
    if not np.isfinite(value):
        return say("unset", lang)
    text = wording.points(value, 2) if indicator.endswith("_rate") else _plain(value, lang, indicator)
    return wording.signed(text)


def value_cell(value: float, lang: str, indicator: str) -> str:
    """A value: percent of a rate, or people; a dash where it is missing."""
    if not np.isfinite(value):
        return say("unset", lang)
    return wording.percent(value, 2) if indicator.endswith("_rate") else _plain(value, lang, indicator)


def _plain(value: float, lang: str, indicator: str) -> str:
    """A count as the language writes it, or a ratio."""
    places = decimals(indicator)
    return wording.rounded(value, places) if places else wording.people(value, lang)


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
        row = [value_cell(float(values[i]), lang, name) for i in [0, *ends]]
        if compared:
            difference = values[ends[-1]] - base.values(name, place)[ends[-1]]
            row.append(difference_cell(float(difference), lang, name))
        rows.append([indicator_name(name, lang), *row])
    rows.append([say("flows_of_year", lang)])
    for name in accounts.FLOWS:
        row = [value_cell(accounts.year_sum(run, name, place, end), lang, name) for end in ends]
        if compared:
            difference = accounts.year_sum(run, name, place, ends[-1]) - accounts.year_sum(
                base, name, place, ends[-1]
            )
            row.append(difference_cell(difference, lang, name))
        rows.append([indicator_name(name, lang), "", *row])
    return Table(findings.label(group, lang), head, rows)


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
            row = [findings.label(group, lang), "" if first is None else value_cell(first, lang, name)]
            row += [value_cell(value, lang, name) for value in values]
            if compared:
                same = group.run is base
                less = np.subtract(values, [read(base, name, place, end) for end in ends])
                row.append("" if same else difference_cell(float(less[-1]), lang, name))
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
    ends = [end for end in ("low", "used", "central", "high") if end != "used" or _one_draw(findings)]
    head += [say(f"coverage_{end}", lang, value=wording.percent(believed[end])) for end in ends]
    rows = [
        [findings.label(group, lang), *(_jobs_cell(group, target, believed[end], lang) for end in ends)]
        for group in findings.groups
    ]
    when = wording.period(target["from"], target["to"], target["aggregate"], lang)
    return Table(say("coverage_table", lang, when=when), head, rows)


def _one_draw(findings: Findings) -> bool:
    """Whether all runs use the same numbers, and so one coverage of the count."""
    runs = (run for scenario in findings.comparison.scenarios for run in scenario.runs)
    return len({run.draw for run in runs}) == 1


def _jobs_cell(group: Group, target: dict[str, Any], coverage_of_count: float, lang: str) -> str:
    """New urban jobs at a coverage: the median over the runs, and how likely the target is met, if that can be said."""
    runs = group.scenarios[0].runs
    values = {run.key: accounts.jobs_at(run, target, coverage_of_count) for run in runs}
    text = wording.people(float(np.median(list(values.values()))), lang)
    met = {key: value >= target["threshold"] - target["tolerance"] for key, value in values.items()}
    odds = chance_of(met)
    return text if odds is None else say("coverage_odds", lang, value=text, chance=round(100 * odds))


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
            *(value_cell(float(group.share[i]), lang, "urbanisation_rate") for i in shown),
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
                value_cell(residents, lang, ""),
                value_cell(float(end), lang, "urbanisation_rate"),
                difference_cell(float(end - start), lang, "urbanisation_rate"),
                *(
                    difference_cell(float(group.shares[i, 1] - end), lang, "urbanisation_rate")
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
