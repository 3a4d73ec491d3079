"""The verdict on a target as a person would say it."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbsim.facts.indicators import decimals
from urbsim.report import accounts, wording
from urbsim.report.folders import Run, Scenario
from urbsim.report.texts import indicator_name, say
from urbsim.results.targets import PROBABILITY_NEEDS

JOBS = "new_urban_jobs"


@dataclass(frozen=True)
class Verdict:
    """state: met, about, missed or none; rules: (rule, state) of the two readings of a target."""

    target: str
    state: str
    badge: str
    sentence: str
    rules: tuple[tuple[str, str, str], ...]


def _is_share(indicator: str) -> bool:
    return indicator.endswith("_rate")


def _short_side(target: dict[str, Any]) -> int:
    """+1 when more is better."""
    return 1 if target["operator"] == ">=" else -1


def _near_a_limit(value: float, target: dict[str, Any]) -> bool:
    """Whether one decimal would blur on which side of a limit a share lies."""
    limit = target["threshold"] - _short_side(target) * target["tolerance"]
    return any(0 < abs(value - edge) < 0.0005 for edge in (target["threshold"], limit))


def _what(value: float, target: dict[str, Any], lang: str) -> str:
    when = wording.period(target["from"], target["to"], target["aggregate"], lang)
    indicator = target["indicator"]
    if not _is_share(indicator):
        name = indicator_name(indicator, lang)
        name = name[0].lower() + name[1:] if lang == "en" else name
        return say("what_other", lang, value=_about(value, indicator, lang), name=name, when=when)
    text = wording.percent(value, 2 if _near_a_limit(value, target) else 1)
    if indicator == "urbanisation_rate":
        return say("what_urban", lang, value=text, when=when)
    return say("what_share", lang, value=text, when=when, name=indicator_name(indicator, lang))


def _gap(value: float, target: dict[str, Any], residents: float, lang: str) -> str:
    gap = abs(value - target["threshold"])
    if not _is_share(target["indicator"]):
        return say("gap_count", lang, people=_about(gap, target["indicator"], lang))
    decimals = 2 if _near_a_limit(value, target) else 1
    if target["indicator"] == "urbanisation_rate" and math.isfinite(residents):
        people = wording.about_people(gap * residents, lang)
        return say("gap_share", lang, points=wording.points(gap, decimals), people=people)
    return say("gap_points", lang, points=wording.points(gap, decimals))


def _side(value: float, target: dict[str, Any], lang: str) -> str:
    side = "above" if value > target["threshold"] else "short" if target["operator"] == ">=" else "below"
    return say(f"side_{side}" + ("" if _is_share(target["indicator"]) else "_count"), lang)


def _threshold(value: float, target: dict[str, Any], lang: str) -> str:
    if _is_share(target["indicator"]):
        return wording.threshold_percent(value)
    return _about(value, target["indicator"], lang)


def _about(value: float, indicator: str, lang: str) -> str:
    """A count to say aloud, or a ratio."""
    places = decimals(indicator)
    return wording.rounded(value, places) if places else wording.about_people(value, lang)


def _state(met: bool | None, strict: bool | None) -> str:
    if met is None:
        return "none"
    return ("met" if strict else "about") if met else "missed"


def _rules(target: dict[str, Any], met: bool, strict: bool, lang: str) -> tuple[tuple[str, str, str], ...]:
    most = "" if target["operator"] == ">=" else "_most"
    limit = target["threshold"] - _short_side(target) * target["tolerance"]
    threshold = _threshold(target["threshold"], target, lang)
    rules = []
    if target["tolerance"]:
        text = say("rule_about" + most, lang, threshold=threshold, limit=_threshold(limit, target, lang))
        rules.append((text, met))
    rules.append((say("rule_strict" + most, lang, threshold=threshold), strict))
    states = ["met" if passed else "missed" for _, passed in rules]
    return tuple(
        (text, state, say(f"verdict_{state}", lang)) for (text, _), state in zip(rules, states, strict=True)
    )


def _residents(run: Run, target: dict[str, Any]) -> float:
    """Residents of the target's place in its last month; NaN if the run lacks them."""
    months = [f"{month:%Y-%m}" for month in run.months]
    if target["to"] not in months:
        return math.nan
    return float(run.values("resident_population", target["place"])[months.index(target["to"])])


def verdicts(scenario: Scenario, lang: str) -> list[Verdict]:
    """One verdict for each target of the scenario's shown run, over all its runs."""
    return [_verdict(scenario, target, lang) for target in scenario.shown.summary["targets"]]


def _verdict(scenario: Scenario, target: dict[str, Any], lang: str) -> Verdict:
    if target["value"] is None:
        return Verdict(target["id"], "none", say("verdict_none", lang), _no_value(target, lang), ())
    judged = [
        (run, other)
        for run in scenario.runs
        for other in run.summary["targets"]
        if other["id"] == target["id"] and other["value"] is not None
    ]
    if len(judged) == 1:
        state = _state(target["met"], target["met_strict"])
        return Verdict(
            target["id"],
            state,
            say(f"verdict_{state}", lang),
            _one_run(scenario.shown, target, state, lang) + _at_other_coverage(scenario.shown, target, lang),
            _rules(target, bool(target["met"]), bool(target["met_strict"]), lang),
        )
    return _many_runs(judged, target, lang)


