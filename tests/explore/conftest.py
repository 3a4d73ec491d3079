"""An explorer of `baseline` whose emulator is made up, so that no run is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_emulators import content, slopes

from urbsim.emulator.model import Emulator
from urbsim.explore.server import Explorer
from urbsim.explore.sliders import Sliders, sliders_of
from urbsim.scenario.reader import load_scenario


@pytest.fixture(scope="session")
def baseline_sliders() -> Sliders:
    return sliders_of(load_scenario("baseline"))


@pytest.fixture(scope="session")
def made_up(baseline_sliders: Sliders) -> Emulator:
    """The sliders of `baseline` with made-up weights: every lever adds 0.01 points and 100 jobs at its dose."""
    sliders, draws = baseline_sliders, tuple(range(21))
    levers, conditions = sliders.lever_models(), sliders.condition_models(draws)
    shares, yuan = content()["outcomes"]
    number = len(sliders.programmes)
    same = {
        "together": [0.0] * (number * (number + 1) // 2),
        "factors": [[1.0] * (number + len(conditions))] * len(draws),
    }
    outcomes = [
        {
            **shares, **same, "base": [0.55 + 0.001 * draw for draw in draws],
            "levers": [slopes(0.0001, 0.0)] * len(levers),
            "conditions": [slopes(0.01, 0.0)] * len(conditions),
        },
        {
            **yuan, **same, "base": [0.0] * len(draws), "levers": [slopes(1e9, 0.0)] * len(levers),
            "conditions": [slopes(0.0, 0.0)] * len(conditions),
        },
    ]  # fmt: skip
    whole = content() | {
        "programmes": [each.model_dump() for each in _programmes(sliders)],
        "levers": [each.model_dump() for each in levers],
        "conditions": [each.model_dump() for each in conditions],
        "draws": list(draws),
        "outcomes": outcomes,
        "origin": content()["origin"] | {"parameters": ["p"] * len(draws)},
    }
    return Emulator.model_validate(whole, strict=False)


def _programmes(sliders: Sliders):
    from urbsim.emulator.model import Named
    from urbsim.scenario.measures import PROGRAMMES

    return [Named(**PROGRAMMES[letter]) for letter in sliders.programmes]


@pytest.fixture
def explorer(baseline_sliders: Sliders, made_up: Emulator, tmp_path: Path) -> Explorer:
    return Explorer(baseline_sliders, made_up, tmp_path / "baseline_explore")
