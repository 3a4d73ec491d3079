"""Whether the model reaches what it should: its score beside the hardest rival's, and intervals that hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from urbsim.skill.after_base import SEEN, UNSEEN
from urbsim.skill.rules import Aims
from urbsim.skill.score_rows import AFTER, DECADE, LEFT_OUT, MODEL, ROLLING, Score, hardest, summaries

FEW = 10
"""Figures below which a share inside the intervals says little."""


@dataclass(frozen=True)
class Verdict:
    """The model on one group of figures.

    rival, ratio: the hardest and the model's CRPS over its own; in_90: share inside the 90% intervals;
    coverage_met: None of too few figures to tell.
    """

    group: str
    n: int
    rival: str
    ratio: float
    in_90: float
    ratio_met: bool
    coverage_met: bool | None


def groups(rows: Sequence[Score]) -> dict[str, list[Score]]:
    """Rows by what they test, in the order of the page; groups without a figure are left out."""
    found: dict[str, list[Score]] = {"inside the decade, all origins": [r for r in rows if r.test == ROLLING]}
    for ahead in sorted({row.ahead for row in rows if row.test == ROLLING}):
        name = f"inside the decade, {ahead} year{'s' if ahead > 1 else ''} ahead"
        found[name] = [row for row in rows if row.test == ROLLING and row.ahead == ahead]
    plural = {"province": "province", "prefecture": "prefectures", "county": "counties"}
    for level in ("prefecture", "county"):
        found[f"{plural[level]}, 2010 to 2020"] = [r for r in rows if r.test == DECADE and r.level == level]
    found["prefectures left out of the fit"] = [row for row in rows if row.test == LEFT_OUT]
    for known in (SEEN, UNSEEN):
        for level, name in plural.items():
            found[f"after 2020, {name} ({known})"] = [
                row for row in rows if (row.test, row.known, row.level) == (AFTER, known, level)
            ]
    return {name: mine for name, mine in found.items() if mine}


def in_words(met: bool | None) -> str:
    """How page and command say it."""
    return "too few to tell" if met is None else "met" if met else "missed"


def verdicts(by_group: Mapping[str, Sequence[Score]], aims: Aims) -> list[Verdict]:
    """One for each group."""
    found = []
    for name, rows in by_group.items():
        scored = summaries(rows)
        rival, ours = hardest(scored), next((s for s in scored if s.forecaster == MODEL), None)
        if rival is None or rival.ratio is None or ours is None:
            continue
        low, high = aims.coverage_90
        found.append(
            Verdict(
                group=name,
                n=ours.n,
                rival=rival.forecaster,
                ratio=rival.ratio,
                in_90=ours.in_90,
                ratio_met=rival.ratio <= aims.crps_ratio,
                coverage_met=low <= ours.in_90 <= high if ours.n >= FEW else None,
            )
        )
    return found