def _no_value(target: dict[str, Any], lang: str) -> str:
    name = indicator_name(target["indicator"], lang)
    when = wording.period(target["from"], target["to"], target["aggregate"], lang)
    return say("not_covered", lang, name=name, when=when)


def _one_run(run: Run, target: dict[str, Any], state: str, lang: str) -> str:
    value = float(target["value"])
    key = "sentence_exact" if value == target["threshold"] else f"sentence_{state}"
    return say(
        key,
        lang,
        what=_what(value, target, lang),
        gap=_gap(value, target, _residents(run, target), lang),
        side=_side(value, target, lang),
        threshold=_threshold(target["threshold"], target, lang),
    )


def _at_other_coverage(run: Run, target: dict[str, Any], lang: str) -> str:
    """What the count of new urban jobs would be at both ends of the coverage believed; empty for other targets."""
    believed = accounts.coverage(run)
    if target["indicator"] != JOBS or target["aggregate"] != "sum" or believed is None:
        return ""
    ends = {end: accounts.jobs_at(run, target, believed[end]) for end in ("low", "high")}
    if not all(map(math.isfinite, ends.values())):
        return ""
    said = {}
    for end, value in ends.items():
        met = _short_side(target) * (value - target["threshold"]) >= -target["tolerance"]
        said[end] = wording.about_people(value, lang)
        said[f"{end}_state"] = say("coverage_met" if met else "coverage_missed", lang)
    return say("coverage", lang, **said)


def _many_runs(judged: list[tuple[Run, dict[str, Any]]], target: dict[str, Any], lang: str) -> Verdict:
    value = float(np.median([other["value"] for _, other in judged]))
    common = {
        "what": _what(value, target, lang),
        "gap": _gap(value, target, float(np.median([_residents(run, target) for run, _ in judged])), lang),
        "side": _side(value, target, lang),
        "threshold": _threshold(target["threshold"], target, lang),
    }
    exchangeable = [pair for pair in judged if pair[0].draw > 0]  # draw 0 is the central one, not a sample
    draws = {run.draw for run, _ in exchangeable}
    if len({run.draw for run, _ in judged}) == 1:
        sentence = say("sentence_one_draw", lang, n=len(judged), needed=PROBABILITY_NEEDS, **common)
        return Verdict(target["id"], "none", say("one_draw", lang), sentence, ())
    chance, strict_chance = (
        chance_of({run.key: bool(other[reading]) for run, other in judged})
        for reading in ("met", "met_strict")
    )
    if chance is None or strict_chance is None:
        met = [bool(other["met"]) for _, other in judged]
        strict = [bool(other["met_strict"]) for _, other in judged]
        sentence = say(
            "sentence_some_runs", lang, met=sum(met), strict=sum(strict), n=len(judged),
            needed=PROBABILITY_NEEDS,
            draws=len(draws), **common,
        )  # fmt: skip
        state = "about" if any(met) and not all(strict) else "met" if all(strict) else "missed"
        badge = f"{sum(met)}/{len(judged)}"
        return Verdict(target["id"], state, badge, sentence, ())
    words = ((0.95, "surely_met"), (0.5, "met"), (0.05, "missed"), (-1.0, "surely_missed"))
    word = next(word for least, word in words if chance >= least)
    sentence = say(
        "sentence_probability", lang, word=say(f"chance_{word}", lang), chance=round(100 * chance),
        strict=round(100 * strict_chance), n=len(exchangeable), draws=len(draws),
        **_nine_tenths(exchangeable, target, lang), **common,
    )  # fmt: skip
    state = "met" if chance >= 0.95 else "missed" if chance < 0.05 else "about"
    return Verdict(target["id"], state, say(f"chance_{word}", lang), sentence, ())


def _nine_tenths(
    judged: list[tuple[Run, dict[str, Any]]], target: dict[str, Any], lang: str
) -> dict[str, str]:
    """5% and 95% of the values, in words."""
    low, high = np.quantile([other["value"] for _, other in judged], (0.05, 0.95)).tolist()
    said = (
        wording.percent
        if _is_share(target["indicator"])
        else functools.partial(wording.about_people, lang=lang)
    )
    return {"low": said(low), "high": said(high)}


def chance_of(met: Mapping[tuple[int, int], bool]) -> float | None:
    """Share of draws that meet a target, each draw with the same weight however many seeds it has.

    met: by draw and seed. Draw 0 is the central one and no sample. None where there are too few draws to say.
    """
    by_draw: dict[int, list[bool]] = {}
    for (draw, _), reached in met.items():
        if draw > 0:
            by_draw.setdefault(draw, []).append(reached)
    if len(by_draw) < PROBABILITY_NEEDS:
        return None
    return float(np.mean([np.mean(results) for results in by_draw.values()]))
