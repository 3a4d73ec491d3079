"""Scenarios and what stands in them: levers, rules, conditions, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from urbsim.calendar import month_text
from urbsim.errors import InputError
from urbsim.explain.answer import Explanation, Kind, by_alias
from urbsim.explain.facts import cited
from urbsim.explain.levers import LeverFacts, delivery_of, groups, land_of, levers, price_of, quota_by_place
from urbsim.explain.uses import uses
from urbsim.facts.register import ids
from urbsim.processes.registration.equations import settlement_rules
from urbsim.report.texts import SETTING_VALUES, SETTINGS
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.effect import span_of
from urbsim.scenario.generated import TABLES, json_schema, kind_in_words
from urbsim.scenario.lever import Lever
from urbsim.scenario.reader import available, find, is_shipped, load_scenario
from urbsim.scenario.schema import Behaviour, Conditions, Frozen, Levers, Rule, Scenario


@cache
def _loaded() -> dict[str, Scenario | InputError]:
    """Every scenario by its name; for a file that is not valid what is wrong with it."""
    found: dict[str, Scenario | InputError] = {}
    for name in available():
        try:
            found[name] = load_scenario(name)
        except InputError as error:
            found[name] = error
    return found


def _valid() -> Iterator[tuple[str, Scenario]]:
    yield from ((name, found) for name, found in _loaded().items() if isinstance(found, Scenario))


# --- scenarios ---------------------------------------------------------------------------------------------


def _scenario(name: str) -> Explanation:
    """Raises InputError for a file that is not valid."""
    found = _loaded()[name]
    if isinstance(found, InputError):
        raise found
    span = span_of(found)
    parent = f"extends {found.extends}" if found.extends else ""
    return Explanation(
        name=name,
        kind="scenario",
        meaning=found.question.en if found.question else found.title.en,
        called=tuple(dict.fromkeys((found.title.en, found.title.zh))),
        value=f"from {found.base} to {month_text(span.last)}",
        status="comes with urbsim" if is_shipped(find(name)) else "your own",
        note=parent,
        text="\n".join([*_set_by(found), *(f"note: {note}" for note in found.notes)]),
        used_in=tuple(_short(file) for file in found.files),
    )


def _set_by(scenario: Scenario) -> Iterator[str]:
    """What a scenario sets, inherited values included: a line for each condition, rule, office and dose."""
    resolved = scenario.resolved()
    default = Conditions().model_dump(mode="json", by_alias=True)
    for key, value in resolved["conditions"].items():
        if value != default[key]:
            yield f"conditions.{key}: {_plain(value)}"
    for part in ("committed", "levers"):
        for group, inner in resolved[part].items():
            for lever, value in inner.items():
                if value:
                    yield f"{part}.{group}.{lever}: {_plain(value)}"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items() if inner is not None)
    if isinstance(value, list):
        return "; ".join(_plain(item) for item in value)
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _short(file: Any) -> str:
    """A shipped file by its place in the project, another as it was found."""
    return f"scenarios/{file.name}" if is_shipped(file) else str(file)


def _titled_scenario(name: str) -> str:
    found = _loaded()[name]
    if isinstance(found, InputError):
        return f"not valid: urbsim validate {name} says why"
    return f"{found.title.en} {found.title.zh}"


# --- levers ------------------------------------------------------------------------------------------------


def _lever(key: str) -> Explanation:
    lever = levers()[key]
    sources = dict.fromkeys(source for row in lever.sizes for source in ids(row["source"]))
    return Explanation(
        name=key,
        kind="lever",
        meaning=lever.meaning,
        called=tuple(lever.name.values()),
        unit=lever.unit,
        value="; ".join(set_in(key)) or None,
        status="; ".join(dict.fromkeys(f"{row['scenario_part']}: {row['status']}" for row in lever.sizes)),
        sources=tuple(cited(source) for source in sources),
        note="; ".join(dict.fromkeys(row["note"] for row in lever.sizes)),
        text="\n".join([delivery_of(key), *price_of(key), *land_of(key), *quota_by_place(key)]),
        used_in=(*(f"measure {measure}" for measure in lever.measures), *_uses_of(key)),
    )


def set_in(key: str, measure: str | None = None) -> Iterator[str]:
    """What the two scenarios that all others build on set: committed in `no_plan`, added in `baseline`.

    measure: of the plan, whose entries alone are meant where a lever has entries of several.
    """
    for name, part, does, zh in (
        ("no_plan", "committed", "commits", "既定"),
        ("baseline", "levers", "adds", "新增"),
    ):
        scenario = dict(_valid()).get(name)
        group, lever = key.split(".")
        value = scenario.resolved()[part][group][lever] if scenario else None
        declared = CATALOGUE[key]
        if measure and declared.items and isinstance(value, dict):
            value = {item: of for item, of in value.items() if measure in declared.measures_of(item)}
        if value:
            yield f"{name} {does} {_plain(value)}{_in_chinese(declared, zh, value)}"


def _in_chinese(lever: Lever, does: str, value: Any) -> str:
    """A dose in Chinese, behind the same in English; nothing for what is no dose."""
    if lever.unit is None or not isinstance(value, dict) or "total" not in value:
        return ""
    return f"（{does}{value['total']:,.10g}{lever.unit.zh}，{value['from']}至{value['to']}）"


def _uses_of(key: str) -> tuple[str, ...]:
    return (*uses(key), *uses(key.partition(".")[2]))


def _group(key: str) -> Explanation:
    group = groups()[key]
    return Explanation(
        name=key,
        kind="group of levers",
        meaning=group.meaning,
        used_in=(
            *(f"measure {measure}" for measure in group.measures),
            *(f"lever {lever}" for lever in levers() if lever.startswith(f"{key}.")),
        ),
    )


def _names_of_lever(lever: LeverFacts) -> Iterator[str]:
    """Every way to write a lever: by its own key alone, by its path in a file, by its names."""
    yield lever.key.partition(".")[2]
    for part in ("committed", "levers"):
        yield f"{part}.{lever.key}"
    for name in lever.name.values():
        yield name
        yield re.split("（|, ", name)[0]  # without the unit


# --- settlement rules --------------------------------------------------------------------------------------


@cache
def _rules() -> dict[str, str]:
    """Rule -> what it asks for, from the sentence of the schema about each."""
    text = " ".join((Rule.model_fields["name"].description or "").split())
    said = dict(re.findall(r"`(\w+)`: (.*?)(?= `\w+`: |$)", text))
    return {name: said[name].rstrip(".") for name in get_args(Rule.model_fields["name"].annotation)}


def _rule(name: str) -> Explanation:
    months = settlement_rules()[name].work_months
    return Explanation(
        name=name,
        kind="settlement rule",
        meaning=_rules()[name],
        called=tuple(SETTING_VALUES["name"][name].values()),
        unit="months of work asked for",
        value=months,
        note="in force before the first rule of a scenario, and without any" if not months else "",
        used_in=(*(f"scenario {scenario}" for scenario in _with_rule(name)), *uses(name), "equation P3"),
    )


def _with_rule(name: str) -> Iterator[str]:
    for scenario, found in _valid():
        given = (*found.committed.settlement.rules, *found.levers.settlement.rules)
        if any(rule.name == name for rule in given):
            yield scenario


# --- conditions, behaviour and other keys -----------------------------------------------------------------------------


@cache
def _settings(part: str) -> dict[str, dict[str, Any]]:
    """Key -> its node in the schema, of `conditions` or `behaviour`."""
    return json_schema(_MODELS[part])["properties"]


_MODELS: dict[str, type[Frozen]] = {"conditions": Conditions, "behaviour": Behaviour}


def _setting(part: str, kind: str, name: str) -> Explanation:
    node = _settings(part)[name]
    default = node.get("default")
    setting = [
        f"scenario {scenario}: {_plain(value)}"
        for scenario, found in _valid()
        if (value := found.resolved()[part][name]) != default
    ]
    return Explanation(
        name=f"{part}.{name}",
        kind=kind,
        meaning=node["description"],
        called=tuple(SETTINGS.get(f"{part}.{name}", {}).values()),
        unit=node.get("unit", ""),
        value="left out" if default in (None, []) else f"{default}, left out",
        note=f"allowed: {kind_in_words(node, json_schema(_MODELS[part]))}",
        used_in=(*setting, *uses(name)),
    )


def _kind_of_setting(part: str, kind: str, meaning: str) -> Kind:
    return Kind(
        kind, part, meaning,
        lambda: _settings(part), lambda name: _settings(part)[name]["description"],
        lambda name: _setting(part, kind, name),
        lambda: by_alias(
            (alias, name)
            for name in _settings(part)
            for alias in (f"{part}.{name}", *SETTINGS.get(f"{part}.{name}", {}).values())
        ),
    )  # fmt: skip


@cache
def _keys() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Key -> the files and parts of files that have it, with its node of their schema."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for home, model in TABLES.items():
        schema = json_schema(model)
        inner = schema["$defs"]["Target"] if home == "target" else schema
        for key, node in inner["properties"].items():
            found.setdefault(key, []).append((home, node))
    return found


def _key(name: str) -> Explanation:
    homes = _keys()[name]
    units = dict.fromkeys(node["unit"] for _, node in homes if "unit" in node)
    return Explanation(
        name=name,
        kind="key",
        meaning=" ".join(
            f"Of {_a(home)}: {node.get('description', '')}" if len(homes) > 1 else node.get("description", "")
            for home, node in homes
        ),
        called=tuple(SETTINGS.get(name, {}).values()),
        unit=", ".join(units),
        used_in=tuple(f"scenarios/README.md, keys of {_a(home)}" for home, _ in homes),
    )


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


SCENARIO = Kind(
    "scenario", "scenarios", "futures that can be run, those of ./scenarios included",
    available, _titled_scenario, _scenario,
    lambda: by_alias((title, name) for name, found in _valid() for title in (found.title.en, found.title.zh)),
)  # fmt: skip
LEVER = Kind(
    "lever", "levers", "what government can add, by group",
    levers, lambda key: " ".join([*levers()[key].name.values(), f"({levers()[key].unit or 'no dose'})"]), _lever,
    lambda: by_alias((alias, key) for key, lever in levers().items() for alias in _names_of_lever(lever)),
)  # fmt: skip
GROUP = Kind(
    "group of levers", "groups", "levers that work through one mechanism",
    lambda: Levers.model_fields, lambda key: groups()[key].meaning, _group,
    lambda: by_alias((f"{part}.{key}", key) for key in groups() for part in ("committed", "levers")),
)  # fmt: skip
RULE = Kind(
    "settlement rule", "rules", "what a town asks of somebody who wants to settle",
    _rules, lambda name: f"{_rules()[name]} {SETTING_VALUES['name'][name]['zh']}", _rule,
    lambda: by_alias((alias, name) for name in _rules() for alias in SETTING_VALUES["name"][name].values()),
)  # fmt: skip
CONDITION = _kind_of_setting("conditions", "condition", "what no government of Guangxi decides")
BEHAVIOUR = _kind_of_setting("behaviour", "switch of behaviour", "which account of behaviour a run takes")
KEY = Kind(
    "key", "keys", "what may stand in a scenario, target or batch file",
    _keys, lambda name: _keys()[name][0][1].get("description", ""), _key,
    lambda: by_alias((alias, name) for name in _keys() for alias in SETTINGS.get(name, {}).values()),
)  # fmt: skip
