"""Where: what the lead adds in each prefecture and county, and whether that stands above the noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from urbsim.facts import gazetteer
from urbsim.report import sample, wording
from urbsim.report.findings import Findings
from urbsim.report.tables import Table, value_cell
from urbsim.report.texts import say

FIELDS = ("resident_population", "urban_population", "urbanisation_rate")


def differences(
    findings: Findings, codes: Sequence[str], indicator: str = "urbanisation_rate"
) -> list[sample.Apart]:
    """By place: what the lead has more than the comparison at the end, pair by pair."""
    pairs = sample.pairs_of(findings.lead.scenarios[0], findings.comparison.baseline)
    ends = np.array(
        [[a.values(indicator, c)[-1] - b.values(indicator, c)[-1] for c in codes] for a, b in pairs]
    )
    return [sample.spread(ends[:, k] if pairs else np.empty(0)) for k in range(len(codes))]


def prefectures(findings: Findings, lang: str) -> Table:
    """Every prefecture: residents, urban share and its change, and what the lead adds to it."""
    return _table(findings, list(gazetteer.prefectures()), say("place_prefectures", lang), lang)


def counties(findings: Findings, lang: str) -> Table:
    """The same of every county; what does not stand above the noise is left grey."""
    return _table(
        findings, list(gazetteer.counties()), say("place_counties", lang), lang, with_prefecture=True
    )


def _table(
    findings: Findings, places: list[gazetteer.Place], title: str, lang: str, with_prefecture: bool = False
) -> Table:
    lead, compared = findings.lead, findings.lead is not findings.compared
    codes = [place.code for place in places]
    head = [say("county" if with_prefecture else "prefecture", lang)]
    head += [say("prefecture", lang)] if with_prefecture else []
    head += [say(f"column_{name}", lang) for name in ("residents", "share", "change")]
    apart, people = [], []
    if compared:
        apart = differences(findings, codes)
        people = differences(findings, codes, "urban_population")
        head += [say("column_points", lang), say("column_people", lang)]
    names = gazetteer.places()
    rows, grey = [], set()
    for k, place in enumerate(places):
        share = lead.values("urbanisation_rate", place.code)
        residents = lead.values("resident_population", place.code)
        row = [place.name[lang]]
        row += [names[place.prefecture].name[lang]] if with_prefecture else []
        row += [
            wording.rounded(residents[-1] / wording.chart_unit(lang), 1),
            value_cell(float(share[-1]), lang, "urbanisation_rate").removesuffix("%"),
            wording.signed(wording.points(float(share[-1] - share[0]), 2)),
        ]
        if compared:
            row.append(_ranged(apart[k], lang, 0.01, 2))
            row.append(_ranged(people[k], lang, wording.chart_unit(lang), 1 if lang == "en" else 2))
            if not apart[k].is_clear:
                grey |= {(k, len(row) - 2)}
            if not people[k].is_clear:
                grey |= {(k, len(row) - 1)}
        rows.append(row)
    words = frozenset({0, 1} if with_prefecture else {0})
    return Table(title, head, rows, words, frozenset(grey))


def _ranged(found: sample.Apart, lang: str, unit: float, places: int) -> str:
    """A difference and, of several pairs, its interval."""
    if not found.pairs:
        return say("unset", lang)
    middle, low, high = (
        wording.signed(wording.rounded(value / unit, places))
        for value in (found.middle, found.low, found.high)
    )
    return middle if found.pairs == 1 else say("ranged", lang, middle=middle, low=low, high=high)
