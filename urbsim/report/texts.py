"""The report's texts in English and Chinese, looked up by key: sentences, and names of indicators and settings.

The sentences stand in `urbsim.report.words`, names of levers in `urbsim.scenario.catalogue`. Texts are filled with
`str.format`. Chinese follows the usage of the provincial statistics bureau.
"""

from __future__ import annotations

from urbsim.facts import gazetteer
from urbsim.report.words import (
    ages,
    answers,
    because,
    components,
    effects,
    flows,
    found,
    frame,
    hinges,
    indicators,
    jobs,
    money,
    path,
    places,
    runs,
    series,
    services,
    settings,
    sliders,
    standing,
    trust,
    verdict,
)
from urbsim.report.words.indicators import INDICATORS
from urbsim.report.words.settings import RAILWAY_LINES, SETTING_PARTS, SETTING_VALUES, SETTINGS
from urbsim.scenario.catalogue import CATALOGUE

LANGUAGES = ("zh", "en")

SECTIONS = (
    frame, verdict, answers, effects, path, components, jobs, services, money, series, because, places, flows, ages,
    indicators, settings, found, hinges, sliders, standing, trust, runs,
)  # fmt: skip
"""Files of sentences, in the order of the page."""

TEXTS: dict[str, dict[str, str]] = {key: pair for section in SECTIONS for key, pair in section.TEXTS.items()}


def say(key: str, lang: str, **values: object) -> str:
    """The text of that key, filled."""
    return TEXTS[key][lang].format(**values)


def indicator_name(name: str, lang: str) -> str:
    """An indicator's name for people; its code where the catalogue does not know it."""
    return INDICATORS.get(name, {}).get(lang, name)


def setting_name(path: str, lang: str) -> str:
    """A setting's name for people; its path where the catalogue does not know it."""
    part, _, lever = path.partition(".")
    if part in ("levers", "committed") and lever in CATALOGUE:
        name = CATALOGUE[lever].name_and_unit(lang)
        return name if part == "levers" else say("committed_lever", lang, name=name)
    return SETTINGS.get(path, {}).get(lang, path)


def measure_name(lever: str, lang: str) -> str:
    """A measure's name without the unit that its size stands in: for tables that count people."""
    known = CATALOGUE.get(lever)
    return known.name(lang) if known else f"levers.{lever}"


def _item_name(path: str, key: str, lang: str) -> str:
    """The name of an entry of a setting: of a railway line, a travel circle or a place; the entry itself of others."""
    lever = path.partition(".")[2]
    if lever == "transport.openings":
        return RAILWAY_LINES.get(key, {}).get(lang, key)
    if lever == "transport.circles":
        return gazetteer.travel_circle_names().get(key, {}).get(lang, key)
    return key


def setting_value(path: str, value: object, lang: str) -> str:
    """A setting's value for people; the value itself where the catalogue has no words for it."""
    if value is None:
        unset = "no_lever" if path.partition(".")[0] in ("levers", "committed") else "unset"
        return SETTING_VALUES.get(path, {}).get("", TEXTS[unset])[lang]
    if isinstance(value, list):
        return ("; " if lang == "en" else "；").join(setting_value(path, item, lang) for item in value)
    if isinstance(value, dict):
        parts = [
            SETTING_PARTS[key][lang].format(value=setting_value(key, inner, lang))
            if key in SETTING_PARTS
            else f"{_item_name(path, key, lang)} {setting_value(key, inner, lang)}"
            for key, inner in value.items()
        ]
        run_on = "value" in value or "mobility" in value  # a sentence's words, not items of a list
        return ({"en": " ", "zh": ""} if run_on else {"en": ", ", "zh": "，"})[lang].join(parts)
    if path.endswith("_per_year") and isinstance(value, int | float):
        return f"{100 * value:+.4g}%".replace("-", "−")
    if path == "awareness" and isinstance(value, int | float):
        return f"{100 * value:.4g}%"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.10g}".replace("-", "−")
    return SETTING_VALUES.get(path, {}).get(str(value), {}).get(lang, str(value))
