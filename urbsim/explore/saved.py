"""A setting of the sliders as a scenario file, which every command reads as any other."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from urbsim.emulator.answer import Setting
from urbsim.errors import InputError, Problem
from urbsim.explore.sliders import Sliders
from urbsim.paths import scenarios_dir
from urbsim.report.texts import say
from urbsim.scenario.reader import find, is_path, load_scenario
from urbsim.scenario.schema import Scenario


def scenario_text(sliders: Sliders, at: Setting, name: str) -> str:
    """The file, checked as strictly as one that people write. Raises InputError where it would be refused."""
    content, wanted = _content(sliders, at, name), sliders.world(at).digest
    for parent in _parents(sliders.scenario):
        shorter = {"name": name, "title": content["title"], "extends": parent, **content}
        del shorter["committed"]
        with suppress(InputError):
            if load_scenario(shorter).digest() == wanted:
                content = shorter
                break
    if load_scenario(content).digest() != wanted:
        message = "as a file this would be another world: its targets may not be found from other folders"
        raise InputError([Problem(message, key=sliders.scenario.name)])
    said = ", ".join(_moved(sliders, at)) or "nothing is moved"
    head = f"# Made by `urbsim explore {sliders.scenario.name}`: {said}.\n# Run it: urbsim run {name}.yaml\n"
    return head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _content(sliders: Sliders, at: Setting, name: str) -> dict[str, Any]:
    """The scenario with all it inherits, without what says nothing."""
    scenario, title = sliders.scenario, sliders.scenario.title
    content = _without_nothing(sliders.content(at))
    content |= {
        "name": name,
        "title": {
            "en": f"{title.en} ({say('slider_moved', 'en')})",
            "zh": f"{title.zh}（{say('slider_moved', 'zh')}）",
        },
        "targets": [_target(target, scenario) for target in scenario.targets],
    }
    content.pop("question", None)
    content.setdefault("committed", {})
    return content


def _parents(scenario: Scenario) -> list[str]:
    """Scenarios that come with urbsim and that this one goes back to, the farthest first."""
    shipped = scenarios_dir().resolve()
    return [file.stem for file in map(Path.resolve, scenario.files[::-1]) if file.parent == shipped]


def _moved(sliders: Sliders, at: Setting) -> list[str]:
    doses = [f"{key} x {dose:g}" for key, dose in zip(sliders.levers, at.doses, strict=True) if dose != 1]
    values = [
        f"{condition.key} {value:g}"
        for condition, value in zip(sliders.conditions, at.conditions, strict=True)
        if value is not None
    ]
    return doses + values


def _without_nothing(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content without what says nothing, as people write it."""
    found = {
        key: _without_nothing(value) if isinstance(value, Mapping) else value
        for key, value in content.items()
    }
    return {key: value for key, value in found.items() if value not in (None, {}, [], ())}


def _target(target: str, scenario: Scenario) -> str:
    """A target file so that it is found from any folder: by its name where it comes with urbsim, else by its path."""
    shipped = scenarios_dir() / "targets"
    for folder in (Path(file).parent for file in scenario.files):
        try:
            file = find(target, "target", folder)
        except InputError:
            continue
        if file.is_file():
            same = not is_path(target) and file.resolve().parent == shipped.resolve()
            return target if same else str(file.resolve())
    return target
