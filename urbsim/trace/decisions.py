"""What decisions about one person rest on: draws, hazards, worth of places, positions in queues; by the plain twins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from urbsim.compute.plain.luck import event_luck, high_bits, luck_of
from urbsim.processes.housing import plain as housing
from urbsim.processes.migration import plain as migration
from urbsim.processes.migration.tastes import GRID
from urbsim.processes.registration import plain as registration
from urbsim.state.codes import (
    DEAD,
    FIRST_JOB,
    JUNIOR_SECONDARY,
    N_DESTINATIONS,
    ODD_JOBS,
    SENIOR_SECONDARY,
    UNEMPLOYED,
    VILLAGE,
)
from urbsim.state.holdings import GUARANTEED_RENTAL, OWN_HOME
from urbsim.state.plain.persons import alternative, has_town_schedule, part_of_destination, setting
from urbsim.state.stages import N_STAGES

if TYPE_CHECKING:
    from urbsim.trace.probe import Probe

CHANGES_HOUSEHOLDS = frozenset({"apply_births", "apply_deaths", "apply_unions", "apply_separations"})
"""Loops after which a household may have other members."""
_CERTAIN = 2.0**32
_VILLAGE_NEST = 3
_LOTS = {GUARANTEED_RENTAL: "guaranteed rental", OWN_HOME: "home loan"}  # streams of luck, by what they give
_CLOSED = -1e5  # a destination worth less cannot be chosen
Ask = Callable[..., None]


def age(probe: Probe) -> int:
    """Completed years."""
    world = probe.world
    return (world.month - int(world.people.birth_month[probe.row])) // 12


def beside(probe: Probe, column: str) -> dict[str, Any]:
    """What belongs to a change of a column."""
    world, row = probe.world, probe.row
    if column == "work" and world.people.work[row] >= ODD_JOBS:
        county = int(world.people.work_county[row])
        labour = world.employment
        return {"county": county, "pay": float(np.exp(labour.wage[labour.market[county]]))}
    if column == "spouse":
        return {"person": probe.member(int(world.people.spouse[row]))}
    return {}


def _one(probe: Probe) -> np.ndarray:
    return np.array([probe.row], np.int32)


def _share(number: Any) -> float:
    """A number on the grid of 2^-32 as a share."""
    return float(number) / _CERTAIN


# --- staying, leaving, coming back -------------------------------------------------------------------------


def reconsidering(
    probe: Probe, result: Any, rows: np.ndarray, month: int, people: Any, at_home: Any, away: Any, holds: Any, key: Any,
    fine_key: Any,
) -> None:  # fmt: skip
    """M1: the draw that made the person reconsider."""
    if probe.is_of(result):
        probe.note(
            "reconsiders",
            **chance_to_reconsider(_one(probe), month, people, at_home, away, holds, key, fine_key),
        )


def chance_to_reconsider(
    row: np.ndarray, month: int, people: Any, at_home: Any, away: Any, holds: Any, key: Any, fine_key: Any
) -> dict[str, Any]:
    """Draw and threshold of one person, row: (1,); whether a child counts (ODD equation M1)."""
    below = migration.thresholds_by_child(row, month, people, at_home, away, holds)[0]
    child = int(migration.child_that_counts(row, month, people)[0])
    luck = event_luck(row, people, key, fine_key)[0]
    return {"draw": _share(luck), "chance": _share(below[child]), "child": bool(child)}


def weighing(probe: Probe, lo: int, hi: int, rows: np.ndarray, *rest: Any) -> None:
    """M2-M4: what each alternative is worth to the person; the loop has yet to choose."""
    if probe.is_of(rows[lo:hi]):
        world = probe.world
        probe.note(
            "weighs", **alternatives(_one(probe), *rest, dissimilarity=world.parameters["lambda_nest"])
        )


def alternatives(
    row: np.ndarray, month: int, people: Any, *rest: Any, dissimilarity: float
) -> dict[str, Any]:
    """Every alternative of one person, the best first: part, what it is worth, its taste, its share (M2-M4).

    rest: as `plain.destinations` has it after people. The share is that of all who are alike and know no taste yet: a
    nested logit (ODD equation W9).
    """
    nest_of, nest_taste, taste, *keys = rest[8:]
    without = np.zeros_like(nest_taste), np.zeros_like(taste)
    total = migration.worths(row, month, people, *rest)[0]
    known = migration.worths(row, month, people, *(*rest[:9], *without, *keys))[0]
    lives, home = int(people.lives[row[0]]), int(people.home[row[0]])
    present = int(alternative(lives))
    parts = np.concatenate([[lives, home], part_of_destination(np.arange(N_DESTINATIONS))])
    nests = np.concatenate(
        [[_VILLAGE_NEST if present == VILLAGE else nest_of[present], _VILLAGE_NEST], nest_of]
    )
    open_ = known > _CLOSED * GRID
    if present != VILLAGE:
        open_[2 + present] = False  # staying stands first
    at = np.flatnonzero(open_)
    shares = nested_shares(known[at] / GRID, nests[at], dissimilarity)
    order = np.lexsort((at, -total[at]))
    found = [
        {
            "part": int(parts[at[k]]),
            "stays": bool(at[k] == 0),
            "worth": float(total[at[k]] / GRID),
            "taste": float((total[at[k]] - known[at[k]]) / GRID),
            "share": float(shares[k]),
        }
        for k in order
    ]
    return {"alternatives": found, "share_of_staying": float(shares[0])}


def nested_shares(known: np.ndarray, nests: np.ndarray, dissimilarity: float) -> np.ndarray:
    """(n,) choice probabilities of a nested logit. known: (n,) utilities without tastes; nests: (n,) (W9)."""
    scaled = known / dissimilarity
    within = np.empty_like(scaled)
    inclusive = {}
    for nest in np.unique(nests):
        of_it = nests == nest
        top = scaled[of_it].max()
        total = np.exp(scaled[of_it] - top).sum()
        within[of_it] = np.exp(scaled[of_it] - top) / total
        inclusive[nest] = dissimilarity * (top + np.log(total))
    best = max(inclusive.values())
    of_nest = {nest: np.exp(value - best) for nest, value in inclusive.items()}
    return within * np.array([of_nest[nest] for nest in nests]) / sum(of_nest.values())


def giving_up(probe: Probe, result: Any, *arguments: Any) -> None:
    """M5: who comes back by a hazard."""
    if probe.is_of(result[0]):
        probe.note("gives up")


# --- births, unions, deaths --------------------------------------------------------------------------------


def giving_birth(
    probe: Probe,
    result: Any,
    rows: Any,
    month: int,
    people: Any,
    threshold: Any,
    spacing: int,
    key: Any,
    fine_key: Any,
) -> None:
    """D2: the draw of a birth."""
    if probe.is_of(result):
        row = _one(probe)
        chance = threshold[min(age(probe), len(threshold) - 1), setting(people.lives[row])[0]]
        probe.note(
            "gives birth", draw=_share(event_luck(row, people, key, fine_key)[0]), chance=_share(chance)
        )


def unions(
    probe: Probe, result: Any, rows: Any, month: int, people: Any, formation: Any, dissolution: Any, key: Any,
    fine_key: Any,
) -> None:  # fmt: skip
    """D4, D6: the draw to look for a partner, or that a union ends."""
    row = _one(probe)
    luck = event_luck(row, people, key, fine_key)[0]
    years = min(age(probe), len(formation) - 1)
    if probe.is_of(result[0]):
        chance = formation[years, people.sex[row[0]], has_town_schedule(people.lives[row])[0]]
        probe.note("seeks a partner", draw=_share(luck), chance=_share(chance))
    if probe.is_of(result[1]):
        probe.note("separates", draw=_share(luck), chance=_share(dissolution[years]))


def dying(
    probe: Probe, result: Any, rows: Any, month: int, people: Any, threshold: Any, key: Any, fine_key: Any
) -> None:
    """D1: the draw of a death."""
    if probe.is_of(result):
        row = _one(probe)
        town = has_town_schedule(people.lives[row])[0]
        chance = threshold[min(age(probe), len(threshold) - 1), people.sex[row[0]], town]
        probe.note(
            "draws death", draw=_share(event_luck(row, people, key, fine_key)[0]), chance=_share(chance)
        )


# --- work --------------------------------------------------------------------------------------------------


def holding_a_post(
    probe: Probe,
    lo: int,
    hi: int,
    month: int,
    people: Any,
    eights: Any,
    loss: Any,
    looks: Any,
    retirement: Any,
    key: Any,
    fine: Any,
) -> None:
    """L2: keeps the draw about a post until it is known what came of it."""
    row = probe.row
    assert row is not None
    if lo <= row < hi and people.risk[row] != DEAD and people.work[row] >= FIRST_JOB:
        sector = int(people.work[row]) - FIRST_JOB
        chance = loss[int(people.work_county[row]), sector]
        luck = event_luck(_one(probe), people, key, fine)[0]
        probe.keep("post", {"draw": _share(luck), "chance": _share(chance)})


def losing_a_post(probe: Probe, result: Any, lo: int, hi: int, month: int, people: Any, *rest: Any) -> None:
    """L2: the draw that ended a post."""
    for drawn in probe.kept("post"):
        if people.work[probe.row] == UNEMPLOYED:
            probe.note("loses a post", **drawn)


def applying(
    probe: Probe, result: Any, rows: Any, people: Any, hiring_key: Any, training_key: Any, markets: Any, county: Any,
    market: Any, trained: Any, hiring: Any, training: Any,
) -> None:  # fmt: skip
    """L5: everybody who looks for a post, with the luck that orders them."""
    probe.keep("seekers", (rows.copy(), county.copy(), hiring.copy()))


def hiring(probe: Probe, rows: np.ndarray, sectors: np.ndarray, people: Any) -> None:
    """L5: who was hired in the own market."""
    probe.keep("hired", rows.copy())


def end_of_hiring(probe: Probe, *arguments: Any) -> None:
    """L5: where the person stood among those who look for a post in the same market."""
    pieces, hired = probe.kept("seekers"), probe.kept("hired")
    if not pieces:
        return
    rows, county, luck = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    mine = np.flatnonzero(rows == probe.row)
    if mine.size:
        market = probe.world.employment.market
        same = market[county] == market[county[mine[0]]]
        of_them = np.isin(rows[same], np.concatenate(hired)) if hired else np.zeros(same.sum(), bool)
        served = int(of_them.sum())
        probe.note_before("work", "stands for a post", **position(luck[same], luck[mine[0]]), served=served)


def position(ranks: np.ndarray, mine: Any) -> dict[str, int]:
    """Place in a queue in which the lowest rank comes first, from 1, and its length (W9)."""
    return {"place": int((ranks < mine).sum()) + 1, "of": int(ranks.size)}


# --- school ------------------------------------------------------------------------------------------------


def standing_for_school(
    probe: Probe, result: Any, rows: Any, month: int, people: Any, city: Any, key: Any, cell: Any, rank: Any
) -> None:
    """E3: everybody who waits for a place at school, with their ranks."""
    probe.keep("pupils", (rows.copy(), cell.copy(), rank.copy()))


def end_of_intake(probe: Probe, rows: np.ndarray, cell: np.ndarray, kinds: np.ndarray, people: Any) -> None:
    """E3: where the person stood among those who wait for a place of the stage in the county."""
    pieces = probe.kept("pupils")
    if not pieces or not probe.is_of(rows):
        return
    waiting, cells, rank = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    mine = int(np.flatnonzero(waiting == probe.row)[0])
    same = cells == cells[mine]
    given = int((kinds[cell == cells[mine]] > 0).sum())
    stage = int(cells[mine]) % N_STAGES
    probe.note("stands for school", **position(rank[same], rank[mine]), served=given, stage=stage)


def september(
    probe: Probe,
    lo: int,
    hi: int,
    month: int,
    people: Any,
    senior: Any,
    college: Any,
    bachelor: Any,
    boards: Any,
    key: Any,
) -> None:
    """S1, S2: the draw of who leaves junior or senior secondary school."""
    row = probe.row
    assert row is not None
    if not lo <= row < hi or people.risk[row] == DEAD or not people.enrolled[row]:
        return
    level, years, town = int(people.schooling[row]), age(probe), int(has_town_schedule(people.home[[row]])[0])
    luck = high_bits(luck_of(_one(probe), people, key))[0]
    if level == JUNIOR_SECONDARY and years >= 15:
        probe.note("leaves junior school", draw=_share(luck), chance=_share(senior[town]))
    elif level == SENIOR_SECONDARY and years >= 18:
        probe.note("leaves senior school", draw=_share(luck), chance=_share(college[town]))


# --- permit and registration -------------------------------------------------------------------------------


def papers(probe: Probe, lo: int, hi: int, *rest: Any) -> None:
    """P1-P3, P6: what decides over a permit and over settling, where either comes this month."""
    row = probe.row
    assert row is not None
    if not lo <= row < hi:
        return
    found = registration.papers(row, row + 1, *rest)
    if found.rows.size and (found.receives[0] or found.settles[0] or found.joins[0]):
        probe.note("papers", **as_shares(found))


def as_shares(found: registration.Papers) -> dict[str, Any]:
    """What decides over the papers of one person, as shares and truth values."""
    numbers = ("luck", "permit", "settle", "knows", "aware", "wants", "wish")
    truths = ("joins", "has_paper", "meets_the_rule", "receives", "settles")
    shares = {name: _share(getattr(found, name)[0]) for name in numbers}
    return shares | {name: bool(getattr(found, name)[0]) for name in truths}


# --- housing -----------------------------------------------------------------------------------------------


def applying_for_housing(
    probe: Probe, result: Any, lo: int, hi: int, month: int, people: Any, *rest: Any
) -> None:
    """H4, H10, H11: the draw to apply for a public dwelling, a guaranteed one or a loan."""
    key, chance = rest[-1], rest[5]
    if not probe.is_of(result[0]):
        return
    drawn = {"draw": _share(high_bits(luck_of(_one(probe), people, key))[0]), "chance": _share(chance)}
    if key == probe.world.key("housing application"):
        probe.note("applies for housing", **drawn)
    for mark, name in _LOTS.items():
        if key == probe.world.key(f"{name} application"):
            probe.note("applies by lot", mark=mark, **drawn)


def drawing_lots(probe: Probe, result: Any, rows: np.ndarray, people: Any, key: Any) -> None:
    """H10, H11: everybody who applied in this round, with the luck that orders them."""
    if any(key == probe.world.key(name) for name in _LOTS.values()):
        probe.keep("lots", (rows.copy(), people.lives[rows] >> 1, result.copy()))


def standing_for_housing(
    probe: Probe, result: Any, rows: Any, counties: Any, free: Any, month: int, people: Any, *rest: Any
) -> None:
    """H5: everybody in the queue of a county in which something is free, with their ranks."""
    hopeful = free[counties] > 0
    rows, counties = rows[hopeful], counties[hopeful]
    probe.keep("homes", (rows, counties, housing.ranks_in_queue(rows, counties, month, people, *rest)))


def letting(probe: Probe, result: Any, tenants: Any, counties: Any, mark: int, *rest: Any) -> None:
    """H5, H10, H11: where the person stood when dwellings, subsidies or loans were given out."""
    for line, kind in (("homes", "stands for housing"), ("lots", "draws a lot")):
        pieces = probe.kept(line)
        if not pieces:
            continue
        rows, where, rank = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
        mine = np.flatnonzero(rows == probe.row)
        if mine.size:
            same = where == where[mine[0]]
            served = int((result[1] == where[mine[0]]).sum())
            probe.note(kind, **position(rank[same], rank[mine[0]]), served=served, mark=int(mark))


def queue_position(probe: Probe) -> dict[str, int] | None:
    """Where the person stands in the queue for public dwellings of the county; None where they do not wait."""
    world, market = probe.world, probe.world.housing
    mine = np.flatnonzero(market.waiting == probe.row)
    if not mine.size:
        return None
    same = market.waiting_counties == market.waiting_counties[mine[0]]
    rows, counties = market.waiting[same], market.waiting_counties[same]
    counted = int(world.parameters["residence_counted_months"])
    ranks = housing.ranks_in_queue(
        rows, counties, world.month, world.people, counted, world.lasting_key("queue")
    )
    return position(ranks, ranks[rows == probe.row][0])


BEFORE: dict[tuple[str, str], Ask] = {
    ("migration", "destinations"): weighing,
    ("employment", "turn_over"): holding_a_post,
    ("employment", "take_jobs"): hiring,
    ("employment", "fall_back"): end_of_hiring,
    ("schooling", "take_school_places"): end_of_intake,
    ("schooling", "september"): september,
    ("registration", "permits_and_settlement"): papers,
}
"""What is asked before a loop, with its arguments."""
AFTER: dict[tuple[str, str], Ask] = {
    ("migration", "activated"): reconsidering,
    ("migration", "returning"): giving_up,
    ("demography", "mothers"): giving_birth,
    ("demography", "unions"): unions,
    ("demography", "deaths"): dying,
    ("employment", "turn_over"): losing_a_post,
    ("employment", "applicants"): applying,
    ("schooling", "standing"): standing_for_school,
    ("housing", "eligible"): applying_for_housing,
    ("housing", "front_of_queue"): standing_for_housing,
    ("luck", "luck_of"): drawing_lots,
    ("housing", "renew"): letting,
}
"""What is asked after it, with its result and arguments."""
