"""Tables of the page, in words: indicators, path, components, counties, moves, ages and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from urbsim.facts import gazetteer
from urbsim.facts.indicators import decimals
from urbsim.report import accounts, wording
from urbsim.report.findings import Findings, Group
from urbsim.report.folders import Run
from urbsim.report.sentences import chance_of
from urbsim.report.texts import indicator_name, say, setting_name, setting_value


@dataclass(frozen=True)
class Table:
    """head: column headings; rows: cells, the first heads its row; a row of one cell is a heading between.

    words: positions of columns that hold words and are set flush left; grey: row and column of cells that do not stand
    above the noise.
    """

    caption: str
    head: list[str]
    rows: list[list[str]]
    words: frozenset[int] = field(default=frozenset({0}))
    grey: frozenset[tuple[int, int]] = frozenset()


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
    """Key indicators on the base night and in the years after; the last year less the comparison's, pair by pair."""
    place, months = findings.place.code, findings.run.months
    ends = accounts.year_ends(months)
    years = [months[end].year for end in ends]
    compared = group is not findings.compared and bool(ends)
    head = [say("indicator", lang), say("column_base", lang)]
    head += [say("column_year", lang, year=year) for year in years]
    if compared:
        head.append(say("column_less", lang, year=years[-1]))
    rows = [[say("stocks", lang)]]
    for name in accounts.STOCKS:
        values = group.values(name, place)
        row = [value_cell(float(values[i]), lang, name) for i in [0, *ends]]
        if compared:
            row.append(_less(findings, group, name, accounts.at_end, ends[-1], lang))
        rows.append([named_in_unit(name, lang), *row])
    rows.append([say("flows_of_year", lang)])
    for name in accounts.FLOWS:
        row = [value_cell(at(group, name, accounts.year_sum, place, end), lang, name) for end in ends]
        if compared:
            row.append(_less(findings, group, name, accounts.year_sum, ends[-1], lang))
        rows.append([named_in_unit(name, lang), "", *row])
    return Table(findings.label(group, lang), head, rows)


Reader = Callable[[Run, str, str, int], float]
"""Reads an indicator of a run at a place: at the end of the month at a position, or over the year that ends there."""


def at(group: Group, name: str, read: Reader, place: str, end: int) -> float:
    """The median over a group's runs of an indicator, read at the end of a month or over the year that ends there."""
    key = (name, read, place, end)
    if key not in group.asked:
        group.asked[key] = group.middle(lambda run: read(run, name, place, end))
    return group.asked[key]


def _less(findings: Findings, group: Group, name: str, read: Reader, end: int, lang: str) -> str:
    place = findings.place.code
    key = ("less", name, read, place, end)
    if key not in group.asked:
        group.asked[key] = findings.apart(group, lambda run: read(run, name, place, end)).middle
    return difference_cell(group.asked[key], lang, name)


def by_year(findings: Findings, shown: Iterable[tuple[str, str]], title: str, lang: str) -> Table | None:
    """Indicators on the base night and by year, one row a scenario; None where no run has any of them.

    shown: indicator, and `stock` for the value at year ends or anything else for the sum of the year.
    """
    place, months = findings.place.code, findings.run.months
    ends = accounts.year_ends(months)
    years = [months[end].year for end in ends]
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
        for group in findings.ordered:
            values = [at(group, name, read, place, end) for end in ends]
            first = float(group.values(name, place)[0]) if how == "stock" else None
            row = [findings.label(group, lang), "" if first is None else value_cell(first, lang, name)]
            row += [value_cell(value, lang, name) for value in values]
            if compared:
                same = group is findings.compared
                row.append("" if same else _less(findings, group, name, read, ends[-1], lang))
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
        for group in findings.ordered
    ]
    when = wording.period(target["from"], target["to"], target["aggregate"], lang)
    return Table(say("coverage_table", lang, when=when), head, rows)


def _one_draw(findings: Findings) -> bool:
    """Whether all runs use the same numbers, and so one coverage of the count."""
    runs = (run for scenario in findings.comparison.scenarios for run in scenario.runs)
    return len({run.draw for run in runs}) == 1


def _jobs_cell(group: Group, target: dict[str, Any], coverage_of_count: float, lang: str) -> str:
    """New urban jobs at a coverage: the median over the runs, and how likely the target is met, if that can be said."""
    runs = group.runs
    values = {run.key: accounts.jobs_at(run, target, coverage_of_count) for run in runs}
    text = wording.rounded(float(np.median(list(values.values()))) / wording.chart_unit(lang), 1)
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
        for group in findings.ordered
    ]
    return Table(say("s_path", lang), head, rows)


