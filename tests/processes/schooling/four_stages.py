"""A world with a fourth stage of school: to be run by itself, with a cache of its own (test_stages.py).

The table of stages gets a line before anything reads it; the parameters of the new stage are those of kindergarten.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from urbsim.state import stages

stages.STAGES = (stages.Stage("nursery", 0, 3, compulsory=False), *stages.STAGES)
stages.N_STAGES = len(stages.STAGES)

from urbsim.population.cache import keep  # noqa: E402
from urbsim.processes import implementation  # noqa: E402
from urbsim.processes.schooling import equations, kernels, plain  # noqa: E402
from urbsim.scenario.reader import load_scenario  # noqa: E402
from urbsim.scenario.schema import Levers  # noqa: E402
from urbsim.simulation.build import build_world  # noqa: E402
from urbsim.simulation.first_run import BASE, made_up_population  # noqa: E402
from urbsim.simulation.model import UrbanisationModel  # noqa: E402
from urbsim.state import counting, pending  # noqa: E402
from urbsim.state.columns import Columns  # noqa: E402
from urbsim.state.definitions import PRIMARY_AGE, school_stage  # noqa: E402
from urbsim.state.plain import counting as plain_counting  # noqa: E402
from urbsim.state.stages import N_STAGES  # noqa: E402

equations.PARAMETERS_OF_STAGE["nursery"] = equations.PARAMETERS_OF_STAGE["kindergarten"]
MONTHS = 11  # to September 2021: a new school year has begun


def kernels_and_twins_agree(people: Columns, month: int) -> None:
    """Who needs a place, who waits, who holds one: by the kernels and by the twins."""
    n, key = people.risk.size, np.uint64(7)
    attending = np.full(N_STAGES, 3 << 30, np.uint64)
    traits = np.arange(N_STAGES).astype(np.uint64)
    worlds = [Columns(people.identity_rows, *(column.copy() for column in people[1:])) for _ in range(2)]
    waited = np.empty(0, np.int32)
    for everybody in (True, False):
        pairs = zip((kernels, plain), worlds, strict=True)
        found = [
            loops.review(0, n, month, each, waited, attending, traits, everybody) for loops, each in pairs
        ]
        same(*found)
        waited = found[0][0]
        for each in worlds:
            each.pending[::3] |= np.uint8(pending.ALL)
            each.lives[::9] = 1  # some move to the town of the first county
    rows = found[0][0]
    queues = [(np.empty(rows.size, np.int16), np.empty(rows.size, np.uint64)) for _ in worlds]
    for loops, each, queue in zip((kernels, plain), worlds, queues, strict=True):
        loops.standing(rows, month, each, np.arange(256) >> 1, key, *queue)
    same(*queues)
    kinds = (np.arange(rows.size) % 3).astype(np.uint8)
    same(
        *(
            x.take_school_places(rows, queues[0][0], kinds, w)
            for x, w in zip((kernels, plain), worlds, strict=True)
        )
    )
    same(*(x.held_school_places(0, n, month, w) for x, w in zip((kernels, plain), worlds, strict=True)))
    turned, cells = np.ones((111, 256), np.uint8), np.full(111, 9)
    villages = [
        x.turn_with_village(0, n, month, w, turned, cells, attending, traits)
        for x, w in zip((kernels, plain), worlds, strict=True)
    ]
    same(*villages)
    same(counting.children(0, n, month, worlds[0]), plain_counting.children(0, n, month, worlds[1]))
    same(*worlds)
    assert np.unique(queues[0][0] % N_STAGES).tolist() == list(range(N_STAGES))
    assert np.all(villages[0].sum(axis=0)[:3] > 0)


def same(one: Any, other: Any) -> None:
    """Fails if any array differs."""
    for a, b in zip(one, other, strict=True) if isinstance(one, tuple) else ((one, other),):
        assert np.array_equal(a, b), (a, b)


def main() -> None:
    """A strict year on a made-up population."""
    keep(BASE, made_up_population())
    closed = load_scenario("no_plan").conditions.model_copy(update={"border_moves": "off"})
    scenario = load_scenario("no_plan").model_copy(update={"conditions": closed, "committed": Levers()})
    world = build_world(
        scenario, 1.0, threads=1, engine=implementation.partly_compiled({"schooling", "counting"})
    )
    model = UrbanisationModel(world=world, strict=True)
    model.run_months(MONTHS)
    people, n, schools = world.people, world.n, world.schooling
    holders = np.flatnonzero(people.school[:n])
    stage = np.array([school_stage(world.month, int(born)) for born in people.birth_month[holders]])
    in_nursery = holders[stage == 0]
    months_old = world.month - people.birth_month[in_nursery].astype(int)
    assert schools.held.shape == (111, 4, 2)
    assert np.all(
        schools.held.sum(axis=(0, 2))[:3] > 0
    )  # of the made-up people nobody is of an age for the last stage
    assert in_nursery.size == schools.held[:, 0].sum() and np.all(months_old < 12 * 4)
    assert PRIMARY_AGE == 6  # pupils are those of compulsory school, as before
    kernels_and_twins_agree(world.people, world.month + 1)
    model.release()


if __name__ == "__main__":
    main()
