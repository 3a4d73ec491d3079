"""What the targets hinge on: a tornado of the inputs that move each most, from what bench.sensitivity left."""

from __future__ import annotations

from urbsim.report import typeface, wording
from urbsim.report.charts import style, tornado
from urbsim.report.figures import Figure, figure_of
from urbsim.report.found_answers import Hinges, Sensitivity, Swing
from urbsim.report.tables import Table
from urbsim.report.texts import TEXTS, indicator_name, say

SHOWN = 10  # inputs of a target in its chart


def figures(found: Sensitivity, lang: str) -> list[Figure]:
    """A tornado for each target."""
    return [_figure(found, target, lang) for target in found.targets if target.inputs]


def table(target: Hinges, lang: str) -> Table:
    """The inputs that move a target most, the widest swing first."""
    keys = ("input", "rests_on", "low", "high", "index")
    unit = _unit(target, lang)
    head = [say(f"hinge_{key}", lang, unit=unit) for key in keys]
    rows = [
        [
            _name(each, lang), _group(each.group, lang), _number(each.low, target, lang),
            _number(each.high, target, lang),
            say("plus_minus", lang, value=wording.rounded(each.in_all, 2), error=wording.rounded(each.error, 2)),
        ]
        for each in _widest(target)
    ]  # fmt: skip
    return Table(say("hinge_table", lang), head, rows, frozenset({0, 1}))


def csv_rows(found: Sensitivity) -> list[list[object]]:
    """Rows of sensitivity.csv."""
    return [
        [target.target, each.input, each.group, each.process, each.low, each.high, each.alone, each.in_all, each.error]
        for target in found.targets
        for each in _widest(target)
    ]  # fmt: skip


CSV_HEAD = (
    "target",
    "input",
    "group",
    "process",
    "at_5_percent",
    "at_95_percent",
    "alone",
    "in_all",
    "error",
)


def _figure(found: Sensitivity, target: Hinges, lang: str) -> Figure:
    swings = _widest(target)[:SHOWN]
    unit = _unit(target, lang)
    name = indicator_name(target.indicator, lang)
    title = say("hinge_title", lang, name=name, unit=unit)
    rows = [
        tornado.Row(
            typeface.drawable(_name(each, lang)),
            *(_scaled(end, target, lang) for end in (each.low, each.high)),
        )
        for each in swings
    ]
    widest = _name(swings[0], lang)
    low, high = sorted((swings[0].low, swings[0].high))
    lead = say(
        "hinge_lead",
        lang,
        name=widest,
        low=_number(low, target, lang),
        high=_number(high, target, lang),
        unit=unit if lang == "zh" or unit == "%" else f" {unit}",
    )
    shares = [
        say("hinge_share", lang, name=_group(each.group, lang), share=wording.percent(each.share, 0))
        for each in target.groups
        if round(each.share, 2) > 0
    ]
    groups = say("hinge_groups", lang, shares=(", " if lang == "en" else "、").join(shares))
    note = say(
        "hinge_note", lang, draws=found.draws, scale=wording.threshold_percent(found.scale),
        r2=wording.rounded(target.r2, 2), inputs=found.inputs_that_differ,
    )  # fmt: skip
    key = f"sensitivity_{target.target.lower()}"
    with style.drawing(f"{key}-{lang}"):
        drawing = tornado.draw(rows, _scaled(target.middle, target, lang), unit, lang)
        alt = say("hinge_alt", lang, title=title, lead=lead)
        return figure_of(
            key, lang, drawing, alt, title=title, lead=[lead, groups], note=[note], table=table(target, lang)
        )  # fmt: skip


def _widest(target: Hinges) -> list[Swing]:
    return sorted(target.inputs, key=lambda each: -abs(each.high - each.low))


def _is_share(target: Hinges) -> bool:
    return target.indicator.endswith("_rate")


def _scaled(value: float, target: Hinges, lang: str) -> float:
    return 100 * value if _is_share(target) else value / wording.chart_unit(lang)


def _number(value: float, target: Hinges, lang: str) -> str:
    return wording.rounded(_scaled(value, target, lang), 2 if _is_share(target) else 1)


def _unit(target: Hinges, lang: str) -> str:
    return "%" if _is_share(target) else say("unit_counted", lang)


def _name(each: Swing, lang: str) -> str:
    """An input's name for people; its own where there is none."""
    key = "input_" + each.input.replace(" ", "_")
    return TEXTS[key][lang] if key in TEXTS else each.input


def _group(group: str, lang: str) -> str:
    key = "hinge_group_" + group.replace(" ", "_").replace(",", "")
    return TEXTS[key][lang] if key in TEXTS else group
