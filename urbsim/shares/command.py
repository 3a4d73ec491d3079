"""What `urbsim attribute` does: who plays, which coalitions are run, and what their runs say of each player."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from urbsim.batch import call, estimate
from urbsim.batch.members import parameters_digest, plan_of_scenario
from urbsim.errors import InputError, Problem
from urbsim.results import store
from urbsim.scenario.schema import Scenario
from urbsim.shares.attribution import attribution, rows_of
from urbsim.shares.game import Game, game_of
from urbsim.shares.outcomes import figures, outcomes_of
from urbsim.shares.plan import Coalitions, coalitions_of, orders_in

_COLUMNS: tuple[str, ...] = (
    "outcome", "kind", "player", "other", "value", "unit", "standard_error", "error_of_orders", "reads",
)  # fmt: skip


def question(
    scenario: Scenario | None,
    baseline: Scenario | None,
    by: str,
    within: str | None,
    orders: str | None,
    scale: str,
    draws: str,
    seeds: str,
    problems: list[Problem],
) -> tuple[Game, Coalitions] | None:
    """Players and runs, or None with everything wrong with the question added to `problems`.

    Texts are as on the command line; scenario, baseline: None where they are wrong themselves.
    """
    number = orders_in(orders, by, problems)
    batch = None
    try:
        batch = plan_of_scenario(scenario, scale, seeds, draws, (), problems)
        if batch and scenario:
            for draw in batch.draws:
                parameters_digest(draw, scenario.base)  # a fit has so many draws and no more
    except InputError as error:
        problems += error.problems
    if scenario is not None and not any(target.to <= scenario.until for target in scenario.judged_by):
        message = f"{scenario.name} ends in {scenario.until} and reaches none of its targets"
        problems.append(Problem(message, key="SCENARIO"))
    found: list[Problem] = []
    game = game_of(scenario, baseline, by, within, found)
    problems += found
    if problems or game is None or batch is None:
        return None
    try:
        return game, coalitions_of(game, batch, number)
    except InputError as error:
        problems += error.problems
        return None


def dry_run(game: Game, plan: Coalitions, out: Path, workers: int | None) -> dict[str, Any]:
    """What a call would do, and how long that will take; nothing is written."""
    said = call.dry_run(plan, out, workers)
    of_plan = {name: said[name] for name in said if name not in ("batch", "scenarios", "most_runs")}
    return {
        "scenario": game.scenario.name,
        "baseline": game.baseline.name,
        "by": game.by,
        "within": game.within,
        "players": list(game.players),
        "orders_of_each_draw_and_seed": plan.asked["attribution"]["orders"],
        "coalitions": len(plan.worlds),
        **of_plan,
    }


def dry_run_text(said: dict[str, Any]) -> str:
    """The same for people."""
    orders = said["orders_of_each_draw_and_seed"]
    how = "all of them with each" if orders is None else f"those of {orders} orders with each"
    who = ", ".join(said["players"])
    takes = f"about {estimate.in_words(said['seconds'])}" if said["to_run"] else "nothing to do"
    return "\n".join(
        [
            f"{said['scenario']} against {said['baseline']}: {len(said['players'])} players: {who}",
            f"{said['coalitions']} coalitions, {how} of {said['draws']} draws x {said['seeds']} seeds: "
            f"{said['runs']} runs at scale {store.scale_text(said['scale'])}, in {said['folder']}",
            f"done {said['done']}, missing {said['missing']}, stale {said['stale']}, damaged {said['damaged']}",
            f"to run: {said['to_run']} with {said['workers']} workers, {takes}",
        ]
    )


def file_name(game: Game, ending: str) -> str:
    """`attribution.json` of programmes; others are named after what they share out."""
    words = [] if game.by == "programme" else [game.by, *([game.within] if game.within else [])]
    return "_".join(["attribution", *words]) + ending


def write(game: Game, plan: Coalitions, folder: Path, draws_from: str) -> dict[str, Any]:
    """Works out the shares from the runs in `folder`, and writes both files. Returns what the JSON holds.

    Raises RunError where a run is missing, and OSError.
    """
    content = attribution(game, plan, outcomes_of(plan), figures(plan, folder), draws_from)
    with store.whole_file(folder / file_name(game, ".json")) as temporary:
        store.write_json(content, temporary)
    with store.whole_file(folder / file_name(game, ".csv")) as temporary:
        store.write_csv(rows_of(content), temporary, _COLUMNS)
    return content
