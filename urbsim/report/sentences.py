"""The verdict on a target as a person would say it."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbsim.facts.indicators import decimals
from urbsim.limits import PROBABILITY_NEEDS
from urbsim.report import accounts, sample, wording
from urbsim.report.folders import Run, Scenario
from urbsim.report.texts import indicator_name, say

JOBS = "new_urban_jobs"


@dataclass(frozen=True)
class Verdict:
    """target: its id; name: what it asks for; state: met, likely, unlikely, missed, or none where nobody can say;
    badge: that in words; rules: (rule, state, word) of its readings, as "about" and strictly."""

    target: str
    name: str
    state: str
    badge: str
    sentence: str
    rules: tuple[tuple[str, str, str], ...]


LIKELIHOODS = ((0.95, "met"), (0.5, "likely"), (0.05, "unlikely"), (-1.0, "missed"))
"""Least share of draws that meet a target, and the state it has then."""


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
    if places := decimals(indicator):
        return wording.rounded(value, places)
    number = wording.about_count(value, lang)
    return number if lang == "en" else number + say(f"unit_{accounts.unit_of(indicator)}", lang)


def _state(met: bool | None, strict: bool | None) -> str:
    if met is None:
        return "none"
    return ("met" if strict else "about") if met else "missed"


def _readings(target: dict[str, Any], lang: str) -> list[tuple[str, str]]:
    """How a target can be read: `met` with its tolerance, where it has one, and `met_strict`; each with its rule."""
    most = "" if target["operator"] == ">=" else "_most"
    limit = target["threshold"] - _short_side(target) * target["tolerance"]
    threshold = _threshold(target["threshold"], target, lang)
    strict = ("met_strict", say("rule_strict" + most, lang, threshold=threshold))
    if not target["tolerance"]:
        return [strict]
    text = say("rule_about" + most, lang, threshold=threshold, limit=_threshold(limit, target, lang))
    return [("met", text), strict]


def short_name(target: dict[str, Any], lang: str) -> str:
    """What a target is about, for the head of a column: `57% urban`, `900,000 new urban jobs`."""
    threshold = _threshold(target["threshold"], target, lang)
    if target["indicator"] == "urbanisation_rate":
        return say("name_urban_short", lang, threshold=threshold)
    name = indicator_name(target["indicator"], lang)
    return say("name_short", lang, threshold=threshold, name=_inside(name, lang))


def subject(target: dict[str, Any], lang: str) -> str:
    """What a target is about, inside a sentence: `the urban share`, `new urban jobs`."""
    if target["indicator"] == "urbanisation_rate":
        return say("subject_urban", lang)
    return _inside(indicator_name(target["indicator"], lang), lang)


def name_of(target: dict[str, Any], lang: str) -> str:
    """What a target asks for, with the time: `About 57% of residents urban at the end of 2023`."""
    threshold = _threshold(target["threshold"], target, lang)
    about = "about" if target["tolerance"] else "least" if target["operator"] == ">=" else "most"
    kind = "urban" if target["indicator"] == "urbanisation_rate" else "other"
    return say(
        f"name_{kind}",
        lang,
        threshold=say(f"threshold_{about}", lang, threshold=threshold),
        when=wording.period(target["from"], target["to"], target["aggregate"], lang),
        name=_inside(indicator_name(target["indicator"], lang), lang),
    )


def _inside(name: str, lang: str) -> str:
    """A name inside a sentence."""
    return name[0].lower() + name[1:] if lang == "en" else name


def residents(run: Run, target: dict[str, Any]) -> float:
    """Residents of the target's place in its last month; NaN if the run lacks them."""
    months = accounts.month_names(run.months)
    if target["to"] not in months:
        return math.nan
    return float(run.values("resident_population", target["place"])[months.index(target["to"])])


def verdicts(scenario: Scenario, lang: str) -> list[Verdict]:
    """One verdict for each target of the scenario's shown run, over all its runs."""
    return [_verdict(scenario, target, lang) for target in scenario.shown.summary["targets"]]


def judged_by(scenario: Scenario, target: str) -> list[tuple[Run, dict[str, Any]]]:
    """The runs of the sample that give a value of the target with that id, and what each says of it."""
    return [
        (run, own)
        for run in sample.runs_of(scenario)
        for own in run.summary["targets"]
        if own["id"] == target and own["value"] is not None
    ]


def _verdict(scenario: Scenario, target: dict[str, Any], lang: str) -> Verdict:
    verdict = functools.partial(Verdict, target["id"], name_of(target, lang))
    judged = judged_by(scenario, target["id"])
    if target["value"] is None or not judged:
        return verdict("none", say("verdict_none", lang), _no_value(target, lang), ())
    if len(judged) == 1:
        ((run, own),) = judged
        state = _state(own["met"], own["met_strict"])
        said = _one_run(run, own, state, lang) + _at_other_coverage(run, own, lang)
        rules = []
        for reading, rule in _readings(own, lang):
            of_rule = "met" if own[reading] else "missed"
            rules.append((rule, of_rule, say(f"verdict_{of_rule}", lang)))
        return verdict("none", say(f"badge_{state}", lang), said, tuple(rules))
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
        gap=_gap(value, target, residents(run, target), lang),
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
    verdict = functools.partial(Verdict, target["id"], name_of(target, lang))
    value = float(np.median([own["value"] for _, own in judged]))
    common = {
        "what": _what(value, target, lang),
        "gap": _gap(value, target, float(np.median([residents(run, target) for run, _ in judged])), lang),
        "side": _side(value, target, lang),
        "threshold": _threshold(target["threshold"], target, lang),
        "n": len(judged),
        "needed": PROBABILITY_NEEDS,
    }
    draws = {run.draw for run, _ in judged}
    if len(draws) == 1:
        sentence = say("sentence_one_draw", lang, **common)
        return verdict("none", say("one_draw", lang), sentence, ())
    readings = _readings(target, lang)
    odds = [chance_of({run.key: bool(own[reading]) for run, own in judged}) for reading, _ in readings]
    known = [chance for chance in odds if chance is not None]
    if not known:
        met, strict = (sum(bool(own[reading]) for _, own in judged) for reading in ("met", "met_strict"))
        sentence = say("sentence_some_runs", lang, met=met, strict=strict, draws=len(draws), **common)
        return verdict("none", say("few_draws", lang), sentence, ())
    states = [next(state for least, state in LIKELIHOODS if chance >= least) for chance in known]
    rules = (
        ()
        if len(known) == 1
        else tuple(
            (
                rule,
                state,
                say("rule_chance", lang, chance=round(100 * chance), word=say(f"chance_{state}", lang)),
            )
            for (_, rule), state, chance in zip(readings, states, known, strict=True)
        )
    )
    word = say(f"chance_{states[0]}", lang)
    key = "sentence_probability" if len(known) == 1 else "sentence_probabilities"
    sentence = say(
        key, lang, word=word, chance=round(100 * known[0]), strict=round(100 * known[-1]),
        **_nine_tenths(judged, target, lang), **common,
    )  # fmt: skip
    return verdict(states[0], word, sentence, rules)


def _nine_tenths(
    judged: list[tuple[Run, dict[str, Any]]], target: dict[str, Any], lang: str
) -> dict[str, str]:
    """5% and 95% of the values, in words."""
    low, high = np.quantile([other["value"] for _, other in judged], (0.05, 0.95)).tolist()

    def said(value: float) -> str:
        return (
            wording.percent(value)
            if _is_share(target["indicator"])
            else _about(value, target["indicator"], lang)
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
