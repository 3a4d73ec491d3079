"""The plan's measures, its targets, and the indicators that results are told in."""

from __future__ import annotations

from functools import cache

from urbsim.errors import InputError
from urbsim.explain.answer import Citation, Explanation, Kind, by_alias
from urbsim.explain.facts import cited
from urbsim.explain.levers import levers
from urbsim.explain.uses import uses
from urbsim.facts.indicators import INDICATORS, Indicator
from urbsim.facts.register import Row, read_rows
from urbsim.paths import scenarios_dir
from urbsim.report import texts
from urbsim.scenario.reader import available, find, load_targets
from urbsim.scenario.schema import Target


def _indicator(name: str) -> Explanation:
    found = INDICATORS[name]
    return Explanation(
        name=name,
        kind="indicator",
        meaning=found.definition,
        called=_names_of(found),
        unit=found.unit,
        note=f"{found.kind}; {found.basis}; ages {found.ages}",
        used_in=uses(name),
    )


def _names_of(indicator: Indicator) -> tuple[str, ...]:
    """The official Chinese name, then the names of the report."""
    shown = texts.INDICATORS.get(indicator.name, {})
    return tuple(dict.fromkeys(text for text in (indicator.zh, shown.get("zh"), shown.get("en")) if text))


def _titled_indicator(name: str) -> str:
    found = INDICATORS[name]
    return f"{found.zh}: {found.definition} ({found.kind}, {found.unit})"


@cache
def _targets() -> dict[str, tuple[Target, str]]:
    """Target by id, with its file; of two with one id the first. Files that are not valid are passed over."""
    found: dict[str, tuple[Target, str]] = {}
    for name in available("target"):
        path = find(name, "target")
        try:
            for target in load_targets(path):
                found.setdefault(target.id, (target, f"scenarios/targets/{path.name}"))
        except InputError:
            continue
    return found


def _target(name: str) -> Explanation:
    target, file = _targets()[name]
    rule = f"{target.indicator} of {target.place}, {target.aggregate} of {target.from_} to {target.to}"
    return Explanation(
        name=name,
        kind="target",
        meaning=f"{target.title.en} ({target.title.zh}): {rule}",
        called=(target.title.en, target.title.zh),
        unit=INDICATORS[target.indicator].unit if target.indicator in INDICATORS else "",
        value=f"{target.operator} {target.threshold:,g}, tolerance {target.tolerance:g}",
        sources=(Citation(target.document, target.clause),),
        note=target.note.en if target.note else "",
        used_in=(file,),
    )


def _titled_target(name: str) -> str:
    target, _ = _targets()[name]
    return f"{target.title.en} {target.title.zh}: {target.operator} {target.threshold:,g}"


@cache
def _measures() -> dict[str, Row]:
    return {row["id"]: row for row in read_rows(scenarios_dir() / "measures.csv")}


def _measure(name: str) -> Explanation:
    row = _measures()[name]
    carried_by = [f"lever {key}" for key, lever in levers().items() if name in lever.measures]
    return Explanation(
        name=name,
        kind="measure",
        meaning=f"{row['heading_en']} ({row['heading_zh']})",
        value=row["plan_figures"] or None,
        status=row["status"],
        sources=(cited("E000"),),
        note=f"mechanisms: {row['mechanisms'].replace(';', ', ')}" if row["mechanisms"] else "",
        used_in=tuple(carried_by),
    )


INDICATOR = Kind(
    "indicator", "indicators", "official figures that a run counts, for every place and month",
    lambda: INDICATORS, _titled_indicator, _indicator,
    lambda: by_alias((alias, name) for name, found in INDICATORS.items() for alias in _names_of(found)),
)  # fmt: skip
TARGET = Kind(
    "target", "targets", "lines that results are held against",
    _targets, _titled_target, _target,
    lambda: by_alias(
        (title, name) for name, (target, _) in _targets().items() for title in (target.title.en, target.title.zh)
    ),
)  # fmt: skip
MEASURE = Kind(
    "measure", "measures", "what the plan promises, measure by measure, and whether the model has it",
    _measures, lambda name: "{heading_en} {heading_zh} ({status})".format(**_measures()[name]), _measure,
    lambda: by_alias(
        (row[heading], name) for name, row in _measures().items() for heading in ("heading_en", "heading_zh")
    ),
)  # fmt: skip
