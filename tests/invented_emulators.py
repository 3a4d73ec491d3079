"""Small emulators made up by hand."""

from __future__ import annotations

from typing import Any

from urbsim.emulator.model import Emulator

NAME = {"en": "Name", "zh": "名称"}
GOAL = {"id": "T1", "title": NAME, "strict": False, "level": 0.565, "sign": 1}
ERRORS = {"run": 0.002, "worlds": 8, "mean": 0.0001, "largest": 0.0004, "probability": {"T1": 0.02}}


def lever(key: str, programme: int, toggle: bool = False) -> dict[str, Any]:
    return {
        "key": key, "name": NAME, "programme": programme, "toggle": toggle,
        "total": None if toggle else 4000.0, "unit": None if toggle else {"en": "posts", "zh": "个"},
    }  # fmt: skip


def condition(key: str, values: list[float], low: float, high: float, **said: Any) -> dict[str, Any]:
    usual = {"percent": False, "toggle": False, "off_the_fit": False}
    return {"key": key, "name": NAME, "low": low, "high": high, "values": values, **usual, **said}


def slopes(first: float, bend: float) -> dict[str, float]:
    return {"first": first, "bend": bend}


def content() -> dict[str, Any]:
    """Two programmes, three levers, two conditions, a central draw and two others, two outcomes."""
    shares = {
        "id": "T1", "indicator": "urbanisation_rate", "name": NAME, "base": [0.56, 0.55, 0.57],
        "levers": [slopes(0.002, -0.001), slopes(0.001, 0.0), slopes(0.004, 0.0)],
        "conditions": [slopes(0.01, 0.002), slopes(-0.02, 0.0)],
        "together": [0.0001, -0.0002, 0.0003],
        "factors": [[1.0, 1.0, 1.0, 1.0], [0.5, 1.0, 1.0, 1.0], [1.5, 2.0, 1.0, 0.5]],
        "goals": [GOAL, {**GOAL, "id": "T1 strict", "strict": True, "level": 0.57}], "errors": ERRORS,
    }  # fmt: skip
    yuan = {
        **shares, "id": "fiscal_cost_yuan", "indicator": "fiscal_cost_yuan", "base": [0.0, 0.0, 0.0],
        "levers": [slopes(1e9, 0.0), slopes(3e8, 0.0), slopes(0.0, 0.0)], "conditions": [slopes(0.0, 0.0)] * 2,
        "together": [0.0] * 3, "goals": [], "errors": {**ERRORS, "mean": 1e7, "largest": 2e7, "probability": {}},
    }  # fmt: skip
    return {
        "form": 1, "scenario": "baseline", "title": {"en": "The plan", "zh": "行动计划情景"}, "until": "2023-12",
        "largest": 2.0, "programmes": [{"en": "Cities", "zh": "城市"}, {"en": "Settling", "zh": "落户"}],
        "levers": [
            lever("industry.liuzhou_posts", 0), lever("industry.port_posts", 1), lever("transport.openings", 1, True)
        ],
        "conditions": [
            condition("growth_per_year", [0.07, 0.05, 0.08], 0.0, 0.1, percent=True, off_the_fit=True),
            condition("reclassification", [0.0, 0.0, 0.0], 0.0, 1.0, toggle=True),
        ],
        "draws": [0, 1, 2], "outcomes": [shares, yuan],
        "full": {"settings": 1, "mean": {"T1": 0.0002, "fiscal_cost_yuan": 1e6},
                 "largest": {"T1": 0.0002, "fiscal_cost_yuan": 1e6}},
        "origin": {"urbsim": "0.0.0", "digests": {"code": "c", "facts": "f", "libraries": "l", "scenario": "s"},
                   "parameters": ["p0", "p1", "p2"], "scale": 0.003, "seeds": [1], "runs": 100,
                   "draws_from": "fitted"},
    }  # fmt: skip


def emulator(**changed: Any) -> Emulator:
    return Emulator.model_validate(content() | changed, strict=False)
