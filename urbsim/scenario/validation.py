"""From a parsed file to a checked object: pydantic's complaints in the user's words, with their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from urbsim.calendar import MONTH_PATTERN
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts import gazetteer
from urbsim.files.strict_yaml import Document, Steps, dotted
from urbsim.scenario.schema import DIGEST_PATTERN, NAME_PATTERN, PLACE_PATTERN, SWEPT_PATTERN

Model = TypeVar("Model", bound=BaseModel)
Node = dict[str, Any]  # a node of a JSON schema

NAME_IN_WORDS = "1 to 60 letters a-z, digits, _ and -, the first a letter or digit"
_PATTERNS = {
    NAME_PATTERN: ("is not a name", NAME_IN_WORDS),
    SWEPT_PATTERN: ("is not a name", f"{NAME_IN_WORDS}; then @path=value for each swept setting"),
    MONTH_PATTERN: ("is not a month", "YYYY-MM, such as 2021-11"),
    DIGEST_PATTERN: ("is not a sha256 digest", "64 of the characters 0-9 and a-f"),
    PLACE_PATTERN: ("is not a place code", "six digits: 450000, 450100 and the like, 450102 and the like"),
}
_KINDS = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "bool_type": "true or false",
    "float_type": "a number",
    "finite_number": "a number",
    "int_parsing_size": "a number of at most 18 digits",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
}
OWN = frozenset({"order", "sum", "reach", "draws", "twice", "alone"})
"""Errors that `urbsim.scenario.schema` raises itself: their messages are ours."""
FOLLOWS = "default_factory_not_called"
"""Of a default that is made from a key that is wrong itself: the complaint about that key says enough."""
_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def validate(model: type[Model], document: Document) -> Model:
    """The object that `document` describes. Raises InputError with every problem, in the file's order."""
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise InputError(problems(error, model, document)) from None


def problems(error: ValidationError, model: type[BaseModel], document: Document) -> list[Problem]:
    """One Problem for each place in `document` that pydantic complains about."""
    schema = model.model_json_schema()
    by_path: dict[Steps, list[tuple[str, dict[str, Any]]]] = {}
    for detail in error.errors(include_url=False):
        if detail["type"] == FOLLOWS:
            continue
        by_path.setdefault(_real_path(detail["loc"], detail["type"], document.value), []).append(
            (detail["type"], dict(detail))
        )
    found = []
    for path, details in by_path.items():
        # pydantic calls a list empty once its bad items are dropped; the items' own complaints say enough.
        if details[0][0] == "too_short" and _value_at(document.value, path):
            continue
        found.append(_problem(path, details, schema, document))
    return in_order(found)


def in_order(found: list[Problem]) -> list[Problem]:
    """Each problem once, file by file, from the top of each file down."""
    files = list(dict.fromkeys(problem.file for problem in found))
    once = dict.fromkeys(found)
    return sorted(once, key=lambda p: (files.index(p.file), p.line or 0, p.column or 0))


def _problem(
    path: Steps, details: list[tuple[str, dict[str, Any]]], schema: Node, document: Document
) -> Problem:
    kind, detail = details[0]
    node = node_at(schema, path) or {}
    value = detail.get("input")
    context = detail.get("ctx") or {}
    if kind in OWN:
        return document.problem(path, str(detail["msg"]))
    if kind == "extra_forbidden":
        return _unknown_key(path, schema, document)
    if kind == "missing":
        return document.problem(path, "is missing", at_key=True, allowed=_allowed(node, schema))
    pattern = _pattern(node, schema) or context.get("pattern")  # the latter for a key of a mapping
    if kind in ("string_pattern_mismatch", "string_unicode") or (kind == "string_type" and pattern):
        message, allowed = _PATTERNS.get(pattern or "", ("has the wrong form", pattern))
        near = gazetteer.code_of(str(value)) if pattern == PLACE_PATTERN and not _is_number(value) else None
        return document.problem(path, f"{_described(value)} {message}", allowed=allowed, nearest=near)
    if kind in _KINDS:
        wanted = " or ".join(dict.fromkeys(_KINDS.get(k, k) for k, _ in details))
        message = f"must be {wanted}, not {_described(value)}{_hint(kind, value)}"
        return document.problem(path, message, allowed=_allowed(node, schema))
    if kind in _RANGE:
        return document.problem(path, f"{quoted(value)} is out of range", allowed=_allowed(node, schema))
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return document.problem(
            path,
            f"{_described(value)} is not one of the choices",
            allowed=", ".join(choices),
            nearest=nearest(value, choices),
        )
    if kind in ("too_short", "string_too_short"):
        return document.problem(path, "must not be empty", allowed=_allowed(node, schema))
    if kind == "string_too_long":
        return document.problem(path, f"is longer than {context.get('max_length')} characters")
    if kind == "not_listed":
        choices = [str(choice) for choice in context["choices"]]
        return document.problem(
            path, str(detail["msg"]), allowed=", ".join(choices), nearest=nearest(value, choices)
        )
    # Nothing known comes here; should it, the user still reads no sentence of a library.
    return document.problem(path, f"{_described(value)} is refused", allowed=_allowed(node, schema))


