"""From the runs of a training to the emulator: what each setting added, the regression, and how far off it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from urbsim.batch.status import standing
from urbsim.emulator import model
from urbsim.emulator.answer import Setting, answer, share_met
from urbsim.emulator.origin import origin_of
from urbsim.errors import RunError
from urbsim.explore.plan import Training
from urbsim.explore.regression import Columns, Fitted, fitted
from urbsim.explore.sliders import LARGEST, Sliders
from urbsim.report.texts import indicator_name
from urbsim.scenario.measures import PROGRAMMES
from urbsim.scenario.schema import Scenario
from urbsim.seek.question import Goal, goals_in

YUAN = "fiscal_cost_yuan"
_FIGURES = 8  # of a number in the file: more than the runs know

Figures = Mapping[Setting, np.ndarray]
"""(draws, seeds) of each setting, NaN where it was not run."""


def outcomes_of(scenario: Scenario) -> dict[str, str]:
    """Targets that the runs reach and public money, with the indicator of each."""
    reached = {target.id: target.indicator for target in scenario.judged_by if target.to <= scenario.until}
    return {**reached, YUAN: YUAN}


def seen(plan: Training, folder: Path) -> Mapping[str, Figures]:
    """The figures of all runs of a plan by outcome. Raises RunError where one is not there or lacks a figure."""
    outcomes = outcomes_of(plan.variations[0].scenario)
    found: dict[tuple[str, int, int], dict[str, float]] = {}
    for member in plan.members():
        here = standing(member, folder)
        if here.summary is None:
            raise RunError(f"{member.label}: its run is {here.state}")
        values = {entry["id"]: entry["value"] for entry in here.summary["targets"]}
        values[YUAN] = here.summary["fiscal_cost_yuan"]["additional"]
        lacks = [name for name in outcomes if values.get(name) is None]
        if lacks:
            raise RunError(f"{member.label}: it has no figure of {', '.join(lacks)}")
        found[member.scenario.name, member.draw, member.seed] = values
    shape = (len(plan.draws), len(plan.seeds))
    figures = {name: {each: np.full(shape, np.nan) for each in plan.worlds} for name in outcomes}
    for i, draw in enumerate(plan.draws):
        for j, seed in enumerate(plan.seeds):
            for each in plan.settings_of(draw, seed):
                values = found[plan.worlds[each].scenario.name, draw, seed]
                for name in outcomes:
                    figures[name][each][i, j] = values[name]
    return figures


def trained(
    sliders: Sliders, plan: Training, known: Mapping[str, Figures], draws_from: str
) -> model.Emulator:
    """The emulator of a plan. known: figures of its runs; draws_from: as verdicts.json says it."""
    scenario = sliders.scenario
    levers, conditions = sliders.lever_models(), sliders.condition_models(plan.draws)
    columns = Columns(levers, conditions, len(sliders.programmes))
    goals = goals_in((), scenario, [])
    outcomes = [
        _outcome(
            name,
            indicator,
            columns,
            _regression(columns, plan, known[name]),
            known[name][plan.nothing],
            [goal for goal in goals if goal.target.id == name],
        )
        for name, indicator in outcomes_of(scenario).items()
    ]
    made = model.Emulator(
        form=model.FORM,
        scenario=scenario.name,
        title=model.Named(en=scenario.title.en, zh=scenario.title.zh),
        until=scenario.until,
        largest=LARGEST,
        programmes=tuple(model.Named(**PROGRAMMES[letter]) for letter in sliders.programmes),
        levers=levers,
        conditions=conditions,
        draws=plan.draws,
        outcomes=tuple(outcomes),
        full=None,
        origin=origin_of(scenario, plan.draws, plan.scale, plan.seeds, len(plan), draws_from),
    )
    judged = tuple(_judged(made, each, plan, known[each.id]) for each in made.outcomes)
    return made.model_copy(update={"outcomes": judged})


def _regression(columns: Columns, plan: Training, figures: Figures) -> Fitted:
    rows, values, draws = [], [], []
    for i, draw in enumerate(plan.draws):
        for j, seed in enumerate(plan.seeds):
            base = figures[plan.nothing][i, j]
            for each in plan.of_run[draw, seed]:
                rows.append(columns.of(each, i))
                values.append(figures[each][i, j] - base)
                draws.append(i)
    return fitted(np.array(rows), columns.groups, columns.parts, np.array(values), np.array(draws))


def _outcome(
    name: str, indicator: str, columns: Columns, found: Fitted, base: np.ndarray, goals: Sequence[Goal]
) -> model.Outcome:
    weights = list(map(_short, found.weights.tolist()))
    sliders = len(columns.levers) + len(columns.conditions)
    slopes = tuple(model.Slopes(first=weights[2 * k], bend=weights[2 * k + 1]) for k in range(sliders))
    return model.Outcome(
        id=name,
        indicator=indicator,
        name=model.Named(en=indicator_name(indicator, "en"), zh=indicator_name(indicator, "zh")),
        base=tuple(map(_short, base.mean(axis=1).tolist())),
        levers=slopes[: len(columns.levers)],
        conditions=slopes[len(columns.levers) :],
        together=tuple(weights[2 * sliders :]),
        factors=tuple(tuple(map(_short, each)) for each in found.factors.tolist()),
        goals=tuple(
            model.Goal(
                id=goal.id,
                title=model.Named(en=goal.target.title.en, zh=goal.target.title.zh),
                strict=goal.strict,
                level=goal.level,
                sign=goal.sign,
            )
            for goal in goals
        ),
        errors=model.Errors(
            run=_short(_root_mean_square(found.left_out)), worlds=0, mean=0.0, largest=0.0, probability={}
        ),
    )


def _judged(
    emulator: model.Emulator, outcome: model.Outcome, plan: Training, figures: Figures
) -> model.Outcome:
    """The outcome with its errors in the settings that were kept out."""
    base, off = figures[plan.nothing].mean(axis=1), []
    probabilities: dict[str, list[float]] = {goal.id: [0.0] for goal in outcome.goals}
    for each in plan.kept_out:
        said, exact = answer(emulator, each)[outcome.id], figures[each].mean(axis=1)
        off.append(said.added - float((exact - base)[1:].mean()))
        for goal in outcome.goals:
            probabilities[goal.id].append(said.probability[goal.id] - share_met(goal, exact[1:].tolist()))
    errors = outcome.errors.model_copy(
        update={
            "worlds": len(off),
            "mean": _short(_root_mean_square(off)),
            "largest": _short(max(map(abs, off), default=0.0)),
            "probability": {name: _short(max(map(abs, each))) for name, each in probabilities.items()},
        }
    )
    return outcome.model_copy(update={"errors": errors})


def at_full_size(emulator: model.Emulator, plan: Training, known: Mapping[str, Figures]) -> model.Emulator:
    """The emulator with what full-size runs of the central draw say of it. plan, known: these runs."""
    mean, largest = {}, {}
    for outcome in emulator.outcomes:
        figures = known[outcome.id]
        off = [
            answer(emulator, each)[outcome.id].central_added
            - float((figures[each] - figures[plan.nothing])[0].mean())
            for each in plan.kept_out
        ]
        mean[outcome.id], largest[outcome.id] = _short(_root_mean_square(off)), _short(max(map(abs, off)))
    full = model.FullSize(settings=len(plan.kept_out), mean=mean, largest=largest)
    return emulator.model_copy(update={"full": full})


def _root_mean_square(values: Sequence[float] | np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values)))) if len(values) else 0.0


def _short(value: float) -> float:
    return float(f"{value:.{_FIGURES}g}")
