"""Births of whole runs: as many as wanted, and no two children of one mother too soon (ODD D2, D7)."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.state.codes import FIRST_OUTSIDE

MONTHS = 24


@pytest.fixture(scope="module")
def replay():
    """Two years of the decade: mother and month of each birth inside Guangxi and outside, and how many were wanted."""
    world = build_world(load_scenario("hindcast_2010_2020"), scale=0.004)
    model, wanted = UrbanisationModel(world=world), 0.0
    mothers, months, inside = [], [], []
    for _ in range(MONTHS):
        before, residents = world.n, world.residents
        model.step()
        wanted += (world.climate.births_per_resident or 0.0) * residents / 12
        new = np.arange(before, world.n)
        born = new[(world.people.birth_month[new] == world.month) & (world.people.parent[new] >= 0)]
        mothers.append(world.people.parent[born])
        months.append(np.full(born.size, world.month))
        inside.append(world.people.lives[mothers[-1]] < FIRST_OUTSIDE)
    spacing = int(world.parameters["birth_spacing"])
    return *(np.concatenate(found) for found in (mothers, months, inside)), wanted, spacing


def test_spacing_changes_no_total(replay):
    """About 7,000 births: the standard deviation of luck is 1.2 per cent."""
    _, _, inside, wanted, _ = replay
    assert inside.sum() == pytest.approx(wanted, rel=0.04)
    assert (~inside).sum() > 500


def test_nobody_bears_again_before_the_spacing_is_over(replay):
    mothers, months, _, _, spacing = replay
    order = np.lexsort((months, mothers))
    same = mothers[order][1:] == mothers[order][:-1]
    apart = np.diff(months[order])[same]
    assert apart.size and apart.min() >= spacing
