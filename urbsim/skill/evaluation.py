"""Everything that is scored: reads facts and batches, and refuses what was made under another protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from urbsim.errors import InputError, Problem, RunError
from urbsim.facts.register import Register, sha256_of
from urbsim.fit import later_years, left_out
from urbsim.fit.protocol import FILE as PROTOCOL_FILE
from urbsim.fit.protocol import InForce, load_protocol, protocol_in_force
from urbsim.skill import after_base, origins, places
from urbsim.skill.cohorts import CohortAccount
from urbsim.skill.forecasts import Ensemble, StoredBatch, read_batch
from urbsim.skill.observed import Observation, after_the_base, province_series
from urbsim.skill.rivals import RULES, Rule
from urbsim.skill.rules import FILE, ScoringRules, load_rules
from urbsim.skill.score_rows import CONDITIONAL, MODEL, Score
from urbsim.skill.spreads import Rival, errors_of
from urbsim.skill.weights import SHARE


@dataclass(frozen=True)
class Evaluation:
    """What the page tells.

    rows: every score; series: year -> published share of the province; observations: later figures, those left out
    included; rules_digest: of scoring.yaml; left_out, later_years: records of the checks on prefectures and on later
    years, None where they are not scored, and why.
    """

    rows: tuple[Score, ...]
    series: Mapping[int, float]
    observations: tuple[Observation, ...]
    forecasts: StoredBatch
    replays: StoredBatch
    rules: ScoringRules
    rules_digest: str
    protocol: InForce
    left_out: Mapping[str, Any] | None
    why_not_left_out: str
    later_years: Mapping[str, Any] | None
    why_not_later_years: str

    @property
    def replay(self) -> Ensemble:
        """The replays of the decade."""
        return self.replays.ensembles[self.rules.replay]

    @property
    def unconditional(self) -> Ensemble:
        """The forecasts that know nothing after census night."""
        return self.forecasts.ensembles[self.rules.unconditional]


def evaluate(forecasts: Path, replays: Path, facts: Path) -> Evaluation:
    """Scores the batches in these folders on the facts of a calibration folder.

    Raises InputError with all that is missing or damaged, and RunError where a batch was made under another protocol.
    """
    rules, in_force = load_rules(facts), protocol_in_force(facts)
    made = _read(
        (forecasts, "--forecasts", (rules.unconditional, rules.conditional), (rules.unconditional,)),
        (replays, "--replays", (rules.replay,), (rules.replay,)),
    )
    _same_protocol(in_force, zip((forecasts, replays), made, strict=True))
    register = Register(facts)
    protocol = load_protocol(facts / PROTOCOL_FILE)
    series, observations = province_series(register), after_the_base(register)
    rivals = province_rivals(register, series)
    errors = {name: errors_of(rival, series, rules.origins, rules.horizons) for name, rival in rivals.items()}
    replay = made[1].ensembles[rules.replay]
    models = {
        name: made[0].ensembles[scenario]
        for name, scenario in ((MODEL, rules.unconditional), (CONDITIONAL, rules.conditional))
        if scenario in made[0].ensembles
    }
    of_places = partial(
        places.guesses_after, province_path=rivals["rural_hazard_3"], spreads=places.place_spreads()
    )
    hidden, why = _stored(left_out, facts, in_force)
    later, why_not_later = _stored(later_years, facts, in_force)
    rows = (
        *origins.rolling(
            replay, rivals, series, rules, protocol.observables[SHARE], later[1] if later else None
        ),
        *places.decade(replay, protocol.observables),
        *(places.left_out(hidden[1], protocol.observables) if hidden else ()),
        *after_base.scores_of(observations, models, rivals, errors, of_places, rules),
    )
    digest = sha256_of(facts / FILE)
    records = ((hidden[0] if hidden else None, why), (later[0] if later else None, why_not_later))
    return Evaluation(
        rows, series, tuple(observations), *made, rules, digest, in_force, *records[0], *records[1]
    )


def province_rivals(register: Register, series: Mapping[int, float]) -> dict[str, Rival]:
    """Every rival of the province by name: rules on its series, and the account of cohorts."""
    shares, first = np.array(list(series.values())), min(series)

    def of_rule(rule: Rule) -> Rival:
        return lambda origin, ahead: rule(shares[: origin - first + 1], ahead)

    return {name: of_rule(rule) for name, rule in RULES.items()} | {
        "cohort_account": CohortAccount(register).forecast
    }


def _read(*wanted: tuple[Path, str, tuple[str, ...], tuple[str, ...]]) -> tuple[StoredBatch, StoredBatch]:
    problems, found = [], []
    for folder, option, scenarios, needed in wanted:
        if not folder.is_dir():
            batch = "forecast_2020" if option == "--forecasts" else "replay_2010"
            message = "there is no such folder"
            allowed = f"run `urbsim batch {batch}` first, or name the folder of a finished batch"
            problems.append(Problem(message, file=str(folder), key=option, allowed=allowed))
            continue
        try:
            found.append(read_batch(folder, scenarios, needed))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found[0], found[1]


def _stored(check: ModuleType, facts: Path, in_force: InForce) -> tuple[Any, str]:
    """What a check of the fit forecast, or why there is nothing. Raises InputError for damage."""
    found, command = check.read(facts / check.FOLDER), f"`urbsim fit --check {check.CHECK}`"
    if found is None:
        return None, f"{command} has not been run"
    if found[0].get("protocol", {}).get("digest") != in_force.digest:
        return None, f"{command} was run under another protocol than that in force"
    return found, ""


def _same_protocol(in_force: InForce, made: Iterable[tuple[Path, StoredBatch]]) -> None:
    """Refuses runs that were made under no protocol, or under one that is no longer in force."""
    for folder, batch in made:
        stated = batch.protocol
        if stated is None or stated.get("digest") != in_force.digest:
            under = "no frozen protocol"
            if stated is not None:
                under = (
                    f"{stated.get('name')} version {stated.get('version')} ({str(stated.get('digest'))[:12]})"
                )
            raise RunError(
                f"{folder} is not scored: it was made under {under}, and {in_force.name} version "
                f"{in_force.version} ({in_force.digest[:12]}) is in force; remove the folder and make the batch again"
            )
