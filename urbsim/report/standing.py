"""What the numbers behind runs rest on: priors, the fit, or a fit that was left. Page and terminal say it alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from urbsim.report.texts import say
from urbsim.results.fit_stamp import FITTED, OFF_THE_FIT, PRIORS, REASONS

REASONS_SHOWN = 3


@dataclass(frozen=True)
class Standing:
    """status: `priors`, `off the fit` or `fitted`, the weakest that any run has; why: what puts runs off the fit;
    protocols: (name, version, first characters of its digest) of the fits; None in runs that do not say."""

    status: str
    why: tuple[str, ...] = ()
    protocols: tuple[tuple[str, int, str], ...] = ()


def standing(stamps: Iterable[Mapping[str, Any]]) -> Standing:
    """The standing of runs together. stamps: `fit` of run.yaml (`urbsim.results.fit_stamp`), at least one."""
    stamps = list(stamps)
    found = {str(stamp.get("status", PRIORS)) for stamp in stamps}
    status = next(kind for kind in (PRIORS, OFF_THE_FIT, FITTED) if kind in found)
    why = dict.fromkeys(str(reason) for stamp in stamps for reason in stamp.get("why") or ())
    protocols = dict.fromkeys(
        (str(of["name"]), int(of["version"]), str(of["digest"])[:8])
        for stamp in stamps
        if (of := stamp.get("protocol"))
    )
    return Standing(status, tuple(why), tuple(protocols))


def banner(found: Standing, lang: str) -> str:
    """What stands above everything where results are no forecast of the fitted model; empty for fitted ones."""
    if found.status == PRIORS:
        return say("standing_priors", lang)
    if found.status == OFF_THE_FIT:
        return say("standing_off", lang, why=_reasons(found, lang))
    return ""


def line(found: Standing, lang: str) -> str:
    """One sentence on what the numbers rest on, and how far that has been tested."""
    if found.status != FITTED:
        return banner(found, lang)
    named = [say("standing_protocol", lang, name=n, version=v, digest=d) for n, v, d in found.protocols]
    return say("standing_fitted", lang, protocols=_joined(named, lang))


def _joined(parts: Iterable[str], lang: str) -> str:
    return ("; " if lang == "en" else "；").join(parts)


def _reasons(found: Standing, lang: str) -> str:
    """The first reasons in words, and how many more there are."""
    more = len(found.why) - REASONS_SHOWN
    first = (reason(one, lang) for one in found.why[:REASONS_SHOWN])
    return _joined(first, lang) + (say("standing_more", lang, n=more) if more > 0 else "")


def reason(why: str, lang: str) -> str:
    """A reason of run.yaml in a language; in its own words where another version wrote it."""
    for kind, text in REASONS.items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text))
        if match := re.fullmatch(pattern, why):
            return say(f"standing_why_{kind}", lang, **match.groupdict())
    return why