def _hint(kind: str, value: Any) -> str:
    """What to write instead of `value`, where that can be seen."""
    if kind == "string_type":
        return "; put it in quotes" if isinstance(value, (bool, int, float)) else ""
    if not (isinstance(value, str) and kind in ("float_type", "int_type")):
        return ""
    text = unicodedata.normalize("NFKC", value).strip()  # full-width digits and signs as half-width ones
    if re.fullmatch(r"[-+]?[0-9.]+ ?%", text):
        return "; shares run from 0 to 1, write 5% as 0.05"
    if re.fullmatch(r"[-+]?[0-9]{1,3}([,_' ][0-9]{3})+(\.[0-9]+)?", text):
        return "; write " + re.sub(r"[,_' ]", "", text)
    if re.fullmatch(r"[-+]?[0-9]+,[0-9]+", text):
        return f"; write {text.replace(',', '.')}"
    if found := re.fullmatch(r"([-+]?[0-9]+(?:\.[0-9]+)?) ?([万亿])", text):
        return f"; write {_plain(float(found[1]) * (10_000 if found[2] == '万' else 100_000_000))}"
    if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", text):
        bare = re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", text)
        return "; take the quotes away" if bare == value else f"; write {bare}"
    return ""


def _is_number(value: Any) -> bool:
    return str(value).isdigit()


def _unknown_key(path: Steps, schema: Node, document: Document) -> Problem:
    key, above = str(path[-1]), path[:-1]
    choices = list(properties_of(node_at(schema, above) or {}, schema))
    near = nearest(key, choices)
    message = "is not a known key"
    if near is None:
        homes = [other[:-1] for other in _all_paths(schema) if other[-1] == key]
        if homes:
            closest = next((home for home in homes if home[:1] == above[:1]), homes[0])
            message = f"is not a known key here; it belongs under {dotted(closest) or 'the top level'}"
    return document.problem(path, message, at_key=True, allowed=", ".join(choices), nearest=near)


def properties_of(node: Node, schema: Node) -> dict[str, Node]:
    """The keys of a mapping, also of one that may be left empty (null)."""
    for option in (_followed(option, schema) for option in node.get("anyOf", [node])):
        if "properties" in option:
            return option["properties"]
    return {}


def node_at(schema: Node, path: Steps) -> Node | None:
    """The node of a JSON schema that describes the value at `path`; None if there is none."""
    node = _followed(schema, schema)
    for step in path:
        options = [_followed(option, schema) for option in node.get("anyOf", node.get("oneOf", [node]))]
        below: Node | None = None
        for option in options:
            if isinstance(step, int) and "items" in option:
                below = option["items"]
            elif isinstance(step, str):
                below = option.get("properties", {}).get(step)
                extra = option.get("additionalProperties")
                if below is None and isinstance(extra, dict):
                    below = extra
            if below is not None:
                break
        if below is None:
            return None
        node = {**_followed(below, schema), **{k: v for k, v in below.items() if k != "$ref"}}
    return node


def _followed(node: Node, schema: Node) -> Node:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node


def _all_paths(schema: Node, node: Node | None = None, path: Steps = ()) -> Iterator[Steps]:
    """Every path of keys a schema knows, lists passed over."""
    for key, below in properties_of(_followed(node or schema, schema), schema).items():
        yield (*path, key)
        yield from _all_paths(schema, below, (*path, key))


def _pattern(node: Node, schema: Node) -> str | None:
    for option in node.get("anyOf", [node]):
        if "pattern" in _followed(option, schema):
            return _followed(option, schema)["pattern"]
    return None


def _allowed(node: Node, schema: Node) -> str | None:
    """What a schema node allows, in words: choices, range and unit, form, or the keys of a mapping."""
    for option in (_followed(option, schema) for option in node.get("anyOf", [node])):
        words = None
        if "enum" in option:
            words = ", ".join(str(choice) for choice in option["enum"])
        elif "pattern" in option:
            words = _PATTERNS.get(option["pattern"], ("", option["pattern"]))[1]
        elif option.get("type") in ("number", "integer"):
            words = range_in_words(option)
        elif option.get("properties"):
            words = "the keys " + ", ".join(option["properties"])
        elif option.get("type") == "object":
            words = "{}"
        elif option.get("type") == "array":
            words = "a list, such as [a, b]"
        if words is not None:
            unit = node.get("unit") or option.get("unit")
            return f"{words}, unit: {unit}" if unit else words
    return None


def range_in_words(option: Node) -> str:
    """The range of a number, such as `number from 0 to 1`."""
    kind = "whole number" if option.get("type") == "integer" else "number"
    low, high = option.get("minimum"), option.get("maximum")
    above, below = option.get("exclusiveMinimum"), option.get("exclusiveMaximum")
    lower = (
        f"from {_plain(low)}" if low is not None else f"above {_plain(above)}" if above is not None else ""
    )
    upper = (
        f"to {_plain(high)}" if high is not None else f"below {_plain(below)}" if below is not None else ""
    )
    return " ".join(part for part in (kind, lower, upper) if part)


def _plain(number: float) -> str:
    """A number without exponent: 0.00001, not 1e-05."""
    return format(Decimal(f"{number:.15g}"), "f")


def _described(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return quoted(value)


def _value_at(value: Any, path: Steps) -> Any:
    for step in path:
        value = value[step]
    return value


def _real_path(loc: tuple[int | str, ...], kind: str, value: Any) -> Steps:
    """pydantic's location without the labels it adds for the branches of a union."""
    path: list[int | str] = []
    for position, step in enumerate(loc):
        if (isinstance(value, dict) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        ):
            path.append(step)
            value = value[step]  # type: ignore[index]
        elif kind in ("missing", "reach") and position == len(loc) - 1:  # a key that is not in the file
            path.append(step)
    return tuple(path)
