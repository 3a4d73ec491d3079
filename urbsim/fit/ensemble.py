"""From a plan to a weighted sample of the posterior: noise, rounds of the smoother, runs that confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from urbsim.fit import smoother, transform
from urbsim.fit.centre import SEEDS, STEPS, Centre, centre_of
from urbsim.fit.door import base_night
from urbsim.fit.errors_of_observation import Targets, covariance_of_noise, of_role
from urbsim.fit.plan import ALL_ELSE, Plan, vectors
from urbsim.fit.runs import Case
from urbsim.fit.workshop import Workshop

Found = dict[str, float]
Observe = Callable[[Sequence[Case], str], list[Found]]


@dataclass(frozen=True)
class Noise:
    """(K, K) covariances of the simulator: of luck alone; of luck, climate and all parameters that are not fitted."""

    luck: np.ndarray
    all_else: np.ndarray


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
    centre: draw 0.
    """

    plan: Plan
    targets: Targets
    noise: Noise
    rounds: Sequence[Round]
    groups: np.ndarray
    weights: np.ndarray
    power: float
    effective: float
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


def fit(plan: Plan, workshop: Workshop) -> Posterior:
    """Brings the fit up to date. Raises RunError where a run fails."""
    targets = of_role(plan.protocol, base_night(plan.protocol.forecast, plan.size.scale))
    noise = measured_noise(plan, targets, workshop.observe)
    rounds, scores = smoothed(
        plan, targets, noise, targets.values, workshop.observe, plan.prior_scores(), "round"
    )
    groups = plan.groups
    normals = transform.keyed_normals("confirmation", *scores.shape)
    scores, proposed = smoother.proposal(scores, groups, normals)
    part = ALL_ELSE + 1 + plan.size.assimilations
    rounds.append(_made(plan, targets, noise, part, scores, workshop.observe, "confirmation"))
    y = vectors(rounds[-1].found, targets.keys)
    # Given a run, figures differ from it by their errors, by what the model leaves out, and by the luck of a sample.
    likelihood = smoother.log_likelihood(y, targets.values, targets.beyond_simulator + noise.luck)
    logs = likelihood - 0.5 * (scores**2).sum(axis=1) - proposed
    weights, power = smoother.weights_of(logs, plan.recipe.least_effective)
    plain, _ = smoother.weights_of(logs, 1 / len(logs))
    near = rounds[
        1:
    ]  # the first round is as wide as the priors; where only it and the last are, the last is near
    labels = np.concatenate([groups + k * len(plan.variants) for k, _ in enumerate(near)])
    centre = centre_of(
        plan,
        targets,
        noise.luck,
        np.concatenate([made.scores for made in near]),
        np.concatenate([vectors(made.found, targets.keys) for made in near]),
        labels,
        plan.variants[likeliest(plan, groups, weights)],
        workshop.observe,
    )
    plain_size = smoother.effective(plain)
    return Posterior(plan, targets, noise, tuple(rounds), groups, weights, power, plain_size, centre)


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
