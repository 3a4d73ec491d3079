"""What a unit of each lever is reckoned to cost: amount, range, and what that rests on."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from urbsim.files import strict_yaml
from urbsim.paths import calibration_dir
from urbsim.report import money, wording
from urbsim.report.findings import Findings
from urbsim.report.tables import Table
from urbsim.report.texts import TEXTS, measure_name, say
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.lever import Cost

KINDS = ("capital", "once", "running", "guide")


@functools.cache
def entries() -> dict[str, dict[str, Any]]:
    """The prices of `calibration/parameters/costs.yaml` by name, as written there."""
    return strict_yaml.load(calibration_dir() / "parameters" / "costs.yaml").value


def of_lever(key: str) -> Iterator[tuple[str, str]]:
    """Kind and name of each price of a lever; a guide price is in no ledger."""
    cost = CATALOGUE[key].cost
    if cost is None:
        return
    names = cost._asdict() if isinstance(cost, Cost) else {"guide": cost.guide}
    yield from ((kind, name) for kind in KINDS if (name := names.get(kind)) is not None)


def table(findings: Findings, lang: str) -> Table | None:
    """A row for each price of the levers on the page; None where none of them has one."""
    used = {lever for scenario in findings.comparison.scenarios for lever in money.levers_of(scenario)}
    rows = [
        [
            measure_name(key, lang),
            say(f"price_kind_{kind}", lang),
            unit(str(entries()[name]["unit"]), lang),
            amount(entries()[name]["start"]),
            say("range", lang, **{end: amount(entries()[name]["prior"][end]) for end in ("low", "high")}),
            say(f"status_{entries()[name]['status']}", lang),
            source(entries()[name]["source"], lang),
        ]
        for key in CATALOGUE
        if key in used
        for kind, name in of_lever(key)
    ]
    head = [
        say(f"price_{column}", lang)
        for column in ("lever", "kind", "unit", "yuan", "range", "status", "source")
    ]
    return Table(say("price_table", lang), head, rows, frozenset({0, 1, 2, 5, 6})) if rows else None


def amount(yuan: float) -> str:
    """A price in whole yuan, a small one with two decimals."""
    return wording.rounded(float(yuan), 2 if 0 < abs(yuan) < 10 and yuan != round(yuan) else 0)


def unit(text: str, lang: str) -> str:
    """The unit of a price, `yuan per place and year`; as the file has it where no words are known."""
    return TEXTS.get("price_unit_" + text.removeprefix("yuan per ").replace(" ", "_"), {}).get(lang, text)


def source(given: str | list[str], lang: str) -> str:
    """The numbers of sources in `calibration/sources.csv`, or that there is none."""
    names = [given] if isinstance(given, str) else given
    return (
        say("price_no_source", lang)
        if names == ["assumption"]
        else (", " if lang == "en" else "、").join(names)
    )
