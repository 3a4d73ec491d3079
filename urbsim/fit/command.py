"""What `urbsim fit` does: the fit or its check, where their files go, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbsim.batch import estimate
from urbsim.compute.interruption import ending_in_order
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts import fitted
from urbsim.facts.register import sha256_of
from urbsim.fit import door, ensemble, later_years, left_out, posterior, ranks
from urbsim.fit.plan import Plan, plan_of
from urbsim.fit.recipe import FILE, Check, Recipe, load_recipe
from urbsim.fit.workshop import Say, workshop
from urbsim.paths import calibration_dir
from urbsim.results.store import scale_text
from urbsim.simulation.memory import runs_that_fit
from urbsim.simulation.options import all_cores, out_problem

CHECKS = {module.CHECK: module for module in (ranks, left_out, later_years)}
"""Checks of the fit by name."""


@dataclass(frozen=True)
class Order:
    """A call, checked. file: of the recipe; work: folder of the runs; to: what is written; check: of `CHECKS`."""

    recipe: Recipe
    file: Path
    plan: Plan
    small: bool
    check: str | None
    work: Path
    to: Path
    workers: int

    @property
    def size(self) -> Check | None:
        """How much the check runs."""
        return self.recipe.checks(self.small)[self.check] if self.check else None

    @property
    def runs(self) -> int:
        """How many runs it makes, stored ones included: those of the fit, and those of a check of it."""
        of_fit = ensemble.runs_of(self.plan)
        return of_fit + (CHECKS[self.check].runs_of(self.plan, self.size) if self.check else 0)


def order(
    file: Path | None,
    out: Path,
    to: Path | None,
    workers: int | None,
    small: bool,
    check: str | None,
    problems: Sequence[Problem] = (),
) -> Order:
    """What a call asks for. to: None for the calibration folder, or for that of the runs if small.

    Raises InputError with every problem, those given included.
    """
    found = list(problems)
    if check is not None and check not in CHECKS:
        allowed, near = ", ".join(CHECKS), nearest(check, CHECKS)
        found.append(Problem(f"{quoted(check)} is refused", key="--check", allowed=allowed, nearest=near))
    file = file or calibration_dir() / FILE
    recipe = plan = None
    try:
        recipe = load_recipe(file)
        plan = plan_of(recipe, small)
        door.wanted(plan.protocol)
    except InputError as error:
        found += error.problems
    work = out / ("fit_" + (recipe.name if recipe else "") + ("_small" if small else ""))
    name: str = CHECKS[check].FOLDER if check in CHECKS else fitted.FOLDER
    to = to or (work / name if small else calibration_dir() / name)
    found += [problem for folder in (work, to) if (problem := out_problem(folder))]
    if found or recipe is None or plan is None:
        raise InputError(found)
    fit_in = runs_that_fit(door.prepared(plan.protocol.replay, None), plan.size.scale)
    number = workers or min(all_cores(), all_cores() if fit_in is None else max(fit_in, 1))
    return Order(recipe, file, plan, small, check, work, to, number)


def dry_run(asked: Order) -> dict[str, Any]:
    """What a call would do; nothing is written. Only what does not follow from earlier runs is looked up."""
    plan = asked.plan
    luck, all_else = plan.noise_runs()
    known = [*luck, *all_else, *plan.round(plan.prior_scores(), plan.members)]
    stored = sum(case.stored(asked.work) is not None for case in known)
    replay, forecast = (door.prepared(name, None) for name in (plan.protocol.replay, plan.protocol.forecast))
    each = estimate.of_run(replay, plan.size.scale) + estimate.of_run(
        forecast, plan.size.scale, door.SEAM_UNTIL
    )
    left = asked.runs - stored
    return {
        "recipe": str(asked.file),
        "protocol": plan.in_force._asdict(),
        "check": asked.check,
        "free": list(plan.names),
        "variants": plan.variants,
        "scale": plan.size.scale,
        "members": plan.size.members,
        "assimilations": plan.size.assimilations,
        "matchings": plan.size.matchings,
        "runs": asked.runs,
        "stored_at_least": stored,
        "workers": asked.workers,
        "seconds": round(each * -(-left // asked.workers), 1),
        "runs_in": str(asked.work),
        "writes": str(asked.to),
    }


def dry_run_text(said: dict[str, Any]) -> str:
    """The same for people."""
    protocol = said["protocol"]
    what = f"check by {said['check']}" if said["check"] else "fit"
    return "\n".join(
        (
            f"{what} by {said['recipe']}, protocol {protocol['name']} version {protocol['version']}",
            f"{len(said['free'])} free parameters, {len(said['variants'])} variants, {said['members']} members, "
            f"{said['assimilations']} rounds and {said['matchings']} of matching at scale {scale_text(said['scale'])}",
            f"{said['runs']} runs in {said['runs_in']}, {said['stored_at_least']} or more of them stored",
            f"about {estimate.in_words(said['seconds'])} with {said['workers']} workers (a first guess)",
            f"writes {said['writes']}",
        )
    )


@ending_in_order()
def carry_out(asked: Order, say: Say) -> dict[str, Any]:
    """Brings the fit, or its check, up to date and writes its folder. Returns the record.

    Raises RunError where a run fails, OSError, and KeyboardInterrupt or Ended with nothing half-written.
    """
    # Written when the folder of the runs is let go of, for the folder that is written may lie in it.
    with workshop(asked.work, asked.workers, asked.runs, say) as shop:
        fit = ensemble.fit(asked.plan, shop)
        if asked.check:
            found = CHECKS[asked.check].check(fit, asked.size, shop)
    if asked.check:
        return CHECKS[asked.check].write(found, asked.plan, asked.size, asked.to)
    return posterior.write(fit, asked.to, sha256_of(asked.file))


def fit_text(record: dict[str, Any], to: Path) -> list[str]:
    """What is said of a fit that is done."""
    sample = record["effective_sample"]
    flat = "" if sample["flattened_by"] == 1 else f", flattened by the power {sample['flattened_by']:g}"
    foretold = record["foretold"]["median"]
    return [
        "misfit (1: as far off as errors and noise allow): "
        + ", ".join(f"{name} {value:g}" for name, value in record["misfit"].items()),
        f"effective sample of the members: {sample['plain']:g} of {sample['of']}{flat}",
        f"share of their last changes that sensitivities had foretold, median figure: {foretold:g}",
        "variants: " + ", ".join(f"{name} {of['posterior']:.2f}" for name, of in record["variants"].items()),
        f"learnt: {', '.join(record['learnt']) or 'nothing'}",
        f"not learnt: {', '.join(record['not_learnt']) or 'nothing'}",
        f"Fit 校准: {to}",
    ]


def left_out_text(record: dict[str, Any], to: Path) -> list[str]:
    """What is said of forecasts of prefectures that were left out."""
    groups = "; ".join(", ".join(fold) for fold in record["left_out"])
    return [
        f"left out in turn: {groups}",
        "`urbsim validate-model` scores what was forecast of them",
        f"Check 检验: {to}",
    ]


def ranks_text(record: dict[str, Any], to: Path) -> list[str]:
    """What is said of a check that is done."""
    doubtful = sorted(record["parameters"].items(), key=lambda item: item[1]["probability"])[:3]
    worst = ", ".join(f"{name} (probability {of['probability']:g})" for name, of in doubtful)
    verdict = "ranks are uniform" if record["holds"] else "ranks are not uniform"
    return [
        f"{record['replicates']} known worlds: {verdict}; 90% intervals hold {record['covered_by_90']:.0%}",
        f"most uneven: {worst}",
        f"Check 检验: {to}",
    ]


def later_years_text(record: dict[str, Any], to: Path) -> list[str]:
    """What is said of forecasts of years that were left out."""
    return [
        f"forecasts from the ends of {', '.join(map(str, record['years']))}, nothing dated later seen",
        "`urbsim validate-model` scores what was forecast of the years after them",
        f"Check 检验: {to}",
    ]


TEXTS = {
    None: fit_text,
    ranks.CHECK: ranks_text,
    left_out.CHECK: left_out_text,
    later_years.CHECK: later_years_text,
}
"""What is said at the end, by check."""