def components(findings: Findings, lang: str) -> Table:
    """Components of urban change, the total, and what is left over in sampled persons."""
    names = [
        name
        for name in accounts.COMPONENTS
        if any(group.change.components[name] for group in findings.ordered)
    ]
    head = [say(key, lang) for key in ("scenario", *names, "total_change", "residual")]
    rows = []
    for group in findings.ordered:
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


def kinds(findings: Findings, lang: str) -> Table:
    """Moves between villages, towns and the outside: one row a stream, one column a scenario spoken of."""
    groups = findings.spoken
    head = [say("from", lang), say("to", lang), *(findings.label(group, lang) for group in groups)]
    rows = []
    for i, origin in enumerate(accounts.KINDS):
        for j, destination in enumerate(accounts.KINDS):
            amounts = [float(findings.moves[group.name].kinds[i, j]) for group in groups]
            if any(amounts):
                rows.append(
                    [say(origin, lang), say(destination, lang), *(wording.people(a, lang) for a in amounts)]
                )
    return Table(say("flows_table", lang), head, rows, frozenset({0, 1}))


STREAMS_SHOWN = 12  # rows of the table of streams between prefectures; all are in moves_prefectures.csv


def streams(findings: Findings, lang: str) -> Table:
    """The largest streams between prefectures and the outside, of the lead."""
    pairs = findings.moves[findings.lead.name].pairs.copy()
    np.fill_diagonal(pairs, 0.0)
    names = [place.short[lang] for place in gazetteer.prefectures()]
    names += [say(region, lang) for region in accounts.REGIONS]
    order = np.argsort(-pairs, axis=None, kind="stable")[:STREAMS_SHOWN]
    rows = [
        [names[i], names[j], wording.people(float(pairs[i, j]), lang)]
        for i, j in (divmod(int(k), len(names)) for k in order)
        if pairs[i, j] > 0
    ]
    head = [say("from", lang), say("to", lang), say("streams_moves", lang)]
    return Table(
        say("streams", lang, name=findings.label(findings.lead, lang)), head, rows, frozenset({0, 1})
    )


def ages(findings: Findings, lang: str) -> Table:
    """Moves from villages to towns by age group: men and women of the lead."""
    groups = [findings.lead]
    head = [say("age", lang)]
    for group in groups:
        prefix = "" if len(groups) == 1 else findings.label(group, lang) + ": "
        head += [prefix + say(sex, lang) for sex in ("male", "female")]
    every = [findings.moves[group.name] for group in groups]
    by_age = [dict(zip(moves.ages, moves.to_urban, strict=True)) for moves in every]
    rows = [
        [
            age.replace("-", "–"),
            *(wording.people(float(count), lang) for found in by_age for count in found.get(age, (0.0, 0.0))),
        ]
        for age in every[0].ages
    ]
    return Table(say("ages_title", lang), head, rows)


def schooling(findings: Findings, lang: str) -> Table:
    """Moves from villages to towns by schooling: men and women of the lead."""
    counts = findings.moves[findings.lead.name].schooling
    head = [say("schooling_group", lang), *(say(sex, lang) for sex in ("male", "female"))]
    rows = [
        [name, *(wording.people(float(count), lang) for count in row)]
        for name, row in zip(schooling_groups(lang), counts, strict=True)
    ]
    return Table(say("schooling_title" if lang == "zh" else "schooling_persons", lang), head, rows)


def schooling_groups(lang: str) -> list[str]:
    """Children, then everybody else by schooling, as `accounts.Moves.schooling` has them."""
    return [say("schooling_" + name.replace(" ", "_"), lang) for name in ("children", *accounts.SCHOOLING)]


def settings(findings: Findings, lang: str, status: Callable[[str, list[Any]], str]) -> Table | None:
    """Settings that are not the same in all scenarios, and what their sizes rest on; None when there are none.

    status: of a setting's path and values, a key of texts after `status_`.
    """
    scenarios = findings.comparison.scenarios
    differing = accounts.differing_settings(scenarios)
    if not differing:
        return None
    head = [say("setting", lang), say("setting_rests_on", lang)]
    head += [findings.title(scenario, lang) for scenario in scenarios]
    rows = [
        [
            setting_name(path, lang),
            say(f"status_{status(path, values)}", lang),
            *(setting_value(path, value, lang) for value in values),
        ]
        for path, values in differing.items()
    ]
    return Table(say("s_settings", lang), head, rows, frozenset(range(len(head))))
