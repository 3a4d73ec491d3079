"""Tables of the page on what differs from the comparison: the targets, and person by person."""

from __future__ import annotations

from typing import Any

import numpy as np

from urbsim.facts.indicators import decimals
from urbsim.report import accounts, because, wording
from urbsim.report.findings import Findings, Group
from urbsim.report.tables import Table, value_cell
from urbsim.report.texts import indicator_name, measure_name, say


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
            row.append(value_cell(value, lang, target["indicator"]))
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
        if places := decimals(target["indicator"]):
            return wording.signed(wording.rounded(value, places))
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


def pairs_behind(findings: Findings) -> int:
    """How many pairs of runs stand behind each difference: the least of all scenarios."""
    baseline = findings.comparison.baseline
    keys = {run.key for run in baseline.runs}
    return min(
        (sum(run.key in keys for run in s.runs) for s in findings.comparison.scenarios if s is not baseline),
        default=0,
    )


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
