"""What seek.json and seek.csv hold: doses tried, the dose for each probability, the cheapest mixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from urbsim.facts.indicators import INDICATORS
from urbsim.seek.curve import Curve, share_of
from urbsim.seek.figures import Figures, used_up
from urbsim.seek.question import Goal, Question, name_of
from urbsim.seek.search import Known, MixFound, Trial

WITHOUT, MET, USED_UP, MOVES_AWAY, NOTHING, OPEN = (
    "met without it",
    "met",
    "more moves nothing",
    "moves away from it",
    "no sure effect",
    "not up to the largest dose",
)
"""What there is to say of a goal and a probability."""
CHEAPEST, TOO_DEAR, CANNOT, SHORT = (
    "cheapest mix",
    "not for the envelope",
    "not with any mix",
    "named, not confirmed",
)
_UNMET = {"will do": SHORT, "too dear": TOO_DEAR, "cannot be": CANNOT}
Plain = dict[str, Any]


def content(known: Known, found: Sequence[MixFound], scale: float, draws: int, seeds: int) -> Plain:
    """What seek.json holds, but for where draws come from. draws, seeds: how many."""
    question = known.question
    players = range(len(question.players))
    return {
        "scenario": question.scenario.name,
        "alone": question.alone,
        "players": [_player(question, player) for player in question.players],
        "probabilities": list(question.probabilities),
        "largest_multiple": question.most,
        "envelope_yuan": question.envelope,
        "scale": scale,
        "draws": draws,
        "seeds": seeds,
        "mixes_run": len(known.figures),
        "runs": len(known.figures) * draws * seeds,
        "goals": [_goal(goal) for goal in question.goals],
        "doses": [_doses(known, k, goal) for k in players for goal in question.goals],
        "mixes": [_mix(known, each) for each in found],
    }


def _player(question: Question, player: str) -> Plain:
    return {
        "player": player,
        "name": name_of(player),
        "levers": question.levers_of(player),
        "without_size": question.without_size(player),
        "without_price": question.unpriced(player),
        "units": question.units(player, 1.0),
    }


def _goal(goal: Goal) -> Plain:
    target = goal.target
    return {
        "goal": goal.id,
        "target": target.id,
        "strict": goal.strict,
        "title": {"en": target.title.en, "zh": target.title.zh},
        "indicator": target.indicator,
        "unit": INDICATORS[target.indicator].unit,
        "place": target.place,
        "operator": target.operator,
        "level": goal.level,
    }


def _doses(known: Known, k: int, goal: Goal) -> Plain:
    """One player and one goal: what each dose came to, and the dose for each probability."""
    question, curve, figures = known.question, known.curve(k, goal), known.of(k)
    player, flat, whole = question.players[k], curve.flat_from(), curve.whole
    last = curve.doses[-1]
    levers = question.levers_of(player)
    ended = question.at_their_end(player, last)
    half = max((j for j, dose in enumerate(curve.doses) if 0 < dose <= last / 2), default=None)
    spent = [] if half is None else used_up(figures[half], figures[-1], levers)
    return {
        "player": player,
        "goal": goal.id,
        "whole_effect": goal.sign * whole.value,
        "standard_error": whole.error,
        "more_moves_nothing_above": flat,
        "used_up": list(dict.fromkeys([*ended, *spent])),
        "tried": [_tried(curve, figures, j, goal) for j in range(len(curve.doses))],
        "answers": [_answer(question, player, curve, figures, p) for p in question.probabilities],
    }


def _tried(curve: Curve, figures: Sequence[Figures], j: int, goal: Goal) -> Plain:
    share, gain = curve.shares[j], curve.gain(0, j)
    return {
        "multiple": curve.doses[j],
        "probability": share.value,
        "probability_low": share.low,
        "probability_high": share.high,
        "value": _spread(figures[j].values[goal.target.id]),
        "effect": goal.sign * gain.value,
        "standard_error": gain.error,
        "yuan": _spread(figures[j].yuan),
        "yuan_of_the_dose": _spread(figures[j].yuan - figures[0].yuan),
    }


def _answer(question: Question, player: str, curve: Curve, figures: Sequence[Figures], p: float) -> Plain:
    k = curve.reached(p)
    low, high = curve.interval(p)
    found: Plain = {
        "probability": p,
        "reads": _reads(curve, k),
        "multiple": None,
        "low": low,
        "high": high,
        "missed_at": None,
        "probability_there": None,
        "units": None,
        "yuan": None,
        "yuan_of_the_dose": None,
    }
    if k is None:
        best = max(curve.shares, key=lambda share: share.value)
        return found | {"probability_there": best.value}
    return found | {
        "multiple": curve.doses[k],
        "missed_at": curve.doses[k - 1] if k else None,
        "probability_there": curve.shares[k].value,
        "units": question.units(player, curve.doses[k]),
        "yuan": _spread(figures[k].yuan),
        "yuan_of_the_dose": _spread(figures[k].yuan - figures[0].yuan),
    }


def _reads(curve: Curve, k: int | None) -> str:
    if k is not None:
        return MET if k else WITHOUT
    whole = curve.whole
    if not whole.is_sure:
        return NOTHING
    if whole.value < 0:
        return MOVES_AWAY
    return OPEN if curve.flat_from() is None else USED_UP


def _mix(known: Known, found: MixFound) -> Plain:
    """The mix for one goal and probability, as real runs have it."""
    question, answer = known.question, found.answer
    share = share_of(answer.figures.margins(found.goal) >= 0)
    multiples = dict(zip(question.players, answer.mix, strict=True))
    return {
        "goal": found.goal.id,
        "probability": found.probability,
        "reads": CHEAPEST if answer.met else _UNMET[answer.says],
        "multiples": multiples,
        "units": {player: question.units(player, multiple) for player, multiple in multiples.items()},
        "probability_there": share.value,
        "probability_low": share.low,
        "probability_high": share.high,
        "value": _spread(answer.figures.values[found.goal.target.id]),
        "yuan": _spread(answer.figures.yuan),
        "trials": [_trial(question, trial, found.goal) for trial in found.trials],
    }


def _trial(question: Question, trial: Trial, goal: Goal) -> Plain:
    """What the surface said of a mix, and what its runs came to."""
    seen = trial.figures.margins(goal).ravel()
    return {
        "multiples": dict(zip(question.players, trial.mix, strict=True)),
        "predicted_probability": float((trial.predicted >= 0).mean()),
        "confirmed_probability": float((seen >= 0).mean()),
        "predicted_value": goal.level + goal.sign * float(trial.predicted.mean()),
        "confirmed_value": goal.level + goal.sign * float(seen.mean()),
        "predicted_yuan": trial.predicted_yuan,
        "confirmed_yuan": float(trial.figures.yuan.mean()),
    }


def _spread(values: np.ndarray) -> dict[str, float]:
    """Median and the middle nine tenths over runs."""
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
    return {"median": median, "low": low, "high": high}


COLUMNS: tuple[str, ...] = (
    "kind", "goal", "probability", "player", "multiple", "low", "high", "lever", "units", "reads",
    "probability_there", "value", "yuan", "yuan_low", "yuan_high",
)  # fmt: skip


def rows_of(content: Mapping[str, Any]) -> list[Plain]:
    """Rows of seek.csv, with the columns of `COLUMNS`.

    kind: tried (a dose that was run), dose (the answer of one player), units (of a lever in it), mix (the part of a
    player in the cheapest mix).
    """
    rows: list[Plain] = []
    for entry in content["doses"]:
        same = {"goal": entry["goal"], "player": entry["player"]}
        for tried in entry["tried"]:
            rows.append(
                same
                | {"kind": "tried", "multiple": tried["multiple"]}
                | _outcome(tried, tried["probability"])
            )
        for answer in entry["answers"]:
            mine = same | {"probability": answer["probability"], "multiple": answer["multiple"]}
            said = {"kind": "dose", **{key: answer[key] for key in ("low", "high", "reads")}}
            rows.append(mine | said | _outcome(answer, answer["probability_there"]))
            for lever, units in (answer["units"] or {}).items():
                rows.append(mine | {"kind": "units", "lever": lever, "units": units})
    for mix in content["mixes"]:
        for player, multiple in mix["multiples"].items():
            line = {"kind": "mix", "player": player, "multiple": multiple}
            same = {key: mix[key] for key in ("goal", "probability", "reads")}
            rows.append(line | same | _outcome(mix, mix["probability_there"]))
    return rows


def _outcome(entry: Mapping[str, Any], probability: float | None) -> Plain:
    yuan, value = entry["yuan"] or {}, entry.get("value") or {}
    return {
        "probability_there": probability,
        "value": value.get("median"),
        "yuan": yuan.get("median"),
        "yuan_low": yuan.get("low"),
        "yuan_high": yuan.get("high"),
    }
