"""The plan's measures, its targets, and the indicators that results are told in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from urbsim.errors import InputError
from urbsim.explain.answer import Citation, Explanation, Kind, by_alias
from urbsim.explain.facts import cited
from urbsim.explain.levers import delivery_of, land_of, levers, price_of
from urbsim.explain.scenarios import set_in
from urbsim.explain.uses import uses
from urbsim.facts.indicators import INDICATORS, Indicator
from urbsim.report import texts
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.measures import EVIDENCE, PROGRAMMES, SIGNS, STATUSES, Measure, measures
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


def _measure(name: str) -> Explanation:
    row = measures()[name]
    return Explanation(
        name=name,
        kind="measure",
        meaning=f"{row.heading['en']} ({row.heading['zh']})",
        called=tuple(row.heading.values()),
        value=row.figures or None,
        status=f"{row.status}: {_both(STATUSES[row.status])}",
        sources=(cited("E000"),),
        note=f"of {_both(PROGRAMMES[row.programme])}; mechanisms: {', '.join(row.mechanisms)}",
        text="\n".join(_story(row)),
        used_in=tuple(f"lever {key}" for key in row.levers),
    )


def _story(row: Measure) -> Iterator[str]:
    """Who leads, what is delivered at which price, what moves first, and how far that is known; in both languages."""
    yield f"led by: {_both(row.lead)}"
    for key in row.levers:
        unit = CATALOGUE[key].unit
        yield f"lever {key}: {_both(levers()[key].name)}" + (f", in {unit.en} ({unit.zh})" if unit else "")
        how = (*set_in(key, row.id), *_grades(key, row.id), delivery_of(key), *price_of(key), *land_of(key))
        yield from (f"  {line}" for line in how)
    first = "; ".join(
        f"{name} ({INDICATORS[name].zh})" if name in INDICATORS else name for name in row.moves_first
    )
    yield f"moves first {first}: {_both(SIGNS[row.sign])}"
    yield f"evidence {row.evidence}: {_both(EVIDENCE[row.evidence])}"
    yield f"weakest assumption: {row.weakest['en']}"
    yield f"最弱的假设：{row.weakest['zh']}"


_SIZES = {
    f"{part} {status}": words + zh
    for part, words in (("committed", "既定"), ("additional", "新增"))
    for status, zh in (("sourced", "有出处"), ("assumed", "为假设"))
}


def _grades(key: str, measure: str) -> Iterator[str]:
    """Whether the sizes of a lever are the plan's own or others' figures, or assumed."""
    lever = CATALOGUE[key]
    said = {
        f"{row['scenario_part']} {row['status']}"
        for row in levers()[key].sizes
        if measure in lever.measures_of(row["lever"].removeprefix(f"{key}.").partition(".")[0])
    }
    if said:
        yield f"sizes: {', '.join(sorted(said))} ({'、'.join(_SIZES[word] for word in sorted(said))})"


def _both(words: dict[str, str]) -> str:
    return f"{words['en']} ({words['zh']})"


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
    measures, lambda name: "{en} {zh} ({status})".format(**measures()[name].heading, status=measures()[name].status),
    _measure, lambda: by_alias((text, name) for name, row in measures().items() for text in row.heading.values()),
)  # fmt: skip
