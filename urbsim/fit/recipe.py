"""The recipe of a fit: which parameters are free, and how much is run. `calibration/recipe.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, Strict

from urbsim.errors import InputError, Problem, nearest
from urbsim.facts.parameters import BASE_PROCESS, prior_parameters
from urbsim.files.strict_yaml import Document, load
from urbsim.limits import MIN_SCALE
from urbsim.paths import calibration_dir
from urbsim.scenario.schema.base import Frozen, Name, Seed
from urbsim.scenario.schema.complaints import once
from urbsim.scenario.validation import in_order, validate

FILE = "recipe.yaml"
LEAST_MEMBERS = 8


class Size(Frozen):
    """How much is run."""

    scale: float = Field(ge=MIN_SCALE, le=1, json_schema_extra={"unit": "share of households"})
    """Share of households simulated."""
    members: int = Field(ge=LEAST_MEMBERS, le=100_000)
    """Members of the ensemble."""
    assimilations: int = Field(ge=1, le=50)
    """Rounds of the smoother."""
    matchings: int = Field(ge=1, le=50)
    """Rounds after them in which each member is matched to what was counted, all that is not fitted kept."""
    noise_runs: int = Field(ge=3, le=10_000)
    """Runs that differ in seed alone, and as many that differ in all that is not fitted as well."""
    draws: int = Field(ge=1, le=100_000)
    """Rows of the posterior that are written."""


class Check(Frozen):
    """How much a check of the fit runs. It begins with the first runs of the fit and has its sensitivities."""

    members: int = Field(ge=LEAST_MEMBERS, le=100_000)
    """Members of the fit that are matched, spread over its variants."""
    matchings: int = Field(ge=1, le=50)
    """Rounds of matching that are run."""


class Ranks(Check):
    """Simulation-based calibration: invented observations whose parameters are known."""

    replicates: int = Field(ge=2, le=10_000)
    """Invented worlds: first runs of the fit, blurred."""


class Folds(Check):
    """The check that leaves prefectures out."""

    folds: int = Field(ge=2, le=14)
    """Into how many groups prefectures are dealt; each is left out once."""


Year = Annotated[int, Field(ge=2011, le=2099)]


class Origins(Check):
    """The check that leaves later years out."""

    years: Annotated[tuple[Year, ...], Strict(False), Field(min_length=1), AfterValidator(once)]
    """At whose ends forecasts are made: nothing dated later is looked at."""


class Small(Frozen):
    """The reduced fit of `urbsim fit --small`, and its check, of the first variant alone."""

    free: Annotated[tuple[Name, ...], Strict(False), Field(min_length=1), AfterValidator(once)]
    """Parameters that it fits: some of those that are free."""
    fit: Size
    """How much it runs."""
    ranks: Ranks
    """How much its check by ranks runs."""
    prefectures: Folds
    """How much its check on prefectures runs."""
    origins: Origins
    """How much its check on later years runs."""


class Recipe(Frozen):
    """`calibration/recipe.yaml`."""

    name: Name
    """Short name, also of the folder of its runs."""
    seed: Seed
    """The first seed; every run has one of its own."""
    fit: Size
    """How much the full fit runs."""
    least_effective: float = Field(gt=0, le=1, json_schema_extra={"unit": "share of the members"})
    """Effective sample below which the importance weights are flattened."""
    learnt_from: float = Field(ge=0, lt=1, json_schema_extra={"unit": "share of the prior's spread"})
    """Shrinkage from which a parameter counts as learnt."""
    taper: bool
    """Whether correlations that an ensemble of this size shows by chance are damped."""
    free: Annotated[tuple[Name, ...], Strict(False), Field(min_length=1), AfterValidator(once)]
    """Parameters that are fitted; all others keep their prior in every draw."""
    climate: bool
    """Whether the climates of the years of the decade are fitted beside the parameters, or are noise."""
    set: dict[Name, float] = Field({})
    """Parameters held at a number in the fit and in every draw, such as the size of the yearly climate once forecasts
    from origins inside the decade have chosen it."""
    ranks: Ranks
    """How much the check by ranks runs."""
    prefectures: Folds
    """How much the check that leaves prefectures out runs."""
    origins: Origins
    """How much the check that leaves later years out runs."""
    small: Small
    """The same for the reduced fit."""

    def free_in(self, small: bool) -> tuple[str, ...]:
        """Parameters that are fitted."""
        return self.small.free if small else self.free

    def size(self, small: bool) -> Size:
        """How much the fit runs."""
        return self.small.fit if small else self.fit

    def checks(self, small: bool) -> dict[str, Check]:
        """How much each of its checks runs, by name."""
        of = self.small if small else self
        return {"ranks": of.ranks, "prefectures": of.prefectures, "origins": of.origins}


def load_recipe(path: str | Path | None = None) -> Recipe:
    """The recipe of that file, of the installed one without. Raises InputError with every problem."""
    document = load(path or calibration_dir() / FILE)
    problems: list[Problem] = []
    recipe = None
    try:
        recipe = validate(Recipe, document)
    except InputError as error:
        problems += error.problems
    problems += _names(document)
    if problems or recipe is None:
        raise InputError(in_order(problems))
    return recipe


def _names(document: Document) -> list[Problem]:
    """Names of parameters that cannot be free, and numbers that cannot be set."""
    known = prior_parameters()
    found = []
    free = document.value.get("free")
    for k, name in enumerate(free if isinstance(free, list) else []):
        spec = known.info.get(name) if isinstance(name, str) else None
        path = ("free", k)
        if not isinstance(name, str):
            continue  # reported by the schema
        if spec is None:
            found.append(document.problem(path, "is no parameter", nearest=nearest(name, known)))
        elif spec.prior is None or spec.process == BASE_PROCESS:
            why = "belongs to the base population" if spec.process == BASE_PROCESS else "has no prior"
            found.append(document.problem(path, f"{name} {why}", allowed="a parameter with start and prior"))
        elif any(prior_parameters(0, base).info[name] != spec for base in ("census_2010",)):
            message = f"{name} has an entry of its own in the base of 2010"
            found.append(document.problem(path, message, allowed="a parameter that all bases share"))
    given = document.value.get("set")
    small = document.value.get("small")
    chosen = small.get("free") if isinstance(small, dict) else None
    for k, name in enumerate(chosen if isinstance(chosen, list) else []):
        if isinstance(free, list) and isinstance(name, str) and name not in free:
            near = nearest(name, [str(other) for other in free])
            found.append(document.problem(("small", "free", k), "is not free", nearest=near))
    for name, number in (given if isinstance(given, dict) else {}).items():
        if not isinstance(number, (int, float)) or isinstance(number, bool):
            continue  # reported by the schema
        if isinstance(free, list) and name in free:
            found.append(document.problem(("set", name), "is free as well", at_key=True))
        try:
            known.with_values({name: number})
        except InputError as error:
            found += [
                document.problem(("set", name), said.message, allowed=said.allowed, nearest=said.nearest)
                for said in error.problems
            ]
    return found
