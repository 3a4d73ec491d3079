"""The section of sliders: what emulators beside the runs say, worked out by the browser, with their errors."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from urbsim import emulator as package
from urbsim.emulator import model
from urbsim.emulator.model import Emulator, Outcome
from urbsim.errors import InputError, Problem
from urbsim.facts.indicators import INDICATORS
from urbsim.report import wording
from urbsim.report.tables import Table
from urbsim.report.texts import TEXTS, say

_YUAN = "fiscal_cost_yuan"
_OF_PAGE = (
    "emulated", "exact_all", "exact_one", "range", "adds", "error", "error_at_full_size", "instead", "chance",
    "met", "missed", "at_plan", "at_nothing", "at_most", "times", "times_mean", "units", "levers_of", "there",
    "not_there", "conditions", "conditions_reset", "as_scenario", "off_the_fit",
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """How a figure is written: times factor, digits after the point (-2 rounds to hundreds), then unit."""

    factor: float
    digits: int
    unit: str

    def text(self, value: float) -> str:
        """A value so written."""
        return wording.rounded(value * self.factor, self.digits) + self.unit

    def plain(self) -> dict[str, Any]:
        """For the script."""
        return vars(self)


def form_of(indicator: str, lang: str) -> Form:
    """Of levels of an indicator."""
    if indicator == _YUAN:
        unit = say("unit_much_money", lang)
        return Form(1e-6, 0, f" {unit}") if lang == "en" else Form(1e-8, 1, unit)
    if INDICATORS[indicator].kind == "rate":
        return Form(100, 1, "%")
    return Form(1, -2, "") if lang == "en" else Form(1e-4, 2, "万")


def form_of_change(indicator: str, lang: str) -> Form:
    """Of differences of an indicator."""
    if INDICATORS[indicator].kind == "rate":
        return Form(100, 3, say("slider_points", lang))
    return form_of(indicator, lang)


def words(emulator: Emulator, lang: str) -> dict[str, Any]:
    """Everything the script says in a language."""
    goals = {}
    for outcome in emulator.outcomes:
        for goal in outcome.goals:
            key = "slider_goal_least" if goal.sign > 0 else "slider_goal_most"
            goals[goal.id] = say(key, lang, level=_level(outcome, goal.level, lang))
    return {
        "lang": lang,
        **{key: say_raw(f"slider_{key}", lang) for key in _OF_PAGE},
        "names": {each.id: _name(each, lang) for each in emulator.outcomes},
        "goals": goals,
        "forms": {
            each.id: {
                **form_of(each.indicator, lang).plain(),
                "added": form_of_change(each.indicator, lang).plain(),
            }
            for each in emulator.outcomes
        },
    }


def say_raw(key: str, lang: str) -> str:
    """A text that the script fills."""
    return TEXTS[key][lang]


def _level(outcome: Outcome, level: float, lang: str) -> str:
    if INDICATORS[outcome.indicator].kind == "rate":
        return wording.threshold_percent(level)
    form = form_of(outcome.indicator, lang)
    return wording.shortest(level * form.factor) + form.unit


def _name(outcome: Outcome, lang: str) -> str:
    """The title of its target, else the name of the indicator."""
    named = outcome.goals[0].title if outcome.goals else outcome.name
    return named.en if lang == "en" else named.zh


@dataclass(frozen=True)
class Shown:
    """An emulator on a page. where: number of its place, by which the script finds it."""

    where: str
    emulator: Emulator

    def for_template(self, lang: str, warning: str = "") -> dict[str, Any]:
        """What the template needs for a language."""
        title = self.emulator.title.en if lang == "en" else self.emulator.title.zh
        return {
            "where": self.where,
            "lang": lang,
            "intro": say("slider_intro", lang, title=title, runs=f"{self.emulator.origin.runs:,}"),
            "errors": errors_table(self.emulator, lang),
            "errors_note": errors_note(self.emulator, lang),
            "warning": warning,
        }


def errors_table(emulator: Emulator, lang: str) -> Table:
    """A row for each figure: how far what is emulated was from what was run."""
    full = emulator.full
    head = ["of", "mean", "largest", "run", "probability", *(["full"] if full else [])]
    rows = []
    for outcome in emulator.outcomes:
        errors, form = outcome.errors, form_of_change(outcome.indicator, lang)
        chance = max(errors.probability.values(), default=None)
        rows.append(
            [
                _name(outcome, lang),
                form.text(errors.mean),
                form.text(errors.largest),
                form.text(errors.run),
                say("unset", lang) if chance is None else wording.rounded(100 * chance, 0),
                *([form.text(full.mean[outcome.id])] if full else []),
            ]
        )
    return Table(say("slider_errors", lang), [say(f"slider_error_{key}", lang) for key in head], rows)


def errors_note(emulator: Emulator, lang: str) -> str:
    """What the errors are over."""
    full = emulator.full
    return say(
        "slider_errors_note",
        lang,
        worlds=max(outcome.errors.worlds for outcome in emulator.outcomes),
        draws=len(emulator.draws),
        scale=wording.threshold_percent(emulator.origin.scale),
        full=say("slider_full", lang, n=full.settings) if full else say("slider_full_none", lang),
    )


def found(given: Iterable[Path], named: Path | None) -> list[Shown]:
    """The emulators beside the runs, and the one that is named. Raises InputError."""
    files = [*model.beside(given), *([named] if named else [])]
    emulators, problems = [], []
    for file in dict.fromkeys(path.resolve() for path in files):
        try:
            emulators.append(model.read(file))
        except InputError as error:
            problems += error.problems
    problems += [
        Problem("an emulator speaks of an indicator that is not known", key=each.indicator)
        for emulator in emulators
        for each in emulator.outcomes
        if each.indicator not in INDICATORS
    ]
    if problems:
        raise InputError(problems)
    return [Shown(str(k), each) for k, each in enumerate(emulators, start=1)]


def warning(shown: Shown, runs: Sequence[tuple[int, Mapping[str, Any]]], lang: str) -> str:
    """What does not go together with the runs of the page, of draw and digests each; empty where all does."""
    from urbsim.emulator.origin import other_than  # which needs SciPy, for pages with sliders alone

    other = {name for draw, digests in runs for name in other_than(shown.emulator, draw, digests)}
    order = [name for name in ("code", "facts", "libraries", "parameters") if name in other]
    if not order:
        draws = {draw for draw, _ in runs}
        apart = len(draws) > 1 and draws != set(shown.emulator.draws[1:])
        return say("slider_other_draws", lang) if apart else ""
    what = (", " if lang == "en" else "、").join(say(f"slider_other_{name}", lang) for name in order)
    return say("slider_other", lang, what=what)


def data(shown: Sequence[Shown], languages: Sequence[str]) -> Markup:
    """Emulators and words as the script reads them."""
    spoken = {each.where: {lang: words(each.emulator, lang) for lang in languages} for each in shown}
    blocks = {f"emulator-{each.where}": each.emulator.plain() for each in shown} | {"slider-words": spoken}
    return Markup("").join(block(name, content) for name, content in blocks.items())


def block(name: str, content: Any) -> Markup:
    """JSON in the page, out of which no markup can break."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup('<script type="application/json" id="{}">{}</script>\n').format(name, Markup(text))


@functools.cache
def asset(name: str) -> str:
    """A script or style sheet of the emulator's package."""
    return (Path(package.__file__).parent / name).read_text(encoding="utf-8")


def script(starts: bool = True) -> str:
    """The emulator in JavaScript, and its sliders. starts: whether they are there at once."""
    parts = [asset("emulator.js"), asset("sliders.js"), *(["urbsimSliders.start(null);\n"] if starts else [])]
    return "\n".join(parts)
