"""Writes what is generated from the models: the JSON schemas editors use, and the tables of the README.

Run as `python -m urbsim.scenario.schema --write`; without `--write` it only says which files are out of step.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from urbsim.paths import scenarios_dir
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.schema import (
    Batch,
    Circle,
    Dose,
    Envelope,
    LandQuota,
    Office,
    Rate,
    Rule,
    Scenario,
    TargetFile,
)
from urbsim.scenario.validation import Node, node_at, range_in_words

FILES: dict[str, type[BaseModel]] = {
    "schema.json": Scenario,
    "target.schema.json": TargetFile,
    "batch.schema.json": Batch,
}
PARTS: dict[str, type[BaseModel]] = {
    "dose": Dose,
    "rule": Rule,
    "office": Office,
    "circle": Circle,
    "rate": Rate,
    "envelope": Envelope,
    "land quota": LandQuota,
}
"""Parts of a scenario that many keys share: their keys stand in tables of their own."""
TABLES: dict[str, type[BaseModel]] = {"scenario": Scenario, **PARTS, "target": TargetFile, "batch": Batch}


def main(arguments: list[str] | None = None) -> int:
    """Write (`--write`) or compare the generated files; 0 when all are in step, 1 when not, 2 on bad use."""
    given = sys.argv[1:] if arguments is None else arguments
    if given not in ([], ["--write"]):
        print("usage: python -m urbsim.scenario.schema [--write]", file=sys.stderr)
        return 2
    stale = [path for path, text in generated().items() if _read(path) != text]
    for path in stale:
        if given:
            path.write_text(generated()[path], encoding="utf-8", newline="\n")
        print(f"{'wrote' if given else 'out of step:'} {path}")
    return 1 if stale and not given else 0


def generated() -> dict[Path, str]:
    """Path -> the text it should hold, for every generated file."""
    folder = scenarios_dir()
    texts = {
        folder / name: json.dumps(json_schema(model), ensure_ascii=False, indent=2) + "\n"
        for name, model in FILES.items()
    }
    readme = folder / "README.md"
    text = _read(readme)
    for label, model in TABLES.items():
        text = _replaced(text, f"keys of {label}", table(model))
    texts[readme] = _replaced(text, "levers", lever_table())
    return texts


def _replaced(text: str, label: str, table: str) -> str:
    marked = re.compile(f"(<!-- {label}: generated -->\n).*?(<!-- end -->)", re.DOTALL)
    return marked.sub(lambda found: f"{found[1]}{table}{found[2]}", text)


def json_schema(model: type[BaseModel]) -> Node:
    """The JSON schema (draft 2020-12) of the files that `model` describes."""
    schema = model.model_json_schema()
    for node in _nodes(schema):
        if isinstance(node.get("title"), str):
            del node["title"]
        if "description" in node:
            node["description"] = " ".join(node["description"].split())
    if model not in PARTS.values() and "name" in schema.get(
        "required", []
    ):  # the reader takes the file's name
        schema["required"] = [key for key in schema["required"] if key != "name"]
        if not schema["required"]:
            del schema["required"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def table(model: type[BaseModel]) -> str:
    """A Markdown table of every key: what it allows, its unit, its default and its meaning."""
    schema = json_schema(model)
    rows = []
    for label, node, required in _keys(schema, schema, ""):
        default = "required" if required else _default(node)
        cells = (
            f"`{label}`",
            kind_in_words(node, schema),
            node.get("unit", ""),
            default,
            node.get("description", ""),
        )
        rows.append(cells)
    return _markdown(("key", "allowed", "unit", "default", "meaning"), rows)


def lever_table() -> str:
    """A Markdown table of every lever: what it is called, what it counts, where its units go."""
    head = ("lever", "name", "名称", "unit", "measure", "joins", "by default goes by", "gives")
    rows = (
        (
            f"`{lever.key}`",
            lever.en,
            lever.zh,
            f"{lever.unit.en}, {lever.unit.zh}" if lever.unit else "",
            ", ".join(lever.measures),
            "; ".join(lever.stocks),
            lever.goes_by,
            f"`{lever.gives}`" if lever.gives else "",
        )
        for lever in CATALOGUE.values()
    )
    return _markdown(head, rows)


def _markdown(head: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> str:
    lines = [
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in (head, *rows)
    ]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]]) + "\n"


def _keys(
    node: Node, schema: Node, above: str, shown: dict[str, Node] | None = None
) -> Iterator[tuple[str, Node, bool]]:
    """Every key with its node and whether it is required; a mapping that stands there twice is spelt out once."""
    shown = {} if shown is None else shown
    for key in node.get("properties", {}):
        below = node_at({**node, "$defs": schema.get("$defs", {})}, (key,)) or {}
        label = f"{above}.{key}" if above else key
        first = next((name for name, keys in shown.items() if keys == below.get("properties")), None)
        if first is not None:
            below = {**below, "description": f"{below.get('description', '')} Keys as under `{first}`."}
        yield label, below, key in node.get("required", [])
        if _is_bilingual(below) or first is not None:
            continue
        if "properties" in below:
            shown[label] = below["properties"]
        yield from _keys(below, schema, label, shown)
        if below.get("type") == "array":
            item = node_at({**below, "$defs": schema.get("$defs", {})}, (0,)) or {}
            yield from _keys(item, schema, f"{label}[]", shown)


def _is_bilingual(node: Node) -> bool:
    return list(node.get("properties", {})) == ["en", "zh"]


def kind_in_words(node: Node, schema: Node) -> str:
    """What a node of a JSON schema allows, in few words."""
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        if name.lower() in PARTS:
            article = "an" if name[0] in "AEIO" else "a"
            return f"[{name.lower()}](#keys-of-{article}-{name.lower()})"
        node = schema["$defs"][name]
    if options := node.get("anyOf") or node.get("oneOf"):
        return " or ".join(dict.fromkeys(kind_in_words(option, schema) for option in options))
    if "enum" in node:
        return ", ".join(f"`{choice}`" for choice in node["enum"])
    if _is_bilingual(node):
        return "`{en: ..., zh: ...}`"
    if node.get("type") in ("number", "integer"):
        return range_in_words(node)
    if "pattern" in node:
        forms = {"(19": "month, `2021-11`", "45[": "place code"}
        return next((form for start, form in forms.items() if node["pattern"][1:].startswith(start)), "name")
    if node.get("type") == "array":
        return "list of " + (kind_in_words(node["items"], schema) if "items" in node else "values")
    words = {"string": "text", "null": "null", "object": "mapping"}
    return words.get(str(node.get("type")), "any")


def _default(node: Node) -> str:
    if "default" not in node:
        return "see meaning" if node.get("type") == "string" or _is_bilingual(node) else ""
    if "properties" in node:
        return "see below"
    return f"`{json.dumps(node['default'], ensure_ascii=False)}`"


def _nodes(node: Any) -> Iterator[Node]:
    """Every schema node inside a JSON schema; `properties` and `$defs` hold nodes and are none themselves."""
    if isinstance(node, list):
        for item in node:
            yield from _nodes(item)
    elif isinstance(node, dict):
        yield node
        for key, value in list(node.items()):
            if key in ("properties", "$defs"):
                for below in value.values():
                    yield from _nodes(below)
            elif key in ("items", "anyOf", "oneOf", "additionalProperties"):
                yield from _nodes(value)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
