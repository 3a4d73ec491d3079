"""A small synthetic population: six places of the census of 2020, everybody else left out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from urbsim.calendar import BASE_MONTH
from urbsim.facts.census_2020 import Controls, read_controls
from urbsim.facts.synthesis_inputs import read_assumptions
from urbsim.population.packed import BasePopulation, unpack
from urbsim.population.synthesis.build import FullPopulation, households_of
from urbsim.population.synthesis.tables import Groups, build_groups

SMALL_HOMES = (44, 45, 46, 47, 220, 222)  # Xiufeng has no rural part


@pytest.fixture(scope="session")
def controls() -> Controls:
    return read_controls()


@pytest.fixture(scope="session")
def assumed() -> dict:
    return read_assumptions()


@pytest.fixture(scope="session")
def groups(controls, assumed) -> Groups:
    return build_groups(controls, assumed)


@pytest.fixture(scope="session")
def few_groups(groups) -> Groups:
    rows = np.isin(groups.home, SMALL_HOMES)
    few = {f.name: getattr(groups, f.name)[rows] for f in dataclasses.fields(groups) if f.name != "first"}
    first = np.searchsorted(few["home"], np.arange(225)).astype(np.int32)
    return Groups(**few, first=first)


@pytest.fixture(scope="session")
def few(controls, assumed, few_groups) -> FullPopulation:
    return households_of(controls, assumed, few_groups, 1, lambda fraction, text: None)


@pytest.fixture(scope="session")
def population(few, assumed) -> BasePopulation:
    ids = np.arange(len(few.words), dtype=np.uint32)
    return BasePopulation(
        id=ids,
        household_start=few.household_start.astype(np.int64),
        household_stratum=few.stratum,
        scale=1.0,
        base="census_2020",
        **unpack(few.words, ids, 12.0 * assumed["mean_years_away"], BASE_MONTH["census_2020"]),
    )
