"""The reference of the site: commands as the command line describes them, things with names as `urbsim explain` does.

What stands on a page between `<!-- reference: commands -->` and `<!-- end -->` gives way to all commands, and after
`<!-- reference: KIND -->` to all things of a kind that `urbsim list` knows. So nothing on these pages is written by
hand, and nothing can be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any

import typer
from sphinx.application import Sphinx

from urbsim.cli import app as command_line
from urbsim.explain import KINDS, Explanation, Kind
from urbsim.explain.answer import Citation, shown
from urbsim.facts.parameters import load_parameters

_MARK = re.compile(r"^<!-- reference: ([a-z]+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)
_PLACE = re.compile(r"([\w./-]+\.(?:py|yaml|csv|md))(?::(\d+)|#(\w+))?")
_MARKUP = re.compile(r"([\\*_\[\]<>#|~$&])")


def setup(app: Sphinx) -> dict[str, bool]:
    """The hook of the extension."""
    app.connect("source-read", _read, priority=100)
    return {"parallel_read_safe": True}


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    source[0] = replaced(source[0])


def replaced(page: str) -> str:
    """A page with the reference in the place of its marks, one level below the heading before each."""

    def one(found: re.Match[str]) -> str:
        above = _HEADING.findall(page[: found.start()])
        return written(found[1], "#" + (above[-1] if above else ""))

    return _MARK.sub(one, page)


def written(what: str, heading: str) -> str:
    """The reference of the commands, or of a kind of things, as Markdown; heading: its number signs.

    Raises LookupError for a word that is neither.
    """
    if what == "commands":
        return commands(heading)
    for kind in KINDS:
        if kind.plural == what:
            return things(kind, heading)
    raise LookupError(f"no kind of things is called {what}")


# --- commands ----------------------------------------------------------------------------------------------


def commands(heading: str) -> str:
    """Every command: what it does, how it is called, its arguments and options, examples."""
    group = typer.main.get_command(command_line)
    parts = []
    for name, command in group.commands.items():
        usage = " ".join(["urbsim", name, *_arguments(command), "[OPTIONS]"])
        parts += [
            f"{heading} urbsim {name}\n",
            f"{_paragraphs(command.help or '')}\n",
            f"```console\n$ {usage}\n```\n",
        ]
        parts += [
            _parameter(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)
        ]
        if command.epilog:
            head, *examples = command.epilog.split("\n\n")
            parts.append(f"\n{head}\n\n```console\n" + "".join(f"$ {each}\n" for each in examples) + "```\n")
    return "\n".join(parts)


def _arguments(command: Any) -> Iterator[str]:
    """The arguments of a command, those that may be left out in brackets."""
    for each in command.params:
        if each.param_type_name == "argument":
            metavar = each.metavar or each.name.upper()
            yield metavar if each.required else f"[{metavar}]"


def _parameter(parameter: Any) -> str:
    """One argument or option, as a field."""
    metavar = parameter.metavar or ("" if getattr(parameter, "is_flag", False) else parameter.name.upper())
    names = ", ".join(parameter.opts) if parameter.param_type_name == "option" else ""
    said = parameter.help or ""
    default = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
    if parameter.required:
        said += " Must be given."
    elif default not in (None, False, [], ()) and not callable(default):
        said += f" Left out: {default}."
    takes = (
        f"*{_escaped(metavar)}*".replace(":", "&#58;") if metavar else ""
    )  # a colon would end the field's name
    label = " ".join(part for part in (f"`{names}`" if names else "", takes) if part)
    return f":{label}: {_escaped(said.strip()) or 'See above.'}"


# --- things with names -------------------------------------------------------------------------------------


def things(kind: Kind, heading: str) -> str:
    """Everything that `urbsim explain` says of the things of a kind, levers and parameters by group."""
    parts = []
    names = (
        sorted(kind.names(), key=lambda name: _group(kind, name))
        if kind.name == "parameter"
        else kind.names()
    )
    for group, members in groupby(names, key=lambda name: _group(kind, name)):
        if group:
            parts.append(f"{heading} {group[0].upper()}{group[1:]}\n")
        parts += [_thing(kind.explain(name), heading + "#" if group else heading) for name in members]
    return "\n".join(parts)


def _group(kind: Kind, name: str) -> str:
    if kind.name == "parameter":
        return _process_of()[name].replace("_", " ")
    return name.partition(".")[0] if kind.name == "lever" else ""


@cache
def _process_of() -> dict[str, str]:
    return {name: spec.process for name, spec in load_parameters(0).info.items()}


def _thing(said: Explanation, heading: str) -> str:
    fields = "\n".join(f":{label}: {text}" for label, text in _fields(said))
    text = f"\n```text\n{said.text}\n```\n" if said.text else ""
    return f"{heading} `{said.name}`\n\n{_escaped(said.meaning)}\n\n{fields}\n{text}"


def _fields(said: Explanation) -> Iterator[tuple[str, str]]:
    if said.called:
        yield "called", _escaped("; ".join(said.called))
    if said.unit:
        yield "unit", _escaped(said.unit)
    if said.value is not None:
        yield "value", _escaped(shown(said.value))
    if said.interval:
        yield "interval", _escaped(" to ".join(shown(end) for end in said.interval)) + " in 90 of 100 draws"
    if said.status:
        yield "status", _escaped(said.status)
    if said.sources:
        yield "source", "; ".join(_cited(source) for source in said.sources)
    if said.note:
        yield "note", _escaped(said.note)
    if said.used_in:
        yield "used in", ", ".join(_place(place) for place in said.used_in)


def _cited(source: Citation) -> str:
    name = _escaped(str(source))
    return f"{name} ([copy read](<{source.address}>))" if source.address.startswith("http") else name


def _place(place: str) -> str:
    """A file of the repository as a link; anything else as it is."""
    found = _PLACE.fullmatch(place)
    if not found:
        return _escaped(place)
    file, line, name = found.groups()
    anchor = f"#L{line}" if line else f"#{name}" if name else ""
    return f"[{_escaped(place)}](repository:{file}{anchor})"


def _paragraphs(text: str) -> str:
    return "\n\n".join(_escaped(" ".join(part.split())) for part in text.split("\n\n"))


def _escaped(text: str) -> str:
    """Text in which nothing is taken for markup, except names between backticks."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:  # a lone backtick
        return _MARKUP.sub(r"\\\1", " ".join(parts))
    return "`".join(part if number % 2 else _MARKUP.sub(r"\\\1", part) for number, part in enumerate(parts))
