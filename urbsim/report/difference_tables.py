"""Tables of the page on what differs from the comparison: the targets, and person by person."""

from __future__ import annotations

from typing import Any

import numpy as np

from urbsim.facts.indicators import decimals
from urbsim.report import accounts, because, plan_in_model, sample, sentences, wording
from urbsim.report.findings import Findings, Group
from urbsim.report.folders import Run, Scenario
from urbsim.report.tables import Table
from urbsim.report.texts import measure_name, say


def effects(findings: Findings, lang: str) -> Table | None:
    """Each target: how likely, typically how much, what every scenario adds to the comparison; None without targets.

    Typical values and differences are medians; differences are taken pair by pair.
    """
    baseline, scenarios = findings.comparison.baseline, findings.scenarios
    targets = [target for target in baseline.shown.summary["targets"] if target["value"] is not None]
    if len(scenarios) < 2 or not targets:
        return None
    head = [say("scenario", lang)]
    for target in targets:
        likely = "about" if target["tolerance"] else "strict"
        name = sentences.short_name(target, lang)
        unit = difference_unit(target, lang)
        head += [
            say(f"effects_head_{likely}", lang, target=name),
            say("effects_head_value", lang, target=name, unit=value_unit(target, lang)),
            say("effects_head_difference", lang, target=name, unit=unit),
        ]
        if _in_people(target):
            head.append(say("effects_head_people", lang, unit=counted_unit(lang)))
    rows = []
    for scenario in scenarios:
        row = [findings.title(scenario, lang)]
        for target in targets:
            judged = sentences.judged_by(scenario, target["id"])
            row += [_chances(judged, lang), _typical(judged, target, lang)]
            found = target_apart(scenario, baseline, target)
            same = scenario is baseline
            row.append(say("unset", lang) if same else ranged(found, target, lang))
            if _in_people(target):
                people = found.middle * sentences.residents(findings.run, target)
                row.append(say("unset", lang) if same or not found.pairs else signed_people(people, lang))
        rows.append(row)
    return Table(say("effects", lang), head, rows)


def _in_people(target: dict[str, Any]) -> bool:
    """Whether points of a share are also said in residents."""
    return target["indicator"] == "urbanisation_rate"


def counted_unit(lang: str) -> str:
    """Thousands of persons in English, 万人 in Chinese."""
    return say("unit_counted", lang)


def value_unit(target: dict[str, Any], lang: str) -> str:
    """The unit in which a table gives the values of a target."""
    if target["indicator"].endswith("_rate"):
        return "%"
    return "" if decimals(target["indicator"]) else counted_unit(lang)


def difference_unit(target: dict[str, Any], lang: str) -> str:
    """The unit in which a table gives differences in a target."""
    return say("unit_points", lang) if target["indicator"].endswith("_rate") else value_unit(target, lang)


def target_apart(scenario: Scenario, baseline: Scenario, target: dict[str, Any]) -> sample.Apart:
    """What a scenario adds to the value of a target, pair by pair."""
    return sample.apart(scenario, baseline, lambda run: accounts.target_value(run, target["id"]))


def ranged(found: sample.Apart, target: dict[str, Any], lang: str) -> str:
    """A difference in the unit of its column: the median, and in brackets the interval of several pairs."""
    if not found.pairs:
        return say("unset", lang)

    def said(value: float) -> str:
        return wording.signed(in_unit(value, target, lang, points=2))

    text = said(found.middle)
    if found.pairs == 1:
        return text
    return say("ranged", lang, middle=text, low=said(found.low), high=said(found.high))


def in_unit(value: float, target: dict[str, Any], lang: str, points: int = 1) -> str:
    """A value or difference of a target as a number in its unit; points: decimals of a share."""
    if target["indicator"].endswith("_rate"):
        return wording.points(value, points)
    if places := decimals(target["indicator"]):
        return wording.rounded(value, places)
    return counted(value, lang)


def counted(people: float, lang: str) -> str:
    """Persons in the unit `counted_unit`, one decimal."""
    return wording.rounded(people / wording.chart_unit(lang), 1)


def signed_people(people: float, lang: str) -> str:
    """A difference of persons in the unit `counted_unit`, with its sign."""
    return wording.signed(counted(people, lang))


def _typical(judged: list[tuple[Run, dict[str, Any]]], target: dict[str, Any], lang: str) -> str:
    values = [own["value"] for _, own in judged]
    return in_unit(float(np.median(values)), target, lang) if values else say("unset", lang)


def _chances(judged: list[tuple[Run, dict[str, Any]]], lang: str) -> str:
    """In how many of 100 draws a target is met, and strictly; a dash where there are too few to say."""
    odds = [
        sentences.chance_of({run.key: bool(own[reading]) for run, own in judged})
        for reading in ("met", "met_strict")
    ]
    if not judged or odds[0] is None or odds[1] is None:
        return say("unset", lang)
    whole, strict = (str(round(100 * each)) for each in odds if each is not None)
    return f"{whole} / {strict}" if judged[0][1]["tolerance"] else strict


def pairs_behind(findings: Findings) -> int:
    """How many pairs of runs stand behind each difference: the least of all scenarios."""
    baseline = findings.comparison.baseline
    others = (scenario for scenario in findings.comparison.scenarios if scenario is not baseline)
    return min((len(sample.pairs_of(scenario, baseline)) for scenario in others), default=0)


def interval_name(pairs: int, lang: str) -> str:
    """What the two ends beside a median are."""
    return say("interval_many" if pairs >= sample.INTERVAL_NEEDS else "interval_few", lang)


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
        if line.lever is not None and plan_in_model.is_assumed(line.lever):
            name = say("because_assumed", lang, name=name)
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
        for group in findings.ordered
        if group.because is not None
    ]
    return Table(say("because_chart", lang), head, rows)


def _spread(values: np.ndarray, lang: str, signed: bool = False) -> str:
    """Persons: one value, or the median of several and their interval."""
    if not np.isfinite(values).all():
        return ""
    said = [wording.people(float(v), lang) for v in (np.median(values), *sample.edges(values))]
    middle, low, high = map(wording.signed, said) if signed else said
    return middle if len(values) == 1 else say("because_range", lang, middle=middle, low=low, high=high)
