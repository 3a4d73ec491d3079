"""From a plan to a weighted sample of the posterior: noise, rounds of the smoother, runs that confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from urbsim.fit import smoother, transform
from urbsim.fit.centre import SEEDS, STEPS, Centre, centre_of
from urbsim.fit.door import base_night
from urbsim.fit.errors_of_observation import Targets, covariance_of_noise, of_role
from urbsim.fit.plan import ALL_ELSE, Plan, vectors
from urbsim.fit.regression import Regression, regression, sample
from urbsim.fit.runs import Case

_NEAR = (
    2  # rounds before the confirming one that sensitivities are told from: the last ones, near the posterior
)
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

    rounds: the first is the prior, the last the confirming one, whose members are weighted; groups: (M,) variants;
    weights: (M,), add up to 1; power: by which importance weights were flattened; effective: sample size before;
    of_single_runs: sample size if each run were weighed by its own figures, luck and all; foretold: (K,) share of the
    variance of the confirming runs that the regression had foretold; centre: draw 0.
    """

    plan: Plan
    targets: Targets
    noise: Noise
    rounds: Sequence[Round]
    groups: np.ndarray
    weights: np.ndarray
    power: float
    effective: float
    of_single_runs: float
    foretold: np.ndarray
    centre: Centre

    @property
    def likeliest(self) -> int:
        """The variant that weighs most."""
        return likeliest(self.plan, self.groups, self.weights)

    @property
    def last(self) -> Round:
        """The round that confirms."""
        return self.rounds[-1]


def runs_of(plan: Plan) -> int:
    """How many runs a fit makes."""
    of_the_centre = SEEDS * (STEPS + 1)
    return 2 * plan.size.noise_runs + plan.size.members * (plan.size.assimilations + 1) + of_the_centre


def likeliest(plan: Plan, groups: np.ndarray, weights: np.ndarray) -> int:
    """The variant that weighs most. groups, weights: (M,) of members."""
    return int(np.argmax(np.bincount(groups, weights, len(plan.variants))))


def fit(plan: Plan, runs: Observing) -> Posterior:
    """Brings the fit up to date. Raises RunError where a run fails."""
    targets = of_role(plan.protocol, base_night(plan.protocol.forecast, plan.size.scale))
    observe = runs.observe
    noise = measured_noise(plan, targets, observe)
    rounds, scores = smoothed(plan, targets, noise, targets.values, observe, plan.prior_scores(), "round")
    groups = plan.groups
    near = near_of(rounds)
    straight = regressed(plan, targets, noise, near, curved=False)
    normals = transform.keyed_normals("confirmation", *scores.shape)
    scores, proposed = sample(*straight.posterior(targets.values, targets.beyond_simulator), groups, normals)
    part = ALL_ELSE + 1 + plan.size.assimilations
    rounds.append(_made(plan, targets, noise, part, scores, observe, "confirmation"))
    y = vectors(rounds[-1].found, targets.keys)
    curved = regressed(plan, targets, noise, [*near, rounds[-1]], curved=True)
    before = -0.5 * (scores**2).sum(axis=1) - proposed
    errors = targets.beyond_simulator
    logs = before + smoother.log_likelihood(
        curved.said(scores, groups), targets.values, errors + curved.noise
    )
    weights, power = smoother.weights_of(logs, plan.recipe.least_effective)
    # Given a run, figures differ from it by their errors, by what the model leaves out, and by the luck of a sample.
    of_each = before + smoother.log_likelihood(y, targets.values, errors + noise.luck)
    plain, single = (
        smoother.effective(smoother.weights_of(each, 1 / len(each))[0]) for each in (logs, of_each)
    )
    labels = np.concatenate([groups + k * len(plan.variants) for k, _ in enumerate(rounds[1:])])
    centre = centre_of(
        plan,
        targets,
        noise.luck,
        np.concatenate([made.scores for made in rounds[1:]]),
        np.concatenate([vectors(made.found, targets.keys) for made in rounds[1:]]),
        labels,
        plan.variants[likeliest(plan, groups, weights)],
        observe,
    )
    foretold = straight.held_out(scores, y, groups)
    return Posterior(
        plan, targets, noise, tuple(rounds), groups, weights, power, plain, single, foretold, centre
    )


def near_of(rounds: Sequence[Round]) -> Sequence[Round]:
    """The rounds near the posterior: the last ones, without the first, which is as wide as the priors."""
    return rounds[1:][-_NEAR:] or rounds


def regressed(
    plan: Plan, targets: Targets, noise: Noise, rounds: Sequence[Round], curved: bool
) -> Regression:
    """Figures by parameters, over the runs of these rounds."""
    return regression(
        np.concatenate([made.scores for made in rounds]),
        np.concatenate([vectors(made.found, targets.keys) for made in rounds]),
        np.tile(plan.groups, len(rounds)),
        np.repeat(np.arange(len(rounds)), len(plan.groups)),
        len(plan.variants),
        noise.all_else,
        curved,
    )


def measured_noise(plan: Plan, targets: Targets, observe: Observe) -> Noise:
    """Simulator noise about the starts of the free parameters."""
    luck, all_else = plan.noise_runs()
    found = [vectors(observe(cases, "noise"), targets.keys) for cases in (luck, all_else)]
    return Noise(*(covariance_of_noise(runs) for runs in found))


def smoothed(
    plan: Plan,
    targets: Targets,
    noise: Noise,
    observed: np.ndarray,
    observe: Observe,
    scores: np.ndarray,
    called: str,
    first_part: int = ALL_ELSE + 1,
) -> tuple[list[Round], np.ndarray]:
    """The rounds of the smoother, and the (M, P) scores after the last. observed: (K,), of the targets or invented.

    first_part: of the rounds after the first one, less one; the first is the same whatever was observed.
    """
    rounds = []
    for k, inflation in enumerate(smoother.inflations(plan.size.assimilations)):
        part = ALL_ELSE + 1 if k == 0 else first_part + k
        rounds.append(_made(plan, targets, noise, part, scores, observe, f"{called} {k + 1}", observed))
        y = vectors(rounds[-1].found, targets.keys)
        scores = smoother.update(
            scores,
            y,
            observed,
            targets.beyond_simulator,
            noise.all_else,
            inflation,
            transform.keyed_normals(f"{called} {k + 1}", *y.shape),
            plan.groups,
            plan.recipe.taper,
        )
    return rounds, scores


def _made(
    plan: Plan,
    targets: Targets,
    noise: Noise,
    part: int,
    scores: np.ndarray,
    observe: Observe,
    called: str,
    observed: np.ndarray | None = None,
) -> Round:
    cases = plan.round(part, scores, plan.groups)
    found = observe(cases, called)
    off = vectors(found, targets.keys) - (targets.values if observed is None else observed)
    spread = np.diag(targets.beyond_simulator + noise.all_else)
    return Round(scores, cases, found, float(np.mean(off**2 / spread)))
