"""From a plan to a weighted sample of the posterior: noise, rounds of the smoother, members matched one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from urbsim.facts.parameters import climate_year
from urbsim.fit import regression, smoother, transform
from urbsim.fit.centre import SEEDS, STEPS, Centre, centre_of
from urbsim.fit.door import base_night
from urbsim.fit.errors_of_observation import Targets, covariance_of_noise, of_role
from urbsim.fit.matching import Goals, Matched, log_evidence, matched
from urbsim.fit.plan import Plan, vectors
from urbsim.fit.runs import Case

Found = dict[str, float]
Observe = Callable[[Sequence[Case], str], list[Found]]


class Observing(Protocol):
    """Whatever answers what runs say: a workshop that makes them, or a folder that holds them."""

    def observe(self, cases: Sequence[Case], called: str) -> list[Found]:
        """What the runs say, in their order; called: how messages name them."""
        ...


@dataclass(frozen=True)
class Noise:
    """(K, K) covariances of the simulator: of luck alone; of luck, climate and all parameters that are not fitted."""

    luck: np.ndarray
    all_else: np.ndarray

    def only(self, which: np.ndarray) -> Noise:
        """Of some of the figures."""
        both = np.ix_(which, which)
        return Noise(self.luck[both], self.all_else[both])


@dataclass(frozen=True)
class Round:
    """One round of runs. scores: (M, P); cases: (M,) runs; found: what they say; misfit: mean squared distance from the
    targets in units of all that they may be off, 1 where nothing is left to explain.
    """

    scores: np.ndarray
    cases: Sequence[Case]
    found: Sequence[Found]
    misfit: float


@dataclass(frozen=True)
class Posterior:
    """What a fit found.

    rounds: the first is the prior, then those of the smoother and of matching; matched: the best run of each member,
    which are weighted; groups: (M,) variants; weights: (M,), add up to 1; power: by which importance weights were
    flattened; effective: sample size before; foretold: (K,) share of the variance of changes in the last round of
    matching that sensitivities had foretold; jacobian: (K, P) these; centre: draw 0.
    """

    plan: Plan
    targets: Targets
    noise: Noise
    rounds: Sequence[Round]
    matched: Round
    groups: np.ndarray
    weights: np.ndarray
    power: float
    effective: float
    foretold: np.ndarray
    jacobian: np.ndarray
    centre: Centre

    @property
    def likeliest(self) -> int:
        """The variant that weighs most."""
        return likeliest(self.plan, self.groups, self.weights)


def runs_of(plan: Plan) -> int:
    """How many runs a fit makes."""
    of_the_centre = SEEDS * (STEPS + 1)
    rounds = plan.size.assimilations + plan.size.matchings
    return 2 * plan.size.noise_runs + plan.size.members * rounds + of_the_centre


def likeliest(plan: Plan, groups: np.ndarray, weights: np.ndarray) -> int:
    """The variant that weighs most. groups, weights: (M,) of members."""
    return int(np.argmax(np.bincount(groups, weights, len(plan.variants))))


def fit(plan: Plan, runs: Observing) -> Posterior:
    """Brings the fit up to date. Raises RunError where a run fails."""
    targets = of_role(plan.protocol, base_night(plan.protocol.forecast, plan.size.scale))
    observe = runs.observe
    noise = measured_noise(plan, targets, observe)
    rounds, scores = smoothed(plan, targets, noise, observe)
    goals = goals_of(plan, targets, noise, "matching", plan.members)
    found, last, tried = match(
        plan,
        targets,
        noise,
        goals,
        scores,
        plan.members,
        plan.size.matchings,
        observe,
        "matching",
        lambda made: sensitivities_of(plan, targets, [*rounds, *made]),
    )
    rounds += tried
    jacobian = sensitivities_of(plan, targets, rounds)
    logs = log_evidence(found.scores, found.figures, targets.values, goals.covariance, jacobian)
    weights, power = smoother.weights_of(logs, plan.recipe.least_effective)
    plain = smoother.effective(smoother.weights_of(logs, 1 / len(logs))[0])
    variant = plan.variants[likeliest(plan, plan.groups, weights)]
    centre = centre_of(plan, targets, noise.luck, jacobian, variant, observe)
    return Posterior(
        plan,
        targets,
        noise,
        tuple(rounds),
        last,
        plan.groups,
        weights,
        power,
        plain,
        found.foretold,
        jacobian,
        centre,
    )


def goals_of(
    plan: Plan,
    targets: Targets,
    noise: Noise,
    called: str,
    members: np.ndarray,
    observed: np.ndarray | None = None,
) -> Goals:
    """What members aim at: the targets, or what was `observed` (K,) in their place.

    The luck of a sample is blurred like an error, for draws are run with other seeds and scales than those of the fit.
    """
    covariance = targets.beyond_simulator + noise.luck
    normals = transform.keyed_normals(f"aims of {called}", plan.size.members, len(targets.keys))[members]
    aims = (targets.values if observed is None else observed) + normals @ smoother.root(covariance).T
    return Goals(aims, covariance, plan.prior_scores()[members])


def match(
    plan: Plan,
    targets: Targets,
    noise: Noise,
    goals: Goals,
    scores: np.ndarray,
    members: np.ndarray,
    matchings: int,
    observe: Observe,
    called: str,
    sensitivities: Callable[[Sequence[Round]], np.ndarray],
) -> tuple[Matched, Round, list[Round]]:
    """Members matched to their goals, the round of their best runs, and all rounds made (ODD equation U8).

    scores: (M, P) where they begin; members: (M,) which of the plan's they are; sensitivities: (K, P), given the rounds
    made so far.
    """
    made: list[Round] = []

    def run(tried: np.ndarray, k: int) -> np.ndarray:
        made.append(_made(plan, targets, noise, tried, members, observe, f"{called} {k + 1}"))
        return vectors(made[-1].found, targets.keys)

    found = matched(goals, scores, run, lambda: sensitivities(made), matchings)
    cases = [made[k].cases[j] for j, k in enumerate(found.at)]
    best = [made[k].found[j] for j, k in enumerate(found.at)]
    return found, Round(found.scores, cases, best, _misfit(targets, noise.luck, found.figures)), made


def sensitivities_of(plan: Plan, targets: Targets, rounds: Sequence[Round]) -> np.ndarray:
    """(K, P) by all rounds but the first, which is as wide as the priors. No figure answers to the climate of a later
    year."""
    near = rounds[1:] or rounds
    found = regression.sensitivities(
        np.concatenate([made.scores for made in near]),
        np.concatenate([vectors(made.found, targets.keys) for made in near]),
        np.tile(plan.groups, len(near)),
        np.tile(plan.members, len(near)),
    )
    ends = np.array([int(month[:4]) for month in targets.dated])
    begins = np.array([climate_year(name) or 0 for name in plan.names])
    return np.where(begins[None, :] > ends[:, None], 0.0, found)


def measured_noise(plan: Plan, targets: Targets, observe: Observe) -> Noise:
    """Simulator noise about the starts of the free parameters."""
    luck, all_else = plan.noise_runs()
    found = [vectors(observe(cases, "noise"), targets.keys) for cases in (luck, all_else)]
    return Noise(*(covariance_of_noise(runs) for runs in found))


def smoothed(plan: Plan, targets: Targets, noise: Noise, observe: Observe) -> tuple[list[Round], np.ndarray]:
    """The rounds of the smoother, and the (M, P) scores after the last."""
    rounds, scores = [], plan.prior_scores()
    for k, inflation in enumerate(smoother.inflations(plan.size.assimilations)):
        rounds.append(_made(plan, targets, noise, scores, plan.members, observe, f"round {k + 1}"))
        y = vectors(rounds[-1].found, targets.keys)
        scores = smoother.update(
            scores,
            y,
            targets.values,
            targets.beyond_simulator,
            noise.all_else,
            inflation,
            transform.keyed_normals(f"round {k + 1}", *y.shape),
            plan.groups,
            plan.recipe.taper,
        )
    return rounds, scores


def _made(
    plan: Plan,
    targets: Targets,
    noise: Noise,
    scores: np.ndarray,
    members: np.ndarray,
    observe: Observe,
    called: str,
) -> Round:
    cases = plan.round(scores, members)
    found = observe(cases, called)
    return Round(scores, cases, found, _misfit(targets, noise.luck, vectors(found, targets.keys)))


def _misfit(targets: Targets, luck: np.ndarray, figures: np.ndarray) -> float:
    """Mean squared distance of runs from the targets, in units of all that a run may be off."""
    return float(np.mean((figures - targets.values) ** 2 / np.diag(targets.beyond_simulator + luck)))
